//! Where responses begin and end (RFC 9051, sections 2.2.2 and 4.3).

mod scan;
#[cfg(test)]
mod tests;

use anyrfc_core::Tolerance;
use memchr::memchr;

use self::scan::RowScan;
use crate::{
    Error, ErrorKind, rfc9051,
    types::{ItemName, Section, SequenceNumber, Uid},
};

/// How much of a response is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadLimits {
    /// Bytes of a line. Default 1 MiB.
    pub line: usize,
    /// Bytes of a line of a SEARCH or ESEARCH response, and of those like them. Default 64 MiB.
    pub search_line: usize,
    /// Octets of a literal that is kept in memory. Default 64 MiB.
    pub literal: usize,
    /// Octets of a body that is streamed. Default: none.
    pub body: u64,
    /// Bytes of a response, bodies that are streamed excepted. Default 128 MiB.
    pub response: usize,
    /// Bodies of more octets are streamed. Default 16 KiB.
    pub inline_max: usize,
}

impl Default for ReadLimits {
    fn default() -> Self {
        Self {
            line: 1 << 20,
            search_line: 64 << 20,
            literal: 64 << 20,
            body: MAX_LITERAL,
            response: 128 << 20,
            inline_max: 16 << 10,
        }
    }
}

/// The rule `number64`: what fits into 63 bits.
const MAX_LITERAL: u64 = (1 << 63) - 1;

/// What comes next in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing yet: about so many more bytes are needed.
    Need(usize),
    /// A response: so many bytes of the input are to be released once [`Reader::text`] was read.
    Response(usize),
    /// A body begins, which [`Reader::body`] tells about: so many bytes are to be released.
    BodyStart(usize),
    /// So many bytes of the body are here, and to be released.
    BodyChunk(usize),
    /// The body has ended; nothing is to be released.
    BodyEnd,
}

/// The text of a response, with its line end.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    pub(crate) bytes: &'a [u8],
    /// Where in it literals are announced whose octets were streamed.
    pub(crate) streamed: &'a [u32],
}

impl<'a> Text<'a> {
    /// A response in which nothing was streamed.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, streamed: &[] }
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }
}

/// A body that is about to be streamed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BodyStart {
    /// The place of the message; `None` where the server wrote 0, and in a `UIDFETCH`.
    pub sequence: Option<SequenceNumber>,
    /// The message's UID, where the row has told it before the body; a `UIDFETCH` begins with it.
    pub uid: Option<Uid>,
    /// `BODY[…]`, `BINARY[…]`, `RFC822`, `RFC822.HEADER` or `RFC822.TEXT`.
    pub name: ItemName,
    /// Which section; `None` where it was not understood.
    pub section: Option<Section>,
    /// The first octet of it, where a part of it was asked for.
    pub origin: Option<u64>,
    /// So many octets will come.
    pub octets: u64,
}

/// Finds responses in a stream of bytes, however they are cut: each byte is looked at once.
///
/// It holds no input of its own but the text of a row around a body that is streamed. The caller
/// keeps what was not released and gives it again with more behind it.
#[derive(Debug)]
pub struct Reader {
    limits: ReadLimits,
    lenient: bool,
    at: At,
    /// Where the present line begins in the input.
    line: usize,
    /// Up to where the input has been looked at.
    seen: usize,
    kind: Option<Kind>,
    /// The text of the row before the last body that was streamed.
    held: Vec<u8>,
    streamed: Vec<u32>,
    scan: RowScan,
    body: Option<BodyStart>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// Within a line.
    Line,
    /// Within a literal that ends at this place of the input.
    Literal(usize),
    /// So many octets of a body are to come.
    Body(u64),
    /// Behind a response that was found: what is kept of it can go.
    Found,
}

/// What a response is, as far as its end depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A line of text: no braces at its end announce anything.
    Line,
    /// Data.
    Data,
    /// A row: `FETCH`, or `UIDFETCH` (RFC 9586).
    Row,
}

impl Default for Reader {
    fn default() -> Self {
        Self::new(ReadLimits::default(), Tolerance::default())
    }
}

impl Reader {
    /// What a reader keeps allocated.
    const KEPT: usize = 64 << 10;

    /// A reader at the beginning of a stream. Lines may end in a bare LF only under
    /// [`Tolerance::Lenient`].
    #[must_use]
    pub fn new(limits: ReadLimits, tolerance: Tolerance) -> Self {
        Self {
            limits,
            lenient: tolerance == Tolerance::Lenient,
            at: At::Line,
            line: 0,
            seen: 0,
            kind: None,
            held: Vec::new(),
            streamed: Vec::new(),
            scan: RowScan::default(),
            body: None,
        }
    }

    /// Looks for what comes next in the input, which begins behind what was released before.
    /// What it finds is to be released before the next call.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] where a line, a literal or a response is larger than allowed, and
    /// [`ErrorKind::Protocol`] where a literal announces more than 63 bits can say. After either,
    /// the stream cannot be read any further.
    pub fn next(&mut self, input: &[u8]) -> Result<Found, Error> {
        if self.at == At::Found {
            self.reset();
        }
        if let At::Body(left) = self.at {
            return Ok(self.next_of_body(input, left));
        }
        if let At::Literal(end) = self.at {
            if input.len() < end {
                return Ok(Found::Need(end.saturating_sub(input.len())));
            }
            (self.line, self.seen, self.at) = (end, end, At::Line);
        }
        loop {
            let rest = input.get(self.seen..).unwrap_or_default();
            let Some(lf) = memchr(b'\n', rest).map(|at| self.seen.saturating_add(at)) else {
                self.seen = input.len();
                self.check_line(input, input.len())?;
                return Ok(Found::Need(1));
            };
            self.seen = lf.saturating_add(1);
            let crlf = input.get(self.line..lf).is_some_and(|line| line.ends_with(b"\r"));
            if !crlf && !self.lenient {
                continue;
            }
            self.check_line(input, self.seen)?;
            let end = lf.saturating_sub(usize::from(crlf));
            let Some(literal) = self.literal(input, end) else { return Ok(self.found(input)) };
            let octets = literal.octets?;
            if let Some(found) = self.begin(input, literal.start, end, octets)? {
                return Ok(found);
            }
        }
    }

    /// The text of the response that was found, of so many bytes of the input.
    #[must_use]
    pub fn text<'a>(&'a self, input: &'a [u8], len: usize) -> Text<'a> {
        let whole = input.get(..len).unwrap_or(input);
        let bytes = if self.held.is_empty() { whole } else { &self.held };
        Text { bytes, streamed: &self.streamed }
    }

    /// The body that was found or is being streamed.
    #[must_use]
    pub const fn body(&self) -> Option<&BodyStart> {
        self.body.as_ref()
    }

    /// Whether it is between two responses.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.at == At::Found || (self.seen == 0 && self.held.is_empty())
    }

    /// How many bytes of one response may have to be held at a time, so that no input that is
    /// within the limits is ever refused.
    #[must_use]
    pub const fn input_limit(&self) -> usize {
        self.limits.response
    }

    fn reset(&mut self) {
        self.at = At::Line;
        (self.line, self.seen) = (0, 0);
        self.kind = None;
        self.body = None;
        if !self.held.is_empty() {
            self.held.clear();
            self.held.shrink_to(Self::KEPT);
            self.streamed.clear();
            self.streamed.shrink_to(Self::KEPT);
        }
        self.scan = RowScan::default();
    }

    fn found(&mut self, input: &[u8]) -> Found {
        let len = self.seen;
        if !self.held.is_empty() {
            self.held.extend_from_slice(input.get(..len).unwrap_or_default());
        }
        self.at = At::Found;
        Found::Response(len)
    }

    fn next_of_body(&mut self, input: &[u8], left: u64) -> Found {
        if left == 0 {
            self.at = At::Line;
            (self.line, self.seen) = (0, 0);
            return Found::BodyEnd;
        }
        let here = usize::try_from(left).unwrap_or(usize::MAX).min(input.len());
        if here == 0 {
            return Found::Need(usize::try_from(left).unwrap_or(usize::MAX));
        }
        self.at = At::Body(left.saturating_sub(here as u64));
        Found::BodyChunk(here)
    }

    /// Whether the line, and the response with it, is within its limits. Where it is within neither,
    /// the one that it crosses first is told, so that the error is the same in every chunking.
    #[inline]
    fn check_line(&self, input: &[u8], end: usize) -> Result<(), Error> {
        let crossed = self.line.saturating_add(self.limits.line).min(self.room());
        if end > crossed { self.check_long_line(input, end) } else { Ok(()) }
    }

    #[cold]
    fn check_long_line(&self, input: &[u8], end: usize) -> Result<(), Error> {
        let is_search = self.held.is_empty() && is_search(input);
        let limit = if is_search { self.limits.search_line.max(self.limits.line) } else { self.limits.line };
        let line_end = self.line.saturating_add(limit);
        if end > line_end && line_end <= self.room() {
            return Err(over("a line of a response", limit as u64));
        }
        self.check_response(end)
    }

    /// How much of the input the response may still take.
    #[inline]
    const fn room(&self) -> usize {
        self.limits.response.saturating_sub(self.held.len())
    }

    fn check_response(&self, more: usize) -> Result<(), Error> {
        if more > self.room() {
            return Err(over("a response", self.limits.response as u64));
        }
        Ok(())
    }

    /// The literal that is announced at the end of a line.
    fn literal(&mut self, input: &[u8], end: usize) -> Option<Announced> {
        if input.get(end.checked_sub(1)?) != Some(&b'}') || self.kind(input) == Kind::Line {
            return None;
        }
        announced(input.get(self.line..end)?)
            .map(|literal| Announced { start: literal.start.saturating_add(self.line), ..literal })
    }

    /// What the response is; found out when it is first asked.
    fn kind(&mut self, input: &[u8]) -> Kind {
        *self.kind.get_or_insert_with(|| kind_of(input))
    }

    /// A literal begins behind the line. Returns what is to be told of it.
    fn begin(&mut self, input: &[u8], start: usize, end: usize, octets: u64) -> Result<Option<Found>, Error> {
        let body = match self.kind {
            Some(Kind::Row) => self.scan.line(input, self.line, start),
            _ => None,
        };
        if let Some(name) = body.filter(|_| octets > self.limits.inline_max as u64) {
            if octets > self.limits.body {
                return Err(over("a body", self.limits.body));
            }
            let offset = u32::try_from(self.held.len().saturating_add(start)).unwrap_or(u32::MAX);
            self.streamed.push(offset);
            self.body = Some(self.scan.body(input.get(name).unwrap_or_default(), octets));
            self.held.extend_from_slice(input.get(..self.seen).unwrap_or_default());
            self.at = At::Body(octets);
            return Ok(Some(Found::BodyStart(self.seen)));
        }
        let limit = self.limits.literal as u64;
        let octets = usize::try_from(octets).ok().filter(|octets| *octets as u64 <= limit);
        let octets = octets.ok_or_else(|| over("a literal", limit))?;
        debug_assert!(end < self.seen);
        let end = self.seen.saturating_add(octets);
        self.check_response(end)?;
        if input.len() < end {
            self.at = At::Literal(end);
            return Ok(Some(Found::Need(end.saturating_sub(input.len()))));
        }
        (self.line, self.seen) = (end, end);
        Ok(None)
    }
}

fn over(what: &str, limit: u64) -> Error {
    Error::new(ErrorKind::Limit, format!("{what} has more than {limit} bytes"))
}

/// A literal that a line announces.
struct Announced {
    /// Where the announcement begins, with the tilde of a literal8.
    start: usize,
    octets: Result<u64, Error>,
}

/// `{n}`, `{n+}` or `~{n}` at the end of a line.
fn announced(line: &[u8]) -> Option<Announced> {
    let line = line.strip_suffix(b"}")?;
    let line = line.strip_suffix(b"+").unwrap_or(line);
    let digits = line.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (before, digits) = line.split_at_checked(line.len().saturating_sub(digits))?;
    if digits.is_empty() {
        return None;
    }
    let before = before.strip_suffix(b"{")?;
    let start = before.strip_suffix(b"~").unwrap_or(before).len();
    let octets = crate::types::row::tokens::number(digits).filter(|octets| *octets <= MAX_LITERAL);
    let octets = octets.ok_or_else(|| {
        Error::violation(rfc9051::NUMBERS_ARE_DIGITS, "a literal announces more than 63 bits can say")
    });
    Some(Announced { start, octets })
}

/// What a response is, from the beginning of its first line.
fn kind_of(input: &[u8]) -> Kind {
    let Some(rest) = without_padding(input).strip_prefix(b"* ") else { return Kind::Line };
    let word = first_word(rest);
    let status: [&[u8]; 5] = [b"OK", b"NO", b"BAD", b"BYE", b"PREAUTH"];
    if status.iter().any(|name| name.eq_ignore_ascii_case(word)) {
        return Kind::Line;
    }
    if !word.is_empty() && word.iter().all(u8::is_ascii_digit) {
        let name = first_word(rest.get(word.len().saturating_add(1)..).unwrap_or_default());
        if name.eq_ignore_ascii_case(b"FETCH") || name.eq_ignore_ascii_case(b"UIDFETCH") {
            return Kind::Row;
        }
    }
    Kind::Data
}

/// Whether the response is one of those that number many messages in one line.
fn is_search(input: &[u8]) -> bool {
    let Some(rest) = without_padding(input).strip_prefix(b"* ") else { return false };
    let names: [&[u8]; 5] = [b"SEARCH", b"ESEARCH", b"SORT", b"THREAD", b"VANISHED"];
    names.iter().any(|name| name.eq_ignore_ascii_case(first_word(rest)))
}

/// Some servers begin with NULs.
pub(super) fn without_padding(input: &[u8]) -> &[u8] {
    let padding = input.iter().take_while(|byte| **byte == 0).count();
    input.get(padding..).unwrap_or_default()
}

/// Up to a space or the end of the line.
fn first_word(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|byte| matches!(byte, b' ' | b'\r' | b'\n')).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}
