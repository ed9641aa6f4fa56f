//! The URL of a server (RFC 5092: scheme, host and port, nothing more).

use anyrfc_core::{
    Security,
    tls::TlsConfig,
    transport::Target,
    uri::{Host, Uri},
};

use crate::Error;

/// What a URL says of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Server {
    /// `imap` or `imaps`.
    pub(super) scheme: &'static str,
    /// A name, or an address without brackets.
    pub(super) host: String,
    pub(super) port: u16,
}

impl Server {
    /// Reads `imaps://host[:port]` or `imap://host[:port]`.
    pub(super) fn parse(url: &str) -> Result<Self, Error> {
        let uri = Uri::parse(url).map_err(|error| Error::usage(error.to_string()).with_source(error))?;
        let scheme = match uri.scheme() {
            "imap" => "imap",
            "imaps" => "imaps",
            _ => return Err(Error::usage("the URL of a server begins with imaps: or imap:")),
        };
        // Dropped silently, a user would log in as somebody else, or not at all.
        if uri.userinfo().is_some() {
            return Err(Error::usage(
                "the URL names a user: credentials are given to the login, never in a URL",
            ));
        }
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() || uri.fragment().is_some() {
            return Err(Error::usage("the URL names more than a server: a mailbox is chosen by select"));
        }
        let host = match uri.host() {
            None | Some(Host::Name("")) => return Err(Error::usage("the URL names no host")),
            Some(Host::Name(name)) => name.to_owned(),
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => address.to_string(),
        };
        let port = uri.port_or_default().unwrap_or(if scheme == "imaps" { 993 } else { 143 });
        Ok(Self { scheme, host, port })
    }

    /// Where it is reached.
    pub(super) fn target(&self) -> Result<Target, Error> {
        Ok(Target::tcp(&self.host, self.port)?)
    }

    /// How the scheme and the caller agree to secure the connection.
    pub(super) fn security(&self, asked: Option<&Security>) -> Result<Security, Error> {
        match (self.scheme, asked) {
            ("imaps", None) => Ok(Security::Tls(TlsConfig::default())),
            (_, None) => Ok(Security::StartTls(TlsConfig::default())),
            ("imaps", Some(tls @ Security::Tls(_))) => Ok(tls.clone()),
            ("imap", Some(other @ (Security::StartTls(_) | Security::Plaintext))) => Ok(other.clone()),
            ("imaps", Some(_)) => Err(Error::usage("the URL says imaps, which is TLS from the first byte")),
            (_, Some(_)) => Err(Error::usage("TLS from the first byte was asked for, and the URL says imap")),
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
        assert_eq!(read("imaps://mail.example"), ("imaps", "mail.example".to_owned(), 993));
        assert_eq!(read("imap://mail.example/"), ("imap", "mail.example".to_owned(), 143));
        assert_eq!(read("IMAPS://Mail.Example:1993"), ("imaps", "mail.example".to_owned(), 1993));
        assert_eq!(read("imap://[::1]:1143"), ("imap", "::1".to_owned(), 1143));
        assert_eq!(read("imaps://bücher.example"), ("imaps", "xn--bcher-kva.example".to_owned(), 993));
    }

    #[test]
    fn what_is_no_server_is_refused() {
        for url in [
            "",
            "mail.example",
            "https://mail.example",
            "imaps://",
            "imaps:///INBOX",
            "imaps://user@mail.example",
            "imaps://user:pw@mail.example",
            "imap://;AUTH=*@mail.example",
            "imaps://mail.example/INBOX",
            "imaps://mail.example/?x",
            "imaps://mail.example/#x",
            "imaps://mail.example:65536",
            "imaps://a\r\nb",
        ] {
            let error = Server::parse(url).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{url}");
            assert!(!error.to_string().contains("pw"), "{error}");
        }
    }

    #[test]
    fn security_agrees_with_the_scheme_or_is_refused() {
        let (implicit, explicit) =
            (Server::parse("imaps://m.example").unwrap(), Server::parse("imap://m.example").unwrap());
        let (tls, upgrade) = (Security::Tls(TlsConfig::default()), Security::StartTls(TlsConfig::default()));
        assert!(matches!(implicit.security(None), Ok(Security::Tls(_))));
        assert!(matches!(implicit.security(Some(&tls)), Ok(Security::Tls(_))));
        assert!(matches!(explicit.security(None), Ok(Security::StartTls(_))));
        assert!(matches!(explicit.security(Some(&upgrade)), Ok(Security::StartTls(_))));
        assert!(matches!(explicit.security(Some(&Security::Plaintext)), Ok(Security::Plaintext)));
        for (server, asked) in [(&implicit, &upgrade), (&implicit, &Security::Plaintext), (&explicit, &tls)] {
            assert_eq!(server.security(Some(asked)).unwrap_err().kind(), ErrorKind::Usage);
        }
    }
}
