//! The examples, run.

#[allow(dead_code)]
#[path = "../examples/login.rs"]
mod login;
#[allow(dead_code)]
#[path = "../examples/own_mechanism.rs"]
mod own_mechanism;

#[test]
fn a_login_from_both_sides() {
    let said = login::run("pencil").unwrap();
    assert_eq!(said, "logged in as user; the server knows the password, too, by SCRAM-SHA-512-PLUS");
    let said = login::run("guess").unwrap();
    assert_eq!(said, "the server refuses: invalid-proof: ask for another password");
}

#[test]
fn a_mechanism_of_ones_own() {
    assert_eq!(own_mechanism::run("1").unwrap(), "king for 1, by X-OTP");
    for number in ["3", "-1", "", "x"] {
        assert!(own_mechanism::run(number).is_err());
    }
}
