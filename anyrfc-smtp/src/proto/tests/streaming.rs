//! Messages in pieces, and those that are given up.

use super::*;
use crate::{rfc5321, types::TransferPreference};

/// A connection that sends by chunks where the server offers that.
fn chunked(offers: &[&str]) -> Talk {
    let mut config = config();
    config.transfer = TransferPreference::Chunked;
    let mut talk = Talk::new(config);
    talk.says("220 hi").says_hello(offers);
    assert_eq!(talk.heard(), "EHLO c.example\n");
    talk.events.clear();
    talk
}

/// Streams a message of no declared size to this recipient.
fn stream(talk: &mut Talk, recipient: &str) -> DeliveryId {
    let envelope = Envelope::new("a@c.example", [recipient]).unwrap();
    let facts = crate::types::Facts::default();
    let submission = Submission { envelope, facts, payload: Payload::Streamed, windowed: false };
    talk.connection.send(submission).unwrap()
}

#[test]
fn what_waits_behind_a_message_in_pieces_is_not_forgotten() {
    let mut talk = chunked(&["CHUNKING"]);
    let id = stream(&mut talk, "x@d.example");
    for _ in 0..40 {
        talk.send(&["y@d.example"], false);
    }
    talk.heard();
    talk.says("250 ok").says("250 ok");
    talk.heard();
    talk.connection.provide(id, Bytes::from_static(b"Subject: x\r\n"), false).unwrap();
    assert_eq!(talk.heard(), "BDAT 12\nSubject: x\n");
    assert_eq!(talk.connection.wanting(), None, "not before it is answered");
    talk.says("250 ok");
    // Nothing is owed at the moment, and yet it is not over.
    assert!(!talk.connection.is_in_step() && !talk.connection.is_idle());
    assert_eq!((talk.connection.under_way(), talk.connection.wanting()), (41, Some(id)));
    talk.connection.provide(id, Bytes::from_static(b"\r\n"), true).unwrap();
    assert_eq!(talk.heard(), "BDAT 2 LAST\n\n");
    talk.says("250 ok");
    assert_eq!(talk.outcomes(), "A");
    for _ in 0..40 {
        let heard = talk.heard();
        if heard == "RSET\n" {
            talk.says("250 ok");
        }
        talk.says("550 no");
        assert_eq!(talk.outcomes(), "R", "{heard}");
    }
    assert_eq!(talk.connection.under_way(), 0);
    assert!(talk.connection.is_in_step() && talk.error.is_none());
}

#[test]
fn a_transaction_of_the_callers_is_under_way_until_it_is_left() {
    let mut talk = Talk::ready(&["PIPELINING"]);
    assert!(talk.connection.is_in_step());
    let envelope = Envelope::new("a@c.example", ["x@d.example"]).unwrap();
    talk.connection.open_transaction(envelope, scan(MAIL), None).unwrap();
    assert!(!talk.connection.is_in_step(), "MAIL is not answered");
    talk.heard();
    talk.says("250 ok");
    assert!(!talk.connection.is_in_step(), "it is open");
    talk.connection.leave_transaction();
    assert!(!talk.connection.is_in_step(), "RSET is a command like others");
    assert_eq!(talk.heard(), "RSET\n");
    talk.says("250 ok");
    assert!(talk.connection.is_in_step());
}

#[test]
fn a_message_given_up_before_data_costs_no_connection() {
    // Before MAIL is answered, and before RCPT is.
    for answered in [0, 1] {
        let mut talk = Talk::ready(&[]);
        let id = talk.send(&["x@d.example", "y@d.example"], false);
        talk.heard();
        for _ in 0..answered {
            talk.says("250 ok");
            talk.heard();
        }
        talk.connection.abandon(id, Error::closed("given up"));
        assert_eq!(talk.heard(), "");
        talk.says("250 ok");
        assert_eq!(talk.heard(), "RSET\n", "{answered}");
        talk.says("250 ok");
        assert_eq!(talk.outcomes(), "NN");
        assert!(talk.error.is_none() && talk.connection.is_in_step());
        // A second time it changes nothing.
        talk.connection.abandon(id, Error::closed("given up"));
        assert!(talk.connection.is_in_step());
    }
}

#[test]
fn a_message_given_up_before_it_has_its_turn_is_never_begun() {
    let mut talk = Talk::ready(&[]);
    talk.send(&["x@d.example"], false);
    let id = talk.send(&["y@d.example"], false);
    talk.heard();
    talk.connection.abandon(id, Error::closed("given up"));
    assert!(talk.report().is_none(), "in its order");
    talk.says("250 ok").says("550 no");
    assert!(talk.heard().ends_with("RSET\n"));
    talk.says("250 ok");
    assert_eq!(talk.outcomes(), "R");
    assert_eq!(talk.report().map(|(of, report)| (of, letters(&report))), Some((id, "N".to_owned())));
    assert_eq!((talk.heard(), talk.connection.is_in_step()), (String::new(), true));
}

#[test]
fn what_is_over_wants_no_more_of_a_message() {
    let begun = |offers: &[&str]| {
        let mut talk = chunked(offers);
        let id = stream(&mut talk, "x@d.example");
        talk.heard();
        talk.says("250 ok").says("250 ok");
        talk.heard();
        (talk, id)
    };
    let (mut talk, id) = begun(&["CHUNKING"]);
    assert_eq!(talk.connection.wanting(), Some(id));
    assert!(talk.connection.handle_eof(anyrfc_core::Eof::Clean).is_err());
    assert_eq!(talk.connection.wanting(), None, "the connection has ended");
    let (mut talk, id) = begun(&["CHUNKING"]);
    talk.connection.doomed = Some(Error::closed("x"));
    assert_eq!(talk.connection.wanting(), None, "it is about to");
    talk.connection.doomed = None;
    assert_eq!(talk.connection.wanting(), Some(id));
    // Where chunks are pipelined, the next may follow at once.
    let (mut talk, id) = begun(&["CHUNKING", "PIPELINING"]);
    talk.connection.provide(id, Bytes::from_static(b"Subject: x\r\n"), false).unwrap();
    assert_eq!(talk.connection.wanting(), None, "not before it is sent");
    talk.heard();
    assert_eq!(talk.connection.wanting(), Some(id));
    // One that was refused is not gone on with.
    talk.says("452 full");
    assert_eq!(talk.connection.wanting(), None);
}

#[test]
fn under_lmtp_what_was_said_of_one_recipient_holds_for_it() {
    let mut config = config();
    config.flavour = Flavour::Lmtp;
    let mut talk = Talk::new(config);
    talk.says("220 hi").says_hello(&["PIPELINING"]);
    talk.send(&["x@d.example", "y@d.example", "z@d.example"], false);
    talk.heard();
    talk.feed("250 ok\r\n250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n");
    talk.heard();
    talk.says("250 taken").says("452 full");
    talk.error = talk.connection.handle_eof(anyrfc_core::Eof::Truncated).err();
    assert_eq!(talk.outcomes(), "ARU");
}

#[test]
fn a_refused_sender_or_reset_is_seen_by_whoever_conducts_the_transaction() {
    let envelope = || Envelope::new("a@c.example", ["x@d.example"]).unwrap();
    let mut talk = Talk::ready(&[]);
    let recipient = envelope().recipients().first().cloned().unwrap();
    talk.connection.open_transaction(envelope(), scan(MAIL), None).unwrap();
    talk.heard();
    talk.says("550 no");
    assert!(talk.connection.is_in_step(), "none was opened");
    let error = talk.connection.add_recipient(recipient).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(talk.connection.send_opened(Payload::Whole(Bytes::from_static(MAIL))).is_err());
    talk.connection.open_transaction(envelope(), scan(MAIL), None).unwrap();
    talk.heard();
    talk.says("250 ok");
    talk.connection.submit(Command::Rset).unwrap();
    assert_eq!(talk.heard(), "RSET\n");
    talk.says("550 never");
    assert_eq!(talk.error.as_ref().map(Error::kind), Some(ErrorKind::Protocol));
}

/// A server has to take a hundred recipients (RFC 5321, section 4.5.3.1.8): what it says of fewer
/// in a message of a declared size may be about that.
#[test]
fn a_refusal_of_one_of_the_first_hundred_may_be_about_the_size() {
    let path = |number: usize| format!("r{number}@d.example");
    let paths: Vec<String> = (0..102).map(path).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    for offers in [&["PIPELINING", "SIZE"][..], &["PIPELINING"]] {
        let mut talk = Talk::ready(offers);
        talk.send(&paths, false);
        talk.heard();
        let accepted = "250 ok\r\n".repeat(99);
        talk.feed(&format!("250 ok\r\n{accepted}452 full\r\n250 ok\r\n452 full\r\n354 go\r\n"));
        talk.heard();
        talk.says("250 ok");
        let (_, report) = talk.report().unwrap();
        let of_size: Vec<bool> = report.recipients().iter().map(|report| report.of_size).collect();
        let known = offers.len() == 2;
        assert_eq!((of_size[99], of_size[100], of_size[101]), (known, known, false), "{offers:?}");
    }
}

#[test]
fn a_message_follows_its_recipients_once_they_are_answered() {
    let envelope = Envelope::new("a@c.example", ["x@d.example"]).unwrap();
    let recipient = envelope.recipients().first().cloned().unwrap();
    let mut talk = Talk::ready(&["PIPELINING"]);
    let payload = || Payload::Whole(Bytes::from_static(MAIL));
    assert!(talk.connection.send_opened(payload()).is_err(), "nothing is open");
    talk.connection.open_transaction(envelope, scan(MAIL), None).unwrap();
    talk.heard();
    assert!(talk.connection.send_opened(payload()).is_err(), "MAIL is not answered");
    talk.says("250 ok");
    talk.connection.add_recipient(recipient.clone()).unwrap();
    talk.connection.add_recipient(recipient).unwrap();
    talk.heard();
    talk.says("250 ok");
    assert!(talk.connection.send_opened(payload()).is_err(), "one RCPT is not answered");
    talk.says("550 no");
    assert!(talk.connection.send_opened(payload()).is_ok());
    assert_eq!(talk.heard(), "DATA\n");
    talk.says("354 go");
    talk.heard();
    talk.says("250 ok");
    assert_eq!(talk.outcomes(), "AR");
}

#[test]
fn so_many_messages_are_under_way_at_once() {
    for (in_flight, begun) in [(0, 1), (1, 1), (2, 2), (3, 3)] {
        let mut config = config();
        config.in_flight = in_flight;
        let mut talk = Talk::new(config);
        talk.says("220 hi").says_hello(&["PIPELINING", "CHUNKING"]);
        talk.heard();
        for _ in 0..3 {
            talk.send(&["x@d.example"], true);
        }
        assert_eq!(talk.heard().matches("MAIL FROM").count(), begun, "{in_flight}");
    }
}

#[test]
fn under_lmtp_a_window_waits_for_the_recipients() {
    let mut config = config();
    (config.flavour, config.transfer) = (Flavour::Lmtp, TransferPreference::Chunked);
    let mut talk = Talk::new(config);
    talk.says("220 hi").says_hello(&["PIPELINING", "CHUNKING"]);
    talk.heard();
    talk.send(&["x@d.example"], true);
    assert_eq!(talk.heard(), "MAIL FROM:<a@c.example>\nRCPT TO:<x@d.example>\n");
    talk.feed("250 ok\r\n250 ok\r\n");
    assert!(talk.heard().starts_with("BDAT "));
}

#[test]
fn chunks_hold_lines_that_are_not_too_long_and_are_not_empty() {
    let begun = || {
        let mut talk = chunked(&["CHUNKING"]);
        let id = stream(&mut talk, "x@d.example");
        talk.heard();
        talk.says("250 ok").says("250 ok");
        talk.heard();
        (talk, id)
    };
    for (octets, fits) in [(998, true), (999, false)] {
        let (mut talk, id) = begun();
        let line = Bytes::from("x".repeat(octets) + "\r\n");
        assert_eq!(talk.connection.provide(id, line, false).is_ok(), fits, "{octets}");
    }
    let (mut talk, id) = begun();
    talk.connection.provide(id, Bytes::new(), false).unwrap();
    assert_eq!(talk.heard(), "");
    talk.connection.provide(id, Bytes::from_static(b"a"), false).unwrap();
    assert_eq!(talk.heard(), "BDAT 1\na");
    talk.says("250 ok");
    talk.connection.provide(id, Bytes::new(), true).unwrap();
    assert_eq!(talk.heard(), "BDAT 2 LAST\n\n", "the line is ended");
    // Behind the last there is nothing.
    talk.connection.provide(id, Bytes::from_static(b"b"), true).unwrap();
    assert_eq!(talk.heard(), "");
    talk.says("250 ok");
    assert_eq!(talk.outcomes(), "A");
}

#[test]
fn what_is_binary_has_no_lines() {
    let mut talk = chunked(&["CHUNKING", "BINARYMIME"]);
    let envelope = Envelope::new("a@c.example", ["x@d.example"]).unwrap();
    let facts = crate::types::Facts {
        binary: true,
        line_ends: crate::types::content::LineEnds::Keep,
        ..crate::types::Facts::default()
    };
    let submission = Submission { envelope, facts, payload: Payload::Streamed, windowed: false };
    let id = talk.connection.send(submission).unwrap();
    assert!(talk.heard().ends_with(" BODY=BINARYMIME\n"));
    talk.says("250 ok").says("250 ok");
    talk.heard();
    talk.connection.provide(id, Bytes::from("x".repeat(5000)), false).unwrap();
    assert!(talk.heard().starts_with("BDAT 5000\n"));
}

#[test]
fn a_message_does_not_go_into_a_transaction_of_the_callers() {
    let envelope = || Envelope::new("a@c.example", ["x@d.example"]).unwrap();
    let submission = || {
        let payload = Payload::Whole(Bytes::from_static(MAIL));
        Submission { envelope: envelope(), facts: scan(MAIL), payload, windowed: false }
    };
    let refused = |talk: &mut Talk| talk.connection.send(submission()).unwrap_err().requirement();
    let mut talk = Talk::ready(&[]);
    let recipient = envelope().recipients().first().cloned().unwrap();
    talk.connection.open_transaction(envelope(), scan(MAIL), None).unwrap();
    assert_eq!(refused(&mut talk), Some(rfc5321::MAIL_IS_NOT_NESTED), "MAIL is not answered");
    talk.heard();
    talk.says("250 ok");
    talk.connection.add_recipient(recipient).unwrap();
    talk.heard();
    talk.says("550 no");
    let error = talk.connection.send_opened(Payload::Whole(Bytes::from_static(MAIL))).unwrap_err();
    assert_eq!(error.requirement(), Some(rfc5321::TRANSACTION_KEEPS_ITS_ORDER));
    assert_eq!(refused(&mut talk), Some(rfc5321::MAIL_IS_NOT_NESTED), "it is open still");
    talk.connection.leave_transaction();
    assert_eq!(talk.heard(), "RSET\n");
    talk.says("250 ok");
    // Once is enough.
    talk.connection.leave_transaction();
    assert_eq!(talk.heard(), "");
    assert!(talk.connection.send(submission()).is_ok());
}
