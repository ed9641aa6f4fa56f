//! RFC 6851: MOVE.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::rev1::{End, gated, name, set};
use crate::{
    codec::command::{Enable, Fetch, Move, UidFetch, UidMove},
    proto::Report,
    rfc6851 as r,
    types::{Capability, CopyUid, FetchItems},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc6851-section-1/move-needs-the-capability",
        covers: &[r::MOVE_NEEDS_THE_CAPABILITY],
        run: move_needs_the_capability,
    },
    Check {
        name: "rfc6851-section-3.3/sequence-numbers-wait-for-a-move",
        covers: &[r::NO_SEQUENCE_NUMBERS_DURING_MOVE],
        run: sequence_numbers_wait_for_a_move,
    },
    Check {
        name: "rfc6851-section-4.3/copyuid-comes-before-or-after",
        covers: &[r::COPYUID_COMES_BEFORE_EXPUNGE],
        run: copyuid_comes_before_or_after,
    },
    Check {
        name: "rfc6851-section-4.4/what-is-moved-is-expunged",
        covers: &[r::VANISHED_AND_EXPUNGE_ARE_HANDLED],
        run: what_is_moved_is_expunged,
    },
    Check {
        name: "rfc6851-section-5/tokens-ignore-case",
        covers: &[r::TOKENS_IGNORE_CASE],
        run: tokens_ignore_case,
    },
];

fn move_needs_the_capability() {
    let needed = [("MOVE", r::MOVE_NEEDS_THE_CAPABILITY)];
    gated(&needed, || UidMove::new(set("42:69"), name("foo")), "UID MOVE 42:69 foo");
    gated(&needed, || Move::new(set("1,3"), name("a b")), "MOVE 1,3 \"a b\"");
}

fn flags(numbers: &str) -> Fetch {
    Fetch::new(set(numbers), FetchItems::new().flags())
}

fn sequence_numbers_wait_for_a_move() {
    // The numbers change before the second command: it is not sent, whatever it would have meant.
    let mut end = End::selected("MOVE");
    let moved = end.submits(UidMove::new(set("11"), name("a")));
    let fetch = end.submits(flags("3"));
    let by_uid = end.submits(UidFetch::new(set("15"), FetchItems::new().flags()));
    let texts: Vec<String> = end.hears().iter().map(|heard| heard.text()).collect();
    assert!(!texts.iter().any(|text| text.starts_with("FETCH")), "{texts:?}");
    assert_eq!(texts[0], "UID MOVE 11 a");
    end.says("* OK [COPYUID 1 11 1] moved\n* 1 EXPUNGE");
    end.says_octets(format!("{} OK done\r\n", end.tag_of("UID MOVE")).as_bytes());
    end.answer(moved).expect("moved");
    let heard = end.hears();
    assert!(heard.iter().all(|heard| heard.name != "FETCH"), "numbers from before the move: {heard:?}");
    let error = end.answer(fetch).expect_err("the numbers name others now");
    assert_eq!((error.kind(), error.is_unsent()), (ErrorKind::Usage, true));
    drop(by_uid);

    // Where they stay the same it is sent once the move is over.
    let mut end = End::selected("MOVE");
    let moved = end.submits(Move::new(set("2"), name("a")));
    let fetch = end.submits(flags("1"));
    assert_eq!(end.hears_one().text(), "MOVE 2 a");
    end.says("NO cannot");
    assert!(end.answer(moved).is_err());
    assert_eq!(end.hears_one().text(), "FETCH 1 (FLAGS)");
    end.says("OK done");
    end.answer(fetch).expect("fetched");
}

fn pairs(copies: &[CopyUid]) -> Vec<(u32, u32)> {
    copies.iter().flat_map(CopyUid::pairs).map(|(from, to)| (from.get(), to.get())).collect()
}

fn copyuid_comes_before_or_after() {
    for reply in [
        "* OK [COPYUID 432432 11:12 1202:1203]\n* 1 EXPUNGE\n* 1 EXPUNGE\nOK done",
        "* 1 EXPUNGE\n* 1 EXPUNGE\nOK [COPYUID 432432 11:12 1202:1203] done",
    ] {
        let moved = End::selected("MOVE").gets(UidMove::new(set("11:12"), name("foo")), reply);
        assert_eq!(pairs(&moved.copies), [(11, 1202), (12, 1203)]);
        assert_eq!(moved.expunged.len(), 2);
    }
    let moved = End::selected("MOVE").gets(UidMove::new(set("11"), name("foo")), "OK [COPYUID 1 11 9] done");
    assert_eq!((pairs(&moved.copies), moved.expunged.len()), (vec![(11, 9)], 0), "nothing was removed");
}

/// EXPUNGE is taken in, and so is VANISHED, which takes its place under QRESYNC.
fn what_is_moved_is_expunged() {
    let mut end = End::selected("MOVE");
    end.says("* 1 FETCH (UID 11 FLAGS ())\n* 2 FETCH (UID 12 FLAGS ())\n* 3 FETCH (UID 15 FLAGS ())");
    end.events.clear();
    end.gets(
        UidMove::new(set("11:12"), name("foo")),
        "* OK [COPYUID 1 11:12 1:2]\n* 1 EXPUNGE\n* 1 EXPUNGE\nOK done",
    );
    let mailbox = end.connection.mailbox().expect("selected");
    assert_eq!(mailbox.exists, 1);
    let first = crate::types::SequenceNumber::new(1).expect("not zero");
    assert_eq!(mailbox.uid(first).map(|uid| uid.get()), Some(15));
    let expunged = end.events.iter().filter(|event| matches!(event, Report::Expunge { .. })).count();
    assert_eq!(expunged, 2);

    let mut end = End::rev1("ENABLE QRESYNC MOVE");
    end.gets(Enable::new([Capability::QResync]), "* ENABLED QRESYNC\nOK done");
    end.select();
    end.says("* 1 FETCH (UID 11 FLAGS ())\n* 2 FETCH (UID 12 FLAGS ())\n* 3 FETCH (UID 15 FLAGS ())");
    end.events.clear();
    let moved = end.gets(
        UidMove::new(set("11:12"), name("foo")),
        "* OK [COPYUID 1 11:12 1:2]\n* VANISHED 11:12\nOK [HIGHESTMODSEQ 9] done",
    );
    assert_eq!((moved.vanished.to_string().as_str(), moved.expunged), ("11:12", vec![]));
    let mailbox = end.connection.mailbox().expect("selected");
    assert_eq!(mailbox.exists, 1);
    assert_eq!(mailbox.uid(first).map(|uid| uid.get()), Some(15));
    let vanished =
        end.events.iter().filter(|event| matches!(event, Report::Vanished { earlier: false, .. })).count();
    assert_eq!(vanished, 1);
    end.is_idle_and_well();
}

fn tokens_ignore_case() {
    for (capability, code, word) in [("move", "copyuid", "expunge"), ("MoVe", "CopyUid", "Expunge")] {
        let mut end = End::selected(capability);
        let reply = format!("* ok [{code} 1 11 9] x\n* 1 {word}\nOK done");
        let (text, moved) = end.asks(UidMove::new(set("11"), name("foo")), &reply);
        let moved = moved.expect("moved");
        assert_eq!(
            (text.as_str(), pairs(&moved.copies), moved.expunged.len()),
            ("UID MOVE 11 foo", vec![(11, 9)], 1)
        );
    }
    let error = End::selected("MOVES").refuses(UidMove::new(set("11"), name("foo")));
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}
