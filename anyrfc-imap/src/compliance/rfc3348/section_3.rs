//! RFC 3348, section 3: `\HasChildren` and `\HasNoChildren`.

use anyrfc_core::compliance::Check;

use super::super::rev1::{End, pattern};
use crate::{
    codec::command::{List, Lsub},
    rfc3348 as r,
    types::ListEntry,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc3348-section-3/haschildren-is-a-hint",
        covers: &[r::HASCHILDREN_IS_A_HINT],
        run: haschildren_is_a_hint,
    },
    Check {
        name: "rfc3348-section-3/an-absent-attribute-tells-nothing",
        covers: &[r::ABSENT_ATTRIBUTE_TELLS_NOTHING],
        run: an_absent_attribute_tells_nothing,
    },
    Check {
        name: "rfc3348-section-3/subscriptions-tell-no-hierarchy",
        covers: &[r::SUBSCRIPTIONS_TELL_NO_HIERARCHY],
        run: subscriptions_tell_no_hierarchy,
    },
];

fn listed(end: &mut End, attributes: &str) -> ListEntry {
    let mut all = end.gets(List::new(pattern("%")), &format!("* LIST ({attributes}) \"/\" a\nOK done"));
    assert_eq!(all.len(), 1);
    all.remove(0).entry
}

fn haschildren_is_a_hint() {
    let mut end = End::rev1("CHILDREN");
    assert_eq!(listed(&mut end, "\\HasChildren").has_children(), Some(true));
    assert_eq!(listed(&mut end, "\\HASNOCHILDREN").has_children(), Some(false));
    // There are none all the same, or they are gone: nobody minds.
    assert_eq!(end.gets(List::new(pattern("a/%")), "OK done"), []);
    // Both at once say nothing.
    assert_eq!(listed(&mut end, "\\HasChildren \\HasNoChildren").has_children(), None);
    // And children are listed below a mailbox that was said to have none.
    listed(&mut end, "\\HasNoChildren");
    assert_eq!(end.gets(List::new(pattern("a/%")), "* LIST () \"/\" a/b\nOK done").len(), 1);
    assert_eq!(end.connection.deviations().iter().count(), 0);
}

fn an_absent_attribute_tells_nothing() {
    for capabilities in ["CHILDREN", ""] {
        let mut end = End::rev1(capabilities);
        for attributes in ["", "\\Marked", "\\Noselect \\Subscribed", "\\XOwn"] {
            assert_eq!(listed(&mut end, attributes).has_children(), None, "{attributes}");
        }
        assert_eq!(listed(&mut end, "\\Noinferiors").has_children(), Some(false));
    }
}

fn subscriptions_tell_no_hierarchy() {
    let mut end = End::rev1("CHILDREN");
    // A name whose parent is not subscribed, or is not there at all.
    let (text, found) =
        end.asks(Lsub::new(pattern("*")), "* LSUB () \"/\" a/b/c\n* LSUB () \"/\" a\nOK done");
    assert_eq!(text, "LSUB \"\" *");
    let found = found.expect("listed");
    assert!(found.iter().all(|entry| entry.has_children().is_none()), "{found:?}");
    // What a server says all the same is taken down as it is said, and not for certain.
    let odd = end.gets(Lsub::new(pattern("*")), "* LSUB (\\Noselect \\HasNoChildren) \"/\" a\nOK done");
    assert_eq!(odd[0].has_children(), Some(false));
    assert_eq!(end.gets(Lsub::new(pattern("a/*")), "* LSUB () \"/\" a/b/c\nOK done").len(), 1);
}
