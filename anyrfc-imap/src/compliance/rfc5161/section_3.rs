//! RFC 5161: ENABLE.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::rev1::{End, gated_from, misused};
use crate::{
    codec::command::{Enable, Unselect},
    rfc5161 as r, rfc9051,
    types::{Capability, Names},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5161-section-1/enable-needs-the-capability",
        covers: &[r::ENABLE_NEEDS_THE_CAPABILITY],
        run: enable_needs_the_capability,
    },
    Check {
        name: "rfc5161-section-3.1/only-what-needs-it-is-enabled",
        covers: &[r::ONLY_WHAT_NEEDS_ENABLING_IS_ENABLED],
        run: only_what_needs_it_is_enabled,
    },
    Check {
        name: "rfc5161-section-3.1/no-enable-once-a-mailbox-was-selected",
        covers: &[r::NO_ENABLE_AFTER_SELECT],
        run: no_enable_once_a_mailbox_was_selected,
    },
    Check {
        name: "rfc5161-section-3.2/nothing-may-have-been-enabled",
        covers: &[r::ENABLED_MAY_BE_EMPTY, r::UNKNOWN_EXTENSION_IS_NOT_ENABLED],
        run: nothing_may_have_been_enabled,
    },
    Check {
        name: "rfc5161-section-4/tokens-ignore-case",
        covers: &[r::TOKENS_IGNORE_CASE],
        run: tokens_ignore_case,
    },
];

fn accept() -> Enable {
    Enable::new([Capability::Utf8Accept])
}

fn enable_needs_the_capability() {
    let with_utf8 = |capabilities: &str| End::rev1(&format!("UTF8=ACCEPT {capabilities}"));
    gated_from(with_utf8, &[("ENABLE", r::ENABLE_NEEDS_THE_CAPABILITY)], accept, "ENABLE UTF8=ACCEPT");
}

fn only_what_needs_it_is_enabled() {
    let mut end = End::rev1("ENABLE UTF8=ACCEPT CONDSTORE IDLE");
    for known in [Capability::Idle, Capability::Imap4Rev1, Capability::UidPlus, Capability::auth("PLAIN")] {
        misused(&end.refuses(Enable::new([known.clone()])), r::ONLY_WHAT_NEEDS_ENABLING_IS_ENABLED);
        misused(
            &end.refuses(Enable::new([Capability::Utf8Accept, known])),
            r::ONLY_WHAT_NEEDS_ENABLING_IS_ENABLED,
        );
    }
    assert_eq!(end.refuses(Enable::new([])).kind(), ErrorKind::Usage);
    let two = Enable::new([Capability::Utf8Accept, Capability::from("CONDSTORE")]);
    assert_eq!(end.asks(two, "* ENABLED CONDSTORE\nOK done").0, "ENABLE UTF8=ACCEPT CONDSTORE");
}

fn no_enable_once_a_mailbox_was_selected() {
    let mut end = End::rev1("ENABLE UTF8=ACCEPT UNSELECT");
    end.enable_utf8();
    let mut end = End::selected("ENABLE UTF8=ACCEPT UNSELECT");
    let error = end.refuses(accept());
    assert_eq!(
        (error.kind(), error.requirement()),
        (ErrorKind::Usage, Some(rfc9051::NO_ENABLE_AFTER_SELECT))
    );
    // Nor once it was left.
    end.gets(Unselect, "OK done");
    let error = end.refuses(accept());
    assert_eq!(
        (error.kind(), error.requirement()),
        (ErrorKind::Usage, Some(rfc9051::NO_ENABLE_AFTER_SELECT))
    );
}

fn nothing_may_have_been_enabled() {
    for answer in ["* ENABLED\nOK done", "* ENABLED X-GOOD-IDEA\nOK done"] {
        let mut end = End::rev1("ENABLE UTF8=ACCEPT");
        end.gets(accept(), answer);
        assert!(!end.connection.enabled().has(&Capability::Utf8Accept), "{answer}");
        assert_eq!(end.connection.dialect().names(), Names::ModifiedUtf7);
    }
    // A server that does not say is taken to have done as it was told, which is a deviation.
    let mut end = End::rev1("ENABLE UTF8=ACCEPT");
    end.gets(accept(), "OK done");
    assert_eq!(end.deviated(rfc9051::ENABLED_IS_SENT), 1);
    let mut end = End::rev1("ENABLE UTF8=ACCEPT");
    assert!(end.asks(accept(), "BAD no").1.is_err());
    assert_eq!(end.connection.dialect().names(), Names::ModifiedUtf7);
    end.enable_utf8();
    assert_eq!(end.connection.dialect().names(), Names::Utf8);
}

fn tokens_ignore_case() {
    for word in ["ENABLED", "enabled", "Enabled"] {
        let mut end = End::rev1("enable utf8=accept");
        end.gets(accept(), &format!("* {word} utf8=Accept\nOK done"));
        assert!(end.connection.enabled().has(&Capability::Utf8Accept), "{word}");
        assert_eq!(end.connection.dialect().names(), Names::Utf8);
    }
    let mut end = End::rev1("ENABLE UTF8=ACCEPT");
    end.gets(accept(), "* ENABLED UTF8=ACCEPTED\nOK done");
    assert_eq!(end.connection.dialect().names(), Names::ModifiedUtf7);
}
