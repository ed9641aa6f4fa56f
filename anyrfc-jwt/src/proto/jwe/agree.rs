//! Agreeing on a key (RFC 7518, section 4.6; RFC 8037, section 3.2): ECDH-ES and Concat KDF.

use anyrfc_core::Secret;
use aws_lc_rs::{
    agreement::{
        self, Algorithm, ECDH_P256, ECDH_P384, ECDH_P521, ParsedPublicKey, PrivateKey, UnparsedPublicKey,
        X25519,
    },
    error::Unspecified,
    kdf::{SskdfDigestAlgorithmId, get_sskdf_digest_algorithm, sskdf_digest},
};

use crate::types::Curve;

/// The agreement over `curve`; `None` for one that only signs (RFC 8037, section 3.1).
pub(super) fn algorithm(curve: Curve) -> Option<&'static Algorithm> {
    match curve {
        Curve::P256 => Some(&ECDH_P256),
        Curve::P384 => Some(&ECDH_P384),
        Curve::P521 => Some(&ECDH_P521),
        Curve::X25519 => Some(&X25519),
        Curve::Ed25519 => None,
    }
}

/// What the sender and the recipient each say about themselves, and what the key is to be for.
pub(super) struct OtherInfo<'a> {
    /// `enc` for a key that is agreed on directly, else `alg`.
    pub algorithm: &'a str,
    /// The value of `apu`, decoded.
    pub party_u: &'a [u8],
    /// The value of `apv`, decoded.
    pub party_v: &'a [u8],
}

impl OtherInfo<'_> {
    /// Each with its length in front (RFC 7518, section 4.6.2); then how many bits are wanted.
    fn encode(&self, key_len: usize) -> Result<Vec<u8>, Unspecified> {
        let parts = [self.algorithm.as_bytes(), self.party_u, self.party_v];
        let mut info =
            Vec::with_capacity(parts.iter().map(|part| part.len()).sum::<usize>().saturating_add(16));
        for part in parts {
            info.extend_from_slice(&u32::try_from(part.len()).map_err(|_| Unspecified)?.to_be_bytes());
            info.extend_from_slice(part);
        }
        let bits = key_len.checked_mul(8).and_then(|bits| u32::try_from(bits).ok()).ok_or(Unspecified)?;
        info.extend_from_slice(&bits.to_be_bytes());
        Ok(info)
    }
}

/// Agrees with `public` on a key of `key_len` octets: Concat KDF with SHA-256 over what they share.
pub(super) fn derive(
    private: &PrivateKey,
    public: &ParsedPublicKey,
    info: &OtherInfo<'_>,
    key_len: usize,
) -> Result<Secret<Vec<u8>>, Unspecified> {
    let sha256 = get_sskdf_digest_algorithm(SskdfDigestAlgorithmId::Sha256).ok_or(Unspecified)?;
    let info = info.encode(key_len)?;
    agreement::agree(private, public.clone(), Unspecified, |shared| {
        let mut key = Secret::new(vec![0; key_len]);
        sskdf_digest(sha256, shared, &info, key.expose_mut())?;
        Ok(key)
    })
}

/// The public key at `x` and `y`, if that is a point on the curve (RFC 8725, section 3.4).
pub(super) fn public_key(curve: Curve, x: &[u8], y: &[u8]) -> Result<ParsedPublicKey, Unspecified> {
    let size = curve.size();
    let point = match curve {
        Curve::X25519 if y.is_empty() => x.to_vec(),
        Curve::P256 | Curve::P384 | Curve::P521 if y.len() == size => [&[4], x, y].concat(),
        _ => return Err(Unspecified),
    };
    if x.len() != size {
        return Err(Unspecified);
    }
    let algorithm = algorithm(curve).ok_or(Unspecified)?;
    UnparsedPublicKey::new(algorithm, point).try_into().map_err(|_| Unspecified)
}

/// The private key `d`, if it is that of the public key at `x` and `y`.
pub(super) fn private_key(curve: Curve, d: &[u8], x: &[u8], y: &[u8]) -> Result<PrivateKey, Unspecified> {
    let algorithm = algorithm(curve).ok_or(Unspecified)?;
    let key = PrivateKey::from_private_key(algorithm, d).map_err(|_| Unspecified)?;
    let (own_x, own_y) = coordinates(curve, &key)?;
    if own_x == x && own_y == y { Ok(key) } else { Err(Unspecified) }
}

/// A new private key.
pub(super) fn generate(curve: Curve) -> Result<PrivateKey, Unspecified> {
    PrivateKey::generate(algorithm(curve).ok_or(Unspecified)?)
}

/// The public half of `key`: `x`, and `y`, which is empty for X25519.
pub(super) fn coordinates(curve: Curve, key: &PrivateKey) -> Result<(Vec<u8>, Vec<u8>), Unspecified> {
    let public = key.compute_public_key()?;
    if curve == Curve::X25519 {
        return Ok((public.as_ref().to_vec(), Vec::new()));
    }
    let (x, y) = public
        .as_ref()
        .strip_prefix(&[4])
        .and_then(|point| point.split_at_checked(curve.size()))
        .ok_or(Unspecified)?;
    Ok((x.to_vec(), y.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::base64url;

    const CURVES: [Curve; 4] = [Curve::P256, Curve::P384, Curve::P521, Curve::X25519];

    #[test]
    fn both_sides_agree() {
        for curve in CURVES {
            let [a, b] = [(); 2].map(|()| generate(curve).unwrap());
            let [at_a, at_b] = [&a, &b].map(|key| {
                let (x, y) = coordinates(curve, key).unwrap();
                public_key(curve, &x, &y).unwrap()
            });
            let info = |party_u| OtherInfo { algorithm: "A256GCM", party_u, party_v: b"Bob" };
            for len in [16, 24, 32, 48, 64] {
                let key = derive(&a, &at_b, &info(b"Alice"), len).unwrap();
                assert_eq!(key.expose().len(), len);
                assert_eq!(derive(&b, &at_a, &info(b"Alice"), len).unwrap().expose(), key.expose());
                assert_ne!(derive(&b, &at_a, &info(b"Malice"), len).unwrap().expose(), key.expose());
            }
        }
    }

    #[test]
    fn a_point_beside_the_curve_is_refused() {
        for curve in [Curve::P256, Curve::P384, Curve::P521] {
            let (x, y) = coordinates(curve, &generate(curve).unwrap()).unwrap();
            assert!(public_key(curve, &x, &y).is_ok());
            let mut beside = y.clone();
            *beside.last_mut().unwrap() ^= 1;
            assert!(public_key(curve, &x, &beside).is_err());
            assert!(public_key(curve, &x, &[]).is_err());
            assert!(public_key(curve, &x[1..], &y).is_err());
            assert!(public_key(curve, &[&[0], &x[..]].concat(), &y[1..]).is_err());
            let zero = vec![0; x.len()];
            assert!(public_key(curve, &zero, &zero).is_err());
            assert!(public_key(curve, &vec![0xff; x.len()], &y).is_err());
        }
        assert!(public_key(Curve::Ed25519, &[9; 32], &[]).is_err() && generate(Curve::Ed25519).is_err());
    }

    /// The points of small order, over which everybody shares the same secret (RFC 7748, section 6.1).
    #[test]
    fn a_point_of_small_order_gives_no_key() {
        let key = generate(Curve::X25519).unwrap();
        let info = OtherInfo { algorithm: "A256GCM", party_u: b"", party_v: b"" };
        let mut one = [0; 32];
        one[0] = 1;
        let mut order_minus_one = [0xff; 32];
        (order_minus_one[0], order_minus_one[31]) = (0xec, 0x7f);
        for point in [[0; 32], one, order_minus_one] {
            let public = public_key(Curve::X25519, &point, &[]);
            assert!(public.and_then(|public| derive(&key, &public, &info, 32)).is_err());
        }
    }

    #[test]
    fn a_private_key_belongs_to_its_public_one() {
        for curve in CURVES {
            let (x, y) = coordinates(curve, &generate(curve).unwrap()).unwrap();
            let other = vec![1; curve.size()];
            assert!(private_key(curve, &other, &x, &y).is_err());
            assert!(private_key(curve, &other[1..], &x, &y).is_err());
            assert!(private_key(curve, &vec![0; curve.size()], &x, &y).is_err());
        }
    }

    /// RFC 7518, appendix C: what both derive, and from what.
    #[test]
    fn the_example_of_rfc_7518() {
        let coordinates = |x: &str, y: &str| (base64url::decode(x).unwrap(), base64url::decode(y).unwrap());
        let alice = coordinates(
            "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
            "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps",
        );
        let bob = coordinates(
            "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
            "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
        );
        let (of_alice, _) = coordinates("0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo", "");
        let (of_bob, _) = coordinates("VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw", "");
        let info = OtherInfo { algorithm: "A128GCM", party_u: b"Alice", party_v: b"Bob" };
        let want = base64url::decode("VqqN6vgjbSBcIijNcacQGg").unwrap();
        for (d, own, other) in [(of_alice, &alice, &bob), (of_bob, &bob, &alice)] {
            let private = private_key(Curve::P256, &d, &own.0, &own.1).unwrap();
            let public = public_key(Curve::P256, &other.0, &other.1).unwrap();
            assert_eq!(derive(&private, &public, &info, 16).unwrap().expose(), &want);
        }
        let mut encoded = vec![0, 0, 0, 7];
        encoded.extend(b"A128GCM\0\0\0\x05Alice\0\0\0\x03Bob\0\0\0\x80");
        assert_eq!(info.encode(16), Ok(encoded));
    }
}
