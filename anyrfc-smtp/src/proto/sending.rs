//! What may be sent, and when (RFC 5321, section 4.1.4; RFC 2920; RFC 3030).

use bytes::Bytes;

use super::{
    Command, CommandId, Connection, DeliveryId, Effect, Flavour, Input, Job, Owed, Payload, State,
    Submission,
    delivery::{Delivery, Stage},
    plan::{Plan, PlanConfig, Transfer, plan, plan_recipient},
};
use crate::{
    Error,
    codec::{
        command::{self, Mail, Rcpt},
        lines::LineFixer,
    },
    rfc5321,
    types::{BurlUrl, Envelope, Extension, Facts, Recipient, Reply, ReplyCode, content::LINE_MAX},
    wire::wire,
};

impl Connection {
    /// Whether commands may follow each other without waiting.
    fn pipelines(&self) -> bool {
        self.capabilities.as_ref().is_some_and(|capabilities| capabilities.has(Extension::Pipelining))
    }

    /// Queues a message; what becomes of it is an [`Event::Delivered`](super::Event::Delivered).
    ///
    /// # Errors
    /// Nothing was sent: the connection is not open, or the server cannot take such a message or such an envelope
    /// ([`ErrorKind::Unsupported`](crate::ErrorKind), [`ErrorKind::Refused`](crate::ErrorKind) for its size).
    pub fn send(&mut self, submission: Submission) -> Result<DeliveryId, Error> {
        self.check_open()?;
        if self.open || self.conducted.is_some() {
            let error = Error::usage("a transaction is open");
            return Err(error.with_requirement(rfc5321::MAIL_IS_NOT_NESTED));
        }
        if submission.envelope.recipients().is_empty() {
            let error = Error::usage("the message is for nobody");
            return Err(error.with_requirement(rfc5321::TRANSACTION_KEEPS_ITS_ORDER));
        }
        let url = if let Payload::Url(url) = &submission.payload { Some(url) } else { None };
        let plan = self.plan(&submission.envelope, &submission.facts, url, submission.windowed)?;
        let Submission { envelope, facts, payload, windowed: _ } = submission;
        let payload = settle(payload, &facts, &plan)?;
        let id = self.next_id();
        self.deliveries.push_back(Delivery::new(id, envelope, &facts, payload, plan));
        self.jobs.push_back(Job::Delivery(id));
        self.pump();
        Ok(DeliveryId(id))
    }

    /// What MAIL and RCPT say for such a message, or why it cannot be sent.
    fn plan(
        &self,
        envelope: &Envelope,
        facts: &Facts,
        url: Option<&BurlUrl>,
        windowed: bool,
    ) -> Result<Plan, Error> {
        let Some(capabilities) = &self.capabilities else {
            return Err(Error::usage("the connection is not ready for that"));
        };
        let config = PlanConfig {
            lmtp: self.config.flavour == Flavour::Lmtp,
            tls: self.tls,
            authenticated: self.state == State::Authenticated,
            windowed,
            burl: url,
            prefer: self.config.transfer,
        };
        plan(envelope, facts, capabilities, &config)
    }

    /// Opens a transaction that the caller conducts step by step: MAIL, for a message of which this much is known. The
    /// reply is an [`Event::Reply`](super::Event::Reply). Whatever recipients `envelope` has are
    /// [added](Self::add_recipient) like others.
    ///
    /// # Errors
    /// Something is under way, or as [`send`](Self::send).
    pub fn open_transaction(
        &mut self,
        mut envelope: Envelope,
        facts: Facts,
        url: Option<&BurlUrl>,
    ) -> Result<CommandId, Error> {
        self.check_idle()?;
        let _ = envelope.take_recipients();
        let plan = self.plan(&envelope, &facts, url, false)?;
        let id = CommandId(self.next_id());
        let command = Command::Mail(Mail::new(envelope.clone(), plan.params));
        self.conducted = Some(Conducted { envelope, facts, plan, answers: Vec::new() });
        self.jobs.push_back(Job::Command(id, command));
        self.pump();
        Ok(id)
    }

    /// RCPT in a transaction that was opened step by step. The reply is an [`Event::Reply`](super::Event::Reply).
    ///
    /// # Errors
    /// No transaction was opened, or the server cannot do what is asked for this recipient.
    pub fn add_recipient(&mut self, recipient: Recipient) -> Result<CommandId, Error> {
        self.check_open()?;
        let id = CommandId(self.next_id());
        let (Some(conducted), Some(capabilities)) = (&mut self.conducted, &self.capabilities) else {
            return Err(not_opened());
        };
        let params = plan_recipient(&recipient, conducted.plan.params, capabilities)?;
        conducted.envelope.push_recipient(recipient.clone());
        conducted.answers.push((id, None));
        self.jobs.push_back(Job::Command(id, Command::Rcpt(Rcpt::new(recipient, params))));
        self.pump();
        Ok(id)
    }

    /// Sends the message of a transaction that was opened step by step. What becomes of it is an
    /// [`Event::Delivered`](super::Event::Delivered), which reports on every recipient that was added.
    ///
    /// # Errors
    /// No transaction is open, RCPTs are not answered yet, or no recipient was accepted
    /// ([`ErrorKind::Usage`](crate::ErrorKind)).
    pub fn send_opened(&mut self, payload: Payload) -> Result<DeliveryId, Error> {
        self.check_open()?;
        let conducted = self.conducted.take_if(|conducted| self.open && conducted.is_answered());
        let Some(conducted) = conducted else { return Err(not_opened()) };
        let Conducted { envelope, facts, plan, answers } = conducted;
        let answers: Vec<Option<Reply>> = answers.into_iter().map(|(_, answer)| answer).collect();
        if !answers.iter().flatten().any(Reply::is_success) {
            return Err(Error::usage("no recipient was accepted")
                .with_requirement(rfc5321::TRANSACTION_KEEPS_ITS_ORDER));
        }
        let payload = settle(payload, &facts, &plan)?;
        let id = self.next_id();
        self.open = false;
        self.deliveries.push_back(Delivery::new(id, envelope, &facts, payload, plan).opened(answers));
        self.jobs.push_back(Job::Delivery(id));
        self.pump();
        Ok(DeliveryId(id))
    }

    /// Leaves a transaction that was opened step by step: RSET, whose reply nobody waits for.
    pub fn leave_transaction(&mut self) {
        // It may be open although nobody conducts it: the message could not be sent.
        let opened = self.conducted.take().is_some() || self.open;
        if !opened || self.check_open().is_err() {
            return;
        }
        // Whatever comes next comes behind it.
        self.open = false;
        let id = CommandId(self.next_id());
        self.jobs.push_back(Job::Command(id, Command::Rset));
        self.pump();
    }

    /// The message of which more bytes are wanted.
    #[must_use]
    pub fn wanting(&self) -> Option<DeliveryId> {
        if self.state.is_over() || self.doomed.is_some() {
            return None;
        }
        let found = self
            .deliveries
            .iter()
            .find(|delivery| delivery.stage == Stage::Content && delivery.end.is_none())?;
        let wants = match found.plan.transfer {
            Transfer::Data => self.outbox.is_starving(found.id),
            // A chunk at a time: what is announced is there.
            _ => self.outbox.is_empty() && (self.pipelines() || found.owed == 0),
        };
        (wants && !found.stopped).then_some(DeliveryId(found.id))
    }

    /// More of a message that is [wanted](Self::wanting); `last` ends it. A message that has ended takes nothing.
    ///
    /// # Errors
    /// The message cannot be sent like that: a line is too long, or ends in a way that must not be altered. It is to be
    /// [abandoned](Self::abandon).
    pub fn provide(&mut self, id: DeliveryId, chunk: Bytes, last: bool) -> Result<(), Error> {
        let DeliveryId(id) = id;
        let Some(delivery) = self.delivery(id) else { return Ok(()) };
        if delivery.stage != Stage::Content || delivery.stopped || delivery.end.is_some() {
            return Ok(());
        }
        match delivery.plan.transfer {
            Transfer::Data => {
                let end = self.outbox.provide(id, chunk, last);
                if let Some(end) = end.filter(|_| last) {
                    self.ended(id, end);
                }
            }
            transfer => {
                let ends = delivery.line_ends;
                // What is declared binary is kept; text with long lines is still text.
                let line_max = if transfer == Transfer::Bdat { LINE_MAX } else { usize::MAX };
                let fixer = delivery.fixer.get_or_insert_with(|| LineFixer::new(ends, line_max));
                let chunk = fixer.fix(chunk, last)?;
                if last || !chunk.is_empty() {
                    self.chunk(id, chunk, last);
                }
            }
        }
        self.pump();
        Ok(())
    }

    /// Gives a message up, whatever the reason. Before the end of it was handed over it is not delivered, which may take
    /// the connection with it: in the middle of DATA there is no other way to say so. Afterwards it is
    /// not stopped any more, and its report says what became of it.
    pub fn abandon(&mut self, id: DeliveryId, error: Error) {
        let DeliveryId(id) = id;
        let Some(delivery) = self.delivery(id) else { return };
        if delivery.end.is_some() {
            return;
        }
        delivery.failed(error);
        delivery.stopped = true;
        match (delivery.stage, delivery.plan.transfer) {
            (Stage::Waiting, _) => {
                delivery.stage = Stage::Said;
                if delivery.asked > 0 {
                    // Its transaction is open, and is reset in its place.
                    let reset = Job::Command(CommandId(self.next_id()), Command::Rset);
                    let place =
                        self.jobs.iter_mut().find(|job| matches!(job, Job::Delivery(other) if *other == id));
                    if let Some(job) = place {
                        *job = reset;
                    }
                }
                self.jobs.retain(|job| !matches!(job, Job::Delivery(other) if *other == id));
                self.settle(id);
            }
            // DATA was said: the server will wait for a message.
            (Stage::Content, Transfer::Data) => self.break_off(),
            (Stage::Envelope, _) if delivery.data => self.break_off(),
            // What is answered next ends it.
            (Stage::Envelope | Stage::Said, _) => {}
            (Stage::Content, _) => self.take_back(id),
        }
        self.pump();
    }

    /// The connection cannot be used any more, and the server must not take what it has for a message.
    fn break_off(&mut self) {
        self.hush();
        self.doomed.get_or_insert(Error::closed("a message was given up in the middle of it"));
    }

    /// Nothing more can be said: it would be taken for a part of a message.
    pub(super) fn hush(&mut self) {
        self.ended_at.get_or_insert(self.outbox.sent());
        self.outbox.clear();
        self.mute = true;
    }

    /// Nothing more is said of a message; the server is told to forget it.
    pub(super) fn take_back(&mut self, id: u64) {
        if let Some(delivery) = self.delivery(id) {
            delivery.stage = Stage::Said;
        }
        if !self.state.is_over() {
            self.say(&Command::Rset, Owed::Reset);
        }
        self.settle(id);
    }

    /// Sends what may be sent.
    pub(super) fn pump(&mut self) {
        while let Some(job) = self.jobs.front() {
            if !self.may_start(job) {
                break;
            }
            match self.jobs.pop_front() {
                Some(Job::Command(id, command)) => {
                    let effect = effect(&command);
                    self.say(&command, Owed::Command(id, effect));
                }
                Some(Job::Delivery(id)) => self.begin(id),
                Some(Job::Quit) => {
                    self.say(&Command::Quit, Owed::Quit);
                    self.step(Input::Quit);
                }
                None => break,
            }
        }
    }

    fn may_start(&self, job: &Job) -> bool {
        if !self.state.is_open() || self.layer_due || self.doomed.is_some() {
            return false;
        }
        let quiet = self.owed.is_empty() && self.outbox.is_empty();
        match job {
            // It says what it says about everything before.
            Job::Quit => quiet && self.said_all(),
            Job::Command(..) => (quiet || self.pipelines() && !self.group_ended()) && self.said_all(),
            Job::Delivery(_) => {
                let under_way = self.begun().count();
                (quiet || self.pipelines() && !self.group_ended())
                    && self.said_all()
                    && under_way < self.config.in_flight.max(1)
            }
        }
    }

    /// Whether nothing may be said before what was said last is answered (RFC 2920, section 3.1), which the last BURL
    /// wants too (RFC 4468, section 3.2).
    fn group_ended(&self) -> bool {
        self.owed.back().is_some_and(|slot| slot.owed.ends_group() || self.is_of_url(slot.owed))
    }

    /// Whether this is the answer to a message that is named by a URL.
    pub(super) fn is_of_url(&self, owed: Owed) -> bool {
        let Owed::Message(id, _) = owed else { return false };
        let found = self.index(id).and_then(|index| self.deliveries.get(index));
        found.is_some_and(|delivery| delivery.plan.transfer == Transfer::Burl)
    }

    /// Whether all messages that were begun were said whole. Those that wait come behind whatever is next.
    fn said_all(&self) -> bool {
        self.begun().all(|delivery| delivery.stage == Stage::Said)
    }

    /// The messages that were begun: they begin in their order, so that all are ahead of those that wait.
    fn begun(&self) -> impl Iterator<Item = &Delivery> {
        self.deliveries.iter().take_while(|delivery| delivery.stage != Stage::Waiting)
    }

    /// Begins a message.
    fn begin(&mut self, id: u64) {
        let pipelines = self.pipelines();
        // Whether the transaction before has ended is not known while its chunks are not answered: RSET ends it, and
        // a refused chunk wants that (RFC 3030, section 2).
        let uncertain = self.owed.iter().rev().find_map(|slot| match slot.owed {
            Owed::Reset => Some(false),
            Owed::Message(other, _) => Some(self.is_chunked(other)),
            _ => None,
        });
        if uncertain == Some(true) {
            self.say(&Command::Rset, Owed::Reset);
        }
        let Some(index) = self.index(id) else { return };
        let Some(delivery) = self.deliveries.get_mut(index) else { return };
        if delivery.asked > 0 {
            // The transaction is open: the message is next.
            delivery.stage = Stage::Envelope;
            self.proceed(id);
            return;
        }
        delivery.stage = Stage::Envelope;
        let buffer = self.outbox.buffer();
        let before = buffer.len();
        command::encode_mail(&delivery.envelope, &delivery.plan.params, buffer);
        wire!(command = %anyrfc_core::escape::Escaped(buffer.get(before..).unwrap_or_default()));
        let _ = before;
        let mark = self.outbox.line();
        self.owe(Owed::Mail(id), mark);
        if !pipelines {
            return;
        }
        while self.ask_next(id).is_some() {}
        let Some(delivery) = self.delivery(id) else { return };
        match delivery.plan.transfer {
            Transfer::Data => self.say_data(id),
            _ if delivery.plan.windowed => self.open_content(id),
            _ => {}
        }
    }

    pub(super) fn is_chunked(&self, id: u64) -> bool {
        let found = self.index(id).and_then(|index| self.deliveries.get(index));
        found.is_some_and(|delivery| delivery.plan.transfer != Transfer::Data)
    }

    /// RCPT of the next recipient. Whether there was one.
    fn ask_next(&mut self, id: u64) -> Option<()> {
        let index = self.index(id)?;
        let delivery = self.deliveries.get_mut(index)?;
        let number = delivery.asked;
        let (recipient, params) = delivery.recipient(number)?;
        let buffer = self.outbox.buffer();
        let before = buffer.len();
        command::encode_rcpt(recipient, params, buffer);
        wire!(command = %anyrfc_core::escape::Escaped(buffer.get(before..).unwrap_or_default()));
        let _ = before;
        delivery.asked = delivery.asked.saturating_add(1);
        let mark = self.outbox.line();
        self.owe(Owed::Recipient(id, u32::try_from(number).unwrap_or(u32::MAX)), mark);
        Some(())
    }

    fn say_data(&mut self, id: u64) {
        if let Some(delivery) = self.delivery(id) {
            delivery.data = true;
        }
        self.say(&Command::Data, Owed::Data(id));
    }

    /// What follows in the envelope of a message, now that something of it was answered.
    pub(super) fn proceed(&mut self, id: u64) {
        use super::delivery::Mail;
        let pipelines = self.pipelines();
        let Some(delivery) = self.delivery(id) else { return };
        if delivery.stage != Stage::Envelope || delivery.data {
            return;
        }
        let all = delivery.answered == delivery.count();
        match &delivery.mail {
            Mail::Asked => return,
            Mail::Refused(_) => {
                // No transaction was opened. What is pipelined is refused as well, one by one.
                if !pipelines || all {
                    if delivery.is_too_large() {
                        self.take_back(id);
                        return;
                    }
                    delivery.stage = Stage::Said;
                    self.settle(id);
                }
                return;
            }
            Mail::Accepted => {}
        }
        if delivery.answered < delivery.asked {
            return;
        }
        if delivery.stopped {
            self.take_back(id);
            return;
        }
        if !all {
            self.ask_next(id);
            return;
        }
        if delivery.accepted == 0 {
            self.take_back(id);
            return;
        }
        if delivery.plan.transfer == Transfer::Data { self.say_data(id) } else { self.open_content(id) }
    }

    /// The message may be sent.
    pub(super) fn open_content(&mut self, id: u64) {
        let Some(delivery) = self.delivery(id) else { return };
        delivery.stage = Stage::Content;
        let ends = delivery.line_ends;
        let transfer = delivery.plan.transfer;
        match (delivery.payload.take(), transfer) {
            (Some(Payload::Whole(bytes)), Transfer::Data) => {
                wire!(message = bytes.len(), "by DATA");
                let end = self.outbox.dotted(id, Some(bytes), ends);
                self.ended(id, end);
                self.owe_answers(id, end);
            }
            (_, Transfer::Data) => {
                let end = self.outbox.dotted(id, None, ends);
                self.owe_answers(id, end);
            }
            (Some(Payload::Whole(bytes)), _) => self.chunk(id, bytes, true),
            (Some(Payload::Url(url)), _) => {
                let end = self.say(&Command::Burl { url, last: true }, Owed::Message(id, None));
                self.ended(id, end);
            }
            _ => {}
        }
        self.pump();
    }

    /// The item with which a message ends is known.
    fn ended(&mut self, id: u64, end: u64) {
        if let Some(delivery) = self.delivery(id) {
            delivery.end = Some(end);
            delivery.stage = Stage::Said;
        }
    }

    /// One reply to the message, or one for each recipient (RFC 2033, section 4.2).
    fn owe_answers(&mut self, id: u64, mark: u64) {
        if self.config.flavour == Flavour::Smtp {
            self.owe(Owed::Message(id, None), mark);
            return;
        }
        let open: Vec<u32> = self.delivery(id).map(|delivery| delivery.open().collect()).unwrap_or_default();
        for recipient in open {
            self.owe(Owed::Message(id, Some(recipient)), mark);
        }
    }

    /// BDAT (RFC 3030, section 2).
    fn chunk(&mut self, id: u64, bytes: Bytes, last: bool) {
        let command = Command::Bdat { size: bytes.len() as u64, last };
        let buffer = self.outbox.buffer();
        let before = buffer.len();
        command.encode(buffer);
        wire!(command = %anyrfc_core::escape::Escaped(buffer.get(before..).unwrap_or_default()));
        let _ = before;
        let line = self.outbox.line();
        let mark = if bytes.is_empty() { line } else { self.outbox.raw(id, bytes) };
        if last {
            self.ended(id, mark);
            self.owe_answers(id, mark);
        } else {
            self.owe(Owed::Chunk(id), mark);
        }
    }

    /// DATA was accepted although nobody gets the message: it is ended at once (RFC 2920, section 3.1).
    pub(super) fn lone_dot(&mut self, id: u64) {
        self.outbox.buffer().extend_from_slice(b".\r\n");
        let mark = self.outbox.line();
        if let Some(delivery) = self.delivery(id) {
            delivery.stage = Stage::Said;
        }
        self.owe(Owed::Message(id, None), mark);
    }
}

/// A transaction that the caller conducts step by step.
#[derive(Debug)]
pub(super) struct Conducted {
    envelope: Envelope,
    facts: Facts,
    plan: Plan,
    /// What was said to each RCPT, by its command.
    pub(super) answers: Vec<(CommandId, Option<Reply>)>,
}

impl Conducted {
    /// Whether this answer to MAIL says that.
    pub(super) fn is_too_large(&self, answer: &Reply) -> bool {
        self.plan.params.size.is_some() && speaks_of_size(answer)
    }

    fn is_answered(&self) -> bool {
        self.answers.iter().all(|(_, answer)| answer.is_some())
    }
}

/// Whether an answer to MAIL is one that a declared size can have (RFC 1870, section 6.1).
pub(super) fn speaks_of_size(answer: &Reply) -> bool {
    answer.code() == 452 || answer.code() == ReplyCode::EXCEEDED
}

fn not_opened() -> Error {
    Error::usage("no transaction is open").with_requirement(rfc5321::TRANSACTION_KEEPS_ITS_ORDER)
}

/// A message for BDAT has its line ends in order before it is announced.
fn settle(payload: Payload, facts: &Facts, plan: &Plan) -> Result<Payload, Error> {
    match (payload, plan.transfer) {
        (Payload::Whole(bytes), Transfer::Bdat | Transfer::BdatBinary) => {
            Ok(Payload::Whole(LineFixer::of(facts).fix(bytes, true)?))
        }
        (payload, _) => Ok(payload),
    }
}

/// What a command does to the session.
const fn effect(command: &Command) -> Effect {
    match command {
        Command::Mail(_) => Effect::Mail,
        Command::Rcpt(_) => Effect::Recipient,
        Command::Rset => Effect::Reset,
        Command::Raw(_) => Effect::Unknown,
        _ => Effect::None,
    }
}
