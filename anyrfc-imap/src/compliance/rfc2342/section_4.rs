//! RFC 2342, sections 3 and 4: which namespaces there are, and NAMESPACE.

use anyrfc_core::compliance::Check;

use super::super::rev1::{End, gated, name, pattern};
use crate::{
    codec::command::{Create, List, Namespace, Select},
    rfc2342 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc2342-section-3/any-prefix-can-be-entered",
        covers: &[r::NAMESPACE_MAY_BE_ENTERED_BY_HAND],
        run: any_prefix_can_be_entered,
    },
    Check {
        name: "rfc2342-section-4/namespace-needs-the-capability",
        covers: &[r::NAMESPACE_NEEDS_THE_CAPABILITY],
        run: namespace_needs_the_capability,
    },
];

fn namespace_needs_the_capability() {
    gated(&[("NAMESPACE", r::NAMESPACE_NEEDS_THE_CAPABILITY)], || Namespace, "NAMESPACE");
}

/// A namespace that the server keeps to itself is as good as any.
fn any_prefix_can_be_entered() {
    let mut end = End::rev1("NAMESPACE");
    end.gets(Namespace, "* NAMESPACE ((\"\" \"/\")) NIL NIL\nOK done");
    for prefix in ["#shared/", "~smith/", "Other Users.", "#news.", "Öffentlich/"] {
        let listed = "* LIST () \"/\" x\nOK done";
        let wire = match prefix {
            "Other Users." => "\"Other Users.\"",
            "Öffentlich/" => "&ANY-ffentlich/",
            "~smith/" => "\"~smith/\"",
            plain => plain,
        };
        let (text, answer) = end.asks(List::new(pattern("%")).reference(name(prefix)), listed);
        assert_eq!((text, answer.expect("listed").len()), (format!("LIST {wire} %"), 1));
        let below = format!("{prefix}team");
        let wire = if wire.starts_with('"') { format!("\"{below}\"") } else { format!("{wire}team") };
        for (text, command) in [
            (end.asks(Create::new(name(&below)), "OK done").0, "CREATE"),
            (end.asks(Select::new(name(&below)), "NO none").0, "SELECT"),
        ] {
            assert_eq!(text, format!("{command} {wire}"));
        }
    }
}
