use std::{
    pin::pin,
    sync::atomic::{AtomicUsize, Ordering},
    task::Poll,
};

use anyrfc_core::BoxFuture;
use anyrfc_jwt::{
    proto::{SigningKey, encode},
    types::{Claims, Header, JwsAlgorithm},
};
use serde_json::{Value, json};

use super::*;
use crate::{
    ClientId,
    client::{
        Clock, HttpClient, HttpLimits,
        metadata::tests::{Scripted, Sent, json_answer},
    },
    proto::{HttpRequest, HttpResponse},
};

fn key(id: &str) -> SigningKey {
    SigningKey::generate(JwsAlgorithm::Es256).unwrap().with_key_id(id)
}

fn set(keys: &[&SigningKey]) -> Value {
    let keys: Vec<_> = keys.iter().map(|key| key.public_jwk().unwrap().to_object().unwrap()).collect();
    json!({"keys": keys})
}

fn token(key: &SigningKey) -> String {
    let header = Header::new(JwsAlgorithm::Es256).with_key_id(key.key_id().unwrap());
    encode(&Claims::new().subject("x"), &header, key).unwrap()
}

fn client(http: impl HttpClient + 'static, jwks: Option<&str>) -> OAuth2Client {
    let mut server =
        crate::ServerMetadata::new(crate::Issuer::new("https://as.example", UrlPolicy::Https).unwrap());
    server.jwks_uri = jwks.map(|url| Endpoint::new(url, UrlPolicy::Https).unwrap());
    let clock = Clock::starting_at(Duration::from_secs(1_800_000_000));
    OAuth2Client::builder(server, ClientId::new("app").unwrap())
        .http(http)
        .clock(clock)
        .seed([1; 32])
        .build()
        .unwrap()
}

const JWKS: Option<&str> = Some("https://as.example/jwks");

fn count(sent: &Sent) -> usize {
    sent.lock().unwrap().len()
}

#[tokio::test(start_paused = true)]
async fn keys_are_fetched_once_and_kept_as_long_as_the_server_says() {
    let key = key("1");
    let answer = set(&[&key]);
    let (http, sent) = Scripted::new(move |_| {
        let mut response = json_answer(200, &answer);
        response.headers_mut().insert(CACHE_CONTROL, "public, Max-Age=\"120\"".parse().unwrap());
        Ok(response)
    });
    let client = client(http, JWKS);
    for _ in 0..3 {
        client.keys_for(&token(&key)).await.unwrap();
    }
    assert_eq!(count(&sent), 1);
    tokio::time::advance(Duration::from_secs(119)).await;
    client.keys_for(&token(&key)).await.unwrap();
    assert_eq!(count(&sent), 1);
    tokio::time::advance(Duration::from_secs(2)).await;
    client.keys_for(&token(&key)).await.unwrap();
    assert_eq!(count(&sent), 2);
}

#[tokio::test(start_paused = true)]
async fn unknown_keys_make_nobody_fetch_without_end() {
    let known = key("1");
    let answer = set(&[&known]);
    let (http, sent) = Scripted::new(move |_| Ok(json_answer(200, &answer)));
    let client = client(http, JWKS);
    client.keys_for(&token(&known)).await.unwrap();
    for nth in 0..20 {
        let keys = client.keys_for(&token(&key(&format!("evil-{nth}")))).await.unwrap();
        assert!(!keys.knows("evil-0"));
    }
    // Not even the first: the set has just come.
    assert_eq!(count(&sent), 1);
    tokio::time::advance(Duration::from_secs(31)).await;
    for nth in 0..20 {
        let _ = client.keys_for(&token(&key(&format!("evil-{nth}")))).await;
    }
    assert_eq!(count(&sent), 2);
}

#[tokio::test(start_paused = true)]
async fn a_key_may_change_under_its_name() {
    let (old, new) = (key("1"), key("1"));
    let answers = [set(&[&old]), set(&[&new])];
    let asked = AtomicUsize::new(0);
    let (http, sent) =
        Scripted::new(move |_| Ok(json_answer(200, &answers[asked.fetch_add(1, Ordering::SeqCst).min(1)])));
    let client = client(http, JWKS);
    let judged = async |key: &SigningKey| {
        let token = token(key);
        let limits = JwsLimits::default();
        client.judge(&token, |keys| Ok(anyrfc_jwt::proto::verify(&token, keys, &limits).map(drop)?)).await
    };
    judged(&old).await.unwrap();
    // Not yet: the keys have just come.
    assert_eq!(judged(&new).await.unwrap_err().kind(), ErrorKind::Auth);
    assert_eq!(count(&sent), 1);
    tokio::time::advance(Duration::from_secs(31)).await;
    judged(&new).await.unwrap();
    assert_eq!(judged(&old).await.unwrap_err().kind(), ErrorKind::Auth);
    assert_eq!(count(&sent), 2);
}

#[tokio::test(start_paused = true)]
async fn what_is_stale_does_while_the_server_fails() {
    let key = key("1");
    let (answer, fails) = (set(&[&key]), Arc::new(AtomicUsize::new(0)));
    let failing = Arc::clone(&fails);
    let (http, sent) = Scripted::new(move |_| match failing.load(Ordering::SeqCst) {
        0 => Ok(json_answer(200, &answer)),
        1 => Ok(json_answer(500, &json!({}))),
        2 => Ok(json_answer(200, &json!({"keys": "none"}))),
        _ => Err(Error::new(ErrorKind::Tls, "no")),
    });
    let client = client(http, JWKS);
    client.keys_for(&token(&key)).await.unwrap();
    for how in 1..=3 {
        fails.store(how, Ordering::SeqCst);
        tokio::time::advance(Duration::from_secs(900)).await;
        client.keys_for(&token(&key)).await.unwrap_or_else(|error| panic!("{how}: {error}"));
        assert_eq!(count(&sent), how + 1);
    }
    // Not for ever.
    tokio::time::advance(Duration::from_secs(7200)).await;
    assert_eq!(client.keys_for(&token(&key)).await.unwrap_err().kind(), ErrorKind::Tls);
}

#[tokio::test(start_paused = true)]
async fn a_first_fetch_that_fails_says_why_and_is_not_repeated_at_once() {
    let key = key("1");
    for (status, body, kind) in [
        (404, json!({}), ErrorKind::Refused),
        (302, json!({}), ErrorKind::Protocol),
        (200, json!([]), ErrorKind::Protocol),
        (200, json!({"keys": []}), ErrorKind::Protocol),
        (200, json!({"keys": [], "x": "y".repeat(300 << 10)}), ErrorKind::Limit),
    ] {
        let (http, sent) = Scripted::new(move |_| Ok(json_answer(status, &body)));
        let client = client(http, JWKS);
        assert_eq!(client.keys_for(&token(&key)).await.unwrap_err().kind(), kind, "{status}");
        assert_eq!(client.keys_for(&token(&key)).await.unwrap_err().kind(), ErrorKind::Io);
        assert_eq!(count(&sent), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn without_keys_or_a_jwt_nothing_is_fetched() {
    let (http, sent) = Scripted::new(|_| panic!("nothing is asked"));
    let client = client(http, None);
    assert_eq!(client.keys_for(&token(&key("1"))).await.unwrap_err().kind(), ErrorKind::Unsupported);
    for text in ["", "a.b.c", "x", "e30.e30.e30"] {
        assert!(client.keys_for(text).await.is_err(), "{text}");
    }
    assert_eq!(count(&sent), 0);
}

/// Answers when it is told to, and counts.
#[derive(Clone, Debug)]
struct Slow {
    asked: Arc<AtomicUsize>,
    go: Arc<tokio::sync::Semaphore>,
    answer: Arc<Value>,
}

impl HttpClient for Slow {
    fn send(&self, _: HttpRequest, _: HttpLimits) -> BoxFuture<'static, Result<HttpResponse, Error>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let slow = self.clone();
        Box::pin(async move {
            slow.go.acquire().await.unwrap().forget();
            Ok(json_answer(200, &slow.answer))
        })
    }
}

#[tokio::test(start_paused = true)]
async fn one_fetches_for_all_and_who_gives_up_leaves_it_to_another() {
    let key = key("1");
    let slow = Slow {
        asked: Arc::default(),
        go: Arc::new(tokio::sync::Semaphore::new(0)),
        answer: Arc::new(set(&[&key])),
    };
    let (client, token) = (client(slow.clone(), JWKS), token(&key));
    let mut first = Box::pin(client.keys_for(&token));
    assert!(futures_util::poll!(first.as_mut()).is_pending());
    let mut others: Vec<_> = (0..10).map(|_| Box::pin(client.keys_for(&token))).collect();
    for other in &mut others {
        assert!(futures_util::poll!(other.as_mut()).is_pending());
    }
    assert_eq!(slow.asked.load(Ordering::SeqCst), 1);
    // The one who fetches goes away: another takes over, and only one.
    drop(first);
    let all = pin!(futures_util::future::join_all(others));
    let mut all = all;
    assert!(matches!(futures_util::poll!(all.as_mut()), Poll::Pending));
    assert_eq!(slow.asked.load(Ordering::SeqCst), 2);
    slow.go.add_permits(1);
    assert!(all.await.into_iter().all(|keys| keys.is_ok()));
    assert_eq!(slow.asked.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn one_who_fetches_and_is_never_polled_again_holds_up_nobody() {
    let key = key("1");
    let slow = Slow {
        asked: Arc::new(AtomicUsize::new(0)),
        go: Arc::new(tokio::sync::Semaphore::new(0)),
        answer: Arc::new(set(&[&key])),
    };
    let (client, token) = (client(slow.clone(), JWKS), token(&key));
    let mut idle = Box::pin(client.keys_for(&token));
    assert!(futures_util::poll!(idle.as_mut()).is_pending());
    slow.go.add_permits(2);
    let all = futures_util::future::join_all((0..10).map(|_| client.keys_for(&token)));
    let all = tokio::time::timeout(Duration::from_secs(60), all).await.expect("it was waited for in vain");
    assert!(all.into_iter().all(|keys| keys.is_ok()));
    assert_eq!(slow.asked.load(Ordering::SeqCst), 2);
    assert!(idle.await.is_ok());
}
