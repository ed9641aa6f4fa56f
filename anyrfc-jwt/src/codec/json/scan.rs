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
    let mut open: Vec<Open> = Vec::new();
    let mut names: Vec<Cow<'_, [u8]>> = Vec::new();
    let mut members = 0_usize;
    // The last token was `{` or, in an object, `,`: what follows is a name.
    let mut name_next = false;
    let mut rest = text.as_bytes();
    while let Some((byte, behind)) = rest.split_first() {
        rest = behind;
        match byte {
            b'"' => {
                let string = Quoted::at(behind)?;
                if std::mem::take(&mut name_next) {
                    names.push(string.value()?);
                }
                rest = string.behind;
            }
            b'{' | b'[' => {
                if open.len() >= limits.depth.min(DEEPEST) {
                    return Err(Error::new(ErrorKind::Limit, "the JSON is deeper than allowed"));
                }
                members = members.saturating_add(1);
                name_next = *byte == b'{';
                open.push(Open { names: name_next.then_some(names.len()) });
            }
            b',' => {
                members = members.saturating_add(1);
                name_next = open.last().is_some_and(|open| open.names.is_some());
            }
            b'}' | b']' => {
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
fn distinct(names: &[Cow<'_, [u8]>]) -> Result<(), Error> {
    let repeated = if names.len() <= FEW {
        names.iter().enumerate().any(|(at, name)| names.iter().take(at).any(|other| other == name))
    } else {
        let mut seen = HashSet::with_capacity(names.len());
        !names.iter().all(|name| seen.insert(name))
    };
    if repeated { Err(twice()) } else { Ok(()) }
}

/// A string of the text.
struct Quoted<'a> {
    /// What is between its quotes.
    raw: &'a [u8],
    /// What comes after it.
    behind: &'a [u8],
}

impl<'a> Quoted<'a> {
    /// The string whose opening quote was right before `bytes`.
    fn at(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut rest = bytes;
        loop {
            rest = match rest {
                [b'"', behind @ ..] => {
                    let (raw, _) = bytes.split_at(bytes.len().saturating_sub(rest.len()));
                    return Ok(Self { raw, behind });
                }
                [b'\\', b'u', ..] => unicode(rest)?,
                [b'\\', _, behind @ ..] | [_, behind @ ..] => behind,
                [] => {
                    return Err(Error::malformed(rfc7515::MALFORMED_JSON_IS_REJECTED, "it ends too early"));
                }
            };
        }
    }

    /// Its characters, the escapes resolved.
    fn value(&self) -> Result<Cow<'a, [u8]>, Error> {
        if !self.raw.contains(&b'\\') {
            return Ok(Cow::Borrowed(self.raw));
        }
        let quoted = [b"\"", self.raw, b"\""].concat();
        let value: String = serde_json::from_slice(&quoted).map_err(super::not_json)?;
        Ok(Cow::Owned(value.into_bytes()))
    }
}

/// Behind `\uXXXX`, or behind two of them where they are one character; half a pair is lost
/// (RFC 7515, section 10.13).
fn unicode(bytes: &[u8]) -> Result<&[u8], Error> {
    let lost = || Error::malformed(rfc7515::LOST_CHARACTERS_ARE_REJECTED, "half a surrogate pair");
    match unit(bytes) {
        Some((0xD800..0xDC00, behind)) => match unit(behind) {
            Some((0xDC00..0xE000, behind)) => Ok(behind),
            _ => Err(lost()),
        },
        Some((0xDC00..0xE000, _)) => Err(lost()),
        Some((_, behind)) => Ok(behind),
        None => Err(Error::malformed(rfc7515::MALFORMED_JSON_IS_REJECTED, "it is not JSON")),
    }
}

/// The code unit of `\uXXXX`, and what comes after it.
fn unit(bytes: &[u8]) -> Option<(u16, &[u8])> {
    let (digits, behind) = bytes.strip_prefix(b"\\u")?.split_first_chunk::<4>()?;
    let unit = digits
        .iter()
        .try_fold(0_u16, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)? as u16))?;
    Some((unit, behind))
}
