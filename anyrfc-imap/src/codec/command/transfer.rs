//! COPY and MOVE (RFC 9051, sections 6.4.7 and 6.4.8; RFC 6851; RFC 4315, section 3).

use super::{
    Collected, Command, DataKind, Needs, Order, Phase, Takes,
    select::{Expunged, expunged},
};
use crate::{
    Error,
    codec::encode::Encoder,
    rfc6851,
    types::{Capability, Code, CopyUid, MailboxName, SequenceNumber, SequenceSet, UidSet},
};

/// What a MOVE has done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Moved {
    /// Which message has become which, where the server says so.
    pub copies: Vec<CopyUid>,
    /// The messages that are gone, each as in [`Expunged`](super::Expunged).
    pub expunged: Vec<SequenceNumber>,
    /// The messages that are gone, by their UIDs, once `QRESYNC` or `UIDONLY` is enabled.
    pub vanished: UidSet,
}

fn copies(data: &Collected) -> Vec<CopyUid> {
    let copies = data.codes().filter_map(|code| match code {
        Code::CopyUid(copy) => Some(copy.clone()),
        _ => None,
    });
    copies.collect()
}

fn moved(data: Collected) -> Moved {
    let copies = copies(&data);
    let Expunged { numbers, vanished } = expunged(data);
    Moved { copies, expunged: numbers, vanished }
}

macro_rules! transfers {
    ($($(#[$meta:meta])* $name:ident = $word:literal, $answer:ty, $uid:literal, $moves:literal, $order:expr, $collect:expr;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            /// Which messages.
            pub set: SequenceSet,
            /// Where to.
            pub mailbox: MailboxName,
        }

        impl $name {
            /// These messages to this mailbox.
            #[must_use]
            pub fn new(set: impl Into<SequenceSet>, mailbox: MailboxName) -> Self {
                Self { set: set.into(), mailbox }
            }
        }

        impl Command for $name {
            type Answer = $answer;

            fn needs(&self) -> Needs {
                let needs = Needs::phase(Phase::Selected).set(&self.set).named($uid);
                if !$moves {
                    return needs;
                }
                needs.or_rev2(Capability::Move).because(rfc6851::MOVE_NEEDS_THE_CAPABILITY)
            }

            fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
                encoder.word($word).sequence_set(&self.set)?.space().mailbox(&self.mailbox)?;
                Ok(())
            }

            fn takes(&self) -> Takes {
                if $moves {
                    // RFC 6851, section 4.3: it comes before the EXPUNGE responses.
                    return Takes::kinds([DataKind::CopyUid, DataKind::Expunge, DataKind::Vanished])
                        .strays([DataKind::MessageLimit]);
                }
                Takes::nothing().strays([DataKind::CopyUid, DataKind::MessageLimit])
            }

            fn order(&self) -> Order {
                $order
            }

            fn answer(data: Collected) -> Result<$answer, Error> {
                let collect: fn(Collected) -> $answer = $collect;
                Ok(collect(data.whole()?))
            }

            fn split(self, limit: usize) -> Vec<Self> {
                if !$uid {
                    return vec![self];
                }
                let room = Encoder::room(&self, &self.set, limit);
                let Self { set, mailbox } = self;
                set.split(room).into_iter().map(|set| Self { set, mailbox: mailbox.clone() }).collect()
            }
        }
    )*};
}

transfers! {
    /// COPY (RFC 9051, section 6.4.7): of messages by their sequence numbers. Never split: the
    /// numbers could change in between.
    Copy = "COPY ", Vec<CopyUid>, false, false, Order::using_numbers(), |data| copies(&data);
    /// UID COPY (RFC 9051, section 6.4.9): of messages by their UIDs.
    UidCopy = "UID COPY ", Vec<CopyUid>, true, false, Order::free(), |data| copies(&data);
    /// MOVE (RFC 9051, section 6.4.8): of messages by their sequence numbers. Never split: the
    /// first part would change the numbers of the second.
    Move = "MOVE ", Moved, false, true, Order::using_numbers(), moved;
    /// UID MOVE (RFC 9051, section 6.4.9): of messages by their UIDs.
    UidMove = "UID MOVE ", Moved, true, true, Order::free(), moved;
}
