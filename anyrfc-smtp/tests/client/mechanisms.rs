//! Every mechanism that there is, over TLS from the first byte, after STARTTLS and in plaintext.

use anyrfc_core::transport::Connection;
use anyrfc_sasl::{BindingType, Channel, KeyCache, MechanismName, Policy, testing::Server as Sasl};
use anyrfc_smtp::{Credentials, Security, SmtpClient, testing::Server};

use super::support::{
    PASSWORD, SMTP, SMTPS, TOKEN, USER, accounts, assert_faultless, connect, credentials, hello, open,
    script, serve, tls,
};

/// What this mechanism takes.
pub(crate) fn credentials_for(mechanism: MechanismName) -> Credentials {
    if [MechanismName::XOAUTH2, MechanismName::OAUTHBEARER].contains(&mechanism) {
        let mut credentials = Credentials::bearer(TOKEN.to_owned());
        credentials.user = Some(USER.to_owned());
        return credentials;
    }
    credentials()
}

#[test]
fn every_mechanism_that_the_kit_knows() {
    let bound = Channel::tls().with_binding(BindingType::TlsExporter, [1; 32]);
    let all = Sasl::mechanisms(&bound);
    assert!(all.len() >= 12, "{all:?}");
    for mechanism in all {
        let (there, here) = tls();
        for (url, security) in [(SMTPS, Security::Tls(here.clone())), (SMTP, Security::StartTls(here))] {
            let server = Server::new(accounts()).mechanisms(&[mechanism, mechanism.without_plus()]);
            let server = if url == SMTPS {
                server.implicit_tls(there.clone())
            } else {
                server.starttls(there.clone())
            };
            serve(&server, async |stream| {
                let policy = Policy::default().only([mechanism]);
                let builder = SmtpClient::builder().security(security).sasl(policy);
                let mut client = builder.connect_over(url, stream).await.unwrap();
                let login = client.authenticate(&credentials_for(mechanism)).await.unwrap_or_else(|error| {
                    panic!("{mechanism}: {error} {:?}", server.transcript());
                });
                assert_eq!(login.mechanism, mechanism);
                assert_eq!(login.mutual, mechanism.as_str().starts_with("SCRAM-"));
                assert!(client.is_authenticated());
                client.noop().await.unwrap();
                client.quit().await.unwrap();
            });
            assert_faultless(&server);
        }
    }
}

#[test]
fn the_strongest_comes_first() {
    let (there, here) = tls();
    let server = Server::new(accounts()).implicit_tls(there);
    serve(&server, async |stream| {
        let cache = KeyCache::new([5; 32]);
        let builder = SmtpClient::builder().tls(here).key_cache(&cache);
        let mut client = builder.connect_over(SMTPS, stream).await.unwrap();
        let login = client.authenticate(&credentials()).await.unwrap();
        assert!(login.mechanism.is_plus(), "{}", login.mechanism);
        assert_eq!(login.pin.mechanism, login.mechanism);
        client.quit().await.unwrap();
    });
    assert_faultless(&server);
}

/// The example of RFC 2195, section 2.
#[test]
fn cram_md5() {
    script(
        |peer| {
            hello(peer, &["AUTH CRAM-MD5"])
                .expect("AUTH CRAM-MD5\r\n")
                .send("334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+\r\n")
                .expect("dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw\r\n")
                .send("235 2.7.0 welcome\r\n")
        },
        async |stream| {
            let policy = Policy::default().only([MechanismName::CRAM_MD5]);
            let mut client = open().sasl(policy).connect_over(SMTP, stream).await.unwrap();
            let tim = Credentials::password("tim", "tanstaaftanstaaf".to_owned());
            assert_eq!(client.authenticate(&tim).await.unwrap().mechanism, MechanismName::CRAM_MD5);
        },
    );
}

/// A server that does not prove that it knows the password has not let us in.
#[test]
fn digest_md5_without_the_servers_proof() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let challenge = STANDARD
        .encode("realm=\"elwood\",nonce=\"OA9BSXrbuRhWay\",qop=\"auth\",algorithm=md5-sess,charset=utf-8");
    script(
        |peer| {
            hello(peer, &["AUTH DIGEST-MD5"])
                .expect("AUTH DIGEST-MD5\r\n")
                .send(format!("334 {challenge}\r\n"))
                .expect_prefix("", "\r\n")
                .send("235 2.7.0 welcome\r\n")
                .expect("QUIT\r\n")
                .expect_end()
        },
        async |stream| {
            let policy = Policy::default().only([MechanismName::DIGEST_MD5]);
            let mut client = open().sasl(policy).connect_over(SMTP, stream).await.unwrap();
            let error = client.authenticate(&credentials()).await.unwrap_err();
            assert!(error.requirement().is_some(), "{error}");
            assert!(!client.is_authenticated() && client.noop().await.is_err());
        },
    );
}

#[test]
fn external_by_the_certificate_of_the_client() {
    let (there, here) = tls();
    // The kit has no EXTERNAL: a script behind TLS has.
    anyrfc_core::testing::run_virtual(async {
        let (near, far) = anyrfc_core::testing::pair(64 << 10);
        let server = async {
            use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
            let mut stream = Connection::from_stream(far).accept_tls(&there).await.unwrap();
            let mut said = Vec::new();
            for answer in ["220 hi\r\n", "250-hi\r\n250 AUTH EXTERNAL PLAIN\r\n", "235 2.7.0 welcome\r\n"] {
                stream.write_all(answer.as_bytes()).await.unwrap();
                stream.flush().await.unwrap();
                if answer.starts_with("235") {
                    break;
                }
                let mut line = [0; 512];
                let count = stream.read(&mut line).await.unwrap();
                said.extend_from_slice(&line[..count]);
            }
            (stream, String::from_utf8(said).unwrap())
        };
        let client = async {
            let mut client = SmtpClient::builder().tls(here).connect_over(SMTPS, near).await.unwrap();
            let mut certificate = Credentials::default();
            certificate.client_certificate = true;
            let login = client.authenticate(&certificate).await.unwrap();
            assert_eq!(login.mechanism, MechanismName::EXTERNAL);
        };
        let ((_stream, said), ()) = tokio::join!(server, client);
        assert_eq!(said, "EHLO [127.0.0.1]\r\nAUTH EXTERNAL =\r\n");
    });
}

#[test]
fn anonymous_where_it_is_asked_for() {
    script(
        |peer| {
            hello(peer, &["AUTH ANONYMOUS"])
                .expect("AUTH ANONYMOUS c2lyaGM=\r\n")
                .send("235 2.7.0 welcome\r\n")
        },
        async |stream| {
            let policy = Policy::default().anonymous("sirhc");
            let mut client = open().sasl(policy).connect_over(SMTP, stream).await.unwrap();
            let login = client.authenticate(&Credentials::default()).await.unwrap();
            assert_eq!(login.mechanism, MechanismName::ANONYMOUS);
        },
    );
}

/// What makes the line too long waits for the server to ask (RFC 4954, section 4).
#[test]
fn a_long_initial_response_waits() {
    let password = "p".repeat(600);
    let accounts = anyrfc_smtp::testing::Accounts::new().password(USER, &password);
    let server = Server::new(accounts).plaintext_passwords().mechanisms(&[MechanismName::PLAIN]);
    serve(&server, async |stream| {
        let mut client = connect(stream).await.unwrap();
        client.authenticate(&Credentials::password(USER, password.clone())).await.unwrap();
        client.quit().await.unwrap();
    });
    assert_eq!(server.commands()[1], "AUTH PLAIN");
    assert_faultless(&server);
    assert!(PASSWORD.len() < 100);
}
