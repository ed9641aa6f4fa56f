//! Counting by valgrind, in a process of its own: what a noisy machine cannot change.

use std::process::{Command, Stdio};

/// Whether there is one; says so where there is none.
pub(crate) fn is_there() -> bool {
    let found = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status();
    let is_there = found.is_ok_and(|status| status.success());
    if !is_there {
        eprintln!("  note: no valgrind here, so nothing is counted with it");
    }
    is_there
}
