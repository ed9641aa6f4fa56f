//! Cases 3 and 16: logins without TLS, and servers that try to get more out of a login than they may.

use anyrfc_core::testing::{MemoryStream, pair, run_virtual};
use anyrfc_sasl::{MechanismName, Policy, Reason, rfc4422, rfc5802};
use anyrfc_smtp::{Credentials, Error, ErrorKind, Login, Requirement, Security, SmtpClient, rfc4954};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};

const PASSWORD: &str = "pencil-and-paper";
const TOKEN: &str = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg";

fn ann() -> Credentials {
    let mut ann = Credentials::password("ann", PASSWORD.to_owned());
    ann.token = Some(TOKEN.to_owned().into());
    ann
}

/// Everything goes, whoever listens.
fn open() -> Policy {
    let revealing =
        [MechanismName::PLAIN, MechanismName::LOGIN, MechanismName::XOAUTH2, MechanismName::OAUTHBEARER];
    revealing.into_iter().fold(Policy::default(), Policy::danger_reveal_in_plaintext)
}

/// A server that greets, offers these mechanisms and then answers each line by what `answer` makes of it and of those
/// before; what it has heard.
async fn serve(far: MemoryStream, offers: &str, answer: impl Fn(&[String]) -> String) -> Vec<String> {
    let mut far = BufReader::new(far);
    let mut heard = Vec::new();
    far.write_all(b"220 mail.example\r\n").await.unwrap();
    let mut line = String::new();
    while far.read_line(&mut line).await.unwrap_or_default() > 0 {
        let line = std::mem::take(&mut line).trim_end().to_owned();
        let reply = if line.starts_with("EHLO ") {
            format!("250-mail.example\r\n250 AUTH {offers}\r\n")
        } else {
            heard.push(line);
            answer(&heard)
        };
        if far.write_all(reply.as_bytes()).await.is_err() {
            break;
        }
    }
    heard
}

/// Logs in at such a server; what comes of it, and what the server has heard behind EHLO.
fn log_in(
    offers: &str,
    policy: Policy,
    credentials: &Credentials,
    answer: impl Fn(&[String]) -> String,
) -> (Result<Login, Error>, Vec<String>) {
    run_virtual(async {
        let (near, far) = pair(1 << 20);
        let client = async {
            let builder = SmtpClient::builder().security(Security::Plaintext).sasl(policy);
            let mut client = builder.connect_over("smtp://mail.example", near).await.unwrap();
            client.authenticate(credentials).await
        };
        tokio::join!(client, serve(far, offers, answer))
    })
}

fn challenge(text: &str) -> String {
    format!("334 {}\r\n", STANDARD.encode(text))
}

/// The error of anyrfc-sasl behind this one.
fn sasl(error: &Error) -> &anyrfc_sasl::Error {
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        if let Some(found) = error.downcast_ref::<anyrfc_sasl::Error>() {
            return found;
        }
        source = error.source();
    }
    panic!("{error:?} has none of SASL behind it")
}

#[test]
fn case_03_passwords_and_tokens_stay_here_without_tls() {
    for offers in ["PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER", "PLAIN LOGIN XOAUTH2 OAUTHBEARER"] {
        let (outcome, heard) = log_in(offers, Policy::default(), &ann(), |_| "235 welcome\r\n".to_owned());
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{offers}: {error}");
        let refusals = sasl(&error).refusals();
        assert_eq!(refusals.len(), offers.split(' ').count());
        assert!(refusals.iter().all(|refusal| refusal.reason == Reason::Reveals), "{refusals:?}");
        assert_eq!(heard, [""; 0], "{offers}");
    }
    // By the name of the one that may, and no other.
    let policy = Policy::default().danger_reveal_in_plaintext(MechanismName::PLAIN);
    let (outcome, heard) = log_in("LOGIN", policy.clone(), &ann(), |_| "235 welcome\r\n".to_owned());
    assert_eq!((outcome.unwrap_err().kind(), heard.len()), (ErrorKind::Unsupported, 0));
    let (outcome, heard) = log_in("PLAIN LOGIN", policy, &ann(), |_| "235 welcome\r\n".to_owned());
    assert_eq!(outcome.unwrap().mechanism, MechanismName::PLAIN);
    assert_eq!(heard, [format!("AUTH PLAIN {}", STANDARD.encode(format!("\0ann\0{PASSWORD}")))]);
}

/// What comes of it, which statement was broken, and the lines behind the first.
type Expected = (ErrorKind, Option<&'static Requirement>, &'static [&'static str]);

#[track_caller]
fn fails(offers: &str, expected: Expected, answer: impl Fn(&[String]) -> String) {
    let (outcome, heard) = log_in(offers, open(), &ann(), answer);
    let error = outcome.unwrap_err();
    let (kind, requirement, said) = expected;
    assert_eq!((error.kind(), error.requirement()), (kind, requirement), "{offers}: {error}");
    assert_eq!(heard.get(1..).unwrap_or_default(), said, "{offers}: {error}");
}

#[test]
fn case_16_a_flood_of_challenges_is_answered_once() {
    for mechanism in ["PLAIN", "LOGIN", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER"] {
        let (outcome, heard) = log_in(mechanism, open(), &ann(), |_| challenge("").repeat(100));
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{mechanism}: {error}");
        assert!(heard.len() <= 5, "{mechanism}: {heard:?}");
    }
    let cancelled: Expected = (ErrorKind::Protocol, Some(rfc4954::CANCEL_GETS_501), &["*"]);
    fails("PLAIN", cancelled, |_| challenge("more"));
}

#[test]
fn case_16_challenges_that_are_none() {
    let refusal = |heard: &[String], challenge: &str| {
        if heard.len() == 1 { format!("334 {challenge}\r\n") } else { "501 cancelled\r\n".to_owned() }
    };
    let expected: Expected = (ErrorKind::Protocol, Some(rfc4954::CHALLENGE_IS_BASE64_ALONE), &["*"]);
    for text in ["not base64", "VXNlcm5hbWU6=AAA", "VXNlcm5hbWU", " VXNlcm5hbWU6", "VXNl\u{7f}cm5hbWU6"] {
        fails("LOGIN", expected, |heard| refusal(heard, text));
        fails("SCRAM-SHA-256", expected, |heard| refusal(heard, text));
    }
}

/// The nonce of the first message.
fn nonce(heard: &[String]) -> String {
    let first = heard[0].rsplit(' ').next().unwrap();
    let first = String::from_utf8(STANDARD.decode(first).unwrap()).unwrap();
    first.rsplit("r=").next().unwrap().to_owned()
}

/// The first message of a server with this nonce and this number of iterations.
fn server_first(nonce: &str, iterations: &str) -> String {
    challenge(&format!("r={nonce},s=c2FsdHNhbHRzYWx0,i={iterations}"))
}

#[test]
fn case_16_a_scram_server_that_does_not_keep_to_it() {
    const SCRAM: &str = "SCRAM-SHA-256 PLAIN";
    let second = |heard: &[String], first: String| {
        if heard.len() == 1 { first } else { "501 cancelled\r\n".to_owned() }
    };
    let extends: Expected = (ErrorKind::Protocol, Some(rfc5802::SERVER_NONCE_EXTENDS_OURS), &["*"]);
    fails(SCRAM, extends, |heard| second(heard, server_first("another", "4096")));
    // More work than anybody should be given, and less than what protects the password.
    for iterations in ["2147483648", "4294967296", "600001", "1", "0"] {
        let (outcome, heard) = log_in(SCRAM, open(), &ann(), |heard| {
            second(heard, server_first(&format!("{}x", nonce(heard)), iterations))
        });
        let error = outcome.unwrap_err();
        assert!(!matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Refused), "{iterations}: {error}");
        assert_eq!(heard.get(1..), Some(&["*".to_owned()][..]), "{iterations}: {error}");
    }
    // Nothing at all, where something has to come.
    let (outcome, heard) = log_in(SCRAM, open(), &ann(), |heard| second(heard, challenge("")));
    assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Protocol);
    assert_eq!(heard.get(1..), Some(&["*".to_owned()][..]));
}

#[test]
fn case_16_a_scram_server_that_does_not_prove_itself() {
    const SCRAM: &str = "SCRAM-SHA-256 PLAIN";
    let first = |heard: &[String]| server_first(&format!("{}x", nonce(heard)), "4096");
    // Success at once, and without the last message.
    let early: Expected = (ErrorKind::Protocol, Some(rfc4422::NO_SUCCESS_BEFORE_THE_END), &["QUIT"]);
    fails(SCRAM, early, |_| "235 welcome\r\n".to_owned());
    let unproved = |heard: &[String]| match heard.len() {
        1 => first(heard),
        _ => "235 welcome\r\n".to_owned(),
    };
    let (outcome, heard) = log_in(SCRAM, open(), &ann(), unproved);
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
    assert!(error.requirement().is_some(), "{error}");
    assert_eq!((heard.len(), heard.last().map(String::as_str)), (3, Some("QUIT")), "nothing else is tried");
    // With a signature of nobody who knows the password.
    let forged = |heard: &[String]| match heard.len() {
        1 => first(heard),
        2 => challenge("v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        _ => "235 welcome\r\n".to_owned(),
    };
    let (outcome, heard) = log_in(SCRAM, open(), &ann(), forged);
    let error = outcome.unwrap_err();
    assert_eq!(error.requirement(), Some(rfc5802::SERVER_SIGNATURE_MUST_MATCH), "{error}");
    assert_eq!(heard.get(2).map(String::as_str), Some("*"));
    assert!(!heard.iter().any(|line| line.starts_with("AUTH PLAIN")), "{heard:?}");
}

#[test]
fn case_16_no_way_down_to_a_mechanism_that_reveals() {
    for refusal in
        ["535 5.7.8 no", "534 5.7.9 too weak", "504 5.5.4 unknown", "501 5.5.2 no", "500 5.5.6 too long"]
    {
        let (outcome, heard) = log_in(
            "SCRAM-SHA-256 SCRAM-SHA-1 PLAIN LOGIN XOAUTH2",
            open(),
            &{ Credentials::password("ann", PASSWORD.to_owned()) },
            |_| format!("{refusal}\r\n"),
        );
        let error = outcome.unwrap_err();
        assert!(error.reply().is_some(), "{refusal}: {error}");
        assert!(heard.iter().all(|line| line.starts_with("AUTH SCRAM-")), "{refusal}: {heard:?}");
    }
}

#[test]
fn case_16_what_a_server_says_of_a_token_is_told() {
    let status = "{\"status\":\"401\",\"schemes\":\"bearer\",\"scope\":\"mail\"}";
    for (mechanism, answer) in [("XOAUTH2", ""), ("OAUTHBEARER", "AQ==")] {
        let (outcome, heard) = log_in(mechanism, open(), &ann(), |heard| match heard.len() {
            1 => challenge(status),
            _ => "535 5.7.8 the token has expired\r\n".to_owned(),
        });
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Auth, "{mechanism}: {error}");
        assert_eq!(error.reply().map(|reply| reply.code().as_u16()), Some(535));
        assert_eq!(sasl(&error).bearer().map(|told| &*told.status), Some("401"), "{mechanism}: {error}");
        assert_eq!(heard.get(1).map(String::as_str), Some(answer), "{mechanism}");
    }
}
