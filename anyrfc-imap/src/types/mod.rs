//! Validated values, in the RFC's own words.

pub mod acl;
pub mod annotation;
pub mod append;
pub mod base_subject;
pub mod body_structure;
pub mod capability;
pub mod code;
pub mod data;
pub mod date;
pub mod envelope;
pub mod error;
pub mod esearch;
pub mod fetch_items;
pub mod flag;
pub mod id;
pub mod junk;
pub mod language;
pub mod list;
pub mod mailbox;
pub mod mailbox_status;
pub mod metadata;
pub mod mod_seq;
pub mod namespace;
pub mod number;
pub mod number_list;
pub mod object_id;
pub mod progress;
pub mod quota;
pub mod row;
pub mod search;
pub mod section;
pub mod sequence_set;
#[cfg(feature = "serde")]
mod serialised;
pub mod sort;
pub mod status_response;
pub mod string_ref;
pub mod threads;
pub mod url;
pub mod url_fetch;
pub mod utf7;
pub mod verbatim;

pub(crate) use self::annotation::AnnotationUse;
pub(crate) use self::search::{Key, Piece};
pub use self::{
    acl::{Acl, AclIdentifier, ListedRights, MyRights, Right, Rights},
    annotation::{
        Annotation, AnnotationAttribute, AnnotationEntry, AnnotationScope, AnnotationSupport, Annotations,
        AnnotationsWanted, EntryName, EntryPattern,
    },
    append::{AppendContent, AppendForm, AppendMessage, AppendOptions, CatenatePart},
    base_subject::BaseSubject,
    body_structure::{BodyStructure, BodyType, Disposition, Parameters},
    capability::{Capabilities, Capability},
    code::{AppendUid, Code, CopyUid, MessageLimit},
    data::Data,
    date::{Date, DateTime},
    envelope::{Address, AddressEntry, Addresses, Envelope},
    error::{Field, ParseError, Sink},
    esearch::{Esearch, PartialFound, SearchData},
    fetch_items::{FetchItem, FetchItems, Partial},
    flag::{Flag, Keyword},
    id::Id,
    junk::Junk,
    language::{ActiveComparator, Comparator, LanguageRange},
    list::{ListEntry, MailboxAttribute, NameChange},
    mailbox::{MailboxName, Names, Pattern},
    mailbox_status::MailboxStatus,
    metadata::{Metadata, MetadataCode, MetadataEntry, MetadataTarget, MetadataTold},
    mod_seq::ModSeq,
    namespace::{Namespace, Namespaces},
    number::{Number, NumberSet, Numbers, SequenceNumber, SequenceNumberSet, Uid, UidSet, UidValidity},
    number_list::{NumberList, UidRanges},
    object_id::{EmailId, MailboxId, MailboxIds, ThreadId},
    progress::Progress,
    quota::{Quota, QuotaResource, QuotaRoot, QuotaRoots, QuotaUsage},
    row::{BodyData, BodyItem, FetchRef, FetchRow, Flags, ItemName, Labels, OtherItem, RowTables},
    search::{
        ContextChange, Filter, FilterDescription, FilterName, ListStep, ModSeqOf, PartialRange, ResultList,
        SearchQuery, SearchReturn, SearchSource, SearchSources,
    },
    section::{PartPath, Section, SectionText},
    sequence_set::{Bound, SequenceSet},
    sort::{SortKey, SortOrder, ThreadAlgorithm},
    status_response::{StatusKind, StatusResponse},
    string_ref::StringRef,
    threads::{Member, Threads},
    url::{
        AuthorizedUrl, ImapUrl, RumpUrl, UrlAccess, UrlAuthType, UrlAuthorization, UrlLogin, UrlMailbox,
        UrlMechanism, UrlMessage, UrlPartial, UrlSearch, UrlServer, UrlTarget, UrlToken,
    },
    url_fetch::{PartStructure, UrlAnswer, UrlBinary, UrlFetched, UrlKeyMechanism, UrlMetadata},
    verbatim::Verbatim,
};
