//! RFC 7515, sections 2 and 3, appendices C and F: encodings and forms.

use anyrfc_core::compliance::Check;
use serde_json::json;

use super::super::support::{
    LIMITS, compact, decode, encode, json as value, jwk, malformed, refused, signature, signing, verifying,
};
use crate::{
    ErrorKind, Rejection,
    codec::base64url,
    proto::{
        JsonJws, Signer, VerifyingKey, sign_detached, verify, verify_detached, verify_json,
        verify_json_detached,
    },
    rfc7515 as r,
    testing::{rfc7515 as examples, rfc7520},
    types::{Header, JwsAlgorithm as A},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "rfc7515/section-2/base64url-as-it-is-defined",
        covers: &[r::BASE64URL_HAS_NO_PADDING],
        run: base64url_as_it_is_defined,
    },
    Check {
        name: "rfc7515/section-3/white-space-is-read-over",
        covers: &[r::JSON_MAY_HAVE_WHITESPACE],
        run: white_space_is_read_over,
    },
    Check {
        name: "rfc7515/section-3.2/one-header-at-least",
        covers: &[r::JSON_JWS_HAS_A_HEADER],
        run: one_header_at_least,
    },
    Check {
        name: "rfc7515/section-3.2/members-that-may-be-left-out",
        covers: &[r::JSON_MEMBERS_MAY_BE_LEFT_OUT],
        run: members_that_may_be_left_out,
    },
    Check {
        name: "rfc7515/appendix-c/no-length-that-cannot-be",
        covers: &[r::IMPOSSIBLE_LENGTH_IS_MALFORMED],
        run: no_length_that_cannot_be,
    },
    Check {
        name: "rfc7515/appendix-f/content-may-be-detached",
        covers: &[r::CONTENT_MAY_BE_DETACHED],
        run: content_may_be_detached,
    },
];

fn base64url_as_it_is_defined() {
    for len in 0..40_u8 {
        let octets: Vec<u8> = (0..len).map(|at| at.wrapping_mul(97) ^ 0xfb).collect();
        assert_eq!(base64url::encode(&octets), encode(&octets));
        assert_eq!(base64url::decode(encode(&octets)).expect("it is right"), octets);
    }
    assert_eq!(base64url::encode(&[3, 236, 255, 224, 193]), "A-z_4ME");
    for loose in ["A-z_4ME=", "A+z/4ME", "A-z_\n4ME", "A-z_ 4ME", "\tA-z_4ME", "A-z_4MF", "A-z_4ME."] {
        assert!(base64url::decode(loose).is_err(), "{loose:?}");
    }
    let token = Signer::new(&signing(A::Hs256), &Header::new(A::Hs256))
        .and_then(|signer| signer.sign(&[0xfb, 0xff, 0xbf, 0xfe]))
        .expect("a JWS");
    assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)), "{token}");
    assert_eq!(token.split('.').nth(1), Some("-_-__g"));
}

fn white_space_is_read_over() {
    let mac = verifying(A::Hs256);
    let verified =
        verify(examples::HS256, &mac, &LIMITS).expect("the RFC's own has a line break in its header");
    assert_eq!(verified.payload(), examples::CLAIMS.as_bytes());
    let header = encode(" {\r\n\t\"alg\" : \"HS256\" }\n ");
    let token = compact(&signing(A::Hs256), &header, "e30");
    verify(&token, &mac, &LIMITS).expect("white space");
    let signature = signature(&signing(A::Hs256), &format!("{header}.e30"));
    let jws = json!({"payload": "e30", "protected": header, "signature": signature});
    let pretty = format!("\r\n {:#}\t", jws);
    verify_json(pretty.as_bytes(), &mac, &LIMITS).expect("white space");
    // Other space than that of JSON is none.
    for space in ["\u{b}", "\u{c}", "\u{a0}", "\u{feff}"] {
        let token = compact(&signing(A::Hs256), &encode(format!("{space}{{\"alg\":\"HS256\"}}")), "e30");
        malformed(verify(&token, &mac, &LIMITS), r::MALFORMED_JSON_IS_REJECTED, space);
    }
}

fn one_header_at_least() {
    let (key, mac) = (signing(A::Hs256), verifying(A::Hs256));
    let protected = encode(r#"{"alg":"HS256"}"#);
    let header = json!({"alg": "HS256"});
    let jws = json!({"payload": "e30", "signature": signature(&key, ".e30")}).to_string();
    malformed(verify_json(jws.as_bytes(), &mac, &LIMITS), r::EACH_SIGNATURE_HAS_A_HEADER, "neither");
    let signed = signature(&key, &format!("{protected}.e30"));
    for jws in [
        json!({"payload": "e30", "protected": protected, "signature": signed}),
        json!({"payload": "e30", "header": header, "signature": signature(&key, ".e30")}),
        json!({"payload": "e30", "protected": protected, "header": {"kid": "1"}, "signature": signed}),
    ] {
        verify_json(jws.to_string().as_bytes(), &mac, &LIMITS).expect("a header");
    }
    // Whatever is made has one.
    let mut made = JsonJws::new(b"{}");
    made.sign(&key, &Header::new(A::Hs256), []).expect("a signature");
    made.sign_content_only(&key, &Header::new(A::Hs256)).expect("a signature");
    made.sign(&key, &Header::new(A::Hs256), [("x".to_owned(), 1.into())]).expect("a signature");
    let made = value(&made.to_general());
    let has: Vec<_> = made["signatures"]
        .as_array()
        .expect("an array")
        .iter()
        .map(|one| (one.get("protected").is_some(), one.get("header").is_some()))
        .collect();
    assert_eq!(has, [(true, false), (false, true), (true, true)]);
}

fn members_that_may_be_left_out() {
    let mac = VerifyingKey::from_jwk(&jwk(rfc7520::MAC_KEY), A::Hs256).expect("a key");
    let compact = verify(rfc7520::HS256, &mac, &LIMITS).expect("the cookbook's");
    let payload = compact.payload();
    // Without `header`, without `protected`, without `payload`.
    for jws in
        [rfc7520::HS256_FLATTENED, rfc7520::CONTENT_ONLY_FLATTENED, rfc7520::PROTECTED_PARTLY_FLATTENED]
    {
        let verified = verify_json(jws.as_bytes(), &mac, &LIMITS).expect("the cookbook's");
        assert_eq!(verified.payload(), payload);
    }
    let detached = rfc7520::DETACHED_FLATTENED.as_bytes();
    verify_json_detached(detached, payload, &mac, &LIMITS).expect("the cookbook's");
    // But never the signature.
    let mut jws = value(rfc7520::HS256_FLATTENED);
    jws.as_object_mut().expect("an object").remove("signature");
    let result = verify_json(jws.to_string().as_bytes(), &mac, &LIMITS);
    malformed(result, r::SIGNATURE_IS_PRESENT, "no signature");
}

fn no_length_that_cannot_be() {
    let (key, mac) = (signing(A::Hs256), verifying(A::Hs256));
    let header = encode(r#"{"alg":"HS256"}"#);
    for (len, possible) in [(0, true), (1, false), (2, true), (3, true), (4, true), (5, false), (9, false)] {
        let text = "A".repeat(len);
        assert_eq!(base64url::decode(&text).is_ok(), possible, "{len}");
        let result = verify(&compact(&key, &header, &text), &mac, &LIMITS);
        if possible {
            assert_eq!(result.expect("a JWS").payload(), decode(&text));
        } else {
            malformed(result, r::PAYLOAD_DECODES_STRICTLY, &text);
        }
    }
}

fn content_may_be_detached() {
    let (key, mac) = (signing(A::Hs256), verifying(A::Hs256));
    let payload = examples::CLAIMS.as_bytes();
    let detached = sign_detached(payload, &Header::new(A::Hs256), &key).expect("a JWS");
    let [header, "", made] = detached.split('.').collect::<Vec<_>>()[..] else { panic!("{detached}") };
    let whole = format!("{header}.{}.{made}", encode(payload));
    assert_eq!(verify(&whole, &mac, &LIMITS).expect("put back").payload(), payload);
    verify_detached(&detached, payload, &mac, &LIMITS).expect("it is right");
    for other in [&b""[..], b"{}", &payload[1..]] {
        let refusal = refused(verify_detached(&detached, other, &mac, &LIMITS), "another payload");
        assert_eq!(refusal.why, Some(Rejection::Signature));
    }
    let mut jws = JsonJws::new(payload);
    jws.sign(&key, &Header::new(A::Hs256), []).expect("a signature");
    for text in [jws.to_general_detached(), jws.to_flattened_detached().expect("one signature")] {
        assert!(value(&text).get("payload").is_none(), "{text}");
        verify_json_detached(text.as_bytes(), payload, &mac, &LIMITS).expect("it is right");
        malformed(verify_json(text.as_bytes(), &mac, &LIMITS), r::PAYLOAD_IS_PRESENT, "none");
    }
    // Two payloads are one too many.
    let refusal = refused(verify_detached(&whole, payload, &mac, &LIMITS), "two payloads");
    assert_eq!(refusal.kind, ErrorKind::Usage);
}
