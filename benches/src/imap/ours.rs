//! How ours is used.
use super::{Result, tally::Tally};

pub(super) fn oneshot(rows: &[u8]) -> Result<Tally> {
    super::peers::imap_codec(rows)
}
pub(super) fn chunked(rows: &[u8]) -> Result<Tally> {
    super::peers::fragmentizer(rows)
}
