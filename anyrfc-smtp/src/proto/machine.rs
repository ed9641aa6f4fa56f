//! The connection as core's driver sees it.

use std::time::Instant;

use anyrfc_core::{Deviations, Eof, Machine, Output, ProtocolState, Step, TlsInfo};
use bytes::{Buf, BytesMut};

use super::{
    Connection, Event, Input, State,
    login::{CHALLENGE_MAX, Reply as LoginReply},
    plan::Tls,
};
use crate::{Error, codec::reply::ReplyReader, rfc5321, types::ReplyRef, wire::wire};

impl Machine for Connection {
    type Event<'a> = Event;
    type Owned = Event;
    type Error = Error;

    fn advance(&mut self, input: &[u8], now: Instant) -> Result<Step, Error> {
        let step = self.go_on(input).map_err(|error| self.fail(error))?;
        self.rearm(now);
        Ok(step)
    }

    fn event<'a>(&'a mut self, _input: &'a [u8]) -> (usize, Event) {
        (std::mem::take(&mut self.counts.releases), self.next_event())
    }

    fn event_owned(&mut self, input: &mut BytesMut) -> Event {
        let count = std::mem::take(&mut self.counts.releases);
        input.advance(count.min(input.len()));
        self.next_event()
    }

    fn wants_write(&self) -> bool {
        self.outbox.is_ready()
    }

    fn transmit(&mut self, out: &mut Output, now: Instant) {
        if let Err(error) = self.outbox.transmit(out) {
            // What was announced cannot be ended: only the end of the connection says so.
            self.hush();
            self.doomed.get_or_insert(error);
        }
        self.rearm(now);
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
            State::Quitting => {
                self.step(Input::EndOfStream);
                self.end();
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
        Err(Error::closed(message).with_requirement(rfc5321::CONNECTION_IS_NOT_DROPPED))
    }

    fn handle_secured(&mut self, tls: &TlsInfo) {
        if self.state != State::Handshaking {
            return;
        }
        self.step(Input::Secured);
        self.secured = true;
        self.tls = Tls::of(tls.verified);
        // Nothing that was said before is believed (RFC 3207, section 4.2).
        self.capabilities = None;
        self.greeting = None;
        self.deviations = Deviations::default();
        self.reader = ReplyReader::new(&self.config.limits, self.config.tolerance);
        self.timing.clear();
        self.say_hello();
    }

    fn quiescent(&self) -> bool {
        self.events.is_empty() && self.reader.is_idle()
    }

    fn input_limit(&self) -> usize {
        // Replies to what is pipelined come many at a time.
        self.reader.reply_max().max(64 << 10)
    }

    fn state(&self) -> ProtocolState {
        match self.state {
            State::Greeting | State::Hello | State::AskingTls | State::Handshaking => {
                ProtocolState::Connecting
            }
            State::Ready => ProtocolState::Connected,
            State::Authenticating => ProtocolState::Authenticating,
            State::Authenticated | State::HelloAgain => ProtocolState::Authenticated,
            State::Quitting => ProtocolState::Disconnecting,
            State::Closed => ProtocolState::Disconnected,
            State::Failed => ProtocolState::Failed,
        }
    }
}

impl Connection {
    fn next_event(&mut self) -> Event {
        self.events.pop_front().unwrap_or(Event::Working)
    }

    /// The next thing: work of our own, or what has arrived.
    fn go_on(&mut self, input: &[u8]) -> Result<Step, Error> {
        if !self.events.is_empty() {
            return Ok(Step::Ready);
        }
        if let Some(error) = self.doomed.take() {
            return Err(error);
        }
        match self.state {
            State::Closed | State::Failed => {
                return Ok(if input.is_empty() { Step::Need(1) } else { Step::Consumed(input.len()) });
            }
            // What is there was injected, or is not for us to read: it is left lying.
            State::Handshaking => return Ok(Step::Need(1)),
            _ if self.layer_due => return Ok(Step::Need(1)),
            _ => {}
        }
        if self.work() {
            self.events.push_back(Event::Working);
            return Ok(Step::Ready);
        }
        // A challenge is as long as its mechanism makes it, whatever the limit elsewhere (RFC 4954, section 4).
        let line_max = self.config.limits.line;
        self.reader.set_line_max(if self.login.is_some() { line_max.max(CHALLENGE_MAX) } else { line_max });
        let Some((code, length)) = self.reader.read(input, &mut self.deviations)? else {
            if self.owed.is_empty() {
                self.release();
            }
            return Ok(Step::Need(1));
        };
        let raw = input.get(..length).unwrap_or_default();
        if self.login.is_some() {
            wire!(reply = code.as_u16(), bytes = length, "of a login");
        } else if self.owed.front().is_some_and(|slot| self.is_of_url(slot.owed)) {
            // It may repeat the URL.
            wire!(reply = code.as_u16(), bytes = length, "of a URL");
        } else {
            wire!(reply = %anyrfc_core::escape::Escaped(raw));
        }
        let reply = ReplyRef::new(code, raw, self.may_have_status());
        self.take(&reply)?;
        if self.events.is_empty() {
            return Ok(Step::Consumed(length));
        }
        self.counts.releases = length;
        Ok(Step::Ready)
    }

    /// One slice of the work that a login takes. Whether there is more of it.
    fn work(&mut self) -> bool {
        let Some(login) = self.login.as_mut().filter(|login| login.is_working()) else { return false };
        match login.work() {
            LoginReply::Work => true,
            LoginReply::Line(line) => {
                self.respond(&line);
                false
            }
        }
    }

    /// Gives back memory that an idle connection does not need.
    fn release(&mut self) {
        self.outbox.release();
        self.owed.shrink_to(KEPT);
        self.deliveries.shrink_to(KEPT);
        self.events.shrink_to(KEPT);
    }
}

/// An idle connection keeps no longer queues than this.
const KEPT: usize = 16;
