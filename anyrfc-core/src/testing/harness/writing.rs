//! Two peers that both only write.

use std::{
    cell::Cell,
    future::poll_fn,
    io,
    task::Poll,
    time::{Duration, Instant},
};

use super::{GRACE, Subject};
use crate::{
    DriveError, Driver, Machine, Output,
    driver::LINGER,
    testing::{MemoryStream, clock::settle, now, pair, run_virtual},
};

/// Lets two machines send to each other over a stream that holds only `capacity`
/// bytes each way, while neither takes events: no deadlock, as long as what each
/// sends is within the other's input limit. Whoever has sent everything takes
/// events; returned are those of both.
///
/// `left` and `right` queue one more message each time and say whether there is
/// another one after it. What each sends should be much more than `capacity`.
///
/// # Panics
/// When they block each other, or a connection fails.
pub fn both_only_write<A: Machine, B: Machine>(
    (left, send_left): (&Subject<A>, impl FnMut(&mut A, &mut Output, Instant) -> bool),
    (right, send_right): (&Subject<B>, impl FnMut(&mut B, &mut Output, Instant) -> bool),
    capacity: usize,
) -> (Vec<String>, Vec<String>) {
    run_virtual(async {
        let (near, far) = pair(capacity);
        let mut one = left.driver(near);
        let mut two = right.driver(far);
        let writing = Cell::new(2);
        let both = async {
            tokio::join!(
                converse(left, &mut one, send_left, &writing),
                converse(right, &mut two, send_right, &writing)
            )
        };
        match tokio::time::timeout(PATIENCE, both).await {
            Ok(events) => events,
            Err(_) => panic!("two peers that only write block each other"),
        }
    })
}

/// Nothing but the machines' own deadlines takes time here.
const PATIENCE: Duration = Duration::from_secs(1);

/// Lets two machines send to each other without end and without ever taking an
/// event: beyond their input limits neither can go on. The left one has a stall
/// limit of `limit`, and must end by it, neither sooner nor later and not by a
/// hang; the right one then finds its stream broken. Returned is how the right one ended.
///
/// `left` and `right` queue one more message each time.
///
/// # Panics
/// When the left one ends otherwise, at another time, or not at all.
pub fn stalled_writing_ends<A: Machine, B: Machine>(
    (left, mut send_left): (&Subject<A>, impl FnMut(&mut A, &mut Output, Instant)),
    (right, mut send_right): (&Subject<B>, impl FnMut(&mut B, &mut Output, Instant)),
    capacity: usize,
    limit: Duration,
) -> DriveError<B::Error> {
    run_virtual(async {
        let (near, far) = pair(capacity);
        let mut one = left.driver(near).stall_limit(Some(limit));
        let mut two = right.driver(far);
        let start = now();
        let both = async {
            tokio::join!(
                async {
                    let end = write_on(&mut one, &mut send_left).await;
                    let took = now() - start;
                    // Its caller is told again by whatever it tries next.
                    let again = one.flush().await;
                    assert!(is_timed_out(&again), "told otherwise the second time: {again:?}");
                    drop(one);
                    (end, took)
                },
                write_on(&mut two, &mut send_right)
            )
        };
        let Ok(((end, took), other)) = tokio::time::timeout(limit + PATIENCE + LINGER, both).await else {
            panic!("two peers that only write block each other for ever")
        };
        assert!(is_timed_out(&Err::<(), _>(end)), "the one with the limit ended otherwise");
        assert!(took >= limit && took <= limit + GRACE, "the limit is {limit:?}, and it took {took:?}");
        other
    })
}

fn is_timed_out<T, E>(result: &Result<T, DriveError<E>>) -> bool {
    matches!(result, Err(DriveError::Io(error)) if error.kind() == io::ErrorKind::TimedOut)
}

/// Sends until it cannot.
async fn write_on<M: Machine>(
    driver: &mut Driver<M, MemoryStream>,
    send: &mut impl FnMut(&mut M, &mut Output, Instant),
) -> DriveError<M::Error> {
    loop {
        if let Err(end) = poll_fn(|cx| driver.poll_ready(cx)).await {
            return end;
        }
        let now = driver.now();
        let (machine, output) = driver.command();
        send(machine, output, now);
    }
}

async fn converse<M: Machine>(
    subject: &Subject<M>,
    driver: &mut Driver<M, MemoryStream>,
    mut send: impl FnMut(&mut M, &mut Output, Instant) -> bool,
    writing: &Cell<u32>,
) -> Vec<String> {
    loop {
        let ready = poll_fn(|cx| driver.poll_ready(cx)).await;
        assert!(ready.is_ok(), "sending failed: {ready:?}");
        let now = driver.now();
        let (machine, output) = driver.command();
        if !send(machine, output, now) {
            break;
        }
    }
    let flushed = driver.flush().await;
    assert!(flushed.is_ok(), "sending failed: {flushed:?}");
    writing.set(writing.get() - 1);
    let mut events = Vec::new();
    loop {
        // While the other one still writes; both are in one task, and woken together.
        let event = poll_fn(|cx| match driver.poll_next(cx) {
            Poll::Ready(event) => Poll::Ready(Some(event)),
            Poll::Pending if writing.get() == 0 => {
                cx.waker().wake_by_ref();
                Poll::Ready(None)
            }
            Poll::Pending => Poll::Pending,
        });
        match event.await {
            Some(Some(Ok(event))) => events.push(subject.words(&event)),
            Some(Some(Err(error))) => panic!("receiving failed: {error:?}"),
            Some(None) => return events,
            None => break,
        }
    }
    while let Some(event) = settle(&mut Box::pin(driver.next())).await {
        match event {
            Ok(Some(event)) => events.push(subject.words(&event)),
            Ok(None) => break,
            Err(error) => panic!("receiving failed: {error:?}"),
        }
    }
    events
}
