//! Connections under TLS, which keep what is known of them.

use super::{Connection, listener::Handshake};
use crate::{
    BoxFuture, Error,
    tls::{TlsConfig, TlsServerConfig},
};

impl Connection {
    /// This connection under TLS, as the client; `host` is whom the
    /// certificate must name. What is known of it stays, and the handshake's
    /// outcome joins it.
    ///
    /// # Errors
    /// As [`TlsConfig::handshake`]; [`Usage`](crate::ErrorKind::Usage) when plaintext was
    /// read ahead: it must not pass for something secured.
    ///
    /// # Cancel safety
    /// Dropping the future drops the connection.
    pub async fn secure(self, tls: &TlsConfig, host: &str) -> Result<Self, Error> {
        let (info, connection) = self.before_tls()?;
        let (stream, tls) = tls.handshake(host, connection).await?;
        Ok(Self::from_stream(stream).with_info(info).with_tls_info(tls))
    }

    /// This connection under TLS, as the server.
    ///
    /// # Errors
    /// As [`TlsServerConfig::accept`], and as [`secure`](Self::secure).
    ///
    /// # Cancel safety
    /// Dropping the future drops the connection.
    pub async fn accept_tls(self, tls: &TlsServerConfig) -> Result<Self, Error> {
        let (info, connection) = self.before_tls()?;
        let (stream, tls) = tls.accept(connection).await?;
        Ok(Self::from_stream(stream).with_info(info).with_tls_info(tls))
    }

    fn before_tls(self) -> Result<(super::ConnectionInfo, Self), Error> {
        if !self.buffered().is_empty() {
            return Err(Error::usage("plaintext was read ahead of the TLS handshake"));
        }
        Ok((self.info().clone(), self))
    }
}

/// A TLS server accepts under TLS: given to [`ListenerBuilder::handshake`](super::ListenerBuilder::handshake).
impl Handshake for TlsServerConfig {
    fn handshake(&self, connection: Connection) -> BoxFuture<'_, Result<Connection, Error>> {
        Box::pin(connection.accept_tls(self))
    }
}
