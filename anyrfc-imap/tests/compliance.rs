//! Each check of the suite as a test of its own.

use std::process::ExitCode;

use anyrfc_core::compliance::Check;
use anyrfc_imap::compliance::SUITE;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let run = |check: &'static Check| check.execute().map_err(Failed::from);
    let checks = SUITE.all_checks().map(|check| Trial::test(check.name, move || run(check)));
    libtest_mimic::run(&Arguments::from_args(), checks.collect()).exit_code()
}
