//! Keep-alive and the deadlines of an open connection, by hand: no I/O, and the
//! time is an argument.

use std::time::{Duration, Instant};

use anyrfc_core::{ErrorKind, Machine as _, Output, ProtocolState, Step};
use anyrfc_websocket::{
    CloseCode, EndedBy, Error, KeepAlive, Kind, Message, Subprotocols, Waited,
    codec::handshake::Request,
    proto::{Config, Connection, Delivery, Event, Opening, OwnedEvent, Role, State},
};
use bytes::BytesMut;

const SECOND: Duration = Duration::from_secs(1);

fn config(edit: impl FnOnce(&mut Config)) -> Config {
    let mut config = Config::default();
    edit(&mut config);
    config
}

/// A client with what it has received, sent and reported.
struct End {
    connection: Connection,
    input: BytesMut,
    output: Output,
    start: Instant,
    events: Vec<OwnedEvent>,
}

impl End {
    fn client(config: Config) -> Self {
        let connection = Connection::established(Role::Client, config, [7; 32]);
        let start = Instant::now();
        let mut end =
            Self { connection, input: BytesMut::new(), output: Output::new(), start, events: Vec::new() };
        end.at(Duration::ZERO, b"").unwrap();
        end
    }

    /// Receives `bytes` at this time, and takes every event.
    fn at(&mut self, time: Duration, bytes: &[u8]) -> Result<(), Error> {
        self.input.extend_from_slice(bytes);
        loop {
            match self.connection.advance(&self.input, self.start + time)? {
                Step::Ready => self.events.push(self.connection.event_owned(&mut self.input)),
                Step::Consumed(count) => drop(self.input.split_to(count)),
                Step::Need(_) => return Ok(()),
            }
        }
    }

    /// What is sent at this time, unmasked: (first byte, payload) of each frame.
    fn sent(&mut self, time: Duration) -> Vec<(u8, Vec<u8>)> {
        if self.connection.wants_write() {
            self.connection.transmit(&mut self.output, self.start + time);
        }
        let bytes = self.output.take();
        let (mut rest, mut frames) = (&bytes[..], Vec::new());
        while let [first, length, a, b, c, d, tail @ ..] = rest {
            let key = [*a, *b, *c, *d];
            let length = usize::from(length & 0x7F);
            let payload = tail[..length].iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key);
            frames.push((*first, payload.collect()));
            rest = &tail[length..];
        }
        frames
    }

    fn deadline(&self) -> Option<Duration> {
        self.connection.poll_timeout().map(|at| at.saturating_duration_since(self.start))
    }

    /// Lets the deadline pass by the clock.
    fn expire(&mut self) -> Result<Duration, Error> {
        let at = self.deadline().expect("a deadline");
        if let Some(before) = at.checked_sub(Duration::from_nanos(1)) {
            self.connection.handle_timeout(self.start + before).unwrap();
            assert_eq!(self.deadline(), Some(at), "it passed too early");
        }
        self.connection.handle_timeout(self.start + at)?;
        assert!(self.deadline().is_none_or(|next| next > at), "still due");
        Ok(at)
    }

    /// How it failed: the deadline, and that the peer was told.
    #[track_caller]
    fn failed(mut self, error: &Error, waited_for: Waited, code: CloseCode) {
        assert_eq!((error.kind(), error.waited_for()), (ErrorKind::Timeout, Some(waited_for)), "{error}");
        assert_eq!(error.close_code(), Some(code));
        assert_eq!(
            (self.connection.phase(), self.connection.state()),
            (State::Failed, ProtocolState::Failed)
        );
        assert_eq!(
            (self.connection.closed_by(), self.connection.close_said()),
            (Some(EndedBy::Us), Some(code))
        );
        assert_eq!(self.deadline(), None);
        let frames = self.sent(Duration::from_secs(10_000));
        let [(0x88, body)] = &frames[..] else { panic!("no Close: {frames:?}") };
        assert_eq!(body[..2], code.get().to_be_bytes());
        assert_eq!(std::str::from_utf8(&body[2..]).unwrap(), error.to_string());
    }
}

fn server_frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first, u8::try_from(payload.len()).unwrap()];
    frame.extend_from_slice(payload);
    frame
}

fn pong(payload: &[u8]) -> Vec<u8> {
    server_frame(0x8A, payload)
}

fn keep_alive() -> Config {
    config(|config| config.keep_alive = Some(KeepAlive::every(10 * SECOND).timeout(3 * SECOND)))
}

/// Sends the ping that is due, and says what is in it.
#[track_caller]
fn ping(end: &mut End, due: Duration) -> Vec<u8> {
    assert_eq!(end.expire().unwrap(), due);
    let frames = end.sent(due);
    let [(0x89, payload)] = &frames[..] else { panic!("no ping: {frames:?}") };
    payload.clone()
}

#[test]
fn nothing_is_timed_unless_asked_for() {
    let mut end = End::client(Config::default());
    assert_eq!(end.deadline(), None);
    end.at(SECOND, b"\x01\x05He").unwrap();
    end.at(2 * SECOND, b"llo\x80").unwrap();
    assert_eq!((end.deadline(), end.connection.wants_write()), (None, false));
}

#[test]
fn pings_are_sent_each_interval_and_their_pongs_measured_to_the_nanosecond() {
    let mut end = End::client(keep_alive());
    assert_eq!((end.connection.latency(), end.deadline()), (None, Some(10 * SECOND)));
    let first = ping(&mut end, 10 * SECOND);
    assert_eq!(end.deadline(), Some(13 * SECOND), "the pong is due");
    let rtt = Duration::new(0, 1_234_567);
    end.at(10 * SECOND + rtt, &pong(&first)).unwrap();
    assert_eq!((end.connection.latency(), end.deadline()), (Some(rtt), Some(20 * SECOND)));
    let second = ping(&mut end, 20 * SECOND);
    assert_ne!(first, second, "its payload cannot be guessed");
    assert!(second.len() >= 8);
    // Both at the last moment and a second time: neither is the caller's business.
    end.at(23 * SECOND - Duration::from_nanos(1), &[pong(&second), pong(&second)].concat()).unwrap();
    assert_eq!(end.connection.latency(), Some(3 * SECOND - Duration::from_nanos(1)));
    assert_eq!(end.events, []);
    assert_eq!(end.deadline(), Some(30 * SECOND));
}

#[test]
fn a_pong_that_does_not_come_fails_the_connection() {
    for other in [&b""[..], &pong(b""), &pong(b"ping........"), &pong(&[0; 12]), b"\x81\x01x"] {
        let mut end = End::client(keep_alive());
        ping(&mut end, 10 * SECOND);
        end.at(12 * SECOND, other).unwrap();
        // Other pongs are the caller's, as ever.
        assert_eq!(end.events.len(), usize::from(!other.is_empty()));
        assert_eq!((end.connection.latency(), end.deadline()), (None, Some(13 * SECOND)));
        let error = end.expire().unwrap_err();
        assert_eq!(error.to_string(), "the answer to a keep-alive ping did not come within 3s");
        end.failed(&error, Waited::Pong, CloseCode::POLICY_VIOLATION);
    }
}

#[test]
fn a_pong_cannot_overtake_a_frame_that_is_under_way() {
    let mut end = End::client(keep_alive());
    ping(&mut end, 10 * SECOND);
    // A large frame comes slowly.
    end.at(11 * SECOND, b"\x82\x7F\0\0\0\0\0\x01\0\0").unwrap();
    for tenth in 0..100 {
        end.at(12 * SECOND + tenth * SECOND / 10, &[0; 100]).unwrap();
        if end.deadline().is_some_and(|at| at <= 12 * SECOND + tenth * SECOND / 10) {
            end.expire().unwrap();
        }
    }
    // It stops at 21.9 s.
    let at = loop {
        match end.connection.handle_timeout(end.start + end.deadline().unwrap()) {
            Ok(()) => {}
            Err(error) => break error,
        }
    };
    assert_eq!(at.waited_for(), Some(Waited::Pong));
    // Between the frames of a message there is room for it.
    let mut end = End::client(keep_alive());
    ping(&mut end, 10 * SECOND);
    end.at(12 * SECOND, b"\x02\x01x").unwrap();
    assert_eq!(end.expire().unwrap_err().waited_for(), Some(Waited::Pong));
}

#[test]
fn what_waits_to_be_taken_is_not_held_against_the_peer() {
    let config = config(|config| {
        config.keep_alive = Some(KeepAlive::every(10 * SECOND).timeout(3 * SECOND));
        config.idle_timeout = Some(60 * SECOND);
        config.message_timeout = Some(5 * SECOND);
    });
    let mut end = End::client(config);
    end.connection.deliver(Delivery::Chunks);
    let tag = ping(&mut end, 10 * SECOND);
    // A piece waits; the pong lies behind it, and nobody takes anything for hours.
    end.input.extend_from_slice(b"\x01\x01x");
    end.input.extend_from_slice(&pong(&tag));
    assert_eq!(end.connection.advance(&end.input, end.start + 11 * SECOND).unwrap(), Step::Ready);
    for _ in 0..1000 {
        end.expire().unwrap();
    }
    assert!(end.deadline().unwrap() > 1000 * SECOND);
    let taken = end.deadline().unwrap();
    end.at(taken, b"").unwrap();
    assert_eq!(end.connection.latency(), Some(taken - 10 * SECOND));
}

#[test]
fn the_callers_own_pings_are_measured_too_and_reported() {
    let mut end = End::client(keep_alive());
    end.connection.ping(b"mine").unwrap();
    assert_eq!(end.sent(SECOND), [(0x89, b"mine".to_vec())]);
    end.at(SECOND + Duration::from_micros(70), &[pong(b"not mine"), pong(b"mine"), pong(b"mine")].concat())
        .unwrap();
    assert_eq!(end.connection.latency(), Some(Duration::from_micros(70)));
    let pongs: Vec<_> = [&b"not mine"[..], b"mine", b"mine"]
        .map(|payload| OwnedEvent::Message(Message::Pong(payload.to_vec().into())))
        .into();
    assert_eq!(end.events, pongs);
    // A peer may answer only the latest of several pings.
    ping(&mut end, 10 * SECOND);
    end.connection.ping(b"later").unwrap();
    end.sent(11 * SECOND);
    end.at(12 * SECOND, &pong(b"later")).unwrap();
    assert_eq!((end.connection.latency(), end.deadline()), (Some(SECOND), Some(20 * SECOND)));
    // But one sent before says nothing of a later one.
    end.connection.ping(b"before").unwrap();
    end.sent(19 * SECOND);
    ping(&mut end, 20 * SECOND);
    end.at(21 * SECOND, &pong(b"before")).unwrap();
    assert_eq!(end.deadline(), Some(23 * SECOND));
    // One that left together with a message is reported, and not measured: no time was told.
    end.connection.ping(b"untimed").unwrap();
    end.connection.send_slice(&mut end.output, Kind::Text, b"x").unwrap();
    let latency = end.connection.latency();
    end.sent(22 * SECOND);
    end.at(22 * SECOND, &pong(b"untimed")).unwrap();
    assert_eq!(end.connection.latency(), latency);
}

#[test]
fn a_ping_goes_between_frames_and_not_after_close() {
    let mut end = End::client(keep_alive());
    end.connection.send(&mut end.output, Message::binary(vec![0; 200_000])).unwrap();
    end.expire().unwrap();
    let mut wire = end.output.take().to_vec();
    assert!(end.connection.is_sending());
    while end.connection.wants_write() {
        end.connection.transmit(&mut end.output, end.start + 10 * SECOND);
        wire.extend_from_slice(&end.output.take());
    }
    // The message with its header of 14 bytes, then the ping.
    assert_eq!((wire[0], wire[14 + 200_000], wire.len()), (0x82, 0x89, 14 + 200_000 + 18));

    let mut end = End::client(keep_alive());
    end.expire().unwrap();
    assert!(end.connection.wants_write());
    end.connection.close(None, end.start + 10 * SECOND).unwrap();
    assert_eq!(end.sent(10 * SECOND), [(0x88, vec![])]);
    assert!(!end.connection.wants_write());
    assert_eq!(end.deadline(), Some(15 * SECOND), "only the deadline of Close is left");
    assert_eq!(end.expire().unwrap_err().waited_for(), Some(Waited::Close));
}

#[test]
fn a_silent_peer_is_idle_and_one_that_says_anything_is_not() {
    let config = || config(|config| config.idle_timeout = Some(5 * SECOND));
    for bytes in [&b"\x81\x01x"[..], b"\x89\0", b"\x8A\0", b"\x02\x01x\x80\0"] {
        let mut end = End::client(config());
        for n in 1..100 {
            // Byte after byte, each just in time.
            let byte = bytes[(n as usize - 1) % bytes.len()];
            end.at(n * 4 * SECOND, &[byte]).unwrap();
            assert_eq!(end.deadline(), Some(n * 4 * SECOND + 5 * SECOND));
        }
    }
    let mut end = End::client(config());
    // Looking again at what is known brings nothing new.
    end.at(SECOND, b"\x81").unwrap();
    end.at(2 * SECOND, b"").unwrap();
    end.at(3 * SECOND, b"").unwrap();
    assert_eq!(end.deadline(), Some(6 * SECOND));
    let error = end.expire().unwrap_err();
    assert_eq!(error.to_string(), "a single byte did not come within 5s");
    end.failed(&error, Waited::Traffic, CloseCode::GOING_AWAY);
}

#[test]
fn a_byte_that_takes_the_place_of_a_released_one_is_news() {
    for borrowed in [false, true] {
        let mut end = End::client(config(|config| config.idle_timeout = Some(5 * SECOND)));
        end.input.extend_from_slice(b"\x81\x01x");
        assert_eq!(end.connection.advance(&end.input, end.start + SECOND).unwrap(), Step::Ready);
        if borrowed {
            let (count, _) = end.connection.event(&end.input);
            drop(end.input.split_to(count));
        } else {
            end.connection.event_owned(&mut end.input);
        }
        end.at(2 * SECOND, b"").unwrap();
        assert_eq!(end.deadline(), Some(6 * SECOND), "nothing new so far");
        end.at(4 * SECOND, b"\x81\x01y").unwrap();
        assert_eq!((end.deadline(), end.events.len()), (Some(9 * SECOND), 1));
    }
}

#[test]
fn a_message_that_has_begun_goes_on_or_ends_the_connection() {
    let config = || config(|config| config.message_timeout = Some(5 * SECOND));
    // What comes at 1 s begins something; what comes at 3 s is not a byte of it.
    for (begin, meanwhile) in [
        (&b"\x81"[..], &b""[..]),
        (b"\x81\x05", b""),
        (b"\x81\x05Hel", b""),
        (b"\x01\x03Hel", b""),
        (b"\x01\x03Hel", b"\x89\x02hi\x8A\0"),
        (b"\x01\x03Hel", b"\x89\x02h"),
        (b"\x01\x03Hel", b"\x80"),
        (b"\x82\x7E", b"\x01"),
        (b"\x89", b"\x7D"),
        (b"\x89\x7D", b"half of a ping"),
    ] {
        for delivery in [Delivery::Whole, Delivery::Chunks] {
            let mut end = End::client(config());
            end.connection.deliver(delivery);
            assert_eq!(end.deadline(), None);
            end.at(SECOND, begin).unwrap();
            assert_eq!(end.deadline(), Some(6 * SECOND), "{begin:x?}");
            end.at(3 * SECOND, meanwhile).unwrap();
            assert_eq!(end.deadline(), Some(6 * SECOND), "{begin:x?} {meanwhile:x?}");
            let error = end.expire().unwrap_err();
            assert_eq!(error.to_string(), "more of a message that had begun did not come within 5s");
            end.failed(&error, Waited::Message, CloseCode::POLICY_VIOLATION);
        }
    }
}

#[test]
fn every_byte_of_a_message_is_progress_and_its_end_ends_the_deadline() {
    let wire = [&b"\x01\x02He"[..], b"\x89\x01p", b"\x00\0", b"\x80\x03llo", b"\x82\x02ab"].concat();
    for delivery in [Delivery::Whole, Delivery::Chunks] {
        let mut end = End::client(config(|config| config.message_timeout = Some(5 * SECOND)));
        end.connection.deliver(delivery);
        for (n, byte) in wire.iter().enumerate() {
            let now = SECOND * u32::try_from(n).unwrap();
            end.at(now, &[*byte]).unwrap();
            match n {
                // The first frame's payload; the ping counts for nothing.
                2..=6 => assert_eq!(end.deadline(), Some(SECOND * (n.min(3) as u32) + 5 * SECOND), "{n}"),
                // The empty frame counts once its header is whole.
                7 => assert_eq!(end.deadline(), Some(8 * SECOND), "{n}"),
                8 => assert_eq!(end.deadline(), Some(13 * SECOND), "{n}"),
                13 | 17 => assert_eq!(end.deadline(), None, "{n}"),
                _ => {}
            }
        }
    }
    // Two messages that have come equally far are still two.
    let mut end = End::client(config(|config| config.message_timeout = Some(5 * SECOND)));
    end.at(SECOND, b"\x82\x05ab").unwrap();
    end.at(4 * SECOND, b"cde\x82\x05ab").unwrap();
    assert_eq!(end.deadline(), Some(9 * SECOND));
}

#[test]
fn the_earliest_deadline_is_the_one() {
    let config = config(|config| {
        config.keep_alive = Some(KeepAlive::every(10 * SECOND).timeout(9 * SECOND));
        config.idle_timeout = Some(25 * SECOND);
        config.message_timeout = Some(4 * SECOND);
    });
    let mut end = End::client(config);
    assert_eq!(end.deadline(), Some(10 * SECOND));
    end.at(3 * SECOND, b"\x82\x02a").unwrap();
    assert_eq!(end.deadline(), Some(7 * SECOND));
    end.at(6 * SECOND, b"b").unwrap();
    let tag = ping(&mut end, 10 * SECOND);
    assert_eq!(end.deadline(), Some(19 * SECOND));
    end.at(11 * SECOND, &pong(&tag)).unwrap();
    assert_eq!(end.deadline(), Some(20 * SECOND));
    ping(&mut end, 20 * SECOND);
    assert_eq!(end.deadline(), Some(29 * SECOND));
    assert_eq!(end.expire().unwrap_err().waited_for(), Some(Waited::Pong));
}

#[test]
fn no_interval_at_all_is_still_some_time() {
    let zero = KeepAlive::every(Duration::ZERO);
    let mut end = End::client(config(|config| config.keep_alive = Some(zero)));
    for _ in 0..10 {
        let at = end.expire().unwrap();
        let frames = end.sent(at);
        end.at(at, &pong(&frames[0].1)).unwrap();
    }
    assert!(end.deadline().unwrap() > Duration::ZERO);
    // Nor does one beyond what the clock can tell ever come.
    let never = KeepAlive::every(Duration::MAX).timeout(Duration::MAX);
    let forever = config(|config| {
        config.keep_alive = Some(never);
        config.idle_timeout = Some(Duration::MAX);
        config.message_timeout = Some(Duration::MAX);
    });
    let mut end = End::client(forever);
    end.at(SECOND, b"\x81\x05a").unwrap();
    assert_eq!(end.deadline(), None);
}

/// All but the word in front is beyond guessing.
#[test]
fn every_byte_of_a_keep_alive_ping_but_its_name_changes() {
    let mut end = End::client(keep_alive());
    let payloads: Vec<_> = (1..=8)
        .map(|n| {
            let payload = ping(&mut end, n * 10 * SECOND);
            end.at(n * 10 * SECOND, &pong(&payload)).unwrap();
            payload
        })
        .collect();
    let first = &payloads[0];
    let changes = |at: usize| payloads.iter().any(|payload| payload[at] != first[at]);
    let changing: Vec<_> = (0..first.len()).filter(|&at| changes(at)).collect();
    assert_eq!((&first[..4], changing), (&b"ping"[..], (4..12).collect()));
}

/// A client and what its server answers to its opening handshake.
fn opening(config: Config, now: Instant) -> (Connection, bytes::Bytes) {
    let request = Request::new("ws://localhost/".parse().unwrap()).unwrap();
    let opening = Opening::client(&request, [1; 16], &config).unwrap();
    let mut client = Connection::new(opening, config.clone(), [7; 32], now);
    let mut server = Connection::new(Opening::server(Subprotocols::new(), &config), config, [8; 32], now);
    let mut out = Output::new();
    client.transmit(&mut out, now);
    server.advance(&out.take(), now).unwrap();
    server.transmit(&mut out, now);
    (client, out.take())
}

#[test]
fn time_runs_from_the_end_of_the_opening_handshake() {
    let config = || {
        config(|config| {
            config.keep_alive = Some(KeepAlive::every(10 * SECOND));
            config.idle_timeout = Some(60 * SECOND);
        })
    };
    for pieces in [1, 2] {
        let start = Instant::now();
        let (mut client, answer) = opening(config(), start);
        assert_eq!(client.poll_timeout(), Some(start + 30 * SECOND), "only the answer is waited for");
        if pieces == 2 {
            assert_eq!(client.advance(&answer[..20], start + SECOND).unwrap(), Step::Need(1));
            assert_eq!(client.poll_timeout(), Some(start + 30 * SECOND));
        }
        let step = client.advance(&answer, start + 3 * SECOND).unwrap();
        assert_eq!(step, Step::Consumed(answer.len()));
        assert_eq!(client.event(b""), (0, Event::Open));
        assert_eq!(client.poll_timeout(), Some(start + 13 * SECOND));
        assert_eq!(client.advance(b"", start + 4 * SECOND).unwrap(), Step::Need(2));
        assert_eq!(client.poll_timeout(), Some(start + 13 * SECOND));
    }
    // Nobody is idle who answers: the last byte of the answer counts.
    let start = Instant::now();
    let idle = self::config(|config| config.idle_timeout = Some(5 * SECOND));
    let (mut client, answer) = opening(idle, start);
    client.advance(&answer[..20], start + SECOND).unwrap();
    client.advance(&answer, start + 3 * SECOND).unwrap();
    assert_eq!(client.poll_timeout(), Some(start + 8 * SECOND));
}

#[test]
fn a_ping_of_the_caller_that_leaves_with_our_own_answers_for_it() {
    let mut end = End::client(keep_alive());
    end.connection.ping(b"mine").unwrap();
    assert_eq!(end.expire().unwrap(), 10 * SECOND);
    assert_eq!(end.sent(10 * SECOND).len(), 2);
    end.at(11 * SECOND, &pong(b"mine")).unwrap();
    assert_eq!((end.connection.latency(), end.deadline()), (Some(SECOND), Some(20 * SECOND)));
}

#[test]
fn a_frame_that_stops_is_waited_for_from_its_last_byte() {
    let mut end = End::client(keep_alive());
    ping(&mut end, 10 * SECOND);
    end.at(12 * SECOND, b"\x82\x05a").unwrap();
    assert_eq!(end.expire().unwrap(), 13 * SECOND);
    assert_eq!(end.deadline(), Some(15 * SECOND));
    assert_eq!(end.expire().unwrap_err().waited_for(), Some(Waited::Pong));
    // What came before the ping gives no time for its pong.
    let mut end = End::client(keep_alive());
    end.at(9 * SECOND, b"\x82\x05a").unwrap();
    ping(&mut end, 10 * SECOND);
    assert_eq!(end.expire().unwrap_err().waited_for(), Some(Waited::Pong));
}

#[test]
fn a_ping_that_is_late_goes_before_the_verdict_on_silence() {
    let config = config(|config| {
        config.keep_alive = Some(KeepAlive::every(10 * SECOND).timeout(3 * SECOND));
        config.idle_timeout = Some(15 * SECOND);
    });
    // Nobody polled it in time.
    let mut end = End::client(config.clone());
    end.connection.handle_timeout(end.start + 20 * SECOND).unwrap();
    assert_eq!(end.sent(20 * SECOND).len(), 1);
    assert_eq!(end.deadline(), Some(23 * SECOND));
    // The ping has left, and the silence goes on.
    let mut end = End::client(config.clone());
    ping(&mut end, 10 * SECOND);
    let error = end.connection.handle_timeout(end.start + 15 * SECOND).unwrap_err();
    assert_eq!(error.waited_for(), Some(Waited::Pong));
    // It is not due yet.
    let mut end = End::client({
        let mut config = config;
        config.keep_alive = Some(KeepAlive::every(16 * SECOND));
        config
    });
    assert_eq!(end.expire().unwrap_err().waited_for(), Some(Waited::Traffic));
}

#[test]
fn the_least_interval_and_the_usual_one() {
    let mut end = End::client(config(|config| config.keep_alive = Some(KeepAlive::every(Duration::ZERO))));
    assert_eq!(end.deadline(), Some(Duration::from_millis(1)));
    ping(&mut end, Duration::from_millis(1));
    assert_eq!(end.deadline(), Some(Duration::from_millis(1) + 20 * SECOND));
    assert_eq!(KeepAlive::default(), KeepAlive::every(20 * SECOND).timeout(20 * SECOND));
}
