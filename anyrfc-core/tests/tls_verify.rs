//! Who is let in, and who is not: RFC 6125, RFC 5280, RFC 9325.
#![cfg(feature = "testing")]

mod tls_support;

use std::{error::Error as _, sync::Arc};

use anyrfc_core::{
    ErrorKind, Fault,
    security::CertificateProblem,
    testing::pki::{Identity, Pki},
    tls::{TlsConfig, TlsServerConfig, TlsVersion},
};
use tls_support::{Cut, meet, met, problem};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

async fn refused(server: &TlsServerConfig, client: &TlsConfig, host: &str) -> CertificateProblem {
    let (accepted, connected) = meet(server, client, host).await;
    let error = connected.unwrap_err();
    assert_eq!((error.kind(), error.fault()), (ErrorKind::Tls, Fault::Peer), "{error}");
    assert!(error.source().is_some_and(|source| source.is::<rustls::Error>()), "{error:?}");
    // The server is told by an alert (RFC 8446, section 6.2).
    let told = accepted.unwrap_err();
    assert_eq!(told.kind(), ErrorKind::Tls);
    assert!(told.to_string().contains("alert"), "{told}");
    problem(&error).unwrap()
}

#[tokio::test]
async fn a_trusted_server_is_accepted_over_tcp() {
    let (server, client) = Pki::new().pair(&["localhost", "127.0.0.1"]);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serve = async {
        let (tcp, _) = listener.accept().await.unwrap();
        let (mut stream, info) = server.accept(tcp).await.unwrap();
        assert_eq!(info.server_name, None, "no SNI for an address (RFC 6066, section 3)");
        let mut ping = [0; 4];
        stream.read_exact(&mut ping).await.unwrap();
        stream.write_all(&ping).await.unwrap();
        stream.shutdown().await.unwrap();
    };
    let connect = async {
        let tcp = TcpStream::connect(address).await.unwrap();
        let (mut stream, info) = client.handshake("127.0.0.1", tcp).await.unwrap();
        assert_eq!(info.server_name, None);
        assert_eq!(stream.transport().peer_addr().unwrap(), address);
        stream.write_all(b"ping").await.unwrap();
        let mut pong = Vec::new();
        stream.read_to_end(&mut pong).await.unwrap();
        assert_eq!(pong, b"ping");
    };
    tokio::join!(serve, connect);
}

#[tokio::test]
async fn an_unknown_issuer_is_refused() {
    let (server, _) = Pki::new().pair(&["localhost"]);
    let stranger = Pki::new().trusting();
    assert_eq!(refused(&server, &stranger, "localhost").await, CertificateProblem::UnknownIssuer);
    let error = meet(&server, &stranger, "localhost").await.1.unwrap_err();
    assert_eq!(error.to_string(), "the certificate of localhost has an unknown issuer");
}

#[tokio::test]
async fn verification_is_on_by_default() {
    let (server, _) = Pki::new().pair(&["localhost"]);
    let error = meet(&server, &TlsConfig::default(), "localhost").await.1.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
}

#[cfg(feature = "webpki-roots")]
#[tokio::test]
async fn mozilla_does_not_know_us() {
    let (server, _) = Pki::new().pair(&["localhost"]);
    assert_eq!(refused(&server, &TlsConfig::webpki(), "localhost").await, CertificateProblem::UnknownIssuer);
}

#[tokio::test]
async fn names_must_match() {
    let (server, client) = Pki::new().pair(&["one.example", "*.wild.example", "10.0.0.1"]);
    for host in ["one.example", "ONE.example.", "a.wild.example"] {
        met(&server, &client, host).await;
    }
    for host in [
        "two.example",
        "a.one.example",
        "example",
        "wild.example",
        "a.b.wild.example",
        "10.0.0.2",
        "::1",
        // The common name counts for nothing (RFC 6125, section 6.4.4).
        "localhost",
    ] {
        assert_eq!(refused(&server, &client, host).await, CertificateProblem::WrongName, "{host}");
    }
}

#[tokio::test]
async fn another_name_can_be_asked_for() {
    let (server, client) = Pki::new().pair(&["inner.example"]);
    let client = client.server_name("inner.example");
    let ((_, seen), (_, info)) = met(&server, &client, "10.1.2.3").await;
    assert_eq!(info.server_name.as_deref(), Some("inner.example"));
    assert_eq!(seen.server_name, info.server_name);
    let wrong = client.server_name("outer.example");
    assert_eq!(refused(&server, &wrong, "inner.example").await, CertificateProblem::WrongName);
}

#[tokio::test]
async fn addresses_in_the_certificate_are_accepted() {
    let (server, client) = Pki::new().pair(&["127.0.0.1", "::1", "fe80::1"]);
    for host in ["127.0.0.1", "::1", "[::1]", "fe80::1%eth0"] {
        let ((_, seen), (_, info)) = met(&server, &client, host).await;
        assert_eq!((seen.server_name, info.server_name), (None, None), "{host}");
    }
}

#[tokio::test]
async fn internationalised_names_are_accepted() {
    let (server, client) = Pki::new().pair(&["bücher.example"]);
    for host in ["bücher.example", "BÜCHER.example", "xn--bcher-kva.example"] {
        let ((_, seen), (_, info)) = met(&server, &client, host).await;
        assert_eq!(info.server_name.as_deref(), Some("xn--bcher-kva.example"), "{host}");
        assert_eq!(seen.server_name, info.server_name, "{host}");
    }
    assert_eq!(refused(&server, &client, "bucher.example").await, CertificateProblem::WrongName);
}

#[tokio::test]
async fn a_host_that_is_no_name_never_reaches_the_wire() {
    let client = Pki::new().trusting();
    let (near, mut far) = tokio::io::duplex(1024);
    let error = client.handshake("two words", near).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert_eq!(far.read(&mut [0; 16]).await.unwrap(), 0);
}

#[tokio::test]
async fn certificates_have_their_time_and_purpose() {
    let pki = Pki::new();
    let client = pki.trusting();
    let cases: [(Identity, CertificateProblem); 3] = [
        (pki.expired_server_for(&["localhost"]), CertificateProblem::Expired),
        (pki.future_server_for(&["localhost"]), CertificateProblem::NotYetValid),
        (pki.client("localhost"), CertificateProblem::WrongPurpose),
    ];
    for (identity, expected) in cases {
        assert_eq!(refused(&identity.server(), &client, "localhost").await, expected);
    }
}

#[tokio::test]
async fn danger_accepts_anybody() {
    let pki = Pki::new();
    let client = Pki::new().trusting().danger_accept_any_certificate();
    assert!(format!("{client:?}").contains("anybody (danger)"));
    for identity in
        [pki.server_for(&["other.example"]), pki.expired_server_for(&["localhost"]), pki.client("localhost")]
    {
        for maximum in [TlsVersion::V1_2, TlsVersion::V1_3] {
            let server = identity.server().maximum_version(maximum);
            let (_, (_, info)) = met(&server, &client, "localhost").await;
            assert_eq!(info.peer_certificates, [identity.der()]);
            assert!(!info.verified);
        }
    }
}

#[tokio::test]
async fn old_versions_are_refused() {
    let pki = Pki::new();
    let (server, client) = pki.pair(&["localhost"]);
    let old = server.clone().maximum_version(TlsVersion::V1_2);
    let (_, (_, info)) = met(&old, &client, "localhost").await;
    assert_eq!(info.version, Some("TLSv1.2"));

    let strict = client.minimum_version(TlsVersion::V1_3);
    let (accepted, connected) = meet(&old, &strict, "localhost").await;
    assert_eq!(accepted.unwrap_err().kind(), ErrorKind::Tls);
    let error = connected.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls);
    assert_eq!(problem(&error), None);

    let (_, (_, info)) = met(&server, &strict, "localhost").await;
    assert_eq!(info.version, Some("TLSv1.3"));

    let mut roots = rustls::RootCertStore::empty();
    roots.add(pem(&pki)).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS12])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let dated = TlsConfig::from_rustls(Arc::new(config));
    met(&server, &dated, "localhost").await;
    let modern = server.minimum_version(TlsVersion::V1_3);
    assert_eq!(meet(&modern, &dated, "localhost").await.1.unwrap_err().kind(), ErrorKind::Tls);
}

fn pem(pki: &Pki) -> rustls::pki_types::CertificateDer<'static> {
    use rustls::pki_types::pem::PemObject as _;
    rustls::pki_types::CertificateDer::from_pem_slice(pki.ca_pem().as_bytes()).unwrap()
}

#[tokio::test]
async fn clients_show_their_certificates() {
    let pki = Pki::new();
    let (server, anonymous) = pki.pair(&["localhost"]);
    let server = server.require_client_ca_pem(pki.ca_pem());
    let identity = pki.client("client.example");
    let known = anonymous.clone().client_certificate(identity.chain_pem(), identity.key_pem());
    let foreign = Pki::new().client("client.example");
    let unknown = anonymous.clone().client_certificate(foreign.chain_pem(), foreign.key_pem());

    for version in [TlsVersion::V1_2, TlsVersion::V1_3] {
        let server = server.clone().maximum_version(version);
        let ((_, seen), _) = met(&server, &known, "localhost").await;
        assert_eq!(seen.peer_certificates, [identity.der()]);

        for (client, expected) in [(&anonymous, None), (&unknown, Some(CertificateProblem::UnknownIssuer))] {
            let (accepted, connected) = meet(&server, client, "localhost").await;
            let error = accepted.unwrap_err();
            assert_eq!((error.kind(), problem(&error)), (ErrorKind::Tls, expected), "{error}");
            if version == TlsVersion::V1_2 {
                assert_eq!(connected.unwrap_err().kind(), ErrorKind::Tls);
                continue;
            }
            // With TLS 1.3 the client is done before the server has its say.
            let (mut stream, _) = connected.unwrap();
            let error = stream.read(&mut [0; 16]).await.unwrap_err();
            assert!(error.get_ref().unwrap().is::<rustls::Error>(), "{error:?}");
            assert_eq!(stream.read(&mut [0; 16]).await.unwrap_err().kind(), error.kind());
        }
    }
    // Nobody asks, nothing is shown.
    let ((_, seen), _) = met(&pki.server_for(&["localhost"]).server(), &known, "localhost").await;
    assert!(seen.peer_certificates.is_empty());
}

#[tokio::test]
async fn who_does_not_speak_tls_is_found_out() {
    let client = Pki::new().trusting();
    let endless = b"\x16\x03\x03\x10\x10".repeat(50 << 10);
    let huge = [&[0x16, 0x03, 0x03, 0xff, 0xff][..], &vec![0; 70 << 10]].concat();
    let lines = b"220 mail.example ESMTP\r\n".repeat(40);
    for (said, expected) in [
        (&lines[..], "the peer does not speak TLS"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "the peer does not speak TLS"),
        (b"\0\0\0\0\0\0\0\0", "the peer does not speak TLS"),
        (&endless, "the peer sent a malformed TLS message"),
        (&huge, "the peer sent a malformed TLS message"),
        (b"\x15\x03\x03\x00\x02\x02\x28", "the peer ended the TLS handshake with the alert HandshakeFailure"),
        (b"\x17\x03\x03\x00\x01x", "the peer sent an unexpected TLS message"),
        (b"\x16\x03\x03\x40\x00", "the stream ended during the TLS handshake"),
        (b"", "the stream ended during the TLS handshake"),
    ] {
        let (near, mut far) = tokio::io::duplex(1024);
        let talk = async move {
            // The client hangs up as soon as it knows.
            let _ = far.write_all(said).await;
            let _ = far.shutdown().await;
            let _ = far.read_to_end(&mut Vec::new()).await;
        };
        let (connected, ()) = tokio::join!(client.handshake("localhost", near), talk);
        let error = connected.unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Tls, expected));
    }
}

#[tokio::test]
async fn an_end_anywhere_in_the_handshake_is_an_error() {
    let (server, client) = Pki::new().pair(&["localhost"]);
    for maximum in [TlsVersion::V1_2, TlsVersion::V1_3] {
        // Without resumption, all handshakes are alike.
        let fresh = || client.clone().alpn([""; 0]);
        let server = server.clone().maximum_version(maximum);
        let mut after = 0;
        loop {
            let (near, far) = tokio::io::duplex(32 << 10);
            let near = Cut { inner: near, after: Arc::new(after.into()), with: None };
            let client = fresh();
            let (_, connected) = tokio::join!(server.accept(far), client.handshake("localhost", near));
            let Err(error) = connected else { break };
            assert_eq!(error.kind(), ErrorKind::Tls, "after {after}: {error}");
            assert_eq!(error.fault(), Fault::Network, "after {after}: {error}");
            // Every byte of the first records, then some.
            after += if after < 160 { 1 } else { 23 };
        }
        assert!(after > 500, "{after}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_peer_is_left_by_the_callers_deadline() {
    let client = Pki::new().trusting();
    let (near, mut far) = tokio::io::duplex(32 << 10);
    let deadline = std::time::Duration::from_secs(10);
    assert!(tokio::time::timeout(deadline, client.handshake("localhost", near)).await.is_err());
    // The stream went with the future: only the first words were said.
    let mut said = Vec::new();
    far.read_to_end(&mut said).await.unwrap();
    assert_eq!(said.first(), Some(&0x16));
}
