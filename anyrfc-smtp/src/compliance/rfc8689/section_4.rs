//! RFC 8689, section 4: what is demanded, and how.

use anyrfc_core::{
    compliance::Check,
    testing::{pair, pki::Pki, run_virtual},
};
use anyrfc_mime::build::Builder;

use super::super::{
    hello::hello,
    served,
    support::{MAIL, envelope},
    tls::{HOST, WAYS, Way},
};
use crate::{ErrorKind, rfc8689 as r, testing::Server};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8689/section-4.2.1/tls-is-of-good-practice",
        covers: &[r::TLS_IS_OF_GOOD_PRACTICE],
        run: tls_is_of_good_practice,
    },
    Check {
        name: "rfc8689/section-4.3/tls-is-demanded-by-the-option",
        covers: &[r::SUBMISSION_DEMANDS_BY_THE_OPTION],
        run: tls_is_demanded_by_the_option,
    },
    Check {
        name: "rfc8689/section-4.3/tls-is-waived-by-the-field",
        covers: &[r::SUBMISSION_WAIVES_BY_THE_FIELD],
        run: tls_is_waived_by_the_field,
    },
    Check {
        name: "rfc8689/section-4.3/each-message-has-its-choice",
        covers: &[r::USER_MAY_CHOOSE],
        run: each_message_has_its_choice,
    },
];

/// With forward secrecy and authenticated encryption (RFC 9325, section 4.2), and the signal of RFC 5746.
const SUITES: [u16; 10] = [0x1301, 0x1302, 0x1303, 0xc02b, 0xc02c, 0xc02f, 0xc030, 0xcca8, 0xcca9, 0x00ff];

fn tls_is_of_good_practice() {
    let (_, trusting) = Pki::new().pair(&[HOST]);
    let offered = run_virtual(async {
        let (near, mut far) = pair(1 << 16);
        let builder = Way::Implicit.builder(trusting);
        let client = async { builder.connect_over(Way::Implicit.url(), near).await.map(drop) };
        let server = async {
            let offered = hello(&mut far).await;
            drop(far);
            offered
        };
        tokio::join!(client, server).1
    });
    // TLS 1.2 and 1.3, the newer one first, the host by its name.
    assert_eq!(offered.versions, [0x0304, 0x0303]);
    assert!(offered.suites.iter().all(|suite| SUITES.contains(suite)), "{:04x?}", offered.suites);
    assert_eq!(offered.server_name.as_deref(), Some(HOST));
}

fn tls_is_demanded_by_the_option() {
    let pki = Pki::new();
    for way in WAYS {
        let (tls, trusting) = pki.pair(&[HOST]);
        let server = way.server(Server::full(), tls.clone());
        way.secured(&server, &way.builder(trusting.clone()), async |mut client| {
            let envelope = envelope(&["b@d.example"]).require_tls();
            assert!(client.send(envelope, MAIL).await.expect("sent").is_complete());
            client.quit().await.expect("left");
        });
        let delivery = server.deliveries().remove(0);
        assert!(delivery.secured && delivery.parameters.has("REQUIRETLS"));
        assert_eq!(delivery.parameters.value("REQUIRETLS"), None);
        assert_eq!(delivery.content, MAIL);
        // There is no other way: it is not sent where the server cannot see to it.
        let server = way.server(Server::full().without("REQUIRETLS"), tls);
        way.secured(&server, &way.builder(trusting), async |mut client| {
            let envelope = envelope(&["b@d.example"]).require_tls();
            assert_eq!(client.send(envelope, MAIL).await.expect_err("sent").kind(), ErrorKind::Unsupported);
            client.quit().await.expect("left");
        });
        assert!(server.deliveries().is_empty());
    }
}

fn tls_is_waived_by_the_field() {
    const WAIVED: &[u8] =
        b"From: a@client.example\r\nTLS-Required: No\r\nSubject: your certificate\r\n\r\nhas expired\r\n";
    // Whoever writes the message writes it, and it arrives as it was written.
    let pki = Pki::new();
    for way in WAYS {
        let (tls, trusting) = pki.pair(&[HOST]);
        let server = way.server(Server::full(), tls);
        way.secured(&server, &way.builder(trusting), async |mut client| {
            let report = client.send(envelope(&["b@d.example"]), WAIVED).await.expect("sent");
            assert!(report.is_complete());
            client.quit().await.expect("left");
        });
        let delivery = server.deliveries().remove(0);
        assert_eq!(delivery.content, WAIVED);
        assert!(!delivery.parameters.has("REQUIRETLS"));
    }
    let built =
        Builder::new().from("a@client.example").to("b@d.example").field("TLS-Required", "No").text("hello");
    let built = built.seed([3; 32]).build().expect("a message");
    let delivery = served::arrives(envelope(&["b@d.example"]), &built);
    let text = String::from_utf8_lossy(&delivery.content).into_owned();
    assert_eq!(text.matches("TLS-Required: No\r\n").count(), 1, "{text}");
    let delivery = served::arrives(envelope(&["b@d.example"]), MAIL);
    assert_eq!(delivery.content, MAIL);
}

fn each_message_has_its_choice() {
    let (tls, trusting) = Pki::new().pair(&[HOST]);
    let choices = [true, false, false, true];
    let server = Way::Upgrade.server(Server::full(), tls);
    Way::Upgrade.secured(&server, &Way::Upgrade.builder(trusting), async |mut client| {
        for demands in choices {
            let envelope = envelope(&["b@d.example"]);
            let envelope = if demands { envelope.require_tls() } else { envelope };
            assert!(client.send(envelope, MAIL).await.expect("sent").is_complete());
        }
        client.quit().await.expect("left");
    });
    let chosen: Vec<bool> =
        server.deliveries().iter().map(|delivery| delivery.parameters.has("REQUIRETLS")).collect();
    assert_eq!(chosen, choices);
}
