//! What the checks share. Nothing here uses the crate's own codec: a mistake made
//! alike on both sides must not prove itself.

use std::time::{Duration, Instant};

use anyrfc_core::{Eof, Machine as _, Output, Step, TlsInfo};
use bytes::{Buf as _, Bytes, BytesMut};

use crate::{
    Error,
    codec::{command::Command, scan::scan},
    proto::{
        CommandId, Config, Connection, DeliveryId, Event, Flavour, Payload, Protection, State, Submission,
    },
    testing::{Server, Session, check_command},
    types::{EhloName, Envelope, Facts, Reply, SendReport, TransferPreference},
};

/// A message as small as can be.
pub(super) const MAIL: &[u8] = b"Subject: hello\r\n\r\nhello\r\n";

/// A connection driven by hand: what the client says is heard as a strict server hears it.
pub(super) struct Talk {
    pub(super) connection: Connection,
    pub(super) now: Instant,
    output: Output,
    input: BytesMut,
    /// What the client has sent and no check has heard.
    unheard: BytesMut,
    /// Everything that the client has sent, byte for byte.
    pub(super) raw: Vec<u8>,
    /// What the connection has told and no check has taken.
    pub(super) events: Vec<Event>,
    /// What it failed with.
    pub(super) error: Option<Error>,
}

/// The defaults, saying hello as `client.example`.
pub(super) fn config() -> Config {
    Config::new(EhloName::domain("client.example").expect("a domain"))
}

/// The same, by chunks wherever that can be.
pub(super) fn chunked() -> Config {
    Config { transfer: TransferPreference::Chunked, ..config() }
}

/// An envelope from `a@client.example` to these.
pub(super) fn envelope(recipients: &[&str]) -> Envelope {
    Envelope::new("a@client.example", recipients.iter().copied()).expect("an envelope")
}

impl Talk {
    pub(super) fn with(config: Config) -> Self {
        let now = Instant::now();
        Self {
            connection: Connection::new(config, now),
            now,
            output: Output::new(),
            input: BytesMut::new(),
            unheard: BytesMut::new(),
            raw: Vec::new(),
            events: Vec::new(),
            error: None,
        }
    }

    /// On a connection that TLS protects; not yet greeted.
    pub(super) fn new() -> Self {
        Self::with(config())
    }

    /// On a connection in cleartext, or one that begins there.
    pub(super) fn unprotected(protection: Protection) -> Self {
        let mut config = config();
        config.protection = protection;
        Self::with(config)
    }

    pub(super) fn lmtp() -> Self {
        let mut config = config();
        config.flavour = Flavour::Lmtp;
        Self::with(config)
    }

    /// Greeted, and told that the server offers these, divided by `|`.
    pub(super) fn ready(offers: &str) -> Self {
        Self::new().greet(offers)
    }

    /// The greeting and the answer to the hello.
    #[track_caller]
    pub(super) fn greet(mut self, offers: &str) -> Self {
        self.says("220 mail.example ESMTP");
        self.hello(offers);
        assert!(self.connection.phase().is_open(), "{:?} {:?}", self.phase(), self.error);
        self.events.clear();
        self
    }

    /// The answer to the hello, which is heard.
    #[track_caller]
    pub(super) fn hello(&mut self, offers: &str) {
        let heard = self.hears();
        assert!(heard.starts_with("EHLO ") || heard.starts_with("LHLO "), "{heard}");
        let offers: Vec<&str> = offers.split('|').filter(|offer| !offer.is_empty()).collect();
        let mut lines = vec!["mail.example"];
        lines.extend(offers);
        let last = lines.len() - 1;
        for (index, line) in lines.iter().enumerate() {
            self.feed(format!("250{}{line}\r\n", if index == last { ' ' } else { '-' }));
        }
    }

    /// After a handshake that went well.
    pub(super) fn secured(&mut self) {
        self.connection.handle_secured(&TlsInfo::default());
        self.pump();
    }

    pub(super) fn phase(&self) -> State {
        self.connection.phase()
    }

    /// Hands over a command that may be sent.
    #[track_caller]
    pub(super) fn submit(&mut self, command: Command) -> CommandId {
        let id = self.connection.submit(command).unwrap_or_else(|error| panic!("refused: {error}"));
        self.pump();
        id
    }

    /// Hands over a message that may be sent.
    #[track_caller]
    pub(super) fn send(&mut self, envelope: Envelope, message: &'static [u8]) -> DeliveryId {
        self.try_send(envelope, message, false).unwrap_or_else(|error| panic!("refused: {error}"))
    }

    /// The same, in a window.
    #[track_caller]
    pub(super) fn send_windowed(&mut self, envelope: Envelope, message: &'static [u8]) -> DeliveryId {
        self.try_send(envelope, message, true).unwrap_or_else(|error| panic!("refused: {error}"))
    }

    pub(super) fn try_send(
        &mut self,
        envelope: Envelope,
        message: &'static [u8],
        windowed: bool,
    ) -> Result<DeliveryId, Error> {
        let payload = Payload::Whole(Bytes::from_static(message));
        let id = self.connection.send(Submission { envelope, facts: scan(message), payload, windowed })?;
        self.pump();
        Ok(id)
    }

    /// Hands over a message that comes in pieces.
    #[track_caller]
    pub(super) fn stream(&mut self, facts: Facts) -> DeliveryId {
        let envelope = envelope(&["b@d.example"]);
        let submission = Submission { envelope, facts, payload: Payload::Streamed, windowed: false };
        let id = self.connection.send(submission).unwrap_or_else(|error| panic!("refused: {error}"));
        self.pump();
        id
    }

    /// Hands over a piece of it.
    #[track_caller]
    pub(super) fn provide(&mut self, id: DeliveryId, piece: &'static [u8], last: bool) {
        let taken = self.connection.provide(id, Bytes::from_static(piece), last);
        taken.unwrap_or_else(|error| panic!("refused: {error}"));
        self.pump();
    }

    /// Hands over a message that must not be sent; why.
    #[track_caller]
    pub(super) fn refuses(&mut self, envelope: Envelope, message: &'static [u8]) -> Error {
        let before = self.raw.len();
        let error = self.try_send(envelope, message, false).expect_err("it is sent");
        self.pump();
        assert_eq!(self.raw.len(), before, "sent: {}", self.raw[before..].escape_ascii());
        error
    }

    /// Lets the client say what it has to say, and tell what it has to tell.
    pub(super) fn pump(&mut self) {
        loop {
            if self.error.is_none() {
                match self.connection.advance(&self.input, self.now) {
                    Ok(Step::Ready) => {
                        self.events.push(self.connection.event_owned(&mut self.input));
                        continue;
                    }
                    Ok(Step::Consumed(count)) => {
                        self.input.advance(count);
                        continue;
                    }
                    Ok(Step::Need(_)) => {}
                    Err(error) => self.error = Some(error),
                }
            }
            if !self.connection.wants_write() {
                return;
            }
            self.connection.transmit(&mut self.output, self.now);
            let said = self.output.take();
            self.raw.extend_from_slice(&said);
            self.unheard.extend_from_slice(&said);
        }
    }

    /// Bytes from the server.
    pub(super) fn feed(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.input.extend_from_slice(bytes.as_ref());
        self.pump();
        self
    }

    /// Lines from the server.
    pub(super) fn says(&mut self, lines: &str) -> &mut Self {
        for line in lines.lines().map(str::trim_start).filter(|line| !line.is_empty()) {
            self.feed(format!("{line}\r\n"));
        }
        self
    }

    /// The end of the server's stream.
    pub(super) fn ends(&mut self, eof: Eof) -> &mut Self {
        if let Err(error) = self.connection.handle_eof(eof) {
            self.error.get_or_insert(error);
        }
        self.pump();
        self
    }

    /// The next command that the client has sent, without its CR LF.
    #[track_caller]
    pub(super) fn hears(&mut self) -> String {
        let heard = self.heard();
        heard.unwrap_or_else(|| panic!("nothing is heard, only {:?}; {:?}", self.unheard, self.error))
    }

    /// The same, if there is one.
    #[track_caller]
    pub(super) fn heard(&mut self) -> Option<String> {
        let line = self.line()?;
        check_command(line.as_bytes()).unwrap_or_else(|breach| panic!("{breach:?}: {line:?}"));
        Some(line.strip_suffix("\r\n").expect("CR LF").to_owned())
    }

    /// The next line that the client has sent, whatever it is, with its line feed.
    pub(super) fn line(&mut self) -> Option<String> {
        self.pump();
        let end = self.unheard.iter().position(|octet| *octet == b'\n')?;
        Some(String::from_utf8_lossy(&self.unheard.split_to(end + 1)).into_owned())
    }

    /// Asserts that these commands come next, and nothing else.
    #[track_caller]
    pub(super) fn hears_all(&mut self, commands: &[&str]) {
        for command in commands {
            assert_eq!(self.hears(), *command);
        }
        self.is_silent();
    }

    /// Asserts that the client has said nothing more.
    #[track_caller]
    pub(super) fn is_silent(&mut self) {
        self.pump();
        assert_eq!(self.unheard.escape_ascii().to_string(), "", "{:?}", self.error);
    }

    /// The bytes that were sent and not heard.
    pub(super) fn octets(&mut self) -> Vec<u8> {
        self.pump();
        self.unheard.split().to_vec()
    }

    /// What became of a message.
    #[track_caller]
    pub(super) fn report(&mut self, id: DeliveryId) -> SendReport {
        self.pump();
        let found =
            self.events.iter().position(|event| matches!(event, Event::Delivered(of, _) if *of == id));
        if let Some(index) = found
            && let Event::Delivered(_, report) = self.events.remove(index)
        {
            return report;
        }
        let Some(error) = self.error.clone() else { panic!("there is no report: {:?}", self.events) };
        let reports = self.connection.abort(&error);
        let found = reports.into_iter().find_map(|(of, report)| (of == id).then_some(report));
        found.expect("a report after the end")
    }

    /// Whether there is a report on a message.
    pub(super) fn is_reported(&mut self, id: DeliveryId) -> bool {
        self.pump();
        self.events.iter().any(|event| matches!(event, Event::Delivered(of, _) if *of == id))
    }

    /// The reply to a command.
    #[track_caller]
    pub(super) fn reply(&mut self, id: CommandId) -> Reply {
        self.pump();
        let found = self.events.iter().position(|event| matches!(event, Event::Reply(of, _) if *of == id));
        match found.map(|index| self.events.remove(index)) {
            Some(Event::Reply(_, reply)) => reply,
            _ => panic!("there is no reply: {:?} {:?}", self.events, self.error),
        }
    }

    /// Why the connection has failed.
    #[track_caller]
    pub(super) fn fails(&mut self) -> Error {
        self.pump();
        self.error.clone().unwrap_or_else(|| panic!("it goes on: {:?}", self.phase()))
    }

    /// Time passes.
    pub(super) fn wait(&mut self, time: Duration) -> &mut Self {
        self.now += time;
        if self.connection.poll_timeout().is_some_and(|deadline| deadline <= self.now)
            && let Err(error) = self.connection.handle_timeout(self.now)
        {
            self.error.get_or_insert(error);
        }
        self.pump();
        self
    }
}

/// A connection in cleartext and a strict server: whatever either says is heard by the other, and judged.
pub(super) struct Duet {
    pub(super) talk: Talk,
    pub(super) server: Server,
    session: Session,
}

impl Duet {
    /// As far as it goes by itself: greeted, and the hello answered.
    pub(super) fn with(config: Config, server: Server) -> Self {
        let session = server.session();
        let mut duet = Self { talk: Talk::with(config), server, session };
        duet.run();
        duet
    }

    /// The same with the defaults.
    pub(super) fn new(server: Server) -> Self {
        let mut config = config();
        config.protection = Protection::Plaintext;
        Self::with(config, server)
    }

    /// Until both have said all that they have to say.
    pub(super) fn run(&mut self) {
        loop {
            let answer = self.session.take_output();
            self.talk.feed(&answer);
            let said = self.talk.octets();
            self.session.receive(&said);
            if said.is_empty() && answer.is_empty() {
                return;
            }
        }
    }

    /// Hands over a command, and waits for its answer.
    #[track_caller]
    pub(super) fn submit(&mut self, command: Command) -> Reply {
        let id = self.talk.submit(command);
        self.run();
        self.talk.reply(id)
    }

    /// Hands over a message, and waits for its report.
    #[track_caller]
    pub(super) fn send(&mut self, envelope: Envelope, message: &'static [u8]) -> SendReport {
        let id = self.talk.send(envelope, message);
        self.run();
        self.talk.report(id)
    }

    /// Asserts that the client has done nothing that it must not do; what it has said.
    #[track_caller]
    pub(super) fn faultless(&self) -> Vec<String> {
        assert_eq!(self.server.faults(), []);
        self.server.commands()
    }
}

/// The server's end by itself, to show what it finds in what a client says.
#[track_caller]
pub(super) fn finds(server: &Server, said: &[&str], requirement: &'static anyrfc_core::Requirement) {
    let mut session = server.session();
    session.take_output();
    for line in said {
        session.receive(line.as_bytes());
        session.take_output();
    }
    let found: Vec<_> = server.faults().iter().map(|breach| breach.requirement).collect();
    assert!(!found.is_empty() && found.iter().all(|one| *one == requirement), "{found:?}");
}
