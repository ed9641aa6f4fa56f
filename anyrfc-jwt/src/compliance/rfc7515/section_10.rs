//! RFC 7515, section 10: what security takes.

use anyrfc_core::compliance::Check;
use serde_json::json;

use super::super::support::{
    LIMITS, compact, encode, json as value, malformed, refused, rejected, signature, signing, verifying,
};
use crate::{
    Error, ErrorKind, Rejection, Secret,
    proto::{SigningKey, VerifyingKey, sign, verify, verify_json},
    rfc7515 as r, rfc7518,
    testing::{jwk as known, rfc7515 as examples},
    types::{Curve, Header, Jwk, JwsAlgorithm as A},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "rfc7515/section-10.1/keys-have-128-bits",
        covers: &[r::KEYS_HAVE_128_BITS],
        run: keys_have_128_bits,
    },
    Check {
        name: "rfc7515/section-10.1/keys-are-random",
        covers: &[r::KEYS_ARE_RANDOM],
        run: keys_are_random,
    },
    Check {
        name: "rfc7515/section-10.2/keys-are-kept-to-oneself",
        covers: &[r::SIGNING_KEYS_ARE_PROTECTED],
        run: keys_are_kept_to_oneself,
    },
    Check {
        name: "rfc7515/section-10.6/the-hash-within-is-that-of-alg",
        covers: &[r::INNER_ALGORITHM_MATCHES_ALG],
        run: the_hash_within_is_that_of_alg,
    },
    Check {
        name: "rfc7515/section-10.12/malformed-json-is-rejected",
        covers: &[r::MALFORMED_JSON_IS_REJECTED],
        run: malformed_json_is_rejected,
    },
    Check {
        name: "rfc7515/section-10.12/nothing-follows",
        covers: &[r::TRAILING_CHARACTERS_ARE_INVALID],
        run: nothing_follows,
    },
    Check {
        name: "rfc7515/section-10.13/names-compare-verbatim",
        covers: &[r::NAMES_COMPARE_VERBATIM],
        run: names_compare_verbatim,
    },
    Check {
        name: "rfc7515/section-10.13/characters-beyond-the-first-plane",
        covers: &[r::SUPPLEMENTARY_CHARACTERS_SURVIVE],
        run: characters_beyond_the_first_plane,
    },
    Check {
        name: "rfc7515/section-10.13/half-a-character-is-rejected",
        covers: &[r::LOST_CHARACTERS_ARE_REJECTED],
        run: half_a_character_is_rejected,
    },
];

fn taken(header: &str) -> Result<Header, Error> {
    let token = compact(&signing(A::Hs256), &encode(header), "e30");
    verify(&token, &verifying(A::Hs256), &LIMITS).map(|verified| verified.header().clone())
}

fn keys_have_128_bits() {
    for (algorithm, least) in [(A::Hs256, 32), (A::Hs384, 48), (A::Hs512, 64)] {
        for len in [0, 1, 15, least - 1] {
            let secret = Secret::new(vec![7; len]);
            for result in [
                SigningKey::hmac(algorithm, &secret).map(drop),
                VerifyingKey::hmac(algorithm, &secret).map(drop),
            ] {
                let refusal = refused(result, "a short key");
                assert_eq!(refusal.kind, ErrorKind::Usage);
                assert_eq!(refusal.broken, Some(rfc7518::HMAC_KEY_IS_AS_LONG_AS_THE_HASH));
            }
        }
        SigningKey::hmac(algorithm, &Secret::new(vec![7; least])).expect("a key of the hash's length");
    }
    // RSA keys of fewer than 2048 bits have not that strength either.
    let short = json!({"kty": "RSA", "e": "AQAB", "n": encode([0x81; 128])}).to_string();
    let result = VerifyingKey::from_jwk(&super::super::support::jwk(&short), A::Rs256);
    assert_eq!(refused(result, "1024 bits").broken, Some(rfc7518::RS_KEY_HAS_2048_BITS));
}

/// The secret member of a key.
fn secret(key: &Jwk) -> Vec<u8> {
    let text = value(key.to_secret_json().expose());
    let member = ["d", "k"].into_iter().find_map(|name| text[name].as_str()).expect("a secret member");
    super::super::support::decode(member)
}

type Maker = fn() -> Result<Jwk, Error>;

fn keys_are_random() {
    let makers: [(Maker, usize); 6] = [
        (|| Jwk::generate(A::Hs256), 32),
        (|| Jwk::generate(A::Hs512), 64),
        (|| Jwk::generate(A::Es256), 32),
        (|| Jwk::generate(A::EdDsa), 32),
        (|| Jwk::generate(A::Es384), 48),
        (|| Jwk::generate_on(Curve::X25519), 32),
    ];
    for (make, len) in makers {
        let keys: Vec<_> = (0..64).map(|_| secret(&make().expect("a key"))).collect();
        // Each bit is sometimes set and sometimes not: that it is not is one chance in 2^63.
        for at in 0..len {
            let any = keys.iter().fold(0, |bits, key| bits | key[at]);
            let all = keys.iter().fold(0xff, |bits, key| bits & key[at]);
            assert_eq!((any, all, keys[0].len()), (0xff, 0, len), "octet {at} of {len}");
        }
    }
    let rsa = [(); 2].map(|()| Jwk::generate(A::Rs256).expect("a key").thumbprint());
    assert_ne!(rsa[0], rsa[1]);
}

fn keys_are_kept_to_oneself() {
    for algorithm in [A::Hs256, A::Rs256, A::Es256, A::EdDsa] {
        let key = known(algorithm).expect("a key");
        let members = value(key.to_secret_json().expose());
        let secrets: Vec<_> = ["k", "d", "p", "q", "dp", "dq", "qi"]
            .into_iter()
            .filter_map(|name| members[name].as_str())
            .collect();
        assert!(!secrets.is_empty());
        let (signer, verifier) = (signing(algorithm), verifying(algorithm));
        let mut shown = format!("{key:?} {signer:?} {verifier:?}");
        shown += &serde_json::to_string(&key).unwrap_or_else(|error| error.to_string());
        shown += &key.to_json().unwrap_or_else(|error| format!("{error} {error:?}"));
        shown += &format!("{:?} {:?}", signer.public_jwk(), key.to_public().map(|key| key.to_json()));
        shown += &sign(b"", &Header::new(algorithm).with_jwk(&key), &signer).expect("a JWS");
        for secret in secrets {
            assert!(!shown.contains(secret), "{algorithm}");
            let octets = format!("{:?}", super::super::support::decode(secret));
            assert!(!shown.contains(octets.trim_matches(['[', ']'])), "{algorithm}");
        }
    }
}

fn the_hash_within_is_that_of_alg() {
    // PKCS #1 v1.5 names its hash within the signature: whatever it says, `alg` has to say, too.
    let rsa = known(A::Rs256).expect("a key");
    let all = [A::Rs256, A::Rs384, A::Rs512];
    let key = VerifyingKey::from_jwk(&rsa, all).expect("a key");
    for within in all {
        let signer = SigningKey::from_jwk(&rsa, within).expect("a key");
        for said in all {
            let token = compact(&signer, &encode(json!({"alg": said.name()}).to_string()), "e30");
            let result = verify(&token, &key, &LIMITS);
            if said == within {
                result.expect("they agree");
            } else {
                let broken = r::NO_VALID_SIGNATURE_IS_INVALID;
                rejected(result, Rejection::Signature, broken, &format!("{within} within {said}"));
            }
        }
    }
    verify(examples::RS256, &key, &LIMITS).expect("the RFC's own");
}

fn malformed_json_is_rejected() {
    taken(r#"{"alg":"HS256","x":[1,{"y":null}]}"#).expect("JSON");
    for bad in [
        "",
        "{",
        r#"{"alg":"HS256""#,
        r#"{"alg":"HS256",}"#,
        r#"{alg:"HS256"}"#,
        r#"{'alg':'HS256'}"#,
        r#"{"alg" "HS256"}"#,
        r#"{"alg":"HS256","x":01}"#,
        r#"{"alg":"HS256","x":+1}"#,
        r#"{"alg":"HS256","x":NaN}"#,
        r#"{"alg":"HS256","x":"\x41"}"#,
        "{\"alg\":\"HS256\",\"x\":\"\n\"}",
        r#"{"alg":"HS256","x":[1,]}"#,
        r#"{"alg":"HS256","x":"y}"#,
        r#"{"alg":"HS256"/**/}"#,
    ] {
        malformed(taken(bad), r::MALFORMED_JSON_IS_REJECTED, bad);
    }
    let key = signing(A::Hs256);
    let protected = encode(r#"{"alg":"HS256"}"#);
    let signed = signature(&key, &format!("{protected}.e30"));
    let jws = format!(r#"{{"payload":"e30","protected":"{protected}","signature":"{signed}"}}"#);
    verify_json(jws.as_bytes(), &verifying(A::Hs256), &LIMITS).expect("JSON");
    for bad in [jws.replace('}', ",}"), jws.replace('{', "{,"), jws.replace('"', "'"), jws.replace(':', "=")]
    {
        let result = verify_json(bad.as_bytes(), &verifying(A::Hs256), &LIMITS);
        malformed(result, r::MALFORMED_JSON_IS_REJECTED, &bad);
    }
}

fn nothing_follows() {
    let header = r#"{"alg":"HS256"}"#;
    taken(&format!("{header} \r\n")).expect("nothing but white space");
    let jws = value(examples::FLATTENED).to_string();
    let keys = [verifying(A::Es256)];
    verify_json(format!("{jws}\n").as_bytes(), &keys, &LIMITS).expect("nothing but white space");
    for more in ["x", "}", "]", "{}", header, ",", "\0", "//", "\u{feff}", "null"] {
        malformed(taken(&format!("{header}{more}")), r::MALFORMED_JSON_IS_REJECTED, more);
        let result = verify_json(format!("{jws}{more}").as_bytes(), &keys, &LIMITS);
        malformed(result, r::MALFORMED_JSON_IS_REJECTED, more);
    }
}

fn names_compare_verbatim() {
    assert_eq!(taken(r#"{"\u0061lg":"HS\u0032\u00356"}"#).expect("the same").jws_algorithm(), Some(A::Hs256));
    for (other, kind) in [
        (r#"{"ALG":"HS256"}"#, ErrorKind::Protocol),
        ("{\"al\u{1d4d}\":\"HS256\"}", ErrorKind::Protocol),
        (r#"{"alg":"Hs256"}"#, ErrorKind::Unsupported),
        ("{\"alg\":\"HS25\u{2086}\"}", ErrorKind::Unsupported),
        ("{\"alg\":\"HS256\u{200b}\"}", ErrorKind::Unsupported),
        (r#"{"alg":"HS\\u0032\\u00356"}"#, ErrorKind::Unsupported),
    ] {
        assert_eq!(refused(taken(other), other).kind, kind, "{other}");
    }
    let read = taken(r#"{"alg":"HS256","Kid":"1","CRIT":["x"]}"#).expect("foreign names");
    assert!(read.key_id().is_none() && !read.has_critical());
}

fn characters_beyond_the_first_plane() {
    let key = signing(A::Hs256).with_key_id("\u{1f600}");
    let token = sign(b"", &Header::new(A::Hs256), &key).expect("a JWS");
    verify(&token, key.verifying_key(), &LIMITS).expect("the same kid");
    for (kid, same) in [
        ("\u{1f600}", true),
        (r"\ud83d\ude00", true),
        (r"\uD83D\uDE00", true),
        ("\u{1f601}", false),
        ("\u{f600}", false),
        (r"\ud83d\ude01", false),
    ] {
        let header = format!(r#"{{"alg":"HS256","kid":"{kid}"}}"#);
        let token = compact(&signing(A::Hs256), &encode(&header), "e30");
        let result = verify(&token, key.verifying_key(), &LIMITS);
        if same {
            assert_eq!(result.expect(kid).header().key_id(), Some("\u{1f600}"));
        } else {
            rejected(result, Rejection::NoKey, r::UNUSABLE_ALG_IS_INVALID, kid);
        }
    }
    let twice = "{\"alg\":\"HS256\",\"\u{1f600}\":1,\"\\ud83d\\ude00\":2}";
    malformed(taken(twice), r::CONSUMERS_DEMAND_UNIQUE_NAMES, twice);
}

fn half_a_character_is_rejected() {
    taken(r#"{"alg":"HS256","x":"\ud83d\ude00"}"#).expect("a whole one");
    for half in
        [r"\ud83d", r"\ude00", r"\ud83d\ud83d", r"\ude00\ud83d", r"\ud83dx", r"\ud83d\u0041", r"\udbff"]
    {
        for header in [
            format!(r#"{{"alg":"HS256","x":"{half}"}}"#),
            format!(r#"{{"alg":"HS256","{half}":1}}"#),
            format!(r#"{{"alg":"HS256","kid":"a{half}"}}"#),
            format!(r#"{{"alg":"HS256","x":{{"y":["{half}"]}}}}"#),
        ] {
            malformed(taken(&header), r::LOST_CHARACTERS_ARE_REJECTED, &header);
        }
    }
}
