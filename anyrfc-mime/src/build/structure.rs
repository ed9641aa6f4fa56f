//! The structure of a message that was given as text, HTML, pictures and attachments
//! (RFC 2046, section 5.1; RFC 2387).

use std::borrow::Cow;

use super::{
    builder::{nothing, several},
    field::MessageId,
    part::Part,
    unique::Seed,
};
use crate::error::Error;

/// Something that HTML shows.
pub(super) struct Inline<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) part: Part<'a>,
}

/// `mixed(alternative(text, related(html, inline…), calendar), attachments…)`, each level only
/// where it is needed.
///
/// # Errors
/// The name of an inline part cannot be referred to.
pub(super) fn structure<'a>(
    text: Option<Part<'a>>,
    html: Option<Cow<'a, str>>,
    calendar: Option<Part<'a>>,
    inline: Vec<Inline<'a>>,
    attachments: Vec<Part<'a>>,
    seed: Seed,
    domain: &str,
) -> Result<Part<'a>, Error> {
    if text.is_some() && html.is_none() && calendar.is_none() && inline.is_empty() && attachments.is_empty() {
        return Ok(text.unwrap_or_else(nothing));
    }
    let mut html = html;
    let mut shown = Vec::with_capacity(inline.len());
    for (index, Inline { name, part }) in inline.into_iter().enumerate() {
        let id = if name.contains('@') { name } else { unique(&name, index, &mut html, seed, domain)? };
        let mut part = if part.disposition.as_ref().is_some_and(|disposition| disposition.kind.is_some()) {
            part
        } else {
            part.inline()
        };
        part.id = Some(MessageId::new(id)?);
        shown.push(part);
    }
    let mut alternatives: Vec<Part<'a>> = text.into_iter().collect();
    let mut rest = Vec::new();
    match html {
        Some(html) => {
            let mut related = vec![Part::html(html)];
            related.append(&mut shown);
            alternatives.extend(several("multipart/related", related));
        }
        // Without HTML there is nothing that shows them.
        None => rest.append(&mut shown),
    }
    alternatives.extend(calendar);
    let mut parts: Vec<Part<'a>> = several("multipart/alternative", alternatives).into_iter().collect();
    parts.append(&mut rest);
    parts.extend(attachments);
    Ok(several("multipart/mixed", parts).unwrap_or_else(nothing))
}

/// An identifier for a name (RFC 2045, section 7: unique in the world), which the HTML uses from
/// now on.
fn unique<'a>(
    name: &str,
    index: usize,
    html: &mut Option<Cow<'a, str>>,
    seed: Seed,
    domain: &str,
) -> Result<Cow<'a, str>, Error> {
    let mut id = Vec::with_capacity(name.len() + 40 + domain.len());
    id.extend_from_slice(format!("{name}.{index}.").as_bytes());
    seed.write_id(&mut id);
    id.extend_from_slice(b"@");
    id.extend_from_slice(domain.as_bytes());
    let id = MessageId::new(Cow::Owned(String::from_utf8(id).unwrap_or_default()))?;
    if let Some(html) = html {
        let new = percent(id.as_str());
        *html = Cow::Owned(replaced(html, name, &new));
    }
    Ok(Cow::Owned(id.as_str().to_owned()))
}

/// An identifier as the URL `cid:` wants it (RFC 2392, section 2; RFC 3986, section 3.3).
fn percent(id: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(id.len());
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@!$'*+=".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// `cid:name` becomes `cid:new` wherever the name ends there.
fn replaced(html: &str, name: &str, new: &str) -> String {
    let mut out = String::with_capacity(html.len() + new.len());
    let mut rest = html;
    while let Some(at) = find_cid(rest) {
        let (before, after) = rest.split_at(at + 4);
        out.push_str(before);
        rest = after;
        let ends = |rest: &str| !rest.bytes().next().is_some_and(is_url_byte);
        if let Some(behind) = after.strip_prefix(name)
            && ends(behind)
        {
            out.push_str(new);
            rest = behind;
        }
    }
    out.push_str(rest);
    out
}

fn is_url_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~@%+=!$*:/?#".contains(&byte) || byte >= 0x80
}

/// Where the next `cid:` stands, in either case.
fn find_cid(text: &str) -> Option<usize> {
    memchr::memchr_iter(b':', text.as_bytes())
        .filter_map(|at| at.checked_sub(3))
        .find(|&at| text.get(at..at + 3).is_some_and(|scheme| scheme.eq_ignore_ascii_case("cid")))
}
