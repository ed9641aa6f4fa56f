//! What two tasks use in turns, without a lock.

use super::sync::{AtomicBool, AtomicOptionBox, Ordering};

/// Something that the halves of a split client use in turns.
///
/// Taking it and giving it back are one atomic swap of a pointer each. Nobody ever
/// waits for the other, not even for an instant: whoever finds it taken leaves word
/// and goes on, and is to be woken when it is given back.
///
/// Every access is sequentially consistent. So of two halves of which one leaves
/// word and looks again, and the other gives back and looks for word, at least one
/// sees what the other did: no wake-up is lost.
#[derive(Debug)]
pub struct Handover<T> {
    slot: AtomicOptionBox<T>,
    wanted: [AtomicBool; 2],
}

impl<T> Handover<T> {
    /// Lies there to be taken.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self {
            slot: AtomicOptionBox::new(Some(Box::new(value))),
            wanted: [AtomicBool::new(false), AtomicBool::new(false)],
        }
    }

    /// Takes it, if it is there. Else the one who has it learns, on giving it back,
    /// that this half wants it, and wakes it: leave a waker first, or take again after.
    pub fn take(&self, half: super::Half) -> Option<Box<T>> {
        if let Some(value) = self.try_take() {
            return Some(value);
        }
        let wanted = self.wanted(half);
        wanted.store(true, Ordering::SeqCst);
        // It may have been given back before that could be seen.
        let value = self.try_take()?;
        wanted.store(false, Ordering::SeqCst);
        Some(value)
    }

    /// Takes it, if it is there, and leaves no word.
    pub fn try_take(&self) -> Option<Box<T>> {
        self.slot.take(Ordering::SeqCst)
    }

    /// Gives it back. `true` when the other half has come for it meanwhile, and is to be woken.
    #[must_use = "the other half may wait to be woken"]
    pub fn give(&self, half: super::Half, value: Box<T>) -> bool {
        let twice = self.slot.swap(Some(value), Ordering::SeqCst);
        debug_assert!(twice.is_none(), "there are two of them");
        let wanted = self.wanted(half.other());
        wanted.load(Ordering::SeqCst) && wanted.swap(false, Ordering::SeqCst)
    }

    fn wanted(&self, half: super::Half) -> &AtomicBool {
        let [reader, writer] = &self.wanted;
        match half {
            super::Half::Reader => reader,
            super::Half::Writer => writer,
        }
    }
}
