use http::header::{CONTENT_TYPE, LOCATION};
use serde_json::json;

use super::*;
use crate::{ErrorKind, Quirk};

fn discovery(issuer: &str, well_known: WellKnown) -> Discovery {
    let issuer = Issuer::new(issuer, UrlPolicy::Https).unwrap();
    Discovery::new(issuer, well_known, UrlPolicy::Https, Tolerances::NONE).unwrap()
}

/// A public client of a server that has every endpoint, and what else `more` says.
pub(in crate::proto) fn client_of(more: serde_json::Value) -> crate::proto::Client {
    let mut document = json!({
        "issuer": "https://as.example",
        "token_endpoint": "https://as.example/token",
        "revocation_endpoint": "https://as.example/revoke?t=1",
        "introspection_endpoint": "https://as.example/introspect",
        "registration_endpoint": "https://as.example/register",
        "userinfo_endpoint": "https://as.example/me",
        "end_session_endpoint": "https://as.example/end?x=y",
        "jwks_uri": "https://as.example/jwks",
    });
    for (name, value) in more.as_object().unwrap() {
        document[name] = value.clone();
    }
    let issuer = Issuer::new("https://as.example", UrlPolicy::Https).unwrap();
    let body = document.to_string();
    let server = ServerMetadata::parse(body.as_bytes(), &issuer, UrlPolicy::Https, Tolerances::NONE).unwrap();
    crate::proto::Config::new(server.into(), crate::ClientId::new("app").unwrap()).into()
}

pub(in crate::proto) fn at(unix: u64) -> crate::proto::Moment {
    crate::proto::Moment { instant: std::time::Instant::now(), unix: std::time::Duration::from_secs(unix) }
}

pub(in crate::proto) fn random() -> crate::proto::Random {
    crate::proto::Random::new([7; 32])
}

fn urls(issuer: &str, well_known: WellKnown) -> Vec<String> {
    discovery(issuer, well_known).urls.iter().map(|url| url.as_str().to_owned()).collect()
}

/// An answer as it comes.
pub(in crate::proto) fn answer(status: u16, media: &str, body: impl Into<Bytes>) -> HttpResponse {
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

#[test]
fn an_authority_ends_where_something_else_begins() {
    for (url, origin, behind) in [
        ("https://a.example", "https://a.example", ""),
        ("https://a.example/", "https://a.example", "/"),
        ("https://a.example:8443/x/y?z", "https://a.example:8443", "/x/y?z"),
        ("https://a.example?x=/", "https://a.example", "?x=/"),
        ("https://a.example#x", "https://a.example", "#x"),
        ("https://[::1]/://", "https://[::1]", "/://"),
    ] {
        assert_eq!(split_behind_authority(url), (origin, behind), "{url}");
    }
}
