//! Extensions, each on every peer that has it. What a peer lacks is told in the report, and that
//! nothing is sent then is a case of its own (see `lacking`).

mod admin;
mod appending;
mod base;
mod condstore;
mod items;
mod search;
mod sort;
mod sync;
mod wire;

use std::fmt::Display;

use super::Scene;
use crate::{
    Result,
    interop::{
        cases::Table,
        imap::extensions::{EXTENSIONS, Extension},
    },
};

const EXTENSION: &str = "extensions";

pub(super) async fn cases(scene: &Scene, table: &mut Table<'_>) {
    base::cases(scene, table).await;
    condstore::cases(scene, table).await;
    admin::cases(scene, table).await;
    items::cases(scene, table).await;
    appending::cases(scene, table).await;
    search::cases(scene, table).await;
    sort::cases(scene, table).await;
    sync::cases(scene, table).await;
    wire::cases(scene, table).await;
    complete(scene, table).await;
}

/// Every extension that the crate claims is shown where the peer has it, and told to be missing where
/// it has not.
async fn complete(scene: &Scene, table: &mut Table<'_>) {
    for extension in EXTENSIONS.iter().filter(|extension| extension.is_claimed()) {
        let shown = scene.extensions.borrow().contains_key(extension.name);
        if shown {
            continue;
        }
        if scene.offers(extension.name) {
            let why = "the peer has it, and no case shows it";
            scene.extension(table, (extension.name, true), "is shown", async { Err(why.into()) }).await;
        } else {
            scene.extensions.borrow_mut().insert(extension.name, Shown::Unsupported);
        }
    }
    let all: Vec<_> = scene.extensions.borrow().keys().copied().collect();
    for name in all.into_iter().filter(|name| Extension::named(name).is_none()) {
        let why = "it is not in the list of extensions";
        scene.extension(table, (name, true), "is known", async { Err(why.into()) }).await;
    }
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
    /// Whether the peer has an extension: it said so to whom it greeted or to whoever logged in, or speaks a
    /// revision that includes it.
    pub(super) fn offers(&self, extension: &str) -> bool {
        Extension::named(extension).is_some_and(|extension| {
            extension.is_offered(&self.capabilities, self.rev2) || extension.is_offered(&self.greeted, false)
        })
    }

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
        let passed = ran(table, EXTENSION, format!("{extension}: {case}"), run).await;
        self.has_shown(extension, passed);
    }

    /// Runs a case of the base protocol, which shows these extensions as far as the peer has them.
    pub(super) async fn shows(
        &self,
        table: &mut Table<'_>,
        extensions: &[&'static str],
        about: &'static str,
        case: impl Display,
        run: impl Future<Output = Result<()>>,
    ) {
        let passed = ran(table, about, case, run).await;
        for extension in extensions.iter().filter(|extension| self.offers(extension)) {
            self.has_shown(extension, passed);
        }
    }

    fn has_shown(&self, extension: &'static str, passed: bool) {
        let shown = if passed { Shown::Passed } else { Shown::Failed };
        let mut extensions = self.extensions.borrow_mut();
        let all = extensions.entry(extension).or_insert(shown);
        if *all != Shown::Failed {
            *all = shown;
        }
    }
}

/// Runs a case, and tells whether it passed.
async fn ran(
    table: &mut Table<'_>,
    about: &'static str,
    case: impl Display,
    run: impl Future<Output = Result<()>>,
) -> bool {
    let passed = |table: &Table<'_>| table.passed.get(about).copied().unwrap_or_default();
    let before = passed(table);
    table.run(about, case, run).await;
    passed(table) > before
}
