//! Request Objects, read by whoever has the keys.

use anyrfc_jwt::{
    proto::{JwsLimits, SigningKey, verify},
    types::JwsAlgorithm,
};
use serde_json::{Map, Value, json};

use super::super::flow::{self, ISSUER, Sent, asked_by, configured, of, scope};
use crate::proto::Authorization;

pub(super) fn key() -> SigningKey {
    SigningKey::generate(JwsAlgorithm::Es256).expect("a key").with_key_id("k")
}

/// What the server knows of the key.
pub(super) fn set_of(key: &SigningKey) -> Value {
    json!({"keys": [serde_json::to_value(key.public_jwk().expect("a key")).expect("a key")]})
}

/// The payload of a Request Object that this key has signed.
pub(super) fn payload(object: &str, key: &SigningKey) -> Vec<u8> {
    verify(object, key.verifying_key(), &JwsLimits::default()).expect("signed by the key").payload().to_vec()
}

/// Its claims.
pub(super) fn claims(object: &str, key: &SigningKey) -> Map<String, Value> {
    serde_json::from_slice(&payload(object, key)).expect("an object")
}

/// What stands in the browser's URL.
pub(super) fn browser(authorization: Authorization) -> Sent {
    Sent::behind(flow::start(authorization).expect("it begins").url())
}

/// A request with something of everything.
pub(super) fn rich() -> Authorization {
    asked_by(&of(configured(ISSUER)))
        .scope(scope("openid mail"))
        .resource("https://api.example/a")
        .resource("urn:example:b")
        .authorization_detail(json!({"type": "payment", "amount": 5}).as_object().expect("members").clone())
        .login_hint("m\u{fc}ller@example.org, \u{20ac} \u{1f600} \"\\")
        .ui_locales("de en")
        .max_age(std::time::Duration::from_secs(86400))
        .acr_values("phr")
        .claims(json!({"id_token": {"acr": null}}).as_object().expect("members").clone())
        .parameter("audience", "a&b")
        .parameter("access_type", "offline")
}
