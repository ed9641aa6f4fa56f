//! For a person at a terminal.

use std::fmt::Write as _;

use anyrfc_core::compliance::Role;

use super::{Finding, Report, Verdict, counted, section};
use crate::terminal::{BAD, DOUBT, FAINT, GOOD, STRONG, styled};

impl Report<'_> {
    /// What is broken, then how much is kept and untested; with `all`, which.
    pub(in crate::doctor) fn table(&self, all: bool) -> String {
        let mut out = styled(STRONG, self.url);
        let _ = write!(out, "  {}", self.protocol);
        if let Some(server) = self.server {
            let _ = write!(out, "  {}", styled(FAINT, server));
        }
        out.push('\n');
        for (title, style, findings) in [
            ("Broken", BAD, self.broken_absolutely().collect::<Vec<_>>()),
            ("Recommended, and not followed", DOUBT, self.not_followed().collect()),
        ] {
            if findings.is_empty() {
                continue;
            }
            let _ = write!(out, "\n{}\n", styled(style, title));
            for finding in findings {
                described(&mut out, finding);
            }
        }
        if all {
            for (title, style, findings) in [
                ("Kept", GOOD, self.kept().collect::<Vec<_>>()),
                ("Untested", FAINT, self.untested().collect()),
            ] {
                if findings.is_empty() {
                    continue;
                }
                let _ = write!(out, "\n{}\n", styled(style, title));
                for finding in findings {
                    headline(&mut out, finding);
                    if let Verdict::Untested { why } = &finding.verdict {
                        let _ = writeln!(out, "      {}", styled(FAINT, why));
                    }
                }
            }
        }
        let broken = self.broken_absolutely().count();
        let not_followed = self.not_followed().count();
        let mut summary = if broken == 0 {
            styled(GOOD, "nothing broken")
        } else {
            styled(BAD, &format!("{broken} broken"))
        };
        if not_followed > 0 {
            let words = format!("{} not followed", counted(not_followed, "recommendation"));
            let _ = write!(summary, ", {}", styled(DOUBT, &words));
        }
        let totals = self.totals();
        let _ = writeln!(out, "\n{summary}, {} kept, {} untested", totals.kept, totals.untested);
        out
    }
}

fn headline(out: &mut String, finding: &Finding) {
    let requirement = finding.requirement;
    let _ = writeln!(
        out,
        "  {}  {}  {}",
        styled(STRONG, &requirement.id()),
        requirement.level,
        requirement.summary
    );
}

fn described(out: &mut String, finding: &Finding) {
    headline(out, finding);
    let bound = match finding.requirement.role {
        Role::Both => "binds both sides".to_owned(),
        role => format!("binds the {}", role.as_str()),
    };
    let place = format!("RFC {}, {}; {bound}", finding.requirement.rfc, section(finding));
    let _ = writeln!(out, "      {}", styled(FAINT, &place));
    let _ = writeln!(out, "      when  {}", finding.probe);
    if let Verdict::Broken { seen } = &finding.verdict {
        let _ = writeln!(out, "      seen  {seen}");
    }
}
