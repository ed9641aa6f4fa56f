//! RFC 6455, section 5.8: extensibility.

use anyrfc_core::compliance::Check;

use super::super::support::{BINARY, End, PING, TEXT, fails, fails_after, receives, text, to};
use crate::{
    Kind,
    proto::{Config, Role},
    rfc6455 as r,
};

pub(super) static CHECKS: &[Check] = &[Check {
    name: "section-5.8/extension-needs-the-handshake",
    covers: &[r::EXTENSIONS_ARE_NEGOTIATED],
    run: extension_needs_the_handshake,
}];

/// "Hello" as permessage-deflate would send it (RFC 7692, section 7.2.3.1).
const COMPRESSED: &[u8] = b"\xf2\x48\xcd\xc9\xc9\x07\x00";

/// Where nothing was negotiated, nothing that only an extension defines is in use.
fn extension_needs_the_handshake() {
    for role in [Role::Client, Role::Server] {
        fails(role, to(role, TEXT | 0x40, COMPRESSED), r::RSV1_IS_ZERO, 1002);
        let begun = to(role, 0x01, "a");
        fails_after(role, &begun, &to(role, 0x80 | 0x40, COMPRESSED), r::RSV1_IS_ZERO, 1002);
        fails(role, to(role, PING | 0x40, ""), r::RSV1_IS_ZERO, 1002);
        fails(role, to(role, 0x83, ""), r::UNKNOWN_OPCODE_FAILS, 1002);
        // Without the bit the same bytes are just bytes.
        receives(role, to(role, BINARY, COMPRESSED), &[super::super::support::binary(COMPRESSED)]);

        let mut end = End::new(role, &Config::default(), [1; 32]);
        let long = "compress me, ".repeat(10_000);
        end.send(text(&long)).expect("sent");
        end.part(Kind::Text, &long, false).expect("sent");
        end.part(Kind::Text, &long, true).expect("sent");
        for frame in end.frames() {
            assert_eq!(frame.rsv, 0);
            assert!(frame.payload == long.as_bytes(), "not sent as it is");
        }
    }
}
