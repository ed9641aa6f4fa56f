//! What is being received, and what waits to be taken.

use crate::Kind;

/// The event that waits to be taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Pending {
    #[default]
    Nothing,
    Open,
    /// A whole message that lies in the input.
    InPlace {
        kind: Kind,
        start: usize,
        end: usize,
    },
    /// A whole message that was collected.
    Collected(Kind),
    /// A piece of a message that lies in the input.
    ChunkInPlace {
        kind: Kind,
        start: usize,
        end: usize,
        last: bool,
    },
    /// A piece of a message that was unmasked into the buffer.
    ChunkCollected {
        kind: Kind,
        last: bool,
    },
    /// A whole message that was inflated.
    Inflated(Kind),
    /// A piece of a message that was inflated.
    ChunkInflated {
        kind: Kind,
        last: bool,
    },
    Ping,
    Pong,
    Close,
}

/// The data frame in progress. Its header stays in the input while the payload
/// is delivered in place; otherwise it was consumed and `header` is 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) fin: bool,
    pub(super) mask: Option<[u8; 4]>,
    pub(super) header: usize,
    pub(super) length: usize,
    /// Payload bytes that were looked at (in place) or consumed.
    pub(super) seen: usize,
    /// It is looked at where it lies, until it is whole or handed over.
    pub(super) in_place: bool,
}

impl Frame {
    /// Payload bytes that were not looked at or consumed yet.
    #[inline]
    pub(super) const fn missing(&self) -> usize {
        self.length.saturating_sub(self.seen)
    }

    /// So many more of its payload bytes were.
    #[inline]
    pub(super) const fn advance(&mut self, count: usize) {
        self.seen = self.seen.saturating_add(count);
    }
}

/// The message in progress.
#[derive(Clone, Copy, Debug)]
pub(super) struct Assembly {
    pub(super) kind: Kind,
    pub(super) chunks: bool,
    pub(super) compressed: bool,
    pub(super) size: usize,
    pub(super) fragments: usize,
    /// Whether a piece of it was taken already.
    pub(super) handed: bool,
}
