//! Which part of a message (RFC 9051, section 6.4.5.1).

use std::{fmt, num::NonZeroU32, str::FromStr};

/// The place of a part: `1.2.3`; empty for the message itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartPath(Vec<NonZeroU32>);

impl PartPath {
    /// The message itself.
    #[must_use]
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// From numbers, none of which is zero.
    #[must_use]
    pub fn new(numbers: &[u32]) -> Option<Self> {
        numbers.iter().map(|number| NonZeroU32::new(*number)).collect::<Option<_>>().map(Self)
    }

    /// Whether it is the message itself.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The numbers.
    pub fn numbers(&self) -> impl ExactSizeIterator<Item = u32> + '_ {
        self.0.iter().map(|number| number.get())
    }

    /// The n-th part below it, counted from 1.
    #[must_use]
    pub fn child(&self, n: NonZeroU32) -> Self {
        Self(self.0.iter().copied().chain([n]).collect())
    }

    pub(crate) fn push(&mut self, n: NonZeroU32) {
        self.0.push(n);
    }

    pub(crate) fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }
}

impl fmt::Display for PartPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, number) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str(".")?;
            }
            write!(f, "{number}")?;
        }
        Ok(())
    }
}

/// The text is no part path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAPartPath;

impl fmt::Display for NotAPartPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a part path")
    }
}

impl std::error::Error for NotAPartPath {}

impl FromStr for PartPath {
    type Err = NotAPartPath;

    fn from_str(text: &str) -> Result<Self, NotAPartPath> {
        if text.is_empty() {
            return Ok(Self::root());
        }
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            if digits { text.parse().map_err(|_| NotAPartPath) } else { Err(NotAPartPath) }
        };
        text.split('.').map(number).collect::<Result<_, _>>().map(Self)
    }
}

/// Which text of a part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum SectionText {
    /// All of it; of the message, header and body.
    #[default]
    All,
    /// The header of a message.
    Header,
    /// The fields of these names.
    HeaderFields(Vec<String>),
    /// The fields of all other names.
    HeaderFieldsNot(Vec<String>),
    /// The body of a message, without its header.
    Text,
    /// The MIME header of a part.
    Mime,
}

/// What is within the brackets of `BODY[…]`.
///
/// ```
/// use anyrfc_imap::types::Section;
/// let section = Section::parse(b"1.2.HEADER.FIELDS (From To)").unwrap();
/// assert_eq!(section.to_string(), "1.2.HEADER.FIELDS (From To)");
/// assert!(section.matches(&Section::parse(b"1.2.header.fields (FROM \"TO\")").unwrap()));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Section {
    /// Of which part.
    pub part: PartPath,
    /// Which text of it.
    pub text: SectionText,
}

impl Section {
    /// The whole message.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// A part's own content.
    #[must_use]
    pub const fn part(part: PartPath) -> Self {
        Self { part, text: SectionText::All }
    }

    /// The header of the message.
    #[must_use]
    pub const fn header() -> Self {
        Self { part: PartPath::root(), text: SectionText::Header }
    }

    /// The body of the message.
    #[must_use]
    pub const fn text() -> Self {
        Self { part: PartPath::root(), text: SectionText::Text }
    }

    /// Whether both name the same: field names in any case and in any order, since servers
    /// echo them as they like.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        let same = |mine: &[String], theirs: &[String]| {
            let within = |some: &[String], all: &[String]| {
                some.iter().all(|name| all.iter().any(|other| other.eq_ignore_ascii_case(name)))
            };
            within(mine, theirs) && within(theirs, mine)
        };
        self.part == other.part
            && match (&self.text, &other.text) {
                (SectionText::HeaderFields(mine), SectionText::HeaderFields(theirs))
                | (SectionText::HeaderFieldsNot(mine), SectionText::HeaderFieldsNot(theirs)) => {
                    same(mine, theirs)
                }
                (mine, theirs) => mine == theirs,
            }
    }

    /// The rule `section-spec`; names may be atoms, quoted or literals.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        let digits = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
        let end = text.iter().position(|byte| !digits(byte)).unwrap_or(text.len());
        let (part, rest) = text.split_at_checked(end)?;
        let part = str::from_utf8(part).ok()?;
        let part = match (rest.is_empty(), part.is_empty()) {
            (true, _) | (false, true) => part,
            (false, false) => part.strip_suffix('.')?,
        };
        let part = part.parse().ok()?;
        Some(Self { part, text: section_text(rest)? })
    }
}

/// The rule `section-text`, or nothing.
fn section_text(text: &[u8]) -> Option<SectionText> {
    let plain = [
        (&b""[..], SectionText::All),
        (b"HEADER", SectionText::Header),
        (b"TEXT", SectionText::Text),
        (b"MIME", SectionText::Mime),
    ];
    if let Some((_, found)) = plain.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
        return Some(found);
    }
    let space = text.iter().position(|byte| *byte == b' ')?;
    let names = header_names(text.get(space + 1..)?)?;
    match text.get(..space)? {
        name if name.eq_ignore_ascii_case(b"HEADER.FIELDS") => Some(SectionText::HeaderFields(names)),
        name if name.eq_ignore_ascii_case(b"HEADER.FIELDS.NOT") => Some(SectionText::HeaderFieldsNot(names)),
        _ => None,
    }
}

/// The rule `header-list`.
fn header_names(text: &[u8]) -> Option<Vec<String>> {
    let mut rest = text.strip_prefix(b"(")?.strip_suffix(b")")?;
    let mut names = Vec::new();
    while !rest.is_empty() {
        let (name, tail) = astring(rest)?;
        names.push(String::from_utf8(name).ok()?);
        rest = tail.strip_prefix(b" ").unwrap_or(tail);
    }
    Some(names)
}

/// The rule `astring`.
fn astring(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    match text.first()? {
        b'"' => {
            let mut name = Vec::new();
            let mut bytes = text.iter().enumerate().skip(1);
            while let Some((at, byte)) = bytes.next() {
                match byte {
                    b'"' => return Some((name, text.get(at + 1..)?)),
                    b'\\' => name.push(*bytes.next()?.1),
                    _ => name.push(*byte),
                }
            }
            None
        }
        b'{' => {
            let end = text.iter().position(|byte| *byte == b'}')?;
            let len: usize = str::from_utf8(text.get(1..end)?).ok()?.trim_end_matches('+').parse().ok()?;
            let data = text.get(end + 1..)?.strip_prefix(b"\r\n")?;
            let (name, rest) = data.split_at_checked(len)?;
            Some((name.to_vec(), rest))
        }
        _ => {
            let end = text.iter().position(|byte| *byte == b' ').unwrap_or(text.len());
            let (name, rest) = text.split_at_checked(end)?;
            (!name.is_empty()).then(|| (name.to_vec(), rest))
        }
    }
}

impl fmt::Display for Section {
    /// As it would be written with atoms for names; what is sent is the encoder's affair.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.part)?;
        if !self.part.is_root() && self.text != SectionText::All {
            f.write_str(".")?;
        }
        match &self.text {
            SectionText::All => Ok(()),
            SectionText::Header => f.write_str("HEADER"),
            SectionText::HeaderFields(names) => write!(f, "HEADER.FIELDS ({})", names.join(" ")),
            SectionText::HeaderFieldsNot(names) => write!(f, "HEADER.FIELDS.NOT ({})", names.join(" ")),
            SectionText::Text => f.write_str("TEXT"),
            SectionText::Mime => f.write_str("MIME"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_go_there_and_back() {
        for text in [
            "",
            "1",
            "1.2.3",
            "HEADER",
            "4.1.MIME",
            "TEXT",
            "1.TEXT",
            "HEADER.FIELDS (A B)",
            "2.HEADER.FIELDS.NOT (Subject)",
        ] {
            assert_eq!(Section::parse(text.as_bytes()).unwrap().to_string(), text);
        }
        for text in [
            "0",
            "1.",
            "1..2",
            ".1",
            "x",
            "1.x",
            "1TEXT",
            "HEADER.FIELDS",
            "HEADER.FIELDS A",
            "4294967296",
            "HEADER.FIELDS (\"A)",
            "HEADER.FIELDS ({9}\r\nA)",
        ] {
            assert_eq!(Section::parse(text.as_bytes()), None, "{text}");
        }
        let quoted = Section::parse(b"HEADER.FIELDS (FROM \"X \\\"Y\" {3}\r\nA)B)").unwrap();
        let names = ["FROM", "X \"Y", "A)B"].map(String::from).to_vec();
        assert_eq!(quoted.text, SectionText::HeaderFields(names));
    }

    #[test]
    fn names_match_in_any_case_and_order() {
        let section = |text: &str| Section::parse(text.as_bytes()).unwrap();
        assert!(section("HEADER.FIELDS (To From)").matches(&section("HEADER.FIELDS (FROM TO)")));
        assert!(!section("HEADER.FIELDS (To)").matches(&section("HEADER.FIELDS (FROM TO)")));
        assert!(!section("HEADER.FIELDS (To)").matches(&section("HEADER.FIELDS.NOT (To)")));
        assert!(!section("1").matches(&section("2")));
    }
}
