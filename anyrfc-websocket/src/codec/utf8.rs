//! UTF-8 validated as it arrives (RFC 6455, section 8.1; RFC 3629).

/// Validates text that comes in pieces, and notices the first wrong byte at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Utf8Validator {
    /// The beginning of a character whose end has not come yet.
    partial: [u8; 4],
    held: usize,
}

/// The text is not UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidUtf8;

impl Utf8Validator {
    /// Looks at the next piece.
    ///
    /// # Errors
    /// [`InvalidUtf8`] as soon as no continuation could make the text valid.
    pub fn feed(&mut self, mut piece: &[u8]) -> Result<(), InvalidUtf8> {
        while self.held != 0 {
            let Some((&byte, rest)) = piece.split_first() else { return Ok(()) };
            piece = rest;
            if let Some(slot) = self.partial.get_mut(self.held) {
                *slot = byte;
            }
            self.held = self.held.saturating_add(1);
            match std::str::from_utf8(self.partial.get(..self.held).unwrap_or_default()) {
                Ok(_) => self.held = 0,
                Err(error) if error.error_len().is_none() => {}
                Err(_) => return Err(InvalidUtf8),
            }
        }
        if simdutf8::basic::from_utf8(piece).is_ok() {
            return Ok(());
        }
        let Err(error) = simdutf8::compat::from_utf8(piece) else { return Ok(()) };
        // Three bytes at most: of four, it is known whether they are a character.
        let tail = piece.get(error.valid_up_to()..).unwrap_or_default();
        if error.error_len().is_some() {
            return Err(InvalidUtf8);
        }
        for (slot, byte) in self.partial.iter_mut().zip(tail) {
            *slot = *byte;
        }
        self.held = tail.len();
        Ok(())
    }

    /// The text is over; the validator is fresh again.
    ///
    /// # Errors
    /// [`InvalidUtf8`] when it ends inside a character.
    pub fn finish(&mut self) -> Result<(), InvalidUtf8> {
        if std::mem::take(&mut self.held) == 0 { Ok(()) } else { Err(InvalidUtf8) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn valid(pieces: &[&[u8]]) -> bool {
        let mut validator = Utf8Validator::default();
        pieces.iter().all(|piece| validator.feed(piece).is_ok()) && validator.finish().is_ok()
    }

    #[test]
    fn agrees_with_std_for_every_cut() {
        let texts: [&[u8]; 9] = [
            "héllo wörld €𐍈 plain".as_bytes(),
            b"\xed\xa0\x80",
            b"\xf4\x90\x80\x80",
            b"\xc0\xaf",
            b"\xe0\x80\x80 and more text that is long enough for the vector path to be taken ......",
            b"ok\xff",
            b"\xf0\x9f\x92",
            b"\x80",
            "\u{10FFFF}\u{FFFF}\u{0}".as_bytes(),
        ];
        for text in texts {
            let expected = std::str::from_utf8(text).is_ok();
            for a in 0..=text.len() {
                for b in a..=text.len() {
                    assert_eq!(
                        valid(&[&text[..a], &text[a..b], &text[b..]]),
                        expected,
                        "{text:x?} at {a}, {b}"
                    );
                }
            }
            let singles: Vec<&[u8]> = text.chunks(1).collect();
            assert_eq!(valid(&singles), expected);
        }
    }

    #[test]
    fn fails_at_the_first_byte_that_cannot_be_mended() {
        // A surrogate shows in its second byte, an over-long form too.
        for (head, byte) in [(0xED, 0xA0), (0xE0, 0x80), (0xF4, 0x90), (0xF0, 0x8F)] {
            let mut validator = Utf8Validator::default();
            assert_eq!(validator.feed(&[head]), Ok(()));
            assert_eq!(validator.feed(&[byte]), Err(InvalidUtf8));
        }
        assert_eq!(Utf8Validator::default().feed(&[0xF5]), Err(InvalidUtf8));
    }
}
