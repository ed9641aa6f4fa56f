//! What a SEARCH looks for and what it tells (RFC 9051, section 6.4.4).

mod description;
mod filter;
mod key;
mod partial;
mod query;
mod returns;
mod source;
mod update;

pub(crate) use self::key::Key;
pub(crate) use self::query::Piece;
pub use self::{
    description::FilterDescription,
    filter::{Filter, FilterName},
    partial::PartialRange,
    query::{ModSeqOf, SearchQuery},
    returns::SearchReturn,
    source::{SearchSource, SearchSources},
    update::{ContextChange, ListStep, ResultList},
};
