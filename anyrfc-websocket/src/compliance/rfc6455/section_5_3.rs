//! RFC 6455, section 5.3: masking.

use std::{collections::HashMap, time::Duration};

use anyrfc_core::compliance::Check;
use bytes::BytesMut;

use super::super::{
    chacha::ChaCha8,
    support::{
        EDGES, End, Form, KEY, PING, SEED, TEXT, binary, close_frame, fails, frame, masked, naive_frames,
        noise, ping, plain, pong, receives, text,
    },
};
use crate::{
    Kind,
    codec::{FrameHeader, OpCode, Rsv},
    proto::{Config, Role},
    rfc6455 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-5.3/mask-bit-accompanies-the-key",
        covers: &[r::MASKED_FRAME_HAS_MASK_BIT],
        run: mask_bit_accompanies_the_key,
    },
    Check {
        name: "section-5.3/fresh-masking-key-per-frame",
        covers: &[r::MASKING_KEY_IS_FRESH],
        run: fresh_masking_key_per_frame,
    },
    Check {
        name: "section-5.3/masking-keys-come-from-a-csprng",
        covers: &[r::MASKING_KEY_HAS_STRONG_ENTROPY],
        run: masking_keys_come_from_a_csprng,
    },
    Check {
        name: "section-5.3/masking-keys-do-not-betray-the-next",
        covers: &[r::MASKING_KEY_DOES_NOT_BETRAY_THE_NEXT],
        run: masking_keys_do_not_betray_the_next,
    },
];

fn mask_bit_accompanies_the_key() {
    for length in EDGES {
        let payload = noise(length, 8);
        let header = FrameHeader {
            fin: true,
            rsv: Rsv::NONE,
            opcode: OpCode::Text,
            mask: Some(KEY),
            length: length as u64,
        };
        let mut encoded = BytesMut::new();
        header.encode(&mut encoded);
        let by_hand = masked(TEXT, &payload);
        assert_eq!(encoded, by_hand[..by_hand.len() - length], "{length} bytes");
        assert_eq!(FrameHeader::decode(&by_hand), Ok(Some((header, encoded.len()))));

        // With the bit cleared the key is taken for payload.
        let mut cleared = by_hand.clone();
        cleared[1] &= 0x7F;
        let without = FrameHeader { mask: None, ..header };
        assert_eq!(FrameHeader::decode(&cleared), Ok(Some((without, encoded.len() - 4))));
        fails(Role::Server, cleared, r::CLIENT_MASKS_EVERY_FRAME, 1002);

        // What the connection writes has bit and key together.
        let mut end = End::client();
        end.send(binary(&payload)).expect("sent");
        let written = end.written();
        assert_eq!(written[1] & 0x80, 0x80);
        assert_eq!(written.len(), encoded.len() + length);
        receives(Role::Server, &written, &[binary(&payload)]);
    }
    assert_eq!(masked(TEXT, "Hello"), b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
    receives(Role::Server, b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", &[text("Hello")]);
    assert_eq!(naive_frames(&frame(TEXT, None, Form::Short, 0, b""))[0].key, None);
}

/// Neither the key before once more, nor one of a small set.
fn fresh(keys: &[[u8; 4]]) -> bool {
    let mut seen: HashMap<[u8; 4], usize> = HashMap::new();
    for key in keys {
        *seen.entry(*key).or_default() += 1;
    }
    keys.windows(2).all(|pair| pair[0] != pair[1]) && seen.values().all(|count| *count <= 2)
}

/// The keys of everything that `end` has written.
fn keys(end: &mut End) -> Vec<[u8; 4]> {
    end.frames().into_iter().map(|frame| frame.key.expect("masked")).collect()
}

/// The keys of `count` frames of a client.
fn stream(seed: [u8; 32], count: usize, payload: &[u8]) -> Vec<[u8; 4]> {
    let mut end = End::new(Role::Client, &Config::default(), seed);
    for _ in 0..count {
        end.connection.send_slice(&mut end.output, Kind::Binary, payload).expect("sent");
    }
    keys(&mut end)
}

fn fresh_masking_key_per_frame() {
    let mut end = End::client();
    let mut all = Vec::new();
    let large = noise(100_000, 3);
    for round in 0..512_u32 {
        end.send(text("the same words each time")).expect("sent");
        end.send(binary("")).expect("sent");
        end.part(Kind::Text, "one", false).expect("sent");
        end.part(Kind::Text, "", false).expect("sent");
        end.part(Kind::Text, "two", true).expect("sent");
        end.send(ping("")).expect("queued");
        end.send(pong("")).expect("queued");
        end.feed(plain(PING, "")).fine();
        all.extend(keys(&mut end));
        if round % 64 == 0 {
            end.send(binary(&large)).expect("sent");
            all.extend(keys(&mut end));
        }
    }
    end.close(Some(close_frame(1000, "")));
    all.extend(keys(&mut end));
    assert_eq!(all.len(), 512 * 8 + 8 + 1);
    assert!(fresh(&all), "a key was used again");
    assert!(!fresh(&[KEY; 100]), "the predicate accepts a constant key");
    let two: Vec<_> = (0..100).map(|i| if i % 2 == 0 { KEY } else { [1; 4] }).collect();
    assert!(!fresh(&two), "the predicate accepts two keys in turn");
}

fn masking_keys_come_from_a_csprng() {
    // The reference itself, against a published key stream (zero key, zero nonce).
    let zero: Vec<u8> = ChaCha8::new([0; 32]).take(4).flat_map(u32::to_le_bytes).collect();
    assert_eq!(
        zero,
        [0x3E, 0, 0xEF, 0x2F, 0x89, 0x5F, 0x40, 0xD6, 0x7F, 0x5B, 0xB8, 0xE8, 0x1F, 9, 0xA5, 0xA1]
    );

    for seed in [SEED, [0; 32], noise(32, 5).try_into().expect("32 bytes")] {
        let ours: Vec<u32> = stream(seed, 1000, b"x").into_iter().map(u32::from_ne_bytes).collect();
        let reference: Vec<u32> = ChaCha8::new(seed).take(1000).collect();
        assert_eq!(ours, reference, "not the key stream of the seed");
    }
    // Every bit of the seed matters to every key.
    let reference = stream(SEED, 64, b"x");
    for bit in 0..256 {
        let mut seed = SEED;
        seed[bit / 8] ^= 1 << (bit % 8);
        let other = stream(seed, 64, b"x");
        assert!(reference.iter().zip(&other).all(|(a, b)| a != b), "bit {bit} of the seed is not used");
    }
    assert_eq!(reference, stream(SEED, 64, b"x"), "the same seed gives the same keys");
}

/// Whether some simple rule tells keys from those before them.
fn guessable(keys: &[u32]) -> bool {
    let triples = || keys.windows(3).map(|w| (w[0], w[1], w[2]));
    // A counter of any step, and the same with XOR.
    let counts = |f: fn(u32, u32) -> u32| triples().filter(|&(a, b, c)| f(b, a) == f(c, b)).count();
    let most = keys.len() / 100;
    if counts(u32::wrapping_sub) > most || counts(|a, b| a ^ b) > most {
        return true;
    }
    // A linear congruential generator of any multiplier and increment.
    let odd_inverse = |x: u32| {
        (0..5).fold(x, |inverse, _| inverse.wrapping_mul(2_u32.wrapping_sub(x.wrapping_mul(inverse))))
    };
    let congruential = keys.windows(4).filter(|w| {
        let step = w[1].wrapping_sub(w[0]);
        let multiplier = w[2].wrapping_sub(w[1]).wrapping_mul(odd_inverse(step));
        step % 2 == 1 && w[3] == w[2].wrapping_add(multiplier.wrapping_mul(w[2].wrapping_sub(w[1])))
    });
    if congruential.count() > most {
        return true;
    }
    // A shift register.
    let shifted = |mut x: u32| {
        x ^= x << 13;
        x ^= x >> 17;
        x ^ x << 5
    };
    if keys.windows(2).filter(|w| shifted(w[0]) == w[1]).count() > most {
        return true;
    }
    // Some bit that is more often set than not, beyond five standard deviations.
    let deviation = (keys.len() as f64).sqrt() / 2.0;
    (0..32).any(|bit| {
        let ones = keys.iter().filter(|key| *key >> bit & 1 == 1).count() as f64;
        (ones - keys.len() as f64 / 2.0).abs() > 5.0 * deviation
    })
}

fn masking_keys_do_not_betray_the_next() {
    let words = |keys: Vec<[u8; 4]>| keys.into_iter().map(u32::from_le_bytes).collect::<Vec<_>>();
    let ours = words(stream(SEED, 65_536, b""));
    assert!(!guessable(&ours), "the next key can be told");

    // The predicate does find generators that give themselves away.
    type Next = fn(u32) -> u32;
    let bad: [(&str, Next); 3] = [
        ("a counter", |x| x.wrapping_add(3)),
        ("a linear congruential generator", |x| x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223)),
        ("a shift register", |x| {
            let x = x ^ x << 13;
            let x = x ^ x >> 17;
            x ^ x << 5
        }),
    ];
    for (name, next) in bad {
        let keys: Vec<u32> =
            std::iter::successors(Some(2_463_534_242), |x| Some(next(*x))).take(65_536).collect();
        assert!(guessable(&keys), "the predicate accepts {name}");
    }
    assert!(guessable(&vec![0x3D21_FA37; 65_536]), "the predicate accepts keys made from the payload");

    // A key is no function of payload, length or time: with all of them different it is the same...
    let mut end = End::client();
    for round in 0..64_usize {
        end.send(binary(noise(round * 3, round as u64))).expect("sent");
        end.pass(Duration::from_secs(round as u64)).expect("idle");
    }
    assert_eq!(words(keys(&mut end)), ours[..64]);
    // ... and with all of them the same, and only the seed different, another.
    assert!(words(stream([8; 32], 64, b"")).iter().zip(&ours).all(|(a, b)| a != b));
}
