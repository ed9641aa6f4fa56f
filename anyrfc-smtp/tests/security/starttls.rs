//! Cases 1 and 2: what an attacker on the way can do before TLS.

use anyrfc_core::{
    testing::{MemoryStream, Recorder, pair, pki::Pki, run_virtual},
    tls::TlsConfig,
};
use anyrfc_sasl::MechanismName;
use anyrfc_smtp::{
    Builder, Credentials, Error, ErrorKind, Security, SmtpClient, rfc3207,
    testing::{Accounts, Answer, Server, When},
};

const HOST: &str = "mail.example";

fn builder(trust: TlsConfig) -> Builder {
    SmtpClient::builder().start_tls(trust)
}

/// Lets a client meet a server; what comes of it, and what it has written, under TLS or not.
fn meet<T>(
    server: &Server,
    builder: &Builder,
    session: impl AsyncFnOnce(Result<SmtpClient, Error>) -> T,
) -> (T, Vec<u8>) {
    run_virtual(async {
        let (near, far): (MemoryStream, MemoryStream) = pair(1 << 20);
        let (near, seen) = Recorder::new(near);
        let client = async { session(builder.connect_over("smtp://mail.example", near).await).await };
        let (outcome, _) = tokio::join!(client, server.serve(far));
        (outcome, seen.written())
    })
}

#[test]
fn case_01_plaintext_behind_the_go_ahead_is_never_read() {
    let (tls, trust) = Pki::new().pair(&[HOST]);
    for injected in [
        "250-mail.example\r\n250 AUTH PLAIN\r\n",
        "235 2.7.0 welcome\r\n",
        "421 go away\r\n",
        "220 twice\r\n",
        "\r\n",
        "x",
        "\u{16}\u{3}\u{3}",
    ] {
        let answer = Answer::raw(format!("220 go ahead\r\n{injected}")).effective();
        let server = Server::full().starttls(tls.clone()).once("STARTTLS", answer);
        let (error, written) = meet(&server, &builder(trust.clone()), async |client| client.unwrap_err());
        assert_eq!(error.kind(), ErrorKind::Protocol, "{injected:?}: {error}");
        assert_eq!(error.requirement(), Some(rfc3207::PLAINTEXT_IS_DISCARDED), "{injected:?}: {error}");
        assert!(!error.to_string().contains("AUTH"), "nothing of it is shown: {error}");
        assert_eq!(written, b"EHLO [127.0.0.1]\r\nSTARTTLS\r\n", "{injected:?}: not even a handshake");
    }
}

#[test]
fn case_01_what_was_said_before_tls_decides_nothing() {
    let (tls, trust) = Pki::new().pair(&[HOST]);
    let server = Server::new(Accounts::new().password("ann", "pencil-and-paper"))
        .starttls(tls)
        .mechanisms(&[MechanismName::SCRAM_SHA_256])
        .greeting(Answer::raw("220 mail.attacker.example\r\n"))
        .offer_also("AUTH PLAIN", When::Cleartext)
        .offer_also("AUTH SCRAM-SHA-256", When::Secured)
        .offer_also("XEVIL", When::Cleartext);
    let ((), written) = meet(&server, &builder(trust), async |client| {
        let mut client = client.unwrap();
        assert!(client.greeting().is_none());
        let known = client.capabilities().unwrap();
        assert_eq!((known.keyword("XEVIL"), known.auth_mechanisms().len()), (None, 1));
        let login = client.authenticate(&Credentials::password("ann", "pencil-and-paper".to_owned())).await;
        assert_eq!(login.unwrap().mechanism, MechanismName::SCRAM_SHA_256);
        client.quit().await.unwrap();
    });
    assert_eq!(server.faults(), []);
    let clear = b"EHLO [127.0.0.1]\r\nSTARTTLS\r\n";
    assert!(written.starts_with(clear));
    assert_eq!(written.get(clear.len()), Some(&0x16), "a handshake, and nothing else");
}

#[test]
fn case_02_a_stripped_starttls_ends_it() {
    let (tls, trust) = Pki::new().pair(&[HOST]);
    let stripped = || Server::full().starttls(tls.clone()).without("STARTTLS");
    let bare = || Server::bare().without_ehlo();
    let expected: &[u8] = b"EHLO [127.0.0.1]\r\nQUIT\r\n";
    for (server, expected) in [
        (stripped(), expected),
        (stripped().offer("STARTTLSX"), expected),
        (stripped().offer("XSTARTTLS STARTTLS"), expected),
        (bare(), b"EHLO [127.0.0.1]\r\nHELO [127.0.0.1]\r\nQUIT\r\n"),
    ] {
        // By default, and where it is said.
        for builder in [SmtpClient::builder(), builder(trust.clone())] {
            let (error, written) = meet(&server, &builder, async |client| client.unwrap_err());
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
            assert_eq!(error.requirement(), Some(rfc3207::TLS_CAN_BE_REQUIRED), "{error}");
            assert_eq!(written, expected, "{}", written.escape_ascii());
        }
    }
}

#[test]
fn case_02_a_refused_or_altered_starttls_ends_it() {
    let (tls, trust) = Pki::new().pair(&[HOST]);
    for (answer, kind) in [
        ("454 4.7.0 TLS is not there at the moment\r\n", ErrorKind::Refused),
        ("501 5.5.4 no parameters\r\n", ErrorKind::Refused),
        ("502 5.5.1 what\r\n", ErrorKind::Unsupported),
        ("421 4.3.2 going down\r\n", ErrorKind::Closed),
        ("250 2.0.0 fine\r\n", ErrorKind::Protocol),
        ("354 go ahead\r\n", ErrorKind::Protocol),
    ] {
        let server = Server::full().starttls(tls.clone()).once("STARTTLS", Answer::raw(answer).ineffective());
        let (error, written) = meet(&server, &builder(trust.clone()), async |client| client.unwrap_err());
        assert_eq!(error.kind(), kind, "{answer:?}: {error}");
        let written = String::from_utf8(written).unwrap();
        let rest = written.strip_prefix("EHLO [127.0.0.1]\r\nSTARTTLS\r\n").expect("no more than that");
        assert!(matches!(rest, "" | "QUIT\r\n"), "{answer:?}: {rest:?}");
    }
    // Cleartext is an order of its own, never what is left over.
    let server = Server::full();
    let plain = SmtpClient::builder().security(Security::Plaintext);
    let ((), written) = meet(&server, &plain, async |client| client.unwrap().quit().await.unwrap());
    assert_eq!(written, b"EHLO [127.0.0.1]\r\nQUIT\r\n");
}
