//! What an examination found, as table, JSON or HTML.

mod html;
mod json;
mod table;

use super::{
    Subject,
    examination::{Examination, Finding, Verdict},
};

/// One examination, to be shown.
pub(super) struct Report<'a> {
    url: &'a str,
    protocol: &'static str,
    server: Option<&'a str>,
    findings: Vec<&'a Finding>,
}

/// How many statements have each verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
struct Totals {
    broken: usize,
    kept: usize,
    untested: usize,
}

impl<'a> Report<'a> {
    pub(super) fn new(subject: &'a Subject, found: &'a Examination) -> Self {
        Self {
            url: subject.uri().as_str(),
            protocol: subject.protocol().as_str(),
            server: found.server_said(),
            findings: found.findings().collect(),
        }
    }

    /// What is broken, whatever the level.
    pub(super) fn broken(&self) -> impl Iterator<Item = &'a Finding> {
        self.with(|verdict| matches!(verdict, Verdict::Broken { .. }))
    }

    /// What is broken that leaves no choice.
    pub(super) fn broken_absolutely(&self) -> impl Iterator<Item = &'a Finding> {
        self.broken().filter(|finding| finding.requirement.level.is_absolute())
    }

    /// Recommendations that are not followed.
    fn not_followed(&self) -> impl Iterator<Item = &'a Finding> {
        self.broken().filter(|finding| !finding.requirement.level.is_absolute())
    }

    fn kept(&self) -> impl Iterator<Item = &'a Finding> {
        self.with(|verdict| matches!(verdict, Verdict::Kept))
    }

    fn untested(&self) -> impl Iterator<Item = &'a Finding> {
        self.with(|verdict| matches!(verdict, Verdict::Untested { .. }))
    }

    fn with(&self, is: impl Fn(&Verdict) -> bool) -> impl Iterator<Item = &'a Finding> {
        self.findings.iter().copied().filter(move |finding| is(&finding.verdict))
    }

    fn totals(&self) -> Totals {
        Totals { broken: self.broken().count(), kept: self.kept().count(), untested: self.untested().count() }
    }
}

/// "1 statement", "2 statements".
fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// "section 5.1", "appendix B".
fn section(finding: &Finding) -> String {
    let name = finding.requirement.section;
    let word = if name.starts_with(|c: char| c.is_ascii_digit()) { "section" } else { "appendix" };
    format!("{word} {name}")
}

#[cfg(test)]
mod tests {
    use anyrfc_websocket::rfc6455;

    use super::*;

    fn found() -> Examination {
        let mut found = Examination::default();
        found.server("<b>evil</b>\x1b[2J");
        found.broken(
            "an ordinary exchange",
            rfc6455::SERVER_DOES_NOT_MASK,
            b"\x81\x80<script>alert(1)</script>",
        );
        let mut others = rfc6455::RFC6455.requirements.iter().copied();
        let should = others.find(|r| r.level == anyrfc_core::compliance::Level::Should).unwrap();
        found.broken("a slow one", should, b"nothing");
        found.kept("another", others.next().unwrap());
        found.untested("a third", others.next().unwrap(), "no <time>");
        found
    }

    fn report(found: &Examination) -> Report<'_> {
        Report {
            url: "ws://127.0.0.1:1/?a&b",
            protocol: "websocket",
            server: found.server_said(),
            findings: found.findings().collect(),
        }
    }

    #[test]
    fn a_recommendation_counts_apart() {
        let found = found();
        let report = report(&found);
        assert_eq!(report.broken_absolutely().count(), 1);
        assert_eq!(report.totals(), Totals { broken: 2, kept: 1, untested: 1 });
    }

    #[test]
    fn the_table_says_what_is_broken_first() {
        let found = found();
        let brief = anstream::adapter::strip_str(&report(&found).table(false)).to_string();
        let lines: Vec<_> = brief.lines().collect();
        assert_eq!(lines[0], "ws://127.0.0.1:1/?a&b  websocket  <b>evil</b>\\u{1b}[2J");
        assert!(brief.contains("rfc6455#5.1-"), "{brief}");
        assert!(brief.contains("seen  \\x81\\x80<script>"), "{brief}");
        assert!(brief.contains("1 broken, 1 recommendation not followed, 1 kept, 1 untested"), "{brief}");
        assert!(!brief.contains("no <time>"));
        let long = anstream::adapter::strip_str(&report(&found).table(true)).to_string();
        assert!(long.contains("no <time>"), "{long}");
    }

    #[test]
    fn json_has_everything() {
        let found = found();
        let value: serde_json::Value = serde_json::from_str(&report(&found).json().unwrap()).unwrap();
        assert_eq!(value["schema"], 1);
        assert_eq!(value["totals"]["broken"], 2);
        let all = value["findings"].as_array().unwrap();
        assert_eq!(all.len(), 4);
        let masks = all.iter().find(|f| f["id"] == rfc6455::SERVER_DOES_NOT_MASK.id()).unwrap();
        assert_eq!(masks["verdict"], "broken");
        assert_eq!(masks["level"], "MUST NOT");
        assert_eq!(masks["role"], "server");
        assert_eq!(masks["seen"], "\\x81\\x80<script>alert(1)</script>");
        assert_eq!(masks["why"], serde_json::Value::Null);
    }

    #[test]
    fn nothing_of_a_servers_is_markup() {
        let found = found();
        let page = report(&found).html();
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
        assert!(page.contains("&lt;b&gt;evil&lt;/b&gt;"));
        assert!(page.contains("ws://127.0.0.1:1/?a&amp;b"));
        assert_eq!(page.matches("<script>").count(), 1);
        assert!(!page.contains("<b>evil") && !page.contains('\x1b'));
        assert!(!page.contains("src=") && !page.contains("@import"));
    }
}
