//! RFC 7517, section by section.

mod section_4;
mod section_4_7;
mod sections_5_to_9;

use anyrfc_core::compliance::{Check, Waiver::ByConstruction};
use serde_json::Value;

use super::{Waived, support::json};
use crate::{Error, rfc7517 as r, types::Jwk};

pub(super) const GROUPS: &[&[Check]] = &[section_4::CHECKS, section_4_7::CHECKS, sections_5_to_9::CHECKS];

const NO_OPERATIONS: &str = "`Jwk` has no method that gives a key operations: `Jwk::with_use` takes them away, and \
                             `Jwk::to_public` only turns those that were read into their counterparts";
const X5U_IS_NOT_FOLLOWED: &str = "nothing here fetches what `x5u` names, and `Jwk` has no method that sets one: \
                                   `Jwk::untrusted_x5u` only tells what somebody else wrote";

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[
    (r::UNRELATED_OPERATIONS_ARE_NOT_MIXED, ByConstruction(NO_OPERATIONS)),
    (r::OPERATIONS_COME_IN_THE_THREE_PAIRS, ByConstruction(NO_OPERATIONS)),
    (r::X5U_LEADS_TO_PEM, ByConstruction(X5U_IS_NOT_FOLLOWED)),
    (r::X5U_KEY_IS_THE_JWK_KEY, ByConstruction(X5U_IS_NOT_FOLLOWED)),
    (r::X5U_IS_FETCHED_WITH_INTEGRITY, ByConstruction(X5U_IS_NOT_FOLLOWED)),
    (r::X5U_IS_FETCHED_OVER_TLS, ByConstruction(X5U_IS_NOT_FOLLOWED)),
    (r::X5U_SERVER_IS_VALIDATED, ByConstruction(X5U_IS_NOT_FOLLOWED)),
    (r::X5U_AGREES_WITH_THE_MEMBERS, ByConstruction(X5U_IS_NOT_FOLLOWED)),
];

fn parse(value: &Value) -> Result<Jwk, Error> {
    Jwk::parse(value.to_string().as_bytes())
}

/// The key with these members besides its own.
fn with(text: &str, members: &Value) -> Value {
    let mut key = json(text);
    for (name, member) in members.as_object().expect("an object") {
        key[name] = member.clone();
    }
    key
}

/// The public members that are written.
fn written(jwk: &Jwk) -> Value {
    json(&jwk.to_json().expect("a public key"))
}
