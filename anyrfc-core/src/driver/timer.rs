//! One timer per connection, touched only when an earlier one is needed than the one that runs.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use tokio::time::Sleep;

use super::clock;

/// No timer is set further ahead: the next deadline is then seldom before the timer that runs, and
/// needs none of its own. Setting an earlier one wakes the runtime up, which costs as much as a write.
const AHEAD: Duration = Duration::from_secs(60);

/// When `wait` is over. What the clock cannot tell is as good as never.
pub(super) fn after(now: Instant, wait: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);
    now.checked_add(wait).or_else(|| now.checked_add(FAR)).unwrap_or(now)
}

#[derive(Debug, Default)]
pub(super) struct Timer {
    sleep: Option<Pin<Box<Sleep>>>,
    /// When it will fire; `None` where none runs.
    at: Option<Instant>,
}

impl Timer {
    /// Ready when `deadline` has come; never without one.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>, deadline: Option<Instant>) -> Poll<()> {
        let Some(deadline) = deadline else { return Poll::Pending };
        loop {
            if self.at.is_none_or(|at| deadline < at) {
                self.set(deadline);
            }
            let Some(sleep) = &mut self.sleep else { return Poll::Pending };
            ready!(sleep.as_mut().poll(cx));
            // A sleep that has fired must be reset before it is polled again.
            if self.at.take().is_none_or(|at| deadline <= at) {
                return Poll::Ready(());
            }
        }
    }

    fn set(&mut self, deadline: Instant) {
        let at = clock().checked_add(AHEAD).map_or(deadline, |most| deadline.min(most));
        self.at = Some(at);
        match &mut self.sleep {
            Some(sleep) => sleep.as_mut().reset(at.into()),
            None => self.sleep = Some(Box::pin(tokio::time::sleep_until(at.into()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_fires_when_the_deadline_comes_however_that_moves() {
        let (mut timer, start) = (Timer::default(), clock());
        let seconds = |count| start + Duration::from_secs(count);
        for deadline in [300, 310, 311, 400, 401].map(seconds) {
            poll_fn(|cx| timer.poll(cx, Some(deadline))).await;
            assert_eq!(clock(), deadline);
        }
        // Later, then earlier, than the timer that runs.
        for deadline in [900, 1200, 430, 420].map(seconds) {
            assert!(poll_fn(|cx| Poll::Ready(timer.poll(cx, Some(deadline)))).await.is_pending());
        }
        poll_fn(|cx| timer.poll(cx, Some(seconds(420)))).await;
        assert_eq!(clock(), seconds(420));
        poll_fn(|cx| timer.poll(cx, Some(seconds(500)))).await;
        assert_eq!(clock(), seconds(500));
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_runs_early_enough_is_left_alone() {
        let (mut timer, start) = (Timer::default(), clock());
        let mut set = Vec::new();
        for minutes in [5, 2, 10, 3] {
            let deadline = start + Duration::from_secs(60 * minutes);
            assert!(poll_fn(|cx| Poll::Ready(timer.poll(cx, Some(deadline)))).await.is_pending());
            set.push(timer.at);
        }
        assert_eq!(set, [Some(start + AHEAD); 4]);
    }
}
