//! RFC 8689, section 2: when the option may be said.

use anyrfc_core::{Machine as _, TlsInfo, compliance::Check, testing::pki::Pki};

use super::super::{
    rfc4954::settled,
    served,
    support::{MAIL, Talk, config, envelope, finds},
    tls::{HOST, WAYS, Way},
};
use crate::{
    Envelope, ErrorKind,
    proto::{Config, Protection},
    rfc8689 as r,
    testing::{Server, When},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8689/section-2/the-option-needs-the-offer",
        covers: &[r::REQUIRETLS_NEEDS_THE_KEYWORD],
        run: the_option_needs_the_offer,
    },
    Check {
        name: "rfc8689/section-2/the-option-needs-all-that-it-demands",
        covers: &[r::OPTION_NEEDS_A_SECURE_SESSION],
        run: the_option_needs_all_that_it_demands,
    },
    Check {
        name: "rfc8689/section-2/the-option-needs-tls",
        covers: &[r::SESSION_IS_TLS],
        run: the_option_needs_tls,
    },
    Check {
        name: "rfc8689/section-2/a-layer-of-sasl-is-no-tls",
        covers: &[r::SESSION_IS_TLS],
        run: a_layer_of_sasl_is_no_tls,
    },
    Check {
        name: "rfc8689/section-2/the-option-needs-a-verified-certificate",
        covers: &[r::CERTIFICATE_IS_TRUSTED],
        run: the_option_needs_a_verified_certificate,
    },
];

/// A message that demands TLS.
fn demanding() -> Envelope {
    envelope(&["b@d.example"]).require_tls()
}

/// A connection under TLS, whether it begins with it or not.
fn under_tls(way: Way, verified: bool, offers: &str) -> Talk {
    if way == Way::Implicit {
        return Talk::with(Config { verified, ..config() }).greet(offers);
    }
    let mut talk = Talk::unprotected(Protection::StartTls);
    // What was offered in cleartext does not count, and nor does what was said of another stream.
    talk.says("220 hi").hello("STARTTLS|REQUIRETLS");
    talk.hears_all(&["STARTTLS"]);
    talk.says("220 go");
    let mut info = TlsInfo::default();
    info.verified = verified;
    talk.connection.handle_secured(&info);
    talk.hello(offers);
    talk
}

#[track_caller]
fn demands(talk: &mut Talk) {
    talk.send(demanding(), MAIL);
    talk.hears_all(&["MAIL FROM:<a@client.example> REQUIRETLS"]);
}

fn the_option_needs_the_offer() {
    for way in WAYS {
        for offers in ["", "SIZE 0|DSN", "XREQUIRETLS|REQUIRETLSX|REQUIRE TLS"] {
            let mut talk = under_tls(way, true, offers);
            let error = talk.refuses(demanding(), MAIL);
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{offers}");
            assert_eq!(error.requirement(), Some(r::REQUIRETLS_NEEDS_THE_KEYWORD), "{offers}");
            // Nor is the demand dropped for it to go: without it, it goes.
            talk.send(envelope(&["b@d.example"]), MAIL);
            assert!(talk.hears().starts_with("MAIL FROM:<a@client.example>"));
        }
        for offers in ["REQUIRETLS", "requiretls", "DSN|REQUIRETLS|HELP"] {
            demands(&mut under_tls(way, true, offers));
        }
    }
    let said = ["EHLO client.example\r\n", "MAIL FROM:<> REQUIRETLS\r\n"];
    finds(&Server::full().without("REQUIRETLS"), &said, r::REQUIRETLS_NEEDS_THE_KEYWORD);
}

fn the_option_needs_all_that_it_demands() {
    for way in WAYS {
        for (verified, offers) in [(false, ""), (false, "REQUIRETLS"), (true, ""), (true, "REQUIRETLS")] {
            let mut talk = under_tls(way, verified, offers);
            if verified && !offers.is_empty() {
                demands(&mut talk);
                continue;
            }
            talk.refuses(demanding(), MAIL);
            // Step by step neither.
            let opened = talk.connection.open_transaction(demanding(), crate::codec::scan::scan(MAIL), None);
            assert!(opened.is_err());
            talk.is_silent();
        }
    }
}

fn the_option_needs_tls() {
    let mut talk = Talk::unprotected(Protection::Plaintext).greet("REQUIRETLS");
    let error = talk.refuses(demanding(), MAIL);
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, Some(r::SESSION_IS_TLS)));
    // Whatever is said of the certificate.
    let config = Config { protection: Protection::Plaintext, verified: true, ..config() };
    let mut talk = Talk::with(config).greet("REQUIRETLS");
    assert_eq!(talk.refuses(demanding(), MAIL).requirement(), Some(r::SESSION_IS_TLS));
    for way in WAYS {
        demands(&mut under_tls(way, true, "REQUIRETLS"));
    }
    let server = || Server::full().without("REQUIRETLS").offer_also("REQUIRETLS", When::Always);
    let offered = server();
    let error = served::send(&offered, demanding(), MAIL).expect_err("sent");
    assert_eq!(error.requirement(), Some(r::SESSION_IS_TLS));
    assert!(!offered.commands().iter().any(|said| said.starts_with("MAIL")));
    finds(&server(), &["EHLO client.example\r\n", "MAIL FROM:<> REQUIRETLS\r\n"], r::SESSION_IS_TLS);
}

fn a_layer_of_sasl_is_no_tls() {
    let mut talk = settled("REQUIRETLS");
    talk.connection.layer_installed(true);
    talk.hello("REQUIRETLS");
    assert!(talk.connection.is_secured());
    let error = talk.refuses(demanding(), MAIL);
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, Some(r::SESSION_IS_TLS)));
}

fn the_option_needs_a_verified_certificate() {
    let pki = Pki::new();
    for way in WAYS {
        let mut talk = under_tls(way, false, "REQUIRETLS");
        let error = talk.refuses(demanding(), MAIL);
        assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, Some(r::CERTIFICATE_IS_TRUSTED)));

        let (tls, trusting) = pki.pair(&[HOST]);
        // By whoever is accepted unseen, even if it would have been trusted.
        let careless =
            [trusting.clone(), Pki::new().trusting()].map(|trust| trust.danger_accept_any_certificate());
        for trust in careless {
            let server = way.server(Server::full(), tls.clone());
            way.secured(&server, &way.builder(trust), async |mut client| {
                let error = client.send(demanding(), MAIL).await.expect_err("sent");
                assert_eq!(error.requirement(), Some(r::CERTIFICATE_IS_TRUSTED), "{error}");
                assert!(!client.tls_info().expect("TLS").verified);
                let report = client.send(envelope(&["b@d.example"]), MAIL).await.expect("sent");
                assert!(report.is_complete());
                client.quit().await.expect("left");
            });
            let deliveries = server.deliveries();
            assert!(deliveries.len() == 1 && !deliveries[0].parameters.has("REQUIRETLS"));
        }
        let server = way.server(Server::full(), tls);
        way.secured(&server, &way.builder(trusting), async |mut client| {
            assert!(client.send(demanding(), MAIL).await.expect("sent").is_complete());
            client.quit().await.expect("left");
        });
        assert!(server.deliveries()[0].parameters.has("REQUIRETLS"));
    }
}
