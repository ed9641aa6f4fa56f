//! What only the inside shows.

use std::time::Instant;

use anyrfc_core::{Eof, Machine as _, Output, Secret, Step};
use bytes::{Bytes, BytesMut};

use super::{CommandId, Config, Connection, Protection, Report, State, outbox::Outbox, timing::Timing};
use crate::{
    codec::command::{Compress, Noop, Select},
    types::MailboxName,
};

/// A connection and what its server says to it.
struct Peer {
    machine: Connection,
    now: Instant,
    sent: Output,
}

impl Peer {
    fn new(greeting: &str) -> Self {
        Self::with(Config::default(), greeting)
    }

    fn with(config: Config, greeting: &str) -> Self {
        let config = Config { protection: Protection::Plaintext, ..config };
        let now = Instant::now();
        let mut peer = Self { machine: Connection::new(config, [7; 32], now), now, sent: Output::new() };
        peer.say(greeting);
        peer
    }

    /// What the connection makes of the bytes, all of them.
    fn say(&mut self, text: &str) {
        let mut input = BytesMut::from(text);
        loop {
            match self.machine.advance(&input, self.now).unwrap() {
                Step::Ready => drop(self.machine.event_owned(&mut input)),
                Step::Consumed(count) => drop(input.split_to(count)),
                Step::Need(_) => break,
            }
        }
        assert!(input.is_empty(), "all was read");
    }

    /// What it sends.
    fn hear(&mut self) -> String {
        self.machine.transmit(&mut self.sent, self.now);
        String::from_utf8(self.sent.take().to_vec()).unwrap()
    }

    /// Answers every command that was sent since with OK.
    fn answer_all(&mut self) {
        let sent = self.hear();
        let answers: String = sent
            .lines()
            .filter_map(|line| line.split(' ').next())
            .map(|tag| format!("{tag} OK x\r\n"))
            .collect();
        self.say(&answers);
    }
}

#[test]
fn an_idle_connection_gives_its_queues_back() {
    // All on their way at once, or one by one while the others wait.
    for in_flight in [4096, 1] {
        let config = Config { in_flight, ..Config::default() };
        let mut peer = Peer::with(config, "* PREAUTH [CAPABILITY IMAP4rev1] x\r\n");
        let submit =
            |peer: &mut Peer| -> Vec<_> { (0..100).map(|_| peer.machine.submit(Noop).unwrap()).collect() };
        let tickets = submit(&mut peer);
        let long =
            if in_flight == 1 { peer.machine.waiting.capacity() } else { peer.machine.under_way.capacity() };
        assert!(long >= 99, "{long}");
        while peer.machine.commands() > 0 {
            peer.answer_all();
        }
        let machine = &peer.machine;
        for capacity in [machine.under_way.capacity(), machine.waiting.capacity(), machine.notices.capacity()]
        {
            assert!(capacity <= 16, "{capacity}");
        }
        // While something is under way, nothing is taken away.
        let more = submit(&mut peer);
        peer.say("");
        assert_eq!((peer.machine.commands(), tickets.len(), more.len()), (100, 100, 100));
    }
}

#[test]
fn small_pieces_of_a_body_are_copied_out_of_the_buffer() {
    for (length, copied) in [(1, true), (4096, true), (4097, false)] {
        let mut peer = Peer::new("* PREAUTH [CAPABILITY IMAP4rev1] x\r\n");
        let ticket = peer.machine.submit(Select::new(MailboxName::inbox())).unwrap();
        peer.answer_all();
        drop(ticket);
        peer.say("* 1 EXISTS\r\n* 1 FETCH (UID 5 BODY[] {20000}\r\n");
        let mut input = BytesMut::from(&b"x".repeat(length)[..]);
        let at = input.as_ptr();
        assert!(matches!(peer.machine.advance(&input, peer.now), Ok(Step::Ready)));
        let Report::BodyChunk { bytes, .. } = peer.machine.event_owned(&mut input) else { panic!() };
        assert_eq!((bytes.len(), bytes.as_ptr() != at, input.len()), (length, copied, 0));
    }
}

#[test]
fn small_rows_are_copied_out_of_the_buffer() {
    for (length, copied) in [(100, true), (4096, true), (4097, false)] {
        let mut peer = Peer::new("* PREAUTH [CAPABILITY IMAP4rev1] x\r\n");
        let ticket = peer.machine.submit(Select::new(MailboxName::inbox())).unwrap();
        peer.answer_all();
        drop(ticket);
        peer.say("* 1 EXISTS\r\n");
        let row = "* 1 FETCH (UID 5 PREVIEW \"\")\r\n";
        let row = row.replace("\"\"", &format!("\"{}\"", "x".repeat(length - row.len())));
        let mut input = BytesMut::from(&*row);
        let at = input.as_ptr();
        assert!(matches!(peer.machine.advance(&input, peer.now), Ok(Step::Ready)));
        let Report::Fetch { row: owned, .. } = peer.machine.event_owned(&mut input) else { panic!() };
        let bytes = owned.row().as_bytes();
        assert_eq!((bytes, bytes.as_ptr() != at, input.len()), (row.as_bytes(), copied, 0), "{length}");
    }
}

#[test]
fn what_is_to_be_sent_is_counted() {
    let (mut outbox, mut out) = (Outbox::default(), Output::with_high_water(5));
    let mut said = Vec::new();
    outbox.bytes(Bytes::new());
    assert!(outbox.is_empty(), "nothing is no piece");
    outbox.bytes(Bytes::from_static(b"abc"));
    outbox.secret(Secret::new(b"defg".to_vec()));
    outbox.end(CommandId(1));
    outbox.bytes(Bytes::from_static(b"h"));
    outbox.end(CommandId(2));
    assert_eq!(outbox.len(), 8);
    outbox.transmit(&mut out, |id| said.push(id.0));
    assert_eq!((outbox.len(), &*said), (1, &[1][..]), "a command has ended where the mark was reached");
    assert_eq!(out.take(), "abcdefg");
    outbox.transmit(&mut out, |id| said.push(id.0));
    assert_eq!((outbox.len(), &*said, outbox.is_empty()), (0, &[1, 2][..], true));
    assert_eq!(out.take(), "h");
    for (bytes, full) in [((64 << 10) - 1, false), (64 << 10, true)] {
        let mut outbox = Outbox::default();
        outbox.secret(Secret::new(vec![0; bytes]));
        assert_eq!(outbox.is_full(), full, "{bytes}");
        outbox.clear();
        assert!(outbox.is_empty() && !outbox.is_full());
    }
}

#[test]
fn a_response_that_grows_by_much_is_progress() {
    let mut timing = Timing::default();
    for (arrived, progress) in [
        (4095, false),
        (4096, true),
        (4097, false),
        (8191, false),
        (8192, true),
        (100_000, true),
        (104_095, false),
    ] {
        timing.arrived(arrived);
        assert_eq!(timing.take_progress(), progress, "{arrived}");
    }
    timing.whole();
    timing.arrived(4096);
    assert!(timing.take_progress(), "another response");
}

/// The picture in the module's documentation.
fn drawn() -> String {
    let source = include_str!("mod.rs");
    let docs = source.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim_start);
    let picture = docs.skip_while(|line| *line != "stateDiagram-v2").take_while(|line| *line != "```");
    picture.fold(String::new(), |all, line| all + line + "\n")
}

#[test]
fn the_picture_is_of_the_table() {
    let expected: String = State::mermaid().lines().map(|line| line.trim_start().to_owned() + "\n").collect();
    assert_eq!(drawn(), expected);
}

#[test]
fn a_connection_is_quiescent_where_nothing_was_begun() {
    let now = Instant::now();
    let mut machine = Connection::new(Config::default(), [7; 32], now);
    assert!(machine.quiescent());
    let step = |machine: &mut Connection, input: &[u8]| machine.advance(input, now).unwrap();
    // Within a line; with an event that was not taken; with another one behind it.
    assert!(matches!(step(&mut machine, b"* OK [ALE"), Step::Need(_)));
    assert!(!machine.quiescent());
    let greeting = b"* OK [ALERT] x\r\n";
    assert_eq!(step(&mut machine, greeting), Step::Ready);
    assert!(!machine.quiescent());
    assert_eq!(machine.event(greeting).0, greeting.len());
    assert!(!machine.quiescent(), "a notice waits to be told");
    assert_eq!(step(&mut machine, b""), Step::Ready);
    machine.event(b"");
    assert!(machine.quiescent());
}

#[test]
fn the_text_of_a_row_is_put_together_around_its_bodies() {
    let mut peer = Peer::new("* PREAUTH [CAPABILITY IMAP4rev1] x\r\n");
    let ticket = peer.machine.submit(Select::new(MailboxName::inbox())).unwrap();
    peer.answer_all();
    drop(ticket);
    let (begin, body) = ("* 1 FETCH (BODY[] {20000}\r\n", "x".repeat(20_000));
    let end = format!(" UID 5 PREVIEW \"{}\")\r\n", "y".repeat(5000));
    peer.say("* 1 EXISTS\r\n");
    peer.say(&format!("{begin}{body}"));
    let mut input = BytesMut::from(&*end);
    assert_eq!(peer.machine.advance(&input, peer.now).unwrap(), Step::Ready);
    let Report::Fetch { row, .. } = peer.machine.event_owned(&mut input) else { panic!() };
    assert_eq!(row.row().as_bytes(), format!("{begin}{end}").as_bytes());
    assert!(input.is_empty());
}

#[test]
fn nothing_is_read_where_it_is_not_for_us() {
    let mut peer = Peer::new("* PREAUTH [CAPABILITY IMAP4rev1 COMPRESS=DEFLATE] x\r\n");
    let need = |peer: &mut Peer, input: &[u8]| peer.machine.advance(input, peer.now).unwrap();
    assert_eq!(need(&mut peer, b""), Step::Need(1));
    assert_eq!(peer.machine.input_limit(), peer.machine.config().limits.buffered);
    let compress = peer.machine.submit(Compress).unwrap();
    peer.answer_all();
    assert_eq!(need(&mut peer, b"* 1 EXISTS\r\n"), Step::Need(1), "it is to be inflated first");
    peer.machine.compression_installed();
    assert_eq!(need(&mut peer, b"* OK x\r\n"), Step::Ready);
    peer.machine.event(b"* OK x\r\n");
    assert!(peer.machine.handle_eof(Eof::Clean).is_err());
    assert_eq!(need(&mut peer, b""), Step::Need(1));
    assert_eq!(need(&mut peer, b"* OK x\r\n"), Step::Consumed(8), "it is over");
    assert!(peer.machine.handle_eof(Eof::Clean).is_ok(), "told already");
    drop(compress);
}
