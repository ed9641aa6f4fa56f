//! The examples, run.

#[allow(dead_code)]
#[path = "../examples/tokens.rs"]
mod tokens;

use std::time::Duration;

use anyrfc_jwt::{Jwk, JwsAlgorithm, NumericDate, Rejection};

#[test]
fn a_token_signed_and_believed() {
    tokens::main().unwrap();
    let now = NumericDate::since_epoch(Duration::from_secs(1_800_000_000));
    let jwk = Jwk::generate(JwsAlgorithm::Es256).unwrap().with_key_id("2026-01");
    let token = tokens::signed(&jwk, now).unwrap();
    let published = format!("{{\"keys\":[{}]}}", jwk.to_json().unwrap());
    let believed = |audience, now| tokens::believed(&token, published.as_bytes(), audience, now);
    assert_eq!(believed("https://api.example", now).unwrap(), "ann");
    let error = believed("https://another.example", now).unwrap_err();
    assert_eq!(error.rejection(), Some(Rejection::Audience));
    assert!(include_str!("../README.md").contains(&format!("```text\n{error}\n```")), "{error}");
    let late = now.saturating_add(Duration::from_secs(3600));
    let error = believed("https://api.example", late).unwrap_err();
    assert_eq!(error.rejection(), Some(Rejection::Expired));
}
