//! RFC 9449, section 5: tokens that are bound to a key.

use anyrfc_core::compliance::Check;
use anyrfc_jwt::types::JwsAlgorithm;
use serde_json::json;

use super::{
    super::granted::{ID, ISSUER, SECRET, basic, builder, jwks, jwt, key, last, session},
    bound,
};
use crate::{
    ErrorKind, RedirectUri, TokenType,
    codec::callback::Callback,
    proto::{Assertion, DpopKey, SecurityToken, TokenExchange},
    rfc9449 as r,
    testing::{AuthorizationServer, Misbehaviour, Place, Recorded, Registered},
    types::ClientMetadata,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9449/section-5/every-token-request-carries-a-proof",
        covers: &[r::TOKEN_REQUEST_CARRIES_PROOF],
        run: every_token_request_carries_a_proof,
    },
    Check {
        name: "rfc9449/section-5/a-token-that-is-not-bound-is-discarded",
        covers: &[r::TOKEN_TYPE_IS_DPOP, r::UNBOUND_TOKEN_IS_DISCARDED],
        run: a_token_that_is_not_bound_is_discarded,
    },
    Check {
        name: "rfc9449/section-5/a-refresh-is-proved-by-the-same-key",
        covers: &[r::REFRESH_PROVES_THE_SAME_KEY],
        run: a_refresh_is_proved_by_the_same_key,
    },
    Check {
        name: "rfc9449/section-5.1/only-algorithms-that-are-listed-are-used",
        covers: &[r::METADATA_MAY_LIST_PROOF_ALGS],
        run: only_algorithms_that_are_listed_are_used,
    },
    Check {
        name: "rfc9449/section-5.2/a-registration-may-promise-it",
        covers: &[r::REGISTRATION_MAY_PROMISE_DPOP],
        run: a_registration_may_promise_it,
    },
];

const CALLBACK: &str = "https://app.example/cb";

fn dpop_key() -> DpopKey {
    DpopKey::generate(JwsAlgorithm::Es256).expect("a key")
}

fn every_token_request_carries_a_proof() {
    session(async {
        let signing = key(JwsAlgorithm::Es256);
        let registered = Registered::confidential(ID, SECRET).redirect_uri(CALLBACK).dpop_bound();
        let server = AuthorizationServer::new(ISSUER).client(registered).with(|options| {
            options.assertion_issuers.insert("svc@example".into(), jwks(&signing));
            options.passwords.insert("joe".into(), "pass".into());
        });
        let client = bound(&server, &dpop_key()).await;
        let own = client.client_credentials().send().await.expect("a token");
        let subject = TokenExchange::new(SecurityToken::access(&own.access_token));
        client.token_exchange(subject).send().await.expect("a token");
        let assertion = Assertion::new(&signing).expect("an assertion").issuer("svc@example").subject("joe");
        client.jwt_bearer(assertion).send().await.expect("a token");
        let user = client.deprecated_password("joe", "pass").send().await.expect("a token");
        let refresh = user.refresh_token.expect("a refresh token");
        client.refresh(&refresh).send().await.expect("a token");
        let mut login = client.device_authorization().send().await.expect("codes");
        server.approve_device(login.authorization().user_code());
        login.poll(|_| ()).await.expect("a token");
        let asked = client.authorization_code(RedirectUri::new(CALLBACK).expect("a URI"));
        let request = client.begin(asked).await.expect("a request");
        let answer = Callback::from_url(&server.authorize(request.url())).expect("an answer");
        client.finish(request.into_pending(), &answer).await.expect("a token");
        let kinds: Vec<_> = server.requests_to(Place::Token).iter().map(kind_of).collect();
        let expected = [
            "client_credentials",
            "urn:ietf:params:oauth:grant-type:token-exchange",
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "password",
            "refresh_token",
            "urn:ietf:params:oauth:grant-type:device_code",
            "authorization_code",
        ];
        assert_eq!(kinds, expected);
        server.assert_blameless();
    });
}

/// The grant type of a request that has a proof.
fn kind_of(request: &Recorded) -> String {
    assert!(request.dpop().is_some(), "{request:?}");
    request.parameter("grant_type").expect("a grant type")
}

fn a_token_that_is_not_bound_is_discarded() {
    session(async {
        let server = basic();
        let key = dpop_key();
        let client = bound(&server, &key).await;
        assert_eq!(client.client_credentials().send().await.expect("a token").token_type, TokenType::Dpop);
        server.plant(Misbehaviour::TokenType("Bearer".into()));
        let error = client.client_credentials().send().await.expect_err("a breach");
        assert_eq!(error.kind(), ErrorKind::Protocol);
        assert_eq!(error.requirement(), Some(r::UNBOUND_TOKEN_IS_DISCARDED));
        // Who does not need the binding says so.
        let either = bound(&server, &key.or_bearer()).await;
        assert_eq!(either.client_credentials().send().await.expect("a token").token_type, TokenType::Bearer);
    });
}

fn a_refresh_is_proved_by_the_same_key() {
    session(async {
        let server = AuthorizationServer::new(ISSUER).client(Registered::public(ID)).with(|options| {
            options.passwords.insert("joe".into(), "pass".into());
        });
        let key = dpop_key();
        let client = builder(&server).await.dpop(key.clone()).build().expect("a client");
        let token = client.deprecated_password("joe", "pass").send().await.expect("a token");
        let refresh = token.refresh_token.expect("a refresh token");
        let thumbprint = || {
            let request = last(&server, Place::Token);
            jwt(request.header("dpop").expect("a proof")).0["jwk"].clone()
        };
        let first = thumbprint();
        let renewed = client.refresh(&refresh).send().await.expect("a token");
        assert_eq!(thumbprint(), first);
        server.assert_blameless();
        // The token is of no use to another key.
        let refresh = renewed.refresh_token.expect("a refresh token");
        let other = builder(&server).await.dpop(dpop_key()).build().expect("a client");
        assert_eq!(other.refresh(&refresh).send().await.expect_err("a refusal").kind(), ErrorKind::Refused);
        assert_ne!(thumbprint(), first);
        server.assert_violations(&[&r::REFRESH_PROVES_THE_SAME_KEY.id()]);
    });
}

fn only_algorithms_that_are_listed_are_used() {
    session(async {
        for (listed, fits) in [(json!(["ES256", "EdDSA"]), true), (json!(["RS256"]), false)] {
            let server = basic();
            server.configure(|options| {
                options.metadata.insert("dpop_signing_alg_values_supported".into(), listed);
            });
            let sent = bound(&server, &dpop_key()).await.client_credentials().send().await;
            assert_eq!(sent.err().map(|error| error.kind()), (!fits).then_some(ErrorKind::Unsupported));
            assert_eq!(server.count(Place::Token), usize::from(fits));
        }
    });
}

fn a_registration_may_promise_it() {
    let client = || ClientMetadata::new().grant_type("client_credentials");
    let mut promising = client();
    promising.dpop_bound_access_tokens = true;
    assert_eq!(promising.to_json().expect("a document")["dpop_bound_access_tokens"], true);
    assert!(!client().to_json().expect("a document").contains_key("dpop_bound_access_tokens"));
}
