//! RFC 7162, section 3.2: QRESYNC.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::{
    rev1::{End, SELECTED, misused, name, set, uid, uids},
    rev1_client::logged_in,
};
use crate::{
    Resynced,
    codec::command::{Enable, Expunge, Fetch, FetchModifiers, Noop, Resync, Select, UidFetch},
    proto::Report,
    rfc7162 as r,
    types::{Capability, FetchItems, ModSeq, SequenceNumber, SequenceNumberSet, UidValidity},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7162-section-3.2.2/qresync-needs-the-capability",
        covers: &[r::QRESYNC_NEEDS_THE_CAPABILITY],
        run: qresync_needs_the_capability,
    },
    Check {
        name: "rfc7162-section-3.2.3/qresync-is-enabled-first",
        covers: &[r::QRESYNC_IS_ENABLED_AFTER_AUTHENTICATION, r::QRESYNC_WAITS_FOR_ENABLED],
        run: qresync_is_enabled_first,
    },
    Check {
        name: "rfc7162-section-3.2.5/uidvalidity-is-compared",
        covers: &[r::UIDVALIDITY_IS_COMPARED],
        run: uidvalidity_is_compared,
    },
    Check {
        name: "rfc7162-section-3.2.5.2/a-sample-ascends",
        covers: &[r::MATCH_DATA_MAY_BE_GIVEN, r::MATCH_DATA_ASCENDS],
        run: a_sample_ascends,
    },
    Check {
        name: "rfc7162-section-3.2.6/only-uid-fetch-asks-what-has-vanished",
        covers: &[r::VANISHED_ONLY_WITH_UID_FETCH],
        run: only_uid_fetch_asks_what_has_vanished,
    },
    Check {
        name: "rfc7162-section-3.2.6/what-was-never-known-may-vanish",
        covers: &[r::UNKNOWN_UIDS_MAY_VANISH, r::EARLIER_LEAVES_SEQUENCE_NUMBERS],
        run: what_was_never_known_may_vanish,
    },
    Check {
        name: "rfc7162-section-3.2.10.2/what-vanishes-is-counted-and-told",
        covers: &[r::PLAIN_VANISHED_LOWERS_THE_COUNT, r::VANISHED_IS_RECORDED],
        run: what_vanishes_is_counted_and_told,
    },
    Check {
        name: "rfc7162-section-3.2.11/closed-parts-the-mailboxes",
        covers: &[r::CLOSED_PARTS_THE_MAILBOXES],
        run: closed_parts_the_mailboxes,
    },
];

fn resync() -> Resync {
    let validity = UidValidity::new(3_857_529_045).expect("not zero");
    Resync::new(validity, ModSeq::new(90).expect("63 bits"))
}

fn vanished() -> UidFetch {
    let modifiers = FetchModifiers::new().vanished_since(ModSeq::new(9).expect("63 bits"));
    UidFetch::new(set("1:99"), FetchItems::new().flags()).with(modifiers)
}

fn qresync_needs_the_capability() {
    let error = End::rev1("ENABLE CONDSTORE").refuses(Enable::new([Capability::QResync]));
    assert_eq!(
        (error.kind(), error.requirement()),
        (ErrorKind::Unsupported, Some(r::QRESYNC_NEEDS_THE_CAPABILITY))
    );
    // ENABLED may say what it likes: what is not advertised is not used.
    let mut end = End::enabled("CONDSTORE", "");
    let error = end.refuses(Select::new(name("a")).resync(resync()));
    assert_eq!(error.requirement(), Some(r::QRESYNC_NEEDS_THE_CAPABILITY));
    end.select();
    assert_eq!(end.refuses(vanished()).requirement(), Some(r::QRESYNC_NEEDS_THE_CAPABILITY));
    assert_eq!(
        End::rev1("ENABLE qresync").sends(Enable::new([Capability::QResync])).1.text(),
        "ENABLE QRESYNC"
    );
}

fn qresync_is_enabled_first() {
    let select = || Select::new(name("a")).resync(resync());
    // Nobody is logged in: it cannot be enabled.
    assert_eq!(
        End::greeted("ENABLE QRESYNC").refuses(Enable::new([Capability::QResync])).kind(),
        ErrorKind::Usage
    );
    misused(&End::rev1("ENABLE QRESYNC").refuses(select()), r::QRESYNC_WAITS_FOR_ENABLED);
    misused(&End::selected("ENABLE QRESYNC").refuses(vanished()), r::QRESYNC_WAITS_FOR_ENABLED);
    for answer in ["* ENABLED\nOK done", "* ENABLED CONDSTORE\nOK done", "* ENABLED QRESYNC2\nOK done"] {
        let mut end = End::rev1("ENABLE CONDSTORE QRESYNC");
        end.gets(Enable::new([Capability::QResync]), answer);
        misused(&end.refuses(select()), r::QRESYNC_WAITS_FOR_ENABLED);
        end.select();
        misused(&end.refuses(vanished()), r::QRESYNC_WAITS_FOR_ENABLED);
    }
    let mut end = End::rev1("ENABLE CONDSTORE QRESYNC");
    assert!(end.asks(Enable::new([Capability::QResync]), "BAD no").1.is_err());
    misused(&end.refuses(select()), r::QRESYNC_WAITS_FOR_ENABLED);
    let mut end = End::enabled("QRESYNC", "");
    assert_eq!(end.sends(select()).1.text(), "SELECT a (QRESYNC (3857529045 90))");
    let mut end = End::enabled("QRESYNC", "");
    end.select();
    assert_eq!(end.sends(vanished()).1.text(), "UID FETCH 1:99 (FLAGS) (CHANGEDSINCE 9 VANISHED)");
}

/// A SELECT that says what was known, as its caller sees it.
fn reselects(codes: &str) -> Resynced {
    let dialogue = format!(
        "C: en ENABLE QRESYNC\nS: * ENABLED QRESYNC\nS: en OK done\n\
         C: sel SELECT INBOX (QRESYNC (3857529045 90))\nS: * 3 EXISTS\n{codes}\
         S: * VANISHED (EARLIER) 41\nS: * 2 FETCH (UID 42 FLAGS () MODSEQ (91))\n\
         S: sel OK [READ-WRITE] done\n"
    );
    let mut resynced = None;
    logged_in("ENABLE QRESYNC", &dialogue, async |mut client| {
        client.enable([Capability::QResync]).await.expect("enabled");
        let select = Select::new(name("INBOX")).resync(resync());
        resynced = Some(client.select_with(select).await.expect("selected").1.resynced);
    });
    resynced.expect("it was selected")
}

fn uidvalidity_is_compared() {
    let codes = |validity| format!("S: * OK [UIDVALIDITY {validity}] x\nS: * OK [HIGHESTMODSEQ 97] x\n");
    let Resynced::Changes { vanished, changed } = reselects(&codes(3_857_529_045_u32)) else {
        panic!("it is the same")
    };
    assert_eq!((vanished, changed.len()), (uids(&[41]), 1));
    // Whatever the server says besides is of no message that was known.
    let before = resync().uid_validity();
    assert_eq!(reselects(&codes(3_857_529_046)), Resynced::OtherUidValidity { before });
    let none = "S: * OK [HIGHESTMODSEQ 97] x\n";
    assert_eq!(reselects(none), Resynced::OtherUidValidity { before });
}

fn a_sample_ascends() {
    let numbers = |numbers: &[u32]| -> SequenceNumberSet {
        numbers.iter().copied().filter_map(SequenceNumber::new).collect()
    };
    let known = resync().of(uids(&[15, 12, 11]));
    let sampled = known.clone().matching(numbers(&[3, 1, 2]), uids(&[15, 11, 12])).expect("as many");
    let mut end = End::enabled("QRESYNC", "");
    assert_eq!(
        end.sends(Select::new(name("a")).resync(sampled)).1.text(),
        "SELECT a (QRESYNC (3857529045 90 11:12,15 (1:3 11:12,15)))"
    );
    let error = known.matching(numbers(&[1]), uids(&[11, 12])).expect_err("not as many");
    assert_eq!(error.kind(), ErrorKind::Usage);
}

fn only_uid_fetch_asks_what_has_vanished() {
    let mut end = End::enabled("QRESYNC", "");
    end.select();
    let modifiers = FetchModifiers::new().vanished_since(ModSeq::MIN);
    let fetch = Fetch::new(set("1"), FetchItems::new().flags()).with(modifiers);
    misused(&end.refuses(fetch), r::VANISHED_ONLY_WITH_UID_FETCH);
    let answer = end.gets(vanished(), "* VANISHED (EARLIER) 4\nOK done");
    assert_eq!(answer.vanished, uids(&[4]));
}

fn number(end: &End, sequence: u32) -> Option<u32> {
    let sequence = SequenceNumber::new(sequence).expect("not zero");
    end.mailbox().uid(sequence).map(|uid| uid.get())
}

/// With QRESYNC enabled, and the UIDs 11, 12 and 15 known.
fn numbered() -> End {
    let mut end = End::enabled("QRESYNC", "");
    end.select();
    end.gets(
        UidFetch::new(set("1:*"), FetchItems::new().flags()),
        "* 1 FETCH (UID 11 FLAGS ())\n* 2 FETCH (UID 12 FLAGS ())\n* 3 FETCH (UID 15 FLAGS ())\nOK done",
    );
    end.events.clear();
    end
}

fn what_was_never_known_may_vanish() {
    let mut end = numbered();
    let answer = end.gets(vanished(), "* VANISHED (EARLIER) 1:10,12:14,90\nOK done");
    assert_eq!(answer.vanished.to_string(), "1:10,12:14,90");
    assert_eq!(end.mailbox().exists, 3);
    assert_eq!([1, 2, 3].map(|n| number(&end, n)), [Some(11), Some(12), Some(15)]);
    // Nor where nobody has asked.
    end.says("* VANISHED (EARLIER) 11:15");
    assert_eq!((end.mailbox().exists, number(&end, 3)), (3, Some(15)));
    let told = |event: &_| matches!(event, Report::Vanished { earlier: true, uids } if uids.len() == 5);
    assert!(end.events.iter().any(told), "{:?}", end.events);
}

fn what_vanishes_is_counted_and_told() {
    let mut end = numbered();
    let expunged = end.gets(Expunge, "* VANISHED 11,15\nOK [HIGHESTMODSEQ 98] done");
    assert_eq!(expunged.vanished, uids(&[11, 15]));
    assert_eq!((end.mailbox().exists, number(&end, 1), number(&end, 2)), (1, Some(12), None));
    let told =
        |event: &_| matches!(event, Report::Vanished { earlier: false, uids } if uids.contains(uid(15)));
    assert!(end.events.iter().any(told), "{:?}", end.events);
    // During any other command it is told, and part of no answer.
    let mut end = numbered();
    end.gets(Noop, "* VANISHED 12\n* VANISHED 15\nOK done");
    assert_eq!((end.mailbox().exists, number(&end, 1), number(&end, 2)), (1, Some(11), None));
    let told = end.events.iter().filter(|event| matches!(event, Report::Vanished { earlier: false, .. }));
    assert_eq!(told.count(), 2);
}

fn closed_parts_the_mailboxes() {
    let mut end = numbered();
    let select = Select::new(name("other")).resync(resync());
    let ticket = end.submits(select);
    end.hears_one();
    end.says("* VANISHED 11\n* VANISHED (EARLIER) 12\n* 9 EXISTS\n* OK [HIGHESTMODSEQ 7] x");
    end.says("* 1 FETCH (UID 15 FLAGS (\\Seen) MODSEQ (8))");
    end.says("* OK [CLOSED] the one before");
    let closed = end.events.iter().position(|event| matches!(event, Report::Closed));
    assert!(closed.is_some(), "{:?}", end.events);
    end.says(&SELECTED.replace("OK [READ-WRITE]", "* VANISHED (EARLIER) 1:10\nOK [READ-WRITE]"));
    let answer = end.answer(ticket).expect("selected");
    assert_eq!((answer.vanished.to_string().as_str(), answer.exists), ("1:10", 3));
    assert_eq!(answer.highest_mod_seq, None, "that was the one before");
    let mailbox = end.mailbox();
    assert_eq!((mailbox.exists, mailbox.highest_mod_seq, number(&end, 1)), (3, None, None));
    // What a server must send and does not is a deviation.
    let mut end = numbered();
    end.gets(Select::new(name("other")), SELECTED);
    assert_eq!(end.deviated(r::IMPLICIT_CLOSE_IS_REPORTED), 1);
}
