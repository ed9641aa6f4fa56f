//! RFC 7692, section 7.1.1.1: server_no_context_takeover.

use anyrfc_core::compliance::Check;

use super::super::{
    inflate::Judge,
    support_deflate::{DEFLATE, Way, client, eager, offering, send, sent, serving, words},
    support_opening::answer,
};
use crate::rfc7692 as r;

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-7.1.1.1/offer-may-forbid-server-takeover",
        covers: &[r::OFFER_MAY_FORBID_SERVER_TAKEOVER],
        run: offer_may_forbid_server_takeover,
    },
    Check {
        name: "section-7.1.1.1/server-supports-and-may-renounce-takeover",
        covers: &[r::SERVER_SUPPORTS_NO_TAKEOVER, r::SERVER_MAY_RENOUNCE_TAKEOVER],
        run: server_supports_and_may_renounce_takeover,
    },
];

const PARAMETER: &str = "server_no_context_takeover";

fn listed(offered: &[String]) -> Vec<&str> {
    offered[0].split("; ").filter(|part| part.starts_with(PARAMETER)).collect()
}

fn offer_may_forbid_server_takeover() {
    let (_, offered) = offering(Some(eager().server_no_context_takeover()));
    assert_eq!(listed(&offered), [PARAMETER], "{offered:?}");
    assert_eq!(listed(&offering(Some(eager())).1), [""; 0]);
    // It binds the server: an answer that does not say so is refused.
    client(eager().server_no_context_takeover(), "; server_no_context_takeover");
    let (mut ignored, _) = offering(Some(eager().server_no_context_takeover()));
    let error = ignored.feed(answer().with("Sec-WebSocket-Extensions", DEFLATE).bytes()).error;
    assert_eq!(error.expect("ignored").requirement(), Some(r::INVALID_RESPONSE_FAILS));
    // Not asked for, a server may still say it.
    client(eager(), "; server_no_context_takeover");
}

fn server_supports_and_may_renounce_takeover() {
    let data = words(600, 1);
    let own = eager().server_no_context_takeover();
    for (deflate, offer, alone) in [
        (eager(), "permessage-deflate; server_no_context_takeover", true),
        (own, DEFLATE, true),
        (eager(), DEFLATE, false),
    ] {
        let (mut server, answered) = serving(Some(deflate), offer);
        assert_eq!(listed(&answered).len(), usize::from(alone), "{offer}: {answered:?}");
        send(&mut server, Way::Owned, &data);
        send(&mut server, Way::Owned, &data);
        let messages = sent(&mut server);
        assert_eq!(messages[0].payload == messages[1].payload, alone, "{offer}");
        let mut judge = Judge::default();
        assert!(messages.iter().all(|message| message.read(&mut judge) == data));
    }
}
