//! From a URL to a server that listens.

use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};

use anyrfc_core::{
    testing::{pki::Pki, run, run_virtual},
    tls::TlsConfig,
    transport::{Connect, Connection, Listener, Proxy},
};
use anyrfc_smtp::{
    EhloName, ErrorKind, Extension, ProtocolClient, ProtocolState, Security, SmtpClient, rfc2033, rfc5321,
    testing::{Answer, Ended, Server},
};

use super::support::{HOST, LMTP, SMTP, SMTPS, assert_faultless, connect, hello, plain, script, serve, tls};

#[test]
fn tls_from_the_first_byte() {
    let (there, here) = tls();
    let server = Server::full().implicit_tls(there);
    serve(&server, async |stream| {
        let client = SmtpClient::builder().tls(here).connect_over(SMTPS, stream).await.unwrap();
        assert_eq!(client.state(), ProtocolState::Connected);
        assert!(client.has(Extension::Pipelining) && client.has(Extension::RequireTls));
        assert_eq!(client.greeting().map(|reply| reply.code().as_u16()), Some(220));
        assert!(client.tls_info().is_some());
        client.quit().await.unwrap();
    });
    assert_eq!(server.commands(), ["EHLO [127.0.0.1]", "QUIT"]);
    assert_faultless(&server);
    assert_eq!(server.ended(1), Some(Ended::Quit));
}

#[test]
fn starttls_and_what_was_said_before_is_forgotten() {
    use anyrfc_smtp::testing::When;
    let (there, here) = tls();
    let server = Server::full()
        .starttls(there)
        .offer_also("AUTH PLAIN", When::Cleartext)
        .offer_also("XEVIL", When::Cleartext)
        .offer_also("XGOOD", When::Secured);
    serve(&server, async |stream| {
        let client = SmtpClient::builder().start_tls(here).connect_over(SMTP, stream).await.unwrap();
        let known = client.capabilities().unwrap();
        assert!(known.keyword("XEVIL").is_none() && known.keyword("XGOOD").is_some());
        assert!(known.auth_mechanisms().is_empty() && !client.has(Extension::StartTls));
        assert!(client.greeting().is_none(), "anybody could have said it");
        assert!(client.tls_info().is_some());
        client.close().await.unwrap();
    });
    assert_eq!(server.commands(), ["EHLO [127.0.0.1]", "STARTTLS", "EHLO [127.0.0.1]", "QUIT"]);
    assert_faultless(&server);
}

#[test]
fn plaintext_where_it_is_asked_for() {
    let server = Server::bare();
    serve(&server, async |stream| {
        let client = plain().connect_over(SMTP, stream).await.unwrap();
        assert!(client.tls_info().is_none());
        assert!(client.deviations().is_some_and(|deviations| deviations.is_empty()));
        ProtocolClient::close(client).await.unwrap();
    });
    assert_faultless(&server);
}

#[test]
fn lmtp_says_lhlo() {
    let (there, here) = tls();
    let server = Server::lmtp().starttls(there);
    serve(&server, async |stream| {
        let client = SmtpClient::builder().start_tls(here).connect_over(LMTP, stream).await.unwrap();
        client.quit().await.unwrap();
    });
    assert_eq!(server.commands(), ["LHLO [127.0.0.1]", "STARTTLS", "LHLO [127.0.0.1]", "QUIT"]);
    assert_faultless(&server);
}

#[test]
fn lmtp_by_a_socket() {
    run(async {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lm tp");
        let mut listener = Listener::builder().unix(&path, None).bind().unwrap();
        let server = Server::lmtp();
        let client = async {
            let url = format!("lmtp+unix:{}", path.to_str().unwrap().replace(' ', "%20"));
            let client = SmtpClient::connect(&url).await.unwrap();
            let error = SmtpClient::builder().tls(TlsConfig::default()).connect(&url).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage);
            let proxy = Proxy::socks5(SocketAddr::from((Ipv4Addr::LOCALHOST, 1)));
            let error = SmtpClient::builder().proxy(proxy).connect(&url).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage);
            client.quit().await.unwrap();
        };
        tokio::select! {
            result = server.serve_all(&mut listener) => result.unwrap(),
            () = client => {}
        }
        assert_eq!(server.commands(), ["LHLO [127.0.0.1]", "QUIT"]);
        assert_eq!(server.connections(), 1);
    });
}

#[test]
fn lmtp_on_port_25_is_refused() {
    run_virtual(async {
        let error = plain().connect("lmtp://mail.example.org:25").await.unwrap_err();
        assert_eq!(
            (error.kind(), error.requirement()),
            (ErrorKind::Usage, Some(rfc2033::OTHER_PORT_THAN_SMTP))
        );
    });
}

#[test]
fn the_address_of_the_connection_is_the_name_by_default() {
    run(async {
        for (address, name) in [
            (SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), "[127.0.0.1]"),
            (SocketAddr::from((Ipv6Addr::LOCALHOST, 0)), "[IPv6:::1]"),
        ] {
            let mut listener = Listener::builder().tcp(address).bind().unwrap();
            let server = Server::full();
            let at = SocketAddr::from((address.ip(), listener.port().unwrap()));
            let client = async {
                let client = plain().connect(&format!("smtp://{at}")).await.unwrap();
                let local = client.connection_info().and_then(|info| info.local).unwrap();
                assert_eq!(local.ip(), address.ip());
                client.quit().await.unwrap();
            };
            tokio::select! {
                result = server.serve_all(&mut listener) => result.unwrap(),
                () = client => {}
            }
            assert_eq!(server.commands().first().map(String::as_str), Some(&*format!("EHLO {name}")));
        }
    });
}

#[test]
fn the_name_is_the_one_given() {
    let server = Server::full();
    serve(&server, async |stream| {
        let name = EhloName::domain("laptop.example.org").unwrap();
        plain().name(name).connect_over(SMTP, stream).await.unwrap().quit().await.unwrap();
    });
    assert_eq!(server.commands(), ["EHLO laptop.example.org", "QUIT"]);
}

#[test]
fn helo_is_said_to_a_server_that_knows_nothing_else() {
    let server = Server::bare().without_ehlo();
    serve(&server, async |stream| {
        let client = plain().connect_over(SMTP, stream).await.unwrap();
        assert_eq!(client.capabilities().map(|known| known.keywords().count()), Some(0));
        client.quit().await.unwrap();
    });
    assert_eq!(server.commands(), ["EHLO [127.0.0.1]", "HELO [127.0.0.1]", "QUIT"]);
    assert_faultless(&server);

    let server = Server::bare().without_ehlo();
    serve(&server, async |stream| {
        let error = plain().without_helo().connect_over(SMTP, stream).await.unwrap_err();
        assert!(error.reply().is_some_and(|reply| reply.is_permanent()), "{error}");
    });
    assert_eq!(server.commands(), ["EHLO [127.0.0.1]", "QUIT"]);
}

#[test]
fn helo_is_no_way_around_starttls() {
    let server = Server::bare().without_ehlo();
    serve(&server, async |stream| {
        let error = SmtpClient::builder().connect_over(SMTP, stream).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    });
    assert_eq!(server.commands(), ["EHLO [127.0.0.1]", "HELO [127.0.0.1]", "QUIT"]);
}

#[test]
fn there_is_no_helo_in_lmtp() {
    let server = Server::lmtp().once("LHLO", Answer::reply(500, "what"));
    serve(&server, async |stream| {
        let error = plain().connect_over(LMTP, stream).await.unwrap_err();
        assert_eq!(error.requirement(), Some(rfc2033::LHLO_REPLACES_EHLO), "{error}");
    });
    assert_eq!(server.commands(), ["LHLO [127.0.0.1]", "QUIT"]);
}

#[test]
fn greetings_that_are_none() {
    for (code, kind, temporary, said) in [
        (421, ErrorKind::Closed, true, &[][..]),
        (451, ErrorKind::Refused, true, &["QUIT"]),
        (554, ErrorKind::Refused, false, &["QUIT"]),
        (521, ErrorKind::Refused, false, &["QUIT"]),
    ] {
        let server = Server::full().greeting(Answer::reply(code, "go away"));
        serve(&server, async |stream| {
            let error = connect(stream).await.unwrap_err();
            assert_eq!((error.kind(), error.is_temporary()), (kind, temporary), "{error}");
            assert_eq!(error.reply().map(|reply| reply.code().as_u16()), Some(code));
            assert!(error.to_string().contains("go away"), "{error}");
        });
        assert_eq!(server.commands(), said, "{code}");
    }
    for greeting in ["* OK hello\r\n", "+OK hello\r\n", "HTTP/1.1 400 Bad Request\r\n", "354 go\r\n", "\r\n"]
    {
        let server = Server::full().greeting(Answer::raw(greeting));
        serve(&server, async |stream| {
            let error = connect(stream).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Protocol, "{greeting:?}: {error}");
            assert!(error.requirement().is_some());
        });
        assert!(server.commands().is_empty(), "{greeting:?}");
    }
}

#[test]
fn a_server_that_hangs_up_has_said_nothing() {
    for answer in [Answer::close(), Answer::reset(), Answer::raw("220 mai").then_close()] {
        let server = Server::full().greeting(answer);
        serve(&server, async |stream| {
            let error = connect(stream).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Closed | ErrorKind::Io), "{error}");
            assert!(error.is_temporary());
        });
    }
}

#[test]
fn a_reply_before_the_command_is_not_believed() {
    script(
        |peer| peer.send("220 hi\r\n250 mail.example.org\r\n"),
        async |stream| {
            let error = connect(stream).await.unwrap_err();
            assert_eq!(error.requirement(), Some(rfc5321::EVERY_COMMAND_GETS_ONE_REPLY), "{error}");
        },
    );
}

#[test]
fn who_the_server_is_must_be_shown() {
    let pki = Pki::new();
    let theirs = [pki.server_for(&["other.example.org"]), pki.expired_server_for(&[HOST])];
    for identity in theirs {
        let (at_once, upon) =
            (Server::full().implicit_tls(identity.server()), Server::full().starttls(identity.server()));
        for (server, url) in [(at_once, SMTPS), (upon, SMTP)] {
            let security = |tls| if url == SMTPS { Security::Tls(tls) } else { Security::StartTls(tls) };
            serve(&server, async |stream| {
                let builder = SmtpClient::builder().security(security(pki.trusting()));
                let error = builder.connect_over(url, stream).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
            });
            assert!(!server.commands().contains(&"QUIT".to_owned()), "nothing is said any more");
            // Whoever trusts nobody trusts not this one.
            serve(&server, async |stream| {
                let builder = SmtpClient::builder().security(security(TlsConfig::default()));
                let error = builder.connect_over(url, stream).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
            });
        }
    }
}

#[test]
fn a_url_and_a_security_that_disagree_open_nothing() {
    let opened = Arc::new(Mutex::new(0));
    let count = Arc::clone(&opened);
    let connector: Arc<dyn Connect> = Arc::new(move || {
        *count.lock().unwrap() += 1;
        async { Err::<Connection, _>(anyrfc_core::Error::usage("never")) }
    });
    run_virtual(async {
        for (url, security) in [
            (SMTPS, Security::Plaintext),
            (SMTPS, Security::StartTls(TlsConfig::default())),
            (SMTP, Security::Tls(TlsConfig::default())),
            (LMTP, Security::Tls(TlsConfig::default())),
        ] {
            let builder = SmtpClient::builder().security(security).connector(Arc::clone(&connector));
            let error = builder.connect(url).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{url}: {error}");
        }
    });
    assert_eq!(*opened.lock().unwrap(), 0);
}

#[test]
fn reaching_the_server_has_a_limit_of_its_own() {
    let connector: Arc<dyn Connect> = Arc::new(|| async {
        tokio::time::sleep(Duration::from_secs(3600)).await;
        Err::<Connection, _>(anyrfc_core::Error::usage("never"))
    });
    run_virtual(async {
        let begin = tokio::time::Instant::now();
        let builder = plain().connector(connector);
        let error = builder.connect(SMTP).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
        assert_eq!(begin.elapsed(), Duration::from_secs(30));
        let begin = tokio::time::Instant::now();
        let error = builder.connect_timeout(Duration::from_secs(7)).connect(SMTP).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
        assert_eq!(begin.elapsed(), Duration::from_secs(7));
    });
}

#[test]
fn everything_together_has_a_limit() {
    let server = Server::full()
        .greeting(Answer::as_usual().after(Duration::from_secs(40)))
        .on("EHLO", |_, _| Answer::as_usual().after(Duration::from_secs(40)));
    serve(&server, async |stream| {
        let begin = tokio::time::Instant::now();
        let mut limits = anyrfc_smtp::Limits::default();
        limits.connect_time = Duration::from_secs(60);
        let error = plain().limits(limits).connect_over(SMTP, stream).await.unwrap_err();
        assert_eq!((error.kind(), error.waited_for()), (ErrorKind::Timeout, None), "{error}");
        assert_eq!(begin.elapsed(), Duration::from_secs(60));
    });
}

#[test]
fn what_is_odd_in_the_answer_to_ehlo_is_counted() {
    script(
        |peer| hello(peer, &["pipelining", " 8BITMIME", "AUTH=LOGIN PLAIN", "SIZE 99999999999999999999"]),
        async |stream| {
            let client = connect(stream).await.unwrap();
            assert!(client.has(Extension::Pipelining) && client.has(Extension::EightBitMime));
            assert_eq!(client.capabilities().unwrap().auth_mechanisms().len(), 2);
            assert!(client.deviations().is_some_and(|deviations| !deviations.is_empty()));
        },
    );
}
