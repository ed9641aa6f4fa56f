//! What a caller holds of a command under way.

use std::{
    fmt,
    sync::{Arc, Weak},
};

use super::{CommandId, Completion};
use crate::{Error, codec::command::Collected};

/// The right to the answer of a command that was submitted.
///
/// It borrows nothing. Dropping it abandons the command: while that waits, it is not sent
/// any more (LOGOUT excepted); once it is on its way it is not taken back, but its answer is
/// read and thrown away, and so never mistaken for another one's. The literal of an APPEND is
/// still to be given, or to be [forsaken](super::Connection::forsake).
#[must_use = "dropping a ticket throws the answer away"]
pub struct Ticket<T> {
    id: CommandId,
    held: Arc<()>,
    answer: fn(Collected) -> Result<T, Error>,
}

impl<T> Ticket<T> {
    pub(super) fn new(id: CommandId, answer: fn(Collected) -> Result<T, Error>) -> Self {
        Self { id, held: Arc::new(()), answer }
    }

    pub(super) fn weak(&self) -> Weak<()> {
        Arc::downgrade(&self.held)
    }

    /// What keeps the command from being abandoned when the ticket itself is dropped.
    #[cfg(feature = "client")]
    pub(crate) fn hold(&self) -> Arc<()> {
        Arc::clone(&self.held)
    }

    /// Which command it is of; events name it by this.
    #[must_use]
    pub fn id(&self) -> CommandId {
        self.id
    }

    /// The answer, from the [`Completion`] of this very command.
    ///
    /// # Errors
    /// The server refused, or what it said is no answer to the command;
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for the completion of another command.
    pub fn answer(self, completion: Completion) -> Result<T, Error> {
        if completion.id != self.id {
            return Err(Error::usage("the completion is of another command"));
        }
        (self.answer)(completion.into_collected()?)
    }
}

impl<T> fmt::Debug for Ticket<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ticket({})", self.id.0)
    }
}
