//! Access control lists (RFC 4314).

use std::{fmt, str::FromStr};

use anyrfc_core::escape::Escaped;
use anyrfc_sasl::Preparation;
use bytes::Bytes;

use super::mailbox::MailboxName;
use crate::{Error, Requirement, rfc4314};

/// One right: a letter of the standard, or a digit that means what the server's site says (RFC 4314,
/// section 2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Right(u8);

macro_rules! rights {
    ($($(#[$meta:meta])* $name:ident = $letter:literal;)*) => {
        impl Right {
            $($(#[$meta])* pub const $name: Self = Self($letter);)*
        }
    };
}

rights! {
    /// `l`: the mailbox is listed.
    LOOKUP = b'l';
    /// `r`: it can be selected, and its status be asked for.
    READ = b'r';
    /// `s`: what has been read stays marked so.
    KEEP_SEEN = b's';
    /// `w`: flags other than `\Seen` and `\Deleted` can be changed.
    WRITE = b'w';
    /// `i`: messages can be added.
    INSERT = b'i';
    /// `p`: mail can be sent to its address.
    POST = b'p';
    /// `k`: mailboxes can be created below it.
    CREATE_MAILBOXES = b'k';
    /// `x`: it can be deleted and renamed.
    DELETE_MAILBOX = b'x';
    /// `t`: messages can be marked `\Deleted`.
    DELETE_MESSAGES = b't';
    /// `e`: messages can be expunged.
    EXPUNGE = b'e';
    /// `a`: its access control list can be read and changed.
    ADMINISTER = b'a';
    /// `n`: shared annotations of its messages can be changed (RFC 5257).
    ANNOTATE = b'n';
    /// `c` of RFC 2086: whatever has to do with creating.
    OBSOLETE_CREATE = b'c';
    /// `d` of RFC 2086: whatever has to do with deleting.
    OBSOLETE_DELETE = b'd';
}

impl Right {
    /// A right by its letter or digit.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for what is neither a lower-case letter of ASCII
    /// nor a digit (RFC 4314, section 7).
    pub fn new(letter: char) -> Result<Self, Error> {
        let statement = match letter {
            'a'..='z' | '0'..='9' => None,
            'A'..='Z' => Some(rfc4314::RIGHTS_ARE_NOT_UPPER_CASE),
            _ => Some(rfc4314::RIGHTS_ARE_LETTERS_AND_DIGITS),
        };
        match (statement, u8::try_from(letter)) {
            (None, Ok(letter)) => Ok(Self(letter)),
            (statement, _) => Err(Error::usage("a right is a lower-case letter or a digit")
                .with_requirement(statement.unwrap_or(rfc4314::RIGHTS_ARE_LETTERS_AND_DIGITS))),
        }
    }

    /// Its letter or digit.
    #[must_use]
    pub const fn as_char(self) -> char {
        self.0 as char
    }

    /// Whether a server need not advertise it: it is a right of RFC 2086 (RFC 4314, section 2.2).
    const fn is_of_rfc2086(self) -> bool {
        matches!(self.0, b'l' | b'r' | b's' | b'w' | b'i' | b'p' | b'a' | b'c' | b'd' | b'0'..=b'9')
    }
}

impl fmt::Debug for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Right({})", char::from(self.0).escape_default())
    }
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", char::from(self.0).escape_default())
    }
}

/// A set of rights, those that are not known among them.
///
/// ```
/// use anyrfc_imap::types::{Right, Rights};
/// let rights: Rights = "lrs".parse()?;
/// assert!(rights.has(Right::READ) && !rights.has(Right::INSERT));
/// assert_eq!(rights.with(Right::INSERT).to_string(), "ilrs");
/// assert!("lrS".parse::<Rights>().is_err());
/// # Ok::<(), anyrfc_imap::Error>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Rights(u128);

impl Rights {
    /// None.
    pub const NONE: Self = Self(0);

    /// And this one.
    #[must_use]
    pub const fn with(self, right: Right) -> Self {
        Self(self.0 | right.bit())
    }

    /// But not this one.
    #[must_use]
    pub const fn without(self, right: Right) -> Self {
        Self(self.0 & !right.bit())
    }

    /// And all of these.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// But none of these.
    #[must_use]
    pub const fn difference(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether the right is named.
    #[must_use]
    pub const fn has(self, right: Right) -> bool {
        self.0 & right.bit() != 0
    }

    /// Whether the right is given, also by a server of RFC 2086, where `c` stands for
    /// [`CREATE_MAILBOXES`](Right::CREATE_MAILBOXES), and `d` for
    /// [`DELETE_MESSAGES`](Right::DELETE_MESSAGES) and [`EXPUNGE`](Right::EXPUNGE). Which of them
    /// lets a mailbox be deleted such servers do not agree on (RFC 4314, section 2.1.1).
    #[must_use]
    pub const fn allow(self, right: Right) -> bool {
        self.has(right)
            || match right {
                Right::CREATE_MAILBOXES => self.has(Right::OBSOLETE_CREATE),
                Right::DELETE_MESSAGES | Right::EXPUNGE => self.has(Right::OBSOLETE_DELETE),
                _ => false,
            }
    }

    /// Whether all of these are named.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many there are.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Each of them, by the letter.
    pub fn iter(self) -> impl Iterator<Item = Right> {
        (0..128).map(Right).filter(move |right| self.has(*right))
    }

    /// What a server has written, and whether it is as RFC 4314, section 7, has it. `None` for what
    /// is no set of rights at all.
    pub(crate) fn received(text: &[u8]) -> Option<(Self, bool)> {
        let mut rights = Self::NONE;
        let mut clean = true;
        for byte in text {
            if !byte.is_ascii_graphic() {
                return None;
            }
            clean &= byte.is_ascii_lowercase() || byte.is_ascii_digit();
            rights = rights.with(Right(*byte));
        }
        Some((rights, clean))
    }

    /// Whether it names a right by which a server shows that it follows RFC 4314: there `c` and
    /// `d` stand only beside one of these.
    pub(crate) const fn is_of_rfc4314(self) -> bool {
        self.has(Right::CREATE_MAILBOXES)
            || self.has(Right::DELETE_MAILBOX)
            || self.has(Right::DELETE_MESSAGES)
            || self.has(Right::EXPUNGE)
    }

    /// Without the rights that only repeat others (RFC 4314, section 2.1.1).
    pub(crate) const fn without_virtual(self) -> Self {
        self.without(Right::OBSOLETE_CREATE).without(Right::OBSOLETE_DELETE)
    }

    /// Whether they can be sent to a server that advertises these rights beside the old ones.
    pub(crate) fn check(self, advertised: Option<&str>) -> Result<(), Error> {
        for right in self.iter() {
            Right::new(right.as_char())?;
            let known =
                advertised.is_some_and(|known| known.bytes().any(|byte| byte.eq_ignore_ascii_case(&right.0)));
            if !known && !right.is_of_rfc2086() {
                let message = format!("the server has no right {right}");
                return Err(Error::new(crate::ErrorKind::Unsupported, message)
                    .with_requirement(rfc4314::NEW_RIGHTS_ARE_ADVERTISED));
            }
        }
        Ok(())
    }
}

impl Right {
    /// Only ASCII is ever in one.
    const fn bit(self) -> u128 {
        1 << (self.0 & 0x7f)
    }
}

impl FromStr for Rights {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        text.chars().map(Right::new).collect()
    }
}

impl FromIterator<Right> for Rights {
    fn from_iter<I: IntoIterator<Item = Right>>(rights: I) -> Self {
        rights.into_iter().fold(Self::NONE, Self::with)
    }
}

impl fmt::Debug for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rights({self})")
    }
}

impl fmt::Display for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|right| fmt::Display::fmt(&right, f))
    }
}

/// Whom an entry of an access control list is about: a user, `anyone`, or what else the server
/// knows; with a dash before it, whose rights are taken away (RFC 4314, section 2).
///
/// ```
/// use anyrfc_imap::types::AclIdentifier;
/// let fred = AclIdentifier::new("fred")?;
/// assert_eq!(fred.negative().as_bytes(), b"-fred");
/// assert!(AclIdentifier::anyone().is_anyone() && AclIdentifier::new("").is_err());
/// # Ok::<(), anyrfc_imap::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AclIdentifier(Bytes);

impl AclIdentifier {
    /// One by its name, prepared by SASLprep as a server prepares it (RFC 4314, section 3).
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for a name that a server must refuse: nothing
    /// is left of it, or it has characters that no name can have.
    pub fn new(name: &str) -> Result<Self, Error> {
        let refused = || {
            Error::usage("no identifier of an access control list")
                .with_requirement(rfc4314::UNPREPARABLE_IDENTIFIER_GETS_BAD)
        };
        let prepared = Preparation::Saslprep.apply(name).map_err(|_| refused())?;
        Ok(Self(prepared.into()))
    }

    /// Everybody, anonymous users as well.
    #[must_use]
    pub const fn anyone() -> Self {
        Self(Bytes::from_static(b"anyone"))
    }

    /// What a server has written.
    pub(crate) fn received(bytes: &[u8]) -> Self {
        Self(Bytes::copy_from_slice(bytes))
    }

    /// The one whose rights are taken away from this one. Not every server knows such.
    #[must_use]
    pub fn negative(&self) -> Self {
        Self([b"-", &*self.0].concat().into())
    }

    /// Whether its rights are taken away.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.0.starts_with(b"-")
    }

    /// Whether it stands for everybody.
    #[must_use]
    pub fn is_anyone(&self) -> bool {
        *self.0 == *b"anyone"
    }

    /// As it is written.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As text.
    #[must_use]
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }
}

impl fmt::Debug for AclIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AclIdentifier(\"{}\")", self.0.escape_ascii())
    }
}

impl fmt::Display for AclIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Escaped(&self.0), f)
    }
}

/// An access control list (RFC 4314, section 3.6). How several entries that are about one user go
/// together is the server's affair: what the user may do tells MYRIGHTS.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Acl {
    /// Of which mailbox.
    pub mailbox: MailboxName,
    /// Who has which rights, in the server's order.
    pub entries: Vec<(AclIdentifier, Rights)>,
}

impl Acl {
    pub(crate) const fn new(mailbox: MailboxName, entries: Vec<(AclIdentifier, Rights)>) -> Self {
        Self { mailbox, entries }
    }

    /// About how many bytes it takes.
    pub(crate) fn held(&self) -> usize {
        const EACH: usize = size_of::<(AclIdentifier, Rights)>();
        self.entries.iter().map(|(identifier, _)| EACH + identifier.0.len()).sum()
    }

    /// The rights of this identifier; `None` where it has no entry.
    #[must_use]
    pub fn rights(&self, identifier: &AclIdentifier) -> Option<Rights> {
        self.entries.iter().find(|(known, _)| known == identifier).map(|(_, rights)| *rights)
    }
}

/// What can be granted to somebody (RFC 4314, section 3.7).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedRights {
    /// On which mailbox.
    pub mailbox: MailboxName,
    /// To whom.
    pub identifier: AclIdentifier,
    /// What is always granted.
    pub required: Rights,
    /// What can be granted: the rights of one group together or not at all.
    pub optional: Vec<Rights>,
}

impl ListedRights {
    pub(crate) const fn new(
        mailbox: MailboxName,
        identifier: AclIdentifier,
        required: Rights,
        optional: Vec<Rights>,
    ) -> Self {
        Self { mailbox, identifier, required, optional }
    }

    /// About how many bytes it takes.
    pub(crate) fn held(&self) -> usize {
        self.identifier.0.len() + self.optional.len() * size_of::<Rights>()
    }

    /// What must be granted for this right to be: all that is tied to it. `None` where it cannot be.
    #[must_use]
    pub fn tied_to(&self, right: Right) -> Option<Rights> {
        if self.required.has(right) {
            return Some(Rights::NONE.with(right));
        }
        self.optional.iter().copied().find(|group| group.has(right))
    }
}

/// What the user may do (RFC 4314, section 3.8).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MyRights {
    /// On which mailbox.
    pub mailbox: MailboxName,
    /// The rights.
    pub rights: Rights,
}

impl MyRights {
    pub(crate) const fn new(mailbox: MailboxName, rights: Rights) -> Self {
        Self { mailbox, rights }
    }
}

/// Why a set of rights is none.
pub(crate) const NO_RIGHTS: &Requirement = rfc4314::RIGHTS_ARE_LETTERS_AND_DIGITS;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_hold_what_is_put_in() {
        let all: Rights = "lrswipkxtean0123456789".parse().unwrap();
        assert_eq!((all.len(), all.iter().count()), (22, 22));
        assert_eq!(all.to_string().parse::<Rights>().unwrap(), all);
        assert!(all.without(Right::READ) != all && all.without(Right::READ).with(Right::READ) == all);
        assert_eq!(all.difference(all), Rights::NONE);
        for bad in ["lR", "l r", "l-", "lä", "l\0"] {
            assert!(bad.parse::<Rights>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_a_server_writes_is_kept() {
        assert_eq!(Rights::received(b"lrQz9"), Some((Rights::received(b"zQ9rl").unwrap().0, false)));
        assert_eq!(
            Rights::received(b"").map(|(rights, clean)| (rights.is_empty(), clean)),
            Some((true, true))
        );
        assert!(Rights::received(b"l\xe4").is_none() && Rights::received(b"l r").is_none());
        // A right that is none cannot go back.
        assert!(Rights::received(b"lQ").unwrap().0.check(Some("q")).is_err());
    }

    #[test]
    fn old_rights_stand_for_new_ones() {
        let old: Rights = "lrcd".parse().unwrap();
        let allowed = |right| old.allow(right);
        assert!(
            allowed(Right::CREATE_MAILBOXES) && allowed(Right::DELETE_MESSAGES) && allowed(Right::EXPUNGE)
        );
        assert!(!allowed(Right::DELETE_MAILBOX) && !allowed(Right::INSERT));
    }
}
