//! Why a piece of a response was not understood.

use std::fmt;

use anyrfc_core::{Deviations, Requirement};

/// Where breaches of the RFC that are forgiven are told.
pub trait Sink {
    /// The server broke `requirement`; `sample` is where.
    fn deviation(&mut self, requirement: &'static Requirement, sample: &[u8]);
}

impl Sink for Deviations {
    fn deviation(&mut self, requirement: &'static Requirement, sample: &[u8]) {
        self.record(requirement, sample);
    }
}

/// Nobody wants to know.
impl Sink for () {
    fn deviation(&mut self, _: &'static Requirement, _: &[u8]) {}
}

/// Why a piece of a response was not understood. It never ends a connection: the piece
/// is kept as it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseError {
    /// The statement of the RFC that was broken.
    pub requirement: &'static Requirement,
    /// What was expected there, in a few words.
    pub expected: &'static str,
}

impl ParseError {
    pub(crate) const fn new(requirement: &'static Requirement, expected: &'static str) -> Self {
        Self { requirement, expected }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (expected {})", self.requirement, self.expected)
    }
}

impl std::error::Error for ParseError {}

/// A value of a response: understood, or kept as it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field<'a, T> {
    /// Understood.
    Parsed(T),
    /// Not understood.
    Malformed {
        /// As it came.
        raw: &'a [u8],
        /// Why.
        error: ParseError,
    },
}

impl<'a, T> Field<'a, T> {
    /// The value, where it was understood.
    #[must_use]
    pub fn parsed(self) -> Option<T> {
        match self {
            Self::Parsed(value) => Some(value),
            Self::Malformed { .. } => None,
        }
    }

    /// The value, or why there is none.
    ///
    /// # Errors
    /// [`ParseError`] where it was not understood.
    pub fn into_result(self) -> Result<T, ParseError> {
        match self {
            Self::Parsed(value) => Ok(value),
            Self::Malformed { error, .. } => Err(error),
        }
    }

    /// Another view of the value.
    pub fn map<U>(self, view: impl FnOnce(T) -> U) -> Field<'a, U> {
        match self {
            Self::Parsed(value) => Field::Parsed(view(value)),
            Self::Malformed { raw, error } => Field::Malformed { raw, error },
        }
    }
}
