//! Keys that were made before.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use anyrfc_core::Secret;
use subtle::ConstantTimeEq as _;

use super::hash::{Keys, ScramHash};

/// The keys of passwords that servers have taken, so that the next login need
/// not derive them again (RFC 5802, section 5.1, allows it): microseconds
/// instead of a millisecond.
///
/// Clones share their keys. An entry stands for one password with one salt and
/// iteration count; it is made when the server has proved that it knows the
/// keys, so a wrong password is never in it, and found only with the same
/// password. Passwords themselves are not kept, but a keyed hash of them: whoever
/// can read this process's memory can guess from that faster than from the keys.
/// [`clear`](Self::clear) it where that matters more than the next login.
///
/// ```
/// use anyrfc_sasl::KeyCache;
/// let cache = KeyCache::new([7; 32]); // from the system's randomness, that is
/// assert!(cache.is_empty());
/// ```
#[derive(Clone)]
pub struct KeyCache(Arc<Inner>);

struct Inner {
    secret: Secret<Vec<u8>>,
    entries: Mutex<VecDeque<Entry>>,
}

struct Entry {
    /// A keyed hash of all that the keys follow from.
    tag: Secret<Vec<u8>>,
    keys: Keys,
}

/// What keys are found by.
pub(super) struct Tag(Secret<Vec<u8>>);

impl KeyCache {
    /// The most entries; the oldest one makes room.
    pub const MAX: usize = 64;

    /// An empty cache; the random bytes key the hash of the passwords.
    #[must_use]
    pub fn new(seed: [u8; 32]) -> Self {
        let secret = Secret::new(seed.to_vec());
        Self(Arc::new(Inner { secret, entries: Mutex::new(VecDeque::new()) }))
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.with(|entries| entries.len())
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets and wipes all keys.
    pub fn clear(&self) {
        self.with(VecDeque::clear);
    }

    pub(super) fn tag(&self, hash: ScramHash, password: &[u8], salt: &[u8], iterations: u32) -> Tag {
        let name = hash.mechanism(false);
        let length = (salt.len() as u64).to_be_bytes();
        let parts: [&[u8]; 6] =
            [name.as_str().as_bytes(), &[0], &iterations.to_be_bytes(), &length, salt, password];
        Tag(ScramHash::Sha256.hmac(self.0.secret.expose(), &parts))
    }

    pub(super) fn find(&self, tag: &Tag) -> Option<Keys> {
        let is = |entry: &&Entry| bool::from(entry.tag.expose().ct_eq(tag.0.expose()));
        self.with(|entries| entries.iter().find(is).map(|entry| entry.keys.duplicate()))
    }

    pub(super) fn keep(&self, tag: Tag, keys: Keys) {
        self.with(|entries| {
            entries.retain(|entry| !bool::from(entry.tag.expose().ct_eq(tag.0.expose())));
            if entries.len() >= Self::MAX {
                entries.pop_front();
            }
            entries.push_back(Entry { tag: tag.0, keys });
        });
    }

    fn with<R>(&self, change: impl FnOnce(&mut VecDeque<Entry>) -> R) -> R {
        change(&mut self.0.entries.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for KeyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyCache({} entries)", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(byte: u8) -> Keys {
        Keys { client: Secret::new(vec![byte]), server: Secret::new(vec![byte]) }
    }

    #[test]
    fn found_by_all_that_the_keys_follow_from() {
        let cache = KeyCache::new([1; 32]);
        cache.keep(cache.tag(ScramHash::Sha1, b"password", b"salt", 4096), keys(1));
        let found = |hash, password: &[u8], salt: &[u8], iterations| {
            cache.find(&cache.tag(hash, password, salt, iterations)).is_some()
        };
        assert!(found(ScramHash::Sha1, b"password", b"salt", 4096));
        assert!(!found(ScramHash::Sha256, b"password", b"salt", 4096));
        assert!(!found(ScramHash::Sha1, b"passwore", b"salt", 4096));
        assert!(!found(ScramHash::Sha1, b"password", b"salu", 4096));
        assert!(!found(ScramHash::Sha1, b"password", b"salt", 4097));
        // The border between salt and password counts.
        assert!(!found(ScramHash::Sha1, b"assword", b"saltp", 4096));
    }

    #[test]
    fn bounded_shared_and_cleared() {
        let cache = KeyCache::new([1; 32]);
        let tag = |n: usize| cache.tag(ScramHash::Sha1, b"password", b"salt", n as u32);
        for n in 0..=KeyCache::MAX {
            cache.keep(tag(n), keys(0));
            cache.keep(tag(n), keys(0));
        }
        let clone = cache.clone();
        assert_eq!(clone.len(), KeyCache::MAX);
        assert!(clone.find(&tag(0)).is_none() && clone.find(&tag(1)).is_some());
        cache.clear();
        assert!(clone.is_empty());
    }

    #[test]
    fn another_seed_makes_other_tags() {
        let tag = |seed| KeyCache::new([seed; 32]).tag(ScramHash::Sha1, b"password", b"salt", 1).0;
        assert_ne!(tag(1).expose(), tag(2).expose());
    }
}
