//! RFC 2046, section 4.1: writing text.

use anyrfc_core::compliance::Check;

use super::super::support::{body, field, letter, lines_within, only_crlf, refused, written};
use crate::{build::Part, rfc2046 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc2046/section-4.1.1/line-breaks",
        covers: &[r::LINE_BREAK_IS_CRLF, r::CRLF_IS_A_LINE_BREAK, r::NO_OTHER_CR_OR_LF],
        run: line_breaks,
    },
    Check { name: "rfc2046/section-4.1.1/long-lines", covers: &[r::LONG_LINES_ARE_ENCODED], run: long_lines },
    Check {
        name: "rfc2046/section-4.1.2/charset-is-named",
        covers: &[r::OTHER_CHARSETS_ARE_NAMED],
        run: charset_is_named,
    },
    Check {
        name: "rfc2046/section-4.1.2/smallest-charset",
        covers: &[r::ASCII_IS_LABELLED_ASCII, r::CHARSET_IS_EXPLICIT, r::SMALLEST_CHARSET],
        run: smallest_charset,
    },
    Check {
        name: "rfc2046/section-4.1.2/nothing-is-called-ascii",
        covers: &[r::NOTHING_IS_CALLED_ASCII],
        run: nothing_is_called_ascii,
    },
];

fn line_breaks() {
    for part in [
        Part::text("a\nb\rc\r\nd"),
        Part::html("a\nb\rc\r\nd"),
        Part::new("text/csv", b"a\nb\rc\r\nd"),
        Part::reader("text/csv; charset=us-ascii", b"a\nb\rc\r\nd".as_slice()),
    ] {
        let message = letter().body(part).build().expect("a message");
        let mut octets = Vec::new();
        let mut writer = message.into_writer(crate::build::Receiver::SEVEN_BIT).expect("a writer");
        while writer.next_chunk(&mut octets).expect("a chunk") {}
        let text = String::from_utf8(octets).expect("text");
        only_crlf(&text);
        assert_eq!(body(&text), "a\r\nb\r\nc\r\nd\r\n");
    }
    // The octets CR and LF of a wide charset are no line breaks.
    let wide: Vec<u8> = "a\nb".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let text = written(letter().body(Part::new("text/plain; charset=utf-16be", wide)));
    assert_eq!(body(&text), "AGEACgBi\r\n");
}

fn long_lines() {
    for length in [79, 998, 999, 5000] {
        let text = written(letter().text("x".repeat(length)));
        assert_eq!(field(&text, "Content-Transfer-Encoding"), "quoted-printable");
        lines_within(&text, 78);
    }
}

fn charset_is_named() {
    assert_eq!(field(&written(letter().text("\u{fc}")), "Content-Type"), "text/plain; charset=utf-8");
    assert_eq!(
        field(&written(letter().body(Part::new("text/x-y", "\u{fc}".as_bytes()))), "Content-Type"),
        "text/x-y; charset=utf-8"
    );
    // Octets that are no UTF-8 need a name.
    refused(letter().body(Part::new("text/plain", b"\xfc")).build(), r::OTHER_CHARSETS_ARE_NAMED);
    let text = written(letter().body(Part::new("text/plain; charset=iso-8859-1", b"\xfc")));
    assert_eq!(field(&text, "Content-Type"), "text/plain; charset=iso-8859-1");
    // A label that is wrong is none.
    refused(
        letter().body(Part::new("text/plain; charset=us-ascii", "\u{fc}")).build(),
        r::OTHER_CHARSETS_ARE_NAMED,
    );
    refused(
        letter().body(Part::new("text/plain; charset=iso-8859-1", "\u{fc}")).build(),
        r::OTHER_CHARSETS_ARE_NAMED,
    );
    refused(letter().body(Part::reader("text/plain", b"x".as_slice())).build(), r::OTHER_CHARSETS_ARE_NAMED);
}

fn smallest_charset() {
    for part in [Part::text("a"), Part::new("text/plain", "a"), Part::new("text/plain", b"a"), Part::text("")]
    {
        assert_eq!(field(&written(letter().body(part)), "Content-Type"), "text/plain; charset=us-ascii");
    }
    assert_eq!(field(&written(letter().html("a")), "Content-Type"), "text/html; charset=us-ascii");
}

fn nothing_is_called_ascii() {
    refused(letter().body(Part::new("text/plain; charset=ASCII", "a")).build(), r::NOTHING_IS_CALLED_ASCII);
    written(letter().body(Part::new("text/plain; charset=US-ASCII", "a")));
}
