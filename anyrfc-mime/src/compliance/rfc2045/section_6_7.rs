//! RFC 2045, section 6.7 and appendix A: quoted-printable.

use anyrfc_core::compliance::Check;

use super::super::support::{letter, lines_within, refused, written};
use crate::{
    Defects,
    build::{MultiPart, Part},
    codec::quoted_printable::{self, Breaks},
    rfc2045 as r, rfc2046,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc2045/section-6.7/printable-octets",
        covers: &[r::PRINTABLE_OCTETS_MAY_STAY],
        run: printable_octets,
    },
    Check { name: "rfc2045/section-6.7/white-space", covers: &[r::WHITE_SPACE_MAY_STAY], run: white_space },
    Check {
        name: "rfc2045/section-6.7/no-white-space-at-a-line-end",
        covers: &[
            r::NO_WHITE_SPACE_AT_A_LINE_END,
            r::PRINTABLE_AFTER_WHITE_SPACE,
            r::NO_TRANSPORT_PADDING,
            r::GRAMMAR_NO_TRANSPORT_PADDING,
        ],
        run: no_white_space_at_a_line_end,
    },
    Check {
        name: "rfc2045/section-6.7/padding-is-handled",
        covers: &[r::PADDING_IS_HANDLED, r::TRAILING_WHITE_SPACE_IS_DELETED, r::GRAMMAR_PADDING_IS_HANDLED],
        run: padding_is_handled,
    },
    Check {
        name: "rfc2045/section-6.7/hex-digits",
        covers: &[r::HEX_IS_UPPERCASE, r::OTHER_OCTETS_ARE_HEX],
        run: hex_digits,
    },
    Check { name: "rfc2045/section-6.7/line-breaks", covers: &[r::LINE_BREAKS_ARE_CRLF], run: line_breaks },
    Check {
        name: "rfc2045/section-6.7/lines-up-to-76",
        covers: &[r::ENCODED_LINES_UP_TO_76],
        run: lines_up_to_76,
    },
    Check {
        name: "rfc2045/section-6.7/binary-line-breaks",
        covers: &[r::BINARY_LINE_BREAKS_ARE_HEX],
        run: binary_line_breaks,
    },
    Check {
        name: "rfc2045/section-6.7/boundary",
        covers: &[r::BOUNDARY_NOT_IN_ENCODED_BODIES],
        run: boundary,
    },
    Check {
        name: "rfc2045/section-6.7/no-control-characters",
        covers: &[r::NO_CONTROL_CHARACTERS, r::NO_EQUALS_SIGN_AT_THE_END],
        run: no_control_characters,
    },
];

fn encode(text: &str) -> String {
    String::from_utf8(quoted_printable::encode(text.as_bytes(), Breaks::Text)).expect("ASCII")
}

fn decode(text: &str) -> String {
    let decoded = quoted_printable::decode(text.as_bytes(), &mut Defects::default());
    String::from_utf8(decoded.into_owned()).expect("text")
}

fn printable_octets() {
    let printable: String = (33..=126u8).filter(|octet| *octet != b'=').map(char::from).collect();
    // Too long for one line: nothing but a soft break is added.
    assert_eq!(encode(&printable).replace("=\r\n", ""), printable);
    assert_eq!(encode("="), "=3D");
}

fn white_space() {
    assert_eq!(encode("a b\tc"), "a b\tc");
}

fn no_white_space_at_a_line_end() {
    assert_eq!(encode("a \r\nb\t\r\nc "), "a=20\r\nb=09\r\nc=20");
    for length in 70..80 {
        for space in [" ", "\t", "  ", "      "] {
            let text = format!("{}{space}b{space}\r\n{space}\r\n{space}", "a".repeat(length));
            let encoded = encode(&text);
            for line in encoded.split("\r\n") {
                assert!(!line.ends_with([' ', '\t']), "{line:?}");
                assert!(!line.is_empty() || text.is_empty(), "{encoded:?}");
            }
            assert_eq!(decode(&encoded), text);
        }
    }
}

fn padding_is_handled() {
    assert_eq!(decode("a  \t\r\nb= \t\r\nc \t"), "a\r\nbc");
    assert_eq!(decode("a b\tc\r\n"), "a b\tc\r\n");
    assert_eq!(decode("a=20\r\n"), "a \r\n");
}

fn hex_digits() {
    for octet in 0..=255u8 {
        let encoded = quoted_printable::encode(&[octet, b'x'], Breaks::Binary);
        let literal = matches!(octet, 33..=60 | 62..=126 | b' ' | b'\t') && octet != b'.';
        if literal {
            assert_eq!(encoded, [octet, b'x']);
        } else {
            assert_eq!(encoded, format!("={octet:02X}x").into_bytes());
        }
    }
}

fn line_breaks() {
    assert_eq!(encode("a\nb\r\nc"), "a\r\nb\r\nc");
    assert_eq!(decode("a\r\nb"), "a\r\nb");
    assert!(written(letter().text("\u{fc}\nb")).contains("=C3=BC\r\nb"));
}

fn lines_up_to_76() {
    for text in
        ["x".repeat(1000), "\u{fc}".repeat(500), "x ".repeat(500), "=".repeat(500), "..\r\n".repeat(99)]
    {
        let encoded = encode(&text);
        lines_within(&encoded, 76);
        assert_eq!(decode(&encoded), text);
    }
    // A line of exactly 76 needs no soft break longer than itself.
    assert!(encode(&"x".repeat(76)).split("\r\n").all(|line| line.len() <= 76));
}

fn binary_line_breaks() {
    let encoded = quoted_printable::encode(b"a\r\nb\nc\rd", Breaks::Binary);
    assert_eq!(encoded, b"a=0D=0Ab=0Ac=0Dd");
}

/// Generated boundaries hold `=_`, which no encoder writes; a given one is searched for.
fn boundary() {
    let text = written(letter().text("a").html("b"));
    let boundary =
        text.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a boundary");
    assert!(boundary.contains("=_"));
    assert!(!encode("=_").contains("=_"));
    let part = || Part::text("\u{fc}\r\n--evil\r\n");
    let message = |boundary| {
        letter().body(MultiPart::mixed().boundary(boundary).part(part())).build().expect("a message")
    };
    refused(message("evil").to_vec(), rfc2046::NO_BOUNDARY_IN_PARTS);
    message("good").to_vec().expect("no such line");
}

fn no_control_characters() {
    let all: Vec<u8> = (0..=255).collect();
    for breaks in [Breaks::Text, Breaks::Binary] {
        let encoded = quoted_printable::encode(&all, breaks);
        let text = String::from_utf8(encoded).expect("ASCII");
        assert!(text.replace("\r\n", "").chars().all(|c| c == '\t' || !c.is_control()), "{text:?}");
    }
    for end in ["=", "x=", "\u{fc}", &"x".repeat(75), &"x".repeat(76), &format!("{}=", "x".repeat(75))] {
        let encoded = encode(end);
        let tail = &encoded[encoded.len().saturating_sub(2)..];
        assert!(!tail.contains('='), "{encoded}");
    }
}
