//! RFC 5258, sections 3.4 and 4: attributes that imply others, and children.

use anyrfc_core::compliance::Check;

use super::super::rev1::{End, pattern};
use crate::{
    codec::command::{List, ListReturn},
    rfc5258 as r,
    types::{ListEntry, MailboxAttribute},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5258-section-3.4/stronger-attributes-imply-weaker",
        covers: &[r::STRONGER_ATTRIBUTES_IMPLY_WEAKER],
        run: stronger_attributes_imply_weaker,
    },
    Check {
        name: "rfc5258-section-4/haschildren-may-be-stale",
        covers: &[r::HASCHILDREN_MAY_BE_STALE],
        run: haschildren_may_be_stale,
    },
];

fn listed(attributes: &str) -> ListEntry {
    let mut end = End::rev1("LIST-EXTENDED");
    let list = List::new(pattern("%")).returns(ListReturn::Children);
    end.gets(list, &format!("* LIST ({attributes}) \"/\" a\nOK done")).remove(0).entry
}

fn stronger_attributes_imply_weaker() {
    use MailboxAttribute::{HasChildren, HasNoChildren, NoInferiors, NoSelect, NonExistent};
    let entry = listed("\\NonExistent");
    assert!(entry.has(&NonExistent) && entry.has(&NoSelect), "what is not there cannot be selected");
    assert!(!entry.has(&HasNoChildren) && !entry.has(&NoInferiors));
    let entry = listed("\\NoInferiors");
    assert!(entry.has(&NoInferiors) && entry.has(&HasNoChildren), "what can have no children has none");
    assert_eq!((entry.has(&NoSelect), entry.has_children()), (false, Some(false)));
    // Not the other way round.
    assert!(!listed("\\NoSelect").has(&NonExistent));
    assert!(!listed("\\HasNoChildren").has(&NoInferiors));
    let entry = listed("\\NonExistent \\HasChildren");
    assert!(entry.has(&NoSelect) && entry.has(&HasChildren) && entry.has_children() == Some(true));
    assert_eq!(listed("").attributes, []);
}

fn haschildren_may_be_stale() {
    let mut end = End::rev1("LIST-EXTENDED");
    let list = |text: &str| List::new(pattern(text)).returns(ListReturn::Children);
    let told = end.gets(list("%"), "* LIST (\\HasChildren) \"/\" a\nOK done");
    assert_eq!(told[0].entry.has_children(), Some(true));
    assert_eq!(end.gets(list("a/%"), "OK done"), []);
    let told = end.gets(list("%"), "* LIST (\\HasNoChildren) \"/\" a\nOK done");
    assert_eq!(told[0].entry.has_children(), Some(false));
    assert!(end.connection.deviations().is_empty());
}
