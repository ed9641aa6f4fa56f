//! From plaintext to TLS in the middle of a connection.

use std::{
    future::poll_fn,
    io,
    pin::pin,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite};

use super::{DriveError, Driver, Phase, Reading, UpgradeError, clock};
use crate::{Machine, TlsInfo};

impl<M: Machine, T: AsyncRead + AsyncWrite + Unpin> Driver<M, T> {
    /// Secures the stream (STARTTLS): consumes the plaintext driver, so that
    /// nothing can use it afterwards, and tells the machine to forget what it
    /// learnt in plaintext.
    ///
    /// `handshake` is given the stream once everything queued was sent. The
    /// machine's own deadline runs on while it does its work.
    ///
    /// Nothing is read or parsed on the way there, so that nothing which follows
    /// the go-ahead can take effect; what the stream still holds then reaches the
    /// handshake, which fails on it.
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
        if self.buffered() > 0 {
            return Err(UpgradeError::PlaintextInjected(self.buffered()));
        }
        if self.pending || !self.machine.quiescent() {
            return Err(UpgradeError::NotQuiescent);
        }
        poll_fn(|cx| self.poll_write_only(cx)).await.map_err(UpgradeError::Drive)?;
        match self.reading {
            Reading::Open => {}
            Reading::Stopped(Err(error)) => return Err(UpgradeError::Drive(DriveError::Io(error))),
            Reading::Stopped(Ok(_)) | Reading::Ended => {
                return Err(UpgradeError::Drive(DriveError::Io(io::ErrorKind::UnexpectedEof.into())));
            }
        }
        let Self { mut machine, stream, linger, stall_limit, mut timer, .. } = self;
        let mut handshake = pin!(handshake(stream));
        let (secured, info) = poll_fn(|cx| {
            loop {
                if let Poll::Ready(done) = handshake.as_mut().poll(cx) {
                    return Poll::Ready(done.map_err(UpgradeError::Handshake));
                }
                ready!(timer.poll(cx, machine.poll_timeout()));
                let now = clock();
                if machine.poll_timeout().is_some_and(|at| at <= now)
                    && let Err(error) = machine.handle_timeout(now)
                {
                    return Poll::Ready(Err(UpgradeError::Drive(DriveError::Machine(error))));
                }
            }
        })
        .await?;
        machine.handle_secured(&info);
        Ok(Driver::new(machine, secured).linger(linger).stall_limit(stall_limit))
    }

    /// Flushes without reading.
    fn poll_write_only(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), DriveError<M::Error>>> {
        loop {
            if !matches!(self.phase, Phase::Running) {
                return match ready!(self.poll_ending(cx)) {
                    Ok(()) => Poll::Ready(Err(DriveError::Finished)),
                    Err(error) => Poll::Ready(Err(error)),
                };
            }
            if let Poll::Ready(result) = self.poll_write(cx) {
                return Poll::Ready(result.map_err(DriveError::Io));
            }
            ready!(self.poll_deadline(cx));
        }
    }
}
