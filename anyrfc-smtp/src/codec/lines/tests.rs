use std::io::IoSlice;

use super::*;
use crate::codec::dot::DotStuffer;

const LONG: usize = usize::MAX;

/// Where the pieces of what waits are in memory, and how long they are.
fn waiting(out: &Output) -> Vec<(*const u8, usize)> {
    let mut slices = [IoSlice::new(&[]); Output::SLICES];
    out.slices(&mut slices).iter().map(|slice| (slice.as_ptr(), slice.len())).collect()
}

#[test]
fn a_piece_that_is_as_it_should_be_is_not_copied() {
    for piece in ["a", ".a", "..", "\r\n", "a\r\nb\r\n", "a\r\n.\r\n", "\r\n\r\n.b"] {
        for ends in [LineEnds::Normalise, LineEnds::Refuse, LineEnds::Keep] {
            let given = Bytes::from_static(piece.as_bytes());
            let whole = piece.ends_with('\n');
            let fixed = LineFixer::new(ends, LINE_MAX).fix(given.clone(), whole).unwrap();
            assert_eq!((fixed.as_ptr(), fixed.len()), (given.as_ptr(), given.len()), "{piece:?} {ends:?}");
        }
    }
    // What is to be kept has no end to be given.
    let given = Bytes::from_static(b"a\nb\r");
    let kept = LineFixer::new(LineEnds::Keep, 1).fix(given.clone(), true).unwrap();
    assert_eq!((kept.as_ptr(), kept.len()), (given.as_ptr(), 4));
}

#[test]
fn a_piece_is_fixed_with_what_came_before_it() {
    for pieces in [
        &[("a\r", "a"), ("\nb", "\r\nb"), ("", "\r\n")][..],
        &[("\r", ""), ("", "\r\n")],
        &[("\r", ""), ("\n", "\r\n")],
        &[("\r", ""), ("\r", "\r\n\r\n")],
        &[("a\r", "a"), ("b", "\r\nb\r\n")],
        &[("a\r", "a"), (".\r\n", "\r\n.\r\n")],
        &[("\n", "\r\n")],
        &[("\n.", "\r\n.\r\n")],
        &[("a", "a"), ("\r\n", "\r\n")],
        &[("a", "a"), ("\n", "\r\n")],
        &[("a", "a\r\n")],
        &[("", "")],
        &[("a\r\n", "a\r\n"), ("", "")],
    ] {
        let mut fixer = LineFixer::new(LineEnds::Normalise, LINE_MAX);
        for (index, (piece, expected)) in pieces.iter().enumerate() {
            let last = index + 1 == pieces.len();
            let fixed = fixer.fix(Bytes::from_static(piece.as_bytes()), last).unwrap();
            assert_eq!(fixed, *expected, "{pieces:?}, piece {index}");
        }
    }
}

#[test]
fn a_piece_behind_a_failure_fails_as_it_did() {
    for (first, error) in [
        ("\nb", ContentError::BareLineEnd { line: Some(1) }),
        ("12345", ContentError::LineTooLong { line: 1, max: 4 }),
    ] {
        let mut fixer = LineFixer::new(LineEnds::Refuse, 4);
        assert_eq!(fixer.fix(Bytes::from_static(first.as_bytes()), false), Err(error));
        for (piece, last) in [("a", false), ("a\r\n", false), ("", true), ("a\r\n", true)] {
            assert_eq!(fixer.fix(Bytes::from_static(piece.as_bytes()), last), Err(error), "{piece:?}");
        }
        let mut out = Output::new();
        assert_eq!(fixer.feed(&mut Bytes::from_static(b"a"), &mut out), Err(error));
        assert_eq!(fixer.finish(&mut out), Err(error));
        assert!(out.is_empty());
    }
}

#[test]
fn what_must_not_be_altered_is_not_ended() {
    let mut fixer = LineFixer::new(LineEnds::Refuse, LINE_MAX);
    assert_eq!(fixer.fix(Bytes::from_static(b"a\r\nb"), true), Err(ContentError::Unended));
    let mut fixer = LineFixer::new(LineEnds::Refuse, LINE_MAX);
    let bare = Err(ContentError::BareLineEnd { line: Some(2) });
    assert_eq!(fixer.fix(Bytes::from_static(b"a\r\nb\r"), true), bare);
    let mut fixer = LineFixer::new(LineEnds::Refuse, LINE_MAX);
    assert_eq!(fixer.fix(Bytes::from_static(b"a\r\nb\r"), false).unwrap(), "a\r\nb");
    assert_eq!(fixer.fix(Bytes::from_static(b"c"), false), bare);
    let mut fixer = LineFixer::new(LineEnds::Refuse, LINE_MAX);
    assert_eq!(fixer.fix(Bytes::from_static(b"\r\n"), true).unwrap(), "\r\n");
}

#[test]
fn no_more_than_a_run_is_written_to_an_output_at_once() {
    for ends in [LineEnds::Normalise, LineEnds::Keep] {
        let mut out = Output::with_high_water(1);
        let mut chunk = Bytes::from(vec![b'x'; RUN + 10_000]);
        let mut fixer = LineFixer::new(ends, LONG);
        fixer.feed(&mut chunk, &mut out).unwrap();
        assert_eq!((out.len(), chunk.len()), (RUN, 10_000), "{ends:?}");
        // It is full.
        fixer.feed(&mut chunk, &mut out).unwrap();
        assert_eq!((out.len(), chunk.len()), (RUN, 10_000), "{ends:?}");
    }
}

#[test]
fn what_need_not_be_changed_is_shared() {
    for text in
        ["x".repeat(SHARED), "x.\r\n".repeat(SHARED), ".x\r\n".to_owned() + &"x..x\r\n".repeat(SHARED)]
    {
        let (mut out, mut stuffer) =
            (Output::with_high_water(usize::MAX), DotStuffer::new(LineEnds::Refuse, LONG));
        // A dot behind this does not begin a line.
        stuffer.feed(&mut Bytes::from_static(b"ab"), &mut out).unwrap();
        // A CR at the end waits for what follows.
        let given = Bytes::from(text.trim_end().to_owned() + "\r");
        stuffer.feed(&mut given.clone(), &mut out).unwrap();
        let mut seen = 0;
        for (at, length) in waiting(&out).into_iter().skip(1) {
            assert_eq!(at, given[seen..].as_ptr(), "it was copied");
            seen += length;
        }
        assert_eq!(seen, given.len() - 1);
    }
    // Below that it is cheaper to copy.
    let (mut out, mut fixer) = (Output::new(), LineFixer::new(LineEnds::Refuse, LONG));
    fixer.feed(&mut Bytes::from("x".repeat(SHARED - 1) + "\r"), &mut out).unwrap();
    fixer.feed(&mut Bytes::from("\nx"), &mut out).unwrap();
    assert_eq!(waiting(&out).len(), 1);
}

#[test]
fn errors_name_the_line_wherever_it_is() {
    for lines in [0, 1, 2, 79, 80, 81, 1364, 1365, 1366, 1367, 5000] {
        for line in ["\r\n", "a\r\n", "abcdefghij\r\n"] {
            let line_number = u64::try_from(lines).unwrap() + 1;
            let before = line.repeat(lines);
            for size in [1, 100, 4096, usize::MAX] {
                for (bad, error) in [
                    ("12345678901", ContentError::LineTooLong { line: line_number, max: 10 }),
                    ("a\n", ContentError::BareLineEnd { line: Some(line_number) }),
                    ("a\rb", ContentError::BareLineEnd { line: Some(line_number) }),
                    ("\n", ContentError::BareLineEnd { line: Some(line_number) }),
                ] {
                    if size == 1 && lines > 100 {
                        continue;
                    }
                    let text = format!("{before}{bad}");
                    let mut fixer = LineFixer::new(LineEnds::Refuse, 10);
                    let mut out = Output::with_high_water(usize::MAX);
                    let mut pieces = text.as_bytes().chunks(size.min(text.len()));
                    let found = pieces
                        .find_map(|piece| fixer.feed(&mut Bytes::copy_from_slice(piece), &mut out).err());
                    assert_eq!(found, Some(error), "{lines} times {line:?}, {bad:?} in pieces of {size}");
                }
            }
        }
    }
}

#[test]
fn a_line_may_be_as_long_as_the_limit_however_it_ends() {
    for end in ["\r\n", "\n", "\r", ""] {
        for before in ["", "a\r\n", "a\n", "\r"] {
            for (octets, fits) in [(10, true), (11, false)] {
                let text = format!("{before}{}{end}", "x".repeat(octets));
                for size in 1..=text.len() {
                    let (mut fixer, mut stuffer) =
                        (LineFixer::new(LineEnds::Normalise, 10), DotStuffer::new(LineEnds::Normalise, 10));
                    let mut out = Output::new();
                    let piece = |piece: &[u8]| Bytes::copy_from_slice(piece);
                    let mut pieces = text.as_bytes().chunks(size);
                    let fixed = pieces.try_for_each(|octets| fixer.fix(piece(octets), false).map(drop));
                    let mut pieces = text.as_bytes().chunks(size);
                    let stuffed = pieces.try_for_each(|octets| stuffer.feed(&mut piece(octets), &mut out));
                    assert_eq!(
                        (fixed.is_ok(), stuffed.is_ok()),
                        (fits, fits),
                        "{text:?} in pieces of {size}"
                    );
                }
            }
        }
    }
}
