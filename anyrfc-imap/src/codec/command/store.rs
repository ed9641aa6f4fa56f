//! STORE (RFC 9051, section 6.4.6; RFC 7162, section 3.1.3; RFC 5257, section 4.5).

use super::{Collected, Command, DataKind, Needs, Order, Phase, Takes};
use crate::{
    Error,
    codec::encode::Encoder,
    types::{
        Annotation, AnnotationUse, Capability, Code, FetchItem, FetchItems, Flag, ModSeq, NumberSet,
        SequenceSet,
    },
};

/// What becomes of what a message has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StoreAction {
    /// It is replaced.
    Replace,
    /// More is added.
    Add,
    /// Some is removed.
    Remove,
}

/// What is stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stored {
    /// Flags.
    Flags(Vec<Flag>),
    /// Labels of Gmail (`X-GM-EXT-1`); those of its own begin with a backslash.
    GmailLabels(Vec<String>),
    /// Annotations (RFC 5257), each by itself: those not named stay as they are. The server tells
    /// nothing of them.
    Annotations(Vec<Annotation>),
}

impl From<Vec<Flag>> for Stored {
    fn from(flags: Vec<Flag>) -> Self {
        Self::Flags(flags)
    }
}

impl<const N: usize> From<[Flag; N]> for Stored {
    fn from(flags: [Flag; N]) -> Self {
        Self::Flags(flags.into())
    }
}

impl From<Annotation> for Stored {
    fn from(annotation: Annotation) -> Self {
        Self::Annotations(vec![annotation])
    }
}

impl From<Flag> for Stored {
    fn from(flag: Flag) -> Self {
        Self::Flags(vec![flag])
    }
}

/// What a STORE comes to, beside the rows with the new flags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoreAnswer {
    /// What a conditional STORE has left alone, since it was changed by others (RFC 7162).
    pub modified: NumberSet,
}

macro_rules! stores {
    ($($(#[$meta:meta])* $name:ident = $word:literal, $uid:literal, $order:expr;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            /// Of which messages.
            pub set: SequenceSet,
            /// What becomes of what they have.
            pub action: StoreAction,
            /// What is stored.
            pub stored: Stored,
            /// Whether the server need not tell what they have then.
            pub silent: bool,
            /// Only of messages that have not changed since: `UNCHANGEDSINCE` (RFC 7162, section
            /// 3.1.3). The server then tells the new modification sequence even where it is silent.
            pub unchanged_since: Option<ModSeq>,
        }

        impl $name {
            /// Stores this, and has the server tell what the messages have then.
            #[must_use]
            pub fn new(set: impl Into<SequenceSet>, action: StoreAction, stored: impl Into<Stored>) -> Self {
                Self { set: set.into(), action, stored: stored.into(), silent: false, unchanged_since: None }
            }

            /// Without having the server tell what the messages have then.
            #[must_use]
            pub fn silent(mut self) -> Self {
                self.silent = true;
                self
            }
        }

        impl $name {
            /// Only of messages that have not changed since (RFC 7162, section 3.1.3). Those that
            /// have are in [`StoreAnswer::modified`].
            #[must_use]
            pub fn unchanged_since(mut self, since: ModSeq) -> Self {
                self.unchanged_since = Some(since);
                self
            }
        }

        impl Command for $name {
            type Answer = StoreAnswer;

            fn needs(&self) -> Needs {
                let mut needs = Needs::phase(Phase::Selected).set(&self.set).named($uid);
                if self.unchanged_since.is_some() {
                    needs = needs.mod_sequences();
                }
                match &self.stored {
                    Stored::Flags(_) => needs,
                    Stored::Annotations(all) => needs.annotations(AnnotationUse::storing(all)),
                    Stored::GmailLabels(_) => needs.capability(Capability::GmExt1),
                }
            }

            fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
                encoder.word($word).sequence_set(&self.set)?.space();
                if let Some(since) = self.unchanged_since {
                    encoder.word("(UNCHANGEDSINCE ").mod_seq(since).word(") ");
                }
                encode(encoder, self.action, &self.stored, self.silent)
            }

            fn takes(&self) -> Takes {
                let item = match &self.stored {
                    Stored::Flags(_) => FetchItem::Flags,
                    Stored::GmailLabels(_) => FetchItem::GmailLabels,
                    // A conditional STORE tells the new modification sequence, and nothing else.
                    Stored::Annotations(_) => FetchItem::ModSeq,
                };
                Takes::nothing()
                    .strays([DataKind::MessageLimit])
                    .rows(self.set.clone(), $uid, FetchItems::from(item))
            }

            fn order(&self) -> Order {
                $order
            }

            fn answer(data: Collected) -> Result<StoreAnswer, Error> {
                let mut answer = StoreAnswer::default();
                let data = data.whole()?;
                for code in data.codes() {
                    if let Code::Modified(numbers) = code {
                        answer.modified = answer.modified.union(numbers);
                    }
                }
                Ok(answer)
            }

            fn split(self, limit: usize) -> Vec<Self> {
                if !$uid {
                    return vec![self];
                }
                let room = Encoder::room(&self, &self.set, limit);
                let sets = self.set.clone().split(room);
                sets.into_iter().map(|set| Self { set, ..self.clone() }).collect()
            }
        }
    )*};
}

stores! {
    /// STORE (RFC 9051, section 6.4.6): of messages by their sequence numbers. Never split: the
    /// numbers could change in between.
    Store = "STORE ", false, Order::keeping_numbers();
    /// UID STORE (RFC 9051, section 6.4.9): of messages by their UIDs.
    UidStore = "UID STORE ", true, Order::free();
}

fn encode(
    encoder: &mut Encoder<'_>,
    action: StoreAction,
    stored: &Stored,
    silent: bool,
) -> Result<(), Error> {
    let word = match stored {
        Stored::Flags(_) => "FLAGS",
        Stored::GmailLabels(_) => "X-GM-LABELS",
        Stored::Annotations(_) if action != StoreAction::Replace => {
            return Err(Error::usage("an annotation is neither added to nor taken from: it is replaced"));
        }
        Stored::Annotations(annotations) => return encoder.annotations(annotations).map(drop),
    };
    encoder.word(match action {
        StoreAction::Replace => "",
        StoreAction::Add => "+",
        StoreAction::Remove => "-",
    });
    encoder.word(word).word(if silent { ".SILENT " } else { " " });
    match stored {
        Stored::Flags(flags) => encoder.flags(flags).map(drop),
        Stored::GmailLabels(labels) => encoder
            .list(labels, |encoder, label| {
                encoder.gmail_label(label)?;
                Ok(())
            })
            .map(drop),
        Stored::Annotations(_) => Ok(()),
    }
}
