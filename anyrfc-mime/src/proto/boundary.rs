//! Which of the open boundaries a line is (RFC 2046, sections 5.1.1 and 5.1.2).

use std::ops::Range;

/// Something that holds parts and has not ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Level {
    /// The number of the entity.
    pub(super) part: usize,
    /// Where its boundary stands among all of them.
    start: usize,
    length: usize,
    /// Whether it is a multipart; else the message inside a part, which has no boundary.
    pub(super) is_multipart: bool,
    /// Whether its parts are messages unless they say something else (RFC 2046, section 5.1.5).
    pub(super) is_digest: bool,
    /// Whether its last delimiter was read.
    pub(super) is_closed: bool,
    /// Whether a part of it was read.
    pub(super) has_parts: bool,
}

impl Level {
    /// Where its boundary stands among all of them.
    const fn boundary(&self) -> Range<usize> {
        self.start..self.start.saturating_add(self.length)
    }
}

/// The open entities, from the outermost inwards.
#[derive(Clone, Debug, Default)]
pub(super) struct Levels {
    levels: Vec<Level>,
    boundaries: Vec<u8>,
    /// How many boundaries may still come, and the longest of them.
    open: usize,
    longest: usize,
}

/// What a line is that begins with two hyphens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// No delimiter.
    Content,
    /// More of it is needed to say.
    Unknown,
    /// The delimiter of a level.
    Delimiter {
        level: usize,
        /// Whether it is the last one.
        closes: bool,
        /// Octets up to the end of the boundary, or of the hyphens that close it.
        length: usize,
    },
}

impl Levels {
    pub(super) fn len(&self) -> usize {
        self.levels.len()
    }

    pub(super) fn last(&self) -> Option<&Level> {
        self.levels.last()
    }

    pub(super) fn get_mut(&mut self, level: usize) -> Option<&mut Level> {
        self.levels.get_mut(level)
    }

    /// Whether no boundary can come any more.
    pub(super) const fn is_free(&self) -> bool {
        self.open == 0
    }

    /// How much of a line tells what it is: hyphens, boundary, hyphens and a line break.
    pub(super) const fn lookahead(&self) -> usize {
        self.longest.saturating_add(8)
    }

    pub(super) fn push_multipart(&mut self, part: usize, boundary: &[u8], is_digest: bool) {
        let start = self.boundaries.len();
        self.boundaries.extend_from_slice(boundary);
        self.push(Level {
            part,
            start,
            length: boundary.len(),
            is_multipart: true,
            is_digest,
            is_closed: false,
            has_parts: false,
        });
    }

    pub(super) fn push_message(&mut self, part: usize) {
        let start = self.boundaries.len();
        let (is_multipart, is_digest, is_closed, has_parts) = (false, false, false, false);
        self.push(Level { part, start, length: 0, is_multipart, is_digest, is_closed, has_parts });
    }

    fn push(&mut self, level: Level) {
        self.levels.push(level);
        self.measure();
    }

    pub(super) fn pop(&mut self) -> Option<Level> {
        let level = self.levels.pop()?;
        self.boundaries.truncate(level.start);
        self.measure();
        Some(level)
    }

    /// The last delimiter of a level was read.
    pub(super) fn close(&mut self, level: usize) {
        if let Some(level) = self.levels.get_mut(level) {
            level.is_closed = true;
        }
        self.measure();
    }

    /// From now on nothing is a delimiter.
    pub(super) fn close_all(&mut self) {
        (self.open, self.longest) = (0, 0);
    }

    fn measure(&mut self) {
        (self.open, self.longest) = (0, 0);
        for level in self.levels.iter().filter(|level| level.is_multipart && !level.is_closed) {
            self.open = self.open.saturating_add(1);
            self.longest = self.longest.max(level.length);
        }
    }

    /// What `line` is; `last` where nothing more of it will come.
    ///
    /// A delimiter begins with two hyphens and a boundary; what follows on the line does not matter
    /// (section 5.1.2). Where the boundary of one level begins with that of another, the one that
    /// is the whole line counts, then the longest, then the innermost.
    pub(super) fn line(&self, line: &[u8], last: bool) -> Line {
        if self.is_free() {
            return Line::Content;
        }
        let Some(text) = line.strip_prefix(b"--") else {
            let more = !last && b"--".starts_with(line);
            return if more { Line::Unknown } else { Line::Content };
        };
        let mut best: Option<(usize, bool, usize)> = None;
        let mut unknown = false;
        for (index, level) in self.levels.iter().enumerate().rev() {
            if !level.is_multipart || level.is_closed {
                continue;
            }
            let boundary = self.boundaries.get(level.boundary()).unwrap_or_default();
            let Some(after) = text.strip_prefix(boundary) else {
                unknown |= !last && boundary.starts_with(text);
                continue;
            };
            if !last && after.len() < 3 && b"--".starts_with(after.get(..2).unwrap_or(after)) {
                unknown = true;
                continue;
            }
            let (closes, rest) = match after.strip_prefix(b"--") {
                Some(rest) => (true, rest),
                None => (false, after),
            };
            if ends(rest) || ends(after) {
                best = Some((index, closes, level.length));
                break;
            }
            if best.is_none_or(|(_, _, length)| length < level.length) {
                best = Some((index, closes, level.length));
            }
        }
        match best {
            _ if unknown => Line::Unknown,
            Some((level, closes, length)) => {
                let hyphens = if closes { 4 } else { 2 };
                Line::Delimiter { level, closes, length: length.saturating_add(hyphens) }
            }
            None => Line::Content,
        }
    }
}

/// Whether nothing follows but white space, as far as can be seen.
fn ends(rest: &[u8]) -> bool {
    matches!(rest, [] | [b' ' | b'\t' | b'\r' | b'\n', ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(boundaries: &[&str]) -> Levels {
        let mut levels = Levels::default();
        for (part, boundary) in boundaries.iter().enumerate() {
            levels.push_multipart(part, boundary.as_bytes(), false);
        }
        levels
    }

    fn delimiter(level: usize, closes: bool, length: usize) -> Line {
        Line::Delimiter { level, closes, length }
    }

    #[test]
    fn lines() {
        for (boundaries, line, expected) in [
            (&["b"][..], "--b\r\n", delimiter(0, false, 3)),
            (&["b"], "--b--\r\n", delimiter(0, true, 5)),
            (&["b"], "--b \t\r\n", delimiter(0, false, 3)),
            (&["b"], "--bx\r\n", delimiter(0, false, 3)),
            (&["b"], "--b--x\r\n", delimiter(0, true, 5)),
            (&["b"], "--B\r\n", Line::Content),
            (&["b"], "-b\r\n", Line::Content),
            (&["b"], "- -b", Line::Content),
            // One begins with the other, in either order.
            (&["b", "bb"], "--bb\r\n", delimiter(1, false, 4)),
            (&["b", "bb"], "--b\r\n", delimiter(0, false, 3)),
            (&["b", "bb"], "--b--\r\n", delimiter(0, true, 5)),
            (&["bb", "b"], "--bb\r\n", delimiter(0, false, 4)),
            (&["bb", "b"], "--bb--\r\n", delimiter(0, true, 6)),
            (&["b", "bb"], "--bbx\r\n", delimiter(1, false, 4)),
            (&["bb", "b"], "--bbx\r\n", delimiter(0, false, 4)),
            // The innermost of the same.
            (&["b", "b"], "--bx\r\n", delimiter(1, false, 3)),
            (&["b", "bb", "c"], "--bbx\r\n", delimiter(1, false, 4)),
            (&["b", "b"], "--b\r\n", delimiter(1, false, 3)),
            // "foo" that closes, or "foo--" that goes on.
            (&["foo", "foo--"], "--foo--\r\n", delimiter(1, false, 7)),
            (&["foo--", "foo"], "--foo--\r\n", delimiter(1, true, 7)),
            (&["foo--", "foo"], "--foo----\r\n", delimiter(0, true, 9)),
        ] {
            let levels = levels(boundaries);
            assert_eq!(levels.line(line.as_bytes(), false), expected, "{boundaries:?} {line:?}");
            assert_eq!(levels.line(line.as_bytes(), true), expected, "{boundaries:?} {line:?}");
            // Less of it is the same or not yet known.
            for end in 0..line.len() {
                let found = levels.line(&line.as_bytes()[..end], false);
                assert!(found == Line::Unknown || found == expected, "{boundaries:?} {line:?} {end}");
            }
        }
    }

    #[test]
    fn at_the_end_nothing_more_is_needed() {
        let levels = levels(&["b"]);
        assert_eq!(levels.line(b"--b", true), delimiter(0, false, 3));
        assert_eq!(levels.line(b"--b-", true), delimiter(0, false, 3));
        assert_eq!(levels.line(b"--b--", true), delimiter(0, true, 5));
        assert_eq!(levels.line(b"-", true), Line::Content);
        assert_eq!(levels.line(b"-", false), Line::Unknown);
    }

    #[test]
    fn no_more_is_waited_for_than_decides() {
        let levels = levels(&["b"]);
        for (line, known) in [
            ("", None),
            ("-", None),
            ("x", Some(Line::Content)),
            ("--", None),
            ("--x", Some(Line::Content)),
            ("--b", None),
            ("--b-", None),
            ("--b--", None),
            ("--b--x", Some(delimiter(0, true, 5))),
            ("--b-x", Some(delimiter(0, false, 3))),
            ("--bx", Some(delimiter(0, false, 3))),
            ("--b\r", Some(delimiter(0, false, 3))),
        ] {
            assert_eq!(levels.line(line.as_bytes(), false), known.unwrap_or(Line::Unknown), "{line:?}");
        }
        for line in ["", "-", "--", "--b"] {
            assert_eq!(Levels::default().line(line.as_bytes(), false), Line::Content, "{line:?}");
        }
    }

    #[test]
    fn what_is_closed_is_not_looked_for() {
        let mut levels = levels(&["a", "b"]);
        levels.close(1);
        assert_eq!(levels.line(b"--b\r\n", false), Line::Content);
        levels.pop();
        assert!(!levels.is_free());
        levels.close(0);
        assert!(levels.is_free());
        assert_eq!(levels.line(b"--a\r\n", false), Line::Content);
    }
}
