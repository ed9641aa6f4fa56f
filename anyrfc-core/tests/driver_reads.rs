//! How much the driver reads at a time: large units are not moved about.
#![cfg(feature = "testing")]

use std::{
    convert::Infallible,
    io,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::Instant,
};

use anyrfc_core::{Driver, Eof, Machine, Output, ProtocolState, Step, TlsInfo, testing::run_virtual};
use bytes::{Buf as _, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Units of so many bytes; knows how many are missing, or only that some are.
struct Units {
    size: usize,
    knows: bool,
}

impl Machine for Units {
    type Event<'a> = usize;
    type Owned = usize;
    type Error = Infallible;

    fn advance(&mut self, input: &[u8], _: Instant) -> Result<Step, Infallible> {
        Ok(match self.size.checked_sub(input.len()) {
            None | Some(0) => Step::Ready,
            Some(missing) => Step::Need(if self.knows && !input.is_empty() { missing } else { 1 }),
        })
    }

    fn event(&mut self, _: &[u8]) -> (usize, usize) {
        (self.size, self.size)
    }

    fn event_owned(&mut self, input: &mut BytesMut) -> usize {
        input.advance(self.size);
        self.size
    }

    fn wants_write(&self) -> bool {
        false
    }

    fn transmit(&mut self, _: &mut Output, _: Instant) {}

    fn poll_timeout(&self) -> Option<Instant> {
        None
    }

    fn handle_timeout(&mut self, _: Instant) -> Result<(), Infallible> {
        Ok(())
    }

    fn handle_eof(&mut self, _: Eof) -> Result<(), Infallible> {
        Ok(())
    }

    fn handle_secured(&mut self, _: &TlsInfo) {}

    fn quiescent(&self) -> bool {
        true
    }

    fn input_limit(&self) -> usize {
        1 << 20
    }

    fn state(&self) -> ProtocolState {
        ProtocolState::Connected
    }
}

/// Fills whatever it is offered, and writes down how much that was.
struct Endless(Arc<Mutex<Vec<usize>>>);

impl AsyncRead for Endless {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let offered = buffer.remaining();
        buffer.initialize_unfilled();
        buffer.advance(offered);
        self.0.lock().unwrap().push(offered);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Endless {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// The sizes of the reads of the last half of `count` units, as the window is then as large as it gets.
fn reads(size: usize, knows: bool, count: usize) -> Vec<usize> {
    let reads = Arc::new(Mutex::new(Vec::new()));
    let mut driver = Driver::new(Units { size, knows }, Endless(Arc::clone(&reads)));
    run_virtual(async move {
        for n in 0..count {
            if n == count / 2 {
                reads.lock().unwrap().clear();
            }
            assert_eq!(driver.next().await.unwrap(), Some(size));
            assert!(driver.capacity() <= 1 << 20, "{} bytes are held", driver.capacity());
        }
        reads.lock().unwrap().clone()
    })
}

#[test]
fn the_rest_of_a_large_unit_is_read_by_itself_instead_of_moving_it() {
    let size = (64 << 10) + 10;
    let reads = reads(size, true, 400);
    let rest = |&read: &usize| read < 64 << 10;
    assert!(reads.iter().filter(|read| rest(read)).count() >= reads.len() / 3, "{reads:?}");
    // Four at a time, and then what is missing of the last.
    let all: usize = reads.iter().sum();
    assert!(reads.len() <= all / (128 << 10), "{reads:?}");
}

#[test]
fn a_hint_that_knows_nothing_does_not_make_reads_short() {
    for size in [20 << 10, 64 << 10, 100_000, 500_000] {
        let reads = reads(size, false, 100);
        assert!(!reads.windows(2).any(|two| two == [1, 1]), "{size}: {reads:?}");
        let all: usize = reads.iter().sum();
        assert!(reads.len() <= 3 + all / (48 << 10), "{size}: {reads:?}");
    }
}

#[test]
fn small_units_fill_the_window() {
    let reads = reads(66, true, 100_000);
    assert!(reads.iter().all(|&read| read >= 128 << 10), "{reads:?}");
}
