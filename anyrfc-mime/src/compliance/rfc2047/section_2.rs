//! RFC 2047, sections 2 to 4: the form of encoded-words.

use anyrfc_core::compliance::Check;

use super::{
    super::support::{field, letter, raw_fields, written},
    is_clean, read, words,
};
use crate::rfc2047 as r;

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc2047/section-2/no-white-space-inside",
        covers: &[r::NO_WHITE_SPACE_INSIDE, r::SPACE_IS_ENCODED],
        run: no_white_space_inside,
    },
    Check {
        name: "rfc2047/section-2/names-are-caseless",
        covers: &[r::NAMES_ARE_CASELESS],
        run: names_are_caseless,
    },
    Check { name: "rfc2047/section-2/length", covers: &[r::WORDS_UP_TO_75, r::LINES_UP_TO_76], run: length },
    Check {
        name: "rfc2047/section-3/ascii-mode-at-the-end",
        covers: &[r::ASCII_MODE_AT_THE_END],
        run: ascii_mode_at_the_end,
    },
    Check {
        name: "rfc2047/section-4/both-encodings",
        covers: &[r::BOTH_ENCODINGS_ACCEPTED],
        run: both_encodings,
    },
    Check {
        name: "rfc2047/section-4/q-for-mostly-ascii",
        covers: &[r::Q_FOR_MOSTLY_ASCII],
        run: q_for_mostly_ascii,
    },
    Check { name: "rfc2047/section-4.2/q", covers: &[r::PRINTABLE_MAY_STAY, r::HEX_IS_UPPERCASE], run: q },
    Check { name: "rfc2047/section-4.2/underscore", covers: &[r::UNDERSCORE_IS_HEX_20], run: underscore },
];

fn subject(text: &str) -> String {
    field(&written(letter().subject(text)), "Subject")
}

fn no_white_space_inside() {
    let text = subject("\u{fc} \u{fc}\t\u{fc}");
    assert_eq!(words(&text).len(), 1, "{text}");
    assert!(!text.contains([' ', '\t']));
    assert_eq!(read(&text), "\u{fc} \u{fc}\t\u{fc}");
    // White space inside is seen as the mistake that it is.
    assert!(!is_clean("=?iso-8859-1?q?this is some text?="));
    assert!(is_clean("=?iso-8859-1?q?this=20is=20some=20text?="));
    assert_eq!(read("=?iso-8859-1?q?this=20is=20some=20text?="), "this is some text");
}

fn names_are_caseless() {
    for word in
        ["=?ISO-8859-1?Q?=FC?=", "=?iso-8859-1?q?=fc?=", "=?Iso-8859-1?B?/A==?=", "=?iso-8859-1?b?/A==?="]
    {
        assert_eq!(read(word), "\u{fc}");
    }
}

fn length() {
    for text in
        ["\u{fc}".repeat(500), "\u{1F600}".repeat(300), "a\u{fc}".repeat(300), "wort \u{fc}ber ".repeat(80)]
    {
        let message =
            written(letter().subject(text.trim()).to((text.trim(), "a@b.test")).comments("x".repeat(3000)));
        for name in ["Subject", "To", "Comments"] {
            for line in format!("{name}:{}", raw_fields(&message, name)[0]).split("\r\n") {
                assert!(line.len() <= 76 || !line.contains("=?"), "{line}");
                for word in words(line) {
                    assert!(word.len() <= 75, "{word}");
                }
            }
        }
        assert_eq!(read(raw_fields(&message, "Subject")[0]), text.trim());
    }
}

/// What is written is UTF-8 or US-ASCII, which have one mode; what is read begins anew in every word.
fn ascii_mode_at_the_end() {
    for text in ["\u{65e5}\u{672c}\u{8a9e}", "\u{fc}", "=?x?=", "\u{65e5}".repeat(100).as_str()] {
        for word in words(&subject(text)) {
            assert!(word.starts_with("=?utf-8?") || word.starts_with("=?us-ascii?"), "{word}");
        }
    }
    assert_eq!(read("=?iso-2022-jp?B?GyRCRnwbKEI=?= x"), "\u{65e5} x");
}

fn both_encodings() {
    for (word, text) in [
        ("=?utf-8?B?w7w=?=", "\u{fc}"),
        ("=?utf-8?Q?=C3=BC?=", "\u{fc}"),
        ("=?us-ascii?B?YQ==?=", "a"),
        ("=?us-ascii?Q?a?=", "a"),
        ("=?koi8-r?B?xA==?=", "\u{434}"),
        ("=?koi8-r?Q?=C4?=", "\u{434}"),
        ("=?utf-8?X?YQ==?=", "=?utf-8?X?YQ==?="),
    ] {
        assert_eq!(read(word), text);
    }
}

fn q_for_mostly_ascii() {
    assert_eq!(subject("Gr\u{fc}\u{df}e"), "=?utf-8?Q?Gr=C3=BC=C3=9Fe?=");
    assert!(subject("\u{65e5}\u{672c}\u{8a9e}").starts_with("=?utf-8?B?"));
}

fn q() {
    let text = subject("\u{fc}!\"#$%&'()*+,-./09:;<>@AZ[\\]^`az{|}~=?_");
    assert_eq!(text, "=?utf-8?Q?=C3=BC!\"#$%&'()*+,-./09:;<>@AZ[\\]^`az{|}~=3D=3F=5F?=");
    assert_eq!(read(&text), "\u{fc}!\"#$%&'()*+,-./09:;<>@AZ[\\]^`az{|}~=?_");
}

fn underscore() {
    assert_eq!(read("=?iso-8859-1?Q?a_b?="), "a b");
    assert_eq!(read("=?koi8-r?Q?=C4_=C4?="), "\u{434} \u{434}");
    assert!(subject("\u{fc}ber \u{fc}ber").contains('_'));
    assert!(subject("\u{fc}_\u{fc}aaaa").contains("=5F"));
}
