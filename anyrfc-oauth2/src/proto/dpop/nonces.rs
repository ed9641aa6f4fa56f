//! The last nonce of each server (RFC 9449, sections 8.2 and 9).

/// For how many origins a nonce is kept.
pub(super) const MOST: usize = 100;

/// The longest nonce that is kept.
pub(super) const LONGEST: usize = 4096;

/// Origins and their nonces; the one that was used last stands at the end.
#[derive(Debug, Default)]
pub(super) struct Nonces(Vec<(Box<str>, Box<str>)>);

impl Nonces {
    /// What the server at `origin` gave last.
    pub(super) fn last_of(&mut self, origin: &str) -> Option<&str> {
        let at = self.0.iter().rposition(|(known, _)| **known == *origin)?;
        self.0.get_mut(at..)?.rotate_left(1);
        self.0.last().map(|(_, nonce)| &**nonce)
    }

    /// Takes a nonce in, in place of the one of that origin that was there, or of the one that has
    /// not been used for longest.
    pub(super) fn keep(&mut self, origin: &str, nonce: &str) {
        if let Some(kept) = self.last_of(origin) {
            if kept != nonce
                && let Some((_, kept)) = self.0.last_mut()
            {
                *kept = nonce.into();
            }
            return;
        }
        if self.0.len() == MOST {
            self.0.remove(0);
        }
        self.0.push((origin.into(), nonce.into()));
    }
}
