//! What no check proves, and why.

use anyrfc_core::{
    Requirement,
    compliance::Waiver::{self, ByConstruction, Exception},
};

use crate::rfc3501 as r;

/// The requirements without a check.
pub(in crate::compliance) const WAIVERS: &[(&Requirement, Waiver)] = &[
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
        r::NO_STATUS_ON_THE_SELECTED_MAILBOX,
        Exception(
            "this crate never asks for it by itself; where its caller does, the server has to answer \
             (section 6.3.10)",
        ),
    ),
    (
        r::APPENDED_TEXT_IS_A_MESSAGE,
        Exception("what is appended is its caller's, and drafts of all kinds are; it is not looked into"),
    ),
    (r::BODY_IS_READ_BY_ITS_TYPE, ByConstruction(AS_IT_CAME)),
    (r::ENCODED_BODY_IS_DECODED, ByConstruction(AS_IT_CAME)),
    (
        r::LACKING_HEADERS_ARE_CONSIDERED,
        ByConstruction(
            "`Append` carries the octets that it is given: no header field is left out but by its caller",
        ),
    ),
    (
        r::RC4_MD5_UNDER_TLS,
        Exception("RFC 7465 has since forbidden RC4 in TLS, and rustls has no such suite"),
    ),
    (
        r::DHE_DSS_3DES_UNDER_TLS,
        Exception("RFC 9325 has since advised against it, and rustls has neither DSS nor 3DES"),
    ),
];

const AS_IT_CAME: &str = "`BodyReader` and `BodyData` give a section as it came, beside \
     `BodyStructure::encoding`, `media_type` and `parameters`, or decoded by the server as BINARY: nothing here \
     takes an encoded body for its content";
