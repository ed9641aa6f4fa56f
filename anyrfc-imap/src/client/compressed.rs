//! A byte stream that is compressed on its way (RFC 4978).

use std::{
    fmt, io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::{
    Error,
    codec::{Deflater, Inflater},
    rfc4978,
};

/// How much compressed input is read at once, and how much output may wait to be written.
const CHUNK: usize = 16 << 10;
/// How much is inflated in one step.
const PIECE: usize = 16 << 10;
/// So many reads in a row that inflate to nothing, and others are to run first.
const EMPTY: usize = 32;

/// How much a compressed connection has sent and received, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompressionInfo {
    /// What we said.
    pub sent: u64,
    /// What that became on its way.
    pub sent_compressed: u64,
    /// What the server said, as far as it was read.
    pub received: u64,
    /// What that was on its way.
    pub received_compressed: u64,
}

/// Counts what goes through.
#[derive(Debug, Default)]
pub(super) struct Meter {
    sent: AtomicU64,
    sent_compressed: AtomicU64,
    received: AtomicU64,
    received_compressed: AtomicU64,
}

impl Meter {
    pub(super) fn info(&self) -> CompressionInfo {
        let now = |count: &AtomicU64| count.load(Ordering::Relaxed);
        CompressionInfo {
            sent: now(&self.sent),
            sent_compressed: now(&self.sent_compressed),
            received: now(&self.received),
            received_compressed: now(&self.received_compressed),
        }
    }
}

fn count(meter: &AtomicU64, bytes: usize) {
    meter.fetch_add(bytes as u64, Ordering::Relaxed);
}

/// A stream whose bytes are raw DEFLATE both ways.
///
/// What was written leaves with the flush, which lets the other side inflate all of it. Reading
/// inflates straight into the reader's buffer: however much a server packs into a few bytes, no
/// more of it exists than the reader has asked for. All that is held is two buffers of 16 KiB, and
/// what [`Inflater`] and [`Deflater`] hold, made once.
pub(super) struct Compressed<S> {
    below: S,
    meter: Arc<Meter>,
    inflater: Inflater,
    deflater: Deflater,
    /// Read from below; what lies between the two was not inflated yet.
    input: Box<[u8]>,
    from: usize,
    to: usize,
    /// The last step filled all the room there was: there may be more without further input.
    more: bool,
    /// The stream of the other side has ended, or why it cannot go on.
    ended: Option<Result<(), Error>>,
    /// Deflated; what lies between the two was not written yet.
    output: Box<[u8]>,
    written: usize,
    filled: usize,
    /// Something went in that no flush has brought out.
    unflushed: bool,
}

impl<S> Compressed<S> {
    pub(super) fn new(below: S, meter: Arc<Meter>) -> Self {
        Self {
            below,
            meter,
            inflater: Inflater::default(),
            deflater: Deflater::default(),
            input: vec![0; CHUNK].into(),
            from: 0,
            to: 0,
            more: false,
            ended: None,
            output: vec![0; CHUNK].into(),
            written: 0,
            filled: 0,
            unflushed: false,
        }
    }

    /// Inflates what is there into the room there is.
    fn inflate(&mut self, buf: &mut ReadBuf<'_>) {
        while self.ended.is_none() && buf.remaining() > 0 && (self.from < self.to || self.more) {
            let room = buf.remaining().min(PIECE);
            let input = self.input.get(self.from..self.to).unwrap_or_default();
            let (moved, result) = self.inflater.inflate(input, buf.initialize_unfilled_to(room));
            buf.advance(moved.filled);
            self.from += moved.taken;
            self.more = moved.filled == room;
            count(&self.meter.received, moved.filled);
            match result {
                Err(error) => self.ended = Some(Err(error)),
                Ok(()) if moved.ended => self.ended = Some(Ok(())),
                Ok(()) if moved.taken + moved.filled == 0 && self.from < self.to => {
                    // It takes all there is unless it fills the room: never seen, and no way on.
                    let message = "the compressed bytes lead nowhere";
                    self.ended = Some(Err(Error::violation(rfc4978::DEFLATE_IS_RAW, message)));
                }
                Ok(()) => {}
            }
        }
    }

    fn deflating(error: Error) -> io::Error {
        io::Error::other(error)
    }
}

impl<S: AsyncWrite + Unpin> Compressed<S> {
    /// Writes what was deflated, as far as the stream below takes it.
    fn poll_output(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(rest) = self.output.get(self.written..self.filled).filter(|rest| !rest.is_empty()) {
            let written = ready!(Pin::new(&mut self.below).poll_write(cx, rest))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.written += written;
            count(&self.meter.sent_compressed, written);
        }
        (self.written, self.filled) = (0, 0);
        Poll::Ready(Ok(()))
    }

    /// Makes room where there is too little.
    fn poll_room(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.output.len() - self.filled >= Deflater::FLUSH_ROOM {
            return Poll::Ready(Ok(()));
        }
        self.poll_output(cx)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Compressed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if buf.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        let before = buf.filled().len();
        for _ in 0..EMPTY {
            this.inflate(buf);
            if buf.filled().len() > before {
                return Poll::Ready(Ok(()));
            }
            match &this.ended {
                Some(Ok(())) => return Poll::Ready(Ok(())),
                Some(Err(error)) => {
                    return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, error.clone())));
                }
                None => {}
            }
            let mut read = ReadBuf::new(&mut this.input);
            ready!(Pin::new(&mut this.below).poll_read(cx, &mut read))?;
            let arrived = read.filled().len();
            if arrived == 0 {
                return Poll::Ready(Ok(()));
            }
            (this.from, this.to) = (0, arrived);
            count(&this.meter.received_compressed, arrived);
        }
        // A server that never pauses and says nothing must not keep us from the clock.
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Compressed<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        while !buf.is_empty() {
            ready!(this.poll_room(cx))?;
            let room = this.output.get_mut(this.filled..).unwrap_or_default();
            let moved = this.deflater.deflate(buf, room).map_err(Self::deflating)?;
            this.filled += moved.filled;
            if moved.taken > 0 {
                this.unflushed = true;
                count(&this.meter.sent, moved.taken);
                return Poll::Ready(Ok(moved.taken));
            }
        }
        Poll::Ready(Ok(0))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        while this.unflushed {
            ready!(this.poll_room(cx))?;
            let room = this.output.get_mut(this.filled..).unwrap_or_default();
            let size = room.len();
            let moved = this.deflater.flush(room).map_err(Self::deflating)?;
            this.filled += moved.filled;
            this.unflushed = moved.filled == size;
        }
        ready!(this.poll_output(cx))?;
        Pin::new(&mut this.below).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.as_mut().poll_flush(cx))?;
        Pin::new(&mut self.below).poll_shutdown(cx)
    }
}

impl<S> fmt::Debug for Compressed<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compressed")
            .field("meter", &self.meter)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    /// Empty blocks without an end.
    struct Endless;

    impl AsyncRead for Endless {
        fn poll_read(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            buf: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            while buf.remaining() >= 5 {
                buf.put_slice(&[0, 0, 0, 0xff, 0xff]);
            }
            Poll::Ready(Ok(()))
        }
    }

    #[test]
    fn whoever_sends_nothing_without_a_pause_stops_nobody_else() {
        let mut stream = Compressed::new(Endless, Arc::default());
        let mut cx = Context::from_waker(Waker::noop());
        let mut buffer = [0; 100];
        let mut read = ReadBuf::new(&mut buffer);
        assert!(Pin::new(&mut stream).poll_read(&mut cx, &mut read).is_pending());
        assert_eq!(stream.meter.info().received, 0);
        assert!(stream.meter.info().received_compressed > 0);
    }
}
