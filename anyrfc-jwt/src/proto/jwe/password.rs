//! Keys from passwords (RFC 7518, section 4.8): PBES2.

use std::num::NonZeroU32;

use anyrfc_core::Secret;
use aws_lc_rs::pbkdf2::{self, PBKDF2_HMAC_SHA256, PBKDF2_HMAC_SHA384, PBKDF2_HMAC_SHA512};

use crate::types::JweAlgorithm;

/// The octets of a salt input at least (RFC 7518, section 4.8.1.1).
pub(super) const SALT_INPUT_MIN: usize = 8;
/// The octets of the salt inputs that are made here.
pub(super) const SALT_INPUT: usize = 16;

/// The key that wraps: `iterations` rounds over the password, with the name of the algorithm and
/// `salt_input` for a salt. `None` if `alg` is no PBES2.
pub(super) fn derive(
    alg: JweAlgorithm,
    password: &[u8],
    salt_input: &[u8],
    iterations: NonZeroU32,
) -> Option<Secret<Vec<u8>>> {
    let (algorithm, len) = match alg {
        JweAlgorithm::Pbes2Hs256A128Kw => (PBKDF2_HMAC_SHA256, 16),
        JweAlgorithm::Pbes2Hs384A192Kw => (PBKDF2_HMAC_SHA384, 24),
        JweAlgorithm::Pbes2Hs512A256Kw => (PBKDF2_HMAC_SHA512, 32),
        _ => return None,
    };
    let salt = [alg.name().as_bytes(), &[0], salt_input].concat();
    let mut key = Secret::new(vec![0; len]);
    pbkdf2::derive(algorithm, iterations, &salt, password, key.expose_mut());
    Some(key)
}
