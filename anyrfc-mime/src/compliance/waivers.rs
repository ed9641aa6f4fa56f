//! What no check proves, and why.

use anyrfc_core::{Requirement, compliance::Waiver};

use crate::{rfc2046, rfc2047, rfc5322, rfc6533, rfc8098};

pub(super) static WAIVERS: &[(&Requirement, Waiver)] = &[
    (rfc5322::NOTES_PREFER_OPTIONS, Waiver::NotARequirement(MENTIONED)),
    (rfc5322::PREFERRED_OPTIONS_ARE_MARKED, Waiver::NotARequirement(MENTIONED)),
    (rfc2046::RESOLVING_ASKS_FIRST, Waiver::ByConstruction(NO_NETWORK)),
    (rfc2047::NO_PARENTHESES_IN_COMMENTS, Waiver::ByConstruction(NO_COMMENTS)),
    (rfc2047::SEPARATE_IN_COMMENTS, Waiver::ByConstruction(NO_COMMENTS)),
    (rfc2047::SEPARATE_IN_COMMENT_EXAMPLES, Waiver::ByConstruction(NO_COMMENTS)),
    (rfc6533::DISPOSITION_TEXTS_IN_I_DEFAULT, Waiver::Exception(TEXTS_ARE_GIVEN)),
    (rfc8098::IMAP_REMEMBERS, Waiver::Exception(NO_STORE)),
    (rfc8098::ALIASES_MAY_BE_EQUIVALENT, Waiver::Exception(NO_ALIASES)),
    (rfc8098::REQUEST_IS_IN_THE_INNER_MESSAGE, Waiver::ByConstruction(NO_FRAGMENTS)),
];

const MENTIONED: &str = "the keyword tells where preferences are stated; each is a requirement of its own";
const NO_NETWORK: &str = "`Entity` gives the parameters of message/external-body; nothing in the crate opens a file or a connection";
const NO_COMMENTS: &str =
    "`build::Builder` writes no comments: addresses with one are refused, and unstructured text has none";
const TEXTS_ARE_GIVEN: &str =
    "the text is the caller's, whose language cannot be told; `Notification::error` asks for English";
const NO_STORE: &str =
    "the crate reaches no message store; `NotificationRequest::of` is told what the store remembers";
const NO_ALIASES: &str =
    "a permission that is not used: without knowing the user's aliases the user is asked";
const NO_FRAGMENTS: &str = "`build::Builder` splits no message into fragments";
