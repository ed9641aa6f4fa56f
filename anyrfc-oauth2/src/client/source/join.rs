//! Waiting for a source's work, which whoever waits does.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use anyrfc_core::BoxFuture;

use super::{Cell, Shared, signal::Turn};
use crate::{
    Error,
    proto::{Done, Seat, Token, Want},
};

/// So long does a caller wait for the renewal of a token that still lives.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// The work: one task at a time, polled by anybody.
pub(super) enum Work {
    /// There is none.
    Idle,
    /// It waits for somebody to poll it.
    Running(BoxFuture<'static, Done>),
    /// Somebody polls it.
    Taken,
}

/// Somebody who waits; dropping it leaves the work where it is.
pub(super) struct Join<'a> {
    shared: &'a Shared,
    seat: Option<Seat>,
    want: Want,
    /// Among those who wait, once it does.
    id: Option<u64>,
    patience: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl<'a> Join<'a> {
    pub(super) fn new(shared: &'a Shared, want: Want) -> Self {
        Self { shared, seat: None, want, id: None, patience: None }
    }

    /// Counts as one of those who see to the work.
    fn enter(&mut self, cell: &mut Cell) -> u64 {
        *self.id.get_or_insert_with(|| {
            cell.waiting += 1;
            cell.next_id += 1;
            cell.next_id
        })
    }

    fn leave(&mut self) {
        if let Some(id) = self.id.take() {
            self.shared.lock().waiting -= 1;
            self.shared.signal.leave(id);
        }
    }

    /// Whether it has waited long enough for a token that is only better.
    fn patience_is_over(&mut self, living: bool, cx: &mut Context<'_>) -> bool {
        if !living {
            self.patience = None;
            return false;
        }
        let sleep = self.patience.get_or_insert_with(|| Box::pin(tokio::time::sleep(PATIENCE)));
        sleep.as_mut().poll(cx).is_ready()
    }
}

impl Future for Join<'_> {
    type Output = Result<Option<Token>, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let shared = this.shared;
        loop {
            let mut cell = shared.lock();
            let now = super::now();
            let seat = this.seat.get_or_insert_with(|| cell.keeper.seat(this.want));
            let alone = cell.waiting == usize::from(this.id.is_some());
            if let Some(answer) = cell.keeper.answer(seat, alone, now) {
                drop(cell);
                this.leave();
                return Poll::Ready(answer);
            }
            let id = this.enter(&mut cell);
            let living = cell.keeper.published().is_some_and(|token| token.is_valid(now));
            match std::mem::replace(&mut cell.work, Work::Taken) {
                Work::Idle => {
                    cell.work = Work::Idle;
                    if let Some(task) = cell.keeper.task(now) {
                        cell.work = Work::Running(shared.runner.start(task));
                        shared.signal.ready();
                    }
                    shared.publish(&cell);
                    continue;
                }
                Work::Taken => {
                    let before = shared.signal.wait(id, cx.waker());
                    drop(cell);
                    drop(before);
                }
                Work::Running(work) => match shared.signal.take_or_wait(id, cx.waker()) {
                    Turn::Taken => {
                        drop(cell);
                        if shared.work_on(work) {
                            continue;
                        }
                        // Woken meanwhile? Then in another turn, since the runtime may want one; and
                        // in anybody's, since this one may be dropped before it comes.
                        drop(shared.signal.wait(id, cx.waker()));
                        shared.signal.wake_if_ready();
                    }
                    Turn::Waits(before) => {
                        cell.work = Work::Running(work);
                        drop(cell);
                        drop(before);
                    }
                },
            }
            if !this.patience_is_over(living, cx) {
                return Poll::Pending;
            }
            if let Some(seat) = &mut this.seat {
                seat.patience_is_over = true;
            }
        }
    }
}

impl Drop for Join<'_> {
    fn drop(&mut self) {
        self.leave();
    }
}

impl Shared {
    /// Polls the work once; whether it is over.
    fn work_on(&self, mut work: BoxFuture<'static, Done>) -> bool {
        let waker = Waker::from(Arc::clone(&self.signal));
        let at_work = AtWork(self);
        let polled = work.as_mut().poll(&mut Context::from_waker(&waker));
        let done = match polled {
            Poll::Ready(done) => done,
            Poll::Pending => {
                std::mem::forget(at_work);
                self.lock().work = Work::Running(work);
                return false;
            }
        };
        // What it holds goes before anybody can look.
        drop(work);
        std::mem::forget(at_work);
        let mut cell = self.lock();
        cell.work = Work::Idle;
        let now = self.runner.now();
        self.runner.with_random(|random| cell.keeper.finish(done, now, random));
        self.publish(&cell);
        drop(cell);
        self.signal.wake_all();
        true
    }
}

/// Cleans up behind work that panics.
struct AtWork<'a>(&'a Shared);

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        let mut cell = self.0.lock();
        cell.work = Work::Idle;
        let now = self.0.runner.now();
        self.0.runner.with_random(|random| cell.keeper.broken(now, random));
        drop(cell);
        self.0.signal.wake_all();
    }
}
