//! Mailboxes and paths (RFC 5321, section 4.1.2; RFC 6531, section 3.3).

use std::{borrow::Cow, fmt, str::FromStr};

use bytes::{BufMut, BytesMut};

use super::{
    domain::{self, Checked, hash_ignoring_case},
    invalid::{Invalid, Problem, Subject},
    text::{self, is_atext, is_dot_string},
};

/// The most octets of a local part (RFC 5321, section 4.5.3.1.1).
const LOCAL_PART_MAX: usize = 64;

/// The most octets of a mailbox: a path has 256, its brackets among them (RFC 5321, section
/// 4.5.3.1.3).
const MAILBOX_MAX: usize = 254;

/// `Mailbox`: a local part and a domain (RFC 5321, section 4.1.2), in UTF-8 where RFC 6531 allows
/// it.
///
/// It is kept as it is written: the local part quoted only where it must be and in the case it was
/// given, the domain in U-labels or as it was given. It holds no control character, no comment and
/// no source route, whatever it was made from. Two mailboxes are equal when their local parts mean
/// the same, and their domains are equal.
///
/// ```
/// use anyrfc_smtp::Mailbox;
/// let mailbox = Mailbox::new("\"john\".\"doe\"@example.org");
/// assert!(mailbox.is_err()); // one quoted string, or none
/// let mailbox = Mailbox::new("\"john\\.doe\"@example.org")?;
/// assert_eq!(mailbox.as_str(), "john.doe@example.org");
/// assert_eq!(Mailbox::from_parts("john doe", "example.org")?.as_str(), "\"john doe\"@example.org");
/// assert!(Mailbox::new("john@example.org>\r\nRCPT TO:<jane@example.org").is_err());
/// # Ok::<(), anyrfc_smtp::Invalid>(())
/// ```
#[derive(Clone)]
pub struct Mailbox {
    text: Box<str>,
    /// Where the domain begins, behind the `@`.
    domain: u8,
    /// The domain in A-labels, where that is something else.
    ascii: Option<Box<str>>,
}

impl Mailbox {
    /// `local-part@domain`, quoted as the grammar has it.
    ///
    /// # Errors
    /// [`Invalid`] when it is none, or too long.
    pub fn new(mailbox: &str) -> Result<Self, Invalid> {
        if mailbox.is_empty() {
            return Err(Invalid::new(Subject::Mailbox, Problem::Empty, 0));
        }
        if let Some(at) = text::control_in(mailbox) {
            return Err(Invalid::new(Subject::Mailbox, Problem::Control, at));
        }
        if let Some(quoted) = mailbox.strip_prefix('"') {
            let (meant, length) = unquote(quoted).map_err(|invalid| invalid.behind(1))?;
            let at = 1 + length;
            let rest = mailbox.get(at..).and_then(|rest| rest.strip_prefix('@'));
            let rest = rest.ok_or_else(|| Invalid::new(Subject::Mailbox, Problem::Syntax, at))?;
            return Self::build(&meant, rest, at + 1);
        }
        let Some((local_part, domain)) = mailbox.split_once('@') else {
            return Err(Invalid::new(Subject::Mailbox, Problem::Syntax, mailbox.len()));
        };
        if local_part.is_empty() {
            return Err(Invalid::new(Subject::LocalPart, Problem::Empty, 0));
        }
        if !is_dot_string(local_part) {
            let odd = local_part.char_indices().find(|(_, c)| *c != '.' && !is_atext(*c));
            return Err(match odd {
                Some((at, _)) => Invalid::new(Subject::LocalPart, Problem::Character, at),
                None => Invalid::new(Subject::LocalPart, Problem::Syntax, 0),
            });
        }
        Self::build(local_part, domain, local_part.len() + 1)
    }

    /// The mailbox of `local_part`, as meant and not as quoted, at `domain`: a name, or an address
    /// in square brackets.
    ///
    /// # Errors
    /// [`Invalid`] when one of them cannot be written or is empty, or both are too long.
    pub fn from_parts(local_part: &str, domain: &str) -> Result<Self, Invalid> {
        if local_part.is_empty() {
            return Err(Invalid::new(Subject::LocalPart, Problem::Empty, 0));
        }
        if let Some(at) = text::control_in(local_part) {
            return Err(Invalid::new(Subject::LocalPart, Problem::Control, at));
        }
        Self::build(local_part, domain, 0)
    }

    /// Of a local part without control characters, as meant; the domain stood at `offset`.
    fn build(local_part: &str, domain: &str, offset: usize) -> Result<Self, Invalid> {
        let too_long = |subject, max| Err(Invalid::new(subject, Problem::TooLong, max));
        if local_part.len() > LOCAL_PART_MAX {
            return too_long(Subject::LocalPart, LOCAL_PART_MAX);
        }
        let Checked { text: domain, ascii } =
            domain::check(domain).map_err(|invalid| invalid.behind(offset))?;
        let mut written = String::with_capacity(local_part.len() + domain.len() + 3);
        if is_dot_string(local_part) {
            written.push_str(local_part);
        } else {
            text::quote(local_part, &mut written);
        }
        let length = written.len();
        if length > LOCAL_PART_MAX {
            return too_long(Subject::LocalPart, LOCAL_PART_MAX);
        }
        written.push('@');
        written.push_str(&domain);
        let longest = ascii.as_ref().map_or(0, String::len).max(domain.len());
        let Ok(at) = u8::try_from(length + 1) else {
            return too_long(Subject::LocalPart, LOCAL_PART_MAX);
        };
        if length + 1 + longest > MAILBOX_MAX {
            return too_long(Subject::Mailbox, MAILBOX_MAX);
        }
        Ok(Self { text: written.into(), domain: at, ascii: ascii.map(Into::into) })
    }

    /// The whole of it, as it is written where UTF-8 is understood.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The local part as it is meant, without quotes.
    #[must_use]
    pub fn local_part(&self) -> Cow<'_, str> {
        let written = self.written_local_part();
        let Some(quoted) = written.strip_prefix('"') else { return Cow::Borrowed(written) };
        match unquote(quoted) {
            Ok((meant, _)) => meant,
            Err(_) => Cow::Borrowed(written),
        }
    }

    /// The domain: a name, or an address in square brackets.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.text.get(usize::from(self.domain)..).unwrap_or_default()
    }

    /// The domain in A-labels.
    #[must_use]
    pub fn ascii_domain(&self) -> &str {
        self.ascii.as_deref().unwrap_or_else(|| self.domain())
    }

    /// Whether it is ASCII as it stands.
    #[must_use]
    pub fn is_ascii(&self) -> bool {
        self.ascii.is_none() && self.written_local_part().is_ascii()
    }

    /// Whether only a server with SMTPUTF8 can have it (RFC 6531, section 3.2): A-labels can stand
    /// for a domain, but nothing for a local part.
    #[must_use]
    pub fn needs_utf8(&self) -> bool {
        !self.written_local_part().is_ascii()
    }

    /// The same mailbox in ASCII, with the domain in A-labels; nothing where the local part is
    /// beyond ASCII.
    #[must_use]
    pub fn to_ascii(&self) -> Option<Self> {
        if self.needs_utf8() {
            return None;
        }
        let Some(ascii) = &self.ascii else { return Some(self.clone()) };
        let text = format!("{}@{ascii}", self.written_local_part());
        Some(Self { text: text.into(), domain: self.domain, ascii: None })
    }

    fn written_local_part(&self) -> &str {
        self.text.get(..usize::from(self.domain).saturating_sub(1)).unwrap_or_default()
    }

    /// Its parts as they are written, the `@` between them left out; the domain in A-labels where
    /// `ascii`.
    pub(crate) fn written(&self, ascii: bool) -> (&str, &str) {
        (self.written_local_part(), if ascii { self.ascii_domain() } else { self.domain() })
    }

    /// How many octets it has as it is written.
    pub(crate) fn length(&self, ascii: bool) -> usize {
        let (local_part, domain) = self.written(ascii);
        local_part.len() + 1 + domain.len()
    }

    /// As it is written, the domain in A-labels where `ascii`.
    pub(crate) fn write(&self, ascii: bool, out: &mut BytesMut) {
        let (local_part, domain) = self.written(ascii);
        out.put_slice(local_part.as_bytes());
        out.put_u8(b'@');
        out.put_slice(domain.as_bytes());
    }
}

/// `*QcontentSMTP DQUOTE`: what it means, and how many bytes it has. Without control characters.
fn unquote(quoted: &str) -> Result<(Cow<'_, str>, usize), Invalid> {
    let wrong = |problem, at| Err(Invalid::new(Subject::LocalPart, problem, at));
    let mut meant: Option<String> = None;
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => {
                let plain = quoted.get(..at).unwrap_or_default();
                return Ok((meant.map_or(Cow::Borrowed(plain), Cow::Owned), at + 1));
            }
            '\\' => {
                let text = meant.get_or_insert_with(|| quoted.get(..at).unwrap_or_default().to_owned());
                match characters.next() {
                    Some((_, next)) if next.is_ascii() => text.push(next),
                    Some((at, _)) => return wrong(Problem::NonAscii, at),
                    None => return wrong(Problem::Syntax, quoted.len()),
                }
            }
            other => {
                if let Some(text) = &mut meant {
                    text.push(other);
                }
            }
        }
    }
    wrong(Problem::Syntax, quoted.len())
}

impl FromStr for Mailbox {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl TryFrom<&str> for Mailbox {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl TryFrom<String> for Mailbox {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::new(&text)
    }
}

impl PartialEq for Mailbox {
    fn eq(&self, other: &Self) -> bool {
        self.written_local_part() == other.written_local_part()
            && self.ascii_domain().eq_ignore_ascii_case(other.ascii_domain())
    }
}

impl Eq for Mailbox {}

impl std::hash::Hash for Mailbox {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.written_local_part().hash(state);
        hash_ignoring_case(self.ascii_domain(), state);
    }
}

impl AsRef<str> for Mailbox {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mailbox({:?})", self.text)
    }
}

/// What stands in angle brackets, where it is in any; nothing for `<>`.
fn in_brackets(path: &str) -> Result<(&str, usize), Invalid> {
    let Some(inner) = path.strip_prefix('<') else { return Ok((path, 0)) };
    if let Some(at) = text::control_in(path) {
        return Err(Invalid::new(Subject::Path, Problem::Control, at));
    }
    let inner =
        inner.strip_suffix('>').ok_or_else(|| Invalid::new(Subject::Path, Problem::Syntax, path.len()))?;
    // `A-d-l` begins so, and no mailbox does.
    if inner.starts_with('@') {
        return Err(Invalid::new(Subject::Path, Problem::Route, 1));
    }
    Ok((inner, 1))
}

/// `Reverse-path`: whom trouble with the message is reported to (RFC 5321, section 4.1.2).
///
/// ```
/// use anyrfc_smtp::ReversePath;
/// assert_eq!(ReversePath::try_from("")?, ReversePath::Null);
/// assert_eq!(ReversePath::try_from("<a@b.example>")?, ReversePath::try_from("a@b.example")?);
/// # Ok::<(), anyrfc_smtp::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ReversePath {
    /// `<>`: nobody (RFC 5321, section 4.5.5).
    Null,
    /// This mailbox.
    Mailbox(Mailbox),
}

impl ReversePath {
    /// The mailbox.
    #[must_use]
    pub const fn mailbox(&self) -> Option<&Mailbox> {
        match self {
            Self::Null => None,
            Self::Mailbox(mailbox) => Some(mailbox),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

/// A mailbox, in angle brackets or not; nothing, or nothing in brackets, is the null path.
impl FromStr for ReversePath {
    type Err = Invalid;

    fn from_str(path: &str) -> Result<Self, Invalid> {
        match in_brackets(path)? {
            ("", _) => Ok(Self::Null),
            (mailbox, offset) => {
                Mailbox::new(mailbox).map(Self::Mailbox).map_err(|invalid| invalid.behind(offset))
            }
        }
    }
}

impl fmt::Display for ReversePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("<>"),
            Self::Mailbox(mailbox) => write!(f, "<{mailbox}>"),
        }
    }
}

/// `Forward-path`: whom the message is for (RFC 5321, section 4.1.1.3).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ForwardPath {
    /// `<Postmaster>`: whoever looks after the server itself, which needs no domain.
    Postmaster,
    /// This mailbox.
    Mailbox(Mailbox),
}

impl ForwardPath {
    /// The mailbox.
    #[must_use]
    pub const fn mailbox(&self) -> Option<&Mailbox> {
        match self {
            Self::Postmaster => None,
            Self::Mailbox(mailbox) => Some(mailbox),
        }
    }

    /// As it is written, without brackets.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Postmaster => "Postmaster",
            Self::Mailbox(mailbox) => mailbox.as_str(),
        }
    }
}

/// A mailbox, in angle brackets or not, or `postmaster` in any case.
impl FromStr for ForwardPath {
    type Err = Invalid;

    fn from_str(path: &str) -> Result<Self, Invalid> {
        let (mailbox, offset) = in_brackets(path)?;
        if mailbox.eq_ignore_ascii_case("postmaster") {
            return Ok(Self::Postmaster);
        }
        Mailbox::new(mailbox).map(Self::Mailbox).map_err(|invalid| invalid.behind(offset))
    }
}

impl fmt::Display for ForwardPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.as_str())
    }
}

macro_rules! paths {
    ($($path:ident),+) => {$(
        impl From<Mailbox> for $path {
            fn from(mailbox: Mailbox) -> Self {
                Self::Mailbox(mailbox)
            }
        }

        impl From<&Mailbox> for $path {
            fn from(mailbox: &Mailbox) -> Self {
                Self::Mailbox(mailbox.clone())
            }
        }

        impl TryFrom<&str> for $path {
            type Error = Invalid;

            fn try_from(path: &str) -> Result<Self, Invalid> {
                path.parse()
            }
        }

        impl TryFrom<&String> for $path {
            type Error = Invalid;

            fn try_from(path: &String) -> Result<Self, Invalid> {
                path.parse()
            }
        }

        impl TryFrom<String> for $path {
            type Error = Invalid;

            fn try_from(path: String) -> Result<Self, Invalid> {
                path.parse()
            }
        }
    )+};
}

paths!(ReversePath, ForwardPath);

#[cfg(test)]
mod tests;
