//! RFC 7515, section 4: names that are unique, and parameters that are ignored or understood.

use anyrfc_core::compliance::Check;
use serde_json::json;

use super::super::support::{
    LIMITS, compact, decode, encode, header_of, malformed, refused, rejected, signing, verifying,
};
use crate::{
    ErrorKind, Rejection,
    proto::{peek_header, sign, verify},
    rfc7515 as r, rfc7518,
    testing::{rfc7515 as examples, rfc8037},
    types::{Header, JwsAlgorithm as A},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "rfc7515/section-4/a-name-is-written-once",
        covers: &[r::HEADER_NAMES_ARE_UNIQUE],
        run: a_name_is_written_once,
    },
    Check {
        name: "rfc7515/section-4/a-name-that-is-there-twice",
        covers: &[
            r::DUPLICATE_HEADER_NAMES_ARE_HANDLED,
            r::DUPLICATES_ARE_NEVER_AMBIGUOUS,
            r::CONSUMERS_DEMAND_UNIQUE_NAMES,
        ],
        run: a_name_that_is_there_twice,
    },
    Check {
        name: "rfc7515/section-4/alg-and-crit-are-understood",
        covers: &[r::DESIGNATED_PARAMETERS_ARE_UNDERSTOOD],
        run: alg_and_crit_are_understood,
    },
    Check {
        name: "rfc7515/section-4/what-points-at-keys-is-ignored",
        covers: &[r::UNMARKED_PARAMETERS_ARE_IGNORED],
        run: what_points_at_keys_is_ignored,
    },
    Check {
        name: "rfc7515/section-4/foreign-parameters-are-ignored",
        covers: &[r::FOREIGN_PARAMETERS_ARE_IGNORED],
        run: foreign_parameters_are_ignored,
    },
];

fn taken(header: &str) -> Result<Header, crate::Error> {
    let token = compact(&signing(A::Hs256), &encode(header), "e30");
    verify(&token, &verifying(A::Hs256), &LIMITS).map(|verified| verified.header().clone())
}

fn a_name_is_written_once() {
    let key = signing(A::Hs256).with_key_id("key");
    let header = Header::new(A::Hs256)
        .with_typ("a")
        .with_typ("b")
        .with_content_type("c")
        .with_key_id("1")
        .with_key_id("2")
        .with_other("x", 1)
        .and_then(|header| header.with_other("x", 2))
        .expect("a header");
    let text = decode(sign(b"", &header, &key).expect("a JWS").split('.').next().expect("a part"));
    let text = String::from_utf8(text).expect("text");
    for name in ["alg", "typ", "cty", "kid", "x"] {
        assert_eq!(text.matches(&format!("\"{name}\":")).count(), 1, "{text}");
    }
    for name in ["alg", "typ", "cty", "kid", "crit", "b64", "jku", "x5c", "x5t#S256"] {
        let refusal = refused(Header::new(A::Hs256).with_other(name, "x"), name);
        assert_eq!(refusal.kind, ErrorKind::Usage, "{name}");
    }
}

fn a_name_that_is_there_twice() {
    taken(r#"{"alg":"HS256","kid":"1","x":{"y":1}}"#).expect("each of them once");
    for bad in [
        r#"{"alg":"HS256","alg":"HS256"}"#,
        r#"{"alg":"none","alg":"HS256"}"#,
        r#"{"alg":"HS256","alg":"none"}"#,
        r#"{"alg":"HS256","\u0061lg":"HS256"}"#,
        r#"{"alg":"HS256","kid":"1","kid":"2"}"#,
        r#"{"alg":"HS256","x":1,"x":1}"#,
        r#"{"alg":"HS256","x":{"y":1,"y":2}}"#,
        r#"{"alg":"HS256","x":[{"y":1,"\u0079":2}]}"#,
        r#"{"alg":"HS256","":1,"":2}"#,
    ] {
        malformed(taken(bad), r::CONSUMERS_DEMAND_UNIQUE_NAMES, bad);
    }
    let many: String = (0..40).map(|at| format!(r#""n{at}":1,"#)).collect();
    taken(&format!(r#"{{{many}"alg":"HS256"}}"#)).expect("many names");
    let bad = format!(r#"{{{many}"n7":2,"alg":"HS256"}}"#);
    malformed(taken(&bad), r::CONSUMERS_DEMAND_UNIQUE_NAMES, &bad);
}

fn alg_and_crit_are_understood() {
    assert_eq!(taken(r#"{"alg":"HS256"}"#).expect("a JWS").jws_algorithm(), Some(A::Hs256));
    let unknown = r#"{"alg":"HS256","crit":["x"],"x":1}"#;
    rejected(taken(unknown), Rejection::Critical, r::UNKNOWN_CRIT_IS_INVALID, unknown);
    let none = r#"{"alg":"none"}"#;
    rejected(taken(none), Rejection::Algorithm, rfc7518::UNSECURED_IS_REFUSED_BY_DEFAULT, none);
    assert_eq!(refused(taken(r#"{"alg":"XS256"}"#), "XS256").kind, ErrorKind::Unsupported);
    let mac = verifying(A::Hs256);
    rejected(
        verify(examples::UNSECURED, &mac, &LIMITS),
        Rejection::Algorithm,
        rfc7518::UNSECURED_IS_REFUSED_BY_DEFAULT,
        "the RFC's own",
    );
    assert_eq!(refused(verify(examples::UNKNOWN_CRIT, &mac, &LIMITS), "the RFC's own").kind, ErrorKind::Auth);
}

fn what_points_at_keys_is_ignored() {
    let stranger = signing(A::EdDsa);
    let hints = [
        ("jku", json!("https://example.com/keys")),
        ("x5u", json!("https://example.com/certificates")),
        ("x5t", json!(encode([1; 20]))),
        ("x5t#S256", json!(encode([1; 32]))),
        ("jwk", super::super::support::json(rfc8037::PUBLIC_KEY)),
    ];
    for (name, hint) in hints {
        // The key that is known verifies, whatever the header points at.
        let header = json!({"alg": "HS256", name: hint}).to_string();
        taken(&header).expect(name);
        // And who points at a key of his own has still none that is known.
        let header = json!({"alg": "EdDSA", name: hint}).to_string();
        let token = compact(&stranger, &encode(header), "e30");
        let known = crate::proto::SigningKey::generate(A::EdDsa).expect("a key");
        let result = verify(&token, known.verifying_key(), &LIMITS);
        rejected(result, Rejection::Signature, r::NO_VALID_SIGNATURE_IS_INVALID, name);
    }
    let read =
        taken(r#"{"alg":"HS256","jku":"not a URI","typ":"?","cty":"/"}"#).expect("nobody looks at them");
    assert_eq!(read.untrusted_jku(), Some("not a URI"));
}

fn foreign_parameters_are_ignored() {
    let read = taken(r#"{"alg":"HS256","exp":1,"http://example.com/x":{"a":[null]},"":false}"#);
    assert_eq!(read.expect("foreign ones").other().len(), 3);
    let listed = r#"{"alg":"HS256","exp":1,"crit":["exp"]}"#;
    rejected(taken(listed), Rejection::Critical, r::UNKNOWN_CRIT_IS_INVALID, listed);
    // They are kept for the application, and come back when they are signed.
    let header = Header::new(A::Hs256).with_other("exp", 1).expect("a header");
    let token = sign(b"", &header, &signing(A::Hs256)).expect("a JWS");
    assert_eq!(header_of(&token), json!({"alg": "HS256", "exp": 1}));
    assert_eq!(peek_header(&token, &LIMITS).expect("a header").other()["exp"], 1);
}
