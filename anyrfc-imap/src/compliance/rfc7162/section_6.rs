//! RFC 7162, sections 4 and 6: lines, and how a client keeps up.

use anyrfc_core::compliance::Check;

use super::super::{
    rev1::{End, name, set, uids},
    rev1_client::logged_in,
};
use crate::{
    ModSeq, Resynced, UidSet,
    codec::command::{
        Command, FetchModifiers, Noop, Resync, Select, StoreAction, UidFetch, UidSearch, UidStore,
    },
    rfc7162 as r,
    types::{Capability, FetchItems, Flag, SearchQuery, Uid, UidValidity},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7162-section-4/lines-are-short",
        covers: &[r::COMMAND_LINES_ARE_SHORT, r::LONG_COMMANDS_ARE_SPLIT, r::LONG_STRINGS_ARE_LITERALS],
        run: lines_are_short,
    },
    Check {
        name: "rfc7162-section-6/the-best-there-is-is-used",
        covers: &[r::QRESYNC_IS_PREFERRED, r::CONDSTORE_IS_NEXT_TO_QRESYNC],
        run: the_best_there_is_is_used,
    },
    Check {
        name: "rfc7162-section-6/the-highest-is-kept",
        covers: &[
            r::HIGHESTMODSEQ_IS_CACHED_AFTER_SYNC,
            r::HIGHESTMODSEQ_IS_KEPT_UP_TO_DATE,
            r::UNSOLICITED_MOD_SEQUENCES_ARE_NOTED,
            r::MODSEQ_RAISES_THE_CACHED_VALUE,
            r::MODSEQ_COUNTS_AT_THE_TAGGED_RESPONSE,
        ],
        run: the_highest_is_kept,
    },
    Check {
        name: "rfc7162-section-6/the-servers-word-holds",
        covers: &[r::HIGHESTMODSEQ_OVERRIDES_MODSEQ],
        run: the_servers_word_holds,
    },
    Check {
        name: "rfc7162-section-6/what-holds-no-longer-is-dropped",
        covers: &[r::NOMODSEQ_DROPS_HIGHESTMODSEQ, r::NEW_UIDVALIDITY_DROPS_THE_CACHE],
        run: what_holds_no_longer_is_dropped,
    },
];

fn value(value: u64) -> ModSeq {
    ModSeq::new(value).expect("63 bits")
}

/// Every other UID, so that no two of them make a range.
fn many() -> UidSet {
    (1..20_000).map(|n| 2 * n).filter_map(Uid::new).collect()
}

fn lines_are_short() {
    const MOST: usize = 8192;
    let mut end = End::enabled("QRESYNC", "");
    let known = Resync::new(UidValidity::new(7).expect("not zero"), value(90)).of(many());
    // What only has the server tell less is left out.
    assert_eq!(end.asks(Select::new(name("a")).resync(known), "OK done").0, "SELECT a (QRESYNC (7 90))");
    let short = Resync::new(UidValidity::new(7).expect("not zero"), value(90)).of(uids(&[1, 3]));
    assert_eq!(end.asks(Select::new(name("a")).resync(short), "OK done").0, "SELECT a (QRESYNC (7 90 1,3))");
    let limit = end.connection.dialect().line_limit();
    let modifiers = FetchModifiers::new().vanished_since(value(90));
    let fetches = UidFetch::new(many(), FetchItems::new().flags()).with(modifiers).split(limit);
    let store = UidStore::new(many(), StoreAction::Add, Flag::Seen).unchanged_since(value(90));
    assert!(fetches.len() > 10);
    for fetch in fetches {
        let (text, _) = end.asks(fetch, "OK done");
        assert!(text.len() < MOST && text.ends_with(" (FLAGS) (CHANGEDSINCE 90 VANISHED)"), "{}", text.len());
    }
    for store in store.split(limit) {
        let (text, _) = end.asks(store, "OK done");
        assert!(text.len() < MOST && text.contains(" (UNCHANGEDSINCE 90) "), "{}", text.len());
    }
    let (text, _) = end.asks(UidSearch::new(SearchQuery::subject("x".repeat(5000))), "* SEARCH\nOK done");
    assert!(text.starts_with("UID SEARCH SUBJECT {5000}\r\n"), "{}", text.get(..40).unwrap_or_default());
}

/// What has changed is asked for by QRESYNC, where that is enabled, and else by CONDSTORE.
fn the_best_there_is_is_used() {
    let dialogue = |select: &str, modifiers: &str, more: &str| {
        format!(
            "{more}C: sel SELECT INBOX{select}\nS: * 3 EXISTS\nS: * OK [UIDVALIDITY 7] x\n\
             S: * OK [HIGHESTMODSEQ 97] x\nS: sel OK [READ-WRITE] done\n\
             C: f UID FETCH 1:* (FLAGS) ({modifiers})\nS: * 1 FETCH (UID 1 FLAGS () MODSEQ (95))\nS: f OK done\n"
        )
    };
    let enabling = "C: en ENABLE QRESYNC\nS: * ENABLED QRESYNC\nS: en OK done\n";
    let both = dialogue("", "CHANGEDSINCE 90 VANISHED", enabling);
    logged_in("ENABLE CONDSTORE QRESYNC", &both, async |mut client| {
        client.enable([Capability::QResync]).await.expect("enabled");
        let mut inbox = client.select("INBOX").await.expect("selected");
        let changes = inbox.changes_since(set("1:*"), value(90)).await.expect("fetched");
        assert_eq!((changes.changed.len(), changes.vanished), (1, Some(UidSet::new())));
    });
    let one = dialogue(" (CONDSTORE)", "CHANGEDSINCE 90", "");
    logged_in("CONDSTORE", &one, async |mut client| {
        let (mut inbox, _) =
            client.select_with(Select::new(name("INBOX")).condstore()).await.expect("selected");
        let changes = inbox.changes_since(set("1:*"), value(90)).await.expect("fetched");
        assert_eq!((changes.changed.len(), changes.vanished), (1, None));
    });
}

fn the_highest_is_kept() {
    let mut end = End::enabled("QRESYNC", "");
    end.select();
    assert_eq!(end.mailbox().highest_mod_seq, None);
    end.gets(Noop, "* OK [HIGHESTMODSEQ 97] x\nOK done");
    assert_eq!(end.mailbox().highest_mod_seq, Some(value(97)));
    // Of what came unasked the highest counts, whatever the order, once a command has ended.
    let noop = end.submits(Noop);
    end.hears_one();
    end.says("* 1 FETCH (UID 11 FLAGS () MODSEQ (103))\n* 2 FETCH (UID 12 FLAGS () MODSEQ (101))");
    assert_eq!(end.mailbox().highest_mod_seq, Some(value(97)), "nothing has ended");
    end.says("OK done");
    end.answer(noop).expect("done");
    assert_eq!(end.mailbox().highest_mod_seq, Some(value(103)));
    end.gets(Noop, "* 1 FETCH (UID 11 FLAGS () MODSEQ (99))\nOK done");
    assert_eq!(end.mailbox().highest_mod_seq, Some(value(103)), "a lower one says nothing");
    end.gets(Noop, "OK [HIGHESTMODSEQ 110] done");
    assert_eq!(end.mailbox().highest_mod_seq, Some(value(110)));
    assert!(end.asks(Noop, "NO [HIGHESTMODSEQ 111] refused").1.is_err());
    assert_eq!(end.mailbox().highest_mod_seq, Some(value(111)));
}

/// The example of section 6.
fn the_servers_word_holds() {
    let mut end = End::enabled("QRESYNC", "");
    end.select();
    end.says("* OK [HIGHESTMODSEQ 96] x");
    end.gets(
        Noop,
        "* 1 FETCH (UID 6 MODSEQ (103))\n* 2 FETCH (UID 7 MODSEQ (101))\n* OK [HIGHESTMODSEQ 99] x\nOK done",
    );
    assert_eq!(end.mailbox().highest_mod_seq, Some(value(99)));
    end.gets(Noop, "* 3 FETCH (UID 8 MODSEQ (104))\nOK [HIGHESTMODSEQ 99] still delaying");
    assert_eq!(end.mailbox().highest_mod_seq, Some(value(99)));
    end.gets(Noop, "* VANISHED 8\nOK [HIGHESTMODSEQ 104] done");
    assert_eq!(end.mailbox().highest_mod_seq, Some(value(104)));
}

fn what_holds_no_longer_is_dropped() {
    let reselect = |codes: &str| {
        let dialogue = format!(
            "C: en ENABLE QRESYNC\nS: * ENABLED QRESYNC\nS: en OK done\n\
             C: sel SELECT INBOX (QRESYNC (7 90))\nS: * 3 EXISTS\n{codes}S: sel OK [READ-WRITE] done\n\
             C: one NOOP\nS: * OK [UIDVALIDITY 9] x\nS: one OK done\n"
        );
        let mut result = None;
        logged_in("ENABLE QRESYNC", &dialogue, async |mut client| {
            client.enable([Capability::QResync]).await.expect("enabled");
            let known = Resync::new(UidValidity::new(7).expect("not zero"), value(90));
            let select = Select::new(name("INBOX")).resync(known);
            let (mut inbox, opened) = client.select_with(select).await.expect("selected");
            let highest = inbox.highest_mod_seq();
            inbox.client().noop().await.expect("done");
            // What was to be done to messages by their UIDs is done to none.
            assert!(inbox.fetch(set("1"), FetchItems::new().flags()).is_err());
            assert_eq!(inbox.highest_mod_seq(), None);
            result = Some((opened.resynced, highest));
        });
        result.expect("it was selected")
    };
    let (resynced, highest) = reselect("S: * OK [UIDVALIDITY 7] x\nS: * OK [NOMODSEQ] none\n");
    assert_eq!((resynced, highest), (Resynced::NoModSeq, None));
    let (resynced, highest) = reselect("S: * OK [UIDVALIDITY 8] x\nS: * OK [HIGHESTMODSEQ 3] x\n");
    let before = UidValidity::new(7).expect("not zero");
    assert_eq!((resynced, highest), (Resynced::OtherUidValidity { before }, Some(value(3))));
    // And of a mailbox that is open.
    let mut end = End::enabled("QRESYNC", "");
    end.select();
    end.gets(Noop, "* OK [HIGHESTMODSEQ 96] x\nOK done");
    end.gets(Noop, "* OK [NOMODSEQ] x\n* 1 FETCH (UID 6 MODSEQ (103))\nOK done");
    assert_eq!(end.mailbox().highest_mod_seq, None);
}
