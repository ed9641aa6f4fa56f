use serde_json::json;

use super::*;
use crate::ErrorKind;

const ISSUER: &str = "https://as.example/tenant";

fn read_as(asked: &str, document: Value, quirks: &[Quirk]) -> Result<ServerMetadata, Error> {
    let issuer = Issuer::new(asked, UrlPolicy::Https).unwrap();
    let body = serde_json::to_vec(&document).unwrap();
    ServerMetadata::parse(&body, &issuer, UrlPolicy::Https, quirks.iter().copied().collect())
}

fn read(document: Value) -> Result<ServerMetadata, Error> {
    read_as(ISSUER, document, &[])
}

#[test]
fn all_members_are_read_and_the_others_kept() {
    let server = read(json!({
        "issuer": ISSUER,
        "authorization_endpoint": "https://as.example/authorize",
        "token_endpoint": "https://as.example/token?tenant=1",
        "pushed_authorization_request_endpoint": "https://as.example/par",
        "require_pushed_authorization_requests": true,
        "require_signed_request_object": true,
        "device_authorization_endpoint": "https://as.example/device",
        "revocation_endpoint": "https://as.example/revoke",
        "introspection_endpoint": "https://as.example/introspect",
        "registration_endpoint": "https://as.example/register",
        "userinfo_endpoint": "https://as.example/me",
        "end_session_endpoint": "https://as.example/end",
        "jwks_uri": "https://keys.example/jwks",
        "authorization_response_iss_parameter_supported": true,
        "code_challenge_methods_supported": ["S256", "plain"],
        "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
        "mtls_endpoint_aliases": {
            "token_endpoint": "https://mtls.as.example/token",
            "authorization_endpoint": "https://mtls.as.example/authorize",
            "what_is_this": 7,
        },
        "tls_client_certificate_bound_access_tokens": true,
        "scopes_supported": ["openid", "mail"],
        "x_unknown": {"a": [1]},
    }))
    .unwrap();
    assert_eq!(server.issuer.as_ref().map(Issuer::as_str), Some(ISSUER));
    let endpoints = [
        (&server.authorization_endpoint, "https://as.example/authorize"),
        (&server.token_endpoint, "https://as.example/token?tenant=1"),
        (&server.pushed_authorization_request_endpoint, "https://as.example/par"),
        (&server.device_authorization_endpoint, "https://as.example/device"),
        (&server.revocation_endpoint, "https://as.example/revoke"),
        (&server.introspection_endpoint, "https://as.example/introspect"),
        (&server.registration_endpoint, "https://as.example/register"),
        (&server.userinfo_endpoint, "https://as.example/me"),
        (&server.end_session_endpoint, "https://as.example/end"),
        (&server.jwks_uri, "https://keys.example/jwks"),
    ];
    for (endpoint, text) in endpoints {
        assert_eq!(endpoint.as_ref().map(Endpoint::as_str), Some(text));
    }
    assert!(server.require_pushed_authorization_requests && server.require_signed_request_object);
    assert!(server.authorization_response_iss_parameter_supported);
    assert!(server.tls_client_certificate_bound_access_tokens);
    assert!(server.code_challenge_methods_supported.contains("S256"));
    assert!(server.supports_authentication("private_key_jwt"));
    assert!(!server.supports_authentication("client_secret_basic"));
    // Only the alias of an endpoint that is asked directly.
    assert_eq!(server.mtls_endpoint_aliases.len(), 1);
    assert_eq!(server.document["x_unknown"]["a"][0], 1);
    assert_eq!(server.list("scopes_supported"), Some(vec!["openid", "mail"]));
}

#[test]
fn what_is_missing_has_its_default() {
    let server = read(json!({"issuer": ISSUER, "jwks_uri": null})).unwrap();
    assert!(server.jwks_uri.is_none() && server.token_endpoint.is_none());
    assert!(!server.authorization_response_iss_parameter_supported);
    assert!(server.code_challenge_methods_supported.is_empty());
    assert!(server.supports_authentication("client_secret_basic"));
    assert!(!server.supports_authentication("client_secret_post"));
    assert!(server.supports_grant_type("authorization_code") && server.supports_grant_type("implicit"));
    assert!(!server.supports_grant_type("client_credentials"));
    assert!(server.supports_response_mode("query") && server.supports_response_mode("fragment"));
    assert!(!server.supports_response_mode("form_post"));
}

#[test]
fn members_of_other_types_are_refused() {
    let wrong = [
        ("token_endpoint", json!(1)),
        ("token_endpoint", json!(["https://as.example/token"])),
        ("token_endpoint", json!({})),
        ("token_endpoint", json!("")),
        ("token_endpoint", json!("/token")),
        ("token_endpoint", json!("http://as.example/token")),
        ("token_endpoint", json!("http://127.0.0.1/token")),
        ("token_endpoint", json!("https://user@as.example/token")),
        ("token_endpoint", json!("https://as.example/token#x")),
        ("authorization_endpoint", json!("javascript:alert(1)")),
        ("jwks_uri", json!("http://as.example/jwks")),
        ("jwks_uri", json!("file:///etc/passwd")),
        ("require_pushed_authorization_requests", json!("true")),
        ("authorization_response_iss_parameter_supported", json!(1)),
        ("code_challenge_methods_supported", json!("S256")),
        ("code_challenge_methods_supported", json!(["S256", 1])),
        ("token_endpoint_auth_methods_supported", json!({"none": true})),
        ("mtls_endpoint_aliases", json!([])),
        ("mtls_endpoint_aliases", json!({"token_endpoint": "http://as.example/"})),
    ];
    for (name, value) in wrong {
        let error = read(json!({"issuer": ISSUER, name: value.clone()})).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{name}: {value}");
        assert!(error.requirement().is_some(), "{name}: {value}");
    }
}

#[test]
fn the_issuer_is_compared_character_by_character() {
    let others = [
        json!("https://as.example/tenant/"),
        json!("https://as.example/Tenant"),
        json!("https://AS.example/tenant"),
        json!("https://as.example:443/tenant"),
        json!("https://as.example/ten%61nt"),
        json!("https://evil.example/tenant"),
        json!(" https://as.example/tenant"),
        json!("https://as.example/tenant\u{0}"),
        json!("https://as.example/{tenantid}"),
        json!(""),
    ];
    for issuer in others {
        let error = read(json!({"issuer": issuer.clone()})).unwrap_err();
        assert_eq!(error.requirement(), Some(rfc8414::FOREIGN_ISSUER_IS_NOT_USED), "{issuer}");
        assert_eq!(error.kind(), ErrorKind::Protocol);
    }
    for document in [json!({}), json!({"issuer": null}), json!({"issuer": 1}), json!({"issuer": [ISSUER]})] {
        assert_eq!(read(document).unwrap_err().requirement(), Some(rfc8414::ISSUER_IS_PUBLISHED));
    }
    // The escapes of JSON are undone first (section 4).
    let issuer = Issuer::new(ISSUER, UrlPolicy::Https).unwrap();
    let body = br#"{"issuer": "https:\/\/as.example\/\u0074enant"}"#;
    assert!(ServerMetadata::parse(body, &issuer, UrlPolicy::Https, Tolerances::NONE).is_ok());
}

#[test]
fn a_slash_more_or_less_is_tolerated_by_name_and_its_own_name_is_kept() {
    let quirk = [Quirk::IssuerSlashDiffers];
    let named = |asked, said| {
        read_as(asked, json!({"issuer": said}), &quirk)
            .map(|server| server.issuer.unwrap().as_str().to_owned())
    };
    assert_eq!(named("https://as.example", "https://as.example/").unwrap(), "https://as.example/");
    assert_eq!(named("https://as.example/", "https://as.example").unwrap(), "https://as.example");
    assert!(named("https://as.example", "https://as.example//").is_err());
    assert!(named("https://as.example", "https://as.example.evil/").is_err());
}

#[test]
fn a_tenant_is_tolerated_by_name_and_only_as_a_segment() {
    let asked = "https://login.example/common/v2.0";
    let named = |said: &str, quirks: &[Quirk]| read_as(asked, json!({"issuer": said}), quirks);
    let template = "https://login.example/{tenantid}/v2.0";
    assert!(named(template, &[]).is_err());
    let server = named(template, &[Quirk::IssuerHasTenant]).unwrap();
    assert_eq!(server.issuer.as_ref().unwrap().as_str(), asked);
    assert_eq!(server.issuer_of_tenant("9188-a").unwrap(), "https://login.example/9188-a/v2.0");
    for tenant in ["", "a/b", "..", "a.b", "{tenantid}", "a b", "\u{e9}"] {
        assert_eq!(server.issuer_of_tenant(tenant), None, "{tenant}");
    }
    for said in [
        "https://{tenantid}/common/v2.0",
        "https://{tenantid}",
        "{tenantid}",
        "https://login.example/x{tenantid}/v2.0",
        "https://login.example/{tenantid}",
        "https://evil.example/{tenantid}/v2.0",
    ] {
        assert!(named(said, &[Quirk::IssuerHasTenant]).is_err(), "{said}");
    }
}

#[test]
fn what_is_no_object_or_says_things_twice_is_refused() {
    let issuer = Issuer::new(ISSUER, UrlPolicy::Https).unwrap();
    let deep = format!("{{\"issuer\":\"{ISSUER}\",\"a\":{}1{}}}", "[".repeat(5000), "]".repeat(5000));
    let bodies: [&[u8]; 8] = [
        b"",
        b"[]",
        b"null",
        b"<html>",
        b"{\"issuer\": \"https://as.example/tenant\"",
        b"{\"issuer\": \"https://as.example/tenant\"} x",
        b"{\"issuer\": \"https://as.example/tenant\", \"issuer\": \"https://as.example/tenant\"}",
        deep.as_bytes(),
    ];
    for body in bodies {
        let error = ServerMetadata::parse(body, &issuer, UrlPolicy::Https, Tolerances::NONE).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Protocol | ErrorKind::Limit));
    }
}
