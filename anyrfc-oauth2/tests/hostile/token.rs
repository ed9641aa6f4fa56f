//! What token endpoints answer: nothing hostile is a token, and nothing is asked twice that must not.

use std::time::Duration;

use anyrfc_oauth2::{
    AccessToken, ErrorCode, RefreshToken, TokenType,
    client::HttpLimits,
    jwt::{proto::SigningKey, types::JwsAlgorithm},
    proto::{DpopKey, HttpRequest, ResourceRequest},
    rfc6749, rfc9449,
    testing::{Misbehaviour as M, Plan},
};
use serde_json::{Value, json};

use super::*;

/// The server answers so: one request, one error, nothing anywhere else.
async fn assert_refused(fault: M, kind: ErrorKind) -> Error {
    let server = server();
    let client = service(&server).await;
    server.plant(Plan::from(fault.clone()).at(Place::Token));
    let error = client.client_credentials().send().await.unwrap_err();
    assert_eq!(error.kind(), kind, "{fault:?}: {error}");
    assert_harmless(&error);
    assert_eq!(server.count(Place::Token), 1, "{fault:?}");
    assert_sent_to_nobody_else(&server);
    error
}

#[tokio::test(start_paused = true)]
async fn a_redirect_of_any_kind_is_not_followed() {
    for status in [300, 301, 302, 303, 304, 307, 308] {
        for to in ["https://evil.example/token", "https://as.example/token2", "/elsewhere"] {
            assert_refused(M::Redirect(status, to.into()), ErrorKind::Protocol).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_is_too_long_endless_deep_or_slow() {
    assert_refused(M::HugeBody(100 << 20), ErrorKind::Limit).await;
    assert_refused(M::EndlessBody, ErrorKind::Limit).await;
    assert_refused(M::DeepJson(100_000), ErrorKind::Limit).await;
    assert_refused(M::Drip(Duration::from_secs(5)), ErrorKind::Timeout).await;
    assert_refused(M::Hang, ErrorKind::Timeout).await;
}

#[tokio::test(start_paused = true)]
async fn a_refusal_comes_as_a_success() {
    let error = assert_refused(M::ErrorIn200, ErrorKind::Protocol).await;
    assert_eq!(error.requirement(), Some(rfc6749::TOKEN_ERROR_IS_RETURNED));
    assert!(error.response().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_description_holds_control_characters() {
    let error = assert_refused(M::ControlInDescription, ErrorKind::Refused).await;
    let refusal = error.response().unwrap();
    assert!(!format!("{refusal} {refusal:?}").contains(|c: char| c.is_control()));
}

#[tokio::test(start_paused = true)]
async fn a_token_could_end_a_header_field() {
    for fault in
        [M::ControlInAccessToken, M::UnicodeInAccessToken, M::Member("access_token".into(), json!(""))]
    {
        let error = assert_refused(fault, ErrorKind::Protocol).await;
        assert_eq!(error.requirement(), Some(rfc6749::SECRETS_ARE_VISIBLE));
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_is_of_an_unknown_type() {
    for name in ["mac", "bearer ", "N_A", "DPoP", "Bearer\u{0}", ""] {
        let error = assert_refused(M::TokenType(name.into()), ErrorKind::Protocol).await;
        assert_eq!(error.requirement(), Some(rfc6749::UNKNOWN_TOKEN_TYPE_IS_NOT_USED), "{name:?}");
    }
}

async fn lives(fault: M) -> Result<Option<Duration>, Error> {
    let server = server();
    let client = service(&server).await;
    server.plant(fault);
    client.client_credentials().send().await.map(|tokens| tokens.expires_in)
}

#[tokio::test(start_paused = true)]
async fn expires_in_is_negative_or_zero() {
    for fault in [
        M::ExpiresInNegative,
        M::ExpiresInZero,
        M::Raw("expires_in".into(), "-1e300".into()),
        M::Raw("expires_in".into(), "-0.0".into()),
        M::Member("expires_in".into(), json!(i64::MIN)),
    ] {
        assert_eq!(lives(fault.clone()).await.unwrap(), Some(Duration::ZERO), "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn expires_in_is_more_than_a_clock_can_tell() {
    let longest = Duration::from_secs(i32::MAX as u64);
    for fault in [
        M::ExpiresInHuge,
        M::Raw("expires_in".into(), "1e300".into()),
        M::Raw("expires_in".into(), "18446744073709551616".into()),
        M::Raw("expires_in".into(), "9".repeat(300)),
    ] {
        assert_eq!(lives(fault.clone()).await.unwrap(), Some(longest), "{fault:?}");
    }
    // Beyond what is a number at all.
    assert_eq!(lives(M::ExpiresInOverflow).await.unwrap_err().kind(), ErrorKind::Protocol);
}

#[tokio::test(start_paused = true)]
async fn expires_in_is_no_number() {
    for value in [json!("3600"), json!("soon"), json!(true), json!([3600]), json!({}), json!("1e9")] {
        let error = lives(M::Member("expires_in".into(), value.clone())).await.unwrap_err();
        assert_broken(&error, rfc6749::LIFETIME_IS_RETURNED);
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_lives_with_every_lifetime() {
    for fault in [M::ExpiresInHuge, M::Raw("expires_in".into(), "1e300".into()), M::NoExpiresIn] {
        let server = server();
        let client = service(&server).await;
        server.plant(fault);
        let source = client.token_source().client_credentials();
        for _ in 0..3 {
            source.token().await.unwrap();
        }
        assert_eq!(server.count(Place::Token), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_more_than_a_clock_can_tell() {
    for seconds in [u64::MAX, 1 << 40] {
        let error = assert_refused(M::RetryAfter(503, seconds), ErrorKind::Io).await;
        assert_eq!(error.retry_after(), Some(Duration::from_secs(i32::MAX as u64)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_device_s_times_are_more_than_a_clock_can_tell() {
    for (name, value) in [
        ("interval", json!(u64::MAX)),
        ("interval", json!(1e300)),
        ("interval", json!(-1)),
        ("interval", json!(0)),
        ("interval", json!(0.000_000_001)),
        ("expires_in", json!(u64::MAX)),
        ("expires_in", json!(1e300)),
    ] {
        let server = server();
        let client = app(&server).await;
        server.plant(Plan::from(M::Member(name.into(), value.clone())).at(Place::DeviceAuthorization));
        server.plant(Plan::from(M::RetryAfter(503, u64::MAX)).at(Place::Token));
        let mut login = client.device_authorization().send().await.unwrap();
        let interval = login.authorization().interval();
        assert!(interval >= Duration::from_secs(1), "{name} {value}: it would ask without a pause");
        let error = login.poll(|_| {}).await.unwrap_err();
        assert_eq!(error.response().unwrap().code, ErrorCode::ExpiredToken, "{name} {value}");
        assert!(server.count(Place::Token) <= 1, "{name} {value}");
    }
}

/// A code works once: whatever happens, it is not sent again.
#[tokio::test(start_paused = true)]
async fn a_code_is_not_sent_again() {
    for fault in [
        M::Status(500),
        M::Status(503),
        M::RetryAfter(503, 0),
        M::RetryAfter(429, 0),
        M::Hang,
        M::DropBefore,
        M::DropAfter,
        M::HangAfter,
        M::CutBody,
        M::TruncatedJson,
        M::Error(400, "temporarily_unavailable".into()),
        M::Error(400, "use_dpop_nonce".into()),
    ] {
        let server = server();
        let client = app(&server).await;
        server.plant(Plan::from(fault.clone()).at(Place::Token).once());
        sign_in(&server, &client).await.unwrap_err();
        assert_eq!(server.count(Place::Token), 1, "{fault:?}");
        server.assert_blameless();
    }
}

/// As the one that counts: what it says of a bound client.
async fn bound(server: &AuthorizationServer, key: &SigningKey) -> OAuth2Client {
    let authentication = ClientAuthentication::private_key_jwt(key).unwrap();
    let proof = DpopKey::generate(JwsAlgorithm::Es256).unwrap();
    builder(server, "signer").await.authentication(authentication.into()).dpop(proof).build().unwrap()
}

fn signer() -> (AuthorizationServer, SigningKey) {
    let key = SigningKey::generate(JwsAlgorithm::Es256).unwrap().with_key_id("k");
    let keys = json!({"keys": [serde_json::to_value(key.public_jwk().unwrap()).unwrap()]});
    let server = server().client(Registered::new("signer", ClientMethod::PrivateKeyJwt(keys)));
    (server, key)
}

fn claim(token: &str, name: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    let payload = anyrfc_oauth2::jwt::codec::base64url::decode(payload).unwrap();
    serde_json::from_slice::<Value>(&payload).unwrap()[name].clone()
}

#[tokio::test(start_paused = true)]
async fn with_a_nonce_assertion_and_proof_are_made_anew() {
    let (server, key) = signer();
    server.configure(|options| options.dpop_nonce = true);
    bound(&server, &key).await.client_credentials().send().await.unwrap();
    let sent = server.requests_to(Place::Token);
    let [first, second] = &sent[..] else { panic!("{} requests", sent.len()) };
    let assertion = |request: &anyrfc_oauth2::testing::Recorded| {
        claim(&request.parameter("client_assertion").unwrap(), "jti")
    };
    assert_ne!(assertion(first), assertion(second));
    let proof = |request: &anyrfc_oauth2::testing::Recorded| request.dpop().unwrap();
    assert_ne!(proof(first)["jti"], proof(second)["jti"]);
    assert!(proof(first).get("nonce").is_none() && proof(second)["nonce"].is_string());
    server.assert_blameless();
}

#[tokio::test(start_paused = true)]
async fn a_nonce_is_never_good_enough() {
    let (server, key) = signer();
    let client = bound(&server, &key).await;
    server.plant(M::NonceForever);
    let error = client.client_credentials().send().await.unwrap_err();
    assert_eq!(error.response().unwrap().code, ErrorCode::UseDpopNonce);
    assert_eq!(server.count(Place::Token), 2, "once more, and no more");
}

#[tokio::test(start_paused = true)]
async fn a_nonce_is_demanded_and_not_given_or_could_end_the_proof() {
    for nonces in [&[][..], &["a\"b"], &["a\\b"], &["a b"], &[""], &["one", "two"]] {
        let (server, key) = signer();
        let client = bound(&server, &key).await;
        let mut fields = vec![("content-type".to_owned(), "application/json".to_owned())];
        fields.extend(nonces.iter().map(|nonce| ("dpop-nonce".to_owned(), (*nonce).to_owned())));
        let body = json!({"error": "use_dpop_nonce"}).to_string().into();
        server.plant(Plan::from(M::Instead(400, fields, body)).at(Place::Token).once());
        let error = client.client_credentials().send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Auth, "{nonces:?}");
        assert_eq!(server.count(Place::Token), 1, "{nonces:?}: it would be refused again");
        client.client_credentials().send().await.unwrap();
        assert!(server.requests_to(Place::Token)[1].dpop().unwrap().get("nonce").is_none(), "{nonces:?}");
        server.assert_blameless();
    }
}

#[tokio::test(start_paused = true)]
async fn a_bound_token_was_asked_for_and_another_comes() {
    let (server, key) = signer();
    let client = bound(&server, &key).await;
    server.plant(M::TokenType("Bearer".into()));
    let error = client.client_credentials().send().await.unwrap_err();
    assert_broken(&error, rfc9449::UNBOUND_TOKEN_IS_DISCARDED);
    assert_eq!(server.count(Place::Token), 1);
}

#[tokio::test(start_paused = true)]
async fn a_bound_token_goes_nowhere_without_its_key() {
    let server = server();
    let client = service(&server).await;
    let token = AccessToken::new("bound").unwrap();
    let url = server.url(Place::Resource);
    let error = client.resource(&token, &TokenType::Dpop).get(&url).await.unwrap_err();
    assert_eq!(error.requirement(), Some(rfc9449::RESOURCE_GETS_TOKEN_AND_PROOF));
    server.assert_nothing_sent_to(Place::Resource);
}

#[tokio::test(start_paused = true)]
async fn secrets_that_would_break_the_basic_scheme_arrive_whole() {
    for secret in ["a:b", "%3A", "a b", "&=+", "\"\\", "~"] {
        let server = AuthorizationServer::default().client(Registered::confidential("a:b %&+", secret));
        let authentication = ClientAuthentication::SecretBasic(ClientSecret::new(secret).unwrap());
        let client = builder(&server, "a:b %&+").await.authentication(authentication).build().unwrap();
        client.client_credentials().send().await.unwrap();
        server.assert_blameless();
    }
}

#[test]
fn nothing_with_a_line_end_becomes_a_secret_or_a_name() {
    for text in ["a\r\nX: y", "a\n", "\0", "t\u{f6}ken", ""] {
        assert!(AccessToken::new(text).is_err());
        assert!(RefreshToken::new(text).is_err());
        assert!(ClientSecret::new(text).is_err());
        assert!(ClientId::new(text).is_err());
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_refresh_token_is_asked_with_once() {
    let server = server();
    let client = service(&server).await;
    let tokens = sign_in(&server, &client).await.unwrap();
    let source = client.token_source().tokens(tokens).unwrap();
    server.expire_access_tokens();
    server.plant(M::InvalidGrant);
    let token = source.token().await.unwrap();
    source.invalidate(&token);
    let before = server.count(Place::Token);
    for _ in 0..5 {
        assert!(source.token().await.unwrap_err().is_reauthorization_required());
    }
    assert_eq!(server.count(Place::Token), before + 1);
}

#[tokio::test]
async fn debug_shows_no_secret_of_the_caller_s_request() {
    let server = server();
    let client = service(&server).await;
    let mut request = HttpRequest::new(SECRET.into());
    *request.uri_mut() = server.url(Place::Resource).parse().unwrap();
    request.headers_mut().insert("cookie", "s3cret=1".parse().unwrap());
    let token = AccessToken::new("s3cret-token").unwrap();
    let request = ResourceRequest::new(client.config(), request, &token, &TokenType::Bearer).unwrap();
    let pending = client.begin(asking(&client).scope(Scope::new("openid").unwrap())).await.unwrap();
    let validation = pending.pending().id_token_validation(client.config());
    let nonce = pending.pending().nonce().unwrap();
    for shown in [format!("{request:?}"), format!("{validation:?}"), format!("{client:?} {pending:?}")] {
        assert!(!shown.contains("s3cret") && !shown.contains(nonce), "{shown}");
    }
}

/// The one who sends may be the caller's own and stop at no limit: the client does.
#[tokio::test]
async fn a_client_of_the_caller_s_that_knows_no_limit() {
    #[derive(Debug)]
    struct Limitless(AuthorizationServer);
    impl anyrfc_oauth2::client::HttpClient for Limitless {
        fn send(
            &self,
            request: HttpRequest,
            mut limits: HttpLimits,
        ) -> anyrfc_core::BoxFuture<'static, Result<anyrfc_oauth2::proto::HttpResponse, Error>> {
            limits.body = usize::MAX;
            self.0.send(request, limits)
        }
    }
    let server = server();
    let client = builder(&server, ID).await.authentication(basic()).http(Limitless(server.clone()));
    server.plant(Plan::from(M::HugeBody(2 << 20)).at(Place::Token));
    let error = client.build().unwrap().client_credentials().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
}
