//! Two peers that both only write.

use std::{future::poll_fn, time::Instant};

use super::Subject;
use crate::{
    Driver, Machine, Output,
    testing::{MemoryStream, pair, run_virtual},
};

/// Lets two machines send to each other over a stream that holds only `capacity`
/// bytes each way, while neither takes events: no deadlock, as long as what each
/// sends is within the other's input limit. Then both end their sending, and
/// take what they were sent; returned are the events of both.
///
/// `left` and `right` queue one more message each time and say whether there is
/// another one after it.
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
        {
            let both = join(send_all(&mut one, send_left), send_all(&mut two, send_right));
            assert!(
                tokio::time::timeout(PATIENCE, both).await.is_ok(),
                "two peers that only write block each other"
            );
        }
        join(take_all(left, &mut one), take_all(right, &mut two)).await
    })
}

/// Nothing but the machines' own deadlines takes time here.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(1);

async fn send_all<M: Machine>(
    driver: &mut Driver<M, MemoryStream>,
    mut send: impl FnMut(&mut M, &mut Output, Instant) -> bool,
) {
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
}

async fn take_all<M: Machine>(subject: &Subject<M>, driver: &mut Driver<M, MemoryStream>) -> Vec<String> {
    let mut events = Vec::new();
    while let Some(result) = crate::testing::clock::settle(&mut Box::pin(driver.next())).await {
        match result {
            Ok(Some(event)) => events.push(subject.words(&event)),
            Ok(None) => break,
            Err(error) => panic!("receiving failed: {error:?}"),
        }
    }
    events
}

/// Both futures, in one task.
async fn join<A, B>(a: impl Future<Output = A>, b: impl Future<Output = B>) -> (A, B) {
    tokio::join!(a, b)
}
