//! The async client: thin, over core's driver.

use std::fmt;

use anyrfc_core::{DriveError, Driver, ErrorKind, Machine as _, ProtocolClient, ProtocolState};
use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite};

use crate::{Error, Payload, proto::Connection};

/// Any stream, boxed: the client is a concrete type.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// An open connection.
pub struct ImapClient {
    driver: Driver<Connection, Box<dyn Stream>>,
    /// What was echoed beyond the last answer that was given.
    echoed: BytesMut,
}

impl ImapClient {
    /// Takes charge of a fresh stream.
    pub fn from_stream(stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) -> Self {
        Self { driver: Driver::new(Connection::default(), Box::new(stream)), echoed: BytesMut::new() }
    }

    /// Sends a payload and waits until all of it has come back.
    ///
    /// # Errors
    /// [`ErrorKind::Protocol`] when something else comes back or the server
    /// hangs up, [`ErrorKind::Closed`] and [`ErrorKind::Io`] as their names say.
    ///
    /// # Cancel safety
    /// The payload is sent or will be; its echo is dropped by the next call.
    pub async fn echo(&mut self, payload: &Payload) -> Result<Bytes, Error> {
        // What a cancelled call has left behind comes first.
        let mut stale = self.driver.machine().awaited() + self.echoed.len();
        self.driver.command().0.send(payload)?;
        loop {
            let skipped = stale.min(self.echoed.len());
            let _ = self.echoed.split_to(skipped);
            stale -= skipped;
            if self.echoed.len() >= payload.as_bytes().len() {
                return Ok(self.echoed.split_to(payload.as_bytes().len()).freeze());
            }
            match self.driver.next_ref().await.map_err(error)? {
                Some(echo) => self.echoed.extend_from_slice(echo),
                None => return Err(Error::new(ErrorKind::Closed, "the connection has ended")),
            }
        }
    }

    /// Where the connection stands.
    #[must_use]
    pub fn state(&self) -> ProtocolState {
        self.driver.machine().state()
    }

    /// Waits for every echo that is due, then ends the connection.
    ///
    /// # Errors
    /// As [`echo`](Self::echo); the connection is gone all the same.
    ///
    /// # Cancel safety
    /// Dropping the future drops the connection.
    pub async fn close(mut self) -> Result<(), Error> {
        self.driver.command().0.close();
        while self.driver.next_ref().await.map_err(error)?.is_some() {}
        Ok(())
    }
}

impl ProtocolClient for ImapClient {
    type Error = Error;

    fn state(&self) -> ProtocolState {
        Self::state(self)
    }

    async fn close(self) -> Result<(), Error> {
        Self::close(self).await
    }
}

impl fmt::Debug for ImapClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImapClient").field("state", &self.state()).finish_non_exhaustive()
    }
}

fn error(error: DriveError<Error>) -> Error {
    match error {
        DriveError::Machine(error) => error,
        DriveError::Finished => Error::new(ErrorKind::Closed, "the connection has ended"),
        other => Error::new(ErrorKind::Io, "the stream failed").with_source(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_go_between_threads() {
        const fn assert_send<T: Send + Unpin>() {}
        assert_send::<ImapClient>();
    }
}
