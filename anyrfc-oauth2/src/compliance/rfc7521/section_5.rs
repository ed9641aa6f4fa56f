//! RFC 7521, section 5: what an assertion says.

use std::{collections::BTreeSet, time::Duration};

use anyrfc_core::compliance::Check;
use anyrfc_jwt::types::JwsAlgorithm;
use serde_json::{Map, Value};

use super::super::granted::{ID, ISSUER, NOW, asked, client, endpoint, jwt, key, now, sent, values};
use crate::{
    ErrorKind,
    proto::{Assertion, Audience, ClientAuthentication, Grant, Random},
    rfc7521 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7521/section-5.1/times-are-utc",
        covers: &[r::ISSUED_AT_IS_UTC, r::EXPIRES_AT_IS_UTC],
        run: times_are_utc,
    },
    Check {
        name: "rfc7521/section-5.1/an-identifier-is-used-once",
        covers: &[r::ASSERTION_ID_IS_UNIQUE],
        run: an_identifier_is_used_once,
    },
    Check {
        name: "rfc7521/section-5.2/an-issuer-is-there",
        covers: &[r::ASSERTION_HAS_AN_ISSUER],
        run: an_issuer_is_there,
    },
    Check {
        name: "rfc7521/section-5.2/who-speaks-for-itself-is-the-issuer",
        covers: &[r::SELF_ISSUED_ISSUER_IS_CLIENT_ID],
        run: who_speaks_for_itself_is_the_issuer,
    },
    Check {
        name: "rfc7521/section-5.2/a-subject-is-there",
        covers: &[r::ASSERTION_HAS_A_SUBJECT],
        run: a_subject_is_there,
    },
    Check {
        name: "rfc7521/section-5.2/who-acts-for-itself-is-the-subject",
        covers: &[r::OWN_SUBJECT_IS_CLIENT_ID],
        run: who_acts_for_itself_is_the_subject,
    },
    Check {
        name: "rfc7521/section-5.2/an-audience-is-there",
        covers: &[r::ASSERTION_HAS_AN_AUDIENCE],
        run: an_audience_is_there,
    },
    Check {
        name: "rfc7521/section-5.2/an-assertion-expires",
        covers: &[r::ASSERTION_EXPIRES],
        run: an_assertion_expires,
    },
    Check {
        name: "rfc7521/section-5.2/the-time-of-issue-may-be-there",
        covers: &[r::ISSUED_AT_MAY_BE_THERE],
        run: the_time_of_issue_may_be_there,
    },
];

fn assertion() -> Assertion {
    Assertion::new(&key(JwsAlgorithm::Es256)).expect("an assertion")
}

/// The claims of an assertion that is a grant.
fn granting(assertion: Assertion) -> Map<String, Value> {
    let request = asked(&Grant::jwt_bearer(assertion), &client(|_, _| ())).expect("a request");
    jwt(&values(request.body(), "assertion")[0]).1
}

/// The claims of one that proves the client.
fn proving() -> Map<String, Value> {
    let key = key(JwsAlgorithm::Es256);
    let client = client(|config, _| {
        config.authentication = ClientAuthentication::private_key_jwt(&key).expect("a method").into();
    });
    let request = asked(&Grant::client_credentials(), &client).expect("a request");
    jwt(&values(request.body(), "client_assertion")[0]).1
}

fn times_are_utc() {
    // Seconds since 1970 in UTC, as the clock that was given has them: bare numbers, no zone.
    let later = now().after(Duration::from_secs(1_000));
    for (at, seconds) in [(now(), NOW), (later, NOW + 1_000)] {
        let text = assertion().sign(&client(|_, _| ()), &at, &mut Random::new([1; 32])).expect("a JWT");
        let (_, claims) = jwt(text.expose());
        assert_eq!(claims["iat"].as_u64(), Some(seconds), "{claims:?}");
        assert_eq!(claims["exp"].as_u64(), Some(seconds + 60), "{claims:?}");
    }
}

fn an_identifier_is_used_once() {
    let mut random = Random::new([1; 32]);
    let key = key(JwsAlgorithm::EdDsa);
    let client = client(|config, _| {
        config.authentication = ClientAuthentication::private_key_jwt(&key).expect("a method").into();
    });
    let mut seen = BTreeSet::new();
    let mut take = |claims: &Map<String, Value>| {
        let id = claims["jti"].as_str().expect("a text").to_owned();
        assert_eq!(id.len(), 43, "256 bits of base64url");
        assert!(seen.insert(id), "twice");
    };
    // Of one exchange, too, each attempt has another.
    for _ in 0..50 {
        let mut exchange = Grant::jwt_bearer(assertion()).exchange(&client).expect("an exchange");
        for _ in 0..2 {
            let request = sent(&mut exchange, &mut random);
            take(&jwt(&values(request.body(), "assertion")[0]).1);
            take(&jwt(&values(request.body(), "client_assertion")[0]).1);
        }
    }
    assert_eq!(seen.len(), 200);
}

fn an_issuer_is_there() {
    assert_eq!(granting(assertion())["iss"], ID);
    assert_eq!(granting(assertion().issuer("sts@example"))["iss"], "sts@example");
    assert_eq!(proving()["iss"], ID);
    assert_eq!(assertion().claim("iss", Value::Null).expect_err("a refusal").kind(), ErrorKind::Usage);
}

fn who_speaks_for_itself_is_the_issuer() {
    assert_eq!(proving()["iss"], ID);
    // It is a grant alone that another may have issued.
    assert_ne!(granting(assertion().issuer("sts@example"))["iss"], ID);
}

fn a_subject_is_there() {
    assert_eq!(granting(assertion())["sub"], ID);
    assert_eq!(granting(assertion().subject("joe"))["sub"], "joe");
    assert_eq!(assertion().claim("sub", Value::Null).expect_err("a refusal").kind(), ErrorKind::Usage);
}

fn who_acts_for_itself_is_the_subject() {
    assert_eq!(proving()["sub"], ID);
    assert_eq!(granting(assertion().issuer("sts@example"))["sub"], ID);
}

fn an_audience_is_there() {
    assert_eq!(granting(assertion())["aud"], ISSUER);
    assert_eq!(granting(assertion().audience(Audience::TokenEndpoint))["aud"], "https://as.example/token");
    assert_eq!(proving()["aud"], ISSUER);
    // Where the server has neither name nor what it was to be called by, none is made.
    let nobody = Audience::These(Vec::new());
    for (assertion, client) in [
        (assertion(), client(|_, server| server.issuer = None)),
        (assertion().audience(nobody), client(|_, _| ())),
    ] {
        let error = assertion.sign(&client, &now(), &mut Random::new([1; 32])).expect_err("a refusal");
        assert_eq!(error.kind(), ErrorKind::Usage);
    }
    let elsewhere = client(|_, server| server.token_endpoint = Some(endpoint("https://b.example/t")));
    let named = assertion().audience(Audience::TokenEndpoint);
    let text = named.sign(&elsewhere, &now(), &mut Random::new([1; 32])).expect("a JWT");
    assert_eq!(jwt(text.expose()).1["aud"], "https://b.example/t");
}

fn an_assertion_expires() {
    assert_eq!(granting(assertion())["exp"], NOW + 60);
    assert_eq!(proving()["exp"], NOW + 60);
    assert_eq!(granting(assertion().lifetime(Duration::from_secs(5)))["exp"], NOW + 5);
    // Never is not to be had, nor is a time by name.
    let forever = granting(assertion().lifetime(Duration::MAX));
    assert!(forever["exp"].is_u64(), "{forever:?}");
    assert_eq!(assertion().claim("exp", Value::Null).expect_err("a refusal").kind(), ErrorKind::Usage);
}

fn the_time_of_issue_may_be_there() {
    assert_eq!((&granting(assertion())["iat"], &proving()["iat"]), (&NOW.into(), &NOW.into()));
}
