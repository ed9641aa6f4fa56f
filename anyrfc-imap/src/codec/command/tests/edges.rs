//! Answers and arguments at the edges of what they can be.

use bytes::Bytes;

use super::{REV1, REV2, name, refused, sent};
use crate::{
    ErrorKind,
    codec::{
        command::{
            Append, Collected, Command, Create, Divided, Examine, Expunge, FetchModifiers, GetMetadata,
            GetQuota, GetQuotaRoot, Language, List, MetadataDepth, MultiSearch, MultiSearchAnswer, Order,
            Search, Select, SetAcl, SetMetadata, SetQuota, Sort, Store, StoreAction, Stored, Thread,
            UidExpunge, UidFetch, UidMove, UidSearch, UidStore, UidThread, UrlContent, UrlFetch,
            UrlFetchItem,
        },
        reader::Text,
        response::{Context, Response, parse},
    },
    rfc4466, rfc4469, rfc4731, rfc5464, rfc6855, rfc7377, rfc9051, rfc9208, rfc9394,
    types::{
        AclIdentifier, Annotation, AnnotationScope, AppendForm, AppendMessage, AppendOptions, AuthorizedUrl,
        CatenatePart, Code, Data, EntryName, FetchItem, ImapUrl, MailboxName, MessageLimit, MetadataEntry,
        MetadataTarget, PartialRange, QuotaResource, QuotaRoot, Right, Rights, RowTables, SearchQuery,
        SearchSources, SequenceSet, StatusKind, StatusResponse, ThreadAlgorithm, Uid,
    },
};

/// What a server says before the completion.
fn collected(lines: &[&str]) -> Collected {
    let data = |line: &&str| {
        let (mut tables, mut deviations) = (RowTables::new(), anyrfc_core::Deviations::default());
        let line = format!("* {line}\r\n");
        match parse(Text::new(line.as_bytes()), &Context::default(), &mut tables, &mut deviations) {
            Response::Data(data) => data,
            other => panic!("{line}: {other:?}"),
        }
    };
    Collected::new(StatusResponse::new(StatusKind::Ok, None, "x"), lines.iter().map(data).collect())
}

fn answer<C: Command>(lines: &[&str]) -> C::Answer {
    C::answer(collected(lines)).unwrap()
}

fn set(text: &str) -> SequenceSet {
    text.parse().unwrap()
}

fn entry(name: &str) -> MetadataEntry {
    MetadataEntry::new(name).unwrap()
}

#[test]
fn messages_that_go_while_a_mailbox_is_opened_do_not_count() {
    for (lines, exists, vanished) in [
        (&["5 EXISTS", "5 EXPUNGE"][..], 4, ""),
        (&["5 EXISTS", "VANISHED 7,9"], 3, "7,9"),
        (&["5 EXISTS", "VANISHED (EARLIER) 7,9"], 5, "7,9"),
        (&["1 EXISTS", "1 EXPUNGE", "1 EXPUNGE"], 0, ""),
        (&["VANISHED (EARLIER) 3", "VANISHED (EARLIER) 9:10", "7 EXISTS"], 7, "3,9:10"),
        (&["VANISHED (EARLIER) 3", "VANISHED (EARLIER) 1", "VANISHED 2", "7 EXISTS"], 7, "1:3"),
        (&["9 EXISTS", "OK [CLOSED] x", "2 EXISTS", "OK [CLOSED] x", "3 EXISTS"], 3, ""),
    ] {
        let found = answer::<Select>(lines);
        assert_eq!((found.exists, &*found.vanished.to_string()), (exists, vanished), "{lines:?}");
    }
    assert_eq!(answer::<Expunge>(&["VANISHED 3", "VANISHED 5"]).vanished.to_string(), "3,5");
}

#[test]
fn what_codes_tell_of_a_mailbox() {
    let (plain, told) = (answer::<Select>(&[]), |code: &str| answer::<Select>(&[&format!("OK [{code}] x")]));
    assert!(!plain.no_mod_seq && !plain.uids_not_sticky && !plain.read_only && plain.annotations.is_none());
    assert!(told("HIGHESTMODSEQ 0").no_mod_seq && !told("HIGHESTMODSEQ x").no_mod_seq);
    assert!(told("NOMODSEQ").no_mod_seq && told("UIDNOTSTICKY").uids_not_sticky);
    assert!(told("READ-ONLY").read_only && !told("READ-WRITE").read_only);
    assert!(answer::<Examine>(&["OK [READ-WRITE] x"]).read_only);
    let both = answer::<Select>(&["OK [READ-ONLY] x", "OK [READ-WRITE] x"]);
    assert!(!both.read_only, "the last one holds");
    assert!(told("ANNOTATIONS 7").annotations.is_some() && told("URLMECH INTERNAL").url_mechanisms.is_some());
    assert!(told("MAILBOXID (a)").mailbox_id.is_some() && told("HIGHESTMODSEQ 7").highest_mod_seq.is_some());
}

#[test]
fn a_mailbox_that_is_made_is_the_one_with_an_older_name() {
    let renamed = "LIST () \"/\" b (OLDNAME (a))";
    for lines in [&[renamed, "LIST () \"/\" c"][..], &["LIST () \"/\" c", renamed], &[renamed]] {
        let listed = answer::<Create>(lines).listed.unwrap();
        assert_eq!(listed.mailbox, name("b"), "{lines:?}");
    }
    assert_eq!(answer::<Create>(&["LIST () \"/\" c"]).listed, None);
    assert_eq!(answer::<List>(&["LIST () \"/\" c", renamed]).len(), 2);
}

#[test]
fn which_searches_are_about_numbers() {
    let custom = || SearchQuery::custom("X-KEY").unwrap();
    for (query, order) in [
        (SearchQuery::all(), Order::free()),
        (SearchQuery::uids(set("1:*")), Order::free()),
        (SearchQuery::numbers(SequenceSet::saved()), Order::free()),
        (SearchQuery::numbers(set("1")), Order::using_numbers()),
        (!SearchQuery::numbers(set("1")) & SearchQuery::seen(), Order::using_numbers()),
        (SearchQuery::seen() | custom(), Order::using_numbers()),
    ] {
        assert_eq!(UidSearch::new(query.clone()).order(), order, "{query:?}");
        assert_eq!(UidThread::new(ThreadAlgorithm::Refs, query.clone()).order(), order, "{query:?}");
        assert_eq!(MultiSearch::new(SearchSources::selected(), query.clone()).order(), order, "{query:?}");
        assert_eq!(Search::new(query.clone()).order(), Order::keeping_numbers());
        assert_eq!(Thread::new(ThreadAlgorithm::Refs, query).order(), Order::keeping_numbers());
    }
}

#[test]
fn numbers_that_may_be_of_the_other_kind_are_not_taken() {
    let uid = |line: &str| UidSearch::answer(collected(&[&format!("ESEARCH (TAG \"a\") {line}")]));
    for (line, taken) in [
        ("UID ALL 1", true),
        ("ALL 1", false),
        ("MIN 1", false),
        ("MAX 1", false),
        ("COUNT 0", true),
        ("PARTIAL (1:2 NIL)", true),
        ("PARTIAL (1:2 3)", false),
        ("UID PARTIAL (1:2 3)", true),
        ("COUNT 5", true),
    ] {
        let error = uid(line).err();
        assert_eq!(error.is_none(), taken, "{line}");
        let statement = rfc4731::UID_SEARCH_HAS_THE_UID_INDICATOR;
        assert!(error.is_none_or(|error| error.requirement() == Some(statement)), "{line}");
    }
    // What was found and cannot be read is not nothing.
    for (line, taken) in [
        ("UID ALL 1:*", false),
        ("UID PARTIAL (1:2 3 4)", false),
        ("UID ALL 1 ALL 2", true),
        ("UID PARTIAL (1:2 3) PARTIAL (3:4 7)", true),
        ("UID ALL NIL", true),
        ("UID PARTIAL NIL", true),
        ("UID X 5", true),
        ("UID MIN x", true),
    ] {
        let error = uid(line).err();
        assert_eq!(error.is_none(), taken, "{line}");
        let statement = rfc9051::ABNF_IS_FOLLOWED_STRICTLY;
        assert!(error.is_none_or(|error| error.requirement() == Some(statement)), "{line}");
    }
}

#[test]
fn a_part_holds_no_more_than_its_range() {
    for (numbers, fits) in [("7", true), ("7,9", true), ("7:9", false), ("1,3,5", false), ("NIL", true)] {
        let line = format!("ESEARCH (TAG \"a\") UID PARTIAL (1:2 {numbers})");
        let error = UidSearch::answer(collected(&[&line])).err();
        assert_eq!(error.is_none(), fits, "{numbers}");
        let line = format!("ESEARCH (TAG \"a\") PARTIAL (1:2 {numbers})");
        let sorted = Sort::answer(collected(&[&line])).err();
        assert_eq!(sorted.is_none(), fits, "{numbers}");
        for error in [error, sorted].into_iter().flatten() {
            assert_eq!(error.requirement(), Some(rfc9394::RANGE_IS_RETURNED));
        }
    }
}

#[test]
fn an_esearch_without_a_tag_answers_nothing() {
    let stray = "ESEARCH UID ALL 9";
    let error = UidSearch::answer(collected(&[stray])).unwrap_err();
    assert_eq!(error.requirement(), Some(rfc4466::ESEARCH_BELONGS_TO_ITS_TAG));
    for (lines, found) in [
        (&[stray, "SEARCH 1"][..], "1"),
        (&["SEARCH", stray], ""),
        (&[stray, "ESEARCH (TAG \"a\") UID ALL 3"], "3"),
        (&["ESEARCH (TAG \"a\") UID ALL 3", "ESEARCH (TAG \"a\") UID ALL 5"], "3,5"),
        (&["SEARCH 1 (MODSEQ 5)", "SEARCH 2 (MODSEQ 3)"], "1:2"),
        (&[], ""),
        (&["3 EXISTS"], ""),
    ] {
        assert_eq!(answer::<UidSearch>(lines).all.to_string(), found, "{lines:?}");
    }
    let twice = answer::<UidSearch>(&["SEARCH 1 (MODSEQ 5)", "SEARCH 2 (MODSEQ 3)"]);
    assert_eq!(twice.mod_seq.map(|highest| highest.get()), Some(5));
}

#[test]
fn what_is_found_in_several_mailboxes_is_told_by_mailbox() {
    let of = |mailbox: &str, validity: u32, found: &str| {
        format!("ESEARCH (TAG \"a\" MAILBOX {mailbox} UIDVALIDITY {validity}) {found}")
    };
    let answer = |lines: &[String]| {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        MultiSearch::answer(collected(&lines))
    };
    let told = |answer: MultiSearchAnswer| {
        let told = |found: &crate::codec::command::MailboxMatches| {
            format!("{}/{} {}", found.mailbox, u32::from(found.uid_validity), found.found.all)
        };
        answer.mailboxes.iter().map(told).collect::<Vec<_>>()
    };
    let several = answer(&[of("a", 1, "UID ALL 1"), of("b", 2, "UID ALL 7"), of("a", 1, "UID ALL 3")]);
    assert_eq!(told(several.unwrap()), ["a/1 1,3", "b/2 7"]);
    let error = answer(&[of("a", 1, "UID ALL 1"), of("a", 2, "UID ALL 3")]).unwrap_err();
    assert_eq!(error.requirement(), Some(rfc7377::ONE_RESPONSE_PER_MAILBOX));
    for lines in [&[of("a", 1, "ALL 1")][..], &[of("a", 1, "UID ALL 1"), of("a", 1, "ALL 1")]] {
        let error = answer(lines).unwrap_err();
        assert_eq!(error.requirement(), Some(rfc4731::UID_SEARCH_HAS_THE_UID_INDICATOR));
    }
    for (unplaced, nothing) in [
        ("ESEARCH (TAG \"a\") UID", true),
        ("ESEARCH (TAG \"a\") UID COUNT 0", true),
        ("ESEARCH (TAG \"a\") UID ALL 1", false),
        ("ESEARCH (TAG \"a\") UID ALL 1:*", false),
        ("ESEARCH (TAG \"a\" MAILBOX a) UID ALL 1", false),
        ("ESEARCH (TAG \"a\" UIDVALIDITY 1) UID ALL 1", false),
    ] {
        let found = answer(&[unplaced.to_owned()]);
        assert_eq!(found.is_ok(), nothing, "{unplaced}");
        let statement = Some(rfc7377::ALL_CORRELATORS_ARE_SENT);
        assert!(found.err().is_none_or(|error| error.requirement() == statement), "{unplaced}");
    }
    let limited = |line: &str| answer(&[line.to_owned()]).unwrap().limited;
    assert!(limited("NO [LIMIT] x") && !limited("OK [ALERT] x"));
}

#[test]
fn every_command_about_uids_goes_on_below_the_last() {
    fn rest<C: Divided>(command: &C) -> String {
        let limit = MessageLimit::new(100, Uid::new(501));
        command.rest(limit).unwrap().unwrap().set().to_string()
    }
    assert_eq!(rest(&UidFetch::new(set("1:*"), FetchItem::Flags)), "1:500");
    assert_eq!(rest(&UidStore::new(set("7,1:600"), StoreAction::Add, Stored::Flags(Vec::new()))), "7,1:500");
    assert_eq!(rest(&UidMove::new(set("400:900"), name("a"))), "400:500");
    assert_eq!(rest(&UidExpunge::new(set("500:501"))), "500");
    // Of a part of what the set names nobody knows what is left.
    let part = FetchModifiers::new().partial(PartialRange::from_start(1, 9).unwrap());
    let fetch = UidFetch::new(set("1:*"), FetchItem::Flags).with(part);
    let error = fetch.rest(MessageLimit::new(100, Uid::new(501))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
}

#[test]
fn limits_of_quotas_have_63_bits() {
    let server = "IMAP4rev1 QUOTA";
    let storage = |limit| SetQuota::new(QuotaRoot::from("")).limit(QuotaResource::Storage, limit);
    assert_eq!(sent(server, &storage(i64::MAX as u64)), "SETQUOTA \"\" (STORAGE 9223372036854775807)\r\n");
    let error = refused(server, &storage(1 << 63));
    assert_eq!(error.requirement(), Some(rfc9208::LIMIT_IS_AN_INTEGER));
    let two = storage(1).limit(QuotaResource::Message, 2).limit(QuotaResource::Storage, 3);
    assert_eq!(sent(server, &two), "SETQUOTA \"\" (MESSAGE 2 STORAGE 3)\r\n");
    assert_eq!(sent(server, &two.without(&QuotaResource::Message)), "SETQUOTA \"\" (STORAGE 3)\r\n");
}

#[test]
fn roots_of_quotas_are_told_with_their_limits() {
    let (first, again) = ("QUOTA a (STORAGE 1 2)", "QUOTA a (STORAGE 1 9)");
    let told = answer::<GetQuotaRoot>(&["QUOTAROOT INBOX a b", first, "QUOTA b (STORAGE 1 3)", again]);
    assert_eq!((told.roots.len(), told.quotas.len()), (2, 2));
    let limit = |root: &str| told.quota(&QuotaRoot::from(root)).map(|quota| quota.resources[0].limit);
    assert_eq!((limit("a"), limit("b"), limit("c")), (Some(9), Some(3), None), "the last one holds");
    assert!(answer::<GetQuotaRoot>(&["QUOTAROOT INBOX"]).quotas.is_empty());
    let error = GetQuotaRoot::answer(collected(&[first])).unwrap_err();
    assert_eq!(error.requirement(), Some(rfc9208::GETQUOTAROOT_GETS_QUOTAROOT));
    assert_eq!(answer::<GetQuota>(&[first, again]).resources[0].limit, 9);
    let error = GetQuota::answer(collected(&[])).unwrap_err();
    assert_eq!(error.requirement(), Some(rfc9208::GETQUOTA_GETS_QUOTA));
}

#[test]
fn who_gives_everybody_the_control() {
    let (anyone, fred) = (AclIdentifier::anyone, || AclIdentifier::new("fred").unwrap());
    let control: Rights = [Right::ADMINISTER, Right::READ].into_iter().collect();
    let read: Rights = [Right::READ].into_iter().collect();
    for (command, gives) in [
        (SetAcl::grant(name("a"), anyone(), control), true),
        (SetAcl::replace(name("a"), anyone(), control), true),
        (SetAcl::revoke(name("a"), anyone(), control), false),
        (SetAcl::grant(name("a"), fred(), control), false),
        (SetAcl::grant(name("a"), anyone(), read), false),
    ] {
        assert_eq!(command.gives_control_to_anyone(), gives, "{command:?}");
    }
    assert_eq!(sent("ACL", &SetAcl::grant(name("a"), fred(), control)), "SETACL a fred +ar\r\n");
    assert_eq!(sent("ACL", &SetAcl::revoke(name("a"), fred(), read)), "SETACL a fred -r\r\n");
    assert_eq!(sent("ACL", &SetAcl::replace(name("a"), anyone(), read)), "SETACL a anyone r\r\n");
}

#[test]
fn options_of_annotations() {
    let get = || GetMetadata::new(name("a"), vec![MetadataEntry::SHARED_COMMENT]);
    for (command, written) in [
        (get(), ""),
        (get().max_size(7), "(MAXSIZE 7) "),
        (get().depth(MetadataDepth::One), "(DEPTH 1) "),
        (get().depth(MetadataDepth::Zero).max_size(0), "(MAXSIZE 0 DEPTH 0) "),
        (get().depth(MetadataDepth::Infinity), "(DEPTH infinity) "),
    ] {
        let expected = format!("GETMETADATA {written}a /shared/comment\r\n");
        assert_eq!(sent("IMAP4rev1 METADATA", &command), expected);
    }
    let told = answer::<GetMetadata>(&[
        "METADATA a (/shared/comment \"x\" /private/comment NIL)",
        "METADATA a /shared/y",
        "METADATA a (/shared/comment \"y\")",
    ]);
    assert_eq!(told.values.len(), 2);
    assert_eq!(told.value(&MetadataEntry::SHARED_COMMENT).map(|value| &value[..]), Some(&b"y"[..]));
    assert_eq!(told.value(&MetadataEntry::PRIVATE_COMMENT), None);
    let more = answer::<GetMetadata>(&["OK [METADATA LONGENTRIES 5] x"]);
    assert_eq!((told.long_entries, more.long_entries), (None, Some(5)));
}

#[test]
fn annotations_that_are_set() {
    let server = "IMAP4rev1 METADATA LITERAL+";
    let set = |target: MetadataTarget, entry| SetMetadata::new(target).text(entry, "x");
    let (admin, comment) = (MetadataEntry::SHARED_ADMIN, MetadataEntry::SHARED_COMMENT);
    let error = refused(server, &set(MetadataTarget::Server, admin.clone()));
    assert_eq!(error.requirement(), Some(rfc5464::ADMIN_IS_READ_ONLY));
    for (target, entry, written) in [
        (MetadataTarget::Server, comment.clone(), "\"\" (/shared/comment \"x\")"),
        (name("a").into(), admin, "a (/shared/admin \"x\")"),
    ] {
        assert_eq!(sent(server, &set(target, entry)), format!("SETMETADATA {written}\r\n"));
    }
    let secret = |entry| SetMetadata::new(name("a")).secret(entry, b"s".to_vec().into());
    assert_eq!(
        refused(server, &secret(comment.clone())).requirement(),
        Some(rfc5464::SECRET_VALUES_ARE_PRIVATE)
    );
    assert_eq!(
        sent(server, &secret(MetadataEntry::PRIVATE_COMMENT)),
        "SETMETADATA a (/private/comment \"s\")\r\n"
    );
    let binary = SetMetadata::new(name("a")).binary(comment.clone(), &b"\n\0"[..]);
    assert_eq!(sent(server, &binary), "SETMETADATA a (/shared/comment ~{2+}\r\n\n\0)\r\n");
    let twice = set(name("a").into(), comment.clone()).remove(entry("/shared/y")).remove(comment);
    assert_eq!(sent(server, &twice), "SETMETADATA a (/shared/y NIL /shared/comment NIL)\r\n");
    assert_eq!(refused(server, &SetMetadata::new(name("a"))).kind(), ErrorKind::Usage);
    let nameless = MailboxName::received(b"", crate::types::Names::Utf8);
    let nameless = SetMetadata::new(MetadataTarget::Mailbox(nameless)).remove(entry("/shared/y"));
    assert_eq!(refused(server, &nameless).kind(), ErrorKind::Usage);
}

#[test]
fn annotations_of_messages_hold_nul_as_literal8() {
    let server = "IMAP4rev1 ANNOTATE-EXPERIMENT-1 LITERAL+";
    let store = |value: &'static [u8]| {
        let octets = Bytes::from_static(value);
        let annotation = Annotation::octets(EntryName::comment(), AnnotationScope::Shared, octets).unwrap();
        Store::new(set("1"), StoreAction::Replace, annotation)
    };
    for (value, form) in
        [(&b"a"[..], "\"a\""), (b"\x01", "\"\x01\""), (b"a\0", "~{2+}\r\na\0"), (b"a\n", "{2+}\r\na\n")]
    {
        let expected = format!("STORE 1 ANNOTATION (/comment (value.shared {form}))\r\n");
        assert_eq!(sent(server, &store(value)), expected);
    }
    let value = |entry: &str, scope| Annotation::text(EntryName::new(entry).unwrap(), scope, "x").unwrap();
    let (private, shared) = (AnnotationScope::Private, AnnotationScope::Shared);
    let several = vec![value("/a", private), value("/b", shared), value("/a", shared)];
    let several = Store { stored: Stored::Annotations(several), ..store(b"a") };
    assert_eq!(
        sent(server, &several),
        "STORE 1 ANNOTATION (/a (value.priv \"x\" value.shared \"x\") /b (value.shared \"x\"))\r\n",
        "each entry once"
    );
    let added = Store { action: StoreAction::Add, ..store(b"a") };
    assert_eq!(refused(server, &added).kind(), ErrorKind::Usage);
}

#[test]
fn messages_that_are_joined() {
    let joined = |form, parts: Vec<CatenatePart>| {
        let options = AppendOptions::new().form(form);
        Append::several(name("a"), [AppendMessage::catenate(options, parts)])
    };
    let text = |octets| vec![CatenatePart::Text(octets)];
    let (plain, accept) = ("IMAP4rev1 CATENATE", "IMAP4rev1 CATENATE UTF8=ACCEPT +UTF8=ACCEPT");
    for (server, form, written) in [
        (plain, AppendForm::Literal, "TEXT {2}\r\n|##"),
        (accept, AppendForm::Literal, "TEXT {2}\r\n|##"),
        (accept, AppendForm::Utf8, "UTF8 (~{2}\r\n|##)"),
        ("IMAP4rev2 CATENATE", AppendForm::Utf8, "TEXT {2+}\r\n##"),
        ("IMAP4rev2 CATENATE APPENDLIMIT", AppendForm::Utf8, "TEXT {2}\r\n|##"),
    ] {
        assert_eq!(sent(server, &joined(form, text(2))), format!("APPEND a CATENATE ({written})\r\n"));
    }
    let error = refused(plain, &joined(AppendForm::Utf8, text(2)));
    assert_eq!(error.requirement(), Some(rfc6855::UTF8_HEADERS_ARE_APPENDED_AS_UTF8));
    let error = refused("IMAP4rev2 CATENATE", &joined(AppendForm::Binary, text(2)));
    assert_eq!(error.requirement(), Some(rfc4469::TEXT_IS_A_LITERAL));
    assert_eq!(
        refused(plain, &joined(AppendForm::Literal, Vec::new())).requirement(),
        Some(rfc4469::CATENATE_HAS_A_PART)
    );
    let limited = "IMAP4rev1 CATENATE APPENDLIMIT=4";
    let two = |second| vec![CatenatePart::Text(2), CatenatePart::Text(second)];
    assert!(sent(limited, &joined(AppendForm::Literal, two(2))).ends_with("|##)\r\n"));
    assert_eq!(refused(limited, &joined(AppendForm::Literal, two(3))).kind(), ErrorKind::Refused);
    for (url, statement) in
        [("imap://h/a/;UID=1", rfc4469::URL_IS_RELATIVE), ("/a", rfc4469::URL_NAMES_A_MESSAGE)]
    {
        let url: ImapUrl = url.parse().unwrap();
        let error = refused(plain, &joined(AppendForm::Literal, vec![CatenatePart::Url(Box::new(url))]));
        assert_eq!(error.requirement(), Some(statement));
    }
    // One message needs no MULTIAPPEND, and two do.
    let plain = |count| Append::several(name("a"), vec![AppendMessage::new(AppendOptions::new(), 1); count]);
    assert_eq!(sent(REV1, &plain(1)), "APPEND a {1}\r\n|#\r\n");
    assert_eq!(refused(REV1, &plain(2)).kind(), ErrorKind::Unsupported);
    assert_eq!(sent("IMAP4rev1 MULTIAPPEND", &plain(2)), "APPEND a {1}\r\n|# {1}\r\n|#\r\n");
    assert_eq!(refused(REV2, &plain(0)).kind(), ErrorKind::Usage);
}

#[test]
fn what_is_asked_of_a_url() {
    let url =
        "imap://joe@example.com/INBOX/;UID=20;URLAUTH=anonymous:internal:91354a473744909de610943775f92038";
    let item = || UrlFetchItem::new(AuthorizedUrl::parse(url).unwrap());
    let fetch = |item| UrlFetch::new([item]);
    let server = "IMAP4rev1 URLAUTH URLAUTH=BINARY";
    for (item, words) in [
        (item().content(UrlContent::Body), " BODY"),
        (item().content(UrlContent::Binary), " BINARY"),
        (item().content(UrlContent::Binary).structure(), " BINARY BODYPARTSTRUCTURE"),
        (item().content(UrlContent::Nothing).structure(), " BODYPARTSTRUCTURE"),
        (item().structure(), " BODY BODYPARTSTRUCTURE"),
    ] {
        assert_eq!(sent(server, &fetch(item.clone())), format!("URLFETCH (\"{url}\"{words})\r\n"));
        assert_eq!(refused("IMAP4rev1 URLAUTH", &fetch(item)).kind(), ErrorKind::Unsupported);
    }
    assert_eq!(sent("IMAP4rev1 URLAUTH", &fetch(item())), format!("URLFETCH \"{url}\"\r\n"));
    assert_eq!(refused(server, &fetch(item().content(UrlContent::Nothing))).kind(), ErrorKind::Usage);
    assert_eq!(refused(server, &UrlFetch::new([])).kind(), ErrorKind::Usage);
}

#[test]
fn one_language_is_in_use_and_several_are_known() {
    let told = |lines: &[&str]| {
        let told = answer::<Language>(lines);
        (told.in_use.unwrap_or_default(), told.known.join(" "), told.namespaces.is_some())
    };
    assert_eq!(told(&["LANGUAGE (en)"]), ("en".into(), String::new(), false));
    assert_eq!(told(&["LANGUAGE (en de)"]), (String::new(), "en de".into(), false));
    assert_eq!(told(&["NAMESPACE NIL NIL NIL"]), (String::new(), String::new(), true));
}

#[test]
fn threads_by_subject_have_no_grandchildren() {
    let nested = || collected(&["THREAD (1 (2 (3)(4))(5))"]).data.remove(0);
    for (algorithm, told) in [
        (ThreadAlgorithm::OrderedSubject, "(1 (2)(3)(4)(5))"),
        (ThreadAlgorithm::References, "(1 (2 (3)(4))(5))"),
    ] {
        let takes = UidThread::new(algorithm, SearchQuery::all()).takes();
        let Data::Thread(threads) = takes.prepared(nested()) else { panic!() };
        assert_eq!(threads.to_string(), told);
    }
}

#[test]
fn threads_may_lack_the_message_that_all_answer() {
    for text in ["((3)(4))", "(1 (2)(3))(((4)(5))(6))"] {
        let Data::Thread(threads) = collected(&[&format!("THREAD {text}")]).data.remove(0) else { panic!() };
        assert_eq!(threads.to_string(), text);
    }
}

#[test]
fn how_far_the_server_got() {
    let part = collected(&["NO [MESSAGELIMIT 10 5] x"]);
    assert_eq!(part.message_limit(), Some(MessageLimit::new(10, Uid::new(5))));
    assert_eq!(part.whole().unwrap_err().kind(), ErrorKind::Limit);
    let whole = collected(&["OK [UIDNEXT 5] x", "3 EXISTS"]);
    assert_eq!((whole.message_limit(), whole.codes().count()), (None, 1));
    assert_eq!(whole.whole().unwrap().data.len(), 2);
    let codes = |completion| Collected::new(StatusResponse::new(StatusKind::Ok, completion, "x"), Vec::new());
    assert_eq!(codes(Some(Code::Alert)).codes().collect::<Vec<_>>(), [&Code::Alert]);
    let joined = Collected::join([codes(Some(Code::Alert)), collected(&["3 EXISTS"])]);
    assert_eq!((joined.completions.len(), &joined.data[..]), (2, &[Data::Exists(3)][..]));
    let search = answer::<UidSearch>(&["SEARCH 1", "NO [MESSAGELIMIT 10 5] x"]);
    assert_eq!(search.message_limit.map(|limit| limit.limit), Some(10));
    assert_eq!(answer::<UidSearch>(&["SEARCH 1"]).message_limit, None);
}
