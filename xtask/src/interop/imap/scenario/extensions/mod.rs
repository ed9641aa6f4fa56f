//! Extensions, each on every peer that has it. What a peer lacks is told in the report, and that
//! nothing is sent then is a case of its own (see `lacking`).

mod sync;

use super::Scene;
use crate::{Result, interop::cases::Table};

const EXTENSIONS: &str = "extensions";

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    sync::cases(scene, table).await;
}

/// How it went with an extension on a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// All its cases have passed.
    Passed,
    /// One of its cases has failed.
    Failed,
    /// The peer does not have it.
    Unsupported,
}

impl Shown {
    /// The word of the report.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Unsupported => "unsupported",
        }
    }
}

impl Scene {
    /// Runs a case of an extension, where the peer has it.
    pub(super) async fn extension(
        &self,
        table: &mut Table<'_>,
        (extension, offered): (&'static str, bool),
        case: &str,
        run: impl Future<Output = Result<()>>,
    ) {
        if !offered {
            self.extensions.borrow_mut().entry(extension).or_insert(Shown::Unsupported);
            return;
        }
        let passed = |table: &Table<'_>| table.passed.get(EXTENSIONS).copied().unwrap_or_default();
        let before = passed(table);
        table.run(EXTENSIONS, format!("{extension}: {case}"), run).await;
        let shown = if passed(table) > before { Shown::Passed } else { Shown::Failed };
        let mut extensions = self.extensions.borrow_mut();
        let all = extensions.entry(extension).or_insert(shown);
        if *all != Shown::Failed {
            *all = shown;
        }
    }
}
