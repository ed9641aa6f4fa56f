//! The flags of many messages: for each flag those that have it.

use std::collections::HashMap;

use super::{
    delta::SyncedMessage,
    state::{RANGE, add},
};
use crate::types::{Flag, Flags, Uid, UidSet};

/// The flags of many messages. A mailbox knows few flags, and those of neighbours are alike: so
/// twenty thousand messages take some kilobytes.
#[derive(Clone, Debug, Default)]
pub(super) struct FlagTable(pub(super) Vec<(Flag, UidSet)>);

/// Which flags there are, and in which order, does not matter.
impl PartialEq for FlagTable {
    fn eq(&self, other: &Self) -> bool {
        let holds = |all: &Self, some: &Self| {
            let some = some.0.iter().filter(|(_, uids)| !uids.is_empty());
            some.into_iter().all(|(flag, uids)| all.of(flag).is_some_and(|found| found == uids))
        };
        holds(self, other) && holds(other, self)
    }
}

impl Eq for FlagTable {}

impl FlagTable {
    fn of(&self, flag: &Flag) -> Option<&UidSet> {
        self.0.iter().find(|(known, _)| known == flag).map(|(_, uids)| uids)
    }

    /// About how many bytes it takes.
    pub(super) fn held(&self) -> usize {
        self.0.iter().map(|(flag, uids)| held(flag) + uids.ranges().len() * RANGE).sum()
    }

    /// Whether a message has just these flags.
    pub(super) fn is(&self, uid: Uid, flags: Flags<'_>) -> bool {
        let mut known = 0;
        for (flag, uids) in &self.0 {
            let has = uids.contains(uid);
            if has != flags.contains(flag) {
                return false;
            }
            known += usize::from(has);
        }
        // There may be others, which the table does not have; or the same one twice.
        flags.count() == known || distinct(flags).len() == known
    }

    /// How many different flags it holds.
    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether any message has this flag.
    pub(super) fn has(&self, flag: &Flag) -> bool {
        self.of(flag).is_some()
    }

    /// Adds messages of which it has none, by ascending UID.
    pub(super) fn insert(&mut self, messages: &[SyncedMessage]) {
        let mut having: HashMap<&Flag, Vec<Uid>> = HashMap::new();
        for message in messages {
            for flag in &message.flags {
                having.entry(flag).or_default().push(message.uid);
            }
        }
        for (flag, more) in having {
            match self.0.iter_mut().find(|(known, _)| known == flag) {
                Some((_, uids)) => add(uids, more.into_iter()),
                None => self.0.push((flag.clone(), more.into_iter().collect())),
            }
        }
    }

    /// Forgets messages.
    pub(super) fn remove(&mut self, gone: &UidSet) {
        if gone.is_empty() {
            return;
        }
        for (_, uids) in &mut self.0 {
            *uids = uids.difference(gone);
        }
        self.0.retain(|(_, uids)| !uids.is_empty());
    }
}

/// What a flag takes.
pub(super) fn held(flag: &Flag) -> usize {
    size_of::<Flag>() + flag.as_str().len()
}

/// The flags of a row as they are told: each once, and without `\Recent`, which is of a session
/// and not of a message (RFC 3501, section 2.3.2). What no flag can be called is left out: it could
/// not be kept as text.
pub(super) fn distinct(flags: Flags<'_>) -> Vec<Flag> {
    let mut distinct = Vec::new();
    let odd = |letter: char| letter.is_whitespace() || letter.is_control();
    for flag in flags.filter(|flag| *flag != Flag::Recent && !flag.as_str().contains(odd)) {
        if !distinct.contains(&flag) {
            distinct.push(flag);
        }
    }
    distinct
}
