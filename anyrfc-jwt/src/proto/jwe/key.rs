//! Keys that encrypt and keys that decrypt, parsed once.

use std::{
    fmt,
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use anyrfc_core::Secret;
use aws_lc_rs::{
    aead::LessSafeKey,
    agreement::{ParsedPublicKey, PrivateKey},
    rsa::{PrivateDecryptingKey, PublicEncryptingKey},
};

use super::{
    agree,
    allowed::{ContentEncryptions, KeyManagement},
    content::{self, Opening, Sealing},
    rsa::{self, Padding},
    wrap,
};
use crate::{
    Error, ErrorKind, Requirement,
    codec::der,
    proto::key::fitness::rsa_size,
    rfc7516, rfc7518, rfc8037, rfc8725,
    types::{ContentEncryption, Curve, Header, JweAlgorithm, Jwk, KeyOperation, KeyUse, Material},
};

/// How often a key of AES-GCM may encrypt under random vectors (RFC 7518, section 8.4).
const GCM_USES: u64 = 1 << 32;
/// Fewer rounds are made for no password (RFC 7518, section 4.8.1.2).
const FEWEST_ITERATIONS: u32 = 1000;

/// What an algorithm does with a key, and with how many octets of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Rsa(Padding),
    Wrap(usize),
    GcmWrap(usize),
    Direct,
    /// What is agreed on is the key itself, or wraps it.
    Agree(Option<usize>),
    Password,
}

/// See [`Family`].
pub(super) const fn family(alg: JweAlgorithm) -> Family {
    match alg {
        JweAlgorithm::Rsa1_5 => Family::Rsa(Padding::Pkcs1),
        JweAlgorithm::RsaOaep => Family::Rsa(Padding::OaepSha1),
        JweAlgorithm::RsaOaep256 => Family::Rsa(Padding::OaepSha256),
        JweAlgorithm::A128Kw => Family::Wrap(16),
        JweAlgorithm::A192Kw => Family::Wrap(24),
        JweAlgorithm::A256Kw => Family::Wrap(32),
        JweAlgorithm::A128GcmKw => Family::GcmWrap(16),
        JweAlgorithm::A192GcmKw => Family::GcmWrap(24),
        JweAlgorithm::A256GcmKw => Family::GcmWrap(32),
        JweAlgorithm::Dir => Family::Direct,
        JweAlgorithm::EcdhEs => Family::Agree(None),
        JweAlgorithm::EcdhEsA128Kw => Family::Agree(Some(16)),
        JweAlgorithm::EcdhEsA192Kw => Family::Agree(Some(24)),
        JweAlgorithm::EcdhEsA256Kw => Family::Agree(Some(32)),
        JweAlgorithm::Pbes2Hs256A128Kw | JweAlgorithm::Pbes2Hs384A192Kw | JweAlgorithm::Pbes2Hs512A256Kw => {
            Family::Password
        }
    }
}

/// On which side of a JWE a key stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Sender,
    Recipient,
}

impl Side {
    /// Those of `key_ops` any of which allows `family` (RFC 7517, section 4.3).
    const fn operations(self, family: Family) -> &'static [KeyOperation] {
        match (self, family) {
            (_, Family::Agree(_) | Family::Password) => &[KeyOperation::DeriveKey, KeyOperation::DeriveBits],
            (Self::Sender, Family::Direct) => &[KeyOperation::Encrypt],
            (Self::Recipient, Family::Direct) => &[KeyOperation::Decrypt],
            (Self::Sender, _) => &[KeyOperation::WrapKey, KeyOperation::Encrypt],
            (Self::Recipient, _) => &[KeyOperation::UnwrapKey, KeyOperation::Decrypt],
        }
    }

    /// Whether what the key says about itself lets it do `alg` here, and with which contents.
    fn check(self, jwk: &Jwk, alg: JweAlgorithm) -> Result<ContentEncryptions, Error> {
        if jwk.key_use().is_some_and(|key_use| *key_use != KeyUse::Encryption) {
            return Err(refused(
                rfc7516::KEY_SERVES_ITS_ALGORITHM_ALONE,
                "the key is not there to encrypt, says its use",
            ));
        }
        let wanted = self.operations(family(alg));
        if jwk.operations().is_some_and(|operations| !operations.iter().any(|one| wanted.contains(one))) {
            return Err(refused(
                rfc7516::KEY_SERVES_ITS_ALGORITHM_ALONE,
                "the key is there for other operations",
            ));
        }
        match jwk.algorithm() {
            None => Ok(ContentEncryptions::ALL),
            Some(name) if name == alg.name() => Ok(ContentEncryptions::ALL),
            // A key that is used directly may be marked with what it encrypts (RFC 7520, section 5.6).
            Some(name) if alg == JweAlgorithm::Dir => {
                ContentEncryption::from_name(name).map(ContentEncryptions::from).map_err(|_| {
                    refused(rfc7516::KEY_SERVES_ITS_ALGORITHM_ALONE, "the key is for another algorithm")
                })
            }
            Some(_) => {
                Err(refused(rfc7516::KEY_SERVES_ITS_ALGORITHM_ALONE, "the key is for another algorithm"))
            }
        }
    }
}

/// The caller's key does not do.
fn refused(requirement: &'static Requirement, what: &'static str) -> Error {
    Error::usage(what).with_requirement(requirement)
}

fn wrong_type() -> Error {
    refused(rfc7516::UNUSABLE_ALG_FAILS, "the key has another type than the algorithm takes")
}

/// The modulus and the exponent of an RSA key are as `padding` takes them.
fn check_rsa(padding: Padding, n: &[u8], e: &[u8]) -> Result<(), Error> {
    let requirement = match padding {
        Padding::Pkcs1 => rfc7518::RSA1_5_KEY_HAS_2048_BITS,
        Padding::OaepSha1 | Padding::OaepSha256 => rfc7518::OAEP_KEY_HAS_2048_BITS,
    };
    rsa_size(n, e, requirement)?;
    if padding == Padding::Pkcs1 && e.len() < 3 {
        return Err(refused(rfc7518::RSA1_5_EXPONENT_IS_NOT_LOW, "the exponent of the RSA key is too low"));
    }
    Ok(())
}

/// What wraps by AES has the size that the algorithm says.
fn check_size(octets: &[u8], size: usize) -> Result<(), Error> {
    if octets.len() == size {
        return Ok(());
    }
    Err(refused(rfc7516::UNUSABLE_ALG_FAILS, "the key has another size than the algorithm takes"))
}

/// Those of `allowed` that take a key of this size for `dir`.
fn fitting(octets: &[u8], allowed: ContentEncryptions) -> Result<ContentEncryptions, Error> {
    let fitting: ContentEncryptions =
        allowed.iter().filter(|enc| content::key_len(*enc) == octets.len()).collect();
    if fitting.is_empty() {
        return Err(refused(
            rfc7516::DECRYPTED_CEK_FITS_ENC,
            "no allowed content encryption takes a key of this size",
        ));
    }
    Ok(fitting)
}

fn check_password(octets: &[u8]) -> Result<(), Error> {
    if octets.is_empty() { Err(Error::usage("the password is empty")) } else { Ok(()) }
}

fn off_curve() -> Error {
    refused(rfc8725::INVALID_CURVE_POINTS_ARE_REFUSED, "the key is not on its curve")
}

/// An elliptic curve key that agrees, and is not there to sign.
fn check_curve(curve: Curve) -> Result<(), Error> {
    if agree::algorithm(curve).is_some() {
        return Ok(());
    }
    Err(refused(rfc8037::SIGNING_SUBTYPES_AGREE_ON_NO_KEY, "the key is one that signs"))
}

/// What a key of AES-GCM has done so far.
#[derive(Default)]
pub(super) struct Uses(AtomicU64);

impl Uses {
    /// One more; refused when the key is worn out.
    pub(super) fn count(&self) -> Result<(), Error> {
        if self.0.fetch_add(1, Ordering::Relaxed) < GCM_USES {
            return Ok(());
        }
        self.0.fetch_sub(1, Ordering::Relaxed);
        Err(refused(rfc7518::GCM_KEY_USES_ARE_LIMITED, "the key has encrypted as often as it may"))
    }

    /// As if it had been used this often.
    #[cfg(any(test, feature = "compliance"))]
    pub(super) fn set(&self, uses: u64) {
        self.0.store(uses, Ordering::Relaxed);
    }
}

pub(super) enum SenderMaterial {
    Rsa(PublicEncryptingKey, Padding),
    Wrap(Secret<Vec<u8>>),
    GcmWrap(LessSafeKey, Uses),
    Direct(Vec<(ContentEncryption, Sealing)>, Uses),
    Agree(Curve, ParsedPublicKey, Option<usize>),
    Password(Secret<Vec<u8>>),
}

/// A key to encrypt to somebody: parsed once, cheap to clone, bound to a single algorithm.
///
/// ```
/// use anyrfc_jwt::{proto::jwe::EncryptionKey, types::{JweAlgorithm, Jwk}};
///
/// # fn main() -> Result<(), anyrfc_jwt::Error> {
/// let bob = Jwk::parse(br#"{"kty":"OKP","crv":"X25519","kid":"Bob",
///     "x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"}"#)?;
/// let key = EncryptionKey::from_jwk(&bob, JweAlgorithm::EcdhEsA256Kw)?;
/// assert_eq!(key.key_id(), Some("Bob"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct EncryptionKey {
    pub(super) material: Arc<SenderMaterial>,
    pub(super) algorithm: JweAlgorithm,
    pub(super) encryptions: ContentEncryptions,
    pub(super) key_id: Option<Arc<str>>,
    pub(super) iterations: NonZeroU32,
}

impl EncryptionKey {
    /// The key of a recipient, or one that is shared, for `algorithm` alone.
    ///
    /// # Errors
    /// `Usage` when the key's type, size, `use`, `key_ops` or `alg` does not let it do this,
    /// or its point is not on its curve.
    pub fn from_jwk(jwk: &Jwk, algorithm: JweAlgorithm) -> Result<Self, Error> {
        let mut encryptions = Side::Sender.check(jwk, algorithm)?;
        let material = match (family(algorithm), &jwk.material) {
            (Family::Rsa(padding), Material::Rsa { n, e, .. }) => {
                check_rsa(padding, n, e)?;
                SenderMaterial::Rsa(rsa::public_key(n, e).map_err(|_| bad_rsa())?, padding)
            }
            (Family::Wrap(size), Material::Oct { k }) => {
                check_size(k.expose(), size)?;
                SenderMaterial::Wrap(Secret::new(k.expose().clone()))
            }
            (Family::GcmWrap(size), Material::Oct { k }) => {
                check_size(k.expose(), size)?;
                SenderMaterial::GcmWrap(wrap::gcm(k.expose()).map_err(|_| wrong_type())?, Uses::default())
            }
            (Family::Direct, Material::Oct { k }) => {
                encryptions = fitting(k.expose(), encryptions)?;
                let keys = encryptions.iter().map(|enc| Sealing::new(enc, k.expose()).map(|key| (enc, key)));
                SenderMaterial::Direct(
                    keys.collect::<Result<_, _>>().map_err(|_| wrong_type())?,
                    Uses::default(),
                )
            }
            (Family::Agree(wrap), Material::Curve { curve, x, y, .. }) => {
                check_curve(*curve)?;
                SenderMaterial::Agree(*curve, agree::public_key(*curve, x, y).map_err(|_| off_curve())?, wrap)
            }
            (Family::Password, Material::Oct { k }) => {
                check_password(k.expose())?;
                SenderMaterial::Password(Secret::new(k.expose().clone()))
            }
            _ => return Err(wrong_type()),
        };
        // What OWASP advises for each hash; a round of SHA-512 costs about thrice one of SHA-256.
        let iterations = if algorithm == JweAlgorithm::Pbes2Hs256A128Kw { 600_000 } else { 210_000 };
        Ok(Self {
            material: Arc::new(material),
            algorithm,
            encryptions,
            key_id: jwk.key_id().map(Arc::from),
            iterations: NonZeroU32::new(iterations).unwrap_or(NonZeroU32::MIN),
        })
    }

    /// The public key of the first key or certificate in PEM; nobody validates a certificate.
    ///
    /// # Errors
    /// As [`from_jwk`](Self::from_jwk), and `Usage` where there is none.
    pub fn from_pem(pem: &[u8], algorithm: JweAlgorithm) -> Result<Self, Error> {
        Self::from_jwk(&der::from_pem(pem)?, algorithm)
    }

    /// The public key of a key or certificate in DER; nobody validates a certificate.
    ///
    /// # Errors
    /// As [`from_jwk`](Self::from_jwk), and `Usage` where it is none of these.
    pub fn from_der(der: &[u8], algorithm: JweAlgorithm) -> Result<Self, Error> {
        Self::from_jwk(&der::from_der(der)?, algorithm)
    }

    /// Octets that are shared, for AES key wrap, AES-GCM key wrap or `dir`.
    ///
    /// # Errors
    /// As [`from_jwk`](Self::from_jwk).
    pub fn symmetric(algorithm: JweAlgorithm, octets: impl Into<Vec<u8>>) -> Result<Self, Error> {
        Self::from_jwk(&Jwk::symmetric(octets.into()), algorithm)
    }

    /// A password, for the PBES2 algorithms: its octets in UTF-8 as they are (prepare it first, by
    /// RFC 8265, if somebody typed it). PBKDF2 makes 600,000 rounds with SHA-256, 210,000 with the others.
    ///
    /// # Errors
    /// As [`from_jwk`](Self::from_jwk); and for an empty password.
    pub fn password(algorithm: JweAlgorithm, password: &str) -> Result<Self, Error> {
        if family(algorithm) != Family::Password {
            return Err(wrong_type());
        }
        Self::symmetric(algorithm, password)
    }

    /// With another number of rounds for a password.
    ///
    /// # Errors
    /// `Usage` below 1000, and where the key is no password.
    pub fn with_iterations(mut self, iterations: u32) -> Result<Self, Error> {
        if family(self.algorithm) != Family::Password {
            return Err(Error::usage("the key is not a password"));
        }
        self.iterations = NonZeroU32::new(iterations)
            .filter(|iterations| iterations.get() >= FEWEST_ITERATIONS)
            .ok_or_else(|| refused(rfc7518::COUNT_IS_AT_LEAST_1000, "too few rounds for a password"))?;
        Ok(self)
    }

    /// With another `kid`.
    #[must_use]
    pub fn with_key_id(mut self, key_id: impl AsRef<str>) -> Self {
        self.key_id = Some(Arc::from(key_id.as_ref()));
        self
    }

    /// The algorithm that it is bound to.
    #[must_use]
    pub const fn algorithm(&self) -> JweAlgorithm {
        self.algorithm
    }

    /// The `kid` that goes into the header of what it encrypts.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }
}

impl fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptionKey")
            .field("algorithm", &self.algorithm)
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

/// What is wanted for each family that is allowed.
pub(super) enum RecipientMaterial {
    Rsa(PrivateDecryptingKey),
    Agree(Curve, PrivateKey),
    Octets { octets: Secret<Vec<u8>>, gcm: Option<LessSafeKey>, direct: Vec<(ContentEncryption, Opening)> },
}

/// A key that decrypts: parsed once, cheap to clone, and for nothing but what it allows, which is
/// looked at before any cryptography (RFC 8725, section 3.1).
#[derive(Clone)]
pub struct DecryptionKey {
    pub(super) material: Arc<RecipientMaterial>,
    pub(super) algorithms: KeyManagement,
    pub(super) encryptions: ContentEncryptions,
    pub(super) key_id: Option<Arc<str>>,
}

impl DecryptionKey {
    /// A private or shared key, for these algorithms: one, an array, or a [`KeyManagement`].
    ///
    /// `RSA1_5` is allowed by naming it, as any other; it is in no default, for there is none.
    ///
    /// # Errors
    /// `Usage` when the key's type, size, `use`, `key_ops` or `alg` does not let it do one of
    /// them, when it is public, or when it is not that of its public half.
    pub fn from_jwk(jwk: &Jwk, algorithms: impl Into<KeyManagement>) -> Result<Self, Error> {
        let algorithms = algorithms.into();
        if algorithms.is_empty() {
            return Err(Error::usage("no algorithm is allowed"));
        }
        let mut encryptions = ContentEncryptions::ALL;
        for alg in algorithms.iter() {
            let marked = Side::Recipient.check(jwk, alg)?;
            encryptions = encryptions.iter().filter(|enc| marked.contains(*enc)).collect();
        }
        let material = match &jwk.material {
            Material::Rsa { n, e, private } => {
                for alg in algorithms.iter() {
                    let Family::Rsa(padding) = family(alg) else { return Err(wrong_type()) };
                    check_rsa(padding, n, e)?;
                }
                let private = private.as_ref().ok_or_else(public)?;
                if private.factors.is_none() {
                    return Err(Error::new(
                        ErrorKind::Unsupported,
                        "a private RSA key without its factors is not implemented",
                    )
                    .with_requirement(rfc7518::RSA_PRIVATE_KEY_HAS_ITS_FACTORS));
                }
                RecipientMaterial::Rsa(rsa::private_key(&der::to_pkcs8(jwk)?).map_err(|_| bad_rsa())?)
            }
            Material::Curve { curve, x, y, d } => {
                if algorithms.iter().any(|alg| !matches!(family(alg), Family::Agree(_))) {
                    return Err(wrong_type());
                }
                check_curve(*curve)?;
                let d = d.as_ref().ok_or_else(public)?;
                let key = agree::private_key(*curve, d.expose(), x, y).map_err(|_| off_curve())?;
                RecipientMaterial::Agree(*curve, key)
            }
            Material::Oct { k } => {
                let (mut gcm, mut direct) = (None, Vec::new());
                for alg in algorithms.iter() {
                    match family(alg) {
                        Family::Wrap(size) => check_size(k.expose(), size)?,
                        Family::GcmWrap(size) => {
                            check_size(k.expose(), size)?;
                            gcm = Some(wrap::gcm(k.expose()).map_err(|_| wrong_type())?);
                        }
                        Family::Direct => {
                            let fitting = fitting(k.expose(), encryptions)?;
                            let keys =
                                fitting.iter().map(|enc| Opening::new(enc, k.expose()).map(|key| (enc, key)));
                            direct = keys.collect::<Result<_, _>>().map_err(|_| wrong_type())?;
                        }
                        Family::Password => check_password(k.expose())?,
                        Family::Rsa(_) | Family::Agree(_) => return Err(wrong_type()),
                    }
                }
                RecipientMaterial::Octets { octets: Secret::new(k.expose().clone()), gcm, direct }
            }
        };
        let key_id = jwk.key_id().map(Arc::from);
        Ok(Self { material: Arc::new(material), algorithms, encryptions, key_id })
    }

    /// The first private key in PEM.
    ///
    /// # Errors
    /// As [`from_jwk`](Self::from_jwk), and `Usage` where there is none.
    pub fn from_pem(pem: &[u8], algorithms: impl Into<KeyManagement>) -> Result<Self, Error> {
        Self::from_jwk(&der::from_pem(pem)?, algorithms)
    }

    /// A private key in DER.
    ///
    /// # Errors
    /// As [`from_jwk`](Self::from_jwk), and `Usage` where it is none.
    pub fn from_der(der: &[u8], algorithms: impl Into<KeyManagement>) -> Result<Self, Error> {
        Self::from_jwk(&der::from_der(der)?, algorithms)
    }

    /// Octets that are shared, for AES key wrap, AES-GCM key wrap or `dir`.
    ///
    /// # Errors
    /// As [`from_jwk`](Self::from_jwk).
    pub fn symmetric(
        algorithms: impl Into<KeyManagement>,
        octets: impl Into<Vec<u8>>,
    ) -> Result<Self, Error> {
        Self::from_jwk(&Jwk::symmetric(octets.into()), algorithms)
    }

    /// A password, for the PBES2 algorithms.
    ///
    /// # Errors
    /// As [`from_jwk`](Self::from_jwk); and for an empty password.
    pub fn password(algorithms: impl Into<KeyManagement>, password: &str) -> Result<Self, Error> {
        let algorithms = algorithms.into();
        if algorithms.iter().any(|alg| family(alg) != Family::Password) {
            return Err(wrong_type());
        }
        Self::symmetric(algorithms, password)
    }

    /// For these content encryptions alone; without this, for all six of RFC 7518.
    ///
    /// # Errors
    /// `Usage` when the key allows none of them.
    pub fn with_encryptions(mut self, encryptions: impl Into<ContentEncryptions>) -> Result<Self, Error> {
        let wanted = encryptions.into();
        self.encryptions = self.encryptions.iter().filter(|enc| wanted.contains(*enc)).collect();
        if self.encryptions.is_empty() {
            return Err(Error::usage("no content encryption is allowed"));
        }
        Ok(self)
    }

    /// With another `kid`.
    #[must_use]
    pub fn with_key_id(mut self, key_id: impl AsRef<str>) -> Self {
        self.key_id = Some(Arc::from(key_id.as_ref()));
        self
    }

    /// The algorithms that it allows.
    #[must_use]
    pub const fn algorithms(&self) -> KeyManagement {
        self.algorithms
    }

    /// The content encryptions that it allows.
    #[must_use]
    pub const fn encryptions(&self) -> ContentEncryptions {
        self.encryptions
    }

    /// Its `kid`: a look-up and nothing more.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// Whether a header with this `kid` may mean it.
    pub(super) fn is_meant(&self, key_id: Option<&str>) -> bool {
        match (key_id, self.key_id()) {
            (Some(wanted), Some(own)) => wanted == own,
            _ => true,
        }
    }
}

impl fmt::Debug for DecryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecryptionKey")
            .field("algorithms", &self.algorithms)
            .field("encryptions", &self.encryptions)
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

fn public() -> Error {
    Error::usage("the key is public")
}

fn bad_rsa() -> Error {
    Error::usage("the parts of the RSA key do not belong together")
}

/// Where keys to decrypt with come from: one, a slice or `Vec` of them, or what a caller keeps them in.
pub trait DecryptionKeySource {
    /// Those that may be meant by `header`, in the order in which they are tried. Its `kid` is a name
    /// that somebody wrote: look it up and do nothing else with it.
    fn candidates<'k>(&'k self, header: &Header) -> Vec<&'k DecryptionKey>;
}

impl DecryptionKeySource for DecryptionKey {
    fn candidates<'k>(&'k self, header: &Header) -> Vec<&'k DecryptionKey> {
        if self.is_meant(header.key_id()) { vec![self] } else { Vec::new() }
    }
}

impl DecryptionKeySource for [DecryptionKey] {
    fn candidates<'k>(&'k self, header: &Header) -> Vec<&'k DecryptionKey> {
        self.iter().filter(|key| key.is_meant(header.key_id())).collect()
    }
}

impl<const N: usize> DecryptionKeySource for [DecryptionKey; N] {
    fn candidates<'k>(&'k self, header: &Header) -> Vec<&'k DecryptionKey> {
        self.as_slice().candidates(header)
    }
}

impl DecryptionKeySource for Vec<DecryptionKey> {
    fn candidates<'k>(&'k self, header: &Header) -> Vec<&'k DecryptionKey> {
        self.as_slice().candidates(header)
    }
}
