use std::collections::HashSet;

use anyrfc_core::testing::random::Random;

use super::*;

fn invalid(text: &str) -> (Subject, Problem) {
    let invalid = Mailbox::new(text).expect_err(text);
    (invalid.subject(), invalid.problem())
}

#[test]
fn nothing_can_be_smuggled_into_a_mailbox() {
    let controls =
        (0..32u8).chain([127]).map(char::from).chain(['\u{80}', '\u{85}', '\u{9f}', '\u{2028}', '\u{2029}']);
    for control in controls {
        for text in [
            format!("a{control}@b.example"),
            format!("{control}a@b.example"),
            format!("\"a{control}\"@b.example"),
            format!("\"a\\{control}\"@b.example"),
            format!("a@b{control}.example"),
            format!("a@b.example{control}"),
            format!("a@[IPv6:{control}::1]"),
            format!("a@[X:{control}]"),
            format!("ü{control}@b.example"),
        ] {
            assert_eq!(invalid(&text).1, Problem::Control, "{text:?}");
            assert!(text.parse::<ReversePath>().is_err() && text.parse::<ForwardPath>().is_err());
            let bracketed = format!("<{text}>");
            assert!(bracketed.parse::<ReversePath>().is_err() && bracketed.parse::<ForwardPath>().is_err());
        }
        assert!(Mailbox::from_parts(&format!("a{control}b"), "b.example").is_err());
        assert!(Mailbox::from_parts("a", &format!("b{control}example")).is_err());
        let before = format!("{control}<a@b.example>");
        assert!(before.parse::<ForwardPath>().is_err());
    }
    for text in [
        "a@b.example> SIZE=1",
        "a@b.example>\r\nRCPT TO:<c@d.example",
        "a b@c.example",
        "a>@c.example",
        "<a@c.example>",
        "a@b.example, c@d.example",
        "a@b.example c@d.example",
        "Ann <a@b.example>",
        "a@b@c.example",
        "a(comment)@b.example",
        "\"a\"b@c.example",
        "\"a\" @c.example",
        "\"a\".b@c.example",
    ] {
        invalid(text);
    }
}

#[test]
fn what_is_no_mailbox() {
    use Problem::{Character, Empty, NonAscii, Syntax};
    for (text, expected) in [
        ("", (Subject::Mailbox, Empty)),
        ("a", (Subject::Mailbox, Syntax)),
        ("@b", (Subject::LocalPart, Empty)),
        ("a@", (Subject::Domain, Empty)),
        (".a@b", (Subject::LocalPart, Syntax)),
        ("a.@b", (Subject::LocalPart, Syntax)),
        ("a..b@c", (Subject::LocalPart, Syntax)),
        ("a,b@c", (Subject::LocalPart, Character)),
        ("\"a@b", (Subject::LocalPart, Syntax)),
        ("\"a\\", (Subject::LocalPart, Syntax)),
        ("\"a\\ü\"@b", (Subject::LocalPart, NonAscii)),
        ("\"a\"", (Subject::Mailbox, Syntax)),
        ("a@b_c", (Subject::Domain, Character)),
        ("a@[1.2.3]", (Subject::Domain, Syntax)),
    ] {
        assert_eq!(invalid(text), expected, "{text:?}");
    }
    assert_eq!(Mailbox::new("a@b_c").unwrap_err().offset(), 3);
    assert_eq!(Mailbox::new("\"a\"@b_c").unwrap_err().offset(), 5);
    assert_eq!("<a@b_c>".parse::<ForwardPath>().unwrap_err().offset(), 4);
}

#[test]
fn quotes_stand_only_where_they_must() {
    for (text, written, meant) in [
        ("a@b", "a@b", "a"),
        ("A.b+c=d/e@b", "A.b+c=d/e@b", "A.b+c=d/e"),
        ("\"a.b\"@c", "a.b@c", "a.b"),
        ("\"\\a\\.\\b\"@c", "a.b@c", "a.b"),
        ("\"a b\"@c", "\"a b\"@c", "a b"),
        ("\"a@b\"@c", "\"a@b\"@c", "a@b"),
        ("\"Joe\\,Smith\"@c", "\"Joe,Smith\"@c", "Joe,Smith"),
        ("\"a\\\"b\\\\c\"@d", "\"a\\\"b\\\\c\"@d", "a\"b\\c"),
        ("\"\"@c", "\"\"@c", ""),
        ("\"a..b\"@c", "\"a..b\"@c", "a..b"),
        ("\"<>\"@c", "\"<>\"@c", "<>"),
        ("用户@eai.test", "用户@eai.test", "用户"),
        ("\"用 户\"@eai.test", "\"用 户\"@eai.test", "用 户"),
    ] {
        let mailbox = Mailbox::new(text).expect(text);
        assert_eq!((mailbox.as_str(), &*mailbox.local_part()), (written, meant));
        assert_eq!(Mailbox::new(written).unwrap(), mailbox, "what is written is read back");
        if !meant.is_empty() {
            assert_eq!(Mailbox::from_parts(meant, mailbox.domain()).unwrap(), mailbox);
        }
    }
    assert!(Mailbox::from_parts("", "b").is_err());
}

#[test]
fn mailboxes_are_compared_as_they_are_meant() {
    let same = ["john.doe@example.org", "\"john.doe\"@EXAMPLE.org", "\"\\john.doe\"@example.org"];
    let set: HashSet<Mailbox> = same.iter().map(|text| text.parse().unwrap()).collect();
    assert_eq!(set.len(), 1);
    assert_ne!(Mailbox::new("John@example.org").unwrap(), Mailbox::new("john@example.org").unwrap());
    assert_eq!(Mailbox::new("John@Example.org").unwrap().as_str(), "John@Example.org");
    let labels =
        [Mailbox::new("a@bücher.example").unwrap(), Mailbox::new("a@XN--bcher-kva.example").unwrap()];
    assert_eq!(labels.iter().collect::<HashSet<_>>().len(), 1);
}

#[test]
fn sizes_have_limits() {
    let local = |length: usize| format!("{}@b", "a".repeat(length));
    assert!(Mailbox::new(&local(64)).is_ok());
    assert_eq!(invalid(&local(65)), (Subject::LocalPart, Problem::TooLong));
    assert!(Mailbox::new(&format!("\"{} \"@b", "a".repeat(61))).is_ok());
    let quoted = format!("\"{} \"@b", "a".repeat(62));
    assert_eq!(invalid(&quoted), (Subject::LocalPart, Problem::TooLong), "the quotes count");
    let label = "d".repeat(63);
    let domain = |last: usize| format!("{label}.{label}.{label}.{}", "d".repeat(last));
    assert!(Mailbox::new(&format!("aa@{}", domain(59))).is_ok());
    assert_eq!(invalid(&format!("aa@{}", domain(60))), (Subject::Mailbox, Problem::TooLong));
    let huge = format!("{}@{}", "a".repeat(1 << 20), "b.".repeat(1 << 20));
    assert_eq!(invalid(&huge).1, Problem::TooLong);
    assert_eq!(invalid(&"\"".repeat(1 << 20)).1, Problem::Syntax);
    let escapes = format!("\"{}\"@b", "\\a".repeat(1 << 20));
    assert_eq!(invalid(&escapes).1, Problem::TooLong);
}

#[test]
fn a_labels_stand_for_a_domain_but_not_for_a_local_part() {
    let mailbox = Mailbox::new("a@bücher.example").unwrap();
    assert!(!mailbox.is_ascii() && !mailbox.needs_utf8());
    assert_eq!(mailbox.to_ascii().unwrap().as_str(), "a@xn--bcher-kva.example");
    assert!(mailbox.to_ascii().unwrap().is_ascii());
    let mut out = BytesMut::new();
    mailbox.write(true, &mut out);
    mailbox.write(false, &mut out);
    assert_eq!(out, "a@xn--bcher-kva.examplea@bücher.example".as_bytes());
    let mailbox = Mailbox::new("用户@bücher.example").unwrap();
    assert!(mailbox.needs_utf8() && mailbox.to_ascii().is_none());
    assert!(Mailbox::new("a@b").unwrap().is_ascii());
}

#[test]
fn paths() {
    for text in ["", "<>"] {
        assert!(ReversePath::try_from(text).unwrap().is_null());
        assert!(ForwardPath::try_from(text).is_err(), "there is no null recipient");
    }
    for text in ["Postmaster", "<postmaster>", "POSTMASTER"] {
        assert_eq!(ForwardPath::try_from(text).unwrap(), ForwardPath::Postmaster);
        assert!(ReversePath::try_from(text).is_err());
    }
    let path = ForwardPath::try_from("<a@b>").unwrap();
    assert_eq!((path.to_string().as_str(), path.as_str()), ("<a@b>", "a@b"));
    for text in ["<@a,@b:c@d>", "<@a:c@d>"] {
        assert_eq!(ForwardPath::try_from(text).unwrap_err().problem(), Problem::Route);
        assert_eq!(ReversePath::try_from(text).unwrap_err().problem(), Problem::Route);
    }
    for text in ["<a@b", "a@b>", "<<a@b>>", "<a@b> SIZE=9", " <a@b>", "<a@b>,<c@d>", "< >", "<a@b\r\n>"] {
        assert!(ForwardPath::try_from(text).is_err() && ReversePath::try_from(text).is_err(), "{text:?}");
    }
}

/// Whatever is accepted is one `Mailbox` and nothing else, and comes back as it was.
#[test]
fn anything_accepted_is_safe() {
    const PIECES: [&str; 24] = [
        "a", "b", ".", "@", "\"", "\\", " ", "\r", "\n", "\0", "\t", "<", ">", "[", "]", ":", "ü", "用", "-",
        "1", "\x7f", "\u{85}", "example", "=",
    ];
    let mut random = Random::new(0x5321);
    let (mut accepted, mut quoted) = (0, 0);
    for _ in 0..200_000 {
        let mut text = String::new();
        for _ in 0..random.below(12) {
            text.push_str(PIECES[random.below(PIECES.len())]);
        }
        // Half of them in a shape that has a chance.
        if random.below(2) == 0 {
            text = if random.below(2) == 0 { format!("{text}@b.example") } else { format!("\"{text}\"@b") };
        }
        let parts = Mailbox::from_parts(&text, "b.example").ok();
        for mailbox in [Mailbox::new(&text).ok(), parts].into_iter().flatten() {
            accepted += 1;
            let written = mailbox.as_str();
            assert!(!written.chars().any(text::is_control), "{text:?}");
            assert!(written.len() <= MAILBOX_MAX);
            let again = Mailbox::new(written).expect(written);
            assert_eq!(again.as_str(), written);
            assert_eq!(again, mailbox);
            if written.starts_with('"') {
                quoted += 1;
            } else {
                assert!(!written.contains(['<', '>', ' ', '"', '\\']), "{written:?}");
            }
        }
    }
    assert!(accepted > 20_000 && quoted > 1_000, "{accepted} {quoted}");
}
