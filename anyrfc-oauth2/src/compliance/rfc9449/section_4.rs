//! RFC 9449, sections 2 and 4: what a proof is.

use std::{collections::BTreeSet, time::Duration};

use anyrfc_core::compliance::Check;
use anyrfc_jwt::{
    proto::{JwsLimits, SigningKey, VerifyingKey, verify},
    types::{Jwk, JwsAlgorithm},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, Method};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{
    super::granted::{basic, endpoint, jwt, last, now, only_tls_is_spoken_to, session},
    API, bound,
};
use crate::{
    AccessToken, ErrorKind,
    proto::{DpopKey, Moment, Random},
    rfc9449 as r,
    testing::Place,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9449/section-2/dpop-rides-on-https",
        covers: &[r::DPOP_RIDES_ON_HTTPS],
        run: dpop_rides_on_https,
    },
    Check {
        name: "rfc9449/section-4/every-request-has-a-proof-of-its-own",
        covers: &[r::PROOF_IS_NEW_FOR_EVERY_REQUEST, r::JTI_IS_UNIQUE],
        run: every_request_has_a_proof_of_its_own,
    },
    Check {
        name: "rfc9449/section-4.1/a-proof-is-one-jwt-in-one-field",
        covers: &[r::PROOF_GOES_INTO_DPOP_HEADER],
        run: a_proof_is_one_jwt_in_one_field,
    },
    Check {
        name: "rfc9449/section-4.2/the-type-is-dpop-jwt",
        covers: &[r::TYP_IS_DPOP_JWT],
        run: the_type_is_dpop_jwt,
    },
    Check {
        name: "rfc9449/section-4.2/a-proof-is-signed-by-an-asymmetric-key",
        covers: &[r::ALG_IS_NEITHER_NONE_NOR_MAC],
        run: a_proof_is_signed_by_an_asymmetric_key,
    },
    Check {
        name: "rfc9449/section-4.2/the-jwk-verifies-the-proof-and-tells-nothing-else",
        covers: &[r::JWK_IS_THE_PUBLIC_KEY, r::JWK_HOLDS_NO_PRIVATE_KEY],
        run: the_jwk_verifies_the_proof_and_tells_nothing_else,
    },
    Check {
        name: "rfc9449/section-4.2/htm-is-the-method",
        covers: &[r::HTM_IS_THE_METHOD],
        run: htm_is_the_method,
    },
    Check {
        name: "rfc9449/section-4.2/htu-is-the-uri-without-its-query",
        covers: &[r::HTU_IS_THE_TARGET_URI],
        run: htu_is_the_uri_without_its_query,
    },
    Check { name: "rfc9449/section-4.2/iat-is-now", covers: &[r::IAT_IS_THE_CREATION_TIME], run: iat_is_now },
    Check {
        name: "rfc9449/section-4.2/ath-goes-with-a-token",
        covers: &[r::ATH_GOES_WITH_THE_TOKEN, r::ATH_IS_SHA256_OF_THE_TOKEN],
        run: ath_goes_with_a_token,
    },
    Check {
        name: "rfc9449/section-4.2/the-nonce-of-the-server-is-in-the-proof",
        covers: &[r::NONCE_OF_SERVER_IS_INCLUDED],
        run: the_nonce_of_the_server_is_in_the_proof,
    },
];

fn key() -> DpopKey {
    DpopKey::generate(JwsAlgorithm::Es256).expect("a key")
}

/// A proof for a request.
fn proof(key: &DpopKey, method: &Method, url: &str, token: Option<&AccessToken>, at: &Moment) -> String {
    let proof = key.proof(method, &endpoint(url), token, at, &mut Random::new([4; 32])).expect("a proof");
    proof.to_str().expect("text").to_owned()
}

fn claims(key: &DpopKey, method: &Method, url: &str) -> Map<String, Value> {
    jwt(&proof(key, method, url, None, &now())).1
}

fn dpop_rides_on_https() {
    only_tls_is_spoken_to("token_endpoint");
    session(async {
        let server = basic();
        let client = bound(&server, &key()).await;
        let token = client.client_credentials().send().await.expect("a token");
        let error = client.resource_by(&token).get("http://api.example/v1").await.expect_err("a refusal");
        assert_eq!(error.kind(), ErrorKind::Usage);
        server.assert_nothing_sent_to(Place::Resource);
        client.resource_by(&token).get(API).await.expect("the resource");
    });
}

fn every_request_has_a_proof_of_its_own() {
    session(async {
        let server = basic().with(|options| options.dpop_nonce = true);
        let client = bound(&server, &key()).await;
        for _ in 0..5 {
            let token = client.client_credentials().send().await.expect("a token");
            for _ in 0..2 {
                client.resource_by(&token).get(API).await.expect("the resource");
            }
        }
        let requests: Vec<_> =
            [Place::Token, Place::Resource].iter().flat_map(|place| server.requests_to(*place)).collect();
        let proofs: BTreeSet<_> = requests.iter().filter_map(|request| request.header("dpop")).collect();
        let ids: BTreeSet<_> = requests
            .iter()
            .map(|request| request.dpop().expect("a proof")["jti"].as_str().expect("a text").to_owned())
            .collect();
        // One more each for the nonce.
        assert_eq!((requests.len(), proofs.len(), ids.len()), (17, 17, 17));
        assert!(ids.iter().all(|id| id.len() == 43), "256 bits of base64url");
        server.assert_blameless();
    });
}

fn a_proof_is_one_jwt_in_one_field() {
    session(async {
        let server = basic();
        let client = bound(&server, &key()).await;
        let token = client.client_credentials().send().await.expect("a token");
        client.resource_by(&token).get(API).await.expect("the resource");
        for place in [Place::Token, Place::Resource] {
            let request = last(&server, place);
            assert_eq!(request.headers.get_all("dpop").iter().count(), 1);
            let text = request.header("dpop").expect("text");
            assert_eq!(text.split('.').count(), 3, "{text}");
            assert!(request.parameter("dpop").is_none() && !request.url.contains(text));
        }
        server.assert_blameless();
        // Where a proof stands already, no second one goes along: nothing is sent.
        let mut request = http::Request::new(bytes::Bytes::new());
        *request.uri_mut() = API.parse().expect("a URL");
        request.headers_mut().insert("dpop", "e30.e30.c2ln".parse().expect("a value"));
        let error = client.resource_by(&token).send(request).await.expect_err("a refusal");
        assert_eq!((error.kind(), server.count(Place::Resource)), (ErrorKind::Usage, 1));
    });
}

fn the_type_is_dpop_jwt() {
    let (header, _) = jwt(&proof(&key(), &Method::POST, API, None, &now()));
    assert_eq!(header["typ"], "dpop+jwt");
}

fn a_proof_is_signed_by_an_asymmetric_key() {
    for algorithm in [JwsAlgorithm::Hs256, JwsAlgorithm::Hs384, JwsAlgorithm::Hs512] {
        let error = DpopKey::new(&SigningKey::generate(algorithm).expect("a key")).expect_err("a refusal");
        assert_eq!(error.requirement(), Some(r::ALG_IS_NEITHER_NONE_NOR_MAC));
        assert_eq!(DpopKey::generate(algorithm).expect_err("a refusal").kind(), ErrorKind::Usage);
    }
    for algorithm in [JwsAlgorithm::Es256, JwsAlgorithm::Ps256, JwsAlgorithm::EdDsa] {
        let key = DpopKey::generate(algorithm).expect("a key");
        let (header, _) = jwt(&proof(&key, &Method::POST, API, None, &now()));
        assert_eq!(header["alg"], algorithm.name());
    }
    // There is no value of the type that is called so.
    assert!(JwsAlgorithm::from_name("none").is_err());
}

fn the_jwk_verifies_the_proof_and_tells_nothing_else() {
    for algorithm in [JwsAlgorithm::Es256, JwsAlgorithm::Es384, JwsAlgorithm::EdDsa, JwsAlgorithm::Ps256] {
        let signing = SigningKey::generate(algorithm).expect("a key").with_key_id("who I am");
        let key = DpopKey::new(&signing).expect("a key");
        let text = proof(&key, &Method::POST, API, None, &now());
        let (header, _) = jwt(&text);
        let Value::Object(members) = header["jwk"].clone() else { panic!("no jwk") };
        let public = ["kty", "crv", "x", "y", "n", "e"];
        assert!(members.keys().all(|name| public.contains(&name.as_str())), "{members:?}");
        let by = |jwk: &Jwk| {
            let key = VerifyingKey::from_jwk(jwk, algorithm).expect("a key");
            verify(&text, &key, &JwsLimits::default()).is_ok()
        };
        assert!(by(&Jwk::from_object(members).expect("a JWK")));
        let other = SigningKey::generate(algorithm).expect("a key").public_jwk().expect("a public half");
        assert!(!by(&other));
    }
}

fn htm_is_the_method() {
    let key = key();
    for method in [Method::GET, Method::POST, Method::DELETE, Method::from_bytes(b"Purge").expect("a method")]
    {
        assert_eq!(claims(&key, &method, API)["htm"], method.as_str());
    }
    session(async {
        let server = basic();
        let client = bound(&server, &key).await;
        let token = client.client_credentials().send().await.expect("a token");
        assert_eq!(last(&server, Place::Token).dpop().expect("a proof")["htm"], "POST");
        client.resource_by(&token).get(API).await.expect("the resource");
        assert_eq!(last(&server, Place::Resource).dpop().expect("a proof")["htm"], "GET");
        server.assert_blameless();
    });
}

fn htu_is_the_uri_without_its_query() {
    let key = key();
    for (url, htu) in [
        ("https://as.example/token", "https://as.example/token"),
        ("https://as.example/token?tenant=1", "https://as.example/token"),
        ("https://as.example?a", "https://as.example/"),
        ("https://as.example:8443/a%2Fb/", "https://as.example:8443/a%2Fb/"),
    ] {
        assert_eq!(claims(&key, &Method::POST, url)["htu"], htu, "{url}");
    }
    session(async {
        let server = basic();
        let client = bound(&server, &key).await;
        let token = client.client_credentials().send().await.expect("a token");
        client.resource_by(&token).get("https://api.example/v1/x?y=1&z").await.expect("the resource");
        let request = last(&server, Place::Resource);
        assert_eq!(request.url, "https://api.example/v1/x?y=1&z");
        assert_eq!(request.dpop().expect("a proof")["htu"], "https://api.example/v1/x");
        server.assert_blameless();
    });
}

fn iat_is_now() {
    for later in [0, 1, 86_400] {
        let at = now().after(Duration::from_secs(later));
        let (_, claims) = jwt(&proof(&key(), &Method::POST, API, None, &at));
        assert_eq!(claims["iat"].as_u64(), Some(at.unix.as_secs()));
    }
}

fn ath_goes_with_a_token() {
    for token in ["Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU", "another"] {
        let text = AccessToken::new(token).expect("a token");
        let (_, claims) = jwt(&proof(&key(), &Method::GET, API, Some(&text), &now()));
        assert_eq!(claims["ath"], URL_SAFE_NO_PAD.encode(Sha256::digest(token)));
    }
    assert!(!claims(&key(), &Method::POST, API).contains_key("ath"));
    session(async {
        let server = basic();
        let client = bound(&server, &key()).await;
        let token = client.client_credentials().send().await.expect("a token");
        assert!(last(&server, Place::Token).dpop().expect("a proof").get("ath").is_none());
        client.resource_by(&token).get(API).await.expect("the resource");
        let ath = last(&server, Place::Resource).dpop().expect("a proof")["ath"].clone();
        assert_eq!(ath, URL_SAFE_NO_PAD.encode(Sha256::digest(token.access_token.expose())));
        server.assert_blameless();
    });
}

fn the_nonce_of_the_server_is_in_the_proof() {
    let key = key();
    assert!(!claims(&key, &Method::POST, API).contains_key("nonce"));
    for nonce in ["n-1", "n-2"] {
        let headers =
            HeaderMap::from_iter([("dpop-nonce".parse().expect("a name"), nonce.parse().expect("a value"))]);
        assert!(key.observe(endpoint(API).origin(), &headers));
        assert_eq!(claims(&key, &Method::POST, API)["nonce"], nonce);
    }
    // Nor is it changed by an answer that brings none.
    assert!(!key.observe(endpoint(API).origin(), &HeaderMap::new()));
    assert_eq!(claims(&key, &Method::POST, API)["nonce"], "n-2");
}
