//! RFC 2231: writing values beyond short ASCII.

use anyrfc_core::compliance::Check;

use super::support::{field, letter, written};
use crate::{build::Part, rfc2231 as r};

pub(super) static GROUPS: &[&[Check]] = &[CHECKS];

static CHECKS: &[Check] = &[
    Check {
        name: "rfc2231/section-4/both-quotes",
        covers: &[r::BOTH_QUOTES_ARE_PRESENT, r::NO_DEFAULT_BY_OMISSION],
        run: both_quotes,
    },
    Check {
        name: "rfc2231/section-4.1/first-section",
        covers: &[r::FIRST_SECTION_IS_ENCODED, r::FIRST_SECTION_HAS_BOTH_QUOTES],
        run: first_section,
    },
    Check { name: "rfc2231/section-3/any-order", covers: &[r::MECHANISM_NEEDS_NO_ORDER], run: any_order },
];

fn parameter(value: &str) -> String {
    let text = written(letter().body(Part::new("image/png", b"x").param("title", value)));
    field(&text, "Content-Type").strip_prefix("image/png; ").expect("a parameter").to_owned()
}

/// Charset always, language never, the quotes around both always.
fn both_quotes() {
    assert_eq!(parameter("\u{fc}"), "title*=utf-8''%C3%BC");
    assert_eq!(parameter("\u{fc} '%*a"), "title*=utf-8''%C3%BC%20%27%25%2Aa");
    assert_eq!(parameter("plain"), "title=plain");
}

/// In sections numbered from 0 without a gap, the first with its charset, no character cut.
fn first_section() {
    for value in
        ["\u{fc}".repeat(100), "x".repeat(500), "\u{1F600}".repeat(60), format!("{}\u{fc}", "a".repeat(70))]
    {
        let text = parameter(&value);
        let mut decoded = Vec::new();
        for (index, section) in text.split("; ").enumerate() {
            let (name, mut content) = section.split_once('=').expect("a section");
            assert_eq!(name, format!("title*{index}*"));
            if index == 0 {
                let charset = if value.is_ascii() { "us-ascii''" } else { "utf-8''" };
                content = content.strip_prefix(charset).expect("a charset");
            }
            assert!(!content.contains('\''), "{content}");
            let mut piece = Vec::new();
            let mut octets = content.bytes();
            while let Some(octet) = octets.next() {
                if octet != b'%' {
                    piece.push(octet);
                    continue;
                }
                let digits = [octets.next().expect("a digit"), octets.next().expect("a digit")];
                let digits = std::str::from_utf8(&digits).expect("ASCII");
                piece.push(u8::from_str_radix(digits, 16).expect("hexadecimal"));
            }
            String::from_utf8(piece.clone()).expect("whole characters");
            decoded.extend(piece);
        }
        assert_eq!(decoded, value.as_bytes());
    }
}

/// The sections of a value are joined by their numbers.
fn any_order() {
    for parameters in [
        "title*0*=us-ascii'en'This%20is%20; title*1=\"even \"; title*2=\"more\"",
        "title*2=more; x=y; title*0*=us-ascii'en'This%20is%20; title*1=\"even \"",
        "title*1=\"even \"; title*2=more; title*0*=us-ascii'en'This%20is%20",
    ] {
        let raw = format!("Content-Type: application/x-stuff; {parameters}\r\n\r\n");
        let message = crate::Message::parse(raw.as_bytes());
        assert_eq!(
            message.root().content_type().parameter("title"),
            Some("This is even more"),
            "{parameters}"
        );
    }
}
