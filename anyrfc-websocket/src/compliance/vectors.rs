//! The examples that RFC 6455 prints.

use anyrfc_core::compliance::Vector;

/// Frames with what is in them, and the answer to a key.
pub(super) static VECTORS: &[Vector] = &[
    Vector {
        name: "the accept value of a key",
        source: "rfc6455#1.3",
        input: b"dGhlIHNhbXBsZSBub25jZQ==",
        output: b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
    },
    Vector {
        name: "an unmasked text message",
        source: "rfc6455#5.7",
        input: b"\x81\x05\x48\x65\x6c\x6c\x6f",
        output: b"Hello",
    },
    Vector {
        name: "a masked text message",
        source: "rfc6455#5.7",
        input: b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",
        output: b"Hello",
    },
    Vector {
        name: "an unmasked text message in two fragments",
        source: "rfc6455#5.7",
        input: b"\x01\x03\x48\x65\x6c\x80\x02\x6c\x6f",
        output: b"Hello",
    },
    Vector {
        name: "an unmasked ping",
        source: "rfc6455#5.7",
        input: b"\x89\x05\x48\x65\x6c\x6c\x6f",
        output: b"Hello",
    },
    Vector {
        name: "the masked pong that answers it",
        source: "rfc6455#5.7",
        input: b"\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",
        output: b"Hello",
    },
    Vector {
        name: "256 bytes in one unmasked frame",
        source: "rfc6455#5.7",
        input: &zeros::<260>(&[0x82, 0x7E, 0x01, 0x00]),
        output: &[0; 256],
    },
    Vector {
        name: "64 KiB in one unmasked frame",
        source: "rfc6455#5.7",
        input: &zeros::<65_546>(&[0x82, 0x7F, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00]),
        output: &[0; 65_536],
    },
];

/// `head`, then zeros up to a length of `N`; the RFC does not say what the payload is.
const fn zeros<const N: usize>(head: &[u8]) -> [u8; N] {
    let mut all = [0; N];
    let mut i = 0;
    while i < head.len() {
        all[i] = head[i];
        i += 1;
    }
    all
}
