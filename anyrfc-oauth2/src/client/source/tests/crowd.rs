//! Many callers, one request.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{FutureExt, future::join_all};

use super::support::*;

#[test]
fn a_thousand_callers_at_expiry_make_one_request() {
    run(async {
        for stops in [0, 1, 7] {
            let server = Server::new();
            server.state().stops = stops;
            let source = server.source().store(Store::new()).tokens(first()).unwrap();
            assert_eq!(text(&source).await.unwrap(), "a1");
            advance(HOUR).await;
            let answers = join_all((0..1000).map(|_| text(&source))).await;
            assert!(answers.into_iter().all(|answer| answer.unwrap() == "a2"));
            assert_eq!(server.requests(), 1);
        }
    });
}

#[test]
fn a_thousand_tasks_share_one_failure_too() {
    run(async {
        let server = Server::new();
        let source = server.source().tokens(first()).unwrap();
        text(&source).await.unwrap();
        advance(HOUR).await;
        server.will([Act::Answer(401, serde_json::json!({"error": "invalid_client"}))]);
        let tasks: Vec<_> = (0..1000)
            .map(|_| {
                let source = source.clone();
                tokio::spawn(async move { text(&source).await })
            })
            .collect();
        for task in tasks {
            let error = task.await.unwrap().unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::Auth);
        }
        assert_eq!(server.requests(), 1);
        assert_eq!(text(&source).await.unwrap(), "a2", "the next call asks again");
    });
}

#[test]
fn an_event_of_the_request_costs_a_wake_up_for_each_and_no_more() {
    run(async {
        let polls = |callers: usize| async move {
            let server = Server::new();
            server.state().stops = 5;
            let source = server.source().tokens(first()).unwrap();
            text(&source).await.unwrap();
            advance(HOUR).await;
            let polls = AtomicUsize::new(0);
            let (source, counted) = (&source, &polls);
            // Each in a task of its own, so that only those are polled who were woken.
            let tasks: futures_util::stream::FuturesUnordered<_> = (0..callers)
                .map(|_| async move {
                    let mut token = std::pin::pin!(source.token());
                    std::future::poll_fn(|cx| {
                        counted.fetch_add(1, Ordering::Relaxed);
                        token.as_mut().poll(cx)
                    })
                    .await
                })
                .collect();
            futures_util::StreamExt::collect::<Vec<_>>(tasks).await;
            polls.into_inner()
        };
        let (ten, thousand) = (polls(10).await, polls(1000).await);
        assert!(thousand <= ten * 150, "{ten} polls for 10 callers, {thousand} for 1000");
    });
}

#[test]
fn one_who_is_never_polled_again_holds_up_nobody() {
    run(async {
        let server = Server::new();
        let source = server.source().tokens(first()).unwrap();
        text(&source).await.unwrap();
        advance(HOUR).await;
        let mut idle = Box::pin(text(&source));
        assert!((&mut idle).now_or_never().is_none());
        assert_eq!(text(&source).await.unwrap(), "a2");
        assert_eq!(idle.now_or_never().unwrap().unwrap(), "a2");
        assert_eq!(server.requests(), 1);
    });
}

#[test]
fn clones_share_all() {
    run(async {
        let server = Server::new();
        let source = server.source().tokens(first()).unwrap();
        let clone = source.clone();
        let (a, b) = (source.token().await.unwrap(), clone.token().await.unwrap());
        assert!(a.is_same(&b));
        clone.invalidate(&a);
        assert_eq!(text(&source).await.unwrap(), "a2");
        assert_eq!(server.requests(), 1);
    });
}
