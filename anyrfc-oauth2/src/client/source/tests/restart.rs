//! What a store had, by a clock that may have gone anywhere.

use std::time::Duration;

use super::support::*;
use crate::{
    AccessToken, RefreshToken, StoreProblem, TokenType,
    client::{
        TokenSource,
        store::{StoredTokens, TokenStore},
    },
};

/// When the token was stored, for an hour.
const THEN: Duration = Duration::from_secs(1_000_000);

async fn restarted(server: &Server, store: &Store, refresh: Option<&str>, now: Duration) -> TokenSource {
    let mut tokens = StoredTokens::new(AccessToken::new("a1").unwrap(), TokenType::Bearer, THEN);
    tokens.expires_at = Some(THEN + HOUR);
    tokens.refresh_token = refresh.map(|text| RefreshToken::new(text).unwrap());
    store.memory.save(&key(), &tokens).await.unwrap();
    server.client_at(now).token_source().store(store.clone()).stored().unwrap()
}

#[test]
fn a_stored_token_lives_as_long_as_the_wall_clock_says() {
    run(async {
        for (later, asked) in
            [(Duration::ZERO, 0), (HOUR - 3 * MINUTE, 0), (HOUR - MINUTE, 1), (HOUR, 1), (1000 * HOUR, 1)]
        {
            let (server, store) = (Server::new(), Store::new());
            let source = restarted(&server, &store, Some("r1"), THEN + later).await;
            assert_eq!(text(&source).await.unwrap(), if asked == 0 { "a1" } else { "a2" }, "{later:?}");
            assert_eq!((server.requests(), store.loads()), (asked, 1), "{later:?}");
            text(&source).await.unwrap();
            assert_eq!(store.loads(), 1, "read once");
        }
    });
}

#[test]
fn a_clock_that_has_gone_back_is_not_believed() {
    run(async {
        let (server, store) = (Server::new(), Store::new());
        let source = restarted(&server, &store, Some("r1"), THEN - HOUR).await;
        assert_eq!(text(&source).await.unwrap(), "a2", "another can be had");

        let source = restarted(&server, &store, None, THEN - 1000 * MINUTE).await;
        assert_eq!(text(&source).await.unwrap(), "a1", "none can be had: as long as it was granted");
        advance(HOUR).await;
        assert!(text(&source).await.unwrap_err().is_reauthorization_required(), "and no longer");
    });
}

#[test]
fn an_empty_store_says_that_the_user_has_to_authorize() {
    run(async {
        let (server, store) = (Server::new(), Store::new());
        let source = server.source().store(store.clone()).stored().unwrap();
        assert!(text(&source).await.unwrap_err().is_reauthorization_required());
        assert_eq!((server.requests(), store.saved().len()), (0, 0));
        assert!(server.source().stored().is_err(), "no store at all");
    });
}

#[test]
fn a_store_that_cannot_be_read_is_an_error_and_is_asked_again() {
    run(async {
        let (server, store) = (Server::new(), Store::new());
        let source = restarted(&server, &store, Some("r1"), THEN).await;
        store.fails(1);
        assert_eq!(text(&source).await.unwrap_err().store_problem(), Some(StoreProblem::Unavailable));
        assert_eq!(text(&source).await.unwrap(), "a1");
        assert_eq!(store.loads(), 2);
    });
}

#[test]
fn a_client_s_own_token_is_taken_from_the_store_too() {
    run(async {
        let (server, store) = (Server::new(), Store::new());
        for _ in 0..3 {
            let source = server.source().store(store.clone()).client_credentials();
            assert_eq!(text(&source).await.unwrap(), "a2");
        }
        assert_eq!((server.requests(), store.holds().await.as_str()), (1, "a2/-"));
    });
}

#[test]
fn users_and_clients_are_kept_apart() {
    run(async {
        let (server, store) = (Server::new(), Store::new());
        let alice = server.source().subject("alice").store(store.clone()).tokens(first()).unwrap();
        text(&alice).await.unwrap();
        let bob = server.source().subject("bob").store(store.clone()).stored().unwrap();
        assert!(text(&bob).await.unwrap_err().is_reauthorization_required());
        let alice = server.source().subject("alice").store(store).stored().unwrap();
        assert_eq!(text(&alice).await.unwrap(), "a1");
    });
}
