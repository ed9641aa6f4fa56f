//! Who logs in to a mail server, and how; and the URL that names both.

use anyrfc_core::{Credentials, Security, tls::TlsConfig, uri::Uri};
use anyrfc_sasl::{MechanismName, NameError, Policy};

use crate::{exit::Failure, secret::SecretArgs};

/// Why a URL with a password is not taken.
pub(crate) const PASSWORD_IN_URL: &str = "the URL holds a password: every user of this machine can read that; see --secret-env and --secret-keyring";

/// The mechanisms that show the password or the token itself to the server.
const REVEALING: [MechanismName; 4] =
    [MechanismName::PLAIN, MechanismName::LOGIN, MechanismName::OAUTHBEARER, MechanismName::XOAUTH2];

/// Who logs in, and how.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Login")]
pub(crate) struct LoginArgs {
    /// Log in as this user, whoever the URL names.
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// Log in by this SASL mechanism and no other; several times for a choice.
    #[arg(long, value_name = "MECHANISM", value_parser = mechanism)]
    mechanism: Vec<MechanismName>,
    /// The secret is a bearer token (for OAUTHBEARER or XOAUTH2), not a password.
    #[arg(long)]
    token: bool,
    /// Act as this other user once logged in.
    #[arg(long, value_name = "USER")]
    authorize_as: Option<String>,
    /// Do without TLS: whoever sits between can read and change everything but the password.
    #[arg(long)]
    plaintext: bool,
    /// Without TLS, show even the password or token to whoever sits between.
    #[arg(long, requires = "plaintext")]
    danger_reveal_secret: bool,
    #[command(flatten)]
    secret: SecretArgs,
}

fn mechanism(name: &str) -> Result<MechanismName, NameError> {
    name.to_ascii_uppercase().parse()
}

/// A server's URL, taken apart.
#[derive(Debug)]
pub(crate) struct Server {
    /// Without the user.
    pub(crate) url: String,
    scheme: String,
    user: Option<String>,
    /// `;AUTH=` behind the user (RFC 5092, section 3.2), unless that is `*`.
    mechanism: Option<MechanismName>,
}

impl Server {
    /// # Errors
    /// It is no URL, or holds a password, which everybody on this machine could read.
    pub(crate) fn parse(url: &str) -> Result<Self, Failure> {
        let uri = Uri::parse(url).map_err(|error| Failure::usage(format!("the URL: {error}; see --help")))?;
        let credentials = uri.credentials().map_err(|error| Failure::usage(format!("the URL: {error}")))?;
        let credentials = credentials.unwrap_or_default();
        if credentials.password.is_some() {
            return Err(Failure::usage(PASSWORD_IN_URL));
        }
        let (mut user, mut wanted) = (credentials.user, None);
        if let Some(named) = &user
            && let Some(at) = named.to_ascii_uppercase().find(";AUTH=")
        {
            let (before, rest) = named.split_at(at);
            let name = rest.get(6..).unwrap_or_default();
            if name != "*" {
                wanted = Some(mechanism(name).map_err(|error| Failure::usage(format!("the URL: {error}")))?);
            }
            user = Some(before.to_owned());
        }
        let user = user.filter(|user| !user.is_empty());
        let scheme = uri.scheme().to_owned();
        Ok(Self { url: uri.as_str().to_owned(), scheme, user, mechanism: wanted })
    }

    /// What it begins with.
    pub(crate) fn scheme(&self) -> &str {
        &self.scheme
    }
}

impl LoginArgs {
    /// How the connection is secured: TLS at once where the scheme is `implicit`, else by STARTTLS,
    /// unless plaintext was asked for.
    pub(crate) fn security(&self, server: &Server, implicit: &str, tls: TlsConfig) -> Security {
        if self.plaintext {
            Security::Plaintext
        } else if server.scheme == implicit {
            Security::Tls(tls)
        } else {
            Security::StartTls(tls)
        }
    }

    fn mechanisms(&self, server: &Server) -> Vec<MechanismName> {
        if self.mechanism.is_empty() {
            server.mechanism.into_iter().collect()
        } else {
            self.mechanism.clone()
        }
    }

    /// Which ways to log in are allowed.
    pub(crate) fn policy(&self, server: &Server) -> Policy {
        let mechanisms = self.mechanisms(server);
        let mut policy = Policy::default();
        if mechanisms.contains(&MechanismName::ANONYMOUS) {
            policy = policy.anonymous("");
        }
        if !mechanisms.is_empty() {
            policy = policy.only(mechanisms);
        }
        if self.danger_reveal_secret {
            policy = REVEALING.into_iter().fold(policy, Policy::danger_reveal_in_plaintext);
        }
        policy
    }

    /// What to log in with; nothing where no user is named.
    ///
    /// # Errors
    /// There is no secret, and nobody to ask.
    pub(crate) fn credentials(
        &self,
        server: &Server,
        certificate: bool,
    ) -> Result<Option<Credentials>, Failure> {
        let user = self.user.as_ref().or(server.user.as_ref());
        let mechanisms = self.mechanisms(server);
        let mut credentials = Credentials::default();
        credentials.authorization_id.clone_from(&self.authorize_as);
        if mechanisms == [MechanismName::ANONYMOUS] {
            return Ok(Some(credentials));
        }
        if mechanisms == [MechanismName::EXTERNAL] {
            if !certificate {
                return Err(Failure::usage(
                    "EXTERNAL proves who we are by a certificate: give --cert and --key",
                ));
            }
            credentials.client_certificate = true;
            return Ok(Some(credentials));
        }
        if self.token {
            let secret = self.secret.read("token", user.map_or("this server", String::as_str))?;
            credentials.token = Some(secret);
        } else {
            let Some(user) = user else { return Ok(None) };
            credentials.password = Some(self.secret.read("password", user)?);
        }
        credentials.user = user.cloned();
        Ok(Some(credentials))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Exit;

    fn parse(url: &str) -> (String, Option<String>, Option<MechanismName>) {
        let server = Server::parse(url).unwrap();
        (server.url, server.user, server.mechanism)
    }

    #[test]
    fn a_url_names_who_and_where() {
        let plain = ("imaps://mail.example/".to_owned(), None, None);
        assert_eq!(parse("imaps://mail.example/"), plain);
        let (url, user, mechanism) = parse("imaps://ann%40x.example;AUTH=scram-sha-256@mail.example:1993/");
        assert_eq!((url.as_str(), user.as_deref()), ("imaps://mail.example:1993/", Some("ann@x.example")));
        assert_eq!(mechanism, Some(MechanismName::SCRAM_SHA_256));
        assert_eq!(parse("smtp://ann;auth=*@mail.example").2, None);
        assert_eq!(parse("lmtp+unix:/run/lmtp").0, "lmtp+unix:/run/lmtp");
    }

    #[test]
    fn a_password_has_no_place_in_a_url() {
        let failure = Server::parse("imaps://ann:pencil@mail.example/").unwrap_err();
        assert_eq!(failure.exit(), Exit::Usage);
        assert!(!failure.to_string().contains("pencil"));
        assert!(Server::parse("mail.example").is_err() && Server::parse("imap://a;AUTH=§@x/").is_err());
    }

    #[test]
    fn nobody_is_asked_for_what_is_not_needed() {
        let server = Server::parse("imaps://mail.example").unwrap();
        assert!(LoginArgs::default().credentials(&server, true).unwrap().is_none());
        let external = LoginArgs { mechanism: vec![MechanismName::EXTERNAL], ..LoginArgs::default() };
        assert!(external.credentials(&server, true).unwrap().unwrap().client_certificate);
        assert!(external.credentials(&server, false).is_err());
        let anonymous = LoginArgs { mechanism: vec![MechanismName::ANONYMOUS], ..LoginArgs::default() };
        assert!(anonymous.credentials(&server, false).unwrap().unwrap().password.is_none());
    }
}
