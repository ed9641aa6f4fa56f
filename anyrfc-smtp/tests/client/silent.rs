//! A server that says nothing any more, in every phase: what was waited for, and for exactly how long.

use std::time::Duration;

use anyrfc_core::testing::{MemoryStream, pair, run_virtual};
use anyrfc_smtp::{
    Error, ErrorKind, SmtpClient, Waited,
    proto::Deadlines,
    testing::{Answer, Server},
};

use super::support::{SMTP, SMTPS, accounts, credentials, open, serve, tls};

const fn minutes(number: u64) -> Duration {
    Duration::from_secs(60 * number)
}

/// That an operation ends for want of this after exactly so long.
async fn expect<T: std::fmt::Debug>(
    waited: Waited,
    limit: Duration,
    operation: impl Future<Output = Result<T, Error>>,
) {
    let begin = tokio::time::Instant::now();
    let error = operation.await.unwrap_err();
    assert_eq!((error.kind(), error.waited_for()), (ErrorKind::Timeout, Some(waited)), "{error}");
    // The end of the connection, after the time-out, has 2 s of its own at most.
    let took = begin.elapsed();
    assert!((limit..=limit + Duration::from_secs(2)).contains(&took), "{waited:?}: {took:?}");
}

#[test]
fn before_the_greeting() {
    for answer in [Answer::nothing(), Answer::hang(), Answer::raw("220-hello\r\n220-wait\r\n22")] {
        serve(&Server::full().greeting(answer), async |stream| {
            expect(Waited::Greeting, minutes(5), open().connect_over(SMTP, stream)).await;
        });
    }
}

#[test]
fn one_byte_at_a_time_is_no_answer() {
    // A byte each 20 s: the time is that of the whole reply.
    let mut answer = Answer::nothing();
    for byte in b"220 hello this is a server that takes its time\r\n" {
        answer = answer.then(Answer::raw([*byte])).then_pause(Duration::from_secs(20));
    }
    serve(&Server::full().greeting(answer), async |stream| {
        expect(Waited::Greeting, minutes(5), open().connect_over(SMTP, stream)).await;
    });
}

#[test]
fn after_the_hello() {
    for answer in [Answer::nothing(), Answer::hang(), Answer::raw("250-mail.example.org\r\n")] {
        serve(&Server::full().once("EHLO", answer), async |stream| {
            expect(Waited::Hello, minutes(5), open().connect_over(SMTP, stream)).await;
        });
    }
    let server = Server::full()
        .on("EHLO", |_, view| if view.nth == 2 { Answer::nothing() } else { Answer::as_usual() });
    serve(&server, async |stream| {
        let mut client = open().connect_over(SMTP, stream).await.unwrap();
        expect(Waited::Hello, minutes(5), async { client.hello_again().await.map(drop) }).await;
    });
}

#[test]
fn after_starttls_and_in_the_handshake() {
    let (there, here) = tls();
    let starttls = || Server::full().starttls(there.clone());
    let server = starttls().once("STARTTLS", Answer::nothing().ineffective());
    serve(&server, async |stream| {
        let builder = SmtpClient::builder().start_tls(here.clone());
        expect(Waited::StartTls, minutes(5), builder.connect_over(SMTP, stream)).await;
    });
    let server = starttls().once("STARTTLS", Answer::raw("220 go\r\n").ineffective().then_hang());
    serve(&server, async |stream| {
        let builder = SmtpClient::builder().start_tls(here.clone());
        expect(Waited::Handshake, Duration::from_secs(30), builder.connect_over(SMTP, stream)).await;
    });
    // TLS from the first byte.
    run_virtual(async {
        let (near, _far) = pair(64 << 10);
        let builder = SmtpClient::builder().tls(here.clone());
        expect(Waited::Handshake, Duration::from_secs(30), builder.connect_over(SMTPS, near)).await;
    });
}

#[test]
fn in_a_login() {
    let server = Server::new(accounts()).plaintext_passwords().once("AUTH", Answer::nothing());
    serve(&server, async |stream| {
        let mut client = open().connect_over(SMTP, stream).await.unwrap();
        expect(Waited::Authentication, minutes(5), client.authenticate(&credentials())).await;
    });
    let server = Server::new(accounts()).plaintext_passwords().on_response(|_, _| Answer::nothing());
    serve(&server, async |stream| {
        let mut client = open().connect_over(SMTP, stream).await.unwrap();
        expect(Waited::Authentication, minutes(5), client.authenticate(&credentials())).await;
    });
}

#[test]
fn after_a_command() {
    for answer in [Answer::nothing(), Answer::hang(), Answer::raw("250-yes\r\n250-and\r\n")] {
        let server = Server::full().once("NOOP", answer);
        serve(&server, async |stream| {
            let mut client = open().connect_over(SMTP, stream).await.unwrap();
            expect(Waited::Command, minutes(5), client.noop()).await;
            assert_eq!(client.noop().await.unwrap_err().waited_for(), Some(Waited::Command), "told again");
        });
    }
}

#[test]
fn an_idle_connection_waits_for_nothing() {
    serve(&Server::full(), async |stream| {
        let mut client = open().connect_over(SMTP, stream).await.unwrap();
        tokio::time::timeout(minutes(60 * 24), client.drive()).await.unwrap_err();
        client.noop().await.unwrap();
        client.quit().await.unwrap();
    });
}

/// A peer that greets and reads nothing, over a stream that holds a few bytes.
fn deaf(client: impl AsyncFnOnce(MemoryStream)) {
    use tokio::io::AsyncWriteExt as _;
    run_virtual(async {
        let (near, mut far) = anyrfc_core::testing::memory::pair_with(8, 64 << 10);
        far.write_all(b"220 hello\r\n").await.unwrap();
        client(near).await;
        drop(far);
    });
}

#[test]
fn in_writing() {
    deaf(async |stream| {
        expect(Waited::Writing, minutes(3), open().connect_over(SMTP, stream)).await;
    });
    deaf(async |stream| {
        let builder = open().send_timeout(Duration::from_secs(11));
        expect(Waited::Writing, Duration::from_secs(11), builder.connect_over(SMTP, stream)).await;
    });
    // Without that limit it is the answer that is missing in the end.
    deaf(async |stream| {
        let builder = open().send_timeout(None);
        expect(Waited::Hello, minutes(5), builder.connect_over(SMTP, stream)).await;
    });
}

#[test]
fn every_deadline_can_be_set() {
    let mut deadlines = Deadlines::default();
    deadlines.greeting = Duration::from_secs(1);
    deadlines.hello = Duration::from_secs(2);
    deadlines.authentication = Duration::from_secs(3);
    deadlines.command = Duration::from_secs(4);
    let builder = || open().deadlines(deadlines);
    serve(&Server::full().greeting(Answer::nothing()), async |stream| {
        expect(Waited::Greeting, deadlines.greeting, builder().connect_over(SMTP, stream)).await;
    });
    serve(&Server::full().once("EHLO", Answer::nothing()), async |stream| {
        expect(Waited::Hello, deadlines.hello, builder().connect_over(SMTP, stream)).await;
    });
    let server = Server::new(accounts()).once("AUTH", Answer::nothing()).once("NOOP", Answer::nothing());
    serve(&server, async |stream| {
        let mut client = builder().connect_over(SMTP, stream).await.unwrap();
        expect(Waited::Authentication, deadlines.authentication, client.authenticate(&credentials())).await;
    });
    serve(&server, async |stream| {
        let mut client = builder().connect_over(SMTP, stream).await.unwrap();
        expect(Waited::Command, deadlines.command, client.noop()).await;
    });
}
