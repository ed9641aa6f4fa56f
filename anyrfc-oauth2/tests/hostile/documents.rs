//! What servers and resources publish: nothing of it leads a client elsewhere, or weakens it.

use anyrfc_oauth2::{
    ClientMetadata, Endpoint, Issuer, TokenType, UrlPolicy,
    proto::Registrar,
    rfc6749, rfc7592, rfc7636, rfc8414, rfc9728,
    testing::{ClientCertificate, Misbehaviour, Plan},
};
use serde_json::json;

use super::*;

/// URLs that lead elsewhere than a careless reader believes, or where nothing may be sent.
const HOSTILE_URLS: [&str; 24] = [
    "http://as.example/token",
    "http://169.254.169.254/latest/meta-data/",
    "http://localhost/token",
    "http://127.0.0.1/token",
    "http://[::1]/token",
    "ftp://as.example/token",
    "file:///etc/passwd",
    "data:application/json,{}",
    "javascript:alert(1)",
    "gopher://as.example/_POST",
    "https://as.example@evil.example/token",
    "https://as.example:443@evil.example/token",
    "https://as.example\\@evil.example/token",
    "https://evil.example\\.as.example/token",
    "https://as.example/token#@evil.example",
    "https://as.example/token\r\nHost: evil.example",
    "https://as.example/\ttoken",
    "https://as.example/to ken",
    "https://as.ex\u{e4}mple/token",
    "https:///token",
    "https:token",
    "//as.example/token",
    "/token",
    "",
];

#[test]
fn no_hostile_url_is_an_endpoint() {
    for url in HOSTILE_URLS {
        assert_eq!(Endpoint::new(url, UrlPolicy::Https).unwrap_err().kind(), ErrorKind::Usage, "{url}");
        assert!(Issuer::new(url, UrlPolicy::Https).is_err(), "{url}");
    }
    // Where this machine is allowed, it is and nothing else.
    for url in ["http://127.0.0.1.evil.example/", "http://localhost.evil.example/", "http://10.0.0.1/"] {
        assert!(Endpoint::new(url, UrlPolicy::LoopbackHttp).is_err(), "{url}");
    }
}

#[tokio::test]
async fn metadata_names_a_hostile_url() {
    for member in ["token_endpoint", "jwks_uri", "userinfo_endpoint", "registration_endpoint"] {
        for url in HOSTILE_URLS {
            let server = server();
            server.plant(Plan::from(Misbehaviour::Member(member.into(), json!(url))).at(Place::Metadata));
            let found = OAuth2Client::discover(server.issuer()).http(server.clone()).fetch().await;
            let error = found.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Protocol, "{member} {url}");
            assert_harmless(&error);
            assert_eq!(server.requests().len(), 1, "{member} {url}");
        }
    }
}

#[tokio::test]
async fn metadata_is_of_another_issuer() {
    for issuer in
        ["https://evil.example", "https://as.example/", "https://AS.example", "http://as.example", ""]
    {
        let server = server();
        server.plant(Misbehaviour::Issuer(issuer.into()));
        let found = OAuth2Client::discover("https://as.example").http(server.clone()).fetch().await;
        assert_broken(&found.unwrap_err(), rfc8414::FOREIGN_ISSUER_IS_NOT_USED);
        assert_eq!(server.requests().len(), 1, "nothing but the question itself");
    }
}

#[tokio::test]
async fn metadata_names_a_token_endpoint_over_http() {
    let server = server();
    server.plant(Misbehaviour::HttpTokenEndpoint);
    let found = OAuth2Client::discover(server.issuer()).http(server.clone()).fetch().await;
    assert_broken(&found.unwrap_err(), rfc6749::TOKEN_ENDPOINT_NEEDS_TLS);
    server.assert_nothing_sent_to(Place::Token);
}

#[tokio::test]
async fn pkce_is_downgraded_to_plain() {
    let server = server();
    server.plant(Misbehaviour::PlainPkceOnly);
    let client = app(&server).await;
    for asked in [asking(&client), asking(&client).pushed()] {
        let error = client.begin(asked).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert_eq!(error.requirement(), Some(rfc7636::NO_DOWNGRADE_TO_PLAIN));
    }
    for place in [Place::Authorization, Place::Par, Place::Token] {
        server.assert_nothing_sent_to(place);
    }
}

#[tokio::test]
async fn pkce_is_not_spoken_of_and_used_all_the_same() {
    let server = server();
    server.plant(Misbehaviour::NoPkce);
    let client = app(&server).await;
    // Nor can a caller weaken it.
    for name in ["code_challenge", "code_challenge_method", "state", "redirect_uri", "response_type"] {
        let asked = asking(&client).parameter(name, "plain");
        assert_eq!(client.begin(asked).await.unwrap_err().kind(), ErrorKind::Usage, "{name}");
    }
    sign_in(&server, &client).await.unwrap();
    let sent = server.requests_to(Place::Authorization);
    assert_eq!(sent[0].query("code_challenge_method").as_deref(), Some("S256"));
    server.assert_blameless();
}

/// What a server is able to do (RFC 8705, section 3.3) does not mean that this client does it: without
/// a certificate it has no business at the aliases.
#[tokio::test]
async fn a_client_without_a_certificate_stays_away_from_the_aliases() {
    let server = server().with(|options| options.mtls_origin = Some("https://mtls.example".into()));
    let client = service(&server).await;
    assert!(client.server().tls_client_certificate_bound_access_tokens);
    client.client_credentials().send().await.unwrap();
    assert!(server.requests_to(Place::Token)[0].url.starts_with("https://as.example/"));
    // Who means to have bound tokens says so.
    let certificate = ClientCertificate::new(vec![1, 2, 3]);
    let bound = builder(&server, ID).await.authentication(basic()).certificate_bound_tokens();
    let bound = bound.http(server.with_certificate(certificate)).build().unwrap();
    bound.client_credentials().send().await.unwrap();
    assert!(server.requests_to(Place::Token)[1].url.starts_with("https://mtls.example/"));
    server.assert_blameless();
}

fn metadata() -> ClientMetadata {
    ClientMetadata::new().redirect_uri(RedirectUri::new(CALLBACK).unwrap())
}

#[tokio::test]
async fn registration_client_uri_is_of_another_origin() {
    for url in [
        "https://evil.example/register/1",
        "https://as.example:8443/register/1",
        "https://as.example.evil.example/register/1",
        "https://as%2Eexample/register/1",
    ] {
        let server = server();
        let client = app(&server).await;
        let foreign = Misbehaviour::Member("registration_client_uri".into(), json!(url));
        server.plant(Plan::from(foreign).at(Place::Registration));
        let registration = OAuth2Client::registration(client.server()).http(server.clone());
        let error = registration.register(&metadata()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{url}");
        // A host that is written in another way is not even a URL.
        let broken = [rfc7592::REGISTRATION_TOKEN_STAYS_AT_ITS_ENDPOINT, rfc7592::REGISTRATION_URI_IS_SENT];
        assert_eq!(error.requirement(), Some(broken[usize::from(url.contains('%'))]), "{url}");
        server.assert_nothing_sent_to(Place::ClientConfiguration);
        assert_sent_to_nobody_else(&server);
    }
}

#[tokio::test]
async fn registration_client_uri_was_changed_after_it_was_read() {
    let server = server();
    let client = app(&server).await;
    let registration = OAuth2Client::registration(client.server()).http(server.clone());
    let mut registered = registration.register(&metadata()).await.unwrap();
    registered.registration_client_uri =
        Some(Endpoint::new("https://evil.example/register/1", UrlPolicy::Https).unwrap());
    let registrar = Registrar::new(client.server(), UrlPolicy::Https).unwrap();
    let error = registrar.read(&registered).unwrap_err();
    assert_eq!(error.requirement(), Some(rfc7592::REGISTRATION_TOKEN_STAYS_AT_ITS_ENDPOINT));
    assert_eq!(registration.delete(&registered).await.unwrap_err().kind(), ErrorKind::Usage);
    server.assert_nothing_sent_to(Place::ClientConfiguration);
    assert_sent_to_nobody_else(&server);
}

#[tokio::test]
async fn resource_metadata_is_of_another_resource() {
    let server = server();
    let url = server.url(Place::Resource);
    for resource in ["https://evil.example/v1", "https://api.example", "https://api.example/v1/", ""] {
        server.plant(Misbehaviour::ResourceIs(resource.into()));
        let found = OAuth2Client::discover_resource(url.clone()).http(server.clone()).fetch().await;
        assert_broken(&found.unwrap_err(), rfc9728::MISMATCHED_METADATA_IS_NOT_USED);
        server.behave();
    }
    server.assert_nothing_sent_to(Place::Metadata);
}

#[tokio::test]
async fn a_challenge_leads_to_another_origin() {
    let server = server();
    let client = app(&server).await;
    let token = anyrfc_oauth2::AccessToken::new("t").unwrap();
    let url = server.url(Place::Resource);
    for place in ["https://evil.example/m", "https://api.example@evil.example/m", "http://169.254.169.254/"] {
        let field = ("www-authenticate".into(), format!("Bearer resource_metadata=\"{place}\""));
        server
            .plant(Plan::from(Misbehaviour::Instead(401, vec![field], "".into())).at(Place::Resource).once());
        let error = client.resource(&token, &TokenType::Bearer).get(&url).await.unwrap_err();
        let challenge = &error.denied().unwrap().challenges[0];
        let found = OAuth2Client::discover_resource(url.clone()).http(server.clone());
        let error = found.challenged_by(challenge).fetch().await.unwrap_err();
        assert_broken(&error, rfc9728::SSRF_IS_GUARDED_AGAINST);
    }
    server.assert_nothing_sent_to(Place::ResourceMetadata);
    assert_sent_to_nobody_else(&server);
}

#[tokio::test]
async fn a_challenge_is_monstrous_or_broken() {
    let server = server();
    let client = app(&server).await;
    let token = anyrfc_oauth2::AccessToken::new("t").unwrap();
    let url = server.url(Place::Resource);
    for value in [
        "Bearer ".to_owned() + &"a=b, ".repeat(5_000),
        "x, ".repeat(1_000),
        "Bearer error=\"invalid_token".to_owned(),
        "Bearer error=\"invalid_token\", error=\"other\"".to_owned(),
        "Bearer max_age=99999999999999999999999".to_owned(),
        "\"".to_owned(),
    ] {
        let field = ("www-authenticate".into(), value.clone());
        server
            .plant(Plan::from(Misbehaviour::Instead(401, vec![field], "".into())).at(Place::Resource).once());
        let before = server.count(Place::Resource);
        let error = client.resource(&token, &TokenType::Bearer).get(&url).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Auth, "{value:.40}");
        assert!(error.denied().unwrap().challenges.is_empty(), "{value:.40}");
        assert_eq!(server.count(Place::Resource), before + 1);
    }
}

#[tokio::test]
async fn user_information_is_of_another_user() {
    let server = server();
    let client = service(&server).await;
    let asked = asking(&client).scope(Scope::new("openid").unwrap());
    let request = client.begin(asked).await.unwrap();
    let callback = Callback::from_url(&server.authorize(request.url())).unwrap();
    let tokens = client.finish(request.into_pending(), &callback).await.unwrap();
    server.plant(Misbehaviour::OtherSubject);
    let error = client.userinfo_of(&tokens, "alice", None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    server.behave();
    assert_eq!(client.userinfo_of(&tokens, "alice", None).await.unwrap().subject, "alice");
}
