//! Certificates and keys from PEM text (RFC 7468).

use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};

use crate::{Error, Secret};

/// All certificates of `pem`, in order; other sections are skipped. At least one.
pub(super) fn certificates(pem: &[u8], whose: &'static str) -> Result<Vec<CertificateDer<'static>>, Error> {
    let certificates = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| Error::usage(format!("{whose} cannot be read as PEM")).with_source(error))?;
    if certificates.is_empty() {
        return Err(Error::usage(format!("{whose} holds no certificate in PEM")));
    }
    Ok(certificates)
}

/// The first private key of `pem`: PKCS #8, PKCS #1 or SEC 1, not encrypted.
pub(super) fn private_key(
    pem: &Secret<Vec<u8>>,
    whose: &'static str,
) -> Result<PrivateKeyDer<'static>, Error> {
    PrivateKeyDer::from_pem_slice(pem.expose()).map_err(|error| {
        let encrypted = b"BEGIN ENCRYPTED PRIVATE KEY";
        if pem.expose().windows(encrypted.len()).any(|window| window == encrypted) {
            return Error::usage(format!("{whose} is encrypted; decrypt it before it is given"));
        }
        // The cause is left out: it may quote a line of what it could not read.
        drop(error);
        Error::usage(format!("{whose} holds no private key in PEM"))
    })
}
