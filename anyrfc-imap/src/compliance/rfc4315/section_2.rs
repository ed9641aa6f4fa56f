//! RFC 4315, sections 1 and 2: UID EXPUNGE.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::rev1::{End, gated, set, uids};
use crate::{
    codec::command::{Expunge, UidExpunge},
    rfc4315 as r,
    types::SequenceSet,
};

pub(super) static CHECKS: &[Check] = &[Check {
    name: "rfc4315-section-1/uid-expunge-needs-the-capability",
    covers: &[r::UID_EXPUNGE_NEEDS_THE_CAPABILITY],
    run: uid_expunge_needs_the_capability,
}];

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
