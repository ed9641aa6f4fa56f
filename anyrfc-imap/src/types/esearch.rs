//! Results of searches (RFC 9051, section 7.3.4; RFC 3501, section 7.2.5; RFC 4731).

use std::num::NonZeroU32;

use bytes::Bytes;

use super::{mod_seq::ModSeq, number_list::NumberList};

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
    /// Whether the numbers are UIDs.
    pub uid: bool,
    /// The least number found.
    pub min: Option<u32>,
    /// The greatest number found.
    pub max: Option<u32>,
    /// How many were found.
    pub count: Option<u32>,
    /// All that were found, in the server's order, which means something where they were sorted
    /// (RFC 5267, section 3.1); absent when there are none.
    pub all: Option<NumberList<NonZeroU32>>,
    /// The highest modification sequence of what is named (RFC 7162).
    pub mod_seq: Option<ModSeq>,
    /// Other data, and those whose value was not understood: the name, and the value as it came.
    pub other: Vec<(String, Bytes)>,
}
