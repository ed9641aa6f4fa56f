//! A verifier of the caller's may know of revoked certificates: then no token reaches them.

use std::sync::Arc;

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject as _},
};

use super::*;

/// As TLS does it by default, with a list of revoked certificates beside.
#[derive(Debug)]
struct WithList {
    usual: Arc<WebPkiServerVerifier>,
    revoked: Vec<Vec<u8>>,
}

impl ServerCertVerifier for WithList {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.revoked.iter().any(|revoked| **revoked == **certificate) {
            return Err(CertificateError::Revoked.into());
        }
        self.usual.verify_server_cert(certificate, between, name, ocsp, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.usual.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.usual.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.usual.supported_verify_schemes()
    }
}

/// What `pki` vouches for, but for these certificates.
fn trusting_but(pki: &Pki, revoked: Vec<Vec<u8>>) -> TlsConfig {
    let mut config: ClientConfig = (*pki.trusting().to_rustls().expect("a configuration")).clone();
    let mut roots = RootCertStore::empty();
    let root = CertificateDer::from_pem_slice(pki.ca_pem().as_bytes()).expect("a certificate");
    roots.add(root).expect("a root");
    let provider = Arc::clone(config.crypto_provider());
    let usual = WebPkiServerVerifier::builder_with_provider(roots.into(), provider).build();
    let usual = usual.expect("a verifier");
    config.dangerous().set_certificate_verifier(Arc::new(WithList { usual, revoked }));
    TlsConfig::from_rustls(Arc::new(config))
}

#[test]
fn revoked_certificates() {
    let pki = Pki::new();
    let identity = pki.server_for(&["localhost"]);
    let revoked = trusting_but(&pki, vec![identity.der().to_vec()]);
    assert_eq!(asked(&pki, &identity, Some(revoked)), [Err(ErrorKind::Tls); 2]);
    let other = trusting_but(&pki, vec![pki.server_for(&["localhost"]).der().to_vec()]);
    assert_eq!(asked(&pki, &identity, Some(other)), [Ok(401); 2]);
    // The chain itself, without a list.
    assert_eq!(asked(&pki, &pki.expired_server_for(&["localhost"]), None), [Err(ErrorKind::Tls); 2]);
}
