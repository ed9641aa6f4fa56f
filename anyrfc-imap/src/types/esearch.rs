//! Results of searches (RFC 9051, section 7.3.4; RFC 3501, section 7.2.5; RFC 4731; RFC 5267;
//! RFC 6203; RFC 7377; RFC 9394).

use std::num::NonZeroU32;

use bytes::Bytes;

use super::{ContextChange, MailboxName, ModSeq, NumberList, PartialRange, UidValidity};

/// A SEARCH response (RFC 3501).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SearchData {
    /// What was found, in the server's order: UIDs in answer to UID SEARCH.
    pub numbers: Vec<u32>,
    /// The highest modification sequence of what was found (RFC 7162).
    pub mod_seq: Option<ModSeq>,
}

/// An ESEARCH response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Esearch {
    /// The command that it answers.
    pub tag: Option<String>,
    /// The mailbox that was searched (RFC 7377).
    pub mailbox: Option<MailboxName>,
    /// The validity of its UIDs (RFC 7377).
    pub uid_validity: Option<UidValidity>,
    /// Whether the numbers are UIDs.
    pub uid: bool,
    /// The least number found; of a SORT the first one.
    pub min: Option<u32>,
    /// The greatest number found; of a SORT the last one.
    pub max: Option<u32>,
    /// How many were found.
    pub count: Option<u32>,
    /// All that were found, in the server's order; absent when there are none.
    pub all: Option<NumberList<NonZeroU32>>,
    /// A part of what was found (RFC 9394; RFC 5267, section 4.4).
    pub partial: Option<PartialFound>,
    /// How well each of them matches (RFC 6203).
    pub relevancy: Option<Vec<u8>>,
    /// How the result has changed (RFC 5267, sections 4.3.3 and 4.3.4), in the server's order.
    pub changes: Vec<ContextChange>,
    /// The highest modification sequence of what is named (RFC 7162).
    pub mod_seq: Option<ModSeq>,
    /// Other data, and those whose value was not understood: the name, and the value as it came.
    pub other: Vec<(String, Bytes)>,
}

/// A part of what was found (RFC 9394, section 3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PartialFound {
    /// The part that was asked for.
    pub range: PartialRange,
    /// What is in it: none where it lies beyond the end (`NIL`).
    pub numbers: NumberList<NonZeroU32>,
}

impl PartialFound {
    pub(crate) const fn new(range: PartialRange, numbers: NumberList<NonZeroU32>) -> Self {
        Self { range, numbers }
    }
}
