//! RFC 4978, section 4: what is sent as DEFLATE.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::host::hosted;
use crate::{rfc4978 as r, testing::Deflated};

pub(super) static CHECKS: &[Check] = &[
    Check { name: "rfc4978-section-4/deflate-is-raw", covers: &[r::DEFLATE_IS_RAW], run: deflate_is_raw },
    Check {
        name: "rfc4978-section-4/a-dictionary-may-be-cleared",
        covers: &[r::DICTIONARY_MAY_BE_CLEARED],
        run: a_dictionary_may_be_cleared,
    },
];

fn deflate_is_raw() {
    // What we send has no header: the other side inflates it as it is, from its first octet.
    hosted(
        "COMPRESS=DEFLATE",
        async |host| {
            host.on("COMPRESS DEFLATE", "% OK active\r\n").await;
            host.deflated = Some(Deflated::new());
            let begin = host.raw.len();
            host.on("NOOP", "% OK done\r\n").await;
            let first = &host.raw[begin..];
            assert_ne!(first[0] & 0x0f, 8, "the header of zlib: {first:?}");
        },
        async |mut client| {
            client.compress().await.expect("agreed to");
            client.noop().await.expect("heard");
        },
    );
    // With a header it is refused.
    for header in [&[0x78, 0x9c][..], &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]] {
        hosted(
            "COMPRESS=DEFLATE",
            async |host| {
                host.on("COMPRESS DEFLATE", "% OK active\r\n").await;
                host.deflated = Some(Deflated::new());
                host.line().await;
                let octets = host.octets("% OK done\r\n");
                host.send(&[header, &octets].concat()).await;
                host.rest().await;
            },
            async |mut client| {
                client.compress().await.expect("agreed to");
                let error = client.noop().await.expect_err("it has a header");
                assert_eq!(
                    (error.kind(), error.requirement()),
                    (ErrorKind::Protocol, Some(r::DEFLATE_IS_RAW))
                );
            },
        );
    }
}

fn a_dictionary_may_be_cleared() {
    type Say = fn(&mut Deflated, &[u8]) -> Vec<u8>;
    let kinds: [Say; 3] = [Deflated::say, Deflated::say_and_forget, Deflated::say_partly];
    hosted(
        "COMPRESS=DEFLATE",
        async |host| {
            host.on("COMPRESS DEFLATE", "% OK active\r\n").await;
            host.deflated = Some(Deflated::new());
            for turn in 0..9 {
                assert_eq!(host.line().await, "NOOP");
                // In the middle of a line, and at its end.
                let text = format!("* OK the same words again, turn {turn}\r\n").into_bytes();
                let (front, back) = text.split_at(5 + turn);
                let say = kinds[turn % 3];
                let deflated = host.deflated.as_mut().expect("compressed");
                let mut octets = say(deflated, front);
                octets.extend(kinds[(turn + 1) % 3](deflated, back));
                octets.extend(host.octets("% OK done\r\n"));
                host.send(&octets).await;
            }
        },
        async |mut client| {
            client.compress().await.expect("agreed to");
            for turn in 0..9 {
                client.noop().await.expect("heard");
                let event = client.take_event().map(|event| format!("{event:?}")).unwrap_or_default();
                assert!(event.contains(&format!("again, turn {turn}")), "{event}");
            }
        },
    );
}
