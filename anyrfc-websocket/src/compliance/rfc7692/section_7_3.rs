//! RFC 7692, section 7.3: implementation notes.

use anyrfc_core::compliance::Check;

use super::super::{
    inflate::Judge,
    support::noise,
    support_deflate::{BOTH, Way, end_with, of_sender, offering, send, sent},
};
use crate::{Deflate, rfc7692 as r};

pub(super) static CHECKS: &[Check] = &[Check {
    name: "section-7.3/window-of-1-kib-at-least",
    covers: &[r::WINDOW_OF_1_KIB_AT_LEAST],
    run: window_of_1_kib_at_least,
}];

/// Unless a smaller one was asked for, the window is larger than that, in both
/// directions: what comes again after 1 KiB costs next to nothing.
fn window_of_1_kib_at_least() {
    let part = noise(1100, 1);
    let data = part.repeat(5);
    for role in BOTH {
        for level in [1, 6, 9] {
            for agreed in ["", "; client_max_window_bits=11", "; server_max_window_bits=11"] {
                let mut sender = end_with(role, Deflate::default().level(level), agreed);
                send(&mut sender, Way::Owned, &data);
                let (messages, mut judge) = (sent(&mut sender), Judge::default());
                assert!(messages[0].compressed, "{role:?} {level} {agreed}");
                assert!(messages[0].read(&mut judge) == data);
                assert!(judge.farthest >= 1024, "{role:?} {level} {agreed}: {}", judge.farthest);
                // The fastest level forgets what it has skipped: of a window of 2 KiB
                // it finds every second repetition.
                let most = if level == 1 { 3800 } else { 1400 };
                let length = messages[0].payload.len();
                assert!(length < most, "{role:?} {level} {agreed}: {length}");
            }
            // With a smaller one there is nothing to be gained.
            let own = of_sender(role, "max_window_bits=9");
            let mut sender = end_with(role, Deflate::default().level(level), &own);
            send(&mut sender, Way::Owned, &data);
            assert!(!sent(&mut sender)[0].compressed, "{role:?} {level}");
        }
    }
    // Nor does the offer ask for less.
    let offered = offering(Some(Deflate::default())).1;
    assert!(!offered[0].contains("window_bits="), "{offered:?}");
}
