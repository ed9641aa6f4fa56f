//! The server, the store, and whoever asks.

use std::{
    collections::VecDeque,
    future::poll_fn,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard},
    task::Poll,
    time::Duration,
};

use anyrfc_core::{BoxFuture, testing};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::{
    ClientId, ClientSecret, Endpoint, Error, ErrorKind, Issuer, OAuth2Client, ServerMetadata, StoreProblem,
    TokenResponse, Tolerances, UrlPolicy,
    client::{
        Clock, HttpClient, HttpLimits, SourceBuilder,
        store::{MemoryStore, StoreKey, StoredTokens, TokenStore},
    },
    codec::form::Form,
    proto::{ClientAuthentication, HttpRequest, HttpResponse},
};

pub(super) const HOUR: Duration = Duration::from_secs(3600);
pub(super) const MINUTE: Duration = Duration::from_secs(60);

/// What the server does to one request.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// What it should.
    Serve,
    /// It answers so, and does nothing.
    Answer(u16, Value),
    /// Nothing reaches it.
    Unreachable,
    /// It does what it should, and the answer is lost.
    AnswerLost,
    /// It never answers.
    Silent,
}

#[derive(Debug)]
pub(super) struct State {
    /// What it does to the next requests; what it should to all others.
    pub(super) acts: VecDeque<Act>,
    /// What requests said.
    pub(super) requests: Vec<Vec<(String, String)>>,
    /// How long requests and answers travel.
    pub(super) delay: Duration,
    /// So often the answer's future is woken without being done.
    pub(super) stops: usize,
    /// Members of its answers, over those that it makes.
    pub(super) members: Map<String, Value>,
    /// The number of the tokens that it granted last.
    pub(super) granted: usize,
}

/// An authorization server that rotates refresh tokens, and knows none but the last.
#[derive(Clone, Debug)]
pub(super) struct Server(Arc<Mutex<State>>);

impl Server {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(State {
            acts: VecDeque::new(),
            requests: Vec::new(),
            delay: Duration::from_millis(50),
            stops: 0,
            members: Map::new(),
            granted: 1,
        })))
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub(super) fn will(&self, acts: impl IntoIterator<Item = Act>) {
        self.state().acts.extend(acts);
    }

    pub(super) fn requests(&self) -> usize {
        self.state().requests.len()
    }

    pub(super) fn answers_with(&self, name: &str, value: Value) {
        self.state().members.insert(name.to_owned(), value);
    }

    /// A client of it, at a clock that shows `unix`.
    pub(super) fn client_at(&self, unix: Duration) -> OAuth2Client {
        let mut server = ServerMetadata::new(Issuer::new("https://as.example", UrlPolicy::Https).unwrap());
        server.token_endpoint = Some(Endpoint::new("https://as.example/token", UrlPolicy::Https).unwrap());
        OAuth2Client::builder(server, ClientId::new("client").unwrap())
            .authentication(ClientAuthentication::SecretBasic(ClientSecret::new("secret").unwrap()))
            .http(self.clone())
            .clock(Clock::starting_at(unix))
            .seed([7; 32])
            .build()
            .unwrap()
    }

    pub(super) fn client(&self) -> OAuth2Client {
        self.client_at(Duration::from_secs(1_000_000))
    }

    /// A source with the first tokens, which live for an hour.
    pub(super) fn source(&self) -> SourceBuilder {
        self.client().token_source()
    }
}

impl State {
    fn serve(&mut self, form: &[(String, String)]) -> HttpResponse {
        let value = |name| form.iter().find(|(set, _)| set == name).map(|(_, value)| value.as_str());
        let refreshed = value("grant_type") == Some("refresh_token");
        if refreshed && value("refresh_token") != Some(&format!("r{}", self.granted)) {
            return answer(400, &json!({"error": "invalid_grant"}));
        }
        self.granted += 1;
        let mut body =
            json!({"access_token": format!("a{}", self.granted), "token_type": "Bearer", "expires_in": 3600});
        if refreshed {
            body["refresh_token"] = json!(format!("r{}", self.granted));
        }
        for (name, value) in &self.members {
            body[name] = value.clone();
        }
        body.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        answer(200, &body)
    }
}

fn answer(status: u16, body: &Value) -> HttpResponse {
    http::Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(Bytes::from(body.to_string()))
        .unwrap()
}

impl HttpClient for Server {
    fn send(&self, request: HttpRequest, _: HttpLimits) -> BoxFuture<'static, Result<HttpResponse, Error>> {
        let server = self.clone();
        Box::pin(async move {
            assert_eq!(request.uri(), "https://as.example/token");
            let form = Form::decode(std::str::from_utf8(request.body()).unwrap());
            let delay = server.state().delay;
            let stops = server.state().stops;
            let act = server.state().acts.pop_front().unwrap_or(Act::Serve);
            tokio::time::sleep(delay).await;
            let lost = || Err(Error::new(ErrorKind::Io, "the connection broke"));
            if let Act::Unreachable = act {
                return lost();
            }
            server.state().requests.push(form.clone());
            let served = match &act {
                Act::Serve | Act::AnswerLost | Act::Silent => server.state().serve(&form),
                Act::Answer(status, body) => answer(*status, body),
                Act::Unreachable => return lost(),
            };
            for _ in 0..stops {
                tokio::task::yield_now().await;
            }
            tokio::time::sleep(delay).await;
            match act {
                Act::AnswerLost => lost(),
                Act::Silent => std::future::pending().await,
                _ => Ok(served),
            }
        })
    }
}

/// What was granted first: `a1` and `r1`, for an hour.
pub(super) fn first() -> TokenResponse {
    granted(json!({"access_token": "a1", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "r1"}))
}

pub(super) fn granted(body: Value) -> TokenResponse {
    let Value::Object(body) = body else { panic!("no object") };
    TokenResponse::read(body, Tolerances::NONE).unwrap()
}

/// The key that the server's clients store under.
pub(super) fn key() -> StoreKey {
    StoreKey::new("https://as.example", "client", "")
}

/// A store that is slow and fails when it is told to, and records what it was given.
#[derive(Clone, Debug, Default)]
pub(super) struct Store {
    pub(super) memory: MemoryStore,
    told: Arc<Mutex<Told>>,
}

#[derive(Debug, Default)]
struct Told {
    fails: usize,
    slow: Duration,
    stops: usize,
    loads: usize,
    saved: Vec<String>,
}

impl Store {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// The next `times` calls fail.
    pub(super) fn fails(&self, times: usize) {
        self.told.lock().unwrap().fails = times;
    }

    pub(super) fn slow(&self, by: Duration) {
        self.told.lock().unwrap().slow = by;
    }

    /// Each call wakes itself so often before it is done.
    pub(super) fn stops(&self, times: usize) {
        self.told.lock().unwrap().stops = times;
    }

    /// What it has there.
    pub(super) async fn memory_of(&self, key: &StoreKey) -> StoredTokens {
        self.memory.load(key).await.unwrap().unwrap()
    }

    pub(super) fn loads(&self) -> usize {
        self.told.lock().unwrap().loads
    }

    /// Every `access/refresh` it was given, also those with which it failed; `-` for forgetting.
    pub(super) fn saved(&self) -> Vec<String> {
        self.told.lock().unwrap().saved.clone()
    }

    /// `access/refresh` as it is now.
    pub(super) async fn holds(&self) -> String {
        shown(self.memory.load(&key()).await.unwrap().as_ref())
    }

    async fn work(&self) -> Result<(), Error> {
        let slow = self.told.lock().unwrap().slow;
        if !slow.is_zero() {
            tokio::time::sleep(slow).await;
        }
        let mut stops = self.told.lock().unwrap().stops;
        poll_fn(|cx| {
            if stops == 0 {
                return Poll::Ready(());
            }
            stops -= 1;
            cx.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
        let mut told = self.told.lock().unwrap();
        if told.fails > 0 {
            told.fails -= 1;
            return Err(Error::store(StoreProblem::Unavailable, "the disk is full"));
        }
        Ok(())
    }
}

fn shown(tokens: Option<&StoredTokens>) -> String {
    tokens.map_or_else(
        || "-".to_owned(),
        |tokens| {
            let refresh = tokens.refresh_token.as_ref().map_or("-", |token| token.expose());
            format!("{}/{refresh}", tokens.access_token.expose())
        },
    )
}

impl TokenStore for Store {
    fn load<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<Option<StoredTokens>, Error>> {
        Box::pin(async move {
            self.told.lock().unwrap().loads += 1;
            self.work().await?;
            self.memory.load(key).await
        })
    }

    fn save<'a>(&'a self, key: &'a StoreKey, tokens: &'a StoredTokens) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            self.told.lock().unwrap().saved.push(shown(Some(tokens)));
            self.work().await?;
            self.memory.save(key, tokens).await
        })
    }

    fn clear<'a>(&'a self, key: &'a StoreKey) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            self.told.lock().unwrap().saved.push(shown(None));
            self.work().await?;
            self.memory.clear(key).await
        })
    }
}

/// The text of the token that is handed out.
pub(super) async fn text(source: &super::super::TokenSource) -> Result<String, Error> {
    source.token().await.map(|token| token.access_token().expose().to_owned())
}

/// Polls `future` so many times at most, then drops it.
pub(super) async fn polled<F: Future>(times: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = times;
    poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Runs on a clock that jumps.
pub(super) fn run<F: Future>(future: F) -> F::Output {
    testing::run_virtual(future)
}

pub(super) use anyrfc_core::testing::advance;
