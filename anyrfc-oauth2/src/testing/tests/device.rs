//! The device grant.

use super::*;
use crate::testing::Misbehaviour;

fn ask(server: &AuthorizationServer) -> Got {
    post(server, Place::DeviceAuthorization, &[], &[("client_id", "app"), ("scope", "mail")])
}

fn poll(server: &AuthorizationServer, device: &str) -> Got {
    let grant = "urn:ietf:params:oauth:grant-type:device_code";
    post(server, Place::Token, &[], &[("grant_type", grant), ("client_id", "app"), ("device_code", device)])
}

fn wait(server: &AuthorizationServer, seconds: u64) {
    server.pass(Duration::from_secs(seconds));
}

#[test]
fn a_patient_device_gets_its_token() {
    let server = server();
    let asked = ask(&server);
    assert_eq!(asked.json["interval"], 5);
    let device = asked.text("device_code");
    for _ in 0..3 {
        wait(&server, 5);
        assert_eq!(poll(&server, &device).error(), "authorization_pending");
    }
    server.approve_device(&asked.text("user_code"));
    wait(&server, 5);
    let got = poll(&server, &device);
    assert_eq!(got.json["scope"], "mail");
    assert!(got.text("refresh_token").len() > 20);
    server.assert_blameless();
    wait(&server, 5);
    assert_eq!(poll(&server, &device).error(), "invalid_grant");
    server.assert_violations(&["rfc8628#3.5-6"]);
}

#[test]
fn a_hasty_device_is_slowed_down_and_blamed() {
    let server = server();
    let device = ask(&server).text("device_code");
    assert_eq!(poll(&server, &device).error(), "authorization_pending");
    wait(&server, 4);
    assert_eq!(poll(&server, &device).error(), "slow_down");
    // Five seconds more, for good.
    wait(&server, 9);
    assert_eq!(poll(&server, &device).error(), "slow_down");
    wait(&server, 15);
    assert_eq!(poll(&server, &device).error(), "authorization_pending");
    server.assert_violations(&["rfc8628#3.5-2", "rfc8628#3.5-2"]);
}

#[test]
fn slow_down_that_was_planted_counts() {
    let server = server();
    let device = ask(&server).text("device_code");
    server.plant(crate::testing::Plan::from(Misbehaviour::SlowDown).once());
    assert_eq!(poll(&server, &device).error(), "slow_down");
    server.assert_blameless();
    wait(&server, 5);
    assert_eq!(poll(&server, &device).error(), "slow_down");
    server.assert_violations(&["rfc8628#3.5-2"]);
}

#[test]
fn a_request_without_effect_counts_for_the_pace() {
    let server = server();
    let device = ask(&server).text("device_code");
    server.plant(crate::testing::Plan::from(Misbehaviour::Status(503)).at(Place::Token).once());
    assert_eq!(poll(&server, &device).status, 503);
    wait(&server, 1);
    assert_eq!(poll(&server, &device).error(), "slow_down");
    server.assert_violations(&["rfc8628#3.5-2"]);
}

#[test]
fn a_device_is_denied_or_too_late() {
    let server = server();
    let asked = ask(&server);
    server.deny_device(&asked.text("user_code"));
    assert_eq!(poll(&server, &asked.text("device_code")).error(), "access_denied");
    let device = ask(&server).text("device_code");
    wait(&server, 1800);
    assert_eq!(poll(&server, &device).error(), "expired_token");
    let asked = ask(&server);
    let page = server.browse(&asked.text("verification_uri_complete"));
    assert_eq!(page.response.status(), 200);
    assert_eq!(poll(&server, &asked.text("device_code")).status, 200);
    server.configure(|options| options.device_interval = None);
    assert_eq!(ask(&server).json.get("interval"), None);
    server.assert_blameless();
}
