//! A driver whose writing side is another half's, and the writer that has it.
#![cfg(feature = "testing")]

use std::{
    future::poll_fn,
    io,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use anyrfc_core::{
    DriveError, Driver, Output,
    driver::{Speaker, Unsent, Writer},
    testing::{
        Abort as _, MemoryStream, now, pair, pair_with, run_virtual,
        toy::{Kind, Toy, frame},
    },
    transport::Connection,
};
use bytes::Bytes;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf},
    net::{TcpListener, TcpStream},
};

const SECOND: Duration = Duration::from_secs(1);

/// Says these pieces, one at a time.
#[derive(Debug, Default)]
struct Pieces(Vec<Bytes>);

impl Speaker for Pieces {
    fn wants_write(&self) -> bool {
        !self.0.is_empty()
    }

    fn transmit(&mut self, out: &mut Output, _: Instant) {
        out.push(self.0.remove(0));
    }
}

/// What a driver over `stream` leaves: nothing written, `limit` for stalls.
fn writer(stream: MemoryStream, limit: Option<Duration>) -> Writer<Pieces, MemoryStream> {
    let mut parts = None;
    let driver = Driver::new(Toy::client(now()), stream).stall_limit(limit);
    let _ = driver.detach_writing(|stream, unsent| parts = Some((stream, unsent)));
    let (stream, unsent) = parts.unwrap();
    Writer::new(Pieces::default(), stream, unsent)
}

#[test]
fn a_writer_writes_everything_in_order_whatever_the_stream_takes() {
    run_virtual(async {
        for capacity in [1, 7, 1000, usize::MAX] {
            let (near, mut far) = pair(capacity);
            let mut writer = writer(near, None);
            let pieces: Vec<Bytes> = (1..40_u8).map(|n| vec![n; usize::from(n) * 100].into()).collect();
            let expected = pieces.concat();
            writer.command().0.0 = pieces;
            writer.command().1.write(b"first");
            assert!(writer.has_unsent() && !writer.is_full());
            let reading = tokio::spawn(async move {
                let mut all = Vec::new();
                far.read_to_end(&mut all).await.unwrap();
                all
            });
            poll_fn(|cx| writer.poll_write(cx)).await.unwrap();
            assert!(!writer.has_unsent());
            assert_eq!(writer.written(), 5 + expected.len() as u64);
            writer.release();
            assert!(writer.capacity() < 1024);
            poll_fn(|cx| writer.poll_shutdown(cx)).await.unwrap();
            assert_eq!(reading.await.unwrap(), [b"first", &expected[..]].concat());
        }
    });
}

#[test]
fn a_peer_that_takes_nothing_breaks_the_writer_and_one_that_takes_a_byte_does_not() {
    run_virtual(async {
        let (near, mut far) = pair(10);
        let mut writer = writer(near, Some(30 * SECOND));
        writer.command().1.write(&[7; 100]);
        let start = now();
        let taking = tokio::spawn(async move {
            for _ in 0..3 {
                tokio::time::sleep(29 * SECOND).await;
                far.read_u8().await.unwrap();
            }
            far
        });
        let error = poll_fn(|cx| writer.poll_write(cx)).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(now() - start, 3 * 29 * SECOND + 30 * SECOND);
        assert!(writer.is_broken() && !writer.has_unsent());
        let again = poll_fn(|cx| writer.poll_write(cx)).await.unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::TimedOut, "what broke it is told again");
        let mut far = taking.await.unwrap();
        far.reset();
    });
}

#[test]
fn a_stream_that_breaks_is_told_in_full_and_then_by_its_kind() {
    run_virtual(async {
        let (near, mut far) = pair(10);
        let mut writer = writer(near, None);
        writer.command().1.write(&[7; 100]);
        assert!(writer.poll_write(&mut Context::from_waker(Waker::noop())).is_pending());
        far.reset();
        for _ in 0..2 {
            let error = poll_fn(|cx| writer.poll_write(cx)).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
        }
        assert!(poll_fn(|cx| writer.poll_shutdown(cx)).await.is_err());
    });
}

/// What the reading half is given: it reads, and passes on what is done to the writing side.
#[derive(Debug)]
struct Lane {
    stream: MemoryStream,
    unsent: Unsent,
    flushes: Arc<Mutex<Vec<&'static str>>>,
    blocked: bool,
}

impl AsyncRead for Lane {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Lane {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
        panic!("the reading half writes")
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.flushes.lock().unwrap().push("flush");
        if self.blocked { Poll::Pending } else { Poll::Ready(Ok(())) }
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.flushes.lock().unwrap().push("shutdown");
        Poll::Ready(Ok(()))
    }
}

/// A driver of which some was read, parsed and queued goes on in halves and as one again.
#[test]
fn detaching_and_attaching_loses_nothing() {
    run_virtual(async {
        let (near, mut far) = pair_with(3, usize::MAX);
        let mut driver = Driver::new(Toy::client(now()), near);
        let wire = [frame(Kind::Hello, b"hello"), frame(Kind::Data, b"data")].concat();
        let calls = Arc::new(Mutex::new(Vec::new()));
        let mut cx = Context::from_waker(Waker::noop());
        let mut heard = Vec::new();
        driver.command().1.write(b"queued before");
        assert!(driver.poll_flush(&mut cx).is_pending());
        for byte in wire {
            far.write_all(&[byte]).await.unwrap();
            let mut halves = driver.detach_writing(|stream, unsent| Lane {
                stream,
                unsent,
                flushes: Arc::clone(&calls),
                blocked: false,
            });
            assert!(halves.is_running());
            if let Poll::Ready(event) = halves.poll_next(&mut cx) {
                heard.push(event.unwrap().unwrap().kind);
            }
            driver = halves.attach_writing(|lane| (lane.stream, lane.unsent));
        }
        assert_eq!(heard.len(), 2);
        assert!(calls.lock().unwrap().iter().all(|call| *call == "flush"));
        let mut sent = vec![0; 13];
        tokio::join!(async { driver.flush().await.unwrap() }, async {
            far.read_exact(&mut sent).await.unwrap();
        });
        assert_eq!(sent, b"queued before");
        assert!(driver.unread().is_empty());
    });
}

/// At the end it is flushed and shut down, which may take the time for last words.
#[test]
fn the_end_is_passed_on() {
    run_virtual(async {
        for blocked in [false, true] {
            let (near, mut far) = pair(usize::MAX);
            let calls = Arc::new(Mutex::new(Vec::new()));
            let mut driver = Driver::new(Toy::client(now()), near).detach_writing(|stream, unsent| Lane {
                stream,
                unsent,
                flushes: Arc::clone(&calls),
                blocked,
            });
            far.write_all(&frame(Kind::Hello, b"")).await.unwrap();
            driver.next().await.unwrap().unwrap();
            drop(far);
            let start = now();
            poll_fn(|cx| driver.poll_close(cx)).await.unwrap();
            let waited = now() - start;
            // Not flushed: nothing can be shut down, and the time for last words passes.
            assert_eq!(waited >= SECOND, blocked, "{waited:?}");
            assert_eq!(calls.lock().unwrap().contains(&"shutdown"), !blocked);
            assert!(driver.is_finished() && !driver.is_running());
        }
    });
}

/// The writer broke, and the driver hears of it when the halves are one again.
#[test]
fn a_broken_writer_breaks_the_driver() {
    run_virtual(async {
        let (near, mut far) = pair(10);
        let mut parts = None;
        let driver = Driver::new(Toy::client(now()), near).stall_limit(Some(SECOND));
        let driver = driver.detach_writing(|stream, unsent| {
            let (dummy, _) = pair(1);
            parts = Some((dummy, unsent));
            stream
        });
        let (stuck, unsent) = parts.unwrap();
        let mut writer = Writer::new(Pieces::default(), stuck, unsent);
        writer.command().1.write(b"x");
        assert!(poll_fn(|cx| writer.poll_write(cx)).await.is_err());
        let (_, _, unsent) = writer.into_parts();
        let mut driver = driver.attach_writing(|stream| (stream, unsent));
        let error = driver.flush().await.unwrap_err();
        assert!(
            matches!(&error, DriveError::Io(error) if error.kind() == io::ErrorKind::BrokenPipe
            || error.kind() == io::ErrorKind::TimedOut),
            "{error:?}"
        );
        far.write_all(&frame(Kind::Hello, b"")).await.unwrap();
        // The peer's last words are still heard, for a while.
        driver.next().await.unwrap().unwrap();
        assert!(driver.next().await.is_err());
    });
}

#[tokio::test]
async fn halves_of_a_connection_unite() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let connect = async || {
        let near = TcpStream::connect(address).await.unwrap();
        (Connection::from_stream(near), listener.accept().await.unwrap().0)
    };
    let (one, mut far) = connect().await;
    let info = one.info().clone();
    let (read, write) = one.into_split();
    let mut one = read.reunite(write).unwrap();
    assert_eq!(one.info(), &info);
    one.unread(Bytes::from_static(b"pushed back, "));
    let (read, write) = one.into_split();
    let mut one = read.reunite(write).unwrap();
    far.write_all(b"and sent").await.unwrap();
    let mut seen = [0; 21];
    one.read_exact(&mut seen).await.unwrap();
    assert_eq!(&seen, b"pushed back, and sent");

    let (other, _far) = connect().await;
    let ((one_read, one_write), (read, write)) = (one.into_split(), other.into_split());
    let (one_read, write) = one_read.reunite(write).unwrap_err();
    let (read, one_write) = read.reunite(one_write).unwrap_err();
    let mut one = one_read.reunite(one_write).unwrap();
    read.reunite(write).unwrap();
    // It was not shut down on the way.
    one.write_all(b"!").await.unwrap();
    assert_eq!(far.read_u8().await.unwrap(), b'!');

    let (near, mut far) = pair(10);
    let (read, write) = Connection::from_stream(near).into_split();
    let mut boxed = read.reunite(write).unwrap();
    boxed.write_all(b"?").await.unwrap();
    assert_eq!(far.read_u8().await.unwrap(), b'?');
}
