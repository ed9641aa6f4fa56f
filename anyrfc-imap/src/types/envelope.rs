//! The envelope of a message (RFC 9051, section 7.5.2, `ENVELOPE`).

use std::fmt;

use super::{
    error::ParseError,
    row::tokens::{Children, Kind, NONE, Tokens},
    string_ref::StringRef,
};
use crate::rfc9051;

const FIELDS: usize = 10;
const DATE: usize = 0;
const SUBJECT: usize = 1;
const FROM: usize = 2;
const SENDER: usize = 3;
const REPLY_TO: usize = 4;
const TO: usize = 5;
const CC: usize = 6;
const BCC: usize = 7;
const IN_REPLY_TO: usize = 8;
const MESSAGE_ID: usize = 9;

/// The envelope of a message, as the server has taken it from the header.
///
/// A field that the header has not, or that is empty in it, is `None` or without addresses: NIL
/// and the empty string are alike (RFC 9051, section 7.5.2).
#[derive(Clone, Copy)]
pub struct Envelope<'a> {
    tokens: Tokens<'a>,
    fields: [u32; FIELDS],
}

impl<'a> Envelope<'a> {
    /// The rule `envelope`, over its tokens, as far as it takes to find its fields.
    pub(crate) fn at(tokens: Tokens<'a>, at: u32) -> Result<Self, ParseError> {
        Ok(Self { tokens, fields: fields(tokens, at)? })
    }

    fn field(&self, n: usize) -> u32 {
        self.fields.get(n).copied().unwrap_or(NONE)
    }

    fn string(&self, n: usize) -> Option<StringRef<'a>> {
        self.tokens.string(self.field(n)).filter(|text| !text.is_empty())
    }

    fn addresses(&self, n: usize) -> Addresses<'a> {
        Addresses { tokens: self.tokens, entries: self.tokens.children(self.field(n)) }
    }

    /// The field `Date`.
    #[must_use]
    pub fn date(&self) -> Option<StringRef<'a>> {
        self.string(DATE)
    }

    /// The field `Subject`, with its encoded words as they are.
    #[must_use]
    pub fn subject(&self) -> Option<StringRef<'a>> {
        self.string(SUBJECT)
    }

    /// Who wrote it.
    #[must_use]
    pub fn from(&self) -> Addresses<'a> {
        self.addresses(FROM)
    }

    /// Who sent it; the writer, where the header does not say.
    #[must_use]
    pub fn sender(&self) -> Addresses<'a> {
        self.addresses(SENDER)
    }

    /// Where answers go; to the writer, where the header does not say.
    #[must_use]
    pub fn reply_to(&self) -> Addresses<'a> {
        self.addresses(REPLY_TO)
    }

    /// To whom.
    #[must_use]
    pub fn to(&self) -> Addresses<'a> {
        self.addresses(TO)
    }

    /// To whom as well.
    #[must_use]
    pub fn cc(&self) -> Addresses<'a> {
        self.addresses(CC)
    }

    /// To whom in secret.
    #[must_use]
    pub fn bcc(&self) -> Addresses<'a> {
        self.addresses(BCC)
    }

    /// The field `In-Reply-To`.
    #[must_use]
    pub fn in_reply_to(&self) -> Option<StringRef<'a>> {
        self.string(IN_REPLY_TO)
    }

    /// The field `Message-ID`.
    #[must_use]
    pub fn message_id(&self) -> Option<StringRef<'a>> {
        self.string(MESSAGE_ID)
    }
}

impl fmt::Debug for Envelope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("date", &self.date())
            .field("subject", &self.subject())
            .field("from", &self.from())
            .field("sender", &self.sender())
            .field("reply_to", &self.reply_to())
            .field("to", &self.to())
            .field("cc", &self.cc())
            .field("bcc", &self.bcc())
            .field("in_reply_to", &self.in_reply_to())
            .field("message_id", &self.message_id())
            .finish()
    }
}

/// Which token is which field. Some servers leave the last of them out.
fn fields(tokens: Tokens<'_>, at: u32) -> Result<[u32; FIELDS], ParseError> {
    const WRONG: ParseError =
        ParseError::new(rfc9051::ABNF_IS_FOLLOWED_STRICTLY, "an envelope of ten fields");
    if tokens.kind(at) != Some(Kind::List) {
        return Err(WRONG);
    }
    let mut fields = [NONE; FIELDS];
    let mut count = 0;
    for child in tokens.children(at) {
        *fields.get_mut(count).ok_or(WRONG)? = child;
        count += 1;
    }
    match count {
        FIELDS => Ok(fields),
        // In-Reply-To or Message-ID is left out: the one that hardly any message lacks is there.
        MESSAGE_ID => {
            fields.swap(IN_REPLY_TO, MESSAGE_ID);
            Ok(fields)
        }
        IN_REPLY_TO => Ok(fields),
        _ => Err(WRONG),
    }
}

/// The rule `envelope`, in full. Returns whether the server kept to it; an error is what cannot be
/// forgiven.
pub(crate) fn check(tokens: Tokens<'_>, at: u32) -> Result<bool, ParseError> {
    const NO_STRING: ParseError =
        ParseError::new(rfc9051::ABNF_IS_FOLLOWED_STRICTLY, "a string or NIL in an envelope");
    let fields = fields(tokens, at)?;
    let mut strict = true;
    for (n, field) in fields.into_iter().enumerate() {
        match tokens.kind(field) {
            Some(Kind::Nil) => {}
            None => strict = false,
            _ if (FROM..=BCC).contains(&n) => strict &= check_addresses(tokens, field)?,
            Some(Kind::List) => return Err(NO_STRING),
            Some(kind) => strict &= kind != Kind::Atom,
        }
    }
    Ok(strict)
}

/// The rule `env-from` and its like, where it is not NIL: a list of addresses, which may be empty or
/// have NIL within it as some servers write.
fn check_addresses(tokens: Tokens<'_>, at: u32) -> Result<bool, ParseError> {
    const WRONG: ParseError =
        ParseError::new(rfc9051::ABNF_IS_FOLLOWED_STRICTLY, "a list of addresses or NIL");
    match tokens.token(at) {
        Some(list) if list.kind == Kind::List => {
            let mut strict = list.next > at + 1;
            // Addresses follow each other without a space.
            let mut end = list.start + 1;
            for address in tokens.children(at) {
                let Some(token) = tokens.token(address) else { return Err(WRONG) };
                strict &= token.start == end;
                end = token.end;
                match token.kind {
                    Kind::Nil => strict = false,
                    Kind::List if is_address(tokens, address) => {}
                    _ => return Err(WRONG),
                }
            }
            Ok(strict)
        }
        // `""` for NIL.
        Some(_) if tokens.span(at).is_empty() => Ok(false),
        _ => Err(WRONG),
    }
}

/// The rule `address`.
fn is_address(tokens: Tokens<'_>, at: u32) -> bool {
    let mut fields = tokens.children(at).map(|field| tokens.kind(field));
    let mut four = true;
    for _ in 0..4 {
        four &= matches!(fields.next(), Some(Some(kind)) if kind != Kind::List);
    }
    four && fields.next().is_none()
}

/// The addresses of one field, in their order.
#[derive(Clone, Copy)]
pub struct Addresses<'a> {
    tokens: Tokens<'a>,
    entries: Children<'a>,
}

/// One entry of an address field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressEntry<'a> {
    /// A mailbox.
    Mailbox(Address<'a>),
    /// The entries after this, up to the end, are of the group of this name.
    GroupStart(StringRef<'a>),
    /// The group ends.
    GroupEnd,
}

/// A mailbox (RFC 9051, section 7.5.2: `address`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Address<'a> {
    /// The name of the person, with its encoded words as they are.
    pub name: Option<StringRef<'a>>,
    /// The route of the source, which nothing uses any more.
    pub adl: Option<StringRef<'a>>,
    /// What stands before the `@`.
    pub mailbox: Option<StringRef<'a>>,
    /// What stands behind the `@`.
    pub host: Option<StringRef<'a>>,
}

impl<'a> Addresses<'a> {
    /// Each mailbox, in groups or not.
    pub fn mailboxes(self) -> impl Iterator<Item = Address<'a>> + Clone {
        self.filter_map(|entry| match entry {
            AddressEntry::Mailbox(address) => Some(address),
            _ => None,
        })
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(mut self) -> bool {
        self.next().is_none()
    }
}

impl<'a> Iterator for Addresses<'a> {
    type Item = AddressEntry<'a>;

    fn next(&mut self) -> Option<AddressEntry<'a>> {
        loop {
            let at = self.entries.next()?;
            if self.tokens.kind(at) != Some(Kind::List) {
                continue;
            }
            let mut fields = self.tokens.children(at);
            let mut field = || fields.next().and_then(|field| self.tokens.string(field));
            let (name, adl, mailbox, host) = (field(), field(), field(), field());
            // Only NIL ends a group or begins one (RFC 9051, section 7.5.2), whatever an empty
            // string is elsewhere.
            return Some(match (mailbox, host) {
                (None, None) => AddressEntry::GroupEnd,
                (Some(group), None) => AddressEntry::GroupStart(group),
                _ => AddressEntry::Mailbox(Address { name, adl, mailbox, host }),
            });
        }
    }
}

impl fmt::Debug for Addresses<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}
