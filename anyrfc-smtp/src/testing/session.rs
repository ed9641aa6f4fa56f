//! One connection to a server, without I/O.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use anyrfc_sasl::{Channel, testing as sasl};

use super::{
    answer::{Answer, Step},
    breach::{Flaw, flaw},
    command::{self, Command, Says},
    data::Lines,
    offers::Offers,
    server::{Config, Tls, View},
    store::{Ended, Speaker, Store},
    transaction::{Chunk, Transaction},
};
use crate::{rfc2920, rfc3207, rfc4468, rfc4954, rfc5321};

/// What a session waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// More octets from the client.
    Octets,
    /// The TLS handshake, once its output is sent.
    Tls,
    /// Nothing: the connection ends, once its output is sent.
    Close,
}

/// One connection to a [`Server`](super::Server), without I/O: octets go in, octets come out.
///
/// Pauses and resets of a script are for [`Server::serve`](super::Server::serve); here its replies
/// come out at once.
#[derive(Debug)]
pub struct Session {
    pub(super) config: Arc<Config>,
    pub(super) store: Store,
    pub(super) id: u64,
    pub(super) channel: Channel,
    /// What was received and not yet read.
    buffer: Vec<u8>,
    pub(super) mode: Mode,
    wants: Wants,
    out: VecDeque<Step>,
    withheld: Vec<Step>,
    /// What is broken by whatever comes before the next output.
    rule: Option<Flaw>,
    /// Whether something has come since the last output.
    heard: bool,
    seen: HashMap<String, u64>,
    pub(super) hello: Option<String>,
    pub(super) tried_ehlo: bool,
    /// Whether TLS began after the last EHLO.
    pub(super) forgotten: bool,
    /// What the answer to EHLO has said.
    pub(super) told: Offers,
    pub(super) user: Option<String>,
    pub(super) transaction: Option<Transaction>,
    /// Whether a message has ended by BDAT with LAST, and nothing else has come since.
    pub(super) after_last: bool,
    /// Whether the last command was a DATA that was refused.
    pub(super) data_refused: bool,
    /// Octets of the present message that have come.
    octets: u64,
    /// Whether the greeting refused the session.
    turned_away: bool,
    quit: bool,
    ended: bool,
}

/// No line goes on for longer: URLs have no bound of their own.
const LONGEST_LINE: usize = 64 << 10;

/// What the octets that come now are.
#[derive(Debug)]
pub(super) enum Mode {
    Command,
    /// Responses of an authentication; without a mechanism where a script has begun it.
    Sasl(Option<Box<sasl::Server>>),
    Data(Lines),
    Chunk(Box<Chunk>),
    /// Nobody reads them.
    Over,
}

/// A reply: its code, its enhanced status and its text.
pub(super) type Refusal = (u16, &'static str, &'static str);

impl Session {
    pub(super) fn new(config: Arc<Config>, store: Store, channel: Channel) -> Self {
        let mut session = Self {
            id: store.connect(),
            config,
            store,
            channel,
            buffer: Vec::new(),
            mode: Mode::Command,
            wants: Wants::Octets,
            out: VecDeque::new(),
            withheld: Vec::new(),
            rule: Some(flaw(rfc5321::GREETING_PRECEDES_THE_FIRST_COMMAND, "octets before the greeting")),
            heard: true,
            seen: HashMap::new(),
            hello: None,
            tried_ehlo: false,
            forgotten: false,
            told: Offers::default(),
            user: None,
            transaction: None,
            after_last: false,
            data_refused: false,
            octets: 0,
            turned_away: false,
            quit: false,
            ended: false,
        };
        let protocol = if session.config.lmtp { "LMTP" } else { "ESMTP" };
        let usual = format!("220 {} {protocol} ready\r\n", session.config.name);
        let greeting = session.config.greeting.clone();
        session.turned_away = matches!(greeting.class(), Some(b'4' | b'5'));
        session.emit(greeting, usual.as_bytes());
        session
    }

    /// Its number among the connections of the server, from 1.
    #[must_use]
    pub const fn connection(&self) -> u64 {
        self.id
    }

    /// What it waits for.
    #[must_use]
    pub const fn wants(&self) -> Wants {
        self.wants
    }

    /// Octets from the client. What is answered waits for [`take_output`](Self::take_output): until
    /// then everything that comes belongs to one group of commands.
    pub fn receive(&mut self, octets: &[u8]) {
        self.heard |= !octets.is_empty();
        self.buffer.extend_from_slice(octets);
        while self.progress() {}
    }

    /// The client has ended its side: in order, or by being cut off.
    pub fn receive_end(&mut self, in_order: bool) {
        if !self.buffer.is_empty() && matches!(self.mode, Mode::Command | Mode::Sasl(_)) {
            let buffer = std::mem::take(&mut self.buffer);
            self.breach(flaw(rfc5321::LINE_ENDS_ARE_SENT_AS_CRLF, "a last line without its end"), &buffer);
        }
        self.end(if in_order { Ended::Left } else { Ended::Lost });
    }

    pub(super) fn end(&mut self, how: Ended) {
        self.ended = true;
        self.store.ended(self.id, if self.quit { Ended::Quit } else { how });
    }

    /// What is to be sent.
    pub fn take_output(&mut self) -> Vec<u8> {
        let mut all = Vec::new();
        while let Some(step) = self.next_step() {
            match step {
                Step::Send(octets) => all.extend_from_slice(&octets),
                Step::Close | Step::Truncate | Step::Reset => self.end(Ended::ByServer),
                _ => {}
            }
        }
        all
    }

    /// TLS has begun: what was learnt from the client before is forgotten.
    pub fn secured(&mut self, channel: Channel) {
        self.channel = channel;
        self.buffer.clear();
        self.wants = Wants::Octets;
        self.rule = None;
        (self.hello, self.user, self.transaction) = (None, None, None);
        self.told = Offers::default();
        self.forgotten = true;
    }

    /// The next thing to be done; sends that belong together are one.
    pub(super) fn next_step(&mut self) -> Option<Step> {
        let mut step = self.out.pop_front()?;
        if let Step::Send(octets) = &mut step {
            while let Some(Step::Send(more)) = self.out.front() {
                octets.extend_from_slice(more);
                self.out.pop_front();
            }
            self.flushed(octets);
        }
        Some(step)
    }

    /// This is what the client learns now.
    fn flushed(&mut self, octets: &[u8]) {
        self.rule = None;
        if std::mem::take(&mut self.heard) {
            self.store.turn(self.id);
        }
        for line in octets.split_inclusive(|octet| *octet == b'\n') {
            self.store.said(self.id, Speaker::Server, line.trim_ascii_end());
        }
        if let Some(transaction) = &mut self.transaction {
            transaction.told();
        }
    }

    /// Appends what is to be said and done.
    pub(super) fn push(&mut self, steps: Vec<Step>, withheld: bool) {
        if withheld {
            self.withheld.extend(steps);
            return;
        }
        let ends = |step: &Step| matches!(step, Step::Close | Step::Truncate | Step::Reset | Step::Hang);
        let over = steps.iter().any(ends);
        self.out.extend(self.withheld.drain(..));
        self.out.extend(steps);
        if over {
            self.mode = Mode::Over;
            self.wants = Wants::Close;
        }
    }

    /// Says it, where `usual` is what the server says by itself.
    pub(super) fn emit(&mut self, answer: Answer, usual: &[u8]) {
        let withheld = answer.is_withheld();
        self.push(answer.into_steps(usual), withheld);
    }

    /// Says and does this, though nobody has asked.
    pub fn interject(&mut self, answer: Answer) {
        self.heard = true;
        self.emit(answer, b"");
    }

    /// What is said when nothing has come for too long.
    pub(super) fn idle(&mut self) {
        let reply = self.reply(421, "4.4.2", "nothing has come for too long");
        self.interject(Answer::raw(reply).then_close());
    }

    pub(super) fn breach(&self, flaw: Flaw, found: &[u8]) {
        self.store.breach(flaw, found, self.id);
    }

    /// Makes something of what was received; whether there may be more to be made.
    fn progress(&mut self) -> bool {
        if self.buffer.is_empty() {
            return false;
        }
        if let Some(rule) = self.rule.take() {
            self.breach(rule, &self.buffer);
        }
        if self.wants == Wants::Tls || matches!(self.mode, Mode::Over) {
            self.buffer.clear();
            return false;
        }
        match &mut self.mode {
            Mode::Data(lines) => {
                let (taken, ended) = lines.read(&self.buffer);
                self.buffer.drain(..taken);
                if !self.midway(taken) && ended {
                    self.data_ended();
                }
            }
            Mode::Chunk(chunk) => {
                let taken = chunk.read(&self.buffer);
                self.buffer.drain(..taken);
                if !self.midway(taken) {
                    self.chunk_ended();
                }
            }
            Mode::Command | Mode::Sasl(_) => {
                let Some(line) = self.next_line() else { return false };
                self.store.said(self.id, Speaker::Client, &line);
                if matches!(self.mode, Mode::Command) { self.command(&line) } else { self.response(&line) }
            }
            Mode::Over => return false,
        }
        true
    }

    /// So many more octets of a message have come: whether the script ends the connection now.
    fn midway(&mut self, taken: usize) -> bool {
        let before = self.octets;
        self.octets += taken as u64;
        let due = self.config.midway.iter().filter(|(at, _)| (before + 1..=self.octets).contains(at));
        let answers: Vec<Answer> = due.map(|(_, answer)| answer.clone()).collect();
        for answer in answers {
            self.interject(answer);
        }
        matches!(self.mode, Mode::Over)
    }

    /// A line without its end. A bare LF ends one too, which is a breach.
    fn next_line(&mut self) -> Option<Vec<u8>> {
        let Some(end) = memchr::memchr(b'\n', &self.buffer) else {
            if self.buffer.len() > LONGEST_LINE {
                let rule = rfc5321::COMMAND_LINE_HAS_512_OCTETS;
                self.breach(flaw(rule, "a line without end"), &self.buffer);
                let reply = self.reply(500, "5.5.2", "the line is too long");
                self.emit(Answer::raw(reply).then_close(), b"");
            }
            return None;
        };
        let mut line: Vec<u8> = self.buffer.drain(..=end).collect();
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        } else {
            self.breach(flaw(rfc5321::BARE_CR_AND_LF_ARE_NOT_SENT, "a bare LF ends a line"), &line);
        }
        Some(line)
    }

    fn command(&mut self, line: &[u8]) {
        let mut notes = Vec::new();
        let read = command::read(line, &mut notes);
        for note in notes {
            self.breach(note, line);
        }
        let (command, mut refusal) = match read {
            Ok(command) => (command, None),
            Err(found) => {
                self.unreadable(found, line);
                let command = Command::unreadable(line);
                let refusal = if self.knows(command.verb()) {
                    (501, "5.5.4", "this cannot be read")
                } else {
                    (500, "5.5.1", "no such command")
                };
                (command, Some(refusal))
            }
        };
        if self.quit {
            self.breach(flaw(rfc5321::QUIT_COMES_LAST, "something behind QUIT"), line);
        }
        self.judge_length(&command);
        let total = self.store.seen(command.verb());
        let nth = self.seen.entry(command.verb().to_owned()).or_default();
        *nth += 1;
        let nth = *nth;
        if refusal.is_none() {
            refusal = self.judge(&command);
        }
        if self.turned_away && command.says != Says::Quit {
            // RFC 5321, section 3.1.
            refusal = Some((503, "5.5.1", "this server has refused the session"));
        }
        let answer = self.asked(&command, nth, total);
        let rule = self.rule_behind(&command);
        if matches!(command.says, Says::Bdat { .. } | Says::Burl { .. }) {
            self.begin_chunk(command, refusal, answer, rule);
            return;
        }
        self.perform(&command, refusal, answer);
        self.rule = rule;
    }

    /// What the scripts say to a command.
    fn asked(&self, command: &Command, nth: u64, total: u64) -> Answer {
        let view = View { nth, total, ..self.view() };
        let scripts = self.config.commands.iter().rev().filter(|(verb, _)| verb == command.verb());
        let mut answers = scripts.map(|(_, script)| script(command, &view));
        answers.find(|answer| !answer.is_plain()).unwrap_or_else(Answer::as_usual)
    }

    pub(super) fn view(&self) -> View<'_> {
        View {
            connection: self.id,
            nth: 0,
            total: 0,
            secured: self.channel.is_confidential(),
            user: self.user.as_deref(),
            recipients: self.transaction.as_ref().map(|t| t.recipients.as_slice()).unwrap_or_default(),
        }
    }

    /// What is broken by whatever follows this command before its answer.
    fn rule_behind(&self, command: &Command) -> Option<Flaw> {
        match command.verb() {
            "QUIT" => return Some(flaw(rfc5321::QUIT_COMES_LAST, "something behind QUIT")),
            "STARTTLS" => {
                return Some(flaw(rfc3207::HANDSHAKE_FOLLOWS_220, "plaintext behind STARTTLS"));
            }
            _ => {}
        }
        if !self.told.has("PIPELINING") {
            return Some(flaw(
                rfc2920::PIPELINING_NEEDS_THE_KEYWORD,
                "a command before the answer to another",
            ));
        }
        match command.verb() {
            "EHLO" | "HELO" | "LHLO" | "DATA" | "VRFY" | "EXPN" | "TURN" | "NOOP" => {
                Some(flaw(rfc2920::LAST_OF_A_GROUP_WAITS, "something behind a command that ends a group"))
            }
            "AUTH" => Some(flaw(rfc4954::AUTH_ENDS_A_GROUP, "something behind AUTH")),
            "BURL" if command.is_last() => {
                Some(flaw(rfc4468::LAST_IS_AWAITED, "something behind the last BURL"))
            }
            _ => None,
        }
    }

    /// Whatever comes before the next output breaks this.
    pub(super) fn forbid(&mut self, rule: Option<Flaw>) {
        self.rule = rule;
    }

    fn perform(&mut self, command: &Command, refusal: Option<Refusal>, answer: Answer) {
        let lets_go_on: &[u8] =
            if matches!(command.says, Says::Data | Says::Auth { .. }) { b"3" } else { b"2" };
        let scripted = !answer.is_plain();
        let performs = answer.performs(lets_go_on);
        let usual = match refusal {
            Some((code, status, text)) => {
                self.not_performed(command);
                self.reply(code, status, text)
            }
            None if performs => self.usual(command, scripted.then(|| answer.class()).flatten()),
            None => {
                self.not_performed(command);
                Vec::new()
            }
        };
        if let Says::Auth { .. } = command.says
            && scripted
            && answer.class() == Some(b'2')
        {
            self.user = Some("scripted".to_owned());
        }
        let withheld = answer.is_withheld();
        let steps = answer.into_steps(&usual);
        if matches!(command.says, Says::Hello(_)) && performs && refusal.is_none() && command.verb() != "HELO"
        {
            let said: Vec<u8> = steps.iter().filter_map(Step::octets).flatten().copied().collect();
            self.told = Offers::told(&said);
        }
        self.push(steps, withheld);
        if command.says == Says::Quit {
            self.quit = true;
            if performs {
                self.push(vec![Step::Close], false);
            }
        }
    }

    /// The command was tried, but has no effect.
    fn not_performed(&mut self, command: &Command) {
        match &command.says {
            // A transaction that is open stays open.
            Says::Mail { path, parameters }
                if self.transaction.as_ref().is_none_or(|open| !open.accepted) =>
            {
                self.transaction = Some(Transaction::new(path, parameters, false));
                self.after_last = false;
            }
            Says::Rcpt { .. } => {
                if let Some(transaction) = &mut self.transaction {
                    transaction.tried();
                }
            }
            Says::Data => self.data_refused = true,
            _ => {}
        }
    }

    /// Does what the command says, and tells what the server says to that. `scripted` is the first
    /// digit of what is said instead.
    fn usual(&mut self, command: &Command, scripted: Option<u8>) -> Vec<u8> {
        match &command.says {
            Says::Hello(name) => {
                self.hello = Some(name.clone());
                self.transaction = None;
                (self.forgotten, self.after_last) = (false, false);
                self.told = Offers::default();
                self.greet(command.verb())
            }
            Says::StartTls => {
                self.wants = Wants::Tls;
                self.reply(220, "2.0.0", "begin TLS now")
            }
            Says::Auth { mechanism, initial } => self.authenticate(mechanism, initial.as_deref(), scripted),
            Says::Mail { path, parameters } => {
                self.transaction = Some(Transaction::new(path, parameters, true));
                (self.after_last, self.octets) = (false, 0);
                self.reply(250, "2.1.0", "sender ok")
            }
            Says::Rcpt { path, parameters } => {
                if let Some(transaction) = &mut self.transaction {
                    transaction.accept(path, parameters);
                }
                self.reply(250, "2.1.5", "recipient ok")
            }
            Says::Data => {
                self.mode = Mode::Data(Lines::new(self.config.bare_line_ends));
                b"354 send the message\r\n".to_vec()
            }
            Says::Rset => {
                (self.transaction, self.after_last) = (None, false);
                self.reply(250, "2.0.0", "reset")
            }
            Says::Noop => self.reply(250, "2.0.0", "nothing done"),
            Says::Verify => self.reply(252, "2.5.0", "not verified, but mail is taken"),
            Says::Help => self.reply(214, "2.0.0", "see RFC 5321"),
            Says::Quit => self.reply(221, "2.0.0", "bye"),
            Says::Bdat { .. } | Says::Burl { .. } | Says::Other => {
                self.reply(500, "5.5.1", "no such command")
            }
        }
    }

    /// A reply, with its enhanced status where the server has them.
    pub(super) fn reply(&self, code: u16, status: &str, text: &str) -> Vec<u8> {
        let enhanced = self.said().iter().any(|line| line.eq_ignore_ascii_case("ENHANCEDSTATUSCODES"));
        if enhanced && code / 100 != 3 {
            format!("{code} {status} {text}\r\n").into_bytes()
        } else {
            format!("{code} {text}\r\n").into_bytes()
        }
    }

    /// What it offers now.
    fn said(&self) -> Vec<String> {
        self.config.offers.said(self.channel.is_confidential(), self.user.is_some())
    }

    fn greet(&self, verb: &str) -> Vec<u8> {
        if verb == "HELO" {
            return format!("250 {}\r\n", self.config.name).into_bytes();
        }
        let mut lines = vec![format!("{} at your service", self.config.name)];
        lines.extend(self.said());
        if matches!(self.config.tls, Tls::Upon(_))
            && !self.channel.is_confidential()
            && self.config.offers.by_itself("STARTTLS")
        {
            lines.push("STARTTLS".to_owned());
        }
        let mechanisms = self.mechanisms();
        if !mechanisms.is_empty() && self.config.offers.by_itself("AUTH") {
            let names: String = mechanisms.iter().map(|name| format!(" {name}")).collect();
            lines.push(format!("AUTH{names}"));
        }
        let last = lines.len().saturating_sub(1);
        let mark = |at| if at == last { ' ' } else { '-' };
        let lines = lines.iter().enumerate().map(|(at, line)| format!("250{}{line}\r\n", mark(at)));
        lines.collect::<String>().into_bytes()
    }
}

impl Step {
    const fn octets(&self) -> Option<&Vec<u8>> {
        match self {
            Self::Send(octets) => Some(octets),
            _ => None,
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if !self.ended {
            self.end(Ended::ByServer);
        }
    }
}
