//! RFC 6455, section 5.6: data frames.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::support::{
    BINARY, End, TEXT, assert_last_words, binary, fails, fails_after, in_pieces, receives, text, to,
};
use crate::{
    Kind,
    proto::{Config, Role},
    rfc6455 as r,
};

pub(super) static CHECKS: &[Check] = &[Check {
    name: "section-5.6/text-is-utf8-as-a-whole",
    covers: &[r::TEXT_IS_UTF8],
    run: text_is_utf8_as_a_whole,
}];

/// Not UTF-8: each way to be wrong.
pub(super) const WRONG: [&[u8]; 12] = [
    b"\xC0\xAF",
    b"\xE0\x80\xAF",
    b"\xF0\x80\x80\xAF",
    b"\xED\xA0\x80",
    b"\xED\xBF\xBF",
    b"\xF4\x90\x80\x80",
    b"\xF5\x80\x80\x80",
    b"\x80",
    b"\xFF",
    b"ok\xC3(",
    b"\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5\xED\xA0\x80edited",
    b"\xE2\x82A",
];

/// UTF-8 that breaks off.
const CUT: [&[u8]; 4] = [b"\xC3", b"a\xE2\x82", b"\xF0\x9F\x92", b"\xF4\x8F"];

fn text_is_utf8_as_a_whole() {
    let word = "κόσμε";
    for role in [Role::Client, Role::Server] {
        for cut in 0..=word.len() {
            let (a, b) = word.as_bytes().split_at(cut);
            receives(role, [to(role, 0x01, a), to(role, 0x80, b)].concat(), &[text(word)]);
            let pieces = in_pieces(role, &[to(role, 0x01, a), to(role, 0x80, b)].concat());
            assert!(pieces.done && pieces.error.is_none() && pieces.data == word.as_bytes());
            let three = [to(role, 0x01, a), to(role, 0x00, ""), to(role, 0x80, b)];
            receives(role, three.concat(), &[text(word)]);
        }
        for fine in ["", "\0", "\u{FFFE}\u{FFFF}", "\u{10FFFF}", "\u{D7FF}\u{E000}", "\u{80}\u{7FF}\u{800}"] {
            receives(role, to(role, TEXT, fine), &[text(fine)]);
        }
        for wrong in WRONG.iter().chain(&CUT) {
            // Whole, as the only fragment, over fragments, and after a message that was fine.
            fails(role, to(role, TEXT, wrong), r::TEXT_IS_UTF8, 1007);
            let pieces = [to(role, 0x01, wrong), to(role, 0x80, "")].concat();
            fails(role, pieces, r::TEXT_IS_UTF8, 1007);
            let (last, others) = wrong.split_last().expect("not empty");
            let pieces = [to(role, 0x01, others), to(role, 0x80, [*last])].concat();
            fails(role, pieces, r::TEXT_IS_UTF8, 1007);
            fails_after(role, &to(role, TEXT, word), &to(role, TEXT, wrong), r::TEXT_IS_UTF8, 1007);
            // The same bytes are no fault where they are not said to be text.
            receives(role, to(role, BINARY, wrong), &[binary(wrong)]);
            receives(role, [to(role, 0x02, others), to(role, 0x80, [*last])].concat(), &[binary(wrong)]);
            sending(role, wrong);
            for sent in [to(role, TEXT, wrong), [to(role, 0x01, others), to(role, 0x80, [*last])].concat()] {
                let pieces = in_pieces(role, &sent);
                assert!(!pieces.done, "the message was ended");
                assert_eq!(pieces.error.and_then(|e| e.requirement()), Some(r::TEXT_IS_UTF8), "{wrong:x?}");
                assert_last_words(role, &pieces.sent, 1007);
            }
            let pieces = in_pieces(role, &to(role, BINARY, wrong));
            assert!(pieces.done && pieces.error.is_none() && pieces.data == *wrong);
        }
        // Half a character does not wait for the next message to complete it.
        let halves = [to(role, TEXT, b"\xCE"), to(role, TEXT, b"\xBA")].concat();
        fails(role, halves, r::TEXT_IS_UTF8, 1007);
    }
}

/// Ours: bytes that are not text are never ended as text.
fn sending(role: Role, wrong: &[u8]) {
    let mut end = End::new(role, &Config::default(), [9; 32]);
    let refused = end.connection.send_slice(&mut end.output, Kind::Text, wrong).expect_err("not UTF-8");
    assert_eq!((refused.kind(), refused.requirement()), (ErrorKind::Usage, Some(r::TEXT_IS_UTF8)));
    assert_eq!(end.part(Kind::Text, wrong, true).expect_err("not UTF-8").kind(), ErrorKind::Usage);
    assert_eq!(end.written(), b"", "a refused message wrote something");
    let (last, others) = wrong.split_last().expect("not empty");
    if end.part(Kind::Text, others, false).is_ok() {
        assert_eq!(end.part(Kind::Text, [*last], true).expect_err("not UTF-8").kind(), ErrorKind::Usage);
        assert!(end.frames().iter().all(|frame| !frame.fin), "the message was ended");
        assert!(end.send(text("another")).is_err(), "glued to an unfinished message");
    } else {
        end.send(text("another")).expect("nothing was begun");
    }
}
