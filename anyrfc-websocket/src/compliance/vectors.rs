//! The examples that RFC 6455 and RFC 7692 print.

use anyrfc_core::compliance::Vector;

/// Frames with what is in them, the answer to a key, and compressed payloads (in
/// the order of the RFC: the second "Hello" refers to the first).
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
    Vector {
        name: "a message in one compressed block",
        source: "rfc7692#7.2.3.1",
        input: b"\xf2\x48\xcd\xc9\xc9\x07\x00",
        output: b"Hello",
    },
    Vector {
        name: "a compressed message in one frame",
        source: "rfc7692#7.2.3.1",
        input: b"\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00",
        output: b"Hello",
    },
    Vector {
        name: "a compressed message in two frames",
        source: "rfc7692#7.2.3.1",
        input: b"\x41\x03\xf2\x48\xcd\x80\x04\xc9\xc9\x07\x00",
        output: b"Hello",
    },
    Vector {
        name: "the same message by reference to the one before",
        source: "rfc7692#7.2.3.2",
        input: b"\xf2\x00\x11\x00\x00",
        output: b"Hello",
    },
    Vector {
        name: "a compressed message in a block without compression",
        source: "rfc7692#7.2.3.3",
        input: b"\xc1\x0b\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00",
        output: b"Hello",
    },
    Vector {
        name: "a message in a block with BFINAL set",
        source: "rfc7692#7.2.3.4",
        input: b"\xf3\x48\xcd\xc9\xc9\x07\x00\x00",
        output: b"Hello",
    },
    Vector {
        name: "a message in two blocks",
        source: "rfc7692#7.2.3.5",
        input: b"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00",
        output: b"Hello",
    },
    Vector {
        name: "the end of a message after all of its data",
        source: "rfc7692#7.2.3.6",
        input: b"\x00",
        output: b"",
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
