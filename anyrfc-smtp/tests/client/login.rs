//! Logging in: whom is asked for what, and when it is given up.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use anyrfc_core::{
    testing::{ScriptedPeer, pair, run_virtual},
    transport::Connection,
};
use anyrfc_sasl::{MechanismName, Policy};
use anyrfc_smtp::{
    CredentialReason, Credentials, ErrorKind, Requirement, SmtpClient, rfc4954,
    testing::{Answer, Server},
};

use super::support::{
    PASSWORD, Passwords, SMTP, accounts, assert_faultless, connect, credentials, hello, open, plain, sasl,
    script, serve,
};

/// PLAIN with this password.
fn plain_with(password: &str) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    format!("AUTH PLAIN {}\r\n", STANDARD.encode(format!("\0user\0{password}")))
}

#[test]
fn rejected_credentials_are_asked_for_once_more() {
    script(
        |peer| {
            hello(peer, &["AUTH PLAIN"])
                .expect(plain_with("old"))
                .send("535 5.7.8 no\r\n")
                .expect(plain_with("new"))
                .send("235 2.7.0 welcome\r\n")
        },
        async |stream| {
            let mut client = connect(stream).await.unwrap();
            let source = Passwords::new(&["old", "new"]);
            let login = client.authenticate(&source).await.unwrap();
            assert_eq!(login.mechanism, MechanismName::PLAIN);
            assert_eq!(source.asked(), [CredentialReason::Needed, CredentialReason::Rejected]);
            assert!(client.is_authenticated());
        },
    );
}

#[test]
fn twice_rejected_is_rejected() {
    // Not every server knows 535.
    for refusal in ["535 5.7.8 wrong\r\n", "550 5.7.1 wrong\r\n", "554 5.7.0 wrong\r\n"] {
        script(
            |peer| {
                hello(peer, &["AUTH PLAIN"])
                    .expect(plain_with("old"))
                    .send(refusal)
                    .expect(plain_with("new"))
                    .send(refusal)
                    .expect_end()
            },
            async |stream| {
                let mut client = connect(stream).await.unwrap();
                let source = Passwords::new(&["old", "new", "newer"]);
                let error = client.authenticate(&source).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
                assert!(error.reply().is_some_and(|reply| reply.text().contains("wrong")));
                assert_eq!(source.asked().len(), 2);
                assert!(!client.is_authenticated());
            },
        );
    }
}

#[test]
fn where_there_are_no_others_the_refusal_is_told() {
    let server = Server::new(accounts()).plaintext_passwords().mechanisms(&[MechanismName::PLAIN]);
    serve(&server, async |stream| {
        let mut client = connect(stream).await.unwrap();
        let wrong = Credentials::password("user", "wrong-and-secret".to_owned());
        let error = client.authenticate(&wrong).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Auth);
        assert_eq!(error.reply().map(|reply| reply.code().as_u16()), Some(535));
        assert!(!format!("{error} {error:?}").contains("wrong-and-secret"));
        // The connection can be used, and others may be tried.
        client.authenticate(&credentials()).await.unwrap();
        client.quit().await.unwrap();
    });
    assert_faultless(&server);
}

#[test]
fn what_is_not_about_the_credentials_asks_for_no_others() {
    for (answer, kind, temporary) in [
        ("454 4.7.0 later\r\n", ErrorKind::Refused, true),
        ("432 4.7.12 change it\r\n", ErrorKind::Auth, true),
        ("451 4.3.0 trouble\r\n", ErrorKind::Refused, true),
        ("503 5.5.1 no\r\n", ErrorKind::Refused, false),
    ] {
        script(
            |peer| hello(peer, &["AUTH PLAIN LOGIN"]).expect(plain_with("old")).send(answer).expect_end(),
            async |stream| {
                let mut client = connect(stream).await.unwrap();
                let source = Passwords::new(&["old", "new"]);
                let error = client.authenticate(&source).await.unwrap_err();
                assert_eq!((error.kind(), error.is_temporary()), (kind, temporary), "{answer}: {error}");
                assert_eq!(source.asked(), [CredentialReason::Needed], "{answer}");
            },
        );
    }
}

#[test]
fn a_server_that_leaves_is_not_reached_again() {
    let many = "421 4.7.0 too many failures\r\n";
    for (refusal, asked) in
        [(many.to_owned(), &["old"][..]), (format!("535 5.7.8 no\r\n{many}"), &["old", "new"])]
    {
        let reached = Arc::new(Mutex::new(0));
        run_virtual(async {
            let (near, far) = pair(4096);
            let streams = Mutex::new(vec![near]);
            let count = Arc::clone(&reached);
            let connect = move || {
                *count.lock().unwrap() += 1;
                let stream = streams.lock().unwrap().pop();
                async {
                    stream.map(Connection::from_stream).ok_or_else(|| anyrfc_core::Error::usage("no more"))
                }
            };
            let peer = hello(ScriptedPeer::new(far), &["AUTH PLAIN"])
                .expect(plain_with("old"))
                .send(refusal)
                .close();
            let client = async {
                let mut client = open().connector(Arc::new(connect)).connect(SMTP).await.unwrap();
                let source = Passwords::new(&["old", "new"]);
                let error = client.authenticate(&source).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Closed, "{error}");
                assert!(error.to_string().contains("too many"), "{error}");
                assert_eq!(source.asked().len(), asked.len());
            };
            let (played, ()) = tokio::join!(peer.run(), client);
            played.unwrap();
        });
        assert_eq!(*reached.lock().unwrap(), 1);
    }
}

#[test]
fn a_server_that_hangs_up_on_the_refused_is_reached_again() {
    run_virtual(async {
        let ((near, far), (other, further)) = (pair(4096), pair(4096));
        let streams = Mutex::new(vec![other, near]);
        let connect = move || {
            let stream = streams.lock().unwrap().pop();
            async { stream.map(Connection::from_stream).ok_or_else(|| anyrfc_core::Error::usage("no more")) }
        };
        let first = hello(ScriptedPeer::new(far), &["AUTH PLAIN"])
            .expect(plain_with("old"))
            .send("535 5.7.8 no\r\n")
            .close();
        let second = hello(ScriptedPeer::new(further), &["AUTH PLAIN"])
            .expect(plain_with("new"))
            .send("235 2.7.0 welcome\r\n");
        let client = async {
            let mut client = open().connector(Arc::new(connect)).connect(SMTP).await.unwrap();
            let source = Passwords::new(&["old", "new"]);
            client.authenticate(&source).await.unwrap();
            assert!(client.is_authenticated());
            assert_eq!(source.asked(), [CredentialReason::Needed, CredentialReason::Rejected]);
        };
        let (first, second, ()) = tokio::join!(first.run(), second.run(), client);
        first.unwrap();
        second.unwrap();
    });
}

#[test]
fn a_mechanism_that_is_not_taken_gives_way_to_another_but_to_none_that_reveals() {
    // To CRAM-MD5 after SCRAM, which shows nothing either; PLAIN stays where it is.
    for answer in
        ["534 5.7.9 too weak\r\n", "504 5.5.4 unknown\r\n", "538 5.7.11 encrypt\r\n", "501 5.5.2 no\r\n"]
    {
        script(
            |peer| {
                hello(peer, &["AUTH SCRAM-SHA-256 SCRAM-SHA-1 PLAIN LOGIN"])
                    .expect_prefix("AUTH SCRAM-SHA-256 ", "\r\n")
                    .send(answer)
                    .expect_prefix("AUTH SCRAM-SHA-1 ", "\r\n")
                    .send(answer)
                    .expect_end()
            },
            async |stream| {
                let mut client = connect(stream).await.unwrap();
                let source = Passwords::new(&[PASSWORD, "new"]);
                let error = client.authenticate(&source).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Auth, "{answer}: {error}");
                assert!(error.reply().is_some(), "{error}");
                assert_eq!(source.asked(), [CredentialReason::Needed], "{answer}");
            },
        );
    }
}

#[test]
fn a_wrong_password_is_not_shown_afterwards() {
    // The server waits for PLAIN: it is not to come, whoever is asked for what.
    script(
        |peer| {
            hello(peer, &["AUTH SCRAM-SHA-256 PLAIN"])
                .expect_prefix("AUTH SCRAM-SHA-256 ", "\r\n")
                .send("535 5.7.8 no\r\n")
                .expect_prefix("AUTH SCRAM-SHA-256 ", "\r\n")
                .send("535 5.7.8 no\r\n")
                .expect_end()
        },
        async |stream| {
            let mut client = connect(stream).await.unwrap();
            let source = Passwords::new(&[PASSWORD, "new"]);
            let error = client.authenticate(&source).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
        },
    );
}

#[test]
fn nothing_is_given_away_in_plaintext_unless_allowed() {
    for credentials in [credentials(), Credentials::bearer(super::support::TOKEN.to_owned())] {
        script(
            |peer| hello(peer, &["AUTH PLAIN LOGIN XOAUTH2 OAUTHBEARER"]).expect_end(),
            async |stream| {
                let mut client = plain().connect_over(SMTP, stream).await.unwrap();
                let error = client.authenticate(&credentials).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
                let refusals = sasl(&error).refusals();
                assert_eq!(refusals.len(), 4, "{error}");
            },
        );
    }
}

#[test]
fn a_server_without_auth() {
    for offers in [&[][..], &["PIPELINING"], &["AUTH"]] {
        script(
            |peer| hello(peer, offers).expect_end(),
            async |stream| {
                let mut client = connect(stream).await.unwrap();
                let error = client.authenticate(&credentials()).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
                assert_eq!(error.requirement(), Some(rfc4954::AUTH_NEEDS_THE_KEYWORD));
            },
        );
    }
}

#[test]
fn a_second_login_is_a_misuse() {
    let server = Server::new(accounts()).plaintext_passwords();
    serve(&server, async |stream| {
        let mut client = connect(stream).await.unwrap();
        client.authenticate(&credentials()).await.unwrap();
        let error = client.authenticate(&credentials()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
        assert_eq!(error.requirement(), Some(rfc4954::NO_SECOND_AUTH));
        // It is no harm to the connection, and what the server says then is heard.
        client.hello_again().await.unwrap();
        assert!(client.is_authenticated());
        client.quit().await.unwrap();
    });
    assert_faultless(&server);
}

#[test]
fn a_login_whose_future_was_dropped_is_gone_on_with() {
    let server = Server::new(accounts())
        .plaintext_passwords()
        .mechanisms(&[MechanismName::LOGIN])
        .on_response(|_, _| Answer::as_usual().after(Duration::from_secs(2)));
    serve(&server, async |stream| {
        let mut client = connect(stream).await.unwrap();
        let credentials = credentials();
        let login = client.authenticate(&credentials);
        tokio::time::timeout(Duration::from_secs(1), login).await.unwrap_err();
        let login = client.authenticate(&credentials).await.unwrap();
        assert_eq!(login.mechanism, MechanismName::LOGIN);
        client.quit().await.unwrap();
    });
    assert_eq!(server.commands().iter().filter(|line| line.starts_with("AUTH")).count(), 1);
    assert_faultless(&server);
}

#[test]
fn a_login_whose_future_was_dropped_keeps_nothing_from_others() {
    let server = Server::new(accounts())
        .plaintext_passwords()
        .once("AUTH", Answer::reply(535, "5.7.8 no").after(Duration::from_secs(2)));
    serve(&server, async |stream| {
        let mut client = connect(stream).await.unwrap();
        let credentials = credentials();
        let login = client.authenticate(&credentials);
        tokio::time::timeout(Duration::from_secs(1), login).await.unwrap_err();
        client.noop().await.unwrap();
        assert!(!client.is_authenticated());
        client.authenticate(&credentials).await.unwrap();
        client.quit().await.unwrap();
    });
}

/// What a server does that breaks an exchange, and what comes of it: nothing is asked for again, nothing else is tried.
#[test]
fn a_server_that_breaks_the_exchange_is_given_up() {
    type Expected = (ErrorKind, Option<&'static Requirement>);
    let base64: Expected = (ErrorKind::Protocol, Some(rfc4954::CHALLENGE_IS_BASE64_ALONE));
    let cases: [(&str, &str, Expected, bool); 4] = [
        ("LOGIN", "334 not base64!\r\n", base64, true),
        ("LOGIN", "334 VXNlcm5hbWU6=AAA\r\n", base64, true),
        (
            "SCRAM-SHA-256",
            "235 2.7.0 welcome\r\n",
            (ErrorKind::Protocol, Some(anyrfc_sasl::rfc4422::NO_SUCCESS_BEFORE_THE_END)),
            false,
        ),
        (
            "PLAIN",
            "250 ok\r\n",
            (ErrorKind::Protocol, Some(anyrfc_smtp::rfc5321::REPLY_TABLE_IS_KEPT_TO)),
            false,
        ),
    ];
    for (mechanism, answer, (kind, requirement), cancelled) in cases {
        script(
            |peer| {
                let peer = hello(peer, &[&format!("AUTH {mechanism}")]);
                let peer = peer.expect_prefix(format!("AUTH {mechanism}"), "\r\n").send(answer);
                let peer = if cancelled {
                    peer.expect("*\r\n").send("501 5.0.0 cancelled\r\n")
                } else {
                    peer.expect("QUIT\r\n")
                };
                peer.expect_end()
            },
            async |stream| {
                let mut client = connect(stream).await.unwrap();
                let source = Passwords::new(&[PASSWORD, "new"]);
                let error = client.authenticate(&source).await.unwrap_err();
                assert_eq!((error.kind(), error.requirement()), (kind, requirement), "{answer}: {error}");
                assert_eq!(source.asked(), [CredentialReason::Needed]);
                assert!(client.noop().await.is_err(), "{answer}: it is not talked to any more");
                assert!(!client.is_authenticated());
            },
        );
    }
}

#[test]
fn a_flood_of_challenges_ends() {
    let server = Server::new(accounts())
        .plaintext_passwords()
        .mechanisms(&[MechanismName::PLAIN])
        .once("AUTH", Answer::raw("334 QQ==\r\n"))
        .on_response(|_, _| Answer::raw("334 QQ==\r\n"));
    serve(&server, async |stream| {
        let mut client = connect(stream).await.unwrap();
        let error = client.authenticate(&credentials()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
    });
    assert!(server.commands().len() < 6, "{:?}", server.commands());
}

#[test]
fn a_scram_that_would_take_too_long_is_cancelled() {
    let server =
        Server::new(accounts().iterations(2_000_000_000)).mechanisms(&[MechanismName::SCRAM_SHA_256]);
    serve(&server, async |stream| {
        let mut client = connect(stream).await.unwrap();
        let error = client.authenticate(&credentials()).await.unwrap_err();
        assert_ne!(error.kind(), ErrorKind::Timeout, "{error}");
        assert!(!client.is_authenticated());
    });
    assert_eq!(server.commands().last().map(String::as_str), Some("*"));
}

#[test]
fn what_the_server_says_of_a_token_is_in_the_error() {
    for (mechanism, credentials) in [
        (MechanismName::XOAUTH2, {
            let mut credentials = Credentials::bearer("an-expired-token".to_owned());
            credentials.user = Some("user".to_owned());
            credentials
        }),
        (MechanismName::OAUTHBEARER, Credentials::bearer("an-expired-token".to_owned())),
    ] {
        let server = Server::new(accounts()).plaintext_passwords().mechanisms(&[mechanism]);
        serve(&server, async |stream| {
            let mut client = connect(stream).await.unwrap();
            let error = client.authenticate(&credentials).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
            assert_eq!(error.reply().map(|reply| reply.code().as_u16()), Some(535));
            let told = sasl(&error).bearer().expect("what the server said of it");
            assert!(!told.status.is_empty());
            // Another may be had.
            client.noop().await.unwrap();
            client.quit().await.unwrap();
        });
        assert_faultless(&server);
    }
}

#[test]
fn the_policy_decides() {
    let server = Server::new(accounts()).plaintext_passwords();
    serve(&server, async |stream| {
        let policy = Policy::default().only([MechanismName::SCRAM_SHA_1]);
        let mut client = plain().sasl(policy).connect_over(SMTP, stream).await.unwrap();
        let login = client.authenticate(&credentials()).await.unwrap();
        assert_eq!(login.mechanism, MechanismName::SCRAM_SHA_1);
        assert!(login.mutual);
        client.quit().await.unwrap();
    });
    assert_faultless(&server);
}

#[test]
fn a_source_that_has_nothing_is_the_callers_fault() {
    script(
        |peer| hello(peer, &["AUTH PLAIN"]).expect_end(),
        async |stream| {
            let mut client: SmtpClient = connect(stream).await.unwrap();
            let error = client.authenticate(&Passwords::new(&[])).await.unwrap_err();
            assert_eq!((error.kind(), error.fault()), (ErrorKind::Auth, anyrfc_smtp::Fault::Caller));
        },
    );
}
