//! Why something is no value of its type.

use std::fmt;

use anyrfc_core::Requirement;

use crate::{rfc2045, rfc2046, rfc3464, rfc5322};

/// Why a value could not be made: what it was to be, what is wrong with it, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Invalid {
    subject: Subject,
    problem: Problem,
    offset: usize,
}

/// What was to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Subject {
    /// An address: a mailbox or a group.
    Address,
    /// The local-part of an address.
    LocalPart,
    /// The domain of an address.
    Domain,
    /// The display name of a mailbox or a group.
    DisplayName,
    /// The name of a header field.
    HeaderName,
    /// The value of a header field.
    HeaderValue,
    /// A date and time.
    DateTime,
    /// A message identifier.
    MessageId,
    /// A media type.
    ContentType,
    /// A content disposition.
    ContentDisposition,
    /// The name of a parameter.
    ParameterName,
    /// The value of a parameter.
    ParameterValue,
    /// A transfer encoding.
    TransferEncoding,
    /// The boundary of a multipart.
    Boundary,
    /// The status code of a report.
    StatusCode,
}

/// What is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Problem {
    /// There is nothing.
    Empty,
    /// A control character, a line break among them, could pass for structure.
    Control,
    /// A character that the grammar does not allow there.
    Character,
    /// It is not in the form that the grammar asks for.
    Syntax,
    /// It is longer than could ever be written.
    TooLong,
    /// It is a number that cannot be.
    Range,
    /// It is not of those that are known.
    Unknown,
    /// It is there already.
    Repeated,
}

impl Invalid {
    pub(crate) const fn new(subject: Subject, problem: Problem, offset: usize) -> Self {
        Self { subject, problem, offset }
    }

    /// What was to be made.
    #[must_use]
    pub const fn subject(&self) -> Subject {
        self.subject
    }

    /// What is wrong with it.
    #[must_use]
    pub const fn problem(&self) -> Problem {
        self.problem
    }

    /// Where in the text, in bytes.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// The statement that it would break.
    #[must_use]
    pub const fn requirement(&self) -> &'static Requirement {
        match (self.subject, self.problem) {
            (_, Problem::Control) => rfc5322::FIELD_BODY_HAS_NO_LINE_BREAK,
            (_, Problem::TooLong) if !matches!(self.subject, Subject::Boundary) => rfc5322::LINES_UP_TO_998,
            (Subject::HeaderName, _) => rfc5322::FIELD_NAME_CHARACTERS,
            (Subject::DateTime, _) => rfc5322::DATE_IS_VALID,
            (Subject::ContentType, _) => rfc2045::SUBTYPE_IS_MANDATORY,
            (Subject::TransferEncoding, _) => rfc2045::PRIVATE_ENCODINGS,
            (Subject::Boundary, _) => rfc2046::BOUNDARY_UP_TO_70,
            (Subject::StatusCode, _) => rfc3464::STATUS_HAS_NO_LEADING_ZEROS,
            _ => rfc5322::CREATE_BY_THE_PRESENT_SYNTAX,
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => "an address",
            Self::LocalPart => "a local-part",
            Self::Domain => "a domain",
            Self::DisplayName => "a display name",
            Self::HeaderName => "a header field's name",
            Self::HeaderValue => "a header field's value",
            Self::DateTime => "a date",
            Self::MessageId => "a message identifier",
            Self::ContentType => "a media type",
            Self::ContentDisposition => "a content disposition",
            Self::ParameterName => "a parameter's name",
            Self::ParameterValue => "a parameter's value",
            Self::TransferEncoding => "a transfer encoding",
            Self::Boundary => "a boundary",
            Self::StatusCode => "a status code",
        })
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { subject, offset, .. } = self;
        match self.problem {
            Problem::Empty => write!(f, "{subject} is empty"),
            Problem::Control => write!(f, "{subject} has a control character at byte {offset}"),
            Problem::Character => {
                write!(f, "{subject} has a character that cannot be there at byte {offset}")
            }
            Problem::Syntax => write!(f, "{subject} is malformed at byte {offset}"),
            Problem::TooLong => write!(f, "{subject} is too long"),
            Problem::Range => write!(f, "{subject} has a number out of range"),
            Problem::Unknown => write!(f, "{subject} is not a known one"),
            Problem::Repeated => write!(f, "{subject} is there already"),
        }
    }
}

impl std::error::Error for Invalid {}

/// The first control character of `text`, tab included where `tab` is false.
pub(crate) fn control_in(text: &str, tab: bool) -> Option<usize> {
    text.bytes().position(|byte| super::chars::is_control(byte) || (!tab && byte == b'\t'))
}
