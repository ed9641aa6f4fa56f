//! RFC 6455, section 10.7: handling of invalid data.

use std::time::Duration;

use anyrfc_core::compliance::Check;
use tokio::io::AsyncWriteExt as _;

use super::super::{
    judge::{Verdict, judge, tight},
    session::violations,
    support::{
        BINARY, CLOSE, End, PING, PONG, Random, SEED, TEXT, assert_last_words, body, close_frame, noise,
        plain, to,
    },
    wire::{Act, driven, virtually},
};
use crate::{
    Message,
    proto::{Role, State},
    rfc6455 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-10.7/every-input-is-validated",
        covers: &[r::INPUT_IS_VALIDATED],
        run: every_input_is_validated,
    },
    Check {
        name: "section-10.7/invalid-data-may-drop-the-connection",
        covers: &[r::INVALID_DATA_MAY_DROP_TCP],
        run: invalid_data_may_drop_the_connection,
    },
    Check {
        name: "section-10.7/close-code-fits-the-invalid-data",
        covers: &[r::INVALID_DATA_SENDS_CLOSE],
        run: close_code_fits_the_invalid_data,
    },
];

/// A stream that breaks no rule.
fn valid(random: &mut Random) -> Vec<u8> {
    const WORDS: [&str; 5] = ["", "plain", "κόσμε", "€𐍈", "\u{10FFFF}\0"];
    let mut bytes = Vec::new();
    for _ in 0..random.below(6) + 1 {
        let word = WORDS[random.below(5)].as_bytes();
        match random.below(7) {
            0 => bytes.extend(plain(TEXT, word)),
            1 => bytes.extend(plain(BINARY, noise(random.below(20), 1))),
            2 => bytes.extend(plain(BINARY, noise(random.below(40) + 120, 2))),
            3 => bytes.extend(plain(PING, word)),
            4 => bytes.extend(plain(PONG, word)),
            5 => {
                let (a, b) = word.split_at(word.len() / 2);
                bytes.extend(plain(0x01, a));
                bytes.extend(plain(PING, ""));
                bytes.extend(plain(0x80, b));
            }
            _ => {
                // Sometimes at the very limits of a message.
                let most = [3, 64][random.below(2)];
                bytes.extend(plain(0x02, noise(random.below(9), 3)));
                bytes.extend(plain(0x00, ""));
                bytes.extend(plain(0x00, noise(most, 5)));
                bytes.extend(plain(0x80, noise(most * 2 - random.below(3), 4)));
            }
        }
    }
    if random.below(3) == 0 {
        bytes.extend(plain(CLOSE, if random.below(2) == 0 { vec![] } else { body(1000, "bye") }));
    }
    bytes
}

fn mutated(mut bytes: Vec<u8>, random: &mut Random) -> Vec<u8> {
    for _ in 0..random.below(2) + 1 {
        // Most of what matters is near the front of a frame.
        let at = random.below(bytes.len());
        match random.below(8) {
            6 => bytes.extend(plain(CLOSE, body((995 + random.below(25)) as u16, ""))),
            7 => bytes.extend(plain(CLOSE, body([2999, 3000, 4999, 5000][random.below(4)], "why"))),
            0 | 1 => bytes[at] ^= 1 << random.below(8),
            2 => bytes[at] = random.next() as u8,
            3 => bytes.insert(at, random.next() as u8),
            4 => drop(bytes.remove(at)),
            _ => bytes.truncate(at.max(1)),
        }
        if bytes.is_empty() {
            bytes.push(random.next() as u8);
        }
    }
    bytes
}

/// What the client makes of `bytes`, in chunks.
fn ours(bytes: &[u8], random: &mut Random) -> (Vec<Message>, Verdict) {
    let mut client = End::new(Role::Client, &tight(), SEED);
    let (mut messages, mut rest, chunk) = (Vec::new(), bytes, random.below(bytes.len()) + 1);
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(chunk.min(rest.len()));
        let fed = client.feed(piece);
        messages.extend(fed.messages);
        if let Some(error) = fed.error {
            let code = error.close_code().expect("failed by us").get();
            let frames = client.frames();
            let close = frames.last().expect("the last words");
            assert_eq!((close.first(), &close.payload[..2]), (CLOSE, &code.to_be_bytes()[..]));
            return (messages, Verdict::Failed(code));
        }
        rest = after;
    }
    match client.phase() {
        State::Open => (messages, Verdict::Open),
        State::Closing => (messages, Verdict::Closed),
        other => panic!("{other:?} without an error"),
    }
}

fn every_input_is_validated() {
    let mut random = Random(20_111_211);
    let (mut failed, mut open, mut closed) = (0, 0, 0);
    for _ in 0..25_000 {
        let fine = valid(&mut random);
        let (expected, verdict) = judge(&fine);
        assert!(matches!(verdict, Verdict::Open | Verdict::Closed), "{fine:x?}: {verdict:?}");
        assert_eq!(ours(&fine, &mut random), (expected, verdict), "{fine:x?}");

        for _ in 0..2 {
            let bytes = mutated(fine.clone(), &mut random);
            let (expected, verdict) = judge(&bytes);
            let (messages, found) = ours(&bytes, &mut random);
            assert_eq!(messages, expected, "{bytes:x?}");
            match verdict {
                // The header is not complete: to wait for the rest of it is as good.
                Verdict::Doomed(code) => {
                    assert!(found == Verdict::Open || found == Verdict::Failed(code), "{bytes:x?}")
                }
                verdict => assert_eq!(found, verdict, "{bytes:x?}"),
            }
            match found {
                Verdict::Failed(_) => failed += 1,
                Verdict::Closed => closed += 1,
                _ => open += 1,
            }
        }
    }
    assert!(failed > 10_000 && open > 5000 && closed > 1000, "{failed} failed, {open} open, {closed} closed");
}

fn invalid_data_may_drop_the_connection() {
    for violation in violations() {
        // The peer reads nothing, so that not even Close can be written: dropped all the same.
        virtually(async {
            let (mut driver, mut far, record) = driven(Role::Client, 1 << 17);
            let (connection, output) = driver.command();
            connection.send_slice(output, crate::Kind::Binary, &[0; 200_000]).expect("open");
            far.write_all(&violation.bytes).await.expect("written");
            let started = tokio::time::Instant::now();
            driver.next().await.expect_err(violation.name);
            assert!(started.elapsed() <= Duration::from_secs(10), "{:?}", started.elapsed());
            assert!(driver.is_finished());
            drop(driver);
            assert!(record.has(Act::Dropped));
            far.write_all(&[0]).await.expect_err("the connection is gone");
        });
    }
    // The same with data that is fine: the connection stays.
    virtually(async {
        let (mut driver, mut far, _) = driven(Role::Client, 1 << 17);
        let (connection, output) = driver.command();
        connection.send_slice(output, crate::Kind::Binary, &[0; 200_000]).expect("open");
        far.write_all(&plain(TEXT, "fine")).await.expect("written");
        assert!(driver.next().await.is_ok_and(|event| event.is_some()));
        let waiting = tokio::time::timeout(Duration::from_secs(3600), driver.next()).await;
        assert!(waiting.is_err() && !driver.is_finished());
        far.write_all(&[0x82]).await.expect("open");
    });
}

fn close_code_fits_the_invalid_data() {
    let mut codes = Vec::new();
    for violation in violations() {
        let mut client = End::client();
        client.feed(&violation.bytes).error.expect(violation.name);
        assert_last_words(Role::Client, &client.frames(), violation.code);
        codes.push(violation.code);
    }
    for code in [1002, 1007, 1009] {
        assert!(codes.contains(&code), "{code} was never the right one");
    }
    // A peer that closes in order gets its own code back.
    for role in [Role::Client, Role::Server] {
        for code in [1000, 1001, 3000, 4999] {
            let mut end = End::new(role, &crate::proto::Config::default(), SEED);
            end.feed(to(role, CLOSE, body(code, "in order"))).fine();
            assert_eq!(end.frames()[0].payload, body(code, ""));
            assert_eq!(end.connection.peer_close(), Some(&Some(close_frame(code, "in order"))));
        }
    }
}
