//! The report as JUnit XML: one test case a requirement.

use std::fmt::Write as _;

use anyrfc_core::compliance::{Assessment, Report, SpecReport, Status};

/// One XML document.
pub(super) fn render(reports: &[Report]) -> String {
    let mut out =
        String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"compliance\">\n");
    for report in reports {
        for spec in &report.specs {
            suite(&mut out, report, spec);
        }
        if !report.defects.is_empty() {
            defects(&mut out, report);
        }
    }
    out.push_str("</testsuites>\n");
    out
}

fn suite(out: &mut String, report: &Report, spec: &SpecReport) {
    let count = |is: fn(Status) -> bool| spec.requirements.iter().filter(|a| is(a.status)).count();
    let rfc = spec.spec.rfc;
    let _ = writeln!(
        out,
        "  <testsuite name=\"{} RFC {rfc} {}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">",
        escape(report.subject),
        escape(spec.spec.title),
        spec.requirements.len(),
        count(Status::is_bad),
        count(is_skipped),
    );
    for assessment in &spec.requirements {
        case(out, &format!("{}.rfc{rfc}", report.subject), assessment);
    }
    out.push_str("  </testsuite>\n");
}

/// Neither shown by running something nor wrong.
fn is_skipped(status: Status) -> bool {
    !status.is_bad() && status != Status::Verified
}

fn case(out: &mut String, class: &str, assessment: &Assessment) {
    let requirement = assessment.requirement;
    let name = format!("{} {} {}", requirement.id(), requirement.level, requirement.summary);
    let _ = writeln!(out, "    <testcase classname=\"{}\" name=\"{}\">", escape(class), escape(&name));
    let status = assessment.status;
    let reason = assessment.reason.as_deref().unwrap_or(match status {
        Status::Missing => "no check covers it",
        Status::OtherRole => "binds somebody else",
        _ => "",
    });
    if status.is_bad() {
        let _ = writeln!(out, "      <failure type=\"{status}\" message=\"{}\"/>", escape(reason));
    } else if is_skipped(status) {
        let _ = writeln!(out, "      <skipped message=\"{}\"/>", escape(&format!("{status}: {reason}")));
    }
    if !assessment.evidence.is_empty() {
        let _ = writeln!(out, "      <system-out>{}</system-out>", escape(&assessment.evidence.join("\n")));
    }
    out.push_str("    </testcase>\n");
}

fn defects(out: &mut String, report: &Report) {
    let (subject, count) = (escape(report.subject), report.defects.len());
    let _ = writeln!(
        out,
        "  <testsuite name=\"{subject} suite\" tests=\"{count}\" failures=\"{count}\" errors=\"0\" skipped=\"0\">"
    );
    for defect in &report.defects {
        let defect = escape(defect);
        let _ = writeln!(
            out,
            "    <testcase classname=\"{subject}.suite\" name=\"{defect}\">\n      \
             <failure type=\"defect\" message=\"{defect}\"/>\n    </testcase>"
        );
    }
    out.push_str("  </testsuite>\n");
}

/// Text for an attribute or an element; what XML 1.0 cannot hold becomes U+FFFD.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\r' | '\t' => {
                let _ = write!(out, "&#{};", u32::from(character));
            }
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_replaced() {
        assert_eq!(escape("a<b> & \"c\"\n\x1b"), "a&lt;b&gt; &amp; &quot;c&quot;&#10;\u{fffd}");
    }
}
