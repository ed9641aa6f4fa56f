//! RFC 6455, section 10.4: implementation-specific limits.

use std::time::Duration;

use anyrfc_core::{ErrorKind, Fault, Limits, Machine as _, Step, compliance::Check};
use tokio::io::AsyncWriteExt as _;

use super::super::{
    support::{BINARY, End, Form, KEY, PING, TEXT, binary, fails_as, frame, ping, plain, run_with, to},
    wire::{driven, virtually},
};
use crate::{
    proto::{Config, Role, State},
    rfc6455 as r,
};

const BOTH: [Role; 2] = [Role::Client, Role::Server];
const LIMIT: (ErrorKind, Fault) = (ErrorKind::Limit, Fault::Policy);

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-10.4/a-giant-frame-costs-nothing",
        covers: &[r::OWN_LIMITS_ARE_GUARDED],
        run: a_giant_frame_costs_nothing,
    },
    Check {
        name: "section-10.4/frame-and-message-limits-are-imposed",
        covers: &[r::SIZES_ARE_LIMITED],
        run: frame_and_message_limits_are_imposed,
    },
];

fn small(frame: usize, message: usize, fragments: usize) -> Config {
    let mut config = Config::default();
    config.limits.frame = frame;
    config.limits.message = message;
    config.limits.fragments = fragments;
    config
}

fn a_giant_frame_costs_nothing() {
    let config = Config::default();
    for role in BOTH {
        let key = (role == Role::Server).then_some(KEY);
        // At the header, whatever is announced, and never wrapped to something small.
        for declared in [1 << 62, 1 << 60, 1 << 32, (1 << 32) + 5, i64::MAX as u64] {
            for first in [TEXT, BINARY, 0x01, 0x02] {
                let header = frame(first, key, Form::Ext64, declared, b"");
                fails_as(role, &config, &[], &header, LIMIT, r::SIZES_ARE_LIMITED, 1009);
            }
            let header = frame(0x80, key, Form::Ext64, declared, b"");
            let begun = to(role, 0x01, "a");
            fails_as(role, &config, &begun, &header, LIMIT, r::SIZES_ARE_LIMITED, 1009);
        }
        // Fragments without end, of a byte or of none at all.
        for payload in ["", "x"] {
            let config = small(1000, 1000, 500);
            let begun = [to(role, 0x02, payload), to(role, 0x00, payload).repeat(499)].concat();
            let next = to(role, 0x00, payload);
            fails_as(role, &config, &begun, &next, LIMIT, r::SIZES_ARE_LIMITED, 1008);
            let ended = [&begun[..], &to(role, PING, "")].concat();
            assert_eq!(run_with(role, &config, &ended).messages, [ping("")], "500 are allowed");
        }
    }
    // Below the limit an announcement reserves nothing: memory follows what arrives.
    virtually(async {
        let (mut driver, mut far, _) = driven(Role::Client, 1 << 20);
        let announced = frame(BINARY, None, Form::Ext64, 15 << 20, &[7; 10]);
        far.write_all(&announced).await.expect("written");
        let waiting = tokio::time::timeout(Duration::from_secs(1), driver.next()).await;
        assert!(waiting.is_err(), "{waiting:?}");
        assert!(driver.capacity() <= 64 << 10, "{} bytes held for 20", driver.capacity());
        assert_eq!(driver.machine().phase(), State::Open);
        // What does arrive is held.
        far.write_all(&[7; 300_000]).await.expect("written");
        let waiting = tokio::time::timeout(Duration::from_secs(1), driver.next()).await;
        assert!(waiting.is_err(), "{waiting:?}");
        assert!((300_000..2 << 20).contains(&driver.capacity()), "{} bytes", driver.capacity());
    });
    // The hint is the machine's wish, and `Consumed` its word: fragments leave the input as they come.
    let mut server = End::server();
    let announced = frame(BINARY, Some(KEY), Form::Ext64, 15 << 20, &[7; 10]);
    let step = server.connection.advance(&announced, server.now).expect("below the limit");
    assert_eq!(step, Step::Consumed(announced.len()));
    assert!(server.connection.input_limit() <= 1 << 20, "{}", server.connection.input_limit());
}

fn frame_and_message_limits_are_imposed() {
    for role in BOTH {
        let config = small(1000, 1500, 100);
        // One frame: exactly the limit, and one byte more.
        assert_eq!(run_with(role, &config, &to(role, BINARY, [1; 1000])).messages, [binary([1; 1000])]);
        fails_as(role, &config, &[], &to(role, BINARY, [1; 1001]), LIMIT, r::SIZES_ARE_LIMITED, 1009);
        fails_as(role, &config, &[], &to(role, 0x01, [1; 1001]), LIMIT, r::SIZES_ARE_LIMITED, 1009);
        // A message, whose frames each are small enough.
        let two = |last: usize| [to(role, 0x02, [1; 1000]), to(role, 0x80, vec![1; last])].concat();
        assert_eq!(run_with(role, &config, &two(500)).messages, [binary([1; 1500])]);
        let (begun, over) = (to(role, 0x02, [1; 1000]), to(role, 0x80, [1; 501]));
        fails_as(role, &config, &begun, &over, LIMIT, r::SIZES_ARE_LIMITED, 1009);
        let begun = [to(role, 0x02, [1; 500]).as_slice(), &to(role, 0x00, [1; 500]).repeat(2)].concat();
        fails_as(role, &config, &begun, &to(role, 0x80, [1; 1]), LIMIT, r::SIZES_ARE_LIMITED, 1009);
        // A single frame counts as a message too.
        let config = small(2000, 1500, 100);
        fails_as(role, &config, &[], &to(role, BINARY, [1; 1501]), LIMIT, r::SIZES_ARE_LIMITED, 1009);
        assert_eq!(run_with(role, &config, &to(role, BINARY, [1; 1500])).messages, [binary([1; 1500])]);
        // And all that may be held for a connection.
        let mut config = small(2000, 2000, 100);
        config.limits.buffered = 1200;
        fails_as(role, &config, &[], &to(role, BINARY, [1; 1201]), LIMIT, r::SIZES_ARE_LIMITED, 1009);
        assert_eq!(run_with(role, &config, &to(role, BINARY, [1; 1200])).messages, [binary([1; 1200])]);
        // The limit is for each message, not for all together.
        let config = small(1000, 1000, 2);
        let many = [to(role, 0x02, [1; 500]), to(role, 0x80, [1; 500])].concat().repeat(5);
        assert_eq!(run_with(role, &config, &many).messages, vec![binary([1; 1000]); 5]);
    }
    let limits = Limits::default();
    for limit in [limits.frame, limits.message, limits.fragments, limits.buffered] {
        assert!(limit < 1 << 30, "by default there is a limit");
    }
    // The default bites as well.
    let mut client = End::client();
    let error = client.feed(frame(BINARY, None, Form::Ext64, limits.frame as u64 + 1, b"")).error;
    assert_eq!(error.expect("beyond the default").requirement(), Some(r::SIZES_ARE_LIMITED));
    let mut client = End::client();
    client.feed(frame(BINARY, None, Form::Ext64, limits.frame as u64, b"")).fine();
    assert_eq!(client.phase(), State::Open);
    assert_eq!(plain(BINARY, "")[1], 0);
}
