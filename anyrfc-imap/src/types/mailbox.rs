//! Names of mailboxes and patterns over them (RFC 9051, section 5.1).

use std::{
    borrow::Cow,
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    str::FromStr,
};

use unicode_normalization::UnicodeNormalization;

use super::utf7;
use crate::{Error, rfc6855};

/// How a connection writes the names of mailboxes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Names {
    /// In modified UTF-7 (RFC 3501, section 5.1.3).
    #[default]
    ModifiedUtf7,
    /// In UTF-8: IMAP4rev2 (RFC 9051, section 5.1), or `UTF8=ACCEPT` (RFC 6855, section 3).
    Utf8,
}

/// The name of a mailbox: what it says, and the very bytes by which a server called it.
///
/// A name that came from a server goes back to it byte for byte as it came, even if it is not what
/// we would have made of the text. Two names are equal if their texts are, and if neither of them
/// is written in an unusual way; `INBOX` is the same in any case.
///
/// ```
/// # use anyrfc_imap::types::{MailboxName, Names};
/// let name = MailboxName::new("Entwürfe")?;
/// assert_eq!(&*name.encoded(Names::ModifiedUtf7), b"Entw&APw-rfe");
/// assert_eq!(name, MailboxName::received(b"Entw&APw-rfe", Names::ModifiedUtf7));
/// # Ok::<(), anyrfc_imap::Error>(())
/// ```
#[derive(Clone)]
pub struct MailboxName {
    text: Box<str>,
    /// As the server wrote it, where that is not simply the text.
    received: Option<Received>,
}

#[derive(Clone)]
struct Received {
    names: Names,
    bytes: Box<[u8]>,
    /// Whether encoding the text gives these bytes.
    canonical: bool,
}

impl MailboxName {
    /// A name made here, brought into Net-Unicode: normalisation form C (RFC 5198).
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) if it is empty, or has control characters or
    /// separators of lines or paragraphs (RFC 6855, section 3).
    pub fn new(name: &str) -> Result<Self, Error> {
        if name.is_empty() {
            return Err(Error::usage("a mailbox has a name"));
        }
        Ok(Self { text: net_unicode(name)?.into(), received: None })
    }

    /// The mailbox that every user has.
    #[must_use]
    pub fn inbox() -> Self {
        Self { text: "INBOX".into(), received: None }
    }

    /// A name that a server sent, to the byte. There is none that cannot be taken: what is
    /// neither of the connection's encoding nor UTF-8 is shown with replacement characters.
    #[must_use]
    pub fn received(bytes: &[u8], names: Names) -> Self {
        let decoded = match names {
            Names::ModifiedUtf7 => utf7::decode(bytes).ok(),
            Names::Utf8 => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
        };
        let canonical = decoded.is_some();
        let text = decoded.unwrap_or_else(|| String::from_utf8_lossy(bytes));
        let received = (!canonical || text.as_bytes() != bytes).then(|| Received {
            names,
            bytes: bytes.into(),
            canonical,
        });
        Self { text: text.into(), received }
    }

    /// What the name says.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The bytes by which the server called it; of a name made here, its UTF-8.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.received.as_ref().map_or(self.text.as_bytes(), |received| &received.bytes)
    }

    /// Whether it says what its bytes are: not so where a server wrote what is of no encoding.
    pub(crate) fn is_text(&self) -> bool {
        self.received.as_ref().is_none_or(|received| received.canonical)
    }

    /// Whether this is the primary mailbox, in whatever case.
    #[must_use]
    pub fn is_inbox(&self) -> bool {
        self.text.eq_ignore_ascii_case("INBOX")
    }

    /// The bytes of a command's argument.
    #[must_use]
    pub fn encoded(&self, names: Names) -> Cow<'_, [u8]> {
        match &self.received {
            // As it came; and where it is no encoding of its text, there is nothing better to send.
            Some(received) if received.names == names || !received.canonical => {
                Cow::Borrowed(&received.bytes)
            }
            _ => encode(&self.text, names),
        }
    }

    /// What tells names apart.
    fn key(&self) -> (Cow<'_, str>, Option<&[u8]>) {
        let text = if self.is_inbox() { Cow::Borrowed("INBOX") } else { Cow::Borrowed(&*self.text) };
        let odd = self.received.as_ref().filter(|received| !received.canonical);
        (text, odd.map(|received| &*received.bytes))
    }
}

impl PartialEq for MailboxName {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for MailboxName {}

impl Hash for MailboxName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl Ord for MailboxName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for MailboxName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for MailboxName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.received {
            Some(received) if !received.canonical => {
                write!(f, "MailboxName(\"{}\")", received.bytes.escape_ascii())
            }
            _ => write!(f, "MailboxName({:?})", self.text),
        }
    }
}

impl fmt::Display for MailboxName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.text.chars() {
            if is_forbidden(character) {
                write!(f, "{}", character.escape_default())?
            } else {
                write!(f, "{character}")?
            }
        }
        Ok(())
    }
}

impl FromStr for MailboxName {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Self::new(name)
    }
}

impl TryFrom<&str> for MailboxName {
    type Error = Error;

    fn try_from(name: &str) -> Result<Self, Error> {
        Self::new(name)
    }
}

/// What `LIST` matches names with: `*` is anything, `%` anything up to the next delimiter of the
/// hierarchy (RFC 9051, section 6.3.9).
///
/// IMAP cannot escape its wildcards, so a name that has one is no pattern of itself; see
/// [`Pattern::exactly`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern {
    text: Box<str>,
    /// Of a pattern made of a name that a server sent.
    name: Option<MailboxName>,
}

impl Pattern {
    /// A pattern. The empty one asks for the delimiter of the hierarchy, and for no mailbox.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for characters that no name can have; see
    /// [`MailboxName::new`].
    pub fn new(pattern: &str) -> Result<Self, Error> {
        Ok(Self { text: net_unicode(pattern)?.into(), name: None })
    }

    /// Every mailbox.
    #[must_use]
    pub fn all() -> Self {
        Self { text: "*".into(), name: None }
    }

    /// The mailbox of just this name.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) if the name has a wildcard, which would match
    /// others as well.
    pub fn exactly(name: &MailboxName) -> Result<Self, Error> {
        if name.as_bytes().iter().any(|byte| matches!(byte, b'*' | b'%')) {
            return Err(Error::usage("a name with a wildcard is no pattern of itself"));
        }
        Ok(Self { text: name.as_str().into(), name: Some(name.clone()) })
    }

    /// The pattern as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a name matches, where this divides the levels of names; `%` stands for any
    /// number of levels where it is not known what does.
    #[must_use]
    pub fn matches(&self, name: &MailboxName, delimiter: Option<char>) -> bool {
        let equal = |a: char, b: char| a == b || name.is_inbox() && a.eq_ignore_ascii_case(&b);
        let (pattern, text): (Vec<char>, Vec<char>) =
            (self.text.chars().collect(), name.as_str().chars().collect());
        // Where the last wildcard stood, and how much of the name it has taken.
        let (mut p, mut t, mut retry) = (0, 0, None);
        let mut outer = None;
        loop {
            match (pattern.get(p), text.get(t)) {
                (Some('*'), _) => {
                    (outer, retry) = (Some((p + 1, t)), Some((p + 1, t, true)));
                    p += 1;
                    continue;
                }
                (Some('%'), _) => {
                    retry = Some((p + 1, t, false));
                    p += 1;
                    continue;
                }
                (None, None) => return true,
                (Some(a), Some(b)) if equal(*a, *b) => {
                    (p, t) = (p + 1, t + 1);
                    continue;
                }
                _ => {}
            }
            // One character more for the last wildcard; where it may not have it, for the last `*`.
            let blocked = |at: usize| text.get(at).is_none_or(|next| delimiter == Some(*next));
            retry = match retry {
                Some((after, at, false)) if !blocked(at) => Some((after, at + 1, false)),
                _ => match outer {
                    Some((after, at)) if at < text.len() => {
                        outer = Some((after, at + 1));
                        Some((after, at + 1, true))
                    }
                    _ => return false,
                },
            };
            if let Some((after, at, _)) = retry {
                (p, t) = (after, at);
            }
        }
    }

    /// The bytes of a command's argument.
    #[must_use]
    pub fn encoded(&self, names: Names) -> Cow<'_, [u8]> {
        self.name.as_ref().map_or_else(|| encode(&self.text, names), |name| name.encoded(names))
    }
}

impl FromStr for Pattern {
    type Err = Error;

    fn from_str(pattern: &str) -> Result<Self, Error> {
        Self::new(pattern)
    }
}

impl TryFrom<&str> for Pattern {
    type Error = Error;

    fn try_from(pattern: &str) -> Result<Self, Error> {
        Self::new(pattern)
    }
}

fn encode(text: &str, names: Names) -> Cow<'_, [u8]> {
    match names {
        Names::Utf8 => Cow::Borrowed(text.as_bytes()),
        Names::ModifiedUtf7 => match utf7::encode(text) {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        },
    }
}

/// What Net-Unicode keeps out of a name: controls and the separators of lines and paragraphs
/// (RFC 6855, section 3).
fn is_forbidden(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

fn net_unicode(name: &str) -> Result<Cow<'_, str>, Error> {
    if name.is_ascii() && !name.contains(is_forbidden) {
        return Ok(Cow::Borrowed(name));
    }
    if name.contains(is_forbidden) {
        return Err(Error::usage("control characters in the name of a mailbox")
            .with_requirement(rfc6855::MAILBOX_NAMES_HAVE_NO_CONTROLS));
    }
    Ok(name.nfc().collect::<String>().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn name(text: &str) -> MailboxName {
        MailboxName::new(text).unwrap()
    }

    fn hash(name: &MailboxName) -> u64 {
        use std::hash::BuildHasher;
        std::hash::BuildHasherDefault::<std::collections::hash_map::DefaultHasher>::default().hash_one(name)
    }

    #[test]
    fn a_received_name_goes_back_as_it_came() {
        let wires: [&[u8]; 12] = [
            b"INBOX",
            b"iNbOx",
            b"a&b",
            b"&AGE-",
            b"&",
            b"&Jjo!",
            b"T\xc3\xa9st2",
            b"T\xe9st",
            b"T&AOk-st",
            b"a%b*",
            b"",
            b"\"\\",
        ];
        for wire in wires {
            for names in [Names::ModifiedUtf7, Names::Utf8] {
                let name = MailboxName::received(wire, names);
                assert_eq!((name.as_bytes(), &*name.encoded(names)), (wire, wire), "{name:?}");
            }
        }
    }

    #[test]
    fn names_are_read_in_the_connections_encoding() {
        let text = |wire: &[u8], names| MailboxName::received(wire, names).as_str().to_owned();
        assert_eq!(text(b"T&AOk-st", Names::ModifiedUtf7), "Tést");
        assert_eq!(text(b"T&AOk-st", Names::Utf8), "T&AOk-st");
        assert_eq!(text(b"a&b", Names::ModifiedUtf7), "a&b");
        // 8-bit where modified UTF-7 was due is UTF-8 (RFC 3501, section 5.1).
        assert_eq!(text(b"T\xc3\xa9st2", Names::ModifiedUtf7), "Tést2");
        assert_eq!(text(b"T\xe9st", Names::ModifiedUtf7), "T\u{fffd}st");
        // And a name moves to the other encoding when the connection does.
        let name = MailboxName::received(b"T&AOk-st", Names::ModifiedUtf7);
        assert_eq!(&*name.encoded(Names::Utf8), "Tést".as_bytes());
        assert_eq!(
            &*MailboxName::received("Tést".as_bytes(), Names::Utf8).encoded(Names::ModifiedUtf7),
            b"T&AOk-st"
        );
    }

    #[test]
    fn only_equal_names_are_equal() {
        let received = |wire: &[u8]| MailboxName::received(wire, Names::ModifiedUtf7);
        assert_eq!(received(b"T&AOk-st"), name("Tést"));
        assert_eq!(hash(&received(b"T&AOk-st")), hash(&name("Tést")));
        assert_eq!(received(b"T&AOk-st"), MailboxName::received("Tést".as_bytes(), Names::Utf8));
        // Look alike, and are two mailboxes.
        assert_ne!(received(b"&AGE-"), received(b"&-AGE-"));
        assert_ne!(received(b"T\xc3\xa9st"), received(b"T&AOk-st"));
        assert_ne!(name("a"), name("A"));
        assert_eq!(name("inbox"), MailboxName::inbox());
        assert_eq!(hash(&received(b"Inbox")), hash(&MailboxName::inbox()));
        assert_ne!(name("inbox/a"), name("INBOX/a"));
    }

    #[test]
    fn what_no_name_has() {
        for text in ["", "a\0", "a\r\nb", "\t", "\u{7f}", "a\u{85}", "\u{2028}", "\u{2029}"] {
            assert_eq!(MailboxName::new(text).unwrap_err().kind(), ErrorKind::Usage, "{text:?}");
        }
        assert!(Pattern::new("a\r\n*").is_err());
        assert_eq!(name("e\u{301}").as_str(), "\u{e9}");
        assert_eq!(MailboxName::received(b"a\r\nb", Names::Utf8).to_string(), "a\\r\\nb");
    }

    #[test]
    fn patterns_escape_nothing() {
        let pattern = |text| Pattern::new(text).unwrap();
        assert_eq!(&*pattern("Entwürfe/%").encoded(Names::ModifiedUtf7), b"Entw&APw-rfe/%");
        assert_eq!(&*pattern("a&b*").encoded(Names::ModifiedUtf7), b"a&-b*");
        assert_eq!(&*pattern("a&b*").encoded(Names::Utf8), b"a&b*");
        assert_eq!(&*pattern("").encoded(Names::Utf8), b"");
        assert!(Pattern::exactly(&name("a*")).is_err());
        let odd = MailboxName::received(b"T\xc3\xa9", Names::ModifiedUtf7);
        assert_eq!(&*Pattern::exactly(&odd).unwrap().encoded(Names::ModifiedUtf7), b"T\xc3\xa9");
    }
}
