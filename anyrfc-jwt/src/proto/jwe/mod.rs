//! Encrypting and decrypting (RFC 7516, section 5).
//!
//! All algorithms of RFC 7518, sections 4 and 5, and X25519 of RFC 8037. A key is bound to what it
//! does when it is made; a token only says which of that was done.
//!
//! ```
//! use anyrfc_jwt::{
//!     proto::jwe::{self, DecryptionKey, EncryptionKey, Limits},
//!     types::{ContentEncryption, Header, JweAlgorithm},
//! };
//!
//! # fn main() -> Result<(), anyrfc_jwt::Error> {
//! let shared = [7; 32];
//! let key = EncryptionKey::symmetric(JweAlgorithm::Dir, shared)?;
//! let header = Header::new(JweAlgorithm::Dir).with_typ("example");
//! let token = jwe::encrypt(b"for your eyes only", &header, &key, ContentEncryption::A256Gcm)?;
//!
//! let key = DecryptionKey::symmetric(JweAlgorithm::Dir, shared)?;
//! let decrypted = jwe::decrypt(&token, &key, &Limits::default())?;
//! assert_eq!(decrypted.plaintext.expose(), b"for your eyes only");
//! assert!(decrypted.header.is_typ("example"));
//! # Ok(())
//! # }
//! ```

mod agree;
mod allowed;
mod content;
mod json;
mod key;
mod keys;
mod manage;
mod password;
#[cfg(feature = "compliance")]
pub(crate) mod reveal;
mod rsa;
#[cfg(test)]
mod tests;
mod wrap;

use anyrfc_core::Secret;

pub use allowed::{ContentEncryptions, KeyManagement};
pub use json::{DecryptedJson, Message, Outcome, decrypt_json};
pub use key::{DecryptionKey, DecryptionKeySource, EncryptionKey};
pub use keys::{decrypt_jwk, decrypt_jwk_set, encrypt_jwk, encrypt_jwk_set};

use self::{
    content::Sealing,
    key::Family,
    manage::{Fixed, Parameters, SenderCek, broken, drawn, undecryptable},
};
use crate::{
    Error, ErrorKind, Rejection,
    codec::{base64url, inflate, json::JsonLimits},
    rfc7516, rfc7518,
    types::{ContentEncryption, Header, JweAlgorithm},
};

/// How much a token may make us do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Octets of the token. Default 1 MiB.
    pub token: usize,
    /// Octets that a compressed plaintext may have when it is inflated; with 0, none that is not empty
    /// is taken. Default 256 KiB.
    ///
    /// To understand `zip` is a duty of whoever receives (RFC 7516, section 4.1.3), so that it is
    /// understood unless told otherwise; and it is inflated only when its tag was found right.
    pub inflated: usize,
    /// Rounds that a password must have been iterated at least. Default 1000.
    pub fewest_iterations: u32,
    /// Rounds that we are ready to iterate a password. Default 600,000, some tenths of a second.
    pub most_iterations: u32,
    /// Recipients of a JWE in JSON. Default 16.
    pub recipients: usize,
    /// Keys that are tried in all. Default 8.
    pub attempts: usize,
    /// How many of these may be passwords, each of which costs all its rounds. Default 2.
    pub passwords: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            token: 1 << 20,
            inflated: 256 << 10,
            fewest_iterations: 1000,
            most_iterations: 600_000,
            recipients: 16,
            attempts: 8,
            passwords: 2,
        }
    }
}

impl Limits {
    /// With this many octets of plaintext from a compressed one.
    #[must_use]
    pub const fn with_inflated(mut self, inflated: usize) -> Self {
        self.inflated = inflated;
        self
    }

    /// With this many octets of token.
    #[must_use]
    pub const fn with_token(mut self, token: usize) -> Self {
        self.token = token;
        self
    }

    /// With this many recipients of a JWE in JSON.
    #[must_use]
    pub const fn with_recipients(mut self, recipients: usize) -> Self {
        self.recipients = recipients;
        self
    }

    /// With this many keys that are tried in all.
    #[must_use]
    pub const fn with_attempts(mut self, attempts: usize) -> Self {
        self.attempts = attempts;
        self
    }

    /// With this many passwords among the keys that are tried.
    #[must_use]
    pub const fn with_passwords(mut self, passwords: usize) -> Self {
        self.passwords = passwords;
        self
    }

    /// With this many rounds of a password, at least and at most.
    #[must_use]
    pub const fn with_iterations(mut self, fewest: u32, most: u32) -> Self {
        (self.fewest_iterations, self.most_iterations) = (fewest, most);
        self
    }
}

impl Header {
    /// With `zip`: what is encrypted is compressed first. How long it gets then tells of what is in it,
    /// so leave it unless nobody else can have any of it chosen (RFC 8725, section 3.6).
    #[must_use]
    pub fn with_compression(mut self) -> Self {
        self.encryption.get_or_insert_default().deflate = true;
        self
    }

    /// With `apu` and `apv`: who the sender and the recipient of an ECDH-ES are, in words they agreed
    /// on. An empty one is left out.
    #[must_use]
    pub fn with_parties(mut self, sender: &[u8], recipient: &[u8]) -> Self {
        let some = |party: &[u8]| (!party.is_empty()).then(|| party.to_vec());
        let encryption = self.encryption.get_or_insert_default();
        (encryption.apu, encryption.apv) = (some(sender), some(recipient));
        self
    }
}

/// What was decrypted, and under which header.
#[derive(Debug)]
#[non_exhaustive]
pub struct Decrypted {
    /// The header. In a compact JWE all of it was authenticated.
    pub header: Header,
    /// The plaintext.
    pub plaintext: Secret<Vec<u8>>,
    /// The `kid` of the key that did it, by its own word and not that of the header.
    pub key_id: Option<String>,
}

/// Encrypts `plaintext` to `key` and gives the compact serialisation (RFC 7516, section 7.1).
///
/// `enc`, the key's `kid` and what the recipient has to know for the algorithm go into the header by
/// themselves. Content encryption key, vectors, ephemeral key and salt are new each time.
///
/// ```
/// use anyrfc_jwt::{proto::jwe::{self, EncryptionKey}, types::{ContentEncryption, Header, JweAlgorithm, Jwk}};
///
/// # fn main() -> Result<(), anyrfc_jwt::Error> {
/// let bob = Jwk::parse(br#"{"kty":"OKP","crv":"X25519","kid":"Bob",
///     "x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"}"#)?;
/// let key = EncryptionKey::from_jwk(&bob, JweAlgorithm::EcdhEs)?;
/// let header = Header::new(JweAlgorithm::EcdhEs);
/// let token = jwe::encrypt(b"Hello Bob", &header, &key, ContentEncryption::A128CbcHs256)?;
/// assert_eq!(token.split('.').count(), 5);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// `Usage` when `header` names another algorithm than the key has, holds what is made
/// here, or has a `crit`; when the key is not for `enc`, or has encrypted as often as it may.
pub fn encrypt(
    plaintext: &[u8],
    header: &Header,
    key: &EncryptionKey,
    enc: ContentEncryption,
) -> Result<String, Error> {
    encrypt_with(plaintext, header, key, enc, &Fixed::default())
}

/// See [`encrypt`].
fn encrypt_with(
    plaintext: &[u8],
    header: &Header,
    key: &EncryptionKey,
    enc: ContentEncryption,
    fixed: &Fixed,
) -> Result<String, Error> {
    let mut header = header.clone();
    complete(&mut header, key, enc)?;
    let (cek, encrypted_key) = match manage::direct(key, enc, &mut header, fixed)? {
        Some(cek) => (cek, Vec::new()),
        None => {
            let cek = manage::generate(enc, fixed)?;
            let encrypted = manage::encrypt_key(key, &mut header, cek.expose(), fixed)?;
            (SenderCek::Octets(cek), encrypted)
        }
    };
    let protected = match &fixed.protected {
        Some(protected) => protected.clone(),
        None => base64url::encode(header.to_json().as_bytes()),
    };
    let content = seal(plaintext, header.is_compressed(), &cek, enc, protected.as_bytes(), fixed)?;
    let mut token = protected;
    let parts = [&encrypted_key, &content.iv, &content.ciphertext, &content.tag];
    token.reserve(parts.iter().map(|part| base64url::encoded_len(part.len()).saturating_add(1)).sum());
    for part in parts {
        token.push('.');
        base64url::encode_into(part, &mut token);
    }
    Ok(token)
}

/// A content, encrypted.
struct Content {
    iv: Vec<u8>,
    ciphertext: Vec<u8>,
    tag: Vec<u8>,
}

fn seal(
    plaintext: &[u8],
    compress: bool,
    cek: &SenderCek<'_>,
    enc: ContentEncryption,
    aad: &[u8],
    fixed: &Fixed,
) -> Result<Content, Error> {
    let made;
    let sealing = match cek {
        SenderCek::Ready(sealing) => *sealing,
        SenderCek::Octets(octets) => {
            made = Sealing::new(enc, octets.expose()).map_err(|_| broken())?;
            &made
        }
    };
    let iv = drawn(content::iv_len(enc), fixed.iv.as_ref())?;
    let compressed;
    let plaintext = if compress {
        compressed = Secret::new(inflate::deflate(plaintext)?);
        compressed.expose()
    } else {
        plaintext
    };
    // With room for the padding, so that no copy of the plaintext is left behind by growing.
    let mut ciphertext = Vec::with_capacity(plaintext.len().saturating_add(content::PADDING));
    ciphertext.extend_from_slice(plaintext);
    let tag = sealing.seal(&iv, aad, &mut ciphertext).map_err(|_| broken())?;
    Ok(Content { iv, ciphertext, tag })
}

/// Checks what the caller wants in the header, and puts `enc` and `kid` there.
fn complete(header: &mut Header, key: &EncryptionKey, enc: ContentEncryption) -> Result<(), Error> {
    if header.jwe_algorithm() != Some(key.algorithm) {
        return Err(Error::usage("the header names another algorithm than the key has")
            .with_requirement(rfc7516::KEY_SERVES_ITS_ALGORITHM_ALONE));
    }
    if header.content_encryption().is_some_and(|named| named != enc) {
        return Err(Error::usage("the header names another content encryption"));
    }
    if !key.encryptions.contains(enc) {
        return Err(Error::usage("the key is not for this content encryption")
            .with_requirement(rfc7516::KEY_SERVES_ITS_ALGORITHM_ALONE));
    }
    if header.has_critical() {
        return Err(
            Error::usage("`b64` is for signatures").with_requirement(rfc7516::CRIT_IS_TREATED_AS_IN_JWS)
        );
    }
    let encryption = header.encryption.get_or_insert_default();
    encryption.enc = Some(enc);
    let made = encryption.epk.is_some()
        || encryption.iv.is_some()
        || encryption.tag.is_some()
        || encryption.p2s.is_some()
        || encryption.p2c.is_some();
    if made {
        return Err(Error::usage("the header holds what is made anew for each encryption"));
    }
    let parties = (encryption.apu.as_ref(), encryption.apv.as_ref());
    if parties != (None, None) && !matches!(key::family(key.algorithm), Family::Agree(_)) {
        return Err(Error::usage("`apu` and `apv` are for ECDH-ES"));
    }
    if parties.0.is_some() && parties.0 == parties.1 {
        return Err(
            Error::usage("`apu` and `apv` are the same").with_requirement(rfc7518::APU_AND_APV_DIFFER)
        );
    }
    if header.key_id.is_none() {
        header.key_id = key.key_id().map(str::to_owned);
    }
    Ok(())
}

/// The five parts of a compact JWE.
struct Parts<'t> {
    protected: &'t str,
    encrypted_key: &'t str,
    iv: &'t str,
    ciphertext: &'t str,
    tag: &'t str,
}

fn split(token: &str) -> Result<Parts<'_>, Error> {
    let mut parts = token.split('.');
    let mut next = || parts.next();
    let (Some(protected), Some(encrypted_key), Some(iv), Some(ciphertext), Some(tag), None) =
        (next(), next(), next(), next(), next(), next())
    else {
        return Err(Error::malformed(rfc7516::COMPACT_JWE_HAS_FOUR_PERIODS, "it has not five parts"));
    };
    Ok(Parts { protected, encrypted_key, iv, ciphertext, tag })
}

fn decoded(text: &str) -> Result<Vec<u8>, Error> {
    base64url::decode(text)
        .map_err(|_| Error::malformed(rfc7516::PARTS_DECODE_STRICTLY, "a part is not base64url"))
}

/// Decrypts the compact serialisation by one of `keys`.
///
/// Everything that is wrong with the encrypted key, the content or the tag is one and the same error,
/// and of a JWE that fails nothing comes out.
///
/// ```
/// use anyrfc_jwt::{
///     ErrorKind, Rejection,
///     proto::jwe::{self, DecryptionKey, EncryptionKey, Limits},
///     types::{ContentEncryption, Header, JweAlgorithm::A256Kw},
/// };
///
/// # fn main() -> Result<(), anyrfc_jwt::Error> {
/// let key = EncryptionKey::symmetric(A256Kw, [1; 32])?;
/// let token = jwe::encrypt(b"text", &Header::new(A256Kw), &key, ContentEncryption::A256CbcHs512)?;
/// let other = DecryptionKey::symmetric(A256Kw, [2; 32])?;
/// let error = jwe::decrypt(&token, &other, &Limits::default()).unwrap_err();
/// assert_eq!((error.kind(), error.rejection()), (ErrorKind::Auth, Some(Rejection::Decryption)));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// `Protocol` for what is ill-formed, `Unsupported` for an algorithm that is
/// not known, `Limit` beyond `limits`; `Auth` with
/// [`Rejection::NoKey`] where no key is meant, [`Rejection::Algorithm`] where none allows the
/// algorithms, [`Rejection::Critical`] for a `crit`, and [`Rejection::Decryption`] for all the rest.
pub fn decrypt<K: DecryptionKeySource + ?Sized>(
    token: &str,
    keys: &K,
    limits: &Limits,
) -> Result<Decrypted, Error> {
    if token.len() > limits.token {
        return Err(Error::new(ErrorKind::Limit, "the JWE is longer than allowed"));
    }
    let parts = split(token)?;
    // What a header may have, in base64url.
    if parts.protected.len() > base64url::encoded_len(JsonLimits::HEADER.bytes) {
        return Err(Error::new(ErrorKind::Limit, "the header is longer than allowed"));
    }
    let header = Header::parse(&decoded(parts.protected)?)?;
    let names = names(&header)?;
    let keys = allowing(keys.candidates(&header), names)?;
    let encrypted_key = decoded(parts.encrypted_key)?;
    let iv = decoded(parts.iv)?;
    let tag = decoded(parts.tag)?;
    sizes(names.1, &iv, &tag)?;
    let mut sealed = Sealed {
        aad: parts.protected.as_bytes(),
        iv: &iv,
        tag: &tag,
        ciphertext: decoded(parts.ciphertext)?,
        attempts: limits.attempts,
        passwords: limits.passwords,
        limits,
    };
    let (plaintext, key) = sealed.open(&header, names, &encrypted_key, &keys, false)?;
    Ok(Decrypted { header, plaintext, key_id: key.key_id().map(str::to_owned) })
}

/// The two algorithms of a header.
type Names = (JweAlgorithm, ContentEncryption);

/// Both algorithms, which have to be there; and no `crit`.
fn names(header: &Header) -> Result<Names, Error> {
    if header.has_critical() {
        let what = "`b64` means nothing in a JWE";
        return Err(Error::rejected(Rejection::Critical, rfc7516::CRIT_IS_TREATED_AS_IN_JWS, what));
    }
    let enc = header
        .content_encryption()
        .ok_or_else(|| Error::malformed(rfc7516::ENC_IS_PRESENT, "there is none"))?;
    let alg = header.jwe_algorithm().ok_or_else(|| {
        Error::rejected(Rejection::Algorithm, rfc7516::UNUSABLE_ALG_FAILS, "the algorithm does not encrypt")
    })?;
    Ok((alg, enc))
}

/// Those of the keys that allow both algorithms.
fn allowing(candidates: Vec<&DecryptionKey>, (alg, enc): Names) -> Result<Vec<&DecryptionKey>, Error> {
    if candidates.is_empty() {
        return Err(Error::rejected(Rejection::NoKey, rfc7516::UNUSABLE_ALG_FAILS, "no key is meant by it"));
    }
    let mut keys = candidates;
    keys.retain(|key| key.algorithms.contains(alg) && key.encryptions.contains(enc));
    if keys.is_empty() {
        let what = "no key allows the algorithms";
        return Err(Error::rejected(Rejection::Algorithm, rfc7516::ALGORITHMS_ARE_ACCEPTABLE, what));
    }
    Ok(keys)
}

/// The vector and the tag have the one length that `enc` gives them.
fn sizes(enc: ContentEncryption, iv: &[u8], tag: &[u8]) -> Result<(), Error> {
    let (of_iv, of_tag) = if content::is_gcm(enc) {
        (rfc7518::GCM_IV_HAS_96_BITS, rfc7518::GCM_TAG_HAS_128_BITS)
    } else {
        (rfc7516::IV_IS_RANDOM, rfc7516::WRONG_TAG_YIELDS_NOTHING)
    };
    if iv.len() != content::iv_len(enc) {
        return Err(Error::malformed(of_iv, "the initialization vector has another length"));
    }
    if tag.len() != content::tag_len(enc) {
        return Err(Error::malformed(of_tag, "the authentication tag has another length"));
    }
    Ok(())
}

/// A content as it came, and what is left to be tried with it.
struct Sealed<'t> {
    aad: &'t [u8],
    iv: &'t [u8],
    tag: &'t [u8],
    /// Decrypted in place by the last key that is tried.
    ciphertext: Vec<u8>,
    attempts: usize,
    passwords: usize,
    limits: &'t Limits,
}

impl Sealed<'_> {
    /// Tries one key after the other, as long as there are attempts. With `keep`, the ciphertext stays
    /// as it is for another recipient.
    fn open<'k>(
        &mut self,
        header: &Header,
        (alg, enc): Names,
        encrypted_key: &[u8],
        keys: &[&'k DecryptionKey],
        keep: bool,
    ) -> Result<(Secret<Vec<u8>>, &'k DecryptionKey), Error> {
        let parameters = Parameters::of(header, alg, encrypted_key, self.limits)?;
        let mut failure = None;
        let too_many = || Error::new(ErrorKind::Limit, "more keys might be meant than are tried");
        let mut keys = keys.iter();
        while let Some(key) = keys.next() {
            self.attempts = self.attempts.checked_sub(1).ok_or_else(too_many)?;
            if key::family(alg) == Family::Password {
                self.passwords = self.passwords.checked_sub(1).ok_or_else(too_many)?;
            }
            let cek = match manage::decrypt_key(key, alg, enc, &parameters, encrypted_key) {
                Ok(cek) => cek,
                Err(error) => {
                    failure.get_or_insert(error);
                    continue;
                }
            };
            let last = !keep && keys.as_slice().is_empty();
            let text = if last { std::mem::take(&mut self.ciphertext) } else { self.ciphertext.clone() };
            let mut text = Secret::new(text);
            match cek.open(enc, self.iv, self.aad, self.tag, text.expose_mut()) {
                Ok(len) => {
                    text.expose_mut().truncate(len);
                    if header.is_compressed() {
                        text = inflate::inflate(text.expose(), self.limits.inflated)?;
                    }
                    return Ok((text, key));
                }
                // Whatever another key said of the header: here cryptography decided.
                Err(error) => failure = Some(error),
            }
        }
        Err(failure.unwrap_or_else(undecryptable))
    }
}
