//! RFC 3501, section 4: data formats.

use anyrfc_core::{ErrorKind, compliance::Check};
use bytes::Bytes;

use super::super::{
    judge::Judge,
    rev1::{End, inline, misused, name, set},
};
use crate::{
    codec::command::{
        Append, Create, Fetch, Noop, Search, Status, StatusItems, StoreAction, UidFetch, UidSearch, UidStore,
    },
    proto::Report,
    rfc3501 as r,
    types::{AppendForm, AppendOptions, FetchItems, Flag, Partial, SearchQuery, Section, Verbatim},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc3501-section-4.1/atoms-hold-no-specials",
        covers: &[r::ATOMS_HOLD_NO_SPECIALS],
        run: atoms_hold_no_specials,
    },
    Check {
        name: "rfc3501-section-4.2/numbers-are-digits",
        covers: &[r::NUMBERS_ARE_DIGITS],
        run: numbers_are_digits,
    },
    Check {
        name: "rfc3501-section-4.3/a-literal-has-the-announced-length",
        covers: &[r::LITERAL_HAS_THE_ANNOUNCED_LENGTH],
        run: a_literal_has_the_announced_length,
    },
    Check {
        name: "rfc3501-section-4.3/a-literal-waits",
        covers: &[r::SYNCHRONIZING_LITERAL_WAITS],
        run: a_literal_waits,
    },
    Check {
        name: "rfc3501-section-4.3/an-empty-literal-waits-too",
        covers: &[r::EMPTY_LITERAL_WAITS_TOO],
        run: an_empty_literal_waits_too,
    },
    Check {
        name: "rfc3501-section-4.3/a-quoted-string-is-one-line",
        covers: &[r::QUOTED_STRING_IS_ONE_LINE],
        run: a_quoted_string_is_one_line,
    },
    Check {
        name: "rfc3501-section-4.3.1/8-bit-goes-in-literals-of-a-known-charset",
        covers: &[r::LITERALS_MAY_HOLD_8_BIT, r::CHARSET_OF_8_BIT_LITERALS_IS_IDENTIFIED],
        run: eight_bit_goes_in_literals_of_a_known_charset,
    },
    Check {
        name: "rfc3501-section-4.3.1/binary-data-are-not-sent-as-they-are",
        covers: &[r::BINARY_DATA_ARE_ENCODED],
        run: binary_data_are_not_sent_as_they_are,
    },
    Check {
        name: "rfc3501-section-4.4/lists-are-balanced",
        covers: &[r::LISTS_ARE_BALANCED],
        run: lists_are_balanced,
    },
];

/// The argument that a command's text ends with, and whether it is an atom.
fn argument(text: &str, command: &str) -> (String, bool) {
    let rest = text.strip_prefix(command).expect("the command");
    (rest.to_owned(), !rest.starts_with(['"', '{']))
}

fn atoms_hold_no_specials() {
    let mut end = End::selected("");
    for c in (b' '..=b'~').map(char::from) {
        let special = "(){ %*\"\\".contains(c);
        // As a string, whatever it is: an atom only of what atoms are made of.
        let (text, _) = end.asks(UidSearch::new(SearchQuery::subject(format!("a{c}b"))), "* SEARCH\nOK done");
        let (written, is_atom) = argument(&text, "UID SEARCH SUBJECT ");
        assert!(!is_atom || (!special && written == format!("a{c}b")), "{text}");
        assert!(is_atom || !c.is_ascii_alphanumeric(), "{text}");
        // As a flag: there it has to be an atom.
        let flag = Flag::from(format!("a{c}b").as_str());
        match end.connection.submit(UidStore::new(set("1"), StoreAction::Add, flag)) {
            Ok(_ticket) => {
                // The judge knows no bracket in an atom, but servers hand out such keywords.
                if c != ']' {
                    end.hears_one();
                } else {
                    end.written();
                }
                assert!(!special, "{c}");
                end.says("OK done");
                end = End::selected("");
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Usage);
                assert!(special || c == ']', "{c}");
            }
        }
    }
    for flag in ["", "\\", "a b", "é", "\u{7F}", "a\r\nb"] {
        let error = end.refuses(UidStore::new(set("1"), StoreAction::Add, Flag::from(flag)));
        assert_eq!(error.kind(), ErrorKind::Usage, "{flag:?}");
    }
    // From a server: what an atom cannot hold ends it, and the rest makes no sense.
    end.events.clear();
    end.says("* FLAGS (\\Seen a{b)\n* FLAGS (\\Seen)");
    assert_eq!(end.connection.mailbox().map(|mailbox| mailbox.flags.clone()), Some(vec![Flag::Seen]));
}

fn numbers_are_digits() {
    let mut end = End::selected("");
    for (size, written) in [(0, "0"), (10, "10"), (u64::from(u32::MAX), "4294967295")] {
        let (text, _) = end.asks(UidSearch::new(SearchQuery::larger(size)), "* SEARCH\nOK done");
        assert_eq!(text, format!("UID SEARCH LARGER {written}"));
    }
    for size in [1 << 32, i64::MAX as u64, u64::MAX] {
        for query in [SearchQuery::larger(size), SearchQuery::smaller(size)] {
            assert_eq!(end.refuses(UidSearch::new(query)).kind(), ErrorKind::Usage, "{size}");
        }
    }
    let partial = |offset| {
        let partial = Partial::new(offset, 10).expect("octets");
        UidFetch::new(set("1"), FetchItems::new().peek_partial(Section::all(), partial))
    };
    assert_eq!(end.asks(partial(u32::MAX.into()), "OK done").0, "UID FETCH 1 (BODY.PEEK[]<4294967295.10>)");
    assert_eq!(end.refuses(partial(1 << 32)).kind(), ErrorKind::Usage);
    let append = Append::new(name("a"), AppendOptions::new(), 1 << 32);
    misused(&end.refuses(append), r::NUMBERS_ARE_DIGITS);
    // From a server.
    for (number, value) in [("4", 4), ("0", 0), ("4294967295", u32::MAX), ("007", 7)] {
        end.says(&format!("* {number} EXISTS"));
        assert_eq!(end.connection.mailbox().map(|mailbox| mailbox.exists), Some(value), "{number}");
    }
    end.says("* 9 EXISTS");
    for number in ["4294967296", "99999999999999999999", "-1", "+1", "1e3", "0x10", "1.0", "1,000", ""] {
        end.says(&format!("* {number} EXISTS"));
        assert_eq!(end.connection.mailbox().map(|mailbox| mailbox.exists), Some(9), "{number}");
        let status = format!("* STATUS a (MESSAGES {number} UNSEEN 2)\nOK done");
        let status = end.gets(Status::new(name("a"), StatusItems::common()), &status);
        assert_eq!(status.messages, None, "{number}");
    }
}

fn a_literal_has_the_announced_length() {
    // Ours: octets, not characters.
    let mut end = End::selected("");
    let (text, _) = end.asks(UidSearch::new(SearchQuery::body("é€\r\n")), "* SEARCH\nOK done");
    assert_eq!(text, "UID SEARCH CHARSET UTF-8 BODY {7}\r\né€\r\n");
    let append = |octets| Append::new(name("a"), AppendOptions::new(), octets);
    let ticket = end.submits(append(10));
    end.written();
    end.says("+ go ahead");
    let id = ticket.id();
    assert!(end.events.iter().any(|event| matches!(event, Report::Literal(literal) if *literal == id)));
    end.events.clear();
    assert_eq!(end.connection.feed(id, Bytes::from_static(b"1234")).expect("wanted"), 6);
    assert_eq!(end.written(), b"1234", "and no end of the command yet");
    let error = end.connection.feed(id, Bytes::from_static(b"1234567")).expect_err("one too many");
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert_eq!(end.connection.feed(id, Bytes::from_static(b"567890")).expect("wanted"), 0);
    assert_eq!(end.written(), b"567890\r\n");
    assert!(end.connection.feed(id, Bytes::from_static(b"x")).is_err());
    // The server's: exactly so many octets, whatever they look like.
    for body in ["", "a", "a)\r\n* 9 EXISTS\r\n", "{5}\r\nhello", "x OK done\r\n", ")))\r\n((("] {
        let mut end = End::selected("");
        let fetch = UidFetch::new(set("11"), FetchItems::new().peek(Section::text()).flags());
        let (ticket, heard) = end.sends(fetch);
        let row = format!("* 1 FETCH (UID 11 BODY[TEXT] {{{}}}\r\n{body} FLAGS (\\Seen))\r\n", body.len());
        // In pieces of every size, too.
        for piece in row.as_bytes().chunks(3) {
            end.says_octets(piece);
        }
        end.says_octets(format!("{} OK done\r\n", heard.tag).as_bytes());
        end.answer(ticket).expect("fetched");
        let rows = end.rows();
        assert_eq!((rows.len(), inline(&rows[0].1, &Section::text())), (1, body.as_bytes().to_vec()));
        assert_eq!(end.connection.mailbox().map(|mailbox| mailbox.exists), Some(3), "{body:?}");
    }
}

fn a_literal_waits() {
    let mut end = End::selected("");
    let search = end.submits(UidSearch::new(SearchQuery::text("a\nb") & SearchQuery::seen()));
    assert!(end.written().ends_with(b" UID SEARCH TEXT {3}\r\n"));
    for other in ["* 4 EXISTS", "* OK + is no request here", "* NO x"] {
        end.says(other);
        assert_eq!(end.written(), b"", "{other}");
    }
    end.says("+ go ahead");
    assert_eq!(end.written(), b"a\nb SEEN\r\n");
    drop(search);
    // A refusal instead: nothing of it is sent.
    let mut end = End::selected("");
    let search = end.submits(UidSearch::new(SearchQuery::text("a\nb")));
    let begun = String::from_utf8(end.written()).expect("ASCII");
    let tag = begun.split(' ').next().expect("a tag");
    end.says_octets(format!("{tag} BAD too long\r\n").as_bytes());
    assert!(end.answer(search).is_err());
    end.is_idle_and_well();
}

fn an_empty_literal_waits_too() {
    let mut end = End::rev1("");
    let append = end.submits(Append::new(name("a"), AppendOptions::new(), 0));
    assert!(end.written().ends_with(b" APPEND a {0}\r\n"), "without even the end of the line");
    end.says("* OK wait");
    assert_eq!(end.written(), b"");
    end.says("+ go ahead");
    assert_eq!(end.written(), b"\r\n");
    drop(append);
}

fn a_quoted_string_is_one_line() {
    let mut end = End::selected("");
    for (text, written) in [
        ("", "\"\""),
        ("a b", "\"a b\""),
        ("say \"hi\"", "\"say \\\"hi\\\"\""),
        ("back\\slash", "\"back\\\\slash\""),
        ("a\rb", "{3}\r\na\rb"),
        ("a\nb", "{3}\r\na\nb"),
    ] {
        let (heard, _) = end.asks(UidSearch::new(SearchQuery::subject(text)), "* SEARCH\nOK done");
        assert_eq!(heard, format!("UID SEARCH SUBJECT {written}"));
    }
    let (heard, _) = end.asks(UidSearch::new(SearchQuery::subject("é")), "* SEARCH\nOK done");
    assert!(!heard.contains('"'), "an 8-bit character in quotes: {heard}");
    // From a server.
    let envelope = |subject: &str| {
        let mut end = End::selected("");
        let fetch = Fetch::new(set("1"), FetchItems::new().envelope());
        let row = format!("* 1 FETCH (ENVELOPE (NIL {subject} NIL NIL NIL NIL NIL NIL NIL NIL))\nOK done");
        let (_, answer) = end.asks(fetch, &row);
        answer.expect("fetched");
        let rows = end.rows();
        let envelope = rows.first()?.1.envelope()?.parsed()?;
        envelope.subject().map(|text| text.bytes().into_owned())
    };
    assert_eq!(envelope("\"say \\\"hi\\\" \\\\\""), Some(b"say \"hi\" \\".to_vec()));
    assert_eq!(envelope("NIL"), None);
    assert_eq!(envelope("\"without end"), None, "a string that does not end in its line");
}

fn eight_bit_goes_in_literals_of_a_known_charset() {
    let mut end = End::selected("");
    let (text, _) = end.asks(Search::new(SearchQuery::from("Ångström")), "* SEARCH\nOK done");
    assert_eq!(text, "SEARCH CHARSET UTF-8 FROM {10}\r\nÅngström");
    let both = SearchQuery::header("X-A", "ß") & SearchQuery::to("plain");
    let (text, _) = end.asks(UidSearch::new(both), "* SEARCH\nOK done");
    assert_eq!(text, "UID SEARCH CHARSET UTF-8 HEADER X-A {2}\r\nß TO plain");
    // Without need no charset is named.
    let (text, _) = end.asks(UidSearch::new(SearchQuery::from("Angstrom")), "* SEARCH\nOK done");
    assert_eq!(text, "UID SEARCH FROM Angstrom");
    // The judge takes no 8-bit text without one.
    assert!(!Judge::new("").accepts("a SEARCH FROM {2}\r\né\r\n"));
}

fn binary_data_are_not_sent_as_they_are() {
    let mut end = End::selected("");
    for text in ["\0", "a\0b", "\r\n\0"] {
        assert_eq!(end.refuses(UidSearch::new(SearchQuery::body(text))).kind(), ErrorKind::Usage, "{text:?}");
    }
    // A message with binary parts has a form of its own, which says so and needs BINARY.
    let binary = || Append::new(name("a"), AppendOptions::new().form(AppendForm::Binary), 3);
    assert_eq!(End::rev1("").refuses(binary()).kind(), ErrorKind::Unsupported);
    let mut end = End::rev1("BINARY");
    end.message = b"a\0b".to_vec();
    assert_eq!(end.sends(binary()).1.text(), "APPEND a ~{3}\r\na\0b");
    assert!(!Judge::new("").accepts("a APPEND a {3}\r\na\0b\r\n"));
}

fn lists_are_balanced() {
    for text in ["PREVIEW (LAZY", "PREVIEW )LAZY", "((A)", "A \"(\" (", "X)("] {
        assert_eq!(Verbatim::new(text).expect_err("not balanced").kind(), ErrorKind::Usage, "{text}");
        assert!(FetchItems::new().custom(text).is_err(), "{text}");
    }
    assert!(Verbatim::new("PREVIEW (LAZY (A \")\"))").is_ok());
    // From a server: the row that is not balanced, and no other, is not understood.
    let mut end = End::selected("");
    let fetch = Fetch::new(set("1:3"), FetchItems::new().flags().size());
    let rows = "* 1 FETCH (FLAGS (\\Seen RFC822.SIZE 5\n* 2 FETCH (FLAGS () RFC822.SIZE 7)\n* 3 FETCH FLAGS ())\nOK done";
    end.gets(fetch, rows);
    let sizes: Vec<_> = end.rows().iter().filter_map(|(_, row)| row.size()?.parsed()).collect();
    assert_eq!(sizes, [7]);
    end.gets(Noop, "OK done");
    assert_eq!(end.asks(Create::new(name("(")), "OK done").0, "CREATE \"(\"");
}
