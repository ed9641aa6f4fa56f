//! The connection as core's driver sees it.

use std::time::Instant;

use anyrfc_core::{Deviations, Eof, Machine, Output, ProtocolState, Step, TlsInfo};
use bytes::BytesMut;

use super::{
    CommandId, Connection, Event, Input, OwnedEvent, State, event::Notice, incoming::Pending, login::Reply,
    queue::Job, reader,
};
use crate::{Error, rfc9051, types::Capabilities};

impl Machine for Connection {
    type Event<'a> = Event<'a>;
    type Owned = OwnedEvent;
    type Error = Error;

    fn advance(&mut self, input: &[u8], now: Instant) -> Result<Step, Error> {
        if self.pending.is_some() {
            return Ok(Step::Ready);
        }
        if !self.notices.is_empty() {
            self.pending = Some(Pending::Notice(0));
            return Ok(Step::Ready);
        }
        match self.state {
            State::Closed | State::Failed => {
                return Ok(if input.is_empty() { Step::Need(1) } else { Step::Consumed(input.len()) });
            }
            // What is there was injected: it is left lying.
            State::Handshaking => return Ok(Step::Need(1)),
            _ if self.layer_due => return Ok(Step::Need(1)),
            _ => {}
        }
        let step = self.move_on(input).map_err(|error| self.fail(error))?;
        if matches!(step, Step::Need(_)) && self.commands() == 0 {
            self.release();
        }
        self.rearm(now);
        Ok(step)
    }

    fn event<'a>(&'a mut self, input: &'a [u8]) -> (usize, Event<'a>) {
        self.borrowed(input)
    }

    fn event_owned(&mut self, input: &mut BytesMut) -> OwnedEvent {
        self.owned(input)
    }

    fn wants_write(&self) -> bool {
        !self.outbox.is_empty()
    }

    fn transmit(&mut self, out: &mut Output, now: Instant) {
        self.send(out, now);
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.timing.deadline()
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), Error> {
        self.expire(now)
    }

    fn handle_eof(&mut self, eof: Eof) -> Result<(), Error> {
        match self.state {
            State::Closed | State::Failed => return Ok(()),
            State::LoggingOut | State::Farewell => {
                self.leave(Input::EndOfStream);
                return Ok(());
            }
            _ => {}
        }
        self.step(Input::EndOfStream);
        self.end();
        let message = match eof {
            Eof::Clean => "the server closed the connection without a word",
            Eof::Truncated => "the connection was cut",
        };
        Err(Error::closed(message).with_requirement(rfc9051::SERVER_SAYS_BYE_BEFORE_CLOSING))
    }

    fn handle_secured(&mut self, _tls: &TlsInfo) {
        if self.state != State::Handshaking {
            return;
        }
        self.step(Input::Secured);
        self.secured = true;
        // Nothing that was said before is believed (RFC 9051, section 6.2.1).
        self.capabilities = None;
        self.enabled = Capabilities::default();
        self.language = None;
        self.refresh_dialect();
        self.deviations = Deviations::default();
        self.reader = reader(&self.config, false);
        self.timing.clear();
        self.plan();
    }

    fn quiescent(&self) -> bool {
        self.pending.is_none() && self.notices.is_empty() && self.reader.is_idle()
    }

    fn input_limit(&self) -> usize {
        self.reader.input_limit()
    }

    fn state(&self) -> ProtocolState {
        match self.state {
            State::Greeting => ProtocolState::Connecting,
            State::NotAuthenticated | State::AskingTls | State::Handshaking => ProtocolState::Connected,
            State::Authenticating => ProtocolState::Authenticating,
            State::Authenticated | State::Selecting | State::Selected => ProtocolState::Authenticated,
            State::LoggingOut | State::Farewell => ProtocolState::Disconnecting,
            State::Closed => ProtocolState::Disconnected,
            State::Failed => ProtocolState::Failed,
        }
    }
}

/// An idle connection keeps no longer queues than this.
const KEPT: usize = 16;

impl Connection {
    /// Gives back memory that an idle connection does not need.
    fn release(&mut self) {
        self.under_way.shrink_to(KEPT);
        self.waiting.shrink_to(KEPT);
        self.notices.shrink_to(KEPT);
    }

    /// The next thing: work of our own, or what has arrived.
    fn move_on(&mut self, input: &[u8]) -> Result<Step, Error> {
        if let Some(error) = self.doomed.take() {
            return Err(error);
        }
        if self.work() {
            self.pending = Some(Pending::Notice(0));
            self.notices.push_back(Notice::Working);
            return Ok(Step::Ready);
        }
        let step = loop {
            // The end of a body takes no bytes: there is more to find.
            match self.receive(input)? {
                Step::Consumed(0) => {}
                step => break step,
            }
        };
        if let Some(error) = self.doomed.take() {
            return Err(error);
        }
        Ok(step)
    }

    /// One slice of the work that a login takes. Whether there is more of it.
    fn work(&mut self) -> bool {
        let working = self.under_way.iter_mut().find_map(|entry| match &mut entry.job {
            Job::Authenticate(login) if login.is_working() => Some((entry.id, login)),
            _ => None,
        });
        let Some((id, login)) = working else { return false };
        let reply = login.work();
        self.reply(id, reply)
    }

    /// What a challenge, or the work on it, came to. Whether there is more work.
    pub(super) fn reply(&mut self, id: CommandId, reply: Reply) -> bool {
        match reply {
            Reply::Work => true,
            Reply::Line(line) => {
                self.answer(id, line);
                false
            }
        }
    }
}
