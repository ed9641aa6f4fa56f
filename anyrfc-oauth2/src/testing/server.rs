//! The server as tests hold it.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{Method, Request, Uri};
use tokio::time::Instant;

use super::{
    certificate::ClientCertificate,
    dispatch,
    misbehave::Plan,
    options::{Options, Registered},
    reply::Answer,
    state::{Decision, State},
    transcript::{Place, Recorded},
    violation::Violation,
};
use crate::client::Clock;

/// What time it is for the server.
#[derive(Clone, Copy, Debug)]
enum Time {
    /// It stands.
    Stands(Duration),
    /// It goes with tokio's clock, virtual or not.
    Goes(Instant, Duration),
}

/// An authorization server with a protected resource beside it, in memory.
///
/// It is strict: whatever a client does that it must not do is kept in
/// [`violations`](Self::violations) with the statement of the RFC that forbids it, and refused as a
/// server would. It reads what it is sent by its own code. A clone is another handle on the same
/// server.
///
/// [`handle`](Self::handle) is the server without I/O; as an [`HttpClient`](crate::client::HttpClient)
/// it is reached without a socket, under a virtual clock if need be; [`Served`](super::Served)
/// serves it on loopback.
#[derive(Clone)]
pub struct AuthorizationServer {
    state: Arc<Mutex<State>>,
    time: Arc<Mutex<Time>>,
}

impl fmt::Debug for AuthorizationServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("AuthorizationServer")
            .field("issuer", &state.options.issuer)
            .field("requests", &state.judge.requests.len())
            .field("violations", &state.judge.violations)
            .finish_non_exhaustive()
    }
}

impl Default for AuthorizationServer {
    fn default() -> Self {
        Self::new("https://as.example")
    }
}

impl AuthorizationServer {
    /// A server of this issuer, without clients, its clock that of the system.
    #[must_use]
    pub fn new(issuer: &str) -> Self {
        let unix = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self {
            state: Arc::new(Mutex::new(State::new(issuer))),
            time: Arc::new(Mutex::new(Time::Goes(Instant::now(), unix))),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// With this client.
    #[must_use]
    pub fn client(self, client: Registered) -> Self {
        self.register(client);
        self
    }

    /// Knows this client from now on.
    pub fn register(&self, client: Registered) {
        self.lock().store.clients.insert(client.client_id.clone(), client);
    }

    /// The client of this identifier, as the server knows it.
    #[must_use]
    pub fn registered(&self, client_id: &str) -> Option<Registered> {
        self.lock().client(client_id)
    }

    /// Otherwise than by default.
    #[must_use]
    pub fn with(self, change: impl FnOnce(&mut Options)) -> Self {
        self.configure(change);
        self
    }

    /// Otherwise from now on.
    pub fn configure(&self, change: impl FnOnce(&mut Options)) {
        change(&mut self.lock().options);
    }

    /// What it is like.
    #[must_use]
    pub fn options(&self) -> Options {
        self.lock().options.clone()
    }

    /// Its issuer identifier.
    #[must_use]
    pub fn issuer(&self) -> String {
        self.lock().options.issuer.clone()
    }

    /// Whether this URL is of one of its hosts.
    #[must_use]
    pub fn is_at(&self, url: &str) -> bool {
        dispatch::is_at(&self.lock().options, url)
    }

    /// The URL of an endpoint.
    #[must_use]
    pub fn url(&self, place: Place) -> String {
        dispatch::url_of(&self.lock().options, place)
    }

    /// Misbehaves from now on.
    pub fn plant(&self, plan: impl Into<Plan>) {
        self.lock().plans.push(plan.into());
    }

    /// Misbehaves no more.
    pub fn behave(&self) {
        self.lock().plans.clear();
    }

    // Time.

    /// The time since the Unix epoch.
    #[must_use]
    pub fn now(&self) -> Duration {
        match *self.time.lock().unwrap_or_else(PoisonError::into_inner) {
            Time::Stands(now) => now,
            Time::Goes(start, unix) => unix + start.elapsed(),
        }
    }

    /// A clock for the client that shows what the server's shows, and goes with tokio's.
    #[must_use]
    pub fn clock(&self) -> Clock {
        Clock::starting_at(self.now())
    }

    /// Sets the clock, which goes on with tokio's.
    pub fn set_time(&self, unix: Duration) {
        self.change_time(Time::Goes(Instant::now(), unix));
    }

    /// Sets the clock, and stops it.
    pub fn stop_time(&self, unix: Duration) {
        self.change_time(Time::Stands(unix));
    }

    /// Moves the server's clock on, and nobody else's.
    pub fn pass(&self, time: Duration) {
        let mut clock = self.time.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *clock {
            Time::Stands(unix) | Time::Goes(_, unix) => *unix += time,
        }
    }

    fn change_time(&self, time: Time) {
        *self.time.lock().unwrap_or_else(PoisonError::into_inner) = time;
    }

    // Requests.

    /// Answers a request, at the time of its clock.
    ///
    /// A [`ClientCertificate`] among the request's extensions is what TLS would have shown.
    pub fn handle(&self, request: Request<Bytes>) -> Answer {
        self.handle_at(request, self.now())
    }

    /// Answers a request that comes at this time since the Unix epoch.
    pub fn handle_at(&self, request: Request<Bytes>, now: Duration) -> Answer {
        let (head, body) = request.into_parts();
        let certificate = head.extensions.get::<ClientCertificate>().map(ClientCertificate::thumbprint);
        self.lock().handle(head.method, &head.uri, head.headers, body, certificate, now)
    }

    /// Goes where the client sends its user, as browser and as user: logs in, decides as
    /// [`Options::user`] says, and follows to where the server sends the browser back.
    ///
    /// # Panics
    /// When the server sends the browser nowhere: it shows an error instead.
    #[must_use]
    pub fn authorize(&self, url: &str) -> String {
        let answer = self.browse(url);
        let location = answer.response.headers().get("location").and_then(|value| value.to_str().ok());
        let shown = || String::from_utf8_lossy(answer.response.body()).into_owned();
        let Some(location) = location else {
            panic!("the browser stays at the server: {} {}", answer.response.status(), shown());
        };
        location.to_owned()
    }

    /// Fetches a page as the user's browser.
    ///
    /// # Panics
    /// When this is no URL.
    pub fn browse(&self, url: &str) -> Answer {
        let (url, fragment) = url.split_once('#').map_or((url, false), |(url, _)| (url, true));
        let uri: Uri = url.parse().unwrap_or_else(|error| panic!("no URL ({error}): {url}"));
        let mut request = Request::new(Bytes::new());
        *request.method_mut() = Method::GET;
        *request.uri_mut() = uri;
        let now = self.now();
        let (head, body) = request.into_parts();
        let mut state = self.lock();
        let answer = state.handle(head.method, &head.uri, head.headers, body, None, now);
        if fragment {
            state.blame_fragment();
        }
        answer
    }

    /// The user of a device enters its code and approves.
    ///
    /// # Panics
    /// When there is no such code.
    pub fn approve_device(&self, user_code: &str) {
        self.decide(user_code, Decision::Approved);
    }

    /// The user of a device enters its code and denies.
    ///
    /// # Panics
    /// When there is no such code.
    pub fn deny_device(&self, user_code: &str) {
        self.decide(user_code, Decision::Denied);
    }

    fn decide(&self, user_code: &str, decision: Decision) {
        let now = self.now().as_secs();
        let mut state = self.lock();
        assert!(state.decide_device(user_code, decision, now), "no device shows the code {user_code}");
    }

    // What goes on at the server by itself.

    /// All access tokens expire.
    pub fn expire_access_tokens(&self) {
        self.lock().store.access.values_mut().for_each(|access| access.expires = 0);
    }

    /// All grants are revoked, their tokens with them: the user has changed his mind.
    pub fn revoke_everything(&self) {
        let mut state = self.lock();
        let grants: Vec<u64> = (state.store.access.values().map(|access| access.grant.id))
            .chain(state.store.refresh.values().map(|refresh| refresh.grant.id))
            .collect();
        state.store.revoked.extend(grants);
    }

    /// Signs with a new key from now on; the old ones stay in the JWK Set.
    pub fn rotate_keys(&self) {
        let mut state = self.lock();
        let retired = std::mem::take(&mut state.keys);
        let _ = state.key();
        let new = std::mem::replace(&mut state.keys, retired);
        state.keys.extend(new);
    }

    /// Signs with a new key, and the old ones are gone.
    pub fn replace_keys(&self) {
        let mut state = self.lock();
        state.keys.clear();
        let _ = state.key();
    }

    /// The nonces for proofs that the server wants from now on are new, which the client learns
    /// when it is refused.
    pub fn rotate_nonces(&self) {
        let mut state = self.lock();
        state.judge.server_nonces.current = None;
        state.judge.resource_nonces.current = None;
    }

    // What was seen.

    /// All requests that came, in their order.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        self.lock().judge.requests.clone()
    }

    /// Those that came to one place.
    #[must_use]
    pub fn requests_to(&self, place: Place) -> Vec<Recorded> {
        self.lock().judge.requests.iter().filter(|request| request.place == place).cloned().collect()
    }

    /// How many came to one place.
    #[must_use]
    pub fn count(&self, place: Place) -> usize {
        self.lock().judge.requests.iter().filter(|request| request.place == place).count()
    }

    /// Where this text, a secret, was sent to.
    #[must_use]
    pub fn sent_to(&self, secret: &str) -> Vec<Place> {
        let state = self.lock();
        state.judge.requests.iter().filter(|request| request.contains(secret)).map(|r| r.place).collect()
    }

    /// What the client did that it must not do.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        self.lock().judge.violations.clone()
    }

    /// How many access tokens are good now.
    #[must_use]
    pub fn live_access_tokens(&self) -> usize {
        let now = self.now().as_secs();
        let state = self.lock();
        state.store.access.keys().filter(|token| state.live_access(token, now).is_some()).count()
    }

    /// Nothing was sent there.
    ///
    /// # Panics
    /// When something was.
    #[track_caller]
    pub fn assert_nothing_sent_to(&self, place: Place) {
        let sent = self.requests_to(place);
        assert!(sent.is_empty(), "{} requests to {place:?}, the first: {:?}", sent.len(), sent.first());
    }

    /// The client has done all as it must.
    ///
    /// # Panics
    /// When it has not.
    #[track_caller]
    pub fn assert_blameless(&self) {
        let found = self.violations();
        assert!(found.is_empty(), "the client did what it must not do: {found:#?}");
    }

    /// The client broke these statements (`rfc7636#4.3-1`), in this order, and no others.
    ///
    /// # Panics
    /// When it did otherwise.
    #[track_caller]
    pub fn assert_violations(&self, ids: &[&str]) {
        let found = self.violations();
        assert_eq!(found.iter().map(Violation::id).collect::<Vec<_>>(), ids, "{found:#?}");
    }
}
