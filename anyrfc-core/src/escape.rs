//! Peer bytes made safe to show.

use std::fmt;

/// Shows bytes with everything but printable ASCII escaped, and cut at 64 bytes.
///
/// ```
/// assert_eq!(anyrfc_core::escape::Escaped(b"a\r\n\x1b").to_string(), r"a\r\n\x1b");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Escaped<'a>(pub &'a [u8]);

/// How many bytes of a peer's text are shown.
const SHOWN: usize = 64;

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.get(..SHOWN).unwrap_or(self.0);
        write!(f, "{}", shown.escape_ascii())?;
        if shown.len() < self.0.len() { write!(f, "… ({} bytes)", self.0.len()) } else { Ok(()) }
    }
}

impl fmt::Debug for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}
