//! Where tokens are kept beyond a process.
//!
//! | store | where |
//! |---|---|
//! | [`MemoryStore`] | in this process, for tests and for several sources in turn |
//! | [`FileStore`] | in a directory, one encrypted file each |
//! | `KeyringStore` | in the operating system's keyring (feature `keyring`) |

mod file;
#[cfg(feature = "keyring")]
mod keyring;
mod memory;

use std::fmt;

use anyrfc_core::BoxFuture;

#[cfg(feature = "keyring")]
pub use self::keyring::KeyringStore;
pub use self::{file::FileStore, memory::MemoryStore};
pub use crate::proto::StoredTokens;
use crate::{Error, OAuth2Client};

/// Whose tokens they are: which server's, which client's, which user's.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StoreKey {
    issuer: String,
    client_id: String,
    name: String,
}

impl StoreKey {
    /// The key of the tokens that `issuer` gave to the client it calls `client_id`, for the user
    /// that the program calls `name`.
    #[must_use]
    pub fn new(issuer: impl Into<String>, client_id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { issuer: issuer.into(), client_id: client_id.into(), name: name.into() }
    }

    /// The key of a client's tokens. A server without a name goes by its token endpoint.
    pub(crate) fn of(client: &OAuth2Client, name: &str) -> Self {
        let server = client.server();
        let issuer = server.issuer.as_ref().map(|issuer| issuer.as_str());
        let endpoint = server.token_endpoint.as_ref().map(|endpoint| endpoint.as_str());
        Self::new(issuer.or(endpoint).unwrap_or_default(), client.config().client_id.as_str(), name)
    }

    /// The server's issuer; where it has none, its token endpoint.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// What the server calls the client.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// What the program calls the user.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// Keeps tokens beyond a process. Bring one of your own where the program has a database.
///
/// What is saved is to survive the process the moment that [`save`](Self::save) returns: a server
/// that rotates refresh tokens has forgotten the old one by then. A store never turns what it
/// cannot read into nothing.
pub trait TokenStore: Send + Sync + fmt::Debug {
    /// What is kept under `key`; `None` when nothing is.
    ///
    /// # Errors
    /// See [`Error::store`].
    ///
    /// # Cancel safety
    /// The library may drop the future; it then asks again.
    fn load<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<Option<StoredTokens>, Error>>;

    /// Keeps `tokens` in place of what was there.
    ///
    /// # Errors
    /// See [`Error::store`]. What was there before is still there then.
    ///
    /// # Cancel safety
    /// The library drops the future only with the last clone of its
    /// [`TokenSource`](crate::client::TokenSource).
    fn save<'a>(&'a self, key: &'a StoreKey, tokens: &'a StoredTokens) -> BoxFuture<'a, Result<(), Error>>;

    /// Forgets what is kept under `key`, if anything is.
    ///
    /// # Errors
    /// See [`Error::store`].
    ///
    /// # Cancel safety
    /// As [`save`](Self::save).
    fn clear<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<(), Error>>;
}

impl<T: TokenStore + ?Sized> TokenStore for std::sync::Arc<T> {
    fn load<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<Option<StoredTokens>, Error>> {
        (**self).load(key)
    }

    fn save<'a>(&'a self, key: &'a StoreKey, tokens: &'a StoredTokens) -> BoxFuture<'a, Result<(), Error>> {
        (**self).save(key, tokens)
    }

    fn clear<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<(), Error>> {
        (**self).clear(key)
    }
}
