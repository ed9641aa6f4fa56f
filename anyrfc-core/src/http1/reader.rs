//! Reading heads piece by piece.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version, header};

use super::{HeadError, RequestHead, ResponseHead, fields::is_token, fields::trim_ows, head::is_reason};
use crate::Limits;

/// How much of a head a peer may make us hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadLimits {
    /// Bytes, from the first line to the empty one.
    pub block: usize,
    /// Field lines.
    pub fields: usize,
}

impl Default for HeadLimits {
    fn default() -> Self {
        Self::from(&Limits::default())
    }
}

impl From<&Limits> for HeadLimits {
    fn from(limits: &Limits) -> Self {
        Self { block: limits.header_block, fields: limits.headers }
    }
}

/// A head that [`HeadReader`] can read: [`RequestHead`] or [`ResponseHead`].
pub trait Head: sealed::Start {}

impl Head for RequestHead {}
impl Head for ResponseHead {}

mod sealed {
    use super::{HeadError, HeaderMap};

    /// What differs between requests and responses.
    pub trait Start: Sized {
        /// Empty lines that are ignored before the first line (RFC 9112, section 2.2).
        const LEADING_LINES: u8;
        /// Whether a folded field is unfolded (a user agent must) or refused (RFC 9112, section 5.2).
        const UNFOLDS: bool;
        /// Whether what has arrived of the first line can still become one.
        fn may_start(bytes: &[u8]) -> bool;
        /// The first line, without its end.
        fn start_line(line: &[u8]) -> Result<Self, HeadError>;
        fn headers_mut(&mut self) -> &mut HeaderMap;
    }
}

/// Reads heads, piece by piece.
///
/// Its limits hold for all it reads: the interim responses before a final one
/// (RFC 9110, section 15.2) share one budget. Take a new reader for a new exchange.
pub struct HeadReader<H> {
    limits: HeadLimits,
    /// Of the present input: how far lines were taken, and how far was looked for the next line's end.
    taken: usize,
    looked: usize,
    leading: u8,
    head: Option<H>,
    /// The last field: it may go on on the next line.
    field: Option<(HeaderName, Vec<u8>)>,
    failed: Option<HeadError>,
}

/// Shows how far it is, and nothing of what it read.
impl<H> fmt::Debug for HeadReader<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeadReader")
            .field("limits", &self.limits)
            .field("taken", &self.taken)
            .field("looked", &self.looked)
            .field("failed", &self.failed)
            .finish_non_exhaustive()
    }
}

impl<H: Head> HeadReader<H> {
    /// A reader within `limits`.
    #[must_use]
    pub const fn new(limits: HeadLimits) -> Self {
        Self { limits, taken: 0, looked: 0, leading: 0, head: None, field: None, failed: None }
    }

    /// Reads on. `input` is all that was not released, from its first byte.
    /// Answers the head and how many bytes it takes up: release them, the rest
    /// belongs to whatever comes next.
    ///
    /// # Errors
    /// A [`HeadError`] as soon as it is certain; every later call repeats it.
    pub fn advance(&mut self, input: &[u8]) -> Result<Option<(H, usize)>, HeadError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let result = self.lines(input);
        self.failed = result.as_ref().err().copied();
        result
    }

    fn lines(&mut self, input: &[u8]) -> Result<Option<(H, usize)>, HeadError> {
        // Nothing beyond the limit is so much as looked at.
        let within = input.get(..self.limits.block).unwrap_or(input);
        loop {
            let unseen = within.get(self.looked..).unwrap_or_default();
            let Some(found) = unseen.iter().position(|&byte| byte == b'\n') else {
                self.looked = within.len().max(self.looked);
                let begun = within.get(self.taken..).unwrap_or_default();
                if self.head.is_none() && !H::may_start(begun) {
                    return Err(HeadError::BadStartLine);
                }
                return if within.len() >= self.limits.block { Err(HeadError::TooLarge) } else { Ok(None) };
            };
            let end = self.looked.saturating_add(found);
            let line = within.get(self.taken..end).unwrap_or_default();
            self.looked = end.saturating_add(1);
            self.taken = self.looked;
            if self.line(line)? {
                return Ok(self.finish());
            }
        }
    }

    /// One line, up to its line feed; whether it ends the head.
    fn line(&mut self, line: &[u8]) -> Result<bool, HeadError> {
        // Also of a line that is whole: the error is the same however it arrives.
        if self.head.is_none() && !H::may_start(line) {
            return Err(HeadError::BadStartLine);
        }
        let Some((b'\r', line)) = line.split_last() else { return Err(HeadError::BadLineEnd) };
        if line.contains(&b'\r') {
            return Err(HeadError::BadLineEnd);
        }
        let Some(head) = &mut self.head else {
            if line.is_empty() && self.leading < H::LEADING_LINES {
                self.leading = self.leading.saturating_add(1);
            } else {
                self.head = Some(H::start_line(line)?);
            }
            return Ok(false);
        };
        if let Some(b' ' | b'\t') = line.first() {
            let Some((_, value)) = &mut self.field else { return Err(HeadError::LeadingWhitespace) };
            if !H::UNFOLDS {
                return Err(HeadError::ObsoleteFolding);
            }
            value.push(b' ');
            value.extend_from_slice(trim_ows(line));
            return Ok(false);
        }
        if let Some((name, value)) = self.field.take() {
            store(head.headers_mut(), name, &value)?;
        }
        if line.is_empty() {
            return Ok(true);
        }
        let colon = line.iter().position(|&byte| byte == b':').ok_or(HeadError::BadFieldName)?;
        let (name, value) = line.split_at(colon);
        if !is_token(name) {
            return Err(HeadError::BadFieldName);
        }
        let name = HeaderName::from_bytes(name).map_err(|_| HeadError::BadFieldName)?;
        let value = trim_ows(value.get(1..).unwrap_or_default());
        if head.headers_mut().len() >= self.limits.fields {
            return Err(HeadError::TooManyFields);
        }
        self.field = Some((name, value.to_vec()));
        Ok(false)
    }

    fn finish(&mut self) -> Option<(H, usize)> {
        let length = std::mem::take(&mut self.taken);
        self.looked = 0;
        self.leading = 0;
        self.limits.block = self.limits.block.saturating_sub(length);
        let mut head = self.head.take()?;
        self.limits.fields = self.limits.fields.saturating_sub(head.headers_mut().len());
        Some((head, length))
    }
}

/// Fields whose values are credentials, or stand for them.
const SENSITIVE: [HeaderName; 4] =
    [header::AUTHORIZATION, header::PROXY_AUTHORIZATION, header::COOKIE, header::SET_COOKIE];

fn store(headers: &mut HeaderMap, name: HeaderName, value: &[u8]) -> Result<(), HeadError> {
    let mut value = HeaderValue::from_bytes(trim_ows(value)).map_err(|_| HeadError::BadFieldValue)?;
    value.set_sensitive(SENSITIVE.contains(&name));
    headers.try_append(name, value).map_err(|_| HeadError::TooManyFields)?;
    Ok(())
}

/// `HTTP-version` (RFC 9112, section 2.3).
fn version(text: &[u8]) -> Result<Version, HeadError> {
    let Some([major, b'.', minor]) = text.strip_prefix(b"HTTP/") else { return Err(HeadError::BadStartLine) };
    match (major, minor) {
        (b'1', b'0') => Ok(Version::HTTP_10),
        // A later minor version is read as the latest one known (RFC 9110, section 2.5).
        (b'1', b'1'..=b'9') => Ok(Version::HTTP_11),
        (b'0'..=b'9', b'0'..=b'9') => Err(HeadError::UnsupportedVersion),
        _ => Err(HeadError::BadStartLine),
    }
}

impl sealed::Start for ResponseHead {
    const LEADING_LINES: u8 = 0;
    const UNFOLDS: bool = true;

    fn may_start(bytes: &[u8]) -> bool {
        const PREFIX: &[u8] = b"HTTP/";
        let shared = bytes.len().min(PREFIX.len());
        bytes.get(..shared) == PREFIX.get(..shared)
    }

    /// `status-line` (RFC 9112, section 4).
    fn start_line(line: &[u8]) -> Result<Self, HeadError> {
        let (version_text, rest) = line.split_at_checked(8).ok_or(HeadError::BadStartLine)?;
        let version = version(version_text)?;
        let Some(([b' ', status @ .., b' '], reason)) = rest.split_first_chunk::<5>() else {
            return Err(HeadError::BadStartLine);
        };
        if !is_reason(reason) {
            return Err(HeadError::BadStartLine);
        }
        let status = StatusCode::from_bytes(status).map_err(|_| HeadError::BadStartLine)?;
        Ok(Self { version, status, reason: reason.to_vec(), headers: HeaderMap::new() })
    }

    fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.headers
    }
}

impl sealed::Start for RequestHead {
    const LEADING_LINES: u8 = 1;
    const UNFOLDS: bool = false;

    fn may_start(bytes: &[u8]) -> bool {
        bytes.first().is_none_or(|&first| first == b'\r' || is_token(&[first]))
    }

    /// `request-line` (RFC 9112, section 3).
    fn start_line(line: &[u8]) -> Result<Self, HeadError> {
        let mut parts = line.split(|&byte| byte == b' ');
        let (Some(method), Some(target), Some(version_text), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(HeadError::BadStartLine);
        };
        let version = version(version_text)?;
        if !is_token(method) || target.is_empty() || !target.iter().all(u8::is_ascii_graphic) {
            return Err(HeadError::BadStartLine);
        }
        let method = Method::from_bytes(method).map_err(|_| HeadError::BadStartLine)?;
        let target = String::from_utf8(target.to_vec()).map_err(|_| HeadError::BadStartLine)?;
        Ok(Self { method, target, version, headers: HeaderMap::new() })
    }

    fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.headers
    }
}
