//! Peers of anyrfc-mime: other readers of the same messages.
//!
//! What a reader sees of a message is put down as facts, each a name and a text; two readers agree
//! when their facts do. Where they do not, the RFC decides: a difference that it decides for us is
//! counted with its section, every other one is a failure.

mod cpython;
mod dovecot;
mod examples;
mod facts;
mod generated;
mod imap;

use std::collections::BTreeMap;

use indicatif::ProgressBar;

pub(super) use self::{cpython::CpythonEmail, dovecot::DovecotMime};
use super::peer::{Failure, Outcome};

const SUBJECT: &str = "anyrfc-mime";

/// A message, and what it is called in reports.
#[derive(Clone, Debug)]
struct Case {
    name: String,
    octets: Vec<u8>,
}

/// The examples of the RFCs, and those that the builder makes.
fn cases() -> crate::Result<Vec<Case>> {
    let mut cases = examples::cases();
    cases.extend(generated::cases()?);
    Ok(cases)
}

/// What a reader sees, by the name of the fact.
type Facts = BTreeMap<String, String>;

/// Where the readers differ.
#[derive(Clone, Copy, Debug)]
struct Difference<'a> {
    case: &'a str,
    fact: &'a str,
    ours: &'a str,
    theirs: &'a str,
    /// The message itself.
    octets: &'a [u8],
}

/// Says which statement of an RFC decides a difference for us.
type Decide = fn(&Difference<'_>) -> Option<&'static str>;

/// Compares fact by fact what everybody sees.
fn judge(
    cases: &[Case],
    theirs: &[Facts],
    ours: impl Fn(&Case) -> Facts,
    decide: Decide,
    progress: &ProgressBar,
) -> Outcome {
    let mut outcome = Outcome::default();
    let mut decided: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut facts = 0;
    for (case, theirs) in cases.iter().zip(theirs) {
        let ours = ours(case);
        let mut wrong = Vec::new();
        let mut names: Vec<_> = ours.keys().chain(theirs.keys()).collect();
        names.sort();
        names.dedup();
        for fact in names {
            facts += 1;
            let side = |facts: &Facts| facts.get(fact).cloned().unwrap_or_else(|| "(nothing)".into());
            let (ours, theirs) = (side(&ours), side(theirs));
            if ours == theirs {
                continue;
            }
            let difference =
                Difference { case: &case.name, fact, ours: &ours, theirs: &theirs, octets: &case.octets };
            match decide(&difference) {
                Some(section) => *decided.entry(section).or_default() += 1,
                None => wrong.push(format!("{fact}: we see {ours:?}, they see {theirs:?}")),
            }
        }
        if wrong.is_empty() {
            outcome.passed += 1;
        } else {
            outcome.failures.push(Failure { case: case.name.clone(), why: wrong.join("; ") });
        }
        progress.inc(1);
    }
    if theirs.len() != cases.len() {
        let why = format!("{} answers for {} messages", theirs.len(), cases.len());
        outcome.failures.push(Failure { case: "all".into(), why });
    }
    outcome.extra.insert("facts", facts.into());
    outcome.extra.insert("decided by an RFC", serde_json::json!(decided));
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(pairs: &[(&str, &str)]) -> Facts {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_difference_is_a_failure_unless_an_rfc_decides_it() {
        let cases = ["same", "decided", "wrong"].map(|name| Case { name: name.into(), octets: Vec::new() });
        let theirs = [facts(&[("a", "1")]), facts(&[("a", "2")]), facts(&[("a", "1"), ("b", "2")])];
        let decide: Decide = |difference| (difference.case == "decided").then_some("RFC 1, section 2");
        let ours = |_: &Case| facts(&[("a", "1")]);
        let outcome = judge(&cases, &theirs, ours, decide, &ProgressBar::hidden());
        assert_eq!(outcome.passed, 2);
        let why = "b: we see \"(nothing)\", they see \"2\"".to_owned();
        assert_eq!(outcome.failures, [Failure { case: "wrong".into(), why }]);
        assert_eq!(outcome.extra["decided by an RFC"], serde_json::json!({ "RFC 1, section 2": 1 }));
        let outcome = judge(&cases, &theirs[..2], ours, decide, &ProgressBar::hidden());
        assert_eq!(outcome.failures.len(), 1, "somebody is missing");
    }

    #[test]
    fn there_are_two_hundred_generated_messages_and_each_is_named_once() {
        let cases = cases().unwrap();
        assert_eq!(cases.iter().filter(|case| case.name.starts_with("generated ")).count(), 200);
        let mut names: Vec<_> = cases.iter().map(|case| &case.name).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), cases.len());
        for case in &cases {
            assert!(!case.octets.is_empty() && !case.octets.contains(&0), "{}", case.name);
        }
    }
}
