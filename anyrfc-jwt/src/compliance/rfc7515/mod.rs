//! RFC 7515, section by section.

mod section_10;
mod section_2;
mod section_4;
mod section_4_1;
mod section_4_1_11;
mod section_5;
mod section_7_2;

use anyrfc_core::compliance::{
    Check,
    Waiver::{ByConstruction, NotARequirement},
};

use super::Waived;
use crate::rfc7515 as r;

pub(super) const GROUPS: &[&[Check]] = &[
    section_2::CHECKS,
    section_4::CHECKS,
    section_4_1::CHECKS,
    section_4_1_11::CHECKS,
    section_5::CHECKS,
    section_7_2::CHECKS,
    section_10::CHECKS,
];

const CLOSED: &str = "the one StringOrURI of this RFC is `alg`, and `types::Algorithm` is a closed list of names that \
                      have no colon: any other string, URI or not, is refused as unsupported";

const JKU: &str = "nothing in this crate fetches what `jku` names: `Header::untrusted_jku` gives its text, no header \
                   gets one by a method of `types::Header`, and `KeySource` is where all keys come from";

const X5U: &str = "nothing in this crate fetches what `x5u` names: `Header::untrusted_x5u` gives its text, no header \
                   gets one by a method of `types::Header`, and `KeySource` is where all keys come from";

const NEITHER: &str = "neither `jku` nor `x5u` is followed by `proto`, which does no I/O at all: there is no connection \
                       that TLS could protect";

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[
    (r::STRINGORURI_MAY_BE_ANY_STRING, ByConstruction(CLOSED)),
    (r::STRINGORURI_WITH_COLON_IS_A_URI, ByConstruction(CLOSED)),
    (r::JKU_LEADS_TO_A_JWK_SET, ByConstruction(JKU)),
    (r::JKU_IS_FETCHED_WITH_INTEGRITY, ByConstruction(JKU)),
    (r::JKU_IS_FETCHED_OVER_TLS, ByConstruction(JKU)),
    (r::JKU_SERVER_IS_VALIDATED, ByConstruction(JKU)),
    (r::X5U_LEADS_TO_PEM, ByConstruction(X5U)),
    (r::X5U_BEGINS_WITH_THE_SIGNERS_CERT, ByConstruction(X5U)),
    (r::X5U_MAY_HOLD_A_CHAIN, ByConstruction(X5U)),
    (r::X5U_IS_FETCHED_WITH_INTEGRITY, ByConstruction(X5U)),
    (r::X5U_IS_FETCHED_OVER_TLS, ByConstruction(X5U)),
    (r::X5U_SERVER_IS_VALIDATED, ByConstruction(X5U)),
    (
        r::X5C_CHAIN_IS_VALIDATED,
        ByConstruction(
            "no certificate of `x5c` is ever taken for valid: `proto::verify` gets its keys from the caller's \
             `KeySource` alone, and `Header::untrusted_x5c` hands octets under that name to whoever validates them",
        ),
    ),
    (r::JKU_AND_X5U_NEED_TLS, ByConstruction(NEITHER)),
    (r::TLS_IS_CONFIDENTIAL, ByConstruction(NEITHER)),
    (r::TLS_SERVER_IS_VERIFIED, ByConstruction(NEITHER)),
    (
        r::JOSE_JSON_IS_UTF_8,
        ByConstruction("`JsonJws::to_general` and `JsonJws::to_flattened` return a `String`, which is UTF-8"),
    ),
    (
        r::TIMING_TELLS_NOTHING,
        ByConstruction(
            "`VerifyingKey::verify` leaves every comparison to `aws_lc_rs`, whose `hmac::verify` takes the same time \
             for each tag; the other algorithms of a JWS verify with public keys, where there is nothing to learn",
        ),
    ),
    (
        r::UNIQUE_NAMES_ARE_A_SECURITY_RULE,
        NotARequirement("it says in other words why the rule of section 4 about unique names is one"),
    ),
    (
        r::PRODUCERS_WRITE_UNIQUE_NAMES,
        ByConstruction(
            "`types::Header` has a field for each name, and `serde_json::Map`, which has each name once, for the \
             others, into which `Header::with_other` puts no name that has a field",
        ),
    ),
];
