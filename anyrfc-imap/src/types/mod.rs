//! Validated values, in the RFC's own words.

pub mod body_structure;
pub mod capability;
pub mod code;
pub mod data;
pub mod date;
pub mod envelope;
pub mod error;
pub mod esearch;
pub mod flag;
pub mod id;
pub mod list;
pub mod mailbox;
pub mod mailbox_status;
pub mod namespace;
pub mod number;
pub mod row;
pub mod section;
pub mod status_response;
pub mod string_ref;

pub use self::{
    body_structure::{BodyStructure, BodyType, Disposition, Parameters},
    capability::{Capabilities, Capability},
    code::{AppendUid, Code, CopyUid, UidRanges},
    data::Data,
    date::{Date, DateTime},
    envelope::{Address, AddressEntry, Addresses, Envelope},
    error::{Field, ParseError, Sink},
    esearch::{Esearch, SearchData},
    flag::{Flag, Keyword},
    id::Id,
    list::{ListEntry, MailboxAttribute},
    mailbox::{MailboxName, Names, Pattern},
    mailbox_status::MailboxStatus,
    namespace::{Namespace, Namespaces},
    number::{NumberSet, Numbers, SequenceNumber, SequenceNumberSet, Uid, UidSet, UidValidity},
    row::{BodyData, BodyItem, FetchRef, FetchRow, Flags, ItemName, Labels, OtherItem, RowTables},
    section::{PartPath, Section, SectionText},
    status_response::{StatusKind, StatusResponse},
    string_ref::StringRef,
};
