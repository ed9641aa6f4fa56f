//! RFC 8628, section 3.4: what a poll holds.

use anyrfc_core::compliance::Check;

use super::{
    super::granted::{ID, basic, by_basic, last, session, values},
    client, granted_after, login, public,
};
use crate::{
    rfc8628 as r,
    testing::{Misbehaviour, Place, Plan},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8628/section-3.4/the-grant-type-is-the-urn",
        covers: &[r::GRANT_TYPE_IS_SENT, r::GRANT_TYPE_IS_THE_DEVICE_CODE_URN],
        run: the_grant_type_is_the_urn,
    },
    Check {
        name: "rfc8628/section-3.4/the-device-code-comes-back-as-it-was",
        covers: &[r::DEVICE_CODE_COMES_BACK],
        run: the_device_code_comes_back_as_it_was,
    },
    Check {
        name: "rfc8628/section-3.4/a-public-client-is-named",
        covers: &[r::TOKEN_REQUEST_NAMES_THE_CLIENT],
        run: a_public_client_is_named,
    },
    Check {
        name: "rfc8628/section-3.4/credentials-are-used",
        covers: &[r::CREDENTIALS_ARE_USED],
        run: credentials_are_used,
    },
];

fn the_grant_type_is_the_urn() {
    session(async {
        let server = public();
        granted_after(&server, &mut login(&server).await, 0).await;
        let urn = "urn:ietf:params:oauth:grant-type:device_code";
        assert_eq!(values(&last(&server, Place::Token).body, "grant_type"), [urn]);
        // Asking for codes is no token request.
        assert!(values(&last(&server, Place::DeviceAuthorization).body, "grant_type").is_empty());
        server.assert_blameless();
    });
}

fn the_device_code_comes_back_as_it_was() {
    session(async {
        let server = public();
        granted_after(&server, &mut login(&server).await, 0).await;
        server.assert_blameless();
        // Whatever it is made of.
        let odd = " a+b&c=%41/~\"\\ ";
        let server = public();
        let member = Misbehaviour::Member("device_code".into(), odd.into());
        server.plant(Plan::from(member).at(Place::DeviceAuthorization));
        let mut login = client(&server).await.device_authorization().send().await.expect("codes");
        assert!(login.poll(|_| ()).await.is_err(), "the server knows no such code");
        assert_eq!(values(&last(&server, Place::Token).body, "device_code"), [odd]);
    });
}

fn a_public_client_is_named() {
    session(async {
        let server = public();
        granted_after(&server, &mut login(&server).await, 12).await;
        let requests = server.requests_to(Place::Token);
        assert_eq!(requests.len(), 3);
        for request in requests {
            assert_eq!(values(&request.body, "client_id"), [ID]);
            assert_eq!(request.header("authorization"), None);
        }
        server.assert_blameless();
    });
}

fn credentials_are_used() {
    session(async {
        let server = basic();
        let mut login = by_basic(&server).await.device_authorization().send().await.expect("codes");
        granted_after(&server, &mut login, 12).await;
        let requests = server.requests_to(Place::Token);
        assert_eq!(requests.len(), 3);
        let by_secret = |said: &str| said.starts_with("Basic ");
        assert!(requests.iter().all(|request| request.header("authorization").is_some_and(by_secret)));
        server.assert_blameless();
    });
}
