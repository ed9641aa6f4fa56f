//! The commands (RFC 9051, section 6; RFC 3501, section 6; and the extensions), each a struct that
//! knows what it needs, how it is written, which responses are its own, and what they come to.

mod access;
mod acl;
mod any_state;
mod append;
mod collected;
mod compress;
mod effect;
mod fetch;
mod language;
mod list;
mod mailbox;
mod metadata;
mod multi_search;
mod needs;
mod notify;
mod quota;
mod raw;
mod replace;
mod rest;
mod resync;
mod search;
mod search_answer;
mod search_key;
mod search_return;
mod select;
mod session;
mod sort;
mod status;
mod store;
mod takes;
#[cfg(test)]
mod tests;
mod thread;
mod transfer;
mod urlauth;

pub use self::{
    access::{Authenticate, Login, StartTls},
    acl::{DeleteAcl, GetAcl, ListRights, MyRights, SetAcl},
    any_state::{Capability, Id, Idle, Logout, Noop},
    append::{Append, WithLiterals},
    collected::Collected,
    compress::Compress,
    effect::Effect,
    fetch::{Fetch, FetchAnswer, FetchModifiers, UidFetch},
    language::{Comparator, Language, LanguageAnswer},
    list::{List, ListReturn, ListSelect, Listed, Lsub, Namespace, Xlist},
    mailbox::{Create, Created, Delete, Enable, Rename, Subscribe, Unsubscribe},
    metadata::{GetMetadata, MetadataAnswer, MetadataDepth, SetMetadata},
    multi_search::{MailboxMatches, MultiSearch, MultiSearchAnswer},
    needs::{Needs, Phase},
    notify::{MailboxEvents, MessageEvents, Notify, NotifyNone, Notifying, Watched},
    quota::{GetQuota, GetQuotaRoot, QuotaRootAnswer, SetQuota},
    raw::{Raw, RawAnswer},
    replace::{Replace, Replaced, UidReplace},
    rest::Divided,
    resync::Resync,
    search::{CancelUpdate, Follow, Search, UidSearch},
    search_answer::{Found, Page, SearchAnswer},
    select::{Check, Close, Examine, Expunge, Expunged, Select, SelectAnswer, UidExpunge, Unselect},
    session::{GetJmapAccess, Unauthenticate},
    sort::{Sort, UidSort},
    status::{Status, StatusItem, StatusItems},
    store::{Store, StoreAction, StoreAnswer, Stored, UidStore},
    takes::{DataKind, Order, Rows, Takes},
    thread::{Thread, UidThread},
    transfer::{Copy, Move, Moved, UidCopy, UidMove},
    urlauth::{GenUrlAuth, ResetKey, UrlContent, UrlFetch, UrlFetchItem},
};
use super::encode::Encoder;
use crate::Error;

/// A command of a client.
pub trait Command {
    /// What it comes to when the server answers `OK`.
    type Answer;

    /// What it needs: a state, and what the server must be able to do.
    fn needs(&self) -> Needs;

    /// Writes the command: what stands between the tag's space and the CRLF at the end.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for arguments that cannot be sent,
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for what the server cannot do.
    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error>;

    /// Which responses are its own.
    fn takes(&self) -> Takes {
        Takes::nothing()
    }

    /// How it goes together with others on their way (RFC 9051, section 5.5).
    fn order(&self) -> Order {
        Order::free()
    }

    /// What it changes for the connection.
    fn effect(&self) -> Effect {
        Effect::None
    }

    /// Makes the answer of what was collected.
    ///
    /// # Errors
    /// [`ErrorKind::Protocol`](crate::ErrorKind::Protocol) if the server has left out what the
    /// answer cannot be without.
    fn answer(data: Collected) -> Result<Self::Answer, Error>;

    /// The same as several commands whose lines are no longer than `limit` as far as that is in
    /// the length of a set. Their answers are joined by [`Collected::join`].
    fn split(self, limit: usize) -> Vec<Self>
    where
        Self: Sized,
    {
        let _ = limit;
        vec![self]
    }
}
