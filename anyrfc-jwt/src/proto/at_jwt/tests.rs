use serde_json::json;

use super::*;
use crate::{
    ErrorKind, Requirement,
    proto::{SigningKey, encode},
    types::{Header, JwsAlgorithm},
};

const NOW: NumericDate = NumericDate::new(1_618_354_090);

fn claims() -> Value {
    json!({
        "iss": "https://as.example",
        "sub": "5ba552d67",
        "aud": ["https://rs.example", "https://rs2.example"],
        "exp": 1_639_528_912,
        "iat": 1_618_354_090,
        "jti": "dbe39bf3a3ba4238a513f51d6e1691c4",
        "client_id": "s6BhdRkqt3",
        "scope": "openid  profile reademail",
        "auth_time": 1_618_354_000,
        "acr": "1",
        "amr": ["pwd", "otp"],
        "groups": ["a", {"value": "b"}],
    })
}

/// What is said of these claims under this `typ`, by a key of RS256, which section 2.1 asks for.
fn verify(claims: &Value, typ: &str) -> Result<AccessTokenClaims, Error> {
    thread_local!(static KEY: SigningKey = SigningKey::generate(JwsAlgorithm::Rs256).unwrap());
    let key = KEY.with(Clone::clone);
    let token = encode(claims, &Header::new(JwsAlgorithm::Rs256).with_typ(typ), &key).unwrap();
    let validation = AccessTokenValidation::new("https://as.example", "https://rs.example");
    validation.verify(&token, key.verifying_key(), NOW)
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn refused(claims: &Value, typ: &str) -> (Option<Rejection>, Option<&'static Requirement>) {
    let error = verify(claims, typ).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
    (error.rejection(), error.requirement())
}

#[test]
fn a_good_token_is_taken() {
    for typ in ["at+jwt", "application/at+jwt", "AT+JWT"] {
        let token = verify(&claims(), typ).unwrap();
        assert_eq!(token.client_id, "s6BhdRkqt3");
        assert_eq!(token.scopes().collect::<Vec<_>>(), ["openid", "profile", "reademail"]);
        assert!(token.has_scope("profile") && !token.has_scope("email") && !token.has_scope(""));
        assert_eq!(token.auth_time, Some(NumericDate::new(1_618_354_000)));
        assert_eq!((token.acr.as_deref(), token.amr.unwrap().len()), (Some("1"), 2));
        assert_eq!(token.other.keys().collect::<Vec<_>>(), ["groups"]);
    }
    let mut bare = claims();
    for name in ["scope", "auth_time", "acr", "amr", "groups"] {
        bare.as_object_mut().unwrap().remove(name);
    }
    let token = verify(&bare, "at+jwt").unwrap();
    assert_eq!((token.scopes().count(), token.has_scope("profile")), (0, false));
    assert_eq!(serde_json::to_value(&token).unwrap(), bare);
}

#[test]
fn another_kind_of_token_is_none() {
    for typ in ["JWT", "jwt", "dpop+jwt", "", "at+jwt2", "logout+jwt"] {
        assert_eq!(refused(&claims(), typ), (Some(Rejection::Type), Some(rfc9068::TYP_IS_CHECKED)), "{typ}");
    }
}

#[test]
fn every_claim_of_the_profile_is_required() {
    for name in ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"] {
        let mut less = claims();
        less.as_object_mut().unwrap().remove(name);
        assert_eq!(refused(&less, "at+jwt").0, Some(Rejection::MissingClaim(name)));
    }
    assert_eq!(
        refused(&with("client_id", json!(null)), "at+jwt").0,
        Some(Rejection::MissingClaim("client_id"))
    );
    for (name, value) in [("client_id", json!(7)), ("scope", json!(["a"])), ("scope", json!(null))] {
        assert_eq!(verify(&with(name, value), "at+jwt").unwrap_err().kind(), ErrorKind::Protocol, "{name}");
    }
}

#[test]
fn issuer_audience_and_expiry_are_compared() {
    let iss = with("iss", "https://as.example/".into());
    assert_eq!(refused(&iss, "at+jwt"), (Some(Rejection::Issuer), Some(rfc9068::ISS_IS_COMPARED)));
    for aud in [json!("https://rs3.example"), json!([])] {
        let aud = with("aud", aud);
        assert_eq!(refused(&aud, "at+jwt"), (Some(Rejection::Audience), Some(rfc9068::OTHER_AUD_IS_REFUSED)));
    }
    let exp = with("exp", 1_618_354_090.into());
    assert_eq!(refused(&exp, "at+jwt"), (Some(Rejection::Expired), Some(rfc9068::EXP_IS_CHECKED)));
    assert!(verify(&with("exp", 1_618_354_091.into()), "at+jwt").is_ok());
}

#[test]
fn leeway_is_bounded() {
    let validation = AccessTokenValidation::new("a", "b");
    assert!(validation.clone().leeway(Duration::from_secs(60)).is_ok());
    assert_eq!(validation.leeway(Duration::from_secs(61)).unwrap_err().kind(), ErrorKind::Usage);
}

#[test]
fn foreign_keys_and_none_are_refused() {
    let key = SigningKey::generate(JwsAlgorithm::Es256).unwrap().with_key_id("1");
    let token = encode(&claims(), &Header::new(JwsAlgorithm::Es256).with_typ("at+jwt"), &key).unwrap();
    let validation = AccessTokenValidation::new("https://as.example", "https://rs.example");
    let why = |token: &str, key: &SigningKey| {
        let error = validation.verify(token, key.verifying_key(), NOW).unwrap_err();
        (error.rejection().unwrap(), error.requirement().unwrap())
    };
    let other = SigningKey::generate(JwsAlgorithm::Es256).unwrap();
    assert_eq!(why(&token, &other), (Rejection::Signature, rfc9068::SIGNATURE_IS_VALIDATED));
    assert_eq!(why(&token, &other.with_key_id("2")), (Rejection::NoKey, rfc9068::KEYS_ARE_THE_SERVERS));
    let payload = token.split('.').nth(1).unwrap();
    let none = format!("{}.{payload}.", crate::codec::base64url::encode(br#"{"alg":"none","typ":"at+jwt"}"#));
    let error = validation.verify(&none, key.verifying_key(), NOW).unwrap_err();
    assert_eq!(error.rejection(), Some(Rejection::Algorithm));
    assert_eq!(error.requirement(), Some(rfc9068::NONE_IS_REFUSED));
    assert_eq!(AccessTokenValidation::error_code(), "invalid_token");
}
