//! A time-out for work that may be left lying.

use std::{future::poll_fn, pin::pin, task::Poll, time::Duration};

use tokio::time::{Instant, sleep};

/// Whoever is polled so long after a deadline was not waited for when it passed.
const LATE: Duration = Duration::from_secs(1);

/// So often it gets more time, or those who have little patience would go on for ever with what
/// never comes.
const MORE: u32 = 3;

/// Awaits `future` for `limit`; `None` when that is over.
///
/// While nobody polls this, the time does not count: whoever goes on with it later gives it `limit`
/// once more, three times at most. What has come meanwhile may take a few more turns to be read,
/// and may be the only refresh token there is.
pub(crate) async fn within<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut deadline = pin!(sleep(limit));
    let mut more = MORE;
    poll_fn(|cx| {
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Some(output));
        }
        while deadline.as_mut().poll(cx).is_ready() {
            let now = Instant::now();
            if more == 0 || now.saturating_duration_since(deadline.deadline()) < LATE {
                return Poll::Ready(None);
            }
            more -= 1;
            deadline.as_mut().reset(now + limit);
        }
        Poll::Pending
    })
    .await
}

#[cfg(test)]
mod tests {
    use anyrfc_core::testing::{advance, run_virtual};
    use futures_util::FutureExt;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(30);

    #[test]
    fn what_takes_too_long_is_ended() {
        run_virtual(async {
            let start = Instant::now();
            assert_eq!(within(LIMIT, std::future::pending::<()>()).await, None);
            assert!(start.elapsed() >= LIMIT && start.elapsed() < LIMIT + LATE);
            assert_eq!(within(LIMIT, sleep(LIMIT / 2)).await, Some(()));
        });
    }

    #[test]
    fn the_time_nobody_waits_does_not_count() {
        run_virtual(async {
            let mut left = Box::pin(within(LIMIT, async {
                sleep(LIMIT / 2).await;
                tokio::task::yield_now().await;
            }));
            assert!((&mut left).now_or_never().is_none());
            advance(100 * LIMIT).await;
            assert_eq!(left.await, Some(()));

            let mut silent = Box::pin(within(LIMIT, std::future::pending::<()>()));
            assert!((&mut silent).now_or_never().is_none());
            advance(100 * LIMIT).await;
            let start = Instant::now();
            assert_eq!(silent.await, None);
            assert!(start.elapsed() >= LIMIT, "it has an end all the same");
        });
    }

    #[test]
    fn those_who_never_wait_long_do_not_go_on_for_ever() {
        run_virtual(async {
            let mut silent = Box::pin(within(LIMIT, std::future::pending::<()>()));
            for round in 0..=MORE {
                assert!((&mut silent).now_or_never().is_none(), "{round}");
                advance(2 * LIMIT).await;
            }
            assert_eq!(silent.now_or_never(), Some(None));
        });
    }
}
