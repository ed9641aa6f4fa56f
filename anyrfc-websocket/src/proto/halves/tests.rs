use std::time::Duration;

use anyrfc_core::Machine as _;

use super::*;
use crate::proto::{Config, KeepAlive, Role};

fn connection() -> Connection {
    let keep_alive = Some(KeepAlive::every(Duration::from_secs(10)));
    let config = Config { keep_alive, ..Config::default() };
    Connection::established(Role::Server, config, [7; 32])
}

/// Both parts of an open connection.
fn halves() -> (Connection, Sending) {
    let mut receiving = connection();
    let sending = receiving.split_off();
    (receiving, sending)
}

/// What the sending part writes.
fn sent(sending: &mut Sending) -> Vec<u8> {
    let mut out = Output::new();
    sending.transmit(&mut out, Instant::now());
    out.take().to_vec()
}

#[test]
fn a_message_is_there_where_it_lies_whole_in_one_frame() {
    for (input, there) in [
        (&b""[..], false),
        (b"\x82", false),
        (b"\x82\x02a", false),
        (b"\x82\x02ab", true),
        (b"\x82\x02abc", true),
        (b"\x81\x00", true),
        // A fragment, the last one of others, control frames, and what is no frame.
        (b"\x02\x01a", false),
        (b"\x80\x01a", false),
        (b"\x89\x00", false),
        (b"\x88\x00", false),
        (b"\x83\x00", false),
    ] {
        let mut client = Connection::established(Role::Client, Config::default(), [7; 32]);
        assert_eq!(client.has_message(input), there, "{input:x?}");
        // Not while anything else is to be done first.
        client.outgoing.pong(b"").unwrap();
        assert!(!client.has_message(input));
        client.outgoing.abandon();
        assert_eq!(client.has_message(input), there);
        client.incoming.opened();
        assert!(!client.has_message(input));
        client.incoming.event(input);
        assert_eq!(client.has_message(input), there);
        client.state = State::CloseSent;
        assert!(!client.has_message(input));
    }
}

#[test]
fn each_thing_to_be_written_is_told() {
    let (_receiving, mut sending) = halves();
    assert!(!sending.wants_write() && sent(&mut sending).is_empty());
    sending.outgoing.ping(b"a").unwrap();
    assert!(sending.wants_write());
    assert_eq!(sent(&mut sending), b"\x89\x01a");
    assert!(!sending.wants_write());
    sending.ping = true;
    assert!(sending.wants_write());
    assert_eq!(sent(&mut sending)[..6], *b"\x89\x0cping");
    assert!(!sending.wants_write());
    sending.desk.leave(Message::Pong("b".into()), false).unwrap();
    assert!(sending.wants_write());
    assert_eq!(sent(&mut sending), b"\x8a\x01b");
    assert!(!sending.wants_write());
}

#[test]
fn mail_and_news_are_there_until_they_are_taken() {
    let (mut receiving, mut sending) = halves();
    let desk = Arc::clone(sending.desk());
    assert!(!desk.has_mail() && !desk.has_news() && !desk.is_shut());
    desk.release_contexts();
    assert!(desk.has_mail() && desk.has_news() && !desk.is_shut());
    sending.take_mail(&mut Output::new());
    receiving.hear();
    assert!(!desk.has_mail() && !desk.has_news() && !desk.is_shut());
    assert_eq!(desk.locked.load(Ordering::Relaxed), 4);
    sending.take_mail(&mut Output::new());
    receiving.hear();
    assert_eq!(desk.locked.load(Ordering::Relaxed), 4, "there was nothing to look for");
}

#[test]
fn close_is_said_once_and_not_where_it_is_too_late() {
    let now = Instant::now();
    let (mut receiving, mut sending) = halves();
    let desk = Arc::clone(sending.desk());
    desk.close(Some(CloseCode::NORMAL.into()), now);
    desk.close(Some(CloseCode::GOING_AWAY.into()), now);
    receiving.hear();
    assert_eq!((receiving.state, receiving.closing.said), (State::CloseSent, Some(CloseCode::NORMAL)));
    assert_eq!(receiving.poll_timeout(), Some(now + Duration::from_secs(5)));
    assert_eq!(sent(&mut sending), b"\x88\x02\x03\xe8");
    assert!(!desk.has_mail());
    // The connection was over before it was split.
    let mut ended = connection();
    ended.state = State::Failed;
    let desk = Arc::clone(ended.split_off().desk());
    assert!(desk.is_shut());
    desk.close(None, now);
    assert!(!desk.has_mail() && !desk.has_news());
    // The peer has said Close in the meantime.
    let (mut receiving, mut sending) = halves();
    sending.outgoing.ping(b"first").unwrap();
    receiving.advance(b"\x88\x80\0\0\0\0", now).unwrap();
    assert!(sending.desk().is_shut());
    sending.desk().close(Some(CloseCode::NORMAL.into()), now);
    receiving.hear();
    assert_eq!((receiving.closing.by, receiving.closing.said), (Some(EndedBy::Peer), None));
    receiving.post();
    assert_eq!(sent(&mut sending), b"\x89\x05first\x88\0");
}

#[test]
fn nothing_goes_behind_close() {
    let (_receiving, mut sending) = halves();
    sending.outgoing.close(None);
    for closed in [false, true] {
        assert_eq!((sending.outgoing.is_closing(), sending.outgoing.closed), (!closed, closed));
        sending.desk.leave(Message::text("late"), false).unwrap();
        sending.ping = true;
        sending.take_mail(&mut Output::new());
        let wire = sent(&mut sending);
        assert_eq!(wire, if closed { &b""[..] } else { b"\x88\0" });
        assert!(!sending.wants_write());
    }
    // Nor a ping of our own before it, while it waits for room.
    let (_receiving, mut sending) = halves();
    sending.outgoing.pong(b"").unwrap();
    sending.outgoing.close(None);
    sending.ping = true;
    let mut full = Output::with_high_water(0);
    sending.transmit(&mut full, Instant::now());
    assert!(full.is_empty() && !sending.ping);
    assert_eq!(sent(&mut sending), b"\x8a\0\x88\0");
    // What is left by both parts is one Close.
    let (_receiving, mut sending) = halves();
    for code in [CloseCode::NORMAL, CloseCode::GOING_AWAY] {
        sending.desk.post(|mail| mail.close = Some(Some(code.into())));
        sending.take_mail(&mut Output::new());
    }
    assert_eq!(sent(&mut sending), b"\x88\x02\x03\xe8");
    sending.desk.post(|mail| mail.close = Some(None));
    assert!(sent(&mut sending).is_empty());
}

#[test]
fn of_many_pongs_the_latest_is_left() {
    let (mut receiving, mut sending) = halves();
    for n in 0..=PONGS {
        receiving.outgoing.answer(&[n as u8]);
        receiving.post();
    }
    sending.desk.leave(Message::Ping("mine".into()), false).unwrap();
    let wire = sent(&mut sending);
    let mut expected: Vec<u8> = (0..PONGS).flat_map(|n| [0x8A, 1, n as u8]).collect();
    expected[3 * PONGS - 1] = PONGS as u8;
    expected.extend_from_slice(b"\x89\x04mine");
    assert_eq!(wire, expected);
    // Of those that came while the sending part was elsewhere, each kind has its own room.
    for message in [Message::Ping("x".into()), Message::Pong("x".into())] {
        for _ in 0..16 {
            sending.desk.leave(message.clone(), false).unwrap();
        }
        assert_eq!(sending.desk.leave(message, false).unwrap_err().kind(), ErrorKind::Limit);
    }
    assert_eq!(sent(&mut sending).len(), 32 * 3);
}

#[test]
fn a_ping_that_is_due_is_left_while_the_connection_is_open() {
    let (start, interval) = (Instant::now(), Duration::from_secs(10));
    let due = || {
        let (mut receiving, sending) = halves();
        receiving.advance(b"", start).unwrap();
        receiving.handle_timeout(start + interval).unwrap();
        assert!(receiving.wants_write());
        (receiving, sending)
    };
    let (mut receiving, mut sending) = due();
    receiving.transmit(&mut Output::new(), start + interval);
    assert_eq!(receiving.poll_timeout(), None, "its time begins when it has left");
    let mut out = Output::new();
    sending.transmit(&mut out, start + interval * 2);
    receiving.hear();
    assert_eq!((out.len(), receiving.poll_timeout()), (14, Some(start + interval * 4)));
    // It comes back unwritten.
    let (mut receiving, mut sending) = due();
    receiving.post_all();
    assert!(sending.desk().has_mail());
    sending.take_mail(&mut Output::new());
    receiving.rejoin(sending);
    assert!(receiving.wants_write());
    // Close came before it.
    let (mut receiving, mut sending) = due();
    sending.desk().close(None, start);
    receiving.hear();
    receiving.post();
    assert_eq!(sent(&mut sending), b"\x88\0");
    // And none is left where none is due.
    let (mut receiving, mut sending) = halves();
    receiving.post();
    assert!(sent(&mut sending).is_empty());
}

#[test]
fn the_last_words_of_a_failed_connection_take_the_place_of_the_rest() {
    for close in [false, true] {
        let (mut receiving, mut sending) = halves();
        let now = Instant::now();
        sending.outgoing.ping(b"never sent").unwrap();
        if close {
            sending.desk().close(None, now);
        }
        receiving.advance(b"\x83\x80\0\0\0\0", now).unwrap_err();
        receiving.post();
        assert!(sending.desk().is_shut());
        assert_eq!(sent(&mut sending)[..1], [0x88]);
        assert!(sent(&mut sending).is_empty());
    }
    // Nobody is left to hear them.
    let (mut receiving, mut sending) = halves();
    sending.outgoing.ping(b"never sent").unwrap();
    receiving.handle_eof(anyrfc_core::Eof::Clean).unwrap_err();
    assert!(sending.desk().is_shut() && sent(&mut sending).is_empty());
    assert_eq!(
        sending.send(&mut Output::new(), Message::text("x"), false).unwrap_err().kind(),
        ErrorKind::Closed
    );
}

#[test]
fn a_ping_of_the_caller_is_measured_by_the_receiving_part() {
    let (start, second) = (Instant::now(), Duration::from_secs(1));
    let (mut receiving, mut sending) = halves();
    sending.send(&mut Output::new(), Message::Ping("mine".into()), false).unwrap();
    sending.transmit(&mut Output::new(), start + second);
    receiving.advance(b"\x8a\x84\0\0\0\0mine", start + second * 3).unwrap();
    assert_eq!(receiving.latency(), Some(second * 2));
}

#[test]
fn what_is_held_is_counted() {
    let (_receiving, mut sending) = halves();
    assert_eq!((sending.capacity(), sending.is_sending()), (0, false));
    sending.can_begin().unwrap();
    sending.outgoing.part(&mut Output::new(), Kind::Text, b"a", false, false).unwrap();
    assert_eq!(sending.can_begin().unwrap_err().kind(), ErrorKind::Usage);
    sending.outgoing.ping(b"").unwrap();
    assert!(sending.capacity() > 127);
}
