//! What is made of the server's answers, whole ones and those that lack something.

use crate::{
    ErrorKind,
    codec::command::{
        Append, Capability, Collected, Command, Copy, Create, Created, DataKind, Enable, Expunge, Id, List,
        ListReturn, Login, Lsub, Move, Namespace, Noop, Raw, Search, Select, Status, StatusItems, Store,
        StoreAction, Takes, UidSearch, Xlist,
    },
    rfc4731, rfc9051,
    types::{
        self, AppendUid, Capabilities, Code, CopyUid, Data, Esearch, FetchItems, Flag, ListEntry,
        MailboxName, MailboxStatus, Namespaces, Pattern, SearchData, SearchQuery, SequenceNumber,
        SequenceSet, StatusKind, StatusResponse, Uid, UidRanges, UidValidity,
    },
};

fn ok(code: Option<Code>) -> StatusResponse {
    StatusResponse::new(StatusKind::Ok, code, "done")
}

fn untagged(code: Code) -> Data {
    Data::Status(ok(Some(code)))
}

fn collected(data: Vec<Data>) -> Collected {
    Collected::new(ok(None), data)
}

fn with_code(code: Code) -> Collected {
    Collected::new(ok(Some(code)), Vec::new())
}

fn answer<C: Command>(data: Vec<Data>) -> C::Answer {
    C::answer(collected(data)).unwrap()
}

fn name(text: &str) -> MailboxName {
    MailboxName::new(text).unwrap()
}

fn number(number: u32) -> SequenceNumber {
    SequenceNumber::new(number).unwrap()
}

fn uid(number: u32) -> Uid {
    Uid::new(number).unwrap()
}

fn validity(number: u32) -> UidValidity {
    UidValidity::new(number).unwrap()
}

#[test]
fn capabilities_are_a_response_or_a_code() {
    let some: Capabilities = ["IMAP4rev1", "IDLE"].into_iter().collect();
    let more: Capabilities = ["IMAP4rev1", "MOVE"].into_iter().collect();
    assert_eq!(
        answer::<Capability>(vec![Data::Capability(some.clone()), Data::Capability(more.clone())]),
        more
    );
    assert_eq!(Capability::answer(with_code(Code::Capability(some.clone()))).unwrap(), some);
    let error = Capability::answer(collected(Vec::new())).unwrap_err();
    assert_eq!(error.requirement(), Some(rfc9051::CAPABILITY_IS_ANSWERED));
    assert_eq!(Login::answer(with_code(Code::Capability(some.clone()))).unwrap(), Some(some));
    assert_eq!(answer::<Login>(Vec::new()), None);
    answer::<Noop>(vec![Data::Exists(3)]);
}

#[test]
fn enabled_or_nothing_said() {
    let enabled =
        |names: &[&str]| Data::Enabled(names.iter().map(|name| types::Capability::from(*name)).collect());
    assert_eq!(answer::<Enable>(vec![enabled(&["CONDSTORE"]), enabled(&["QRESYNC"])]).unwrap().len(), 2);
    assert_eq!(answer::<Enable>(vec![enabled(&[])]), Some(Capabilities::default()));
    assert_eq!(answer::<Enable>(Vec::new()), None);
    assert_eq!(answer::<Id>(Vec::new()), None);
    let id = types::Id::new().with("name", "x");
    assert_eq!(answer::<Id>(vec![Data::Id(id.clone())]), Some(id));
}

/// RFC 9051, section 6.3.2, the example.
#[test]
fn section_6_3_2_select() {
    let data = vec![
        Data::Exists(172),
        untagged(Code::UidValidity(validity(3_857_529_045))),
        untagged(Code::UidNext(uid(4392))),
        Data::Flags(vec![Flag::Answered, Flag::Seen]),
        untagged(Code::PermanentFlags(vec![Flag::Deleted, Flag::WILDCARD])),
        Data::List(ListEntry::new(MailboxName::inbox())),
    ];
    let selected = Select::answer(Collected::new(ok(Some(Code::ReadWrite)), data)).unwrap();
    assert_eq!((selected.exists, selected.recent, selected.read_only), (172, None, false));
    assert_eq!((selected.uid_validity, selected.uid_next), (Some(validity(3_857_529_045)), Some(uid(4392))));
    assert_eq!(selected.permanent_flags, Some(vec![Flag::Deleted, Flag::WILDCARD]));
    assert_eq!(selected.flags, [Flag::Answered, Flag::Seen]);
    assert!(selected.listed.is_some());
}

/// RFC 3501, section 6.3.1: what is not told has a default.
#[test]
fn rfc3501_section_6_3_1_what_is_missing() {
    let selected = answer::<Select>(Vec::new());
    assert_eq!((selected.exists, selected.uid_validity, selected.uid_next), (0, None, None));
    assert_eq!((selected.permanent_flags, selected.unseen, selected.read_only), (None, None, false));
    assert!(Select::answer(with_code(Code::ReadOnly)).unwrap().read_only);
    assert!(answer::<crate::codec::command::Examine>(Vec::new()).read_only);
    let old = answer::<Select>(vec![
        Data::Recent(2),
        untagged(Code::Unseen(number(8))),
        untagged(Code::UidNotSticky),
    ]);
    assert_eq!((old.recent, old.unseen, old.uids_not_sticky), (Some(2), Some(number(8)), true));
}

/// RFC 9051, section 7.1: what comes before CLOSED is of the mailbox that was selected before.
#[test]
fn section_7_1_closed_parts_two_mailboxes() {
    let data = vec![
        Data::Exists(9),
        untagged(Code::UidValidity(validity(1))),
        untagged(Code::Closed),
        Data::Exists(2),
        untagged(Code::UidNext(uid(3))),
    ];
    let selected = answer::<Select>(data);
    assert_eq!((selected.exists, selected.uid_validity, selected.uid_next), (2, None, Some(uid(3))));
}

#[test]
fn lists_and_statuses() {
    let entry = |text: &str| ListEntry::new(name(text));
    let mut status = MailboxStatus::new(MailboxName::received(b"inbox", types::Names::Utf8));
    status.messages = Some(7);
    let data = vec![Data::List(entry("INBOX")), Data::MailboxStatus(status.clone()), Data::List(entry("a"))];
    let listed = answer::<List>(data);
    let told: Vec<_> = listed.iter().map(|it| (it.entry.mailbox.as_str(), it.status.is_some())).collect();
    assert_eq!(told, [("INBOX", true), ("a", false)]);
    assert_eq!(answer::<Lsub>(vec![Data::Lsub(entry("a")), Data::List(entry("b"))]), [entry("a")]);
    assert_eq!(answer::<Xlist>(vec![Data::List(entry("b"))]), [entry("b")]);
    assert_eq!(answer::<Status>(vec![Data::MailboxStatus(status.clone())]), status);
    let error = Status::answer(collected(Vec::new())).unwrap_err();
    assert_eq!(error.requirement(), Some(rfc9051::STATUS_IS_ANSWERED));
    assert_eq!(answer::<Namespace>(vec![Data::Namespace(Namespaces::default())]), Namespaces::default());
    assert_eq!(Namespace::answer(collected(Vec::new())).unwrap_err().kind(), ErrorKind::Protocol);
    let mut renamed = entry("b");
    renamed.old_name = Some(name("a"));
    assert_eq!(
        answer::<Create>(vec![Data::List(entry("x")), Data::List(renamed.clone())]).listed,
        Some(renamed)
    );
    assert_eq!(answer::<Create>(Vec::new()), Created::default());
}

#[test]
fn rfc4315_where_the_messages_are() {
    let ranges = |from, to| UidRanges::from_ranges(vec![(from, to)]);
    let appended = AppendUid::new(validity(38505), ranges(3955, 3955));
    assert_eq!(Append::answer(with_code(Code::AppendUid(appended.clone()))).unwrap(), Some(appended.clone()));
    // Some servers tell it before they complete the command.
    assert_eq!(answer::<Append>(vec![untagged(Code::AppendUid(appended.clone()))]), Some(appended));
    assert_eq!(answer::<Append>(Vec::new()), None);
    let copied = |from| CopyUid::new(validity(38505), ranges(from, from + 1), ranges(3956, 3957));
    assert_eq!(answer::<Copy>(Vec::new()), []);
    // A copy that was split has several answers.
    let parts = [with_code(Code::CopyUid(copied(304))), with_code(Code::CopyUid(copied(319)))];
    assert_eq!(Copy::answer(Collected::join(parts)).unwrap(), [copied(304), copied(319)]);
    // RFC 6851, section 4.3: MOVE tells it before the EXPUNGE responses.
    let data =
        vec![untagged(Code::CopyUid(copied(42))), Data::Expunge(number(24)), Data::Expunge(number(24))];
    let moved = answer::<Move>(data);
    assert_eq!((moved.copies, moved.expunged), (vec![copied(42)], vec![number(24), number(24)]));
    assert_eq!(
        answer::<Expunge>(vec![Data::Expunge(number(3)), Data::Expunge(number(3))]).numbers,
        [number(3); 2]
    );
    let modified: types::NumberSet = [7_u32, 9].into_iter().filter_map(std::num::NonZeroU32::new).collect();
    assert_eq!(Store::answer(with_code(Code::Modified(modified.clone()))).unwrap().modified, modified);
}

fn search(numbers: &[u32]) -> Data {
    Data::Search(SearchData { numbers: numbers.to_vec(), ..SearchData::default() })
}

fn esearch(uid: bool, change: impl FnOnce(&mut Esearch)) -> Data {
    let mut found = Esearch { uid, tag: Some("A1".into()), ..Esearch::default() };
    change(&mut found);
    Data::Esearch(Box::new(found))
}

#[test]
fn section_6_4_4_what_was_found() {
    let found = answer::<Search>(vec![search(&[9, 2, 3]), search(&[0, 4])]);
    assert_eq!(found.all.to_string(), "2:4,9");
    // Some servers send nothing where they have found nothing.
    assert!(answer::<UidSearch>(Vec::new()).all.is_empty());
    assert!(answer::<UidSearch>(vec![search(&[])]).all.is_empty());
    let all: UidRanges = [2, 1, 8].map(uid).into_iter().collect();
    let found = answer::<UidSearch>(vec![esearch(true, |found| {
        found.all = Some(all.clone().cast());
        (found.min, found.max, found.count) = (Some(1), Some(8), Some(3));
    })]);
    assert_eq!(
        (found.all, found.min, found.max, found.count),
        (all.to_set(), Some(uid(1)), Some(uid(8)), Some(3))
    );
    assert!(answer::<UidSearch>(vec![esearch(true, |_| {})]).all.is_empty());
    // What has no numbers is of either kind.
    assert_eq!(answer::<UidSearch>(vec![esearch(false, |found| found.count = Some(0))]).count, Some(0));
    // But numbers of the other kind would name other messages.
    let error = UidSearch::answer(collected(vec![esearch(false, |found| found.min = Some(1))])).unwrap_err();
    assert_eq!(error.requirement(), Some(rfc4731::UID_SEARCH_HAS_THE_UID_INDICATOR));
    assert!(Search::answer(collected(vec![esearch(true, |found| found.all = Some(all.cast()))])).is_err());
}

#[test]
fn a_raw_command_keeps_everything() {
    let other = Data::Other { name: "QUOTA".into(), raw: "* QUOTA \"\" (STORAGE 10 512)".into() };
    let raw = Raw::answer(Collected::new(ok(None), vec![other.clone()])).unwrap();
    assert_eq!((raw.completion, raw.data), (Some(ok(None)), vec![other.clone()]));
    assert!(Raw::new("GETQUOTA \"\"").unwrap().takes().data(&other, "a"));
    assert!(!Noop.takes().data(&other, "a"));
}

#[test]
fn responses_go_to_the_command_that_they_answer() {
    let status = Status::new(name("a"), StatusItems::common());
    let of = |text: &str| Data::MailboxStatus(MailboxStatus::new(name(text)));
    assert!(status.takes().data(&of("a"), "t"));
    assert!(!status.takes().data(&of("b"), "t"));
    let search = Search::new(SearchQuery::all());
    let tagged = |tag: &str| esearch(false, |found| found.tag = Some(tag.into()));
    assert!(search.takes().data(&tagged("A1"), "A1"));
    assert!(!search.takes().data(&tagged("A2"), "A1"));
    assert!(search.takes().data(&esearch(false, |found| found.tag = None), "A1"));
    let select = Select::new(MailboxName::inbox()).takes();
    assert!(select.data(&Data::Exists(1), "t") && select.data(&untagged(Code::UidNext(uid(1))), "t"));
    assert!(
        !select.data(&untagged(Code::Alert), "t") && !select.data(&Data::Search(SearchData::default()), "t")
    );
    let store = Store::new(SequenceSet::last(), StoreAction::Add, Flag::Seen).takes();
    let rows = store.fetch().unwrap();
    assert!(!rows.uid && rows.items == FetchItems::new().flags() && !store.data(&Data::Exists(1), "t"));
}

/// RFC 9051, section 5.5: two commands whose answers look alike are not sent together.
#[test]
fn section_5_5_answers_that_look_alike() {
    let status = |text: &str| Status::new(name(text), StatusItems::common()).takes();
    let list = List::new(Pattern::all());
    let with_status = list.clone().returns(ListReturn::Status(StatusItems::common()));
    assert!(list.takes().overlaps(&list.takes(), false));
    assert!(!list.takes().overlaps(&status("a"), false));
    assert!(with_status.takes().overlaps(&status("a"), false));
    assert!(status("a").overlaps(&status("a"), false) && !status("a").overlaps(&status("b"), false));
    let search = Takes::kinds([DataKind::Search]);
    assert!(search.overlaps(&search, false) && !search.overlaps(&search, true));
    // Where messages were appended or copied to is told by the completion, and taken elsewhere too.
    let all = SequenceSet::all;
    let (copy, moved) = (Copy::new(all(), name("a")).takes(), Move::new(all(), name("a")).takes());
    assert!(!copy.overlaps(&copy, false) && moved.overlaps(&moved, false));
    assert!(copy.overlaps(&moved, false) && moved.overlaps(&copy, false));
    let found =
        untagged(Code::CopyUid(CopyUid::new(validity(1), UidRanges::default(), UidRanges::default())));
    assert!(copy.data(&found, "t") && moved.data(&found, "t"));
    let append = Append::new(name("a"), types::AppendOptions::new(), 1).takes();
    assert!(!append.overlaps(&append, false) && append.has(DataKind::AppendUid));
    let expunge = Expunge.takes();
    assert!(!expunge.overlaps(&expunge, false));
}
