//! Leaving: in order, and whatever the server makes of it.

use std::time::Duration;

use anyrfc_smtp::{
    ErrorKind, SmtpClient,
    testing::{Answer, Ended, Server},
};

use super::support::{SMTPS, assert_faultless, connect, serve, tls};

#[test]
fn a_server_that_does_not_answer_quit_is_left() {
    for answer in [
        Answer::close(),
        Answer::truncate(),
        Answer::reset(),
        Answer::reply(221, "bye").then_reset(),
        Answer::raw("221 by").then_close(),
        Answer::reply(250, "ok"),
        Answer::reply(500, "what").then_close(),
        Answer::reply(421, "gone").then_close(),
    ] {
        let server = Server::full().once("QUIT", answer.clone());
        serve(&server, async |stream| {
            let begin = tokio::time::Instant::now();
            connect(stream).await.unwrap().quit().await.unwrap_or_else(|error| panic!("{answer:?}: {error}"));
            assert!(begin.elapsed() < Duration::from_secs(3), "{answer:?}");
        });
        assert_faultless(&server);
    }
}

#[test]
fn the_end_without_close_notify_is_one() {
    for answer in [Answer::truncate(), Answer::reply(221, "bye").then(Answer::truncate()), Answer::reset()] {
        let (there, here) = tls();
        let server = Server::full().implicit_tls(there).once("QUIT", answer);
        serve(&server, async |stream| {
            let client = SmtpClient::builder().tls(here).connect_over(SMTPS, stream).await.unwrap();
            client.quit().await.unwrap();
        });
    }
}

#[test]
fn quit_is_bounded() {
    for answer in [Answer::nothing(), Answer::hang(), Answer::raw("221-bye\r\n").ineffective()] {
        let server = Server::full().once("QUIT", answer.clone());
        serve(&server, async |stream| {
            let client = connect(stream).await.unwrap();
            let begin = tokio::time::Instant::now();
            client.quit().await.unwrap();
            let took = begin.elapsed();
            // 5 s for the answer, and 2 s for the server to hang up.
            assert!(
                (Duration::from_secs(5)..=Duration::from_secs(7)).contains(&took),
                "{answer:?}: {took:?}"
            );
        });
    }
}

#[test]
fn quit_is_said_after_everything_else() {
    let server = Server::bare();
    serve(&server, async |stream| {
        let mut client = connect(stream).await.unwrap();
        for _ in 0..3 {
            drop(client.submit(anyrfc_smtp::Command::Noop(None)).unwrap());
        }
        client.quit().await.unwrap();
    });
    assert_eq!(server.commands(), ["EHLO [127.0.0.1]", "NOOP", "NOOP", "NOOP", "QUIT"]);
    assert_faultless(&server);
    assert_eq!(server.ended(1), Some(Ended::Quit));
}

#[test]
fn what_ended_it_before_is_told() {
    let server = Server::full().once("NOOP", Answer::reply(421, "4.3.2 going down").then_close());
    serve(&server, async |stream| {
        let mut client = connect(stream).await.unwrap();
        let error = client.noop().await.unwrap_err();
        assert_eq!((error.kind(), error.is_temporary()), (ErrorKind::Closed, true));
        let error = client.noop().await.unwrap_err();
        assert!(error.to_string().contains("going down"), "{error}");
        let error = client.quit().await.unwrap_err();
        assert!(error.to_string().contains("going down"), "{error}");
    });
    assert_eq!(server.commands(), ["EHLO [127.0.0.1]", "NOOP"]);
}
