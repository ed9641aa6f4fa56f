//! RFC 7518, sections 4.1 to 4.5 and 4.7: how a content encryption key is encrypted.

use anyrfc_core::{Requirement, compliance::Check};
use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use serde_json::Value;

use super::{
    super::judge::{CEK, Parts, breaks, forged, misused, not_taken, opens, refusal, wrap},
    section_3::{modulus, rsa_with},
};
use crate::{
    Rejection,
    codec::base64url,
    proto::jwe::{DecryptionKey, EncryptionKey, Limits, decrypt, encrypt},
    rfc7516, rfc7518 as r,
    testing::{jwe::EXAMPLES, rfc7515},
    types::{
        ContentEncryption::{A128CbcHs256, A128Gcm},
        Curve, Header,
        JweAlgorithm::{
            self, A128GcmKw, A128Kw, A192GcmKw, A256GcmKw, A256Kw, Dir, EcdhEs, EcdhEsA128Kw, EcdhEsA256Kw,
            Rsa1_5, RsaOaep, RsaOaep256,
        },
        Jwk,
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7518/section-4.1/rsa1-5-is-there",
        covers: &[r::RSA1_5_IS_THERE],
        run: rsa1_5_is_there,
    },
    Check {
        name: "rfc7518/section-4.1/rsa-oaep-is-there",
        covers: &[r::RSA_OAEP_IS_THERE],
        run: rsa_oaep_is_there,
    },
    Check {
        name: "rfc7518/section-4.1/aes-key-wrap-is-there",
        covers: &[r::AES_KEY_WRAP_IS_THERE],
        run: aes_key_wrap_is_there,
    },
    Check {
        name: "rfc7518/section-4.1/direct-encryption-is-there",
        covers: &[r::DIRECT_ENCRYPTION_IS_THERE],
        run: direct_encryption_is_there,
    },
    Check {
        name: "rfc7518/section-4.1/ecdh-es-is-there",
        covers: &[r::ECDH_ES_IS_THERE],
        run: ecdh_es_is_there,
    },
    Check {
        name: "rfc7518/section-4.1/ecdh-es-with-key-wrap-is-there",
        covers: &[r::ECDH_ES_WITH_KEY_WRAP_IS_THERE],
        run: ecdh_es_with_key_wrap_is_there,
    },
    Check {
        name: "rfc7518/section-4.2/an-rsa1-5-key-has-2048-bits",
        covers: &[r::RSA1_5_KEY_HAS_2048_BITS],
        run: an_rsa1_5_key_has_2048_bits,
    },
    Check {
        name: "rfc7518/section-4.3/an-oaep-key-has-2048-bits",
        covers: &[r::OAEP_KEY_HAS_2048_BITS],
        run: an_oaep_key_has_2048_bits,
    },
    Check {
        name: "rfc7518/section-4.7/the-vector-has-96-bits",
        covers: &[r::GCMKW_IV_HAS_96_BITS],
        run: the_vector_has_96_bits,
    },
    Check {
        name: "rfc7518/section-4.7/the-tag-has-128-bits",
        covers: &[r::GCMKW_TAG_HAS_128_BITS],
        run: the_tag_has_128_bits,
    },
    Check {
        name: "rfc7518/section-4.7.1.1/iv-is-present",
        covers: &[r::GCMKW_IV_IS_PRESENT],
        run: iv_is_present,
    },
    Check {
        name: "rfc7518/section-4.7.1.1/iv-is-processed",
        covers: &[r::GCMKW_IV_IS_PROCESSED],
        run: iv_is_processed,
    },
    Check {
        name: "rfc7518/section-4.7.1.2/tag-is-present",
        covers: &[r::GCMKW_TAG_IS_PRESENT],
        run: tag_is_present,
    },
    Check {
        name: "rfc7518/section-4.7.1.2/tag-is-processed",
        covers: &[r::GCMKW_TAG_IS_PROCESSED],
        run: tag_is_processed,
    },
];

/// The printed examples of `alg`, this many, are decrypted, and not when they were changed; and it is there
/// and back again with `jwk`.
#[track_caller]
fn is_there(alg: JweAlgorithm, printed: usize, jwk: &Jwk) {
    let examples: Vec<Value> = serde_json::from_str(EXAMPLES).expect("JSON");
    let mut seen = 0;
    for example in &examples {
        let (Some(token), Some(key)) = (example["compact"].as_str(), example.get("key")) else { continue };
        if Parts::of(token).header()["alg"] != alg.name() {
            continue;
        }
        seen += 1;
        let key = Jwk::parse(key.to_string().as_bytes()).expect("a key");
        let key = DecryptionKey::from_jwk(&key, alg).expect("a key");
        assert_eq!(opens(token, &key), example["plaintext"].as_str().expect("text").as_bytes());
        let mut changed = Parts::of(token);
        changed.tag[0] ^= 1;
        not_taken(
            &refusal(&changed.to_token(), &key),
            Rejection::Decryption,
            rfc7516::NO_VALID_RECIPIENT_IS_INVALID,
        );
    }
    assert_eq!(seen, printed, "{alg}");
    let public = jwk.to_public().unwrap_or_else(|| jwk.clone());
    let sender = EncryptionKey::from_jwk(&public, alg).expect("a key");
    let token = encrypt(b"text", &Header::new(alg), &sender, A128Gcm).expect("encrypted");
    assert_eq!(Parts::of(&token).header()["alg"], alg.name());
    assert_eq!(opens(&token, &DecryptionKey::from_jwk(jwk, alg).expect("a key")), b"text");
}

fn rsa() -> Jwk {
    Jwk::parse(rfc7515::RS256_KEY.as_bytes()).expect("a key")
}

fn rsa1_5_is_there() {
    is_there(Rsa1_5, 2, &rsa());
}

fn rsa_oaep_is_there() {
    is_there(RsaOaep, 3, &rsa());
}

fn aes_key_wrap_is_there() {
    is_there(A128Kw, 3, &Jwk::symmetric(vec![7; 16]));
    is_there(A256Kw, 0, &Jwk::symmetric(vec![7; 32]));
    // With a key of 256 bits, as somebody else wraps it.
    let kek: Vec<u8> = (0..32).collect();
    let parts = forged(r#"{"alg":"A256KW","enc":"A128GCM"}"#, &wrap(&kek, &CEK), b"text");
    assert_eq!(opens(&parts.to_token(), &DecryptionKey::symmetric(A256Kw, kek).expect("a key")), b"text");
}

fn direct_encryption_is_there() {
    is_there(Dir, 1, &Jwk::symmetric(vec![7; 16]));
}

fn ecdh_es_is_there() {
    is_there(EcdhEs, 1, &Jwk::generate_on(Curve::P256).expect("a key"));
}

fn ecdh_es_with_key_wrap_is_there() {
    is_there(EcdhEsA128Kw, 1, &Jwk::generate_on(Curve::P384).expect("a key"));
    is_there(EcdhEsA256Kw, 0, &Jwk::generate_on(Curve::P256).expect("a key"));
}

#[track_caller]
fn has_2048_bits(alg: JweAlgorithm, requirement: &'static Requirement) {
    for bits in [512, 1024, 2040, 2047] {
        let short = rsa_with(&modulus(bits));
        misused(EncryptionKey::from_jwk(&short, alg), requirement);
        misused(DecryptionKey::from_jwk(&short, alg), requirement);
    }
    assert!(EncryptionKey::from_jwk(&rsa_with(&modulus(2048)), alg).is_ok());
    assert!(DecryptionKey::from_jwk(&rsa(), alg).is_ok());
}

fn an_rsa1_5_key_has_2048_bits() {
    has_2048_bits(Rsa1_5, r::RSA1_5_KEY_HAS_2048_BITS);
}

fn an_oaep_key_has_2048_bits() {
    has_2048_bits(RsaOaep, r::OAEP_KEY_HAS_2048_BITS);
    has_2048_bits(RsaOaep256, r::OAEP_KEY_HAS_2048_BITS);
}

const KEK: [u8; 16] = [1; 16];

/// What AES-GCM makes of the key under this vector: the encrypted key and its tag.
fn gcm(iv: [u8; 12]) -> (Vec<u8>, Vec<u8>) {
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &KEK).expect("a key"));
    let mut cek = CEK.to_vec();
    let nonce = Nonce::assume_unique_for_key(iv);
    let tag = key.seal_in_place_separate_tag(nonce, Aad::empty(), &mut cek).expect("sealed");
    (cek, tag.as_ref().to_vec())
}

/// A token with these parameters, each of which may be missing.
fn with(iv: Option<&[u8]>, tag: Option<&[u8]>, encrypted: &[u8]) -> String {
    let mut header = r#"{"alg":"A128GCMKW","enc":"A128GCM""#.to_owned();
    for (name, value) in [("iv", iv), ("tag", tag)] {
        if let Some(value) = value {
            header += &format!(r#","{name}":"{}""#, base64url::encode(value));
        }
    }
    forged(&(header + "}"), encrypted, b"text").to_token()
}

fn recipient() -> DecryptionKey {
    DecryptionKey::symmetric(A128GcmKw, KEK).expect("a key")
}

/// What we write for each size of key.
fn ours() -> [Parts; 3] {
    [(A128GcmKw, 16), (A192GcmKw, 24), (A256GcmKw, 32)].map(|(alg, len)| {
        let key = EncryptionKey::symmetric(alg, vec![1; len]).expect("a key");
        Parts::of(&encrypt(b"text", &Header::new(alg), &key, A128CbcHs256).expect("encrypted"))
    })
}

/// The octets of a parameter that we wrote.
fn written(parts: &Parts, name: &str) -> Vec<u8> {
    base64url::decode(parts.header()[name].as_str().expect("it is there")).expect("base64url")
}

fn the_vector_has_96_bits() {
    let (encrypted, tag) = gcm([3; 12]);
    assert_eq!(opens(&with(Some(&[3; 12]), Some(&tag), &encrypted), &recipient()), b"text");
    for len in [0, 1, 8, 11, 13, 16] {
        let error = refusal(&with(Some(&vec![3; len]), Some(&tag), &encrypted), &recipient());
        breaks(&error, r::GCMKW_IV_HAS_96_BITS);
    }
    for parts in ours() {
        assert_eq!(written(&parts, "iv").len(), 12);
    }
}

fn the_tag_has_128_bits() {
    let (encrypted, tag) = gcm([3; 12]);
    assert_eq!(opens(&with(Some(&[3; 12]), Some(&tag), &encrypted), &recipient()), b"text");
    for len in [0, 4, 8, 12, 13, 14, 15, 17] {
        let mut other = tag.clone();
        other.resize(len, 0);
        let error = refusal(&with(Some(&[3; 12]), Some(&other), &encrypted), &recipient());
        breaks(&error, r::GCMKW_TAG_HAS_128_BITS);
    }
    for parts in ours() {
        assert_eq!(written(&parts, "tag").len(), 16);
    }
}

fn iv_is_present() {
    let (encrypted, tag) = gcm([3; 12]);
    breaks(&refusal(&with(None, Some(&tag), &encrypted), &recipient()), r::GCMKW_IV_IS_PRESENT);
    assert_eq!(opens(&with(Some(&[3; 12]), Some(&tag), &encrypted), &recipient()), b"text");
    assert!(ours().iter().all(|parts| parts.header().contains_key("iv")));
}

fn iv_is_processed() {
    for iv in [[0; 12], [3; 12], *b"twelve octet"] {
        let (encrypted, tag) = gcm(iv);
        assert_eq!(opens(&with(Some(&iv), Some(&tag), &encrypted), &recipient()), b"text");
        let error = refusal(&with(Some(&[9; 12]), Some(&tag), &encrypted), &recipient());
        not_taken(&error, Rejection::Decryption, rfc7516::NO_VALID_RECIPIENT_IS_INVALID);
    }
    breaks_as_text("iv", r::GCMKW_IV_IS_PROCESSED);
}

/// A value that is no base64url, or no text.
#[track_caller]
fn breaks_as_text(name: &str, requirement: &'static Requirement) {
    for wrong in [r#""AA==""#, r#""A A""#, "12", "null"] {
        let header = format!(r#"{{"alg":"A128GCMKW","enc":"A128GCM","{name}":{wrong}}}"#);
        breaks(&refusal(&forged(&header, &[], b"text").to_token(), &recipient()), requirement);
    }
}

fn tag_is_present() {
    let (encrypted, tag) = gcm([3; 12]);
    breaks(&refusal(&with(Some(&[3; 12]), None, &encrypted), &recipient()), r::GCMKW_TAG_IS_PRESENT);
    assert_eq!(opens(&with(Some(&[3; 12]), Some(&tag), &encrypted), &recipient()), b"text");
    assert!(ours().iter().all(|parts| parts.header().contains_key("tag")));
}

fn tag_is_processed() {
    let (encrypted, tag) = gcm([3; 12]);
    for at in 0..16 {
        let mut wrong = tag.clone();
        wrong[at] ^= 1;
        let error =
            decrypt(&with(Some(&[3; 12]), Some(&wrong), &encrypted), &recipient(), &Limits::default());
        not_taken(
            &error.expect_err("the tag is wrong"),
            Rejection::Decryption,
            rfc7516::NO_VALID_RECIPIENT_IS_INVALID,
        );
    }
    assert_eq!(opens(&with(Some(&[3; 12]), Some(&tag), &encrypted), &recipient()), b"text");
    breaks_as_text("tag", r::GCMKW_TAG_IS_PROCESSED);
}
