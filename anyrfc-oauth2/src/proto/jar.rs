//! Signed authorization requests (RFC 9101).

use anyrfc_jwt::{
    proto::{SigningKey, encrypt_jwt, jwe::EncryptionKey, sign},
    types::{ContentEncryption, Header},
};
use serde_json::Value;

use super::{Client, Moment, Random, authorization::Parameters, fapi2};
use crate::{Error, rfc9101};

/// How long a Request Object is good for: long enough for a user's browser, too short for whoever
/// finds it.
const LIFETIME: u64 = 300;

/// The Request Object: all parameters as claims, from this client, for this server, signed (RFC 9101,
/// section 4). Its type keeps it from being taken for another kind of JWT (section 10.8).
pub(super) fn request_object(
    client: &Client,
    parameters: &Parameters,
    key: &SigningKey,
    now: &Moment,
    random: &mut Random,
) -> Result<String, Error> {
    let Some(issuer) = &client.server.issuer else {
        let what = "a request cannot be signed for a server without a name";
        return Err(Error::unfit(rfc9101::AUDIENCE_IS_THE_SERVERS_ISSUER, what));
    };
    if client.fapi2 && !fapi2::algorithms().contains(key.algorithm()) {
        let what = "FAPI 2 has signatures by PS256, ES256 and EdDSA only";
        return Err(Error::unfit(rfc9101::REQUEST_OBJECT_IS_SIGNED, what));
    }
    if !lists(client, "signing_alg", key.algorithm().name()) {
        let what = "the server takes no requests that are signed by the key's algorithm";
        return Err(Error::new(crate::ErrorKind::Unsupported, what)
            .with_requirement(rfc9101::SIGNED_OBJECTS_MAY_BE_USED_UNASKED));
    }
    let issued = now.unix.as_secs();
    let mut claims = parameters.claims();
    claims.insert("iss".to_owned(), client.client_id.as_str().into());
    claims.insert("aud".to_owned(), issuer.as_str().into());
    claims.insert("iat".to_owned(), issued.into());
    claims.insert("nbf".to_owned(), issued.into());
    claims.insert("exp".to_owned(), issued.saturating_add(LIFETIME).into());
    claims.insert("jti".to_owned(), random.token().into());
    // What the request is meant for is stated where nobody can change it (section 10.3).
    let endpoints = [
        ("authorization_endpoint", &client.server.authorization_endpoint),
        ("token_endpoint", &client.server.token_endpoint),
    ];
    for (name, endpoint) in endpoints {
        if let Some(endpoint) = endpoint {
            claims.insert(name.to_owned(), endpoint.as_str().into());
        }
    }
    match claims.get("resource").cloned() {
        None => {}
        Some(Value::Array(all)) => drop(claims.insert("protected_resources".to_owned(), all.into())),
        Some(one) => drop(claims.insert("protected_resources".to_owned(), vec![one].into())),
    }
    let header = Header::new(key.algorithm()).with_typ("oauth-authz-req+jwt");
    Ok(sign(Value::Object(claims).to_string().as_bytes(), &header, key)?)
}

/// Encrypts a Request Object for the server, which nobody else can read then: it was signed before (RFC
/// 9101, section 4).
pub(super) fn encrypted(
    client: &Client,
    object: &str,
    key: &EncryptionKey,
    encryption: ContentEncryption,
) -> Result<String, Error> {
    if !lists(client, "encryption_alg", key.algorithm().name())
        || !lists(client, "encryption_enc", encryption.name())
    {
        let what = "the server takes no requests that are encrypted by the key's algorithm";
        return Err(Error::new(crate::ErrorKind::Unsupported, what)
            .with_requirement(rfc9101::SENSITIVE_REQUEST_IS_ENCRYPTED));
    }
    Ok(encrypt_jwt(object, &Header::new(key.algorithm()), key, encryption)?)
}

/// Whether the server lists an algorithm, or lists none at all (OpenID Connect Discovery, section 3).
fn lists(client: &Client, what: &str, algorithm: &str) -> bool {
    match client.server.document.get(&format!("request_object_{what}_values_supported")) {
        Some(Value::Array(known)) => known.iter().any(|known| known.as_str() == Some(algorithm)),
        _ => true,
    }
}
