//! Replies, read as they arrive (RFC 5321, section 4.2).

use anyrfc_core::{Deviations, ErrorKind, Limits, Tolerance};
use memchr::memchr;

use crate::{
    Error, rfc5321,
    types::{ReplyCode, ReplyRef},
};

/// Finds where a reply ends, however it is chopped, in linear time.
#[derive(Clone, Debug)]
pub struct ReplyReader {
    /// Bytes of one line, with its end.
    line_max: usize,
    /// Bytes of one reply.
    reply_max: usize,
    /// Lines of one reply.
    lines_max: usize,
    tolerance: Tolerance,
    /// Of the reply at the front: up to where no line feed was found.
    scanned: usize,
    /// Where its present line begins.
    line: usize,
    /// How many lines it has so far.
    lines: usize,
    code: Option<ReplyCode>,
}

impl ReplyReader {
    /// Of `limits` are used `line`, `header_block` (bytes of a reply) and `list` (its lines).
    #[must_use]
    pub fn new(limits: &Limits, tolerance: Tolerance) -> Self {
        Self {
            line_max: limits.line,
            reply_max: limits.header_block,
            lines_max: limits.list,
            tolerance,
            scanned: 0,
            line: 0,
            lines: 0,
            code: None,
        }
    }

    /// How long a line may be from now on.
    pub(crate) const fn set_line_max(&mut self, line_max: usize) {
        self.line_max = line_max;
    }

    /// How many bytes a reply may have.
    #[must_use]
    pub const fn reply_max(&self) -> usize {
        self.reply_max
    }

    /// Whether nothing of a reply was looked at.
    #[must_use]
    pub const fn is_idle(&self) -> bool {
        self.scanned == 0
    }

    /// How far the reply at the front has been looked at.
    #[must_use]
    pub const fn seen(&self) -> usize {
        self.scanned
    }

    /// The code and the length of the reply at the front, once it is all there. `input` begins with the
    /// same bytes as the last time, unless a reply was found then.
    ///
    /// # Errors
    /// What is no reply ([`ErrorKind::Protocol`]) or goes beyond a limit ([`ErrorKind::Limit`]): where the
    /// next reply begins is then not known.
    pub fn read(
        &mut self,
        input: &[u8],
        deviations: &mut Deviations,
    ) -> Result<Option<(ReplyCode, usize)>, Error> {
        loop {
            let rest = input.get(self.scanned..).unwrap_or_default();
            let Some(found) = memchr(b'\n', rest) else {
                self.scanned = input.len().max(self.scanned);
                self.bounded(self.scanned.saturating_sub(self.line), self.scanned)?;
                return Ok(None);
            };
            let end = self.scanned.saturating_add(found).saturating_add(1);
            self.bounded(end.saturating_sub(self.line), end)?;
            let line = input.get(self.line..end).unwrap_or_default();
            let (code, more) = self.line(line, deviations)?;
            (self.scanned, self.line) = (end, end);
            self.lines = self.lines.saturating_add(1);
            if self.lines > self.lines_max {
                return Err(Error::new(ErrorKind::Limit, "a reply has more lines than the limit allows"));
            }
            if !more {
                (self.scanned, self.line, self.lines, self.code) = (0, 0, 0, None);
                return Ok(Some((code, end)));
            }
            self.code = Some(code);
        }
    }

    fn bounded(&self, line: usize, reply: usize) -> Result<(), Error> {
        if line > self.line_max {
            return Err(Error::new(ErrorKind::Limit, "a line of a reply is longer than the limit allows"));
        }
        if reply > self.reply_max {
            return Err(Error::new(ErrorKind::Limit, "a reply is longer than the limit allows"));
        }
        Ok(())
    }

    /// `Reply-line`: the code, and whether more lines follow.
    fn line(&self, line: &[u8], deviations: &mut Deviations) -> Result<(ReplyCode, bool), Error> {
        let body = line.strip_suffix(b"\n").unwrap_or(line);
        let body = match body.strip_suffix(b"\r") {
            Some(body) => body,
            None if self.tolerance == Tolerance::Lenient => {
                deviations.record(rfc5321::CRLF_ALONE_ENDS_A_LINE, line);
                body
            }
            None => {
                let what = "a line of a reply ends in a line feed alone";
                return Err(Error::violation(rfc5321::CRLF_ALONE_ENDS_A_LINE, what).with_unparsed(line));
            }
        };
        let malformed = || {
            Error::violation(rfc5321::CODE_HAS_THREE_DIGITS, "a line begins otherwise").with_unparsed(line)
        };
        let digits: &[u8; 3] = body.first_chunk().ok_or_else(malformed)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(malformed());
        }
        let number = digits
            .iter()
            .fold(0_u16, |sum, digit| sum.saturating_mul(10).saturating_add((digit & 0xf).into()));
        let Some(code) = ReplyCode::new(number) else {
            return Err(
                Error::violation(rfc5321::FIRST_DIGIT_IS_2_TO_5, "it sent another").with_unparsed(line)
            );
        };
        if !code.is_regular() {
            self.forgive(rfc5321::ONLY_LISTED_CODES_ARE_SENT, line, deviations)?;
        }
        let more = match body.get(3) {
            Some(b'-') => true,
            Some(b' ') | None => false,
            Some(_) => return Err(malformed()),
        };
        if self.code.is_some_and(|first| first != code) {
            return Err(Error::violation(rfc5321::LINES_OF_A_REPLY_AGREE, "they differ").with_unparsed(line));
        }
        Ok((code, more))
    }

    fn forgive(
        &self,
        requirement: &'static anyrfc_core::Requirement,
        line: &[u8],
        deviations: &mut Deviations,
    ) -> Result<(), Error> {
        if self.tolerance == Tolerance::Strict {
            return Err(Error::violation(requirement, "it did otherwise").with_unparsed(line));
        }
        deviations.record(requirement, line);
        Ok(())
    }
}

/// Reads one whole reply, and nothing behind it.
///
/// # Errors
/// It is none, or there is more or less than one.
pub fn read_reply(input: &[u8]) -> Result<ReplyRef<'_>, Error> {
    let mut limits = Limits::default();
    limits.header_block = input.len();
    limits.line = input.len();
    let mut reader = ReplyReader::new(&limits, Tolerance::Field);
    match reader.read(input, &mut Deviations::default())? {
        Some((code, length)) if length == input.len() => Ok(ReplyRef::new(code, input, true)),
        _ => Err(Error::usage("there is more or less than one reply")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(tolerance: Tolerance) -> ReplyReader {
        let mut limits = Limits::default();
        (limits.line, limits.header_block, limits.list) = (64, 256, 8);
        ReplyReader::new(&limits, tolerance)
    }

    fn read(input: &[u8]) -> Result<Option<(ReplyCode, usize)>, Error> {
        reader(Tolerance::Field).read(input, &mut Deviations::default())
    }

    #[test]
    fn replies_end_with_their_last_line() {
        for (input, expected) in [
            (&b"250 ok\r\n"[..], (250, 8)),
            (b"250\r\n", (250, 5)),
            (b"250 \r\n", (250, 6)),
            (b"250-\r\n250-a\r\n250\r\nrest", (250, 18)),
            (b"250-a\r\n250 b\r\n250 next\r\n", (250, 14)),
            (b"550 \xff\x00\r mid\r\n", (550, 13)),
            (b"599 x\r\n", (599, 7)),
        ] {
            let (code, length) = read(input).unwrap().unwrap();
            assert_eq!((code.as_u16(), length), expected, "{}", input.escape_ascii());
        }
    }

    #[test]
    fn any_chopping_finds_the_same() {
        let input = b"250-first\r\n250-\r\n250 last\r\n";
        let mut reader = reader(Tolerance::Strict);
        for _ in 0..2 {
            for length in 0..input.len() {
                assert_eq!(
                    reader.read(&input[..length], &mut Deviations::default()).unwrap(),
                    None,
                    "{length}"
                );
                assert_eq!(reader.seen(), length);
            }
            let found = reader.read(input, &mut Deviations::default()).unwrap().unwrap();
            assert_eq!(found.1, input.len());
            assert!(reader.is_idle());
        }
    }

    #[test]
    fn what_is_no_reply_is_a_violation() {
        for input in [
            &b"\r\n"[..],
            b"25\r\n",
            b"250x\r\n",
            b"2500\r\n",
            b"250\tok\r\n",
            b" 250 ok\r\n",
            b"abc ok\r\n",
            b"250 ok\n",
            b"250-a\r\n251 b\r\n",
            b"250-a\r\nx\r\n",
            b"150 x\r\n",
            b"600 x\r\n",
            b"000\r\n",
            b"+50 x\r\n",
        ] {
            let error = read(input).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Protocol, "{}", input.escape_ascii());
            assert!(error.requirement().is_some() && error.unparsed().is_some());
        }
    }

    #[test]
    fn nothing_grows_beyond_its_limit() {
        let limit = |input: &[u8]| read(input).unwrap_err().kind() == ErrorKind::Limit;
        assert!(limit(&[b'2'; 65]));
        assert!(limit(&[&b"250 "[..], &[b'x'; 61], b"\r\n"].concat()));
        assert!(limit(&b"250-x\r\n".repeat(9)));
        assert!(limit(&b"250-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n".repeat(5)));
        assert!(read(&b"250-x\r\n".repeat(8)).unwrap().is_none());
        // Each reply has them anew.
        let (mut reader, most) = (reader(Tolerance::Field), "250-x\r\n".repeat(7) + "250 x\r\n");
        for _ in 0..3 {
            let found = reader.read(most.as_bytes(), &mut Deviations::default()).unwrap();
            assert_eq!(found.map(|(_, length)| length), Some(most.len()));
        }
    }

    #[test]
    fn what_is_as_large_as_its_limit_is_read() {
        let line = |start: &str| format!("{start}{}\r\n", "x".repeat(64 - 2 - start.len()));
        let length = |input: &str| read(input.as_bytes()).unwrap().map(|(_, length)| length);
        assert_eq!(length(&line("250 ")), Some(64), "a line");
        assert_eq!(length(&line("250 ")[..63]), None);
        assert_eq!(length(&("250-x\r\n".repeat(7) + "250 x\r\n")), Some(56), "lines");
        let full = line("250-").repeat(3) + &line("250 ");
        assert_eq!(length(&full), Some(256), "a reply");
        assert_eq!(length(&full[..255]), None);
        let over = line("250-").repeat(4) + "2";
        assert_eq!(read(over.as_bytes()).unwrap_err().kind(), ErrorKind::Limit);
        assert!(read_reply(full.as_bytes()).is_ok());
        for other in [&full[..255], &(full.clone() + "250 x\r\n")] {
            assert_eq!(read_reply(other.as_bytes()).unwrap_err().kind(), ErrorKind::Usage);
        }
    }

    #[test]
    fn tolerance_decides_on_odd_codes_and_line_ends() {
        let mut seen = Deviations::default();
        assert!(reader(Tolerance::Field).read(b"267 x\r\n", &mut seen).unwrap().is_some());
        assert!(reader(Tolerance::Lenient).read(b"250 x\n", &mut seen).unwrap().is_some());
        let named: Vec<_> = seen.iter().map(|seen| seen.requirement).collect();
        assert_eq!(named, [rfc5321::ONLY_LISTED_CODES_ARE_SENT, rfc5321::CRLF_ALONE_ENDS_A_LINE]);
        assert!(reader(Tolerance::Strict).read(b"267 x\r\n", &mut seen).is_err());
    }

    #[test]
    fn status_codes_leave_the_text() {
        let reply = read_reply(b"250-2.1.5 one\r\n250-2.1.5  two\r\n250 three\r\n").unwrap();
        assert_eq!(reply.to_reply().text(), "one\ntwo\nthree");
        assert_eq!(reply.to_reply().to_string(), "250 2.1.5 one two three");
        let odd = read_reply(b"550 2.1.5 not so\r\n").unwrap().to_reply();
        assert_eq!((odd.enhanced(), &*odd.text()), (None, "2.1.5 not so"));
        let input = read_reply(b"354 2.0.0 go\r\n").unwrap().to_reply();
        assert_eq!((input.enhanced(), &*input.text()), (None, "2.0.0 go"));
    }
}
