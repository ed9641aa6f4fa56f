//! Every check of the suite as a test of its own name.

use anyrfc_core::compliance::{Outcome, Report};
use anyrfc_jwt::compliance::SUITE;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let checks =
        SUITE.all_checks().map(|check| Trial::test(check.name, move || check.execute().map_err(Into::into)));
    let trials = checks.chain([Trial::test("catalogue-is-complete", catalogue_is_complete)]).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// If every check passes, nothing is missing, cited twice or waived without need.
fn catalogue_is_complete() -> Result<(), Failed> {
    let outcomes = SUITE.all_checks().map(|check| Outcome { check, result: Ok(()) }).collect();
    let report = Report::assess(&SUITE, outcomes, &[]);
    if report.passed() { Ok(()) } else { Err(report.to_string().into()) }
}
