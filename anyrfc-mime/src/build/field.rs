//! Fields that are neither addresses nor content: names, identifiers, dates.

use std::borrow::Cow;

use super::{
    address::{Entry, is_dot_atom},
    fold::Lines,
    words,
};
use crate::{
    error::Error,
    rfc5322 as r, rfc6532,
    types::{self, DAYS, DateTime, MONTHS},
};

/// A message identifier or Content-ID, without its angle brackets (RFC 5322, section 3.6.4),
/// ASCII or beyond (RFC 6532, section 3.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MessageId<'a>(Cow<'a, str>);

fn is_id_right(text: &str) -> bool {
    let literal = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    literal.map_or_else(
        || is_dot_atom(text),
        |inner| inner.bytes().all(|byte| matches!(byte, 33..=90 | 94..=126)),
    )
}

impl<'a> MessageId<'a> {
    /// Checks `left@right`, in angle brackets or not.
    ///
    /// # Errors
    /// It breaks the grammar.
    pub(super) fn new(text: Cow<'a, str>) -> Result<Self, Error> {
        let bare = match text {
            Cow::Borrowed(text) => Cow::Borrowed(bare(text)),
            Cow::Owned(text) => Cow::Owned(bare(&text).to_owned()),
        };
        match bare.split_once('@') {
            Some((left, right)) if is_dot_atom(left) && is_id_right(right) => Ok(Self(bare)),
            _ => {
                let text = anyrfc_core::escape::Escaped(bare.as_bytes());
                let error = Error::usage(format!("{text} is not a message identifier"));
                Err(error.with_requirement(r::FIELD_BODIES_CONFORM))
            }
        }
    }

    /// The identifier of another message, which is copied as it is even where its form is wrong
    /// (RFC 5322, section 3.6.4): no white space, no control characters, ASCII.
    pub(super) fn copied<'b>(id: &types::MessageId) -> Option<MessageId<'b>> {
        let text = id.as_str();
        let fine = text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>'));
        (fine && !text.is_empty() && text.len() < LONGEST).then(|| MessageId(Cow::Owned(text.to_owned())))
    }

    /// The identifier that another message has, in angle brackets or not.
    ///
    /// # Errors
    /// It cannot be copied.
    pub(super) fn lenient<'b>(text: &str) -> Result<MessageId<'b>, Error> {
        let id = types::MessageId::lenient(bare(text))?;
        let error =
            || Error::usage("a message identifier is not ASCII").with_requirement(r::FIELD_BODIES_CONFORM);
        Self::copied(&id).ok_or_else(error)
    }

    /// Made here of letters and digits, and a domain that is checked.
    pub(super) const fn generated(text: String) -> Self {
        Self(Cow::Owned(text))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn write(&self, lines: &mut Lines<'_>, utf8: bool) -> Result<(), Error> {
        if !utf8 && !self.0.is_ascii() {
            let error = Error::new(
                crate::ErrorKind::Unsupported,
                "a message identifier needs UTF-8, which the receiver does not take",
            );
            return Err(error.with_requirement(rfc6532::GLOBAL_NEEDS_AN_AUTHORISED_TRANSPORT));
        }
        lines.space_for(self.0.len() + 2);
        lines.out.push(b'<');
        lines.out.extend_from_slice(self.0.as_bytes());
        lines.out.push(b'>');
        Ok(())
    }
}

/// Longer ones fit no line.
const LONGEST: usize = 900;

fn bare(text: &str) -> &str {
    let trimmed = text.trim_matches([' ', '\t']);
    trimmed.strip_prefix('<').and_then(|text| text.strip_suffix('>')).unwrap_or(trimmed)
}

/// Identifiers as the fields References and In-Reply-To list them, white space between.
///
/// # Errors
/// One of them breaks the grammar.
pub(super) fn message_ids<'a>(text: &str) -> Result<Vec<MessageId<'a>>, Error> {
    text.split_ascii_whitespace().map(|id| MessageId::new(Cow::Owned(id.to_owned()))).collect()
}

/// The value of a field.
#[derive(Clone, Debug)]
pub(super) enum Value<'a> {
    Addresses(Vec<Entry<'a>>),
    Id(MessageId<'a>),
    Ids(Vec<MessageId<'a>>),
    Date(DateTime),
    Text(Cow<'a, str>),
    /// Phrases with commas between.
    Phrases(Vec<Cow<'a, str>>),
    /// A phrase (or none) and something in angle brackets.
    Named {
        phrase: Cow<'a, str>,
        angle: Cow<'a, str>,
    },
    /// Structured, ASCII, checked: folded at its spaces and nowhere else.
    Tokens(Cow<'a, str>),
}

/// A field as it will be written.
#[derive(Clone, Debug)]
pub(super) struct Field<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) value: Value<'a>,
}

impl Field<'_> {
    /// Writes the field with its line break.
    ///
    /// # Errors
    /// It cannot be written for this receiver, or not in lines of 998 octets.
    pub(super) fn write(&self, out: &mut Vec<u8>, utf8: bool) -> Result<(), Error> {
        let mut lines = Lines::field(out, &self.name);
        match &self.value {
            Value::Addresses(list) => super::address::write_list(&mut lines, list, utf8)?,
            Value::Id(id) => id.write(&mut lines, utf8)?,
            Value::Ids(ids) => {
                for id in ids {
                    id.write(&mut lines, utf8)?;
                }
            }
            Value::Date(date) => write_date(lines.out, date),
            Value::Text(text) => words::unstructured(&mut lines, text, utf8),
            Value::Phrases(phrases) => {
                for (index, phrase) in phrases.iter().enumerate() {
                    if index > 0 {
                        lines.out.push(b',');
                    }
                    words::phrase(&mut lines, phrase, 1, utf8);
                }
            }
            Value::Named { phrase, angle } => {
                if !phrase.is_empty() {
                    words::phrase(&mut lines, phrase, 0, utf8);
                }
                lines.space_for(angle.len() + 2);
                lines.out.push(b'<');
                lines.out.extend_from_slice(angle.as_bytes());
                lines.out.push(b'>');
            }
            Value::Tokens(text) => {
                for token in text.split(' ') {
                    lines.token(token.as_bytes());
                }
            }
        }
        lines.end()
    }
}

/// A field name: printable ASCII without the colon (RFC 5322, section 2.2), beginning with a
/// letter or digit so that no line of a header looks like a boundary.
///
/// # Errors
/// It is no such name.
pub(super) fn check_field_name(name: &str) -> Result<(), Error> {
    let begins = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    if begins && name.len() <= 76 && name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':') {
        return Ok(());
    }
    let name = anyrfc_core::escape::Escaped(name.as_bytes());
    Err(Error::usage(format!("{name} is not the name of a field")).with_requirement(r::FIELD_NAME_CHARACTERS))
}

/// The fields that RFC 5322, section 3.6, and MIME define: each has a method of its own.
pub(super) fn is_defined(name: &str) -> bool {
    const DEFINED: [&str; 28] = [
        "date",
        "from",
        "sender",
        "reply-to",
        "to",
        "cc",
        "bcc",
        "message-id",
        "in-reply-to",
        "references",
        "subject",
        "comments",
        "keywords",
        "resent-date",
        "resent-from",
        "resent-sender",
        "resent-to",
        "resent-cc",
        "resent-bcc",
        "resent-message-id",
        "return-path",
        "received",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
        "content-id",
        "content-disposition",
        "disposition-notification-to",
    ];
    DEFINED.iter().any(|defined| name.eq_ignore_ascii_case(defined))
}

/// ` Fri, 21 Nov 1997 09:55:06 -0600`
fn write_date(out: &mut Vec<u8>, date: &DateTime) {
    let (year, month, day) = date.date();
    let (hour, minute, second) = date.time();
    out.push(b' ');
    out.extend_from_slice(DAYS.get(usize::from(date.weekday())).unwrap_or(&"").as_bytes());
    out.extend_from_slice(b", ");
    if day >= 10 {
        out.push(b'0' + day / 10);
    }
    out.extend_from_slice(&[b'0' + day % 10, b' ']);
    out.extend_from_slice(MONTHS.get(usize::from(month).wrapping_sub(1)).unwrap_or(&"").as_bytes());
    out.push(b' ');
    let two =
        |out: &mut Vec<u8>, number: u8| out.extend_from_slice(&[b'0' + number / 10 % 10, b'0' + number % 10]);
    two(out, (year / 100) as u8);
    two(out, (year % 100) as u8);
    for (mark, number) in [(b' ', hour), (b':', minute), (b':', second)] {
        out.push(mark);
        two(out, number);
    }
    let offset = date.offset();
    let west = offset.is_none_or(|offset| offset < 0);
    let offset = offset.unwrap_or(0).unsigned_abs();
    out.extend_from_slice(if west { b" -" } else { b" +" });
    two(out, (offset / 60) as u8);
    two(out, (offset % 60) as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_they_are_shown() {
        for (seconds, offset) in
            [(0, 0), (880_127_706, -360), (951_782_400, 330), (253_402_300_799, 0), (1_000_000_000, -5999)]
        {
            let date = DateTime::from_unix(seconds, offset).expect("a date");
            for date in [date, date.with_unknown_zone()] {
                let mut out = Vec::new();
                write_date(&mut out, &date);
                assert_eq!(String::from_utf8(out).expect("ASCII"), format!(" {date}"));
            }
        }
    }
}
