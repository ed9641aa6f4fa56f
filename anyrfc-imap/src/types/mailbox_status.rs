//! The status of a mailbox (RFC 9051, section 7.3.4, `STATUS`).

use bytes::Bytes;

use super::{
    mailbox::MailboxName,
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
    /// The octets of all its messages.
    pub size: Option<u64>,
    /// The most octets of a message that can be appended (RFC 7889): `Some(None)` where there
    /// is no limit.
    pub append_limit: Option<Option<u64>>,
    /// The highest modification sequence (RFC 7162); zero where there are none.
    pub highest_mod_seq: Option<u64>,
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
            size: None,
            append_limit: None,
            highest_mod_seq: None,
            mailbox_id: None,
            other: Vec::new(),
        }
    }
}
