//! Writes a message a piece at a time, in bounded memory.

use std::{
    collections::VecDeque,
    fmt,
    io::{self, Read},
    task::{Context, Poll, ready},
};

use super::{
    composed::Composed,
    content::Octets,
    part::{Body, Part, Source},
    plan::Plan,
    transfer::{Canonical, Domain, Encoder, Encoding, Receiver},
    whole::{close, delimiter, ends_itself, write_head},
};
use crate::{ErrorKind, error::Error, rfc2046};

/// About how much is written at once.
const CHUNK: usize = 64 * 1024;
/// How much content is taken for that: lines of base64 that come out as about a chunk.
const TAKE: usize = 57 * 840;

/// What is still to be written.
enum Segment<'a> {
    /// Header fields and delimiters.
    Ready(Vec<u8>),
    Octets {
        octets: Octets<'a>,
        at: usize,
        coder: Coder,
    },
    Stream {
        source: Source<'a>,
        left: Option<u64>,
        coder: Coder,
        guard: Option<Guard>,
    },
    /// The line break that a message ends with.
    End,
}

/// What content goes through.
struct Coder {
    /// Of text whose line breaks may be others than CRLF.
    canonical: Option<Canonical>,
    encoder: Encoder,
    scratch: Vec<u8>,
}

impl Coder {
    fn new(encoding: Encoding, text: bool, bare: bool) -> Self {
        Self {
            canonical: (text && bare).then(Canonical::default),
            encoder: Encoder::new(encoding, text),
            scratch: Vec::new(),
        }
    }

    fn push(&mut self, input: &[u8], out: &mut Vec<u8>) {
        match &mut self.canonical {
            None => self.encoder.push(input, out),
            Some(canonical) => {
                self.scratch.clear();
                canonical.push(input, &mut self.scratch);
                self.encoder.push(&self.scratch, out);
            }
        }
    }
}

/// Looks for boundaries in what nobody has seen before.
struct Guard {
    needles: Vec<Vec<u8>>,
    /// The end of what came before, in which one may begin.
    tail: Vec<u8>,
}

impl Guard {
    fn new(boundaries: &[String]) -> Self {
        let needles = boundaries.iter().map(|boundary| [b"--", boundary.as_bytes()].concat()).collect();
        Self { needles, tail: Vec::new() }
    }

    fn look(&mut self, octets: &[u8]) -> Result<(), Error> {
        let longest = self.needles.iter().map(Vec::len).max().unwrap_or(0);
        let begin = octets.get(..longest.min(octets.len())).unwrap_or_default();
        self.tail.extend_from_slice(begin);
        let found = self.needles.iter().any(|needle| {
            memchr::memmem::find(&self.tail, needle).is_some()
                || memchr::memmem::find(octets, needle).is_some()
        });
        if found {
            return Err(Error::usage("a streamed part holds the boundary of the message")
                .with_requirement(rfc2046::NO_BOUNDARY_IN_PARTS));
        }
        if octets.len() >= longest {
            self.tail.clear();
            self.tail.extend_from_slice(octets.get(octets.len() - longest..).unwrap_or_default());
        } else {
            let over = self.tail.len().saturating_sub(longest);
            self.tail.drain(..over);
        }
        Ok(())
    }
}

/// A message that is being written: [`Read`], chunks, or with the feature `tokio` `AsyncRead`.
///
/// However large the parts are, no more than about 200 KiB of them is held at a time.
///
/// ```
/// # use anyrfc_mime::build::{Builder, Part, Receiver};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let disk = std::io::repeat(b'x');
/// # let disk = std::io::Read::take(disk, 100_000);
/// let message = Builder::new()
///     .from("ann@example.org")
///     .to("bob@example.com")
///     .attach(Part::reader("application/octet-stream", disk).named("huge.bin"))
///     .build()?;
/// let mut writer = message.into_writer(Receiver::default())?;
/// let mut chunk = Vec::new();
/// while writer.next_chunk(&mut chunk)? {
///     // … send it …
///     chunk.clear();
/// }
/// # Ok(())
/// # }
/// ```
pub struct Writer<'a> {
    segments: VecDeque<Segment<'a>>,
    utf8: bool,
    domain: Domain,
    /// The last octets written.
    last: [u8; 2],
    failed: Option<Error>,
    /// For `Read`: what was written and not yet taken.
    buffer: Vec<u8>,
    taken: usize,
    input: Vec<u8>,
}

/// Turns a message into segments.
struct Segments<'a> {
    done: VecDeque<Segment<'a>>,
    ready: Vec<u8>,
    receiver: Receiver,
    enclosing: Vec<String>,
}

impl<'a> Segments<'a> {
    fn content(&mut self, segment: Segment<'a>) {
        self.done.push_back(Segment::Ready(std::mem::take(&mut self.ready)));
        self.done.push_back(segment);
    }

    fn part(&mut self, part: Part<'a>, plan: &Plan, utf8: bool) -> Result<(), Error> {
        write_head(&part, plan, self.receiver, utf8, &mut self.ready)?;
        match part.body {
            Body::Octets { octets, scan } => {
                let coder = Coder::new(plan.encoding, scan.is_some(), scan.is_some_and(|scan| scan.bare));
                self.content(Segment::Octets { octets, at: 0, coder });
            }
            Body::Stream { source, length, text } => {
                let coder = Coder::new(plan.encoding, text, text);
                let unseen = plan.encoding == Encoding::Identity(Domain::Binary);
                let guard = (unseen && !self.enclosing.is_empty()).then(|| Guard::new(&self.enclosing));
                self.content(Segment::Stream { source, left: length, coder, guard });
            }
            Body::Parts { parts, .. } => {
                self.enclosing.push(plan.boundary.clone());
                let mut fresh = true;
                for (inner, plan_of) in parts.into_iter().zip(&plan.children) {
                    delimiter(&mut self.ready, &plan.boundary, fresh);
                    fresh = ends_itself(&inner);
                    self.part(inner, plan_of, utf8)?;
                }
                close(&mut self.ready, &plan.boundary, fresh);
                self.enclosing.pop();
            }
            Body::Message(message) => {
                let utf8 = message.internationalized(self.receiver);
                message.write_fields(&mut self.ready, utf8)?;
                if let Some(inner) = plan.children.first() {
                    self.part(message.root, inner, utf8)?;
                }
            }
        }
        Ok(())
    }
}

impl<'a> Writer<'a> {
    pub(super) fn new(message: Composed<'a>, receiver: Receiver) -> Result<Self, Error> {
        let utf8 = message.internationalized(receiver);
        let plan = message.plan(receiver)?;
        let mut segments =
            Segments { done: VecDeque::new(), ready: Vec::new(), receiver, enclosing: Vec::new() };
        message.write_fields(&mut segments.ready, utf8)?;
        segments.part(message.root, &plan, utf8)?;
        if plan.encoding.domain() == Domain::Binary {
            segments.done.push_back(Segment::Ready(std::mem::take(&mut segments.ready)));
        } else {
            segments.content(Segment::End);
        }
        Ok(Self {
            segments: segments.done,
            utf8,
            domain: plan.encoding.domain(),
            last: [0; 2],
            failed: None,
            buffer: Vec::new(),
            taken: 0,
            input: Vec::new(),
        })
    }

    /// Whether the header is in UTF-8, so that the transport must say `SMTPUTF8`.
    #[must_use]
    pub const fn is_internationalized(&self) -> bool {
        self.utf8
    }

    /// What the body demands of the transport (`BODY=7BIT`, `8BITMIME` or `BINARYMIME`).
    #[must_use]
    pub const fn domain(&self) -> Domain {
        self.domain
    }

    /// Appends the next piece, of about 64 KiB, to `out`; false at the end, when nothing was.
    ///
    /// # Errors
    /// A source failed or has not the length that was given, or holds a boundary. The message is
    /// not complete then and must not be sent; every further call says the same.
    pub fn next_chunk(&mut self, out: &mut Vec<u8>) -> Result<bool, Error> {
        match self.poll(None, out) {
            Poll::Ready(result) => result,
            Poll::Pending => Err(Error::usage("an asynchronous part needs an asynchronous writer")),
        }
    }

    /// Like [`next_chunk`](Self::next_chunk), for messages with asynchronous parts.
    ///
    /// # Errors
    /// As [`next_chunk`](Self::next_chunk).
    ///
    /// # Cancel safety
    /// What has been appended to `out` is all that is lost when it is dropped between two calls.
    #[cfg(feature = "tokio")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tokio")))]
    pub fn poll_chunk(&mut self, cx: &mut Context<'_>, out: &mut Vec<u8>) -> Poll<Result<bool, Error>> {
        self.poll(Some(cx), out)
    }

    fn poll(&mut self, mut cx: Option<&mut Context<'_>>, out: &mut Vec<u8>) -> Poll<Result<bool, Error>> {
        if let Some(error) = &self.failed {
            return Poll::Ready(Err(error.clone()));
        }
        let begin = out.len();
        while out.len() - begin < CHUNK {
            let Some(segment) = self.segments.front_mut() else { break };
            let before = out.len();
            let result = step(segment, cx.as_deref_mut(), out, &mut self.input, self.last);
            let written = out.get(before..).unwrap_or_default();
            if let [.., a, b] = *written {
                self.last = [a, b];
            } else if let [b] = *written {
                let [_, a] = self.last;
                self.last = [a, b];
            }
            match result {
                Poll::Ready(Ok(false)) => {}
                Poll::Ready(Ok(true)) => {
                    self.segments.pop_front();
                }
                Poll::Ready(Err(error)) => {
                    self.failed = Some(error.clone());
                    self.segments.clear();
                    return Poll::Ready(Err(error));
                }
                Poll::Pending if out.len() > begin => break,
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(Ok(out.len() > begin))
    }
}

/// Writes some of a segment; whether that was all of it.
fn step(
    segment: &mut Segment<'_>,
    cx: Option<&mut Context<'_>>,
    out: &mut Vec<u8>,
    input: &mut Vec<u8>,
    last: [u8; 2],
) -> Poll<Result<bool, Error>> {
    match segment {
        Segment::Ready(ready) => {
            if out.is_empty() {
                std::mem::swap(out, ready);
            } else {
                out.extend_from_slice(ready);
            }
        }
        Segment::End if last == *b"\r\n" => {}
        Segment::End => out.extend_from_slice(b"\r\n"),
        Segment::Octets { octets, at, coder } => {
            let octets = octets.as_slice();
            let end = octets.len().min(*at + TAKE);
            coder.push(octets.get(*at..end).unwrap_or_default(), out);
            *at = end;
            if end < octets.len() {
                return Poll::Ready(Ok(false));
            }
            coder.encoder.finish(out);
        }
        Segment::Stream { source, left, coder, guard } => {
            input.resize(TAKE, 0);
            let count = ready!(read(source, cx, input))?;
            let some = input.get(..count).unwrap_or_default();
            if let Some(left) = left {
                let taken = left.checked_sub(count as u64);
                *left = match taken {
                    Some(now) if count > 0 || now == 0 => now,
                    _ => {
                        return Poll::Ready(Err(Error::usage(
                            "a streamed part has not the length that was given",
                        )));
                    }
                };
            }
            if let Some(guard) = guard {
                guard.look(some)?;
            }
            if count > 0 {
                coder.push(some, out);
                return Poll::Ready(Ok(false));
            }
            coder.encoder.finish(out);
        }
    }
    Poll::Ready(Ok(true))
}

/// Reads some of a source; zero at its end.
#[cfg_attr(not(feature = "tokio"), expect(unused_variables, reason = "nothing is asynchronous then"))]
fn read(
    source: &mut Source<'_>,
    cx: Option<&mut Context<'_>>,
    input: &mut [u8],
) -> Poll<Result<usize, Error>> {
    let failed =
        |error: io::Error| Error::new(ErrorKind::Io, "a streamed part could not be read").with_source(error);
    match source {
        Source::Blocking(reader) => loop {
            match reader.read(input) {
                Ok(count) => return Poll::Ready(Ok(count.min(input.len()))),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Poll::Ready(Err(failed(error))),
            }
        },
        #[cfg(feature = "tokio")]
        Source::Async(reader) => {
            let Some(cx) = cx else { return Poll::Pending };
            let mut buffer = tokio::io::ReadBuf::new(input);
            ready!(reader.as_mut().poll_read(cx, &mut buffer)).map_err(failed)?;
            Poll::Ready(Ok(buffer.filled().len()))
        }
    }
}

impl Read for Writer<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.buffer.len() {
            let mut buffer = std::mem::take(&mut self.buffer);
            buffer.clear();
            self.taken = 0;
            let result = self.next_chunk(&mut buffer);
            self.buffer = buffer;
            result.map_err(io::Error::other)?;
        }
        Ok(self.take_buffered(into))
    }
}

impl Writer<'_> {
    fn take_buffered(&mut self, into: &mut [u8]) -> usize {
        let rest = self.buffer.get(self.taken..).unwrap_or_default();
        let count = rest.len().min(into.len());
        if let (Some(into), Some(rest)) = (into.get_mut(..count), rest.get(..count)) {
            into.copy_from_slice(rest);
        }
        self.taken += count;
        count
    }
}

#[cfg(feature = "tokio")]
impl tokio::io::AsyncRead for Writer<'_> {
    fn poll_read(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut tokio::io::ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.taken == self.buffer.len() {
            let mut buffer = std::mem::take(&mut self.buffer);
            buffer.clear();
            self.taken = 0;
            let result = self.poll(Some(cx), &mut buffer);
            self.buffer = buffer;
            ready!(result).map_err(io::Error::other)?;
        }
        let count = self.take_buffered(into.initialize_unfilled());
        into.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl fmt::Debug for Writer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer")
            .field("segments", &self.segments.len())
            .field("utf8", &self.utf8)
            .field("domain", &self.domain)
            .finish_non_exhaustive()
    }
}
