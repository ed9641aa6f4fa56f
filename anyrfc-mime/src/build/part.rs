//! The pieces of a message: parts and multiparts.

use std::{borrow::Cow, fmt, io::Read};

use super::{
    composed::Composed,
    content::{Content, IntoContent, Octets},
    field::{MessageId, check_field_name},
    fold::Lines,
    params::{MediaType, Param, is_token},
    transfer::{Encoding, Scan},
    words::{check_text, unstructured},
};
use crate::{error::Error, rfc2046, rfc6533, types::DateTime};

/// Where the octets of a streamed part come from.
pub(super) enum Source<'a> {
    Blocking(Box<dyn Read + Send + 'a>),
    #[cfg(feature = "tokio")]
    Async(std::pin::Pin<Box<dyn tokio::io::AsyncRead + Send + 'a>>),
}

/// What a part holds.
pub(super) enum Body<'a> {
    /// In memory; `text` says that line breaks are to be CRLF.
    Octets {
        octets: Octets<'a>,
        scan: Option<Scan>,
    },
    Stream {
        source: Source<'a>,
        length: Option<u64>,
        text: bool,
    },
    Parts {
        parts: Vec<Part<'a>>,
        boundary: Option<Cow<'a, str>>,
    },
    Message(Box<Composed<'a>>),
}

/// One part of a message: a media type, what it holds, and how it is to be presented.
///
/// What is wrong with it is said by [`Builder::build`](super::Builder::build).
///
/// ```
/// use anyrfc_mime::build::Part;
/// let part = Part::new("application/pdf", b"%PDF-1.7").named("Übersicht.pdf");
/// ```
pub struct Part<'a> {
    pub(super) media_type: MediaType<'a>,
    pub(super) id: Option<MessageId<'a>>,
    pub(super) description: Option<Cow<'a, str>>,
    pub(super) disposition: Option<Box<Disposition<'a>>>,
    pub(super) fields: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    pub(super) body: Body<'a>,
    /// The first thing that was wrong with it.
    pub(super) fault: Option<Error>,
}

/// The Content-Disposition of a part (RFC 2183).
#[derive(Clone, Debug, Default)]
pub(super) struct Disposition<'a> {
    pub(super) kind: Option<Cow<'a, str>>,
    pub(super) params: Vec<Param<'a>>,
    /// The dates, which are always quoted.
    pub(super) dates: Vec<Param<'a>>,
}

impl<'a> Part<'a> {
    pub(super) fn with(media_type: MediaType<'a>, body: Body<'a>) -> Self {
        Self {
            media_type,
            id: None,
            description: None,
            disposition: None,
            fields: Vec::new(),
            body,
            fault: None,
        }
    }

    /// A part of this media type (parameters may follow it: `text/csv; header=present`).
    ///
    /// Text (`text/*`) is written in its canonical form, every line break as CRLF (RFC 2046,
    /// section 4.1.1). Given as a string it is UTF-8; given as octets its charset is the
    /// parameter's, or found to be US-ASCII or UTF-8. What must arrive octet by octet as it is
    /// belongs into a type that is not text.
    pub fn new(media_type: impl Into<Cow<'a, str>>, content: impl IntoContent<'a>) -> Self {
        let content = content.into_content();
        match MediaType::new(media_type.into()) {
            Ok(media_type) => Self::content(media_type, content),
            Err(error) => {
                let body = Body::Octets { octets: content.octets, scan: None };
                Self::with(MediaType::known("application/octet-stream"), body).or_fault(Err(error))
            }
        }
    }

    fn content(media_type: MediaType<'a>, content: Content<'a>) -> Self {
        let Content { octets, string } = content;
        // A wide charset's line breaks are not the octets CR and LF.
        let wide = media_type.param("charset").is_some_and(|charset| {
            charset.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("utf-"))
                && !charset.eq_ignore_ascii_case("utf-8")
                && !charset.eq_ignore_ascii_case("utf-7")
        });
        let text = media_type.is_top("text") && !wide || media_type.is_top("message");
        let scan = text.then(|| Scan::of(octets.as_slice()));
        let mut part = Self::with(media_type, Body::Octets { octets, scan });
        let Some(scan) = scan else { return part };
        if part.media_type.is_top("text") {
            let charset = part.charset(&scan, string);
            part = part.or_fault(charset);
        } else if part.media_type.is("message/partial") || part.media_type.is("message/external-body") {
            let fault = part.special_message(&scan);
            part = part.or_fault(fault);
        }
        part
    }

    /// A text of a type that has nothing but a charset.
    fn string(essence: &'static str, text: Cow<'a, str>) -> Self {
        let Content { octets, .. } = text.into_content();
        let scan = Scan::of(octets.as_slice());
        let charset = if scan.ascii { "us-ascii" } else { "utf-8" };
        let params = vec![Param { name: "charset".into(), value: charset.into() }];
        let media_type = MediaType { essence: essence.into(), params };
        Self::with(media_type, Body::Octets { octets, scan: Some(scan) })
    }

    /// Sets the charset of a text, or checks the one that was given.
    fn charset(&mut self, scan: &Scan, string: bool) -> Result<(), Error> {
        let Body::Octets { octets, .. } = &self.body else { return Ok(()) };
        let Some(given) = self.media_type.param("charset") else {
            if !scan.ascii && !string && simdutf8::basic::from_utf8(octets.as_slice()).is_err() {
                return Err(Error::usage("the charset of a text in octets is not known")
                    .with_requirement(rfc2046::OTHER_CHARSETS_ARE_NAMED));
            }
            let charset = if scan.ascii { "us-ascii" } else { "utf-8" };
            return self.media_type.set("charset".into(), charset.into());
        };
        if given.eq_ignore_ascii_case("ascii") {
            return Err(Error::usage("no charset is called ASCII: its name is US-ASCII")
                .with_requirement(rfc2046::NOTHING_IS_CALLED_ASCII));
        }
        let fits = if string {
            given.eq_ignore_ascii_case("utf-8")
        } else {
            !given.eq_ignore_ascii_case("us-ascii")
        };
        if !scan.ascii && !fits {
            return Err(Error::usage("a text is not in the charset that it is labelled with")
                .with_requirement(rfc2046::OTHER_CHARSETS_ARE_NAMED));
        }
        Ok(())
    }

    /// What RFC 2046, sections 5.2.2 and 5.2.3, asks of the two special kinds of message.
    fn special_message(&self, scan: &Scan) -> Result<(), Error> {
        let param = |name: &str| self.media_type.param(name).filter(|value| !value.is_empty());
        if self.media_type.is("message/partial") {
            let number = |name| param(name).and_then(|value| value.parse::<u32>().ok()).filter(|n| *n > 0);
            let (number, total) = (number("number"), number("total"));
            if param("id").is_none() || number.is_none() {
                return Err(Error::usage("message/partial needs an id and a number")
                    .with_requirement(rfc2046::PARTIAL_PARAMETERS));
            }
            if self.media_type.param("total").is_some() && total.is_none_or(|total| number > Some(total)) {
                return Err(Error::usage("message/partial is numbered beyond its total")
                    .with_requirement(rfc2046::LAST_FRAGMENT_HAS_THE_TOTAL));
            }
            if !scan.ascii {
                return Err(
                    Error::usage("message/partial is not 7bit").with_requirement(rfc2046::PARTIAL_IS_7BIT)
                );
            }
            return Ok(());
        }
        if param("access-type").is_none() {
            return Err(Error::usage("message/external-body needs an access-type")
                .with_requirement(rfc2046::EXTERNAL_HAS_AN_ACCESS_TYPE));
        }
        let Body::Octets { octets, .. } = &self.body else { return Ok(()) };
        if !has_field(octets.as_slice(), "content-id") {
            return Err(Error::usage("message/external-body needs a Content-ID inside")
                .with_requirement(rfc2046::EXTERNAL_HAS_A_CONTENT_ID));
        }
        if !scan.ascii {
            return Err(
                Error::usage("message/external-body is not 7bit").with_requirement(rfc2046::EXTERNAL_IS_7BIT)
            );
        }
        Ok(())
    }

    /// Plain text.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::string("text/plain", text.into())
    }

    /// HTML.
    pub fn html(html: impl Into<Cow<'a, str>>) -> Self {
        Self::string("text/html", html.into())
    }

    /// A part that is read while the message is written, of unknown length.
    ///
    /// Nobody has seen its octets before: it is encoded in base64 (text in quoted-printable),
    /// or sent as it is to a receiver that takes `binary`. Text needs its charset as a parameter.
    pub fn reader(media_type: impl Into<Cow<'a, str>>, reader: impl Read + Send + 'a) -> Self {
        Self::stream(media_type.into(), Source::Blocking(Box::new(reader)), None)
    }

    /// Like [`reader`](Self::reader), of a known length, which the stream is held to.
    pub fn sized_reader(
        media_type: impl Into<Cow<'a, str>>,
        length: u64,
        reader: impl Read + Send + 'a,
    ) -> Self {
        Self::stream(media_type.into(), Source::Blocking(Box::new(reader)), Some(length))
    }

    /// Like [`reader`](Self::reader), from an asynchronous source.
    #[cfg(feature = "tokio")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tokio")))]
    pub fn async_reader(
        media_type: impl Into<Cow<'a, str>>,
        length: Option<u64>,
        reader: impl tokio::io::AsyncRead + Send + 'a,
    ) -> Self {
        Self::stream(media_type.into(), Source::Async(Box::pin(reader)), length)
    }

    fn stream(media_type: Cow<'a, str>, source: Source<'a>, length: Option<u64>) -> Self {
        let media_type = MediaType::new(media_type);
        let (media_type, mut fault) = match media_type {
            Ok(media_type) => (media_type, None),
            Err(error) => (MediaType::known("application/octet-stream"), Some(error)),
        };
        let text = media_type.is_top("text");
        if text && media_type.param("charset").is_none() {
            fault = fault.or_else(|| {
                let error = Error::usage("a streamed text needs its charset");
                Some(error.with_requirement(rfc2046::OTHER_CHARSETS_ARE_NAMED))
            });
        }
        if media_type.is_top("multipart") || media_type.is_top("message") {
            fault = fault.or_else(|| Some(Error::usage("a composite cannot be streamed as one part")));
        }
        let mut part = Self::with(media_type, Body::Stream { source, length, text });
        part.fault = fault;
        part
    }

    /// A composed message as a part: `message/rfc822`, or `message/global` where it needs UTF-8.
    pub fn message(message: Composed<'a>) -> Self {
        Self::with(MediaType::known("message/rfc822"), Body::Message(Box::new(message)))
    }

    /// A message as it came, octet by octet, as `message/rfc822`.
    ///
    /// Such a part cannot be encoded (RFC 2045, section 6.4): 8-bit content needs a receiver
    /// that takes it.
    pub fn raw_message(message: impl IntoContent<'a>) -> Self {
        let part = Self::content(MediaType::known("message/rfc822"), message.into_content());
        let Body::Octets { octets, .. } = &part.body else { return part };
        let known = ["from", "subject", "date"].iter().any(|name| has_field(octets.as_slice(), name));
        let checked = if known {
            Ok(())
        } else {
            Err(Error::usage("an enclosed message has neither From nor Subject nor Date")
                .with_requirement(rfc2046::MESSAGE_NEEDS_ONE_FIELD))
        };
        part.or_fault(checked)
    }

    /// Names the file that it could be stored as, in Content-Disposition (RFC 2183, section 2.3).
    #[must_use]
    pub fn named(mut self, name: impl Into<Cow<'a, str>>) -> Self {
        let name = name.into();
        let checked = check_text("a file name", &name);
        let disposition = self.disposition.get_or_insert_default();
        disposition.params.retain(|param| param.name != "filename");
        disposition.params.insert(0, Param { name: "filename".into(), value: name });
        self.or_fault(checked)
    }

    /// To be shown where it stands (RFC 2183, section 2.1).
    #[must_use]
    pub fn inline(mut self) -> Self {
        self.disposition.get_or_insert_default().kind = Some("inline".into());
        self
    }

    /// To be stored or opened on request (RFC 2183, section 2.2).
    #[must_use]
    pub fn attachment(mut self) -> Self {
        self.disposition.get_or_insert_default().kind = Some("attachment".into());
        self
    }

    /// The size of the file, in octets (RFC 2183, section 2.7).
    #[must_use]
    pub fn size(mut self, size: u64) -> Self {
        let param = Param { name: "size".into(), value: size.to_string().into() };
        self.disposition.get_or_insert_default().params.push(param);
        self
    }

    /// When the file was made (RFC 2183, section 2.4).
    #[must_use]
    pub fn created(self, date: DateTime) -> Self {
        self.dated("creation-date", date)
    }

    /// When the file was last changed (RFC 2183, section 2.5).
    #[must_use]
    pub fn modified(self, date: DateTime) -> Self {
        self.dated("modification-date", date)
    }

    /// When the file was last read (RFC 2183, section 2.6).
    #[must_use]
    pub fn read(self, date: DateTime) -> Self {
        self.dated("read-date", date)
    }

    fn dated(mut self, name: &'static str, date: DateTime) -> Self {
        let dates = &mut self.disposition.get_or_insert_default().dates;
        dates.retain(|param| param.name != name);
        dates.push(Param { name: name.into(), value: date.to_string().into() });
        self
    }

    /// Its identifier, `left@right`, by which HTML and others refer to it as `cid:left@right`
    /// (RFC 2045, section 7; RFC 2392).
    #[must_use]
    pub fn content_id(mut self, id: impl Into<Cow<'a, str>>) -> Self {
        match MessageId::new(id.into()) {
            Ok(id) => {
                self.id = Some(id);
                self
            }
            Err(error) => self.or_fault(Err(error)),
        }
    }

    /// What it is, for people (RFC 2045, section 8).
    #[must_use]
    pub fn description(mut self, description: impl Into<Cow<'a, str>>) -> Self {
        let description = description.into();
        let checked = check_text("a description", &description);
        self.description = Some(description);
        self.or_fault(checked)
    }

    /// Its media type, without parameters.
    #[must_use]
    pub fn media_type(&self) -> &str {
        &self.media_type.essence
    }

    /// A parameter of its media type, in the place of one of that name.
    #[must_use]
    pub fn param(mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        let (name, value) = (name.into(), value.into());
        let set = if name.eq_ignore_ascii_case("boundary") {
            Err(Error::usage("a boundary is given by MultiPart::boundary"))
        } else {
            self.media_type.set(name, value)
        };
        self.or_fault(set)
    }

    /// Another field of the part, `Content-Language` say.
    #[must_use]
    pub fn field(mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        let (name, value) = (name.into(), value.into());
        const OWN: [&str; 5] = [
            "content-type",
            "content-transfer-encoding",
            "content-id",
            "content-description",
            "content-disposition",
        ];
        let checked = check_field_name(&name).and_then(|()| check_text(&name, &value)).and_then(|()| {
            if OWN.iter().any(|own| name.eq_ignore_ascii_case(own)) {
                return Err(Error::usage("this field of a part has a method of its own"));
            }
            Ok(())
        });
        self.fields.push((name, value));
        self.or_fault(checked)
    }

    pub(super) fn or_fault(mut self, result: Result<(), Error>) -> Self {
        if self.fault.is_none() {
            self.fault = result.err();
        }
        self
    }

    /// The first thing that was wrong with it or with what it holds.
    pub(super) fn take_fault(&mut self) -> Option<Error> {
        if self.fault.is_some() {
            return self.fault.take();
        }
        if self.media_type.is("message/global-headers") && self.media_type.param("charset").is_some() {
            let error = Error::usage("message/global-headers has no charset parameter");
            return Some(error.with_requirement(rfc6533::HEADERS_HAVE_NO_CHARSET));
        }
        match &mut self.body {
            Body::Parts { parts, .. } => parts.iter_mut().find_map(Part::take_fault),
            _ => None,
        }
    }

    /// Writes the fields of the part; `boundary` is that of a multipart.
    pub(super) fn write_fields(
        &self,
        out: &mut Vec<u8>,
        encoding: Encoding,
        boundary: &str,
        how: Header,
    ) -> Result<(), Error> {
        let utf8 = how.utf8;
        let mut lines = Lines::field(out, "Content-Type");
        if how.global {
            lines.token(b"message/global");
        } else {
            self.media_type.write(&mut lines);
        }
        if let Body::Parts { .. } = self.body {
            let value = Cow::Borrowed(boundary);
            Param { name: "boundary".into(), value }.write(&mut lines);
        }
        lines.end()?;
        if let Some(label) = encoding.label() {
            out.extend_from_slice(b"Content-Transfer-Encoding: ");
            out.extend_from_slice(label.as_bytes());
            out.extend_from_slice(b"\r\n");
        }
        if let Some(id) = &self.id {
            let mut lines = Lines::field(out, "Content-ID");
            id.write(&mut lines, utf8)?;
            lines.end()?;
        }
        if let Some(description) = &self.description {
            let mut lines = Lines::field(out, "Content-Description");
            unstructured(&mut lines, description, utf8);
            lines.end()?;
        }
        if let Some(disposition) = &self.disposition {
            disposition.write(out)?;
        }
        for (name, value) in &self.fields {
            let mut lines = Lines::field(out, name);
            unstructured(&mut lines, value, utf8);
            lines.end()?;
        }
        Ok(())
    }
}

/// How the fields of a part are written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    /// In UTF-8, where it is needed.
    pub(super) utf8: bool,
    /// As message/global, for a message inside that is internationalized (RFC 6532, section 3.7).
    pub(super) global: bool,
}

/// Whether the header at the beginning of `text` has a field of this name.
fn has_field(text: &[u8], name: &str) -> bool {
    let lines = text.split(|octet| *octet == b'\n').map(<[u8]>::trim_ascii_end);
    lines.take_while(|line| !line.is_empty()).any(|line| {
        line.split_at_checked(name.len()).is_some_and(|(found, rest)| {
            found.eq_ignore_ascii_case(name.as_bytes()) && rest.trim_ascii_start().starts_with(b":")
        })
    })
}

impl Disposition<'_> {
    fn write(&self, out: &mut Vec<u8>) -> Result<(), Error> {
        let mut lines = Lines::field(out, "Content-Disposition");
        let kind = self.kind.as_deref().unwrap_or("attachment");
        debug_assert!(is_token(kind));
        lines.token(kind.as_bytes());
        for param in &self.params {
            param.write(&mut lines);
        }
        for date in &self.dates {
            date.write_quoted(&mut lines);
        }
        lines.end()
    }
}

impl fmt::Debug for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part").field("media_type", &self.media_type.essence).finish_non_exhaustive()
    }
}
