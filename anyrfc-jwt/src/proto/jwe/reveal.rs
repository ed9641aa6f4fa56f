//! What no caller gets to see, for the proofs of [`compliance`](crate::compliance).

use super::{
    DecryptionKey, EncryptionKey, Limits,
    content::Opening,
    key::SenderMaterial,
    manage::{self, Parameters, RecipientCek, undecryptable},
    names,
};
use crate::{
    Error,
    types::{ContentEncryption, Header},
};

/// With which key the content is tried.
pub(crate) fn content_key(key: &DecryptionKey, header: &Header, encrypted: &[u8]) -> Result<Vec<u8>, Error> {
    let (alg, enc) = names(header)?;
    let parameters = Parameters::of(header, alg, encrypted, &Limits::default())?;
    match manage::decrypt_key(key, alg, enc, &parameters, encrypted)? {
        RecipientCek::Octets(cek) => Ok(cek.expose().clone()),
        RecipientCek::Ready(_) => Err(undecryptable()),
    }
}

/// Decrypts in place; says how much of it is plaintext.
pub(crate) fn open_content(
    enc: ContentEncryption,
    cek: &[u8],
    iv: &[u8],
    aad: &[u8],
    tag: &[u8],
    in_out: &mut [u8],
) -> Option<usize> {
    Opening::new(enc, cek).and_then(|opening| opening.open(iv, aad, tag, in_out)).ok()
}

/// As if a key of AES-GCM had encrypted this often already.
pub(crate) fn set_uses(key: &EncryptionKey, uses: u64) {
    if let SenderMaterial::GcmWrap(_, counter) | SenderMaterial::Direct(_, counter) = &*key.material {
        counter.set(uses);
    }
}
