//! Whose answer is whose: what each command takes, and which could be taken for each other's.

use anyrfc_core::Deviations;

use crate::{
    codec::{
        command::{DataKind, Takes},
        reader::Text,
        response::{Context, Response, parse},
    },
    types::{Data, MailboxName, MetadataTarget, Pattern, QuotaRoot, RowTables},
};

fn data(text: &str) -> Data {
    let (mut tables, mut deviations) = (RowTables::new(), Deviations::default());
    let line = format!("* {text}\r\n");
    match parse(Text::new(line.as_bytes()), &Context::default(), &mut tables, &mut deviations) {
        Response::Data(data) => data,
        other => panic!("{text}: {other:?}"),
    }
}

fn name(text: &str) -> MailboxName {
    MailboxName::new(text).unwrap()
}

fn root(text: &str) -> QuotaRoot {
    let Data::Quota(quota) = data(&format!("QUOTA {text} (STORAGE 1 2)")) else { panic!("{text}") };
    quota.root
}

#[test]
fn every_response_is_of_its_kind() {
    use DataKind::*;
    for (text, kind) in [
        ("OK [COPYUID 1 2 3] x", CopyUid),
        ("OK [APPENDUID 1 2] x", AppendUid),
        ("OK [UIDNEXT 2] x", Selection),
        ("OK [PERMANENTFLAGS ()] x", Selection),
        ("OK [ALERT] x", Rest),
        ("OK x", Rest),
        ("NO [COPYUID 1 2 3] x", Rest),
        ("NO [UIDNEXT 2] x", Rest),
        ("OK [MESSAGELIMIT 1000 5] x", MessageLimit),
        ("NO [MESSAGELIMIT 1000 5] x", MessageLimit),
        ("BAD [MESSAGELIMIT 1000 5] x", Rest),
        ("ESEARCH (TAG \"a\") UID ALL 1", Search),
        ("ESEARCH (TAG \"a\" MAILBOX x UIDVALIDITY 1) UID ALL 1", MultiSearch),
        ("SEARCH 1", Search),
        ("METADATA x (/private/a b)", Metadata),
        ("METADATA x /private/a", Rest),
        ("VANISHED 1", Vanished),
        ("VANISHED (EARLIER) 1", VanishedEarlier),
        ("3 EXPUNGE", Expunge),
        ("3 EXISTS", Exists),
        ("X-OTHER", Rest),
    ] {
        assert_eq!(DataKind::of(&data(text)), kind, "{text}");
        assert!(Takes::kinds([kind]).has(kind) && Takes::nothing().strays([kind]).has(kind));
        assert!(!Takes::kinds([Acl, Enabled]).has(kind) && !Takes::nothing().has(kind), "{text}");
    }
}

#[test]
fn what_is_asked_for_is_more_than_what_is_taken() {
    use DataKind::{Flags, List, MailboxStatus};
    let (asked, stray, all) = (Takes::kinds([Flags]), Takes::nothing().strays([Flags]), Takes::everything());
    for (takes, has, asks, only) in
        [(&asked, true, true, true), (&stray, true, false, false), (&all, true, false, false)]
    {
        assert_eq!((takes.has(Flags), takes.asks(Flags), takes.is_only(Flags)), (has, asks, only));
        assert!(!takes.is_only(List));
    }
    let two = Takes::kinds([Flags, List]);
    assert!(two.asks(Flags) && two.asks(List) && !two.asks(MailboxStatus) && !two.is_only(Flags));
}

#[test]
fn data_of_another_mailbox_is_not_taken() {
    let own = |kind| Takes::kinds([kind]).of_mailbox(name("x"));
    for (kind, format) in [
        (DataKind::MailboxStatus, "STATUS % (MESSAGES 1)"),
        (DataKind::Metadata, "METADATA % (/private/a b)"),
        (DataKind::Acl, "ACL % fred lr"),
        (DataKind::ListRights, "LISTRIGHTS % fred l"),
        (DataKind::MyRights, "MYRIGHTS % l"),
        (DataKind::QuotaRoots, "QUOTAROOT % \"\""),
    ] {
        let (mine, other) = (data(&format.replace('%', "x")), data(&format.replace('%', "y")));
        assert_eq!(DataKind::of(&mine), kind, "{format}");
        assert!(own(kind).data(&mine, "t") && !own(kind).data(&other, "t"), "{format}");
        assert!(Takes::kinds([kind]).data(&other, "t"), "{format}: of any");
        assert!(!own(DataKind::Flags).data(&mine, "t"), "{format}: not asked for");
    }
    let server = Takes::kinds([DataKind::Metadata]).about(&MetadataTarget::Server);
    assert!(server.data(&data("METADATA \"\" (/private/a b)"), "t"));
    assert!(!server.data(&data("METADATA x (/private/a b)"), "t"));
    assert!(!own(DataKind::Metadata).data(&data("METADATA \"\" (/private/a b)"), "t"));
    let quota = Takes::kinds([DataKind::Quota]).of_root(root("a"));
    assert!(quota.data(&data("QUOTA a (STORAGE 1 2)"), "t"));
    assert!(!quota.data(&data("QUOTA b (STORAGE 1 2)"), "t"));
    assert!(Takes::kinds([DataKind::Quota]).data(&data("QUOTA b (STORAGE 1 2)"), "t"));
}

#[test]
fn an_esearch_belongs_to_its_tag() {
    let search = Takes::kinds([DataKind::Search]);
    let several = Takes::kinds([DataKind::MultiSearch]);
    for (text, tag, searches, searches_several) in [
        ("ESEARCH (TAG \"a\") ALL 1", "a", true, false),
        ("ESEARCH (TAG \"a\") ALL 1", "b", false, false),
        ("ESEARCH ALL 1", "a", true, false),
        ("SEARCH 1", "a", true, false),
        ("ESEARCH (TAG \"a\" MAILBOX x UIDVALIDITY 1) UID ALL 1", "a", false, true),
        ("ESEARCH (TAG \"a\" MAILBOX x UIDVALIDITY 1) UID ALL 1", "b", false, false),
        ("ESEARCH (MAILBOX x UIDVALIDITY 1) UID ALL 1", "a", false, false),
    ] {
        assert_eq!(search.data(&data(text), tag), searches, "{text} {tag}");
        assert_eq!(several.data(&data(text), tag), searches_several, "{text} {tag}");
    }
    // One that is only in the way does not take it for the answer.
    let stray = Takes::nothing().strays([DataKind::Search]);
    assert!(!stray.data(&data("ESEARCH ALL 1"), "a") && stray.data(&data("SEARCH 1"), "a"));
}

#[test]
fn what_no_pattern_matches_is_not_the_answer_to_a_list() {
    let list = Takes::kinds([DataKind::List, DataKind::MailboxStatus])
        .of_patterns(&[Pattern::new("a/%").unwrap(), Pattern::new("b*").unwrap()]);
    for (text, foreign) in [
        ("LIST () \"/\" a/b", false),
        ("LIST () \"/\" a/b/c", true),
        ("LIST () \"/\" bc/d", false),
        ("LIST () \"/\" c", true),
        ("STATUS bc (MESSAGES 1)", false),
        ("STATUS c (MESSAGES 1)", true),
        ("FLAGS ()", false),
    ] {
        assert_eq!(list.is_foreign(&data(text)), foreign, "{text}");
        assert!(!Takes::kinds([DataKind::List]).is_foreign(&data(text)), "{text}: without patterns");
    }
}

#[test]
fn commands_wait_for_what_could_be_taken_for_their_answer() {
    use DataKind::*;
    let kinds = |kinds: &[DataKind]| Takes::kinds(kinds.iter().copied());
    let stray = |kind| Takes::nothing().strays([kind]);
    for (one, other, esearch, overlaps) in [
        (kinds(&[List]), kinds(&[List]), false, true),
        (kinds(&[List]), kinds(&[Lsub]), false, false),
        (kinds(&[List, Acl]), kinds(&[Lsub, Acl]), false, true),
        (kinds(&[List]), stray(List), false, true),
        (stray(List), kinds(&[List]), false, true),
        (stray(List), stray(List), false, false),
        (kinds(&[Search]), kinds(&[Search]), false, true),
        (kinds(&[Search]), kinds(&[Search]), true, false),
        (kinds(&[Search, Sort]), kinds(&[Search, Sort]), true, true),
        (kinds(&[MultiSearch]), kinds(&[MultiSearch]), false, false),
        (Takes::everything(), kinds(&[Rest]), false, true),
        (Takes::everything(), Takes::nothing(), false, false),
    ] {
        assert_eq!(one.overlaps(&other, esearch), overlaps, "{one:?} {other:?} {esearch}");
        assert_eq!(other.overlaps(&one, esearch), overlaps, "{other:?} {one:?} {esearch}");
    }
    // Of the mailbox as a whole they tell everybody.
    for kind in [Exists, Recent, Expunge, Vanished, Flags] {
        assert!(!kinds(&[kind]).overlaps(&kinds(&[kind]), false), "{kind:?}");
        assert!(kinds(&[kind, List]).overlaps(&kinds(&[kind, List]), false), "{kind:?}");
    }
    assert!(kinds(&[VanishedEarlier]).overlaps(&kinds(&[VanishedEarlier]), true));
    for kind in [MailboxStatus, Metadata, Acl, ListRights, MyRights, QuotaRoots] {
        let of = |mailbox: &str| kinds(&[kind]).of_mailbox(name(mailbox));
        assert!(!of("x").overlaps(&of("y"), false), "{kind:?}: each has its mailbox");
        assert!(of("x").overlaps(&of("x"), false) && of("x").overlaps(&kinds(&[kind]), false), "{kind:?}");
    }
    let of_mailbox = |mailbox: &str| kinds(&[List]).of_mailbox(name(mailbox));
    assert!(of_mailbox("x").overlaps(&of_mailbox("y"), false), "a list tells no mailbox of its own");
    let of_root = |text: &str, kind| Takes::kinds([kind]).of_root(root(text));
    assert!(!of_root("a", Quota).overlaps(&of_root("b", Quota), false));
    assert!(of_root("a", Quota).overlaps(&of_root("a", Quota), false));
    assert!(of_root("a", Quota).overlaps(&kinds(&[Quota]), false));
    assert!(of_root("a", QuotaRoots).overlaps(&of_root("b", QuotaRoots), false));
}
