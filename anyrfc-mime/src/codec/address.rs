//! Addresses (RFC 5322, sections 3.4 and 4.4; RFC 6532, section 3.2).

use std::borrow::Cow;

use compact_str::CompactString;

use super::{
    encoded_word::{Joiner, decode_text, encoded_word},
    reading::{Lexer, Reading, is_space, without_controls},
};
use crate::types::{
    AddrSpec, Address, AddressList, DamagedAddress, DefectKind, Defects, Group, Invalid, Mailbox, Problem,
    Subject,
    chars::{self, ATEXT},
};

/// The most words of a name or a local-part: what is longer than any is no address.
const WORDS_MAX: usize = 10_000;

/// `address-list`, the obsolete forms too (RFC 5322, sections 3.4 and 4.4).
///
/// What is no address is kept aside as [`AddressList::damaged`], with a defect.
pub fn address_list(value: &[u8], reading: &mut Reading<'_>) -> AddressList {
    let value = reading.trimmed(value);
    let text = reading.utf8(value);
    let mut parser = Parser {
        text: &text,
        lexer: Lexer::new(&text),
        list: AddressList::default(),
        group: None,
        left: reading.limits.addresses,
    };
    parser.run(reading);
    parser.list
}

struct Parser<'a> {
    text: &'a str,
    lexer: Lexer<'a>,
    list: AddressList,
    group: Option<Open>,
    /// How many more addresses there may be.
    left: usize,
}

/// A group that is not yet closed.
struct Open {
    name: CompactString,
    members: Vec<Mailbox>,
}

/// A word of a phrase or of a local-part.
enum Word<'a> {
    /// `atom`, or what was to be one.
    Atom(&'a str),
    /// `quoted-string`, unquoted.
    Quoted(Cow<'a, str>),
    Dot,
}

struct Placed<'a> {
    word: Word<'a>,
    at: usize,
    /// Whether white space or a comment stands before it.
    spaced: bool,
}

impl<'a> Parser<'a> {
    fn run(&mut self, reading: &mut Reading<'_>) {
        let mut words: Vec<Placed<'a>> = Vec::new();
        loop {
            self.lexer.take_comment();
            self.lexer.skip_cfws(reading);
            let start = self.lexer.at();
            match self.lexer.peek() {
                None => break,
                // Empty elements are obsolete (section 4.4).
                Some(b',') => {
                    self.lexer.advance(1);
                    continue;
                }
                Some(b';') => {
                    self.lexer.advance(1);
                    self.close_group(reading);
                    continue;
                }
                Some(_) => {}
            }
            let Some(left) = self.left.checked_sub(1) else {
                reading.record(DefectKind::TooManyAddresses, start);
                break;
            };
            self.left = left;
            if let Some(address) = self.plain_address() {
                self.mailbox(CompactString::default(), address);
                continue;
            }
            words.clear();
            self.words(&mut words, reading);
            match self.lexer.peek() {
                Some(b'<') => self.name_addr(&words, start, reading),
                Some(b'@') => self.addr_spec_alone(&words, start, reading),
                Some(b':') if self.group.is_none() => {
                    self.lexer.advance(1);
                    let name = phrase(self.text, &words, reading);
                    self.group = Some(Open { name, members: Vec::new() });
                }
                _ => self.damaged(start, reading),
            }
        }
        self.close_group(reading);
    }

    /// The usual: `local@domain` with nothing odd in it, followed by the end of the address.
    fn plain_address(&mut self) -> Option<AddrSpec> {
        let start = self.lexer.at();
        let address = self.dotted_address();
        let ends = matches!(self.lexer.peek(), None | Some(b',' | b';'));
        match address {
            Some(address) if ends => Some(address),
            _ => {
                self.lexer.go_to(start);
                None
            }
        }
    }

    /// `dot-atom "@" dot-atom` without anything between.
    fn dotted_address(&mut self) -> Option<AddrSpec> {
        let start = self.lexer.at();
        let is_dotted = |byte: u8| byte == b'.' || ATEXT.has_or_utf8(byte);
        let local = self.lexer.take_while(is_dotted);
        if !self.lexer.eat(b'@') || !chars::is_dot_atom(local.as_bytes()) {
            return None;
        }
        let domain = self.lexer.take_while(is_dotted);
        if !chars::is_dot_atom(domain.as_bytes()) {
            return None;
        }
        AddrSpec::from_dot_atoms(self.lexer.since(start), local.len().saturating_add(1))
    }

    /// Words up to what tells what they are.
    fn words(&mut self, words: &mut Vec<Placed<'a>>, reading: &mut Reading<'_>) {
        let mut spaced = false;
        loop {
            let at = self.lexer.at();
            // Nobody has such a name.
            if words.len() >= WORDS_MAX {
                return self.skip_element(reading);
            }
            let word = match self.lexer.peek() {
                None | Some(b'<' | b'>' | b'@' | b':' | b';' | b',') => return,
                Some(b'"') => Word::Quoted(self.lexer.quoted_string(reading)),
                Some(b'.') => {
                    self.lexer.advance(1);
                    Word::Dot
                }
                Some(_) => Word::Atom(self.atom(reading)),
            };
            words.push(Placed { word, at, spaced });
            spaced = self.lexer.skip_cfws(reading);
        }
    }

    /// An atom, or an encoded-word with whatever it holds; of what cannot be there, one character.
    fn atom(&mut self, reading: &mut Reading<'_>) -> &'a str {
        let start = self.lexer.at();
        if let Some(word) = encoded_word(self.lexer.rest()) {
            self.lexer.advance(word.length);
            // What others take for the beginning of an address must not be text here.
            if !self.lexer.since(start).contains([' ', '\t', '\r', '\n', '<', '>']) {
                return self.lexer.since(start);
            }
            self.lexer.go_to(start);
        }
        let atom = self.lexer.take_while(|byte| ATEXT.has_or_utf8(byte));
        if atom.is_empty() {
            reading.record(DefectKind::BadAddress, start);
            self.lexer.advance(1);
        }
        self.lexer.since(start)
    }

    /// `name-addr`: what stands in angle brackets, behind a name (sections 3.4 and 4.4).
    fn name_addr(&mut self, words: &[Placed<'_>], start: usize, reading: &mut Reading<'_>) {
        self.lexer.advance(1);
        let address = self.angle_addr(reading);
        self.lexer.skip_cfws(reading);
        let closed = self.lexer.eat(b'>');
        match address {
            Some(address) if closed => {
                let name = phrase(self.text, words, reading);
                // A comment behind the address is the older form of a name.
                self.lexer.take_comment();
                self.lexer.skip_cfws(reading);
                let name = if words.is_empty() { self.comment_name(reading) } else { name };
                if !self.at_end() {
                    reading.record(DefectKind::BadAddress, self.lexer.at());
                    self.skip_element(reading);
                }
                self.mailbox(name, address);
            }
            _ => self.damaged(start, reading),
        }
    }

    /// The inside of angle brackets: an address behind an obsolete route, which is ignored.
    fn angle_addr(&mut self, reading: &mut Reading<'_>) -> Option<AddrSpec> {
        self.lexer.skip_cfws(reading);
        let start = self.lexer.at();
        if let Some(address) = self.dotted_address()
            && self.lexer.peek() == Some(b'>')
        {
            return Some(address);
        }
        self.lexer.go_to(start);
        if matches!(self.lexer.peek(), Some(b'@' | b',')) {
            reading.record(DefectKind::Obsolete, start);
            self.route(reading)?;
        }
        let mut words = Vec::new();
        self.words(&mut words, reading);
        self.addr_spec(&words, reading)
    }

    /// `obs-route` (section 4.4): domains, each behind an `@`, up to a colon.
    fn route(&mut self, reading: &mut Reading<'_>) -> Option<()> {
        loop {
            self.lexer.skip_cfws(reading);
            if self.lexer.eat(b':') {
                return Some(());
            }
            if self.lexer.eat(b',') {
                continue;
            }
            if !self.lexer.eat(b'@') {
                return None;
            }
            self.domain(reading)?;
        }
    }

    /// An address that stands alone; a comment behind it is the older form of a name.
    fn addr_spec_alone(&mut self, words: &[Placed<'_>], start: usize, reading: &mut Reading<'_>) {
        self.lexer.take_comment();
        let address = self.addr_spec(words, reading);
        self.lexer.skip_cfws(reading);
        match address {
            Some(address) if self.at_end() => {
                let name = self.comment_name(reading);
                self.mailbox(name, address);
            }
            _ => self.damaged(start, reading),
        }
    }

    /// The `@` and the domain behind the words of a local-part (sections 3.4.1 and 4.4).
    fn addr_spec(&mut self, words: &[Placed<'_>], reading: &mut Reading<'_>) -> Option<AddrSpec> {
        let at = self.lexer.at();
        if !self.lexer.eat(b'@') || words.is_empty() {
            return None;
        }
        let domain = self.domain(reading)?;
        let mut local = String::new();
        let mut obsolete = words.iter().any(|word| word.spaced);
        let mut after_word = false;
        for Placed { word, .. } in words {
            let is_dot = matches!(word, Word::Dot);
            // Two words that no dot joins are no local-part.
            if after_word && !is_dot {
                return None;
            }
            match word {
                Word::Atom(atom) => local.push_str(atom),
                Word::Quoted(text) => {
                    local.push_str(text);
                    obsolete |= words.len() != 1;
                }
                Word::Dot => local.push('.'),
            }
            after_word = !is_dot;
        }
        // Dots at an end or side by side are no obsolete form, but there are such mailboxes.
        let is_word = |placed: Option<&Placed<'_>>| placed.is_some_and(|p| !matches!(p.word, Word::Dot));
        let dots = !is_word(words.first())
            || !is_word(words.last())
            || words.windows(2).any(|pair| pair.iter().all(|p| matches!(p.word, Word::Dot)));
        if dots {
            reading.record(DefectKind::BadAddress, at);
        } else if obsolete {
            reading.record(DefectKind::Obsolete, at);
        }
        AddrSpec::new(&local, &domain).ok()
    }

    /// `domain`: a name, perhaps in the obsolete form with white space and comments, or a literal.
    fn domain(&mut self, reading: &mut Reading<'_>) -> Option<CompactString> {
        let spaced = self.lexer.skip_cfws(reading);
        if self.lexer.peek() == Some(b'[') {
            let start = self.lexer.at();
            let literal = self.lexer.take_while(|byte| byte != b']');
            let folded = literal.bytes().any(is_space);
            if !self.lexer.eat(b']') {
                return None;
            }
            let literal = self.lexer.since(start);
            if spaced || folded {
                reading.record(DefectKind::Obsolete, start);
            }
            return Some(literal.chars().filter(|c| !matches!(c, ' ' | '\t' | '\r' | '\n')).collect());
        }
        let mut domain = CompactString::default();
        let mut obsolete = spaced;
        loop {
            let at = self.lexer.at();
            let part = self.lexer.take_while(|byte| byte == b'.' || ATEXT.has_or_utf8(byte));
            domain.push_str(part);
            self.lexer.take_comment();
            let spaced = self.lexer.skip_cfws(reading);
            let goes_on = self.lexer.peek() == Some(b'.') || domain.ends_with('.');
            let next = self.lexer.peek().is_some_and(|byte| byte == b'.' || ATEXT.has_or_utf8(byte));
            if !(spaced && goes_on && next) {
                if obsolete {
                    reading.record(DefectKind::Obsolete, at);
                }
                return (!domain.is_empty()).then_some(domain);
            }
            obsolete = true;
        }
    }

    /// Whether the element ends here.
    fn at_end(&self) -> bool {
        matches!(self.lexer.peek(), None | Some(b',' | b';'))
    }

    fn comment_name(&mut self, reading: &mut Reading<'_>) -> CompactString {
        let Some(comment) = self.lexer.take_comment() else { return CompactString::default() };
        let mut text = String::with_capacity(comment.len());
        let mut characters = comment.chars();
        while let Some(character) = characters.next() {
            match character {
                '\\' => text.extend(characters.next()),
                other => text.push(other),
            }
        }
        decode_text(&text, reading).trim().replace('\t', " ").into()
    }

    fn mailbox(&mut self, name: CompactString, address: AddrSpec) {
        let mailbox = Mailbox::from_peer(name, address);
        match &mut self.group {
            Some(group) => group.members.push(mailbox),
            None => self.list.addresses.push(Address::Mailbox(mailbox)),
        }
    }

    fn close_group(&mut self, reading: &mut Reading<'_>) {
        let Some(Open { name, members }) = self.group.take() else { return };
        if name.is_empty() {
            // A group without a name is no group, but its members are there.
            reading.record(DefectKind::BadAddress, self.lexer.at());
            self.list.addresses.extend(members.into_iter().map(Address::Mailbox));
        } else if let Ok(group) = Group::new(&name, members) {
            self.list.addresses.push(Address::Group(group));
        }
    }

    /// Keeps what stands from `start` to the end of the element aside.
    fn damaged(&mut self, start: usize, reading: &mut Reading<'_>) {
        reading.record(DefectKind::BadAddress, start);
        self.skip_element(reading);
        let text = decode_text(self.lexer.since(start), reading);
        let index = self.list.addresses.len();
        self.list.damaged.push(DamagedAddress { text: text.trim().into(), index });
    }

    /// Goes to the next comma or semicolon that is neither quoted nor in a comment.
    fn skip_element(&mut self, reading: &mut Reading<'_>) {
        loop {
            self.lexer.take_while(|byte| !matches!(byte, b',' | b';' | b'"' | b'('));
            match self.lexer.peek() {
                Some(b'"') => {
                    self.lexer.quoted_string(reading);
                }
                Some(b'(') => {
                    self.lexer.skip_cfws(reading);
                }
                _ => return,
            }
        }
    }
}

/// A phrase as people read it (section 3.2.5; RFC 2047, section 5, rule 3).
fn phrase(text: &str, words: &[Placed<'_>], reading: &mut Reading<'_>) -> CompactString {
    if let Some(plain) = plain_phrase(text, words) {
        return plain;
    }
    let mut out = String::with_capacity(32);
    let mut joiner = Joiner::default();
    for Placed { word, at, spaced } in words {
        if let Word::Atom(atom) = word
            && let Some(encoded) = encoded_word(atom)
            && encoded.length == atom.len()
        {
            if joiner.is_empty() && *spaced {
                out.push(' ');
            }
            joiner.word(&encoded, *at, &mut out, reading);
            continue;
        }
        joiner.flush(*at, &mut out, reading);
        if *spaced && !out.is_empty() {
            out.push(' ');
        }
        match word {
            Word::Atom(atom) => out.push_str(&without_controls(Cow::Borrowed(*atom), *at, reading)),
            Word::Quoted(text) => out.push_str(&without_controls(Cow::Borrowed(&**text), *at, reading)),
            Word::Dot => out.push('.'),
        }
    }
    let last = words.last().map(|word| word.at).unwrap_or_default();
    joiner.flush(last, &mut out, reading);
    if out.contains('\t') { out.replace('\t', " ").into() } else { out.into() }
}

/// The same where atoms stand one space apart, or one quoted-string alone: as it is written.
fn plain_phrase(text: &str, words: &[Placed<'_>]) -> Option<CompactString> {
    let first = words.first()?;
    if let [Placed { word: Word::Quoted(Cow::Borrowed(quoted)), .. }] = words {
        let is_plain = !quoted.bytes().fold(false, |found, byte| found | (byte < b' ') | (byte == 127));
        return is_plain.then(|| CompactString::from(*quoted));
    }
    let mut end = first.at;
    for Placed { word, at, .. } in words {
        let Word::Atom(atom) = word else { return None };
        let gap = usize::from(end > first.at);
        if *at != end.saturating_add(gap)
            || atom.starts_with("=?")
            || !atom.bytes().all(|byte| ATEXT.has_or_utf8(byte))
        {
            return None;
        }
        end = at.saturating_add(atom.len());
    }
    // One octet apart may be a tab as well.
    let plain = text.get(first.at..end)?;
    (!plain.contains(['\t', '\r', '\n'])).then(|| CompactString::from(plain))
}

/// A whole list without a defect, obsolete forms included in what is refused.
fn strictly(text: &str) -> Result<AddressList, Invalid> {
    let mut defects = Defects::new();
    let list = address_list(text.as_bytes(), &mut Reading::new(&mut defects));
    // A line break would be folding in a field; in a value of ours it is none.
    if let Some(at) = text.bytes().position(chars::is_control) {
        return Err(Invalid::new(Subject::Address, Problem::Control, at));
    }
    match defects.iter().next() {
        Some(defect) => {
            let at = usize::try_from(defect.offset).unwrap_or_default();
            Err(Invalid::new(Subject::Address, Problem::Syntax, at))
        }
        None => Ok(list),
    }
}

/// One address, exactly.
fn single(text: &str) -> Result<Address, Invalid> {
    let mut addresses = strictly(text)?.into_addresses().into_iter();
    match (addresses.next(), addresses.next()) {
        (Some(address), None) => Ok(address),
        (None, _) => Err(Invalid::new(Subject::Address, Problem::Empty, 0)),
        _ => Err(Invalid::new(Subject::Address, Problem::Syntax, 0)),
    }
}

/// Declares how a value is read from text.
macro_rules! from_text {
    ($type:ty, |$text:ident| $read:expr) => {
        impl std::str::FromStr for $type {
            type Err = Invalid;
            fn from_str($text: &str) -> Result<Self, Invalid> {
                $read
            }
        }

        impl TryFrom<&str> for $type {
            type Error = Invalid;
            fn try_from(text: &str) -> Result<Self, Invalid> {
                text.parse()
            }
        }

        impl TryFrom<String> for $type {
            type Error = Invalid;
            fn try_from(text: String) -> Result<Self, Invalid> {
                text.parse()
            }
        }

        impl TryFrom<&String> for $type {
            type Error = Invalid;
            fn try_from(text: &String) -> Result<Self, Invalid> {
                text.parse()
            }
        }
    };
}

from_text!(AddressList, |text| strictly(text));
from_text!(Address, |text| single(text));
from_text!(Mailbox, |text| match single(text)? {
    Address::Mailbox(mailbox) => Ok(mailbox),
    Address::Group(_) => Err(Invalid::new(Subject::Address, Problem::Syntax, 0)),
});
from_text!(AddrSpec, |text| match text.parse::<Mailbox>()? {
    mailbox if mailbox.name().is_none() && !is_more_than_addr_spec(text) => Ok(mailbox.into_address()),
    _ => Err(Invalid::new(Subject::Address, Problem::Syntax, 0)),
});

/// Whether a well-formed mailbox has angle brackets or a comment beside its addr-spec.
/// In a quoted local part and in a domain literal the same characters are text.
fn is_more_than_addr_spec(text: &str) -> bool {
    let (mut quoted, mut literal, mut escaped) = (false, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' if !literal => quoted = !quoted,
            b'[' | b']' if !quoted => literal = byte == b'[',
            b'<' | b'(' if !quoted && !literal => return true,
            _ => {}
        }
    }
    false
}

/// A name and an address.
impl TryFrom<(&str, &str)> for Mailbox {
    type Error = Invalid;
    fn try_from((name, address): (&str, &str)) -> Result<Self, Invalid> {
        Self::new(address.parse()?).with_name(name)
    }
}

/// A name and an address.
impl TryFrom<(String, String)> for Mailbox {
    type Error = Invalid;
    fn try_from((name, address): (String, String)) -> Result<Self, Invalid> {
        Self::try_from((name.as_str(), address.as_str()))
    }
}

#[cfg(test)]
mod tests;
