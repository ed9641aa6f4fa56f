//! Which cryptography TLS runs on.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;

use crate::{Error, ErrorKind, Fault};

/// The application's installed provider, else the first one compiled in.
/// Installs nothing: that choice is the application's alone.
pub(super) fn provider() -> Result<Arc<CryptoProvider>, Error> {
    if let Some(installed) = CryptoProvider::get_default() {
        return Ok(Arc::clone(installed));
    }
    compiled_in().map(Arc::new).ok_or_else(|| {
        Error::new(
            ErrorKind::Unsupported,
            "this build has no TLS cryptography: enable the feature tls-aws-lc-rs or tls-ring",
        )
        .with_fault(Fault::Caller)
    })
}

#[cfg(feature = "tls-aws-lc-rs")]
fn compiled_in() -> Option<CryptoProvider> {
    Some(rustls::crypto::aws_lc_rs::default_provider())
}

#[cfg(all(feature = "tls-ring", not(feature = "tls-aws-lc-rs")))]
fn compiled_in() -> Option<CryptoProvider> {
    Some(rustls::crypto::ring::default_provider())
}

#[cfg(not(any(feature = "tls-ring", feature = "tls-aws-lc-rs")))]
fn compiled_in() -> Option<CryptoProvider> {
    None
}

#[cfg(all(test, not(any(feature = "tls-ring", feature = "tls-aws-lc-rs"))))]
mod tests {
    use crate::{ErrorKind, tls::TlsConfig};

    #[tokio::test]
    async fn without_cryptography_the_handshake_says_so() {
        let config = TlsConfig::with_ca_pem("");
        let (near, _far) = tokio::io::duplex(64);
        let error = config.handshake("localhost", near).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.to_string().contains("tls-aws-lc-rs"), "{error}");
    }
}
