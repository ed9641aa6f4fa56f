//! RFC 3207, section 4: STARTTLS, and what is believed after it.

use anyrfc_core::{
    Eof,
    compliance::Check,
    testing::{pair, pki::Pki, run_virtual},
    tls::{TlsConfig, TlsVersion},
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::super::{
    hello::hello,
    support::{MAIL, Talk, envelope},
    tls::{HOST, Way},
};
use crate::{
    ErrorKind,
    codec::command::Command,
    proto::{Event, Protection, State},
    rfc3207 as r,
    testing::{Answer, Server, When},
    types::{Extension, RawCommand},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc3207/section-4/the-handshake-follows-220",
        covers: &[r::HANDSHAKE_FOLLOWS_220],
        run: the_handshake_follows_220,
    },
    Check {
        name: "rfc3207/section-4/a-handshake-that-cannot-begin-closes",
        covers: &[r::UNABLE_TO_BEGIN_ABORTS],
        run: a_handshake_that_cannot_begin_closes,
    },
    Check {
        name: "rfc3207/section-4.1/security-is-judged-at-once",
        covers: &[r::SECURITY_IS_JUDGED_AT_ONCE],
        run: security_is_judged_at_once,
    },
    Check {
        name: "rfc3207/section-4.2/what-was-said-in-cleartext-is-forgotten",
        covers: &[r::CLIENT_FORGETS_PLAINTEXT],
        run: what_was_said_in_cleartext_is_forgotten,
    },
    Check {
        name: "rfc3207/section-4.2/ehlo-follows-tls",
        covers: &[r::EHLO_FOLLOWS_TLS],
        run: ehlo_follows_tls,
    },
    Check {
        name: "rfc3207/section-4.2/extensions-may-change",
        covers: &[r::EXTENSIONS_MAY_CHANGE],
        run: extensions_may_change,
    },
    Check {
        name: "rfc3207/section-4.2/whether-tls-is-active-is-known",
        covers: &[r::TLS_STATE_IS_KNOWN],
        run: whether_tls_is_active_is_known,
    },
    Check {
        name: "rfc3207/section-4.2/no-tls-within-tls",
        covers: &[r::NO_TLS_WITHIN_TLS, r::STARTTLS_IS_NOT_OFFERED_WITHIN_TLS],
        run: no_tls_within_tls,
    },
];

/// A connection that has sent STARTTLS.
#[track_caller]
fn asking(offers: &str) -> Talk {
    let mut talk = Talk::unprotected(Protection::StartTls);
    talk.says("220 mail.example ESMTP");
    talk.hello(offers);
    assert_eq!(talk.hears(), "STARTTLS");
    talk
}

fn is_upgrade(talk: &Talk) -> bool {
    talk.events.iter().any(|event| matches!(event, Event::Upgrade))
}

fn the_handshake_follows_220() {
    let mut talk = asking("STARTTLS");
    // Nothing is said before the answer, or between it and the handshake.
    talk.is_silent();
    assert!(talk.connection.submit(Command::Noop(None)).is_err());
    assert!(talk.try_send(envelope(&["b@mail.example"]), MAIL, false).is_err());
    talk.says("220 go ahead");
    assert!(is_upgrade(&talk));
    talk.is_silent();
    assert!(talk.connection.submit(Command::Noop(None)).is_err());
    talk.is_silent();
    assert_eq!(talk.phase(), State::Handshaking);
    // No other answer begins one.
    for answer in ["250 fine", "221 go", "354 go ahead", "454 4.7.0 not now", "501 5.5.4 what"] {
        let mut talk = asking("STARTTLS");
        talk.says(answer);
        assert!(!is_upgrade(&talk) && talk.error.is_some(), "{answer}");
        assert_eq!(talk.phase(), State::Failed, "{answer}");
    }
    // On the stream: what comes first behind 220 is a ClientHello.
    run_virtual(async {
        let (near, mut far) = pair(64 << 10);
        let (_, trust) = Pki::new().pair(&[HOST]);
        let builder = Way::Upgrade.builder(trust);
        let server = async {
            far.write_all(b"220 mail.example\r\n").await.expect("greeting");
            line(&mut far).await;
            far.write_all(b"250-mail.example\r\n250 STARTTLS\r\n").await.expect("answer");
            assert_eq!(line(&mut far).await, "STARTTLS\r\n");
            far.write_all(b"220 go ahead\r\n").await.expect("answer");
            let hello = hello(&mut far).await;
            drop(far);
            hello
        };
        let (client, hello) = tokio::join!(builder.connect_over(Way::Upgrade.url(), near), server);
        assert_eq!(hello.server_name.as_deref(), Some(HOST));
        client.expect_err("it was left in the handshake");
    });
}

/// A line, octet by octet, so that nothing behind it is taken.
async fn line(stream: &mut anyrfc_core::testing::MemoryStream) -> String {
    let mut line = String::new();
    while !line.ends_with('\n') {
        line.push(char::from(stream.read_u8().await.expect("a line")));
    }
    line
}

fn a_handshake_that_cannot_begin_closes() {
    // The roots cannot be read, which is noticed when the handshake is to begin.
    let (tls, trust) = Pki::new().pair(&[HOST]);
    for (trust, begins) in [(TlsConfig::with_ca_pem("no PEM"), false), (trust, true)] {
        let server = Server::full().starttls(tls.clone());
        let builder = Way::Upgrade.builder(trust);
        let (kind, written) = Way::Upgrade.meets(&server, &builder, async |client| match client {
            Ok(client) => {
                client.quit().await.expect("in order");
                None
            }
            Err(error) => Some(error.kind()),
        });
        assert_eq!(kind.is_none(), begins, "{kind:?}");
        if !begins {
            assert_eq!(kind, Some(ErrorKind::Usage));
            assert_eq!(written, b"EHLO [127.0.0.1]\r\nSTARTTLS\r\n", "nothing more in cleartext");
            assert!(server.ended(1).is_some(), "closed");
        }
    }
}

fn security_is_judged_at_once() {
    let pki = Pki::new();
    let good = || pki.server_for(&[HOST]).server();
    let cases = [
        (good(), pki.trusting(), true),
        (good(), Pki::new().trusting(), false),
        (pki.server_for(&["other.example"]).server(), pki.trusting(), false),
        (pki.expired_server_for(&[HOST]).server(), pki.trusting(), false),
        (good().maximum_version(TlsVersion::V1_2), pki.trusting(), true),
        (good().maximum_version(TlsVersion::V1_2), pki.trusting().minimum_version(TlsVersion::V1_3), false),
    ];
    for (index, (tls, trust, enough)) in cases.into_iter().enumerate() {
        let server = Server::full().starttls(tls);
        let builder = Way::Upgrade.builder(trust);
        let (kind, _) = Way::Upgrade.meets(&server, &builder, async |client| match client {
            Ok(client) => {
                client.quit().await.expect("in order");
                None
            }
            Err(error) => Some(error.kind()),
        });
        assert_eq!(kind, (!enough).then_some(ErrorKind::Tls), "case {index}");
        // Not a command within TLS where it is not enough.
        let said = server.commands();
        let expected: &[&str] = if enough {
            &["EHLO [127.0.0.1]", "STARTTLS", "EHLO [127.0.0.1]", "QUIT"]
        } else {
            &["EHLO [127.0.0.1]", "STARTTLS"]
        };
        assert_eq!(said, expected, "case {index}");
    }
}

fn what_was_said_in_cleartext_is_forgotten() {
    let mut talk = asking("STARTTLS|AUTH PLAIN EVIL|SIZE 1|PIPELINING|AUTH=LOGIN");
    assert!(talk.connection.greeting().is_some());
    assert!(!talk.connection.deviations().is_empty());
    talk.says("220 go ahead");
    talk.secured();
    assert!(talk.connection.capabilities().is_none());
    assert!(talk.connection.greeting().is_none());
    assert!(talk.connection.deviations().is_empty());
    talk.events.clear();
    talk.hello("8BITMIME");
    let known = talk.connection.capabilities().expect("told anew");
    assert!(known.has(Extension::EightBitMime));
    for gone in [Extension::Size, Extension::Pipelining, Extension::Auth, Extension::StartTls] {
        assert!(!known.has(gone), "{gone:?}");
    }
    // And it is acted upon: no SIZE, nothing ahead of its turn.
    talk.send(envelope(&["b@mail.example"]), MAIL);
    talk.hears_all(&["MAIL FROM:<a@client.example>"]);
}

fn ehlo_follows_tls() {
    let mut talk = asking("STARTTLS");
    talk.says("220 go ahead");
    talk.is_silent();
    talk.secured();
    talk.hears_all(&["EHLO client.example"]);
    assert!(talk.connection.submit(Command::Noop(None)).is_err(), "ahead of the answer");
    talk.says("250 mail.example");
    let noop = talk.submit(Command::Noop(None));
    talk.hears_all(&["NOOP"]);
    talk.says("250 fine");
    assert!(talk.reply(noop).is_success());
}

fn extensions_may_change() {
    let (tls, trust) = Pki::new().pair(&[HOST]);
    let server = Server::bare()
        .offer_also("XBEFORE", When::Cleartext)
        .offer_also("XAFTER yes", When::Secured)
        .starttls(tls);
    Way::Upgrade.secured(&server, &Way::Upgrade.builder(trust), async |client| {
        let known = client.capabilities().expect("it has answered");
        assert_eq!((known.keyword("XBEFORE"), known.keyword("XAFTER")), (None, Some("yes")));
        client.quit().await.expect("in order");
    });
}

fn whether_tls_is_active_is_known() {
    let mut talk = asking("STARTTLS");
    assert!(!talk.connection.is_secured());
    talk.says("220 go ahead");
    assert!(!talk.connection.is_secured(), "not before the handshake has ended");
    talk.secured();
    assert!(talk.connection.is_secured());
    assert!(Talk::new().connection.is_secured());
    assert!(!Talk::unprotected(Protection::Plaintext).connection.is_secured());
    // A handshake that nobody has asked for is none.
    let mut talk = Talk::unprotected(Protection::Plaintext).greet("STARTTLS");
    talk.secured();
    assert!(!talk.connection.is_secured());
    // One that does not end leaves nothing that could be taken for secured.
    let mut talk = asking("STARTTLS");
    talk.says("220 go ahead");
    talk.ends(Eof::Clean);
    assert_eq!((talk.phase(), talk.connection.is_secured()), (State::Failed, false));
}

fn no_tls_within_tls() {
    // Offered within TLS, it is not taken up, and counted.
    let mut talk = Talk::ready("STARTTLS");
    talk.is_silent();
    assert!(
        talk.connection
            .deviations()
            .iter()
            .any(|seen| seen.requirement == r::STARTTLS_IS_NOT_OFFERED_WITHIN_TLS)
    );
    assert!(talk.connection.submit(Command::StartTls).is_err());
    assert!(RawCommand::new("STARTTLS", None).is_err() && RawCommand::new("starttls", None).is_err());
    talk.is_silent();
    let mut talk = asking("STARTTLS");
    talk.says("220 go ahead");
    talk.secured();
    talk.hello("STARTTLS");
    talk.is_silent();
    assert_eq!(talk.phase(), State::Ready);
    // Said again at a later time, it is the same.
    talk.connection.say_hello_again().expect("idle");
    talk.hello("STARTTLS");
    talk.is_silent();
    // By a server that offers it always.
    let (tls, trust) = Pki::new().pair(&[HOST]);
    let server = Server::bare()
        .implicit_tls(tls)
        .offer("STARTTLS")
        .on("STARTTLS", |_, _| Answer::reply(220, "go ahead"));
    Way::Implicit.secured(&server, &Way::Implicit.builder(trust), async |client| {
        client.quit().await.expect("in order");
    });
    assert_eq!(server.commands(), ["EHLO [127.0.0.1]", "QUIT"]);
}
