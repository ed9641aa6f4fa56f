//! The answer through the browser: whatever is wrong with it, no code goes anywhere.

use anyrfc_oauth2::{
    Endpoint, ErrorCode, Issuer, ServerMetadata, UrlPolicy,
    proto::Pending,
    rfc6749, rfc9207, rfc9700,
    testing::{Misbehaviour, Network, User},
};

use super::*;

/// The server answers so; nothing reaches the token endpoint.
async fn assert_refused(fault: Misbehaviour, requirement: &'static Requirement) {
    let server = server();
    let client = app(&server).await;
    server.plant(fault);
    let error = sign_in(&server, &client).await.unwrap_err();
    assert_broken(&error, requirement);
    assert_harmless(&error);
    server.assert_nothing_sent_to(Place::Token);
    server.assert_blameless();
}

#[tokio::test]
async fn state_is_another() {
    assert_refused(Misbehaviour::StateOther, rfc6749::STATE_IS_COMPARED).await;
}

#[tokio::test]
async fn state_is_absent() {
    assert_refused(Misbehaviour::StateAbsent, rfc6749::CODE_STATE_IS_RETURNED).await;
}

#[tokio::test]
async fn state_is_there_twice() {
    assert_refused(Misbehaviour::StateTwice, rfc6749::AUTHORIZATION_PARAMETERS_ARE_SINGLE).await;
}

#[tokio::test]
async fn state_is_that_of_another_authorization_of_ours() {
    let server = server();
    let client = app(&server).await;
    let [one, other] = [(); 2].map(|()| client.begin(asking(&client)));
    let (one, other) = (one.await.unwrap(), other.await.unwrap());
    let callback = Callback::from_url(&server.authorize(one.url())).unwrap();
    let error = client.finish(other.into_pending(), &callback).await.unwrap_err();
    assert_broken(&error, rfc6749::STATE_IS_COMPARED);
    server.assert_nothing_sent_to(Place::Token);
    // The one that it answers takes it.
    client.finish(one.into_pending(), &callback).await.unwrap();
}

#[tokio::test]
async fn state_is_longer_shorter_or_of_other_case() {
    let server = server();
    let client = app(&server).await;
    let forged: [fn(&str) -> String; 5] = [
        |state| format!("{state}x"),
        |state| state[1..].to_owned(),
        |state| state.to_ascii_uppercase(),
        |state| format!("{state}%00"),
        |_| String::new(),
    ];
    for forge in forged {
        let request = client.begin(asking(&client)).await.unwrap();
        let query = format!("code=c&state={}", forge(request.pending().state()));
        let callback = Callback::from_query(&query).unwrap();
        let error = client.finish(request.into_pending(), &callback).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{query}");
    }
    server.assert_nothing_sent_to(Place::Token);
}

#[tokio::test]
async fn iss_is_that_of_another_server() {
    let iss = Misbehaviour::Iss("https://evil.example".into());
    assert_refused(iss, rfc9207::WRONG_ISS_IS_REJECTED).await;
}

#[tokio::test]
async fn iss_differs_by_a_slash_a_case_or_a_port() {
    for iss in ["https://as.example/", "https://AS.example", "HTTPS://as.example", "https://as.example:443"] {
        assert_refused(Misbehaviour::Iss(iss.into()), rfc9207::WRONG_ISS_IS_REJECTED).await;
    }
}

#[tokio::test]
async fn iss_is_absent_though_it_was_announced() {
    assert_refused(Misbehaviour::IssAbsent, rfc9207::MISSING_ISS_IS_REJECTED).await;
}

#[tokio::test]
async fn iss_is_there_twice() {
    assert_refused(Misbehaviour::IssTwice, rfc6749::AUTHORIZATION_PARAMETERS_ARE_SINGLE).await;
}

#[tokio::test]
async fn iss_is_another_on_an_error_too() {
    for (fault, requirement) in [
        (Misbehaviour::Iss("https://evil.example".into()), rfc9207::WRONG_ISS_IS_REJECTED),
        (Misbehaviour::IssAbsent, rfc9207::MISSING_ISS_IS_REJECTED),
    ] {
        let server = server().with(|options| options.user = User::Denies);
        let client = app(&server).await;
        assert_eq!(
            sign_in(&server, &client).await.unwrap_err().response().unwrap().code,
            ErrorCode::AccessDenied
        );
        server.plant(fault);
        let error = sign_in(&server, &client).await.unwrap_err();
        assert_broken(&error, requirement);
        // What another server says no with is not passed on as this one's word.
        assert!(error.response().is_none());
        server.assert_nothing_sent_to(Place::Token);
    }
}

#[tokio::test]
async fn code_is_absent_or_there_twice_or_beside_an_error() {
    assert_refused(Misbehaviour::CodeAbsent, rfc6749::CODE_IS_RETURNED).await;
    assert_refused(Misbehaviour::CodeTwice, rfc6749::AUTHORIZATION_PARAMETERS_ARE_SINGLE).await;
    assert_refused(Misbehaviour::ErrorBesideCode, rfc6749::CODE_ERROR_IS_RETURNED).await;
}

#[tokio::test]
async fn code_holds_a_line_end() {
    let server = server();
    let client = app(&server).await;
    let request = client.begin(asking(&client)).await.unwrap();
    let iss = server.issuer();
    let query = format!("code=a%0d%0aHost:+evil&iss={iss}&state={}", request.pending().state());
    let callback = Callback::from_query(&query).unwrap();
    let error = client.finish(request.into_pending(), &callback).await.unwrap_err();
    assert_broken(&error, rfc6749::SECRETS_ARE_VISIBLE);
    assert_harmless(&error);
    server.assert_nothing_sent_to(Place::Token);
}

#[tokio::test]
async fn the_answer_arrives_at_another_uri() {
    let server = server();
    let client = app(&server).await;
    for elsewhere in [
        "https://evil.example/cb",
        "https://app.example/cb/",
        "https://app.example/other",
        "http://app.example/cb",
        "https://app.example:8443/cb",
    ] {
        let request = client.begin(asking(&client)).await.unwrap();
        let arrived = server.authorize(request.url()).replacen(CALLBACK, elsewhere, 1);
        let callback = Callback::from_url(&arrived).unwrap();
        let error = client.finish(request.into_pending(), &callback).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{elsewhere}");
    }
    server.assert_nothing_sent_to(Place::Token);
}

/// RFC 9700, section 4.4: the attacker's server sends the user on to the honest one, and would have
/// the client bring the honest code to the attacker's token endpoint.
#[tokio::test]
async fn mix_up_by_a_server_that_sends_the_user_on_to_another() {
    let (honest, evil) = (server(), at("https://evil.example"));
    let endpoint = |server: &AuthorizationServer, place| {
        Some(Endpoint::new(&server.url(place), UrlPolicy::Https).unwrap())
    };
    for announced in [true, false] {
        let mut metadata = ServerMetadata::new(Issuer::new(&evil.issuer(), UrlPolicy::Https).unwrap());
        metadata.authorization_endpoint = endpoint(&honest, Place::Authorization);
        metadata.token_endpoint = endpoint(&evil, Place::Token);
        metadata.authorization_response_iss_parameter_supported = announced;
        let client = OAuth2Client::builder(metadata, ClientId::new("app").unwrap())
            .http(Network::new([honest.clone(), evil.clone()]))
            .clock(honest.clock())
            .build()
            .unwrap();
        let error = sign_in(&honest, &client).await.unwrap_err();
        assert_broken(&error, rfc9207::WRONG_ISS_IS_REJECTED);
        honest.assert_nothing_sent_to(Place::Token);
        assert!(evil.requests().is_empty());
    }
}

#[tokio::test]
async fn mix_up_by_redeeming_with_the_client_of_another_server() {
    let (honest, evil) = (server(), at("https://evil.example"));
    let (client, other) = (app(&honest).await, app(&evil).await);
    let request = client.begin(asking(&client)).await.unwrap();
    let callback = Callback::from_url(&honest.authorize(request.url())).unwrap();
    // Kept in a session meanwhile, as a web app does.
    let kept = request.into_pending().to_secret();
    let pending = Pending::from_secret(kept.expose()).unwrap();
    let error = other.finish(pending, &callback).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert_eq!(error.requirement(), Some(rfc9700::ISSUER_IS_STORED));
    honest.assert_nothing_sent_to(Place::Token);
    evil.assert_nothing_sent_to(Place::Token);
}

#[tokio::test]
async fn mix_up_by_a_token_endpoint_that_has_changed_meanwhile() {
    let server = server();
    let client = app(&server).await;
    let request = client.begin(asking(&client)).await.unwrap();
    let callback = Callback::from_url(&server.authorize(request.url())).unwrap();
    let mut metadata = client.server().clone();
    metadata.token_endpoint = Some(Endpoint::new("https://evil.example/token", UrlPolicy::Https).unwrap());
    let changed = OAuth2Client::builder(metadata, ClientId::new("app").unwrap()).http(server.clone());
    let error = changed.build().unwrap().finish(request.into_pending(), &callback).await.unwrap_err();
    assert_eq!(error.requirement(), Some(rfc9700::ISSUER_IS_STORED));
    server.assert_nothing_sent_to(Place::Token);
    assert_sent_to_nobody_else(&server);
}
