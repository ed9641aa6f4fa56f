//! The message behind DATA: dots that begin lines are doubled (RFC 5321, section 4.5.2).

use anyrfc_core::Output;
use bytes::Bytes;

use super::lines::Lines;
use crate::types::content::{ContentError, LINE_MAX, LineEnds};

/// Text on its way, for DATA: a dot that begins a line is doubled, every CR and LF that is not CRLF
/// becomes CRLF or is refused, and the last line ends, before the one line that is a dot alone.
///
/// It may come in pieces of any size, split anywhere. Whatever it holds, the end of the data is in
/// it once, where [`finish`](Self::finish) has put it.
///
/// ```
/// use anyrfc_core::Output;
/// use anyrfc_smtp::{codec::dot::DotStuffer, types::content::{LINE_MAX, LineEnds}};
/// use bytes::Bytes;
///
/// let mut stuffer = DotStuffer::new(LineEnds::Normalise, LINE_MAX);
/// let mut out = Output::new();
/// stuffer.feed(&mut Bytes::from_static(b".one\r\n.\nQUIT"), &mut out)?;
/// stuffer.finish(&mut out)?;
/// assert_eq!(&out.take()[..], b"..one\r\n..\r\nQUIT\r\n.\r\n");
/// # Ok::<(), anyrfc_smtp::types::content::ContentError>(())
/// ```
#[derive(Debug)]
pub struct DotStuffer(Lines);

impl Default for DotStuffer {
    /// Line ends become CRLF, and lines have 998 octets.
    fn default() -> Self {
        Self::new(LineEnds::Normalise, LINE_MAX)
    }
}

impl DotStuffer {
    /// Treats line ends like that; a line of more than `line_max` octets is an error, a doubled dot
    /// not counted. [`LineEnds::Keep`] refuses as [`LineEnds::Refuse`] does: what follows DATA is
    /// lines.
    #[must_use]
    pub const fn new(ends: LineEnds, line_max: usize) -> Self {
        Self(Lines::new(ends, line_max, true))
    }

    /// Writes `chunk` to `out` until it is empty or `out` is full. What need not be changed and is
    /// large is shared, not copied.
    ///
    /// # Errors
    /// A line is too long, or has not the right end; every later call says the same. The data must
    /// not be ended then.
    pub fn feed(&mut self, chunk: &mut Bytes, out: &mut Output) -> Result<(), ContentError> {
        self.0.feed(chunk, out)
    }

    /// The message is complete: ends its last line where it has no end, and the data.
    ///
    /// # Errors
    /// As [`feed`](Self::feed), and [`ContentError::Unended`].
    pub fn finish(&mut self, out: &mut Output) -> Result<(), ContentError> {
        self.0.finish(out)?;
        out.write(b".\r\n");
        Ok(())
    }
}
