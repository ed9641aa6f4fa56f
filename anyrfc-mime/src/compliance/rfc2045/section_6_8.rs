//! RFC 2045, section 6.8: base64.

use anyrfc_core::compliance::Check;

use super::super::support::{body, letter, lines_within, written};
use crate::{Defects, build::Part, codec::base64, rfc2045 as r};

pub(super) static CHECKS: &[Check] = &[
    Check { name: "rfc2045/section-6.8/bit-order", covers: &[r::MOST_SIGNIFICANT_BIT_FIRST], run: bit_order },
    Check {
        name: "rfc2045/section-6.8/lines-up-to-76",
        covers: &[r::BASE64_LINES_UP_TO_76],
        run: lines_up_to_76,
    },
    Check {
        name: "rfc2045/section-6.8/other-characters",
        covers: &[r::OTHER_CHARACTERS_ARE_IGNORED],
        run: other_characters,
    },
    Check { name: "rfc2045/section-6.8/last-quantum", covers: &[r::QUANTUM_IS_COMPLETED], run: last_quantum },
    Check {
        name: "rfc2045/section-6.8/text-is-canonical",
        covers: &[r::TEXT_IS_CANONICAL_BEFORE_BASE64],
        run: text_is_canonical,
    },
];

fn decode(text: &[u8]) -> Vec<u8> {
    base64::decode(text, &mut Defects::default())
}

fn bit_order() {
    assert_eq!(base64::encode(b"\x80\x00\x01"), b"gAAB");
    assert_eq!(decode(b"gAAB"), b"\x80\x00\x01");
    // The whole alphabet in its order.
    let every: Vec<u8> = (0..48u32)
        .map(|n| {
            let first = (n / 3) * 4;
            let word = (0..4).fold(0, |word, at| word << 6 | (first + at));
            word.to_be_bytes()[1 + n as usize % 3]
        })
        .collect();
    assert_eq!(base64::encode(&every), b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
}

fn lines_up_to_76() {
    for length in [0, 1, 56, 57, 58, 114, 115, 10_000] {
        let octets = vec![0xA5; length];
        let encoded = base64::encode(&octets);
        lines_within(std::str::from_utf8(&encoded).expect("ASCII"), 76);
        assert_eq!(decode(&encoded), octets);
        let text = written(letter().body(Part::new("image/png", octets.as_slice())));
        lines_within(body(&text), 76);
        assert_eq!(decode(body(&text).as_bytes()), octets);
    }
}

fn other_characters() {
    assert_eq!(decode(b"aG\r\nVs bG\t8=\x00\xff!"), b"hello");
    let mut defects = Defects::default();
    assert_eq!(base64::decode(b"aG!Vs*bG8=", &mut defects), b"hello");
    assert!(!defects.is_empty(), "they are seen all the same");
}

fn last_quantum() {
    for (octets, encoded) in [(&b"a"[..], &b"YQ=="[..]), (b"ab", b"YWI="), (b"abc", b"YWJj"), (b"", b"")] {
        assert_eq!(base64::encode(octets), encoded);
        assert_eq!(decode(encoded), octets);
    }
    let mut encoder = base64::Encoder::new();
    let mut out = Vec::new();
    for octet in b"ab" {
        encoder.push(&[*octet], &mut out);
    }
    encoder.finish(&mut out);
    assert_eq!(out, b"YWI=");
}

fn text_is_canonical() {
    let text = "\u{4f60}\u{597d}\n".repeat(20);
    let written = written(letter().text(text.as_str()));
    assert!(written.contains("base64"));
    assert_eq!(decode(body(&written).as_bytes()), text.replace('\n', "\r\n").as_bytes());
    // What is not text stays as it is.
    let data = super::super::support::written(letter().body(Part::new("application/x", text.as_bytes())));
    assert_eq!(decode(body(&data).as_bytes()), text.as_bytes());
}
