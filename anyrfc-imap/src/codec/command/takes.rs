//! Which responses are a command's own.

use crate::types::{
    Code, Data, FetchItems, MailboxName, MetadataTarget, MetadataTold, Names, Pattern, QuotaRoot,
    SequenceSet, StatusKind,
};

macro_rules! kinds {
    ($($(#[$meta:meta])* $kind:ident,)*) => {
        /// The kinds of untagged data.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum DataKind {
            $($(#[$meta])* $kind,)*
        }
    };
}

kinds! {
    /// Status responses with codes that tell of a mailbox that is being selected.
    Selection,
    /// Status responses with `COPYUID`.
    CopyUid,
    /// Status responses with `APPENDUID`.
    AppendUid,
    /// Status responses with `URLMECH`.
    UrlMech,
    /// [`Data::Capability`].
    Capability,
    /// [`Data::Enabled`].
    Enabled,
    /// [`Data::Flags`].
    Flags,
    /// [`Data::List`].
    List,
    /// [`Data::Lsub`].
    Lsub,
    /// [`Data::MailboxStatus`].
    MailboxStatus,
    /// [`Data::Search`] and [`Data::Esearch`].
    Search,
    /// [`Data::Sort`].
    Sort,
    /// [`Data::Thread`].
    Thread,
    /// [`Data::Language`].
    Language,
    /// [`Data::Comparator`].
    Comparator,
    /// [`Data::JmapAccess`].
    JmapAccess,
    /// [`Data::Esearch`] that names the mailbox that was searched (RFC 7377).
    MultiSearch,
    /// [`Data::Namespace`].
    Namespace,
    /// [`Data::Id`].
    Id,
    /// [`Data::Exists`].
    Exists,
    /// [`Data::Recent`].
    Recent,
    /// [`Data::Expunge`].
    Expunge,
    /// [`Data::GenUrlAuth`].
    GenUrlAuth,
    /// [`Data::UrlFetch`].
    UrlFetch,
    /// [`Data::Metadata`] with values.
    Metadata,
    /// [`Data::Acl`].
    Acl,
    /// [`Data::ListRights`].
    ListRights,
    /// [`Data::MyRights`].
    MyRights,
    /// [`Data::Quota`].
    Quota,
    /// [`Data::QuotaRoots`].
    QuotaRoots,
    /// [`Data::Vanished`], of now.
    Vanished,
    /// [`Data::Vanished`], of earlier.
    VanishedEarlier,
    /// Status responses with `MESSAGELIMIT` (RFC 9738).
    MessageLimit,
    /// Everything else.
    Rest,
}

impl DataKind {
    /// The kind of these data.
    #[must_use]
    pub fn of(data: &Data) -> Self {
        match data {
            Data::Status(status)
                if matches!(status.code, Some(Code::MessageLimit(_)))
                    && matches!(status.kind, StatusKind::Ok | StatusKind::No) =>
            {
                Self::MessageLimit
            }
            Data::Status(status) if status.kind == StatusKind::Ok => match &status.code {
                Some(Code::CopyUid(_)) => Self::CopyUid,
                Some(Code::AppendUid(_)) => Self::AppendUid,
                Some(Code::UrlMech(_)) => Self::UrlMech,
                Some(
                    Code::Closed
                    | Code::HighestModSeq(_)
                    | Code::MailboxId(_)
                    | Code::NoModSeq
                    | Code::PermanentFlags(_)
                    | Code::ReadOnly
                    | Code::ReadWrite
                    | Code::UidNext(_)
                    | Code::UidNotSticky
                    | Code::UidValidity(_)
                    | Code::Unseen(_),
                ) => Self::Selection,
                _ => Self::Rest,
            },
            Data::Capability(_) => Self::Capability,
            Data::Enabled(_) => Self::Enabled,
            Data::Flags(_) => Self::Flags,
            Data::List(_) => Self::List,
            Data::Lsub(_) => Self::Lsub,
            Data::MailboxStatus(_) => Self::MailboxStatus,
            Data::Esearch(found) if found.mailbox.is_some() => Self::MultiSearch,
            Data::Search(_) | Data::Esearch(_) => Self::Search,
            Data::Sort(_) => Self::Sort,
            Data::Thread(_) => Self::Thread,
            Data::Language(_) => Self::Language,
            Data::Comparator(_) => Self::Comparator,
            Data::JmapAccess(_) => Self::JmapAccess,
            Data::Namespace(_) => Self::Namespace,
            Data::Id(_) => Self::Id,
            Data::GenUrlAuth(_) => Self::GenUrlAuth,
            Data::UrlFetch(_) => Self::UrlFetch,
            Data::Exists(_) => Self::Exists,
            Data::Recent(_) => Self::Recent,
            Data::Expunge(_) => Self::Expunge,
            // What has changed nobody has asked for.
            Data::Metadata(metadata) if matches!(metadata.told, MetadataTold::Values(_)) => Self::Metadata,
            Data::Acl(_) => Self::Acl,
            Data::ListRights(_) => Self::ListRights,
            Data::MyRights(_) => Self::MyRights,
            Data::Quota(_) => Self::Quota,
            Data::QuotaRoots(_) => Self::QuotaRoots,
            Data::Vanished { earlier: false, .. } => Self::Vanished,
            Data::Vanished { earlier: true, .. } => Self::VanishedEarlier,
            _ => Self::Rest,
        }
    }

    const fn bit(self) -> u64 {
        1 << self as u32
    }
}

fn bits(kinds: impl IntoIterator<Item = DataKind>) -> u64 {
    kinds.into_iter().fold(0, |bits, kind| bits | kind.bit())
}

/// The FETCH responses of a command: of which messages, with what.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rows {
    /// Which messages.
    pub set: SequenceSet,
    /// Whether the set is of UIDs.
    pub uid: bool,
    /// What was asked for.
    pub items: FetchItems,
}

/// Which responses are a command's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Takes {
    kinds: u64,
    strays: u64,
    mailbox: Option<MailboxName>,
    root: Option<QuotaRoot>,
    patterns: Vec<Pattern>,
    rows: Option<Rows>,
    without_grandchildren: bool,
}

impl Takes {
    /// None.
    pub fn nothing() -> Self {
        Self::default()
    }

    /// Those of these kinds.
    pub fn kinds(kinds: impl IntoIterator<Item = DataKind>) -> Self {
        Self { kinds: bits(kinds), ..Self::default() }
    }

    /// And those of these kinds where a server sends them, although they are due elsewhere: a code
    /// of the completion in a response of its own. They do not keep commands from being on their
    /// way together.
    pub fn strays(mut self, kinds: impl IntoIterator<Item = DataKind>) -> Self {
        self.strays |= bits(kinds);
        self
    }

    /// All data.
    pub fn everything() -> Self {
        Self { kinds: u64::MAX, ..Self::default() }
    }

    /// Statuses, annotations, rights and quota roots of no other mailbox than this.
    pub fn of_mailbox(mut self, mailbox: MailboxName) -> Self {
        self.mailbox = Some(mailbox);
        self
    }

    /// Annotations of nothing else than this.
    pub fn about(self, target: &MetadataTarget) -> Self {
        match target {
            MetadataTarget::Mailbox(mailbox) => self.of_mailbox(mailbox.clone()),
            MetadataTarget::Server => self.of_mailbox(server()),
        }
    }

    /// Quotas of no other root than this.
    pub fn of_root(mut self, root: QuotaRoot) -> Self {
        self.root = Some(root);
        self
    }

    /// Mailboxes of no other names than those that match one of these.
    pub fn of_patterns(mut self, patterns: &[Pattern]) -> Self {
        self.patterns = patterns.to_vec();
        self
    }

    /// And FETCH responses.
    pub fn rows(mut self, set: SequenceSet, uid: bool, items: FetchItems) -> Self {
        self.rows = Some(Rows { set, uid, items });
        self
    }

    /// And of threads that the first message has all others right below it (RFC 5256, section 3).
    pub fn without_grandchildren(mut self) -> Self {
        self.without_grandchildren = true;
        self
    }

    /// Data of its own as it is to have them.
    pub(crate) fn prepared(&self, data: Data) -> Data {
        match data {
            Data::Thread(threads) if self.without_grandchildren => {
                Data::Thread(threads.without_grandchildren())
            }
            data => data,
        }
    }

    /// The FETCH responses that are its own.
    #[must_use]
    pub fn fetch(&self) -> Option<&Rows> {
        self.rows.as_ref()
    }

    /// Whether it takes this kind of data.
    #[must_use]
    pub fn has(&self, kind: DataKind) -> bool {
        (self.kinds | self.strays) & kind.bit() != 0
    }

    /// Whether it takes this kind of data as one of those that it asks for, and not just whatever
    /// comes.
    pub(crate) fn asks(&self, kind: DataKind) -> bool {
        self.kinds != u64::MAX && self.kinds & kind.bit() != 0
    }

    /// Whether it takes this kind of data and, but for strays, no other.
    pub(crate) fn is_only(&self, kind: DataKind) -> bool {
        self.kinds == kind.bit()
    }

    /// Whether these data are its own, for a command with this tag.
    #[must_use]
    pub fn data(&self, data: &Data, tag: &str) -> bool {
        if !self.has(DataKind::of(data)) {
            return false;
        }
        let of_mailbox = |name: &MailboxName| self.mailbox.as_ref().is_none_or(|mailbox| mailbox == name);
        match data {
            Data::MailboxStatus(status) => of_mailbox(&status.mailbox),
            Data::Metadata(metadata) => match metadata.target.mailbox() {
                Some(mailbox) => of_mailbox(mailbox),
                None => of_mailbox(&server()),
            },
            Data::Acl(acl) => of_mailbox(&acl.mailbox),
            Data::ListRights(rights) => of_mailbox(&rights.mailbox),
            Data::MyRights(rights) => of_mailbox(&rights.mailbox),
            Data::QuotaRoots(roots) => of_mailbox(&roots.mailbox),
            Data::Quota(quota) => self.root.as_ref().is_none_or(|root| *root == quota.root),
            Data::Esearch(found) => match &found.tag {
                Some(found) => found == tag,
                // Of which mailbox it is, and of which command, is told together (RFC 7377).
                None => found.mailbox.is_none() && self.kinds & DataKind::Search.bit() != 0,
            },
            _ => true,
        }
    }

    /// Whether these data are of a mailbox that was not asked for. Only where a server tells
    /// of mailboxes by itself: what else a name may match is the server's affair.
    #[must_use]
    pub fn is_foreign(&self, data: &Data) -> bool {
        let (name, delimiter) = match data {
            Data::List(entry) => (&entry.mailbox, entry.delimiter),
            Data::MailboxStatus(status) => (&status.mailbox, None),
            _ => return false,
        };
        !self.patterns.is_empty() && !self.patterns.iter().any(|pattern| pattern.matches(name, delimiter))
    }

    /// Whether both can take the same response, so that they cannot be on their way together
    /// (RFC 9051, section 5.5). ESEARCH responses have a tag, SEARCH responses have none.
    #[must_use]
    pub fn overlaps(&self, other: &Self, esearch: bool) -> bool {
        // What tells of the mailbox as a whole goes to whoever asks.
        let shared = bits([
            DataKind::Exists,
            DataKind::Recent,
            DataKind::Expunge,
            DataKind::Vanished,
            DataKind::Flags,
        ]);
        let due = self.kinds & other.kinds | self.kinds & other.strays | self.strays & other.kinds;
        // Of these each has its tag (RFC 7377, section 2.1).
        let mut both = due & !shared & !DataKind::MultiSearch.bit();
        if esearch {
            both &= !DataKind::Search.bit();
        }
        if matches!((&self.mailbox, &other.mailbox), (Some(mine), Some(theirs)) if mine != theirs) {
            both &= !bits([
                DataKind::MailboxStatus,
                DataKind::Metadata,
                DataKind::Acl,
                DataKind::ListRights,
                DataKind::MyRights,
                DataKind::QuotaRoots,
            ]);
        }
        if matches!((&self.root, &other.root), (Some(mine), Some(theirs)) if mine != theirs) {
            both &= !DataKind::Quota.bit();
        }
        both != 0
    }
}

/// The mailbox without a name that stands for the server (RFC 5464, section 4.1).
fn server() -> MailboxName {
    MailboxName::received(b"", Names::Utf8)
}

/// How a command goes together with others on their way (RFC 9051, section 5.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Order {
    /// It speaks of messages by their sequence numbers, so it waits until no command is on its way
    /// that can change them.
    pub uses_numbers: bool,
    /// No EXPUNGE comes while it is on its way: it is FETCH, STORE or SEARCH without UID.
    pub keeps_numbers: bool,
    /// Nothing else is on its way together with it, since it changes the connection's state.
    pub alone: bool,
}

impl Order {
    /// It speaks of no sequence numbers.
    #[must_use]
    pub const fn free() -> Self {
        Self { uses_numbers: false, keeps_numbers: false, alone: false }
    }

    /// It is FETCH, STORE or SEARCH with sequence numbers.
    #[must_use]
    pub const fn keeping_numbers() -> Self {
        Self { uses_numbers: true, keeps_numbers: true, alone: false }
    }

    /// It uses sequence numbers, and the server may change them meanwhile.
    #[must_use]
    pub const fn using_numbers() -> Self {
        Self { uses_numbers: true, keeps_numbers: false, alone: false }
    }

    /// It changes the connection's state.
    #[must_use]
    pub const fn alone() -> Self {
        Self { uses_numbers: false, keeps_numbers: false, alone: true }
    }
}
