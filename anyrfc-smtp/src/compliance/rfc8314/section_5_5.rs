//! RFC 8314, section 5.5: certificates of clients.

use anyrfc_core::{
    Credentials, TlsInfo,
    compliance::Check,
    testing::{pair, pki::Pki, run_virtual},
    tls::{TlsConfig, TlsServerConfig},
};
use anyrfc_sasl::MechanismName;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::super::tls::{HOST, Way};
use crate::{
    ErrorKind, rfc8314 as r,
    testing::{Answer, Server},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8314/section-5.5/a-client-certificate-may-be-there",
        covers: &[r::CLIENT_CERTIFICATES_MAY_BE_THERE],
        run: a_client_certificate_may_be_there,
    },
    Check {
        name: "rfc8314/section-5.5/it-is-shown-when-asked-for",
        covers: &[r::CLIENT_CERTIFICATE_IS_ASKED_FOR],
        run: it_is_shown_when_asked_for,
    },
    Check {
        name: "rfc8314/section-5.5/it-is-for-one-account",
        covers: &[r::CLIENT_CERTIFICATE_IS_FOR_ONE_ACCOUNT],
        run: it_is_for_one_account,
    },
    Check {
        name: "rfc8314/section-5.5/external-is-there",
        covers: &[r::CLIENT_CERTIFICATE_NEEDS_EXTERNAL],
        run: external_is_there,
    },
];

/// A server that takes clients of its authority alone, one that takes everybody, and a client without a certificate
/// and one with.
fn people(pki: &Pki) -> ([TlsServerConfig; 2], [TlsConfig; 2]) {
    let (tls, trust) = pki.pair(&[HOST]);
    let certificate = pki.client("ann.example");
    let with = trust.clone().client_certificate(certificate.chain_pem(), certificate.key_pem());
    ([tls.clone().require_client_ca_pem(pki.ca_pem()), tls], [trust, with])
}

/// How a server sees a client.
fn seen(tls: &TlsServerConfig, trust: &TlsConfig) -> Result<TlsInfo, ErrorKind> {
    run_virtual(async {
        let (near, far) = pair(64 << 10);
        let server = async {
            let (mut stream, info) = tls.accept(far).await.map_err(|error| error.kind())?;
            stream.write_all(b"220 mail.example\r\n").await.expect("greeting");
            stream.flush().await.expect("greeting");
            while stream.read_u8().await.expect("EHLO") != b'\n' {}
            stream.write_all(b"250 mail.example\r\n").await.expect("answer");
            stream.flush().await.expect("answer");
            Ok(info)
        };
        let builder = Way::Implicit.builder(trust.clone());
        let (seen, connected) = tokio::join!(server, builder.connect_over(Way::Implicit.url(), near));
        // Who is refused may learn of it only after the handshake (RFC 8446, section 4.4.2).
        assert!(seen.is_err() || connected.is_ok(), "{:?}", connected.err());
        seen
    })
}

fn a_client_certificate_may_be_there() {
    let pki = Pki::new();
    let ([strict, _], [without, with]) = people(&pki);
    let info = seen(&strict, &with).expect("let in");
    assert_eq!(info.peer_certificates.len(), 1);
    assert_eq!(seen(&strict, &without).expect_err("not let in"), ErrorKind::Tls);
}

fn it_is_shown_when_asked_for() {
    let pki = Pki::new();
    let ([strict, lax], [_, with]) = people(&pki);
    assert_eq!(seen(&strict, &with).expect("let in").peer_certificates.len(), 1);
    assert_eq!(seen(&lax, &with).expect("let in").peer_certificates.len(), 0);
}

fn it_is_for_one_account() {
    let pki = Pki::new();
    let ([strict, _], [without, with]) = people(&pki);
    // Whoever was made from the same beginnings, before or after, has none.
    assert!(seen(&strict, &with).is_ok());
    assert!(seen(&strict, &without).is_err());
    assert!(seen(&strict, &pki.trusting()).is_err());
    assert!(seen(&strict, &with).is_ok());
}

fn external_is_there() {
    let pki = Pki::new();
    let ([strict, _], [_, with]) = people(&pki);
    for (identity, said) in [(None, "AUTH EXTERNAL ="), (Some("ann"), "AUTH EXTERNAL YW5u")] {
        let server = Server::bare()
            .implicit_tls(strict.clone())
            .offer("AUTH PLAIN EXTERNAL SCRAM-SHA-256")
            .on("AUTH", |_, _| Answer::reply(235, "2.7.0 welcome"));
        Way::Implicit.secured(&server, &Way::Implicit.builder(with.clone()), async |mut client| {
            let mut credentials = Credentials::password("ann", "pencil".to_owned());
            credentials.client_certificate = true;
            if let Some(identity) = identity {
                credentials = credentials.authorize_as(identity);
            }
            let login = client.authenticate(&credentials).await.expect("logged in");
            assert_eq!(login.mechanism, MechanismName::EXTERNAL);
            client.quit().await.expect("in order");
        });
        assert!(server.commands().iter().any(|line| line == said), "{:?}", server.commands());
    }
}
