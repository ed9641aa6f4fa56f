//! RFC 6749, section 4.1, from the request to the token: what is sent, and what is not.

mod callback;
mod jarm;
mod pushed;
mod request;
mod signed;

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{StatusCode, header::CONTENT_TYPE};
use serde_json::json;

use super::*;
use crate::{
    ClientId, Issuer, ServerMetadata, UrlPolicy,
    proto::{Config, HttpRequest, HttpResponse},
};

const CALLBACK: &str = "https://app.example/cb";

fn now() -> Moment {
    Moment { instant: Instant::now(), unix: Duration::from_secs(1_700_000_000) }
}

fn random() -> Random {
    Random::new([1; 32])
}

fn endpoint(text: &str) -> Option<Endpoint> {
    Some(Endpoint::new(text, UrlPolicy::Https).unwrap())
}

fn server() -> ServerMetadata {
    let mut server = ServerMetadata::new(Issuer::new("https://as.example", UrlPolicy::Https).unwrap());
    server.authorization_endpoint = endpoint("https://as.example/authorize");
    server.token_endpoint = endpoint("https://as.example/token");
    server.pushed_authorization_request_endpoint = endpoint("https://as.example/par");
    server
}

fn client_of(server: ServerMetadata) -> Client {
    Config::new(server.into(), ClientId::new("app").unwrap()).into()
}

fn client() -> Client {
    client_of(server())
}

fn asking(client: &Client) -> Authorization {
    Authorization::new(client, RedirectUri::new(CALLBACK).unwrap())
}

/// Begins by the browser alone.
fn begin(authorization: Authorization) -> Result<AuthorizationRequest, Error> {
    match authorization.start(&now(), &mut random())? {
        Start::Ready(request) => Ok(request),
        Start::Push(exchange) => panic!("it is pushed by {exchange:?}"),
    }
}

fn pending() -> Pending {
    begin(asking(&client())).unwrap().into_pending()
}

/// The parameters behind a URL.
fn query(url: &str) -> Vec<(String, String)> {
    Form::decode(url.split_once('?').unwrap().1)
}

fn values(pairs: &[(String, String)], name: &str) -> Vec<String> {
    pairs.iter().filter(|(held, _)| held == name).map(|(_, value)| value.clone()).collect()
}

fn one(pairs: &[(String, String)], name: &str) -> String {
    let [value] = values(pairs, name).try_into().unwrap_or_else(|all| panic!("{name} is {all:?}"));
    value
}

/// What a request's body holds.
fn body(request: &HttpRequest) -> Vec<(String, String)> {
    assert_eq!(request.method(), http::Method::POST);
    assert_eq!(request.headers()[CONTENT_TYPE], "application/x-www-form-urlencoded");
    Form::decode(std::str::from_utf8(request.body()).unwrap())
}

fn answer(status: u16, body: &Value) -> HttpResponse {
    let mut response = HttpResponse::new(Bytes::from(body.to_string()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response.headers_mut().insert(CONTENT_TYPE, "application/json".parse().unwrap());
    response
}
