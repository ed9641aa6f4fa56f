//! A peer that says what it was given, whatever it hears.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::Sleep,
};

use super::fault::End;

/// Reads out fixed bytes and takes in everything written to it.
#[derive(Debug)]
pub struct Replay {
    input: Vec<u8>,
    at: usize,
    then: Then,
    written: Vec<u8>,
    /// The pause after every [`BURST`] of an endless input.
    pause: Option<Pin<Box<Sleep>>>,
    burst: usize,
}

#[derive(Debug)]
enum Then {
    End(End),
    Repeat(Vec<u8>),
}

/// An endless input pauses for a (virtual) millisecond after so many bytes, so
/// that time passes at all.
const BURST: usize = 64 << 10;
/// A short pattern is repeated to about this length once, not in every read.
const BLOCK: usize = 64 << 10;

impl Replay {
    /// Reads out `input`, then ends as `end` says.
    pub fn new(input: impl Into<Vec<u8>>, end: impl Into<End>) -> Self {
        Self::then(input.into(), Then::End(end.into()))
    }

    /// Reads out `input`, then `pattern` over and over, at 64 KiB a millisecond.
    ///
    /// # Panics
    /// When `pattern` is empty.
    pub fn endless(input: impl Into<Vec<u8>>, pattern: impl Into<Vec<u8>>) -> Self {
        let pattern = pattern.into();
        assert!(!pattern.is_empty(), "nothing to repeat");
        let times = BLOCK.div_ceil(pattern.len());
        Self::then(input.into(), Then::Repeat(pattern.repeat(times)))
    }

    const fn then(input: Vec<u8>, then: Then) -> Self {
        Self { input, at: 0, then, written: Vec::new(), pause: None, burst: 0 }
    }

    /// What was written to it.
    #[must_use]
    pub fn written(&self) -> &[u8] {
        &self.written
    }

    /// How many bytes were read from it.
    #[must_use]
    pub const fn read(&self) -> usize {
        self.at
    }
}

impl AsyncRead for Replay {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if let Some(rest) = this.input.get(this.at..).filter(|rest| !rest.is_empty()) {
            let part = rest.get(..buf.remaining()).unwrap_or(rest);
            buf.put_slice(part);
            this.at += part.len();
            return Poll::Ready(Ok(()));
        }
        let pattern = match &this.then {
            Then::End(end) => return end.poll(),
            Then::Repeat(pattern) => pattern,
        };
        if let Some(pause) = &mut this.pause {
            ready!(pause.as_mut().poll(cx));
            this.pause = None;
        }
        let from = (this.at - this.input.len()) % pattern.len();
        let rest = pattern.get(from..).unwrap_or_default();
        let count = rest.len().min(buf.remaining()).min(BURST - this.burst);
        buf.put_slice(rest.get(..count).unwrap_or_default());
        this.at += count;
        this.burst += count;
        if this.burst == BURST {
            this.burst = 0;
            this.pause = Some(Box::pin(tokio::time::sleep(Duration::from_millis(1))));
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Replay {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.written.extend_from_slice(buf);
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
