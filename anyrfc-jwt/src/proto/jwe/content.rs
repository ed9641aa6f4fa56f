//! Encrypting the content (RFC 7518, section 5): AES-CBC with HMAC, and AES-GCM.

use aws_lc_rs::{
    aead::{AES_128_GCM, AES_192_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    cipher::{
        AES_128, AES_192, AES_256, Algorithm, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey,
        PaddedBlockEncryptingKey, UnboundCipherKey,
    },
    constant_time::verify_slices_are_equal,
    error::Unspecified,
    hmac,
    iv::FixedLength,
};

use crate::types::ContentEncryption;

/// The size of an initialization vector for GCM, in octets.
const GCM_IV: usize = 12;
/// What AES-CBC adds at most.
pub(super) const PADDING: usize = BLOCK;
/// The size of an AES block, which is that of CBC's initialization vector and of GCM's tag.
const BLOCK: usize = 16;

/// How many octets of key `enc` takes.
pub(super) const fn key_len(enc: ContentEncryption) -> usize {
    match enc {
        ContentEncryption::A128Gcm => 16,
        ContentEncryption::A192Gcm => 24,
        ContentEncryption::A256Gcm | ContentEncryption::A128CbcHs256 => 32,
        ContentEncryption::A192CbcHs384 => 48,
        ContentEncryption::A256CbcHs512 => 64,
    }
}

/// How many octets of initialization vector `enc` takes.
pub(super) const fn iv_len(enc: ContentEncryption) -> usize {
    if is_gcm(enc) { GCM_IV } else { BLOCK }
}

/// How many octets of tag `enc` makes.
pub(super) const fn tag_len(enc: ContentEncryption) -> usize {
    if is_gcm(enc) { BLOCK } else { key_len(enc) / 2 }
}

/// Whether it is AES-GCM, whose keys wear out (RFC 7518, section 8.4).
pub(super) const fn is_gcm(enc: ContentEncryption) -> bool {
    matches!(enc, ContentEncryption::A128Gcm | ContentEncryption::A192Gcm | ContentEncryption::A256Gcm)
}

/// The MAC of AES-CBC with HMAC (RFC 7518, section 5.2.2.1): the first half of the composite key.
pub(super) struct Mac {
    key: hmac::Key,
    tag_len: usize,
}

impl Mac {
    /// Over the AAD, the vector, the ciphertext and the length of the AAD in bits.
    fn tag(&self, iv: &[u8], aad: &[u8], ciphertext: &[u8]) -> Result<hmac::Tag, Unspecified> {
        let bits =
            u64::try_from(aad.len()).ok().and_then(|octets| octets.checked_mul(8)).ok_or(Unspecified)?;
        let mut context = hmac::Context::with_key(&self.key);
        context.update(aad);
        context.update(iv);
        context.update(ciphertext);
        context.update(&bits.to_be_bytes());
        Ok(context.sign())
    }

    /// The MAC is cut to its first half.
    fn truncated<'t>(&self, tag: &'t hmac::Tag) -> Result<&'t [u8], Unspecified> {
        tag.as_ref().get(..self.tag_len).ok_or(Unspecified)
    }
}

/// What the two halves of a composite key are for; `None` for the wrong length or another `enc`.
fn composite(enc: ContentEncryption, cek: &[u8]) -> Result<(Mac, UnboundCipherKey), Unspecified> {
    let (hash, cipher): (_, &'static Algorithm) = match enc {
        ContentEncryption::A128CbcHs256 => (hmac::HMAC_SHA256, &AES_128),
        ContentEncryption::A192CbcHs384 => (hmac::HMAC_SHA384, &AES_192),
        ContentEncryption::A256CbcHs512 => (hmac::HMAC_SHA512, &AES_256),
        _ => return Err(Unspecified),
    };
    let (mac, cipher_key) = cek.split_at_checked(key_len(enc) / 2).ok_or(Unspecified)?;
    let mac = Mac { key: hmac::Key::new(hash, mac), tag_len: tag_len(enc) };
    Ok((mac, UnboundCipherKey::new(cipher, cipher_key)?))
}

fn gcm(enc: ContentEncryption, cek: &[u8]) -> Result<LessSafeKey, Unspecified> {
    let algorithm = match enc {
        ContentEncryption::A128Gcm => &AES_128_GCM,
        ContentEncryption::A192Gcm => &AES_192_GCM,
        ContentEncryption::A256Gcm => &AES_256_GCM,
        _ => return Err(Unspecified),
    };
    UnboundKey::new(algorithm, cek).map(LessSafeKey::new)
}

fn block_iv(iv: &[u8]) -> Result<FixedLength<BLOCK>, Unspecified> {
    <&[u8; BLOCK]>::try_from(iv).map(FixedLength::from).map_err(|_| Unspecified)
}

/// A content encryption key, ready to encrypt.
pub(super) enum Sealing {
    Gcm(LessSafeKey),
    Cbc(Box<(Mac, PaddedBlockEncryptingKey)>),
}

impl Sealing {
    /// `cek` has to be as long as `enc` takes it.
    pub(super) fn new(enc: ContentEncryption, cek: &[u8]) -> Result<Self, Unspecified> {
        if is_gcm(enc) {
            return gcm(enc, cek).map(Self::Gcm);
        }
        let (mac, key) = composite(enc, cek)?;
        Ok(Self::Cbc(Box::new((mac, PaddedBlockEncryptingKey::cbc_pkcs7(key)?))))
    }

    /// Encrypts in place; a block of room behind saves a copy. Returns the tag.
    pub(super) fn seal(&self, iv: &[u8], aad: &[u8], in_out: &mut Vec<u8>) -> Result<Vec<u8>, Unspecified> {
        match self {
            Self::Gcm(key) => {
                let nonce = Nonce::try_assume_unique_for_key(iv)?;
                let tag = key.seal_in_place_separate_tag(nonce, Aad::from(aad), in_out)?;
                Ok(tag.as_ref().to_vec())
            }
            Self::Cbc(keys) => {
                let (mac, key) = &**keys;
                key.less_safe_encrypt(in_out, EncryptionContext::Iv128(block_iv(iv)?))?;
                Ok(mac.truncated(&mac.tag(iv, aad, in_out)?)?.to_vec())
            }
        }
    }
}

/// A content encryption key, ready to decrypt.
pub(super) enum Opening {
    Gcm(LessSafeKey),
    Cbc(Box<(Mac, PaddedBlockDecryptingKey)>),
}

impl Opening {
    /// `cek` has to be as long as `enc` takes it.
    pub(super) fn new(enc: ContentEncryption, cek: &[u8]) -> Result<Self, Unspecified> {
        if is_gcm(enc) {
            return gcm(enc, cek).map(Self::Gcm);
        }
        let (mac, key) = composite(enc, cek)?;
        Ok(Self::Cbc(Box::new((mac, PaddedBlockDecryptingKey::cbc_pkcs7(key)?))))
    }

    /// Decrypts in place and returns how much of it is plaintext. The tag is checked first, so that
    /// a padding that is wrong says nothing to anybody (RFC 7518, section 5.2.2.2).
    pub(super) fn open(
        &self,
        iv: &[u8],
        aad: &[u8],
        tag: &[u8],
        in_out: &mut [u8],
    ) -> Result<usize, Unspecified> {
        match self {
            Self::Gcm(key) => {
                let nonce = Nonce::try_assume_unique_for_key(iv)?;
                if tag.len() != BLOCK {
                    return Err(Unspecified);
                }
                key.open_in_place_separate_tag(nonce, Aad::from(aad), tag, in_out)
                    .map(|plaintext| plaintext.len())
            }
            Self::Cbc(keys) => {
                let (mac, key) = &**keys;
                let iv_block = block_iv(iv)?;
                verify_slices_are_equal(mac.truncated(&mac.tag(iv, aad, in_out)?)?, tag)?;
                key.decrypt(in_out, DecryptionContext::Iv128(iv_block)).map(|plaintext| plaintext.len())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    }

    /// RFC 7518, appendix B.
    #[test]
    fn the_vectors_of_rfc_7518() {
        let plaintext = hex(
            "41206369706865722073797374656d206d757374206e6f7420626520726571756972656420746f206265207365637265742c20616e\
             64206974206d7573742062652061626c6520746f2066616c6c20696e746f207468652068616e6473206f662074686520656e656d79\
             20776974686f757420696e636f6e76656e69656e6365",
        );
        let aad = hex("546865207365636f6e64207072696e6369706c65206f662041756775737465204b6572636b686f666673");
        let iv = hex("1af38c2dc2b96ffdd86694092341bc04");
        let cek: Vec<u8> = (0..64).collect();
        for (enc, ciphertext, tag) in [
            (
                ContentEncryption::A128CbcHs256,
                "c80edfa32ddf39d5ef00c0b468834279a2e46a1b8049f792f76bfe54b903a9c9a94ac9b47ad2655c5f10f9aef71427e2fc6f9b3f\
                 399a221489f16362c703233609d45ac69864e3321cf82935ac4096c86e133314c54019e8ca7980dfa4b9cf1b384c486f3a54c510\
                 78158ee5d79de59fbd34d848b3d69550a67646344427ade54b8851ffb598f7f80074b9473c82e2db",
                "652c3fa36b0a7c5b3219fab3a30bc1c4",
            ),
            (
                ContentEncryption::A192CbcHs384,
                "ea65da6b59e61edb419be62d19712ae5d303eeb50052d0dfd6697f77224c8edb000d279bdc14c1072654bd30944230c657bed4ca\
                 0c9f4a8466f22b226d1746214bf8cfc2400add9f5126e479663fc90b3bed787a2f0ffcbf3904be2a641d5c2105bfe591bae23b1d\
                 7449e532eef60a9ac8bb6c6b01d35d49787bcd57ef484927f280adc91ac0c4e79c7b11efc60054e3",
                "8490ac0e58949bfe51875d733f93ac2075168039ccc733d7",
            ),
            (
                ContentEncryption::A256CbcHs512,
                "4affaaadb78c31c5da4b1b590d10ffbd3dd8d5d302423526912da037ecbcc7bd822c301dd67c373bccb584ad3e9279c2e6d12a13\
                 74b77f077553df829410446b36ebd97066296ae6427ea75c2e0846a11a09ccf5370dc80bfecbad28c73f09b3a3b75e662a259441\
                 0ae496b2e2e6609e31e6e02cc837f053d21f37ff4f51950bbe2638d09dd7a4930930806d0703b1f6",
                "4dd3b4c088a7f45c216839645b2012bf2e6269a8c56a816dbc1b267761955bc5",
            ),
        ] {
            let cek = &cek[..key_len(enc)];
            let mut in_out = plaintext.clone();
            let made = Sealing::new(enc, cek).unwrap().seal(&iv, &aad, &mut in_out).unwrap();
            assert_eq!((&in_out, &made), (&hex(ciphertext), &hex(tag)), "{enc}");
            let len = Opening::new(enc, cek).unwrap().open(&iv, &aad, &made, &mut in_out).unwrap();
            assert_eq!(&in_out[..len], plaintext, "{enc}");
        }
    }

    #[test]
    fn sizes_are_exact_and_nothing_may_be_changed() {
        for enc in ContentEncryption::ALL.iter().copied() {
            let cek: Vec<u8> = (0..key_len(enc)).map(|at| at as u8).collect();
            for len in [0, key_len(enc) - 1, key_len(enc) + 1] {
                assert!(
                    Sealing::new(enc, &vec![0; len]).is_err() && Opening::new(enc, &vec![0; len]).is_err()
                );
            }
            let (sealing, opening) = (Sealing::new(enc, &cek).unwrap(), Opening::new(enc, &cek).unwrap());
            let iv = vec![7; iv_len(enc)];
            for len in [0, 1, 15, 16, 17, 100] {
                let mut ciphertext = vec![b'x'; len];
                let tag = sealing.seal(&iv, b"aad", &mut ciphertext).unwrap();
                assert_eq!(tag.len(), tag_len(enc));
                assert_eq!(opening.open(&iv, b"aad", &tag, &mut ciphertext.clone()), Ok(len));
                assert!(opening.open(&iv, b"AAD", &tag, &mut ciphertext.clone()).is_err());
                assert!(opening.open(&iv[1..], b"aad", &tag, &mut ciphertext.clone()).is_err());
                assert!(opening.open(&iv, b"aad", &[], &mut ciphertext.clone()).is_err());
                assert!(
                    opening.open(&iv, b"aad", &[&tag[..], &[0]].concat(), &mut ciphertext.clone()).is_err()
                );
                for at in 0..tag.len() {
                    let mut wrong = tag.clone();
                    wrong[at] ^= 0x80;
                    assert!(opening.open(&iv, b"aad", &wrong, &mut ciphertext.clone()).is_err());
                    assert!(opening.open(&iv, b"aad", &tag[..at], &mut ciphertext.clone()).is_err());
                }
                for at in 0..ciphertext.len() {
                    let mut wrong = ciphertext.clone();
                    wrong[at] ^= 1;
                    assert!(opening.open(&iv, b"aad", &tag, &mut wrong).is_err());
                    assert!(opening.open(&iv, b"aad", &tag, &mut ciphertext[..at].to_vec()).is_err());
                }
            }
        }
    }

    /// With a tag that is wrong, AES-CBC leaves the ciphertext as it was: it was never decrypted.
    #[test]
    fn the_tag_is_checked_before_anything_is_decrypted() {
        let enc = ContentEncryption::A128CbcHs256;
        let cek = [9; 32];
        let mut ciphertext = b"plaintext".to_vec();
        let mut tag = Sealing::new(enc, &cek).unwrap().seal(&[7; 16], b"", &mut ciphertext).unwrap();
        tag[0] ^= 1;
        let before = ciphertext.clone();
        assert!(Opening::new(enc, &cek).unwrap().open(&[7; 16], b"", &tag, &mut ciphertext).is_err());
        assert_eq!(ciphertext, before);
    }
}
