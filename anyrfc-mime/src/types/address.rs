//! Addresses (RFC 5322, section 3.4), in UTF-8 where RFC 6532 allows it.

use std::{borrow::Cow, fmt};

use compact_str::CompactString;

use super::{
    chars::{self, ATEXT, DTEXT},
    invalid::{Invalid, Problem, Subject, control_in},
};

/// The most octets an address may have: with what stands around it, it must fit on a line of
/// 998 (RFC 5322, section 2.1.1).
const ADDRESS_MAX: usize = 900;

/// `addr-spec`: a local-part and a domain (RFC 5322, section 3.4.1).
///
/// It is kept as it is written: with a quoted local-part only where quotes are needed, without
/// comments or white space, in the case it was given. Two are equal when they are written the
/// same, the domain compared without regard to ASCII case.
#[derive(Clone)]
pub struct AddrSpec {
    text: CompactString,
    /// Where the domain begins, behind the `@`.
    domain: usize,
}

impl AddrSpec {
    /// The address of `local_part`, as meant and not as quoted, at `domain`: a name, or an address
    /// in square brackets.
    ///
    /// ```
    /// use anyrfc_mime::AddrSpec;
    /// assert_eq!(AddrSpec::new("john", "example.org")?.as_str(), "john@example.org");
    /// assert_eq!(AddrSpec::new("john doe", "[192.0.2.1]")?.as_str(), "\"john doe\"@[192.0.2.1]");
    /// assert!(AddrSpec::new("john\r\nRCPT TO:<x", "example.org").is_err());
    /// # Ok::<(), anyrfc_mime::Invalid>(())
    /// ```
    ///
    /// # Errors
    /// [`Invalid`] when one of them holds what cannot be written, or both are too long.
    pub fn new(local_part: &str, domain: &str) -> Result<Self, Invalid> {
        check_domain(domain)?;
        let mut text = CompactString::with_capacity(local_part.len() + domain.len() + 1);
        write_local_part(local_part, &mut text)?;
        text.push('@');
        let at = text.len();
        text.push_str(domain);
        if text.len() > ADDRESS_MAX {
            return Err(Invalid::new(Subject::Address, Problem::TooLong, 0));
        }
        Ok(Self { text, domain: at })
    }

    /// `dot-atom "@" dot-atom`, checked by its reader; `domain` is where the second one begins.
    pub(crate) fn from_dot_atoms(text: &str, domain: usize) -> Option<Self> {
        (text.len() <= ADDRESS_MAX).then(|| Self { text: text.into(), domain })
    }

    /// The whole of it, as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The domain: a name, or an address in square brackets.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.text.get(self.domain..).unwrap_or_default()
    }

    /// The local-part as it is meant, without quotes.
    #[must_use]
    pub fn local_part(&self) -> Cow<'_, str> {
        let written = self.written_local_part();
        let Some(quoted) = written.strip_prefix('"') else { return Cow::Borrowed(written) };
        let inner = quoted.strip_suffix('"').unwrap_or(quoted);
        if !inner.contains('\\') {
            return Cow::Borrowed(inner);
        }
        let mut meant = String::with_capacity(inner.len());
        let mut characters = inner.chars();
        while let Some(character) = characters.next() {
            match character {
                '\\' => meant.extend(characters.next()),
                other => meant.push(other),
            }
        }
        Cow::Owned(meant)
    }

    /// Whether it is ASCII, so that it needs no SMTPUTF8 (RFC 6531).
    #[must_use]
    pub fn is_ascii(&self) -> bool {
        self.text.is_ascii()
    }

    fn written_local_part(&self) -> &str {
        self.text.get(..self.domain.saturating_sub(1)).unwrap_or_default()
    }
}

/// A local-part as it is written: a dot-atom where it is one, else a quoted-string (RFC 5322,
/// section 3.4.1).
fn write_local_part(meant: &str, out: &mut CompactString) -> Result<(), Invalid> {
    if chars::is_dot_atom(meant.as_bytes()) {
        out.push_str(meant);
        return Ok(());
    }
    if let Some(at) = control_in(meant, true) {
        return Err(Invalid::new(Subject::LocalPart, Problem::Control, at));
    }
    out.push('"');
    for character in meant.chars() {
        if matches!(character, '"' | '\\') {
            out.push('\\');
        }
        out.push(character);
    }
    out.push('"');
    Ok(())
}

fn check_domain(domain: &str) -> Result<(), Invalid> {
    let wrong = |problem, at| Err(Invalid::new(Subject::Domain, problem, at));
    if domain.is_empty() {
        return wrong(Problem::Empty, 0);
    }
    if let Some(at) = control_in(domain, false) {
        return wrong(Problem::Control, at);
    }
    if let Some(inner) = domain.strip_prefix('[') {
        let Some(literal) = inner.strip_suffix(']') else { return wrong(Problem::Syntax, domain.len()) };
        return match literal.bytes().position(|byte| !DTEXT.has_or_utf8(byte)) {
            Some(at) => wrong(Problem::Character, at + 1),
            None => Ok(()),
        };
    }
    if chars::is_dot_atom(domain.as_bytes()) {
        return Ok(());
    }
    match domain.bytes().position(|byte| byte != b'.' && !ATEXT.has_or_utf8(byte)) {
        Some(at) => wrong(Problem::Character, at),
        None => wrong(Problem::Syntax, 0),
    }
}

impl PartialEq for AddrSpec {
    fn eq(&self, other: &Self) -> bool {
        self.written_local_part() == other.written_local_part()
            && self.domain().eq_ignore_ascii_case(other.domain())
    }
}

impl Eq for AddrSpec {}

impl std::hash::Hash for AddrSpec {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.written_local_part().hash(state);
        for byte in self.domain().bytes() {
            state.write_u8(byte.to_ascii_lowercase());
        }
    }
}

impl AsRef<str> for AddrSpec {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for AddrSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for AddrSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AddrSpec({:?})", self.text.as_str())
    }
}

/// The name that people see beside an address: text without control characters.
fn display_name(name: &str) -> Result<Option<CompactString>, Invalid> {
    match control_in(name, false) {
        Some(at) => Err(Invalid::new(Subject::DisplayName, Problem::Control, at)),
        None => Ok((!name.is_empty()).then(|| CompactString::from(name))),
    }
}

/// A display name as it is written where everything may be UTF-8 (RFC 6532): words that need no
/// quotes, or a quoted-string.
fn write_name(name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let plain = |word: &str| !word.is_empty() && word.bytes().all(|byte| ATEXT.has_or_utf8(byte));
    // What looks like an encoded-word would be decoded by its reader.
    if name.split(' ').all(plain) && !name.contains("=?") {
        return f.write_str(name);
    }
    f.write_str("\"")?;
    for character in name.chars() {
        if matches!(character, '"' | '\\') {
            f.write_str("\\")?;
        }
        write!(f, "{character}")?;
    }
    f.write_str("\"")
}

/// `mailbox`: an address, and the name of whose it is (RFC 5322, section 3.4).
///
/// `Display` writes it in UTF-8, as RFC 6532 allows; what is sent to a receiver that knows ASCII
/// only is encoded when a message is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mailbox {
    name: Option<CompactString>,
    address: AddrSpec,
}

impl Mailbox {
    /// A mailbox without a name.
    #[must_use]
    pub const fn new(address: AddrSpec) -> Self {
        Self { name: None, address }
    }

    /// The mailbox with this name; an empty one is none.
    ///
    /// # Errors
    /// [`Invalid`] when the name holds a control character.
    pub fn with_name(self, name: &str) -> Result<Self, Invalid> {
        Ok(Self { name: display_name(name)?, ..self })
    }

    /// What a reader found: a name without control characters.
    pub(crate) fn from_peer(name: CompactString, address: AddrSpec) -> Self {
        debug_assert!(control_in(&name, false).is_none());
        Self { name: (!name.is_empty()).then_some(name), address }
    }

    /// The name, decoded.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The address.
    #[must_use]
    pub const fn address(&self) -> &AddrSpec {
        &self.address
    }

    /// The name and the address, to keep.
    #[must_use]
    pub fn into_address(self) -> AddrSpec {
        self.address
    }
}

impl From<AddrSpec> for Mailbox {
    fn from(address: AddrSpec) -> Self {
        Self::new(address)
    }
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(name) = &self.name else { return write!(f, "{}", self.address) };
        write_name(name, f)?;
        write!(f, " <{}>", self.address)
    }
}

/// `group`: mailboxes under one name, or none at all (RFC 5322, section 3.4).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Group {
    name: CompactString,
    members: Vec<Mailbox>,
}

impl Group {
    /// The group of this name.
    ///
    /// # Errors
    /// [`Invalid`] when the name is empty or holds a control character.
    pub fn new(name: &str, members: impl IntoIterator<Item = Mailbox>) -> Result<Self, Invalid> {
        let name =
            display_name(name)?.ok_or_else(|| Invalid::new(Subject::DisplayName, Problem::Empty, 0))?;
        Ok(Self { name, members: members.into_iter().collect() })
    }

    /// The name, decoded.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The members.
    #[must_use]
    pub fn members(&self) -> &[Mailbox] {
        &self.members
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_name(&self.name, f)?;
        f.write_str(":")?;
        for (index, member) in self.members.iter().enumerate() {
            write!(f, "{}{member}", if index == 0 { " " } else { ", " })?;
        }
        f.write_str(";")
    }
}

/// `address`: a mailbox or a group (RFC 5322, section 3.4).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Address {
    /// One mailbox.
    Mailbox(Mailbox),
    /// Mailboxes under one name.
    Group(Group),
}

impl Address {
    /// The mailbox, or each member of the group.
    pub fn mailboxes(&self) -> std::slice::Iter<'_, Mailbox> {
        match self {
            Self::Mailbox(mailbox) => std::slice::from_ref(mailbox).iter(),
            Self::Group(group) => group.members.iter(),
        }
    }

    /// The name, decoded.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Mailbox(mailbox) => mailbox.name(),
            Self::Group(group) => Some(group.name()),
        }
    }
}

impl From<Mailbox> for Address {
    fn from(mailbox: Mailbox) -> Self {
        Self::Mailbox(mailbox)
    }
}

impl From<Group> for Address {
    fn from(group: Group) -> Self {
        Self::Group(group)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mailbox(mailbox) => mailbox.fmt(f),
            Self::Group(group) => group.fmt(f),
        }
    }
}

/// What a field of addresses holds: those that are addresses, and what was to be one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressList {
    pub(crate) addresses: Vec<Address>,
    pub(crate) damaged: Vec<DamagedAddress>,
}

/// Something in a list of addresses that is none: `root`, say, or `Undisclosed recipients`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DamagedAddress {
    pub(crate) text: CompactString,
    pub(crate) index: usize,
}

impl DamagedAddress {
    /// What stands there, unfolded and decoded, without control characters.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many addresses stand before it.
    #[must_use]
    pub const fn index(&self) -> usize {
        self.index
    }
}

impl AddressList {
    /// The addresses, in their order.
    #[must_use]
    pub fn addresses(&self) -> &[Address] {
        &self.addresses
    }

    /// Every mailbox, those in groups too.
    pub fn mailboxes(&self) -> impl Iterator<Item = &Mailbox> {
        self.addresses.iter().flat_map(Address::mailboxes)
    }

    /// What was to be an address and is none.
    #[must_use]
    pub fn damaged(&self) -> &[DamagedAddress] {
        &self.damaged
    }

    /// The addresses, to keep.
    #[must_use]
    pub fn into_addresses(self) -> Vec<Address> {
        self.addresses
    }

    /// Adds what another field holds.
    pub(crate) fn append(&mut self, mut other: Self) {
        let before = self.addresses.len();
        self.addresses.append(&mut other.addresses);
        let shifted = |damaged: DamagedAddress| DamagedAddress { index: damaged.index + before, ..damaged };
        self.damaged.extend(other.damaged.into_iter().map(shifted));
    }

    /// Whether there is no address.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.addresses.is_empty()
    }
}

impl From<Vec<Address>> for AddressList {
    fn from(addresses: Vec<Address>) -> Self {
        Self { addresses, damaged: Vec::new() }
    }
}

impl FromIterator<Address> for AddressList {
    fn from_iter<I: IntoIterator<Item = Address>>(addresses: I) -> Self {
        Self::from(addresses.into_iter().collect::<Vec<_>>())
    }
}

/// The addresses; what is damaged is not written.
impl fmt::Display for AddressList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, address) in self.addresses.iter().enumerate() {
            write!(f, "{}{address}", if index == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_in_one_way() {
        for (local, domain, written) in [
            ("a", "b", "a@b"),
            ("a.b", "b.c", "a.b@b.c"),
            ("", "b", "\"\"@b"),
            ("a..b", "b", "\"a..b\"@b"),
            ("a b", "b", "\"a b\"@b"),
            ("a\"b\\c", "b", "\"a\\\"b\\\\c\"@b"),
            ("a@b", "[IPv6:::1]", "\"a@b\"@[IPv6:::1]"),
            ("用户", "例.test", "用户@例.test"),
        ] {
            let address = AddrSpec::new(local, domain).unwrap();
            assert_eq!(address.as_str(), written);
            assert_eq!((&*address.local_part(), address.domain()), (local, domain));
        }
    }

    #[test]
    fn nothing_passes_for_structure() {
        for bad in ["a\r\nb", "a\nb", "a\rb", "a\0b", "\x7f", "\x1b"] {
            assert_eq!(AddrSpec::new(bad, "b").unwrap_err().problem(), Problem::Control, "{bad:?}");
            assert_eq!(AddrSpec::new("a", bad).unwrap_err().problem(), Problem::Control, "{bad:?}");
            let mailbox = Mailbox::new(AddrSpec::new("a", "b").unwrap());
            assert!(mailbox.with_name(bad).is_err(), "{bad:?}");
            assert!(Group::new(bad, []).is_err(), "{bad:?}");
        }
        for bad in ["", ".", "a.", "a..b", "a b", "a@b", "a>b", "[a", "[a]b]", "[a\\]", "a,b", "(a)"] {
            assert!(AddrSpec::new("a", bad).is_err(), "{bad:?}");
        }
        assert_eq!(AddrSpec::new(&"a".repeat(900), "b").unwrap_err().problem(), Problem::TooLong);
    }

    #[test]
    fn names_are_quoted_where_needed() {
        let mailbox = |name| Mailbox::new(AddrSpec::new("a", "b").unwrap()).with_name(name).unwrap();
        for (name, written) in [
            ("", "a@b"),
            ("Ann Example", "Ann Example <a@b>"),
            ("Zoë", "Zoë <a@b>"),
            ("Example, Ann", "\"Example, Ann\" <a@b>"),
            ("A \"B\" \\C", "\"A \\\"B\\\" \\\\C\" <a@b>"),
            (" a", "\" a\" <a@b>"),
            ("=?utf-8?q?x?=", "\"=?utf-8?q?x?=\" <a@b>"),
        ] {
            assert_eq!(mailbox(name).to_string(), written);
        }
        let group = Group::new("A Group", [mailbox("x"), mailbox("")]).unwrap();
        assert_eq!(group.to_string(), "A Group: x <a@b>, a@b;");
        assert_eq!(Group::new("U.", []).unwrap().to_string(), "\"U.\":;");
        assert!(Group::new("", []).is_err());
    }

    #[test]
    fn equal_is_the_domain_in_any_case() {
        let a = AddrSpec::new("Ann", "Example.ORG").unwrap();
        assert_eq!(a, AddrSpec::new("Ann", "example.org").unwrap());
        assert_ne!(a, AddrSpec::new("ann", "example.org").unwrap());
    }
}
