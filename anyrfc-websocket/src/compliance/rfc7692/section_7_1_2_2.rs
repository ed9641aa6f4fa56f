//! RFC 7692, section 7.1.2.2: client_max_window_bits.

use anyrfc_core::compliance::Check;

use super::super::{
    support_deflate::{DEFLATE, FIELD, bits, client, eager, offering, serving},
    support_opening::{NONCE, Peer, answer, request},
};
use crate::{Extension, proto::Config, rfc7692 as r};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-7.1.2.2/offer-may-allow-client-window",
        covers: &[r::OFFER_MAY_ALLOW_CLIENT_WINDOW],
        run: offer_may_allow_client_window,
    },
    Check {
        name: "section-7.1.2.2/offered-client-window-is-8-to-15",
        covers: &[r::OFFERED_CLIENT_WINDOW_IS_8_TO_15],
        run: offered_client_window_is_8_to_15,
    },
    Check {
        name: "section-7.1.2.2/server-may-limit-client-window",
        covers: &[r::SERVER_MAY_LIMIT_CLIENT_WINDOW],
        run: server_may_limit_client_window,
    },
    Check {
        name: "section-7.1.2.2/answered-client-window-is-8-to-15",
        covers: &[r::ANSWERED_CLIENT_WINDOW_IS_8_TO_15],
        run: answered_client_window_is_8_to_15,
    },
    Check {
        name: "section-7.1.2.2/no-client-window-unless-offered",
        covers: &[r::NO_CLIENT_WINDOW_UNLESS_OFFERED],
        run: no_client_window_unless_offered,
    },
];

const PARAMETER: &str = "client_max_window_bits";

/// What `1*DIGIT` without leading zeroes between 8 and 15 is not.
const NO_BITS: [&str; 14] =
    ["0", "1", "7", "16", "015", "08", "09", "150", "-8", "+8", "8.0", "ten", "0xA", "99999999999999999999"];

/// The parameters of this name in what was listed.
fn listed(list: &[String]) -> Vec<&str> {
    list[0].split("; ").filter(|part| part.starts_with(PARAMETER)).collect()
}

fn offer_may_allow_client_window() {
    let (_, offered) = offering(Some(eager()));
    assert_eq!(listed(&offered), [PARAMETER], "{offered:?}");
    // Since it is allowed, the server may make use of it.
    for size in 8..=15 {
        client(eager(), &format!("; {PARAMETER}={size}"));
    }
    client(eager(), "");
}

fn offered_client_window_is_8_to_15() {
    for size in 8..=15 {
        let (_, offered) = offering(Some(eager().client_max_window_bits(bits(size))));
        assert_eq!(listed(&offered), [format!("{PARAMETER}={size}")], "more than digits");
    }
    let by_hand =
        |value: &str| Extension::new(DEFLATE).expect("a token").with(PARAMETER, value).expect("tokens");
    for value in NO_BITS {
        assert!(request("ws://h/").extension(by_hand(value)).is_err(), "{value} was offered");
        assert_eq!(serving(Some(eager()), &format!("{DEFLATE}; {PARAMETER}={value}")).1, [""; 0], "{value}");
    }
    for size in 8..=15 {
        assert!(request("ws://h/").extension(by_hand(&size.to_string())).is_ok(), "{size}");
    }
    let without = Extension::new(DEFLATE).and_then(|deflate| deflate.with_flag(PARAMETER)).expect("tokens");
    assert!(request("ws://h/").extension(without).is_ok(), "without a value");
}

fn server_may_limit_client_window() {
    let own = eager().client_max_window_bits(bits(10));
    for (offer, answered) in [("", Some(10)), ("=9", Some(9)), ("=10", Some(10)), ("=15", Some(10))] {
        let list = serving(Some(own.clone()), &format!("{DEFLATE}; {PARAMETER}{offer}")).1;
        let expected: Vec<String> = answered.iter().map(|size| format!("{PARAMETER}={size}")).collect();
        assert_eq!(listed(&list), expected, "{offer}");
    }
    // Not when it was not offered, however much it is wanted.
    assert_eq!(listed(&serving(Some(own), DEFLATE).1), [""; 0]);
    assert_eq!(listed(&serving(Some(eager()), &format!("{DEFLATE}; {PARAMETER}")).1), [""; 0]);
}

fn answered_client_window_is_8_to_15() {
    for value in NO_BITS.iter().map(|value| format!("={value}")).chain([String::new()]) {
        let (mut client, _) = offering(Some(eager()));
        let answered = answer().with(FIELD, format!("{DEFLATE}; {PARAMETER}{value}"));
        let error = client.feed(answered.bytes()).error.expect(&value);
        assert_eq!(error.requirement(), Some(r::ANSWERED_CLIENT_WINDOW_IS_8_TO_15), "{value}");
    }
    for size in 8..=15 {
        client(eager(), &format!("; {PARAMETER}={size}"));
        client(eager(), &format!("; {PARAMETER}=\"{size}\""));
    }
}

fn no_client_window_unless_offered() {
    let answered = |offer: Extension, parameters: &str| {
        let request = request("ws://h/").extension(offer).expect("registered");
        let mut client = Peer::client_with(&request, NONCE, Config::default());
        client.written();
        client.feed(answer().with(FIELD, format!("{DEFLATE}{parameters}")).bytes())
    };
    let deflate = || Extension::new(DEFLATE).expect("a token");
    for size in 8..=15 {
        let parameters = format!("; {PARAMETER}={size}");
        let error = answered(deflate(), &parameters).error.expect("not offered");
        assert_eq!(error.requirement(), Some(r::NO_CLIENT_WINDOW_UNLESS_OFFERED), "{size}");
        let offered = deflate().with_flag(PARAMETER).expect("a token");
        assert_eq!(answered(offered, &parameters).opened, 1, "{size}");
    }
    assert_eq!(answered(deflate(), "").opened, 1);
}
