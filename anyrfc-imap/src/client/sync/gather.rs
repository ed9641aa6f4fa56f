//! What has come of a synchronisation, and was not told.

use std::collections::{BTreeMap, HashSet};

use super::{
    delta::SyncMethod,
    flags::{self, distinct},
    state::{RANGE, SyncState},
};
use crate::{
    Error, ErrorKind,
    types::{FetchRef, Field, Flag, Flags, ModSeq, Uid, UidSet},
};

/// A batch is full with flags of so many bytes, too.
const BATCH_BYTES: usize = 1 << 20;
/// So many different flags a mailbox may have, where they have to be kept: more than servers know.
const FLAGS_MAX: usize = 1024;

/// What has come of it so far, and was not told.
#[derive(Debug, Default)]
pub(super) struct Round {
    pub(super) method: Option<SyncMethod>,
    /// That of the mailbox, once it is open.
    pub(super) selection: Option<u64>,
    /// SELECT tells what has changed.
    pub(super) quick: bool,
    /// Every message is looked at.
    pub(super) full: bool,
    /// As told when the mailbox was opened: what has changed up to there is told by this round.
    pub(super) highest: Option<ModSeq>,
    pub(super) batch: BTreeMap<Uid, News>,
    pub(super) batch_bytes: usize,
    pub(super) vanished: UidSet,
    /// Of a full round, those that a row has come of.
    pub(super) seen: UidSet,
    /// Flags that are not kept yet.
    pub(super) names: HashSet<Flag>,
    pub(super) searches: u8,
    /// What the list of messages has beyond those known was asked for.
    pub(super) completed: bool,
    pub(super) fault: Option<Error>,
}

#[derive(Debug)]
pub(super) struct News {
    pub(super) flags: Vec<Flag>,
    pub(super) mod_seq: Option<ModSeq>,
    pub(super) is_new: bool,
}

impl Round {
    /// Takes in a row, unless what it says is known.
    pub(super) fn take(&mut self, state: &SyncState, row: FetchRef<'_>) {
        let Some(uid) = row.uid() else { return };
        if self.full {
            self.seen.insert(uid);
        }
        // Nothing of its flags is no news; if it is a new message, it is missed later.
        let Some(Field::Parsed(flags)) = row.flags() else { return };
        let mod_seq = row.mod_seq().and_then(Field::parsed);
        if let Some(news) = self.batch.get_mut(&uid) {
            if mod_seq >= news.mod_seq {
                news.flags = distinct(flags);
                news.mod_seq = mod_seq;
                self.batch_bytes += news.held();
                self.name(state, uid);
            }
            return;
        }
        let is_new = !state.known.contains(uid);
        if !is_new && !self.is_news(state, uid, flags, mod_seq) {
            return;
        }
        let news = News { flags: distinct(flags), mod_seq, is_new };
        self.batch_bytes += news.held();
        self.batch.insert(uid, news);
        self.name(state, uid);
    }

    /// Counts the flags that this message has brought, where they are to be kept.
    fn name(&mut self, state: &SyncState, uid: Uid) {
        let Some(news) = self.batch.get(&uid).filter(|_| state.mod_seq.is_none()) else { return };
        self.names.extend(news.flags.iter().filter(|flag| !state.flags.has(flag)).cloned());
        if self.names.len() + state.flags.len() > FLAGS_MAX {
            let message = format!("the mailbox has more than {FLAGS_MAX} different flags");
            self.fault = Some(Error::new(ErrorKind::Limit, message));
        }
    }

    fn is_news(&self, state: &SyncState, uid: Uid, flags: Flags<'_>, mod_seq: Option<ModSeq>) -> bool {
        if state.mod_seq.is_some() {
            return state.is_news(uid, mod_seq);
        }
        state.unsure.contains(uid) || !state.flags.is(uid, flags)
    }

    pub(super) fn is_full(&self, most: usize) -> bool {
        most < usize::MAX && (self.batch.len() >= most || self.batch_bytes >= BATCH_BYTES)
    }

    /// About how many bytes it takes.
    pub(super) fn held(&self) -> usize {
        self.batch_bytes + self.seen.ranges().len() * RANGE
    }

    /// What came was of no meaning.
    pub(super) fn forget(&mut self) {
        self.batch.clear();
        self.batch_bytes = 0;
        self.names.clear();
        self.fault = None;
    }
}

impl News {
    fn held(&self) -> usize {
        size_of::<(Uid, Self)>() + self.flags.iter().map(flags::held).sum::<usize>()
    }
}
