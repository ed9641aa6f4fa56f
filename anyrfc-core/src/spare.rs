//! Buffers that the connections of a thread leave to each other.
//!
//! An idle connection holds no buffer, so one that wakes needs one, and gives it
//! up again soon after. Left to the allocator, a large one would come fresh from
//! the operating system each time, page by page. Here a thread keeps one of each
//! of a few sizes, half a MiB in all, which then also stays in the processor's cache;
//! of the smallest two, since a connection that waits gives up both of its buffers.
//!
//! A connection gets one of the size that it would have made: it holds no more
//! than it would without, nor does a message that was split off it.

use std::cell::RefCell;

use bytes::BytesMut;

/// The largest capacity of each class: of a window that has just begun, and of
/// what it grows to.
const CLASSES: [usize; 4] = [4 << 10, 16 << 10, 64 << 10, 512 << 10];

/// One of each class, and behind them the second of the smallest.
type Spare = [Option<BytesMut>; CLASSES.len() + 1];

thread_local! {
    static SPARE: RefCell<Spare> = const { RefCell::new([const { None }; CLASSES.len() + 1]) };
}

/// An empty buffer for about `capacity` bytes, which may still have to be reserved.
pub(crate) fn take(capacity: usize) -> BytesMut {
    let Some(class) = CLASSES.iter().position(|&most| capacity <= most) else { return BytesMut::new() };
    let spare = SPARE.try_with(|spare| {
        let mut spare = spare.borrow_mut();
        let first = spare.get_mut(class).and_then(Option::take);
        if class == 0 { first.or_else(|| spare.last_mut().and_then(Option::take)) } else { first }
    });
    spare.ok().flatten().unwrap_or_default()
}

/// Gives up a buffer and what is in it. What others hold of it stays theirs; one
/// that is too large to be kept goes.
pub(crate) fn give(mut buffer: BytesMut) {
    buffer.clear();
    let Some(class) = class(&mut buffer) else { return };
    // No thread's end, and no drop of a buffer, borrows it meanwhile.
    let _ = SPARE.try_with(|spare| {
        let mut spare = spare.borrow_mut();
        let second = class == 0 && spare.first().is_some_and(Option::is_some);
        let place = if second { spare.last_mut() } else { spare.get_mut(class) };
        if let Some(place) = place {
            *place = Some(buffer);
        }
    });
}

/// The class of an empty buffer, by what it can make use of.
fn class(buffer: &mut BytesMut) -> Option<usize> {
    if !buffer.try_reclaim(1) {
        return None;
    }
    CLASSES.iter().position(|most| !buffer.try_reclaim(most.saturating_add(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nothing of other tests in this thread.
    fn forget() {
        SPARE.with(|spare| *spare.borrow_mut() = Default::default());
    }

    #[test]
    fn what_was_given_is_taken_again_by_who_wants_that_size() {
        forget();
        let mut buffer = BytesMut::with_capacity(3 << 10);
        buffer.extend_from_slice(b"secret");
        let at = buffer.as_ptr();
        give(buffer);
        assert_eq!(take(100 << 10).capacity(), 0, "another size");
        let buffer = take(3 << 10);
        assert_eq!((buffer.as_ptr(), buffer.len(), buffer.capacity()), (at, 0, 3 << 10));
        assert_eq!(take(3 << 10).capacity(), 0, "there is one");
    }

    #[test]
    fn of_the_smallest_there_are_two() {
        forget();
        for _ in 0..3 {
            give(BytesMut::with_capacity(2 << 10));
            give(BytesMut::with_capacity(10 << 10));
        }
        assert_eq!([2 << 10; 3].map(|size| take(size).capacity()), [2 << 10, 2 << 10, 0]);
        assert_eq!([10 << 10; 2].map(|size| take(size).capacity()), [10 << 10, 0]);
    }

    #[test]
    fn every_size_has_its_class() {
        for (size, expected) in [
            (1, Some(0)),
            (4 << 10, Some(0)),
            ((4 << 10) + 1, Some(1)),
            (16 << 10, Some(1)),
            (17 << 10, Some(2)),
            (64 << 10, Some(2)),
            (65 << 10, Some(3)),
            (512 << 10, Some(3)),
            ((512 << 10) + 1, None),
            (0, None),
        ] {
            assert_eq!(class(&mut BytesMut::with_capacity(size)), expected, "{size}");
        }
    }

    #[test]
    fn what_was_consumed_from_the_front_counts() {
        forget();
        let mut buffer = BytesMut::zeroed(100 << 10);
        let _ = buffer.split_to(100 << 10);
        assert_eq!(buffer.capacity(), 0);
        give(buffer);
        assert!(take(100 << 10).try_reclaim(100 << 10));
    }

    #[test]
    fn what_somebody_holds_stays_theirs() {
        forget();
        for held in [10, 100 << 10] {
            let mut buffer = BytesMut::zeroed(100 << 10);
            let held = buffer.split_to(held).freeze();
            give(buffer);
            let mut buffer = take(100 << 10);
            buffer.extend_from_slice(&[1; 100 << 10]);
            assert!(held.iter().all(|&byte| byte == 0));
        }
    }

    #[test]
    fn what_is_too_large_is_not_kept() {
        forget();
        give(BytesMut::with_capacity(1 << 20));
        assert_eq!(take(1 << 20).capacity() + take(512 << 10).capacity(), 0);
    }
}
