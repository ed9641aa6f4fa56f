//! ESEARCH, which searches in several mailboxes (RFC 7377).

use std::{collections::HashMap, num::NonZeroU32};

use super::{
    Collected, Command, DataKind, Needs, Order, Phase, SearchAnswer, Takes,
    search::{query_needs, search_program},
    search_answer::{Found, is_empty, is_mistaken},
    search_return::{self, Verb},
};
use crate::{
    Error,
    codec::encode::Encoder,
    rfc5267, rfc7377,
    types::{
        Capability, Code, Data, Esearch, Key, MailboxName, MessageLimit, NumberList, SearchQuery,
        SearchReturn, SearchSources, Uid, UidValidity,
    },
};

/// ESEARCH (RFC 7377): finds messages in several mailboxes, by UID. The mailbox that is selected
/// stays so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MultiSearch {
    /// Where it looks.
    pub sources: SearchSources,
    /// What is looked for.
    pub query: SearchQuery,
    /// What is told of it.
    pub returns: SearchReturn,
}

/// What an ESEARCH has found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MultiSearchAnswer {
    /// The mailboxes in which something was found, in the server's order.
    pub mailboxes: Vec<MailboxMatches>,
    /// Whether the server has stopped before the end (RFC 7377, section 2.4): there may be more.
    pub limited: bool,
    /// How far the server got in one of them, where that is not the whole result (RFC 9738).
    pub message_limit: Option<MessageLimit>,
}

/// What was found in one mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MailboxMatches {
    /// Which mailbox.
    pub mailbox: MailboxName,
    /// What its UIDs hold for.
    pub uid_validity: UidValidity,
    /// What was found in it.
    pub found: SearchAnswer<Uid>,
}

impl MultiSearch {
    /// All UIDs of what the query finds there.
    #[must_use]
    pub fn new(sources: SearchSources, query: SearchQuery) -> Self {
        Self { sources, query, returns: SearchReturn::new() }
    }

    /// This of what the query finds.
    #[must_use]
    pub fn returning(mut self, returns: SearchReturn) -> Self {
        self.returns = returns;
        self
    }

    /// What can be asked of one mailbox only.
    fn check(&self) -> Result<(), Error> {
        if self.returns.save && !self.sources.are_selected_only() {
            return Err(Error::usage("only a result of the selected mailbox can be saved")
                .with_requirement(rfc7377::SAVE_ONLY_IN_THE_SELECTED_MAILBOX));
        }
        if self.returns.update {
            return Err(Error::usage("updates are had by a search in the selected mailbox")
                .with_requirement(rfc5267::UPDATES_HOLD_WHAT_THE_COMMAND_ASKED));
        }
        Ok(())
    }
}

impl Command for MultiSearch {
    type Answer = MultiSearchAnswer;

    fn needs(&self) -> Needs {
        let phase = if self.sources.have_selected() { Phase::Selected } else { Phase::Authenticated };
        let needs = Needs::phase(phase)
            .capability(Capability::MultiSearch)
            .because(rfc7377::ESEARCH_NEEDS_THE_CAPABILITY);
        query_needs(&self.query, search_return::needs(self.returns, Verb::MultiSearch, needs))
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        self.check()?;
        encoder.word("ESEARCH");
        if self.sources.are_selected_only() {
            // The mailbox that is selected is the default, and only with others ALL is too.
            let all = SearchReturn::new().all();
            let returns = if self.returns.is_empty() { all } else { self.returns };
            search_return::encode(returns, &self.query, encoder)?;
            return search_program(encoder, &self.query);
        }
        encoder.word(" IN ").list(&self.sources, |encoder, source| {
            encoder.word(source.word());
            match source.names() {
                None => {}
                Some([name]) => {
                    encoder.space().mailbox(name)?;
                }
                Some(names) => {
                    encoder.space().list(names, |encoder, name| {
                        encoder.mailbox(name)?;
                        Ok(())
                    })?;
                }
            }
            Ok(())
        })?;
        search_return::encode(self.returns, &self.query, encoder)?;
        search_program(encoder, &self.query)
    }

    fn takes(&self) -> Takes {
        Takes::kinds([DataKind::MultiSearch]).strays([DataKind::Search, DataKind::MessageLimit])
    }

    fn order(&self) -> Order {
        // A sequence number is of whichever mailbox is looked in.
        let numbers = |key: &Key| match key {
            Key::Numbers(set) => !set.is_saved(),
            Key::Custom(_) => true,
            _ => false,
        };
        if self.query.keys().any(numbers) { Order::using_numbers() } else { Order::free() }
    }

    fn answer(data: Collected) -> Result<Self::Answer, Error> {
        let limited = data.codes().any(|code| *code == Code::Limit);
        let mut answer =
            MultiSearchAnswer { limited, message_limit: data.message_limit(), ..Self::Answer::default() };
        let mut places = HashMap::new();
        for found in data.pick(|data| match data {
            Data::Esearch(found) => Some(*found),
            _ => None,
        }) {
            answer.take(found, &mut places)?;
        }
        for Place { at, all } in places.into_values() {
            if let Some(matches) = answer.mailboxes.get_mut(at) {
                matches.found.all.add(all);
            }
        }
        Ok(answer)
    }
}

/// Where the answer has a mailbox, and all that was found in it so far.
struct Place {
    at: usize,
    all: NumberList<NonZeroU32>,
}

impl MultiSearchAnswer {
    /// Takes in an ESEARCH response; there may be more than one of a mailbox.
    fn take(&mut self, mut found: Esearch, places: &mut HashMap<String, Place>) -> Result<(), Error> {
        let (Some(mailbox), Some(uid_validity)) = (found.mailbox.take(), found.uid_validity) else {
            // It has found nothing, and need not have said so.
            if is_empty(&found) && !is_mistaken(&found) {
                return Ok(());
            }
            let what = "ESEARCH does not say in which mailbox it has found something";
            return Err(Error::violation(rfc7377::ALL_CORRELATORS_ARE_SENT, what));
        };
        let new = || Place { at: self.mailboxes.len(), all: NumberList::default() };
        let Place { at, all } = places.entry(mailbox.as_str().to_owned()).or_insert_with(new);
        if let Some(known) = self.mailboxes.get_mut(*at) {
            if known.uid_validity != uid_validity {
                let what = "ESEARCH tells of two UIDVALIDITYs of one mailbox";
                return Err(Error::violation(rfc7377::ONE_RESPONSE_PER_MAILBOX, what));
            }
            return known.found.take(found, true, all);
        }
        let mut matches = MailboxMatches { mailbox, uid_validity, found: SearchAnswer::default() };
        matches.found.take(found, true, all)?;
        self.mailboxes.push(matches);
        Ok(())
    }
}
