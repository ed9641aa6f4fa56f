//! What the TLS tests share.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use anyrfc_core::{
    Error, TlsInfo,
    error::ErrorDetail,
    security::CertificateProblem,
    tls::{TlsConfig, TlsServerConfig, TlsStream},
};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};

pub(crate) type Handshake<S> = Result<(TlsStream<S>, TlsInfo), Error>;

/// A handshake in memory: what the server got, and what the client got.
pub(crate) async fn meet(
    server: &TlsServerConfig,
    client: &TlsConfig,
    host: &str,
) -> (Handshake<DuplexStream>, Handshake<DuplexStream>) {
    let (near, far) = tokio::io::duplex(32 << 10);
    tokio::join!(server.accept(far), client.handshake(host, near))
}

/// The same where it must succeed.
pub(crate) async fn met(
    server: &TlsServerConfig,
    client: &TlsConfig,
    host: &str,
) -> ((TlsStream<DuplexStream>, TlsInfo), (TlsStream<DuplexStream>, TlsInfo)) {
    let (accepted, connected) = meet(server, client, host).await;
    (accepted.unwrap(), connected.unwrap())
}

/// What was wrong with the certificate.
pub(crate) fn problem(error: &Error) -> Option<CertificateProblem> {
    match error.detail() {
        ErrorDetail::Certificate(problem) => Some(*problem),
        _ => None,
    }
}

/// A stream that hands over one byte a time, both ways.
pub(crate) struct Chopped<S>(pub(crate) S);

impl<S: AsyncRead + Unpin> AsyncRead for Chopped<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut byte = [0];
        let mut one = ReadBuf::new(&mut byte);
        let polled = Pin::new(&mut self.0).poll_read(cx, &mut one);
        buf.put_slice(one.filled());
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Chopped<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, &buf[..buf.len().min(1)])
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

/// A stream whose reading side ends, or fails, after so many bytes.
pub(crate) struct Cut<S> {
    pub(crate) inner: S,
    pub(crate) after: Arc<AtomicUsize>,
    pub(crate) with: Option<io::ErrorKind>,
}

impl<S: AsyncRead + Unpin> AsyncRead for Cut<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let after = self.after.load(Ordering::Relaxed);
        if after == 0 {
            return Poll::Ready(self.with.map_or(Ok(()), |kind| Err(kind.into())));
        }
        let mut rest = vec![0; buf.remaining().min(after)];
        let mut part = ReadBuf::new(&mut rest);
        let polled = Pin::new(&mut self.inner).poll_read(cx, &mut part);
        buf.put_slice(part.filled());
        self.after.fetch_sub(part.filled().len(), Ordering::Relaxed);
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Cut<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
