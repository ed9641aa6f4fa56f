//! Flags of messages (RFC 9051, section 2.3.2).

use std::{
    borrow::Cow,
    fmt,
    hash::{Hash, Hasher},
};

/// A name compared without regard to the case of ASCII letters.
#[derive(Clone)]
pub struct Keyword(Cow<'static, str>);

impl Keyword {
    /// A keyword known when compiling.
    #[must_use]
    pub const fn from_static(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartialEq for Keyword {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Keyword {}

impl Hash for Keyword {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for byte in self.0.bytes() {
            state.write_u8(byte.to_ascii_lowercase());
        }
    }
}

impl From<&str> for Keyword {
    fn from(name: &str) -> Self {
        Self(Cow::Owned(name.to_owned()))
    }
}

impl From<String> for Keyword {
    fn from(name: String) -> Self {
        Self(Cow::Owned(name))
    }
}

impl fmt::Display for Keyword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Keyword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// A flag of a message; names are compared in any case.
///
/// ```
/// use anyrfc_imap::types::Flag;
/// assert_eq!(Flag::from("\\SEEN"), Flag::Seen);
/// assert_eq!(Flag::from("$junk"), Flag::JUNK);
/// assert_eq!(Flag::from("urgent").to_string(), "urgent");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Flag {
    /// `\Seen`: the message has been read.
    Seen,
    /// `\Answered`: the message has been answered.
    Answered,
    /// `\Flagged`: the message is marked as urgent or special.
    Flagged,
    /// `\Deleted`: the message goes with the next EXPUNGE.
    Deleted,
    /// `\Draft`: the message is not finished.
    Draft,
    /// `\Recent`: the message is new to this session (RFC 3501 only).
    Recent,
    /// A keyword: a name without backslash.
    Keyword(Keyword),
    /// Another flag with a backslash; the name is kept with it.
    Other(Keyword),
}

macro_rules! keywords {
    ($($(#[$meta:meta])* $name:ident = $text:literal;)*) => {
        impl Flag {
            $($(#[$meta])* pub const $name: Self = Self::Keyword(Keyword::from_static($text));)*
        }
    };
}

keywords! {
    /// The message has been forwarded (RFC 5550).
    FORWARDED = "$Forwarded";
    /// A disposition notification has been sent for it (RFC 3503).
    MDN_SENT = "$MDNSent";
    /// It is junk (RFC 9051, section 2.3.2).
    JUNK = "$Junk";
    /// It is not junk (RFC 9051, section 2.3.2).
    NOT_JUNK = "$NotJunk";
    /// It is likely to be phishing (RFC 9051, section 2.3.2).
    PHISHING = "$Phishing";
    /// It is important (RFC 8457).
    IMPORTANT = "$Important";
    /// It waits to be submitted (RFC 5550).
    SUBMIT_PENDING = "$SubmitPending";
    /// It has been submitted (RFC 5550).
    SUBMITTED = "$Submitted";
}

impl Flag {
    /// `\*` in PERMANENTFLAGS: keywords may be made by storing them (RFC 9051, section 7.1).
    pub const WILDCARD: Self = Self::Other(Keyword::from_static("\\*"));

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Seen => "\\Seen",
            Self::Answered => "\\Answered",
            Self::Flagged => "\\Flagged",
            Self::Deleted => "\\Deleted",
            Self::Draft => "\\Draft",
            Self::Recent => "\\Recent",
            Self::Keyword(name) | Self::Other(name) => name.as_str(),
        }
    }

    /// The flag that is written so, where it has a variant of its own.
    fn system(name: &str) -> Option<Self> {
        let flags = [Self::Seen, Self::Answered, Self::Flagged, Self::Deleted, Self::Draft, Self::Recent];
        flags.into_iter().find(|flag| flag.as_str().eq_ignore_ascii_case(name))
    }
}

impl From<&str> for Flag {
    /// The flag of a name as a server writes it. What a caller makes up is checked
    /// when it is sent.
    fn from(name: &str) -> Self {
        if !name.starts_with('\\') {
            return Self::Keyword(name.into());
        }
        Self::system(name).unwrap_or_else(|| Self::Other(name.into()))
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_in_any_case() {
        for flag in [Flag::Seen, Flag::Answered, Flag::Flagged, Flag::Deleted, Flag::Draft, Flag::Recent] {
            assert_eq!(Flag::from(flag.as_str().to_uppercase().as_str()), flag);
        }
        assert_eq!(Flag::from("\\*"), Flag::WILDCARD);
        assert_eq!(Flag::from("$FORWARDED"), Flag::FORWARDED);
        assert_ne!(Flag::from("Seen"), Flag::Seen);
        assert_eq!(Flag::from("\\XNew").to_string(), "\\XNew");
        let set = std::collections::HashSet::from([Flag::JUNK]);
        assert!(set.contains(&Flag::from("$junk")));
    }
}
