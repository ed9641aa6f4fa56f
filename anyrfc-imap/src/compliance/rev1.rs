//! The client's end of a session with a server that speaks IMAP4rev1 and advertises what a
//! check says, without sockets: what is sent goes before a [`Judge`], what the server says is
//! written out by the check.

use std::time::{Duration, Instant};

use anyrfc_core::{ErrorKind, Machine as _, Output, Requirement, Step};
use bytes::{Buf as _, Bytes, BytesMut};

use super::judge::{Heard, Judge};
use crate::{
    Error,
    codec::command::{Command, Enable, Noop, Select},
    proto::{Config, Connection, OwnedEvent, Protection, Report, State, Ticket},
    types::{BodyData, Capability, Data, FetchRow, MailboxName, Pattern, Section, SequenceSet, Uid, UidSet},
};

/// What a server says of the mailbox that [`End::selected`] selects.
pub(super) const SELECTED: &str = "\
* 3 EXISTS
* 1 RECENT
* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)
* OK [UNSEEN 2] the second is unseen
* OK [UIDVALIDITY 3857529045] UIDs valid
* OK [UIDNEXT 20] predicted
* OK [PERMANENTFLAGS (\\Deleted \\Seen \\*)] limited
OK [READ-WRITE] done";

/// The client's end.
#[derive(Debug)]
pub(super) struct End {
    pub(super) connection: Connection,
    pub(super) now: Instant,
    /// What was reported and not taken yet.
    pub(super) events: Vec<OwnedEvent>,
    /// What is fed to a literal that is streamed.
    pub(super) message: Vec<u8>,
    judge: Judge,
    output: Output,
    input: BytesMut,
    /// The tag of the command heard last.
    tag: String,
    /// All commands heard.
    heard: Vec<Heard>,
}

impl End {
    /// Before any greeting, in plaintext.
    pub(super) fn silent(config: Config, capabilities: &str) -> Self {
        let now = Instant::now();
        Self {
            connection: Connection::new(config, [7; 32], now),
            now,
            events: Vec::new(),
            message: Vec::new(),
            judge: Judge::new(capabilities),
            output: Output::with_high_water(1 << 24),
            input: BytesMut::new(),
            tag: String::new(),
            heard: Vec::new(),
        }
    }

    /// One without protection.
    pub(super) fn plaintext() -> Config {
        Config { protection: Protection::Plaintext, ..Config::default() }
    }

    /// Greeted, and nobody is logged in.
    pub(super) fn greeted(capabilities: &str) -> Self {
        Self::greeted_with(Self::plaintext(), capabilities)
    }

    /// The same under TLS.
    pub(super) fn greeted_privately(capabilities: &str) -> Self {
        Self::greeted_with(Config::default(), capabilities)
    }

    fn greeted_with(config: Config, capabilities: &str) -> Self {
        let mut end = Self::silent(config, capabilities);
        let greeting = format!("* OK [CAPABILITY IMAP4rev1 {capabilities}] ready");
        end.says(&greeting.replace(" ]", "]"));
        end.events.clear();
        end
    }

    /// Logged in.
    pub(super) fn rev1(capabilities: &str) -> Self {
        Self::rev1_with(Self::plaintext(), capabilities)
    }

    /// Logged in, with other limits and deadlines.
    pub(super) fn rev1_with(config: Config, capabilities: &str) -> Self {
        let mut end = Self::silent(config, capabilities);
        let greeting = format!("* PREAUTH [CAPABILITY IMAP4rev1 {capabilities}] ready");
        end.says(greeting.replace(" ]", "]").as_str());
        end.events.clear();
        assert_eq!(end.connection.phase(), State::Authenticated);
        end
    }

    /// With a mailbox selected: [`SELECTED`].
    pub(super) fn selected(capabilities: &str) -> Self {
        let mut end = Self::rev1(capabilities);
        end.select();
        end
    }

    /// Selects a mailbox.
    pub(super) fn select(&mut self) {
        let (_, answer) = self.asks(Select::new(MailboxName::inbox()), SELECTED);
        answer.expect("selected");
        self.events.clear();
    }

    /// After ENABLE UTF8=ACCEPT.
    pub(super) fn utf8(capabilities: &str) -> Self {
        let mut end = Self::rev1(&format!("ENABLE UTF8=ACCEPT {capabilities}"));
        end.enable_utf8();
        end
    }

    pub(super) fn enable_utf8(&mut self) {
        let enable = Enable::new([Capability::Utf8Accept]);
        let (text, answer) = self.asks(enable, "* ENABLED UTF8=ACCEPT\nOK done");
        assert_eq!(text, "ENABLE UTF8=ACCEPT");
        answer.expect("enabled");
        self.judge = self.judge.clone().accepting_utf8();
        self.events.clear();
    }

    /// After ENABLE of this, which the server does.
    pub(super) fn enabled(what: &str, capabilities: &str) -> Self {
        let mut end = Self::rev1(&format!("ENABLE {what} {capabilities}"));
        end.gets(Enable::new([Capability::from(what)]), &format!("* ENABLED {what}\nOK done"));
        end.events.clear();
        end
    }

    /// What is known of the mailbox that is selected.
    #[track_caller]
    pub(super) fn mailbox(&self) -> &crate::proto::Mailbox {
        self.connection.mailbox().expect("a mailbox is selected")
    }

    /// Submits what can be sent.
    #[track_caller]
    pub(super) fn submits<C: Command + std::fmt::Debug + Send + 'static>(
        &mut self,
        command: C,
    ) -> Ticket<C::Answer> {
        self.connection.submit(command).unwrap_or_else(|error| panic!("not submitted: {error:?}"))
    }

    /// All that is written up to where something is awaited.
    pub(super) fn written(&mut self) -> Vec<u8> {
        let mut all = Vec::new();
        loop {
            self.feed();
            if !self.connection.wants_write() {
                return all;
            }
            self.connection.transmit(&mut self.output, self.now);
            all.extend_from_slice(&self.output.take());
        }
    }

    /// Gives the message to a literal that asks for it.
    fn feed(&mut self) {
        self.drive();
        let asked = self.events.iter().position(|event| matches!(event, Report::Literal(_)));
        let Some(Report::Literal(id)) = asked.map(|at| self.events.remove(at)) else { return };
        for piece in self.message.clone().chunks(1000) {
            self.connection.feed(id, Bytes::copy_from_slice(piece)).expect("fed");
        }
    }

    /// The commands written, whose literals are asked for.
    #[track_caller]
    pub(super) fn hears(&mut self) -> Vec<Heard> {
        let mut wire = self.written();
        while wire.ends_with(b"}\r\n") && !wire.ends_with(b"+}\r\n") {
            self.says("+ go ahead");
            let more = self.written();
            assert!(!more.is_empty(), "the literal does not come: {:?}", String::from_utf8_lossy(&wire));
            wire.extend(more);
        }
        let heard = self.judge.hear(&wire);
        if let Some(last) = heard.last() {
            self.tag.clone_from(&last.tag);
        }
        self.heard.extend_from_slice(&heard);
        heard
    }

    /// The tag under which a command was heard.
    #[track_caller]
    pub(super) fn tag_of(&self, name: &str) -> String {
        let found = self.heard.iter().rev().find(|heard| heard.name == name);
        found.expect("it was heard").tag.clone()
    }

    /// The one command that is written.
    #[track_caller]
    pub(super) fn hears_one(&mut self) -> Heard {
        let mut all = self.hears();
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    /// IDLE is written, without the DONE that the judge would have with it.
    #[track_caller]
    pub(super) fn hears_idle(&mut self) {
        let written = String::from_utf8(self.written()).expect("ASCII");
        let (tag, rest) = written.split_once(' ').expect("a tag");
        assert_eq!(rest, "IDLE\r\n");
        tag.clone_into(&mut self.tag);
    }

    /// Submits a command, which is sent at once.
    #[track_caller]
    pub(super) fn sends<C: Command + std::fmt::Debug + Send + 'static>(
        &mut self,
        command: C,
    ) -> (Ticket<C::Answer>, Heard) {
        let ticket = self.submits(command);
        let heard = self.hears_one();
        (ticket, heard)
    }

    /// Lines of the server, each with its CR LF; one that begins with OK, NO or BAD gets the tag
    /// of the command heard last.
    #[track_caller]
    pub(super) fn says(&mut self, lines: &str) {
        for line in lines.split('\n').map(|line| line.trim_end_matches('\r')) {
            let word = line.split(' ').next().unwrap_or_default();
            if ["OK", "NO", "BAD"].contains(&word) {
                self.input.extend_from_slice(format!("{} ", self.tag).as_bytes());
            }
            self.input.extend_from_slice(line.replace("{tag}", &self.tag).as_bytes());
            self.input.extend_from_slice(b"\r\n");
        }
        self.drive();
    }

    /// Octets of the server.
    #[track_caller]
    pub(super) fn says_octets(&mut self, octets: &[u8]) {
        self.input.extend_from_slice(octets);
        self.drive();
    }

    /// What the server says ends the session, or is passed over.
    pub(super) fn breaks_or_ignores(&mut self, line: &str) -> bool {
        self.input.extend_from_slice(format!("{line}\r\n").as_bytes());
        let events = self.events.len();
        self.drive_on().is_err() || self.events.len() == events
    }

    /// What the server says ends the session.
    pub(super) fn breaks(&mut self, line: &str) -> bool {
        self.input.extend_from_slice(format!("{line}\r\n").as_bytes());
        self.drive_on().is_err()
    }

    fn drive_on(&mut self) -> Result<(), Error> {
        loop {
            match self.connection.advance(&self.input, self.now)? {
                Step::Ready => self.events.push(self.connection.event_owned(&mut self.input)),
                Step::Consumed(count) => self.input.advance(count),
                Step::Need(_) => return Ok(()),
            }
        }
    }

    #[track_caller]
    pub(super) fn drive(&mut self) {
        self.drive_on().unwrap_or_else(|error| panic!("the session failed: {error:?}"));
    }

    /// How a command ended.
    #[track_caller]
    pub(super) fn answer<T>(&mut self, ticket: Ticket<T>) -> Result<T, Error> {
        let done = |event: &OwnedEvent| matches!(event, Report::Done(done) if done.id == ticket.id());
        let at = self.events.iter().position(done).expect("the command has not ended");
        let Report::Done(completion) = self.events.remove(at) else { unreachable!("it was just looked at") };
        ticket.answer(completion)
    }

    /// Whether a command has ended.
    pub(super) fn is_done<T>(&self, ticket: &Ticket<T>) -> bool {
        self.events.iter().any(|event| matches!(event, Report::Done(done) if done.id == ticket.id()))
    }

    /// Sends a command and answers it: what the server heard, and what it came to.
    #[track_caller]
    pub(super) fn asks<C: Command + std::fmt::Debug + Send + 'static>(
        &mut self,
        command: C,
        reply: &str,
    ) -> (String, Result<C::Answer, Error>) {
        let (ticket, heard) = self.sends(command);
        self.says(reply);
        (heard.text(), self.answer(ticket))
    }

    /// The same for what succeeds.
    #[track_caller]
    pub(super) fn gets<C: Command + std::fmt::Debug + Send + 'static>(
        &mut self,
        command: C,
        reply: &str,
    ) -> C::Answer {
        self.asks(command, reply).1.unwrap_or_else(|error| panic!("{error:?}"))
    }

    /// Submits what cannot be sent, of which nothing is: why.
    #[track_caller]
    pub(super) fn refuses<C: Command + std::fmt::Debug + Send + 'static>(&mut self, command: C) -> Error {
        let error = self.connection.submit(command).expect_err("this should have been refused");
        assert!(error.is_unsent(), "{error:?}");
        self.is_idle_and_well();
        error
    }

    /// Nothing was written, and the session goes on.
    #[track_caller]
    pub(super) fn is_idle_and_well(&mut self) {
        let written = self.written();
        assert!(written.is_empty(), "written: {:?}", String::from_utf8_lossy(&written));
        assert_eq!(self.gets(Noop, "OK done"), ());
    }

    /// The untagged data that nobody asked for.
    pub(super) fn data(&mut self) -> Vec<Data> {
        let events = std::mem::take(&mut self.events);
        events
            .into_iter()
            .filter_map(|event| if let Report::Data(data) = event { Some(data) } else { None })
            .collect()
    }

    /// One more slice of what is being worked out, if anything is.
    #[track_caller]
    pub(super) fn works(&mut self) -> bool {
        let before = self.events.len();
        self.events.retain(|event| !matches!(event, Report::Working));
        self.drive();
        before != self.events.len() || self.events.iter().any(|event| matches!(event, Report::Working))
    }

    /// The rows reported: whether a command has asked for them, and each.
    pub(super) fn rows(&mut self) -> Vec<(bool, FetchRow)> {
        let (rows, others) = std::mem::take(&mut self.events)
            .into_iter()
            .partition::<Vec<_>, _>(|event| matches!(event, Report::Fetch { .. }));
        self.events = others;
        let row = |event| {
            if let Report::Fetch { owner, row } = event { Some((owner.is_some(), row)) } else { None }
        };
        rows.into_iter().filter_map(row).collect()
    }

    /// How often the server was forgiven this.
    pub(super) fn deviated(&self, requirement: &'static Requirement) -> u64 {
        let counted =
            self.connection.deviations().iter().find(|deviation| deviation.requirement == requirement);
        counted.map_or(0, |deviation| deviation.count)
    }

    /// Time passes, up to a deadline where there is one before.
    #[track_caller]
    pub(super) fn waits(&mut self, time: Duration) -> Result<(), Error> {
        let until = self.now + time;
        while let Some(deadline) = self.connection.poll_timeout().filter(|deadline| *deadline <= until) {
            self.now = self.now.max(deadline);
            self.connection.handle_timeout(self.now)?;
            self.drive_on()?;
            if self.connection.wants_write() {
                return Ok(());
            }
        }
        self.now = until;
        Ok(())
    }
}

/// With all that it needs the command is sent as `text`; without any one of the capabilities it
/// is refused for want of that one, and nothing is sent.
#[track_caller]
pub(super) fn gated<C: Command + std::fmt::Debug + Send + 'static>(
    needed: &[(&str, &'static Requirement)],
    make: impl Fn() -> C,
    text: &str,
) {
    gated_from(End::selected, needed, make, text);
}

/// The same in a session that begins so.
#[track_caller]
pub(super) fn gated_from<C: Command + std::fmt::Debug + Send + 'static>(
    begin: impl Fn(&str) -> End,
    needed: &[(&str, &'static Requirement)],
    make: impl Fn() -> C,
    text: &str,
) {
    let all: Vec<&str> = needed.iter().map(|(capability, _)| *capability).collect();
    let (_, heard) = begin(&all.join(" ")).sends(make());
    assert_eq!(heard.text(), text);
    // Names of capabilities have no case.
    let (_, heard) = begin(&all.join(" ").to_lowercase()).sends(make());
    assert_eq!(heard.text(), text);
    for (capability, requirement) in needed {
        let others: Vec<&str> = all.iter().filter(|name| name != &capability).copied().collect();
        let error = begin(&others.join(" ")).refuses(make());
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{capability}: {error}");
        assert_eq!(error.requirement(), Some(*requirement), "{capability}: {error}");
    }
}

/// A usage error that names the requirement; nothing was sent.
#[track_caller]
pub(super) fn misused(error: &Error, requirement: &'static Requirement) {
    assert_eq!(error.kind(), ErrorKind::Usage, "{error:?}");
    assert_eq!(error.requirement(), Some(requirement), "{error:?}");
}

pub(super) fn name(text: &str) -> MailboxName {
    MailboxName::new(text).expect("a name")
}

pub(super) fn pattern(text: &str) -> Pattern {
    Pattern::new(text).expect("a pattern")
}

pub(super) fn uid(value: u32) -> Uid {
    Uid::new(value).expect("not zero")
}

pub(super) fn set(text: &str) -> SequenceSet {
    text.parse().expect("a set")
}

pub(super) fn uids(values: &[u32]) -> UidSet {
    values.iter().copied().map(uid).collect()
}

/// The octets of a body that is in its row.
#[track_caller]
pub(super) fn inline(row: &FetchRow, section: &Section) -> Vec<u8> {
    match row.body(section).expect("fetched").parsed().expect("understood") {
        BodyData::Inline(text) => text.bytes().into_owned(),
        other => panic!("not in the row: {other:?}"),
    }
}
