//! RFC 7519, section 7: making and validating.

use anyrfc_core::compliance::Check;
use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    hmac,
};
use serde_json::json;

use super::{
    super::support::{compact, decode, encode as b64, header_of, signing},
    support::{HEADER, lax, take, take_by, token},
};
use crate::{
    Error, ErrorKind, Rejection, Secret,
    proto::{Jwt, VerifyingKey, encode, encrypt_jwt, jwe},
    rfc7519 as r,
    testing::{jwk, rfc7515},
    types::{ContentEncryption, Header, JweAlgorithm, JwsAlgorithm as A, NumericDate},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7519/section-7.1/a-jwt-is-a-jws-or-a-jwe",
        covers: &[r::JWT_IS_A_JWS_OR_A_JWE],
        run: a_jwt_is_a_jws_or_a_jwe,
    },
    Check {
        name: "rfc7519/section-7.1/claims-are-signed-as-jws-says",
        covers: &[r::SIGNED_JWT_FOLLOWS_JWS],
        run: claims_are_signed_as_jws_says,
    },
    Check {
        name: "rfc7519/section-7.1/tokens-are-encrypted-as-jwe-says",
        covers: &[r::ENCRYPTED_JWT_FOLLOWS_JWE],
        run: tokens_are_encrypted_as_jwe_says,
    },
    Check {
        name: "rfc7519/section-7.2/one-step-that-fails-is-enough",
        covers: &[r::FAILED_STEP_REFUSES_THE_JWT],
        run: one_step_that_fails_is_enough,
    },
    Check {
        name: "rfc7519/section-7.2/an-algorithm-that-is-not-wanted-is-refused",
        covers: &[r::UNWANTED_ALGORITHM_IS_REFUSED],
        run: an_algorithm_that_is_not_wanted_is_refused,
    },
    Check {
        name: "rfc7519/section-7.3/strings-are-compared-exactly",
        covers: &[r::STRINGS_ARE_COMPARED_EXACTLY],
        run: strings_are_compared_exactly,
    },
];

fn a_jwt_is_a_jws_or_a_jwe() {
    let key = signing(A::Hs256);
    let shared = jwe::EncryptionKey::symmetric(JweAlgorithm::Dir, [7; 32]).expect("a key");
    let signed = encode(&json!({}), &Header::new(A::Hs256), &key).expect("a token");
    let outer = Header::new(JweAlgorithm::Dir);
    let sealed = encrypt_jwt(&signed, &outer, &shared, ContentEncryption::A256Gcm).expect("a token");
    assert!(signed.split('.').count() == 3 && header_of(&signed).get("enc").is_none());
    assert!(sealed.split('.').count() == 5 && header_of(&sealed)["enc"] == "A256GCM");
    // Neither is made under the other's header.
    assert!(encode(&json!({}), &outer, &key).is_err());
    assert!(encrypt_jwt(&signed, &Header::new(A::Hs256), &shared, ContentEncryption::A256Gcm).is_err());
    let both = Header::new(A::Hs256).with_content_encryption(ContentEncryption::A256Gcm);
    let theirs = compact(&key, &b64(both.to_json()), &b64("{}"));
    assert_eq!(take_by(&lax(), &theirs, 0).expect_err("both").requirement(), Some(r::JWT_IS_A_JWS_OR_A_JWE));
    for neither in ["", ".", "..", "e30", "e30.e30", "e30.e30.e30.e30", "{}", "e30.e30.e30.e30.e30"] {
        assert_eq!(take_by(&lax(), neither, 0).expect_err(neither).kind(), ErrorKind::Protocol, "{neither}");
    }
}

fn claims_are_signed_as_jws_says() {
    let octets = decode(jwk_k(rfc7515::HS256_KEY).as_str());
    let mac = hmac::Key::new(hmac::HMAC_SHA256, &octets);
    let claims = json!({"iss": "joe", "http://example.com/is_root": true});
    let made = encode(&claims, &Header::new(A::Hs256), &signing(A::Hs256)).expect("a token");
    let (input, signature) = made.rsplit_once('.').expect("a signature");
    hmac::verify(&mac, input.as_bytes(), &decode(signature)).expect("an HMAC of header and claims");
    let (header, payload) = input.split_once('.').expect("a payload");
    assert_eq!(decode(header), HEADER.as_bytes());
    assert_eq!(serde_json::from_slice::<serde_json::Value>(&decode(payload)).expect("JSON"), claims);
    // And the other way: signed by hand, and nothing else is taken.
    let input = format!("{}.{}", b64(HEADER), b64(claims.to_string()));
    let tag = hmac::sign(&mac, input.as_bytes());
    assert!(take_by(&lax(), &format!("{input}.{}", b64(tag)), 0).is_ok());
    let of_claims = hmac::sign(&mac, claims.to_string().as_bytes());
    assert!(take_by(&lax(), &format!("{input}.{}", b64(of_claims)), 0).is_err());
    assert!(take_by(&lax(), rfc7515::HS256, 0).is_ok());
}

fn jwk_k(text: &str) -> String {
    let key: serde_json::Value = serde_json::from_str(text).expect("JSON");
    key["k"].as_str().expect("a key").to_owned()
}

fn gcm() -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &[7; 32]).expect("a key"))
}

fn take_nested(token: &str) -> Result<Jwt, Error> {
    let ours = jwe::DecryptionKey::symmetric(JweAlgorithm::Dir, [7; 32]).expect("a key");
    lax().decrypt_and_verify(token, &ours, signing(A::Hs256).verifying_key(), NumericDate::new(0))
}

fn tokens_are_encrypted_as_jwe_says() {
    let signed = token(HEADER, r#"{"sub":"s"}"#);
    let shared = jwe::EncryptionKey::symmetric(JweAlgorithm::Dir, [7; 32]).expect("a key");
    let made = encrypt_jwt(&signed, &Header::new(JweAlgorithm::Dir), &shared, ContentEncryption::A256Gcm);
    let made = made.expect("a token");
    let parts: Vec<_> = made.split('.').collect();
    assert!(parts[1].is_empty(), "no key travels along");
    let mut octets = [decode(parts[3]), decode(parts[4])].concat();
    let nonce = Nonce::try_assume_unique_for_key(&decode(parts[2])).expect("96 bits");
    let opened = gcm().open_in_place(nonce, Aad::from(parts[0].as_bytes()), &mut octets).expect("opened");
    assert_eq!(opened, signed.as_bytes());
    // And the other way.
    let header = b64(r#"{"alg":"dir","enc":"A256GCM","cty":"JWT"}"#);
    let by_hand = |aad: &str| {
        let mut octets = signed.clone().into_bytes();
        let nonce = Nonce::assume_unique_for_key([1; 12]);
        let tag =
            gcm().seal_in_place_separate_tag(nonce, Aad::from(aad.as_bytes()), &mut octets).expect("sealed");
        take_nested(&format!("{header}..{}.{}.{}", b64([1; 12]), b64(octets), b64(tag)))
    };
    assert_eq!(by_hand(&header).expect("a token").claims().subject.as_deref(), Some("s"));
    assert_eq!(by_hand("another header").expect_err("forged").rejection(), Some(Rejection::Decryption));
}

fn one_step_that_fails_is_enough() {
    let key = signing(A::Hs256);
    let good = token(HEADER, r#"{"exp":1000}"#);
    assert!(take_by(&lax(), &good, 0).is_ok());
    // Steps 1 to 5: a header in strict base64url, UTF-8, JSON, and understood.
    for header in
        ["e30", "eyJhbGciOiJIUzI1NiJ9=", "eyJhbGciOiJIUzI1NiJ9\n", "e", "_w", "W10", "eyJhbGciOiJIUzI1NiJ9IQ"]
    {
        assert!(take_by(&lax(), &compact(&key, header, &b64("{}")), 0).is_err(), "{header}");
    }
    for header in [
        "[]",
        "null",
        "{",
        "{}{}",
        r#"{"alg":1}"#,
        r#"{"alg":"HS256","alg":"HS256"}"#,
        r#"{"alg":"HS256","crit":["exp"],"exp":1}"#,
        r#"{"alg":"HS256","typ":1}"#,
        r#"{"alg":"XS256"}"#,
    ] {
        assert!(take_by(&lax(), &token(header, "{}"), 0).is_err(), "{header}");
    }
    assert!(take_by(&lax(), &compact(&key, &b64([0xff, 0xfe]), &b64("{}")), 0).is_err());
    // Step 7: the signature.
    for bad in [format!("{good}A"), good[..good.len() - 1].to_owned(), good.replacen('.', ".e", 1)] {
        assert!(take_by(&lax(), &bad, 0).is_err(), "{bad}");
    }
    // Steps 9 and 10: the claims.
    for payload in ["e30=", "e3 0", "e", "W10", "", "bnVsbA", "eyJhIjox", "e317fQ"] {
        assert!(take_by(&lax(), &compact(&key, &b64(HEADER), payload), 0).is_err(), "{payload}");
    }
    for octets in [&b"{\"a\":\"\xff\"}"[..], &b"\xfe\xff\0{\0}"[..], &b"{\"a\":\"\xed\xa0\x80\"}"[..]] {
        assert!(take_by(&lax(), &compact(&key, &b64(HEADER), &b64(octets)), 0).is_err());
    }
    // What was asked for and is not there says this of itself.
    let missing = take_by(&lax().require("sub"), &good, 0).expect_err("none");
    assert_eq!(missing.requirement(), Some(r::FAILED_STEP_REFUSES_THE_JWT));
}

fn an_algorithm_that_is_not_wanted_is_refused() {
    // All of them are known here, and the key and the signature are right.
    let rsa = jwk(A::Rs256).expect("a key");
    let ours = VerifyingKey::from_jwk(&rsa, A::Ps256).expect("a key");
    for (algorithm, wanted) in [(A::Ps256, true), (A::Rs256, false), (A::Rs512, false), (A::Ps384, false)] {
        let key = crate::testing::signing_key(algorithm).expect("a key");
        let made = encode(&json!({}), &Header::new(algorithm), &key).expect("a token");
        let taken = lax().verify(&made, &ours, NumericDate::new(0));
        assert_eq!(taken.is_ok(), wanted, "{algorithm}");
        if let Err(error) = taken {
            assert_eq!(error.rejection(), Some(Rejection::Algorithm));
        }
    }
    let secret = Secret::new(vec![7; 64]);
    let ours = VerifyingKey::hmac([A::Hs384, A::Hs512], &secret).expect("a key");
    for (algorithm, wanted) in [(A::Hs384, true), (A::Hs512, true), (A::Hs256, false)] {
        let key = crate::proto::SigningKey::hmac(algorithm, &secret).expect("a key");
        let made = encode(&json!({}), &Header::new(algorithm), &key).expect("a token");
        assert_eq!(lax().verify(&made, &ours, NumericDate::new(0)).is_ok(), wanted, "{algorithm}");
    }
}

fn strings_are_compared_exactly() {
    // However it was escaped, it is the same string.
    let jwt = take("{\"\\u0069ss\":\"j\\u006fe\"}").expect("escaped");
    assert_eq!(jwt.claims().issuer.as_deref(), Some("joe"));
    let escaped = token(r#"{"\u0061lg":"\u0048S256"}"#, r#"{"iss":"\u006aoe"}"#);
    assert!(take_by(&lax().issuer("joe"), &escaped, 0).is_ok());
    // Nothing is folded, trimmed or composed.
    let names = ["café", "cafe\u{301}", "CAFÉ", "café ", "ｃafé", "cafe"];
    for said in names {
        for expected in names {
            let token = token(HEADER, &json!({"iss": said, "sub": said, "aud": said}).to_string());
            for validation in [lax().issuer(expected), lax().subject(expected), lax().audience(expected)] {
                assert_eq!(take_by(&validation, &token, 0).is_ok(), said == expected, "{said} {expected}");
            }
        }
    }
    for name in ["Iss", "ISS", "iss ", "iſs"] {
        let token = token(HEADER, &json!({ name: "joe" }).to_string());
        assert!(take_by(&lax().issuer("joe"), &token, 0).is_err(), "{name}");
    }
    for header in [r#"{"Alg":"HS256"}"#, r#"{"alg":"hs256"}"#, r#"{"alg":"HS256 "}"#] {
        assert!(take_by(&lax(), &token(header, "{}"), 0).is_err(), "{header}");
    }
    // These two alone are media types, whose case does not count.
    assert!(take_by(&lax(), &token(r#"{"alg":"HS256","typ":"jwt"}"#, "{}"), 0).is_ok());
}
