//! What a connection reports.

use crate::types::{Reply, SendReport};

/// Names a command that was submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommandId(pub(super) u64);

/// Names a message that was submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeliveryId(pub(super) u64);

/// What a connection reports. Replies to what belongs to a message are kept for its report.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// The hello was answered, on a stream that is protected as it was asked for: commands may go.
    Ready,
    /// The server has agreed to TLS: upgrade now. Nothing more is read before.
    Upgrade,
    /// The login has settled a security layer, see [`Connection::take_login`](super::Connection::take_login):
    /// what follows passes through it. Nothing more is read before
    /// [`Connection::layer_installed`](super::Connection::layer_installed).
    Layer,
    /// A step of a login is being worked out, in slices: the next one begins when the connection is driven on. Let
    /// others run in between.
    Working,
    /// A command was answered.
    Reply(CommandId, Reply),
    /// A message has ended, one way or another.
    Delivered(DeliveryId, SendReport),
}
