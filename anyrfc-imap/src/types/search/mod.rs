//! What a SEARCH looks for and what it tells (RFC 9051, section 6.4.4).

mod key;
mod query;
mod returns;

pub(crate) use self::key::Key;
pub(crate) use self::query::Piece;
pub use self::{
    query::{ModSeqOf, SearchQuery},
    returns::SearchReturn,
};
