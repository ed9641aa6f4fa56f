//! Runtimes for tests: the virtual clock, and the real one for loopback sockets.

use std::{
    future::poll_fn,
    pin::pin,
    task::Poll,
    time::{Duration, Instant},
};

use tokio::runtime::{Builder, Runtime};

/// So much virtual time may pass in one [`run_virtual`].
pub const VIRTUAL_LIMIT: Duration = Duration::from_secs(100 * 3600);
/// So often may the future of one [`run_virtual`] be polled.
pub const POLL_LIMIT: u64 = 1_000_000;

/// Runs `future` on a runtime of its own whose clock is virtual: it stands still
/// while anything can be done, and jumps to the next deadline when nothing can.
///
/// For in-memory streams only: while a real socket is waited for, the clock
/// would jump through every deadline at once.
///
/// # Panics
/// When the future hangs (the clock has jumped by [`VIRTUAL_LIMIT`]) or wakes
/// itself without end ([`POLL_LIMIT`] polls).
pub fn run_virtual<F: Future>(future: F) -> F::Output {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
    on(runtime, async {
        let mut future = pin!(future);
        let mut polls = 0_u64;
        let counted = poll_fn(|cx| {
            polls += 1;
            assert!(polls < POLL_LIMIT, "live-lock: polled {polls} times without coming to an end");
            future.as_mut().poll(cx)
        });
        match tokio::time::timeout(VIRTUAL_LIMIT, counted).await {
            Ok(output) => output,
            Err(_) => panic!("hang: nothing more happened in {VIRTUAL_LIMIT:?} of virtual time"),
        }
    })
}

/// Runs `future` on a current-thread runtime of its own with the real clock and
/// real I/O, for tests over loopback.
///
/// # Panics
/// When the operating system gives no resources for a runtime.
pub fn run<F: Future>(future: F) -> F::Output {
    on(Builder::new_current_thread().enable_all().build(), future)
}

fn on<F: Future>(runtime: std::io::Result<Runtime>, future: F) -> F::Output {
    match runtime {
        Ok(runtime) => runtime.block_on(future),
        Err(error) => panic!("no runtime: {error}"),
    }
}

/// Moves the virtual clock of the present [`run_virtual`] on.
///
/// # Cancel safety
/// The clock has moved once the future was polled.
pub async fn advance(by: Duration) {
    tokio::time::advance(by).await;
}

/// The present time, virtual in [`run_virtual`].
#[must_use]
pub fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

/// Polls `future` until it would wait, or `None` if it is not done by then.
///
/// Wake-ups that are already due are served first, so that a stream which is
/// merely slow in handing out bytes is not taken for one that waits.
///
/// # Cancel safety
/// Dropping the future drops `future`.
pub async fn settle<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    let mut quiet = 0_u32;
    poll_fn(|cx| {
        if let Poll::Ready(output) = std::pin::Pin::new(&mut *future).poll(cx) {
            return Poll::Ready(Some(output));
        }
        quiet += 1;
        if quiet > SETTLE {
            return Poll::Ready(None);
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await
}

/// So many polls in a row without an end mean that a future waits.
const SETTLE: u32 = 1000;
