//! Names and values of header fields (RFC 5322, section 2.2).

use std::{fmt, hash};

use compact_str::CompactString;

use super::{
    chars::FTEXT,
    invalid::{Invalid, Problem, Subject, control_in},
};

/// The most octets of a name that leave room for the colon on a line of 998.
const NAME_MAX: usize = 996;

/// The name of a header field: printable ASCII without the colon, equal in any case.
#[derive(Clone)]
pub struct HeaderName(CompactString);

impl HeaderName {
    /// A name.
    ///
    /// # Errors
    /// [`Invalid`] when it is empty, too long, or holds anything else.
    pub fn new(name: &str) -> Result<Self, Invalid> {
        let wrong = |problem, at| Err(Invalid::new(Subject::HeaderName, problem, at));
        if name.is_empty() {
            return wrong(Problem::Empty, 0);
        }
        if name.len() > NAME_MAX {
            return wrong(Problem::TooLong, 0);
        }
        match name.bytes().position(|byte| !FTEXT.has(byte)) {
            Some(at) => wrong(Problem::Character, at),
            None => Ok(Self(name.into())),
        }
    }

    /// The name, in the case it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Declares the names that mail knows.
macro_rules! names {
    ($($name:ident = $text:literal, $rfc:literal;)*) => {
        impl HeaderName {
            $(
                #[doc = concat!("`", $text, "` (", $rfc, ").")]
                pub const $name: Self = Self(CompactString::const_new($text));
            )*
        }
    };
}

names! {
    BCC = "Bcc", "RFC 5322, section 3.6.3";
    CC = "Cc", "RFC 5322, section 3.6.3";
    COMMENTS = "Comments", "RFC 5322, section 3.6.5";
    CONTENT_DESCRIPTION = "Content-Description", "RFC 2045, section 8";
    CONTENT_DISPOSITION = "Content-Disposition", "RFC 2183";
    CONTENT_ID = "Content-ID", "RFC 2045, section 7";
    CONTENT_LANGUAGE = "Content-Language", "RFC 3282";
    CONTENT_LOCATION = "Content-Location", "RFC 2557";
    CONTENT_TRANSFER_ENCODING = "Content-Transfer-Encoding", "RFC 2045, section 6";
    CONTENT_TYPE = "Content-Type", "RFC 2045, section 5";
    DATE = "Date", "RFC 5322, section 3.6.1";
    DISPOSITION_NOTIFICATION_OPTIONS = "Disposition-Notification-Options", "RFC 8098, section 2.2";
    DISPOSITION_NOTIFICATION_TO = "Disposition-Notification-To", "RFC 8098, section 2.1";
    FROM = "From", "RFC 5322, section 3.6.2";
    IN_REPLY_TO = "In-Reply-To", "RFC 5322, section 3.6.4";
    KEYWORDS = "Keywords", "RFC 5322, section 3.6.5";
    LIST_ARCHIVE = "List-Archive", "RFC 2369, section 3.6";
    LIST_HELP = "List-Help", "RFC 2369, section 3.1";
    LIST_ID = "List-Id", "RFC 2919";
    LIST_OWNER = "List-Owner", "RFC 2369, section 3.5";
    LIST_POST = "List-Post", "RFC 2369, section 3.4";
    LIST_SUBSCRIBE = "List-Subscribe", "RFC 2369, section 3.3";
    LIST_UNSUBSCRIBE = "List-Unsubscribe", "RFC 2369, section 3.2";
    LIST_UNSUBSCRIBE_POST = "List-Unsubscribe-Post", "RFC 8058";
    MESSAGE_ID = "Message-ID", "RFC 5322, section 3.6.4";
    MIME_VERSION = "MIME-Version", "RFC 2045, section 4";
    ORIGINAL_RECIPIENT = "Original-Recipient", "RFC 8098, section 2.3";
    RECEIVED = "Received", "RFC 5322, section 3.6.7";
    REFERENCES = "References", "RFC 5322, section 3.6.4";
    REPLY_TO = "Reply-To", "RFC 5322, section 3.6.2";
    RESENT_BCC = "Resent-Bcc", "RFC 5322, section 3.6.6";
    RESENT_CC = "Resent-Cc", "RFC 5322, section 3.6.6";
    RESENT_DATE = "Resent-Date", "RFC 5322, section 3.6.6";
    RESENT_FROM = "Resent-From", "RFC 5322, section 3.6.6";
    RESENT_MESSAGE_ID = "Resent-Message-ID", "RFC 5322, section 3.6.6";
    RESENT_REPLY_TO = "Resent-Reply-To", "RFC 5322, section 4.5.6";
    RESENT_SENDER = "Resent-Sender", "RFC 5322, section 3.6.6";
    RESENT_TO = "Resent-To", "RFC 5322, section 3.6.6";
    RETURN_PATH = "Return-Path", "RFC 5322, section 3.6.7";
    SENDER = "Sender", "RFC 5322, section 3.6.2";
    SUBJECT = "Subject", "RFC 5322, section 3.6.5";
    TO = "To", "RFC 5322, section 3.6.3";
}

impl PartialEq for HeaderName {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for HeaderName {}

impl PartialEq<str> for HeaderName {
    fn eq(&self, other: &str) -> bool {
        self.0.eq_ignore_ascii_case(other)
    }
}

impl PartialEq<&str> for HeaderName {
    fn eq(&self, other: &&str) -> bool {
        self.0.eq_ignore_ascii_case(other)
    }
}

impl hash::Hash for HeaderName {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        for byte in self.0.bytes() {
            state.write_u8(byte.to_ascii_lowercase());
        }
    }
}

impl TryFrom<&str> for HeaderName {
    type Error = Invalid;
    fn try_from(name: &str) -> Result<Self, Invalid> {
        Self::new(name)
    }
}

impl std::str::FromStr for HeaderName {
    type Err = Invalid;
    fn from_str(name: &str) -> Result<Self, Invalid> {
        Self::new(name)
    }
}

impl AsRef<str> for HeaderName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HeaderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for HeaderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HeaderName({})", self.0)
    }
}

/// The value of an unstructured field, as people read it: text on one line, neither folded nor
/// encoded (RFC 5322, section 3.6.5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct HeaderValue(CompactString);

impl HeaderValue {
    /// A value.
    ///
    /// ```
    /// use anyrfc_mime::HeaderValue;
    /// assert!(HeaderValue::new("Grüße").is_ok());
    /// assert!(HeaderValue::new("hello\r\nBcc: everybody@example.org").is_err());
    /// ```
    ///
    /// # Errors
    /// [`Invalid`] when it holds a control character other than tab.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        match control_in(text, true) {
            Some(at) => Err(Invalid::new(Subject::HeaderValue, Problem::Control, at)),
            None => Ok(Self(text.into())),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&str> for HeaderValue {
    type Error = Invalid;
    fn try_from(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl TryFrom<String> for HeaderValue {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::new(&text)
    }
}

impl std::str::FromStr for HeaderValue {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl AsRef<str> for HeaderValue {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HeaderValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_printable_and_equal_in_any_case() {
        assert_eq!(HeaderName::new("sUbJeCt").unwrap(), HeaderName::SUBJECT);
        assert_eq!(HeaderName::new("X-1!~").unwrap(), "x-1!~");
        for bad in ["", "a b", "a:", "a\r\n", "a\0", "ä", "\x7f", " a"] {
            assert!(HeaderName::new(bad).is_err(), "{bad:?}");
        }
        assert_eq!(HeaderName::new(&"a".repeat(997)).unwrap_err().problem(), Problem::TooLong);
    }

    #[test]
    fn values_hold_no_line() {
        for bad in ["a\r\nb", "a\n", "\r", "\0", "\x1b[0m", "\x7f"] {
            assert_eq!(HeaderValue::new(bad).unwrap_err().problem(), Problem::Control, "{bad:?}");
        }
        assert_eq!(HeaderValue::new("a\tb ü").unwrap().as_str(), "a\tb ü");
    }
}
