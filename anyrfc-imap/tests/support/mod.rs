//! A server's hand on a connection, without I/O: what is said is parsed at once, what is
//! heard is taken from the machine.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::{
    fmt,
    time::{Duration, Instant},
};

use anyrfc_core::{Eof, Machine, Output, Secret, Step, TlsInfo};
use anyrfc_imap::{
    Error,
    codec::command::{Command, Select},
    proto::{Config, Connection, Event, OwnedEvent, Protection, Report, Ticket},
    types::{Capabilities, FetchRef, MailboxName},
};
use bytes::{Bytes, BytesMut};

pub(crate) const SEED: [u8; 32] = [7; 32];

/// A connection, and what stands on its other end.
pub(crate) struct Peer {
    pub(crate) machine: Connection,
    input: BytesMut,
    tags: Vec<String>,
    pub(crate) events: Vec<OwnedEvent>,
    pub(crate) now: Instant,
    /// So many bytes arrive at once.
    pub(crate) chunk: usize,
}

impl Peer {
    pub(crate) fn new(config: Config) -> Self {
        let now = Instant::now();
        Self {
            machine: Connection::new(config, SEED, now),
            input: BytesMut::new(),
            tags: Vec::new(),
            events: Vec::new(),
            now,
            chunk: usize::MAX,
        }
    }

    /// Under TLS from the first byte.
    pub(crate) fn tls() -> Self {
        Self::new(Config::default())
    }

    /// Where STARTTLS is required.
    pub(crate) fn starttls() -> Self {
        Self::new(with(|config| config.protection = Protection::StartTls))
    }

    /// Greeted, with these capabilities.
    pub(crate) fn greeted(capabilities: &str) -> Self {
        let mut peer = Self::tls();
        peer.say(&format!("* OK [CAPABILITY {}] hello\r\n", format!("IMAP4rev1 {capabilities}").trim_end()));
        peer
    }

    /// Logged in, with these capabilities.
    pub(crate) fn authenticated(capabilities: &str) -> Self {
        Self::authenticated_with(Config::default(), capabilities)
    }

    /// The same, with another configuration.
    pub(crate) fn authenticated_with(config: Config, capabilities: &str) -> Self {
        let mut peer = Self::new(config);
        peer.say(&format!(
            "* PREAUTH [CAPABILITY {}] hello\r\n",
            format!("IMAP4rev1 {capabilities}").trim_end()
        ));
        assert!(peer.machine.capabilities().is_some_and(|all| all.iter().count() > 0));
        peer
    }

    /// With INBOX selected, which has so many messages.
    pub(crate) fn selected(capabilities: &str, exists: u32) -> Self {
        Self::authenticated(capabilities).select(exists)
    }

    /// Selects INBOX.
    pub(crate) fn select(mut self, exists: u32) -> Self {
        let ticket = self.submit(Select::new(MailboxName::inbox()));
        let heard = self.hear();
        assert!(heard.ends_with(" SELECT INBOX\r\n"), "{heard}");
        let answer = format!("* {exists} EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n%% OK [READ-WRITE] done\r\n");
        self.say(&answer);
        drop(ticket);
        self
    }

    pub(crate) fn submit<C>(&mut self, command: C) -> Ticket<C::Answer>
    where
        C: Command + fmt::Debug + Send + 'static,
    {
        self.machine.submit(command).expect("a command that may be sent")
    }

    /// The server says this: `%3` stands for the third tag, `%%` for the last one.
    pub(crate) fn try_say(&mut self, text: &str) -> Result<Vec<String>, Error> {
        let mut text = text.replace("%%", self.tags.last().map_or("?", String::as_str));
        for (at, tag) in self.tags.iter().enumerate().rev() {
            text = text.replace(&format!("%{} ", at + 1), &format!("{tag} "));
            text = text.replace(&format!("%{}\"", at + 1), &format!("{tag}\""));
        }
        self.try_say_bytes(text.as_bytes())
    }

    pub(crate) fn try_say_bytes(&mut self, bytes: &[u8]) -> Result<Vec<String>, Error> {
        let before = self.events.len();
        self.run()?;
        for chunk in bytes.chunks(self.chunk.min(bytes.len()).max(1)) {
            self.input.extend_from_slice(chunk);
            self.run()?;
        }
        Ok(self.events[before..].iter().map(words).collect())
    }

    pub(crate) fn say(&mut self, text: &str) -> Vec<String> {
        match self.try_say(text) {
            Ok(events) => events,
            Err(error) => panic!("{text:?}: {error:?}"),
        }
    }

    /// What is wrong with that.
    pub(crate) fn fails(&mut self, text: &str) -> Error {
        match self.try_say(text) {
            Ok(events) => panic!("{text:?} was taken: {events:?}"),
            Err(error) => error,
        }
    }

    /// Takes what there is to take.
    pub(crate) fn run(&mut self) -> Result<(), Error> {
        loop {
            match self.machine.advance(&self.input, self.now)? {
                Step::Ready => {
                    let event = self.machine.event_owned(&mut self.input);
                    self.events.push(event);
                }
                Step::Consumed(count) => {
                    assert!(count > 0);
                    let _ = self.input.split_to(count);
                }
                Step::Need(_) => return Ok(()),
            }
        }
    }

    /// The events that are due without another word of the server.
    pub(crate) fn due(&mut self) -> Vec<String> {
        self.say("")
    }

    /// What the client has sent since, its tags replaced by `%1`, `%2` …
    pub(crate) fn hear(&mut self) -> String {
        let mut out = Output::new();
        let mut heard = Vec::new();
        while self.machine.wants_write() {
            self.machine.transmit(&mut out, self.now);
            heard.extend_from_slice(&out.take());
        }
        self.run().expect("nothing was said");
        self.untag(&String::from_utf8_lossy(&heard))
    }

    /// Tags are numbered in the order in which they are sent.
    fn untag(&mut self, heard: &str) -> String {
        let mut out = String::new();
        for line in heard.split_inclusive('\n') {
            let next = (self.tags.len() + 1).to_string();
            let (first, rest) = line.split_once(' ').unwrap_or(("", line));
            if first.len() == 5 + next.len() && first.ends_with(&next) {
                self.tags.push(first.to_owned());
                out.push_str(&format!("%{next} {rest}"));
            } else {
                out.push_str(line);
            }
        }
        out
    }

    pub(crate) fn tag(&self, n: usize) -> &str {
        &self.tags[n - 1]
    }

    pub(crate) fn input(&self) -> &[u8] {
        &self.input
    }

    /// So much time passes.
    pub(crate) fn wait(&mut self, time: Duration) -> Result<(), Error> {
        let until = self.now + time;
        while let Some(at) = self.machine.poll_timeout().filter(|at| *at <= until) {
            self.now = self.now.max(at);
            self.machine.handle_timeout(self.now)?;
        }
        self.now = until;
        self.run()
    }

    pub(crate) fn end(&mut self, eof: Eof) -> Result<Vec<String>, Error> {
        let before = self.events.len();
        self.machine.handle_eof(eof)?;
        self.run()?;
        Ok(self.events[before..].iter().map(words).collect())
    }

    /// The stream is secured now.
    pub(crate) fn secure(&mut self) {
        assert!(self.machine.quiescent(), "it holds something back");
        assert!(self.input.is_empty(), "plaintext was injected");
        self.machine.handle_secured(&TlsInfo::default());
        self.tags_go_on();
    }

    fn tags_go_on(&mut self) {}

    pub(crate) fn capabilities(&self) -> Vec<String> {
        let all = self.machine.capabilities().map_or_else(Vec::new, names);
        all.into_iter().filter(|name| name != "IMAP4rev1").collect()
    }

    /// The statements that were broken, and how often.
    pub(crate) fn deviations(&self) -> Vec<(String, u64)> {
        self.machine.deviations().iter().map(|one| (one.requirement.to_string(), one.count)).collect()
    }

    /// The completion of a command, as an error where it failed.
    pub(crate) fn answer<T>(&mut self, ticket: Ticket<T>) -> Result<T, Error> {
        let at = self
            .events
            .iter()
            .position(|event| matches!(event, Report::Done(done) if done.id == ticket.id()));
        match self.events.remove(at.expect("the command has not ended")) {
            Report::Done(done) => ticket.answer(done),
            _ => unreachable!("just looked at"),
        }
    }
}

pub(crate) fn names(all: &Capabilities) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}

pub(crate) fn with(change: impl FnOnce(&mut Config)) -> Config {
    let mut config = Config::default();
    change(&mut config);
    config
}

pub(crate) fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

/// An event in words.
pub(crate) fn words(event: &OwnedEvent) -> String {
    match event {
        Report::Fetch { owner, row } => row_words(owner.is_some(), row.row()),
        Report::BodyChunk { owner, bytes } => chunk_words(owner.is_some(), bytes),
        other => rest_words(other),
    }
}

/// The same of a borrowed one.
pub(crate) fn borrowed_words(event: &Event<'_>) -> String {
    match event {
        Report::Fetch { owner, row } => row_words(owner.is_some(), *row),
        Report::BodyChunk { owner, bytes } => chunk_words(owner.is_some(), bytes),
        other => rest_words(other),
    }
}

fn chunk_words(owned: bool, bytes: &[u8]) -> String {
    format!("chunk{} {}", mine(owned), bytes.escape_ascii())
}

fn row_words(owned: bool, row: FetchRef<'_>) -> String {
    format!("row{} {}", mine(owned), row.as_bytes().escape_ascii())
}

fn mine(owned: bool) -> &'static str {
    if owned { "" } else { " of nobody" }
}

fn rest_words<R, B>(event: &Report<R, B>) -> String {
    match event {
        Report::Greeting(status) => format!("greeting {}", status.text),
        Report::Upgrade => "upgrade".to_owned(),
        Report::Layer => "layer".to_owned(),
        Report::Working => "working".to_owned(),
        Report::Done(done) => match &done.outcome {
            Ok(status) => format!("done {:?} {} {}", done.id, status.text, data_words(&done.data)),
            Err(error) => format!("failed {:?} {error}", done.id),
        },
        Report::Literal(id) => format!("literal {id:?}"),
        Report::Idling(id) => format!("idling {id:?}"),
        Report::Data(data) => format!("{data:?}"),
        Report::BodyStart { owner, body } => {
            let section = body.section.as_ref().map_or("?".to_owned(), ToString::to_string);
            format!(
                "body{} of {} [{section}] {} bytes",
                mine(owner.is_some()),
                body.sequence.map_or(0, |sequence| sequence.get()),
                body.octets
            )
        }
        Report::BodyEnd { owner } => format!("end{}", mine(owner.is_some())),
        Report::Expunge { sequence, uid } => format!("expunge {sequence} {uid:?}"),
        Report::UidValidity { before, now } => format!("validity {before} {now}"),
        Report::Closed => "closed".to_owned(),
        Report::Progress { progress, command } => format!("progress {} {progress:?}", command.is_some()),
        Report::Alert { text, confidential } => format!("alert {text} {confidential}"),
        Report::Bye(status) => format!("bye {}", status.text),
        _ => "something else".to_owned(),
    }
}

fn data_words(data: &[anyrfc_imap::types::Data]) -> String {
    if data.is_empty() { String::new() } else { format!("{data:?}") }
}

/// Bytes for a literal.
pub(crate) fn bytes(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}

pub(crate) fn set(text: &str) -> anyrfc_imap::types::SequenceSet {
    text.parse().expect("a set")
}
