//! Signed tokens, read and made by the server's own few lines on aws-lc-rs.

use std::sync::{Arc, OnceLock};

use aws_lc_rs::{
    digest, hmac,
    rand::SystemRandom,
    rsa::{KeyPair as RsaKeyPair, KeySize, PublicKeyComponents},
    signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey},
};
use serde_json::{Map, Value, json};

use super::wire::{base64url, json_object, to_base64url};

/// A compact JWS, taken apart and not yet verified.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
    input: String,
    signature: Vec<u8>,
}

impl Token {
    /// Takes three strict parts, the first two of them JSON objects without duplicates.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        let [header, claims, signature] = *parts else { return None };
        Some(Self {
            header: json_object(&base64url(header)?)?,
            claims: json_object(&base64url(claims)?)?,
            input: format!("{header}.{claims}"),
            signature: base64url(signature)?,
        })
    }

    pub(super) fn algorithm(&self) -> &str {
        self.header.get("alg").and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn typ(&self) -> &str {
        self.header.get("typ").and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim)?.as_str()
    }

    /// A time, in whole seconds.
    pub(super) fn time(&self, claim: &str) -> Option<i64> {
        let value = self.claims.get(claim)?;
        #[expect(clippy::cast_possible_truncation, reason = "a time, cut to whole seconds")]
        value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds.floor() as i64))
    }

    /// The audiences, of a string or an array.
    pub(super) fn audiences(&self) -> Vec<&str> {
        match self.claims.get("aud") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether this public key signed it, by the algorithm that the header names.
    pub(super) fn is_signed_by(&self, jwk: &Value) -> bool {
        verify(self.algorithm(), jwk, self.input.as_bytes(), &self.signature).is_some()
    }

    /// Whether one key of a JWK Set signed it: the one that `kid` names, where it names one.
    pub(super) fn is_signed_by_one_of(&self, set: &Value) -> bool {
        let kid = self.header.get("kid");
        let keys = set.get("keys").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        keys.iter()
            .filter(|key| kid.is_none() || key.get("kid").is_none() || key.get("kid") == kid)
            .any(|key| self.is_signed_by(key))
    }

    /// Whether this secret made its MAC.
    pub(super) fn is_made_with(&self, secret: &[u8]) -> bool {
        let algorithm = match self.algorithm() {
            "HS256" => hmac::HMAC_SHA256,
            "HS384" => hmac::HMAC_SHA384,
            "HS512" => hmac::HMAC_SHA512,
            _ => return false,
        };
        hmac::verify(&hmac::Key::new(algorithm, secret), self.input.as_bytes(), &self.signature).is_ok()
    }
}

/// Header and claims, unverified.
pub(super) fn peek(text: &str) -> Option<(Value, Value)> {
    let token = Token::parse(text)?;
    Some((Value::Object(token.header), Value::Object(token.claims)))
}

fn member(jwk: &Value, name: &str) -> Option<Vec<u8>> {
    base64url(jwk.get(name)?.as_str()?)
}

fn verify(algorithm: &str, jwk: &Value, input: &[u8], made: &[u8]) -> Option<()> {
    let kty = jwk.get("kty")?.as_str()?;
    let curve = jwk.get("crv").and_then(Value::as_str).unwrap_or_default();
    let rsa = |parameters| {
        let key = PublicKeyComponents { n: member(jwk, "n")?, e: member(jwk, "e")? };
        key.verify(parameters, input, made).ok()
    };
    let ec = |parameters: &'static signature::EcdsaVerificationAlgorithm| {
        let point = [vec![4], member(jwk, "x")?, member(jwk, "y")?].concat();
        UnparsedPublicKey::new(parameters, point).verify(input, made).ok()
    };
    match (algorithm, kty, curve) {
        ("RS256", "RSA", _) => rsa(&signature::RSA_PKCS1_2048_8192_SHA256),
        ("RS384", "RSA", _) => rsa(&signature::RSA_PKCS1_2048_8192_SHA384),
        ("RS512", "RSA", _) => rsa(&signature::RSA_PKCS1_2048_8192_SHA512),
        ("PS256", "RSA", _) => rsa(&signature::RSA_PSS_2048_8192_SHA256),
        ("PS384", "RSA", _) => rsa(&signature::RSA_PSS_2048_8192_SHA384),
        ("PS512", "RSA", _) => rsa(&signature::RSA_PSS_2048_8192_SHA512),
        ("ES256", "EC", "P-256") => ec(&signature::ECDSA_P256_SHA256_FIXED),
        ("ES384", "EC", "P-384") => ec(&signature::ECDSA_P384_SHA384_FIXED),
        ("ES512", "EC", "P-521") => ec(&signature::ECDSA_P521_SHA512_FIXED),
        ("EdDSA" | "Ed25519", "OKP", "Ed25519") => {
            UnparsedPublicKey::new(&signature::ED25519, member(jwk, "x")?).verify(input, made).ok()
        }
        _ => None,
    }
}

/// SHA-256 in base64url.
pub(super) fn sha256(octets: &[u8]) -> String {
    to_base64url(digest::digest(&digest::SHA256, octets).as_ref())
}

/// The left half of SHA-256 in base64url (`at_hash`).
pub(super) fn half_hash(octets: &[u8]) -> String {
    let hash = digest::digest(&digest::SHA256, octets);
    to_base64url(hash.as_ref().get(..16).unwrap_or_default())
}

/// The SHA-256 thumbprint of RFC 7638.
pub(super) fn thumbprint(jwk: &Value) -> Option<String> {
    let text = |name: &str| jwk.get(name)?.as_str();
    // The members that are required, in the order of their names, without blanks.
    let canonical = match text("kty")? {
        "EC" => {
            format!(r#"{{"crv":"{}","kty":"EC","x":"{}","y":"{}"}}"#, text("crv")?, text("x")?, text("y")?)
        }
        "RSA" => format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, text("e")?, text("n")?),
        "OKP" => format!(r#"{{"crv":"{}","kty":"OKP","x":"{}"}}"#, text("crv")?, text("x")?),
        _ => return None,
    };
    Some(sha256(canonical.as_bytes()))
}

/// Whether a key shows what is to stay private (RFC 7518, section 6).
pub(super) fn is_private(jwk: &Value) -> bool {
    ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].iter().any(|name| jwk.get(name).is_some())
}

/// How the server signs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SigningAlgorithm {
    /// ECDSA on P-256.
    #[default]
    Es256,
    /// RSA with PKCS #1 v1.5.
    Rs256,
    /// Ed25519 under the name `EdDSA`.
    EdDsa,
}

impl SigningAlgorithm {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
            Self::EdDsa => "EdDSA",
        }
    }
}

enum Pair {
    Ec(EcdsaKeyPair),
    Rsa(&'static RsaKeyPair),
    Ed(Ed25519KeyPair),
}

/// A key that the server signs with.
#[derive(Clone)]
pub(super) struct ServerKey {
    pair: Arc<Pair>,
    algorithm: SigningAlgorithm,
    pub(super) kid: String,
}

impl std::fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServerKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// An RSA key takes long to make: there is one for all tests of a process.
fn rsa() -> &'static RsaKeyPair {
    static KEY: OnceLock<RsaKeyPair> = OnceLock::new();
    KEY.get_or_init(|| RsaKeyPair::generate(KeySize::Rsa2048).expect("an RSA key"))
}

/// Modulus and exponent of an `RSAPublicKey` in DER (RFC 8017, appendix A.1.1), without leading zeros.
fn rsa_numbers(der: &[u8]) -> Option<(&[u8], &[u8])> {
    fn element(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
        let (&[found, first], rest) = der.split_first_chunk::<2>()?;
        let octets = usize::from(first & 0x7f);
        let (length, rest) = match first {
            0..0x80 => (octets, rest),
            _ => {
                let (length, rest) = rest.split_at_checked(octets)?;
                (length.iter().fold(0, |sum, &octet| (sum << 8) | usize::from(octet)), rest)
            }
        };
        (found == tag).then(|| rest.split_at_checked(length)).flatten()
    }
    let plain = |number: &'_ [u8]| number.iter().take_while(|&&octet| octet == 0).count();
    let (sequence, _) = element(0x30, der)?;
    let (n, rest) = element(0x02, sequence)?;
    let (e, _) = element(0x02, rest)?;
    Some((n.get(plain(n)..)?, e.get(plain(e)..)?))
}

impl ServerKey {
    /// A new one.
    pub(super) fn generate(algorithm: SigningAlgorithm, kid: String) -> Self {
        let pair = match algorithm {
            SigningAlgorithm::Es256 => Pair::Ec(
                EcdsaKeyPair::generate(&signature::ECDSA_P256_SHA256_FIXED_SIGNING).expect("an EC key"),
            ),
            SigningAlgorithm::Rs256 => Pair::Rsa(rsa()),
            SigningAlgorithm::EdDsa => Pair::Ed(Ed25519KeyPair::generate().expect("an Ed25519 key")),
        };
        Self { pair: Arc::new(pair), algorithm, kid }
    }

    pub(super) const fn algorithm(&self) -> SigningAlgorithm {
        self.algorithm
    }

    /// Its public half.
    pub(super) fn jwk(&self) -> Value {
        let mut jwk = match &*self.pair {
            Pair::Ec(pair) => {
                let point = pair.public_key().as_ref();
                let half = |from: usize| to_base64url(point.get(from..from + 32).unwrap_or_default());
                json!({"kty": "EC", "crv": "P-256", "x": half(1), "y": half(33)})
            }
            Pair::Rsa(pair) => {
                let (n, e) = rsa_numbers(pair.public_key().as_ref()).expect("an RSAPublicKey");
                json!({"kty": "RSA", "n": to_base64url(n), "e": to_base64url(e)})
            }
            Pair::Ed(pair) => {
                json!({"kty": "OKP", "crv": "Ed25519", "x": to_base64url(pair.public_key().as_ref())})
            }
        };
        jwk["kid"] = json!(self.kid);
        jwk["use"] = json!("sig");
        jwk["alg"] = json!(self.algorithm.name());
        jwk
    }

    /// The header of what it signs.
    pub(super) fn header(&self, typ: Option<&str>) -> Map<String, Value> {
        let mut header = Map::new();
        header.insert("alg".to_owned(), json!(self.algorithm.name()));
        header.insert("kid".to_owned(), json!(self.kid));
        if let Some(typ) = typ {
            header.insert("typ".to_owned(), json!(typ));
        }
        header
    }

    /// A compact JWS over these claims, whatever the header says.
    pub(super) fn sign(&self, header: &Map<String, Value>, claims: &str) -> String {
        let header = to_base64url(Value::Object(header.clone()).to_string().as_bytes());
        let input = format!("{header}.{}", to_base64url(claims.as_bytes()));
        let made = match &*self.pair {
            Pair::Ec(pair) => {
                pair.sign(&SystemRandom::new(), input.as_bytes()).expect("a signature").as_ref().to_vec()
            }
            Pair::Rsa(pair) => {
                let mut made = vec![0; pair.public_modulus_len()];
                let padding = &signature::RSA_PKCS1_SHA256;
                pair.sign(padding, &SystemRandom::new(), input.as_bytes(), &mut made).expect("a signature");
                made
            }
            Pair::Ed(pair) => pair.sign(input.as_bytes()).as_ref().to_vec(),
        };
        format!("{input}.{}", to_base64url(&made))
    }
}

/// A compact JWS with a MAC by this key.
pub(super) fn mac(header: &Map<String, Value>, claims: &str, key: &[u8]) -> String {
    let header = to_base64url(Value::Object(header.clone()).to_string().as_bytes());
    let input = format!("{header}.{}", to_base64url(claims.as_bytes()));
    let made = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), input.as_bytes());
    format!("{input}.{}", to_base64url(made.as_ref()))
}
