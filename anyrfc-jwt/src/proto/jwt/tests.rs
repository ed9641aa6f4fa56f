use serde_json::{Value, json};

use super::*;
use crate::{
    ErrorKind,
    proto::{JwsLimits, verify},
    types::{JwsAlgorithm, NumericDate},
};

fn key() -> SigningKey {
    SigningKey::generate(JwsAlgorithm::Hs256).unwrap()
}

fn header() -> Header {
    Header::new(JwsAlgorithm::Hs256)
}

fn refused<T: Serialize + ?Sized>(claims: &T) -> Error {
    let error = encode(claims, &header(), &key()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    error
}

/// Members as they come, a name possibly twice.
struct Members(Vec<(&'static str, Value)>);

impl Serialize for Members {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

#[test]
fn claims_are_signed_as_they_are() {
    let key = key();
    for claims in
        [json!({}), json!({"iss": "joe", "exp": 1}), json!({"aud": ["a", "urn:b"], "x": {"y": [1, null]}})]
    {
        let token = encode(&claims, &header().with_typ("JWT"), &key).unwrap();
        let verified = verify(&token, key.verifying_key(), &JwsLimits::DEFAULT).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(verified.payload()).unwrap(), claims);
        assert_eq!(verified.header().typ(), Some("JWT"));
    }
}

#[test]
fn no_claim_is_written_twice() {
    let twice = Members(vec![("a", 1.into()), ("b", 1.into()), ("a", 1.into())]);
    assert!(refused(&twice).requirement().is_some());
    refused(&Members(vec![("iss", "a".into()), ("iss", "a".into())]));
    refused(&Claims::new().claim("exp", 1));
    #[derive(Serialize)]
    struct Own {
        iss: &'static str,
        #[serde(flatten)]
        other: Value,
    }
    refused(&Own { iss: "a", other: json!({"iss": "b"}) });
    assert!(encode(&Own { iss: "a", other: json!({"x": {"iss": "b"}}) }, &header(), &key()).is_ok());
}

#[test]
fn registered_claims_are_written_with_their_types() {
    for claims in [
        json!({"iss": 1}),
        json!({"sub": null}),
        json!({"aud": [1]}),
        json!({"exp": "1300819380"}),
        json!({"exp": null}),
        json!({"exp": f64::NAN}),
        json!({"nbf": true}),
        json!({"iat": [1]}),
        json!({"jti": 1}),
        json!([]),
        json!("claims"),
        json!(null),
    ] {
        refused(&claims);
    }
}

#[test]
fn a_name_with_a_colon_is_a_uri() {
    for name in ["joe", "", "https://as.example:8443/a?b#c", "urn:ietf:x", "us-east-1:a", "müller"] {
        assert!(
            encode(&Claims::new().issuer(name).subject(name).audience(name), &header(), &key()).is_ok(),
            "{name}"
        );
    }
    for name in [":", "a b:c", "https://as.example/a b", "1:2", "müller:1", "https://[::1", "a:%zz"] {
        assert_eq!(
            refused(&Claims::new().issuer(name)).requirement(),
            Some(rfc7519::COLON_MAKES_A_URI),
            "{name}"
        );
        refused(&Claims::new().subject(name));
        refused(&Claims::new().audience(name));
        refused(&Claims::new().audience(["a", name].into_iter().collect::<crate::types::Audience>()));
        // Of other claims nobody says so.
        assert!(encode(&Claims::new().id(name).claim("x", name), &header(), &key()).is_ok(), "{name}");
    }
}

#[test]
fn the_header_is_one_for_a_jwt() {
    let with = |json: &str| Header::parse(json.as_bytes()).unwrap();
    let unencoded = with(r#"{"alg":"HS256","b64":false,"crit":["b64"]}"#);
    let error = encode(&Claims::new(), &unencoded, &key()).unwrap_err();
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, Some(rfc7797::JWT_IS_ALWAYS_ENCODED)));
    for header in [
        with(r#"{"alg":"HS256","zip":"DEF"}"#),
        header().with_content_type("JWT"),
        header().with_content_type("json"),
        Header::new(JwsAlgorithm::Hs512),
        Header::new(JwsAlgorithm::Es256),
    ] {
        assert_eq!(encode(&Claims::new(), &header, &key()).unwrap_err().kind(), ErrorKind::Usage);
    }
}

#[test]
fn huge_dates_are_written_and_read_back() {
    let key = key();
    let claims = Claims::new().expires_at(NumericDate::MAX).not_before(NumericDate::MIN);
    let token = encode(&claims, &header(), &key).unwrap();
    let jwt =
        crate::proto::Validation::new().verify(&token, key.verifying_key(), NumericDate::new(0)).unwrap();
    assert_eq!(jwt.claims(), &claims);
    assert_eq!(jwt.key().algorithms(), JwsAlgorithm::Hs256.into());
    assert_eq!(jwt.header().key_id(), None);
}

#[test]
fn an_id_is_drawn_anew_each_time() {
    let ids: Vec<_> = (0..100).map(|_| Claims::new().random_id().unwrap().id.unwrap()).collect();
    assert!(ids.iter().enumerate().all(|(at, id)| id.len() == 22 && !ids[..at].contains(id)));
}
