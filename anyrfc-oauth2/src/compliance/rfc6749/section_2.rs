//! RFC 6749, section 2: registered clients, and how they prove who they are.

use anyrfc_core::compliance::Check;
use anyrfc_jwt::{proto::SigningKey, types::JwsAlgorithm};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use super::support::{
    CALLBACK, SECRET, app, asking, begun, client_of, fields, go, last, query, secret, server, values, web,
    with_server,
};
use crate::{
    ClientId, ClientSecret, Endpoint, ErrorKind, UrlPolicy,
    proto::{ClientAuthentication, Config},
    rfc6749 as r,
    testing::{AuthorizationServer, ClientMethod, Misbehaviour, Place, Registered},
    types::RegisteredClient,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc6749/section-2.2/an-identifier-proves-nothing",
        covers: &[r::CLIENT_ID_IS_NO_CREDENTIAL],
        run: an_identifier_proves_nothing,
    },
    Check {
        name: "rfc6749/section-2.2/identifiers-of-any-size",
        covers: &[r::CLIENT_ID_HAS_ANY_SIZE],
        run: identifiers_of_any_size,
    },
    Check {
        name: "rfc6749/section-2.3/one-way-to-authenticate",
        covers: &[r::ONE_AUTHENTICATION_PER_REQUEST],
        run: one_way_to_authenticate,
    },
    Check {
        name: "rfc6749/section-2.3.1/basic",
        covers: &[r::PASSWORD_MAY_GO_BY_BASIC, r::BASIC_CREDENTIALS_ARE_FORM_ENCODED],
        run: basic,
    },
    Check {
        name: "rfc6749/section-2.3.1/in-the-body",
        covers: &[r::BODY_HAS_CLIENT_ID, r::BODY_HAS_CLIENT_SECRET],
        run: in_the_body,
    },
    Check {
        name: "rfc6749/section-2.3.1/no-secret-is-no-parameter",
        covers: &[r::EMPTY_SECRET_MAY_BE_LEFT_OUT],
        run: no_secret_is_no_parameter,
    },
    Check {
        name: "rfc6749/section-2.3.1/the-body-only-by-name",
        covers: &[r::BODY_CREDENTIALS_ARE_NOT_PREFERRED, r::BODY_CREDENTIALS_ARE_A_LAST_RESORT],
        run: the_body_only_by_name,
    },
    Check {
        name: "rfc6749/section-2.3.1/no-credentials-in-the-uri",
        covers: &[r::NO_CREDENTIALS_IN_THE_URI],
        run: no_credentials_in_the_uri,
    },
    Check {
        name: "rfc6749/section-2.3.1/no-password-without-tls",
        covers: &[r::PASSWORD_NEEDS_TLS],
        run: no_password_without_tls,
    },
];

fn an_identifier_proves_nothing() {
    with_server(async |server| {
        let client = app(&server).await;
        assert_eq!(client.config().authentication.name(), "none");
        // What only a client that proves itself may have is not even asked for.
        let error = client.client_credentials().send().await.expect_err("nothing is proved");
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert_eq!(error.requirement(), Some(r::CLIENT_GRANT_IS_FOR_CONFIDENTIAL_CLIENTS));
        server.assert_nothing_sent_to(Place::Token);
        // Where it is sent alone, it stands where names stand, not where credentials do.
        go(&server, &client, asking(&client)).await.expect("a token");
        let sent = last(server.requests_to(Place::Token));
        assert_eq!(sent.parameter("client_id").as_deref(), Some("app"));
        assert_eq!(sent.header("authorization"), None);
        for name in ["client_secret", "client_assertion", "client_assertion_type"] {
            assert_eq!(sent.parameter(name), None, "{name}");
        }
        // Who proves himself has it.
        web(&server).await.client_credentials().send().await.expect("its own access");
    });
}

fn identifiers_of_any_size() {
    for length in [1, 255, 256, 10_000] {
        with_server(async |server| {
            let id = "c".repeat(length);
            server.register(Registered::public(&id).redirect_uri(CALLBACK));
            let client = client_of(&server, &id, ClientAuthentication::None).await;
            go(&server, &client, asking(&client)).await.expect("a token");
            assert_eq!(last(server.requests_to(Place::Token)).parameter("client_id"), Some(id.clone()));
            server.register(Registered::confidential(&id, SECRET).redirect_uri(CALLBACK));
            let proved = ClientAuthentication::SecretBasic(secret(SECRET));
            let client = client_of(&server, &id, proved).await;
            client.client_credentials().send().await.expect("a token");
        });
    }
    assert!(ClientId::new("").is_err(), "none at all is none");
}

/// How a client can prove itself, and how the server knows it then.
fn ways() -> Vec<(ClientAuthentication, ClientMethod)> {
    let shared = "a secret of no less than thirty-two octets";
    let key = SigningKey::generate(JwsAlgorithm::Es256).expect("a key").with_key_id("k");
    let public = serde_json::to_value(key.public_jwk().expect("a public key")).expect("JSON");
    let signed = ClientAuthentication::private_key_jwt(&key).expect("an asymmetric key");
    let by_mac = ClientAuthentication::client_secret_jwt(&secret(shared), JwsAlgorithm::Hs256);
    vec![
        (ClientAuthentication::SecretBasic(secret(SECRET)), ClientMethod::Basic(SECRET.to_owned())),
        (ClientAuthentication::SecretPost(secret(SECRET)), ClientMethod::Post(SECRET.to_owned())),
        (by_mac.expect("long enough").into(), ClientMethod::SecretJwt(shared.to_owned())),
        (signed.into(), ClientMethod::PrivateKeyJwt(json!({"keys": [public]}))),
    ]
}

fn one_way_to_authenticate() {
    for (authentication, method) in ways() {
        with_server(async |server| {
            server.register(Registered::new("it", method.clone()).redirect_uri(CALLBACK));
            let client = client_of(&server, "it", authentication.clone()).await;
            go(&server, &client, asking(&client)).await.expect("a token by a code");
            client.client_credentials().send().await.expect("a token of its own");
            for sent in server.requests_to(Place::Token) {
                let shown = [
                    sent.headers.get_all("authorization").iter().count(),
                    usize::from(sent.parameter("client_secret").is_some()),
                    usize::from(sent.parameter("client_assertion").is_some()),
                ];
                assert_eq!(shown.iter().sum::<usize>(), 1, "{}: {shown:?}", authentication.name());
            }
            // Another way beside it is not to be had.
            let before = server.count(Place::Token);
            for name in ["client_secret", "client_assertion", "client_assertion_type", "client_id"] {
                let error = client.client_credentials().parameter(name, "x").send().await;
                assert_eq!(error.expect_err("no second way").kind(), ErrorKind::Usage, "{name}");
            }
            assert_eq!(server.count(Place::Token), before);
        });
    }
}

/// What `client_id` with `password` says in `Authorization`, and in its body.
fn shown(client_id: &str, password: &str) -> (String, Vec<(String, String)>) {
    let mut seen = None;
    with_server(async |server| {
        server.register(Registered::confidential(client_id, password));
        let proved = ClientAuthentication::SecretBasic(secret(password));
        let client = client_of(&server, client_id, proved).await;
        client.client_credentials().send().await.expect("a token");
        let sent = last(server.requests_to(Place::Token));
        let body = String::from_utf8(sent.body.to_vec()).expect("text");
        seen = Some((sent.header("authorization").expect("credentials").to_owned(), fields(&body)));
    });
    seen.expect("something was sent")
}

fn basic() {
    // The section's own example.
    let (header, body) = shown("s6BhdRkqt3", "7Fjfp0ZBr1KtDRbnfVdmIw");
    assert_eq!(header, "Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3");
    assert!(values(&body, "client_secret").is_empty(), "{body:?}");
    // What would end the user name, or be read as an escape, is escaped first.
    let (header, _) = shown("a b:c%3A+", "s%c+r:et &=/");
    let pair = "a+b%3Ac%253A%2B:s%25c%2Br%3Aet+%26%3D%2F";
    assert_eq!(header, format!("Basic {}", STANDARD.encode(pair)));
}

fn in_the_body() {
    with_server(async |server| {
        server
            .register(Registered::new("post", ClientMethod::Post(SECRET.to_owned())).redirect_uri(CALLBACK));
        let client = client_of(&server, "post", ClientAuthentication::SecretPost(secret(SECRET))).await;
        let tokens = go(&server, &client, asking(&client)).await.expect("a token by a code");
        client.client_credentials().send().await.expect("a token of its own");
        client.refresh(&tokens.refresh_token.expect("a refresh token")).send().await.expect("another");
        let sent = server.requests_to(Place::Token);
        assert_eq!(sent.len(), 3);
        for sent in sent {
            let body = fields(std::str::from_utf8(&sent.body).expect("text"));
            assert_eq!(values(&body, "client_id"), ["post"]);
            assert_eq!(values(&body, "client_secret"), [SECRET]);
        }
        // Another password is refused: it does count.
        let other = client_of(&server, "post", ClientAuthentication::SecretPost(secret("other"))).await;
        let error = other.client_credentials().send().await.expect_err("another password");
        assert_eq!(error.kind(), ErrorKind::Auth);
    });
}

fn no_secret_is_no_parameter() {
    // There is no empty secret that could be sent.
    assert_eq!(ClientSecret::new("").expect_err("no secret").kind(), ErrorKind::Usage);
    with_server(async |server| {
        let client = app(&server).await;
        go(&server, &client, asking(&client)).await.expect("a token");
        let body = last(server.requests_to(Place::Token)).body;
        let body = fields(std::str::from_utf8(&body).expect("text"));
        assert!(values(&body, "client_secret").is_empty(), "{body:?}");
        assert_eq!(values(&body, "client_id"), ["app"]);
    });
}

fn the_body_only_by_name() {
    // Nothing is chosen by default, and a registration without a word means Basic.
    let metadata = crate::ServerMetadata::nameless();
    let config = Config::new(std::sync::Arc::new(metadata), ClientId::new("x").expect("an identifier"));
    assert_eq!(config.authentication.name(), "none");
    let registered = br#"{"client_id": "x", "client_secret": "y", "client_secret_expires_at": 0}"#;
    let endpoint = Endpoint::new("https://as.example/register", UrlPolicy::Https).expect("an endpoint");
    let registered = RegisteredClient::parse(registered, &endpoint, UrlPolicy::Https).expect("registered");
    assert_eq!(registered.token_endpoint_auth_method(), "client_secret_basic");
    for (authentication, method) in ways() {
        let in_body = matches!(authentication, ClientAuthentication::SecretPost(_));
        with_server(async |server| {
            let password = match &method {
                ClientMethod::Basic(password) | ClientMethod::Post(password) => password.clone(),
                ClientMethod::SecretJwt(password) => password.clone(),
                _ => "no password".to_owned(),
            };
            server.register(Registered::new("it", method.clone()).redirect_uri(CALLBACK));
            let client = client_of(&server, "it", authentication.clone()).await;
            go(&server, &client, asking(&client)).await.expect("a token by a code");
            // Refused or not: the body is no second try.
            server.plant(Misbehaviour::Error(401, "invalid_client".to_owned()));
            client.client_credentials().send().await.expect_err("it is refused");
            let sent = server.requests_to(Place::Token);
            assert_eq!(sent.len(), 2);
            for sent in sent {
                let body = fields(std::str::from_utf8(&sent.body).expect("text"));
                let held = body.iter().any(|(_, value)| *value == password);
                assert_eq!(held, in_body, "{}", authentication.name());
                assert_eq!(!values(&body, "client_secret").is_empty(), in_body);
            }
        });
    }
}

fn no_credentials_in_the_uri() {
    for (authentication, method) in ways() {
        for pushed in [false, true] {
            with_server(async |server| {
                server.register(Registered::new("it", method.clone()).redirect_uri(CALLBACK));
                let client = client_of(&server, "it", authentication.clone()).await;
                let asked = if pushed { asking(&client).pushed() } else { asking(&client) };
                go(&server, &client, asked).await.expect("a token by a code");
                client.client_credentials().send().await.expect("a token of its own");
                for name in ["client_secret", "client_assertion", "client_assertion_type"] {
                    let error = client.begin(asking(&client).parameter(name, "x")).await;
                    assert_eq!(error.expect_err("not in the browser").kind(), ErrorKind::Usage, "{name}");
                }
                no_uri_holds_credentials(&server);
            });
        }
    }
}

fn no_uri_holds_credentials(server: &AuthorizationServer) {
    let requests = server.requests();
    assert!(requests.iter().any(|sent| sent.place == Place::Authorization));
    for sent in requests {
        let parameters = query(&sent.url);
        for name in ["client_secret", "client_assertion"] {
            assert!(values(&parameters, name).is_empty(), "{}", sent.url);
        }
        assert!(!parameters.iter().any(|(_, value)| value.contains(SECRET)), "{}", sent.url);
        // The identifier stands there for the browser alone.
        let named = !values(&parameters, "client_id").is_empty();
        assert_eq!(named, sent.place == Place::Authorization, "{}", sent.url);
    }
}

fn no_password_without_tls() {
    let refused = |text| Endpoint::new(text, UrlPolicy::Https).expect_err("no TLS");
    assert_eq!(refused("http://as.example/token").kind(), ErrorKind::Usage);
    // Nor where the server itself says that it does without.
    anyrfc_core::testing::run_virtual(async {
        let server = server();
        server.plant(Misbehaviour::HttpTokenEndpoint);
        let found = crate::OAuth2Client::discover(server.issuer()).http(server.clone());
        let error = found.client(ClientId::new("web").expect("an identifier")).await.expect_err("no TLS");
        assert_eq!(error.kind(), ErrorKind::Protocol);
        server.behave();
        let client = web(&server).await;
        client.client_credentials().send().await.expect("by TLS");
        let asked = begun(&client, asking(&client)).await;
        assert!(asked.url().starts_with("https://"));
        assert!(server.requests().iter().all(|sent| sent.url.starts_with("https://")));
    });
}
