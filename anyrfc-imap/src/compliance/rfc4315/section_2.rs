//! RFC 4315, sections 1 and 2: UID EXPUNGE.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::{
    rev1::{End, gated, set, uids},
    rev1_client::{INBOX, logged_in},
};
use crate::{
    Relocation,
    codec::command::{Expunge, UidExpunge},
    rfc4315 as r,
    types::SequenceSet,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc4315-section-1/uid-expunge-needs-the-capability",
        covers: &[r::UID_EXPUNGE_NEEDS_THE_CAPABILITY],
        run: uid_expunge_needs_the_capability,
    },
    Check {
        name: "rfc4315-section-2.1/other-deletions-are-spared",
        covers: &[r::WITHOUT_UIDPLUS_OTHER_DELETIONS_ARE_SPARED],
        run: other_deletions_are_spared,
    },
];

fn uid_expunge_needs_the_capability() {
    let needed = [("UIDPLUS", r::UID_EXPUNGE_NEEDS_THE_CAPABILITY)];
    gated(&needed, || UidExpunge::new(set("3000:3002")), "UID EXPUNGE 3000:3002");
    gated(&needed, || UidExpunge::new(uids(&[11, 12, 15])), "UID EXPUNGE 11:12,15");
    // No set is no messages, and not all of them.
    let mut end = End::selected("UIDPLUS");
    assert_eq!(end.refuses(UidExpunge::new(SequenceSet::from(uids(&[])))).kind(), ErrorKind::Usage);
    // What was expunged is told, and counted.
    let done = end.gets(UidExpunge::new(set("11")), "* 1 EXPUNGE\nOK done");
    assert_eq!(done.numbers.iter().map(|number| number.get()).collect::<Vec<_>>(), [1]);
    assert_eq!(end.connection.mailbox().map(|mailbox| mailbox.exists), Some(2));
    // The bare command is another one.
    assert_eq!(end.asks(Expunge, "OK done").0, "EXPUNGE");
}

/// Where UID EXPUNGE is not to be had, messages that others have marked stay where they are.
fn other_deletions_are_spared() {
    let copied = "C: c UID COPY 11:12 other\nS: c OK done\nC: d UID STORE 11:12 +FLAGS.SILENT (\\Deleted)\nS: d OK done\n";
    let dialogue = format!("{INBOX}{copied}C: z LOGOUT\nS: * BYE\nS: z OK done\n<end>");
    logged_in("", &dialogue, async |mut client| {
        let mut inbox = client.select("INBOX").await.expect("selected");
        let moved = inbox.move_to(uids(&[11, 12]), "other").await.expect("as far as it goes");
        assert!(matches!(moved, Relocation::MarkedDeleted(_)), "{moved:?}");
        let error = inbox.expunge(uids(&[11, 12])).await.expect_err("not to be had");
        assert_eq!(
            (error.kind(), error.requirement()),
            (ErrorKind::Unsupported, Some(r::UID_EXPUNGE_NEEDS_THE_CAPABILITY))
        );
        client.logout().await.expect("in order");
    });
    let expunged = "C: e UID EXPUNGE 11:12\nS: * 1 EXPUNGE\nS: * 1 EXPUNGE\nS: e OK done\n";
    let dialogue = format!("{INBOX}{copied}{expunged}C: f UID EXPUNGE 15\nS: f OK done\n<end>");
    logged_in("UIDPLUS", &dialogue, async |mut client| {
        let mut inbox = client.select("INBOX").await.expect("selected");
        let moved = inbox.move_to(uids(&[11, 12]), "other").await.expect("moved");
        assert!(matches!(&moved, Relocation::Moved(moved) if moved.expunged.len() == 2), "{moved:?}");
        assert_eq!(inbox.expunge(uids(&[15])).await.expect("nothing was marked").numbers, []);
    });
}
