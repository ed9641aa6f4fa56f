//! Servers that do what none should, against every mechanism.

use anyrfc_sasl::{
    BindingType, Channel, Credentials, ErrorKind, Exchange, MechanismName, Negotiator, Policy, Service,
    State, Step, codec::base64, rfc4422,
};

const PASSWORD: &str = "correct horse battery";
const TOKEN: &str = "t0ken-of-the-bearer";

/// Every mechanism that needs nothing of the system.
const ALL: [&str; 18] = [
    "EXTERNAL",
    "SCRAM-SHA-512-PLUS",
    "SCRAM-SHA-384-PLUS",
    "SCRAM-SHA-256-PLUS",
    "SCRAM-SHA-1-PLUS",
    "SCRAM-SHA-512",
    "SCRAM-SHA-384",
    "SCRAM-SHA-256",
    "SCRAM-SHA-1",
    "OAUTHBEARER",
    "XOAUTH2",
    "DIGEST-MD5",
    "CRAM-MD5",
    "PLAIN",
    "LOGIN",
    "ANONYMOUS",
    "plain",
    "Scram-Sha-1",
];

fn begin(name: &str) -> Exchange {
    let mut credentials = Credentials::password("user", PASSWORD);
    if name == "ANONYMOUS" {
        credentials = Credentials::default();
    } else {
        credentials.token = Some(TOKEN.into());
        credentials.client_certificate = true;
    }
    let mut channel = Channel::tls();
    if name.ends_with("-PLUS") {
        channel = channel.with_binding(BindingType::TlsExporter, [1; 32]);
    }
    let policy =
        Policy::default().allow(MechanismName::CRAM_MD5).allow(MechanismName::DIGEST_MD5).anonymous("trace");
    let service = Service::new("imap", "mail.example").port(993);
    Negotiator::new(credentials, service, policy, [7; 32]).begin([name], &channel).unwrap()
}

/// What is given as a challenge.
fn challenges() -> Vec<Vec<u8>> {
    let mut challenges: Vec<Vec<u8>> = [
        &b""[..],
        b"\0",
        b"a\0b",
        b"\xff\xfe",
        b"=",
        b",",
        b",,,,",
        b"{",
        b"{}",
        b"[[[[[[[[",
        b"\r\n",
        b"\x01",
        b"r=",
        b"r=,s=,i=",
        b"r=x,s=QQ==,i=0",
        b"r=x,s=QQ==,i=-1",
        b"r=x,s=QQ==,i=99999999999",
        b"v=",
        b"v=QQ==",
        b"e=",
        b"e=other-error",
        b"m=x",
        b"rspauth=",
        b"rspauth=\"",
        b"nonce=\"\\",
        b"<>",
        b"<@>",
        br#"{"status":"invalid_token"}"#,
    ]
    .map(<[u8]>::to_vec)
    .to_vec();
    challenges.push(vec![b'x'; 10 << 20]);
    challenges.push(vec![b','; 60_000]);
    challenges.push(vec![b'['; 60_000]);
    challenges.push([&b"r="[..], &vec![b'x'; 60_000], b",s=QQ==,i=4096"].concat());
    challenges
}

/// Answers, and lets the work be done.
fn answer(exchange: &mut Exchange, challenge: &[u8]) -> Option<Vec<u8>> {
    let mut step = exchange.step(challenge).ok()?;
    while matches!(step, Step::Working) {
        step = exchange.work().ok()?;
    }
    step.into_response().map(|response| response.expose().clone())
}

#[test]
fn every_challenge_at_every_turn_and_then_success() {
    for name in ALL {
        for first in [true, false] {
            for one in challenges() {
                for two in [&b""[..], b"v=QQ==", b"{}", b"\0", &one.clone()] {
                    let mut exchange = begin(name);
                    if first {
                        exchange.first().unwrap();
                    }
                    let mut alive = true;
                    for challenge in [&one, two] {
                        alive = alive && answer(&mut exchange, challenge).is_some();
                    }
                    let believed = exchange.succeed(Some(b"v=QQ==")).is_ok() || {
                        // Once it has failed, nothing helps.
                        assert_eq!(exchange.state(), State::Failed, "{name}");
                        exchange.succeed(None).is_ok()
                            || exchange.step(b"").is_ok()
                            || exchange.work().is_ok()
                    };
                    assert!(!believed, "{name} believed {:?} and {two:?}", one.get(..50).unwrap_or(&one));
                    assert!(alive || exchange.state() == State::Failed);
                }
            }
        }
    }
}

#[test]
fn mutual_mechanisms_never_believe_a_server_that_proved_nothing() {
    for name in ALL.iter().filter(|name| name.starts_with("SCRAM") || **name == "DIGEST-MD5") {
        let valid: Vec<u8> = {
            let mut exchange = begin(name);
            match exchange.first().unwrap() {
                Some(first) => {
                    let text = String::from_utf8(first.expose().clone()).unwrap();
                    format!("r={}server,s=c2FsdA==,i=4096", text.rsplit("r=").next().unwrap()).into_bytes()
                }
                None => b"nonce=abc,algorithm=md5-sess,charset=utf-8".to_vec(),
            }
        };
        let proved = || {
            let mut exchange = begin(name);
            exchange.first().unwrap();
            answer(&mut exchange, &valid).unwrap_or_else(|| panic!("{name}"));
            exchange
        };
        for additional in
            [None, Some(&b""[..]), Some(b"v="), Some(b"v=QQ=="), Some(b"rspauth=0"), Some(&valid)]
        {
            let error = proved().succeed(additional).unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Auth | ErrorKind::Protocol), "{name}: {error}");
            assert!(error.requirement().is_some(), "{name}: {error}");
        }
        // The same challenge once more, instead of the proof.
        assert!(proved().step(&valid).is_err(), "{name}");
    }
}

#[test]
fn ten_mebibytes_are_refused_before_they_are_read() {
    let huge = vec![b'A'; 10 << 20];
    for name in ALL {
        let mut exchange = begin(name);
        assert_eq!(exchange.step(&huge).unwrap_err().kind(), ErrorKind::Limit, "{name}");
        assert_eq!(exchange.state(), State::Failed);
    }
}

#[test]
fn one_step_too_many() {
    // Those of a single message have said all.
    for name in ["EXTERNAL", "PLAIN", "ANONYMOUS"] {
        let mut exchange = begin(name);
        exchange.first().unwrap();
        let error = exchange.step(b"").unwrap_err();
        assert_eq!(error.requirement(), Some(rfc4422::NO_CHALLENGE_AFTER_THE_END), "{name}");
    }
}

#[test]
fn what_is_no_base64_never_gets_as_far() {
    for wrong in ["*", "AAA", "A===", "AA==AA==", " AAAA", "AAAA\r\n", "AA=\0", "\u{e9}AAA", "AB=="] {
        assert!(base64::decode(wrong.as_bytes()).is_err(), "{wrong:?}");
    }
}

#[test]
fn lists_of_mechanisms() {
    let service = || Service::new("imap", "mail.example");
    let negotiator =
        || Negotiator::new(Credentials::password("user", PASSWORD), service(), Policy::default(), [7; 32]);
    let long: Vec<String> = (0..10_000).map(|number| format!("X-{number}")).collect();
    assert_eq!(negotiator().begin(&long, &Channel::tls()).unwrap_err().kind(), ErrorKind::Limit);
    for odd in [
        "PLAIN\0",
        "PL\x07AIN",
        "\x1b[2J",
        "PLAIN LOGIN",
        "PLAIN\r\n",
        "",
        "SCRAM-SHA-256-AND-LONGER",
        "ПЛАЙН",
    ] {
        let error = negotiator().begin([odd], &Channel::tls()).unwrap_err();
        assert!(error.refusals().is_empty() && error.to_string().is_ascii(), "{odd:?}: {error}");
        // The rest of the list is still good.
        let exchange = negotiator().begin([odd, "SCRAM-SHA-256"], &Channel::tls()).unwrap();
        assert_eq!(exchange.name(), MechanismName::SCRAM_SHA_256);
    }
}
