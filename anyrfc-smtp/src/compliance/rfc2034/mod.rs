//! RFC 2034: status codes in replies.

use anyrfc_core::{Machine as _, compliance::Check};

use super::{
    Waived,
    support::{Talk, config},
};
use crate::{
    codec::command::Command,
    proto::{Flavour, Protection},
    rfc2034 as r,
    types::{Extension, RawCommand, Reply},
};

pub(super) const GROUPS: &[&[Check]] = &[CHECKS];

/// The requirements without a check.
pub(super) const WAIVERS: &[Waived] = &[];

static CHECKS: &[Check] = &[
    Check {
        name: "rfc2034/section-3/the-keyword-is-understood",
        covers: &[r::KEYWORD_HAS_NO_PARAMETER],
        run: the_keyword_is_understood,
    },
    Check {
        name: "rfc2034/section-3/spaces-behind-a-code-are-skipped",
        covers: &[r::SPACES_BEHIND_THE_CODE_ARE_SKIPPED, r::SPACE_FOLLOWS_THE_CODE],
        run: spaces_behind_a_code_are_skipped,
    },
    Check {
        name: "rfc2034/section-4/what-has-not-the-form-is-text",
        covers: &[r::CODE_HAS_THE_FORM],
        run: what_has_not_the_form_is_text,
    },
    Check {
        name: "rfc2034/section-4/greeting-and-hello-have-no-code",
        covers: &[r::GREETING_HAS_NO_CODE],
        run: greeting_and_hello_have_no_code,
    },
    Check {
        name: "rfc2034/section-4/an-intermediate-reply-has-no-code",
        covers: &[r::INTERMEDIATE_REPLY_HAS_NO_CODE],
        run: an_intermediate_reply_has_no_code,
    },
    Check {
        name: "rfc2034/section-4/a-code-of-another-class-is-not-believed",
        covers: &[r::CLASS_AGREES_WITH_THE_REPLY],
        run: a_code_of_another_class_is_not_believed,
    },
    Check {
        name: "rfc2034/section-4/a-code-leaves-every-line",
        covers: &[r::CODE_LEAVES_EVERY_LINE, r::EVERY_LINE_HAS_THE_CODE],
        run: a_code_leaves_every_line,
    },
    Check {
        name: "rfc2034/section-5/codes-come-unasked",
        covers: &[r::CODES_COME_UNASKED, r::CODES_COME_AFTER_HELO_TOO],
        run: codes_come_unasked,
    },
];

/// What a command is answered by, read.
#[track_caller]
fn answer(talk: &mut Talk, lines: &str) -> Reply {
    let id = talk.submit(Command::Raw(RawCommand::new("XDO", None).expect("a command")));
    assert_eq!(talk.line().as_deref(), Some("XDO\r\n"));
    talk.says(lines);
    talk.reply(id)
}

/// The code and the text of an answer.
#[track_caller]
fn parts(lines: &str) -> (Option<String>, String) {
    let reply = answer(&mut Talk::ready("ENHANCEDSTATUSCODES"), lines);
    (reply.enhanced().map(|code| code.to_string()), reply.text().into_owned())
}

fn code(code: &str, text: &str) -> (Option<String>, String) {
    (Some(code.to_owned()), text.to_owned())
}

fn none(text: &str) -> (Option<String>, String) {
    (None, text.to_owned())
}

fn the_keyword_is_understood() {
    for (line, offered) in [
        ("ENHANCEDSTATUSCODES", true),
        ("EnhancedStatusCodes", true),
        ("ENHANCEDSTATUSCODES yes", true),
        ("ENHANCEDSTATUSCODE", false),
        ("X-ENHANCEDSTATUSCODES", false),
    ] {
        let talk = Talk::ready(line);
        let known = talk.connection.capabilities().expect("it has answered");
        assert_eq!(known.has(Extension::EnhancedStatusCodes), offered, "{line}");
    }
}

fn spaces_behind_a_code_are_skipped() {
    assert_eq!(parts("550 5.1.1 nobody"), code("5.1.1", "nobody"));
    assert_eq!(parts("550 5.1.1    nobody here"), code("5.1.1", "nobody here"));
    assert_eq!(parts("550 5.1.1"), code("5.1.1", ""));
    assert_eq!(parts("550 5.1.1 "), code("5.1.1", ""));
    // Without one there is no code.
    assert_eq!(parts("550 5.1.1nobody"), none("5.1.1nobody"));
    assert_eq!(parts("550 5.1.1:nobody"), none("5.1.1:nobody"));
}

fn what_has_not_the_form_is_text() {
    for (line, expected) in
        [("250 2.0.0 x", "2.0.0"), ("452 4.25.999 x", "4.25.999"), ("550 5.999.25 x", "5.999.25")]
    {
        assert_eq!(parts(line), code(expected, "x"), "{line}");
    }
    for text in [
        "2.0 x",
        "2.0.0.0 x",
        "2.1000.0 x",
        "2.0.1000 x",
        "2..0 x",
        "2.0. x",
        "x2.0.0 x",
        "2.a.0 x",
        "2.-1.0 x",
        "2,0,0 x",
    ] {
        assert_eq!(parts(&format!("250 {text}")), none(text));
    }
    // No other class, whatever the reply.
    for (line, text) in [("250 1.0.0 x", "1.0.0 x"), ("450 3.0.0 x", "3.0.0 x"), ("550 6.0.0 x", "6.0.0 x")] {
        assert_eq!(parts(line), none(text));
    }
}

fn greeting_and_hello_have_no_code() {
    let mut talk = Talk::new();
    talk.says("220 2.0.0 mail.example");
    let greeting = talk.connection.greeting().expect("it has greeted");
    assert_eq!((greeting.enhanced(), &*greeting.text()), (None, "2.0.0 mail.example"));
    // Without a code in front, there would be an extension.
    talk.hears();
    talk.says("250-2.0.0 mail.example\n250-2.0.0 XDO\n250 XBE");
    let known = talk.connection.capabilities().expect("it has answered");
    assert_eq!((known.keyword("XDO"), known.keyword("XBE")), (None, Some("")));
    let mut talk = Talk::new();
    talk.says("554 5.3.2 not here");
    let error = talk.fails();
    let reply = error.reply().expect("refused");
    assert_eq!((reply.enhanced(), &*reply.text()), (None, "5.3.2 not here"));
    // EHLO, HELO and LHLO, refused.
    for (flavour, helo) in [(Flavour::Smtp, false), (Flavour::Smtp, true), (Flavour::Lmtp, false)] {
        let mut config = config();
        config.flavour = flavour;
        let mut talk = Talk::with(config);
        talk.says("220 mail.example");
        talk.hears();
        if helo {
            talk.says("500 5.5.1 what");
            assert_eq!(talk.hears(), "HELO client.example");
        }
        talk.says("554 5.7.1 not you");
        let error = talk.fails();
        let reply = error.reply().expect("refused");
        assert_eq!((reply.enhanced(), &*reply.text()), (None, "5.7.1 not you"), "{flavour:?} {helo}");
    }
    // What comes later has one.
    assert_eq!(parts("250 2.0.0 XDO"), code("2.0.0", "XDO"));
}

fn an_intermediate_reply_has_no_code() {
    for text in ["2.0.0 go on", "3.0.0 go on", "5.0.0 go on"] {
        assert_eq!(parts(&format!("354 {text}")), none(text));
    }
    assert_eq!(parts("250 2.0.0 done"), code("2.0.0", "done"));
}

fn a_code_of_another_class_is_not_believed() {
    for (line, text) in [
        ("250 5.1.1 x", "5.1.1 x"),
        ("450 5.1.1 x", "5.1.1 x"),
        ("550 4.1.1 x", "4.1.1 x"),
        ("550 2.1.1 x", "2.1.1 x"),
    ] {
        assert_eq!(parts(line), none(text), "{line}");
    }
    // The reply's own code decides.
    let reply = answer(&mut Talk::ready(""), "550 2.1.1 x");
    assert!(reply.is_permanent() && !reply.is_success());
    assert_eq!(parts("450 4.1.1 x"), code("4.1.1", "x"));
}

fn a_code_leaves_every_line() {
    assert_eq!(parts("550-5.7.1 one\n550-5.7.1  two\n550 5.7.1 three"), code("5.7.1", "one\ntwo\nthree"));
    // A line that has none, or another one, stays as it is.
    assert_eq!(parts("550-5.7.1 one\n550-two\n550 5.7.2 three"), code("5.7.1", "one\ntwo\n5.7.2 three"));
    assert_eq!(parts("550-one\n550 5.7.1 two"), none("one\n5.7.1 two"));
}

fn codes_come_unasked() {
    for offers in ["", "ENHANCEDSTATUSCODES"] {
        let reply = answer(&mut Talk::ready(offers), "550 5.1.1 nobody");
        assert_eq!(reply.enhanced().map(|code| code.to_string()).as_deref(), Some("5.1.1"), "{offers:?}");
        assert_eq!(reply.text(), "nobody");
    }
    // To whoever said HELO as well.
    let mut talk = Talk::unprotected(Protection::Plaintext);
    talk.says("220 mail.example");
    talk.hears();
    talk.says("502 what");
    assert_eq!(talk.hears(), "HELO client.example");
    talk.says("250 mail.example");
    talk.events.clear();
    let reply = answer(&mut talk, "250 2.1.0 fine");
    assert_eq!((reply.enhanced().map(|code| code.numbers()), &*reply.text()), (Some((2, 1, 0)), "fine"));
    assert!(talk.connection.quiescent());
}
