//! Who is woken when the work in a source can go on.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    task::{Wake, Waker},
};

/// The waker of the work, which passes on to everybody who waits for it: any of them can go on with
/// it, so that one who is never polled again holds up nobody. The work itself is polled by the
/// first who comes, the others find nothing to do: an event costs one wake-up for each, however
/// many there are.
#[derive(Default)]
pub(super) struct Signal(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    /// The work can go on, and nobody has polled it since.
    ready: bool,
    wakers: BTreeMap<u64, Waker>,
}

/// Whose turn it is.
pub(super) enum Turn {
    /// This one's.
    Taken,
    /// Nobody's yet. Here is the waker it had before, for the caller to drop under no lock.
    Waits(Option<Waker>),
}

impl Signal {
    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The work can go on.
    pub(super) fn ready(&self) {
        self.lock().ready = true;
    }

    /// Takes up the work if it can go on; else waits until it can, or until it is over.
    pub(super) fn take_or_wait(&self, id: u64, waker: &Waker) -> Turn {
        let mut waiting = self.lock();
        if waiting.ready {
            waiting.ready = false;
            return Turn::Taken;
        }
        Turn::Waits(waiting.wakers.insert(id, waker.clone()))
    }

    /// Waits while another is at work. The waker it had before is for the caller to drop, with all
    /// that hangs on it: under no lock.
    #[must_use]
    pub(super) fn wait(&self, id: u64, waker: &Waker) -> Option<Waker> {
        self.lock().wakers.insert(id, waker.clone())
    }

    /// Whoever waits by now learns that the work can go on, if it can.
    pub(super) fn wake_if_ready(&self) {
        let mut waiting = self.lock();
        if waiting.ready {
            let wakers = std::mem::take(&mut waiting.wakers);
            drop(waiting);
            wakers.into_values().for_each(Waker::wake);
        }
    }

    /// Waits no longer.
    pub(super) fn leave(&self, id: u64) {
        let waker = self.lock().wakers.remove(&id);
        drop(waker);
    }

    /// The work is over.
    pub(super) fn wake_all(&self) {
        let wakers = std::mem::take(&mut self.lock().wakers);
        wakers.into_values().for_each(Waker::wake);
    }
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let mut waiting = self.lock();
        waiting.ready = true;
        let wakers = std::mem::take(&mut waiting.wakers);
        drop(waiting);
        wakers.into_values().for_each(Waker::wake);
    }
}
