//! Cases 12 to 15, 17, 18, 21 and 22: transactions at servers that refuse, offer little or are lost.

use anyrfc_core::{
    Security,
    testing::{MemoryStream, ScriptedPeer, pair, run_virtual},
};
use anyrfc_smtp::{Envelope, ErrorKind, Extension, Priority, SmtpClient, testing::Server};
use futures_util::StreamExt as _;

use crate::{TEXT, against, read, to};

/// Drives `session` with a client that is connected to `server`, which must find no fault.
pub(crate) fn with<T>(server: &Server, session: impl AsyncFnOnce(&mut SmtpClient) -> T) -> T {
    let output = run_virtual(async {
        let (near, far) = pair(1 << 20);
        let client = async {
            let builder = SmtpClient::builder().security(Security::Plaintext);
            session(&mut builder.connect_over("smtp://mail.example", near).await.expect("connected")).await
        };
        let (output, served) = tokio::join!(client, server.serve(far));
        drop(served);
        output
    });
    assert_eq!(server.faults(), []);
    output
}

type Peer = ScriptedPeer<MemoryStream>;

const GROUP: &str =
    "MAIL FROM:<ann@x.example>\r\nRCPT TO:<bob@y.example>\r\nRCPT TO:<eve@z.example>\r\nDATA\r\n";

#[test]
fn case_12_everything_is_reported_and_the_server_left_in_order() {
    let all = ["bob@y.example", "eve@z.example"];
    // MAIL refused, and DATA accepted all the same.
    let script = |peer: Peer| {
        let peer = peer.expect(GROUP).send("451 4.7.1 later\r\n503 no\r\n503 no\r\n354 go\r\n");
        peer.expect(".\r\n").send("554 nothing\r\n").expect("NOOP\r\n").send("250 ok\r\n")
    };
    against(&["PIPELINING"], script, async |mut client| {
        let report = client.send(to(&all), TEXT).await.unwrap();
        let words: Vec<_> =
            report.rejected().map(|report| report.outcome().reply().unwrap().to_string()).collect();
        assert_eq!(words, ["451 4.7.1 later", "451 4.7.1 later"]);
        assert!(report.recipients().iter().all(anyrfc_smtp::RecipientReport::is_retryable));
        client.noop().await.unwrap();
    });
    // Every recipient refused, and DATA accepted; and refused.
    for (answer, rest) in [("354 go\r\n", ".\r\n"), ("503 5.5.1 no\r\n", "RSET\r\n")] {
        let script = |peer: Peer| {
            let peer =
                peer.expect(GROUP).send(format!("250 ok\r\n550 5.1.1 no\r\n452 4.2.2 full\r\n{answer}"));
            peer.expect(rest).send("250 ok\r\n").expect("NOOP\r\n").send("250 ok\r\n")
        };
        against(&["PIPELINING"], script, async |mut client| {
            let (letters, error) = read(client.send(to(&all), TEXT).await);
            assert_eq!((letters.as_str(), error.is_none()), ("RR", true), "{answer}");
            client.noop().await.unwrap();
        });
    }
}

#[test]
fn case_13_nothing_is_pipelined_unless_offered() {
    let server = Server::full().without("PIPELINING").without("CHUNKING");
    with(&server, async |client| {
        let messages = (0..5).map(|_| (to(&["bob@y.example", "eve@z.example"]), TEXT));
        let reports: Vec<_> = client.pipeline(futures_util::stream::iter(messages), 64).collect().await;
        assert!(reports.into_iter().all(|report| report.unwrap().is_complete()));
    });
    // Greeting, EHLO, and for each message MAIL, two RCPTs, DATA, the message.
    assert_eq!(server.turns(), 2 + 5 * 5);
}

#[test]
fn case_14_chunks_follow_an_accepted_recipient() {
    let offers = ["PIPELINING", "CHUNKING", "BINARYMIME"];
    let script = |peer: Peer| {
        let peer = peer.expect("MAIL FROM:<ann@x.example> BODY=BINARYMIME\r\nRCPT TO:<bob@y.example>\r\n");
        peer.send("250 ok\r\n550 5.1.1 no\r\n")
            .expect("RSET\r\n")
            .send("250 ok\r\n")
            .expect("NOOP\r\n")
            .send("250 ok\r\n")
    };
    against(&offers, script, async |mut client| {
        let content = anyrfc_smtp::Content::bytes("Subject: x\r\n\r\n\0").binary();
        let (letters, _) = read(client.send(to(&["bob@y.example"]), content).await);
        assert_eq!(letters, "R");
        client.noop().await.unwrap();
    });
    // In a window they do not wait, as was asked for; a server that takes them for commands is left at once.
    let message =
        "MAIL FROM:<ann@x.example>\r\nRCPT TO:<bob@y.example>\r\nBDAT 14 LAST\r\nSubject: x\r\n\r\n";
    let script = |peer: Peer| {
        let peer = peer.expect(format!("{message}RSET\r\n{message}"));
        peer.send("250 ok\r\n550 5.1.1 no\r\n500 5.5.1 what\r\n500 5.5.1 what\r\n")
            .expect("QUIT\r\n")
            .expect_end()
    };
    against(&["PIPELINING", "CHUNKING"], script, async |mut client| {
        let messages = (0..2).map(|_| (to(&["bob@y.example"]), TEXT));
        let mut reports = client.pipeline(futures_util::stream::iter(messages), 8);
        let (first, _) = read(reports.next().await.unwrap());
        let (second, error) = read(reports.next().await.unwrap());
        assert_eq!((first.as_str(), second.as_str()), ("R", "U"));
        assert_eq!(error.unwrap().kind(), ErrorKind::Protocol);
        assert_eq!(reports.next().await.unwrap().unwrap_err().kind(), ErrorKind::Protocol);
        assert!(reports.next().await.is_none());
        drop(reports);
        drop(client);
    });
}

#[test]
fn case_15_after_the_last_dot_nobody_knows() {
    let envelope = "MAIL FROM:<ann@x.example>\r\nRCPT TO:<bob@y.example>\r\nDATA\r\n";
    for (sent, expected) in [("250 ok\r\n250 ok\r\n", "N"), ("250 ok\r\n250 ok\r\n354 go\r\n", "U")] {
        let script = |peer: Peer| {
            let peer = peer.expect(envelope).send(sent);
            if expected == "U" { peer.expect(format!("{TEXT}.\r\n")).close() } else { peer.close() }
        };
        against(&["PIPELINING"], script, async |mut client| {
            let report = client.send(to(&["bob@y.example"]), TEXT).await.unwrap();
            let error = report.error().cloned().unwrap();
            assert!(error.is_temporary());
            assert_eq!(report.recipients()[0].is_retryable(), expected == "N");
            assert_eq!(read(Ok(report)).0, expected);
            assert_eq!(
                client.send(to(&["bob@y.example"]), TEXT).await.unwrap_err().kind(),
                ErrorKind::Closed
            );
        });
    }
}

#[test]
fn case_17_odd_answers_to_ehlo_are_understood() {
    let offers = [
        "pipelining",
        "Size 0",
        "AUTH=LOGIN PLAIN",
        "AUTH CRAM-MD5",
        "X-EXPS GSSAPI",
        " 8BITMIME ",
        "SIZE 99999999999999999999",
        "8bitmime",
    ];
    against(
        &offers,
        |peer| peer,
        async |client| {
            for extension in
                [Extension::Pipelining, Extension::Size, Extension::Auth, Extension::EightBitMime]
            {
                assert!(client.has(extension), "{extension:?}");
            }
            let capabilities = client.capabilities().unwrap();
            assert_eq!(capabilities.auth_mechanisms().len(), 3);
            assert_eq!(capabilities.keyword("x-exps"), Some("GSSAPI"));
        },
    );
}

#[test]
fn case_18_a_server_without_ehlo_is_sent_mail_all_the_same() {
    let server = Server::bare().without_ehlo();
    with(&server, async |client| client.send(to(&["bob@y.example"]), TEXT).await.unwrap());
    assert_eq!(server.deliveries().len(), 1);
}

#[test]
fn case_21_what_is_not_offered_is_not_asked_for() {
    let ann = || Envelope::new("ann@x.example", ["bob@y.example"]).unwrap();
    let large = "x\r\n".repeat(100);
    for (offers, envelope, message, kind) in [
        (&["SIZE 100"][..], ann(), large.as_str(), ErrorKind::Refused),
        (&[], ann().require_tls(), TEXT, ErrorKind::Usage),
        (&["REQUIRETLS"], ann().require_tls(), TEXT, ErrorKind::Usage),
        (&[], ann().priority(Priority::new(1).unwrap()), TEXT, ErrorKind::Unsupported),
        (&[], Envelope::new("\u{fc}@x.example", ["bob@y.example"]).unwrap(), TEXT, ErrorKind::Unsupported),
        (&[], ann(), "Subject: \u{fc}\r\n\r\n", ErrorKind::Unsupported),
        (&[], ann(), "Subject: x\r\n\r\n\u{fc}\r\n", ErrorKind::Unsupported),
    ] {
        against(
            offers,
            |peer| peer.expect("NOOP\r\n").send("250 ok\r\n"),
            async |mut client| {
                let error = client.send(envelope, message).await.unwrap_err();
                assert_eq!(error.kind(), kind, "{error}");
                assert!(error.requirement().is_some(), "{error}");
                client.noop().await.unwrap();
            },
        );
    }
}

#[test]
fn case_22_lmtp_has_an_answer_for_each_accepted_recipient() {
    for (answers, expected) in
        [("250 a\r\n452 b\r\n", "ARR"), ("552 a\r\n250 b\r\n", "RRA"), ("250 a\r\n", "ARU")]
    {
        run_virtual(async {
            let (near, far) = pair(1 << 20);
            let group = "MAIL FROM:<ann@x.example>\r\nRCPT TO:<a@y.example>\r\nRCPT TO:<b@y.example>\r\nRCPT TO:<c@y.example>\r\nDATA\r\n";
            let peer = ScriptedPeer::new(far)
                .send("220 hi\r\n")
                .expect("LHLO [127.0.0.1]\r\n")
                .send("250-x\r\n250 PIPELINING\r\n")
                .expect(group)
                .send("250 ok\r\n250 ok\r\n550 no\r\n250 ok\r\n354 go\r\n")
                .expect(format!("{TEXT}.\r\n"))
                .send(answers)
                .close();
            let client = async {
                let builder = SmtpClient::builder().security(Security::Plaintext);
                let mut client = builder.connect_over("lmtp://mail.example:24", near).await.unwrap();
                let (letters, _) =
                    read(client.send(to(&["a@y.example", "b@y.example", "c@y.example"]), TEXT).await);
                assert_eq!(letters, expected);
            };
            anyrfc_core::testing::play(peer, client).await;
        });
    }
}
