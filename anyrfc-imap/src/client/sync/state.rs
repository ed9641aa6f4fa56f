//! What is kept of a mailbox between two synchronisations.

use super::{delta::SyncedMessage, flags::FlagTable};
use crate::types::{ModSeq, Uid, UidSet, UidValidity};

/// What a caller knows of a mailbox: a small value, to be kept together with that knowledge.
///
/// It begins [empty](Self::new), and is moved on by [`ImapClient::sync`](crate::ImapClient::sync) and
/// [`ImapClient::sync_step`](crate::ImapClient::sync_step), by just what each [`SyncDelta`](super::SyncDelta)
/// tells: whoever stores both together loses nothing and is told nothing twice, wherever a synchronisation is
/// interrupted.
///
/// It holds the UIDs that are known, as ranges, and one modification sequence (RFC 7162). Of a server without
/// those it holds the flags as well: for each flag the messages that have it, as ranges again.
///
/// # Kept as text
/// [`Display`](std::fmt::Display) writes it, [`FromStr`](std::str::FromStr) reads it, the
/// feature `serde` has it as a string: printable characters without a line end, fields divided by
/// single spaces. The form is stable; a later one has another number in its first word.
///
/// ```text
/// state    = "anyrfc-sync-1" SP validity SP modseq SP known SP told SP unsure *(SP flag "=" set)
/// validity = number / "-"              ; UIDVALIDITY, where the server has one
/// modseq   = number / "-"              ; all changes up to it are known
/// known    = set                       ; every message that was told of
/// told     = "-" / pair *("," pair)    ; told of, with changes above modseq
/// pair     = gap ":" number            ; the change's modification sequence, less modseq
/// unsure   = set                       ; of these the flags are to be told again
/// flag     = the flag's name           ; where there is no modseq
/// set      = "-" / range *("," range)  ; "-" is the empty set
/// range    = gap [":" length]          ; so many UIDs; one, if that is not said
/// gap      = number                    ; from the end of the range before (0 at first) to its first UID
/// ```
///
/// ```
/// use anyrfc_imap::SyncState;
/// let state: SyncState = "anyrfc-sync-1 7 90060115205545359 1:4,5 - -".parse()?;
/// assert_eq!(state.known().to_string(), "1:4,9");
/// assert_eq!(state.to_string(), "anyrfc-sync-1 7 90060115205545359 1:4,5 - -");
/// # Ok::<(), anyrfc_imap::SyncStateError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncState {
    pub(super) uid_validity: Option<UidValidity>,
    /// What has changed up to here is known, of messages that are known, `unsure` excepted.
    pub(super) mod_seq: Option<ModSeq>,
    /// Every message that was told of and has not vanished.
    pub(super) known: UidSet,
    /// Changes above `mod_seq` that were told already, by UID: an interrupted synchronisation
    /// tells them once, although the server tells them again. Ascending.
    pub(super) told: Vec<(Uid, ModSeq)>,
    /// Those of `known` whose flags have to be told again, since nobody knows whether they changed.
    pub(super) unsure: UidSet,
    /// The flags of `known` without `unsure`, where there is no `mod_seq`.
    pub(super) flags: FlagTable,
}

impl SyncState {
    /// Of a mailbox of which nothing is known.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What the UIDs hold for; `None` where nothing is known, or the server's UIDs do not last.
    #[must_use]
    pub const fn uid_validity(&self) -> Option<UidValidity> {
        self.uid_validity
    }

    /// Up to which modification sequence everything is known (RFC 7162).
    #[must_use]
    pub const fn mod_seq(&self) -> Option<ModSeq> {
        self.mod_seq
    }

    /// The messages that are known.
    #[must_use]
    pub const fn known(&self) -> &UidSet {
        &self.known
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// About how many bytes it takes.
    pub(super) fn held(&self) -> usize {
        let ranges = self.known.ranges().len() + self.unsure.ranges().len();
        ranges * RANGE + self.told.len() * size_of::<(Uid, ModSeq)>() + self.flags.held()
    }

    /// The change of a message that was told already.
    pub(super) fn told(&self, uid: Uid) -> Option<ModSeq> {
        let at = self.told.binary_search_by_key(&uid, |(uid, _)| *uid).ok()?;
        self.told.get(at).map(|(_, mod_seq)| *mod_seq)
    }

    /// Whether this change of a known message is none that was told already. A message of which
    /// no modification sequence is told may have changed.
    pub(super) fn is_news(&self, uid: Uid, mod_seq: Option<ModSeq>) -> bool {
        let (Some(known), Some(now)) = (self.mod_seq, mod_seq) else { return true };
        if self.unsure.contains(uid) {
            return true;
        }
        now > self.told(uid).unwrap_or(known)
    }

    /// Takes in what is told now.
    pub(super) fn apply(&mut self, arrived: &[SyncedMessage], changed: &[SyncedMessage], vanished: &UidSet) {
        if !vanished.is_empty() {
            self.known = self.known.difference(vanished);
            self.unsure = self.unsure.difference(vanished);
            self.told.retain(|(uid, _)| !vanished.contains(*uid));
            self.flags.remove(vanished);
        }
        add(&mut self.known, arrived.iter().map(|message| message.uid));
        let again: UidSet = changed.iter().map(|message| message.uid).collect();
        self.unsure = self.unsure.difference(&again);
        match self.mod_seq {
            Some(known) => {
                let above = |message: &SyncedMessage| {
                    message.mod_seq.filter(|now| *now > known).map(|now| (message.uid, now))
                };
                self.tell(arrived.iter().chain(changed).filter_map(above).collect());
            }
            None => {
                self.flags.remove(&again);
                self.flags.insert(arrived);
                self.flags.insert(changed);
            }
        }
    }

    /// Remembers changes, one for each message; later ones take the place of earlier ones.
    fn tell(&mut self, mut more: Vec<(Uid, ModSeq)>) {
        more.sort_unstable();
        let Some((first, _)) = more.first() else { return };
        if self.told.last().is_none_or(|(last, _)| last < first) {
            self.told.append(&mut more);
            return;
        }
        more.append(&mut self.told);
        more.sort_unstable_by_key(|(uid, mod_seq)| (*uid, std::cmp::Reverse(*mod_seq)));
        more.dedup_by_key(|(uid, _)| *uid);
        self.told = more;
    }

    /// All that has changed up to here was told.
    pub(super) fn reach(&mut self, mod_seq: Option<ModSeq>) {
        self.mod_seq = mod_seq;
        if let Some(reached) = mod_seq {
            self.told.retain(|(_, mod_seq)| *mod_seq > reached);
            self.flags = FlagTable::default();
        }
    }

    /// From here on the flags of every message are to be told again, and `mod_seq` holds for what is
    /// told from now on.
    pub(super) fn doubt(&mut self, mod_seq: Option<ModSeq>) {
        self.mod_seq = mod_seq;
        self.told = Vec::new();
        self.flags = FlagTable::default();
        self.unsure = self.known.clone();
    }
}

/// What a range of a set takes.
pub(super) const RANGE: usize = size_of::<(u32, u32)>();

/// Adds ascending numbers: one by one where they follow what is there, which costs nothing.
pub(super) fn add(set: &mut UidSet, uids: impl Iterator<Item = Uid> + Clone) {
    if uids.clone().next() > set.last() {
        uids.for_each(|uid| set.insert(uid));
    } else {
        set.extend(uids);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uid(number: u32) -> Uid {
        Uid::new(number).unwrap()
    }

    fn at(value: u64) -> ModSeq {
        ModSeq::new(value).unwrap()
    }

    fn message(number: u32, mod_seq: u64) -> SyncedMessage {
        SyncedMessage { uid: uid(number), flags: Vec::new(), mod_seq: ModSeq::new(mod_seq) }
    }

    #[test]
    fn what_was_told_is_told_once() {
        let mut state = SyncState { mod_seq: ModSeq::new(10), ..SyncState::new() };
        state.apply(&[message(1, 5), message(2, 12), message(3, 13)], &[], &UidSet::new());
        assert_eq!(state.told, [(uid(2), at(12)), (uid(3), at(13))]);
        state.apply(&[], &[message(1, 14), message(2, 15)], &UidSet::from(uid(3)));
        assert_eq!(state.told, [(uid(1), at(14)), (uid(2), at(15))]);
        let news: Vec<bool> =
            [(1, 14), (1, 15), (2, 12), (2, 16)].map(|(n, m)| state.is_news(uid(n), ModSeq::new(m))).into();
        assert_eq!(news, [false, true, false, true]);
        assert_eq!(state.known().to_string(), "1:2");
        // What is above the sequence that is reached would be told again by the next synchronisation.
        state.reach(ModSeq::new(14));
        assert_eq!((state.told.as_slice(), state.mod_seq()), (&[(uid(2), at(15))][..], ModSeq::new(14)));
        assert!(state.is_news(uid(1), None), "nobody knows");
    }

    #[test]
    fn in_doubt_every_message_is_told_again() {
        let mut state = SyncState { mod_seq: ModSeq::new(10), ..SyncState::new() };
        state.apply(&[message(1, 5), message(2, 12)], &[], &UidSet::new());
        state.doubt(ModSeq::new(8));
        assert!(state.is_news(uid(1), ModSeq::new(5)));
        state.apply(&[], &[message(1, 5)], &UidSet::new());
        assert!(!state.is_news(uid(1), ModSeq::new(5)) && state.is_news(uid(2), ModSeq::new(5)));
    }
}
