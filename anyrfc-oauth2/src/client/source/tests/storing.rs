//! The store comes first.

use std::time::Duration;

use super::support::*;
use crate::{StoreProblem, proto::State};

#[test]
fn nobody_gets_a_token_that_the_store_has_not_got() {
    run(async {
        let (server, store) = (Server::new(), Store::new());
        let source = server.source().store(store.clone()).tokens(first()).unwrap();
        text(&source).await.unwrap();
        advance(HOUR).await;
        store.slow(Duration::from_secs(3));
        let waits = tokio::spawn({
            let source = source.clone();
            async move { text(&source).await }
        });
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!((source.state(), store.holds().await.as_str()), (State::Saving, "a1/r1"));
        assert!(source.cached().is_none());
        assert_eq!(waits.await.unwrap().unwrap(), "a2");
        assert_eq!(store.holds().await, "a2/r2");
    });
}

#[test]
fn a_store_that_fails_delays_and_loses_nothing() {
    run(async {
        let (server, store) = (Server::new(), Store::new());
        let source = server.source().store(store.clone()).tokens(first()).unwrap();
        text(&source).await.unwrap();
        advance(HOUR).await;
        store.fails(2);
        for _ in 0..2 {
            let error = text(&source).await.unwrap_err();
            assert_eq!(error.store_problem(), Some(StoreProblem::Unavailable));
            assert_eq!((source.state(), store.holds().await.as_str()), (State::Unsaved, "a1/r1"));
        }
        assert_eq!(text(&source).await.unwrap(), "a2");
        assert_eq!(store.holds().await, "a2/r2");
        assert_eq!(server.requests(), 1, "the token was there all the time");
    });
}

#[test]
fn while_the_old_token_lives_a_failing_store_is_nobody_s_concern() {
    run(async {
        let (server, store) = (Server::new(), Store::new());
        let source = server.source().store(store.clone()).tokens(first()).unwrap();
        text(&source).await.unwrap();
        advance(HOUR - MINUTE).await;
        store.fails(2);
        assert_eq!(text(&source).await.unwrap(), "a1");
        assert_eq!(text(&source).await.unwrap(), "a1");
        assert_eq!(text(&source).await.unwrap(), "a2");
        assert_eq!((server.requests(), store.holds().await.as_str()), (1, "a2/r2"));
    });
}

#[test]
fn the_first_tokens_are_kept_in_memory_until_the_store_takes_them() {
    run(async {
        let (server, store) = (Server::new(), Store::new());
        store.fails(1);
        let source = server.source().store(store.clone()).tokens(first()).unwrap();
        assert!(source.persist().await.unwrap_err().store_problem().is_some());
        source.persist().await.unwrap();
        assert_eq!((server.requests(), store.holds().await.as_str()), (0, "a1/r1"));
        assert_eq!(text(&source).await.unwrap(), "a1");
        assert_eq!(store.saved().len(), 2);
        source.persist().await.unwrap();
        assert_eq!(store.saved().len(), 2, "nothing is owed");
    });
}

#[test]
fn killed_after_the_answer_and_before_publication() {
    run(async {
        let (server, store) = (Server::new(), Store::new());
        let source = server.source().store(store.clone()).tokens(first()).unwrap();
        text(&source).await.unwrap();
        advance(HOUR).await;
        // Poll by poll, until the store has the token; then the process is gone.
        let mut polls = 0;
        while store.holds().await != "a2/r2" {
            polls += 1;
            assert!(polls < 40);
            polled(1, source.token()).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        drop(source);
        let later = server.client_at(Duration::from_secs(1_000_000) + HOUR + MINUTE);
        let source = later.token_source().store(store.clone()).stored().unwrap();
        assert_eq!(text(&source).await.unwrap(), "a2");
        assert_eq!(server.requests(), 1);
    });
}

#[test]
fn killed_before_the_answer() {
    run(async {
        let (server, store) = (Server::new(), Store::new());
        let source = server.source().store(store.clone()).tokens(first()).unwrap();
        text(&source).await.unwrap();
        advance(HOUR).await;
        server.will([Act::Silent]);
        let _ = tokio::time::timeout(Duration::from_secs(1), source.token()).await;
        assert_eq!((server.requests(), server.state().granted), (1, 2));
        drop(source);

        // The server has rotated, and nobody knows the new token.
        let source = server.client_at(Duration::from_secs(2_000_000)).token_source();
        let source = source.store(store.clone()).stored().unwrap();
        for _ in 0..5 {
            assert!(text(&source).await.unwrap_err().is_reauthorization_required());
        }
        assert_eq!(server.requests(), 2, "asked once, and no loop");
        assert_eq!(store.holds().await, "-", "and forgotten");

        let source = server.source().store(store.clone()).stored().unwrap();
        assert!(text(&source).await.unwrap_err().is_reauthorization_required());
        assert_eq!(server.requests(), 2, "not asked after another restart either");
    });
}
