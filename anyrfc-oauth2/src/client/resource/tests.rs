//! Resources, at a server that judges what it is sent.

use anyrfc_jwt::types::JwsAlgorithm;

use super::*;
use crate::{
    ClientId, ClientSecret, Denial, ErrorKind, Scope,
    client::Builder,
    proto::{ClientAuthentication, DpopKey},
    rfc9728,
    testing::{AuthorizationServer, ClientMethod, Misbehaviour, Place, Plan, Registered},
};

const SECRET: &str = "a very long secret of the client";

fn server() -> AuthorizationServer {
    AuthorizationServer::new("https://as.example")
        .client(Registered::new("app", ClientMethod::Basic(SECRET.into())))
}

async fn builder(server: &AuthorizationServer) -> Builder {
    let discover = OAuth2Client::discover("https://as.example").http(server.clone());
    let builder = discover.client(ClientId::new("app").unwrap()).await.unwrap();
    let secret = ClientSecret::new(SECRET).unwrap();
    builder.authentication(ClientAuthentication::SecretBasic(secret)).clock(server.clock()).seed([5; 32])
}

async fn token(client: &OAuth2Client) -> TokenResponse {
    client.client_credentials().scope(Scope::new("read").unwrap()).send().await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_bearer_token_is_taken_and_its_end_is_typed() {
    let server = server();
    let client = builder(&server).await.build().unwrap();
    let token = token(&client).await;
    let url = server.url(Place::Resource);
    let resource = client.resource_by(&token);
    assert!(resource.get(&url).await.unwrap().status().is_success());
    server.expire_access_tokens();
    let error = resource.get(&url).await.unwrap_err();
    assert_eq!((error.kind(), &error.denied().unwrap().denial), (ErrorKind::Auth, &Denial::InvalidToken));
    server.configure(|options| options.resource_scope = Some("write".into()));
    let fresh = self::token(&client).await;
    let error = client.resource_by(&fresh).get(&url).await.unwrap_err();
    assert_eq!(error.denied().unwrap().denial, Denial::InsufficientScope(Some(Scope::new("write").unwrap())));
}

#[tokio::test(start_paused = true)]
async fn a_bound_token_goes_with_a_proof_and_the_nonce_of_the_resource() {
    let server = server().with(|options| options.dpop_nonce = true);
    let key = DpopKey::generate(JwsAlgorithm::Es256).unwrap();
    let client = builder(&server).await.dpop(key).build().unwrap();
    let token = token(&client).await;
    let url = server.url(Place::Resource);
    let resource = client.resource_by(&token);
    assert!(resource.get(&url).await.unwrap().status().is_success());
    assert_eq!(server.count(Place::Resource), 2);
    // The nonce is kept.
    assert!(resource.get(&url).await.unwrap().status().is_success());
    assert_eq!(server.count(Place::Resource), 3);
    server.assert_blameless();
    server.plant(Plan::from(Misbehaviour::NonceForever).at(Place::Resource));
    assert_eq!(resource.get(&url).await.unwrap_err().kind(), ErrorKind::Auth);
    assert_eq!(server.count(Place::Resource), 5);
}

#[tokio::test(start_paused = true)]
async fn a_redirect_takes_no_token_along() {
    let server = server();
    let client = builder(&server).await.build().unwrap();
    let token = token(&client).await;
    server.plant(Plan::from(Misbehaviour::Redirect(307, "https://evil.example/".into())).at(Place::Resource));
    let response = client.resource_by(&token).get(&server.url(Place::Resource)).await.unwrap();
    assert_eq!(response.status(), 307);
    server.assert_nothing_sent_to(Place::Elsewhere);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_where_no_token_may_go() {
    let server = server();
    let client = builder(&server).await.build().unwrap();
    let token = token(&client).await;
    let before = server.requests().len();
    for url in ["http://api.example/v1", "/v1", "", "https://api.example/v1?access_token=x"] {
        assert_eq!(client.resource_by(&token).get(url).await.unwrap_err().kind(), ErrorKind::Usage, "{url}");
    }
    assert_eq!(server.requests().len(), before);
}

#[tokio::test(start_paused = true)]
async fn a_resource_is_found_by_its_challenge_and_its_server_asked_for() {
    let server = server();
    let client = builder(&server).await.build().unwrap();
    let url = server.url(Place::Resource);
    let unknown = AccessToken::new("unknown").unwrap();
    let error = client.resource(&unknown, &TokenType::Bearer).get(&url).await.unwrap_err();
    let challenge = error.denied().unwrap().challenges.first().unwrap().clone();
    assert!(challenge.resource_metadata.is_some());
    let discover = || OAuth2Client::discover_resource(url.clone()).http(server.clone());
    let found = discover().challenged_by(&challenge).fetch().await.unwrap();
    assert_eq!(discover().fetch().await.unwrap().resource, found.resource);
    let issuer = found.authorization_servers.into_iter().next().unwrap();
    assert_eq!(issuer.trust(|name| name == "https://as.example").unwrap().as_str(), "https://as.example");

    server.plant(Misbehaviour::ResourceIs("https://evil.example/v1".into()));
    let error = discover().fetch().await.unwrap_err();
    assert_eq!(error.requirement(), Some(rfc9728::MISMATCHED_METADATA_IS_NOT_USED));
}

#[tokio::test(start_paused = true)]
async fn a_challenge_makes_nobody_ask_elsewhere() {
    let server = server();
    let client = builder(&server).await.build().unwrap();
    let url = server.url(Place::Resource);
    let field = "Bearer resource_metadata=\"https://evil.example/meta\"";
    let fields = vec![("WWW-Authenticate".to_owned(), field.to_owned())];
    server.plant(Plan::from(Misbehaviour::Instead(401, fields, "".into())).at(Place::Resource));
    let unknown = AccessToken::new("unknown").unwrap();
    let error = client.resource(&unknown, &TokenType::Bearer).get(&url).await.unwrap_err();
    let challenge = error.denied().unwrap().challenges.first().unwrap();
    let discover = OAuth2Client::discover_resource(url).http(server.clone()).challenged_by(challenge);
    assert_eq!(discover.fetch().await.unwrap_err().requirement(), Some(rfc9728::SSRF_IS_GUARDED_AGAINST));
    server.assert_nothing_sent_to(Place::Elsewhere);
}
