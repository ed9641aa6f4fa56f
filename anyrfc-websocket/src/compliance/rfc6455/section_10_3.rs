//! RFC 6455, section 10.3: attacks on infrastructure.

use anyrfc_core::compliance::Check;

use super::super::support::{End, KEY, SEED, TEXT, binary, masked, naive_frames, noise, octets, ping, text};
use crate::{
    Kind,
    proto::{Config, Role},
    rfc6455 as r,
};

pub(super) static CHECKS: &[Check] = &[Check {
    name: "section-10.3/application-cannot-predict-the-masking-key",
    covers: &[r::MASKING_KEY_IS_UNPREDICTABLE_TO_APPLICATIONS],
    run: application_cannot_predict_the_masking_key,
}];

/// What an attacker wants an intermediary to read.
const BAIT: &[u8] = b"GET /secret HTTP/1.1\r\nHost: victim\r\n\r\n";

fn contains(wire: &[u8], bait: &[u8]) -> bool {
    wire.windows(bait.len()).any(|window| window == bait)
}

/// An attacker who has seen every frame so far, and masks the bait with the
/// keys seen: does it show on the wire?
fn attacked(mut send: impl FnMut(&[u8]) -> Vec<u8>, rounds: usize) -> bool {
    let mut key = [0; 4];
    for round in 0..rounds {
        let guess = match round % 4 {
            0 => key,
            1 => (u32::from_le_bytes(key).wrapping_add(1)).to_le_bytes(),
            2 => (u32::from_be_bytes(key).wrapping_add(1)).to_be_bytes(),
            _ => [0; 4],
        };
        let wire = send(&octets(BAIT, guess));
        if contains(&wire, &BAIT[..8]) {
            return true;
        }
        key = naive_frames(&wire)[0].key.expect("masked");
    }
    false
}

fn application_cannot_predict_the_masking_key() {
    for sliced in [true, false] {
        let mut client = End::client();
        let send = |payload: &[u8]| {
            if sliced {
                client.connection.send_slice(&mut client.output, Kind::Binary, payload).expect("open");
            } else {
                client.part(Kind::Binary, payload, false).expect("open");
            }
            client.written()
        };
        assert!(!attacked(send, 10_000), "the attacker's bytes are on the wire");
    }
    // The large path draws its key as well.
    let mut client = End::client();
    let bait = BAIT.repeat(3000);
    for _ in 0..20 {
        client.send(binary(&bait)).expect("open");
        assert!(!contains(&client.written(), &BAIT[..8]));
    }
    // A constant key, a counter and no masking at all are found out by the same attack.
    assert!(attacked(|payload| masked(TEXT, payload), 8));
    let mut counter = 0_u32;
    let counting = |payload: &[u8]| {
        counter += 1;
        let key = counter.to_le_bytes();
        [&[0x82, 0x80 | payload.len() as u8][..], &key, &octets(payload, key)].concat()
    };
    assert!(attacked(counting, 8));
    assert!(attacked(|payload| [&[0x82, 0x80 | payload.len() as u8, 0, 0, 0, 0][..], payload].concat(), 8));

    // The keys do not depend on what the application sends, but on the seed.
    let keys = |seed: [u8; 32], payload: &dyn Fn(u64) -> Vec<u8>| {
        let mut client = End::new(Role::Client, &Config::default(), seed);
        for i in 0..200 {
            client.send(binary(payload(i))).expect("open");
        }
        client.frames().iter().map(|frame| frame.key.expect("masked")).collect::<Vec<_>>()
    };
    let one = keys(SEED, &|_| BAIT.to_vec());
    assert_eq!(one, keys(SEED, &|i| noise(i as usize, i)));
    let other = keys([0xAA; 32], &|_| BAIT.to_vec());
    assert!(one.iter().zip(&other).all(|(a, b)| a != b), "another seed, another stream");
    assert!(!one.contains(&KEY));

    // Pings and text take from the same stream: none of them has a key of its own.
    let mut client = End::client();
    client.send(text("a")).expect("open");
    client.send(ping("b")).expect("open");
    let mixed: Vec<_> = client.frames().iter().map(|frame| frame.key.expect("masked")).collect();
    assert_eq!(mixed, one[..2]);
}
