//! What is meant where nothing is said, as the documentation has it.

use std::time::Duration;

use anyrfc_imap::{
    Tolerance,
    codec::{ReadLimits, response::Context},
    proto::{Config, Deadlines, Protection},
};

#[test]
fn what_a_server_may_make_us_hold() {
    let config = Config::default();
    assert_eq!((config.limits.line, config.limits.nesting), (1_048_576, 128));
    assert_eq!((config.inline_max, config.in_flight, config.unsolicited), (16_384, 4096, 1_000_000));
    assert_eq!((config.command_line, config.danger_reveal_in_plaintext), (8000, false));
    assert_eq!((config.protection, config.tolerance), (Protection::Tls, Tolerance::Field));
    let limits = ReadLimits::default();
    assert_eq!((limits.line, limits.search_line), (1_048_576, 67_108_864));
    assert_eq!((limits.literal, limits.response), (67_108_864, 134_217_728));
    assert_eq!((limits.body, limits.inline_max), (9_223_372_036_854_775_807, 16_384));
    assert_eq!(Context::default().nesting, 512);
}

#[test]
fn how_long_a_server_may_take() {
    let deadlines = Deadlines::default();
    for (deadline, seconds) in [
        (deadlines.greeting, 30),
        (deadlines.command, 120),
        (deadlines.continuation, 60),
        (deadlines.handshake, 30),
        (deadlines.idle_renewal, 300),
        (deadlines.logout, 5),
    ] {
        assert_eq!(deadline, Duration::from_secs(seconds));
    }
}
