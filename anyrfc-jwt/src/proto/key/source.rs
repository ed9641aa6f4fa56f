//! Which keys a signature may be by.

use super::VerifyingKey;
use crate::types::{Algorithms, Header, JwkSet};

/// The keys that are tried, in order; usually there is one.
#[derive(Clone, Debug, Default)]
pub struct Candidates<'a> {
    first: Option<&'a VerifyingKey>,
    rest: Vec<&'a VerifyingKey>,
}

impl<'a> FromIterator<&'a VerifyingKey> for Candidates<'a> {
    fn from_iter<I: IntoIterator<Item = &'a VerifyingKey>>(keys: I) -> Self {
        let mut keys = keys.into_iter();
        Self { first: keys.next(), rest: keys.collect() }
    }
}

impl<'a> IntoIterator for Candidates<'a> {
    type Item = &'a VerifyingKey;
    type IntoIter =
        std::iter::Chain<std::option::IntoIter<&'a VerifyingKey>, std::vec::IntoIter<&'a VerifyingKey>>;

    fn into_iter(self) -> Self::IntoIter {
        self.first.into_iter().chain(self.rest)
    }
}

/// Where keys come from: one key, several, or a [`KeySet`].
///
/// All of them are trusted before the header is looked at; its `kid` only chooses among them.
pub trait KeySource {
    /// The keys that may have signed under this header.
    fn candidates<'a>(&'a self, header: &Header) -> Candidates<'a>;
}

impl KeySource for VerifyingKey {
    fn candidates<'a>(&'a self, header: &Header) -> Candidates<'a> {
        Candidates { first: self.may_be(header.key_id()).then_some(self), rest: Vec::new() }
    }
}

impl KeySource for [VerifyingKey] {
    fn candidates<'a>(&'a self, header: &Header) -> Candidates<'a> {
        self.iter().filter(|key| key.may_be(header.key_id())).collect()
    }
}

impl KeySource for Vec<VerifyingKey> {
    fn candidates<'a>(&'a self, header: &Header) -> Candidates<'a> {
        self.as_slice().candidates(header)
    }
}

impl<const N: usize> KeySource for [VerifyingKey; N] {
    fn candidates<'a>(&'a self, header: &Header) -> Candidates<'a> {
        self.as_slice().candidates(header)
    }
}

impl<K: KeySource + ?Sized> KeySource for &K {
    fn candidates<'a>(&'a self, header: &Header) -> Candidates<'a> {
        (**self).candidates(header)
    }
}

impl<K: KeySource + ?Sized> KeySource for std::sync::Arc<K> {
    fn candidates<'a>(&'a self, header: &Header) -> Candidates<'a> {
        (**self).candidates(header)
    }
}

/// The keys of a JWK Set that may verify signatures, each parsed once.
///
/// What is private in the set stays behind; symmetric keys are taken only where an HMAC is allowed
/// by name.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    keys: Vec<VerifyingKey>,
    passed_over: usize,
}

impl KeySet {
    /// The keys of `set` that are fit for one of `allowed` at least, each for those it is fit for.
    /// The others, keys for encryption say, are passed over and counted.
    #[must_use]
    pub fn new(set: &JwkSet, allowed: impl Into<Algorithms>) -> Self {
        let allowed = allowed.into();
        let mut keys = Vec::with_capacity(set.len());
        let mut passed_over = set.passed_over();
        for jwk in set {
            let fit: Algorithms =
                allowed.iter().filter(|algorithm| VerifyingKey::from_jwk(jwk, *algorithm).is_ok()).collect();
            match VerifyingKey::from_jwk(jwk, fit) {
                Ok(key) => keys.push(key),
                Err(_) => passed_over = passed_over.saturating_add(1),
            }
        }
        Self { keys, passed_over }
    }

    /// The keys, in the order of the set.
    #[must_use]
    pub fn keys(&self) -> &[VerifyingKey] {
        &self.keys
    }

    /// How many keys of the set are of no use here.
    #[must_use]
    pub const fn passed_over(&self) -> usize {
        self.passed_over
    }

    /// Whether a key has this `kid`.
    #[must_use]
    pub fn knows(&self, key_id: &str) -> bool {
        self.keys.iter().any(|key| key.key_id() == Some(key_id))
    }
}

impl KeySource for KeySet {
    fn candidates<'a>(&'a self, header: &Header) -> Candidates<'a> {
        self.keys.candidates(header)
    }
}

impl FromIterator<VerifyingKey> for KeySet {
    fn from_iter<I: IntoIterator<Item = VerifyingKey>>(keys: I) -> Self {
        Self { keys: keys.into_iter().collect(), passed_over: 0 }
    }
}
