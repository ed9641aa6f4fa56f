//! RFC 2342, section 5: the NAMESPACE response.

use anyrfc_core::{ErrorKind, compliance::Check};

use super::super::rev1::{End, name};
use crate::{
    codec::command::{Create, Namespace},
    rfc2342 as r, rfc9051,
    types::Namespaces,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc2342-section-5/there-may-be-several-of-a-kind",
        covers: &[r::SEVERAL_NAMESPACES_ARE_EXPECTED],
        run: there_may_be_several_of_a_kind,
    },
    Check {
        name: "rfc2342-section-5/namespace-is-answered",
        covers: &[r::NAMESPACE_IS_ANSWERED],
        run: namespace_is_answered,
    },
    Check {
        name: "rfc2342-section-5/the-caller-chooses-the-namespace-of-a-new-mailbox",
        covers: &[r::NAMESPACE_FOR_A_NEW_MAILBOX_IS_CHOSEN],
        run: the_caller_chooses_the_namespace_of_a_new_mailbox,
    },
];

/// Prefixes and delimiters.
fn told(of: &[crate::types::Namespace]) -> Vec<(String, Option<char>)> {
    let prefix = |space: &crate::types::Namespace| {
        space.prefix.as_ref().map_or("", |prefix| prefix.as_str()).to_owned()
    };
    of.iter().map(|space| (prefix(space), space.delimiter)).collect()
}

fn spaces(response: &str) -> Namespaces {
    End::rev1("NAMESPACE").gets(Namespace, &format!("* NAMESPACE {response}\nOK done"))
}

fn there_may_be_several_of_a_kind() {
    let of =
        |list: &[(&str, Option<char>)]| list.iter().map(|(p, d)| ((*p).to_owned(), *d)).collect::<Vec<_>>();
    // As in the examples of section 5.
    let found = spaces("((\"\" \"/\")) NIL NIL");
    assert_eq!(
        (told(&found.personal), found.other_users.len(), found.shared.len()),
        (of(&[("", Some('/'))]), 0, 0)
    );
    let found = spaces(
        "((\"\" \"/\")(\"#mh/\" \"/\" \"X-PARAM\" (\"FLAG1\" \"FLAG2\"))) ((\"~\" \"/\")(\"Users.\" \".\")) \
         ((\"#shared/\" \"/\")(\"#public/\" \"/\")(\"#ftp/\" \"/\")(\"#news.\" \".\")(\"flat\" NIL))",
    );
    assert_eq!(told(&found.personal), of(&[("", Some('/')), ("#mh/", Some('/'))]));
    assert_eq!(told(&found.other_users), of(&[("~", Some('/')), ("Users.", Some('.'))]));
    let shared = [
        ("#shared/", Some('/')),
        ("#public/", Some('/')),
        ("#ftp/", Some('/')),
        ("#news.", Some('.')),
        ("flat", None),
    ];
    assert_eq!(told(&found.shared), of(&shared));
    let flags = ("X-PARAM".to_owned(), vec!["FLAG1".to_owned(), "FLAG2".to_owned()]);
    assert_eq!(found.personal[1].extensions, [flags]);
    assert_eq!(spaces("NIL NIL NIL"), Namespaces::default());
    // A prefix is a name: in modified UTF-7.
    assert_eq!(
        told(&spaces("((\"&ANY-ffentlich/\" \"/\")) NIL NIL").personal),
        of(&[("Öffentlich/", Some('/'))])
    );
}

fn namespace_is_answered() {
    let mut end = End::rev1("NAMESPACE");
    let error = end.asks(Namespace, "OK nothing to tell").1.expect_err("no namespaces");
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert_eq!(error.requirement(), Some(rfc9051::NAMESPACE_IS_ANSWERED), "which has this rule from here");
    // The session is none the worse.
    end.gets(Namespace, "* NAMESPACE NIL NIL NIL\nOK done");
}

/// Nothing is put in front of a name, whichever namespaces there are.
fn the_caller_chooses_the_namespace_of_a_new_mailbox() {
    let mut end = End::rev1("NAMESPACE");
    let two =
        "* NAMESPACE ((\"INBOX.\" \".\")(\"#mh/\" \"/\")) ((\"user.\" \".\")) ((\"shared.\" \".\"))\nOK done";
    let found = end.gets(Namespace, two);
    for space in found.personal.iter().chain(&found.other_users).chain(&found.shared) {
        let new = format!("{}new", space.prefix.as_ref().expect("a prefix").as_str());
        assert_eq!(end.asks(Create::new(name(&new)), "OK done").0, format!("CREATE {new}"));
    }
    assert_eq!(end.asks(Create::new(name("new")), "OK done").0, "CREATE new");
}
