//! The report for a person at a glance.

use std::{fmt::Write as _, io::IsTerminal as _};

use anyrfc_core::compliance::{Report, SpecReport, Status};

/// How wide a full bar is.
const BAR: usize = 40;

/// Whether there are colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Style {
    colours: bool,
}

impl Style {
    /// Colours for a terminal whose user has not said `NO_COLOR`.
    pub(super) fn detect(to_stdout: bool) -> Self {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        Self { colours: to_stdout && std::io::stdout().is_terminal() && !refused && !dumb }
    }

    #[cfg(test)]
    pub(super) const fn plain() -> Self {
        Self { colours: false }
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.colours { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }

    fn status(self, status: Status, text: &str) -> String {
        self.paint(
            match status {
                Status::Verified => "32",
                Status::ByConstruction => "36",
                Status::NotARequirement | Status::OtherRole => "90",
                Status::Exception => "33",
                Status::Missing => "35",
                Status::Failed => "31",
            },
            text,
        )
    }
}

/// Each RFC as a bar with its counts, then whatever is missing or failed.
pub(super) fn render(reports: &[Report], style: &Style) -> String {
    let mut out = String::new();
    for report in reports {
        let _ = writeln!(out, "{}", style.bold(report.subject));
        for spec in &report.specs {
            specification(&mut out, spec, *style);
        }
        trouble(&mut out, report, *style);
        out.push('\n');
    }
    let all = || reports.iter().flat_map(Report::assessments);
    let checks: usize = reports.iter().map(|report| report.outcomes.len()).sum();
    let bad = all().filter(|assessment| assessment.status.is_bad()).count();
    let word = if reports.iter().all(Report::passed) {
        style.status(Status::Verified, "passed")
    } else {
        style.status(Status::Failed, "FAILED")
    };
    let _ = writeln!(
        out,
        "{}: {} requirements, {bad} of them missing or failed, by {checks} checks",
        style.bold(&word),
        all().count()
    );
    out
}

fn specification(out: &mut String, spec: &SpecReport, style: Style) {
    let total = spec.requirements.len();
    let count = |status: Status| spec.requirements.iter().filter(|a| a.status == status).count();
    let _ = writeln!(out, "  RFC {} {}", spec.spec.rfc, style.dim(spec.spec.title));
    let bad = count(Status::Missing) + count(Status::Failed);
    let mut bar = String::new();
    for (status, width) in widths(total, count) {
        let glyph = match status {
            Status::Verified => "█",
            Status::ByConstruction => "▓",
            Status::NotARequirement | Status::OtherRole => "░",
            Status::Exception => "▒",
            Status::Missing | Status::Failed => "·",
        };
        bar.push_str(&style.status(status, &glyph.repeat(width)));
    }
    // Rounded down: 100 % is said of nothing less.
    let percent = (total - bad) * 100 / total.max(1);
    let _ = writeln!(out, "  {bar} {percent:>3} % of {total}");
    let counts: Vec<String> = Status::ALL
        .into_iter()
        .filter(|status| count(*status) > 0)
        .map(|status| style.status(status, &format!("{} {status}", count(status))))
        .collect();
    let _ = writeln!(out, "  {}", counts.join(&style.dim(" · ")));
}

/// How many cells of the bar each status has: in all [`BAR`], and at least one
/// for a status that occurs.
fn widths(total: usize, count: impl Fn(Status) -> usize) -> Vec<(Status, usize)> {
    let mut widths: Vec<(Status, usize)> = Status::ALL
        .into_iter()
        .filter(|status| count(*status) > 0)
        .map(|status| (status, (count(status) * BAR / total.max(1)).max(1)))
        .collect();
    let used: usize = widths.iter().map(|(_, width)| width).sum();
    if let Some((_, widest)) = widths.iter_mut().max_by_key(|(_, width)| *width) {
        *widest = (*widest + BAR).saturating_sub(used);
    }
    widths
}

/// What keeps a report from passing.
fn trouble(out: &mut String, report: &Report, style: Style) {
    for bad in report.assessments().filter(|assessment| assessment.status.is_bad()) {
        let requirement = bad.requirement;
        let _ = writeln!(
            out,
            "    {} {} {} {}",
            style.status(bad.status, &format!("{:<7}", bad.status)),
            style.bold(&requirement.id()),
            requirement.level,
            requirement.summary
        );
        for line in bad.reason.iter().flat_map(|reason| reason.lines()) {
            let _ = writeln!(out, "            {}", style.dim(line));
        }
    }
    for outcome in report.outcomes.iter() {
        if let Err(why) = &outcome.result {
            let first = why.lines().next().unwrap_or_default();
            let name = style.bold(outcome.check.name);
            let _ = writeln!(out, "    {} {name}: {first}", style.status(Status::Failed, "check  "));
        }
    }
    for defect in &report.defects {
        let _ = writeln!(out, "    {} {defect}", style.status(Status::Failed, "suite  "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_always_full_and_shows_whatever_occurs() {
        for total in 1..300 {
            for bad in 0..=total.min(5) {
                let count = |status| match status {
                    Status::Missing => bad,
                    Status::Verified => total - bad,
                    _ => 0,
                };
                let widths = widths(total, count);
                assert_eq!(widths.iter().map(|(_, width)| width).sum::<usize>(), BAR, "{total} {bad}");
                assert!(widths.iter().all(|(_, width)| *width > 0));
                assert_eq!(widths.len(), usize::from(bad > 0) + usize::from(bad < total));
            }
        }
    }
}
