//! `cargo xtask compliance`: runs every check and reports every requirement.

mod browser;
mod evidence;
mod html;
mod json;
mod junit;
mod markdown;
mod panics;
mod readme;
mod suites;
mod table;

use std::{
    io::IsTerminal as _,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use anyrfc_core::compliance::{Check, Evidence, Report, Suite};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

pub(crate) use self::suites::{SUITES, subjects, unlisted};
use crate::{
    Result,
    workspace::{self, Metadata},
};

/// The options of `cargo xtask compliance`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The crates; all of them where none is named.
    #[arg(value_name = "CRATE")]
    crates: Vec<String>,
    /// Only these RFCs.
    #[arg(long, value_name = "N")]
    rfc: Vec<u16>,
    /// What is printed.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Write there instead of to standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Fail also where a crate's COMPLIANCE.md is not what `--format md` prints, or
    /// the README tells another state.
    #[arg(long)]
    check: bool,
    /// Draw the page in headless Chromium and compare it with the report (`--format html --out FILE`).
    #[arg(long, requires = "out")]
    look: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For a person at a glance.
    Table,
    /// For programs.
    Json,
    /// One test case a requirement.
    Junit,
    /// What COMPLIANCE.md holds.
    Md,
    /// One self-contained page.
    Html,
}

pub(crate) fn run(args: Args) -> Result {
    if args.look && args.format != Format::Html {
        return Err("--look is for --format html".into());
    }
    let suites = chosen(SUITES, &args.crates, &args.rfc)?;
    let root = workspace::root();
    let metadata = Metadata::load(&root)?;
    panics::silence();

    let mut reports = Vec::new();
    for suite in suites {
        let tests = evidence::of_socket_tests(&metadata, suite.subject)?;
        // What is committed is about all of a crate's RFCs.
        let rfcs: &[u16] = if args.check { &[] } else { &args.rfc };
        reports.push(assess(suite, rfcs, &tests));
    }
    panics::restore();

    let fresh = if args.check { committed(&root, &reports)? } else { true };
    for report in &mut reports {
        report.specs.retain(|spec| args.rfc.is_empty() || args.rfc.contains(&spec.spec.rfc));
    }
    let text = render(&reports, args.format, args.out.is_none());
    match &args.out {
        Some(path) => write(path, &text)?,
        None => crate::print(&text)?,
    }
    if let (true, Some(page)) = (args.look, &args.out) {
        let picture = browser::look(&reports, page)?;
        println!("{} and {} agree with the report", page.display(), picture.display());
    }
    let mut passed = fresh;
    for report in &reports {
        passed &= report.passed();
        if args.format != Format::Table || args.out.is_some() {
            complain(report);
        }
    }
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The suites asked for, each a crate's name with or without `anyrfc-`.
///
/// # Errors
/// A crate or RFC is asked for that no suite is about, or there is no suite at all.
fn chosen(all: &[&'static Suite], crates: &[String], rfcs: &[u16]) -> Result<Vec<&'static Suite>> {
    if all.is_empty() {
        return Err("there is no suite: nothing is shown by nothing".into());
    }
    let named = |suite: &Suite, name: &str| {
        suite.subject == name || suite.subject.strip_prefix("anyrfc-") == Some(name)
    };
    if let Some(name) = crates.iter().find(|name| !all.iter().any(|suite| named(suite, name))) {
        let known: Vec<&str> = all.iter().map(|suite| suite.subject).collect();
        return Err(format!("no suite is about {name}; there are {}", known.join(", ")).into());
    }
    let claims = |suite: &Suite, rfc: u16| suite.specs.iter().any(|spec| spec.rfc == rfc);
    let chosen: Vec<&'static Suite> = all
        .iter()
        .copied()
        .filter(|suite| crates.is_empty() || crates.iter().any(|name| named(suite, name)))
        .filter(|suite| rfcs.is_empty() || rfcs.iter().any(|&rfc| claims(suite, rfc)))
        .collect();
    if let Some(rfc) = rfcs.iter().find(|&&rfc| !chosen.iter().any(|suite| claims(suite, rfc))) {
        return Err(format!("no such crate claims RFC {rfc}").into());
    }
    Ok(chosen)
}

/// Runs those checks of `suite` that cover one of `rfcs` (all, where that is
/// empty) and reports on those RFCs.
fn assess(suite: &'static Suite, rfcs: &[u16], tests: &evidence::SocketTests) -> Report {
    let wanted = |rfc: u16| rfcs.is_empty() || rfcs.contains(&rfc);
    let of_rfcs = |check: &Check| {
        check.covers.is_empty() || check.covers.iter().any(|requirement| wanted(requirement.rfc))
    };
    // A suite is made of constants; one of our own lives as long as this process.
    let checks: Vec<Check> = suite.all_checks().filter(|check| of_rfcs(check)).copied().collect();
    let groups: &'static [&'static [Check]] = Vec::leak(vec![Vec::leak(checks) as &[Check]]);
    let part = Suite { checks: groups, ..*suite };

    let bar = progress(part.all_checks().count(), suite.subject);
    let ran = part.run_with(&tests.evidence, |outcome| {
        bar.set_message(outcome.check.name);
        bar.inc(1);
    });
    bar.finish_and_clear();

    // Assessed again, each failure now with the place where it happened.
    let mut outcomes = ran.outcomes;
    for outcome in &mut outcomes {
        if let (Err(why), Some(place)) = (&mut outcome.result, panics::place_of(outcome.check.name)) {
            *why = format!("{why} ({place})");
        }
    }
    let mut report = Report::assess(&part, outcomes, &tests.evidence);
    report.with_socket_tests = true;
    report.defects.extend(tests.defect.clone());
    report.specs.retain(|spec| wanted(spec.spec.rfc));
    report
}

/// A bar on standard error, where that is a terminal.
fn progress(checks: usize, subject: &'static str) -> ProgressBar {
    let target = if std::io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(checks as u64), target);
    if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:30} {pos}/{len} {wide_msg}") {
        bar.set_style(style.progress_chars("█▌ "));
    }
    bar.set_prefix(subject);
    bar
}

/// Says on standard error that something long is under way, where that is a terminal.
fn spinner(message: String) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(
        None,
        if std::io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        },
    );
    bar.set_message(message);
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

/// Writes a file, and the directory it is in.
fn write(path: &Path, text: &str) -> Result<()> {
    let said = |error| format!("{}: {error}", path.display());
    if let Some(dir) = path.parent() {
        std::fs::create_dir_all(dir).map_err(said)?;
    }
    Ok(std::fs::write(path, text).map_err(said)?)
}

fn render(reports: &[Report], format: Format, to_stdout: bool) -> String {
    match format {
        Format::Table => table::render(reports, &table::Style::detect(to_stdout)),
        Format::Json => json::render(reports),
        Format::Junit => junit::render(reports),
        Format::Md => reports.iter().map(markdown::render).collect::<Vec<_>>().join("\n"),
        Format::Html => html::render(reports),
    }
}

/// Why a report fails, on standard error: whatever was asked for goes elsewhere.
fn complain(report: &Report) {
    if report.passed() {
        return;
    }
    for bad in report.assessments().filter(|assessment| assessment.status.is_bad()) {
        let reason = bad.reason.as_deref().unwrap_or("no check covers it");
        eprintln!("{}: {} {}: {reason}", report.subject, bad.status, bad.requirement.id());
    }
    for outcome in &report.outcomes {
        if let Err(why) = &outcome.result {
            eprintln!("{}: check {} failed: {why}", report.subject, outcome.check.name);
        }
    }
    for defect in &report.defects {
        eprintln!("{}: {defect}", report.subject);
    }
}

/// Whether every crate's committed COMPLIANCE.md is what its report renders to,
/// and the README says the same of it.
///
/// # Errors
/// One is there and cannot be read.
fn committed(root: &Path, reports: &[Report]) -> Result<bool> {
    let mut fresh = true;
    let text = std::fs::read_to_string(root.join("README.md"))?;
    for report in reports {
        if let Some(state) = readme::stale(&text, report) {
            fresh = false;
            eprintln!("README.md does not say of {}: {state}", report.subject);
        }
        let path = root.join(report.subject).join("COMPLIANCE.md");
        let why = match std::fs::read_to_string(&path) {
            Ok(text) => stale(&text, &markdown::render(report)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Some("is not there\n".to_owned()),
            Err(error) => return Err(format!("{}: {error}", path.display()).into()),
        };
        if let Some(why) = why {
            fresh = false;
            let subject = report.subject;
            eprintln!(
                "{subject}/COMPLIANCE.md {why}  write it with: cargo xtask compliance {subject} --format md --out {subject}/COMPLIANCE.md"
            );
        }
    }
    Ok(fresh)
}

/// How `committed` differs from `now`, if it does; line ends do not count.
fn stale(committed: &str, now: &str) -> Option<String> {
    let (mut old, mut new) = (committed.lines(), now.lines());
    let mut number = 0;
    loop {
        number += 1;
        match (old.next(), new.next()) {
            (None, None) => return None,
            (a, b) if a == b => {}
            (a, b) => {
                let say = |line: Option<&str>| line.unwrap_or("(nothing)").to_owned();
                return Some(format!(
                    "is stale at line {number}:\n  committed: {}\n  now:       {}\n",
                    say(a),
                    say(b)
                ));
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
