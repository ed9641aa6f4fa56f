//! RFC 8628, section 3.1: the request for codes.

use std::time::Duration;

use anyrfc_core::compliance::Check;
use anyrfc_jwt::types::JwsAlgorithm;

use super::{
    super::granted::{
        ID, basic, by, by_basic, jwks, jwt, key, last, only_tls_is_spoken_to, parameters, scope, server,
        session, values,
    },
    client, login, public,
};
use crate::{
    ErrorCode, ErrorKind,
    proto::ClientAuthentication,
    rfc8628 as r,
    testing::{ClientMethod, Misbehaviour, Place, Plan},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8628/section-3.1/the-request-is-a-posted-form",
        covers: &[r::DEVICE_REQUEST_IS_A_POSTED_FORM],
        run: the_request_is_a_posted_form,
    },
    Check {
        name: "rfc8628/section-3.1/the-client-is-named",
        covers: &[r::DEVICE_REQUEST_NAMES_THE_CLIENT],
        run: the_client_is_named,
    },
    Check {
        name: "rfc8628/section-3.1/scope-is-sent-or-not",
        covers: &[r::SCOPE_MAY_BE_LEFT_OUT],
        run: scope_is_sent_or_not,
    },
    Check {
        name: "rfc8628/section-3.1/tls-is-used",
        covers: &[r::DEVICE_USES_TLS],
        run: || only_tls_is_spoken_to("device_authorization_endpoint"),
    },
    Check {
        name: "rfc8628/section-3.1/no-parameter-is-repeated",
        covers: &[r::PARAMETERS_ARE_NOT_REPEATED],
        run: no_parameter_is_repeated,
    },
    Check {
        name: "rfc8628/section-3.1/a-confidential-client-authenticates",
        covers: &[r::DEVICE_REQUEST_IS_AUTHENTICATED],
        run: a_confidential_client_authenticates,
    },
    Check {
        name: "rfc8628/section-3.1/nothing-is-asked-before-the-user-wants-it",
        covers: &[r::DEVICE_REQUEST_WAITS_FOR_THE_USER],
        run: nothing_is_asked_before_the_user_wants_it,
    },
];

fn the_request_is_a_posted_form() {
    session(async {
        let server = public();
        let request = client(&server).await.device_authorization().parameter("device", "T\u{e9}l\u{e9} & co");
        request.send().await.expect("codes");
        let request = last(&server, Place::DeviceAuthorization);
        assert_eq!(request.method.as_str(), "POST");
        assert_eq!(request.url, "https://as.example/device_authorization");
        assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
        let body = std::str::from_utf8(&request.body).expect("text");
        assert!(body.contains("device=T%C3%A9l%C3%A9+%26+co"), "{body}");
        server.assert_blameless();
    });
}

fn the_client_is_named() {
    session(async {
        let server = public();
        login(&server).await;
        assert_eq!(values(&last(&server, Place::DeviceAuthorization).body, "client_id"), [ID]);
        server.assert_blameless();
        // Not by whatever name somebody gives on the way.
        let other = client(&server).await.device_authorization().parameter("client_id", "b");
        assert_eq!(other.send().await.expect_err("a refusal").kind(), ErrorKind::Usage);
        // Whoever authenticates is named by that.
        let server = basic();
        by_basic(&server).await.device_authorization().send().await.expect("codes");
        assert!(last(&server, Place::DeviceAuthorization).header("authorization").is_some());
        server.assert_blameless();
    });
}

fn scope_is_sent_or_not() {
    session(async {
        let server = public();
        login(&server).await;
        assert!(values(&last(&server, Place::DeviceAuthorization).body, "scope").is_empty());
        client(&server).await.device_authorization().scope(scope("a b")).send().await.expect("codes");
        assert_eq!(values(&last(&server, Place::DeviceAuthorization).body, "scope"), ["a b"]);
        server.assert_blameless();
    });
}

fn no_parameter_is_repeated() {
    session(async {
        let server = public();
        let client = client(&server).await;
        for name in ["client_id", "scope", "x"] {
            let asked = client.device_authorization().scope(scope("a")).parameter("x", "1");
            let error = asked.parameter(name, "2").send().await.expect_err("a refusal");
            assert_eq!(error.kind(), ErrorKind::Usage, "{name}");
        }
        server.assert_nothing_sent_to(Place::DeviceAuthorization);
        let asked = client.device_authorization().scope(scope("a")).scope(scope("b")).parameter("x", "1");
        asked.send().await.expect("codes");
        let mut names: Vec<_> = parameters(&last(&server, Place::DeviceAuthorization).body)
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        names.sort();
        assert_eq!(names, ["client_id", "scope", "x"]);
        server.assert_blameless();
    });
}

fn a_confidential_client_authenticates() {
    session(async {
        let key = key(JwsAlgorithm::Es256);
        let server = server(ClientMethod::PrivateKeyJwt(jwks(&key)));
        let method = ClientAuthentication::private_key_jwt(&key).expect("a method");
        by(&server, method).await.device_authorization().send().await.expect("codes");
        let request = last(&server, Place::DeviceAuthorization);
        assert_eq!(jwt(&values(&request.body, "client_assertion")[0]).1["sub"], ID);
        server.assert_blameless();
        let server = basic();
        by_basic(&server).await.device_authorization().send().await.expect("codes");
        let said = last(&server, Place::DeviceAuthorization).header("authorization").map(str::to_owned);
        assert!(said.is_some_and(|said| said.starts_with("Basic ")));
        server.assert_blameless();
        // A wrong proof is refused here as there.
        let wrong = crate::ClientSecret::new("wrong").expect("a secret");
        let client = by(&server, ClientAuthentication::SecretBasic(wrong)).await;
        let error = client.device_authorization().send().await.expect_err("a refusal");
        assert_eq!(error.response().map(|refusal| &refusal.code), Some(&ErrorCode::InvalidClient));
    });
}

fn nothing_is_asked_before_the_user_wants_it() {
    session(async {
        let server = public().with(|options| options.device_lifetime = Duration::from_secs(12));
        let client = client(&server).await;
        let request = client.device_authorization();
        tokio::time::sleep(Duration::from_secs(60)).await;
        server.assert_nothing_sent_to(Place::DeviceAuthorization);
        let mut login = request.send().await.expect("codes");
        assert_eq!(server.count(Place::DeviceAuthorization), 1);
        // Nor again: not when the codes are over, not after a failure.
        let error = login.poll(|_| ()).await.expect_err("too late");
        assert_eq!(error.response().map(|refusal| &refusal.code), Some(&ErrorCode::ExpiredToken));
        assert!(login.poll(|_| ()).await.is_err());
        assert_eq!(server.count(Place::DeviceAuthorization), 1);
        server.plant(Plan::from(Misbehaviour::Status(503)).at(Place::DeviceAuthorization));
        assert_eq!(client.device_authorization().send().await.expect_err("a failure").kind(), ErrorKind::Io);
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(server.count(Place::DeviceAuthorization), 2);
    });
}
