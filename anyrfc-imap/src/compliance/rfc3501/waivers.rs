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
