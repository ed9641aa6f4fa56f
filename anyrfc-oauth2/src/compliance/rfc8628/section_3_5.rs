//! RFC 8628, section 3.5: how it is polled.

use std::time::Duration;

use anyrfc_core::compliance::Check;
use bytes::Bytes;

use super::{super::granted::session, client, granted_after, login, polls, public};
use crate::{
    ErrorCode, ErrorKind, rfc8628 as r,
    testing::{Misbehaviour as M, Place, Plan},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8628/section-3.5/a-pending-login-is-polled-again",
        covers: &[r::PENDING_IS_POLLED],
        run: a_pending_login_is_polled_again,
    },
    Check {
        name: "rfc8628/section-3.5/every-poll-waits",
        covers: &[r::EACH_POLL_WAITS],
        run: every_poll_waits,
    },
    Check {
        name: "rfc8628/section-3.5/slow-down-adds-five-seconds-for-good",
        covers: &[r::SLOW_DOWN_IS_POLLED, r::SLOW_DOWN_ADDS_FIVE_SECONDS],
        run: slow_down_adds_five_seconds_for_good,
    },
    Check {
        name: "rfc8628/section-3.5/an-expired-code-waits-for-the-user",
        covers: &[r::EXPIRED_TOKEN_MAY_START_ANEW, r::RESTART_WAITS_FOR_THE_USER],
        run: an_expired_code_waits_for_the_user,
    },
    Check {
        name: "rfc8628/section-3.5/other-errors-end-it-and-are-told",
        covers: &[r::OTHER_ERRORS_END_POLLING, r::OTHER_ERRORS_ARE_REPORTED],
        run: other_errors_end_it_and_are_told,
    },
    Check {
        name: "rfc8628/section-3.5/a-timeout-makes-it-patient",
        covers: &[r::TIMEOUT_SLOWS_POLLING, r::BACKOFF_IS_EXPONENTIAL],
        run: a_timeout_makes_it_patient,
    },
    Check {
        name: "rfc8628/section-3.5/a-notice-may-replace-polling",
        covers: &[r::RETURN_CHANNEL_MAY_REPLACE_POLLING],
        run: a_notice_may_replace_polling,
    },
];

fn a_pending_login_is_polled_again() {
    session(async {
        let server = public();
        granted_after(&server, &mut login(&server).await, 101).await;
        let polls = server.requests_to(Place::Token);
        assert_eq!(polls.len(), 21);
        assert!(polls.iter().rev().skip(1).all(|poll| poll.status == Some(400)));
        server.assert_blameless();
    });
}

fn every_poll_waits() {
    session(async {
        for (interval, expected) in [(Some(3), [3, 6, 9]), (None, [5, 10, 15])] {
            let server = public().with(|options| options.device_interval = interval);
            let mut login = login(&server).await;
            // Not even who calls again and again is served faster.
            for _ in 0..20 {
                let cut = tokio::time::timeout(Duration::from_millis(100), login.poll(|_| ())).await;
                assert!(cut.is_err());
            }
            granted_after(&server, &mut login, 2 * expected[0] - 1).await;
            assert_eq!(polls(&server), expected);
            server.assert_blameless();
        }
        // What slow_down added counts as well.
        let server = public();
        let mut login = login(&server).await;
        server.plant(Plan::from(M::SlowDown).once());
        granted_after(&server, &mut login, 16).await;
        assert_eq!(polls(&server), [5, 15, 25]);
        server.assert_blameless();
    });
}

fn slow_down_adds_five_seconds_for_good() {
    session(async {
        let server = public();
        let mut login = login(&server).await;
        server.plant(Plan::from(M::SlowDown).times(2));
        granted_after(&server, &mut login, 46).await;
        assert_eq!(polls(&server), [5, 5 + 10, 15 + 15, 30 + 15, 45 + 15]);
        assert_eq!(login.progress().interval.as_secs(), 15);
        server.assert_blameless();
    });
}

fn an_expired_code_waits_for_the_user() {
    session(async {
        let server = public();
        let client = client(&server).await;
        let mut first = client.device_authorization().send().await.expect("codes");
        server.plant(Plan::from(M::Error(400, "expired_token".into())).at(Place::Token).once());
        let error = first.poll(|_| ()).await.expect_err("too late");
        assert_eq!(error.response().map(|refusal| &refusal.code), Some(&ErrorCode::ExpiredToken));
        tokio::time::sleep(Duration::from_secs(600)).await;
        assert_eq!((server.count(Place::DeviceAuthorization), server.count(Place::Token)), (1, 1));
        // The user wants it once more.
        let mut second = client.device_authorization().send().await.expect("codes");
        granted_after(&server, &mut second, 0).await;
        assert_eq!((server.count(Place::DeviceAuthorization), server.count(Place::Token)), (2, 2));
        server.assert_blameless();
    });
}

fn other_errors_end_it_and_are_told() {
    session(async {
        for code in ["access_denied", "invalid_grant", "invalid_client", "unauthorized_client", "made_up"] {
            let server = public();
            let mut login = login(&server).await;
            server.plant(Plan::from(M::Error(400, code.into())).at(Place::Token).after(1));
            let error = login.poll(|_| ()).await.expect_err("an end");
            let told = error.response().map(|refusal| refusal.code.as_str());
            assert_eq!(told, Some(code), "{error}");
            assert_eq!(polls(&server), [5, 10], "{code}");
            // The end is the end.
            assert_eq!(login.poll(|_| ()).await.expect_err("the end").kind(), ErrorKind::Usage);
            assert_eq!(server.count(Place::Token), 2);
            server.assert_blameless();
        }
        // What the user said is told as well.
        let server = public();
        let mut login = login(&server).await;
        server.deny_device(login.authorization().user_code());
        let error = login.poll(|_| ()).await.expect_err("no");
        assert_eq!(error.response().map(|refusal| &refusal.code), Some(&ErrorCode::AccessDenied));
        assert_eq!(polls(&server), [5]);
    });
}

fn a_timeout_makes_it_patient() {
    session(async {
        let waits = async |fault: M, lasts: u64| {
            let server = public();
            let mut login = login(&server).await;
            server.plant(Plan::from(fault).at(Place::Token).times(4));
            granted_after(&server, &mut login, 0).await;
            server.assert_blameless();
            let polls = polls(&server);
            polls.windows(2).map(|pair| pair[1] - pair[0] - lasts).collect::<Vec<_>>()
        };
        // Each of these takes the client's 30 seconds before it is given up.
        assert_eq!(waits(M::Hang, 30).await, [10, 20, 40, 80]);
        assert_eq!(waits(M::DropBefore, 0).await, [10, 20, 40, 80]);
        // It is no reason to be patient that the user is not done.
        let pending = M::Instead(
            400,
            vec![("content-type".into(), "application/json".into())],
            Bytes::from_static(b"{\"error\":\"authorization_pending\"}"),
        );
        assert_eq!(waits(pending, 0).await, [5, 5, 5, 5]);
    });
}

fn a_notice_may_replace_polling() {
    session(async {
        let server = public();
        let mut login = login(&server).await;
        // Whoever hears of the user's answer by other means polls when it comes, and once.
        tokio::time::sleep(Duration::from_secs(300)).await;
        server.assert_nothing_sent_to(Place::Token);
        server.approve_device(login.authorization().user_code());
        login.poll(|_| ()).await.expect("a token");
        assert_eq!(polls(&server), [300]);
        server.assert_blameless();
    });
}
