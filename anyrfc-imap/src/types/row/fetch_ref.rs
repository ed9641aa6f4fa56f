//! What a row holds.

use std::fmt;

use bytes::Bytes;

use super::{
    FetchRow, Item, ItemName, RowTables,
    tokens::{Children, Kind, Tokens, number},
};
use crate::types::{
    Annotations, BodyStructure, DateTime, EmailId, Envelope, Field, Flag, ModSeq, ParseError, PartPath,
    Section, SequenceNumber, StringRef, ThreadId, Uid,
};

/// A row of FETCH, borrowed from what was received: everything is looked up where it lies.
///
/// An item that the server has not sent is `None`; one that was not understood is
/// [`Field::Malformed`], whatever the other items are.
#[derive(Clone, Copy)]
pub struct FetchRef<'a> {
    text: &'a [u8],
    tables: &'a RowTables,
}

impl<'a> FetchRef<'a> {
    pub(crate) const fn new(text: &'a [u8], tables: &'a RowTables) -> Self {
        Self { text, tables }
    }

    /// The whole row as it came, bodies that were streamed excepted.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.text
    }

    /// A row that owns its text.
    #[must_use]
    pub fn to_row(&self) -> FetchRow {
        FetchRow::new(Bytes::copy_from_slice(self.text), self.tables)
    }

    fn tokens(&self) -> Tokens<'a> {
        Tokens { text: self.text, tokens: &self.tables.tokens }
    }

    fn items(&self, name: ItemName) -> impl Iterator<Item = &'a Item> + use<'a> {
        self.tables.items.iter().filter(move |item| item.name == name)
    }

    /// The value of the first item of a name.
    fn item<T>(
        &self,
        name: ItemName,
        read: impl FnOnce(Tokens<'a>, u32) -> Result<T, ParseError>,
    ) -> Option<Field<'a, T>> {
        let item = self.items(name).next()?;
        Some(self.field(item, read))
    }

    fn field<T>(
        &self,
        item: &Item,
        read: impl FnOnce(Tokens<'a>, u32) -> Result<T, ParseError>,
    ) -> Field<'a, T> {
        let value = item.error.map_or_else(|| read(self.tokens(), item.value), Err);
        match value {
            Ok(value) => Field::Parsed(value),
            Err(error) => Field::Malformed { raw: item.raw.of(self.text), error },
        }
    }

    /// The place of the message; `None` where the server wrote 0, and in a `UIDFETCH`, which
    /// names messages by their UIDs alone (RFC 9586).
    #[must_use]
    pub fn sequence(&self) -> Option<SequenceNumber> {
        if self.tables.by_uid { None } else { SequenceNumber::new(self.tables.number) }
    }

    /// `UID`, where it is there and is one; of a `UIDFETCH` the number that it begins with.
    #[must_use]
    pub fn uid(&self) -> Option<Uid> {
        if self.tables.by_uid {
            return Uid::new(self.tables.number);
        }
        self.item(ItemName::Uid, Item::number)?.parsed().and_then(|uid| Uid::new(u32::try_from(uid).ok()?))
    }

    /// `FLAGS`.
    #[must_use]
    pub fn flags(&self) -> Option<Field<'a, Flags<'a>>> {
        self.item(ItemName::Flags, |tokens, at| Ok(Flags { tokens, entries: tokens.children(at) }))
    }

    /// `INTERNALDATE`.
    #[must_use]
    pub fn internal_date(&self) -> Option<Field<'a, DateTime>> {
        self.item(ItemName::InternalDate, Item::date_time)
    }

    /// `RFC822.SIZE`: the octets of the message.
    #[must_use]
    pub fn size(&self) -> Option<Field<'a, u64>> {
        self.item(ItemName::Rfc822Size, Item::number)
    }

    /// `ENVELOPE`.
    #[must_use]
    pub fn envelope(&self) -> Option<Field<'a, Envelope<'a>>> {
        self.item(ItemName::Envelope, Envelope::at)
    }

    /// `BODYSTRUCTURE`, or `BODY` without a section, which is the same without extension data.
    #[must_use]
    pub fn body_structure(&self) -> Option<Field<'a, BodyStructure<'a>>> {
        let full = self.item(ItemName::BodyStructure, BodyStructure::at);
        full.or_else(|| self.item(ItemName::Body, BodyStructure::at))
    }

    /// The body of a section: `BODY[…]`, or RFC 3501's `RFC822`, `RFC822.HEADER` and
    /// `RFC822.TEXT`.
    #[must_use]
    pub fn body(&self, section: &Section) -> Option<Field<'a, BodyData<'a>>> {
        let mut bodies = self.bodies().filter(|body| body.name != ItemName::Binary);
        bodies
            .find(|body| body.section.as_ref().is_some_and(|other| other.matches(section)))
            .map(|body| body.data)
    }

    /// The decoded content of a part: `BINARY[…]` (RFC 3516).
    #[must_use]
    pub fn binary(&self, part: &PartPath) -> Option<Field<'a, BodyData<'a>>> {
        let mut bodies = self.bodies().filter(|body| body.name == ItemName::Binary);
        bodies
            .find(|body| body.section.as_ref().is_some_and(|other| other.part == *part))
            .map(|body| body.data)
    }

    /// The octets of the decoded content of a part: `BINARY.SIZE[…]` (RFC 3516).
    #[must_use]
    pub fn binary_size(&self, part: &PartPath) -> Option<Field<'a, u64>> {
        let section = |item: &&Item| Section::parse(item.section.of(self.text));
        let item = self
            .items(ItemName::BinarySize)
            .find(|item| section(item).is_some_and(|other| other.part == *part))?;
        Some(self.field(item, Item::number))
    }

    /// Every body of the row, with its section and origin.
    pub fn bodies(&self) -> impl Iterator<Item = BodyItem<'a>> + use<'a> {
        let row = *self;
        row.tables.items.iter().filter_map(move |item| {
            let section = match item.name {
                ItemName::BodySection | ItemName::Binary => Section::parse(item.section.of(row.text)),
                ItemName::Rfc822 => Some(Section::all()),
                ItemName::Rfc822Header => Some(Section::header()),
                ItemName::Rfc822Text => Some(Section::text()),
                _ => return None,
            };
            let data = row.field(item, Item::body);
            Some(BodyItem { name: item.name, section, origin: number(item.origin.of(row.text)), data })
        })
    }

    /// Whether it is a `UIDFETCH` (RFC 9586) rather than a `FETCH`.
    #[must_use]
    pub const fn is_by_uid(&self) -> bool {
        self.tables.by_uid
    }

    /// `MODSEQ` (RFC 7162).
    #[must_use]
    pub fn mod_seq(&self) -> Option<Field<'a, ModSeq>> {
        self.item(ItemName::ModSeq, Item::mod_seq)
    }

    /// `EMAILID` (RFC 8474): which content the message has.
    #[must_use]
    pub fn email_id(&self) -> Option<Field<'a, EmailId<'a>>> {
        self.item(ItemName::EmailId, EmailId::at)
    }

    /// `THREADID` (RFC 8474): which conversation the message belongs to; `None` within where the
    /// server tells of none.
    #[must_use]
    pub fn thread_id(&self) -> Option<Field<'a, Option<ThreadId<'a>>>> {
        self.item(ItemName::ThreadId, ThreadId::at)
    }

    /// `SAVEDATE` (RFC 8514): when the message came into its mailbox; `None` within where the
    /// mailbox does not know.
    #[must_use]
    pub fn save_date(&self) -> Option<Field<'a, Option<DateTime>>> {
        self.item(ItemName::SaveDate, Item::save_date)
    }

    /// `PREVIEW` (RFC 8970): the beginning of the message, as plain text to be shown and nothing
    /// else; whoever sent the message has chosen it. Empty where there is nothing to be shown;
    /// `None` within where it was asked for with LAZY and is not at hand.
    #[must_use]
    pub fn preview(&self) -> Option<Field<'a, Option<StringRef<'a>>>> {
        self.item(ItemName::Preview, Item::preview)
    }

    /// `ANNOTATION` (RFC 5257): what was asked for of the message's annotations, or which of them
    /// somebody else has changed.
    #[must_use]
    pub fn annotations(&self) -> Option<Field<'a, Annotations<'a>>> {
        self.item(ItemName::Annotation, Annotations::at)
    }

    /// Gmail's identifier of the message.
    #[must_use]
    pub fn gm_msg_id(&self) -> Option<Field<'a, u64>> {
        self.item(ItemName::GmMsgId, Item::number)
    }

    /// Gmail's identifier of the conversation.
    #[must_use]
    pub fn gm_thr_id(&self) -> Option<Field<'a, u64>> {
        self.item(ItemName::GmThrId, Item::number)
    }

    /// Gmail's labels.
    #[must_use]
    pub fn gm_labels(&self) -> Option<Field<'a, Labels<'a>>> {
        self.item(ItemName::GmLabels, |tokens, at| Ok(Labels { tokens, entries: tokens.children(at) }))
    }

    /// The value of an item that is not known, as it came; its name in any case.
    #[must_use]
    pub fn other(&self, name: &str) -> Option<&'a [u8]> {
        self.others().find(|other| other.name.eq_ignore_ascii_case(name.as_bytes())).map(|other| other.raw)
    }

    /// Every item that is not known.
    pub fn others(&self) -> impl Iterator<Item = OtherItem<'a>> + use<'a> {
        let text = self.text;
        let other = move |item: &Item| OtherItem { name: item.name_span.of(text), raw: item.raw.of(text) };
        self.items(ItemName::Other).map(other)
    }

    /// Every item that was not understood: its name, its value as it came, and why.
    pub fn malformed(&self) -> impl Iterator<Item = (ItemName, &'a [u8], ParseError)> + use<'a> {
        let text = self.text;
        self.tables.items.iter().filter_map(move |item| Some((item.name, item.raw.of(text), item.error?)))
    }

    /// The names of all items, in the row's order.
    pub fn item_names(&self) -> impl Iterator<Item = ItemName> + use<'a> {
        self.tables.items.iter().map(|item| item.name)
    }
}

impl fmt::Debug for FetchRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FetchRef")
            .field("sequence", &self.sequence())
            .field("uid", &self.uid())
            .field("items", &self.item_names().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// Readers of values. What is checked when a row is parsed is checked by these.
impl Item {
    pub(crate) fn number(tokens: Tokens<'_>, at: u32) -> Result<u64, ParseError> {
        tokens.number(at).ok_or(ParseError::new(crate::rfc9051::NUMBERS_ARE_DIGITS, "a number"))
    }

    /// The rule `permsg-modsequence` in its parentheses (RFC 7162, section 7).
    pub(crate) fn mod_seq(tokens: Tokens<'_>, at: u32) -> Result<ModSeq, ParseError> {
        let first = tokens.children(at).next().unwrap_or(at);
        let value = tokens.number(first).and_then(ModSeq::new);
        value.ok_or(ParseError::new(
            crate::rfc7162::MOD_SEQUENCES_HAVE_63_BITS,
            "a positive number of 63 bits",
        ))
    }

    pub(crate) fn date_time(tokens: Tokens<'_>, at: u32) -> Result<DateTime, ParseError> {
        let text = tokens.string(at).map(|text| text.bytes());
        let time = text.and_then(|text| DateTime::parse(&text));
        time.ok_or(ParseError::new(crate::rfc9051::ABNF_IS_FOLLOWED_STRICTLY, "a date and time"))
    }

    pub(crate) fn save_date(tokens: Tokens<'_>, at: u32) -> Result<Option<DateTime>, ParseError> {
        if tokens.kind(at) == Some(Kind::Nil) {
            return Ok(None);
        }
        Self::date_time(tokens, at).map(Some)
    }

    pub(crate) fn preview(tokens: Tokens<'_>, at: u32) -> Result<Option<StringRef<'_>>, ParseError> {
        match tokens.kind(at) {
            Some(Kind::Nil) => Ok(None),
            Some(Kind::Quoted | Kind::Escaped | Kind::Literal) => tokens.string(at).map(Some).ok_or(NO_BODY),
            _ => Err(NO_BODY),
        }
    }

    pub(crate) fn body(tokens: Tokens<'_>, at: u32) -> Result<BodyData<'_>, ParseError> {
        match tokens.kind(at) {
            Some(Kind::Nil) => Ok(BodyData::Nil),
            Some(Kind::Streamed) => {
                let octets = number(tokens.span(at)).unwrap_or(0);
                Ok(BodyData::Streamed { octets })
            }
            Some(Kind::Quoted | Kind::Escaped | Kind::Literal) => {
                tokens.string(at).map(BodyData::Inline).ok_or(NO_BODY)
            }
            _ => Err(NO_BODY),
        }
    }
}

const NO_BODY: ParseError = ParseError::new(crate::rfc9051::ABNF_IS_FOLLOWED_STRICTLY, "a string or NIL");

/// A body of a row.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BodyItem<'a> {
    /// `BODY[…]`, `BINARY[…]`, `RFC822`, `RFC822.HEADER` or `RFC822.TEXT`.
    pub name: ItemName,
    /// Which section; `None` where it was not understood.
    pub section: Option<Section>,
    /// The first octet of it, where a part of it was asked for.
    pub origin: Option<u64>,
    /// Its content.
    pub data: Field<'a, BodyData<'a>>,
}

/// The content of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyData<'a> {
    /// There is no such section, or it cannot be had.
    Nil,
    /// Here it is.
    Inline(StringRef<'a>),
    /// It came in pieces, before the row.
    Streamed {
        /// So many octets of it.
        octets: u64,
    },
}

/// An item that is not known.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct OtherItem<'a> {
    /// Its name.
    pub name: &'a [u8],
    /// Its value as it came.
    pub raw: &'a [u8],
}

/// The flags of a message.
#[derive(Clone, Copy)]
pub struct Flags<'a> {
    tokens: Tokens<'a>,
    entries: Children<'a>,
}

impl Flags<'_> {
    /// Whether this flag is among them.
    #[must_use]
    pub fn contains(self, flag: &Flag) -> bool {
        let mut entries = self.entries;
        entries.any(|at| self.tokens.span(at).eq_ignore_ascii_case(flag.as_str().as_bytes()))
    }
}

impl Iterator for Flags<'_> {
    type Item = Flag;

    fn next(&mut self) -> Option<Flag> {
        let at = self.entries.next()?;
        let name = self.tokens.span(at);
        Some(Flag::from(&*String::from_utf8_lossy(name)))
    }
}

impl fmt::Debug for Flags<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}

/// Gmail's labels of a message.
#[derive(Clone, Copy)]
pub struct Labels<'a> {
    tokens: Tokens<'a>,
    entries: Children<'a>,
}

impl<'a> Iterator for Labels<'a> {
    type Item = StringRef<'a>;

    fn next(&mut self) -> Option<StringRef<'a>> {
        loop {
            let at = self.entries.next()?;
            if let Some(label) = self.tokens.string(at) {
                return Some(label);
            }
        }
    }
}

impl fmt::Debug for Labels<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}
