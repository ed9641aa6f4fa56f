//! Signatures in JSON: one or several over one payload (RFC 7515, section 7.2; RFC 7797, section 5.3).

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};

use super::{JwsLimits, Protected, VerifiedSignature, fits, named, try_keys};
use crate::{
    Error, ErrorKind, Rejection,
    codec::{
        base64url, compact,
        json::{self, JsonLimits, Object},
        jws_json::{self, JsonSignature, JwsJson},
    },
    proto::{KeySource, SigningKey},
    rfc7515, rfc7797,
    types::Header,
};

/// A JWS in JSON that is being made.
///
/// ```
/// use anyrfc_jwt::{proto::{self, JsonJws, JwsLimits, SigningKey}, types::{Header, JwsAlgorithm}};
///
/// let (one, other) = (SigningKey::generate(JwsAlgorithm::Es256)?, SigningKey::generate(JwsAlgorithm::EdDsa)?);
/// let mut jws = JsonJws::new(b"payload");
/// jws.sign(&one, &Header::new(JwsAlgorithm::Es256), [])?;
/// jws.sign(&other, &Header::new(JwsAlgorithm::EdDsa), [("kid".to_owned(), "2".into())])?;
/// let verified = proto::verify_json(jws.to_general().as_bytes(), other.verifying_key(), &JwsLimits::DEFAULT)?;
/// assert_eq!(verified.payload(), b"payload");
/// assert!(verified.signatures()[0].is_err() && verified.signatures()[1].is_ok());
/// assert!(verified.require_all().is_err());
/// # Ok::<(), anyrfc_jwt::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct JsonJws {
    /// As it is in the JSON and in the signing input.
    payload: String,
    base64: bool,
    signatures: Vec<JsonSignature>,
}

impl JsonJws {
    /// Of this payload, without a signature so far.
    #[must_use]
    pub fn new(payload: &[u8]) -> Self {
        Self { payload: base64url::encode(payload), base64: true, signatures: Vec::new() }
    }

    /// Of this payload as it is: `b64` is false in all its headers (RFC 7797, section 5.3).
    #[must_use]
    pub fn unencoded(payload: impl Into<String>) -> Self {
        Self { payload: payload.into(), base64: false, signatures: Vec::new() }
    }

    /// Adds a signature. `protected` is signed too; `unprotected` only stands beside it. The key's
    /// `kid` is put into a protected header if neither of the two has `kid` or `jwk`.
    ///
    /// # Errors
    /// `Usage` where `alg` or `x5c` of `protected` is not that of the key, where a name is in both, where
    /// what has to be protected would not be, and for a payload that is not encoded and has code
    /// points to which Unicode assigns no character.
    pub fn sign(
        &mut self,
        key: &SigningKey,
        protected: &Header,
        unprotected: impl IntoIterator<Item = (String, serde_json::Value)>,
    ) -> Result<(), Error> {
        fits(protected, key)?;
        if !self.base64 && self.payload.chars().any(is_unassigned) {
            return Err(Error::usage("the payload has code points without a character")
                .with_requirement(rfc7797::UNASSIGNED_CODE_POINTS_STAY_OUT));
        }
        let header: Object = unprotected.into_iter().collect();
        let said = ["kid", "jwk"].iter().any(|name| header.contains_key(*name));
        let mut protected = if said { protected.clone() } else { named(protected, key).into_owned() };
        protected.b64 = (!self.base64).then_some(false);
        Header::from_parts(protected.to_object(), [header.clone()]).map_err(unusable)?;
        let protected = base64url::encode(protected.to_json().as_bytes());
        self.add(key, Some(protected), header)
    }

    /// Adds a signature of the payload alone: nothing of the header is protected. The key's `kid` is
    /// put into a header that has neither `kid` nor `jwk`.
    ///
    /// # Errors
    /// `Usage` where `alg` or `x5c` of the header is not that of the key, and for a payload that is not
    /// encoded, since `b64` has to be protected.
    pub fn sign_content_only(&mut self, key: &SigningKey, header: &Header) -> Result<(), Error> {
        fits(header, key)?;
        if !self.base64 || header.has_critical() {
            return Err(Error::usage("`b64` has to be protected").with_requirement(rfc7797::B64_IS_PROTECTED));
        }
        self.add(key, None, named(header, key).to_object())
    }

    fn add(&mut self, key: &SigningKey, protected: Option<String>, header: Object) -> Result<(), Error> {
        let input = [protected.as_deref().unwrap_or_default(), ".", &self.payload].concat();
        let signature = base64url::encode(key.sign(input.as_bytes())?.as_ref());
        let header = (!header.is_empty()).then_some(header);
        self.signatures.push(JsonSignature { protected, header, signature });
        Ok(())
    }

    fn whole(&self, detached: bool) -> JwsJson {
        let payload = (!detached).then(|| self.payload.clone());
        JwsJson { payload, signatures: self.signatures.clone() }
    }

    /// The general form.
    #[must_use]
    pub fn to_general(&self) -> String {
        self.whole(false).to_general()
    }

    /// The general form without the payload, which travels apart.
    #[must_use]
    pub fn to_general_detached(&self) -> String {
        self.whole(true).to_general()
    }

    /// The flattened form.
    ///
    /// # Errors
    /// `Usage` unless there is exactly one signature.
    pub fn to_flattened(&self) -> Result<String, Error> {
        self.whole(false).to_flattened().ok_or_else(not_one)
    }

    /// The flattened form without the payload, which travels apart.
    ///
    /// # Errors
    /// `Usage` unless there is exactly one signature.
    pub fn to_flattened_detached(&self) -> Result<String, Error> {
        self.whole(true).to_flattened().ok_or_else(not_one)
    }
}

/// Whether the code point is none of a character (RFC 7797, section 5.3). Only a writer is held to it:
/// a reader's tables may be older than what was written.
fn is_unassigned(character: char) -> bool {
    character.general_category() == GeneralCategory::Unassigned
}

fn not_one() -> Error {
    Error::usage("the flattened form is for one signature exactly")
        .with_requirement(rfc7515::FLATTENED_HAS_NO_SIGNATURES)
}

/// What a reader would refuse is the caller's fault before it is written.
fn unusable(error: Error) -> Error {
    let usage = Error::usage("the two headers do not go together");
    match error.requirement() {
        Some(requirement) => usage.with_requirement(requirement),
        None => usage,
    }
}

/// A JWS in JSON of whose signatures one at least was found right.
#[derive(Clone, Debug)]
pub struct VerifiedJson {
    payload: Vec<u8>,
    signatures: Vec<Result<VerifiedSignature, Error>>,
}

impl VerifiedJson {
    /// What was signed.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// Each signature in its order: right, or why not.
    pub fn signatures(&self) -> &[Result<VerifiedSignature, Error>] {
        &self.signatures
    }

    /// Those that are right.
    pub fn verified(&self) -> impl Iterator<Item = &VerifiedSignature> {
        self.signatures.iter().flatten()
    }

    /// The same, if all signatures are right.
    ///
    /// # Errors
    /// That of the first one that is not.
    pub fn require_all(self) -> Result<Self, Error> {
        if let Some(Err(error)) = self.signatures.iter().find(|signature| signature.is_err()) {
            return Err(error.clone());
        }
        Ok(self)
    }
}

/// Verifies a JWS in JSON, general or flattened (RFC 7515, section 5.2): one signature has to be
/// right, and the result says which are.
///
/// Only what the protected header says is signed; what stands beside it is a claim of whoever
/// touched the JWS last, and [`VerifiedSignature::is_protected`] tells which is which.
///
/// # Errors
/// As [`verify`](super::verify): of the JWS itself, or of the first signature if none is right.
pub fn verify_json<K: KeySource + ?Sized>(
    jws: &[u8],
    keys: &K,
    limits: &JwsLimits,
) -> Result<VerifiedJson, Error> {
    verify_parsed(jws, None, keys, limits)
}

/// The same for a JWS whose payload came apart.
///
/// # Errors
/// As [`verify_json`], and `Usage` where the JWS has a payload of its own.
pub fn verify_json_detached<K: KeySource + ?Sized>(
    jws: &[u8],
    payload: &[u8],
    keys: &K,
    limits: &JwsLimits,
) -> Result<VerifiedJson, Error> {
    verify_parsed(jws, Some(payload), keys, limits)
}

fn verify_parsed<K: KeySource + ?Sized>(
    jws: &[u8],
    detached: Option<&[u8]>,
    keys: &K,
    limits: &JwsLimits,
) -> Result<VerifiedJson, Error> {
    let jws = jws_json::parse(jws, &JsonLimits::DOCUMENT.bytes(limits.bytes))?;
    if jws.signatures.len() > limits.signatures {
        return Err(Error::new(ErrorKind::Limit, "the JWS has more signatures than allowed"));
    }
    let headers: Vec<_> = jws.signatures.iter().map(|signature| header_of(signature, limits)).collect();
    // Without a header that holds nobody knows what the payload is.
    if headers.iter().all(Result::is_err) {
        return Err(none_right(headers.into_iter().find_map(Result::err)));
    }
    let base64 = shared_base64(&headers)?;
    // As it is in the signing input, and as the application gets it.
    let (text, payload) = match (jws.payload, detached) {
        (Some(_), Some(_)) => return Err(Error::usage("the JWS has a payload of its own")),
        (None, None) => return Err(Error::malformed(rfc7515::PAYLOAD_IS_PRESENT, "there is none")),
        (Some(text), None) if base64 => {
            let payload = compact::payload(&text)?;
            (text.into_bytes(), payload)
        }
        (Some(text), None) => (text.clone().into_bytes(), text.into_bytes()),
        (None, Some(payload)) if base64 => (base64url::encode(payload).into_bytes(), payload.to_vec()),
        (None, Some(payload)) => (payload.to_vec(), payload.to_vec()),
    };
    let signatures: Vec<_> = headers
        .into_iter()
        .zip(&jws.signatures)
        .map(|(header, signature)| {
            let protected = signature.protected.as_deref().unwrap_or_default();
            let input = [protected.as_bytes(), b".", &text].concat();
            let (header, names) = header?;
            let octets = compact::signature(&signature.signature)?;
            let verified = try_keys(header, &input, &octets, keys, limits)?;
            Ok(VerifiedSignature { protected: Protected::Named(names), ..verified })
        })
        .collect();
    if signatures.iter().any(Result::is_ok) {
        return Ok(VerifiedJson { payload, signatures });
    }
    Err(none_right(signatures.into_iter().find_map(Result::err)))
}

/// Why no signature is right: what is wrong with the first.
fn none_right(first: Option<Error>) -> Error {
    first.unwrap_or_else(|| Error::malformed(rfc7515::ONE_SIGNATURE_VALIDATES, "there is none"))
}

/// A header, and the names of those of its parameters that are protected.
type Parted = (Header, Box<[String]>);

/// The header of one signature, from its two parts.
fn header_of(signature: &JsonSignature, limits: &JwsLimits) -> Result<Parted, Error> {
    let protected = match &signature.protected {
        None => Object::new(),
        Some(text) => {
            let object: Object = json::parse(&compact::header(text)?, &limits.header)?;
            if object.is_empty() {
                return Err(Error::malformed(rfc7515::EMPTY_PROTECTED_IS_ABSENT, "it is an empty object"));
            }
            object
        }
    };
    if let Some(header) = &signature.header {
        json::within(header, &limits.header)?;
    }
    let names = protected.keys().cloned().collect();
    Ok((Header::from_parts(protected, signature.header.clone())?, names))
}

/// What all headers say of `b64`, which has to be the same (RFC 7797, section 3).
fn shared_base64(headers: &[Result<Parted, Error>]) -> Result<bool, Error> {
    let mut said = headers.iter().flatten().map(|(header, _)| header.is_base64());
    let first = said.next().unwrap_or(true);
    if said.any(|base64| base64 != first) {
        return Err(Error::rejected(Rejection::Critical, rfc7797::SIGNATURES_SHARE_B64, "they do not"));
    }
    Ok(first)
}
