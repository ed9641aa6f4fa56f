use anyrfc_jwt::proto::SigningKey;
use serde_json::json;

use super::*;
use crate::{
    ClientSecret, Quirk,
    proto::{DpopKey, discovery::tests::client_of},
};

fn fine() -> Config {
    config(json!({}))
}

fn config(more: serde_json::Value) -> Config {
    let mut document = json!({
        "pushed_authorization_request_endpoint": "https://as.example/par",
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    });
    for (name, value) in more.as_object().unwrap() {
        document[name] = value.clone();
    }
    let client = client_of(document);
    let mut config = Config::new(client.server.clone(), client.client_id.clone());
    let key = SigningKey::generate(JwsAlgorithm::Es256).unwrap();
    config.authentication = ClientAuthentication::private_key_jwt(&key).unwrap().into();
    config.dpop = Some(DpopKey::generate(JwsAlgorithm::Ed25519).unwrap());
    config
}

fn refused(config: Config, kind: ErrorKind) {
    let error = config.fapi2_security().unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.requirement().is_some());
}

#[test]
fn a_client_and_a_server_that_fit_are_held_to_it() {
    let config = fine().fapi2_security().unwrap();
    assert!(config.server.require_pushed_authorization_requests);
    // RS256, which is agreed on without a word, is not of the profile.
    assert_eq!(config.id_token_algorithms, algorithms());
    let agreed = Config { id_token_algorithms: JwsAlgorithm::Ps256.into(), ..fine() };
    assert_eq!(agreed.fapi2_security().unwrap().id_token_algorithms, JwsAlgorithm::Ps256.into());
    let mut by_certificate = self::config(json!({"tls_client_certificate_bound_access_tokens": true}));
    by_certificate.authentication = ClientAuthentication::TlsClientAuth;
    by_certificate.dpop = None;
    assert!(by_certificate.fapi2_security().is_ok());
    let bound = self::config(json!({"tls_client_certificate_bound_access_tokens": true}));
    assert!(Config { dpop: None, certificate_bound_tokens: true, ..bound }.fapi2_security().is_ok());
}

#[test]
fn a_client_that_does_not_fit_is_refused() {
    let secret = ClientSecret::new("0123456789abcdef0123456789abcdef").unwrap();
    for authentication in [
        ClientAuthentication::None,
        ClientAuthentication::SecretBasic(secret.clone()),
        ClientAuthentication::SecretPost(secret.clone()),
        ClientAuthentication::client_secret_jwt(&secret, JwsAlgorithm::Hs256).unwrap().into(),
    ] {
        refused(Config { authentication, ..fine() }, ErrorKind::Usage);
    }
    refused(Config { dpop: None, ..fine() }, ErrorKind::Usage);
    let lax = fine().dpop.unwrap().or_bearer();
    refused(Config { dpop: Some(lax), ..fine() }, ErrorKind::Usage);
    // Bound to a certificate that is not shown.
    let unbound = config(json!({"tls_client_certificate_bound_access_tokens": true}));
    refused(Config { dpop: None, ..unbound }, ErrorKind::Usage);
    // Or shown to a server that binds no tokens to it.
    let authentication = ClientAuthentication::TlsClientAuth;
    refused(Config { dpop: None, authentication, ..fine() }, ErrorKind::Usage);
    refused(Config { dpop: None, certificate_bound_tokens: true, ..fine() }, ErrorKind::Usage);
    let other = SigningKey::generate(JwsAlgorithm::Es384).unwrap();
    let authentication = ClientAuthentication::private_key_jwt(&other).unwrap().into();
    refused(Config { authentication, ..fine() }, ErrorKind::Usage);
    let dpop = DpopKey::generate(JwsAlgorithm::Es512).unwrap();
    refused(Config { dpop: Some(dpop), ..fine() }, ErrorKind::Usage);
    refused(Config { policy: UrlPolicy::LoopbackHttp, ..fine() }, ErrorKind::Usage);
    let tolerances = Tolerances::NONE.with(Quirk::IssuerSlashDiffers);
    refused(Config { tolerances, ..fine() }, ErrorKind::Usage);
}

#[test]
fn a_server_that_does_not_fit_is_refused() {
    for (name, value) in [
        ("pushed_authorization_request_endpoint", json!(null)),
        ("code_challenge_methods_supported", json!(["plain"])),
        ("code_challenge_methods_supported", json!(null)),
        ("authorization_response_iss_parameter_supported", json!(false)),
    ] {
        refused(config(json!({name: value})), ErrorKind::Unsupported);
    }
    let mut nameless = fine();
    Arc::make_mut(&mut nameless.server).issuer = None;
    refused(nameless, ErrorKind::Unsupported);
}

#[test]
fn requests_are_signed_by_an_algorithm_of_the_profile() {
    let begun = |config: Config, algorithm| {
        let key = SigningKey::generate(algorithm).unwrap();
        let redirect_uri = crate::RedirectUri::new("https://app.example/cb").unwrap();
        let authorization = crate::proto::Authorization::new(&config.into(), redirect_uri).signed_by(key);
        let started = authorization
            .start(&crate::proto::discovery::tests::at(0), &mut crate::proto::Random::new([7; 32]));
        started.map(drop).map_err(|error| error.kind())
    };
    let config = || config(json!({"authorization_endpoint": "https://as.example/authorize"}));
    let held = || config().fapi2_security().unwrap();
    assert_eq!(begun(held(), JwsAlgorithm::Es256), Ok(()));
    assert_eq!(begun(held(), JwsAlgorithm::Es384), Err(ErrorKind::Usage));
    assert_eq!(begun(config(), JwsAlgorithm::Es384), Ok(()));
}
