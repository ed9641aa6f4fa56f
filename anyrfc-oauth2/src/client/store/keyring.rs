//! Tokens in the operating system's keyring.

use std::{fmt, sync::Arc};

use anyrfc_core::{BoxFuture, Secret};
use keyring::Entry;
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use super::{StoreKey, StoredTokens, TokenStore};
use crate::{Error, StoreProblem};

/// What finds the entry of a user in a service.
type Open = dyn Fn(&str, &str) -> keyring::Result<Entry> + Send + Sync;

/// Tokens in the operating system's keyring: Keychain, Credential Manager, Secret Service. One entry
/// each, under this store's service name; its user is the key's three parts, percent-encoded, with
/// spaces between them.
///
/// Windows keeps no more than 2560 bytes in an entry: longer tokens are
/// [`StoreProblem::Unavailable`] there, and a [`FileStore`](super::FileStore) with its key in the
/// keyring is the way.
#[derive(Clone)]
pub struct KeyringStore {
    service: Arc<str>,
    open: Arc<Open>,
    /// One after the other, in the order in which they were asked for.
    turn: Arc<Mutex<()>>,
}

impl fmt::Debug for KeyringStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyringStore").field("service", &self.service).finish_non_exhaustive()
    }
}

impl KeyringStore {
    /// The entries of `service`: the program's name.
    #[must_use]
    pub fn new(service: impl Into<String>) -> Self {
        Self::opening(service, Entry::new)
    }

    fn opening(
        service: impl Into<String>,
        open: impl Fn(&str, &str) -> keyring::Result<Entry> + Send + Sync + 'static,
    ) -> Self {
        Self { service: service.into().into(), open: Arc::new(open), turn: Arc::default() }
    }

    /// Does `work` on an entry where waiting holds up nobody.
    async fn with_entry<T: Send + 'static>(
        &self,
        key: &StoreKey,
        work: impl FnOnce(&Entry) -> keyring::Result<T> + Send + 'static,
    ) -> Result<Option<T>, Error> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        let (service, open, user) = (Arc::clone(&self.service), Arc::clone(&self.open), user(key));
        // tidy: the keyring is waited for on the pool of threads that tokio keeps for it
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work(&open(&service, &user)?)
        });
        match done.await {
            Ok(Ok(found)) => Ok(Some(found)),
            Ok(Err(keyring::Error::NoEntry)) => Ok(None),
            Ok(Err(error)) => Err(failure(error)),
            Err(error) => {
                let what = "the keyring's work was ended half-way";
                Err(Error::store(StoreProblem::Unavailable, what).with_source(error))
            }
        }
    }
}

/// The three parts, so that no two keys are one.
fn user(key: &StoreKey) -> String {
    use crate::codec::form::Form;
    [key.issuer(), key.client_id(), key.name()].map(Form::escape).join(" ")
}

/// What failed. Some of the crate's errors hold the secret itself: they go no further.
fn failure(error: keyring::Error) -> Error {
    use keyring::Error as E;
    let store = Error::store;
    match error {
        E::BadEncoding(bytes) | E::BadDataFormat(bytes, _) => {
            drop(Zeroizing::new(bytes));
            store(StoreProblem::Corrupt, "the keyring's entry cannot be read")
        }
        E::BadStoreFormat(_) => store(StoreProblem::Corrupt, "the keyring cannot be read"),
        E::Ambiguous(_) => {
            store(StoreProblem::Corrupt, "the keyring has several entries in the place of one")
        }
        E::TooLong(..) => store(StoreProblem::Unavailable, "the tokens are too long for the keyring"),
        other => store(StoreProblem::Unavailable, "the keyring cannot be used").with_source(other),
    }
}

impl TokenStore for KeyringStore {
    fn load<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<Option<StoredTokens>, Error>> {
        Box::pin(async move {
            let secret = self.with_entry(key, |entry| entry.get_secret().map(Zeroizing::new)).await?;
            secret.map(|secret| StoredTokens::from_json(&secret)).transpose()
        })
    }

    fn save<'a>(&'a self, key: &'a StoreKey, tokens: &'a StoredTokens) -> BoxFuture<'a, Result<(), Error>> {
        let json: Secret<String> = tokens.to_json();
        Box::pin(async move {
            self.with_entry(key, move |entry| entry.set_secret(json.expose().as_bytes())).await.map(drop)
        })
    }

    fn clear<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move { self.with_entry(key, Entry::delete_credential).await.map(drop) })
    }
}

#[cfg(test)]
mod tests;
