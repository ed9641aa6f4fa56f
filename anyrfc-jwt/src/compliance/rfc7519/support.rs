//! What the checks of this RFC share.

use serde_json::{Value, json};

use super::super::support::signing;
use crate::{
    Error,
    proto::{Jwt, Validation},
    testing::forged,
    types::{JwsAlgorithm as A, NumericDate},
};

pub(super) const HEADER: &str = r#"{"alg":"HS256"}"#;

/// Somebody else's token: these texts, and a right signature.
pub(super) fn token(header: &str, claims: &str) -> String {
    forged(header, claims.as_bytes(), &signing(A::Hs256)).expect("a token")
}

pub(super) fn claims_with(name: &str, value: &Value) -> String {
    json!({ name: value }).to_string()
}

/// Takes whatever claims say at `at`, unless the validation says otherwise.
pub(super) fn take_by(validation: &Validation, token: &str, at: i64) -> Result<Jwt, Error> {
    validation.verify(token, signing(A::Hs256).verifying_key(), NumericDate::new(at))
}

pub(super) fn lax() -> Validation {
    Validation::new().without_expiry().any_audience()
}

/// Takes these claims, which need nothing.
pub(super) fn take(claims: &str) -> Result<Jwt, Error> {
    take_by(&lax(), &token(HEADER, claims), 0)
}
