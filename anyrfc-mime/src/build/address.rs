//! What the builder takes as addresses, checked when given and written later
//! (RFC 5322, section 3.4; RFC 6532, section 3.2).

use std::borrow::Cow;

use super::{
    fold::{Lines, WIDTH},
    words::{check_text, phrase},
};
use crate::{
    error::Error,
    rfc5322 as r, rfc6532,
    types::{self, chars::ATEXT},
};

/// `local-part@domain`, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AddrSpec<'a> {
    /// With the local-part as it is written: quoted only where it must be.
    text: Cow<'a, str>,
    /// Where the `@` stands.
    at: usize,
}

/// A mailbox: perhaps a display name, and an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mailbox<'a> {
    pub(super) name: Option<Cow<'a, str>>,
    pub(super) address: AddrSpec<'a>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry<'a> {
    Mailbox(Mailbox<'a>),
    Group { name: Cow<'a, str>, members: Vec<Mailbox<'a>> },
}

/// Addresses on their way into the builder; see [`IntoAddresses`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addresses<'a> {
    pub(super) entries: Vec<Entry<'a>>,
}

impl<'a> Addresses<'a> {
    /// Appends a mailbox of this name (empty for none) and address.
    ///
    /// # Errors
    /// The name holds a control character, or the address breaks the grammar of RFC 5322, section 3.4.1.
    pub fn mailbox(
        &mut self,
        name: impl Into<Cow<'a, str>>,
        address: impl Into<Cow<'a, str>>,
    ) -> Result<(), Error> {
        let name = checked_name(name.into())?;
        let address = AddrSpec::new(address.into())?;
        self.entries.push(Entry::Mailbox(Mailbox { name, address }));
        Ok(())
    }

    /// Appends a group (RFC 5322, section 3.4) of these members.
    ///
    /// # Errors
    /// The name is empty or holds a control character, or a member is no mailbox.
    pub fn group(
        &mut self,
        name: impl Into<Cow<'a, str>>,
        members: impl IntoAddresses<'a>,
    ) -> Result<(), Error> {
        let name = checked_name(name.into())?.ok_or_else(|| Error::usage("a group needs a name"))?;
        let mut list = Addresses::default();
        members.append_to(&mut list)?;
        let members = list.entries.into_iter().map(|entry| match entry {
            Entry::Mailbox(mailbox) => Ok(mailbox),
            Entry::Group { .. } => Err(Error::usage("a group cannot hold another group")),
        });
        let members = members.collect::<Result<_, _>>()?;
        self.entries.push(Entry::Group { name, members });
        Ok(())
    }
}

/// Every mailbox, those of groups too.
pub(super) fn mailboxes<'m, 'a>(entries: &'m [Entry<'a>]) -> impl Iterator<Item = &'m Mailbox<'a>> {
    entries.iter().flat_map(|entry| match entry {
        Entry::Mailbox(mailbox) => std::slice::from_ref(mailbox),
        Entry::Group { members, .. } => members.as_slice(),
    })
}

fn checked_name<'a>(name: Cow<'a, str>) -> Result<Option<Cow<'a, str>>, Error> {
    if name.is_empty() {
        return Ok(None);
    }
    check_text("a display name", &name)?;
    Ok(Some(name))
}

/// What can be given where addresses are wanted: `"ann@example.org"`,
/// `"Ann Example <ann@example.org>, Bob <bob@example.org>"`, `("Ann Example", "ann@example.org")`,
/// a group through [`Addresses::group`], and arrays, slices and vectors of these.
///
/// A string is an address-list in the present syntax of RFC 5322, section 3.4, without
/// comments; its unquoted names may hold characters beyond ASCII. Names that come from elsewhere
/// belong into a tuple, where nothing in them has a meaning.
pub trait IntoAddresses<'a> {
    /// Checks them and appends them to `list`.
    ///
    /// # Errors
    /// Something is no address.
    fn append_to(self, list: &mut Addresses<'a>) -> Result<(), Error>;
}

impl<'a> IntoAddresses<'a> for &'a str {
    fn append_to(self, list: &mut Addresses<'a>) -> Result<(), Error> {
        parse_list(self, list)
    }
}

impl<'a> IntoAddresses<'a> for &'a String {
    fn append_to(self, list: &mut Addresses<'a>) -> Result<(), Error> {
        parse_list(self, list)
    }
}

impl<'a> IntoAddresses<'a> for String {
    fn append_to(self, list: &mut Addresses<'a>) -> Result<(), Error> {
        let mut own = Addresses::default();
        parse_list(&self, &mut own)?;
        list.entries.extend(own.entries.into_iter().map(Entry::into_owned));
        Ok(())
    }
}

impl<'a, N: Into<Cow<'a, str>>, A: Into<Cow<'a, str>>> IntoAddresses<'a> for (N, A) {
    fn append_to(self, list: &mut Addresses<'a>) -> Result<(), Error> {
        list.mailbox(self.0, self.1)
    }
}

impl<'a> IntoAddresses<'a> for types::AddrSpec {
    fn append_to(self, list: &mut Addresses<'a>) -> Result<(), Error> {
        list.mailbox("", self.as_str().to_owned())
    }
}

impl<'a> IntoAddresses<'a> for types::Mailbox {
    fn append_to(self, list: &mut Addresses<'a>) -> Result<(), Error> {
        list.mailbox(self.name().unwrap_or_default().to_owned(), self.address().as_str().to_owned())
    }
}

impl<'a> IntoAddresses<'a> for types::Group {
    fn append_to(self, list: &mut Addresses<'a>) -> Result<(), Error> {
        list.group(self.name().to_owned(), self.members().to_vec())
    }
}

impl<'a> IntoAddresses<'a> for types::Address {
    fn append_to(self, list: &mut Addresses<'a>) -> Result<(), Error> {
        match self {
            Self::Mailbox(mailbox) => mailbox.append_to(list),
            Self::Group(group) => group.append_to(list),
        }
    }
}

impl<'a> IntoAddresses<'a> for types::AddressList {
    fn append_to(self, list: &mut Addresses<'a>) -> Result<(), Error> {
        self.into_addresses().append_to(list)
    }
}

impl<'a> IntoAddresses<'a> for Addresses<'a> {
    fn append_to(self, list: &mut Addresses<'a>) -> Result<(), Error> {
        list.entries.extend(self.entries);
        Ok(())
    }
}

impl<'a, T: IntoAddresses<'a>, const N: usize> IntoAddresses<'a> for [T; N] {
    fn append_to(self, list: &mut Addresses<'a>) -> Result<(), Error> {
        self.into_iter().try_for_each(|item| item.append_to(list))
    }
}

impl<'a, T: IntoAddresses<'a>> IntoAddresses<'a> for Vec<T> {
    fn append_to(self, list: &mut Addresses<'a>) -> Result<(), Error> {
        self.into_iter().try_for_each(|item| item.append_to(list))
    }
}

impl<'a, T: IntoAddresses<'a> + Clone> IntoAddresses<'a> for &[T] {
    fn append_to(self, list: &mut Addresses<'a>) -> Result<(), Error> {
        self.iter().try_for_each(|item| item.clone().append_to(list))
    }
}

impl<'a> Entry<'a> {
    pub(super) fn into_owned<'b>(self) -> Entry<'b> {
        match self {
            Self::Mailbox(mailbox) => Entry::Mailbox(mailbox.into_owned()),
            Self::Group { name, members } => Entry::Group {
                name: Cow::Owned(name.into_owned()),
                members: members.into_iter().map(Mailbox::into_owned).collect(),
            },
        }
    }

    /// Writes it, a comma before it if it is not the first.
    fn write(&self, lines: &mut Lines<'_>, last: bool, utf8: bool) -> Result<(), Error> {
        match self {
            Self::Mailbox(mailbox) => mailbox.write(lines, usize::from(!last), utf8),
            Self::Group { name, members } => {
                phrase(lines, name, 1, utf8);
                lines.out.push(b':');
                for (index, member) in members.iter().enumerate() {
                    member.write(lines, 2, utf8)?;
                    if index + 1 < members.len() {
                        lines.out.push(b',');
                    }
                }
                lines.out.push(b';');
                Ok(())
            }
        }
    }
}

impl<'a> Mailbox<'a> {
    fn into_owned<'b>(self) -> Mailbox<'b> {
        Mailbox {
            name: self.name.map(|name| Cow::Owned(name.into_owned())),
            address: self.address.into_owned(),
        }
    }

    /// Writes it after a space or a new line; `tail` octets will follow.
    pub(super) fn write(&self, lines: &mut Lines<'_>, tail: usize, utf8: bool) -> Result<(), Error> {
        let address = self.address.written(utf8)?;
        let Some(name) = &self.name else {
            lines.space_for(address.len() + tail);
            lines.out.extend_from_slice(address.as_bytes());
            return Ok(());
        };
        let length = address.len() + 3 + tail;
        phrase(lines, name, if length > WIDTH / 2 { 0 } else { length }, utf8);
        if lines.column() + length > lines.width {
            lines.fold();
        } else {
            lines.out.push(b' ');
        }
        lines.out.push(b'<');
        lines.out.extend_from_slice(address.as_bytes());
        lines.out.push(b'>');
        Ok(())
    }
}

/// Writes an address-list as the body of a field.
///
/// # Errors
/// An address cannot be written for this receiver.
pub(super) fn write_list(lines: &mut Lines<'_>, list: &[Entry<'_>], utf8: bool) -> Result<(), Error> {
    for (index, entry) in list.iter().enumerate() {
        let last = index + 1 == list.len();
        entry.write(lines, last, utf8)?;
        if !last {
            lines.out.push(b',');
        }
    }
    Ok(())
}

impl<'a> AddrSpec<'a> {
    /// Checks `local-part@domain` (RFC 5322, section 3.4.1).
    ///
    /// # Errors
    /// It breaks the grammar.
    pub(super) fn new(text: Cow<'a, str>) -> Result<Self, Error> {
        Self::parse(text).map_err(|text| no_address(&text))
    }

    /// The address, or the text back.
    fn parse(text: Cow<'a, str>) -> Result<Self, Cow<'a, str>> {
        let at = memchr::memrchr(b'@', text.as_bytes());
        let Some((local, domain)) = at.and_then(|at| Some((text.get(..at)?, text.get(at + 1..)?))) else {
            return Err(text);
        };
        if !is_dot_atom(domain) && !is_domain_literal(domain) {
            return Err(text);
        }
        if is_dot_atom(local) {
            return Ok(Self { at: local.len(), text });
        }
        let Some(bare) = unquoted(local) else { return Err(text) };
        if !is_dot_atom(&bare) {
            return Ok(Self { at: local.len(), text });
        }
        // Quoted without need (RFC 5322, section 3.4.1).
        Ok(Self { at: bare.len(), text: Cow::Owned(format!("{bare}@{domain}")) })
    }

    fn into_owned<'b>(self) -> AddrSpec<'b> {
        AddrSpec { text: Cow::Owned(self.text.into_owned()), at: self.at }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    fn local_part(&self) -> &str {
        self.text.get(..self.at).unwrap_or_default()
    }

    pub(super) fn domain(&self) -> &str {
        self.text.get(self.at + 1..).unwrap_or_default()
    }

    /// The domain in A-labels.
    ///
    /// # Errors
    /// It has none.
    pub(super) fn ascii_domain(&self) -> Result<Cow<'_, str>, Error> {
        let domain = self.domain();
        if domain.is_ascii() {
            return Ok(Cow::Borrowed(domain));
        }
        let ascii = idna::domain_to_ascii(domain);
        ascii.map(Cow::Owned).map_err(|error| Error::usage("a domain has no ASCII form").with_source(error))
    }

    /// Whether only a receiver that takes UTF-8 can have it.
    pub(super) fn needs_utf8(&self) -> bool {
        !self.text.is_ascii() && !self.local_part().is_ascii()
    }

    /// As it is written: the domain in A-labels where the receiver takes no UTF-8.
    ///
    /// # Errors
    /// The local-part cannot be written without UTF-8, or the domain has no A-labels.
    pub(super) fn written(&self, utf8: bool) -> Result<Cow<'_, str>, Error> {
        if utf8 || self.text.is_ascii() {
            return Ok(Cow::Borrowed(&self.text));
        }
        if self.needs_utf8() {
            let error = Error::new(
                crate::ErrorKind::Unsupported,
                "an address needs UTF-8, which the receiver does not take",
            );
            return Err(error.with_requirement(rfc6532::GLOBAL_NEEDS_AN_AUTHORISED_TRANSPORT));
        }
        Ok(Cow::Owned(format!("{}@{}", self.local_part(), self.ascii_domain()?)))
    }
}

fn no_address(text: &str) -> Error {
    let text = anyrfc_core::escape::Escaped(text.as_bytes());
    Error::usage(format!("{text} is not an address")).with_requirement(r::FIELD_BODIES_CONFORM)
}

/// A character that may stand in an atom, ASCII or beyond (RFC 6532, section 3.2).
fn is_atom_char(c: char) -> bool {
    u8::try_from(c).map_or(true, |byte| if byte < 0x80 { ATEXT.has(byte) } else { !c.is_control() })
}

/// `dot-atom-text` (RFC 5322, section 3.2.3), ASCII or beyond (RFC 6532, section 3.2).
pub(super) fn is_dot_atom(text: &str) -> bool {
    let mut dot = true;
    for byte in text.bytes() {
        if ATEXT.has(byte) {
            dot = false;
        } else if byte >= 0x80 {
            return is_wide_dot_atom(text);
        } else if byte == b'.' && !dot {
            dot = true;
        } else {
            return false;
        }
    }
    !dot
}

fn is_wide_dot_atom(text: &str) -> bool {
    text.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom_char))
}

/// `domain-literal` (RFC 5322, section 3.4.1), without white space.
fn is_domain_literal(text: &str) -> bool {
    let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    inner.is_some_and(|inner| inner.bytes().all(|byte| matches!(byte, 33..=90 | 94..=126)))
}

/// The content of a quoted-string without control characters.
fn unquoted(text: &str) -> Option<String> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        let c = match c {
            '"' => return None,
            '\\' => chars.next()?,
            c => c,
        };
        if c.is_control() {
            return None;
        }
        out.push(c);
    }
    Some(out)
}

/// Where an unquoted stretch of `text` ends: at the first of the characters that mean something.
fn stretch(text: &str) -> usize {
    text.find(SPECIAL).unwrap_or(text.len())
}

const SPECIAL: [char; 10] = ['"', '<', '>', ',', ':', ';', '(', ')', '\\', '['];

/// Where a quoted-string that begins `text` ends.
fn quoted_end(text: &str) -> Option<usize> {
    let mut bytes = text.bytes().enumerate().skip(1);
    while let Some((index, byte)) = bytes.next() {
        match byte {
            b'"' => return Some(index + 1),
            b'\\' => {
                bytes.next()?;
            }
            _ => {}
        }
    }
    None
}

/// An address-list in the present syntax.
fn parse_list<'a>(text: &'a str, list: &mut Addresses<'a>) -> Result<(), Error> {
    // The plain forms, by far the most common.
    if let Ok(address) = AddrSpec::parse(Cow::Borrowed(text)) {
        list.entries.push(Entry::Mailbox(Mailbox { name: None, address }));
        return Ok(());
    }
    let mut parser = Parser { whole: text, rest: text };
    parser.skip_space();
    while !parser.rest.is_empty() {
        parser.address(list)?;
        parser.skip_space();
        if !parser.take(',') && !parser.rest.is_empty() {
            return Err(no_address(text));
        }
        parser.skip_space();
    }
    Ok(())
}

struct Parser<'a> {
    whole: &'a str,
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }

    fn take(&mut self, c: char) -> bool {
        match self.rest.strip_prefix(c) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn failed<T>(&self) -> Result<T, Error> {
        Err(no_address(self.whole))
    }

    /// `mailbox / group`
    fn address(&mut self, list: &mut Addresses<'a>) -> Result<(), Error> {
        let (name, address) = self.phrase_or_address()?;
        if !self.take(':') {
            let mailbox = self.mailbox(name, address)?;
            list.entries.push(Entry::Mailbox(mailbox));
            return Ok(());
        }
        let Some(name) = name else { return self.failed() };
        let mut members = Vec::new();
        loop {
            self.skip_space();
            if self.take(';') {
                break;
            }
            let (name, address) = self.phrase_or_address()?;
            members.push(self.mailbox(name, address)?);
            self.skip_space();
            if !self.take(',') && !self.rest.starts_with(';') {
                return self.failed();
            }
        }
        list.entries.push(Entry::Group { name, members });
        Ok(())
    }

    /// What stands before `<`, `:`, `,` or the end: as a phrase, and as the text it is.
    fn phrase_or_address(&mut self) -> Result<(Option<Cow<'a, str>>, &'a str), Error> {
        let begin = self.rest;
        let mut joined = String::new();
        let mut first: Option<Cow<'a, str>> = None;
        loop {
            let word = if self.rest.starts_with('"') {
                let Some(end) = quoted_end(self.rest) else { return self.failed() };
                let (string, rest) = self.rest.split_at(end);
                self.rest = rest;
                let Some(word) = unquoted(string) else { return self.failed() };
                Cow::Owned(word)
            } else {
                let end = stretch(self.rest);
                let special = self.rest.get(end..).unwrap_or_default();
                let end = if special.starts_with('[') {
                    // A domain-literal, whose content may hold colons.
                    end + special.find(']').map_or(0, |close| close + 1)
                } else {
                    end
                };
                let (word, rest) = self.rest.split_at(end);
                self.rest = rest;
                Cow::Borrowed(word.trim_matches([' ', '\t']))
            };
            if !word.is_empty() {
                if let Some(first) = &first {
                    if joined.is_empty() {
                        joined.push_str(first);
                    }
                    joined.push(' ');
                    joined.push_str(&word);
                } else {
                    first = Some(word);
                }
            }
            let goes_on = |c: char| c == '"' || !SPECIAL.contains(&c);
            if !self.rest.chars().next().is_some_and(goes_on) {
                break;
            }
        }
        let text = begin.strip_suffix(self.rest).unwrap_or(begin).trim_matches([' ', '\t']);
        let name = if joined.is_empty() { first } else { Some(Cow::Owned(joined)) };
        if let Some(name) = &name {
            check_text("a display name", name)?;
        }
        Ok((name, text))
    }

    /// What was read is a display name if `<` follows, else an address.
    fn mailbox(&mut self, name: Option<Cow<'a, str>>, address: &'a str) -> Result<Mailbox<'a>, Error> {
        if !self.take('<') {
            return Ok(Mailbox { name: None, address: AddrSpec::new(Cow::Borrowed(address))? });
        }
        if address.contains(['@', '[']) && !address.starts_with('"') {
            return self.failed();
        }
        let quoted_part = if self.rest.starts_with('"') { quoted_end(self.rest).unwrap_or(0) } else { 0 };
        let behind = self.rest.get(quoted_part..).unwrap_or_default();
        let Some(end) = behind.find('>') else { return self.failed() };
        let (address, rest) = self.rest.split_at(quoted_part + end);
        self.rest = rest.strip_prefix('>').unwrap_or(rest);
        Ok(Mailbox { name, address: AddrSpec::new(Cow::Borrowed(address))? })
    }
}
