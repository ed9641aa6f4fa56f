//! RFC 2183, section 2: writing Content-Disposition.

use anyrfc_core::compliance::Check;

use super::super::support::{field, letter, raw_fields, written};
use crate::{DateTime, build::Part, rfc2183 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc2183/section-2/short-values",
        covers: &[r::SHORT_VALUES_ARE_TOKENS, r::SHORT_ASCII_VALUES_ARE_QUOTED],
        run: short_values,
    },
    Check {
        name: "rfc2183/section-2/other-values",
        covers: &[r::OTHER_VALUES_ARE_ENCODED],
        run: other_values,
    },
    Check {
        name: "rfc2183/section-2.4/creation-date",
        covers: &[r::CREATION_DATE_IS_OPTIONAL, r::CREATION_DATE_SYNTAX, r::DATES_ARE_DATE_TIMES],
        run: creation_date,
    },
    Check {
        name: "rfc2183/section-2.5/modification-date",
        covers: &[r::MODIFICATION_DATE_IS_OPTIONAL, r::MODIFICATION_DATE_SYNTAX],
        run: modification_date,
    },
    Check {
        name: "rfc2183/section-2.6/read-date",
        covers: &[r::READ_DATE_IS_OPTIONAL, r::READ_DATE_SYNTAX, r::DATES_HAVE_NUMERIC_ZONES],
        run: read_date,
    },
];

fn disposition(part: Part<'_>) -> String {
    field(&written(letter().body(part)), "Content-Disposition")
}

fn file<'a>(name: &'a str) -> Part<'a> {
    Part::new("image/png", b"x").named(name)
}

fn short_values() {
    for (name, expected) in [
        ("a.png", "attachment; filename=a.png"),
        ("a b.png", "attachment; filename=\"a b.png\""),
        ("a\"b\\c", "attachment; filename=\"a\\\"b\\\\c\""),
        ("", "attachment; filename=\"\""),
        ("a=b", "attachment; filename=\"a=b\""),
    ] {
        assert_eq!(disposition(file(name)), expected);
    }
    let longest = "x".repeat(78);
    assert_eq!(disposition(file(&longest)), format!("attachment; filename={longest}"));
    let longest = format!("{} y", "x".repeat(76));
    assert_eq!(disposition(file(&longest)), format!("attachment; filename=\"{longest}\""));
}

fn other_values() {
    assert_eq!(disposition(file("\u{fc}.png")), "attachment; filename*=utf-8''%C3%BC.png");
    let long = "x".repeat(79);
    let text = disposition(file(&long));
    assert!(text.starts_with("attachment; filename*0*=us-ascii''x"), "{text}");
    assert!(!text.contains("filename="));
}

fn at(offset: i16) -> DateTime {
    DateTime::from_unix(855_769_000, offset).expect("a date")
}

fn creation_date() {
    assert!(!disposition(file("a")).contains("date"));
    let text = disposition(file("a").created(at(-300)));
    assert_eq!(text, "attachment; filename=a; creation-date=\"Wed, 12 Feb 1997 12:36:40 -0500\"");
    assert_eq!(
        raw_fields(&written(letter().body(file("a").created(at(0)).created(at(0)))), "Content-Disposition")
            .len(),
        1
    );
}

fn modification_date() {
    let text = disposition(file("a").modified(at(60)));
    assert_eq!(text, "attachment; filename=a; modification-date=\"Wed, 12 Feb 1997 18:36:40 +0100\"");
}

fn read_date() {
    let text = disposition(file("a").read(at(0)).size(5));
    assert_eq!(text, "attachment; filename=a; size=5; read-date=\"Wed, 12 Feb 1997 17:36:40 +0000\"");
}
