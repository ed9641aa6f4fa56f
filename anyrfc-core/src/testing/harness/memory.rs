//! Memory is what has arrived, not what was announced.

use std::future::poll_fn;

use super::Subject;
use crate::{
    DriveError, Machine,
    testing::{End, FaultyStream, Replay, WriteEnd, clock::settle, run_virtual},
};

/// What a driver may hold above twice what has arrived: one read window of a busy
/// connection, and what the allocator rounds up.
const WINDOW: usize = 512 << 10;
/// What an idle driver may hold, each way.
const IDLE: usize = 4 << 10;

/// Lets the peer announce something huge (`announcement` is how far it gets) and
/// fall silent: the buffers must not have grown beyond a few KiB.
///
/// The machine may refuse the announcement; one that waits instead must not hold memory for it.
///
/// # Panics
/// When memory was taken for what did not come.
pub fn announced_size_is_not_allocated<M: Machine>(subject: &Subject<M>, announcement: &[u8]) {
    run_virtual(async {
        let mut driver = subject.driver(Replay::new(announcement, End::Silent));
        while let Some(Ok(Some(_))) = settle(&mut Box::pin(driver.next())).await {}
        let held = driver.capacity();
        let most = 2 * announcement.len() + 2 * IDLE;
        assert!(held <= most, "{held} bytes are held for an announcement of {} bytes", announcement.len());
    });
}

/// Lets the peer send `start` and then `pattern` without end, and proves that
///
/// * while nobody takes events (a flush, with a peer that takes nothing), reading stops
///   at the machine's input limit;
/// * while events are taken, memory stays within the limit and a read window. Either
///   the connection then ends with an error, which is returned, or the pattern is a
///   valid stream of events and control messages without end: `None`.
///
/// # Panics
/// When memory grows, or the connection ends without an error.
pub fn endless_input_stops<M: Machine>(
    subject: &Subject<M>,
    start: &[u8],
    pattern: &[u8],
) -> Option<DriveError<M::Error>> {
    run_virtual(async {
        let stream = FaultyStream::new(Replay::endless(start, pattern)).write_ends(0, WriteEnd::Stall);
        let mut driver = subject.driver(stream);
        driver.command().1.write(b"never taken");
        let limit = driver.machine().input_limit();
        let most = limit.saturating_mul(2).saturating_add(WINDOW);
        let mut turns = 0;
        let flushed = poll_fn(|cx| {
            turns += 1;
            let flushed = driver.poll_flush(cx);
            let held = driver.capacity();
            assert!(held <= most, "{held} bytes are held with a limit of {limit}, and nobody takes events");
            assert!(
                driver.buffered() <= limit,
                "{} bytes are buffered with a limit of {limit}",
                driver.buffered()
            );
            if turns > TURNS { std::task::Poll::Ready(None) } else { flushed.map(Some) }
        });
        match tokio::time::timeout(TIME, flushed).await {
            // Full, and waiting for somebody to take events; or control messages without end.
            Err(_) | Ok(None) => {}
            Ok(Some(Err(_))) => {}
            Ok(Some(Ok(()))) => panic!("flushed to a peer that takes nothing"),
        }
    });
    run_virtual(async {
        let mut driver = subject.driver(Replay::endless(start, pattern)).linger(TIME / 10);
        let end = tokio::time::timeout(TIME, async {
            loop {
                let event = driver.next_ref().await.map(|event| event.is_some());
                let limit = driver.machine().input_limit();
                let most = limit.saturating_mul(2).saturating_add(WINDOW);
                let held = driver.capacity();
                assert!(held <= most, "{held} bytes are held with a limit of {limit}");
                match event {
                    Ok(true) => {}
                    Ok(false) => panic!("an endless stream ended in order"),
                    Err(error) => break error,
                }
            }
        });
        if let Ok(end) = end.await {
            return Some(end);
        }
        let (held, read) = (driver.buffered(), driver.stream().read());
        assert!(held <= read / 2, "{held} of {read} bytes of an endless stream are still held");
        None
    })
}

/// So long, in virtual time, an endless stream is watched: 64 MiB or more.
const TIME: std::time::Duration = std::time::Duration::from_secs(1);
/// So many turns of a flush that gets nowhere are enough.
const TURNS: usize = 20_000;

/// Lets the peer send `input` and fall silent, takes all events, and proves that
/// the idle connection holds no more than 4 KiB each way.
///
/// `input` ends with a whole message; let it be large.
///
/// # Panics
/// When more is held, or the connection ends.
pub fn idle_memory_is_released<M: Machine>(subject: &Subject<M>, input: &[u8]) {
    run_virtual(async {
        let mut driver = subject.driver(Replay::new(input, End::Silent));
        while let Some(event) = settle(&mut Box::pin(driver.next())).await {
            assert!(matches!(event, Ok(Some(_))), "the connection ended");
        }
        assert_eq!(driver.buffered(), 0, "the input does not end with a whole message");
        let held = driver.capacity();
        assert!(held <= 2 * IDLE, "{held} bytes are held by an idle connection");
    });
}
