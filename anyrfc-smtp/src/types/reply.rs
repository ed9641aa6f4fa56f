//! What a server answers (RFC 5321, section 4.2).

use std::{borrow::Cow, fmt, sync::Arc};

use anyrfc_core::escape::Escaped;

use super::{EnhancedCode, ReplyCode, ReplyKind};

/// A reply, borrowed from what was read: one code, and a text of one line or more.
#[derive(Clone, Copy)]
pub struct ReplyRef<'a> {
    code: ReplyCode,
    enhanced: Option<EnhancedCode>,
    raw: &'a [u8],
}

impl<'a> ReplyRef<'a> {
    /// A reply of whole lines. A status code of RFC 3463 is looked for where the server may give one:
    /// not behind 3yz, and not in a greeting or the answer to EHLO (RFC 2034, section 4).
    pub(crate) fn new(code: ReplyCode, raw: &'a [u8], may_have_status: bool) -> Self {
        let mut this = Self { code, enhanced: None, raw };
        if may_have_status && code.kind() != ReplyKind::Intermediate {
            let found = this.raw_lines().next().and_then(EnhancedCode::read);
            // Of another class it would say the opposite of the code, which alone decides.
            let agrees = |found: &EnhancedCode| u16::from(found.numbers().0) == code.as_u16() / 100;
            this.enhanced = found.map(|(found, _)| found).filter(agrees);
        }
        this
    }

    /// Its code.
    #[must_use]
    pub const fn code(&self) -> ReplyCode {
        self.code
    }

    /// The status code at the beginning of its text, where it is of the same class.
    #[must_use]
    pub const fn enhanced(&self) -> Option<EnhancedCode> {
        self.enhanced
    }

    /// The bytes, with codes and line ends.
    #[must_use]
    pub const fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// Its lines without the code, as they came.
    pub(crate) fn raw_lines(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.raw.split_inclusive(|byte| *byte == b'\n').map(|line| {
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            line.get(4..).unwrap_or_default()
        })
    }

    /// The lines of its text, without the codes.
    pub fn lines(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let status = self.enhanced;
        self.raw_lines().map(move |line| match EnhancedCode::read(line) {
            Some((found, rest)) if Some(found) == status => rest,
            _ => line,
        })
    }

    /// The reply, owning its text.
    #[must_use]
    pub fn to_reply(&self) -> Reply {
        let mut lines = self.lines();
        let first = lines.next().unwrap_or_default();
        let text = match lines.next() {
            None => first.into(),
            Some(second) => {
                // What a line loses on the way (its code) is more than what it gains (a line feed).
                let mut text = Vec::with_capacity(self.raw.len());
                text.extend_from_slice(first);
                for line in [second].into_iter().chain(lines) {
                    if !text.is_empty() {
                        text.push(b'\n');
                    }
                    text.extend_from_slice(line);
                }
                text.into()
            }
        };
        Reply { code: self.code, enhanced: self.enhanced, text }
    }

    /// The reply without its text, where nobody will ever ask for that.
    pub(crate) fn to_code(self) -> Reply {
        Reply { code: self.code, enhanced: self.enhanced, text: Arc::default() }
    }
}

impl fmt::Debug for ReplyRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReplyRef({})", Escaped(self.raw))
    }
}

/// What a server answers: a code, which decides, and a text for people.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Reply {
    code: ReplyCode,
    enhanced: Option<EnhancedCode>,
    /// The lines, with a line feed in between; a line has none.
    text: Arc<[u8]>,
}

impl Reply {
    /// A reply, as tests need one; line feeds divide its lines, and carriage returns are dropped.
    #[must_use]
    pub fn new(code: ReplyCode, enhanced: Option<EnhancedCode>, text: &str) -> Self {
        let text: Vec<u8> = text.bytes().filter(|byte| *byte != b'\r').collect();
        Self { code, enhanced, text: text.into() }
    }

    /// None that was ever given.
    #[cfg(feature = "client")]
    pub(crate) fn empty() -> Self {
        Self { code: ReplyCode::OK, enhanced: None, text: Arc::default() }
    }

    /// Its code.
    #[must_use]
    pub const fn code(&self) -> ReplyCode {
        self.code
    }

    /// Its status code (RFC 3463), where the server gave one that agrees.
    #[must_use]
    pub const fn enhanced(&self) -> Option<EnhancedCode> {
        self.enhanced
    }

    /// What the first digit says.
    #[must_use]
    pub const fn kind(&self) -> ReplyKind {
        self.code.kind()
    }

    /// Whether the server did what it was asked to.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self.kind(), ReplyKind::Completion)
    }

    /// Whether it refused for now: the same may succeed later.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self.kind(), ReplyKind::Transient)
    }

    /// Whether it refused for good: the same will be refused again.
    #[must_use]
    pub const fn is_permanent(&self) -> bool {
        matches!(self.kind(), ReplyKind::Permanent)
    }

    /// The lines of its text without codes, as they came.
    pub fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.text.split(|byte| *byte == b'\n')
    }

    /// Its text as it came, lines divided by line feeds.
    pub(crate) fn octets(&self) -> &[u8] {
        &self.text
    }

    /// Its text, lines divided by line feeds; what is no UTF-8 is replaced. Anybody's words: escape them
    /// before they are shown.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.text)
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        if let Some(enhanced) = self.enhanced {
            write!(f, " {enhanced}")?;
        }
        for line in self.lines().filter(|line| !line.is_empty()) {
            write!(f, " {}", Escaped(line))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({self})")
    }
}
