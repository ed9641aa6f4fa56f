//! Harmless breaches of the RFC: how many are forgiven, and which were seen.

use std::fmt;

use crate::compliance::Requirement;

/// How strictly a peer is held to the RFC. A value, chosen at run time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Tolerance {
    /// Every breach ends the connection or the operation.
    Strict,
    /// Harmless breaches that real servers show are accepted and counted.
    #[default]
    Field,
    /// Whatever can still be understood is accepted and counted.
    Lenient,
}

/// One kind of breach that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deviation {
    /// The statement that was broken.
    pub requirement: &'static Requirement,
    /// How often.
    pub count: u64,
    /// The first occurrence, at most [`Deviation::SAMPLE`] bytes of it.
    pub sample: Box<[u8]>,
}

impl Deviation {
    /// The most bytes a sample keeps.
    pub const SAMPLE: usize = 128;
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} times): {}", self.requirement, self.count, crate::escape::Escaped(&self.sample))
    }
}

/// The breaches that were accepted on one connection, one entry a requirement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deviations(Vec<Deviation>);

impl Deviations {
    /// Counts a breach of `requirement`; the first one's bytes are kept as a sample.
    pub fn record(&mut self, requirement: &'static Requirement, sample: &[u8]) {
        if let Some(seen) = self.0.iter_mut().find(|d| d.requirement == requirement) {
            seen.count = seen.count.saturating_add(1);
            return;
        }
        let sample = sample.get(..Deviation::SAMPLE).unwrap_or(sample).into();
        self.0.push(Deviation { requirement, count: 1, sample });
    }

    /// Whether none was seen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each kind of breach, in the order first seen.
    pub fn iter(&self) -> std::slice::Iter<'_, Deviation> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a Deviations {
    type Item = &'a Deviation;
    type IntoIter = std::slice::Iter<'a, Deviation>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
