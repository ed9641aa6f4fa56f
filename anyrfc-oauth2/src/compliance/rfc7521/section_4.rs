//! RFC 7521, sections 3 and 4: how assertions travel.

use anyrfc_core::compliance::Check;
use anyrfc_jwt::{
    proto::{JwsLimits, verify},
    types::JwsAlgorithm,
};

use super::super::granted::{
    ID, asked, basic, by, by_basic, client, jwks, jwt, key, last, only_tls_is_spoken_to, refused, scope,
    server, session, values,
};
use crate::{
    ErrorCode, ErrorKind,
    proto::{Assertion, ClientAuthentication, Grant, Random},
    rfc7521 as r,
    testing::{ClientMethod, Misbehaviour, Place, Plan},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7521/section-3/an-assertion-is-protected",
        covers: &[r::ASSERTION_IS_INTEGRITY_PROTECTED],
        run: an_assertion_is_protected,
    },
    Check {
        name: "rfc7521/section-3/an-assertion-may-be-encrypted",
        covers: &[r::ASSERTION_MAY_BE_ENCRYPTED],
        run: an_assertion_may_be_encrypted,
    },
    Check {
        name: "rfc7521/section-3/an-assertion-is-guarded",
        covers: &[r::BEARER_ASSERTION_IS_GUARDED],
        run: an_assertion_is_guarded,
    },
    Check {
        name: "rfc7521/section-4/the-token-endpoint-speaks-tls",
        covers: &[r::TOKEN_REQUESTS_USE_TLS],
        run: || only_tls_is_spoken_to("token_endpoint"),
    },
    Check {
        name: "rfc7521/section-4.1/grant-type-and-assertion-are-sent",
        covers: &[r::GRANT_TYPE_IS_SENT, r::ASSERTION_IS_SENT],
        run: grant_type_and_assertion_are_sent,
    },
    Check {
        name: "rfc7521/section-4.1/scope-is-left-out-or-within-the-grant",
        covers: &[r::SCOPE_MAY_BE_LEFT_OUT, r::SCOPE_IS_WITHIN_THE_GRANT],
        run: scope_is_left_out_or_within_the_grant,
    },
    Check {
        name: "rfc7521/section-4.2/the-assertion-goes-with-its-type",
        covers: &[r::CLIENT_ASSERTION_TYPE_IS_SENT, r::CLIENT_ASSERTION_IS_SENT],
        run: the_assertion_goes_with_its_type,
    },
    Check {
        name: "rfc7521/section-4.2/client-id-is-that-of-the-assertion",
        covers: &[r::CLIENT_ID_MATCHES_THE_ASSERTION],
        run: client_id_is_that_of_the_assertion,
    },
    Check {
        name: "rfc7521/section-6.2/a-client-acts-for-itself-by-client-credentials",
        covers: &[r::OWN_ACCESS_IS_CLIENT_CREDENTIALS],
        run: a_client_acts_for_itself_by_client_credentials,
    },
];

const SAML: &str = "urn:ietf:params:oauth:grant-type:saml2-bearer";

fn an_assertion_is_protected() {
    let (ours, theirs) = (key(JwsAlgorithm::Es256), key(JwsAlgorithm::Es256));
    let assertion = Assertion::new(&ours).expect("an assertion");
    let request = asked(&Grant::jwt_bearer(assertion), &client(|_, _| ())).expect("a request");
    let made = values(request.body(), "assertion").remove(0);
    let by = |key: &anyrfc_jwt::proto::SigningKey| {
        verify(&made, key.verifying_key(), &JwsLimits::default()).is_ok()
    };
    assert!(by(&ours) && !by(&theirs));
    // Nothing without a signature is taken from others.
    let unsigned = Grant::jwt_bearer_given("eyJhbGciOiJub25lIn0.e30.");
    assert_eq!(asked(&unsigned, &client(|_, _| ())).expect_err("a refusal").kind(), ErrorKind::Usage);
}

fn an_assertion_may_be_encrypted() {
    let encrypted = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..aXZpdml2aXZpdml2.Y2lwaGVy.dGFndGFndGFndGFndGFn";
    let request = asked(&Grant::jwt_bearer_given(encrypted), &client(|_, _| ())).expect("a request");
    assert_eq!(values(request.body(), "assertion"), [encrypted]);
    let (cut, _) = encrypted.rsplit_once('.').expect("parts");
    assert!(asked(&Grant::jwt_bearer_given(cut), &client(|_, _| ())).is_err());
}

fn an_assertion_is_guarded() {
    session(async {
        let key = key(JwsAlgorithm::Es256);
        let server = basic();
        server.configure(|options| {
            options.assertion_issuers.insert("svc@example".into(), jwks(&key));
        });
        let client = by_basic(&server).await;
        let made = Assertion::new(&key).expect("an assertion").issuer("svc@example").subject("joe");
        let made = made.sign(client.config(), &client.now(), &mut Random::new([1; 32])).expect("a JWT");
        assert_eq!(format!("{made:?}"), "Secret(..)");
        let text = made.expose().clone();
        let grant = Grant::jwt_bearer_given(text.clone());
        assert!(!format!("{grant:?}").contains(&text));
        // It goes to the token endpoint, in the body, and follows nobody elsewhere.
        client.grant(grant.clone()).send().await.expect("a token");
        let request = last(&server, Place::Token);
        assert!(!request.url.contains(&text) && values(&request.body, "assertion") == [text.clone()]);
        let away = Misbehaviour::Redirect(307, "https://evil.example/token".into());
        server.plant(Plan::from(away).at(Place::Token));
        let error = client.grant(grant).send().await.expect_err("a redirect");
        assert!(!format!("{error} {error:?}").contains(&text));
        assert_eq!(server.sent_to(&text), [Place::Token, Place::Token]);
    });
}

fn grant_type_and_assertion_are_sent() {
    let request = asked(&Grant::assertion(SAML, "PHNhbWw-"), &client(|_, _| ())).expect("a request");
    assert_eq!(values(request.body(), "grant_type"), [SAML]);
    assert_eq!(values(request.body(), "assertion"), ["PHNhbWw-"]);
    refused(&Grant::assertion(SAML, ""), r::ASSERTION_IS_SENT);
    assert!(asked(&Grant::assertion("", "PHNhbWw-"), &client(|_, _| ())).is_err());
    // What the grant says itself, nobody says again.
    for name in ["grant_type", "assertion"] {
        let twice = Grant::assertion(SAML, "PHNhbWw-").parameter(name, "x");
        assert!(asked(&twice, &client(|_, _| ())).is_err(), "{name}");
    }
}

fn scope_is_left_out_or_within_the_grant() {
    let grant = || Grant::assertion(SAML, "PHNhbWw-");
    let says = |grant: &Grant| values(asked(grant, &client(|_, _| ())).expect("a request").body(), "scope");
    assert!(says(&grant()).is_empty());
    assert_eq!(says(&grant().scope(scope("a b"))), ["a b"]);
    assert_eq!(says(&grant().granted(scope("a b c")).scope(scope("a b"))), ["a b"]);
    refused(&grant().granted(scope("a")).scope(scope("a b")), r::SCOPE_IS_WITHIN_THE_GRANT);
}

fn the_assertion_goes_with_its_type() {
    session(async {
        let key = key(JwsAlgorithm::Es256);
        let server = server(ClientMethod::PrivateKeyJwt(jwks(&key)));
        let client = by(&server, ClientAuthentication::private_key_jwt(&key).expect("a method")).await;
        client.client_credentials().send().await.expect("a token");
        let request = last(&server, Place::Token);
        assert_eq!(values(&request.body, "client_assertion_type").len(), 1);
        assert_eq!(values(&request.body, "client_assertion").len(), 1);
        assert_eq!(request.header("authorization"), None);
        server.assert_blameless();
        // Half of it is not to be had: it is no parameter among others.
        for half in ["client_assertion_type", "client_assertion"] {
            let error = client.client_credentials().parameter(half, "x").send().await.expect_err("a refusal");
            assert_eq!(error.kind(), ErrorKind::Usage);
        }
    });
}

fn client_id_is_that_of_the_assertion() {
    session(async {
        let key = key(JwsAlgorithm::Es256);
        let server = server(ClientMethod::PrivateKeyJwt(jwks(&key)));
        let client = by(&server, ClientAuthentication::private_key_jwt(&key).expect("a method")).await;
        client.client_credentials().send().await.expect("a token");
        let request = last(&server, Place::Token);
        let (_, claims) = jwt(&values(&request.body, "client_assertion")[0]);
        assert_eq!((values(&request.body, "client_id"), &claims["sub"]), (vec![ID.to_owned()], &ID.into()));
        let error = client.client_credentials().parameter("client_id", "b").send().await.expect_err("none");
        assert_eq!(error.kind(), ErrorKind::Usage);
        server.assert_blameless();
    });
}

fn a_client_acts_for_itself_by_client_credentials() {
    session(async {
        let key = key(JwsAlgorithm::Es256);
        let server = server(ClientMethod::PrivateKeyJwt(jwks(&key)));
        let client = by(&server, ClientAuthentication::private_key_jwt(&key).expect("a method")).await;
        client.client_credentials().send().await.expect("a token");
        let request = last(&server, Place::Token);
        assert_eq!(values(&request.body, "grant_type"), ["client_credentials"]);
        assert!(request.parameter("client_assertion").is_some() && request.parameter("assertion").is_none());
        server.assert_blameless();
        // Without a proof of who it is, the grant is not asked for; a false one is refused.
        let public = by(&server, ClientAuthentication::None).await;
        let error = public.client_credentials().send().await.expect_err("a refusal");
        assert_eq!((error.kind(), server.count(Place::Token)), (ErrorKind::Usage, 1));
        let other = super::super::granted::key(JwsAlgorithm::Es256);
        let other = by(&server, ClientAuthentication::private_key_jwt(&other).expect("a method")).await;
        let error = other.client_credentials().send().await.expect_err("a refusal");
        assert_eq!(error.response().map(|refusal| &refusal.code), Some(&ErrorCode::InvalidClient));
    });
}
