//! The driver proven with the kit's own harnesses and the toy protocol.
#![cfg(feature = "testing")]

use std::time::Duration;

use anyrfc_core::{
    DriveError, Driver, Eof, Machine as _, Output, Step, TlsInfo,
    testing::{
        End, Lead, Replay, Subject, Waiting, harness, now, pair, pair_with, run_virtual,
        toy::{HEADER, Input, Kind, MAX_PAYLOAD, PATIENCE, State, Toy, ToyError, frame},
    },
};
use tokio::io::AsyncWriteExt as _;

fn client() -> Subject<Toy> {
    Subject::debug(|| Toy::client(now()))
}

/// Everything a server may say, control frames in between, payloads of all sizes.
fn session() -> Vec<u8> {
    [
        frame(Kind::Hello, b"toy ready"),
        frame(Kind::Data, b""),
        frame(Kind::Ping, b"are you there"),
        frame(Kind::Data, b"one"),
        frame(Kind::Data, &[b'x'; 40]),
        frame(Kind::Ping, b""),
        frame(Kind::Pong, b"unasked"),
        frame(Kind::Data, &[b'y'; 1100]),
        frame(Kind::Bye, b""),
    ]
    .concat()
}

fn announcement(length: u64) -> Vec<u8> {
    [&[b'D'][..], &length.to_be_bytes()].concat()
}

#[test]
fn any_chunking_gives_the_same_events() {
    let events = harness::one_byte_at_a_time(&client(), &session());
    assert_eq!(events.len(), 6);
    assert_eq!(events[2], "Data \"one\"");
}

#[test]
fn any_chunking_gives_the_same_error() {
    for bad in [
        frame(Kind::AskTls, b"not yours"),
        frame(Kind::Answer, b"to nothing"),
        b"?".to_vec(),
        announcement(1 << 62),
        frame(Kind::Fault, b"no"),
    ] {
        let input =
            [frame(Kind::Hello, b""), frame(Kind::Data, b"1"), bad, frame(Kind::Data, b"after")].concat();
        let events = harness::one_byte_at_a_time(&client(), &input);
        assert_eq!(events, ["Hello \"\"", "Data \"1\""], "nothing after an error is an event");
    }
}

#[test]
fn cancelled_at_every_await_point() {
    let events = harness::cancel_driver_everywhere(&client(), &session());
    assert!(events.last().is_some_and(|written| written.contains("are you there")), "{events:?}");
    let faulty = [frame(Kind::Hello, b""), frame(Kind::Data, b"1"), b"?".to_vec()].concat();
    let events = harness::cancel_driver_everywhere(&client(), &faulty);
    assert!(events.iter().any(|event| event.contains("UnknownKind(63)")), "{events:?}");
    assert!(
        events.last().is_some_and(|written| written.contains("F\\x00")),
        "the fault was said: {events:?}"
    );
}

#[test]
fn the_stream_may_end_after_every_byte() {
    let input = session();
    let whole = harness::one_byte_at_a_time(&client(), &input);
    let hello = frame(Kind::Hello, b"toy ready").len();
    harness::eof_everywhere(&client(), &input, |bytes, end, observed| {
        assert_eq!(observed.events, whole[..observed.events.len()], "after {bytes} bytes");
        // All whole frames are reported, whatever follows them.
        let mut at = 0;
        let mut frames = 0;
        while let Some(length) = input[at..].get(1..HEADER) {
            let length = usize::try_from(u64::from_be_bytes(length.try_into().unwrap())).unwrap();
            if at + HEADER + length > bytes {
                break;
            }
            frames += usize::from(!matches!(input[at], b'P' | b'O'));
            at += HEADER + length;
        }
        assert_eq!(observed.events.len(), frames, "after {bytes} bytes");
        if bytes == input.len() {
            return assert!(observed.end.is_ok(), "after the bye: {:?}", observed.end);
        }
        match (end, &observed.end) {
            (End::Clean, Ok(())) => assert!(at == bytes && bytes >= hello, "in order after {bytes} bytes"),
            (End::Clean, Err(DriveError::Machine(ToyError::UnexpectedEnd(_, Eof::Clean))))
            | (End::Truncated, Err(DriveError::Machine(ToyError::UnexpectedEnd(_, Eof::Truncated)))) => {}
            (End::Error(kind), Err(DriveError::Io(error))) => assert_eq!(error.kind(), kind),
            other => panic!("after {bytes} bytes: {other:?}"),
        }
    });
}

fn waiting_states() -> Vec<Waiting<Toy>> {
    let hello = || Lead::peer(frame(Kind::Hello, b""));
    let ask = || Lead::command(|toy: &mut Toy, _, now| toy.ask("why", now).unwrap());
    let ask_tls = || Lead::command(|toy: &mut Toy, _, now| toy.ask_tls(now).unwrap());
    let close = || Lead::command(|toy: &mut Toy, _, now| toy.close(now).unwrap());
    let meanwhile = [frame(Kind::Data, b"x"), frame(Kind::Ping, b"x")].concat();
    vec![
        Waiting { name: "Greeting", leads: vec![] },
        Waiting { name: "Greeting, half a hello", leads: vec![Lead::peer(&b"H\0\0"[..])] },
        Waiting { name: "Asking", leads: vec![hello(), ask()] },
        Waiting { name: "Asking, data meanwhile", leads: vec![hello(), ask(), Lead::peer(meanwhile)] },
        Waiting { name: "AskingTls", leads: vec![hello(), ask_tls()] },
        Waiting {
            name: "Handshaking",
            leads: vec![hello(), ask_tls(), Lead::peer(frame(Kind::GoAhead, b""))],
        },
        Waiting { name: "Closing", leads: vec![hello(), close()] },
        Waiting { name: "Closing while asking", leads: vec![hello(), ask(), close()] },
    ]
}

#[test]
fn no_state_waits_for_ever() {
    harness::deadlines_everywhere(&client(), &waiting_states(), PATIENCE, |error| {
        matches!(error, ToyError::Timeout(_))
    });
}

#[test]
fn both_only_write_and_none_reads() {
    const MESSAGES: usize = 100;
    let send = |tag: u8| {
        let mut sent = 0;
        move |toy: &mut Toy, out: &mut Output, _: std::time::Instant| {
            sent += 1;
            toy.send(out, Kind::Data, vec![tag; 3000]);
            sent < MESSAGES
        }
    };
    let server = Subject::debug(|| Toy::server("hello"));
    for capacity in [16, 4096] {
        let (left, right) =
            harness::both_only_write((&client(), send(b'l')), (&server, send(b'r')), capacity);
        assert_eq!((left.len(), right.len()), (MESSAGES + 1, MESSAGES));
        assert!(left[1].contains("rrr") && right[0].contains("lll"));
        assert!(left[1..].iter().all(|event| *event == left[1]));
    }
}

#[test]
fn beyond_the_input_limit_the_deadline_of_the_send_decides() {
    run_virtual(async {
        let (near, mut far) = pair_with(16, usize::MAX);
        let mut driver = Driver::new(Toy::client(now()).with_input_limit(10_000), near);
        let all = [frame(Kind::Hello, b""), frame(Kind::Data, &[0; 2000]).repeat(50)].concat();
        far.write_all(&all).await.unwrap();
        driver.next().await.unwrap();
        let at = driver.now();
        driver.command().0.ask(vec![0; 5000], at).unwrap();
        let result = driver.flush().await;
        assert!(matches!(result, Err(DriveError::Machine(ToyError::Timeout(State::Asking)))), "{result:?}");
        assert!(now() - at >= PATIENCE);
    });
}

#[test]
fn beyond_the_input_limit_the_stall_limit_decides_where_the_machine_has_no_deadline() {
    let server = Subject::debug(|| Toy::server("hello").with_input_limit(10_000));
    let client = Subject::debug(|| Toy::client(now()).with_input_limit(10_000));
    let limit = Duration::from_secs(7);
    let send = |toy: &mut Toy, out: &mut Output, _: std::time::Instant| {
        toy.send(out, Kind::Data, vec![0; 3000]);
    };
    for capacity in [4096, 16, 1] {
        let other = harness::stalled_writing_ends((&server, send), (&client, send), capacity, limit);
        assert!(matches!(other, DriveError::Io(_)), "{other:?}");
    }
}

#[test]
fn every_byte_the_peer_takes_starts_the_stall_limit_anew() {
    run_virtual(async {
        let limit = Duration::from_secs(10);
        let (near, mut far) = pair_with(1, usize::MAX);
        let mut driver = Driver::new(Toy::server("hello"), near).stall_limit(Some(limit));
        let (toy, out) = driver.command();
        toy.send(out, Kind::Data, vec![0; 30]);
        let start = now();
        let (flushed, ()) = tokio::join!(driver.flush(), async {
            for _ in 0..20 {
                tokio::time::sleep(limit - Duration::from_millis(1)).await;
                tokio::io::AsyncReadExt::read_u8(&mut far).await.unwrap();
            }
        });
        assert!(
            matches!(&flushed, Err(DriveError::Io(error)) if error.kind() == std::io::ErrorKind::TimedOut),
            "{flushed:?}"
        );
        assert_eq!(now() - start, 20 * (limit - Duration::from_millis(1)) + limit);
    });
}

#[test]
fn nothing_to_write_and_no_limit_never_stall() {
    run_virtual(async {
        let (near, far) = pair_with(16, usize::MAX);
        let mut driver = Driver::new(Toy::server("hello"), near).stall_limit(Some(Duration::from_secs(1)));
        driver.flush().await.unwrap();
        let waited = tokio::time::timeout(Duration::from_secs(3600), driver.next()).await;
        assert!(waited.is_err(), "{waited:?}");
        let (toy, out) = driver.command();
        toy.send(out, Kind::Data, vec![0; 3000]);
        let mut driver = driver.stall_limit(None);
        let waited = tokio::time::timeout(Duration::from_secs(3600), driver.flush()).await;
        assert!(waited.is_err(), "{waited:?}");
        drop(far);
    });
}

#[test]
fn the_last_words_of_a_peer_that_takes_nothing_are_heard() {
    run_virtual(async {
        let (near, mut far) = pair_with(0, usize::MAX);
        let mut driver = Driver::new(Toy::client(now()), near).stall_limit(Some(Duration::from_secs(5)));
        far.write_all(&frame(Kind::Hello, b"")).await.unwrap();
        driver.next().await.unwrap();
        let (toy, out) = driver.command();
        toy.send(out, Kind::Data, vec![0; 3000]);
        let (event, ()) = tokio::join!(driver.next(), async {
            tokio::time::sleep(Duration::from_secs(6)).await;
            far.write_all(&frame(Kind::Data, b"last words")).await.unwrap();
        });
        assert!(format!("{event:?}").contains("last words"), "{event:?}");
        let end = driver.next().await;
        assert!(
            matches!(&end, Err(DriveError::Io(error)) if error.kind() == std::io::ErrorKind::TimedOut),
            "{end:?}"
        );
        assert!(matches!(driver.next().await, Ok(None)));
    });
}

/// A machine's deadline is judged by what had arrived, not by when the caller looked.
#[test]
fn a_caller_that_was_away_does_not_make_an_answer_late() {
    run_virtual(async {
        let (near, mut far) = pair_with(usize::MAX, usize::MAX);
        let mut driver = Driver::new(Toy::client(now()), near);
        far.write_all(&frame(Kind::Hello, b"")).await.unwrap();
        driver.next().await.unwrap();
        let at = driver.now();
        driver.command().0.ask("why", at).unwrap();
        driver.flush().await.unwrap();
        far.write_all(&frame(Kind::Answer, b"because")).await.unwrap();
        tokio::time::advance(PATIENCE * 2).await;
        // The clock is read, for a command or to write; the answer was there before.
        driver.now();
        let (toy, out) = driver.command();
        toy.send(out, Kind::Data, "meanwhile");
        driver.flush().await.unwrap();
        let event = driver.next().await.unwrap();
        assert!(format!("{event:?}").contains("because"), "{event:?}");
    });
}

#[test]
fn plaintext_after_the_go_ahead_is_refused() {
    let leads = [
        Lead::peer(frame(Kind::Hello, b"in plaintext")),
        Lead::command(|toy: &mut Toy, _, now| toy.ask_tls(now).unwrap()),
        Lead::peer(frame(Kind::GoAhead, b"")),
    ];
    for injected in [frame(Kind::Data, b"injected"), frame(Kind::Ping, b"injected")] {
        harness::injected_plaintext_is_refused(&client(), &leads, &injected, |toy| {
            toy.is_secured() && toy.greeting().is_none() && toy.toy_state() == State::Ready
        });
    }
}

#[test]
fn memory_is_what_has_arrived() {
    // The machine's own limit is not what protects here: it believes everything.
    let credulous = Subject::debug(|| Toy::client(now()).max_payload(u64::MAX).with_input_limit(usize::MAX));
    let start = [frame(Kind::Hello, b""), announcement(1 << 62)].concat();
    harness::announced_size_is_not_allocated(&credulous, &start);
    harness::announced_size_is_not_allocated(&credulous, &announcement(u64::MAX));
    harness::announced_size_is_not_allocated(&client(), &start);
    harness::announced_size_is_not_allocated(&client(), &announcement(MAX_PAYLOAD));
}

#[test]
fn endless_input_stops_at_the_limit() {
    let hello = frame(Kind::Hello, b"");
    let strict = || Subject::debug(|| Toy::client(now()).with_input_limit(100_000));
    // Data without end is served for as long as it is taken.
    for size in [1, 1000, 90_000] {
        let end = harness::endless_input_stops(&strict(), &hello, &frame(Kind::Data, &vec![b'd'; size]));
        assert!(end.is_none(), "{end:?}");
    }
    assert!(harness::endless_input_stops(&strict(), &hello, &frame(Kind::Ping, &[1; 900])).is_none());
    // A frame that the machine would take and the limit does not hold.
    let end = harness::endless_input_stops(&strict(), &hello, &frame(Kind::Data, &vec![b'd'; 200_000]));
    assert!(matches!(end, Some(DriveError::InputLimit(100_000))), "{end:?}");
    let credulous = Subject::debug(|| Toy::client(now()).max_payload(u64::MAX).with_input_limit(1 << 20));
    let start = [hello.clone(), announcement(1 << 62)].concat();
    let end = harness::endless_input_stops(&credulous, &start, b"z");
    assert!(matches!(end, Some(DriveError::InputLimit(1_048_576))), "{end:?}");
    let end = harness::endless_input_stops(&strict(), &hello, b"?");
    assert!(matches!(end, Some(DriveError::Machine(ToyError::UnknownKind(b'?')))), "{end:?}");
}

#[test]
fn an_idle_connection_holds_next_to_nothing() {
    let hello = frame(Kind::Hello, b"");
    let large = frame(Kind::Data, &vec![b'd'; 900_000]);
    harness::idle_memory_is_released(&client(), &[hello.clone(), large.clone()].concat());
    let small = frame(Kind::Data, b"").repeat(99);
    harness::idle_memory_is_released(&client(), &[hello.clone(), large, small].concat());
    // What was written in answer is given back as well.
    harness::idle_memory_is_released(&client(), &[hello, frame(Kind::Ping, &[1; 90_000]).repeat(9)].concat());
}

#[test]
fn the_machine_is_its_table() {
    harness::connected_table(
        State::ALL,
        State::TRANSITIONS,
        State::Greeting,
        &[State::Closed, State::Failed],
    );
    harness::exhaustive_transitions(State::ALL, Input::ALL, State::TRANSITIONS, |state, input| {
        run_virtual(async {
            let mut toy = Toy::in_state(state);
            let received = match input {
                Input::Hello => Kind::Hello,
                Input::Data => Kind::Data,
                Input::Question => Kind::Question,
                Input::Answer => Kind::Answer,
                Input::GoAhead => Kind::GoAhead,
                Input::Bye => Kind::Bye,
                Input::Ask => return toy.ask("", now()).ok().map(|()| toy.toy_state()),
                Input::AskTls => return toy.ask_tls(now()).ok().map(|()| toy.toy_state()),
                Input::Close => return toy.close(now()).ok().map(|()| toy.toy_state()),
                Input::Secured => {
                    toy.handle_secured(&TlsInfo::default());
                    return (toy.toy_state() != state).then(|| toy.toy_state());
                }
                // Ends take nothing more, and the driver asks them nothing more.
                Input::Fault if matches!(state, State::Closed | State::Failed) => return None,
                Input::Fault => {
                    assert!(toy.handle_timeout(now()).is_err());
                    return Some(toy.toy_state());
                }
            };
            match toy.advance(&frame(received, b""), now()) {
                Ok(Step::Ready) => Some(toy.toy_state()),
                Ok(Step::Need(_) | Step::Consumed(_)) | Err(_) => None,
            }
        })
    });
}

#[test]
fn large_events_are_not_copied_and_small_ones_do_not_pin() {
    run_virtual(async {
        let input =
            [frame(Kind::Hello, b""), frame(Kind::Data, b"s"), frame(Kind::Data, &[7; 1500])].concat();
        let mut driver = Driver::new(Toy::client(now()), Replay::new(input, Eof::Clean));
        let mut payloads = Vec::new();
        while let Some(event) = driver.next().await.unwrap() {
            payloads.push(event.payload);
        }
        assert_eq!(payloads[2], vec![7; 1500]);
        assert!(payloads[1].is_unique(), "a small event pins the read window");
    });
}

#[test]
fn other_traffic_does_not_push_a_deadline_back() {
    run_virtual(async {
        let (near, mut far) = pair(usize::MAX);
        let mut driver = client().driver(near);
        let peer = async {
            far.write_all(&frame(Kind::Hello, b"")).await.unwrap();
            loop {
                tokio::time::sleep(Duration::from_secs(1)).await;
                if far.write_all(&frame(Kind::Data, b"tick")).await.is_err() {
                    break;
                }
            }
        };
        let work = async {
            driver.next().await.unwrap();
            let start = driver.now();
            driver.command().0.ask("why", start).unwrap();
            let mut ticks = 0;
            let end = loop {
                match driver.next().await {
                    Ok(Some(_)) => ticks += 1,
                    end => break end,
                }
            };
            assert!(matches!(end, Err(DriveError::Machine(ToyError::Timeout(_)))), "{end:?}");
            let took = now() - start;
            assert!(took >= PATIENCE && took < PATIENCE + Duration::from_secs(3), "{took:?}");
            assert!((29..=30).contains(&ticks), "{ticks}");
        };
        tokio::select! { () = peer => {} () = work => {} }
    });
}
