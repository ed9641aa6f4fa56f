//! RFC 6455, section 2: conformance.

use anyrfc_core::compliance::Check;
use bytes::BytesMut;

use super::super::support::{BINARY, Form, KEY, binary, frame, noise, octets, receives, run_with};
use crate::{
    codec::mask,
    proto::{Config, Role},
    rfc6455 as r,
};

pub(super) static CHECKS: &[Check] = &[Check {
    name: "section-2/optimised-masking-equals-the-octet-algorithm",
    covers: &[r::ALGORITHM_IN_ANY_MANNER],
    run: optimised_masking_equals_the_octet_algorithm,
}];

fn optimised_masking_equals_the_octet_algorithm() {
    let source = noise(400, 1);
    for key in [KEY, [0xFF, 0, 0x80, 1]] {
        for length in 0..=300 {
            for alignment in 0..16 {
                for offset in 0..4 {
                    agrees(&source[alignment..alignment + length], key, offset, alignment);
                }
            }
        }
    }
    for length in [65_535, 65_536, 65_537, 1 << 20] {
        agrees(&noise(length, 3), [9, 8, 7, 6], 1, 0);
    }
    // The comparison can fail: with the key turned by one octet the result is another.
    let mut turned = source.clone();
    mask::apply(&mut turned, [KEY[1], KEY[2], KEY[3], KEY[0]], 0);
    assert_ne!(turned, octets(&source, KEY));

    // In pieces of any size the result is the same.
    let mut whole = BytesMut::new();
    mask::extend(&mut whole, &source, KEY, 0);
    for piece in 1..20 {
        let mut pieces = Vec::new();
        for (i, part) in source.chunks(piece).enumerate() {
            let mut part = part.to_vec();
            mask::apply(&mut part, KEY, i * piece);
            pieces.extend(part);
        }
        assert_eq!(pieces, whole, "in pieces of {piece}");
    }

    // What a client masked octet by octet is received as it was, and masked
    // differently it is not.
    for length in 0..200 {
        let payload = noise(length, 5);
        let sent = frame(BINARY, Some(KEY), Form::of(length), length as u64, &payload);
        receives(Role::Server, &sent, &[binary(&payload)]);
    }
    let rotated =
        frame(BINARY, Some([KEY[1], KEY[2], KEY[3], KEY[0]]), Form::Short, 4, &octets(b"abcd", KEY));
    assert_ne!(run_with(Role::Server, &Config::default(), &rotated).messages, [binary("abcd")]);
}

/// Guarded on both sides, in place and copied, and undone by doing it again.
fn agrees(data: &[u8], key: [u8; 4], offset: usize, guard: usize) {
    let expected = octets(&[&vec![0; offset][..], data].concat(), key);
    let expected = &expected[offset..];
    let mut buffer = vec![0x5A; guard];
    buffer.extend_from_slice(data);
    buffer.extend_from_slice(&[0x5A; 9]);
    mask::apply(&mut buffer[guard..guard + data.len()], key, offset);
    assert_eq!(&buffer[guard..guard + data.len()], expected, "{} bytes at {guard}", data.len());
    assert!(buffer[..guard].iter().chain(&buffer[guard + data.len()..]).all(|byte| *byte == 0x5A));
    let mut out = BytesMut::from(&vec![0x5A; guard][..]);
    mask::extend(&mut out, data, key, offset);
    assert_eq!(&out[guard..], expected, "{} bytes copied", data.len());
    mask::apply(&mut out[guard..], key, offset);
    assert_eq!(&out[guard..], data, "masked twice");
}
