//! Nothing is lost or done twice when a future is dropped.

use std::{fmt, future::poll_fn, pin::pin, task::Poll};

use super::{Subject, assert_same};
use crate::{
    Driver, Eof, Machine,
    testing::{ChoppingStream, Replay, Sizes, run_virtual},
};

/// When an operation is cancelled.
#[derive(Clone, Copy, Debug)]
enum Cut {
    Never,
    /// When it waits for the nth time (over all operations), and is made anew at once.
    At(usize),
    /// Whenever it waits, once it is woken.
    Always,
}

/// Proves that a scenario comes out the same when the future of one of its
/// operations is dropped at any of its await points, and made anew.
///
/// `setup` makes the state (a driver, a client) and the peer, a future polled
/// beside it (`std::future::pending()` where there is none). `operation` does one
/// thing and says in words what came of it, or `None` when the scenario is over;
/// it must keep what it has achieved in the state, which is what is being proven.
/// It is run without cancelling, then cancelled at each await point, then at all
/// of them. Returns what came of it.
///
/// # Panics
/// When cancelling makes a difference.
pub fn cancel_everywhere<S, P: Future<Output = ()>>(
    setup: impl Fn() -> (S, P),
    operation: impl AsyncFn(&mut S) -> Option<String>,
) -> Vec<String> {
    let (expected, awaits) = scenario(&setup, &operation, Cut::Never);
    for n in 0..awaits {
        let (found, _) = scenario(&setup, &operation, Cut::At(n));
        assert_same(&Context(Cut::At(n)), &expected, &found);
    }
    let (found, _) = scenario(&setup, &operation, Cut::Always);
    assert_same(&Context(Cut::Always), &expected, &found);
    expected
}

struct Context(Cut);

impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Cut::Never => f.write_str("not cancelled"),
            Cut::At(n) => write!(f, "cancelled at await point {n}"),
            Cut::Always => f.write_str("cancelled at every await point"),
        }
    }
}

/// Runs the scenario; what came of it, and how often it waited.
fn scenario<S, P: Future<Output = ()>>(
    setup: &impl Fn() -> (S, P),
    operation: &impl AsyncFn(&mut S) -> Option<String>,
    cut: Cut,
) -> (Vec<String>, usize) {
    run_virtual(async {
        let (mut state, peer) = setup();
        let mut peer = pin!(peer);
        let mut peer_done = false;
        let mut waits = 0;
        let mut results = Vec::new();
        loop {
            let mut attempt = pin!(operation(&mut state));
            let mut parked = false;
            let result = poll_fn(|cx| {
                if !peer_done && peer.as_mut().poll(cx).is_ready() {
                    peer_done = true;
                }
                if parked {
                    // Woken: the future that waited is dropped without being asked.
                    return Poll::Ready(None);
                }
                if let Poll::Ready(result) = attempt.as_mut().poll(cx) {
                    return Poll::Ready(Some(result));
                }
                waits += 1;
                match cut {
                    Cut::At(n) if n + 1 == waits => return Poll::Ready(None),
                    Cut::Always => parked = true,
                    Cut::At(_) | Cut::Never => {}
                }
                Poll::Pending
            })
            .await;
            match result {
                Some(Some(result)) => results.push(result),
                Some(None) => return (results, waits),
                None => {}
            }
        }
    })
}

/// [`cancel_everywhere`] for a machine on the driver: `next`, `next_ref` and
/// `flush` in turn, while the stream moves one to three bytes at a time and makes
/// everyone wait for each. What is written is compared as well, so a machine's
/// answers must not depend on how often it is asked.
///
/// After `input` the stream ends in order.
///
/// # Panics
/// When cancelling makes a difference.
pub fn cancel_driver_everywhere<M: Machine>(subject: &Subject<M>, input: &[u8]) -> Vec<String> {
    struct State<M: Machine> {
        driver: Driver<M, ChoppingStream<Replay>>,
        turn: usize,
        told: bool,
    }
    let setup = || {
        let stream = ChoppingStream::new(Replay::new(input, Eof::Clean), Sizes::cycle([1, 2, 3])).spurious();
        (State { driver: subject.driver(stream), turn: 0, told: false }, std::future::pending())
    };
    cancel_everywhere(setup, async |state: &mut State<M>| {
        let result = match state.turn % 3 {
            0 => state.driver.next().await.map(|event| event.map(|event| subject.words(&event))),
            1 => state.driver.next_ref().await.map(|event| event.map(|event| subject.borrowed_words(&event))),
            _ => state.driver.flush().await.map(|()| Some("flushed".to_owned())),
        };
        state.turn += 1;
        match result {
            Ok(Some(words)) => Some(words),
            Err(error) if !matches!(error, crate::DriveError::Finished) => Some(format!("{error:?}")),
            _ if state.told => None,
            _ => {
                state.told = true;
                Some(format!("written: {}", state.driver.stream().inner().written().escape_ascii()))
            }
        }
    })
}
