//! The receiving side, which the sending half drives too while it is blocked.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use anyrfc_core::{
    ProtocolState,
    driver::{Half, Handover},
};

use super::link::{Lane, Link};
use crate::{
    Error,
    client::{End, inner::Inner},
    proto::State,
};

/// The connection goes on.
pub(super) const RUNNING: u8 = 0;
/// It ends: its last words are being said.
pub(super) const ENDING: u8 = 1;
/// It has ended.
pub(super) const ENDED: u8 = 2;

/// What both halves have in common.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) link: Arc<Link>,
    inbound: Handover<Inbound>,
    /// Written when something changes that is not data.
    status: Mutex<Status>,
    level: AtomicU8,
    /// How often the lock was taken.
    #[cfg(test)]
    pub(super) locked: std::sync::atomic::AtomicUsize,
}

/// How the connection stands, as far as the halves are asked.
#[derive(Clone, Debug)]
pub(super) struct Status {
    pub(super) state: ProtocolState,
    pub(super) latency: Option<Duration>,
    pub(super) end: Option<End>,
    failure: Option<Error>,
}

/// What was last told by a [`Status`].
type Told = (ProtocolState, Option<Duration>, u8);

/// The receiving side.
#[derive(Debug)]
pub(super) struct Inbound {
    pub(super) inner: Inner<Lane>,
    /// What ended the connection, while the receiving half has not been told.
    pub(super) untold: Option<Error>,
    told: Option<Told>,
}

impl Inbound {
    pub(super) const fn new(inner: Inner<Lane>) -> Self {
        Self { inner, untold: None, told: None }
    }

    fn stand(&self) -> Told {
        let (driver, connection) = (&self.inner.driver, self.inner.connection());
        let level = match driver.is_finished() {
            true => ENDED,
            false if !driver.is_running() || connection.phase() == State::Failed => ENDING,
            false => RUNNING,
        };
        (self.inner.state(), connection.latency(), level)
    }
}

impl Shared {
    pub(super) fn new(link: Arc<Link>, inbound: Inbound) -> Self {
        let (state, latency, _) = inbound.stand();
        let status = Status { state, latency, end: None, failure: None };
        let shared = Self {
            link,
            inbound: Handover::new(inbound),
            status: Mutex::new(status),
            level: AtomicU8::new(RUNNING),
            #[cfg(test)]
            locked: std::sync::atomic::AtomicUsize::new(0),
        };
        // How it stands is told when it is given back.
        drop(shared.take(Half::Reader));
        shared
    }

    /// The receiving side, for `half`, which is woken when it is given back if it is not there.
    pub(super) fn take(&self, half: Half) -> Option<Receiving<'_>> {
        self.inbound.take(half).map(|inbound| self.hold(half, inbound))
    }

    /// The receiving side learns what the sending side has done, if it is there; else it
    /// does when it is polled next.
    pub(super) fn look_up(&self) {
        if let Some(inbound) = self.inbound.try_take() {
            let _ = self.hold(Half::Writer, inbound).poll(|_, _| Poll::Ready(()));
        }
    }

    /// The receiving side, which `half` has.
    pub(super) const fn hold(&self, half: Half, inbound: Box<Inbound>) -> Receiving<'_> {
        Receiving { shared: self, half, inbound: Some(inbound) }
    }

    /// The receiving side for good, when both halves are one again.
    pub(super) fn take_for_good(&self) -> Option<Box<Inbound>> {
        self.inbound.try_take()
    }

    pub(super) fn level(&self) -> u8 {
        self.level.load(Ordering::SeqCst)
    }

    pub(super) fn status(&self) -> MutexGuard<'_, Status> {
        #[cfg(test)]
        self.locked.fetch_add(1, Ordering::Relaxed);
        // Nothing that can panic is done under the lock.
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn state(&self) -> ProtocolState {
        let state = self.status().state;
        // Closing was begun, and the receiving side has not looked up yet.
        let begun = state == ProtocolState::Connected && self.link.desk.is_shut();
        if begun { ProtocolState::Disconnecting } else { state }
    }

    /// What ended the connection, for whoever comes too late.
    pub(super) fn ended(&self) -> Error {
        self.status().failure.clone().unwrap_or_else(|| Error::closed("the connection has ended"))
    }

    fn tell(&self, inbound: &mut Inbound) {
        let told = inbound.stand();
        if inbound.told == Some(told) {
            return;
        }
        inbound.told = Some(told);
        let (state, latency, level) = told;
        if level != RUNNING {
            self.link.desk.shut();
        }
        let end = inbound.inner.end();
        let failure = inbound.inner.failure.clone();
        *self.status() = Status { state, latency, end, failure };
        self.level.store(level, Ordering::SeqCst);
        self.link.wakers.wake();
    }
}

/// The receiving side, as long as one of the halves has it.
pub(super) struct Receiving<'a> {
    shared: &'a Shared,
    half: Half,
    /// Always there, up to the end.
    inbound: Option<Box<Inbound>>,
}

impl Receiving<'_> {
    /// Polls, and lets the connection know what the sending side has done.
    pub(super) fn poll<R>(
        &mut self,
        mut poll: impl FnMut(&mut Inbound, &mut Context<'_>) -> Poll<R>,
    ) -> Poll<R> {
        let Some(inbound) = &mut self.inbound else { return Poll::Pending };
        let link = &self.shared.link;
        loop {
            inbound.inner.driver.command().0.hear();
            let polled = poll(inbound, &mut link.wakers.both());
            // It may have written itself what it now has to know of.
            if polled.is_ready() || !link.desk.has_news() {
                return polled;
            }
        }
    }

    /// Keeps it for the next call, if a message lies there for it: then there is nothing
    /// the other half could do with it.
    pub(super) fn keep(&mut self) -> Option<Box<Inbound>> {
        let inner = &self.inbound.as_ref()?.inner;
        if inner.reading || !inner.connection().has_message(inner.driver.unread()) {
            return None;
        }
        self.inbound.take()
    }
}

impl Drop for Receiving<'_> {
    fn drop(&mut self) {
        let Some(mut inbound) = self.inbound.take() else { return };
        self.shared.tell(&mut inbound);
        if self.shared.inbound.give(self.half, inbound) {
            self.shared.link.wakers.wake_half(self.half.other());
        }
    }
}
