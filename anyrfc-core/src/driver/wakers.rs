//! Two tasks, one connection: how the halves of a split client wake each other.

use std::{
    fmt,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
};

use atomic_waker::AtomicWaker;

/// Which half of a split client polls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// The half that takes events.
    Reader,
    /// The half that sends.
    Writer,
}

impl Half {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Reader => Self::Writer,
            Self::Writer => Self::Reader,
        }
    }
}

/// The wakers of both halves of a split client. Setting and waking them takes no lock.
///
/// A [`Driver`](super::Driver) keeps no wakers; its stream and its timer remember
/// only the last one they were polled with. Two tasks that poll the same stream
/// with their own would steal each other's wake-ups, and one that stops polling
/// would leave the other asleep. So whatever both have to do with is polled with
/// one waker that wakes both ([`both`](Self::both)), after each has left its own
/// ([`register`](Self::register)). A change made without polling (a command,
/// say) is followed by [`wake`](Self::wake).
pub struct Wakers {
    slots: Arc<Slots>,
    /// Wakes both.
    both: Waker,
}

#[derive(Default)]
struct Slots {
    reader: AtomicWaker,
    writer: AtomicWaker,
}

impl Slots {
    const fn slot(&self, half: Half) -> &AtomicWaker {
        match half {
            Half::Reader => &self.reader,
            Half::Writer => &self.writer,
        }
    }
}

impl Wake for Slots {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.reader.wake();
        self.writer.wake();
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

    /// Polls for `half`: `poll` is given a context that wakes both halves. The other
    /// half is woken whenever this one got somewhere: it may have read what the other
    /// waits for, ended the connection, or armed a deadline.
    pub fn poll<R>(
        &self,
        half: Half,
        cx: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> Poll<R>,
    ) -> Poll<R> {
        self.register(half, cx);
        let result = poll(&mut self.both());
        if result.is_ready() {
            drop(self.slots.slot(half).take());
            self.wake();
        }
        result
    }

    /// Tries first, and leaves the waker only if `poll` has to be waited for: it is
    /// then tried once more, so that nothing that came in between is missed. What
    /// `poll` polls, it polls with [`both`](Self::both).
    pub fn poll_twice<R>(
        &self,
        half: Half,
        cx: &mut Context<'_>,
        mut poll: impl FnMut() -> Poll<R>,
    ) -> Poll<R> {
        if let Poll::Ready(done) = poll() {
            return Poll::Ready(done);
        }
        self.register(half, cx);
        poll()
    }

    /// Leaves the waker of `half`, until it is woken.
    pub fn register(&self, half: Half, cx: &Context<'_>) {
        self.slots.slot(half).register(cx.waker());
    }

    /// A context that wakes both halves.
    pub fn both(&self) -> Context<'_> {
        Context::from_waker(&self.both)
    }

    /// Wakes whoever waits, after a change that was made without polling.
    pub fn wake(&self) {
        self.both.wake_by_ref();
    }

    /// Wakes one half, if it waits.
    pub fn wake_half(&self, half: Half) {
        self.slots.slot(half).wake();
    }
}
