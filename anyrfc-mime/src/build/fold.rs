//! Writes header fields and folds them (RFC 5322, section 2.2.3).

use crate::{error::Error, rfc5322 as r};

/// What lines should keep to (RFC 5322, section 2.1.1).
pub(super) const WIDTH: usize = 78;
/// What lines must keep to.
pub(super) const LIMIT: usize = 998;

/// A buffer that knows how far its last line has come.
pub(super) struct Lines<'o> {
    pub(super) out: &'o mut Vec<u8>,
    start: usize,
    /// A line before the present one was too long.
    over: bool,
    /// Where the first line's text begins.
    body: usize,
    /// What the lines of this field should keep to.
    pub(super) width: usize,
}

impl<'o> Lines<'o> {
    /// Continues `out`, whose last line ends with a line break, by a field of this name.
    pub(super) fn field(out: &'o mut Vec<u8>, name: &str) -> Self {
        let start = out.len();
        out.extend_from_slice(name.as_bytes());
        out.push(b':');
        let body = out.len();
        Self { out, start, over: false, body, width: WIDTH }
    }

    /// How many octets stand on the present line.
    pub(super) fn column(&self) -> usize {
        self.out.len() - self.start
    }

    /// Whether anything stands behind the field's colon.
    pub(super) fn has_text(&self) -> bool {
        self.out.len() > self.body
    }

    /// Begins a new line of the same field.
    pub(super) fn fold(&mut self) {
        self.over |= self.column() > LIMIT;
        self.out.extend_from_slice(b"\r\n");
        self.start = self.out.len();
        self.out.push(b' ');
    }

    /// A space or a new line, so that `length` more octets fit where they can.
    pub(super) fn space_for(&mut self, length: usize) {
        if self.column() + 1 + length > self.width {
            self.fold();
        } else {
            self.out.push(b' ');
        }
    }

    /// A token that cannot be broken, after a space or a new line.
    pub(super) fn token(&mut self, token: &[u8]) {
        self.space_for(token.len());
        self.out.extend_from_slice(token);
    }

    /// Ends the field.
    ///
    /// # Errors
    /// A line is longer than 998 octets.
    pub(super) fn end(self) -> Result<(), Error> {
        if self.over || self.column() > LIMIT {
            return Err(too_long());
        }
        self.out.extend_from_slice(b"\r\n");
        Ok(())
    }
}

/// A line of a field could not be kept to 998 octets.
pub(super) fn too_long() -> Error {
    Error::usage("a header field holds something longer than a line that cannot be folded")
        .with_requirement(r::LINES_UP_TO_998)
}
