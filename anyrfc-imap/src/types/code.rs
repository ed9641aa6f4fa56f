//! Response codes (RFC 9051, section 7.1; RFC 5530).

use bytes::Bytes;

use super::{
    capability::Capabilities,
    flag::Flag,
    number::{NumberSet, SequenceNumber, Uid, UidSet, UidValidity},
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
    /// A URL of a CATENATE that the server cannot use, as it was written (RFC 4469).
    BadUrl(String),
    /// The charset of a search is not known; those that are, where the server says.
    BadCharset(Vec<String>),
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
    HighestModSeq(u64),
    /// Something is in use by another session (RFC 5530).
    InUse,
    /// A limit of the server (RFC 5530).
    Limit,
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
    /// UIDs do not persist in this mailbox (RFC 4315).
    UidNotSticky,
    /// The validity of the UIDs of the mailbox.
    UidValidity(UidValidity),
    /// A part of the server is not there at the moment (RFC 5530).
    Unavailable,
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

/// UIDs in the order in which the server names them, as ranges: the n-th of one such list
/// belongs to the n-th of another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UidRanges(Vec<(u32, u32)>);

impl UidRanges {
    pub(crate) const fn new(ranges: Vec<(u32, u32)>) -> Self {
        Self(ranges)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.0.iter().map(|(low, high)| u64::from(high - low) + 1).sum()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One by one.
    pub fn iter(&self) -> impl Iterator<Item = Uid> + '_ {
        self.0.iter().flat_map(|(low, high)| *low..=*high).filter_map(Uid::new)
    }

    /// As a set.
    #[must_use]
    pub fn to_set(&self) -> UidSet {
        UidSet::from_ranges(self.0.clone())
    }
}
