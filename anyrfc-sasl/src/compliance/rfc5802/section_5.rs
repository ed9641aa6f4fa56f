//! RFC 5802, section 5: the exchange.

use anyrfc_core::compliance::Check;

use super::super::judge::{Hash, ScramServer, base64, unbase64};
use super::super::support::{before_the_end, bound, broke, first, pencil, scram, scram_with};
use crate::{Binding, BindingType, ErrorKind, Exchange, ScramHash, Step, rfc5802 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5802/section-5/the-first-message-starts-with-a-flag",
        covers: &[r::FIRST_MESSAGE_STARTS_WITH_FLAG],
        run: the_first_message_starts_with_a_flag,
    },
    Check {
        name: "rfc5802/section-5/no-success-without-the-right-signature",
        covers: &[r::SERVER_SIGNATURE_MUST_MATCH],
        run: no_success_without_the_right_signature,
    },
];

fn the_first_message_starts_with_a_flag() {
    let flags = [
        (Binding::Unsupported, &b"n,"[..]),
        (Binding::NotOffered, b"y,"),
        (bound(BindingType::TlsExporter, b"x"), b"p="),
    ];
    for (binding, flag) in flags {
        let mut exchange = Exchange::new(scram_with(ScramHash::Sha1, &pencil(), binding));
        assert!(first(&mut exchange).starts_with(flag));
    }
    // The judge is one that fails on anything else.
    let mut judge = ScramServer::new(Hash::Sha1);
    for wrong in [&b"x,,n=user,r=abc"[..], b",,n=user,r=abc", b"n=user,r=abc", b""] {
        assert!(judge.first(wrong).is_err());
    }
}

/// With success or before it, and any bit of it.
fn no_success_without_the_right_signature() {
    let (mut exchange, signature) = before_the_end();
    assert!(exchange.succeed(Some(&signature)).expect("the right one").mutual);
    let (mut exchange, signature) = before_the_end();
    assert!(matches!(exchange.step(&signature), Ok(Step::Done)));
    assert!(exchange.succeed(None).expect("the right one").mutual);

    // Success without it, in whatever way it is absent.
    for absent in [None, Some(&b""[..])] {
        let (mut exchange, _) = before_the_end();
        let error = exchange.succeed(absent).expect_err("no proof");
        assert_eq!(error.kind(), ErrorKind::Auth);
        assert_eq!(error.requirement(), Some(r::SERVER_SIGNATURE_MUST_MATCH));
    }
    // Every octet of the signature counts, and its length.
    let (_, signature) = before_the_end();
    let octets = unbase64(std::str::from_utf8(&signature[2..]).expect("base64"));
    let mut wrong: Vec<Vec<u8>> = (0..octets.len())
        .map(|at| {
            let mut octets = octets.clone();
            octets[at] ^= 1 << (at % 8);
            octets
        })
        .collect();
    wrong.extend([octets[1..].to_vec(), octets[..31].to_vec(), [&octets[..], b"\0"].concat(), vec![0; 32]]);
    for octets in wrong {
        let message = format!("v={}", base64(&octets));
        let (mut exchange, _) = before_the_end();
        broke(exchange.step(message.as_bytes()), r::SERVER_SIGNATURE_MUST_MATCH);
        assert!(exchange.succeed(None).is_err(), "it stays failed");
        let (mut exchange, _) = before_the_end();
        broke(exchange.succeed(Some(message.as_bytes())), r::SERVER_SIGNATURE_MUST_MATCH);
    }
    // Before the client has proved anything the server cannot have succeeded.
    let mut exchange = Exchange::new(scram());
    first(&mut exchange);
    assert!(exchange.succeed(Some(&signature)).is_err());
}
