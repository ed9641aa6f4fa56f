//! Deadlines: what is awaited, until when, and what happens then.

use std::time::{Duration, Instant};

use anyrfc_core::ErrorKind;

use super::{Connection, Input, State, queue::Job, sending::Stage};
use crate::{
    Error,
    codec::command::Effect,
    error::{Detail, Waited},
    rfc9051,
};

/// What is awaited at present, and until when.
#[derive(Debug, Default)]
pub(super) struct Timing {
    awaited: Option<Awaited>,
    deadline: Option<Instant>,
    /// What was awaited has come, or some of it.
    progress: bool,
    /// Bytes of the response at the front that had arrived when the time began.
    seen: usize,
    /// Responses that nobody asked for, since there was progress.
    pub(super) unsolicited: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Awaited {
    /// The server is to do something.
    Server(Waited),
    /// IDLE is to be renewed.
    Renewal,
}

/// A response that grows by so many bytes is progress: a large one over a slow line takes its
/// time, and a server that sends a byte a minute gains nothing.
const GROWTH: usize = 4 << 10;

impl Timing {
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(super) const fn progress(&mut self) {
        self.progress = true;
        self.unsolicited = 0;
    }

    /// The server says that it is at work, which is all that has come.
    pub(super) const fn prolong(&mut self) {
        self.progress = true;
    }

    /// A response was there whole: what follows is another one.
    pub(super) const fn whole(&mut self) {
        self.seen = 0;
    }

    /// So much of a response that is not there yet has arrived.
    pub(super) const fn arrived(&mut self, bytes: usize) {
        if bytes >= self.seen.saturating_add(GROWTH) {
            self.progress = true;
            self.seen = bytes;
        }
    }

    /// Whether there was progress since this was asked before.
    pub(super) fn take_progress(&mut self) -> bool {
        std::mem::take(&mut self.progress)
    }

    pub(super) const fn deadline(&self) -> Option<Instant> {
        self.deadline
    }
}

impl Connection {
    /// What the server owes us.
    fn awaited(&self) -> Option<Awaited> {
        let waited = match self.state {
            State::Greeting => Waited::Greeting,
            State::Handshaking => Waited::Handshake,
            State::Closed | State::Failed => return None,
            _ => return self.awaited_of_commands(),
        };
        Some(Awaited::Server(waited))
    }

    fn awaited_of_commands(&self) -> Option<Awaited> {
        if self.partial.as_ref().is_some_and(|partial| partial.stage == Stage::Asked) {
            return Some(Awaited::Server(Waited::Literal));
        }
        let entry = self.under_way.iter().find(|entry| entry.is_heard())?;
        let waited = match &entry.job {
            Job::Authenticate(login) if login.is_working() => return None,
            Job::Authenticate(_) => Waited::Authentication,
            Job::StartTls => Waited::StartTls,
            Job::Idle if entry.is_idling() => return Some(Awaited::Renewal),
            Job::Idle if entry.is_done() => Waited::Done,
            Job::Idle => Waited::Idle,
            Job::Command(_) if entry.effect == Effect::Login => Waited::Authentication,
            Job::Command(_) if entry.effect == Effect::Logout => Waited::Logout,
            Job::Command(_) | Job::Capability => Waited::Command,
        };
        Some(Awaited::Server(waited))
    }

    fn limit(&self, awaited: Awaited) -> Duration {
        let deadlines = &self.config.deadlines;
        match awaited {
            Awaited::Renewal => deadlines.idle_renewal,
            Awaited::Server(waited) => match waited {
                Waited::Greeting => deadlines.greeting,
                Waited::Command | Waited::StartTls | Waited::Done | Waited::Writing => deadlines.command,
                Waited::Literal | Waited::Authentication | Waited::Idle => deadlines.continuation,
                Waited::Handshake => deadlines.handshake,
                Waited::Logout => deadlines.logout,
            },
        }
    }

    /// Sets the deadline anew where something else is awaited, or there was progress.
    pub(super) fn rearm(&mut self, now: Instant) {
        let awaited = self.awaited();
        // IDLE ends after its time, whatever happens meanwhile.
        let progress = self.timing.take_progress() && awaited != Some(Awaited::Renewal);
        if awaited == self.timing.awaited && !progress {
            return;
        }
        self.timing.awaited = awaited;
        self.timing.deadline = awaited.and_then(|awaited| now.checked_add(self.limit(awaited)));
    }

    /// The time has come.
    pub(super) fn expire(&mut self, now: Instant) -> Result<(), Error> {
        if self.timing.deadline.is_none_or(|deadline| now < deadline) {
            return Ok(());
        }
        match self.timing.awaited {
            Some(Awaited::Renewal) => {
                self.renew_idle();
                self.rearm(now);
                Ok(())
            }
            Some(Awaited::Server(Waited::Logout)) if self.state == State::Farewell => {
                // It has said BYE: that it does not say OK as well, or hangs up, is of no account.
                self.leave(Input::Deadline);
                Ok(())
            }
            Some(Awaited::Server(waited)) => Err(self.time_out(waited)),
            None => {
                self.timing.deadline = None;
                Ok(())
            }
        }
    }

    fn time_out(&mut self, waited_for: Waited) -> Error {
        let entry = self.under_way.iter().find(|entry| entry.is_heard());
        let command = entry.map(|entry| format!("{} {}", entry.tag(), entry.verb()).into());
        self.step(Input::Deadline);
        self.end();
        let message = format!("{waited_for} did not come in time");
        let error =
            Error::new(ErrorKind::Timeout, message).with_detail(Detail::TimedOut { waited_for, command });
        if waited_for == Waited::Done {
            error.with_requirement(rfc9051::DONE_IS_ANSWERED_AT_ONCE)
        } else {
            error
        }
    }
}
