//! What a command comes to.

use std::fmt;

use anyrfc_core::Secret;
use bytes::Bytes;

/// A stretch of an encoded command.
#[derive(Debug)]
#[non_exhaustive]
pub enum Segment {
    /// Bytes of the command's lines; the counts that announce literals are among them.
    Text(Bytes),
    /// The bytes of a literal that the command holds itself.
    Literal(Bytes),
    /// Bytes of a line or a literal that no log may show.
    Secret(Secret<Vec<u8>>),
    /// A synchronising literal was announced: nothing more before the server's continuation
    /// request (RFC 9051, section 4.3).
    Wait,
    /// So many bytes of a literal, which the caller provides.
    Stream(u64),
}

impl Segment {
    /// The bytes, where they are here.
    #[must_use]
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Text(bytes) | Self::Literal(bytes) => Some(bytes),
            Self::Secret(bytes) => Some(bytes.expose()),
            Self::Wait | Self::Stream(_) => None,
        }
    }

    /// How many bytes of the wire it is.
    #[must_use]
    pub fn octets(&self) -> u64 {
        match self {
            Self::Stream(octets) => *octets,
            _ => self.bytes().map_or(0, |bytes| bytes.len() as u64),
        }
    }
}

/// A whole command but for its tag: what follows the tag and its space, up to the last CRLF.
#[derive(Debug, Default)]
pub struct Encoded {
    pub(super) segments: Vec<Segment>,
}

impl Encoded {
    /// The segments in order.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Whether the server must be heard before all of it is sent.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.segments.iter().any(|segment| matches!(segment, Segment::Wait))
    }

    /// The first word of the command.
    #[must_use]
    pub fn verb(&self) -> &[u8] {
        let first = self.segments.first().and_then(Segment::bytes).unwrap_or_default();
        first.split(|byte| matches!(byte, b' ' | b'\r')).next().unwrap_or_default()
    }
}

impl IntoIterator for Encoded {
    type Item = Segment;
    type IntoIter = std::vec::IntoIter<Segment>;

    fn into_iter(self) -> Self::IntoIter {
        self.segments.into_iter()
    }
}

/// As a log may show it: one line, the secrets by their length alone.
impl fmt::Display for Encoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in &self.segments {
            match segment {
                Segment::Text(bytes) => write!(f, "{}", bytes.escape_ascii())?,
                Segment::Literal(bytes) => write!(f, "<literal of {} bytes>", bytes.len())?,
                Segment::Secret(bytes) => write!(f, "<{} secret bytes>", bytes.expose().len())?,
                Segment::Wait => {}
                Segment::Stream(octets) => write!(f, "<{octets} streamed bytes>")?,
            }
        }
        Ok(())
    }
}
