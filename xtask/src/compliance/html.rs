//! The report as one self-contained page.
//!
//! Everything a reader needs is in the markup; the script only filters it.

use std::{collections::BTreeSet, fmt::Write as _};

use anyrfc_core::compliance::{Assessment, Report, SpecReport, Status};

const CSS: &str = include_str!("../../templates/compliance.css");
const SCRIPT: &str = include_str!("../../templates/compliance.js");

/// The whole page.
pub(super) fn render(reports: &[Report]) -> String {
    let all: Vec<&Assessment> = reports.iter().flat_map(Report::assessments).collect();
    let (word, class) =
        if reports.iter().all(Report::passed) { ("passed", "verified") } else { ("failed", "failed") };
    let names: Vec<String> = reports.iter().map(|report| escape(report.subject)).collect();
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>RFC compliance: {names}</title>\n<style>\n{CSS}</style>\n</head>\n<body>\n<header><div>\n\
         <h1>RFC compliance <span class=\"verdict {class}\">{word}</span></h1>\n\
         <p class=\"lead\">{count} requirements of {specs} RFCs in {names}, each with what shows it.</p>\n",
        names = names.join(", "),
        count = all.len(),
        specs = reports.iter().map(|report| report.specs.len()).sum::<usize>(),
    );
    totals(&mut out, &all);
    out.push_str("</div></header>\n");
    filters(&mut out, &all);
    out.push_str("<main>\n");
    contents(&mut out, reports);
    for report in reports {
        if !report.passed() {
            trouble(&mut out, report);
        }
        for spec in &report.specs {
            specification(&mut out, report, spec);
        }
    }
    out.push_str("<p class=\"none\">No requirement is like that.</p>\n");
    legend(&mut out);
    let _ = write!(out, "</main>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n");
    out
}

/// A stacked bar and the count of each status.
fn totals<'a>(out: &mut String, assessments: &[impl std::borrow::Borrow<Assessment> + 'a]) {
    let count = |status| assessments.iter().filter(|a| (*a).borrow().status == status).count();
    let present: Vec<(Status, usize)> =
        Status::ALL.into_iter().map(|status| (status, count(status))).filter(|(_, n)| *n > 0).collect();
    out.push_str("<div class=\"bar\" aria-hidden=\"true\">");
    for (status, n) in &present {
        let _ = write!(out, "<span class=\"{status}\" style=\"flex:{n}\"></span>");
    }
    out.push_str("</div>\n<ul class=\"counts\">");
    for (status, n) in &present {
        let _ = write!(out, "<li class=\"{status}\"><b>{n}</b> {status}</li>");
    }
    out.push_str("</ul>\n");
}

/// The filters; hidden until the script that makes them work runs.
fn filters(out: &mut String, all: &[&Assessment]) {
    out.push_str(
        "<form hidden role=\"search\" aria-label=\"Filter the requirements\"><div>\n\
         <label class=\"vh\" for=\"text\">Text</label>\
         <input type=\"search\" id=\"text\" name=\"text\" placeholder=\"Filter by text or id…\">\n\
         <fieldset class=\"chips\"><legend class=\"vh\">Status</legend>",
    );
    for status in Status::ALL.into_iter().filter(|status| all.iter().any(|a| a.status == *status)) {
        let _ = write!(
            out,
            "<label class=\"{status}\"><input type=\"checkbox\" name=\"status\" value=\"{status}\">{status}</label>"
        );
    }
    out.push_str("</fieldset>\n");
    let levels: BTreeSet<_> = all.iter().map(|a| a.requirement.level).collect();
    select(out, "level", "Level", levels.iter().map(|level| level.as_str()));
    let roles: BTreeSet<_> = all.iter().map(|a| a.requirement.role.as_str()).collect();
    select(out, "role", "Role", roles.into_iter());
    out.push_str("<button type=\"reset\">Reset</button>\n");
    out.push_str("<span id=\"shown\" role=\"status\" aria-live=\"polite\"></span>\n</div></form>\n");
}

fn select<'a>(out: &mut String, name: &str, label: &str, values: impl Iterator<Item = &'a str>) {
    let _ = write!(
        out,
        "<label class=\"vh\" for=\"{name}\">{label}</label>\
         <select id=\"{name}\" name=\"{name}\"><option value=\"\">Every {name}</option>"
    );
    for value in values {
        let _ = write!(out, "<option>{value}</option>");
    }
    out.push_str("</select>\n");
}

/// Every RFC of every crate, to jump to.
fn contents(out: &mut String, reports: &[Report]) {
    out.push_str("<nav aria-label=\"Contents\">\n");
    for report in reports {
        let _ = write!(out, "<p><b>{}</b>", escape(report.subject));
        for spec in &report.specs {
            let (rfc, title) = (spec.spec.rfc, escape(spec.spec.title));
            let _ = write!(out, " <a href=\"#{}\" title=\"{title}\">{rfc}</a>", place(report, rfc));
        }
        out.push_str("</p>\n");
    }
    out.push_str("</nav>\n");
}

/// The fragment that leads to an RFC.
fn place(report: &Report, rfc: u16) -> String {
    escape(&format!("{}-rfc{rfc}", report.subject.strip_prefix("anyrfc-").unwrap_or(report.subject)))
}

/// Why a report fails, before anything else.
fn trouble(out: &mut String, report: &Report) {
    let _ = writeln!(
        out,
        "<div class=\"trouble\" role=\"alert\"><h3>{} does not pass</h3><ul>",
        escape(report.subject)
    );
    for bad in report.assessments().filter(|assessment| assessment.status.is_bad()) {
        let id = escape(&bad.requirement.id());
        let _ = writeln!(
            out,
            "<li><a href=\"#{}\"><span class=\"id\">{id}</span></a> is {}: {}</li>",
            anchor(report, bad),
            bad.status,
            escape(bad.requirement.summary)
        );
    }
    for outcome in &report.outcomes {
        if let Err(why) = &outcome.result {
            let name = escape(outcome.check.name);
            let _ = writeln!(out, "<li>check <code>{name}</code> failed: {}</li>", escape(why));
        }
    }
    for defect in &report.defects {
        let _ = writeln!(out, "<li>{}</li>", escape(defect));
    }
    out.push_str("</ul></div>\n");
}

fn specification(out: &mut String, report: &Report, spec: &SpecReport) {
    let rfc = spec.spec.rfc;
    let _ = write!(
        out,
        "<section id=\"{}\">\n<h2><a href=\"https://www.rfc-editor.org/rfc/rfc{rfc}\">RFC {rfc}</a> {} <small>{}</small></h2>\n",
        place(report, rfc),
        escape(spec.spec.title),
        escape(report.subject)
    );
    totals(out, &spec.requirements);
    let same_section = |a: &Assessment, b: &Assessment| a.requirement.section == b.requirement.section;
    for section in spec.requirements.chunk_by(same_section) {
        let Some(first) = section.first() else { continue };
        let name = escape(first.requirement.section);
        let (word, fragment) = if name.starts_with(|c: char| c.is_ascii_digit()) {
            ("Section", "section")
        } else {
            ("Appendix", "appendix")
        };
        let _ = write!(
            out,
            "<section>\n<h3><a href=\"https://www.rfc-editor.org/rfc/rfc{rfc}#{fragment}-{name}\">{word} {name}</a></h3>\n\
             <ul class=\"list\">\n"
        );
        for assessment in section {
            row(out, report, assessment);
        }
        out.push_str("</ul>\n</section>\n");
    }
    out.push_str("</section>\n");
}

/// The fragment that leads to a requirement: two crates may claim one RFC.
fn anchor(report: &Report, assessment: &Assessment) -> String {
    let crate_name = report.subject.strip_prefix("anyrfc-").unwrap_or(report.subject);
    escape(&format!("{crate_name}-{}", assessment.requirement.id().replace('#', "-")))
}

fn row(out: &mut String, report: &Report, assessment: &Assessment) {
    let requirement = assessment.requirement;
    let (status, level, role) = (assessment.status, requirement.level, requirement.role);
    let bad = if status.is_bad() { " bad" } else { "" };
    let anchor = anchor(report, assessment);
    let _ = write!(
        out,
        "<li id=\"{anchor}\" class=\"{status}{bad}\" data-status=\"{status}\" data-level=\"{level}\" data-role=\"{role}\">\
         <div class=\"id\"><a href=\"#{anchor}\">{}</a></div>\
         <div><span class=\"status\">{status}</span> <span class=\"level\">{level}</span> \
         <span class=\"role\">{role}</span></div><div class=\"text\"><p class=\"what\">{}</p>",
        escape(&requirement.id()),
        escape(requirement.summary)
    );
    let reason = assessment.reason.as_deref().or((status == Status::Missing).then_some("no check covers it"));
    if let Some(reason) = reason {
        let _ = write!(out, "<p class=\"why\">{}</p>", escape(reason));
    }
    if !assessment.evidence.is_empty() {
        out.push_str("<ul class=\"proof\" aria-label=\"Evidence\">");
        for name in &assessment.evidence {
            let _ = write!(out, "<li><code>{}</code></li>", escape(name));
        }
        out.push_str("</ul>");
    }
    out.push_str("</div></li>\n");
}

/// What the words mean.
fn legend(out: &mut String) {
    out.push_str("<footer><p>");
    for (status, meaning) in [
        (Status::Verified, "a check that covers it ran and passed"),
        (Status::ByConstruction, "no value of ours can break it"),
        (Status::NotARequirement, "the keyword is only mentioned"),
        (Status::OtherRole, "it binds somebody else"),
        (Status::Exception, "deliberately not done, for the reason given"),
        (Status::Missing, "neither check nor waiver"),
        (Status::Failed, "a check that covers it failed, or its waiver is not allowed"),
    ] {
        let _ = write!(out, "<b class=\"status {status}\">{status}</b>: {meaning}. ");
    }
    out.push_str("</p></footer>\n");
}

/// Text for an element or a quoted attribute.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\0'..='\x08' | '\x0b'..='\x1f' | '\x7f' => out.push('\u{fffd}'),
            _ => out.push(character),
        }
    }
    out
}
