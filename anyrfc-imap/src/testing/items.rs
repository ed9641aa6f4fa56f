//! The data items of FETCH (RFC 9051, section 6.4.5).

use super::syntax::{Cursor, Parsed};

/// What FETCH asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FetchItem {
    Uid,
    Flags,
    InternalDate,
    Size,
    /// RFC 7162.
    ModSeq,
    Envelope,
    /// RFC 8474.
    EmailId,
    /// RFC 8474.
    ThreadId,
    /// RFC 8514.
    SaveDate,
    /// RFC 8970; what is asked for with LAZY is always at hand.
    Preview,
    Body,
    BodyStructure,
    Section {
        section: Section,
        peek: bool,
        partial: Option<(u32, u32)>,
    },
    Binary {
        part: Vec<u32>,
        peek: bool,
        partial: Option<(u32, u32)>,
    },
    BinarySize {
        part: Vec<u32>,
    },
    /// `RFC822`, `RFC822.HEADER` and `RFC822.TEXT` of RFC 3501.
    Rfc822(&'static str),
}

/// `section`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Section {
    pub(crate) part: Vec<u32>,
    pub(crate) text: Option<SectionText>,
    /// As it was written, to be repeated in the answer.
    pub(crate) written: String,
}

/// `section-text`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SectionText {
    Header,
    Fields { names: Vec<String>, not: bool },
    Text,
    Mime,
}

/// What FETCH has behind its set.
pub(crate) fn fetch_items(cursor: &mut Cursor<'_>) -> Parsed<Vec<FetchItem>> {
    use FetchItem::{Body, Envelope, Flags, InternalDate, Size};
    if cursor.next() == Some(b'(') {
        let items = cursor.list(fetch_item)?;
        return if items.is_empty() { cursor.fail("an item") } else { Ok(items) };
    }
    for (name, items) in [
        ("ALL", vec![Flags, InternalDate, Size, Envelope]),
        ("FAST", vec![Flags, InternalDate, Size]),
        ("FULL", vec![Flags, InternalDate, Size, Envelope, Body]),
    ] {
        if cursor.eat_word(name) {
            return Ok(items);
        }
    }
    Ok(vec![fetch_item(cursor)?])
}

/// `fetch-att`
fn fetch_item(cursor: &mut Cursor<'_>) -> Parsed<FetchItem> {
    let start = cursor.clone();
    let name = cursor.keyword()?;
    let bracket = cursor.next() == Some(b'[');
    let item = match (name.as_str(), bracket) {
        ("UID", false) => FetchItem::Uid,
        ("FLAGS", false) => FetchItem::Flags,
        ("INTERNALDATE", false) => FetchItem::InternalDate,
        ("RFC822.SIZE", false) => FetchItem::Size,
        ("MODSEQ", false) => FetchItem::ModSeq,
        ("ENVELOPE", false) => FetchItem::Envelope,
        ("EMAILID", false) => FetchItem::EmailId,
        ("THREADID", false) => FetchItem::ThreadId,
        ("SAVEDATE", false) => FetchItem::SaveDate,
        ("PREVIEW", false) => {
            if cursor.eat(" (") && !cursor.eat_word("LAZY)") {
                return start.fail("LAZY");
            }
            FetchItem::Preview
        }
        ("BODYSTRUCTURE", false) => FetchItem::BodyStructure,
        ("BODY", false) => FetchItem::Body,
        ("RFC822", false) => FetchItem::Rfc822("RFC822"),
        ("RFC822.HEADER", false) => FetchItem::Rfc822("RFC822.HEADER"),
        ("RFC822.TEXT", false) => FetchItem::Rfc822("RFC822.TEXT"),
        ("BODY" | "BODY.PEEK", true) => {
            let section = section(cursor)?;
            FetchItem::Section { section, peek: name.ends_with("PEEK"), partial: partial(cursor)? }
        }
        ("BINARY" | "BINARY.PEEK", true) => {
            let part = section_binary(cursor)?;
            FetchItem::Binary { part, peek: name.ends_with("PEEK"), partial: partial(cursor)? }
        }
        ("BINARY.SIZE", true) => FetchItem::BinarySize { part: section_binary(cursor)? },
        _ => return start.fail("an item of FETCH"),
    };
    Ok(item)
}

/// `section-part`: numbers with periods between them
fn part(cursor: &mut Cursor<'_>, numbers: &mut Vec<u32>) -> Parsed<()> {
    loop {
        numbers.push(cursor.nz_number()?);
        let behind = cursor.rest().get(1).copied().unwrap_or_default();
        if cursor.next() != Some(b'.') || !behind.is_ascii_digit() {
            return Ok(());
        }
        cursor.expect(".")?;
    }
}

/// `section-binary`
fn section_binary(cursor: &mut Cursor<'_>) -> Parsed<Vec<u32>> {
    cursor.expect("[")?;
    let mut numbers = Vec::new();
    if cursor.next() != Some(b']') {
        part(cursor, &mut numbers)?;
    }
    cursor.expect("]")?;
    Ok(numbers)
}

/// A section without its brackets.
pub(crate) fn section_of(text: &str) -> Option<Section> {
    let bracketed = format!("[{text}]\r\n");
    let mut cursor = Cursor::new(bracketed.as_bytes(), false);
    let found = section(&mut cursor).ok()?;
    cursor.at_end().then_some(found)
}

/// `section`
fn section(cursor: &mut Cursor<'_>) -> Parsed<Section> {
    cursor.expect("[")?;
    let before = cursor.rest();
    let mut section = Section::default();
    if cursor.next().is_some_and(|octet| octet.is_ascii_digit()) {
        part(cursor, &mut section.part)?;
        if cursor.next() == Some(b'.') {
            cursor.expect(".")?;
            section.text = Some(section_text(cursor, true)?);
        }
    } else if cursor.next() != Some(b']') {
        section.text = Some(section_text(cursor, false)?);
    }
    let written = before.get(..before.len() - cursor.rest().len()).unwrap_or_default();
    section.written = String::from_utf8_lossy(written).into_owned();
    cursor.expect("]")?;
    Ok(section)
}

/// `section-text`, or `section-msgtext` where there is no part number
fn section_text(cursor: &mut Cursor<'_>, nested: bool) -> Parsed<SectionText> {
    let start = cursor.clone();
    for (name, not) in [("HEADER.FIELDS.NOT ", true), ("HEADER.FIELDS ", false)] {
        if cursor.eat_word(name) {
            let names =
                cursor.list(|cursor| Ok(String::from_utf8_lossy(&cursor.astring()?.bytes).into_owned()))?;
            return if names.is_empty() {
                start.fail("a field")
            } else {
                Ok(SectionText::Fields { names, not })
            };
        }
    }
    if cursor.eat_word("HEADER") {
        return Ok(SectionText::Header);
    }
    if cursor.eat_word("TEXT") {
        return Ok(SectionText::Text);
    }
    if nested && cursor.eat_word("MIME") {
        return Ok(SectionText::Mime);
    }
    start.fail("a section")
}

/// `partial = "<" number64 "." nz-number64 ">"`
fn partial(cursor: &mut Cursor<'_>) -> Parsed<Option<(u32, u32)>> {
    if !cursor.eat("<") {
        return Ok(None);
    }
    let origin = cursor.number()?;
    cursor.expect(".")?;
    let octets = cursor.nz_number()?;
    cursor.expect(">")?;
    Ok(Some((origin, octets)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(text: &str) -> Parsed<Vec<FetchItem>> {
        let text = format!("{text}\r\n");
        let mut cursor = Cursor::new(text.as_bytes(), false);
        let items = fetch_items(&mut cursor)?;
        cursor.end().map(|()| items)
    }

    #[test]
    fn items_are_read() {
        assert_eq!(items("ALL").unwrap().len(), 4);
        assert_eq!(items("(UID FLAGS)").unwrap(), [FetchItem::Uid, FetchItem::Flags]);
        let [FetchItem::Section { section, peek: true, partial: Some((0, 100)) }] =
            &items("BODY.PEEK[1.2.HEADER.FIELDS (Date \"To\")]<0.100>").unwrap()[..]
        else {
            panic!()
        };
        assert_eq!(section.part, [1, 2]);
        assert_eq!(section.written, "1.2.HEADER.FIELDS (Date \"To\")");
        let two = items("(PREVIEW (LAZY) EMAILID)").unwrap();
        assert_eq!(two, [FetchItem::Preview, FetchItem::EmailId]);
        assert_eq!(items("BINARY.SIZE[1.2]").unwrap(), [FetchItem::BinarySize { part: vec![1, 2] }]);
    }

    #[test]
    fn what_no_rule_allows_is_refused() {
        for bad in [
            "()",
            "FOO",
            "BODY[MIME]",
            "BODY[1.]",
            "BODY[0]",
            "BODY[1..2]",
            "BODY[HEADER.FIELDS ()]",
            "BINARY[TEXT]",
            "BODY[]<0.0>",
            "BODY[]<0>",
            "(ALL)",
            "BODY.PEEK",
            "UID[1]",
            "PREVIEW (FAST)",
            "PREVIEW ()",
        ] {
            assert!(items(bad).is_err(), "{bad}");
        }
    }
}
