//! RFC 6455, section 5.2: the base framing protocol.

use anyrfc_core::{ErrorKind, Fault, Machine as _, compliance::Check};

use super::super::{
    session::sessions,
    support::{
        BINARY, CLOSE, EDGES, End, Form, KEY, PING, PONG, TEXT, binary, body, close, fails, fails_after,
        fails_as, frame, masked, naive_frames, noise, ping, plain, pong, receives, text, to,
    },
};
use crate::{
    Kind, Message,
    proto::{Config, Role},
    rfc6455 as r,
};

const BOTH: [Role; 2] = [Role::Client, Role::Server];

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-5.2/first-fragment-may-be-final",
        covers: &[r::FIRST_FRAGMENT_MAY_BE_FINAL],
        run: first_fragment_may_be_final,
    },
    Check {
        name: "section-5.2/reserved-bits-are-sent-as-zero",
        covers: &[r::RESERVED_BITS_ARE_ZERO],
        run: reserved_bits_are_sent_as_zero,
    },
    Check {
        name: "section-5.2/unexpected-reserved-bit-fails",
        covers: &[r::UNEXPECTED_RESERVED_BIT_FAILS],
        run: unexpected_reserved_bit_fails,
    },
    Check {
        name: "section-5.2/unknown-opcode-fails",
        covers: &[r::UNKNOWN_OPCODE_FAILS],
        run: unknown_opcode_fails,
    },
    Check {
        name: "section-5.2/length-fits-63-bits",
        covers: &[r::LENGTH_FITS_63_BITS],
        run: length_fits_63_bits,
    },
    Check { name: "section-5.2/length-is-minimal", covers: &[r::LENGTH_IS_MINIMAL], run: length_is_minimal },
    Check {
        name: "section-5.2/rsv1-is-zero-unless-negotiated",
        covers: &[r::RSV1_IS_ZERO],
        run: || reserved_bit(0x40, r::RSV1_IS_ZERO),
    },
    Check {
        name: "section-5.2/rsv2-is-zero-unless-negotiated",
        covers: &[r::RSV2_IS_ZERO],
        run: || reserved_bit(0x20, r::RSV2_IS_ZERO),
    },
    Check {
        name: "section-5.2/rsv3-is-zero-unless-negotiated",
        covers: &[r::RSV3_IS_ZERO],
        run: || reserved_bit(0x10, r::RSV3_IS_ZERO),
    },
];

fn first_fragment_may_be_final() {
    for role in BOTH {
        receives(role, to(role, TEXT, "whole"), &[text("whole")]);
        receives(role, to(role, 0x01, "whole"), &[]);
        receives(role, [to(role, 0x01, "whole"), to(role, 0x80, "")].concat(), &[text("whole")]);
        let mut end = End::new(role, &Config::default(), [2; 32]);
        end.send(text("whole")).expect("sent");
        let frames = end.frames();
        assert_eq!(frames.len(), 1);
        assert_eq!((frames[0].first(), &frames[0].payload[..]), (TEXT, &b"whole"[..]));
    }
}

fn reserved_bits_are_sent_as_zero() {
    for session in sessions() {
        for frame in naive_frames(&session.bytes) {
            assert_eq!(frame.rsv, 0, "{}: {frame:?}", session.name);
        }
        // With one of them set in the first byte, a peer that negotiated nothing refuses it.
        for bit in [0x40, 0x20, 0x10] {
            let mut bytes = session.bytes.clone();
            bytes[0] |= bit;
            assert!(End::server().feed(&bytes).error.is_some(), "{}", session.name);
        }
    }
    // Nothing was negotiated: what would compress well goes out as it is.
    let mut end = End::client();
    end.send(text(&"a".repeat(65_536))).expect("sent");
    let frames = end.frames();
    assert_eq!((frames.len(), frames[0].rsv, frames[0].payload.len()), (1, 0, 65_536));
}

fn unexpected_reserved_bit_fails() {
    for role in BOTH {
        for bits in 1..8_u8 {
            // The lowest numbered bit that is set is the one to be named.
            let requirement = match bits {
                4.. => r::RSV1_IS_ZERO,
                2.. => r::RSV2_IS_ZERO,
                _ => r::RSV3_IS_ZERO,
            };
            for first in [0x01, 0x02, TEXT, BINARY, CLOSE, PING, PONG] {
                fails(role, to(role, first | bits << 4, ""), requirement, 1002);
                fails(role, to(role, first | bits << 4, [3, 0xE8]), requirement, 1002);
            }
            for first in [0x00, 0x80, PING, PONG, CLOSE] {
                fails_after(
                    role,
                    &to(role, 0x01, "begun"),
                    &to(role, first | bits << 4, ""),
                    requirement,
                    1002,
                );
            }
        }
        let sent = [
            to(role, 0x01, "a"),
            to(role, 0x00, "b"),
            to(role, PING, ""),
            to(role, PONG, ""),
            to(role, 0x80, "c"),
            to(role, TEXT, ""),
            to(role, BINARY, ""),
            to(role, CLOSE, ""),
        ];
        let messages = [ping(""), pong(""), text("abc"), text(""), binary(""), Message::Close(None)];
        receives(role, sent.concat(), &messages);
    }
}

fn reserved_bit(bit: u8, requirement: &'static anyrfc_core::Requirement) {
    for role in BOTH {
        fails(role, to(role, TEXT | bit, ""), requirement, 1002);
        fails(role, to(role, BINARY | bit, noise(300, 1)), requirement, 1002);
        fails_after(role, &to(role, TEXT, "fine"), &to(role, PING | bit, ""), requirement, 1002);
        receives(role, to(role, TEXT, ""), &[text("")]);
    }
    // Ours never set it.
    for session in sessions() {
        for frame in naive_frames(&session.bytes) {
            assert_eq!(frame.rsv << 4 & bit, 0, "{}", session.name);
        }
    }
}

fn unknown_opcode_fails() {
    for role in BOTH {
        for opcode in (0x3..=0x7).chain(0xB..=0xF) {
            for first in [opcode, 0x80 | opcode] {
                // Before any payload, even before the length.
                fails(role, [first], r::UNKNOWN_OPCODE_FAILS, 1002);
                fails(role, to(role, first, "payload"), r::UNKNOWN_OPCODE_FAILS, 1002);
                fails_after(role, &to(role, 0x01, "begun"), &[first], r::UNKNOWN_OPCODE_FAILS, 1002);
            }
        }
        receives(
            role,
            [to(role, 0x02, "a"), to(role, PING, "p"), to(role, PONG, "q"), to(role, 0x80, "b")].concat(),
            &[ping("p"), pong("q"), binary("ab")],
        );
        receives(
            role,
            [to(role, TEXT, "a"), to(role, BINARY, "b"), to(role, CLOSE, body(1000, ""))].concat(),
            &[text("a"), binary("b"), close(1000, "")],
        );
    }
}

fn length_fits_63_bits() {
    for length in [1 << 63, 1 << 63 | 5, u64::MAX] {
        fails(Role::Client, frame(BINARY, None, Form::Ext64, length, b""), r::LENGTH_FITS_63_BITS, 1002);
        fails(Role::Server, frame(0x01, Some(KEY), Form::Ext64, length, b""), r::LENGTH_FITS_63_BITS, 1002);
    }
    // It shows in the first byte of the length already.
    fails(Role::Client, [BINARY, 127, 0x80], r::LENGTH_FITS_63_BITS, 1002);
    // All 63 bits may be used: that is beyond our limit, but no violation.
    let huge = frame(BINARY, None, Form::Ext64, i64::MAX as u64, b"");
    let limit = (ErrorKind::Limit, Fault::Policy);
    fails_as(Role::Client, &Config::default(), &[], &huge, limit, r::SIZES_ARE_LIMITED, 1009);
    receives(Role::Client, plain(BINARY, vec![7; 65_536]), &[binary(vec![7; 65_536])]);
    // Ours: nothing that fits into memory needs the bit.
    let mut end = End::client();
    end.send(Message::binary(vec![0; 70_000])).expect("sent");
    let written = end.written();
    assert_eq!(written[1], 0xFF);
    assert_eq!(written[2..10], 70_000_u64.to_be_bytes());
}

fn length_is_minimal() {
    for role in BOTH {
        let key = (role == Role::Server).then_some(KEY);
        for first in [0x01, 0x02, TEXT, BINARY] {
            for (form, lengths) in
                [(Form::Ext16, &[0_usize, 1, 124, 125][..]), (Form::Ext64, &[0, 125, 126, 65_535][..])]
            {
                for &length in lengths {
                    let wordy = frame(first, key, form, length as u64, &vec![b'x'; length]);
                    fails(role, &wordy[..wordy.len().min(20)], r::LENGTH_IS_MINIMAL, 1002);
                }
            }
        }
        let wordy = frame(0x80, key, Form::Ext16, 1, b"x");
        fails_after(role, &to(role, 0x01, "a"), &wordy, r::LENGTH_IS_MINIMAL, 1002);
        // A control frame has no long form at all.
        for first in [PING, PONG, CLOSE] {
            for form in [Form::Ext16, Form::Ext64] {
                fails(role, frame(first, key, form, 2, b"\x03\xE8"), r::CONTROL_PAYLOAD_IS_SHORT, 1002);
            }
        }
        for length in [125, 126, 65_535, 65_536] {
            receives(role, to(role, BINARY, vec![1; length]), &[binary(vec![1; length])]);
        }
        for length in EDGES {
            for send in [whole, sliced, in_parts] {
                let mut end = End::new(role, &Config::default(), [2; 32]);
                send(&mut end, &noise(length, 1));
                let frames = end.frames();
                let expected = match length {
                    0..=125 => 0,
                    126..=65_535 => 2,
                    _ => 8,
                };
                assert_eq!((frames.len(), frames[0].extended), (1, expected), "{length} bytes");
                assert_eq!(frames[0].payload.len(), length);
            }
        }
    }
    // The naive decoder does see a length that is too long.
    assert_eq!(naive_frames(&masked(BINARY, [0; 126]))[0].extended, 2);
    assert_eq!(naive_frames(&frame(BINARY, None, Form::Ext64, 1, b"x"))[0].extended, 8);
}

fn whole(end: &mut End, payload: &[u8]) {
    end.send(Message::binary(payload.to_vec())).expect("sent");
}

fn sliced(end: &mut End, payload: &[u8]) {
    end.connection.send_slice(&mut end.output, Kind::Binary, payload).expect("sent");
}

fn in_parts(end: &mut End, payload: &[u8]) {
    end.part(Kind::Binary, payload, true).expect("sent");
    assert!(!end.connection.wants_write());
}
