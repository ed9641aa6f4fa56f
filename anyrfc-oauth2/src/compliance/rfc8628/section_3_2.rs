//! RFC 8628, sections 3.2, 3.3 and 6.2: the codes, and how they reach the user.

use anyrfc_core::{Requirement, compliance::Check};
use serde_json::{Value, json};

use super::{super::granted::session, client, granted_after, login, polls, public};
use crate::{
    Error, ErrorKind,
    client::DeviceLogin,
    rfc8628 as r,
    testing::{Misbehaviour as M, Place, Plan},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8628/section-3.2/an-answer-without-what-it-must-hold-is-refused",
        covers: &[
            r::DEVICE_CODE_IS_SENT,
            r::USER_CODE_IS_SENT,
            r::VERIFICATION_URI_IS_SENT,
            r::EXPIRES_IN_IS_SENT,
        ],
        run: an_answer_without_what_it_must_hold_is_refused,
    },
    Check {
        name: "rfc8628/section-3.2/the-interval-is-kept",
        covers: &[r::INTERVAL_IS_KEPT],
        run: the_interval_is_kept,
    },
    Check {
        name: "rfc8628/section-3.2/the-interval-is-five-where-none-is-told",
        covers: &[r::INTERVAL_MAY_BE_LEFT_OUT, r::DEFAULT_INTERVAL_IS_FIVE],
        run: the_interval_is_five_where_none_is_told,
    },
    Check {
        name: "rfc8628/section-3.3/code-and-address-are-handed-over",
        covers: &[r::CODE_AND_URI_ARE_SHOWN],
        run: code_and_address_are_handed_over,
    },
    Check {
        name: "rfc8628/section-3.3/the-device-code-is-not-shown",
        covers: &[r::DEVICE_CODE_IS_NOT_SHOWN],
        run: the_device_code_is_not_shown,
    },
    Check {
        name: "rfc8628/section-3.3.1/the-complete-address-is-there-or-not",
        covers: &[r::COMPLETE_URI_MAY_BE_LEFT_OUT, r::COMPLETE_URI_MAY_BE_A_QR_CODE],
        run: the_complete_address_is_there_or_not,
    },
    Check {
        name: "rfc8628/section-3.3.1/the-plain-address-goes-along",
        covers: &[r::PLAIN_URI_IS_SHOWN_TOO],
        run: the_plain_address_goes_along,
    },
    Check {
        name: "rfc8628/section-3.3.1/the-code-goes-along",
        covers: &[r::USER_CODE_IS_SHOWN_TOO],
        run: the_code_goes_along,
    },
    Check {
        name: "rfc8628/section-6.2/another-way-may-be-agreed",
        covers: &[r::OTHER_INTERACTION_MAY_BE_AGREED],
        run: another_way_may_be_agreed,
    },
];

/// What comes of an answer with these faults.
async fn answered(faults: impl IntoIterator<Item = M>) -> Result<DeviceLogin, Error> {
    let server = public();
    for fault in faults {
        server.plant(Plan::from(fault).at(Place::DeviceAuthorization));
    }
    let login = client(&server).await.device_authorization().send().await;
    server.assert_nothing_sent_to(Place::Token);
    login
}

fn member(name: &str, value: impl Into<Value>) -> M {
    M::Member(name.into(), value.into())
}

async fn broken(fault: M, requirement: &'static Requirement) {
    let error = answered([fault.clone()]).await.expect_err("a breach");
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Protocol, Some(requirement)), "{fault:?}");
}

fn an_answer_without_what_it_must_hold_is_refused() {
    session(async {
        assert!(answered([]).await.is_ok());
        for (name, requirement) in [
            ("device_code", r::DEVICE_CODE_IS_SENT),
            ("user_code", r::USER_CODE_IS_SENT),
            ("verification_uri", r::VERIFICATION_URI_IS_SENT),
            ("expires_in", r::EXPIRES_IN_IS_SENT),
        ] {
            broken(M::Without(name.into()), requirement).await;
            broken(member(name, json!([1])), requirement).await;
        }
    });
}

fn the_interval_is_kept() {
    session(async {
        for (interval, expected) in [(7, [7, 14, 21]), (60, [60, 120, 180])] {
            let server = public().with(|options| options.device_interval = Some(interval));
            let mut login = login(&server).await;
            granted_after(&server, &mut login, 2 * interval + 1).await;
            assert_eq!(polls(&server), expected);
            server.assert_blameless();
        }
    });
}

fn the_interval_is_five_where_none_is_told() {
    session(async {
        let server = public().with(|options| options.device_interval = None);
        let mut login = login(&server).await;
        assert_eq!(login.authorization().interval().as_secs(), 5);
        granted_after(&server, &mut login, 11).await;
        assert_eq!(polls(&server), [5, 10, 15]);
        server.assert_blameless();
    });
}

fn code_and_address_are_handed_over() {
    session(async {
        let page = "https://as.example/go?x=1";
        let login = answered([member("user_code", "WDJB-MJHT"), member("verification_uri", page)]).await;
        let login = login.expect("codes");
        let told = login.authorization();
        assert_eq!((told.user_code(), told.verification_uri()), ("WDJB-MJHT", page));
        // What no user can use is none: neither a code that cannot be typed nor an address that leads astray.
        broken(member("user_code", "\u{1b}\u{7}\u{202e}"), r::USER_CODE_IS_SENT).await;
        for astray in
            ["javascript:alert(1)", "http://as.example/device", "https://as.example@evil.example/", "go"]
        {
            broken(member("verification_uri", astray), r::VERIFICATION_URI_IS_SENT).await;
        }
    });
}

fn the_device_code_is_not_shown() {
    session(async {
        let code = "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS";
        let login = answered([member("device_code", code)]).await.expect("codes");
        let told = login.authorization();
        assert!(!told.extra().contains_key("device_code"));
        let shown = format!(
            "{told:?} {login:?} {:?} {} {} {:?} {:?}",
            login.progress(),
            told.user_code(),
            told.verification_uri(),
            told.verification_uri_complete(),
            told.extra(),
        );
        assert!(!shown.contains(code), "{shown}");
        // Nor by an error.
        let error = answered([member("device_code", format!("{code}\n"))]).await.expect_err("a breach");
        assert!(!format!("{error} {error:?}").contains(code));
    });
}

fn the_complete_address_is_there_or_not() {
    session(async {
        let complete = "https://as.example/go?user_code=WDJB-MJHT";
        let login = answered([member("verification_uri_complete", complete)]).await.expect("codes");
        assert_eq!(login.authorization().verification_uri_complete(), Some(complete));
        let without = answered([M::Without("verification_uri_complete".into())]).await.expect("codes");
        assert_eq!(without.authorization().verification_uri_complete(), None);
        let script = member("verification_uri_complete", "javascript:alert(1)");
        broken(script, r::COMPLETE_URI_MAY_BE_LEFT_OUT).await;
    });
}

fn the_plain_address_goes_along() {
    session(async {
        let complete = || member("verification_uri_complete", "https://as.example/go?user_code=A");
        let login = answered([complete()]).await.expect("codes");
        assert_eq!(login.authorization().verification_uri(), "https://as.example/device");
        // A shortcut alone is not enough.
        let alone =
            answered([complete(), M::Without("verification_uri".into())]).await.expect_err("a breach");
        assert_eq!(alone.requirement(), Some(r::VERIFICATION_URI_IS_SENT));
    });
}

fn the_code_goes_along() {
    session(async {
        let complete = || member("verification_uri_complete", "https://as.example/go?user_code=A");
        let login = answered([complete(), member("user_code", "A")]).await.expect("codes");
        assert_eq!(login.authorization().user_code(), "A");
        let alone = answered([complete(), M::Without("user_code".into())]).await.expect_err("a breach");
        assert_eq!(alone.requirement(), Some(r::USER_CODE_IS_SENT));
    });
}

fn another_way_may_be_agreed() {
    session(async {
        let pairing = json!({"channel": 7, "code": "x"});
        let login = answered([member("ble_pairing", pairing.clone())]).await.expect("codes");
        assert_eq!(login.authorization().extra().get("ble_pairing"), Some(&pairing));
        // What goes to the server may be agreed as well.
        let server = public();
        let asked = client(&server).await.device_authorization().parameter("ble_address", "00:11");
        asked.send().await.expect("codes");
        let request = super::super::granted::last(&server, Place::DeviceAuthorization);
        assert_eq!(request.parameter("ble_address").as_deref(), Some("00:11"));
        server.assert_blameless();
    });
}
