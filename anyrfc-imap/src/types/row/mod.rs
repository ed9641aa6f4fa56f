//! A row of FETCH (RFC 9051, section 7.5.2): its text, and tables of where in it what lies.

mod fetch_ref;
pub(crate) mod tokens;

use std::fmt;

use bytes::Bytes;

pub use self::fetch_ref::{BodyData, BodyItem, FetchRef, Flags, Labels, OtherItem};
use self::tokens::Token;
use super::error::ParseError;

/// The name of an item of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ItemName {
    /// `UID`
    Uid,
    /// `FLAGS`
    Flags,
    /// `INTERNALDATE`
    InternalDate,
    /// `RFC822.SIZE`
    Rfc822Size,
    /// `ENVELOPE`
    Envelope,
    /// `BODY` without a section
    Body,
    /// `BODYSTRUCTURE`
    BodyStructure,
    /// `BODY[…]`
    BodySection,
    /// `BINARY[…]` (RFC 3516)
    Binary,
    /// `BINARY.SIZE[…]` (RFC 3516)
    BinarySize,
    /// `RFC822` (RFC 3501)
    Rfc822,
    /// `RFC822.HEADER` (RFC 3501)
    Rfc822Header,
    /// `RFC822.TEXT` (RFC 3501)
    Rfc822Text,
    /// `MODSEQ` (RFC 7162)
    ModSeq,
    /// `EMAILID` (RFC 8474)
    EmailId,
    /// `THREADID` (RFC 8474)
    ThreadId,
    /// `SAVEDATE` (RFC 8514)
    SaveDate,
    /// `PREVIEW` (RFC 8970)
    Preview,
    /// `ANNOTATION` (RFC 5257)
    Annotation,
    /// `X-GM-MSGID`
    GmMsgId,
    /// `X-GM-THRID`
    GmThrId,
    /// `X-GM-LABELS`
    GmLabels,
    /// Any other.
    Other,
}

/// A span of the row's text.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    pub(crate) fn of(self, text: &[u8]) -> &[u8] {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

/// One item of a row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item {
    pub(crate) name: ItemName,
    /// The name as it was written, without section and origin.
    pub(crate) name_span: Span,
    /// What is within the brackets.
    pub(crate) section: Span,
    /// The digits of the origin, or nothing.
    pub(crate) origin: Span,
    /// The value as it was written.
    pub(crate) raw: Span,
    /// The value's token.
    pub(crate) value: u32,
    /// Why the value is not to be used.
    pub(crate) error: Option<ParseError>,
}

/// Where in a row's text what lies. One of them serves row after row, so that reading a row
/// allocates nothing once it has grown to the size of the largest.
#[derive(Clone, Default)]
pub struct RowTables {
    pub(crate) tokens: Vec<Token>,
    pub(crate) items: Vec<Item>,
    /// The stack of those that look at nested lists.
    pub(crate) open: Vec<u32>,
    /// The number before the name: 0 where it was none.
    pub(crate) number: u32,
    /// Whether that is the UID: `UIDFETCH` (RFC 9586).
    pub(crate) by_uid: bool,
}

impl RowTables {
    /// So many tokens are kept allocated from row to row.
    const KEPT: usize = 16 << 10;

    /// Empty tables.
    #[must_use]
    pub const fn new() -> Self {
        Self { tokens: Vec::new(), items: Vec::new(), open: Vec::new(), number: 0, by_uid: false }
    }

    pub(crate) fn clear(&mut self) {
        self.number = 0;
        self.by_uid = false;
        self.tokens.clear();
        self.items.clear();
        if self.tokens.capacity() > Self::KEPT {
            self.tokens.shrink_to(Self::KEPT);
        }
        if self.items.capacity() > Self::KEPT {
            self.items.shrink_to(Self::KEPT);
        }
        self.open.clear();
        if self.open.capacity() > Self::KEPT {
            self.open.shrink_to(Self::KEPT);
        }
    }
}

impl fmt::Debug for RowTables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (tokens, items) = (self.tokens.len(), self.items.len());
        f.debug_struct("RowTables").field("tokens", &tokens).field("items", &items).finish_non_exhaustive()
    }
}

/// A row that owns its text; what it holds is told by its [`FetchRef`].
#[derive(Clone)]
pub struct FetchRow {
    text: Bytes,
    tables: Box<RowTables>,
}

impl FetchRow {
    pub(crate) fn new(text: Bytes, tables: &RowTables) -> Self {
        let tables = RowTables {
            tokens: tables.tokens.clone(),
            items: tables.items.clone(),
            open: Vec::new(),
            number: tables.number,
            by_uid: tables.by_uid,
        };
        Self { text, tables: Box::new(tables) }
    }

    /// About how many bytes of memory it takes.
    #[cfg(feature = "client")]
    pub(crate) fn held(&self) -> usize {
        let tables =
            self.tables.tokens.len() * size_of::<Token>() + self.tables.items.len() * size_of::<Item>();
        self.text.len() + size_of::<RowTables>() + tables
    }

    /// What it holds.
    #[must_use]
    pub fn row(&self) -> FetchRef<'_> {
        FetchRef::new(&self.text, &self.tables)
    }
}

impl fmt::Debug for FetchRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.row(), f)
    }
}

/// The accessors of [`FetchRef`], on the row that owns its text.
macro_rules! forward {
    ($($(#[$meta:meta])* $name:ident($($arg:ident: $type:ty),*) -> $result:ty;)*) => {
        impl FetchRow {
            $($(#[$meta])*
            #[must_use]
            pub fn $name(&self, $($arg: $type),*) -> $result {
                self.row().$name($($arg),*)
            })*
        }
    };
}

forward! {
    /// See [`FetchRef::sequence`].
    sequence() -> Option<super::SequenceNumber>;
    /// See [`FetchRef::uid`].
    uid() -> Option<super::Uid>;
    /// See [`FetchRef::flags`].
    flags() -> Option<super::Field<'_, Flags<'_>>>;
    /// See [`FetchRef::internal_date`].
    internal_date() -> Option<super::Field<'_, super::DateTime>>;
    /// See [`FetchRef::size`].
    size() -> Option<super::Field<'_, u64>>;
    /// See [`FetchRef::envelope`].
    envelope() -> Option<super::Field<'_, super::Envelope<'_>>>;
    /// See [`FetchRef::body_structure`].
    body_structure() -> Option<super::Field<'_, super::BodyStructure<'_>>>;
    /// See [`FetchRef::body`].
    body(section: &super::Section) -> Option<super::Field<'_, BodyData<'_>>>;
    /// See [`FetchRef::binary`].
    binary(part: &super::PartPath) -> Option<super::Field<'_, BodyData<'_>>>;
    /// See [`FetchRef::binary_size`].
    binary_size(part: &super::PartPath) -> Option<super::Field<'_, u64>>;
    /// See [`FetchRef::mod_seq`].
    mod_seq() -> Option<super::Field<'_, super::ModSeq>>;
    /// See [`FetchRef::email_id`].
    email_id() -> Option<super::Field<'_, super::EmailId<'_>>>;
    /// See [`FetchRef::thread_id`].
    thread_id() -> Option<super::Field<'_, Option<super::ThreadId<'_>>>>;
    /// See [`FetchRef::save_date`].
    save_date() -> Option<super::Field<'_, Option<super::DateTime>>>;
    /// See [`FetchRef::preview`].
    preview() -> Option<super::Field<'_, Option<super::StringRef<'_>>>>;
    /// See [`FetchRef::annotations`].
    annotations() -> Option<super::Field<'_, super::Annotations<'_>>>;
    /// See [`FetchRef::gm_msg_id`].
    gm_msg_id() -> Option<super::Field<'_, u64>>;
    /// See [`FetchRef::gm_thr_id`].
    gm_thr_id() -> Option<super::Field<'_, u64>>;
    /// See [`FetchRef::gm_labels`].
    gm_labels() -> Option<super::Field<'_, Labels<'_>>>;
    /// See [`FetchRef::other`].
    other(name: &str) -> Option<&[u8]>;
}
