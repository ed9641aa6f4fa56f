//! What a body is, read (RFC 2045, sections 5 and 6; RFC 2183, section 2).

use std::borrow::Cow;

use super::{
    parameter::parameters,
    reading::{Lexer, Reading},
};
use crate::types::{
    ContentDisposition, ContentType, DefectKind, Defects, Disposition, Invalid, Problem, Subject,
    TransferEncoding,
    chars::{TOKEN, is_token},
};

/// `Content-Type` (RFC 2045, section 5.1). One that cannot be read is `text/plain`, as an entity
/// without one (section 5.2), and a defect says so.
pub fn content_type(value: &[u8], reading: &mut Reading<'_>) -> ContentType {
    let value = reading.trimmed(value);
    let text = reading.utf8(value);
    let mut lexer = Lexer::new(&text);
    match essence(&mut lexer, reading) {
        Some(essence) => essence.with_parameters(parameters(&mut lexer, reading)),
        None => {
            reading.record(DefectKind::BadContentType, 0);
            ContentType::text_plain()
        }
    }
}

/// What a `Content-Type` of `text` says its charset is, nothing among it; `None` of another type.
pub(crate) fn text_charset<'a>(value: &'a [u8], reading: &mut Reading<'_>) -> Option<Cow<'a, str>> {
    if let Some(plain) = Plain::read(value, b"charset") {
        let is_text = plain.media_type.eq_ignore_ascii_case(b"text");
        return is_text.then(|| Cow::Borrowed(plain.value.unwrap_or_default()));
    }
    let content_type = content_type(value, reading);
    content_type.is_text().then(|| Cow::Owned(content_type.charset().unwrap_or_default().to_owned()))
}

/// As much of a `Content-Type` in which nothing is out of the ordinary as is asked for.
pub(crate) struct Plain<'a> {
    pub(crate) media_type: &'a [u8],
    pub(crate) subtype: &'a [u8],
    /// The value of one parameter.
    pub(crate) value: Option<&'a str>,
}

impl<'a> Plain<'a> {
    /// Reads one parameter and passes over the others. `None` where anything is out of the ordinary:
    /// comments, quoted characters, RFC 2231, a semicolon in quotes.
    pub(crate) fn read(value: &'a [u8], parameter: &[u8]) -> Option<Self> {
        let value = value.trim_ascii();
        if memchr::memchr3(b'(', b'*', b'\\', value).is_some() || !value.is_ascii() {
            return None;
        }
        let mut pieces = value.split(|&byte| byte == b';');
        let essence = pieces.next()?.trim_ascii();
        let (media_type, subtype) = split_once(essence, b'/')?;
        if !is_token(media_type) || !is_token(subtype) {
            return None;
        }
        for piece in pieces {
            let (name, value) = split_once(piece, b'=')?;
            let (name, value) = (name.trim_ascii(), value.trim_ascii());
            let (text, is_quoted) = match value {
                [b'"', text @ .., b'"'] => (text, true),
                text => (text, false),
            };
            // What a quote holds may look like the end of a parameter.
            if text.contains(&b'"') || !is_token(name) {
                return None;
            }
            if !name.eq_ignore_ascii_case(parameter) {
                continue;
            }
            let is_quotable = is_quoted && text.iter().all(|byte| matches!(byte, b' '..=b'~'));
            if (!is_quotable && !is_token(text)) || text.starts_with(b"=?") {
                return None;
            }
            return Some(Self { media_type, subtype, value: std::str::from_utf8(text).ok() });
        }
        Some(Self { media_type, subtype, value: None })
    }
}

/// What stands before the first `separator` and what stands behind it.
fn split_once(text: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let mut halves = text.splitn(2, |&byte| byte == separator);
    Some((halves.next()?, halves.next()?))
}

/// `type "/" subtype`.
fn essence(lexer: &mut Lexer<'_>, reading: &mut Reading<'_>) -> Option<ContentType> {
    lexer.skip_cfws(reading);
    let media_type = lexer.take_while(|byte| TOKEN.has(byte));
    lexer.skip_cfws(reading);
    if !lexer.eat(b'/') {
        return None;
    }
    lexer.skip_cfws(reading);
    let subtype = lexer.take_while(|byte| TOKEN.has(byte));
    let are_tokens = !media_type.is_empty()
        && !subtype.is_empty()
        && media_type.len().saturating_add(subtype.len()) <= 255;
    are_tokens.then(|| ContentType::from_tokens(media_type, subtype))
}

/// `Content-Disposition` (RFC 2183, section 2). One that cannot be read is an attachment, as every
/// unknown one (section 2.8), and a defect says so.
pub fn content_disposition(value: &[u8], reading: &mut Reading<'_>) -> ContentDisposition {
    let value = reading.trimmed(value);
    let text = reading.utf8(value);
    let mut lexer = Lexer::new(&text);
    lexer.skip_cfws(reading);
    let token = lexer.take_while(|byte| TOKEN.has(byte));
    let disposition = Disposition::new(token).unwrap_or_else(|_| {
        reading.record(DefectKind::BadParameter, 0);
        Disposition::Attachment
    });
    ContentDisposition::new(disposition).with_parameters(parameters(&mut lexer, reading))
}

/// `Content-Transfer-Encoding` (RFC 2045, section 6.1); `None` where it is not one of the five.
pub fn transfer_encoding(value: &[u8], reading: &mut Reading<'_>) -> Option<TransferEncoding> {
    let value = reading.trimmed(value);
    if let Some(encoding) = TransferEncoding::from_token(value) {
        return Some(encoding);
    }
    let text = reading.utf8(value);
    let mut lexer = Lexer::new(&text);
    lexer.skip_cfws(reading);
    let token = lexer.take_while(|byte| TOKEN.has(byte));
    lexer.skip_cfws(reading);
    let known = TransferEncoding::from_token(token.as_bytes()).filter(|_| {
        // Some end it like a parameter.
        lexer.is_done() || lexer.peek() == Some(b';')
    });
    if known.is_none() {
        reading.record(DefectKind::UnknownEncoding, 0);
    }
    known
}

/// Reads `text` without a defect.
fn strictly<T>(
    text: &str,
    subject: Subject,
    read: impl FnOnce(&[u8], &mut Reading<'_>) -> T,
) -> Result<T, Invalid> {
    let mut defects = Defects::new();
    let value = read(text.as_bytes(), &mut Reading::new(&mut defects));
    match defects.iter().next() {
        None => Ok(value),
        Some(defect) => {
            let at = usize::try_from(defect.offset).unwrap_or_default();
            Err(Invalid::new(subject, Problem::Syntax, at))
        }
    }
}

impl std::str::FromStr for ContentType {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        strictly(text, Subject::ContentType, content_type)
    }
}

impl TryFrom<&str> for ContentType {
    type Error = Invalid;
    fn try_from(text: &str) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl std::str::FromStr for ContentDisposition {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        strictly(text, Subject::ContentDisposition, content_disposition)
    }
}

impl TryFrom<&str> for ContentDisposition {
    type Error = Invalid;
    fn try_from(text: &str) -> Result<Self, Invalid> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> (String, Vec<DefectKind>) {
        let mut defects = Defects::new();
        let content = content_type(value.as_bytes(), &mut Reading::new(&mut defects));
        (content.to_string(), defects.iter().map(|defect| defect.kind).collect())
    }

    #[test]
    fn the_examples_of_the_rfcs() {
        for (value, content) in [
            // RFC 2045, section 5.1.
            ("text/plain; charset=us-ascii (Plain text)", "text/plain; charset=us-ascii"),
            ("text/plain; charset=\"us-ascii\"", "text/plain; charset=us-ascii"),
            // RFC 2231, section 3.
            (
                "message/external-body; access-type=URL;\r\n         URL*0=\"ftp://\";\r\n         URL*1=\"cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar\"",
                "message/external-body; access-type=URL; url=\"ftp://cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar\"",
            ),
            // Section 4.
            (
                "application/x-stuff;\r\n         title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A",
                "application/x-stuff; title=\"This is ***fun***\"",
            ),
            // Section 4.1.
            (
                "application/x-stuff\r\n    title*0*=us-ascii'en'This%20is%20even%20more%20;x=y",
                "application/x-stuff; x=y",
            ),
            (
                "application/x-stuff;\r\n    title*0*=us-ascii'en'This%20is%20even%20more%20;\r\n    title*1*=%2A%2A%2Afun%2A%2A%2A%20;\r\n    title*2=\"isn't it!\"",
                "application/x-stuff; title=\"This is even more ***fun*** isn't it!\"",
            ),
        ] {
            let (found, kinds) = read(value);
            assert_eq!(found, content, "{value}");
            assert_eq!(kinds.is_empty(), !value.contains("stuff\r\n"), "{value}");
        }
    }

    #[test]
    fn languages_are_kept() {
        let content: ContentType = "a/b; title*=us-ascii'en-us'x; y=z".parse().unwrap();
        assert_eq!(content.parameters().find("title").unwrap().language(), Some("en-us"));
        assert_eq!(content.parameters().find("y").unwrap().language(), None);
    }

    #[test]
    fn odd_values() {
        use DefectKind::*;
        for (value, content, kinds) in [
            ("TEXT/HTML", "text/html", vec![]),
            (" text / plain ", "text/plain", vec![]),
            ("text/plain;", "text/plain", vec![]),
            ("text/plain;; ;a=b;", "text/plain; a=b", vec![]),
            ("text/plain; A = (c) b (d)", "text/plain; a=b", vec![]),
            ("", "text/plain", vec![BadContentType]),
            ("text", "text/plain", vec![BadContentType]),
            ("text/", "text/plain", vec![BadContentType]),
            ("/plain", "text/plain", vec![BadContentType]),
            ("text/html; a=b; A=c", "text/html; a=b", vec![RepeatedParameter]),
            ("text/html; a", "text/html", vec![BadParameter]),
            ("text/html; a; b=c", "text/html; b=c", vec![BadParameter]),
            ("text/html a=b; c=d", "text/html; c=d", vec![BadParameter]),
            ("text/html; =b; c=d", "text/html; c=d", vec![BadParameter]),
            ("text/html; a=", "text/html; a=\"\"", vec![BadParameter]),
            ("a/b; name=my file.txt; c=d", "a/b; name=\"my file.txt\"; c=d", vec![BadParameter]),
            ("a/b; boundary=--=_x", "a/b; boundary=\"--=_x\"", vec![BadParameter]),
            ("a/b; a=\"b", "a/b; a=b", vec![OpenQuote]),
            ("a/b; a=\"b\\\"c\"", "a/b; a=\"b\\\"c\"", vec![]),
            ("a/b; a=\"b\r\n c\"", "a/b; a=\"b c\"", vec![]),
            ("a/b; n=\"=?utf-8?q?=C3=BC?=\"", "a/b; n=\"ü\"", vec![EncodedWordInParameter]),
            ("a/b; n==?utf-8?q?x?=", "a/b; n=x", vec![BadParameter, EncodedWordInParameter]),
            // Out of order, repeated, with a gap, without a first one.
            ("a/b; n*1=y; n*0=x", "a/b; n=xy", vec![]),
            ("a/b; n*0=x; n*0=z; n*1=y", "a/b; n=xy", vec![RepeatedParameter]),
            ("a/b; n*0=x; n*2=z", "a/b; n=x", vec![MissingSection]),
            ("a/b; n*1=x", "a/b", vec![MissingSection]),
            ("a/b; n*00=x", "a/b", vec![BadParameter]),
            ("a/b; n*01=x; n*0=y", "a/b; n=y", vec![BadParameter]),
            ("a/b; n*99999999999=x", "a/b", vec![BadParameter]),
            ("a/b; n*x=x; *=y; *0=z", "a/b", vec![BadParameter, BadParameter, BadParameter]),
            // The extended form counts, in either order.
            ("a/b; n=x; n*=utf-8''%C3%BC", "a/b; n=\"ü\"", vec![]),
            ("a/b; n*=utf-8''%C3%BC; n=x", "a/b; n=\"ü\"", vec![]),
            ("a/b; n*=utf-8''y; n*0=x", "a/b; n=y", vec![RepeatedParameter]),
            ("a/b; n*=utf-8''y; n*1=x", "a/b; n=y", vec![RepeatedParameter]),
            ("a/b; n=x; n*0=y", "a/b; n=y", vec![]),
            ("a/b; n*0=y; n=x", "a/b; n=y", vec![]),
            ("a/b; n*+0=x", "a/b", vec![BadParameter]),
            ("a/b; n=\"=?utf-8?q?x?= y\"", "a/b; n=\"=?utf-8?q?x?= y\"", vec![]),
            // A charset in a later section is none; a character split between two is whole.
            ("a/b; n*0*=utf-8''%C3; n*1*=%BC", "a/b; n=\"ü\"", vec![]),
            ("a/b; n*0=x; n*1*=utf-8''y", "a/b; n=xutf-8''y", vec![]),
            ("a/b; n*=utf-8'en'a'b", "a/b; n=a'b", vec![]),
            ("a/b; n*=x%20y", "a/b; n=\"x y\"", vec![NoCharsetQuotes]),
            ("a/b; n*=utf-8''%zz%4", "a/b; n=%zz%4", vec![BadParameter, BadParameter]),
            ("a/b; n*=x-none''%FC", "a/b; n=\"\u{fffd}\"", vec![UnknownCharset]),
            ("a/b; n*=utf-8''a%0D%0Ab%00", "a/b; n=\"a  b \"", vec![ControlCharacter]),
            ("a/b; n=\"a\0b\"", "a/b; n=\"a b\"", vec![ControlCharacter]),
            ("a/b; n=ü", "a/b; n=\"ü\"", vec![BadParameter]),
        ] {
            assert_eq!(read(value), (content.to_owned(), kinds), "{value}");
        }
    }

    #[test]
    fn the_charset_alone_is_that_of_the_whole() {
        for value in [
            "text/plain",
            "TEXT/html; CHARSET=UTF-8",
            "text/plain; charset=\"iso-8859-1\"; format=flowed",
            "text/plain; format=flowed; charset=us-ascii (c)",
            "text/plain; charset*=us-ascii''utf-8",
            "text/plain; name=\"; charset=x\"; charset=y",
            "text/plain; name=\"a\"; charset=y",
            "text/plain; charset=\"a b\"",
            "text/plain; charset=; charset=b",
            "text/plain; charset=a; charset=b",
            "text/plain; charset = a ;",
            "text/plain; charset=a b",
            "text/plain; charset=\"a",
            "text/plain; x; charset=a",
            "text/plain;; charset=a",
            "text/ plain; charset=a",
            "text; charset=a",
            "(c)text/plain; charset=a",
            "image/png; charset=a",
            "text/plain; c\u{e4}=1; charset=a",
            "",
        ] {
            let mut defects = Defects::new();
            let mut reading = Reading::new(&mut defects);
            let whole = content_type(value.as_bytes(), &mut reading);
            let expected = whole.is_text().then(|| whole.charset().unwrap_or_default());
            assert_eq!(text_charset(value.as_bytes(), &mut reading).as_deref(), expected, "{value}");
            // Whatever is read without the rest is what the whole says.
            let value = value.replace("charset", "Boundary").replace("text/", "multipart/");
            let whole = content_type(value.as_bytes(), &mut reading);
            if let Some(plain) = Plain::read(value.as_bytes(), b"boundary") {
                assert_eq!(plain.value, whole.boundary(), "{value}");
                assert!(plain.subtype.eq_ignore_ascii_case(whole.subtype().as_bytes()), "{value}");
            }
        }
    }

    #[test]
    fn what_is_usual_is_read_without_the_rest() {
        for (value, found) in [
            ("text/plain; charset=utf-8", Some(Some("utf-8"))),
            (" TEXT/html ; a=\"b c\"; CHARSET = \"x\"; d=e", Some(Some("x"))),
            ("text/plain; charset=\"a b~\"", Some(Some("a b~"))),
            ("text/plain", Some(None)),
            ("text/plain; name=x", Some(None)),
            ("text/plain; charset=x (c)", None),
            ("text/plain; charset*=us-ascii''x", None),
            ("text/plain; charset=\"\\x\"", None),
            ("text/plain; charset=ä", None),
            ("text/plain; charset=\"a\u{1}\"", None),
            ("text/plain; charset=a b", None),
            ("text/plain; charset==?q?", None),
            ("text/plain; charset=\"=?q?\"", None),
            ("text/plain; charset=", None),
            ("text/plain; a b=c; charset=x", None),
            ("text/plain; a=\"b;c\"; charset=x", None),
            ("text/plain;", None),
            ("te xt/plain", None),
            ("text/pl ain", None),
            ("text", None),
        ] {
            let plain = Plain::read(value.as_bytes(), b"charset").map(|plain| plain.value);
            assert_eq!(plain, found, "{value}");
        }
        let mut defects = Defects::new();
        let charset = text_charset(b"text/plain; charset=x", &mut Reading::new(&mut defects));
        assert!(matches!(charset, Some(Cow::Borrowed("x"))));
    }

    #[test]
    fn types_are_so_long_at_most() {
        for (length, kind) in [(251, None), (252, Some(DefectKind::BadContentType))] {
            let mut defects = Defects::new();
            content_type(format!("text/{}", "x".repeat(length)).as_bytes(), &mut Reading::new(&mut defects));
            assert_eq!(defects.iter().map(|defect| defect.kind).next(), kind, "{length}");
        }
    }

    #[test]
    fn defects_stand_where_they_stand() {
        use DefectKind::*;
        for (value, expected) in [
            ("text", (BadContentType, 50)),
            (" text", (BadContentType, 51)),
            ("a/b; c", (BadParameter, 55)),
            ("a/b c; d=e", (BadParameter, 54)),
            ("a/b; c=d; c=e", (RepeatedParameter, 60)),
            ("a/b; c=d e", (BadParameter, 57)),
            ("a/b; c*=x", (NoCharsetQuotes, 55)),
            ("a/b; c*0=x; c*2=y", (MissingSection, 62)),
            ("a/b; c*0=x; c*0=y", (RepeatedParameter, 62)),
            ("a/b; c*=''%zz", (BadParameter, 55)),
            ("a/b; c*=utf-8''%ff", (NotInCharset, 55)),
            ("a/b; c=\"x\0\"", (ControlCharacter, 55)),
            ("a/b; c=\"x", (OpenQuote, 57)),
            ("a/b; c=d (x", (OpenComment, 59)),
            ("a/b; c=\"=?utf-8?q?x?=\"", (EncodedWordInParameter, 55)),
        ] {
            let mut defects = Defects::new();
            let mut reading = Reading { offset: 50, ..Reading::new(&mut defects) };
            content_type(value.as_bytes(), &mut reading);
            let found: Vec<_> = defects.iter().map(|defect| (defect.kind, defect.offset)).collect();
            assert_eq!(found, [expected], "{value}");
        }
    }

    #[test]
    fn there_are_so_many_parameters_at_most() {
        for form in [";n%=x", ";n%*0=x"] {
            for (count, kinds) in [(3, vec![]), (4, vec![DefectKind::TooManyParameters])] {
                let mut defects = Defects::new();
                let mut reading = Reading::new(&mut defects);
                reading.limits.parameters = 3;
                let all: String = (0..count).map(|n| form.replace('%', &n.to_string())).collect();
                let content = content_type(format!("a/b{all}").as_bytes(), &mut reading);
                assert_eq!(content.parameters().len(), 3, "{all}");
                assert_eq!(defects.iter().map(|defect| defect.kind).collect::<Vec<_>>(), kinds, "{all}");
            }
        }
    }

    #[test]
    fn dispositions_and_encodings() {
        let mut defects = Defects::new();
        let mut reading = Reading::new(&mut defects);
        let disposition =
            content_disposition(b" attachment; filename=genome.jpeg;\r\n modification-date=\"Wed, 12 Feb 1997 16:29:51 -0500\"; size=7", &mut reading);
        assert_eq!((disposition.filename(), disposition.size()), (Some("genome.jpeg"), Some(7)));
        assert_eq!(
            disposition.parameters().get("modification-date"),
            Some("Wed, 12 Feb 1997 16:29:51 -0500")
        );
        for (value, encoding) in [
            (" 7BIT\r\n", Some(TransferEncoding::SevenBit)),
            ("base64 (x)", Some(TransferEncoding::Base64)),
            ("(y) quoted-printable;", Some(TransferEncoding::QuotedPrintable)),
            ("x-uuencode", None),
            ("base64 base64", None),
            ("", None),
        ] {
            assert_eq!(transfer_encoding(value.as_bytes(), &mut reading), encoding, "{value}");
        }
        assert_eq!(content_disposition(b";filename=a", &mut reading).filename(), Some("a"));
    }

    #[test]
    fn hostile_parameters_cost_what_they_are_long() {
        let mut defects = Defects::new();
        let mut reading = Reading::new(&mut defects);
        reading.limits.parameters = usize::MAX;
        let mut value = String::from("a/b");
        for n in (0..100_000).rev() {
            value += &format!(";n*{n}=x");
        }
        let content = content_type(value.as_bytes(), &mut reading);
        assert_eq!(content.parameter("n").map(str::len), Some(100_000));
        let many: String = (0..50_000).map(|n| format!(";n{n}=x")).collect();
        assert_eq!(content_type(format!("a/b{many}").as_bytes(), &mut reading).parameters().len(), 50_000);
        assert!(reading.defects.is_empty());
        reading.limits.parameters = 10;
        assert_eq!(content_type(format!("a/b{many}").as_bytes(), &mut reading).parameters().len(), 10);
        let nested = ";a=b (".repeat(20_000) + &")".repeat(20_000) + "x";
        content_type(format!("a/b{nested}").as_bytes(), &mut reading);
        for unit in [";", "=", "a=", ";a=\"", ";a=(", "*", ";a*=''", ";a*0", ";a=b c"] {
            content_type(format!("a/b{}", unit.repeat(20_000)).as_bytes(), &mut reading);
        }
    }
}
