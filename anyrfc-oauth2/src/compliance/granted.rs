//! What the checks of the grants use: a client at a server that judges it, and requests by hand.

use std::time::{Duration, Instant};

use anyrfc_core::testing::run_virtual;
use anyrfc_jwt::{
    codec::base64url,
    proto::SigningKey,
    types::{Jwk, JwsAlgorithm},
};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::{
    ClientId, ClientSecret, Endpoint, Error, ErrorKind, Issuer, OAuth2Client, Requirement, Scope,
    ServerMetadata, UrlPolicy,
    client::Builder,
    proto::{
        Client, ClientAuthentication, Config, Exchange, Grant, HttpRequest, HttpResponse, Moment, Random,
    },
    testing::{AuthorizationServer, ClientMethod, Misbehaviour, Place, Plan, Recorded, Registered},
};

/// What the client is called.
pub(super) const ID: &str = "app:%&+";
/// What it knows.
pub(super) const SECRET: &str = "s%cret:& with more than thirty-two octets";
/// Who the server is.
pub(super) const ISSUER: &str = "https://as.example";
/// What the clocks show that stand still.
pub(super) const NOW: u64 = 1_700_000_000;

/// A session in virtual time.
pub(super) fn session(of: impl Future<Output = ()>) {
    run_virtual(of);
}

/// A server that knows the client by this method.
pub(super) fn server(method: ClientMethod) -> AuthorizationServer {
    AuthorizationServer::new(ISSUER).client(Registered::new(ID, method))
}

/// A server that knows the client by its secret.
pub(super) fn basic() -> AuthorizationServer {
    server(ClientMethod::Basic(SECRET.into()))
}

pub(super) fn secret() -> ClientSecret {
    ClientSecret::new(SECRET).expect("a secret")
}

pub(super) fn scope(text: &str) -> Scope {
    Scope::new(text).expect("a scope")
}

/// A client of this server's, of which nothing is known but its name.
pub(super) async fn builder(server: &AuthorizationServer) -> Builder {
    let discover = OAuth2Client::discover(ISSUER).http(server.clone());
    let builder = discover.client(ClientId::new(ID).expect("a name")).await.expect("a server");
    // Of two clients of one server, none draws what the other has drawn.
    let drawn = u8::try_from(server.requests().len()).expect("few requests");
    builder.clock(server.clock()).seed([drawn; 32])
}

/// A client that proves itself so.
pub(super) async fn by(
    server: &AuthorizationServer,
    method: impl Into<ClientAuthentication>,
) -> OAuth2Client {
    builder(server).await.authentication(method.into()).build().expect("a client")
}

/// A client that proves itself by its secret.
pub(super) async fn by_basic(server: &AuthorizationServer) -> OAuth2Client {
    by(server, ClientAuthentication::SecretBasic(secret())).await
}

pub(super) fn key(algorithm: JwsAlgorithm) -> SigningKey {
    let jwk = Jwk::generate(algorithm).expect("a key");
    SigningKey::from_jwk(&jwk, algorithm).expect("a key").with_key_id("k1")
}

pub(super) fn jwks(key: &SigningKey) -> Value {
    let public = key.public_jwk().expect("a public half").to_object().expect("an object");
    json!({"keys": [public]})
}

/// Header and claims of a JWT, which is not verified.
#[track_caller]
pub(super) fn jwt(text: &str) -> (Map<String, Value>, Map<String, Value>) {
    let parts: Vec<&str> = text.split('.').collect();
    let [header, claims, _] = *parts else { panic!("no JWT of three parts: {text}") };
    let object = |part: &str| {
        serde_json::from_slice(&base64url::decode(part).expect("base64url")).expect("a JSON object")
    };
    (object(header), object(claims))
}

/// All parameters of a form.
pub(super) fn parameters(body: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(body).into_owned().collect()
}

/// The values of one parameter.
pub(super) fn values(body: &[u8], name: &str) -> Vec<String> {
    parameters(body).into_iter().filter(|(set, _)| set == name).map(|(_, value)| value).collect()
}

/// The last request that came to one place.
#[track_caller]
pub(super) fn last(server: &AuthorizationServer, place: Place) -> Recorded {
    server.requests_to(place).pop().expect("a request")
}

/// Every place that tokens, codes and secrets are sent to speaks TLS, or there is no client at all.
pub(super) fn only_tls_is_spoken_to(member: &str) {
    session(async {
        for (url, fits) in [
            ("http://as.example/x", false),
            ("http://127.0.0.1/x", false),
            ("ftp://as.example/x", false),
            ("https://as.example/x", true),
        ] {
            let server = basic();
            let plan = Plan::from(Misbehaviour::Member(member.into(), url.into()));
            server.plant(plan.at(Place::Metadata));
            let found = OAuth2Client::discover(ISSUER).http(server.clone()).fetch().await;
            assert_eq!(
                found.err().map(|error| error.kind()),
                (!fits).then_some(ErrorKind::Protocol),
                "{url}"
            );
            server.assert_nothing_sent_to(Place::Token);
            server.assert_nothing_sent_to(Place::DeviceAuthorization);
        }
    });
    assert!(Endpoint::new("http://as.example/token", UrlPolicy::Https).is_err());
}

/// A time that stands still.
pub(super) fn now() -> Moment {
    Moment { instant: Instant::now(), unix: Duration::from_secs(NOW) }
}

pub(super) fn endpoint(url: &str) -> Endpoint {
    Endpoint::new(url, UrlPolicy::Https).expect("an endpoint")
}

/// A client that knows its server, to make requests by hand.
pub(super) fn client(change: impl FnOnce(&mut Config, &mut ServerMetadata)) -> Client {
    let mut server = ServerMetadata::new(Issuer::new(ISSUER, UrlPolicy::Https).expect("an issuer"));
    server.token_endpoint = Some(endpoint("https://as.example/token"));
    server.authorization_endpoint = Some(endpoint("https://as.example/authorize"));
    server.code_challenge_methods_supported.insert("S256".to_owned());
    server.pushed_authorization_request_endpoint = Some(endpoint("https://as.example/par"));
    server.device_authorization_endpoint = Some(endpoint("https://as.example/device_authorization"));
    let mut config = Config::new(server.clone().into(), ClientId::new(ID).expect("a name"));
    config.authentication = ClientAuthentication::SecretBasic(secret());
    change(&mut config, &mut server);
    config.server = server.into();
    config.into()
}

/// The request of an exchange.
pub(super) fn sent<T>(exchange: &mut Exchange<T>, random: &mut Random) -> HttpRequest {
    exchange.request(&now(), random).expect("a request")
}

/// The request that a grant makes.
pub(super) fn asked(grant: &Grant, client: &Client) -> Result<HttpRequest, Error> {
    grant.exchange(client)?.request(&now(), &mut Random::new([3; 32]))
}

/// What cannot be asked for, by the statement that it breaks.
#[track_caller]
pub(super) fn refused(grant: &Grant, requirement: &'static Requirement) {
    let error = asked(grant, &client(|_, _| ())).expect_err("a refusal");
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, Some(requirement)), "{error}");
}

/// An answer.
pub(super) fn answer(status: u16, headers: &[(&str, &str)], body: &Value) -> HttpResponse {
    let mut response = http::Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    if body.is_null() {
        return response.body(Bytes::new()).expect("an answer");
    }
    let response = response.header("content-type", "application/json");
    response.body(Bytes::from(body.to_string())).expect("an answer")
}
