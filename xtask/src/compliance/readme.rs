//! The state of the crates in the workspace's README: taken from the reports.

use anyrfc_core::compliance::{Report, Status};

/// What the table of crates says of one crate: each RFC with how much of it is shown.
pub(super) fn state(report: &Report) -> String {
    let specs = report.specs.iter().map(|spec| {
        let count = |status| spec.requirements.iter().filter(|a| a.status == status).count();
        let open: usize = Status::ALL.into_iter().filter(|status| status.is_bad()).map(count).sum();
        let all = spec.requirements.len();
        let verified = count(Status::Verified);
        let mut text = format!("RFC {}: {verified} of {all} verified", spec.spec.rfc);
        let others = [Status::OtherRole, Status::NotARequirement, Status::ByConstruction, Status::Exception];
        for status in others {
            if count(status) > 0 {
                text.push_str(&format!(", {} {status}", count(status)));
            }
        }
        if open > 0 {
            text.push_str(&format!(", {open} open"));
        }
        text
    });
    let state = specs.collect::<Vec<_>>().join("; ");
    format!("[{state}]({}/COMPLIANCE.md)", report.subject)
}

/// The line to have for `report`, where `readme` does not say it.
pub(super) fn stale(readme: &str, report: &Report) -> Option<String> {
    let state = state(report);
    let said =
        readme.lines().any(|line| line.contains(&format!("`{}`", report.subject)) && line.contains(&state));
    (!said).then_some(state)
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{GOOD, report},
        *,
    };

    #[test]
    fn the_readme_says_what_the_report_says_or_is_stale() {
        let report = report(&GOOD);
        let state = state(&report);
        assert!(state.starts_with("[RFC ") && state.contains(" verified"), "{state}");
        let line = format!("| [`{}`]({}) | something | {state} |", report.subject, report.subject);
        assert_eq!(stale(&line, &report), None);
        assert_eq!(stale(&line.replace("verified", "proven"), &report), Some(state.clone()));
        assert_eq!(stale(&state, &report), Some(state), "not in the crate's row");
    }
}
