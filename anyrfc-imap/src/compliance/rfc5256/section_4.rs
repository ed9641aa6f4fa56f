//! RFC 5256: the responses.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::rev1::End;
use crate::{
    codec::command::{Sort, Thread, UidSort, UidThread},
    rfc5256 as r,
    types::{SearchQuery, SearchReturn, SequenceNumber, SortKey, ThreadAlgorithm, Threads, Uid},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5256-section-4/the-order-is-kept",
        covers: &[r::SORT_RESPONSE_KEEPS_ITS_ORDER],
        run: the_order_is_kept,
    },
    Check {
        name: "rfc5256-section-4/uids-or-numbers",
        covers: &[r::SORT_OF_UID_HOLDS_UIDS],
        run: uids_or_numbers,
    },
    Check {
        name: "rfc5256-section-4/threads-without-a-limit",
        covers: &[r::THREADS_NEST_WITHOUT_LIMIT],
        run: threads_without_a_limit,
    },
    Check {
        name: "rfc5256-section-4/a-thread-without-its-parent",
        covers: &[r::THREAD_MAY_LACK_ITS_PARENT],
        run: a_thread_without_its_parent,
    },
];

const CAPABILITIES: &str = "SORT ESORT ESEARCH THREAD=REFERENCES";

fn the_order_is_kept() {
    let mut end = End::selected(CAPABILITIES);
    let mut ask = |answer: &str| {
        let sort = UidSort::new(SortKey::Subject, SearchQuery::all());
        let found = end.gets(sort, &format!("{answer}\nOK done"));
        found.all.iter().map(Uid::get).collect::<Vec<_>>()
    };
    assert_eq!(ask("* SORT 5 3 4 1 2"), [5, 3, 4, 1, 2]);
    assert_eq!(ask("* SORT 84 882 2"), [84, 882, 2]);
    assert_eq!(ask("* SORT"), [0_u32; 0]);
    assert_eq!(ask("* sort 9 8\n* SORT 7"), [9, 8, 7], "in two parts");
    let all = UidSort::new(SortKey::Subject, SearchQuery::all()).returning(SearchReturn::new().all().min());
    let found = end.gets(all, "* ESEARCH (TAG \"{tag}\") UID MIN 20 ALL 20,3,7:9,1\nOK done");
    assert_eq!(found.all.iter().map(Uid::get).collect::<Vec<_>>(), [20, 3, 7, 8, 9, 1]);
    assert_eq!(found.min, Uid::new(20), "the first, not the least");
    // What is none is not taken for an empty result.
    let (_, found) = end.asks(UidSort::new(SortKey::Subject, SearchQuery::all()), "* SORT 5 x\nOK done");
    assert_eq!(found.expect_err("not numbers").kind(), ErrorKind::Protocol);
}

fn uids_or_numbers() {
    let mut end = End::selected(CAPABILITIES);
    let found = end.gets(Sort::new(SortKey::Date, SearchQuery::all()), "* SORT 3 1\nOK done");
    assert_eq!(found.all.first(), SequenceNumber::new(3));
    let found = end.gets(UidSort::new(SortKey::Date, SearchQuery::all()), "* SORT 33 11\nOK done");
    assert_eq!(found.all.first(), Uid::new(33));
    let threads = |end: &mut End, answer: &str| -> Threads<Uid> {
        end.gets(UidThread::new(ThreadAlgorithm::References, SearchQuery::all()), answer)
    };
    assert_eq!(threads(&mut end, "* THREAD (33 11)\nOK done").messages().next(), Uid::new(33));
    let thread = Thread::new(ThreadAlgorithm::References, SearchQuery::all());
    let found: Threads<SequenceNumber> = end.gets(thread, "* THREAD (3 1)\nOK done");
    assert_eq!(found.messages().next(), SequenceNumber::new(3));
    // Where the answer says which they are, it has to be the right ones.
    let count = SearchReturn::new().all();
    let sort = || UidSort::new(SortKey::Date, SearchQuery::all()).returning(count);
    let (_, found) = end.asks(sort(), "* ESEARCH (TAG \"{tag}\") ALL 3,1\nOK done");
    assert_eq!(found.expect_err("sequence numbers").kind(), ErrorKind::Protocol);
    assert!(end.asks(sort(), "* ESEARCH (TAG \"{tag}\") UID ALL 3,1\nOK done").1.is_ok());
}

fn threads_without_a_limit() {
    let mut end = End::selected(CAPABILITIES);
    let depth = 50_000;
    // Each message has an answer, and another one that is answered in its turn.
    let (mut text, mut number) = (String::from("1"), 1_u32);
    for _ in 0..depth {
        text.push_str(&format!(" ({})({}", number + 1, number + 2));
        number += 2;
    }
    text.push_str(&")".repeat(depth));
    let thread = UidThread::new(ThreadAlgorithm::References, SearchQuery::all());
    let found = end.gets(thread, &format!("* THREAD ({text})\nOK done"));
    assert_eq!((found.len(), found.messages().count()), (1 + 2 * depth, 1 + 2 * depth));
    assert_eq!(found.walk().map(|(depth, _)| depth).max(), Some(depth));
    let last = found.iter().next_back().expect("one");
    assert_eq!(last.number().map(Uid::get), Some(number));
    let mut above = 0;
    let mut member = last;
    while let Some(parent) = member.parent() {
        (above, member) = (above + 1, parent);
    }
    assert_eq!(above, depth);
    assert_eq!(found.to_string(), format!("({text})"));
    drop(found);
    // Where parentheses do not close, it is no answer.
    let thread = UidThread::new(ThreadAlgorithm::References, SearchQuery::all());
    let (_, found) = end.asks(thread, "* THREAD (1 (2)(3)\nOK done");
    assert_eq!(found.expect_err("unbalanced").kind(), ErrorKind::Protocol);
}

fn a_thread_without_its_parent() {
    let mut end = End::selected(CAPABILITIES);
    let mut ask = |answer: &str| {
        let thread = UidThread::new(ThreadAlgorithm::References, SearchQuery::all());
        end.gets(thread, &format!("{answer}\nOK done"))
    };
    let found = ask("* THREAD ((3)(5))(7)");
    let root = found.roots().next().expect("a thread");
    assert_eq!(root.number(), None);
    let children: Vec<_> = root.children().map(|child| child.number().map(Uid::get)).collect();
    assert_eq!(children, [Some(3), Some(5)]);
    assert!(root.children().all(|child| child.parent().is_some_and(|parent| parent.number().is_none())));
    assert_eq!(found.messages().map(Uid::get).collect::<Vec<_>>(), [3, 5, 7]);
    // Deeper down as well, and with answers below them.
    let found = ask("* THREAD (1 ((2)(3 4))(5))");
    let shown: Vec<_> = found.walk().map(|(depth, one)| (depth, one.number().map(Uid::get))).collect();
    assert_eq!(shown, [(0, Some(1)), (1, None), (2, Some(2)), (2, Some(3)), (3, Some(4)), (1, Some(5))]);
    assert!(ask("* THREAD").is_empty());
}
