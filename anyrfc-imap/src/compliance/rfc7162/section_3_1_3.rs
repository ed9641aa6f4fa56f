//! RFC 7162, section 3.1.3: the conditional STORE.

use anyrfc_core::compliance::Check;

use super::super::{
    rev1::{End, set, uids},
    rev1_client::logged_in,
};
use crate::{
    ConditionalStore, ModSeq,
    codec::command::{StoreAction, UidStore},
    rfc7162 as r,
    types::Flag,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc7162-section-3.1.3/what-was-changed-meanwhile-is-looked-up",
        covers: &[r::STATE_IS_LOOKED_UP_AFTER_MODIFIED],
        run: what_was_changed_meanwhile_is_looked_up,
    },
    Check {
        name: "rfc7162-section-3.1.3/another-change-is-no-reason-to-give-up",
        covers: &[
            r::MODIFIED_FOR_OTHER_ITEMS_IS_HANDLED,
            r::CONDITIONAL_STORE_IS_RETRIED,
            r::KEPT_MOD_SEQUENCE_IS_NOT_RELIED_ON,
        ],
        run: another_change_is_no_reason_to_give_up,
    },
    Check {
        name: "rfc7162-section-3.1.3/three-retries-and-no-more",
        covers: &[r::RETRIES_ARE_ALLOWED_FOR],
        run: three_retries_and_no_more,
    },
];

/// The messages 5 and 6 are to be `\Deleted` unless they have changed since 10, or have but are
/// not `\Flagged`.
fn stores(dialogue: &str) -> ConditionalStore {
    let dialogue = format!(
        "C: sel SELECT INBOX\nS: * 3 EXISTS\nS: * OK [UIDVALIDITY 7] x\n\
         S: * OK [HIGHESTMODSEQ 10] x\nS: sel OK [READ-WRITE] done\n\
         C: one UID STORE 5:6 (UNCHANGEDSINCE 10) +FLAGS.SILENT (\\Deleted)\n{dialogue}"
    );
    let mut done = None;
    logged_in("CONDSTORE", &dialogue, async |mut client| {
        let mut inbox = client.select("INBOX").await.expect("selected");
        let since = ModSeq::new(10).expect("63 bits");
        let result = inbox
            .store_unless_changed(uids(&[5, 6]), since, StoreAction::Add, Flag::Deleted, |now| {
                now.flags.as_ref().is_some_and(|flags| !flags.contains(&Flag::Flagged))
            })
            .await;
        done = Some(result.expect("stored"));
    });
    done.expect("it was done")
}

fn numbers(changed: &[crate::Changed]) -> Vec<u32> {
    changed.iter().map(|one| one.uid.get()).collect()
}

fn what_was_changed_meanwhile_is_looked_up() {
    let done = stores(
        "S: * 1 FETCH (UID 5 MODSEQ (11))\nS: one OK [MODIFIED 6] changed\n\
         C: two UID FETCH 6 (FLAGS MODSEQ)\n\
         S: * 2 FETCH (UID 6 FLAGS (\\Flagged) MODSEQ (12))\nS: two OK done\n",
    );
    assert_eq!((numbers(&done.stored), numbers(&done.conflicts)), (vec![5], vec![6]));
    assert_eq!(done.conflicts[0].flags.as_deref(), Some(&[Flag::Flagged][..]));
    // Nothing is asked where the server has told it.
    let done = stores(
        "S: * 1 FETCH (UID 5 MODSEQ (11))\nS: * 2 FETCH (UID 6 FLAGS (\\Flagged) MODSEQ (12))\n\
         S: one OK [MODIFIED 6] changed\n",
    );
    assert_eq!((numbers(&done.stored), numbers(&done.conflicts)), (vec![5], vec![6]));
    // One that is not there any more is told to be gone.
    let done = stores(
        "S: * 1 FETCH (UID 5 MODSEQ (11))\nS: one OK [MODIFIED 6] changed\n\
         C: two UID FETCH 6 (FLAGS MODSEQ)\nS: two OK done\n",
    );
    assert_eq!((numbers(&done.conflicts), done.gone.to_string()), (vec![], "6".to_owned()));
}

/// What it has now decides, and not that it has another modification sequence.
fn another_change_is_no_reason_to_give_up() {
    let done = stores(
        "S: * 1 FETCH (UID 5 MODSEQ (11))\nS: one OK [MODIFIED 6] changed\n\
         C: two UID FETCH 6 (FLAGS MODSEQ)\n\
         S: * 2 FETCH (UID 6 FLAGS (\\Seen) MODSEQ (12))\nS: two OK done\n\
         C: again UID STORE 6 (UNCHANGEDSINCE 12) +FLAGS.SILENT (\\Deleted)\n\
         S: * 2 FETCH (UID 6 MODSEQ (13))\nS: again OK done\n",
    );
    assert_eq!((numbers(&done.stored), numbers(&done.conflicts)), (vec![5, 6], vec![]));
    // Each under the condition that it stays as it was seen: no higher one of another is used.
    let done = stores(
        "S: one NO [MODIFIED 5:6] changed\n\
         C: two UID FETCH 5:6 (FLAGS MODSEQ)\n\
         S: * 1 FETCH (UID 5 FLAGS () MODSEQ (15))\nS: * 2 FETCH (UID 6 FLAGS (\\Seen) MODSEQ (12))\nS: two OK done\n\
         C: three UID STORE 6 (UNCHANGEDSINCE 12) +FLAGS.SILENT (\\Deleted)\n\
         S: * 2 FETCH (UID 6 MODSEQ (16))\nS: three OK done\n\
         C: four UID STORE 5 (UNCHANGEDSINCE 15) +FLAGS.SILENT (\\Deleted)\n\
         S: * 1 FETCH (UID 5 MODSEQ (17))\nS: four OK done\n",
    );
    assert_eq!((numbers(&done.stored), numbers(&done.conflicts)), (vec![6, 5], vec![]));
    // The plain command says what was left alone.
    let store = UidStore::new(set("5:6"), StoreAction::Add, Flag::Deleted).unchanged_since(ModSeq::MIN);
    let answer = End::selected("CONDSTORE").gets(store, "OK [MODIFIED 6] done");
    assert_eq!(answer.modified.to_string(), "6");
}

fn three_retries_and_no_more() {
    let mut dialogue = String::from("S: * 1 FETCH (UID 5 MODSEQ (11))\nS: one OK [MODIFIED 6] changed\n");
    for n in 0..4 {
        let now = 20 + n;
        dialogue.push_str(&format!(
            "C: f{n} UID FETCH 6 (FLAGS MODSEQ)\n\
             S: * 2 FETCH (UID 6 FLAGS () MODSEQ ({now}))\nS: f{n} OK done\n"
        ));
        if n < 3 {
            dialogue.push_str(&format!(
                "C: s{n} UID STORE 6 (UNCHANGEDSINCE {now}) +FLAGS.SILENT (\\Deleted)\n\
                 S: s{n} OK [MODIFIED 6] changed\n"
            ));
        }
    }
    let done = stores(&dialogue);
    assert_eq!((numbers(&done.stored), numbers(&done.conflicts)), (vec![5], vec![6]));
}
