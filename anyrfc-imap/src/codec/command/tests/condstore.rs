//! Modification sequences and UIDs alone (RFC 7162; RFC 9586).

use super::{REV1, REV2, name, refused, sent, unsupported};
use crate::{
    ErrorKind,
    codec::{
        command::{
            Command, Copy, Enable, Examine, Fetch, FetchModifiers, Move, Resync, Search, Select, Store,
            StoreAction, UidCopy, UidFetch, UidSearch, UidStore,
        },
        encode::{Encoder, tests::dialect},
    },
    rfc7162, rfc9586,
    types::{
        Capability, FetchItems, Flag, ModSeq, ModSeqOf, SearchQuery, SequenceNumberSet, SequenceSet, UidSet,
        UidValidity,
    },
};

const CONDSTORE: &str = "IMAP4rev1 CONDSTORE";
const QRESYNC: &str = "IMAP4rev1 ENABLE QRESYNC +QRESYNC";
const UIDONLY: &str = "IMAP4rev1 ENABLE QRESYNC UIDONLY MOVE +QRESYNC +UIDONLY";

fn since(value: u64) -> ModSeq {
    ModSeq::new(value).unwrap()
}

fn set(text: &str) -> SequenceSet {
    text.parse().unwrap()
}

fn numbers<N: crate::types::Number>(numbers: &[u32]) -> crate::types::Numbers<N> {
    numbers.iter().copied().filter_map(N::from_u32).collect()
}

fn resync() -> Resync {
    Resync::new(UidValidity::new(67_890_007).unwrap(), since(20_050_715_194_045_000))
}

#[test]
fn section_3_1_8_select_with_condstore() {
    let select = Select::new(name("INBOX")).condstore();
    assert_eq!(sent(CONDSTORE, &select), "SELECT INBOX (CONDSTORE)\r\n");
    assert_eq!(sent("IMAP4rev1 QRESYNC", &select), "SELECT INBOX (CONDSTORE)\r\n");
    assert_eq!(sent(CONDSTORE, &Examine::new(name("a b")).condstore()), "EXAMINE \"a b\" (CONDSTORE)\r\n");
    assert_eq!(refused(REV1, &select).requirement(), Some(rfc7162::CONDSTORE_NEEDS_THE_CAPABILITY));
    unsupported(REV2, &select);
}

#[test]
fn section_3_2_5_select_with_qresync() {
    let select = |known: Resync| sent(QRESYNC, &Select::new(name("INBOX")).resync(known));
    assert_eq!(select(resync()), "SELECT INBOX (QRESYNC (67890007 20050715194045000))\r\n");
    let known: UidSet = numbers(&[41, 43, 44, 45, 116]);
    assert_eq!(
        select(resync().of(known.clone())),
        "SELECT INBOX (QRESYNC (67890007 20050715194045000 41,43:45,116))\r\n"
    );
    let sample = (numbers::<crate::types::SequenceNumber>(&[9, 3, 1]), numbers(&[9, 7, 5]));
    let sampled = resync().of(known).matching(sample.0.clone(), sample.1.clone()).unwrap();
    assert_eq!(
        select(sampled.clone()),
        "SELECT INBOX (QRESYNC (67890007 20050715194045000 41,43:45,116 (1,3,9 5,7,9)))\r\n"
    );
    assert_eq!(
        select(resync().matching(sample.0, sample.1).unwrap()),
        "SELECT INBOX (QRESYNC (67890007 20050715194045000 (1,3,9 5,7,9)))\r\n"
    );
    for (few, many) in [(&[][..], &[][..]), (&[1], &[1, 2]), (&[1, 2], &[1])] {
        let matching = resync().matching(SequenceNumberSet::from_iter(numbers(few).iter()), numbers(many));
        assert_eq!(matching.unwrap_err().kind(), ErrorKind::Usage);
    }
    let select = || Select::new(name("INBOX")).resync(resync());
    assert_eq!(
        refused("IMAP4rev1 ENABLE CONDSTORE", &select()).requirement(),
        Some(rfc7162::QRESYNC_NEEDS_THE_CAPABILITY)
    );
    let error = refused("IMAP4rev1 ENABLE QRESYNC CONDSTORE +CONDSTORE", &select());
    assert_eq!(
        (error.kind(), error.requirement()),
        (ErrorKind::Usage, Some(rfc7162::QRESYNC_WAITS_FOR_ENABLED))
    );
    assert_eq!(sent(UIDONLY, &select()), "SELECT INBOX (QRESYNC (67890007 20050715194045000))\r\n");
    let error = refused(UIDONLY, &Select::new(name("INBOX")).resync(sampled));
    assert_eq!(
        (error.kind(), error.requirement()),
        (ErrorKind::Usage, Some(rfc9586::QRESYNC_HAS_NO_MATCH_DATA))
    );
}

/// What has the server tell less is left out where the line would become too long.
#[test]
fn section_4_a_line_that_is_too_long() {
    let many: Vec<u32> = (1..10_000).map(|n| 2 * n).collect();
    let select = |known: Resync| sent(QRESYNC, &Select::new(name("INBOX")).resync(known));
    let sampled = |known: Resync, count: usize| {
        known.matching(numbers(&many[..count]), numbers(&many[..count])).unwrap()
    };
    assert_eq!(select(resync().of(numbers(&many))), select(resync()));
    assert_eq!(select(sampled(resync(), 5000)), select(resync()));
    let some = numbers(&many[..1000]);
    let short = resync().of(some);
    assert_eq!(select(sampled(short.clone(), 1000)), select(short));
    assert!(select(sampled(resync().of(numbers(&many[..400])), 400)).len() < 8192);
}

#[test]
fn section_3_1_4_fetch_modifiers() {
    let flags = || FetchItems::new().flags();
    let fetch = |modifiers| Fetch::new(set("1:*"), flags()).with(modifiers);
    let uid_fetch = |modifiers| UidFetch::new(set("300:500"), flags()).with(modifiers);
    let changed = FetchModifiers::new().changed_since(since(12345));
    assert_eq!(
        sent(CONDSTORE, &uid_fetch(changed.clone())),
        "UID FETCH 300:500 (FLAGS) (CHANGEDSINCE 12345)\r\n"
    );
    assert_eq!(sent(CONDSTORE, &fetch(changed.clone())), "FETCH 1:* (FLAGS) (CHANGEDSINCE 12345)\r\n");
    assert_eq!(sent(REV1, &uid_fetch(FetchModifiers::new())), "UID FETCH 300:500 (FLAGS)\r\n");
    assert_eq!(
        refused(REV1, &uid_fetch(changed)).requirement(),
        Some(rfc7162::CONDSTORE_NEEDS_THE_CAPABILITY)
    );
    let vanished = FetchModifiers::new().vanished_since(since(12345));
    assert_eq!(
        sent(QRESYNC, &uid_fetch(vanished.clone())),
        "UID FETCH 300:500 (FLAGS) (CHANGEDSINCE 12345 VANISHED)\r\n"
    );
    let error = refused(QRESYNC, &fetch(vanished.clone()));
    assert_eq!(
        (error.kind(), error.requirement()),
        (ErrorKind::Usage, Some(rfc7162::VANISHED_ONLY_WITH_UID_FETCH))
    );
    assert_eq!(
        refused("IMAP4rev1 QRESYNC", &uid_fetch(vanished.clone())).requirement(),
        Some(rfc7162::QRESYNC_WAITS_FOR_ENABLED)
    );
    assert_eq!(
        refused(CONDSTORE, &uid_fetch(vanished)).requirement(),
        Some(rfc7162::QRESYNC_NEEDS_THE_CAPABILITY)
    );
    let mod_seq = UidFetch::new(set("1"), FetchItems::new().mod_seq());
    assert_eq!(sent(CONDSTORE, &mod_seq), "UID FETCH 1 (MODSEQ)\r\n");
    unsupported(REV1, &mod_seq);
    // However it is split, each part has the modifiers.
    let many: UidSet = (1..2000).map(|n| 2 * n).filter_map(crate::types::Uid::new).collect();
    let parts = UidFetch::new(many, flags()).with(FetchModifiers::new().changed_since(since(9))).split(500);
    assert!(parts.len() > 10);
    for part in parts {
        let line = sent(CONDSTORE, &part);
        assert!(line.ends_with(" (FLAGS) (CHANGEDSINCE 9)\r\n") && line.len() < 500, "{line}");
    }
}

#[test]
fn section_3_1_3_conditional_store() {
    let store = Store::new(set("7,5,9"), StoreAction::Add, Flag::Deleted).silent().unchanged_since(since(96));
    assert_eq!(sent(CONDSTORE, &store), "STORE 7,5,9 (UNCHANGEDSINCE 96) +FLAGS.SILENT (\\Deleted)\r\n");
    let store = UidStore::new(set("6"), StoreAction::Remove, Flag::Seen).unchanged_since(ModSeq::MAX);
    assert_eq!(
        sent(CONDSTORE, &store),
        "UID STORE 6 (UNCHANGEDSINCE 9223372036854775807) -FLAGS (\\Seen)\r\n"
    );
    assert_eq!(refused(REV1, &store).requirement(), Some(rfc7162::CONDSTORE_NEEDS_THE_CAPABILITY));
}

#[test]
fn section_3_1_5_search_modseq() {
    for (query, keys) in [
        (SearchQuery::mod_seq(since(620_162_338)), "MODSEQ 620162338"),
        (
            SearchQuery::mod_seq_of(Flag::Draft, ModSeqOf::All, since(620_162_338)),
            "MODSEQ \"/flags/\\\\Draft\" all 620162338",
        ),
        (
            SearchQuery::mod_seq_of(Flag::from("$Work"), ModSeqOf::Private, ModSeq::MIN)
                & SearchQuery::seen(),
            "MODSEQ \"/flags/$Work\" priv 1 SEEN",
        ),
        (
            SearchQuery::mod_seq_of(Flag::Seen, ModSeqOf::Shared, ModSeq::MAX),
            "MODSEQ \"/flags/\\\\Seen\" shared 9223372036854775807",
        ),
    ] {
        assert_eq!(sent(CONDSTORE, &UidSearch::new(query.clone())), format!("UID SEARCH {keys}\r\n"));
        unsupported(REV1, &Search::new(query));
    }
    for flag in [Flag::Recent, Flag::from("\\*"), Flag::from("a b"), Flag::from("a\"")] {
        let query = SearchQuery::mod_seq_of(flag, ModSeqOf::All, ModSeq::MIN);
        assert_eq!(refused(CONDSTORE, &Search::new(query)).kind(), ErrorKind::Usage);
    }
}

#[test]
fn what_needs_enabling_is_enabled() {
    let enable = Enable::new([Capability::Condstore, Capability::QResync, Capability::UidOnly]);
    let all = "IMAP4rev1 ENABLE QRESYNC UIDONLY";
    assert_eq!(sent(all, &enable), "ENABLE CONDSTORE QRESYNC UIDONLY\r\n");
    for lacking in ["QRESYNC", "UIDONLY", "ENABLE"] {
        unsupported(&all.replace(lacking, ""), &enable);
    }
}

#[test]
fn rfc9586_messages_have_no_numbers() {
    let flags = || FetchItems::new().flags();
    let refused = |error: crate::Error, requirement| {
        assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, Some(requirement)));
    };
    let sent_no = rfc9586::NO_MESSAGE_NUMBERS_ARE_SENT;
    refused(super::refused(UIDONLY, &Fetch::new(set("1"), flags())), sent_no);
    refused(super::refused(UIDONLY, &Store::new(set("1"), StoreAction::Add, Flag::Seen)), sent_no);
    refused(super::refused(UIDONLY, &Copy::new(set("1"), name("a"))), sent_no);
    refused(super::refused(UIDONLY, &Move::new(set("1"), name("a"))), sent_no);
    refused(super::refused(UIDONLY, &Search::new(SearchQuery::all())), sent_no);
    let numbered = SearchQuery::all() & !SearchQuery::numbers(set("1"));
    refused(super::refused(UIDONLY, &UidSearch::new(numbered)), rfc9586::NO_MESSAGE_NUMBERS_ARE_SEARCHED);
    assert_eq!(sent(UIDONLY, &UidFetch::new(set("1:*"), flags())), "UID FETCH 1:* (FLAGS)\r\n");
    assert_eq!(sent(UIDONLY, &UidCopy::new(set("1"), name("a"))), "UID COPY 1 a\r\n");
    let saved = UidSearch::new(SearchQuery::numbers(SequenceSet::saved()));
    assert_eq!(sent(&format!("{UIDONLY} SEARCHRES"), &saved), "UID SEARCH $\r\n");
}

/// Each part of it is left out only where it does not fit any more.
#[test]
fn section_4_a_line_is_filled_up_to_its_limit() {
    const KNOWN: &str = "41,43:45,116";
    const SAMPLE: &str = "(1,3,9 5,7,9)";
    let known = numbers(&[41, 43, 44, 45, 116]);
    let (sequences, uids) = (numbers(&[1, 3, 9]), numbers(&[5, 7, 9]));
    // What is kept for the rest of the line, and what stands before: `SELECT INBOX`.
    let reserved = 128 + 12;
    for (of_known, sampled) in [(true, false), (false, true), (true, true)] {
        let mut resync = resync();
        let (mut expected, mut needed) = (String::new(), reserved);
        if of_known {
            resync = resync.of(known.clone());
            (expected, needed) = (format!(" {KNOWN}"), needed + KNOWN.len());
        }
        let before = expected.clone();
        if sampled {
            resync = resync.matching(sequences.clone(), uids.clone()).unwrap();
            (expected, needed) = (format!("{expected} {SAMPLE}"), needed + SAMPLE.len());
        }
        let last = if sampled { before } else { String::new() };
        for (limit, parts) in [(needed, last), (needed + 1, expected)] {
            let dialect = dialect(QRESYNC).with_line_limit(limit);
            let select = Select::new(name("INBOX")).resync(resync.clone());
            let written = Encoder::command(&select, &dialect).unwrap().to_string();
            let whole = format!("SELECT INBOX (QRESYNC (67890007 20050715194045000{parts}))\\r\\n");
            assert_eq!(written, whole, "{limit}");
        }
    }
}
