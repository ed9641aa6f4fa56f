//! The JOSE header (RFC 7515, section 4; RFC 7516, section 4; RFC 7518, sections 4.6 to 4.8; RFC
//! 7797, section 3).

use super::{Algorithm, ContentEncryption, JweAlgorithm, Jwk, JwsAlgorithm};

/// Parameters that point at keys. Whoever made the token wrote them, so they prove nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hints {
    pub(crate) jku: Option<String>,
    pub(crate) jwk: Option<Jwk>,
    pub(crate) x5u: Option<String>,
    pub(crate) x5c: Vec<Vec<u8>>,
    pub(crate) x5t: Option<Vec<u8>>,
    pub(crate) x5t_s256: Option<Vec<u8>>,
}

/// Parameters of encryption and of its algorithms.
#[derive(Clone, Debug, Default)]
pub(crate) struct Encryption {
    pub(crate) enc: Option<ContentEncryption>,
    /// `zip` is `DEF`.
    pub(crate) deflate: bool,
    pub(crate) epk: Option<Jwk>,
    pub(crate) apu: Option<Vec<u8>>,
    pub(crate) apv: Option<Vec<u8>>,
    pub(crate) iv: Option<Vec<u8>>,
    pub(crate) tag: Option<Vec<u8>>,
    pub(crate) p2s: Option<Vec<u8>>,
    pub(crate) p2c: Option<u64>,
}

/// A JOSE header.
///
/// What was read has passed all that can be said without a key: no name twice, every parameter of
/// its type, `crit` well-formed and understood. What points at keys is kept for those who know
/// what they do, behind names with `untrusted` in front; nothing here follows it.
///
/// ```
/// use anyrfc_jwt::types::{Header, JwsAlgorithm};
///
/// let header = Header::new(JwsAlgorithm::Es256).with_typ("dpop+jwt").with_key_id("1");
/// assert_eq!(header.to_json(), r#"{"alg":"ES256","typ":"dpop+jwt","kid":"1"}"#);
/// let read = Header::parse(header.to_json().as_bytes())?;
/// assert!(read.is_typ("application/dpop+jwt"));
/// assert!(Header::parse(br#"{"alg":"ES256","crit":["exp"],"exp":1}"#).is_err());
/// # Ok::<(), anyrfc_jwt::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Header {
    pub(crate) algorithm: Algorithm,
    pub(crate) typ: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) key_id: Option<String>,
    /// `b64`, which is there only together with `crit`.
    pub(crate) b64: Option<bool>,
    pub(crate) hints: Option<Box<Hints>>,
    pub(crate) encryption: Option<Box<Encryption>>,
    pub(crate) other: serde_json::Map<String, serde_json::Value>,
}

impl Header {
    /// A header of `alg` alone.
    #[must_use]
    pub fn new(algorithm: impl Into<Algorithm>) -> Self {
        Self {
            algorithm: algorithm.into(),
            typ: None,
            content_type: None,
            key_id: None,
            b64: None,
            hints: None,
            encryption: None,
            other: serde_json::Map::new(),
        }
    }

    /// `alg`.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// `alg`, where it signs.
    #[must_use]
    pub const fn jws_algorithm(&self) -> Option<JwsAlgorithm> {
        if let Algorithm::Jws(algorithm) = self.algorithm { Some(algorithm) } else { None }
    }

    /// `alg`, where it encrypts.
    #[must_use]
    pub const fn jwe_algorithm(&self) -> Option<JweAlgorithm> {
        if let Algorithm::Jwe(algorithm) = self.algorithm { Some(algorithm) } else { None }
    }

    /// `enc`.
    #[must_use]
    pub fn content_encryption(&self) -> Option<ContentEncryption> {
        self.encryption.as_ref()?.enc
    }

    /// Whether `zip` says that the content was compressed.
    #[must_use]
    pub fn is_compressed(&self) -> bool {
        self.encryption.as_ref().is_some_and(|encryption| encryption.deflate)
    }

    /// `kid`: a look-up among keys that are trusted already, and nothing more.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// `typ`, as it was written.
    #[must_use]
    pub fn typ(&self) -> Option<&str> {
        self.typ.as_deref()
    }

    /// Whether `typ` is this media type, with `application/` in front or not (RFC 7515, section 4.1.9).
    #[must_use]
    pub fn is_typ(&self, media_type: &str) -> bool {
        self.typ.as_deref().is_some_and(|typ| same_media_type(typ, media_type))
    }

    /// `cty`, as it was written.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// Whether `cty` is this media type, with `application/` in front or not (RFC 7515, section 4.1.10).
    #[must_use]
    pub fn is_content_type(&self, media_type: &str) -> bool {
        self.content_type.as_deref().is_some_and(|cty| same_media_type(cty, media_type))
    }

    /// Whether the payload is base64url in the signing input, as it is unless `b64` is false
    /// (RFC 7797, section 3).
    #[must_use]
    pub fn is_base64(&self) -> bool {
        self.b64.unwrap_or(true)
    }

    /// Whether there is a `crit`, which then lists `b64` and nothing else.
    #[must_use]
    pub const fn has_critical(&self) -> bool {
        self.b64.is_some()
    }

    /// `jku`: where a JWK Set might be, if its author could be believed.
    #[must_use]
    pub fn untrusted_jku(&self) -> Option<&str> {
        self.hints.as_ref()?.jku.as_deref()
    }

    /// `jwk`: a public key that whoever made the token names as his own, as in a DPoP proof.
    #[must_use]
    pub fn untrusted_jwk(&self) -> Option<&Jwk> {
        self.hints.as_ref()?.jwk.as_ref()
    }

    /// `x5u`: where certificates might be, if its author could be believed.
    #[must_use]
    pub fn untrusted_x5u(&self) -> Option<&str> {
        self.hints.as_ref()?.x5u.as_deref()
    }

    /// `x5c`: certificates in DER, which nobody has validated.
    #[must_use]
    pub fn untrusted_x5c(&self) -> &[Vec<u8>] {
        self.hints.as_ref().map_or(&[], |hints| &hints.x5c)
    }

    /// `x5t`: the SHA-1 digest of a certificate.
    #[must_use]
    pub fn untrusted_x5t(&self) -> Option<&[u8]> {
        self.hints.as_ref()?.x5t.as_deref()
    }

    /// `x5t#S256`: the SHA-256 digest of a certificate.
    #[must_use]
    pub fn untrusted_x5t_s256(&self) -> Option<&[u8]> {
        self.hints.as_ref()?.x5t_s256.as_deref()
    }

    /// Parameters that no RFC of this crate defines.
    #[must_use]
    pub const fn other(&self) -> &serde_json::Map<String, serde_json::Value> {
        &self.other
    }

    /// With this `typ`; `application/` in front of it is left away where it can be (RFC 7515,
    /// section 4.1.9).
    #[must_use]
    pub fn with_typ(mut self, typ: impl Into<String>) -> Self {
        self.typ = Some(shortened(typ.into()));
        self
    }

    /// With this `cty`; `application/` in front of it is left away where it can be (RFC 7515,
    /// section 4.1.10).
    #[must_use]
    pub fn with_content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(shortened(content_type.into()));
        self
    }

    /// With this `kid`.
    #[must_use]
    pub fn with_key_id(mut self, key_id: impl Into<String>) -> Self {
        self.key_id = Some(key_id.into());
        self
    }

    /// With the public half of this key as `jwk`, as a DPoP proof has it; a symmetric key, which
    /// has none, leaves the header as it is.
    #[must_use]
    pub fn with_jwk(mut self, jwk: &Jwk) -> Self {
        if let Some(public) = jwk.to_public() {
            self.hints.get_or_insert_default().jwk = Some(public);
        }
        self
    }

    /// With these certificates in DER as `x5c`, that of the key first.
    #[must_use]
    pub fn with_x5c(mut self, certificates: Vec<Vec<u8>>) -> Self {
        self.hints.get_or_insert_default().x5c = certificates;
        self
    }

    /// With this SHA-256 digest of the key's certificate as `x5t#S256`.
    #[must_use]
    pub fn with_x5t_s256(mut self, digest: [u8; 32]) -> Self {
        self.hints.get_or_insert_default().x5t_s256 = Some(digest.to_vec());
        self
    }

    /// With this `enc`.
    #[must_use]
    pub fn with_content_encryption(mut self, encryption: ContentEncryption) -> Self {
        self.encryption.get_or_insert_default().enc = Some(encryption);
        self
    }
}

/// The media type without `application/`, unless another slash is in it.
fn short(name: &str) -> &str {
    const PREFIX: &str = "application/";
    match (name.get(..PREFIX.len()), name.get(PREFIX.len()..)) {
        (Some(prefix), Some(rest)) if prefix.eq_ignore_ascii_case(PREFIX) && !rest.contains('/') => rest,
        _ => name,
    }
}

/// The same, taken from what the caller gave; JWT in capitals (RFC 7519, section 5.1).
fn shortened(mut name: String) -> String {
    let front = name.len() - short(&name).len();
    name.drain(..front);
    if name.eq_ignore_ascii_case("JWT") {
        name.make_ascii_uppercase();
    }
    name
}

/// Whether two values of `typ` or `cty` name one media type: `application/` is understood where
/// there is no slash, and case does not count (RFC 2045, section 5.1).
pub(crate) fn same_media_type(one: &str, other: &str) -> bool {
    short(one).eq_ignore_ascii_case(short(other))
}
