//! RFC 7889: APPENDLIMIT.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::rev1::{End, name, pattern};
use crate::{
    codec::command::{Append, List, ListReturn, Status, StatusItem, StatusItems},
    rfc7889 as r,
    types::{AppendOptions, Code},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7889-section-2/both-forms-are-parsed",
        covers: &[r::BOTH_FORMS_OF_APPENDLIMIT_ARE_PARSED],
        run: both_forms_are_parsed,
    },
    Check {
        name: "rfc7889-section-2/the-status-item-needs-the-capability",
        covers: &[r::STATUS_APPENDLIMIT_NEEDS_THE_CAPABILITY],
        run: the_status_item_needs_the_capability,
    },
    Check {
        name: "rfc7889-section-3/nil-is-no-limit",
        covers: &[r::NIL_MEANS_NO_LIMIT],
        run: nil_is_no_limit,
    },
    Check {
        name: "rfc7889-section-3.1/a-mailbox-is-asked-by-status",
        covers: &[r::APPENDLIMIT_IS_ASKED_BY_STATUS],
        run: a_mailbox_is_asked_by_status,
    },
    Check {
        name: "rfc7889-section-3.2/without-list-status-there-is-status",
        covers: &[r::APPENDLIMIT_WITHOUT_LIST_STATUS],
        run: without_list_status_there_is_status,
    },
    Check {
        name: "rfc7889-section-4/a-message-waits-where-the-limit-is-unknown",
        covers: &[r::NO_NON_SYNCHRONIZING_LITERAL_OF_UNKNOWN_LIMIT, r::TOO_LARGE_MESSAGE_GETS_TOOBIG],
        run: a_message_waits_where_the_limit_is_unknown,
    },
    Check {
        name: "rfc7889-section-5/tokens-ignore-case",
        covers: &[r::TOKENS_IGNORE_CASE],
        run: tokens_ignore_case,
    },
];

fn limit() -> StatusItems {
    StatusItems::new().item(StatusItem::AppendLimit)
}

fn asked(end: &mut End, value: &str) -> Option<Option<u64>> {
    end.gets(Status::new(name("a"), limit()), &format!("* STATUS a (APPENDLIMIT {value})\nOK done"))
        .append_limit
}

fn both_forms_are_parsed() {
    let told =
        |capability: &str| End::rev1(capability).connection.capabilities().expect("told").append_limit();
    assert_eq!(told("APPENDLIMIT"), Some(None));
    assert_eq!(told("APPENDLIMIT=257890"), Some(Some(257_890)));
    assert_eq!(told("APPENDLIMIT=0"), Some(Some(0)));
    assert_eq!(told("APPENDLIMIT=4294967295"), Some(Some(u32::MAX.into())));
    assert_eq!(told("IDLE"), None);
    // What is no number is another capability, and no limit.
    for odd in ["APPENDLIMIT=", "APPENDLIMIT=many", "APPENDLIMIT=-1", "APPENDLIMIT=+1"] {
        assert_eq!(told(odd), None, "{odd}");
    }
}

fn the_status_item_needs_the_capability() {
    for capability in ["APPENDLIMIT", "APPENDLIMIT=1000"] {
        let mut end = End::rev1(capability);
        let text = end.asks(Status::new(name("a"), limit()), "* STATUS a (APPENDLIMIT 1)\nOK done").0;
        assert_eq!(text, "STATUS a (APPENDLIMIT)");
    }
    for other in ["", "X-APPENDLIMIT"] {
        let error = End::rev1(other).refuses(Status::new(name("a"), limit()));
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert_eq!(error.requirement(), Some(r::STATUS_APPENDLIMIT_NEEDS_THE_CAPABILITY));
    }
}

fn nil_is_no_limit() {
    let mut end = End::rev1("APPENDLIMIT");
    assert_eq!(asked(&mut end, "NIL"), Some(None));
    assert_eq!(asked(&mut end, "nil"), Some(None));
    assert_eq!(asked(&mut end, "0"), Some(Some(0)), "which is a limit");
    let status = end.gets(Status::new(name("a"), limit()), "* STATUS a ()\nOK done");
    assert_eq!(status.append_limit, None, "and this says nothing");
}

fn a_mailbox_is_asked_by_status() {
    let mut end = End::rev1("APPENDLIMIT");
    let both = limit().item(StatusItem::Messages);
    let (text, status) =
        end.asks(Status::new(name("Sent"), both), "* STATUS Sent (MESSAGES 3 APPENDLIMIT 257890)\nOK done");
    let status = status.expect("told");
    assert_eq!(
        (text.as_str(), status.append_limit),
        ("STATUS Sent (APPENDLIMIT MESSAGES)", Some(Some(257_890)))
    );
}

fn without_list_status_there_is_status() {
    let mut end = End::rev1("APPENDLIMIT LIST-EXTENDED LIST-STATUS");
    let list = || List::new(pattern("%")).returns(ListReturn::Status(limit()));
    let (text, listed) =
        end.asks(list(), "* LIST () \".\" INBOX\n* STATUS INBOX (APPENDLIMIT 257890)\nOK done");
    assert_eq!(text, "LIST \"\" % RETURN (STATUS (APPENDLIMIT))");
    let status = listed.expect("listed").remove(0).status.expect("told");
    assert_eq!(status.append_limit, Some(Some(257_890)));
    // It is refused where LIST cannot return it, and STATUS answers as well.
    let mut end = End::rev1("APPENDLIMIT LIST-EXTENDED");
    assert_eq!(end.refuses(list()).kind(), ErrorKind::Unsupported);
    assert_eq!(asked(&mut end, "257890"), Some(Some(257_890)));
}

fn a_message_waits_where_the_limit_is_unknown() {
    let append = |octets: u64| Append::new(name("a"), AppendOptions::new(), octets);
    let begun = |capabilities: &str, octets: u64| {
        let mut end = End::rev1(capabilities);
        end.message = vec![b'x'; usize::try_from(octets).expect("small")];
        let ticket = end.submits(append(octets));
        let written = String::from_utf8(end.written()).expect("ASCII");
        (end, ticket, written)
    };
    let (mut end, ticket, written) = begun("APPENDLIMIT LITERAL+", 10_000);
    assert!(written.ends_with(" APPEND a {10000}\r\n"), "{written}");
    let tag = written.split(' ').next().expect("a tag");
    end.says_octets(format!("{tag} NO [TOOBIG] too large\r\n").as_bytes());
    let error = end.answer(ticket).expect_err("too large");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Refused, Some(&Code::TooBig)));
    end.is_idle_and_well();
    // A limit that is known is kept, and a message below it need not wait.
    let (_, _, written) = begun("APPENDLIMIT=10000 LITERAL+", 10_000);
    assert!(written.contains(" APPEND a {10000+}\r\nxxx"), "{written}");
    let error = End::rev1("APPENDLIMIT=10000 LITERAL+").refuses(append(10_001));
    assert_eq!(error.kind(), ErrorKind::Refused);
}

fn tokens_ignore_case() {
    for (capability, item) in [("appendlimit", "appendlimit"), ("AppendLimit", "AppendLimit")] {
        let mut end = End::rev1(capability);
        let reply = format!("* status a ({item} 5)\nOK done");
        assert_eq!(end.gets(Status::new(name("a"), limit()), &reply).append_limit, Some(Some(5)));
    }
    let told = End::rev1("appendlimit=5").connection.capabilities().expect("told").append_limit();
    assert_eq!(told, Some(Some(5)));
    let mut end = End::rev1("APPENDLIMIT");
    let reply = "* STATUS a (APPENDLIMITS 5)\nOK done";
    assert_eq!(end.gets(Status::new(name("a"), limit()), reply).append_limit, None);
}
