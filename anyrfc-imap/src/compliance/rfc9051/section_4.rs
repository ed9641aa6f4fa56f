//! RFC 9051, section 4: the forms of data.

use anyrfc_core::compliance::Check;
use bytes::Bytes;

use super::super::support::{REV1, REV2, Talk, append, mailbox};
use crate::{
    codec::command::{
        Create, Fetch, Raw, Search, Status, StatusItem, StatusItems, Store, StoreAction, UidSearch,
    },
    proto::OwnedEvent,
    rfc9051 as r,
    types::{Data, FetchItem, Flag, MailboxName, SearchQuery, SequenceNumber, SequenceSet, Uid, UidSet},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9051/section-4.1/atoms-hold-no-specials",
        covers: &[r::ATOMS_HOLD_NO_SPECIALS],
        run: atoms_hold_no_specials,
    },
    Check {
        name: "rfc9051/section-4.2/numbers-are-digits",
        covers: &[r::NUMBERS_ARE_DIGITS],
        run: numbers_are_digits,
    },
    Check {
        name: "rfc9051/section-4.2.1/sets-are-not-empty",
        covers: &[r::SEQUENCE_SET_IS_NOT_EMPTY],
        run: sets_are_not_empty,
    },
    Check {
        name: "rfc9051/section-4.3/a-literal-has-its-length",
        covers: &[r::LITERAL_HAS_THE_ANNOUNCED_LENGTH],
        run: a_literal_has_its_length,
    },
    Check {
        name: "rfc9051/section-4.3/a-synchronizing-literal-waits",
        covers: &[r::SYNCHRONIZING_LITERAL_WAITS],
        run: a_synchronizing_literal_waits,
    },
    Check {
        name: "rfc9051/section-4.3/an-empty-literal-waits-too",
        covers: &[r::EMPTY_LITERAL_WAITS_TOO],
        run: an_empty_literal_waits_too,
    },
    Check {
        name: "rfc9051/section-4.3/a-large-literal-waits",
        covers: &[r::NON_SYNCHRONIZING_LITERAL_IS_SMALL, r::LARGE_LITERAL_SYNCHRONIZES],
        run: a_large_literal_waits,
    },
    Check {
        name: "rfc9051/section-4.3/a-servers-literal-has-no-plus",
        covers: &[r::SERVER_LITERALS_HAVE_NO_PLUS],
        run: a_servers_literal_has_no_plus,
    },
    Check {
        name: "rfc9051/section-4.3/a-quoted-string-is-one-line",
        covers: &[r::QUOTED_STRING_IS_ONE_LINE],
        run: a_quoted_string_is_one_line,
    },
    Check {
        name: "rfc9051/section-4.3.1/8-bit-literals-name-their-charset",
        covers: &[r::LITERALS_MAY_HOLD_8_BIT, r::CHARSET_OF_8_BIT_LITERALS_IS_IDENTIFIED],
        run: eight_bit_literals_name_their_charset,
    },
    Check {
        name: "rfc9051/section-4.3.1/utf8-in-quoted-strings-is-accepted",
        covers: &[r::UTF8_QUOTED_STRINGS_ARE_ACCEPTED],
        run: utf8_in_quoted_strings_is_accepted,
    },
    Check {
        name: "rfc9051/section-4.3.1/utf8-in-quoted-strings-is-sent",
        covers: &[r::UTF8_QUOTED_STRINGS_MAY_BE_SENT],
        run: utf8_in_quoted_strings_is_sent,
    },
    Check {
        name: "rfc9051/section-4.3.1/binary-data-go-as-literal8-or-not-at-all",
        covers: &[r::BINARY_DATA_ARE_ENCODED],
        run: binary_data_go_as_literal8_or_not_at_all,
    },
    Check {
        name: "rfc9051/section-4.4/lists-are-balanced",
        covers: &[r::LISTS_ARE_BALANCED],
        run: lists_are_balanced,
    },
];

/// What is heard of a name in CREATE.
fn written(name: &str) -> String {
    let mut talk = Talk::authenticated(REV2);
    let _ticket = talk.submit(Create::new(mailbox(name)));
    talk.hears().strip_prefix("CREATE ").expect("CREATE").to_owned()
}

fn atoms_hold_no_specials() {
    for special in ['(', ')', '{', ' ', '%', '*', '"', '\\'] {
        let shown = if matches!(special, '"' | '\\') { format!("\\{special}") } else { special.to_string() };
        assert_eq!(written(&format!("a{special}b")), format!("\"a{shown}b\""));
    }
    assert_eq!(written("plain-atom.1/x"), "plain-atom.1/x");
    assert_eq!(written("nil"), "\"nil\"", "not to be taken for NIL");
    // What can be an atom only is refused otherwise.
    let mut talk = Talk::selected(REV2);
    for flag in ["a b", "", "(x", "a\\b", "a\u{e9}", "a\rb", "\\", "a*", "a%", "a{", "a\""] {
        talk.refuses(Store::new(SequenceSet::all(), StoreAction::Add, Flag::from(flag)));
    }
    let _ticket = talk.submit(Store::new(SequenceSet::all(), StoreAction::Add, Flag::from("$My-Flag")));
    assert_eq!(talk.hears(), "STORE 1:* +FLAGS ($My-Flag)");
}

fn numbers_are_digits() {
    let mut talk = Talk::selected(REV2);
    let _ticket = talk.submit(Search::new(SearchQuery::larger(u64::MAX >> 1)));
    assert_eq!(talk.hears(), "SEARCH LARGER 9223372036854775807");
    talk.refuses(Search::new(SearchQuery::larger(u64::MAX)));
    // A server's as well.
    let mut talk = Talk::authenticated(REV2);
    let sizes = StatusItems::new().item(StatusItem::Size).item(StatusItem::Messages);
    let ask = |talk: &mut Talk, line: &str| {
        let ticket = talk.submit(Status::new(mailbox("x"), sizes.clone()));
        talk.hears();
        talk.says(line);
        talk.answered(ticket, "{tag} OK done")
    };
    let status = ask(&mut talk, "* STATUS x (SIZE 9223372036854775807 MESSAGES 4294967295)").expect("status");
    assert_eq!((status.size, status.messages), (Some(u64::MAX >> 1), Some(u32::MAX)));
    for wrong in ["4294967296", "-1", "0x10", "1.5", "", "one"] {
        let mut strict = Talk::strict().preauth(REV2).select();
        strict.says(&format!("* {wrong} EXISTS"));
        let read = strict.connection.mailbox().map(|mailbox| mailbox.exists);
        assert!(strict.error.is_some() || read == Some(10), "{wrong}: {read:?}");
    }
}

fn sets_are_not_empty() {
    let mut talk = Talk::selected(REV2);
    let empty = SequenceSet::from(UidSet::new());
    assert!(empty.is_empty());
    talk.refuses(Fetch::new(empty, FetchItem::Flags));
    for wrong in ["", "0", "1:0", "1,", "1::2", "a", "*0", "1 2", "4294967296"] {
        assert!(wrong.parse::<SequenceSet>().is_err(), "{wrong:?}");
    }
    assert!(Uid::new(0).is_none() && SequenceNumber::new(0).is_none());
    let _ticket =
        talk.submit(Fetch::new("2,4:7,9:*".parse::<SequenceSet>().expect("a set"), FetchItem::Flags));
    assert_eq!(talk.hears(), "FETCH 2,4:7,9:* (FLAGS)");
}

fn a_literal_has_its_length() {
    let mut talk = Talk::selected(REV1);
    let text = "caf\u{e9}\u{e9}";
    let _ticket = talk.submit(Search::new(SearchQuery::body(text)));
    assert_eq!(talk.waits(), 7);
    talk.feed("+ go on\r\n");
    assert_eq!(talk.hears(), format!("SEARCH CHARSET UTF-8 BODY {{7}}\r\n{text}"));
    // A server's literal is taken by its length alone, whatever is in it.
    let mut talk = Talk::selected(REV2);
    let ticket = talk.submit(Fetch::new(SequenceSet::all(), FetchItem::Envelope));
    talk.hears();
    let tag = talk.tags.last().expect("a tag").clone();
    let subject = format!("x)\r\n{tag} OK done\r\n* 99 EXISTS\r\n\"{{3}}");
    talk.feed(format!(
        "* 1 FETCH (UID 101 ENVELOPE (NIL {{{}}}\r\n{subject} NIL NIL NIL NIL NIL NIL NIL NIL))\r\n",
        subject.len()
    ));
    assert_eq!(talk.connection.mailbox().expect("selected").exists, 10);
    let read = talk.events.iter().find_map(|event| match event {
        OwnedEvent::Fetch { row, .. } => {
            row.envelope()?.parsed()?.subject().map(|subject| subject.text().into_owned())
        }
        _ => None,
    });
    assert_eq!(read.as_deref(), Some(&subject[..]));
    talk.answered(ticket, "{tag} OK done").expect("fetched");
}

/// The announcement of a literal of so many octets, and whether nothing follows it without being asked for.
fn announced(capabilities: &str, octets: usize) -> (String, bool) {
    let mut talk = Talk::selected(capabilities);
    // A line end makes it a literal.
    let text = format!("\r\n{}", "x".repeat(octets - 2));
    let _ticket = talk.submit(Search::new(SearchQuery::body(text)));
    let sent = String::from_utf8_lossy(&talk.raw).into_owned();
    let open = sent.rfind('{').expect("a literal");
    let (announcement, behind) = sent[open..].split_once("\r\n").expect("the end of the line");
    (announcement.to_owned(), behind.is_empty())
}

fn a_synchronizing_literal_waits() {
    let mut talk = Talk::selected(REV1);
    let ticket = talk.submit(Search::new(SearchQuery::subject("caf\u{e9}")));
    assert_eq!(talk.waits(), 5);
    let before = talk.raw.len();
    assert!(talk.raw.ends_with(b"{5}\r\n"));
    // Nothing but a continuation request makes it go on.
    talk.says("* OK working\n* 11 EXISTS");
    assert_eq!(talk.raw.len(), before);
    talk.feed("+\r\n");
    assert!(talk.raw.ends_with("caf\u{e9}\r\n".as_bytes()), "an empty request is one too");
    talk.hears();
    talk.answered(ticket, "* SEARCH\n{tag} OK done").expect("searched");
    // Refused, it is never sent.
    let mut talk = Talk::selected(REV1);
    let ticket = talk.submit(Search::new(SearchQuery::subject("caf\u{e9}")));
    let tag = String::from_utf8_lossy(&talk.raw)
        .lines()
        .last()
        .expect("a line")
        .split(' ')
        .next()
        .map(str::to_owned);
    talk.feed(format!("{} NO too long\r\n", tag.expect("a tag")));
    ticket.answer(talk.done()).expect_err("refused");
    assert!(!String::from_utf8_lossy(&talk.raw).contains("caf\u{e9}"));
}

fn an_empty_literal_waits_too() {
    let mut talk = Talk::selected(REV1);
    let _ticket = talk.submit(Raw::new("SEARCH BODY").expect("a command").literal(Bytes::new()));
    assert_eq!(talk.waits(), 0);
    assert!(talk.raw.ends_with(b"{0}\r\n"), "not even the CR LF behind it");
    let before = talk.raw.len();
    talk.says("* OK working");
    assert_eq!(talk.raw.len(), before);
    talk.feed("+ go on\r\n");
    assert!(talk.raw.ends_with(b"{0}\r\n\r\n"));
}

fn a_large_literal_waits() {
    for (capabilities, octets, plus) in [
        (REV1, 10, false),
        (REV2, 10, true),
        (REV2, 4096, true),
        (REV2, 4097, false),
        ("IMAP4rev1 LITERAL-", 4096, true),
        ("IMAP4rev1 LITERAL-", 4097, false),
        ("IMAP4rev1 LITERAL+", 4097, true),
        ("IMAP4rev2 LITERAL+", 100_000, true),
    ] {
        let (announcement, waits) = announced(capabilities, octets);
        let mark = if plus { "+" } else { "" };
        assert_eq!(announcement, format!("{{{octets}{mark}}}"), "{capabilities}");
        assert_eq!(waits, !plus, "{capabilities}: {octets}");
    }
}

fn a_servers_literal_has_no_plus() {
    let row = |mark: &str| {
        format!("* 1 FETCH (UID 101 ENVELOPE (NIL {{2{mark}}}\r\nhi NIL NIL NIL NIL NIL NIL NIL NIL))\r\n")
    };
    let mut strict = Talk::strict().preauth(REV2).select();
    strict.feed(row("")).is_fine();
    strict.events.clear();
    strict.feed(row("+"));
    let understood = strict.events.iter().any(|event| match event {
        OwnedEvent::Fetch { row, .. } => row.envelope().is_some_and(|envelope| envelope.parsed().is_some()),
        _ => false,
    });
    assert!(strict.error.is_some() || !understood, "a literal with a plus passes for one");
}

fn a_quoted_string_is_one_line() {
    assert_eq!(written("a \"b\" \\ c"), "\"a \\\"b\\\" \\\\ c\"");
    // A line end makes it a literal, a NUL nothing at all.
    let mut talk = Talk::selected(REV2);
    let _ticket = talk.submit(Search::new(SearchQuery::subject("a\r\nb")));
    assert!(talk.hears().ends_with("SUBJECT {4+}\r\na\r\nb"));
    talk.says("{tag} NO not today");
    talk.events.clear();
    let error = talk.refuses(Search::new(SearchQuery::subject("a\0b")));
    assert_eq!(error.requirement(), Some(r::NO_NUL_IN_TEXT), "{error}");
    assert!(MailboxName::new("a\r\nb").is_err() && MailboxName::new("a\0b").is_err());
    // A server's: escapes are undone, and an unescaped line end is the end of the line.
    let mut strict = Talk::strict().preauth(REV2);
    strict.says("* LIST () \"/\" \"a \\\"b\\\" \\\\ c\"").is_fine();
    let names: Vec<_> = strict
        .data()
        .into_iter()
        .filter_map(|data| match data {
            Data::List(entry) => Some(entry.mailbox.as_str().to_owned()),
            _ => None,
        })
        .collect();
    assert_eq!(names, ["a \"b\" \\ c"]);
    for wrong in ["* LIST () \"/\" \"a\r\nb\"\r\n", "* LIST () \"/\" \"a\\b\"\r\n"] {
        let mut strict = Talk::strict().preauth(REV2);
        strict.feed(wrong);
        assert!(strict.error.is_some(), "{wrong:?}: {:?}", strict.events);
    }
}

fn eight_bit_literals_name_their_charset() {
    let mut talk = Talk::selected(REV1);
    let _ticket = talk.submit(Search::new(SearchQuery::subject("caf\u{e9}")));
    assert_eq!(talk.hears(), "SEARCH CHARSET UTF-8 SUBJECT {5}\r\ncaf\u{e9}");
    talk.says("{tag} NO not today");
    talk.events.clear();
    // Where there is nothing to identify, nothing is said of it.
    let _ticket = talk.submit(Search::new(SearchQuery::subject("cafe")));
    assert_eq!(talk.hears(), "SEARCH SUBJECT cafe");
    talk.says("{tag} NO not today");
    talk.events.clear();
    let _ticket = talk.submit(UidSearch::new(SearchQuery::subject("a") & SearchQuery::body("\u{53f0}")));
    assert_eq!(talk.hears(), "UID SEARCH CHARSET UTF-8 SUBJECT a BODY {3}\r\n\u{53f0}");
}

fn utf8_in_quoted_strings_is_accepted() {
    let mut strict = Talk::strict().preauth(REV2).select();
    strict
        .says("* LIST () \"/\" \"\u{53f0}\u{5317}\"")
        .says("* 1 FETCH (UID 101 ENVELOPE (NIL \"caf\u{e9}\" NIL NIL NIL NIL NIL NIL NIL NIL))")
        .is_fine();
    let subject = strict.events.iter().find_map(|event| match event {
        OwnedEvent::Fetch { row, .. } => {
            row.envelope()?.parsed()?.subject().map(|text| text.text().into_owned())
        }
        _ => None,
    });
    assert_eq!(subject.as_deref(), Some("caf\u{e9}"));
    let listed = strict.data().into_iter().any(|data| match data {
        Data::List(entry) => entry.mailbox.as_str() == "\u{53f0}\u{5317}",
        _ => false,
    });
    assert!(listed);
    // What is no UTF-8 is not taken for something that is: its bytes are kept.
    let mut talk = Talk::authenticated(REV2);
    talk.feed(b"* LIST () \"/\" \"caf\xe9\"\r\n").is_fine();
    let data = talk.data();
    let [Data::List(entry)] = &data[..] else { panic!("{data:?}") };
    assert_eq!((entry.mailbox.as_str(), entry.mailbox.as_bytes()), ("caf\u{fffd}", &b"caf\xe9"[..]));
}

fn utf8_in_quoted_strings_is_sent() {
    assert_eq!(written("\u{53f0}\u{5317}"), "\"\u{53f0}\u{5317}\"");
    let mut talk = Talk::selected(REV2);
    let _ticket = talk.submit(Search::new(SearchQuery::subject("caf\u{e9}")));
    assert_eq!(talk.hears(), "SEARCH SUBJECT \"caf\u{e9}\"");
    // Not where IMAP4rev1 is spoken.
    let mut talk = Talk::authenticated(REV1);
    let _ticket = talk.submit(Create::new(mailbox("\u{53f0}\u{5317}")));
    assert_eq!(talk.hears(), "CREATE &U,BTFw-");
}

fn binary_data_go_as_literal8_or_not_at_all() {
    for capabilities in [REV2, REV1, "IMAP4rev1 BINARY"] {
        let mut talk = Talk::selected(capabilities);
        talk.refuses(Search::new(SearchQuery::body("a\0b")));
    }
    // A message with NUL is appended as a literal8, where the server has BINARY.
    assert_eq!(append(REV2, b"a\0b", true).expect("IMAP4rev2 has BINARY"), "APPEND INBOX ~{3+}\r\na\0b");
    assert!(append(REV1, b"a\0b", true).is_err(), "IMAP4rev1 has not");
    assert_eq!(append(REV2, b"a-b", false).expect("text"), "APPEND INBOX {3+}\r\na-b");
}

fn lists_are_balanced() {
    let mut talk = Talk::selected(REV2);
    let query =
        !(SearchQuery::seen() & SearchQuery::flagged()) | SearchQuery::draft() & !SearchQuery::answered();
    let _ticket = talk.submit(Search::new(query));
    let heard = talk.hears();
    let count = |bracket| heard.matches(bracket).count();
    assert!(count('(') > 0 && count('(') == count(')'), "{heard}");
    for wrong in [
        "* LIST (\\Noselect \"/\" x",
        "* LIST \\Noselect) \"/\" x",
        "* FLAGS (\\Seen",
        "* 1 FETCH (UID 101 FLAGS (\\Seen)",
    ] {
        let mut strict = Talk::strict().preauth(REV2).select();
        strict.says(wrong);
        let understood = strict.events.iter().any(|event| match event {
            OwnedEvent::Data(data) => !matches!(data, Data::Malformed { .. }),
            OwnedEvent::Fetch { .. } => true,
            _ => false,
        });
        assert!(strict.error.is_some() || !understood, "{wrong}: {:?}", strict.events);
    }
    let mut strict = Talk::strict().preauth(REV2).select();
    strict
        .says("* LIST (\\Noselect) \"/\" x\n* FLAGS (\\Seen)\n* 1 FETCH (UID 101 FLAGS (\\Seen))")
        .is_fine();
}
