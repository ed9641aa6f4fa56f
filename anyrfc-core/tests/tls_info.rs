//! What the handshake settled: ALPN (RFC 7301) and channel bindings (RFC 9266, RFC 5929).
#![cfg(feature = "testing")]

mod tls_support;

use std::sync::Arc;

use anyrfc_core::{
    ErrorKind,
    testing::pki::{Pki, Signature},
    tls::{TlsConfig, TlsVersion},
};
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use tls_support::{meet, met};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

#[tokio::test]
async fn both_ends_know_the_same() {
    let pki = Pki::new();
    let identity = pki.server_for(&["localhost"]);
    let (server, client) = (identity.server().alpn(["two", "one"]), pki.trusting().alpn(["one", "two"]));
    for (version, name) in [(TlsVersion::V1_2, "TLSv1.2"), (TlsVersion::V1_3, "TLSv1.3")] {
        let server = server.clone().maximum_version(version);
        let ((_, seen), (_, info)) = met(&server, &client, "localhost").await;
        assert_eq!(info.version, Some(name));
        let suite = info.cipher_suite.unwrap();
        assert!(suite.starts_with("TLS_"), "{suite}");
        assert_eq!(suite.contains("WITH"), version == TlsVersion::V1_2, "{suite}");
        // The server's preference decides (RFC 7301, section 3.2).
        assert_eq!(info.alpn.as_deref(), Some(&b"two"[..]));
        assert_eq!(info.server_name.as_deref(), Some("localhost"));
        assert_eq!(info.peer_certificates, [identity.der()]);
        assert_eq!(info.tls_server_end_point, Some(Sha256::digest(identity.der()).to_vec()));
        // RFC 9266, section 2: on TLS 1.2 only with the extended master secret.
        assert_eq!(info.tls_exporter.as_ref().map(Vec::len), (version == TlsVersion::V1_3).then_some(32));

        let mut mirrored = seen.clone();
        assert!(seen.peer_certificates.is_empty());
        mirrored.peer_certificates.clone_from(&info.peer_certificates);
        // A client without a certificate is nobody.
        assert_eq!((seen.verified, info.verified), (false, true));
        mirrored.verified = true;
        assert_eq!(mirrored, info);

        let shown = format!("{info:?}");
        assert!(shown.contains("two") && shown.contains(name), "{shown}");
        assert!(shown.len() < 300, "{shown}");
    }
}

#[tokio::test]
async fn every_connection_has_its_own_exporter() {
    let (server, client) = Pki::new().pair(&["localhost"]);
    let mut exporters = Vec::new();
    let mut first = None;
    for _ in 0..3 {
        let ((mut far, seen), (mut near, info)) = met(&server, &client, "localhost").await;
        assert_eq!(seen.tls_exporter, info.tls_exporter);
        exporters.push(info.tls_exporter.clone().unwrap());
        // Resumed or not, the server is known by its certificate.
        let first = first.get_or_insert_with(|| info.clone());
        assert_eq!(first.peer_certificates, info.peer_certificates);
        assert_eq!(first.tls_server_end_point, info.tls_server_end_point);
        assert_eq!(seen.tls_server_end_point, info.tls_server_end_point);
        // The tickets for the next time are read with the data.
        far.write_all(b"x").await.unwrap();
        near.read_exact(&mut [0]).await.unwrap();
    }
    exporters.sort();
    exporters.dedup();
    assert_eq!(exporters.len(), 3);
}

#[tokio::test]
async fn an_extended_master_secret_makes_the_exporter_unique() {
    let pki = Pki::new();
    let server = pki.server_for(&["localhost"]).server().maximum_version(TlsVersion::V1_2);
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(pki.ca_pem().as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.require_ems = true;
    let (_, (_, info)) = met(&server, &TlsConfig::from_rustls(Arc::new(config)), "localhost").await;
    assert_eq!(info.version, Some("TLSv1.2"));
    assert_eq!(info.tls_exporter.map(|bytes| bytes.len()), Some(32));
}

#[tokio::test]
async fn the_end_point_is_hashed_as_the_certificate_is_signed() {
    for (signature, hash) in [
        (Signature::EcdsaSha256, Some((|der| Sha256::digest(der).to_vec()) as fn(&[u8]) -> Vec<u8>)),
        (Signature::EcdsaSha384, Some(|der| Sha384::digest(der).to_vec())),
        (Signature::RsaSha256, Some(|der| Sha256::digest(der).to_vec())),
        (Signature::RsaSha512, Some(|der| Sha512::digest(der).to_vec())),
        (Signature::Ed25519, None),
    ] {
        let pki = Pki::signing_with(signature);
        let identity = pki.server_for(&["localhost"]);
        let ((_, seen), (_, info)) = met(&identity.server(), &pki.trusting(), "localhost").await;
        assert_eq!(info.tls_server_end_point, hash.map(|hash| hash(identity.der())), "{signature:?}");
        assert_eq!(seen.tls_server_end_point, info.tls_server_end_point, "{signature:?}");
    }
}

#[tokio::test]
async fn application_protocols_are_agreed_on_or_refused() {
    let (server, client) = Pki::new().pair(&["localhost"]);
    let speaking = client.clone().alpn(["imap"]);
    assert_eq!(speaking.alpn_protocols(), [b"imap"]);
    assert!(client.alpn_protocols().is_empty());
    // Either side may know nothing of it.
    for (server, client) in [
        (server.clone(), speaking.clone()),
        (server.clone().alpn(["imap"]), client.clone()),
        (server.clone(), client.clone()),
    ] {
        let ((_, seen), (_, info)) = met(&server, &client, "localhost").await;
        assert_eq!((seen.alpn, info.alpn), (None, None));
    }
    // But not something else (RFC 7301, section 3.2).
    let (accepted, connected) = meet(&server.clone().alpn(["pop3"]), &speaking, "localhost").await;
    let error = accepted.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls);
    assert!(error.to_string().contains("ALPN"), "{error}");
    let error = connected.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls);
    assert!(error.to_string().ends_with("alert NoApplicationProtocol"), "{error}");
    // And not what cannot be said.
    let long = "x".repeat(256);
    for names in [vec![""], vec!["fine", &long], vec![&long[1..]; 257]] {
        assert_eq!(client.clone().alpn(&names).validate().unwrap_err().kind(), ErrorKind::Usage);
        assert_eq!(server.clone().alpn(&names).validate().unwrap_err().kind(), ErrorKind::Usage);
    }
}
