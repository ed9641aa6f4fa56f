//! The state of the crates in the workspace's README: taken from the reports.

use anyrfc_core::compliance::{Report, Status};

/// What the table of crates says of one crate: its RFCs, and how much of them is shown.
pub(super) fn state(report: &Report) -> String {
    let all: Vec<Status> =
        report.specs.iter().flat_map(|spec| &spec.requirements).map(|found| found.status).collect();
    let count = |status| all.iter().filter(|&&found| found == status).count();
    let mut state = format!("{}: {} of {} verified", rfcs(report), count(Status::Verified), all.len());
    let others = [Status::OtherRole, Status::NotARequirement, Status::ByConstruction, Status::Exception];
    for status in others {
        if count(status) > 0 {
            state.push_str(&format!(", {} {status}", count(status)));
        }
    }
    let open: usize = Status::ALL.into_iter().filter(|status| status.is_bad()).map(count).sum();
    if open > 0 {
        state.push_str(&format!(", {open} open"));
    }
    format!("[{state}]({}/COMPLIANCE.md)", report.subject)
}

/// `RFC 6455, 7692, 8441`
fn rfcs(report: &Report) -> String {
    let numbers: Vec<_> = report.specs.iter().map(|spec| spec.spec.rfc.to_string()).collect();
    format!("RFC {}", numbers.join(", "))
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
