//! Text of the caller's that goes into a command as it is: checked, since it must not end it.

use crate::Error;

/// Arguments of an extension that this crate does not know, written as they are sent.
///
/// They are one piece of one line: printable ASCII, quotes and parentheses closed, and nothing
/// that announces a literal. So a server that reads the grammar's tokens finds the end of them
/// where they end.
///
/// ```
/// # use anyrfc_imap::types::Verbatim;
/// assert!(Verbatim::new("PREVIEW (LAZY)").is_ok());
/// assert!(Verbatim::new("PREVIEW) (LAZY").is_err());
/// assert!(Verbatim::new("NOOP\r\nx DELETE INBOX").is_err());
/// assert!(Verbatim::new("NOOP {5+}").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Verbatim(Box<str>);

impl Verbatim {
    /// Checks the text.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) where it is empty, or begins or ends with a
    /// space, or is more or less than a piece of a line.
    pub fn new(text: &str) -> Result<Self, Error> {
        if text.is_empty() || text.starts_with(' ') || text.ends_with(' ') {
            return Err(Error::usage("arguments neither are empty nor begin or end with a space"));
        }
        let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
        for byte in text.bytes() {
            if !matches!(byte, b' '..=b'~') {
                return Err(Error::usage("only printable ASCII goes into a command as it is"));
            }
            match byte {
                _ if escaped => escaped = false,
                b'\\' if quoted => escaped = true,
                b'"' => quoted = !quoted,
                _ if quoted => {}
                b'{' | b'}' => return Err(Error::usage("a literal is not written as it is")),
                b'(' => depth += 1,
                b')' => {
                    depth =
                        depth.checked_sub(1).ok_or_else(|| Error::usage("a parenthesis was never opened"))?;
                }
                _ => {}
            }
        }
        if quoted || depth > 0 {
            return Err(Error::usage("a quote or a parenthesis is not closed"));
        }
        Ok(Self(text.into()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the first space or bracket.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.split([' ', '(', '[']).next().unwrap_or_default()
    }
}

impl std::str::FromStr for Verbatim {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_piece_of_one_line() {
        for text in
            ["X", "X Y", "X (A (B) \"C)\")", "\"\\\"\"", "X \"a\\\\\"", "\"{5}\"", "BODY[1.MIME]<0.5>", "$"]
        {
            assert_eq!(Verbatim::new(text).unwrap().as_str(), text);
        }
        for text in [
            "", " ", " X", "X ", "X\r\n", "X\0", "X\t", "é", "(", ")", ")(", "\"", "\"\\\"", "{1}", "X {5+}",
            "~{5}", "\"a\\",
        ] {
            assert!(Verbatim::new(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn names() {
        for (text, name) in
            [("PREVIEW (LAZY)", "PREVIEW"), ("MODSEQ", "MODSEQ"), ("BODY[1]", "BODY"), ("X(1)", "X")]
        {
            assert_eq!(Verbatim::new(text).unwrap().name(), name);
        }
    }
}
