//! RFC 9126: the request that is handed over before the browser comes.

use anyrfc_core::{compliance::Check, testing::run_virtual};
use anyrfc_jwt::{codec::base64url, proto::SigningKey, types::JwsAlgorithm};
use http::Method;
use serde_json::{Value, json};

use super::{
    Waived,
    flow::{
        self, CALLBACK, ISSUER, Sent, answer, asked_by, asking, breaks, brought, builder, client, configured,
        endpoint, forms, go, of, published, push, said, scope, start,
    },
};
use crate::{
    ClientSecret, ErrorKind, ServerMetadata,
    codec::callback::Callback,
    proto::{ClientAuthentication, Start, Step},
    rfc6749, rfc9126 as r,
    testing::{AuthorizationServer, ClientMethod, Misbehaviour, Place, Plan, Registered},
};

pub(super) const GROUPS: &[&[Check]] = &[CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[];

static CHECKS: &[Check] = &[
    Check {
        name: "rfc9126/section-2/the-endpoint-is-https",
        covers: &[r::PAR_ENDPOINT_IS_HTTPS],
        run: the_endpoint_is_https,
    },
    Check {
        name: "rfc9126/section-2/an-assertion-is-for-the-issuer",
        covers: &[r::ISSUER_IS_THE_AUDIENCE],
        run: an_assertion_is_for_the_issuer,
    },
    Check {
        name: "rfc9126/section-2.1/no-request-uri-is-pushed",
        covers: &[r::NO_REQUEST_URI_IS_PUSHED],
        run: no_request_uri_is_pushed,
    },
    Check {
        name: "rfc9126/section-2.1/the-client-names-itself",
        covers: &[r::CLIENT_ID_IS_PUSHED],
        run: the_client_names_itself,
    },
    Check {
        name: "rfc9126/section-2.1/it-is-a-form-in-a-post",
        covers: &[r::PUSH_IS_A_FORM_POST],
        run: it_is_a_form_in_a_post,
    },
    Check {
        name: "rfc9126/section-2.1/the-client-proves-itself-as-for-tokens",
        covers: &[r::PUSH_AUTHENTICATES_AS_FOR_TOKENS],
        run: the_client_proves_itself_as_for_tokens,
    },
    Check {
        name: "rfc9126/section-2.2/success-is-201-with-a-uri",
        covers: &[r::SUCCESS_IS_201_WITH_REQUEST_URI],
        run: success_is_201_with_a_uri,
    },
    Check {
        name: "rfc9126/section-3/a-request-object-is-pushed-alone",
        covers: &[
            r::REQUEST_OBJECT_MAY_BE_PUSHED,
            r::FORM_HOLDS_ONLY_AUTHENTICATION,
            r::AUTHORIZATION_PARAMETERS_ARE_CLAIMS,
        ],
        run: a_request_object_is_pushed_alone,
    },
    Check {
        name: "rfc9126/section-4/the-browser-brings-the-uri",
        covers: &[r::REQUEST_URI_IS_USED_TO_AUTHORIZE],
        run: the_browser_brings_the_uri,
    },
    Check {
        name: "rfc9126/section-4/a-uri-is-used-once",
        covers: &[r::REQUEST_URI_IS_USED_ONCE],
        run: a_uri_is_used_once,
    },
    Check {
        name: "rfc9126/section-5/metadata-say-when-to-push",
        covers: &[r::REQUIRED_PAR_IS_USED, r::METADATA_MAY_SIGNAL_PAR],
        run: metadata_say_when_to_push,
    },
    Check {
        name: "rfc9126/section-7.5/a-swapped-uri-is-noticed",
        covers: &[r::SWAPPING_IS_DETECTED],
        run: a_swapped_uri_is_noticed,
    },
];

fn taken(uri: &str) -> http::Response<bytes::Bytes> {
    answer(201, &json!({"request_uri": uri, "expires_in": 60}))
}

fn the_endpoint_is_https() {
    let name = "pushed_authorization_request_endpoint";
    published(&json!({name: "https://as.example/par"})).expect("https");
    for url in
        ["http://as.example/par", "ftp://as.example/par", "//as.example/par", "par", "http://127.0.0.1/par"]
    {
        let error = published(&json!({name: url})).expect_err("no https");
        assert_eq!(error.kind(), ErrorKind::Protocol, "{url}");
        assert!(crate::Endpoint::new(url, crate::UrlPolicy::Https).is_err(), "{url}");
    }
    let mut exchange = push(asked_by(&of(configured(ISSUER))).pushed()).expect("it begins");
    assert_eq!(said(&mut exchange).uri().scheme_str(), Some("https"));
}

fn es256() -> SigningKey {
    SigningKey::generate(JwsAlgorithm::Es256).expect("a key").with_key_id("k")
}

fn set_of(key: &SigningKey) -> Value {
    json!({"keys": [serde_json::to_value(key.public_jwk().expect("a key")).expect("a key")]})
}

/// What a JWT says.
fn claims(token: &str) -> Value {
    let payload = base64url::decode(token.split('.').nth(1).expect("a payload")).expect("base64url");
    serde_json::from_slice(&payload).expect("JSON")
}

fn an_assertion_is_for_the_issuer() {
    let key = es256();
    let method = ClientMethod::PrivateKeyJwt(set_of(&key));
    let server = AuthorizationServer::default().client(Registered::new("app", method).redirect_uri(CALLBACK));
    run_virtual(async {
        let proof = ClientAuthentication::private_key_jwt(&key).expect("asymmetric");
        let client = builder(&server, "app").await.authentication(proof.into()).build().expect("a client");
        go(&server, &client, asking(&client).pushed()).await.expect("a token");
    });
    let [form] = &forms(&server, Place::Par)[..] else { panic!("one push") };
    assert_eq!(claims(form.one("client_assertion"))["aud"], json!(ISSUER));
    // A server of another name would not have taken it, nor does this one take another's.
    server.configure(|options| options.issuer = "https://other.example".into());
    run_virtual(async {
        let proof = ClientAuthentication::private_key_jwt(&key).expect("asymmetric");
        let client = builder(&server, "app").await.authentication(proof.into()).build().expect("a client");
        client.begin(asking(&client).pushed()).await.expect("its own name");
    });
    let forms = forms(&server, Place::Par);
    assert_eq!(claims(forms[1].one("client_assertion"))["aud"], json!("https://other.example"));
    server.assert_blameless();
}

fn no_request_uri_is_pushed() {
    let client = of(configured(ISSUER));
    for name in ["request_uri", "request"] {
        let asked = asked_by(&client).parameter(name, "https://app.example/request").pushed();
        let error = push(asked).expect_err("it would be pushed");
        assert_eq!(error.kind(), ErrorKind::Usage, "{name}");
        assert_eq!(error.requirement(), Some(rfc6749::AUTHORIZATION_PARAMETERS_ARE_SINGLE), "{name}");
    }
    for asked in [asked_by(&client), asked_by(&client).signed_by(es256())] {
        let mut exchange = push(asked.pushed()).expect("it begins");
        let request = said(&mut exchange);
        assert!(!Sent::within(request.body()).has("request_uri") && request.uri().query().is_none());
    }
}

/// Every way to prove who the client is, with what the server knows of it.
fn ways() -> Vec<(ClientAuthentication, ClientMethod)> {
    const SECRET: &str = "a secret: of more than 32 octets, %&+";
    let secret = || ClientSecret::new(SECRET).expect("a secret");
    let key = es256();
    let by_mac =
        ClientAuthentication::client_secret_jwt(&secret(), JwsAlgorithm::Hs256).expect("long enough");
    vec![
        (ClientAuthentication::None, ClientMethod::None),
        (ClientAuthentication::SecretBasic(secret()), ClientMethod::Basic(SECRET.into())),
        (ClientAuthentication::SecretPost(secret()), ClientMethod::Post(SECRET.into())),
        (by_mac.into(), ClientMethod::SecretJwt(SECRET.into())),
        (
            ClientAuthentication::private_key_jwt(&key).expect("asymmetric").into(),
            ClientMethod::PrivateKeyJwt(set_of(&key)),
        ),
    ]
}

fn the_client_names_itself() {
    for (proof, method) in ways() {
        let server =
            AuthorizationServer::default().client(Registered::new("app", method).redirect_uri(CALLBACK));
        run_virtual(async {
            let client = builder(&server, "app").await.authentication(proof).build().expect("a client");
            client.begin(asking(&client).pushed()).await.expect("taken");
        });
        // Also where the proof has the name already.
        assert_eq!(forms(&server, Place::Par)[0].one("client_id"), "app");
        server.assert_blameless();
    }
}

fn it_is_a_form_in_a_post() {
    let client = of(configured(ISSUER));
    let asked =
        asked_by(&client).login_hint("m\u{fc}ller+\u{20ac}&x=y@example.org").scope(scope("a b")).pushed();
    let request = said(&mut push(asked).expect("it begins"));
    assert_eq!((request.method(), request.uri().query()), (&Method::POST, None));
    assert_eq!(request.headers()["content-type"], "application/x-www-form-urlencoded");
    let text = std::str::from_utf8(request.body()).expect("ASCII");
    assert!(text.is_ascii() && text.contains("m%C3%BCller%2B%E2%82%AC%26x%3Dy%40example.org"), "{text}");
    let sent = Sent::within(request.body());
    assert_eq!((sent.one("login_hint"), sent.one("scope")), ("m\u{fc}ller+\u{20ac}&x=y@example.org", "a b"));
    assert_eq!((sent.one("response_type"), sent.one("redirect_uri")), ("code", CALLBACK));
}

fn the_client_proves_itself_as_for_tokens() {
    for (proof, method) in ways() {
        let name = proof.name();
        let server =
            AuthorizationServer::default().client(Registered::new("app", method).redirect_uri(CALLBACK));
        run_virtual(async {
            let client = builder(&server, "app").await.authentication(proof).build().expect("a client");
            go(&server, &client, asking(&client).pushed()).await.expect("a token");
        });
        let [at_par, at_token] = [Place::Par, Place::Token].map(|place| {
            let request = server.requests_to(place).pop().expect("a request");
            let form = Sent::within(&request.body);
            let kind = form.all("client_assertion_type").first().map(|kind| (*kind).to_owned());
            let secret = form.all("client_secret").first().map(|secret| (*secret).to_owned());
            let audience = form.all("client_assertion").first().map(|token| claims(token)["aud"].clone());
            (request.header("authorization").map(str::to_owned), kind, secret, audience)
        });
        assert_eq!(at_par, at_token, "{name}");
        assert_eq!(at_par == (None, None, None, None), name == "none", "{name}");
        server.assert_blameless();
    }
    // Whoever cannot prove it is told so, and no browser is sent anywhere.
    let server = AuthorizationServer::default()
        .client(Registered::new("app", ClientMethod::Basic("another secret".into())).redirect_uri(CALLBACK));
    run_virtual(async {
        let proof = ClientAuthentication::SecretBasic(ClientSecret::new("secret").expect("a secret"));
        let client = builder(&server, "app").await.authentication(proof).build().expect("a client");
        let error = client.begin(asking(&client).pushed()).await.expect_err("another secret");
        assert_eq!(error.kind(), ErrorKind::Auth);
    });
}

fn success_is_201_with_a_uri() {
    let judged = |status: u16, body: &Value| {
        let mut exchange = push(asked_by(&of(configured(ISSUER))).pushed()).expect("it begins");
        exchange.response(&answer(status, body), &flow::moment())
    };
    let good = json!({"request_uri": "urn:x", "expires_in": 60});
    assert!(judged(201, &good).is_ok());
    for (status, body) in [
        (200, good.clone()),
        (204, good),
        (201, json!({"expires_in": 60})),
        (201, json!({"request_uri": 1, "expires_in": 60})),
        (201, json!({"request_uri": "no uri", "expires_in": 60})),
        (201, json!({"request_uri": "urn:x"})),
        (201, json!({"request_uri": "urn:x", "expires_in": 0})),
    ] {
        breaks(judged(status, &body), r::SUCCESS_IS_201_WITH_REQUEST_URI);
    }
}

fn a_request_object_is_pushed_alone() {
    let key = es256();
    for (proof, method) in ways() {
        let server = AuthorizationServer::default()
            .client(Registered::new("app", method).redirect_uri(CALLBACK).jwks(set_of(&key)));
        run_virtual(async {
            let client = builder(&server, "app").await.authentication(proof).build().expect("a client");
            let asked =
                asking(&client).scope(scope("openid mail")).login_hint("alice").parameter("audience", "a");
            let asked = asked.resource("https://api.example/v1").signed_by(key.clone()).pushed();
            go(&server, &client, asked).await.expect("a token");
        });
        let [form] = &forms(&server, Place::Par)[..] else { panic!("one push") };
        let beside: Vec<&str> = form.names().into_iter().filter(|name| *name != "request").collect();
        let of_the_proof = ["client_id", "client_secret", "client_assertion", "client_assertion_type"];
        assert!(beside.iter().all(|name| of_the_proof.contains(name)), "{beside:?}");
        let claims = claims(form.one("request"));
        for (name, value) in [
            ("client_id", "app"),
            ("response_type", "code"),
            ("redirect_uri", CALLBACK),
            ("scope", "openid mail"),
            ("login_hint", "alice"),
            ("audience", "a"),
            ("resource", "https://api.example/v1"),
            ("code_challenge_method", "S256"),
        ] {
            assert_eq!(claims[name], json!(value), "{name}");
        }
        for name in ["state", "nonce", "code_challenge"] {
            assert!(claims[name].as_str().is_some_and(|text| !text.is_empty()), "{name}");
        }
        for name in of_the_proof.iter().filter(|name| **name != "client_id") {
            assert!(claims.get(name).is_none(), "{name}");
        }
        server.assert_blameless();
    }
}

fn the_browser_brings_the_uri() {
    let client = of(configured(ISSUER));
    for uri in ["urn:ietf:params:oauth:request_uri:x1", "https://as.example/r?a=b&state=x", "urn:x:%20"] {
        let mut exchange = push(asked_by(&client).scope(scope("openid")).pushed()).expect("it begins");
        let Ok(Step::Done(request)) = exchange.response(&taken(uri), &flow::moment()) else {
            panic!("{uri}")
        };
        assert!(request.url().starts_with("https://as.example/authorize?"), "{}", request.url());
        let sent = Sent::behind(request.url());
        assert_eq!((sent.one("request_uri"), sent.one("client_id")), (uri, "app"));
        assert_eq!(sent.names().len(), 2, "{sent:?}");
        assert_eq!(request.expires_in(), Some(std::time::Duration::from_secs(60)));
    }
    // Without one there is no request.
    let server = flow::server();
    server.plant(Plan::from(Misbehaviour::Without("request_uri".into())).at(Place::Par));
    run_virtual(async {
        let client = flow::client(&server).await;
        breaks(client.begin(asking(&client).pushed()).await, r::SUCCESS_IS_201_WITH_REQUEST_URI);
    });
}

fn a_uri_is_used_once() {
    let server = flow::server();
    run_virtual(async {
        let client = client(&server).await;
        let asked = asking(&client).pushed();
        for _ in 0..3 {
            go(&server, &client, asked.clone()).await.expect("a token");
        }
    });
    let mut uris: Vec<String> =
        brought(&server).iter().map(|sent| sent.one("request_uri").to_owned()).collect();
    uris.sort_unstable();
    uris.dedup();
    assert_eq!((uris.len(), server.count(Place::Par)), (3, 3));
    server.assert_blameless();
    // One answer makes one request of it.
    let mut exchange = push(asked_by(&of(configured(ISSUER))).pushed()).expect("it begins");
    assert!(matches!(exchange.response(&taken("urn:x"), &flow::moment()), Ok(Step::Done(_))));
    let error = exchange.response(&taken("urn:x"), &flow::moment()).expect_err("once more");
    assert_eq!(error.kind(), ErrorKind::Usage);
}

fn metadata_say_when_to_push() {
    let pushes = |server: ServerMetadata| {
        matches!(asked_by(&of(server)).start(&flow::moment(), &mut flow::random()), Ok(Start::Push(_)))
    };
    let name = "require_pushed_authorization_requests";
    for (members, expected) in [
        (json!({name: true}), true),
        (json!({name: false}), false),
        (json!({name: null}), false),
        (json!({}), false),
    ] {
        let server = published(&members).expect("metadata");
        assert_eq!(server.require_pushed_authorization_requests, expected, "{members}");
        assert_eq!(pushes(server), expected, "{members}");
    }
    // One that demands it and has no place for it is not asked without.
    let mut server = published(&json!({name: true})).expect("metadata");
    server.pushed_authorization_request_endpoint = None;
    let error = start(asked_by(&of(server.clone()))).expect_err("nowhere to push to");
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Unsupported, Some(r::REQUIRED_PAR_IS_USED)));
    server.pushed_authorization_request_endpoint = endpoint("https://as.example/par");
    assert!(pushes(server));
    let server = flow::server().with(|options| options.require_par = true);
    run_virtual(async {
        let client = client(&server).await;
        go(&server, &client, asking(&client)).await.expect("a token");
    });
    assert_eq!(server.count(Place::Par), 1);
    server.assert_blameless();
}

fn a_swapped_uri_is_noticed() {
    let server = flow::server();
    run_virtual(async {
        let client = client(&server).await;
        let asked = asking(&client).scope(scope("openid")).pushed();
        let [mine, attacker_s] = [client.begin(asked.clone()).await, client.begin(asked).await]
            .map(|begun| begun.expect("it begins"));
        let pushed = forms(&server, Place::Par);
        for name in ["state", "nonce", "code_challenge"] {
            assert_ne!(pushed[0].one(name), pushed[1].one(name), "{name}");
        }
        // The attacker's URI in place of mine: its answer is not one to what I asked.
        let callback = Callback::from_url(&server.authorize(attacker_s.url())).expect("an answer");
        let error = client.finish(mine.into_pending(), &callback).await.expect_err("swapped");
        assert_eq!(error.requirement(), Some(rfc6749::STATE_IS_COMPARED));
        server.assert_nothing_sent_to(Place::Token);
        // And with the state that I wait for, the code is another verifier's.
        let mine = client.begin(asking(&client).pushed()).await.expect("it begins");
        let theirs = client.begin(asking(&client).pushed()).await.expect("it begins");
        let url = server.authorize(theirs.url()).replace(theirs.pending().state(), mine.pending().state());
        let error = client.finish(mine.into_pending(), &Callback::from_url(&url).expect("an answer")).await;
        let error = error.expect_err("swapped");
        assert_eq!(error.response().map(|response| response.code.as_str()), Some("invalid_grant"), "{error}");
    });
}
