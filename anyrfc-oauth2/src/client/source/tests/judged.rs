//! Against the server of [`testing`](crate::testing), which counts and judges what it is sent.

use std::{
    sync::{
        Barrier,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use futures_util::{FutureExt, future::join_all};

use super::support::*;
use crate::{
    AccessToken, ClientId, OAuth2Client, RedirectUri, Scope, TokenResponse,
    client::TokenSource,
    codec::callback::Callback,
    testing::{AuthorizationServer, Misbehaviour, Place, Plan, Registered},
};

const CALLBACK: &str = "https://app.example/cb";

fn server() -> AuthorizationServer {
    AuthorizationServer::default()
        .client(Registered::public("app").redirect_uri(CALLBACK))
        .client(Registered::confidential("service", "secret"))
}

async fn client(server: &AuthorizationServer) -> OAuth2Client {
    let found =
        OAuth2Client::discover(server.issuer()).http(server.clone()).client(ClientId::new("app").unwrap());
    found.await.unwrap().clock(server.clock()).build().unwrap()
}

/// What a user's login brings: one request to the token endpoint.
async fn log_in(server: &AuthorizationServer, client: &OAuth2Client) -> TokenResponse {
    let asking = client.authorization_code(RedirectUri::new(CALLBACK).unwrap());
    let request = client.begin(asking.scope(Scope::new("mail").unwrap())).await.unwrap();
    let callback = Callback::from_url(&server.authorize(request.url())).unwrap();
    client.finish(request.into_pending(), &callback).await.unwrap()
}

fn refreshes(server: &AuthorizationServer) -> usize {
    let asked = server.requests_to(Place::Token);
    asked.iter().filter(|asked| asked.parameter("grant_type").as_deref() == Some("refresh_token")).count()
}

/// Whether the server takes it.
fn is_live(server: &AuthorizationServer, before: usize) -> bool {
    server.live_access_tokens() == before
}

#[test]
fn a_thousand_callers_at_expiry_make_one_request() {
    run(async {
        let server = server();
        let client = client(&server).await;
        let source =
            client.token_source().store(Store::new()).tokens(log_in(&server, &client).await).unwrap();
        let first = text(&source).await.unwrap();
        for round in 1..=3 {
            advance(HOUR).await;
            server.plant(Plan::from(Misbehaviour::Delay(Duration::from_secs(1))).at(Place::Token).once());
            let tasks: Vec<_> = (0..1000)
                .map(|_| {
                    let source = source.clone();
                    tokio::spawn(async move { text(&source).await.unwrap() })
                })
                .collect();
            let tokens: Vec<_> = join_all(tasks).await.into_iter().map(Result::unwrap).collect();
            assert!(tokens.iter().all(|token| *token == tokens[0] && *token != first));
            assert_eq!(refreshes(&server), round);
            assert!(is_live(&server, 1));
        }
        server.assert_blameless();
    });
}

#[test]
fn killed_after_the_answer_and_before_publication() {
    run(async {
        let (server, store) = (server(), Store::new());
        let client = client(&server).await;
        let key = crate::client::store::StoreKey::new(server.issuer(), "app", "");
        let held = async || store.memory_of(&key).await;
        let source =
            client.token_source().store(store.clone()).tokens(log_in(&server, &client).await).unwrap();
        let first = text(&source).await.unwrap();
        advance(HOUR).await;
        store.slow(Duration::from_secs(5));
        // The server has answered, the store is at work, and nobody got anything.
        let killed = tokio::time::timeout(Duration::from_secs(1), source.token()).await;
        assert!(killed.is_err() && source.cached().is_none());
        assert_eq!((refreshes(&server), held().await.access_token.expose() == first), (1, true));
        // Now it is in the store; before anybody is told, the process is gone.
        advance(Duration::from_secs(5)).await;
        let _ = polled(1, source.token()).await;
        drop(source);
        let kept = held().await;
        assert_ne!(kept.access_token.expose(), first);

        let source = client.token_source().store(store.clone()).stored().unwrap();
        assert_eq!(text(&source).await.unwrap(), kept.access_token.expose());
        assert_eq!(refreshes(&server), 1);
        advance(HOUR).await;
        text(&source).await.unwrap();
        assert_eq!(refreshes(&server), 2, "and its refresh token is good");
        server.assert_blameless();
    });
}

#[test]
fn killed_before_the_answer() {
    run(async {
        let (server, store) = (server(), Store::new());
        let client = client(&server).await;
        let source =
            client.token_source().store(store.clone()).tokens(log_in(&server, &client).await).unwrap();
        text(&source).await.unwrap();
        advance(HOUR).await;
        // It rotates, and the answer never comes.
        server.plant(Plan::from(Misbehaviour::HangAfter).at(Place::Token).once());
        let killed = tokio::time::timeout(Duration::from_secs(1), source.token()).await;
        assert!(killed.is_err());
        drop(source);
        assert_eq!(refreshes(&server), 1);

        for restart in 0..3 {
            let source = client.token_source().store(store.clone()).stored().unwrap();
            let callers = join_all((0..100).map(|_| text(&source))).await;
            assert!(callers.into_iter().all(|answer| answer.unwrap_err().is_reauthorization_required()));
            for _ in 0..3 {
                assert!(text(&source).await.unwrap_err().is_reauthorization_required());
            }
            assert_eq!(refreshes(&server), 2, "restart {restart}: asked once, ever");
        }
        assert_eq!(store.saved().last().map(String::as_str), Some("-"));
    });
}

#[test]
fn a_server_that_wants_to_be_left_alone_is() {
    run(async {
        for (status, asked, silent) in [(429, 120, 120), (503, 120, 120), (429, 1_000_000, 3600)] {
            let server = server();
            let client = client(&server).await;
            let source = client.token_source().tokens(log_in(&server, &client).await).unwrap();
            text(&source).await.unwrap();
            advance(HOUR).await;
            server.plant(Plan::from(Misbehaviour::RetryAfter(status, asked)).at(Place::Token).once());
            for _ in 0..100 {
                let error = text(&source).await.unwrap_err();
                assert_eq!(
                    (error.status(), error.retry_after()),
                    (Some(status), Some(Duration::from_secs(asked)))
                );
            }
            assert_eq!(refreshes(&server), 1);
            advance(Duration::from_secs(silent - 1)).await;
            assert!(text(&source).now_or_never().unwrap().is_err());
            advance(Duration::from_secs(1)).await;
            text(&source).await.unwrap();
            assert_eq!(refreshes(&server), 2);
            server.assert_blameless();
        }
    });
}

#[test]
fn new_tokens_end_the_waiting() {
    run(async {
        let server = server();
        let client = client(&server).await;
        let source = client.token_source().tokens(log_in(&server, &client).await).unwrap();
        text(&source).await.unwrap();
        advance(HOUR).await;
        server.plant(Plan::from(Misbehaviour::RetryAfter(429, 120)).at(Place::Token).grant("refresh_token"));
        assert!(text(&source).await.is_err());
        source.replace(log_in(&server, &client).await).await.unwrap();
        text(&source).await.unwrap();
        advance(HOUR - MINUTE).await;
        text(&source).await.unwrap();
        advance(MINUTE).await;
        server.behave();
        text(&source).await.expect_err("early, the server said when it wants to be asked again");
        advance(MINUTE).await;
        text(&source).await.unwrap();
    });
}

#[test]
fn callers_without_patience_do_not_keep_a_dead_request_alive() {
    run(async {
        let server = server();
        let client = client(&server).await;
        let source = client.token_source().tokens(log_in(&server, &client).await).unwrap();
        text(&source).await.unwrap();
        advance(HOUR).await;
        server.plant(Plan::from(Misbehaviour::Hang).at(Place::Token).once());
        let mut calls = 0;
        while tokio::time::timeout(Duration::from_secs(1), source.token()).await.is_err() {
            calls += 1;
            assert!(calls < 20, "it is waited for to the end of all days");
            advance(2 * MINUTE).await;
        }
        assert_eq!(refreshes(&server), 2);
    });
}

/// Each round all threads, with a runtime of their own each, find a dead token at the same moment;
/// many of their callers go away at once or after a while.
#[test]
fn threads_and_runtimes_that_come_and_go_make_one_request() {
    const THREADS: usize = 4;
    const ROUNDS: usize = 200;
    let server = server();
    // Real clocks: a token dies when it is refused.
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (client, granted) = runtime().block_on(async {
        let client = client(&server).await;
        let granted = log_in(&server, &client).await;
        (client, granted)
    });
    let store = Store::new();
    let source = client.token_source().store(store.clone()).tokens(granted).unwrap();
    // The work wakes itself, as a future does whose turn is over: whoever polled it may go away.
    store.stops(3);
    let barrier = Barrier::new(THREADS);
    let dropped = AtomicUsize::new(0);
    thread::scope(|scope| {
        for nth in 0..THREADS {
            let (source, barrier, dropped, server) = (&source, &barrier, &dropped, &server);
            scope.spawn(move || {
                runtime().block_on(async {
                    for round in 0..ROUNDS {
                        barrier.wait();
                        if nth == 0 && round > 0 {
                            let token = source.token().await.unwrap();
                            source.invalidate(&token);
                        }
                        barrier.wait();
                        let go = (0..8).map(|one: usize| {
                            let polls = (one + round) % 4;
                            async move { polled(polls, source.token()).await }
                        });
                        let stay = (0..4).map(|_| text(source));
                        let (gone, stayed) = tokio::join!(join_all(go), join_all(stay));
                        dropped.fetch_add(gone.iter().filter(|one| one.is_none()).count(), Ordering::Relaxed);
                        let stayed: Vec<_> = stayed.into_iter().map(Result::unwrap).collect();
                        assert!(stayed.iter().all(|token| *token == stayed[0]));
                        barrier.wait();
                        if nth == 0 {
                            assert_eq!(refreshes(server), round);
                        }
                    }
                });
            });
        }
    });
    assert!(dropped.into_inner() > ROUNDS);
    server.assert_blameless();
}

#[test]
fn a_source_that_is_fixed_is_of_every_thread() {
    let source = TokenSource::fixed(AccessToken::new("t").unwrap(), crate::TokenType::Bearer);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
                assert_eq!(runtime.block_on(text(&source)).unwrap(), "t");
            });
        }
    });
}

#[test]
fn a_runtime_that_is_gone_takes_its_request_along_and_nothing_else() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (first, second) = (runtime(), runtime());
    let server = server();
    server.plant(Plan::from(Misbehaviour::Hang).at(Place::Token).grant("refresh_token").once());
    let source = first.block_on(async {
        let client = client(&server).await;
        let source = client.token_source().tokens(log_in(&server, &client).await).unwrap();
        let token = source.token().await.unwrap();
        source.invalidate(&token);
        assert!(polled(1, source.token()).await.is_none());
        source
    });
    drop(first);
    second.block_on(async {
        let caller = source.clone();
        let failed = tokio::spawn(async move { text(&caller).await }).await;
        assert!(failed.map_or(true, |answer| answer.is_err()), "its timers and connections are no more");
        text(&source).await.unwrap();
    });
    assert_eq!(refreshes(&server), 2);
}
