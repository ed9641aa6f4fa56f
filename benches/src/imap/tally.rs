//! What everybody sees of the same rows, counted, so that nobody can leave work out.

use std::hint::black_box;

use super::Result;

/// Sums over all rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) rows: u64,
    pub(super) uids: u64,
    pub(super) sizes: u64,
    pub(super) flags: u64,
    pub(super) dates: u64,
    pub(super) addresses: u64,
    pub(super) parts: u64,
    pub(super) parameters: u64,
    pub(super) octets: u64,
    pub(super) lines: u64,
    /// Octets of all strings.
    pub(super) text: u64,
    /// How many characters of those were escaped, which only the corpus knows.
    pub(super) escapes: u64,
}

impl Tally {
    /// Everybody looks at every string like this.
    #[inline]
    pub(super) fn look(&mut self, text: &[u8]) {
        self.text += text.len() as u64;
        black_box(text.first());
    }

    /// The same for one that may be missing.
    #[inline]
    pub(super) fn look_at(&mut self, text: Option<&[u8]>) {
        if let Some(text) = text {
            self.look(text);
        }
    }

    /// The corpus says what there is to be seen.
    pub(super) fn expect(&mut self, text: &str) {
        self.text += text.len() as u64;
        if text.is_ascii() {
            self.escapes += text.bytes().filter(|octet| matches!(octet, b'"' | b'\\')).count() as u64;
        }
    }

    /// Whether somebody saw all there is to see. Who leaves the escapes in may have seen up to so many octets more.
    pub(super) fn agree(self, expected: Self, escapes: Escapes) -> Result<()> {
        let more = self.text.saturating_sub(expected.text);
        let allowed = if escapes == Escapes::Left { expected.escapes } else { 0 };
        let same = Self { text: self.text - more, escapes: expected.escapes, ..self };
        if same == expected && more <= allowed {
            return Ok(());
        }
        Err(format!("saw {self:?} instead of {expected:?}").into())
    }
}

/// What becomes of the backslashes in a quoted string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escapes {
    /// They are taken out.
    Taken,
    /// They are left in.
    Left,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_may_be_left_out() {
        let mut expected = Tally { rows: 1, ..Tally::default() };
        expected.expect("a \"b\"");
        let mut seen = Tally { rows: 1, ..Tally::default() };
        seen.look(b"a \"b\"");
        assert!(seen.agree(expected, Escapes::Taken).is_ok());
        seen.look(b"\\\\");
        assert!(seen.agree(expected, Escapes::Taken).is_err());
        assert!(seen.agree(expected, Escapes::Left).is_ok());
        seen.look(b"?");
        assert!(seen.agree(expected, Escapes::Left).is_err());
        assert!(Tally { rows: 0, ..expected }.agree(expected, Escapes::Taken).is_err());
    }
}
