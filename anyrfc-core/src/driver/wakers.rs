//! Two tasks, one driver: how the halves of a split client wake each other.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Wake, Waker},
};

/// Which half of a split client polls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// The half that takes events.
    Reader,
    /// The half that sends.
    Writer,
}

/// The wakers of both halves of a split client.
///
/// A [`Driver`](super::Driver) keeps no wakers; its stream and its timer remember
/// only the last one they were polled with. Two tasks that poll the same driver
/// with their own would steal each other's wake-ups. So both poll it through
/// [`poll`](Self::poll), which gives the driver one waker that wakes both, and
/// wakes the other half whenever this one got somewhere: it may have read what
/// the other waits for, ended the connection, or armed a deadline. A change made
/// without polling (a command, say) is followed by [`wake`](Self::wake).
pub struct Wakers {
    slots: Arc<Slots>,
    /// Wakes both.
    both: Waker,
}

#[derive(Default)]
struct Slots(Mutex<[Option<Waker>; 2]>);

impl Slots {
    fn lock(&self) -> MutexGuard<'_, [Option<Waker>; 2]> {
        // Nothing that can panic is done under the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Slots {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let [reader, writer] = std::mem::take(&mut *self.lock());
        // Woken without the lock: a waker may run anything.
        for waker in [reader, writer].into_iter().flatten() {
            waker.wake();
        }
    }
}

impl Default for Wakers {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Wakers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wakers").finish_non_exhaustive()
    }
}

impl Wakers {
    /// Nobody waits yet.
    #[must_use]
    pub fn new() -> Self {
        let slots = Arc::new(Slots::default());
        Self { both: Waker::from(Arc::clone(&slots)), slots }
    }

    /// Polls for `half`: `poll` is given a context that wakes both halves.
    pub fn poll<R>(
        &self,
        half: Half,
        cx: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> Poll<R>,
    ) -> Poll<R> {
        self.set(half, Some(cx.waker()));
        let result = poll(&mut Context::from_waker(&self.both));
        if result.is_ready() {
            self.set(half, None);
            self.wake();
        }
        result
    }

    /// Wakes whoever waits, after a change that was made without polling.
    pub fn wake(&self) {
        self.both.wake_by_ref();
    }

    fn set(&self, half: Half, waker: Option<&Waker>) {
        let new = waker.cloned();
        let mut slots = self.slots.lock();
        let [reader, writer] = &mut *slots;
        let slot = match half {
            Half::Reader => reader,
            Half::Writer => writer,
        };
        let old = std::mem::replace(slot, new);
        drop(slots);
        // Dropped without the lock: it may be the last handle of a task.
        drop(old);
    }
}
