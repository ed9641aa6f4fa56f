//! REPLACE (RFC 8508): a message for another one, in one step.

use super::{
    Collected, Command, DataKind, Expunged, Needs, Order, Phase, Takes, WithLiterals,
    append::{appended, literals, message_of, needs},
    select::expunged,
};
use crate::{
    Error,
    codec::encode::Encoder,
    rfc8508,
    types::{AppendMessage, AppendUid, Capability, MailboxName, SequenceNumber, Uid, UidSet},
};

/// What a REPLACE has done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Replaced {
    /// Where the new message is, if the server says so.
    pub appended: Option<AppendUid>,
    /// The message that is gone, and those that others have removed meanwhile, each as in
    /// [`Expunged`](super::Expunged).
    pub expunged: Vec<SequenceNumber>,
    /// The same by their UIDs, once `QRESYNC` or `UIDONLY` is enabled.
    pub vanished: UidSet,
}

macro_rules! replaces {
    ($($(#[$meta:meta])* $name:ident = $word:literal, $number:ty, $uid:literal, $order:expr;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            /// Which message goes.
            pub number: $number,
            /// Where the new one is put.
            pub mailbox: MailboxName,
            /// The new one, whose octets come from the caller while the command is sent.
            pub message: AppendMessage,
        }

        impl $name {
            /// This message, by another one in this mailbox.
            #[must_use]
            pub const fn new(number: $number, mailbox: MailboxName, message: AppendMessage) -> Self {
                Self { number, mailbox, message }
            }
        }

        impl Command for $name {
            type Answer = Replaced;

            fn needs(&self) -> Needs {
                let begin = Needs::phase(Phase::Selected)
                    .named($uid)
                    .capability(Capability::Replace)
                    .because(rfc8508::REPLACE_NEEDS_THE_CAPABILITY);
                needs(begin, std::slice::from_ref(&self.message))
            }

            fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
                encoder.word($word).number(self.number.get().into())?.space();
                encoder.mailbox(&self.mailbox)?.space();
                message_of(encoder, &self.message)
            }

            fn takes(&self) -> Takes {
                // RFC 8508, section 4.3: it comes before the EXPUNGE responses.
                Takes::kinds([DataKind::AppendUid, DataKind::Expunge, DataKind::Vanished])
            }

            fn order(&self) -> Order {
                $order
            }

            fn answer(data: Collected) -> Result<Replaced, Error> {
                let appended = appended(&data);
                let Expunged { numbers: expunged, vanished, .. } = expunged(data);
                Ok(Replaced { appended, expunged, vanished })
            }
        }

        impl WithLiterals for $name {
            fn literals(&self) -> Vec<u64> {
                literals(&self.message)
            }
        }
    )*};
}

replaces! {
    /// REPLACE (RFC 8508, section 3.2): of a message by its sequence number.
    Replace = "REPLACE ", SequenceNumber, false, Order::using_numbers();
    /// UID REPLACE (RFC 8508, section 3.3): of a message by its UID.
    UidReplace = "UID REPLACE ", Uid, true, Order::free();
}
