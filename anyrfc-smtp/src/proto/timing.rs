//! Deadlines: what is awaited, until when, and what happens then (RFC 5321, section 4.5.3.2).

use std::time::{Duration, Instant};

use super::{Connection, Input, State};
use crate::{Error, error::Waited};

/// What is awaited at present, and until when.
#[derive(Debug, Default)]
pub(super) struct Timing {
    awaited: Option<Waited>,
    deadline: Option<Instant>,
}

impl Timing {
    pub(super) const fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    pub(super) const fn clear(&mut self) {
        self.awaited = None;
        self.deadline = None;
    }
}

impl Connection {
    /// What the server owes us, having been asked for it.
    fn awaited(&self) -> Option<Waited> {
        match self.state {
            State::Greeting => return Some(Waited::Greeting),
            State::Handshaking => return Some(Waited::Handshake),
            State::Closed | State::Failed => return None,
            State::Authenticating if self.login.as_ref().is_some_and(super::login::Login::is_working) => {
                return None;
            }
            _ => {}
        }
        let slot = self.owed.front()?;
        (slot.mark < self.outbox.sent()).then(|| slot.owed.waited())
    }

    const fn limit(&self, waited: Waited) -> Option<Duration> {
        let deadlines = &self.config.deadlines;
        Some(match waited {
            Waited::Greeting => deadlines.greeting,
            Waited::Hello => deadlines.hello,
            Waited::StartTls => deadlines.start_tls,
            Waited::Handshake => deadlines.handshake,
            Waited::Authentication => deadlines.authentication,
            Waited::Mail => deadlines.mail,
            Waited::Recipient => deadlines.recipient,
            Waited::Data => deadlines.data,
            Waited::Chunk => deadlines.chunk,
            Waited::Message => deadlines.message,
            Waited::Quit => deadlines.quit,
            Waited::Command => deadlines.command,
            // The driver's.
            Waited::Writing => return None,
        })
    }

    /// Sets the deadline anew where another reply is awaited: each has its own, whole and not byte by byte.
    pub(super) fn rearm(&mut self, now: Instant) {
        let awaited = self.awaited();
        if awaited == self.timing.awaited {
            return;
        }
        self.timing.awaited = awaited;
        let limit = awaited.and_then(|waited| self.limit(waited));
        self.timing.deadline = limit.and_then(|limit| now.checked_add(limit));
    }

    /// The time has come.
    pub(super) fn expire(&mut self, now: Instant) -> Result<(), Error> {
        if self.timing.deadline.is_none_or(|deadline| now < deadline) {
            return Ok(());
        }
        let Some(waited) = self.timing.awaited else {
            self.timing.deadline = None;
            return Ok(());
        };
        let quitting = self.state == State::Quitting;
        self.part(Input::Deadline, !quitting && waited != Waited::Greeting);
        // That it does not answer QUIT is of no account.
        if quitting { Ok(()) } else { Err(Error::timed_out(waited)) }
    }
}
