//! A whole session against whatever a server may say.

use std::{collections::HashSet, time::Instant};

use anyrfc_core::{Eof, Machine as _, Output, Step, TlsInfo, Tolerance};
use anyrfc_smtp::{
    Argument, BurlUrl, Command, ContentError, EhloName, Envelope, Error, Facts, SendReport,
    TransferPreference,
    codec::scan::scan,
    proto::{CommandId, Config, Connection, DeliveryId, Event, Flavour, Payload, Protection, Submission},
};
use bytes::{Buf as _, Bytes, BytesMut};

use crate::server::Server;

const MESSAGE: &[u8] = b"Subject: x\r\n\r\n.one\r\n.\r\ntwo";
const PIECES: [&[u8]; 3] = [b"Subject: x\r\n", b"\r\n.one\r", b"\n.\ntwo\n"];

/// What is asked of the session: each bit of the first two octets is something.
#[derive(Clone, Copy, Debug)]
struct Plan {
    bits: u16,
}

impl Plan {
    const fn is(self, bit: u16) -> bool {
        self.bits >> bit & 1 == 1
    }
}

/// A client, and what has come of it.
struct Session {
    connection: Connection,
    server: Server,
    plan: Plan,
    now: Instant,
    input: BytesMut,
    output: Output,
    asked: bool,
    /// Little is written at a time, and nothing before all is read that is there.
    slow: bool,
    /// What is still to be sent of the streams.
    streams: Vec<(DeliveryId, usize)>,
    deliveries: Vec<(DeliveryId, usize)>,
    reports: Vec<(DeliveryId, SendReport)>,
    commands: HashSet<CommandId>,
    error: Option<Error>,
}

/// Lets a server say `data`, behind three octets that tell what the client wants and in what pieces it comes: whatever
/// that is, every message has its report, nobody is sent a message who was not accepted, and nothing is said behind
/// the end but QUIT.
pub fn session(data: &[u8]) {
    let Some(([low, high, size], data)) = data.split_first_chunk() else { return };
    let plan = Plan { bits: u16::from_le_bytes([*low, *high]) };
    let mut session = Session::new(plan);
    if size >> 7 == 1 {
        (session.slow, session.output) = (true, Output::with_high_water(16));
    }
    let size = match size & 0x7f {
        0 => data.len().max(1),
        size => usize::from(size),
    };
    for piece in data.chunks(size) {
        session.input.extend_from_slice(piece);
        session.turn();
    }
    session.end();
}

impl Session {
    fn new(plan: Plan) -> Self {
        let Ok(name) = EhloName::domain("client.example") else { panic!("a name") };
        let mut config = Config::new(name);
        let lmtp = plan.is(0);
        config.flavour = if lmtp { Flavour::Lmtp } else { Flavour::Smtp };
        config.protection = if plan.is(1) { Protection::StartTls } else { Protection::Tls };
        config.tolerance = match (plan.is(2), plan.is(3)) {
            (false, false) => Tolerance::Strict,
            (true, false) => Tolerance::Field,
            _ => Tolerance::Lenient,
        };
        if plan.is(4) {
            config.transfer = TransferPreference::Chunked;
        }
        config.in_flight = if plan.is(5) { 1 } else { 8 };
        let now = Instant::now();
        Self {
            connection: Connection::new(config, now),
            server: Server::new(lmtp, plan.is(6) && !lmtp),
            plan,
            now,
            input: BytesMut::new(),
            output: Output::new(),
            asked: false,
            slow: false,
            streams: Vec::new(),
            deliveries: Vec::new(),
            reports: Vec::new(),
            commands: HashSet::new(),
            error: None,
        }
    }

    /// Takes in what is there, and says what there is to say.
    fn turn(&mut self) {
        let most = 64 + 8 * self.input.len();
        for _ in 0..most {
            if self.error.is_some() {
                return;
            }
            let before = self.input.clone();
            match self.connection.advance(&self.input, self.now) {
                Ok(Step::Ready) => {
                    let event = self.connection.event_owned(&mut self.input);
                    self.took(&before);
                    self.event(event);
                }
                Ok(Step::Consumed(count)) => {
                    self.input.advance(count);
                    self.took(&before);
                }
                Ok(Step::Need(_)) => {
                    self.transmit();
                    if !self.stream() || self.slow {
                        return;
                    }
                }
                Err(error) => {
                    self.fails(error);
                    return;
                }
            }
            if !self.slow {
                self.transmit();
            }
        }
        panic!("it does not come to an end");
    }

    /// The server knows what of its answers was taken.
    fn took(&mut self, before: &[u8]) {
        let count = before.len() - self.input.len();
        // What comes behind the end is dropped, and is no answer.
        if count > 0 && !self.connection.phase().is_over() {
            self.server.answers(&before[..count]);
        }
    }

    fn transmit(&mut self) {
        while self.connection.wants_write() {
            self.connection.transmit(&mut self.output, self.now);
            let said = self.output.take();
            self.server.hears(&said);
            if said.is_empty() || self.slow {
                return;
            }
        }
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Ready if !self.asked => {
                self.asked = true;
                self.ask();
            }
            Event::Ready => {}
            Event::Upgrade => {
                self.server.secured();
                self.connection.handle_secured(&TlsInfo::default());
            }
            Event::Reply(id, reply) => {
                assert!(self.commands.remove(&id), "{id:?} is answered twice");
                assert!(reply.to_string().chars().all(|shown| !shown.is_control()));
            }
            Event::Delivered(id, report) => self.reports.push((id, report)),
            other => panic!("{other:?}"),
        }
    }

    /// Submits all that there is to do.
    fn ask(&mut self) {
        let plan = self.plan;
        let wants = [
            (7, Some(Command::Noop(None))),
            (8, None),
            (9, Argument::new("jones").ok().map(Command::Vrfy)),
            (10, None),
            (11, None),
            (12, Some(Command::Rset)),
            (13, None),
        ];
        for (bit, command) in wants {
            if !plan.is(bit) {
                continue;
            }
            match command {
                Some(command) => {
                    let Ok(id) = self.connection.submit(command) else { continue };
                    self.commands.insert(id);
                }
                None => self.send(bit),
            }
        }
        if plan.is(14) {
            let _ = self.connection.quit();
        }
    }

    fn send(&mut self, bit: u16) {
        let recipients: &[&str] =
            if bit == 8 { &["b@d.example"] } else { &["b@d.example", "c@d.example", "b@d.example"] };
        let Ok(envelope) = Envelope::new("a@client.example", recipients.iter().copied()) else { return };
        let (facts, payload) = match bit {
            10 => (Facts::default(), Payload::Streamed),
            13 => match BurlUrl::new("imap://a@d.example/x;urlauth=submit+a:internal:0") {
                Ok(url) => (Facts::default(), Payload::Url(url)),
                Err(_) => return,
            },
            _ => (scan(MESSAGE), Payload::Whole(Bytes::from_static(MESSAGE))),
        };
        let streamed = matches!(payload, Payload::Streamed);
        let submission = Submission { envelope, facts, payload, windowed: self.plan.is(6) };
        let Ok(id) = self.connection.send(submission) else { return };
        self.deliveries.push((id, recipients.len()));
        if streamed {
            self.streams.push((id, 0));
        }
    }

    /// Hands over a piece of what is wanted. Whether there was one.
    fn stream(&mut self) -> bool {
        let Some(id) = self.connection.wanting() else { return false };
        let Some((_, at)) = self.streams.iter_mut().find(|(of, _)| *of == id) else {
            panic!("what is wanted of {id:?}?");
        };
        let Some(piece) = PIECES.get(*at) else { panic!("more than all of {id:?} is wanted") };
        *at += 1;
        if *at == 2 && self.plan.is(15) {
            self.connection.abandon(id, ContentError::Binary.into());
            return true;
        }
        let last = *at == PIECES.len();
        if let Err(error) = self.connection.provide(id, Bytes::from_static(piece), last) {
            self.connection.abandon(id, error);
        }
        true
    }

    /// Nothing is said any more but QUIT.
    fn fails(&mut self, error: Error) {
        assert!(error.to_string().chars().all(|shown| !shown.is_control()), "{error}");
        let mut said = Vec::new();
        while self.connection.wants_write() {
            self.connection.transmit(&mut self.output, self.now);
            said.extend_from_slice(&self.output.take());
        }
        assert!(said.is_empty() || said == b"QUIT\r\n", "{error}: {}", said.escape_ascii());
        assert!(self.connection.phase().is_over());
        self.error = Some(error);
    }

    /// The server says nothing more, which is the end of it.
    fn end(mut self) {
        if self.error.is_none() {
            let late = self.plan.is(3) && self.connection.poll_timeout().is_some();
            let ended = match self.connection.poll_timeout() {
                Some(deadline) if late => {
                    self.now = deadline;
                    self.connection.handle_timeout(deadline)
                }
                _ => self.connection.handle_eof(Eof::Clean),
            };
            self.turn();
            if let Err(error) = ended
                && self.error.is_none()
            {
                self.fails(error);
            }
        }
        let error = self.error.clone().unwrap_or_else(|| ContentError::Unended.into());
        self.reports.extend(self.connection.abort(&error));
        assert!(self.connection.phase().is_over());
        // Every message has one report, and that has all of its recipients.
        assert_eq!(self.reports.len(), self.deliveries.len(), "{:?}", self.reports);
        let mut accepted = 0;
        for (id, count) in &self.deliveries {
            let found: Vec<_> = self.reports.iter().filter(|(of, _)| of == id).collect();
            let [(_, report)] = found[..] else { panic!("{id:?} has {} reports", found.len()) };
            assert_eq!(report.recipients().len(), *count);
            accepted += usize::from(report.accepted().count() > 0);
        }
        // What was taken was sent.
        assert!(accepted <= self.server.whole, "{accepted} of {} were taken", self.server.whole);
    }
}
