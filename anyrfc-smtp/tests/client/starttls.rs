//! STARTTLS: injection, stripping, refusal (RFC 3207).

use anyrfc_core::testing::Sizes;
use anyrfc_smtp::{
    ErrorKind, SmtpClient, rfc3207,
    testing::{Answer, Server, Speaker},
};

use super::support::{LMTP, SMTP, serve, tls};

fn builder() -> anyrfc_smtp::Builder {
    SmtpClient::builder().start_tls(tls().1)
}

/// Whatever comes behind the go-ahead in plaintext is never read, and the connection is gone.
#[test]
fn plaintext_behind_the_go_ahead_is_refused() {
    for injected in ["250-evil\r\n250 AUTH PLAIN\r\n", "2", "\r\n", "421 no\r\n", "\u{16}"] {
        for split in [false, true] {
            let answer = Answer::raw("220 go ahead\r\n").then(Answer::raw(injected)).effective();
            // In one write, or in two.
            let answer = if split { answer.chunks("220 go ahead\r\n".len()) } else { answer };
            let server = Server::full().starttls(tls().0).once("STARTTLS", answer);
            serve(&server, async |stream| {
                let error = builder().connect_over(SMTP, stream).await.unwrap_err();
                if split {
                    // What comes later reaches the handshake, which fails on it.
                    assert!(
                        matches!(error.kind(), ErrorKind::Protocol | ErrorKind::Tls),
                        "{injected:?}: {error}"
                    );
                } else {
                    assert_eq!(
                        error.requirement(),
                        Some(rfc3207::PLAINTEXT_IS_DISCARDED),
                        "{injected:?}: {error}"
                    );
                    assert_eq!(error.kind(), ErrorKind::Protocol);
                }
            });
            let said = server.commands();
            assert_eq!(said.first().map(String::as_str), Some("EHLO [127.0.0.1]"), "{said:?}");
            assert!(
                !said.iter().any(|line| line.starts_with("AUTH") || line.starts_with("QUIT")),
                "{said:?}"
            );
        }
    }
}

#[test]
fn a_server_without_starttls_is_told_nothing() {
    for (server, url, hello) in
        [(Server::full(), SMTP, "EHLO [127.0.0.1]"), (Server::lmtp(), LMTP, "LHLO [127.0.0.1]")]
    {
        serve(&server, async |stream| {
            let error = builder().connect_over(url, stream).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            assert_eq!(error.requirement(), Some(rfc3207::TLS_CAN_BE_REQUIRED), "{error}");
        });
        assert_eq!(server.commands(), [hello, "QUIT"]);
    }
}

#[test]
fn a_refused_starttls_ends_it() {
    for code in [454, 501, 502] {
        let server = Server::full().starttls(tls().0).once("STARTTLS", Answer::reply(code, "no TLS today"));
        serve(&server, async |stream| {
            let error = builder().connect_over(SMTP, stream).await.unwrap_err();
            assert_eq!(error.reply().map(|reply| reply.code().as_u16()), Some(code), "{error}");
            assert_eq!(error.requirement(), Some(rfc3207::TLS_CAN_BE_REQUIRED));
        });
        let said = server.commands();
        assert_eq!(said[..2], ["EHLO [127.0.0.1]", "STARTTLS"]);
        assert!(said[2..].iter().all(|line| line == "QUIT"), "{said:?}");
    }
}

#[test]
fn another_success_than_220_is_none() {
    for answer in ["250 ok\r\n", "334 \r\n", "354 go\r\n"] {
        let server = Server::full().starttls(tls().0).once("STARTTLS", Answer::raw(answer).ineffective());
        serve(&server, async |stream| {
            let error = builder().connect_over(SMTP, stream).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Protocol, "{answer:?}: {error}");
        });
        let said = server.commands();
        assert_eq!(said[..2], ["EHLO [127.0.0.1]", "STARTTLS"], "{answer:?}");
    }
}

#[test]
fn a_handshake_that_is_cut_is_an_error() {
    for answer in
        [Answer::as_usual().ineffective().then_close(), Answer::raw("220 go\r\n").ineffective().then_reset()]
    {
        let server = Server::full().starttls(tls().0).once("STARTTLS", answer);
        serve(&server, async |stream| {
            let error = builder().connect_over(SMTP, stream).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Tls | ErrorKind::Io | ErrorKind::Closed), "{error}");
        });
        assert!(
            server
                .transcript()
                .iter()
                .all(|said| said.by == Speaker::Server || !said.line.starts_with(b"QUIT"))
        );
    }
}

#[test]
fn tls_comes_whatever_the_pieces_are() {
    let (there, here) = tls();
    let server = Server::full().starttls(there);
    serve(&server, async |stream| {
        let stream = anyrfc_core::testing::ChoppingStream::new(stream, Sizes::cycle([1, 2, 3])).spurious();
        let client = SmtpClient::builder().start_tls(here).connect_over(SMTP, stream).await.unwrap();
        assert!(client.tls_info().is_some());
        client.quit().await.unwrap();
    });
}
