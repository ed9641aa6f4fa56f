//! Case 20: certificates, and whom they are for.

use anyrfc_core::{
    testing::{Recorder, pair, pki::Pki, run_virtual},
    tls::{TlsConfig, TlsServerConfig},
};
use anyrfc_smtp::{ErrorKind, SmtpClient};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Connects by this URL to a server with this certificate: what comes of it, and the name that the server was asked
/// for, where it was let speak.
fn connect(url: &str, tls: &TlsServerConfig, trust: &TlsConfig) -> (Result<(), ErrorKind>, Option<String>) {
    run_virtual(async {
        let (near, far) = pair(1 << 20);
        let (near, seen) = Recorder::new(near);
        let server = async {
            let (mut stream, info) = tls.accept(far).await.ok()?;
            for (answer, said) in [
                ("220 mail.example\r\n", "EHLO [127.0.0.1]\r\n"),
                ("250 mail.example\r\n", "QUIT\r\n"),
                ("221 bye\r\n", ""),
            ] {
                stream.write_all(answer.as_bytes()).await.ok()?;
                stream.flush().await.ok()?;
                let mut heard = vec![0; said.len()];
                stream.read_exact(&mut heard).await.ok()?;
                assert_eq!(heard, said.as_bytes());
            }
            info.server_name
        };
        let client = async {
            let client = SmtpClient::builder().tls(trust.clone()).connect_over(url, near).await?;
            client.quit().await
        };
        let (asked, outcome) = tokio::join!(server, client);
        assert!(!seen.written().windows(4).any(|four| four == b"EHLO"), "in cleartext");
        (outcome.map_err(|error| error.kind()), asked)
    })
}

const TLS: Result<(), ErrorKind> = Err(ErrorKind::Tls);

#[test]
fn case_20_the_certificate_is_for_the_host_of_the_url() {
    let pki = Pki::new();
    for (url, names, right) in [
        ("smtps://mail.example", &["mail.example"][..], true),
        ("smtps://MAIL.Example", &["mail.example"], true),
        ("smtps://mail.example", &["other.example", "mail.example"], true),
        ("smtps://mail.example.org", &["*.example.org"], true),
        ("smtps://a.mail.example.org", &["*.example.org"], false),
        ("smtps://example.org", &["*.example.org"], false),
        // A whole top-level domain is nobody's.
        ("smtps://mail.example", &["*.example"], false),
        ("smtps://mail.example", &["other.example"], false),
        ("smtps://mail.example", &["mail.example.org"], false),
        ("smtps://mail.example", &["*.mail.example"], false),
        ("smtps://mail.example", &["127.0.0.1"], false),
        // Addresses are names of their own.
        ("smtps://127.0.0.1", &["127.0.0.1"], true),
        ("smtps://[::1]", &["::1"], true),
        ("smtps://127.0.0.1", &["127.0.0.2"], false),
        ("smtps://[::1]", &["127.0.0.1"], false),
        ("smtps://127.0.0.1", &["localhost"], false),
        // Names in other letters are those of the DNS.
        ("smtps://b\u{fc}cher.example", &["b\u{fc}cher.example"], true),
        ("smtps://xn--bcher-kva.example", &["b\u{fc}cher.example"], true),
        ("smtps://b\u{fc}cher.example", &["bucher.example"], false),
    ] {
        let outcome = connect(url, &pki.server_for(names).server(), &pki.trusting()).0;
        assert_eq!(outcome, if right { Ok(()) } else { TLS }, "{url} {names:?}");
    }
}

#[test]
fn case_20_the_name_is_asked_for_and_no_address_is() {
    let pki = Pki::new();
    let names = ["mail.example", "127.0.0.1", "::1", "b\u{fc}cher.example"];
    let tls = pki.server_for(&names).server();
    for (url, expected) in [
        ("smtps://mail.example", Some("mail.example")),
        ("smtps://b\u{fc}cher.example", Some("xn--bcher-kva.example")),
        ("smtps://127.0.0.1", None),
        ("smtps://[::1]", None),
    ] {
        let (outcome, asked) = connect(url, &tls, &pki.trusting());
        assert_eq!((outcome, asked.as_deref()), (Ok(()), expected), "{url}");
    }
}

#[test]
fn case_20_nobody_else_vouches_for_it() {
    let (pki, stranger) = (Pki::new(), Pki::new());
    let url = "smtps://mail.example";
    let names = ["mail.example"];
    let client = pki.client("mail.example");
    for (tls, why) in [
        (stranger.server_for(&names).server(), "of an unknown authority"),
        (pki.expired_server_for(&names).server(), "over"),
        (pki.future_server_for(&names).server(), "not begun"),
        (TlsServerConfig::new(client.chain_pem(), client.key_pem()), "for clients"),
    ] {
        assert_eq!(connect(url, &tls, &pki.trusting()).0, TLS, "{why}");
        // By default as well, and only a dangerous word lets it through.
        assert_eq!(connect(url, &tls, &TlsConfig::default()).0, TLS, "{why}");
        let any = TlsConfig::default().danger_accept_any_certificate();
        assert_eq!(connect(url, &tls, &any).0, Ok(()), "{why}");
    }
    assert_eq!(connect(url, &pki.server_for(&names).server(), &pki.trusting()).0, Ok(()));
}
