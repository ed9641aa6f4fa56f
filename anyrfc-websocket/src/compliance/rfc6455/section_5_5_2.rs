//! RFC 6455, section 5.5.2: Ping.

use std::time::Duration;

use anyrfc_core::{ErrorKind, Machine as _, compliance::Check};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::super::{
    support::{
        BINARY, CLOSE, End, Form, PING, PONG, TEXT, binary, body, close_frame, fails, frame, naive_frames,
        noise, ping, plain, pong, receives, text, to,
    },
    wire::{driven, virtually},
};
use crate::{
    Kind, Message,
    proto::{Config, Role, State},
    rfc6455 as r,
};

const BOTH: [Role; 2] = [Role::Client, Role::Server];

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-5.5.2/ping-may-carry-data",
        covers: &[r::PING_MAY_CARRY_DATA],
        run: ping_may_carry_data,
    },
    Check { name: "section-5.5.2/ping-is-answered", covers: &[r::PING_IS_ANSWERED], run: ping_is_answered },
    Check {
        name: "section-5.5.2/pong-is-sent-at-once",
        covers: &[r::PONG_IS_SENT_SOON],
        run: pong_is_sent_at_once,
    },
    Check {
        name: "section-5.5.2/ping-may-be-sent-while-connected",
        covers: &[r::PING_WHILE_CONNECTED],
        run: ping_may_be_sent_while_connected,
    },
];

/// First byte and payload of what an end has written.
fn sent(end: &mut End) -> Vec<(u8, Vec<u8>)> {
    end.frames().into_iter().map(|frame| (frame.first(), frame.payload)).collect()
}

fn ping_may_carry_data() {
    for length in [0, 1, 124, 125] {
        let payload = noise(length, 40);
        for role in BOTH {
            let answer = receives(role, to(role, PING, &payload), &[ping(&payload)]);
            assert_eq!(answer.len(), 1);
            assert_eq!((answer[0].first(), &answer[0].payload), (PONG, &payload), "the data comes back");
        }
        // Ours, there and back again.
        let (mut client, mut server) = (End::client(), End::server());
        client.send(ping(&payload)).expect("queued");
        assert_eq!(server.feed(client.written()).fine(), [ping(&payload)]);
        assert_eq!(client.feed(server.written()).fine(), [pong(&payload)]);
        assert_eq!(client.written(), b"");
    }
    let mut client = End::client();
    assert_eq!(client.send(ping(noise(126, 1))).expect_err("too long").kind(), ErrorKind::Usage);
    assert_eq!(client.written(), b"");
    fails(Role::Client, plain(PING, noise(126, 1)), r::CONTROL_PAYLOAD_IS_SHORT, 1002);
    // A pong with other data is seen to be another one.
    assert_ne!(client.feed(plain(PONG, "b")).fine(), [pong("a")]);
}

fn ping_is_answered() {
    for role in BOTH {
        let answer = receives(role, to(role, PING, "Hello"), &[ping("Hello")]);
        assert_eq!(answer.len(), 1);
        assert_eq!((answer[0].first(), &answer[0].payload[..]), (PONG, &b"Hello"[..]));

        let ten: Vec<u8> = (0..10_u8).flat_map(|i| to(role, PING, [i])).collect();
        let pings: Vec<Message> = (0..10_u8).map(|i| ping([i])).collect();
        let answers = receives(role, ten, &pings);
        assert!(answers.iter().map(|f| (f.first(), f.payload.clone())).eq((0..10).map(|i| (PONG, vec![i]))));

        // Nothing else is.
        for other in [to(role, PONG, "Hello"), to(role, TEXT, "Hello"), to(role, BINARY, "")] {
            let mut end = End::new(role, &Config::default(), [6; 32]);
            end.feed(other).fine();
            assert_eq!(sent(&mut end), []);
        }
        // After a Close was received, a ping is not.
        let mut end = End::new(role, &Config::default(), [6; 32]);
        end.feed([to(role, CLOSE, body(1000, "")), to(role, PING, "late")].concat()).fine();
        assert_eq!(sent(&mut end), [(CLOSE, body(1000, ""))]);
        end.feed(to(role, PING, "later")).fine();
        assert_eq!(sent(&mut end), []);

        // After we have sent one, and none has come, it is: before the peer's Close, a Ping counts.
        let mut end = End::new(role, &Config::default(), [6; 32]);
        end.close(Some(close_frame(1000, "")));
        assert_eq!(sent(&mut end), [(CLOSE, body(1000, ""))]);
        assert_eq!(end.feed(to(role, PING, "still there?")).fine(), [ping("still there?")]);
        assert_eq!(sent(&mut end), [(PONG, b"still there?".to_vec())]);
        assert_eq!(end.phase(), State::CloseSent);
    }
}

fn pong_is_sent_at_once() {
    // Before the event is taken, and without any time passing.
    let mut client = End::client();
    assert!(!client.connection.wants_write());
    let bytes = plain(PING, "now");
    client.connection.advance(&bytes, client.now).expect("a ping");
    assert!(client.connection.wants_write());
    assert_eq!(sent(&mut client), [(PONG, b"now".to_vec())]);
    client.connection.advance(&bytes[bytes.len()..], client.now).expect("pending");
    assert!(!client.connection.wants_write(), "answered once");

    // Between fragments, and in front of a frame that has not come yet.
    let mut client = End::client();
    client.feed(plain(0x01, "begun")).fine();
    assert!(!client.connection.wants_write(), "there is nothing to answer");
    client.feed(plain(PING, "1")).fine();
    assert_eq!(sent(&mut client), [(PONG, b"1".to_vec())]);
    let rest = frame(0x80, None, Form::Ext64, 1_000_000, &[b'x'; 10]);
    client.feed([plain(PING, "2"), rest].concat()).fine();
    assert_eq!(sent(&mut client), [(PONG, b"2".to_vec())]);

    // On a stream: while the application waits for messages only.
    virtually(async {
        let (mut driver, mut far, _) = driven(Role::Client, 4096);
        far.write_all(&plain(PING, "read")).await.expect("written");
        assert!(driver.next().await.is_ok_and(|event| event.is_some()));
        let reading = async {
            let mut buffer = [0; 10];
            far.read_exact(&mut buffer).await.expect("the pong");
            buffer
        };
        tokio::select! {
            event = driver.next() => panic!("nothing more was sent: {event:?}"),
            buffer = reading => {
                let frames = naive_frames(&buffer);
                assert_eq!((frames[0].first(), &frames[0].payload[..]), (PONG, &b"read"[..]));
            }
        }
    });
    // And while it only writes: the pong comes right after the message on its way.
    virtually(async {
        let (mut driver, mut far, _) = driven(Role::Client, 64);
        far.write_all(&plain(PING, "write")).await.expect("written");
        let (connection, output) = driver.command();
        connection.send(output, Message::binary(vec![1; 200_000])).expect("sent");
        let reading = async {
            let mut all = Vec::new();
            while all.len() < 200_014 + 11 {
                let mut buffer = [0; 64];
                let count = far.read(&mut buffer).await.expect("read");
                all.extend_from_slice(&buffer[..count]);
            }
            all
        };
        let (flushed, all) = tokio::join!(driver.flush(), reading);
        flushed.expect("flushed");
        let frames = naive_frames(&all);
        assert_eq!(frames.iter().map(|f| f.first()).collect::<Vec<_>>(), [BINARY, PONG]);
        assert_eq!(frames[1].payload, b"write");
    });
}

fn ping_may_be_sent_while_connected() {
    let mut client = End::client();
    client.send(ping("at once")).expect("open");
    assert_eq!(sent(&mut client), [(PING, b"at once".to_vec())]);
    client.part(Kind::Text, "a", false).expect("begun");
    client.send(ping("in ours")).expect("open");
    client.feed(plain(0x02, "theirs")).fine();
    client.send(ping("in theirs")).expect("open");
    client.pass(Duration::from_secs(86_400)).expect("idle");
    client.send(ping("after a day")).expect("open");
    let expected = [(0x01, "a"), (PING, "in ours"), (PING, "in theirs"), (PING, "after a day")];
    assert_eq!(sent(&mut client), expected.map(|(first, payload)| (first, payload.as_bytes().to_vec())));

    // Once closing has begun, whoever began it, and after the end.
    let mut ours = End::client();
    ours.close(None);
    let mut theirs = End::client();
    theirs.feed(plain(CLOSE, "")).fine();
    let mut ended = End::client();
    ended.feed(plain(CLOSE, "")).fine();
    ended.written();
    ended.connection.handle_eof(anyrfc_core::Eof::Clean).expect("in order");
    let mut failed = End::client();
    failed.connection.handle_eof(anyrfc_core::Eof::Clean).expect_err("not in order");
    for (end, phase) in [
        (&mut ours, State::CloseSent),
        (&mut theirs, State::Closing),
        (&mut ended, State::Closed),
        (&mut failed, State::Failed),
    ] {
        assert_eq!(end.phase(), phase);
        end.written();
        for refused in [end.send(ping("late")), end.send(pong("late"))] {
            assert_eq!(refused.expect_err("not open").kind(), ErrorKind::Closed, "{phase:?}");
        }
        assert_eq!(end.written(), b"", "{phase:?}");
    }
    receives(Role::Client, plain(TEXT, "a"), &[text("a")]);
    receives(Role::Client, plain(BINARY, "a"), &[binary("a")]);
}
