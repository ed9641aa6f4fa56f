//! Every check of the suite as a test of its own name.

use anyrfc_websocket::compliance::SUITE;
use libtest_mimic::{Arguments, Trial};

fn main() {
    let trials = SUITE
        .all_checks()
        .map(|check| Trial::test(check.name, move || check.execute().map_err(Into::into)))
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
