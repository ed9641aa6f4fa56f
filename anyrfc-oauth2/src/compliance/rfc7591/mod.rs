//! RFC 7591: clients that register themselves.

mod metadata;
mod request;

use anyrfc_core::compliance::Check;
use anyrfc_jwt::{
    proto::{Signer, SigningKey},
    types::{Header, JwsAlgorithm},
};
use serde_json::Value;

use super::{
    Waived,
    endpoint::{CALLBACK, ISSUER, json_answer},
};
use crate::{
    ClientMetadata, Error, OAuth2Client, RedirectUri, RegisteredClient, UrlPolicy,
    client::Registration,
    proto::Registrar,
    testing::{AuthorizationServer, Place, Recorded},
};

pub(super) const GROUPS: &[&[Check]] = &[metadata::CHECKS, request::CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[];

/// A client that redirects.
pub(super) fn described() -> ClientMetadata {
    ClientMetadata::new().redirect_uri(RedirectUri::new(CALLBACK).expect("a redirection URI"))
}

/// Registration at the server.
pub(super) async fn registration(server: &AuthorizationServer) -> Registration {
    let found = OAuth2Client::discover(ISSUER).http(server.clone()).fetch().await.expect("metadata");
    OAuth2Client::registration(&found).http(server.clone())
}

/// The body of a request, as JSON.
pub(super) fn body(sent: &Recorded) -> Value {
    assert_eq!(sent.header("content-type"), Some("application/json"));
    serde_json::from_slice(&sent.body).expect("JSON")
}

/// What came last to the registration endpoint.
pub(super) fn sent(server: &AuthorizationServer) -> Value {
    body(&super::endpoint::last(server, Place::Registration))
}

/// An endpoint to register at, without anybody behind it.
pub(super) fn registrar() -> Registrar {
    let server = super::endpoint::metadata(
        serde_json::json!({"registration_endpoint": "https://as.example/register"}),
    );
    Registrar::new(&server.expect("metadata"), UrlPolicy::Https).expect("an endpoint")
}

/// What is made of this answer to a registration.
pub(super) fn answered(document: &Value) -> Result<RegisteredClient, Error> {
    registrar().registered(&json_answer(201, document.to_string()))
}

/// A software statement with these claims.
fn statement(claims: &Value) -> String {
    let key = SigningKey::generate(JwsAlgorithm::Es256).expect("a key");
    let signer = Signer::new(&key, &Header::new(key.algorithm())).expect("a signer");
    signer.sign(claims.to_string().as_bytes()).expect("a JWS")
}
