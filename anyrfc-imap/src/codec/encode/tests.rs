//! The forms of strings, and which literals wait.

mod forms;

use anyrfc_core::Secret;
use bytes::Bytes;

use super::{Dialect, Encoded, Encoder, NonSync, Segment};
use crate::{
    Error, ErrorKind,
    codec::command::{Authenticate, Collected, Command, Login, Needs, Phase},
    rfc7888, rfc9051,
    types::{Capabilities, Capability, Flag, Names},
};

/// A server that says this, `+` before what was enabled.
pub(crate) fn dialect(words: &str) -> Dialect {
    let (enabled, says): (Vec<_>, Vec<_>) = words.split_whitespace().partition(|word| word.starts_with('+'));
    let enabled: Capabilities = enabled.iter().map(|word| word.trim_start_matches('+')).collect();
    Dialect::new(says.into_iter().collect(), &enabled)
}

/// A command of any form.
struct Any<F>(F, bool);

impl<F: Fn(&mut Encoder<'_>) -> Result<(), Error>> Command for Any<F> {
    type Answer = ();

    fn needs(&self) -> Needs {
        let needs = Needs::phase(Phase::Any);
        if self.1 { needs } else { needs.not_understood() }
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        (self.0)(encoder)
    }

    fn answer(_: Collected) -> Result<(), Error> {
        Ok(())
    }
}

fn encode(
    dialect: &Dialect,
    write: impl Fn(&mut Encoder<'_>) -> Result<(), Error>,
) -> Result<Encoded, Error> {
    Encoder::command(&Any(write, true), dialect)
}

/// The wire, `|` where it waits and `#` for each octet that is streamed.
pub(crate) fn wire(encoded: &Encoded) -> String {
    let mut wire = String::new();
    for segment in encoded.segments() {
        match segment {
            Segment::Wait => wire.push('|'),
            Segment::Stream(octets) => wire.push_str(&"#".repeat(usize::try_from(*octets).unwrap())),
            other => wire.push_str(&String::from_utf8_lossy(other.bytes().unwrap())),
        }
    }
    wire
}

fn astring(dialect: &Dialect, value: &[u8]) -> String {
    wire(&encode(dialect, |encoder| encoder.astring(value).map(|_| ())).unwrap())
}

#[test]
fn section_4_strings_have_the_form_that_they_need() {
    let rev1 = dialect("IMAP4rev1");
    for (value, form) in [
        (&b"INBOX"[..], "INBOX\r\n"),
        (b"a.b-c_d/e&f+g,h=i@j:k#l$", "a.b-c_d/e&f+g,h=i@j:k#l$\r\n"),
        (b"", "\"\"\r\n"),
        (b"NIL", "\"NIL\"\r\n"),
        (b"nIl", "\"nIl\"\r\n"),
        (b"NILS", "NILS\r\n"),
        (b"two words", "\"two words\"\r\n"),
        (b"a\"b\\c", "\"a\\\"b\\\\c\"\r\n"),
        (b"(", "\"(\"\r\n"),
        (b"{5}", "\"{5}\"\r\n"),
        (b"~x", "\"~x\"\r\n"),
        (b"\x01\x7f\t", "\"\x01\x7f\t\"\r\n"),
        (b"a\rb", "{3}\r\n|a\rb\r\n"),
        (b"a\r\nT2 NOOP", "{10}\r\n|a\r\nT2 NOOP\r\n"),
        ("é".as_bytes(), "{2}\r\n|é\r\n"),
    ] {
        assert_eq!(astring(&rev1, value), form);
    }
    for value in [&b"\0"[..], b"a\0b", b"\r\n\0"] {
        let error = encode(&rev1, |encoder| encoder.astring(value).map(|_| ())).unwrap_err();
        assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, Some(rfc9051::NO_NUL_IN_TEXT)));
    }
    assert_eq!(wire(&encode(&rev1, |encoder| encoder.nstring(None).map(|_| ())).unwrap()), "NIL\r\n");
}

#[test]
fn long_words_are_literals() {
    let server = dialect("IMAP4rev1 LITERAL+");
    for filler in ["a", " "] {
        assert!(!astring(&server, filler.repeat(1000).as_bytes()).contains('{'));
        assert!(astring(&server, filler.repeat(1001).as_bytes()).starts_with("{1001+}\r\n"));
    }
}

#[test]
fn section_4_3_utf8_is_quoted_only_where_that_is_on() {
    for (server, form) in [
        ("IMAP4rev1", "{3}\r\n|aé\r\n"),
        ("IMAP4rev1 UTF8=ACCEPT", "{3}\r\n|aé\r\n"),
        ("IMAP4rev1 UTF8=ACCEPT +UTF8=ACCEPT", "\"aé\"\r\n"),
        ("IMAP4rev1 IMAP4rev2", "{3}\r\n|aé\r\n"),
        ("IMAP4rev1 IMAP4rev2 +IMAP4rev2", "\"aé\"\r\n"),
        ("IMAP4rev2", "\"aé\"\r\n"),
    ] {
        assert_eq!(astring(&dialect(server), "aé".as_bytes()), form, "{server}");
    }
    // What is not UTF-8 is not quoted anywhere.
    assert_eq!(
        encode(&dialect("IMAP4rev2"), |e| e.astring(b"\xe9").map(|_| ())).unwrap().segments().len(),
        3
    );
}

#[test]
fn section_4_3_and_rfc7888_which_literals_wait() {
    let literal = |server: &str, octets: usize, understood| {
        let value = Bytes::from(vec![b'x'; octets]);
        let command = Any(|encoder: &mut Encoder<'_>| encoder.literal(value.clone()).map(|_| ()), understood);
        Encoder::command(&command, &dialect(server)).unwrap().waits()
    };
    for (server, octets, waits) in [
        ("IMAP4rev1", 1, true),
        ("IMAP4rev1", 0, true),
        ("IMAP4rev1 LITERAL+", 0, false),
        ("IMAP4rev1 LITERAL+", 4097, false),
        ("IMAP4rev1 LITERAL-", 4096, false),
        ("IMAP4rev1 LITERAL-", 4097, true),
        ("IMAP4rev1 LITERAL- LITERAL+", 4097, false),
        ("IMAP4rev2", 4096, false),
        ("IMAP4rev2", 4097, true),
        ("IMAP4rev2 IMAP4rev1", 1, true),
        ("IMAP4rev2 IMAP4rev1 +IMAP4rev2", 4096, false),
    ] {
        assert_eq!(literal(server, octets, true), waits, "{server} {octets}");
        // A server that may not know the command would take the octets for commands.
        assert!(literal(server, octets, false), "{server} {octets}");
    }
    assert!(rfc7888::LITERAL_MINUS_IS_SMALL.summary.contains("4,096"));
    let careful = dialect("IMAP4rev1 LITERAL+").with_non_sync(NonSync::Small);
    assert_eq!(careful.non_sync(), NonSync::Small);
    assert_eq!(dialect("IMAP4rev1").with_non_sync(NonSync::Any).non_sync(), NonSync::Never);
}

#[test]
fn section_4_3_literal8_needs_binary() {
    let value = Bytes::from_static(b"\0\x01");
    let write = |encoder: &mut Encoder<'_>| encoder.literal8(value.clone()).map(|_| ());
    assert_eq!(wire(&encode(&dialect("IMAP4rev1 BINARY"), write).unwrap()), "~{2}\r\n|\0\x01\r\n");
    assert_eq!(wire(&encode(&dialect("IMAP4rev2"), write).unwrap()), "~{2+}\r\n\0\x01\r\n");
    assert_eq!(encode(&dialect("IMAP4rev1 LITERAL+"), write).unwrap_err().kind(), ErrorKind::Unsupported);
}

#[test]
fn section_2_3_2_flags() {
    let flag =
        |name: &str| encode(&dialect("IMAP4rev1"), |encoder| encoder.flag(&Flag::from(name)).map(|_| ()));
    for name in ["\\Seen", "$Junk", "work", "\\XNew", "a]b", "[x]"] {
        assert_eq!(wire(&flag(name).unwrap()), format!("{name}\r\n"));
    }
    for name in [
        "", "\\", "\\*", "\\Recent", "\\rEcent", "a b", "a)", "(a", "a\"", "a\\b", "\\\\a", "é", "a\r\nb",
        "a{1}", "*", "%", "\0",
    ] {
        assert_eq!(flag(name).unwrap_err().kind(), ErrorKind::Usage, "{name:?}");
    }
}

/// A command of an application's own cannot end its line either.
#[test]
fn words_are_words() {
    for word in ["NOOP\r\nx DELETE INBOX", "{5+}", "\0", "é", "\t"] {
        let error = encode(&dialect("IMAP4rev1"), |encoder| {
            encoder.word(word);
            Ok(())
        });
        assert_eq!(error.unwrap_err().kind(), ErrorKind::Usage, "{word:?}");
    }
}

#[test]
fn numbers_have_32_bits_or_63() {
    let number = |number| encode(&dialect("IMAP4rev1"), |encoder| encoder.number(number).map(|_| ()));
    assert_eq!(wire(&number(u32::MAX.into()).unwrap()), "4294967295\r\n");
    assert_eq!(number(1 << 32).unwrap_err().kind(), ErrorKind::Usage);
    let number = |number| encode(&dialect("IMAP4rev2"), |encoder| encoder.number(number).map(|_| ()));
    assert_eq!(wire(&number(i64::MAX as u64).unwrap()), "9223372036854775807\r\n");
    assert_eq!(number(1 << 63).unwrap_err().kind(), ErrorKind::Usage);
}

#[test]
fn no_log_shows_a_secret() {
    for password in ["correct horse", "swordfish", "a\"b", "line\r\nbreak"] {
        let login = Login::new("alice", Secret::from(password));
        for server in ["IMAP4rev1", "IMAP4rev1 LITERAL+"] {
            let encoded = Encoder::command(&login, &dialect(server)).unwrap();
            let shown = format!("{encoded} {encoded:?} {login:?}");
            for part in [password, "alice\"", "sword", "horse", "break"] {
                assert!(!format!("{encoded} {encoded:?}").contains(part), "{shown}");
            }
            assert!(!shown.contains(password));
        }
    }
    let initial = Secret::new(b"\0alice\0swordfish".to_vec());
    let command = Authenticate::new("PLAIN").with_initial_response(initial);
    let encoded = Encoder::command(&command, &dialect("IMAP4rev1 SASL-IR")).unwrap();
    assert_eq!(wire(&encoded), "AUTHENTICATE PLAIN AGFsaWNlAHN3b3JkZmlzaA==\r\n");
    let shown = format!("{encoded} {encoded:?} {command:?}");
    assert!(!shown.contains("AGFs") && !shown.contains("swordfish"), "{shown}");
    assert_eq!(encoded.to_string(), "AUTHENTICATE PLAIN <24 secret bytes>\\r\\n");
    assert_eq!(encoded.verb(), b"AUTHENTICATE");
}

#[test]
fn what_follows_from_capabilities() {
    let plain = dialect("IMAP4rev1");
    assert_eq!(
        (plain.names(), plain.utf8(), plain.rev2(), plain.binary()),
        (Names::ModifiedUtf7, false, false, false)
    );
    let offered = dialect("IMAP4rev2 IMAP4rev1 UTF8=ACCEPT");
    assert_eq!((offered.names(), offered.utf8(), offered.rev2()), (Names::ModifiedUtf7, false, false));
    let utf8 = dialect("IMAP4rev1 UTF8=ACCEPT +UTF8=ACCEPT");
    assert_eq!(
        (utf8.names(), utf8.utf8(), utf8.rev2(), utf8.utf8_accept()),
        (Names::Utf8, true, false, true)
    );
    let rev2 = dialect("IMAP4rev2 IMAP4rev1 +IMAP4rev2");
    assert_eq!(
        (rev2.names(), rev2.rev2(), rev2.binary(), rev2.utf8_accept()),
        (Names::Utf8, true, true, false)
    );
    assert!(rev2.has(&Capability::Imap4Rev1));
}
