//! Message identifiers (RFC 5322, section 3.6.4).

use std::fmt;

use compact_str::CompactString;

use super::{
    chars::{self, DTEXT},
    invalid::{Invalid, Problem, Subject, control_in},
};

/// The most octets that leave room for a field's name on a line of 998.
const ID_MAX: usize = 900;

/// `msg-id` without its angle brackets (RFC 5322, section 3.6.4): the name of a message, or of a
/// part (`Content-ID`, RFC 2045, section 7). It is compared as it is.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MessageId(CompactString);

impl MessageId {
    /// `left` at `right`, a domain.
    ///
    /// # Errors
    /// [`Invalid`] when `left` is no dot-atom, or `right` neither that nor a literal in square
    /// brackets.
    pub fn new(left: &str, right: &str) -> Result<Self, Invalid> {
        let wrong = |problem, at| Err(Invalid::new(Subject::MessageId, problem, at));
        if !chars::is_dot_atom(left.as_bytes()) {
            return wrong(Problem::Syntax, 0);
        }
        let literal = |text: &str| {
            let inner = text.strip_prefix('[').and_then(|inner| inner.strip_suffix(']'));
            inner.is_some_and(|inner| inner.bytes().all(|byte| DTEXT.has_or_utf8(byte)))
        };
        if !chars::is_dot_atom(right.as_bytes()) && !literal(right) {
            return wrong(Problem::Syntax, left.len() + 1);
        }
        if left.len() + right.len() >= ID_MAX {
            return wrong(Problem::TooLong, 0);
        }
        let mut id = CompactString::with_capacity(left.len() + 1 + right.len());
        id.push_str(left);
        id.push('@');
        id.push_str(right);
        Ok(Self(id))
    }

    /// What another message names itself: anything without white space, control characters and
    /// angle brackets, so that a reply can refer to it even if its form is wrong.
    ///
    /// # Errors
    /// [`Invalid`] when it is empty, too long, or holds one of these.
    pub fn lenient(text: &str) -> Result<Self, Invalid> {
        let wrong = |problem, at| Err(Invalid::new(Subject::MessageId, problem, at));
        if text.is_empty() {
            return wrong(Problem::Empty, 0);
        }
        if let Some(at) = control_in(text, false) {
            return wrong(Problem::Control, at);
        }
        if let Some(at) = text.bytes().position(|byte| matches!(byte, b' ' | b'<' | b'>')) {
            return wrong(Problem::Character, at);
        }
        if text.len() > ID_MAX { wrong(Problem::TooLong, 0) } else { Ok(Self(text.into())) }
    }

    /// The whole of it, without angle brackets.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands right of the last `@`: usually a domain.
    #[must_use]
    pub fn right(&self) -> Option<&str> {
        self.0.rsplit_once('@').map(|(_, right)| right)
    }
}

impl AsRef<str> for MessageId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// With its angle brackets, as fields write it.
impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.0)
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageId({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers() {
        let id = MessageId::new("1234", "local.machine.example").unwrap();
        assert_eq!(id.to_string(), "<1234@local.machine.example>");
        assert_eq!(id.right(), Some("local.machine.example"));
        assert!(MessageId::new("a", "[x]").is_ok());
        for (left, right) in
            [("", "b"), ("a", ""), ("a b", "b"), ("a", "b>"), ("a@b", "c"), ("a", "[b]c]"), ("a\r\n", "b")]
        {
            assert!(MessageId::new(left, right).is_err(), "{left:?} {right:?}");
        }
        assert!(MessageId::new(&"a".repeat(900), "b").is_err());
    }

    #[test]
    fn what_others_write() {
        for text in ["abc", "a@b@c", "a..b@c", "\"q\"@[1]", "ä@b"] {
            assert_eq!(MessageId::lenient(text).unwrap().as_str(), text);
        }
        for text in ["", "a b", "a\tb", "a>", "<a", "a\r\n", "a\0"] {
            assert!(MessageId::lenient(text).is_err(), "{text:?}");
        }
    }
}
