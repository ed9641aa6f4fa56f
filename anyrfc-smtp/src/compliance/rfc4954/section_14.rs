//! RFC 4954, section 14: PLAIN over TLS, and whom it is said to.

use anyrfc_core::{
    compliance::Check,
    testing::pki::Pki,
    tls::{TlsConfig, TlsServerConfig},
};
use anyrfc_sasl::MechanismName;

use super::{
    super::tls::{HOST, WAYS},
    support::{ANN, ann},
};
use crate::{
    ErrorKind, rfc4954 as r,
    testing::{Accounts, Answer, Server},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc4954/section-14/no-plain-without-a-certificate",
        covers: &[r::NO_PLAIN_WITHOUT_A_CERTIFICATE],
        run: no_plain_without_a_certificate,
    },
    Check {
        name: "rfc4954/section-14/no-plain-to-another-host",
        covers: &[r::HOST_NAME_IS_CHECKED, r::NO_PLAIN_TO_ANOTHER_HOST],
        run: no_plain_to_another_host,
    },
    Check {
        name: "rfc4954/section-14/the-name-is-that-of-the-connection",
        covers: &[r::NAME_IS_THAT_OF_THE_CONNECTION, r::NAME_IS_NOT_FROM_DNS],
        run: the_name_is_that_of_the_connection,
    },
    Check {
        name: "rfc4954/section-14/the-identity-is-in-subject-alt-name",
        covers: &[r::SUBJECT_ALT_NAME_IS_USED],
        run: the_identity_is_in_subject_alt_name,
    },
    Check {
        name: "rfc4954/section-14/a-wildcard-is-the-leftmost-label",
        covers: &[r::WILDCARD_MAY_BE_LEFTMOST],
        run: a_wildcard_is_the_leftmost_label,
    },
];

fn server() -> Server {
    Server::new(Accounts::new().password("ann", "pencil")).mechanisms(&[MechanismName::PLAIN])
}

/// Whether PLAIN is said to a server of this certificate, by each way.
#[track_caller]
fn says_plain(server: impl Fn() -> Server, tls: &TlsServerConfig, trust: &TlsConfig, expected: bool) {
    for way in WAYS {
        let server = way.server(server(), tls.clone());
        let (kind, written) = way.meets(&server, &way.builder(trust.clone()), async |client| match client {
            Ok(mut client) => {
                client.authenticate(&ann()).await.expect("logged in");
                client.quit().await.expect("in order");
                None
            }
            Err(error) => Some(error.kind()),
        });
        assert_eq!(kind, (!expected).then_some(ErrorKind::Tls), "{way:?}");
        let plain = format!("AUTH PLAIN {ANN}");
        assert_eq!(server.commands().contains(&plain), expected, "{way:?}: {:?}", server.commands());
        // Nor in cleartext, whoever listens.
        assert!(!written.windows(4).any(|four| four == b"AUTH"), "{way:?}");
    }
}

fn no_plain_without_a_certificate() {
    let pki = Pki::new();
    let trust = pki.trusting();
    says_plain(server, &pki.server_for(&[HOST]).server(), &trust, true);
    // Of an authority that nobody trusts, over, not begun, and for another purpose.
    says_plain(server, &Pki::new().server_for(&[HOST]).server(), &trust, false);
    says_plain(server, &pki.expired_server_for(&[HOST]).server(), &trust, false);
    says_plain(server, &pki.future_server_for(&[HOST]).server(), &trust, false);
    let client = pki.client(HOST);
    says_plain(server, &TlsServerConfig::new(client.chain_pem(), client.key_pem()), &trust, false);
}

fn no_plain_to_another_host() {
    let pki = Pki::new();
    let trust = pki.trusting();
    for (names, right) in [
        (&["mail.example"][..], true),
        (&["MAIL.example"], true),
        (&["a.example", "mail.example", "b.example"], true),
        (&["other.example"], false),
        (&["a.example", "b.example"], false),
        (&["mail.example.com"], false),
        (&["a.mail.example"], false),
        (&["example"], false),
        (&["127.0.0.1"], false),
    ] {
        says_plain(server, &pki.server_for(names).server(), &trust, right);
    }
}

fn the_name_is_that_of_the_connection() {
    // Whatever the server calls itself, in its greeting and its answer to EHLO.
    let pki = Pki::new();
    let trust = pki.trusting();
    let calling_itself = |name: &'static str| {
        move || server().name(name).greeting(Answer::raw(format!("220 {name} ESMTP at your service\r\n")))
    };
    let other = pki.server_for(&["other.example"]).server();
    let own = pki.server_for(&[HOST]).server();
    says_plain(calling_itself("other.example"), &other, &trust, false);
    says_plain(calling_itself("other.example"), &own, &trust, true);
    says_plain(calling_itself("mail.example"), &other, &trust, false);
    // Another name is the caller's to give, and the URL's counts no more then.
    let named = trust.server_name("other.example");
    says_plain(calling_itself("mail.example"), &other, &named, true);
    says_plain(calling_itself("other.example"), &own, &named, false);
}

fn the_identity_is_in_subject_alt_name() {
    // The subject of these certificates has a common name that is no host's.
    let pki = Pki::new();
    let trust = pki.trusting();
    says_plain(server, &pki.server_for(&["mail.example"]).server(), &trust, true);
    says_plain(server, &pki.server_for(&["other.example"]).server(), &trust, false);
    // And without such a name there is none.
    says_plain(server, &pki.server_for(&[]).server(), &trust, false);
}

fn a_wildcard_is_the_leftmost_label() {
    let pki = Pki::new();
    // For this name of the host, in place of the URL's.
    for (host, name, right) in [
        ("a.mail.example", "*.mail.example", true),
        ("b.mail.example", "*.mail.example", true),
        ("mail.example", "*.mail.example", false),
        ("a.b.mail.example", "*.mail.example", false),
        ("a.mail.example", "a.*.example", false),
        ("amail.example", "*mail.example", false),
    ] {
        let trust = pki.trusting().server_name(host);
        says_plain(server, &pki.server_for(&[name]).server(), &trust, right);
    }
}
