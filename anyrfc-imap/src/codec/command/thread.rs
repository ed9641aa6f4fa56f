//! THREAD (RFC 5256, section 3).

use super::{
    Collected, Command, DataKind, Needs, Order, Phase, Takes,
    search::{order, query_needs, search_keys},
};
use crate::{
    Error,
    codec::encode::Encoder,
    rfc5256,
    types::{Capability, Data, Number, SearchQuery, SequenceNumber, ThreadAlgorithm, Threads, Uid},
};

macro_rules! threads {
    ($($(#[$meta:meta])* $name:ident = $word:literal, $number:ty, $uid:literal;)*) => {$(
        $(#[$meta])*
        ///
        /// By [`ThreadAlgorithm::OrderedSubject`] no thread is deeper than two, whatever the server
        /// makes of it.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            /// How messages are put together.
            pub algorithm: ThreadAlgorithm,
            /// Which messages.
            pub query: SearchQuery,
        }

        impl $name {
            /// The messages that the query finds, put together so.
            #[must_use]
            pub const fn new(algorithm: ThreadAlgorithm, query: SearchQuery) -> Self {
                Self { algorithm, query }
            }
        }

        impl Command for $name {
            type Answer = Threads<$number>;

            fn needs(&self) -> Needs {
                needs(&self.algorithm, &self.query).named($uid)
            }

            fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
                encoder.word($word).atom(self.algorithm.as_str())?.word(" UTF-8 ");
                search_keys(encoder, &self.query)
            }

            fn takes(&self) -> Takes {
                let takes = Takes::kinds([DataKind::Thread]);
                if self.algorithm == ThreadAlgorithm::OrderedSubject { takes.without_grandchildren() } else { takes }
            }

            fn order(&self) -> Order {
                order(&self.query, $uid)
            }

            fn answer(data: Collected) -> Result<Self::Answer, Error> {
                collect(data)
            }
        }
    )*};
}

threads! {
    /// THREAD (RFC 5256, section 3): threads of sequence numbers.
    Thread = "THREAD ", SequenceNumber, false;
    /// UID THREAD (RFC 5256, section 3): threads of UIDs.
    UidThread = "UID THREAD ", Uid, true;
}

fn needs(algorithm: &ThreadAlgorithm, query: &SearchQuery) -> Needs {
    let needs = Needs::phase(Phase::Selected)
        .capability(Capability::Thread(algorithm.as_str().into()))
        .because(rfc5256::THREAD_NEEDS_THE_CAPABILITY);
    query_needs(query, needs)
}

/// All THREAD responses that came, where they are of all messages (RFC 9738).
fn collect<N: Number>(data: Collected) -> Result<Threads<N>, Error> {
    if let Some(limit) = data.message_limit() {
        return Err(Error::partial(limit));
    }
    let mut all = data.pick(|data| match data {
        Data::Thread(threads) => Some(threads.cast()),
        _ => None,
    });
    let mut threads: Threads<N> = all.next().unwrap_or_default();
    all.for_each(|more| threads.append(&more));
    Ok(threads)
}
