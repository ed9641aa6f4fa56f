//! Keys in files.

use std::{io::Write, path::Path};

use anyrfc_core::Secret;
use anyrfc_oauth2::{
    Error,
    jwt::{Jwk, JwsAlgorithm, SigningKey},
};

use crate::exit::Failure;

/// What is tried for a key in PEM, which does not say how it signs.
const USUAL: [JwsAlgorithm; 5] = [
    JwsAlgorithm::Es256,
    JwsAlgorithm::Es384,
    JwsAlgorithm::Es512,
    JwsAlgorithm::Ed25519,
    JwsAlgorithm::Rs256,
];

fn named(path: &Path, what: impl std::fmt::Display) -> Failure {
    Failure::usage(format!("{}: {what}", path.display()))
}

/// The private key in a file, PEM or JWK.
///
/// # Errors
/// There is none, or it does not sign by `algorithm`.
pub(super) fn signing(path: &Path, algorithm: Option<JwsAlgorithm>) -> Result<SigningKey, Failure> {
    let text = Secret::new(std::fs::read(path).map_err(|error| named(path, error))?);
    if text.expose().trim_ascii_start().first() == Some(&b'{') {
        return from_jwk(path, text.expose(), algorithm);
    }
    let by = |algorithm| SigningKey::from_pem(text.expose(), algorithm);
    match algorithm {
        Some(algorithm) => by(algorithm).map_err(|error| named(path, error)),
        None => USUAL.iter().find_map(|&algorithm| by(algorithm).ok()).ok_or_else(|| {
            named(path, "no private key in PEM or JWK, or none that signs by the usual algorithms")
        }),
    }
}

fn from_jwk(path: &Path, json: &[u8], algorithm: Option<JwsAlgorithm>) -> Result<SigningKey, Failure> {
    let jwk = Jwk::parse(json).map_err(|error| named(path, error))?;
    let algorithm = match (algorithm, jwk.algorithm()) {
        (Some(algorithm), _) => algorithm,
        (None, Some(name)) => JwsAlgorithm::from_name(name).map_err(|error| named(path, error))?,
        (None, None) => {
            let fits = |&&algorithm: &&JwsAlgorithm| SigningKey::from_jwk(&jwk, algorithm).is_ok();
            let found = USUAL.iter().find(fits).copied();
            found.ok_or_else(|| {
                named(path, "the JWK does not say how it signs: name it by --client-key-alg")
            })?
        }
    };
    SigningKey::from_jwk(&jwk, algorithm).map_err(|error| named(path, error))
}

/// The key that tokens are bound to: the file's, or a new one that is put there.
///
/// # Errors
/// The file holds no private key, or cannot be written.
pub(super) fn dpop(path: &Path) -> Result<SigningKey, Failure> {
    if path.try_exists().map_err(|error| named(path, error))? {
        return signing(path, None);
    }
    let jwk = Jwk::generate(JwsAlgorithm::Es256).map_err(Error::from)?;
    let key = SigningKey::from_jwk(&jwk, JwsAlgorithm::Es256).map_err(Error::from)?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|error| named(path, error))?;
    file.write_all(jwk.to_secret_json().expose().as_bytes()).map_err(|error| named(path, error))?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_for_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key.json");
        let thumbprint = |key: &SigningKey| key.public_jwk().unwrap().thumbprint().to_string();
        let made = thumbprint(&dpop(&path).unwrap());
        assert_eq!(thumbprint(&dpop(&path).unwrap()), made);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(signing(&path, Some(JwsAlgorithm::Es256)).unwrap().algorithm(), JwsAlgorithm::Es256);
        assert!(signing(&path, Some(JwsAlgorithm::Rs256)).is_err());
    }

    #[test]
    fn what_is_no_key_is_said_with_its_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key.pem");
        for text in ["", "{}", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"] {
            std::fs::write(&path, text).unwrap();
            let failure = signing(&path, None).unwrap_err();
            assert!(failure.to_string().contains("key.pem"), "{failure}");
        }
        assert!(signing(&dir.path().join("missing"), None).is_err());
    }
}
