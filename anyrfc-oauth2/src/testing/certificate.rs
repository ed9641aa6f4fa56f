//! What mutual TLS would have shown.

use super::jose::sha256;

/// The client's certificate, in DER, among the extensions of a request.
///
/// ```
/// use anyrfc_oauth2::testing::ClientCertificate;
///
/// let mut request = http::Request::new(bytes::Bytes::new());
/// request.extensions_mut().insert(ClientCertificate::new(b"DER".to_vec()));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ClientCertificate(Vec<u8>);

impl std::fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ClientCertificate({})", self.thumbprint())
    }
}

impl ClientCertificate {
    /// Of its DER.
    #[must_use]
    pub fn new(der: impl Into<Vec<u8>>) -> Self {
        Self(der.into())
    }

    /// Its SHA-256 in base64url, as in `x5t#S256` (RFC 8705, section 3.1).
    #[must_use]
    pub fn thumbprint(&self) -> String {
        sha256(&self.0)
    }
}
