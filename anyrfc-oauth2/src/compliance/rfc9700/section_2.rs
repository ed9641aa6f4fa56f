//! RFC 9700, section 2.1: requests and answers that pass through a browser.

use anyrfc_core::{
    compliance::Check,
    testing::{run, run_virtual},
};
use anyrfc_jwt::codec::base64url;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::super::flow::{
    self, CALLBACK, ISSUER, asked_by, asking, breaks, brought, builder, client, configured, forms, go, of,
    published, redeem, start,
};
use crate::{
    ClientSecret, ErrorKind,
    client::Loopback,
    codec::callback::Callback,
    proto::{Authorization, ClientAuthentication, Pending},
    rfc6749, rfc8252, rfc9207, rfc9700 as r,
    testing::{AuthorizationServer, Misbehaviour, Place, Registered},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9700/section-2.1/the-listener-sends-nobody-on",
        covers: &[r::OPEN_REDIRECTORS_ARE_NOT_EXPOSED],
        run: the_listener_sends_nobody_on,
    },
    Check {
        name: "rfc9700/section-2.1/only-who-began-has-an-answer",
        covers: &[r::CSRF_IS_PREVENTED, r::STATE_IS_ONE_TIME_AND_BOUND],
        run: only_who_began_has_an_answer,
    },
    Check {
        name: "rfc9700/section-2.1/servers-are-not-mixed-up",
        covers: &[r::MIX_UP_IS_DEFENDED_AGAINST, r::ISS_TELLS_THE_SERVER],
        run: servers_are_not_mixed_up,
    },
    Check {
        name: "rfc9700/section-2.1/where-there-is-no-iss-the-redirect-tells",
        covers: &[
            r::REDIRECT_URI_MAY_TELL_THE_SERVER,
            r::REDIRECT_URI_IS_PER_ISSUER,
            r::RECEIVING_URI_IS_CHECKED,
        ],
        run: the_redirect_tells,
    },
    Check {
        name: "rfc9700/section-2.1.1/public-and-confidential-clients-use-pkce",
        covers: &[r::PUBLIC_CLIENT_USES_PKCE, r::CONFIDENTIAL_CLIENT_USES_PKCE],
        run: everybody_uses_pkce,
    },
    Check {
        name: "rfc9700/section-2.1.1/a-challenge-for-each-transaction",
        covers: &[r::CHALLENGE_IS_PER_TRANSACTION],
        run: a_challenge_for_each_transaction,
    },
    Check {
        name: "rfc9700/section-2.1.1/the-challenge-does-not-show-the-verifier",
        covers: &[r::CHALLENGE_HIDES_THE_VERIFIER],
        run: the_challenge_does_not_show_the_verifier,
    },
    Check {
        name: "rfc9700/section-2.1.2/no-token-comes-by-the-browser",
        covers: &[r::IMPLICIT_GRANT_IS_NOT_USED],
        run: no_token_comes_by_the_browser,
    },
];

/// What somebody who connects is answered.
async fn ask(authority: &str, target: &str) -> String {
    let mut stream = TcpStream::connect(authority).await.expect("somebody listens");
    let request = format!("GET {target} HTTP/1.1\r\nHost: {authority}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("it is taken");
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    answer
}

fn the_listener_sends_nobody_on() {
    run(async {
        let mut loopback = Loopback::bind().expect("a port");
        let client = of(configured(ISSUER));
        let pending =
            start(Authorization::new(&client, loopback.redirect_uri())).expect("it begins").into_pending();
        let uri = loopback.redirect_uri();
        let authority = uri.as_str()["http://".len()..].trim_end_matches("/callback").to_owned();
        let state = pending.state().to_owned();
        let browser = async {
            let mut answers = Vec::new();
            for target in [
                "/?next=https://evil.example".to_owned(),
                "//evil.example/".to_owned(),
                "/callback?redirect_uri=https://evil.example".to_owned(),
                "/callback?url=//evil.example&state=x".to_owned(),
                format!(
                    "/callback?code=c&redirect_uri=https://evil.example&next=https://evil.example&state={state}"
                ),
            ] {
                answers.push(ask(&authority, &target).await);
            }
            answers
        };
        let (callback, answers) = tokio::join!(loopback.callback(&pending), browser);
        assert!(callback.is_ok());
        assert!(answers.last().is_some_and(|answer| answer.starts_with("HTTP/1.1 200 ")));
        for answer in answers {
            let lower = answer.to_ascii_lowercase();
            assert!(lower.starts_with("http/1.1 200 ") || lower.starts_with("http/1.1 4"), "{answer}");
            for way in ["\nlocation:", "\nrefresh:", "http-equiv", "evil.example"] {
                assert!(!lower.contains(way), "{way}: {answer}");
            }
        }
    });
}

fn only_who_began_has_an_answer() {
    let server = flow::server();
    run_virtual(async {
        let client = client(&server).await;
        // Two users, each in a session of his own; one brings the other his answer.
        let [alice, mallory] = [client.begin(asking(&client)).await, client.begin(asking(&client)).await]
            .map(|begun| begun.expect("begun"));
        assert_ne!(alice.pending().state(), mallory.pending().state());
        let forged = Callback::from_url(&server.authorize(mallory.url())).expect("an answer");
        assert!(!alice.pending().is_answered_by(&forged) && mallory.pending().is_answered_by(&forged));
        breaks(client.finish(alice.into_pending(), &forged).await, rfc6749::STATE_IS_COMPARED);
        server.assert_nothing_sent_to(Place::Token);
        client.finish(mallory.into_pending(), &forged).await.expect("his own");
    });
    server.assert_blameless();
    let client = of(configured(ISSUER));
    breaks(redeem(&client, "code=c"), rfc6749::CODE_STATE_IS_RETURNED);
    breaks(redeem(&client, "error=access_denied&state=x"), rfc6749::STATE_IS_COMPARED);
    redeem(&client, "code=c&state={state}").expect("who began");
    // A state for each request, even of the same wish.
    let asked = asked_by(&client);
    let mut states: Vec<String> =
        (0..20).map(|_| start(asked.clone()).expect("it begins").pending().state().to_owned()).collect();
    assert!(states.iter().all(|state| base64url::decode(state).is_ok_and(|octets| octets.len() == 32)));
    states.sort_unstable();
    states.dedup();
    assert_eq!(states.len(), 20);
}

fn servers_are_not_mixed_up() {
    let honest = AuthorizationServer::default().client(Registered::public("app").redirect_uri(CALLBACK));
    let evil = AuthorizationServer::new("https://evil.example")
        .client(Registered::public("app").redirect_uri(CALLBACK));
    run_virtual(async {
        let (at_honest, at_evil) = (client(&honest).await, client(&evil).await);
        // The user chose the evil one, which sends the browser on to the honest one.
        let chosen = at_evil.begin(asking(&at_evil)).await.expect("it begins");
        let meant = at_honest.begin(asking(&at_honest)).await.expect("it begins");
        let answer = honest.authorize(meant.url()).replace(meant.pending().state(), chosen.pending().state());
        let answer = Callback::from_url(&answer).expect("an answer");
        breaks(at_evil.finish(chosen.into_pending(), &answer).await, rfc9207::WRONG_ISS_IS_REJECTED);
        evil.assert_nothing_sent_to(Place::Token);
        honest.assert_nothing_sent_to(Place::Token);
        // Without its name it is no better.
        honest.plant(Misbehaviour::IssAbsent);
        let error = go(&honest, &at_honest, asking(&at_honest)).await.expect_err("it was announced");
        assert_eq!(error.requirement(), Some(rfc9207::MISSING_ISS_IS_REJECTED));
        honest.assert_nothing_sent_to(Place::Token);
        honest.behave();
        go(&honest, &at_honest, asking(&at_honest)).await.expect("a token");
    });
}

fn the_redirect_tells() {
    // Neither sends iss; each has a redirection URI of its own.
    let server = |issuer: &str| {
        let mut server = configured(issuer);
        server.authorization_response_iss_parameter_supported = false;
        of(server)
    };
    let [one, two] =
        [(ISSUER, "https://app.example/one"), ("https://evil.example", "https://app.example/two")]
            .map(|(issuer, uri)| (server(issuer), flow::redirect(uri)));
    for ((client, uri), (_, other)) in [(&one, &two), (&two, &one)] {
        let begun = || start(Authorization::new(client, uri.clone())).expect("it begins").into_pending();
        let arrives = |pending: Pending, at: &str| {
            let url = format!("{at}?code=c&state={}", pending.state());
            pending.redeem(client, &Callback::from_url(&url).expect("an answer"))
        };
        arrives(begun(), uri.as_str()).expect("where this server sends it");
        breaks(arrives(begun(), other.as_str()), rfc8252::REDIRECT_RECEIVED_IS_COMPARED);
    }
    // The listener has another for each, by itself.
    run(async {
        let [one, two] =
            [Loopback::bind(), Loopback::bind()].map(|bound| bound.expect("a port").redirect_uri());
        assert_ne!(one, two);
    });
}

fn everybody_uses_pkce() {
    let secret = || ClientSecret::new("secret").expect("a secret");
    for (registered, proof) in [
        (Registered::public("app"), ClientAuthentication::None),
        (Registered::confidential("app", "secret"), ClientAuthentication::SecretBasic(secret())),
    ] {
        let server = AuthorizationServer::default().client(registered.redirect_uri(CALLBACK));
        run_virtual(async {
            let client = builder(&server, "app").await.authentication(proof).build().expect("a client");
            go(&server, &client, asking(&client)).await.expect("a token");
        });
        let challenge = brought(&server)[0].one("code_challenge").to_owned();
        let form = &forms(&server, Place::Token)[0];
        assert_eq!((challenge.len(), form.one("code_verifier").len()), (43, 43));
        server.assert_blameless();
    }
}

fn a_challenge_for_each_transaction() {
    let server = flow::server();
    run_virtual(async {
        let client = client(&server).await;
        let asked = asking(&client);
        for _ in 0..3 {
            go(&server, &client, asked.clone()).await.expect("a token");
        }
        // One transaction's verifier redeems no other's code.
        let [one, two] = [client.begin(asked.clone()).await, client.begin(asked).await]
            .map(|begun| begun.expect("it begins"));
        let swapped = server.authorize(two.url()).replace(two.pending().state(), one.pending().state());
        let swapped = Callback::from_url(&swapped).expect("an answer");
        let error = client.finish(one.into_pending(), &swapped).await.expect_err("another's");
        assert_eq!(error.response().map(|response| response.code.as_str()), Some("invalid_grant"));
    });
    let mut challenges: Vec<String> =
        brought(&server).iter().map(|sent| sent.one("code_challenge").to_owned()).collect();
    challenges.sort_unstable();
    challenges.dedup();
    assert_eq!(challenges.len(), 4);
}

fn the_challenge_does_not_show_the_verifier() {
    for members in [json!({}), json!({"code_challenge_methods_supported": ["plain", "S256"]})] {
        let request = start(asked_by(&of(published(&members).expect("metadata")))).expect("it begins");
        let kept: serde_json::Value =
            serde_json::from_str(request.pending().to_secret().expose()).expect("JSON");
        let verifier = kept["code_verifier"].as_str().expect("a verifier");
        assert!(!request.url().contains(verifier));
        assert!(request.url().contains("code_challenge_method=S256"));
    }
    let weak = published(&json!({"code_challenge_methods_supported": ["plain"]})).expect("metadata");
    assert_eq!(start(asked_by(&of(weak))).expect_err("it would show it").kind(), ErrorKind::Unsupported);
}

fn no_token_comes_by_the_browser() {
    let server = flow::server();
    run_virtual(async {
        let client = client(&server).await;
        go(&server, &client, asking(&client).scope(flow::scope("openid"))).await.expect("a token");
        for response_type in ["token", "id_token token", "code token", "code id_token token"] {
            let asked = asking(&client).parameter("response_type", response_type);
            assert_eq!(
                client.begin(asked).await.expect_err("ours").kind(),
                ErrorKind::Usage,
                "{response_type}"
            );
        }
    });
    assert_eq!(brought(&server)[0].one("response_type"), "code");
    server.assert_blameless();
    let client = of(configured(ISSUER));
    breaks(redeem(&client, "access_token=t&token_type=bearer&state={state}"), rfc6749::CODE_IS_RETURNED);
}
