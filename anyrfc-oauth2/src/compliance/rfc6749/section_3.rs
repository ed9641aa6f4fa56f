//! RFC 6749, sections 3.2 and 3.3: the token endpoint, and scope.

use anyrfc_core::compliance::Check;
use serde_json::json;

use super::support::{
    SECRET, app, asking, begun, client_of, fields, go, last, query, scope, secret, server, values, web,
    with_server,
};
use crate::{
    Endpoint, ErrorKind, Scope, TokenResponse, Tolerances, UrlPolicy,
    proto::ClientAuthentication,
    rfc6749 as r,
    testing::{Misbehaviour, Place, Plan},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc6749/section-3.2/the-endpoint-s-query-is-kept",
        covers: &[r::TOKEN_URI_MAY_HAVE_A_QUERY, r::TOKEN_URI_QUERY_IS_KEPT],
        run: the_endpoint_s_query_is_kept,
    },
    Check {
        name: "rfc6749/section-3.2/no-fragment",
        covers: &[r::TOKEN_URI_HAS_NO_FRAGMENT],
        run: no_fragment,
    },
    Check { name: "rfc6749/section-3.2/tls", covers: &[r::TOKEN_ENDPOINT_NEEDS_TLS], run: tls },
    Check { name: "rfc6749/section-3.2/post", covers: &[r::TOKEN_REQUEST_IS_A_POST], run: post },
    Check {
        name: "rfc6749/section-3.2/no-parameter-twice",
        covers: &[r::TOKEN_PARAMETERS_ARE_SINGLE],
        run: no_parameter_twice,
    },
    Check {
        name: "rfc6749/section-3.2.1/credentials-are-used",
        covers: &[r::CREDENTIALS_ARE_USED_AT_THE_TOKEN_ENDPOINT],
        run: credentials_are_used,
    },
    Check {
        name: "rfc6749/section-3.2.1/without-credentials-by-name",
        covers: &[r::CLIENT_ID_MAY_IDENTIFY, r::UNAUTHENTICATED_CODE_REQUEST_HAS_CLIENT_ID],
        run: without_credentials_by_name,
    },
    Check {
        name: "rfc6749/section-3.3/scope-is-a-list-with-spaces",
        covers: &[r::SCOPE_IS_A_LIST_WITH_SPACES],
        run: scope_is_a_list_with_spaces,
    },
    Check {
        name: "rfc6749/section-3.3/another-scope-than-asked-for",
        covers: &[r::SCOPE_MAY_BE_CUT, r::OTHER_SCOPE_IS_TOLD],
        run: another_scope_than_asked_for,
    },
    Check {
        name: "rfc6749/section-3.3/no-scope-is-default-or-error",
        covers: &[r::MISSING_SCOPE_IS_DEFAULT_OR_ERROR],
        run: no_scope_is_default_or_error,
    },
];

fn the_endpoint_s_query_is_kept() {
    for own in ["tenant=a%20b", "tenant=a+b&x=%26", "x"] {
        with_server(async |server| {
            let named = format!("{}?{own}", server.url(Place::Token));
            server.configure(|options| {
                options.metadata.insert("token_endpoint".to_owned(), json!(named));
            });
            let client = web(&server).await;
            let tokens = go(&server, &client, asking(&client)).await.expect("a token by a code");
            client.client_credentials().send().await.expect("a token of its own");
            client.refresh(&tokens.refresh_token.expect("a refresh token")).send().await.expect("another");
            let sent = server.requests_to(Place::Token);
            assert_eq!(sent.len(), 3);
            for sent in sent {
                assert_eq!(sent.url, named);
            }
        });
    }
}

fn no_fragment() {
    for text in ["https://as.example/token#x", "https://as.example/token#", "https://as.example/token?a=b#x"]
    {
        let error = Endpoint::new(text, UrlPolicy::Https).expect_err("a fragment");
        assert_eq!(error.requirement(), Some(r::TOKEN_URI_HAS_NO_FRAGMENT), "{text}");
        anyrfc_core::testing::run_virtual(async {
            let server = server();
            server.plant(
                Plan::from(Misbehaviour::Member("token_endpoint".to_owned(), json!(text)))
                    .at(Place::Metadata),
            );
            let found = crate::OAuth2Client::discover(server.issuer()).http(server.clone());
            let error = found.fetch().await.expect_err("a fragment");
            assert_eq!(error.kind(), ErrorKind::Protocol, "{text}");
            server.assert_nothing_sent_to(Place::Token);
        });
    }
    assert!(Endpoint::new("https://as.example/token?a=b", UrlPolicy::Https).is_ok());
}

fn tls() {
    for text in
        ["http://as.example/token", "HTTP://as.example/token", "ftp://as.example/", "as.example/token"]
    {
        assert_eq!(
            Endpoint::new(text, UrlPolicy::Https).expect_err("no TLS").kind(),
            ErrorKind::Usage,
            "{text}"
        );
        assert!(Endpoint::new(text, UrlPolicy::LoopbackHttp).is_err(), "{text}");
    }
    let error = Endpoint::new("http://as.example/token", UrlPolicy::Https).expect_err("no TLS");
    assert_eq!(error.requirement(), Some(r::TOKEN_ENDPOINT_NEEDS_TLS));
    with_server(async |server| {
        let client = web(&server).await;
        server.plant(Misbehaviour::Redirect(307, "http://as.example/token".to_owned()));
        let error = client.client_credentials().send().await.expect_err("it goes nowhere else");
        assert_eq!((error.kind(), server.count(Place::Token)), (ErrorKind::Protocol, 1));
        server.behave();
        client.client_credentials().send().await.expect("by TLS");
        assert!(server.requests().iter().all(|sent| sent.url.starts_with("https://")));
    });
}

fn post() {
    with_server(async |server| {
        let client = web(&server).await;
        let tokens = go(&server, &client, asking(&client)).await.expect("a token by a code");
        client.client_credentials().send().await.expect("a token of its own");
        client.refresh(&tokens.refresh_token.expect("a refresh token")).send().await.expect("another");
        let sent = server.requests_to(Place::Token);
        assert_eq!(sent.len(), 3);
        for sent in sent {
            assert_eq!(sent.method, http::Method::POST);
            assert_eq!(query(&sent.url), []);
            assert!(sent.parameter("grant_type").is_some());
        }
    });
}

fn no_parameter_twice() {
    with_server(async |server| {
        let client = web(&server).await;
        go(&server, &client, asking(&client).scope(scope("a b"))).await.expect("a token by a code");
        let asked = client.client_credentials().scope(scope("a b")).parameter("x", "1").parameter("y", "2");
        asked.send().await.expect("a token of its own");
        for sent in server.requests_to(Place::Token) {
            let body = fields(std::str::from_utf8(&sent.body).expect("text"));
            for (name, _) in &body {
                assert_eq!(values(&body, name).len(), 1, "{body:?}");
            }
        }
        // Neither by a parameter of the caller's.
        let sent = server.count(Place::Token);
        for name in ["grant_type", "client_id", "scope"] {
            let error = client.client_credentials().scope(scope("a")).parameter(name, "x").send().await;
            let error = error.expect_err("it is there already");
            assert_eq!(error.requirement(), Some(r::TOKEN_PARAMETERS_ARE_SINGLE), "{name}");
        }
        let error = client.client_credentials().parameter("x", "1").parameter("x", "2").send().await;
        let error = error.expect_err("it is there already");
        assert_eq!(error.requirement(), Some(r::TOKEN_PARAMETERS_ARE_SINGLE));
        assert_eq!(server.count(Place::Token), sent);
        // Nor in what comes back.
        for name in ["access_token", "token_type", "expires_in"] {
            server.plant(Misbehaviour::Twice(name.to_owned()));
            let error = client.client_credentials().send().await.expect_err("it stands there twice");
            assert_eq!(error.kind(), ErrorKind::Protocol, "{name}");
            server.behave();
        }
    });
}

fn credentials_are_used() {
    with_server(async |server| {
        for authentication in [
            ClientAuthentication::SecretBasic(secret(SECRET)),
            ClientAuthentication::SecretBasic(secret("other")),
        ] {
            let client = client_of(&server, "web", authentication).await;
            let before = server.count(Place::Token);
            let by_code = go(&server, &client, asking(&client)).await;
            let own = client.client_credentials().send().await;
            let refreshed = match &by_code {
                Ok(tokens) => client.refresh(tokens.refresh_token.as_ref().expect("a refresh token")),
                Err(_) => client.refresh(&crate::RefreshToken::new("x").expect("a token")),
            };
            let refreshed = refreshed.send().await;
            let extended = client.grant(crate::proto::Grant::extension("urn:example:grant")).send().await;
            assert!(extended.is_err(), "the server does not know it");
            let sent = server.requests_to(Place::Token);
            assert_eq!(sent.len() - before, 4);
            for sent in &sent[before..] {
                assert!(sent.header("authorization").expect("credentials").starts_with("Basic "));
            }
            // They are what is judged.
            let right = by_code.is_ok();
            assert_eq!((own.is_ok(), refreshed.is_ok()), (right, right));
            if let Err(error) = by_code {
                assert_eq!(error.kind(), ErrorKind::Auth);
            }
        }
    });
}

fn without_credentials_by_name() {
    with_server(async |server| {
        let client = app(&server).await;
        let tokens = go(&server, &client, asking(&client)).await.expect("a token by a code");
        let by_code = last(server.requests_to(Place::Token));
        client.refresh(&tokens.refresh_token.expect("a refresh token")).send().await.expect("another");
        let refreshed = last(server.requests_to(Place::Token));
        for sent in [by_code, refreshed] {
            let body = fields(std::str::from_utf8(&sent.body).expect("text"));
            assert_eq!(values(&body, "client_id"), ["app"]);
            assert_eq!(sent.header("authorization"), None);
        }
        // Another client's code is of no use with it.
        let other = web(&server).await;
        let request = begun(&other, asking(&other)).await;
        let url = server.authorize(request.url());
        let code = query(&url).into_iter().find(|(name, _)| name == "code").expect("a code").1;
        let own = begun(&client, asking(&client)).await;
        let given = format!("code={code}&state={}&iss=https%3A%2F%2Fas.example", own.pending().state());
        let callback = crate::codec::callback::Callback::from_query(&given).expect("it can be read");
        let error = client.finish(own.into_pending(), &callback).await.expect_err("another's code");
        assert_eq!(error.response().expect("it says why").code, crate::ErrorCode::InvalidGrant);
    });
}

fn scope_is_a_list_with_spaces() {
    for bad in [" a", "a ", "a  b", "a\tb", "a\nb", "a\"b", "a\\b", "a\u{7f}", "\u{e9}", "a\u{a0}b"] {
        let error = Scope::new(bad).expect_err("no scope");
        assert_eq!(error.requirement(), Some(r::SCOPE_IS_A_LIST_WITH_SPACES), "{bad:?}");
        let answer = json!({"access_token": "a", "token_type": "Bearer", "scope": bad});
        let serde_json::Value::Object(answer) = answer else { unreachable!() };
        let error = TokenResponse::read(answer, Tolerances::NONE).expect_err("no scope");
        assert_eq!(error.requirement(), Some(r::SCOPE_IS_A_LIST_WITH_SPACES), "{bad:?}");
    }
    assert_eq!(scope("b a"), scope("a b"), "the order is nothing");
    assert_ne!(scope("A"), scope("a"), "the case is something");
    with_server(async |server| {
        let client = web(&server).await;
        let every: String = ('!'..='~').filter(|c| !['"', '\\'].contains(c)).collect();
        let wanted = format!("b {every} a");
        let request = begun(&client, asking(&client).scope(scope(&wanted))).await;
        assert_eq!(values(&query(request.url()), "scope"), [wanted.as_str()]);
        let tokens = client.client_credentials().scope(scope(&wanted)).send().await.expect("a token");
        let sent = last(server.requests_to(Place::Token));
        assert_eq!(sent.parameter("scope").as_deref(), Some(wanted.as_str()));
        assert_eq!(tokens.scope, Some(scope(&format!("a b {every}"))));
        for bad in ["a  b", "a,\"b\"", " "] {
            server.plant(Misbehaviour::Scope(bad.to_owned()));
            let error = client.client_credentials().scope(scope("a")).send().await.expect_err("no scope");
            assert_eq!(error.requirement(), Some(r::SCOPE_IS_A_LIST_WITH_SPACES), "{bad:?}");
            server.behave();
        }
    });
}

fn another_scope_than_asked_for() {
    with_server(async |server| {
        let client = app(&server).await;
        let asked = scope("read write");
        // It is said: that is what the token is good for.
        server.configure(|options| options.granted_scope = Some("read".to_owned()));
        let ask = || asking(&client).scope(asked.clone());
        let tokens = go(&server, &client, ask()).await.expect("a token for less");
        assert_eq!(tokens.scope, Some(scope("read")));
        assert_eq!(tokens.granted(&asked), scope("read"));
        // Who needs all of it is told what is missing.
        let error = go(&server, &client, ask().require_scope(asked.clone())).await.expect_err("too little");
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert_eq!(error.missing_scope(), Some(&scope("write")));
        // Another, or more.
        server.configure(|options| options.granted_scope = Some("other write read".to_owned()));
        let tokens =
            go(&server, &client, ask().require_scope(asked.clone())).await.expect("a token for more");
        assert_eq!(tokens.granted(&asked), scope("read write other"));
        // It is not said: that is all that was asked for.
        server.plant(Plan::from(Misbehaviour::Without("scope".to_owned())).at(Place::Token));
        let tokens = go(&server, &client, ask().require_scope(asked.clone())).await.expect("a token for all");
        assert_eq!(tokens.scope, None);
        assert_eq!(tokens.granted(&asked), asked);
    });
}

fn no_scope_is_default_or_error() {
    with_server(async |server| {
        let client = app(&server).await;
        server.configure(|options| options.granted_scope = Some("default".to_owned()));
        let tokens = go(&server, &client, asking(&client)).await.expect("a token by default");
        assert_eq!(tokens.granted(&Scope::empty()), scope("default"));
        server.plant(Misbehaviour::CallbackError("invalid_scope".to_owned()));
        let error = go(&server, &client, asking(&client)).await.expect_err("no scope");
        assert_eq!(error.response().expect("it says why").code, crate::ErrorCode::InvalidScope);
        assert_eq!(server.count(Place::Token), 1);
    });
}
