//! Against the server of [`testing`](crate::testing), which judges what it is sent and misbehaves
//! where it is told to.

use super::*;
use crate::{
    AuthorizationDetail, ErrorCode,
    proto::{Authorization, ClientAuthentication, DpopKey, Prompt},
    testing::{AuthorizationServer, JwtFault, Misbehaviour, Place, Plan, Registered, User},
};

const CALLBACK: &str = "https://app.example/cb";

fn server() -> AuthorizationServer {
    AuthorizationServer::default()
        .client(Registered::public("app").redirect_uri(CALLBACK))
        .client(Registered::confidential("web", "s%cret:&").redirect_uri(CALLBACK))
}

async fn client(server: &AuthorizationServer) -> OAuth2Client {
    let found =
        OAuth2Client::discover(server.issuer()).http(server.clone()).client(ClientId::new("app").unwrap());
    found.await.unwrap().clock(server.clock()).build().unwrap()
}

fn asking(client: &OAuth2Client) -> Authorization {
    client.authorization_code(RedirectUri::new(CALLBACK).unwrap()).scope(Scope::new("mail").unwrap())
}

/// All the way, with the user in between.
async fn go(
    server: &AuthorizationServer,
    client: &OAuth2Client,
    authorization: Authorization,
) -> Result<TokenResponse, Error> {
    let request = client.begin(authorization).await?;
    let callback = Callback::from_url(&server.authorize(request.url()))?;
    client.finish(request.into_pending(), &callback).await
}

#[tokio::test]
async fn by_the_browser_and_pushed_plain_and_signed() {
    let key = SigningKey::generate(JwsAlgorithm::Es256).unwrap().with_key_id("k");
    let set = json!({"keys": [serde_json::to_value(key.public_jwk().unwrap()).unwrap()]});
    for (pushed, signed, mode) in [
        (false, false, None),
        (true, false, None),
        (false, true, Some(ResponseMode::Query)),
        (true, true, Some(ResponseMode::Jwt)),
        (false, false, Some(ResponseMode::QueryJwt)),
    ] {
        let server = server();
        server.register(Registered::public("app").redirect_uri(CALLBACK).jwks(set.clone()));
        server.configure(|options| {
            options.require_par = pushed;
            options.require_signed_request = signed;
        });
        let client = client(&server).await;
        let mut authorization = asking(&client)
            .resource("https://api.example/v1")
            .authorization_detail(AuthorizationDetail::new("payment").unwrap().action("read"))
            .prompt(Prompt::Login)
            .login_hint("alice");
        if signed {
            authorization = authorization.signed_by(key.clone());
        }
        if let Some(mode) = mode {
            authorization = authorization.response_mode(mode);
        }
        let token = go(&server, &client, authorization).await.unwrap();
        assert!(token.refresh_token.is_some());
        assert_eq!(server.count(Place::Token), 1);
        let form = server.requests_to(Place::Token).pop().unwrap();
        assert_eq!(form.parameter("resource").as_deref(), Some("https://api.example/v1"));
        server.assert_blameless();
    }
}

#[tokio::test]
async fn with_a_secret_and_with_a_key() {
    let server = server().with(|options| options.dpop_nonce = true);
    let key = DpopKey::generate(JwsAlgorithm::Es256).unwrap();
    let secret = crate::ClientSecret::new("s%cret:&").unwrap();
    let found =
        OAuth2Client::discover(server.issuer()).http(server.clone()).client(ClientId::new("web").unwrap());
    let client = found.await.unwrap().clock(server.clock()).dpop(key);
    let client = client.authentication(ClientAuthentication::SecretBasic(secret)).build().unwrap();
    for pushed in [false, true] {
        let asked = if pushed { asking(&client).pushed() } else { asking(&client) };
        let token = go(&server, &client, asked).await.unwrap();
        assert_eq!(token.token_type, crate::TokenType::Dpop);
    }
    server.assert_blameless();
}

#[tokio::test]
async fn whoever_signs_in_is_known() {
    let server = server();
    let client = client(&server).await;
    let ask = |client: &OAuth2Client| asking(client).scope(Scope::new("openid").unwrap());
    let sign_in = async |authorization| {
        let request = client.begin(authorization).await?;
        let callback = Callback::from_url(&server.authorize(request.url()))?;
        client
            .sign_in_by(request.into_pending(), &callback, |validation| validation.algorithms(ALGORITHMS))
            .await
    };
    let (tokens, id_token) =
        sign_in(ask(&client).max_age(std::time::Duration::from_secs(60)).acr_values("phr")).await.unwrap();
    assert_eq!((id_token.subject.as_str(), id_token.acr.as_deref()), ("alice", Some("phr")));
    assert!(tokens.id_token.is_some());
    server.assert_blameless();
    for fault in [
        JwtFault::Claim("nonce".into(), json!("x")),
        JwtFault::Without("nonce".into()),
        JwtFault::Claim("iss".into(), json!("https://evil.example")),
        JwtFault::Claim("aud".into(), json!("other")),
        JwtFault::Claim("acr".into(), json!("password")),
        JwtFault::Claim("auth_time".into(), json!(1)),
        JwtFault::ForeignKey,
        JwtFault::Unsigned("none".into()),
        JwtFault::BrokenSignature,
    ] {
        server.plant(Misbehaviour::IdToken(fault.clone()));
        let asked = ask(&client).max_age(std::time::Duration::from_secs(60)).acr_values("phr");
        let error = sign_in(asked).await.unwrap_err();
        assert!([ErrorKind::Auth, ErrorKind::Protocol].contains(&error.kind()), "{fault:?}: {error}");
        server.behave();
    }
    // Without `openid` there is nobody to be known, and nothing is sent.
    let sent = server.count(Place::Token);
    let error = sign_in(asking(&client)).await.unwrap_err();
    assert_eq!((error.kind(), server.count(Place::Token)), (ErrorKind::Usage, sent));
}

const ALGORITHMS: [JwsAlgorithm; 3] = [JwsAlgorithm::Rs256, JwsAlgorithm::Es256, JwsAlgorithm::EdDsa];

#[tokio::test]
async fn a_hostile_callback_sends_nothing() {
    let faults = [
        Misbehaviour::StateOther,
        Misbehaviour::StateAbsent,
        Misbehaviour::StateTwice,
        Misbehaviour::Iss("https://evil.example".into()),
        Misbehaviour::Iss("https://as.example/".into()),
        Misbehaviour::IssAbsent,
        Misbehaviour::IssTwice,
        Misbehaviour::CodeAbsent,
        Misbehaviour::CodeTwice,
        Misbehaviour::ErrorBesideCode,
    ];
    for fault in faults {
        let server = server();
        let client = client(&server).await;
        server.plant(fault.clone());
        let error = go(&server, &client, asking(&client)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{fault:?}: {error}");
        assert!(error.requirement().is_some(), "{fault:?}");
        server.assert_nothing_sent_to(Place::Token);
        server.assert_blameless();
    }
}

#[tokio::test]
async fn a_refusal_is_typed_and_sends_nothing() {
    let server = server();
    let client = client(&server).await;
    server.configure(|options| options.user = User::Denies);
    let error = go(&server, &client, asking(&client)).await.unwrap_err();
    assert_eq!(error.response().unwrap().code, ErrorCode::AccessDenied);
    server.configure(|options| options.user = User::IsLoggedOut);
    let asked = asking(&client).scope(Scope::new("openid").unwrap()).prompt(Prompt::None);
    let error = go(&server, &client, asked).await.unwrap_err();
    assert_eq!(error.response().unwrap().code, ErrorCode::LoginRequired);
    server.plant(Misbehaviour::CallbackError("server_error".into()));
    let error = go(&server, &client, asking(&client)).await.unwrap_err();
    assert_eq!(error.response().unwrap().code, ErrorCode::ServerError);
    assert!(!error.to_string().contains(|c: char| c.is_control()));
    server.assert_nothing_sent_to(Place::Token);
    server.assert_blameless();
}

#[tokio::test]
async fn a_signed_answer_that_is_not_to_be_believed_sends_nothing() {
    let faults = [
        JwtFault::Claim("iss".into(), json!("https://evil.example")),
        JwtFault::Claim("aud".into(), json!("other")),
        JwtFault::Claim("exp".into(), json!(1)),
        JwtFault::Claim("state".into(), json!("x")),
        JwtFault::Without("iss".into()),
        JwtFault::Without("aud".into()),
        JwtFault::Without("exp".into()),
        JwtFault::Without("state".into()),
        JwtFault::Without("code".into()),
        JwtFault::Twice("code".into(), json!("x")),
        JwtFault::Unsigned("none".into()),
        JwtFault::Unsigned("NonE".into()),
        JwtFault::MacWithPublicKey,
        JwtFault::ForeignKey,
        JwtFault::KeyInHeader,
        JwtFault::BrokenSignature,
        JwtFault::Padded,
        JwtFault::Garbage,
        JwtFault::Header("crit".into(), json!(["x"])),
    ];
    for fault in faults {
        let server = server();
        let client = client(&server).await;
        server.plant(Misbehaviour::Jarm(fault.clone()));
        let asked = asking(&client).response_mode(ResponseMode::Jwt);
        let error = go(&server, &client, asked).await.unwrap_err();
        let kinds = [ErrorKind::Auth, ErrorKind::Protocol, ErrorKind::Unsupported];
        assert!(kinds.contains(&error.kind()), "{fault:?}: {error}");
        server.assert_nothing_sent_to(Place::Token);
        server.assert_blameless();
    }
}

#[tokio::test]
async fn a_stranger_s_signed_answer_makes_nobody_fetch() {
    let server = server();
    let client = client(&server).await;
    let request = client.begin(asking(&client).response_mode(ResponseMode::Jwt)).await.unwrap();
    let key = SigningKey::generate(JwsAlgorithm::Es256).unwrap().with_key_id("unknown");
    let token = encode(&Claims::new().claim("state", "x"), &Header::new(JwsAlgorithm::Es256), &key).unwrap();
    let callback = Callback::from_query(&format!("response={token}")).unwrap();
    let error = client.finish(request.into_pending(), &callback).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    server.assert_nothing_sent_to(Place::Jwks);
    server.assert_nothing_sent_to(Place::Token);
}

#[tokio::test]
async fn a_pushed_request_that_fails_opens_no_browser() {
    for (fault, kind) in [
        (Misbehaviour::Status(503), ErrorKind::Io),
        (Misbehaviour::Redirect(307, "https://evil.example/".into()), ErrorKind::Protocol),
        (Misbehaviour::Error(400, "invalid_request".into()), ErrorKind::Refused),
        (Misbehaviour::Error(401, "invalid_client".into()), ErrorKind::Auth),
        (Misbehaviour::Without("request_uri".into()), ErrorKind::Protocol),
        (Misbehaviour::Without("expires_in".into()), ErrorKind::Protocol),
        (Misbehaviour::Twice("request_uri".into()), ErrorKind::Protocol),
        (Misbehaviour::Member("request_uri".into(), json!("")), ErrorKind::Protocol),
        (Misbehaviour::Html, ErrorKind::Protocol),
        (Misbehaviour::EmptyBody, ErrorKind::Protocol),
        (Misbehaviour::TrailingJson, ErrorKind::Protocol),
    ] {
        let server = server();
        let client = client(&server).await;
        server.plant(Plan::from(fault.clone()).at(Place::Par));
        let error = client.begin(asking(&client).pushed()).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{fault:?}: {error}");
        assert_eq!(server.count(Place::Par), 1);
        server.assert_nothing_sent_to(Place::Token);
    }
}

#[tokio::test]
async fn what_the_server_publishes_may_not_weaken_it() {
    let server = server();
    server.plant(Misbehaviour::PlainPkceOnly);
    let found = OAuth2Client::discover(server.issuer()).http(server.clone()).fetch().await;
    if let Ok(metadata) = found {
        let client = OAuth2Client::builder(metadata, ClientId::new("app").unwrap()).http(server.clone());
        let client = client.build().unwrap();
        let error = client.begin(asking(&client)).await.unwrap_err();
        assert_eq!(error.requirement(), Some(crate::rfc7636::NO_DOWNGRADE_TO_PLAIN));
    }
    for place in [Place::Par, Place::Token] {
        server.assert_nothing_sent_to(place);
    }
}
