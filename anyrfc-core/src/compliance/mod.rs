//! Requirements as constants, the checks that prove them, and reports.
//!
//! Every normative keyword of every RFC that a crate claims is a [`Requirement`]
//! declared with [`requirements!`](crate::requirements). Errors name the one
//! that the peer broke; [`Check`]s cite those they prove; running a [`Suite`]
//! yields a [`Report`] in which every requirement has a [`Status`] and the
//! evidence for it. Nothing is ticked by hand.

mod requirement;

pub use requirement::{Level, Nth, Requirement, Role, Spec};

#[cfg(feature = "compliance")]
mod evidence;
#[cfg(feature = "compliance")]
mod report;
#[cfg(feature = "compliance")]
mod suite;

#[cfg(feature = "compliance")]
pub use evidence::{Covers, EVIDENCE_VARIABLE, Evidence, covers};
#[cfg(feature = "compliance")]
pub use report::{Assessment, Outcome, Report, SpecReport, Status};
#[cfg(feature = "compliance")]
pub use suite::{
    Check, RfcCompliance, Suite, Vector, Waived, Waiver, count_groups, count_waivers, join_groups,
    join_waivers,
};
