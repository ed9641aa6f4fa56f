//! The server judged in turn: by a client written here, by hand, which does all as it must, or does
//! one thing wrong. Nothing of the crate's own client is used.

mod code;
mod device;
mod hostile;
mod proofs;
mod rest;

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Map, Value, json};

use super::{
    AuthorizationServer, ClientMethod, Place, Registered, SigningAlgorithm,
    jose::{ServerKey, mac, sha256},
    wire::form_encode,
};

const NOW: Duration = Duration::from_secs(1_800_000_000);
const CALLBACK: &str = "http://127.0.0.1/callback";
const SENT: &str = "http://127.0.0.1:49152/callback";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// A server with a public client `app` and a confidential one, `service`; its clock stands.
fn server() -> AuthorizationServer {
    let server = AuthorizationServer::default()
        .client(Registered::public("app").redirect_uri(CALLBACK))
        .client(Registered::confidential("service", "s%cret:&").redirect_uri("https://app.example/cb"));
    server.stop_time(NOW);
    server
}

fn encode(pairs: &[(&str, &str)]) -> String {
    let all: Vec<String> = pairs.iter().map(|(n, v)| format!("{n}={}", form_encode(v))).collect();
    all.join("&")
}

/// The answer, and its body if that is JSON.
struct Got {
    status: u16,
    json: Value,
    response: Response<Bytes>,
}

impl Got {
    fn text(&self, name: &str) -> String {
        self.json[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.json)).to_owned()
    }

    fn error(&self) -> &str {
        self.json["error"].as_str().unwrap_or_default()
    }

    fn header(&self, name: &str) -> String {
        let all = self.response.headers().get_all(name).iter().filter_map(|value| value.to_str().ok());
        all.collect::<Vec<_>>().join(" | ")
    }
}

fn send(server: &AuthorizationServer, request: Request<String>) -> Got {
    let (head, body) = request.into_parts();
    let answer = server.handle(Request::from_parts(head, Bytes::from(body)));
    let json = serde_json::from_slice(answer.response.body()).unwrap_or_default();
    Got { status: answer.response.status().as_u16(), json, response: answer.response }
}

/// A form, sent as it must be.
fn post(server: &AuthorizationServer, place: Place, fields: &[(&str, &str)], form: &[(&str, &str)]) -> Got {
    let mut request =
        Request::post(server.url(place)).header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    send(server, request.body(encode(form)).unwrap())
}

fn get(server: &AuthorizationServer, url: &str, fields: &[(&str, &str)]) -> Got {
    let mut request = Request::get(url);
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    send(server, request.body(String::new()).unwrap())
}

/// Basic credentials of `service`.
fn basic() -> (&'static str, &'static str) {
    // service:s%25cret%3A%26
    ("authorization", "Basic c2VydmljZTpzJTI1Y3JldCUzQSUyNg==")
}

/// An authorization request of `app`, with these parameters otherwise (an empty one is left out).
fn url(server: &AuthorizationServer, other: &[(&str, &str)]) -> String {
    let challenge = sha256(VERIFIER.as_bytes());
    let usual = [
        ("response_type", "code"),
        ("client_id", "app"),
        ("redirect_uri", SENT),
        ("scope", "openid mail"),
        ("state", "af0ifjsldkj"),
        ("nonce", "n-0S6_WzA2Mj"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    let mut all: Vec<(&str, &str)> = Vec::new();
    for (name, value) in usual {
        let changed = other.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        all.push((name, changed.unwrap_or(value)));
    }
    all.extend(other.iter().filter(|(name, _)| usual.iter().all(|(known, _)| known != name)));
    all.retain(|(_, value)| !value.is_empty());
    format!("{}?{}", server.url(Place::Authorization), encode(&all))
}

/// A parameter of a callback.
fn returned(callback: &str, name: &str) -> Option<String> {
    let (_, query) = callback.split_once('?').unwrap();
    let pairs = super::wire::pairs(query).unwrap();
    pairs.value(name).map(str::to_owned)
}

fn exchange(code: &str) -> Vec<(&'static str, &str)> {
    vec![
        ("grant_type", "authorization_code"),
        ("client_id", "app"),
        ("code", code),
        ("redirect_uri", SENT),
        ("code_verifier", VERIFIER),
    ]
}

/// Tokens for `app`.
fn tokens(server: &AuthorizationServer) -> Got {
    let code = returned(&server.authorize(&url(server, &[])), "code").unwrap();
    let got = post(server, Place::Token, &[], &exchange(&code));
    assert_eq!(got.status, 200, "{}", got.json);
    got
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("no object: {other}"),
    }
}

/// A key of the client's.
fn key() -> ServerKey {
    ServerKey::generate(SigningAlgorithm::Es256, "client-key".to_owned())
}

/// A proof with these claims and header members otherwise (null leaves them out).
fn proof(key: &ServerKey, method: &str, url: &str, claims: Value, header: Value) -> String {
    let mut jwk = object(key.jwk());
    for name in ["kid", "use", "alg"] {
        jwk.remove(name);
    }
    static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let id = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let all_claims = json!({"jti": format!("id-{id}"), "htm": method, "htu": url, "iat": NOW.as_secs()});
    let all_header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk});
    key.sign(&merged(all_header, header), &Value::Object(merged(all_claims, claims)).to_string())
}

fn merged(usual: Value, other: Value) -> Map<String, Value> {
    let mut all = object(usual);
    all.extend(object(other));
    all.retain(|_, value| !value.is_null());
    all
}

fn set_of(key: &ServerKey) -> Value {
    json!({"keys": [key.jwk()]})
}
