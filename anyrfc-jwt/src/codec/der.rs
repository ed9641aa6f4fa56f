//! Keys in DER and PEM: PKCS #8 (RFC 5958), PKCS #1 (RFC 8017), SEC 1 (RFC 5915), public keys and
//! certificates of X.509 (RFC 5280), and their textual form (RFC 7468).

mod pem;
mod public;
mod reader;
mod writer;

use std::sync::Arc;

use anyrfc_core::Secret;

pub(crate) use self::public::public_of;
use self::{
    reader::{Reader, Tag},
    writer::Writer,
};
use crate::{
    Error, ErrorKind,
    types::{Curve, Jwk, Material, RsaPrivate, SecretBytes},
};

const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const P521: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x23];
const X25519: &[u8] = &[0x2b, 0x65, 0x6e];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

/// The error for what cannot be read. It never quotes.
fn bad(what: &'static str) -> Error {
    Error::usage(what)
}

const NOT_A_KEY: &str = "the DER is no key of a known form";

/// What an `AlgorithmIdentifier` says of a key.
enum Kind {
    Rsa,
    Curve(Curve),
}

impl Kind {
    /// `AlgorithmIdentifier` (RFC 5280, section 4.1.1.2).
    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let mut identifier = reader.nested(Tag::SEQUENCE)?;
        match identifier.value(Tag::OBJECT_IDENTIFIER)? {
            RSA_ENCRYPTION => Ok(Self::Rsa),
            EC_PUBLIC_KEY => curve(identifier.value(Tag::OBJECT_IDENTIFIER)?).map(Self::Curve),
            X25519 => Ok(Self::Curve(Curve::X25519)),
            ED25519 => Ok(Self::Curve(Curve::Ed25519)),
            _ => Err(Error::new(ErrorKind::Unsupported, "the key's algorithm is not known here")),
        }
    }

    fn write(&self) -> Writer {
        let mut identifier = Writer::new();
        match self {
            Self::Rsa => {
                identifier.put(Tag::OBJECT_IDENTIFIER, RSA_ENCRYPTION);
                identifier.put(Tag::NULL, &[]);
            }
            Self::Curve(Curve::X25519) => identifier.put(Tag::OBJECT_IDENTIFIER, X25519),
            Self::Curve(Curve::Ed25519) => identifier.put(Tag::OBJECT_IDENTIFIER, ED25519),
            Self::Curve(curve) => {
                identifier.put(Tag::OBJECT_IDENTIFIER, EC_PUBLIC_KEY);
                identifier.put(Tag::OBJECT_IDENTIFIER, oid(*curve));
            }
        }
        identifier
    }
}

/// `namedCurve` (RFC 5480, section 2.1.1.1).
fn curve(oid: &[u8]) -> Result<Curve, Error> {
    match oid {
        P256 => Ok(Curve::P256),
        P384 => Ok(Curve::P384),
        P521 => Ok(Curve::P521),
        _ => Err(Error::new(ErrorKind::Unsupported, "the curve is not known here")),
    }
}

const fn oid(curve: Curve) -> &'static [u8] {
    match curve {
        Curve::P256 => P256,
        Curve::P384 => P384,
        Curve::P521 => P521,
        Curve::X25519 => X25519,
        Curve::Ed25519 => ED25519,
    }
}

/// The key in PEM: the first private key if there is one, else the first public key or
/// certificate. Nobody validates a certificate here.
///
/// # Errors
/// `Usage` where there is no key, where it is encrypted or cannot be read; `Unsupported` for an
/// algorithm or curve that is not known here.
pub fn from_pem(pem: &[u8]) -> Result<Jwk, Error> {
    from_der(pem::first_key(pem)?.expose())
}

/// The key in DER, whichever of the known forms it has. Nobody validates a certificate here.
///
/// # Errors
/// `Usage` where it cannot be read; `Unsupported` for an algorithm or curve that is not known here.
pub fn from_der(der: &[u8]) -> Result<Jwk, Error> {
    let mut outer = Reader::new(der);
    let mut sequence = outer.nested(Tag::SEQUENCE)?;
    outer.end()?;
    // What the first element is tells the forms apart.
    let material = match sequence.peek() {
        Some(Tag::SEQUENCE) => match sequence.clone_at_first()?.peek() {
            Some(Tag::OBJECT_IDENTIFIER) => subject_public_key_info(sequence)?,
            _ => certificate(sequence)?,
        },
        Some(Tag::INTEGER) => {
            let first = sequence.unsigned()?;
            match (first, sequence.peek()) {
                (version @ ([] | [1]), Some(Tag::SEQUENCE)) => pkcs8(version, sequence)?,
                ([1], Some(Tag::OCTET_STRING)) => sec1(sequence, None)?,
                ([], Some(Tag::INTEGER)) => rsa_private(sequence)?,
                (n, Some(Tag::INTEGER)) => rsa_public(n, sequence)?,
                _ => return Err(bad(NOT_A_KEY)),
            }
        }
        _ => return Err(bad(NOT_A_KEY)),
    };
    Ok(Jwk::from_material(material))
}

/// The key of a certificate in DER, and of nothing else. Nobody validates the certificate.
pub(crate) fn from_certificate(der: &[u8]) -> Result<Jwk, Error> {
    let mut outer = Reader::new(der);
    let sequence = outer.nested(Tag::SEQUENCE)?;
    outer.end()?;
    certificate(sequence).map(Jwk::from_material)
}

/// `OneAsymmetricKey` behind its version (RFC 5958, section 2).
fn pkcs8<'a>(version: &[u8], mut sequence: Reader<'a>) -> Result<Material, Error> {
    let kind = Kind::read(&mut sequence)?;
    let mut key = Reader::new(sequence.value(Tag::OCTET_STRING)?);
    sequence.skip(Tag::context(0))?;
    let public = sequence.optional(Tag::context_primitive(1))?;
    sequence.end()?;
    if public.is_some() && version.is_empty() {
        return Err(bad(NOT_A_KEY));
    }
    let material = match kind {
        Kind::Rsa => {
            let mut inner = key.nested(Tag::SEQUENCE)?;
            if !inner.unsigned()?.is_empty() {
                return Err(bad("RSA keys of more than two primes are not implemented"));
            }
            rsa_private(inner)?
        }
        Kind::Curve(curve @ (Curve::Ed25519 | Curve::X25519)) => {
            let d = key.value(Tag::OCTET_STRING)?;
            // The public key is behind the count of its unused bits, which is none.
            let of_bits = |bits: &'a [u8]| bits.strip_prefix(&[0]).ok_or_else(|| bad(NOT_A_KEY));
            let public = public.map(of_bits).transpose()?;
            private(curve, d, public.map(|x| (x, &[][..])))?
        }
        Kind::Curve(curve) => {
            let mut inner = key.nested(Tag::SEQUENCE)?;
            if inner.unsigned()? != [1] {
                return Err(bad(NOT_A_KEY));
            }
            sec1(inner, Some(curve))?
        }
    };
    key.end()?;
    Ok(material)
}

/// `ECPrivateKey` behind its version (RFC 5915, section 3).
fn sec1(mut sequence: Reader<'_>, known: Option<Curve>) -> Result<Material, Error> {
    let d = sequence.value(Tag::OCTET_STRING)?;
    let named = match sequence.optional(Tag::context(0))? {
        Some(parameters) => Some(curve(Reader::new(parameters).value(Tag::OBJECT_IDENTIFIER)?)?),
        None => None,
    };
    let curve = match (known, named) {
        (Some(known), Some(named)) if known != named => return Err(bad("the key names two curves")),
        (Some(curve), _) | (None, Some(curve)) => curve,
        (None, None) => return Err(bad("the key names no curve")),
    };
    let public = match sequence.optional(Tag::context(1))? {
        Some(public) => Some(point(curve, Reader::new(public).bits()?)?),
        None => None,
    };
    sequence.end()?;
    private(curve, d, public)
}

/// A private key on a curve; its public key is computed, and compared with the one that was there.
fn private(curve: Curve, d: &[u8], public: Option<(&[u8], &[u8])>) -> Result<Material, Error> {
    if d.len() != curve.size() {
        return Err(bad("the private key has another length"));
    }
    let (x, y) = public_of(curve, d).ok_or_else(|| bad("the private key is out of range"))?;
    if public.is_some_and(|public| public != (&x, &y)) {
        return Err(bad("the private and the public key do not belong together"));
    }
    Ok(Material::Curve { curve, x, y, d: Some(Arc::new(Secret::new(d.to_vec()))) })
}

/// A point, uncompressed (RFC 5480, section 2.2).
fn point(curve: Curve, octets: &[u8]) -> Result<(&[u8], &[u8]), Error> {
    octets
        .strip_prefix(&[4])
        .and_then(|point| point.split_at_checked(curve.size()))
        .filter(|(_, y)| y.len() == curve.size())
        .ok_or_else(|| bad("the public key is no uncompressed point of its curve"))
}

/// `RSAPrivateKey` behind its version (RFC 8017, section A.1.2).
fn rsa_private(mut sequence: Reader<'_>) -> Result<Material, Error> {
    let n = sequence.positive()?.to_vec();
    let e = sequence.positive()?.to_vec();
    let mut secret =
        || sequence.positive().map(|octets| -> SecretBytes { Arc::new(Secret::new(octets.to_vec())) });
    let d = secret()?;
    let factors = Some([secret()?, secret()?, secret()?, secret()?, secret()?]);
    sequence.end()?;
    Ok(Material::Rsa { n, e, private: Some(RsaPrivate { d, factors }) })
}

/// `RSAPublicKey` behind its modulus (RFC 8017, section A.1.1).
fn rsa_public(n: &[u8], mut sequence: Reader<'_>) -> Result<Material, Error> {
    let e = sequence.positive()?.to_vec();
    sequence.end()?;
    Ok(Material::Rsa { n: n.to_vec(), e, private: None })
}

/// The content of a `SubjectPublicKeyInfo` (RFC 5280, section 4.1.2.7).
fn subject_public_key_info(mut sequence: Reader<'_>) -> Result<Material, Error> {
    let kind = Kind::read(&mut sequence)?;
    let key = sequence.bits()?;
    sequence.end()?;
    match kind {
        Kind::Rsa => {
            let mut outer = Reader::new(key);
            let mut inner = outer.nested(Tag::SEQUENCE)?;
            outer.end()?;
            let n = inner.positive()?;
            rsa_public(n, inner)
        }
        Kind::Curve(curve @ (Curve::Ed25519 | Curve::X25519)) => {
            if key.len() != curve.size() {
                return Err(bad("the public key has another length"));
            }
            Ok(Material::Curve { curve, x: key.to_vec(), y: Vec::new(), d: None })
        }
        Kind::Curve(curve) => {
            let (x, y) = point(curve, key)?;
            Ok(Material::Curve { curve, x: x.to_vec(), y: y.to_vec(), d: None })
        }
    }
}

/// The content of a `Certificate` (RFC 5280, section 4.1): its public key, and nothing else of it.
fn certificate(mut sequence: Reader<'_>) -> Result<Material, Error> {
    let mut certificate = sequence.nested(Tag::SEQUENCE)?;
    certificate.skip(Tag::context(0))?;
    certificate.value(Tag::INTEGER)?;
    // Its signature's algorithm, issuer, validity and subject.
    for _ in 0..4 {
        certificate.value(Tag::SEQUENCE)?;
    }
    subject_public_key_info(certificate.nested(Tag::SEQUENCE)?)
}

/// `KeyUsage` of a certificate, its first bit the highest (RFC 5280, section 4.2.1.3); `None` where
/// it says nothing of it.
pub(crate) fn key_usage(der: &[u8]) -> Result<Option<u8>, Error> {
    /// 2.5.29.15.
    const KEY_USAGE: [u8; 3] = [0x55, 0x1d, 0x0f];
    let mut certificate = Reader::new(der).nested(Tag::SEQUENCE)?.nested(Tag::SEQUENCE)?;
    certificate.skip(Tag::context(0))?;
    certificate.value(Tag::INTEGER)?;
    for _ in 0..5 {
        certificate.value(Tag::SEQUENCE)?;
    }
    certificate.skip(Tag::context_primitive(1))?;
    certificate.skip(Tag::context_primitive(2))?;
    let Some(extensions) = certificate.optional(Tag::context(3))? else { return Ok(None) };
    let mut extensions = Reader::new(extensions).nested(Tag::SEQUENCE)?;
    while extensions.peek().is_some() {
        let mut extension = extensions.nested(Tag::SEQUENCE)?;
        let id = extension.value(Tag::OBJECT_IDENTIFIER)?;
        extension.skip(Tag::BOOLEAN)?;
        let value = extension.value(Tag::OCTET_STRING)?;
        if id == KEY_USAGE {
            // Behind the number of bits that are not used.
            let bits = Reader::new(value).value(Tag::BIT_STRING)?;
            return Ok(Some(bits.get(1).copied().unwrap_or(0)));
        }
    }
    Ok(None)
}

/// `RSAPublicKey` (RFC 8017, section A.1.1).
pub(crate) fn rsa_public_key(n: &[u8], e: &[u8]) -> Vec<u8> {
    let mut key = Writer::new();
    key.unsigned(n);
    key.unsigned(e);
    key.into_sequence()
}

/// `RSAPrivateKey` (RFC 8017, section A.1.2).
pub(crate) fn rsa_private_key(n: &[u8], e: &[u8], private: &RsaPrivate) -> Result<Secret<Vec<u8>>, Error> {
    let Some(factors) = &private.factors else { return Err(bad("the RSA key has no factors")) };
    let mut key = Writer::new();
    key.unsigned(&[]);
    key.unsigned(n);
    key.unsigned(e);
    for number in std::iter::once(&private.d).chain(factors) {
        key.unsigned(number.expose());
    }
    Ok(Secret::new(key.into_sequence()))
}

/// `SubjectPublicKeyInfo` of the public half (RFC 5280, section 4.1.2.7).
///
/// # Errors
/// `Usage` for a symmetric key.
pub fn to_spki(jwk: &Jwk) -> Result<Vec<u8>, Error> {
    let (kind, key) = match &jwk.material {
        Material::Rsa { n, e, .. } => (Kind::Rsa, rsa_public_key(n, e)),
        Material::Curve { curve: curve @ (Curve::Ed25519 | Curve::X25519), x, .. } => {
            (Kind::Curve(*curve), x.clone())
        }
        Material::Curve { curve, x, y, .. } => (Kind::Curve(*curve), [&[4], x.as_slice(), y].concat()),
        Material::Oct { .. } => return Err(bad("a symmetric key has nothing public")),
    };
    let mut info = Writer::new();
    info.put(Tag::SEQUENCE, kind.write().as_ref());
    info.bits(&key);
    Ok(info.into_sequence())
}

/// PKCS #8 of a private key (RFC 5958).
///
/// # Errors
/// `Usage` for a key that is not private, is symmetric, or an RSA key without its factors.
pub fn to_pkcs8(jwk: &Jwk) -> Result<Secret<Vec<u8>>, Error> {
    let mut info = Writer::new();
    info.unsigned(&[]);
    match &jwk.material {
        Material::Rsa { n, e, private: Some(private) } => {
            info.put(Tag::SEQUENCE, Kind::Rsa.write().as_ref());
            info.put(Tag::OCTET_STRING, rsa_private_key(n, e, private)?.expose());
        }
        Material::Curve { curve, x, y, d: Some(d) } => {
            info.put(Tag::SEQUENCE, Kind::Curve(*curve).write().as_ref());
            let mut inner = Writer::new();
            if y.is_empty() {
                inner.put(Tag::OCTET_STRING, d.expose());
                info.put(Tag::OCTET_STRING, inner.as_ref());
            } else {
                inner.unsigned(&[1]);
                inner.put(Tag::OCTET_STRING, d.expose());
                let mut public = Writer::new();
                public.bits(&[&[4], x.as_slice(), y].concat());
                inner.put(Tag::context(1), public.as_ref());
                info.put(Tag::OCTET_STRING, Secret::new(inner.into_sequence()).expose());
            }
        }
        _ => return Err(bad("it is no private key")),
    }
    Ok(Secret::new(info.into_sequence()))
}

#[cfg(test)]
mod tests;
