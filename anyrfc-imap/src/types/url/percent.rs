//! Percent-encoding (RFC 3986, section 2.1), octet by octet.

use std::{borrow::Cow, fmt};

use crate::{Error, Requirement, rfc5092};

/// Octets, those percent-encoded that are not as they may stand.
pub(super) struct Encoded<'a>(pub(super) &'a [u8], pub(super) fn(u8) -> bool);

impl fmt::Display for Encoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0 {
            if (self.1)(*byte) {
                fmt::Write::write_char(f, char::from(*byte))?;
            } else {
                write!(f, "%{byte:02X}")?;
            }
        }
        Ok(())
    }
}

/// `unreserved`: what no scheme and no server takes for anything else.
pub(super) const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// What stands for itself in a search.
pub(super) const fn is_search(byte: u8) -> bool {
    is_unreserved(byte) || matches!(byte, b'(' | b')' | b'*' | b':' | b',' | b'$')
}

/// What stands for itself in a section.
pub(super) const fn is_section(byte: u8) -> bool {
    is_unreserved(byte) || matches!(byte, b'(' | b')')
}

/// The rule `enc-mailbox`. The slashes between levels stay; a slash at either end, and a level
/// of dots, would be taken for something else when the URL is resolved (RFC 5092, section 7).
pub(super) fn write_mailbox(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    let last = name.split('/').count() - 1;
    for (at, level) in name.split('/').enumerate() {
        if at > 0 {
            let outer = at == 1 && name.starts_with('/') || at == last && level.is_empty();
            f.write_str(if outer { "%2F" } else { "/" })?;
        }
        match level {
            "." | ".." => f.write_str(&"%2E".repeat(level.len()))?,
            _ => write!(f, "{}", Encoded(level.as_bytes(), is_unreserved))?,
        }
    }
    Ok(())
}

/// `achar` without what is percent-encoded.
pub(super) const fn is_achar(byte: u8) -> bool {
    is_unreserved(byte)
        || matches!(byte, b'!' | b'$' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b'&' | b'=')
}

/// `bchar` without what is percent-encoded.
pub(super) const fn is_bchar(byte: u8) -> bool {
    is_achar(byte) || matches!(byte, b':' | b'@' | b'/')
}

/// The octets that a component stands for.
///
/// # Errors
/// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for octets that have to be encoded, and for a `%` without its two digits.
pub(super) fn decode<'t>(
    text: &'t str,
    fits: fn(u8) -> bool,
    because: &'static Requirement,
) -> Result<Cow<'t, [u8]>, Error> {
    if text.is_empty() {
        return Err(Error::usage("a component of the URL is empty"));
    }
    if text.bytes().all(fits) {
        return Ok(Cow::Borrowed(text.as_bytes()));
    }
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        match first {
            b'%' => {
                let digit = |at: usize| behind.get(at).and_then(|digit| char::from(*digit).to_digit(16));
                let (Some(high), Some(low)) = (digit(0), digit(1)) else {
                    return Err(Error::usage("a % without two digits behind it").with_requirement(because));
                };
                octets.push(u8::try_from(high * 16 + low).unwrap_or_default());
                rest = behind.get(2..).unwrap_or_default();
            }
            plain if fits(*plain) => octets.push(*plain),
            _ => {
                return Err(Error::usage("a character that has to be percent-encoded in a URL")
                    .with_requirement(because));
            }
        }
    }
    Ok(Cow::Owned(octets))
}

/// The same as UTF-8 without control characters.
pub(super) fn decode_text(
    text: &str,
    fits: fn(u8) -> bool,
    because: &'static Requirement,
) -> Result<String, Error> {
    let octets = decode(text, fits, because)?;
    let text = std::str::from_utf8(&octets).map_err(|_| {
        Error::usage("a component of the URL is not UTF-8")
            .with_requirement(rfc5092::MODIFIED_UTF7_BECOMES_UTF8)
    })?;
    if text.contains(char::is_control) {
        return Err(Error::usage("a control character in a URL").with_requirement(because));
    }
    Ok(text.to_owned())
}
