//! SEARCH (RFC 9051, section 6.4.4; RFC 4731; RFC 5182; RFC 5032).

use super::{
    Collected, Command, DataKind, Effect, Needs, Order, Phase, SearchAnswer, Takes, search_key,
    search_return::{self, Verb},
};
use crate::{
    Error,
    codec::encode::Encoder,
    rfc5267, rfc6203,
    types::{Capability, Key, Piece, SearchQuery, SearchReturn, SequenceNumber, Uid},
};

macro_rules! searches {
    ($($(#[$meta:meta])* $name:ident = $word:literal, $number:ty, $uid:literal;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            /// What is looked for.
            pub query: SearchQuery,
            /// What is told of it.
            pub returns: SearchReturn,
        }

        impl $name {
            /// All numbers of what the query finds.
            #[must_use]
            pub fn new(query: SearchQuery) -> Self {
                Self { query, returns: SearchReturn::new() }
            }

            /// This of what the query finds.
            #[must_use]
            pub fn returning(mut self, returns: SearchReturn) -> Self {
                self.returns = returns;
                self
            }
        }

        impl Command for $name {
            type Answer = SearchAnswer<$number>;

            fn needs(&self) -> Needs {
                needs(&self.query, self.returns, $uid)
            }

            fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
                encode(encoder.word($word), &self.query, self.returns)
            }

            fn takes(&self) -> Takes {
                Takes::kinds([DataKind::Search]).strays([DataKind::MultiSearch, DataKind::MessageLimit])
            }

            fn effect(&self) -> Effect {
                effect(self.returns)
            }

            fn order(&self) -> Order {
                order(&self.query, $uid)
            }

            fn answer(data: Collected) -> Result<Self::Answer, Error> {
                SearchAnswer::collect(data, $uid)
            }
        }
    )*};
}

searches! {
    /// SEARCH (RFC 9051, section 6.4.4): finds sequence numbers.
    Search = "SEARCH", SequenceNumber, false;
    /// UID SEARCH (RFC 9051, section 6.4.9): finds UIDs.
    UidSearch = "UID SEARCH", Uid, true;
}

/// Without UID its answer is of sequence numbers, and no EXPUNGE comes meanwhile. With UID one may,
/// and it waits only for others where it names messages by number (RFC 9051, section 5.5).
pub(super) fn order(query: &SearchQuery, uid: bool) -> Order {
    // A key that nobody here knows may name messages by number too.
    let numbers = |key: &Key| match key {
        Key::Numbers(set) => !set.is_saved(),
        Key::Custom(_) => true,
        _ => false,
    };
    match uid {
        false => Order::keeping_numbers(),
        true if query.keys().any(numbers) => Order::using_numbers(),
        true => Order::free(),
    }
}

/// A search whose result the server can keep the client up to date about (RFC 5267, section 4.3).
pub trait Follow: Command {
    /// Whether its result is of UIDs, and so are the changes.
    const UID: bool;
}

impl Follow for Search {
    const UID: bool = false;
}

impl Follow for UidSearch {
    const UID: bool = true;
}

/// CANCELUPDATE (RFC 5267, section 4.3.5): the server is to tell no more of the results of these
/// searches. A [`Following`](crate::proto::Following) that is dropped does it by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelUpdate {
    tags: Vec<String>,
}

impl CancelUpdate {
    /// Of the searches with these tags.
    #[must_use]
    pub fn new(tags: impl Into<Vec<String>>) -> Self {
        Self { tags: tags.into() }
    }
}

impl Command for CancelUpdate {
    type Answer = ();

    fn needs(&self) -> Needs {
        Needs::phase(Phase::Selected)
            .any_of([Capability::ContextSearch, Capability::ContextSort], false)
            .because(rfc5267::CONTEXT_SEARCH_NEEDS_THE_CAPABILITY)
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        if self.tags.is_empty() {
            return Err(Error::usage("no search is named").with_requirement(rfc5267::CANCELUPDATE_NAMES_TAGS));
        }
        encoder.word("CANCELUPDATE ").spaced(&self.tags, |encoder, tag| {
            encoder.string(tag.as_bytes())?;
            Ok(())
        })?;
        Ok(())
    }

    fn answer(_: Collected) -> Result<(), Error> {
        Ok(())
    }
}

fn needs(query: &SearchQuery, returns: SearchReturn, uid: bool) -> Needs {
    let needs = search_return::needs(returns, Verb::Search, Needs::phase(Phase::Selected).named(uid));
    query_needs(query, needs)
}

/// Whether the server goes on telling of the result.
pub(super) const fn effect(returns: SearchReturn) -> Effect {
    if returns.update { Effect::Follow } else { Effect::None }
}

/// Adds what the server must have for a query.
pub(super) fn query_needs(query: &SearchQuery, mut needs: Needs) -> Needs {
    if query.is_fuzzy() {
        needs = needs.capability(Capability::SearchFuzzy).because(rfc6203::FUZZY_NEEDS_THE_CAPABILITY);
    }
    query.keys().fold(needs, |needs, key| search_key::needs(key, needs))
}

fn encode(encoder: &mut Encoder<'_>, query: &SearchQuery, returns: SearchReturn) -> Result<(), Error> {
    let dialect = encoder.dialect();
    search_return::encode(returns, query, encoder)?;
    if returns.is_empty() && !dialect.rev2() && dialect.has(&Capability::Esearch) {
        // Asks for an answer with the command's tag, and with ranges.
        encoder.word(" RETURN (ALL)");
    }
    search_program(encoder, query)
}

/// The rule `search-program` with the space before it (RFC 9051, section 9): the charset where one
/// has to be named, and the keys.
pub(super) fn search_program(encoder: &mut Encoder<'_>, query: &SearchQuery) -> Result<(), Error> {
    // UTF-8 is what IMAP4rev2 supposes, and with UTF8=ACCEPT no charset may be named (RFC 6855,
    // section 3). Elsewhere some servers refuse one that is not needed.
    if !encoder.dialect().utf8() && !query.keys().all(Key::is_ascii) {
        encoder.word(" CHARSET UTF-8");
    }
    encoder.space();
    search_keys(encoder, query)
}

/// The keys of a query, one space between two of them.
pub(super) fn search_keys(encoder: &mut Encoder<'_>, query: &SearchQuery) -> Result<(), Error> {
    write_pieces(encoder, query.pieces())
}

/// The rule `search-criteria`, as a server keeps it (RFC 5466, section 3.2): in UTF-8, in the forms
/// that RFC 3501 has, and each key of an extension in parentheses.
pub(super) fn criteria(query: &SearchQuery) -> Result<Vec<u8>, Error> {
    Encoder::kept(|encoder| write_pieces(encoder, query.pieces_apart()))
}

fn write_pieces(encoder: &mut Encoder<'_>, pieces: Vec<Piece<'_>>) -> Result<(), Error> {
    for piece in pieces {
        match piece {
            Piece::Glue(glue) => {
                encoder.word(glue);
            }
            Piece::Key(key) => search_key::encode(key, encoder)?,
        }
    }
    Ok(())
}
