//! What a line of a header is (RFC 5322, section 2.2).

use memchr::memchr;

use crate::types::chars::{FTEXT, is_wsp};

/// The longest name of a field: one that fills a line of 998 with its colon.
const NAME_MAX: usize = 997;

/// How much of a line always tells what it is: a name and as much white space.
pub(super) const LOOKAHEAD: usize = 2 * NAME_MAX + 2;

/// What the octets at the beginning of a line are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// More of it is needed to say.
    Unknown,
    /// The empty line that ends a header, so many octets long.
    Empty(usize),
    /// A field: the length of its name, and where its colon stands.
    Field { name: usize, colon: usize },
    /// Something else.
    Other,
}

/// Looks at the beginning of a line, of which `known` octets were seen to be part of a name.
pub(super) fn start(line: &[u8], known: &mut usize, last: bool) -> Start {
    match line {
        [b'\n', ..] => return Start::Empty(1),
        [b'\r', b'\n', ..] => return Start::Empty(2),
        [b'\r'] | [] if !last => return Start::Unknown,
        _ => {}
    }
    let seen = line.get(*known..).unwrap_or_default();
    let more = seen.iter().position(|&byte| !FTEXT.has(byte)).unwrap_or(seen.len());
    let name = known.saturating_add(more);
    *known = name;
    if name == 0 || name > NAME_MAX {
        return Start::Other;
    }
    let after = line.get(name..).unwrap_or_default();
    // `obs-optional` and its like have white space before the colon (section 4.5.8).
    let space = after.iter().position(|&byte| !is_wsp(byte)).unwrap_or(after.len());
    match after.get(space) {
        Some(b':') => Start::Field { name, colon: name.saturating_add(space) },
        None if !last && space <= NAME_MAX => Start::Unknown,
        _ => Start::Other,
    }
}

/// Where a field ends whose first line break stands behind `from`: behind the first one that no
/// white space follows.
pub(super) fn field_end(data: &[u8], from: usize, last: bool) -> Option<usize> {
    let mut from = from;
    loop {
        let Some(at) = memchr(b'\n', data.get(from..).unwrap_or_default()) else {
            return last.then_some(data.len());
        };
        let next = from.saturating_add(at).saturating_add(1);
        match data.get(next) {
            Some(&byte) if is_wsp(byte) => from = next,
            None if !last => return None,
            _ => return Some(next),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings() {
        let long = "x".repeat(998);
        for (line, expected) in [
            ("\r\n", Start::Empty(2)),
            ("\n", Start::Empty(1)),
            ("To: x", Start::Field { name: 2, colon: 2 }),
            ("To \t: x", Start::Field { name: 2, colon: 4 }),
            ("a:", Start::Field { name: 1, colon: 1 }),
            (": x", Start::Other),
            ("Fr om: x", Start::Other),
            (" x", Start::Other),
            ("\rx", Start::Other),
            ("x\r\n", Start::Other),
            ("ü: x", Start::Other),
            ("a\0: x", Start::Other),
            (&long, Start::Other),
        ] {
            for last in [false, true] {
                assert_eq!(start(line.as_bytes(), &mut 0, last), expected, "{line:?}");
            }
        }
        for line in ["", "\r", "To", "To "] {
            let mut known = 0;
            assert_eq!(start(line.as_bytes(), &mut known, false), Start::Unknown, "{line:?}");
            assert_eq!(start(line.as_bytes(), &mut known, true), Start::Other, "{line:?}");
        }
    }

    #[test]
    fn ends() {
        for (data, last, expected) in [
            ("a: b\r\nc", false, Some(6)),
            ("a: b\r\n", false, None),
            ("a: b\r\n", true, Some(6)),
            ("a: b\r\n c\r\n\td\n\r\n", false, Some(13)),
            ("a: b", false, None),
            ("a: b", true, Some(4)),
        ] {
            assert_eq!(field_end(data.as_bytes(), 2, last), expected, "{data:?}");
        }
    }
}
