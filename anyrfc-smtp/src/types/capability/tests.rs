use anyrfc_core::{Deviations, testing::random::Random};

use super::*;

fn read(lines: &[&str]) -> (Capabilities, Deviations) {
    let mut deviations = Deviations::default();
    let greeted = std::iter::once("mx.example greets").chain(lines.iter().copied());
    let read = Capabilities::read(greeted.map(str::as_bytes), &mut deviations);
    (read, deviations)
}

fn deviates(lines: &[&str], requirement: &'static anyrfc_core::Requirement) {
    let (_, deviations) = read(lines);
    assert!(deviations.iter().any(|deviation| deviation.requirement == requirement), "{lines:?}");
}

#[test]
fn real_answers() {
    let (postfix, deviations) = read(&[
        "PIPELINING",
        "SIZE 52428800",
        "VRFY",
        "ETRN",
        "STARTTLS",
        "AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256",
        "AUTH=PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256",
        "ENHANCEDSTATUSCODES",
        "8BITMIME",
        "DSN",
        "SMTPUTF8",
        "CHUNKING",
    ]);
    use Extension as E;
    for extension in [
        E::Pipelining,
        E::Size,
        E::Vrfy,
        E::Etrn,
        E::StartTls,
        E::Auth,
        E::EnhancedStatusCodes,
        E::EightBitMime,
        E::Dsn,
        E::SmtpUtf8,
        E::Chunking,
    ] {
        assert!(postfix.has(extension), "{extension:?}");
    }
    assert!(!postfix.has(E::BinaryMime) && !postfix.has(E::Burl));
    let names: Vec<_> = postfix.auth_mechanisms().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256"]);
    assert_eq!(deviations.iter().map(|deviation| deviation.count).sum::<u64>(), 1, "AUTH= alone");
    assert_eq!((postfix.domain(), postfix.greeting()), ("mx.example", "mx.example greets"));
    let (dovecot, _) = read(&["BURL imap imap://imap.example", "SIZE"]);
    assert!(dovecot.burl() && dovecot.burl_trusts("imap://IMAP.example") && !dovecot.burl_trusts("imap://x"));
    assert_eq!(dovecot.size(), Some(SizeLimit::Unknown));
    let (before, _) = read(&["BURL"]);
    assert!(before.has(E::Burl) && !before.burl());
    let (sendmail, _) = read(&["DELIVERBY 60", "MT-PRIORITY MIXER"]);
    assert_eq!((sendmail.deliver_by(), sendmail.mt_priority()), (Some(60), Some("MIXER")));
    let (limits, _) = read(&["LIMITS RCPTMAX=50 mailmax=3 RCPTDOMAINMAX=0 X=1 Y"]);
    let expected = ServerLimits { mail_max: Some(3), rcpt_max: Some(50), rcpt_domain_max: None };
    assert_eq!(limits.limits(), expected);
}

#[test]
fn nothing_is_offered_by_silence() {
    let none = Capabilities::default();
    for extension in Extension::ALL {
        assert!(!none.has(*extension));
        assert_eq!(Extension::from_keyword(&extension.keyword().to_ascii_lowercase()), Some(*extension));
    }
    assert_eq!(
        (none.size(), none.deliver_by(), none.future_release(), none.mt_priority()),
        (None, None, None, None)
    );
    let (greeting, _) = read(&[]);
    assert!(greeting.keywords().next().is_none(), "the first line offers nothing");
    let mut deviations = Deviations::default();
    assert_eq!(Capabilities::read([], &mut deviations), none);
    assert_eq!(Capabilities::read([&b"SIZE 1"[..]], &mut deviations).size(), None);
}

#[test]
fn keywords_in_any_case_and_place() {
    for line in ["8BITMIME", "8bitMime", " 8BITMIME", "8BITMIME  ", "\t8BITMIME\t", "8BITMIME x"] {
        assert!(read(&[line]).0.has(Extension::EightBitMime), "{line:?}");
    }
    for line in ["8BITMIMEX", "X8BITMIME", "8BIT MIME", "", " ", "=8BITMIME", "\u{feff}8BITMIME"] {
        assert!(!read(&[line]).0.has(Extension::EightBitMime), "{line:?}");
    }
    for line in [" 8BITMIME", "8BITMIME ", "", "AUTH=PLAIN", "Ä", "A\0"] {
        deviates(&[line], rfc5321::OPTIONAL_COMMANDS_ARE_LISTED);
    }
    assert!(read(&["8bitmime", "X-FOO bar", "SIZE 0"]).1.is_empty());
}

#[test]
fn lists_of_mechanisms() {
    for lines in [
        &["AUTH LOGIN PLAIN"][..],
        &["AUTH=LOGIN PLAIN"],
        &["AUTH=LOGIN", "auth plain login"],
        &["AUTH =LOGIN PLAIN"],
        &["AUTH AUTH=login  plain "],
        &["AUTH LOGIN", "PIPELINING", "AUTH PLAIN"],
    ] {
        let (server, _) = read(lines);
        assert_eq!(server.auth_mechanisms(), [MechanismName::LOGIN, MechanismName::PLAIN], "{lines:?}");
    }
    let (server, _) = read(&["X-Foo a", "x-foo b", "SIZE 1", "X-FOO=c"]);
    let keywords: Vec<_> = server.keywords().collect();
    assert_eq!(keywords, [("X-Foo", "a b c"), ("SIZE", "1")], "one keyword, however it is written");
    let (server, _) = read(&["AUTH=", "X-EXPS GSSAPI", "AUTH TOO-LONG-TO-BE-A-MECHANISM"]);
    assert!(server.auth_mechanisms().is_empty() && server.has(Extension::Auth));
    assert_eq!(server.keyword("x-exps"), Some("GSSAPI"));
}

#[test]
fn sizes() {
    for (lines, size) in [
        (&["SIZE"][..], SizeLimit::Unknown),
        (&["SIZE 0"], SizeLimit::Unlimited),
        (&["SIZE 000"], SizeLimit::Unlimited),
        (&["SIZE 10"], SizeLimit::Octets(10)),
        (&["SIZE=10"], SizeLimit::Octets(10)),
        (&["SIZE 18446744073709551615"], SizeLimit::Octets(u64::MAX)),
        (&["SIZE 18446744073709551616"], SizeLimit::Octets(u64::MAX)),
        (&["SIZE 99999999999999999999999999"], SizeLimit::Octets(u64::MAX)),
        (&["SIZE 20", "SIZE 10", "SIZE 30"], SizeLimit::Octets(10)),
        (&["SIZE 20", "SIZE 0"], SizeLimit::Octets(20)),
        (&["SIZE 0", "SIZE 20"], SizeLimit::Octets(20)),
        (&["SIZE", "SIZE 20"], SizeLimit::Octets(20)),
    ] {
        assert_eq!(read(lines).0.size(), Some(size), "{lines:?}");
    }
    for line in ["SIZE -1", "SIZE +1", "SIZE 1k", "SIZE 1.5", "SIZE none"] {
        assert_eq!(read(&[line]).0.size(), Some(SizeLimit::Unknown), "{line}");
        deviates(&[line], rfc1870::LIMIT_IS_DECIMAL);
    }
}

#[test]
fn limits_of_other_extensions() {
    let (server, _) = read(&["FUTURERELEASE 604800 2026-12-01T00:00:00Z", "DELIVERBY ,x"]);
    let time_max = "2026-12-01T00:00:00Z".parse().ok();
    assert_eq!(server.future_release(), Some(FutureRelease { interval_max: Some(604_800), time_max }));
    assert_eq!(server.deliver_by(), Some(0));
    assert_eq!(read(&["DELIVERBY 240,x"]).0.deliver_by(), Some(240));
    deviates(&["FUTURERELEASE 604800"], rfc4865::OFFER_NAMES_BOTH_MAXIMA);
    deviates(&["FUTURERELEASE"], rfc4865::OFFER_NAMES_BOTH_MAXIMA);
    deviates(&["8BITMIME", "SMTPUTF8 x"], rfc6531::KEYWORD_HAS_NO_PARAMETERS);
    deviates(&["SMTPUTF8"], rfc6531::OFFER_INCLUDES_8BITMIME);
    assert!(read(&["SMTPUTF8 x"]).0.has(Extension::SmtpUtf8));
}

#[test]
fn an_answer_is_bounded() {
    let many: Vec<String> = (0..10_000).map(|n| format!("X-{n} {}", "y ".repeat(3_000))).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let (server, _) = read(&many);
    assert_eq!(server.keywords().count(), Capabilities::KEYWORDS_MAX);
    assert!(server.keywords().all(|(_, arguments)| arguments.len() <= Capabilities::ARGUMENTS_MAX));
    let again = vec!["AUTH A B C D"; 10_000];
    let (server, _) = read(&again);
    assert_eq!(server.auth_mechanisms().len(), 4);
    assert!(server.keyword("AUTH").unwrap().len() <= Capabilities::ARGUMENTS_MAX);
}

#[test]
fn any_bytes_are_read() {
    const PIECES: [&[u8]; 14] = [
        b"AUTH",
        b"SIZE",
        b"=",
        b" ",
        b"\0",
        b"\xff",
        b"10",
        b"LIMITS",
        b"RCPTMAX=",
        b"\t",
        b",",
        b"PLAIN",
        b"FUTURERELEASE ",
        "ü".as_bytes(),
    ];
    let mut random = Random::new(0xe410);
    for _ in 0..20_000 {
        let lines: Vec<Vec<u8>> = (0..random.below(6))
            .map(|_| (0..random.below(8)).flat_map(|_| PIECES[random.below(PIECES.len())]).copied().collect())
            .collect();
        let mut deviations = Deviations::default();
        let server = Capabilities::read(lines.iter().map(Vec::as_slice), &mut deviations);
        assert!(server.to_string().bytes().all(|byte| byte >= b' '));
    }
}
