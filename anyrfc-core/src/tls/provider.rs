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
