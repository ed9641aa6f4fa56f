//! Several keys as JSON (RFC 7517, section 5).

use super::Jwk;

/// A JSON Web Key Set, in its own order.
///
/// Keys of a type, curve or form that cannot be used are passed over, as the RFC asks for, and
/// counted.
///
/// ```
/// use anyrfc_jwt::types::JwkSet;
///
/// let set = JwkSet::parse(br#"{"keys": [{"kty": "AKP", "alg": "ML-DSA-44"}, {"kty": "RSA"}]}"#)?;
/// assert!(set.is_empty());
/// assert_eq!(set.passed_over(), 2);
/// # Ok::<(), anyrfc_jwt::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct JwkSet {
    pub(crate) keys: Vec<Jwk>,
    pub(crate) passed_over: usize,
}

impl JwkSet {
    /// The keys, in the order in which they came.
    #[must_use]
    pub fn keys(&self) -> &[Jwk] {
        &self.keys
    }

    /// The keys with this `kid`, in which case counts; two may have the same.
    pub fn find<'a>(&'a self, key_id: &'a str) -> impl Iterator<Item = &'a Jwk> {
        self.keys.iter().filter(move |jwk| jwk.key_id() == Some(key_id))
    }

    /// How many keys were passed over because they cannot be used.
    #[must_use]
    pub const fn passed_over(&self) -> usize {
        self.passed_over
    }

    /// How many keys there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is no key.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// One more.
    pub fn push(&mut self, jwk: Jwk) {
        self.keys.push(jwk);
    }
}

impl FromIterator<Jwk> for JwkSet {
    fn from_iter<I: IntoIterator<Item = Jwk>>(keys: I) -> Self {
        Self { keys: keys.into_iter().collect(), passed_over: 0 }
    }
}

impl<'a> IntoIterator for &'a JwkSet {
    type Item = &'a Jwk;
    type IntoIter = std::slice::Iter<'a, Jwk>;

    fn into_iter(self) -> Self::IntoIter {
        self.keys.iter()
    }
}
