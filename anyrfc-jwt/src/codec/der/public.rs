//! Public keys of private ones.

use aws_lc_rs::{
    agreement,
    signature::{Ed25519KeyPair, KeyPair as _},
};

use crate::types::Curve;

/// The public key of a private one on a curve: `x` and `y`, the latter empty where there is none.
pub(crate) fn public_of(curve: Curve, d: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let public = match curve {
        Curve::Ed25519 => {
            let pair = Ed25519KeyPair::from_seed_unchecked(d).ok()?;
            return Some((pair.public_key().as_ref().to_vec(), Vec::new()));
        }
        Curve::X25519 => &agreement::X25519,
        Curve::P256 => &agreement::ECDH_P256,
        Curve::P384 => &agreement::ECDH_P384,
        Curve::P521 => &agreement::ECDH_P521,
    };
    let public = agreement::PrivateKey::from_private_key(public, d).ok()?.compute_public_key().ok()?;
    if curve == Curve::X25519 {
        return Some((public.as_ref().to_vec(), Vec::new()));
    }
    let (x, y) = public.as_ref().strip_prefix(&[4])?.split_at_checked(curve.size())?;
    Some((x.to_vec(), y.to_vec()))
}
