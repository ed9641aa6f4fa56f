//! RFC 6749, section 10: security.

use anyrfc_core::{compliance::Check, testing::pki::Pki};
use anyrfc_jwt::codec::base64url;
use serde_json::json;

use super::support::{
    CALLBACK, SECRET, app, asking, asking_at, begun, body, client_of, go, last, query, scope, secret, server,
    values, web, with_server,
};
use crate::{
    AccessToken, Endpoint, ErrorKind, RedirectUri, RefreshToken, Scope, TokenType, UrlPolicy,
    codec::callback::Callback,
    compliance::tls,
    proto::{ClientAuthentication, Pending},
    rfc6749 as r, rfc6750,
    testing::{Misbehaviour, Place, Plan, Registered},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc6749/section-10.1/client-credentials-stay-secret",
        covers: &[r::CLIENT_CREDENTIALS_ARE_SECRET],
        run: client_credentials_stay_secret,
    },
    Check {
        name: "rfc6749/section-10.3/access-tokens-stay-secret",
        covers: &[r::ACCESS_TOKENS_ARE_SECRET],
        run: access_tokens_stay_secret,
    },
    Check {
        name: "rfc6749/section-10.3/access-tokens-over-tls",
        covers: &[r::ACCESS_TOKENS_GO_OVER_TLS],
        run: access_tokens_over_tls,
    },
    Check {
        name: "rfc6749/section-10.3/no-scope-of-its-own",
        covers: &[r::SCOPE_IS_MINIMAL],
        run: no_scope_of_its_own,
    },
    Check {
        name: "rfc6749/section-10.4/refresh-tokens-stay-secret",
        covers: &[r::REFRESH_TOKENS_ARE_SECRET],
        run: refresh_tokens_stay_secret,
    },
    Check {
        name: "rfc6749/section-10.4/refresh-tokens-over-tls",
        covers: &[r::REFRESH_TOKENS_GO_OVER_TLS],
        run: refresh_tokens_over_tls,
    },
    Check {
        name: "rfc6749/section-10.5/codes-over-tls",
        covers: &[r::CODES_GO_OVER_A_SECURE_CHANNEL, r::NO_CODES_IN_THE_CLEAR],
        run: codes_over_tls,
    },
    Check {
        name: "rfc6749/section-10.5/codes-arrive-over-tls",
        covers: &[r::CODE_REDIRECT_REQUIRES_TLS, r::LOGIN_BY_CODE_REQUIRES_TLS],
        run: codes_arrive_over_tls,
    },
    Check {
        name: "rfc6749/section-10.8/nothing-in-the-clear",
        covers: &[r::NO_SECRETS_IN_THE_CLEAR],
        run: nothing_in_the_clear,
    },
    Check {
        name: "rfc6749/section-10.8/state-and-scope-tell-nothing",
        covers: &[r::STATE_AND_SCOPE_HOLD_NO_SECRETS],
        run: state_and_scope_tell_nothing,
    },
    Check {
        name: "rfc6749/section-10.9/the-certificate-is-validated",
        covers: &[r::CERTIFICATE_IS_VALIDATED],
        run: the_certificate_is_validated,
    },
    Check {
        name: "rfc6749/section-10.12/no-forged-answers",
        covers: &[r::REDIRECT_URI_IS_SAFE_FROM_CSRF, r::STATE_CARRIES_THE_BINDING, r::STATE_IS_COMPARED],
        run: no_forged_answers,
    },
    Check {
        name: "rfc6749/section-10.12/the-binding-cannot-be-guessed",
        covers: &[r::BINDING_CANNOT_BE_GUESSED],
        run: the_binding_cannot_be_guessed,
    },
    Check {
        name: "rfc6749/section-10.12/the-binding-is-kept-apart",
        covers: &[r::BINDING_STATE_IS_KEPT_APART],
        run: the_binding_is_kept_apart,
    },
    Check {
        name: "rfc6749/section-10.14/received-values-are-checked",
        covers: &[r::RECEIVED_VALUES_ARE_SANITISED],
        run: received_values_are_checked,
    },
];

fn client_credentials_stay_secret() {
    with_server(async |server| {
        let method = ClientAuthentication::SecretBasic(secret(SECRET));
        let mut shown = format!("{method:?} {:?}", secret(SECRET));
        let client = client_of(&server, "web", method).await;
        let tokens = go(&server, &client, asking(&client)).await.expect("a token");
        client.resource_by(&tokens).get(&server.url(Place::Resource)).await.expect("it is taken");
        let source = client.token_source().client_credentials();
        shown += &format!("{client:?} {:?} {source:?}", client.config());
        // Neither to where an answer leads, nor into what is said of a failure.
        for fault in [
            Misbehaviour::Redirect(307, "https://as.example/elsewhere".to_owned()),
            Misbehaviour::Redirect(308, "https://evil.example/token".to_owned()),
            Misbehaviour::Error(401, "invalid_client".to_owned()),
            Misbehaviour::Html,
        ] {
            server.plant(Plan::from(fault).at(Place::Token).once());
            let error = client.client_credentials().send().await.expect_err("a failure");
            shown += &format!("{error} {error:?}");
        }
        assert!(!shown.contains(SECRET), "{shown}");
        assert!(server.sent_to(SECRET).iter().all(|place| *place == Place::Token));
        server.assert_nothing_sent_to(Place::Elsewhere);
        server.assert_nothing_sent_to(Place::Unknown);
    });
}

fn access_tokens_stay_secret() {
    with_server(async |server| {
        let client = web(&server).await;
        let tokens = client.client_credentials().send().await.expect("a token");
        let text = tokens.access_token.expose().to_owned();
        let resource = client.resource_by(&tokens);
        let url = server.url(Place::Resource);
        resource.get(&url).await.expect("it is taken");
        let source = client.token_source().tokens(tokens.clone()).expect("tokens");
        let token = source.token().await.expect("a token");
        let mut shown = format!("{tokens:?} {resource:?} {source:?} {token:?} {:?}", tokens.access_token);
        // No redirect takes it along.
        for to in ["https://evil.example/", "https://as.example/elsewhere"] {
            server.plant(Plan::from(Misbehaviour::Redirect(307, to.to_owned())).at(Place::Resource).once());
            assert_eq!(resource.get(&url).await.expect("the resource's own answer").status(), 307);
        }
        server.expire_access_tokens();
        let error = resource.get(&url).await.expect_err("it is over");
        shown += &format!("{error} {error:?}");
        assert!(!shown.contains(&text), "{shown}");
        assert_eq!(server.sent_to(&text), [Place::Resource; 4]);
    });
}

fn access_tokens_over_tls() {
    with_server(async |server| {
        let client = web(&server).await;
        let tokens = client.client_credentials().send().await.expect("a token");
        for url in ["http://api.example/v1", "ws://api.example/v1", "//api.example/v1", "api.example"] {
            let error = client.resource_by(&tokens).get(url).await.expect_err("no TLS");
            assert_eq!(error.kind(), ErrorKind::Usage, "{url}");
        }
        let error = client.resource_by(&tokens).get("http://api.example/v1").await.expect_err("no TLS");
        assert_eq!(error.requirement(), Some(rfc6750::TLS_IS_ALWAYS_USED));
        assert!(server.sent_to(tokens.access_token.expose()).is_empty());
    });
    let pki = Pki::new();
    let token = AccessToken::new("mF_9.B5f-4.1JqM").expect("a token");
    for identity in tls::unfit(&pki) {
        let server = server();
        tls::beside(&server, &identity, async |metadata| {
            let client = tls::client(&metadata, "web", pki.trusting()).build().expect("a client");
            let resource = client.resource(&token, &TokenType::Bearer);
            let error = resource.get(&server.url(Place::Resource)).await.expect_err("an unknown server");
            assert_eq!(error.kind(), ErrorKind::Tls, "{error:?}");
            assert!(server.sent_to(token.expose()).is_empty());
        });
    }
    let server = server();
    tls::beside(&server, &pki.server_for(&["localhost"]), async |metadata| {
        let client = tls::client(&metadata, "web", pki.trusting()).build().expect("a client");
        let resource = client.resource(&token, &TokenType::Bearer);
        let error = resource.get(&server.url(Place::Resource)).await.expect_err("it is made up");
        assert_eq!(error.status(), Some(401), "{error:?}");
        assert_eq!(server.sent_to(token.expose()), [Place::Resource]);
    });
}

fn no_scope_of_its_own() {
    with_server(async |server| {
        let client = web(&server).await;
        let request = begun(&client, asking(&client)).await;
        assert!(values(&query(request.url()), "scope").is_empty(), "{}", request.url());
        let tokens = go(&server, &client, asking(&client)).await.expect("a token");
        client.refresh(&tokens.refresh_token.expect("one")).send().await.expect("another");
        client.client_credentials().send().await.expect("a token");
        client.token_source().client_credentials().token().await.expect("a token");
        client.device_authorization().send().await.expect("it begins");
        for sent in server.requests() {
            assert_eq!((sent.parameter("scope"), sent.query("scope")), (None, None), "{sent:?}");
        }
        // Neither more than was said.
        let request = begun(&client, asking(&client).scope(scope("b a"))).await;
        assert_eq!(values(&query(request.url()), "scope"), ["b a"]);
        client
            .client_credentials()
            .scope(scope("b"))
            .require_scope(scope("b"))
            .send()
            .await
            .expect("a token");
        assert_eq!(last(server.requests_to(Place::Token)).parameter("scope").as_deref(), Some("b"));
    });
}

fn refresh_tokens_stay_secret() {
    with_server(async |server| {
        let client = web(&server).await;
        let tokens = go(&server, &client, asking(&client)).await.expect("a token");
        let token = tokens.refresh_token.clone().expect("a refresh token");
        let text = token.expose().to_owned();
        client.resource_by(&tokens).get(&server.url(Place::Resource)).await.expect("it is taken");
        let mut shown = format!("{tokens:?} {token:?} {:?}", client.refresh(&token));
        for fault in [
            Misbehaviour::Redirect(307, "https://evil.example/token".to_owned()),
            Misbehaviour::Redirect(308, "https://as.example/elsewhere".to_owned()),
            Misbehaviour::InvalidGrant,
        ] {
            server.plant(Plan::from(fault).at(Place::Token).once());
            let error = client.refresh(&token).send().await.expect_err("a failure");
            shown += &format!("{error} {error:?}");
        }
        let source = client.token_source().tokens(tokens).expect("tokens");
        source.invalidate(&source.token().await.expect("a token"));
        source.token().await.expect("another");
        shown += &format!("{source:?}");
        assert!(!shown.contains(&text), "{shown}");
        assert_eq!(server.sent_to(&text), [Place::Token; 4]);
    });
}

fn refresh_tokens_over_tls() {
    let error = Endpoint::new("http://as.example/token", UrlPolicy::Https).expect_err("no TLS");
    assert_eq!(error.kind(), ErrorKind::Usage);
    let pki = Pki::new();
    let token = RefreshToken::new("tGzv3JOkF0XG5Qx2TlKWIA").expect("a token");
    for identity in tls::unfit(&pki) {
        let server = server();
        tls::beside(&server, &identity, async |metadata| {
            let client = tls::client(&metadata, "app", pki.trusting()).build().expect("a client");
            let error = client.refresh(&token).send().await.expect_err("an unknown server");
            assert_eq!(error.kind(), ErrorKind::Tls, "{error:?}");
            assert!(server.sent_to(token.expose()).is_empty());
        });
    }
    let server = server();
    tls::beside(&server, &pki.server_for(&["localhost"]), async |metadata| {
        let client = tls::client(&metadata, "app", pki.trusting()).build().expect("a client");
        let error = client.refresh(&token).send().await.expect_err("it is made up");
        assert_eq!(error.kind(), ErrorKind::Refused, "{error:?}");
        assert_eq!(server.sent_to(token.expose()), [Place::Token]);
    });
}

fn codes_over_tls() {
    let pki = Pki::new();
    for (fit, identity) in tls::unfit(&pki)
        .into_iter()
        .map(|identity| (false, identity))
        .chain([(true, pki.server_for(&["localhost"]))])
    {
        let server = server();
        tls::beside(&server, &identity, async |metadata| {
            let client = tls::client(&metadata, "app", pki.trusting()).clock(server.clock());
            let client = client.build().expect("a client");
            let request = begun(&client, asking(&client)).await;
            let callback = Callback::from_url(&server.authorize(request.url())).expect("it can be read");
            let code = callback.parameter("code").expect("a code").to_owned();
            let outcome = client.finish(request.into_pending(), &callback).await;
            if fit {
                outcome.expect("a token");
                assert_eq!(server.sent_to(&code), [Place::Token]);
            } else {
                assert_eq!(outcome.expect_err("an unknown server").kind(), ErrorKind::Tls);
                assert!(server.sent_to(&code).is_empty());
            }
        });
    }
    with_server(async |server| {
        let client = app(&server).await;
        // A redirect does not lead it out of TLS.
        let request = begun(&client, asking(&client)).await;
        let callback = Callback::from_url(&server.authorize(request.url())).expect("it can be read");
        let code = callback.parameter("code").expect("a code").to_owned();
        server.plant(Misbehaviour::Redirect(307, "http://as.example/token".to_owned()));
        let error = client.finish(request.into_pending(), &callback).await.expect_err("it goes nowhere else");
        assert_eq!(error.kind(), ErrorKind::Protocol);
        assert_eq!(server.sent_to(&code), [Place::Token]);
        assert!(server.requests().iter().all(|sent| sent.url.starts_with("https://")));
    });
}

fn codes_arrive_over_tls() {
    for text in ["http://app.example/cb", "http://10.0.0.1/cb", "http://127.0.0.1.example/cb", "ftp://x/cb"] {
        assert_eq!(RedirectUri::new(text).expect_err("in the clear").kind(), ErrorKind::Usage, "{text}");
    }
    // What does not leave the machine needs none.
    for text in [CALLBACK, "http://127.0.0.1:5000/cb", "http://[::1]:5000/cb", "com.example.app:/cb"] {
        assert!(RedirectUri::new(text).is_ok(), "{text}");
    }
    with_server(async |server| {
        let client = app(&server).await;
        for scopes in ["", "openid"] {
            let request = begun(&client, asking(&client).scope(scope(scopes))).await;
            let url = server.authorize(request.url());
            // The same answer, brought in the clear.
            let clear = url.replacen("https://", "http://", 1);
            let callback = Callback::from_url(&clear).expect("it can be read");
            let error = client.finish(request.into_pending(), &callback).await.expect_err("in the clear");
            assert_eq!(error.kind(), ErrorKind::Protocol);
        }
        server.assert_nothing_sent_to(Place::Token);
        go(&server, &client, asking(&client).scope(scope("openid"))).await.expect("a token");
    });
}

fn nothing_in_the_clear() {
    with_server(async |server| {
        let client = web(&server).await;
        let tokens = go(&server, &client, asking(&client)).await.expect("a token");
        client.resource_by(&tokens).get(&server.url(Place::Resource)).await.expect("it is taken");
        client.refresh(&tokens.refresh_token.expect("one")).send().await.expect("another");
        assert!(server.requests().iter().all(|sent| sent.url.starts_with("https://")));
        let resource = client.resource(&tokens.access_token, &tokens.token_type);
        assert_eq!(resource.get("http://api.example/v1").await.expect_err("no TLS").kind(), ErrorKind::Usage);
    });
    for name in ["token_endpoint", "revocation_endpoint", "introspection_endpoint", "userinfo_endpoint"] {
        anyrfc_core::testing::run_virtual(async {
            let server = server();
            let fault = Misbehaviour::Member(name.to_owned(), json!("http://as.example/x"));
            server.plant(Plan::from(fault).at(Place::Metadata));
            let found = crate::OAuth2Client::discover(server.issuer()).http(server.clone()).fetch().await;
            assert_eq!(found.expect_err("no TLS").kind(), ErrorKind::Protocol, "{name}");
        });
        assert!(Endpoint::new("http://as.example/x", UrlPolicy::LoopbackHttp).is_err());
    }
}

fn state_and_scope_tell_nothing() {
    with_server(async |server| {
        let client = web(&server).await;
        let mut states = Vec::new();
        for _ in 0..2 {
            let authorization = asking(&client).scope(scope("openid mail")).login_hint("alice@example.org");
            let request = begun(&client, authorization).await;
            let state = request.pending().state().to_owned();
            // Chance and nothing else: as long as a random value, and not the same for the same question.
            let octets = base64url::decode(&state).expect("base64url");
            assert_eq!(octets.len(), 32);
            for private in ["alice", SECRET, "web", request.pending().nonce().expect("a nonce")] {
                assert!(!octets.windows(private.len()).any(|part| part == private.as_bytes()));
                assert!(!state.contains(private));
            }
            assert!(!states.contains(&state));
            states.push(state);
            assert_eq!(values(&query(request.url()), "scope"), ["openid mail"]);
        }
        let error = client.begin(asking(&client).parameter("state", "user=alice;password=x")).await;
        assert_eq!(error.expect_err("state is the flow's own").kind(), ErrorKind::Usage);
        // A text with a colon and a slash in it is a scope; one with what no scope has is none.
        assert!(Scope::new("https://as.example/auth/mail").is_ok());
        assert!(Scope::new("password=\"x\"").is_err());
    });
}

fn the_certificate_is_validated() {
    let pki = Pki::new();
    for identity in tls::unfit(&pki) {
        let server = server();
        tls::beside(&server, &identity, async |metadata| {
            let before = server.requests().len();
            let client = tls::client(&metadata, "web", pki.trusting());
            let client = client.authentication(ClientAuthentication::SecretBasic(secret(SECRET)));
            let client = client.build().expect("a client");
            let error = client.client_credentials().send().await.expect_err("an unknown server");
            assert_eq!(error.kind(), ErrorKind::Tls, "{error:?}");
            assert_eq!(server.requests().len(), before);
        });
    }
    let server = server();
    tls::beside(&server, &pki.server_for(&["localhost"]), async |metadata| {
        let client = tls::client(&metadata, "web", pki.trusting());
        let client = client.authentication(ClientAuthentication::SecretBasic(secret(SECRET)));
        client.build().expect("a client").client_credentials().send().await.expect("a token");
    });
    server.assert_blameless();
}

fn no_forged_answers() {
    with_server(async |server| {
        let client = app(&server).await;
        // The attacker's own answer, with the attacker's code, brought to the victim's browser.
        let victim = begun(&client, asking(&client)).await;
        let state = victim.pending().state().to_owned();
        assert_eq!(values(&query(victim.url()), "state"), [state.as_str()]);
        let kept = victim.pending().to_secret();
        let attacker = begun(&client, asking(&client)).await;
        let forged = server.authorize(attacker.url());
        let other = attacker.pending().state().to_owned();
        let without = forged.replace(&format!("&state={other}"), "");
        let answers = [
            (forged.clone(), r::STATE_IS_COMPARED),
            (forged.replace(&other, &state[..state.len() - 1]), r::STATE_IS_COMPARED),
            (forged.replace(&other, &format!("{state}x")), r::STATE_IS_COMPARED),
            (without, r::CODE_STATE_IS_RETURNED),
            (forged.replace(&other, ""), r::CODE_STATE_IS_RETURNED),
            (format!("{forged}&state={state}"), r::AUTHORIZATION_PARAMETERS_ARE_SINGLE),
        ];
        for (url, requirement) in answers {
            let callback = Callback::from_url(&url).expect("it can be read");
            let pending = Pending::from_secret(kept.expose()).expect("it was kept");
            assert!(!pending.is_answered_by(&callback), "{url}");
            let error = client.finish(pending, &callback).await.expect_err("forged");
            assert_eq!(
                (error.kind(), error.requirement()),
                (ErrorKind::Protocol, Some(requirement)),
                "{url}"
            );
        }
        server.assert_nothing_sent_to(Place::Token);
        let url = server.authorize(victim.url());
        assert_eq!(values(&query(&url), "state"), [state.as_str()]);
        let callback = Callback::from_url(&url).expect("it can be read");
        client.finish(victim.into_pending(), &callback).await.expect("a token");
    });
}

fn the_binding_cannot_be_guessed() {
    with_server(async |server| {
        let client = app(&server).await;
        let other = app(&server).await;
        let mut states = Vec::new();
        for _ in 0..64 {
            for client in [&client, &other] {
                let state = begun(client, asking(client)).await.pending().state().to_owned();
                let octets = base64url::decode(&state).expect("base64url");
                assert!(octets.len() >= 16, "128 bits at least");
                states.push(octets);
            }
        }
        // No two alike, and no bit that is always the same: that by chance all of 128 are is beyond
        // belief.
        let mut distinct = states.clone();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), states.len());
        for at in 0..states[0].len() {
            let all = states.iter().fold(0xff, |all, state| all & state[at]);
            let any = states.iter().fold(0x00, |any, state| any | state[at]);
            assert_eq!((all, any), (0x00, 0xff), "octet {at}");
        }
    });
}

fn the_binding_is_kept_apart() {
    with_server(async |server| {
        let client = app(&server).await;
        let request = begun(&client, asking(&client)).await;
        let state = request.pending().state().to_owned();
        let kept = request.pending().to_secret();
        let callback = Callback::from_url(&server.authorize(request.url())).expect("it can be read");
        // Shown to nobody: neither in logs, nor in what is said of a failure.
        let mut shown = format!("{client:?} {request:?} {:?} {kept:?} {callback:?}", request.pending());
        let other = begun(&client, asking_at(&client, CALLBACK)).await;
        let error = client.finish(other.into_pending(), &callback).await.expect_err("of another session");
        assert_eq!(error.requirement(), Some(r::STATE_IS_COMPARED));
        shown += &format!("{error} {error:?}");
        assert!(!shown.contains(&state), "{shown}");
        // Of one session, once: what was kept aside for it is what its answer is held against.
        let pending = Pending::from_secret(kept.expose()).expect("it was kept");
        client.finish(pending, &callback).await.expect("a token");
        assert!(server.sent_to(&state).iter().all(|place| *place == Place::Authorization));
    });
}

fn received_values_are_checked() {
    anyrfc_core::testing::run_virtual(async {
        let server = server();
        server.register(Registered::public("other").redirect_uri(CALLBACK));
        let client = web(&server).await;
        let member = |name: &str, value: serde_json::Value| Misbehaviour::Member(name.to_owned(), value);
        // Validated, where it could do harm.
        for fault in [
            Misbehaviour::ControlInAccessToken,
            Misbehaviour::UnicodeInAccessToken,
            member("refresh_token", json!("r\u{0}")),
            member("scope", json!("a\nb")),
            member("expires_in", json!({})),
            member("token_type", json!("Bearer\r\nX: y")),
        ] {
            server.plant(Plan::from(fault.clone()).at(Place::Token));
            let error = client.client_credentials().send().await.expect_err("it does not stand for a value");
            assert_eq!(error.kind(), ErrorKind::Protocol, "{fault:?}");
            assert!(error.to_string().chars().all(|c| !c.is_control()), "{error}");
            server.behave();
        }
        // Escaped, where it is text for people.
        server.plant(Misbehaviour::ControlInDescription);
        let error = client.client_credentials().send().await.expect_err("refused");
        let refusal = error.response().expect("it says why");
        assert!(refusal.description.as_ref().is_some_and(|text| text.contains('\u{1b}')), "kept as it came");
        for shown in [error.to_string(), format!("{error:?}"), refusal.to_string(), format!("{refusal:?}")] {
            assert!(shown.chars().all(|c| !c.is_control()), "{shown:?}");
        }
        server.behave();
        server.plant(Misbehaviour::CallbackError("access_denied".to_owned()));
        let error = go(&server, &client, asking(&client)).await.expect_err("refused");
        assert!(error.to_string().chars().all(|c| !c.is_control()), "{error}");
        server.behave();
        // A code that no code can be.
        let request = begun(&client, asking(&client)).await;
        let url = server.authorize(request.url());
        let code = values(&query(&url), "code").first().map(|code| (*code).to_owned()).expect("a code");
        let callback = Callback::from_url(&url.replace(&code, "a%0d%0ab")).expect("it can be read");
        let error = client.finish(request.into_pending(), &callback).await.expect_err("no code");
        assert_eq!(error.kind(), ErrorKind::Protocol);
        let before = server.count(Place::Token);
        go(&server, &client, asking(&client)).await.expect("a token");
        assert_eq!(server.count(Place::Token), before + 1);
        assert!(!body(&last(server.requests_to(Place::Token))).is_empty());
    });
}
