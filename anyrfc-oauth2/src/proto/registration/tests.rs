use serde_json::json;

use super::*;
use crate::{
    ErrorCode, RedirectUri, SecretLife,
    proto::discovery::tests::{answer, client_of},
};

fn registrar() -> Registrar {
    Registrar::new(&client_of(json!({})).server, UrlPolicy::Https).unwrap()
}

fn app() -> ClientMetadata {
    ClientMetadata::new().name("A").redirect_uri(RedirectUri::new("https://app.example/cb").unwrap())
}

fn full() -> Value {
    json!({
        "client_id": "s6BhdRkqt3", "client_secret": "cf136dc3c1fc93f31185e5885805d", "client_id_issued_at": 2_893_256_800_u64,
        "client_secret_expires_at": 0, "client_name": "A", "redirect_uris": ["https://app.example/cb"],
        "registration_access_token": "this.is.an.access.token.value.ffx83", "application_type": "web",
        "registration_client_uri": "https://as.example/register/s6BhdRkqt3",
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut document = full();
    document[name] = value;
    document
}

fn registered(document: &Value) -> Result<RegisteredClient, Error> {
    registrar().registered(&answer(201, "application/json", document.to_string()))
}

fn body(request: &HttpRequest) -> Value {
    serde_json::from_slice(request.body()).unwrap()
}

#[test]
fn a_client_is_registered() {
    let request = registrar().register(&app()).unwrap();
    assert_eq!((request.method(), request.uri().path()), (&Method::POST, "/register"));
    assert_eq!(request.headers()["content-type"], "application/json");
    assert!(!request.headers().contains_key(AUTHORIZATION));
    assert_eq!(body(&request), json!({"client_name": "A", "redirect_uris": ["https://app.example/cb"]}));
    let initial = registrar().initial_access_token(AccessToken::new("init").unwrap());
    assert_eq!(initial.register(&app()).unwrap().headers()[AUTHORIZATION], "Bearer init");

    let client = registered(&full()).unwrap();
    assert_eq!(client.client_id.as_str(), "s6BhdRkqt3");
    assert_eq!(client.client_secret_life, Some(SecretLife::Forever));
    assert_eq!(client.token_endpoint_auth_method(), "client_secret_basic");
    let shown = format!("{client:?}");
    assert!(!shown.contains("cf136d") && !shown.contains("ffx83"), "{shown}");
    let kept = client.to_secret_json();
    let again =
        RegisteredClient::parse(kept.expose().as_bytes(), registrar().endpoint(), UrlPolicy::Https).unwrap();
    assert_eq!(again.client_secret, client.client_secret);
    assert_eq!(again.registration_access_token, client.registration_access_token);
}

#[test]
fn what_is_missing_or_of_another_type_is_refused() {
    for (name, value, requirement) in [
        ("client_id", json!(null), rfc7591::CLIENT_ID_IS_SENT),
        ("client_id", json!(""), rfc7591::CLIENT_ID_IS_SENT),
        ("client_id", json!(7), rfc7591::REGISTERED_METADATA_IS_RETURNED),
        ("client_secret", json!("a\nb"), rfc7591::CLIENT_SECRET_IS_OPTIONAL),
        ("client_secret", json!(7), rfc7591::REGISTERED_METADATA_IS_RETURNED),
        ("client_secret_expires_at", json!(null), rfc7591::SECRET_EXPIRY_IS_SENT),
        ("client_secret_expires_at", json!("0"), rfc7591::REGISTERED_METADATA_IS_RETURNED),
        ("registration_access_token", json!(null), rfc7592::REGISTRATION_TOKEN_IS_SENT),
        ("registration_access_token", json!("a\r\nb"), rfc7592::REGISTRATION_TOKEN_IS_SENT),
        ("registration_client_uri", json!(null), rfc7592::REGISTRATION_URI_IS_SENT),
        ("registration_client_uri", json!("/register/1"), rfc7592::REGISTRATION_URI_IS_SENT),
        ("registration_client_uri", json!("http://as.example/register/1"), rfc7592::REGISTRATION_URI_IS_SENT),
    ] {
        let error = registered(&with(name, value)).expect_err(name);
        assert_eq!((error.kind(), error.requirement()), (ErrorKind::Protocol, Some(requirement)), "{name}");
    }
    for response in [
        answer(200, "application/json", full().to_string()),
        answer(201, "text/html", full().to_string()),
        answer(201, "application/json", "{}x"),
        answer(308, "application/json", full().to_string()),
    ] {
        assert_eq!(registrar().registered(&response).unwrap_err().kind(), ErrorKind::Protocol);
    }
    let refused = json!({"error": "invalid_redirect_uri", "error_description": "no\r\nway", "x": 1});
    let error = registrar().registered(&answer(400, "application/json", refused.to_string())).unwrap_err();
    assert_eq!(error.response().unwrap().code, ErrorCode::InvalidRedirectUri);
    assert!(!error.to_string().contains('\n'));
}

#[test]
fn a_client_is_not_managed_at_another_origin() {
    for url in [
        "https://evil.example/register/s6BhdRkqt3",
        "https://as.example:8443/register/s6BhdRkqt3",
        "https://as.example.evil.example/x",
        "https://xas.example/x",
    ] {
        let error = registered(&with("registration_client_uri", json!(url))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol);
        assert_eq!(error.requirement(), Some(rfc7592::REGISTRATION_TOKEN_STAYS_AT_ITS_ENDPOINT), "{url}");
        // Nor where it came by another way: no request is made.
        let mut client = registered(&full()).unwrap();
        client.registration_client_uri = Some(Endpoint::new(url, UrlPolicy::Https).unwrap());
        for request in
            [registrar().read(&client), registrar().delete(&client), registrar().update(&client, &app())]
        {
            assert_eq!(
                request.unwrap_err().requirement(),
                Some(rfc7592::REGISTRATION_TOKEN_STAYS_AT_ITS_ENDPOINT)
            );
        }
    }
}

#[test]
fn the_url_is_used_as_it_came_with_its_token() {
    let client =
        registered(&with("registration_client_uri", json!("https://as.example/register?c=1&x=%2f"))).unwrap();
    let request = registrar().read(&client).unwrap();
    assert_eq!(request.uri(), "https://as.example/register?c=1&x=%2f");
    assert_eq!(request.method(), Method::GET);
    assert_eq!(request.headers()[AUTHORIZATION], "Bearer this.is.an.access.token.value.ffx83");
    assert!(request.headers()[AUTHORIZATION].is_sensitive());
    let mut alone = full();
    for name in ["registration_client_uri", "registration_access_token"] {
        alone.as_object_mut().unwrap().remove(name);
    }
    let alone = registered(&alone).unwrap();
    assert_eq!(registrar().read(&alone).unwrap_err().kind(), ErrorKind::Unsupported);
}

#[test]
fn an_update_has_all_and_nothing_that_is_the_servers() {
    let client = registered(&full()).unwrap();
    let mut metadata = client.metadata().unwrap();
    metadata.client_name = None;
    metadata.software_version = Some("2".into());
    let request = registrar().update(&client, &metadata).unwrap();
    assert_eq!(request.method(), Method::PUT);
    assert_eq!(
        body(&request),
        json!({
            "client_id": "s6BhdRkqt3", "client_secret": "cf136dc3c1fc93f31185e5885805d", "software_version": "2",
            "redirect_uris": ["https://app.example/cb"], "application_type": "web",
        })
    );
    // A description made anew keeps what the server has added.
    assert_eq!(body(&registrar().update(&client, &app()).unwrap())["application_type"], "web");
}

#[test]
fn new_credentials_take_the_place_of_the_old() {
    let mut client = registered(&full()).unwrap();
    let mut new = with("client_secret", json!("new-secret"));
    new["registration_access_token"] = json!("new-token");
    registrar().refreshed(&mut client, &answer(200, "application/json", new.to_string())).unwrap();
    assert_eq!(client.client_secret.as_ref().unwrap().expose(), "new-secret");
    assert_eq!(registrar().read(&client).unwrap().headers()[AUTHORIZATION], "Bearer new-token");
    // What a read leaves out has not changed.
    let bare = json!({"client_id": "s6BhdRkqt3", "client_name": "B"});
    registrar().refreshed(&mut client, &answer(200, "application/json", bare.to_string())).unwrap();
    assert_eq!(client.client_secret.as_ref().unwrap().expose(), "new-secret");
    assert_eq!(client.text("client_name"), Some("B"));
    assert!(registrar().read(&client).is_ok());
    assert!(client.to_secret_json().expose().contains("new-token"));
    // An answer about somebody else changes nothing.
    let other = with("client_id", json!("another"));
    let error =
        registrar().refreshed(&mut client, &answer(200, "application/json", other.to_string())).unwrap_err();
    assert_eq!(error.requirement(), Some(rfc7592::READ_KEEPS_THE_CLIENT_ID));
    assert_eq!(client.client_id.as_str(), "s6BhdRkqt3");
    let gone = registrar().refreshed(&mut client, &answer(401, "text/plain", "")).unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::Auth);
}

#[test]
fn deletion_is_answered_by_204() {
    let client = registered(&full()).unwrap();
    assert_eq!(registrar().delete(&client).unwrap().method(), Method::DELETE);
    registrar().deleted(&answer(204, "text/plain", "")).unwrap();
    let judged = |status| registrar().deleted(&answer(status, "text/plain", "")).unwrap_err().kind();
    assert_eq!(
        (judged(200), judged(401), judged(405)),
        (ErrorKind::Protocol, ErrorKind::Auth, ErrorKind::Refused)
    );
    assert_eq!(judged(307), ErrorKind::Protocol);
}

#[test]
fn a_server_without_the_endpoint_registers_nobody() {
    let server = client_of(json!({"registration_endpoint": null})).server.clone();
    assert_eq!(Registrar::new(&server, UrlPolicy::Https).unwrap_err().kind(), ErrorKind::Unsupported);
}
