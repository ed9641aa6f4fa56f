//! JSON Web Tokens, made and believed (RFC 7519, section 7).

mod flat;

use aws_lc_rs::rand;
use serde::{Serialize, de::DeserializeSeed as _};

use super::{
    Signer, SigningKey, Verified, VerifyingKey,
    jwe::{self, EncryptionKey},
    validation::not_claims,
};
use crate::{
    Error,
    codec::{
        base64url, compact,
        json::{self, JsonLimits},
    },
    rfc7519, rfc7797, rfc8725,
    types::{Claims, ContentEncryption, Header, Overview, Registered},
};

/// Room for as many octets as claims usually have, so that none is moved while they are written.
const USUAL: usize = 512;

/// A token that was believed: every one has passed a [`Validation`](super::Validation).
#[derive(Clone, Debug)]
pub struct Jwt<T = Claims> {
    header: Header,
    key: VerifyingKey,
    claims: T,
}

impl<T> Jwt<T> {
    pub(super) fn believed(verified: Verified, claims: T) -> Self {
        let key = verified.key().clone();
        let (header, _) = verified.into_parts();
        Self { header, key, claims }
    }

    /// The header under which it was signed.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The key that verified it.
    #[must_use]
    pub const fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// What it says.
    #[must_use]
    pub const fn claims(&self) -> &T {
        &self.claims
    }

    /// What it says.
    #[must_use]
    pub fn into_claims(self) -> T {
        self.claims
    }
}

/// Makes a signed JWT: a JWS of the claims in the compact serialization (RFC 7519, section 7.1).
///
/// The claims are looked at before they are signed: what no reader may take is not made.
/// Who makes many tokens with the same header makes an [`Encoder`].
///
/// # Errors
/// `Usage` where the claims are no JSON object, have a name twice, a registered claim of a wrong
/// type, or one with a colon that is no URI; where the header is none for a JWT, or not one for
/// this key.
pub fn encode<T: Serialize + ?Sized>(claims: &T, header: &Header, key: &SigningKey) -> Result<String, Error> {
    Encoder::new(key, header)?.encode(claims)
}

/// Encrypts a signed JWT: a nested one, signed first as RFC 7519, section 11.2, advises. Its `cty`
/// becomes JWT (section 5.2).
///
/// # Errors
/// `Usage` where `token` is no compact JWS or `header` has `zip`, or as those of [`jwe::encrypt`].
pub fn encrypt_jwt(
    token: &str,
    header: &Header,
    key: &EncryptionKey,
    encryption: ContentEncryption,
) -> Result<String, Error> {
    compact::jws(token).map_err(|error| {
        let error = Error::usage("only a signed JWT is encrypted as one").with_source(error);
        error.with_requirement(rfc7519::SIGNED_THEN_ENCRYPTED)
    })?;
    if header.is_compressed() {
        let error = Error::usage("a JWT was to be compressed before it is encrypted");
        return Err(error.with_requirement(rfc8725::NOTHING_IS_COMPRESSED));
    }
    let header = header.clone().with_content_type("JWT");
    jwe::encrypt(token.as_bytes(), &header, key, encryption)
}

/// Makes JWTs that all have the same header, which is encoded once.
///
/// ```
/// use anyrfc_jwt::{proto::{Encoder, SigningKey}, types::{Claims, ContentEncryption, Header, JwsAlgorithm}};
///
/// let key = SigningKey::generate(JwsAlgorithm::Ed25519)?;
/// let encoder = Encoder::new(&key, &Header::new(JwsAlgorithm::Ed25519).with_typ("JWT"))?;
/// let token = encoder.encode(&Claims::new().subject("user"))?;
/// assert_eq!(token.split('.').count(), 3);
/// # Ok::<_, anyrfc_jwt::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Encoder {
    signer: Signer,
}

impl Encoder {
    /// What signs with `key` under `header`.
    ///
    /// # Errors
    /// `Usage` where the header is none for a JWT, or not one for this key.
    pub fn new(key: &SigningKey, header: &Header) -> Result<Self, Error> {
        if !header.is_base64() {
            let error = Error::usage("a JWT was to be made whose b64 is false");
            return Err(error.with_requirement(rfc7797::JWT_IS_ALWAYS_ENCODED));
        }
        if header.is_compressed() {
            let error = Error::usage("a signed JWT was to be made with zip");
            return Err(error.with_requirement(rfc8725::NOTHING_IS_COMPRESSED));
        }
        if header.content_type().is_some() {
            let error = Error::usage("claims were to be signed under a cty");
            return Err(error.with_requirement(rfc7519::CTY_IS_ABSENT_UNLESS_NESTED));
        }
        Ok(Self { signer: Signer::new(key, header)? })
    }

    /// Makes a JWT of these claims.
    ///
    /// # Errors
    /// `Usage` where the claims are no JSON object, have a name twice, a registered claim of a
    /// wrong type, or one with a colon that is no URI.
    pub fn encode<T: Serialize + ?Sized>(&self, claims: &T) -> Result<String, Error> {
        self.signer.sign(&payload(claims)?)
    }
}

impl Claims {
    /// Sets `jti` to 128 random bits, which nobody will ever draw again (RFC 7519, section 4.1.7).
    ///
    /// # Errors
    /// `Usage` where the system gives no randomness.
    pub fn random_id(self) -> Result<Self, Error> {
        let mut octets = [0; 16];
        rand::fill(&mut octets).map_err(|_| Error::usage("the system gave no random octets"))?;
        Ok(self.id(base64url::encode(&octets)))
    }
}

/// The JSON of claims that every reader may take.
fn payload<T: Serialize + ?Sized>(claims: &T) -> Result<Vec<u8>, Error> {
    let not_written = |_| Error::usage("the claims cannot be written as JSON");
    let mut payload = Vec::with_capacity(USUAL);
    serde_json::to_writer(&mut payload, claims).map_err(not_written)?;
    if !flat::is_plain(&payload) {
        thorough(&payload).map_err(|error| {
            let usage = Error::usage("the claims are not those of a JWT");
            let broken = error.requirement().unwrap_or(rfc7519::JWT_IS_A_JWS_OR_A_JWE);
            usage.with_requirement(broken).with_source(error)
        })?;
    }
    Ok(payload)
}

/// Reads the claims as who gets them will.
fn thorough(payload: &[u8]) -> Result<(), Error> {
    let text = json::check(payload, &JsonLimits::DOCUMENT)?;
    let mut json = serde_json::Deserializer::from_str(text);
    let Registered { issuer, subject, audience, .. } =
        Overview { ask: &[] }.deserialize(&mut json).map_err(not_claims)?.registered;
    let mut names = issuer.iter().chain(&subject).chain(audience.iter().flatten());
    if names.all(|name| is_string_or_uri(name)) {
        return Ok(());
    }
    Err(Error::malformed(rfc7519::COLON_MAKES_A_URI, "a name with a colon is no URI"))
}

/// Any string, but with a colon only a URI (RFC 7519, section 2).
fn is_string_or_uri(name: &str) -> bool {
    !name.contains(':') || fluent_uri::Uri::parse(name).is_ok()
}

#[cfg(test)]
mod tests;
