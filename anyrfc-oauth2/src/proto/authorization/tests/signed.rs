//! Signed requests (RFC 9101).

use anyrfc_jwt::{
    codec::base64url,
    proto::{
        JwsLimits, SigningKey, VerifyingKey,
        jwe::{self, DecryptionKey, EncryptionKey},
        verify,
    },
    types::{ContentEncryption, JweAlgorithm, JwsAlgorithm},
};

use super::*;
use crate::{ErrorKind, proto::Step};

fn key() -> SigningKey {
    SigningKey::generate(JwsAlgorithm::Es256).unwrap().with_key_id("k1")
}

/// The claims of a Request Object, its signature verified, its header looked at.
fn claims(object: &str, key: &VerifyingKey) -> Map<String, Value> {
    let verified = verify(object, key, &JwsLimits::default()).unwrap();
    assert_eq!(verified.header().typ(), Some("oauth-authz-req+jwt"));
    assert_eq!(verified.header().key_id(), Some("k1"));
    serde_json::from_slice(verified.payload()).unwrap()
}

#[test]
fn everything_is_signed_and_little_is_outside() {
    let key = key();
    let asked = asking(&client())
        .resource("https://api.example/")
        .max_age(Duration::from_secs(60))
        .authorization_detail(json!({"type": "x"}).as_object().unwrap().clone())
        .parameter("audience", "a")
        .signed_by(key.clone());
    let request = begin(asked).unwrap();
    let query = query(request.url());
    assert_eq!(query.len(), 2);
    assert_eq!(one(&query, "client_id"), "app");
    let claims = claims(&one(&query, "request"), key.verifying_key());
    let issued = now().unix.as_secs();
    for (name, value) in [
        ("iss", json!("app")),
        ("aud", json!("https://as.example")),
        ("client_id", json!("app")),
        ("response_type", json!("code")),
        ("redirect_uri", json!(CALLBACK)),
        ("state", json!(request.pending().state())),
        ("code_challenge", json!(request.pending().challenge())),
        ("code_challenge_method", json!("S256")),
        ("max_age", json!(60)),
        ("resource", json!("https://api.example/")),
        ("authorization_details", json!([{"type": "x"}])),
        ("audience", json!("a")),
        ("authorization_endpoint", json!("https://as.example/authorize")),
        ("token_endpoint", json!("https://as.example/token")),
        ("protected_resources", json!(["https://api.example/"])),
        ("iat", json!(issued)),
        ("nbf", json!(issued)),
        ("exp", json!(issued + 300)),
    ] {
        assert_eq!(claims[name], value, "{name}");
    }
    assert_eq!(base64url::decode(claims["jti"].as_str().unwrap()).unwrap().len(), 32);
    assert_eq!(claims.len(), 19);
}

#[test]
fn several_resources_are_an_array() {
    let key = key();
    let asked = asking(&client()).resource("urn:a").resource("urn:b").signed_by(key.clone());
    let object = one(&query(begin(asked).unwrap().url()), "request");
    assert_eq!(claims(&object, key.verifying_key())["resource"], json!(["urn:a", "urn:b"]));
}

#[test]
fn openid_wants_scope_and_response_type_outside_too() {
    let key = key();
    let asked = asking(&client()).scope(Scope::new("openid mail").unwrap()).signed_by(key.clone());
    let request = begin(asked).unwrap();
    let query = query(request.url());
    assert_eq!((one(&query, "scope"), one(&query, "response_type")), ("openid mail".into(), "code".into()));
    assert_eq!(query.len(), 4);
    let claims = claims(&one(&query, "request"), key.verifying_key());
    assert_eq!(claims["nonce"], json!(request.pending().nonce()));
    assert_eq!(claims["scope"], json!("openid mail"));
}

#[test]
fn pushed_it_stands_alone_beside_the_client_s_name() {
    let key = key();
    let asked = asking(&client()).scope(Scope::new("openid").unwrap()).signed_by(key.clone()).pushed();
    let Ok(Start::Push(mut exchange)) = asked.start(&now(), &mut random()) else { panic!() };
    let form = body(&exchange.request(&now(), &mut random()).unwrap());
    assert_eq!(form.len(), 2);
    assert_eq!(one(&form, "client_id"), "app");
    let claims = claims(&one(&form, "request"), key.verifying_key());
    assert!(!claims.contains_key("request") && !claims.contains_key("request_uri"));
    let taken = answer(201, &json!({"request_uri": "urn:x", "expires_in": 5}));
    let Step::Done(request) = exchange.response(&taken, &now()).unwrap() else { panic!() };
    assert_eq!(claims["state"], json!(request.pending().state()));
    assert_eq!(query(request.url()).len(), 2);
}

#[test]
fn a_server_that_takes_signed_requests_only_gets_no_other() {
    let mut server = server();
    server.require_signed_request_object = true;
    let client = client_of(server);
    let error = begin(asking(&client)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert_eq!(error.requirement(), Some(rfc9101::REQUEST_OBJECT_IS_SIGNED));
    assert!(begin(asking(&client).signed_by(key())).is_ok());
}

#[test]
fn what_cannot_be_signed_for_is_not() {
    let mut nameless = server();
    nameless.issuer = None;
    let error = begin(asking(&client_of(nameless)).signed_by(key())).unwrap_err();
    assert_eq!(error.requirement(), Some(rfc9101::AUDIENCE_IS_THE_SERVERS_ISSUER));
    let mut other = server();
    other.document.insert("request_object_signing_alg_values_supported".into(), json!(["RS256", "none"]));
    let error = begin(asking(&client_of(other.clone())).signed_by(key())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    other.document.insert("request_object_signing_alg_values_supported".into(), json!(["PS256", "ES256"]));
    assert!(begin(asking(&client_of(other)).signed_by(key())).is_ok());
}

#[test]
fn what_is_encrypted_was_signed() {
    let key = key();
    let [mine, yours] =
        [[7; 32], [8; 32]].map(|octets| DecryptionKey::symmetric(JweAlgorithm::A256Kw, octets));
    let to = EncryptionKey::symmetric(JweAlgorithm::A256Kw, [7; 32]).unwrap();
    let encrypted = asking(&client()).encrypted_to(to, ContentEncryption::A256Gcm);
    let object = one(&query(begin(encrypted.clone().signed_by(key.clone())).unwrap().url()), "request");
    assert!(jwe::decrypt(&object, &yours.unwrap(), &jwe::Limits::default()).is_err());
    let opened = jwe::decrypt(&object, &mine.unwrap(), &jwe::Limits::default()).unwrap();
    let inner = std::str::from_utf8(opened.plaintext.expose()).unwrap();
    assert_eq!(claims(inner, key.verifying_key())["redirect_uri"], json!(CALLBACK));
    assert_eq!(begin(encrypted).unwrap_err().requirement(), Some(rfc9101::REQUEST_OBJECT_IS_SIGNED));
}

#[test]
fn what_the_server_does_not_list_is_not_encrypted_to() {
    let tries = |lists: &[(&str, &str)]| {
        let mut server = server();
        for (name, value) in lists {
            let name = format!("request_object_encryption_{name}_values_supported");
            server.document.insert(name, json!(["RSA-OAEP", value]));
        }
        let to = EncryptionKey::symmetric(JweAlgorithm::A256Kw, [7; 32]).unwrap();
        let asked = asking(&client_of(server)).signed_by(key()).encrypted_to(to, ContentEncryption::A256Gcm);
        begin(asked).map(drop).map_err(|error| error.kind())
    };
    assert_eq!(tries(&[]), Ok(()));
    assert_eq!(tries(&[("alg", "A256KW"), ("enc", "A256GCM")]), Ok(()));
    assert_eq!(tries(&[("alg", "A128KW"), ("enc", "A256GCM")]), Err(ErrorKind::Unsupported));
    assert_eq!(tries(&[("alg", "A256KW"), ("enc", "A128GCM")]), Err(ErrorKind::Unsupported));
    assert_eq!(tries(&[("enc", "A128GCM")]), Err(ErrorKind::Unsupported));
}
