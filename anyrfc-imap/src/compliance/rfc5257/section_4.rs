//! RFC 5257, sections 4 and 5: what a mailbox can do, and what is told of its annotations.

use anyrfc_core::{ErrorKind, Requirement, compliance::Check};

use super::{
    super::rev1::{End, SELECTED, gated, misused, name, set, uid},
    section_3::{ANNOTATE, PRIVATE, SHARED, store, text, wanted},
};
use crate::{
    codec::command::{Examine, Select, UidFetch, UidSearch, UidSort},
    rfc5257 as r,
    types::{
        AnnotationScope, AnnotationSupport, Annotations, Code, EntryName, EntryPattern, FetchItems, FetchRow,
        Field, SearchQuery, SortKey, SortOrder, Uid,
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5257-section-4.1/a-mailbox-without-annotations",
        covers: &[r::NONE_FORBIDS_ANNOTATIONS, r::SELECT_GETS_ANNOTATIONS],
        run: a_mailbox_without_annotations,
    },
    Check {
        name: "rfc5257-section-4.1/annotations-that-can-only-be-read",
        covers: &[r::READ_ONLY_FORBIDS_STORING],
        run: annotations_that_can_only_be_read,
    },
    Check {
        name: "rfc5257-section-4.1/shared-annotations-alone",
        covers: &[r::NOPRIVATE_LEAVES_SHARED_ONES, r::PRIVATE_VALUE_MAY_BE_NIL],
        run: shared_annotations_alone,
    },
    Check {
        name: "rfc5257-section-4.1/values-have-a-largest-size",
        covers: &[r::LARGER_VALUES_ARE_NOT_STORED, r::WRITABLE_ANNOTATIONS_HAVE_A_SIZE],
        run: values_have_a_largest_size,
    },
    Check {
        name: "rfc5257-section-4.2/annotate-is-given-each-time",
        covers: &[r::ANNOTATE_IS_GIVEN_EACH_TIME],
        run: annotate_is_given_each_time,
    },
    Check {
        name: "rfc5257-section-4.4/names-alone",
        covers: &[r::ANNOTATION_MAY_BE_NAMES],
        run: names_alone,
    },
    Check {
        name: "rfc5257-section-4.5/what-is-stored-is-not-told",
        covers: &[
            r::STORED_ANNOTATION_GETS_NO_FETCH,
            r::TOO_LARGE_VALUE_GETS_TOOBIG,
            r::TOO_MANY_ANNOTATIONS_GET_TOOMANY,
        ],
        run: what_is_stored_is_not_told,
    },
    Check {
        name: "rfc5257-section-4.8/searches-are-by-value",
        covers: &[r::SEARCHED_ATTRIBUTE_IS_A_VALUE, r::ENTRY_MATCH_MAY_HAVE_WILDCARDS],
        run: searches_are_by_value,
    },
    Check {
        name: "rfc5257-section-4.9/sorts-are-by-value-and-need-sort",
        covers: &[
            r::SORTING_NEEDS_SORT,
            r::SORTED_ATTRIBUTE_HAS_A_SUFFIX,
            r::SORTED_ATTRIBUTE_IS_A_VALUE,
            r::SORTED_ENTRY_HAS_NO_WILDCARD,
        ],
        run: sorts_are_by_value_and_need_sort,
    },
    Check {
        name: "rfc5257-section-5/tokens-ignore-case",
        covers: &[r::TOKENS_IGNORE_CASE],
        run: tokens_ignore_case,
    },
];

/// With a mailbox selected that can do so much.
fn supporting(support: &str) -> End {
    let mut end = End::rev1(ANNOTATE);
    let reply = format!("* OK [ANNOTATIONS {support}] so much\n{SELECTED}");
    end.gets(Select::new(name("a")), &reply);
    end.events.clear();
    end
}

fn fetch(scope: Option<AnnotationScope>) -> UidFetch {
    let wanted = wanted();
    let wanted = if let Some(scope) = scope { wanted.of(scope) } else { wanted };
    UidFetch::new(uid(1), FetchItems::new().flags().annotations(wanted))
}

fn search(scope: Option<AnnotationScope>) -> UidSearch {
    UidSearch::new(SearchQuery::seen() & !SearchQuery::annotation(EntryName::comment(), scope, "x"))
}

/// Everything that reads and everything that stores them, by scope: whether it is refused, and why.
#[track_caller]
fn tried(end: &mut End, statement: &'static Requirement, reads: [bool; 3], stores: [bool; 2]) {
    let refused = |error: &crate::Error| {
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error:?}");
        assert_eq!(error.requirement(), Some(statement), "{error:?}");
    };
    for (scope, allowed) in [None, Some(PRIVATE), Some(SHARED)].into_iter().zip(reads) {
        if allowed {
            end.asks(fetch(scope), "OK done").1.expect("fetched");
            end.asks(search(scope), "* SEARCH\nOK done").1.expect("searched");
        } else {
            refused(&end.refuses(fetch(scope)));
            refused(&end.refuses(search(scope)));
        }
    }
    for (scope, allowed) in [PRIVATE, SHARED].into_iter().zip(stores) {
        if allowed {
            end.asks(store([text(scope, "x")]), "OK done").1.expect("stored");
        } else {
            refused(&end.refuses(store([text(scope, "x")])));
        }
    }
}

fn a_mailbox_without_annotations() {
    tried(&mut supporting("NONE"), r::NONE_FORBIDS_ANNOTATIONS, [false; 3], [false; 2]);
    tried(&mut supporting("1024"), r::NONE_FORBIDS_ANNOTATIONS, [true; 3], [true; 2]);
    // One mailbox says nothing of another; where nothing is said, the server decides.
    let mut end = supporting("NONE");
    end.gets(Select::new(name("b")), SELECTED);
    tried(&mut end, r::NONE_FORBIDS_ANNOTATIONS, [true; 3], [true; 2]);
    let told = end.gets(Examine::new(name("a")), &format!("* OK [ANNOTATIONS NONE] none\n{SELECTED}"));
    assert_eq!(told.annotations, Some(AnnotationSupport::None));
    tried(&mut end, r::NONE_FORBIDS_ANNOTATIONS, [false; 3], [false; 2]);
}

fn annotations_that_can_only_be_read() {
    tried(&mut supporting("READ-ONLY"), r::READ_ONLY_FORBIDS_STORING, [true; 3], [false; 2]);
}

fn shared_annotations_alone() {
    let only_shared = [false, false, true];
    tried(&mut supporting("20480 NOPRIVATE"), r::NOPRIVATE_LEAVES_SHARED_ONES, only_shared, [false, true]);
    let mut end = supporting("READ-ONLY NOPRIVATE");
    assert_eq!(
        end.connection.mailbox().and_then(|mailbox| mailbox.annotations),
        Some(AnnotationSupport::ReadOnly { private: false })
    );
    // A server may tell of private ones all the same.
    let reply = "* 1 FETCH (UID 1 ANNOTATION (/comment (value.priv NIL value.shared \"x\")))\nOK done";
    end.gets(fetch(Some(SHARED)), reply);
    let row = row(&mut end);
    assert_eq!(annotations(&row).value("/comment", PRIVATE), Some(None));
    assert!(annotations(&row).value("/comment", SHARED).flatten().is_some());
}

fn values_have_a_largest_size() {
    for (largest, private) in [(1024_usize, true), (20_480, true), (20_480, false)] {
        let more = if private { "" } else { " NOPRIVATE" };
        let mut end = supporting(&format!("{largest}{more}"));
        let largest_told = u32::try_from(largest).expect("small");
        assert_eq!(
            end.connection.mailbox().and_then(|mailbox| mailbox.annotations),
            Some(AnnotationSupport::Writable { largest: largest_told, private })
        );
        let of = |octets: usize| store([text(SHARED, "small"), text(SHARED, &"x".repeat(octets))]);
        end.asks(of(largest), "OK done").1.expect("stored");
        let error = end.refuses(of(largest + 1));
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert_eq!(error.requirement(), Some(r::LARGER_VALUES_ARE_NOT_STORED));
        // Octets count, and not characters.
        let error = end.refuses(store([text(SHARED, &"\u{e9}".repeat(largest / 2 + 1))]));
        assert_eq!(error.requirement(), Some(r::LARGER_VALUES_ARE_NOT_STORED));
    }
    for odd in ["0", "-1", "x", "20480 PRIVATE", "20480 NOPRIVATE NOPRIVATE", "", "99999999999999999999999"] {
        let end = supporting(odd);
        assert_eq!(end.connection.mailbox().and_then(|mailbox| mailbox.annotations), None, "{odd}");
    }
}

fn annotate_is_given_each_time() {
    let mut end = End::rev1(ANNOTATE);
    for (annotate, sent) in
        [(true, "SELECT a (ANNOTATE)"), (false, "SELECT a"), (true, "SELECT a (ANNOTATE)")]
    {
        let select = Select::new(name("a"));
        let select = if annotate { select.annotate() } else { select };
        let (heard, answer) = end.asks(select, SELECTED);
        answer.expect("selected");
        assert_eq!(heard, sent);
    }
    let (heard, _) = end.asks(Examine::new(name("b")).annotate(), SELECTED);
    assert_eq!(heard, "EXAMINE b (ANNOTATE)");
}

#[track_caller]
fn row(end: &mut End) -> FetchRow {
    let mut rows = end.rows();
    assert_eq!(rows.len(), 1);
    rows.remove(0).1
}

#[track_caller]
fn annotations(row: &FetchRow) -> Annotations<'_> {
    match row.annotations() {
        Some(Field::Parsed(annotations)) => annotations,
        other => panic!("{other:?}"),
    }
}

/// Somebody else has changed an entry: its name is all that comes.
fn names_alone() {
    let mut end = supporting("1024");
    for (told, names) in [
        ("(/comment)", &["/comment"][..]),
        ("(/comment \"/a b\")", &["/comment", "/a b"]),
        ("()", &[]),
        ("(/comment /1/comment /vendor/x)", &["/comment", "/1/comment", "/vendor/x"]),
    ] {
        end.says(&format!("* 1 FETCH (FLAGS (\\Seen) ANNOTATION {told})"));
        let row = row(&mut end);
        let found: Vec<_> =
            annotations(&row).map(|entry| (entry.name().to_string(), entry.is_name_alone())).collect();
        let expected: Vec<_> = names.iter().map(|name| ((*name).to_owned(), true)).collect();
        assert_eq!(found, expected, "{told}");
    }
    end.gets(fetch(None), "* 1 FETCH (UID 1 ANNOTATION (/a (value.priv \"1\") /b /c ()))\nOK done");
    let mixed = row(&mut end);
    let found: Vec<_> = annotations(&mixed).map(|entry| entry.is_name_alone()).collect();
    assert_eq!(found, [false, true, false]);
    for odd in
        ["NIL", "\"/comment\"", "(/comment (value.priv))", "((value.priv \"x\"))", "(/a (x (y)))", "(NIL)"]
    {
        end.says(&format!("* 1 FETCH (ANNOTATION {odd} FLAGS ())"));
        let row = row(&mut end);
        assert!(matches!(row.annotations(), Some(Field::Malformed { .. })), "{odd}");
        assert!(row.flags().is_some_and(|flags| flags.parsed().is_some()), "{odd}");
    }
}

fn what_is_stored_is_not_told() {
    let mut end = supporting("1024");
    let (heard, answer) = end.asks(store([text(PRIVATE, "x")]), "OK done");
    assert!(!heard.contains("SILENT"), "{heard}");
    assert_eq!(answer.expect("stored").modified.len(), 0);
    // Where a server tells all the same, that is news of its own.
    end.gets(store([text(PRIVATE, "y")]), "* 1 FETCH (ANNOTATION (/comment (value.priv \"y\")))\nOK done");
    assert_eq!(end.rows().iter().map(|(asked, _)| *asked).collect::<Vec<_>>(), [false]);
    for (code, expected) in [
        ("ANNOTATE TOOBIG", Code::AnnotateTooBig),
        ("annotate toobig", Code::AnnotateTooBig),
        ("ANNOTATE TOOMANY", Code::AnnotateTooMany),
    ] {
        let error = end.asks(store([text(PRIVATE, "x")]), &format!("NO [{code}] no")).1.expect_err("refused");
        assert_eq!(error.code(), Some(&expected));
    }
    let error = end.asks(store([text(PRIVATE, "x")]), "NO [ANNOTATE WHAT] no").1.expect_err("refused");
    assert!(matches!(error.code(), Some(Code::Other { name, .. }) if name == "ANNOTATE"));
    end.gets(UidFetch::new(set("11"), FetchItems::new().flags()), "OK done");
}

fn searches_are_by_value() {
    let mut end = supporting("1024");
    let pattern = |text: &str| EntryPattern::new(text).expect("a pattern");
    for (entries, scope, sent) in [
        ("/comment", None, "/comment value"),
        ("*", Some(PRIVATE), "* value.priv"),
        ("/%", Some(SHARED), "/% value.shared"),
        ("/vendor/*/a b", None, "\"/vendor/*/a b\" value"),
    ] {
        let query = SearchQuery::annotation(pattern(entries), scope, "IMAP4");
        let (heard, found) = end.asks(UidSearch::new(query), "* SEARCH 2 3\nOK done");
        assert_eq!(heard, format!("UID SEARCH ANNOTATION {sent} \"IMAP4\""));
        assert_eq!(found.expect("found").all.to_string(), "2:3");
    }
}

/// The judge takes no wildcard in what is sorted by, and no attribute without its suffix.
fn sorts_are_by_value_and_need_sort() {
    let key = |scope| SortKey::Annotation(EntryName::alternative_subject(), scope);
    let shared = || UidSort::new(key(SHARED), SearchQuery::all());
    let sent = "UID SORT (ANNOTATION /altsubject value.shared) UTF-8 ALL";
    gated(
        &[(ANNOTATE, r::ANNOTATE_NEEDS_THE_CAPABILITY), ("SORT", crate::rfc5256::SORT_NEEDS_THE_CAPABILITY)],
        shared,
        sent,
    );
    let mut end = End::selected(&format!("{ANNOTATE} SORT=DISPLAY"));
    let error = end.refuses(shared());
    assert_eq!(error.requirement(), Some(r::SORTING_NEEDS_SORT));
    let mut end = End::selected(&format!("{ANNOTATE} SORT"));
    let order = SortOrder::by(SortKey::Size).then_reversed(key(PRIVATE)).then(key(SHARED));
    let (heard, found) = end.asks(UidSort::new(order, SearchQuery::all()), "* SORT 12 11\nOK done");
    let keys = "SIZE REVERSE ANNOTATION /altsubject value.priv ANNOTATION /altsubject value.shared";
    assert_eq!(heard, format!("UID SORT ({keys}) UTF-8 ALL"));
    assert_eq!(found.expect("sorted").all.iter().map(Uid::get).collect::<Vec<_>>(), [12, 11]);
    let odd = EntryName::new("/a (b)").expect("a name");
    let sort = UidSort::new(SortKey::Annotation(odd, PRIVATE), SearchQuery::all());
    let (heard, _) = end.asks(sort, "* SORT\nOK done");
    assert_eq!(heard, "UID SORT (ANNOTATION \"/a (b)\" value.priv) UTF-8 ALL");
    // A name without wildcards is all that it can be made with.
    for wild in ["/*", "/%", "/comment*"] {
        misused(&EntryName::new(wild).expect_err("no name"), r::NAMES_HAVE_NO_WILDCARD);
    }
    // Private ones, in a mailbox that has none.
    let reply = format!("* OK [ANNOTATIONS 1024 NOPRIVATE] so much\n{SELECTED}");
    end.gets(Select::new(name("a")), &reply);
    let error = end.refuses(UidSort::new(key(PRIVATE), SearchQuery::all()));
    assert_eq!(error.requirement(), Some(r::NOPRIVATE_LEAVES_SHARED_ONES));
}

fn tokens_ignore_case() {
    let mut end = End::rev1("annotate-experiment-1");
    let reply = format!("* OK [annotations read-only noprivate] so much\n{SELECTED}");
    let told = end.gets(Select::new(name("a")), &reply);
    assert_eq!(told.annotations, Some(AnnotationSupport::ReadOnly { private: false }));
    end.says("* 1 FETCH (Annotation (/comment (value.priv nil)))");
    let told = row(&mut end);
    assert_eq!(annotations(&told).value("/comment", PRIVATE), Some(None));
    // Names have their case.
    assert_eq!(annotations(&told).value("/Comment", PRIVATE), None);
}
