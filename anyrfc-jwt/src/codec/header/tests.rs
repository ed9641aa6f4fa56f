use serde_json::json;

use super::*;
use crate::{
    ErrorKind, Rejection, rfc7515, rfc7797,
    testing::rfc8037,
    types::{ContentEncryption, JweAlgorithm, Jwk, JwsAlgorithm},
};

fn refused(text: &str) -> Error {
    Header::parse(text.as_bytes()).expect_err(text)
}

#[test]
fn every_fault_of_crit_is_refused_as_such() {
    for (text, requirement) in [
        (r#"{"alg":"HS256","crit":[]}"#, rfc7515::CRIT_IS_NOT_EMPTY),
        (r#"{"alg":"HS256","crit":["exp"],"exp":1}"#, rfc7515::UNKNOWN_CRIT_IS_INVALID),
        (r#"{"alg":"HS256","crit":["exp"]}"#, rfc7515::CRIT_LISTS_EXTENSIONS_ALONE),
        (r#"{"alg":"HS256","crit":["b64"]}"#, rfc7515::CRIT_LISTS_EXTENSIONS_ALONE),
        (r#"{"alg":"HS256","b64":false,"crit":["b64","b64"]}"#, rfc7515::CRIT_LISTS_EXTENSIONS_ALONE),
        (r#"{"alg":"HS256","b64":false,"crit":["b64","x"],"x":1}"#, rfc7515::UNKNOWN_CRIT_IS_INVALID),
        (r#"{"alg":"HS256","crit":["alg"]}"#, rfc7515::CRIT_LISTS_EXTENSIONS_ALONE),
        (r#"{"alg":"HS256","kid":"1","crit":["kid"]}"#, rfc7515::CRIT_LISTS_EXTENSIONS_ALONE),
        (r#"{"alg":"HS256","crit":["crit"]}"#, rfc7515::CRIT_LISTS_EXTENSIONS_ALONE),
        (r#"{"alg":"HS256","crit":["B64"],"b64":false}"#, rfc7515::CRIT_LISTS_EXTENSIONS_ALONE),
        (r#"{"alg":"HS256","crit":"b64","b64":false}"#, rfc7515::CRIT_IS_UNDERSTOOD),
        (r#"{"alg":"HS256","crit":[1]}"#, rfc7515::CRIT_IS_UNDERSTOOD),
        (r#"{"alg":"HS256","crit":null}"#, rfc7515::CRIT_IS_UNDERSTOOD),
        (r#"{"alg":"HS256","crit":{"b64":1}}"#, rfc7515::CRIT_IS_UNDERSTOOD),
        (r#"{"alg":"HS256","b64":true}"#, rfc7797::CRIT_LISTS_B64),
        (r#"{"alg":"HS256","b64":false}"#, rfc7797::CRIT_LISTS_B64),
    ] {
        let error = refused(text);
        assert_eq!((error.kind(), error.rejection()), (ErrorKind::Auth, Some(Rejection::Critical)), "{text}");
        assert_eq!(error.requirement(), Some(requirement), "{text}");
    }
    let header = Header::parse(br#"{"alg":"HS256","b64":false,"crit":["b64"]}"#).unwrap();
    assert!(header.has_critical() && !header.is_base64());
    let header = Header::parse(br#"{"crit":["b64"],"b64":true,"alg":"HS256"}"#).unwrap();
    assert!(header.has_critical() && header.is_base64());
    let header = Header::parse(br#"{"alg":"HS256","exp":1}"#).unwrap();
    assert!(!header.has_critical() && header.is_base64() && header.other()["exp"] == 1);
}

#[test]
fn parameters_have_their_types() {
    for text in [
        r#"{"alg":1}"#,
        r#"{"alg":null}"#,
        r#"{"alg":["HS256"]}"#,
        r#"{}"#,
        r#"{"typ":"JWT"}"#,
        r#"{"ALG":"HS256"}"#,
        r#"{"alg":"HS256","kid":1}"#,
        r#"{"alg":"HS256","kid":null}"#,
        r#"{"alg":"HS256","kid":{"a":1}}"#,
        r#"{"alg":"HS256","kid":["1"]}"#,
        r#"{"alg":"HS256","typ":1}"#,
        r#"{"alg":"HS256","cty":[]}"#,
        r#"{"alg":"HS256","b64":"false","crit":["b64"]}"#,
        r#"{"alg":"HS256","jku":1}"#,
        r#"{"alg":"HS256","jwk":"x"}"#,
        r#"{"alg":"HS256","jwk":{}}"#,
        r#"{"alg":"HS256","x5u":{}}"#,
        r#"{"alg":"HS256","x5c":"x"}"#,
        r#"{"alg":"HS256","x5c":["-_"]}"#,
        r#"{"alg":"HS256","x5t":"A"}"#,
        r#"{"alg":"HS256","x5t#S256":1}"#,
        r#"{"alg":"dir","enc":1}"#,
        r#"{"alg":"dir","enc":"A128GCM","zip":1}"#,
        r#"{"alg":"ECDH-ES","epk":"x"}"#,
        r#"{"alg":"ECDH-ES","apu":"A="}"#,
        r#"{"alg":"PBES2-HS256+A128KW","p2c":"4096"}"#,
        r#"{"alg":"PBES2-HS256+A128KW","p2c":-1}"#,
        r#"{"alg":"PBES2-HS256+A128KW","p2c":0}"#,
        r#"{"alg":"PBES2-HS256+A128KW","p2c":4096.5}"#,
        r#"["alg"]"#,
        r#""alg""#,
        "",
        r#"{"alg":"HS256"} x"#,
        r#"{"alg":"HS256"}{}"#,
        r#"{"alg":"HS256","alg":"HS256"}"#,
        r#"{"alg":"HS256","\u0061lg":"none"}"#,
        r#"{"alg":"HS256","x":{"a":1,"a":2}}"#,
    ] {
        assert_eq!(refused(text).kind(), ErrorKind::Protocol, "{text}");
    }
    assert_eq!(
        refused(r#"{"alg":"HS256","kid":7}"#).requirement(),
        Some(rfc7515::KID_IS_A_CASE_SENSITIVE_STRING)
    );
}

#[test]
fn what_is_unknown_is_unsupported_and_none_is_refused() {
    for text in [
        r#"{"alg":"HS257"}"#,
        r#"{"alg":"hs256"}"#,
        r#"{"alg":"ES256K"}"#,
        r#"{"alg":"Ed448"}"#,
        r#"{"alg":"dir","enc":"A128CTR"}"#,
        r#"{"alg":"dir","enc":"A128GCM","zip":"GZIP"}"#,
    ] {
        assert_eq!(refused(text).kind(), ErrorKind::Unsupported, "{text}");
    }
    for none in ["none", "None", "NONE", "nOnE", "\\u006eone"] {
        let error = refused(&format!(r#"{{"alg":"{none}"}}"#));
        assert_eq!(
            (error.kind(), error.rejection()),
            (ErrorKind::Auth, Some(Rejection::Algorithm)),
            "{none}"
        );
    }
}

#[test]
fn a_header_that_brings_a_private_key_is_refused() {
    for (name, alg) in [("jwk", "ES256"), ("epk", "ECDH-ES")] {
        for key in [rfc8037::PRIVATE_KEY, r#"{"kty":"oct","k":"AAAA"}"#] {
            let error = refused(&format!(r#"{{"alg":"{alg}","{name}":{key}}}"#));
            assert_eq!(error.kind(), ErrorKind::Protocol);
        }
        assert!(
            Header::parse(format!(r#"{{"alg":"{alg}","{name}":{}}}"#, rfc8037::PUBLIC_KEY).as_bytes())
                .is_ok()
        );
    }
}

#[test]
fn limits_hold_for_headers() {
    let long = format!(r#"{{"alg":"HS256","x":"{}"}}"#, "x".repeat(16 << 10));
    assert_eq!(refused(&long).kind(), ErrorKind::Limit);
    let deep = format!(r#"{{"alg":"HS256","x":{}{}}}"#, "[".repeat(16), "]".repeat(16));
    assert_eq!(refused(&deep).kind(), ErrorKind::Limit);
    let wide = format!(r#"{{"alg":"HS256","x":[{}0]}}"#, "0,".repeat(600));
    assert_eq!(refused(&wide).kind(), ErrorKind::Limit);
}

#[test]
fn headers_of_two_parts_share_no_name_and_protect_what_has_to_be() {
    let object = |value: serde_json::Value| value.as_object().unwrap().clone();
    let joined = Header::from_parts(object(json!({"alg": "HS256"})), [object(json!({"kid": "1"}))]).unwrap();
    assert_eq!((joined.jws_algorithm(), joined.key_id()), (Some(JwsAlgorithm::Hs256), Some("1")));
    let joined =
        Header::from_parts(Object::new(), [object(json!({"alg": "HS256"})), object(json!({"kid": "1"}))]);
    assert_eq!(joined.unwrap().key_id(), Some("1"));

    let kind = |protected, unprotected| {
        let error = Header::from_parts(object(protected), [object(unprotected)]).unwrap_err();
        (error.kind(), error.rejection())
    };
    let protocol = (ErrorKind::Protocol, None);
    assert_eq!(kind(json!({"alg": "HS256"}), json!({"alg": "HS256"})), protocol);
    assert_eq!(kind(json!({"alg": "HS256", "x": 1}), json!({"x": 1})), protocol);
    assert_eq!(kind(json!({"alg": "dir", "enc": "A128GCM"}), json!({"zip": "DEF"})), protocol);
    assert_eq!(kind(json!({"x": 1}), json!({"y": 1})), protocol);
    let broken = |protected, unprotected| {
        let error = Header::from_parts(object(protected), [object(unprotected)]).unwrap_err();
        assert_eq!((error.kind(), error.rejection()), (ErrorKind::Auth, Some(Rejection::Critical)));
        error.requirement().unwrap()
    };
    let hs256 = json!({"alg": "HS256"});
    assert_eq!(
        broken(hs256.clone(), json!({"crit": ["x"], "x": 1})),
        rfc7515::CRIT_IS_IN_THE_PROTECTED_HEADER
    );
    assert_eq!(
        broken(json!({"alg": "HS256", "b64": false}), json!({"crit": ["b64"]})),
        rfc7515::CRIT_IS_IN_THE_PROTECTED_HEADER
    );
    assert_eq!(
        broken(json!({"alg": "HS256", "crit": ["x"]}), json!({"x": 1})),
        rfc7515::UNKNOWN_CRIT_IS_INVALID
    );
    assert_eq!(
        broken(json!({"alg": "HS256", "crit": ["b64"]}), json!({"b64": false})),
        rfc7797::B64_IS_IN_THE_PROTECTED_HEADER
    );
    assert_eq!(broken(hs256, json!({"b64": false})), rfc7797::B64_IS_IN_THE_PROTECTED_HEADER);
}

#[test]
fn media_types_compare_with_and_without_application() {
    let typ = |typ: &str| Header::new(JwsAlgorithm::Hs256).with_typ(typ);
    for (one, other) in [
        ("JWT", "jwt"),
        ("at+jwt", "application/at+jwt"),
        ("Application/AT+JWT", "at+jwt"),
        ("text/plain", "TEXT/plain"),
    ] {
        assert!(typ(one).is_typ(other) && typ(other).is_typ(one), "{one} {other}");
    }
    for (one, other) in
        [("JWT", "at+jwt"), ("JWT", ""), ("text/jwt", "jwt"), ("application/x/jwt", "x/jwt"), ("JWT ", "JWT")]
    {
        assert!(!typ(one).is_typ(other) && !typ(other).is_typ(one), "{one} {other}");
    }
    assert!(!Header::new(JwsAlgorithm::Hs256).is_typ("JWT"));
    assert!(
        Header::new(JwsAlgorithm::Hs256)
            .with_content_type("jwk+json")
            .is_content_type("application/jwk+json")
    );
}

#[test]
fn media_types_are_written_short_where_they_can_be() {
    for (given, written) in [
        ("application/at+jwt", "at+jwt"),
        ("APPLICATION/x", "x"),
        ("JWT", "JWT"),
        ("application/jwt", "JWT"),
        ("jwt+x", "jwt+x"),
        ("text/plain", "text/plain"),
        ("application/example;part=\"1/2\"", "application/example;part=\"1/2\""),
        ("", ""),
    ] {
        let header = Header::new(JwsAlgorithm::Hs256).with_typ(given).with_content_type(given);
        assert_eq!((header.typ(), header.content_type()), (Some(written), Some(written)));
    }
}

#[test]
fn what_is_written_is_read_again() {
    let jwk = Jwk::parse(rfc8037::PRIVATE_KEY.as_bytes()).unwrap();
    let mut header = Header::new(JweAlgorithm::EcdhEs)
        .with_content_encryption(ContentEncryption::A256Gcm)
        .with_typ("a\"b\u{1f600}")
        .with_content_type("c")
        .with_key_id("k")
        .with_jwk(&jwk)
        .with_x5c(vec![vec![1, 2, 3]])
        .with_x5t_s256([7; 32])
        .with_other("o", json!({"a": [1]}))
        .unwrap();
    let encryption = header.encryption.as_mut().unwrap();
    encryption.deflate = true;
    encryption.p2c = Some(4096);
    encryption.apu = Some(b"Alice".to_vec());
    encryption.epk = jwk.to_public();
    header.b64 = Some(false);
    let text = header.to_json();
    assert!(!text.contains("\"d\""), "a private key left");
    let read = Header::parse(text.as_bytes()).unwrap();
    assert_eq!(read.to_json(), text);
    assert_eq!(read.to_object(), header.to_object());
    assert_eq!(read.untrusted_jwk().unwrap().thumbprint(), jwk.thumbprint());
    assert_eq!(read.untrusted_x5c(), [vec![1, 2, 3]]);
    assert!(read.is_compressed());
    for name in ["alg", "kid", "crit", "b64", "jwk", "p2c", "x5t#S256"] {
        let error = Header::new(JwsAlgorithm::Hs256).with_other(name, 1).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{name}");
    }
}
