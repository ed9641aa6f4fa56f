//! Checks, waivers and the suite that holds them.

use std::{
    panic::AssertUnwindSafe,
    sync::mpsc::{RecvTimeoutError, channel},
    time::Duration,
};

use super::{Evidence, Level, Nth, Outcome, Report, Requirement, Role, Spec};

/// One executable proof: it drives the real code with violating and conforming
/// input, and panics where the code does not do what the requirements ask.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// Unique within its suite, `section-5.1/masked-frame-fails-connection` say.
    pub name: &'static str,
    /// What it proves.
    pub covers: &'static [&'static Requirement],
    /// Runs it; returning means it passed.
    pub run: fn(),
}

/// Why a requirement that binds the client has no check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiver {
    /// No value of ours can break it; names the type that makes it so.
    ByConstruction(&'static str),
    /// Deliberately not done, and why.
    Exception(&'static str),
    /// The keyword is only mentioned, quoted or defined.
    NotARequirement(&'static str),
}

impl Waiver {
    /// The reason given.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::ByConstruction(reason) | Self::Exception(reason) | Self::NotARequirement(reason) => reason,
        }
    }
}

/// A test vector printed in an RFC, for whoever wants to check another implementation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vector {
    /// What it shows.
    pub name: &'static str,
    /// Where it is printed, `rfc6455#5.7` say.
    pub source: &'static str,
    /// The input.
    pub input: &'static [u8],
    /// What the input stands for.
    pub output: &'static [u8],
}

/// All that a crate claims and how it is shown. Plain data.
#[derive(Clone, Copy, Debug)]
pub struct Suite {
    /// The crate.
    pub subject: &'static str,
    /// The RFCs claimed.
    pub specs: &'static [&'static Spec],
    /// The proofs, in groups (one file a section).
    pub checks: &'static [&'static [Check]],
    /// What is not proven by a check, and why.
    pub waivers: &'static [Waived],
    /// The vectors printed in those RFCs.
    pub vectors: &'static [Vector],
}

/// How many groups of checks there are in all parts: what [`join_groups`] has to be told.
#[must_use]
pub const fn count_groups(parts: &[&[&'static [Check]]]) -> usize {
    let (mut all, mut rest) = (0usize, parts);
    while let [part, behind @ ..] = rest {
        all = all.saturating_add(part.len());
        rest = behind;
    }
    all
}

/// The groups of all parts (an RFC each, say), of which there are `N`, for [`Suite::checks`].
///
/// ```
/// use anyrfc_core::compliance::{Check, count_groups, join_groups};
/// # const SECTION_1: &[Check] = &[Check { name: "section-1/one", covers: &[], run: || () }];
/// const PARTS: &[&[&[Check]]] = &[&[SECTION_1], &[SECTION_1, SECTION_1]];
/// static GROUPS: [&[Check]; count_groups(PARTS)] = join_groups(PARTS);
/// # assert_eq!(GROUPS.iter().map(|group| group.len()).sum::<usize>(), 3);
/// ```
///
/// # Panics
/// While compiling: when `N` is another number than [`count_groups`] gives.
#[must_use]
pub const fn join_groups<const N: usize>(parts: &[&[&'static [Check]]]) -> [&'static [Check]; N] {
    assert!(count_groups(parts) == N, "the groups were miscounted");
    let mut all: [&[Check]; N] = [&[]; N];
    let (mut room, mut rest): (&mut [&[Check]], _) = (&mut all, parts);
    while let [part, behind @ ..] = rest {
        let (filled, left) = room.split_at_mut(part.len());
        filled.copy_from_slice(part);
        (room, rest) = (left, behind);
    }
    all
}

/// A requirement that no check proves, and why.
pub type Waived = (&'static Requirement, Waiver);

/// How many waivers there are in all parts: what [`join_waivers`] has to be told.
#[must_use]
pub const fn count_waivers(parts: &[&[Waived]]) -> usize {
    let (mut all, mut rest) = (0usize, parts);
    while let [part, behind @ ..] = rest {
        all = all.saturating_add(part.len());
        rest = behind;
    }
    all
}

/// The waivers of all parts (an RFC each, say), of which there are `N`, for [`Suite::waivers`].
///
/// ```
/// use anyrfc_core::compliance::{Waived, count_waivers, join_waivers};
/// # use anyrfc_core::compliance::Waiver::ByConstruction;
/// # anyrfc_core::requirements! {
/// #     /// A protocol.
/// #     RFC862 = 862, "Echo Protocol";
/// #     ECHOED = "1" / h(1), Must, Client, "echo";
/// # }
/// # const SECTION_1: &[Waived] = &[(ECHOED, ByConstruction("`Echo` echoes"))];
/// const PARTS: &[&[Waived]] = &[SECTION_1, &[], SECTION_1];
/// static WAIVERS: [Waived; count_waivers(PARTS)] = join_waivers(PARTS);
/// # assert_eq!(WAIVERS.len(), 2);
/// # assert!(WAIVERS.iter().all(|(requirement, _)| *requirement == ECHOED));
/// ```
///
/// # Panics
/// While compiling: when `N` is another number than [`count_waivers`] gives.
#[must_use]
pub const fn join_waivers<const N: usize>(parts: &[&[Waived]]) -> [Waived; N] {
    // Stands in every place until the waiver does that belongs there.
    const PLACE: &Requirement = &Requirement {
        rfc: 0,
        section: "",
        nth: Nth::Hand(0),
        level: Level::May,
        role: Role::Other,
        summary: "",
    };
    assert!(count_waivers(parts) == N, "the waivers were miscounted");
    let mut all: [Waived; N] = [(PLACE, Waiver::NotARequirement("")); N];
    let (mut room, mut rest): (&mut [Waived], _) = (&mut all, parts);
    while let [part, behind @ ..] = rest {
        let (filled, left) = room.split_at_mut(part.len());
        filled.copy_from_slice(part);
        (room, rest) = (left, behind);
    }
    all
}

/// How long one check may take before it counts as failed.
pub(super) const DEADLINE: Duration = Duration::from_secs(60);

impl Check {
    /// Runs the check on a thread of its own, with a deadline of a minute.
    ///
    /// # Errors
    /// What the check panicked with, or that it did not come back.
    pub fn execute(&self) -> Result<(), String> {
        let (sender, receiver) = channel();
        let run = self.run;
        // tidy: a thread for a check, which only those who ask for a report run
        let spawned = std::thread::Builder::new().name(self.name.to_owned()).spawn(move || {
            let result = std::panic::catch_unwind(AssertUnwindSafe(run));
            // The receiver is gone only after the deadline.
            let _ = sender.send(result.map_err(|panic| panic_message(&*panic)));
        });
        if let Err(error) = spawned {
            return Err(format!("no thread for the check: {error}"));
        }
        match receiver.recv_timeout(DEADLINE) {
            Ok(result) => result,
            Err(RecvTimeoutError::Timeout) => Err(format!("did not finish within {DEADLINE:?}")),
            Err(RecvTimeoutError::Disconnected) => Err("ended without a result".to_owned()),
        }
    }
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_else(|| "panicked".to_owned())
}

impl Suite {
    /// Every check, whatever its group.
    pub fn all_checks(&self) -> impl Iterator<Item = &'static Check> + use<> {
        self.checks.iter().flat_map(|group| group.iter())
    }

    /// Runs every check, several at a time, and assesses every requirement.
    /// `progress` is called on this thread after each check.
    pub fn run_with(&self, evidence: &[Evidence], mut progress: impl FnMut(&Outcome)) -> Report {
        let checks: Vec<&'static Check> = self.all_checks().collect();
        let next = std::sync::atomic::AtomicUsize::new(0);
        let workers = std::thread::available_parallelism().map_or(2, usize::from).clamp(1, 8);
        let mut outcomes: Vec<(usize, Outcome)> = Vec::with_capacity(checks.len());
        std::thread::scope(|scope| {
            let (sender, receiver) = channel();
            for _ in 0..workers {
                let (sender, next, checks) = (sender.clone(), &next, &checks);
                // tidy: ends with the scope
                scope.spawn(move || {
                    loop {
                        let index = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                        let Some(check) = checks.get(index) else { break };
                        let outcome = Outcome { check, result: check.execute() };
                        if sender.send((index, outcome)).is_err() {
                            break;
                        }
                    }
                });
            }
            drop(sender);
            for (index, outcome) in receiver {
                progress(&outcome);
                outcomes.push((index, outcome));
            }
        });
        outcomes.sort_by_key(|(index, _)| *index);
        Report::assess(self, outcomes.into_iter().map(|(_, outcome)| outcome).collect(), evidence)
    }

    /// Runs every check and assesses every requirement.
    #[must_use]
    pub fn run(&self) -> Report {
        self.run_with(&[], |_| {})
    }
}

/// A crate that shows what it claims.
///
/// Implemented by the crate's client, or by a unit struct `Compliance` where it has none.
pub trait RfcCompliance {
    /// The crate's suite.
    fn suite() -> &'static Suite;

    /// The RFCs claimed.
    #[must_use]
    fn specs() -> &'static [&'static Spec] {
        Self::suite().specs
    }

    /// The vectors printed in those RFCs.
    #[must_use]
    fn test_vectors() -> &'static [Vector] {
        Self::suite().vectors
    }

    /// Runs every check here and now; blocks for some seconds. Evidence from
    /// the project's own socket tests is not in it, and the report says so.
    #[must_use]
    fn validate_compliance() -> Report {
        Self::suite().run()
    }
}
