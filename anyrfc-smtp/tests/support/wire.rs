//! What a message has to look like on the wire, an octet at a time: nothing in here is shared with
//! the code that writes it.

use anyrfc_core::Output;
use anyrfc_smtp::{
    codec::{dot::DotStuffer, lines::LineFixer},
    types::content::{ContentError, LineEnds},
};
use bytes::Bytes;

/// Every end of a line, of whatever kind, as CRLF, and one behind the last line.
pub(crate) fn canonical(message: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let mut octets = message.iter().copied().peekable();
    let mut open = false;
    while let Some(octet) = octets.next() {
        open = !matches!(octet, b'\r' | b'\n');
        if open {
            text.push(octet);
            continue;
        }
        if octet == b'\r' && octets.peek() == Some(&b'\n') {
            octets.next();
        }
        text.extend(b"\r\n");
    }
    if open {
        text.extend(b"\r\n");
    }
    text
}

/// The lines of text whose lines all end with CRLF.
pub(crate) fn lines(text: &[u8]) -> Vec<Vec<u8>> {
    let mut lines = vec![Vec::new()];
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with(b"\r\n") {
            lines.push(Vec::new());
            at += 2;
        } else {
            lines.last_mut().unwrap().push(text[at]);
            at += 1;
        }
    }
    assert!(lines.pop().unwrap().is_empty(), "the last line has no end");
    lines
}

/// The number of the first line over `max`.
pub(crate) fn long_line(message: &[u8], max: usize) -> Option<u64> {
    lines(&canonical(message)).iter().position(|line| line.len() > max).map(|at| at as u64 + 1)
}

/// What a server makes of the octets behind DATA (RFC 5321, section 4.5.2): the message, and what
/// comes behind it.
pub(crate) fn received(wire: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let (mut message, mut at) = (Vec::new(), 0);
    loop {
        let length = wire[at..].windows(2).position(|two| two == b"\r\n")?;
        let line = &wire[at..at + length];
        at += length + 2;
        if line == b"." {
            return Some((message, &wire[at..]));
        }
        message.extend(line.strip_prefix(b".").unwrap_or(line));
        message.extend(b"\r\n");
    }
}

/// Whether a server that takes a CR or an LF for the end of a line sees an end of the data before
/// the real one.
pub(crate) fn smuggles(wire: &[u8]) -> bool {
    let data = wire.strip_suffix(b".\r\n").expect("the end of the data");
    let ends = |octet: u8| octet == b'\r' || octet == b'\n';
    data.strip_prefix(b".").is_some_and(|rest| rest.first().is_none_or(|next| ends(*next)))
        || data.windows(3).any(|three| ends(three[0]) && three[1] == b'.' && ends(three[2]))
        || data.ends_with(b"\n.")
        || data.ends_with(b"\r.")
}

/// Whether there is a CR or LF that is not CRLF.
pub(crate) fn has_bare(text: &[u8]) -> bool {
    let at = |index: usize| text.get(index).copied();
    (0..text.len()).any(|index| match text[index] {
        b'\r' => at(index + 1) != Some(b'\n'),
        b'\n' => index == 0 || at(index - 1) != Some(b'\r'),
        _ => false,
    })
}

/// What `feed` writes of `message`, given in pieces of the sizes that `size` tells, into an output
/// that is written out whenever it is full.
fn pieces(
    message: &[u8],
    size: &mut dyn FnMut() -> usize,
    high_water: usize,
    mut feed: impl FnMut(Option<&mut Bytes>, &mut Output) -> Result<(), ContentError>,
) -> Result<Vec<u8>, ContentError> {
    let (mut out, mut wire) = (Output::with_high_water(high_water), Vec::new());
    let mut rest = Bytes::copy_from_slice(message);
    while !rest.is_empty() {
        let mut chunk = rest.split_to(size().clamp(1, rest.len()));
        while !chunk.is_empty() {
            if out.is_full() {
                wire.extend(out.take());
            }
            let before = (chunk.len(), out.len());
            feed(Some(&mut chunk), &mut out)?;
            assert_ne!((chunk.len(), out.len()), before, "it stands still");
            assert!(chunk.is_empty() || out.is_full(), "it stops too early");
        }
    }
    feed(None, &mut out)?;
    wire.extend(out.take());
    Ok(wire)
}

/// What stands behind DATA for `message`.
///
/// # Errors
/// As [`DotStuffer`].
pub(crate) fn stuffed(
    message: &[u8],
    ends: LineEnds,
    max: usize,
    size: &mut dyn FnMut() -> usize,
    high_water: usize,
) -> Result<Vec<u8>, ContentError> {
    let mut stuffer = DotStuffer::new(ends, max);
    pieces(message, size, high_water, |chunk, out| match chunk {
        Some(chunk) => stuffer.feed(chunk, out),
        None => stuffer.finish(out),
    })
}

/// What stands in the chunks of BDAT for `message`.
///
/// # Errors
/// As [`LineFixer`].
pub(crate) fn fixed(
    message: &[u8],
    ends: LineEnds,
    max: usize,
    size: &mut dyn FnMut() -> usize,
    high_water: usize,
) -> Result<Vec<u8>, ContentError> {
    let mut fixer = LineFixer::new(ends, max);
    pieces(message, size, high_water, |chunk, out| match chunk {
        Some(chunk) => fixer.feed(chunk, out),
        None => fixer.finish(out),
    })
}

/// The same, each piece by itself.
///
/// # Errors
/// As [`LineFixer`].
pub(crate) fn fixed_by_pieces(
    message: &[u8],
    ends: LineEnds,
    max: usize,
    size: &mut dyn FnMut() -> usize,
) -> Result<Vec<u8>, ContentError> {
    let (mut fixer, mut wire) = (LineFixer::new(ends, max), Vec::new());
    let mut rest = Bytes::copy_from_slice(message);
    loop {
        let piece = rest.split_to(size().min(rest.len()));
        wire.extend(fixer.fix(piece, rest.is_empty())?);
        if rest.is_empty() {
            return Ok(wire);
        }
    }
}

/// Writes `message` in every way there is, and looks at it as a server does.
pub(crate) fn judge(message: &[u8], max: usize, size: &mut dyn FnMut() -> usize, high_water: usize) {
    let text = canonical(message);
    let long = long_line(message, max);
    for way in 0..3 {
        for ends in [LineEnds::Normalise, LineEnds::Refuse] {
            let wire = match way {
                0 => stuffed(message, ends, max, size, high_water),
                1 => fixed(message, ends, max, size, high_water),
                _ => fixed_by_pieces(message, ends, max, size),
            };
            let refused = ends == LineEnds::Refuse && text != message;
            match wire {
                Err(ContentError::LineTooLong { line, max: told }) => {
                    assert_eq!((Some(line), told), (long, max));
                }
                Err(ContentError::BareLineEnd { line: Some(line) }) => {
                    assert!(refused && has_bare(message) && line > 0);
                }
                Err(ContentError::Unended) => assert!(refused && !message.ends_with(b"\n")),
                Err(other) => panic!("{other}"),
                Ok(wire) => {
                    assert!(!refused && long.is_none());
                    if way == 0 {
                        assert!(!smuggles(&wire), "{}", wire.escape_ascii());
                        assert_eq!(received(&wire), Some((text.clone(), &[][..])));
                    } else {
                        assert_eq!(wire, text);
                    }
                }
            }
        }
    }
    assert_eq!(fixed(message, LineEnds::Keep, max, size, high_water).as_deref(), Ok(message));
    assert_eq!(fixed_by_pieces(message, LineEnds::Keep, max, size).as_deref(), Ok(message));
}
