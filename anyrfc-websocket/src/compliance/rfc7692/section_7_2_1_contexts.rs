//! RFC 7692, section 7.2.1: compression, as far as it is about windows and contexts.

use anyrfc_core::compliance::Check;

use super::super::{
    inflate::Judge,
    support::noise,
    support_deflate::{
        BOTH, DEFLATE, EACH_WAY, FIELD, Sent, Way, bits, client, eager, end, end_with, of_receiver,
        of_sender, send, sent, words,
    },
    support_opening::{NONCE, Peer, answer, request},
};
use crate::{
    Extension,
    proto::{
        Config,
        Role::{self, Client, Server},
    },
    rfc7692 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-7.2.1/window-of-32-kib-at-most",
        covers: &[r::WINDOW_OF_32_KIB_AT_MOST],
        run: window_of_32_kib_at_most,
    },
    Check {
        name: "section-7.2.1/client-starts-with-empty-window",
        covers: &[r::CLIENT_STARTS_WITH_EMPTY_WINDOW],
        run: || starts_with_empty_window(Client),
    },
    Check {
        name: "section-7.2.1/client-may-take-over",
        covers: &[r::CLIENT_MAY_TAKE_OVER],
        run: || takes_over(Client),
    },
    Check {
        name: "section-7.2.1/client-may-take-over-despite-its-offer",
        covers: &[r::CLIENT_MAY_TAKE_OVER_DESPITE_ITS_OFFER],
        run: client_may_take_over_despite_its_offer,
    },
    Check {
        name: "section-7.2.1/server-starts-with-empty-window",
        covers: &[r::SERVER_STARTS_WITH_EMPTY_WINDOW],
        run: || starts_with_empty_window(Server),
    },
    Check {
        name: "section-7.2.1/server-may-take-over",
        covers: &[r::SERVER_MAY_TAKE_OVER],
        run: || takes_over(Server),
    },
    Check {
        name: "section-7.2.1/client-keeps-to-its-window",
        covers: &[r::CLIENT_KEEPS_TO_ITS_WINDOW],
        run: || keeps_to_its_window(Client),
    },
    Check {
        name: "section-7.2.1/client-may-exceed-its-offer",
        covers: &[r::CLIENT_MAY_EXCEED_ITS_OFFER],
        run: client_may_exceed_its_offer,
    },
    Check {
        name: "section-7.2.1/server-keeps-to-its-window",
        covers: &[r::SERVER_KEEPS_TO_ITS_WINDOW],
        run: || keeps_to_its_window(Server),
    },
];

/// Noise that comes again from far away: what a window makes of it shows how large it is.
fn echoes(distance: usize) -> Vec<u8> {
    let part = noise(distance, 9);
    [&part[..], &part, &part[..distance / 2]].concat()
}

/// Sends `data` as one message, which says the same to a judge; how far it refers back.
#[track_caller]
fn farthest(sender: &mut Peer, way: Way, data: &[u8], judge: &mut Judge) -> usize {
    send(sender, way, data);
    let messages = sent(sender);
    let [message] = &messages[..] else { panic!("not one message") };
    judge.farthest = 0;
    assert!(message.read(judge) == data, "{way:?}");
    judge.farthest
}

fn window_of_32_kib_at_most() {
    for role in BOTH {
        for agreed in ["", &of_sender(role, "max_window_bits=15")] {
            for way in EACH_WAY {
                let (mut sender, mut judge) = (end(role, agreed), Judge::default());
                let mut most = 0;
                for distance in [1000, 20_000, 32_000, 32_768, 33_000, 60_000] {
                    most = most.max(farthest(&mut sender, way, &echoes(distance), &mut judge));
                }
                // The window is made use of, and not exceeded.
                assert!((30_000..=32_768).contains(&most), "{role:?} {agreed} {way:?}: {most}");
            }
        }
    }
}

/// Two messages, and then the first again.
#[track_caller]
fn three(sender: &mut Peer, way: Way, seed: u64) -> Vec<Sent> {
    for seed in [seed, seed + 1, seed] {
        send(sender, way, &words(900, seed));
    }
    sent(sender)
}

fn starts_with_empty_window(role: Role) {
    let agreed = of_sender(role, "no_context_takeover");
    for way in EACH_WAY {
        for level in [1, 6, 9] {
            let mut sender = end_with(role, eager().level(level), &agreed);
            for seed in [1, 20] {
                let messages = three(&mut sender, way, seed);
                for (message, seed) in messages.iter().zip([seed, seed + 1, seed]) {
                    // A receiver that knows nothing of the others reads each.
                    assert!(message.compressed, "{way:?} {level}");
                    assert!(message.read(&mut Judge::default()) == words(900, seed), "{way:?} {level}");
                }
                assert_eq!(messages[0].payload, messages[2].payload, "{way:?} {level}");
            }
        }
    }
    // Where it is not agreed on, such a receiver would not get far.
    let messages = three(&mut end(role, ""), Way::Owned, 1);
    assert!(Judge::default().message(&messages[2].payload).is_err());
}

fn takes_over(role: Role) {
    for agreed in ["", &of_receiver(role, "no_context_takeover")] {
        for way in [Way::Owned, Way::Borrowed, Way::Parts(300)] {
            let messages = three(&mut end(role, agreed), way, 1);
            let mut judge = Judge::default();
            for (message, seed) in messages.iter().zip([1, 2, 1]) {
                assert!(message.read(&mut judge) == words(900, seed), "{way:?}");
            }
            let (first, third) = (messages[0].payload.len(), messages[2].payload.len());
            assert!(third * 3 < first, "{way:?}: {third} bytes after {first}");
        }
    }
    let alone = three(&mut end(role, &of_sender(role, "no_context_takeover")), Way::Owned, 1);
    assert_eq!(alone[0].payload.len(), alone[2].payload.len());
}

/// A client with nothing configured that offers what a caller wrote, and is answered `agreed`.
fn by_hand(offer: Extension, agreed: &str) -> Peer {
    let request = request("ws://h/").extension(offer).expect("registered");
    let mut client = Peer::client_with(&request, NONCE, Config::default());
    client.written();
    assert_eq!(client.feed(answer().with(FIELD, format!("{DEFLATE}{agreed}")).bytes()).opened, 1);
    client
}

fn client_may_take_over_despite_its_offer() {
    let offer =
        || Extension::new(DEFLATE).and_then(|deflate| deflate.with_flag("client_no_context_takeover"));
    for (agreed, takes_over) in [("", true), ("; client_no_context_takeover", false)] {
        let mut client = by_hand(offer().expect("tokens"), agreed);
        let messages = three(&mut client, Way::Owned, 1);
        let shorter = messages[2].payload.len() * 3 < messages[0].payload.len();
        assert_eq!(shorter, takes_over, "{agreed}");
        let mut judge = Judge::default();
        for (message, seed) in messages.iter().zip([1, 2, 1]) {
            assert!(message.read(&mut judge) == words(900, seed));
        }
    }
    // Who has configured it is promised more than the permission: it is never taken over.
    let messages = three(&mut client(eager().client_no_context_takeover(), ""), Way::Owned, 1);
    assert_eq!(messages[0].payload, messages[2].payload);
}

fn keeps_to_its_window(role: Role) {
    for size in 9..=15_u8 {
        let agreed = of_sender(role, &format!("max_window_bits={size}"));
        let window = 1_usize << size;
        let mut most = 0;
        for level in [1, 6, 9] {
            for way in [Way::Owned, Way::Borrowed, Way::Parts(1000)] {
                let (mut sender, mut judge) =
                    (end_with(role, eager().level(level), &agreed), Judge::default());
                // From as far as it may go, from farther away, and over messages.
                for distance in [window / 4, window - 300, window, window + 1, 2 * window, 40_000] {
                    let far = farthest(&mut sender, way, &echoes(distance.max(60)), &mut judge);
                    assert!(far <= window, "{role:?} {size} bits, level {level}, {way:?}: {far} bytes back");
                    most = most.max(far);
                }
                let text = words(100_000, 7);
                assert!(
                    farthest(&mut sender, way, &text, &mut judge) <= window,
                    "{role:?} {size} {level} {way:?}"
                );
            }
        }
        assert!(most > window / 5, "{size} bits were hardly used: {most}");
    }
    // No compressor keeps to the smallest window: then nothing is compressed.
    let mut sender = end(role, &of_sender(role, "max_window_bits=8"));
    for way in EACH_WAY {
        send(&mut sender, way, &words(70_000, 1));
        let messages = sent(&mut sender);
        assert!(!messages[0].compressed && messages[0].payload == words(70_000, 1), "{way:?}");
    }
    // Without a limit the same data is referred to from farther away.
    assert!(farthest(&mut end(role, ""), Way::Owned, &echoes(20_000), &mut Judge::default()) == 20_000);
}

fn client_may_exceed_its_offer() {
    let offer = || Extension::new(DEFLATE).and_then(|deflate| deflate.with("client_max_window_bits", "9"));
    for (agreed, least, most) in [
        ("", 20_000, 32_768),
        ("; client_max_window_bits=15", 20_000, 32_768),
        ("; client_max_window_bits=12", 0, 4096),
        ("; client_max_window_bits=9", 0, 512),
    ] {
        let mut client = by_hand(offer().expect("tokens"), agreed);
        let far =
            farthest(&mut client, Way::Owned, &[echoes(20_000), echoes(200)].concat(), &mut Judge::default());
        assert!((least..=most).contains(&far), "{agreed}: {far} bytes back");
    }
    // Who has configured a limit is promised more than the permission: it is kept.
    let mut client = client(eager().client_max_window_bits(bits(9)), "; client_max_window_bits=15");
    assert!(farthest(&mut client, Way::Owned, &echoes(400), &mut Judge::default()) <= 512);
    let kept = words(70_000, 3);
    assert!(farthest(&mut client, Way::Owned, &kept, &mut Judge::default()) <= 512);
}
