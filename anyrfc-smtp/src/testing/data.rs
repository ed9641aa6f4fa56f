//! A message as DATA brings it, line by line.

use super::breach::{Flaw, flaw};
use crate::{rfc3030, rfc5321};

/// Reads a message up to the dot that ends it.
#[derive(Debug)]
pub(super) struct Lines {
    /// The message, its dots no longer doubled; at its end the line that is being read.
    content: Vec<u8>,
    /// Where that line begins.
    line: usize,
    /// Whether a bare LF ends a line.
    bare: bool,
    flaws: Vec<Flaw>,
}

impl Lines {
    pub(super) const fn new(bare: bool) -> Self {
        Self { content: Vec::new(), line: 0, bare, flaws: Vec::new() }
    }

    /// The message, and what is wrong with it, each once.
    pub(super) fn finish(self) -> (Vec<u8>, Vec<Flaw>) {
        (self.content, self.flaws)
    }

    fn note(&mut self, flaw: Flaw) {
        if !self.flaws.iter().any(|known| known.requirement == flaw.requirement) {
            self.flaws.push(flaw);
        }
    }

    /// How many octets are taken, and whether the message has ended.
    pub(super) fn read(&mut self, octets: &[u8]) -> (usize, bool) {
        let mut at = 0;
        while let Some(rest) = octets.get(at..).filter(|rest| !rest.is_empty()) {
            let Some(end) = memchr::memchr(b'\n', rest) else {
                self.content.extend_from_slice(rest);
                return (octets.len(), false);
            };
            self.content.extend_from_slice(rest.get(..=end).unwrap_or_default());
            at += end + 1;
            if self.line_ended() {
                return (at, true);
            }
        }
        (at, false)
    }

    /// An LF has come: whether it ends the message.
    fn line_ended(&mut self) -> bool {
        let line = self.content.get(self.line..).unwrap_or_default();
        let crlf = line.ends_with(b"\r\n");
        if !crlf {
            self.note(flaw(rfc5321::BARE_CR_AND_LF_ARE_NOT_SENT, "a bare LF in a message"));
            if !self.bare {
                return false;
            }
        }
        let line = self.content.get(self.line..).unwrap_or_default();
        if line == b".\r\n" || line == b".\n" {
            self.content.truncate(self.line);
            return true;
        }
        let dots = line.iter().take_while(|octet| **octet == b'.').count();
        let found = judge_line(line, usize::from(dots > 0));
        for found in found.into_iter().flatten() {
            self.note(found);
        }
        if dots > 0 {
            if dots == 1 {
                self.note(flaw(rfc5321::LEADING_PERIOD_IS_DOUBLED, "a line that begins with a single dot"));
            }
            self.content.remove(self.line);
        }
        self.line = self.content.len();
        false
    }
}

/// What is wrong with a line, so many octets of which are doubled dots.
fn judge_line(line: &[u8], doubled: usize) -> [Option<Flaw>; 3] {
    let text = line.strip_suffix(b"\r\n").or_else(|| line.strip_suffix(b"\n")).unwrap_or(line);
    let long = line.len() > 1000 + doubled;
    [
        memchr::memchr2(b'\r', b'\n', text)
            .map(|_| flaw(rfc5321::BARE_CR_AND_LF_ARE_NOT_SENT, "a bare CR or LF in a message")),
        memchr::memchr(0, text)
            .map(|_| flaw(rfc5321::CONTROLS_IN_THE_MESSAGE_ARE_AVOIDED, "a NUL in a message")),
        long.then_some(flaw(rfc5321::TEXT_LINE_HAS_1000_OCTETS, "a line beyond 1000 octets")),
    ]
}

/// What is wrong with text that chunks have brought.
pub(super) fn judge_text(content: &[u8]) -> Vec<Flaw> {
    let mut all = Vec::new();
    let mut rest = content;
    while !rest.is_empty() {
        let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        let (line, behind) = rest.split_at(end);
        rest = behind;
        let text = line.strip_suffix(b"\r\n").unwrap_or(line);
        let [_, nul, long] = judge_line(line, 0);
        let bare = memchr::memchr2(b'\r', b'\n', text)
            .map(|_| flaw(rfc3030::BDAT_TEXT_HAS_CRLF, "a bare CR or LF in chunks of text"));
        for found in [bare, nul, long].into_iter().flatten() {
            if !all.contains(&found) {
                all.push(found);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8], bare: bool, size: usize) -> (Vec<u8>, Vec<u16>, usize) {
        let mut lines = Lines::new(bare);
        let mut taken = 0;
        for piece in text.chunks(size) {
            let (count, ended) = lines.read(piece);
            taken += count;
            if ended {
                break;
            }
        }
        let (content, flaws) = lines.finish();
        let sections = flaws.iter().map(|flaw| flaw.requirement.summary.len() as u16).collect();
        (content, sections, taken)
    }

    #[test]
    fn dots_are_taken_off_however_the_text_is_cut() {
        let text = b"..a\r\n...\r\nb.\r\n.\r\nMAIL";
        for size in [1, 2, 3, 100] {
            let (content, flaws, taken) = read(text, false, size);
            assert_eq!(
                (content.as_slice(), flaws.len(), taken),
                (&b".a\r\n..\r\nb.\r\n"[..], 0, 17),
                "{size}"
            );
        }
        assert_eq!(read(b".\r\n", false, 1).0, b"");
    }

    #[test]
    fn only_a_vulnerable_server_ends_at_bare_line_ends() {
        let text = b"a\n.\nb\r\n.\r\n";
        assert_eq!(read(text, false, 100).0, b"a\n.\nb\r\n");
        assert_eq!(read(text, true, 100), (b"a\n".to_vec(), read(text, true, 1).1, 4));
        assert_eq!(read(b"a\n.\r\nb\r\n.\r\n", false, 100).0, b"a\n.\r\nb\r\n");
    }
}
