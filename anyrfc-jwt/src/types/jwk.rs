//! One key as JSON (RFC 7517, RFC 7518 section 6, RFC 8037 section 2).

mod members;

use std::{fmt, sync::Arc};

use anyrfc_core::Secret;

pub use members::{Curve, KeyOperation, KeyType, KeyUse};

/// Octets that nobody may see; shared where a key is cloned.
pub(crate) type SecretBytes = Arc<Secret<Vec<u8>>>;

/// What is to be kept of a private RSA key.
#[derive(Clone, Debug)]
pub(crate) struct RsaPrivate {
    pub(crate) d: SecretBytes,
    /// `p`, `q`, `dp`, `dq` and `qi`, where the key has them.
    pub(crate) factors: Option<[SecretBytes; 5]>,
}

/// The key itself. All members have been checked for their length.
#[derive(Clone, Debug)]
pub(crate) enum Material {
    /// `EC`, or `OKP`, which has no `y`.
    Curve { curve: Curve, x: Vec<u8>, y: Vec<u8>, d: Option<SecretBytes> },
    /// `RSA`: `n` and `e` without leading zeros.
    Rsa { n: Vec<u8>, e: Vec<u8>, private: Option<RsaPrivate> },
    /// `oct`.
    Oct { k: SecretBytes },
}

/// A JSON Web Key: checked for form when it was read, and for its mathematics when a
/// [`SigningKey`](crate::proto::SigningKey) or another key object is made of it.
///
/// `Debug` shows its thumbprint, never what is private in it. `serde` serialises the public
/// members alone, and refuses a symmetric key; [`Jwk::to_secret_json`] writes everything.
///
/// ```
/// use anyrfc_jwt::types::Jwk;
///
/// # fn main() -> Result<(), anyrfc_jwt::Error> {
/// let key = Jwk::parse(br#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#)?;
/// assert!(!key.is_private());
/// assert_eq!(key.thumbprint().to_string(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Jwk {
    pub(crate) material: Material,
    pub(crate) key_use: Option<KeyUse>,
    pub(crate) operations: Option<Vec<KeyOperation>>,
    pub(crate) algorithm: Option<String>,
    pub(crate) key_id: Option<String>,
    pub(crate) x5u: Option<String>,
    pub(crate) x5c: Vec<Vec<u8>>,
    pub(crate) x5t: Option<Vec<u8>>,
    pub(crate) x5t_s256: Option<Vec<u8>>,
    pub(crate) other: serde_json::Map<String, serde_json::Value>,
}

impl Jwk {
    /// A key with nothing known about it.
    pub(crate) fn from_material(material: Material) -> Self {
        Self {
            material,
            key_use: None,
            operations: None,
            algorithm: None,
            key_id: None,
            x5u: None,
            x5c: Vec::new(),
            x5t: None,
            x5t_s256: None,
            other: serde_json::Map::new(),
        }
    }

    /// A symmetric key (RFC 7518, section 6.4).
    #[must_use]
    pub fn symmetric(octets: Vec<u8>) -> Self {
        Self::from_material(Material::Oct { k: Arc::new(Secret::new(octets)) })
    }

    /// The key's type.
    #[must_use]
    pub const fn key_type(&self) -> KeyType {
        match &self.material {
            Material::Curve { curve: Curve::Ed25519 | Curve::X25519, .. } => KeyType::Okp,
            Material::Curve { .. } => KeyType::Ec,
            Material::Rsa { .. } => KeyType::Rsa,
            Material::Oct { .. } => KeyType::Oct,
        }
    }

    /// The curve of an `EC` or `OKP` key.
    #[must_use]
    pub const fn curve(&self) -> Option<Curve> {
        if let Material::Curve { curve, .. } = &self.material { Some(*curve) } else { None }
    }

    /// Whether there is something in it that nobody else may have: a private or a symmetric key.
    #[must_use]
    pub const fn is_private(&self) -> bool {
        match &self.material {
            Material::Curve { d, .. } => d.is_some(),
            Material::Rsa { private, .. } => private.is_some(),
            Material::Oct { .. } => true,
        }
    }

    /// The same key without what is private; `None` for a symmetric one, which has nothing public.
    #[must_use]
    pub fn to_public(&self) -> Option<Self> {
        let material = match &self.material {
            Material::Curve { curve, x, y, .. } => {
                Material::Curve { curve: *curve, x: x.clone(), y: y.clone(), d: None }
            }
            Material::Rsa { n, e, .. } => Material::Rsa { n: n.clone(), e: e.clone(), private: None },
            Material::Oct { .. } => return None,
        };
        let mut public = Self { material, ..self.clone() };
        if self.is_private() {
            public.operations = self.operations.as_ref().map(|all| {
                let mut counterparts = Vec::with_capacity(all.len());
                for operation in all.iter().map(KeyOperation::counterpart) {
                    if !counterparts.contains(&operation) {
                        counterparts.push(operation);
                    }
                }
                counterparts
            });
        }
        Some(public)
    }

    /// `kid`: a look-up and nothing more.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// `alg`: the one algorithm that the key is for, by its name.
    #[must_use]
    pub fn algorithm(&self) -> Option<&str> {
        self.algorithm.as_deref()
    }

    /// `use`.
    #[must_use]
    pub const fn key_use(&self) -> Option<&KeyUse> {
        self.key_use.as_ref()
    }

    /// `key_ops`.
    #[must_use]
    pub fn operations(&self) -> Option<&[KeyOperation]> {
        self.operations.as_deref()
    }

    /// `x5c`: certificates in DER, which nobody has validated.
    #[must_use]
    pub fn untrusted_x5c(&self) -> &[Vec<u8>] {
        &self.x5c
    }

    /// `x5u`: where certificates might be, which nobody fetches.
    #[must_use]
    pub fn untrusted_x5u(&self) -> Option<&str> {
        self.x5u.as_deref()
    }

    /// `x5t#S256`: the SHA-256 digest of a certificate.
    #[must_use]
    pub fn untrusted_x5t_s256(&self) -> Option<&[u8]> {
        self.x5t_s256.as_deref()
    }

    /// Members that no RFC of this crate defines.
    #[must_use]
    pub const fn other(&self) -> &serde_json::Map<String, serde_json::Value> {
        &self.other
    }

    /// With this `kid`.
    #[must_use]
    pub fn with_key_id(mut self, key_id: impl Into<String>) -> Self {
        self.key_id = Some(key_id.into());
        self
    }

    /// With its thumbprint as `kid`.
    #[must_use]
    pub fn with_thumbprint_as_key_id(self) -> Self {
        let key_id = self.thumbprint().to_string();
        self.with_key_id(key_id)
    }

    /// For this algorithm alone.
    #[must_use]
    pub fn with_algorithm(mut self, algorithm: impl Into<super::Algorithm>) -> Self {
        self.algorithm = Some(algorithm.into().name().to_owned());
        self
    }

    /// For this use; `key_ops`, which says the same in other words, is left away.
    #[must_use]
    pub fn with_use(mut self, key_use: KeyUse) -> Self {
        self.key_use = Some(key_use);
        self.operations = None;
        self
    }
}

impl fmt::Debug for Jwk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Jwk");
        shown.field("kty", &self.key_type());
        if let Some(curve) = self.curve() {
            shown.field("crv", &curve);
        }
        shown.field("private", &self.is_private()).field("kid", &self.key_id).field("alg", &self.algorithm);
        // The digest of a weak secret can be searched for.
        if self.key_type() != KeyType::Oct {
            shown.field("thumbprint", &self.thumbprint());
        }
        shown.finish_non_exhaustive()
    }
}
