//! Replies as they came, whatever they are: what is wrong about them is told, not refused.

use anyrfc_smtp::{rfc2034, rfc3463, rfc5321, rfc6531};

use super::super::probe::Probe;

/// The longest line of a reply, with its end (RFC 5321, section 4.5.3.1.5).
const LINE_MAX: usize = 512;

/// One reply, line by line, each with the end that it has.
#[derive(Clone, Debug, Default)]
pub(super) struct Reply {
    lines: Vec<Vec<u8>>,
}

/// What one line says about the reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// More of it follows.
    Goes,
    /// It is the last.
    Ends,
    /// Nobody can tell where the reply ends.
    Unreadable,
}

/// What a reply answers, which says what form it has to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answers {
    /// The greeting, EHLO, HELO and LHLO: they have no enhanced status.
    Hello,
    /// Any other command.
    Command,
}

/// What the server has said of itself that bears on the form of its replies.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Form {
    pub(super) enhanced: bool,
    pub(super) utf8: bool,
}

impl Reply {
    /// Takes a line in.
    pub(super) fn add(&mut self, line: Vec<u8>) -> Line {
        let body = body(&line);
        let coded = body.first_chunk::<3>().is_some_and(|code| code.iter().all(u8::is_ascii_digit));
        let line_is = match body.get(3) {
            _ if !coded => Line::Unreadable,
            Some(b'-') => Line::Goes,
            Some(b' ') | None => Line::Ends,
            Some(_) => Line::Unreadable,
        };
        self.lines.push(line);
        line_is
    }

    /// The code; 0 where it cannot be read.
    pub(super) fn code(&self) -> u16 {
        let digits = self.lines.last().and_then(|line| line.get(..3));
        digits.and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok()).unwrap_or_default()
    }

    /// The first digit of the code.
    pub(super) fn class(&self) -> u16 {
        self.code() / 100
    }

    pub(super) fn is_positive(&self) -> bool {
        self.class() == 2
    }

    /// How many lines it has.
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// The texts behind the codes.
    pub(super) fn texts(&self) -> impl Iterator<Item = &[u8]> {
        self.lines.iter().map(|line| text(line))
    }

    /// The first word behind the first code.
    pub(super) fn first_word(&self) -> &[u8] {
        let text = self.texts().next().unwrap_or_default();
        text.split(|byte| *byte == b' ').next().unwrap_or_default()
    }

    /// All of it.
    pub(super) fn bytes(&self) -> Vec<u8> {
        self.lines.concat()
    }

    /// Why nothing about a command follows from this reply to it, where that is so: it is refused for
    /// now, or to whoever has not logged in or secured the connection.
    pub(super) fn excuse(&self) -> Option<String> {
        let code = self.code();
        (self.class() == 4 || matches!(code, 530 | 538))
            .then(|| format!("the server does not say: {}", self.bytes().trim_ascii_end().escape_ascii()))
    }

    /// Judges its form.
    pub(super) fn judge(&self, probe: &mut Probe<'_>, answers: Answers, form: Form) {
        let bytes = self.bytes();
        let each = |holds: fn(&Vec<u8>) -> bool| self.lines.iter().all(holds);
        probe.judge(rfc5321::CRLF_ALONE_ENDS_A_LINE, each(|line| line.ends_with(b"\r\n")), &bytes);
        let three = |line: &Vec<u8>| {
            let body = body(line);
            body.first_chunk::<3>().is_some_and(|code| code.iter().all(u8::is_ascii_digit))
                && matches!(body.get(3), Some(b'-' | b' ') | None)
        };
        let digit = |line: &Vec<u8>| matches!(line.first(), Some(b'2'..=b'5'));
        probe.judge(rfc5321::CODE_HAS_THREE_DIGITS, each(three) && each(digit), &bytes);
        if !each(three) {
            return;
        }
        probe.judge(rfc5321::FIRST_DIGIT_IS_2_TO_5, each(digit), &bytes);
        let codes_agree = self.lines.windows(2).all(|pair| match pair {
            [one, other] => one.get(..3) == other.get(..3),
            _ => true,
        });
        probe.judge(rfc5321::LINES_OF_A_REPLY_AGREE, codes_agree, &bytes);
        probe.judge(rfc5321::LARGER_OBJECTS_ARE_AVOIDED, each(|line| line.len() <= LINE_MAX), &bytes);
        if self.code() == 334 {
            // What stands here is a challenge, which may be empty.
            return;
        }
        let last = self.lines.last().map(|line| body(line)).unwrap_or_default();
        probe.judge(rfc5321::SPACE_FOLLOWS_A_TEXTLESS_CODE, last.len() > 3, &bytes);
        probe.judge(rfc5321::CODES_COME_WITH_TEXT, each(|line| body(line).len() > 4), &bytes);
        if form.utf8 {
            probe.judge(rfc6531::OTHER_REPLIES_ARE_ASCII, bytes.is_ascii(), &bytes);
        }
        if form.enhanced && answers == Answers::Command && matches!(self.class(), 2 | 4 | 5) {
            self.judge_status(probe, &bytes);
        }
    }

    /// RFC 2034, section 4.
    fn judge_status(&self, probe: &mut Probe<'_>, bytes: &[u8]) {
        let words: Vec<&[u8]> =
            self.texts().map(|text| text.split(|byte| *byte == b' ').next().unwrap_or_default()).collect();
        // Something with digits and dots is meant to be one.
        let looks = |word: &&[u8]| {
            word.first().is_some_and(u8::is_ascii_digit)
                && word.contains(&b'.')
                && word.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
        };
        let Some(first) = words.first().copied().filter(looks) else {
            probe.broken(rfc2034::REPLIES_BEGIN_WITH_A_CODE, bytes);
            return;
        };
        probe.kept(rfc2034::REPLIES_BEGIN_WITH_A_CODE);
        let status = status(first);
        probe.judge(rfc2034::CODE_HAS_THE_FORM, status.is_some(), bytes);
        probe.judge(rfc2034::EVERY_LINE_HAS_THE_CODE, words.iter().all(|word| *word == first), bytes);
        let Some((class, padded)) = status else { return };
        probe.judge(rfc3463::NO_LEADING_ZEROS, !padded, bytes);
        probe.judge(rfc2034::CLASS_AGREES_WITH_THE_REPLY, u16::from(class) == self.class(), bytes);
    }

    /// The enhanced status at its beginning.
    pub(super) fn status(&self) -> &[u8] {
        let word = self.first_word();
        if status(word).is_some() { word } else { b"" }
    }
}

/// The statements that every reply is judged by.
pub(super) const FORM: &[&anyrfc_core::Requirement] = &[
    rfc5321::CRLF_ALONE_ENDS_A_LINE,
    rfc5321::CODE_HAS_THREE_DIGITS,
    rfc5321::FIRST_DIGIT_IS_2_TO_5,
    rfc5321::LINES_OF_A_REPLY_AGREE,
    rfc5321::LARGER_OBJECTS_ARE_AVOIDED,
    rfc5321::SPACE_FOLLOWS_A_TEXTLESS_CODE,
    rfc5321::CODES_COME_WITH_TEXT,
];

/// The line without its end.
fn body(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// What follows the code and its separator.
fn text(line: &[u8]) -> &[u8] {
    body(line).get(4..).unwrap_or_default()
}

/// `status-code` of RFC 2034: its class, and whether a number has needless zeros.
fn status(word: &[u8]) -> Option<(u8, bool)> {
    let mut numbers = word.split(|byte| *byte == b'.');
    let (class, subject, detail) = (numbers.next()?, numbers.next()?, numbers.next()?);
    let number = |digits: &[u8]| (1..=3).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    let [class @ (b'2' | b'4' | b'5')] = class else { return None };
    if numbers.next().is_some() || !number(subject) || !number(detail) {
        return None;
    }
    let padded = |digits: &[u8]| digits.len() > 1 && digits.starts_with(b"0");
    Some((class - b'0', padded(subject) || padded(detail)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_tell_whether_more_follow() {
        let mut reply = Reply::default();
        assert_eq!(reply.add(b"250-mail.example\r\n".to_vec()), Line::Goes);
        assert_eq!(reply.add(b"250 SIZE\r\n".to_vec()), Line::Ends);
        assert_eq!((reply.code(), reply.class(), reply.first_word()), (250, 2, &b"mail.example"[..]));
        assert_eq!(Reply::default().add(b"250\n".to_vec()), Line::Ends);
        assert_eq!(Reply::default().add(b"2500 ok\r\n".to_vec()), Line::Unreadable);
        assert_eq!(Reply::default().add(b"OK\r\n".to_vec()), Line::Unreadable);
    }

    #[test]
    fn enhanced_statuses() {
        assert_eq!(status(b"2.1.0"), Some((2, false)));
        assert_eq!(status(b"5.07.1"), Some((5, true)));
        for wrong in [&b"3.1.0"[..], b"2.1", b"2.1.0.1", b"2..1", b"2.1000.1", b"ok"] {
            assert_eq!(status(wrong), None);
        }
    }
}
