//! RFC 5256, RFC 7377, RFC 9585 and RFC 9738: answers in many responses, and what is said of which command.

use anyrfc_imap::{
    ErrorKind, SearchQuery, SearchSource, SearchSources, SortKey, ThreadAlgorithm, Uid,
    codec::command::{MultiSearch, UidSearch, UidSort, UidThread},
    proto::Report,
};

use crate::support::Peer;

#[test]
fn threads_of_some_messages_are_not_all() {
    let mut peer = Peer::selected("THREAD=REFS MESSAGELIMIT=3", 3);
    let thread = peer.submit(UidThread::new(ThreadAlgorithm::Refs, SearchQuery::all()));
    peer.hear();
    peer.say("* THREAD (3 1)\r\n%2 OK [MESSAGELIMIT 3 1] some\r\n");
    assert_eq!(peer.answer(thread).unwrap_err().kind(), ErrorKind::Limit);
    // Those of several responses are all of them.
    let thread = peer.submit(UidThread::new(ThreadAlgorithm::Refs, SearchQuery::all()));
    peer.hear();
    peer.say("* THREAD (1 2)(6)\r\n* THREAD (3 4 5)\r\n%3 OK all\r\n");
    let threads = peer.answer(thread).unwrap();
    assert_eq!(threads.to_string(), "(1 2)(6)(3 4 5)");
    let parents: Vec<_> = threads.iter().map(|member| member.parent().map(|parent| parent.index())).collect();
    assert_eq!(parents, [None, Some(0), None, None, Some(3), Some(4)]);
}

#[test]
fn progress_is_told_of_the_command_that_it_names() {
    let mut peer = Peer::selected("THREAD=REFS ESEARCH INPROGRESS", 3);
    let thread = peer.submit(UidThread::new(ThreadAlgorithm::Refs, SearchQuery::all()));
    let search = peer.submit(UidSearch::new(SearchQuery::all()));
    peer.hear();
    peer.say("* OK [INPROGRESS (\"%3\" 1 2)] x\r\n* OK [INPROGRESS] x\r\n");
    let told: Vec<_> = peer
        .events
        .iter()
        .filter_map(|event| match event {
            Report::Progress { command, .. } => Some(*command),
            _ => None,
        })
        .collect();
    assert_eq!(told, [Some(search.id()), None]);
    drop(thread);
}

#[test]
fn an_answer_in_many_responses_is_put_together_once() {
    let mut peer = Peer::selected("SORT ESEARCH MULTISEARCH", 3);
    let odd = |n: u32| 2 * n + 1;
    let numbers = 0..40_000;
    let search = peer.submit(UidSearch::new(SearchQuery::all()));
    peer.hear();
    let told: String =
        numbers.clone().map(|n| format!("* ESEARCH (TAG \"%2\") UID ALL {}\r\n", odd(n))).collect();
    peer.say(&(told + "%2 OK x\r\n"));
    assert!(peer.answer(search).unwrap().all.iter().map(Uid::get).eq(numbers.clone().map(odd)));
    let sort = peer.submit(UidSort::new(SortKey::Size, SearchQuery::all()));
    peer.hear();
    let told: String = numbers.clone().rev().map(|n| format!("* SORT {}\r\n", odd(n))).collect();
    peer.say(&(told + "%3 OK x\r\n"));
    assert!(peer.answer(sort).unwrap().all.iter().map(Uid::get).eq(numbers.clone().rev().map(odd)));
    let several = peer
        .submit(MultiSearch::new(SearchSources::new([SearchSource::Personal]).unwrap(), SearchQuery::all()));
    peer.hear();
    let one = |n| format!("* ESEARCH (TAG \"%4\" MAILBOX a{} UIDVALIDITY 1) UID ALL {}\r\n", n % 2, odd(n));
    peer.say(&(numbers.clone().map(one).collect::<String>() + "%4 OK x\r\n"));
    let found = peer.answer(several).unwrap().mailboxes;
    assert_eq!(found.len(), 2);
    for (rest, of) in (0..).zip(&found) {
        assert!(of.found.all.iter().map(Uid::get).eq(numbers.clone().filter(|n| n % 2 == rest).map(odd)));
    }
}
