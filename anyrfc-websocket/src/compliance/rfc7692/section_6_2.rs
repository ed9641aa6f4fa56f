//! RFC 7692, section 6.2: receiving.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::{
    inflate::Bits,
    support::{BINARY, PING, TEXT, binary, noise, ping, text, to},
    support_deflate::{
        AGAIN, BEGUN_BINARY, BEGUN_TEXT, BOTH, HELLO, PACKED_BINARY, PACKED_TEXT, end, fails, receives, words,
    },
};
use crate::{Deflate, rfc6455, rfc7692 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-6.2/compressed-messages-are-joined-and-inflated",
        covers: &[r::COMPRESSED_MESSAGE_RECEIVING],
        run: compressed_messages_are_joined_and_inflated,
    },
    Check {
        name: "section-6.2/what-cannot-be-inflated-is-not-delivered",
        covers: &[r::COMPRESSED_MESSAGE_RECEIVING],
        run: what_cannot_be_inflated_is_not_delivered,
    },
    Check {
        name: "section-6.2/inflated-text-is-text-again",
        covers: &[r::COMPRESSED_MESSAGE_RECEIVING],
        run: inflated_text_is_text_again,
    },
    Check {
        name: "section-6.2/uncompressed-messages-are-delivered-as-they-came",
        covers: &[r::UNCOMPRESSED_MESSAGE_RECEIVING],
        run: uncompressed_messages_are_delivered_as_they_came,
    },
];

fn compressed_messages_are_joined_and_inflated() {
    for role in BOTH {
        // Cut anywhere, in two and in three, also into nothing.
        for a in 0..=HELLO.len() {
            for b in a..=HELLO.len() {
                let frames = [
                    to(role, BEGUN_TEXT, &HELLO[..a]),
                    to(role, 0x00, &HELLO[a..b]),
                    to(role, PING, ""),
                    to(role, 0x80, &HELLO[b..]),
                ];
                receives(|| end(role, ""), frames.concat(), &[ping(""), text("Hello")]);
            }
        }
        let data = noise(70_000, 1);
        let payload = Bits::new().stored(false, &data).message();
        let mut frames = to(role, BEGUN_BINARY, "");
        for piece in payload.chunks(1000) {
            frames.extend(to(role, 0x00, piece));
        }
        frames.extend(to(role, 0x80, ""));
        receives(|| end(role, ""), &frames, &[binary(&data)]);
        // The payload of a text message need not be text before it is inflated, and
        // the type is that of the first frame.
        receives(
            || end(role, ""),
            [to(role, PACKED_TEXT, HELLO), to(role, PACKED_BINARY, HELLO)].concat(),
            &[text("Hello"), binary("Hello")],
        );
        receives(|| end(role, ""), to(role, PACKED_TEXT, [0]), &[text("")]);
    }
}

fn what_cannot_be_inflated_is_not_delivered() {
    let broken = r::COMPRESSED_MESSAGE_SENDING;
    for role in BOTH {
        let hello = to(role, PACKED_TEXT, HELLO);
        for payload in [
            &b""[..],
            b"Hello",
            // Cut short, with its tail, and going on after it.
            &HELLO[..6],
            &HELLO[..3],
            &[0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00, 0x00, 0xFF, 0xFF],
            &[0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00],
            // A block of the reserved type, a length without its complement, a
            // distance beyond the beginning.
            &[0x06],
            &[0x00, 0x05, 0x00, 0xFB, 0xFF, b'H', b'e', b'l', b'l', b'o', 0x00],
            &AGAIN,
        ] {
            fails(|| end(role, ""), &[], to(role, PACKED_BINARY, payload), broken, 1007);
            if payload != &AGAIN[..] {
                fails(|| end(role, ""), &hello, to(role, PACKED_BINARY, payload), broken, 1007);
            }
        }
        receives(
            || end(role, ""),
            [hello.clone(), to(role, PACKED_TEXT, AGAIN)].concat(),
            &[text("Hello"), text("Hello")],
        );
    }
    // Nor what inflates beyond a limit: of that the client has its own.
    let mut config = crate::proto::Config { compression: Some(Deflate::default()), ..Default::default() };
    config.limits.message = 5;
    for (word, fits) in [("Hello", true), ("Hellos", false)] {
        let mut client = super::super::support::End::new(crate::proto::Role::Client, &config, [1; 32]);
        client.connection = client.connection.with_deflate(Default::default());
        let payload = Bits::new().fixed(false, word.as_bytes(), &[]).message();
        let fed = client.feed(super::super::support::plain(PACKED_TEXT, payload));
        assert_eq!(fed.error.map(|error| error.kind()), (!fits).then_some(ErrorKind::Limit), "{word}");
        assert_eq!(fed.messages.len(), usize::from(fits));
    }
}

fn inflated_text_is_text_again() {
    let packed = |data: &[u8]| Bits::new().fixed(false, data, &[]).message();
    for role in BOTH {
        for wrong in [&b"\xFF"[..], b"fine until \xC3", b"\xED\xA0\x80", b"\xC0\xAF", b"\xF4\x90\x80\x80"] {
            fails(|| end(role, ""), &[], to(role, PACKED_TEXT, packed(wrong)), rfc6455::TEXT_IS_UTF8, 1007);
            receives(|| end(role, ""), to(role, PACKED_BINARY, packed(wrong)), &[binary(wrong)]);
        }
        for right in ["", "\u{e9}", "\u{20ac} and \u{1f600}"] {
            let payload = packed(right.as_bytes());
            receives(|| end(role, ""), to(role, PACKED_TEXT, &payload), &[text(right)]);
            let half = payload.len() / 2;
            let cut = [to(role, BEGUN_TEXT, &payload[..half]), to(role, 0x80, &payload[half..])].concat();
            receives(|| end(role, ""), cut, &[text(right)]);
        }
    }
}

fn uncompressed_messages_are_delivered_as_they_came() {
    let data = words(2000, 9);
    for role in BOTH {
        for payload in [&HELLO[..], &AGAIN, &data, b"", &[0], &noise(300, 4)] {
            receives(|| end(role, ""), to(role, BINARY, payload), &[binary(payload)]);
            let cut = [
                to(role, 0x02, &payload[..payload.len() / 2]),
                to(role, 0x80, &payload[payload.len() / 2..]),
            ];
            receives(|| end(role, ""), cut.concat(), &[binary(payload)]);
        }
        receives(
            || end(role, ""),
            [
                to(role, PACKED_TEXT, HELLO),
                to(role, TEXT, "as it is"),
                to(role, BINARY, AGAIN),
                to(role, PACKED_TEXT, AGAIN),
            ]
            .concat(),
            &[text("Hello"), text("as it is"), binary(AGAIN), text("Hello")],
        );
        fails(|| end(role, ""), &[], to(role, TEXT, [0xF2, 0xFF]), rfc6455::TEXT_IS_UTF8, 1007);
    }
}
