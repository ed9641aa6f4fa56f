//! The search keys that stand alone.

use std::num::NonZeroU32;

use super::ModSeqOf;
use crate::types::{
    AnnotationScope, Date, EntryPattern, FilterName, Flag, ModSeq, SequenceSet, Uid, Verbatim,
};

/// One search key without others in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    /// A word of the grammar.
    Word(&'static str),
    /// A word that IMAP4rev2 has dropped.
    Rev1(&'static str),
    /// `KEYWORD`, `UNKEYWORD`.
    Keyword(&'static str, Flag),
    /// A field, or the whole of a text.
    Text(&'static str, String),
    /// `HEADER`.
    Header(String, String),
    /// A day.
    Day(&'static str, Date),
    /// Octets.
    Octets(&'static str, u64),
    /// `OLDER`, `YOUNGER` (RFC 5032): seconds.
    Within(&'static str, NonZeroU32),
    /// `UID`.
    Uids(SequenceSet),
    /// Sequence numbers.
    Numbers(SequenceSet),
    /// `EMAILID`, `THREADID` (RFC 8474).
    ObjectId(&'static str, String),
    /// A day of which a message was saved (RFC 8514).
    SavedDay(&'static str, Date),
    /// `SAVEDATESUPPORTED` (RFC 8514).
    SaveDateSupported,
    /// `UIDAFTER`, `UIDBEFORE` (RFC 9738).
    UidBound(&'static str, Uid),
    /// `FILTER` (RFC 5466).
    Filter(FilterName),
    /// `ANNOTATION` (RFC 5257).
    Annotation(EntryPattern, Option<AnnotationScope>, String),
    /// `X-GM-RAW`.
    GmailText(&'static str, String),
    /// `X-GM-LABELS`.
    GmailLabel(String),
    /// `X-GM-MSGID`, `X-GM-THRID`.
    GmailNumber(&'static str, u64),
    /// `MODSEQ` (RFC 7162), of one flag or of anything.
    ModSeq(Option<(Flag, ModSeqOf)>, ModSeq),
    /// What is not known here.
    Custom(Verbatim),
}

impl Key {
    /// Whether RFC 3501 has it, so that every client knows where it ends.
    pub(crate) fn is_known_to_all(&self) -> bool {
        match self {
            Self::Word(_)
            | Self::Rev1(_)
            | Self::Keyword(..)
            | Self::Text(..)
            | Self::Header(..)
            | Self::Day(..)
            | Self::Octets(..) => true,
            Self::Uids(set) | Self::Numbers(set) => !set.is_saved(),
            _ => false,
        }
    }

    /// Whether a charset must be named for it.
    pub(crate) fn is_ascii(&self) -> bool {
        match self {
            Self::Text(_, text) | Self::GmailText(_, text) => text.is_ascii(),
            Self::Annotation(_, _, text) => text.is_ascii(),
            Self::Header(name, value) => name.is_ascii() && value.is_ascii(),
            _ => true,
        }
    }
}
