//! RFC 2971, section 3: ID.

use anyrfc_core::compliance::Check;

use super::super::{
    rev1::{End, gated, misused, name, pattern, set},
    rev1_client::{logged_in_with, open},
};
use crate::{
    Identify,
    codec::command::{Fetch, Id, List, Noop, Select},
    rfc2971 as r,
    types::{self, FetchItems},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc2971-section-3/id-needs-the-capability",
        covers: &[r::ID_NEEDS_THE_CAPABILITY],
        run: id_needs_the_capability,
    },
    Check {
        name: "rfc2971-section-3/nothing-depends-on-who-the-server-is",
        covers: &[
            r::ID_CHANGES_NO_OPERATION,
            r::CLIENT_WORKS_AROUND_NOTHING_BY_ID,
            r::CLIENT_FAVOURS_NO_SERVER_BY_ID,
            r::CLIENT_REFUSES_NO_SERVER_BY_ID,
        ],
        run: nothing_depends_on_who_the_server_is,
    },
    Check {
        name: "rfc2971-section-3/what-is-told-is-true",
        covers: &[r::ID_IS_TRUE],
        run: what_is_told_is_true,
    },
    Check {
        name: "rfc2971-section-3/the-caller-decides-how-much-is-told",
        covers: &[r::ID_MAY_BE_BRIEF],
        run: the_caller_decides_how_much_is_told,
    },
    Check {
        name: "rfc2971-section-3.3/field-names-have-30-octets-at-most",
        covers: &[r::ID_FIELDS_HAVE_30_OCTETS_AT_MOST],
        run: field_names_have_30_octets_at_most,
    },
    Check {
        name: "rfc2971-section-3.3/values-have-1024-octets-at-most",
        covers: &[r::ID_VALUES_HAVE_1024_OCTETS_AT_MOST],
        run: values_have_1024_octets_at_most,
    },
    Check {
        name: "rfc2971-section-3.3/there-are-30-pairs-at-most",
        covers: &[r::ID_HAS_30_PAIRS_AT_MOST],
        run: there_are_30_pairs_at_most,
    },
    Check {
        name: "rfc2971-section-3.3/each-field-comes-once",
        covers: &[r::ID_FIELDS_ARE_UNIQUE],
        run: each_field_comes_once,
    },
];

fn id(fields: &[(&str, &str)]) -> Id {
    Id::new(fields.iter().fold(types::Id::new(), |id, (name, value)| id.with(*name, *value)))
}

fn id_needs_the_capability() {
    gated(&[("ID", r::ID_NEEDS_THE_CAPABILITY)], || id(&[("name", "x")]), "ID (\"name\" \"x\")");
}

/// The same session with servers of every name: the same octets are sent, and the same results
/// come of it.
fn nothing_depends_on_who_the_server_is() {
    let play = |answer: &str| {
        let mut end = End::rev1("ID IDLE UIDPLUS");
        let told = end.gets(Id::default(), &format!("{answer}OK done"));
        let mut heard = Vec::new();
        let mut ask = |text: String, fine: bool| heard.push((text, fine));
        let (text, listed) = end.asks(List::new(pattern("*")), "* LIST () \"/\" \"a b\"\nOK done");
        ask(text, listed.is_ok_and(|listed| listed.len() == 1));
        let (text, opened) = end.asks(Select::new(name("a b")), super::super::rev1::SELECTED);
        ask(text, opened.is_ok_and(|opened| opened.exists == 3 && !opened.read_only));
        let items = FetchItems::new().flags().body_structure();
        let row =
            "* 1 FETCH (FLAGS () BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL \"7bit\" -1 1))\nOK done";
        let (text, fetched) = end.asks(Fetch::new(set("1"), items), row);
        let rows = end.rows();
        ask(text, fetched.is_ok() && rows.len() == 1 && rows[0].1.body_structure().is_some());
        let (text, polled) = end.asks(Noop, "OK done");
        ask(text, polled.is_ok());
        (told, heard, end.connection.deviations().iter().count())
    };
    let (nobody, plain, deviations) = play("");
    assert_eq!(nobody, None);
    assert!(plain.iter().all(|(_, fine)| *fine), "{plain:?}");
    for name in
        ["Dovecot", "Cyrus", "Courier-IMAP", "Microsoft.Exchange.Imap4.Imap4Server", "GImap", "", "\\\"evil"]
    {
        let answer = format!("* ID (\"name\" \"{name}\" \"version\" \"0.0\" \"support-url\" NIL)\n");
        let (told, heard, same) = play(&answer);
        assert_eq!(told.expect("told").value("version"), Some("0.0"));
        assert_eq!((heard, same), (plain.clone(), deviations), "{name}");
    }
    assert_eq!(play("* ID NIL\n").1, plain);
}

/// Of itself the client tells what it is; what its caller tells goes as it is.
fn what_is_told_is_true() {
    let version = env!("CARGO_PKG_VERSION");
    let dialogue = format!(
        "C: a ID (\"name\" \"anyrfc-imap\" \"version\" \"{version}\")\nS: * ID NIL\nS: a OK done\n\
         C: b ID (\"name\" \"other\")\nS: b OK done\n<end>"
    );
    logged_in_with(&open().identify(Identify::Always), "ID", &dialogue, async |mut client| {
        client.id(types::Id::new().with("name", "other")).await.expect("told");
    });
    // Unasked, and where it is not known, nothing is told at all.
    for (identify, capabilities) in
        [(Identify::Never, "ID"), (Identify::WhenAsked, "ID"), (Identify::Always, "")]
    {
        let dialogue = "C: a NOOP\nS: a OK done\n<end>";
        logged_in_with(&open().identify(identify), capabilities, dialogue, async |mut client| {
            client.noop().await.expect("done");
        });
    }
}

fn the_caller_decides_how_much_is_told() {
    let mut end = End::rev1("ID");
    assert_eq!(end.asks(Id::default(), "OK done").0, "ID NIL");
    assert_eq!(end.asks(id(&[("name", "a \"b\"")]), "OK done").0, "ID (\"name\" \"a \\\"b\\\"\")");
    let two = id(&[("name", "x"), ("version", "")]);
    assert_eq!(end.asks(two, "OK done").0, "ID (\"name\" \"x\" \"version\" \"\")");
}

fn field_names_have_30_octets_at_most() {
    let mut end = End::rev1("ID");
    let long = "n".repeat(30);
    assert_eq!(end.asks(id(&[(&long, "v")]), "OK done").0, format!("ID (\"{long}\" \"v\")"));
    for name in ["n".repeat(31), "é".repeat(16), "n".repeat(1000)] {
        let error = end.refuses(id(&[("name", "x"), (&name, "v")]));
        misused(&error, r::ID_FIELDS_HAVE_30_OCTETS_AT_MOST);
    }
}

fn values_have_1024_octets_at_most() {
    let mut end = End::rev1("ID");
    let long = "v".repeat(1024);
    let text = end.asks(id(&[("n", &long)]), "OK done").0;
    assert!(text.starts_with("ID (\"n\" ") && text.contains(&long), "{text}");
    for value in ["v".repeat(1025), "é".repeat(513), "v".repeat(100_000)] {
        misused(&end.refuses(id(&[("n", &value)])), r::ID_VALUES_HAVE_1024_OCTETS_AT_MOST);
    }
}

fn there_are_30_pairs_at_most() {
    let mut end = End::rev1("ID");
    let many = |count| Id::new((0..count).fold(types::Id::new(), |id, n| id.with(format!("n{n}"), "v")));
    assert_eq!(end.asks(many(30), "OK done").0.matches("\"v\"").count(), 30);
    for count in [31, 1000] {
        misused(&end.refuses(many(count)), r::ID_HAS_30_PAIRS_AT_MOST);
    }
}

fn each_field_comes_once() {
    let mut end = End::rev1("ID");
    assert_eq!(end.asks(id(&[("a", "1"), ("b", "1")]), "OK done").0, "ID (\"a\" \"1\" \"b\" \"1\")");
    for twice in [[("a", "1"), ("a", "1")], [("a", "1"), ("A", "2")]] {
        misused(&end.refuses(id(&twice)), r::ID_FIELDS_ARE_UNIQUE);
    }
}
