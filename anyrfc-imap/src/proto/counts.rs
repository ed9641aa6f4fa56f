//! What a connection counts.

/// All from none: what matters is only whether one is another than before.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// Identifiers of commands.
    pub(super) ids: u64,
    /// Changes with whatever the form of a command depends on.
    pub(super) epoch: u64,
    /// So many times a mailbox was asked for.
    pub(super) selections: u64,
    /// What makes sequence numbers stand for something else.
    pub(super) renumbered: u64,
    /// How much of that the caller has been told of.
    pub(super) renumbered_told: u64,
}

impl Counts {
    /// One more of one of them.
    pub(super) const fn next(count: &mut u64) -> u64 {
        *count = count.wrapping_add(1);
        *count
    }
}
