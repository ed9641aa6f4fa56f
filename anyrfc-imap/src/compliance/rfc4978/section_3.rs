//! RFC 4978, section 3: the COMPRESS command; with section 1, which permits it.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::{
    host::{Host, hosted, hosted_with},
    rev1_client::{open, pencil},
    support::{Talk, over_tls},
};
use crate::{
    codec::command::{Compress, Noop},
    proto::Report,
    rfc4978 as r,
    testing::{Accounts, Deflated, Server},
    types::{Code, Data},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc4978-section-3/compression-is-asked-for-by-compress",
        covers: &[r::EITHER_COMPRESSION_MAY_BE_USED],
        run: compression_is_asked_for_by_compress,
    },
    Check {
        name: "rfc4978-section-3/compress-waits-for-its-result",
        covers: &[r::COMPRESS_WAITS_FOR_ITS_RESULT],
        run: compress_waits_for_its_result,
    },
    Check {
        name: "rfc4978-section-3/compression-starts-with-the-next-command",
        covers: &[r::COMPRESSION_STARTS_WITH_THE_NEXT_COMMAND],
        run: compression_starts_with_the_next_command,
    },
    Check {
        name: "rfc4978-section-3/a-refusal-changes-nothing",
        covers: &[r::REFUSED_COMPRESS_CHANGES_NOTHING],
        run: a_refusal_changes_nothing,
    },
    Check {
        name: "rfc4978-section-3/what-follows-the-ok-is-inflated",
        covers: &[r::DATA_AFTER_OK_ARE_INFLATED],
        run: what_follows_the_ok_is_inflated,
    },
    Check {
        name: "rfc4978-section-3/what-precedes-the-ok-is-plain",
        covers: &[r::DATA_BEFORE_OK_ARE_PLAIN],
        run: what_precedes_the_ok_is_plain,
    },
    Check {
        name: "rfc4978-section-3/compression-is-inside-of-tls",
        covers: &[r::COMPRESSION_COMES_BEFORE_ENCRYPTION, r::DECRYPTION_COMES_BEFORE_INFLATION],
        run: compression_is_inside_of_tls,
    },
    Check {
        name: "rfc4978-section-3/compress-comes-once",
        covers: &[r::COMPRESS_COMES_ONCE],
        run: compress_comes_once,
    },
];

const OFFERED: &str = "COMPRESS=DEFLATE";

/// Agrees.
async fn agree(host: &mut Host) {
    host.on("COMPRESS DEFLATE", "% OK active\r\n").await;
    host.deflated = Some(Deflated::new());
}

fn compression_is_asked_for_by_compress() {
    // When asked to.
    hosted(
        OFFERED,
        async |host| {
            agree(host).await;
            host.on("NOOP", "% OK done\r\n").await;
        },
        async |mut client| {
            assert_eq!(client.compression(), None);
            client.compress().await.expect("agreed to");
            client.noop().await.expect("heard");
            assert!(client.compression().is_some_and(|info| info.sent > 0 && info.received > 0));
        },
    );
    // By itself, where the builder says so, and not otherwise.
    hosted_with(
        &open().compress(true),
        OFFERED,
        async |host| {
            agree(host).await;
            host.on("NOOP", "% OK done\r\n").await;
        },
        async |mut client| client.noop().await.expect("heard"),
    );
    hosted(
        OFFERED,
        async |host| host.on("NOOP", "% OK done\r\n").await,
        async |mut client| client.noop().await.expect("heard"),
    );
}

fn compress_waits_for_its_result() {
    let mut talk = Talk::authenticated("IMAP4rev1 COMPRESS=DEFLATE");
    let compress = talk.submit(Compress);
    let noop = talk.submit(Noop);
    assert_eq!(talk.hears(), "COMPRESS DEFLATE");
    talk.is_silent().says("* OK still thinking").is_silent();
    talk.says("{tag} NO not today");
    compress.answer(talk.done()).expect_err("refused");
    assert_eq!(talk.hears(), "NOOP");
    drop(noop);
    // Nor does it go while something else is on its way.
    let mut talk = Talk::authenticated("IMAP4rev1 COMPRESS=DEFLATE");
    let _noop = talk.submit(Noop);
    let _compress = talk.submit(Compress);
    assert_eq!(talk.hears(), "NOOP");
    talk.is_silent().says("{tag} OK done");
    assert_eq!(talk.hears(), "COMPRESS DEFLATE");
}

fn compression_starts_with_the_next_command() {
    // Without the layer nothing is said; with it everything goes through.
    let mut talk = Talk::authenticated("IMAP4rev1 COMPRESS=DEFLATE");
    let compress = talk.submit(Compress);
    let _noop = talk.submit(Noop);
    assert_eq!(talk.hears(), "COMPRESS DEFLATE");
    talk.says("{tag} OK active").is_silent();
    assert!(talk.events.iter().any(|event| matches!(event, Report::Compress)), "{:?}", talk.events);
    compress.answer(talk.done()).expect("agreed to");
    talk.connection.compression_installed();
    assert_eq!(talk.hears(), "NOOP");
    // On the wire: COMPRESS itself is plain, and what follows is not.
    hosted(
        OFFERED,
        async |host| {
            agree(host).await;
            assert!(host.raw.ends_with(b" COMPRESS DEFLATE\r\n"));
            let plain = host.raw.len();
            host.on("NOOP", "% OK done\r\n").await;
            assert!(!host.raw[plain..].windows(4).any(|four| four == b"NOOP"));
        },
        async |mut client| {
            client.compress().await.expect("agreed to");
            client.noop().await.expect("heard");
        },
    );
}

fn a_refusal_changes_nothing() {
    for answer in ["% NO [COMPRESSIONACTIVE] by TLS\r\n", "% NO not now\r\n", "% BAD what\r\n"] {
        hosted(
            OFFERED,
            async |host| {
                host.on("COMPRESS DEFLATE", answer).await;
                host.on("NOOP", "* OK plain\r\n% OK done\r\n").await;
                assert!(host.raw.ends_with(b" NOOP\r\n"), "{:?}", host.raw.escape_ascii().to_string());
            },
            async |mut client| {
                let error = client.compress().await.expect_err("refused");
                assert_eq!(error.kind(), ErrorKind::Refused);
                let active = matches!(error.code(), Some(Code::CompressionActive));
                assert_eq!(active, answer.contains("ACTIVE"));
                assert_eq!(client.compression(), None);
                client.noop().await.expect("heard");
                assert!(client.take_event().is_some_and(|event| format!("{event:?}").contains("plain")));
            },
        );
    }
}

fn what_follows_the_ok_is_inflated() {
    // In the same segment as the line of the OK, and cut anywhere behind it.
    for cut in 0..24 {
        hosted(
            OFFERED,
            async |host| {
                assert_eq!(host.line().await, "COMPRESS DEFLATE");
                let mut octets = host.octets("% OK active\r\n");
                let line = octets.len();
                host.deflated = Some(Deflated::new());
                octets.extend(host.octets("* OK told at once\r\n"));
                let at = (line + cut).min(octets.len());
                host.send(&octets[..at]).await;
                tokio::time::sleep(std::time::Duration::from_secs(1)).await;
                host.send(&octets[at..]).await;
                host.on("NOOP", "% OK done\r\n").await;
            },
            async |mut client| {
                client.compress().await.expect("agreed to");
                client.noop().await.expect("heard");
                let event = client.take_event();
                assert!(event.is_some_and(|event| format!("{event:?}").contains("told at once")));
            },
        );
    }
    // What is plain there is no DEFLATE, and ends the connection by name.
    hosted(
        OFFERED,
        async |host| {
            host.on("COMPRESS DEFLATE", "% OK active\r\n* OK plain\r\n").await;
            host.rest().await;
        },
        async |mut client| {
            client.compress().await.expect("agreed to");
            let error = client.noop().await.expect_err("it cannot be inflated");
            assert_eq!(error.requirement(), Some(r::DEFLATE_IS_RAW));
        },
    );
}

fn what_precedes_the_ok_is_plain() {
    hosted(
        OFFERED,
        async |host| {
            assert_eq!(host.line().await, "COMPRESS DEFLATE");
            host.say("* OK plain still\r\n% OK active\r\n").await;
            host.deflated = Some(Deflated::new());
            host.on("NOOP", "% OK done\r\n").await;
        },
        async |mut client| {
            client.compress().await.expect("agreed to");
            let event = client.take_event();
            assert!(event.is_some_and(|event| format!("{event:?}").contains("plain still")));
            client.noop().await.expect("heard");
        },
    );
    // Of the machine: it holds what follows the line, and not what precedes it.
    let mut talk = Talk::authenticated("IMAP4rev1 COMPRESS=DEFLATE");
    let _compress = talk.submit(Compress);
    talk.hears();
    talk.says("* OK plain still\n{tag} OK active").feed("* OK compressed, as it were\r\n");
    let told = |talk: &Talk| {
        let said = |event: &_| matches!(event, Report::Data(Data::Status(_)));
        talk.events.iter().filter(|event| said(event)).count()
    };
    assert_eq!(told(&talk), 1);
    talk.connection.compression_installed();
    talk.pump();
    assert_eq!(told(&talk), 2);
}

fn compression_is_inside_of_tls() {
    let server = Server::new(Accounts::new().password("user", "pencil")).with(OFFERED);
    // The server takes TLS off, and inflates what it finds inside.
    over_tls(&server, crate::ImapClient::builder().compress(true), async |mut client| {
        client.authenticate(&pencil()).await.expect("logged in");
        assert!(client.compression().is_some());
        client.noop().await.expect("heard");
        client.select("INBOX").await.expect("selected");
        client.logout().await.expect("in order");
    });
    assert!(server.commands().iter().any(|command| command.ends_with(" NOOP")));
    // Compression cannot come before the login, and so not before TLS.
    let talk = &mut Talk::greeted("IMAP4rev1 COMPRESS=DEFLATE");
    let error = talk.refuses(Compress);
    assert_eq!(error.kind(), ErrorKind::Usage);
}

fn compress_comes_once() {
    hosted(
        OFFERED,
        async |host| {
            agree(host).await;
            host.on("NOOP", "% OK done\r\n").await;
        },
        async |mut client| {
            let first = client.submit(Compress).expect("offered");
            let second = client.submit(Compress).expect("nothing is known yet");
            client.finish(first).await.expect("agreed to");
            let late = client.finish(second).await.expect_err("it is compressed already");
            let soon = client.compress().await.expect_err("it is compressed already");
            for error in [late, soon] {
                assert_eq!(
                    (error.kind(), error.requirement()),
                    (ErrorKind::Usage, Some(r::COMPRESS_COMES_ONCE))
                );
                assert!(error.is_unsent());
            }
            client.noop().await.expect("heard");
        },
    );
    // Where the first was refused, another one may be tried.
    hosted(
        OFFERED,
        async |host| {
            host.on("COMPRESS DEFLATE", "% NO busy\r\n").await;
            agree(host).await;
            host.on("NOOP", "% OK done\r\n").await;
        },
        async |mut client| {
            client.compress().await.expect_err("refused");
            client.compress().await.expect("agreed to");
            client.noop().await.expect("heard");
        },
    );
}
