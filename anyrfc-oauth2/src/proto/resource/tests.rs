use anyrfc_jwt::{codec::base64url, types::JwsAlgorithm};
use http::HeaderValue;
use serde_json::{Value, json};

use super::*;
use crate::{
    ErrorCode, Scope,
    proto::{
        Config,
        discovery::tests::{answer, at, client_of, random},
    },
};

fn get(url: &str) -> HttpRequest {
    http::Request::get(url).body(bytes::Bytes::new()).unwrap()
}

fn bearer(request: HttpRequest) -> Result<ResourceRequest, Error> {
    ResourceRequest::new(
        &client_of(json!({})),
        request,
        &AccessToken::new("tok").unwrap(),
        &TokenType::Bearer,
    )
}

fn bound() -> ResourceRequest {
    let client = client_of(json!({}));
    let mut config = Config::new(client.server.clone(), client.client_id.clone());
    config.dpop = Some(DpopKey::generate(JwsAlgorithm::Es256).unwrap());
    let token = AccessToken::new("tok").unwrap();
    ResourceRequest::new(&config.into(), get("https://rs.example/a?b=c"), &token, &TokenType::Dpop).unwrap()
}

fn challenge(status: u16, field: &str) -> HttpResponse {
    let mut response = answer(status, "text/plain", "");
    response.headers_mut().insert("www-authenticate", HeaderValue::from_str(field).unwrap());
    response
}

fn refused(response: HttpResponse) -> Error {
    bearer(get("https://rs.example/")).unwrap().response(response).unwrap_err()
}

fn claims(request: &HttpRequest) -> Value {
    let proof = request.headers()[DPOP].to_str().unwrap().to_owned();
    serde_json::from_slice(&base64url::decode(proof.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

#[test]
fn the_token_goes_into_the_header_and_nowhere_else() {
    let mut request = bearer(get("https://rs.example/a?b=c")).unwrap();
    let sent = request.request(&at(0), &mut random()).unwrap();
    assert_eq!(sent.uri(), "https://rs.example/a?b=c");
    assert_eq!(sent.headers()[AUTHORIZATION], "Bearer tok");
    assert!(sent.headers()[AUTHORIZATION].is_sensitive());
    assert!(!format!("{request:?} {sent:?}").contains("tok\""));
}

#[test]
fn no_token_is_sent_where_it_must_not_go() {
    for url in [
        "http://rs.example/",
        "http://127.0.0.1/",
        "/relative",
        "ftp://rs.example/",
        "https://u:p@rs.example/",
    ] {
        let error = bearer(get(url)).expect_err(url);
        assert_eq!(
            (error.kind(), error.requirement()),
            (ErrorKind::Usage, Some(rfc6750::TLS_IS_ALWAYS_USED))
        );
    }
    for url in ["https://rs.example/?access_token=x", "https://rs.example/?a=b&%61ccess_token="] {
        assert_eq!(bearer(get(url)).unwrap_err().requirement(), Some(rfc9700::TOKEN_STAYS_OUT_OF_THE_QUERY));
    }
    let mut form = http::Request::post("https://rs.example/").body("a=b&access_token=x".into()).unwrap();
    form.headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded; charset=utf-8"));
    let mut named = get("https://rs.example/");
    named.headers_mut().insert(AUTHORIZATION, HeaderValue::from_static("Basic x"));
    for request in [form, named] {
        assert_eq!(bearer(request).unwrap_err().requirement(), Some(rfc6750::TOKEN_TRAVELS_ONE_WAY));
    }
    let odd = AccessToken::new("a b").unwrap();
    let client = client_of(json!({}));
    assert!(ResourceRequest::new(&client, get("https://rs.example/"), &odd, &TokenType::Bearer).is_err());
    let token = AccessToken::new("tok").unwrap();
    for token_type in [TokenType::Dpop, TokenType::NotAnAccessToken] {
        let error =
            ResourceRequest::new(&client, get("https://rs.example/"), &token, &token_type).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
    }
}

#[test]
fn a_bound_token_goes_with_a_proof() {
    let sent = bound().request(&at(17), &mut random()).unwrap();
    assert_eq!(sent.headers()[AUTHORIZATION], "DPoP tok");
    let claims = claims(&sent);
    assert_eq!((&claims["htu"], &claims["htm"]), (&json!("https://rs.example/a"), &json!("GET")));
    assert!(claims["ath"].is_string() && claims.get("nonce").is_none());
}

#[test]
fn a_nonce_is_taken_up_once() {
    let mut request = bound();
    let first = claims(&request.request(&at(17), &mut random()).unwrap());
    let demand = |nonce: Option<&'static str>| {
        let mut response = challenge(401, "DPoP error=\"use_dpop_nonce\"");
        if let Some(nonce) = nonce {
            response.headers_mut().insert("dpop-nonce", HeaderValue::from_static(nonce));
        }
        response
    };
    // Without a nonce there is nothing to do better.
    assert_eq!(bound().response(demand(None)).unwrap_err().kind(), ErrorKind::Auth);
    assert!(matches!(request.response(demand(Some("n1"))), Ok(Step::Again)));
    let mut other = Random::new([8; 32]);
    let second = claims(&request.request(&at(17), &mut other).unwrap());
    assert_eq!(second["nonce"], "n1");
    assert_ne!(first["jti"], second["jti"]);
    let error = request.response(demand(Some("n2"))).unwrap_err();
    assert_eq!(error.denied().unwrap().denial, Denial::Other(ErrorCode::UseDpopNonce));
    // A bearer token has no proof to make again.
    assert_eq!(refused(demand(Some("n1"))).kind(), ErrorKind::Auth);
}

#[test]
fn refusals_are_typed() {
    let error = refused(challenge(401, "Bearer error=\"invalid_token\""));
    assert_eq!((error.kind(), error.status()), (ErrorKind::Auth, Some(401)));
    assert_eq!(error.denied().unwrap().denial, Denial::InvalidToken);

    let error = refused(challenge(403, "Bearer error=\"insufficient_scope\", scope=\"w x\""));
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(error.denied().unwrap().denial, Denial::InsufficientScope(Some(Scope::new("x w").unwrap())));

    let field = "Bearer error=\"insufficient_user_authentication\", acr_values=\"a b\", max_age=\"5\"";
    let error = refused(challenge(401, field));
    let Denial::InsufficientUserAuthentication(step_up) = &error.denied().unwrap().denial else {
        panic!("{error}")
    };
    assert_eq!(step_up.acr_values().as_deref(), Some("a b"));
    assert_eq!(step_up.max_age, Some(std::time::Duration::from_secs(5)));

    for status in [401, 403] {
        let error = refused(answer(status, "text/plain", ""));
        assert_eq!(error.denied().unwrap().denial, Denial::Unsaid);
        assert_eq!(error.kind(), if status == 401 { ErrorKind::Auth } else { ErrorKind::Refused });
    }
    // What cannot be read does not hide that the token was refused.
    let error = refused(challenge(401, "Bearer error=\"invalid_token"));
    assert_eq!((error.kind(), error.status()), (ErrorKind::Auth, Some(401)));
    assert!(std::error::Error::source(&error).is_some());
    assert!(
        !refused(challenge(401, "Bearer error=\"a\", error_description=\"x\ty\"")).to_string().contains('\t')
    );
}

#[test]
fn every_other_answer_is_the_resources_own() {
    for status in [200, 204, 302, 307, 400, 404, 429, 500] {
        let response = challenge(status, "Bearer error=\"invalid_request\"");
        let done = bearer(get("https://rs.example/")).unwrap().response(response).unwrap();
        assert!(matches!(done, Step::Done(response) if response.status() == status));
    }
}

#[test]
fn the_well_known_url_is_made_of_the_resources() {
    let url =
        |resource| ResourceDiscovery::new(resource, UrlPolicy::Https).unwrap().url().as_str().to_owned();
    let origin = "https://r.example/.well-known/oauth-protected-resource";
    assert_eq!(url("https://r.example"), origin);
    assert_eq!(url("https://r.example/"), origin);
    assert_eq!(url("https://r.example/resource1"), format!("{origin}/resource1"));
    assert_eq!(url("https://r.example/a/b/"), format!("{origin}/a/b/"));
    assert_eq!(url("https://r.example/?k=v"), format!("{origin}?k=v"));
    assert_eq!(url("https://r.example?k=v"), format!("{origin}?k=v"));
    assert_eq!(
        url("https://r.example:8443/a?k=v"),
        "https://r.example:8443/.well-known/oauth-protected-resource/a?k=v"
    );
    for resource in ["http://r.example", "https://r.example/#f", "r.example", "urn:x"] {
        let error = ResourceDiscovery::new(resource, UrlPolicy::Https).unwrap_err();
        assert_eq!(error.requirement(), Some(rfc9728::IDENTIFIER_IS_AN_HTTPS_URL), "{resource}");
    }
}

#[test]
fn a_challenge_leads_to_its_own_origin_only() {
    let challenged = |url| ResourceDiscovery::challenged("https://r.example/api", url, UrlPolicy::Https);
    let found = challenged("https://R.example:443/meta").unwrap();
    assert_eq!(found.request().unwrap().uri().path(), "/meta");
    assert!(!found.request().unwrap().headers().contains_key(AUTHORIZATION));
    for url in [
        "https://evil.example/meta",
        "https://r.example:8443/meta",
        "http://r.example/meta",
        "http://169.254.169.254/latest",
        "https://10.0.0.1/",
        "file:///etc/passwd",
        "/meta",
        "",
    ] {
        let error = challenged(url).unwrap_err();
        assert_eq!(error.requirement(), Some(rfc9728::SSRF_IS_GUARDED_AGAINST), "{url}");
        assert_eq!(error.kind(), ErrorKind::Protocol);
    }
}

#[test]
fn metadata_is_of_the_resource_that_was_called() {
    let asked = ResourceDiscovery::new("https://r.example/api", UrlPolicy::Https).unwrap();
    let judged = |document: Value| asked.response(&answer(200, "application/json", document.to_string()));
    let found = judged(json!({
        "resource": "https://r.example/api", "authorization_servers": ["https://as.example", "https://evil.example"],
        "scopes_supported": ["a"], "bearer_methods_supported": ["header"], "dpop_bound_access_tokens_required": true,
        "jwks_uri": "https://r.example/jwks", "unknown": {"x": 1},
    }))
    .unwrap();
    assert!(found.dpop_bound_access_tokens_required && !found.tls_client_certificate_bound_access_tokens);
    assert_eq!(found.scopes_supported, ["a"]);
    let known = |name: &str| name == "https://as.example";
    let mut servers = found.authorization_servers.into_iter();
    assert_eq!(servers.next().unwrap().trust(known).unwrap().as_str(), "https://as.example");
    let error = servers.next().unwrap().trust(known).unwrap_err();
    assert_eq!((error.kind(), error.fault()), (ErrorKind::Refused, crate::Fault::Policy));

    for resource in
        ["https://r.example/api/", "https://r.example", "https://R.example/api", "https://evil.example/api"]
    {
        let error = judged(json!({"resource": resource})).unwrap_err();
        assert_eq!(error.requirement(), Some(rfc9728::MISMATCHED_METADATA_IS_NOT_USED), "{resource}");
    }
    assert_eq!(judged(json!({})).unwrap_err().requirement(), Some(rfc9728::RESOURCE_IS_STATED));
    for (name, value) in [
        ("authorization_servers", json!("https://as.example")),
        ("authorization_servers", json!([1])),
        ("authorization_servers", json!(["http://as.example"])),
        ("authorization_servers", json!(["https://as.example?x"])),
        ("scopes_supported", json!({})),
        ("dpop_bound_access_tokens_required", json!("true")),
        ("jwks_uri", json!("http://r.example/jwks")),
        ("resource_name", json!(1)),
    ] {
        let error = judged(json!({"resource": "https://r.example/api", name: value})).expect_err(name);
        assert_eq!(error.kind(), ErrorKind::Protocol, "{name}");
    }
    let document = json!({"resource": "https://r.example/api"}).to_string();
    for (status, media) in [(200, "text/html"), (302, "application/json"), (404, "application/json")] {
        assert!(asked.response(&answer(status, media, document.clone())).is_err());
    }
}

#[test]
fn what_only_looks_like_a_token_goes_through() {
    let post = |media: &'static str, body: &'static str| {
        let mut request = http::Request::post("https://rs.example/").body(body.into()).unwrap();
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media));
        bearer(request)
    };
    let form = "application/x-www-form-urlencoded";
    assert!(post("text/plain", "access_token=x").is_ok());
    assert!(post(form, "token=access_token&access_tokens=x").is_ok());
    assert!(post(form, "access_token=x").is_err());
    let mut proved = get("https://rs.example/");
    proved.headers_mut().insert(DPOP, HeaderValue::from_static("x"));
    assert_eq!(bearer(proved).unwrap_err().requirement(), Some(rfc6750::TOKEN_TRAVELS_ONE_WAY));
}

#[test]
fn a_nonce_that_nobody_demands_changes_nothing() {
    for (status, field) in [
        (401, "DPoP error=\"invalid_token\""),
        (403, "DPoP error=\"use_dpop_nonce\""),
        (401, "Bearer error=\"use_dpop_nonce\""),
    ] {
        let mut response = challenge(status, field);
        response.headers_mut().insert("dpop-nonce", HeaderValue::from_static("n"));
        assert!(bound().response(response).is_err(), "{status} {field}");
    }
}
