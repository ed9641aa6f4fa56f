//! RFC 2831, section 2.1.3: what the server proves.

use anyrfc_core::compliance::Check;

use super::{
    super::support::broke,
    judge::{CHALLENGE, REALM, chris, mechanism, values},
};
use crate::{ErrorKind, Exchange, Step, rfc2831 as r};

pub(super) static CHECKS: &[Check] = &[Check {
    name: "rfc2831/section-2.1.3/no-success-without-rspauth",
    covers: &[r::RSPAUTH_IS_VERIFIED],
    run: no_success_without_rspauth,
}];

/// An exchange that waits for the proof, and what it should be.
fn waiting() -> (Exchange, String) {
    let mut exchange = Exchange::new(mechanism(&chris()));
    let response = exchange.step_blocking(CHALLENGE.as_bytes()).expect("the RFC's own");
    let (_, proof) = values(response.expose(), [b"chris", REALM.as_bytes(), b"secret"]);
    (exchange, String::from_utf8(proof).expect("hexadecimal"))
}

fn no_success_without_rspauth() {
    let (mut exchange, proof) = waiting();
    assert_eq!(proof, "ea40f60335c427b5527b84dbabcdfffd", "the RFC's own");
    assert!(matches!(exchange.step(format!("rspauth={proof}").as_bytes()), Ok(Step::Done)));
    let established = exchange.succeed(None).expect("proved");
    assert!(established.mutual && established.layer.is_none());
    let (mut exchange, proof) = waiting();
    assert!(exchange.succeed(Some(format!("rspauth={proof}").as_bytes())).expect("proved").mutual);

    for absent in [None, Some(&b""[..])] {
        let error = waiting().0.succeed(absent).expect_err("no proof");
        assert_eq!((error.kind(), error.requirement()), (ErrorKind::Auth, Some(r::RSPAUTH_IS_VERIFIED)));
    }
    let mut wrong: Vec<String> = (0..32)
        .map(|at| {
            let mut digits = proof.clone().into_bytes();
            digits[at] = if digits[at] == b'0' { b'1' } else { b'0' };
            format!("rspauth={}", String::from_utf8(digits).expect("digits"))
        })
        .collect();
    wrong.extend([
        format!("rspauth={}", &proof[1..]),
        format!("rspauth={proof}0"),
        format!("rspauth={}", proof.to_uppercase()),
        format!("rspauth={proof},rspauth={proof}"),
        "x=1".to_owned(),
        "rspauth=d388dad90d4bbd760a152321f2143af7".to_owned(),
    ]);
    for message in wrong {
        broke(waiting().0.step(message.as_bytes()), r::RSPAUTH_IS_VERIFIED);
        broke(waiting().0.succeed(Some(message.as_bytes())), r::RSPAUTH_IS_VERIFIED);
    }
}
