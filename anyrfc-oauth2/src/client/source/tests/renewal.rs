//! When a token is renewed, and what callers get when that fails.

use std::time::Duration;

use futures_util::{FutureExt, future::join_all};
use serde_json::json;

use super::support::*;
use crate::{ErrorKind, Scope, proto::State};

#[test]
fn what_is_not_due_is_at_hand() {
    run(async {
        let server = Server::new();
        let source = server.source().tokens(first()).unwrap();
        text(&source).await.unwrap();
        advance(HOUR - 3 * MINUTE).await;
        assert_eq!(text(&source).now_or_never().unwrap().unwrap(), "a1");
        assert_eq!(server.requests(), 0);
    });
}

#[test]
fn in_the_window_one_renews_and_the_others_go_on() {
    run(async {
        let server = Server::new();
        let source = server.source().tokens(first()).unwrap();
        text(&source).await.unwrap();
        advance(HOUR - MINUTE).await;
        let answers = join_all((0..1000).map(|_| text(&source))).await;
        let renewed = answers.iter().filter(|answer| *answer.as_ref().unwrap() == "a2").count();
        assert_eq!((answers.len() - renewed, renewed), (999, 1));
        assert_eq!(server.requests(), 1);
        assert_eq!(text(&source).now_or_never().unwrap().unwrap(), "a2");
    });
}

#[test]
fn the_window_is_never_more_than_a_quarter_of_a_life() {
    run(async {
        for (window, waits) in [(Duration::ZERO, HOUR), (MINUTE, HOUR - 2 * MINUTE), (HOUR, HOUR / 2)] {
            let server = Server::new();
            let source = server.source().window(window).tokens(first()).unwrap();
            text(&source).await.unwrap();
            advance(waits - Duration::from_secs(1)).await;
            text(&source).await.unwrap();
            assert_eq!(server.requests(), 0, "{window:?}");
            advance(window.min(HOUR / 4) + Duration::from_secs(1)).await;
            text(&source).await.unwrap();
            assert_eq!(server.requests(), 1, "{window:?}");
        }
    });
}

#[test]
fn an_early_renewal_that_fails_is_nobody_s_concern() {
    run(async {
        for act in [
            Act::Unreachable,
            Act::Silent,
            Act::Answer(503, json!({})),
            Act::Answer(401, json!({"error": "invalid_client"})),
        ] {
            let server = Server::new();
            let source = server.source().tokens(first()).unwrap();
            text(&source).await.unwrap();
            advance(HOUR - MINUTE).await;
            server.will([act.clone()]);
            let start = tokio::time::Instant::now();
            assert_eq!(text(&source).await.unwrap(), "a1", "{act:?}");
            assert!(start.elapsed() <= super::super::join::PATIENCE, "{act:?}: {:?}", start.elapsed());
            let asked = server.requests();
            assert_eq!(text(&source).await.unwrap(), "a1", "{act:?}");
            assert_eq!(server.requests(), asked, "{act:?}: not at once again");
        }
    });
}

#[test]
fn a_slow_early_renewal_is_gone_on_with() {
    run(async {
        let server = Server::new();
        server.state().delay = Duration::from_secs(8);
        let source = server.source().tokens(first()).unwrap();
        text(&source).await.unwrap();
        advance(HOUR - MINUTE).await;
        assert_eq!(text(&source).await.unwrap(), "a1");
        assert_eq!(text(&source).await.unwrap(), "a1");
        advance(Duration::from_secs(10)).await;
        assert_eq!(text(&source).await.unwrap(), "a2");
        assert_eq!(server.requests(), 1);
    });
}

#[test]
fn what_passes_is_tried_again_a_few_times() {
    run(async {
        let busy = || Act::Answer(503, json!({}));
        let later = || Act::Answer(400, json!({"error": "temporarily_unavailable"}));
        for (acts, works) in [
            (vec![Act::Unreachable, busy(), later()], true),
            (vec![Act::Unreachable, Act::Unreachable, Act::Unreachable, busy()], false),
        ] {
            let server = Server::new();
            let source = server.source().tokens(first()).unwrap();
            text(&source).await.unwrap();
            advance(HOUR).await;
            server.will(acts);
            match text(&source).await {
                Ok(token) => assert!(works && token == "a2"),
                Err(error) => assert!(!works && error.status() == Some(503), "{error}"),
            }
            assert!(server.state().acts.is_empty());
            assert_eq!(text(&source).await.unwrap(), "a2");
        }
    });
}

#[test]
fn a_silent_server_ends_in_a_time_out() {
    run(async {
        let server = Server::new();
        server.state().granted = 0;
        let source = server.source().client_credentials();
        server.will([Act::Silent, Act::Silent, Act::Silent, Act::Silent]);
        assert_eq!(text(&source).await.unwrap_err().kind(), ErrorKind::Timeout);
        assert_eq!(server.requests(), 4);
    });
}

#[test]
fn what_does_not_pass_is_not_tried_again() {
    run(async {
        for (status, code) in
            [(401, "invalid_client"), (400, "invalid_scope"), (400, "unsupported_grant_type")]
        {
            let server = Server::new();
            server.will([Act::Answer(status, json!({"error": code}))]);
            let source = server.source().client_credentials();
            let error = text(&source).await.unwrap_err();
            assert_eq!(error.response().unwrap().code.as_str(), code);
            assert_eq!(server.requests(), 1);
        }
    });
}

#[test]
fn dead_on_arrival() {
    run(async {
        for lifetime in [json!(0), json!(-5)] {
            let server = Server::new();
            server.answers_with("expires_in", lifetime);
            let source = server.source().client_credentials();
            assert_eq!(text(&source).await.unwrap_err().kind(), ErrorKind::Protocol);
            assert_eq!(server.requests(), 2, "no loop");
        }
        // One that came in time and was not fetched is another matter: it is asked for again.
        let server = Server::new();
        let source = server.source().client_credentials();
        polled(2, source.token()).await;
        advance(2 * HOUR).await;
        assert_eq!(text(&source).await.unwrap(), "a3");
        assert_eq!(server.requests(), 2);
    });
}

#[test]
fn a_token_without_a_lifetime_is_used_until_it_is_refused() {
    run(async {
        let server = Server::new();
        server.answers_with("expires_in", json!(null));
        let source = server.source().client_credentials();
        assert_eq!(text(&source).await.unwrap(), "a2");
        advance(10_000 * HOUR / 200).await;
        let token = source.token().await.unwrap();
        assert_eq!((token.access_token().expose(), token.expires_at()), ("a2", None));
        source.invalidate(&token);
        assert_eq!(text(&source).await.unwrap(), "a3");
        source.invalidate(&token);
        assert_eq!(text(&source).await.unwrap(), "a3", "an old one is no concern of the source");
        assert_eq!(server.requests(), 2);
    });
}

#[test]
fn a_refused_token_is_not_handed_out_while_another_is_asked_for() {
    run(async {
        let server = Server::new();
        let source = server.source().tokens(first()).unwrap();
        let token = source.token().await.unwrap();
        advance(HOUR - MINUTE).await;
        let mut early = Box::pin(text(&source));
        assert!((&mut early).now_or_never().is_none());
        source.invalidate(&token);
        let (one, other) = tokio::join!(early, text(&source));
        assert_eq!((one.unwrap(), other.unwrap()), ("a2".into(), "a2".into()));
        assert_eq!(server.requests(), 1);
    });
}

#[test]
fn less_scope_than_is_needed_is_an_error_by_name() {
    run(async {
        let server = Server::new();
        let (read, both) = (Scope::new("read").unwrap(), Scope::new("read send").unwrap());
        let source = server.source().scope(both.clone()).require_scope(both.clone()).tokens(first()).unwrap();
        assert_eq!(text(&source).await.unwrap(), "a1");
        server.answers_with("scope", json!("read"));
        advance(HOUR).await;
        for _ in 0..3 {
            let error = text(&source).await.unwrap_err();
            assert_eq!(error.missing_scope(), Some(&both.missing_from(&read)));
            assert_eq!(server.requests(), 1, "nobody asks again for the same");
        }
        server.answers_with("scope", json!("send read more"));
        advance(HOUR).await;
        assert_eq!(text(&source).await.unwrap(), "a3");
        server.answers_with("scope", json!(null));
        advance(HOUR).await;
        let token = source.token().await.unwrap();
        assert_eq!(
            token.scope(),
            Some(&Scope::new("read send more").unwrap()),
            "none named: the same as before"
        );
    });
}

#[test]
fn a_fixed_token_ends_when_it_is_refused() {
    run(async {
        let token = crate::AccessToken::new("t").unwrap();
        let source = super::super::TokenSource::fixed(token, crate::TokenType::Bearer);
        let token = source.token().await.unwrap();
        assert_eq!(token.access_token().expose(), "t");
        source.invalidate(&token);
        assert!(text(&source).await.unwrap_err().is_reauthorization_required());
        source.replace(first()).await.unwrap();
        assert_eq!(text(&source).await.unwrap(), "a1");
        assert_eq!(source.state(), State::Held);
    });
}

#[test]
fn nothing_shows_a_token() {
    run(async {
        let server = Server::new();
        let response = granted(
            json!({"access_token": "s3cret", "token_type": "Bearer", "refresh_token": "s3cret", "expires_in": 9}),
        );
        let store = crate::client::store::MemoryStore::new();
        let source = server.source().store(store.clone()).tokens(response).unwrap();
        let token = source.token().await.unwrap();
        let seen = format!("{source:?} {token:?} {store:?} {:?}", source.for_user("alice"));
        assert!(!seen.contains("s3cret") && seen.contains("alice"), "{seen}");
    });
}
