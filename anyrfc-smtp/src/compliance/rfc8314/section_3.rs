//! RFC 8314, section 3: TLS at once, on the port of submissions.

use std::{sync::Mutex, time::Duration};

use anyrfc_core::{
    BoxFuture, CredentialRequest, CredentialSource, Credentials, Security,
    compliance::Check,
    credentials::CredentialError,
    testing::{MemoryStream, now, pair, pki::Pki, run_virtual},
    tls::{TlsServerConfig, TlsStream},
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::super::{
    hello::hello,
    tls::{HOST, WAYS, Way},
};
use crate::{
    ErrorKind, SmtpClient, rfc8314 as r,
    testing::{Accounts, Server},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8314/section-3.3/tls-begins-at-once",
        covers: &[r::TLS_IS_IMMEDIATE],
        run: tls_begins_at_once,
    },
    Check {
        name: "rfc8314/section-3.3/the-default-port-is-465",
        covers: &[r::DEFAULT_PORT_IS_465],
        run: the_default_port_is_465,
    },
    Check {
        name: "rfc8314/section-3.3/certificates-are-validated",
        covers: &[r::CERTIFICATES_CAN_BE_VALIDATED],
        run: certificates_are_validated,
    },
    Check {
        name: "rfc8314/section-3.3/both-kinds-of-tls",
        covers: &[r::BOTH_KINDS_OF_TLS],
        run: both_kinds_of_tls,
    },
    Check {
        name: "rfc8314/section-3.4/a-close-alert-comes-first",
        covers: &[r::CLOSE_ALERT_COMES_FIRST],
        run: a_close_alert_comes_first,
    },
    Check {
        name: "rfc8314/section-3.4/the-servers-alert-is-not-waited-for",
        covers: &[r::CLOSE_MAY_WAIT_FOR_NOTHING],
        run: the_servers_alert_is_not_waited_for,
    },
];

fn tls_begins_at_once() {
    run_virtual(async {
        let (near, mut far) = pair(64 << 10);
        let (_, trust) = Pki::new().pair(&[HOST]);
        let builder = Way::Implicit.builder(trust);
        // The server does not say a word.
        let server = async {
            let hello = hello(&mut far).await;
            drop(far);
            hello
        };
        let (client, hello) = tokio::join!(builder.connect_over(Way::Implicit.url(), near), server);
        assert_eq!(hello.server_name.as_deref(), Some(HOST));
        client.expect_err("it was left in the handshake");
        // One that greets in cleartext is left.
        let (near, mut far) = pair(64 << 10);
        let server = async {
            far.write_all(b"220 mail.example ESMTP\r\n").await.expect("greeting");
            let mut heard = Vec::new();
            far.read_to_end(&mut heard).await.expect("the end");
            heard
        };
        let (client, heard) = tokio::join!(builder.connect_over(Way::Implicit.url(), near), server);
        assert_eq!(client.expect_err("no TLS").kind(), ErrorKind::Tls);
        assert_eq!(heard.first(), Some(&0x16), "a record of TLS");
        assert!(!heard.windows(4).any(|four| four == b"EHLO" || four == b"QUIT"));
    });
    // Everything after that goes within TLS.
    let (tls, trust) = Pki::new().pair(&[HOST]);
    let server = Server::full().implicit_tls(tls);
    let ((), written) = Way::Implicit.meets(&server, &Way::Implicit.builder(trust), async |client| {
        client.expect("let in").quit().await.expect("in order");
    });
    assert_eq!(server.commands(), ["EHLO [127.0.0.1]", "QUIT"]);
    assert!(!written.windows(4).any(|four| four == b"EHLO" || four == b"QUIT"));
}

/// Notes for which server it is asked.
#[derive(Default)]
struct Asked(Mutex<Vec<(String, String, u16)>>);

impl CredentialSource for Asked {
    fn credentials<'a>(
        &'a self,
        request: CredentialRequest<'a>,
    ) -> BoxFuture<'a, Result<Credentials, CredentialError>> {
        let asked = (request.protocol.to_owned(), request.host.to_owned(), request.port);
        self.0.lock().expect("nobody has panicked").push(asked);
        Box::pin(std::future::ready(Ok(Credentials::password("ann", "pencil".to_owned()))))
    }
}

fn the_default_port_is_465() {
    for (url, way, port) in [
        ("smtps://mail.example", Way::Implicit, 465),
        ("smtps://mail.example:1465", Way::Implicit, 1465),
        ("smtp://mail.example", Way::Upgrade, 587),
        ("smtp://mail.example:2525", Way::Upgrade, 2525),
    ] {
        let (tls, trust) = Pki::new().pair(&[HOST]);
        let server = way.server(Server::new(Accounts::new().password("ann", "pencil")), tls);
        let builder = way.builder(trust);
        let asked = Asked::default();
        run_virtual(async {
            let (near, far) = pair(64 << 10);
            let client = async {
                let mut client = builder.connect_over(url, near).await.expect("let in");
                client.authenticate(&asked).await.expect("logged in");
                client.quit().await.expect("in order");
            };
            tokio::join!(server.serve(far), client).0.expect("served");
        });
        let expected = (url[..url.find(':').expect("a scheme")].to_owned(), HOST.to_owned(), port);
        assert_eq!(*asked.0.lock().expect("nobody has panicked"), [expected], "{url}");
    }
}

/// How a client gets on with a server of this certificate, by both ways.
#[track_caller]
fn is_let_in(tls: &TlsServerConfig, trust: &anyrfc_core::tls::TlsConfig, expected: bool) {
    for way in WAYS {
        let server = way.server(Server::bare(), tls.clone());
        let (kind, _) = way.meets(&server, &way.builder(trust.clone()), async |client| match client {
            Ok(client) => {
                client.quit().await.expect("in order");
                None
            }
            Err(error) => Some(error.kind()),
        });
        assert_eq!(kind, (!expected).then_some(ErrorKind::Tls), "{way:?}");
    }
}

fn certificates_are_validated() {
    let pki = Pki::new();
    let trust = pki.trusting();
    for (names, right) in [
        (&["mail.example"][..], true),
        (&["other.example", "mail.example"], true),
        (&["MAIL.Example"], true),
        (&["*.mail.example"], false),
        (&["example"], false),
        (&["mail.example.org"], false),
        (&["xmail.example"], false),
    ] {
        is_let_in(&pki.server_for(names).server(), &trust, right);
    }
    is_let_in(&pki.expired_server_for(&[HOST]).server(), &trust, false);
    is_let_in(&pki.future_server_for(&[HOST]).server(), &trust, false);
    is_let_in(&Pki::new().server_for(&[HOST]).server(), &trust, false);
    // One that is for clients is for no server.
    let client = pki.client(HOST);
    is_let_in(&TlsServerConfig::new(client.chain_pem(), client.key_pem()), &trust, false);
}

fn both_kinds_of_tls() {
    for way in WAYS {
        let (tls, trust) = Pki::new().pair(&[HOST]);
        let server = way.server(Server::new(Accounts::new().password("ann", "pencil")), tls);
        way.secured(&server, &way.builder(trust), async |mut client| {
            assert!(client.tls_info().is_some());
            let ann = Credentials::password("ann", "pencil".to_owned());
            client.authenticate(&ann).await.expect("logged in");
            client.quit().await.expect("in order");
        });
        let asked = server.commands().iter().any(|line| line == "STARTTLS");
        assert_eq!(asked, way == Way::Upgrade, "{:?}", server.commands());
    }
    // The URL says which, and nothing else is taken for it.
    let (_, trust) = Pki::new().pair(&[HOST]);
    for (way, other) in
        [(Way::Implicit, Security::StartTls(trust.clone())), (Way::Upgrade, Security::Tls(trust))]
    {
        let builder = SmtpClient::builder().security(other);
        let (kind, written) =
            way.meets(&Server::bare(), &builder, async |client| client.expect_err("they disagree").kind());
        assert_eq!((kind, written.len()), (ErrorKind::Usage, 0));
    }
}

/// A server that reads lines within TLS, and answers each by the next of these.
async fn answering(stream: &mut TlsStream<MemoryStream>, answers: &[&str]) {
    stream.write_all(b"220 mail.example\r\n").await.expect("greeting");
    stream.flush().await.expect("greeting");
    for answer in answers {
        while stream.read_u8().await.expect("a command") != b'\n' {}
        stream.write_all(answer.as_bytes()).await.expect("answer");
        stream.flush().await.expect("answer");
    }
}

fn a_close_alert_comes_first() {
    for quits in [true, false] {
        run_virtual(async {
            let (near, far) = pair(64 << 10);
            let (tls, trust) = Pki::new().pair(&[HOST]);
            let builder = Way::Implicit.builder(trust);
            let server = async {
                let (mut stream, _) = tls.accept(far).await.expect("a handshake");
                let answers: &[&str] =
                    if quits { &["250 mail.example\r\n", "221 bye\r\n"] } else { &["250 mail.example\r\n"] };
                answering(&mut stream, answers).await;
                // Without the alert that is an error.
                stream.read(&mut [0; 16]).await.map_err(|error| error.kind())
            };
            let client = async {
                let client = builder.connect_over(Way::Implicit.url(), near).await.expect("let in");
                if quits {
                    client.quit().await.expect("in order");
                } else {
                    // One that is dropped says nothing: the server notices.
                    drop(client);
                }
            };
            let (end, ()) = tokio::join!(server, client);
            let expected = if quits { Ok(0) } else { Err(std::io::ErrorKind::UnexpectedEof) };
            assert_eq!(end, expected, "quits: {quits}");
        });
    }
}

fn the_servers_alert_is_not_waited_for() {
    run_virtual(async {
        let (near, far) = pair(64 << 10);
        let (tls, trust) = Pki::new().pair(&[HOST]);
        let builder = Way::Implicit.builder(trust);
        let server = async {
            let (mut stream, _) = tls.accept(far).await.expect("a handshake");
            answering(&mut stream, &["250 mail.example\r\n", "221 bye\r\n"]).await;
            // It neither answers the alert nor closes.
            tokio::time::sleep(Duration::from_secs(3600)).await;
            drop(stream);
        };
        let client = async {
            let client = builder.connect_over(Way::Implicit.url(), near).await.expect("let in");
            let start = now();
            client.quit().await.expect("in order");
            assert_eq!(now() - start, Duration::ZERO);
        };
        tokio::select! {
            () = server => panic!("the client waits"),
            () = client => {}
        }
    });
}
