//! Somebody else's JWEs, put together and taken apart by hand, on nothing of this crate but base64url.

use aws_lc_rs::{
    aead::{AES_128_GCM, AES_192_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{self, PrivateKey, UnparsedPublicKey},
    cipher::{
        AES_128, AES_192, AES_256, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey,
        PaddedBlockEncryptingKey, UnboundCipherKey,
    },
    digest, hmac,
    iv::FixedLength,
    key_wrap::{self, AesKek, KeyWrap as _},
    pbkdf2,
};
use serde_json::{Value, json};

use crate::{
    Error, ErrorKind, Rejection, Requirement,
    codec::{base64url, json::Object},
    proto::jwe::{self, DecryptedJson, DecryptionKey, DecryptionKeySource, Limits},
    types::{ContentEncryption, JweAlgorithm},
};

/// The content encryption key of most of what is forged, for A128GCM.
pub(super) const CEK: [u8; 16] = [7; 16];

/// Each content encryption, and how many octets its key has, its vector and its tag.
pub(super) const ENCRYPTIONS: [(ContentEncryption, usize, usize, usize); 6] = [
    (ContentEncryption::A128CbcHs256, 32, 16, 16),
    (ContentEncryption::A192CbcHs384, 48, 16, 24),
    (ContentEncryption::A256CbcHs512, 64, 16, 32),
    (ContentEncryption::A128Gcm, 16, 12, 16),
    (ContentEncryption::A192Gcm, 24, 12, 16),
    (ContentEncryption::A256Gcm, 32, 12, 16),
];

/// The parts of a JWE to one recipient.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    pub(super) protected: String,
    pub(super) encrypted_key: Vec<u8>,
    pub(super) iv: Vec<u8>,
    pub(super) ciphertext: Vec<u8>,
    pub(super) tag: Vec<u8>,
}

impl Parts {
    pub(super) fn of(token: &str) -> Self {
        let parts: Vec<_> = token.split('.').collect();
        let octets = |at: usize| base64url::decode(parts[at]).expect("base64url");
        assert_eq!(parts.len(), 5, "{token}");
        Self {
            protected: parts[0].to_owned(),
            encrypted_key: octets(1),
            iv: octets(2),
            ciphertext: octets(3),
            tag: octets(4),
        }
    }

    pub(super) fn to_token(&self) -> String {
        let parts = [&self.encrypted_key, &self.iv, &self.ciphertext, &self.tag];
        parts.iter().fold(self.protected.clone(), |token, part| token + "." + &base64url::encode(part))
    }

    /// In the flattened form, with whatever is not empty.
    pub(super) fn to_json(&self) -> Value {
        let mut json = json!({ "ciphertext": base64url::encode(&self.ciphertext) });
        if !self.protected.is_empty() {
            json["protected"] = self.protected.clone().into();
        }
        for (name, part) in [("encrypted_key", &self.encrypted_key), ("iv", &self.iv), ("tag", &self.tag)] {
            if !part.is_empty() {
                json[name] = base64url::encode(part).into();
            }
        }
        json
    }

    pub(super) fn header(&self) -> Object {
        let text = base64url::decode(&self.protected).expect("base64url");
        serde_json::from_slice(&text).expect("JSON")
    }

    /// The same under another header.
    pub(super) fn with_header(mut self, header: &str) -> Self {
        self.protected = base64url::encode(header.as_bytes());
        self
    }

    /// The plaintext, where `cek` is the key of it and `aad` what was authenticated.
    pub(super) fn open(&self, enc: ContentEncryption, cek: &[u8], aad: &str) -> Option<Vec<u8>> {
        open(enc, cek, &self.iv, aad.as_bytes(), &self.ciphertext, &self.tag)
    }
}

/// A JWE with this header, whatever is in it, whose content is encrypted by A128GCM with [`CEK`].
pub(super) fn forged(header: &str, encrypted_key: &[u8], text: &[u8]) -> Parts {
    forged_by(ContentEncryption::A128Gcm, &CEK, header, encrypted_key, text)
}

pub(super) fn forged_by(
    enc: ContentEncryption,
    cek: &[u8],
    header: &str,
    encrypted_key: &[u8],
    text: &[u8],
) -> Parts {
    let protected = base64url::encode(header.as_bytes());
    let (iv, ciphertext, tag) = sealed(enc, cek, protected.as_bytes(), text);
    Parts { protected, encrypted_key: encrypted_key.to_vec(), iv, ciphertext, tag }
}

/// A vector, the ciphertext and the tag.
pub(super) fn sealed(
    enc: ContentEncryption,
    cek: &[u8],
    aad: &[u8],
    text: &[u8],
) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let iv = vec![3; if gcm(enc, cek).is_some() { 12 } else { 16 }];
    let (ciphertext, tag) = sealed_under(enc, cek, &iv, aad, text);
    (iv, ciphertext, tag)
}

/// The ciphertext and the tag under this vector (RFC 7518, sections 5.2.2.1 and 5.3).
pub(super) fn sealed_under(
    enc: ContentEncryption,
    cek: &[u8],
    iv: &[u8],
    aad: &[u8],
    text: &[u8],
) -> (Vec<u8>, Vec<u8>) {
    let mut octets = text.to_vec();
    if let Some(key) = gcm(enc, cek) {
        let nonce = Nonce::try_assume_unique_for_key(iv).expect("96 bits");
        let tag = key.seal_in_place_separate_tag(nonce, Aad::from(aad), &mut octets).expect("sealed");
        return (octets, tag.as_ref().to_vec());
    }
    let (mac, key) = cek.split_at(cek.len() / 2);
    let key = PaddedBlockEncryptingKey::cbc_pkcs7(block_key(key)).expect("a key of AES");
    let context = EncryptionContext::Iv128(FixedLength::from(<[u8; 16]>::try_from(iv).expect("128 bits")));
    key.less_safe_encrypt(&mut octets, context).expect("encrypted");
    let tag = tag(enc, mac, aad, iv, &octets);
    (octets, tag)
}

fn open(
    enc: ContentEncryption,
    cek: &[u8],
    iv: &[u8],
    aad: &[u8],
    ciphertext: &[u8],
    said: &[u8],
) -> Option<Vec<u8>> {
    let mut octets = ciphertext.to_vec();
    if let Some(key) = gcm(enc, cek) {
        let nonce = Nonce::try_assume_unique_for_key(iv).ok()?;
        let len = key.open_in_place_separate_tag(nonce, Aad::from(aad), said, &mut octets).ok()?.len();
        octets.truncate(len);
        return Some(octets);
    }
    let (mac, key) = cek.split_at(cek.len() / 2);
    if tag(enc, mac, aad, iv, ciphertext) != said {
        return None;
    }
    let iv = FixedLength::from(<[u8; 16]>::try_from(iv).ok()?);
    let key = PaddedBlockDecryptingKey::cbc_pkcs7(block_key(key)).ok()?;
    let len = key.decrypt(&mut octets, DecryptionContext::Iv128(iv)).ok()?.len();
    octets.truncate(len);
    Some(octets)
}

fn gcm(enc: ContentEncryption, cek: &[u8]) -> Option<LessSafeKey> {
    let algorithm = match enc {
        ContentEncryption::A128Gcm => &AES_128_GCM,
        ContentEncryption::A192Gcm => &AES_192_GCM,
        ContentEncryption::A256Gcm => &AES_256_GCM,
        _ => return None,
    };
    Some(LessSafeKey::new(UnboundKey::new(algorithm, cek).expect("a key of this size")))
}

fn block_key(octets: &[u8]) -> UnboundCipherKey {
    let algorithm = match octets.len() {
        16 => &AES_128,
        24 => &AES_192,
        _ => &AES_256,
    };
    UnboundCipherKey::new(algorithm, octets).expect("a key of this size")
}

/// The tag of AES-CBC with HMAC.
pub(super) fn tag(enc: ContentEncryption, mac: &[u8], aad: &[u8], iv: &[u8], ciphertext: &[u8]) -> Vec<u8> {
    let hash = match enc {
        ContentEncryption::A128CbcHs256 => hmac::HMAC_SHA256,
        ContentEncryption::A192CbcHs384 => hmac::HMAC_SHA384,
        _ => hmac::HMAC_SHA512,
    };
    let bits = (aad.len() as u64 * 8).to_be_bytes();
    let input = [aad, iv, ciphertext, &bits].concat();
    let all = hmac::sign(&hmac::Key::new(hash, mac), &input);
    all.as_ref()[..all.as_ref().len() / 2].to_vec()
}

fn kek(octets: &[u8]) -> AesKek {
    let algorithm = if octets.len() == 16 { &key_wrap::AES_128 } else { &key_wrap::AES_256 };
    AesKek::new(algorithm, octets).expect("a key of 128 or 256 bits")
}

/// AES key wrap of 128 or 256 bits (RFC 3394).
pub(super) fn wrap(key: &[u8], cek: &[u8]) -> Vec<u8> {
    let mut wrapped = vec![0; cek.len() + 8];
    kek(key).wrap(cek, &mut wrapped).expect("wrapped");
    wrapped
}

pub(super) fn unwrap(key: &[u8], wrapped: &[u8]) -> Vec<u8> {
    let mut cek = vec![0; wrapped.len() - 8];
    kek(key).unwrap(wrapped, &mut cek).expect("unwrapped");
    cek
}

/// Agrees on a key of `len` octets: Concat KDF with SHA-256 (RFC 7518, section 4.6.2).
pub(super) fn agreed(
    private: &PrivateKey,
    theirs: &[u8],
    name: &str,
    [apu, apv]: [&[u8]; 2],
    len: usize,
) -> Vec<u8> {
    let mut info = Vec::new();
    for part in [name.as_bytes(), apu, apv] {
        info.extend((part.len() as u32).to_be_bytes());
        info.extend(part);
    }
    info.extend((len as u32 * 8).to_be_bytes());
    let theirs = UnparsedPublicKey::new(private.algorithm(), theirs);
    agreement::agree(private, theirs, (), |shared| {
        let round = |count: u32| [&count.to_be_bytes(), shared, &info].concat();
        let mut key: Vec<u8> = (1..=2_u32)
            .flat_map(|count| digest::digest(&digest::SHA256, &round(count)).as_ref().to_vec())
            .collect();
        key.truncate(len);
        Ok(key)
    })
    .expect("agreed")
}

/// The key that a password makes by PBES2-HS256+A128KW (RFC 7518, section 4.8).
pub(super) fn of_password(password: &[u8], salt_input: &[u8], rounds: u32) -> Vec<u8> {
    let salt = [b"PBES2-HS256+A128KW\0", salt_input].concat();
    let mut key = vec![0; 16];
    let rounds = rounds.try_into().expect("not none");
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, rounds, &salt, password, &mut key);
    key
}

/// For [`forged`] tokens of `dir`.
pub(super) fn shared() -> DecryptionKey {
    DecryptionKey::symmetric(JweAlgorithm::Dir, CEK).expect("a key")
}

/// A header of `dir` and A128GCM with these members behind, each with its comma in front.
pub(super) fn direct(members: &str) -> String {
    format!(r#"{{"alg":"dir","enc":"A128GCM"{members}}}"#)
}

/// What `token` holds.
#[track_caller]
pub(super) fn opens(token: &str, keys: &(impl DecryptionKeySource + ?Sized)) -> Vec<u8> {
    jwe::decrypt(token, keys, &Limits::default()).expect("it decrypts").plaintext.expose().clone()
}

/// What is wrong with `token`.
#[track_caller]
pub(super) fn refusal(token: &str, keys: &(impl DecryptionKeySource + ?Sized)) -> Error {
    jwe::decrypt(token, keys, &Limits::default()).expect_err("it is to be refused")
}

/// Decrypts a JWE in JSON.
pub(super) fn read(json: &Value, keys: &(impl DecryptionKeySource + ?Sized)) -> Result<DecryptedJson, Error> {
    jwe::decrypt_json(json.to_string().as_bytes(), keys, &Limits::default())
}

/// What a JWE in JSON holds.
#[track_caller]
pub(super) fn reads(json: &Value, keys: &(impl DecryptionKeySource + ?Sized)) -> Vec<u8> {
    read(json, keys).expect("it decrypts").decrypted.plaintext.expose().clone()
}

/// What is wrong with a JWE in JSON.
#[track_caller]
pub(super) fn misread(json: &Value, keys: &(impl DecryptionKeySource + ?Sized)) -> Error {
    read(json, keys).expect_err("it is to be refused")
}

/// The peer broke this.
#[track_caller]
pub(super) fn breaks(error: &Error, requirement: &'static Requirement) {
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Protocol, Some(requirement)), "{error}");
}

/// It is well-formed, and not taken.
#[track_caller]
pub(super) fn not_taken(error: &Error, why: Rejection, requirement: &'static Requirement) {
    let told = (error.kind(), error.rejection(), error.requirement());
    assert_eq!(told, (ErrorKind::Auth, Some(why), Some(requirement)), "{error}");
}

/// The caller asks for what he should not have.
#[track_caller]
pub(super) fn misused<T>(result: Result<T, Error>, requirement: &'static Requirement) {
    let error = result.err().expect("it is to be refused");
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, Some(requirement)), "{error}");
}
