//! RFC 7518, section 5: how content is encrypted.

use anyrfc_core::compliance::Check;

use super::super::judge::{
    CEK, ENCRYPTIONS, Parts, breaks, forged_by, not_taken, opens, refusal, sealed, wrap,
};
use crate::{
    ErrorKind, Rejection,
    proto::jwe::{DecryptionKey, EncryptionKey, encrypt, reveal},
    rfc7516, rfc7518 as r,
    types::{
        ContentEncryption::{self, A128CbcHs256, A128Gcm, A192Gcm, A256CbcHs512, A256Gcm},
        Header,
        JweAlgorithm::{A128Kw, Dir},
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7518/section-5.1/aes-cbc-hmac-is-there",
        covers: &[r::AES_CBC_HMAC_IS_THERE],
        run: aes_cbc_hmac_is_there,
    },
    Check {
        name: "rfc7518/section-5.1/aes-gcm-is-there",
        covers: &[r::AES_GCM_IS_THERE],
        run: aes_gcm_is_there,
    },
    Check {
        name: "rfc7518/section-5.2.2.1/a-key-has-both-its-parts",
        covers: &[r::COMPOSITE_KEY_HAS_BOTH_PARTS],
        run: a_key_has_both_its_parts,
    },
    Check {
        name: "rfc7518/section-5.2.2.2/the-tag-comes-first",
        covers: &[r::TAG_IS_CHECKED_BEFORE_DECRYPTION],
        run: the_tag_comes_first,
    },
    Check {
        name: "rfc7518/section-5.3/the-vector-has-96-bits",
        covers: &[r::GCM_IV_HAS_96_BITS],
        run: the_vector_has_96_bits,
    },
    Check {
        name: "rfc7518/section-5.3/the-tag-has-128-bits",
        covers: &[r::GCM_TAG_HAS_128_BITS],
        run: the_tag_has_128_bits,
    },
];

/// A shared key, on both sides.
fn pair(len: usize) -> (EncryptionKey, DecryptionKey, Vec<u8>) {
    let cek: Vec<u8> = (0..len).map(|at| at as u8).collect();
    let sender = EncryptionKey::symmetric(Dir, cek.clone()).expect("a key");
    (sender, DecryptionKey::symmetric(Dir, cek.clone()).expect("a key"), cek)
}

fn header(enc: ContentEncryption) -> String {
    format!(r#"{{"alg":"dir","enc":"{enc}"}}"#)
}

/// What somebody else encrypts is decrypted, and the other way round; of texts of any length.
fn is_there(enc: ContentEncryption, key_len: usize) {
    let (sender, recipient, cek) = pair(key_len);
    for len in [0, 1, 15, 16, 17, 1000] {
        let text: Vec<u8> = (0..len).map(|at: usize| at as u8).collect();
        let theirs = forged_by(enc, &cek, &header(enc), &[], &text);
        assert_eq!(opens(&theirs.to_token(), &recipient), text, "{enc} {len}");
        let ours = Parts::of(&encrypt(&text, &Header::new(Dir), &sender, enc).expect("encrypted"));
        assert_eq!(ours.open(enc, &cek, &ours.protected), Some(text), "{enc} {len}");
        let mut changed = theirs;
        changed.tag[0] ^= 1;
        let error = refusal(&changed.to_token(), &recipient);
        not_taken(&error, Rejection::Decryption, rfc7516::NO_VALID_RECIPIENT_IS_INVALID);
    }
}

fn aes_cbc_hmac_is_there() {
    is_there(A128CbcHs256, 32);
    is_there(A256CbcHs512, 64);
}

fn aes_gcm_is_there() {
    is_there(A128Gcm, 16);
    is_there(A256Gcm, 32);
}

fn a_key_has_both_its_parts() {
    for (enc, key_len, ..) in ENCRYPTIONS.into_iter().filter(|(enc, ..)| !is_gcm(*enc)) {
        let unwraps = DecryptionKey::symmetric(A128Kw, CEK).expect("a key");
        let header = format!(r#"{{"alg":"A128KW","enc":"{enc}"}}"#);
        let (_, _, cek) = pair(key_len);
        let right = forged_by(enc, &cek, &header, &wrap(&CEK, &cek), b"text");
        assert_eq!(opens(&right.to_token(), &unwraps), b"text");
        // Half of it alone, a part that is missing, one that is too much.
        for len in (16..=96).step_by(8).filter(|len| *len != key_len) {
            let other: Vec<u8> = (0..len).map(|at| at as u8).collect();
            let wrong = Parts { encrypted_key: wrap(&CEK, &other), ..right.clone() };
            let error = refusal(&wrong.to_token(), &unwraps);
            not_taken(&error, Rejection::Decryption, rfc7516::NO_VALID_RECIPIENT_IS_INVALID);
        }
        // Shared, it may be one for something else, and not for this.
        for len in [key_len / 2, key_len - 1, key_len + 1] {
            let cek = vec![9; len];
            assert_eq!(reveal::open_content(enc, &cek, &[3; 16], b"", &[0; 16], &mut []), None);
            let made = EncryptionKey::symmetric(Dir, cek)
                .and_then(|key| encrypt(b"text", &Header::new(Dir), &key, enc));
            assert_eq!(made.expect_err("the key has another length").kind(), ErrorKind::Usage, "{enc} {len}");
        }
    }
}

fn the_tag_comes_first() {
    for (enc, key_len, iv_len, _) in ENCRYPTIONS.into_iter().filter(|(enc, ..)| !is_gcm(*enc)) {
        let (_, _, cek) = pair(key_len);
        let (iv, ciphertext, tag) = sealed(enc, &cek, b"aad", b"plaintext");
        assert_eq!(iv.len(), iv_len);
        let mut text = ciphertext.clone();
        let len = reveal::open_content(enc, &cek, &iv, b"aad", &tag, &mut text).expect("it is right");
        assert_eq!(&text[..len], b"plaintext");
        // Under a wrong one not a single octet was decrypted.
        for at in 0..tag.len() {
            let mut wrong = tag.clone();
            wrong[at] ^= 1;
            let mut text = ciphertext.clone();
            assert_eq!(reveal::open_content(enc, &cek, &iv, b"aad", &wrong, &mut text), None, "{enc}");
            assert_eq!(text, ciphertext, "{enc}");
        }
        // Nor with another AAD, or a vector.
        let mut text = ciphertext.clone();
        assert_eq!(reveal::open_content(enc, &cek, &iv, b"AAD", &tag, &mut text), None);
        assert_eq!(reveal::open_content(enc, &cek, &[4; 16], b"aad", &tag, &mut text), None);
        assert_eq!(text, ciphertext, "{enc}");
    }
}

const fn is_gcm(enc: ContentEncryption) -> bool {
    matches!(enc, A128Gcm | A192Gcm | A256Gcm)
}

const GCM: [(ContentEncryption, usize); 3] = [(A128Gcm, 16), (A192Gcm, 24), (A256Gcm, 32)];

fn the_vector_has_96_bits() {
    for (enc, key_len) in GCM {
        let (sender, recipient, cek) = pair(key_len);
        let right = forged_by(enc, &cek, &header(enc), &[], b"text");
        assert_eq!(opens(&right.to_token(), &recipient), b"text");
        for len in [0, 1, 8, 11, 13, 16, 32] {
            let wrong = Parts { iv: vec![3; len], ..right.clone() };
            breaks(&refusal(&wrong.to_token(), &recipient), r::GCM_IV_HAS_96_BITS);
        }
        let ours = Parts::of(&encrypt(b"text", &Header::new(Dir), &sender, enc).expect("encrypted"));
        assert_eq!(ours.iv.len(), 12);
    }
}

fn the_tag_has_128_bits() {
    for (enc, key_len) in GCM {
        let (sender, recipient, cek) = pair(key_len);
        let right = forged_by(enc, &cek, &header(enc), &[], b"text");
        assert_eq!(opens(&right.to_token(), &recipient), b"text");
        for len in [0, 4, 8, 12, 13, 14, 15, 17, 32] {
            let mut wrong = right.clone();
            wrong.tag.resize(len, 0);
            breaks(&refusal(&wrong.to_token(), &recipient), r::GCM_TAG_HAS_128_BITS);
        }
        let ours = Parts::of(&encrypt(b"text", &Header::new(Dir), &sender, enc).expect("encrypted"));
        assert_eq!(ours.tag.len(), 16);
    }
}
