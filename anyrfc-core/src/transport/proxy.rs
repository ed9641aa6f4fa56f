//! Somebody who connects for us.

use std::fmt;

use super::{Connection, Target, http_connect, socks5};
use crate::{Error, Secret, escape::Escaped};

/// A proxy that opens a tunnel to the target.
///
/// Its credentials are sent to it alone, never to the target, and are never shown.
pub struct Proxy {
    kind: Kind,
    target: Target,
    login: Option<Login>,
    local_resolution: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    HttpConnect,
    Socks5,
}

/// Who we say we are to the proxy.
pub(super) struct Login {
    pub(super) user: String,
    pub(super) password: Secret<String>,
}

impl Proxy {
    /// An HTTP proxy that is asked to `CONNECT` (RFC 9110, section 9.3.6). Names are resolved by it.
    pub fn http_connect(target: impl Into<Target>) -> Self {
        Self { kind: Kind::HttpConnect, target: target.into(), login: None, local_resolution: false }
    }

    /// A SOCKS5 proxy (RFC 1928). Names are resolved by it, so that they do not leak to the local network.
    pub fn socks5(target: impl Into<Target>) -> Self {
        Self { kind: Kind::Socks5, target: target.into(), login: None, local_resolution: false }
    }

    /// A user name and password: for SOCKS5 by the method of RFC 1929, for HTTP
    /// as `Proxy-Authorization: Basic` (RFC 7617). Neither hides them from
    /// whoever can read the connection to the proxy.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) when the proxy's protocol cannot carry
    /// them: empty or longer than 255 bytes (SOCKS5), a colon in the user name or
    /// control characters (HTTP).
    pub fn credentials(
        mut self,
        user: impl Into<String>,
        password: impl Into<Secret<String>>,
    ) -> Result<Self, Error> {
        let login = Login { user: user.into(), password: password.into() };
        match self.kind {
            Kind::Socks5 => socks5::check(&login)?,
            Kind::HttpConnect => http_connect::check(&login)?,
        }
        self.login = Some(login);
        Ok(self)
    }

    /// Resolves names here and gives the proxy addresses only, for SOCKS5
    /// proxies that cannot resolve. An HTTP proxy is always given the name.
    #[must_use]
    pub const fn local_resolution(mut self, on: bool) -> Self {
        self.local_resolution = on;
        self
    }

    /// Where the proxy is.
    #[must_use]
    pub const fn target(&self) -> &Target {
        &self.target
    }

    pub(super) fn resolves_locally(&self) -> bool {
        self.local_resolution && self.kind == Kind::Socks5
    }

    /// What a deadline names.
    pub(super) const fn step(&self) -> &'static str {
        match self.kind {
            Kind::HttpConnect => "the HTTP proxy's CONNECT",
            Kind::Socks5 => "the SOCKS5 proxy's negotiation",
        }
    }

    /// Asks for a tunnel to `target` over a connection to the proxy that was
    /// made elsewhere (through TLS, or through another proxy). Waits as long as
    /// the proxy lets it: run it under a [`Deadline`](super::Deadline).
    ///
    /// Bytes that the proxy passes on together with its answer are read first
    /// from the connection returned.
    ///
    /// # Errors
    /// [`ErrorKind`](crate::ErrorKind)`::Refused` when the proxy says no
    /// ([`ProxyStatus`] and [`SocksReply`] say why), `Auth` when it wants other
    /// credentials, `Unsupported` when it cannot do it, `Protocol` when it does
    /// not speak its protocol, `Limit` for an endless answer, `Closed` when it
    /// hangs up, `Usage` when the target is a Unix socket.
    ///
    /// [`ProxyStatus`]: crate::error::ErrorDetail::ProxyStatus
    /// [`SocksReply`]: crate::error::ErrorDetail::SocksReply
    ///
    /// # Cancel safety
    /// Dropping the future drops the connection.
    pub async fn tunnel(&self, mut connection: Connection, target: &Target) -> Result<Connection, Error> {
        let (Some(host), Some(port)) = (target.host(), target.port()) else {
            return Err(Error::usage("a Unix socket cannot be reached through a proxy"));
        };
        let login = self.login.as_ref();
        match self.kind {
            Kind::HttpConnect => http_connect::tunnel(&mut connection, host, port, login).await?,
            Kind::Socks5 => {
                let ip = target.address().map(|address| address.ip());
                let host = ip.map_or(socks5::Host::Name(host), socks5::Host::Address);
                socks5::tunnel(&mut connection, host, port, login).await?;
            }
        }
        Ok(connection.proxied())
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy")
            .field("kind", &self.kind)
            .field("target", &self.target)
            .field("user", &self.login.as_ref().map(|login| Escaped(login.user.as_bytes())))
            .field("local_resolution", &self.local_resolution)
            .finish()
    }
}
