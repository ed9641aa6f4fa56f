//! What the checks of single endpoints use.

use std::sync::{Arc, Mutex, PoisonError};

use anyrfc_core::{
    BoxFuture,
    testing::{pki::Pki, run, run_virtual},
};
use anyrfc_jwt::types::JwsAlgorithm;
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header::CONTENT_TYPE};
use serde_json::Value;

use crate::{
    ClientId, ClientSecret, Error, ErrorKind, Issuer, OAuth2Client, RedirectUri, Requirement, Scope,
    ServerMetadata, TokenResponse, UrlPolicy,
    client::{Builder, HttpClient, HttpLimits, ReqwestClient},
    codec::callback::Callback,
    proto::{Authorization, ClientAuthentication, HttpRequest, HttpResponse},
    testing::{AuthorizationServer, Place, Recorded, Registered, Served},
    types::Endpoint,
};

/// The server's name.
pub(super) const ISSUER: &str = "https://as.example";
/// Where the answers of its clients arrive.
pub(super) const CALLBACK: &str = "https://app.example/cb";
/// The password of the client `web`.
pub(super) const SECRET: &str = "a very long secret of the client";

/// A server that knows the public client `app`, and `web`, which has a password.
pub(super) fn server() -> AuthorizationServer {
    AuthorizationServer::new(ISSUER)
        .client(Registered::public("app").redirect_uri(CALLBACK))
        .client(Registered::confidential("web", SECRET).redirect_uri(CALLBACK))
}

/// Runs `check` under a virtual clock with a [`server`] of its own, which has nothing to say against
/// the client in the end.
pub(super) fn with_server(check: impl AsyncFnOnce(AuthorizationServer)) {
    run_virtual(async {
        let server = server();
        check(server.clone()).await;
        server.assert_blameless();
    });
}

/// A client of the server, by this identifier, to be completed.
pub(super) async fn builder(server: &AuthorizationServer, client_id: &str) -> Builder {
    let client_id = ClientId::new(client_id).expect("a client identifier");
    let found = OAuth2Client::discover(server.issuer()).http(server.clone()).client(client_id).await;
    let builder = found.expect("the server publishes what it is");
    builder.clock(server.clock()).seed([7; 32]).id_token_algorithms(JwsAlgorithm::Es256)
}

/// The client with a password.
pub(super) async fn web(server: &AuthorizationServer) -> OAuth2Client {
    let proof = ClientAuthentication::SecretBasic(ClientSecret::new(SECRET).expect("a secret"));
    builder(server, "web").await.authentication(proof).build().expect("a client")
}

/// The public client.
pub(super) async fn app(server: &AuthorizationServer) -> OAuth2Client {
    builder(server, "app").await.build().expect("a client")
}

pub(super) fn scope(text: &str) -> Scope {
    Scope::new(text).expect("a scope")
}

/// Asks the user for a code, by default.
pub(super) fn asking(client: &OAuth2Client) -> Authorization {
    client.authorization_code(RedirectUri::new(CALLBACK).expect("a redirection URI"))
}

/// All the way to a token, with the user in between.
pub(super) async fn granted(
    server: &AuthorizationServer,
    client: &OAuth2Client,
    asked: Authorization,
) -> TokenResponse {
    let request = client.begin(asked).await.expect("it begins");
    let callback = Callback::from_url(&server.authorize(request.url())).expect("an answer");
    client.finish(request.into_pending(), &callback).await.expect("a token")
}

/// What came there last.
#[track_caller]
pub(super) fn last(server: &AuthorizationServer, place: Place) -> Recorded {
    server.requests_to(place).pop().expect("a request came")
}

/// The peer broke this.
#[track_caller]
pub(super) fn breaks<T: std::fmt::Debug>(result: Result<T, Error>, requirement: &'static Requirement) {
    let error = result.expect_err("the peer breaks a rule");
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Protocol, Some(requirement)), "{error}");
}

/// The caller asked for what cannot be.
#[track_caller]
pub(super) fn unfit<T: std::fmt::Debug>(result: Result<T, Error>, requirement: &'static Requirement) {
    let error = result.expect_err("the caller breaks a rule");
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, Some(requirement)), "{error}");
}

/// Answers by a closure, and remembers what was sent.
#[derive(Clone)]
pub(super) struct Scripted {
    answer: Arc<dyn Fn(&HttpRequest) -> HttpResponse + Send + Sync>,
    sent: Arc<Mutex<Vec<HttpRequest>>>,
}

impl Scripted {
    pub(super) fn new(answer: impl Fn(&HttpRequest) -> HttpResponse + Send + Sync + 'static) -> Self {
        Self { answer: Arc::new(answer), sent: Arc::default() }
    }

    /// Where the requests went, in their order.
    pub(super) fn urls(&self) -> Vec<String> {
        let sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.iter().map(|request| format!("{} {}", request.method(), request.uri())).collect()
    }
}

impl std::fmt::Debug for Scripted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Scripted")
    }
}

impl HttpClient for Scripted {
    fn send(&self, request: HttpRequest, _: HttpLimits) -> BoxFuture<'static, Result<HttpResponse, Error>> {
        let answer = (self.answer)(&request);
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        Box::pin(async { Ok(answer) })
    }
}

/// An answer of this status with this body, as JSON.
pub(super) fn json_answer(status: u16, body: impl Into<Bytes>) -> HttpResponse {
    let mut response = HttpResponse::new(body.into());
    *response.status_mut() = StatusCode::from_u16(status).expect("a status");
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The metadata of [`ISSUER`] with these members.
pub(super) fn metadata(members: Value) -> Result<ServerMetadata, Error> {
    metadata_as(ISSUER, members)
}

/// The metadata that was found under this name.
pub(super) fn metadata_as(asked: &str, members: Value) -> Result<ServerMetadata, Error> {
    let mut document = members;
    if document.get("issuer").is_none() {
        document["issuer"] = ISSUER.into();
    }
    let issuer = Issuer::new(asked, UrlPolicy::Https).expect("an issuer");
    ServerMetadata::parse(document.to_string().as_bytes(), &issuer, UrlPolicy::Https, crate::Tolerances::NONE)
}

/// A server on a socket, under TLS. It is talked to where its certificate is of an authority that is
/// trusted and for its name, and gets no request otherwise.
pub(super) fn certificate_decides(
    place: Place,
    ask: impl AsyncFn(&ServerMetadata, ReqwestClient) -> Result<(), Error>,
) {
    run(async {
        let pki = Pki::new();
        let taken = pki.server_for(&["localhost"]);
        let cases = [
            (&taken, true),
            (&pki.server_for(&["elsewhere.example"]), false),
            (&pki.expired_server_for(&["localhost"]), false),
            (&Pki::new().server_for(&["localhost"]), false),
        ];
        for (identity, good) in cases {
            let server = server();
            let served = Served::tls(server.clone(), identity.server(), None).expect("a port");
            let http = ReqwestClient::builder().tls(pki.trusting()).build().expect("a client");
            let mut known =
                ServerMetadata::new(Issuer::new(&server.issuer(), UrlPolicy::Https).expect("an issuer"));
            let endpoint = |place| Endpoint::new(&server.url(place), UrlPolicy::Https).ok();
            known.token_endpoint = endpoint(Place::Token);
            known.revocation_endpoint = endpoint(Place::Revocation);
            known.introspection_endpoint = endpoint(Place::Introspection);
            known.registration_endpoint = endpoint(Place::Registration);
            let result = served.beside(ask(&known, http)).await;
            if good {
                result.expect("a server that is known");
                assert!(server.count(place) > 0, "it was asked");
                continue;
            }
            let error = result.expect_err("nobody knows this server");
            assert_eq!(error.kind(), ErrorKind::Tls, "{error:?}");
            assert!(server.requests().is_empty(), "nothing is said to it");
        }
    });
}

/// A client of the server that is known so.
pub(super) fn known(server: &ServerMetadata, http: ReqwestClient) -> OAuth2Client {
    let builder = OAuth2Client::builder(server.clone(), ClientId::new("web").expect("an identifier"));
    let proof = ClientAuthentication::SecretBasic(ClientSecret::new(SECRET).expect("a secret"));
    builder.http(http).authentication(proof).build().expect("a client")
}
