//! The character classes of the grammars, each a set of ASCII octets.

/// A set of ASCII octets, by the octet.
pub(crate) struct Set([bool; 256]);

impl Set {
    /// Whether `byte` is in the set. Nothing beyond ASCII is.
    #[inline]
    pub(crate) fn has(&self, byte: u8) -> bool {
        self.0.get(usize::from(byte)).is_some_and(|is| *is)
    }

    /// Whether `byte` is in the set or beyond ASCII (RFC 6532, section 3.2).
    #[inline]
    pub(crate) fn has_or_utf8(&self, byte: u8) -> bool {
        byte >= 128 || self.has(byte)
    }
}

/// A set of ASCII octets in the making, by the bit.
#[derive(Clone, Copy)]
struct Bits(u128);

impl Bits {
    /// The octets of `members`, all ASCII.
    const fn of(members: &[u8]) -> Self {
        let mut bits = 0;
        let mut rest = members;
        while let [first, tail @ ..] = rest {
            bits |= 1 << *first;
            rest = tail;
        }
        Self(bits)
    }

    /// The octets from `first` to `last`, which are ASCII.
    const fn range(first: u8, last: u8) -> Self {
        let mut bits = 0;
        let mut at = first;
        while at <= last {
            bits |= 1 << at;
            at += 1;
        }
        Self(bits)
    }

    const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn without(self, members: &[u8]) -> Self {
        Self(self.0 & !Self::of(members).0)
    }

    const fn set(self) -> Set {
        let mut table = [false; 256];
        let mut rest: &mut [bool] = &mut table;
        let mut bits = self.0;
        while let [first, tail @ ..] = rest {
            *first = bits & 1 == 1;
            bits >>= 1;
            rest = tail;
        }
        Set(table)
    }
}

const ALPHANUMERIC: Bits = Bits::range(b'0', b'9').and(Bits::range(b'A', b'Z')).and(Bits::range(b'a', b'z'));
const PRINTABLE: Bits = Bits::range(33, 126);
const TOKEN_BITS: Bits = PRINTABLE.without(b"()<>@,;:\\\"/[]?=");

/// `atext` (RFC 5322, section 3.2.3).
pub(crate) static ATEXT: Set = ALPHANUMERIC.and(Bits::of(b"!#$%&'*+-/=?^_`{|}~")).set();
/// `dtext` (RFC 5322, section 3.4.1).
pub(crate) static DTEXT: Set = PRINTABLE.without(b"[]\\").set();
/// `ftext` (RFC 5322, section 3.6.8).
pub(crate) static FTEXT: Set = PRINTABLE.without(b":").set();
/// What a `token` is made of (RFC 2045, section 5.1).
pub(crate) static TOKEN: Set = TOKEN_BITS.set();
/// `attribute-char` (RFC 2231, section 7).
pub(crate) static ATTRIBUTE: Set = TOKEN_BITS.without(b"*'%").set();
/// `bchars` (RFC 2046, section 5.1.1).
pub(crate) static BCHARS: Set = ALPHANUMERIC.and(Bits::of(b"'()+_,-./:=? ")).set();

/// A control character of ASCII: nothing that our own text may hold, tab excepted.
#[inline]
pub(crate) const fn is_control(byte: u8) -> bool {
    (byte < 32 && byte != b'\t') || byte == 127
}

/// White space inside a line (RFC 5234, appendix B.1, `WSP`).
#[inline]
pub(crate) const fn is_wsp(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Whether `text` is a `token` (RFC 2045, section 5.1).
pub(crate) fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|&byte| TOKEN.has(byte))
}

/// Whether `text` is `dot-atom-text` (RFC 5322, section 3.2.3), UTF-8 included (RFC 6532,
/// section 3.2).
pub(crate) fn is_dot_atom(text: &[u8]) -> bool {
    text.split(|&byte| byte == b'.')
        .all(|atom| !atom.is_empty() && atom.iter().all(|&byte| ATEXT.has_or_utf8(byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(set: &Set) -> String {
        (0..=255).filter(|&byte| set.has(byte)).map(char::from).collect()
    }

    #[test]
    fn the_sets_are_those_of_the_grammars() {
        assert_eq!(members(&ATEXT).len(), 62 + 19);
        assert_eq!(members(&FTEXT).len(), 93);
        assert_eq!(members(&DTEXT).len(), 91);
        assert_eq!(members(&TOKEN).len(), 94 - 15);
        assert_eq!(members(&ATTRIBUTE).len(), 94 - 18);
        assert_eq!(members(&BCHARS).len(), 62 + 13);
        assert!(ATEXT.has_or_utf8(0x80) && !ATEXT.has(0x80) && !ATEXT.has_or_utf8(b'@'));
    }

    #[test]
    fn atoms() {
        for text in ["a", "a.b", "!#$%&'*+-/=?^_`{|}~", "用户.例"] {
            assert!(is_dot_atom(text.as_bytes()), "{text}");
        }
        for text in ["", ".", "a.", ".a", "a..b", "a b", "a@b", "a\0"] {
            assert!(!is_dot_atom(text.as_bytes()), "{text}");
        }
        assert!(is_token(b"x-y.z") && !is_token(b"") && !is_token(b"a/b") && !is_token("ä".as_bytes()));
    }
}
