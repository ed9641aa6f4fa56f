//! Messages on their way: dot-stuffing, line ends, and what is known of them beforehand.

use anyrfc_core::{Output, testing::random::Random};
use anyrfc_smtp::{
    codec::{
        dot::DotStuffer,
        lines::LineFixer,
        scan::{scan, scan_as},
    },
    types::content::{Content, ContentError, LINE_MAX, LineEnds, LongLine},
};
use bytes::Bytes;
use support::wire::{canonical, has_bare, judge, lines, long_line, smuggles, stuffed};

mod support {
    pub(crate) mod wire;
}

/// A text of `length` octets out of what is dangerous, and lines of every length.
fn text(random: &mut Random, length: usize, max: usize) -> Vec<u8> {
    let mut text = Vec::new();
    while text.len() < length {
        match random.below(12) {
            0 => text.push(b'.'),
            1 => text.push(b'\r'),
            2 => text.push(b'\n'),
            3..6 => text.extend(b"\r\n"),
            6 => text.extend(b"\r\n."),
            7 => text.extend(b"\r\n.\r\n"),
            8 => text.push(random.next_u64() as u8),
            _ => text.extend(std::iter::repeat_n(b'x', random.below(max + 2))),
        }
    }
    text
}

#[test]
fn what_is_stuffed_is_read_as_it_was_whatever_the_pieces() {
    let mut random = Random::new(1);
    for round in 0..1500 {
        let max = [5, 40, LINE_MAX][round % 3];
        let length = [3, 30, 300, 9000][round % 4];
        let length = random.below(length);
        let message = text(&mut random, length, max);
        let most = [1, 2, 7, 100, 5000, 100_000][random.below(6)];
        let high_water = [1, 100, 5000, Output::HIGH_WATER][random.below(4)];
        let mut sizes = random.clone();
        judge(&message, max, &mut || 1 + sizes.below(most), high_water);
    }
}

#[test]
fn every_short_text_of_what_is_dangerous_in_every_pair_of_pieces() {
    const OCTETS: [u8; 4] = [b'\r', b'\n', b'.', b'x'];
    for length in 0..=5_u32 {
        for number in 0..4_usize.pow(length) {
            let message: Vec<u8> = (0..length).map(|at| OCTETS[number / 4_usize.pow(at) % 4]).collect();
            for first in 1..=message.len().max(1) {
                judge(&message, LINE_MAX, &mut || first, Output::HIGH_WATER);
            }
        }
    }
}

#[test]
fn what_is_dangerous_lies_at_every_place_of_a_block() {
    for what in ["\r\n.\r\n", "\r\n..", "\n.\n", "\r.\r", "\n.\r\n", "\r", "\n", "\r\n"] {
        for at in 4080..4110 {
            let mut message = "0123456\r\n".repeat(460).into_bytes();
            message.truncate(at);
            message.extend(what.as_bytes());
            message.extend(b"and on\r\n");
            judge(&message, LINE_MAX, &mut || usize::MAX, Output::HIGH_WATER);
            judge(&message, LINE_MAX, &mut || 4096, Output::HIGH_WATER);
        }
    }
}

#[test]
fn dots_and_ends_by_hand() {
    let whole = |message: &str| {
        let wire = stuffed(message.as_bytes(), LineEnds::Normalise, LINE_MAX, &mut || usize::MAX, 1 << 20);
        String::from_utf8(wire.unwrap()).unwrap()
    };
    assert_eq!(whole(""), ".\r\n");
    assert_eq!(whole("."), "..\r\n.\r\n");
    assert_eq!(whole(".."), "...\r\n.\r\n");
    assert_eq!(whole("\r\n"), "\r\n.\r\n");
    assert_eq!(whole("one"), "one\r\n.\r\n");
    assert_eq!(whole("one\r\n"), "one\r\n.\r\n", "no line is added");
    assert_eq!(whole("one\r\n\r\n"), "one\r\n\r\n.\r\n", "none is taken away");
    assert_eq!(whole("one\n.\nQUIT\n"), "one\r\n..\r\nQUIT\r\n.\r\n");
    assert_eq!(whole("one\r.\rQUIT\r"), "one\r\n..\r\nQUIT\r\n.\r\n");
    assert_eq!(whole("one\n.\r\nQUIT"), "one\r\n..\r\nQUIT\r\n.\r\n");
    assert_eq!(whole("one\r\r\n.two\n\r.three"), "one\r\n\r\n..two\r\n\r\n..three\r\n.\r\n");
}

#[test]
fn a_mebibyte_of_dots() {
    let message = ".\r\n".repeat(1 << 19);
    judge(message.as_bytes(), LINE_MAX, &mut || 1000, Output::HIGH_WATER);
    let line = ".".repeat(1 << 20);
    let result = stuffed(line.as_bytes(), LineEnds::Normalise, LINE_MAX, &mut || 1000, 1 << 20);
    assert_eq!(result, Err(ContentError::LineTooLong { line: 1, max: LINE_MAX }));
    let result = stuffed(line.as_bytes(), LineEnds::Normalise, usize::MAX, &mut || 1000, 1 << 20);
    assert_eq!(result.map(|wire| wire.len()), Ok((1 << 20) + 1 + 5));
}

#[test]
fn the_longest_line_and_one_octet_more() {
    for (length, dot) in [(997, 0), (998, 0), (999, 0), (997, 1), (998, 1), (5000, 0)] {
        for end in ["\r\n", "\n", "\r", ""] {
            let line = format!("{}{}", ".".repeat(dot), "x".repeat(length - dot));
            for before in ["", "\r\n", "one\r\ntwo\r\n", "one\n"] {
                let message = format!("{before}{line}{end}");
                for size in [1, 999, 1000, 1001, 4096, usize::MAX] {
                    judge(message.as_bytes(), LINE_MAX, &mut || size, Output::HIGH_WATER);
                }
                let long = long_line(message.as_bytes(), LINE_MAX);
                let facts = scan(message.as_bytes());
                assert_eq!(facts.long_line, long.map(|line| LongLine { line, octets: length }));
                assert_eq!((facts.binary, facts.check_text().is_err()), (length > 998, length > 998));
            }
        }
    }
}

#[test]
fn what_is_refused_stays_refused() {
    let mut stuffer = DotStuffer::new(LineEnds::Refuse, LINE_MAX);
    let mut out = Output::new();
    let refused = Err(ContentError::BareLineEnd { line: Some(2) });
    assert_eq!(stuffer.feed(&mut Bytes::from_static(b"one\r\ntwo\nthree"), &mut out), refused);
    assert_eq!(stuffer.feed(&mut Bytes::from_static(b"four\r\n"), &mut out), refused);
    let before = out.len();
    assert_eq!(stuffer.finish(&mut out), refused);
    assert_eq!(out.len(), before, "the data is not ended");
    // What keeps line ends has no place behind DATA.
    let mut stuffer = DotStuffer::new(LineEnds::Keep, LINE_MAX);
    let refused = Err(ContentError::BareLineEnd { line: Some(1) });
    assert_eq!(stuffer.feed(&mut Bytes::from_static(b"one\n.\n"), &mut out), refused);
}

#[test]
fn large_stretches_are_shared_and_the_output_is_not_overfilled() {
    // Blocks end between CR and LF too.
    let message = Bytes::from("0123456789a\r\n".repeat(100_000).into_bytes());
    let mut chunk = message.clone();
    let mut stuffer = DotStuffer::default();
    let mut seen = 0;
    while !chunk.is_empty() {
        let mut out = Output::new();
        stuffer.feed(&mut chunk, &mut out).unwrap();
        assert!(out.len() <= 2 * Output::HIGH_WATER, "{} octets wait", out.len());
        let mut slices = [std::io::IoSlice::new(&[]); Output::SLICES];
        for slice in out.slices(&mut slices) {
            assert_eq!(slice.as_ptr(), message[seen..].as_ptr(), "it was copied");
            seen += slice.len();
        }
    }
    assert_eq!(seen, message.len());
    let fixed = LineFixer::new(LineEnds::Refuse, LINE_MAX).fix(message.clone(), true).unwrap();
    assert_eq!(fixed.as_ptr(), message.as_ptr(), "it was copied");
    let mut chunk = message.clone();
    let (mut out, mut fixer) = (Output::new(), LineFixer::new(LineEnds::Keep, LINE_MAX));
    fixer.feed(&mut chunk, &mut out).unwrap();
    assert!(out.len() <= 2 * Output::HIGH_WATER);
}

#[test]
fn facts_are_those_of_an_octet_at_a_time() {
    let mut random = Random::new(2);
    for round in 0..1500 {
        let length = [3, 30, 300, 9000][round % 4];
        let length = random.below(length);
        let mut message = text(&mut random, length, LINE_MAX);
        if round % 2 == 0 {
            message = canonical(&message);
        }
        if round % 3 == 0 {
            message.retain(|octet| octet.is_ascii());
        }
        let facts = scan(&message);
        let sent = canonical(&message);
        assert_eq!(facts.size, Some(sent.len() as u64));
        assert_eq!(facts.eight_bit, message.iter().any(|octet| *octet > 127));
        assert_eq!(facts.nul, message.contains(&0));
        assert_eq!(facts.bare_line_ends, has_bare(&message));
        assert_eq!(facts.unended, message.last().is_some_and(|last| !matches!(last, b'\r' | b'\n')));
        assert_eq!(facts.long_line.map(|long| long.line), long_line(&message, LINE_MAX));
        assert_eq!(facts.binary, facts.nul || facts.long_line.is_some());
        let header = lines(&sent).into_iter().take_while(|line| !line.is_empty()).flatten();
        assert_eq!(facts.utf8_header, header.into_iter().any(|octet| octet > 127));
        let kept = scan_as(&message, LineEnds::Keep);
        assert_eq!((kept.size, kept.binary), (Some(message.len() as u64), true));
        let strict = scan_as(&message, LineEnds::Refuse);
        assert_eq!(strict.check().is_ok(), sent == message, "{strict:?}");
        // What BDAT announces is what is sent.
        for facts in [facts, kept, strict] {
            let fixed = LineFixer::of(&facts).fix(Bytes::copy_from_slice(&message), true);
            assert_eq!(fixed.is_ok(), facts.check().is_ok());
            assert!(fixed.is_err() || fixed.map(|fixed| fixed.len() as u64).ok() == facts.size);
        }
    }
}

#[test]
fn smuggling_is_seen_by_the_judge() {
    for wire in
        ["a\n.\nb\r\n.\r\n", "a\r.\rb\r\n.\r\n", "a\n.\r\nb\r\n.\r\n", ".\r\n.\r\n", "\r\n.\r\nb\r\n.\r\n"]
    {
        assert!(smuggles(wire.as_bytes()), "{wire:?}");
    }
    assert!(!smuggles(b"a\r\n..\r\nb\r\n.\r\n"));
}

#[test]
fn what_is_said_of_octets_in_memory_is_checked_before_anything_is_sent() {
    let facts = Content::from("Subject: hi\r\n\r\nhello\r\n").size(22).facts().unwrap();
    assert_eq!((facts.size, facts.check_text()), (Some(22), Ok(())));
    let wrong = Content::from("Subject: hi\r\n\r\nhello\r\n").size(23).facts();
    assert_eq!(wrong, Err(ContentError::Size { declared: 23, got: 22 }));
    let bare = Content::from("a\nb\r\n").line_ends(LineEnds::Refuse).facts();
    assert_eq!(bare, Err(ContentError::BareLineEnd { line: None }));
    let unended = Content::from("a\r\nb").line_ends(LineEnds::Refuse).facts();
    assert_eq!(unended, Err(ContentError::Unended));
    let binary = Content::from("a\nb").binary().facts().unwrap();
    assert_eq!((binary.size, binary.check_text()), (Some(3), Err(ContentError::Binary)));
    let nul = Content::from(b"a\0b\r\n").facts().unwrap();
    assert_eq!((nul.binary, nul.check_text()), (true, Err(ContentError::Binary)));
    let declared = Content::from("a\r\n").utf8_header().facts().unwrap();
    assert!(declared.utf8_header);
}

#[test]
fn what_has_ended_is_ended_once() {
    for text in ["a\r", "a", "a\r\n"] {
        let (mut out, mut fixer) = (Output::new(), LineFixer::new(LineEnds::Normalise, LINE_MAX));
        fixer.feed(&mut Bytes::from_static(text.as_bytes()), &mut out).unwrap();
        fixer.finish(&mut out).unwrap();
        fixer.finish(&mut out).unwrap();
        assert_eq!(out.take(), "a\r\n", "{text:?}");
    }
}

#[test]
fn the_least_octet_beyond_ascii_is_beyond_it() {
    for (text, beyond) in
        [(&b"\x80"[..], true), (b"\x80\r\n", true), (b"\x7f", false), (b"\r\n\x80", true), (b"", false)]
    {
        assert_eq!(scan(text).eight_bit, beyond, "{}", text.escape_ascii());
    }
    for (text, nul) in [(&b"\0"[..], true), (b"\0a", true), (b"a\0", true), (b"a", false)] {
        assert_eq!(scan(text).nul, nul, "{}", text.escape_ascii());
    }
}
