//! Response codes (RFC 9051, section 7.1; RFC 5530).

use bytes::Bytes;

use super::{
    capability::Capabilities,
    flag::Flag,
    metadata::MetadataCode,
    mod_seq::ModSeq,
    number::{NumberSet, SequenceNumber, Uid, UidValidity},
    number_list::UidRanges,
    object_id::MailboxId,
    progress::Progress,
    url_fetch::UrlKeyMechanism,
};

/// What a status response tells programs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Code {
    /// The text must be shown to the user, unless it came unprotected.
    Alert,
    /// The mailbox is there already (RFC 5530).
    AlreadyExists,
    /// Where the appended messages are (RFC 4315).
    AppendUid(AppendUid),
    /// The credentials are wrong (RFC 5530).
    AuthenticationFailed,
    /// The user may not act as the one asked for (RFC 5530).
    AuthorizationFailed,
    /// An event of NOTIFY is not known; those that are (RFC 5465).
    BadEvent(Vec<String>),
    /// A URL of a CATENATE that the server cannot use, as it was written (RFC 4469).
    BadUrl(String),
    /// The charset of a search is not known; those that are, where the server says.
    BadCharset(Vec<String>),
    /// No comparator is as it was asked for (RFC 5255).
    BadComparator,
    /// What was asked can never be done (RFC 5530).
    Cannot,
    /// The server's capabilities.
    Capability(Capabilities),
    /// The server has found a fault in the client (RFC 5530).
    ClientBug,
    /// The mailbox selected before is closed; what follows is of the new one.
    Closed,
    /// Compression is already on (RFC 4978).
    CompressionActive,
    /// The administrator should be told (RFC 5530).
    ContactAdmin,
    /// Where the copied or moved messages are (RFC 4315).
    CopyUid(CopyUid),
    /// The server's data are damaged (RFC 5530).
    Corruption,
    /// The credentials have expired (RFC 5530).
    Expired,
    /// Messages were expunged by another session (RFC 5530).
    ExpungeIssued,
    /// The mailbox has children (RFC 9051, section 6.3.5).
    HasChildren,
    /// The highest modification sequence of the mailbox (RFC 7162).
    HighestModSeq(ModSeq),
    /// How far a command is (RFC 9585).
    InProgress(Progress),
    /// Something is in use by another session (RFC 5530).
    InUse,
    /// A limit of the server (RFC 5530).
    Limit,
    /// Why annotations were not returned, or not set (RFC 5464).
    Metadata(MetadataCode),
    /// Which mailbox it is that was created or selected (RFC 8474).
    MailboxId(MailboxId<'static>),
    /// The server has worked on some of the messages only (RFC 9738).
    MessageLimit(MessageLimit),
    /// Messages that a conditional STORE has not changed (RFC 7162).
    Modified(NumberSet),
    /// The mailbox has no modification sequences (RFC 7162).
    NoModSeq,
    /// There is no such thing (RFC 5530).
    Nonexistent,
    /// The user has no right to it (RFC 5530).
    NoPerm,
    /// The result of the search was not saved (RFC 5182).
    NotSaved,
    /// The server tells nothing more by itself, or will not tell as much as was asked for (RFC 5465).
    NotificationOverflow,
    /// The server does not tell how the result of the search with this tag changes, or does so no
    /// longer (RFC 5267).
    NoUpdate(String),
    /// A quota is, or would be, exceeded (RFC 5530).
    OverQuota,
    /// A message could not be parsed.
    Parse,
    /// The flags that can be changed for good.
    PermanentFlags(Vec<Flag>),
    /// Protection is needed for this (RFC 5530).
    PrivacyRequired,
    /// The mailbox is read-only.
    ReadOnly,
    /// The mailbox is read-write.
    ReadWrite,
    /// Where to go instead, as a URL; never followed by itself (RFC 2221, RFC 2193).
    Referral(String),
    /// The server has found a fault in itself (RFC 5530).
    ServerBug,
    /// The message is too large (RFC 4469, RFC 7889).
    TooBig,
    /// Creating the mailbox may help.
    TryCreate,
    /// The UID that the next message is likely to get.
    UidNext(Uid),
    /// Messages are to be named by their UIDs (RFC 9586).
    UidRequired,
    /// UIDs do not persist in this mailbox (RFC 4315).
    UidNotSticky,
    /// The validity of the UIDs of the mailbox.
    UidValidity(UidValidity),
    /// A part of the server is not there at the moment (RFC 5530).
    Unavailable,
    /// A filter that a search names is not there, or cannot be used (RFC 5466).
    UndefinedFilter(String),
    /// The transfer encoding of a part is not known (RFC 3516).
    UnknownCte,
    /// The first message without `\Seen` (RFC 3501).
    Unseen(SequenceNumber),
    /// The mechanisms that a mailbox has access keys for (RFC 4467).
    UrlMech(Vec<UrlKeyMechanism>),
    /// The special use cannot be had (RFC 6154).
    UseAttr,
    /// Any other, or one whose arguments were not understood.
    Other {
        /// Its name.
        name: String,
        /// What follows the name, as it came.
        raw: Bytes,
    },
}

/// How far the server got (RFC 9738, section 3.1): it works from the highest UID downwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct MessageLimit {
    /// The most messages that one command may be about.
    pub limit: u32,
    /// The lowest UID that it has worked on: what is left lies below. `None` where it has worked
    /// on none.
    pub lowest: Option<Uid>,
}

impl MessageLimit {
    pub(crate) const fn new(limit: u32, lowest: Option<Uid>) -> Self {
        Self { limit, lowest }
    }
}

/// Where appended messages are (RFC 4315, section 3).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AppendUid {
    /// The validity of the UIDs of the mailbox.
    pub uid_validity: UidValidity,
    /// The UIDs, in the order of the messages appended.
    pub uids: UidRanges,
}

impl AppendUid {
    pub(crate) const fn new(uid_validity: UidValidity, uids: UidRanges) -> Self {
        Self { uid_validity, uids }
    }

    /// The UID, where one message was appended.
    #[must_use]
    pub fn uid(&self) -> Option<Uid> {
        self.uids.iter().next().filter(|_| self.uids.len() == 1)
    }
}

/// Where copied messages are (RFC 4315, section 3).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CopyUid {
    /// The validity of the UIDs of the destination.
    pub uid_validity: UidValidity,
    /// The UIDs of the messages that were copied.
    pub source: UidRanges,
    /// The UIDs of the copies, in the same order.
    pub destination: UidRanges,
}

impl CopyUid {
    pub(crate) const fn new(uid_validity: UidValidity, source: UidRanges, destination: UidRanges) -> Self {
        Self { uid_validity, source, destination }
    }

    /// Each message and its copy.
    pub fn pairs(&self) -> impl Iterator<Item = (Uid, Uid)> + '_ {
        self.source.iter().zip(self.destination.iter())
    }
}
