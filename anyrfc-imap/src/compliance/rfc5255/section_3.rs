//! RFC 5255: languages.

use anyrfc_core::{ErrorKind, compliance::Check, testing::run_virtual};
use anyrfc_sasl::{Established, Exchange, Mechanism, MechanismName, Secret, SecurityLayer, Step};

use super::super::{
    rev1::{End, gated_from, name},
    rev1_client::{PENCIL, open, pencil},
    support::Talk,
};
use crate::{
    codec::command::{Language, Namespace, Noop},
    rfc5255 as r,
    testing::Dialogue,
    types::{LanguageRange, Namespaces},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5255-section-3.1/language-needs-the-capability",
        covers: &[r::LANGUAGE_NEEDS_THE_CAPABILITY],
        run: language_needs_the_capability,
    },
    Check {
        name: "rfc5255-section-3.1/language-comes-with-namespace",
        covers: &[r::LANGUAGE_COMES_WITH_NAMESPACE],
        run: language_comes_with_namespace,
    },
    Check {
        name: "rfc5255-section-3.1/language-comes-before-authentication",
        covers: &[r::LANGUAGE_COMES_BEFORE_AUTHENTICATION],
        run: language_comes_before_authentication,
    },
    Check {
        name: "rfc5255-section-3.1/language-is-sent-again-under-a-layer",
        covers: &[r::LANGUAGE_IS_SENT_AGAIN_UNDER_A_LAYER, r::PROTECTED_LANGUAGE_IS_SENT_AGAIN],
        run: language_is_sent_again_under_a_layer,
    },
    Check {
        name: "rfc5255-section-3.2/text-is-utf8",
        covers: &[r::LANGUAGE_TEXT_IS_UTF8],
        run: text_is_utf8,
    },
    Check {
        name: "rfc5255-section-3.2/failure-changes-nothing",
        covers: &[r::FAILED_LANGUAGE_CHANGES_NOTHING],
        run: failure_changes_nothing,
    },
    Check {
        name: "rfc5255-section-3.3/one-language-or-several",
        covers: &[r::ONE_LANGUAGE_IS_THE_ACTIVE_ONE, r::SEVERAL_LANGUAGES_ARE_A_LIST],
        run: one_language_or_several,
    },
    Check {
        name: "rfc5255-section-3.4/translations-are-only-shown",
        covers: &[r::TRANSLATION_IS_ONLY_SHOWN, r::TRANSLATION_IS_MODIFIED_UTF7],
        run: translations_are_only_shown,
    },
    Check { name: "rfc5255-section-5.1/login-is-ascii", covers: &[r::LOGIN_IS_ASCII], run: login_is_ascii },
];

fn range(text: &str) -> LanguageRange {
    LanguageRange::new(text).expect("a range")
}

fn german() -> Language {
    Language::of([range("de-AT"), range("de")])
}

fn language_needs_the_capability() {
    let needed = [("LANGUAGE", r::LANGUAGE_NEEDS_THE_CAPABILITY)];
    for begin in [End::greeted_privately as fn(&str) -> End, End::rev1, End::selected] {
        gated_from(begin, &needed, german, "LANGUAGE de-AT de");
        gated_from(begin, &needed, Language::list, "LANGUAGE");
    }
}

fn language_comes_with_namespace() {
    let mut end = End::rev1("LANGUAGE NAMESPACE");
    let told = "(((\"\" \"/\"))) NIL NIL".replace("(((", "((").replace(")))", "))");
    let answer = end.gets(german(), &format!("* LANGUAGE (de)\n* NAMESPACE {told}\nOK done"));
    assert_eq!(answer.namespaces.map(|all| all.personal.len()), Some(1));
    let (text, all) = end.asks(Namespace, &format!("* NAMESPACE {told}\nOK done"));
    assert_eq!((text.as_str(), all.expect("told").personal.len()), ("NAMESPACE", 1));
}

/// What a client says that was asked for German, to a server that offers this before the login.
fn asked_for_german(before: &str, dialogue: &str) {
    let builder = open().languages([range("de")]);
    let dialogue = format!("S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN {before}] ready\n{dialogue}");
    let dialogue = dialogue.replace(" ]", "]").replace("{PENCIL}", PENCIL);
    run_virtual(Dialogue::parse(&dialogue).play(async |stream| {
        let mut client = builder.connect_over("imap://mail.example", stream).await.expect("connected");
        client.authenticate(&pencil()).await.expect("logged in");
        client.noop().await.expect("done");
    }));
}

fn language_comes_before_authentication() {
    // Once, where it was taken; an answer to the login is in that language then.
    asked_for_german(
        "LANGUAGE",
        "C: la LANGUAGE de\nS: * LANGUAGE (de)\nS: la OK Sprachwechsel\n\
         C: in AUTHENTICATE PLAIN {PENCIL}\nS: in OK [CAPABILITY IMAP4rev1 LANGUAGE] willkommen\n\
         C: no NOOP\nS: no OK fertig\n",
    );
    // Afterwards, where it is offered only then.
    asked_for_german(
        "",
        "C: in AUTHENTICATE PLAIN {PENCIL}\nS: in OK [CAPABILITY IMAP4rev1 LANGUAGE] welcome\n\
         C: la LANGUAGE de\nS: * LANGUAGE (de)\nS: la OK Sprachwechsel\n\
         C: no NOOP\nS: no OK fertig\n",
    );
    // Never, where it is not.
    asked_for_german(
        "",
        "C: in AUTHENTICATE PLAIN {PENCIL}\nS: in OK [CAPABILITY IMAP4rev1] welcome\n\
         C: no NOOP\nS: no OK done\n",
    );
}

/// A mechanism that puts in a layer.
#[derive(Debug)]
struct Settling;

/// The layer, which is only looked at.
#[derive(Debug)]
struct Mirror;

impl SecurityLayer for Mirror {
    fn is_confidential(&self) -> bool {
        true
    }

    fn plain_max(&self) -> usize {
        1000
    }

    fn wrap_buffer(&mut self, _: &[u8], _: &mut Vec<u8>) -> Result<(), anyrfc_core::Error> {
        Err(anyrfc_core::Error::usage("it is only looked at"))
    }

    fn unwrap_buffer(&mut self, _: &[u8], _: &mut Vec<u8>) -> Result<Option<usize>, anyrfc_core::Error> {
        Ok(None)
    }
}

impl Mechanism for Settling {
    fn name(&self) -> MechanismName {
        MechanismName::GSSAPI
    }

    fn first(&mut self) -> Option<Secret<Vec<u8>>> {
        Some(Secret::new(b"x".to_vec()))
    }

    fn step(&mut self, _: &[u8]) -> Result<Step, anyrfc_sasl::Error> {
        Ok(Step::Done)
    }

    fn finish(self: Box<Self>, _: Option<&[u8]>) -> Result<Established, anyrfc_sasl::Error> {
        Ok(Established::new(MechanismName::GSSAPI).with_layer(Box::new(Mirror)))
    }
}

/// A login that puts in a layer, up to where that is to be in.
pub(in crate::compliance) fn layered(talk: &mut Talk) {
    let ticket = talk.connection.authenticate(Exchange::new(Settling)).expect("it may log in");
    talk.hears();
    talk.says("{tag} OK in");
    ticket.answer(talk.done()).expect("logged in");
    talk.connection.layer_installed(true);
}

fn language_is_sent_again_under_a_layer() {
    const CAPABILITIES: &str = "IMAP4rev1 AUTH=GSSAPI SASL-IR LANGUAGE";
    let mut talk = Talk::greeted(CAPABILITIES);
    let ticket = talk.submit(german());
    assert_eq!(talk.hears(), "LANGUAGE de-AT de");
    talk.answered(ticket, "* LANGUAGE (de)\n{tag} OK done").expect("taken");
    assert_eq!(talk.connection.language(), Some("de"));
    layered(&mut talk);
    assert_eq!(talk.connection.language(), None, "what was settled without the layer is not believed");
    // Before anything else is asked, but for whether it may be.
    let noop = talk.submit(Noop);
    assert_eq!(talk.hears(), "CAPABILITY");
    talk.says(&format!("* CAPABILITY {CAPABILITIES}\n{{tag}} OK done"));
    assert_eq!(talk.hears(), "LANGUAGE de-AT de");
    let tag = talk.tags.last().expect("a tag").clone();
    assert_eq!(talk.hears(), "NOOP");
    talk.says(&format!("* LANGUAGE (de)\n{tag} OK done\n{{tag}} OK done")).is_fine();
    noop.answer(talk.done()).expect("done");
    assert_eq!(talk.connection.language(), Some("de"));
    // Of what had failed before, nothing is repeated.
    let mut talk = Talk::greeted(CAPABILITIES);
    let ticket = talk.submit(german());
    talk.hears();
    talk.answered(ticket, "{tag} NO unknown").expect_err("refused");
    layered(&mut talk);
    let _noop = talk.submit(Noop);
    assert_eq!(talk.hears(), "CAPABILITY");
    talk.says(&format!("* CAPABILITY {CAPABILITIES}\n{{tag}} OK done"));
    assert_eq!(talk.hears(), "NOOP");
}

fn text_is_utf8() {
    let mut end = End::rev1("LANGUAGE");
    end.gets(german(), "* LANGUAGE (de)\nOK Sprachwechsel ausgef\u{fc}hrt");
    let error = end.asks(Noop, "NO [ALERT] Festplatte gest\u{f6}rt \u{1f4be}").1.expect_err("refused");
    assert_eq!(error.refusal().expect("refused").status.text, "Festplatte gest\u{f6}rt \u{1f4be}");
    assert!(end.connection.deviations().is_empty(), "{:?}", end.connection.deviations());
}

fn failure_changes_nothing() {
    let mut end = End::rev1("LANGUAGE");
    let french = || Language::of([range("fr")]);
    for answer in ["NO unknown", "BAD what"] {
        assert!(end.asks(french(), answer).1.is_err());
        assert_eq!(end.connection.language(), None);
    }
    end.gets(german(), "* LANGUAGE (de-AT)\nOK done");
    assert_eq!(end.connection.language(), Some("de-AT"));
    let error = end.asks(french(), "NO unbekannt").1.expect_err("refused");
    assert_eq!((error.kind(), end.connection.language()), (ErrorKind::Refused, Some("de-AT")));
}

fn one_language_or_several() {
    let mut end = End::rev1("LANGUAGE");
    let answer = end.gets(Language::list(), "* LANGUAGE (EN DE IT i-default)\nOK done");
    assert_eq!(
        (answer.in_use, &answer.known[..]),
        (None, &["EN", "DE", "IT", "i-default"].map(str::to_owned)[..])
    );
    assert_eq!(end.connection.language(), None);
    let answer = end.gets(german(), "* LANGUAGE (\"de\")\nOK done");
    assert_eq!((answer.in_use.as_deref(), answer.known.len()), (Some("de"), 0));
    assert_eq!(end.connection.language(), Some("de"));
    end.gets(Language::list(), "* LANGUAGE (en de)\nOK done");
    assert_eq!(end.connection.language(), Some("de"), "a list changes nothing");
}

fn translations_are_only_shown() {
    let mut end = End::rev1("LANGUAGE NAMESPACE");
    let told = "* NAMESPACE ((\"\" \"/\")) ((\"Other Users/\" \"/\" \"TRANSLATION\" (\"Andere Ben&APw-tzer/\"))) \
                ((\"Public Folders/\" \"/\" \"X-OWN\" (\"x\") \"TRANSLATION\" (\"Gemeinsame Postf&AOQ-cher/\")))";
    let all: Namespaces =
        end.gets(german(), &format!("* LANGUAGE (de)\n{told}\nOK done")).namespaces.expect("told");
    assert_eq!(all.other_users[0].translation().as_deref(), Some("Andere Ben\u{fc}tzer/"));
    assert_eq!(all.shared[0].translation().as_deref(), Some("Gemeinsame Postf\u{e4}cher/"));
    assert_eq!(all.personal[0].translation(), None);
    for (name_of, shown) in [
        ("Other Users/tim", "Andere Ben\u{fc}tzer/tim"),
        ("Public Folders/a/b", "Gemeinsame Postf\u{e4}cher/a/b"),
        ("Entw\u{fc}rfe", "Entw\u{fc}rfe"),
        ("Other", "Other"),
    ] {
        assert_eq!(all.shown(&name(name_of)), shown);
        // What goes to the server is the name, however it was shown.
        let meant = all.meant(shown).expect("a name");
        let (text, _) = end.asks(crate::codec::command::Delete::new(meant), "OK done");
        let (direct, _) = end.asks(crate::codec::command::Delete::new(name(name_of)), "OK done");
        assert_eq!(text, direct);
        assert!(!text.contains("Andere") && !text.contains("Gemeinsame"));
    }
}

fn login_is_ascii() {
    let password = |text: &str| Secret::new(text.to_owned());
    for (user, secret) in [("t\u{ef}m", "pencil"), ("tim", "p\u{ea}ncil")] {
        let mut end = End::greeted_privately("");
        let error = end.connection.login(user, &password(secret)).expect_err("beyond ASCII");
        assert!(error.is_unsent(), "{error:?}");
        end.is_idle_and_well();
    }
    let mut end = End::greeted_privately("");
    let _ticket = end.connection.login("tim", &password("pencil")).expect("ASCII");
    assert!(end.hears_one().text().is_ascii());
}
