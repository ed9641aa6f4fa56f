//! Tokens without a user.

use anyrfc_oauth2::{
    jwt::{Jwk, JwsAlgorithm},
    testing::{AuthorizationServer, ClientMethod, Misbehaviour, Place, Registered, Served},
};
use serde_json::json;

use crate::support::{Ran, run_env};

pub(crate) const SECRET: &str = "s3cr3t-of-the-client-which-is-long-enough";

/// A server that knows the client `app` by this method.
pub(crate) fn server(method: ClientMethod) -> AuthorizationServer {
    AuthorizationServer::default()
        .client(Registered::new("app", method).redirect_uri("http://127.0.0.1/callback"))
        .with(|options| {
            options.scopes = None;
            options.device_interval = Some(1);
        })
}

/// The arguments of every command that is a client's.
pub(crate) fn arguments(command: &str, origin: &str, options: &[&str]) -> Vec<String> {
    let first = ["-vvv", "oauth", command, origin, "--allow-loopback-http", "--client-id", "app"];
    first.iter().chain(options).map(|&word| word.to_owned()).collect()
}

/// Runs a command against the server, with the client's secret in the environment.
pub(crate) async fn ask(server: &AuthorizationServer, command: &str, input: &str, options: &[&str]) -> Ran {
    let served = Served::plain(server.clone()).unwrap();
    let arguments = arguments(command, served.origin(), options);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ran = served.beside(run_env(&[("ANYRFC_SECRET", SECRET)], input, &arguments)).await;
    ran.hides(SECRET).says("anyrfc_oauth2")
}

/// No token is anywhere but in the result.
#[track_caller]
pub(crate) fn shown_once(ran: &Ran) {
    for name in ["access_token", "refresh_token", "id_token"] {
        if let Some(token) = ran.json()[name].as_str() {
            assert!(!ran.stderr.contains(token), "{name} in {}", ran.stderr);
        }
    }
}

#[tokio::test]
async fn servers_are_found() {
    let server = server(ClientMethod::None);
    let served = Served::plain(server.clone()).unwrap();
    let origin = served.origin().to_owned();
    let ran = served.beside(run_env(&[], "", &["oauth", "discover", &origin, "--allow-loopback-http"])).await;
    let ran = ran.exits(0);
    assert_eq!(ran.json()["issuer"], origin);
    assert_eq!(ran.stderr, "");
    // Only where it was said that it is a test.
    run_env(&[], "", &["oauth", "discover", &origin]).await.exits(2);
    run_env(&[], "", &["oauth", "discover", "http://127.0.0.1:1", "--allow-loopback-http"]).await.exits(3);
}

#[tokio::test]
async fn another_server_answers() {
    let server = server(ClientMethod::None);
    server.plant(Misbehaviour::Issuer("https://evil.example".into()));
    let served = Served::plain(server).unwrap();
    let origin = served.origin().to_owned();
    let ran = served.beside(run_env(&[], "", &["oauth", "discover", &origin, "--allow-loopback-http"])).await;
    assert_eq!(ran.exits(7).says("rfc8414#").text(), "");
}

#[tokio::test]
async fn clients_prove_themselves_by_secrets() {
    for (method, name) in [
        (ClientMethod::Basic(SECRET.into()), "client_secret_basic"),
        (ClientMethod::Basic(SECRET.into()), "basic"),
        (ClientMethod::Post(SECRET.into()), "client_secret_post"),
        (ClientMethod::SecretJwt(SECRET.into()), "client_secret_jwt"),
    ] {
        let server = server(method);
        let options = ["--client-auth", name, "--scope", "mail.read", "--resource", "https://api.example/v1"];
        let ran = ask(&server, "token", "", &options).await.exits(0);
        assert_eq!(ran.json()["token_type"], "Bearer");
        shown_once(&ran);
        server.assert_blameless();
        let request = server.requests_to(Place::Token).pop().unwrap();
        assert_eq!(request.parameter("grant_type").as_deref(), Some("client_credentials"));
        assert_eq!(request.parameter("scope").as_deref(), Some("mail.read"));
        assert_eq!(request.parameter("resource").as_deref(), Some("https://api.example/v1"));
    }
}

#[tokio::test]
async fn clients_prove_themselves_by_keys() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key.json");
    let key = Jwk::generate(JwsAlgorithm::Es256).unwrap().with_key_id("k1");
    std::fs::write(&path, key.to_secret_json().expose()).unwrap();
    let keys = json!({"keys": [serde_json::Value::Object(key.to_object().unwrap())]});
    let server = server(ClientMethod::PrivateKeyJwt(keys));
    let options = ["--client-auth", "private_key_jwt", "--client-key", path.to_str().unwrap()];
    let ran = ask(&server, "token", "", &options).await.exits(0);
    shown_once(&ran);
    server.assert_blameless();
    assert_eq!(server.requests_to(Place::Token).len(), 1);

    // Not asked for without a key; that the logs are silent then is as it should be.
    let arguments = arguments("token", "https://as.example", &["--client-auth", "private_key_jwt"]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    run_env(&[], "", &arguments).await.exits(2).says("--client-key");
}

#[tokio::test]
async fn who_is_not_believed_is_told_so() {
    let server = server(ClientMethod::Basic("another".into()));
    let ran = ask(&server, "token", "", &["--client-auth", "client_secret_basic"]).await.exits(6);
    assert_eq!(ran.says("invalid_client").text(), "");
}

#[tokio::test]
async fn a_public_client_has_nothing_of_its_own() {
    let server = server(ClientMethod::None);
    ask(&server, "token", "", &[]).await.exits(2).says("rfc6749#4.4");
    server.assert_nothing_sent_to(Place::Token);
}

#[tokio::test]
async fn a_broken_rule_is_named() {
    let server = server(ClientMethod::Basic(SECRET.into()));
    server.plant(Misbehaviour::NoTokenType);
    let ran = ask(&server, "token", "", &["--client-auth", "basic"]).await.exits(7).says("rfc6749#5.1");
    assert_eq!(ran.text(), "");
}

#[tokio::test]
async fn deviations_are_tolerated_by_name() {
    let server = server(ClientMethod::Basic(SECRET.into()));
    server.plant(Misbehaviour::ExpiresInString);
    ask(&server, "token", "", &["--client-auth", "basic"]).await.exits(7);
    let options = ["--client-auth", "basic", "--tolerate", "expires-in-is-text"];
    let ran = ask(&server, "token", "", &options).await.exits(0);
    assert_eq!(ran.json()["expires_in"], 3600);
}

#[tokio::test]
async fn one_token_alone() {
    let server = server(ClientMethod::Basic(SECRET.into()));
    let ran =
        ask(&server, "token", "", &["--client-auth", "basic", "--print", "access_token"]).await.exits(0);
    let token = ran.text().strip_suffix('\n').unwrap();
    assert!(!token.contains(['\n', '{', ' ']), "{token}");
    assert!(!ran.stderr.contains(token));
    let ran = ask(&server, "token", "", &["--client-auth", "basic", "--print", "id_token"]).await.exits(1);
    assert_eq!(ran.text(), "");
}

#[tokio::test]
async fn less_than_is_needed_is_an_error() {
    let server = server(ClientMethod::Basic(SECRET.into()));
    server.configure(|options| options.granted_scope = Some("a".into()));
    let options = ["--client-auth", "basic", "--scope", "a b", "--require-scope", "b"];
    let ran = ask(&server, "token", "", &options).await;
    assert_ne!(ran.code, 0, "{ran:?}");
    assert_eq!(ran.text(), "");
}

#[tokio::test]
async fn tokens_are_looked_into_given_back_and_exchanged() {
    let server = server(ClientMethod::Basic(SECRET.into()));
    let by = ["--client-auth", "client_secret_basic"];
    let granted = ask(&server, "token", "", &by).await.exits(0).json();
    let token = granted["access_token"].as_str().unwrap();

    let ran = ask(&server, "introspect", &format!("{token}\n"), &by).await.exits(0);
    assert_eq!(ran.json()["active"], true);
    assert!(!ran.stderr.contains(token), "{}", ran.stderr);

    let options = [&by[..], &["--grant", "token_exchange", "--audience", "backend"]].concat();
    let ran = ask(&server, "token", token, &options).await.exits(0);
    assert_eq!(ran.json()["issued_token_type"], "urn:ietf:params:oauth:token-type:access_token");
    assert!(!ran.stderr.contains(token), "{}", ran.stderr);

    let ran = ask(&server, "revoke", token, &by).await.exits(0);
    assert_eq!(ran.text(), "");
    assert!(!ran.stderr.contains(token), "{}", ran.stderr);

    let ran = ask(&server, "introspect", token, &by).await.exits(1);
    assert_eq!(ran.json(), json!({"active": false}));
    server.assert_blameless();
}

#[tokio::test]
async fn without_a_token_nothing_is_asked() {
    let server = server(ClientMethod::Basic(SECRET.into()));
    let ran = ask(&server, "introspect", "", &["--client-auth", "basic"]).await.exits(2);
    ran.says("ANYRFC_TOKEN");
    server.assert_nothing_sent_to(Place::Introspection);
}

#[tokio::test]
async fn tokens_are_bound_to_a_key() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("dpop.json");
    let server = server(ClientMethod::Basic(SECRET.into()));
    let options = ["--client-auth", "basic", "--dpop", path.to_str().unwrap()];
    for _ in 0..2 {
        let ran = ask(&server, "token", "", &options).await.exits(0);
        assert_eq!(ran.json()["token_type"], "DPoP");
        let key: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        ran.hides(key["d"].as_str().unwrap());
    }
    let keys: Vec<_> =
        server.requests_to(Place::Token).iter().map(|asked| asked.dpop().unwrap().to_string()).collect();
    assert_eq!(keys.len(), 2);
    server.assert_blameless();
}
