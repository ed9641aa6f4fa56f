//! RFC 6154, sections 2 and 6: special uses in LIST.

use anyrfc_core::compliance::Check;

use super::super::rev1::{End, gated, pattern};
use crate::{
    codec::command::{List, ListReturn, ListSelect},
    rfc5258, rfc6154 as r,
    types::MailboxAttribute as Attribute,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc6154-section-2/options-need-the-capability",
        covers: &[r::SPECIAL_USE_OPTIONS_NEED_THE_CAPABILITY],
        run: options_need_the_capability,
    },
    Check {
        name: "rfc6154-section-2/special-uses-come-in-plain-lists",
        covers: &[r::SPECIAL_USE_IN_PLAIN_LIST, r::SPECIAL_USE_COMES_UNASKED],
        run: special_uses_come_in_plain_lists,
    },
    Check {
        name: "rfc6154-section-6/unknown-attributes-are-ignored",
        covers: &[r::UNKNOWN_ATTRIBUTES_ARE_IGNORED],
        run: unknown_attributes_are_ignored,
    },
];

fn options_need_the_capability() {
    let needed = [
        ("LIST-EXTENDED", rfc5258::UNADVERTISED_LIST_OPTIONS_ARE_NOT_SENT),
        ("SPECIAL-USE", r::SPECIAL_USE_OPTIONS_NEED_THE_CAPABILITY),
    ];
    let list = || List::new(pattern("*"));
    gated(&needed, || list().select(ListSelect::SpecialUse), "LIST (SPECIAL-USE) \"\" *");
    gated(&needed, || list().returns(ListReturn::SpecialUse), "LIST \"\" * RETURN (SPECIAL-USE)");
}

/// What a mailbox is for is known by its attribute, with the extension and without.
fn special_uses_come_in_plain_lists() {
    for capabilities in ["", "SPECIAL-USE", "SPECIAL-USE LIST-EXTENDED"] {
        let mut end = End::rev1(capabilities);
        for (text, attribute) in [
            ("\\All", Attribute::All),
            ("\\Archive", Attribute::Archive),
            ("\\drafts", Attribute::Drafts),
            ("\\FLAGGED", Attribute::Flagged),
            ("\\Junk", Attribute::Junk),
            ("\\Sent", Attribute::Sent),
            ("\\Trash", Attribute::Trash),
        ] {
            let reply = format!("* LIST (\\HasNoChildren {text}) \"/\" a\n* LIST () \"/\" b\nOK done");
            let (sent, listed) = end.asks(List::new(pattern("*")), &reply);
            let listed = listed.expect("listed");
            assert_eq!(sent, "LIST \"\" *");
            assert!(listed[0].entry.has(&attribute) && !listed[1].entry.has(&attribute), "{text}");
        }
    }
}

fn unknown_attributes_are_ignored() {
    let mut end = End::rev1("SPECIAL-USE LIST-EXTENDED");
    let reply = "* LIST (\\Sent \\X-Own \\Memos \\Sents) \"/\" a\n* LIST (\\1 \\Marked) \"/\" b\nOK done";
    let listed = end.gets(List::new(pattern("*")), reply);
    assert_eq!(listed.len(), 2, "no mailbox is lost");
    let [a, b] = [&listed[0].entry, &listed[1].entry];
    assert!(a.has(&Attribute::Sent) && a.has(&Attribute::from("\\x-own")) && b.has(&Attribute::Marked));
    assert!(matches!(a.attributes[2], Attribute::Other(_)), "an attribute of its own, and no other");
    assert_eq!(a.attributes.len(), 4);
    assert!(end.connection.deviations().is_empty(), "{:?}", end.connection.deviations());
}
