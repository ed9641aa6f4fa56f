//! UTF-7 (RFC 2152), which the Encoding Standard leaves out and old mail holds.

/// What may follow a shift (RFC 2152, Set B).
const fn value(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte.wrapping_sub(b'A'),
        b'a'..=b'z' => byte.wrapping_sub(b'a' - 26),
        b'0'..=b'9' => byte.wrapping_add(52 - b'0'),
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

/// What may stand for itself: Set D, Set O and white space. Not the backslash and the tilde, which
/// other sets have elsewhere, and no other control character.
const fn is_direct(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\r' | b'\n' | b' '..=b'}') && !matches!(byte, b'\\' | b'+')
}

/// Decodes UTF-7 a piece at a time, in any pieces, in constant memory.
///
/// What means nothing is replaced by U+FFFD. Whether the octets were as the RFC has them is said
/// at the end: by a strict decoder to the letter, by a lenient one without regard to bits left over
/// after a run, to a `+` that shifts nothing, and to characters that ought to have been shifted but
/// can only mean themselves.
#[derive(Clone, Debug)]
pub struct Decoder {
    strict: bool,
    /// Inside a shifted run.
    shifted: bool,
    /// The run has no symbol yet.
    fresh: bool,
    /// Bits that are no whole unit yet, and how many.
    bits: u32,
    count: u32,
    /// The first half of a surrogate pair.
    high: Option<u16>,
    wrong: bool,
}

impl Decoder {
    /// One that reads what can be read.
    #[must_use]
    pub const fn lenient() -> Self {
        Self { strict: false, shifted: false, fresh: false, bits: 0, count: 0, high: None, wrong: false }
    }

    /// One that finds fault with everything that RFC 2152 does not allow.
    #[must_use]
    pub const fn strict() -> Self {
        Self { strict: true, ..Self::lenient() }
    }

    /// Decodes more onto `out`.
    pub fn push(&mut self, input: &[u8], out: &mut String) {
        for &byte in input {
            if self.shifted {
                self.symbol(byte, out);
            } else {
                self.direct(byte, out);
            }
        }
    }

    /// Ends it; whether everything was well-formed.
    #[must_use = "says whether the text was well-formed"]
    pub fn finish(mut self, out: &mut String) -> bool {
        if self.shifted {
            self.unshift(out);
            if self.fresh {
                self.lone_plus(out);
            }
        }
        !self.wrong
    }

    fn direct(&mut self, byte: u8, out: &mut String) {
        match byte {
            b'+' => {
                self.shifted = true;
                self.fresh = true;
            }
            _ if is_direct(byte) => out.push(char::from(byte)),
            _ if byte.is_ascii() => {
                self.wrong |= self.strict;
                out.push(char::from(byte));
            }
            _ => self.replace(out),
        }
    }

    fn symbol(&mut self, byte: u8, out: &mut String) {
        if let Some(value) = value(byte) {
            self.fresh = false;
            self.bits = self.bits << 6 | u32::from(value);
            self.count = self.count.saturating_add(6);
            if let Some(left) = self.count.checked_sub(16) {
                self.count = left;
                // Sixteen bits are left.
                let unit = (self.bits >> left) as u16;
                self.bits &= !(u32::MAX << left);
                self.unit(unit, out);
            }
            return;
        }
        self.unshift(out);
        match (byte, self.fresh) {
            (b'-', true) => out.push('+'),
            // It ends the run and stands for nothing.
            (b'-', false) => {}
            (_, true) => {
                self.lone_plus(out);
                self.direct(byte, out);
            }
            (_, false) => self.direct(byte, out),
        }
        self.fresh = false;
    }

    /// A unit of UTF-16.
    fn unit(&mut self, unit: u16, out: &mut String) {
        if let Some(high) = self.high.take() {
            if let Some(Ok(character)) = char::decode_utf16([high, unit]).next()
                && character.len_utf16() == 2
            {
                out.push(character);
                return;
            }
            self.replace(out);
        }
        match unit {
            0xd800..=0xdbff => self.high = Some(unit),
            _ => match char::from_u32(u32::from(unit)) {
                Some(character) => out.push(character),
                None => self.replace(out),
            },
        }
    }

    /// Ends a run: what is left is less than a unit, and zero.
    fn unshift(&mut self, out: &mut String) {
        self.shifted = false;
        if self.high.take().is_some() {
            self.replace(out);
        }
        let left_over = self.count >= 6 || self.bits != 0;
        self.wrong |= left_over && self.strict;
        // Six bits and more are a symbol too many: some character was cut.
        if self.count >= 6 && self.bits != 0 {
            self.replace(out);
        }
        (self.bits, self.count) = (0, 0);
    }

    fn lone_plus(&mut self, out: &mut String) {
        self.wrong |= self.strict;
        out.push('+');
    }

    fn replace(&mut self, out: &mut String) {
        self.wrong = true;
        out.push(char::REPLACEMENT_CHARACTER);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(mut decoder: Decoder, pieces: &[&[u8]]) -> (String, bool) {
        let mut out = String::new();
        for piece in pieces {
            decoder.push(piece, &mut out);
        }
        let fine = decoder.finish(&mut out);
        (out, fine)
    }

    #[test]
    fn the_examples_of_rfc_2152() {
        for (octets, text) in [
            ("A+ImIDkQ.", "A≢Α."),
            ("Hi Mom -+Jjo--!", "Hi Mom -☺-!"),
            ("+ZeVnLIqe-", "日本語"),
            ("Item 3 is +AKM-1.", "Item 3 is £1."),
            ("1 +- 1", "1 + 1"),
            ("+2Dzf0A-", "\u{1f3d0}"),
            ("+AOQ", "ä"),
            ("+AOQ.", "ä."),
            ("", ""),
        ] {
            for decoder in [Decoder::strict(), Decoder::lenient()] {
                assert_eq!(read(decoder.clone(), &[octets.as_bytes()]), (text.into(), true), "{octets}");
                let single: Vec<_> = octets.as_bytes().chunks(1).collect();
                assert_eq!(read(decoder, &single), (text.into(), true), "{octets}, octet by octet");
            }
        }
    }

    #[test]
    fn strict_and_lenient_differ_where_the_meaning_is_plain() {
        for (octets, text) in [
            ("a~b\\c", "a~b\\c"),
            ("1 + 1", "1 + 1"),
            ("+", "+"),
            ("a+", "a+"),
            // Bits left over that are not zero.
            ("+AOR-", "ä"),
            // A symbol more than there ought to be.
            ("+AOQA-", "ä"),
            ("a\x01", "a\x01"),
        ] {
            assert_eq!(read(Decoder::strict(), &[octets.as_bytes()]), (text.into(), false), "{octets}");
            assert_eq!(read(Decoder::lenient(), &[octets.as_bytes()]), (text.into(), true), "{octets}");
        }
    }

    #[test]
    fn what_means_nothing_is_replaced_and_reported() {
        for (octets, text) in [
            (&b"a\xffb"[..], "a\u{fffd}b"),
            // Half a surrogate pair: alone, before something else, the second half first.
            (b"+2AA-", "\u{fffd}"),
            (b"+2ADYAA-", "\u{fffd}\u{fffd}"),
            (b"+2AAAYQ-", "\u{fffd}a"),
            (b"+3AA-", "\u{fffd}"),
            (b"+2AAx", "\u{fffd}\u{fffd}"),
            (b"+2AA", "\u{fffd}"),
            (b"+Z-", "\u{fffd}"),
            (b"+AOQ\xff-", "ä\u{fffd}-"),
        ] {
            for decoder in [Decoder::strict(), Decoder::lenient()] {
                let found = read(decoder, &[octets]);
                assert_eq!(found, (text.into(), false), "{}", octets.escape_ascii());
            }
        }
    }
}
