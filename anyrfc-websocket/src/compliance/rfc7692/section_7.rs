//! RFC 7692, section 7: the "permessage-deflate" extension.

use anyrfc_core::{ErrorKind, Fault, Requirement, compliance::Check};

use super::super::{
    support::naive_frames,
    support_deflate::{DEFLATE, FIELD, Way, bits, client, eager, offering, send, sent, serving, words},
    support_opening::{answer, stays_failed},
};
use crate::{Deflate, rfc7692 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-7/bad-offers-are-declined",
        covers: &[r::BAD_OFFER_IS_DECLINED],
        run: bad_offers_are_declined,
    },
    Check { name: "section-7/bad-responses-fail", covers: &[r::BAD_RESPONSE_FAILS], run: bad_responses_fail },
];

/// Parameters that no offer and no response may have.
const WRONG: [&str; 27] = [
    "; foo",
    "; foo=1",
    "; max_window_bits=10",
    "; Server_No_Context_Takeover",
    "; client_no_context_takeover; foo",
    "; server_no_context_takeover=1",
    "; server_no_context_takeover=true",
    "; client_no_context_takeover=0",
    "; server_max_window_bits",
    "; server_max_window_bits=0",
    "; server_max_window_bits=7",
    "; server_max_window_bits=16",
    "; server_max_window_bits=08",
    "; server_max_window_bits=015",
    "; server_max_window_bits=+9",
    "; server_max_window_bits=-9",
    "; server_max_window_bits=9.0",
    "; server_max_window_bits=ten",
    "; server_max_window_bits=0x9",
    "; client_max_window_bits=7",
    "; client_max_window_bits=16",
    "; client_max_window_bits=09",
    "; client_max_window_bits=1e1",
    "; server_no_context_takeover; server_no_context_takeover",
    "; client_no_context_takeover; client_no_context_takeover",
    "; server_max_window_bits=9; server_max_window_bits=9",
    "; client_max_window_bits=9; client_max_window_bits=10",
];

/// What is right both ways where the client's window may be limited.
const RIGHT: [&str; 9] = [
    "",
    "; server_no_context_takeover",
    "; client_no_context_takeover",
    "; server_max_window_bits=8",
    "; server_max_window_bits=15",
    "; client_max_window_bits=8",
    "; client_max_window_bits=15",
    "; client_max_window_bits=9; server_max_window_bits=10",
    "; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=12; client_max_window_bits=12",
];

fn bad_offers_are_declined() {
    let data = words(5000, 1);
    for wrong in WRONG {
        let (mut server, answered) = serving(Some(eager()), &format!("{DEFLATE}{wrong}"));
        assert_eq!(answered, [""; 0], "{wrong}");
        send(&mut server, Way::Owned, &data);
        assert!(!sent(&mut server)[0].compressed, "{wrong}");
        // A good one beside it is accepted.
        let (_, answered) = serving(Some(eager()), &format!("{DEFLATE}{wrong}, {DEFLATE}"));
        assert_eq!(answered, [DEFLATE], "{wrong}");
    }
    for right in RIGHT {
        let (mut server, answered) = serving(Some(eager()), &format!("{DEFLATE}{right}"));
        assert_eq!(answered.len(), 1, "{right}");
        send(&mut server, Way::Owned, &data);
        // No compressor keeps to the smallest window: then nothing is compressed.
        assert_eq!(sent(&mut server)[0].compressed, !right.contains("server_max_window_bits=8"), "{right}");
    }
}

/// A client that offers `deflate` is answered `parameters`, and fails because of `requirement`.
#[track_caller]
fn refuses(deflate: Deflate, parameters: &str, requirement: &'static Requirement) {
    for size in [1, usize::MAX] {
        let (mut client, _) = offering(Some(deflate.clone()));
        let came = client.feed_in(&answer().with(FIELD, format!("{DEFLATE}{parameters}")).bytes(), size);
        let Some(error) = came.error else { panic!("accepted {parameters}") };
        assert_eq!(error.requirement(), Some(requirement), "{parameters}: {error}");
        assert_eq!((error.kind(), error.fault()), (ErrorKind::Protocol, Fault::Peer));
        assert_eq!(came.opened, 0);
        stays_failed(&mut client);
    }
}

fn bad_responses_fail() {
    for wrong in WRONG {
        let requirement = if wrong.matches("server_max_window_bits").count() == 1 {
            r::ANSWERED_SERVER_WINDOW_IS_8_TO_15
        } else if wrong.matches("client_max_window_bits").count() == 1 {
            r::ANSWERED_CLIENT_WINDOW_IS_8_TO_15
        } else {
            r::BAD_RESPONSE_FAILS
        };
        refuses(eager(), wrong, requirement);
    }
    // Only an offer may have it without a value.
    refuses(eager(), "; client_max_window_bits", r::ANSWERED_CLIENT_WINDOW_IS_8_TO_15);
    // What the client does not support is what it asked to be otherwise.
    let strict = eager().server_max_window_bits(bits(9)).server_no_context_takeover();
    for beyond in
        ["", "; server_max_window_bits=9", "; server_max_window_bits=10; server_no_context_takeover"]
    {
        refuses(strict.clone(), beyond, r::INVALID_RESPONSE_FAILS);
    }
    client(strict, "; server_max_window_bits=9; server_no_context_takeover");
    for right in RIGHT {
        let mut client = client(eager(), right);
        send(&mut client, Way::Owned, &words(5000, 1));
        let frames = naive_frames(&client.written());
        assert_eq!(frames[0].rsv == 4, !right.contains("client_max_window_bits=8"), "{right}");
    }
}
