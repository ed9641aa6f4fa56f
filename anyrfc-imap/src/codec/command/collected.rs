//! What a command was answered.

use crate::types::{Code, Data, StatusResponse};

/// What the server has sent for a command: its completion, and the data that are its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Collected {
    /// The completion; more than one where a command was split.
    pub completions: Vec<StatusResponse>,
    /// The data, in the order in which they came.
    pub data: Vec<Data>,
}

impl Collected {
    /// The answer to one command.
    #[must_use]
    pub fn new(completion: StatusResponse, data: Vec<Data>) -> Self {
        Self { completions: vec![completion], data }
    }

    /// The answers to the parts of a command that was split.
    #[must_use]
    pub fn join(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::default();
        for part in parts {
            all.completions.extend(part.completions);
            all.data.extend(part.data);
        }
        all
    }

    /// The codes of all status responses: first those of untagged ones, then those of the
    /// completions.
    pub fn codes(&self) -> impl Iterator<Item = &Code> {
        let untagged = self.data.iter().filter_map(|data| match data {
            Data::Status(status) => Some(status),
            _ => None,
        });
        untagged.chain(&self.completions).filter_map(|status| status.code.as_ref())
    }

    /// What `pick` finds among the data, in their order.
    pub fn pick<T>(self, pick: impl FnMut(Data) -> Option<T>) -> impl Iterator<Item = T> {
        self.data.into_iter().filter_map(pick)
    }
}
