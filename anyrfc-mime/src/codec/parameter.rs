//! Parameters of MIME fields, read (RFC 2045, section 5.1; RFC 2231, sections 3 and 4).

use std::borrow::Cow;

use compact_str::CompactString;

use super::{
    charset::Charset,
    encoded_word::{decode_text, encoded_word},
    hex,
    reading::{Lexer, Reading, is_space, without_controls},
};
use crate::types::{
    DefectKind, Parameter, Parameters,
    chars::{TOKEN, is_token},
};

/// A parameter as it stands in the field, or one section of a longer one.
struct Section<'a> {
    name: CompactString,
    /// The number of `name*number`; `None` for the parameter as a whole.
    number: Option<u32>,
    /// Whether it has octets as `%` and two digits: `name*` or `name*number*`.
    extended: bool,
    value: Cow<'a, str>,
    /// Where it stands: first by first.
    at: usize,
}

/// The forms of a parameter. Of several the one that can say more counts, which comes first here.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    /// `name*`
    Extended,
    /// `name*0`
    Numbered,
    /// `name`
    Plain,
}

/// The parameters behind a value, from its first semicolon on.
pub(crate) fn parameters(lexer: &mut Lexer<'_>, reading: &mut Reading<'_>) -> Parameters {
    if lexer.is_done() {
        return Parameters::new();
    }
    // Nearly always there are a few parameters and none of RFC 2231's.
    let rest = lexer.rest().as_bytes();
    let is_simple = match memchr::memchr_iter(b';', rest).count() {
        0..16 => memchr::memchr(b'*', rest).is_none(),
        _ => false,
    };
    let mut all: Vec<Parameter> = Vec::new();
    let mut sections: Vec<Section<'_>> = Vec::new();
    loop {
        lexer.skip_cfws(reading);
        if lexer.is_done() {
            break;
        }
        let start = lexer.at();
        if !lexer.eat(b';') {
            // Something is in the way.
            reading.record(DefectKind::BadParameter, start);
            lexer.take_while(|byte| byte != b';');
            continue;
        }
        lexer.skip_cfws(reading);
        if matches!(lexer.peek(), None | Some(b';')) {
            continue;
        }
        if sections.len().saturating_add(all.len()) >= reading.limits.parameters {
            reading.record(DefectKind::TooManyParameters, lexer.at());
            break;
        }
        let at = lexer.at();
        match section(lexer, reading) {
            Some(section) if is_simple => {
                let Section { name, value, at, .. } = section;
                if all.iter().any(|parameter| parameter.name() == name) {
                    reading.record(DefectKind::RepeatedParameter, at);
                } else {
                    all.push(Parameter::from_peer(name, plain_value(value, at, reading), None));
                }
            }
            Some(section) => sections.push(section),
            None => {
                reading.record(DefectKind::BadParameter, at);
                lexer.take_while(|byte| byte != b';');
            }
        }
    }
    if is_simple { Parameters::from_unique(all) } else { assemble(sections, reading) }
}

/// `parameter` (RFC 2231, section 7).
fn section<'a>(lexer: &mut Lexer<'a>, reading: &mut Reading<'_>) -> Option<Section<'a>> {
    let at = lexer.at();
    let name = lexer.take_while(|byte| TOKEN.has(byte));
    lexer.skip_cfws(reading);
    if name.is_empty() || !lexer.eat(b'=') {
        return None;
    }
    lexer.skip_cfws(reading);
    let value = match lexer.peek() {
        Some(b'"') => lexer.quoted_string(reading),
        _ => unquoted(lexer, reading),
    };
    let mut lower = CompactString::from(name);
    lower.make_ascii_lowercase();
    if !name.as_bytes().contains(&b'*') {
        return Some(Section { name: lower, number: None, extended: false, value, at });
    }
    let (name, extended) = match lower.strip_suffix('*') {
        Some(name) => (name, true),
        None => (&*lower, false),
    };
    let (name, number) = match name.split_once('*') {
        // A number has no leading zero (section 7), and there are not that many sections.
        Some((name, digits)) if digits == "0" || !digits.starts_with(['0', '+']) => {
            (name, Some(digits.parse().ok()?))
        }
        Some(_) => return None,
        None => (name, None),
    };
    if name.is_empty() {
        return None;
    }
    Some(Section { name: CompactString::from(name), number, extended, value, at })
}

/// A value that is not quoted: a token, or what was to be one.
fn unquoted<'a>(lexer: &mut Lexer<'a>, reading: &mut Reading<'_>) -> Cow<'a, str> {
    let start = lexer.at();
    lexer.take_while(|byte| !is_space(byte) && !matches!(byte, b';' | b'('));
    let value = lexer.since(start);
    lexer.skip_cfws(reading);
    let value = if matches!(lexer.peek(), None | Some(b';')) {
        value
    } else {
        // A file's name with spaces that should have been quoted.
        lexer.take_while(|byte| byte != b';');
        lexer.since(start).trim_ascii_end()
    };
    if !is_token(value.as_bytes()) {
        reading.record(DefectKind::BadParameter, start);
    }
    if memchr::memchr2(b'\r', b'\n', value.as_bytes()).is_some() {
        return Cow::Owned(super::encoded_word::unfold(value).into_owned());
    }
    Cow::Borrowed(value)
}

/// Puts sections together by their numbers, in whatever order they came (RFC 2231, section 3).
fn assemble(mut sections: Vec<Section<'_>>, reading: &mut Reading<'_>) -> Parameters {
    let rank = |section: &Section<'_>| match (section.number, section.extended) {
        (None, true) => Form::Extended,
        (Some(_), _) => Form::Numbered,
        (None, false) => Form::Plain,
    };
    sections.sort_by(|a, b| (&a.name, rank(a), a.number, a.at).cmp(&(&b.name, rank(b), b.number, b.at)));
    let mut found: Vec<(usize, Parameter)> = Vec::new();
    for group in sections.chunk_by(|a, b| a.name == b.name) {
        let Some(first) = group.first() else { continue };
        let form = rank(first);
        let end = group.iter().position(|section| rank(section) != form).unwrap_or(group.len());
        let (form, others) = group.split_at_checked(end).unwrap_or((group, &[]));
        // `name` beside `name*` is the usual way to say it to older readers.
        for other in others.iter().filter(|other| other.number.is_some()) {
            reading.record(DefectKind::RepeatedParameter, other.at);
        }
        if let Some(parameter) = joined(form, reading) {
            let at = group.iter().map(|section| section.at).min().unwrap_or_default();
            found.push((at, parameter));
        }
    }
    found.sort_by_key(|(at, _)| *at);
    Parameters::from_unique(found.into_iter().map(|(_, parameter)| parameter).collect())
}

/// One parameter out of its sections, sorted.
fn joined(sections: &[Section<'_>], reading: &mut Reading<'_>) -> Option<Parameter> {
    let first = sections.first()?;
    let (mut charset, mut language) = (None, None);
    let mut octets: Vec<u8> = Vec::new();
    let mut next = 0;
    for section in sections {
        let number = section.number.unwrap_or_default();
        if number < next {
            reading.record(DefectKind::RepeatedParameter, section.at);
            continue;
        }
        if number > next {
            reading.record(DefectKind::MissingSection, section.at);
            break;
        }
        next = number.saturating_add(1);
        let mut value: &str = &section.value;
        if section.extended && number == 0 {
            match quotes(value) {
                Some((name, tag, rest)) => {
                    charset = Some(Charset::named(name));
                    language = (!tag.is_empty()).then(|| tag.into());
                    value = rest;
                }
                None => reading.record(DefectKind::NoCharsetQuotes, section.at),
            }
        }
        if section.extended {
            percent_decode(value, section.at, &mut octets, reading);
        } else {
            octets.extend_from_slice(value.as_bytes());
        }
    }
    // Not even the first section is there.
    if next == 0 {
        return None;
    }
    if first.number.is_none() && !first.extended {
        let value = plain_value(Cow::Borrowed(&*first.value), first.at, reading);
        return Some(Parameter::from_peer(first.name.clone(), value, None));
    }
    let (text, wrong) = charset.unwrap_or(Charset::Utf8).decode(&octets);
    if let Some(kind) = wrong {
        reading.record(kind, first.at);
    }
    let value = without_controls(text, first.at, reading);
    Some(Parameter::from_peer(first.name.clone(), value.into(), language))
}

/// Charset, language and the rest, between single quotes (RFC 2231, section 4).
fn quotes(value: &str) -> Option<(&str, &str, &str)> {
    let (charset, rest) = value.split_once('\'')?;
    let (language, rest) = rest.split_once('\'')?;
    Some((charset, language, rest))
}

fn percent_decode(value: &str, at: usize, out: &mut Vec<u8>, reading: &mut Reading<'_>) {
    let mut rest = value.as_bytes();
    while let Some(percent) = memchr::memchr(b'%', rest) {
        let (plain, escape) = rest.split_at(percent);
        out.extend_from_slice(plain);
        if let [_, high, low, after @ ..] = escape
            && let Some(byte) = hex::pair(*high, *low)
        {
            out.push(byte);
            rest = after;
            continue;
        }
        reading.record(DefectKind::BadParameter, at);
        out.push(b'%');
        rest = escape.get(1..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
}

/// A value as it stands; encoded-words, which do not belong there, are decoded if there is nothing
/// else.
fn plain_value(value: Cow<'_, str>, at: usize, reading: &mut Reading<'_>) -> CompactString {
    if value.starts_with("=?") && value.ends_with("?=") && encoded_word(&value).is_some() {
        reading.record(DefectKind::EncodedWordInParameter, at);
        return decode_text(&value, reading).into();
    }
    without_controls(value, at, reading).into()
}
