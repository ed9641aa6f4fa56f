//! What the examples share: their arguments, and the way to a server.

use std::{env, error::Error, fs};

use anyrfc_smtp::{Credentials, Login, Secret, Security, SmtpClient, tls::TlsConfig};

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// `URL USER [--ca FILE] [--plaintext] [and what the example itself takes]`; the
/// password comes from the environment, where other users of the system do not see it.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) url: String,
    pub(crate) user: String,
    pub(crate) password: Secret<String>,
    pub(crate) ca: Option<String>,
    plaintext: bool,
    /// Further options, in pairs of name and value.
    pub(crate) more: Vec<(String, String)>,
}

impl Options {
    /// The process's own arguments.
    pub(crate) fn from_process() -> Result<Self> {
        let password = env::var("SMTP_PASSWORD").map_err(|_| "the password is taken from SMTP_PASSWORD")?;
        Self::from_arguments(env::args().skip(1), password)
    }

    pub(crate) fn from_arguments(
        arguments: impl IntoIterator<Item = String>,
        password: String,
    ) -> Result<Self> {
        let mut arguments = arguments.into_iter();
        let mut named = |what: &str| arguments.next().ok_or_else(|| format!("missing: {what}"));
        let (url, user) = (named("the URL of the server")?, named("the user")?);
        let mut options =
            Self { url, user, password: password.into(), ca: None, plaintext: false, more: Vec::new() };
        while let Some(name) = arguments.next() {
            if name == "--plaintext" {
                options.plaintext = true;
                continue;
            }
            let value = arguments.next().ok_or_else(|| format!("{name} needs a value"))?;
            match name.as_str() {
                "--ca" => options.ca = Some(value),
                _ => options.more.push((name, value)),
            }
        }
        Ok(options)
    }

    /// The value of a further option.
    pub(crate) fn option(&self, name: &str) -> Option<&str> {
        self.more.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The values of a further option that may be there several times.
    pub(crate) fn options<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.more.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Own roots, where a file with them was named.
    pub(crate) fn roots(&self) -> Result<TlsConfig> {
        Ok(match &self.ca {
            Some(file) => TlsConfig::with_ca_pem(fs::read_to_string(file)?),
            None => TlsConfig::default(),
        })
    }

    /// Connects and logs in.
    pub(crate) async fn login(&self) -> Result<(SmtpClient, Login)> {
        let builder = SmtpClient::builder();
        let builder = if self.plaintext {
            // The connection only: a password still goes out as a proof, never as it is.
            builder.security(Security::Plaintext)
        } else if self.url.starts_with("smtps:") {
            builder.tls(self.roots()?)
        } else {
            builder.start_tls(self.roots()?)
        };
        let mut client = builder.connect(&self.url).await?;
        let login = client.authenticate(&self.credentials()).await?;
        Ok((client, login))
    }

    pub(crate) fn credentials(&self) -> Credentials {
        Credentials::password(&*self.user, self.password.expose().clone())
    }
}
