//! Two tasks on one driver, and wake-ups that mean nothing.
#![cfg(feature = "testing")]

use std::{
    future::poll_fn,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use anyrfc_core::{
    DriveError, Driver,
    driver::{Half, Wakers},
    testing::{
        Abort as _, MemoryStream, now, pair, pair_with, run_virtual,
        toy::{Kind, PATIENCE, Toy, ToyError, frame},
    },
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// The driver shared by two halves, as a split client holds it.
#[derive(Clone)]
struct Shared(Arc<(Mutex<Driver<Toy, MemoryStream>>, Wakers)>);

impl Shared {
    fn new(stream: MemoryStream) -> Self {
        Self(Arc::new((Mutex::new(Driver::new(Toy::client(now()), stream)), Wakers::new())))
    }

    fn with<R>(&self, act: impl FnOnce(&mut Driver<Toy, MemoryStream>) -> R) -> R {
        let result = act(&mut self.0.0.lock().unwrap());
        self.0.1.wake();
        result
    }

    async fn next(&self) -> Result<Option<String>, DriveError<ToyError>> {
        let (driver, wakers) = &*self.0;
        let next = poll_fn(|cx| wakers.poll(Half::Reader, cx, |cx| driver.lock().unwrap().poll_next(cx)));
        next.await.transpose().map(|event| event.map(|event| format!("{event:?}")))
    }

    async fn flush(&self) -> Result<(), DriveError<ToyError>> {
        let (driver, wakers) = &*self.0;
        poll_fn(|cx| wakers.poll(Half::Writer, cx, |cx| driver.lock().unwrap().poll_flush(cx))).await
    }
}

#[test]
fn a_writer_that_waits_does_not_take_the_readers_wake_ups() {
    run_virtual(async {
        // Eight bytes fit; nothing is read by the peer until it has sent its data.
        let (near, mut far) = pair_with(8, usize::MAX);
        let shared = Shared::new(near);
        let reader = tokio::spawn({
            let shared = shared.clone();
            async move {
                let mut events = Vec::new();
                while let Some(event) = shared.next().await.unwrap() {
                    events.push(event);
                }
                events
            }
        });
        let writer = tokio::spawn({
            let shared = shared.clone();
            async move {
                for _ in 0..20 {
                    shared.with(|driver| {
                        let (toy, out) = driver.command();
                        toy.send(out, Kind::Data, vec![b'w'; 100]);
                    });
                    shared.flush().await.unwrap();
                }
            }
        });
        far.write_all(&frame(Kind::Hello, b"")).await.unwrap();
        tokio::task::yield_now().await;
        for n in 0..20 {
            far.write_all(&frame(Kind::Data, format!("{n}").as_bytes())).await.unwrap();
            tokio::task::yield_now().await;
            let mut sent = vec![0; 109];
            far.read_exact(&mut sent).await.unwrap();
            assert_eq!(sent, frame(Kind::Data, &[b'w'; 100]));
        }
        writer.await.unwrap();
        // The writer is done and gone; the reader must still be woken.
        far.write_all(&frame(Kind::Bye, b"")).await.unwrap();
        let events = reader.await.unwrap();
        assert_eq!(events.len(), 22);
        assert_eq!(events[20], "Data \"19\"");
    });
}

#[test]
fn a_deadline_armed_by_the_writer_wakes_the_reader() {
    run_virtual(async {
        let (near, mut far) = pair(usize::MAX);
        let shared = Shared::new(near);
        far.write_all(&frame(Kind::Hello, b"")).await.unwrap();
        shared.next().await.unwrap();
        let reader = tokio::spawn({
            let shared = shared.clone();
            async move { shared.next().await }
        });
        tokio::task::yield_now().await;
        let start = now();
        shared.with(|driver| {
            let now = driver.now();
            driver.command().0.ask("why", now).unwrap();
        });
        shared.flush().await.unwrap();
        let end = reader.await.unwrap();
        assert!(matches!(end, Err(DriveError::Machine(ToyError::Timeout(_)))), "{end:?}");
        assert!(now() - start >= PATIENCE);
    });
}

#[test]
fn the_end_reaches_both_halves() {
    run_virtual(async {
        for reset in [false, true] {
            let (near, mut far) = pair_with(0, usize::MAX);
            let shared = Shared::new(near);
            far.write_all(&frame(Kind::Hello, b"")).await.unwrap();
            shared.next().await.unwrap();
            shared.with(|driver| driver.command().1.write(b"stuck"));
            let reader = tokio::spawn({
                let shared = shared.clone();
                async move { shared.next().await.map(|_| ()) }
            });
            let writer = tokio::spawn({
                let shared = shared.clone();
                async move { shared.flush().await }
            });
            tokio::task::yield_now().await;
            if reset {
                far.reset();
            } else {
                far.write_all(b"?").await.unwrap();
            }
            let (reader, writer) = (reader.await.unwrap(), writer.await.unwrap());
            assert!(reader.is_err() || writer.is_err(), "nobody was told");
            assert!(writer.is_err(), "flushed to nobody");
        }
    });
}

struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn waiting_halves_do_not_wake_each_other_without_end() {
    let wakers = Wakers::new();
    let counts = [0, 1].map(|_| Arc::new(Count(AtomicUsize::new(0))));
    let [reader, writer] = counts.clone().map(Waker::from);
    let mut inner = None;
    let mut poll = |half, waker: &Waker, ready| {
        let mut cx = Context::from_waker(waker);
        wakers.poll(half, &mut cx, |cx| {
            inner = Some(cx.waker().clone());
            if ready { Poll::Ready(()) } else { Poll::Pending }
        })
    };
    let seen = || counts.clone().map(|count| count.0.load(Ordering::Relaxed));
    for _ in 0..3 {
        assert!(poll(Half::Reader, &reader, false).is_pending());
        assert!(poll(Half::Writer, &writer, false).is_pending());
    }
    assert_eq!(seen(), [0, 0], "waiting woke somebody");
    assert!(poll(Half::Writer, &writer, true).is_ready());
    assert_eq!(seen(), [1, 0], "progress of one wakes the other, and only that");
    assert!(poll(Half::Reader, &reader, false).is_pending());
    assert!(poll(Half::Writer, &writer, false).is_pending());
    inner.take().unwrap().wake();
    assert_eq!(seen(), [2, 1], "what the stream wakes is both");
    wakers.wake();
    assert_eq!(seen(), [2, 1], "and each only once");
}

#[test]
fn spurious_polls_change_nothing() {
    run_virtual(async {
        let (near, mut far) = pair(usize::MAX);
        let mut driver = Driver::new(Toy::client(now()), near);
        let mut cx = Context::from_waker(Waker::noop());
        for byte in [frame(Kind::Hello, b"x"), frame(Kind::Ping, b"y"), frame(Kind::Data, b"z")].concat() {
            for _ in 0..3 {
                assert!(driver.poll_next(&mut cx).is_pending());
                assert!(driver.poll_flush(&mut cx).is_ready());
                assert!(driver.poll_ready(&mut cx).is_ready());
            }
            far.write_all(&[byte]).await.unwrap();
            if let Poll::Ready(event) = driver.poll_next(&mut cx) {
                let event = event.unwrap().unwrap();
                assert!(matches!(event.kind, Kind::Hello | Kind::Data));
            }
        }
        assert!(driver.poll_next(&mut cx).is_pending());
        assert_eq!(driver.buffered(), 0);
        let mut pong = vec![0; 10];
        far.read_exact(&mut pong).await.unwrap();
        assert_eq!(pong, frame(Kind::Pong, b"y"));
        assert_eq!(far.readable(), 0, "answered once");
    });
}
