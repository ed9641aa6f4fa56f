//! The grants and ways to authenticate, at a server that judges what it is sent.

use std::time::Duration;

use anyrfc_jwt::{
    proto::SigningKey,
    types::{Jwk, JwsAlgorithm},
};
use serde_json::{Value, json};

use super::*;
use crate::{
    ClientId, ClientSecret, ErrorCode, ErrorKind, Quirk, TokenType, Tolerances,
    client::Builder,
    proto::{Audience, ClientAuthentication, DpopKey, Random, SecurityToken},
    rfc8693, rfc9449,
    testing::{AuthorizationServer, ClientCertificate, ClientMethod, Misbehaviour, Place, Plan, Registered},
};

const ID: &str = "service:%&+";
const SECRET: &str = "s%cret:& with more than thirty-two octets";

fn server(method: ClientMethod) -> AuthorizationServer {
    AuthorizationServer::new("https://as.example").client(Registered::new(ID, method))
}

fn basic() -> AuthorizationServer {
    server(ClientMethod::Basic(SECRET.into()))
}

fn scope(text: &str) -> Scope {
    Scope::new(text).unwrap()
}

fn secret() -> ClientSecret {
    ClientSecret::new(SECRET).unwrap()
}

async fn builder(server: &AuthorizationServer, id: &str) -> Builder {
    let discover = OAuth2Client::discover("https://as.example").http(server.clone());
    let builder = discover.client(ClientId::new(id).unwrap()).await.unwrap();
    builder.clock(server.clock()).seed([9; 32])
}

async fn client(server: &AuthorizationServer, method: impl Into<ClientAuthentication>) -> OAuth2Client {
    builder(server, ID).await.authentication(method.into()).build().unwrap()
}

async fn by_basic(server: &AuthorizationServer) -> OAuth2Client {
    client(server, ClientAuthentication::SecretBasic(secret())).await
}

fn jwks(key: &SigningKey) -> Value {
    json!({"keys": [key.public_jwk().unwrap().to_object().unwrap()]})
}

fn signing_key(algorithm: JwsAlgorithm) -> SigningKey {
    SigningKey::from_jwk(&Jwk::generate(algorithm).unwrap(), algorithm).unwrap().with_key_id("k1")
}

#[tokio::test(start_paused = true)]
async fn every_way_to_authenticate_is_taken_by_a_strict_server() {
    let key = signing_key(JwsAlgorithm::Es256);
    let mac = ClientAuthentication::client_secret_jwt(&secret(), JwsAlgorithm::Hs256).unwrap();
    let signed = ClientAuthentication::private_key_jwt(&key).unwrap();
    for (known, used) in [
        (ClientMethod::Basic(SECRET.into()), ClientAuthentication::SecretBasic(secret())),
        (ClientMethod::Post(SECRET.into()), ClientAuthentication::SecretPost(secret())),
        (ClientMethod::SecretJwt(SECRET.into()), mac.into()),
        (ClientMethod::PrivateKeyJwt(jwks(&key)), signed.into()),
    ] {
        let server = server(known);
        let client = client(&server, used).await;
        for _ in 0..2 {
            let tokens = client.client_credentials().scope(scope("a b")).send().await.unwrap();
            assert_eq!(tokens.token_type, TokenType::Bearer);
        }
        server.assert_blameless();
        assert_eq!(server.count(Place::Token), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_certificate_proves_at_the_alias() {
    let certificate = ClientCertificate::new(*b"a certificate");
    let method = ClientMethod::Tls(certificate.thumbprint());
    let server = server(method).with(|options| options.mtls_origin = Some("https://mtls.as.example".into()));
    let client = builder(&server, ID)
        .await
        .http(server.with_certificate(certificate))
        .authentication(ClientAuthentication::TlsClientAuth)
        .build()
        .unwrap();
    client.client_credentials().send().await.unwrap();
    server.assert_blameless();
    assert!(server.requests_to(Place::Token)[0].url.starts_with("https://mtls.as.example/"));
}

#[tokio::test(start_paused = true)]
async fn wrong_credentials_are_typed_and_not_tried_again() {
    let server = basic();
    let wrong = ClientAuthentication::SecretBasic(ClientSecret::new("wrong").unwrap());
    let error = client(&server, wrong).await.client_credentials().send().await.unwrap_err();
    assert_eq!((error.kind(), &error.response().unwrap().code), (ErrorKind::Auth, &ErrorCode::InvalidClient));
    assert_eq!(server.count(Place::Token), 1);
}

#[tokio::test(start_paused = true)]
async fn what_the_server_does_not_take_is_not_sent() {
    let server = basic();
    server.configure(|options| {
        let post = json!(["client_secret_post"]);
        options.metadata.insert("token_endpoint_auth_methods_supported".into(), post);
    });
    let error = by_basic(&server).await.client_credentials().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    let public = client(&server, ClientAuthentication::None).await;
    assert_eq!(public.client_credentials().send().await.unwrap_err().kind(), ErrorKind::Usage);
    server.assert_nothing_sent_to(Place::Token);
}

#[tokio::test(start_paused = true)]
async fn proofs_are_made_with_the_nonces_of_the_server() {
    let key = signing_key(JwsAlgorithm::Es256);
    let server = server(ClientMethod::PrivateKeyJwt(jwks(&key)));
    server.configure(|options| options.dpop_nonce = true);
    let client = builder(&server, ID)
        .await
        .authentication(ClientAuthentication::private_key_jwt(&key).unwrap().into())
        .dpop(DpopKey::generate(JwsAlgorithm::Es256).unwrap())
        .build()
        .unwrap();
    let tokens = client.client_credentials().send().await.unwrap();
    assert_eq!(tokens.token_type, TokenType::Dpop);
    assert_eq!(server.count(Place::Token), 2, "one without a nonce, one with");
    client.client_credentials().send().await.unwrap();
    assert_eq!(server.count(Place::Token), 3, "the nonce is known");
    server.rotate_nonces();
    client.client_credentials().send().await.unwrap();
    assert_eq!(server.count(Place::Token), 5);
    server.configure(|options| options.dpop_nonce_each_time = true);
    for _ in 0..3 {
        client.client_credentials().send().await.unwrap();
    }
    assert_eq!(server.count(Place::Token), 8, "each answer brings the next nonce");
    server.assert_blameless();
    // One that is never satisfied is asked twice.
    server.plant(Misbehaviour::NonceForever);
    let error = client.client_credentials().send().await.unwrap_err();
    assert_eq!((error.kind(), &error.response().unwrap().code), (ErrorKind::Auth, &ErrorCode::UseDpopNonce));
    assert_eq!(server.count(Place::Token), 10);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_not_bound_is_not_used() {
    let server = basic();
    server.plant(Misbehaviour::TokenType("Bearer".into()));
    let key = DpopKey::generate(JwsAlgorithm::Es256).unwrap();
    let asking = async |key: DpopKey, seed| {
        let method = ClientAuthentication::SecretBasic(secret());
        let builder = builder(&server, ID).await.authentication(method).dpop(key).seed([seed; 32]);
        let client = builder.build().unwrap();
        client.client_credentials().send().await
    };
    let error = asking(key.clone(), 1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert_eq!(error.requirement(), Some(rfc9449::UNBOUND_TOKEN_IS_DISCARDED));
    assert_eq!(asking(key.or_bearer(), 2).await.unwrap().token_type, TokenType::Bearer);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_is_used_again_and_replaced() {
    let server = basic();
    server.configure(|options| {
        options.passwords.insert("joe".into(), "p&ss".into());
    });
    let client = by_basic(&server).await;
    let first = client.deprecated_password("joe", "p&ss").scope(scope("a b")).send().await.unwrap();
    let old = first.refresh_token.unwrap();
    let less = client.refresh(&old).scope(scope("a")).granted(scope("a b"));
    let second = less.send().await.unwrap().keeping(&old);
    let new = second.refresh_token.unwrap();
    assert_ne!(new, old);
    server.configure(|options| options.rotate_refresh_tokens = false);
    let kept = client.refresh(&new).send().await.unwrap().keeping(&new);
    assert_eq!(kept.refresh_token.unwrap(), new);
    server.assert_blameless();
    let more = client.refresh(&new).scope(scope("a c")).granted(scope("a b")).send().await.unwrap_err();
    assert_eq!(more.kind(), ErrorKind::Usage);
    let spent = client.refresh(&old).send().await.unwrap_err();
    assert_eq!(
        (spent.kind(), &spent.response().unwrap().code),
        (ErrorKind::Refused, &ErrorCode::InvalidGrant)
    );
}

#[tokio::test(start_paused = true)]
async fn an_assertion_of_our_own_grants() {
    let key = signing_key(JwsAlgorithm::Es256);
    let server = basic();
    server.configure(|options| {
        options.assertion_issuers.insert("svc@example".into(), jwks(&key));
    });
    let client = by_basic(&server).await;
    let assertion = || Assertion::new(&key).unwrap().issuer("svc@example").subject("joe");
    client.jwt_bearer(assertion()).send().await.unwrap();
    client.jwt_bearer(assertion().audience(Audience::TokenEndpoint)).send().await.unwrap();
    let given = assertion().sign(client.config(), &client.now(), &mut Random::new([1; 32]));
    let given = given.unwrap().expose().clone();
    client.grant(Grant::jwt_bearer_given(given)).send().await.unwrap();
    server.assert_blameless();
    let foreign = assertion().audience(Audience::These(vec!["https://other.example".into()]));
    assert_eq!(client.jwt_bearer(foreign).send().await.unwrap_err().kind(), ErrorKind::Refused);
}

#[tokio::test(start_paused = true)]
async fn a_token_is_exchanged() {
    let server = basic();
    let client = by_basic(&server).await;
    let subject = client.client_credentials().send().await.unwrap().access_token;
    let exchange = || TokenExchange::new(SecurityToken::access(&subject));
    let asked = client
        .token_exchange(exchange().actor(SecurityToken::access(&subject)))
        .resource("https://api.example/v1")
        .audience("x")
        .audience("y");
    let given = asked.send().await.unwrap();
    assert!(given.issued_token_type.is_some());
    server.assert_blameless();
    server.plant(Misbehaviour::Without("issued_token_type".into()));
    let error = client.token_exchange(exchange()).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert_eq!(error.requirement(), Some(rfc8693::ISSUED_TOKEN_TYPE_IS_RETURNED));
}

#[tokio::test(start_paused = true)]
async fn what_was_asked_for_reaches_the_server() {
    let server = basic();
    let client = by_basic(&server).await;
    let detail = json!({"type": "payment"});
    let asked = client
        .client_credentials()
        .scope(scope("a"))
        .resource("https://api.example/v1")
        .authorization_detail(detail.as_object().unwrap().clone())
        .parameter("x", "y z");
    asked.send().await.unwrap();
    server.assert_blameless();
    let request = &server.requests_to(Place::Token)[0];
    assert_eq!(request.parameter("resource").unwrap(), "https://api.example/v1");
    assert_eq!(request.parameter("authorization_details").unwrap(), "[{\"type\":\"payment\"}]");
    assert_eq!(request.parameter("x").unwrap(), "y z");
    server.configure(|options| options.resources = Some(["urn:known".to_owned()].into()));
    let error = client.client_credentials().resource("urn:unknown").send().await.unwrap_err();
    assert_eq!(
        (error.kind(), &error.response().unwrap().code),
        (ErrorKind::Refused, &ErrorCode::InvalidTarget)
    );
}

#[tokio::test(start_paused = true)]
async fn a_scope_that_is_missing_is_told() {
    let server = basic();
    server.configure(|options| options.granted_scope = Some("a".into()));
    let client = by_basic(&server).await;
    let asked = || client.client_credentials().scope(scope("a b"));
    assert_eq!(asked().send().await.unwrap().scope, Some(scope("a")));
    let error = asked().require_scope(scope("b")).send().await.unwrap_err();
    assert_eq!(error.missing_scope(), Some(&scope("b")));
}

/// Each fault of a token endpoint, by the kind of its error. Nothing of it is tried again.
#[tokio::test(start_paused = true)]
async fn no_hostile_answer_is_a_token() {
    use Misbehaviour as M;
    for (fault, kind) in [
        (M::Status(500), ErrorKind::Io),
        (M::Status(404), ErrorKind::Refused),
        (M::Redirect(307, "https://evil.example/token".into()), ErrorKind::Protocol),
        (M::Redirect(302, "https://as.example/token".into()), ErrorKind::Protocol),
        (M::Hang, ErrorKind::Timeout),
        (M::DropAfter, ErrorKind::Io),
        (M::HugeBody(100 << 20), ErrorKind::Limit),
        (M::Html, ErrorKind::Protocol),
        (M::ContentType("text/plain".into()), ErrorKind::Protocol),
        (M::TruncatedJson, ErrorKind::Protocol),
        (M::TrailingJson, ErrorKind::Protocol),
        (M::JsonArray, ErrorKind::Protocol),
        (M::DeepJson(10_000), ErrorKind::Limit),
        (M::EmptyBody, ErrorKind::Protocol),
        (M::Twice("access_token".into()), ErrorKind::Protocol),
        (M::NoAccessToken, ErrorKind::Protocol),
        (M::NoTokenType, ErrorKind::Protocol),
        (M::TokenType("mac".into()), ErrorKind::Protocol),
        (M::TokenType("N_A".into()), ErrorKind::Protocol),
        (M::TokenType("DPoP".into()), ErrorKind::Protocol),
        (M::ControlInAccessToken, ErrorKind::Protocol),
        (M::UnicodeInAccessToken, ErrorKind::Protocol),
        (M::ExpiresInString, ErrorKind::Protocol),
        (M::ExpiresInText, ErrorKind::Protocol),
        (M::ScopeArray, ErrorKind::Protocol),
        (M::ErrorIn200, ErrorKind::Protocol),
        (M::ControlInDescription, ErrorKind::Refused),
    ] {
        let server = basic();
        let client = by_basic(&server).await;
        server.plant(Plan::from(fault.clone()).at(Place::Token));
        let error = client.client_credentials().send().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{fault:?}: {error}");
        assert_eq!(server.count(Place::Token), 1, "{fault:?}");
        server.assert_nothing_sent_to(Place::Elsewhere);
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(['\r', '\u{1b}', '\u{7}']) && !shown.contains(SECRET), "{shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn lifetimes_are_clamped_and_quirks_tolerated_by_name() {
    use Misbehaviour as M;
    let day = |seconds| Some(Some(Duration::from_secs(seconds)));
    let text = Tolerances::NONE.with(Quirk::ExpiresInIsText);
    let no_type = Tolerances::NONE.with(Quirk::TokenTypeIsMissing);
    for (fault, tolerances, lives) in [
        (M::ExpiresInNegative, Tolerances::NONE, day(0)),
        (M::ExpiresInZero, Tolerances::NONE, day(0)),
        (M::ExpiresInHuge, Tolerances::NONE, day(i32::MAX as u64)),
        (M::NoExpiresIn, Tolerances::NONE, Some(None)),
        (M::ExpiresInString, text, day(3600)),
        (M::ExpiresInText, text, None),
        (M::NoTokenType, no_type, day(3600)),
    ] {
        let server = basic();
        let method = ClientAuthentication::SecretBasic(secret());
        let builder = builder(&server, ID).await.authentication(method).tolerances(tolerances);
        server.plant(fault.clone());
        let tokens = builder.build().unwrap().client_credentials().send().await;
        assert_eq!(tokens.ok().map(|tokens| tokens.expires_in), lives, "{fault:?}");
    }
}
