//! Core's proofs, with this machine.

use std::time::{Duration, Instant};

use anyrfc_core::{
    Eof, Machine, Output, ProtocolState, Step, TlsInfo,
    testing::{End, Lead, Observed, Subject, Waiting, harness, now},
};
use anyrfc_imap::{
    Error, ErrorKind,
    codec::command::{Append, List, Noop, Select, UidFetch},
    proto::{Config, Connection, Protection, Ticket},
    types::{AppendOptions, FetchItems, MailboxName, Pattern, Section},
};
use anyrfc_sasl::{Credentials, Exchange, Plain, Preparation};
use bytes::{Bytes, BytesMut};

use crate::support::{Peer, SEED, borrowed_words, set, with, words};

/// A connection that has sent these commands, and the answers of a server to them.
///
/// The proofs play what the server says without listening, so everything is sent before.
fn under_way() -> Connection {
    thread_local! {
        /// Nobody abandons what is proven.
        static HELD: std::cell::RefCell<Vec<Box<dyn std::any::Any>>> = const { std::cell::RefCell::new(Vec::new()) };
    }
    let mut machine = Connection::new(Config::default(), SEED, now());
    say(&mut machine, b"* PREAUTH [CAPABILITY IMAP4rev1 IDLE] hello\r\n");
    let select = machine.submit(Select::new(MailboxName::inbox())).unwrap();
    let tag = hear(&mut machine);
    say(&mut machine, format!("* 9 EXISTS\r\n{tag} OK [READ-WRITE] x\r\n").as_bytes());
    drop(select);
    let fetch =
        machine.submit(UidFetch::new(set("1:9"), FetchItems::new().flags().peek(Section::all()))).unwrap();
    let list = machine.submit(List::new(Pattern::all())).unwrap();
    let noop = machine.submit(Noop).unwrap();
    hear(&mut machine);
    HELD.with_borrow_mut(|held| {
        held.extend([Box::new(fetch) as Box<dyn std::any::Any>, Box::new(list), Box::new(noop)])
    });
    machine
}

/// The tags of the commands that [`under_way`] has sent.
fn tags() -> [String; 3] {
    let mut peer = Peer::authenticated("IDLE").select(9);
    let fetch = peer.submit(UidFetch::new(set("1:9"), FetchItems::new().flags().peek(Section::all())));
    let list = peer.submit(List::new(Pattern::all()));
    let noop = peer.submit(Noop);
    peer.hear();
    drop((fetch, list, noop));
    [2, 3, 4].map(|n| peer.tag(n).to_owned())
}

fn say(machine: &mut Connection, mut input: &[u8]) {
    while !input.is_empty() {
        match machine.advance(input, now()).unwrap() {
            Step::Ready => input = &input[machine.event(input).0..],
            Step::Consumed(count) => input = &input[count..],
            Step::Need(_) => panic!("more is needed"),
        }
    }
    while let Ok(Step::Ready) = machine.advance(b"", now()) {
        machine.event(b"");
    }
}

/// What it sends, up to the first space.
fn hear(machine: &mut Connection) -> String {
    let mut out = Output::new();
    machine.transmit(&mut out, now());
    let heard = String::from_utf8(out.take().to_vec()).unwrap();
    heard.split(' ').next().unwrap().to_owned()
}

/// A server's answers to [`under_way`], with all kinds of responses, up to its BYE.
fn answers() -> Vec<u8> {
    let [fetch, list, noop] = tags();
    let body = "Subject: x\r\n\r\n".repeat(2000);
    format!(
        "* 1 FETCH (UID 1 FLAGS (\\Seen) BODY[] {{3}}\r\nabc)\r\n* 2 FETCH (UID 2 BODY[] {{{}}}\r\n{body} FLAGS ())\r\n\
         * LIST () \"/\" {{4}}\r\na\r\nb\r\n* 10 EXISTS\r\n* 3 EXPUNGE\r\n* OK [ALERT] hear ye\r\n\
         {list} OK done\r\n* 8 FETCH (UID 80 FLAGS ())\r\n* OK still here\r\n* NONSENSE ( {{ ) \"\r\n\
         {fetch} OK done\r\n{noop} NO [LIMIT] slower\r\n* OK [UIDVALIDITY 9] changed\r\n* BYE gone\r\n",
        body.len()
    )
    .into_bytes()
}

fn subject() -> Subject<Connection> {
    Subject::new(under_way, words, |event| borrowed_words(event))
}

fn fresh() -> Subject<Connection> {
    Subject::new(|| Connection::new(Config::default(), SEED, now()), words, |event| borrowed_words(event))
}

/// Pieces of a body are as large as what has arrived: only their sum counts.
fn joined(events: &[String]) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    for event in events {
        match (joined.last_mut(), event.strip_prefix("chunk ")) {
            (Some(last), Some(more)) if last.starts_with("chunk ") => last.push_str(more),
            _ => joined.push(event.clone()),
        }
    }
    joined
}

#[test]
fn answers_cut_anywhere_are_the_same_answers() {
    let whole = {
        let mut peer = Peer::authenticated("IDLE").select(9);
        let tickets = (
            peer.submit(UidFetch::new(set("1:9"), FetchItems::new().flags().peek(Section::all()))),
            peer.submit(List::new(Pattern::all())),
            peer.submit(Noop),
        );
        peer.hear();
        let told = peer.try_say_bytes(&answers()).unwrap();
        drop(tickets);
        joined(&told)
    };
    assert!(whole.len() > 15, "{whole:#?}");
    for chunk in [1, 2, 3, 7, 64, 1000, 20_000] {
        let mut peer = Peer::authenticated("IDLE").select(9);
        peer.chunk = chunk;
        let tickets = (
            peer.submit(UidFetch::new(set("1:9"), FetchItems::new().flags().peek(Section::all()))),
            peer.submit(List::new(Pattern::all())),
            peer.submit(Noop),
        );
        peer.hear();
        let told = peer.try_say_bytes(&answers()).unwrap();
        assert_eq!(joined(&told), whole, "{chunk} bytes at a time");
        drop(tickets);
    }
}

/// The same without a body that is streamed, whose pieces depend on how the bytes come.
fn small_answers() -> Vec<u8> {
    let [fetch, list, noop] = tags();
    format!(
        "* 1 FETCH (UID 1 FLAGS (\\Seen) BODY[] {{3}}\r\nabc)\r\n* LIST () \"/\" {{4}}\r\na\r\nb\r\n* 10 EXISTS\r\n\
         * 3 EXPUNGE\r\n* OK [ALERT] hear ye\r\n{list} OK done\r\n* 8 FETCH (UID 80 FLAGS ())\r\n* NONSENSE ( \"\r\n\
         {fetch} OK done\r\n{noop} NO [LIMIT] slower\r\n* BYE gone\r\n"
    )
    .into_bytes()
}

#[test]
fn one_byte_at_a_time() {
    let events = harness::one_byte_at_a_time(&subject(), &small_answers());
    assert!(events.len() >= 9, "{events:#?}");
}

#[test]
fn cancelled_everywhere() {
    let told = harness::cancel_driver_everywhere(&subject(), &small_answers());
    assert!(told.len() >= 9, "{told:#?}");
}

#[test]
fn the_end_may_come_after_every_byte() {
    let answers = small_answers();
    let whole = answers.len();
    harness::eof_everywhere(&subject(), &answers, |bytes, end, observed: &Observed<Error>| {
        let cut = format!("{end:?} after {bytes} bytes: {observed:?}");
        match &observed.end {
            // BYE was said: how the stream ends is of no interest.
            Ok(()) => assert_eq!(bytes, whole, "{cut}"),
            Err(anyrfc_core::DriveError::Machine(error)) => {
                assert!(bytes < whole, "{cut}");
                assert_eq!(error.kind(), ErrorKind::Closed, "{cut}");
            }
            Err(_) => assert!(bytes < whole && matches!(end, End::Error(_)), "{cut}"),
        }
    });
}

fn command(run: impl Fn(&mut Connection) + 'static) -> Lead<Connection> {
    Lead::command(move |machine, _: &mut Output, _: Instant| run(machine))
}

/// Submits, and holds the ticket for ever.
fn hold<T: 'static>(ticket: Result<Ticket<T>, Error>) {
    std::mem::forget(ticket.unwrap());
}

#[test]
fn every_state_that_waits_has_a_deadline() {
    let greeting = || Lead::peer("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello\r\n");
    let preauth = || Lead::peer("* PREAUTH [CAPABILITY IMAP4rev1 IDLE] hello\r\n");
    let plain = || {
        let credentials = Credentials::password("tim", "tanstaaftanstaaf");
        Exchange::new(Plain::new(&credentials, Preparation::Saslprep).unwrap())
    };
    let states = [
        Waiting { name: "greeting", leads: vec![] },
        Waiting { name: "half a greeting", leads: vec![Lead::peer("* OK hel")] },
        Waiting { name: "command", leads: vec![preauth(), command(|machine| hold(machine.submit(Noop)))] },
        Waiting {
            name: "half an answer",
            leads: vec![preauth(), command(|machine| hold(machine.submit(Noop))), Lead::peer("* LIST (")],
        },
        Waiting {
            name: "capabilities",
            leads: vec![Lead::peer("* PREAUTH x\r\n"), command(|machine| hold(machine.submit(Noop)))],
        },
        Waiting {
            name: "literal",
            leads: vec![
                preauth(),
                command(|machine| {
                    hold(machine.submit(Append::new(MailboxName::inbox(), AppendOptions::new(), 5)))
                }),
            ],
        },
        Waiting {
            name: "challenge",
            leads: vec![greeting(), command(move |machine| hold(machine.authenticate(plain())))],
        },
        Waiting { name: "idle", leads: vec![preauth(), command(|machine| hold(machine.idle()))] },
        Waiting { name: "logout", leads: vec![preauth(), command(|machine| hold(machine.logout()))] },
        Waiting {
            name: "select",
            leads: vec![
                preauth(),
                command(|machine| hold(machine.submit(Select::new(MailboxName::inbox())))),
            ],
        },
    ];
    let is_timeout = |error: &Error| error.kind() == ErrorKind::Timeout && error.waited_for().is_some();
    harness::deadlines_everywhere(&fresh(), &states, Duration::from_secs(120), is_timeout);
    let starttls = Subject::new(
        || Connection::new(with(|config| config.protection = Protection::StartTls), SEED, now()),
        words,
        |event| borrowed_words(event),
    );
    let states = [
        Waiting { name: "greeting before TLS", leads: vec![] },
        Waiting { name: "capabilities before TLS", leads: vec![Lead::peer("* OK x\r\n")] },
        Waiting { name: "STARTTLS", leads: vec![Lead::peer("* OK [CAPABILITY IMAP4rev1 STARTTLS] x\r\n")] },
    ];
    harness::deadlines_everywhere(&starttls, &states, Duration::from_secs(120), is_timeout);
}

/// A server that talks and swallows.
#[derive(Debug, Default)]
struct Chatter {
    queued: Vec<u8>,
    heard: usize,
}

impl Machine for Chatter {
    type Event<'a> = usize;
    type Owned = usize;
    type Error = std::io::Error;

    fn advance(&mut self, input: &[u8], _: Instant) -> Result<Step, Self::Error> {
        if input.is_empty() {
            return Ok(Step::Need(1));
        }
        self.heard += input.len();
        Ok(Step::Consumed(input.len()))
    }

    fn event<'a>(&'a mut self, _: &'a [u8]) -> (usize, usize) {
        (0, self.heard)
    }

    fn event_owned(&mut self, _: &mut BytesMut) -> usize {
        self.heard
    }

    fn wants_write(&self) -> bool {
        !self.queued.is_empty()
    }

    fn transmit(&mut self, out: &mut Output, _: Instant) {
        out.write(&std::mem::take(&mut self.queued));
    }

    fn poll_timeout(&self) -> Option<Instant> {
        None
    }

    fn handle_timeout(&mut self, _: Instant) -> Result<(), Self::Error> {
        Ok(())
    }

    fn handle_eof(&mut self, _: Eof) -> Result<(), Self::Error> {
        Ok(())
    }

    fn handle_secured(&mut self, _: &TlsInfo) {}

    fn quiescent(&self) -> bool {
        true
    }

    fn input_limit(&self) -> usize {
        1 << 20
    }

    fn state(&self) -> ProtocolState {
        ProtocolState::Connected
    }
}

#[test]
fn two_that_only_write_do_not_block_each_other() {
    const PIECES: u64 = 500;
    let appending = Subject::new(
        || {
            let mut machine = Connection::new(Config::default(), SEED, now());
            say(&mut machine, b"* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+] hello\r\n");
            let append = Append::new(MailboxName::inbox(), AppendOptions::new(), PIECES * 1000);
            hold(machine.submit(append));
            machine
        },
        words,
        |event| borrowed_words(event),
    );
    let chatter = Subject::debug(Chatter::default);
    let mut id = None;
    let mut pieces = 0;
    let feed = |machine: &mut Connection, _: &mut Output, _: Instant| {
        let id = *id.get_or_insert_with(|| machine.literal().unwrap());
        pieces += 1;
        machine.feed(id, Bytes::from(vec![b'x'; 1000])).unwrap() > 0
    };
    let mut lines = 0;
    let chat = |machine: &mut Chatter, _: &mut Output, _: Instant| {
        machine.queued.extend_from_slice(format!("* LIST () \"/\" {}\r\n", "a".repeat(900)).as_bytes());
        lines += 1;
        lines < 500
    };
    let (events, _) = harness::both_only_write((&appending, feed), (&chatter, chat), 4096);
    assert_eq!(pieces, PIECES);
    assert_eq!(events.len(), 501, "the go-ahead for the literal, and every line");
}
