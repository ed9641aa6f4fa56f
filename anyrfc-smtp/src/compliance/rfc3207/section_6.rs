//! RFC 3207, section 6: what an attacker on the way could do.

use anyrfc_core::{
    Credentials, Security,
    compliance::Check,
    testing::{pair, pki::Pki, run_virtual},
    tls::TlsVersion,
};
use anyrfc_sasl::MechanismName;

use super::super::{
    support::{MAIL, envelope},
    tls::{HOST, Way},
};
use crate::{
    ErrorKind, SmtpClient, rfc3207 as r,
    testing::{Answer, Server, When},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc3207/section-6/tls-can-be-required",
        covers: &[r::TLS_CAN_BE_REQUIRED],
        run: tls_can_be_required,
    },
    Check {
        name: "rfc3207/section-6/what-came-ahead-of-tls-is-discarded",
        covers: &[r::PLAINTEXT_IS_DISCARDED],
        run: what_came_ahead_of_tls_is_discarded,
    },
    Check {
        name: "rfc3207/section-6/external-may-follow",
        covers: &[r::EXTERNAL_MAY_FOLLOW],
        run: external_may_follow,
    },
];

fn tls_can_be_required() {
    let (tls, trust) = Pki::new().pair(&[HOST]);
    let builder = Way::Upgrade.builder(trust.clone());
    // Stripped, refused, or answered by something else: the mail is not sent.
    let stripped = Server::full();
    let refused = Server::full().starttls(tls.clone()).once("STARTTLS", Answer::reply(454, "4.7.0 not now"));
    let altered =
        Server::full().starttls(tls.clone()).once("STARTTLS", Answer::reply(250, "fine").ineffective());
    for (server, kind, named) in [
        (&stripped, ErrorKind::Unsupported, true),
        (&refused, ErrorKind::Refused, true),
        (&altered, ErrorKind::Protocol, false),
    ] {
        let (error, _) =
            Way::Upgrade.meets(server, &builder, async |client| client.expect_err("in cleartext"));
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.requirement() == Some(r::TLS_CAN_BE_REQUIRED), named, "{error}");
        let harmless = |line: &String| line.starts_with("EHLO ") || line == "STARTTLS" || line == "QUIT";
        assert!(server.commands().iter().all(harmless), "{:?}", server.commands());
    }
    // It is the default of the URL, and so strong as the caller wants it.
    let (error, _) = Way::Upgrade
        .meets(&Server::full(), &SmtpClient::builder(), async |client| client.expect_err("in cleartext"));
    assert_eq!(error.requirement(), Some(r::TLS_CAN_BE_REQUIRED));
    let old = Server::full().starttls(tls.clone().maximum_version(TlsVersion::V1_2));
    let strong = Way::Upgrade.builder(trust.minimum_version(TlsVersion::V1_3));
    let (error, _) = Way::Upgrade.meets(&old, &strong, async |client| client.expect_err("by TLS 1.2"));
    assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
    // With TLS it is sent.
    let server = Server::full().starttls(tls);
    Way::Upgrade.secured(&server, &builder, async |mut client| {
        let report = client.send(envelope(&["b@mail.example"]), MAIL).await.expect("sent");
        assert!(report.is_complete());
        client.quit().await.expect("in order");
    });
    assert!(server.deliveries()[0].secured);
    // Cleartext has to be asked for.
    let server = Server::full();
    let plain = SmtpClient::builder().security(Security::Plaintext);
    Way::Upgrade.secured(&server, &plain, async |client| client.quit().await.expect("in order"));
    assert_eq!(server.commands(), ["EHLO [127.0.0.1]", "QUIT"]);
}

fn what_came_ahead_of_tls_is_discarded() {
    for (injected, refused) in
        [("", false), ("250 fine\r\n", true), ("250-mail.example\r\n250 AUTH PLAIN\r\n", true), ("2", true)]
    {
        let (tls, trust) = Pki::new().pair(&[HOST]);
        let answer = Answer::raw(format!("220 go ahead\r\n{injected}")).effective();
        let server = Server::bare().offer_also("XTRUE", When::Secured).starttls(tls).once("STARTTLS", answer);
        let builder = Way::Upgrade.builder(trust);
        let (error, _) = Way::Upgrade.meets(&server, &builder, async |client| match client {
            Ok(client) => {
                assert!(client.capabilities().is_some_and(|known| known.keyword("XTRUE").is_some()));
                client.quit().await.expect("in order");
                None
            }
            Err(error) => Some(error),
        });
        match error {
            Some(error) => {
                assert!(refused, "{injected:?}: {error}");
                assert_eq!(error.requirement(), Some(r::PLAINTEXT_IS_DISCARDED), "{injected:?}: {error}");
                assert_eq!(server.commands(), ["EHLO [127.0.0.1]", "STARTTLS"]);
            }
            None => assert!(!refused, "{injected:?}"),
        }
    }
}

fn external_may_follow() {
    let pki = Pki::new();
    let (tls, trust) = pki.pair(&[HOST]);
    let certificate = pki.client("ann.example");
    let trust = trust.client_certificate(certificate.chain_pem(), certificate.key_pem());
    let server = Server::bare()
        .starttls(tls.require_client_ca_pem(pki.ca_pem()))
        .offer_also("AUTH EXTERNAL", When::Secured)
        .on("AUTH", |_, _| Answer::reply(235, "2.7.0 welcome"));
    for (identity, said) in [(None, "AUTH EXTERNAL ="), (Some("ann"), "AUTH EXTERNAL YW5u")] {
        let server = server.clone();
        run_virtual(async {
            let (near, far) = pair(64 << 10);
            let builder = Way::Upgrade.builder(trust.clone());
            let client = async {
                let mut client = builder.connect_over(Way::Upgrade.url(), near).await.expect("let in");
                let mut credentials = Credentials::default();
                credentials.client_certificate = true;
                if let Some(identity) = identity {
                    credentials = credentials.authorize_as(identity);
                }
                let login = client.authenticate(&credentials).await.expect("logged in");
                assert_eq!(login.mechanism, MechanismName::EXTERNAL);
                client.quit().await.expect("in order");
            };
            let (served, ()) = tokio::join!(server.serve(far), client);
            served.expect("served");
        });
        assert!(server.commands().iter().any(|line| line == said), "{:?}", server.commands());
    }
    // Without TLS there is no identity to name.
    let server = Server::bare().offer("AUTH EXTERNAL");
    let plain = SmtpClient::builder().security(Security::Plaintext);
    let (kind, _) = Way::Upgrade.meets(&server, &plain, async |client| {
        let mut credentials = Credentials::default();
        credentials.client_certificate = true;
        client.expect("let in").authenticate(&credentials).await.expect_err("without TLS").kind()
    });
    assert_eq!(kind, ErrorKind::Unsupported);
}
