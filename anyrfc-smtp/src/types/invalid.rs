//! Why something is no value of its type.

use std::{convert::Infallible, fmt};

use anyrfc_core::Requirement;

use crate::{Error, rfc2852, rfc3461, rfc4468, rfc4865, rfc5321, rfc6531, rfc6710};

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
    /// A mailbox: a local part and a domain.
    Mailbox,
    /// The local part of a mailbox.
    LocalPart,
    /// A domain, or an address in square brackets.
    Domain,
    /// What a client calls itself.
    EhloName,
    /// A mailbox in angle brackets.
    Path,
    /// The recipients of an envelope.
    Recipients,
    /// What a client calls its transaction in notifications.
    EnvelopeId,
    /// The outcomes of which notifications are wanted.
    Notify,
    /// How much of a message comes back.
    Return,
    /// The original recipient.
    OriginalRecipient,
    /// The type of an address.
    AddressType,
    /// The time by which a message is to be delivered.
    DeliverBy,
    /// The priority of a message.
    Priority,
    /// The time at which a message is to be released.
    Hold,
    /// A date and time.
    Timestamp,
    /// The keyword of a parameter or of an extension.
    Keyword,
    /// The value of a parameter.
    ParameterValue,
    /// The argument of a command.
    Argument,
    /// The verb of a command.
    Verb,
    /// The URL of BURL.
    Url,
}

/// What is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Problem {
    /// There is nothing.
    Empty,
    /// A control character, a line break among them, could pass for another command.
    Control,
    /// A character that the grammar does not allow there.
    Character,
    /// A character beyond ASCII where none may be.
    NonAscii,
    /// It is not in the form that the grammar asks for.
    Syntax,
    /// It is longer than allowed.
    TooLong,
    /// It is a number that cannot be.
    Range,
    /// It has a source route.
    Route,
    /// It has no form in A-labels.
    Idna,
    /// It is said by other means, or must not be said at all.
    Reserved,
    /// It is a name without the domain that it is in.
    Unqualified,
}

impl Invalid {
    pub(crate) const fn new(subject: Subject, problem: Problem, offset: usize) -> Self {
        Self { subject, problem, offset }
    }

    /// The same, of something that it is a part of: `by` bytes stand before it.
    pub(crate) const fn behind(self, by: usize) -> Self {
        Self { offset: self.offset + by, ..self }
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
            (_, Problem::Control) => rfc5321::MAILBOX_ARGUMENTS_ARE_PRINTABLE_ASCII,
            (_, Problem::Route) => rfc5321::ROUTE_SYNTAX_IS_NOT_WRITTEN,
            (_, Problem::Idna) => rfc6531::LOOKUPS_FOLLOW_IDNA,
            (_, Problem::Unqualified) => rfc5321::DOMAINS_ARE_FULLY_QUALIFIED,
            (Subject::LocalPart, Problem::TooLong) => rfc5321::LOCAL_PART_HAS_64_OCTETS,
            (Subject::Domain, Problem::TooLong) => rfc5321::DOMAIN_HAS_255_OCTETS,
            (Subject::Mailbox | Subject::Path, Problem::TooLong) => rfc5321::PATH_HAS_256_OCTETS,
            (Subject::EhloName, Problem::TooLong) => rfc5321::DOMAIN_HAS_255_OCTETS,
            (Subject::EnvelopeId, Problem::TooLong) => rfc3461::ENVID_HAS_100_CHARACTERS,
            (Subject::OriginalRecipient, Problem::TooLong) => rfc3461::ORCPT_HAS_500_CHARACTERS,
            (Subject::Keyword | Subject::ParameterValue, Problem::TooLong)
            | (Subject::Argument | Subject::Verb | Subject::Url, Problem::TooLong) => {
                rfc5321::COMMAND_LINE_HAS_512_OCTETS
            }
            (Subject::Domain, _) => rfc5321::DOMAIN_LABELS_ARE_LDH,
            (Subject::EhloName, _) => rfc5321::EHLO_NAMES_THE_HOST_OR_ITS_ADDRESS,
            (Subject::Mailbox | Subject::Path | Subject::LocalPart, _) => rfc5321::LOCAL_PART_IS_WELL_FORMED,
            (Subject::Recipients, _) => rfc5321::TRANSACTION_KEEPS_ITS_ORDER,
            (Subject::EnvelopeId, Problem::Empty) => rfc3461::ENVID_HAS_A_VALUE,
            (Subject::EnvelopeId, _) => rfc3461::ENVID_IS_PRINTABLE_ASCII,
            (Subject::Notify, _) => rfc3461::NOTIFY_HAS_A_VALUE,
            (Subject::Return, _) => rfc3461::RET_HAS_A_VALUE,
            (Subject::OriginalRecipient, Problem::Empty) => rfc3461::ORCPT_HAS_A_VALUE,
            (Subject::OriginalRecipient, _) => rfc3461::ORCPT_IS_PRINTABLE_ASCII,
            (Subject::AddressType, _) => rfc3461::ORCPT_NAMES_A_REGISTERED_TYPE,
            (Subject::DeliverBy, _) => rfc2852::RETURN_NEEDS_A_POSITIVE_TIME,
            (Subject::Priority, _) => rfc6710::PRIORITY_IS_WITHIN_BOUNDS,
            (Subject::Hold | Subject::Timestamp, _) => rfc4865::ONE_HOLD_PARAMETER,
            (Subject::Verb, _) => rfc5321::COMMANDS_WITHOUT_X_ARE_REGISTERED,
            (Subject::Url, _) => rfc4468::BURL_NEEDS_THE_KEYWORD,
            (Subject::Keyword | Subject::ParameterValue, _) => rfc5321::PARAMETERS_NEED_AN_OFFERED_EXTENSION,
            (Subject::Argument, _) => rfc5321::MAILBOX_ARGUMENTS_ARE_PRINTABLE_ASCII,
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mailbox => "a mailbox",
            Self::LocalPart => "a local part",
            Self::Domain => "a domain",
            Self::EhloName => "the name of the client",
            Self::Path => "a path",
            Self::Recipients => "the list of recipients",
            Self::EnvelopeId => "an envelope identifier",
            Self::Notify => "the list of outcomes",
            Self::Return => "what is to come back",
            Self::OriginalRecipient => "an original recipient",
            Self::AddressType => "the type of an address",
            Self::DeliverBy => "the time of delivery",
            Self::Priority => "a priority",
            Self::Hold => "the time of release",
            Self::Timestamp => "a date and time",
            Self::Keyword => "a keyword",
            Self::ParameterValue => "the value of a parameter",
            Self::Argument => "an argument",
            Self::Verb => "a verb",
            Self::Url => "a URL",
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
            Problem::NonAscii => write!(f, "{subject} has a character beyond ASCII at byte {offset}"),
            Problem::Syntax => write!(f, "{subject} is malformed at byte {offset}"),
            Problem::TooLong => write!(f, "{subject} is too long"),
            Problem::Range => write!(f, "{subject} is out of range"),
            Problem::Route => write!(f, "{subject} has a source route"),
            Problem::Idna => write!(f, "{subject} has no form in A-labels"),
            Problem::Reserved => write!(f, "{subject} is one that cannot be given so"),
            Problem::Unqualified => write!(f, "{subject} is not fully qualified"),
        }
    }
}

impl std::error::Error for Invalid {}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Self::usage(invalid.to_string()).with_requirement(invalid.requirement()).with_source(invalid)
    }
}

/// So that what is valid already can be given where text can.
impl From<Infallible> for Invalid {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn an_error_names_the_statement_and_shows_nothing_of_the_text() {
        let invalid = Invalid::new(Subject::LocalPart, Problem::Control, 3);
        let error = Error::from(invalid);
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert_eq!(error.requirement(), Some(rfc5321::MAILBOX_ARGUMENTS_ARE_PRINTABLE_ASCII));
        assert!(error.to_string().contains("a local part has a control character at byte 3"), "{error}");
    }
}
