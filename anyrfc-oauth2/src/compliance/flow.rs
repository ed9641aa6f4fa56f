//! The authorization code flow: by hand, and with the server that judges what it is sent.

use std::{
    sync::atomic::{AtomicU8, Ordering},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use crate::{
    ClientId, Endpoint, Error, ErrorKind, Issuer, OAuth2Client, RedirectUri, Requirement, Scope,
    ServerMetadata, TokenResponse, Tolerances, UrlPolicy,
    client::Builder,
    codec::{callback::Callback, form::Form},
    proto::{
        Authorization, AuthorizationRequest, Client, Config, Exchange, HttpRequest, HttpResponse, Moment,
        Random, Start,
    },
    testing::{AuthorizationServer, Place, Registered},
};

pub(super) const ISSUER: &str = "https://as.example";
pub(super) const CALLBACK: &str = "https://app.example/cb";

pub(super) fn endpoint(text: &str) -> Option<Endpoint> {
    Some(Endpoint::new(text, UrlPolicy::Https).expect("an endpoint"))
}

pub(super) fn issuer(text: &str) -> Issuer {
    Issuer::new(text, UrlPolicy::Https).expect("an issuer")
}

pub(super) fn redirect(text: &str) -> RedirectUri {
    RedirectUri::new(text).expect("a redirection URI")
}

pub(super) fn scope(text: &str) -> Scope {
    Scope::new(text).expect("a scope")
}

/// A server of which everything is known by hand.
pub(super) fn configured(issuer: &str) -> ServerMetadata {
    let mut server = ServerMetadata::new(self::issuer(issuer));
    server.authorization_endpoint = endpoint(&format!("{issuer}/authorize"));
    server.token_endpoint = endpoint(&format!("{issuer}/token"));
    server.pushed_authorization_request_endpoint = endpoint(&format!("{issuer}/par"));
    server
}

/// A server as its metadata have it, these members included.
pub(super) fn published(members: &Value) -> Result<ServerMetadata, Error> {
    let mut document = json!({
        "issuer": ISSUER,
        "authorization_endpoint": format!("{ISSUER}/authorize"),
        "token_endpoint": format!("{ISSUER}/token"),
        "pushed_authorization_request_endpoint": format!("{ISSUER}/par"),
    });
    for (name, value) in members.as_object().expect("members") {
        document[name] = value.clone();
    }
    let body = document.to_string();
    ServerMetadata::parse(body.as_bytes(), &issuer(ISSUER), UrlPolicy::Https, Tolerances::NONE)
}

pub(super) fn config(server: ServerMetadata) -> Config {
    Config::new(server.into(), ClientId::new("app").expect("a name"))
}

/// A public client of that server.
pub(super) fn of(server: ServerMetadata) -> Client {
    config(server).into()
}

pub(super) fn moment() -> Moment {
    Moment { instant: Instant::now(), unix: Duration::from_secs(1_700_000_000) }
}

/// Randomness that no other has.
pub(super) fn random() -> Random {
    static NEXT: AtomicU8 = AtomicU8::new(0);
    Random::new([NEXT.fetch_add(1, Ordering::Relaxed); 32])
}

pub(super) fn asked_by(client: &Client) -> Authorization {
    Authorization::new(client, redirect(CALLBACK))
}

/// Begins by the browser.
pub(super) fn start(authorization: Authorization) -> Result<AuthorizationRequest, Error> {
    match authorization.start(&moment(), &mut random())? {
        Start::Ready(request) => Ok(request),
        Start::Push(exchange) => panic!("it is pushed: {exchange:?}"),
    }
}

/// Begins by a push.
pub(super) fn push(authorization: Authorization) -> Result<Exchange<AuthorizationRequest>, Error> {
    match authorization.start(&moment(), &mut random())? {
        Start::Push(exchange) => Ok(exchange),
        Start::Ready(request) => panic!("it is not pushed: {request:?}"),
    }
}

/// What a question says.
pub(super) fn said<T>(exchange: &mut Exchange<T>) -> HttpRequest {
    exchange.request(&moment(), &mut random()).expect("a request")
}

/// What becomes of the answer `query` of which `{state}` is the right state.
pub(super) fn redeem(client: &Client, query: &str) -> Result<Exchange<TokenResponse>, Error> {
    let pending = start(asked_by(client)).expect("it begins").into_pending();
    let url = format!("{CALLBACK}?{}", query.replace("{state}", pending.state()));
    pending.redeem(client, &Callback::from_url(&url).expect("an answer"))
}

/// An answer in JSON.
pub(super) fn answer(status: u16, body: &Value) -> HttpResponse {
    let mut response = HttpResponse::new(Bytes::from(body.to_string()));
    *response.status_mut() = http::StatusCode::from_u16(status).expect("a status");
    response.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    response
}

/// The peer has broken this.
#[track_caller]
pub(super) fn breaks<T>(result: Result<T, Error>, requirement: &Requirement) {
    let Err(error) = result else { panic!("it was taken, against {requirement}") };
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Protocol, Some(requirement)), "{error}");
}

/// The caller wants what this forbids.
#[track_caller]
pub(super) fn unfit<T>(result: Result<T, Error>, requirement: &Requirement) {
    let Err(error) = result else { panic!("it was done, against {requirement}") };
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, Some(requirement)), "{error}");
}

/// The parameters of a request.
#[derive(Debug)]
pub(super) struct Sent(pub(super) Vec<(String, String)>);

impl Sent {
    pub(super) fn behind(url: &str) -> Self {
        Self(Form::decode(url.split_once('?').map_or("", |(_, query)| query)))
    }

    pub(super) fn within(body: &[u8]) -> Self {
        Self(Form::decode(std::str::from_utf8(body).expect("UTF-8")))
    }

    pub(super) fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(held, _)| held == name).map(|(_, value)| value.as_str()).collect()
    }

    #[track_caller]
    pub(super) fn one(&self, name: &str) -> &str {
        let [value] = self.all(name)[..] else { panic!("{name} does not stand once: {self:?}") };
        value
    }

    pub(super) fn has(&self, name: &str) -> bool {
        !self.all(name).is_empty()
    }

    pub(super) fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).collect()
    }
}

/// The server that judges, which knows the public client `app`.
pub(super) fn server() -> AuthorizationServer {
    AuthorizationServer::default().client(Registered::public("app").redirect_uri(CALLBACK))
}

/// A client of that server by its metadata.
pub(super) async fn builder(server: &AuthorizationServer, id: &str) -> Builder {
    let found = OAuth2Client::discover(server.issuer()).http(server.clone());
    let found = found.client(ClientId::new(id).expect("a name")).await.expect("the server is found");
    found.clock(server.clock())
}

pub(super) async fn client(server: &AuthorizationServer) -> OAuth2Client {
    builder(server, "app").await.build().expect("a client")
}

pub(super) fn asking(client: &OAuth2Client) -> Authorization {
    client.authorization_code(redirect(CALLBACK))
}

/// All the way, with the user in between.
pub(super) async fn go(
    server: &AuthorizationServer,
    client: &OAuth2Client,
    authorization: Authorization,
) -> Result<TokenResponse, Error> {
    let request = client.begin(authorization).await?;
    let callback = Callback::from_url(&server.authorize(request.url()))?;
    client.finish(request.into_pending(), &callback).await
}

/// The forms that were sent to one place, in their order.
pub(super) fn forms(server: &AuthorizationServer, place: Place) -> Vec<Sent> {
    server.requests_to(place).iter().map(|request| Sent::within(&request.body)).collect()
}

/// What the browser brought to the server, in its order.
pub(super) fn brought(server: &AuthorizationServer) -> Vec<Sent> {
    server.requests_to(Place::Authorization).iter().map(|request| Sent::behind(&request.url)).collect()
}
