//! Media types, dispositions and their parameters (RFC 2045, section 5.1; RFC 2183; RFC 2231).

use std::borrow::Cow;

use super::{
    fold::{Lines, WIDTH},
    words::{check_text, quoted},
};
use crate::{codec::hex, error::Error, rfc2045 as r, types::chars::TOKEN};

/// How long a value may be that is written as a token or quoted (RFC 2183, section 2).
const SHORT: usize = 78;
/// How long a section of a continued value is.
const SECTION: usize = 56;

/// `token` (RFC 2045, section 5.1)
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| TOKEN.has(byte))
}

/// Whether `byte` may stand as itself in an extended value (RFC 2231, section 7).
fn is_attribute_byte(byte: u8) -> bool {
    TOKEN.has(byte) && !matches!(byte, b'*' | b'\'' | b'%')
}

/// A media type with its parameters, as it will be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MediaType<'a> {
    /// `type/subtype`
    pub(super) essence: Cow<'a, str>,
    pub(super) params: Vec<Param<'a>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Param<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) value: Cow<'a, str>,
}

impl<'a> MediaType<'a> {
    pub(super) const fn known(essence: &'static str) -> Self {
        Self { essence: Cow::Borrowed(essence), params: Vec::new() }
    }

    /// Checks `type/subtype`, perhaps with parameters.
    ///
    /// # Errors
    /// It breaks the grammar.
    pub(super) fn new(text: Cow<'a, str>) -> Result<Self, Error> {
        if is_essence(&text) {
            return Ok(Self { essence: text, params: Vec::new() });
        }
        let parsed = parse(&text).ok_or_else(|| {
            let text = anyrfc_core::escape::Escaped(text.as_bytes());
            Error::usage(format!("{text} is not a media type")).with_requirement(r::SUBTYPE_IS_MANDATORY)
        })?;
        for param in &parsed.params {
            check_text("a parameter", &param.value)?;
        }
        Ok(parsed)
    }

    /// The top-level type in this spelling, whatever the case.
    pub(super) fn is_top(&self, top: &str) -> bool {
        let found = self.essence.split('/').next().unwrap_or_default();
        found.eq_ignore_ascii_case(top)
    }

    pub(super) fn is(&self, essence: &str) -> bool {
        self.essence.eq_ignore_ascii_case(essence)
    }

    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|param| param.name.eq_ignore_ascii_case(name)).map(|param| &*param.value)
    }

    /// Sets a parameter, whether it was there or not.
    ///
    /// # Errors
    /// The name is no token, or the value holds a control character.
    pub(super) fn set(&mut self, name: Cow<'a, str>, value: Cow<'a, str>) -> Result<(), Error> {
        if !is_token(&name) || name.contains(['*', '%', '\'']) {
            return Err(Error::usage("a parameter's name is not a token"));
        }
        check_text("a parameter", &value)?;
        match self.params.iter_mut().find(|param| param.name.eq_ignore_ascii_case(&name)) {
            Some(param) => param.value = value,
            None => self.params.push(Param { name, value }),
        }
        Ok(())
    }

    /// Writes it after the field's name.
    pub(super) fn write(&self, lines: &mut Lines<'_>) {
        lines.token(self.essence.as_bytes());
        for param in &self.params {
            param.write(lines);
        }
    }
}

fn is_essence(text: &str) -> bool {
    text.split_once('/').is_some_and(|(top, sub)| is_token(top) && is_token(sub))
}

/// A media type with parameters, in the grammar of RFC 2045 without comments.
fn parse<'b>(text: &str) -> Option<MediaType<'b>> {
    let (essence, mut rest) =
        text.split_once(';').map_or((text, None), |(essence, rest)| (essence, Some(rest)));
    let essence = essence.trim_matches([' ', '\t']);
    if !is_essence(essence) {
        return None;
    }
    let mut media_type = MediaType { essence: Cow::Owned(essence.to_owned()), params: Vec::new() };
    while let Some(text) = rest {
        let (name, after) = text.split_once('=')?;
        let name = name.trim_matches([' ', '\t']);
        let after = after.trim_start_matches([' ', '\t']);
        if !is_token(name) || name.contains(['*', '%', '\'']) {
            return None;
        }
        let mut value = String::new();
        let after = if let Some(inner) = after.strip_prefix('"') {
            let mut chars = inner.char_indices();
            loop {
                match chars.next()? {
                    (index, '"') => break inner.get(index + 1..)?,
                    (_, '\\') => value.push(chars.next()?.1),
                    (_, c) => value.push(c),
                }
            }
        } else {
            let end = after.find([';', ' ', '\t']).unwrap_or(after.len());
            let (token, after) = after.split_at(end);
            if !is_token(token) {
                return None;
            }
            value.push_str(token);
            after
        };
        media_type.params.push(Param { name: Cow::Owned(name.to_owned()), value: Cow::Owned(value) });
        let after = after.trim_matches([' ', '\t']);
        rest = match after.strip_prefix(';') {
            Some(next) => Some(next),
            None if after.is_empty() => None,
            None => return None,
        };
    }
    Some(media_type)
}

impl Param<'_> {
    /// Writes `; name=value` in the form that the value needs.
    pub(super) fn write(&self, lines: &mut Lines<'_>) {
        lines.out.push(b';');
        let (name, value) = (&*self.name, &*self.value);
        if value.len() <= SHORT && is_token(value) {
            lines.space_for(name.len() + 1 + value.len());
            lines.out.extend_from_slice(name.as_bytes());
            lines.out.push(b'=');
            lines.out.extend_from_slice(value.as_bytes());
            return;
        }
        // What looks like an encoded-word would be taken for one by many readers.
        if !value.is_ascii() || value.len() > SHORT || value.contains("=?") {
            return extended(lines, name, value);
        }
        let escapes = value.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count();
        lines.space_for(name.len() + 3 + value.len() + escapes);
        lines.out.extend_from_slice(name.as_bytes());
        lines.out.push(b'=');
        quoted(lines.out, value);
    }

    /// Writes `; name="value"`, as the dates of RFC 2183 must be written.
    pub(super) fn write_quoted(&self, lines: &mut Lines<'_>) {
        lines.out.push(b';');
        lines.space_for(self.name.len() + 3 + self.value.len());
        lines.out.extend_from_slice(self.name.as_bytes());
        lines.out.push(b'=');
        quoted(lines.out, &self.value);
    }
}

/// `; name*=utf-8''value`, in sections where it is long (RFC 2231, sections 3 and 4).
fn extended(lines: &mut Lines<'_>, name: &str, value: &str) {
    let charset = if value.is_ascii() { "us-ascii''" } else { "utf-8''" };
    let length: usize = value.bytes().map(|byte| if is_attribute_byte(byte) { 1 } else { 3 }).sum();
    if name.len() + 2 + charset.len() + length + 2 <= WIDTH {
        lines.space_for(name.len() + 2 + charset.len() + length);
        lines.out.extend_from_slice(name.as_bytes());
        lines.out.extend_from_slice(b"*=");
        lines.out.extend_from_slice(charset.as_bytes());
        percent(lines.out, value.as_bytes());
        return;
    }
    let mut rest = value.as_bytes();
    let mut section = 0;
    while section == 0 || !rest.is_empty() {
        if section > 0 {
            lines.out.push(b';');
        }
        lines.fold();
        lines.out.extend_from_slice(name.as_bytes());
        lines.out.extend_from_slice(format!("*{section}*=").as_bytes());
        let mut room = SECTION;
        if section == 0 {
            lines.out.extend_from_slice(charset.as_bytes());
            room -= charset.len();
        }
        let taken = fitting(rest, room);
        let (now, later) = rest.split_at_checked(taken).unwrap_or((rest, &[]));
        percent(lines.out, now);
        rest = later;
        section += 1;
    }
}

/// How many octets fit into `room` once encoded, at a character's boundary.
fn fitting(text: &[u8], room: usize) -> usize {
    let (mut used, mut end) = (0, 0);
    for (index, &byte) in text.iter().enumerate() {
        // A character that begins here may be cut before.
        if byte & 0xC0 != 0x80 {
            end = index;
        }
        used += if is_attribute_byte(byte) { 1 } else { 3 };
        if used > room {
            return end;
        }
    }
    text.len()
}

fn percent(out: &mut Vec<u8>, text: &[u8]) {
    for &byte in text {
        if is_attribute_byte(byte) {
            out.push(byte);
        } else {
            out.extend_from_slice(&[b'%', hex::digit(byte >> 4), hex::digit(byte & 15)]);
        }
    }
}
