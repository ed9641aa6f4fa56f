//! Over the keyring's own mock, which keeps entries in memory and fails as it is told.

use std::{sync::Arc, time::Duration};

use keyring_core::{CredentialStore, Error as KeyringError, mock};

use super::*;
use crate::{AccessToken, TokenType};

fn over(entries: &Arc<mock::Store>) -> KeyringStore {
    let entries: Arc<CredentialStore> = entries.clone();
    KeyringStore::opening("anyrfc", move |service, user| {
        entries.build(service, user, None).map(|inner| Entry { inner })
    })
}

fn tokens(text: &str) -> StoredTokens {
    StoredTokens::new(AccessToken::new(text).unwrap(), TokenType::Bearer, Duration::ZERO)
}

#[test]
fn tokens_are_kept_replaced_and_forgotten() {
    anyrfc_core::testing::run(async {
        let entries = mock::Store::new().unwrap();
        let store = over(&entries);
        let key = StoreKey::new("https://as.example", "client", "alice");
        assert_eq!(store.load(&key).await.unwrap(), None);
        for text in ["one", "two"] {
            store.save(&key, &tokens(text)).await.unwrap();
            assert_eq!(over(&entries).load(&key).await.unwrap(), Some(tokens(text)));
        }
        let other = StoreKey::new("https://as.example", "client alice", "");
        assert_eq!(store.load(&other).await.unwrap(), None, "another key");
        store.clear(&key).await.unwrap();
        store.clear(&key).await.unwrap();
        assert_eq!(store.load(&key).await.unwrap(), None);
    });
}

#[test]
fn a_keyring_that_fails_is_never_an_empty_one() {
    anyrfc_core::testing::run(async {
        let entries = mock::Store::new().unwrap();
        let store = over(&entries);
        let key = StoreKey::new("https://as.example", "client", "alice");
        store.save(&key, &tokens("one")).await.unwrap();
        let entry = entries_entry(&entries, &key);
        let credential: &mock::Cred = entry.as_any().downcast_ref().unwrap();
        let secret = || b"s3cret".to_vec();
        for (error, problem) in [
            (KeyringError::NoStorageAccess("locked".into()), StoreProblem::Unavailable),
            (KeyringError::TooLong("secret".into(), 2560), StoreProblem::Unavailable),
            (KeyringError::BadEncoding(secret()), StoreProblem::Corrupt),
            (KeyringError::BadDataFormat(secret(), "odd".into()), StoreProblem::Corrupt),
        ] {
            credential.set_error(error);
            let error = store.load(&key).await.unwrap_err();
            assert_eq!(error.store_problem(), Some(problem));
            assert!(!format!("{error:?}").contains("115, 51"), "{error:?}");
        }
        assert_eq!(store.load(&key).await.unwrap(), Some(tokens("one")));
        entry.set_secret(b"{}").unwrap();
        assert_eq!(store.load(&key).await.unwrap_err().store_problem(), Some(StoreProblem::Corrupt));
    });
}

fn entries_entry(entries: &Arc<mock::Store>, key: &StoreKey) -> keyring_core::Entry {
    let entries: Arc<CredentialStore> = entries.clone();
    entries.build("anyrfc", &user(key), None).unwrap()
}
