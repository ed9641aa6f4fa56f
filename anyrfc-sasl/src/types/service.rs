//! Whom the login is for.

/// The service that is logged in to: what DIGEST-MD5 puts into `digest-uri`,
/// GSSAPI makes the name of the server's principal from, and OAUTHBEARER tells
/// the server.
///
/// ```
/// let service = anyrfc_sasl::Service::new("imap", "mail.example").port(993);
/// assert_eq!(service.name, "imap");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Service {
    /// The protocol's service name in SASL (RFC 4422, section 4), `imap`, `smtp` or `xmpp` say.
    pub name: String,
    /// The host that the user wanted to reach, not one that DNS made of it.
    pub host: String,
    /// The port.
    pub port: Option<u16>,
}

impl Service {
    /// The service `name` on `host`.
    pub fn new(name: impl Into<String>, host: impl Into<String>) -> Self {
        Self { name: name.into(), host: host.into(), port: None }
    }

    /// With the port that was connected to.
    #[must_use]
    pub const fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }
}
