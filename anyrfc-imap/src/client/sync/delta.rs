//! What a synchronisation tells.

use super::{flags, state::RANGE};
use crate::types::{Flag, ModSeq, Uid, UidSet, UidValidity};

/// How a mailbox is synchronised; the greater, the less is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SyncMethod {
    /// The UIDs and flags of all messages are compared: what every server can do.
    Full,
    /// The flags that have changed, and the UIDs of all messages (RFC 7162, section 3.1).
    CondStore,
    /// What has changed, what has come and what is gone, with the answer to SELECT (RFC 7162, section 3.2).
    QResync,
}

/// A message, as it is told by a synchronisation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SyncedMessage {
    /// Its UID.
    pub uid: Uid,
    /// All its flags, without `\Recent`.
    pub flags: Vec<Flag>,
    /// The modification sequence of its last change, where the server has such.
    pub mod_seq: Option<ModSeq>,
}

/// What the UIDs of a mailbox held for has changed: all that was known of its messages is to be
/// forgotten (RFC 9051, section 2.3.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UidValidityChange {
    /// Until now; `None` where the UIDs did not last.
    pub before: Option<UidValidity>,
    /// From now on; `None` where the UIDs do not last.
    pub now: Option<UidValidity>,
}

/// What has changed in a mailbox, to be applied in this order: first what is
/// [forgotten](Self::uid_validity), then what has [vanished](Self::vanished), then the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SyncDelta {
    /// All messages that were known are to be forgotten.
    pub uid_validity: Option<UidValidityChange>,
    /// Messages that were known, and are gone.
    pub vanished: UidSet,
    /// Messages that were not known, by ascending UID.
    pub arrived: Vec<SyncedMessage>,
    /// Messages that were known, and have other flags now, by ascending UID. Of a server with
    /// modification sequences they may be the same again, after there and back.
    pub changed: Vec<SyncedMessage>,
}

impl SyncDelta {
    /// Whether nothing has changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.uid_validity.is_none()
            && self.vanished.is_empty()
            && self.arrived.is_empty()
            && self.changed.is_empty()
    }

    /// About how many bytes it takes.
    pub(super) fn held(&self) -> usize {
        let messages = self.arrived.iter().chain(&self.changed);
        let flags = messages.flat_map(|message| &message.flags).map(flags::held).sum::<usize>();
        let messages = (self.arrived.len() + self.changed.len()) * size_of::<SyncedMessage>();
        flags + messages + self.vanished.ranges().len() * RANGE
    }

    /// Several, one after the other, as one.
    pub(super) fn join(parts: Vec<Self>) -> Self {
        let mut whole = Self::default();
        let last = parts.iter().rposition(|part| part.uid_validity.is_some()).unwrap_or(0);
        let before = parts.iter().find_map(|part| part.uid_validity).and_then(|change| change.before);
        let mut messages = Vec::new();
        for (turn, part) in parts.into_iter().enumerate().skip(last) {
            if let Some(change) = part.uid_validity {
                whole.uid_validity = Some(UidValidityChange { before, ..change });
            }
            whole.vanished = whole.vanished.union(&part.vanished);
            let arrived = part.arrived.into_iter().map(|message| (message, turn, true));
            messages.extend(arrived.chain(part.changed.into_iter().map(|message| (message, turn, false))));
        }
        // Of each message what was told last; what has arrived has arrived, whatever changed since.
        messages.sort_by_key(|(message, turn, _)| (message.uid, *turn));
        let mut messages = messages.into_iter().peekable();
        let mut new = UidSet::new();
        while let Some((mut message, _, mut is_new)) = messages.next() {
            while let Some((later, _, arrived)) = messages.next_if(|(next, ..)| next.uid == message.uid) {
                message = later;
                is_new |= arrived;
            }
            if is_new {
                new.insert(message.uid);
            }
            if whole.vanished.contains(message.uid) {
                continue;
            }
            if is_new { whole.arrived.push(message) } else { whole.changed.push(message) }
        }
        // What has come and gone meanwhile was never known.
        whole.vanished = whole.vanished.difference(&new);
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uid(number: u32) -> Uid {
        Uid::new(number).unwrap()
    }

    fn message(number: u32, flag: Flag) -> SyncedMessage {
        SyncedMessage { uid: uid(number), flags: vec![flag], mod_seq: None }
    }

    #[test]
    fn several_are_as_good_as_one() {
        let first = SyncDelta {
            arrived: vec![message(5, Flag::Seen), message(6, Flag::Seen)],
            changed: vec![message(1, Flag::Seen), message(2, Flag::Seen)],
            ..SyncDelta::default()
        };
        let second = SyncDelta {
            vanished: [2, 3, 6].into_iter().filter_map(Uid::new).collect(),
            arrived: vec![message(7, Flag::Draft)],
            changed: vec![message(1, Flag::Flagged), message(5, Flag::Flagged)],
            ..SyncDelta::default()
        };
        let whole = SyncDelta::join(vec![first, second]);
        assert_eq!(whole.arrived, [message(5, Flag::Flagged), message(7, Flag::Draft)]);
        assert_eq!(whole.changed, [message(1, Flag::Flagged)]);
        assert_eq!(whole.vanished.to_string(), "2:3");
        assert!(SyncDelta::join(Vec::new()).is_empty());
    }

    #[test]
    fn what_is_forgotten_is_not_told() {
        let validity = |before, now| {
            let change = UidValidityChange { before: UidValidity::new(before), now: UidValidity::new(now) };
            SyncDelta { uid_validity: Some(change), ..SyncDelta::default() }
        };
        let first =
            SyncDelta { arrived: vec![message(5, Flag::Seen)], changed: Vec::new(), ..validity(1, 2) };
        let whole = SyncDelta::join(vec![first, validity(2, 3)]);
        assert_eq!(whole, validity(1, 3));
    }
}
