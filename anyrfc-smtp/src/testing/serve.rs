//! A server on a stream.

use std::{
    fmt,
    future::{Future, poll_fn},
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use anyrfc_core::{testing::Abort, transport::Listener};
use anyrfc_sasl::Channel;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf},
    time::sleep,
};

use super::{
    answer::Step,
    breach::flaw,
    server::{Server, Tls},
    session::{Session, Wants},
    store::Ended,
};
use crate::rfc3207;

/// Why a server could not go on. What a client does wrong is no such error: see
/// [`Server::faults`].
#[derive(Debug)]
#[non_exhaustive]
pub enum ServeError {
    /// The stream has failed, otherwise than by the client's going away.
    Io(io::Error),
    /// The TLS handshake has failed.
    Tls(anyrfc_core::Error),
    /// The listener has failed.
    Listen(anyrfc_core::Error),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Io(_) => "the stream of the test server failed",
            Self::Tls(_) => "the TLS handshake of the test server failed",
            Self::Listen(_) => "the listener of the test server failed",
        })
    }
}

impl std::error::Error for ServeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Tls(error) | Self::Listen(error) => Some(error),
        }
    }
}

impl Server {
    /// Serves one connection, with TLS as the server has it, until it ends. Connections may be
    /// served at the same time; they share what is delivered.
    ///
    /// It answers once there is nothing left to be read: what a client sends without waiting is one
    /// group. A reset is no more than the stream being dropped; see
    /// [`serve_abortable`](Self::serve_abortable).
    ///
    /// # Errors
    /// The stream's, or a TLS handshake that fails.
    ///
    /// # Cancel safety
    /// Dropping the future drops the connection; what was delivered stays.
    pub async fn serve<T: AsyncRead + AsyncWrite + Unpin>(&self, stream: T) -> Result<(), ServeError> {
        self.run(stream, |_| {}).await
    }

    /// The same on a stream of `anyrfc_core::testing`, which can be truncated and reset.
    ///
    /// # Errors
    /// As of [`serve`](Self::serve).
    ///
    /// # Cancel safety
    /// As of [`serve`](Self::serve).
    pub async fn serve_abortable<T>(&self, stream: T) -> Result<(), ServeError>
    where
        T: AsyncRead + AsyncWrite + Abort + Unpin,
    {
        self.run(stream, T::reset).await
    }

    /// Serves every connection that a listener accepts, all in this future, which ends only with an
    /// error of the listener. What becomes of single connections is told by
    /// [`ended`](Self::ended).
    ///
    /// # Errors
    /// The listener's.
    ///
    /// # Cancel safety
    /// Dropping the future drops all connections; what was delivered stays.
    pub async fn serve_all(&self, listener: &mut Listener) -> Result<(), ServeError> {
        let mut open: Vec<Pin<Box<dyn Future<Output = ()> + Send + '_>>> = Vec::new();
        poll_fn(|cx| {
            while let Poll::Ready(accepted) = listener.poll_accept(cx) {
                let incoming = match accepted {
                    Ok(incoming) => incoming,
                    Err(error) => return Poll::Ready(Err(ServeError::Listen(error))),
                };
                open.push(Box::pin(async move {
                    if let Ok(stream) = incoming.handshake().await {
                        // What is wrong with one connection is no concern of the others.
                        let _ = self.serve(stream).await;
                    }
                }));
            }
            open.retain_mut(|connection| connection.as_mut().poll(cx).is_pending());
            Poll::Pending
        })
        .await
    }

    async fn run<T>(&self, stream: T, reset: fn(&mut T)) -> Result<(), ServeError>
    where
        T: AsyncRead + AsyncWrite + Unpin,
    {
        let cut = Arc::new(AtomicBool::new(false));
        let mut stream = Cuttable { stream, ahead: Vec::new(), cut: Arc::clone(&cut), reset };
        if let Tls::AtOnce(tls) = &self.config().tls {
            let (stream, info) = tls.accept(stream).await.map_err(ServeError::Tls)?;
            let mut talk = Talk::new(self, self.session_on(Channel::from(&info)), stream, cut);
            return talk.run().await.map(drop);
        }
        let mut talk = Talk::new(self, self.session(), stream, Arc::clone(&cut));
        if talk.run().await? != Wants::Tls {
            return Ok(());
        }
        let Tls::Upon(tls) = &self.config().tls else { return Ok(()) };
        let mut session;
        (session, stream) = (talk.session, talk.stream);
        // A handshake begins with its content type.
        let mut first = [0];
        match stream.read_exact(&mut first).await {
            Ok(_) if first == [22] => stream.ahead.push(22),
            Ok(_) => {
                session.breach(flaw(rfc3207::HANDSHAKE_FOLLOWS_220, "no handshake behind STARTTLS"), &first);
                session.end(Ended::ByServer);
                return Ok(());
            }
            Err(_) => {
                session.receive_end(true);
                return Ok(());
            }
        }
        let (stream, info) = tls.accept(stream).await.map_err(ServeError::Tls)?;
        session.secured(Channel::from(&info));
        Talk::new(self, session, stream, cut).run().await.map(drop)
    }
}

/// A session and its stream.
struct Talk<'a, T> {
    server: &'a Server,
    session: Session,
    stream: T,
    cut: Arc<AtomicBool>,
    buffer: Vec<u8>,
}

/// What there was to be read.
enum Read {
    /// Nothing more for now.
    Dry,
    /// The end, in order or not.
    End(bool),
}

impl<'a, T: AsyncRead + AsyncWrite + Unpin> Talk<'a, T> {
    fn new(server: &'a Server, session: Session, stream: T, cut: Arc<AtomicBool>) -> Self {
        Self { server, session, stream, cut, buffer: vec![0; 64 << 10] }
    }

    /// Until the connection ends, or TLS is to begin.
    async fn run(&mut self) -> Result<Wants, ServeError> {
        match self.talk().await {
            Err(ServeError::Io(error)) if is_loss(&error) => {
                self.session.end(Ended::Lost);
                Ok(Wants::Close)
            }
            other => other,
        }
    }

    async fn talk(&mut self) -> Result<Wants, ServeError> {
        loop {
            // All that has come belongs to one group; the answers wait for its end.
            let read = poll_fn(|cx| Poll::Ready(self.read_dry(cx))).await.map_err(ServeError::Io)?;
            let mut size = usize::MAX;
            let mut said = false;
            while let Some(step) = self.session.next_step() {
                said = true;
                match step {
                    Step::Send(octets) => self.say(&octets, size).await.map_err(ServeError::Io)?,
                    Step::Chunks(chunks) => size = chunks,
                    Step::Pause(delay) => {
                        sleep(delay).await;
                        // What has come meanwhile has come before the answer.
                        if self.session.wants() == Wants::Octets && matches!(read, Read::Dry) {
                            poll_fn(|cx| Poll::Ready(self.read_dry(cx))).await.map_err(ServeError::Io)?;
                        }
                    }
                    Step::Close => {
                        self.stream.shutdown().await.map_err(ServeError::Io)?;
                        self.session.end(Ended::ByServer);
                        return Ok(Wants::Close);
                    }
                    Step::Truncate => {
                        self.session.end(Ended::ByServer);
                        return Ok(Wants::Close);
                    }
                    Step::Reset => {
                        self.cut.store(true, Ordering::Relaxed);
                        self.session.end(Ended::ByServer);
                        return Ok(Wants::Close);
                    }
                    Step::Hang => std::future::pending::<()>().await,
                    Step::Usual => {}
                }
            }
            if self.session.wants() == Wants::Tls {
                return Ok(Wants::Tls);
            }
            if let Read::End(in_order) = read {
                self.session.receive_end(in_order);
                return Ok(Wants::Close);
            }
            if said {
                continue;
            }
            if let Some(in_order) = self.wait().await.map_err(ServeError::Io)? {
                self.session.receive_end(in_order);
                return Ok(Wants::Close);
            }
        }
    }

    /// Writes it, so many octets at a time.
    async fn say(&mut self, octets: &[u8], size: usize) -> io::Result<()> {
        let mut pieces = octets.chunks(size).peekable();
        while let Some(piece) = pieces.next() {
            self.stream.write_all(piece).await?;
            self.stream.flush().await?;
            if pieces.peek().is_some() {
                yield_now().await;
            }
        }
        Ok(())
    }

    /// Reads all there is.
    fn read_dry(&mut self, cx: &mut Context<'_>) -> io::Result<Read> {
        while self.session.wants() == Wants::Octets {
            let mut window = ReadBuf::new(&mut self.buffer);
            match Pin::new(&mut self.stream).poll_read(cx, &mut window) {
                Poll::Pending => return Ok(Read::Dry),
                Poll::Ready(Ok(())) if window.filled().is_empty() => return Ok(Read::End(true)),
                Poll::Ready(Ok(())) => {
                    let count = window.filled().len();
                    self.session.receive(self.buffer.get(..count).unwrap_or_default());
                }
                Poll::Ready(Err(error)) if is_loss(&error) => return Ok(Read::End(false)),
                Poll::Ready(Err(error)) => return Err(error),
            }
        }
        Ok(Read::Dry)
    }

    /// Until there is something to be read, or to be said unasked; whether the end was in order,
    /// where that is what was met.
    async fn wait(&mut self) -> io::Result<Option<bool>> {
        let limit = self.server.config().idle;
        let mut idle = limit.map(|limit| Box::pin(sleep(limit)));
        let id = self.session.connection();
        poll_fn(|cx| {
            if let Some(answer) = self.server.store().interjected(id, cx.waker()) {
                self.session.interject(answer);
                return Poll::Ready(Ok(None));
            }
            let mut window = ReadBuf::new(&mut self.buffer);
            match Pin::new(&mut self.stream).poll_read(cx, &mut window) {
                Poll::Ready(Ok(())) if window.filled().is_empty() => return Poll::Ready(Ok(Some(true))),
                Poll::Ready(Ok(())) => {
                    let count = window.filled().len();
                    self.session.receive(self.buffer.get(..count).unwrap_or_default());
                    return Poll::Ready(Ok(None));
                }
                Poll::Ready(Err(error)) if is_loss(&error) => return Poll::Ready(Ok(Some(false))),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => {}
            }
            if idle.as_mut().is_some_and(|idle| idle.as_mut().poll(cx).is_ready()) {
                self.session.idle();
                return Poll::Ready(Ok(None));
            }
            Poll::Pending
        })
        .await
    }
}

/// Whether an error says no more than that the client has gone.
fn is_loss(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected | UnexpectedEof)
}

/// Lets others run.
async fn yield_now() {
    let mut yielded = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// A stream that can be reset when it is dropped, whatever lies above it; and that can be given
/// back what was read from it.
struct Cuttable<T> {
    stream: T,
    ahead: Vec<u8>,
    cut: Arc<AtomicBool>,
    reset: fn(&mut T),
}

impl<T> Drop for Cuttable<T> {
    fn drop(&mut self) {
        if self.cut.load(Ordering::Relaxed) {
            (self.reset)(&mut self.stream);
        }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Cuttable<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.ahead.is_empty() && buf.remaining() > 0 {
            let count = self.ahead.len().min(buf.remaining());
            let ahead: Vec<u8> = self.ahead.drain(..count).collect();
            buf.put_slice(&ahead);
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Cuttable<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
