//! Commands of the selected state (RFC 9051, section 6.4).

use std::time::Duration;

use super::{REV1, REV2, name, refused, sent, unsupported};
use crate::{
    ErrorKind,
    codec::command::{
        Check, Close, Command, Copy, Expunge, Fetch, Move, Phase, Search, Store, StoreAction, Stored,
        UidCopy, UidExpunge, UidFetch, UidMove, UidSearch, UidStore, Unselect,
    },
    rfc3516, rfc3691, rfc4315, rfc4731, rfc5032, rfc5182, rfc6851, rfc9051,
    types::{
        Date, FetchItem, FetchItems, Flag, PartPath, Partial, SearchQuery, SearchReturn, Section,
        SectionText, SequenceSet, Uid, UidSet,
    },
};

fn set(text: &str) -> SequenceSet {
    text.parse().unwrap()
}

fn found(query: SearchQuery) -> String {
    sent(REV1, &Search::new(query))
}

#[test]
fn sections_6_4_1_to_6_4_3() {
    assert_eq!(sent(REV1, &Close), "CLOSE\r\n");
    assert_eq!(sent("IMAP4rev1 UNSELECT", &Unselect), "UNSELECT\r\n");
    assert_eq!(sent(REV2, &Unselect), "UNSELECT\r\n");
    assert_eq!(refused(REV1, &Unselect).requirement(), Some(rfc3691::UNSELECT_NEEDS_THE_CAPABILITY));
    assert_eq!(sent(REV1, &Expunge), "EXPUNGE\r\n");
    assert_eq!(sent(REV1, &Check), "CHECK\r\n");
    unsupported(REV2, &Check);
    assert_eq!(Close.needs().state(), Phase::Selected);
}

#[test]
fn section_6_4_4_search_keys() {
    let day = Date::new(1994, 2, 1).unwrap();
    let key = |key: &str| Flag::from(key);
    for (query, keys) in [
        (SearchQuery::all(), "ALL"),
        (SearchQuery::answered(), "ANSWERED"),
        (SearchQuery::bcc("x"), "BCC x"),
        (SearchQuery::before(day), "BEFORE 1-Feb-1994"),
        (SearchQuery::body("two words"), "BODY \"two words\""),
        (SearchQuery::cc("NIL"), "CC \"NIL\""),
        (SearchQuery::deleted(), "DELETED"),
        (SearchQuery::draft(), "DRAFT"),
        (SearchQuery::flagged(), "FLAGGED"),
        (SearchQuery::from("Smith"), "FROM Smith"),
        (SearchQuery::header("Message-ID", "<a@b>"), "HEADER Message-ID \"<a@b>\""),
        (SearchQuery::header("List-Id", ""), "HEADER List-Id \"\""),
        (SearchQuery::with_flag(key("$Forwarded")).unwrap(), "KEYWORD $Forwarded"),
        (SearchQuery::larger(u32::MAX.into()), "LARGER 4294967295"),
        (SearchQuery::new_messages(), "NEW"),
        (SearchQuery::old(), "OLD"),
        (SearchQuery::on(day), "ON 1-Feb-1994"),
        (SearchQuery::recent(), "RECENT"),
        (SearchQuery::seen(), "SEEN"),
        (SearchQuery::sent_before(day), "SENTBEFORE 1-Feb-1994"),
        (SearchQuery::sent_on(day), "SENTON 1-Feb-1994"),
        (SearchQuery::sent_since(day), "SENTSINCE 1-Feb-1994"),
        (SearchQuery::since(day), "SINCE 1-Feb-1994"),
        (SearchQuery::smaller(9), "SMALLER 9"),
        (SearchQuery::subject("("), "SUBJECT \"(\""),
        (SearchQuery::text("a\r\nb"), "TEXT {4}\r\n|a\r\nb"),
        (SearchQuery::to(""), "TO \"\""),
        (SearchQuery::uids(set("1:3,*")), "UID 1:3,*"),
        (SearchQuery::numbers(set("2,4:7,9,12:*")), "2,4:7,9,12:*"),
        (SearchQuery::unanswered(), "UNANSWERED"),
        (SearchQuery::undeleted(), "UNDELETED"),
        (SearchQuery::undraft(), "UNDRAFT"),
        (SearchQuery::unflagged(), "UNFLAGGED"),
        (SearchQuery::without_flag(key("work")).unwrap(), "UNKEYWORD work"),
        (SearchQuery::unseen(), "UNSEEN"),
        (SearchQuery::custom("MODSEQ 620162338").unwrap(), "MODSEQ 620162338"),
        (SearchQuery::with_flag(Flag::Seen).unwrap(), "SEEN"),
        (SearchQuery::without_flag(Flag::Deleted).unwrap(), "UNDELETED"),
    ] {
        assert_eq!(found(query), format!("SEARCH {keys}\r\n"));
    }
    assert!(SearchQuery::with_flag(key("\\XNew")).is_err());
    assert!(SearchQuery::custom("ALL) (ALL").is_err());
    for query in [SearchQuery::new_messages(), SearchQuery::old(), SearchQuery::recent()] {
        unsupported(REV2, &Search::new(query));
    }
    let large = SearchQuery::larger(1 << 40);
    assert_eq!(sent(REV2, &Search::new(large.clone())), "SEARCH LARGER 1099511627776\r\n");
    for query in [large, SearchQuery::text("\0"), SearchQuery::uids(UidSet::new())] {
        assert_eq!(refused(REV1, &Search::new(query)).kind(), ErrorKind::Usage);
    }
}

#[test]
fn section_6_4_4_search_keys_are_put_together() {
    let (a, b, c) = (SearchQuery::flagged, SearchQuery::seen, || SearchQuery::from("c"));
    for (query, keys) in [
        (a() & b() & c(), "FLAGGED SEEN FROM c"),
        (a() & (b() & c()), "FLAGGED SEEN FROM c"),
        (a() | b() | c(), "OR OR FLAGGED SEEN FROM c"),
        (a() | (b() | c()), "OR FLAGGED OR SEEN FROM c"),
        (a() & (b() | c()), "FLAGGED OR SEEN FROM c"),
        ((a() & b()) | c(), "OR (FLAGGED SEEN) FROM c"),
        (a() | (b() & c()), "OR FLAGGED (SEEN FROM c)"),
        (!a(), "NOT FLAGGED"),
        (!!a(), "NOT NOT FLAGGED"),
        (!(a() & b()), "NOT (FLAGGED SEEN)"),
        (!(a() | b()), "NOT OR FLAGGED SEEN"),
        (!a() & b(), "NOT FLAGGED SEEN"),
        ((a() | b()) & !(c() & a()) & b(), "OR FLAGGED SEEN NOT (FROM c FLAGGED) SEEN"),
        (SearchQuery::all_of([a(), b(), c()]), "FLAGGED SEEN FROM c"),
        (SearchQuery::all_of([]), "ALL"),
        (SearchQuery::any_of([a(), b(), c()]).unwrap(), "OR OR FLAGGED SEEN FROM c"),
        (SearchQuery::any_of([a()]).unwrap(), "FLAGGED"),
        (SearchQuery::any_of([a(), b(), c(), a()]).unwrap(), "OR OR FLAGGED SEEN OR FROM c FLAGGED"),
    ] {
        assert_eq!(found(query), format!("SEARCH {keys}\r\n"));
    }
    assert_eq!(SearchQuery::any_of([]), None);
}

/// Neither building nor writing a query recurses.
#[test]
fn a_query_of_any_depth_is_written() {
    let depth = 100_000;
    let nots = (0..depth).fold(SearchQuery::seen(), |query, _| !query);
    assert_eq!(found(nots).len(), "SEARCH SEEN\r\n".len() + 4 * depth);
    let ors = (0..depth).fold(SearchQuery::seen(), |query, _| query | SearchQuery::seen());
    assert_eq!(found(ors).len(), "SEARCH SEEN\r\n".len() + 8 * depth);
    let nested = (0..depth).fold(SearchQuery::seen(), |query, _| !(query & SearchQuery::seen()));
    assert_eq!(found(nested).len(), "SEARCH SEEN\r\n".len() + 11 * depth);
}

#[test]
fn section_6_4_4_charset_is_named_only_where_it_must_be() {
    let query = || SearchQuery::text("XXXXXX") & SearchQuery::subject("млыц");
    let keys = "TEXT XXXXXX SUBJECT";
    assert_eq!(
        sent("IMAP4rev1 LITERAL+", &Search::new(query())),
        format!("SEARCH CHARSET UTF-8 {keys} {{8+}}\r\nмлыц\r\n")
    );
    assert_eq!(
        sent(REV1, &UidSearch::new(query())),
        format!("UID SEARCH CHARSET UTF-8 {keys} {{8}}\r\n|млыц\r\n")
    );
    assert_eq!(sent(REV2, &Search::new(query())), format!("SEARCH {keys} \"млыц\"\r\n"));
    let accept = "IMAP4rev1 UTF8=ACCEPT +UTF8=ACCEPT";
    assert_eq!(sent(accept, &Search::new(query())), format!("SEARCH {keys} \"млыц\"\r\n"));
}

#[test]
fn rfc4731_and_rfc5182_results() {
    let search = |returns| Search::new(SearchQuery::flagged()).returning(returns);
    let new = SearchReturn::new;
    let esearch = "IMAP4rev1 ESEARCH";
    assert_eq!(sent(esearch, &search(new().min().count())), "SEARCH RETURN (MIN COUNT) FLAGGED\r\n");
    assert_eq!(sent(esearch, &search(new())), "SEARCH RETURN (ALL) FLAGGED\r\n");
    assert_eq!(sent(REV2, &search(new())), "SEARCH FLAGGED\r\n");
    assert_eq!(sent(REV1, &search(new())), "SEARCH FLAGGED\r\n");
    assert_eq!(sent(REV2, &search(new().save().max().all())), "SEARCH RETURN (SAVE MAX ALL) FLAGGED\r\n");
    assert_eq!(
        sent("IMAP4rev1 ESEARCH SEARCHRES", &search(new().save())),
        "SEARCH RETURN (SAVE) FLAGGED\r\n"
    );
    let error = refused(REV1, &search(new().all()));
    assert_eq!(error.requirement(), Some(rfc4731::RESULT_OPTIONS_NEED_THE_CAPABILITY));
    let error = refused(esearch, &search(new().save()));
    assert_eq!(error.requirement(), Some(rfc5182::SAVE_NEEDS_THE_CAPABILITY));
    // The saved result stands for messages.
    let fetch = UidFetch::new(SequenceSet::saved(), FetchItem::Flags);
    assert_eq!(sent("IMAP4rev1 SEARCHRES", &fetch), "UID FETCH $ (FLAGS)\r\n");
    assert_eq!(refused(esearch, &fetch).requirement(), Some(rfc5182::SAVE_NEEDS_THE_CAPABILITY));
    unsupported(esearch, &Search::new(SearchQuery::uids(SequenceSet::saved())));
}

#[test]
fn rfc5032_within() {
    let within = "IMAP4rev1 WITHIN";
    let search = |query| Search::new(query);
    assert_eq!(
        sent(within, &search(SearchQuery::younger(Duration::from_secs(259_200)))),
        "SEARCH YOUNGER 259200\r\n"
    );
    assert_eq!(sent(within, &search(SearchQuery::older(Duration::from_millis(1)))), "SEARCH OLDER 1\r\n");
    assert_eq!(sent(within, &search(SearchQuery::older(Duration::MAX))), "SEARCH OLDER 4294967295\r\n");
    let error = refused(REV2, &search(SearchQuery::older(Duration::from_secs(9))));
    assert_eq!(error.requirement(), Some(rfc5032::WITHIN_NEEDS_THE_CAPABILITY));
}

#[test]
fn gmail_searches() {
    let gmail = "IMAP4rev1 X-GM-EXT-1";
    for (query, keys) in [
        (SearchQuery::gmail_raw("has:attachment in:unread"), "X-GM-RAW \"has:attachment in:unread\""),
        (SearchQuery::gmail_message_id(1_278_455_344_230_334_865), "X-GM-MSGID 1278455344230334865"),
        (SearchQuery::gmail_thread_id(u64::MAX), "X-GM-THRID 18446744073709551615"),
        (SearchQuery::gmail_label("\\Important"), "X-GM-LABELS \\Important"),
        (SearchQuery::gmail_label("Büro"), "X-GM-LABELS B&APw-ro"),
        (SearchQuery::gmail_raw("é"), "CHARSET UTF-8 X-GM-RAW {2}\r\n|é"),
    ] {
        assert_eq!(sent(gmail, &Search::new(query.clone())), format!("SEARCH {keys}\r\n"));
        unsupported(REV1, &Search::new(query));
    }
}

#[test]
fn section_6_4_5_fetch() {
    let header = Section {
        part: PartPath::root(),
        text: SectionText::HeaderFields(vec!["DATE".into(), "FROM".into()]),
    };
    let items = FetchItems::new().flags().body(header);
    assert_eq!(
        sent(REV1, &Fetch::new(set("2:4"), items)),
        "FETCH 2:4 (FLAGS BODY[HEADER.FIELDS (DATE FROM)])\r\n"
    );
    for (items, written) in [
        (FetchItems::all(), "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE"),
        (FetchItems::fast(), "FLAGS INTERNALDATE RFC822.SIZE"),
        (FetchItems::full(), "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY"),
        (FetchItems::new().uid().body_structure(), "UID BODYSTRUCTURE"),
        (FetchItems::new().peek(Section::all()), "BODY.PEEK[]"),
        (FetchItems::new().body(Section::header()), "BODY[HEADER]"),
        (
            FetchItems::new().peek_partial(Section::text(), Partial::new(0, 2048).unwrap()),
            "BODY.PEEK[TEXT]<0.2048>",
        ),
        (FetchItems::new().peek("4.2.2.1".parse().map(Section::part).unwrap()), "BODY.PEEK[4.2.2.1]"),
        (
            FetchItems::new().header_fields(["X Y", "A\r\nB"]),
            "BODY.PEEK[HEADER.FIELDS (\"X Y\" {4}\r\n|A\r\nB)]",
        ),
        (FetchItems::new().custom("PREVIEW (LAZY)").unwrap(), "PREVIEW (LAZY)"),
        (FetchItem::Rfc822.into(), "RFC822"),
        ([FetchItem::Rfc822Header, FetchItem::Rfc822Text].into_iter().collect(), "RFC822.HEADER RFC822.TEXT"),
    ] {
        assert_eq!(
            sent(REV1, &UidFetch::new(SequenceSet::all(), items)),
            format!("UID FETCH 1:* ({written})\r\n")
        );
    }
    let mime = |part: &str| Section { part: part.parse().unwrap(), text: SectionText::Mime };
    assert_eq!(
        sent(REV1, &Fetch::new(set("1"), FetchItems::new().body(mime("1.2")))),
        "FETCH 1 (BODY[1.2.MIME])\r\n"
    );
    let error = refused(REV1, &Fetch::new(set("1"), FetchItems::new().body(mime(""))));
    assert_eq!(error.requirement(), Some(rfc9051::MIME_SPECIFIER_HAS_A_PART_NUMBER));
    assert_eq!(refused(REV1, &Fetch::new(set("1"), FetchItems::new())).kind(), ErrorKind::Usage);
    assert_eq!(refused(REV1, &Fetch::new(UidSet::new(), FetchItems::fast())).kind(), ErrorKind::Usage);
    let nameless = FetchItems::new().header_fields(Vec::<String>::new());
    assert_eq!(refused(REV1, &Fetch::new(set("1"), nameless)).kind(), ErrorKind::Usage);
    assert_eq!(
        refused(REV1, &Fetch::new(set("1"), FetchItems::new().header_fields(["\0"]))).kind(),
        ErrorKind::Usage
    );
    for item in [FetchItem::Rfc822, FetchItem::Rfc822Header, FetchItem::Rfc822Text] {
        unsupported(REV2, &Fetch::new(set("1"), item));
    }
}

#[test]
fn rfc3516_and_gmail_fetch() {
    let part: PartPath = "1.2".parse().unwrap();
    let partial = FetchItem::Binary { part: part.clone(), peek: false, partial: Partial::new(5, 9) };
    let items = FetchItems::new().binary(part.clone()).binary_size(part).item(partial);
    let expected = "FETCH 1 (BINARY.PEEK[1.2] BINARY.SIZE[1.2] BINARY[1.2]<5.9>)\r\n";
    assert_eq!(sent("IMAP4rev1 BINARY", &Fetch::new(set("1"), items.clone())), expected);
    assert_eq!(sent(REV2, &Fetch::new(set("1"), items.clone())), expected);
    let error = refused(REV1, &Fetch::new(set("1"), items));
    assert_eq!(error.requirement(), Some(rfc3516::BINARY_NEEDS_THE_CAPABILITY));
    let gmail = FetchItems::new().gmail_message_id().gmail_thread_id().gmail_labels();
    let expected = "FETCH 1 (X-GM-MSGID X-GM-THRID X-GM-LABELS)\r\n";
    assert_eq!(sent("IMAP4rev1 X-GM-EXT-1", &Fetch::new(set("1"), gmail.clone())), expected);
    unsupported(REV2, &Fetch::new(set("1"), gmail));
}

#[test]
fn section_6_4_6_store() {
    let store = |action, flags: &[Flag]| Store::new(set("2:4"), action, flags.to_vec());
    assert_eq!(sent(REV1, &store(StoreAction::Add, &[Flag::Deleted])), "STORE 2:4 +FLAGS (\\Deleted)\r\n");
    let silent = store(StoreAction::Remove, &[Flag::Seen, Flag::JUNK]).silent();
    assert_eq!(sent(REV1, &silent), "STORE 2:4 -FLAGS.SILENT (\\Seen $Junk)\r\n");
    assert_eq!(sent(REV1, &store(StoreAction::Replace, &[])), "STORE 2:4 FLAGS ()\r\n");
    let uid = UidStore::new(Uid::new(9).unwrap(), StoreAction::Add, Flag::Seen);
    assert_eq!(sent(REV1, &uid), "UID STORE 9 +FLAGS (\\Seen)\r\n");
    for flag in [Flag::Recent, Flag::WILDCARD, Flag::from("a b"), Flag::from(") \\Seen")] {
        assert_eq!(refused(REV1, &store(StoreAction::Add, &[flag])).kind(), ErrorKind::Usage);
    }
    let labels = Stored::GmailLabels(vec!["\\Inbox".into(), "foo".into(), "a b".into(), "Büro".into()]);
    let store = UidStore::new(set("1"), StoreAction::Add, labels);
    let expected = "UID STORE 1 +X-GM-LABELS (\\Inbox foo \"a b\" B&APw-ro)\r\n";
    assert_eq!(sent("IMAP4rev1 X-GM-EXT-1", &store), expected);
    unsupported(REV1, &store);
}

#[test]
fn sections_6_4_7_to_6_4_9_copy_move_and_uid() {
    assert_eq!(sent(REV1, &Copy::new(set("2:4"), name("MEETING"))), "COPY 2:4 MEETING\r\n");
    assert_eq!(sent(REV1, &UidCopy::new(set("4:*"), name("a b"))), "UID COPY 4:* \"a b\"\r\n");
    assert_eq!(sent("IMAP4rev1 MOVE", &Move::new(set("1"), name("foo"))), "MOVE 1 foo\r\n");
    assert_eq!(sent(REV2, &UidMove::new(set("42:69"), name("foo"))), "UID MOVE 42:69 foo\r\n");
    for error in
        [refused(REV1, &Move::new(set("1"), name("a"))), refused(REV1, &UidMove::new(set("1"), name("a")))]
    {
        assert_eq!(error.requirement(), Some(rfc6851::MOVE_NEEDS_THE_CAPABILITY));
    }
    assert_eq!(sent("IMAP4rev1 UIDPLUS", &UidExpunge::new(set("3000:3002"))), "UID EXPUNGE 3000:3002\r\n");
    assert_eq!(sent(REV2, &UidExpunge::new(set("1"))), "UID EXPUNGE 1\r\n");
    let error = refused(REV1, &UidExpunge::new(set("1")));
    assert_eq!(error.requirement(), Some(rfc4315::UID_EXPUNGE_NEEDS_THE_CAPABILITY));
}
