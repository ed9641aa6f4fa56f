//! RFC 8725, sections 3.5 to 3.7: entropy, compression and UTF-8.

use std::collections::HashSet;

use anyrfc_core::compliance::Check;
use serde_json::json;

use super::super::{
    judge,
    support::{compact, decode, encode as b64, header_of, signing, unusable},
};
use crate::{
    ErrorKind, Secret,
    proto::{
        SigningKey, Validation, VerifyingKey, encode, encrypt_jwt,
        jwe::{self, DecryptionKey, EncryptionKey, Limits},
    },
    rfc7518, rfc8725 as r,
    types::{ContentEncryption as C, Header, JweAlgorithm as E, Jwk, JwsAlgorithm as A, NumericDate},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8725/section-3.5/keys-and-values-are-random",
        covers: &[r::KEYS_HAVE_ENTROPY],
        run: keys_and_values_are_random,
    },
    Check {
        name: "rfc8725/section-3.5/a-password-is-no-key-of-hmac",
        covers: &[r::PASSWORD_IS_NO_MAC_KEY],
        run: a_password_is_no_key_of_hmac,
    },
    Check {
        name: "rfc8725/section-3.6/nothing-is-compressed",
        covers: &[r::NOTHING_IS_COMPRESSED],
        run: nothing_is_compressed,
    },
    Check { name: "rfc8725/section-3.7/json-is-utf-8", covers: &[r::JSON_IS_UTF8], run: json_is_utf_8 },
];

fn keys_and_values_are_random() {
    for (algorithm, octets) in [(A::Hs256, 32), (A::Hs384, 48), (A::Hs512, 64)] {
        let mut seen = HashSet::new();
        for _ in 0..20 {
            let jwk = Jwk::generate(algorithm).expect("a key");
            let members: serde_json::Value =
                serde_json::from_str(jwk.to_secret_json().expose()).expect("JSON");
            let k = members["k"].as_str().expect("a key").to_owned();
            assert_eq!(decode(&k).len(), octets, "{algorithm}");
            assert!(seen.insert(k));
        }
    }
    for algorithm in [A::Es256, A::Es512, A::EdDsa] {
        let thumbprint = || Jwk::generate(algorithm).expect("a key").thumbprint().to_string();
        assert_ne!(thumbprint(), thumbprint(), "{algorithm}");
    }
    // Content keys and vectors are new each time, and so are ephemeral keys and salts.
    for (alg, jwk) in [
        (E::A128Kw, Jwk::symmetric(vec![1; 16])),
        (E::A128GcmKw, Jwk::symmetric(vec![1; 16])),
        (E::Dir, Jwk::symmetric(vec![1; 32])),
        (E::EcdhEs, Jwk::generate_on(crate::types::Curve::P256).expect("a key")),
    ] {
        let key = EncryptionKey::from_jwk(&jwk, alg).expect("a key");
        let enc = if alg == E::Dir { C::A256Gcm } else { C::A128Gcm };
        let parts =
            || judge::Parts::of(&jwe::encrypt(b"text", &Header::new(alg), &key, enc).expect("sealed"));
        let (one, other) = (parts(), parts());
        assert_ne!(one.iv, other.iv, "{alg}");
        assert_ne!(one.ciphertext, other.ciphertext, "{alg}");
        if alg != E::Dir {
            assert_ne!((one.encrypted_key, one.protected), (other.encrypted_key, other.protected), "{alg}");
        }
    }
    // A password is stretched, with a salt of its own, by the sender and before the recipient believes it.
    let alg = E::Pbes2Hs256A128Kw;
    let key = EncryptionKey::password(alg, "correct horse battery staple").expect("a password");
    unusable(key.clone().with_iterations(999), rfc7518::COUNT_IS_AT_LEAST_1000, "999 rounds");
    let key = key.with_iterations(1000).expect("rounds");
    let salts: HashSet<String> = (0..10)
        .map(|_| {
            let token = jwe::encrypt(b"text", &Header::new(alg), &key, C::A128Gcm).expect("sealed");
            let header = header_of(&token);
            assert_eq!(header["p2c"], 1000);
            header["p2s"].as_str().expect("a salt").to_owned()
        })
        .collect();
    assert!(salts.len() == 10 && salts.iter().all(|salt| decode(salt).len() >= 16));
    let ours = DecryptionKey::password(alg, "correct horse battery staple").expect("a password");
    let weak = judge::forged(
        r#"{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2s":"AAAAAAAAAAA","p2c":999}"#,
        &judge::wrap(&judge::of_password(b"correct horse battery staple", &[0; 8], 999), &judge::CEK),
        b"text",
    );
    assert!(jwe::decrypt(&weak.to_token(), &ours, &Limits::default()).is_err());
}

fn a_password_is_no_key_of_hmac() {
    for password in ["", "secret", "password1", "correct horse battery staple", "Tr0ub4dor&3, but longer so"]
    {
        let secret = Secret::new(password.as_bytes().to_vec());
        let broken = rfc7518::HMAC_KEY_IS_AS_LONG_AS_THE_HASH;
        unusable(SigningKey::hmac(A::Hs256, &secret), broken, password);
        unusable(VerifyingKey::hmac(A::Hs256, &secret), broken, password);
        unusable(SigningKey::from_jwk(&Jwk::symmetric(password.into()), A::Hs512), broken, password);
    }
    assert!(SigningKey::hmac(A::Hs256, &Secret::new(vec![7; 32])).is_ok());
    // Where passwords are taken, they encrypt keys and nothing else.
    for alg in E::ALL {
        let taken = EncryptionKey::password(*alg, "correct horse battery staple").is_ok();
        assert_eq!(taken, alg.name().starts_with("PBES2-"), "{alg}");
    }
}

fn nothing_is_compressed() {
    let key = EncryptionKey::symmetric(E::Dir, [7; 32]).expect("a key");
    let text = [b'a'; 1000];
    let sealed = jwe::encrypt(&text, &Header::new(E::Dir), &key, C::A256Gcm).expect("sealed");
    assert!(header_of(&sealed).get("zip").is_none());
    assert_eq!(judge::Parts::of(&sealed).ciphertext.len(), text.len());
    // Not even when it is asked for, of a JWT.
    let signer = signing(A::Hs256);
    let signed = encode(&json!({}), &Header::new(A::Hs256), &signer).expect("a token");
    let compressed = Header::new(E::Dir).with_compression();
    unusable(encrypt_jwt(&signed, &compressed, &key, C::A256Gcm), r::NOTHING_IS_COMPRESSED, "a nested one");
    let plain = encrypt_jwt(&signed, &Header::new(E::Dir), &key, C::A256Gcm).expect("a token");
    assert_eq!(judge::Parts::of(&plain).ciphertext.len(), signed.len());
    // Nor is a signed one taken that says so.
    let theirs = compact(&signer, &b64(r#"{"alg":"HS256","zip":"DEF"}"#), &b64("{}"));
    let lax = Validation::new().without_expiry();
    let error = lax.verify(&theirs, signer.verifying_key(), NumericDate::new(0)).expect_err("zip");
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Protocol, Some(r::NOTHING_IS_COMPRESSED)));
}

/// The same text in encodings that are none of JSON's.
fn otherwise(text: &str) -> Vec<Vec<u8>> {
    let sixteen = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let thirty_two =
        |order: fn(u32) -> [u8; 4]| text.chars().flat_map(|c| order(c as u32)).collect::<Vec<u8>>();
    let mut all = vec![
        sixteen(u16::to_be_bytes),
        sixteen(u16::to_le_bytes),
        thirty_two(u32::to_be_bytes),
        thirty_two(u32::to_le_bytes),
        // Latin-1.
        text.chars().map(|character| u8::try_from(character as u32).unwrap_or(b'?')).collect(),
        // UTF-8 with half of a pair in it, or in more octets than it takes.
        text.as_bytes()
            .iter()
            .flat_map(|octet| if *octet == b'!' { vec![0xed, 0xa0, 0x80] } else { vec![*octet] })
            .collect(),
        text.as_bytes()
            .iter()
            .flat_map(|octet| if *octet == b'!' { vec![0xc0, 0xa1] } else { vec![*octet] })
            .collect(),
    ];
    let marked = [&[0xef, 0xbb, 0xbf], text.as_bytes()].concat();
    all.extend([marked, [&[0xfe, 0xff][..], &all[0]].concat(), [&[0xff, 0xfe][..], &all[1]].concat()]);
    all
}

fn json_is_utf_8() {
    let signer = signing(A::Hs256);
    let lax = Validation::new().without_expiry();
    let take = |header: &[u8], claims: &[u8]| {
        let token = compact(&signer, &b64(header), &b64(claims));
        lax.verify(&token, signer.verifying_key(), NumericDate::new(0))
    };
    let (header, claims) = (r#"{"alg":"HS256","x":"é!"}"#, r#"{"sub":"é!"}"#);
    let taken = take(header.as_bytes(), claims.as_bytes()).expect("UTF-8");
    assert_eq!(taken.claims().subject.as_deref(), Some("é!"));
    for other in otherwise(header) {
        assert!(take(&other, claims.as_bytes()).is_err(), "{other:?}");
    }
    for other in otherwise(claims) {
        assert!(take(header.as_bytes(), &other).is_err(), "{other:?}");
    }
    let ours = Header::new(A::Hs256).with_key_id("é");
    let made = encode(&json!({"sub": "é"}), &ours, &signer).expect("a token");
    let octets = |part: usize| decode(made.split('.').nth(part).expect("a part"));
    assert_eq!(octets(0), r#"{"alg":"HS256","kid":"é"}"#.as_bytes());
    assert_eq!(octets(1), r#"{"sub":"é"}"#.as_bytes());
}
