//! RFC 7515, section 4.1.11: `crit`.

use anyrfc_core::compliance::Check;
use serde_json::{Value, json};

use super::super::support::{
    LIMITS, compact, decode, encode, header_of, json as value, refused, rejected, signature, signing,
    verifying,
};
use crate::{
    Error, ErrorKind, Rejection,
    proto::{
        JsonJws, peek_header, sign, sign_detached, sign_unencoded, sign_unencoded_detached, verify,
        verify_detached, verify_json,
    },
    rfc7515 as r,
    testing::rfc7797,
    types::{Header, JwsAlgorithm as A},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "rfc7515/section-4.1.11/what-is-listed-is-processed",
        covers: &[r::CRIT_EXTENSIONS_ARE_UNDERSTOOD],
        run: what_is_listed_is_processed,
    },
    Check {
        name: "rfc7515/section-4.1.11/what-is-unknown-is-refused",
        covers: &[r::UNKNOWN_CRIT_IS_INVALID, r::CRIT_IS_UNDERSTOOD],
        run: what_is_unknown_is_refused,
    },
    Check {
        name: "rfc7515/section-4.1.11/nothing-but-extensions-is-listed",
        covers: &[r::CRIT_LISTS_EXTENSIONS_ALONE],
        run: nothing_but_extensions_is_listed,
    },
    Check {
        name: "rfc7515/section-4.1.11/the-list-is-not-empty",
        covers: &[r::CRIT_IS_NOT_EMPTY],
        run: the_list_is_not_empty,
    },
    Check {
        name: "rfc7515/section-4.1.11/a-list-that-breaks-the-rules",
        covers: &[r::MALFORMED_CRIT_MAY_BE_INVALID],
        run: a_list_that_breaks_the_rules,
    },
    Check {
        name: "rfc7515/section-4.1.11/crit-is-in-the-protected-header",
        covers: &[r::CRIT_IS_PROTECTED, r::CRIT_IS_IN_THE_PROTECTED_HEADER],
        run: crit_is_in_the_protected_header,
    },
    Check {
        name: "rfc7515/section-4.1.11/crit-may-be-left-out",
        covers: &[r::CRIT_MAY_BE_LEFT_OUT],
        run: crit_may_be_left_out,
    },
];

fn taken(header: &str) -> Result<(), Error> {
    let token = compact(&signing(A::Hs256), &encode(header), "e30");
    verify(&token, &verifying(A::Hs256), &LIMITS).map(drop)
}

/// The headers of all that this crate can sign.
fn written() -> Vec<Value> {
    let key = signing(A::Hs256);
    let header = Header::new(A::Hs256).with_typ("x").with_other("exp", 1).expect("a header");
    let mut all: Vec<_> = [
        sign(b"x", &header, &key),
        sign_detached(b"x", &header, &key),
        sign_unencoded("x", &header, &key),
        sign_unencoded_detached(b"x", &header, &key),
    ]
    .into_iter()
    .map(|token| header_of(&token.expect("a JWS")))
    .collect();
    for mut jws in [JsonJws::new(b"x"), JsonJws::unencoded("x")] {
        jws.sign(&key, &header, []).expect("a signature");
        let jws = value(&jws.to_flattened().expect("one signature"));
        let protected = decode(jws["protected"].as_str().expect("a header"));
        all.push(serde_json::from_slice(&protected).expect("JSON"));
    }
    all
}

fn what_is_listed_is_processed() {
    // `b64` is the one extension that is understood: the payload is signed as it is.
    let mac = verifying(A::Hs256);
    verify_detached(rfc7797::DETACHED, rfc7797::PAYLOAD.as_bytes(), &mac, &LIMITS).expect("the RFC's own");
    let ignored = encode(rfc7797::PAYLOAD);
    let header = rfc7797::DETACHED.split('.').next().expect("a part");
    let token = compact(&signing(A::Hs256), header, &ignored).replace(&ignored, "");
    rejected(
        verify_detached(&token, rfc7797::PAYLOAD.as_bytes(), &mac, &LIMITS),
        Rejection::Signature,
        r::NO_VALID_SIGNATURE_IS_INVALID,
        "signed as if it were not listed",
    );
    // Where it cannot be processed, it is not taken.
    rejected(
        verify(rfc7797::DETACHED, &mac, &LIMITS),
        Rejection::Critical,
        r::UNKNOWN_CRIT_IS_INVALID,
        "a payload that is encoded",
    );
}

fn what_is_unknown_is_refused() {
    taken(r#"{"alg":"HS256","exp":1}"#).expect("it is not listed");
    for bad in [
        r#"{"alg":"HS256","exp":1,"crit":["exp"]}"#,
        r#"{"crit":["http://example.com/x"],"http://example.com/x":true,"alg":"HS256"}"#,
        r#"{"alg":"HS256","b64":false,"x":1,"crit":["b64","x"]}"#,
        r#"{"alg":"HS256","b64":false,"x":1,"crit":["x","b64"]}"#,
        r#"{"alg":"HS256","B64":false,"crit":["B64"]}"#,
    ] {
        rejected(taken(bad), Rejection::Critical, r::UNKNOWN_CRIT_IS_INVALID, bad);
    }
    for bad in [r#""exp""#, "null", "true", "{}", "[1]", r#"[["exp"]]"#, r#"["exp",null]"#] {
        let header = format!(r#"{{"alg":"HS256","exp":1,"crit":{bad}}}"#);
        rejected(taken(&header), Rejection::Critical, r::CRIT_IS_UNDERSTOOD, &header);
    }
}

fn nothing_but_extensions_is_listed() {
    for header in written() {
        match (header.get("crit"), header.get("b64")) {
            (None, None) => {}
            (Some(crit), Some(b64)) => assert_eq!((crit, b64), (&json!(["b64"]), &json!(false))),
            _ => panic!("{header}"),
        }
    }
    let refusal = refused(Header::new(A::Hs256).with_other("crit", json!(["alg"])), "a list of one's own");
    assert_eq!(refusal.kind, ErrorKind::Usage);
    let broken = r::CRIT_LISTS_EXTENSIONS_ALONE;
    for bad in [
        r#"{"alg":"HS256","crit":["alg"]}"#,
        r#"{"alg":"HS256","kid":"1","crit":["kid"]}"#,
        r#"{"alg":"HS256","crit":["crit"]}"#,
        r#"{"alg":"HS256","crit":["exp"]}"#,
        r#"{"alg":"HS256","crit":["b64"]}"#,
        r#"{"alg":"HS256","crit":[""]}"#,
        r#"{"alg":"HS256","b64":false,"crit":["b64","b64"]}"#,
    ] {
        rejected(taken(bad), Rejection::Critical, broken, bad);
    }
}

fn the_list_is_not_empty() {
    for header in written() {
        assert_ne!(header.get("crit"), Some(&json!([])), "{header}");
    }
    let bad = r#"{"alg":"HS256","crit":[]}"#;
    rejected(taken(bad), Rejection::Critical, r::CRIT_IS_NOT_EMPTY, bad);
    rejected(peek(bad), Rejection::Critical, r::CRIT_IS_NOT_EMPTY, bad);
}

fn peek(header: &str) -> Result<Header, Error> {
    peek_header(&compact(&signing(A::Hs256), &encode(header), "e30"), &LIMITS)
}

fn a_list_that_breaks_the_rules() {
    for bad in [r#"["alg"]"#, "[]", r#"["b64","b64"]"#, r#"["x"]"#] {
        let header = format!(r#"{{"alg":"HS256","b64":true,"crit":{bad}}}"#);
        let refusal = refused(taken(&header), bad);
        assert_eq!((refusal.kind, refusal.why), (ErrorKind::Auth, Some(Rejection::Critical)), "{bad}");
    }
    assert!(peek(r#"{"alg":"HS256","b64":true,"crit":["b64"]}"#).expect("by the rules").has_critical());
}

fn crit_is_in_the_protected_header() {
    let (key, mac) = (signing(A::Hs256), verifying(A::Hs256));
    let broken = r::CRIT_IS_IN_THE_PROTECTED_HEADER;
    let protected = encode(r#"{"alg":"HS256"}"#);
    let with_b64 = encode(r#"{"alg":"HS256","b64":false}"#);
    let alone = json!({"alg": "HS256", "crit": ["x"], "x": 1});
    for (protected, header) in [
        (Some(&protected), json!({"crit": ["x"], "x": 1})),
        (Some(&protected), json!({"crit": []})),
        (Some(&with_b64), json!({"crit": ["b64"]})),
        (None, alone),
    ] {
        let input = format!("{}.e30", protected.map_or("", |text| text.as_str()));
        let mut jws = json!({"payload": "e30", "header": header, "signature": signature(&key, &input)});
        if let Some(protected) = protected {
            jws["protected"] = protected.as_str().into();
        }
        let result = verify_json(jws.to_string().as_bytes(), &mac, &LIMITS);
        rejected(result, Rejection::Critical, broken, &jws.to_string());
    }
    let mut jws = JsonJws::new(b"{}");
    let result = jws.sign(&key, &Header::new(A::Hs256), [("crit".to_owned(), json!(["b64"]))]);
    let refusal = refused(result, "beside the signature");
    assert_eq!((refusal.kind, refusal.broken), (ErrorKind::Usage, Some(broken)));
    let said = peek_header(rfc7797::DETACHED, &LIMITS).expect("a header");
    assert_eq!(refused(jws.sign_content_only(&key, &said), "nothing protected").kind, ErrorKind::Usage);
    // In the protected header it is where it belongs.
    let flattened = rfc7797::UNENCODED_FLATTENED.as_bytes();
    verify_json(flattened, &mac, &LIMITS).expect("the RFC's own");
}

fn crit_may_be_left_out() {
    taken(r#"{"alg":"HS256"}"#).expect("without it");
    assert!(written().iter().any(|header| header.get("crit").is_none()));
}
