//! RFC 7692, section 7.1.1.2: client_no_context_takeover.

use anyrfc_core::compliance::Check;

use super::super::{
    inflate::Judge,
    support_deflate::{EACH_WAY, Way, client, eager, offering, send, sent, serving, words},
};
use crate::rfc7692 as r;

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-7.1.1.2/offer-may-renounce-client-takeover",
        covers: &[r::OFFER_MAY_RENOUNCE_CLIENT_TAKEOVER],
        run: offer_may_renounce_client_takeover,
    },
    Check {
        name: "section-7.1.1.2/server-may-forbid-client-takeover",
        covers: &[r::SERVER_MAY_FORBID_CLIENT_TAKEOVER],
        run: server_may_forbid_client_takeover,
    },
    Check {
        name: "section-7.1.1.2/client-supports-no-takeover",
        covers: &[r::CLIENT_SUPPORTS_NO_TAKEOVER],
        run: client_supports_no_takeover,
    },
];

const PARAMETER: &str = "client_no_context_takeover";

fn listed(offered: &[String]) -> Vec<&str> {
    offered[0].split("; ").filter(|part| part.starts_with(PARAMETER)).collect()
}

fn offer_may_renounce_client_takeover() {
    let (_, offered) = offering(Some(eager().client_no_context_takeover()));
    assert_eq!(listed(&offered), [PARAMETER], "{offered:?}");
    assert_eq!(listed(&offering(Some(eager())).1), [""; 0]);
    // The hint is true, whether the server takes it up or not.
    for agreed in ["", "; client_no_context_takeover"] {
        let mut client = client(eager().client_no_context_takeover(), agreed);
        let data = words(500, 3);
        send(&mut client, Way::Owned, &data);
        send(&mut client, Way::Owned, &data);
        let messages = sent(&mut client);
        assert_eq!(messages[0].payload, messages[1].payload, "{agreed}");
        assert!(messages[1].read(&mut Judge::default()) == data);
    }
}

fn server_may_forbid_client_takeover() {
    let own = eager().client_no_context_takeover();
    assert_eq!(listed(&serving(Some(own.clone()), "permessage-deflate").1), [PARAMETER]);
    assert_eq!(listed(&serving(Some(own), "permessage-deflate; client_no_context_takeover").1), [PARAMETER]);
    assert_eq!(listed(&serving(Some(eager()), "permessage-deflate").1), [""; 0]);
}

fn client_supports_no_takeover() {
    // Whether it was offered or not, the client opens and does as it is told.
    for deflate in [eager(), eager().client_no_context_takeover()] {
        for way in EACH_WAY {
            let mut client = client(deflate.clone(), "; client_no_context_takeover");
            for seed in 1..4 {
                let data = words(700, seed);
                send(&mut client, way, &data);
                send(&mut client, way, &data);
                let messages = sent(&mut client);
                for message in &messages {
                    assert!(message.compressed, "{way:?}");
                    assert!(
                        message.read(&mut Judge::default()) == data,
                        "refers to another message ({way:?})"
                    );
                }
                assert_eq!(messages[0].payload, messages[1].payload, "{way:?}");
            }
        }
    }
    // The difference can be seen.
    let mut client = client(eager(), "");
    send(&mut client, Way::Owned, &words(700, 1));
    send(&mut client, Way::Owned, &words(700, 1));
    let messages = sent(&mut client);
    assert!(messages[1].payload.len() < messages[0].payload.len() / 4);
}
