//! Which UID each sequence number of the selected mailbox stands for.

use crate::types::{SequenceNumber, Uid, UidSet};

/// Which UID each sequence number stands for, as far as it was told: changed by responses
/// alone, in their order (RFC 9051, section 7.5.1).
#[derive(Clone, Debug, Default)]
pub(super) struct Numbering {
    /// The n-th entry is of the message numbered n + 1; 0 is not known.
    uids: Vec<u32>,
}

/// Nothing is remembered of messages beyond this number: half a MiB, which every EXPUNGE of
/// an early message moves.
const NUMBERED_MAX: usize = 1 << 17;
/// The table grows to what was told of, and by no more than this many numbers at once that
/// were not: a server that names message 1 000 000 alone costs little.
const GAP_MAX: usize = 64 << 10;

impl Numbering {
    pub(super) fn uid(&self, sequence: SequenceNumber) -> Option<Uid> {
        self.uids.get(index(sequence)?).copied().and_then(Uid::new)
    }

    pub(super) fn learn(&mut self, sequence: SequenceNumber, uid: Uid) -> bool {
        let Some(at) = index(sequence) else { return true };
        if at >= self.uids.len() {
            if at >= NUMBERED_MAX || at.saturating_sub(self.uids.len()) > GAP_MAX {
                return true;
            }
            self.uids.resize(at.saturating_add(1), 0);
        }
        let Some(slot) = self.uids.get_mut(at) else { return true };
        let consistent = *slot == 0 || *slot == uid.get();
        *slot = uid.get();
        consistent
    }

    pub(super) fn expunge(&mut self, sequence: SequenceNumber) -> Option<Uid> {
        let at = index(sequence)?;
        if at < self.uids.len() { Uid::new(self.uids.remove(at)) } else { None }
    }

    /// These are gone (RFC 7162, section 3.2.10.2), in one pass. UIDs ascend with the numbers, so
    /// one that was not told stood in the gap between its neighbours: one number less there.
    pub(super) fn vanish(&mut self, gone: &UidSet) {
        let mut left = Vec::with_capacity(self.uids.len());
        let mut ranges = gone.ranges().peekable();
        // The numbers of unknown UIDs since the last known one, and how many have gone there.
        let (mut unknown, mut vanished, mut last) = (0_usize, 0_usize, 0_u32);
        for uid in std::mem::take(&mut self.uids) {
            if uid == 0 {
                unknown = unknown.saturating_add(1);
                continue;
            }
            if uid <= last {
                // They do not ascend: nobody knows what stood where.
                return;
            }
            let mut named = false;
            while let Some(range) = ranges.peek() {
                let (from, to) = ((*range.start()).max(last.saturating_add(1)), *range.end());
                if from > uid {
                    break;
                }
                named = to >= uid;
                let before = if named { uid } else { to.saturating_add(1) };
                vanished = vanished.saturating_add(before.saturating_sub(from) as usize);
                if named {
                    break;
                }
                ranges.next();
            }
            left.resize(left.len().saturating_add(unknown.saturating_sub(vanished)), 0);
            if !named {
                left.push(uid);
            }
            (unknown, vanished, last) = (0, 0, uid);
        }
        self.uids = left;
    }

    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.uids.capacity()
    }
}

fn index(sequence: SequenceNumber) -> Option<usize> {
    usize::try_from(sequence.get()).ok()?.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left, against a mailbox whose UIDs are all known to the test.
    fn check(mailbox: &[u32], told: &[u32], gone: &[u32]) {
        let mut numbering = Numbering::default();
        for (at, uid) in (1..).zip(mailbox) {
            if told.contains(uid) {
                assert!(numbering.learn(SequenceNumber::new(at).unwrap(), Uid::new(*uid).unwrap()));
            }
        }
        numbering.vanish(&gone.iter().copied().filter_map(Uid::new).collect());
        let left: Vec<u32> = mailbox.iter().copied().filter(|uid| !gone.contains(uid)).collect();
        for (at, uid) in (1..).zip(&left) {
            let known = numbering.uid(SequenceNumber::new(at).unwrap()).map(Uid::get);
            assert_eq!(known, told.contains(uid).then_some(*uid), "{mailbox:?} {told:?} {gone:?} at {at}");
        }
    }

    #[test]
    fn numbers_are_those_of_what_is_left() {
        check(&[1, 2, 3, 4], &[1, 2, 3, 4], &[2, 3]);
        check(&[1, 2, 3, 4], &[1, 4], &[2]);
        check(&[1, 2, 3, 4], &[4], &[1, 2, 3]);
        check(&[5, 7, 9], &[9], &[5, 9]);
        let mut state = 11_u32;
        let mut random = |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) % below
        };
        for _ in 0..2000 {
            let mailbox: Vec<u32> = (1..30).filter(|_| random(3) > 0).collect();
            let told: Vec<u32> = mailbox.iter().copied().filter(|_| random(2) > 0).collect();
            let gone: Vec<u32> = mailbox.iter().copied().filter(|_| random(3) == 0).collect();
            check(&mailbox, &told, &gone);
        }
    }

    #[test]
    fn numbers_that_do_not_ascend_are_forgotten() {
        let mut numbering = Numbering::default();
        for (at, uid) in [(1, 9), (2, 5)] {
            numbering.learn(SequenceNumber::new(at).unwrap(), Uid::new(uid).unwrap());
        }
        numbering.vanish(&Uid::new(7).unwrap().into());
        assert_eq!(numbering.uid(SequenceNumber::new(1).unwrap()), None);
    }

    #[test]
    fn numbers_are_kept_up_to_a_limit_and_without_large_gaps() {
        let known = |numbering: &mut Numbering, at: u32| {
            let (sequence, uid) = (SequenceNumber::new(at).unwrap(), Uid::new(at).unwrap());
            assert!(numbering.learn(sequence, uid), "{at} contradicts nothing");
            numbering.uid(sequence) == Some(uid)
        };
        let gap = u32::try_from(GAP_MAX).unwrap();
        let most = u32::try_from(NUMBERED_MAX).unwrap();
        let mut numbering = Numbering::default();
        assert!(!known(&mut numbering, gap + 2), "a gap of one more than is kept");
        assert!(known(&mut numbering, gap + 1), "a gap of as many as are kept");
        assert!(known(&mut numbering, most), "the last one that is kept");
        assert!(!known(&mut numbering, most + 1), "one more");
    }
}
