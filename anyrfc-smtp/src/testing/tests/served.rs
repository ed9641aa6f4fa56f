//! The server on a stream.

use std::time::Duration;

use anyrfc_core::{
    testing::{MemoryStream, now, pair, pki::Pki, run, run_virtual},
    tls::{TlsConfig, TlsStream},
    transport::{Connector, Listener, Target},
};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::*;

/// A client written by hand.
struct Client<T>(T);

impl<T: AsyncRead + AsyncWrite + Unpin> Client<T> {
    /// Reads so many replies: their codes.
    async fn hear(&mut self, replies: usize) -> Vec<u16> {
        let mut text = String::new();
        while !text.ends_with("\r\n") || codes_of(&text).len() < replies {
            text.push(char::from(self.0.read_u8().await.unwrap()));
        }
        codes_of(&text)
    }

    /// Says this, and reads so many replies.
    async fn say(&mut self, text: &str, replies: usize) -> Vec<u16> {
        self.0.write_all(text.as_bytes()).await.unwrap();
        self.0.flush().await.unwrap();
        self.hear(replies).await
    }
}

/// Plays a client against a server over a stream in memory.
fn play_served<F: Future<Output = ()>>(server: &Server, client: impl FnOnce(Client<MemoryStream>) -> F) {
    run_virtual(async {
        let (near, far) = pair(usize::MAX);
        let (served, ()) = tokio::join!(server.serve_abortable(far), client(Client(near)));
        served.unwrap();
    });
}

async fn secured(client: Client<MemoryStream>, tls: &TlsConfig) -> Client<TlsStream<MemoryStream>> {
    Client(tls.handshake("localhost", client.0).await.unwrap().0)
}

#[test]
fn a_whole_session_over_starttls() {
    let (tls, trusting) = Pki::new().pair(&["localhost"]);
    let server = Server::new(Accounts::new().password("u", "p")).starttls(tls);
    play_served(&server, async |mut client| {
        assert_eq!(client.hear(1).await, [220]);
        assert_eq!(client.say(EHLO, 1).await, [250]);
        assert_eq!(client.say("STARTTLS\r\n", 1).await, [220]);
        let mut client = secured(client, &trusting).await;
        assert_eq!(client.say(EHLO, 1).await, [250]);
        assert_eq!(client.say("AUTH PLAIN AHUAcA==\r\n", 1).await, [235]);
        let envelope = ["MAIL FROM:<a@example.org> REQUIRETLS\r\n", RCPT, "DATA\r\n"].concat();
        assert_eq!(client.say(&envelope, 3).await, [250, 250, 354]);
        assert_eq!(client.say("x\r\n.\r\n", 1).await, [250]);
        assert_eq!(client.say("QUIT\r\n", 1).await, [221]);
        assert_eq!(client.0.read(&mut [0]).await.unwrap(), 0);
    });
    assert_eq!(server.faults(), []);
    let [delivery] = &server.deliveries()[..] else { panic!("no delivery") };
    assert_eq!((delivery.secured, delivery.user.as_deref()), (true, Some("u")));
    assert_eq!((server.turns_of(1), server.ended(1)), (8, Some(Ended::Quit)));
}

#[test]
fn what_starttls_is_for_is_judged() {
    let (tls, trusting) = Pki::new().pair(&["localhost"]);
    let server = Server::full().starttls(tls);
    // Commands in plaintext, where a handshake was agreed.
    play_served(&server, async |mut client| {
        client.hear(1).await;
        client.say(EHLO, 1).await;
        client.say("STARTTLS\r\n", 1).await;
        client.0.write_all(EHLO.as_bytes()).await.unwrap();
        assert_eq!(client.0.read(&mut [0]).await.unwrap(), 0);
    });
    assert_eq!(faults(&server), ["rfc3207#4-4"]);
    // In the same write; and no EHLO behind the handshake, and TLS within TLS.
    let server = Server::clone(&server);
    play_served(&server, async |mut client| {
        client.hear(1).await;
        client.say(EHLO, 1).await;
        client.say("STARTTLS\r\nNOOP\r\n", 1).await;
        let mut client = secured(client, &trusting).await;
        assert_eq!(client.say(MAIL, 1).await, [503]);
        assert_eq!(client.say("NOOP\r\n", 1).await, [250]);
        client.say(EHLO, 1).await;
        assert_eq!(client.say("STARTTLS\r\n", 1).await, [503]);
    });
    assert_eq!(
        faults(&server),
        ["rfc3207#4-4", "rfc3207#4-4", "rfc3207#4.2-3", "rfc3207#4.2-3", "rfc3207#4.2-6"]
    );
    assert_eq!(server.ended(2), Some(Ended::Lost));
}

#[test]
fn implicit_tls_and_injected_plaintext() {
    let (tls, trusting) = Pki::new().pair(&["localhost"]);
    let server = Server::full().implicit_tls(tls.clone());
    play_served(&server, async |client| {
        let mut client = secured(client, &trusting).await;
        assert_eq!(client.hear(1).await, [220]);
        assert_eq!(client.say("QUIT\r\n", 1).await, [221]);
    });
    assert_eq!(server.ended(1), Some(Ended::Quit));
    let server = Server::full()
        .starttls(tls)
        .on("STARTTLS", |_, _| Answer::as_usual().then(Answer::raw("250 injected\r\n")));
    play_served(&server, async |mut client| {
        client.hear(1).await;
        client.say(EHLO, 1).await;
        assert_eq!(client.say("STARTTLS\r\n", 2).await, [220, 250]);
    });
    assert_eq!(server.faults(), []);
}

#[test]
fn answers_are_late_and_in_pieces() {
    let delay = Duration::from_secs(90);
    let server = Server::full().greeting(Answer::as_usual().after(delay)).on("NOOP", move |_, _| {
        Answer::as_usual().chunks(1).then_pause(delay).then(Answer::reply(250, "again"))
    });
    play_served(&server, async |mut client| {
        let start = now();
        client.hear(1).await;
        assert_eq!(now() - start, delay);
        client.say(EHLO, 1).await;
        client.say("NOOP\r\n", 1).await;
        assert_eq!(now() - start, delay);
        client.hear(1).await;
        assert_eq!(now() - start, 2 * delay);
    });
    assert_eq!((server.faults(), server.ended(1)), (vec![], Some(Ended::Left)));
    // What is said before a late greeting is said too early.
    play_served(&server, async |mut client| {
        assert_eq!(client.say(EHLO, 2).await, [220, 250]);
    });
    assert_eq!(faults(&server), ["rfc5321#4.3.1-2"]);
}

#[test]
fn connections_end() {
    let end = |answer: Answer| Server::full().on("MAIL", move |_, _| answer.clone());
    let (tls, trusting) = Pki::new().pair(&["localhost"]);
    for (answer, kind) in [
        (Answer::close(), None),
        (Answer::truncate(), Some(std::io::ErrorKind::UnexpectedEof)),
        (Answer::reset(), Some(std::io::ErrorKind::ConnectionReset)),
    ] {
        let server = end(answer).implicit_tls(tls.clone());
        play_served(&server, async |client| {
            let mut client = secured(client, &trusting).await;
            client.hear(1).await;
            client.say(EHLO, 1).await;
            client.0.write_all(MAIL.as_bytes()).await.unwrap();
            assert_eq!(client.0.read(&mut [0]).await.map_err(|error| error.kind()).err(), kind);
        });
        assert_eq!(server.ended(1), Some(Ended::ByServer));
    }
    // Nothing more is read, nor said.
    run_virtual(async {
        let server = end(Answer::hang());
        let (near, far) = pair(usize::MAX);
        let mut client = Client(near);
        let serving = server.serve(far);
        let talking = async {
            client.hear(1).await;
            client.say(EHLO, 1).await;
            tokio::time::timeout(Duration::from_secs(9), client.say(MAIL, 1)).await
        };
        tokio::select! {
            _ = serving => panic!("it ends"),
            outcome = talking => assert!(outcome.is_err()),
        }
    });
}

#[test]
fn idle_connections_and_interjections() {
    let server = Server::full().idle_limit(Duration::from_secs(300));
    play_served(&server, async |mut client| {
        client.hear(1).await;
        let start = now();
        client.say(EHLO, 1).await;
        assert_eq!(client.hear(1).await, [421]);
        assert_eq!(now() - start, Duration::from_secs(300));
        assert_eq!(client.0.read(&mut [0]).await.unwrap(), 0);
    });
    play_served(&server, async |mut client| {
        client.hear(1).await;
        assert_eq!(server.interject(&Answer::reply(250, "unasked")), 1);
        assert_eq!(client.hear(1).await, [250]);
        server.interject(&Answer::reset());
        assert!(client.0.read(&mut [0]).await.is_err());
    });
    assert_eq!((server.faults(), server.interject(&Answer::close())), (vec![], 0));
}

#[test]
fn groups_are_judged_on_streams_that_come_octet_by_octet() {
    use anyrfc_core::testing::{ChoppingStream, Sizes};
    let server = Server::bare();
    run_virtual(async {
        let (near, far) = pair(usize::MAX);
        let far = ChoppingStream::new(far, Sizes::Always(1));
        let mut client = Client(near);
        let (served, ()) = tokio::join!(server.serve(far), async {
            client.hear(1).await;
            client.say(EHLO, 1).await;
            client.say(&[MAIL, RCPT].concat(), 2).await;
            drop(client);
        });
        served.unwrap();
    });
    assert_eq!(faults(&server), ["rfc2920#3-h1"]);
    assert_eq!(server.turns(), 3);
}

#[test]
fn a_listener_serves_many() {
    let server = Server::full();
    run(async {
        let mut listener = Listener::builder().tcp(([127, 0, 0, 1], 0)).bind().unwrap();
        let port = listener.port().unwrap();
        let talk = async || {
            let connector = Connector::new(Target::tcp("127.0.0.1", port).unwrap());
            let mut client = Client(connector.connect().await.unwrap());
            client.hear(1).await;
            client.say(EHLO, 1).await;
            client.say(&[MAIL, RCPT, "BDAT 3 LAST\r\nx\r\n"].concat(), 3).await;
            client.say("QUIT\r\n", 1).await;
        };
        tokio::select! {
            result = server.serve_all(&mut listener) => panic!("{result:?}"),
            _ = async { tokio::join!(talk(), talk(), talk()) } => {}
        }
    });
    assert_eq!((server.connections(), server.deliveries().len(), server.faults()), (3, 3, vec![]));
}

#[test]
fn a_handshake_that_fails_is_a_typed_error() {
    let (tls, _) = Pki::new().pair(&["localhost"]);
    let server = Server::full().implicit_tls(tls);
    run_virtual(async {
        let (mut near, far) = pair(usize::MAX);
        near.write_all(b"EHLO x\r\n").await.unwrap();
        let error = server.serve(far).await.unwrap_err();
        assert!(matches!(error, ServeError::Tls(_)), "{error}");
        assert!(std::error::Error::source(&error).is_some());
    });
}
