//! What a command was answered.

use crate::{
    Error,
    types::{Code, Data, MessageLimit, StatusResponse},
};

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

    /// The same without what it says of parts that were made whole by others.
    #[cfg(feature = "client")]
    pub(crate) fn completed(mut self) -> Self {
        let is_limit = |status: &StatusResponse| matches!(status.code, Some(Code::MessageLimit(_)));
        for status in self.completions.iter_mut().filter(|status| is_limit(status)) {
            status.code = None;
        }
        self.data.retain(|data| !matches!(data, Data::Status(status) if is_limit(status)));
        self
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

    /// How far the server got, where it has worked on some of the messages only (RFC 9738,
    /// section 3.1).
    #[must_use]
    pub fn message_limit(&self) -> Option<MessageLimit> {
        self.codes().find_map(|code| match code {
            Code::MessageLimit(limit) => Some(*limit),
            _ => None,
        })
    }

    /// The same, where it is whole.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`](crate::ErrorKind::Limit) where the server has worked on some of the
    /// messages only (RFC 9738): see [`Error::message_limit`].
    pub fn whole(self) -> Result<Self, Error> {
        match self.message_limit() {
            Some(limit) => Err(Error::partial(limit)),
            None => Ok(self),
        }
    }

    /// What `pick` finds among the data, in their order.
    pub fn pick<T>(self, pick: impl FnMut(Data) -> Option<T>) -> impl Iterator<Item = T> {
        self.data.into_iter().filter_map(pick)
    }
}
