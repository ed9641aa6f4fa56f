//! The rule `search-return-opts` (RFC 4466, section 2.6), of SEARCH, SORT and ESEARCH.

use super::Needs;
use crate::{
    Error,
    codec::encode::Encoder,
    rfc4731, rfc5182, rfc5267, rfc6203, rfc9394,
    types::{Capability, SearchQuery, SearchReturn},
};

/// The command that they belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    /// SEARCH.
    Search,
    /// SORT.
    Sort,
    /// ESEARCH.
    MultiSearch,
}

/// Adds what the server must have for them.
pub(super) fn needs(returns: SearchReturn, verb: Verb, mut needs: Needs) -> Needs {
    needs = match verb {
        Verb::Search if returns.has_plain() => {
            needs.or_rev2(Capability::Esearch).because(rfc4731::RESULT_OPTIONS_NEED_THE_CAPABILITY)
        }
        Verb::Sort if !returns.is_empty() => needs
            .any_of([Capability::Esort, Capability::ContextSort], false)
            .because(rfc5267::EXTENDED_SORT_NEEDS_ESORT),
        _ => needs,
    };
    if returns.save {
        needs = needs.or_rev2(Capability::SearchRes).because(rfc5182::SAVE_NEEDS_THE_CAPABILITY);
    }
    if returns.relevancy {
        needs = needs.capability(Capability::SearchFuzzy).because(rfc6203::FUZZY_NEEDS_THE_CAPABILITY);
        needs = match verb {
            Verb::Search => needs.or_rev2(Capability::Esearch).because(rfc6203::RELEVANCY_NEEDS_ESEARCH),
            Verb::Sort => needs
                .any_of([Capability::Esort, Capability::ContextSort], false)
                .because(rfc6203::RELEVANCY_OF_SORT_NEEDS_ESORT),
            Verb::MultiSearch => needs,
        };
    }
    let (context, because) = match verb {
        Verb::Search | Verb::MultiSearch => {
            (Capability::ContextSearch, rfc5267::CONTEXT_SEARCH_NEEDS_THE_CAPABILITY)
        }
        Verb::Sort => (Capability::ContextSort, rfc5267::CONTEXT_SORT_NEEDS_THE_CAPABILITY),
    };
    if returns.context || returns.update {
        needs = needs.capability(context.clone()).because(because);
    }
    match returns.partial {
        None => needs,
        Some(range) if range.is_from_end() => {
            needs.capability(Capability::Partial).because(rfc9394::PARTIAL_NEEDS_THE_CAPABILITY)
        }
        Some(_) => needs.any_of([Capability::Partial, context], false).because(because),
    }
}

/// Writes them: ` RETURN (...)`, or nothing where nothing in particular is wanted.
pub(super) fn encode(
    returns: SearchReturn,
    query: &SearchQuery,
    encoder: &mut Encoder<'_>,
) -> Result<(), Error> {
    check(returns, query)?;
    if returns.is_empty() {
        return Ok(());
    }
    encoder.word(" RETURN ").list(items(returns), |encoder, item| {
        match item {
            Item::Word(word) => encoder.word(word),
            Item::Partial(range) => encoder.word("PARTIAL ").partial_range(range),
        };
        Ok(())
    })?;
    Ok(())
}

enum Item {
    Word(&'static str),
    Partial(crate::types::PartialRange),
}

fn items(returns: SearchReturn) -> impl Iterator<Item = Item> {
    returns.words().map(Item::Word).chain(returns.partial.map(Item::Partial))
}

/// What the grammar cannot tell.
fn check(returns: SearchReturn, query: &SearchQuery) -> Result<(), Error> {
    if returns.all && returns.partial.is_some() {
        return Err(Error::usage("a search returns either all that it finds or a part of it")
            .with_requirement(rfc9394::PARTIAL_EXCLUDES_ALL));
    }
    if returns.relevancy && !query.may_be_fuzzy() {
        return Err(
            Error::usage("no part of the search is fuzzy").with_requirement(rfc6203::RELEVANCY_NEEDS_FUZZY)
        );
    }
    Ok(())
}
