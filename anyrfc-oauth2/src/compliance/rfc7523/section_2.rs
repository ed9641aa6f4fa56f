//! RFC 7523, section 2: how a JWT stands in a request.

use anyrfc_core::compliance::Check;
use anyrfc_jwt::types::JwsAlgorithm;

use super::super::granted::{asked, by, client, jwks, jwt, key, last, refused, server, session, values};
use crate::{
    proto::{Assertion, ClientAuthentication, Grant},
    rfc7523 as r,
    testing::{ClientMethod, Place},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7523/section-2.1/a-grant-is-named-by-its-urn",
        covers: &[r::GRANT_TYPE_IS_JWT_BEARER],
        run: a_grant_is_named_by_its_urn,
    },
    Check {
        name: "rfc7523/section-2.1/a-grant-is-one-jwt",
        covers: &[r::ASSERTION_IS_ONE_JWT],
        run: a_grant_is_one_jwt,
    },
    Check {
        name: "rfc7523/section-2.2/a-client-assertion-is-named-by-its-urn",
        covers: &[r::CLIENT_ASSERTION_TYPE_IS_JWT_BEARER],
        run: a_client_assertion_is_named_by_its_urn,
    },
    Check {
        name: "rfc7523/section-2.2/a-client-assertion-is-one-jwt",
        covers: &[r::CLIENT_ASSERTION_IS_ONE_JWT],
        run: a_client_assertion_is_one_jwt,
    },
];

const ANOTHERS: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UifQ.c2lnbmF0dXJl";

fn a_grant_is_named_by_its_urn() {
    let grants = [
        Grant::jwt_bearer(Assertion::new(&key(JwsAlgorithm::Es256)).expect("an assertion")),
        Grant::jwt_bearer_given(ANOTHERS),
    ];
    for grant in grants {
        let request = asked(&grant, &client(|_, _| ())).expect("a request");
        let urn = "urn:ietf:params:oauth:grant-type:jwt-bearer";
        assert_eq!(values(request.body(), "grant_type"), [urn]);
    }
}

fn a_grant_is_one_jwt() {
    let made = Assertion::new(&key(JwsAlgorithm::Es256)).expect("an assertion");
    let request = asked(&Grant::jwt_bearer(made), &client(|_, _| ())).expect("a request");
    let [assertion] = &*values(request.body(), "assertion") else { panic!("not one") };
    jwt(assertion);
    let given = asked(&Grant::jwt_bearer_given(ANOTHERS), &client(|_, _| ())).expect("a request");
    assert_eq!(values(given.body(), "assertion"), [ANOTHERS]);
    let wrong = [
        String::new(),
        "not a JWT".to_owned(),
        "e30.e30".to_owned(),
        format!("{ANOTHERS} {ANOTHERS}"),
        format!("{ANOTHERS},{ANOTHERS}"),
        format!("{ANOTHERS}.{ANOTHERS}"),
        format!("{ANOTHERS}="),
    ];
    for wrong in wrong {
        refused(&Grant::jwt_bearer_given(wrong), r::ASSERTION_IS_ONE_JWT);
    }
}

fn a_client_assertion_is_named_by_its_urn() {
    session(async {
        let key = key(JwsAlgorithm::Es256);
        let server = server(ClientMethod::PrivateKeyJwt(jwks(&key)));
        let client = by(&server, ClientAuthentication::private_key_jwt(&key).expect("a method")).await;
        client.client_credentials().send().await.expect("a token");
        let urn = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        assert_eq!(values(&last(&server, Place::Token).body, "client_assertion_type"), [urn]);
        server.assert_blameless();
    });
}

fn a_client_assertion_is_one_jwt() {
    let key = key(JwsAlgorithm::Es256);
    let client = client(|config, _| {
        config.authentication = ClientAuthentication::private_key_jwt(&key).expect("a method").into();
    });
    let request = asked(&Grant::client_credentials(), &client).expect("a request");
    let [assertion] = &*values(request.body(), "client_assertion") else { panic!("not one") };
    jwt(assertion);
    // Nobody adds another.
    let twice = Grant::client_credentials().parameter("client_assertion", ANOTHERS);
    assert!(asked(&twice, &client).is_err());
}
