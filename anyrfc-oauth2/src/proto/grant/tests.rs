use std::time::{Duration, Instant};

use anyrfc_jwt::{
    proto::{JwsLimits, SigningKey, verify},
    types::JwsAlgorithm,
};
use bytes::Bytes;
use serde_json::json;

use super::*;
use crate::{
    AccessToken, ClientId, ClientSecret, Endpoint, ErrorCode, ErrorKind, Issuer, ServerMetadata, TokenType,
    UrlPolicy,
    proto::{Audience, Config, DpopKey, HttpRequest, HttpResponse, Moment, Random, Step},
    rfc8693, rfc9396, rfc9449,
};

fn now() -> Moment {
    Moment { instant: Instant::now(), unix: Duration::from_secs(1_700_000_000) }
}

fn client(change: impl FnOnce(&mut Config)) -> Client {
    let endpoint = |url| Some(Endpoint::new(url, UrlPolicy::Https).unwrap());
    let mut server = ServerMetadata::new(Issuer::new("https://as.example", UrlPolicy::Https).unwrap());
    server.token_endpoint = endpoint("https://as.example/token?tenant=1");
    let mut config = Config::new(server.into(), ClientId::new("me").unwrap());
    config.authentication = ClientAuthentication::SecretBasic(ClientSecret::new("hunter2").unwrap());
    change(&mut config);
    config.into()
}

fn scope(text: &str) -> Scope {
    Scope::new(text).unwrap()
}

fn request(grant: &Grant) -> Result<HttpRequest, Error> {
    grant.exchange(&client(|_| ()))?.request(&now(), &mut Random::new([3; 32]))
}

fn body(grant: &Grant) -> Vec<(String, String)> {
    Form::decode(std::str::from_utf8(request(grant).unwrap().body()).unwrap())
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn refused(grant: Grant, requirement: &'static crate::Requirement) {
    let error = request(&grant).unwrap_err();
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, Some(requirement)));
}

fn answered_to(grant: &Grant, client: &Client, status: u16, body: Value) -> Result<TokenResponse, Error> {
    let response: HttpResponse = http::Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(Bytes::from(body.to_string()))
        .unwrap();
    let mut exchange = grant.exchange(client)?;
    exchange.request(&now(), &mut Random::new([3; 32]))?;
    match exchange.response(&response, &now())? {
        Step::Done(tokens) => Ok(tokens),
        Step::Again => panic!("asked again"),
    }
}

fn answered(grant: &Grant, body: Value) -> Result<TokenResponse, Error> {
    answered_to(grant, &client(|_| ()), 200, body)
}

fn bearer(more: Value) -> Value {
    let mut body = json!({"access_token": "a", "token_type": "Bearer"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

#[test]
fn client_credentials_are_asked_for_by_post_and_form() {
    let grant = Grant::client_credentials().scope(scope("a b"));
    let request = request(&grant).unwrap();
    assert_eq!(request.method(), "POST");
    assert_eq!(request.uri(), "https://as.example/token?tenant=1");
    assert_eq!(request.headers()["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(body(&grant), pairs(&[("grant_type", "client_credentials"), ("scope", "a b")]));
}

#[test]
fn a_client_that_proves_nothing_has_no_access_of_its_own() {
    let public = client(|config| config.authentication = ClientAuthentication::None);
    let error = Grant::client_credentials().exchange(&public).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert_eq!(error.requirement(), Some(rfc6749::CLIENT_GRANT_IS_FOR_CONFIDENTIAL_CLIENTS));
}

#[test]
fn without_a_token_endpoint_nothing_can_be_asked() {
    let mut config = Config::new(ServerMetadata::nameless().into(), ClientId::new("me").unwrap());
    config.authentication = ClientAuthentication::TlsClientAuth;
    let error = Grant::client_credentials().exchange(&config.into()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

#[test]
fn a_refresh_asks_for_no_more_than_was_granted() {
    let token = RefreshToken::new("r3fresh").unwrap();
    let plain = Grant::refresh(&token);
    let own = [("grant_type", "refresh_token"), ("refresh_token", "r3fresh")];
    assert_eq!(body(&plain), pairs(&own));
    let less = plain.clone().scope(scope("a")).granted(scope("a b"));
    assert_eq!(body(&less), pairs(&[own[0], own[1], ("scope", "a")]));
    refused(plain.clone().scope(scope("a c")).granted(scope("a b")), rfc6749::REFRESH_ASKS_FOR_NO_MORE_SCOPE);
    refused(plain.scope(scope("a")), rfc6749::REFRESH_ASKS_FOR_NO_MORE_SCOPE);
}

#[test]
fn an_old_refresh_token_stays_where_no_new_one_comes() {
    let old = RefreshToken::new("old").unwrap();
    let kept = |body| {
        let tokens = answered(&Grant::refresh(&old), body).unwrap().keeping(&old);
        tokens.refresh_token.unwrap().expose().to_owned()
    };
    assert_eq!(kept(bearer(json!({}))), "old");
    assert_eq!(kept(bearer(json!({"refresh_token": "new"}))), "new");
}

#[test]
fn an_assertion_is_made_for_each_attempt() {
    let key = SigningKey::generate(JwsAlgorithm::Es256).unwrap().with_key_id("k");
    let assertion = Assertion::new(&key)
        .unwrap()
        .issuer("svc@example")
        .subject("user@example")
        .audience(Audience::TokenEndpoint)
        .lifetime(Duration::from_secs(3600))
        .claim("scope", "a")
        .unwrap();
    let client = client(|_| ());
    let mut exchange = Grant::jwt_bearer(assertion).exchange(&client).unwrap();
    let mut random = Random::new([3; 32]);
    let mut claims = || {
        let request = exchange.request(&now(), &mut random).unwrap();
        let body = Form::decode(std::str::from_utf8(request.body()).unwrap());
        assert_eq!(body[0], ("grant_type".into(), "urn:ietf:params:oauth:grant-type:jwt-bearer".into()));
        assert_eq!((body.len(), body[1].0.as_str()), (2, "assertion"));
        let verified = verify(&body[1].1, key.verifying_key(), &JwsLimits::DEFAULT).unwrap();
        assert_eq!(verified.header().key_id(), Some("k"));
        serde_json::from_slice::<Map<String, Value>>(verified.payload()).unwrap()
    };
    let (mut first, second) = (claims(), claims());
    assert_ne!(first.remove("jti"), second.get("jti").cloned());
    let expected = json!({
        "iss": "svc@example", "sub": "user@example", "aud": "https://as.example/token?tenant=1",
        "iat": 1_700_000_000_u64, "exp": 1_700_003_600_u64, "scope": "a",
    });
    assert_eq!(Value::Object(first), expected);
}

#[test]
fn an_assertion_of_another_s_is_one_jwt() {
    let given = Grant::jwt_bearer_given("eyI.eyI.c2ln").scope(scope("x"));
    let expected = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ("assertion", "eyI.eyI.c2ln"),
        ("scope", "x"),
    ];
    assert_eq!(body(&given), pairs(&expected));
    // One that is encrypted has five parts.
    assert_eq!(body(&Grant::jwt_bearer_given("e30.a2V5.aXY0.dGV4.dGFn")).len(), 2);
    for hostile in [
        "",
        "a",
        "a.b",
        "a.b.c.d",
        "eyI.eyI.c2ln eyI.eyI.c2ln",
        "eyI.ey=.c2l",
        "eyI.eyI.",
        "eyI",
        "eyI.eyI",
        "eyI.eyI.eyI.c2ln",
    ] {
        refused(Grant::jwt_bearer_given(hostile), rfc7523::ASSERTION_IS_ONE_JWT);
    }
}

#[test]
fn other_assertions_and_grants_are_named_by_a_uri() {
    let saml = "urn:ietf:params:oauth:grant-type:saml2-bearer";
    assert_eq!(body(&Grant::assertion(saml, "PHNh")), pairs(&[("grant_type", saml), ("assertion", "PHNh")]));
    refused(Grant::assertion(saml, ""), rfc7521::ASSERTION_IS_SENT);
    refused(Grant::assertion("saml2-bearer", "x"), rfc6749::EXTENSION_GRANT_TYPE_IS_A_URI);
    refused(Grant::extension("password"), rfc6749::EXTENSION_GRANT_TYPE_IS_A_URI);
}

#[test]
fn a_password_is_asked_with_only_under_its_deprecated_name() {
    let grant = Grant::deprecated_password("joe", "p&ss");
    let expected = [("grant_type", "password"), ("username", "joe"), ("password", "p&ss")];
    assert_eq!(body(&grant), pairs(&expected));
    assert!(!format!("{grant:?}").contains("p&ss"));
    refused(Grant::deprecated_password("joe", ""), rfc6749::PASSWORD_GRANT_HAS_PASSWORD);
    refused(Grant::deprecated_password("", "p&ss"), rfc6749::PASSWORD_GRANT_HAS_USERNAME);
    refused(grant.kept(), rfc6749::PASSWORD_IS_DISCARDED);
}

#[test]
fn what_a_token_is_for_is_said_in_every_way() {
    let detail = json!({"type": "payment", "amount": "1"});
    let grant = Grant::client_credentials()
        .resource("https://a.example/")
        .resource("urn:b")
        .audience("c")
        .authorization_detail(detail.as_object().unwrap().clone())
        .parameter("x", "y&z");
    let expected = [
        ("grant_type", "client_credentials"),
        ("resource", "https://a.example/"),
        ("resource", "urn:b"),
        ("audience", "c"),
        ("authorization_details", "[{\"amount\":\"1\",\"type\":\"payment\"}]"),
        ("x", "y&z"),
    ];
    assert_eq!(body(&grant), pairs(&expected));
    let plain = Grant::client_credentials;
    refused(plain().resource("/relative"), rfc8707::RESOURCE_IS_ABSOLUTE);
    refused(plain().resource("https://a.example/#f"), rfc8707::RESOURCE_HAS_NO_FRAGMENT);
    refused(plain().authorization_detail(Map::new()), rfc9396::DETAILS_NAME_THEIR_TYPE);
}

#[test]
fn a_parameter_is_sent_once_and_never_in_place_of_another() {
    let once = rfc6749::TOKEN_PARAMETERS_ARE_SINGLE;
    for name in
        ["grant_type", "client_id", "client_secret", "client_assertion", "scope", "resource", "assertion"]
    {
        refused(Grant::client_credentials().parameter(name, "x"), once);
    }
    let token = RefreshToken::new("r").unwrap();
    refused(Grant::refresh(&token).parameter("refresh_token", "x"), once);
    refused(Grant::client_credentials().parameter("a", "1").parameter("a", "2"), once);
    let other = Grant::token_exchange(exchanging()).parameter("x", "y").parameter("z", "");
    assert_eq!(body(&other).last().unwrap(), &("x".to_owned(), "y".to_owned()));
    // What is an exchange's own is nothing to another grant.
    let other = Grant::client_credentials().parameter("actor_token", "x");
    assert_eq!(body(&other).last().unwrap(), &("actor_token".to_owned(), "x".to_owned()));
    // A type without its token, say (RFC 8693, section 2.1).
    for name in exchange::PARAMETERS {
        refused(Grant::token_exchange(exchanging()).parameter(name, "urn:x"), once);
    }
}

/// RFC 7521, section 4.1.
#[test]
fn an_assertion_asks_for_no_more_than_was_granted() {
    let grant = || Grant::jwt_bearer_given("e30.e30.c2ln").granted(scope("a b"));
    assert_eq!(body(&grant().scope(scope("a")))[2], ("scope".to_owned(), "a".to_owned()));
    refused(grant().scope(scope("a c")), rfc7521::SCOPE_IS_WITHIN_THE_GRANT);
}

fn exchanging() -> TokenExchange {
    TokenExchange::new(SecurityToken::access(&AccessToken::new("subject").unwrap()))
}

#[test]
fn a_token_is_exchanged_for_one_that_others_take() {
    let exchange = exchanging()
        .actor(SecurityToken::new("actor", "urn:example:badge"))
        .requested_token_type(SecurityToken::JWT);
    let grant = Grant::token_exchange(exchange)
        .scope(scope("s"))
        .resource("https://a.example/")
        .resource("https://b.example/")
        .audience("c")
        .audience("d");
    let expected = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("subject_token", "subject"),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
        ("actor_token", "actor"),
        ("actor_token_type", "urn:example:badge"),
        ("requested_token_type", "urn:ietf:params:oauth:token-type:jwt"),
        ("scope", "s"),
        ("resource", "https://a.example/"),
        ("resource", "https://b.example/"),
        ("audience", "c"),
        ("audience", "d"),
    ];
    assert_eq!(body(&grant), pairs(&expected));
    assert!(body(&Grant::token_exchange(exchanging())).iter().all(|(name, _)| !name.starts_with("actor")));
    refused(
        Grant::token_exchange(TokenExchange::new(SecurityToken::jwt(""))),
        rfc8693::SUBJECT_TOKEN_IS_SENT,
    );
    let typeless = SecurityToken::new("x", "jwt");
    refused(Grant::token_exchange(TokenExchange::new(typeless)), rfc8693::SUBJECT_TOKEN_TYPE_IS_SENT);
    let wanting = exchanging().requested_token_type("jwt");
    refused(Grant::token_exchange(wanting), rfc8693::REQUESTED_TOKEN_TYPE_MAY_BE_LEFT_OUT);
}

#[test]
fn an_exchange_tells_what_it_issued() {
    let grant = Grant::token_exchange(exchanging());
    let gives = |token_type: &str, issued: Value| {
        let body = json!({"access_token": "a", "token_type": token_type, "issued_token_type": issued});
        answered(&grant, body).map_err(|error| error.requirement().unwrap().id())
    };
    let tokens = gives("N_A", json!(SecurityToken::ID_TOKEN)).unwrap();
    assert_eq!(tokens.token_type, TokenType::NotAnAccessToken);
    assert_eq!(gives("Bearer", json!(SecurityToken::ACCESS_TOKEN)).unwrap().token_type, TokenType::Bearer);
    let contradiction = gives("N_A", json!(SecurityToken::ACCESS_TOKEN)).unwrap_err();
    assert_eq!(contradiction, rfc8693::N_A_IS_NO_ACCESS_TOKEN.id());
    let error = answered(&grant, bearer(json!({}))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert_eq!(error.requirement(), Some(rfc8693::ISSUED_TOKEN_TYPE_IS_RETURNED));
}

#[test]
fn what_is_no_access_token_answers_no_other_grant() {
    let body = json!({"access_token": "a", "token_type": "N_A"});
    let error = answered(&Grant::client_credentials(), body).unwrap_err();
    assert_eq!(error.requirement(), Some(rfc6749::UNKNOWN_TOKEN_TYPE_IS_NOT_USED));
}

#[test]
fn a_token_that_was_to_be_bound_is_bound() {
    let key = DpopKey::generate(JwsAlgorithm::Es256).unwrap();
    let with = |key: Option<DpopKey>, token_type: &str| {
        let body = json!({"access_token": "a", "token_type": token_type});
        answered_to(&Grant::client_credentials(), &client(|config| config.dpop = key), 200, body)
    };
    assert_eq!(with(Some(key.clone()), "dpop").unwrap().token_type, TokenType::Dpop);
    let unbound = with(Some(key.clone()), "Bearer").unwrap_err();
    assert_eq!(unbound.kind(), ErrorKind::Protocol);
    assert_eq!(unbound.requirement(), Some(rfc9449::UNBOUND_TOKEN_IS_DISCARDED));
    assert_eq!(with(Some(key.or_bearer()), "Bearer").unwrap().token_type, TokenType::Bearer);
    assert_eq!(with(None, "DPoP").unwrap_err().requirement(), Some(rfc6749::UNKNOWN_TOKEN_TYPE_IS_NOT_USED));
}

#[test]
fn a_scope_that_is_needed_is_granted_or_named() {
    let grant = Grant::client_credentials().scope(scope("a b")).require_scope(scope("a b"));
    assert!(answered(&grant, bearer(json!({}))).is_ok(), "nothing said means all");
    assert!(answered(&grant, bearer(json!({"scope": "b a c"}))).is_ok());
    let error = answered(&grant, bearer(json!({"scope": "a"}))).unwrap_err();
    assert_eq!((error.kind(), error.missing_scope()), (ErrorKind::Refused, Some(&scope("b"))));
    let unasked = Grant::client_credentials().require_scope(scope("a"));
    assert_eq!(answered(&unasked, bearer(json!({}))).unwrap_err().missing_scope(), Some(&scope("a")));
    let lax = Grant::client_credentials().scope(scope("a b"));
    assert_eq!(answered(&lax, bearer(json!({"scope": "a"}))).unwrap().scope, Some(scope("a")));
}

#[test]
fn a_refusal_is_told_by_kind_and_code() {
    for (status, code, kind) in [
        (400, "invalid_grant", ErrorKind::Refused),
        (401, "invalid_client", ErrorKind::Auth),
        (400, "invalid_target", ErrorKind::Refused),
        (400, "invalid_dpop_proof", ErrorKind::Auth),
    ] {
        let body = json!({"error": code, "error_description": "\u{1b}[2J\r\nx"});
        let error = answered_to(&Grant::client_credentials(), &client(|_| ()), status, body).unwrap_err();
        assert_eq!((error.kind(), &error.response().unwrap().code), (kind, &ErrorCode::from(code)));
        assert!(!error.to_string().contains(['\u{1b}', '\r', '\n']), "{error}");
    }
}

#[test]
fn a_grant_can_be_asked_for_again() {
    let grant = Grant::client_credentials().scope(scope("a")).parameter("x", "y");
    assert_eq!(body(&grant), body(&grant.clone()));
}

#[test]
fn no_secret_is_shown() {
    let grant = Grant::refresh(&RefreshToken::new("s3cret").unwrap()).parameter("x", "s3cret");
    let exchange = Grant::token_exchange(TokenExchange::new(SecurityToken::jwt("s3cret")));
    let shown = format!("{grant:?} {exchange:?} {:?}", grant.exchange(&client(|_| ())).unwrap());
    assert!(!shown.contains("s3cret") && !shown.contains("hunter2"), "{shown}");
}
