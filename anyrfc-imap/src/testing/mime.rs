//! The structure of messages (RFC 2045, RFC 5322), as far as a server describes it.

use std::borrow::Cow;

use base64::Engine as _;

/// Parameters: names, in capitals, and values.
pub(crate) type Parameters = Vec<(String, String)>;

/// A part of a message.
#[derive(Clone, Debug)]
pub(crate) struct Part<'a> {
    pub(crate) header: &'a [u8],
    pub(crate) body: &'a [u8],
    /// `TEXT` say.
    pub(crate) kind: String,
    pub(crate) subtype: String,
    pub(crate) parameters: Parameters,
    /// The parts of a multipart, or the one message in a message.
    pub(crate) children: Vec<Part<'a>>,
}

/// How deep a server looks.
const DEPTH: usize = 50;

/// The header with the empty line that ends it, and the body.
pub(crate) fn split(text: &[u8]) -> (&[u8], &[u8]) {
    if text.starts_with(b"\r\n") {
        return text.split_at(2);
    }
    let end = text.windows(4).position(|four| four == b"\r\n\r\n").map_or(text.len(), |at| at + 4);
    text.split_at(end)
}

/// The fields of a header: names and values, folded as they are.
pub(crate) fn fields(header: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    lines(header).filter_map(|field| {
        let colon = field.iter().position(|octet| *octet == b':')?;
        Some((field.get(..colon)?.trim_ascii(), field.get(colon + 1..)?.trim_ascii()))
    })
}

/// The fields of a header, each with its CR LF.
pub(crate) fn lines(header: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = header;
    std::iter::from_fn(move || {
        let mut end = 0;
        loop {
            let line = rest.get(end..)?.windows(2).position(|two| two == b"\r\n")?;
            if line == 0 && end == 0 {
                return None;
            }
            end += line + 2;
            if !matches!(rest.get(end), Some(b' ' | b'\t')) {
                break;
            }
        }
        let (field, behind) = rest.split_at(end);
        rest = behind;
        Some(field)
    })
}

/// The value of the first such field, unfolded.
pub(crate) fn field(header: &[u8], name: &str) -> Option<String> {
    let (_, value) = fields(header).find(|(field, _)| field.eq_ignore_ascii_case(name.as_bytes()))?;
    Some(String::from_utf8_lossy(value).replace("\r\n", ""))
}

impl<'a> Part<'a> {
    /// A whole message.
    pub(crate) fn read(text: &'a [u8]) -> Self {
        Self::nested(text, ("TEXT", "PLAIN"), DEPTH)
    }

    fn nested(text: &'a [u8], default: (&str, &str), depth: usize) -> Self {
        let (header, body) = split(text);
        let given = field(header, "Content-Type").and_then(|value| content_type(&value));
        let (kind, subtype, parameters) =
            given.unwrap_or_else(|| (default.0.to_owned(), default.1.to_owned(), Vec::new()));
        let mut part = Self { header, body, kind, subtype, parameters, children: Vec::new() };
        if depth == 0 {
            return part;
        }
        if part.kind == "MULTIPART" {
            let default = if part.subtype == "DIGEST" { ("MESSAGE", "RFC822") } else { ("TEXT", "PLAIN") };
            let boundary = part.parameter("BOUNDARY").unwrap_or_default().to_owned();
            let bodies = parts(body, &boundary);
            part.children = bodies.into_iter().map(|body| Self::nested(body, default, depth - 1)).collect();
        } else if part.is_message() {
            part.children = vec![Self::nested(body, ("TEXT", "PLAIN"), depth - 1)];
        }
        part
    }

    /// `message/rfc822` or `message/global`
    pub(crate) fn is_message(&self) -> bool {
        self.kind == "MESSAGE" && matches!(self.subtype.as_str(), "RFC822" | "GLOBAL")
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The part of a message with this number (RFC 9051, section 6.4.5.1).
    pub(crate) fn at(&self, numbers: &[u32]) -> Option<&Self> {
        match numbers.split_first() {
            // A message without parts has its text as part 1; that of a nested message counts there.
            Some((1, rest)) if self.kind != "MULTIPART" => self.below(rest),
            _ => self.below_multipart(numbers),
        }
    }

    /// The part with this number within a part.
    fn below(&self, numbers: &[u32]) -> Option<&Self> {
        if numbers.is_empty() || !self.is_message() {
            return self.below_multipart(numbers);
        }
        self.children.first()?.at(numbers)
    }

    fn below_multipart(&self, numbers: &[u32]) -> Option<&Self> {
        let Some((first, rest)) = numbers.split_first() else { return Some(self) };
        if self.kind != "MULTIPART" {
            return None;
        }
        self.children.get(usize::try_from(*first).ok()?.checked_sub(1)?)?.below(rest)
    }

    pub(crate) fn encoding(&self) -> String {
        field(self.header, "Content-Transfer-Encoding")
            .unwrap_or_else(|| "7BIT".to_owned())
            .to_ascii_uppercase()
    }

    /// The body without its transfer encoding; `None` where that is not known.
    pub(crate) fn decoded(&self) -> Option<Cow<'a, [u8]>> {
        match self.encoding().as_str() {
            "7BIT" | "8BIT" | "BINARY" => Some(self.body.into()),
            "BASE64" => {
                let digits: Vec<u8> =
                    self.body.iter().copied().filter(|octet| !octet.is_ascii_whitespace()).collect();
                base64::engine::general_purpose::STANDARD.decode(digits).ok().map(Cow::Owned)
            }
            "QUOTED-PRINTABLE" => Some(quoted_printable(self.body).into()),
            _ => None,
        }
    }
}

/// `type "/" subtype *(";" parameter)`
fn content_type(value: &str) -> Option<(String, String, Parameters)> {
    let (kind, parameters) = with_parameters(value);
    let (kind, subtype) = kind.split_once('/')?;
    Some((kind.trim().to_ascii_uppercase(), subtype.trim().to_ascii_uppercase(), parameters))
}

/// A value with the parameters behind it; their names in capitals.
pub(crate) fn with_parameters(value: &str) -> (String, Parameters) {
    let mut pieces = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for c in value.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => {
                escaped = true;
                continue;
            }
            '"' => {
                quoted = !quoted;
                continue;
            }
            ';' if !quoted => {
                pieces.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push(c);
        }
    }
    let mut pieces = pieces.into_iter();
    let head = pieces.next().unwrap_or_default().trim().to_owned();
    let parameters = pieces.filter_map(|piece| {
        let (name, value) = piece.split_once('=')?;
        Some((name.trim().to_ascii_uppercase(), value.trim().to_owned()))
    });
    (head, parameters.collect())
}

/// The parts between the boundaries.
fn parts<'a>(body: &'a [u8], boundary: &str) -> Vec<&'a [u8]> {
    let delimiter = format!("--{boundary}");
    let mut found = Vec::new();
    let (mut at, mut begin) = (0, None);
    while at <= body.len() {
        let rest = body.get(at..).unwrap_or_default();
        let end = rest.windows(2).position(|two| two == b"\r\n");
        let line = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        if let Some(behind) = line.strip_prefix(delimiter.as_bytes()) {
            let last = behind.starts_with(b"--");
            if last || behind.trim_ascii().is_empty() {
                if let Some(begin) = begin {
                    found.push(body.get(begin..at.saturating_sub(2).max(begin)).unwrap_or_default());
                }
                begin = end.map(|end| at + end + 2);
                if last {
                    return found;
                }
            }
        }
        let Some(end) = end else { break };
        at += end + 2;
    }
    if let Some(begin) = begin {
        found.push(body.get(begin..).unwrap_or_default());
    }
    found
}

fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some((octet, behind)) = rest.split_first() {
        rest = behind;
        if *octet != b'=' {
            out.push(*octet);
        } else if let Some(behind) = behind.strip_prefix(b"\r\n") {
            rest = behind;
        } else {
            let code = behind.get(..2).and_then(|code| std::str::from_utf8(code).ok());
            match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
                Some(decoded) => {
                    out.push(decoded);
                    rest = behind.get(2..).unwrap_or_default();
                }
                None => out.push(b'='),
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIXED: &[u8] = b"Subject: x\r\n y\r\nContent-Type: multipart/mixed; boundary=\"a b\"\r\n\r\npreamble\r\n\
        --a b\r\n\r\none\r\n--a b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ntwo\r\n--a b\r\n\
        Content-Transfer-Encoding: base64\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nw6Q=\r\n--a b--\r\nend";

    #[test]
    fn parts_by_their_numbers() {
        let message = Part::read(MIXED);
        assert_eq!(message.children.len(), 3);
        assert_eq!(message.at(&[1]).unwrap().body, b"one");
        assert_eq!(message.at(&[2]).unwrap().body, b"Subject: inner\r\n\r\ntwo");
        assert_eq!(message.at(&[2, 1]).unwrap().body, b"two");
        assert_eq!(*message.at(&[3]).unwrap().decoded().unwrap(), *"ä".as_bytes());
        assert!(message.at(&[4]).is_none() && message.at(&[1, 1]).is_none());
        assert_eq!(field(message.header, "subject").as_deref(), Some("x y"));
        let plain = Part::read(b"A: b\r\n\r\ntext");
        assert_eq!(plain.at(&[1]).unwrap().body, b"text");
        assert!(plain.at(&[2]).is_none());
    }

    #[test]
    fn quoted_printable_is_decoded() {
        assert_eq!(quoted_printable(b"a=20b=\r\nc=ZZ=3d"), b"a bc=ZZ=");
    }
}
