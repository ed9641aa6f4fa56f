//! What commands need, and where each of it is asked for.

use super::{REV1, REV2, name, pattern, refused, sent, unsupported};
use crate::{
    ErrorKind,
    codec::{
        command::{
            CancelUpdate, Command, Comparator, Compress, DeleteAcl, Enable, Fetch, GetAcl, GetJmapAccess,
            GetMetadata, GetQuota, GetQuotaRoot, Language, List, ListReturn, ListRights, ListSelect,
            MailboxEvents, MessageEvents, MultiSearch, MyRights, Needs, Noop, Notify, NotifyNone, Phase,
            ResetKey, Search, Select, SetQuota, Sort, Status, StatusItem, StatusItems, UidFetch, UidSearch,
            UidSort, Unauthenticate, Watched,
        },
        encode::{Encoder, tests::dialect},
    },
    rfc5257, rfc5267, rfc5464, rfc5465, rfc6203, rfc6855, rfc7377, rfc9208, rfc9394,
    types::{
        AclIdentifier, AnnotationScope, AnnotationUse, AnnotationsWanted, Capability, EntryName, FetchItem,
        MailboxName, MetadataEntry, MetadataTarget, PartPath, PartialRange, QuotaResource, QuotaRoot,
        SearchQuery, SearchReturn, SearchSource, SearchSources, Section, SectionText, SequenceSet, SortKey,
        SortOrder, Uid,
    },
};

#[test]
fn a_command_needs_nothing_but_its_state_at_first() {
    let needs = Needs::phase(Phase::Any);
    assert!(needs.understood() && !needs.wants_mod_sequences() && !needs.enables_condstore());
    assert_eq!((needs.state(), needs.annotations_used()), (Phase::Any, None));
    needs.check(&dialect(REV1)).unwrap();
    assert!(!needs.clone().not_understood().understood());
    let condstore = needs.clone().condstore();
    assert!(condstore.enables_condstore() && !condstore.wants_mod_sequences() && condstore.understood());
    let sequences = needs.clone().mod_sequences();
    assert!(sequences.enables_condstore() && sequences.wants_mod_sequences());
    // What asks for a capability in vain has no statement where it has none.
    let error = needs.clone().capability(Capability::Move).check(&dialect(REV2)).unwrap_err();
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Unsupported, None));
    needs.clone().or_rev2(Capability::Move).check(&dialect(REV2)).unwrap();
    needs.clone().any_of([Capability::Move, Capability::Enable], false).check(&dialect("ENABLE")).unwrap();
    assert!(needs.any_of([Capability::Move, Capability::Enable], false).check(&dialect(REV2)).is_err());
}

#[test]
fn commands_of_few_words() {
    let fred = || AclIdentifier::new("fred").unwrap();
    assert_eq!(sent("JMAPACCESS", &GetJmapAccess), "GETJMAPACCESS\r\n");
    assert_eq!(sent("UNAUTHENTICATE", &Unauthenticate), "UNAUTHENTICATE\r\n");
    assert_eq!(sent("COMPRESS=DEFLATE", &Compress), "COMPRESS DEFLATE\r\n");
    assert_eq!(sent("NOTIFY", &NotifyNone), "NOTIFY NONE\r\n");
    assert_eq!(sent("LANGUAGE", &Language::list()), "LANGUAGE\r\n");
    assert_eq!(sent("I18NLEVEL=2", &Comparator::active()), "COMPARATOR\r\n");
    assert_eq!(sent("URLAUTH", &ResetKey::all()), "RESETKEY\r\n");
    assert_eq!(sent("URLAUTH", &ResetKey::new(name("a"))), "RESETKEY a\r\n");
    assert_eq!(sent("ACL", &GetAcl::new(name("a"))), "GETACL a\r\n");
    assert_eq!(sent("ACL", &MyRights::new(name("a"))), "MYRIGHTS a\r\n");
    assert_eq!(sent("ACL", &ListRights::new(name("a"), fred())), "LISTRIGHTS a fred\r\n");
    assert_eq!(sent("ACL", &DeleteAcl::new(name("a"), fred())), "DELETEACL a fred\r\n");
    assert_eq!(sent("QUOTA", &GetQuota::new(QuotaRoot::from("a b"))), "GETQUOTA \"a b\"\r\n");
    assert_eq!(sent("QUOTA", &GetQuotaRoot::new(name("a"))), "GETQUOTAROOT a\r\n");
    let delayed = Notify::new().selected_delayed(MessageEvents::new());
    let expected = "NOTIFY SET (SELECTED-DELAYED (MessageNew MessageExpunge))\r\n";
    assert_eq!(sent("NOTIFY", &delayed), expected);
    // Where IMAP4rev2 is in force, whatever the server still says.
    let enable = Enable::new([Capability::from("X-NEW")]);
    assert_eq!(sent("IMAP4rev1 +IMAP4rev2", &enable), "ENABLE X-NEW\r\n");
    let above = UidSearch::new(SearchQuery::uid_after(Uid::new(7).unwrap()));
    assert_eq!(sent("IMAP4rev1 MESSAGELIMIT=9", &above), "UID SEARCH UIDAFTER 7\r\n");
    unsupported(REV2, &above);
    unsupported(REV2, &GetJmapAccess);
    unsupported(REV2, &Unauthenticate);
    unsupported(REV2, &Compress);
    unsupported(REV2, &GetAcl::new(name("a")));
}

#[test]
fn all_that_is_done_with_annotations_counts() {
    let used = |private, stores| AnnotationUse { private, stores };
    for (one, other, both) in [
        (used(true, None), used(false, None), used(true, None)),
        (used(false, None), used(true, None), used(true, None)),
        (used(false, None), used(false, None), used(false, None)),
        (used(true, Some(3)), used(true, Some(5)), used(true, Some(5))),
        (used(false, Some(5)), used(false, None), used(false, Some(5))),
    ] {
        let needs = Needs::phase(Phase::Any).annotations(one).annotations(other);
        assert_eq!(needs.annotations_used(), Some(both));
        assert!(needs.check(&dialect(REV2)).is_err());
        needs.check(&dialect("ANNOTATE-EXPERIMENT-1")).unwrap();
    }
}

#[test]
fn whose_annotations_are_asked_for() {
    let comment = EntryName::comment;
    for (scope, private) in
        [(None, true), (Some(AnnotationScope::Private), true), (Some(AnnotationScope::Shared), false)]
    {
        let mut wanted = AnnotationsWanted::value(comment());
        wanted.scope = scope;
        let expected = Some(AnnotationUse { private, stores: None });
        let fetch = Fetch::new(SequenceSet::all(), FetchItem::Annotations(wanted));
        assert_eq!(fetch.needs().annotations_used(), expected, "{scope:?}");
        let search = Search::new(SearchQuery::annotation(comment(), scope, "x"));
        assert_eq!(search.needs().annotations_used(), expected, "{scope:?}");
    }
    for scope in [AnnotationScope::Private, AnnotationScope::Shared] {
        let sort = Sort::new(SortKey::Annotation(comment(), scope), SearchQuery::all());
        let private = scope == AnnotationScope::Private;
        assert_eq!(sort.needs().annotations_used(), Some(AnnotationUse { private, stores: None }));
        let error = refused("IMAP4rev1 ANNOTATE-EXPERIMENT-1 SORT=DISPLAY", &sort);
        assert_eq!(error.requirement(), Some(rfc5257::SORTING_NEEDS_SORT));
    }
}

/// What is in none of the RFCs that IMAP4rev2 has taken in has to be offered beside it.
#[test]
fn what_imap4rev2_does_not_include() {
    let all = SearchQuery::all;
    let returns = SearchReturn::new;
    let sort = |returns| UidSort::new(SortKey::Date, all()).returning(returns);
    let esort = Some(rfc5267::EXTENDED_SORT_NEEDS_ESORT);
    assert_eq!(refused("IMAP4rev2 SORT", &sort(returns().count())).requirement(), esort);
    for server in ["IMAP4rev2 SORT ESORT", "IMAP4rev2 SORT CONTEXT=SORT"] {
        assert_eq!(
            sent(server, &sort(returns().count())),
            "UID SORT RETURN (COUNT) (DATE) UTF-8 ALL\r\n",
            "{server}"
        );
    }
    assert_eq!(sent("IMAP4rev2 SORT", &sort(returns())), "UID SORT (DATE) UTF-8 ALL\r\n");
    let fuzzy = || SearchQuery::subject("x").fuzzy();
    let scored = UidSort::new(SortKey::Date, fuzzy()).returning(returns().relevancy());
    assert!(refused("IMAP4rev2 SORT SEARCH=FUZZY", &scored).requirement().is_some());
    assert!(sent("IMAP4rev2 SORT SEARCH=FUZZY ESORT", &scored).starts_with("UID SORT RETURN (RELEVANCY)"));
    let scored = UidSearch::new(fuzzy()).returning(returns().relevancy());
    assert_eq!(
        refused("IMAP4rev1 SEARCH=FUZZY", &scored).requirement(),
        Some(rfc6203::RELEVANCY_NEEDS_ESEARCH)
    );
    assert!(sent("IMAP4rev2 SEARCH=FUZZY", &scored).starts_with("UID SEARCH RETURN (RELEVANCY)"));
    unsupported(REV2, &CancelUpdate::new(["a".to_owned()]));
    for server in ["IMAP4rev2 CONTEXT=SEARCH", "IMAP4rev2 CONTEXT=SORT"] {
        assert_eq!(sent(server, &CancelUpdate::new(["a".to_owned()])), "CANCELUPDATE \"a\"\r\n");
    }
}

#[test]
fn parts_and_contexts_of_results() {
    let search = |returns| UidSearch::new(SearchQuery::all()).returning(returns);
    let start = search(SearchReturn::new().partial(PartialRange::from_start(1, 9).unwrap()));
    let end = search(SearchReturn::new().partial(PartialRange::from_end(1, 9).unwrap()));
    for (server, of_start, of_end) in [
        ("IMAP4rev2", false, false),
        ("IMAP4rev2 CONTEXT=SEARCH", true, false),
        ("IMAP4rev2 CONTEXT=SORT", false, false),
        ("IMAP4rev2 PARTIAL", true, true),
        ("IMAP4rev1 PARTIAL ESEARCH", true, true),
    ] {
        let takes = |command: &UidSearch| command.needs().check(&dialect(server)).is_ok();
        assert_eq!((takes(&start), takes(&end)), (of_start, of_end), "{server}");
    }
    for returns in [SearchReturn::new().context(), SearchReturn::new().update()] {
        unsupported(REV2, &search(returns));
        search(returns).needs().check(&dialect("IMAP4rev2 CONTEXT=SEARCH")).unwrap();
        let sort = Sort::new(SortKey::Date, SearchQuery::all()).returning(returns);
        unsupported("IMAP4rev2 SORT ESORT CONTEXT=SEARCH", &sort);
        sort.needs().check(&dialect("IMAP4rev2 SORT CONTEXT=SORT")).unwrap();
    }
    let plain = search(SearchReturn::new());
    plain.needs().check(&dialect(REV1)).unwrap();
    let range = PartialRange::from_start(1, 9).unwrap();
    let both = search(SearchReturn::new().all().partial(range));
    assert_eq!(refused("IMAP4rev2 PARTIAL", &both).requirement(), Some(rfc9394::PARTIAL_EXCLUDES_ALL));
    assert_eq!(
        sent("IMAP4rev2 PARTIAL", &search(SearchReturn::new().count().partial(range))),
        "UID SEARCH RETURN (COUNT PARTIAL 1:9) ALL\r\n"
    );
    let scored = search(SearchReturn::new().relevancy());
    let error = refused("IMAP4rev2 SEARCH=FUZZY", &scored);
    assert_eq!(error.requirement(), Some(rfc6203::RELEVANCY_NEEDS_FUZZY));
}

#[test]
fn sorting_by_relevancy_needs_something_that_is_fuzzy() {
    let server = "IMAP4rev1 SORT SEARCH=FUZZY";
    let by = |order: SortOrder, query| Sort::new(order, query);
    let relevancy = || SortOrder::by(SortKey::Relevancy);
    let error = refused(server, &by(relevancy(), SearchQuery::subject("x")));
    assert_eq!(error.kind(), ErrorKind::Usage);
    let fuzzy = || SearchQuery::subject("x").fuzzy();
    assert_eq!(sent(server, &by(relevancy(), fuzzy())), "SORT (RELEVANCY) UTF-8 FUZZY SUBJECT x\r\n");
    assert_eq!(
        sent(server, &by(SortOrder::by(SortKey::Date), SearchQuery::subject("x"))),
        "SORT (DATE) UTF-8 SUBJECT x\r\n"
    );
    let error = refused("IMAP4rev1 SORT", &by(relevancy(), SearchQuery::custom("X").unwrap()));
    assert_eq!(error.requirement(), Some(rfc6203::FUZZY_NEEDS_THE_CAPABILITY));
    by(SortOrder::by(SortKey::Date), SearchQuery::all()).needs().check(&dialect("SORT")).unwrap();
    unsupported("IMAP4rev1 SORT", &by(SortOrder::by(SortKey::DisplayTo), SearchQuery::all()));
    unsupported(REV2, &by(SortOrder::by(SortKey::Date), SearchQuery::all()));
}

#[test]
fn annotations_of_the_server_and_of_mailboxes() {
    let get = |target: MetadataTarget, entry: &str| {
        GetMetadata::new(target, vec![MetadataEntry::new(entry).unwrap()])
    };
    let server = |entry| get(MetadataTarget::Server, entry);
    let mailbox = |entry| get(name("a").into(), entry);
    let (comment, filter) = ("/private/comment", "/private/filters/values/x");
    for (capability, of_server, of_filters, of_mailbox) in [
        ("", false, false, false),
        ("METADATA", true, true, true),
        ("METADATA-SERVER", true, true, false),
        ("FILTERS", false, true, false),
    ] {
        let dialect = dialect(&format!("IMAP4rev2 {capability}"));
        let takes = |command: &GetMetadata| command.needs().check(&dialect).is_ok();
        assert_eq!(
            (takes(&server(comment)), takes(&server(filter)), takes(&mailbox(filter))),
            (of_server, of_filters, of_mailbox),
            "{capability}"
        );
        let mixed = [comment, filter].map(|entry| MetadataEntry::new(entry).unwrap());
        assert_eq!(takes(&GetMetadata::new(MetadataTarget::Server, mixed)), of_server, "{capability}");
    }
    let error = refused("IMAP4rev1 METADATA-SERVER", &mailbox(comment));
    assert_eq!(error.requirement(), Some(rfc5464::METADATA_SERVER_IS_FOR_THE_SERVER));
}

#[test]
fn what_is_to_be_told_of_changes() {
    let watch = |events| Notify::new().watch(Watched::Personal, events);
    let none = MailboxEvents::none;
    for (notify, needed, words) in [
        (watch(none().names()), "", "MailboxName"),
        (watch(none().messages()), "", "MessageNew MessageExpunge"),
        (watch(none().flags()), "", "MessageNew MessageExpunge FlagChange"),
        (watch(none().annotations()), "ANNOTATE-EXPERIMENT-1", "MessageNew MessageExpunge AnnotationChange"),
        (watch(none().metadata()), "METADATA", "MailboxMetadataChange"),
        (watch(none().server_metadata()), "METADATA", "ServerMetadataChange"),
        (watch(none().server_metadata()), "METADATA-SERVER", "ServerMetadataChange"),
        (watch(none().subscriptions()), "", "SubscriptionChange"),
    ] {
        let server = format!("IMAP4rev2 NOTIFY {needed}");
        assert_eq!(sent(&server, &notify), format!("NOTIFY SET (PERSONAL ({words}))\r\n"));
        unsupported("IMAP4rev1 METADATA METADATA-SERVER ANNOTATE-EXPERIMENT-1", &notify);
        if !needed.is_empty() {
            unsupported("IMAP4rev2 NOTIFY", &notify);
        }
    }
    unsupported("IMAP4rev2 NOTIFY METADATA-SERVER", &watch(none().metadata()));
    let selected = |events| Notify::new().selected(events);
    let annotations = selected(MessageEvents::new().annotations());
    unsupported("IMAP4rev2 NOTIFY", &annotations);
    assert_eq!(
        sent("IMAP4rev2 NOTIFY ANNOTATE-EXPERIMENT-1", &annotations),
        "NOTIFY SET (SELECTED (MessageNew MessageExpunge AnnotationChange))\r\n"
    );
    assert_eq!(
        sent("IMAP4rev2 NOTIFY", &selected(MessageEvents::new().fetch(FetchItem::Uid))),
        "NOTIFY SET (SELECTED (MessageNew (UID) MessageExpunge))\r\n"
    );
    for unnamed in [Watched::Subtree(Vec::new()), Watched::Mailboxes(Vec::new())] {
        let notify = Notify::new().watch(unnamed, none().messages());
        assert_eq!(refused("IMAP4rev2 NOTIFY", &notify).kind(), ErrorKind::Usage);
    }
    assert_eq!(refused("IMAP4rev2 NOTIFY", &Notify::new()).kind(), ErrorKind::Usage);
}

#[test]
fn new_messages_are_only_peeked_at() {
    let part = |path: &str| path.parse::<PartPath>().unwrap();
    let section = |path: &str, peek| FetchItem::Section {
        section: Section { part: part(path), text: SectionText::All },
        peek,
        partial: None,
    };
    let binary = |path: &str, peek| FetchItem::Binary { part: part(path), peek, partial: None };
    for (item, suits) in [
        (FetchItem::Uid, true),
        (FetchItem::BodyStructure, true),
        (FetchItem::Rfc822Header, true),
        (FetchItem::Rfc822, false),
        (FetchItem::Rfc822Text, false),
        (section("", true), true),
        (section("", false), false),
        (section("1", true), false),
        (binary("", true), true),
        (binary("", false), false),
        (binary("1", true), false),
        (FetchItem::BinarySize(part("")), true),
        (FetchItem::BinarySize(part("1")), false),
    ] {
        let notify = Notify::new().selected(MessageEvents::new().fetch(item.clone()));
        let error = Encoder::command(&notify, &dialect("IMAP4rev1 NOTIFY BINARY")).err();
        assert_eq!(error.is_none(), suits, "{item:?}");
        let statement = rfc5465::NEW_MESSAGE_IS_PEEKED_AT;
        assert!(error.is_none_or(|error| error.requirement() == Some(statement)), "{item:?}");
    }
}

#[test]
fn quotas_are_set_where_the_server_of_rfc_9208_says_so() {
    let set = SetQuota::new(QuotaRoot::from("")).limit(QuotaResource::Storage, 7);
    for server in ["IMAP4rev1 QUOTA", "IMAP4rev1 QUOTA QUOTASET", "QUOTA QUOTA=RES-STORAGE QUOTASET"] {
        assert_eq!(sent(server, &set), "SETQUOTA \"\" (STORAGE 7)\r\n", "{server}");
    }
    let error = refused("IMAP4rev1 QUOTA QUOTA=RES-STORAGE", &set);
    assert_eq!(error.requirement(), Some(rfc9208::SETQUOTA_NEEDS_QUOTASET));
    unsupported(REV2, &set);
}

#[test]
fn a_server_of_utf8_alone_wants_that_enabled() {
    let select = Select::new(MailboxName::inbox());
    let status = Status::new(name("a"), StatusItems::common());
    for (server, open) in
        [("IMAP4rev1 UTF8=ONLY", false), ("IMAP4rev1 UTF8=ONLY +UTF8=ACCEPT", true), ("IMAP4rev1", true)]
    {
        let dialect = dialect(server);
        for needs in [select.needs(), status.needs(), Needs::phase(Phase::Selected)] {
            let error = needs.check(&dialect).err();
            assert_eq!(error.is_none(), open, "{server}");
            let requirement = error.and_then(|error| error.requirement());
            assert!(open || requirement == Some(rfc6855::UTF8_ONLY_NEEDS_ENABLE), "{server}");
        }
        for phase in [Phase::Any, Phase::NotAuthenticated, Phase::Unselected] {
            Needs::phase(phase).check(&dialect).unwrap();
        }
        Noop.needs().check(&dialect).unwrap();
    }
}

#[test]
fn options_of_list() {
    let two = List::new(pattern("a")).or(pattern("b"));
    unsupported(REV1, &two);
    unsupported(REV2, &two);
    assert_eq!(sent("IMAP4rev1 LIST-EXTENDED", &two), "LIST \"\" (a b)\r\n");
    let all = || List::new(pattern("*"));
    let remote = all().select(ListSelect::Remote);
    assert_eq!(sent(REV2, &remote), "LIST (REMOTE) \"\" *\r\n");
    assert_eq!(sent(REV2, &remote.select(ListSelect::Remote)), "LIST (REMOTE) \"\" *\r\n");
    let of = |items: &[StatusItem]| ListReturn::Status(items.iter().cloned().collect());
    let last = all()
        .returns(of(&[StatusItem::Messages]))
        .returns(ListReturn::Children)
        .returns(of(&[StatusItem::Unseen]));
    assert_eq!(sent(REV2, &last), "LIST \"\" * RETURN (CHILDREN STATUS (UNSEEN))\r\n");
    let comments = all().returns(ListReturn::Metadata(vec![MetadataEntry::SHARED_COMMENT]));
    let expected = "LIST \"\" * RETURN (METADATA (/shared/comment))\r\n";
    assert_eq!(sent("IMAP4rev2 LIST-METADATA", &comments), expected);
    let empty = all().returns(ListReturn::Metadata(Vec::new()));
    assert_eq!(refused("IMAP4rev2 LIST-METADATA", &empty).kind(), ErrorKind::Usage);
    let twice = StatusItems::new().item(StatusItem::Messages).item(StatusItem::Messages);
    assert_eq!(sent(REV1, &Status::new(name("a"), twice)), "STATUS a (MESSAGES)\r\n");
}

#[test]
fn a_part_of_a_set_is_for_uids() {
    use crate::codec::command::FetchModifiers;
    let part = || FetchModifiers::new().partial(PartialRange::from_start(1, 2).unwrap());
    let server = "IMAP4rev2 PARTIAL CONDSTORE";
    let uid_fetch = UidFetch::new(SequenceSet::all(), FetchItem::Flags);
    assert_eq!(sent(server, &uid_fetch.clone().with(part())), "UID FETCH 1:* (FLAGS) (PARTIAL 1:2)\r\n");
    let since = crate::types::ModSeq::new(9).unwrap();
    assert_eq!(
        sent(server, &uid_fetch.clone().with(part().changed_since(since))),
        "UID FETCH 1:* (FLAGS) (CHANGEDSINCE 9 PARTIAL 1:2)\r\n"
    );
    unsupported(REV2, &uid_fetch.with(part()));
    let fetch = Fetch::new(SequenceSet::all(), FetchItem::Flags).with(part());
    assert_eq!(refused(server, &fetch).requirement(), Some(rfc9394::ONLY_UID_FETCH_HAS_PARTIAL));
}

#[test]
fn where_several_mailboxes_are_searched() {
    let server = "IMAP4rev1 MULTISEARCH SEARCHRES CONTEXT=SEARCH";
    let esearch =
        |sources: SearchSources, returns| MultiSearch::new(sources, SearchQuery::seen()).returning(returns);
    let of = |sources: &[SearchSource]| SearchSources::new(sources.to_vec()).unwrap();
    let (new, selected) = (SearchReturn::new, SearchSources::selected);
    assert_eq!(sent(server, &esearch(selected(), new())), "ESEARCH RETURN (ALL) SEEN\r\n");
    assert_eq!(sent(server, &esearch(selected(), new().save())), "ESEARCH RETURN (SAVE) SEEN\r\n");
    let both = of(&[SearchSource::Selected, SearchSource::Mailboxes(vec![name("a"), name("b")])]);
    assert_eq!(
        sent(server, &esearch(both.clone(), new().count())),
        "ESEARCH IN (selected mailboxes (a b)) RETURN (COUNT) SEEN\r\n"
    );
    for sources in [both.clone(), of(&[SearchSource::Inboxes])] {
        let error = refused(server, &esearch(sources, new().save()));
        assert_eq!(error.requirement(), Some(rfc7377::SAVE_ONLY_IN_THE_SELECTED_MAILBOX));
    }
    let error = refused(server, &esearch(selected(), new().update()));
    assert_eq!(error.requirement(), Some(rfc5267::UPDATES_HOLD_WHAT_THE_COMMAND_ASKED));
    assert_eq!(esearch(both, new()).needs().state(), Phase::Selected);
    assert_eq!(esearch(selected(), new()).needs().state(), Phase::Selected);
    assert_eq!(esearch(of(&[SearchSource::Inboxes]), new()).needs().state(), Phase::Authenticated);
}
