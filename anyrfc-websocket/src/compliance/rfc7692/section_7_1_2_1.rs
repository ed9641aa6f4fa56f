//! RFC 7692, section 7.1.2.1: server_max_window_bits.

use anyrfc_core::compliance::Check;

use super::super::{
    support_deflate::{DEFLATE, FIELD, bits, client, eager, offering, serving},
    support_opening::{answer, request},
};
use crate::{Extension, WindowBits, rfc7692 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-7.1.2.1/offer-may-limit-server-window",
        covers: &[r::OFFER_MAY_LIMIT_SERVER_WINDOW],
        run: offer_may_limit_server_window,
    },
    Check {
        name: "section-7.1.2.1/offered-server-window-is-8-to-15",
        covers: &[r::OFFERED_SERVER_WINDOW_IS_8_TO_15],
        run: offered_server_window_is_8_to_15,
    },
    Check {
        name: "section-7.1.2.1/answered-server-window-is-8-to-15",
        covers: &[r::ANSWERED_SERVER_WINDOW_IS_8_TO_15],
        run: answered_server_window_is_8_to_15,
    },
    Check {
        name: "section-7.1.2.1/server-may-limit-its-window",
        covers: &[r::SERVER_MAY_LIMIT_ITS_WINDOW],
        run: server_may_limit_its_window,
    },
];

const PARAMETER: &str = "server_max_window_bits";

/// The parameters of this name in what was listed.
fn listed(list: &[String]) -> Vec<&str> {
    list[0].split("; ").filter(|part| part.starts_with(PARAMETER)).collect()
}

fn offer_may_limit_server_window() {
    assert_eq!(listed(&offering(Some(eager())).1), [""; 0], "limited by itself");
    for size in 8..=15 {
        let own = eager().server_max_window_bits(bits(size));
        assert_eq!(listed(&offering(Some(own.clone())).1), [format!("{PARAMETER}={size}")]);
        client(own.clone(), &format!("; {PARAMETER}={size}"));
        client(own.clone(), &format!("; {PARAMETER}=8"));
        // It is a limit, and no wish.
        let (mut ignored, _) = offering(Some(own));
        let error = ignored.feed(answer().with(FIELD, DEFLATE).bytes()).error;
        assert_eq!(error.expect("ignored").requirement(), Some(r::INVALID_RESPONSE_FAILS));
    }
}

/// What `1*DIGIT` without leading zeroes between 8 and 15 is not.
const NO_BITS: [&str; 14] =
    ["0", "1", "7", "16", "015", "08", "09", "150", "-8", "+8", "8.0", "ten", "0xA", "99999999999999999999"];

fn offered_server_window_is_8_to_15() {
    for size in 0..=u8::MAX {
        assert_eq!(WindowBits::new(size).is_ok(), (8..=15).contains(&size), "{size}");
    }
    let by_hand =
        |value: &str| Extension::new(DEFLATE).expect("a token").with(PARAMETER, value).expect("tokens");
    for value in NO_BITS {
        assert!(request("ws://h/").extension(by_hand(value)).is_err(), "{value} was offered");
        // A server would decline it.
        assert_eq!(serving(Some(eager()), &format!("{DEFLATE}; {PARAMETER}={value}")).1, [""; 0], "{value}");
    }
    let without = Extension::new(DEFLATE).and_then(|deflate| deflate.with_flag(PARAMETER)).expect("tokens");
    assert!(request("ws://h/").extension(without).is_err(), "without a value");
    for size in 8..=15_u8 {
        let value = size.to_string();
        assert!(request("ws://h/").extension(by_hand(&value)).is_ok(), "{value}");
        let offered = offering(Some(eager().server_max_window_bits(bits(size)))).1;
        assert_eq!(listed(&offered), [format!("{PARAMETER}={value}")], "more than digits");
    }
}

fn answered_server_window_is_8_to_15() {
    for value in NO_BITS {
        let (mut client, _) = offering(Some(eager()));
        let answered = answer().with(FIELD, format!("{DEFLATE}; {PARAMETER}={value}"));
        let error = client.feed(answered.bytes()).error.expect(value);
        assert_eq!(error.requirement(), Some(r::ANSWERED_SERVER_WINDOW_IS_8_TO_15), "{value}");
    }
    for size in 8..=15 {
        client(eager(), &format!("; {PARAMETER}={size}"));
        client(eager(), &format!("; {PARAMETER}=\"{size}\""));
        let answered = serving(Some(eager()), &format!("{DEFLATE}; {PARAMETER}={size}")).1;
        assert_eq!(listed(&answered), [format!("{PARAMETER}={size}")]);
    }
}

fn server_may_limit_its_window() {
    for size in 8..=15 {
        let own = eager().server_max_window_bits(bits(size));
        assert_eq!(listed(&serving(Some(own), DEFLATE).1), [format!("{PARAMETER}={size}")]);
        client(eager(), &format!("; {PARAMETER}={size}"));
    }
    assert_eq!(listed(&serving(Some(eager()), DEFLATE).1), [""; 0]);
    // The smaller of both wins.
    let narrow = eager().server_max_window_bits(bits(10));
    for (offered, answered) in [(9, 9), (10, 10), (12, 10)] {
        let list = serving(Some(narrow.clone()), &format!("{DEFLATE}; {PARAMETER}={offered}")).1;
        assert_eq!(listed(&list), [format!("{PARAMETER}={answered}")]);
    }
}
