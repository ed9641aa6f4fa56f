//! ENVELOPE, BODYSTRUCTURE and the sections of BODY (RFC 9051, section 7.5.2).

use std::borrow::Cow;

use super::{
    items::{Section, SectionText},
    mime::{self, Part},
    words,
};

/// A parenthesized list.
fn list(items: Vec<Vec<u8>>) -> Vec<u8> {
    let mut out = vec![b'('];
    out.extend(items.join(&b' '));
    out.push(b')');
    out
}

fn optional(text: Option<&str>, utf8: bool) -> Vec<u8> {
    words::nstring(text.map(str::as_bytes), utf8)
}

/// `envelope`
pub(crate) fn envelope(header: &[u8], utf8: bool) -> Vec<u8> {
    let text = |name| optional(mime::field(header, name).as_deref(), utf8);
    let from = addresses(mime::field(header, "From").as_deref(), utf8);
    let or_from = |name| match mime::field(header, name) {
        Some(value) if !value.trim().is_empty() => addresses(Some(&value), utf8),
        _ => from.clone(),
    };
    let given = |name| addresses(mime::field(header, name).as_deref(), utf8);
    list(vec![
        text("Date"),
        text("Subject"),
        from.clone(),
        or_from("Sender"),
        or_from("Reply-To"),
        given("To"),
        given("Cc"),
        given("Bcc"),
        text("In-Reply-To"),
        text("Message-ID"),
    ])
}

/// `"(" 1*address ")" / nil`
fn addresses(value: Option<&str>, utf8: bool) -> Vec<u8> {
    let all: Vec<Vec<u8>> =
        pieces(value.unwrap_or_default(), ',').iter().flat_map(|one| address(one, utf8)).collect();
    if all.is_empty() {
        return b"NIL".to_vec();
    }
    let mut out = vec![b'('];
    out.extend(all.concat());
    out.push(b')');
    out
}

/// One address; a group is its beginning, its members and its end.
fn address(text: &str, utf8: bool) -> Vec<Vec<u8>> {
    let entry = |name: Option<&str>, mailbox: Option<&str>, host: Option<&str>| {
        list(vec![optional(name, utf8), b"NIL".to_vec(), optional(mailbox, utf8), optional(host, utf8)])
    };
    if let [group, members @ ..] = pieces(text, ':').as_slice()
        && text.trim_end().ends_with(';')
    {
        let members = members.concat();
        let members = pieces(members.trim_end().trim_end_matches(';'), ',');
        let mut all = vec![entry(None, Some(group.trim().trim_matches('"')), None)];
        all.extend(members.iter().flat_map(|member| address(member, utf8)));
        all.push(entry(None, None, None));
        return all;
    }
    let (name, spec) = match text.trim().split_once('<') {
        Some((name, spec)) => (name.trim(), spec.trim_end_matches('>')),
        None => ("", text.trim()),
    };
    let name = name.trim_matches('"').replace("\\\"", "\"");
    let (mailbox, host) = spec.rsplit_once('@').unwrap_or((spec, ""));
    vec![entry((!name.is_empty()).then_some(&name), Some(mailbox.trim()), Some(host.trim()))]
}

/// Splits outside of quotes, and of the members of a group.
fn pieces(text: &str, at: char) -> Vec<String> {
    let mut out = vec![String::new()];
    let (mut quoted, mut grouped) = (false, false);
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            ':' if !quoted && at == ',' => grouped = true,
            ';' if !quoted && at == ',' => grouped = false,
            _ => {}
        }
        if c == at && !quoted && (!grouped || at != ',') {
            out.push(String::new());
        } else if let Some(piece) = out.last_mut() {
            piece.push(c);
        }
    }
    out.retain(|piece| !piece.trim().is_empty());
    out
}

fn parameters(list_of: &[(String, String)], utf8: bool) -> Vec<u8> {
    if list_of.is_empty() {
        return b"NIL".to_vec();
    }
    let words = list_of.iter().flat_map(|(name, value)| [name, value]);
    list(words.map(|word| words::string(word.as_bytes(), utf8)).collect())
}

/// `body`: with its extension data, or without.
pub(crate) fn body(part: &Part<'_>, extended: bool, utf8: bool) -> Vec<u8> {
    let mut items = Vec::new();
    if part.kind == "MULTIPART" && !part.children.is_empty() {
        let nested = part.children.iter().map(|child| body(child, extended, utf8));
        items.push(nested.collect::<Vec<_>>().concat());
        items.push(words::string(part.subtype.as_bytes(), utf8));
        if extended {
            items.push(parameters(&part.parameters, utf8));
            items.extend(tail(part, utf8));
        }
        return list(items);
    }
    items.push(words::string(part.kind.as_bytes(), utf8));
    items.push(words::string(part.subtype.as_bytes(), utf8));
    items.push(parameters(&part.parameters, utf8));
    items.push(optional(mime::field(part.header, "Content-ID").as_deref(), utf8));
    items.push(optional(mime::field(part.header, "Content-Description").as_deref(), utf8));
    items.push(words::string(part.encoding().as_bytes(), utf8));
    items.push(part.body.len().to_string().into_bytes());
    let lines = part.body.windows(2).filter(|two| two == b"\r\n").count().to_string().into_bytes();
    if let (true, Some(inner)) = (part.is_message(), part.children.first()) {
        items.push(envelope(inner.header, utf8));
        items.push(body(inner, extended, utf8));
        items.push(lines);
    } else if part.kind == "TEXT" {
        items.push(lines);
    }
    if extended {
        items.push(optional(mime::field(part.header, "Content-MD5").as_deref(), utf8));
        items.extend(tail(part, utf8));
    }
    list(items)
}

/// Disposition, language and location.
fn tail(part: &Part<'_>, utf8: bool) -> [Vec<u8>; 3] {
    let disposition = mime::field(part.header, "Content-Disposition").map_or_else(
        || b"NIL".to_vec(),
        |value| {
            let (kind, values) = mime::with_parameters(&value);
            list(vec![words::string(kind.to_ascii_uppercase().as_bytes(), utf8), parameters(&values, utf8)])
        },
    );
    let language = mime::field(part.header, "Content-Language");
    let location = mime::field(part.header, "Content-Location");
    [disposition, optional(language.as_deref(), utf8), optional(location.as_deref(), utf8)]
}

/// The octets of a section; `None` where the message has no such part.
pub(crate) fn section<'a>(message: &'a [u8], section: &Section) -> Option<Cow<'a, [u8]>> {
    let whole = Part::read(message);
    let Some(text) = &section.text else {
        if section.part.is_empty() {
            return Some(message.into());
        }
        return whole.at(&section.part).map(|part| part.body.into());
    };
    let part = whole.at(&section.part)?;
    if *text == SectionText::Mime {
        return Some(part.header.into());
    }
    // HEADER and TEXT of a part are those of the message in it.
    let inner = if section.part.is_empty() {
        (part.header, part.body)
    } else {
        let inner = part.is_message().then(|| part.children.first()).flatten()?;
        (inner.header, inner.body)
    };
    Some(match text {
        SectionText::Header => inner.0.into(),
        SectionText::Text => inner.1.into(),
        SectionText::Fields { names, not } => {
            let mut out = Vec::new();
            for line in mime::lines(inner.0) {
                let name = line.split(|octet| *octet == b':').next().unwrap_or_default().trim_ascii();
                let named = names.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(name));
                if named != *not {
                    out.extend_from_slice(line);
                }
            }
            out.extend_from_slice(b"\r\n");
            out.into()
        }
        SectionText::Mime => return None,
    })
}

/// The octets from `origin` on, so many at most.
pub(crate) fn window(bytes: &[u8], partial: Option<(u32, u32)>) -> &[u8] {
    let Some((origin, octets)) = partial else { return bytes };
    let from = (origin as usize).min(bytes.len());
    let to = from.saturating_add(octets as usize).min(bytes.len());
    bytes.get(from..to).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn envelopes() {
        let header = b"Date: d\r\nSubject: a \"b\"\r\nFrom: \"Fred Foo\" <fred@example.com>\r\n\
            To: a@x, Group: b@y, c@z;\r\nMessage-ID: <1@x>\r\n\r\n";
        assert_eq!(
            shown(envelope(header, false)),
            "(\"d\" \"a \\\"b\\\"\" ((\"Fred Foo\" NIL \"fred\" \"example.com\")) \
             ((\"Fred Foo\" NIL \"fred\" \"example.com\")) ((\"Fred Foo\" NIL \"fred\" \"example.com\")) \
             ((NIL NIL \"a\" \"x\")(NIL NIL \"Group\" NIL)(NIL NIL \"b\" \"y\")(NIL NIL \"c\" \"z\")(NIL NIL NIL NIL)) \
             NIL NIL NIL \"<1@x>\")"
        );
    }
}
