//! Tokens in memory.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyrfc_core::BoxFuture;

use super::{StoreKey, StoredTokens, TokenStore};
use crate::Error;

/// Tokens in memory: gone with the process. Cheap to clone; clones share all.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore(Arc<Mutex<HashMap<StoreKey, StoredTokens>>>);

impl MemoryStore {
    /// With nothing in it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<StoreKey, StoredTokens>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TokenStore for MemoryStore {
    fn load<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<Option<StoredTokens>, Error>> {
        Box::pin(async { Ok(self.lock().get(key).cloned()) })
    }

    fn save<'a>(&'a self, key: &'a StoreKey, tokens: &'a StoredTokens) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async {
            self.lock().insert(key.clone(), tokens.clone());
            Ok(())
        })
    }

    fn clear<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async {
            self.lock().remove(key);
            Ok(())
        })
    }
}
