//! Files that others touched, and files that were not written to the end.

use std::{fs, path::PathBuf, time::Duration};

use tempfile::TempDir;

use super::*;
use crate::{AccessToken, RefreshToken, TokenType};

const KEY: [u8; 32] = [7; 32];

fn tokens(text: &str) -> StoredTokens {
    let mut tokens = StoredTokens::new(AccessToken::new(text).unwrap(), TokenType::Bearer, Duration::ZERO);
    tokens.refresh_token = Some(RefreshToken::new(format!("\"refresh\" {text}")).unwrap());
    tokens
}

fn key(name: &str) -> StoreKey {
    StoreKey::new("https://as.example", "client", name)
}

fn store(directory: &TempDir) -> FileStore {
    FileStore::new(directory.path().join("tokens"), KEY).unwrap()
}

fn run<F: Future>(future: F) -> F::Output {
    anyrfc_core::testing::run(future)
}

fn problem(store: &FileStore, name: &str) -> Option<StoreProblem> {
    run(store.load(&key(name))).expect_err("nothing was wrong").store_problem()
}

/// A store with alice's tokens, and their file.
fn written() -> (TempDir, FileStore, PathBuf) {
    let directory = TempDir::new().unwrap();
    let store = store(&directory);
    run(store.save(&key("alice"), &tokens("one"))).unwrap();
    let path = store.0.path(&key("alice"));
    (directory, store, path)
}

#[test]
fn tokens_are_kept_replaced_and_forgotten() {
    let directory = TempDir::new().unwrap();
    run(async {
        assert_eq!(store(&directory).load(&key("alice")).await.unwrap(), None);
        store(&directory).clear(&key("alice")).await.unwrap();
        for text in ["one", "two"] {
            store(&directory).save(&key("alice"), &tokens(text)).await.unwrap();
            assert_eq!(store(&directory).load(&key("alice")).await.unwrap(), Some(tokens(text)));
        }
        assert_eq!(store(&directory).load(&key("bob")).await.unwrap(), None);
        let held = fs::read_dir(directory.path().join("tokens")).unwrap().count();
        assert_eq!(held, 1, "nothing is left beside it");
        store(&directory).clear(&key("alice")).await.unwrap();
        assert_eq!(store(&directory).load(&key("alice")).await.unwrap(), None);
    });
}

#[test]
fn nothing_can_be_read_of_it() {
    let (_directory, store, path) = written();
    let sealed = fs::read_to_string(&path).unwrap();
    assert!(sealed.starts_with(&base64url::encode(br#"{"alg":"dir","enc":"A256GCM""#)[..30]), "{sealed}");
    run(store.save(&key("alice"), &tokens("one"))).unwrap();
    assert_ne!(fs::read_to_string(&path).unwrap(), sealed, "another vector each time");
    assert!(!path.to_string_lossy().contains("alice") && !format!("{store:?}").contains("[7"));
}

#[test]
fn another_key_is_no_empty_store() {
    let (directory, ..) = written();
    let other = FileStore::new(directory.path().join("tokens"), [8; 32]).unwrap();
    assert_eq!(problem(&other, "alice"), Some(StoreProblem::Corrupt));
}

#[test]
fn a_file_that_was_cut_short_or_changed_anywhere() {
    let (_directory, store, path) = written();
    let sealed = fs::read(&path).unwrap();
    for end in 0..sealed.len() {
        fs::write(&path, &sealed[..end]).unwrap();
        assert_eq!(problem(&store, "alice"), Some(StoreProblem::Corrupt), "cut at {end}");
    }
    for at in 0..sealed.len() {
        for other in [b'A', b'_', b'.', b' ', 0xff] {
            let mut changed = sealed.clone();
            if std::mem::replace(&mut changed[at], other) != other {
                fs::write(&path, &changed).unwrap();
                assert_eq!(problem(&store, "alice"), Some(StoreProblem::Corrupt), "{other:#x} at {at}");
            }
        }
    }
    fs::write(&path, [&sealed[..], b"\n"].concat()).unwrap();
    assert_eq!(problem(&store, "alice"), Some(StoreProblem::Corrupt));
    fs::write(&path, vec![b'a'; LONGEST as usize + 1]).unwrap();
    assert_eq!(problem(&store, "alice"), Some(StoreProblem::Corrupt));
    fs::write(&path, &sealed).unwrap();
    assert_eq!(run(store.load(&key("alice"))).unwrap(), Some(tokens("one")));
}

#[test]
fn one_user_s_file_does_not_stand_in_for_another_s() {
    let (_directory, store, path) = written();
    fs::copy(&path, store.0.path(&key("bob"))).unwrap();
    assert_eq!(problem(&store, "bob"), Some(StoreProblem::Corrupt));
    let names = [
        key("a"),
        StoreKey::new("https://as.example", "clienta", ""),
        StoreKey::new("https://as.exampleclient", "", "a"),
    ];
    let names: std::collections::HashSet<_> = names.iter().map(file_name).collect();
    assert_eq!(names.len(), 3);
}

#[test]
fn what_died_half_way_disturbs_nobody() {
    let (_directory, store, path) = written();
    let sealed = fs::read(&path).unwrap();
    let beside = Beside::new(&path).unwrap();
    write(&beside.0, &sealed[..10]).unwrap();
    assert_eq!(run(store.load(&key("alice"))).unwrap(), Some(tokens("one")));
    run(store.save(&key("alice"), &tokens("two"))).unwrap();
    assert_eq!(run(store.load(&key("alice"))).unwrap(), Some(tokens("two")));
    assert!(write(&beside.0, b"x").is_err(), "a file that is there is not written to");
    let left = beside.0.clone();
    drop(beside);
    assert!(!left.exists());
}

#[test]
fn what_cannot_be_written_leaves_what_was_there() {
    let directory = TempDir::new().unwrap();
    let place = directory.path().join("tokens");
    fs::write(&place, "a file").unwrap();
    let store = FileStore::new(&place, KEY).unwrap();
    let error = run(store.save(&key("alice"), &tokens("one"))).unwrap_err();
    assert_eq!(error.store_problem(), Some(StoreProblem::Unavailable));

    let (_directory, store, path) = written();
    let long = "x".repeat(LONGEST as usize);
    let error = run(store.save(&key("alice"), &tokens(&long))).unwrap_err();
    assert_eq!(error.store_problem(), Some(StoreProblem::Unavailable));
    assert_eq!(run(store.load(&key("alice"))).unwrap(), Some(tokens("one")));

    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let error = run(store.save(&key("alice"), &tokens("two"))).unwrap_err();
    assert_eq!(error.store_problem(), Some(StoreProblem::Unavailable));
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn calls_are_served_in_their_order() {
    let directory = TempDir::new().unwrap();
    run(async {
        let store = store(&directory);
        let alice = key("alice");
        let (one, two) = (tokens("one"), tokens("two"));
        // The first is dropped after it began; what it began comes to its end before the second.
        let mut first = store.save(&alice, &one);
        let _ = futures_util::FutureExt::now_or_never(&mut first);
        drop(first);
        store.save(&alice, &two).await.unwrap();
        assert_eq!(store.load(&alice).await.unwrap(), Some(two.clone()));
    });
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    fn chmod(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn nobody_else_can_read_it_from_the_first_moment() {
        let (directory, _store, path) = written();
        assert_eq!((mode(&path), mode(&directory.path().join("tokens"))), (0o600, 0o700));
        let beside = Beside::new(&path).unwrap();
        let file = system::create(&beside.0).unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "before a byte is written");
    }

    #[test]
    fn what_others_can_touch_is_refused() {
        let (directory, store, path) = written();
        for others in [0o604, 0o640, 0o602, 0o610] {
            chmod(&path, others);
            assert_eq!(problem(&store, "alice"), Some(StoreProblem::Unsafe), "{others:o}");
        }
        // To replace it makes it safe again.
        run(store.save(&key("alice"), &tokens("two"))).unwrap();
        assert_eq!(mode(&path), 0o600);
        let place = directory.path().join("tokens");
        for others in [0o702, 0o720, 0o1777] {
            chmod(&place, others);
            assert_eq!(problem(&store, "alice"), Some(StoreProblem::Unsafe), "{others:o}");
            let error = run(store.save(&key("alice"), &tokens("three"))).unwrap_err();
            assert_eq!(error.store_problem(), Some(StoreProblem::Unsafe), "{others:o}");
        }
        chmod(&place, 0o755);
        assert_eq!(run(store.load(&key("alice"))).unwrap(), Some(tokens("two")));
    }

    #[test]
    fn a_link_is_not_followed() {
        let (directory, store, path) = written();
        let elsewhere = directory.path().join("elsewhere");
        fs::rename(&path, &elsewhere).unwrap();
        symlink(&elsewhere, &path).unwrap();
        assert_eq!(problem(&store, "alice"), Some(StoreProblem::Unsafe));
        // It is replaced, not written through.
        run(store.save(&key("alice"), &tokens("two"))).unwrap();
        assert!(!fs::symlink_metadata(&path).unwrap().is_symlink());
        fs::remove_file(&path).unwrap();
        symlink(directory.path().join("nowhere"), &path).unwrap();
        assert_ne!(run(store.load(&key("alice"))).ok(), Some(None), "a dangling link is no empty store");
    }
}
