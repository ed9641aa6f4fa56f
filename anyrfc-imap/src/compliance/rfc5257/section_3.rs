//! RFC 5257, sections 1 and 3: names, values, and whose they are.

use anyrfc_core::compliance::Check;

use super::super::rev1::{End, gated, gated_from, misused, name, set, uid};
use crate::{
    codec::command::{Append, Examine, Select, StoreAction, Stored, UidFetch, UidSearch, UidStore},
    rfc5257 as r,
    types::{
        Annotation, AnnotationScope, AnnotationsWanted, AppendOptions, EntryName, EntryPattern, FetchItems,
        Field, Flag, SearchQuery,
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5257-section-1/annotations-need-the-capability",
        covers: &[r::ANNOTATE_NEEDS_THE_CAPABILITY],
        run: annotations_need_the_capability,
    },
    Check {
        name: "rfc5257-section-3.2/names-of-entries",
        covers: &[
            r::ENTRY_HAS_NO_EMPTY_COMPONENT,
            r::ENTRY_ENDS_IN_NO_SLASH,
            r::NAMES_HAVE_NO_WILDCARD,
            r::NAMES_ARE_ASCII,
            r::FLAGS_ENTRY_IS_RESERVED,
            r::ENTRY_SYNTAX_HAS_NO_WILDCARD,
        ],
        run: names_of_entries,
    },
    Check {
        name: "rfc5257-section-3.2.1/flags-of-parts",
        covers: &[r::PART_FLAGS_HAVE_THREE_VALUES],
        run: flags_of_parts,
    },
    Check {
        name: "rfc5257-section-3.2.2/values-are-stored-with-a-suffix",
        covers: &[
            r::STORED_ATTRIBUTE_HAS_A_SUFFIX,
            r::SUFFIX_IS_EXPLICIT,
            r::SIZE_IS_READ_ONLY,
            r::ANNOTATION_IS_REMOVED_BY_NIL,
        ],
        run: values_are_stored_with_a_suffix,
    },
    Check { name: "rfc5257-section-3.2.2/texts-are-utf-8", covers: &[r::TEXT_IS_UTF8], run: texts_are_utf8 },
    Check {
        name: "rfc5257-section-3.3/both-kinds-are-handled",
        covers: &[r::BOTH_KINDS_ARE_HANDLED],
        run: both_kinds_are_handled,
    },
];

pub(super) const ANNOTATE: &str = "ANNOTATE-EXPERIMENT-1";
pub(super) const PRIVATE: AnnotationScope = AnnotationScope::Private;
pub(super) const SHARED: AnnotationScope = AnnotationScope::Shared;

pub(super) fn text(scope: AnnotationScope, text: &str) -> Annotation {
    Annotation::text(EntryName::comment(), scope, text).expect("a comment")
}

pub(super) fn store(annotations: impl Into<Vec<Annotation>>) -> UidStore {
    UidStore::new(uid(1), StoreAction::Replace, Stored::Annotations(annotations.into()))
}

pub(super) fn wanted() -> AnnotationsWanted {
    AnnotationsWanted::value(EntryName::comment())
}

fn annotations_need_the_capability() {
    let needed = [(ANNOTATE, r::ANNOTATE_NEEDS_THE_CAPABILITY)];
    let fetch = |wanted: AnnotationsWanted| {
        move || UidFetch::new(uid(1), FetchItems::new().annotations(wanted.clone()))
    };
    gated(&needed, fetch(wanted()), "UID FETCH 1 (ANNOTATION (/comment value))");
    let more = wanted().and_size().and(EntryPattern::all()).of(PRIVATE);
    gated(&needed, fetch(more), "UID FETCH 1 (ANNOTATION ((/comment /*) (value.priv size.priv)))");
    let sizes = AnnotationsWanted::size(EntryPattern::new("/1.2/%").expect("a pattern")).of(SHARED);
    gated(&needed, fetch(sizes), "UID FETCH 1 (ANNOTATION (/1.2/% size.shared))");
    let stored = || store([text(PRIVATE, "My new comment")]);
    gated(&needed, stored, "UID STORE 1 ANNOTATION (/comment (value.priv \"My new comment\"))");
    let search = || UidSearch::new(SearchQuery::annotation(EntryName::comment(), None, "IMAP4"));
    gated(&needed, search, "UID SEARCH ANNOTATION /comment value \"IMAP4\"");
    gated_from(End::rev1, &needed, || Select::new(name("a")).annotate(), "SELECT a (ANNOTATE)");
    gated_from(End::rev1, &needed, || Examine::new(name("a")).annotate(), "EXAMINE a (ANNOTATE)");
}

/// What cannot be the name of an entry does not come to be one; the judge takes all that can.
fn names_of_entries() {
    let mut end = End::selected(ANNOTATE);
    for good in ["/comment", "/altsubject", "/vendor/x/y.z", "/1.2/comment", "/flagship", "/a b", "/(\"\\"] {
        let entry = EntryName::new(good).expect("a name");
        let annotation = Annotation::none(entry.clone(), PRIVATE);
        end.asks(store([annotation]), "OK done").1.expect("stored");
        let fetch = UidFetch::new(uid(1), FetchItems::new().annotations(AnnotationsWanted::value(entry)));
        end.asks(fetch, "OK done").1.expect("fetched");
    }
    for (bad, statement) in [
        ("//comment", r::ENTRY_HAS_NO_EMPTY_COMPONENT),
        ("/vendor//x", r::ENTRY_HAS_NO_EMPTY_COMPONENT),
        ("/comment/", r::ENTRY_ENDS_IN_NO_SLASH),
        ("/", r::ENTRY_ENDS_IN_NO_SLASH),
        ("/com*", r::NAMES_HAVE_NO_WILDCARD),
        ("/%", r::NAMES_HAVE_NO_WILDCARD),
        ("/caf\u{e9}", r::NAMES_ARE_ASCII),
        ("/a\0b", r::NAMES_ARE_ASCII),
        ("/a\r\nb", r::NAMES_ARE_ASCII),
        ("/flags", r::FLAGS_ENTRY_IS_RESERVED),
        ("/flags/seen", r::FLAGS_ENTRY_IS_RESERVED),
    ] {
        misused(&EntryName::new(bad).expect_err("no name"), statement);
        if statement != r::NAMES_HAVE_NO_WILDCARD {
            misused(&EntryPattern::new(bad).expect_err("no pattern"), statement);
        }
    }
    assert!(EntryName::new("comment").is_err() && EntryName::new("").is_err());
    assert_eq!(r::ENTRY_SYNTAX_HAS_NO_WILDCARD.rfc, 5257);
}

fn flags_of_parts() {
    let mut end = End::selected(ANNOTATE);
    let entry = |name: &str| EntryName::new(name).expect("a name");
    for flag in ["/1/flags/seen", "/1.2.3/flags/answered", "/2/flags/flagged", "/2/flags/forwarded"] {
        for (value, sent) in [("1", "\"1\""), ("0", "\"0\"")] {
            let annotation = Annotation::text(entry(flag), SHARED, value).expect("a value");
            let (heard, _) = end.asks(store([annotation]), "OK done");
            assert_eq!(heard, format!("UID STORE 1 ANNOTATION ({flag} (value.shared {sent}))"));
        }
        let (heard, _) = end.asks(store([Annotation::none(entry(flag), SHARED)]), "OK done");
        assert_eq!(heard, format!("UID STORE 1 ANNOTATION ({flag} (value.shared NIL))"));
        for bad in ["", "2", "true", "01", "1 ", "NIL"] {
            let error = Annotation::text(entry(flag), SHARED, bad).expect_err("no value");
            misused(&error, r::PART_FLAGS_HAVE_THREE_VALUES);
        }
    }
    // No flag of a part is called so.
    for other in ["/1/comment", "/1/flags/seen/x", "/comment", "/vendor/x/flags/seen"] {
        Annotation::text(entry(other), SHARED, "anything").expect("a value");
    }
}

fn values_are_stored_with_a_suffix() {
    let mut end = End::selected(ANNOTATE);
    let mut sent = |annotations: Vec<Annotation>| {
        let (heard, answer) = end.asks(store(annotations), "OK done");
        answer.expect("stored");
        heard
    };
    assert_eq!(
        sent(vec![text(PRIVATE, "mine"), text(SHARED, "ours")]),
        "UID STORE 1 ANNOTATION (/comment (value.priv \"mine\" value.shared \"ours\"))"
    );
    let subject = |value| Annotation::text(EntryName::alternative_subject(), PRIVATE, value).expect("one");
    assert_eq!(
        sent(vec![
            text(PRIVATE, "Get tix"),
            subject("Wots On"),
            Annotation::none(EntryName::comment(), SHARED)
        ]),
        "UID STORE 1 ANNOTATION (/comment (value.priv \"Get tix\" value.shared NIL) /altsubject (value.priv \"Wots On\"))"
    );
    // The text NIL is no NIL, and nothing is a text of no octets.
    assert_eq!(sent(vec![text(SHARED, "NIL")]), "UID STORE 1 ANNOTATION (/comment (value.shared \"NIL\"))");
    assert_eq!(sent(vec![text(SHARED, "")]), "UID STORE 1 ANNOTATION (/comment (value.shared \"\"))");
    let octets = Annotation::octets(EntryName::comment(), PRIVATE, &b"a\0b"[..]).expect("octets");
    assert_eq!(sent(vec![octets]), "UID STORE 1 ANNOTATION (/comment (value.priv ~{3}\r\na\0b))");
    // With a message that is appended.
    let options = AppendOptions::new().flag(Flag::Draft).annotation(text(PRIVATE, "not yet"));
    let append = || Append::new(name("drafts"), options.clone(), 3);
    let mut other = End::rev1(ANNOTATE);
    other.message = b"abc".to_vec();
    let (heard, answer) = other.asks(append(), "OK done");
    answer.expect("appended");
    assert_eq!(heard, "APPEND drafts (\\Draft) ANNOTATION (/comment (value.priv \"not yet\")) {3}\r\nabc");
    let error = End::rev1("").refuses(append());
    assert_eq!(error.requirement(), Some(r::ANNOTATE_NEEDS_THE_CAPABILITY));
    // Nothing is added to an annotation, or taken from it.
    for action in [StoreAction::Add, StoreAction::Remove] {
        let stored = Stored::Annotations(vec![text(PRIVATE, "x")]);
        end.refuses(UidStore::new(uid(1), action, stored));
    }
    end.refuses(store([]));
}

fn texts_are_utf8() {
    for capabilities in [ANNOTATE.to_owned(), format!("{ANNOTATE} LITERAL+")] {
        let mut end = End::selected(&capabilities);
        let (heard, _) = end.asks(store([text(PRIVATE, "caf\u{e9} \u{1f600}")]), "OK done");
        assert!(heard.ends_with("}\r\ncaf\u{e9} \u{1f600}))"), "{heard:?}");
    }
    let mut end = End::selected(ANNOTATE);
    let search = UidSearch::new(SearchQuery::annotation(EntryPattern::all(), SHARED, "caf\u{e9}"));
    let (heard, _) = end.asks(search, "* SEARCH\nOK done");
    assert_eq!(heard, "UID SEARCH CHARSET UTF-8 ANNOTATION /* value.shared {5}\r\ncaf\u{e9}");
}

/// Told, asked for and stored alike.
fn both_kinds_are_handled() {
    let mut end = End::selected(ANNOTATE);
    let fetch = UidFetch::new(set("11"), FetchItems::new().annotations(wanted().and_size()));
    let told = "(/comment (value.priv \"mine\" value.shared \"ours\" size.priv \"4\" size.shared \"4\"))";
    end.gets(fetch, &format!("* 1 FETCH (UID 11 ANNOTATION {told})\nOK done"));
    let rows = end.rows();
    let Some(Field::Parsed(annotations)) = rows.first().and_then(|(_, row)| row.annotations()) else {
        panic!("{rows:?}")
    };
    for (scope, value, suffix) in [(PRIVATE, "mine", "priv"), (SHARED, "ours", "shared")] {
        let told = annotations.value("/comment", scope).flatten().expect("told");
        assert_eq!(
            (told, annotations.size("/comment", scope)),
            (crate::types::StringRef::new(value.as_bytes(), false), Some(4))
        );
        let (heard, _) = end.asks(store([text(scope, value)]), "OK done");
        assert_eq!(heard, format!("UID STORE 1 ANNOTATION (/comment (value.{suffix} \"{value}\"))"));
        let fetch = UidFetch::new(uid(1), FetchItems::new().annotations(wanted().of(scope)));
        let (heard, _) = end.asks(fetch, "OK done");
        assert_eq!(heard, format!("UID FETCH 1 (ANNOTATION (/comment value.{suffix}))"));
    }
}
