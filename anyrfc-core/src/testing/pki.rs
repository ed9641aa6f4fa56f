//! Certificates made on the fly.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, OtherNameValue, SanType, SignatureAlgorithm, date_time_ymd,
};
use rustls::{ClientConfig, RootCertStore};

use crate::{
    Secret,
    tls::{TlsConfig, TlsServerConfig},
};

/// How an authority signs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Signature {
    /// ECDSA on P-256 with SHA-256.
    #[default]
    EcdsaSha256,
    /// ECDSA on P-384 with SHA-384.
    EcdsaSha384,
    /// RSA of 2048 bits with SHA-256 (PKCS #1 v1.5).
    RsaSha256,
    /// RSA of 2048 bits with SHA-512 (PKCS #1 v1.5).
    RsaSha512,
    /// Ed25519, which has no hash function of its own to name.
    Ed25519,
}

impl Signature {
    fn algorithm(self) -> &'static SignatureAlgorithm {
        match self {
            Self::EcdsaSha256 => &rcgen::PKCS_ECDSA_P256_SHA256,
            Self::EcdsaSha384 => &rcgen::PKCS_ECDSA_P384_SHA384,
            Self::RsaSha256 => &rcgen::PKCS_RSA_SHA256,
            Self::RsaSha512 => &rcgen::PKCS_RSA_SHA512,
            Self::Ed25519 => &rcgen::PKCS_ED25519,
        }
    }
}

/// A certificate authority for one test: two of them trust nothing of each other.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let (server, client) = anyrfc_core::testing::pki::Pki::new().pair(&["localhost"]);
/// let (near, far) = tokio::io::duplex(1024);
/// let (accepted, connected) = tokio::join!(server.accept(far), client.handshake("localhost", near));
/// assert_eq!(accepted.unwrap().1.tls_exporter, connected.unwrap().1.tls_exporter);
/// # });
/// ```
#[derive(Debug)]
pub struct Pki {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate with its key.
#[derive(Debug)]
pub struct Identity {
    chain_pem: String,
    key_pem: Secret<String>,
    der: Vec<u8>,
}

impl Identity {
    /// The certificate, in PEM.
    #[must_use]
    pub fn chain_pem(&self) -> &str {
        &self.chain_pem
    }

    /// Its private key, PKCS #8 in PEM.
    #[must_use]
    pub fn key_pem(&self) -> Secret<Vec<u8>> {
        Secret::new(self.key_pem.expose().as_bytes().to_vec())
    }

    /// The certificate, in DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// A server that shows this certificate.
    #[must_use]
    pub fn server(&self) -> TlsServerConfig {
        TlsServerConfig::new(self.chain_pem(), self.key_pem())
    }
}

impl Default for Pki {
    fn default() -> Self {
        Self::new()
    }
}

impl Pki {
    /// A new authority that signs with [`Signature::EcdsaSha256`].
    ///
    /// # Panics
    /// Where no key can be made.
    #[must_use]
    pub fn new() -> Self {
        Self::signing_with(Signature::default())
    }

    /// A new authority that signs so.
    ///
    /// # Panics
    /// Where no key can be made.
    #[must_use]
    pub fn signing_with(signature: Signature) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate_for(signature.algorithm()).expect("a key for the authority");
        // Each by its own name: of two with one name, a certificate of the second
        // would look like a forged one of the first.
        let name: String = params.key_identifier(&key).iter().map(|byte| format!("{byte:02x}")).collect();
        params.distinguished_name.push(DnType::CommonName, format!("AnyRFC test authority {name}"));
        Self { issuer: CertifiedIssuer::self_signed(params, key).expect("the authority's certificate") }
    }

    /// The authority's certificate, in PEM.
    #[must_use]
    pub fn ca_pem(&self) -> String {
        self.issuer.pem()
    }

    /// A server's certificate for these names and addresses.
    ///
    /// # Panics
    /// Where one is not a name.
    #[must_use]
    pub fn server_for(&self, names: &[&str]) -> Identity {
        self.issue(params(names, ExtendedKeyUsagePurpose::ServerAuth))
    }

    /// The same, long over.
    ///
    /// # Panics
    /// Where one is not a name.
    #[must_use]
    pub fn expired_server_for(&self, names: &[&str]) -> Identity {
        let mut params = params(names, ExtendedKeyUsagePurpose::ServerAuth);
        params.not_before = date_time_ymd(2001, 1, 1);
        params.not_after = date_time_ymd(2002, 1, 1);
        self.issue(params)
    }

    /// The same, long before its time.
    ///
    /// # Panics
    /// Where one is not a name.
    #[must_use]
    pub fn future_server_for(&self, names: &[&str]) -> Identity {
        let mut params = params(names, ExtendedKeyUsagePurpose::ServerAuth);
        params.not_before = date_time_ymd(4001, 1, 1);
        params.not_after = date_time_ymd(4002, 1, 1);
        self.issue(params)
    }

    /// A server's certificate that has this name everywhere but where it is looked for (RFC 9525, section 6.3): as
    /// its common name, in a URI, and in an `otherName` as of a service (SRV).
    ///
    /// # Panics
    /// Where it is not a name.
    #[must_use]
    pub fn server_without_dns_name(&self, name: &str) -> Identity {
        let mut params = params(&[], ExtendedKeyUsagePurpose::ServerAuth);
        params.distinguished_name.push(DnType::CommonName, name);
        let uri = format!("https://{name}").try_into().expect("a URI");
        let service = OtherNameValue::Utf8String(format!("_https.{name}"));
        // id-on-dnsSRV (RFC 4985, section 2).
        let service = SanType::OtherName((vec![1, 3, 6, 1, 5, 5, 7, 8, 7], service));
        params.subject_alt_names = vec![SanType::URI(uri), service];
        self.issue(params)
    }

    /// A client's certificate with this name.
    ///
    /// # Panics
    /// Where it is not a name.
    #[must_use]
    pub fn client(&self, name: &str) -> Identity {
        self.issue(params(&[name], ExtendedKeyUsagePurpose::ClientAuth))
    }

    /// A client that trusts this authority only.
    #[must_use]
    pub fn trusting(&self) -> TlsConfig {
        TlsConfig::with_ca_pem(self.ca_pem())
    }

    /// The same, by a rustls configuration that does not send the host's name (SNI).
    ///
    /// # Panics
    /// Where the provider has no safe versions of TLS.
    #[must_use]
    pub fn trusting_without_sni(&self) -> TlsConfig {
        let mut roots = RootCertStore::empty();
        roots.add(self.issuer.der().clone()).expect("the authority's certificate");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.enable_sni = false;
        TlsConfig::from_rustls(Arc::new(config))
    }

    /// A server for these names, and a client that trusts it.
    ///
    /// # Panics
    /// Where one is not a name.
    #[must_use]
    pub fn pair(&self, names: &[&str]) -> (TlsServerConfig, TlsConfig) {
        (self.server_for(names).server(), self.trusting())
    }

    fn issue(&self, params: CertificateParams) -> Identity {
        let key = KeyPair::generate().expect("a key for the certificate");
        let certificate = params.signed_by(&key, &self.issuer).expect("a signed certificate");
        Identity {
            chain_pem: certificate.pem(),
            key_pem: Secret::new(key.serialize_pem()),
            der: certificate.der().to_vec(),
        }
    }
}

fn params(names: &[&str], usage: ExtendedKeyUsagePurpose) -> CertificateParams {
    let names: Vec<String> = names
        .iter()
        // Certificates hold A-labels (RFC 5280, section 7.2); addresses and wildcards are ASCII anyway.
        .map(|name| if name.is_ascii() { (*name).to_owned() } else { a_labels(name) })
        .collect();
    let mut params = CertificateParams::new(names).expect("names for the certificate");
    params.distinguished_name.push(DnType::CommonName, "AnyRFC test certificate");
    params.extended_key_usages = vec![usage];
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params
}

fn a_labels(name: &str) -> String {
    idna::domain_to_ascii(name).expect("an internationalised name")
}
