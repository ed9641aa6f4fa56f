//! What no check proves, and why.

use anyrfc_core::{
    Requirement,
    compliance::Waiver::{self, ByConstruction, Exception},
};

use crate::rfc9051 as r;

/// The requirements without a check.
pub(in crate::compliance) const WAIVERS: &[(&Requirement, Waiver)] = &[
    (
        r::FORWARDED_IS_NOT_CLEARED,
        Exception(
            "what a STORE clears is its caller's choice, who may replace all flags; this crate by itself only adds some",
        ),
    ),
    (
        r::JUNK_AND_NOTJUNK_ARE_BOTH_UNSET,
        Exception("this crate changes no flags by itself: `Junk::Contradictory` tells its user, who decides"),
    ),
    (
        r::MANY_CONTROLS_COUNT_AS_BINARY,
        Exception("a permission; a string is binary here if it holds NUL, however many controls there are"),
    ),
    (
        r::LOGIN_MAY_BE_TRIED,
        Exception(
            "a permission; once a login has failed, nothing that reveals the password is tried, since somebody \
             might have made it fail",
        ),
    ),
    (
        r::SEARCH_RESPONSE_IS_IGNORED_BY_REV2,
        Exception(
            "for clients that know IMAP4rev2 alone; this one knows IMAP4rev1 too, and takes either answer",
        ),
    ),
    (
        r::NAMESPACE_FOR_A_NEW_MAILBOX_IS_CHOSEN,
        ByConstruction(
            "`Create` takes a whole name: its caller, to whom `Namespaces` lists all there are, has chosen",
        ),
    ),
    (
        r::NO_STATUS_ON_THE_SELECTED_MAILBOX,
        Exception(
            "this crate never asks for it by itself; where its caller does, the server has to answer \
             (section 6.3.11), and of sizes and deleted messages nothing else tells",
        ),
    ),
    (
        r::APPENDED_TEXT_IS_A_MESSAGE,
        Exception("what is appended is its caller's, and drafts of all kinds are; it is not looked into"),
    ),
    (r::BODY_IS_READ_BY_ITS_TYPE, ByConstruction(AS_IT_CAME)),
    (r::ENCODED_BODY_IS_DECODED, ByConstruction(AS_IT_CAME)),
    (
        r::OTHER_RECOMMENDED_CIPHER_SUITES,
        Exception(
            "those with ECDHE are offered; those with finite-field Diffie-Hellman are in no TLS library of this \
             project, and discouraged since",
        ),
    ),
    (
        r::PORTS_ARE_TRIED_CONCURRENTLY,
        Exception(
            "the URL is the configuration: `imaps` is port 993 and `imap` is port 143 with STARTTLS; to try both \
             would tell a listener which of them can be broken",
        ),
    ),
];

const AS_IT_CAME: &str = "`BodyReader` and `BodyData` give a section as it came, beside \
     `BodyStructure::encoding`, `media_type` and `parameters`, or decoded by the server as BINARY: nothing here \
     takes an encoded body for its content";
