//! SORT (RFC 5256, section 3; RFC 5267; RFC 5957; RFC 5257, section 4.9).

use super::{
    Collected, Command, DataKind, Effect, Needs, Order, Phase, SearchAnswer, Takes,
    search::{Follow, effect, order, query_needs, search_keys},
    search_return::{self, Verb},
};
use crate::{
    Error,
    codec::encode::Encoder,
    rfc5257, rfc5957, rfc6203,
    types::{
        AnnotationScope, AnnotationUse, Capability, NumberList, SearchQuery, SearchReturn, SequenceNumber,
        SortKey, SortOrder, Uid,
    },
};

macro_rules! sorts {
    ($($(#[$meta:meta])* $name:ident = $word:literal, $number:ty, $uid:literal;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            /// In which order.
            pub order: SortOrder,
            /// Which messages.
            pub query: SearchQuery,
            /// What is told of them; that it is nothing in particular means all of them.
            pub returns: SearchReturn,
        }

        impl $name {
            /// All numbers of what the query finds, in this order.
            #[must_use]
            pub fn new(order: impl Into<SortOrder>, query: SearchQuery) -> Self {
                Self { order: order.into(), query, returns: SearchReturn::new() }
            }

            /// This of what the query finds (RFC 5267).
            #[must_use]
            pub fn returning(mut self, returns: SearchReturn) -> Self {
                self.returns = returns;
                self
            }
        }

        impl Command for $name {
            type Answer = SearchAnswer<$number, NumberList<$number>>;

            fn needs(&self) -> Needs {
                needs(&self.order, &self.query, self.returns).named($uid)
            }

            fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
                search_return::encode(self.returns, &self.query, encoder.word($word))?;
                encode(&self.order, &self.query, encoder)
            }

            fn takes(&self) -> Takes {
                takes(self.returns)
            }

            fn order(&self) -> Order {
                order(&self.query, $uid)
            }

            fn effect(&self) -> Effect {
                effect(self.returns)
            }

            fn answer(data: Collected) -> Result<Self::Answer, Error> {
                SearchAnswer::collect(data, $uid)
            }
        }
    )*};
}

sorts! {
    /// SORT (RFC 5256, section 3): sequence numbers in an order.
    Sort = "SORT", SequenceNumber, false;
    /// UID SORT (RFC 5256, section 3): UIDs in an order.
    UidSort = "UID SORT", Uid, true;
}

impl Follow for Sort {
    const UID: bool = false;
}

impl Follow for UidSort {
    const UID: bool = true;
}

fn needs(order: &SortOrder, query: &SearchQuery, returns: SearchReturn) -> Needs {
    let mut needs = Needs::phase(Phase::Selected).sort();
    if order.keys().any(|(key, _)| key.is_display()) {
        needs = needs.capability(Capability::SortDisplay).because(rfc5957::DISPLAY_KEYS_NEED_THE_CAPABILITY);
    }
    if order.keys().any(|(key, _)| *key == SortKey::Relevancy) {
        needs = needs.capability(Capability::SearchFuzzy).because(rfc6203::FUZZY_NEEDS_THE_CAPABILITY);
    }
    for (key, _) in order.keys() {
        if let SortKey::Annotation(_, scope) = key {
            let private = *scope == AnnotationScope::Private;
            needs = needs
                .annotations(AnnotationUse { private, stores: None })
                .capability(Capability::Sort)
                .because(rfc5257::SORTING_NEEDS_SORT);
        }
    }
    query_needs(query, search_return::needs(returns, Verb::Sort, needs))
}

/// The charset is named even where it need not be: so it is here (RFC 5256, section 3).
fn encode(order: &SortOrder, query: &SearchQuery, encoder: &mut Encoder<'_>) -> Result<(), Error> {
    if order.keys().any(|(key, _)| *key == SortKey::Relevancy) && !query.may_be_fuzzy() {
        return Err(Error::usage("no part of the search is fuzzy")
            .with_requirement(rfc6203::SORT_BY_RELEVANCY_NEEDS_FUZZY));
    }
    encoder.space().list(order.keys(), |encoder, (key, reversed)| {
        encoder.word(if reversed { "REVERSE " } else { "" }).word(key.word());
        if let SortKey::Annotation(entry, scope) = key {
            encoder.space().astring(entry.as_str().as_bytes())?.word(" value").word(scope.suffix());
        }
        Ok(())
    })?;
    encoder.word(" UTF-8 ");
    search_keys(encoder, query)
}

/// An extended SORT is answered by ESEARCH (RFC 5267, section 3).
fn takes(returns: SearchReturn) -> Takes {
    let kind = if returns.is_empty() { DataKind::Sort } else { DataKind::Search };
    Takes::kinds([kind]).strays([DataKind::MessageLimit])
}
