//! Replies that the server owes, in the order of what they answer (RFC 2920, section 3.1).

use super::CommandId;
use crate::error::Waited;

/// What a reply answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owed {
    /// EHLO or LHLO.
    Hello,
    /// HELO.
    OldHello,
    /// STARTTLS.
    StartTls,
    /// AUTH, or a line of its exchange.
    Auth(CommandId),
    /// A command of the caller's.
    Command(CommandId, Effect),
    /// MAIL of a message.
    Mail(u64),
    /// RCPT of a message, and of which recipient.
    Recipient(u64, u32),
    /// DATA of a message.
    Data(u64),
    /// A chunk of a message, not the last.
    Chunk(u64),
    /// A whole message; in LMTP, and under PRDR, for which recipient.
    Message(u64, Option<u32>),
    /// RSET of our own.
    Reset,
    /// QUIT.
    Quit,
}

/// What a command of the caller's does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Nothing to the session.
    None,
    /// It opens a transaction.
    Mail,
    /// It belongs to a transaction.
    Recipient,
    /// It ends every transaction.
    Reset,
    /// Nobody knows.
    Unknown,
}

/// A reply that is owed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) owed: Owed,
    /// The item of the outbox that asks for it.
    pub(super) mark: u64,
}

impl Owed {
    /// The message that it belongs to.
    pub(super) const fn delivery(self) -> Option<u64> {
        match self {
            Self::Mail(id)
            | Self::Recipient(id, _)
            | Self::Data(id)
            | Self::Chunk(id)
            | Self::Message(id, _) => Some(id),
            _ => None,
        }
    }

    /// Whether nothing may follow what it answers before the reply (RFC 2920, section 3.1).
    pub(super) const fn ends_group(self) -> bool {
        match self {
            Self::Hello | Self::OldHello | Self::StartTls | Self::Auth(_) | Self::Data(_) | Self::Quit => {
                true
            }
            // VRFY, EXPN, NOOP and what is not known.
            Self::Command(_, effect) => matches!(effect, Effect::None | Effect::Unknown),
            _ => false,
        }
    }

    /// What is waited for.
    pub(super) const fn waited(self) -> Waited {
        match self {
            Self::Hello | Self::OldHello => Waited::Hello,
            Self::StartTls => Waited::StartTls,
            Self::Auth(_) => Waited::Authentication,
            Self::Mail(_) | Self::Command(_, Effect::Mail) => Waited::Mail,
            Self::Recipient(..) | Self::Command(_, Effect::Recipient) => Waited::Recipient,
            Self::Data(_) => Waited::Data,
            Self::Chunk(_) => Waited::Chunk,
            Self::Message(..) => Waited::Message,
            Self::Command(..) | Self::Reset => Waited::Command,
            Self::Quit => Waited::Quit,
        }
    }
}
