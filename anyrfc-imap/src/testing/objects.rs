//! Object identifiers (RFC 8474) and previews (RFC 8970): made of what there is.

use std::hash::{DefaultHasher, Hash, Hasher as _};

use super::{
    mime::{self, Part},
    store::{Mailbox, Message},
};

/// So many characters of a preview (RFC 8970, section 3.3).
const PREVIEW: usize = 200;

fn hash(content: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    hasher.finish()
}

/// Section 4: each mailbox has a UIDVALIDITY of its own, which it keeps under another name.
pub(crate) fn mailbox_id(mailbox: &Mailbox) -> String {
    format!("F{}", mailbox.uid_validity)
}

/// Section 5.1: the same for the same content.
pub(crate) fn email_id(message: &Message) -> String {
    format!("M{:016x}", hash(&message.text))
}

/// Section 5.2: the same for the same subject; none without a subject.
pub(crate) fn thread_id(message: &Message) -> Option<String> {
    let subject = mime::field(mime::split(&message.text).0, "Subject")?.trim().to_ascii_lowercase();
    let mut base = subject.as_str();
    while let Some(rest) = base.strip_prefix("re:") {
        base = rest.trim_start();
    }
    Some(format!("T{:016x}", hash(base)))
}

/// The first text of a message, its white space single.
pub(crate) fn preview(text: &[u8]) -> String {
    let whole = Part::read(text);
    let Some(first) = first_text(&whole) else { return String::new() };
    first.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(PREVIEW).collect()
}

fn first_text(part: &Part<'_>) -> Option<String> {
    if !part.children.is_empty() {
        return part.children.iter().find_map(first_text);
    }
    if !part.kind.eq_ignore_ascii_case("TEXT") || !part.subtype.eq_ignore_ascii_case("PLAIN") {
        return None;
    }
    let octets = part.decoded()?;
    Some(match part.parameter("CHARSET") {
        Some(name) if name.eq_ignore_ascii_case("ISO-8859-1") => {
            octets.iter().map(|octet| char::from(*octet)).collect()
        }
        _ => String::from_utf8_lossy(&octets).into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_follow_content_and_subject() {
        let message = |text: &str| Message::new(1, text.as_bytes().to_vec(), "", &[]);
        let (one, same) = (message("Subject: a\r\n\r\nx"), message("Subject: a\r\n\r\nx"));
        let (reply, bare) = (message("Subject: Re: A\r\n\r\ny"), message("\r\nz"));
        assert_eq!(email_id(&one), email_id(&same));
        assert_ne!(email_id(&one), email_id(&reply));
        assert_eq!(thread_id(&one), thread_id(&reply));
        assert_eq!(thread_id(&bare), None);
    }

    #[test]
    fn a_preview_is_the_first_text() {
        assert_eq!(preview(b"\r\nHello\r\n  world\r\n"), "Hello world");
        let latin = b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\ncaf\xe9\r\n";
        assert_eq!(preview(latin), "caf\u{e9}");
        assert_eq!(preview(b"Content-Type: image/png\r\n\r\nx"), "");
        let long = [b"\r\n".to_vec(), vec![b'x'; 500]].concat();
        assert_eq!(preview(&long).len(), PREVIEW);
    }
}
