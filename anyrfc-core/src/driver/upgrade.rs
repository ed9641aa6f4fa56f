//! From plaintext to TLS in the middle of a connection.

use std::{future::poll_fn, io};

use tokio::io::{AsyncRead, AsyncWrite};

use super::{Driver, UpgradeError};
use crate::{Machine, TlsInfo};

impl<M: Machine, T: AsyncRead + AsyncWrite + Unpin> Driver<M, T> {
    /// Secures the stream (STARTTLS): consumes the plaintext driver, so that
    /// nothing can use it afterwards, and tells the machine to forget what it
    /// learnt in plaintext.
    ///
    /// `handshake` is given the stream once everything queued was sent.
    ///
    /// # Errors
    /// [`UpgradeError::PlaintextInjected`] when input follows the go-ahead,
    /// [`UpgradeError::NotQuiescent`] when the machine still holds some; the
    /// connection's or the handshake's own failure otherwise. The stream is
    /// dropped in every case: there is no way back to plaintext.
    ///
    /// # Cancel safety
    /// Dropping the future drops the connection.
    pub async fn upgrade<U, F>(
        mut self,
        handshake: impl FnOnce(T) -> F,
    ) -> Result<Driver<M, U>, UpgradeError<M::Error>>
    where
        U: AsyncRead + AsyncWrite + Unpin,
        F: Future<Output = io::Result<(U, TlsInfo)>>,
    {
        poll_fn(|cx| self.poll_flush(cx)).await.map_err(UpgradeError::Drive)?;
        if self.buffered() > 0 {
            return Err(UpgradeError::PlaintextInjected(self.buffered()));
        }
        if self.pending || self.ended || !self.machine.quiescent() {
            return Err(UpgradeError::NotQuiescent);
        }
        let linger = self.linger;
        let (mut machine, stream, _) = self.into_parts();
        let (secured, info) = handshake(stream).await.map_err(UpgradeError::Handshake)?;
        machine.handle_secured(&info);
        Ok(Driver::new(machine, secured).linger(linger))
    }
}
