//! RFC 4954, sections 6 and 9: how a login is refused, and what is not tried without TLS.

use anyrfc_core::{CredentialReason, Credentials, ErrorKind, Security, compliance::Check, testing::pki::Pki};
use anyrfc_sasl::{MechanismName, Policy};

use super::{
    super::tls::{HOST, Way},
    support::{Passwords, ann, encode, logs_in, open},
};
use crate::{
    SmtpClient, rfc4954 as r,
    testing::{Accounts, Server},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc4954/section-6/a-temporary-failure-asks-nobody",
        covers: &[r::TEMPORARY_FAILURE_ASKS_NOBODY],
        run: a_temporary_failure_asks_nobody,
    },
    Check {
        name: "rfc4954/section-6/a-weak-mechanism-is-replaced",
        covers: &[r::WEAK_MECHANISM_IS_REPLACED],
        run: a_weak_mechanism_is_replaced,
    },
    Check {
        name: "rfc4954/section-6/wrong-credentials-are-asked-anew",
        covers: &[r::WRONG_CREDENTIALS_ARE_ASKED_ANEW],
        run: wrong_credentials_are_asked_anew,
    },
    Check {
        name: "rfc4954/section-9/mechanisms-in-cleartext-are-guarded",
        covers: &[r::CLEARTEXT_MECHANISMS_CAN_BE_GUARDED],
        run: mechanisms_in_cleartext_are_guarded,
    },
];

/// PLAIN with this password.
fn plain(password: &str) -> String {
    format!("AUTH PLAIN {}\r\n", encode(format!("\0ann\0{password}")))
}

fn a_temporary_failure_asks_nobody() {
    for answer in ["454 4.7.0 trouble", "451 4.3.0 trouble", "450 4.7.0 trouble", "432 4.7.12 trouble"] {
        let source = Passwords::new(&["pencil", "other"]);
        let error = logs_in("AUTH PLAIN LOGIN", open(), &source, |peer| {
            peer.expect(plain("pencil")).send(format!("{answer}\r\n"))
        })
        .expect_err("refused for now");
        assert_eq!(source.asked(), [CredentialReason::Needed], "{answer}");
        // The caller is told that it was the server's trouble.
        assert!(
            error.is_temporary() && error.reply().is_some_and(|reply| reply.text() == "trouble"),
            "{answer}"
        );
    }
}

fn a_weak_mechanism_is_replaced() {
    let source = Passwords::new(&["pencil", "other"]);
    let login =
        logs_in("AUTH PLAIN LOGIN", open(), &source, |peer| peer.expect(plain("pencil")).send("235 hi\r\n"));
    assert_eq!(login.expect("logged in").mechanism, MechanismName::PLAIN);
    let source = Passwords::new(&["pencil", "other"]);
    let named = open().allow(MechanismName::CRAM_MD5);
    let login = logs_in("AUTH SCRAM-SHA-512 SCRAM-SHA-256 CRAM-MD5", named, &source, |peer| {
        peer.expect_prefix("AUTH SCRAM-SHA-512 ", "\r\n")
            .send("534 5.7.9 too weak\r\n")
            .expect_prefix("AUTH SCRAM-SHA-256 ", "\r\n")
            .send("534 5.7.9 too weak\r\n")
            .expect("AUTH CRAM-MD5\r\n")
            .send("334 PDFAYj4=\r\n")
            .expect_prefix("", "\r\n")
            .send("235 welcome\r\n")
    });
    assert_eq!(login.expect("logged in").mechanism, MechanismName::CRAM_MD5);
    assert_eq!(source.asked(), [CredentialReason::Needed], "the credentials are not what is wrong");
    // Where there is no other, that is what the caller is told.
    let source = Passwords::new(&["pencil", "other"]);
    let error = logs_in("AUTH SCRAM-SHA-256", open(), &source, |peer| {
        peer.expect_prefix("AUTH SCRAM-SHA-256 ", "\r\n").send("534 5.7.9 too weak\r\n")
    })
    .expect_err("refused");
    assert_eq!(error.reply().map(|reply| reply.code().as_u16()), Some(534), "{error}");
}

fn wrong_credentials_are_asked_anew() {
    let source = Passwords::new(&["old", "new"]);
    let login = logs_in("AUTH PLAIN", open(), &source, |peer| {
        peer.expect(plain("old")).send("535 5.7.8 no\r\n").expect(plain("new")).send("235 2.7.0 welcome\r\n")
    });
    login.expect("logged in");
    assert_eq!(source.asked(), [CredentialReason::Needed, CredentialReason::Rejected]);
    // Once; and where there are no others, the refusal is told.
    let source = Passwords::new(&["old", "new", "newer"]);
    let error = logs_in("AUTH PLAIN", open(), &source, |peer| {
        peer.expect(plain("old")).send("535 5.7.8 no\r\n").expect(plain("new")).send("535 5.7.8 no\r\n")
    })
    .expect_err("refused");
    assert_eq!((error.kind(), source.asked().len()), (ErrorKind::Auth, 2));
    let error =
        logs_in("AUTH PLAIN", open(), &ann(), |peer| peer.expect(plain("pencil")).send("535 5.7.8 no\r\n"))
            .expect_err("refused");
    assert_eq!(error.reply().map(|reply| reply.code().as_u16()), Some(535));
    assert!(!error.is_temporary());
}

fn mechanisms_in_cleartext_are_guarded() {
    const REVEALING: [MechanismName; 4] =
        [MechanismName::PLAIN, MechanismName::LOGIN, MechanismName::XOAUTH2, MechanismName::OAUTHBEARER];
    let everything = || {
        let mut everything = ann();
        everything.token = Some("t0k3n-of-ann".to_owned().into());
        everything
    };
    for mechanism in REVEALING {
        let offers = format!("AUTH {mechanism}");
        let error =
            logs_in(&offers, Policy::default(), &everything(), |peer| peer).expect_err("in cleartext");
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{mechanism}: {error}");
        // By its name it may.
        let policy = Policy::default().danger_reveal_in_plaintext(mechanism);
        let error = logs_in(&offers, policy, &everything(), |peer| {
            peer.expect_prefix(format!("AUTH {mechanism}"), "\r\n").send("454 4.7.0 trouble\r\n")
        })
        .expect_err("refused for now");
        assert_eq!(error.kind(), ErrorKind::Refused, "{mechanism}: {error}");
        // And under TLS anyway.
        let (tls, trust) = Pki::new().pair(&[HOST]);
        let accounts = Accounts::new().password("ann", "pencil").token("ann", "t0k3n-of-ann");
        let server = Server::new(accounts).mechanisms(&[mechanism]).implicit_tls(tls);
        Way::Implicit.secured(&server, &Way::Implicit.builder(trust), async |mut client| {
            let login = client.authenticate(&everything()).await.expect("logged in");
            assert_eq!(login.mechanism, mechanism);
            client.quit().await.expect("in order");
        });
    }
    // What shows nothing is not kept from cleartext.
    let server = Server::new(Accounts::new().password("ann", "pencil"));
    let builder = SmtpClient::builder().security(Security::Plaintext);
    Way::Upgrade.secured(&server, &builder, async |mut client| {
        let login =
            client.authenticate(&Credentials::password("ann", "pencil".to_owned())).await.expect("logged in");
        assert_eq!(login.mechanism, MechanismName::SCRAM_SHA_512);
        client.quit().await.expect("in order");
    });
}
