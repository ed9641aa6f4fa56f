//! What a server tells without being a completion (RFC 9051, section 7).

use std::num::NonZeroU32;

use bytes::Bytes;

use super::{
    acl::{Acl, ListedRights, MyRights},
    capability::{Capabilities, Capability},
    error::ParseError,
    esearch::{Esearch, SearchData},
    flag::Flag,
    id::Id,
    language::ActiveComparator,
    list::ListEntry,
    mailbox_status::MailboxStatus,
    metadata::Metadata,
    namespace::Namespaces,
    number::{SequenceNumber, UidSet},
    quota::{Quota, QuotaRoots},
    status_response::StatusResponse,
    threads::Threads,
    url::AuthorizedUrl,
    url_fetch::UrlFetched,
};

/// An untagged response other than FETCH.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Data {
    /// `OK`, `NO`, `BAD`, `BYE`, `PREAUTH` (RFC 9051, section 7.1).
    Status(StatusResponse),
    /// `CAPABILITY` (RFC 9051, section 7.2.2).
    Capability(Capabilities),
    /// `ENABLED` (RFC 9051, section 7.2.1).
    Enabled(Vec<Capability>),
    /// `FLAGS` (RFC 9051, section 7.3.5).
    Flags(Vec<Flag>),
    /// `LIST` (RFC 9051, section 7.3.1), and Gmail's `XLIST`.
    List(ListEntry),
    /// `LSUB` (RFC 3501, section 7.2.3).
    Lsub(ListEntry),
    /// `STATUS` (RFC 9051, section 7.3.3).
    MailboxStatus(MailboxStatus),
    /// `SEARCH` (RFC 3501, section 7.2.5).
    Search(SearchData),
    /// `ESEARCH` (RFC 9051, section 7.3.4).
    Esearch(Box<Esearch>),
    /// `SORT` (RFC 5256, section 4): in its order.
    Sort(SearchData),
    /// `THREAD` (RFC 5256, section 4).
    Thread(Threads<NonZeroU32>),
    /// `LANGUAGE` (RFC 5255, section 3.3): one is in use now, several are those there are.
    Language(Vec<String>),
    /// `COMPARATOR` (RFC 5255, section 4.8).
    Comparator(ActiveComparator),
    /// `JMAPACCESS` (RFC 9698): the URL of the JMAP session, which is never followed by itself.
    JmapAccess(String),
    /// `NAMESPACE` (RFC 9051, section 7.3.2).
    Namespace(Namespaces),
    /// `ID` (RFC 2971).
    Id(Id),
    /// `EXISTS` (RFC 9051, section 7.4.1).
    Exists(u32),
    /// `RECENT` (RFC 3501, section 7.3.2).
    Recent(u32),
    /// `EXPUNGE` (RFC 9051, section 7.5.1).
    Expunge(SequenceNumber),
    /// `GENURLAUTH` (RFC 4467, section 8).
    GenUrlAuth(Vec<AuthorizedUrl>),
    /// `URLFETCH` (RFC 4467, section 8; RFC 5524).
    UrlFetch(Vec<UrlFetched>),
    /// `METADATA` (RFC 5464, section 4.4).
    Metadata(Metadata),
    /// `ACL` (RFC 4314, section 3.6).
    Acl(Acl),
    /// `LISTRIGHTS` (RFC 4314, section 3.7).
    ListRights(ListedRights),
    /// `MYRIGHTS` (RFC 4314, section 3.8).
    MyRights(MyRights),
    /// `QUOTA` (RFC 9208, section 4.2.1).
    Quota(Quota),
    /// `QUOTAROOT` (RFC 9208, section 4.2.2).
    QuotaRoots(QuotaRoots),
    /// `VANISHED` (RFC 7162, section 3.2.10).
    Vanished {
        /// Whether the messages are gone since some time, `(EARLIER)`: the numbers of the others
        /// are not changed by it, and it may name messages of which nobody knew.
        earlier: bool,
        /// Which messages.
        uids: UidSet,
    },
    /// A response that is not known.
    Other {
        /// Its name, in capitals; a leading number is part of `raw`.
        name: String,
        /// The whole response without its line end.
        raw: Bytes,
    },
    /// A response that was not understood.
    Malformed {
        /// The whole response without its line end.
        raw: Bytes,
        /// Why.
        error: ParseError,
    },
}

impl Data {
    /// About how many bytes they take beside themselves, where many small pieces can take more
    /// than they came as.
    pub(crate) fn held(&self) -> usize {
        match self {
            Self::Metadata(metadata) => metadata.held(),
            Self::Acl(acl) => acl.held(),
            Self::ListRights(rights) => rights.held(),
            Self::Quota(quota) => quota.held(),
            Self::QuotaRoots(roots) => roots.held(),
            _ => 0,
        }
    }
}
