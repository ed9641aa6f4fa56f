//! What servers answer.

use std::sync::LazyLock;

use anyrfc_oauth2::{
    ErrorResponse, Introspection, Quirk, RegisteredClient, ResourceMetadata, ServerMetadata, TokenResponse,
    TokenType, Tolerances, UrlPolicy,
    codec::json,
    proto::{Client, DeviceAuthorization, DeviceRequest, Exchange, Grant, HttpResponse, Random, Step},
    rfc7662,
};
use http::StatusCode;
use serde_json::Value;

use crate::judge::{self, endpoint, https, visible};

/// The longest that anything lives.
const LONGEST: u64 = i32::MAX as u64;
/// The resource that is asked.
const RESOURCE: &str = "https://api.example/v1";

static STRICT: LazyLock<Client> = LazyLock::new(|| judge::client(Tolerances::NONE));
static LENIENT: LazyLock<Client> = LazyLock::new(|| {
    judge::client(
        [Quirk::ExpiresInIsText, Quirk::ScopeIsAnArray, Quirk::ScopeHasCommas, Quirk::TokenTypeIsMissing]
            .into_iter()
            .collect(),
    )
});

/// The first byte picks what the rest is an answer of.
pub fn answers(data: &[u8]) {
    let Some((&pick, rest)) = data.split_first() else { return };
    match pick {
        b't' => token(rest),
        b'd' => device(rest),
        b'm' => metadata(rest),
        b'p' => resource(rest),
        b'i' => introspection(rest),
        b'r' => registration(rest),
        _ => refusal(pick, rest),
    }
}

fn response(status: StatusCode, body: &[u8]) -> HttpResponse {
    let mut response = HttpResponse::new(body.to_vec().into());
    *response.status_mut() = status;
    response.headers_mut().insert("content-type", http::HeaderValue::from_static("application/json"));
    response
}

fn ask<T>(mut exchange: Exchange<T>, status: StatusCode, body: &[u8]) -> Result<T, anyrfc_oauth2::Error> {
    let mut random = Random::new([3; 32]);
    exchange.request(&judge::now(), &mut random).expect("a request");
    match exchange.response(&response(status, body), &judge::now())? {
        Step::Done(answer) => Ok(answer),
        Step::Again => panic!("there is no nonce to be had"),
    }
}

fn tokens(client: &Client, status: StatusCode, body: &[u8]) -> Result<TokenResponse, anyrfc_oauth2::Error> {
    // A public client: what is asked for does not matter here, and it proves nothing.
    let token = anyrfc_oauth2::RefreshToken::new("old").expect("a token");
    ask(Grant::refresh(&token).exchange(client).expect("an exchange"), status, body)
}

/// What is granted stands there, and can be sent; whoever tolerates more gets the same.
fn token(body: &[u8]) {
    let strict = tokens(&STRICT, StatusCode::OK, body);
    let lenient = tokens(&LENIENT, StatusCode::OK, body);
    if let Ok(token) = &lenient {
        granted(token, body);
    }
    match strict {
        Ok(token) => {
            let said = granted(&token, body);
            let lenient = lenient.expect("it tolerates more");
            assert_eq!(lenient.access_token.expose(), token.access_token.expose());
            assert!(said["token_type"].is_string());
            assert!(said.get("expires_in").is_none_or(|life| life.is_number() || life.is_null()));
            assert_eq!(lenient.expires_in, token.expires_in);
        }
        Err(error) => judge::told(&error),
    }
}

fn granted(token: &TokenResponse, body: &[u8]) -> serde_json::Map<String, Value> {
    let said = judge::object(body);
    assert!(!said.contains_key("error"), "a refusal is no grant");
    assert_eq!(said["access_token"], token.access_token.expose());
    visible(token.access_token.expose());
    if let Some(refresh) = &token.refresh_token {
        assert_eq!(said["refresh_token"], refresh.expose());
        visible(refresh.expose());
    }
    assert!(token.expires_in.is_none_or(|life| life.as_secs() <= LONGEST));
    assert!(token.token_type == TokenType::Bearer, "nobody asked for another type");
    if let Some(scope) = &token.scope {
        assert!(scope.iter().all(|token| {
            !token.is_empty() && token.bytes().all(|octet| matches!(octet, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
        }));
    }
    let secrets = ["access_token", "refresh_token", "id_token"];
    assert!(secrets.iter().all(|name| !token.extra.contains_key(*name)));
    said
}

/// Whatever else than success comes is an error, whose code is the one that stands there.
fn refusal(pick: u8, body: &[u8]) {
    let all = [
        StatusCode::BAD_REQUEST,
        StatusCode::UNAUTHORIZED,
        StatusCode::FORBIDDEN,
        StatusCode::TOO_MANY_REQUESTS,
        StatusCode::INTERNAL_SERVER_ERROR,
        StatusCode::TEMPORARY_REDIRECT,
    ];
    let status = all[usize::from(pick) % all.len()];
    let error = tokens(&STRICT, status, body).expect_err("it is no success");
    judge::told(&error);
    if let Some(ErrorResponse { code, description, uri, status: of, .. }) = error.response() {
        let said = judge::object(body);
        assert_eq!(said["error"], code.as_str());
        assert!(!code.as_str().is_empty() && code.as_str().bytes().all(|octet| matches!(octet, b' '..=b'~')));
        assert_eq!(said.get("error_description").and_then(Value::as_str), description.as_deref());
        assert_eq!(said.get("error_uri").and_then(Value::as_str), uri.as_deref());
        assert_eq!(*of, Some(status.as_u16()));
    }
}

/// Nobody is sent to a place that is not what it seems, nor told to type what nobody can.
fn device(body: &[u8]) {
    let exchange = DeviceRequest::new().exchange(&STRICT).expect("an exchange");
    let answer: DeviceAuthorization = match ask(exchange, StatusCode::OK, body) {
        Ok(answer) => answer,
        Err(error) => return judge::told(&error),
    };
    let said = judge::object(body);
    assert_eq!(said["verification_uri"], answer.verification_uri());
    assert_eq!(said["user_code"], answer.raw_user_code());
    let urls = [Some(answer.verification_uri()), answer.verification_uri_complete()];
    urls.into_iter().flatten().for_each(https);
    let code = answer.user_code();
    assert!(!code.is_empty() && !code.chars().any(char::is_control), "{code:?}");
    assert!(code.chars().all(|letter| answer.raw_user_code().contains(letter)));
    assert!(answer.expires_in().as_secs() <= LONGEST && answer.interval().as_secs() >= 1);
    assert!(!answer.extra().contains_key("device_code"));
}

fn metadata(body: &[u8]) {
    let issuer = judge::issuer();
    let server = match ServerMetadata::parse(body, &issuer, UrlPolicy::Https, Tolerances::NONE) {
        Ok(server) => server,
        Err(error) => return judge::told(&error),
    };
    let said = judge::object(body);
    assert_eq!(said["issuer"], judge::ISSUER);
    for (name, endpoint) in [
        ("authorization_endpoint", &server.authorization_endpoint),
        ("token_endpoint", &server.token_endpoint),
        ("pushed_authorization_request_endpoint", &server.pushed_authorization_request_endpoint),
        ("device_authorization_endpoint", &server.device_authorization_endpoint),
        ("revocation_endpoint", &server.revocation_endpoint),
        ("introspection_endpoint", &server.introspection_endpoint),
        ("registration_endpoint", &server.registration_endpoint),
        ("userinfo_endpoint", &server.userinfo_endpoint),
        ("jwks_uri", &server.jwks_uri),
    ] {
        assert_eq!(said.get(name).and_then(Value::as_str), endpoint.as_ref().map(|url| url.as_str()));
        endpoint.iter().for_each(|url| https(url.as_str()));
    }
    server.mtls_endpoint_aliases.iter().for_each(|(_, url)| https(url.as_str()));
    // What was read is kept as it was.
    assert_eq!(server.document, said);
    let again = ServerMetadata::read(said, &issuer, UrlPolicy::Https, Tolerances::NONE).expect("the same");
    assert_eq!(again.document, server.document);
}

fn resource(body: &[u8]) {
    match ResourceMetadata::parse(body, RESOURCE, UrlPolicy::Https) {
        Ok(resource) => {
            let said = judge::object(body);
            assert_eq!(said["resource"], RESOURCE);
            assert_eq!(resource.document, said);
            for server in resource.authorization_servers {
                server.clone().trust(|_| false).expect_err("nobody agreed");
                let named = server.trust(|_| true).expect("it was agreed to");
                https(named.as_str());
                assert!(!named.as_str().contains(['?', '#']));
            }
            resource.jwks_uri.iter().for_each(|url| https(url.as_str()));
        }
        Err(error) => judge::told(&error),
    }
}

fn introspection(body: &[u8]) {
    match json::object(body, rfc7662::ACTIVE_IS_SENT).and_then(Introspection::read) {
        Ok(answer) => {
            let said = judge::object(body);
            assert_eq!(said["active"], Value::Bool(answer.is_active()));
            let Some(token) = answer.active() else { return };
            let text = |name: &str| said.get(name).and_then(Value::as_str);
            assert_eq!(token.subject.as_deref(), text("sub"));
            assert_eq!(token.issuer.as_deref(), text("iss"));
            assert_eq!(token.client_id.as_ref().map(|id| id.as_str()), text("client_id"));
            assert_eq!(token.expires_at.is_some(), said.get("exp").is_some_and(|date| !date.is_null()));
            assert_eq!(token.document, said);
        }
        Err(error) => judge::told(&error),
    }
}

/// What was registered is kept and read again; its token goes nowhere else.
fn registration(body: &[u8]) {
    let at = endpoint("register");
    let client = match RegisteredClient::parse(body, &at, UrlPolicy::Https) {
        Ok(client) => client,
        Err(error) => return judge::told(&error),
    };
    let said = judge::object(body);
    assert_eq!(said["client_id"], client.client_id.as_str());
    assert_eq!(client.registration_access_token.is_some(), client.registration_client_uri.is_some());
    if let Some(url) = &client.registration_client_uri {
        https(url.as_str());
        assert_eq!(url.origin(), at.origin());
    }
    if let Some(secret) = &client.client_secret {
        assert_eq!(said["client_secret"], secret.expose());
        assert!(client.client_secret_life.is_some());
    }
    assert!(
        ["client_secret", "registration_access_token"]
            .iter()
            .all(|name| !client.document.contains_key(*name))
    );
    let kept = client.to_secret_json();
    let again =
        RegisteredClient::parse(kept.expose().as_bytes(), &at, UrlPolicy::Https).expect("what was kept");
    assert_eq!(again.to_secret_json().expose(), kept.expose());
    assert_eq!(again.client_secret_life, client.client_secret_life);
    assert_eq!(again.document.get("client_id_issued_at"), client.document.get("client_id_issued_at"));
    if let Err(error) = client.metadata() {
        judge::told(&error);
    }
}
