//! The server of a URL, and whom to be there (RFC 5092, sections 3 and 4).

use std::fmt;

use anyrfc_core::uri::{Host, Uri};

use super::percent::{self, Encoded, is_achar, is_unreserved};
use crate::{Error, rfc5092};

/// The server of a URL, and whom to be there (RFC 5092, section 3).
///
/// There is no place for a password: what a URL says is not secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UrlServer {
    user: Option<String>,
    auth: Option<UrlAuthType>,
    host: String,
    port: Option<u16>,
}

/// How to log in: `;AUTH=` (RFC 5092, section 3.2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum UrlAuthType {
    /// `*`: whatever fits.
    Any,
    /// By this mechanism; in capitals.
    Mechanism(String),
}

/// Whom a URL asks to be at its server (RFC 5092, section 3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlLogin<'a> {
    /// Nobody in particular: it names neither user nor mechanism.
    Anonymous,
    /// This user, by whatever mechanism fits, or whoever the user is and nobody in particular if no mechanism fits.
    Any {
        /// Who.
        user: Option<&'a str>,
    },
    /// This user, or whoever the user is, by this mechanism.
    Mechanism {
        /// Who.
        user: Option<&'a str>,
        /// By what.
        mechanism: &'a str,
    },
}

impl UrlServer {
    /// A server by its name or address, and nobody in particular there.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for what is no host.
    pub fn new(host: &str) -> Result<Self, Error> {
        // An IPv6 address may come without its brackets; whether it is one is judged below.
        let bare = host.matches(':').count() > 1 && !host.starts_with('[');
        let host = if bare { format!("[{host}]") } else { host.to_owned() };
        if host.contains(['/', '?', '#', '@', ':']) && !host.starts_with('[') {
            return Err(Error::usage("not a host"));
        }
        Self::host_port(&host)
    }

    /// The part behind the `@`.
    fn host_port(text: &str) -> Result<Self, Error> {
        let uri = Uri::parse(&format!("imap://{text}/")).map_err(|error| Error::usage(error.to_string()))?;
        let host = match uri.host() {
            None | Some(Host::Name("")) => return Err(Error::usage("the URL names no host")),
            Some(host) => host.to_string(),
        };
        if uri.userinfo().is_some() || uri.path() != "/" {
            return Err(Error::usage("not a host"));
        }
        Ok(Self { user: None, auth: None, host, port: uri.port() })
    }

    /// The rule `iserver`.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let Some((info, host)) = text.split_once('@') else { return Self::host_port(text) };
        if host.contains('@') {
            return Err(Error::usage("more than one @ before the path of the URL"));
        }
        let mut server = Self::host_port(host)?;
        let encoded = rfc5092::USER_AND_MECHANISM_ARE_ENCODED;
        let (user, auth) = match info.find(';') {
            Some(at) => (info.get(..at).unwrap_or_default(), info.get(at..)),
            None => (info, None),
        };
        if !user.is_empty() {
            server.user = Some(percent::decode_text(user, is_achar, encoded)?);
        }
        if let Some(auth) = auth {
            let name = auth.split_at_checked(6).filter(|(name, _)| name.eq_ignore_ascii_case(";AUTH="));
            let Some((_, value)) = name else { return Err(Error::usage("no such parameter of a user")) };
            server.auth = Some(match value {
                "*" => UrlAuthType::Any,
                _ => {
                    let mechanism = percent::decode_text(value, is_achar, encoded)?;
                    return server.auth(UrlAuthType::Mechanism(mechanism));
                }
            });
        }
        if server.user.is_none() && server.auth.is_none() {
            return Err(Error::usage("the URL names neither a user nor how to log in before its @"));
        }
        Ok(server)
    }

    /// With this port.
    #[must_use]
    pub const fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// As this user.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for a name that is empty or has control characters.
    pub fn user(mut self, user: &str) -> Result<Self, Error> {
        if user.is_empty() || user.contains(char::is_control) {
            return Err(Error::usage("not a user's name"));
        }
        self.user = Some(user.to_owned());
        Ok(self)
    }

    /// Logged in so.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for a name that no mechanism has (RFC 4422, section 3.1).
    pub fn auth(mut self, auth: UrlAuthType) -> Result<Self, Error> {
        self.auth = Some(match auth {
            UrlAuthType::Any => UrlAuthType::Any,
            UrlAuthType::Mechanism(name) => {
                let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
                if !(1..=20).contains(&name.len()) || !name.bytes().all(fits) {
                    return Err(Error::usage("not the name of a mechanism")
                        .with_requirement(rfc5092::ANY_MECHANISM_IS_NOT_ENCODED));
                }
                UrlAuthType::Mechanism(name.to_ascii_uppercase())
            }
        });
        Ok(self)
    }

    /// The name, or the address, IPv6 in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port that it names; 143 is meant without.
    #[must_use]
    pub const fn explicit_port(&self) -> Option<u16> {
        self.port
    }

    /// The user that it names.
    #[must_use]
    pub fn named_user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// Whom to be there (RFC 5092, section 3.2).
    #[must_use]
    pub fn login(&self) -> UrlLogin<'_> {
        let user = self.user.as_deref();
        match (&self.auth, user) {
            (None, None) => UrlLogin::Anonymous,
            (Some(UrlAuthType::Mechanism(mechanism)), user) => UrlLogin::Mechanism { user, mechanism },
            (Some(UrlAuthType::Any) | None, user) => UrlLogin::Any { user },
        }
    }

    /// Whether both are the same server, whoever one is there.
    #[must_use]
    pub fn is_same_server(&self, other: &Self) -> bool {
        self.host == other.host && self.port.unwrap_or(143) == other.port.unwrap_or(143)
    }
}

impl fmt::Display for UrlServer {
    /// The rule `iserver`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(user) = &self.user {
            write!(f, "{}", Encoded(user.as_bytes(), is_unreserved))?;
        }
        match &self.auth {
            None => {}
            // The asterisk stands as it is (RFC 5092, section 3.2).
            Some(UrlAuthType::Any) => f.write_str(";AUTH=*")?,
            Some(UrlAuthType::Mechanism(name)) => {
                write!(f, ";AUTH={}", Encoded(name.as_bytes(), is_unreserved))?;
            }
        }
        if self.user.is_some() || self.auth.is_some() {
            f.write_str("@")?;
        }
        f.write_str(&self.host)?;
        match self.port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}
