//! A server on a stream.

use std::{future::poll_fn, io, pin::Pin, task::Poll};

use anyrfc_core::tls::TlsServerConfig;
use anyrfc_sasl::Channel;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};

use super::{
    deflated::Deflated,
    server::Server,
    session::{Session, Wants},
    store::Store,
};

impl Server {
    /// Serves one connection in cleartext, with STARTTLS where the server has it, until it ends.
    ///
    /// # Errors
    /// The stream's, or a TLS handshake that fails.
    ///
    /// # Cancel safety
    /// Dropping the future drops the connection; what was done to the mailboxes stays.
    pub async fn serve<T: AsyncRead + AsyncWrite + Unpin>(&self, mut stream: T) -> io::Result<()> {
        let mut session = self.session(&Channel::plaintext());
        if talk(&mut session, self.store(), &mut stream).await? != Wants::Tls {
            return Ok(());
        }
        let Some(tls) = self.tls() else { return Ok(()) };
        let (mut stream, info) = tls.accept(stream).await.map_err(io::Error::other)?;
        session.secured(Channel::from(&info));
        talk(&mut session, self.store(), &mut stream).await.map(drop)
    }

    /// Serves one connection by Implicit TLS, until it ends.
    ///
    /// # Errors
    /// The stream's, or a TLS handshake that fails.
    ///
    /// # Cancel safety
    /// As [`serve`](Self::serve).
    pub async fn serve_tls<T>(&self, stream: T, tls: &TlsServerConfig) -> io::Result<()>
    where
        T: AsyncRead + AsyncWrite + Unpin,
    {
        let (mut stream, info) = tls.accept(stream).await.map_err(io::Error::other)?;
        let mut session = self.session(&Channel::from(&info));
        talk(&mut session, self.store(), &mut stream).await.map(drop)
    }
}

/// Until the connection ends, or TLS begins.
async fn talk<T>(session: &mut Session, store: &Store, stream: &mut T) -> io::Result<Wants>
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    let mut buffer = vec![0; 64 << 10];
    let mut deflated: Option<Deflated> = None;
    loop {
        let mut out = session.take_output();
        if let Some(deflated) = deflated.as_mut().filter(|_| !out.is_empty()) {
            out = deflated.say(&out);
        }
        if !out.is_empty() {
            stream.write_all(&out).await?;
            stream.flush().await?;
        }
        match session.wants() {
            Wants::Octets => {}
            Wants::Close => {
                stream.shutdown().await?;
                return Ok(Wants::Close);
            }
            Wants::Tls => return Ok(Wants::Tls),
            Wants::Deflate => {
                deflated = Some(Deflated::new());
                session.compressed();
            }
        }
        // More from the client, or a change that another session has made.
        let read = poll_fn(|cx| {
            let mut window = ReadBuf::new(&mut buffer);
            if let Poll::Ready(result) = Pin::new(&mut *stream).poll_read(cx, &mut window) {
                return Poll::Ready(result.map(|()| Some(window.filled().len())));
            }
            // First the waker, then the look: nothing is missed in between.
            store.wait(cx.waker());
            session.update();
            if session.has_output() { Poll::Ready(Ok(None)) } else { Poll::Pending }
        });
        match read.await? {
            None => {}
            Some(0) => return Ok(Wants::Close),
            Some(count) => {
                let read = buffer.get(..count).unwrap_or_default();
                match &mut deflated {
                    None => session.receive(read),
                    Some(deflated) => match deflated.hear(read) {
                        Some(heard) => session.receive(&heard),
                        None => return Err(io::ErrorKind::InvalidData.into()),
                    },
                }
            }
        }
    }
}
