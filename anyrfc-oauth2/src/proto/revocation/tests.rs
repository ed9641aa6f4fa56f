use serde_json::json;

use super::*;
use crate::{
    ErrorCode, ErrorKind,
    proto::{
        HttpResponse, Step,
        discovery::tests::{answer, at, client_of, random},
    },
};

fn exchange(token: impl Into<Presented>) -> Exchange<()> {
    client_of(json!({})).revocation(token).unwrap()
}

fn judged(response: &HttpResponse) -> Result<(), Error> {
    match exchange(AccessToken::new("a").unwrap()).response(response, &at(0))? {
        Step::Done(()) => Ok(()),
        Step::Again => panic!("again"),
    }
}

#[test]
fn a_form_is_posted_with_the_type_as_hint() {
    let sent = |token: Presented| {
        let request = exchange(token).request(&at(0), &mut random()).unwrap();
        assert_eq!(
            (request.method(), request.uri().to_string().as_str()),
            (&http::Method::POST, "https://as.example/revoke?t=1")
        );
        Form::decode(std::str::from_utf8(request.body()).unwrap())
    };
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        sent(AccessToken::new("a&b").unwrap().into()),
        [pair("token", "a&b"), pair("token_type_hint", "access_token"), pair("client_id", "app")]
    );
    assert!(sent(RefreshToken::new("r").unwrap().into()).contains(&pair("token_type_hint", "refresh_token")));
}

#[test]
fn whatever_the_body_of_200_is_the_token_is_gone() {
    for (media, body) in [("text/html", "<p>"), ("application/json", "{\"error\":\"no\"}"), ("x/y", "")] {
        judged(&answer(200, media, body)).unwrap();
    }
}

#[test]
fn refusals_are_told_apart() {
    let unsupported = answer(400, "application/json", json!({"error": "unsupported_token_type"}).to_string());
    let error = judged(&unsupported).unwrap_err();
    assert_eq!(
        (error.kind(), &error.response().unwrap().code),
        (ErrorKind::Refused, &ErrorCode::UnsupportedTokenType)
    );
    let mut busy = answer(503, "text/plain", "");
    busy.headers_mut().insert("retry-after", http::HeaderValue::from_static("7"));
    let error = judged(&busy).unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Io, Some(503)));
    assert_eq!(error.retry_after(), Some(std::time::Duration::from_secs(7)));
    assert_eq!(judged(&answer(307, "text/plain", "")).unwrap_err().kind(), ErrorKind::Protocol);
    assert_eq!(judged(&answer(204, "text/plain", "")).unwrap_err().kind(), ErrorKind::Protocol);
}

#[test]
fn without_the_endpoint_nothing_can_be_sent() {
    let client = client_of(json!({"revocation_endpoint": null}));
    let error = client.revocation(AccessToken::new("a").unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}
