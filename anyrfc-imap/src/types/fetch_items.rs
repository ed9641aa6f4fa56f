//! What a FETCH asks for (RFC 9051, section 6.4.5).

use std::num::NonZeroU64;

use super::{AnnotationsWanted, PartPath, Section, SectionText, Verbatim};
use crate::Error;

/// Some octets of a text: from an offset on, at most so many (RFC 9051, section 6.4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Partial {
    offset: u64,
    octets: NonZeroU64,
}

impl Partial {
    /// At most `octets` octets from `offset` on; `None` if it is no octet, or beyond 63 bits.
    #[must_use]
    pub fn new(offset: u64, octets: u64) -> Option<Self> {
        let fits = offset <= i64::MAX as u64 && octets <= i64::MAX as u64;
        NonZeroU64::new(octets).filter(|_| fits).map(|octets| Self { offset, octets })
    }

    /// The first octet, counted from 0.
    #[must_use]
    pub const fn offset(self) -> u64 {
        self.offset
    }

    /// How many octets at most.
    #[must_use]
    pub const fn octets(self) -> u64 {
        self.octets.get()
    }
}

/// One thing to be fetched of a message.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FetchItem {
    /// `UID`.
    Uid,
    /// `FLAGS`.
    Flags,
    /// `INTERNALDATE`: when the server received it.
    InternalDate,
    /// `RFC822.SIZE`: its octets.
    Size,
    /// `ENVELOPE`: its header as a structure.
    Envelope,
    /// `BODY`: its MIME structure without the extensible data.
    Body,
    /// `BODYSTRUCTURE`: its MIME structure.
    BodyStructure,
    /// `BODY[…]` or `BODY.PEEK[…]`: a text.
    Section {
        /// Which text.
        section: Section,
        /// Whether `\Seen` is left alone.
        peek: bool,
        /// Which octets of it.
        partial: Option<Partial>,
    },
    /// `BINARY[…]` or `BINARY.PEEK[…]`: a part's content, its transfer encoding undone by the
    /// server (RFC 3516).
    Binary {
        /// Which part.
        part: PartPath,
        /// Whether `\Seen` is left alone.
        peek: bool,
        /// Which octets of it.
        partial: Option<Partial>,
    },
    /// `BINARY.SIZE[…]`: the octets of that (RFC 3516).
    BinarySize(PartPath),
    /// `MODSEQ`: its modification sequence (RFC 7162).
    ModSeq,
    /// `RFC822`: the message; only of IMAP4rev1.
    Rfc822,
    /// `RFC822.HEADER`: its header, `\Seen` left alone; only of IMAP4rev1.
    Rfc822Header,
    /// `RFC822.TEXT`: its body; only of IMAP4rev1.
    Rfc822Text,
    /// `EMAILID`: which content it has (RFC 8474).
    EmailId,
    /// `THREADID`: which conversation it belongs to (RFC 8474).
    ThreadId,
    /// `SAVEDATE`: when it came into its mailbox (RFC 8514).
    SaveDate,
    /// `PREVIEW`: the beginning of it, as plain text (RFC 8970).
    Preview {
        /// Whether the server is to leave out what is not at hand.
        lazy: bool,
    },
    /// `ANNOTATION`: its annotations (RFC 5257).
    Annotations(AnnotationsWanted),
    /// `X-GM-MSGID`: Gmail's identifier of the message.
    GmailMessageId,
    /// `X-GM-THRID`: Gmail's identifier of its thread.
    GmailThreadId,
    /// `X-GM-LABELS`: Gmail's labels.
    GmailLabels,
    /// What this crate does not know.
    Custom(Verbatim),
}

/// What to fetch of each message, in this order.
///
/// ```
/// # use anyrfc_imap::types::{FetchItems, Section};
/// let items = FetchItems::new().uid().flags().envelope().peek(Section::header());
/// assert_eq!(items.iter().len(), 4);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct FetchItems(Vec<FetchItem>);

macro_rules! plain {
    ($($(#[$meta:meta])* $method:ident => $item:ident;)*) => {
        impl FetchItems {
            $($(#[$meta])*
            #[must_use]
            pub fn $method(self) -> Self {
                self.item(FetchItem::$item)
            })*
        }
    };
}

plain! {
    /// And its UID. A UID FETCH asks for that anyhow (RFC 9051, section 6.4.9).
    uid => Uid;
    /// And its flags.
    flags => Flags;
    /// And when the server received it.
    internal_date => InternalDate;
    /// And its octets.
    size => Size;
    /// And its header as a structure.
    envelope => Envelope;
    /// And its MIME structure.
    body_structure => BodyStructure;
    /// And its modification sequence (RFC 7162).
    mod_seq => ModSeq;
    /// And which content it has (RFC 8474).
    email_id => EmailId;
    /// And which conversation it belongs to (RFC 8474).
    thread_id => ThreadId;
    /// And when it came into its mailbox (RFC 8514).
    save_date => SaveDate;
    /// And Gmail's identifier of it (`X-GM-EXT-1`).
    gmail_message_id => GmailMessageId;
    /// And Gmail's identifier of its thread (`X-GM-EXT-1`).
    gmail_thread_id => GmailThreadId;
    /// And Gmail's labels (`X-GM-EXT-1`).
    gmail_labels => GmailLabels;
}

impl FetchItems {
    /// Nothing as yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What the macro `FAST` stands for: flags, date and size.
    #[must_use]
    pub fn fast() -> Self {
        Self::new().flags().internal_date().size()
    }

    /// What the macro `ALL` stands for: flags, date, size and envelope.
    #[must_use]
    pub fn all() -> Self {
        Self::fast().envelope()
    }

    /// What the macro `FULL` stands for: all of that, and the MIME structure without its
    /// extensible data.
    #[must_use]
    pub fn full() -> Self {
        Self::all().item(FetchItem::Body)
    }

    /// And this.
    #[must_use]
    pub fn item(mut self, item: FetchItem) -> Self {
        if !self.0.contains(&item) {
            self.0.push(item);
        }
        self
    }

    /// And this text, without setting `\Seen`.
    #[must_use]
    pub fn peek(self, section: Section) -> Self {
        self.item(FetchItem::Section { section, peek: true, partial: None })
    }

    /// And these octets of this text, without setting `\Seen`.
    #[must_use]
    pub fn peek_partial(self, section: Section, partial: Partial) -> Self {
        self.item(FetchItem::Section { section, peek: true, partial: Some(partial) })
    }

    /// And this text; the server sets `\Seen`.
    #[must_use]
    pub fn body(self, section: Section) -> Self {
        self.item(FetchItem::Section { section, peek: false, partial: None })
    }

    /// And the header fields of these names, without setting `\Seen`.
    #[must_use]
    pub fn header_fields<N: Into<String>>(self, names: impl IntoIterator<Item = N>) -> Self {
        let names = names.into_iter().map(Into::into).collect();
        self.peek(Section { part: PartPath::root(), text: SectionText::HeaderFields(names) })
    }

    /// And this part's content, its transfer encoding undone by the server (RFC 3516), without
    /// setting `\Seen`.
    #[must_use]
    pub fn binary(self, part: PartPath) -> Self {
        self.item(FetchItem::Binary { part, peek: true, partial: None })
    }

    /// And the octets of a part's content, its transfer encoding undone (RFC 3516).
    #[must_use]
    pub fn binary_size(self, part: PartPath) -> Self {
        self.item(FetchItem::BinarySize(part))
    }

    /// And these of its annotations (RFC 5257).
    #[must_use]
    pub fn annotations(self, wanted: AnnotationsWanted) -> Self {
        self.item(FetchItem::Annotations(wanted))
    }

    /// And the beginning of it, as plain text (RFC 8970). For many messages, and in two steps
    /// as the RFC has it, by [`previews`](crate::Selected::previews).
    #[must_use]
    pub fn preview(self) -> Self {
        self.item(FetchItem::Preview { lazy: false })
    }

    /// And the beginning of it where the server has that at hand (RFC 8970, section 4.1). To be
    /// asked for once, beside what a list of messages is made of.
    #[must_use]
    pub fn lazy_preview(self) -> Self {
        self.item(FetchItem::Preview { lazy: true })
    }

    /// And one thing that this crate does not know, as it is written in the command:
    /// `X-OWN (1)`.
    ///
    /// # Errors
    /// As [`Verbatim::new`].
    pub fn custom(self, item: &str) -> Result<Self, Error> {
        Ok(self.item(FetchItem::Custom(Verbatim::new(item)?)))
    }

    /// Each of them.
    pub fn iter(&self) -> std::slice::Iter<'_, FetchItem> {
        self.0.iter()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this is among them.
    #[must_use]
    pub fn has(&self, item: &FetchItem) -> bool {
        self.0.contains(item)
    }

    /// Whether this text, from this octet on if one is named, answers one of them: the very
    /// section and the very origin (RFC 9051, section 7.5.2).
    #[must_use]
    pub fn asks_section(&self, found: &Section, origin: Option<u64>) -> bool {
        self.0.iter().any(|item| match item {
            FetchItem::Section { section, partial, .. } => {
                section.matches(found) && same_origin(*partial, origin)
            }
            FetchItem::Custom(text) => {
                bracketed(text, ["BODY", "BODY.PEEK"]).is_some_and(|(inside, from)| {
                    from == origin
                        && Section::parse(inside.as_bytes()).is_some_and(|asked| asked.matches(found))
                })
            }
            _ => false,
        })
    }

    /// Whether this part's content, from this octet on if one is named, answers one of them.
    #[must_use]
    pub fn asks_binary(&self, found: &PartPath, origin: Option<u64>) -> bool {
        self.0.iter().any(|item| match item {
            FetchItem::Binary { part, partial, .. } => part == found && same_origin(*partial, origin),
            FetchItem::Custom(text) => bracketed(text, ["BINARY", "BINARY.PEEK"])
                .is_some_and(|(inside, from)| from == origin && inside.parse().as_ref() == Ok(found)),
            _ => false,
        })
    }
}

/// What an item of one of these names has in its brackets, and from which octet on it is asked for.
fn bracketed<'i>(item: &'i Verbatim, names: [&str; 2]) -> Option<(&'i str, Option<u64>)> {
    let (name, rest) = item.as_str().split_once('[')?;
    let (inside, partial) = rest.rsplit_once(']')?;
    names.into_iter().find(|known| known.eq_ignore_ascii_case(name))?;
    if partial.is_empty() {
        return Some((inside, None));
    }
    let (offset, _) = partial.strip_prefix('<')?.strip_suffix('>')?.split_once('.')?;
    Some((inside, Some(offset.parse().ok()?)))
}

fn same_origin(asked: Option<Partial>, origin: Option<u64>) -> bool {
    asked.map(Partial::offset) == origin
}

impl<'a> IntoIterator for &'a FetchItems {
    type Item = &'a FetchItem;
    type IntoIter = std::slice::Iter<'a, FetchItem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl FromIterator<FetchItem> for FetchItems {
    fn from_iter<I: IntoIterator<Item = FetchItem>>(items: I) -> Self {
        items.into_iter().fold(Self::new(), Self::item)
    }
}

impl From<FetchItem> for FetchItems {
    fn from(item: FetchItem) -> Self {
        Self(vec![item])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_answers_only_what_was_asked() {
        let part = |text: &str| Section::parse(text.as_bytes()).unwrap();
        let items = FetchItems::new().peek(part("1")).peek_partial(part("2"), Partial::new(10, 5).unwrap());
        assert!(items.asks_section(&part("1"), None));
        assert!(!items.asks_section(&part("1"), Some(0)));
        assert!(!items.asks_section(&part("1.1"), None));
        assert!(items.asks_section(&part("2"), Some(10)));
        assert!(!items.asks_section(&part("2"), Some(11)));
        assert!(!items.asks_section(&part("2"), None));
        assert!(!items.asks_binary(&PartPath::new(&[1]).unwrap(), None));
        assert!(
            FetchItems::new()
                .binary(PartPath::new(&[1]).unwrap())
                .asks_binary(&PartPath::new(&[1]).unwrap(), None)
        );
    }

    #[test]
    fn what_is_written_by_hand_asks_for_the_same() {
        let items = |item| FetchItems::new().custom(item).unwrap();
        let part = |text: &str| Section::parse(text.as_bytes()).unwrap();
        let path = |text: &str| text.parse::<PartPath>().unwrap();
        assert!(items("body.peek[1.MIME]").asks_section(&part("1.MIME"), None));
        assert!(items("BODY[HEADER.FIELDS (To)]<5.9>").asks_section(&part("HEADER.FIELDS (TO)"), Some(5)));
        assert!(items("BINARY[1.2]").asks_binary(&path("1.2"), None));
        assert!(!items("BODY[1]").asks_section(&part("2"), None));
        assert!(!items("BODY[1]").asks_section(&part("1"), Some(0)));
        assert!(!items("BODY[1]<5.9>").asks_section(&part("1"), None));
        assert!(!items("BODY[1]").asks_binary(&path("1"), None));
        assert!(!items("BINARY[1]").asks_section(&part("1"), None));
        assert!(!items("BODY").asks_section(&part(""), None));
    }

    #[test]
    fn each_is_asked_for_once() {
        assert_eq!(FetchItems::new().uid().flags().uid(), FetchItems::new().uid().flags());
        assert_eq!(Partial::new(0, 0), None);
        assert_eq!(Partial::new(u64::MAX, 1), None);
    }
}
