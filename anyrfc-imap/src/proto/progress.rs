//! What changes nothing but how long is waited (RFC 9585).

use anyrfc_core::ErrorKind;

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
    pub(super) fn progressed(&mut self, progress: Progress) -> Result<(), Error> {
        let mut heard = self.under_way.iter().filter(|entry| entry.is_heard());
        let command = match &progress.tag {
            Some(tag) => heard.find(|entry| entry.tag() == tag).map(|entry| entry.id),
            None => heard.next().filter(|_| heard.next().is_none()).map(|entry| entry.id),
        };
        self.timing.prolong();
        // Whatever else a server may tell by itself, as under NOTIFY: this puts off the deadline.
        if !self.is_idling() {
            self.count_unasked()?;
        }
        self.notices.push_back(Notice::Progress { command, progress });
        Ok(())
    }

    /// There may be only so much of it before something comes that answers.
    pub(super) fn count_unasked(&mut self) -> Result<(), Error> {
        self.timing.unsolicited = self.timing.unsolicited.saturating_add(1);
        if self.timing.unsolicited > self.config.unsolicited {
            let message = format!("{} responses came that answer no command", self.config.unsolicited);
            return Err(Error::new(ErrorKind::Limit, message));
        }
        Ok(())
    }
}
