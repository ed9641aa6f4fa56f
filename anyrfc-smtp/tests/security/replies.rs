//! Cases 8 to 11: replies that are endless, malformed, unasked or of another kind.

use anyrfc_smtp::{ErrorKind, ProtocolState};

use crate::{TEXT, against, read, to};

#[test]
fn case_08_replies_without_end_are_cut() {
    let line = [&b"250 "[..], &b"x".repeat(8 << 10)].concat();
    let lines = b"250-x\r\n".repeat(1100);
    let large = b"250-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n".repeat(900);
    for endless in [line, lines, large] {
        against(
            &[],
            |peer| peer.expect("NOOP\r\n").send(&endless),
            async |mut client| {
                let error = client.noop().await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Limit);
                assert_eq!(client.state(), ProtocolState::Failed);
                assert!(client.buffer_capacity() < 1 << 20);
            },
        );
    }
}

#[test]
fn case_09_what_is_hardly_a_reply() {
    // Understood.
    for (reply, text) in [
        (&b"250\r\n"[..], ""),
        (b"250 \r\n", ""),
        (b"250 trailing  \r\n", "trailing  "),
        (b"250-one\r\n250 two\r\n", "one\ntwo"),
        (b"250 \xff\xfe\r\n", "\u{fffd}\u{fffd}"),
        (b"299 another success\r\n", "another success"),
    ] {
        against(
            &[],
            |peer| peer.expect("VRFY x\r\n").send(reply),
            async |mut client| {
                let reply = client.verify("x").await.unwrap();
                assert_eq!(reply.text(), text);
            },
        );
    }
    // Not a reply, and where the next one begins is not known.
    for reply in [
        &b"25\r\n"[..],
        b"250x ok\r\n",
        b"2 50 ok\r\n",
        b"250-one\r\n251 two\r\n",
        b"199 x\r\n",
        b"600 x\r\n",
        b"ok\r\n",
        b"\r\n",
        b"250 ok\n",
    ] {
        against(
            &[],
            |peer| peer.expect("VRFY x\r\n").send(reply),
            async |mut client| {
                let error = client.verify("x").await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Protocol, "{}", reply.escape_ascii());
                assert!(error.requirement().is_some() && error.unparsed().is_some());
                assert_eq!(client.noop().await.unwrap_err().kind(), ErrorKind::Protocol);
            },
        );
    }
}

#[test]
fn case_10_a_reply_to_nothing_answers_nothing() {
    for unasked in ["250 ok\r\n", "354 go\r\n", "550 no\r\n"] {
        against(
            &[],
            |peer| peer.send(unasked),
            async |mut client| {
                let error = client.drive().await.unwrap_err();
                assert_eq!(
                    error.requirement().unwrap().to_string().split(':').next(),
                    Some("rfc5321#4.2-1"),
                    "{unasked}"
                );
                assert_eq!(
                    client.send(to(&["bob@y.example"]), TEXT).await.unwrap_err().kind(),
                    ErrorKind::Protocol
                );
            },
        );
    }
    // One that comes along with another is never taken for the next answer.
    against(
        &[],
        |peer| peer.expect("NOOP\r\n").send("250 ok\r\n250 ok\r\n"),
        async |mut client| {
            client.noop().await.unwrap();
            let sent = client.send(to(&["bob@y.example"]), TEXT).await;
            let failed = match sent {
                Ok(report) => report.error().cloned().expect("it has failed"),
                Err(error) => error,
            };
            assert_eq!(failed.kind(), ErrorKind::Protocol);
        },
    );
    against(
        &[],
        |peer| peer.send("421 4.3.2 shutting down\r\n"),
        async |mut client| {
            let error = client.drive().await.unwrap_err();
            assert_eq!((error.kind(), error.reply().unwrap().code().as_u16()), (ErrorKind::Closed, 421));
        },
    );
}

#[test]
fn case_11_a_reply_of_another_kind_is_no_success() {
    // 354 to MAIL and RCPT.
    for accepted in [0, 1] {
        let script = |peer: anyrfc_core::testing::ScriptedPeer<_>| {
            let peer = peer.expect("MAIL FROM:<ann@x.example>\r\n");
            match accepted {
                0 => peer.send("354 go\r\n"),
                _ => peer.send("250 ok\r\n").expect("RCPT TO:<bob@y.example>\r\n").send("354 go\r\n"),
            }
        };
        against(&[], script, async |mut client| {
            let (letters, error) = read(client.send(to(&["bob@y.example"]), TEXT).await);
            assert_eq!((letters.as_str(), error.unwrap().kind()), ("N", ErrorKind::Protocol));
        });
    }
    // A success to DATA, which is none; and 354 to the message.
    for (answer, expected) in [("250 ok\r\n", "N"), ("354 go\r\n", "U")] {
        let script = |peer: anyrfc_core::testing::ScriptedPeer<_>| {
            let peer = peer.expect("MAIL FROM:<ann@x.example>\r\n").send("250 ok\r\n");
            let peer = peer.expect("RCPT TO:<bob@y.example>\r\n").send("250 ok\r\n").expect("DATA\r\n");
            if expected == "N" {
                return peer.send(answer);
            }
            peer.send("354 go\r\n").expect(format!("{TEXT}.\r\n")).send(answer)
        };
        against(&[], script, async |mut client| {
            let (letters, error) = read(client.send(to(&["bob@y.example"]), TEXT).await);
            assert_eq!((letters.as_str(), error.unwrap().kind()), (expected, ErrorKind::Protocol));
        });
    }
}
