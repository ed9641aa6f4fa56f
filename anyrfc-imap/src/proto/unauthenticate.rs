//! From one user to the next (RFC 8437).

use super::{Connection, Input, queue::Entry};
use crate::{codec::command::Notifying, types::Capabilities};

impl Connection {
    /// Nobody is logged in any more: whatever was the user's is forgotten (RFC 8437, section 4.1).
    pub(super) fn unauthenticated(&mut self, entry: &Entry) {
        self.step(Input::Unauthenticated);
        self.mailbox = None;
        self.leave_contexts();
        self.ever_selected = false;
        self.closed_due = false;
        self.enabled = Capabilities::default();
        self.condstore = false;
        self.language = None;
        self.languages = Vec::new();
        self.login = None;
        self.notifying = Notifying::Off;
        if entry.untold {
            self.capabilities = None;
        }
        self.refresh_dialect();
    }
}
