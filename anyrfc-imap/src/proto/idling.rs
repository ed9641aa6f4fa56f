//! IDLE (RFC 9051, section 6.3.13).

use bytes::Bytes;

use super::{
    Connection, State,
    event::Notice,
    queue::{Entry, Idling, Job, Said},
};
use crate::{
    codec::command::Idle,
    types::{StatusKind, StatusResponse},
    wire::wire,
};

impl Connection {
    /// Ends IDLE: by DONE, as soon as the server has begun to idle. Where none is under
    /// way nothing happens; one that waits to be sent is not taken back.
    pub fn stop_idling(&mut self) {
        let Some(entry) = self.idle_entry() else { return };
        match entry.idling {
            Idling::Asked => entry.idling = Idling::ToEnd,
            Idling::Begun => self.say_done(Idling::Done),
            Idling::Renewing => entry.idling = Idling::Done,
            Idling::ToEnd | Idling::Done => {}
        }
    }

    /// Its time is over: end it and begin it anew, unless nobody cares any more.
    pub(super) fn renew_idle(&mut self) {
        let Some(entry) = self.idle_entry() else { return };
        if entry.idling == Idling::Begun {
            let then = if entry.is_awaited() { Idling::Renewing } else { Idling::Done };
            self.say_done(then);
        }
    }

    /// The server asks to go on: it has begun to idle. `false` where it was not to.
    pub(super) fn begun_idling(&mut self) -> bool {
        let Some(entry) = self.idle_entry() else { return false };
        if !entry.is_heard() {
            return false;
        }
        match entry.idling {
            Idling::Asked => {
                let (id, awaited, anew) = (entry.id, entry.is_awaited(), entry.renewed);
                entry.idling = Idling::Begun;
                if awaited && !anew {
                    self.notices.push_back(Notice::Idling(id));
                }
                true
            }
            Idling::ToEnd => {
                self.say_done(Idling::Done);
                true
            }
            Idling::Begun | Idling::Renewing | Idling::Done => false,
        }
    }

    /// The same command once more, under a new tag.
    pub(super) fn idle_again(&mut self, mut entry: Entry) {
        entry.idling = Idling::Asked;
        entry.renewed = true;
        entry.said = Said::Nothing;
        // Others that wait go first, and with them the end of it.
        if !self.waiting.is_empty() || !self.may_idle() {
            let bye = StatusResponse::new(StatusKind::Ok, None, "");
            return self.finish(entry, Ok(bye));
        }
        self.waiting.push_front(entry);
    }

    fn may_idle(&self) -> bool {
        matches!(self.state, State::Authenticated | State::Selected)
    }

    fn idle_entry(&mut self) -> Option<&mut Entry> {
        self.under_way.iter_mut().find(|entry| matches!(entry.job, Job::Idle))
    }

    fn say_done(&mut self, then: Idling) {
        let Some(entry) = self.idle_entry() else { return };
        entry.idling = then;
        entry.said = Said::Prepared;
        let id = entry.id;
        wire!("sent DONE");
        self.outbox.bytes(Bytes::from_static(Idle::DONE));
        self.outbox.end(id);
    }
}
