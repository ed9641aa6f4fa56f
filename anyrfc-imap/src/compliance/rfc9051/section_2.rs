//! RFC 9051, section 2: the protocol in general.

use std::collections::HashSet;

use anyrfc_core::{Tolerance, compliance::Check};

use super::super::support::{REV1, REV2, SEED, Talk, every_command};
use crate::{
    codec::command::{Fetch, Noop, UidSearch},
    proto::{Config, OwnedEvent},
    rfc9051 as r,
    testing::check_command,
    types::{Data, FetchItem, Flag, Junk, SearchQuery, SequenceSet},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9051/section-2.2/lines-end-in-crlf",
        covers: &[r::LINES_END_IN_CRLF],
        run: lines_end_in_crlf,
    },
    Check {
        name: "rfc9051/section-2.2.1/commands-begin-with-a-tag",
        covers: &[r::COMMANDS_BEGIN_WITH_A_TAG],
        run: commands_begin_with_a_tag,
    },
    Check {
        name: "rfc9051/section-2.2.1/tags-are-unique",
        covers: &[r::TAGS_ARE_UNIQUE],
        run: tags_are_unique,
    },
    Check {
        name: "rfc9051/section-2.2.1/every-command-follows-the-syntax",
        covers: &[r::SYNTAX_IS_FOLLOWED_STRICTLY],
        run: every_command_follows_the_syntax,
    },
    Check {
        name: "rfc9051/section-2.2.1/a-command-is-completed-before-the-next",
        covers: &[r::COMMAND_IS_COMPLETED_BEFORE_THE_NEXT],
        run: a_command_is_completed_before_the_next,
    },
    Check {
        name: "rfc9051/section-2.2.2/any-response-at-any-time",
        covers: &[r::ANY_RESPONSE_AT_ANY_TIME],
        run: any_response_at_any_time,
    },
    Check {
        name: "rfc9051/section-2.2.2/data-are-remembered",
        covers: &[r::SERVER_DATA_ARE_REMEMBERED],
        run: data_are_remembered,
    },
    Check {
        name: "rfc9051/section-2.2.2/certain-data-must-be-remembered",
        covers: &[r::CERTAIN_DATA_ARE_REMEMBERED],
        run: certain_data_must_be_remembered,
    },
    Check {
        name: "rfc9051/section-2.2.2/completions-bear-a-tag",
        covers: &[r::COMPLETION_BEARS_THE_TAG_OF_A_COMMAND],
        run: completions_bear_a_tag,
    },
    Check {
        name: "rfc9051/section-2.2.2/responses-begin-with-a-known-token",
        covers: &[r::RESPONSE_BEGINS_WITH_A_KNOWN_TOKEN],
        run: responses_begin_with_a_known_token,
    },
    Check {
        name: "rfc9051/section-2.3.1.1/a-uid-stays",
        covers: &[r::UID_IS_CONSTANT_IN_A_SESSION],
        run: a_uid_stays,
    },
    Check {
        name: "rfc9051/section-2.3.2/junk-and-not-junk-cancel-out",
        covers: &[r::JUNK_AND_NOTJUNK_CANCEL_OUT],
        run: junk_and_not_junk_cancel_out,
    },
];

fn lines_end_in_crlf() {
    let mut talk = Talk::selected(REV2);
    for command in every_command() {
        command.submit_to(&mut talk);
        let heard = talk.hears();
        talk.says("{tag} NO not today");
        talk.events.clear();
        assert!(talk.raw.ends_with(b"\r\n"), "{heard}");
    }
    // No line of a command ends otherwise: a CR or LF alone is nowhere.
    let text = String::from_utf8_lossy(&talk.raw).replace("\r\n", "");
    assert!(!text.contains(['\r', '\n']), "{text:?}");
    // A server's line ends in CR LF as well: LF alone is a deviation, or no end at all.
    let mut strict = Talk::strict().preauth(REV2);
    strict.feed("* OK one\n* OK two\r\n");
    let told = strict.data().len();
    assert!(strict.error.is_some() || told < 2, "LF ended a line");
    let lenient = Config { tolerance: Tolerance::Lenient, ..Config::default() };
    let mut lenient = Talk::with(lenient, SEED).preauth(REV2);
    lenient.feed("* OK one\n* OK two\r\n").is_fine();
    assert!(lenient.forgave(r::LINES_END_IN_CRLF), "nobody has counted it");
    let mut right = Talk::strict().preauth(REV2);
    right.feed("* OK one\r\n* OK two\r\n").is_fine();
    assert_eq!(right.data().len(), 2);
}

fn commands_begin_with_a_tag() {
    let mut talk = Talk::authenticated(REV2);
    for _ in 0..20 {
        let ticket = talk.submit(Noop);
        assert_eq!(talk.hears(), "NOOP");
        let tag = talk.tags.last().expect("a tag").clone();
        assert!(tag.bytes().all(|octet| octet.is_ascii_alphanumeric()), "{tag:?}");
        // Only with its tag is it completed.
        talk.says("nobody OK done");
        assert!(talk.events.iter().all(|event| !matches!(event, OwnedEvent::Done(_))));
        talk.answered(ticket, "{tag} OK done").expect("completed");
    }
}

fn tags_are_unique() {
    let mut all = HashSet::new();
    for seed in [[1; 32], [2; 32], [3; 32]] {
        let mut talk = Talk::with(Config::default(), seed).preauth(REV2);
        for _ in 0..1000 {
            let ticket = talk.submit(Noop);
            talk.hears();
            talk.answered(ticket, "{tag} OK done").expect("completed");
        }
        assert_eq!(talk.tags.len(), 1000);
        for tag in talk.tags {
            assert!(all.insert(tag.to_ascii_lowercase()), "{tag} twice");
        }
    }
}

fn every_command_follows_the_syntax() {
    for capabilities in [REV2, REV1] {
        let mut talk = Talk::selected(capabilities);
        let mut heard = 0;
        for command in every_command() {
            // What IMAP4rev1 does not have is refused, which is no command either.
            if command.submit_if_possible(&mut talk) {
                talk.hears();
                talk.says("{tag} NO not today");
                heard += 1;
            }
            talk.events.clear();
        }
        assert!(heard > 12, "{capabilities}: {heard}");
    }
    // The judge is no friend: it finds each of these.
    for wrong in ["a  NOOP", "a NOOP ", "a SELECT", "a FETCH 0 UID", "a STORE 1 FLAG x", "a LIST \"\""] {
        assert!(check_command(format!("{wrong}\r\n").as_bytes(), true).is_err(), "{wrong}");
    }
}

fn a_command_is_completed_before_the_next() {
    // A literal for which the client waits: until all of the command is sent, nothing else is.
    let mut talk = Talk::selected(REV1);
    let first = talk.submit(UidSearch::new(SearchQuery::subject("caf\u{e9}")));
    let second = talk.submit(Noop);
    let announced = talk.raw.len();
    assert!(talk.raw.ends_with(b"{5}\r\n"), "{}", talk.raw.escape_ascii());
    assert_eq!(talk.waits(), 5);
    talk.says("* OK still here");
    assert_eq!(talk.raw.len(), announced, "it went on without being asked");
    talk.feed("+ go on\r\n");
    assert_eq!(talk.hears(), "UID SEARCH CHARSET UTF-8 SUBJECT {5}\r\ncaf\u{e9}");
    talk.says("* SEARCH 101");
    let one = talk.tags.last().expect("a tag").clone();
    talk.feed(format!("{one} OK found\r\n"));
    assert_eq!(first.answer(talk.done()).expect("found").all.len(), 1);
    assert_eq!(talk.hears(), "NOOP");
    talk.answered(second, "{tag} OK done").expect("done");
}

/// Responses of every kind.
const RESPONSES: &[&str] = &[
    "* OK [ALERT] beware",
    "* OK [X-UNKNOWN a b] what",
    "* NO trouble",
    "* BAD nonsense",
    "* CAPABILITY IMAP4rev2 X-NEW",
    "* ENABLED X-THING",
    "* FLAGS (\\Seen)",
    "* LIST (\\Noselect) \"/\" foo",
    "* LSUB () \".\" foo",
    "* STATUS foo (MESSAGES 3 UIDNEXT 7)",
    "* SEARCH 1 2 3",
    "* ESEARCH (TAG \"none\") UID COUNT 3",
    "* NAMESPACE ((\"\" \"/\")) NIL NIL",
    "* ID (\"name\" \"x\")",
    "* 23 EXISTS",
    "* 5 RECENT",
    "* 3 EXPUNGE",
    "* 2 FETCH (UID 102 FLAGS (\\Seen))",
    "* X-VENDOR anything (at all)",
    "* 7 X-VENDOR anything",
    "* QUOTA \"\" (STORAGE 10 512)",
];

fn any_response_at_any_time() {
    type Make = fn() -> Talk;
    let in_state: [(&str, Make); 4] = [
        ("not authenticated", || Talk::greeted(REV2)),
        ("authenticated", || Talk::authenticated(REV2)),
        ("selected", || Talk::selected(REV2)),
        ("idling", || {
            let mut talk = Talk::selected(REV2);
            let _ticket = talk.connection.idle().expect("it can idle");
            assert_eq!(talk.hears(), "IDLE");
            talk.says("+ idling");
            talk
        }),
    ];
    for (name, make) in in_state {
        for response in RESPONSES {
            let mut talk = make();
            let state = talk.phase();
            talk.says(response).is_fine();
            assert_eq!(talk.phase(), state, "{name}: {response}");
        }
        // All of them, in the midst of a command that they do not answer.
        let mut talk = make();
        if name != "idling" {
            let ticket = talk.submit(Noop);
            talk.hears();
            talk.says(&RESPONSES.join("\n")).is_fine();
            talk.answered(ticket, "{tag} OK done").unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
    // What is no response at all does end it.
    let mut talk = Talk::selected(REV2);
    talk.says("+ what for");
    assert!(talk.error.is_some(), "a continuation request of nothing");
}

fn data_are_remembered() {
    // What has come unasked is had without asking.
    let mut talk = Talk::selected(REV2);
    let before = talk.raw.len();
    talk.says("* FLAGS (\\Seen $Fresh)\n* OK [PERMANENTFLAGS (\\Seen)] less\n* OK [UIDNEXT 222] next");
    let known = talk.connection.mailbox().expect("selected");
    assert_eq!(known.flags, [Flag::Seen, Flag::from("$Fresh")]);
    assert_eq!(known.permanent_flags.as_deref(), Some(&[Flag::Seen][..]));
    assert_eq!(known.uid_next.map(crate::types::Uid::get), Some(222));
    let capabilities = talk.connection.capabilities().expect("they came with the greeting");
    assert!(capabilities.iter().any(|one| one.to_string() == "IMAP4rev2"));
    assert_eq!(talk.raw.len(), before, "it was asked for");
    // What nobody has told is not made up.
    let bare = Talk::authenticated(REV2);
    assert!(bare.connection.mailbox().is_none());
}

fn certain_data_must_be_remembered() {
    let mut talk = Talk::selected(REV2);
    let exists = |talk: &Talk| talk.connection.mailbox().expect("selected").exists;
    assert_eq!(exists(&talk), 10);
    talk.says("* 12 EXISTS");
    assert_eq!(exists(&talk), 12);
    talk.says("* 4 EXPUNGE\n* 4 EXPUNGE");
    assert_eq!(exists(&talk), 10);
    // Nor are they forgotten by a command that does not mention them.
    let ticket = talk.submit(Noop);
    talk.hears();
    talk.answered(ticket, "{tag} OK done").expect("done");
    assert_eq!(exists(&talk), 10);
}

fn completions_bear_a_tag() {
    let wrong = "zzz OK who";
    let mut talk = Talk::authenticated(REV2);
    let ticket = talk.submit(Noop);
    talk.hears();
    talk.says(wrong).is_fine();
    assert!(talk.forgave(r::COMPLETION_BEARS_THE_TAG_OF_A_COMMAND));
    talk.answered(ticket, "{tag} OK done").expect("its own");
    let mut strict = Talk::strict().preauth(REV2);
    let ticket = strict.submit(Noop);
    strict.hears();
    strict.answered(ticket, "{tag} OK done").expect("its own");
    strict.says("{tag} OK once more");
    assert_eq!(strict.broken(), r::COMPLETION_BEARS_THE_TAG_OF_A_COMMAND);
}

fn responses_begin_with_a_known_token() {
    for wrong in ["(hello", "{3}", "\"a\" OK done", "% OK", " * OK", "*OK"] {
        let mut strict = Talk::strict().preauth(REV2);
        strict.feed(format!("{wrong}\r\n"));
        let error = strict.error.take().unwrap_or_else(|| panic!("{wrong}: {:?}", strict.events));
        assert!(error.requirement().is_some(), "{wrong}: {error}");
        // It can be lived with: the response is told as it came.
        let mut talk = Talk::authenticated(REV2);
        talk.feed(format!("{wrong}\r\n"));
        talk.is_fine();
        let data = talk.data();
        let known = matches!(&data[..], [Data::Malformed { error, .. }]
            if error.requirement == r::RESPONSE_BEGINS_WITH_A_KNOWN_TOKEN);
        assert!(known || talk.forgave(r::COMPLETION_BEARS_THE_TAG_OF_A_COMMAND), "{wrong}: {data:?}");
    }
    let mut strict = Talk::strict().preauth(REV2);
    strict.says("* OK fine").is_fine();
}

fn a_uid_stays() {
    let mut strict = Talk::strict().preauth(REV2).select();
    strict.says("* 2 FETCH (UID 102 FLAGS ())\n* 2 FETCH (UID 102 FLAGS (\\Seen))").is_fine();
    // After an EXPUNGE the same number is another message.
    let ticket = strict.submit(Noop);
    strict.hears();
    strict.says("* 1 EXPUNGE\n* 1 FETCH (UID 102 FLAGS ())\n* 2 FETCH (UID 103 FLAGS ())").is_fine();
    strict.answered(ticket, "{tag} OK done").expect("done");
    strict.says("* 2 FETCH (UID 104 FLAGS ())");
    assert_eq!(strict.broken(), r::UID_IS_CONSTANT_IN_A_SESSION);
    let mut talk = Talk::selected(REV2);
    talk.says("* 2 FETCH (UID 102 FLAGS ())\n* 2 FETCH (UID 105 FLAGS ())").is_fine();
    assert!(talk.forgave(r::UID_IS_CONSTANT_IN_A_SESSION));
}

fn junk_and_not_junk_cancel_out() {
    let told = |flags: &str| {
        let mut talk = Talk::selected(REV2);
        let ticket = talk.submit(Fetch::new(SequenceSet::all(), FetchItem::Flags));
        talk.hears();
        talk.says(&format!("* 1 FETCH (UID 101 FLAGS ({flags}))"));
        talk.says("{tag} OK done");
        let rows: Vec<_> = talk
            .events
            .iter()
            .filter_map(|event| match event {
                OwnedEvent::Fetch { row, .. } => row.flags().and_then(|flags| flags.parsed()).map(Junk::of),
                _ => None,
            })
            .collect();
        ticket.answer(talk.done()).expect("fetched");
        rows
    };
    assert_eq!(told("\\Seen"), [Junk::Unknown]);
    assert_eq!(told("$Junk \\Seen"), [Junk::Junk]);
    assert_eq!(told("$notjunk"), [Junk::NotJunk]);
    for both in ["$Junk $NotJunk", "$NOTJUNK \\Seen $junk"] {
        assert_eq!(told(both), [Junk::Contradictory], "{both}");
    }
    assert!(!Junk::Contradictory.is_junk() && !Junk::Contradictory.is_not_junk());
    assert!(Junk::Junk.is_junk() && Junk::NotJunk.is_not_junk());
}
