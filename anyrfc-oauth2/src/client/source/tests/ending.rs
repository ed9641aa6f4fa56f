//! When only the user can help.

use futures_util::future::join_all;
use serde_json::json;

use super::support::*;
use crate::proto::State;

#[test]
fn invalid_grant_is_asked_for_once() {
    run(async {
        let (server, store) = (Server::new(), Store::new());
        let source = server.source().store(store.clone()).tokens(first()).unwrap();
        text(&source).await.unwrap();
        advance(HOUR).await;
        server.state().granted = 9;
        let errors = join_all((0..1000).map(|_| text(&source))).await;
        assert!(errors.into_iter().all(|error| error.unwrap_err().is_reauthorization_required()));
        for _ in 0..5 {
            assert!(text(&source).await.unwrap_err().is_reauthorization_required());
        }
        assert_eq!((server.requests(), source.state()), (1, State::Spent));
        assert_eq!(store.saved(), ["a1/r1", "-"], "forgotten once");

        source.replace(granted(json!({"access_token": "b", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "r9"}))).await.unwrap();
        assert_eq!(text(&source).await.unwrap(), "b");
        advance(HOUR).await;
        assert_eq!(text(&source).await.unwrap(), "a10");
        assert_eq!(store.holds().await, "a10/r10");
    });
}

#[test]
fn what_still_lives_is_handed_out_to_its_end() {
    run(async {
        let (server, store) = (Server::new(), Store::new());
        let source = server.source().store(store.clone()).tokens(first()).unwrap();
        text(&source).await.unwrap();
        advance(HOUR - MINUTE).await;
        server.state().granted = 9;
        for _ in 0..3 {
            assert_eq!(text(&source).await.unwrap(), "a1");
        }
        assert_eq!((server.requests(), source.state()), (1, State::Spent));
        assert_eq!(store.holds().await, "a1/-", "the refresh token is forgotten, the token is not");
        advance(MINUTE).await;
        assert!(text(&source).await.unwrap_err().is_reauthorization_required());
        assert_eq!(server.requests(), 1);
    });
}

#[test]
fn a_store_that_cannot_forget_changes_nothing_for_callers() {
    run(async {
        let (server, store) = (Server::new(), Store::new());
        let source = server.source().store(store.clone()).tokens(first()).unwrap();
        text(&source).await.unwrap();
        advance(HOUR).await;
        server.state().granted = 9;
        store.fails(2);
        for _ in 0..2 {
            assert!(text(&source).await.unwrap_err().is_reauthorization_required());
            assert_eq!((source.state(), store.holds().await.as_str()), (State::Revoked, "a1/r1"));
        }
        assert!(text(&source).await.unwrap_err().is_reauthorization_required());
        assert_eq!((source.state(), store.holds().await.as_str()), (State::Spent, "-"));
        assert_eq!(server.requests(), 1);
    });
}

#[test]
fn without_a_refresh_token_the_end_is_the_end() {
    run(async {
        let server = Server::new();
        let response = granted(json!({"access_token": "a", "token_type": "Bearer", "expires_in": 3600}));
        let source = server.source().tokens(response).unwrap();
        assert_eq!(text(&source).await.unwrap(), "a");
        advance(HOUR - MINUTE).await;
        assert_eq!(text(&source).await.unwrap(), "a");
        advance(MINUTE).await;
        assert!(text(&source).await.unwrap_err().is_reauthorization_required());
        assert_eq!(server.requests(), 0);
    });
}

#[test]
fn the_old_refresh_token_stays_where_none_is_returned() {
    run(async {
        let (server, store) = (Server::new(), Store::new());
        let source = server.source().store(store.clone()).tokens(first()).unwrap();
        text(&source).await.unwrap();
        server.answers_with("refresh_token", json!(null));
        for round in 2..5 {
            advance(HOUR).await;
            server.state().granted = 1;
            assert_eq!(text(&source).await.unwrap(), "a2");
            assert_eq!((server.requests(), store.holds().await.as_str()), (round - 1, "a2/r1"));
        }
    });
}

#[test]
fn an_answer_that_is_lost_costs_the_refresh_token() {
    run(async {
        let (server, store) = (Server::new(), Store::new());
        let source = server.source().store(store.clone()).tokens(first()).unwrap();
        text(&source).await.unwrap();
        advance(HOUR).await;
        server.will([Act::AnswerLost]);
        assert!(text(&source).await.unwrap_err().is_reauthorization_required());
        assert_eq!((server.requests(), store.holds().await.as_str()), (2, "-"), "tried again, and once only");
    });
}

#[test]
fn a_client_s_own_refusal_is_no_end() {
    run(async {
        let server = Server::new();
        server.will([Act::Answer(400, json!({"error": "invalid_grant"}))]);
        let source = server.source().client_credentials();
        let error = text(&source).await.unwrap_err();
        assert!(!error.is_reauthorization_required() && error.response().is_some());
        assert_eq!(text(&source).await.unwrap(), "a2");
    });
}
