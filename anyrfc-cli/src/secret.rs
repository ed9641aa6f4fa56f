//! Where secrets come from: the environment, the operating system's keyring, or a person. Never
//! from an argument: every user of the machine can read those.

use std::io::IsTerminal;

use anyrfc_core::Secret;

use crate::exit::Failure;

/// Where a password or token comes from.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Secrets")]
pub(crate) struct SecretArgs {
    /// The environment variable that holds the password or token.
    #[arg(long, value_name = "NAME", default_value = "ANYRFC_SECRET")]
    secret_env: String,
    /// The service under which the keyring holds it, for the same user.
    #[arg(long, value_name = "SERVICE")]
    secret_keyring: Option<String>,
}

impl SecretArgs {
    /// The secret of `user`: from the keyring where one is named, else from the environment, else
    /// asked for on the terminal.
    ///
    /// # Errors
    /// There is none, and nobody to ask.
    pub(crate) fn read(&self, what: &str, user: &str) -> Result<Secret<String>, Failure> {
        if let Some(secret) = kept(self.secret_keyring.as_deref(), &self.secret_env, user)? {
            return Ok(secret);
        }
        if !std::io::stdin().is_terminal() {
            return Err(Failure::usage(format!(
                "no {what} for {user}: {} is not set or empty, and there is no terminal to ask on",
                self.secret_env
            )));
        }
        let typed = rpassword::prompt_password(format!("{what} for {user}: "))?;
        Ok(Secret::new(typed))
    }

    /// The secret of `user` where the keyring or the environment has one; nobody is asked.
    ///
    /// # Errors
    /// The keyring was named and has nothing; the variable is not UTF-8.
    pub(crate) fn unasked(&self, user: &str) -> Result<Option<Secret<String>>, Failure> {
        kept(self.secret_keyring.as_deref(), &self.secret_env, user)
    }
}

/// What the keyring or the environment holds: the keyring where `service` is named, else `variable`.
///
/// # Errors
/// The keyring was named and has nothing; the variable is not UTF-8.
pub(crate) fn kept(
    service: Option<&str>,
    variable: &str,
    user: &str,
) -> Result<Option<Secret<String>>, Failure> {
    if let Some(service) = service {
        return keyring(service, user).map(Some);
    }
    match std::env::var(variable) {
        // As a program sets it that has none: nobody logs in by nothing.
        Ok(secret) if secret.is_empty() => Ok(None),
        Ok(secret) => Ok(Some(Secret::new(secret))),
        Err(std::env::VarError::NotUnicode(_)) => Err(Failure::usage(format!("{variable} is not UTF-8"))),
        Err(std::env::VarError::NotPresent) => Ok(None),
    }
}

#[cfg(feature = "keyring")]
fn keyring(service: &str, user: &str) -> Result<Secret<String>, Failure> {
    let said = |error: keyring::Error| {
        Failure::usage(format!("the keyring has nothing for {user} under {service}: {error}"))
    };
    let entry = keyring::Entry::new(service, user).map_err(said)?;
    entry.get_password().map(Secret::new).map_err(said)
}

#[cfg(not(feature = "keyring"))]
fn keyring(_: &str, _: &str) -> Result<Secret<String>, Failure> {
    Err(Failure::new(
        crate::exit::Exit::Unsupported,
        "this build has no keyring: build with `--features keyring`",
    ))
}
