//! RFC 9449, sections 8 and 9: nonces.

use anyrfc_core::compliance::Check;
use anyrfc_jwt::types::JwsAlgorithm;
use http::{HeaderMap, HeaderValue, Method};
use serde_json::json;

use super::{
    super::granted::{answer, basic, client, endpoint, jwt, last, now, sent, session},
    API, bound,
};
use crate::{
    ErrorCode, ErrorKind,
    proto::{DpopKey, Grant, Random, Step},
    rfc9449 as r,
    testing::{Misbehaviour, Place, Recorded},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9449/section-8/a-demand-is-answered-once",
        covers: &[r::NONCE_MAY_BE_DEMANDED, r::NONCE_DEMAND_IS_ANSWERED],
        run: a_demand_is_answered_once,
    },
    Check {
        name: "rfc9449/section-8/two-nonces-are-none",
        covers: &[r::NONCE_HEADER_COMES_ONCE],
        run: two_nonces_are_none,
    },
    Check {
        name: "rfc9449/section-8/a-nonce-is-given-back-as-it-is",
        covers: &[r::NONCE_IS_OPAQUE],
        run: a_nonce_is_given_back_as_it_is,
    },
    Check { name: "rfc9449/section-8.2/a-nonce-is-kept", covers: &[r::NONCE_IS_KEPT], run: a_nonce_is_kept },
    Check {
        name: "rfc9449/section-8.2/a-new-nonce-replaces-the-old",
        covers: &[r::NEW_NONCE_REPLACES_THE_OLD],
        run: a_new_nonce_replaces_the_old,
    },
    Check {
        name: "rfc9449/section-9/a-resource-may-demand-a-nonce",
        covers: &[r::RESOURCE_MAY_DEMAND_A_NONCE],
        run: a_resource_may_demand_a_nonce,
    },
    Check {
        name: "rfc9449/section-9/nonces-are-kept-apart",
        covers: &[r::NONCES_ARE_KEPT_APART],
        run: nonces_are_kept_apart,
    },
];

fn key() -> DpopKey {
    DpopKey::generate(JwsAlgorithm::Es256).expect("a key")
}

/// The nonce in the proof of a request.
fn nonce(request: &Recorded) -> Option<String> {
    let claims = request.dpop().expect("a proof");
    claims.get("nonce").map(|nonce| nonce.as_str().expect("a text").to_owned())
}

/// The nonce in the next proof for a URL.
fn next(key: &DpopKey, url: &str) -> Option<String> {
    let proof = key.proof(&Method::POST, &endpoint(url), None, &now(), &mut Random::new([6; 32]));
    let (_, claims) = jwt(proof.expect("a proof").to_str().expect("text"));
    claims.get("nonce").map(|nonce| nonce.as_str().expect("a text").to_owned())
}

fn nonces(values: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append("dpop-nonce", HeaderValue::from_str(value).expect("a value"));
    }
    headers
}

fn a_demand_is_answered_once() {
    session(async {
        let server = basic().with(|options| options.dpop_nonce = true);
        let client = bound(&server, &key()).await;
        client.client_credentials().send().await.expect("a token");
        let [first, second] = &*server.requests_to(Place::Token) else { panic!("not twice") };
        assert_eq!((first.status, second.status), (Some(400), Some(200)));
        assert!(nonce(first).is_none() && nonce(second).is_some());
        assert_eq!(first.body, second.body);
        server.assert_blameless();
        // One that is never satisfied is told so, not asked for ever.
        server.plant(Misbehaviour::NonceForever);
        let error = client.client_credentials().send().await.expect_err("a refusal");
        assert_eq!(error.response().map(|refusal| &refusal.code), Some(&ErrorCode::UseDpopNonce));
        assert_eq!(server.count(Place::Token), 4);
    });
}

fn two_nonces_are_none() {
    let demand = |fields: &[(&str, &str)]| {
        let client = client(|config, _| config.dpop = Some(key()));
        let mut exchange = Grant::client_credentials().exchange(&client).expect("an exchange");
        sent(&mut exchange, &mut Random::new([7; 32]));
        let answer = answer(400, fields, &json!({"error": "use_dpop_nonce"}));
        exchange.response(&answer, &now())
    };
    assert!(matches!(demand(&[("dpop-nonce", "n-1")]), Ok(Step::Again)));
    for twice in ["n-1", "n-2"] {
        let error = demand(&[("dpop-nonce", "n-1"), ("dpop-nonce", twice)]).expect_err("a breach");
        assert_eq!(error.requirement(), Some(r::NONCE_MAY_BE_DEMANDED));
    }
    let key = key();
    assert!(!key.observe(endpoint(API).origin(), &nonces(&["n-1", "n-2"])));
    assert_eq!(next(&key, API), None);
}

fn a_nonce_is_given_back_as_it_is() {
    let key = key();
    for opaque in ["eyJ7S_zG.eyJH0-Z.HX4w-7v", "!#$%&'()*+,-./:;<=>?@[]^_`{|}~", "0", "%41+%20", "{}"] {
        assert!(key.observe(endpoint(API).origin(), &nonces(&[opaque])), "{opaque}");
        assert_eq!(next(&key, API).as_deref(), Some(opaque));
    }
}

fn a_nonce_is_kept() {
    session(async {
        let server = basic().with(|options| options.dpop_nonce = true);
        let client = bound(&server, &key()).await;
        for _ in 0..4 {
            client.client_credentials().send().await.expect("a token");
        }
        let seen: Vec<_> = server.requests_to(Place::Token).iter().map(nonce).collect();
        assert_eq!(seen.len(), 5, "asked again once only: {seen:?}");
        assert!(seen[1].is_some() && seen[1..].windows(2).all(|pair| pair[0] == pair[1]), "{seen:?}");
        server.assert_blameless();
    });
}

fn a_new_nonce_replaces_the_old() {
    session(async {
        let server = basic().with(|options| {
            options.dpop_nonce = true;
            options.dpop_nonce_each_time = true;
        });
        let client = bound(&server, &key()).await;
        for _ in 0..4 {
            client.client_credentials().send().await.expect("a token");
        }
        let seen: Vec<_> = server.requests_to(Place::Token).iter().map(nonce).collect();
        assert_eq!(seen.len(), 5, "each success brings the next: {seen:?}");
        assert!(seen.windows(2).all(|pair| pair[0] != pair[1]), "{seen:?}");
        server.assert_blameless();
    });
}

fn a_resource_may_demand_a_nonce() {
    session(async {
        let server = basic();
        let client = bound(&server, &key()).await;
        let token = client.client_credentials().send().await.expect("a token");
        server.configure(|options| options.dpop_nonce = true);
        let answer = client.resource_by(&token).get(API).await.expect("the resource");
        assert!(answer.status().is_success());
        let [first, second] = &*server.requests_to(Place::Resource) else { panic!("not twice") };
        assert_eq!((first.status, second.status), (Some(401), Some(200)));
        assert!(nonce(first).is_none() && nonce(second).is_some());
        client.resource_by(&token).get(API).await.expect("the resource");
        assert_eq!(server.count(Place::Resource), 3);
        server.assert_blameless();
        // Once is enough.
        server.plant(Misbehaviour::NonceForever);
        let error = client.resource_by(&token).get(API).await.expect_err("a refusal");
        assert_eq!((error.kind(), server.count(Place::Resource)), (ErrorKind::Auth, 5));
    });
}

fn nonces_are_kept_apart() {
    session(async {
        let server = basic().with(|options| options.dpop_nonce = true);
        let client = bound(&server, &key()).await;
        let token = client.client_credentials().send().await.expect("a token");
        let of_server = nonce(&last(&server, Place::Token)).expect("a nonce");
        client.resource_by(&token).get(API).await.expect("the resource");
        let of_resource = nonce(&last(&server, Place::Resource)).expect("a nonce");
        assert_ne!(of_server, of_resource);
        client.client_credentials().send().await.expect("a token");
        assert_eq!(nonce(&last(&server, Place::Token)), Some(of_server.clone()));
        let sent: Vec<_> = server.requests_to(Place::Resource).iter().map(nonce).collect();
        assert_eq!(sent, [None, Some(of_resource)]);
        server.assert_blameless();
    });
    let key = key();
    assert!(key.observe(endpoint(API).origin(), &nonces(&["n-1"])));
    for other in ["https://api.example:8443/v1", "https://as.example/", "https://api.example.evil/"] {
        assert_eq!(next(&key, other), None, "{other}");
    }
    assert_eq!(next(&key, "https://API.example:443/x").as_deref(), Some("n-1"));
}
