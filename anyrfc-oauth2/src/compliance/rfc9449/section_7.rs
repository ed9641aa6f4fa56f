//! RFC 9449, section 7: bound tokens at resources.

use anyrfc_core::compliance::Check;
use anyrfc_jwt::types::JwsAlgorithm;
use bytes::Bytes;
use serde_json::Value;

use super::{
    super::granted::{answer, basic, client, last, now, session},
    API, bound,
};
use crate::{
    AccessToken, Error, ErrorKind, TokenType,
    proto::{DpopKey, HttpRequest, Random, ResourceRequest, Step},
    rfc9449 as r,
    testing::{Misbehaviour, Place, Plan},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9449/section-7/a-resource-gets-token-and-proof",
        covers: &[r::RESOURCE_GETS_TOKEN_AND_PROOF],
        run: a_resource_gets_token_and_proof,
    },
    Check {
        name: "rfc9449/section-7.1/a-bound-token-has-its-own-scheme",
        covers: &[r::TOKEN_USES_THE_DPOP_SCHEME],
        run: a_bound_token_has_its_own_scheme,
    },
    Check {
        name: "rfc9449/section-7.1/unknown-parameters-are-ignored",
        covers: &[r::UNKNOWN_PARAMETERS_ARE_IGNORED],
        run: unknown_parameters_are_ignored,
    },
    Check {
        name: "rfc9449/section-7.1/proxies-get-no-token",
        covers: &[r::SCHEME_IS_NOT_FOR_PROXIES],
        run: proxies_get_no_token,
    },
    Check {
        name: "rfc9449/section-7.2/a-bound-token-may-go-out-as-bearer",
        covers: &[r::BOUND_TOKEN_IS_NO_BEARER_TOKEN, r::BEARER_CHALLENGE_MAY_BE_OBEYED],
        run: a_bound_token_may_go_out_as_bearer,
    },
    Check {
        name: "rfc9449/section-7.3/a-retry-has-a-new-proof",
        covers: &[r::RETRY_HAS_A_NEW_PROOF],
        run: a_retry_has_a_new_proof,
    },
];

fn key() -> DpopKey {
    DpopKey::generate(JwsAlgorithm::Es256).expect("a key")
}

fn get() -> HttpRequest {
    let mut request = HttpRequest::new(Bytes::new());
    *request.uri_mut() = API.parse().expect("a URL");
    request
}

fn a_resource_gets_token_and_proof() {
    session(async {
        let server = basic();
        let client = bound(&server, &key()).await;
        let token = client.client_credentials().send().await.expect("a token");
        client.resource_by(&token).get(API).await.expect("the resource");
        let request = last(&server, Place::Resource);
        assert!(request.header("authorization").is_some_and(|it| it.ends_with(token.access_token.expose())));
        assert!(request.dpop().expect("a proof").get("ath").is_some());
        server.assert_blameless();
        // Without the key, nothing is sent.
        let keyless = super::super::granted::by_basic(&server).await;
        let error = keyless.resource_by(&token).get(API).await.expect_err("a refusal");
        assert_eq!(error.requirement(), Some(r::RESOURCE_GETS_TOKEN_AND_PROOF));
        assert_eq!((error.kind(), server.count(Place::Resource)), (ErrorKind::Usage, 1));
    });
}

fn a_bound_token_has_its_own_scheme() {
    session(async {
        let server = basic();
        let client = bound(&server, &key()).await;
        let token = client.client_credentials().send().await.expect("a token");
        client.resource_by(&token).get(API).await.expect("the resource");
        let said = last(&server, Place::Resource).header("authorization").map(str::to_owned);
        assert_eq!(said, Some(format!("DPoP {}", token.access_token.expose())));
        // One that is not bound goes without proof, whatever key there is.
        let plain = super::super::granted::by_basic(&server).await;
        let token = plain.client_credentials().send().await.expect("a token");
        client.resource_by(&token).get(API).await.expect("the resource");
        let request = last(&server, Place::Resource);
        assert_eq!(
            request.header("authorization"),
            Some(&*format!("Bearer {}", token.access_token.expose()))
        );
        assert_eq!(request.header("dpop"), None);
        server.assert_blameless();
    });
}

/// What a client makes of a challenge to a bound token, where a nonce comes with it.
fn challenged(status: u16, field: &str, challenge: &str) -> Result<bool, Error> {
    let client = client(|config, _| config.dpop = Some(key()));
    let token = AccessToken::new("t0ken").expect("a token");
    let mut request = ResourceRequest::new(&client, get(), &token, &TokenType::Dpop)?;
    request.request(&now(), &mut Random::new([5; 32]))?;
    let answer = answer(status, &[(field, challenge), ("dpop-nonce", "n-1")], &Value::Null);
    Ok(matches!(request.response(answer)?, Step::Again))
}

fn unknown_parameters_are_ignored() {
    let challenge = |more: &str| format!("DPoP {more}error=\"use_dpop_nonce\", algs=\"ES256\"");
    for more in ["", "future=\"x, y\", ", "other=token, ", "error_code=7, future*=\"x\", "] {
        let again = challenged(401, "www-authenticate", &challenge(more));
        assert!(again.expect("a challenge that is understood"), "{more}");
    }
    // They do not stand in for those that are known.
    let error = challenged(401, "www-authenticate", "DPoP errors=\"use_dpop_nonce\"").expect_err("a refusal");
    assert_eq!(error.kind(), ErrorKind::Auth);
}

fn proxies_get_no_token() {
    let asked = challenged(407, "proxy-authenticate", "DPoP error=\"use_dpop_nonce\"");
    assert!(!asked.expect("an answer as it came"));
    session(async {
        let server = basic();
        let client = bound(&server, &key()).await;
        let token = client.client_credentials().send().await.expect("a token");
        let demand = vec![("proxy-authenticate".to_owned(), "DPoP algs=\"ES256\"".to_owned())];
        server.plant(Plan::from(Misbehaviour::Instead(407, demand, Bytes::new())).at(Place::Resource));
        let answer = client.resource_by(&token).get(API).await.expect("an answer");
        assert_eq!((answer.status().as_u16(), server.count(Place::Resource)), (407, 1));
        assert!(server.requests().iter().all(|request| request.header("proxy-authorization").is_none()));
        assert!(last(&server, Place::Resource).header("authorization").is_some());
    });
}

fn a_bound_token_may_go_out_as_bearer() {
    session(async {
        let server = basic();
        let client = bound(&server, &key()).await;
        let token = client.client_credentials().send().await.expect("a token");
        // The caller decides so, and a resource that knows better refuses.
        let error = client.resource(&token.access_token, &TokenType::Bearer).get(API).await;
        assert_eq!(error.expect_err("a refusal").kind(), ErrorKind::Auth);
        let request = last(&server, Place::Resource);
        assert_eq!(
            request.header("authorization"),
            Some(&*format!("Bearer {}", token.access_token.expose()))
        );
        assert_eq!(request.header("dpop"), None);
        server.assert_violations(&[&r::TOKEN_USES_THE_DPOP_SCHEME.id()]);
        // Nobody else does: no challenge leads there.
        let challenge = vec![("www-authenticate".to_owned(), "Bearer realm=\"x\"".to_owned())];
        server.plant(Plan::from(Misbehaviour::Instead(401, challenge, Bytes::new())).at(Place::Resource));
        assert!(client.resource_by(&token).get(API).await.is_err());
        assert_eq!(server.count(Place::Resource), 2);
        assert!(
            last(&server, Place::Resource).header("authorization").is_some_and(|it| it.starts_with("DPoP "))
        );
    });
}

fn a_retry_has_a_new_proof() {
    session(async {
        let server = basic().with(|options| options.dpop_nonce = true);
        let client = bound(&server, &key()).await;
        let token = client.client_credentials().send().await.expect("a token");
        client.resource_by(&token).get(API).await.expect("the resource");
        for place in [Place::Token, Place::Resource] {
            let [first, second] = &*server.requests_to(place) else { panic!("not twice") };
            let (first, second) = (first.dpop().expect("a proof"), second.dpop().expect("a proof"));
            assert_ne!(first["jti"], second["jti"]);
            assert!(first.get("nonce").is_none() && second.get("nonce").is_some());
        }
        server.assert_blameless();
    });
}
