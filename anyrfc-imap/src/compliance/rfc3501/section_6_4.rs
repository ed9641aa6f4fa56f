//! RFC 3501, sections 6.4.4 to 6.4.8: SEARCH, FETCH and UID.

use anyrfc_core::compliance::Check;

use super::super::{
    judge::Judge,
    rev1::{End, inline, set, uid},
};
use crate::{
    codec::command::{Fetch, Search, UidFetch, UidSearch},
    rfc3501 as r,
    types::{FetchItem, FetchItems, SearchQuery, Section, SectionText, SequenceSet},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc3501-section-6.4.4/a-charset-or-none",
        covers: &[r::SEARCH_CHARSET_MAY_BE_OMITTED],
        run: a_charset_or_none,
    },
    Check {
        name: "rfc3501-section-6.4.4/the-charset-is-utf-8",
        covers: &[r::SEARCH_CHARSET_NAMES_A_REGISTERED_ONE, r::SEARCH_CHARSET_IS_REGISTERED],
        run: the_charset_is_utf_8,
    },
    Check {
        name: "rfc3501-section-6.4.5/nested-parts-are-dotted",
        covers: &[r::NESTED_PARTS_ARE_DOTTED],
        run: nested_parts_are_dotted,
    },
    Check {
        name: "rfc3501-section-6.4.5/mime-is-of-a-part",
        covers: &[r::MIME_SPECIFIER_HAS_A_PART_NUMBER],
        run: mime_is_of_a_part,
    },
    Check {
        name: "rfc3501-section-6.4.8/a-range-to-the-end-holds-the-last",
        covers: &[r::UID_RANGE_TO_THE_END_HOLDS_THE_LAST],
        run: a_range_to_the_end_holds_the_last,
    },
];

fn searched(query: SearchQuery) -> String {
    End::selected("").asks(UidSearch::new(query), "* SEARCH\nOK done").0
}

fn a_charset_or_none() {
    assert_eq!(searched(SearchQuery::from("Smith")), "UID SEARCH FROM Smith");
    assert_eq!(searched(SearchQuery::unseen() & SearchQuery::larger(5)), "UID SEARCH UNSEEN LARGER 5");
    assert_eq!(searched(SearchQuery::from("Schmïdt")), "UID SEARCH CHARSET UTF-8 FROM {8}\r\nSchmïdt");
    // Before the keys, and once, however many of them are not ASCII.
    let three = SearchQuery::seen() & (SearchQuery::to("é") | !SearchQuery::cc("ü"));
    let text = searched(three);
    assert!(text.starts_with("UID SEARCH CHARSET UTF-8 ") && text.matches("CHARSET").count() == 1, "{text}");
    let mut end = End::selected("ESEARCH");
    let (text, _) = end.asks(Search::new(SearchQuery::body("é")), "* ESEARCH (TAG \"{tag}\")\nOK done");
    assert_eq!(text, "SEARCH RETURN (ALL) CHARSET UTF-8 BODY {2}\r\né");
}

fn the_charset_is_utf_8() {
    for text in ["é", "日本語", "\u{1F4E7}", "a\u{301}", "\u{FEFF}"] {
        let heard = searched(SearchQuery::subject(text));
        // UTF-8 is its registered name (RFC 3629, section 8), and what the octets are in.
        let expected = format!("UID SEARCH CHARSET UTF-8 SUBJECT {{{}}}\r\n{text}", text.len());
        assert_eq!(heard, expected);
    }
    assert!(!Judge::new("").accepts("a SEARCH CHARSET X-UNKNOWN TEXT a\r\n"));
    // Refused, it is told, and nothing else is tried in its place.
    let mut end = End::selected("");
    let search = UidSearch::new(SearchQuery::subject("é"));
    let error = end.asks(search, "NO [BADCHARSET (US-ASCII)] not that one").1.expect_err("refused");
    let charsets = crate::types::Code::BadCharset(vec!["US-ASCII".into()]);
    assert_eq!(error.code(), Some(&charsets));
    assert!(end.written().is_empty());
}

fn section(text: &str) -> Section {
    Section::parse(text.as_bytes()).expect("a section")
}

fn nested_parts_are_dotted() {
    let mut end = End::selected("");
    for (text, depth) in
        [("", 0), ("1", 1), ("3.1", 2), ("4.2.2.1", 4), ("4.1.MIME", 2), ("4.2.HEADER", 2), ("2.TEXT", 1)]
    {
        let section = section(text);
        assert_eq!(section.part.numbers().len(), depth);
        let fetch = Fetch::new(set("1"), FetchItems::new().peek(section.clone()));
        let reply = format!("* 1 FETCH (BODY[{text}] \"found\")\nOK done");
        let (heard, answer) = end.asks(fetch, &reply);
        assert_eq!(heard, format!("FETCH 1 (BODY.PEEK[{text}])"));
        answer.expect("fetched");
        let rows = end.rows();
        assert!(rows[0].0 && inline(&rows[0].1, &section) == b"found", "{text}");
    }
    // Another part is another part, however near.
    end.asks(
        Fetch::new(set("1"), FetchItems::new().peek(section("4.2"))),
        "* 1 FETCH (BODY[4.2.1] \"x\")\nOK done",
    )
    .1
    .expect("fetched");
    assert!(end.rows().iter().all(|(asked, _)| !asked));
    for wrong in ["0", "1.", ".1", "1..2", "1,2", "1 2", "-1", "1.0", "4294967296"] {
        assert_eq!(Section::parse(wrong.as_bytes()), None, "{wrong}");
    }
    // And the structure numbers its parts in the same way.
    let structure = "((\"text\" \"plain\" NIL NIL NIL \"7bit\" 1 1)((\"text\" \"a\" NIL NIL NIL \"7bit\" 1 1)\
         (\"text\" \"b\" NIL NIL NIL \"7bit\" 2 1) \"mixed\") \"mixed\")";
    let reply = format!("* 1 FETCH (BODYSTRUCTURE {structure})\nOK done");
    end.asks(Fetch::new(set("1"), FetchItems::new().body_structure()), &reply).1.expect("fetched");
    let rows = end.rows();
    let structure = rows[0].1.body_structure().expect("there").parsed().expect("understood");
    let subtype = |path: &str| {
        let part = structure.part(&path.parse().expect("a part"));
        part.map(|part| part.subtype().text().into_owned())
    };
    assert_eq!(subtype("1").as_deref(), Some("plain"));
    assert_eq!(subtype("2.1").as_deref(), Some("a"));
    assert_eq!((subtype("2.2").as_deref(), subtype("2.3")), (Some("b"), None));
}

fn mime_is_of_a_part() {
    let mut end = End::selected("");
    let mime = |part: &str| Section { part: part.parse().expect("a part"), text: SectionText::Mime };
    for part in ["1", "4.1"] {
        let (heard, _) = end.asks(Fetch::new(set("1"), FetchItems::new().peek(mime(part))), "OK done");
        assert_eq!(heard, format!("FETCH 1 (BODY.PEEK[{part}.MIME])"));
    }
    let error = end.refuses(Fetch::new(set("1"), FetchItems::new().peek(mime(""))));
    assert_eq!(error.kind(), crate::ErrorKind::Usage);
    assert!(!Judge::new("").accepts("a FETCH 1 BODY[MIME]\r\n"));
}

fn a_range_to_the_end_holds_the_last() {
    let mut end = End::selected("");
    // All UIDs are lower, so it is the last message that is meant.
    let items = FetchItems::from(FetchItem::Flags);
    let fetch = UidFetch::new(SequenceSet::starting_at(uid(1000)), items.clone());
    let (heard, answer) = end.asks(fetch, "* 3 FETCH (UID 15 FLAGS (\\Seen))\nOK done");
    assert_eq!(heard, "UID FETCH 1000:* (FLAGS)");
    answer.expect("fetched");
    let rows = end.rows();
    assert_eq!((rows.len(), rows[0].0, rows[0].1.uid().map(|uid| uid.get())), (1, true, Some(15)));
    // A range without an asterisk holds none but its own.
    end.asks(UidFetch::new(set("1000:2000"), items), "* 3 FETCH (UID 15 FLAGS ())\nOK done")
        .1
        .expect("fetched");
    assert!(end.rows().iter().all(|(asked, _)| !asked));
    let search = UidSearch::new(SearchQuery::uids(SequenceSet::starting_at(uid(1000))));
    let found = end.gets(search, "* SEARCH 15\nOK done");
    assert_eq!(found.all.to_string(), "15");
}
