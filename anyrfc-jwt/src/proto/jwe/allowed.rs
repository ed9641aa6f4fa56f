//! What a key is for: the algorithms that it allows, and nothing else (RFC 8725, section 3.1).

use std::fmt;

use crate::types::{ContentEncryption, JweAlgorithm};

macro_rules! set {
    ($(#[$meta:meta])* pub struct $set:ident of $one:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
        pub struct $set(u32);

        impl $set {
            /// None.
            pub const EMPTY: Self = Self(0);

            /// These and `one`.
            #[must_use]
            pub const fn with(self, one: $one) -> Self {
                Self(self.0 | 1 << one as u32)
            }

            /// Whether `one` is among them.
            #[must_use]
            pub const fn contains(self, one: $one) -> bool {
                self.0 & (1 << one as u32) != 0
            }

            /// Whether there is none.
            #[must_use]
            pub const fn is_empty(self) -> bool {
                self.0 == 0
            }

            /// One after the other.
            pub fn iter(self) -> impl Iterator<Item = $one> {
                $one::ALL.iter().copied().filter(move |one| self.contains(*one))
            }
        }

        impl fmt::Debug for $set {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_set().entries(self.iter()).finish()
            }
        }

        impl From<$one> for $set {
            fn from(one: $one) -> Self {
                Self::EMPTY.with(one)
            }
        }

        impl FromIterator<$one> for $set {
            fn from_iter<I: IntoIterator<Item = $one>>(all: I) -> Self {
                all.into_iter().fold(Self::EMPTY, Self::with)
            }
        }

        impl From<&[$one]> for $set {
            fn from(all: &[$one]) -> Self {
                all.iter().copied().collect()
            }
        }

        impl<const N: usize> From<[$one; N]> for $set {
            fn from(all: [$one; N]) -> Self {
                all.into_iter().collect()
            }
        }
    };
}

set! {
    /// A set of ways to bring a key to somebody.
    pub struct KeyManagement of JweAlgorithm
}

set! {
    /// A set of ways to encrypt content.
    pub struct ContentEncryptions of ContentEncryption
}

impl ContentEncryptions {
    /// All six of RFC 7518, each of which authenticates what it encrypts.
    pub const ALL: Self = {
        let (mut all, mut left) = (Self::EMPTY, ContentEncryption::ALL);
        while let [one, rest @ ..] = left {
            (all, left) = (all.with(*one), rest);
        }
        all
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in() {
        let set = KeyManagement::from([JweAlgorithm::RsaOaep, JweAlgorithm::Pbes2Hs512A256Kw]);
        assert!(set.contains(JweAlgorithm::RsaOaep) && !set.contains(JweAlgorithm::Rsa1_5));
        assert_eq!(set.iter().collect::<KeyManagement>(), set);
        assert_eq!(format!("{set:?}"), "{RsaOaep, Pbes2Hs512A256Kw}");
        assert!(KeyManagement::EMPTY.is_empty() && !set.is_empty());
        assert_eq!(ContentEncryptions::ALL.iter().count(), 6);
    }
}
