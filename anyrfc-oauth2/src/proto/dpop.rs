//! Proof of possession (RFC 9449).

mod nonces;
#[cfg(test)]
mod tests;

use std::{
    fmt::{self, Write as _},
    sync::{Arc, Mutex, PoisonError},
};

use anyrfc_jwt::{
    proto::{Signer, SigningKey},
    types::{Header, Jwk, JwsAlgorithm},
};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use super::{Moment, Random, pkce::s256};
use crate::{AccessToken, Endpoint, Error, ErrorKind, ServerMetadata, rfc9449};
use nonces::Nonces;

/// The field that a proof goes in (RFC 9449, section 4.1).
pub(crate) const DPOP: HeaderName = HeaderName::from_static("dpop");

/// The field that nonces come in (RFC 9449, section 8).
pub(crate) const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// A key that tokens are bound to, and the nonces that servers gave for proofs by it (RFC 9449).
///
/// Cheap to clone; every clone shares the nonces, of which one is kept for each of the last 100
/// origins.
#[derive(Clone)]
pub struct DpopKey {
    inner: Arc<Inner>,
    optional: bool,
}

struct Inner {
    signer: Signer,
    algorithm: JwsAlgorithm,
    public: Jwk,
    thumbprint: String,
    nonces: Mutex<Nonces>,
}

impl fmt::Debug for DpopKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DpopKey({} {})", self.inner.algorithm, self.inner.thumbprint)
    }
}

impl DpopKey {
    /// Proves by this key. Keep it as long as the tokens that are bound to it: a public client's
    /// refresh token is of no use without (RFC 9449, section 5).
    ///
    /// # Errors
    /// Of kind `Usage` when the key is symmetric (RFC 9449, section 4.2).
    pub fn new(key: &SigningKey) -> Result<Self, Error> {
        let algorithm = key.algorithm();
        let Some(public) = key.public_jwk() else {
            let what = "a proof of possession cannot be made by a symmetric key";
            return Err(Error::unfit(rfc9449::ALG_IS_NEITHER_NONE_NOR_MAC, what));
        };
        let public = bare(&public)?;
        let header = Header::new(algorithm).with_typ("dpop+jwt").with_jwk(&public);
        let signer = Signer::new(key, &header)?;
        let thumbprint = public.thumbprint().to_string();
        let nonces = Mutex::new(Nonces::default());
        Ok(Self { inner: Arc::new(Inner { signer, algorithm, public, thumbprint, nonces }), optional: false })
    }

    /// A new key, drawn at random. It lives as long as this value and its clones; where tokens
    /// outlive the program, make and keep a [`Jwk`] and use [`new`](Self::new).
    ///
    /// # Errors
    /// Of kind `Usage` when the algorithm is symmetric.
    pub fn generate(algorithm: JwsAlgorithm) -> Result<Self, Error> {
        Self::new(&SigningKey::generate(algorithm)?)
    }

    /// Takes a `Bearer` token, too, where a server binds none; it is refused by default (RFC 9449,
    /// section 5).
    #[must_use]
    pub fn or_bearer(mut self) -> Self {
        self.optional = true;
        self
    }

    /// Whether a token that is not bound is taken.
    #[must_use]
    pub fn takes_bearer(&self) -> bool {
        self.optional
    }

    /// The public half, as it stands in every proof.
    #[must_use]
    pub fn public_jwk(&self) -> &Jwk {
        &self.inner.public
    }

    /// By which algorithm proofs are signed.
    #[must_use]
    pub fn algorithm(&self) -> JwsAlgorithm {
        self.inner.algorithm
    }

    /// The key's SHA-256 thumbprint, as it stands in `dpop_jkt` (RFC 9449, section 10).
    #[must_use]
    pub fn thumbprint(&self) -> &str {
        &self.inner.thumbprint
    }

    /// A proof for one request, to be sent in the field `DPoP` and never again: each has a `jti` of
    /// its own, and the nonce that the server at `url` gave last. With `token`, which goes along in
    /// the field `Authorization`, it holds the token's hash (RFC 9449, section 4.2).
    ///
    /// # Errors
    /// Of kind `Usage` when the key fails.
    pub fn proof(
        &self,
        method: &Method,
        url: &Endpoint,
        token: Option<&AccessToken>,
        now: &Moment,
        random: &mut Random,
    ) -> Result<HeaderValue, Error> {
        // Nothing of what is written here can hold a quote or a backslash: not base64url, not a
        // method, not a URI (RFC 3986, section 2), not a nonce (RFC 9449, section 8.1).
        let mut payload = String::with_capacity(384);
        payload.push_str("{\"jti\":\"");
        payload.push_str(&random.token());
        payload.push_str("\",\"htm\":\"");
        payload.push_str(method.as_str());
        payload.push_str("\",\"htu\":\"");
        payload.push_str(url.origin());
        payload.push_str(if url.uri().path().is_empty() { "/" } else { url.uri().path() });
        payload.push_str("\",\"iat\":");
        let _ = write!(payload, "{}", now.unix.as_secs());
        if let Some(token) = token {
            payload.push_str(",\"ath\":\"");
            payload.push_str(&s256(token.expose()));
            payload.push('"');
        }
        if let Some(nonce) = self.nonces().last_of(url.origin()) {
            payload.push_str(",\"nonce\":\"");
            payload.push_str(nonce);
            payload.push('"');
        }
        payload.push('}');
        let proof = self.inner.signer.sign(payload.as_bytes())?;
        let mut value = HeaderValue::try_from(proof)
            .map_err(|error| Error::usage("the proof is beyond a header field").with_source(error))?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// Keeps the nonce of a response from `origin`, whatever its status, for the proofs that follow
    /// (RFC 9449, section 8.2). Returns whether there was one: exactly one, of characters that a
    /// nonce is made of (section 8.1).
    pub fn observe(&self, origin: &str, headers: &HeaderMap) -> bool {
        let Some(nonce) = nonce(headers) else { return false };
        self.nonces().keep(origin, nonce);
        true
    }

    /// Whether the server says that it does not take this key's proofs (RFC 9449, section 5.1).
    pub(crate) fn check_support(&self, server: &ServerMetadata) -> Result<(), Error> {
        let listed =
            server.document.get("dpop_signing_alg_values_supported").and_then(|list| list.as_array());
        let name = self.inner.algorithm.name();
        match listed {
            Some(algorithms) if !algorithms.iter().any(|known| known.as_str() == Some(name)) => {
                Err(Error::new(ErrorKind::Unsupported, "the server takes no proofs by the key's algorithm")
                    .with_requirement(rfc9449::METADATA_MAY_LIST_PROOF_ALGS))
            }
            _ => Ok(()),
        }
    }

    fn nonces(&self) -> std::sync::MutexGuard<'_, Nonces> {
        self.inner.nonces.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The members that make the key, and no more: a `kid` would only tell its holder apart.
fn bare(key: &Jwk) -> Result<Jwk, Error> {
    let mut members = key.to_object()?;
    members.retain(|name, _| matches!(name.as_str(), "kty" | "crv" | "x" | "y" | "n" | "e"));
    Ok(Jwk::from_object(members)?)
}

/// The one nonce of a response.
fn nonce(headers: &HeaderMap) -> Option<&str> {
    let mut fields = headers.get_all(DPOP_NONCE).iter();
    let (Some(field), None) = (fields.next(), fields.next()) else { return None };
    let fits = |byte: &u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    let bytes = field.as_bytes();
    let sound = !bytes.is_empty() && bytes.len() <= nonces::LONGEST && bytes.iter().all(fits);
    sound.then(|| field.to_str().ok()).flatten()
}
