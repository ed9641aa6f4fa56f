//! Wrapping a key by a symmetric one (RFC 7518, sections 4.4 and 4.7): AES key wrap and AES-GCM.

use anyrfc_core::Secret;
use aws_lc_rs::{
    aead::{AES_128_GCM, AES_192_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    cipher::{AES_192, DecryptingKey, DecryptionContext, EncryptingKey, EncryptionContext, UnboundCipherKey},
    constant_time::verify_slices_are_equal,
    error::Unspecified,
    key_wrap::{AES_128, AES_256, AesKek, KeyWrap},
};
use zeroize::Zeroize;

/// The unit of AES key wrap, in octets (RFC 3394, section 2.2).
const HALF: usize = 8;
/// No less than two units are wrapped (RFC 3394, section 2.2.1).
const LEAST: usize = 2 * HALF;
/// The initial value (RFC 3394, section 2.2.3.1).
const INITIAL: [u8; HALF] = [0xa6; HALF];

/// Wraps `cek` by AES key wrap; the size of `kek` says which AES.
pub(super) fn wrap(kek: &[u8], cek: &[u8]) -> Result<Vec<u8>, Unspecified> {
    let mut wrapped = vec![0; cek.len().saturating_add(HALF)];
    match kek.len() {
        16 => AesKek::new(&AES_128, kek)?.wrap(cek, &mut wrapped).map(drop)?,
        32 => AesKek::new(&AES_256, kek)?.wrap(cek, &mut wrapped).map(drop)?,
        _ => wrap_192(kek, cek, &mut wrapped)?,
    }
    Ok(wrapped)
}

/// The opposite of [`wrap`].
pub(super) fn unwrap(kek: &[u8], wrapped: &[u8]) -> Result<Secret<Vec<u8>>, Unspecified> {
    let len = wrapped.len().checked_sub(HALF).ok_or(Unspecified)?;
    let mut cek = Secret::new(vec![0; len]);
    match kek.len() {
        16 => KeyWrap::unwrap(AesKek::new(&AES_128, kek)?, wrapped, cek.expose_mut()).map(drop)?,
        32 => KeyWrap::unwrap(AesKek::new(&AES_256, kek)?, wrapped, cek.expose_mut()).map(drop)?,
        _ => unwrap_192(kek, wrapped, cek.expose_mut())?,
    }
    Ok(cek)
}

/// One block of the wrap: the running value and a half block of the key.
fn joined(value: &[u8], half: &[u8]) -> Result<[u8; 2 * HALF], Unspecified> {
    let mut block = [0; 2 * HALF];
    let (left, right) = block.split_at_mut(HALF);
    if value.len() != HALF || half.len() != HALF {
        return Err(Unspecified);
    }
    left.copy_from_slice(value);
    right.copy_from_slice(half);
    Ok(block)
}

fn xor(value: &mut [u8], step: usize) {
    for (octet, step) in value.iter_mut().zip((step as u64).to_be_bytes()) {
        *octet ^= step;
    }
}

/// The wrap of RFC 3394, section 2.2.1, over single blocks: aws-lc-rs has it not for 192 bits.
fn wrap_192(kek: &[u8], cek: &[u8], wrapped: &mut [u8]) -> Result<(), Unspecified> {
    let key = EncryptingKey::ecb(UnboundCipherKey::new(&AES_192, kek)?)?;
    if !cek.len().is_multiple_of(HALF) || cek.len() < LEAST {
        return Err(Unspecified);
    }
    let (value, halves) = wrapped.split_at_mut(HALF);
    value.copy_from_slice(&INITIAL);
    halves.copy_from_slice(cek);
    let mut step = 0_usize;
    for _ in 0..6 {
        for half in halves.chunks_exact_mut(HALF) {
            step = step.wrapping_add(1);
            let mut block = joined(value, half)?;
            key.less_safe_encrypt(&mut block, EncryptionContext::None)?;
            let (left, right) = block.split_at(HALF);
            value.copy_from_slice(left);
            half.copy_from_slice(right);
            xor(value, step);
        }
    }
    Ok(())
}

/// The opposite of [`wrap_192`] (RFC 3394, section 2.2.2).
fn unwrap_192(kek: &[u8], wrapped: &[u8], cek: &mut [u8]) -> Result<(), Unspecified> {
    let key = DecryptingKey::ecb(UnboundCipherKey::new(&AES_192, kek)?)?;
    let (first, rest) = wrapped.split_at_checked(HALF).ok_or(Unspecified)?;
    if rest.len() != cek.len() || !rest.len().is_multiple_of(HALF) || rest.len() < LEAST {
        return Err(Unspecified);
    }
    let mut value = INITIAL;
    value.copy_from_slice(first);
    cek.copy_from_slice(rest);
    let mut step = (rest.len() / HALF).wrapping_mul(6);
    for _ in 0..6 {
        for half in cek.chunks_exact_mut(HALF).rev() {
            xor(&mut value, step);
            step = step.wrapping_sub(1);
            let mut block = joined(&value, half)?;
            key.decrypt(&mut block, DecryptionContext::None)?;
            let (left, right) = block.split_at(HALF);
            value.copy_from_slice(left);
            half.copy_from_slice(right);
            block.zeroize();
        }
    }
    verify_slices_are_equal(&value, &INITIAL)
}

/// A key that wraps by AES-GCM; its size says which.
pub(super) fn gcm(kek: &[u8]) -> Result<LessSafeKey, Unspecified> {
    let algorithm = match kek.len() {
        16 => &AES_128_GCM,
        24 => &AES_192_GCM,
        32 => &AES_256_GCM,
        _ => return Err(Unspecified),
    };
    UnboundKey::new(algorithm, kek).map(LessSafeKey::new)
}

/// Encrypts `cek` by AES-GCM; returns it and the tag.
pub(super) fn gcm_wrap(kek: &LessSafeKey, iv: &[u8], cek: &[u8]) -> Result<(Vec<u8>, Vec<u8>), Unspecified> {
    let nonce = Nonce::try_assume_unique_for_key(iv)?;
    let mut wrapped = cek.to_vec();
    let tag = kek.seal_in_place_separate_tag(nonce, Aad::empty(), &mut wrapped)?;
    Ok((wrapped, tag.as_ref().to_vec()))
}

/// The opposite of [`gcm_wrap`]. The tag has 128 bits (RFC 7518, section 4.7).
pub(super) fn gcm_unwrap(
    kek: &LessSafeKey,
    iv: &[u8],
    tag: &[u8],
    wrapped: &[u8],
) -> Result<Secret<Vec<u8>>, Unspecified> {
    let nonce = Nonce::try_assume_unique_for_key(iv)?;
    if tag.len() != kek.algorithm().tag_len() {
        return Err(Unspecified);
    }
    let mut cek = Secret::new(wrapped.to_vec());
    kek.open_in_place_separate_tag(nonce, Aad::empty(), tag, cek.expose_mut())?;
    Ok(cek)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    }

    /// RFC 3394, sections 4.1 to 4.6: the size of the key, and what is wrapped.
    #[test]
    fn the_vectors_of_rfc_3394() {
        let key = hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
        let data = hex("00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f");
        for (kek, cek, wrapped) in [
            (16, 16, "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5"),
            (24, 16, "96778b25ae6ca435f92b5b97c050aed2468ab8a17ad84e5d"),
            (32, 16, "64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7"),
            (24, 24, "031d33264e15d33268f24ec260743edce1c6c7ddee725a936ba814915c6762d2"),
            (32, 24, "a8f9bc1612c68b3ff6e6f4fbe30e71e4769c8b80a32cb8958cd5d17d6b254da1"),
            (32, 32, "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21"),
        ] {
            let (kek, cek, wrapped) = (&key[..kek], &data[..cek], hex(wrapped));
            assert_eq!(wrap(kek, cek).unwrap(), wrapped);
            assert_eq!(unwrap(kek, &wrapped).unwrap().expose(), cek);
            for at in 0..wrapped.len() {
                let mut wrong = wrapped.clone();
                wrong[at] ^= 1;
                assert!(unwrap(kek, &wrong).is_err(), "{at}");
                assert!(unwrap(kek, &wrapped[..at]).is_err(), "{at}");
            }
        }
    }

    #[test]
    fn a_key_of_another_size_wraps_nothing() {
        for len in [0, 15, 17, 31, 33] {
            assert!(wrap(&vec![0; len], &[0; 32]).is_err(), "{len}");
            assert!(unwrap(&vec![0; len], &[0; 40]).is_err(), "{len}");
            assert!(gcm(&vec![0; len]).is_err(), "{len}");
        }
        for len in [0, 8, 15, 17] {
            assert!(wrap(&[0; 24], &vec![0; len]).is_err(), "{len}");
            assert!(wrap(&[0; 16], &vec![0; len]).is_err(), "{len}");
        }
    }
}
