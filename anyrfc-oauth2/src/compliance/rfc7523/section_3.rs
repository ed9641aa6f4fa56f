//! RFC 7523, sections 3 and 5: what stands in a JWT, and how it is signed.

use std::time::Duration;

use anyrfc_core::{Secret, compliance::Check};
use anyrfc_jwt::{
    proto::{JwsLimits, KeySource, SigningKey, VerifyingKey, verify},
    types::JwsAlgorithm,
};
use serde_json::{Map, Value, json};

use super::super::granted::{
    ID, ISSUER, NOW, SECRET, asked, basic, by_basic, client, jwks, jwt, key, secret, session, values,
};
use crate::{
    Error, ErrorKind,
    proto::{Assertion, Audience, ClientAuthentication, Grant},
    rfc7523 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check { name: "rfc7523/section-3/iss-is-there", covers: &[r::JWT_HAS_ISS], run: iss_is_there },
    Check { name: "rfc7523/section-3/sub-is-there", covers: &[r::JWT_HAS_SUB], run: sub_is_there },
    Check {
        name: "rfc7523/section-3/the-subject-of-a-client-is-itself",
        covers: &[r::SUBJECT_IS_CLIENT_ID],
        run: the_subject_of_a_client_is_itself,
    },
    Check {
        name: "rfc7523/section-3/aud-names-the-server",
        covers: &[r::JWT_HAS_AUD],
        run: aud_names_the_server,
    },
    Check {
        name: "rfc7523/section-3/the-audience-is-configured",
        covers: &[r::AUDIENCE_IS_CONFIGURED],
        run: the_audience_is_configured,
    },
    Check {
        name: "rfc7523/section-3/the-token-endpoint-may-be-the-audience",
        covers: &[r::TOKEN_ENDPOINT_MAY_BE_THE_AUDIENCE],
        run: the_token_endpoint_may_be_the_audience,
    },
    Check { name: "rfc7523/section-3/exp-is-there", covers: &[r::JWT_HAS_EXP], run: exp_is_there },
    Check {
        name: "rfc7523/section-3/iat-and-jti-are-there",
        covers: &[r::IAT_MAY_BE_THERE, r::JTI_MAY_BE_THERE],
        run: iat_and_jti_are_there,
    },
    Check {
        name: "rfc7523/section-3/nbf-and-other-claims-may-be-there",
        covers: &[r::NBF_MAY_BE_THERE, r::OTHER_CLAIMS_MAY_BE_THERE],
        run: nbf_and_other_claims_may_be_there,
    },
    Check { name: "rfc7523/section-3/a-jwt-is-signed", covers: &[r::JWT_IS_SIGNED], run: a_jwt_is_signed },
    Check {
        name: "rfc7523/section-5/rs256-is-there",
        covers: &[r::RS256_IS_IMPLEMENTED],
        run: rs256_is_there,
    },
];

/// What an assertion turns into that is a grant.
fn granting(change: impl FnOnce(Assertion) -> Assertion) -> Result<String, Error> {
    let assertion = Assertion::new(&key(JwsAlgorithm::Es256)).expect("an assertion");
    let request = asked(&Grant::jwt_bearer(change(assertion)), &client(|_, _| ()))?;
    Ok(values(request.body(), "assertion").remove(0))
}

/// What an assertion turns into that proves the client.
fn proving(method: impl Into<ClientAuthentication>) -> String {
    let client = client(|config, _| config.authentication = method.into());
    let request = asked(&Grant::client_credentials(), &client).expect("a request");
    values(request.body(), "client_assertion").remove(0)
}

fn by_key(key: &SigningKey) -> String {
    proving(ClientAuthentication::private_key_jwt(key).expect("a method"))
}

/// The claims of both.
fn both() -> [Map<String, Value>; 2] {
    [jwt(&granting(|same| same).expect("a request")).1, jwt(&by_key(&key(JwsAlgorithm::Es256))).1]
}

fn iss_is_there() {
    assert!(both().iter().all(|claims| claims["iss"] == ID));
    let named = granting(|assertion| assertion.issuer("svc@example")).expect("a request");
    assert_eq!(jwt(&named).1["iss"], "svc@example");
    // It is not taken away by its name either.
    let assertion = Assertion::new(&key(JwsAlgorithm::Es256)).expect("an assertion");
    assert_eq!(assertion.claim("iss", Value::Null).expect_err("a refusal").kind(), ErrorKind::Usage);
}

fn sub_is_there() {
    assert!(both().iter().all(|claims| claims["sub"] == ID));
    let named = granting(|assertion| assertion.subject("joe")).expect("a request");
    assert_eq!(jwt(&named).1["sub"], "joe");
    let assertion = Assertion::new(&key(JwsAlgorithm::Es256)).expect("an assertion");
    assert_eq!(assertion.claim("sub", Value::Null).expect_err("a refusal").kind(), ErrorKind::Usage);
}

fn the_subject_of_a_client_is_itself() {
    let mac = ClientAuthentication::client_secret_jwt(&secret(), JwsAlgorithm::Hs256).expect("a method");
    for assertion in [by_key(&key(JwsAlgorithm::Es256)), proving(mac)] {
        assert_eq!(jwt(&assertion).1["sub"], ID);
    }
    // A grant of the same client's may be of somebody else.
    assert_ne!(jwt(&granting(|assertion| assertion.subject("joe")).expect("a request")).1["sub"], ID);
}

fn aud_names_the_server() {
    assert!(both().iter().all(|claims| claims["aud"] == ISSUER));
    // One for nobody is not made.
    let error = granting(|assertion| assertion.audience(Audience::These(Vec::new()))).expect_err("a refusal");
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, Some(r::JWT_HAS_AUD)));
    // Nor one for a server that has no name.
    let nameless = client(|_, server| server.issuer = None);
    let assertion = Assertion::new(&key(JwsAlgorithm::Es256)).expect("an assertion");
    let error = asked(&Grant::jwt_bearer(assertion), &nameless).expect_err("a refusal");
    assert_eq!(error.requirement(), Some(r::JWT_HAS_AUD));
}

fn the_audience_is_configured() {
    for (names, aud) in [(vec!["urn:as"], json!("urn:as")), (vec!["urn:as", "b"], json!(["urn:as", "b"]))] {
        let names = Audience::These(names.into_iter().map(str::to_owned).collect());
        let granted = granting(|assertion| assertion.audience(names.clone())).expect("a request");
        assert_eq!(jwt(&granted).1["aud"], aud);
        let key = key(JwsAlgorithm::Es256);
        let method = ClientAuthentication::private_key_jwt(&key).expect("a method").audience(names);
        assert_eq!(jwt(&proving(method)).1["aud"], aud);
    }
    assert!(both().iter().all(|claims| claims["aud"] == ISSUER));
}

fn the_token_endpoint_may_be_the_audience() {
    let granted = granting(|assertion| assertion.audience(Audience::TokenEndpoint)).expect("a request");
    assert_eq!(jwt(&granted).1["aud"], "https://as.example/token");
    let key = key(JwsAlgorithm::Es256);
    let method = ClientAuthentication::private_key_jwt(&key).expect("a method");
    let proved = proving(method.audience(Audience::TokenEndpoint));
    assert_eq!(jwt(&proved).1["aud"], "https://as.example/token");
    // The server knows itself by it.
    session(async {
        let server = basic();
        server.configure(|options| {
            options.assertion_issuers.insert("svc@example".into(), jwks(&key));
        });
        let assertion = Assertion::new(&key).expect("an assertion").issuer("svc@example").subject("joe");
        let assertion = assertion.audience(Audience::TokenEndpoint);
        by_basic(&server).await.jwt_bearer(assertion).send().await.expect("a token");
        server.assert_blameless();
    });
}

fn exp_is_there() {
    assert!(both().iter().all(|claims| claims["exp"] == NOW + 60));
    let longer = granting(|assertion| assertion.lifetime(Duration::from_secs(300))).expect("a request");
    assert_eq!(jwt(&longer).1["exp"], NOW + 300);
    let assertion = Assertion::new(&key(JwsAlgorithm::Es256)).expect("an assertion");
    assert!(assertion.claim("exp", 1).is_err());
}

fn iat_and_jti_are_there() {
    for claims in both() {
        assert_eq!(claims["iat"], NOW);
        assert_eq!(claims["jti"].as_str().map(str::len), Some(43), "{claims:?}");
    }
}

fn nbf_and_other_claims_may_be_there() {
    let with = |assertion: Assertion| {
        let assertion = assertion.claim("nbf", NOW - 5).expect("a claim");
        assertion.claim("https://example.com/is_root", true).expect("a claim")
    };
    let (_, claims) = jwt(&granting(with).expect("a request"));
    assert_eq!((&claims["nbf"], &claims["https://example.com/is_root"]), (&json!(NOW - 5), &json!(true)));
    let (_, claims) = jwt(&granting(|same| same).expect("a request"));
    assert_eq!(claims.len(), 6, "{claims:?}");
}

fn is_by<K: KeySource>(text: &str, key: &K) -> bool {
    verify(text, key, &JwsLimits::default()).is_ok()
}

fn a_jwt_is_signed() {
    let (ours, theirs) = (key(JwsAlgorithm::Es256), key(JwsAlgorithm::Es256));
    let public = |key: &SigningKey| key.verifying_key().clone();
    let assertion = Assertion::new(&ours).expect("an assertion");
    let request = asked(&Grant::jwt_bearer(assertion), &client(|_, _| ())).expect("a request");
    for made in [values(request.body(), "assertion").remove(0), by_key(&ours)] {
        assert!(is_by(&made, &public(&ours)) && !is_by(&made, &public(&theirs)), "{made}");
    }
    let mac = ClientAuthentication::client_secret_jwt(&secret(), JwsAlgorithm::Hs256).expect("a method");
    let octets = |text: &str| Secret::new(text.as_bytes().to_vec());
    let hmac = |text: &str| VerifyingKey::hmac(JwsAlgorithm::Hs256, &octets(text)).expect("a key");
    let made = proving(mac);
    assert!(is_by(&made, &hmac(SECRET)) && !is_by(&made, &hmac(&SECRET.to_uppercase())));
    // What is not signed does not go out, whoever made it; nor does a secret stand in for a key.
    let unsigned = asked(&Grant::jwt_bearer_given("eyJhbGciOiJub25lIn0.e30."), &client(|_, _| ()));
    assert_eq!(unsigned.expect_err("a refusal").kind(), ErrorKind::Usage);
    let symmetric = SigningKey::generate(JwsAlgorithm::Hs256).expect("a key");
    let error = ClientAuthentication::private_key_jwt(&symmetric).expect_err("a refusal");
    assert_eq!(error.requirement(), Some(r::JWT_IS_SIGNED));
}

fn rs256_is_there() {
    let key = key(JwsAlgorithm::Rs256);
    let made = by_key(&key);
    assert_eq!(jwt(&made).0["alg"], "RS256");
    assert!(is_by(&made, key.verifying_key()));
}
