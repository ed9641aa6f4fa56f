//! RFC 7515, sections 5 and 6: making a JWS, taking one, and knowing whose it is.

use anyrfc_core::compliance::Check;
use serde_json::json;

use super::super::support::{
    LIMITS, compact, decode, encode, header_of, json as value, malformed, refused, rejected, signature,
    signing, unusable, verifying,
};
use crate::{
    Error, ErrorKind, Rejection,
    proto::{JsonJws, Signer, SigningKey, VerifyingKey, sign, sign_detached, verify, verify_json},
    rfc7515 as r, rfc8725,
    testing::{jwk as known, rfc7515 as examples},
    types::{Header, JwsAlgorithm as A},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "rfc7515/section-5.1/both-parts-are-signed",
        covers: &[r::SIGNING_INPUT_IS_BOTH_ENCODED_PARTS],
        run: both_parts_are_signed,
    },
    Check {
        name: "rfc7515/section-5.1/alg-is-what-signed",
        covers: &[r::ALG_NAMES_WHAT_SIGNED],
        run: alg_is_what_signed,
    },
    Check {
        name: "rfc7515/section-5.2/one-signature-that-validates",
        covers: &[r::ONE_SIGNATURE_VALIDATES, r::NO_VALID_SIGNATURE_IS_INVALID, r::ALL_FAILED_IS_INVALID],
        run: one_signature_that_validates,
    },
    Check {
        name: "rfc7515/section-5.2/two-periods",
        covers: &[r::COMPACT_JWS_HAS_TWO_PERIODS],
        run: two_periods,
    },
    Check {
        name: "rfc7515/section-5.2/a-header-in-base64url",
        covers: &[r::HEADER_DECODES_STRICTLY],
        run: a_header_in_base64url,
    },
    Check {
        name: "rfc7515/section-5.2/a-header-is-an-object",
        covers: &[r::PROTECTED_HEADER_IS_A_JSON_OBJECT],
        run: a_header_is_an_object,
    },
    Check {
        name: "rfc7515/section-5.2/no-name-in-both-headers",
        covers: &[r::NO_NAME_IN_BOTH_HEADERS],
        run: no_name_in_both_headers,
    },
    Check {
        name: "rfc7515/section-5.2/what-is-needed-is-understood",
        covers: &[r::NEEDED_FIELDS_ARE_PROCESSED],
        run: what_is_needed_is_understood,
    },
    Check {
        name: "rfc7515/section-5.2/a-payload-in-base64url",
        covers: &[r::PAYLOAD_DECODES_STRICTLY],
        run: a_payload_in_base64url,
    },
    Check {
        name: "rfc7515/section-5.2/a-signature-in-base64url",
        covers: &[r::SIGNATURE_DECODES_STRICTLY],
        run: a_signature_in_base64url,
    },
    Check {
        name: "rfc7515/section-5.2/alg-decides-how-it-is-validated",
        covers: &[r::SIGNATURE_IS_CHECKED_BY_ALG],
        run: alg_decides_how_it_is_validated,
    },
    Check {
        name: "rfc7515/section-5.2/no-alg-no-validation",
        covers: &[r::VALIDATION_NEEDS_ALG],
        run: no_alg_no_validation,
    },
    Check {
        name: "rfc7515/section-5.2/it-is-told-which-validated",
        covers: &[r::JSON_RESULT_TELLS_WHICH_VALIDATED],
        run: it_is_told_which_validated,
    },
    Check {
        name: "rfc7515/section-5.2/the-application-says-which-algorithms",
        covers: &[r::ALGORITHM_IS_ACCEPTABLE],
        run: the_application_says_which_algorithms,
    },
    Check {
        name: "rfc7515/section-5.3/strings-compare-as-names-do",
        covers: &[r::STRINGS_COMPARE_AS_JSON_NAMES],
        run: strings_compare_as_names_do,
    },
    Check {
        name: "rfc7515/section-6/hints-that-nobody-protects",
        covers: &[r::TRUSTED_KEY_HINTS_ARE_PROTECTED],
        run: hints_that_nobody_protects,
    },
    Check {
        name: "rfc7515/section-6/a-header-says-whose-key-it-is",
        covers: &[r::HEADER_IDENTIFIES_THE_KEY],
        run: a_header_says_whose_key_it_is,
    },
];

const WRONG: (Rejection, &crate::Requirement) = (Rejection::Signature, r::NO_VALID_SIGNATURE_IS_INVALID);

/// A token by the known key for HS256, of an encoded header and payload.
fn mac(header: &str, payload: &str) -> Result<Vec<u8>, Error> {
    taken(&compact(&signing(A::Hs256), header, payload))
}

fn taken(token: &str) -> Result<Vec<u8>, Error> {
    verify(token, &verifying(A::Hs256), &LIMITS).map(|verified| verified.payload().to_vec())
}

fn header() -> String {
    encode(r#"{"alg":"HS256"}"#)
}

fn both_parts_are_signed() {
    let key = signing(A::Hs256);
    let token = sign(b"payload", &Header::new(A::Hs256), &key).expect("a JWS");
    let parts: Vec<_> = token.split('.').collect();
    let [protected, payload, made] = parts[..] else { panic!("{token}") };
    assert_eq!(decode(payload), b"payload");
    assert_eq!(made, signature(&key, &format!("{protected}.{payload}")));
    assert_eq!(taken(&token).expect("it is right"), b"payload");
    assert_eq!(taken(examples::HS256).expect("the RFC's own"), examples::CLAIMS.as_bytes());
    let raw = decode(protected);
    let raw = String::from_utf8(raw).expect("text");
    for input in [
        format!("{protected}{payload}"),
        format!("{payload}.{protected}"),
        format!("{raw}.payload"),
        format!("{protected}.payload"),
        format!("{protected}."),
        format!(".{payload}"),
        payload.to_owned(),
    ] {
        let token = format!("{protected}.{payload}.{}", signature(&key, &input));
        rejected(taken(&token), WRONG.0, WRONG.1, &input);
    }
}

fn alg_is_what_signed() {
    for algorithm in A::ALL.iter().copied() {
        let key = signing(algorithm);
        for other in A::ALL.iter().copied() {
            let (header, broken) = (Header::new(other), r::ALG_NAMES_WHAT_SIGNED);
            let mut jws = JsonJws::new(b"");
            for result in [
                sign(b"", &header, &key).map(drop),
                sign_detached(b"", &header, &key).map(drop),
                Signer::new(&key, &header).map(drop),
                jws.sign(&key, &header, []),
                jws.sign_content_only(&key, &header),
            ] {
                if other == algorithm {
                    result.expect("its own");
                } else {
                    unusable(result, broken, other.name());
                }
            }
        }
        let token = sign(b"", &Header::new(algorithm), &key).expect("a JWS");
        assert_eq!(header_of(&token)["alg"], algorithm.name());
    }
}

/// Both signatures of appendix A.6, of which some are broken.
fn general(broken: [bool; 2]) -> String {
    let mut jws = value(examples::GENERAL);
    for (at, broken) in broken.into_iter().enumerate() {
        if broken {
            let mut octets = decode(jws["signatures"][at]["signature"].as_str().expect("a signature"));
            octets[1] ^= 1;
            jws["signatures"][at]["signature"] = encode(octets).into();
        }
    }
    jws.to_string()
}

/// The keys of appendix A.6.
fn both() -> [VerifyingKey; 2] {
    [
        verifying(A::Rs256).with_key_id("2010-12-29"),
        verifying(A::Es256).with_key_id("e9bc097a-ce51-4036-9562-d2ade882db0d"),
    ]
}

fn one_signature_that_validates() {
    for broken in [[false, false], [true, false], [false, true]] {
        let verified = verify_json(general(broken).as_bytes(), &both(), &LIMITS).expect("one at least");
        assert_eq!(verified.payload(), examples::CLAIMS.as_bytes());
    }
    let result = verify_json(general([true, true]).as_bytes(), &both(), &LIMITS);
    rejected(result, WRONG.0, WRONG.1, "none of the two");
    let none = r#"{"payload":"e30","signatures":[]}"#;
    malformed(verify_json(none.as_bytes(), &both(), &LIMITS), r::SIGNATURES_IS_AN_ARRAY, none);
    let (input, right) = examples::HS256.rsplit_once('.').expect("a signature");
    let mut octets = decode(right);
    octets[31] ^= 0x80;
    for bad in [encode(octets), encode(&decode(right)[..31]), String::new()] {
        rejected(taken(&format!("{input}.{bad}")), WRONG.0, WRONG.1, &bad);
    }
}

fn two_periods() {
    let token = examples::HS256;
    taken(token).expect("the RFC's own");
    for bad in [
        token.replacen('.', "", 1),
        token.replace('.', ""),
        token.replacen('.', "..", 1),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.{token}"),
        String::new(),
        "...".to_owned(),
    ] {
        malformed(taken(&bad), r::COMPACT_JWS_HAS_TWO_PERIODS, &bad);
    }
}

/// Base64url with something else in it.
fn loosened(text: &str) -> Vec<String> {
    let (front, back) = text.split_at(text.len() / 2);
    ["\n", "\r\n", " ", "\t", "=", "+", "/", "\0", "\u{e9}"]
        .iter()
        .flat_map(|more| [format!("{text}{more}"), format!("{more}{text}"), format!("{front}{more}{back}")])
        .collect()
}

fn a_header_in_base64url() {
    mac(&header(), "e30").expect("as it should be");
    for bad in loosened(&header()) {
        malformed(mac(&bad, "e30"), r::HEADER_DECODES_STRICTLY, &bad);
        let signed = signature(&signing(A::Hs256), &format!("{bad}.e30"));
        let jws = json!({"payload": "e30", "protected": bad, "signature": signed}).to_string();
        let result = verify_json(jws.as_bytes(), &verifying(A::Hs256), &LIMITS);
        malformed(result, r::HEADER_DECODES_STRICTLY, &jws);
    }
}

fn a_header_is_an_object() {
    mac(&header(), "e30").expect("as it should be");
    for bad in [
        &b"{\"alg\":\"HS256\",\"x\":\"\xff\"}"[..],
        b"\xef\xbb\xbf\xc3{}",
        b"\xed\xa0\x80",
        b"{\"\xc0\xae\":1}",
    ] {
        malformed(mac(&encode(bad), "e30"), r::PROTECTED_HEADER_IS_A_JSON_OBJECT, "no UTF-8");
    }
    for bad in [r#"["HS256"]"#, r#""HS256""#, "1", "null", "", "{", r#"{"alg":"HS256""#, "{alg:\"HS256\"}"] {
        let refusal = refused(mac(&encode(bad), "e30"), bad);
        assert_eq!(refusal.kind, ErrorKind::Protocol, "{bad}");
    }
}

fn no_name_in_both_headers() {
    let key = signing(A::Hs256);
    let protected = encode(r#"{"alg":"HS256","kid":"1"}"#);
    let signed = signature(&key, &format!("{protected}.e30"));
    let jws = |header: serde_json::Value| {
        let jws = json!({"payload": "e30", "protected": protected, "header": header, "signature": signed});
        verify_json(jws.to_string().as_bytes(), &verifying(A::Hs256), &LIMITS)
    };
    jws(json!({"x": 1, "KID": "1"})).expect("other names");
    for bad in
        [json!({"kid": "1"}), json!({"kid": "2"}), json!({"x": 1, "alg": "HS256"}), json!({"alg": "none"})]
    {
        malformed(jws(bad.clone()), r::NO_NAME_IN_BOTH_HEADERS, &bad.to_string());
    }
}

fn what_is_needed_is_understood() {
    let verdict = |header: &str| mac(&encode(header), "e30");
    verdict(r#"{"alg":"HS256","x":1}"#).expect("nobody has to understand x");
    for (bad, kind) in [
        (r#"{"alg":"HS999"}"#, ErrorKind::Unsupported),
        (r#"{"alg":"HS256","crit":["x"],"x":1}"#, ErrorKind::Auth),
        (r#"{"alg":"HS256","crit":["b64"],"b64":"no"}"#, ErrorKind::Protocol),
        (r#"{"alg":"HS256","crit":["b64"],"b64":false}"#, ErrorKind::Auth),
    ] {
        assert_eq!(refused(verdict(bad), bad).kind, kind, "{bad}");
    }
}

fn a_payload_in_base64url() {
    assert_eq!(mac(&header(), "e30").expect("as it should be"), b"{}");
    for bad in loosened("cGF5bG9hZA") {
        malformed(mac(&header(), &bad), r::PAYLOAD_DECODES_STRICTLY, &bad);
        let signed = signature(&signing(A::Hs256), &format!("{}.{bad}", header()));
        let jws = json!({"payload": bad, "protected": header(), "signature": signed}).to_string();
        let result = verify_json(jws.as_bytes(), &verifying(A::Hs256), &LIMITS);
        malformed(result, r::PAYLOAD_DECODES_STRICTLY, &jws);
    }
}

fn a_signature_in_base64url() {
    let (input, signature) = examples::HS256.rsplit_once('.').expect("a signature");
    for bad in loosened(signature) {
        malformed(taken(&format!("{input}.{bad}")), r::SIGNATURE_DECODES_STRICTLY, &bad);
        let mut jws = value(examples::FLATTENED);
        jws["signature"] = bad.into();
        let result = verify_json(jws.to_string().as_bytes(), &both(), &LIMITS);
        malformed(result, r::SIGNATURE_DECODES_STRICTLY, "in JSON");
    }
    verify_json(examples::FLATTENED.as_bytes(), &both(), &LIMITS).expect("the RFC's own");
}

fn alg_decides_how_it_is_validated() {
    // One key that is allowed for several algorithms: each token by the one that it names.
    let rsa = known(A::Rs256).expect("a key");
    let all = [A::Rs256, A::Rs384, A::Rs512, A::Ps256, A::Ps384, A::Ps512];
    let key = VerifyingKey::from_jwk(&rsa, all).expect("a key");
    for signed in all {
        let signing = SigningKey::from_jwk(&rsa, signed).expect("a key");
        for named in all {
            let token = compact(&signing, &encode(json!({"alg": named.name()}).to_string()), "e30");
            let result = verify(&token, &key, &LIMITS);
            if named == signed {
                result.expect("as it says");
            } else {
                rejected(result, WRONG.0, WRONG.1, &format!("{signed} as {named}"));
            }
        }
    }
}

fn no_alg_no_validation() {
    malformed(mac(&encode(r#"{"kid":"1"}"#), "e30"), r::ALG_IS_PRESENT, "compact");
    let key = signing(A::Hs256);
    let protected = encode(r#"{"kid":"1"}"#);
    let signed = signature(&key, &format!("{protected}.e30"));
    let mut jws = json!({"payload": "e30", "protected": protected, "signature": signed});
    let result = verify_json(jws.to_string().as_bytes(), &verifying(A::Hs256), &LIMITS);
    malformed(result, r::ALG_IS_PRESENT, "in JSON");
    jws["header"] = json!({"alg": "HS256"});
    verify_json(jws.to_string().as_bytes(), &verifying(A::Hs256), &LIMITS).expect("it is beside");
}

fn it_is_told_which_validated() {
    for broken in [[false, false], [true, false], [false, true]] {
        let verified = verify_json(general(broken).as_bytes(), &both(), &LIMITS).expect("one at least");
        assert_eq!([0, 1].map(|at| verified.signatures()[at].is_err()), broken);
        for (at, one) in verified.signatures().iter().enumerate() {
            match one {
                Ok(right) => assert_eq!(right.key().key_id(), both()[at].key_id()),
                Err(error) => assert_eq!(error.rejection(), Some(Rejection::Signature)),
            }
        }
        let right = broken.iter().filter(|broken| !**broken).count();
        assert_eq!(verified.verified().count(), right);
        assert_eq!(verified.require_all().is_ok(), right == 2);
    }
}

fn the_application_says_which_algorithms() {
    let rsa = known(A::Rs256).expect("a key");
    let token = sign(b"", &Header::new(A::Rs256), &signing(A::Rs256)).expect("a JWS");
    for (allowed, accepted) in
        [(vec![A::Rs256], true), (vec![A::Ps256, A::Rs256], true), (vec![A::Ps256], false)]
    {
        let key = VerifyingKey::from_jwk(&rsa, allowed.as_slice()).expect("a key");
        let result = verify(&token, &key, &LIMITS);
        if accepted {
            result.expect("it is allowed");
        } else {
            rejected(result, Rejection::Algorithm, rfc8725::NO_OTHER_ALGORITHM_IS_USED, "a valid one");
        }
    }
}

fn strings_compare_as_names_do() {
    for same in [r#"{"\u0061lg":"HS256"}"#, r#"{"al\u0067":"\u0048S256"}"#] {
        mac(&encode(same), "e30").expect("the same once escapes are resolved");
    }
    for (other, kind) in [
        (r#"{"Alg":"HS256"}"#, ErrorKind::Protocol),
        (r#"{"alg ":"HS256"}"#, ErrorKind::Protocol),
        (r#"{"alg":"hs256"}"#, ErrorKind::Unsupported),
        (r#"{"alg":"HS256\u0000"}"#, ErrorKind::Unsupported),
        ("{\"alg\":\"\u{ff28}S256\"}", ErrorKind::Unsupported),
    ] {
        assert_eq!(refused(mac(&encode(other), "e30"), other).kind, kind, "{other}");
    }
    // Composed and decomposed letters look alike, and are not the same.
    let key = verifying(A::Hs256).with_key_id("\u{e9}");
    for (kid, same) in [(r"\u00e9", true), (r"e\u0301", false)] {
        let header = encode(format!(r#"{{"alg":"HS256","kid":"{kid}"}}"#));
        let token = compact(&signing(A::Hs256), &header, "e30");
        assert_eq!(verify(&token, &key, &LIMITS).is_ok(), same, "{kid}");
    }
}

fn hints_that_nobody_protects() {
    let ours = signing(A::EdDsa).with_key_id("ours");
    let stranger = SigningKey::generate(A::EdDsa).expect("a key");
    let public = value(&stranger.public_jwk().expect("a public key").to_json().expect("JSON"));
    let protected = encode(r#"{"alg":"EdDSA"}"#);
    let by = |key: &SigningKey, header: serde_json::Value| {
        let signed = signature(key, &format!("{protected}.e30"));
        let jws = json!({"payload": "e30", "protected": protected, "header": header, "signature": signed});
        verify_json(jws.to_string().as_bytes(), ours.verifying_key(), &LIMITS).map(drop)
    };
    // The key that is known decides; what stands beside the signature only chooses.
    by(&ours, json!({"kid": "ours"})).expect("it is right");
    by(&ours, json!({"jwk": public, "jku": "https://example.com/"})).expect("whatever they point at");
    for hint in
        [json!({"jwk": public}), json!({"kid": "ours", "jwk": public}), json!({"jku": "https://a.example/"})]
    {
        rejected(by(&stranger, hint.clone()), WRONG.0, WRONG.1, &hint.to_string());
    }
    let other = by(&ours, json!({"kid": "another"}));
    rejected(other, Rejection::NoKey, r::UNUSABLE_ALG_IS_INVALID, "another kid");
}

fn a_header_says_whose_key_it_is() {
    let key = signing(A::EdDsa).with_key_id("1");
    let header = Header::new(A::EdDsa);
    for token in [sign(b"", &header, &key), sign_detached(b"", &header, &key)] {
        assert_eq!(header_of(&token.expect("a JWS"))["kid"], "1");
    }
    let mut jws = JsonJws::new(b"");
    jws.sign(&key, &header, []).expect("a signature");
    jws.sign_content_only(&key, &header).expect("a signature");
    jws.sign(&key, &header, [("kid".to_owned(), "2".into())]).expect("a signature");
    let made = value(&jws.to_general());
    let protected = |at: usize| header_of(made["signatures"][at]["protected"].as_str().expect("a header"));
    assert_eq!(protected(0)["kid"], "1");
    assert_eq!(made["signatures"][1]["header"]["kid"], "1");
    assert_eq!((protected(2).get("kid"), &made["signatures"][2]["header"]["kid"]), (None, &json!("2")));
    // What the caller says goes first; a key without a name has none to give.
    let named = sign(b"", &header.clone().with_key_id("mine"), &key).expect("a JWS");
    assert_eq!(header_of(&named)["kid"], "mine");
    let own =
        sign(b"", &header.clone().with_jwk(&key.public_jwk().expect("a public key")), &key).expect("a JWS");
    assert!(header_of(&own).get("kid").is_none() && header_of(&own).get("jwk").is_some());
    let bare = SigningKey::generate(A::EdDsa).expect("a key");
    assert!(header_of(&sign(b"", &header, &bare).expect("a JWS")).get("kid").is_none());
}
