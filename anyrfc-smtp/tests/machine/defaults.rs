//! What is meant where nothing is said, as the documentation has it.

use std::time::Duration;

use anyrfc_core::{Machine as _, testing::now};
use anyrfc_smtp::{
    EhloName, Tolerance,
    proto::{Config, Connection, Deadlines, Flavour, Protection},
};

fn config() -> Config {
    Config::new(EhloName::domain("client.example").unwrap())
}

#[test]
fn what_a_server_may_make_us_hold() {
    let config = config();
    assert_eq!((config.limits.line, config.limits.header_block, config.limits.list), (4096, 131_072, 1000));
    assert_eq!(config.limits.connect_time, Duration::from_secs(900));
    assert_eq!((config.in_flight, config.hello_fallback, config.verified), (1024, true, false));
    assert_eq!((config.flavour, config.protection), (Flavour::Smtp, Protection::Tls));
    assert_eq!(config.tolerance, Tolerance::Field);
}

#[test]
fn how_long_a_server_may_take() {
    let deadlines = Deadlines::default();
    for (deadline, seconds) in [
        (deadlines.greeting, 300),
        (deadlines.hello, 300),
        (deadlines.start_tls, 300),
        (deadlines.handshake, 30),
        (deadlines.authentication, 300),
        (deadlines.mail, 300),
        (deadlines.recipient, 300),
        (deadlines.data, 120),
        (deadlines.chunk, 180),
        (deadlines.message, 600),
        (deadlines.command, 300),
        (deadlines.quit, 5),
    ] {
        assert_eq!(deadline, Duration::from_secs(seconds));
    }
}

#[test]
fn many_replies_may_be_read_at_once_however_short_each_has_to_be() {
    for (reply, limit) in [(1000, 65_536), (65_536, 65_536), (65_537, 65_537)] {
        let mut config = config();
        config.limits.header_block = reply;
        assert_eq!(Connection::new(config, now()).input_limit(), limit);
    }
}
