//! Signing and verifying (RFC 7515, section 5; RFC 7797).

mod detached;
mod json;

pub use detached::{
    sign_detached, sign_unencoded, sign_unencoded_detached, verify_detached, verify_unencoded,
};
pub use json::{JsonJws, VerifiedJson, verify_json, verify_json_detached};

use super::{KeySource, SigningKey, VerifyingKey};
use crate::{
    Error, ErrorKind, Rejection,
    codec::{
        base64url,
        compact::{self, JwsParts},
        der,
        json::JsonLimits,
    },
    rfc7515, rfc7797, rfc8725,
    types::{Header, JwsAlgorithm},
};

/// How much of a JWS is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JwsLimits {
    /// So many octets of a whole JWS, encoded: 1 MiB unless set.
    pub bytes: usize,
    /// What is allowed for a header, decoded; in a JWS in JSON for each of its two parts.
    pub header: JsonLimits,
    /// So many keys are tried for one signature: 16 unless set.
    pub candidates: usize,
    /// So many signatures one JWS may have: 16 unless set.
    pub signatures: usize,
}

impl JwsLimits {
    /// The limits that hold unless others are set.
    pub const DEFAULT: Self =
        Self { bytes: 1 << 20, header: JsonLimits::HEADER, candidates: 16, signatures: 16 };

    /// At most so many octets.
    #[must_use]
    pub const fn bytes(mut self, bytes: usize) -> Self {
        self.bytes = bytes;
        self
    }

    /// At most so much in a header.
    #[must_use]
    pub const fn header(mut self, header: JsonLimits) -> Self {
        self.header = header;
        self
    }

    /// At most so many keys tried for one signature.
    #[must_use]
    pub const fn candidates(mut self, candidates: usize) -> Self {
        self.candidates = candidates;
        self
    }

    /// At most so many signatures in one JWS.
    #[must_use]
    pub const fn signatures(mut self, signatures: usize) -> Self {
        self.signatures = signatures;
        self
    }

    /// The JWS is not longer than allowed.
    fn check(&self, len: usize) -> Result<(), Error> {
        if len > self.bytes {
            return Err(Error::new(ErrorKind::Limit, "the JWS is longer than allowed"));
        }
        Ok(())
    }
}

impl Default for JwsLimits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// A signature that was found right: under which header, by which key.
#[derive(Clone, Debug)]
pub struct VerifiedSignature {
    header: Header,
    key: VerifyingKey,
    protected: Protected,
}

/// Which parameters of a header were signed.
#[derive(Clone, Debug)]
enum Protected {
    /// All of them, as in a compact JWS.
    All,
    /// Those of the protected header, by their names.
    Named(Box<[String]>),
}

impl VerifiedSignature {
    /// The header; in a JWS in JSON also its unprotected part, which may be anybody's: see
    /// [`is_protected`](Self::is_protected).
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Whether this parameter is in the header and was signed.
    #[must_use]
    pub fn is_protected(&self, name: &str) -> bool {
        match &self.protected {
            Protected::All => self.header.to_object().contains_key(name),
            Protected::Named(names) => names.iter().any(|one| one == name),
        }
    }

    /// The key that verified it.
    #[must_use]
    pub const fn key(&self) -> &VerifyingKey {
        &self.key
    }
}

/// A JWS whose signature was found right.
#[derive(Clone, Debug)]
pub struct Verified {
    signature: VerifiedSignature,
    payload: Vec<u8>,
}

impl Verified {
    /// The header.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.signature.header
    }

    /// The key that verified it.
    #[must_use]
    pub const fn key(&self) -> &VerifyingKey {
        &self.signature.key
    }

    /// What was signed.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The header, and what was signed.
    #[must_use]
    pub fn into_parts(self) -> (Header, Vec<u8>) {
        (self.signature.header, self.payload)
    }
}

/// A key and a header that is encoded once, for many payloads.
///
/// ```
/// use anyrfc_jwt::{proto::{self, JwsLimits, Signer, SigningKey}, types::{Header, JwsAlgorithm}};
///
/// let key = SigningKey::generate(JwsAlgorithm::Es256)?;
/// let signer = Signer::new(&key, &Header::new(JwsAlgorithm::Es256).with_typ("example"))?;
/// let token = signer.sign(b"payload")?;
/// let verified = proto::verify(&token, key.verifying_key(), &JwsLimits::DEFAULT)?;
/// assert_eq!(verified.payload(), b"payload");
/// # Ok::<(), anyrfc_jwt::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Signer {
    key: SigningKey,
    /// The encoded header and the period behind it.
    prefix: String,
    /// So many letters a signature has, with its period.
    signature: usize,
}

impl Signer {
    /// Encodes the header. The key's `kid` is put into a header that has neither `kid` nor `jwk`.
    ///
    /// # Errors
    /// `Usage` where `alg` or `x5c` of the header is not that of the key, or where the header has `b64`.
    pub fn new(key: &SigningKey, header: &Header) -> Result<Self, Error> {
        fits(header, key)?;
        if header.has_critical() {
            return Err(Error::usage("`b64` is for detached and unencoded payloads")
                .with_requirement(rfc7797::TRUE_IS_LEFT_OUT));
        }
        let mut prefix = base64url::encode(named(header, key).to_json().as_bytes());
        prefix.push('.');
        Ok(Self { key: key.clone(), prefix, signature: base64url::encoded_len(key.signature_len()) })
    }

    /// A compact JWS of this payload.
    ///
    /// # Errors
    /// `Usage` where the key fails.
    pub fn sign(&self, payload: &[u8]) -> Result<String, Error> {
        let rest = base64url::encoded_len(payload.len()).saturating_add(self.signature);
        // With the point between them.
        let mut token = String::with_capacity(self.prefix.len().saturating_add(rest).saturating_add(1));
        token.push_str(&self.prefix);
        base64url::encode_into(payload, &mut token);
        let signature = self.key.sign(token.as_bytes())?;
        token.push('.');
        base64url::encode_into(signature.as_ref(), &mut token);
        Ok(token)
    }

    /// By which key it signs.
    #[must_use]
    pub const fn key(&self) -> &SigningKey {
        &self.key
    }
}

/// `alg` of the header is that of the key (RFC 7515, section 5.1), and so is its certificate.
fn fits(header: &Header, key: &SigningKey) -> Result<(), Error> {
    if header.jws_algorithm() != Some(key.algorithm()) {
        return Err(Error::usage("the header names another algorithm than the key has")
            .with_requirement(rfc7515::ALG_NAMES_WHAT_SIGNED));
    }
    certified(header, key)
}

/// The first certificate of `x5c` is that of the key (RFC 7515, section 4.1.6). Nobody validates it.
fn certified(header: &Header, key: &SigningKey) -> Result<(), Error> {
    let Some(first) = header.untrusted_x5c().first() else { return Ok(()) };
    let ours = key.public_jwk().map(|jwk| jwk.thumbprint());
    if ours.is_some() && der::from_certificate(first).ok().map(|jwk| jwk.thumbprint()) == ours {
        return Ok(());
    }
    Err(Error::usage("the first certificate is not that of the key")
        .with_requirement(rfc7515::X5C_BEGINS_WITH_THE_SIGNERS_CERT))
}

/// The header with the key's `kid`, unless it says already whose it is.
fn named<'a>(header: &'a Header, key: &SigningKey) -> std::borrow::Cow<'a, Header> {
    match key.key_id() {
        Some(key_id) if header.key_id().is_none() && header.untrusted_jwk().is_none() => {
            std::borrow::Cow::Owned(header.clone().with_key_id(key_id))
        }
        _ => std::borrow::Cow::Borrowed(header),
    }
}

/// A compact JWS (RFC 7515, section 7.1). Who signs often under the same header makes a [`Signer`].
///
/// # Errors
/// `Usage` where `alg` or `x5c` of the header is not that of the key, or where the header has `b64`.
pub fn sign(payload: &[u8], header: &Header, key: &SigningKey) -> Result<String, Error> {
    Signer::new(key, header)?.sign(payload)
}

/// Verifies a compact JWS (RFC 7515, section 5.2): that one of `keys` signed it, and no more. Whether
/// a JWT is to be believed, claims and all, a [`Validation`](super::Validation) says.
///
/// # Errors
/// `Protocol` where it is malformed, `Limit` beyond `limits`, `Unsupported` for an unknown
/// algorithm; `Auth` with [`Rejection::Algorithm`] where no key may be used for `alg`,
/// [`Rejection::NoKey`] where no key goes with `kid`, [`Rejection::Critical`] for any `crit`, and
/// [`Rejection::Signature`] where the signature is wrong.
pub fn verify<K: KeySource + ?Sized>(token: &str, keys: &K, limits: &JwsLimits) -> Result<Verified, Error> {
    limits.check(token.len())?;
    let parts = compact::jws(token)?;
    let header = header_of(&parts, limits)?;
    encoded(&header)?;
    let octets = parts.signature_octets()?;
    let signature = try_keys(header, parts.signing_input.as_bytes(), &octets, keys, limits)?;
    Ok(Verified { signature, payload: compact::payload(parts.payload)? })
}

/// The header of a JWS that nobody has verified, for those who have to choose keys by it.
///
/// # Errors
/// As [`verify`], as far as it can be said without a key.
pub fn peek_header(token: &str, limits: &JwsLimits) -> Result<Header, Error> {
    limits.check(token.len())?;
    header_of(&compact::jws(token)?, limits)
}

/// The header of a compact JWS.
fn header_of(parts: &JwsParts<'_>, limits: &JwsLimits) -> Result<Header, Error> {
    Header::parse_within(&parts.header_json()?, &limits.header)
}

/// The header has no `crit`, whose only extension here changes what the payload means.
fn encoded(header: &Header) -> Result<(), Error> {
    if header.has_critical() {
        return Err(Error::rejected(
            Rejection::Critical,
            rfc7515::UNKNOWN_CRIT_IS_INVALID,
            "`b64` is not for this",
        ));
    }
    Ok(())
}

/// The algorithm of a header, which has to be one that signs.
fn algorithm_of(header: &Header) -> Result<JwsAlgorithm, Error> {
    header.jws_algorithm().ok_or_else(|| {
        Error::rejected(Rejection::Algorithm, rfc7515::UNUSABLE_ALG_IS_INVALID, "the algorithm signs nothing")
    })
}

/// Looks for the key that made the signature. Keys that may not be used for `alg` are not tried.
fn try_keys<K: KeySource + ?Sized>(
    header: Header,
    input: &[u8],
    signature: &[u8],
    keys: &K,
    limits: &JwsLimits,
) -> Result<VerifiedSignature, Error> {
    let algorithm = algorithm_of(&header)?;
    let mut outcome = None;
    let mut tried = 0_usize;
    for key in keys.candidates(&header) {
        if !key.algorithms().contains(algorithm) {
            outcome.get_or_insert_with(|| {
                Error::rejected(
                    Rejection::Algorithm,
                    rfc8725::NO_OTHER_ALGORITHM_IS_USED,
                    "no key is allowed for it",
                )
            });
            continue;
        }
        if tried == limits.candidates {
            return Err(Error::new(ErrorKind::Limit, "more keys than allowed would have to be tried"));
        }
        tried = tried.saturating_add(1);
        match key.verify(algorithm, input, signature) {
            Ok(()) => {
                let key = key.clone();
                return Ok(VerifiedSignature { header, key, protected: Protected::All });
            }
            Err(error) => outcome = Some(error),
        }
    }
    Err(outcome.unwrap_or_else(|| {
        Error::rejected(Rejection::NoKey, rfc7515::UNUSABLE_ALG_IS_INVALID, "no key goes with its `kid`")
    }))
}

#[cfg(test)]
mod tests;
