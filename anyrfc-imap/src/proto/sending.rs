//! From commands that wait to bytes that leave.

use std::{collections::VecDeque, time::Instant};

use anyrfc_core::{ErrorKind, Output, Secret};
use bytes::Bytes;

use super::{
    CommandId, Connection, Input, Protection, State,
    event::Notice,
    queue::{Entry, Job, Said},
};
use crate::{
    Error,
    codec::{
        command::{Effect, Notifying, Phase},
        encode::{Encoded, Segment},
    },
    rfc4978, rfc5465, rfc7162, rfc8437, rfc9051,
    types::Capability,
    wire::wire,
};

/// A command of which only a part is said.
#[derive(Debug)]
pub(super) struct Partial {
    pub(super) id: CommandId,
    rest: VecDeque<Segment>,
    pub(super) stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// A literal was announced; that is not sent yet.
    Asking,
    /// The server is to ask for the literal (RFC 9051, section 4.3).
    Asked,
    /// So many bytes of a literal are to come from the caller.
    Feeding(u64),
}

impl Connection {
    /// Takes a command in, and sends what may be sent.
    pub(super) fn enqueue(&mut self, mut entry: Entry) -> Result<(), Error> {
        entry.based_on = Some(self.counts.renumbered_told);
        if self.is_settled() {
            self.check(&entry).map_err(Error::unsent)?;
            if self.capabilities.is_some() {
                entry.encode(&self.dialect, self.counts.epoch)?;
            }
        }
        self.waiting.push_back(entry);
        self.plan();
        Ok(())
    }

    /// Whether nothing is on its way that decides what may be sent after it.
    fn is_settled(&self) -> bool {
        let decided = matches!(self.state, State::NotAuthenticated | State::Authenticated | State::Selected);
        decided && !self.waiting.iter().chain(&self.under_way).any(Entry::is_decisive)
    }

    /// Prepares what may be sent now.
    pub(super) fn plan(&mut self) {
        self.cancel_updates();
        while !self.outbox.is_full() {
            if self.partial.is_some() {
                if !self.go_on() {
                    return;
                }
                continue;
            }
            while self.waiting.front().is_some_and(Entry::is_abandoned) {
                self.waiting.pop_front();
            }
            self.insert_own();
            if !self.may_send_next() {
                return;
            }
            let Some(entry) = self.waiting.pop_front() else { return };
            self.begin(entry);
        }
    }

    /// Puts in front what the connection has to know or do first.
    fn insert_own(&mut self) {
        if !self.under_way.is_empty() {
            return;
        }
        let securing = self.state == State::NotAuthenticated
            && !self.secured
            && self.config.protection == Protection::StartTls;
        let own = |entry: &Entry| matches!(entry.job, Job::StartTls | Job::Capability);
        if securing {
            if !self.waiting.front().is_some_and(own) && self.doomed.is_none() {
                let id = self.next_id();
                let known = self.capabilities.is_some();
                let entry = if known { Entry::start_tls(id) } else { Entry::capability(id) };
                self.waiting.push_front(entry);
            }
            return;
        }
        let next_depends = self.waiting.front().is_some_and(Entry::depends_on_capabilities);
        let may_ask = matches!(self.state, State::NotAuthenticated | State::Authenticated | State::Selected);
        if next_depends && may_ask && self.capabilities.is_none() {
            let entry = Entry::capability(self.next_id());
            self.waiting.push_front(entry);
        }
    }

    fn may_send_next(&mut self) -> bool {
        let sendable = matches!(self.state, State::NotAuthenticated | State::Authenticated | State::Selected);
        if !sendable || self.layer_due || self.doomed.is_some() {
            return false;
        }
        let Some(next) = self.waiting.front() else { return false };
        if self.under_way.is_empty() {
            return true;
        }
        if self.under_way.iter().any(|entry| matches!(entry.job, Job::Idle)) {
            self.stop_idling();
            return false;
        }
        if self.under_way.len() >= self.config.in_flight {
            return false;
        }
        // What depends on the capabilities while they are unknown waits for its turn to ask.
        if self.capabilities.is_none() && next.depends_on_capabilities() {
            return false;
        }
        let esearch = self.dialect.rev2() || self.dialect.has(&Capability::Esearch);
        !self.under_way.iter().any(|earlier| next.waits_for(earlier, esearch))
    }

    /// Whether the command may be sent in the present state.
    fn check(&self, entry: &Entry) -> Result<(), Error> {
        self.check_state(entry.needs().state())?;
        let none = self.state == State::Selected && self.mailbox().is_some_and(|mailbox| mailbox.no_mod_seq);
        if none && entry.needs().wants_mod_sequences() {
            return Err(Error::new(ErrorKind::Unsupported, "the mailbox has no modification sequences")
                .with_requirement(rfc7162::NO_MOD_SEQUENCES_AFTER_NOMODSEQ));
        }
        if let Some(used) = entry.needs().annotations_used() {
            let support = self.mailbox().filter(|_| self.state == State::Selected);
            used.check(support.and_then(|mailbox| mailbox.annotations))?;
        }
        let known = self.capabilities.is_some();
        match &entry.job {
            Job::Authenticate(login) => {
                let name = login.name();
                if known && !self.dialect.has(&Capability::auth(name.as_str())) {
                    let message = format!("the server does not offer {name}");
                    return Err(Error::new(ErrorKind::Unsupported, message));
                }
            }
            Job::StartTls if !self.dialect.has(&Capability::StartTls) => {
                let message = "the server does not offer STARTTLS, which is required";
                return Err(Error::new(ErrorKind::Unsupported, message)
                    .with_requirement(rfc9051::RESULT_OF_STARTTLS_IS_CHECKED));
            }
            _ => {}
        }
        if entry.effect == Effect::Unauthenticate {
            // They would have to end behind the line of the command, and those of the server behind
            // its answer: a new connection is what there is.
            let under = if self.compressed {
                Some(("compression", rfc8437::CLIENT_COMPRESSION_ENDS_AFTER_THE_COMMAND))
            } else if self.layered {
                Some(("a security layer", rfc8437::CLIENT_SECURITY_LAYER_ENDS_AFTER_THE_COMMAND))
            } else {
                None
            };
            if let Some((what, requirement)) = under {
                let message = format!("the connection is under {what}, which is not taken off");
                return Err(Error::new(ErrorKind::Unsupported, message).with_requirement(requirement));
            }
        }
        if entry.effect == Effect::Compress && self.compressed {
            return Err(Error::usage("the connection is compressed already")
                .with_requirement(rfc4978::COMPRESS_COMES_ONCE));
        }
        if self.notifying == Notifying::AtOnce && entry.uses_sequence_numbers() {
            return Err(Error::usage("message numbers may change at any time, as NOTIFY was told")
                .with_requirement(rfc5465::NUMBERS_ARE_NOT_USED_WITH_SELECTED));
        }
        if entry.effect == Effect::Login && !self.secured && !self.config.danger_reveal_in_plaintext {
            return Err(Error::usage("LOGIN would show the password to whoever listens")
                .with_requirement(rfc9051::NO_LOGIN_ON_UNSECURE_NETWORKS));
        }
        Ok(())
    }

    fn check_state(&self, phase: Phase) -> Result<(), Error> {
        let authenticated = self.state.is_authenticated();
        match phase {
            Phase::NotAuthenticated if authenticated => Err(Error::usage("somebody is logged in already")
                .with_requirement(rfc9051::COMMANDS_FIT_THE_STATE)),
            Phase::Authenticated | Phase::Unselected | Phase::Selected if !authenticated => {
                Err(Error::usage("nobody is logged in").with_requirement(rfc9051::CREDENTIALS_COME_FIRST))
            }
            Phase::Selected if self.state != State::Selected => {
                Err(Error::usage("no mailbox is selected")
                    .with_requirement(rfc9051::MAILBOX_IS_SELECTED_FIRST))
            }
            Phase::Unselected if self.ever_selected => Err(Error::usage("a mailbox was selected before")
                .with_requirement(rfc9051::NO_ENABLE_AFTER_SELECT)),
            _ => Ok(()),
        }
    }

    /// Sends the beginning of a command, up to where something else is needed first.
    fn begin(&mut self, mut entry: Entry) {
        let stale = entry.uses_sequence_numbers() && entry.based_on != Some(self.counts.renumbered);
        let ready = if stale {
            Err(Error::usage("messages were expunged: the sequence numbers name others now"))
        } else {
            self.check(&entry).and_then(|()| self.encoded(&mut entry))
        };
        let encoded = match ready {
            Ok(encoded) => encoded,
            Err(error) if matches!(entry.job, Job::StartTls) => {
                self.doomed = Some(error);
                return;
            }
            Err(error) => return self.finish(entry, Err(error.unsent())),
        };
        let tag = self.tags.make();
        wire!(tag = tag.as_str(), command = %encoded, "sent");
        match &entry.job {
            Job::StartTls => self.step(Input::StartTls),
            Job::Authenticate(_) => self.step(Input::Authenticate),
            Job::Command(_) => self.prepare(&entry.effect),
            Job::Capability | Job::Idle => {}
        }
        entry.begin(tag);
        self.outbox.bytes(Bytes::copy_from_slice(tag.as_bytes()));
        self.outbox.bytes(Bytes::from_static(b" "));
        let id = entry.id;
        self.under_way.push_back(entry);
        self.partial = Some(Partial { id, rest: encoded.into_iter().collect(), stage: Stage::Asking });
        self.go_on();
    }

    /// The command's bytes but for its tag.
    fn encoded(&mut self, entry: &mut Entry) -> Result<Encoded, Error> {
        entry.encode(&self.dialect, self.counts.epoch)?;
        entry.take_encoded(&self.dialect)
    }

    /// Sends more of the command that is being sent. `false` where it has to wait.
    fn go_on(&mut self) -> bool {
        let Some(partial) = &mut self.partial else { return true };
        match partial.stage {
            Stage::Asked | Stage::Feeding(1..) => return false,
            Stage::Asking | Stage::Feeding(0) => {}
        }
        let id = partial.id;
        let refused = self.under_way.iter().any(|entry| entry.id == id && entry.refused.is_some());
        if refused && partial.rest.iter().any(|segment| !matches!(segment, Segment::Text(_))) {
            // The server reads no further than the literal that it was just given: another one
            // it would take for commands, or never ask for.
            partial.rest = VecDeque::from([Segment::Text(Bytes::from_static(b"\r\n"))]);
        }
        while let Some(segment) = partial.rest.pop_front() {
            match segment {
                Segment::Text(bytes) | Segment::Literal(bytes) => self.outbox.bytes(bytes),
                Segment::Secret(secret) => self.outbox.secret(secret),
                Segment::Wait => {
                    partial.stage = Stage::Asked;
                    return false;
                }
                Segment::Stream(0) => {}
                Segment::Stream(octets) => {
                    partial.stage = Stage::Feeding(octets);
                    self.notices.push_back(Notice::Literal(id));
                    return false;
                }
            }
        }
        self.partial = None;
        self.outbox.end(id);
        self.all_said(id);
        true
    }

    /// Gives bytes of the literal of a command, after [`Report::Literal`](super::Report::Literal);
    /// no more than it was announced to have. How many are still missing.
    ///
    /// What was given and not sent yet is held: give more when
    /// [`room`](Self::room) says that there is some.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for more than was announced, and when it is not this command's turn;
    /// [`ErrorKind::Closed`] once the connection has ended.
    pub fn feed(&mut self, id: CommandId, bytes: Bytes) -> Result<u64, Error> {
        if self.state.is_over() {
            return Err(Error::closed("the connection is closing or closed"));
        }
        let partial = self.partial.as_mut().filter(|partial| partial.id == id);
        let Some(Partial { stage: Stage::Feeding(left @ 1..), .. }) = partial else {
            return Err(Error::usage("the command awaits no bytes"));
        };
        let count = bytes.len() as u64;
        let Some(rest) = left.checked_sub(count) else {
            return Err(Error::usage("more bytes than the literal was announced to have")
                .with_requirement(rfc9051::LITERAL_HAS_THE_ANNOUNCED_LENGTH));
        };
        *left = rest;
        wire!(bytes = count, "sent, of a literal");
        self.outbox.bytes(bytes);
        if rest == 0 {
            // Its end goes at once, however much waits already: so its caller knows of it.
            self.go_on();
            self.plan();
        }
        Ok(rest)
    }

    /// The command whose literal is to be given now.
    #[must_use]
    pub fn literal(&self) -> Option<CommandId> {
        let feeding = |partial: &&Partial| matches!(partial.stage, Stage::Feeding(1..));
        self.partial.as_ref().filter(feeding).map(|partial| partial.id)
    }

    /// How many bytes of the present literal are still to be given; none when no literal awaits any.
    #[must_use]
    pub fn literal_left(&self) -> u64 {
        match &self.partial {
            Some(Partial { stage: Stage::Feeding(left), .. }) => *left,
            _ => 0,
        }
    }

    /// Nobody will give the rest of the literal of this command. Whatever else is sent would be
    /// taken for it, so the connection ends, with an error when it is next driven. Nothing
    /// happens where the literal need not be given, or is all given.
    pub fn forsake(&mut self, id: CommandId) {
        if self.literal() == Some(id) {
            let error = Error::usage("a literal was announced and then abandoned");
            self.doomed = Some(error.with_requirement(rfc9051::LITERAL_HAS_THE_ANNOUNCED_LENGTH));
        }
    }

    /// How many bytes of a literal may be given before some were sent; none when no literal
    /// awaits any.
    #[must_use]
    pub fn room(&self) -> usize {
        match &self.partial {
            Some(Partial { stage: Stage::Feeding(left @ 1..), .. }) => {
                let room = Output::HIGH_WATER.saturating_sub(self.outbox.len());
                room.min(usize::try_from(*left).unwrap_or(usize::MAX))
            }
            _ => 0,
        }
    }

    /// The server asks for the literal that was announced.
    pub(super) fn asked_for_literal(&mut self) -> bool {
        match &mut self.partial {
            Some(partial) if partial.stage == Stage::Asked => {
                partial.stage = Stage::Asking;
                true
            }
            _ => false,
        }
    }

    /// A line that answers a continuation request.
    pub(super) fn answer(&mut self, id: CommandId, line: Secret<Vec<u8>>) {
        wire!(bytes = line.expose().len(), "sent, in answer to a challenge");
        self.outbox.secret(line);
        self.outbox.end(id);
        if let Some(entry) = self.under_way.iter_mut().find(|entry| entry.id == id) {
            entry.said = Said::Prepared;
        }
    }

    /// Moves what is prepared to the output.
    pub(super) fn send(&mut self, out: &mut Output, now: Instant) {
        loop {
            let under_way = &mut self.under_way;
            self.outbox.transmit(out, |id| {
                // What is just being sent was submitted last.
                if let Some(entry) = under_way.iter_mut().rev().find(|entry| entry.id == id) {
                    entry.said = Said::Whole;
                }
            });
            // Even where no more fits: what can be sent is to show.
            self.plan();
            if out.is_full() || self.outbox.is_empty() {
                break;
            }
        }
        self.rearm(now);
    }
}
