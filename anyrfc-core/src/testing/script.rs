//! The other end of a stream, as a script.

use std::{
    fmt::{self, Write as _},
    future::poll_fn,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::Poll,
    time::{Duration, Instant},
};

use bytes::{Buf as _, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::memory::Abort;

/// What a closure says of the bytes received so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match {
    /// Not enough yet.
    More,
    /// So many bytes are what was awaited; they are taken.
    Took(usize),
    /// So many bytes are what was awaited; this is the answer to them.
    Answer(usize, Vec<u8>),
    /// This is wrong, for this reason.
    Wrong(String),
}

type Judge = Box<dyn FnMut(&[u8]) -> Match + Send>;

enum Action {
    Expect(Vec<u8>),
    ExpectPrefix { prefix: Vec<u8>, until: Vec<u8> },
    ExpectMatch(Judge),
    ExpectEnd,
    Send(Vec<u8>, usize),
    Pause(Duration),
    PauseUntil(Instant),
    Close,
    Truncate,
    Reset,
    Hold,
    Swallow,
}

/// The peer of the code under test: expects, sends, waits and ends as its script says.
///
/// It runs inside the same task, joined by [`play`], in virtual time.
///
/// ```
/// use anyrfc_core::testing::{ScriptedPeer, pair, play, run_virtual};
/// use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
///
/// run_virtual(async {
///     let (mut near, far) = pair(64);
///     let peer = ScriptedPeer::new(far).send("220 ready\r\n").expect("QUIT\r\n").close();
///     play(peer, async move {
///         let mut greeting = [0; 11];
///         near.read_exact(&mut greeting).await.unwrap();
///         near.write_all(b"QUIT\r\n").await.unwrap();
///         assert_eq!(near.read(&mut greeting).await.unwrap(), 0);
///     })
///     .await;
/// });
/// ```
pub struct ScriptedPeer<T> {
    stream: T,
    steps: Vec<Action>,
    /// Received and not yet expected.
    received: BytesMut,
    /// From here on the script waits for nothing: the client may finish first.
    idle: Arc<AtomicBool>,
    /// The step being played, from 1.
    at: Arc<AtomicUsize>,
}

impl<T> fmt::Debug for ScriptedPeer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptedPeer").field("steps", &self.steps.len()).finish_non_exhaustive()
    }
}

/// The code under test did not do what the script says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    step: usize,
    what: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "step {} of the script: {}", self.step, self.what)
    }
}

impl std::error::Error for Mismatch {}

impl<T> ScriptedPeer<T> {
    /// An empty script. After its last step the stream is dropped, which closes it.
    pub fn new(stream: T) -> Self {
        Self {
            stream,
            steps: Vec::new(),
            received: BytesMut::new(),
            idle: Arc::default(),
            at: Arc::default(),
        }
    }

    fn step(mut self, action: Action) -> Self {
        self.steps.push(action);
        self
    }

    /// Waits for exactly these bytes.
    #[must_use]
    pub fn expect(self, bytes: impl AsRef<[u8]>) -> Self {
        self.step(Action::Expect(bytes.as_ref().to_vec()))
    }

    /// Waits for everything up to and including `until`, which must begin with `prefix`.
    #[must_use]
    pub fn expect_prefix(self, prefix: impl AsRef<[u8]>, until: impl AsRef<[u8]>) -> Self {
        let (prefix, until) = (prefix.as_ref().to_vec(), until.as_ref().to_vec());
        self.step(Action::ExpectPrefix { prefix, until })
    }

    /// Waits for what `judge` accepts, and sends its answer where it has one. It
    /// is asked whenever more has arrived, with all that was not taken before.
    #[must_use]
    pub fn expect_match(self, judge: impl FnMut(&[u8]) -> Match + Send + 'static) -> Self {
        self.step(Action::ExpectMatch(Box::new(judge)))
    }

    /// Waits for the end of the stream, with nothing before it.
    #[must_use]
    pub fn expect_end(self) -> Self {
        self.step(Action::ExpectEnd)
    }

    /// Sends these bytes at once.
    #[must_use]
    pub fn send(self, bytes: impl AsRef<[u8]>) -> Self {
        self.send_chunks(bytes, usize::MAX)
    }

    /// Sends these bytes, so many at a time, letting the other side run in between.
    #[must_use]
    pub fn send_chunks(self, bytes: impl AsRef<[u8]>, size: usize) -> Self {
        self.step(Action::Send(bytes.as_ref().to_vec(), size.max(1)))
    }

    /// Waits so long (of virtual time).
    #[must_use]
    pub fn pause(self, duration: Duration) -> Self {
        self.step(Action::Pause(duration))
    }

    /// Waits until this (virtual) time.
    #[must_use]
    pub fn pause_until(self, at: Instant) -> Self {
        self.step(Action::PauseUntil(at))
    }

    /// Ends the sending side in order. Reading goes on.
    #[must_use]
    pub fn close(self) -> Self {
        self.step(Action::Close)
    }

    /// Cuts the stream as an attacker would: no `close_notify`.
    #[must_use]
    pub fn truncate(self) -> Self {
        self.step(Action::Truncate)
    }

    /// Resets the connection.
    #[must_use]
    pub fn reset(self) -> Self {
        self.step(Action::Reset)
    }

    /// Keeps the stream open, reads nothing and never answers. Always last.
    #[must_use]
    pub fn hold(self) -> Self {
        self.step(Action::Hold)
    }

    /// Keeps the stream open, reads everything and never answers. Always last.
    #[must_use]
    pub fn swallow(self) -> Self {
        self.step(Action::Swallow)
    }
}

impl<T: AsyncRead + AsyncWrite + Abort + Unpin> ScriptedPeer<T> {
    /// Plays the script to its end, and drops the stream; ready never when that is [`hold`](Self::hold).
    ///
    /// # Errors
    /// [`Mismatch`] when the other side does something else.
    ///
    /// # Cancel safety
    /// Not cancel-safe: a step begun is forgotten.
    pub async fn run(mut self) -> Result<(), Mismatch> {
        for (index, action) in std::mem::take(&mut self.steps).into_iter().enumerate() {
            self.at.store(index + 1, Ordering::Relaxed);
            self.act(action).await.map_err(|what| Mismatch { step: index + 1, what })?;
        }
        Ok(())
    }

    async fn act(&mut self, action: Action) -> Result<(), String> {
        match action {
            Action::Expect(expected) => self.expected(&expected).await,
            Action::ExpectPrefix { prefix, until } => {
                let judge = move |got: &[u8]| {
                    let known = got.len().min(prefix.len());
                    if got.get(..known) != prefix.get(..known) {
                        return Match::Wrong(diff(&prefix, got.get(..prefix.len()).unwrap_or(got)));
                    }
                    let end = got.windows(until.len().max(1)).position(|window| window == until);
                    end.map_or(Match::More, |at| Match::Took(at + until.len()))
                };
                self.matched(Box::new(judge)).await
            }
            Action::ExpectMatch(judge) => self.matched(judge).await,
            Action::ExpectEnd => {
                while self.received.is_empty() {
                    if !self.receive().await? {
                        return Ok(());
                    }
                }
                let more = self.received.escape_ascii();
                Err(format!("expected the end of the stream\n  received: \"{more}\""))
            }
            Action::Send(bytes, size) => {
                for chunk in bytes.chunks(size) {
                    let sent = async {
                        self.stream.write_all(chunk).await?;
                        self.stream.flush().await
                    };
                    sent.await.map_err(|error| format!("sending failed: {error}"))?;
                    if size < bytes.len() {
                        tokio::task::yield_now().await;
                    }
                }
                Ok(())
            }
            Action::Pause(duration) => {
                tokio::time::sleep(duration).await;
                Ok(())
            }
            Action::PauseUntil(at) => {
                tokio::time::sleep_until(at.into()).await;
                Ok(())
            }
            Action::Close => self.stream.shutdown().await.map_err(|error| format!("closing failed: {error}")),
            Action::Truncate => {
                self.stream.truncate();
                Ok(())
            }
            Action::Reset => {
                self.stream.reset();
                Ok(())
            }
            Action::Hold => {
                self.idle.store(true, Ordering::Relaxed);
                std::future::pending().await
            }
            Action::Swallow => {
                self.idle.store(true, Ordering::Relaxed);
                while self.receive().await? {
                    self.received.clear();
                }
                Ok(())
            }
        }
    }

    /// Reads some more; `false` at the end of the stream.
    async fn receive(&mut self) -> Result<bool, String> {
        match self.stream.read_buf(&mut self.received).await {
            Ok(count) => Ok(count > 0),
            Err(error) => Err(format!("receiving failed: {error}")),
        }
    }

    async fn expected(&mut self, expected: &[u8]) -> Result<(), String> {
        loop {
            let known = self.received.len().min(expected.len());
            if self.received.get(..known) != expected.get(..known) {
                let received = self.received.get(..expected.len()).unwrap_or(&self.received);
                return Err(diff(expected, received));
            }
            if known == expected.len() {
                self.received.advance(known);
                return Ok(());
            }
            if !self.receive().await? {
                return Err(format!("{}\n  then the stream ended", diff(expected, &self.received)));
            }
        }
    }

    async fn matched(&mut self, mut judge: Judge) -> Result<(), String> {
        loop {
            let (count, answer) = match judge(&self.received) {
                Match::More => {
                    if self.receive().await? {
                        continue;
                    }
                    let received = self.received.escape_ascii();
                    return Err(format!("the stream ended too early\n  received: \"{received}\""));
                }
                Match::Took(count) => (count, Vec::new()),
                Match::Answer(count, answer) => (count, answer),
                Match::Wrong(why) => return Err(why),
            };
            self.received.advance(count.min(self.received.len()));
            return self
                .stream
                .write_all(&answer)
                .await
                .map_err(|error| format!("answering failed: {error}"));
        }
    }
}

/// Where two byte strings part, for a person to read.
#[must_use]
pub fn diff(expected: &[u8], received: &[u8]) -> String {
    let same = expected.iter().zip(received).take_while(|(a, b)| a == b).count();
    let from = same.saturating_sub(48);
    let mut out = format!("byte {same} differs");
    for (name, bytes) in [("expected", expected), ("received", received)] {
        let part = bytes.get(from..bytes.len().min(same + 48)).unwrap_or_default();
        let (head, tail) =
            (if from > 0 { "… " } else { "" }, if bytes.len() > same + 48 { " …" } else { "" });
        let _ = write!(out, "\n  {name}: {head}\"{}\"{tail} ({} bytes)", part.escape_ascii(), bytes.len());
    }
    let shown = expected.get(from..same).unwrap_or_default().escape_ascii().count();
    let indent = "  expected: \"".len() + if from > 0 { 2 } else { 0 } + shown;
    let _ = write!(out, "\n{:indent$}^", "");
    out
}

/// How long (in virtual time) the script may go on after the client is done.
const AFTERLIFE: Duration = Duration::from_secs(3600);

/// Runs the code under test against the script, both in this task, and returns
/// what the former returns, once both are done.
///
/// # Panics
/// When something else happens than the script says, or when an hour of virtual
/// time after the code under test is done the script still waits.
///
/// # Cancel safety
/// Not cancel-safe: both are dropped.
pub async fn play<T, F>(peer: ScriptedPeer<T>, client: F) -> F::Output
where
    T: AsyncRead + AsyncWrite + Abort + Unpin,
    F: Future,
{
    let (idle, step) = (Arc::clone(&peer.idle), Arc::clone(&peer.at));
    let mut client = Box::pin(client);
    let mut script = pin!(peer.run());
    let mut played = false;
    let output = poll_fn(|cx| {
        if !played && let Poll::Ready(result) = script.as_mut().poll(cx) {
            played = true;
            if let Err(mismatch) = result {
                panic!("{mismatch}");
            }
        }
        client.as_mut().poll(cx)
    })
    .await;
    drop(client);
    if !played {
        let rest = poll_fn(|cx| match script.as_mut().poll(cx) {
            Poll::Pending if idle.load(Ordering::Relaxed) => Poll::Ready(Ok(())),
            other => other,
        });
        match tokio::time::timeout(AFTERLIFE, rest).await {
            Ok(Ok(())) => {}
            Ok(Err(mismatch)) => panic!("{mismatch}"),
            Err(_) => panic!(
                "the client is done, and the script still waits at step {}",
                step.load(Ordering::Relaxed)
            ),
        }
    }
    output
}
