//! From what a person typed to the grammar of RFC 3986.

use super::{UriError, host_to_ascii};
use crate::Secret;

/// A URI reference within the grammar, its userinfo set apart.
pub(super) struct Converted {
    pub(super) text: String,
    pub(super) userinfo: Option<Secret<String>>,
}

/// Converts a URI reference (RFC 3987, section 3.1, and RFC 6455, section 11.1.1).
pub(super) fn to_uri(text: &str) -> Result<Converted, UriError> {
    if text.contains(char::is_control) {
        return Err(UriError::Character);
    }
    let parts = Parts::split(text);
    let mut out = String::with_capacity(text.len());
    let mut userinfo = None;
    if let Some(scheme) = parts.scheme {
        out.push_str(&scheme_name(scheme)?);
        out.push(':');
    }
    if let Some(authority) = parts.authority {
        out.push_str("//");
        let mut host = authority;
        if let Some((before, after)) = authority.split_once('@') {
            if after.contains('@') {
                return Err(UriError::Authority);
            }
            userinfo = Some(userinfo_text(before)?);
            host = after;
        }
        authority_text(host, &mut out)?;
    }
    component(parts.path, b":@/", &mut out)?;
    if let Some(query) = parts.query {
        out.push('?');
        component(query, b":@/?", &mut out)?;
    }
    if let Some(fragment) = parts.fragment {
        out.push('#');
        component(fragment, b":@/?", &mut out)?;
    }
    Ok(Converted { text: out, userinfo })
}

/// The five components, by the delimiters alone (RFC 3986, appendix B).
struct Parts<'a> {
    scheme: Option<&'a str>,
    authority: Option<&'a str>,
    path: &'a str,
    query: Option<&'a str>,
    fragment: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn split(text: &'a str) -> Self {
        let (rest, fragment) = split_optional(text, '#');
        let (rest, query) = split_optional(rest, '?');
        let (scheme, rest) = match rest.split_once(':') {
            Some((scheme, after)) if !scheme.contains('/') => (Some(scheme), after),
            _ => (None, rest),
        };
        let (authority, path) = match rest.strip_prefix("//") {
            Some(rest) => {
                let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                (Some(authority), path)
            }
            None => (None, rest),
        };
        Self { scheme, authority, path, query, fragment }
    }
}

fn split_optional(text: &str, delimiter: char) -> (&str, Option<&str>) {
    text.split_once(delimiter).map_or((text, None), |(before, after)| (before, Some(after)))
}

/// `scheme` (RFC 3986, section 3.1), in lower case.
fn scheme_name(scheme: &str) -> Result<String, UriError> {
    let first = scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    let rest = scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    if first && rest { Ok(scheme.to_ascii_lowercase()) } else { Err(UriError::Scheme) }
}

/// `userinfo` (RFC 3986, section 3.2.1).
fn userinfo_text(text: &str) -> Result<Secret<String>, UriError> {
    // A browser ends the authority at a backslash, RFC 3986 does not: refused
    // rather than sent to a host that somebody else does not see.
    if text.contains(['\\', '[', ']']) {
        return Err(UriError::Character);
    }
    // Room for the worst case, so that no outgrown copy is left behind in memory.
    let mut out = Secret::new(String::with_capacity(text.len().saturating_mul(3)));
    component(text, b":", out.expose_mut())?;
    Ok(out)
}

/// `host [ ":" port ]` (RFC 3986, sections 3.2.2 and 3.2.3).
fn authority_text(text: &str, out: &mut String) -> Result<(), UriError> {
    let port = if text.starts_with('[') {
        let end = text.find(']').ok_or(UriError::Host)?.saturating_add(1);
        let (literal, after) = text.split_at(end);
        if !literal.is_ascii() {
            return Err(UriError::Host);
        }
        out.push_str(&literal.to_ascii_lowercase());
        match after.strip_prefix(':') {
            Some(port) => Some(port),
            None if after.is_empty() => None,
            None => return Err(UriError::Host),
        }
    } else {
        let (name, port) = split_optional(text, ':');
        out.push_str(&reg_name(name)?);
        port
    };
    let Some(port) = port else { return Ok(()) };
    if !port.bytes().all(|b| b.is_ascii_digit()) {
        return Err(UriError::Port);
    }
    out.push(':');
    out.push_str(port);
    Ok(())
}

/// `reg-name` (RFC 3986, section 3.2.2), in lower case and ASCII.
fn reg_name(name: &str) -> Result<String, UriError> {
    check_percent(name)?;
    let decoded = String::from_utf8(percent_decode(name)).map_err(|_| UriError::Host)?;
    if !decoded.is_ascii() {
        return host_to_ascii(&decoded);
    }
    if !name.bytes().all(|b| b == b'%' || is_unreserved(b) || is_sub_delim(b)) {
        return Err(UriError::Host);
    }
    // A sub-delim that came encoded stays so: it may not mean what it means bare.
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let (octet, after) = match (first, rest.get(..3)) {
            ('%', Some(triplet)) => (triplet, rest.get(3..).unwrap_or_default()),
            _ => rest.split_at(first.len_utf8()),
        };
        match hex_octet(octet) {
            Some(byte) if is_unreserved(byte) => out.push(char::from(byte.to_ascii_lowercase())),
            Some(byte) => push_encoded(byte, &mut out),
            None => out.push(first.to_ascii_lowercase()),
        }
        rest = after;
    }
    Ok(out)
}

/// Any other component: what the grammar excludes is percent-encoded as UTF-8.
fn component(text: &str, also: &[u8], out: &mut String) -> Result<(), UriError> {
    check_percent(text)?;
    for byte in text.bytes() {
        if byte == b'%' || is_unreserved(byte) || is_sub_delim(byte) || also.contains(&byte) {
            out.push(char::from(byte));
        } else {
            push_encoded(byte, out);
        }
    }
    Ok(())
}

/// Each `%` has its two digits (RFC 3986, section 2.1).
fn check_percent(text: &str) -> Result<(), UriError> {
    let mut after_signs = text.split('%').skip(1);
    let complete = after_signs.all(|after| {
        after.as_bytes().first_chunk::<2>().is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    });
    if complete { Ok(()) } else { Err(UriError::PercentEncoding) }
}

fn push_encoded(byte: u8, out: &mut String) {
    out.push('%');
    for nibble in [byte >> 4, byte & 15] {
        out.extend(char::from_digit(nibble.into(), 16).map(|digit| digit.to_ascii_uppercase()));
    }
}

fn hex_octet(triplet: &str) -> Option<u8> {
    let digits = triplet.strip_prefix('%').filter(|digits| digits.len() == 2)?;
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u8::from_str_radix(digits, 16).ok())?
}

/// `unreserved` (RFC 3986, section 2.3).
const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// `sub-delims` (RFC 3986, section 2.2).
const fn is_sub_delim(byte: u8) -> bool {
    matches!(byte, b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=')
}

/// The octets that a percent-encoded text stands for (RFC 3986, section 2.1).
/// A `%` without two hexadecimal digits stands for itself.
#[must_use]
pub fn percent_decode(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.as_bytes();
    while let Some((&first, after)) = bytes.split_first() {
        let decoded = match (first, after.split_first_chunk::<2>()) {
            (b'%', Some((&[high, low], after))) => {
                let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
                digit(high).zip(digit(low)).map(|(high, low)| (high << 4 | low, after))
            }
            _ => None,
        };
        let (byte, after) = decoded.unwrap_or((first, after));
        out.push(byte);
        bytes = after;
    }
    out
}
