//! One timer per connection, touched only when the deadline changes.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Instant,
};

use tokio::time::Sleep;

#[derive(Debug, Default)]
pub(super) struct Timer {
    sleep: Option<Pin<Box<Sleep>>>,
    at: Option<Instant>,
}

impl Timer {
    /// Ready when `deadline` has come; never without one.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>, deadline: Option<Instant>) -> Poll<()> {
        let Some(deadline) = deadline else { return Poll::Pending };
        if self.at != Some(deadline) {
            self.at = Some(deadline);
            match &mut self.sleep {
                Some(sleep) => sleep.as_mut().reset(deadline.into()),
                None => self.sleep = Some(Box::pin(tokio::time::sleep_until(deadline.into()))),
            }
        }
        let Some(sleep) = &mut self.sleep else { return Poll::Pending };
        let fired = sleep.as_mut().poll(cx);
        if fired.is_ready() {
            // A sleep that has fired must be reset before it is polled again.
            self.at = None;
        }
        fired
    }
}
