//! RFC 4505: ANONYMOUS, sections 2, 3 and 5.

use anyrfc_core::compliance::Check;

use super::{
    support::{broke, first, negotiator, pencil},
    tables::{self, every, is_in, is_non_character},
};
use crate::{
    Anonymous, Channel, Credentials, Exchange, Mechanism as _, MechanismName, Policy, rfc4422, rfc4505 as r,
};

pub(super) static GROUPS: &[&[Check]] = &[CHECKS];

static CHECKS: &[Check] = &[
    Check { name: "rfc4505/section-2/one-message", covers: &[r::ONE_MESSAGE], run: one_message },
    Check {
        name: "rfc4505/section-2/trace-or-none",
        covers: &[r::TRACE_MAY_BE_SENT, r::NO_TRACE_IS_AN_OPTION],
        run: trace_or_none,
    },
    Check {
        name: "rfc4505/section-2/trace-is-prepared-and-in-utf-8",
        covers: &[r::TRACE_IS_PREPARED],
        run: trace_is_prepared_and_in_utf_8,
    },
    Check {
        name: "rfc4505/section-2/email-or-token",
        covers: &[r::TRACE_IS_EMAIL_OR_TOKEN],
        run: email_or_token,
    },
    Check {
        name: "rfc4505/section-2/nothing-of-the-user-unasked",
        covers: &[r::EMAIL_WITH_PERMISSION, r::NO_EMAIL_UNASKED],
        run: nothing_of_the_user_unasked,
    },
    Check {
        name: "rfc4505/section-2/255-characters",
        covers: &[r::TOKEN_OF_255_CHARACTERS],
        run: characters_255,
    },
    Check {
        name: "rfc4505/section-3/nothing-is-mapped-or-normalized",
        covers: &[r::NO_MAPPING, r::NO_NORMALIZATION],
        run: nothing_is_mapped_or_normalized,
    },
    Check {
        name: "rfc4505/section-3/unassigned-code-points",
        covers: &[r::UNASSIGNED_IS_ALLOWED],
        run: || {
            for text in ["\u{221}", "\u{1f511}", "\u{50000}"] {
                assert_eq!(sent(text).as_deref(), Some(text));
            }
        },
    },
    Check {
        name: "rfc4505/section-3/controls",
        covers: &[r::CONTROLS_ARE_PROHIBITED],
        run: || refuses(every(tables::ASCII_CONTROLS).chain(every(tables::OTHER_CONTROLS))),
    },
    Check {
        name: "rfc4505/section-3/private-use",
        covers: &[r::PRIVATE_USE_IS_PROHIBITED],
        run: || refuses(every(tables::PRIVATE_USE)),
    },
    Check {
        name: "rfc4505/section-3/non-characters",
        covers: &[r::NON_CHARACTERS_ARE_PROHIBITED],
        run: || refuses(tables::every_character().filter(|&c| is_non_character(c))),
    },
    Check {
        name: "rfc4505/section-3/unsuited-to-plain-text",
        covers: &[r::UNSUITED_TO_PLAIN_TEXT_IS_PROHIBITED],
        run: || refuses(every(tables::NO_PLAIN_TEXT)),
    },
    Check {
        name: "rfc4505/section-3/display-properties",
        covers: &[r::DISPLAY_PROPERTIES_ARE_PROHIBITED],
        run: || refuses(every(tables::DISPLAY)),
    },
    Check {
        name: "rfc4505/section-3/tags",
        covers: &[r::TAGS_ARE_PROHIBITED],
        run: || refuses(every(tables::TAGS)),
    },
    Check {
        name: "rfc4505/section-3/bidirectional-text",
        covers: &[r::BIDIRECTIONAL_TEXT_IS_CHECKED],
        run: bidirectional_text,
    },
];

fn sent(trace: &str) -> Option<String> {
    let message = Anonymous::new(trace).ok()?.first()?;
    Some(String::from_utf8(message.expose().clone()).expect("UTF-8"))
}

/// Refuses each, and each in an address too; nothing else that is near them.
fn refuses(characters: impl Iterator<Item = char>) {
    let mut refused = 0;
    for c in characters {
        broke(Anonymous::new(&format!("a{c}b")), r::TRACE_IS_PREPARED);
        broke(Anonymous::new(&format!("a{c}@example.com")), r::TRACE_IS_PREPARED);
        refused += 1;
    }
    assert!(refused > 0, "the table is empty");
    // What only SASLprep prohibits or maps is let through.
    for c in every(tables::NO_CANONICAL_FORM).chain(every(tables::SPACES)) {
        if !is_in(tables::OTHER_CONTROLS, c) {
            let trace = format!("a{c}b");
            assert_eq!(sent(&trace), Some(trace), "{:#x}", u32::from(c));
        }
    }
}

fn one_message() {
    let exchange = || Exchange::new(Anonymous::new("sirhc").expect("a trace"));
    let mut once = exchange();
    assert_eq!(
        once.first().expect("nothing was sent yet").expect("the client speaks first").expose(),
        b"sirhc"
    );
    let established = once.succeed(None).expect("nothing is to be proved");
    assert_eq!(established.mechanism, MechanismName::ANONYMOUS);
    let mut challenged = exchange();
    assert_eq!(challenged.step_blocking(b"").expect("an empty challenge").expose(), b"sirhc");
    broke(challenged.step(b""), rfc4422::NO_CHALLENGE_AFTER_THE_END);
    let mut with_data = exchange();
    with_data.first().expect("nothing was sent yet");
    broke(with_data.succeed(Some(b"data")), rfc4422::ADDITIONAL_DATA_WHERE_DEFINED);
}

/// An empty message is sent as such.
fn trace_or_none() {
    assert_eq!(sent("sirhc").as_deref(), Some("sirhc"));
    assert_eq!(sent("").as_deref(), Some(""));
}

fn trace_is_prepared_and_in_utf_8() {
    for (trace, octets) in [("\u{e9}", &b"\xc3\xa9"[..]), ("\u{1f511}", b"\xf0\x9f\x94\x91"), ("a b", b"a b")]
    {
        let message = Anonymous::new(trace).expect("a trace").first().expect("the client speaks first");
        assert_eq!(message.expose(), octets);
    }
    for wrong in ["a\0", "a\r\nb", "\u{7f}", "\u{e000}"] {
        broke(Anonymous::new(wrong), r::TRACE_IS_PREPARED);
    }
}

fn email_or_token() {
    for right in ["sirhc", "sirhc@example.com", "a.b+c@[127.0.0.1]", "no at sign at all"] {
        assert_eq!(sent(right).as_deref(), Some(right));
    }
    for wrong in ["@", "@example.com", "sirhc@"] {
        broke(Anonymous::new(wrong), r::TRACE_IS_EMAIL_OR_TOKEN);
    }
}

/// Only what the policy was given for this purpose, whatever is known of the user.
fn nothing_of_the_user_unasked() {
    let sent = |policy: Policy| {
        let mut user = Credentials::default();
        user.user = Some("sirhc@example.com".into());
        user.authorization_id = Some("boss@example.com".into());
        let mut exchange = negotiator(user, policy).begin(["ANONYMOUS"], &Channel::tls())?;
        Ok::<_, crate::Error>(first(&mut exchange))
    };
    assert!(sent(Policy::default()).is_err(), "not even ANONYMOUS itself");
    assert_eq!(sent(Policy::default().anonymous("")).expect("no trace"), b"");
    let asked = Policy::default().anonymous("sirhc@example.com");
    assert_eq!(sent(asked).expect("a trace"), b"sirhc@example.com");
    // And nobody is anonymous who could be somebody.
    let error = negotiator(pencil(), Policy::default().anonymous("")).begin(["ANONYMOUS"], &Channel::tls());
    assert!(error.is_err());
}

fn characters_255() {
    for character in ["x", "\u{e9}", "\u{4e00}", "\u{1f511}"] {
        assert!(sent(&character.repeat(255)).is_some());
        broke(Anonymous::new(&character.repeat(256)), r::TOKEN_OF_255_CHARACTERS);
    }
}

fn nothing_is_mapped_or_normalized() {
    for trace in ["I\u{ad}X", "a\u{a0}b", "\u{2168}", "e\u{301}", "\u{212b}", "A", "\u{ff21}", "\u{fb01}"] {
        assert_eq!(sent(trace).as_deref(), Some(trace), "{}", trace.escape_unicode());
    }
}

fn bidirectional_text() {
    for wrong in ["\u{627}1", "1\u{627}", "\u{5d0}a\u{5d0}"] {
        broke(Anonymous::new(wrong), r::TRACE_IS_PREPARED);
    }
    assert!(sent("\u{627}1\u{628}").is_some());
}
