//! RFC 3501, sections 6.1 and 6.2: STARTTLS, AUTHENTICATE and LOGIN.

use anyrfc_core::{
    ErrorKind, Machine as _, Secret, Security, TlsInfo,
    compliance::Check,
    testing::{MemoryStream, pair, pki::Pki, run_virtual},
};
use anyrfc_sasl::{
    Binding, Credentials, Exchange, External, MechanismName, Nonce, Plain, Policy, Preparation, Scram,
    ScramHash,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::super::{
    rev1::End,
    rev1_client::{PENCIL, connected, open, pencil},
};
use crate::{
    Error, ImapClient,
    codec::command::Noop,
    proto::{Config, Protection, Report, State},
    rfc3501 as r, rfc9051,
    testing::{Accounts, Server},
    types::Capability,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc3501-section-6.1.1/starttls-logindisabled-and-plain",
        covers: &[
            r::STARTTLS_LOGINDISABLED_AND_AUTH_PLAIN,
            r::STARTTLS_LOGINDISABLED_AND_AUTH_PLAIN_ARE_IMPLEMENTED,
        ],
        run: starttls_logindisabled_and_plain,
    },
    Check {
        name: "rfc3501-section-6.2.1/nothing-after-starttls",
        covers: &[r::NOTHING_AFTER_STARTTLS],
        run: nothing_after_starttls,
    },
    Check {
        name: "rfc3501-section-6.2.1/plaintext-ahead-of-tls-is-refused",
        covers: &[r::NOTHING_FROM_BEFORE_TLS_IS_USED],
        run: plaintext_ahead_of_tls_is_refused,
    },
    Check {
        name: "rfc3501-section-6.2.1/capabilities-are-forgotten",
        covers: &[r::CAPABILITIES_ARE_FORGOTTEN_AFTER_STARTTLS],
        run: capabilities_are_forgotten,
    },
    Check {
        name: "rfc3501-section-6.2.1/capabilities-are-asked-again",
        covers: &[r::CAPABILITY_IS_REISSUED_AFTER_STARTTLS],
        run: capabilities_are_asked_again,
    },
    Check {
        name: "rfc3501-section-6.2.2/a-session-without-a-security-layer",
        covers: &[r::SECURITY_LAYER_IS_OPTIONAL],
        run: a_session_without_a_security_layer,
    },
    Check {
        name: "rfc3501-section-6.2.2/responses-are-lines-of-base64",
        covers: &[r::SASL_RESPONSE_IS_ONE_LINE_OF_BASE64],
        run: responses_are_lines_of_base64,
    },
    Check {
        name: "rfc3501-section-6.2.2/the-service-is-imap",
        covers: &[r::SASL_SERVICE_IS_IMAP],
        run: the_service_is_imap,
    },
    Check {
        name: "rfc3501-section-6.2.2/an-asterisk-cancels",
        covers: &[r::ASTERISK_CANCELS_AUTHENTICATION],
        run: an_asterisk_cancels,
    },
    Check {
        name: "rfc3501-section-6.2.2/authenticate-logs-in",
        covers: &[r::AUTHENTICATE_IS_IMPLEMENTED],
        run: authenticate_logs_in,
    },
    Check {
        name: "rfc3501-section-6.2.2/stronger-mechanisms-come-first",
        covers: &[r::STRONGER_MECHANISMS_ARE_IMPLEMENTED, r::MECHANISMS_BY_PREFERENCE],
        run: stronger_mechanisms_come_first,
    },
    Check {
        name: "rfc3501-section-6.2.2/another-mechanism-is-tried",
        covers: &[r::ANOTHER_MECHANISM_MAY_BE_TRIED],
        run: another_mechanism_is_tried,
    },
    Check {
        name: "rfc3501-section-6.2.2/login-comes-last",
        covers: &[r::LOGIN_IS_THE_LAST_RESORT],
        run: login_comes_last,
    },
    Check {
        name: "rfc3501-section-6.2.3/no-login-under-logindisabled",
        covers: &[r::NO_LOGIN_UNDER_LOGINDISABLED, r::LOGINDISABLED_FORBIDS_LOGIN],
        run: no_login_under_logindisabled,
    },
];

fn plain() -> Exchange {
    Exchange::new(Plain::new(&pencil(), Preparation::Saslprep).expect("it can be sent"))
}

/// Before STARTTLS, with a server that offers these.
fn cleartext(capabilities: &str) -> End {
    let config = Config { protection: Protection::StartTls, ..Config::default() };
    let mut end = End::silent(config, capabilities);
    end.says(&format!("* OK [CAPABILITY IMAP4rev1 {capabilities}] ready"));
    end
}

/// STARTTLS was agreed to.
fn upgrading(capabilities: &str) -> End {
    let mut end = cleartext(capabilities);
    assert_eq!(end.hears_one().text(), "STARTTLS");
    end.says("OK begin");
    assert!(end.events.iter().any(|event| matches!(event, Report::Upgrade)), "{:?}", end.events);
    end.events.clear();
    end
}

fn starttls_logindisabled_and_plain() {
    // STARTTLS is the first thing said, LOGIN is not said under LOGINDISABLED, PLAIN logs in.
    let mut end = upgrading("STARTTLS LOGINDISABLED");
    end.connection.handle_secured(&TlsInfo::default());
    assert!(end.connection.is_confidential());
    let login = end.connection.authenticate(plain()).expect("not known to be refused");
    assert_eq!(end.hears_one().text(), "CAPABILITY");
    end.says("* CAPABILITY IMAP4rev1 AUTH=PLAIN LOGINDISABLED\nOK done");
    let begun = String::from_utf8(end.written()).expect("ASCII");
    assert!(begun.ends_with(" AUTHENTICATE PLAIN\r\n"), "{begun:?}");
    end.says("+ ");
    assert_eq!(end.written(), format!("{PENCIL}\r\n").as_bytes());
    let tag = begun.split(' ').next().expect("a tag");
    end.says_octets(format!("{tag} OK [CAPABILITY IMAP4rev1] in\r\n").as_bytes());
    end.answer(login).expect("logged in");
    assert_eq!(end.connection.phase(), State::Authenticated);
    let mut end = End::greeted_privately("LOGINDISABLED");
    let refused = end.connection.login("user", &Secret::new("pencil".to_owned())).expect_err("disabled");
    assert_eq!(refused.kind(), ErrorKind::Unsupported);
    end.is_idle_and_well();
    // Where there is no STARTTLS nothing else is said either.
    let config = Config { protection: Protection::StartTls, ..Config::default() };
    let mut end = End::silent(config, "AUTH=PLAIN");
    assert!(end.breaks("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready"));
    assert!(end.written().is_empty());
}

fn nothing_after_starttls() {
    let mut end = cleartext("STARTTLS AUTH=PLAIN");
    let noop = end.submits(Noop);
    let _login = end.connection.authenticate(plain()).expect("it waits");
    assert_eq!(end.hears_one().text(), "STARTTLS");
    end.says("* OK a moment");
    assert_eq!(end.written(), b"");
    end.says("OK begin");
    assert_eq!(end.written(), b"", "the handshake comes first");
    end.events.clear();
    end.connection.handle_secured(&TlsInfo::default());
    assert_eq!(end.hears_one().text(), "CAPABILITY");
    end.says("* CAPABILITY IMAP4rev1 AUTH=PLAIN\nOK done");
    let texts: Vec<String> =
        String::from_utf8(end.written()).expect("ASCII").lines().map(str::to_owned).collect();
    assert!(texts[0].ends_with(" NOOP"), "{texts:?}");
    drop(noop);
}

const HOST: &str = "imap.example.org";

async fn line(far: &mut MemoryStream) -> String {
    let mut line = Vec::new();
    while !line.ends_with(b"\r\n") {
        line.push(far.read_u8().await.expect("a line"));
    }
    String::from_utf8(line).expect("ASCII")
}

fn plaintext_ahead_of_tls_is_refused() {
    for (injected, refused) in [
        ("* CAPABILITY IMAP4rev1 AUTH=PLAIN LOGINDISABLED\r\n", true),
        ("* PREAUTH in\r\n", true),
        ("\r\n", true),
        ("", false),
    ] {
        let (tls, trust) = Pki::new().pair(&[HOST]);
        let result = run_virtual(async {
            let (near, mut far) = pair(1 << 16);
            let builder = ImapClient::builder().start_tls(trust);
            let client = async { builder.connect_over(&format!("imap://{HOST}"), near).await.map(drop) };
            let listening = async {
                far.write_all(b"* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n").await.expect("greeting");
                let asked = line(&mut far).await;
                let tag = asked.strip_suffix(" STARTTLS\r\n").expect("STARTTLS");
                far.write_all(format!("{tag} OK begin\r\n{injected}").as_bytes()).await.expect("agreed");
                let _ = tls.accept(far).await;
            };
            tokio::join!(client, listening).0
        });
        match result {
            // RFC 9051 has the same rule.
            Err(error) => assert!(
                refused && error.requirement() == Some(rfc9051::NOTHING_FROM_BEFORE_TLS_IS_USED),
                "{error}"
            ),
            Ok(()) => assert!(!refused, "{injected:?}"),
        }
    }
}

fn capabilities_are_forgotten() {
    let mut end = upgrading("STARTTLS SASL-IR AUTH=EVIL IDLE LITERAL+");
    assert!(end.connection.capabilities().is_some());
    end.connection.handle_secured(&TlsInfo::default());
    assert_eq!(end.connection.capabilities(), None, "somebody in between may have said so");
    // What the server says then holds, and nothing else.
    let login = end.connection.authenticate(plain()).expect("not known to be refused");
    assert_eq!(end.hears_one().text(), "CAPABILITY");
    end.says("* CAPABILITY IMAP4rev1 AUTH=PLAIN\nOK done");
    let all = end.connection.capabilities().expect("told");
    assert!(
        all.has(&Capability::auth("PLAIN"))
            && !all.has(&Capability::SaslIr)
            && !all.has(&Capability::auth("EVIL"))
    );
    assert!(end.written().ends_with(b" AUTHENTICATE PLAIN\r\n"), "without an initial response");
    drop(login);
}

fn capabilities_are_asked_again() {
    let mut end = upgrading("STARTTLS AUTH=PLAIN");
    end.connection.handle_secured(&TlsInfo::default());
    let _login = end.connection.authenticate(plain()).expect("not known to be refused");
    assert_eq!(end.hears_one().text(), "CAPABILITY", "before anything that depends on them");
    // Under TLS from the beginning they are as good as new.
    let mut end = End::greeted_privately("AUTH=PLAIN SASL-IR");
    let _login = end.connection.authenticate(plain()).expect("offered");
    assert!(end.written().ends_with(format!(" AUTHENTICATE PLAIN {PENCIL}\r\n").as_bytes()));
}

fn a_session_without_a_security_layer() {
    let mut end = End::greeted_privately("AUTH=PLAIN");
    let login = end.connection.authenticate(plain()).expect("offered");
    let tag = String::from_utf8(end.written()).expect("ASCII").split(' ').next().expect("a tag").to_owned();
    end.says("+ ");
    end.written();
    end.says_octets(format!("{tag} OK [CAPABILITY IMAP4rev1] in\r\n").as_bytes());
    end.answer(login).expect("logged in");
    assert!(end.events.iter().all(|event| !matches!(event, Report::Layer)), "no layer was negotiated");
    assert!(end.connection.take_login().expect("ended").expect("well").layer.is_none());
    // The next octets are IMAP as it stands.
    assert_eq!(end.asks(Noop, "OK done").0, "NOOP");
}

/// Begins a login and gives what is written in answer to each challenge.
fn answers(mechanism: &str, exchange: Exchange, challenges: &[&str]) -> Vec<String> {
    let mut end = End::greeted_privately(&format!("AUTH={mechanism}"));
    let _login = end.connection.authenticate(exchange).expect("offered");
    end.written();
    let mut all = Vec::new();
    for challenge in challenges {
        end.says(&format!("+ {challenge}"));
        while end.connection.wants_write() || end.works() {
            all.push(String::from_utf8(end.written()).expect("ASCII"));
        }
    }
    all
}

fn scram() -> Exchange {
    let nonce = Nonce::from_text("fyko+d2lbbFgONRv9qkxdawL").expect("a nonce");
    let scram = Scram::new(ScramHash::Sha1, &pencil(), Preparation::Saslprep, Binding::Unsupported, nonce);
    Exchange::new(scram.expect("it can be sent"))
}

fn responses_are_lines_of_base64() {
    assert_eq!(answers("PLAIN", plain(), &[""]).concat(), format!("{PENCIL}\r\n"));
    // RFC 5802, section 5; the server's first message asks for the 4096 iterations of there.
    let first = STANDARD.encode("r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096");
    let sent = answers("SCRAM-SHA-1", scram(), &["", &first]).concat();
    let lines: Vec<&str> = sent.split_terminator("\r\n").collect();
    let decoded: Vec<Vec<u8>> = lines.iter().map(|line| STANDARD.decode(line).expect("base64")).collect();
    assert_eq!(decoded[0], b"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
    assert_eq!(
        decoded[1],
        b"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="
    );
    // An empty response is an empty line, a long one is still one line.
    let external = Exchange::new(External::new(&pencil()).expect("it can be sent"));
    assert_eq!(answers("EXTERNAL", external, &[""]).concat(), "\r\n");
    let long = Credentials::password("user", "p".repeat(9000));
    let long = Exchange::new(Plain::new(&long, Preparation::Saslprep).expect("it can be sent"));
    let sent = answers("PLAIN", long, &[""]).concat();
    assert_eq!((sent.matches("\r\n").count(), sent.len()), (1, 12010));
}

fn the_service_is_imap() {
    let challenge = STANDARD.encode("realm=\"r\",nonce=\"n\",qop=\"auth\",algorithm=md5-sess,charset=utf-8");
    let sent = run_virtual(async {
        let (near, mut far) = pair(1 << 16);
        let policy = Policy::default().only([MechanismName::DIGEST_MD5]).allow(MechanismName::DIGEST_MD5);
        let builder = ImapClient::builder().security(Security::Plaintext).sasl(policy);
        let client = async {
            let mut client = builder.connect_over(&format!("imap://{HOST}"), near).await.expect("greeted");
            client.authenticate(&pencil()).await.map(drop)
        };
        let listening = async {
            far.write_all(b"* OK [CAPABILITY IMAP4rev1 AUTH=DIGEST-MD5] hi\r\n").await.expect("greeting");
            assert!(line(&mut far).await.ends_with(" AUTHENTICATE DIGEST-MD5\r\n"));
            far.write_all(format!("+ {challenge}\r\n").as_bytes()).await.expect("challenged");
            let response = line(&mut far).await;
            drop(far);
            String::from_utf8(STANDARD.decode(response.trim_end()).expect("base64")).expect("text")
        };
        let (result, sent) = tokio::join!(client, listening);
        assert!(result.is_err(), "the server went away");
        sent
    });
    assert!(sent.contains(&format!("digest-uri=\"imap/{HOST}\"")), "{sent}");
}

fn an_asterisk_cancels() {
    // What the server says cannot be the next step.
    for challenge in ["!not base64!", "AAAA"] {
        let mut end = End::greeted_privately("AUTH=SCRAM-SHA-1");
        let login = end.connection.authenticate(scram()).expect("offered");
        let begun = String::from_utf8(end.written()).expect("ASCII");
        end.says("+ ");
        end.written();
        end.says(&format!("+ {challenge}"));
        while end.works() {}
        assert_eq!(end.written(), b"*\r\n", "{challenge}");
        assert!(!end.is_done(&login), "the server's answer is awaited");
        end.says_octets(format!("{} BAD cancelled\r\n", begun.split(' ').next().expect("a tag")).as_bytes());
        assert!(end.answer(login).is_err());
        assert_eq!(end.connection.phase(), State::NotAuthenticated);
        end.is_idle_and_well();
    }
    // A server that answers OK all the same has let nobody in.
    let mut end = End::greeted_privately("AUTH=SCRAM-SHA-1");
    let _login = end.connection.authenticate(scram()).expect("offered");
    let begun = String::from_utf8(end.written()).expect("ASCII");
    end.says("+ ");
    end.written();
    end.says("+ AAAA");
    end.written();
    assert!(end.breaks(&format!("{} OK in", begun.split(' ').next().expect("a tag"))));
}

fn authenticate_logs_in() {
    let mut end = End::greeted_privately("AUTH=PLAIN");
    let login = end.connection.authenticate(plain()).expect("offered");
    let begun = String::from_utf8(end.written()).expect("ASCII");
    let (tag, rest) = begun.split_once(' ').expect("a tag");
    assert_eq!(rest, "AUTHENTICATE PLAIN\r\n");
    end.says("+ ");
    assert_eq!(end.written(), format!("{PENCIL}\r\n").as_bytes());
    end.says_octets(format!("{tag} OK in\r\n").as_bytes());
    end.answer(login).expect("logged in");
    assert_eq!(end.connection.phase(), State::Authenticated);
    // Refused, nobody is logged in.
    let mut end = End::greeted_privately("AUTH=PLAIN SASL-IR");
    let login = end.connection.authenticate(plain()).expect("offered");
    let begun = String::from_utf8(end.written()).expect("ASCII");
    end.says_octets(format!("{} NO wrong\r\n", begun.split(' ').next().expect("a tag")).as_bytes());
    assert_eq!(end.answer(login).expect_err("wrong").kind(), ErrorKind::Auth);
    assert_eq!(end.connection.phase(), State::NotAuthenticated);
    // What is not offered is not tried.
    let mut end = End::greeted_privately("AUTH=EXTERNAL");
    assert_eq!(end.connection.authenticate(plain()).expect_err("not offered").kind(), ErrorKind::Unsupported);
    end.is_idle_and_well();
}

/// By which mechanism the client logs in at a rev1 server that offers these.
fn logs_in(offered: &[MechanismName]) -> (Option<MechanismName>, Vec<String>) {
    let accounts = Accounts::new().password("user", "pencil");
    let server = Server::new(accounts).only_rev1(&[]).mechanisms(offered);
    let (tls, trust) = Pki::new().pair(&[HOST]);
    let by = run_virtual(async {
        let (near, far) = pair(1 << 16);
        let client = async {
            let builder = ImapClient::builder().tls(trust);
            let mut client = builder.connect_over(&format!("imaps://{HOST}"), near).await.expect("greeted");
            let by = client.authenticate(&pencil()).await.ok().map(|login| login.mechanism);
            drop(client.close().await);
            by
        };
        tokio::join!(client, server.serve_tls(far, &tls)).0
    });
    let heard = server.commands();
    (by, heard.iter().map(|command| command.split_once(' ').expect("a tag").1.to_owned()).collect())
}

fn stronger_mechanisms_come_first() {
    use MechanismName as M;
    for (offered, chosen) in [
        (&[M::PLAIN, M::LOGIN, M::SCRAM_SHA_1, M::SCRAM_SHA_256][..], M::SCRAM_SHA_256),
        (&[M::LOGIN, M::PLAIN, M::SCRAM_SHA_1], M::SCRAM_SHA_1),
        (&[M::LOGIN, M::PLAIN], M::PLAIN),
    ] {
        let (by, heard) = logs_in(offered);
        assert_eq!(by.as_ref(), Some(&chosen), "{offered:?}");
        if chosen != M::PLAIN {
            let password = STANDARD.encode("pencil");
            assert!(
                !heard
                    .iter()
                    .any(|line| line.contains("pencil") || line.contains(password.trim_end_matches('=')))
            );
        }
    }
}

const GREETING: &str = "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=LOGIN] ready\n";

/// What comes of a login at a server that speaks so.
fn login(dialogue: &str) -> Result<MechanismName, Error> {
    connected(&open(), dialogue, async |client| {
        client.expect("connected").authenticate(&pencil()).await.map(|login| login.mechanism)
    })
}

fn another_mechanism_is_tried() {
    // NO to a mechanism that is not understood after all is not about the credentials.
    let dialogue = "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=SCRAM-SHA-256 AUTH=SCRAM-SHA-1] ready\n\
         C: a AUTHENTICATE SCRAM-SHA-256 ...\nS: a BAD unknown\nC: b AUTHENTICATE SCRAM-SHA-1 ...\n\
         S: b NO [AUTHENTICATIONFAILED] wrong\n<end>";
    assert_eq!(login(dialogue).expect_err("refused").kind(), ErrorKind::Auth);
    // One that is understood is not followed by another.
    let dialogue =
        format!("{GREETING}C: a AUTHENTICATE PLAIN {PENCIL}\nS: a OK [CAPABILITY IMAP4rev1] in\n<end>");
    assert_eq!(login(&dialogue).expect("logged in"), MechanismName::PLAIN);
}

fn login_comes_last() {
    // Where no mechanism is offered, LOGIN is what there is.
    let dialogue = "S: * OK [CAPABILITY IMAP4rev1] ready\nC: a LOGIN \"user\" \"pencil\"\nS: a OK [CAPABILITY IMAP4rev1] in\n<end>";
    assert_eq!(login(dialogue).expect("logged in"), MechanismName::LOGIN);
    // Where one is, it comes first, and LOGIN not at all once that was refused.
    let dialogue = format!(
        "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\nC: a AUTHENTICATE PLAIN {PENCIL}\n\
         S: a OK [CAPABILITY IMAP4rev1] in\n<end>"
    );
    assert_eq!(login(&dialogue).expect("logged in"), MechanismName::PLAIN);
    let (by, heard) = logs_in(&[MechanismName::SCRAM_SHA_256]);
    assert_eq!(by, Some(MechanismName::SCRAM_SHA_256));
    assert!(!heard.iter().any(|line| line.starts_with("LOGIN")), "{heard:?}");
    // A policy without it does without it.
    let policy = Policy::default().only([MechanismName::PLAIN]);
    let builder = ImapClient::builder().security(Security::Plaintext).sasl(policy);
    connected(&builder, "S: * OK [CAPABILITY IMAP4rev1] ready\n<end>", async |client| {
        let error = client.expect("connected").authenticate(&pencil()).await.expect_err("no way");
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    });
}

fn no_login_under_logindisabled() {
    for (capabilities, allowed) in
        [("LOGINDISABLED", false), ("logindisabled AUTH=EXTERNAL", false), ("", true)]
    {
        let mut end = End::greeted_privately(capabilities);
        let login = end.connection.login("user", &Secret::new("pencil".to_owned()));
        match login {
            Ok(_ticket) => assert!(allowed && end.hears_one().text() == "LOGIN \"user\" \"pencil\""),
            Err(error) => {
                assert!(!allowed && error.kind() == ErrorKind::Unsupported, "{error}");
                assert_eq!(error.requirement(), Some(rfc9051::NO_LOGIN_UNDER_LOGINDISABLED));
                end.is_idle_and_well();
            }
        }
    }
    let dialogue = "S: * OK [CAPABILITY IMAP4rev1 LOGINDISABLED] ready\n<end>";
    assert_eq!(login(dialogue).expect_err("no way").kind(), ErrorKind::Unsupported);
    // It may be said only when asked.
    let dialogue =
        "S: * OK ready\nC: a CAPABILITY\nS: * CAPABILITY IMAP4rev1 LOGINDISABLED\nS: a OK done\n<end>";
    assert_eq!(login(dialogue).expect_err("no way").kind(), ErrorKind::Unsupported);
}
