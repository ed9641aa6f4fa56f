//! RFC 3463, section 3: every detail.

use anyrfc_core::compliance::Check;

use crate::{rfc3463 as r, types::EnhancedCode};

pub(super) static CHECKS: &[Check] = &[
    Check { name: "rfc3463/section-3.1/other", covers: &[r::OTHER_IS_KNOWN], run: || known(0, &[]) },
    Check {
        name: "rfc3463/section-3.2/addresses",
        covers: &[r::ADDRESS_DETAILS_ARE_KNOWN],
        run: || {
            known(
                1,
                &[
                    "no such mailbox",
                    "no such system",
                    "wrong way",
                    "ambiguous",
                    "valid",
                    "moved",
                    "sender's mailbox",
                    "sender's system",
                ],
            );
        },
    },
    Check {
        name: "rfc3463/section-3.3/mailboxes",
        covers: &[r::MAILBOX_DETAILS_ARE_KNOWN],
        run: || known(2, &["disabled", "full", "larger", "list"]),
    },
    Check {
        name: "rfc3463/section-3.4/the-mail-system",
        covers: &[r::SYSTEM_DETAILS_ARE_KNOWN],
        run: || known(3, &["full", "takes no messages", "cannot do", "larger", "not set up"]),
    },
    Check {
        name: "rfc3463/section-3.5/network-and-routing",
        covers: &[r::NETWORK_DETAILS_ARE_KNOWN],
        run: || {
            known(4, &["no answer", "bad connection", "directory", "no way", "congested", "loop", "expired"]);
        },
    },
    Check {
        name: "rfc3463/section-3.6/the-protocol",
        covers: &[r::PROTOCOL_DETAILS_ARE_KNOWN],
        run: || known(5, &["command is invalid", "syntax", "too many recipients", "arguments", "version"]),
    },
    Check {
        name: "rfc3463/section-3.7/content-and-media",
        covers: &[r::CONTENT_DETAILS_ARE_KNOWN],
        run: || {
            known(
                6,
                &["not supported", "prohibited", "cannot be done", "lost something", "conversion failed"],
            );
        },
    },
    Check {
        name: "rfc3463/section-3.8/security-and-policy",
        covers: &[r::POLICY_DETAILS_ARE_KNOWN],
        run: || {
            known(
                7,
                &[
                    "not authorized",
                    "may not be expanded",
                    "cannot be done",
                    "features are not supported",
                    "cryptography failed",
                    "algorithm is not supported",
                    "integrity",
                ],
            );
        },
    },
];

/// Asserts that each detail, counted from 1, is told by a meaning of its own that has its word in it, and the detail 0
/// by the subject's; whatever the class.
#[track_caller]
fn known(subject: u16, words: &[&str]) {
    for class in [2, 4, 5] {
        let meaning = |detail| EnhancedCode::new(class, subject, detail).expect("a code").meaning();
        let mut told = vec![meaning(0)];
        for (word, detail) in words.iter().zip(1..) {
            let meaning = meaning(detail);
            assert!(meaning.contains(word), "{class}.{subject}.{detail} is {meaning:?}, not {word:?}");
            assert!(!told.contains(&meaning), "{class}.{subject}.{detail} is told as another: {meaning:?}");
            told.push(meaning);
        }
        // Of other subjects nothing is told by these words.
        for other in (0..=7).filter(|other| *other != subject) {
            let general = EnhancedCode::new(class, other, 0).expect("a code").meaning();
            assert!(!told.contains(&general), "{class}.{other}.0 is told as one of {subject}: {general:?}");
        }
    }
}
