//! What running a suite showed, requirement by requirement.

use std::{collections::BTreeMap, fmt};

use super::{Check, Evidence, Level, Requirement, Role, Spec, Suite, Waiver};

/// Where a requirement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// A check that covers it ran and passed, and none failed.
    Verified,
    /// A check that covers it failed, or its waiver is not allowed.
    Failed,
    /// No value of ours can break it.
    ByConstruction,
    /// Deliberately not done.
    Exception,
    /// It binds somebody else.
    OtherRole,
    /// The keyword is only mentioned.
    NotARequirement,
    /// Neither check nor waiver.
    Missing,
}

impl Status {
    /// Every status, best first.
    pub const ALL: [Self; 7] = [
        Self::Verified,
        Self::ByConstruction,
        Self::NotARequirement,
        Self::OtherRole,
        Self::Exception,
        Self::Missing,
        Self::Failed,
    ];

    /// The word as reports print it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Failed => "failed",
            Self::ByConstruction => "by-construction",
            Self::Exception => "exception",
            Self::OtherRole => "other-role",
            Self::NotARequirement => "not-a-requirement",
            Self::Missing => "missing",
        }
    }

    /// Whether a report with such a requirement fails.
    #[must_use]
    pub const fn is_bad(self) -> bool {
        matches!(self, Self::Failed | Self::Missing)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What the checks and tests that cover one requirement said.
type Ran = Vec<(String, Result<(), String>)>;

/// What one check said.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The check.
    pub check: &'static Check,
    /// `Err` holds the reason it failed for.
    pub result: Result<(), String>,
}

/// One requirement with its status.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// The requirement.
    pub requirement: &'static Requirement,
    /// Where it stands.
    pub status: Status,
    /// The checks and tests that ran for it.
    pub evidence: Vec<String>,
    /// The waiver's reason, or why it failed.
    pub reason: Option<String>,
}

/// One RFC, requirement by requirement, in the RFC's order.
#[derive(Clone, Debug)]
pub struct SpecReport {
    /// The RFC.
    pub spec: &'static Spec,
    /// Its requirements.
    pub requirements: Vec<Assessment>,
}

/// What running a suite showed.
#[derive(Clone, Debug)]
pub struct Report {
    /// The crate.
    pub subject: &'static str,
    /// Each RFC claimed.
    pub specs: Vec<SpecReport>,
    /// Each check that ran.
    pub outcomes: Vec<Outcome>,
    /// Defects of the suite itself; any one fails the report.
    pub defects: Vec<String>,
    /// Whether evidence of the project's socket tests is in it.
    pub with_socket_tests: bool,
}

impl Report {
    /// Assesses every requirement of `suite` from what its checks said.
    #[must_use]
    pub fn assess(suite: &Suite, outcomes: Vec<Outcome>, evidence: &[Evidence]) -> Self {
        let mut defects = Vec::new();
        let mut ran: BTreeMap<String, Ran> = BTreeMap::new();
        let mut names = BTreeMap::new();
        for outcome in &outcomes {
            let check = outcome.check;
            if names.insert(check.name, ()).is_some() {
                defects.push(format!("two checks are named {}", check.name));
            }
            if check.covers.is_empty() {
                defects.push(format!("check {} covers nothing", check.name));
            }
            for (index, requirement) in check.covers.iter().enumerate() {
                if check.covers.iter().take(index).any(|earlier| earlier == requirement) {
                    defects.push(format!("check {} cites {} twice", check.name, requirement.id()));
                    continue;
                }
                ran.entry(requirement.id())
                    .or_default()
                    .push((check.name.to_owned(), outcome.result.clone()));
            }
        }
        if outcomes.is_empty() {
            defects.push("the suite has no check".to_owned());
        }
        for item in evidence {
            let result = if item.passed { Ok(()) } else { Err("the test failed".to_owned()) };
            ran.entry(item.requirement.clone()).or_default().push((item.test.clone(), result));
        }
        let mut waivers: BTreeMap<String, &Waiver> = BTreeMap::new();
        for (requirement, waiver) in suite.waivers {
            if waiver.reason().trim().is_empty() {
                defects.push(format!("the waiver of {} gives no reason", requirement.id()));
            }
            if waivers.insert(requirement.id(), waiver).is_some() {
                defects.push(format!("{} is waived twice", requirement.id()));
            }
        }
        if suite.specs.is_empty() {
            defects.push("the suite claims no RFC".to_owned());
        }
        let mut specs = Vec::new();
        let mut known = BTreeMap::new();
        for spec in suite.specs {
            if spec.requirements.is_empty() {
                defects.push(format!("the catalogue of RFC {} is empty", spec.rfc));
            }
            let mut requirements = Vec::new();
            for requirement in spec.requirements {
                let id = requirement.id();
                if known.insert(id.clone(), ()).is_some() {
                    defects.push(format!("{id} is catalogued twice"));
                }
                requirements.push(assess_one(requirement, ran.get(&id), waivers.get(&id).copied()));
            }
            specs.push(SpecReport { spec, requirements });
        }
        for id in ran.keys().chain(waivers.keys()).filter(|id| !known.contains_key(*id)) {
            defects.push(format!("{id} is cited but not in a claimed catalogue"));
        }
        Self { subject: suite.subject, specs, outcomes, defects, with_socket_tests: !evidence.is_empty() }
    }

    /// Whether nothing is missing or failed.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.defects.is_empty()
            && self.outcomes.iter().all(|outcome| outcome.result.is_ok())
            && self.assessments().all(|assessment| !assessment.status.is_bad())
    }

    /// Every requirement of every RFC.
    pub fn assessments(&self) -> impl Iterator<Item = &Assessment> {
        self.specs.iter().flat_map(|spec| &spec.requirements)
    }

    /// How many requirements have each status.
    #[must_use]
    pub fn totals(&self) -> BTreeMap<Status, usize> {
        let mut totals = BTreeMap::new();
        for assessment in self.assessments() {
            let total: &mut usize = totals.entry(assessment.status).or_default();
            *total = total.saturating_add(1);
        }
        totals
    }
}

/// A waiver that is allowed for this requirement, as a status.
fn waived(requirement: &Requirement, waiver: &Waiver) -> Result<Status, String> {
    match waiver {
        Waiver::ByConstruction(_) => Ok(Status::ByConstruction),
        Waiver::NotARequirement(_) => Ok(Status::NotARequirement),
        Waiver::Exception(_) => Ok(Status::Exception),
    }
    .and_then(|status| match requirement.role {
        Role::Client | Role::Both => Ok(status),
        // A keyword that is only mentioned binds nobody, whatever role it stands under.
        Role::Server | Role::Other if status == Status::NotARequirement => Ok(status),
        Role::Server | Role::Other => Err("a requirement on another role needs no waiver".to_owned()),
    })
}

fn assess_one(requirement: &'static Requirement, ran: Option<&Ran>, waiver: Option<&Waiver>) -> Assessment {
    let evidence: Vec<String> = ran.into_iter().flatten().map(|(name, _)| name.clone()).collect();
    let failure = ran
        .into_iter()
        .flatten()
        .find_map(|(name, result)| result.as_ref().err().map(|why| format!("{name}: {why}")));
    let (status, reason) = match (failure, waiver) {
        (Some(why), _) => (Status::Failed, Some(why)),
        (None, Some(_)) if !evidence.is_empty() => {
            (Status::Failed, Some("waived, though a check covers it and passes".to_owned()))
        }
        (None, Some(waiver)) => match waived(requirement, waiver) {
            Ok(status) => (status, Some(waiver.reason().to_owned())),
            Err(why) => (Status::Failed, Some(why)),
        },
        (None, None) if !evidence.is_empty() => (Status::Verified, None),
        (None, None) if requirement.role.binds_client() => (Status::Missing, None),
        (None, None) => (Status::OtherRole, None),
    };
    Assessment { requirement, status, evidence, reason }
}

impl fmt::Display for Report {
    /// Each RFC with its totals, then whatever is missing or failed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for spec in &self.specs {
            writeln!(f, "{} · RFC {} {}", self.subject, spec.spec.rfc, spec.spec.title)?;
            for status in Status::ALL {
                let count = spec.requirements.iter().filter(|a| a.status == status).count();
                if count > 0 {
                    writeln!(f, "  {count:>5} {status}")?;
                }
            }
            for bad in spec.requirements.iter().filter(|a| a.status.is_bad()) {
                let level: Level = bad.requirement.level;
                writeln!(f, "  {} {level} {}", bad.status, bad.requirement)?;
                if let Some(reason) = &bad.reason {
                    writeln!(f, "      {reason}")?;
                }
            }
        }
        for outcome in &self.outcomes {
            if let Err(why) = &outcome.result {
                writeln!(f, "  failed check {}: {why}", outcome.check.name)?;
            }
        }
        for defect in &self.defects {
            writeln!(f, "  defect of the suite: {defect}")?;
        }
        if !self.with_socket_tests {
            writeln!(f, "  (evidence of the project's own socket tests is not part of this run)")?;
        }
        Ok(())
    }
}

#[cfg(test)]
// `requirements!` declares what crates export.
#[allow(unreachable_pub)]
mod tests {
    use super::*;

    crate::requirements! {
        /// Doors.
        DOORS = 65535, "Doors";
        OPEN = "1" / 1, Must, Client, "open";
        CLOSE = "1" / 2, Must, Both, "close";
        CREAK = "1" / 3, May, Server, "creak";
        BURN = "1" / 4, MustNot, Other, "burn";
    }

    static SPECS: &[&Spec] = &[&DOORS];
    const OPENS: Check = Check { name: "opens", covers: &[OPEN], run: || {} };
    const CREAKS: Check = Check { name: "creaks", covers: &[CREAK], run: || {} };

    fn suite(waivers: &'static [(&'static Requirement, Waiver)]) -> Suite {
        Suite { subject: "doors", specs: SPECS, checks: &[], waivers, vectors: &[] }
    }

    fn outcome(check: &'static Check, passed: bool) -> Outcome {
        Outcome { check, result: if passed { Ok(()) } else { Err("stuck".into()) } }
    }

    fn statuses(report: &Report) -> Vec<Status> {
        report.assessments().map(|assessment| assessment.status).collect()
    }

    #[test]
    fn who_is_bound_and_not_shown_is_missing() {
        let report = Report::assess(&suite(&[]), vec![outcome(&OPENS, true)], &[]);
        assert_eq!(
            statuses(&report),
            [Status::Verified, Status::Missing, Status::OtherRole, Status::OtherRole]
        );
        assert!(!report.passed());
    }

    #[test]
    fn a_waiver_with_a_reason_stands_for_a_check() {
        static WAIVED: &[(&Requirement, Waiver)] = &[
            (CLOSE, Waiver::ByConstruction("no door has no hinge")),
            (BURN, Waiver::NotARequirement("quoted")),
        ];
        let outcomes = vec![outcome(&OPENS, true), outcome(&CREAKS, true)];
        let report = Report::assess(&suite(WAIVED), outcomes, &[]);
        assert_eq!(
            statuses(&report),
            [Status::Verified, Status::ByConstruction, Status::Verified, Status::NotARequirement]
        );
        assert!(report.passed(), "{report}");
    }

    #[test]
    fn a_waiver_is_refused_beside_a_check_for_another_role_and_without_a_reason() {
        static BESIDE: &[(&Requirement, Waiver)] = &[
            (OPEN, Waiver::Exception("rusty")),
            (CREAK, Waiver::Exception("oiled")),
            (CLOSE, Waiver::Exception(" ")),
        ];
        let report = Report::assess(&suite(BESIDE), vec![outcome(&OPENS, true)], &[]);
        assert_eq!(statuses(&report), [Status::Failed, Status::Exception, Status::Failed, Status::OtherRole]);
        assert_eq!(report.defects, ["the waiver of rfc65535#1-2 gives no reason"]);
    }

    #[test]
    fn a_failing_check_or_test_prevails() {
        let report = Report::assess(&suite(&[]), vec![outcome(&OPENS, false)], &[]);
        assert_eq!(report.specs[0].requirements[0].reason.as_deref(), Some("opens: stuck"));
        let test = |passed| Evidence { requirement: OPEN.id(), test: "t.rs: t".into(), passed };
        let failed = Report::assess(&suite(&[]), vec![outcome(&OPENS, true)], &[test(false)]);
        assert_eq!(statuses(&failed)[0], Status::Failed);
        let passed = Report::assess(&suite(&[]), vec![outcome(&OPENS, true)], &[test(true)]);
        assert_eq!(passed.specs[0].requirements[0].evidence, ["opens", "t.rs: t"]);
    }

    #[test]
    fn defects_of_a_suite_fail_its_report() {
        const NOTHING: Check = Check { name: "opens", covers: &[], run: || {} };
        const TWICE: Check = Check { name: "twice", covers: &[OPEN, OPEN], run: || {} };
        crate::requirements! {
            /// Windows.
            WINDOWS = 65534, "Windows";
        }
        static BOTH: &[&Spec] = &[&DOORS, &WINDOWS];
        let outcomes = vec![outcome(&OPENS, true), outcome(&NOTHING, true), outcome(&TWICE, true)];
        let stray = Evidence { requirement: "rfc1#1-1".into(), test: "t".into(), passed: true };
        let report = Report::assess(&Suite { specs: BOTH, ..suite(&[]) }, outcomes, &[stray]);
        assert_eq!(
            report.defects,
            [
                "two checks are named opens",
                "check opens covers nothing",
                "check twice cites rfc65535#1-1 twice",
                "the catalogue of RFC 65534 is empty",
                "rfc1#1-1 is cited but not in a claimed catalogue",
            ]
        );
        let empty = Report::assess(&Suite { specs: &[], ..suite(&[]) }, Vec::new(), &[]);
        assert_eq!(empty.defects, ["the suite has no check", "the suite claims no RFC"]);
        assert!(!empty.passed());
    }
}
