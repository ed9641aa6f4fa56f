//! Records out of a stream: capability rows 4 and 5.
#![cfg(feature = "client")]

use std::{
    future::Future,
    io,
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
};

use anyrfc_core::{ErrorKind, error::ErrorDetail, transport::Buffered};
use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, ReadBuf, duplex};

/// Gives `data` in pieces of `size`, then an end or an error; with `pause`, is
/// pending once before each piece.
struct Pieces {
    data: Bytes,
    size: usize,
    end: Option<io::ErrorKind>,
    pause: bool,
    paused: bool,
}

impl Pieces {
    fn new(data: impl Into<Bytes>, size: usize) -> Self {
        Self { data: data.into(), size, end: None, pause: false, paused: false }
    }
}

impl AsyncRead for Pieces {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.pause && !self.paused {
            self.paused = true;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.paused = false;
        let count = self.size.min(self.data.len()).min(buf.remaining());
        if count == 0
            && let Some(end) = self.end
        {
            return Poll::Ready(Err(end.into()));
        }
        buf.put_slice(&self.data.split_to(count));
        Poll::Ready(Ok(()))
    }
}

/// For ever the same byte; counts how many were taken.
struct Endless(usize);

impl AsyncRead for Endless {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.0 += buf.remaining();
        let count = buf.remaining();
        buf.initialize_unfilled().fill(b'x');
        buf.advance(count);
        Poll::Ready(Ok(()))
    }
}

fn poll_once<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

#[tokio::test]
async fn row_04_until_a_delimiter_in_any_chunks() {
    let text = b"one\r\n\r\ntwo\rthree\r\r\nfour\r\n";
    for size in 1..text.len() {
        let mut stream = Buffered::new(Pieces::new(&text[..], size));
        for expected in ["one", "", "two\rthree\r", "four"] {
            assert_eq!(stream.read_until(b"\r\n", 10).await.unwrap(), expected, "pieces of {size}");
        }
        assert_eq!(stream.next_until(b"\r\n", 10).await.unwrap(), None);
        assert_eq!(stream.read_until(b"\r\n", 10).await.unwrap_err().kind(), ErrorKind::Closed);
    }
}

#[tokio::test]
async fn row_04_the_limit_is_hard_in_any_chunks() {
    for size in [1, 2, 7, 8, 9, 10, 11, 4_096] {
        // AnyIO hands out the 10 bytes when they arrive in one chunk.
        let mut stream = Buffered::new(Pieces::new(&b"12345678\r\n123456789\r\n"[..], size));
        assert_eq!(stream.read_until(b"\r\n", 8).await.unwrap(), "12345678", "exactly the limit");
        let error = stream.read_until(b"\r\n", 8).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit);
        assert!(matches!(error.detail(), ErrorDetail::OverLimit { limit: 8 }));
        assert_eq!(error.to_string(), "a record of more than 8 bytes");
        // Nothing was handed out or lost: a caller who allows more still can.
        assert_eq!(stream.read_until(b"\r\n", 9).await.unwrap(), "123456789");
    }
}

#[tokio::test]
async fn row_04_an_endless_record_is_refused_early() {
    let mut stream = Buffered::new(Endless(0));
    assert_eq!(stream.read_until(b"\n", 100).await.unwrap_err().kind(), ErrorKind::Limit);
    assert!(stream.stream().0 <= 16 << 10, "read {} bytes for a limit of 100", stream.stream().0);
    let mut stream = Buffered::new(Endless(0));
    assert_eq!(stream.read_until(b"\n", 1 << 20).await.unwrap_err().kind(), ErrorKind::Limit);
    assert!(stream.buffered().len() < (1 << 20) + (64 << 10));
}

#[tokio::test]
async fn row_04_the_end_and_a_cut() {
    let mut stream = Buffered::new(Pieces::new(&b"half"[..], 1));
    let error = stream.next_until(b"\r\n", 80).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    assert!(matches!(error.detail(), ErrorDetail::UnexpectedEnd { got: 4 }));
    assert_eq!(stream.buffered(), b"half");

    for (end, kind) in
        [(io::ErrorKind::UnexpectedEof, ErrorKind::Tls), (io::ErrorKind::ConnectionReset, ErrorKind::Io)]
    {
        let mut pieces = Pieces::new(&b"half"[..], 4);
        pieces.end = Some(end);
        assert_eq!(Buffered::new(pieces).read_until(b"\r\n", 80).await.unwrap_err().kind(), kind);
    }
    let error = Buffered::new(Endless(0)).read_until(b"", 80).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
}

#[tokio::test]
async fn row_04_one_byte_at_a_time_is_linear() {
    // Searched again for every byte, this would take hours.
    let mut line = vec![b'x'; 1 << 20];
    line.extend_from_slice(b"\r\n");
    let mut stream = Buffered::new(Pieces::new(line, 1));
    assert_eq!(stream.read_until(b"\r\n", usize::MAX).await.unwrap().len(), 1 << 20);
}

#[tokio::test]
async fn row_04_cancelled_at_every_byte() {
    let mut pieces = Pieces::new(&b"one\r\ntwo\r\nfive5"[..], 1);
    pieces.pause = true;
    let mut stream = Buffered::new(pieces);
    let mut records = Vec::new();
    while records.len() < 2 {
        // Another delimiter in between must not confuse the search.
        assert!(poll_once(stream.read_until(b"!", 80)).is_none());
        if let Some(record) = poll_once(stream.read_until(b"\r\n", 80)) {
            records.push(record.unwrap());
        }
    }
    assert_eq!(records, ["one", "two"]);
    let five = loop {
        if let Some(five) = poll_once(stream.read_exact(5, 5)) {
            break five.unwrap();
        }
    };
    assert_eq!(five, "five5");
}

#[tokio::test]
async fn row_05_exactly_so_many() {
    for size in 1..12 {
        let mut stream = Buffered::new(Pieces::new(&b"hello, world"[..], size));
        assert_eq!(stream.read_exact(5, 5).await.unwrap(), "hello");
        assert_eq!(stream.read_exact(0, 0).await.unwrap(), "");
        assert_eq!(stream.read_exact(7, 8).await.unwrap(), ", world");
        let error = stream.read_exact(1, 8).await.unwrap_err();
        assert!(matches!(error.detail(), ErrorDetail::UnexpectedEnd { got: 0 }));
    }
    let error = Buffered::new(&b"short"[..]).read_exact(6, 10).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    assert!(matches!(error.detail(), ErrorDetail::UnexpectedEnd { got: 5 }));
}

#[tokio::test]
async fn row_05_an_announced_length_allocates_nothing() {
    let mut stream = Buffered::new(&b"only this"[..]);
    let error = stream.read_exact(1 << 40, 1 << 30).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    assert_eq!(stream.buffered(), b"", "nothing was read for it");
    // Within the limit, what is announced and does not come is not allocated either.
    let error = stream.read_exact(1 << 50, usize::MAX).await.unwrap_err();
    assert!(matches!(error.detail(), ErrorDetail::UnexpectedEnd { got: 9 }));
    assert!(stream.into_parts().1.capacity() < 64 << 10);
}

#[tokio::test]
async fn row_05_what_is_there_what_is_left_and_what_is_pushed_back() {
    let mut stream = Buffered::with_input(&b"third"[..], BytesMut::from(&b"second "[..]));
    stream.unread(Bytes::from_static(b"first "));
    assert_eq!(stream.buffered(), b"first second ");
    assert_eq!(stream.read_some(3).await.unwrap(), "fir");
    assert_eq!(stream.read_until(b"d ", 80).await.unwrap(), "st secon");
    assert_eq!(stream.read_some(80).await.unwrap(), "third");
    assert_eq!(stream.read_some(80).await.unwrap(), "");
    stream.unread(Bytes::from_static(b"again"));
    let (rest, buffered) = stream.into_parts();
    assert_eq!((rest, &buffered[..]), (&b""[..], &b"again"[..]));
}

#[tokio::test]
async fn row_05_a_search_starts_anew_after_bytes_were_pushed_back() {
    let (mut peer, ours) = duplex(64);
    let mut stream = Buffered::new(ours);
    peer.write_all(b"abc").await.unwrap();
    assert!(poll_once(stream.read_until(b"\n", 80)).is_none());
    stream.unread(Bytes::from_static(b"x\n"));
    assert_eq!(stream.read_until(b"\n", 80).await.unwrap(), "x");
    assert_eq!(stream.buffered(), b"abc");
}

#[tokio::test]
async fn row_05_it_is_a_stream_itself() {
    let (mut peer, ours) = duplex(64);
    let mut stream = Buffered::new(ours);
    peer.write_all(b"line\nbinary\nthe rest").await.unwrap();
    assert_eq!(stream.read_until(b"\n", 80).await.unwrap(), "line");
    let mut line = String::new();
    stream.read_line(&mut line).await.unwrap();
    assert_eq!(line, "binary\n");
    stream.write_all(b"answer").await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    peer.read_to_string(&mut answer).await.unwrap();
    assert_eq!(answer, "answer");
    drop(peer);
    let mut rest = String::new();
    stream.read_to_string(&mut rest).await.unwrap();
    assert_eq!(rest, "the rest");
}
