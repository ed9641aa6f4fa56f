//! Line ends become CRLF, or are refused.

use anyrfc_core::Output;
use bytes::{Buf, Bytes, BytesMut};
use memchr::memchr2;

use super::scan::Reach;
use crate::types::content::{ContentError, Facts, LINE_MAX, LineEnds};

/// So much is looked at before any of it is sent as it is.
const BLOCK: usize = 4096;
/// So much is sent as it is in one piece.
const RUN: usize = 64 << 10;
/// Below this a piece is copied: cheaper than sharing it.
const SHARED: usize = 2048;
/// The sums of so many octets fit an octet.
const STEP: usize = 240;

/// Text on its way, for BDAT: every CR and LF that is not CRLF becomes CRLF, or is refused, and the
/// last line ends (RFC 3030, section 2; RFC 5321, section 2.3.8).
///
/// It may come in pieces of any size, split anywhere.
///
/// ```
/// use anyrfc_core::Output;
/// use anyrfc_smtp::{codec::lines::LineFixer, types::content::{LINE_MAX, LineEnds}};
/// use bytes::Bytes;
///
/// let mut fixer = LineFixer::new(LineEnds::Normalise, LINE_MAX);
/// let mut out = Output::new();
/// fixer.feed(&mut Bytes::from_static(b"one\r"), &mut out)?;
/// fixer.feed(&mut Bytes::from_static(b"\ntwo\n.\nthree"), &mut out)?;
/// fixer.finish(&mut out)?;
/// assert_eq!(&out.take()[..], b"one\r\ntwo\r\n.\r\nthree\r\n");
/// # Ok::<(), anyrfc_smtp::types::content::ContentError>(())
/// ```
#[derive(Debug)]
pub struct LineFixer(Lines);

impl LineFixer {
    /// Treats line ends like that; a line of more than `line_max` octets is an error.
    /// With [`LineEnds::Keep`] everything passes as it is.
    #[must_use]
    pub const fn new(ends: LineEnds, line_max: usize) -> Self {
        Self(Lines::new(ends, line_max, false))
    }

    /// Treats the line ends of a message as its facts ask for, and bounds its lines unless it is
    /// binary, for which `BODY=BINARYMIME` was said.
    #[must_use]
    pub const fn of(facts: &Facts) -> Self {
        Self::new(facts.line_ends, if facts.binary { usize::MAX } else { LINE_MAX })
    }

    /// Writes `chunk` to `out` until it is empty or `out` is full. What need not be changed and is
    /// large is shared, not copied.
    ///
    /// # Errors
    /// A line is too long, or has not the right end; every later call says the same. The message
    /// must not be completed then.
    pub fn feed(&mut self, chunk: &mut Bytes, out: &mut Output) -> Result<(), ContentError> {
        self.0.feed(chunk, out)
    }

    /// The message is complete: ends its last line where it has no end.
    ///
    /// # Errors
    /// As [`feed`](Self::feed), and [`ContentError::Unended`].
    pub fn finish(&mut self, out: &mut Output) -> Result<(), ContentError> {
        self.0.finish(out)
    }

    /// The same for one piece, whose length is to be known before it is sent: what becomes of it,
    /// and of the end of the message where it is the last. What need not be changed is not copied.
    ///
    /// A CR at the end of a piece comes with the next one.
    ///
    /// # Errors
    /// As [`feed`](Self::feed) and [`finish`](Self::finish).
    pub fn fix(&mut self, mut piece: Bytes, last: bool) -> Result<Bytes, ContentError> {
        let lines = &mut self.0;
        let run = lines.clean_run(&piece);
        if run == piece.len() && !(last && lines.is_open()) {
            return Ok(piece);
        }
        let mut out = Output::with_high_water(usize::MAX);
        out.push(piece.split_to(run));
        lines.feed(&mut piece, &mut out)?;
        if last {
            lines.finish(&mut out)?;
        }
        Ok(out.take())
    }
}

/// What [`LineFixer`] and [`DotStuffer`](super::dot::DotStuffer) have in common.
#[derive(Debug)]
pub(super) struct Lines {
    ends: LineEnds,
    max: usize,
    /// A dot that begins a line is doubled.
    stuff: bool,
    /// How many lines have ended.
    ended: u64,
    /// How many octets of the present line there are.
    column: usize,
    /// A CR came last, and is not written yet.
    cr: bool,
    failed: Option<ContentError>,
}

impl Lines {
    pub(super) const fn new(ends: LineEnds, max: usize, stuff: bool) -> Self {
        Self { ends, max, stuff, ended: 0, column: 0, cr: false, failed: None }
    }

    pub(super) fn feed(&mut self, chunk: &mut Bytes, out: &mut Output) -> Result<(), ContentError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let result = self.pass(chunk, out);
        self.failed = result.err();
        result
    }

    fn pass(&mut self, chunk: &mut Bytes, out: &mut Output) -> Result<(), ContentError> {
        while !chunk.is_empty() && !out.is_full() {
            if self.passes_all() {
                share(chunk, chunk.len().min(RUN), out);
                continue;
            }
            if self.cr {
                if chunk.first() == Some(&b'\n') {
                    chunk.advance(1);
                } else {
                    self.bare()?;
                }
                self.cr = false;
                self.end_line(out);
                continue;
            }
            match self.clean(chunk) {
                0 => self.mend(chunk, out)?,
                run => share(chunk, run, out),
            }
        }
        Ok(())
    }

    /// How much of `piece` from its beginning can go as it is.
    fn clean_run(&mut self, piece: &[u8]) -> usize {
        if self.passes_all() {
            return piece.len();
        }
        let mut run = 0;
        while !self.cr && self.failed.is_none() {
            match self.clean(piece.get(run..).unwrap_or_default()) {
                0 => break,
                more => run = run.saturating_add(more),
            }
        }
        run
    }

    /// Whether nothing is ever changed.
    fn passes_all(&self) -> bool {
        self.ends == LineEnds::Keep && !self.stuff
    }

    /// Whether the last line has no end yet, or something went wrong.
    fn is_open(&self) -> bool {
        self.failed.is_some() || self.cr || self.column > 0
    }

    /// How much of `text` from its beginning can go as it is, looked at in blocks.
    fn clean(&mut self, text: &[u8]) -> usize {
        let mut run = 0_usize;
        while let Some(block) = text.get(run..text.len().min(run.saturating_add(BLOCK))) {
            // The LF of a CR is looked at together with it.
            let block = block.strip_suffix(b"\r").unwrap_or(block);
            if block.is_empty() || run >= RUN || !self.is_clean(block) {
                break;
            }
            run = run.saturating_add(block.len());
        }
        run
    }

    /// Whether a block can go as it is. If not, nothing has changed.
    fn is_clean(&mut self, block: &[u8]) -> bool {
        let wrong = match (block.first(), block.last()) {
            (Some(b'\n'), _) | (_, Some(b'\r')) => true,
            (Some(b'.'), _) => self.stuff && self.column == 0,
            _ => false,
        };
        if wrong {
            return false;
        }
        let behind = block.get(1..).unwrap_or_default();
        let mut feeds = u64::from(block.last() == Some(&b'\n'));
        for (chunk, behind) in block.chunks(STEP).zip(behind.chunks(STEP)) {
            let (mut bare, mut dots, mut ends) = (0_u8, 0_u8, 0_u8);
            for (&first, &second) in chunk.iter().zip(behind) {
                let feed = u8::from(first == b'\n');
                bare |= u8::from(first == b'\r') ^ u8::from(second == b'\n');
                dots |= feed & u8::from(second == b'.');
                ends = ends.wrapping_add(feed);
            }
            if bare != 0 || (self.stuff && dots != 0) {
                return false;
            }
            feeds = feeds.saturating_add(u64::from(ends));
        }
        let mut reach = Reach { column: self.column };
        if !reach.holds(block, self.max) {
            return false;
        }
        self.column = reach.column;
        self.ended = self.ended.saturating_add(feeds);
        true
    }

    /// Copies a block line by line, changing what must be changed.
    fn mend(&mut self, chunk: &mut Bytes, out: &mut Output) -> Result<(), ContentError> {
        let block = chunk.get(..chunk.len().min(BLOCK)).unwrap_or_default();
        let out = out.buffer();
        // Nearly always enough: a line in a few begins with a dot or has a bare end.
        out.reserve(block.len().saturating_add(block.len() / 8));
        let mut rest = block;
        while let Some(&first) = rest.first() {
            if self.stuff && self.column == 0 && first == b'.' {
                out.extend_from_slice(b".");
            }
            let end = memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
            let (line, behind) = rest.split_at_checked(end).unwrap_or((rest, &[]));
            self.column = self.column.saturating_add(line.len());
            if self.column > self.max {
                return Err(ContentError::LineTooLong { line: self.line(), max: self.max });
            }
            out.extend_from_slice(line);
            rest = match behind {
                [] => behind,
                [b'\r'] => {
                    self.cr = true;
                    &[]
                }
                [b'\r', b'\n', behind @ ..] => {
                    self.end_line_in(out);
                    behind
                }
                [_, behind @ ..] => {
                    self.bare()?;
                    self.end_line_in(out);
                    behind
                }
            };
        }
        let length = block.len();
        chunk.advance(length);
        Ok(())
    }

    /// The number of the line that has not ended.
    fn line(&self) -> u64 {
        self.ended.saturating_add(1)
    }

    /// A CR or LF is not CRLF.
    fn bare(&self) -> Result<(), ContentError> {
        match self.ends {
            LineEnds::Normalise => Ok(()),
            LineEnds::Refuse | LineEnds::Keep => Err(ContentError::BareLineEnd { line: Some(self.line()) }),
        }
    }

    fn end_line(&mut self, out: &mut Output) {
        self.end_line_in(out.buffer());
    }

    fn end_line_in(&mut self, out: &mut BytesMut) {
        out.extend_from_slice(b"\r\n");
        self.column = 0;
        self.ended = self.line();
    }

    pub(super) fn finish(&mut self, out: &mut Output) -> Result<(), ContentError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let result = self.end(out);
        self.failed = result.err();
        result
    }

    fn end(&mut self, out: &mut Output) -> Result<(), ContentError> {
        if self.cr {
            self.bare()?;
            self.cr = false;
            self.end_line(out);
        }
        if self.column > 0 {
            if self.ends != LineEnds::Normalise {
                return Err(ContentError::Unended);
            }
            self.end_line(out);
        }
        Ok(())
    }
}

/// Writes the first octets of `chunk` as they are.
fn share(chunk: &mut Bytes, count: usize, out: &mut Output) {
    if count == chunk.len() {
        out.push(std::mem::take(chunk));
    } else if count < SHARED {
        out.write(chunk.get(..count).unwrap_or_default());
        chunk.advance(count);
    } else {
        out.push(chunk.split_to(count));
    }
}

#[cfg(test)]
mod tests;
