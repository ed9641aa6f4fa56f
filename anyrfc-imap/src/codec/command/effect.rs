//! What a command changes for the connection.

use super::Notifying;
use crate::types::{Capability, LanguageRange, MailboxName};

/// What a command changes for the connection as a whole, once it is sent or has succeeded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// Nothing that those after it have to know of.
    #[default]
    None,
    /// Somebody is logged in.
    Login,
    /// The server writes in the first of these languages that it knows (RFC 5255).
    Language(Vec<LanguageRange>),
    /// Nobody is logged in any more (RFC 8437).
    Unauthenticate,
    /// A mailbox is selected, and the one before is not, even if it fails.
    Select {
        /// Which one.
        mailbox: MailboxName,
        /// Whether it is opened for reading only.
        read_only: bool,
    },
    /// No mailbox is selected any more.
    Unselect,
    /// The bytes of the connection are compressed from then on.
    Compress,
    /// The server tells other things by itself.
    Notify(Notifying),
    /// Extensions are switched on.
    Enable(Vec<Capability>),
    /// The server goes on telling of the result under the command's tag (RFC 5267, section 4.3).
    Follow,
    /// The connection ends.
    Logout,
    /// The bytes of the connection mean something else from then on, or the command is not over
    /// with one answer: the connection has a method of its own for it.
    Protocol,
}
