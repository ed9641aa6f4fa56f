//! RFC 7516, section 5.1: encrypting.

use std::collections::BTreeSet;

use anyrfc_core::compliance::Check;
use serde_json::Value;

use super::super::judge::{CEK, ENCRYPTIONS, Parts, forged_by, misread, misused, not_taken, reads, unwrap};
use crate::{
    Rejection,
    codec::base64url,
    proto::jwe::{DecryptionKey, EncryptionKey, Message, encrypt},
    rfc7516 as r,
    types::{ContentEncryption::A128Gcm, Curve, Header, JweAlgorithm, Jwk},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7516/section-5.1/a-content-encryption-key-is-drawn",
        covers: &[r::GENERATED_CEK_IS_RANDOM, r::GENERATED_CEK_FITS_ENC],
        run: a_content_encryption_key_is_drawn,
    },
    Check {
        name: "rfc7516/section-5.1/direct-modes-have-no-encrypted-key",
        covers: &[r::DIRECT_MODES_HAVE_NO_ENCRYPTED_KEY],
        run: direct_modes_have_no_encrypted_key,
    },
    Check {
        name: "rfc7516/section-5.1/a-vector-is-drawn",
        covers: &[r::IV_IS_RANDOM],
        run: a_vector_is_drawn,
    },
    Check {
        name: "rfc7516/section-5.1/the-encoded-header-is-authenticated",
        covers: &[r::AAD_IS_THE_ENCODED_HEADER],
        run: the_encoded_header_is_authenticated,
    },
];

fn a_content_encryption_key_is_drawn() {
    let mut seen = BTreeSet::new();
    for (enc, key_len, _, _) in ENCRYPTIONS {
        for (alg, kek) in [(JweAlgorithm::A128Kw, &[1; 16][..]), (JweAlgorithm::A256Kw, &[1; 32])] {
            let key = EncryptionKey::symmetric(alg, kek).expect("a key");
            let parts = Parts::of(&encrypt(b"text", &Header::new(alg), &key, enc).expect("encrypted"));
            let cek = unwrap(kek, &parts.encrypted_key);
            assert_eq!(cek.len(), key_len, "{enc}");
            assert_eq!(parts.open(enc, &cek, &parts.protected).as_deref(), Some(&b"text"[..]), "{enc}");
            // Half of it is not another's, nor the other half.
            for half in cek.chunks(key_len / 2) {
                assert!(seen.insert(half.to_vec()), "{enc}");
            }
            // In JSON too, once for all of the recipients.
            let header = || Header::new(alg);
            let message = Message::new(enc).with_recipient(header(), &key).with_recipient(header(), &key);
            let json: Value =
                serde_json::from_str(&message.to_general(b"text").expect("encrypted")).expect("JSON");
            let ceks = [0, 1].map(|at| {
                let encrypted = json["recipients"][at]["encrypted_key"].as_str().expect("text");
                unwrap(kek, &base64url::decode(encrypted).expect("base64url"))
            });
            assert_eq!(ceks[0], ceks[1]);
            assert_eq!(ceks[0].len(), key_len);
            assert!(seen.insert(ceks[0][..key_len / 2].to_vec()), "{enc}");
        }
    }
}

fn direct_modes_have_no_encrypted_key() {
    let curve = Jwk::generate_on(Curve::P256).expect("a key");
    let shared = EncryptionKey::symmetric(JweAlgorithm::Dir, CEK).expect("a key");
    let agreed = EncryptionKey::from_jwk(&curve, JweAlgorithm::EcdhEs).expect("a key");
    let wraps = EncryptionKey::symmetric(JweAlgorithm::A128Kw, CEK).expect("a key");
    for (key, direct) in [(&shared, true), (&agreed, true), (&wraps, false)] {
        let header = || Header::new(key.algorithm());
        let token = encrypt(b"text", &header(), key, A128Gcm).expect("encrypted");
        assert_eq!(Parts::of(&token).encrypted_key.is_empty(), direct, "{}", key.algorithm());
        let alone = Message::new(A128Gcm).with_recipient(header(), key);
        let flattened: Value =
            serde_json::from_str(&alone.to_flattened(b"").expect("encrypted")).expect("JSON");
        assert_eq!(flattened.get("encrypted_key").is_none(), direct);
        let general: Value = serde_json::from_str(&alone.to_general(b"").expect("encrypted")).expect("JSON");
        assert_eq!(general["recipients"][0].get("encrypted_key").is_none(), direct);
        // The key of one cannot be that of another too.
        let both = alone.with_recipient(Header::new(JweAlgorithm::A128Kw), &wraps).to_general(b"");
        if direct {
            misused(both, r::DIRECT_MODES_HAVE_NO_ENCRYPTED_KEY);
        } else {
            assert!(both.is_ok());
        }
    }
}

fn a_vector_is_drawn() {
    for (enc, key_len, iv_len, _) in ENCRYPTIONS {
        let key = EncryptionKey::symmetric(JweAlgorithm::Dir, vec![9; key_len]).expect("a key");
        let mut seen = BTreeSet::new();
        for _ in 0..100 {
            let token = encrypt(b"text", &Header::new(JweAlgorithm::Dir), &key, enc).expect("encrypted");
            let parts = Parts::of(&token);
            assert_eq!(parts.iv.len(), iv_len, "{enc}");
            // Not counted up either: no half comes again.
            for half in parts.iv.chunks(iv_len / 2) {
                assert!(seen.insert(half.to_vec()), "{enc}");
            }
        }
        // And a vector of another size is none.
        let header = format!(r#"{{"alg":"dir","enc":"{enc}"}}"#);
        let right = forged_by(enc, &vec![9; key_len], &header, &[], b"text");
        let open = DecryptionKey::symmetric(JweAlgorithm::Dir, vec![9; key_len]).expect("a key");
        assert_eq!(reads(&right.to_json(), &open), b"text");
        for len in [1, 8, iv_len - 1, iv_len + 1, 32] {
            let mut wrong = right.clone();
            wrong.iv.resize(len, 3);
            assert_eq!(misread(&wrong.to_json(), &open).kind(), crate::ErrorKind::Protocol, "{enc} {len}");
        }
    }
}

fn the_encoded_header_is_authenticated() {
    for (enc, key_len, _, _) in ENCRYPTIONS {
        let cek = vec![9; key_len];
        let key = EncryptionKey::symmetric(JweAlgorithm::Dir, cek.clone()).expect("a key");
        let open = DecryptionKey::symmetric(JweAlgorithm::Dir, cek.clone()).expect("a key");
        let header = || Header::new(JweAlgorithm::Dir);
        let parts = Parts::of(&encrypt(b"text", &header(), &key, enc).expect("encrypted"));
        assert!(parts.open(enc, &cek, &parts.protected).is_some());
        let decoded = base64url::decode(&parts.protected).expect("base64url");
        assert!(parts.open(enc, &cek, &String::from_utf8_lossy(&decoded)).is_none());
        // Behind a period there is what else was to be authenticated.
        let message = Message::new(enc).with_recipient(header(), &key).with_aad(b"seen by all");
        let json: Value =
            serde_json::from_str(&message.to_flattened(b"text").expect("encrypted")).expect("JSON");
        let part = |name: &str| json[name].as_str().expect("text").to_owned();
        let octets = |name: &str| base64url::decode(part(name)).expect("base64url");
        let parts = Parts {
            protected: part("protected"),
            encrypted_key: Vec::new(),
            iv: octets("iv"),
            ciphertext: octets("ciphertext"),
            tag: octets("tag"),
        };
        let aad = base64url::encode(b"seen by all");
        assert_eq!(part("aad"), aad);
        let whole = format!("{}.{aad}", parts.protected);
        assert_eq!(parts.open(enc, &cek, &whole).as_deref(), Some(&b"text"[..]), "{enc}");
        assert!(parts.open(enc, &cek, &parts.protected).is_none(), "{enc}");
        assert_eq!(reads(&json, &open), b"text");
        for other in [base64url::encode(b"seen by none"), String::new()] {
            let mut changed = json.clone();
            if other.is_empty() {
                changed.as_object_mut().map(|members| members.remove("aad"));
            } else {
                changed["aad"] = other.into();
            }
            not_taken(&misread(&changed, &open), Rejection::Decryption, r::NO_VALID_RECIPIENT_IS_INVALID);
        }
    }
}
