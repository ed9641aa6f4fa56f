use anyrfc_jwt::{
    proto::SigningKey,
    types::{Jwk, JwsAlgorithm},
};
use serde_json::json;

use super::*;
use crate::ErrorKind;

fn app() -> ClientMetadata {
    ClientMetadata::new().redirect_uri(RedirectUri::new("https://app.example/cb").unwrap())
}

fn keys() -> JwkSet {
    JwkSet::from_iter([SigningKey::generate(JwsAlgorithm::Es256).unwrap().public_jwk().unwrap()])
}

fn broken(client: &ClientMetadata) -> &'static Requirement {
    let error = client.to_json().expect_err("it can be sent");
    assert_eq!(error.kind(), ErrorKind::Usage);
    error.requirement().unwrap()
}

#[test]
fn all_members_are_written_and_none_that_was_not_set() {
    let mut client =
        app().name("A").scope(Scope::new("a b").unwrap()).authentication_method("private_key_jwt");
    client.jwks = Some(keys());
    client.dpop_bound_access_tokens = true;
    client.contacts = vec!["a@app.example".into()];
    client.extra.insert("client_name#ja".into(), "\u{3042}".into());
    let document = client.to_json().unwrap();
    assert_eq!(document["redirect_uris"], json!(["https://app.example/cb"]));
    assert_eq!((&document["scope"], &document["client_name"]), (&json!("a b"), &json!("A")));
    assert_eq!(document["dpop_bound_access_tokens"], true);
    assert_eq!(document["jwks"]["keys"].as_array().unwrap().len(), 1);
    assert!(document["jwks"]["keys"][0].get("d").is_none());
    assert_eq!(document.len(), 8);
    assert_eq!(app().to_json().unwrap().len(), 1);
}

#[test]
fn redirection_needs_somewhere_to_go() {
    assert_eq!(broken(&ClientMetadata::new()), rfc7591::REDIRECT_URIS_ARE_REGISTERED);
    assert_eq!(broken(&ClientMetadata::new().grant_type("implicit")), rfc7591::REDIRECT_URIS_ARE_REGISTERED);
    assert!(ClientMetadata::new().grant_type("client_credentials").to_json().is_ok());
    let typed = |grants: &[&str], responses: &[&str]| {
        let mut client = app();
        client.grant_types = grants.iter().map(|&grant| grant.to_owned()).collect();
        client.response_types = responses.iter().map(|&response| response.to_owned()).collect();
        client
    };
    for (grants, responses) in [
        (&["client_credentials"][..], &["code"][..]),
        (&["authorization_code"], &["token"]),
        (&["implicit"], &["code token"]),
        (&["authorization_code"], &["none"]),
    ] {
        assert_eq!(
            broken(&typed(grants, responses)),
            rfc7591::INCONSISTENT_TYPES_ARE_PREVENTED,
            "{grants:?}"
        );
    }
    assert!(typed(&["authorization_code"], &["code"]).to_json().is_ok());
    assert!(typed(&[], &["code"]).to_json().is_ok());
    assert!(typed(&["authorization_code", "implicit"], &["code id_token token"]).to_json().is_ok());
}

#[test]
fn keys_are_public_and_in_one_place() {
    let mut both = app().jwks(keys());
    both.jwks_uri = Some("https://app.example/jwks".into());
    assert_eq!(broken(&both), rfc7591::JWKS_EXCLUDES_JWKS_URI);
    let secret = Jwk::symmetric(vec![7; 32]);
    assert_eq!(broken(&app().jwks(JwkSet::from_iter([secret]))), rfc7591::JWKS_IS_A_JWK_SET);
    for method in ["private_key_jwt", "self_signed_tls_client_auth"] {
        assert!(app().authentication_method(method).to_json().is_err());
        assert!(app().authentication_method(method).jwks(JwkSet::default()).to_json().is_err());
        assert!(app().authentication_method(method).jwks(keys()).to_json().is_ok());
    }
    let tls = app().authentication_method("tls_client_auth");
    assert_eq!(broken(&tls), crate::rfc8705::ONE_SUBJECT_PARAMETER_IS_REGISTERED);
    let one = tls.extra("tls_client_auth_subject_dn", "CN=app");
    assert!(one.to_json().is_ok());
    assert!(one.extra("tls_client_auth_san_dns", "app.example").to_json().is_err());
    for alg in ["none", "None"] {
        let mut client = app();
        client.id_token_signed_response_alg = Some(alg.into());
        assert_eq!(broken(&client), crate::rfc8414::TOKEN_AUTH_ALG_IS_NOT_NONE);
    }
}

#[test]
fn pages_are_at_https_and_members_of_the_server_are_the_servers() {
    for page in ["http://app.example/", "javascript:alert(1)", "data:text/html,x", "app.example", ""] {
        let mut client = app();
        client.logo_uri = Some(page.into());
        assert_eq!(broken(&client), rfc7591::LOGO_URI_IS_AN_IMAGE, "{page}");
        let mut client = app();
        client.jwks_uri = Some(page.into());
        assert_eq!(broken(&client), rfc7591::JWKS_URI_IS_A_JWK_SET, "{page}");
    }
    for name in OF_THE_SERVER {
        assert_eq!(broken(&app().extra(name, "x")), rfc7591::NO_CLIENT_ID_OF_OWN_MAKING, "{name}");
    }
}

#[test]
fn a_statement_is_a_jws_with_an_issuer() {
    let part = |json: &str| base64url::encode(json.as_bytes());
    let stated = |header: &str, claims: &str, signature: &str| {
        let mut client = app();
        client.software_statement = Some(format!("{}.{}.{signature}", part(header), part(claims)));
        client
    };
    assert!(stated(r#"{"alg":"RS256"}"#, r#"{"iss":"x"}"#, "AA").to_json().is_ok());
    for (header, claims, signature) in [
        (r#"{"alg":"none"}"#, r#"{"iss":"x"}"#, ""),
        (r#"{"alg":"RS256"}"#, r#"{"iss":"x"}"#, ""),
        (r#"{"alg":"RS256"}"#, r#"{"iss":"x"}"#, "AA.AA"),
        ("{}", r#"{"iss":"x"}"#, "AA"),
    ] {
        assert_eq!(broken(&stated(header, claims, signature)), rfc7591::PRESENTED_STATEMENT_IS_A_JWS);
    }
    for claims in ["{}", r#"{"iss":1}"#, "x"] {
        assert_eq!(
            broken(&stated(r#"{"alg":"RS256"}"#, claims, "AA")),
            rfc7591::PRESENTED_STATEMENT_HAS_AN_ISS
        );
    }
}

#[test]
fn a_document_names_its_own_url_and_no_secret() {
    let id = "https://app.example/oauth/client.json";
    let client = app().authentication_method("none");
    let document = client.to_document(id).unwrap();
    assert_eq!(document["client_id"], id);
    check_client_document(id, &document).unwrap();
    for id in [
        "http://app.example/c",
        "https://app.example",
        "https://app.example/a/../c",
        "https://app.example/%2E%2e/c",
        "https://app.example/./c",
        "https://u@app.example/c",
        "https://app.example/c#x",
        "app",
    ] {
        assert_eq!(client.to_document(id).unwrap_err().kind(), ErrorKind::Usage, "{id}");
        assert!(check_client_document(id, &document).is_err(), "{id}");
    }
    for method in ["client_secret_basic", "client_secret_post", "client_secret_jwt", "x"] {
        assert!(app().authentication_method(method).to_document(id).is_err(), "{method}");
    }
    assert!(app().to_document(id).is_err());
    let changed = |change: fn(&mut Map<String, Value>)| {
        let mut document = document.clone();
        change(&mut document);
        check_client_document(id, &document).map_err(|error| error.kind())
    };
    assert_eq!(
        changed(|document| drop(document.insert("client_id".into(), "https://evil.example/c".into()))),
        Err(ErrorKind::Protocol)
    );
    assert_eq!(changed(|document| drop(document.remove("client_id"))), Err(ErrorKind::Protocol));
    assert_eq!(
        changed(|document| drop(document.insert("client_secret".into(), "x".into()))),
        Err(ErrorKind::Protocol)
    );
    assert_eq!(
        changed(|document| drop(document.remove("token_endpoint_auth_method"))),
        Err(ErrorKind::Protocol)
    );
}

#[test]
fn a_secret_that_has_expired_is_not_kept_as_one_for_ever() {
    let endpoint = Endpoint::new("https://as.example/register", UrlPolicy::Https).unwrap();
    let body = json!({"client_id": "a", "client_secret": "b", "client_secret_expires_at": 0.5});
    let read = |text: &str| {
        RegisteredClient::parse(text.as_bytes(), &endpoint, UrlPolicy::Https).unwrap().client_secret_life
    };
    let client = RegisteredClient::parse(body.to_string().as_bytes(), &endpoint, UrlPolicy::Https);
    let client = client.unwrap();
    assert!(matches!(client.client_secret_life, Some(SecretLife::Until(_))));
    assert_eq!(read(client.to_secret_json().expose()), client.client_secret_life);
}
