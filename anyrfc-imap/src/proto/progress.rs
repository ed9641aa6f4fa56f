//! What changes nothing but how long is waited (RFC 9585).

use super::{Connection, event::Notice};
use crate::{Error, types::Progress};

impl Connection {
    /// Whether it tells of a command that the server may be at.
    pub(super) fn is_at_work(&self, progress: &Progress) -> bool {
        let tag = progress.tag.as_deref();
        self.under_way.iter().any(|entry| entry.is_heard() && tag.is_none_or(|tag| entry.tag() == tag))
    }

    /// The server is at work, which buys it time: but what it tells is no answer, and there may be only so
    /// much of that (RFC 9585).
    pub(super) fn progressed(&mut self, progress: Progress, size: usize) -> Result<(), Error> {
        let mut heard = self.under_way.iter().filter(|entry| entry.is_heard());
        let command = match &progress.tag {
            Some(tag) => heard.find(|entry| entry.tag() == tag).map(|entry| entry.id),
            None => heard.next().filter(|_| heard.next().is_none()).map(|entry| entry.id),
        };
        self.timing.prolong();
        self.unasked(size)?;
        self.notices.push_back(Notice::Progress { command, progress });
        Ok(())
    }
}
