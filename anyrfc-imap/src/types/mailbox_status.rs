//! The status of a mailbox (RFC 9051, section 7.3.4, `STATUS`).

use std::collections::HashMap;

use bytes::Bytes;

use super::{
    mailbox::MailboxName,
    mod_seq::ModSeq,
    number::{Uid, UidValidity},
    object_id::MailboxId,
};

/// What a STATUS response tells of a mailbox: what was asked for, as far as it was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MailboxStatus {
    /// Which mailbox.
    pub mailbox: MailboxName,
    /// The number of messages.
    pub messages: Option<u32>,
    /// The number of messages with `\Recent` (RFC 3501).
    pub recent: Option<u32>,
    /// The UID that the next message is likely to get.
    pub uid_next: Option<Uid>,
    /// The validity of its UIDs.
    pub uid_validity: Option<UidValidity>,
    /// The number of messages without `\Seen`.
    pub unseen: Option<u32>,
    /// The number of messages with `\Deleted`.
    pub deleted: Option<u32>,
    /// What an EXPUNGE would free (RFC 9208, section 4.1.4).
    pub deleted_storage: Option<u64>,
    /// The octets of all its messages.
    pub size: Option<u64>,
    /// The most octets of a message that can be appended (RFC 7889): `Some(None)` where there
    /// is no limit.
    pub append_limit: Option<Option<u64>>,
    /// The highest modification sequence (RFC 7162): `Some(None)` where the mailbox has none.
    pub highest_mod_seq: Option<Option<ModSeq>>,
    /// Which mailbox it is, whatever it is called (RFC 8474).
    pub mailbox_id: Option<MailboxId<'static>>,
    /// Other items, and those whose value was not understood: the name, and the value as it came.
    pub other: Vec<(String, Bytes)>,
}

impl MailboxStatus {
    /// Nothing known of it yet.
    #[must_use]
    pub fn new(mailbox: MailboxName) -> Self {
        Self {
            mailbox,
            messages: None,
            recent: None,
            uid_next: None,
            uid_validity: None,
            unseen: None,
            deleted: None,
            deleted_storage: None,
            size: None,
            append_limit: None,
            highest_mod_seq: None,
            mailbox_id: None,
            other: Vec::new(),
        }
    }

    /// What two of the same mailbox tell together: of each item what came last.
    pub(crate) fn absorb(&mut self, later: Self) {
        fn last<T>(before: &mut Option<T>, now: Option<T>) {
            if now.is_some() {
                *before = now;
            }
        }
        let Self {
            mailbox: _,
            messages,
            recent,
            uid_next,
            uid_validity,
            unseen,
            deleted,
            deleted_storage,
            size,
            append_limit,
            highest_mod_seq,
            mailbox_id,
            other,
        } = later;
        last(&mut self.messages, messages);
        last(&mut self.recent, recent);
        last(&mut self.uid_next, uid_next);
        last(&mut self.uid_validity, uid_validity);
        last(&mut self.unseen, unseen);
        last(&mut self.deleted, deleted);
        last(&mut self.deleted_storage, deleted_storage);
        last(&mut self.size, size);
        last(&mut self.append_limit, append_limit);
        last(&mut self.highest_mod_seq, highest_mod_seq);
        last(&mut self.mailbox_id, mailbox_id);
        for (name, value) in other {
            self.other.retain(|(known, _)| *known != name);
            self.other.push((name, value));
        }
    }

    /// One of each mailbox, in the order in which they first came.
    pub(crate) fn merge(statuses: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut merged: Vec<Self> = Vec::new();
        let mut places: HashMap<MailboxName, usize> = HashMap::new();
        for status in statuses {
            match places.get(&status.mailbox).and_then(|at| merged.get_mut(*at)) {
                Some(known) => known.absorb(status),
                None => {
                    places.insert(status.mailbox.clone(), merged.len());
                    merged.push(status);
                }
            }
        }
        merged
    }
}
