//! RFC 6455, section 9.1: negotiating extensions.

use anyrfc_core::compliance::Check;

use super::super::support::{End, TEXT, fails, naive_frames, plain, receives, text};
use crate::{
    Kind,
    proto::{Config, Role},
    rfc6455 as r,
};

pub(super) static CHECKS: &[Check] = &[Check {
    name: "section-9.1/unaccepted-extension-is-not-used",
    covers: &[r::UNACCEPTED_EXTENSION_IS_NOT_USED],
    run: unaccepted_extension_is_not_used,
}];

/// No extension was accepted: everything is sent as it is, and what only an
/// extension could have made is refused.
fn unaccepted_extension_is_not_used() {
    let long = "the same words ".repeat(10_000);
    let mut client = End::client();
    client.send(text(&long)).expect("open");
    client.connection.send_slice(&mut client.output, Kind::Text, long.as_bytes()).expect("open");
    client.part(Kind::Text, &long, true).expect("open");
    let wire = client.written();
    let frames = naive_frames(&wire);
    assert_eq!(frames.len(), 3);
    for frame in &frames {
        assert_eq!((frame.first(), frame.rsv), (TEXT, 0));
        assert!(frame.payload == long.as_bytes(), "not the bytes that were given");
    }
    assert_eq!(End::server().feed(&wire).fine(), vec![text(&long); 3]);
    // "Hello" as permessage-deflate would send it, and as it must be sent.
    fails(Role::Client, plain(TEXT | 0x40, b"\xf2\x48\xcd\xc9\xc9\x07\x00"), r::RSV1_IS_ZERO, 1002);
    receives(Role::Client, plain(TEXT, "Hello"), &[text("Hello")]);
    let mut server = End::new(Role::Server, &Config::default(), [1; 32]);
    let mut bit = wire;
    bit[0] |= 0x40;
    assert!(server.feed(bit).error.is_some(), "a peer that accepted nothing takes it for an extension's");
}
