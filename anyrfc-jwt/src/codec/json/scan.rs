//! One pass over JSON before it is parsed: bounds, and names that are there twice.
//!
//! It need not know whether the text is JSON, because a parser that does comes afterwards: what
//! matters is that it sees the names of all text that *is* JSON.

use std::{borrow::Cow, collections::HashSet};

use super::JsonLimits;
use crate::{Error, ErrorKind, rfc7515};

/// Up to so many names of one object are compared with each other; beyond it they are hashed.
const FEW: usize = 16;
/// `serde_json` itself goes 127 deep.
const DEEPEST: usize = 100;

/// The objects and arrays that are open.
struct Open {
    /// Where the names of this object begin in the list of names; `None` is an array.
    names: Option<usize>,
}

/// What was wrong with one text.
fn twice() -> Error {
    Error::malformed(rfc7515::CONSUMERS_DEMAND_UNIQUE_NAMES, "a name is there twice")
}

/// Walks through `text`.
pub(super) fn scan(text: &str, limits: &JsonLimits) -> Result<(), Error> {
    let bytes = text.as_bytes();
    let mut open: Vec<Open> = Vec::new();
    let mut names: Vec<Cow<'_, str>> = Vec::new();
    let mut members = 0_usize;
    // The last token was `{` or, in an object, `,`: what follows is a name.
    let mut name_next = false;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'"' => {
                let (end, escaped) = string(bytes, at)?;
                if std::mem::take(&mut name_next) {
                    let raw = text.get(at..end).unwrap_or_default();
                    let name =
                        if escaped { Cow::Owned(unescape(text, at, end)?) } else { Cow::Borrowed(raw) };
                    names.push(name);
                }
                at = end + 1;
            }
            b'{' | b'[' => {
                if open.len() >= limits.depth.min(DEEPEST) {
                    return Err(Error::new(ErrorKind::Limit, "the JSON is deeper than allowed"));
                }
                members += 1;
                name_next = *byte == b'{';
                open.push(Open { names: name_next.then_some(names.len()) });
            }
            b',' => {
                members += 1;
                name_next = open.last().is_some_and(|open| open.names.is_some());
            }
            b'}' | b']' => {
                name_next = false;
                if let Some(Open { names: Some(first) }) = open.pop() {
                    distinct(names.get(first..).unwrap_or_default())?;
                    names.truncate(first);
                }
            }
            _ => {}
        }
        if members > limits.members {
            return Err(Error::new(ErrorKind::Limit, "the JSON has more members than allowed"));
        }
    }
    Ok(())
}

/// Whether each name is there once.
fn distinct(names: &[Cow<'_, str>]) -> Result<(), Error> {
    let repeated = if names.len() <= FEW {
        names.iter().enumerate().any(|(at, name)| names.iter().take(at).any(|other| other == name))
    } else {
        let mut seen = HashSet::with_capacity(names.len());
        !names.iter().all(|name| seen.insert(name))
    };
    if repeated { Err(twice()) } else { Ok(()) }
}

/// Where the string that begins at `at` has its closing quote, and whether something is escaped.
fn string(bytes: &[u8], mut at: usize) -> Result<(usize, bool), Error> {
    let early = || Error::malformed(rfc7515::MALFORMED_JSON_IS_REJECTED, "it ends too early");
    let mut escaped = false;
    loop {
        match bytes.get(at).ok_or_else(early)? {
            b'"' => return Ok((at, escaped)),
            b'\\' => {
                escaped = true;
                if bytes.get(at + 1) == Some(&b'u') {
                    at = unicode(bytes, at)?;
                } else {
                    at += 2;
                }
            }
            _ => at += 1,
        }
    }
}

/// Behind `\uXXXX`, or behind two of them where they are one character; half a pair is lost
/// (RFC 7515, section 10.13).
fn unicode(bytes: &[u8], at: usize) -> Result<usize, Error> {
    let lost = || Error::malformed(rfc7515::LOST_CHARACTERS_ARE_REJECTED, "half a surrogate pair");
    match unit(bytes, at) {
        Some(0xD800..0xDC00) => match unit(bytes, at + 6) {
            Some(0xDC00..0xE000) => Ok(at + 12),
            _ => Err(lost()),
        },
        Some(0xDC00..0xE000) => Err(lost()),
        Some(_) => Ok(at + 6),
        None => Err(Error::malformed(rfc7515::MALFORMED_JSON_IS_REJECTED, "it is not JSON")),
    }
}

/// The code unit of `\uXXXX`.
fn unit(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0_u16, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)? as u16))
}

/// The name between two quotes, its escapes resolved.
fn unescape(text: &str, at: usize, end: usize) -> Result<String, Error> {
    let quoted = text.get(at - 1..=end).unwrap_or_default();
    serde_json::from_str(quoted).map_err(super::not_json)
}
