//! Whether a message is internationalized: octets above 127 in a header, at any level of it (RFC
//! 6531, sections 3.2 and 3.5).

use memchr::{memchr, memchr2};

/// So much of a line is kept over the end of a piece: more than any that matters has.
const LINE: usize = 1024;
/// So much of a `Content-Type` is kept.
const FIELD: usize = 4096;
/// So many multiparts inside each other are followed.
const DEPTH: usize = 64;

/// Goes through a message in pieces of any size, and looks at its header and at those of its parts
/// and of the messages in it.
///
/// No more is understood of the message than where headers begin: a line that is the boundary of a
/// multipart, and the body of a message in a message.
#[derive(Clone, Debug, Default)]
pub(super) struct Headers {
    place: Place,
    /// The header is that of a part.
    of_part: bool,
    /// The present line as far as it came, where a piece has ended in it.
    line: Vec<u8>,
    /// A CR came last.
    cr: bool,
    /// The `Content-Type` of the present header.
    content_type: Vec<u8>,
    /// The last field was that.
    in_content_type: bool,
    /// The multiparts that are open, outermost first.
    open: Vec<Multipart>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Header,
    Body,
    /// No header comes any more.
    Over,
}

#[derive(Clone, Debug)]
struct Multipart {
    boundary: Vec<u8>,
    /// Its parts are messages unless they say otherwise (RFC 2046, section 5.1.5).
    digest: bool,
}

impl Headers {
    /// Whether there are octets above 127 in what is of headers in this piece.
    pub(super) fn look(&mut self, piece: &[u8]) -> bool {
        let mut rest = piece;
        while self.place != Place::Over {
            let Some((&first, behind)) = rest.split_first() else { break };
            if std::mem::take(&mut self.cr) && first == b'\n' {
                rest = behind;
                continue;
            }
            let end = memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
            let (line, behind) = rest.split_at_checked(end).unwrap_or((rest, &[]));
            if self.place == Place::Header && !line.is_ascii() {
                return true;
            }
            let Some((end, behind)) = behind.split_first() else {
                self.keep(line);
                break;
            };
            self.cr = *end == b'\r';
            rest = behind;
            if self.line.is_empty() {
                self.line(line);
            } else {
                self.keep(line);
                let whole = std::mem::take(&mut self.line);
                self.line(&whole);
            }
        }
        false
    }

    fn keep(&mut self, line: &[u8]) {
        let room = LINE.saturating_sub(self.line.len());
        self.line.extend_from_slice(line.get(..room).unwrap_or(line));
    }

    /// A whole line.
    fn line(&mut self, line: &[u8]) {
        match self.place {
            Place::Header if line.is_empty() => self.end_header(),
            Place::Header => self.field(line),
            Place::Body => self.delimiter(line),
            Place::Over => {}
        }
    }

    fn field(&mut self, line: &[u8]) {
        if !matches!(line.first(), Some(b' ' | b'\t')) {
            let colon = memchr(b':', line).unwrap_or(line.len());
            let (name, value) = line.split_at_checked(colon).unwrap_or((line, &[]));
            self.in_content_type = name.trim_ascii_end().eq_ignore_ascii_case(b"Content-Type");
            if self.in_content_type {
                self.content_type.clear();
                self.content_type.extend_from_slice(value.get(1..).unwrap_or_default());
            }
        } else if self.in_content_type && self.content_type.len().saturating_add(line.len()) <= FIELD {
            self.content_type.extend_from_slice(line);
        }
    }

    fn end_header(&mut self) {
        let field = std::mem::take(&mut self.content_type);
        self.in_content_type = false;
        let kind = memchr(b';', &field).and_then(|end| field.get(..end)).unwrap_or(&field).trim_ascii();
        let is = |name: &[u8]| kind.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name));
        let of_part = std::mem::take(&mut self.of_part);
        let in_digest =
            of_part && kind.is_empty() && self.open.last().is_some_and(|multipart| multipart.digest);
        if in_digest || is(b"message/rfc822") || is(b"message/global") {
            // Its body begins with a header.
            return;
        }
        if is(b"multipart/")
            && self.open.len() < DEPTH
            && let Some(boundary) = boundary(&field)
        {
            self.open.push(Multipart { boundary, digest: is(b"multipart/digest") });
        }
        self.place = if self.open.is_empty() { Place::Over } else { Place::Body };
    }

    fn delimiter(&mut self, line: &[u8]) {
        let Some(line) = line.strip_prefix(b"--") else { return };
        let line = line.trim_ascii_end();
        for (level, multipart) in self.open.iter().enumerate().rev() {
            let Some(rest) = line.strip_prefix(multipart.boundary.as_slice()) else { continue };
            if rest.is_empty() {
                self.open.truncate(level.saturating_add(1));
                self.place = Place::Header;
                self.of_part = true;
                return;
            }
            if rest == b"--" {
                self.open.truncate(level);
                if self.open.is_empty() {
                    self.place = Place::Over;
                }
                return;
            }
        }
    }
}

/// The parameter `boundary` of a `Content-Type` (RFC 2045, section 5.1).
fn boundary(field: &[u8]) -> Option<Vec<u8>> {
    let mut rest = field;
    loop {
        let at = memchr(b';', rest)?;
        rest = rest.get(at..)?.strip_prefix(b";")?.trim_ascii_start();
        let Some((name, behind)) = rest.split_at_checked(b"boundary".len()) else { continue };
        if !name.eq_ignore_ascii_case(b"boundary") {
            rest = behind_quotes(rest);
            continue;
        }
        let value = behind.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
        let Some(quoted) = value.strip_prefix(b"\"") else {
            let end = value.iter().position(|octet| b"; \t(".contains(octet)).unwrap_or(value.len());
            return value.get(..end).filter(|value| !value.is_empty()).map(<[u8]>::to_vec);
        };
        let mut text = Vec::new();
        let mut octets = quoted.iter();
        while let Some(octet) = octets.next() {
            match octet {
                b'"' => break,
                b'\\' => text.extend(octets.next()),
                octet => text.push(*octet),
            }
        }
        let length = text.trim_ascii_end().len();
        text.truncate(length);
        return (!text.is_empty()).then_some(text);
    }
}

/// A parameter from its value's end on, so that a semicolon in quotes is none.
fn behind_quotes(parameter: &[u8]) -> &[u8] {
    let end = memchr2(b'"', b';', parameter).unwrap_or(parameter.len());
    let Some(quoted) = parameter.get(end..).and_then(|rest| rest.strip_prefix(b"\"")) else {
        return parameter;
    };
    let mut escaped = false;
    let close = quoted.iter().position(|octet| {
        let closes = *octet == b'"' && !escaped;
        escaped = *octet == b'\\' && !escaped;
        closes
    });
    let closed = close.and_then(|at| quoted.get(at..)).and_then(|rest| rest.strip_prefix(b"\""));
    closed.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In pieces of every size it is the same.
    fn is_wide(message: &str) -> bool {
        let whole = Headers::default().look(message.as_bytes());
        for size in 1..message.len() {
            let mut headers = Headers::default();
            let found = message.as_bytes().chunks(size).any(|piece| headers.look(piece));
            assert_eq!(found, whole, "in pieces of {size}");
        }
        let unix = message.replace("\r\n", "\n");
        assert_eq!(Headers::default().look(unix.as_bytes()), whole, "with LF");
        whole
    }

    #[test]
    fn bodies_may_be_wide_and_headers_are_looked_at() {
        assert!(!is_wide("Subject: hi\r\n\r\nGrüße\r\n"));
        assert!(!is_wide("Subject: hi\r\n\r\n--\r\nMüller: ü\r\n\r\n"));
        assert!(is_wide("Subject: Grüße\r\n\r\nhi\r\n"));
        assert!(is_wide("Subject: hi\r\nFrom: ü"));
        assert!(!is_wide("\r\nGrüße: x\r\n"));
    }

    #[test]
    fn parts_have_headers_at_every_level() {
        let head = "Content-Type: multipart/mixed; x=\"a;boundary=no\";\r\n\tBoundary=\"=_ \\b\"\r\n\r\n";
        let message =
            |inner: &str| format!("{head}Grüße: preamble\r\n--=_ b \r\n{inner}\r\n--=_ b--\r\nü: ü\r\n");
        assert!(is_wide(&message("X: ü\r\n\r\nhi")));
        assert!(!is_wide(&message("X: u\r\n\r\nÜ: ü\r\n--=_ c\r\nÜ: ü")));
        assert!(is_wide(&message("Content-type: message/rfc822\r\n\r\nSubject: ü\r\n\r\nhi")));
        assert!(!is_wide(&message("Content-type: message/rfc822\r\n\r\nSubject: u\r\n\r\nÜ: ü")));
        let inner = "Content-Type: multipart/digest;boundary=in\r\n\r\n--in\r\n\r\nSubject: ";
        assert!(is_wide(&message(&format!("{inner}ü\r\n"))));
        assert!(!is_wide(&message(&format!("{inner}u\r\n\r\nÜ: ü\r\n--in--\r\nÜ: ü"))));
        assert!(!is_wide(&message(&format!("{inner}u\r\n\r\nx\r\n--in--\r\n--in\r\nÜ: ü"))), "it is closed");
        // The outer one goes on.
        assert!(is_wide(&message(&format!("{inner}u\r\n\r\nx\r\n--in--\r\n--=_ b\r\nÜ: ü"))));
        assert!(!is_wide("Content-Type: multipart/mixed\r\n\r\n--\r\nÜ: ü\r\n"), "no boundary");
        assert!(!is_wide("Content-Type: text/plain; boundary=x\r\n\r\n--x\r\nÜ: ü\r\n"), "no multipart");
    }

    #[test]
    fn only_the_first_line_of_a_field_begins_it() {
        let mixed = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n";
        for (message, wide) in [
            // No white space is needed behind the colon.
            ("Content-Type:multipart/mixed;boundary=b\r\n\r\n--b\r\nÜ: x".to_owned(), true),
            ("Content-Type: multipart/mixed\r\n ;boundary=b\r\n\r\n--b\r\nÜ: x".into(), true),
            // What continues nothing, or another field.
            (" multipart/mixed;boundary=b\r\n\r\n--b\r\nÜ: x".into(), false),
            ("Content-Type: multipart/mixed\r\nX: y\r\n ;boundary=b\r\n\r\n--b\r\nÜ: x".into(), false),
            (format!("{mixed} multipart/mixed; boundary=c\r\n\r\n--c\r\nÜ: x"), false),
            // A header of no field has an end too.
            ("\r\nÜ: x".into(), false),
            ("\r\n\r\nÜ: x".into(), false),
        ] {
            assert_eq!(is_wide(&message), wide, "{message:?}");
        }
        assert!(!is_wide_whole("\nÜ: x") && !is_wide_whole("\rÜ: x"));
    }

    #[test]
    fn messages_within_messages_have_headers() {
        for kind in ["message/rfc822", "message/global", "Message/RFC822; x=y"] {
            let inner = format!("Content-Type: {kind}\r\n\r\n");
            assert!(is_wide(&format!("{inner}Ü: x\r\n\r\n")), "{kind}");
            assert!(!is_wide(&format!("{inner}Subject: x\r\n\r\nÜ: x")), "{kind}");
        }
        assert!(!is_wide("Content-Type: message/partial\r\n\r\nÜ: x"));
    }

    #[test]
    fn parts_of_a_digest_are_messages_unless_they_say_otherwise() {
        let part = |kind: &str, header: &str, body: &str| {
            format!("Content-Type: multipart/{kind}; boundary=b\r\n\r\n--b\r\n{header}\r\n{body}")
        };
        for (kind, header, wide) in [
            ("digest", "", true),
            ("Digest", "", true),
            ("digest", "X: y\r\n", true),
            ("digest", "Content-Type: text/plain\r\n", false),
            ("digest", "Content-Type: message/rfc822\r\n", true),
            ("mixed", "", false),
            ("mixed", "X: y\r\n", false),
        ] {
            assert_eq!(is_wide(&part(kind, header, "Ü: x\r\n")), wide, "{kind} {header:?}");
            // The message in it has a body, and another part behind it is one more message.
            let message = "Subject: x\r\n\r\nÜ: x\r\n";
            assert!(!is_wide(&part(kind, header, message)), "{kind} {header:?}");
            let next = format!("{message}--b\r\n{header}\r\nÜ: x\r\n");
            assert_eq!(is_wide(&part(kind, header, &next)), wide, "{kind} {header:?}");
        }
    }

    #[test]
    fn a_delimiter_of_an_outer_multipart_closes_the_inner_ones() {
        let two = "Content-Type: multipart/mixed; boundary=out\r\n\r\n--out\r\n\
                   Content-Type: multipart/mixed; boundary=in\r\n\r\n--in\r\n\r\nx\r\n";
        for (rest, wide) in [
            ("--in\r\nÜ: x", true),
            ("--out\r\nÜ: x", true),
            ("--out\r\n\r\n--in\r\nÜ: x", false),
            ("--out\r\n\r\n--out\r\nÜ: x", true),
            ("--out--\r\n--in\r\nÜ: x", false),
            ("--out--\r\n--out\r\nÜ: x", false),
            ("--in--\r\n--out\r\nÜ: x", true),
            ("--in-\r\nÜ: x", false),
            ("--inn\r\nÜ: x", false),
            ("--in \t\r\nÜ: x", true),
            (" --in\r\nÜ: x", false),
        ] {
            assert_eq!(is_wide(&format!("{two}{rest}")), wide, "{rest:?}");
        }
    }

    #[test]
    fn so_many_levels_are_followed() {
        let nested = |levels: usize| {
            let head =
                |level| format!("Content-Type: multipart/mixed; boundary=b{level}x\r\n\r\n--b{level}x\r\n");
            (0..levels).map(head).collect::<String>() + "X: ü\r\n"
        };
        assert!(Headers::default().look(nested(DEPTH).as_bytes()));
        assert!(!Headers::default().look(nested(DEPTH + 1).as_bytes()));
    }

    #[test]
    fn so_much_of_a_content_type_is_kept() {
        let folded = |octets: usize| {
            let (begin, end) = (" multipart/mixed;", "\tboundary=b");
            let comment = "\tx=".to_owned() + &"y".repeat(octets - begin.len() - end.len() - 4) + ";";
            format!("Content-Type:{begin}\r\n{comment}\r\n{end}\r\n\r\n--b\r\nX: ü\r\n")
        };
        assert!(is_wide_whole(&folded(FIELD)));
        assert!(!is_wide_whole(&folded(FIELD + 1)));
    }

    fn is_wide_whole(message: &str) -> bool {
        Headers::default().look(message.as_bytes())
    }

    #[test]
    fn so_much_of_a_line_is_kept_over_the_end_of_a_piece() {
        for (length, known) in [(LINE, true), (LINE + 1, false)] {
            // With its two hyphens in front.
            let boundary = "b".repeat(length - 2);
            let mut headers = Headers::default();
            headers.look(format!("Content-Type: multipart/mixed; boundary={boundary}\r\n\r\n--").as_bytes());
            assert!(!headers.look(boundary.as_bytes()));
            assert_eq!(headers.look("\r\nX: ü\r\n".as_bytes()), known, "{length}");
        }
    }

    #[test]
    fn what_only_looks_like_a_parameter_is_none() {
        for (type_, found) in [
            ("multipart/mixed; boundary = \"a\\\"b\"", Some("a\"b")),
            ("multipart/mixed; x=\"\\\";boundary=no\"; boundary=b", Some("b")),
            ("multipart/mixed; x=\"a\\\\\"; boundary=b", Some("b")),
            ("multipart/mixed; boundary=b; charset=x", Some("b")),
            ("multipart/mixed; boundary=b (c)", Some("b")),
            ("multipart/mixed; x=\"\"; boundary=b", Some("b")),
            ("multipart/mixed; x=\"\\\\\"; boundary=b", Some("b")),
            ("multipart/mixed; boundary=\"b \"", Some("b")),
            ("multipart/mixed; BOUNDARY=b\t", Some("b")),
            ("multipart/mixed; xboundary=b", None),
            ("multipart/mixed; boundary=", None),
            ("multipart/mixed; boundary=\"\"", None),
            ("multipart/mixed; boundary b", None),
            ("multipart/mixed; bound", None),
            ("multipart/mixed; x=\"never closed; boundary=b", None),
        ] {
            assert_eq!(boundary(type_.as_bytes()).as_deref(), found.map(str::as_bytes), "{type_}");
        }
    }

    #[test]
    fn what_is_endless_is_not_kept() {
        let mut headers = Headers::default();
        assert!(!headers.look(b"Content-Type: multipart/mixed; boundary="));
        for _ in 0..10_000 {
            assert!(!headers.look(&[b'x'; 100]));
            assert!(!headers.look(b"\r\n\tx"));
        }
        assert!(headers.line.len() <= LINE && headers.content_type.len() <= FIELD);
        let mut headers = Headers::default();
        for level in 0..1000 {
            let head = format!("Content-Type: multipart/mixed; boundary=b{level}x\r\n\r\n--b{level}x\r\n");
            assert!(!headers.look(head.as_bytes()));
        }
        assert!(headers.open.len() <= DEPTH);
    }
}
