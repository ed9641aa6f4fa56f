//! Whether a key may do what it is wanted for.

use crate::{
    Error, ErrorKind, Requirement, rfc7517, rfc7518, rfc8037, rfc8725,
    types::{Curve, Jwk, JwsAlgorithm, KeyOperation},
    types::{Material, RsaPrivate},
};

/// The key is none that the caller can use here.
pub(super) fn unfit(requirement: &'static Requirement, what: &'static str) -> Error {
    Error::usage(what).with_requirement(requirement)
}

/// `use`, `key_ops` and `alg` of the key allow `operation` by the algorithm called `name`; of
/// `others`, each is another name of it.
pub(crate) fn suits(jwk: &Jwk, operation: &KeyOperation, name: &str, others: &[&str]) -> Result<(), Error> {
    if let Some(said) = jwk.algorithm()
        && said != name
        && !others.contains(&said)
    {
        return Err(unfit(rfc8725::ALGORITHM_OF_THE_KEY_IS_CHECKED, "the key is for another algorithm"));
    }
    if let Some(said) = jwk.key_use()
        && operation.key_use().is_some_and(|wanted| wanted != *said)
    {
        return Err(unfit(rfc7517::USE_AND_KEY_OPS_AGREE, "the key is for another use"));
    }
    if let Some(said) = jwk.operations()
        && !said.contains(operation)
    {
        return Err(unfit(rfc7517::USE_AND_KEY_OPS_AGREE, "the key is for other operations"));
    }
    Ok(())
}

/// Other names of the same algorithm, as a key's `alg` may have them.
const fn synonyms(algorithm: JwsAlgorithm) -> &'static [&'static str] {
    match algorithm {
        JwsAlgorithm::EdDsa => &["Ed25519"],
        JwsAlgorithm::Ed25519 => &["EdDSA"],
        _ => &[],
    }
}

/// The key is of the type, curve and size that the algorithm needs, and allowed to do `operation`.
pub(super) fn check(jwk: &Jwk, algorithm: JwsAlgorithm, operation: &KeyOperation) -> Result<(), Error> {
    use JwsAlgorithm as A;
    match (&jwk.material, algorithm) {
        (Material::Oct { k }, A::Hs256 | A::Hs384 | A::Hs512) => hmac_length(k.expose(), algorithm)?,
        (Material::Rsa { n, e, .. }, A::Rs256 | A::Rs384 | A::Rs512) => {
            rsa_size(n, e, rfc7518::RS_KEY_HAS_2048_BITS)?
        }
        (Material::Rsa { n, e, .. }, A::Ps256 | A::Ps384 | A::Ps512) => {
            rsa_size(n, e, rfc7518::PS_KEY_HAS_2048_BITS)?
        }
        (Material::Curve { curve: Curve::P256, .. }, A::Es256)
        | (Material::Curve { curve: Curve::P384, .. }, A::Es384)
        | (Material::Curve { curve: Curve::P521, .. }, A::Es512) => {}
        (Material::Curve { curve: Curve::Ed25519, x, .. }, A::EdDsa | A::Ed25519) => large_order(x)?,
        (Material::Curve { curve: Curve::X25519, .. }, _) => {
            return Err(unfit(rfc8037::AGREEMENT_SUBTYPES_DO_NOT_SIGN, "it is a key for agreement"));
        }
        _ => {
            return Err(unfit(
                rfc8725::ALGORITHM_OF_THE_KEY_IS_CHECKED,
                "the algorithm is none for this type of key",
            ));
        }
    }
    suits(jwk, operation, algorithm.name(), synonyms(algorithm))
}

/// The points of small order on Ed25519, in each encoding of their `y`; the sign is the highest bit of the
/// last octet. By a key that is one of them, signatures verify that nobody made.
const SMALL_ORDER: [[u8; 32]; 7] = {
    const fn ends(first: u8, between: u8, last: u8) -> [u8; 32] {
        let mut octets = [between; 32];
        (octets[0], octets[31]) = (first, last);
        octets
    }
    [
        ends(0, 0, 0),
        ends(1, 0, 0),
        *b"\x26\xe8\x95\x8f\xc2\xb2\x27\xb0\x45\xc3\xf4\x89\xf2\xef\x98\xf0\
           \xd5\xdf\xac\x05\xd3\xc6\x33\x39\xb1\x38\x02\x88\x6d\x53\xfc\x05",
        *b"\xc7\x17\x6a\x70\x3d\x4d\xd8\x4f\xba\x3c\x0b\x76\x0d\x10\x67\x0f\
           \x2a\x20\x53\xfa\x2c\x39\xcc\xc6\x4e\xc7\xfd\x77\x92\xac\x03\x7a",
        ends(0xec, 0xff, 0x7f),
        ends(0xed, 0xff, 0x7f),
        ends(0xee, 0xff, 0x7f),
    ]
};

/// The point of an Ed25519 key is not of small order (RFC 8725, section 3.4).
fn large_order(x: &[u8]) -> Result<(), Error> {
    let is_small = |small: &[u8; 32]| {
        x.len() == small.len()
            && x.iter()
                .zip(small)
                .enumerate()
                .all(|(at, (octet, small))| if at == 31 { octet & 0x7f == *small } else { octet == small })
    };
    if SMALL_ORDER.iter().any(is_small) {
        return Err(unfit(rfc8725::INVALID_CURVE_POINTS_ARE_REFUSED, "the point is of small order"));
    }
    Ok(())
}

/// RFC 7518, section 3.2.
pub(super) fn hmac_length(octets: &[u8], algorithm: JwsAlgorithm) -> Result<(), Error> {
    let least = match algorithm {
        JwsAlgorithm::Hs384 => 48,
        JwsAlgorithm::Hs512 => 64,
        _ => 32,
    };
    if octets.len() < least {
        return Err(unfit(rfc7518::HMAC_KEY_IS_AS_LONG_AS_THE_HASH, "the key is too short"));
    }
    Ok(())
}

/// RSA keys have 2048 to 8192 bits, and an odd exponent of 3 at least and 33 bits at most, which
/// bounds what one signature costs (RFC 7518, sections 3.3, 3.5 and 8.6).
pub(crate) fn rsa_size(n: &[u8], e: &[u8], requirement: &'static Requirement) -> Result<(), Error> {
    let zeros = n.first().map(|first| first.leading_zeros() as usize).unwrap_or_default();
    let bits = n.len().saturating_mul(8).saturating_sub(zeros);
    if bits < 2048 {
        return Err(unfit(requirement, "the key is too short"));
    }
    if bits > 8192 {
        return Err(unfit(rfc7518::KEY_SIZE_HAS_A_CEILING, "the key is too long"));
    }
    let small = matches!(e, [0..=1]);
    let even = e.last().is_none_or(|last| last % 2 == 0);
    let large = e.len() > 5 || e.len() == 5 && e.first().is_some_and(|first| *first > 1);
    if small || even || large {
        return Err(unfit(rfc7518::RSA_KEY_HAS_N_AND_E, "the public exponent is no good"));
    }
    Ok(())
}

/// The factors of a private RSA key, without which nothing signs here.
pub(super) fn factors(private: &RsaPrivate) -> Result<(), Error> {
    if private.factors.is_some() {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Unsupported, "a private RSA key without its factors is not implemented")
        .with_requirement(rfc7518::RSA_PRIVATE_KEY_HAS_ITS_FACTORS))
}
