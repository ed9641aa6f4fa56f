//! SEARCH (RFC 9051, section 6.4.4; RFC 4731; RFC 5182; RFC 5032).

use super::{Collected, Command, DataKind, Needs, Order, Phase, Takes, search_key};
use crate::{
    Error,
    codec::encode::Encoder,
    rfc4731, rfc5182, rfc9051,
    types::{
        Capability, Data, Esearch, Key, ModSeq, Number, Numbers, Piece, SearchQuery, SearchReturn,
        SequenceNumber, Uid,
    },
};

/// What a search has found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SearchAnswer<N> {
    /// All that was found. Empty if nothing was, and if other things were asked for.
    pub all: Numbers<N>,
    /// The least number, if that was asked for and something was found.
    pub min: Option<N>,
    /// The greatest number, if that was asked for and something was found.
    pub max: Option<N>,
    /// How many were found, if that was asked for.
    pub count: Option<u32>,
    /// The highest modification sequence of what was found (RFC 7162).
    pub mod_seq: Option<ModSeq>,
}

impl<N: Number> SearchAnswer<N> {
    /// From SEARCH responses or ESEARCH ones. A server that has found nothing may have sent
    /// neither.
    fn collect(data: Collected, uid: bool) -> Result<Self, Error> {
        let mut answer = Self { all: Numbers::new(), min: None, max: None, count: None, mod_seq: None };
        for data in data.data {
            match data {
                Data::Search(found) => {
                    answer.all.extend(found.numbers.into_iter().filter_map(N::from_u32));
                    answer.mod_seq = answer.mod_seq.max(found.mod_seq);
                }
                // It has found something, and nobody knows what.
                Data::Esearch(found) if is_mistaken(&found) => {
                    let what = "ESEARCH tells of no numbers that can be read";
                    return Err(Error::violation(rfc9051::ABNF_IS_FOLLOWED_STRICTLY, what));
                }
                Data::Esearch(found) if found.uid == uid || is_empty(&found) => answer.add(found),
                // Sequence numbers must not be taken for UIDs, nor the other way round.
                Data::Esearch(_) => {
                    let what = "ESEARCH tells of other numbers than were asked for";
                    return Err(Error::violation(rfc4731::UID_SEARCH_HAS_THE_UID_INDICATOR, what));
                }
                _ => {}
            }
        }
        Ok(answer)
    }

    fn add(&mut self, found: Esearch) {
        if let Some(all) = found.all {
            self.all = self.all.union(&all.to_set().cast());
        }
        self.min = found.min.and_then(N::from_u32).or(self.min);
        self.max = found.max.and_then(N::from_u32).or(self.max);
        self.count = found.count.or(self.count);
        self.mod_seq = self.mod_seq.max(found.mod_seq);
    }
}

/// Whether it names messages in a way that was not understood.
fn is_mistaken(found: &Esearch) -> bool {
    let numbers = |raw: &[u8]| raw.iter().any(|byte| matches!(byte, b'1'..=b'9'));
    found.all.is_none()
        && found.other.iter().any(|(name, raw)| name.eq_ignore_ascii_case("ALL") && numbers(raw))
}

/// Whether it names no message, so that their kind is all the same.
fn is_empty(found: &Esearch) -> bool {
    found.all.is_none() && found.min.is_none() && found.max.is_none()
}

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
                Takes::kinds([DataKind::Search])
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
fn order(query: &SearchQuery, uid: bool) -> Order {
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

fn needs(query: &SearchQuery, returns: SearchReturn, uid: bool) -> Needs {
    let mut needs = Needs::phase(Phase::Selected).named(uid);
    if !returns.is_empty() {
        needs = needs.or_rev2(Capability::Esearch).because(rfc4731::RESULT_OPTIONS_NEED_THE_CAPABILITY);
    }
    if returns.save {
        needs = needs.or_rev2(Capability::SearchRes).because(rfc5182::SAVE_NEEDS_THE_CAPABILITY);
    }
    query.keys().fold(needs, |needs, key| search_key::needs(key, needs))
}

fn encode(encoder: &mut Encoder<'_>, query: &SearchQuery, returns: SearchReturn) -> Result<(), Error> {
    let dialect = encoder.dialect();
    if !returns.is_empty() {
        encoder.word(" RETURN ").list(returns.words(), |encoder, word| {
            encoder.word(word);
            Ok(())
        })?;
    } else if !dialect.rev2() && dialect.has(&Capability::Esearch) {
        // Asks for an answer with the command's tag, and with ranges.
        encoder.word(" RETURN (ALL)");
    }
    // UTF-8 is what IMAP4rev2 supposes, and with UTF8=ACCEPT no charset may be named (RFC 6855,
    // section 3). Elsewhere some servers refuse one that is not needed.
    if !dialect.utf8() && !query.keys().all(Key::is_ascii) {
        encoder.word(" CHARSET UTF-8");
    }
    encoder.space();
    for piece in query.pieces() {
        match piece {
            Piece::Glue(glue) => {
                encoder.word(glue);
            }
            Piece::Key(key) => search_key::encode(key, encoder)?,
        }
    }
    Ok(())
}
