//! The endpoints, at a server that judges what it is sent.

use std::time::Duration;

use anyrfc_jwt::types::JwsAlgorithm;
use serde_json::json;

use super::*;
use crate::{
    ClientId, ClientSecret, ErrorCode, ErrorKind, RedirectUri, Scope, StepUp, TokenType,
    client::Builder,
    codec::callback::Callback,
    proto::{Authorization, ClientAuthentication, DpopKey},
    rfc7592,
    testing::{AuthorizationServer, ClientMethod, JwtFault, Misbehaviour, Place, Plan, Registered},
};

const REDIRECT: &str = "https://app.example/cb";

fn server() -> AuthorizationServer {
    let app = Registered::new("app", ClientMethod::Basic("a very long secret of the client".into()));
    AuthorizationServer::new("https://as.example")
        .client(app.redirect_uri(REDIRECT).post_logout_redirect_uri("https://app.example/bye"))
}

async fn builder(server: &AuthorizationServer) -> Builder {
    let discover = OAuth2Client::discover("https://as.example").http(server.clone());
    let builder = discover.client(ClientId::new("app").unwrap()).await.unwrap();
    let secret = ClientSecret::new("a very long secret of the client").unwrap();
    builder
        .authentication(ClientAuthentication::SecretBasic(secret))
        .id_token_algorithms(JwsAlgorithm::Es256)
        .clock(server.clock())
        .seed([3; 32])
}

async fn client(server: &AuthorizationServer) -> OAuth2Client {
    builder(server).await.build().unwrap()
}

async fn sign_in_by(
    server: &AuthorizationServer,
    client: &OAuth2Client,
    ask: impl FnOnce(Authorization) -> Authorization,
) -> Result<(TokenResponse, IdToken), Error> {
    let redirect = RedirectUri::new(REDIRECT).unwrap();
    let asked = client.authorization_code(redirect).scope(Scope::new("openid email").unwrap());
    let request = client.begin(ask(asked)).await?;
    let callback = Callback::from_url(&server.authorize(request.url()))?;
    client.sign_in(request.into_pending(), &callback).await
}

async fn sign_in(
    server: &AuthorizationServer,
    client: &OAuth2Client,
) -> Result<(TokenResponse, IdToken), Error> {
    sign_in_by(server, client, |asked| asked).await
}

#[tokio::test(start_paused = true)]
async fn a_user_signs_in_is_known_and_leaves() {
    let server = server();
    let client = client(&server).await;
    let (tokens, id_token) = sign_in(&server, &client).await.unwrap();
    assert_eq!(id_token.subject, "alice");
    let user = client.userinfo(&tokens, &id_token).await.unwrap();
    assert_eq!((user.subject.as_str(), user.signed), ("alice", false));
    let looked = client.introspect(&tokens.access_token).await.unwrap().active().unwrap();
    assert_eq!(looked.subject.as_deref(), Some("alice"));

    let logout = client.config().logout().unwrap().id_token_hint(tokens.id_token.as_ref().unwrap());
    let back = RedirectUri::new("https://app.example/bye").unwrap();
    let (url, pending) = client.logout_url(logout.post_logout_redirect_uri(&back));
    let location = server.authorize(url.expose());
    pending.returned(location.split_once('?').unwrap().1).unwrap();

    client.revoke(&tokens.access_token).await.unwrap();
    assert_eq!(client.introspect(&tokens.access_token).await.unwrap(), Introspection::Inactive);
    client.revoke(tokens.refresh_token.as_ref().unwrap()).await.unwrap();
    // One that is gone, or never was, is answered alike.
    client.revoke(AccessToken::new("never-was").unwrap()).await.unwrap();
    server.assert_blameless();
    assert_eq!(server.count(Place::Jwks), 1);
}

#[tokio::test(start_paused = true)]
async fn tokens_come_with_no_id_token_that_is_not_believed() {
    let claim = |name: &str, value| JwtFault::Claim(name.into(), value);
    for fault in [
        claim("iss", json!("https://evil.example")),
        claim("iss", json!("https://as.example/")),
        claim("aud", json!("another")),
        claim("aud", json!(["app", "another"])),
        claim("azp", json!("another")),
        claim("nonce", json!("another")),
        claim("exp", json!(1)),
        claim("exp", json!("never")),
        claim("iat", json!(99_999_999_999_u64)),
        claim("at_hash", json!("77QmUPtjPfzWtF2AnpK9RQ")),
        JwtFault::Without("nonce".into()),
        JwtFault::Without("sub".into()),
        JwtFault::Without("exp".into()),
        JwtFault::Without("iat".into()),
        JwtFault::Twice("sub".into(), json!("mallory")),
        JwtFault::Header("crit".into(), json!(["b64"])),
        JwtFault::Header("kid".into(), json!(7)),
        JwtFault::Unsigned("none".into()),
        JwtFault::Unsigned("nOnE".into()),
        JwtFault::MacWithPublicKey,
        JwtFault::ForeignKey,
        JwtFault::KeyInHeader,
        JwtFault::BrokenSignature,
        JwtFault::Padded,
        JwtFault::Garbage,
    ] {
        let server = server();
        server.plant(Misbehaviour::IdToken(fault.clone()));
        let client = client(&server).await;
        let error = sign_in(&server, &client).await.expect_err(&format!("{fault:?}"));
        let expected = [ErrorKind::Auth, ErrorKind::Protocol, ErrorKind::Unsupported];
        assert!(expected.contains(&error.kind()), "{fault:?}: {error}");
        server.assert_nothing_sent_to(Place::UserInfo);
    }
    let server = server();
    server.plant(Misbehaviour::Without("id_token".into()));
    server.behave();
    server.plant(Plan::from(Misbehaviour::Without("id_token".into())).at(Place::Token));
    let error = sign_in(&server, &client(&server).await).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
}

#[tokio::test(start_paused = true)]
async fn an_algorithm_that_was_not_agreed_on_fetches_nothing() {
    let server = server();
    let client = builder(&server).await.id_token_algorithms(JwsAlgorithm::Rs256).build().unwrap();
    assert_eq!(sign_in(&server, &client).await.unwrap_err().kind(), ErrorKind::Auth);
    server.assert_nothing_sent_to(Place::Jwks);
}

#[tokio::test(start_paused = true)]
async fn keys_that_have_changed_are_fetched_again_though_not_at_anyones_will() {
    let server = server();
    let client = client(&server).await;
    sign_in(&server, &client).await.unwrap();
    // Another key beside the old one, and another in place of all.
    for (change, fetches) in
        [(AuthorizationServer::rotate_keys as fn(&_), 2), (AuthorizationServer::replace_keys, 3)]
    {
        tokio::time::advance(Duration::from_secs(31)).await;
        change(&server);
        sign_in(&server, &client).await.unwrap();
        assert_eq!(server.count(Place::Jwks), fetches);
    }
    server.plant(Misbehaviour::IdToken(JwtFault::ForeignKey));
    for _ in 0..3 {
        assert_eq!(sign_in(&server, &client).await.unwrap_err().kind(), ErrorKind::Auth);
    }
    assert_eq!(server.count(Place::Jwks), 3);
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_too_long_ago_is_not_taken() {
    let server = server();
    server.plant(Misbehaviour::IdToken(JwtFault::Claim("auth_time".into(), json!(1))));
    let client = client(&server).await;
    let recent = |asked: Authorization| asked.max_age(Duration::from_secs(60));
    assert_eq!(sign_in_by(&server, &client, recent).await.unwrap_err().kind(), ErrorKind::Auth);
    server.behave();
    assert!(sign_in_by(&server, &client, recent).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn another_users_information_is_not_believed() {
    let server = server();
    let client = client(&server).await;
    let (tokens, id_token) = sign_in(&server, &client).await.unwrap();
    server.plant(Misbehaviour::OtherSubject);
    assert_eq!(client.userinfo(&tokens, &id_token).await.unwrap_err().kind(), ErrorKind::Auth);
    server.behave();
    server
        .plant(Plan::from(Misbehaviour::Redirect(307, "https://evil.example/me".into())).at(Place::UserInfo));
    assert!(client.userinfo(&tokens, &id_token).await.is_err());
    assert!(!server.sent_to(tokens.access_token.expose()).contains(&Place::Elsewhere));
}

#[tokio::test(start_paused = true)]
async fn a_revocation_that_cannot_be_made_says_so() {
    let server = server();
    let client = client(&server).await;
    let (tokens, _) = sign_in(&server, &client).await.unwrap();
    let plant = |misbehaviour| server.plant(Plan::from(misbehaviour).at(Place::Revocation).times(1));
    plant(Misbehaviour::RetryAfter(503, 17));
    let error = client.revoke(&tokens.access_token).await.unwrap_err();
    assert_eq!((error.kind(), error.retry_after()), (ErrorKind::Io, Some(Duration::from_secs(17))));
    assert!(client.introspect(&tokens.access_token).await.unwrap().is_active());
    plant(Misbehaviour::Error(400, "unsupported_token_type".into()));
    let error = client.revoke(&tokens.access_token).await.unwrap_err();
    assert_eq!(error.response().unwrap().code, ErrorCode::UnsupportedTokenType);
    plant(Misbehaviour::Redirect(307, "https://evil.example/revoke".into()));
    assert_eq!(client.revoke(&tokens.access_token).await.unwrap_err().kind(), ErrorKind::Protocol);
    plant(Misbehaviour::Html);
    client.revoke(&tokens.access_token).await.unwrap();
    server.assert_nothing_sent_to(Place::Elsewhere);
}

#[tokio::test(start_paused = true)]
async fn a_hostile_introspection_is_no_answer() {
    let server = server();
    let client = client(&server).await;
    let (tokens, _) = sign_in(&server, &client).await.unwrap();
    for misbehaviour in [
        Misbehaviour::Without("active".into()),
        Misbehaviour::Member("active".into(), json!("true")),
        Misbehaviour::Twice("active".into()),
        Misbehaviour::Member("exp".into(), json!("soon")),
        Misbehaviour::Html,
        Misbehaviour::TruncatedJson,
        Misbehaviour::TrailingJson,
        Misbehaviour::JsonArray,
        Misbehaviour::EmptyBody,
        Misbehaviour::DeepJson(10_000),
        Misbehaviour::HugeBody(100 << 20),
        Misbehaviour::Redirect(302, "https://evil.example/".into()),
    ] {
        server.plant(Plan::from(misbehaviour.clone()).at(Place::Introspection));
        let error = client.introspect(&tokens.access_token).await.expect_err(&format!("{misbehaviour:?}"));
        assert!(matches!(error.kind(), ErrorKind::Protocol | ErrorKind::Limit), "{misbehaviour:?}: {error}");
        server.behave();
    }
    // The same by a signed answer; an unsigned one does not do.
    assert!(client.introspect_signed(&tokens.access_token).await.unwrap().is_active());
    let plain = Misbehaviour::ContentType("application/json".into());
    server.plant(Plan::from(plain).at(Place::Introspection));
    assert_eq!(client.introspect_signed(&tokens.access_token).await.unwrap_err().kind(), ErrorKind::Protocol);
    server.behave();
    // By the right of a token instead of the client's own: one that the server does not know.
    let nobody = AccessToken::new("nobody").unwrap();
    let error = client.introspect_by(&tokens.access_token, &nobody, &TokenType::Bearer).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
}

fn registration(server: &AuthorizationServer, found: &OAuth2Client) -> Registration {
    OAuth2Client::registration(found.server()).http(server.clone())
}

fn app() -> ClientMetadata {
    ClientMetadata::new().name("App").redirect_uri(RedirectUri::new("https://app.example/cb2").unwrap())
}

#[tokio::test(start_paused = true)]
async fn a_client_registers_itself_signs_in_and_goes() {
    let server = server().with(|options| options.rotate_registration_tokens = true);
    let found = client(&server).await;
    let registration = registration(&server, &found);
    let mut registered = registration.register(&app()).await.unwrap();
    let secret = registered.client_secret.clone().unwrap();
    let tokens = OAuth2Client::builder(found.server().clone(), registered.client_id.clone())
        .authentication(ClientAuthentication::SecretBasic(secret))
        .http(server.clone())
        .clock(server.clock())
        .build()
        .unwrap();
    let asked = tokens.authorization_code(RedirectUri::new("https://app.example/cb2").unwrap());
    let request = tokens.begin(asked).await.unwrap();
    let callback = Callback::from_url(&server.authorize(request.url())).unwrap();
    tokens.finish(request.into_pending(), &callback).await.unwrap();

    let first = registered.registration_access_token.clone();
    registration.read(&mut registered).await.unwrap();
    assert_ne!(registered.registration_access_token, first);
    let mut metadata = registered.metadata().unwrap();
    metadata.client_name = Some("Other".into());
    registration.update(&mut registered, &metadata).await.unwrap();
    assert_eq!(registered.text("client_name"), Some("Other"));
    registration.delete(&registered).await.unwrap();
    assert_eq!(registration.read(&mut registered).await.unwrap_err().kind(), ErrorKind::Auth);
}

#[tokio::test(start_paused = true)]
async fn a_foreign_management_url_gets_no_token() {
    let server = server();
    server.plant(Misbehaviour::ForeignClientUri);
    let found = client(&server).await;
    let error = registration(&server, &found).register(&app()).await.unwrap_err();
    assert_eq!(error.requirement(), Some(rfc7592::REGISTRATION_TOKEN_STAYS_AT_ITS_ENDPOINT));
    server.assert_nothing_sent_to(Place::Elsewhere);
    server.assert_nothing_sent_to(Place::ClientConfiguration);
}

#[tokio::test(start_paused = true)]
async fn an_initial_token_opens_a_closed_registration() {
    let server = server().with(|options| options.initial_access_token = Some("init".into()));
    let found = client(&server).await;
    let closed = registration(&server, &found);
    assert_eq!(closed.register(&app()).await.unwrap_err().kind(), ErrorKind::Auth);
    let open = closed.initial_access_token(AccessToken::new("init").unwrap());
    assert!(open.register(&app()).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_meant_is_not_sent() {
    let server = server();
    let found = client(&server).await;
    let error = registration(&server, &found).register(&ClientMetadata::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    server.assert_nothing_sent_to(Place::Registration);
}

#[tokio::test(start_paused = true)]
async fn a_client_held_to_fapi_pushes_and_proves() {
    let server = server().with(|options| options.dpop_nonce = true);
    let plain = builder(&server).await.fapi2_security();
    assert_eq!(plain.build().unwrap_err().kind(), ErrorKind::Usage);
    let key = anyrfc_jwt::proto::SigningKey::generate(JwsAlgorithm::Es256).unwrap().with_key_id("k");
    let set = json!({"keys": [key.public_jwk().unwrap().to_object().unwrap()]});
    server.register(Registered::new("app", ClientMethod::PrivateKeyJwt(set)).redirect_uri(REDIRECT));
    let client = builder(&server)
        .await
        .authentication(ClientAuthentication::private_key_jwt(&key).unwrap().into())
        .dpop(DpopKey::generate(JwsAlgorithm::Es256).unwrap())
        .fapi2_security()
        .build()
        .unwrap();
    let (tokens, id_token) = sign_in(&server, &client).await.unwrap();
    assert_eq!(tokens.token_type, TokenType::Dpop);
    client.userinfo(&tokens, &id_token).await.unwrap();
    assert!(server.count(Place::Par) > 0);
    server.assert_blameless();
}

#[test]
fn a_step_up_without_values_asks_for_none() {
    assert_eq!(StepUp::default().acr_values(), None);
}
