//! The handover under every interleaving of two threads.

use std::{future::poll_fn, task::Poll};

use loom::{
    future::{AtomicWaker, block_on},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use self::handover::Handover;
use super::Half;

/// The handover once more, on a model of threads.
#[allow(clippy::duplicate_mod, unreachable_pub, reason = "the same code, made of other parts")]
#[path = "handover.rs"]
mod handover;

/// What it is made of.
mod sync {
    pub(super) use loom::sync::atomic::{AtomicBool, Ordering};

    /// One swap is one step, as it is of the real one.
    #[derive(Debug)]
    pub(super) struct AtomicOptionBox<T>(loom::sync::Mutex<Option<Box<T>>>);

    impl<T> AtomicOptionBox<T> {
        pub(super) fn new(value: Option<Box<T>>) -> Self {
            Self(loom::sync::Mutex::new(value))
        }

        pub(super) fn swap(&self, value: Option<Box<T>>, _: Ordering) -> Option<Box<T>> {
            std::mem::replace(&mut *self.0.lock().unwrap(), value)
        }

        pub(super) fn take(&self, order: Ordering) -> Option<Box<T>> {
            self.swap(None, order)
        }
    }
}

struct Shared {
    count: Handover<u32>,
    reader: AtomicWaker,
    writer: AtomicWaker,
    /// Work that is left to whoever has the handover, and that there is some.
    mail: Mutex<u32>,
    has_mail: AtomicBool,
}

impl Shared {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            count: Handover::new(0),
            reader: AtomicWaker::new(),
            writer: AtomicWaker::new(),
            mail: Mutex::new(0),
            has_mail: AtomicBool::new(false),
        })
    }

    fn waker(&self, half: Half) -> &AtomicWaker {
        match half {
            Half::Reader => &self.reader,
            Half::Writer => &self.writer,
        }
    }

    fn give(&self, half: Half, count: Box<u32>) {
        if self.count.give(half, count) {
            self.waker(half.other()).wake();
        }
    }

    /// Tries, leaves the waker, tries again: as `Wakers::poll_twice` does.
    async fn take(&self, half: Half) -> Box<u32> {
        poll_fn(|cx| {
            if let Some(count) = self.count.take(half) {
                return Poll::Ready(count);
            }
            self.waker(half).register_by_ref(cx.waker());
            match self.count.take(half) {
                Some(count) => Poll::Ready(count),
                None => Poll::Pending,
            }
        })
        .await
    }

    fn post(&self) {
        let mut mail = self.mail.lock().unwrap();
        *mail += 100;
        self.has_mail.store(true, Ordering::SeqCst);
    }

    /// Gives back, and sees to the mail that was left meanwhile.
    fn settle(&self, half: Half, mut count: Box<u32>) {
        loop {
            if self.has_mail.load(Ordering::SeqCst) {
                let mut mail = self.mail.lock().unwrap();
                self.has_mail.store(false, Ordering::SeqCst);
                *count += std::mem::take(&mut *mail);
            }
            self.give(half, count);
            if !self.has_mail.load(Ordering::SeqCst) {
                return;
            }
            let Some(again) = self.count.try_take() else { return };
            count = again;
        }
    }
}

/// A lost wake-up would be a deadlock here, which the model reports.
#[test]
fn whoever_finds_it_taken_is_woken() {
    loom::model(|| {
        let shared = Shared::new();
        let writer = thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                for _ in 0..2 {
                    let mut count = block_on(shared.take(Half::Writer));
                    *count += 1;
                    shared.give(Half::Writer, count);
                }
            }
        });
        let mut count = block_on(shared.take(Half::Reader));
        *count += 1;
        shared.give(Half::Reader, count);
        writer.join().unwrap();
        assert_eq!(shared.count.try_take(), Some(Box::new(3)));
    });
}

/// Mail left while the other half has the handover is seen to by one of them, always.
#[test]
fn mail_is_never_left_lying() {
    loom::model(|| {
        let shared = Shared::new();
        let writer = thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                for _ in 0..2 {
                    if let Some(count) = shared.count.try_take() {
                        shared.settle(Half::Writer, count);
                    }
                }
            }
        });
        shared.post();
        if let Some(count) = shared.count.try_take() {
            shared.settle(Half::Reader, count);
        }
        writer.join().unwrap();
        assert_eq!(shared.count.try_take(), Some(Box::new(100)));
        assert!(!shared.has_mail.load(Ordering::SeqCst));
    });
}
