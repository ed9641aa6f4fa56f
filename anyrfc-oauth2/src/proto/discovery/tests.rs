use http::header::{CONTENT_TYPE, LOCATION};
use serde_json::json;

use super::*;
use crate::{ErrorKind, Quirk};

fn discovery(issuer: &str, well_known: WellKnown) -> Discovery {
    let issuer = Issuer::new(issuer, UrlPolicy::Https).unwrap();
    Discovery::new(issuer, well_known, UrlPolicy::Https, Tolerances::NONE).unwrap()
}

fn urls(issuer: &str, well_known: WellKnown) -> Vec<String> {
    discovery(issuer, well_known).urls.iter().map(|url| url.as_str().to_owned()).collect()
}

fn answer(status: u16, media: &str, body: impl Into<Bytes>) -> HttpResponse {
    let mut response = HttpResponse::new(body.into());
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_str(media).unwrap());
    response
}

fn found(issuer: &str) -> HttpResponse {
    answer(200, "application/json", json!({"issuer": issuer}).to_string())
}

#[test]
fn the_urls_of_the_rfc_in_their_order() {
    assert_eq!(
        urls("https://example.com", WellKnown::Any),
        [
            "https://example.com/.well-known/oauth-authorization-server",
            "https://example.com/.well-known/openid-configuration",
        ]
    );
    assert_eq!(
        urls("https://example.com/issuer1", WellKnown::Any),
        [
            "https://example.com/.well-known/oauth-authorization-server/issuer1",
            "https://example.com/.well-known/openid-configuration/issuer1",
            "https://example.com/issuer1/.well-known/openid-configuration",
        ]
    );
    assert_eq!(
        urls("https://example.com:8443/a/b/", WellKnown::OAuth),
        ["https://example.com:8443/.well-known/oauth-authorization-server/a/b"]
    );
    assert_eq!(
        urls("https://example.com/", WellKnown::OpenId),
        ["https://example.com/.well-known/openid-configuration"]
    );
    assert_eq!(
        urls("https://example.com/a/", WellKnown::OpenId),
        [
            "https://example.com/.well-known/openid-configuration/a",
            "https://example.com/a/.well-known/openid-configuration",
        ]
    );
}

#[test]
fn only_not_found_leads_to_the_next() {
    let issuer = "https://as.example/t";
    let mut asked = discovery(issuer, WellKnown::Any);
    for left in [2, 1] {
        assert!(matches!(asked.response(&answer(404, "text/html", "no")), Ok(Step::Again)));
        assert_eq!(asked.urls.len(), left);
    }
    assert_eq!(asked.request().unwrap().uri(), "https://as.example/t/.well-known/openid-configuration");
    let error = asked.clone().response(&answer(404, "text/html", "no")).unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Refused, Some(404)));
    let Step::Done(server) = asked.response(&found(issuer)).unwrap() else { panic!("asked again") };
    assert_eq!(server.issuer.unwrap().as_str(), issuer);

    let refusals = [
        (400, ErrorKind::Refused),
        (401, ErrorKind::Auth),
        (403, ErrorKind::Refused),
        (410, ErrorKind::Refused),
        (500, ErrorKind::Io),
        (503, ErrorKind::Io),
        (301, ErrorKind::Protocol),
        (307, ErrorKind::Protocol),
    ];
    for (status, kind) in refusals {
        let mut response = answer(status, "application/json", json!({"issuer": issuer}).to_string());
        response.headers_mut().insert(LOCATION, HeaderValue::from_static("https://evil.example/"));
        let error = discovery(issuer, WellKnown::Any).response(&response).unwrap_err();
        assert_eq!(error.kind(), kind, "{status}");
    }
}

#[test]
fn nothing_but_200_with_json_of_the_same_issuer_is_taken() {
    let issuer = "https://as.example";
    let judged = |response: HttpResponse| {
        let error = discovery(issuer, WellKnown::Any).response(&response).unwrap_err();
        (error.kind(), error.requirement())
    };
    let document = json!({"issuer": issuer}).to_string();
    assert_eq!(judged(answer(200, "text/html", document.clone())).0, ErrorKind::Protocol);
    assert_eq!(judged(answer(204, "application/json", document.clone())).0, ErrorKind::Refused);
    assert_eq!(
        judged(found("https://evil.example")),
        (ErrorKind::Protocol, Some(rfc8414::FOREIGN_ISSUER_IS_NOT_USED))
    );
    let huge = format!("{{\"issuer\":\"{issuer}\",\"x\":\"{}\"}}", "a".repeat(2 << 20));
    assert_eq!(judged(answer(200, "application/json", huge)).0, ErrorKind::Limit);
    let fine = answer(200, "application/json; charset=utf-8", document);
    assert!(discovery(issuer, WellKnown::Any).response(&fine).is_ok());
}

#[test]
fn the_request_carries_nothing() {
    let request = discovery("https://as.example", WellKnown::Any).request().unwrap();
    assert_eq!(request.method(), Method::GET);
    assert!(request.body().is_empty());
    assert_eq!(request.headers().len(), 1);
    assert_eq!(request.headers()[ACCEPT], "application/json");
}

#[test]
fn tolerances_reach_the_document() {
    let issuer = Issuer::new("https://as.example", UrlPolicy::Https).unwrap();
    let tolerances = Tolerances::NONE.with(Quirk::IssuerSlashDiffers);
    let mut asked = Discovery::new(issuer, WellKnown::Any, UrlPolicy::Https, tolerances).unwrap();
    assert!(asked.response(&found("https://as.example/")).is_ok());
}
