//! RFC 8440: the rights of the mailboxes that are listed.

use anyrfc_core::compliance::Check;

use super::super::{
    rev1::{End, gated, pattern},
    rev1_client::logged_in,
};
use crate::{
    codec::command::{List, ListReturn, ListSelect},
    rfc5258, rfc8440 as r,
    types::Data,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc8440-section-3/the-return-option-needs-the-capability",
        covers: &[r::MYRIGHTS_OPTION_NEEDS_THE_CAPABILITY],
        run: the_return_option_needs_the_capability,
    },
    Check {
        name: "rfc8440-section-3/rights-may-be-missing",
        covers: &[r::MYRIGHTS_MAY_BE_MISSING, r::LIST_RETURNS_MYRIGHTS],
        run: rights_may_be_missing,
    },
    Check {
        name: "rfc8440-section-3/rights-are-asked-for-where-they-are-wanted",
        covers: &[r::RIGHTS_ARE_ASKED_FOR_FEW_MAILBOXES],
        run: rights_are_asked_for_where_they_are_wanted,
    },
];

fn with_rights(pattern_: &str) -> List {
    List::new(pattern(pattern_)).returns(ListReturn::MyRights)
}

fn the_return_option_needs_the_capability() {
    let needed = [
        ("LIST-EXTENDED", rfc5258::UNADVERTISED_LIST_OPTIONS_ARE_NOT_SENT),
        ("LIST-MYRIGHTS", r::MYRIGHTS_OPTION_NEEDS_THE_CAPABILITY),
    ];
    gated(&needed, || with_rights("%"), "LIST \"\" % RETURN (MYRIGHTS)");
}

fn rights_may_be_missing() {
    let mut end = End::rev1("LIST-EXTENDED LIST-MYRIGHTS");
    let listed = end.gets(
        with_rights("%"),
        "* LIST () \".\" \"INBOX\"\n* MYRIGHTS \"INBOX\" lrswipkxtecda\n* LIST () \".\" \"foo\"\n\
         * LIST (\\NonExistent) \".\" \"bar\"\n* MYRIGHTS foo lrs\n* MYRIGHTS elsewhere r\nOK List completed.",
    );
    let told: Vec<_> = listed
        .iter()
        .map(|listed| (listed.entry.mailbox.as_str(), listed.my_rights.map(|rights| rights.to_string())))
        .collect();
    let some = |rights: &str| Some(rights.to_owned());
    assert_eq!(told, [("INBOX", some("aeiklprstwx")), ("foo", some("lrs")), ("bar", None)]);
    // Without the option they are nobody's answer.
    let listed = end.gets(List::new(pattern("%")), "* LIST () \".\" a\n* MYRIGHTS a lr\nOK done");
    assert_eq!(listed[0].my_rights, None);
    assert!(matches!(&end.data()[..], [Data::MyRights(_)]));
    assert!(end.connection.deviations().is_empty());
}

/// The caller says of which mailboxes; by itself the client never asks.
fn rights_are_asked_for_where_they_are_wanted() {
    let mut end = End::rev1("LIST-EXTENDED LIST-MYRIGHTS");
    let few = with_rights("shared/%").select(ListSelect::Subscribed);
    assert_eq!(end.asks(few, "OK done").0, "LIST (SUBSCRIBED) \"\" shared/% RETURN (MYRIGHTS)");
    let dialogue = "C: a LIST \"\" *\nS: a OK done\nC: b LIST \"\" * RETURN (SPECIAL-USE)\nS: b OK done\n\
                    C: c LIST \"\" *\nS: c OK done\n<end>";
    logged_in("LIST-EXTENDED LIST-MYRIGHTS LIST-METADATA SPECIAL-USE", dialogue, async |mut client| {
        client.list("*").await.expect("listed");
        client.special_use().await.expect("listed");
    });
}
