//! Records up to a delimiter or of a length, with hard limits.

use std::{
    future::poll_fn,
    io::{self, IoSlice},
    pin::{Pin, pin},
    task::{Context, Poll, ready},
};

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use tokio::io::{AsyncBufRead, AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf};

use crate::{Error, ErrorKind, error::ErrorDetail};

/// How much one read is offered.
const CHUNK: usize = 8 << 10;

/// Reads ahead, and hands out records. For simple peers and tests; protocols are
/// [`Machine`](crate::Machine)s.
///
/// All state is inside, so every method is cancel-safe: what was read and not
/// handed out is there for the next call.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), anyrfc_core::Error> {
/// use anyrfc_core::transport::Buffered;
/// let mut stream = Buffered::new(&b"5 bytes\r\nhello, and the rest"[..]);
/// assert_eq!(&stream.read_until(b"\r\n", 80).await?[..], b"5 bytes");
/// assert_eq!(&stream.read_exact(5, 80).await?[..], b"hello");
/// assert_eq!(stream.buffered(), b", and the rest");
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Buffered<S> {
    stream: S,
    buffer: BytesMut,
    search: Search,
}

/// How far the buffer was searched, and for what, so that a search that was
/// interrupted does not begin again.
#[derive(Debug, Default)]
struct Search {
    delimiter: Vec<u8>,
    from: usize,
}

impl<S> Buffered<S> {
    /// Nothing is read yet.
    pub fn new(stream: S) -> Self {
        Self::with_input(stream, BytesMut::new())
    }

    /// With bytes that were read before.
    pub fn with_input(stream: S, input: BytesMut) -> Self {
        Self { stream, buffer: input, search: Search::default() }
    }

    /// What was read and not handed out.
    #[must_use]
    pub fn buffered(&self) -> &[u8] {
        &self.buffer
    }

    /// Pushes bytes back: they are read next.
    pub fn unread(&mut self, bytes: Bytes) {
        self.search.from = 0;
        if self.buffer.is_empty() {
            self.buffer = bytes.into();
        } else {
            let mut all = BytesMut::with_capacity(bytes.len().saturating_add(self.buffer.len()));
            all.extend_from_slice(&bytes);
            all.extend_from_slice(&self.buffer);
            self.buffer = all;
        }
    }

    /// The stream. Reading from it directly loses the order.
    pub const fn stream(&self) -> &S {
        &self.stream
    }

    /// The stream, and what was read from it and not handed out.
    pub fn into_parts(self) -> (S, BytesMut) {
        (self.stream, self.buffer)
    }

    fn release(&mut self, count: usize) -> BytesMut {
        self.search.from = self.search.from.saturating_sub(count);
        self.buffer.split_to(count.min(self.buffer.len()))
    }

    /// Where `delimiter` begins, if it does so at or before `last`.
    fn find(&mut self, delimiter: &[u8], last: usize) -> Option<usize> {
        if self.search.delimiter != delimiter {
            self.search = Search { delimiter: delimiter.to_vec(), from: 0 };
        }
        let end = self.buffer.len().min(last.saturating_add(delimiter.len()));
        let candidates = self.buffer.get(self.search.from..end).unwrap_or_default();
        let found = candidates.windows(delimiter.len()).position(|window| window == delimiter);
        match found {
            Some(at) => Some(self.search.from.saturating_add(at)),
            None => {
                // The delimiter may have begun within the last bytes.
                let searched = end.saturating_sub(delimiter.len().saturating_sub(1));
                self.search.from = self.search.from.max(searched);
                None
            }
        }
    }
}

impl<S: AsyncRead + Unpin> Buffered<S> {
    /// The bytes before the next `delimiter`, which is taken too and not returned.
    ///
    /// `max` is hard: a record of more bytes is an error however it arrives,
    /// known as soon as it is too long, and nothing of it is handed out.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] for a record beyond `max`; [`ErrorKind::Closed`] when
    /// the stream ends first, with [`ErrorDetail::UnexpectedEnd`];
    /// [`ErrorKind::Usage`] for an empty delimiter; [`ErrorKind::Tls`] when TLS was
    /// cut; [`ErrorKind::Io`]. What was read stays [`buffered`](Self::buffered).
    ///
    /// # Cancel safety
    /// Cancel-safe: what was read stays buffered, and is not searched again.
    pub async fn read_until(&mut self, delimiter: &[u8], max: usize) -> Result<Bytes, Error> {
        match self.next_until(delimiter, max).await? {
            Some(record) => Ok(record),
            None => Err(unexpected_end(0, "a delimiter")),
        }
    }

    /// As [`read_until`](Self::read_until), with `None` where the stream ends
    /// between two records.
    ///
    /// # Errors
    /// As [`read_until`](Self::read_until).
    ///
    /// # Cancel safety
    /// Cancel-safe, as [`read_until`](Self::read_until).
    pub async fn next_until(&mut self, delimiter: &[u8], max: usize) -> Result<Option<Bytes>, Error> {
        if delimiter.is_empty() {
            return Err(Error::usage("an empty delimiter is everywhere"));
        }
        loop {
            if let Some(at) = self.find(delimiter, max) {
                let record = self.release(at).freeze();
                self.release(delimiter.len());
                return Ok(Some(record));
            }
            if self.buffer.len() >= max.saturating_add(delimiter.len()) {
                return Err(over_limit("a record", max));
            }
            if !self.fill(CHUNK).await? {
                return match self.buffer.len() {
                    0 => Ok(None),
                    got => Err(unexpected_end(got, "a delimiter")),
                };
            }
        }
    }

    /// Exactly `count` bytes. The buffer grows with what arrives, not with what was announced.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] when `count` is beyond `max`, before anything is
    /// read; [`ErrorKind::Closed`] when the stream ends first, with
    /// [`ErrorDetail::UnexpectedEnd`]; [`ErrorKind::Tls`] when TLS was cut;
    /// [`ErrorKind::Io`]. What was read stays [`buffered`](Self::buffered).
    ///
    /// # Cancel safety
    /// Cancel-safe: what was read stays buffered.
    pub async fn read_exact(&mut self, count: usize, max: usize) -> Result<Bytes, Error> {
        if count > max {
            return Err(over_limit("a record", max));
        }
        while self.buffer.len() < count {
            let missing = count.saturating_sub(self.buffer.len());
            // At most doubles what has arrived.
            if !self.fill(missing.min(self.buffer.len()).max(CHUNK)).await? {
                return Err(unexpected_end(self.buffer.len(), "the announced length"));
            }
        }
        Ok(self.release(count).freeze())
    }

    /// What is there, or else the next to arrive: at most `max` bytes, none only at the end of the stream.
    ///
    /// # Errors
    /// [`ErrorKind::Tls`] when TLS was cut, [`ErrorKind::Io`].
    ///
    /// # Cancel safety
    /// Cancel-safe: what was read stays buffered.
    pub async fn read_some(&mut self, max: usize) -> Result<Bytes, Error> {
        if self.buffer.is_empty() && max > 0 {
            self.fill(CHUNK).await?;
        }
        Ok(self.release(max.min(self.buffer.len())).freeze())
    }

    /// Reads once; whether anything came.
    async fn fill(&mut self, offer: usize) -> Result<bool, Error> {
        let read = poll_fn(|cx| self.poll_fill(cx, offer)).await;
        match read {
            Ok(count) => Ok(count > 0),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                Err(Error::new(ErrorKind::Tls, "the stream was cut").with_source(error))
            }
            Err(error) => Err(Error::io("reading failed", error)),
        }
    }

    fn poll_fill(&mut self, cx: &mut Context<'_>, offer: usize) -> Poll<io::Result<usize>> {
        self.buffer.reserve(offer);
        // The capacity may be larger; what may be buffered is not.
        pin!(self.stream.read_buf(&mut (&mut self.buffer).limit(offer))).poll(cx)
    }
}

fn over_limit(what: &str, limit: usize) -> Error {
    Error::new(ErrorKind::Limit, format!("{what} of more than {limit} bytes"))
        .with_detail(ErrorDetail::OverLimit { limit })
}

fn unexpected_end(got: usize, before: &str) -> Error {
    Error::new(ErrorKind::Closed, format!("the stream ended before {before}, after {got} bytes"))
        .with_detail(ErrorDetail::UnexpectedEnd { got })
}

impl<S: AsyncRead + Unpin> AsyncRead for Buffered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.buffer.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, buf);
        }
        let count = self.buffer.len().min(buf.remaining());
        buf.put_slice(&self.release(count));
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + Unpin> AsyncBufRead for Buffered<S> {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        if this.buffer.is_empty() {
            ready!(this.poll_fill(cx, CHUNK))?;
        }
        Poll::Ready(Ok(&this.buffer))
    }

    fn consume(mut self: Pin<&mut Self>, count: usize) {
        let count = count.min(self.buffer.len());
        self.search.from = self.search.from.saturating_sub(count);
        self.buffer.advance(count);
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Buffered<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
