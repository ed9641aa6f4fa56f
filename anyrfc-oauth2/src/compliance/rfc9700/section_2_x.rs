//! RFC 9700, sections 2.3 to 2.6: privileges, keys, metadata, TLS.

use anyrfc_core::{compliance::Check, testing::run_virtual};
use anyrfc_jwt::{proto::SigningKey, types::JwsAlgorithm};
use serde_json::json;

use super::super::flow::{
    self, CALLBACK, asked_by, asking, brought, builder, client, forms, go, of, published, start,
};
use crate::{
    AccessToken, ErrorKind, RedirectUri, TokenType,
    client::Loopback,
    proto::ClientAuthentication,
    rfc6750, rfc9700 as r,
    testing::{AuthorizationServer, ClientMethod, Place, Registered},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9700/section-2.3/nothing-is-asked-for-unasked",
        covers: &[r::PRIVILEGES_ARE_MINIMAL],
        run: nothing_is_asked_for_unasked,
    },
    Check {
        name: "rfc9700/section-2.5/a-key-pair-proves-the-client",
        covers: &[r::CLIENT_AUTHENTICATES_BY_KEY_PAIR],
        run: a_key_pair_proves_the_client,
    },
    Check {
        name: "rfc9700/section-2.6/metadata-configure-the-client",
        covers: &[r::METADATA_CONFIGURES_THE_CLIENT],
        run: metadata_configure_the_client,
    },
    Check {
        name: "rfc9700/section-2.6/tokens-go-over-tls",
        covers: &[r::TLS_IS_END_TO_END],
        run: tokens_go_over_tls,
    },
    Check {
        name: "rfc9700/section-2.6/answers-cross-no-network-in-clear",
        covers: &[r::RESPONSE_IS_NOT_SENT_IN_CLEAR],
        run: answers_cross_no_network_in_clear,
    },
];

fn nothing_is_asked_for_unasked() {
    let server = flow::server();
    run_virtual(async {
        let client = client(&server).await;
        for asked in [
            asking(&client),
            asking(&client).scope(flow::scope("mail.read")).resource("https://api.example/v1"),
        ] {
            go(&server, &client, asked).await.expect("a token");
        }
    });
    let [nothing, little] = &brought(&server)[..] else { panic!("two requests") };
    for name in ["scope", "resource", "authorization_details", "claims", "prompt", "access_type"] {
        assert!(!nothing.has(name), "{name}");
    }
    assert_eq!((little.one("scope"), little.one("resource")), ("mail.read", "https://api.example/v1"));
    // The token is asked for with as little.
    let forms = forms(&server, Place::Token);
    assert!(!forms[0].has("scope") && !forms[0].has("resource"));
    assert_eq!(forms[1].all("resource"), ["https://api.example/v1"]);
    server.assert_blameless();
}

fn a_key_pair_proves_the_client() {
    let key = SigningKey::generate(JwsAlgorithm::Es256).expect("a key").with_key_id("k");
    let set = json!({"keys": [serde_json::to_value(key.public_jwk().expect("a key")).expect("a key")]});
    let registered = Registered::new("app", ClientMethod::PrivateKeyJwt(set)).redirect_uri(CALLBACK);
    let server = AuthorizationServer::default().client(registered);
    run_virtual(async {
        let proof = ClientAuthentication::private_key_jwt(&key).expect("asymmetric");
        let client = builder(&server, "app").await.authentication(proof.into()).build().expect("a client");
        go(&server, &client, asking(&client).pushed()).await.expect("a token");
        // Whoever has another key is somebody else.
        let other = SigningKey::generate(JwsAlgorithm::Es256).expect("a key").with_key_id("k");
        let proof = ClientAuthentication::private_key_jwt(&other).expect("asymmetric");
        let client = builder(&server, "app").await.authentication(proof.into()).build().expect("a client");
        assert_eq!(
            client.begin(asking(&client).pushed()).await.expect_err("who is it").kind(),
            ErrorKind::Auth
        );
    });
    // Nothing that is shared was sent, and no symmetric key passes for one of a pair.
    for form in forms(&server, Place::Token) {
        assert!(form.has("client_assertion") && !form.has("client_secret"));
    }
    let mac = SigningKey::hmac(JwsAlgorithm::Hs256, &crate::Secret::new(vec![7; 32])).expect("a key");
    assert_eq!(ClientAuthentication::private_key_jwt(&mac).expect_err("symmetric").kind(), ErrorKind::Usage);
}

fn metadata_configure_the_client() {
    let server = flow::server();
    server.configure(|options| {
        // What is not by default, and so is known from the metadata alone.
        options.require_par = true;
        options.iss_parameter = false;
    });
    run_virtual(async {
        let client = client(&server).await;
        let known = client.server();
        let at = |endpoint: &Option<crate::Endpoint>| {
            endpoint.as_ref().map(|endpoint| endpoint.as_str().to_owned())
        };
        for (endpoint, place) in [
            (&known.authorization_endpoint, Place::Authorization),
            (&known.token_endpoint, Place::Token),
            (&known.pushed_authorization_request_endpoint, Place::Par),
            (&known.revocation_endpoint, Place::Revocation),
            (&known.introspection_endpoint, Place::Introspection),
            (&known.device_authorization_endpoint, Place::DeviceAuthorization),
            (&known.jwks_uri, Place::Jwks),
        ] {
            assert_eq!(at(endpoint), Some(server.url(place)), "{place:?}");
        }
        assert!(known.require_pushed_authorization_requests);
        assert!(!known.authorization_response_iss_parameter_supported);
        go(&server, &client, asking(&client)).await.expect("a token");
    });
    assert_eq!((server.count(Place::Metadata), server.count(Place::Par)), (1, 1));
    server.assert_blameless();
    // Endpoints that are found elsewhere are used there.
    let moved =
        published(&json!({"authorization_endpoint": "https://login.example/go?tenant=1"})).expect("metadata");
    let request = start(asked_by(&of(moved))).expect("it begins");
    assert!(request.url().starts_with("https://login.example/go?tenant=1&"), "{}", request.url());
}

fn tokens_go_over_tls() {
    let server = flow::server();
    run_virtual(async {
        let client = client(&server).await;
        let token = go(&server, &client, asking(&client)).await.expect("a token");
        let resource = client.resource_by(&token);
        let answer = resource.get(&server.url(Place::Resource)).await.expect("an answer");
        assert!(answer.status().is_success() && server.url(Place::Resource).starts_with("https://"));
        for url in ["http://api.example/v1", "http://127.0.0.1/v1", "ftp://api.example/v1"] {
            flow::unfit(resource.get(url).await, rfc6750::TLS_IS_ALWAYS_USED);
        }
        // Nor elsewhere than to the resource: its redirections are not followed.
        let fresh = AccessToken::new("t").expect("a token");
        let resource = client.resource(&fresh, &TokenType::Bearer);
        flow::unfit(resource.get("http://api.example/v1").await, rfc6750::TLS_IS_ALWAYS_USED);
    });
    assert_eq!(server.count(Place::Resource), 1);
    server.assert_nothing_sent_to(Place::Elsewhere);
}

fn answers_cross_no_network_in_clear() {
    for uri in
        ["https://app.example/cb", "http://127.0.0.1:5000/cb", "http://[::1]:5000/cb", "com.example.app:/cb"]
    {
        RedirectUri::new(uri).expect("no network, or TLS");
    }
    for uri in [
        "http://app.example/cb",
        "http://192.168.0.1/cb",
        "http://[fe80::1]/cb",
        "http://127.0.0.1.example/cb",
        "http://0.0.0.0/cb",
        "ws://app.example/cb",
    ] {
        assert_eq!(RedirectUri::new(uri).expect_err("in the clear").kind(), ErrorKind::Usage, "{uri}");
    }
    anyrfc_core::testing::run(async {
        let loopback = Loopback::bind().expect("a port");
        assert!(loopback.local_addrs().iter().all(|address| address.ip().is_loopback()));
    });
}
