//! The formats, on a suite of their own.

use anyrfc_core::{
    Requirement, Spec,
    compliance::{Outcome, Waiver},
};

use super::*;

anyrfc_core::requirements! {
    /// Doors.
    DOORS = 65535, "Doors & <Windows>";
    OPEN = "1" / 1, Must, Client, "open | close";
    CLOSE = "1" / 2, Should, Both, "close <quietly>";
    CREAK = "1.1" / 1, May, Server, "creak";
    LOCK = "2" / 1, MustNot, Client, "lock while open";
    BURN = "2" / 2, ShouldNot, Other, "burn";
    SHINE = "A" / 1, Optional, Client, "shine";
    KNOCK = "A" / h(1), Recommended, Client, "knock";
}
anyrfc_core::requirements! {
    /// Windows.
    WINDOWS = 65534, "Windows";
    PANE = "1" / 1, Must, Client, "have a pane";
}

static CHECKS: &[Check] = &[
    Check { name: "opens", covers: &[OPEN], run: || {} },
    Check { name: "creaks", covers: &[CREAK], run: || {} },
];
static BREAKS: &[Check] = &[Check { name: "breaks", covers: &[PANE], run: || panic!("shards") }];
static WAIVERS: &[(&Requirement, Waiver)] = &[
    (CLOSE, Waiver::ByConstruction("`Door` has a spring")),
    (LOCK, Waiver::Exception("the key is lost")),
    (SHINE, Waiver::NotARequirement("only mentioned")),
    (KNOCK, Waiver::ByConstruction("no bell")),
];
static SPECS: &[&Spec] = &[&DOORS];
static BOTH: &[&Spec] = &[&DOORS, &WINDOWS];
pub(super) static GOOD: Suite =
    Suite { subject: "anyrfc-door", specs: SPECS, checks: &[CHECKS], waivers: WAIVERS, vectors: &[] };
pub(super) static BAD: Suite = Suite {
    subject: "anyrfc-house",
    specs: BOTH,
    checks: &[CHECKS, BREAKS],
    waivers: &[(CLOSE, Waiver::Exception("jammed"))],
    vectors: &[],
};

pub(super) fn report(suite: &'static Suite) -> Report {
    let outcomes = suite.all_checks().map(|check| Outcome {
        check,
        result: if check.name == "breaks" { Err("shards\n<everywhere>".into()) } else { Ok(()) },
    });
    Report::assess(suite, outcomes.collect(), &[])
}

#[test]
fn no_suite_is_an_error_and_so_is_a_stranger() {
    let names = |suites: Vec<&'static Suite>| suites.iter().map(|suite| suite.subject).collect::<Vec<_>>();
    let all: &[&'static Suite] = &[&GOOD, &BAD];
    assert!(chosen(&[], &[], &[]).is_err());
    assert!(
        chosen(all, &["shed".into()], &[]).unwrap_err().to_string().contains("anyrfc-door, anyrfc-house")
    );
    assert!(chosen(all, &[], &[1]).is_err());
    assert!(chosen(all, &["door".into()], &[65534]).is_err());
    assert_eq!(names(chosen(all, &[], &[]).unwrap()), ["anyrfc-door", "anyrfc-house"]);
    assert_eq!(names(chosen(all, &["house".into()], &[]).unwrap()), ["anyrfc-house"]);
    assert_eq!(names(chosen(all, &["anyrfc-door".into()], &[65535]).unwrap()), ["anyrfc-door"]);
    assert_eq!(names(chosen(all, &[], &[65534]).unwrap()), ["anyrfc-house"]);
}

#[test]
fn checks_really_run_and_the_place_of_a_panic_is_told() {
    panics::silence();
    let report = assess(&BAD, &[], &evidence::SocketTests::default());
    let one = assess(&BAD, &[65534], &evidence::SocketTests::default());
    panics::restore();
    let failed = report.outcomes.iter().find(|outcome| outcome.check.name == "breaks").unwrap();
    let why = failed.result.as_ref().unwrap_err();
    assert!(why.starts_with("shards (") && why.contains("compliance/tests.rs:"), "{why}");
    assert!(!report.passed());
    assert_eq!((one.specs.len(), one.outcomes.len()), (1, 1));
}

#[test]
fn an_rfc_filter_leaves_the_rest_out_of_the_verdict() {
    let report = assess(&BAD, &[65535], &evidence::SocketTests::default());
    assert_eq!(report.outcomes.len(), 2);
    assert_eq!(report.specs.iter().map(|spec| spec.spec.rfc).collect::<Vec<_>>(), [65535]);
    let good = assess(&GOOD, &[65535], &evidence::SocketTests::default());
    assert!(good.passed(), "{good}");
}

#[test]
fn a_failed_test_run_fails_the_report() {
    let tests =
        evidence::SocketTests { evidence: Vec::new(), defect: Some("the socket tests failed".into()) };
    let report = assess(&GOOD, &[], &tests);
    assert!(!report.passed());
    assert_eq!(report.defects, ["the socket tests failed"]);
}

#[test]
fn json_is_as_the_contract_says() {
    let value: serde_json::Value =
        serde_json::from_str(&json::render(&[report(&GOOD), report(&BAD)])).unwrap();
    assert_eq!(value["schema"], 1);
    assert_eq!(value["crates"][0]["name"], "anyrfc-door");
    let spec = &value["crates"][0]["specs"][0];
    assert_eq!((&spec["rfc"], &spec["title"]), (&65535.into(), &"Doors & <Windows>".into()));
    assert_eq!(
        spec["requirements"][0],
        serde_json::json!({
            "id": "rfc65535#1-1", "section": "1", "level": "MUST", "role": "client", "summary": "open | close",
            "status": "verified", "evidence": ["opens"], "reason": null,
        })
    );
    assert_eq!(spec["requirements"][3]["reason"], "the key is lost");
    assert_eq!(
        value["totals"],
        serde_json::json!({
            "verified": 4, "failed": 1, "by-construction": 2, "exception": 2, "other-role": 2,
            "not-a-requirement": 1, "missing": 3,
        })
    );
    let keys =
        |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(keys(&value), "crates schema totals");
    assert_eq!(keys(&value["crates"][0]), "name specs");
    assert_eq!(keys(spec), "requirements rfc title");
}

#[test]
fn junit_has_one_case_a_requirement() {
    let text = junit::render(&[report(&GOOD), report(&BAD)]);
    assert_eq!(text.matches("<testcase ").count(), 7 + 8);
    assert_eq!(text.matches("<failure ").count(), 4);
    assert!(text.contains("tests=\"7\" failures=\"0\" errors=\"0\" skipped=\"5\""), "{text}");
    assert!(text.contains("close &lt;quietly&gt;") && text.contains("shards&#10;&lt;everywhere&gt;"));
}

#[test]
fn markdown_is_by_section_and_the_same_every_time() {
    let text = markdown::render(&report(&GOOD));
    assert_eq!(text, markdown::render(&report(&GOOD)));
    for part in [
        "# Compliance of anyrfc-door\n",
        "| [65535 Doors &amp; &lt;Windows>](https://www.rfc-editor.org/rfc/rfc65535) | 7 | 2 | 2 | 1 | 1 | 1 |",
        "### Section 1.1\n",
        "### Appendix A\n",
        "| 1 | MUST | client | open \\| close | verified | `opens` |",
        "| h1 | RECOMMENDED | client | knock | by-construction | no bell |",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(markdown::render(&report(&BAD)).contains("| **missing** |"));
}

#[test]
fn stale_says_where() {
    assert_eq!(stale("a\nb\n", "a\r\nb\r\n"), None);
    assert!(stale("a\nb\n", "a\nc\n").unwrap().contains("line 2"));
    assert!(stale("a\n", "a\nc\n").unwrap().contains("(nothing)"));
}

#[test]
fn a_committed_page_is_compared() {
    let root = tempfile::tempdir().unwrap();
    let reports = [report(&GOOD)];
    let readme = root.path().join("README.md");
    std::fs::write(&readme, format!("| `anyrfc-door` | {} |", readme::state(&reports[0]))).unwrap();
    assert!(!committed(root.path(), &reports).unwrap(), "there is none");
    std::fs::create_dir(root.path().join("anyrfc-door")).unwrap();
    let path = root.path().join("anyrfc-door/COMPLIANCE.md");
    std::fs::write(&path, markdown::render(&reports[0])).unwrap();
    assert!(committed(root.path(), &reports).unwrap());
    std::fs::write(&path, "something else").unwrap();
    assert!(!committed(root.path(), &reports).unwrap());
    std::fs::write(&path, markdown::render(&reports[0])).unwrap();
    std::fs::write(&readme, "| `anyrfc-door` | finished, says its author |").unwrap();
    assert!(!committed(root.path(), &reports).unwrap());
}

#[test]
fn the_page_is_self_contained_and_well_formed() {
    let text = html::render(&[report(&GOOD), report(&BAD)]);
    assert_eq!(text.matches("data-status=").count(), 7 + 8);
    for forbidden in ["src=", "@import", "url(", "<link", "<Windows>", "<quietly>", "<everywhere>"] {
        assert!(!text.contains(forbidden), "{forbidden}");
    }
    let ids: Vec<&str> = text.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let unique: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(ids.len(), unique.len(), "an id occurs twice");
    for link in text.split(" href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(unique.contains(&link), "no place is called {link}");
    }
    for tag in ["div", "nav", "section", "ul", "li", "p", "span", "label", "select", "form", "main", "footer"]
    {
        let opened = text.matches(&format!("<{tag}>")).count() + text.matches(&format!("<{tag} ")).count();
        assert_eq!(opened, text.matches(&format!("</{tag}>")).count(), "{tag}");
    }
    assert!(text.contains("RFC compliance <span class=\"verdict failed\">failed"));
}

#[test]
fn the_table_tells_the_trouble() {
    let good = table::render(&[report(&GOOD)], &table::Style::plain());
    assert!(good.contains("100 % of 7") && good.ends_with("by 2 checks\n"), "{good}");
    let bad = table::render(&[report(&BAD)], &table::Style::plain());
    assert!(bad.contains("missing rfc65535#2-1 MUST NOT lock while open"), "{bad}");
    assert!(bad.contains("FAILED: 8 requirements, 4 of them missing or failed"), "{bad}");
    assert!(!bad.contains('\x1b'));
}
