//! RFC 8437: what becomes of other extensions.

use anyrfc_core::compliance::Check;

use super::super::rev1::{End, name};
use crate::{
    codec::command::{Enable, Language, Noop, Select, Unauthenticate},
    rfc8437 as r,
    types::{Capability, Data, LanguageRange},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8437-section-4.1/extensions-are-reset",
        covers: &[r::EXTENSIONS_ARE_RESET, r::ENABLED_EXTENSIONS_ARE_RESET, r::LANGUAGE_IS_RESET],
        run: extensions_are_reset,
    },
    Check {
        name: "rfc8437-section-4.1/nothing-goes-on-telling",
        covers: &[r::CONTEXTS_ARE_RESET, r::NOTIFY_IS_RESET],
        run: nothing_goes_on_telling,
    },
];

const CAPABILITIES: &str = "ENABLE UTF8=ACCEPT LANGUAGE UNAUTHENTICATE";

/// Somebody logs in again.
fn log_in(end: &mut End) {
    let ticket =
        end.connection.login("tim", &anyrfc_core::Secret::new("x".to_owned())).expect("it may log in");
    assert_eq!(end.hears_one().text(), "CAPABILITY");
    end.says(&format!("* CAPABILITY IMAP4rev1 {CAPABILITIES}\nOK done"));
    assert_eq!(end.hears_one().name, "LOGIN");
    end.says(&format!("OK [CAPABILITY IMAP4rev1 {CAPABILITIES}] in"));
    end.answer(ticket).expect("logged in");
}

fn extensions_are_reset() {
    let mut config = End::plaintext();
    config.danger_reveal_in_plaintext = true;
    let mut end = End::rev1_with(config, CAPABILITIES);
    let german = || Language::of([LanguageRange::new("de").expect("a range")]);
    end.enable_utf8();
    end.gets(german(), "* LANGUAGE (de)\nOK done");
    end.select();
    assert!(end.connection.dialect().utf8() && end.connection.enabled().has(&Capability::Utf8Accept));
    end.gets(Unauthenticate, "OK done");
    assert!(end.connection.enabled().is_empty(), "nothing is enabled any more");
    assert!(!end.connection.dialect().utf8(), "names are in modified UTF-7 again");
    assert_eq!(end.connection.language(), None);
    assert!(end.connection.capabilities().is_none(), "what it can do for nobody, it has to say");
    assert!(end.connection.mailbox().is_none());
    log_in(&mut end);
    // A mailbox was selected before by somebody else: nothing may be enabled after that, but it may now.
    let (text, _) = end.asks(Select::new(name("Entw\u{fc}rfe")), "NO none");
    assert_eq!(text, "SELECT Entw&APw-rfe");
    let (text, enabled) = end.asks(Enable::new([Capability::Utf8Accept]), "* ENABLED UTF8=ACCEPT\nOK done");
    assert_eq!((text.as_str(), enabled.is_ok()), ("ENABLE UTF8=ACCEPT", true));
}

fn nothing_goes_on_telling() {
    // What was asked for goes on up to the answer; what comes after that is nobody's.
    let mut end = End::selected("UNAUTHENTICATE");
    let (ticket, _) = end.sends(Unauthenticate);
    end.says("* 4 EXISTS");
    assert!(matches!(end.data()[..], [Data::Exists(4)]));
    end.says("OK [CAPABILITY IMAP4rev1] done");
    end.answer(ticket).expect("done");
    for late in [
        "* 5 EXISTS",
        "* 1 EXPUNGE",
        "* 2 FETCH (UID 12 FLAGS ())",
        "* ESEARCH (TAG \"x\") UID ADDTO (0 1)",
        "* STATUS other (MESSAGES 1)",
        "* LIST () \"/\" other",
    ] {
        assert!(end.breaks_or_ignores(late), "{late}");
    }
    // In the middle of the next session, numbers begin anew.
    let mut end = End::selected("UNAUTHENTICATE");
    end.gets(Noop, "* 2 FETCH (UID 12 FLAGS ())\nOK done");
    end.gets(Unauthenticate, "OK [CAPABILITY IMAP4rev1 UNAUTHENTICATE] done");
    assert!(end.breaks_or_ignores("* 2 FETCH (UID 13 FLAGS ())"));
    assert!(end.connection.deviations().is_empty(), "{:?}", end.connection.deviations());
}
