//! RFC 7516, section 11: what keys let nobody know.

use anyrfc_core::compliance::Check;
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, Pkcs1PublicEncryptingKey,
    PublicEncryptingKey, PublicKeyComponents,
};

use super::super::judge::{
    CEK, Parts, direct, forged, forged_by, misused, not_taken, opens, refusal, shared, tag, wrap,
};
use crate::{
    Rejection,
    codec::base64url,
    proto::jwe::{DecryptionKey, EncryptionKey, reveal},
    rfc7516 as r,
    testing::rfc7520::RSA_PRIVATE,
    types::{
        ContentEncryption::A128CbcHs256,
        Header,
        JweAlgorithm::{self, A128GcmKw, A128Kw, Dir, Rsa1_5, RsaOaep, RsaOaep256},
        Jwk,
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7516/section-11.2/keys-are-not-shown",
        covers: &[r::ENCRYPTION_KEYS_ARE_PROTECTED],
        run: keys_are_not_shown,
    },
    Check {
        name: "rfc7516/section-11.4/there-is-one-error-for-all",
        covers: &[r::RECIPIENT_IS_NO_ORACLE],
        run: there_is_one_error_for_all,
    },
    Check {
        name: "rfc7516/section-11.4/a-key-serves-its-algorithm-alone",
        covers: &[r::KEY_SERVES_ITS_ALGORITHM_ALONE],
        run: a_key_serves_its_algorithm_alone,
    },
    Check {
        name: "rfc7516/section-11.5/errors-of-a-key-are-alike",
        covers: &[r::KEY_ERRORS_ARE_ALIKE],
        run: errors_of_a_key_are_alike,
    },
    Check {
        name: "rfc7516/section-11.5/a-bad-key-becomes-a-random-one",
        covers: &[r::BAD_KEY_BECOMES_A_RANDOM_CEK],
        run: a_bad_key_becomes_a_random_one,
    },
];

fn keys_are_not_shown() {
    let secret: Vec<u8> = (200..216).collect();
    let jwk = Jwk::symmetric(secret.clone());
    let wrapping = EncryptionKey::from_jwk(&jwk, A128Kw).expect("a key");
    let unwrapping = DecryptionKey::from_jwk(&jwk, [A128Kw, Dir]).expect("a key");
    let header = r#"{"alg":"A128KW","enc":"A128GCM"}"#;
    let parts = forged(header, &wrap(&secret, &CEK), b"text");
    assert_eq!(opens(&parts.to_token(), &unwrapping), b"text");
    let mut broken = parts.clone();
    broken.tag[0] ^= 1;
    let error = refusal(&broken.to_token(), &unwrapping);
    let decrypted = crate::proto::jwe::decrypt(&parts.to_token(), &unwrapping, &Default::default());
    let shown = format!(
        "{jwk:?} {wrapping:?} {unwrapping:?} {error} {error:?} {:?}",
        decrypted.expect("it decrypts")
    );
    for octets in [&secret[..], &CEK] {
        let listed: Vec<_> = octets[..4].iter().map(u8::to_string).collect();
        let hex: String = octets[..4].iter().map(|octet| format!("{octet:02x}")).collect();
        for form in [listed.join(", "), hex.to_uppercase(), hex, base64url::encode(&octets[..3])] {
            assert!(!shown.contains(&form), "{form} in {shown}");
        }
    }
    // Nothing private is written where the public half is wanted.
    assert!(jwk.to_json().is_err() && serde_json::to_string(&jwk).is_err());
    let private = Jwk::parse(RSA_PRIVATE.as_bytes()).expect("a key");
    assert!(private.to_secret_json().expose().contains(r#""d":"#));
    for public in [private.to_json().expect("JSON"), serde_json::to_string(&private).expect("JSON")] {
        for name in ["d", "p", "q", "dp", "dq", "qi"] {
            assert!(!public.contains(&format!(r#""{name}":"#)), "{name}");
        }
    }
}

fn there_is_one_error_for_all() {
    // By AES key wrap with AES-CBC, where padding could tell something too.
    let cek = [9; 32];
    let key = DecryptionKey::symmetric(A128Kw, CEK).expect("a key");
    let header = r#"{"alg":"A128KW","enc":"A128CBC-HS256"}"#;
    let right = forged_by(A128CbcHs256, &cek, header, &wrap(&CEK, &cek), &[b'x'; 40]);
    assert_eq!(opens(&right.to_token(), &key), [b'x'; 40]);
    let changed = |change: &dyn Fn(&mut Parts)| {
        let mut parts = right.clone();
        change(&mut parts);
        refusal(&parts.to_token(), &key)
    };
    let mut errors = vec![
        changed(&|parts| parts.encrypted_key[0] ^= 1),
        changed(&|parts| parts.encrypted_key.clear()),
        changed(&|parts| parts.encrypted_key.push(0)),
        changed(&|parts| parts.encrypted_key = wrap(&[1; 16], &cek)),
        changed(&|parts| parts.encrypted_key = wrap(&CEK, &[8; 32])),
        changed(&|parts| parts.encrypted_key = wrap(&CEK, &[9; 64])),
        changed(&|parts| parts.iv[0] ^= 1),
        changed(&|parts| parts.ciphertext[0] ^= 1),
        changed(&|parts| parts.ciphertext.truncate(16)),
        changed(&|parts| parts.ciphertext.clear()),
        changed(&|parts| parts.tag[0] ^= 1),
        changed(&|parts| *parts = parts.clone().with_header(&header.replace('}', r#","x":1}"#))),
    ];
    // The tag is right, and the padding is not, or there is no whole block.
    for len in [0, 1, 16, 32, 47] {
        errors.push(changed(&|parts| {
            parts.ciphertext.truncate(len);
            let aad = parts.protected.as_bytes();
            parts.tag = tag(A128CbcHs256, &cek[..16], aad, &parts.iv, &parts.ciphertext);
        }));
    }
    for error in &errors {
        not_taken(error, Rejection::Decryption, r::NO_VALID_RECIPIENT_IS_INVALID);
        assert_eq!(format!("{error} {error:?}"), format!("{0} {0:?}", errors[0]));
    }
}

fn a_key_serves_its_algorithm_alone() {
    let marked = |members: &str| {
        let text = format!(r#"{{"kty":"oct","k":"{}"{members}}}"#, base64url::encode(&CEK));
        Jwk::parse(text.as_bytes()).expect("a key")
    };
    for members in ["", r#","alg":"A128KW""#, r#","use":"enc""#, r#","key_ops":["wrapKey","unwrapKey"]"#] {
        assert!(DecryptionKey::from_jwk(&marked(members), A128Kw).is_ok(), "{members}");
        assert!(EncryptionKey::from_jwk(&marked(members), A128Kw).is_ok(), "{members}");
    }
    for members in [
        r#","alg":"A128GCMKW""#,
        r#","alg":"dir""#,
        r#","alg":"HS256""#,
        r#","alg":"A128GCM""#,
        r#","use":"sig""#,
        r#","key_ops":["sign","verify"]"#,
    ] {
        misused(DecryptionKey::from_jwk(&marked(members), A128Kw), r::KEY_SERVES_ITS_ALGORITHM_ALONE);
        misused(EncryptionKey::from_jwk(&marked(members), A128Kw), r::KEY_SERVES_ITS_ALGORITHM_ALONE);
    }
    // Nor does one that is bound to an algorithm encrypt by another.
    let key = EncryptionKey::symmetric(A128Kw, CEK).expect("a key");
    for other in [A128GcmKw, Dir] {
        let result = crate::proto::jwe::encrypt(b"", &Header::new(other), &key, A128CbcHs256);
        misused(result, r::KEY_SERVES_ITS_ALGORITHM_ALONE);
    }
    // And a token by another is refused before anything is tried.
    let token = forged(&direct(""), &[], b"text").to_token();
    assert_eq!(opens(&token, &shared()), b"text");
    let error = refusal(&token, &DecryptionKey::symmetric(A128Kw, CEK).expect("a key"));
    not_taken(&error, Rejection::Algorithm, r::ALGORITHMS_ARE_ACCEPTABLE);
}

fn rsa() -> Jwk {
    let text = RSA_PRIVATE.replace(r#""use":"sig","#, "");
    Jwk::parse(text.as_bytes()).expect("a key")
}

/// Encrypts `cek` to [`rsa`] by hand.
fn encrypted(alg: JweAlgorithm, cek: &[u8]) -> Vec<u8> {
    let object = rsa().to_object().expect("public");
    let octets = |name: &str| base64url::decode(object[name].as_str().expect("text")).expect("base64url");
    let public: PublicEncryptingKey =
        PublicKeyComponents { n: octets("n"), e: octets("e") }.try_into().expect("a key");
    let mut room = vec![0; 256];
    let oaep = || OaepPublicEncryptingKey::new(public.clone()).expect("a key");
    match alg {
        Rsa1_5 => Pkcs1PublicEncryptingKey::new(public.clone())
            .expect("a key")
            .encrypt(cek, &mut room)
            .expect("encrypted")
            .len(),
        RsaOaep => oaep().encrypt(&OAEP_SHA1_MGF1SHA1, cek, &mut room, None).expect("encrypted").len(),
        _ => oaep().encrypt(&OAEP_SHA256_MGF1SHA256, cek, &mut room, None).expect("encrypted").len(),
    };
    room
}

const RSA: [JweAlgorithm; 3] = [Rsa1_5, RsaOaep, RsaOaep256];

/// Encrypted keys that are none, for one reason or another.
fn bad_keys(alg: JweAlgorithm) -> Vec<Vec<u8>> {
    let other = if alg == Rsa1_5 { RsaOaep } else { Rsa1_5 };
    let mut cut = encrypted(alg, &CEK);
    cut.pop();
    let mut bad = vec![
        encrypted(other, &CEK),
        cut,
        vec![0; 256],
        vec![1; 256],
        vec![0xff; 256],
        vec![1; 255],
        vec![1; 257],
        Vec::new(),
    ];
    bad.extend([0, 1, 15, 17, 32].map(|len| encrypted(alg, &vec![7; len])));
    bad
}

fn errors_of_a_key_are_alike() {
    for alg in RSA {
        let key = DecryptionKey::from_jwk(&rsa(), alg).expect("a key");
        let header = format!(r#"{{"alg":"{alg}","enc":"A128GCM"}}"#);
        let right = forged(&header, &encrypted(alg, &CEK), b"text");
        assert_eq!(opens(&right.to_token(), &key), b"text", "{alg}");
        // The key is right here, and what is wrong is the content.
        let mut broken = right.clone();
        broken.tag[0] ^= 1;
        let expected = refusal(&broken.to_token(), &key);
        for bad in bad_keys(alg) {
            let error = refusal(&Parts { encrypted_key: bad, ..right.clone() }.to_token(), &key);
            not_taken(&error, Rejection::Decryption, r::NO_VALID_RECIPIENT_IS_INVALID);
            assert_eq!(format!("{error} {error:?}"), format!("{expected} {expected:?}"), "{alg}");
        }
    }
}

fn a_bad_key_becomes_a_random_one() {
    for alg in RSA {
        let key = DecryptionKey::from_jwk(&rsa(), alg).expect("a key");
        let header = Header::new(alg).with_content_encryption(crate::types::ContentEncryption::A128Gcm);
        let tried = |bad: &[u8]| reveal::content_key(&key, &header, bad).expect("it is not told");
        assert_eq!(tried(&encrypted(alg, &CEK)), CEK, "{alg}");
        for bad in bad_keys(alg) {
            let keys = [tried(&bad), tried(&bad)];
            assert_eq!(keys.each_ref().map(Vec::len), [16; 2], "{alg}");
            // Neither the one before, nor one that anybody knows, nor what was in there.
            assert_ne!(keys[0], keys[1], "{alg}");
            assert!(keys.iter().all(|key| key.iter().any(|octet| *octet != key[0])), "{alg}");
        }
    }
    // And so it is where a symmetric key wraps.
    let key = DecryptionKey::symmetric(A128Kw, CEK).expect("a key");
    let header = Header::new(A128Kw).with_content_encryption(crate::types::ContentEncryption::A128Gcm);
    let tried = |bad: &[u8]| reveal::content_key(&key, &header, bad).expect("it is not told");
    assert_eq!(tried(&wrap(&CEK, &CEK)), CEK);
    for bad in [wrap(&[1; 16], &CEK), wrap(&CEK, &[7; 32]), Vec::new()] {
        assert_ne!(tried(&bad), tried(&bad));
        assert_eq!(tried(&bad).len(), 16);
    }
}
