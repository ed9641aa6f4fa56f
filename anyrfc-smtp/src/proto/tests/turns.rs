//! What may be said, and when: turns, windows, transactions step by step.

use anyrfc_core::Tolerance;

use super::*;
use crate::types::{Facts, Recipient, TransferPreference};

const BOTH: &[&str] = &["PIPELINING", "CHUNKING"];

/// A connection that was told more than its name.
fn talk(offers: &[&str], change: impl FnOnce(&mut Config)) -> Talk {
    let mut config = config();
    change(&mut config);
    let mut talk = Talk::new(config);
    talk.says("220 hi").says_hello(offers);
    talk.heard();
    assert!(matches!(talk.events.pop(), Some(Event::Ready)));
    talk
}

/// Streams a message of which nothing is declared.
fn stream(talk: &mut Talk) -> DeliveryId {
    let envelope = Envelope::new("a@c.example", ["x@d.example"]).unwrap();
    let (facts, payload) = (Facts::default(), Payload::Streamed);
    talk.connection.send(Submission { envelope, facts, payload, windowed: false }).unwrap()
}

/// Opens a transaction for nobody yet.
fn open(talk: &mut Talk) -> CommandId {
    let envelope = Envelope::new("a@c.example", ["nobody@d.example"]).unwrap();
    talk.connection.open_transaction(envelope, scan(MAIL), None).unwrap()
}

fn ask(talk: &mut Talk, recipient: &str) -> Result<CommandId, Error> {
    talk.connection.add_recipient(Recipient::new(recipient).unwrap())
}

fn whole() -> Payload {
    Payload::Whole(Bytes::from_static(MAIL))
}

fn kind<T>(result: Result<T, Error>) -> Option<ErrorKind> {
    result.err().map(|error| error.kind())
}

const USAGE: Option<ErrorKind> = Some(ErrorKind::Usage);
const CLOSED: Option<ErrorKind> = Some(ErrorKind::Closed);

#[test]
fn so_many_messages_are_under_way_and_at_least_one() {
    for (in_flight, begun) in [(0, 1), (1, 1), (2, 2), (3, 3), (9, 4)] {
        let mut talk = talk(BOTH, |config| config.in_flight = in_flight);
        for _ in 0..4 {
            talk.send(&["x@d.example"], true);
        }
        assert_eq!(talk.heard().matches("MAIL").count(), begun, "{in_flight}");
        assert_eq!(talk.connection.under_way(), 4);
    }
}

#[test]
fn a_refused_chunk_is_reset_once() {
    let mut talk = talk(BOTH, |_| ());
    for _ in 0..3 {
        talk.send(&["x@d.example"], true);
    }
    assert_eq!(talk.heard().matches("RSET\n").count(), 2);
    for _ in 0..2 {
        assert_eq!(talk.feed("250 ok\r\n250 ok\r\n552 5.3.4 no\r\n").heard(), "", "RSET is under way");
        assert_eq!(talk.outcomes(), "R");
        assert_eq!(talk.says("250 reset").heard(), "");
    }
    assert_eq!(talk.feed("250 ok\r\n250 ok\r\n552 5.3.4 no\r\n").heard(), "RSET\n");
    assert_eq!(talk.outcomes(), "R");
    assert!(talk.connection.is_in_step() && !talk.connection.is_idle());
    talk.says("250 reset");
    assert!(talk.connection.is_in_step() && talk.connection.is_idle());
    // What was accepted, and what is no chunk, leaves nothing behind.
    talk.send(&["x@d.example"], true);
    talk.heard();
    assert_eq!(talk.feed("250 ok\r\n250 ok\r\n250 ok\r\n").heard(), "");
    talk.outcomes();
    talk.send(&["x@d.example"], false);
    talk.heard();
    talk.feed("250 ok\r\n250 ok\r\n354 go\r\n");
    talk.heard();
    assert_eq!(talk.says("500 5.5.1 what").heard(), "");
    assert_eq!((talk.outcomes().as_str(), talk.error.is_none()), ("R", true));
}

#[test]
fn how_a_message_goes_and_what_it_waits_for() {
    let envelope = "MAIL FROM:<a@c.example>\nRCPT TO:<x@d.example>\n";
    let chunk = "BDAT 22 LAST\nSubject: x\n\n.hello\n";
    for (flavour, prefer, windowed, at_once, then) in [
        (Flavour::Smtp, TransferPreference::Data, false, "DATA\n", ""),
        (Flavour::Smtp, TransferPreference::Data, true, chunk, ""),
        (Flavour::Smtp, TransferPreference::Chunked, false, "", chunk),
        (Flavour::Smtp, TransferPreference::Chunked, true, chunk, ""),
        // How often it is answered is to be known before.
        (Flavour::Lmtp, TransferPreference::Data, true, "DATA\n", ""),
        (Flavour::Lmtp, TransferPreference::Chunked, true, "", chunk),
        (Flavour::Lmtp, TransferPreference::Chunked, false, "", chunk),
    ] {
        let mut talk = talk(BOTH, |config| (config.flavour, config.transfer) = (flavour, prefer));
        talk.send(&["x@d.example"], windowed);
        let case = format!("{flavour:?} {prefer:?} {windowed}");
        assert_eq!(talk.heard(), format!("{envelope}{at_once}"), "{case}");
        assert_eq!(talk.feed("250 ok\r\n250 ok\r\n").heard(), then, "{case}");
    }
}

#[test]
fn a_transaction_step_by_step_goes_as_a_message_does() {
    let mut talk = talk(BOTH, |_| ());
    open(&mut talk);
    assert_eq!(talk.heard(), "MAIL FROM:<a@c.example>\n", "whom it named is added like others");
    ask(&mut talk, "x@d.example").unwrap();
    assert_eq!(talk.heard(), "RCPT TO:<x@d.example>\n", "which is pipelined");
    talk.feed("250 ok\r\n250 ok\r\n");
    talk.connection.send_opened(whole()).unwrap();
    assert_eq!(talk.heard(), "DATA\n");
    talk.says("354 go");
    talk.heard();
    assert_eq!(talk.says("250 ok").outcomes(), "A");
    assert!(talk.connection.is_idle() && talk.connection.is_in_step());
    talk.send(&["x@d.example"], false);
    assert!(talk.heard().starts_with("MAIL"));
}

#[test]
fn a_transaction_keeps_its_order() {
    let mut talk = Talk::ready(&[]);
    assert_eq!(kind(ask(&mut talk, "x@d.example")), USAGE);
    assert_eq!(kind(talk.connection.send_opened(whole())), USAGE);
    talk.connection.leave_transaction();
    assert_eq!(talk.heard(), "", "there is none to leave");
    open(&mut talk);
    let another = Envelope::new("a@c.example", ["x@d.example"]).unwrap();
    assert_eq!(kind(talk.connection.open_transaction(another.clone(), scan(MAIL), None)), USAGE);
    let submission =
        || Submission { envelope: another.clone(), facts: scan(MAIL), payload: whole(), windowed: false };
    assert_eq!(kind(talk.connection.send(submission())), USAGE, "before MAIL is answered");
    assert_eq!(kind(talk.connection.send_opened(whole())), USAGE, "before MAIL is answered");
    assert_eq!(kind(talk.connection.say_hello_again()), USAGE);
    talk.heard();
    talk.says("250 ok");
    assert_eq!(kind(talk.connection.send(submission())), USAGE, "it is open");
    assert!(!talk.connection.is_idle());
    ask(&mut talk, "x@d.example").unwrap();
    ask(&mut talk, "y@d.example").unwrap();
    assert_eq!(talk.heard(), "RCPT TO:<x@d.example>\n");
    assert_eq!(kind(talk.connection.send_opened(whole())), USAGE, "nothing is answered");
    assert_eq!(talk.says("550 no").heard(), "RCPT TO:<y@d.example>\n");
    assert_eq!(kind(talk.connection.send_opened(whole())), USAGE, "not all is answered");
    talk.says("250 ok");
    talk.connection.send_opened(whole()).unwrap();
    assert_eq!(talk.heard(), "DATA\n");
    talk.says("354 go");
    talk.heard();
    assert_eq!(talk.says("250 ok").outcomes(), "RA", "each has its own answer");
    assert!(talk.connection.is_idle());
}

#[test]
fn answers_that_come_together_are_told_apart() {
    let mut talk = Talk::ready(&["PIPELINING"]);
    open(&mut talk);
    let asked: Vec<_> = ["x@d.example", "y@d.example", "z@d.example"]
        .into_iter()
        .map(|recipient| ask(&mut talk, recipient).unwrap())
        .collect();
    assert!(asked.windows(2).all(|two| two[0] < two[1]));
    talk.heard();
    talk.feed("250 ok\r\n550 no\r\n250 ok\r\n452 full\r\n");
    talk.connection.send_opened(whole()).unwrap();
    talk.heard();
    talk.says("354 go");
    talk.heard();
    assert_eq!(talk.says("250 ok").outcomes(), "RAR");
}

#[test]
fn a_message_for_nobody_leaves_the_transaction_open_until_it_is_left() {
    let mut talk = Talk::ready(&[]);
    open(&mut talk);
    talk.heard();
    talk.says("250 ok");
    ask(&mut talk, "x@d.example").unwrap();
    talk.heard();
    talk.says("550 no");
    assert_eq!(kind(talk.connection.send_opened(whole())), USAGE);
    assert!(!talk.connection.is_idle() && !talk.connection.is_in_step());
    let envelope = Envelope::new("a@c.example", ["x@d.example"]).unwrap();
    let submission = Submission { envelope, facts: scan(MAIL), payload: whole(), windowed: false };
    assert_eq!(kind(talk.connection.send(submission)), USAGE);
    talk.connection.leave_transaction();
    // What comes next comes behind it.
    talk.send(&["x@d.example"], false);
    assert_eq!(talk.heard(), "RSET\n");
    assert_eq!(talk.says("250 ok").heard(), "MAIL FROM:<a@c.example>\n");
    talk.connection.leave_transaction();
    assert_eq!(talk.says("250 ok").heard(), "RCPT TO:<x@d.example>\n", "it is left once");
}

#[test]
fn a_transaction_may_be_left_before_it_is_open() {
    let mut talk = Talk::ready(&["PIPELINING"]);
    open(&mut talk);
    talk.connection.leave_transaction();
    assert_eq!(talk.heard(), "MAIL FROM:<a@c.example>\nRSET\n");
    talk.feed("250 ok\r\n");
    assert_eq!(kind(ask(&mut talk, "x@d.example")), USAGE);
    talk.says("250 ok");
    assert!(talk.connection.is_idle());
    // Once the connection has ended there is nothing to say.
    open(&mut talk);
    talk.heard();
    talk.says("250 ok").says("hello");
    talk.heard();
    talk.connection.leave_transaction();
    assert_eq!((talk.heard(), talk.connection.is_answered()), (String::new(), true));
}

#[test]
fn a_sender_that_is_refused_opens_nothing() {
    for (offers, refusal, said) in [
        (&["SIZE"][..], "552 5.3.4 too large", "RSET\n"),
        (&["SIZE"], "452 4.3.1 no room", "RSET\n"),
        (&["SIZE"], "550 5.7.1 no", ""),
        (&["SIZE"], "451 4.7.1 later", ""),
        (&[], "552 5.3.4 too large", ""),
        (&[], "452 4.3.1 no room", ""),
    ] {
        let mut talk = Talk::ready(offers);
        open(&mut talk);
        talk.heard();
        assert_eq!(talk.says(refusal).heard(), said, "{offers:?} {refusal}");
        assert_eq!(kind(ask(&mut talk, "x@d.example")), USAGE);
        if !said.is_empty() {
            talk.says("250 ok");
        }
        assert!(talk.connection.is_idle(), "{offers:?} {refusal}");
    }
    // The same of a message as a whole.
    for (refusal, said) in [("550 5.7.1 no", ""), ("552 5.3.4 no", "RSET\n")] {
        let mut talk = Talk::ready(&["SIZE"]);
        talk.send(&["x@d.example"], false);
        talk.heard();
        assert_eq!(talk.says(refusal).heard(), said);
    }
}

#[test]
fn a_reset_of_the_callers_ends_the_transaction() {
    let mut talk = Talk::ready(&[]);
    open(&mut talk);
    talk.heard();
    talk.says("250 ok");
    talk.connection.submit(Command::Rset).unwrap();
    assert_eq!(talk.heard(), "RSET\n");
    assert!(!talk.connection.is_idle() && !talk.connection.is_in_step());
    talk.says("250 ok");
    assert!(talk.connection.is_idle());
    assert_eq!(kind(ask(&mut talk, "x@d.example")), USAGE);
    talk.connection.submit(Command::Rset).unwrap();
    talk.heard();
    talk.says("550 no");
    assert_eq!(talk.error.as_ref().map(Error::kind), Some(ErrorKind::Protocol), "nobody knows what is open");
}

#[test]
fn commands_that_end_no_group_follow_each_other() {
    let mut talk = Talk::ready(&["PIPELINING"]);
    for command in [Command::Rset, Command::Rset, Command::Noop(None), Command::Rset] {
        talk.connection.submit(command).unwrap();
    }
    assert_eq!(talk.connection.under_way(), 4);
    assert_eq!(talk.heard(), "RSET\nRSET\nNOOP\n");
    assert_eq!(talk.feed("250 ok\r\n250 ok\r\n").heard(), "");
    assert_eq!(talk.connection.under_way(), 2);
    assert_eq!(talk.says("250 ok").heard(), "RSET\n");
    let mut talk = Talk::ready(&[]);
    for _ in 0..2 {
        talk.connection.submit(Command::Rset).unwrap();
    }
    assert_eq!(talk.heard(), "RSET\n");
    assert_eq!(talk.says("250 ok").heard(), "RSET\n");
    assert!(!talk.connection.is_idle());
    talk.says("250 ok");
    assert!(talk.connection.is_idle());
}

#[test]
fn nothing_comes_between_the_chunks_of_a_message() {
    for pipelines in [true, false] {
        let offers = if pipelines { BOTH } else { &["CHUNKING"] };
        let mut talk = talk(offers, |config| config.transfer = TransferPreference::Chunked);
        let id = stream(&mut talk);
        talk.heard();
        assert_eq!(talk.connection.wanting(), None);
        talk.connection.provide(id, Bytes::from_static(b"too early"), true).unwrap();
        assert_eq!(talk.heard(), "", "the envelope comes first");
        talk.says("250 ok");
        talk.heard();
        talk.says("250 ok");
        assert_eq!((talk.heard().as_str(), talk.connection.wanting()), ("", Some(id)));
        // Nothing is owed, and nothing may be said.
        talk.connection.submit(Command::Noop(None)).unwrap();
        talk.send(&["y@d.example"], false);
        talk.connection.quit().unwrap();
        assert_eq!(talk.heard(), "");
        talk.connection.provide(id, Bytes::new(), false).unwrap();
        assert_eq!((talk.heard().as_str(), talk.connection.wanting()), ("", Some(id)), "nothing is no chunk");
        talk.connection.provide(id, Bytes::from_static(b"a\r\n"), false).unwrap();
        assert_eq!(talk.connection.wanting(), None, "it is not sent yet");
        assert_eq!(talk.heard(), "BDAT 3\na\n");
        assert_eq!(talk.connection.wanting(), pipelines.then_some(id), "each is awaited otherwise");
        talk.says("250 ok");
        assert_eq!((talk.heard().as_str(), talk.connection.wanting()), ("", Some(id)));
        talk.connection.provide(id, Bytes::new(), true).unwrap();
        let said = talk.heard();
        assert!(said.starts_with("BDAT 0 LAST\n"), "{said}");
        assert_eq!(said.contains("NOOP"), pipelines);
        assert_eq!(talk.connection.wanting(), None);
        talk.connection.provide(id, Bytes::from_static(b"more"), true).unwrap();
        assert_eq!(talk.heard(), "", "it has ended");
        talk.says("250 ok");
        assert_eq!(talk.outcomes(), "A");
    }
}

#[test]
fn lines_are_as_long_as_text_has_them_unless_it_is_binary() {
    let wanted = |binary: bool| {
        let mut talk = talk(&["CHUNKING", "BINARYMIME", "8BITMIME"], |config| {
            config.transfer = TransferPreference::Chunked;
        });
        let envelope = Envelope::new("a@c.example", ["x@d.example"]).unwrap();
        let facts = Facts { binary, ..Facts::default() };
        let submission = Submission { envelope, facts, payload: Payload::Streamed, windowed: false };
        let id = talk.connection.send(submission).unwrap();
        talk.heard();
        for _ in 0..2 {
            talk.says("250 ok");
            talk.heard();
        }
        assert_eq!(talk.connection.wanting(), Some(id));
        (talk, id)
    };
    for (binary, octets, fits) in
        [(false, 998, true), (false, 999, false), (true, 999, true), (true, 5000, true)]
    {
        let (mut talk, id) = wanted(binary);
        let given = talk.connection.provide(id, Bytes::from(vec![b'x'; octets]), true);
        assert_eq!(given.is_ok(), fits, "{binary} {octets}");
        assert_eq!(talk.heard().starts_with(&format!("BDAT {} LAST\n", octets + 2)), fits);
    }
}

#[test]
fn a_chunk_that_is_refused_ends_the_message_once() {
    let begun = |last: bool| {
        let mut talk = talk(BOTH, |config| config.transfer = TransferPreference::Chunked);
        let id = stream(&mut talk);
        talk.heard();
        talk.feed("250 ok\r\n250 ok\r\n");
        talk.connection.provide(id, Bytes::from_static(b"a\r\n"), false).unwrap();
        talk.connection.provide(id, Bytes::from_static(b"b\r\n"), last).unwrap();
        assert!(talk.heard().starts_with("BDAT 3\na\nBDAT 3"));
        (talk, id)
    };
    // In the middle: no more of it is sent.
    let (mut talk, id) = begun(false);
    assert_eq!(talk.connection.wanting(), Some(id));
    assert_eq!(talk.says("552 5.3.4 no").heard(), "RSET\n");
    assert_eq!(talk.connection.wanting(), None);
    talk.connection.provide(id, Bytes::from_static(b"c\r\n"), true).unwrap();
    assert_eq!(talk.says("503 no").heard(), "", "RSET is under way");
    assert_eq!(talk.outcomes(), "R");
    // After the last one was said, its answer is what counts.
    let (mut talk, _) = begun(true);
    assert_eq!(talk.says("552 5.3.4 no").heard(), "");
    assert!(talk.report().is_none());
    assert_eq!(talk.says("503 no").heard(), "RSET\n");
    assert_eq!(talk.outcomes(), "R");
    // Given up, it is reset at once.
    let (mut talk, id) = begun(false);
    talk.connection.abandon(id, Error::closed("given up"));
    assert_eq!(talk.heard(), "RSET\n");
    assert_eq!(talk.feed("250 ok\r\n552 no\r\n250 ok\r\n").heard(), "");
    assert_eq!((talk.outcomes().as_str(), talk.connection.is_idle()), ("R", true));
    // Once it was said whole it is not stopped.
    let (mut talk, id) = begun(true);
    talk.connection.abandon(id, Error::closed("given up"));
    assert_eq!(talk.heard(), "");
    assert_eq!(talk.feed("250 ok\r\n250 ok\r\n").outcomes(), "A");
}

#[test]
fn an_open_transaction_that_is_given_up_is_reset_in_its_place() {
    for (later, said) in [(false, "RSET\n"), (true, "RSET\nMAIL FROM:<a@c.example>\n")] {
        let mut talk = Talk::ready(&[]);
        open(&mut talk);
        talk.heard();
        talk.says("250 ok");
        ask(&mut talk, "x@d.example").unwrap();
        talk.heard();
        talk.says("250 ok");
        talk.connection.submit(Command::Noop(None)).unwrap();
        let id = talk.connection.send_opened(whole()).unwrap();
        if later {
            talk.send(&["y@d.example"], false);
        }
        talk.connection.abandon(id, Error::closed("given up"));
        assert_eq!(talk.outcomes(), "N");
        assert_eq!(talk.heard(), "NOOP\n");
        let mut heard = talk.says("250 ok").heard();
        heard += &talk.says("250 ok").heard();
        assert_eq!(heard, said);
    }
}

#[test]
fn one_of_several_that_wait_is_given_up_alone() {
    let mut talk = Talk::ready(&[]);
    let ids: Vec<_> =
        ["v@d", "w@d", "x@d", "y@d"].into_iter().map(|recipient| talk.send(&[recipient], false)).collect();
    talk.heard();
    talk.connection.abandon(ids[2], Error::closed("given up"));
    let mut told = Vec::new();
    let mut asked = String::new();
    for _ in 0..3 {
        asked += &talk.says("250 ok").heard();
        asked += &talk.says("550 no").heard();
        asked += &talk.says("250 ok").heard();
        while let Some((id, report)) = talk.report() {
            told.push((id, letters(&report)));
        }
    }
    for (recipient, is_asked) in [("v@d", true), ("w@d", true), ("x@d", false), ("y@d", true)] {
        assert_eq!(asked.contains(&format!("RCPT TO:<{recipient}>")), is_asked, "{asked}");
    }
    let expected: Vec<_> =
        ids.iter().zip(["R", "R", "N", "R"]).map(|(id, of)| (*id, of.to_owned())).collect();
    assert_eq!(told, expected, "in their order");
}

#[test]
fn nothing_is_submitted_to_a_connection_that_is_being_left() {
    let mut talk = Talk::ready(&[]);
    talk.send(&["x@d.example"], false);
    talk.connection.quit().unwrap();
    // QUIT waits, and whatever comes later is too late.
    assert_eq!(talk.connection.phase(), State::Ready);
    assert_eq!(kind(talk.connection.submit(Command::Noop(None))), CLOSED);
    assert_eq!(kind(talk.connection.quit()), CLOSED);
    talk.heard();
    talk.says("250 ok");
    assert_eq!(talk.says("550 no").heard(), "RCPT TO:<x@d.example>\nRSET\n");
    assert_eq!(talk.says("250 ok").heard(), "QUIT\n");
    assert_eq!(talk.connection.phase(), State::Quitting);
    assert_eq!(kind(talk.connection.submit(Command::Noop(None))), CLOSED);
    talk.says("221 bye");
    assert_eq!((talk.connection.phase(), talk.error.is_none()), (State::Closed, true));
    assert_eq!(kind(talk.connection.submit(Command::Noop(None))), CLOSED);
    // Nor before it is there.
    let mut early = Talk::new(config());
    assert_eq!(kind(early.connection.submit(Command::Noop(None))), USAGE);
    assert_eq!(kind(early.connection.quit()), USAGE);
    // Nor to one that is about to end.
    let mut talk = Talk::ready(&[]);
    talk.connection.doomed = Some(Error::closed("soon"));
    assert_eq!(kind(talk.connection.submit(Command::Noop(None))), CLOSED);
    assert_eq!(talk.connection.wanting(), None);
}

#[test]
fn what_would_say_who_knows_what_is_refused() {
    let mut strict = talk(&[], |config| config.tolerance = Tolerance::Strict);
    for command in [
        Command::Quit,
        Command::StartTls,
        Command::Ehlo(EhloName::domain("c.example").unwrap()),
        Command::Data,
        Command::Bdat { size: 1, last: true },
    ] {
        assert_eq!(kind(strict.connection.submit(command)), USAGE);
    }
    strict.connection.submit(Command::Noop(None)).unwrap();
    assert_eq!(kind(strict.connection.say_hello_again()), USAGE, "a command is under way");
    strict.heard();
    strict.says("250 ok");
    strict.connection.say_hello_again().unwrap();
    assert_eq!(strict.heard(), "EHLO c.example\n");
}

#[test]
fn whatever_comes_next_waits_for_a_message_to_be_said_whole() {
    type Next = fn(&mut Talk);
    let next: [(&str, Next); 3] = [
        ("NOOP", |talk| assert!(talk.connection.submit(Command::Noop(None)).is_ok())),
        ("MAIL", |talk| _ = talk.send(&["y@d.example"], false)),
        ("QUIT", |talk| assert!(talk.connection.quit().is_ok())),
    ];
    for (verb, submit) in next {
        for offers in [BOTH, &["CHUNKING"], &["PIPELINING"], &[]] {
            let mut talk = talk(offers, |config| config.transfer = TransferPreference::Chunked);
            let id = stream(&mut talk);
            talk.heard();
            talk.says("250 ok");
            talk.heard();
            talk.says("250 ok");
            if talk.heard() == "DATA\n" || !offers.contains(&"CHUNKING") {
                talk.says("354 go");
            }
            assert_eq!(talk.connection.wanting(), Some(id), "{offers:?}");
            submit(&mut talk);
            assert_eq!((talk.heard().as_str(), talk.connection.is_idle()), ("", false), "{verb} {offers:?}");
            talk.connection.provide(id, Bytes::from_static(b"a\r\n"), true).unwrap();
            let mut heard = talk.heard();
            heard += &talk.says("250 ok").heard();
            // Between a chunk and the next message RSET may be.
            assert!(
                heard.contains(&format!("\n{verb}")) && heard.starts_with(['a', 'B']),
                "{verb} {offers:?}: {heard}"
            );
            assert_eq!(talk.outcomes(), "A", "{verb} {offers:?}");
        }
    }
}
