//! Bytes to types and back, pure: one function per rule of the grammar.

pub mod utf7;

/// The rule `echo`: what was received is the beginning of what was sent.
/// Returns how many bytes of `received` that is.
///
/// # Errors
/// [`Mismatch`] where a byte is another, or there are more than were sent.
pub fn echo(sent: &[u8], received: &[u8]) -> Result<usize, Mismatch> {
    let common = sent.iter().zip(received).take_while(|(sent, received)| sent == received).count();
    if common == received.len() { Ok(common) } else { Err(Mismatch { at: common }) }
}

/// What was received is not what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The first byte that is another.
    pub at: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_echo_is_a_beginning() {
        assert_eq!(echo(b"abc", b""), Ok(0));
        assert_eq!(echo(b"abc", b"ab"), Ok(2));
        assert_eq!(echo(b"abc", b"abc"), Ok(3));
        assert_eq!(echo(b"abc", b"ax"), Err(Mismatch { at: 1 }));
        assert_eq!(echo(b"abc", b"abcd"), Err(Mismatch { at: 3 }));
    }
}
