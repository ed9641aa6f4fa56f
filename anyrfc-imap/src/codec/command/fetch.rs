//! FETCH (RFC 9051, section 6.4.5; RFC 3516, section 4.1; RFC 7162, sections 3.1.4 and 3.2.6;
//! RFC 8474; RFC 8514; RFC 8970).

use super::{Collected, Command, DataKind, Needs, Order, Phase, Takes, select::vanished};
use crate::{
    Error,
    codec::encode::Encoder,
    rfc3516, rfc7162, rfc8474, rfc8514, rfc8970, rfc9394,
    types::{
        AnnotationScope, AnnotationUse, Capability, FetchItem, FetchItems, ModSeq, PartialRange, SequenceSet,
        UidSet,
    },
};

/// What narrows a FETCH, and what is told beside the rows (RFC 4466, section 2.4): the modifiers
/// in parentheses behind the items.
///
/// ```
/// # use anyrfc_imap::{ModSeq, command::FetchModifiers};
/// let known = ModSeq::new(715_194_045_007).unwrap();
/// let modifiers = FetchModifiers::new().changed_since(known);
/// assert!(!modifiers.is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[must_use]
pub struct FetchModifiers {
    changed: Option<Changed>,
    partial: Option<PartialRange>,
}

/// `CHANGEDSINCE`, alone or with `VANISHED`, which does not come without (RFC 7162, section 3.2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Changed {
    since: ModSeq,
    vanished: bool,
}

impl FetchModifiers {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only of messages that have changed since: `CHANGEDSINCE` (RFC 7162, section 3.1.4.1). Each
    /// row comes with the message's modification sequence.
    pub fn changed_since(mut self, since: ModSeq) -> Self {
        self.changed = Some(Changed { since, vanished: false });
        self
    }

    /// The same, and which of the messages have vanished since: `CHANGEDSINCE` and `VANISHED`
    /// (RFC 7162, section 3.2.6). Only of a UID FETCH, once `QRESYNC` is enabled.
    pub fn vanished_since(mut self, since: ModSeq) -> Self {
        self.changed = Some(Changed { since, vanished: true });
        self
    }

    /// Only of the messages of this part of the set: `PARTIAL` (RFC 9394, section 3.3). Only of a
    /// UID FETCH.
    pub fn partial(mut self, range: PartialRange) -> Self {
        self.partial = Some(range);
        self
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What the rows have.
    fn rows(&self, items: &FetchItems) -> FetchItems {
        match self.changed {
            // RFC 7162, section 3.1.4.1: asked for or not.
            Some(_) => items.clone().mod_seq(),
            None => items.clone(),
        }
    }

    /// Whether what has vanished is asked for too.
    pub(crate) fn asks_what_vanished(&self) -> bool {
        self.changed.is_some_and(|changed| changed.vanished)
    }

    /// Whether only a part of the set is asked for.
    pub(crate) const fn is_partial(&self) -> bool {
        self.partial.is_some()
    }

    fn needs(&self, mut needs: Needs) -> Needs {
        if self.changed.is_some() {
            needs = needs.mod_sequences();
        }
        if self.asks_what_vanished() {
            needs = needs
                .capability(Capability::QResync)
                .because(rfc7162::QRESYNC_NEEDS_THE_CAPABILITY)
                .enabled(Capability::QResync, rfc7162::QRESYNC_WAITS_FOR_ENABLED);
        }
        if self.partial.is_some() {
            needs = needs.capability(Capability::Partial).because(rfc9394::PARTIAL_NEEDS_THE_CAPABILITY);
        }
        needs
    }

    /// The rule `fetch-modifiers` with the space before it, or nothing (RFC 4466, section 3).
    fn encode(&self, encoder: &mut Encoder<'_>, uid: bool) -> Result<(), Error> {
        if self.is_empty() {
            return Ok(());
        }
        if self.asks_what_vanished() && !uid {
            return Err(Error::usage("only a UID FETCH tells what has vanished")
                .with_requirement(rfc7162::VANISHED_ONLY_WITH_UID_FETCH));
        }
        if self.partial.is_some() && !uid {
            return Err(Error::usage("only a UID FETCH is narrowed to a part of its set")
                .with_requirement(rfc9394::ONLY_UID_FETCH_HAS_PARTIAL));
        }
        encoder.word(" (");
        if let Some(Changed { since, vanished }) = self.changed {
            encoder.word("CHANGEDSINCE ").mod_seq(since);
            if vanished {
                encoder.word(" VANISHED");
            }
        }
        if let Some(range) = self.partial {
            encoder.word(if self.changed.is_some() { " PARTIAL " } else { "PARTIAL " }).partial_range(range);
        }
        encoder.word(")");
        Ok(())
    }
}

/// What a FETCH comes to, beside the rows: those come while it runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FetchAnswer {
    /// What has vanished, where that was asked for ([`FetchModifiers::vanished_since`]). There may
    /// be UIDs among them that were never known (RFC 7162, section 3.2.6).
    pub vanished: UidSet,
}

macro_rules! fetches {
    ($($(#[$meta:meta])* $name:ident = $word:literal, $uid:literal, $order:expr;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            /// Of which messages.
            pub set: SequenceSet,
            /// What is asked for.
            pub items: FetchItems,
            /// What narrows it.
            pub modifiers: FetchModifiers,
        }

        impl $name {
            /// These things of these messages.
            #[must_use]
            pub fn new(set: impl Into<SequenceSet>, items: impl Into<FetchItems>) -> Self {
                Self { set: set.into(), items: items.into(), modifiers: FetchModifiers::new() }
            }

            /// Narrowed by these.
            #[must_use]
            pub fn with(mut self, modifiers: FetchModifiers) -> Self {
                self.modifiers = modifiers;
                self
            }
        }

        impl Command for $name {
            type Answer = FetchAnswer;

            fn needs(&self) -> Needs {
                let needs = Needs::phase(Phase::Selected).set(&self.set).named($uid);
                let needs = self.modifiers.needs(needs);
                self.items.iter().fold(needs, item_needs)
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
                self.modifiers.encode(encoder, $uid)
            }

            fn takes(&self) -> Takes {
                let takes = match self.modifiers.asks_what_vanished() {
                    true => Takes::kinds([DataKind::VanishedEarlier]),
                    false => Takes::nothing(),
                };
                takes.strays([DataKind::MessageLimit]).rows(self.set.clone(), $uid, self.modifiers.rows(&self.items))
            }

            fn order(&self) -> Order {
                $order
            }

            fn answer(data: Collected) -> Result<FetchAnswer, Error> {
                Ok(FetchAnswer { vanished: vanished(data.whole()?.data) })
            }

            fn split(self, limit: usize) -> Vec<Self> {
                // A part of the set is not that of its parts.
                if !$uid || self.modifiers.partial.is_some() {
                    return vec![self];
                }
                let room = Encoder::room(&self, &self.set, limit);
                let sets = self.set.clone().split(room);
                sets.into_iter().map(|set| Self { set, ..self.clone() }).collect()
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

pub(super) fn item_needs(needs: Needs, item: &FetchItem) -> Needs {
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
        FetchItem::Annotations(wanted) => {
            let private = wanted.scope != Some(AnnotationScope::Shared);
            needs.annotations(AnnotationUse { private, stores: None })
        }
        FetchItem::Preview { .. } => {
            needs.capability(Capability::Preview).because(rfc8970::PREVIEW_NEEDS_THE_CAPABILITY)
        }
        FetchItem::Rfc822 | FetchItem::Rfc822Header | FetchItem::Rfc822Text => needs.rev1(),
        FetchItem::GmailMessageId | FetchItem::GmailThreadId | FetchItem::GmailLabels => {
            needs.capability(Capability::GmExt1)
        }
        FetchItem::ModSeq => needs.mod_sequences(),
        FetchItem::Custom(_) => needs.not_understood(),
        _ => needs,
    }
}
