//! RFC 2047, sections 5, 7 and 8: where encoded-words are written.

use anyrfc_core::compliance::Check;

use super::{
    super::support::{field, letter, raw_fields, refused, written},
    is_clean, read, words,
};
use crate::{
    Defects,
    build::Part,
    codec::{Reading, address},
    rfc2047 as r, rfc5322,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc2047/section-5/separate-in-text",
        covers: &[r::SEPARATE_IN_TEXT],
        run: separate_in_text,
    },
    Check {
        name: "rfc2047/section-5/separate-in-phrases",
        covers: &[r::SEPARATE_IN_PHRASES],
        run: separate_in_phrases,
    },
    Check {
        name: "rfc2047/section-5/phrase-characters",
        covers: &[r::PHRASE_CHARACTERS],
        run: phrase_characters,
    },
    Check {
        name: "rfc2047/section-5/not-in-addr-spec",
        covers: &[r::NOT_IN_ADDR_SPEC],
        run: not_in_addr_spec,
    },
    Check {
        name: "rfc2047/section-5/not-in-quoted-strings",
        covers: &[r::NOT_IN_QUOTED_STRINGS],
        run: not_in_quoted_strings,
    },
    Check { name: "rfc2047/section-5/not-in-received", covers: &[r::NOT_IN_RECEIVED], run: not_in_received },
    Check {
        name: "rfc2047/section-5/not-in-parameters",
        covers: &[r::NOT_IN_PARAMETERS],
        run: not_in_parameters,
    },
    Check {
        name: "rfc2047/section-5/whole-in-itself",
        covers: &[r::TEXT_IS_SELF_CONTAINED, r::WHOLE_OCTETS, r::WHOLE_CHARACTERS],
        run: whole_in_itself,
    },
    Check {
        name: "rfc2047/section-5/printable-data-only",
        covers: &[r::PRINTABLE_DATA_ONLY],
        run: printable_data_only,
    },
    Check { name: "rfc2047/section-7/lookalikes", covers: &[r::LOOKALIKES_ARE_VALID], run: lookalikes },
    Check {
        name: "rfc2047/section-8/space-within-a-word",
        covers: &[r::SPACE_WITHIN_A_WORD, r::SPACE_BETWEEN_WORDS],
        run: space_within_a_word,
    },
];

fn subject(text: &str) -> String {
    field(&written(letter().subject(text)), "Subject")
}

/// The first mailbox of a field: name and address.
fn mailbox(value: &str) -> (String, String) {
    let mut defects = Defects::default();
    let list = address::address_list(value.as_bytes(), &mut Reading::new(&mut defects));
    let mailbox = list.mailboxes().next().expect("a mailbox");
    (mailbox.name().unwrap_or_default().to_owned(), mailbox.address().as_str().to_owned())
}

fn separate_in_text() {
    let text = subject("a \u{fc} b,\u{fc}c d");
    for word in text.split(' ') {
        assert!(!word.contains("=?") || (word.starts_with("=?") && word.ends_with("?=")), "{text}");
    }
    assert_eq!(read(&text), "a \u{fc} b,\u{fc}c d");
    // One that touches text is seen as the mistake that it is.
    assert!(!is_clean("x=?utf-8?Q?a?=") && is_clean("x =?utf-8?Q?a?="));
}

fn separate_in_phrases() {
    let text = field(&written(letter().to(("J\u{fc}rgen, Dr.", "j@x.test"))), "To");
    assert!(text.starts_with("=?") && text.ends_with("?= <j@x.test>"), "{text}");
    assert_eq!(mailbox(&text), ("J\u{fc}rgen, Dr.".to_owned(), "j@x.test".to_owned()));
}

fn phrase_characters() {
    let all: String = (32..127u8).map(char::from).collect();
    let name = format!("{all}\u{fc}");
    let text = written(letter().to((name.as_str(), "j@x.test")).keywords([name.as_str()]));
    for word in ["To", "Keywords"].iter().flat_map(|name| words(raw_fields(&text, name)[0])) {
        let inner = word.split('?').nth(3).expect("encoded text");
        let fine = |c: char| c.is_ascii_alphanumeric() || "!*+-/=_".contains(c);
        assert!(inner.chars().all(fine), "{word}");
    }
    assert_eq!(mailbox(raw_fields(&text, "To")[0]).0, name);
}

fn not_in_addr_spec() {
    let text = field(&written(letter().to(("\u{fc}", "j@b\u{fc}cher.test"))), "To");
    assert!(text.ends_with(" <j@xn--bcher-kva.test>"), "{text}");
    let message = letter().to(("", "\u{fc}@x.test")).build().expect("a message");
    assert!(message.to_vec().is_err(), "a local-part cannot be encoded");
    // What looks like one in an address is none.
    assert_eq!(mailbox("=?utf-8?q?ceo?=@bank.test").1, "=?utf-8?q?ceo?=@bank.test");
    let (name, address) = mailbox("=?utf-8?q?ceo=40bank.test?= <=?utf-8?q?a?=@evil.test>");
    assert_eq!((name.as_str(), address.as_str()), ("ceo@bank.test", "=?utf-8?q?a?=@evil.test"));
}

fn not_in_quoted_strings() {
    for name in ["\u{fc}, b", "\"\u{fc}\"", "a \"=?utf-8?q?b?=\" c", "=?utf-8?Q?a?=."] {
        let text = field(&written(letter().to((name, "j@x.test"))), "To");
        assert!(!text.contains('"'), "{text}");
        assert_eq!(mailbox(&text).0, name);
    }
    assert_eq!(mailbox("\"=?utf-8?Q?a?=\" <j@x.test>").0, "=?utf-8?Q?a?=");
}

fn not_in_received() {
    refused(letter().field("Received", "by \u{fc}").build(), rfc5322::OPTIONAL_FIELD_NAMES_ARE_NEW);
    assert!(!written(letter().subject("\u{fc}")).contains("Received"));
}

fn not_in_parameters() {
    let part = Part::new("image/png", b"x").named("\u{fc}.png").param("title", "=?utf-8?q?x?= \u{fc}");
    let text = written(letter().body(part));
    for name in ["Content-Type", "Content-Disposition"] {
        assert!(!field(&text, name).contains("=?"), "{text}");
    }
    assert_eq!(field(&text, "Content-Disposition"), "attachment; filename*=utf-8''%C3%BC.png");
    let text = written(letter().message_id("=?a?q?b?=@x.test"));
    assert_eq!(field(&text, "Message-ID"), "<=?a?q?b?=@x.test>");
}

/// Each word by itself decodes to whole characters.
fn whole_in_itself() {
    for text in [
        "\u{65e5}\u{672c}\u{8a9e}".repeat(50),
        "a\u{1F600}b".repeat(50),
        format!("{}\u{1F600}", "abc\u{fc}".repeat(13)),
    ] {
        let value = written(letter().subject(text.as_str()));
        let value = raw_fields(&value, "Subject")[0];
        let mut joined = String::new();
        for word in words(value) {
            let decoded = read(word);
            assert!(!decoded.contains('\u{fffd}') && !decoded.contains("=?"), "{word}: {decoded}");
            joined.push_str(&decoded);
        }
        assert_eq!(joined, text);
    }
}

fn printable_data_only() {
    for evil in ["\u{fc}\u{7}", "\u{fc}\r\nX: y", "\u{fc}\0", "\u{fc}\u{9b}"] {
        refused(letter().subject(evil).build(), rfc5322::FIELD_BODY_HAS_NO_LINE_BREAK);
    }
}

fn lookalikes() {
    for text in ["=?this is not one?=", "=?x?y?z?=", "=?utf-8?q?really?=", "a =?b?= c", "=?"] {
        let written = subject(text);
        for word in words(&written) {
            assert!(word.starts_with("=?us-ascii?"), "{word}");
        }
        assert_eq!(read(&written), text);
        let address = field(&super::super::support::written(letter().to((text, "a@b.test"))), "To");
        assert_eq!(mailbox(&address).0, text);
    }
}

fn space_within_a_word() {
    for text in ["\u{fc} \u{fc}", "\u{fc}  \u{fc}", "a \u{fc} \u{fc} b", " \u{fc} "] {
        assert_eq!(read(&subject(text)), text);
    }
    assert_eq!(words(&subject("\u{fc} \u{fc}")).len(), 1);
}
