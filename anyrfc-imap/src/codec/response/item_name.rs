//! The names of the items of a row (RFC 9051, section 9: `msg-att`).

use crate::types::{ItemName, Section, row::tokens::number};

/// A name with its section and origin, where it lies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ItemNameRef<'a> {
    pub(crate) name: ItemName,
    /// The name without section and origin.
    pub(crate) word: &'a [u8],
    /// What is within the brackets.
    pub(crate) section: Option<&'a [u8]>,
    /// The digits within the angles, or nothing.
    pub(crate) origin: &'a [u8],
}

impl<'a> ItemNameRef<'a> {
    /// The name of an item, up to the space before its value.
    pub(crate) fn parse(text: &'a [u8]) -> Self {
        let Some(open) = text.iter().position(|byte| *byte == b'[') else {
            return Self { name: plain(text), word: text, section: None, origin: &[] };
        };
        let word = text.get(..open).unwrap_or_default();
        let (inner, origin) = match text.iter().rposition(|byte| *byte == b']') {
            Some(close) => (
                text.get(open.saturating_add(1)..close),
                text.get(close.saturating_add(1)..).unwrap_or_default(),
            ),
            None => (None, &[][..]),
        };
        let digits = origin.strip_prefix(b"<").and_then(|origin| origin.strip_suffix(b">"));
        let good = origin.is_empty() || digits.is_some_and(|digits| number(digits).is_some());
        let name = match inner {
            Some(_) if good => sectioned(word),
            _ => ItemName::Other,
        };
        match name {
            ItemName::Other => Self { name, word: text, section: None, origin: &[] },
            _ => Self { name, word, section: inner, origin: digits.unwrap_or_default() },
        }
    }

    /// The section, where it was understood.
    pub(crate) fn section(&self) -> Option<Section> {
        match self.name {
            ItemName::Rfc822 => Some(Section::all()),
            ItemName::Rfc822Header => Some(Section::header()),
            ItemName::Rfc822Text => Some(Section::text()),
            _ => Section::parse(self.section?),
        }
    }

    /// The first octet of a part of a body.
    pub(crate) fn origin(&self) -> Option<u64> {
        number(self.origin)
    }
}

/// A name with a section; there are servers that repeat the name of the request, with its `.PEEK`.
fn sectioned(word: &[u8]) -> ItemName {
    let names: [(&[u8], _); 5] = [
        (b"BODY", ItemName::BodySection),
        (b"BINARY", ItemName::Binary),
        (b"BINARY.SIZE", ItemName::BinarySize),
        (b"BODY.PEEK", ItemName::BodySection),
        (b"BINARY.PEEK", ItemName::Binary),
    ];
    find(&names, word)
}

fn find(names: &[(&[u8], ItemName)], word: &[u8]) -> ItemName {
    names.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map_or(ItemName::Other, |(_, item)| *item)
}

/// A name without a section: first by its length, since this is asked for every item of every row.
pub(super) fn plain(word: &[u8]) -> ItemName {
    let names: &[(&[u8], ItemName)] = match word.len() {
        3 => &[(b"UID", ItemName::Uid)],
        4 => &[(b"BODY", ItemName::Body)],
        5 => &[(b"FLAGS", ItemName::Flags)],
        6 => &[(b"RFC822", ItemName::Rfc822), (b"MODSEQ", ItemName::ModSeq)],
        7 => &[(b"PREVIEW", ItemName::Preview), (b"EMAILID", ItemName::EmailId)],
        8 => &[
            (b"ENVELOPE", ItemName::Envelope),
            (b"SAVEDATE", ItemName::SaveDate),
            (b"THREADID", ItemName::ThreadId),
        ],
        10 => &[
            (b"ANNOTATION", ItemName::Annotation),
            (b"X-GM-MSGID", ItemName::GmMsgId),
            (b"X-GM-THRID", ItemName::GmThrId),
        ],
        11 => &[
            (b"RFC822.SIZE", ItemName::Rfc822Size),
            (b"RFC822.TEXT", ItemName::Rfc822Text),
            (b"X-GM-LABELS", ItemName::GmLabels),
        ],
        12 => &[(b"INTERNALDATE", ItemName::InternalDate)],
        13 => &[(b"BODYSTRUCTURE", ItemName::BodyStructure), (b"RFC822.HEADER", ItemName::Rfc822Header)],
        _ => &[],
    };
    find(names, word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_any_case_with_section_and_origin() {
        let name = ItemNameRef::parse(b"body[1.HEADER.FIELDS (A \"]\")]<12>");
        assert_eq!((name.name, name.word, name.origin()), (ItemName::BodySection, &b"body"[..], Some(12)));
        assert_eq!(name.section().unwrap().to_string(), "1.HEADER.FIELDS (A ])");
        assert_eq!(ItemNameRef::parse(b"Rfc822.Header").section(), Some(Section::header()));
        assert_eq!(ItemNameRef::parse(b"BINARY.SIZE[1]").name, ItemName::BinarySize);
        assert_eq!(ItemNameRef::parse(b"BINARY.PEEK[1]").name, ItemName::Binary);
        assert_eq!(ItemNameRef::parse(b"BODY.PEEK[]<0>").name, ItemName::BodySection);
        for other in ["XAOL-MSGID", "BODY[", "BODY[]<x>", "X[1]", "BODYSTRUCTUR", ""] {
            assert_eq!(ItemNameRef::parse(other.as_bytes()).name, ItemName::Other, "{other}");
        }
    }
}
