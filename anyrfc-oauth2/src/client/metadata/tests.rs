use std::sync::Mutex;

use anyrfc_core::BoxFuture;
use bytes::Bytes;
use http::{HeaderValue, header::CONTENT_TYPE};
use serde_json::json;

use super::*;

type Answer = Box<dyn Fn(&HttpRequest) -> Result<HttpResponse, Error> + Send + Sync>;

/// Answers by a closure and remembers what was sent.
pub(in crate::client) struct Scripted {
    answer: Answer,
    sent: Arc<Mutex<Vec<HttpRequest>>>,
}

/// What was sent.
pub(in crate::client) type Sent = Arc<Mutex<Vec<HttpRequest>>>;

impl Scripted {
    pub(in crate::client) fn new(
        answer: impl Fn(&HttpRequest) -> Result<HttpResponse, Error> + Send + Sync + 'static,
    ) -> (Self, Sent) {
        let sent = Sent::default();
        (Self { answer: Box::new(answer), sent: Arc::clone(&sent) }, sent)
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
        self.sent.lock().unwrap().push(request);
        Box::pin(async { answer })
    }
}

/// An answer of JSON.
pub(in crate::client) fn json_answer(status: u16, body: &serde_json::Value) -> HttpResponse {
    let mut response = HttpResponse::new(Bytes::from(body.to_string()));
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn urls(sent: &Sent) -> Vec<String> {
    sent.lock().unwrap().iter().map(|request| request.uri().to_string()).collect()
}

#[tokio::test]
async fn a_server_is_found_at_the_second_place() {
    let (http, sent) = Scripted::new(|request| {
        if request.uri().path() == "/.well-known/oauth-authorization-server" {
            return Ok(json_answer(404, &json!({})));
        }
        let document = json!({"issuer": "https://as.example", "token_endpoint": "https://as.example/t"});
        Ok(json_answer(200, &document))
    });
    let discover = OAuth2Client::discover("https://as.example").http(http);
    let client = discover.client(ClientId::new("app").unwrap()).await.unwrap().build().unwrap();
    assert_eq!(client.server().token_endpoint.as_ref().unwrap().as_str(), "https://as.example/t");
    let asked = ["oauth-authorization-server", "openid-configuration"];
    assert_eq!(urls(&sent), asked.map(|name| format!("https://as.example/.well-known/{name}")));
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_nothing_more_is_sent() {
    let (http, sent) = Scripted::new(|_| {
        let mut response = json_answer(307, &json!({}));
        response.headers_mut().insert("location", HeaderValue::from_static("https://evil.example/"));
        Ok(response)
    });
    let error = OAuth2Client::discover("https://as.example").http(http).fetch().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert_eq!(urls(&sent).len(), 1);
}

#[tokio::test]
async fn nothing_is_sent_for_a_name_that_is_none() {
    for name in ["http://as.example", "http://127.0.0.1:1", "as.example", "https://as.example?x", ""] {
        let (http, sent) = Scripted::new(|_| panic!("nothing is asked"));
        let error = OAuth2Client::discover(name).http(http).fetch().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{name}");
        assert!(urls(&sent).is_empty());
    }
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_though_the_client_brought_it() {
    let (http, _) = Scripted::new(|_| Ok(json_answer(200, &json!({"issuer": "https://as.example"}))));
    let limits = HttpLimits { body: 10, ..HttpLimits::default() };
    let error =
        OAuth2Client::discover("https://as.example").http(http).limits(limits).fetch().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_silent_is_given_up() {
    #[derive(Debug)]
    struct Silent;
    impl HttpClient for Silent {
        fn send(&self, _: HttpRequest, _: HttpLimits) -> BoxFuture<'static, Result<HttpResponse, Error>> {
            Box::pin(std::future::pending())
        }
    }
    let error = OAuth2Client::discover("https://as.example").http(Silent).fetch().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
}

#[tokio::test]
async fn a_document_of_another_server_gives_no_client() {
    let (http, _) = Scripted::new(|_| {
        let document = json!({"issuer": "https://evil.example", "token_endpoint": "https://evil.example/t"});
        Ok(json_answer(200, &document))
    });
    let error = OAuth2Client::discover("https://as.example").http(http).fetch().await.unwrap_err();
    assert_eq!(error.requirement(), Some(crate::rfc8414::FOREIGN_ISSUER_IS_NOT_USED));
}
