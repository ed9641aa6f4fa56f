//! FETCH (RFC 9051, section 6.4.5; RFC 3516, section 4.1; RFC 8474; RFC 8514; RFC 8970).

use super::{Collected, Command, Needs, Order, Phase, Takes};
use crate::{
    Error,
    codec::encode::Encoder,
    rfc3516, rfc8474, rfc8514, rfc8970,
    types::{Capability, FetchItem, FetchItems, SequenceSet},
};

macro_rules! fetches {
    ($($(#[$meta:meta])* $name:ident = $word:literal, $uid:literal, $order:expr;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            /// Of which messages.
            pub set: SequenceSet,
            /// What is asked for.
            pub items: FetchItems,
        }

        impl $name {
            /// These things of these messages.
            #[must_use]
            pub fn new(set: impl Into<SequenceSet>, items: impl Into<FetchItems>) -> Self {
                Self { set: set.into(), items: items.into() }
            }
        }

        impl Command for $name {
            /// The rows come while the command runs.
            type Answer = ();

            fn needs(&self) -> Needs {
                self.items.iter().fold(Needs::phase(Phase::Selected).set(&self.set), needs)
            }

            fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
                if self.items.is_empty() {
                    return Err(Error::usage("nothing is to be fetched"));
                }
                encoder.word($word).sequence_set(&self.set)?.space();
                encoder.list(&self.items, |encoder, item| {
                    encoder.fetch_item(item)?;
                    Ok(())
                })?;
                Ok(())
            }

            fn takes(&self) -> Takes {
                Takes::nothing().rows(self.set.clone(), $uid, self.items.clone())
            }

            fn order(&self) -> Order {
                $order
            }

            fn answer(_: Collected) -> Result<(), Error> {
                Ok(())
            }

            fn split(self, limit: usize) -> Vec<Self> {
                if !$uid {
                    return vec![self];
                }
                let room = Encoder::room(&self, &self.set, limit);
                let Self { set, items } = self;
                set.split(room).into_iter().map(|set| Self { set, items: items.clone() }).collect()
            }
        }
    )*};
}

fetches! {
    /// FETCH (RFC 9051, section 6.4.5): of messages by their sequence numbers. Never split: the
    /// numbers could change in between.
    Fetch = "FETCH ", false, Order::keeping_numbers();
    /// UID FETCH (RFC 9051, section 6.4.9): of messages by their UIDs.
    UidFetch = "UID FETCH ", true, Order::free();
}

fn needs(needs: Needs, item: &FetchItem) -> Needs {
    match item {
        FetchItem::Binary { .. } | FetchItem::BinarySize(_) => {
            needs.or_rev2(Capability::Binary).because(rfc3516::BINARY_NEEDS_THE_CAPABILITY)
        }
        FetchItem::EmailId | FetchItem::ThreadId => {
            needs.capability(Capability::ObjectId).because(rfc8474::OBJECTID_NEEDS_THE_CAPABILITY)
        }
        FetchItem::SaveDate => {
            needs.capability(Capability::SaveDate).because(rfc8514::SAVEDATE_NEEDS_THE_CAPABILITY)
        }
        FetchItem::Preview { .. } => {
            needs.capability(Capability::Preview).because(rfc8970::PREVIEW_NEEDS_THE_CAPABILITY)
        }
        FetchItem::Rfc822 | FetchItem::Rfc822Header | FetchItem::Rfc822Text => needs.rev1(),
        FetchItem::GmailMessageId | FetchItem::GmailThreadId | FetchItem::GmailLabels => {
            needs.capability(Capability::GmExt1)
        }
        FetchItem::Custom(_) => needs.not_understood(),
        _ => needs,
    }
}
