//! STATUS (RFC 9051, section 6.3.11; RFC 8438; RFC 7889; RFC 8474).

use super::{Collected, Command, DataKind, Needs, Phase, Takes};
use crate::{
    Error,
    codec::encode::Encoder,
    rfc8438, rfc8474, rfc9051, rfc9208,
    types::{Capability, Data, MailboxName, MailboxStatus, Verbatim},
};

/// One thing to be told of a mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StatusItem {
    /// `MESSAGES`: how many there are.
    Messages,
    /// `RECENT`: how many have `\Recent`; only of IMAP4rev1.
    Recent,
    /// `UIDNEXT`: the UID that the next message is likely to get.
    UidNext,
    /// `UIDVALIDITY`: the validity of its UIDs.
    UidValidity,
    /// `UNSEEN`: how many lack `\Seen`.
    Unseen,
    /// `DELETED`: how many have `\Deleted` (IMAP4rev2; RFC 9208).
    Deleted,
    /// `DELETED-STORAGE`: what an EXPUNGE would free (RFC 9208).
    DeletedStorage,
    /// `SIZE`: the octets of all messages (IMAP4rev2; RFC 8438).
    Size,
    /// `APPENDLIMIT`: the most octets of a message to be appended (RFC 7889).
    AppendLimit,
    /// `HIGHESTMODSEQ`: the highest modification sequence (RFC 7162).
    HighestModSeq,
    /// `MAILBOXID`: which mailbox it is, whatever it is called (RFC 8474).
    MailboxId,
    /// What is not known here.
    Custom(Verbatim),
}

/// What is to be told of a mailbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct StatusItems(Vec<StatusItem>);

impl StatusItems {
    /// Nothing as yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What every server can tell: messages, unseen ones, and the next UID with its validity.
    #[must_use]
    pub fn common() -> Self {
        [StatusItem::Messages, StatusItem::Unseen, StatusItem::UidNext, StatusItem::UidValidity]
            .into_iter()
            .collect()
    }

    /// And this.
    #[must_use]
    pub fn item(mut self, item: StatusItem) -> Self {
        if !self.0.contains(&item) {
            self.0.push(item);
        }
        self
    }

    /// Each of them.
    pub fn iter(&self) -> std::slice::Iter<'_, StatusItem> {
        self.0.iter()
    }

    /// Adds what the server must have for them.
    pub(super) fn needs(&self, needs: Needs) -> Needs {
        self.0.iter().fold(needs, |needs, item| match item {
            StatusItem::Recent => needs.rev1(),
            StatusItem::Deleted => needs
                .or_rev2(Capability::QuotaResource("MESSAGE".into()))
                .because(rfc9208::DELETED_NEEDS_RES_MESSAGE),
            StatusItem::DeletedStorage => needs
                .capability(Capability::QuotaResource("STORAGE".into()))
                .because(rfc9208::DELETED_STORAGE_NEEDS_RES_STORAGE),
            StatusItem::Size => {
                needs.or_rev2(Capability::StatusSize).because(rfc8438::SIZE_NEEDS_THE_CAPABILITY)
            }
            StatusItem::AppendLimit => needs.append_limit(),
            StatusItem::HighestModSeq => needs.condstore(),
            StatusItem::MailboxId => {
                needs.capability(Capability::ObjectId).because(rfc8474::OBJECTID_NEEDS_THE_CAPABILITY)
            }
            StatusItem::Custom(_) => needs.not_understood(),
            _ => needs,
        })
    }

    /// The list of `status-att`.
    pub(super) fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        if self.0.is_empty() {
            return Err(Error::usage("nothing is asked of the mailbox"));
        }
        encoder.list(&self.0, |encoder, item| {
            let word = match item {
                StatusItem::Messages => "MESSAGES",
                StatusItem::Recent => "RECENT",
                StatusItem::UidNext => "UIDNEXT",
                StatusItem::UidValidity => "UIDVALIDITY",
                StatusItem::Unseen => "UNSEEN",
                StatusItem::Deleted => "DELETED",
                StatusItem::DeletedStorage => "DELETED-STORAGE",
                StatusItem::Size => "SIZE",
                StatusItem::AppendLimit => "APPENDLIMIT",
                StatusItem::HighestModSeq => "HIGHESTMODSEQ",
                StatusItem::MailboxId => "MAILBOXID",
                StatusItem::Custom(text) => {
                    encoder.verbatim(text);
                    return Ok(());
                }
            };
            encoder.word(word);
            Ok(())
        })?;
        Ok(())
    }
}

impl FromIterator<StatusItem> for StatusItems {
    fn from_iter<I: IntoIterator<Item = StatusItem>>(items: I) -> Self {
        items.into_iter().fold(Self::new(), Self::item)
    }
}

/// STATUS (RFC 9051, section 6.3.11): what is in a mailbox that is not selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Which mailbox.
    pub mailbox: MailboxName,
    /// What is to be told of it.
    pub items: StatusItems,
}

impl Status {
    /// These things of this mailbox.
    #[must_use]
    pub const fn new(mailbox: MailboxName, items: StatusItems) -> Self {
        Self { mailbox, items }
    }
}

impl Command for Status {
    type Answer = MailboxStatus;

    fn needs(&self) -> Needs {
        self.items.needs(Needs::phase(Phase::Authenticated))
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        encoder.word("STATUS ").mailbox(&self.mailbox)?.space();
        self.items.encode(encoder)
    }

    fn takes(&self) -> Takes {
        Takes::kinds([DataKind::MailboxStatus]).of_mailbox(self.mailbox.clone())
    }

    fn answer(data: Collected) -> Result<MailboxStatus, Error> {
        let statuses = data.pick(|data| match data {
            Data::MailboxStatus(status) => Some(status),
            _ => None,
        });
        // What the server tells of it by itself may come in between.
        MailboxStatus::merge(statuses).pop().ok_or_else(|| {
            Error::violation(
                rfc9051::STATUS_IS_ANSWERED,
                "STATUS was answered without the status of the mailbox",
            )
        })
    }
}
