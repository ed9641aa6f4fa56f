//! RFC 8474, sections 3 to 7: identifiers of mailboxes, of contents and of conversations.

use anyrfc_core::compliance::Check;

use super::super::rev1::{End, SELECTED, gated, gated_from, misused, name, pattern, set, uid};
use crate::{
    codec::command::{
        Command, Create, Examine, Fetch, List, ListReturn, Select, Status, StatusItem, StatusItems, UidFetch,
        UidSearch,
    },
    rfc5258, rfc5819, rfc8474 as r,
    types::{Code, EmailId, FetchItems, FetchRow, Field, MailboxId, SearchQuery, ThreadId},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8474-section-3/identifiers-need-the-capability",
        covers: &[r::OBJECTID_NEEDS_THE_CAPABILITY],
        run: identifiers_need_the_capability,
    },
    Check {
        name: "rfc8474-section-4/mailboxid-of-create-select-and-status",
        covers: &[r::CREATE_GETS_MAILBOXID, r::SELECT_GETS_MAILBOXID, r::STATUS_KNOWS_MAILBOXID],
        run: mailboxid_of_create_select_and_status,
    },
    Check {
        name: "rfc8474-section-5.1/an-emailid-says-nothing-of-flags",
        covers: &[r::EMAILID_SAYS_NOTHING_OF_FLAGS],
        run: an_emailid_says_nothing_of_flags,
    },
    Check {
        name: "rfc8474-section-5.3/a-threadid-may-be-nil",
        covers: &[r::THREADID_MAY_BE_NIL, r::UNSUPPORTED_THREADID_IS_NIL],
        run: a_threadid_may_be_nil,
    },
    Check {
        name: "rfc8474-section-7/tokens-ignore-case",
        covers: &[r::TOKENS_IGNORE_CASE],
        run: tokens_ignore_case,
    },
    Check {
        name: "rfc8474-section-7/identifiers-respect-case",
        covers: &[r::OBJECTID_RESPECTS_CASE],
        run: identifiers_respect_case,
    },
    Check {
        name: "rfc8474-section-7/identifiers-have-their-characters",
        covers: &[r::OBJECTID_HAS_ITS_CHARACTERS],
        run: identifiers_have_their_characters,
    },
];

fn mailbox_id() -> StatusItems {
    StatusItems::new().item(StatusItem::MailboxId)
}

fn both() -> FetchItems {
    FetchItems::new().email_id().thread_id()
}

/// The row that a server answers FETCH with, whose items are these.
#[track_caller]
fn row(end: &mut End, items: &str) -> FetchRow {
    let fetch = Fetch::new(set("1"), both());
    end.gets(fetch, &format!("* 1 FETCH ({items})\nOK done"));
    let mut rows = end.rows();
    assert_eq!(rows.len(), 1, "{items}");
    let (asked, row) = rows.remove(0);
    assert!(asked, "{items}");
    row
}

fn identifiers_need_the_capability() {
    let needed = [("OBJECTID", r::OBJECTID_NEEDS_THE_CAPABILITY)];
    let fetch = || UidFetch::new(uid(5), FetchItems::new().email_id());
    gated(&needed, fetch, "UID FETCH 5 (EMAILID)");
    let fetch = || UidFetch::new(uid(5), FetchItems::new().flags().thread_id());
    gated(&needed, fetch, "UID FETCH 5 (FLAGS THREADID)");
    let id = || EmailId::new("M6d99ac3275bb4e").expect("an identifier");
    gated(&needed, || UidSearch::new(SearchQuery::email_id(&id())), "UID SEARCH EMAILID M6d99ac3275bb4e");
    let thread = || ThreadId::new("T-6_4").expect("an identifier");
    let search = || UidSearch::new(!SearchQuery::thread_id(&thread()) | SearchQuery::seen());
    gated(&needed, search, "UID SEARCH OR NOT THREADID T-6_4 SEEN");
    gated_from(End::rev1, &needed, || Status::new(name("foo"), mailbox_id()), "STATUS foo (MAILBOXID)");
    let needed = [
        ("LIST-EXTENDED", rfc5258::UNADVERTISED_LIST_OPTIONS_ARE_NOT_SENT),
        ("LIST-STATUS", rfc5819::LIST_STATUS_NEEDS_THE_CAPABILITY),
        ("OBJECTID", r::OBJECTID_NEEDS_THE_CAPABILITY),
    ];
    let listed = || List::new(pattern("*")).returns(ListReturn::Status(mailbox_id()));
    gated(&needed, listed, "LIST \"\" * RETURN (STATUS (MAILBOXID))");
}

fn mailboxid_of_create_select_and_status() {
    let mut end = End::rev1("OBJECTID");
    let id = |text: &'static str| Some(MailboxId::new(text).expect("an identifier"));
    let made = end.gets(Create::new(name("foo")), "OK [MAILBOXID (F2212ea87-6097)] done");
    assert_eq!(made.mailbox_id, id("F2212ea87-6097"));
    assert_eq!(end.gets(Create::new(name("foo")), "OK done").mailbox_id, None);
    // In a line of its own, or in the completion.
    let before = format!("* OK [MAILBOXID (F1)] ok\n{SELECTED}");
    assert_eq!(end.gets(Select::new(name("foo")), &before).mailbox_id, id("F1"));
    assert_eq!(end.connection.mailbox().and_then(|mailbox| mailbox.mailbox_id.clone()), id("F1"));
    assert_eq!(end.gets(Examine::new(name("bar")), SELECTED).mailbox_id, None);
    assert_eq!(end.connection.mailbox().and_then(|mailbox| mailbox.mailbox_id.clone()), None);
    let status = end.gets(Status::new(name("a"), mailbox_id()), "* STATUS a (MAILBOXID (F3))\nOK done");
    assert_eq!(status.mailbox_id, id("F3"));
}

fn an_emailid_says_nothing_of_flags() {
    let mut end = End::selected("OBJECTID");
    let seen = row(&mut end, "EMAILID (M1) FLAGS (\\Seen)");
    let other = row(&mut end, "EMAILID (M1)");
    let contrary = row(&mut end, "FLAGS () EMAILID (M1)");
    let id = |row: &FetchRow| row.email_id().and_then(Field::parsed).map(EmailId::into_owned);
    assert_eq!(id(&seen), id(&other));
    let flags = |row: &FetchRow| row.flags().and_then(Field::parsed).map(Iterator::count);
    assert_eq!((flags(&seen), flags(&other), flags(&contrary)), (Some(1), None, Some(0)));
}

fn a_threadid_may_be_nil() {
    let mut end = End::selected("OBJECTID");
    for nil in ["NIL", "nil"] {
        let row = row(&mut end, &format!("EMAILID (M1) THREADID {nil}"));
        assert_eq!(row.thread_id(), Some(Field::Parsed(None)));
    }
    let known = row(&mut end, "THREADID (T1)");
    assert_eq!(known.thread_id(), Some(Field::Parsed(ThreadId::new("T1").ok())));
    // Of an EMAILID it means nothing.
    let wrong = row(&mut end, "EMAILID NIL FLAGS ()");
    assert!(matches!(wrong.email_id(), Some(Field::Malformed { .. })));
    assert!(wrong.flags().is_some_and(|flags| flags.parsed().is_some()));
}

fn tokens_ignore_case() {
    let mut end = End::selected("objectid");
    let row = row(&mut end, "emailid (M1) ThreadID (T1)");
    assert!(row.email_id().is_some() && row.thread_id().is_some());
    let made = end.gets(Create::new(name("foo")), "OK [mailboxid (F1)] done");
    assert!(made.mailbox_id.is_some());
    let status = end.gets(Status::new(name("a"), mailbox_id()), "* status a (MailboxId (F3))\nOK done");
    assert!(status.mailbox_id.is_some());
}

fn identifiers_respect_case() {
    let mut end = End::selected("OBJECTID");
    let (row, other) = (row(&mut end, "EMAILID (Mab)"), row(&mut end, "EMAILID (mAB)"));
    let one = row.email_id().and_then(Field::parsed).expect("there");
    let two = other.email_id().and_then(Field::parsed).expect("there");
    assert_ne!(one, two);
    assert_eq!((one.as_str(), two.as_str()), ("Mab", "mAB"));
    let (heard, _) = end.asks(UidSearch::new(SearchQuery::email_id(&two)), "* SEARCH\nOK done");
    assert_eq!(heard, "UID SEARCH EMAILID mAB");
}

/// Sent they cannot be otherwise; received they are no identifiers then, and all else stays.
fn identifiers_have_their_characters() {
    let longest = "x".repeat(255);
    let mut end = End::selected("OBJECTID");
    for good in ["0", "-_-", "nil", longest.as_str()] {
        let search = UidSearch::new(SearchQuery::thread_id(&ThreadId::new(good).expect("one")));
        assert_eq!(end.asks(search, "* SEARCH\nOK done").0, format!("UID SEARCH THREADID {good}"));
        let row = row(&mut end, &format!("EMAILID ({good}) UID 11"));
        assert_eq!(row.email_id(), Some(Field::Parsed(EmailId::new(good).expect("one"))));
    }
    let longer = "x".repeat(256);
    for bad in ["", "a b", "a.b", "a\u{e9}", "a\r\nb LOGOUT", "(a)", "\"a\"", "a+", longer.as_str()] {
        for error in [
            MailboxId::new(bad).map(drop).expect_err("none"),
            EmailId::new(bad).map(drop).expect_err("none"),
            ThreadId::new(bad).map(drop).expect_err("none"),
        ] {
            misused(&error, r::OBJECTID_HAS_ITS_CHARACTERS);
        }
    }
    for bad in ["()", "(a b)", "(a.b)", "((a))", "(\"a\")", "\"a\"", "a", &format!("({longer})")] {
        let before = end.deviated(r::OBJECTID_HAS_ITS_CHARACTERS);
        let row = row(&mut end, &format!("EMAILID {bad} THREADID {bad} UID 11"));
        assert!(
            matches!(row.email_id(), Some(Field::Malformed { raw, .. }) if raw == bad.as_bytes()),
            "{bad}"
        );
        assert!(matches!(row.thread_id(), Some(Field::Malformed { .. })), "{bad}");
        assert_eq!(row.uid(), Some(uid(11)), "{bad}");
        assert_eq!(end.deviated(r::OBJECTID_HAS_ITS_CHARACTERS), before + 2, "{bad}");
        let reply = format!("* STATUS a (MAILBOXID {bad} MESSAGES 2)\nOK done");
        let items = mailbox_id().item(StatusItem::Messages);
        let status = end.gets(Status::new(name("a"), items), &reply);
        assert_eq!((status.mailbox_id, status.messages), (None, Some(2)), "{bad}");
    }
    // A code that is none leaves the completion what it is.
    let (ticket, _) = end.sends(Create::new(name("foo")));
    end.says("OK [MAILBOXID (a.b)] done");
    let answer: <Create as Command>::Answer = end.answer(ticket).expect("created");
    assert_eq!(answer.mailbox_id, None);
    assert!(matches!(Code::MailboxId(MailboxId::new("a").expect("one")), Code::MailboxId(_)));
}
