//! From the request to the token over a port of this machine, with all that was sent counted.

#[cfg(feature = "testing")]
mod judged;

use std::sync::{Arc, Mutex};

use anyrfc_core::BoxFuture;
use anyrfc_jwt::{
    proto::{SigningKey, encode},
    types::{Claims, Header, JwsAlgorithm, NumericDate},
};
use bytes::Bytes;
use http::{StatusCode, header::CONTENT_TYPE};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::*;
use crate::{
    ClientId, Endpoint, ErrorKind, Issuer, Scope, ServerMetadata, UrlPolicy,
    client::{HttpClient, HttpLimits, Loopback},
    codec::form::Form,
    proto::{HttpRequest, HttpResponse, ResponseMode},
};

/// Answers pushed requests and token requests, and remembers them.
#[derive(Clone, Debug, Default)]
struct Server(Arc<Mutex<Vec<HttpRequest>>>);

impl HttpClient for Server {
    fn send(&self, request: HttpRequest, _: HttpLimits) -> BoxFuture<'static, Result<HttpResponse, Error>> {
        let (status, body) = match request.uri().path() {
            "/par" => (201, json!({"request_uri": "urn:x", "expires_in": 60})),
            "/token" => (200, json!({"access_token": "t", "token_type": "Bearer"})),
            path => panic!("somebody asked {path}"),
        };
        self.0.lock().unwrap().push(request);
        let mut response = HttpResponse::new(Bytes::from(body.to_string()));
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        response.headers_mut().insert(CONTENT_TYPE, "application/json".parse().unwrap());
        Box::pin(async move { Ok(response) })
    }
}

impl Server {
    fn client(&self, change: impl Fn(&mut ServerMetadata)) -> OAuth2Client {
        let endpoint = |text| Some(Endpoint::new(text, UrlPolicy::Https).unwrap());
        let mut server = ServerMetadata::new(Issuer::new("https://as.example", UrlPolicy::Https).unwrap());
        server.authorization_endpoint = endpoint("https://as.example/authorize");
        server.token_endpoint = endpoint("https://as.example/token");
        server.pushed_authorization_request_endpoint = endpoint("https://as.example/par");
        change(&mut server);
        OAuth2Client::builder(server, ClientId::new("app").unwrap()).http(self.clone()).build().unwrap()
    }

    fn asked(&self) -> Vec<String> {
        self.0.lock().unwrap().iter().map(|request| request.uri().path().to_owned()).collect()
    }
}

/// What a browser does with an answer: it asks whoever listens there.
async fn browse(redirect_uri: &RedirectUri, query: &str) {
    let uri = redirect_uri.uri();
    let host = format!("{}:{}", uri.host().unwrap(), uri.port().unwrap());
    let mut stream = TcpStream::connect(&host).await.unwrap();
    let request = format!("GET {}?{query} HTTP/1.1\r\nHost: {host}\r\n\r\n", uri.path());
    stream.write_all(request.as_bytes()).await.unwrap();
    let _ = stream.read_to_end(&mut Vec::new()).await;
}

#[tokio::test]
async fn the_whole_way() {
    for pushed in [false, true] {
        let server = Server::default();
        let client = server.client(|metadata| metadata.require_pushed_authorization_requests = pushed);
        let mut loopback = client.loopback().bind().unwrap();
        let asked = client.authorization_code(loopback.redirect_uri()).scope(Scope::new("a").unwrap());
        let request = client.begin(asked).await.unwrap();
        assert_eq!(server.asked(), if pushed { vec!["/par"] } else { vec![] });
        let query = Form::decode(request.url().split_once('?').unwrap().1);
        assert_eq!(query.iter().any(|(name, value)| name == "request_uri" && value == "urn:x"), pushed);
        let answer = format!("code=c&state={}", request.pending().state());
        let uri = loopback.redirect_uri();
        // Somebody else tries first.
        let browser = async {
            browse(&uri, "code=evil&state=x").await;
            browse(&uri, &answer).await;
        };
        let (callback, ()) = tokio::join!(loopback.callback(request.pending()), browser);
        let token = client.finish(request.into_pending(), &callback.unwrap()).await.unwrap();
        assert_eq!(token.access_token.expose(), "t");
        let sent = server.0.lock().unwrap().pop().unwrap();
        let form = Form::decode(std::str::from_utf8(sent.body()).unwrap());
        assert!(form.contains(&("code".into(), "c".into())));
        assert!(form.contains(&("redirect_uri".into(), uri.as_str().into())));
    }
}

#[tokio::test]
async fn what_is_not_the_answer_sends_nothing() {
    let server = Server::default();
    let client = server.client(|metadata| metadata.authorization_response_iss_parameter_supported = true);
    let uri = RedirectUri::new("https://app.example/cb").unwrap();
    for (query, kind) in [
        ("code=c&iss=https://as.example", ErrorKind::Protocol),
        ("code=c&iss=https://as.example&state=x", ErrorKind::Protocol),
        ("code=c&iss=https://as.example&state={state}&state={state}", ErrorKind::Protocol),
        ("code=c&state={state}", ErrorKind::Protocol),
        ("code=c&state={state}&iss=https://evil.example", ErrorKind::Protocol),
        ("code=c&error=x&state={state}&iss=https://as.example", ErrorKind::Protocol),
        ("state={state}&iss=https://as.example", ErrorKind::Protocol),
        ("code=%00&state={state}&iss=https://as.example", ErrorKind::Protocol),
        ("error=access_denied&state={state}&iss=https://as.example", ErrorKind::Refused),
        ("error=access_denied&state={state}&iss=https://evil.example", ErrorKind::Protocol),
    ] {
        let pending = client.begin(client.authorization_code(uri.clone())).await.unwrap().into_pending();
        let callback = Callback::from_query(&query.replace("{state}", pending.state())).unwrap();
        let error = client.finish(pending, &callback).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{query}: {error}");
    }
    for url in ["https://app.example/other", "https://evil.example/cb"] {
        let pending = client.begin(client.authorization_code(uri.clone())).await.unwrap().into_pending();
        let url = format!("{url}?code=c&iss=https://as.example&state={}", pending.state());
        assert!(client.finish(pending, &Callback::from_url(&url).unwrap()).await.is_err());
    }
    assert_eq!(server.asked(), [""; 0]);
    // Nor does another server than the one that was asked get the code.
    let pending = client.begin(client.authorization_code(uri)).await.unwrap().into_pending();
    let callback = format!("code=c&iss=https://as.example&state={}", pending.state());
    let evil = server.client(|metadata| {
        metadata.token_endpoint =
            Some(Endpoint::new("https://evil.example/token", UrlPolicy::Https).unwrap());
    });
    let error = evil.finish(pending, &Callback::from_query(&callback).unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert_eq!(server.asked(), [""; 0]);
}

#[tokio::test]
async fn a_server_that_would_weaken_it_is_not_asked() {
    let server = Server::default();
    let uri = RedirectUri::new("https://app.example/cb").unwrap();
    let client = server.client(|metadata| {
        metadata.code_challenge_methods_supported = ["plain".to_owned()].into();
        metadata.require_pushed_authorization_requests = true;
    });
    let error = client.begin(client.authorization_code(uri)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(server.asked(), [""; 0]);
}

#[tokio::test]
async fn a_signed_answer_by_loopback() {
    let server = Server::default();
    let client = server.client(|_| ());
    let key = SigningKey::generate(JwsAlgorithm::Es256).unwrap();
    let mut loopback = Loopback::bind().unwrap();
    let asked = client.authorization_code(loopback.redirect_uri()).response_mode(ResponseMode::Jwt);
    let request = client.begin(asked).await.unwrap();
    let expires_at =
        NumericDate::since_epoch(client.now().unix).saturating_add(std::time::Duration::from_secs(60));
    let answer = |issuer: &str| {
        let claims = Claims::new().issuer(issuer).audience("app").expires_at(expires_at);
        let claims = claims.claim("code", "c").claim("state", request.pending().state());
        format!("response={}", encode(&claims, &Header::new(JwsAlgorithm::Es256), &key).unwrap())
    };
    let (uri, good) = (loopback.redirect_uri(), answer("https://as.example"));
    let bad = Callback::from_query(&answer("https://evil.example")).unwrap();
    let kept = request.pending().to_secret();
    let (callback, ()) = tokio::join!(loopback.callback(request.pending()), browse(&uri, &good));
    let pending = Pending::from_secret(kept.expose()).unwrap();
    let error = client.finish_signed(pending, &bad, key.verifying_key()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    assert_eq!(server.asked(), [""; 0]);
    client.finish_signed(request.into_pending(), &callback.unwrap(), key.verifying_key()).await.unwrap();
    assert_eq!(server.asked(), ["/token"]);
}
