//! RFC 7677: SCRAM-SHA-256.

use anyrfc_core::compliance::Check;

use super::support::{broke, first, pencil};
use crate::{Binding, Exchange, MechanismName, Nonce, Preparation, Scram, ScramHash, rfc5802, rfc7677 as r};

pub(super) static GROUPS: &[&[Check]] = &[CHECKS];

static CHECKS: &[Check] = &[Check {
    name: "rfc7677/section-3/the-example-and-fewer-iterations",
    covers: &[r::ITERATION_COUNT_OF_4096, r::HIGHER_ITERATION_COUNT],
    run: the_example_and_fewer_iterations,
}];

const FIRST: &[u8] =
    b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
const RESPONSE: &[u8] = b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
    p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
const SIGNATURE: &[u8] = b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

/// The RFC's exchange as it stands; fewer iterations than that are refused before anything
/// is worked out, unless the caller allows them.
fn the_example_and_fewer_iterations() {
    let begun = |allowed: Option<u32>| {
        let nonce = Nonce::from_text("rOprNGfwEbeRWgbNEkqO").expect("a nonce");
        let scram =
            Scram::new(ScramHash::Sha256, &pencil(), Preparation::Saslprep, Binding::Unsupported, nonce)
                .expect("it can be sent");
        let mut exchange = Exchange::new(match allowed {
            Some(least) => scram.iterations(least..=600_000),
            None => scram,
        });
        assert_eq!(first(&mut exchange), b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        exchange
    };
    let mut exchange = begun(None);
    assert_eq!(exchange.name(), MechanismName::SCRAM_SHA_256);
    assert_eq!(exchange.step_blocking(FIRST).expect("the RFC's own").expose(), RESPONSE);
    assert!(exchange.succeed(Some(SIGNATURE)).expect("the RFC's own").mutual);

    let asks = |count: u32| [&FIRST[..FIRST.len() - 4], count.to_string().as_bytes()].concat();
    for few in [1, 1024, 4095] {
        broke(begun(None).step(&asks(few)), rfc5802::ITERATION_COUNT_OF_4096);
        assert!(begun(Some(few)).step(&asks(few)).is_ok(), "{few}");
    }
    // A caller who knows better asks for more.
    assert!(begun(Some(15_000)).step(&asks(4096)).is_err());
    assert!(begun(Some(15_000)).step(&asks(15_000)).is_ok());
}
