//! What a mechanism is.

use std::fmt;

use anyrfc_core::Secret;

use crate::{Error, Established, MechanismName};

/// What a mechanism does with a challenge.
#[derive(Debug)]
#[must_use]
pub enum Step {
    /// Send this as the response; it may be empty, which is not the same as nothing.
    Respond(Secret<Vec<u8>>),
    /// The response takes more work, which is done in slices of well under a
    /// millisecond: call [`Mechanism::work`] until it answers something else,
    /// and let others run in between.
    Working,
    /// The mechanism has had its last challenge. Answer that one with an empty
    /// response, and wait for the protocol's outcome.
    Done,
}

impl Step {
    /// A response.
    pub fn respond(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Respond(Secret::new(bytes.into()))
    }

    /// What is to be sent, which is empty after the last challenge; `None` while
    /// there is work to do.
    #[must_use]
    pub fn into_response(self) -> Option<Secret<Vec<u8>>> {
        match self {
            Self::Respond(response) => Some(response),
            Self::Working => None,
            Self::Done => Some(Secret::new(Vec::new())),
        }
    }
}

/// One login by one mechanism (RFC 4422, section 3): no I/O, no clock, no task.
///
/// An [`Exchange`](crate::Exchange) drives it, keeps the order of calls and the
/// limits, and answers for what is the same in every mechanism; code that drives
/// a mechanism by itself has to call `first` at most once and before `step`,
/// `work` only after [`Step::Working`], and nothing after an error.
pub trait Mechanism: fmt::Debug + Send {
    /// Its name.
    fn name(&self) -> MechanismName;

    /// The initial response (RFC 4422, section 3.3). `None` where the server
    /// speaks first; an empty one is a response. Where the protocol cannot carry
    /// it, it is not asked for, and [`step`](Self::step) gives it for the empty
    /// challenge that the server then sends.
    fn first(&mut self) -> Option<Secret<Vec<u8>>>;

    /// Answers a challenge, decoded.
    ///
    /// # Errors
    /// The server broke a rule, refused, or asks for what policy forbids: abort.
    fn step(&mut self, challenge: &[u8]) -> Result<Step, Error>;

    /// One more slice of work, after [`Step::Working`].
    ///
    /// # Errors
    /// As of [`step`](Self::step), and where there is nothing to work on.
    fn work(&mut self) -> Result<Step, Error> {
        Err(Error::usage("there is nothing to work on"))
    }

    /// Why the server refuses, where it told the mechanism (RFC 7628, section
    /// 3.2.2, say). Asked for when the protocol reports failure.
    fn refusal(&mut self) -> Option<Error> {
        None
    }

    /// The protocol reports success, with additional data where it carries them.
    ///
    /// # Errors
    /// The server has not proved what this mechanism lets it prove, or the
    /// additional data are not what they should be: the login has failed.
    fn finish(self: Box<Self>, additional: Option<&[u8]>) -> Result<Established, Error>;
}
