//! Bodies of answers that are not what was hoped for, read up to a limit.

use bytes::Bytes;
use http::{Method, StatusCode, Version, header};

use super::{HeadError, ResponseHead, elements};

/// How the length of a body is told (RFC 9112, section 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// There is none.
    None,
    /// So many bytes.
    Length(u64),
    /// In chunks (section 7.1).
    Chunked,
    /// Until the connection ends.
    Close,
}

impl Framing {
    /// The framing of the response to a request of this method.
    ///
    /// # Errors
    /// [`HeadError::BadContentLength`]: where the body ends cannot be known.
    pub fn of_response(method: &Method, head: &ResponseHead) -> Result<Self, HeadError> {
        let status = head.status;
        let tunnel = *method == Method::CONNECT && status.is_success();
        let bodiless = matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        if *method == Method::HEAD || status.is_informational() || bodiless || tunnel {
            return Ok(Self::None);
        }
        if head.headers.contains_key(header::TRANSFER_ENCODING) {
            return Ok(Self::of_transfer_encoding(head));
        }
        let mut length = None;
        for value in head.headers.get_all(header::CONTENT_LENGTH) {
            for element in value.as_bytes().split(|&byte| byte == b',') {
                let number = content_length(super::trim_ows(element))?;
                if length.is_some_and(|length| length != number) {
                    return Err(HeadError::BadContentLength);
                }
                length = Some(number);
            }
        }
        Ok(length.map_or(Self::Close, Self::Length))
    }

    /// Chunks only where they are the last coding, applied once, and HTTP/1.1 is
    /// spoken; otherwise the body ends with the connection (sections 6.1 and 6.3).
    fn of_transfer_encoding(head: &ResponseHead) -> Self {
        let mut chunked = elements(&head.headers, &header::TRANSFER_ENCODING)
            .map(|coding| coding.eq_ignore_ascii_case(b"chunked"))
            .collect::<Vec<_>>();
        let last = chunked.pop() == Some(true);
        let once = !chunked.contains(&true);
        if last && once && head.version != Version::HTTP_10 { Self::Chunked } else { Self::Close }
    }
}

/// `Content-Length` (RFC 9110, section 8.6).
fn content_length(digits: &[u8]) -> Result<u64, HeadError> {
    if digits.is_empty() {
        return Err(HeadError::BadContentLength);
    }
    let mut number = 0_u64;
    for digit in digits {
        let digit = char::from(*digit).to_digit(10).map(u64::from);
        let next = digit.and_then(|digit| number.checked_mul(10)?.checked_add(digit));
        number = next.ok_or(HeadError::BadContentLength)?;
    }
    Ok(number)
}

/// How the reading of a body ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyEnd {
    /// Where its framing says.
    Complete,
    /// At the limit: there was more.
    Limit,
    /// The connection ended before the body did.
    Eof,
    /// Its chunks were malformed.
    Malformed,
    /// Nobody waited for its end.
    Abandoned,
}

/// What was read of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// The bytes, without the framing.
    pub bytes: Bytes,
    /// How it ended.
    pub end: BodyEnd,
}

impl Body {
    /// Whether these are not all the bytes of the body.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.end != BodyEnd::Complete
    }
}

/// Reads a body piece by piece, up to a limit.
#[derive(Debug)]
pub struct BodyReader {
    state: State,
    limit: usize,
    body: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// So many bytes are to come, and then the end.
    Length(u64),
    /// Bytes come until the connection ends.
    Close,
    Chunk(Chunk),
    Ended(BodyEnd),
}

/// Where in chunks the reader stands (RFC 9112, section 7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Chunk {
    /// In the digits of a chunk's size; how many bytes of the line were seen.
    Size { size: u64, digits: u8 },
    /// In an extension, which is ignored; how many bytes of it were seen.
    Extension { size: u64, seen: usize },
    /// After the carriage return of the size's line.
    SizeEnd { size: u64 },
    /// In a chunk, of which so many bytes are to come.
    Data { left: u64 },
    /// Before the carriage return, or the line feed, after a chunk.
    DataEnd { cr: bool },
    /// In the trailers, which are ignored; how many bytes of the line and of them all were seen.
    Trailer { line: usize, seen: usize, cr: bool },
}

/// The most bytes of one chunk extension, and of all trailers.
const IGNORED: usize = 4096;

impl BodyReader {
    /// A reader that keeps at most `limit` bytes.
    #[must_use]
    pub const fn new(framing: Framing, limit: usize) -> Self {
        let state = match framing {
            Framing::None | Framing::Length(0) => State::Ended(BodyEnd::Complete),
            Framing::Length(length) => State::Length(length),
            Framing::Chunked => State::Chunk(Chunk::Size { size: 0, digits: 0 }),
            Framing::Close => State::Close,
        };
        Self { state, limit, body: Vec::new() }
    }

    /// Takes in what it can, and says how many bytes that is. Zero once it
    /// [has ended](Self::is_ended), which it has at the limit too.
    pub fn advance(&mut self, input: &[u8]) -> usize {
        let mut rest = input;
        while !rest.is_empty() {
            let taken = match self.state {
                State::Ended(_) => break,
                State::Close => self.keep(rest, u64::MAX),
                State::Length(left) => {
                    let taken = self.keep(rest, left);
                    self.step(left, taken, State::Length, State::Ended(BodyEnd::Complete));
                    taken
                }
                State::Chunk(Chunk::Data { left }) => {
                    let taken = self.keep(rest, left);
                    let more = |left| State::Chunk(Chunk::Data { left });
                    self.step(left, taken, more, State::Chunk(Chunk::DataEnd { cr: false }));
                    taken
                }
                State::Chunk(chunk) => {
                    self.state = rest.first().map_or(self.state, |&byte| chunk.next(byte));
                    1
                }
            };
            rest = rest.get(taken..).unwrap_or_default();
        }
        input.len().saturating_sub(rest.len())
    }

    /// Keeps up to `left` bytes of `input`, and says how many; ends at the limit.
    fn keep(&mut self, input: &[u8], left: u64) -> usize {
        let wanted = usize::try_from(left).unwrap_or(usize::MAX).min(input.len());
        let room = self.limit.saturating_sub(self.body.len());
        self.body.extend_from_slice(input.get(..wanted.min(room)).unwrap_or_default());
        if wanted > room {
            self.state = State::Ended(BodyEnd::Limit);
        }
        wanted.min(room)
    }

    fn step(&mut self, left: u64, taken: usize, more: impl Fn(u64) -> State, end: State) {
        if matches!(self.state, State::Ended(_)) {
            return;
        }
        let left = left.saturating_sub(taken as u64);
        self.state = if left == 0 { end } else { more(left) };
    }

    /// The connection has ended.
    pub fn eof(&mut self) {
        self.state = match self.state {
            State::Ended(end) => State::Ended(end),
            State::Close => State::Ended(BodyEnd::Complete),
            State::Length(_) | State::Chunk(_) => State::Ended(BodyEnd::Eof),
        };
    }

    /// Whether there is nothing more to read.
    #[must_use]
    pub const fn is_ended(&self) -> bool {
        matches!(self.state, State::Ended(_))
    }

    /// What was read.
    #[must_use]
    pub fn finish(self) -> Body {
        let end = match self.state {
            State::Ended(end) => end,
            _ => BodyEnd::Abandoned,
        };
        Body { bytes: self.body.into(), end }
    }
}

impl Chunk {
    /// The state after one byte of framing.
    fn next(self, byte: u8) -> State {
        self.grammar(byte).unwrap_or(State::Ended(BodyEnd::Malformed))
    }

    fn grammar(self, byte: u8) -> Option<State> {
        Some(State::Chunk(match (self, byte) {
            (Self::Size { size, digits }, byte) if byte.is_ascii_hexdigit() => {
                let digit = char::from(byte).to_digit(16)?;
                let size = size.checked_mul(16)?.checked_add(u64::from(digit))?;
                Self::Size { size, digits: digits.checked_add(1)? }
            }
            (Self::Size { digits: 0, .. }, _) => return None,
            (Self::Size { size, .. }, b'\r') => Self::SizeEnd { size },
            (Self::Size { size, .. }, b';' | b' ' | b'\t') => Self::Extension { size, seen: 0 },
            (Self::Size { .. }, _) => return None,
            (Self::Extension { size, .. }, b'\r') => Self::SizeEnd { size },
            (Self::Extension { .. }, b'\n') => return None,
            (Self::Extension { size, seen }, _) if seen < IGNORED => {
                Self::Extension { size, seen: seen.saturating_add(1) }
            }
            (Self::Extension { .. }, _) => return None,
            (Self::SizeEnd { size: 0 }, b'\n') => Self::Trailer { line: 0, seen: 0, cr: false },
            (Self::SizeEnd { size }, b'\n') => Self::Data { left: size },
            (Self::DataEnd { cr: false }, b'\r') => Self::DataEnd { cr: true },
            (Self::DataEnd { cr: true }, b'\n') => Self::Size { size: 0, digits: 0 },
            (Self::Trailer { line: 0, cr: true, .. }, b'\n') => return Some(State::Ended(BodyEnd::Complete)),
            (Self::Trailer { seen, cr: true, .. }, b'\n') => Self::Trailer { line: 0, seen, cr: false },
            (Self::Trailer { line, seen, cr: false }, b'\r') => Self::Trailer { line, seen, cr: true },
            (Self::Trailer { .. }, b'\n') => return None,
            (Self::Trailer { line, seen, cr: false }, _) if seen < IGNORED => {
                Self::Trailer { line: line.saturating_add(1), seen: seen.saturating_add(1), cr: false }
            }
            (Self::Trailer { .. } | Self::SizeEnd { .. } | Self::DataEnd { .. } | Self::Data { .. }, _) => {
                return None;
            }
        }))
    }
}
