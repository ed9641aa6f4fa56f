//! RFC 4616, section 1: where PLAIN may be used, which section 5 says again.

use anyrfc_core::compliance::Check;

use super::super::support::chosen;
use crate::{Channel, MechanismName, Policy, Reason, rfc4616 as r};

pub(super) static CHECKS: &[Check] = &[Check {
    name: "rfc4616/section-1/only-over-a-confidential-channel",
    covers: &[r::PLAIN_ONLY_WHEN_SECURED, r::CLIENT_DOES_NOT_USE_UNSECURED],
    run: only_over_a_confidential_channel,
}];

fn only_over_a_confidential_channel() {
    let exchange = chosen(Policy::default(), &["PLAIN"], &Channel::tls()).expect("TLS");
    assert_eq!(exchange.name(), MechanismName::PLAIN);
    let error = chosen(Policy::default(), &["PLAIN"], &Channel::plaintext()).expect_err("plaintext");
    assert_eq!(error.refusals()[0].reason, Reason::Reveals);
    // Named for itself alone, and not by allowing or preferring it.
    let allowed = Policy::default().allow(MechanismName::PLAIN).only([MechanismName::PLAIN]);
    assert!(chosen(allowed, &["PLAIN"], &Channel::plaintext()).is_err());
    let danger = || Policy::default().danger_reveal_in_plaintext(MechanismName::PLAIN);
    assert!(chosen(danger(), &["PLAIN"], &Channel::plaintext()).is_ok());
    assert!(chosen(danger(), &["LOGIN"], &Channel::plaintext()).is_err());
}
