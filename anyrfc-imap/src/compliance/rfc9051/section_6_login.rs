//! RFC 9051, sections 3.4 and 6.2: through the client, against a server.

use anyrfc_core::{
    Credentials, ErrorKind, Security,
    compliance::Check,
    testing::{pair, pki::Pki, run_virtual},
};
use anyrfc_sasl::{MechanismName, Policy};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::io::AsyncReadExt as _;

use super::super::support::over_tls;
use crate::{
    ImapClient, rfc9051 as r,
    testing::{Accounts, Dialogue, Server},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9051/section-3.4/the-client-logs-out",
        covers: &[r::CLIENT_DOES_NOT_JUST_CLOSE, r::CLIENT_LOGS_OUT],
        run: the_client_logs_out,
    },
    Check {
        name: "rfc9051/section-6.2.1/plaintext-ahead-of-tls-is-refused",
        covers: &[r::NOTHING_FROM_BEFORE_TLS_IS_USED],
        run: plaintext_ahead_of_tls_is_refused,
    },
    Check {
        name: "rfc9051/section-6.2.2/the-service-is-imap",
        covers: &[r::SASL_SERVICE_IS_IMAP],
        run: the_service_is_imap,
    },
    Check {
        name: "rfc9051/section-6.2.2/stronger-mechanisms-come-first",
        covers: &[r::STRONGER_MECHANISMS_ARE_IMPLEMENTED, r::MECHANISMS_BY_PREFERENCE],
        run: stronger_mechanisms_come_first,
    },
    Check {
        name: "rfc9051/section-6.2.2/another-mechanism-is-tried",
        covers: &[r::ANOTHER_MECHANISM_MAY_BE_TRIED],
        run: another_mechanism_is_tried,
    },
    Check {
        name: "rfc9051/section-6.2.3/login-is-the-last-resort",
        covers: &[r::LOGIN_IS_THE_LAST_RESORT],
        run: login_is_the_last_resort,
    },
];

fn server() -> Server {
    Server::new(Accounts::new().password("alice", "secret"))
}

fn alice() -> Credentials {
    Credentials::password("alice", "secret".to_owned())
}

/// The commands that a server has received, without their tags.
fn heard(server: &Server) -> Vec<String> {
    let commands = server.commands();
    commands.iter().map(|command| command.split_once(' ').expect("a tag").1.to_owned()).collect()
}

fn the_client_logs_out() {
    let server = server();
    over_tls(&server, ImapClient::builder(), async |mut client| {
        client.authenticate(&alice()).await.expect("logged in");
        client.close().await.expect("in order");
    });
    assert_eq!(heard(&server).last().map(String::as_str), Some("LOGOUT"));
    // The connection is closed only after the answer.
    let dialogue = Dialogue::parse(
        "S: * OK [CAPABILITY IMAP4rev2] ready
         C: a LOGOUT
         <wait 2>
         S: * BYE so long
         <wait 2>
         S: a OK bye
         <end>",
    );
    run_virtual(dialogue.play(async |near| {
        let builder = ImapClient::builder().security(Security::Plaintext);
        let client = builder.connect_over("imap://imap.example.org", near).await.expect("greeted");
        client.close().await.expect("in order");
    }));
    // One that is not closed has said nothing, which the server notices.
    run_virtual(async {
        let (near, mut far) = pair(1 << 16);
        tokio::io::AsyncWriteExt::write_all(&mut far, b"* OK [CAPABILITY IMAP4rev2] hi\r\n")
            .await
            .expect("greeting");
        let builder = ImapClient::builder().security(Security::Plaintext);
        drop(builder.connect_over("imap://imap.example.org", near).await.expect("greeted"));
        let mut rest = String::new();
        far.read_to_string(&mut rest).await.expect("the end");
        assert_eq!(rest, "");
    });
}

fn plaintext_ahead_of_tls_is_refused() {
    for (injected, refused) in
        [("* CAPABILITY IMAP4rev2 AUTH=PLAIN\r\n", true), ("x OK done\r\n", true), ("", false)]
    {
        let (tls, trust) = Pki::new().pair(&["imap.example.org"]);
        run_virtual(async {
            let (near, mut far) = pair(1 << 16);
            let builder = ImapClient::builder().start_tls(trust);
            let client = async { builder.connect_over("imap://imap.example.org", near).await.map(drop) };
            let listening = async {
                use tokio::io::AsyncWriteExt as _;
                far.write_all(b"* OK [CAPABILITY IMAP4rev2 STARTTLS] hi\r\n").await.expect("greeting");
                let mut line = Vec::new();
                while !line.ends_with(b"\r\n") {
                    line.push(far.read_u8().await.expect("STARTTLS"));
                }
                let line = String::from_utf8(line).expect("ASCII");
                let tag = line.strip_suffix(" STARTTLS\r\n").expect("STARTTLS");
                // In one piece, so that it is there before the handshake begins.
                far.write_all(format!("{tag} OK begin\r\n{injected}").as_bytes()).await.expect("agreed");
                let _ = tls.accept(far).await;
            };
            let (result, ()) = tokio::join!(client, listening);
            match result {
                Err(error) if refused => {
                    assert_eq!(error.requirement(), Some(r::NOTHING_FROM_BEFORE_TLS_IS_USED), "{error}");
                }
                other => assert!(other.is_ok() && !refused, "{injected:?}: {other:?}"),
            }
        });
    }
}

fn the_service_is_imap() {
    // DIGEST-MD5 says the service's name.
    let challenge = STANDARD.encode("realm=\"r\",nonce=\"n\",qop=\"auth\",algorithm=md5-sess,charset=utf-8");
    let sent = run_virtual(async {
        use tokio::io::AsyncWriteExt as _;
        let (near, mut far) = pair(1 << 16);
        let builder = ImapClient::builder()
            .security(Security::Plaintext)
            .sasl(Policy::default().only([MechanismName::DIGEST_MD5]).allow(MechanismName::DIGEST_MD5));
        let client = async {
            let mut client = builder.connect_over("imap://imap.example.org", near).await.expect("greeted");
            client.authenticate(&alice()).await.map(drop)
        };
        let listening = async {
            far.write_all(b"* OK [CAPABILITY IMAP4rev2 AUTH=DIGEST-MD5] hi\r\n").await.expect("greeting");
            let mut line = Vec::new();
            while !line.ends_with(b"\r\n") {
                line.push(far.read_u8().await.expect("AUTHENTICATE"));
            }
            assert!(line.ends_with(b" AUTHENTICATE DIGEST-MD5\r\n"), "{}", line.escape_ascii());
            far.write_all(format!("+ {challenge}\r\n").as_bytes()).await.expect("challenge");
            let mut line = Vec::new();
            while !line.ends_with(b"\r\n") {
                line.push(far.read_u8().await.expect("a response"));
            }
            drop(far);
            String::from_utf8(STANDARD.decode(line.trim_ascii()).expect("base64")).expect("text")
        };
        let (result, sent) = tokio::join!(client, listening);
        result.expect_err("the server went away");
        sent
    });
    assert!(sent.contains("digest-uri=\"imap/imap.example.org\""), "{sent}");
}

/// By which mechanism the client logs in, and what was heard of that.
fn logs_in(offered: &[MechanismName]) -> (Option<MechanismName>, Vec<String>) {
    let server = server().mechanisms(offered);
    let mut by = None;
    over_tls(&server, ImapClient::builder(), async |mut client| {
        by = client.authenticate(&alice()).await.ok().map(|login| login.mechanism);
        let _ = client.close().await;
    });
    (by, heard(&server))
}

fn stronger_mechanisms_come_first() {
    use MechanismName as M;
    for (offered, chosen) in [
        (&[M::PLAIN, M::LOGIN, M::SCRAM_SHA_1, M::SCRAM_SHA_256][..], M::SCRAM_SHA_256),
        (&[M::LOGIN, M::PLAIN, M::SCRAM_SHA_1], M::SCRAM_SHA_1),
        (&[M::LOGIN, M::PLAIN], M::PLAIN),
        (&[M::LOGIN], M::LOGIN),
    ] {
        let (by, heard) = logs_in(offered);
        assert_eq!(by.as_ref(), Some(&chosen), "{offered:?}");
        let begun = heard.iter().find(|command| command.starts_with("AUTHENTICATE")).expect("AUTHENTICATE");
        assert!(begun.starts_with(&format!("AUTHENTICATE {chosen}")), "{begun}");
        // Nothing of the password goes over the wire where the mechanism needs none.
        if chosen != M::PLAIN && chosen != M::LOGIN {
            assert!(!heard.iter().any(|command| command.contains("secret")), "{heard:?}");
        }
    }
}

/// What a client does whose server speaks like this, in cleartext that is trusted.
fn dialogue(text: &str) -> Result<MechanismName, crate::Error> {
    let policy = Policy::default()
        .danger_reveal_in_plaintext(MechanismName::PLAIN)
        .danger_reveal_in_plaintext(MechanismName::LOGIN);
    let builder = ImapClient::builder().security(Security::Plaintext).sasl(policy);
    run_virtual(Dialogue::parse(text).play(async |near| {
        let mut client = builder.connect_over("imap://imap.example.org", near).await.expect("greeted");
        client.authenticate(&alice()).await.map(|login| login.mechanism)
    }))
}

fn another_mechanism_is_tried() {
    let error = dialogue(
        "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=SCRAM-SHA-256 AUTH=SCRAM-SHA-1 AUTH=PLAIN] ready
         C: a AUTHENTICATE SCRAM-SHA-256 ...
         S: a BAD what is that
         C: b AUTHENTICATE SCRAM-SHA-1 ...
         S: b BAD nor that
         <hold>",
    );
    // PLAIN is not: somebody might have made the others fail.
    assert_eq!(error.expect_err("nothing else is tried").kind(), ErrorKind::Unsupported);
}

fn login_is_the_last_resort() {
    // Where there is a mechanism, LOGIN is not what comes first.
    let (_, commands) = logs_in(&[MechanismName::PLAIN]);
    assert!(commands.iter().any(|command| command.starts_with("AUTHENTICATE PLAIN")), "{commands:?}");
    assert!(!commands.iter().any(|command| command.starts_with("LOGIN")), "{commands:?}");
    // Where there is none, it is.
    let (by, commands) = logs_in(&[]);
    assert_eq!(by, Some(MechanismName::LOGIN));
    assert!(commands.iter().any(|command| command == "LOGIN \"alice\" \"secret\""), "{commands:?}");
    // And never where it is disabled.
    let error =
        dialogue("S: * OK [CAPABILITY IMAP4rev1 LOGINDISABLED] ready\n<hold>").expect_err("there is no way");
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
}
