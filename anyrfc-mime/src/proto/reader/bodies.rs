//! Bodies, and the delimiters between them (RFC 2046, section 5.1.1).

use std::sync::LazyLock;

use memchr::{memchr, memmem};

use super::{
    super::boundary::{Level, Line},
    Delimiter, MimeReader, Queued, State, Step,
};
use crate::types::{DefectKind, chars::is_wsp};

/// What a delimiter begins with.
static DELIMITER: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(b"\n--"));

impl MimeReader {
    /// Some of a body, preamble or epilogue: what stands before the next delimiter, or that.
    pub(super) fn body(&mut self, data: &[u8]) -> (usize, Step) {
        if data.is_empty() {
            if !self.last {
                return (0, Step::Need);
            }
            self.end_above(0, self.offset);
            self.go(State::End);
            return (data.len(), Step::Again);
        }
        if self.levels.is_free() {
            return self.chunk(data.len());
        }
        if self.line_start {
            match self.levels.line(data, self.last) {
                Line::Unknown => return (0, Step::Need),
                Line::Delimiter { level, closes, length } if !self.is_too_many(closes) => {
                    return self.delimiter(level, closes, length);
                }
                _ => self.line_start = false,
            }
        }
        let mut from = 0;
        while let Some(found) = DELIMITER.find(data.get(from..).unwrap_or_default()) {
            let at = from.saturating_add(found);
            // The line break before a delimiter is part of it (RFC 2046, section 5.1.1).
            let before = data.get(..at).unwrap_or_default();
            let end = before.strip_suffix(b"\r").unwrap_or(before).len();
            let line = at.saturating_add(1);
            match self.levels.line(data.get(line..).unwrap_or_default(), self.last) {
                Line::Content => {}
                _ if end > 0 => return self.chunk(end),
                Line::Unknown => return (0, Step::Need),
                Line::Delimiter { closes, .. } if self.is_too_many(closes) => {
                    return self.chunk(data.len());
                }
                Line::Delimiter { level, closes, length } => {
                    return self.delimiter(level, closes, line.saturating_add(length));
                }
            }
            from = line;
        }
        match data.len().saturating_sub(if self.last { 0 } else { undecided(data) }) {
            0 => (0, Step::Need),
            end => self.chunk(end),
        }
    }

    fn chunk(&mut self, end: usize) -> (usize, Step) {
        self.line_start = false;
        (end, Step::Chunk { state: self.state, part: self.part, end, offset: self.offset })
    }

    /// Whether a delimiter begins one part more than the limit: then nothing is a delimiter any
    /// more.
    fn is_too_many(&mut self, closes: bool) -> bool {
        let is = !closes && self.parts >= self.limits.parts;
        if is {
            self.defect(DefectKind::TooManyParts, self.offset);
            self.levels.close_all();
        }
        is
    }

    /// The delimiter of a level: whatever is inside of it ends here.
    fn delimiter(&mut self, level: usize, closes: bool, used: usize) -> (usize, Step) {
        let end = self.offset;
        self.end_above(level.saturating_add(1), end);
        if closes {
            self.levels.close(level);
        }
        if let Some(level) = self.levels.get_mut(level) {
            self.part = level.part;
            let is_empty = closes && !level.has_parts;
            level.has_parts |= !closes;
            if is_empty {
                self.defect(DefectKind::NoParts, end);
            }
        }
        self.delimiter = Delimiter { closes, text: false };
        self.go(State::Delimiter);
        (used, Step::Again)
    }

    /// Ends the data that is read, and the levels from `keep` on.
    fn end_above(&mut self, keep: usize, offset: u64) {
        if self.state == State::Body {
            self.queue.push_back(Queued::End { part: self.part, offset });
        }
        while self.levels.len() > keep {
            let Some(level) = self.levels.pop() else { return };
            self.end_level(level, offset);
        }
    }

    fn end_level(&mut self, level: Level, offset: u64) {
        if level.is_multipart && !level.is_closed {
            self.defect(DefectKind::NoCloseDelimiter, offset);
            if !level.has_parts {
                self.defect(DefectKind::NoParts, offset);
            }
        }
        self.queue.push_back(Queued::End { part: level.part, offset });
    }

    /// What follows the boundary on the line of a delimiter.
    pub(super) fn delimiter_line(&mut self, data: &[u8]) -> (usize, Step) {
        let end = memchr(b'\n', data);
        let text = data.get(..end.unwrap_or(data.len())).unwrap_or_default();
        self.delimiter.text |= text.iter().any(|&byte| !is_wsp(byte) && byte != b'\r');
        let used = end.map_or(data.len(), |at| at.saturating_add(1));
        if end.is_none() && !self.last {
            return (used, if data.is_empty() { Step::Need } else { Step::Again });
        }
        let offset = self.offset.saturating_add(used as u64);
        if self.delimiter.text {
            self.defect(DefectKind::TextAfterBoundary, offset);
        }
        self.line_start = true;
        if self.delimiter.closes {
            self.go(State::Epilogue);
        } else {
            self.go(State::Header);
            self.start_part(offset);
        }
        (used, Step::Again)
    }
}

/// How many octets at the end of `data` may belong to a delimiter.
fn undecided(data: &[u8]) -> usize {
    match data {
        [.., b'\r', b'\n', b'-'] => 3,
        [.., b'\n', b'-'] | [.., b'\r', b'\n'] => 2,
        [.., b'\n' | b'\r'] => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::undecided;

    #[test]
    fn what_may_belong_to_a_delimiter_waits_and_nothing_else() {
        for (data, count) in [
            ("", 0),
            ("a", 0),
            ("-", 0),
            ("a-", 0),
            ("\r", 1),
            ("a\r", 1),
            ("a\n", 1),
            ("a\r\n", 2),
            ("a\n-", 2),
            ("a\r\n-", 3),
            ("a\r-", 0),
            ("a\n\r", 1),
        ] {
            assert_eq!(undecided(data.as_bytes()), count, "{data:?}");
        }
    }
}
