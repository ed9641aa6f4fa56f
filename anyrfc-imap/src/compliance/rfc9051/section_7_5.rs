//! RFC 9051, sections 7.5 and 7.6: message data and continuation requests.

use anyrfc_core::compliance::Check;

use super::super::support::{REV2, Talk, mailbox};
use crate::{
    codec::command::{Create, Fetch, Noop, UidFetch},
    proto::OwnedEvent,
    rfc9051 as r,
    types::{
        AddressEntry, BodyType, FetchItem, FetchItems, FetchRow, Section, SequenceNumber, SequenceSet, Uid,
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9051/section-7.5.1/expunge-is-remembered",
        covers: &[r::EXPUNGE_IS_REMEMBERED],
        run: expunge_is_remembered,
    },
    Check {
        name: "rfc9051/section-7.5.1/expunge-renumbers",
        covers: &[r::EXPUNGE_RENUMBERS],
        run: expunge_renumbers,
    },
    Check {
        name: "rfc9051/section-7.5.1/no-expunge-at-a-wrong-time",
        covers: &[r::NO_EXPUNGE_AT_A_WRONG_TIME],
        run: no_expunge_at_a_wrong_time,
    },
    Check {
        name: "rfc9051/section-7.5.1/expunge-names-a-message",
        covers: &[r::EXPUNGE_NAMES_A_MESSAGE],
        run: expunge_names_a_message,
    },
    Check {
        name: "rfc9051/section-7.5.2/extension-data",
        covers: &[r::FURTHER_EXTENSION_DATA_ARE_ACCEPTED, r::BODY_EXTENSIONS_ARE_ACCEPTED],
        run: extension_data,
    },
    Check {
        name: "rfc9051/section-7.5.2/nil-is-as-empty",
        covers: &[r::NIL_IS_AS_EMPTY],
        run: nil_is_as_empty,
    },
    Check {
        name: "rfc9051/section-7.5.2/an-origin-was-asked-for",
        covers: &[r::NO_UNREQUESTED_ORIGIN],
        run: an_origin_was_asked_for,
    },
    Check {
        name: "rfc9051/section-9/a-message-is-no-basic-part",
        covers: &[r::BASIC_TYPE_IS_NO_MESSAGE],
        run: a_message_is_no_basic_part,
    },
    Check {
        name: "rfc9051/section-2.3.1.2/messages-are-numbered-from-1",
        covers: &[r::SEQUENCE_NUMBERS_ARE_CONTIGUOUS],
        run: messages_are_numbered_from_1,
    },
    Check {
        name: "rfc9051/section-7.6/a-continuation-of-something",
        covers: &[r::CONTINUATION_ANSWERS_AN_INCOMPLETE_COMMAND],
        run: a_continuation_of_something,
    },
];

fn number(n: u32) -> SequenceNumber {
    SequenceNumber::new(n).expect("a number")
}

/// How many messages there are.
fn exists(talk: &Talk) -> u32 {
    talk.connection.mailbox().expect("selected").exists
}

/// The row that was told, and whether it answers a command.
fn rows(talk: &mut Talk) -> Vec<(bool, FetchRow)> {
    let rows = talk.events.drain(..).filter_map(|event| match event {
        OwnedEvent::Fetch { owner, row } => Some((owner.is_some(), row)),
        _ => None,
    });
    rows.collect()
}

/// The row of this item, understood under the strictest of rules.
#[track_caller]
fn row(item: &str) -> FetchRow {
    let mut strict = Talk::strict().preauth(REV2).select();
    strict.feed(format!("* 1 FETCH (UID 101 {item})\r\n")).is_fine();
    rows(&mut strict).remove(0).1
}

fn expunge_is_remembered() {
    let mut talk = Talk::selected(REV2);
    talk.ask(Noop, "NOOP", "* 3 EXPUNGE\n* 3 EXPUNGE\n{tag} OK done").expect("done");
    assert_eq!(exists(&talk), 8);
    let gone: Vec<_> = talk
        .events
        .iter()
        .filter_map(|event| match event {
            OwnedEvent::Expunge { sequence, .. } => Some(sequence.get()),
            _ => None,
        })
        .collect();
    assert_eq!(gone, [3, 3], "and its user is told");
    talk.ask(Noop, "NOOP", "{tag} OK done").expect("done");
    assert_eq!(exists(&talk), 8);
}

fn expunge_renumbers() {
    let mut talk = Talk::selected(REV2);
    for n in 1..=10 {
        talk.says(&format!("* {n} FETCH (UID {} FLAGS ())", 100 + n));
    }
    talk.events.clear();
    talk.ask(Noop, "NOOP", "* 4 EXPUNGE\n* 8 EXPUNGE\n* 1 EXPUNGE\n{tag} OK done").expect("done");
    let mailbox = talk.connection.mailbox().expect("selected");
    let uids: Vec<_> = (1..=10).map(|n| mailbox.uid(number(n)).map(Uid::get)).collect();
    let left = [102, 103, 105, 106, 107, 108, 110].map(Some);
    assert_eq!((&uids[..7], &uids[7..]), (&left[..], &[None; 3][..]));
    assert_eq!(mailbox.exists, 7);
    let gone: Vec<_> = talk
        .events
        .iter()
        .filter_map(|event| match event {
            OwnedEvent::Expunge { uid, .. } => uid.map(Uid::get),
            _ => None,
        })
        .collect();
    assert_eq!(gone, [104, 109, 101], "which message it was is told as well");
}

fn no_expunge_at_a_wrong_time() {
    // With no command under way.
    let mut strict = Talk::strict().preauth(REV2).select();
    strict.says("* 1 EXPUNGE");
    assert_eq!(strict.broken(), r::NO_EXPUNGE_AT_A_WRONG_TIME);
    // During FETCH.
    let mut talk = Talk::selected(REV2);
    let ticket = talk.submit(Fetch::new(SequenceSet::all(), FetchItem::Flags));
    talk.hears();
    talk.says("* 1 EXPUNGE").is_fine();
    assert!(talk.forgave(r::NO_EXPUNGE_AT_A_WRONG_TIME));
    assert_eq!(exists(&talk), 9, "it counts all the same");
    talk.answered(ticket, "{tag} OK done").expect("fetched");
    // During others it may come.
    let mut strict = Talk::strict().preauth(REV2).select();
    strict.ask(Noop, "NOOP", "* 1 EXPUNGE\n{tag} OK done").expect("done");
    let ticket = strict.submit(UidFetch::new(SequenceSet::all(), FetchItem::Flags));
    strict.hears();
    strict.says("* 1 EXPUNGE").is_fine();
    strict.answered(ticket, "{tag} OK done").expect("fetched");
}

fn expunge_names_a_message() {
    let mut strict = Talk::strict().preauth(REV2).select();
    let _ticket = strict.submit(Noop);
    strict.hears();
    strict.says("* 10 EXPUNGE").is_fine();
    strict.says("* 10 EXPUNGE");
    assert_eq!(strict.broken(), r::EXPUNGE_NAMES_A_MESSAGE);
    let mut talk = Talk::selected(REV2);
    talk.ask(Noop, "NOOP", "* 11 EXPUNGE\n{tag} OK done").expect("done");
    assert!(talk.forgave(r::EXPUNGE_NAMES_A_MESSAGE));
    assert_eq!(exists(&talk), 10);
}

/// A part of text without its extension data and its last parenthesis.
const TEXT: &str = "(\"TEXT\" \"PLAIN\" (\"CHARSET\" \"UTF-8\") NIL NIL \"7BIT\" 42 3";

fn extension_data() {
    // Those that are defined, and whatever may be behind them.
    for behind in [
        "",
        " NIL",
        " \"md5\" (\"ATTACHMENT\" (\"FILENAME\" \"a\")) (\"de\" \"en\") \"location\"",
        " NIL NIL NIL NIL \"new\"",
        " NIL NIL NIL NIL 42 (\"newer\" (1 NIL (\"deep\" 2)) 4294967296) NIL \"x\"",
    ] {
        let row = row(&format!("BODYSTRUCTURE {TEXT}{behind})"));
        let structure = row.body_structure().expect("it is there").parsed().expect("it is understood");
        assert_eq!(structure.octets(), Some(42), "{behind}");
        assert!(matches!(structure.body_type(), BodyType::Text { .. }));
        let multi = format!(
            "BODYSTRUCTURE ({TEXT}{behind}){TEXT}) \"MIXED\" (\"BOUNDARY\" \"x\") NIL NIL NIL{behind})"
        );
        let row = self::row(&multi);
        let structure = row.body_structure().expect("it is there").parsed().expect("it is understood");
        assert_eq!(structure.parts().count(), 2, "{behind}");
    }
    let row = row(&format!("BODYSTRUCTURE {TEXT} NIL NIL NIL NIL \"new\" (1 2))"));
    let structure = row.body_structure().expect("it is there").parsed().expect("it is understood");
    assert_eq!(structure.extensions().count(), 2, "they are kept, for who knows them");
    // What is no structure is no structure.
    let mut strict = Talk::strict().preauth(REV2).select();
    strict.says(&format!("* 1 FETCH (UID 101 BODYSTRUCTURE {TEXT} NIL NIL NIL NIL (1 2)"));
    let understood = rows(&mut strict)
        .iter()
        .any(|(_, row)| row.body_structure().is_some_and(|structure| structure.parsed().is_some()));
    assert!(!understood, "a parenthesis is missing");
}

fn nil_is_as_empty() {
    let nil = "ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)";
    let empty = "ENVELOPE (\"\" \"\" NIL NIL NIL NIL NIL NIL \"\" \"\")";
    for item in [nil, empty] {
        let row = row(item);
        let envelope = row.envelope().expect("it is there").parsed().expect("it is understood");
        let texts = [envelope.date(), envelope.subject(), envelope.in_reply_to(), envelope.message_id()];
        for text in texts {
            assert!(text.is_none_or(|text| text.is_empty()), "{item}: {text:?}");
        }
        assert!(envelope.from().is_empty() && envelope.to().is_empty() && envelope.bcc().is_empty());
    }
    // In addresses, where NIL alone marks the ends of groups, both are no name.
    for name in ["NIL", "\"\""] {
        let item = format!("ENVELOPE (NIL \"s\" (({name} NIL \"a\" \"x\")) NIL NIL NIL NIL NIL NIL NIL)");
        let row = row(&item);
        let envelope = row.envelope().expect("it is there").parsed().expect("it is understood");
        let from: Vec<_> = envelope.from().collect();
        let [AddressEntry::Mailbox(address)] = &from[..] else { panic!("{name}: {from:?}") };
        assert!(address.name.is_none_or(|name| name.is_empty()), "{name}");
        assert_eq!(envelope.subject().map(|text| text.text().into_owned()).as_deref(), Some("s"));
    }
}

fn an_origin_was_asked_for() {
    // A part of a body that nobody has asked for answers nobody.
    let mut talk = Talk::selected(REV2);
    let ticket = talk.submit(UidFetch::new(SequenceSet::all(), FetchItems::new().peek(Section::all())));
    assert_eq!(talk.hears(), "UID FETCH 1:* (BODY.PEEK[])");
    talk.says("* 1 FETCH (UID 101 BODY[]<0> \"part\")");
    let told = rows(&mut talk);
    assert!(told.iter().all(|(owned, _)| !owned), "a part passes for the whole: {told:?}");
    talk.says("* 1 FETCH (UID 101 BODY[] \"whole\")");
    assert!(matches!(&rows(&mut talk)[..], [(true, _)]));
    talk.answered(ticket, "{tag} OK done").expect("fetched");
    let partial = crate::types::Partial::new(0, 4).expect("a range");
    let ticket = talk
        .submit(UidFetch::new(SequenceSet::all(), FetchItems::new().peek_partial(Section::all(), partial)));
    assert_eq!(talk.hears(), "UID FETCH 1:* (BODY.PEEK[]<0.4>)");
    talk.says("* 1 FETCH (UID 101 BODY[]<0> \"part\")");
    assert!(matches!(&rows(&mut talk)[..], [(true, _)]));
    talk.answered(ticket, "{tag} OK done").expect("fetched");
}

fn a_message_is_no_basic_part() {
    let basic = |subtype: &str| format!("BODYSTRUCTURE (\"MESSAGE\" \"{subtype}\" NIL NIL NIL \"7BIT\" 42)");
    let mut strict = Talk::strict().preauth(REV2).select();
    strict.says(&format!("* 1 FETCH (UID 101 {})", basic("DELIVERY-STATUS"))).is_fine();
    strict.says(&format!("* 1 FETCH (UID 101 {})", basic("RFC822")));
    assert_eq!(strict.broken(), r::BASIC_TYPE_IS_NO_MESSAGE);
    let mut talk = Talk::selected(REV2);
    talk.says(&format!("* 1 FETCH (UID 101 {})", basic("GLOBAL"))).is_fine();
    assert!(talk.forgave(r::BASIC_TYPE_IS_NO_MESSAGE));
    let (_, row) = rows(&mut talk).remove(0);
    let structure = row.body_structure().expect("it is there").parsed().expect("it can be made sense of");
    assert_eq!(structure.octets(), Some(42));
}

fn messages_are_numbered_from_1() {
    let mut strict = Talk::strict().preauth(REV2).select();
    strict.says("* 1 FETCH (UID 101 FLAGS ())").is_fine();
    strict.says("* 0 FETCH (FLAGS ())");
    assert_eq!(strict.broken(), r::SEQUENCE_NUMBERS_ARE_CONTIGUOUS);
    let mut talk = Talk::selected(REV2);
    talk.says("* 0 FETCH (UID 101 FLAGS ())").is_fine();
    assert!(talk.forgave(r::SEQUENCE_NUMBERS_ARE_CONTIGUOUS));
}

fn a_continuation_of_something() {
    let mut talk = Talk::selected(REV2);
    talk.says("+ go on");
    assert_eq!(talk.broken(), r::CONTINUATION_ANSWERS_AN_INCOMPLETE_COMMAND);
    let mut talk = Talk::authenticated(REV2);
    let _ticket = talk.submit(Create::new(mailbox("x")));
    talk.hears();
    talk.says("+ go on");
    assert_eq!(talk.broken(), r::CONTINUATION_ANSWERS_AN_INCOMPLETE_COMMAND);
    let mut talk = Talk::selected(REV2);
    let _ticket = talk.connection.idle().expect("it can");
    talk.hears();
    talk.says("+ go on").is_fine();
}
