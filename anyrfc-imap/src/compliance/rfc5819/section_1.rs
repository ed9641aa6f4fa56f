//! RFC 5819: STATUS in the answer to LIST.

use anyrfc_core::compliance::Check;

use super::super::rev1::{End, gated, pattern};
use crate::{
    codec::command::{List, ListReturn, Listed, StatusItem, StatusItems},
    rfc5258, rfc5819 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5819-section-1/the-return-option-needs-the-capability",
        covers: &[r::LIST_STATUS_NEEDS_THE_CAPABILITY],
        run: the_return_option_needs_the_capability,
    },
    Check {
        name: "rfc5819-section-2/a-status-may-be-missing",
        covers: &[r::NO_STATUS_FOR_AN_UNSELECTABLE_MAILBOX, r::STATUS_MAY_BE_DROPPED],
        run: a_status_may_be_missing,
    },
];

fn counting(pattern_: &str) -> List {
    let items = StatusItems::new().item(StatusItem::Messages).item(StatusItem::Unseen);
    List::new(pattern(pattern_)).returns(ListReturn::Status(items))
}

fn the_return_option_needs_the_capability() {
    let needed = [
        ("LIST-EXTENDED", rfc5258::UNADVERTISED_LIST_OPTIONS_ARE_NOT_SENT),
        ("LIST-STATUS", r::LIST_STATUS_NEEDS_THE_CAPABILITY),
    ];
    gated(&needed, || counting("%"), "LIST \"\" % RETURN (STATUS (MESSAGES UNSEEN))");
}

fn a_status_may_be_missing() {
    let mut end = End::rev1("LIST-EXTENDED LIST-STATUS");
    let listed = end.gets(
        counting("%"),
        "* LIST () \".\" \"INBOX\"\n* STATUS \"INBOX\" (MESSAGES 17 UNSEEN 16)\n* LIST () \".\" \"foo\"\n\
         * STATUS \"foo\" (MESSAGES 30 UNSEEN 29)\n* LIST (\\NoSelect) \".\" \"bar\"\n* LIST () \".\" \"lost\"\nOK done",
    );
    let told = |listed: &Listed| {
        let counts = listed.status.as_ref().map(|status| (status.messages, status.unseen));
        (listed.entry.mailbox.as_str().to_owned(), counts)
    };
    assert_eq!(
        listed.iter().map(told).collect::<Vec<_>>(),
        [
            ("INBOX".to_owned(), Some((Some(17), Some(16)))),
            ("foo".to_owned(), Some((Some(30), Some(29)))),
            ("bar".to_owned(), None),
            ("lost".to_owned(), None),
        ]
    );
    assert!(end.connection.deviations().is_empty());
    // Nor does one count for a mailbox that is not listed.
    let listed = end.gets(counting("a"), "* STATUS b (MESSAGES 1)\n* LIST () \".\" a\nOK done");
    assert_eq!(told(&listed[0]), ("a".to_owned(), None));
}
