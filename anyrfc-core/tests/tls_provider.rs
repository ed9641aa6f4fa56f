//! Which cryptography is used. One test: the installed provider is the process's.
#![cfg(feature = "testing")]

mod tls_support;

use anyrfc_core::testing::pki::Pki;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use tls_support::met;

/// With both providers compiled in (`--features testing,tls-ring`) rustls's own
/// default would panic here.
#[tokio::test]
async fn the_installed_provider_wins_and_none_is_installed() {
    let (server, client) = Pki::new().pair(&["localhost"]);
    let (_, (_, before)) = met(&server, &client, "localhost").await;
    assert_ne!(before.cipher_suite, Some("TLS_CHACHA20_POLY1305_SHA256"));
    assert!(CryptoProvider::get_default().is_none(), "that choice is the application's");

    let only = CryptoProvider {
        cipher_suites: vec![aws_lc_rs::cipher_suite::TLS13_CHACHA20_POLY1305_SHA256],
        ..aws_lc_rs::default_provider()
    };
    only.install_default().unwrap();
    // What was built before stays as it was.
    let (_, (_, same)) = met(&server, &client, "localhost").await;
    assert_eq!(same.cipher_suite, before.cipher_suite);
    let (server, client) = Pki::new().pair(&["localhost"]);
    let (_, (_, after)) = met(&server, &client, "localhost").await;
    assert_eq!(after.cipher_suite, Some("TLS_CHACHA20_POLY1305_SHA256"));

    // It cannot do TLS 1.2, and says so.
    let server = server.maximum_version(anyrfc_core::tls::TlsVersion::V1_2);
    assert_eq!(server.validate().unwrap_err().kind(), anyrfc_core::ErrorKind::Unsupported);
}
