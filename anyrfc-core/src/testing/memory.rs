//! An in-memory stream with two ends.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker, ready},
};

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::fault::End;

/// Streams that can end otherwise than in order.
pub trait Abort {
    /// What was written arrives; then the peer sees the stream cut without
    /// `close_notify`, as rustls reports it.
    fn truncate(&mut self);
    /// The connection is reset both ways; what has not been read is lost.
    fn reset(&mut self);
}

/// One end of an in-memory stream; see [`pair`].
#[derive(Debug)]
pub struct MemoryStream {
    incoming: Arc<Mutex<Lane>>,
    outgoing: Arc<Mutex<Lane>>,
}

/// One direction.
#[derive(Debug)]
struct Lane {
    bytes: BytesMut,
    capacity: usize,
    end: Option<End>,
    /// The reading end was dropped: writing breaks.
    unread: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

/// Two ends of a stream that holds `capacity` bytes each way.
#[must_use]
pub fn pair(capacity: usize) -> (MemoryStream, MemoryStream) {
    pair_with(capacity, capacity)
}

/// Two ends of a stream that holds `forth` bytes from the first to the second
/// end, and `back` the other way. `usize::MAX` never blocks, 0 always does.
#[must_use]
pub fn pair_with(forth: usize, back: usize) -> (MemoryStream, MemoryStream) {
    let (forth, back) = (Lane::new(forth), Lane::new(back));
    let near = MemoryStream { incoming: Arc::clone(&back), outgoing: Arc::clone(&forth) };
    (near, MemoryStream { incoming: forth, outgoing: back })
}

impl Lane {
    fn new(capacity: usize) -> Arc<Mutex<Self>> {
        Arc::new(Mutex::new(Self {
            bytes: BytesMut::new(),
            capacity,
            end: None,
            unread: false,
            reader: None,
            writer: None,
        }))
    }

    fn wake(&mut self) {
        for waker in [self.reader.take(), self.writer.take()].into_iter().flatten() {
            waker.wake();
        }
    }

    /// Room for writing, or why there is none.
    fn poll_room(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        match self.end {
            _ if self.unread => return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
            Some(End::Error(kind)) => return Poll::Ready(Err(kind.into())),
            Some(_) => return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
            None => {}
        }
        let room = self.capacity.saturating_sub(self.bytes.len());
        if room == 0 {
            self.writer = Some(cx.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(Ok(room))
    }
}

fn lock(lane: &Mutex<Lane>) -> MutexGuard<'_, Lane> {
    lane.lock().unwrap_or_else(PoisonError::into_inner)
}

impl MemoryStream {
    /// How many bytes have been written by this end and not yet read by the other.
    #[must_use]
    pub fn unread(&self) -> usize {
        lock(&self.outgoing).bytes.len()
    }

    /// How many bytes wait to be read by this end.
    #[must_use]
    pub fn readable(&self) -> usize {
        lock(&self.incoming).bytes.len()
    }

    fn finish(&self, end: End) {
        let mut lane = lock(&self.outgoing);
        lane.end.get_or_insert(end);
        lane.wake();
    }
}

impl Abort for MemoryStream {
    fn truncate(&mut self) {
        self.finish(End::Truncated);
    }

    fn reset(&mut self) {
        for lane in [&self.incoming, &self.outgoing] {
            let mut lane = lock(lane);
            lane.bytes.clear();
            lane.end = Some(End::Error(io::ErrorKind::ConnectionReset));
            lane.wake();
        }
    }
}

impl Drop for MemoryStream {
    fn drop(&mut self) {
        self.finish(End::Clean);
        let mut lane = lock(&self.incoming);
        lane.unread = true;
        lane.wake();
    }
}

impl AsyncRead for MemoryStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut lane = lock(&self.incoming);
        if lane.bytes.is_empty() {
            return match lane.end {
                Some(end) => end.poll(),
                None => {
                    lane.reader = Some(cx.waker().clone());
                    Poll::Pending
                }
            };
        }
        let count = lane.bytes.len().min(buf.remaining());
        buf.put_slice(&lane.bytes.split_to(count));
        if let Some(writer) = lane.writer.take() {
            writer.wake();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for MemoryStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(buf)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if bufs.iter().all(|slice| slice.is_empty()) {
            return Poll::Ready(Ok(0));
        }
        let mut lane = lock(&self.outgoing);
        let room = ready!(lane.poll_room(cx))?;
        let mut written = 0;
        for slice in bufs {
            let part = slice.take(room - written);
            written += part.len();
            lane.bytes.extend_from_slice(part);
        }
        if let Some(reader) = lane.reader.take() {
            reader.wake();
        }
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.finish(End::Clean);
        Poll::Ready(Ok(()))
    }
}

/// The first `limit` bytes of a slice.
trait Take {
    fn take(&self, limit: usize) -> &[u8];
}

impl Take for IoSlice<'_> {
    fn take(&self, limit: usize) -> &[u8] {
        self.get(..limit).unwrap_or(self)
    }
}
