//! The search keys that stand alone.

use std::num::NonZeroU32;

use crate::{
    Error,
    codec::{command::Needs, encode::Encoder},
    rfc5032,
    types::{Capability, Date, Flag, SequenceSet, Verbatim},
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
    /// `X-GM-RAW`.
    GmailText(&'static str, String),
    /// `X-GM-LABELS`.
    GmailLabel(String),
    /// `X-GM-MSGID`, `X-GM-THRID`.
    GmailNumber(&'static str, u64),
    /// What is not known here.
    Custom(Verbatim),
}

impl Key {
    /// Whether a charset must be named for it.
    pub(crate) fn is_ascii(&self) -> bool {
        match self {
            Self::Text(_, text) | Self::GmailText(_, text) => text.is_ascii(),
            Self::Header(name, value) => name.is_ascii() && value.is_ascii(),
            _ => true,
        }
    }

    /// Adds what the server must have for it.
    pub(crate) fn needs(&self, needs: Needs) -> Needs {
        match self {
            Self::Rev1(_) => needs.rev1(),
            Self::Within(..) => {
                needs.capability(Capability::Within).because(rfc5032::WITHIN_NEEDS_THE_CAPABILITY)
            }
            Self::GmailText(..) | Self::GmailLabel(_) | Self::GmailNumber(..) => {
                needs.capability(Capability::GmExt1)
            }
            Self::Uids(set) | Self::Numbers(set) => needs.set(set),
            // It may be a key that the server does not know.
            Self::Custom(_) => needs.not_understood(),
            _ => needs,
        }
    }

    /// The rule `search-key`.
    pub(crate) fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        match self {
            Self::Word(word) | Self::Rev1(word) => {
                encoder.word(word);
            }
            Self::Keyword(word, flag) => {
                let Flag::Keyword(_) = flag else { return Err(Error::usage("not a keyword")) };
                encoder.word(word).space().flag(flag)?;
            }
            Self::Text(word, text) | Self::GmailText(word, text) => {
                encoder.word(word).space().astring(text.as_bytes())?;
            }
            Self::GmailLabel(label) => {
                encoder.word("X-GM-LABELS ").gmail_label(label)?;
            }
            Self::Header(name, value) => {
                encoder.word("HEADER ").astring(name.as_bytes())?.space().astring(value.as_bytes())?;
            }
            Self::Day(word, date) => {
                encoder.word(word).space().date(*date);
            }
            Self::Octets(word, number) => {
                encoder.word(word).space().number(*number)?;
            }
            Self::GmailNumber(word, number) => {
                encoder.word(word).space().number64(*number);
            }
            Self::Within(word, seconds) => {
                encoder.word(word).space().number(seconds.get().into())?;
            }
            Self::Uids(set) => {
                encoder.word("UID ").sequence_set(set)?;
            }
            Self::Numbers(set) => {
                encoder.sequence_set(set)?;
            }
            Self::Custom(text) => {
                encoder.verbatim(text);
            }
        }
        Ok(())
    }
}
