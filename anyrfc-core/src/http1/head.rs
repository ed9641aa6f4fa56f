//! Heads, and how they are written.

use http::{HeaderMap, Method, StatusCode, Version};

use super::HeadError;

/// The head of a request (RFC 9112, section 3).
///
/// `Debug` hides the values of fields marked sensitive; [`HeadReader`](super::HeadReader)
/// marks those that carry credentials.
#[derive(Clone, Debug)]
pub struct RequestHead {
    /// The method.
    pub method: Method,
    /// The request target, as it stands in the request line.
    pub target: String,
    /// HTTP/1.0, or HTTP/1.1 which stands for every later 1.x too.
    pub version: Version,
    /// The fields.
    pub headers: HeaderMap,
}

/// The head of a response (RFC 9112, section 4).
///
/// `Debug` hides the values of fields marked sensitive; [`HeadReader`](super::HeadReader)
/// marks those that carry credentials.
#[derive(Clone, Debug)]
pub struct ResponseHead {
    /// HTTP/1.0, or HTTP/1.1 which stands for every later 1.x too.
    pub version: Version,
    /// The status.
    pub status: StatusCode,
    /// The reason phrase: not for decisions, and not to be shown unescaped.
    pub reason: Vec<u8>,
    /// The fields.
    pub headers: HeaderMap,
}

impl RequestHead {
    /// An HTTP/1.1 request without fields.
    #[must_use]
    pub fn new(method: Method, target: impl Into<String>) -> Self {
        Self { method, target: target.into(), version: Version::HTTP_11, headers: HeaderMap::new() }
    }

    /// Appends the head to `out`, or nothing.
    ///
    /// # Errors
    /// [`HeadError::InvalidTarget`] or [`HeadError::InvalidVersion`].
    pub fn write(&self, out: &mut Vec<u8>) -> Result<(), HeadError> {
        let version = version_text(self.version)?;
        if self.target.is_empty() || !self.target.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(HeadError::InvalidTarget);
        }
        for part in [self.method.as_str(), " ", &self.target, " ", version, "\r\n"] {
            out.extend_from_slice(part.as_bytes());
        }
        write_fields(&self.headers, out);
        Ok(())
    }
}

impl ResponseHead {
    /// An HTTP/1.1 response with the usual reason phrase and without fields.
    #[must_use]
    pub fn new(status: StatusCode) -> Self {
        Self {
            version: Version::HTTP_11,
            status,
            reason: status.canonical_reason().unwrap_or_default().into(),
            headers: HeaderMap::new(),
        }
    }

    /// Appends the head to `out`, or nothing.
    ///
    /// # Errors
    /// [`HeadError::InvalidReason`] or [`HeadError::InvalidVersion`].
    pub fn write(&self, out: &mut Vec<u8>) -> Result<(), HeadError> {
        let version = version_text(self.version)?;
        if !is_reason(&self.reason) {
            return Err(HeadError::InvalidReason);
        }
        for part in [version.as_bytes(), b" ", self.status.as_str().as_bytes(), b" ", &self.reason, b"\r\n"] {
            out.extend_from_slice(part);
        }
        write_fields(&self.headers, out);
        Ok(())
    }
}

/// `reason-phrase`, which may be absent (RFC 9112, section 4).
pub(super) fn is_reason(bytes: &[u8]) -> bool {
    bytes.iter().all(|&byte| byte == b'\t' || (byte >= b' ' && byte != 0x7f))
}

fn version_text(version: Version) -> Result<&'static str, HeadError> {
    match version {
        Version::HTTP_10 => Ok("HTTP/1.0"),
        Version::HTTP_11 => Ok("HTTP/1.1"),
        _ => Err(HeadError::InvalidVersion),
    }
}

/// The fields and the empty line. `HeaderName` and `HeaderValue` hold nothing that could end a line.
fn write_fields(headers: &HeaderMap, out: &mut Vec<u8>) {
    for (name, value) in headers {
        write_name(name.as_str(), out);
        out.extend_from_slice(b": ");
        out.extend_from_slice(value.as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"\r\n");
}

/// Names are case-insensitive, but not to every old server: written as the RFCs spell them.
fn write_name(name: &str, out: &mut Vec<u8>) {
    for (index, word) in name.split('-').enumerate() {
        if index > 0 {
            out.push(b'-');
        }
        match word {
            "websocket" => out.extend_from_slice(b"WebSocket"),
            "www" => out.extend_from_slice(b"WWW"),
            _ => {
                let start = out.len();
                out.extend_from_slice(word.as_bytes());
                if let Some(first) = out.get_mut(start) {
                    first.make_ascii_uppercase();
                }
            }
        }
    }
}
