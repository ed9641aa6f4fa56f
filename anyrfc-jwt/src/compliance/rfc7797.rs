//! RFC 7797: payloads that are signed as they are.

use anyrfc_core::compliance::{Check, Waiver::ByConstruction};
use serde_json::{Value, json};

use super::{
    Waived,
    support::{
        LIMITS, compact, decode, encode, header_of, json as value, malformed, refused, rejected, signature,
        signing, unusable, verifying,
    },
};
use crate::{
    Error, ErrorKind, Rejection,
    proto::{
        Encoder, JsonJws, Signer, Validation, encode as encode_jwt, peek_header, sign, sign_detached,
        sign_unencoded, sign_unencoded_detached, verify, verify_detached, verify_json, verify_json_detached,
        verify_unencoded,
    },
    rfc7515, rfc7797 as r,
    testing::rfc7797 as examples,
    types::{Claims, Header, JwsAlgorithm as A, NumericDate},
};

pub(super) const GROUPS: &[&[Check]] = &[CHECKS];

const CHECKS: &[Check] = &[
    Check {
        name: "rfc7797/section-3/b64-chooses-what-is-signed",
        covers: &[r::FALSE_MEANS_THE_RAW_PAYLOAD],
        run: b64_chooses_what_is_signed,
    },
    Check {
        name: "rfc7797/section-3/b64-is-a-boolean",
        covers: &[r::B64_IS_A_BOOLEAN],
        run: b64_is_a_boolean,
    },
    Check {
        name: "rfc7797/section-3/b64-is-protected",
        covers: &[r::B64_IS_PROTECTED],
        run: b64_is_protected,
    },
    Check {
        name: "rfc7797/section-3/b64-is-nowhere-but-in-the-protected-header",
        covers: &[r::B64_IS_IN_THE_PROTECTED_HEADER],
        run: b64_is_nowhere_but_in_the_protected_header,
    },
    Check {
        name: "rfc7797/section-3/b64-may-be-left-out",
        covers: &[r::B64_MAY_BE_LEFT_OUT],
        run: b64_may_be_left_out,
    },
    Check {
        name: "rfc7797/section-3/all-signatures-say-the-same",
        covers: &[r::SIGNATURES_SHARE_B64],
        run: all_signatures_say_the_same,
    },
    Check {
        name: "rfc7797/section-5.2/no-period-in-a-compact-payload",
        covers: &[r::COMPACT_PAYLOAD_HAS_NO_PERIOD],
        run: no_period_in_a_compact_payload,
    },
    Check {
        name: "rfc7797/section-5.2/printable-ascii-in-a-compact-payload",
        covers: &[r::COMPACT_PAYLOAD_MAY_BE_PRINTABLE],
        run: printable_ascii_in_a_compact_payload,
    },
    Check {
        name: "rfc7797/section-5.3/a-payload-in-json-is-unicode",
        covers: &[r::JSON_PAYLOAD_IS_UTF_8],
        run: a_payload_in_json_is_unicode,
    },
    Check {
        name: "rfc7797/section-5.3/escapes-are-resolved-before",
        covers: &[r::JSON_PAYLOAD_IS_UNESCAPED_FIRST],
        run: escapes_are_resolved_before,
    },
    Check {
        name: "rfc7797/section-5.3/no-unassigned-code-points",
        covers: &[r::UNASSIGNED_CODE_POINTS_STAY_OUT],
        run: no_unassigned_code_points,
    },
    Check { name: "rfc7797/section-6/crit-lists-b64", covers: &[r::CRIT_LISTS_B64], run: crit_lists_b64 },
    Check {
        name: "rfc7797/section-7/a-jwt-is-always-encoded",
        covers: &[r::JWT_IS_ALWAYS_ENCODED],
        run: a_jwt_is_always_encoded,
    },
];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[(
    r::TRUE_IS_LEFT_OUT,
    ByConstruction(
        "no method of `types::Header` sets `b64`: what signs a payload as it is writes false, `JsonJws` clears it \
         else, and a `Signer`, behind every other way to sign, refuses a header that was read with it",
    ),
)];

/// The header of section 4.2, encoded.
fn unencoded() -> String {
    examples::DETACHED.split('.').next().expect("a part").to_owned()
}

/// A flattened JWS of a payload as it is, under the header of section 4.2.
fn flattened(payload: &Value, signed: &str) -> String {
    let (key, header) = (signing(A::Hs256), unencoded());
    let signature = signature(&key, &format!("{header}.{signed}"));
    json!({"payload": payload, "protected": header, "signature": signature}).to_string()
}

/// The payload of a JWS in JSON by the known key.
fn taken(jws: &str) -> Result<Vec<u8>, Error> {
    verify_json(jws.as_bytes(), &verifying(A::Hs256), &LIMITS).map(|jws| jws.payload().to_vec())
}

fn b64_chooses_what_is_signed() {
    let (key, mac, header) = (signing(A::Hs256), verifying(A::Hs256), Header::new(A::Hs256));
    let payload = examples::PAYLOAD.as_bytes();
    // The RFC's own, made and taken.
    assert_eq!(sign(payload, &header, &key).expect("a JWS"), examples::ENCODED);
    assert_eq!(sign_unencoded_detached(payload, &header, &key).expect("a JWS"), examples::DETACHED);
    for (mut jws, expected) in [
        (JsonJws::new(payload), examples::ENCODED_FLATTENED),
        (JsonJws::unencoded(examples::PAYLOAD), examples::UNENCODED_FLATTENED),
    ] {
        jws.sign(&key, &header, []).expect("a signature");
        assert_eq!(value(&jws.to_flattened().expect("one signature")), value(expected));
        assert_eq!(taken(expected).expect("the RFC's own"), payload);
    }
    assert_eq!(verify(examples::ENCODED, &mac, &LIMITS).expect("the RFC's own").payload(), payload);
    verify_detached(examples::DETACHED, payload, &mac, &LIMITS).expect("the RFC's own");
    // One taken for the other is not signed.
    let wrong = (Rejection::Signature, rfc7515::NO_VALID_SIGNATURE_IS_INVALID);
    let encoded = encode(payload);
    for bad in [encoded.as_bytes(), b"$.03", b""] {
        let result = verify_detached(examples::DETACHED, bad, &mac, &LIMITS);
        rejected(result, wrong.0, wrong.1, "another payload");
    }
    let confused = compact(&key, &unencoded(), &encoded);
    let apart = confused.replace(&encoded, "");
    rejected(verify_detached(&apart, payload, &mac, &LIMITS), wrong.0, wrong.1, "signed encoded");
    let said = header_of(examples::ENCODED).to_string();
    let raw = compact(&key, &encode(&said), examples::PAYLOAD);
    let apart = raw.replace(examples::PAYLOAD, "");
    rejected(verify_detached(&apart, payload, &mac, &LIMITS), wrong.0, wrong.1, "signed as it is");
    rejected(taken(&flattened(&examples::PAYLOAD.into(), &encoded)), wrong.0, wrong.1, "in JSON");
}

fn b64_is_a_boolean() {
    let header = |b64: &str| format!(r#"{{"alg":"HS256","b64":{b64},"crit":["b64"]}}"#);
    for bad in [r#""false""#, "0", "1", "null", "[false]", "{}", r#""""#] {
        malformed(Header::parse(header(bad).as_bytes()), r::B64_IS_A_BOOLEAN, bad);
    }
    for (text, base64) in [
        (header("true"), true),
        (header("false"), false),
        (r#"{"alg":"HS256"}"#.to_owned(), true),
        (r#"{"alg":"HS256","B64":false}"#.to_owned(), true),
    ] {
        assert_eq!(Header::parse(text.as_bytes()).expect(&text).is_base64(), base64, "{text}");
    }
}

fn b64_is_protected() {
    let key = signing(A::Hs256);
    // What would be signed alone, with nothing of its header, must not say what the payload means.
    let header = peek_header(examples::DETACHED, &LIMITS).expect("a header");
    let mut jws = JsonJws::unencoded(examples::PAYLOAD);
    unusable(jws.sign_content_only(&key, &header), r::B64_IS_PROTECTED, "b64 beside the signature");
    unusable(
        jws.sign_content_only(&key, &Header::new(A::Hs256)),
        r::B64_IS_PROTECTED,
        "a payload as it is and nothing that says so",
    );
    let mut jws = JsonJws::new(b"{}");
    unusable(jws.sign_content_only(&key, &header), r::B64_IS_PROTECTED, "b64 beside an encoded payload");
    jws.sign_content_only(&key, &Header::new(A::Hs256)).expect("no b64 at all");
    // Whoever turns it over after it was signed is found out.
    let turned = value(examples::UNENCODED_FLATTENED).to_string().replace(
        &unencoded(),
        &encode(String::from_utf8(decode(&unencoded())).expect("text").replace("false", "true")),
    );
    let payload = turned.replace("$.02", "JC4wMg");
    rejected(taken(&payload), Rejection::Signature, rfc7515::NO_VALID_SIGNATURE_IS_INVALID, &payload);
}

fn b64_is_nowhere_but_in_the_protected_header() {
    let key = signing(A::Hs256);
    let protected = encode(r#"{"alg":"HS256"}"#);
    let listed = encode(r#"{"alg":"HS256","crit":["b64"]}"#);
    for protected in [protected, listed] {
        for b64 in [false, true] {
            let payload = if b64 { "JC4wMg" } else { "$.02" };
            let signature = signature(&key, &format!("{protected}.{payload}"));
            let jws = json!({"payload": payload, "protected": protected, "header": {"b64": b64}, "signature": signature});
            let result = taken(&jws.to_string());
            rejected(result, Rejection::Critical, r::B64_IS_IN_THE_PROTECTED_HEADER, &jws.to_string());
        }
    }
    let mut jws = JsonJws::unencoded(examples::PAYLOAD);
    let result = jws.sign(&key, &Header::new(A::Hs256), [("b64".to_owned(), false.into())]);
    assert_eq!(refused(result, "b64 beside the signature").kind, ErrorKind::Usage);
    jws.sign(&key, &Header::new(A::Hs256), [("x".to_owned(), 1.into())]).expect("a signature");
    let written = value(&jws.to_flattened().expect("one signature"));
    let header = decode(written["protected"].as_str().expect("a header"));
    let header: Value = serde_json::from_slice(&header).expect("JSON");
    assert_eq!((&header["b64"], &written["header"]), (&Value::Bool(false), &json!({"x": 1})));
    assert_eq!(taken(&written.to_string()).expect("it is right"), b"$.02");
}

fn b64_may_be_left_out() {
    let (key, mac, header) = (signing(A::Hs256), verifying(A::Hs256), Header::new(A::Hs256));
    let token = sign(b"x", &header, &key).expect("a JWS");
    assert!(header_of(&token).get("b64").is_none() && header_of(&token).get("crit").is_none());
    assert_eq!(verify(&token, &mac, &LIMITS).expect("it is right").payload(), b"x");
    let detached = sign_detached(b"x", &header, &key).expect("a JWS");
    assert!(header_of(&detached).get("b64").is_none());
    verify_detached(&detached, b"x", &mac, &LIMITS).expect("it is right");
    // True says nothing more, where somebody says it.
    let said = compact(&key, &encode(r#"{"alg":"HS256","crit":["b64"],"b64":true}"#), "eA");
    let apart = said.replace(".eA.", "..");
    verify_detached(&apart, b"x", &mac, &LIMITS).expect("it is right");
}

fn all_signatures_say_the_same() {
    let (encoded, raw) = (value(examples::ENCODED_FLATTENED), value(examples::UNENCODED_FLATTENED));
    let of = |jws: &Value| json!({"protected": jws["protected"], "signature": jws["signature"]});
    for (payload, signatures) in [
        ("JC4wMg", [of(&encoded), of(&raw)]),
        ("$.02", [of(&raw), of(&encoded)]),
        ("$.02", [of(&encoded), of(&raw)]),
    ] {
        let jws = json!({"payload": payload, "signatures": signatures}).to_string();
        rejected(taken(&jws), Rejection::Critical, r::SIGNATURES_SHARE_B64, &jws);
    }
    for (payload, jws) in [("JC4wMg", &encoded), ("$.02", &raw)] {
        let jws = json!({"payload": payload, "signatures": [of(jws), of(jws)]}).to_string();
        assert_eq!(taken(&jws).expect("the same twice"), b"$.02");
    }
    // The writer gives all of them the same, whatever headers are handed in.
    let key = signing(A::Hs256);
    let said = peek_header(examples::DETACHED, &LIMITS).expect("a header");
    for (mut jws, b64) in [(JsonJws::new(b"x"), None), (JsonJws::unencoded("x"), Some(false))] {
        for header in [&Header::new(A::Hs256), &said] {
            jws.sign(&key, header, []).expect("a signature");
        }
        let written = value(&jws.to_general());
        for one in written["signatures"].as_array().expect("signatures") {
            let header = decode(one["protected"].as_str().expect("a header"));
            let header: Value = serde_json::from_slice(&header).expect("JSON");
            assert_eq!(header.get("b64").and_then(Value::as_bool), b64);
        }
        assert_eq!(taken(&written.to_string()).expect("they are right"), b"x");
    }
}

fn no_period_in_a_compact_payload() {
    let (key, mac, header) = (signing(A::Hs256), verifying(A::Hs256), Header::new(A::Hs256));
    for bad in ["$.02", ".", "a.", ".a", "a.b.c"] {
        let result = sign_unencoded(bad, &header, &key);
        unusable(result, r::COMPACT_PAYLOAD_HAS_NO_PERIOD, bad);
        let forged = compact(&key, &unencoded(), bad);
        let result = verify_unencoded(&forged, &mac, &LIMITS);
        malformed(result, rfc7515::COMPACT_JWS_HAS_TWO_PERIODS, bad);
    }
    let token = sign_unencoded("$-02", &header, &key).expect("a JWS");
    assert_eq!(token.split('.').nth(1), Some("$-02"));
    assert_eq!(verify_unencoded(&token, &mac, &LIMITS).expect("it is right").payload(), b"$-02");
}

fn printable_ascii_in_a_compact_payload() {
    let (key, mac, header) = (signing(A::Hs256), verifying(A::Hs256), Header::new(A::Hs256));
    let all: String = (' '..='~').filter(|c| *c != '.').collect();
    for good in [all.as_str(), " ", "~", "$-02", "JC4wMg", "{\"a\": [1]}"] {
        let token = sign_unencoded(good, &header, &key).expect(good);
        assert_eq!(token, compact(&key, token.split('.').next().expect("a header"), good));
        let verified = verify_unencoded(&token, &mac, &LIMITS).expect(good);
        assert_eq!(verified.payload(), good.as_bytes());
    }
    for bad in ["a\nb", "\r", "\t", "\0", "\u{7f}", "\u{e9}", "\u{1f600}"] {
        assert_eq!(refused(sign_unencoded(bad, &header, &key), bad).kind, ErrorKind::Usage);
        let forged = compact(&key, &unencoded(), bad);
        malformed(verify_unencoded(&forged, &mac, &LIMITS), r::COMPACT_PAYLOAD_MAY_BE_PRINTABLE, bad);
    }
}

fn a_payload_in_json_is_unicode() {
    for good in ["", "$.02", "\u{e9}\u{1f600}", "a\"\\\n\0b", "\u{10000}"] {
        let mut jws = JsonJws::unencoded(good);
        jws.sign(&signing(A::Hs256), &Header::new(A::Hs256), []).expect(good);
        let written = value(&jws.to_flattened().expect("one signature"));
        assert_eq!(written["payload"], good);
        let header = written["protected"].as_str().expect("a header");
        assert_eq!(written["signature"], signature(&signing(A::Hs256), &format!("{header}.{good}")));
        assert_eq!(taken(&written.to_string()).expect(good), good.as_bytes());
    }
    // Octets that are no text, half a pair, and what is no string at all.
    let mut latin = flattened(&"_".into(), "\u{e9}").into_bytes();
    let at = latin.windows(3).position(|three| three == b"\"_\"").expect("the payload");
    latin[at + 1] = 0xe9;
    let result = verify_json(&latin, &verifying(A::Hs256), &LIMITS);
    assert_eq!(refused(result, "Latin-1").kind, ErrorKind::Protocol);
    for half in [r"\ud83d", r"\ude00", r"\ude00\ud83d", r"\ud83dx"] {
        let jws = flattened(&"$.02".into(), "$.02").replace("$.02", half);
        malformed(taken(&jws), rfc7515::LOST_CHARACTERS_ARE_REJECTED, half);
    }
    for other in [json!(1), json!(["$.02"]), json!({"a": 1}), Value::Null] {
        let jws = flattened(&other, "$.02");
        malformed(taken(&jws), rfc7515::PAYLOAD_IS_PRESENT, &jws);
    }
}

fn escapes_are_resolved_before() {
    let plain = flattened(&"$.02".into(), "$.02");
    assert_eq!(taken(&plain).expect("it is right"), b"$.02");
    for escaped in [r"\u0024.02", r"\u0024\u002e\u0030\u0032", r"$\u002E02"] {
        let jws = plain.replace("$.02", escaped);
        assert_eq!(taken(&jws).expect(escaped), b"$.02");
        // Signed with the escapes as they are written, it is another payload.
        let jws = flattened(&"$.02".into(), escaped).replace("$.02", escaped);
        rejected(taken(&jws), Rejection::Signature, rfc7515::NO_VALID_SIGNATURE_IS_INVALID, escaped);
    }
    let jws = flattened(&"_".into(), "\u{1f600}\n/").replace("\"_\"", r#""\ud83d\ude00\n\/""#);
    assert_eq!(taken(&jws).expect("it is right"), "\u{1f600}\n/".as_bytes());
}

fn no_unassigned_code_points() {
    let key = signing(A::Hs256);
    for bad in ["\u{378}", "a\u{fffe}", "\u{ffff}b", "\u{fdd0}", "\u{10ffff}", "\u{e0080}"] {
        let mut jws = JsonJws::unencoded(bad);
        let result = jws.sign(&key, &Header::new(A::Hs256), []);
        unusable(result, r::UNASSIGNED_CODE_POINTS_STAY_OUT, &bad.escape_unicode().to_string());
        // Encoded, it is a payload like any other.
        JsonJws::new(bad.as_bytes()).sign(&key, &Header::new(A::Hs256), []).expect("octets");
    }
    // Assigned, for private use, or unseen: each of them is a character.
    for good in ["\u{e000}", "\u{1f600}", "\u{fffd}", "\u{200b}", "\0", "\u{10fffd}"] {
        JsonJws::unencoded(good).sign(&key, &Header::new(A::Hs256), []).expect("characters");
    }
}

fn crit_lists_b64() {
    let (key, mac, header) = (signing(A::Hs256), verifying(A::Hs256), Header::new(A::Hs256));
    for token in [
        sign_unencoded_detached(b"$.02", &header, &key).expect("a JWS"),
        sign_unencoded("$-02", &header, &key).expect("a JWS"),
    ] {
        assert_eq!(header_of(&token), json!({"alg": "HS256", "b64": false, "crit": ["b64"]}));
    }
    let mut jws = JsonJws::unencoded("$.02");
    jws.sign(&key, &header, []).expect("a signature");
    let written = value(&jws.to_flattened_detached().expect("one signature"));
    let protected = written["protected"].as_str().expect("a header");
    assert_eq!(header_of(protected), json!({"alg": "HS256", "b64": false, "crit": ["b64"]}));
    verify_json_detached(written.to_string().as_bytes(), b"$.02", &mac, &LIMITS).expect("it is right");
    for b64 in ["false", "true"] {
        let header = encode(format!(r#"{{"alg":"HS256","b64":{b64}}}"#));
        let raw = compact(&key, &header, if b64 == "true" { "JC4wMg" } else { "$_02" });
        for result in [
            verify(&raw, &mac, &LIMITS).map(drop),
            verify_unencoded(&raw, &mac, &LIMITS).map(drop),
            verify_detached(&format!("{header}.."), b"$.02", &mac, &LIMITS).map(drop),
        ] {
            rejected(result, Rejection::Critical, r::CRIT_LISTS_B64, &raw);
        }
    }
}

fn a_jwt_is_always_encoded() {
    let (key, mac) = (signing(A::Hs256), verifying(A::Hs256));
    let said = peek_header(examples::DETACHED, &LIMITS).expect("a header");
    unusable(encode_jwt(&Claims::new(), &said, &key), r::JWT_IS_ALWAYS_ENCODED, "a JWT");
    unusable(Encoder::new(&key, &said), r::JWT_IS_ALWAYS_ENCODED, "many JWTs");
    let result = Signer::new(&key, &said);
    assert_eq!(refused(result, "a JWS that is no JWT's").kind, ErrorKind::Usage);
    let header = Header::new(A::Hs256).with_typ("JWT");
    let good = encode_jwt(&Claims::new().subject("a"), &header, &key).expect("a JWT");
    assert!(header_of(&good).get("b64").is_none());
    let validation = Validation::new().any_audience().without_expiry();
    let now = NumericDate::new(0);
    let verdict = |token: &str| validation.verify(token, &mac, now).map(drop);
    verdict(&good).expect("a JWT");
    for claims in [r#"{"sub":"a"}"#, "{}"] {
        let forged = compact(&key, &unencoded(), claims);
        let refusal = refused(verdict(&forged), claims);
        assert_eq!((refusal.kind, refusal.why), (ErrorKind::Auth, Some(Rejection::Critical)));
        let encoded = compact(&key, &unencoded(), &encode(claims));
        let refusal = refused(verdict(&encoded), claims);
        assert_eq!((refusal.kind, refusal.why), (ErrorKind::Auth, Some(Rejection::Critical)));
    }
}
