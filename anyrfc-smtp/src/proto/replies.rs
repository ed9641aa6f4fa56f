//! What a reply does (RFC 5321, section 4.3.2).

use anyrfc_core::Tolerance;

use super::{
    CommandId, Connection, Event, Flavour, Input, Protection, State,
    delivery::{Mail, Stage},
    event::DeliveryId,
    login::Reply as LoginReply,
    owed::{Effect, Owed, Slot},
    plan::{Tls, Transfer},
};
use crate::{
    Error, ErrorKind,
    codec::command::Command,
    error::Waited,
    rfc2033, rfc3030, rfc3207, rfc4954, rfc5321,
    types::{Capabilities, Extension, Reply, ReplyCode, ReplyKind, ReplyRef},
    wire::wire,
};

impl Connection {
    /// A reply has come.
    pub(super) fn take(&mut self, reply: &ReplyRef<'_>) -> Result<(), Error> {
        // Whatever is awaited next has a deadline of its own.
        self.timing.clear();
        if self.state == State::Greeting {
            return self.greeted(reply.to_reply());
        }
        let Some(slot) = self.owed.pop_front() else { return self.unasked(reply.to_reply()) };
        let early = slot.mark >= self.outbox.sent();
        let code = reply.code();
        // A server may have seen enough of a message before it has all of it.
        let refused = matches!(code.kind(), ReplyKind::Transient | ReplyKind::Permanent)
            && matches!(slot.owed, Owed::Message(..) | Owed::Chunk(_));
        if early && !refused && code != ReplyCode::UNAVAILABLE {
            // Not put back: nothing is believed of such a server any more.
            return Err(Error::violation(
                rfc5321::EVERY_COMMAND_GETS_ONE_REPLY,
                format!("{} came before what it answers was sent", slot.owed.waited()),
            ));
        }
        if let Some(id) = slot.owed.delivery()
            && let Some(delivery) = self.delivery(id)
        {
            delivery.owed = delivery.owed.saturating_sub(1);
        }
        // Every message has several of these, and nobody reads them.
        let passing = match slot.owed {
            Owed::Mail(_) | Owed::Chunk(_) | Owed::Reset => code.kind() == ReplyKind::Completion,
            Owed::Data(_) => code == ReplyCode::START_MAIL,
            _ => false,
        };
        let reply = if passing { reply.to_code() } else { reply.to_reply() };
        if code == ReplyCode::UNAVAILABLE {
            // Whatever else was asked for is not answered (RFC 5321, section 3.8).
            self.step(Input::Closing);
            if !matches!(slot.owed, Owed::Hello | Owed::OldHello | Owed::StartTls) {
                self.answered(slot, &reply)?;
            }
            // Nor is the rest of what was begun, which it could still take.
            self.hush();
            // To QUIT, it says what it was asked for.
            if slot.owed != Owed::Quit {
                self.doomed.get_or_insert(Error::refused(reply));
            }
            return Ok(());
        }
        self.answered(slot, &reply)?;
        if early {
            // The rest of what it answers must not be sent, and cannot be left out.
            self.hush();
            self.doomed.get_or_insert(Error::refused(reply));
            return Ok(());
        }
        self.pump();
        Ok(())
    }

    /// Nobody asked for it.
    fn unasked(&mut self, reply: Reply) -> Result<(), Error> {
        if reply.code() == ReplyCode::UNAVAILABLE {
            self.step(Input::Closing);
            return Err(Error::refused(reply));
        }
        Err(Error::violation(
            rfc5321::EVERY_COMMAND_GETS_ONE_REPLY,
            "a reply came that nothing had asked for",
        )
        .with_unparsed(reply.to_string().as_bytes()))
    }

    fn greeted(&mut self, reply: Reply) -> Result<(), Error> {
        match reply.kind() {
            ReplyKind::Completion if reply.code() == ReplyCode::READY || !reply.code().is_listed() => {}
            ReplyKind::Completion if self.config.tolerance == Tolerance::Lenient => {
                self.forgive(rfc5321::REPLY_TABLE_IS_KEPT_TO, reply.to_string().as_bytes())?;
            }
            ReplyKind::Completion | ReplyKind::Intermediate => return Err(undue(&reply, Waited::Greeting)),
            _ => {
                if reply.code() == ReplyCode::UNAVAILABLE {
                    self.step(Input::Closing);
                }
                return Err(Error::refused(reply));
            }
        }
        self.greeting = Some(reply);
        self.step(Input::Greeted);
        self.say_hello();
        Ok(())
    }

    fn answered(&mut self, slot: Slot, reply: &Reply) -> Result<(), Error> {
        let Slot { owed, mark } = slot;
        match owed {
            Owed::Hello | Owed::OldHello => self.known(owed, reply),
            Owed::StartTls => self.agreed(reply),
            Owed::Auth(id) => self.challenged(id, reply, mark),
            Owed::Command(id, effect) => {
                self.commanded(id, effect, reply)?;
                self.events.push_back(Event::Reply(id, reply.clone()));
                Ok(())
            }
            Owed::Reset => {
                if reply.kind() == ReplyKind::Completion || reply.code() == ReplyCode::UNAVAILABLE {
                    return Ok(());
                }
                // What was asked for before may still be open.
                Err(undue(reply, Waited::Command))
            }
            Owed::Quit => {
                self.step(Input::Bye);
                self.end();
                Ok(())
            }
            Owed::Mail(id) => self.sender(id, reply),
            Owed::Recipient(id, index) => self.recipient(id, index, reply),
            Owed::Data(id) => self.data(id, reply),
            Owed::Chunk(id) => self.chunked(id, reply),
            Owed::Message(id, recipient) => self.judged(id, recipient, reply, mark),
        }
    }

    /// The answer to EHLO, LHLO or HELO.
    fn known(&mut self, owed: Owed, reply: &Reply) -> Result<(), Error> {
        match reply.kind() {
            ReplyKind::Completion if reply.code() == ReplyCode::OK || !reply.code().is_listed() => {}
            ReplyKind::Completion if self.config.tolerance == Tolerance::Lenient => {
                self.forgive(rfc5321::REPLY_TABLE_IS_KEPT_TO, reply.to_string().as_bytes())?;
            }
            ReplyKind::Completion | ReplyKind::Intermediate => return Err(undue(reply, Waited::Hello)),
            ReplyKind::Permanent if self.may_fall_back(owed, reply) => {
                let command = Command::Helo(self.config.name.clone());
                self.say(&command, Owed::OldHello);
                return Ok(());
            }
            _ if self.config.flavour == Flavour::Lmtp => {
                return Err(Error::refused(reply.clone()).with_requirement(rfc2033::LHLO_REPLACES_EHLO));
            }
            _ => return Err(Error::refused(reply.clone())),
        }
        let capabilities = match owed {
            Owed::OldHello => Capabilities::default(),
            _ => Capabilities::read(reply.lines(), &mut self.deviations),
        };
        if self.config.protection == Protection::StartTls && !self.secured {
            if !capabilities.has(Extension::StartTls) {
                let error = Error::unsupported("the server does not offer STARTTLS, which is required");
                return Err(error.with_requirement(rfc3207::TLS_CAN_BE_REQUIRED));
            }
            self.step(Input::StartTls);
            self.say(&Command::StartTls, Owed::StartTls);
            return Ok(());
        }
        if self.tls != Tls::None && capabilities.has(Extension::StartTls) {
            self.forgive(rfc3207::STARTTLS_IS_NOT_OFFERED_WITHIN_TLS, b"STARTTLS")?;
        }
        self.capabilities = Some(capabilities);
        self.step(Input::Known);
        self.events.push_back(Event::Ready);
        Ok(())
    }

    /// Whether a refusal of EHLO means that the server knows only HELO (RFC 5321, section 3.2).
    fn may_fall_back(&self, owed: Owed, reply: &Reply) -> bool {
        let unknown = matches!(reply.code().as_u16(), 500 | 501 | 502 | 504 | 550);
        owed == Owed::Hello && unknown && self.config.flavour == Flavour::Smtp && self.config.hello_fallback
    }

    fn agreed(&mut self, reply: &Reply) -> Result<(), Error> {
        if reply.code() == ReplyCode::READY {
            self.step(Input::TlsAgreed);
            self.events.push_back(Event::Upgrade);
            return Ok(());
        }
        if matches!(reply.kind(), ReplyKind::Transient | ReplyKind::Permanent) {
            return Err(Error::refused(reply.clone()).with_requirement(rfc3207::TLS_CAN_BE_REQUIRED));
        }
        Err(undue(reply, Waited::StartTls))
    }

    /// A challenge, or the outcome of a login (RFC 4954, sections 4 and 6).
    fn challenged(&mut self, id: CommandId, reply: &Reply, mark: u64) -> Result<(), Error> {
        let Some(mut login) = self.login.take() else { return Ok(()) };
        match reply.kind() {
            ReplyKind::Intermediate if reply.code() == ReplyCode::CHALLENGE => {
                let mut text = reply.octets();
                if self.config.tolerance == Tolerance::Lenient && text.trim_ascii() != text {
                    text = text.trim_ascii();
                    self.deviations.record(rfc4954::CHALLENGE_IS_BASE64_ALONE, text);
                }
                self.owed.push_front(Slot { owed: Owed::Auth(id), mark });
                let next = login.challenge(text)?;
                self.login = Some(login);
                if let LoginReply::Line(line) = next {
                    self.respond(&line);
                }
                Ok(())
            }
            ReplyKind::Completion if reply.code() == ReplyCode::AUTHENTICATED => {
                let established = match login.succeed() {
                    Ok(established) => established,
                    Err((error, cause)) => {
                        self.outcome = cause.map(Err);
                        return Err(error);
                    }
                };
                let layered = established.layer.is_some();
                self.outcome = Some(Ok(established));
                self.step(Input::LoggedIn);
                if layered {
                    self.layer_due = true;
                    self.events.push_back(Event::Layer);
                }
                self.events.push_back(Event::Reply(id, reply.clone()));
                Ok(())
            }
            ReplyKind::Transient | ReplyKind::Permanent => {
                let (fault, cause) = login.refused();
                self.outcome = Some(Err(cause));
                self.step(Input::LoginRefused);
                self.events.push_back(Event::Reply(id, reply.clone()));
                // A server that broke the exchange is not talked to any more.
                if let Some(fault) = fault.filter(|fault| fault.kind() == ErrorKind::Protocol) {
                    self.doomed.get_or_insert(fault);
                }
                Ok(())
            }
            _ => Err(undue(reply, Waited::Authentication)),
        }
    }

    /// What a command of the caller's has done.
    fn commanded(&mut self, id: CommandId, effect: Effect, reply: &Reply) -> Result<(), Error> {
        let known = !matches!(effect, Effect::Unknown);
        if known && reply.kind() == ReplyKind::Intermediate {
            return Err(undue(reply, Waited::Command));
        }
        match effect {
            // One that was left meanwhile is reset already.
            Effect::Mail if reply.is_success() => self.open = self.conducted.is_some(),
            Effect::Mail => {
                let conducted = self.conducted.take();
                if conducted.is_some_and(|conducted| conducted.is_too_large(reply)) {
                    self.say(&Command::Rset, Owed::Reset);
                }
            }
            Effect::Recipient => {
                // It is the one asked last, as a rule.
                let answers =
                    self.conducted.iter_mut().flat_map(|conducted| conducted.answers.iter_mut().rev());
                if let Some((_, answer)) = answers.into_iter().find(|(of, _)| *of == id) {
                    *answer = Some(reply.clone());
                }
            }
            Effect::Reset if reply.is_success() => {
                self.open = false;
                self.conducted = None;
            }
            Effect::Reset => return Err(undue(reply, Waited::Command)),
            _ => {}
        }
        Ok(())
    }

    fn sender(&mut self, id: u64, reply: &Reply) -> Result<(), Error> {
        if reply.kind() == ReplyKind::Intermediate {
            return Err(undue(reply, Waited::Mail));
        }
        if reply.code() == ReplyCode::UNAVAILABLE {
            // It closes, whoever the sender is: nothing of the message was sent.
            return Ok(());
        }
        if let Some(delivery) = self.delivery(id) {
            delivery.mail = if reply.is_success() { Mail::Accepted } else { Mail::Refused(reply.clone()) };
        }
        self.proceed(id);
        self.settle(id);
        Ok(())
    }

    fn recipient(&mut self, id: u64, index: u32, reply: &Reply) -> Result<(), Error> {
        if reply.kind() == ReplyKind::Intermediate {
            return Err(undue(reply, Waited::Recipient));
        }
        if let Some(delivery) = self.delivery(id) {
            delivery.answer(index as usize, reply.clone());
            delivery.answered = delivery.answered.saturating_add(1);
        }
        self.proceed(id);
        self.settle(id);
        Ok(())
    }

    fn data(&mut self, id: u64, reply: &Reply) -> Result<(), Error> {
        let Some(delivery) = self.delivery(id) else { return Ok(()) };
        let accepted = delivery.accepted;
        let opened = matches!(delivery.mail, Mail::Accepted);
        match reply.kind() {
            ReplyKind::Intermediate if reply.code() == ReplyCode::START_MAIL => {
                if delivery.stopped {
                    // Nothing says that it is not wanted any more, but the end of the connection.
                    return Err(Error::closed("a message was given up in the middle of it"));
                }
                if accepted > 0 {
                    self.open_content(id);
                } else if self.config.flavour == Flavour::Lmtp {
                    // How often a message for nobody would be answered is not certain.
                    self.hush();
                    let what = "it accepted DATA for nobody";
                    return Err(Error::violation(rfc2033::DATA_WITHOUT_RECIPIENT_GETS_503, what)
                        .with_unparsed(reply.to_string().as_bytes()));
                } else {
                    self.lone_dot(id);
                }
            }
            ReplyKind::Transient | ReplyKind::Permanent => {
                delivery.judged(reply, None);
                if opened || delivery.is_too_large() {
                    self.take_back(id);
                } else {
                    delivery.stage = Stage::Said;
                }
            }
            _ => return Err(undue(reply, Waited::Data)),
        }
        self.settle(id);
        Ok(())
    }

    /// The answer to a chunk that is not the last.
    fn chunked(&mut self, id: u64, reply: &Reply) -> Result<(), Error> {
        self.check_recognized(id, reply)?;
        let Some(delivery) = self.delivery(id) else { return Ok(()) };
        match reply.kind() {
            ReplyKind::Completion => {}
            ReplyKind::Intermediate => return Err(undue(reply, Waited::Chunk)),
            _ => {
                delivery.judged(reply, None);
                delivery.stopped = true;
                // No more chunks, and RSET before anything else (RFC 3030, section 2).
                if delivery.end.is_none() && delivery.stage == Stage::Content {
                    self.take_back(id);
                }
            }
        }
        self.settle(id);
        Ok(())
    }

    /// A server that does not know BDAT takes what follows it for commands.
    fn check_recognized(&self, id: u64, reply: &Reply) -> Result<(), Error> {
        let unknown = matches!(reply.code(), ReplyCode::UNRECOGNIZED | ReplyCode::NOT_IMPLEMENTED);
        let chunked = self.index(id).and_then(|index| self.deliveries.get(index));
        let chunked = chunked
            .is_some_and(|delivery| matches!(delivery.plan.transfer, Transfer::Bdat | Transfer::BdatBinary));
        if unknown && chunked {
            return Err(Error::violation(
                rfc3030::FAILED_CHUNK_IS_READ,
                "the server offers CHUNKING and does not recognize a chunk",
            )
            .with_unparsed(reply.to_string().as_bytes()));
        }
        Ok(())
    }

    /// The server's word on a message.
    fn judged(&mut self, id: u64, recipient: Option<u32>, reply: &Reply, mark: u64) -> Result<(), Error> {
        self.check_recognized(id, reply)?;
        let Some(delivery) = self.delivery(id) else { return Ok(()) };
        let prdr = delivery.plan.prdr;
        match (reply.kind(), recipient) {
            // One reply for each recipient, and one for all at the end.
            (ReplyKind::Intermediate, None)
                if prdr && !delivery.announced && reply.code() == ReplyCode::PER_RECIPIENT =>
            {
                delivery.announced = true;
                let open: Vec<u32> = delivery.open().collect();
                delivery.owed = delivery.owed.saturating_add(open.len()).saturating_add(1);
                self.owed.push_front(Slot { owed: Owed::Message(id, None), mark });
                for index in open.into_iter().rev() {
                    self.owed.push_front(Slot { owed: Owed::Message(id, Some(index)), mark });
                }
            }
            (ReplyKind::Intermediate, _) => return Err(undue(reply, Waited::Message)),
            (_, Some(index)) => delivery.judged(reply, Some(index)),
            (kind, None) => {
                // Under PRDR the last word binds everybody where it is a refusal.
                let overruled = prdr && kind != ReplyKind::Completion;
                if overruled {
                    delivery.overrule(reply);
                }
                delivery.judged(reply, None);
            }
        }
        if !reply.is_success() && reply.kind() != ReplyKind::Intermediate && self.is_chunked(id) {
            self.reset_after_refusal();
        }
        self.settle(id);
        Ok(())
    }

    /// A refused chunk leaves a transaction that nobody knows: RSET ends it, if none is under way (RFC 3030, section 2).
    fn reset_after_refusal(&mut self) {
        if !self.state.is_over() && !self.owed.iter().any(|slot| slot.owed == Owed::Reset) {
            self.say(&Command::Rset, Owed::Reset);
        }
    }

    /// Reports the messages that have ended, in their order.
    pub(super) fn settle(&mut self, _id: u64) {
        let sent = self.outbox.sent();
        while self.deliveries.front().is_some_and(super::Delivery::is_over) {
            let Some(delivery) = self.deliveries.pop_front() else { break };
            let id = DeliveryId(delivery.id);
            wire!(delivery = ?id, "has ended");
            self.events.push_back(Event::Delivered(id, delivery.into_report(sent, self.config.flavour)));
        }
    }
}

/// A reply of a kind that has no meaning there.
fn undue(reply: &Reply, waited: Waited) -> Error {
    Error::violation(rfc5321::REPLY_TABLE_IS_KEPT_TO, format!("{waited} was {reply}"))
        .with_unparsed(reply.to_string().as_bytes())
}
