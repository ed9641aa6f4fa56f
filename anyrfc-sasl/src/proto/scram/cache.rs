//! Keys that were made before.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use subtle::ConstantTimeEq as _;

use super::hash::{Digest, Keys, Mac, ScramHash};

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
    /// Keyed by the seed.
    mac: Mac,
    entries: Mutex<VecDeque<Entry>>,
}

struct Entry {
    /// A keyed hash of all that the keys follow from.
    tag: Digest,
    keys: Arc<Keys>,
}

/// What keys are found by.
pub(super) struct Tag(Digest);

impl Tag {
    fn is(&self, entry: &Entry) -> bool {
        entry.tag.expose().ct_eq(self.0.expose()).into()
    }
}

impl KeyCache {
    /// The most entries; the oldest one makes room.
    pub const MAX: usize = 64;

    /// An empty cache; the random bytes key the hash of the passwords.
    #[must_use]
    pub fn new(seed: [u8; 32]) -> Self {
        let mac = Mac::new(ScramHash::Sha256, &seed);
        Self(Arc::new(Inner { mac, entries: Mutex::new(VecDeque::new()) }))
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
            [name.as_str().as_bytes(), b"\0", &iterations.to_be_bytes(), &length, salt, password];
        Tag(self.0.mac.of(&parts))
    }

    pub(super) fn find(&self, tag: &Tag) -> Option<Arc<Keys>> {
        self.with(|entries| entries.iter().find(|entry| tag.is(entry)).map(|entry| Arc::clone(&entry.keys)))
    }

    pub(super) fn keep(&self, tag: Tag, keys: Arc<Keys>) {
        self.with(|entries| {
            entries.retain(|entry| !tag.is(entry));
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

    fn keys(byte: u8) -> Arc<Keys> {
        Arc::new(Keys::of(ScramHash::Sha1, &[byte]))
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
        assert!(!clone.is_empty());
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
