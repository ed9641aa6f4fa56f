//! Configurations: mistakes are errors and never panics, secrets are not shown.
#![cfg(feature = "testing")]

mod tls_support;

use std::{process::Command, sync::Arc};

use anyrfc_core::{
    ErrorKind, Secret, Security,
    testing::pki::Pki,
    tls::{TlsConfig, TlsServerConfig, TlsVersion},
};
use tls_support::{meet, met};

#[test]
fn what_cannot_be_used_is_a_usage_error() {
    let pki = Pki::new();
    let (one, two) = (pki.client("one.example"), pki.client("two.example"));
    let base = pki.trusting();
    let encrypted = b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let broken = "-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n";
    let junk = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let given = || TlsConfig::from_rustls(Arc::new(rustls_config()));
    for (config, expected) in [
        (TlsConfig::with_ca_pem(""), "the CA file holds no certificate in PEM"),
        (TlsConfig::with_ca_pem(broken), "the CA file cannot be read as PEM"),
        (TlsConfig::with_ca_pem(junk), "the CA file holds a certificate that cannot be read"),
        (
            base.clone().client_certificate("", one.key_pem()),
            "the client certificate holds no certificate in PEM",
        ),
        (
            base.clone().client_certificate(one.chain_pem(), Vec::new()),
            "the client certificate's key holds no private key in PEM",
        ),
        (
            base.clone().client_certificate(one.chain_pem(), encrypted.to_vec()),
            "the client certificate's key is encrypted; decrypt it before it is given",
        ),
        (
            base.clone().client_certificate(one.chain_pem(), two.key_pem()),
            "the client certificate and its key cannot be used",
        ),
        (base.clone().server_name("not a name"), "\"not a name\" is no valid server name"),
        (
            given().minimum_version(TlsVersion::V1_3),
            "whom to trust, the client certificate and the versions are settled in the given rustls configuration",
        ),
    ] {
        let error = config.validate().unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Usage, expected));
    }
    for config in
        [given().danger_accept_any_certificate(), given().client_certificate(one.chain_pem(), one.key_pem())]
    {
        assert_eq!(config.validate().unwrap_err().kind(), ErrorKind::Usage);
    }
    given().alpn(["x"]).key_log().validate().unwrap();

    let server = pki.server_for(&["localhost"]);
    for config in [
        TlsServerConfig::new("", server.key_pem()),
        TlsServerConfig::new(server.chain_pem(), one.key_pem()),
        TlsServerConfig::new(server.chain_pem(), Vec::new()),
        server.server().require_client_ca_pem(""),
        server.server().minimum_version(TlsVersion::V1_3).maximum_version(TlsVersion::V1_2),
    ] {
        assert_eq!(config.validate().unwrap_err().kind(), ErrorKind::Usage, "{config:?}");
    }
    server.server().validate().unwrap();
}

fn rustls_config() -> rustls::ClientConfig {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}

#[tokio::test]
async fn a_mistake_is_an_error_of_the_handshake_too() {
    let server = Pki::new().server_for(&["localhost"]).server();
    let (accepted, connected) = meet(&server, &TlsConfig::with_ca_pem(""), "localhost").await;
    assert_eq!(connected.unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(accepted.unwrap_err().to_string(), "the stream ended during the TLS handshake");
}

#[tokio::test]
async fn what_was_built_stays_when_a_copy_is_changed() {
    let (server, client) = Pki::new().pair(&["localhost"]);
    met(&server, &client, "localhost").await;
    let changed = client.clone().alpn(["imap"]).server_name("other.example");
    assert!(meet(&server, &changed, "localhost").await.1.is_err());
    met(&server, &client, "localhost").await;
}

#[test]
fn secrets_are_not_shown() {
    let pki = Pki::new();
    let identity = pki.client("client.example");
    let key = identity.key_pem();
    let config = pki.trusting().client_certificate(identity.chain_pem(), identity.key_pem());
    config.validate().unwrap();
    let server = identity.server();
    server.validate().unwrap();
    let wrong = pki.trusting().client_certificate("", identity.key_pem()).validate().unwrap_err();
    let unreadable = String::from_utf8(key.expose().clone()).unwrap().replace("-----END", "----END");
    let unreadable =
        pki.trusting().client_certificate(identity.chain_pem(), unreadable.into_bytes()).validate();
    let shown = format!(
        "{config:?} {config:#?} {server:?} {identity:?} {wrong:?} {:?} {unreadable:?}",
        Security::Tls(config.clone())
    );
    let text = String::from_utf8_lossy(key.expose());
    let body: Vec<&str> = text.lines().filter(|line| !line.starts_with("-----")).collect();
    assert!(body.len() > 1);
    for line in body {
        assert!(!shown.contains(&line[..16]), "{shown}");
    }
    assert!(shown.contains("client_certificate: true"), "{shown}");
    // Nor are they copied: what is given stays a secret.
    let _: Secret<Vec<u8>> = key;
}

const NAMED: &str = "ANYRFC_TEST_KEY_LOG";

/// Runs in a process of its own, with the key log's variable set; see below.
#[tokio::test]
async fn two_handshakes_one_logged() {
    if std::env::var_os(NAMED).is_none() {
        return;
    }
    let (server, client) = Pki::new().pair(&["localhost"]);
    met(&server, &client, "localhost").await;
    met(&server, &client.key_log(), "localhost").await;
}

#[test]
fn keys_are_logged_only_when_asked_for() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("keys");
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "two_handshakes_one_logged"])
        .env(NAMED, "1")
        .env("SSLKEYLOGFILE", &file)
        .status()
        .unwrap();
    assert!(status.success());
    let log = std::fs::read_to_string(&file).unwrap();
    let secrets = log.lines().filter(|line| line.starts_with("CLIENT_TRAFFIC_SECRET_0 ")).count();
    assert_eq!(secrets, 1, "{log}");
}
