//! Whether a message is junk (RFC 9051, section 2.3.2).

use std::borrow::Borrow;

use super::Flag;

/// What the keywords `$Junk` and `$NotJunk` say of a message together.
///
/// ```
/// use anyrfc_imap::types::{Flag, Junk};
/// assert_eq!(Junk::of([Flag::Seen, Flag::JUNK]), Junk::Junk);
/// assert!(!Junk::of([Flag::JUNK, Flag::NOT_JUNK]).is_junk());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Junk {
    /// Nobody has said.
    #[default]
    Unknown,
    /// It is junk.
    Junk,
    /// It is not junk.
    NotJunk,
    /// Both are set, which counts as neither. Both should be removed on the server: store
    /// [`Flag::JUNK`] and [`Flag::NOT_JUNK`] with `StoreAction::Remove`.
    Contradictory,
}

impl Junk {
    /// What these flags say.
    #[must_use]
    pub fn of<F: Borrow<Flag>>(flags: impl IntoIterator<Item = F>) -> Self {
        let (mut junk, mut not_junk) = (false, false);
        for flag in flags {
            junk |= *flag.borrow() == Flag::JUNK;
            not_junk |= *flag.borrow() == Flag::NOT_JUNK;
        }
        match (junk, not_junk) {
            (false, false) => Self::Unknown,
            (true, false) => Self::Junk,
            (false, true) => Self::NotJunk,
            (true, true) => Self::Contradictory,
        }
    }

    /// Whether it is known to be junk.
    #[must_use]
    pub const fn is_junk(self) -> bool {
        matches!(self, Self::Junk)
    }

    /// Whether it is known not to be junk.
    #[must_use]
    pub const fn is_not_junk(self) -> bool {
        matches!(self, Self::NotJunk)
    }
}
