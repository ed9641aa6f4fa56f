//! How a session ends, and what is not said any more; deadlines, and what is kept meanwhile.

use anyrfc_core::Eof;

use super::*;
use crate::error::Waited;

fn kind(talk: &Talk) -> Option<ErrorKind> {
    talk.error.as_ref().map(Error::kind)
}

const NANO: Duration = Duration::from_nanos(1);

#[test]
fn in_the_midst_of_a_message_nothing_else_is_said() {
    let mut talk = Talk::ready(&["PIPELINING"]);
    let envelope = Envelope::new("a@c.example", ["x@d.example"]).unwrap();
    let facts = crate::types::Facts::default();
    let submission = Submission { envelope, facts, payload: Payload::Streamed, windowed: false };
    let id = talk.connection.send(submission).unwrap();
    talk.heard();
    talk.feed("250 ok\r\n250 ok\r\n354 go\r\n");
    talk.connection.provide(id, Bytes::from_static(b"Subject: x\r\n"), false).unwrap();
    assert_eq!(talk.heard(), "Subject: x\n");
    talk.feed("hello\r\n");
    assert_eq!((talk.heard().as_str(), kind(&talk)), ("", Some(ErrorKind::Protocol)));
    assert_eq!(talk.outcomes(), "N");
}

#[test]
fn what_was_not_sent_is_not_in_the_way_of_quit() {
    // DATA waits in the outbox, and is taken back.
    let mut talk = Talk::ready(&[]);
    talk.send(&["x@d.example"], false);
    talk.heard();
    talk.says("250 ok");
    talk.heard();
    talk.feed("250 ok\r\nhello\r\n");
    assert_eq!((talk.heard().as_str(), kind(&talk)), ("QUIT\n", Some(ErrorKind::Protocol)));
    assert_eq!(talk.outcomes(), "N");
}

#[test]
fn a_message_of_which_not_all_is_out_was_not_sent() {
    for out in [false, true] {
        let mut talk = Talk::ready(&[]);
        talk.send(&["x@d.example"], false);
        talk.heard();
        talk.says("250 ok").says("250 ok");
        talk.heard();
        // The content is ready, and nobody has asked for it.
        talk.input.extend_from_slice(b"354 go\r\n");
        assert_eq!(talk.connection.advance(&talk.input, talk.now).unwrap(), Step::Consumed(8));
        assert!(talk.connection.wants_write());
        if out {
            talk.connection.transmit(&mut talk.output, talk.now);
        }
        talk.error = talk.connection.handle_eof(Eof::Clean).err();
        assert_eq!(talk.outcomes(), if out { "U" } else { "N" });
    }
}

#[test]
fn where_something_comes_next_that_is_no_command_quit_is_not_said() {
    let mut talk = Talk::ready(&[]);
    talk.connection.layer_due = true;
    talk.connection.doomed = Some(Error::closed("soon"));
    talk.pump();
    assert_eq!((talk.heard().as_str(), kind(&talk)), ("", Some(ErrorKind::Closed)));
    let mut talk = Talk::ready(&[]);
    talk.connection.hush();
    talk.says("hello");
    assert_eq!((talk.heard().as_str(), kind(&talk)), ("", Some(ErrorKind::Protocol)));
}

#[test]
fn a_deadline_is_over_when_it_is_reached() {
    let mut talk = Talk::ready(&[]);
    assert_eq!(talk.connection.poll_timeout(), None, "nothing is awaited");
    talk.connection.submit(Command::Noop(None)).unwrap();
    talk.connection.advance(b"", talk.now).unwrap();
    assert_eq!(talk.connection.poll_timeout(), None, "it is not sent");
    talk.connection.handle_timeout(talk.now + Duration::from_secs(10_000)).unwrap();
    talk.heard();
    let late = talk.connection.poll_timeout().unwrap();
    assert_eq!(late, talk.now + Duration::from_secs(300));
    talk.connection.handle_timeout(late - NANO).unwrap();
    assert_eq!(talk.connection.phase(), State::Ready);
    let error = talk.connection.handle_timeout(late).unwrap_err();
    assert_eq!(error.waited_for(), Some(Waited::Command));
    assert_eq!((talk.connection.phase(), talk.connection.poll_timeout()), (State::Failed, None));
    assert_eq!(talk.heard(), "QUIT\n");
}

#[test]
fn each_reply_has_a_deadline_of_its_own() {
    let mut talk = Talk::ready(&["PIPELINING"]);
    for _ in 0..2 {
        talk.connection.submit(Command::Rset).unwrap();
    }
    talk.heard();
    let first = talk.connection.poll_timeout().unwrap();
    talk.now += Duration::from_secs(100);
    // The same is awaited as before, and another one of it.
    talk.says("250 ok");
    assert_eq!(talk.connection.poll_timeout(), Some(first + Duration::from_secs(100)));
    talk.now += Duration::from_secs(100);
    talk.feed("250 o");
    assert_eq!(talk.connection.poll_timeout(), Some(first + Duration::from_secs(100)));
    talk.feed("k\r\n");
    assert_eq!(talk.connection.poll_timeout(), None);
    let again = talk.now + Duration::from_secs(50);
    talk.now = again;
    talk.connection.submit(Command::Rset).unwrap();
    talk.heard();
    assert_eq!(talk.connection.poll_timeout(), Some(again + Duration::from_secs(300)));
}

#[test]
fn what_has_not_greeted_is_left_without_a_word_and_what_does_not_say_goodbye_too() {
    let mut talk = Talk::new(config());
    let late = talk.connection.poll_timeout().unwrap();
    assert_eq!(late, talk.now + Duration::from_secs(300));
    let error = talk.connection.handle_timeout(late).unwrap_err();
    assert_eq!(error.waited_for(), Some(Waited::Greeting));
    assert_eq!((talk.heard().as_str(), talk.connection.phase()), ("", State::Failed));
    let mut talk = Talk::ready(&[]);
    talk.connection.quit().unwrap();
    assert_eq!(talk.heard(), "QUIT\n");
    let late = talk.connection.poll_timeout().unwrap();
    assert_eq!(late, talk.now + Duration::from_secs(5));
    talk.connection.handle_timeout(late).unwrap();
    assert_eq!((talk.heard().as_str(), talk.connection.phase()), ("", State::Closed));
    // The hello is awaited from somebody who has greeted.
    let mut talk = Talk::new(config());
    talk.says("220 hi");
    talk.heard();
    let late = talk.connection.poll_timeout().unwrap();
    let error = talk.connection.handle_timeout(late).unwrap_err();
    assert_eq!((error.waited_for(), talk.heard().as_str()), (Some(Waited::Hello), "QUIT\n"));
}

#[test]
fn an_end_of_the_stream_is_expected_behind_quit_alone() {
    for eof in [Eof::Clean, Eof::Truncated] {
        let mut talk = Talk::ready(&[]);
        talk.connection.quit().unwrap();
        talk.heard();
        talk.connection.handle_eof(eof).unwrap();
        assert_eq!((talk.connection.phase(), talk.connection.poll_timeout()), (State::Closed, None));
        talk.connection.handle_eof(eof).unwrap();
        let mut talk = Talk::ready(&[]);
        assert_eq!(talk.connection.handle_eof(eof).unwrap_err().kind(), ErrorKind::Closed);
        assert_eq!((talk.connection.phase(), talk.heard().as_str()), (State::Failed, ""));
        talk.connection.handle_eof(eof).unwrap();
    }
}

#[test]
fn what_comes_behind_the_end_is_dropped() {
    let mut talk = Talk::ready(&[]);
    assert_eq!(talk.connection.advance(b"", talk.now).unwrap(), Step::Need(1));
    assert_eq!(talk.connection.advance(b"25", talk.now).unwrap(), Step::Need(1));
    let mut talk = Talk::ready(&[]);
    talk.connection.quit().unwrap();
    talk.heard();
    talk.says("221 bye");
    assert_eq!(talk.connection.advance(b"", talk.now).unwrap(), Step::Need(1));
    assert_eq!(talk.connection.advance(b"250 what", talk.now).unwrap(), Step::Consumed(8));
}

#[test]
fn an_event_releases_what_was_read_for_it_once() {
    let mut talk = Talk::new(config());
    assert_eq!(talk.connection.event(b"220 hi\r\n").0, 0, "nothing was read");
    talk.says("220 hi");
    talk.heard();
    assert!(talk.connection.quiescent());
    talk.feed("250-a\r\n");
    assert!(!talk.connection.quiescent(), "a reply is begun");
    talk.input.extend_from_slice(b"250 SIZE\r\nmore");
    assert_eq!(talk.connection.advance(&talk.input, talk.now).unwrap(), Step::Ready);
    assert!(!talk.connection.quiescent(), "an event waits");
    assert!(matches!(talk.connection.event(&talk.input), (17, Event::Ready)));
    assert!(talk.connection.quiescent());
    assert_eq!(talk.connection.event(&talk.input).0, 0);
}

#[test]
fn what_is_submitted_is_numbered() {
    let mut talk = Talk::ready(&["PIPELINING"]);
    let first = talk.connection.submit(Command::Noop(None)).unwrap();
    let second = talk.send(&["x@d.example"], false);
    assert_eq!((first.0, second.0), (1, 2));
    talk.heard();
    talk.says("250 ok");
    talk.heard();
    talk.feed("250 ok\r\n550 no\r\n503 no\r\n");
    talk.heard();
    talk.says("250 ok");
    let envelope = Envelope::new("a@c.example", ["x@d.example"]).unwrap();
    let third = talk.connection.open_transaction(envelope, scan(MAIL), None).unwrap();
    let recipient = crate::types::Recipient::new("x@d.example").unwrap();
    let fourth = talk.connection.add_recipient(recipient).unwrap();
    assert_eq!((third.0, fourth.0), (3, 4));
}

#[test]
fn an_idle_connection_keeps_no_long_queues() {
    let mut talk = Talk::ready(&[]);
    talk.connection.owed = VecDeque::with_capacity(100);
    talk.connection.deliveries = VecDeque::with_capacity(100);
    talk.connection.events = VecDeque::with_capacity(100);
    talk.connection.outbox.buffer().reserve(10_000);
    talk.pump();
    let Connection { owed, deliveries, events, outbox, .. } = &mut talk.connection;
    assert!([owed.capacity(), deliveries.capacity(), events.capacity()].iter().all(|kept| *kept <= 16));
    assert!(outbox.buffer().capacity() <= 4096);
}
