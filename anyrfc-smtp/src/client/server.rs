//! The URL of a server: scheme, host and port, or the path of a socket, nothing more.

use std::path::PathBuf;

use anyrfc_core::{
    Security,
    tls::TlsConfig,
    transport::Target,
    uri::{Host, Uri},
};

use crate::{Error, proto::Flavour, rfc2033};

/// What a URL says of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Server {
    /// `smtps`, `smtp`, `lmtp` or `lmtp+unix`.
    pub(super) scheme: &'static str,
    /// A name, or an address without brackets; `localhost` for a socket.
    pub(super) host: String,
    /// Zero for a socket.
    pub(super) port: u16,
    /// Of a Unix socket.
    path: Option<PathBuf>,
}

/// Submission by TLS from the first byte (RFC 8314, section 7.3).
const SUBMISSIONS: u16 = 465;
/// Submission (RFC 6409, section 3.1).
const SUBMISSION: u16 = 587;
/// Relaying, where LMTP must not be spoken (RFC 2033, section 5).
const RELAY: u16 = 25;

impl Server {
    /// Reads `smtps://host[:port]`, `smtp://host[:port]`, `lmtp://host:port` or `lmtp+unix:/path`.
    pub(super) fn parse(url: &str) -> Result<Self, Error> {
        let uri = Uri::parse(url).map_err(|error| Error::usage(error.to_string()).with_source(error))?;
        let (scheme, default) = match uri.scheme() {
            "smtps" => ("smtps", Some(SUBMISSIONS)),
            "smtp" => ("smtp", Some(SUBMISSION)),
            "lmtp" => ("lmtp", None),
            "lmtp+unix" => ("lmtp+unix", None),
            _ => {
                return Err(Error::usage(
                    "the URL of a server begins with smtps:, smtp:, lmtp: or lmtp+unix:",
                ));
            }
        };
        // Dropped silently, a user would log in as somebody else, or not at all.
        if uri.userinfo().is_some() {
            return Err(Error::usage(
                "the URL names a user: credentials are given to the login, never in a URL",
            ));
        }
        if uri.query().is_some() || uri.fragment().is_some() {
            return Err(Error::usage("the URL names more than a server"));
        }
        if scheme == "lmtp+unix" {
            return Self::socket(&uri);
        }
        if !matches!(uri.path(), "" | "/") {
            return Err(Error::usage("the URL names more than a server"));
        }
        let host = match uri.host() {
            None | Some(Host::Name("")) => return Err(Error::usage("the URL names no host")),
            Some(Host::Name(name)) => name.to_owned(),
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => address.to_string(),
        };
        let Some(port) = uri.port().or(default) else {
            return Err(Error::usage("the URL names no port, and LMTP has none of its own"));
        };
        if scheme == "lmtp" && port == RELAY {
            return Err(
                Error::usage("LMTP is not spoken on port 25").with_requirement(rfc2033::OTHER_PORT_THAN_SMTP)
            );
        }
        Ok(Self { scheme, host, port, path: None })
    }

    fn socket(uri: &Uri) -> Result<Self, Error> {
        if !matches!(uri.host(), None | Some(Host::Name(""))) || uri.port().is_some() {
            return Err(Error::usage("the URL of a socket names no host: lmtp+unix:/path"));
        }
        if !uri.path().starts_with('/') || uri.path() == "/" {
            return Err(Error::usage("the URL of a socket has a path from the root: lmtp+unix:/path"));
        }
        let Ok(path) = String::from_utf8(anyrfc_core::uri::percent_decode(uri.path())) else {
            return Err(Error::usage("the path of the socket is no UTF-8"));
        };
        Ok(Self { scheme: "lmtp+unix", host: "localhost".to_owned(), port: 0, path: Some(path.into()) })
    }

    /// Which protocol it speaks.
    pub(super) fn flavour(&self) -> Flavour {
        if self.scheme.starts_with("lmtp") { Flavour::Lmtp } else { Flavour::Smtp }
    }

    /// Where it is reached.
    pub(super) fn target(&self) -> Result<Target, Error> {
        match &self.path {
            None => Ok(Target::tcp(&self.host, self.port)?),
            #[cfg(unix)]
            Some(path) => Ok(Target::unix(path)),
            #[cfg(not(unix))]
            Some(_) => Err(Error::unsupported("there are no Unix sockets on this system")),
        }
    }

    /// Whether it is reached by a socket of this host.
    pub(super) const fn is_local(&self) -> bool {
        self.path.is_some()
    }

    /// How the scheme and the caller agree to secure the connection.
    pub(super) fn security(&self, asked: Option<&Security>) -> Result<Security, Error> {
        match (self.scheme, asked) {
            ("smtps", None) => Ok(Security::Tls(TlsConfig::default())),
            ("lmtp+unix", None | Some(Security::Plaintext)) => Ok(Security::Plaintext),
            ("lmtp+unix", Some(_)) => Err(Error::usage("there is no TLS on a socket of this host")),
            (_, None) => Ok(Security::StartTls(TlsConfig::default())),
            ("smtps", Some(tls @ Security::Tls(_))) => Ok(tls.clone()),
            ("smtps", Some(_)) => Err(Error::usage("the URL says smtps, which is TLS from the first byte")),
            (_, Some(other @ (Security::StartTls(_) | Security::Plaintext))) => Ok(other.clone()),
            (_, Some(_)) => {
                Err(Error::usage("TLS from the first byte was asked for, and the URL does not say smtps"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn schemes_ports_and_hosts() {
        let read = |url| Server::parse(url).map(|server| (server.scheme, server.host, server.port)).unwrap();
        assert_eq!(read("smtps://mail.example"), ("smtps", "mail.example".to_owned(), 465));
        assert_eq!(read("smtp://mail.example/"), ("smtp", "mail.example".to_owned(), 587));
        assert_eq!(read("SMTPS://Mail.Example:1465"), ("smtps", "mail.example".to_owned(), 1465));
        assert_eq!(read("smtp://[::1]:25"), ("smtp", "::1".to_owned(), 25));
        assert_eq!(read("smtps://bücher.example"), ("smtps", "xn--bcher-kva.example".to_owned(), 465));
        assert_eq!(read("lmtp://127.0.0.1:24"), ("lmtp", "127.0.0.1".to_owned(), 24));
        for url in
            ["lmtp+unix:/run/dovecot/lmtp", "lmtp+unix:///run/dovecot/lmtp", "LMTP+Unix:/run/dove%63ot/lmtp"]
        {
            let server = Server::parse(url).unwrap();
            assert_eq!(server.path.as_deref(), Some(std::path::Path::new("/run/dovecot/lmtp")), "{url}");
            assert_eq!(server.flavour(), Flavour::Lmtp);
        }
    }

    #[test]
    fn what_is_no_server_is_refused() {
        for url in [
            "",
            "mail.example",
            "https://mail.example",
            "smtps://",
            "smtps:///x",
            "smtps://user@mail.example",
            "smtps://user:pw@mail.example",
            "smtps://mail.example/x",
            "smtps://mail.example/?x",
            "smtps://mail.example/#x",
            "smtps://mail.example:65536",
            "smtp://a\r\nb",
            "lmtp://mail.example",
            "lmtp+unix:run/lmtp",
            "lmtp+unix:",
            "lmtp+unix:/",
            "lmtp+unix://mail.example/run/lmtp",
            "lmtp+unix://user:pw@/run/lmtp",
            "lmtp+unix:/run/lmtp?x",
            "lmtp+unix:/run/%ff",
        ] {
            let error = Server::parse(url).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{url}");
            assert!(!error.to_string().contains("pw"), "{error}");
        }
        let error = Server::parse("lmtp://mail.example:25").unwrap_err();
        assert_eq!(error.requirement(), Some(rfc2033::OTHER_PORT_THAN_SMTP));
    }

    #[test]
    fn security_agrees_with_the_scheme_or_is_refused() {
        let server = |url| Server::parse(url).unwrap();
        let (implicit, explicit) = (server("smtps://m.example"), server("smtp://m.example"));
        let (lmtp, socket) = (server("lmtp://m.example:24"), server("lmtp+unix:/run/lmtp"));
        let (tls, upgrade) = (Security::Tls(TlsConfig::default()), Security::StartTls(TlsConfig::default()));
        assert!(matches!(implicit.security(None), Ok(Security::Tls(_))));
        assert!(matches!(implicit.security(Some(&tls)), Ok(Security::Tls(_))));
        for server in [&explicit, &lmtp] {
            assert!(matches!(server.security(None), Ok(Security::StartTls(_))));
            assert!(matches!(server.security(Some(&upgrade)), Ok(Security::StartTls(_))));
            assert!(matches!(server.security(Some(&Security::Plaintext)), Ok(Security::Plaintext)));
        }
        assert!(matches!(socket.security(None), Ok(Security::Plaintext)));
        assert!(matches!(socket.security(Some(&Security::Plaintext)), Ok(Security::Plaintext)));
        for (server, asked) in [
            (&implicit, &upgrade),
            (&implicit, &Security::Plaintext),
            (&explicit, &tls),
            (&lmtp, &tls),
            (&socket, &tls),
            (&socket, &upgrade),
        ] {
            assert_eq!(server.security(Some(asked)).unwrap_err().kind(), ErrorKind::Usage);
        }
    }
}
