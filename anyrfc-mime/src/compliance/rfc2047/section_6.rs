//! RFC 2047, sections 6 to 8: reading encoded-words.

use anyrfc_core::compliance::Check;

use super::{is_clean, read};
use crate::{
    Defects,
    codec::{Reading, address},
    rfc2047 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc2047/section-6.1/in-text",
        covers: &[r::RECOGNISED_IN_TEXT, r::WORDS_ARE_DISTINGUISHED],
        run: in_text,
    },
    Check {
        name: "rfc2047/section-6.1/by-the-fields-syntax",
        covers: &[r::RECOGNISED_BY_THE_FIELDS_SYNTAX, r::RECOGNISED_IN_PHRASES],
        run: by_the_fields_syntax,
    },
    Check { name: "rfc2047/section-6.1/in-comments", covers: &[r::RECOGNISED_IN_COMMENTS], run: in_comments },
    Check {
        name: "rfc2047/section-6.1/no-mime-version-needed",
        covers: &[r::NO_MIME_VERSION_NEEDED],
        run: no_mime_version_needed,
    },
    Check {
        name: "rfc2047/section-6.2/space-between-words",
        covers: &[r::SPACE_BETWEEN_WORDS_IS_IGNORED],
        run: space_between_words,
    },
    Check {
        name: "rfc2047/section-6.2/mode-is-reset",
        covers: &[r::MODE_IS_RESET_AFTER_A_WORD],
        run: mode_is_reset,
    },
    Check { name: "rfc2047/section-6.3/bad-words", covers: &[r::BAD_WORDS_PREVENT_NOTHING], run: bad_words },
    Check {
        name: "rfc2047/section-7/charsets",
        covers: &[r::ASCII_WORDS_ARE_SHOWN, r::LATIN_WORDS_SHOW_THEIR_ASCII],
        run: charsets,
    },
];

fn name(value: &str) -> String {
    let mut defects = Defects::default();
    let list = address::address_list(value.as_bytes(), &mut Reading::new(&mut defects));
    let mailbox = list.mailboxes().next().expect("a mailbox");
    mailbox.name().unwrap_or_default().to_owned()
}

fn in_text() {
    for (value, text) in [
        ("=?utf-8?Q?a?=", "a"),
        ("b =?utf-8?Q?a?= c", "b a c"),
        ("b\r\n =?utf-8?Q?a?=", "b a"),
        ("a = b ? c", "a = b ? c"),
        ("=? a ?=", "=? a ?="),
        ("=?utf-8?Q??=", ""),
    ] {
        assert_eq!(read(value), text, "{value}");
        assert!(is_clean(value), "{value}");
    }
    // Where none may stand, what looks like one is read, and seen as the mistake that it is.
    for value in ["b=?utf-8?Q?a?=", "=?utf-8?Q?a?=b"] {
        assert!(!is_clean(value), "{value}");
    }
}

/// In a phrase a word is one; elsewhere in a structured field it is not.
fn by_the_fields_syntax() {
    assert_eq!(name("=?utf-8?Q?J=C3=BCrgen?= Dr <j@x.test>"), "J\u{fc}rgen Dr");
    assert_eq!(name("=?utf-8?Q?a=2C_b?= <j@x.test>"), "a, b");
    assert_eq!(name("\"=?utf-8?Q?a?=\" <j@x.test>"), "=?utf-8?Q?a?=");
    // What a word holds is no syntax: still one mailbox.
    let mut defects = Defects::default();
    let value = b"=?utf-8?Q?a=40b=2C_c?= <j@x.test>";
    assert_eq!(address::address_list(value, &mut Reading::new(&mut defects)).mailboxes().count(), 1);
}

fn no_mime_version_needed() {
    assert_eq!(read("=?iso-8859-1?Q?=FC?="), "\u{fc}");
}

/// The table of section 8.
fn space_between_words() {
    for (value, text) in [
        ("=?ISO-8859-1?Q?a?=", "a"),
        ("=?ISO-8859-1?Q?a?= b", "a b"),
        ("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"),
        ("=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=", "ab"),
        ("=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=", "ab"),
        ("=?ISO-8859-1?Q?a_b?=", "a b"),
        ("=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=", "a b"),
    ] {
        assert_eq!(read(value), text);
        assert_eq!(name(&format!("{value} <j@x.test>")), text);
    }
}

fn mode_is_reset() {
    // The first word does not return to ASCII.
    let text = read("=?iso-2022-jp?B?GyRCRnw=?= =?iso-2022-jp?Q?abc?=");
    assert!(text.ends_with("abc"), "{text}");
}

fn bad_words() {
    for value in [
        "=?utf-8?Q?=Z?= rest",
        "=?utf-8?Q?=?= rest",
        "=?utf-8?B?*?= rest",
        "=?utf-8?B?YQ?= rest",
        "=?no-such-charset?Q?a?= rest",
        "=?utf-8?Q?=FF?= rest",
        "=?utf-8?Q?open rest",
        "=?????= rest",
    ] {
        assert!(read(value).ends_with("rest"), "{value}");
        assert!(!read(value).is_empty());
        name(&format!("{value} <j@x.test>"));
    }
}

fn charsets() {
    assert_eq!(read("=?US-ASCII?Q?Keith_Moore?="), "Keith Moore");
    for part in 1..=16 {
        if part == 12 {
            continue;
        }
        assert_eq!(read(&format!("=?ISO-8859-{part}?Q?Olle_J=40rn?=")), "Olle J@rn");
    }
}

/// The comment that names a mailbox in the legacy form (RFC 5322, section 3.4).
fn in_comments() {
    assert_eq!(name("j@x.test (=?utf-8?Q?J=C3=BCrgen?= Dr)"), "J\u{fc}rgen Dr");
    assert_eq!(name("j@x.test (=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)"), "ab");
}
