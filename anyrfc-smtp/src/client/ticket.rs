//! The right to an answer.

use std::{
    fmt,
    sync::{Arc, Weak},
};

use crate::{Error, proto::CommandId, types::Reply};

/// The right to the answer of a command that was submitted.
///
/// It borrows nothing. Dropping it abandons the answer, not the command: that is sent, and its reply is read and
/// thrown away, never mistaken for that of another.
#[must_use = "dropping a ticket throws the answer away"]
pub struct Ticket<T> {
    id: CommandId,
    held: Arc<()>,
    answer: fn(Reply) -> Result<T, Error>,
}

impl<T> Ticket<T> {
    pub(super) fn new(id: CommandId, answer: fn(Reply) -> Result<T, Error>) -> Self {
        Self { id, held: Arc::new(()), answer }
    }

    pub(super) fn weak(&self) -> Weak<()> {
        Arc::downgrade(&self.held)
    }

    /// Which command it is of.
    #[must_use]
    pub const fn id(&self) -> CommandId {
        self.id
    }

    /// What the reply to this command says.
    pub(super) fn answer(self, reply: Reply) -> Result<T, Error> {
        (self.answer)(reply)
    }
}

impl<T> fmt::Debug for Ticket<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Ticket").field(&self.id).finish()
    }
}
