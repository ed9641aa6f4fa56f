//! Rows (RFC 9051, section 7.5.2; section 9: `msg-att`).

use super::{
    ItemNameRef,
    lexer::{LexError, Lexer, index},
};
use crate::{
    rfc8970, rfc9051,
    types::{
        Annotations, EmailId, ItemName, ParseError, RowTables, Section, Sink, StringRef, ThreadId, Uid,
        body_structure, envelope,
        row::{
            Item, Span,
            tokens::{Kind, NONE, Tokens},
        },
    },
};

/// The rule `msg-att`, from its parenthesis to the end of the response. Whatever is wrong with it,
/// the items that were understood are there.
pub(super) fn msg_att(lexer: &mut Lexer<'_>, tables: &mut RowTables, sink: &mut dyn Sink) {
    if lexer.peek() == Some(b'(') {
        lexer.step();
    } else {
        lexer.forgive(rfc9051::ABNF_IS_FOLLOWED_STRICTLY);
    }
    // Parentheses around items, as some servers write them.
    let mut wrapped = 0_usize;
    loop {
        match lexer.peek() {
            Some(b' ') => {
                lexer.step();
                if matches!(lexer.peek(), Some(b' ' | b')')) || tables.items.is_empty() {
                    lexer.forgive(rfc9051::SPACES_ARE_SINGLE);
                }
            }
            Some(b'(') => {
                lexer.forgive(rfc9051::ABNF_IS_FOLLOWED_STRICTLY);
                lexer.step();
                wrapped = wrapped.saturating_add(1);
            }
            Some(b')') => {
                lexer.step();
                let Some(left) = wrapped.checked_sub(1) else { break };
                wrapped = left;
            }
            None | Some(b'\r' | b'\n') => {
                lexer.forgive(rfc9051::LISTS_ARE_BALANCED);
                break;
            }
            Some(_) => item(lexer, tables, sink),
        }
    }
    if !lexer.at_end() {
        lexer.forgive(rfc9051::ABNF_IS_FOLLOWED_STRICTLY);
    }
    if tables.items.is_empty() {
        lexer.forgive(rfc9051::ABNF_IS_FOLLOWED_STRICTLY);
    }
    report(lexer, sink);
}

#[inline]
fn report(lexer: &mut Lexer<'_>, sink: &mut dyn Sink) {
    if let Some((requirement, sample)) = lexer.take_breach() {
        sink.deviation(requirement, sample);
    }
}

/// One item: its name, a space, its value.
fn item(lexer: &mut Lexer<'_>, tables: &mut RowTables, sink: &mut dyn Sink) {
    let mut item = name(lexer);
    if lexer.peek() == Some(b' ') {
        lexer.step();
    } else if !matches!(lexer.peek(), Some(b'(')) {
        item.error = Some(LexError::Missing.into());
    }
    let start = lexer.at;
    let tokens = tables.tokens.len();
    if item.error.is_none() {
        match lexer.value(&mut tables.tokens, false) {
            Ok(value) => item.value = value,
            Err(error) => again(lexer, tables, &mut item, (start, tokens), error),
        }
    }
    item.raw = Span { start: index(start), end: index(lexer.at) };
    if item.error.is_none() {
        item.error = check(lexer, tables, &item, sink).err();
    }
    if let Some(error) = item.error {
        sink.deviation(error.requirement, item.raw.of(lexer.text));
    }
    report(lexer, sink);
    tables.items.push(item);
}

/// A value that could not be cut: quotes may not be escaped in it; or else only its end is looked
/// for; and if there is none, it is all the rest.
#[cold]
fn again(
    lexer: &mut Lexer<'_>,
    tables: &mut RowTables,
    item: &mut Item,
    (start, tokens): (usize, usize),
    error: LexError,
) {
    let loose = error != LexError::TooDeep;
    lexer.breach = None;
    lexer.at = start;
    tables.tokens.truncate(tokens);
    if loose && let Ok(value) = lexer.value(&mut tables.tokens, true) {
        lexer.forgive(rfc9051::QUOTED_STRING_IS_ONE_LINE);
        item.value = value;
        return;
    }
    lexer.breach = None;
    lexer.at = start;
    tables.tokens.truncate(tokens);
    item.error = Some(error.into());
    if lexer.skip_value(loose).is_none() {
        let rest = lexer.text.strip_suffix(b"\n").unwrap_or(lexer.text);
        let rest = rest.strip_suffix(b"\r").unwrap_or(rest);
        let rest = rest.strip_suffix(b")").unwrap_or(rest);
        lexer.at = rest.len().max(start);
    }
    lexer.breach = None;
}

/// The name of an item, up to the space before its value.
#[inline]
fn name(lexer: &mut Lexer<'_>) -> Item {
    let start = lexer.at;
    let rest = lexer.text.get(start..).unwrap_or_default();
    let len = rest.iter().position(|byte| matches!(byte, b' ' | b'[' | b'(' | b')' | b'\r' | b'\n'));
    let len = len.unwrap_or(rest.len());
    let mut item = Item {
        name: ItemName::Other,
        name_span: Span { start: index(start), end: index(start.saturating_add(len)) },
        section: Span::default(),
        origin: Span::default(),
        raw: Span::default(),
        value: NONE,
        error: None,
    };
    lexer.at = start.saturating_add(len);
    if rest.get(len) != Some(&b'[') {
        item.name = super::item_name::plain(rest.get(..len).unwrap_or_default());
        return item;
    }
    if lexer.skip_brackets().is_none() {
        item.error = Some(ParseError::new(rfc9051::ABNF_IS_FOLLOWED_STRICTLY, "the end of a section"));
        // The rest of the row is its value.
        let rest = lexer.text.strip_suffix(b"\r\n").unwrap_or(lexer.text);
        lexer.at = rest.strip_suffix(b")").unwrap_or(rest).len().max(lexer.at);
        return item;
    }
    // The origin, or whatever stands behind the bracket.
    while !matches!(lexer.peek(), None | Some(b' ' | b'(' | b')' | b'\r' | b'\n')) {
        lexer.step();
    }
    let whole = lexer.text.get(start..lexer.at).unwrap_or_default();
    let name = ItemNameRef::parse(whole);
    item.name = name.name;
    item.name_span.end = index(start.saturating_add(name.word.len()));
    if let Some(section) = name.section {
        let start = item.name_span.end.saturating_add(1);
        item.section = Span { start, end: start.saturating_add(index(section.len())) };
    }
    if !name.origin.is_empty() {
        let end = index(lexer.at).saturating_sub(1);
        item.origin = Span { start: end.saturating_sub(index(name.origin.len())), end };
    }
    item
}

/// Whether the value is what the item's name asks for.
#[inline]
fn check(
    lexer: &Lexer<'_>,
    tables: &mut RowTables,
    item: &Item,
    sink: &mut dyn Sink,
) -> Result<(), ParseError> {
    let strictly = rfc9051::ABNF_IS_FOLLOWED_STRICTLY;
    let tokens = Tokens { text: lexer.text, tokens: &tables.tokens };
    let value = item.value;
    match item.name {
        ItemName::Uid => {
            let uid = Item::number(tokens, value)?;
            let uid = u32::try_from(uid).ok().and_then(Uid::new);
            let uid = uid.ok_or(ParseError::new(rfc9051::UID_IS_A_NON_ZERO_32_BIT_NUMBER, "a UID"))?;
            // The row has said before which message it is of.
            if tables.by_uid && uid.get() != tables.number {
                sink.deviation(rfc9051::UID_IS_CONSTANT_IN_A_SESSION, item.raw.of(lexer.text));
            }
        }
        ItemName::Rfc822Size | ItemName::GmMsgId | ItemName::GmThrId => {
            Item::number(tokens, value)?;
        }
        ItemName::BinarySize => {
            Section::parse(item.section.of(lexer.text)).ok_or(NO_SECTION)?;
            Item::number(tokens, value)?;
        }
        ItemName::ModSeq => {
            Item::mod_seq(tokens, value)?;
        }
        ItemName::Flags => {
            let list = tokens.kind(value) == Some(Kind::List);
            if !list || tokens.children(value).any(|flag| tokens.kind(flag) == Some(Kind::List)) {
                return Err(ParseError::new(strictly, "a list of flags"));
            }
        }
        ItemName::GmLabels => {
            if !matches!(tokens.kind(value), Some(Kind::List | Kind::Nil)) {
                return Err(ParseError::new(strictly, "a list of labels"));
            }
        }
        ItemName::InternalDate => {
            Item::date_time(tokens, value)?;
        }
        ItemName::EmailId => {
            EmailId::at(tokens, value)?;
        }
        ItemName::ThreadId => {
            ThreadId::at(tokens, value)?;
        }
        ItemName::Annotation => {
            Annotations::at(tokens, value)?;
        }
        ItemName::SaveDate => {
            Item::save_date(tokens, value)?;
        }
        ItemName::Preview => {
            if let Some(text) = Item::preview(tokens, value)? {
                preview(text, sink);
            }
        }
        ItemName::Envelope => {
            if !envelope::check(tokens, value)? {
                sink.deviation(strictly, tokens.span(value));
            }
        }
        ItemName::Body | ItemName::BodyStructure => {
            body_structure::check(tokens, value, &mut tables.open, sink)?;
        }
        ItemName::BodySection | ItemName::Binary => {
            Section::parse(item.section.of(lexer.text)).ok_or(NO_SECTION)?;
            Item::body(tokens, value)?;
        }
        ItemName::Rfc822 | ItemName::Rfc822Header | ItemName::Rfc822Text => {
            Item::body(tokens, value)?;
        }
        ItemName::Other => {}
    }
    Ok(())
}

/// The text of a preview (RFC 8970, section 3.3): what breaks the rules for it can be shown all the
/// same.
fn preview(text: StringRef<'_>, sink: &mut dyn Sink) {
    let bytes = text.bytes();
    let Ok(text) = std::str::from_utf8(&bytes) else {
        sink.deviation(rfc8970::PREVIEW_IS_UTF8, &bytes);
        return;
    };
    if text.chars().nth(256).is_some() {
        sink.deviation(rfc8970::PREVIEW_HAS_256_CHARACTERS_AT_MOST, &bytes);
    }
}

const NO_SECTION: ParseError = ParseError::new(rfc9051::ABNF_IS_FOLLOWED_STRICTLY, "a section");
