//! RFC 5258, sections 1 and 3: LIST with options.

use anyrfc_core::compliance::Check;

use super::super::{
    judge::Judge,
    rev1::{End, gated, misused, name, pattern},
    rev1_client::logged_in,
};
use crate::{
    codec::command::{List, ListReturn, ListSelect, Lsub, StatusItem, StatusItems},
    rfc5258 as r, rfc5819, rfc6154, rfc9051,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5258-section-1/subscriptions-are-listed-by-lsub",
        covers: &[r::LSUB_FOR_PLAIN_SUBSCRIPTIONS, r::LSUB_UNLESS_MORE_IS_WANTED],
        run: subscriptions_are_listed_by_lsub,
    },
    Check {
        name: "rfc5258-section-3/options-that-are-not-advertised-are-not-sent",
        covers: &[r::UNADVERTISED_LIST_OPTIONS_ARE_NOT_SENT],
        run: options_that_are_not_advertised_are_not_sent,
    },
    Check {
        name: "rfc5258-section-3/each-option-is-given-once",
        covers: &[r::LIST_OPTIONS_ARE_NOT_REPEATED],
        run: each_option_is_given_once,
    },
    Check {
        name: "rfc5258-section-3/unknown-extended-fields-are-ignored",
        covers: &[r::UNKNOWN_EXTENDED_FIELDS_ARE_IGNORED],
        run: unknown_extended_fields_are_ignored,
    },
    Check {
        name: "rfc5258-section-3.1/recursivematch-is-not-alone",
        covers: &[r::RECURSIVEMATCH_IS_NOT_ALONE],
        run: recursivematch_is_not_alone,
    },
    Check {
        name: "rfc5258-section-3.1/childinfo-may-be-stale",
        covers: &[r::CHILDINFO_MAY_BE_STALE],
        run: childinfo_may_be_stale,
    },
];

fn all() -> List {
    List::new(pattern("*"))
}

/// The names alone are asked for by LSUB, whatever else the server has; what more there is to
/// tell has to be wanted.
fn subscriptions_are_listed_by_lsub() {
    for capabilities in ["", "LIST-EXTENDED"] {
        let dialogue =
            "C: a LSUB \"\" *\nS: * LSUB () \"/\" gone\nS: * LSUB () \"/\" INBOX\nS: a OK done\n<end>";
        logged_in(capabilities, dialogue, async |mut client| {
            let listed = client.list_subscribed("*").await.expect("listed");
            assert_eq!(
                listed.iter().map(|entry| entry.mailbox.as_str()).collect::<Vec<_>>(),
                ["gone", "INBOX"]
            );
        });
    }
    let dialogue = "C: a LIST (SUBSCRIBED) \"\" *\nS: * LIST (\\Subscribed \\NonExistent) \"/\" gone\nS: a OK done\n<end>";
    logged_in("LIST-EXTENDED", dialogue, async |mut client| {
        let more = all().select(ListSelect::Subscribed);
        let listed = client.list_with(more).await.expect("listed");
        assert!(!listed[0].entry.is_selectable());
    });
}

fn options_that_are_not_advertised_are_not_sent() {
    let extended = ("LIST-EXTENDED", r::UNADVERTISED_LIST_OPTIONS_ARE_NOT_SENT);
    let needed = [extended];
    gated(&needed, || all().select(ListSelect::Subscribed), "LIST (SUBSCRIBED) \"\" *");
    gated(&needed, || all().select(ListSelect::Remote), "LIST (REMOTE) \"\" *");
    gated(&needed, || all().or(pattern("a%")), "LIST \"\" (* a%)");
    gated(&needed, || all().returns(ListReturn::Children), "LIST \"\" * RETURN (CHILDREN)");
    gated(&needed, || all().returns(ListReturn::Subscribed), "LIST \"\" * RETURN (SUBSCRIBED)");
    let matching = || all().select(ListSelect::Subscribed).select(ListSelect::RecursiveMatch);
    gated(&needed, matching, "LIST (SUBSCRIBED RECURSIVEMATCH) \"\" *");
    let special = [extended, ("SPECIAL-USE", rfc6154::SPECIAL_USE_OPTIONS_NEED_THE_CAPABILITY)];
    gated(&special, || all().returns(ListReturn::SpecialUse), "LIST \"\" * RETURN (SPECIAL-USE)");
    let status = [extended, ("LIST-STATUS", rfc5819::LIST_STATUS_NEEDS_THE_CAPABILITY)];
    let items = StatusItems::new().item(StatusItem::Messages);
    let counting = || all().returns(ListReturn::Status(items.clone()));
    gated(&status, counting, "LIST \"\" * RETURN (STATUS (MESSAGES))");
    // The plain form needs nothing.
    let (text, _) = End::rev1("").asks(all().reference(name("a/")), "OK done");
    assert_eq!(text, "LIST a/ *");
}

fn each_option_is_given_once() {
    let mut end = End::rev1("LIST-EXTENDED LIST-STATUS SPECIAL-USE");
    let status = |items: &[StatusItem]| ListReturn::Status(items.iter().cloned().collect());
    let twice = all()
        .select(ListSelect::Subscribed)
        .select(ListSelect::Remote)
        .select(ListSelect::Subscribed)
        .returns(ListReturn::Children)
        .returns(status(&[StatusItem::Messages]))
        .returns(ListReturn::SpecialUse)
        .returns(ListReturn::Children)
        .returns(status(&[StatusItem::Unseen, StatusItem::Unseen]));
    // The judge takes no option twice either.
    let (text, _) = end.asks(twice, "OK done");
    let options: Vec<&str> = text.split([' ', '(', ')']).collect();
    for option in ["SUBSCRIBED", "REMOTE", "CHILDREN", "SPECIAL-USE", "STATUS", "UNSEEN"] {
        assert_eq!(options.iter().filter(|word| **word == option).count(), 1, "{option} in {text}");
    }
    assert!(!Judge::new("LIST-EXTENDED").accepts("a LIST (REMOTE REMOTE) \"\" *\r\n"));
}

fn unknown_extended_fields_are_ignored() {
    let mut end = End::rev1("LIST-EXTENDED");
    let listed = end.gets(
        all(),
        "* LIST () \"/\" one (\"X-own\" (a (b \"c)\" {3}\r\nx)\") d) OTHER 1:5,7 \"third\" ())\n\
         * LIST (\\Subscribed) \"/\" two (\"CHILDINFO\" (\"SUBSCRIBED\") X 5)\n\
         * LIST () \"/\" three ()\n\
         * LIST () \"/\" four\nOK done",
    );
    let names: Vec<&str> = listed.iter().map(|listed| listed.entry.mailbox.as_str()).collect();
    assert_eq!(names, ["one", "two", "three", "four"]);
    let tags = |at: usize| listed[at].entry.extended.iter().map(|(tag, _)| tag.as_str()).collect::<Vec<_>>();
    assert_eq!(tags(0), ["X-own", "OTHER", "third"]);
    assert_eq!((tags(1), &listed[1].entry.child_info[..]), (vec!["X"], &["SUBSCRIBED".to_owned()][..]));
    assert!(listed.iter().all(|listed| listed.entry.old_name.is_none()));
    assert!(end.connection.deviations().is_empty());
    // What is no extended field at all is none that is ignored: it is counted.
    end.gets(all(), "* LIST () \"/\" five (unbalanced\nOK done");
    assert!(!end.connection.deviations().is_empty());
    end.is_idle_and_well();
}

fn recursivematch_is_not_alone() {
    let mut end = End::rev1("LIST-EXTENDED SPECIAL-USE");
    for alone in [
        all().select(ListSelect::RecursiveMatch),
        all().select(ListSelect::Remote).select(ListSelect::RecursiveMatch),
        all().select(ListSelect::RecursiveMatch).select(ListSelect::Remote),
    ] {
        // RFC 9051 has the same rule.
        misused(&end.refuses(alone), rfc9051::RECURSIVEMATCH_IS_NOT_ALONE);
    }
    for (base, word) in [(ListSelect::Subscribed, "SUBSCRIBED"), (ListSelect::SpecialUse, "SPECIAL-USE")] {
        let list = all().select(ListSelect::RecursiveMatch).select(base);
        assert_eq!(end.asks(list, "OK done").0, format!("LIST (RECURSIVEMATCH {word}) \"\" *"));
    }
}

/// The children that CHILDINFO tells of are gone by the next LIST.
fn childinfo_may_be_stale() {
    let mut end = End::rev1("LIST-EXTENDED");
    let matching = List::new(pattern("%")).select(ListSelect::Subscribed).select(ListSelect::RecursiveMatch);
    let told = end.gets(matching.clone(), "* LIST () \"/\" foo2 (\"CHILDINFO\" (\"SUBSCRIBED\"))\nOK done");
    assert_eq!(told[0].entry.child_info, ["SUBSCRIBED"]);
    assert_eq!(end.gets(List::new(pattern("foo2/%")).select(ListSelect::Subscribed), "OK done"), []);
    assert_eq!(end.gets(List::new(pattern("foo2")), "OK done"), [], "and so is the mailbox itself");
    assert_eq!(end.gets(matching, "* LIST () \"/\" foo2\nOK done")[0].entry.child_info, [""; 0]);
    assert!(end.connection.deviations().is_empty());
    assert_eq!(end.gets(Lsub::new(pattern("*")), "OK done"), []);
}
