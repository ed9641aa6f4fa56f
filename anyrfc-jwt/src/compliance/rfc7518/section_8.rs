//! RFC 7518, section 8: what keys should not be, and how often they may be used.

use std::collections::BTreeSet;

use anyrfc_core::compliance::Check;
use serde_json::Value;

use super::{
    super::judge::{CEK, Parts, misused, opens, unwrap},
    section_3::{modulus, rsa_with},
};
use crate::{
    codec::base64url,
    proto::{
        SigningKey, VerifyingKey,
        jwe::{DecryptionKey, EncryptionKey, encrypt, reveal},
    },
    rfc7518 as r,
    testing::rfc7515,
    types::{
        ContentEncryption::{self, A128CbcHs256, A128Gcm},
        Curve, Header,
        JweAlgorithm::{self, A128GcmKw, A128Kw, Dir, EcdhEs, Pbes2Hs256A128Kw, Rsa1_5, RsaOaep, RsaOaep256},
        Jwk, JwsAlgorithm,
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7518/section-8.3/an-exponent-is-not-low",
        covers: &[r::RSA1_5_EXPONENT_IS_NOT_LOW],
        run: an_exponent_is_not_low,
    },
    Check {
        name: "rfc7518/section-8.4/a-gcm-key-wears-out",
        covers: &[r::GCM_KEY_USES_ARE_LIMITED],
        run: a_gcm_key_wears_out,
    },
    Check {
        name: "rfc7518/section-8.4/no-vector-comes-again",
        covers: &[r::GCM_IV_IS_NEVER_REUSED],
        run: no_vector_comes_again,
    },
    Check {
        name: "rfc7518/section-8.6/a-key-has-a-largest-size",
        covers: &[r::KEY_SIZE_HAS_A_CEILING],
        run: a_key_has_a_largest_size,
    },
    Check {
        name: "rfc7518/section-8.7/key-material-is-new-each-time",
        covers: &[r::KEY_MATERIAL_IS_NOT_REUSED],
        run: key_material_is_new_each_time,
    },
];

/// The key of RFC 7515, appendix A.2, with another exponent; public.
fn with_exponent(exponent: &[u8]) -> Jwk {
    let mut key: Value = serde_json::from_str(rfc7515::RS256_KEY).expect("JSON");
    key["e"] = base64url::encode(exponent).into();
    Jwk::parse(key.to_string().as_bytes()).expect("well-formed")
}

fn an_exponent_is_not_low() {
    for exponent in [&[3][..], &[5], &[17], &[0xff], &[1, 1], &[0xff, 0xff]] {
        let key = with_exponent(exponent);
        misused(EncryptionKey::from_jwk(&key, Rsa1_5), r::RSA1_5_EXPONENT_IS_NOT_LOW);
        misused(DecryptionKey::from_jwk(&key, Rsa1_5), r::RSA1_5_EXPONENT_IS_NOT_LOW);
        misused(DecryptionKey::from_jwk(&key, [RsaOaep, Rsa1_5]), r::RSA1_5_EXPONENT_IS_NOT_LOW);
    }
    let key = with_exponent(&[1, 0, 1]);
    assert!(EncryptionKey::from_jwk(&key, Rsa1_5).is_ok() && DecryptionKey::from_jwk(&key, Rsa1_5).is_ok());
}

fn a_gcm_key_wears_out() {
    let most = 1 << 32;
    for (alg, enc) in [(A128GcmKw, A128CbcHs256), (Dir, A128Gcm)] {
        let made = |key: &EncryptionKey| encrypt(b"text", &Header::new(alg), key, enc);
        let key = EncryptionKey::symmetric(alg, CEK).expect("a key");
        assert!(made(&key).is_ok());
        reveal::set_uses(&key, most - 2);
        assert!(made(&key).is_ok());
        // A clone is the same key.
        assert!(made(&key.clone().with_key_id("b")).is_ok());
        for _ in 0..3 {
            misused(made(&key), r::GCM_KEY_USES_ARE_LIMITED);
            misused(made(&key.clone()), r::GCM_KEY_USES_ARE_LIMITED);
        }
        // What was encrypted can be decrypted as often as anybody wants.
        let other = EncryptionKey::symmetric(alg, CEK).expect("a key");
        let token = made(&other).expect("encrypted");
        assert_eq!(opens(&token, &DecryptionKey::symmetric(alg, CEK).expect("a key")), b"text");
    }
    // AES-CBC does not wear out by that.
    let key = EncryptionKey::symmetric(Dir, [7; 32]).expect("a key");
    reveal::set_uses(&key, most);
    assert!(encrypt(b"text", &Header::new(Dir), &key, A128CbcHs256).is_ok());
    misused(
        encrypt(b"text", &Header::new(Dir), &key, ContentEncryption::A256Gcm),
        r::GCM_KEY_USES_ARE_LIMITED,
    );
}

fn no_vector_comes_again() {
    let (mut of_contents, mut of_keys) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..20 {
        // Whether it is one object or another, of the same octets.
        let direct = EncryptionKey::symmetric(Dir, CEK).expect("a key");
        let wraps = EncryptionKey::symmetric(A128GcmKw, CEK).expect("a key");
        for _ in 0..50 {
            let token = encrypt(b"text", &Header::new(Dir), &direct, A128Gcm).expect("encrypted");
            assert!(of_contents.insert(Parts::of(&token).iv));
            let token = encrypt(b"text", &Header::new(A128GcmKw), &wraps, A128Gcm).expect("encrypted");
            let parts = Parts::of(&token);
            assert!(of_keys.insert(parts.header()["iv"].as_str().expect("text").to_owned()));
        }
    }
    assert_eq!((of_contents.len(), of_keys.len()), (1000, 1000));
    assert!(of_contents.iter().all(|iv| iv.len() == 12));
    // Nor can a caller say which.
    let header =
        Header::parse(br#"{"alg":"A128GCMKW","iv":"AAAAAAAAAAAAAAAA","tag":"AAAAAAAAAAAAAAAAAAAAAA"}"#);
    let key = EncryptionKey::symmetric(A128GcmKw, CEK).expect("a key");
    assert!(encrypt(b"text", &header.expect("a header"), &key, A128Gcm).is_err());
}

fn a_key_has_a_largest_size() {
    for bits in [8193, 8200, 16384] {
        let long = rsa_with(&modulus(bits));
        for algorithm in [JwsAlgorithm::Rs256, JwsAlgorithm::Ps512] {
            misused(VerifyingKey::from_jwk(&long, algorithm), r::KEY_SIZE_HAS_A_CEILING);
            misused(SigningKey::from_jwk(&long, algorithm), r::KEY_SIZE_HAS_A_CEILING);
        }
        for alg in [Rsa1_5, RsaOaep, RsaOaep256] {
            misused(EncryptionKey::from_jwk(&long, alg), r::KEY_SIZE_HAS_A_CEILING);
            misused(DecryptionKey::from_jwk(&long, alg), r::KEY_SIZE_HAS_A_CEILING);
        }
    }
    let largest = rsa_with(&modulus(8192));
    assert!(VerifyingKey::from_jwk(&largest, JwsAlgorithm::Rs256).is_ok());
    assert!(EncryptionKey::from_jwk(&largest, RsaOaep).is_ok());
    // Nor is an exponent large, which costs as much.
    let wide = with_exponent(&[2, 0, 0, 0, 1]);
    assert!(VerifyingKey::from_jwk(&wide, JwsAlgorithm::Rs256).is_err());
    assert!(EncryptionKey::from_jwk(&wide, RsaOaep).is_err());
    assert!(VerifyingKey::from_jwk(&with_exponent(&[1, 0, 0, 0, 1]), JwsAlgorithm::Rs256).is_ok());
}

fn key_material_is_new_each_time() {
    let secret = Jwk::generate(JwsAlgorithm::Es256).expect("a key").to_secret_json();
    let rsa = Jwk::parse(rfc7515::RS256_KEY.as_bytes()).expect("a key");
    let octets = |octets: &[u8]| Jwk::symmetric(octets.to_vec());
    let ways: [(JweAlgorithm, Jwk); 6] = [
        (A128Kw, octets(&CEK)),
        (A128GcmKw, octets(&CEK)),
        (Dir, octets(&[7; 32])),
        (EcdhEs, Jwk::generate_on(Curve::X25519).expect("a key")),
        (RsaOaep, rsa),
        (Pbes2Hs256A128Kw, octets(b"secret")),
    ];
    for (alg, jwk) in ways {
        let key = EncryptionKey::from_jwk(&jwk, alg).expect("a key");
        let key = key.clone().with_iterations(1000).unwrap_or(key);
        let header = || Header::new(alg).with_content_type("jwk+json");
        let tokens = [(); 2].map(|()| {
            let text = secret.expose().as_bytes();
            Parts::of(&encrypt(text, &header(), &key, A128CbcHs256).expect("encrypted"))
        });
        // The same key, encrypted twice to the same recipient: nothing of it is the same.
        let [one, other] = &tokens;
        assert_ne!((&one.iv, &one.ciphertext), (&other.iv, &other.ciphertext), "{alg}");
        assert_ne!(one.iv, other.iv, "{alg}");
        assert_ne!(one.tag, other.tag, "{alg}");
        if alg == A128Kw {
            let ceks = [one, other].map(|parts| unwrap(&CEK, &parts.encrypted_key));
            assert_ne!(ceks[0], ceks[1]);
        }
        let direct = matches!(alg, Dir | EcdhEs);
        assert_eq!(one.encrypted_key == other.encrypted_key, direct, "{alg}");
        for name in ["epk", "iv", "tag", "p2s"] {
            let [one, other] = [one, other].map(|parts| parts.header().get(name).cloned());
            assert!(one.is_none() || one != other, "{alg} {name}");
        }
    }
}
