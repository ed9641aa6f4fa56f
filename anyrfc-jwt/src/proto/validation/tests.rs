use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::Value;

use super::*;
use crate::{
    ErrorKind, Requirement, Secret,
    proto::VerifyingKey,
    types::{Audience, JwsAlgorithm},
};

const SECRET: [u8; 32] = [7; 32];
const PLAIN: &str = r#"{"alg":"HS256"}"#;
const GOOD: &str = r#"{"iss":"https://as.example","sub":"user","aud":["us","them"],"exp":1000,"nbf":500,"iat":500,"jti":"1"}"#;

/// Signed by hand, whatever it says.
fn token(header: &str, payload: impl AsRef<[u8]>) -> String {
    let mut token = URL_SAFE_NO_PAD.encode(header);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(payload, &mut token);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &SECRET), token.as_bytes());
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(tag, &mut token);
    token
}

fn key() -> VerifyingKey {
    VerifyingKey::hmac(JwsAlgorithm::Hs256, &Secret::new(SECRET.to_vec())).unwrap()
}

fn validation() -> Validation {
    Validation::new().issuer("https://as.example").audience("us")
}

/// Both ways to verify say the same; this is what they say.
fn verify(validation: &Validation, token: &str, now: i64) -> Result<Jwt, Error> {
    let (key, now) = (key(), NumericDate::new(now));
    let jwt = validation.verify(token, &key, now);
    let of_type = validation.verify_as::<Value, _>(token, &key, now);
    match (&jwt, &of_type) {
        (Ok(jwt), Ok(of_type)) => {
            assert_eq!(jwt.claims(), &serde_json::from_value::<Claims>(of_type.claims().clone()).unwrap());
        }
        (Err(one), Err(other)) => {
            assert_eq!((one.kind(), one.rejection()), (other.kind(), other.rejection()), "{one}, {other}");
        }
        _ => panic!("{jwt:?}, {of_type:?}"),
    }
    jwt
}

fn refused(validation: &Validation, token: &str, now: i64) -> (Rejection, &'static Requirement) {
    let error = verify(validation, token, now).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
    (error.rejection().unwrap(), error.requirement().unwrap())
}

fn malformed(token: &str) -> Error {
    let error = verify(&validation(), token, 600).unwrap_err();
    assert_eq!((error.kind(), error.rejection()), (ErrorKind::Protocol, None), "{error}");
    error
}

#[test]
fn a_good_token_is_believed() {
    let jwt = verify(&validation(), &token(PLAIN, GOOD), 600).unwrap();
    assert_eq!(jwt.claims().subject.as_deref(), Some("user"));
    assert_eq!(jwt.claims().audience, Some(["us", "them"].into_iter().collect::<Audience>()));
    assert_eq!(jwt.header().algorithm(), JwsAlgorithm::Hs256.into());
}

#[test]
fn claims_can_have_a_type_of_their_own() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Own {
        jti: String,
    }
    let (token, key, now) = (token(PLAIN, GOOD), key(), NumericDate::new(600));
    let jwt = validation().verify_as::<Own, _>(&token, &key, now).unwrap();
    assert_eq!(jwt.into_claims(), Own { jti: "1".into() });
    // What the type has no field for is checked all the same.
    let foreign = Validation::new().issuer("https://as.example").audience("me");
    let error = foreign.verify_as::<Own, _>(&token, &key, now).unwrap_err();
    assert_eq!(error.rejection(), Some(Rejection::Audience));
    let error = validation().verify_as::<Vec<u8>, _>(&token, &key, now).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
}

#[test]
fn time_is_looked_at() {
    let (plain, token) = (validation(), token(PLAIN, GOOD));
    assert!(verify(&plain, &token, 500).is_ok());
    assert!(verify(&plain, &token, 999).is_ok());
    assert_eq!(refused(&plain, &token, 1000), (Rejection::Expired, rfc7519::EXPIRED_IS_REFUSED));
    assert_eq!(refused(&plain, &token, i64::MAX), (Rejection::Expired, rfc7519::EXPIRED_IS_REFUSED));
    assert_eq!(refused(&plain, &token, 499), (Rejection::NotYetValid, rfc7519::PREMATURE_IS_REFUSED));
    assert_eq!(refused(&plain, &token, i64::MIN), (Rejection::NotYetValid, rfc7519::PREMATURE_IS_REFUSED));
    let fraction = NumericDate::since_epoch(Duration::from_millis(999_999));
    assert!(plain.verify(&token, &key(), fraction).is_ok());
}

#[test]
fn leeway_is_an_argument_and_bounded() {
    let token = token(PLAIN, GOOD);
    let lenient = validation().leeway(Validation::MAX_LEEWAY).unwrap();
    assert!(verify(&lenient, &token, 440).is_ok());
    assert!(verify(&lenient, &token, 1059).is_ok());
    assert_eq!(refused(&lenient, &token, 439).0, Rejection::NotYetValid);
    assert_eq!(refused(&lenient, &token, 1060).0, Rejection::Expired);
    let error = validation().leeway(Duration::from_millis(60_001)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    let endless = validation().danger_leeway(Duration::MAX);
    assert!(verify(&endless, &token, 1_000_000).is_ok());
    assert!(verify(&endless, &token, -1_000_000).is_ok());
}

#[test]
fn what_was_issued_in_the_future_is_not_believed() {
    let future = token(PLAIN, r#"{"iss":"https://as.example","aud":"us","exp":1000,"iat":601}"#);
    assert_eq!(refused(&validation(), &future, 600).0, Rejection::NotYetValid);
    assert!(verify(&validation(), &future, 601).is_ok());
}

#[test]
fn age_is_limited_where_that_is_asked_for() {
    let aged = validation().max_age(Duration::from_secs(100));
    assert!(verify(&aged, &token(PLAIN, GOOD), 600).is_ok());
    assert_eq!(refused(&aged, &token(PLAIN, GOOD), 601).0, Rejection::Expired);
    assert!(verify(&aged.clone().leeway(Duration::from_secs(1)).unwrap(), &token(PLAIN, GOOD), 601).is_ok());
    let undated = token(PLAIN, r#"{"iss":"https://as.example","aud":"us","exp":1000}"#);
    assert_eq!(refused(&aged, &undated, 600).0, Rejection::MissingClaim("iat"));
}

#[test]
fn a_token_has_to_expire_unless_it_need_not() {
    let endless = token(PLAIN, r#"{"iss":"https://as.example","aud":"us"}"#);
    assert_eq!(refused(&validation(), &endless, 600).0, Rejection::MissingClaim("exp"));
    assert!(verify(&validation().without_expiry(), &endless, 600).is_ok());
    // But one that does expire does.
    let expired = token(PLAIN, GOOD);
    assert_eq!(refused(&validation().without_expiry(), &expired, 1000).0, Rejection::Expired);
}

#[test]
fn what_is_configured_is_required() {
    let bare = token(PLAIN, r#"{"exp":1000}"#);
    let missing = |validation: Validation| refused(&validation, &bare, 600).0;
    assert!(verify(&Validation::new(), &bare, 600).is_ok());
    assert_eq!(missing(Validation::new().issuer("https://as.example")), Rejection::MissingClaim("iss"));
    assert_eq!(missing(Validation::new().audience("us")), Rejection::MissingClaim("aud"));
    assert_eq!(missing(Validation::new().subject("user")), Rejection::MissingClaim("sub"));
    for name in ["iss", "sub", "aud", "nbf", "iat", "jti", "client_id"] {
        assert_eq!(missing(Validation::new().require(name)), Rejection::MissingClaim(name));
    }
    assert_eq!(missing(Validation::new().require("exp").require("nonce")), Rejection::MissingClaim("nonce"));
    let full = token(PLAIN, r#"{"iss":"i","sub":"s","exp":1000,"nbf":1,"iat":1,"jti":"1","client_id":"c"}"#);
    let all = ["iss", "sub", "exp", "nbf", "iat", "jti", "client_id"];
    assert!(verify(&all.into_iter().fold(Validation::new(), Validation::require), &full, 600).is_ok());
    // A member of the caller's own type may well be `None` by it.
    for (nonce, there) in [("null", false), ("\"\"", true), ("0", true), ("false", true), ("[null]", true)] {
        let token = token(PLAIN, format!(r#"{{"exp":1000,"nonce":{nonce}}}"#));
        let jwt = verify(&Validation::new().require("nonce"), &token, 600);
        assert_eq!(jwt.err().and_then(|error| error.rejection()).is_none(), there, "{nonce}");
    }
}

#[test]
fn names_are_compared_exactly() {
    let with = |claims: &str| token(PLAIN, format!(r#"{{"exp":1000,{claims}}}"#));
    let us = Validation::new().audience("us").audience("we");
    for aud in [r#""Us""#, r#""us ""#, r#""u""#, r#"["USA","use"]"#, "[]", r#""""#, r#"["us\u0000"]"#] {
        let token = with(&format!(r#""aud":{aud}"#));
        assert_eq!(
            refused(&us, &token, 600),
            (Rejection::Audience, rfc7519::OTHER_AUDIENCE_IS_REFUSED),
            "{aud}"
        );
    }
    assert!(verify(&us, &with(r#""aud":["x","we"]"#), 600).is_ok());
    assert!(verify(&us, &with(r#""aud":"\u0075s""#), 600).is_ok());
    let issuer = Validation::new().issuer("https://as.example");
    for iss in ["https://as.example/", "https://AS.example", "https://as.exampl", "http://as.example", ""] {
        let token = with(&format!(r#""iss":"{iss}""#));
        assert_eq!(refused(&issuer, &token, 600).0, Rejection::Issuer, "{iss}");
    }
    assert!(verify(&issuer, &with(r#""iss":"https://as.example""#), 600).is_ok());
    // There is one issuer, since the keys are those of one.
    let token = with(r#""iss":"https://as2.example""#);
    assert_eq!(refused(&issuer, &token, 600).0, Rejection::Issuer);
    assert!(verify(&issuer.issuer("https://as2.example"), &token, 600).is_ok());
    let subject = Validation::new().subject("user");
    assert_eq!(refused(&subject, &with(r#""sub":"User""#), 600).0, Rejection::Claim("sub"));
    assert!(verify(&subject, &with(r#""sub":"user""#), 600).is_ok());
}

#[test]
fn who_claims_to_be_no_audience_takes_nothing_that_is_for_one() {
    let token = token(PLAIN, GOOD);
    let nobody = Validation::new().issuer("https://as.example");
    assert_eq!(refused(&nobody, &token, 600), (Rejection::Audience, rfc7519::OTHER_AUDIENCE_IS_REFUSED));
    assert!(verify(&nobody.any_audience(), &token, 600).is_ok());
}

#[test]
fn the_type_is_pinned() {
    let typed = |typ: &str| token(&format!(r#"{{"alg":"HS256","typ":{typ}}}"#), GOOD);
    // Unless it is asked for another kind, it is a plain JWT.
    for typ in ["\"JWT\"", "\"jwt\"", "\"application/jwt\""] {
        assert!(verify(&validation(), &typed(typ), 600).is_ok(), "{typ}");
    }
    for typ in ["\"at+jwt\"", "\"dpop+jwt\"", "\"logout+jwt\"", "\"JOSE\"", "\"\"", "\"text/jwt\""] {
        let because = (Rejection::Type, rfc8725::KINDS_OF_JWT_ARE_NOT_CONFUSED);
        assert_eq!(refused(&validation(), &typed(typ), 600), because, "{typ}");
        assert!(verify(&validation().any_typ(), &typed(typ), 600).is_ok(), "{typ}");
    }
    let access = validation().typ("at+jwt").typ("application/x+jwt");
    for typ in ["at+jwt", "application/at+jwt", "AT+JWT", "Application/at+JWT", "x+jwt"] {
        assert!(verify(&access, &typed(&format!("\"{typ}\"")), 600).is_ok(), "{typ}");
    }
    for typ in
        ["JWT", "jwt", "at+jwt ", "application/application/at+jwt", "text/at+jwt", "at+jwt/", "applicatioŋ"]
    {
        assert_eq!(refused(&access, &typed(&format!("\"{typ}\"")), 600).0, Rejection::Type, "{typ}");
    }
    assert_eq!(refused(&access, &token(PLAIN, GOOD), 600).0, Rejection::Type);
    // Of the wrong JSON type.
    assert_eq!(verify(&access, &typed("7"), 600).unwrap_err().kind(), ErrorKind::Protocol);
}

#[test]
fn a_token_within_a_token_is_no_claims() {
    for cty in ["JWT", "jwt", "application/jwt"] {
        let header = format!(r#"{{"alg":"HS256","cty":"{cty}"}}"#);
        let inner = token(PLAIN, GOOD);
        let error = malformed(&token(&header, &inner));
        assert_eq!(error.requirement(), Some(rfc7519::CTY_IS_ABSENT_UNLESS_NESTED));
        malformed(&token(&header, GOOD));
        malformed(&token(PLAIN, &inner));
    }
}

#[test]
fn neither_compressed_nor_as_it_is() {
    assert_eq!(
        malformed(&token(r#"{"alg":"HS256","zip":"DEF"}"#, GOOD)).requirement(),
        Some(rfc8725::NOTHING_IS_COMPRESSED)
    );
    malformed(&token(r#"{"alg":"HS256","enc":"A128GCM"}"#, GOOD));
    for header in [
        r#"{"alg":"HS256","b64":false}"#,
        r#"{"alg":"HS256","b64":false,"crit":["b64"]}"#,
        r#"{"alg":"HS256","crit":[]}"#,
        r#"{"alg":"HS256","crit":["exp"],"exp":1}"#,
        r#"{"alg":"HS256","crit":["x"]}"#,
        r#"{"alg":"HS256","crit":["alg"]}"#,
        r#"{"alg":"HS256","crit":"b64"}"#,
    ] {
        assert!(verify(&validation().any_typ(), &token(header, GOOD), 600).is_err(), "{header}");
    }
    // Signed as it is, without base64 (RFC 7797, section 5.2).
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","b64":false,"crit":["b64"]}"#);
    let payload = r#"{"iss":"https://as"#;
    let input = format!("{header}.{payload}");
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &SECRET), input.as_bytes());
    let token = format!("{input}.{}", URL_SAFE_NO_PAD.encode(tag));
    assert!(verify(&validation(), &token, 600).is_err());
}

#[test]
fn claims_are_an_object_of_json() {
    for claims in [
        "",
        "null",
        "[]",
        "\"claims\"",
        "7",
        "{",
        r#"{"exp":1000}}"#,
        r#"{"exp":1000} x"#,
        r#"{"exp":1000,}"#,
        r#"{'exp':1000}"#,
        r#"{"exp":"1000"}"#,
        r#"{"exp":null}"#,
        r#"{"exp":01000}"#,
        r#"{"exp":1000,"exp":1000}"#,
        r#"{"exp":1000,"a":{"b":1,"b":1}}"#,
        r#"{"exp":1000,"a":[{"b":1,"\u0062":1}]}"#,
        r#"{"exp":1e999}"#,
        r#"{"exp":NaN}"#,
        r#"{"iss":["https://as.example"],"exp":1000}"#,
        r#"{"aud":{"a":"us"},"exp":1000}"#,
        "\u{feff}{\"exp\":1000}",
    ] {
        malformed(&token(PLAIN, claims));
    }
    malformed(&token(PLAIN, b"{\"exp\":1000,\"a\":\"\xff\"}"));
    malformed(&token(PLAIN, [0; 64]));
    let deep = format!(r#"{{"exp":1000,"a":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(verify(&validation(), &token(PLAIN, deep), 600).unwrap_err().kind(), ErrorKind::Limit);
    let long = format!(r#"{{"exp":1000,"a":"{}"}}"#, "x".repeat(1 << 20));
    assert_eq!(verify(&validation(), &token(PLAIN, long), 600).unwrap_err().kind(), ErrorKind::Limit);
    let small = validation().claims_limits(JsonLimits::DOCUMENT.bytes(GOOD.len() - 1));
    assert_eq!(verify(&small, &token(PLAIN, GOOD), 600).unwrap_err().kind(), ErrorKind::Limit);
}

#[test]
fn huge_dates_neither_panic_nor_lie() {
    let with = |claims: &str| token(PLAIN, format!(r#"{{"iss":"https://as.example","aud":"us",{claims}}}"#));
    for exp in ["9223372036854775807", "18446744073709551615", "1e300", "99999999999999999999"] {
        assert!(verify(&validation(), &with(&format!(r#""exp":{exp}"#)), 600).is_ok(), "{exp}");
        let future = with(&format!(r#""exp":1000,"nbf":{exp}"#));
        assert_eq!(refused(&validation(), &future, 600).0, Rejection::NotYetValid, "{exp}");
    }
    for exp in ["0", "-1", "-9223372036854775808", "-1e300", "-0.5"] {
        assert_eq!(
            refused(&validation(), &with(&format!(r#""exp":{exp}"#)), 600).0,
            Rejection::Expired,
            "{exp}"
        );
    }
    assert!(verify(&validation(), &with(r#""exp":600.5"#), 600).is_ok());
    assert_eq!(refused(&validation(), &with(r#""exp":599.5"#), 600).0, Rejection::Expired);
}

#[test]
fn a_changed_token_is_not_believed() {
    let good = token(PLAIN, GOOD);
    let key = key();
    for at in 0..good.len() {
        for with in [b'A', b'.', b'=', b' ', b'\n', b'-', 0, 0x80] {
            let mut bytes = good.clone().into_bytes();
            if bytes[at] == with {
                continue;
            }
            bytes[at] = with;
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            assert!(validation().verify(&changed, &key, NumericDate::new(600)).is_err(), "{at}: {with}");
        }
        assert!(validation().verify(&good[..at], &key, NumericDate::new(600)).is_err(), "{at}");
    }
    for (changed, why) in [
        (format!("{good} "), "space"),
        (format!("{good}\n"), "line"),
        (format!("{good}="), "padding"),
        (format!("{good}."), "four parts"),
        (format!(".{good}"), "four parts"),
        (good.replace('.', ". "), "spaces"),
    ] {
        assert!(validation().verify(&changed, &key, NumericDate::new(600)).is_err(), "{why}");
    }
    let unsecured =
        format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#), URL_SAFE_NO_PAD.encode(GOOD));
    let error = validation().verify(&unsecured, &key, NumericDate::new(600)).unwrap_err();
    assert_eq!(error.rejection(), Some(Rejection::Algorithm));
    let other = VerifyingKey::hmac(JwsAlgorithm::Hs256, &Secret::new(vec![8; 32])).unwrap();
    let error = validation().verify(&good, &other, NumericDate::new(600)).unwrap_err();
    assert_eq!(error.rejection(), Some(Rejection::Signature));
    assert_eq!(error.requirement().map(|broken| broken.rfc), Some(7515));
}

#[test]
fn errors_tell_nothing_of_the_token() {
    let secret = token(PLAIN, r#"{"exp":"squeamish ossifrage","squeamish":1}"#);
    let error = validation().verify(&secret, &key(), NumericDate::new(600)).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("squeamish"), "{error:?}");
}
