//! RFC 6749, sections 4.1, 4.1.1 and 4.1.3: what is asked in the code grant.

use anyrfc_core::{compliance::Check, testing::run_virtual};

use super::support::{
    CALLBACK, SECRET, app, asking, asking_at, begun, client_of, fields, go, last, natively, query, scope,
    secret, server, values, web, with_server,
};
use crate::{
    ErrorKind, OAuth2Client,
    codec::callback::Callback,
    proto::{ClientAuthentication, Pending},
    rfc6749 as r,
    testing::{AuthorizationServer, ClientMethod, Misbehaviour, Place, Plan, Registered},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc6749/section-4.1/off-to-the-browser-and-back",
        covers: &[r::CODE_REDIRECT_CAN_BE_RECEIVED],
        run: off_to_the_browser_and_back,
    },
    Check {
        name: "rfc6749/section-4.1.1/a-form-in-the-query",
        covers: &[r::CODE_REQUEST_IS_A_FORM_IN_THE_QUERY],
        run: a_form_in_the_query,
    },
    Check {
        name: "rfc6749/section-4.1.1/response-type",
        covers: &[r::CODE_REQUEST_HAS_RESPONSE_TYPE, r::CODE_RESPONSE_TYPE_IS_CODE],
        run: response_type,
    },
    Check {
        name: "rfc6749/section-4.1.1/client-id",
        covers: &[r::CODE_REQUEST_HAS_CLIENT_ID],
        run: client_id,
    },
    Check {
        name: "rfc6749/section-4.1.1/scope-or-none",
        covers: &[r::CODE_SCOPE_MAY_BE_LEFT_OUT],
        run: scope_or_none,
    },
    Check { name: "rfc6749/section-4.1.1/state", covers: &[r::CODE_REQUEST_HAS_STATE], run: state },
    Check {
        name: "rfc6749/section-4.1.1/state-against-forgery",
        covers: &[r::CODE_STATE_PREVENTS_CSRF],
        run: state_against_forgery,
    },
    Check {
        name: "rfc6749/section-4.1.3/a-form-in-the-body",
        covers: &[r::TOKEN_REQUEST_IS_A_FORM_IN_THE_BODY],
        run: a_form_in_the_body,
    },
    Check {
        name: "rfc6749/section-4.1.3/grant-type",
        covers: &[r::EXCHANGE_HAS_GRANT_TYPE, r::EXCHANGE_GRANT_TYPE_IS_AUTHORIZATION_CODE],
        run: grant_type,
    },
    Check {
        name: "rfc6749/section-4.1.3/the-code-as-it-came",
        covers: &[r::EXCHANGE_HAS_CODE],
        run: the_code_as_it_came,
    },
    Check {
        name: "rfc6749/section-4.1.3/the-very-redirection-uri",
        covers: &[r::EXCHANGE_REPEATS_REDIRECT_URI, r::EXCHANGE_REDIRECT_URI_IS_THE_SAME],
        run: the_very_redirection_uri,
    },
    Check {
        name: "rfc6749/section-4.1.3/client-id-without-credentials",
        covers: &[r::EXCHANGE_WITHOUT_CREDENTIALS_HAS_CLIENT_ID],
        run: client_id_without_credentials,
    },
    Check {
        name: "rfc6749/section-4.1.3/credentials",
        covers: &[r::EXCHANGE_IS_AUTHENTICATED],
        run: credentials,
    },
];

fn off_to_the_browser_and_back() {
    // A native app hears it at a port of its own.
    let tokens = natively(None).tokens.expect("a token");
    assert!(!tokens.access_token.expose().is_empty());
    // A web app is given it by its own server, as whole URL, query or body.
    with_server(async |server| {
        let client = web(&server).await;
        for way in 0..3 {
            let request = begun(&client, asking(&client)).await;
            let url = server.authorize(request.url());
            let (_, query) = url.split_once('?').expect("a query");
            let callback = match way {
                0 => Callback::from_url(&url),
                1 => Callback::from_query(query),
                _ => Callback::from_form(query.as_bytes()),
            };
            let callback = callback.expect("it can be read");
            // In between it may be kept, and found again by the answer.
            let kept = request.into_pending().to_secret();
            let pending = Pending::from_secret(kept.expose()).expect("as it was");
            assert!(pending.is_answered_by(&callback));
            client.finish(pending, &callback).await.expect("a token");
        }
    });
    // Where there is nowhere to go, nobody is sent off.
    run_virtual(async {
        let server = server();
        let fault = Misbehaviour::Without("authorization_endpoint".to_owned());
        server.plant(Plan::from(fault).at(Place::Metadata));
        let client = app(&server).await;
        let error = client.begin(asking(&client)).await.expect_err("there is no such endpoint");
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert_eq!(error.requirement(), Some(r::CODE_REDIRECT_CAN_BE_RECEIVED));
    });
}

fn a_form_in_the_query() {
    const ODD: &str = "a b&c=d+e%20?#/\u{a3}\u{20ac}";
    with_server(async |server| {
        let client = app(&server).await;
        let request = begun(&client, asking(&client).scope(scope("a b")).parameter("odd", ODD)).await;
        let (endpoint, form) = request.url().split_once('?').expect("a query");
        assert_eq!(endpoint, server.url(Place::Authorization));
        assert!(
            form.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"*-._~%+&=".contains(&byte)),
            "{form}"
        );
        let parameters = fields(form);
        assert_eq!(values(&parameters, "odd"), [ODD]);
        assert_eq!(values(&parameters, "scope"), ["a b"]);
        assert_eq!(values(&parameters, "redirect_uri"), [CALLBACK]);
        let _ = server.authorize(request.url());
        assert_eq!(last(server.requests()).query("odd").as_deref(), Some(ODD));
    });
}

fn response_type() {
    with_server(async |server| {
        let client = app(&server).await;
        for asked in [asking(&client), asking(&client).scope(scope("openid"))] {
            let request = begun(&client, asked).await;
            assert_eq!(values(&query(request.url()), "response_type"), ["code"]);
            assert!(server.authorize(request.url()).contains("code="));
        }
        let error = client.begin(asking(&client).parameter("response_type", "token")).await;
        assert_eq!(error.expect_err("the flow says which").kind(), ErrorKind::Usage);
    });
}

fn client_id() {
    with_server(async |server| {
        for id in ["app", "web", "an odd&one=+%"] {
            server.register(Registered::public(id).redirect_uri(CALLBACK));
            let client = client_of(&server, id, ClientAuthentication::None).await;
            let request = begun(&client, asking(&client)).await;
            assert_eq!(values(&query(request.url()), "client_id"), [id]);
            let _ = server.authorize(request.url());
            // Pushed, it stands in both.
            let request = begun(&client, asking(&client).pushed()).await;
            assert_eq!(values(&query(request.url()), "client_id"), [id]);
            assert_eq!(last(server.requests_to(Place::Par)).parameter("client_id").as_deref(), Some(id));
        }
        let error = client_of(&server, "app", ClientAuthentication::None).await;
        let error = error.begin(asking(&error).parameter("client_id", "web")).await;
        assert_eq!(error.expect_err("it is set").kind(), ErrorKind::Usage);
    });
}

fn scope_or_none() {
    with_server(async |server| {
        let client = app(&server).await;
        let request = begun(&client, asking(&client)).await;
        assert!(values(&query(request.url()), "scope").is_empty(), "not even an empty one");
        go(&server, &client, asking(&client)).await.expect("a token without");
        let request = begun(&client, asking(&client).scope(scope("a"))).await;
        assert_eq!(values(&query(request.url()), "scope"), ["a"]);
    });
}

fn state() {
    with_server(async |server| {
        let client = app(&server).await;
        for pushed in [false, true] {
            let asked = if pushed { asking(&client).pushed() } else { asking(&client) };
            let request = begun(&client, asked).await;
            let sent = match pushed {
                true => last(server.requests_to(Place::Par)).parameter("state"),
                false => values(&query(request.url()), "state").first().map(|state| (*state).to_owned()),
            };
            assert_eq!(sent.as_deref(), Some(request.pending().state()));
            let back = server.authorize(request.url());
            assert_eq!(values(&query(&back), "state"), [request.pending().state()]);
        }
        let error = client.begin(asking(&client).parameter("state", "fixed")).await;
        assert_eq!(error.expect_err("the flow draws it").kind(), ErrorKind::Usage);
    });
}

fn state_against_forgery() {
    with_server(async |server| {
        let client = app(&server).await;
        // Nobody guesses it: 256 bits, new each time.
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..64 {
            let request = begun(&client, asking(&client)).await;
            let state = request.pending().state().to_owned();
            assert_eq!(state.len(), 43, "{state}");
            assert!(seen.insert(state));
        }
        // An attacker's own code, brought to our user's browser, is not taken.
        let victim = || begun(&client, asking(&client));
        let attacker = begun(&client, asking(&client)).await;
        let answer = server.authorize(attacker.url());
        let bare = answer.replace(&format!("&state={}", attacker.pending().state()), "");
        let own = attacker.pending().state();
        for (forged, requirement) in [
            (answer.clone(), r::STATE_IS_COMPARED),
            (answer.replace(own, "x"), r::STATE_IS_COMPARED),
            (answer.replace(own, &own[..42]), r::STATE_IS_COMPARED),
            (answer.replace(own, ""), r::CODE_STATE_IS_RETURNED),
            (bare, r::CODE_STATE_IS_RETURNED),
        ] {
            let callback = Callback::from_url(&forged).expect("it can be read");
            let request = victim().await;
            assert!(!request.pending().is_answered_by(&callback), "{forged}");
            let error = client.finish(request.into_pending(), &callback).await.expect_err("not ours");
            assert_eq!(error.requirement(), Some(requirement), "{forged}");
        }
        server.assert_nothing_sent_to(Place::Token);
        let callback = Callback::from_url(&answer).expect("it can be read");
        client.finish(attacker.into_pending(), &callback).await.expect("it is the one that began");
    });
}

fn a_form_in_the_body() {
    const ODD: &str = "a b&c=d+e%20?#/\u{a3}\u{20ac}";
    with_server(async |server| {
        let client = web(&server).await;
        go(&server, &client, asking(&client).resource("https://api.example/v1?a=b&c"))
            .await
            .expect("a token");
        let by_code = last(server.requests_to(Place::Token));
        let body = fields(std::str::from_utf8(&by_code.body).expect("text"));
        assert_eq!(values(&body, "resource"), ["https://api.example/v1?a=b&c"]);
        client.client_credentials().parameter("odd", ODD.to_owned()).send().await.expect("a token");
        let own = last(server.requests_to(Place::Token));
        let text = std::str::from_utf8(&own.body).expect("text");
        assert_eq!(values(&fields(text), "odd"), [ODD]);
        assert!(text.ends_with("odd=a+b%26c%3Dd%2Be%2520%3F%23%2F%C2%A3%E2%82%AC"), "{text}");
        for sent in [by_code, own] {
            assert_eq!(sent.headers.get_all("content-type").iter().count(), 1);
            assert_eq!(sent.header("content-type"), Some("application/x-www-form-urlencoded"));
            assert_eq!(sent.url, server.url(Place::Token), "nothing of it stands in the URI");
        }
    });
}

/// A client's exchange, asked with this code, and refused: what was sent.
async fn exchanged(
    server: &AuthorizationServer,
    client: &OAuth2Client,
    redirect_uri: &str,
    code: &str,
) -> Vec<(String, String)> {
    let request = begun(client, asking_at(client, redirect_uri)).await;
    let answer = [("code", code), ("state", request.pending().state()), ("iss", &server.issuer())];
    let mut form = crate::codec::form::Form::new();
    for (name, value) in answer {
        form.set(name, value.to_owned());
    }
    let callback = Callback::from_query(&form.encode()).expect("it can be read");
    let before = server.count(Place::Token);
    // The server does not know the code.
    let outcome = client.finish(request.into_pending(), &callback).await;
    assert!(outcome.is_err(), "no such code");
    assert_eq!(server.count(Place::Token), before + 1, "{code:?}: {outcome:?}");
    fields(std::str::from_utf8(&last(server.requests_to(Place::Token)).body).expect("text"))
}

fn grant_type() {
    with_server(async |server| {
        for client in [app(&server).await, web(&server).await] {
            go(&server, &client, asking(&client)).await.expect("a token");
            let sent = last(server.requests_to(Place::Token));
            let body = fields(std::str::from_utf8(&sent.body).expect("text"));
            assert_eq!(values(&body, "grant_type"), ["authorization_code"]);
        }
    });
}

fn the_code_as_it_came() {
    with_server(async |server| {
        let client = app(&server).await;
        for code in ["x", "SplxlOBeZQQYbYS6WxSbIA", "a+b c%20&code=d/~=", " ", "%"] {
            let body = exchanged(&server, &client, CALLBACK, code).await;
            assert_eq!(values(&body, "code"), [code]);
        }
        // Without one there is nothing to exchange.
        let before = server.count(Place::Token);
        server.plant(Misbehaviour::CodeAbsent);
        let error = go(&server, &client, asking(&client)).await.expect_err("no code");
        assert_eq!(error.requirement(), Some(r::CODE_IS_RETURNED));
        assert_eq!(server.count(Place::Token), before);
    });
}

fn the_very_redirection_uri() {
    const ODD: &str = "HTTPS://App.Example:443/a/../cb?x=%7e+%20&y";
    with_server(async |server| {
        let client = app(&server).await;
        for uri in [CALLBACK, ODD, "http://127.0.0.1:49152/cb", "com.example.app:/cb"] {
            let body = exchanged_at(&server, &client, uri).await;
            assert_eq!(values(&body, "redirect_uri"), [uri]);
        }
        // The server holds the two against each other.
        server.register(Registered::public("odd").redirect_uri(ODD));
        let odd = client_of(&server, "odd", ClientAuthentication::None).await;
        go(&server, &odd, asking_at(&odd, ODD)).await.expect("a token");
        // It outlives being kept.
        let request = begun(&odd, asking_at(&odd, ODD)).await;
        let callback = Callback::from_url(&server.authorize(request.url())).expect("it can be read");
        let kept = request.into_pending().to_secret();
        let pending = Pending::from_secret(kept.expose()).expect("as it was");
        odd.finish(pending, &callback).await.expect("a token");
        let sent = last(server.requests_to(Place::Token));
        assert_eq!(sent.parameter("redirect_uri").as_deref(), Some(ODD));
    });
}

/// As [`exchanged`], from where the answer arrived: a query of its own belongs to it.
async fn exchanged_at(
    server: &AuthorizationServer,
    client: &OAuth2Client,
    redirect_uri: &str,
) -> Vec<(String, String)> {
    if !redirect_uri.contains('?') {
        return exchanged(server, client, redirect_uri, "x").await;
    }
    let request = begun(client, asking_at(client, redirect_uri)).await;
    let state = request.pending().state();
    let url = format!("{redirect_uri}&code=x&state={state}&iss=https%3A%2F%2Fas.example");
    let callback = Callback::from_url(&url).expect("it can be read");
    client.finish(request.into_pending(), &callback).await.expect_err("no such code");
    fields(std::str::from_utf8(&last(server.requests_to(Place::Token)).body).expect("text"))
}

fn client_id_without_credentials() {
    with_server(async |server| {
        let client = app(&server).await;
        go(&server, &client, asking(&client)).await.expect("a token");
        let sent = last(server.requests_to(Place::Token));
        let body = fields(std::str::from_utf8(&sent.body).expect("text"));
        assert_eq!(values(&body, "client_id"), ["app"]);
        assert_eq!(sent.header("authorization"), None);
        // Where a name is in the credentials, no other stands beside it.
        let client = web(&server).await;
        go(&server, &client, asking(&client)).await.expect("a token");
        let sent = last(server.requests_to(Place::Token));
        assert!(sent.parameter("client_id").is_none_or(|id| id == "web"));
        assert!(sent.header("authorization").is_some());
    });
}

fn credentials() {
    with_server(async |server| {
        server
            .register(Registered::new("post", ClientMethod::Post(SECRET.to_owned())).redirect_uri(CALLBACK));
        let ways = [
            ("web", ClientAuthentication::SecretBasic(secret(SECRET)), true),
            ("web", ClientAuthentication::SecretBasic(secret("other")), false),
            ("post", ClientAuthentication::SecretPost(secret(SECRET)), true),
            ("post", ClientAuthentication::SecretPost(secret("other")), false),
        ];
        for (id, authentication, is_right) in ways {
            let client = client_of(&server, id, authentication).await;
            let outcome = go(&server, &client, asking(&client)).await;
            let sent = last(server.requests_to(Place::Token));
            assert_eq!(sent.parameter("grant_type").as_deref(), Some("authorization_code"));
            let shown = sent.header("authorization").is_some() || sent.parameter("client_secret").is_some();
            assert!(shown, "{id}");
            match outcome {
                Ok(_) => assert!(is_right, "{id}"),
                Err(error) => assert_eq!((error.kind(), is_right), (ErrorKind::Auth, false), "{id}: {error}"),
            }
        }
    });
}
