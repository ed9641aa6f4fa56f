//! RFC 7162, section 3.1: CONDSTORE, the conditional STORE excepted.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::{
    rev1::{End, SELECTED, name, set},
    rev1_client::logged_in,
};
use crate::{
    ModSeq,
    codec::command::{
        Command, Enable, Fetch, FetchModifiers, Resync, Search, Select, Status, StatusItem, StatusItems,
        Store, StoreAction, UidFetch, UidSearch, UidSort, UidStore,
    },
    rfc7162 as r,
    types::{
        Capability, FetchItems, Flag, ModSeqOf, SearchQuery, SearchReturn, SortKey, SortOrder, UidValidity,
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7162-section-3.1.1/condstore-needs-the-capability",
        covers: &[r::CONDSTORE_NEEDS_THE_CAPABILITY, r::QRESYNC_IMPLIES_CONDSTORE],
        run: condstore_needs_the_capability,
    },
    Check {
        name: "rfc7162-section-3.1.2/nothing-is-relied-on-before-condstore-is-enabled",
        covers: &[r::CONDSTORE_IS_ENABLED_FIRST, r::CONDSTORE_IS_ENABLED_BEFORE_NOMODSEQ],
        run: nothing_is_relied_on_before_condstore_is_enabled,
    },
    Check {
        name: "rfc7162-section-3.1.2.1/another-uidvalidity-drops-the-highest",
        covers: &[r::NEW_UIDVALIDITY_DROPS_HIGHESTMODSEQ],
        run: another_uidvalidity_drops_the_highest,
    },
    Check {
        name: "rfc7162-section-3.1.2.1/changes-are-searched-and-fetched",
        covers: &[
            r::HIGHER_HIGHESTMODSEQ_MEANS_CHANGES,
            r::CHANGES_MAY_BE_SEARCHED,
            r::CHANGES_MAY_BE_FETCHED,
        ],
        run: changes_are_searched_and_fetched,
    },
    Check {
        name: "rfc7162-section-3.1.2.2/no-mod-sequences-after-nomodseq",
        covers: &[r::NO_MOD_SEQUENCES_AFTER_NOMODSEQ],
        run: no_mod_sequences_after_nomodseq,
    },
    Check {
        name: "rfc7162-section-3.1.5/entries-of-flags-are-escaped",
        covers: &[r::ENTRY_NAME_IS_ESCAPED],
        run: entries_of_flags_are_escaped,
    },
    Check {
        name: "rfc7162-section-3.1.6/search-ends-in-a-mod-sequence",
        covers: &[r::SEARCH_RESPONSE_WITH_MODSEQ_IS_READ],
        run: search_ends_in_a_mod_sequence,
    },
    Check {
        name: "rfc7162-section-3.1.9/sort-ends-in-a-mod-sequence",
        covers: &[r::SORT_RESPONSE_WITH_MODSEQ_IS_READ],
        run: sort_ends_in_a_mod_sequence,
    },
    Check {
        name: "rfc7162-section-3.1.7/zero-means-none",
        covers: &[r::ZERO_HIGHESTMODSEQ_MEANS_NONE],
        run: zero_means_none,
    },
];

fn since(value: u64) -> ModSeq {
    ModSeq::new(value).expect("63 bits")
}

fn flags() -> FetchItems {
    FetchItems::new().flags()
}

fn changed() -> UidFetch {
    UidFetch::new(set("1:*"), flags()).with(FetchModifiers::new().changed_since(since(5)))
}

/// Sent where either capability is there, and not where neither is.
#[track_caller]
fn either<C: Command + std::fmt::Debug + Send + 'static>(make: impl Fn() -> C, text: &str) {
    for capability in ["CONDSTORE", "QRESYNC", "condstore", "CONDSTORE QRESYNC"] {
        let (_, heard) = End::selected(capability).sends(make());
        assert_eq!(heard.text(), text, "{capability}");
    }
    for capability in ["", "CONDSTOR", "ENABLE UIDPLUS"] {
        let error = End::selected(capability).refuses(make());
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{capability}: {error}");
        assert_eq!(error.requirement(), Some(r::CONDSTORE_NEEDS_THE_CAPABILITY), "{capability}: {error}");
    }
}

fn condstore_needs_the_capability() {
    either(changed, "UID FETCH 1:* (FLAGS) (CHANGEDSINCE 5)");
    either(
        || Fetch::new(set("1"), flags()).with(FetchModifiers::new().changed_since(since(5))),
        "FETCH 1 (FLAGS) (CHANGEDSINCE 5)",
    );
    either(|| UidFetch::new(set("1"), FetchItems::new().mod_seq()), "UID FETCH 1 (MODSEQ)");
    either(
        || UidStore::new(set("1"), StoreAction::Add, Flag::Seen).unchanged_since(since(9)),
        "UID STORE 1 (UNCHANGEDSINCE 9) +FLAGS (\\Seen)",
    );
    either(
        || Store::new(set("1"), StoreAction::Replace, Vec::new()).silent().unchanged_since(since(9)),
        "STORE 1 (UNCHANGEDSINCE 9) FLAGS.SILENT ()",
    );
    either(|| UidSearch::new(SearchQuery::mod_seq(since(5))), "UID SEARCH MODSEQ 5");
    either(|| Search::new(!SearchQuery::mod_seq(since(5))), "SEARCH NOT MODSEQ 5");
    either(|| Select::new(name("a")).condstore(), "SELECT a (CONDSTORE)");
    let items = || StatusItems::new().item(StatusItem::HighestModSeq);
    either(|| Status::new(name("a"), items()), "STATUS a (HIGHESTMODSEQ)");
    let enable = || Enable::new([Capability::Condstore]);
    assert_eq!(End::rev1("ENABLE QRESYNC").sends(enable()).1.text(), "ENABLE CONDSTORE");
    let error = End::rev1("ENABLE").refuses(enable());
    assert_eq!(error.requirement(), Some(r::CONDSTORE_NEEDS_THE_CAPABILITY));
}

/// A server may tell the highest one to a client that has not enabled CONDSTORE: rows without any
/// would make it old, so it counts for nothing.
fn nothing_is_relied_on_before_condstore_is_enabled() {
    let select = |select: &str, codes: &str| {
        format!(
            "C: sel {select}\nS: * 3 EXISTS\nS: * OK [UIDVALIDITY 7] x\n{codes}S: sel OK [READ-WRITE] done\n"
        )
    };
    let told = "S: * OK [HIGHESTMODSEQ 12] x\n";
    logged_in("CONDSTORE", &select("SELECT INBOX", told), async |mut client| {
        let inbox = client.select("INBOX").await.expect("selected");
        assert_eq!(inbox.highest_mod_seq(), None, "nobody has enabled CONDSTORE");
    });
    logged_in("CONDSTORE", &select("SELECT INBOX (CONDSTORE)", told), async |mut client| {
        let (inbox, _) = client.select_with(Select::new(name("INBOX")).condstore()).await.expect("selected");
        assert_eq!(inbox.highest_mod_seq(), Some(since(12)));
    });
    // The first command with modification sequences enables it too.
    let dialogue = select("SELECT INBOX", told)
        + "C: f UID FETCH 1 (MODSEQ)\nS: * 1 FETCH (UID 1 MODSEQ (12))\nS: f OK done\n";
    logged_in("CONDSTORE", &dialogue, async |mut client| {
        let mut inbox = client.select("INBOX").await.expect("selected");
        let rows = inbox.fetch(set("1"), FetchItems::new().mod_seq()).expect("submitted");
        rows.collect().await.expect("fetched");
        assert_eq!(inbox.highest_mod_seq(), Some(since(12)));
    });
    // That neither code has come says nothing: the mailbox may have modification sequences.
    let mut end = End::selected("CONDSTORE");
    assert_eq!((end.mailbox().highest_mod_seq, end.mailbox().no_mod_seq), (None, false));
    assert_eq!(end.sends(changed()).1.name, "UID FETCH");
}

fn another_uidvalidity_drops_the_highest() {
    let mut end = End::enabled("CONDSTORE", "");
    end.select();
    end.says("* OK [HIGHESTMODSEQ 12] x");
    assert_eq!(end.mailbox().highest_mod_seq, Some(since(12)));
    end.says("* OK [UIDVALIDITY 3857529045] the same");
    assert_eq!(end.mailbox().highest_mod_seq, Some(since(12)));
    end.says("* OK [UIDVALIDITY 3857529046] another");
    assert_eq!(end.mailbox().highest_mod_seq, None);
}

fn changes_are_searched_and_fetched() {
    let mut end = End::selected("CONDSTORE ESEARCH");
    let ticket = end.submits(changed());
    assert_eq!(end.hears_one().text(), "UID FETCH 1:* (FLAGS) (CHANGEDSINCE 5)");
    end.says("* 2 FETCH (UID 12 FLAGS (\\Seen) MODSEQ (7))\n* 3 FETCH (UID 15 MODSEQ (6) FLAGS ())\nOK done");
    end.answer(ticket).expect("fetched");
    let rows: Vec<_> =
        end.rows().iter().map(|(mine, row)| (*mine, row.mod_seq().and_then(|m| m.parsed()))).collect();
    assert_eq!(rows, [(true, Some(since(7))), (true, Some(since(6)))]);
    let search = UidSearch::new(SearchQuery::mod_seq(since(5))).returning(SearchReturn::new().all());
    let reply = format!("* ESEARCH (TAG \"{}\") UID ALL 12,15 MODSEQ 7\nOK done", "{tag}");
    let (text, found) = end.asks(search, &reply);
    let found = found.expect("found");
    assert_eq!(
        (text.as_str(), found.all.to_string().as_str()),
        ("UID SEARCH RETURN (ALL) MODSEQ 5", "12,15")
    );
    assert_eq!(found.mod_seq, Some(since(7)));

    // A mailbox whose highest is above the one that was kept has changed: one call tells how.
    let dialogue = "C: sel SELECT INBOX (CONDSTORE)\nS: * 3 EXISTS\nS: * OK [UIDVALIDITY 7] x\n\
         S: * OK [HIGHESTMODSEQ 7] x\nS: sel OK [READ-WRITE] done\n\
         C: f UID FETCH 1:* (FLAGS) (CHANGEDSINCE 5)\n\
         S: * 2 FETCH (UID 12 FLAGS (\\Seen) MODSEQ (7))\nS: f OK done\n";
    logged_in("CONDSTORE", dialogue, async |mut client| {
        let (mut inbox, _) =
            client.select_with(Select::new(name("INBOX")).condstore()).await.expect("selected");
        assert!(inbox.highest_mod_seq() > Some(since(5)));
        let changes = inbox.changes_since(set("1:*"), since(5)).await.expect("fetched");
        let changed: Vec<_> = changes.changed.iter().map(|one| (one.uid.get(), one.flags.clone())).collect();
        assert_eq!((changed, changes.vanished), (vec![(12, Some(vec![Flag::Seen]))], None));
    });
}

fn no_mod_sequences_after_nomodseq() {
    let refused = |end: &mut End| {
        let none = Some(r::NO_MOD_SEQUENCES_AFTER_NOMODSEQ);
        assert_eq!(end.refuses(changed()).requirement(), none);
        assert_eq!(end.refuses(UidFetch::new(set("1"), FetchItems::new().mod_seq())).requirement(), none);
        let store = UidStore::new(set("1"), StoreAction::Add, Flag::Seen).unchanged_since(since(9));
        assert_eq!(end.refuses(store).requirement(), none);
        assert_eq!(end.refuses(UidSearch::new(SearchQuery::mod_seq(since(5)))).requirement(), none);
    };
    let mut end = End::enabled("CONDSTORE", "QRESYNC");
    end.gets(
        Select::new(name("a")),
        &SELECTED.replace("OK [READ-WRITE]", "* OK [NOMODSEQ] none\nOK [READ-WRITE]"),
    );
    assert!(end.mailbox().no_mod_seq);
    refused(&mut end);
    // What has nothing to do with them goes on, and another mailbox may have them.
    assert_eq!(end.asks(UidFetch::new(set("1"), flags()), "OK done").0, "UID FETCH 1 (FLAGS)");
    end.select();
    assert_eq!(end.asks(changed(), "OK done").0, "UID FETCH 1:* (FLAGS) (CHANGEDSINCE 5)");
    end.says("* OK [HIGHESTMODSEQ 9] x\n* OK [NOMODSEQ] not any more");
    assert_eq!(end.mailbox().highest_mod_seq, None);
    refused(&mut end);
    // Of what is known of a mailbox a client may still speak when it opens it.
    let mut end = End::enabled("QRESYNC", "");
    let known = Resync::new(UidValidity::new(7).expect("not zero"), since(5));
    assert_eq!(end.sends(Select::new(name("a")).resync(known)).1.text(), "SELECT a (QRESYNC (7 5))");
}

fn entries_of_flags_are_escaped() {
    for (flag, of, text) in [
        (Flag::Draft, ModSeqOf::All, "UID SEARCH MODSEQ \"/flags/\\\\Draft\" all 620162338"),
        (Flag::Seen, ModSeqOf::Private, "UID SEARCH MODSEQ \"/flags/\\\\Seen\" priv 620162338"),
        (Flag::from("$Work"), ModSeqOf::Shared, "UID SEARCH MODSEQ \"/flags/$Work\" shared 620162338"),
    ] {
        let query = SearchQuery::mod_seq_of(flag, of, since(620_162_338));
        assert_eq!(End::selected("CONDSTORE").sends(UidSearch::new(query)).1.text(), text);
    }
    let query = SearchQuery::mod_seq_of(Flag::from("a\"b"), ModSeqOf::All, since(1));
    assert_eq!(End::selected("CONDSTORE").refuses(UidSearch::new(query)).kind(), ErrorKind::Usage);
}

fn search_ends_in_a_mod_sequence() {
    let search = || UidSearch::new(SearchQuery::mod_seq(since(5)));
    for (reply, found, highest) in [
        ("* SEARCH 2 5 6 (MODSEQ 917162500)", "2,5:6", Some(since(917_162_500))),
        ("* search 2 (modseq 9223372036854775807)", "2", Some(ModSeq::MAX)),
        ("* SEARCH", "", None),
        ("* SEARCH 2", "2", None),
    ] {
        let answer = End::selected("CONDSTORE").gets(search(), &format!("{reply}\nOK done"));
        assert_eq!((answer.all.to_string().as_str(), answer.mod_seq), (found, highest), "{reply}");
    }
    // What cannot be one costs no number.
    let mut end = End::selected("CONDSTORE");
    let answer = end.gets(search(), "* SEARCH 2 5 (MODSEQ 0)\nOK done");
    assert_eq!((answer.all.to_string().as_str(), answer.mod_seq), ("2,5", None));
}

fn sort_ends_in_a_mod_sequence() {
    let sort = || UidSort::new(SortOrder::by(SortKey::Subject), SearchQuery::mod_seq(since(5)));
    for (reply, highest) in [
        ("* SORT 5 2 6 (MODSEQ 917162500)", Some(since(917_162_500))),
        ("* sort 5 2 6 (modseq 9223372036854775807)", Some(ModSeq::MAX)),
        ("* SORT 5 2 6", None),
    ] {
        let answer = End::selected("CONDSTORE SORT").gets(sort(), &format!("{reply}\nOK done"));
        let found: Vec<u32> = answer.all.iter().map(|uid| uid.get()).collect();
        assert_eq!((found, answer.mod_seq), (vec![5, 2, 6], highest), "{reply}");
    }
}

fn zero_means_none() {
    let status = |value: &str| {
        let items = StatusItems::new().item(StatusItem::HighestModSeq);
        let reply = format!("* STATUS a (HIGHESTMODSEQ {value})\nOK done");
        End::rev1("CONDSTORE").gets(Status::new(name("a"), items), &reply).highest_mod_seq
    };
    assert_eq!(status("0"), Some(None));
    assert_eq!(status("7"), Some(Some(since(7))));
    assert_eq!(status("9223372036854775808"), None, "nothing that can be said of it");
}
