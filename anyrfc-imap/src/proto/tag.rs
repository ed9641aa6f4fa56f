//! Tags: `tag` of RFC 9051, section 9.

use std::fmt;

use chacha20::{
    ChaCha20Rng,
    rand_core::{Rng as _, SeedableRng as _},
};

/// Which command, in the order of submission. Never used twice on one connection.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId(pub(crate) u64);

impl fmt::Debug for CommandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CommandId({})", self.0)
    }
}

/// A tag: `tag = 1*<any ASTRING-CHAR except "+">`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag {
    bytes: [u8; Tag::MAX],
    length: u8,
}

impl Tag {
    /// Letters that nobody can foretell, and the digits of a 64-bit number.
    const MAX: usize = Tags::PREFIX + 20;

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Makes tags: letters drawn anew for each, so that nobody can complete a command
/// that was not sent yet, and a number, so that no two are the same.
pub(crate) struct Tags {
    random: ChaCha20Rng,
    next: u64,
}

impl Tags {
    const PREFIX: usize = 5;

    pub(crate) fn new(seed: [u8; 32]) -> Self {
        Self { random: ChaCha20Rng::from_seed(seed), next: 0 }
    }

    pub(crate) fn make(&mut self) -> Tag {
        self.next = self.next.saturating_add(1);
        let mut random = self.random.next_u32();
        let letters = std::iter::repeat_with(|| {
            let letter = LETTERS.get((random & 31) as usize).copied().unwrap_or(b'x');
            random >>= 5;
            letter
        });
        let mut digits = [0; 20];
        let mut rest = self.next;
        for slot in digits.iter_mut().rev() {
            *slot = b"0123456789".get((rest % 10) as usize).copied().unwrap_or(b'x');
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        let digits = digits.into_iter().skip_while(|digit| *digit == 0);
        let mut tag = Tag { bytes: [0; Tag::MAX], length: 0 };
        let places = tag.bytes.iter_mut().zip(1..);
        for ((slot, length), octet) in places.zip(letters.take(Self::PREFIX).chain(digits)) {
            *slot = octet;
            tag.length = length;
        }
        tag
    }
}

/// Thirty-two letters of both cases.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyzABCDEFGH";

impl fmt::Debug for Tags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tags").field("next", &self.next).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_tags_are_the_same_and_none_can_be_foretold() {
        let mut tags = Tags::new([1; 32]);
        let made: Vec<Tag> = (0..2000).map(|_| tags.make()).collect();
        let distinct: HashSet<&[u8]> = made.iter().map(Tag::as_bytes).collect();
        assert_eq!(distinct.len(), made.len());
        let prefixes: HashSet<&[u8]> = made.iter().map(|tag| &tag.as_bytes()[..Tags::PREFIX]).collect();
        assert!(prefixes.len() > 1990, "{} prefixes", prefixes.len());
        assert!(made.iter().all(|tag| tag.as_bytes().iter().all(u8::is_ascii_alphanumeric)));
        assert!(made[1999].as_str().ends_with("2000"));
        assert_ne!(Tags::new([2; 32]).make(), made[0]);
        assert_eq!(Tags::new([1; 32]).make(), made[0]);
    }

    #[test]
    fn the_largest_number_fits() {
        let mut tags = Tags { random: ChaCha20Rng::from_seed([0; 32]), next: u64::MAX - 1 };
        assert!(tags.make().as_str().ends_with("18446744073709551615"));
    }
}
