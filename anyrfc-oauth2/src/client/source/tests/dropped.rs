//! Callers who do not wait to the end.

use std::{
    future::poll_fn,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

use anyrfc_core::BoxFuture;
use futures_util::future::join_all;

use super::support::*;
use crate::{
    client::{HttpClient, HttpLimits},
    proto::{HttpRequest, HttpResponse},
};

/// So many polls are more than a renewal takes.
const MANY: usize = 40;

#[test]
fn the_first_caller_dropped_at_every_await_point_loses_nothing() {
    run(async {
        let mut ended = 0;
        for polls in 0..MANY {
            let (server, store) = (Server::new(), Store::new());
            server.state().stops = 2;
            store.slow(Duration::from_millis(10));
            let source = server.source().store(store.clone()).tokens(first()).unwrap();
            text(&source).await.unwrap();
            advance(HOUR).await;
            ended += usize::from(polled(polls, source.token()).await.is_some());
            assert_eq!(text(&source).await.unwrap(), "a2", "after {polls} polls");
            assert_eq!(server.requests(), 1, "after {polls} polls");
            assert_eq!(store.holds().await, "a2/r2", "after {polls} polls");
            assert_eq!(store.saved(), ["a1/r1", "a2/r2"], "after {polls} polls");
        }
        assert!((1..MANY - 5).contains(&ended), "{ended} of {MANY} came to an end");
    });
}

#[test]
fn all_dropped_at_every_await_point_and_resumed_much_later() {
    run(async {
        for polls in 0..MANY {
            let (server, store) = (Server::new(), Store::new());
            store.slow(Duration::from_millis(10));
            let source = server.source().store(store.clone()).tokens(first()).unwrap();
            text(&source).await.unwrap();
            advance(HOUR).await;
            join_all((0..10).map(|_| polled(polls, source.token()))).await;
            advance(HOUR / 2).await;
            assert!(text(&source).await.unwrap().starts_with('a'), "after {polls} polls");
            // Beyond the time-out of a request nobody can say what the server did; the answer
            // that had come by then counts.
            let state = server.state().granted;
            drop(server);
            assert!(store.holds().await.ends_with(&format!("r{state}")), "after {polls} polls");
        }
    });
}

#[test]
fn whoever_is_left_goes_on() {
    run(async {
        let server = Server::new();
        let source = server.source().tokens(first()).unwrap();
        text(&source).await.unwrap();
        advance(HOUR).await;
        for polls in 1..6 {
            let left = join_all((1..=50).map(|nth| {
                let source = source.clone();
                async move { polled(if nth % 10 == 0 { usize::MAX } else { polls }, source.token()).await }
            }))
            .await;
            assert!(left.iter().flatten().count() >= 5);
            assert!(left.iter().flatten().all(Result::is_ok));
            assert_eq!(server.requests(), polls);
            advance(HOUR).await;
        }
    });
}

#[test]
fn a_replacement_dropped_at_every_await_point_is_not_lost() {
    run(async {
        for polls in 1..MANY {
            let (server, store) = (Server::new(), Store::new());
            store.slow(Duration::from_millis(10));
            let source = server.source().store(store.clone()).tokens(first()).unwrap();
            text(&source).await.unwrap();
            let new = granted(
                serde_json::json!({"access_token": "b1", "token_type": "Bearer", "expires_in": 3600}),
            );
            polled(polls, source.replace(new)).await;
            assert_eq!(text(&source).await.unwrap(), "b1", "after {polls} polls");
            assert_eq!(store.holds().await, "b1/-", "after {polls} polls");
            assert_eq!(server.requests(), 0);
        }
    });
}

#[test]
fn a_replacement_in_the_middle_of_a_renewal_wins() {
    run(async {
        for polls in 1..MANY {
            let (server, store) = (Server::new(), Store::new());
            store.slow(Duration::from_millis(10));
            let source = server.source().store(store.clone()).tokens(first()).unwrap();
            text(&source).await.unwrap();
            advance(HOUR).await;
            let ended = polled(polls, source.token()).await.is_some();
            let new = granted(
                serde_json::json!({"access_token": "b1", "token_type": "Bearer", "expires_in": 3600}),
            );
            let (waited, replaced) = tokio::join!(text(&source), source.replace(new));
            replaced.unwrap();
            assert_eq!(waited.unwrap(), if ended { "a2" } else { "b1" }, "after {polls} polls");
            assert_eq!(text(&source).await.unwrap(), "b1", "after {polls} polls");
            assert_eq!(store.holds().await, "b1/-", "after {polls} polls");
        }
    });
}

#[test]
fn a_panic_of_the_http_client_is_an_error_for_the_others() {
    #[derive(Debug)]
    struct Panics(Server, AtomicBool);
    impl HttpClient for Panics {
        fn send(
            &self,
            request: HttpRequest,
            limits: HttpLimits,
        ) -> BoxFuture<'static, Result<HttpResponse, crate::Error>> {
            if self.1.swap(true, Ordering::Relaxed) {
                return self.0.send(request, limits);
            }
            Box::pin(async {
                tokio::task::yield_now().await;
                panic!("as told")
            })
        }
    }
    run(async {
        let server = Server::new();
        let http = Panics(server.clone(), false.into());
        let config = server.client().config().clone();
        let client = crate::OAuth2Client::builder((*config.server).clone(), config.client_id.clone())
            .authentication(config.authentication.clone())
            .http(http)
            .build()
            .unwrap();
        let source = client.token_source().client_credentials();
        let (one, other) = (source.clone(), source.clone());
        let one = tokio::spawn(async move { text(&one).await });
        let other = tokio::spawn(async move { text(&other).await });
        let both = [one.await, other.await];
        assert_eq!(both.iter().filter(|one| one.is_err()).count(), 1, "who polled it panics");
        let error = both.into_iter().find_map(Result::ok).unwrap().unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::Usage);
        assert_eq!(text(&source).await.unwrap(), "a2", "the next call asks again");
    });
}

/// What others do, on another thread, while somebody polls the work: they find it taken.
type Others = Arc<Mutex<Option<BoxFuture<'static, Result<String, crate::Error>>>>>;

#[derive(Debug, Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Its future wakes itself, and then the others come.
struct Crossed {
    server: Server,
    others: Others,
    woken: Arc<Woken>,
}

impl std::fmt::Debug for Crossed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Crossed")
    }
}

impl HttpClient for Crossed {
    fn send(
        &self,
        request: HttpRequest,
        limits: HttpLimits,
    ) -> BoxFuture<'static, Result<HttpResponse, crate::Error>> {
        let (server, others, woken) = (self.server.clone(), self.others.clone(), self.woken.clone());
        Box::pin(async move {
            let mut first = true;
            poll_fn(|cx| {
                if !std::mem::take(&mut first) {
                    return Poll::Ready(());
                }
                cx.waker().wake_by_ref();
                if let Some(other) = &mut *others.lock().unwrap() {
                    let waker = Waker::from(woken.clone());
                    assert!(other.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
                }
                Poll::Pending
            })
            .await;
            server.send(request, limits).await
        })
    }
}

#[test]
fn who_takes_the_next_turn_may_go_away_before_it_comes() {
    run(async {
        let (server, others, woken) = (Server::new(), Others::default(), Arc::<Woken>::default());
        let http = Crossed { server: server.clone(), others: others.clone(), woken: woken.clone() };
        let config = server.client().config().clone();
        let client = crate::OAuth2Client::builder((*config.server).clone(), config.client_id.clone())
            .authentication(config.authentication.clone())
            .http(http)
            .build()
            .unwrap();
        let source = client.token_source().client_credentials();
        let other = source.clone();
        *others.lock().unwrap() = Some(Box::pin(async move { text(&other).await }));
        assert!(polled(1, source.token()).await.is_none());
        assert!(woken.0.load(Ordering::SeqCst), "or it would sleep for ever");
        let other = others.lock().unwrap().take().unwrap();
        assert_eq!(other.await.unwrap(), "a2");
        assert_eq!(server.requests(), 1);
    });
}
