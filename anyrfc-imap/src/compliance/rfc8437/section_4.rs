//! RFC 8437: what becomes of other extensions.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::{
    rev1::{End, name},
    rfc5255::section_3::layered,
    support::Talk,
};
use crate::{
    codec::command::{
        Compress, Enable, Language, MessageEvents, Noop, Notify, Notifying, Select, UidSearch, Unauthenticate,
    },
    proto::{Followed, OwnedEvent, State},
    rfc8437 as r,
    types::{Capability, Data, LanguageRange, SearchQuery, SearchReturn},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8437-section-4.1/extensions-are-reset",
        covers: &[r::EXTENSIONS_ARE_RESET, r::ENABLED_EXTENSIONS_ARE_RESET, r::LANGUAGE_IS_RESET],
        run: extensions_are_reset,
    },
    Check {
        name: "rfc8437-section-4.1/not-under-compression",
        covers: &[r::CLIENT_COMPRESSION_ENDS_AFTER_THE_COMMAND, r::COMPRESSION_ENDS_BEFORE_SASL],
        run: not_under_compression,
    },
    Check {
        name: "rfc8437-section-4.1/nothing-goes-on-telling",
        covers: &[r::CONTEXTS_ARE_RESET, r::NOTIFY_IS_RESET],
        run: nothing_goes_on_telling,
    },
];

fn not_under_compression() {
    const OFFERED: &str = "IMAP4rev1 AUTH=GSSAPI SASL-IR COMPRESS=DEFLATE UNAUTHENTICATE";
    for layer in [false, true] {
        let mut talk = if layer { Talk::greeted(OFFERED) } else { Talk::authenticated(OFFERED) };
        if layer {
            layered(&mut talk);
        }
        let compress = talk.submit(Compress);
        if layer {
            assert_eq!(talk.hears(), "CAPABILITY");
            talk.says(&format!("* CAPABILITY {OFFERED}\n{{tag}} OK done"));
        }
        assert_eq!(talk.hears(), "COMPRESS DEFLATE");
        talk.answered(compress, "{tag} OK active").expect("agreed");
        talk.connection.compression_installed();
        // Neither can be taken off, and compression would have to go first: so the line is never said.
        let error = talk.refuses(Unauthenticate);
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        assert_eq!(error.requirement(), Some(r::CLIENT_COMPRESSION_ENDS_AFTER_THE_COMMAND));
        talk.is_silent();
        talk.ask(Noop, "NOOP", "{tag} OK done").expect("it goes on");
        assert_eq!(talk.phase(), State::Authenticated);
    }
    // Without either it is said.
    let mut talk = Talk::authenticated(OFFERED);
    talk.ask(Unauthenticate, "UNAUTHENTICATE", "{tag} OK done").expect("done");
}

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
    // A result that was followed is left with the mailbox.
    let mut end = End::selected("UNAUTHENTICATE ESEARCH CONTEXT=SEARCH");
    let search = UidSearch::new(SearchQuery::all()).returning(SearchReturn::new().all().update());
    let (ticket, following) = end.connection.follow(search).expect("it may be followed");
    // The judge does not know of updates: what is said here is looked at as it stands.
    let written = String::from_utf8(end.written()).expect("ASCII");
    let tag = written.split(' ').next().expect("a tag").to_owned();
    end.says_octets(format!("* ESEARCH (TAG \"{tag}\") UID ALL 1:2\r\n{tag} OK done\r\n").as_bytes());
    end.answer(ticket).expect("found");
    end.gets(Unauthenticate, "OK [CAPABILITY IMAP4rev1 UNAUTHENTICATE] done");
    let left = |event: &OwnedEvent| matches!(event, OwnedEvent::Followed { owner, what: Followed::Left } if *owner == following.id());
    assert!(end.events.iter().any(left), "{:?}", end.events);
    // NOTIFY as well, and with it what it has forbidden.
    let mut talk = Talk::authenticated("IMAP4rev1 NOTIFY UNAUTHENTICATE");
    let ticket = talk.submit(Notify::new().selected(MessageEvents::new()));
    talk.hears();
    talk.answered(ticket, "{tag} OK done").expect("done");
    assert_eq!(talk.connection.notifying(), Notifying::AtOnce);
    talk.ask(Unauthenticate, "UNAUTHENTICATE", "{tag} OK [CAPABILITY IMAP4rev1] done").expect("done");
    assert_eq!(talk.connection.notifying(), Notifying::Off);
    // In the middle of the next session, numbers begin anew.
    let mut end = End::selected("UNAUTHENTICATE");
    end.gets(Noop, "* 2 FETCH (UID 12 FLAGS ())\nOK done");
    end.gets(Unauthenticate, "OK [CAPABILITY IMAP4rev1 UNAUTHENTICATE] done");
    assert!(end.breaks_or_ignores("* 2 FETCH (UID 13 FLAGS ())"));
    assert!(end.connection.deviations().is_empty(), "{:?}", end.connection.deviations());
}
