//! RFC 9051, section 6.3: commands in the authenticated state.

use std::time::Duration;

use anyrfc_core::{Credentials, ErrorKind, Machine as _, Security, compliance::Check, testing::run_virtual};

use super::super::support::{REV1, REV2, Talk, append, append_with, mailbox, over_tls};
use crate::{
    ImapClient,
    codec::command::{
        Close, Create, Enable, List, ListReturn, ListSelect, Namespace, Noop, Select, Status, StatusItems,
        Unselect,
    },
    proto::{OwnedEvent, State},
    rfc9051 as r,
    testing::{Accounts, Dialogue, Server},
    types::{AppendOptions, Capability, Date, DateTime, Flag, MailboxAttribute, Pattern},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9051/section-6.3.1/only-what-needs-enabling-is-enabled",
        covers: &[r::ONLY_WHAT_NEEDS_ENABLING_IS_ENABLED],
        run: only_what_needs_enabling_is_enabled,
    },
    Check {
        name: "rfc9051/section-6.3.1/no-enable-after-select",
        covers: &[r::NO_ENABLE_AFTER_SELECT],
        run: no_enable_after_select,
    },
    Check {
        name: "rfc9051/section-6.3.1/enabled-is-sent",
        covers: &[r::ENABLED_IS_SENT],
        run: enabled_is_sent,
    },
    Check {
        name: "rfc9051/section-6.3.1/enabled-answers-enable",
        covers: &[r::ENABLED_NAMES_ONLY_ITS_OWN],
        run: enabled_answers_enable,
    },
    Check {
        name: "rfc9051/section-6.3.9/options-or-none",
        covers: &[r::SELECTION_OPTIONS_MAY_BE_OMITTED, r::RETURN_OPTIONS_MAY_BE_OMITTED],
        run: options_or_none,
    },
    Check {
        name: "rfc9051/section-6.3.9/the-reference-is-empty",
        covers: &[r::REFERENCE_IS_EMPTY, r::REFERENCE_ENDS_WITH_THE_DELIMITER],
        run: the_reference_is_empty,
    },
    Check {
        name: "rfc9051/section-6.3.9/a-reference-is-not-interpreted",
        covers: &[r::REFERENCE_IS_NOT_INTERPRETED],
        run: a_reference_is_not_interpreted,
    },
    Check {
        name: "rfc9051/section-6.3.9/more-than-was-asked-for",
        covers: &[r::MORE_INFORMATION_IS_HANDLED],
        run: more_than_was_asked_for,
    },
    Check {
        name: "rfc9051/section-6.3.9/only-advertised-options",
        covers: &[r::UNADVERTISED_LIST_OPTIONS_ARE_NOT_SENT],
        run: only_advertised_options,
    },
    Check {
        name: "rfc9051/section-6.3.9/each-option-once",
        covers: &[r::LIST_OPTIONS_ARE_NOT_REPEATED],
        run: each_option_once,
    },
    Check {
        name: "rfc9051/section-6.3.9.1/recursivematch-is-not-alone",
        covers: &[r::RECURSIVEMATCH_IS_NOT_ALONE],
        run: recursivematch_is_not_alone,
    },
    Check {
        name: "rfc9051/section-6.3.9.1/childinfo-may-be-stale",
        covers: &[r::CHILDINFO_MAY_BE_STALE],
        run: childinfo_may_be_stale,
    },
    Check {
        name: "rfc9051/section-6.3.9.4/stronger-attributes-imply-weaker",
        covers: &[r::STRONGER_ATTRIBUTES_IMPLY_WEAKER],
        run: stronger_attributes_imply_weaker,
    },
    Check {
        name: "rfc9051/section-6.3.9.5/haschildren-may-be-stale",
        covers: &[r::HASCHILDREN_MAY_BE_STALE],
        run: haschildren_may_be_stale,
    },
    Check {
        name: "rfc9051/section-6.3.10/several-namespaces",
        covers: &[r::SEVERAL_NAMESPACES_ARE_EXPECTED],
        run: several_namespaces,
    },
    Check {
        name: "rfc9051/section-6.3.10/namespace-is-answered",
        covers: &[r::NAMESPACE_IS_ANSWERED],
        run: namespace_is_answered,
    },
    Check {
        name: "rfc9051/section-6.3.11/status-is-answered",
        covers: &[r::STATUS_IS_ANSWERED],
        run: status_is_answered,
    },
    Check {
        name: "rfc9051/section-6.3.11/new-messages-are-not-looked-for-by-status",
        covers: &[r::STATUS_IS_NO_CHECK_FOR_NEW_MESSAGES],
        run: new_messages_are_not_looked_for_by_status,
    },
    Check {
        name: "rfc9051/section-6.3.12/flags-and-a-date-or-none",
        covers: &[r::APPEND_FLAGS_MAY_BE_OMITTED, r::APPEND_DATE_MAY_BE_OMITTED],
        run: flags_and_a_date_or_none,
    },
    Check {
        name: "rfc9051/section-6.3.12/noop-after-append",
        covers: &[r::NOOP_AFTER_APPEND],
        run: noop_after_append,
    },
    Check {
        name: "rfc9051/section-6.3.13/done-waits",
        covers: &[r::DONE_WAITS_FOR_THE_CONTINUATION],
        run: done_waits,
    },
    Check {
        name: "rfc9051/section-6.3.13/no-command-before-done",
        covers: &[r::NO_COMMAND_BEFORE_DONE],
        run: no_command_before_done,
    },
    Check {
        name: "rfc9051/section-6.3.13/done-is-answered",
        covers: &[r::DONE_IS_ANSWERED_AT_ONCE],
        run: done_is_answered,
    },
    Check {
        name: "rfc9051/section-6.3.13/idle-is-renewed",
        covers: &[r::IDLE_IS_RENEWED],
        run: idle_is_renewed,
    },
];

fn only_what_needs_enabling_is_enabled() {
    for (server, enabled) in [
        (Server::new(Accounts::new().password("alice", "secret")), vec!["ENABLE IMAP4rev2"]),
        // Where there is nothing else, IMAP4rev2 needs no enabling.
        (Server::new(Accounts::new().password("alice", "secret")).only_rev2(), vec![]),
        (
            Server::new(Accounts::new().password("alice", "secret")).only_rev1(&[
                "ENABLE",
                "IDLE",
                "UTF8=ACCEPT",
            ]),
            vec![],
        ),
    ] {
        over_tls(&server, ImapClient::builder(), async |mut client| {
            client
                .authenticate(&Credentials::password("alice", "secret".to_owned()))
                .await
                .expect("logged in");
            client.list("*").await.expect("listed");
            client.close().await.expect("in order");
        });
        let commands = server.commands();
        let sent: Vec<&str> = commands
            .iter()
            .filter_map(|command| command.split_once(' ').map(|(_, command)| command))
            .filter(|command| command.starts_with("ENABLE"))
            .collect();
        assert_eq!(sent, enabled, "{commands:?}");
    }
}

fn no_enable_after_select() {
    let enable = || Enable::new([Capability::Imap4Rev2]);
    let mut talk = Talk::authenticated("IMAP4rev1 IMAP4rev2 ENABLE");
    talk.ask(enable(), "ENABLE IMAP4rev2", "* ENABLED IMAP4rev2\n{tag} OK done").expect("enabled");
    let mut talk = talk.select();
    assert_eq!(talk.refuses(enable()).requirement(), Some(r::NO_ENABLE_AFTER_SELECT));
    // Nor once it is closed again.
    talk.ask(Unselect, "UNSELECT", "{tag} OK done").expect("closed");
    assert_eq!(talk.phase(), State::Authenticated);
    talk.refuses(enable());
    // A SELECT that is on its way counts.
    let mut talk = Talk::authenticated("IMAP4rev1 IMAP4rev2 ENABLE");
    let select = talk.submit(Select::new(mailbox("INBOX")));
    assert_eq!(talk.hears(), "SELECT INBOX");
    let ticket = talk.connection.submit(enable());
    talk.says("* 3 EXISTS\n{tag} OK selected");
    select.answer(talk.done()).expect("selected");
    talk.is_silent();
    if let Ok(ticket) = ticket {
        ticket.answer(talk.done()).expect_err("too late");
    }
}

fn enabled_is_sent() {
    let enable = || Enable::new([Capability::Imap4Rev2]);
    let mut talk = Talk::authenticated("IMAP4rev1 IMAP4rev2 ENABLE");
    talk.ask(enable(), "ENABLE IMAP4rev2", "{tag} OK done").expect("OK at least");
    assert!(talk.forgave(r::ENABLED_IS_SENT));
    let mut strict = Talk::strict().preauth("IMAP4rev1 IMAP4rev2 ENABLE");
    strict.ask(enable(), "ENABLE IMAP4rev2", "* ENABLED IMAP4rev2\n{tag} OK done").expect("enabled");
    assert!(strict.connection.dialect().rev2());
    let mut strict = Talk::strict().preauth("IMAP4rev1 IMAP4rev2 ENABLE");
    let _ticket = strict.submit(enable());
    strict.hears();
    strict.says("{tag} OK done");
    assert_eq!(strict.broken(), r::ENABLED_IS_SENT);
}

fn enabled_answers_enable() {
    let mut talk = Talk::authenticated("IMAP4rev1 IMAP4rev2 ENABLE");
    talk.says("* ENABLED IMAP4rev2").is_fine();
    assert!(talk.forgave(r::ENABLED_NAMES_ONLY_ITS_OWN));
    assert!(!talk.connection.dialect().rev2(), "nobody has asked for it");
    let mut strict = Talk::strict().preauth("IMAP4rev1 IMAP4rev2 ENABLE");
    strict.says("* ENABLED IMAP4rev2");
    assert_eq!(strict.broken(), r::ENABLED_NAMES_ONLY_ITS_OWN);
}

/// What is heard of a LIST.
fn heard(capabilities: &str, list: List) -> String {
    let mut talk = Talk::authenticated(capabilities);
    let _ticket = talk.submit(list);
    talk.hears()
}

fn list() -> List {
    List::new(Pattern::all())
}

fn options_or_none() {
    assert_eq!(heard(REV2, list()), "LIST \"\" *");
    assert_eq!(heard(REV2, list().select(ListSelect::Subscribed)), "LIST (SUBSCRIBED) \"\" *");
    assert_eq!(heard(REV2, list().returns(ListReturn::Children)), "LIST \"\" * RETURN (CHILDREN)");
    assert_eq!(
        heard(
            REV2,
            list().select(ListSelect::Subscribed).select(ListSelect::Remote).returns(ListReturn::Subscribed)
        ),
        "LIST (SUBSCRIBED REMOTE) \"\" * RETURN (SUBSCRIBED)"
    );
}

fn the_reference_is_empty() {
    for capabilities in [REV2, REV1] {
        assert_eq!(heard(capabilities, list()), "LIST \"\" *");
    }
    // Through the client too, whatever is listed.
    let server = Server::new(Accounts::new().password("alice", "secret"));
    over_tls(&server, ImapClient::builder(), async |mut client| {
        client.authenticate(&Credentials::password("alice", "secret".to_owned())).await.expect("logged in");
        client.list("*").await.expect("listed");
        client.list("a/%").await.expect("listed");
        client.list_subscribed("*").await.expect("listed");
        client.special_use().await.expect("listed");
        client.close().await.expect("in order");
    });
    let commands = server.commands();
    let lists: Vec<&String> = commands.iter().filter(|command| command.contains(" LIST ")).collect();
    assert!(lists.len() >= 4, "{commands:?}");
    for list in lists {
        assert!(list.contains(" \"\" "), "a reference nobody has asked for: {list}");
    }
    // Only where its caller gives one, it is another.
    assert_eq!(heard(REV2, list().reference(mailbox("a"))), "LIST a *");
}

fn a_reference_is_not_interpreted() {
    // Neither a delimiter nor a path is added to or taken from it or from what is listed.
    for reference in ["a", "a/", "../a", "#news.", "~smith"] {
        let mut talk = Talk::authenticated(REV2);
        let ticket = talk.submit(list().reference(mailbox(reference)));
        assert_eq!(talk.hears().replace('"', ""), format!("LIST {reference} *"));
        let listed = talk
            .answered(ticket, "* LIST () \"/\" b\n* LIST () \".\" elsewhere/c\n{tag} OK done")
            .expect("listed");
        let names: Vec<_> = listed.iter().map(|listed| listed.entry.mailbox.as_str()).collect();
        assert_eq!(names, ["b", "elsewhere/c"], "{reference}");
    }
}

fn more_than_was_asked_for() {
    let mut talk = Talk::authenticated(REV2);
    let listed = talk
        .ask(
            list(),
            "LIST \"\" *",
            "* LIST (\\Subscribed \\HasNoChildren \\X-New) \"/\" a (\"CHILDINFO\" (\"SUBSCRIBED\") \"X-FUTURE\" (1 (2 \"3\")))
             * STATUS a (MESSAGES 3)
             * LIST (\\Remote) NIL b (OLDNAME (c))
             {tag} OK done",
        )
        .expect("listed");
    assert_eq!(listed.len(), 2);
    assert!(listed[0].entry.has(&MailboxAttribute::Subscribed) && listed[0].entry.has(&"\\x-new".into()));
    assert_eq!(listed[0].entry.child_info, ["SUBSCRIBED"]);
    assert_eq!(listed[1].entry.old_name, Some(mailbox("c")));
    talk.is_fine();
    // What is no mailbox at all is told, and the others are had.
    let listed =
        talk.ask(list(), "LIST \"\" *", "* LIST (\\X \"/\n* LIST () \"/\" b\n{tag} OK done").expect("listed");
    assert_eq!(listed.len(), 1);
}

fn only_advertised_options() {
    let (children, special) =
        (|| list().returns(ListReturn::Children), || list().returns(ListReturn::SpecialUse));
    let mut talk = Talk::authenticated(REV1);
    assert_eq!(talk.refuses(children()).kind(), ErrorKind::Unsupported);
    assert_eq!(talk.refuses(list().select(ListSelect::Subscribed)).kind(), ErrorKind::Unsupported);
    assert_eq!(heard("IMAP4rev1 LIST-EXTENDED", children()), "LIST \"\" * RETURN (CHILDREN)");
    assert_eq!(heard(REV2, children()), "LIST \"\" * RETURN (CHILDREN)");
    let mut talk = Talk::authenticated(REV2);
    assert_eq!(talk.refuses(special()).kind(), ErrorKind::Unsupported, "IMAP4rev2 has not");
    assert_eq!(heard("IMAP4rev2 SPECIAL-USE", special()), "LIST \"\" * RETURN (SPECIAL-USE)");
}

fn each_option_once() {
    let list = list()
        .select(ListSelect::Subscribed)
        .select(ListSelect::Subscribed)
        .returns(ListReturn::Children)
        .returns(ListReturn::Status(StatusItems::common()))
        .returns(ListReturn::Children)
        .returns(ListReturn::Status(StatusItems::common()));
    let heard = heard(REV2, list);
    for option in ["SUBSCRIBED", "CHILDREN", "STATUS"] {
        assert_eq!(heard.matches(option).count(), 1, "{heard}");
    }
}

fn recursivematch_is_not_alone() {
    let mut talk = Talk::authenticated(REV2);
    for list in [
        list().select(ListSelect::RecursiveMatch),
        list().select(ListSelect::RecursiveMatch).select(ListSelect::Remote),
    ] {
        let error = talk.refuses(list);
        assert_eq!(error.requirement(), Some(r::RECURSIVEMATCH_IS_NOT_ALONE), "{error}");
    }
    let both = list().select(ListSelect::Subscribed).select(ListSelect::RecursiveMatch);
    assert_eq!(heard(REV2, both), "LIST (SUBSCRIBED RECURSIVEMATCH) \"\" *");
}

fn childinfo_may_be_stale() {
    let mut talk = Talk::authenticated(REV2);
    let recursive = || {
        List::new(Pattern::new("%").expect("a pattern"))
            .select(ListSelect::Subscribed)
            .select(ListSelect::RecursiveMatch)
    };
    let listed = talk
        .ask(
            recursive(),
            "LIST (SUBSCRIBED RECURSIVEMATCH) \"\" %",
            "* LIST () \"/\" a (\"CHILDINFO\" (\"SUBSCRIBED\"))\n{tag} OK done",
        )
        .expect("listed");
    assert_eq!(listed[0].entry.child_info, ["SUBSCRIBED"]);
    // The children are gone by now: that is an empty list, and no fault.
    let below = List::new(Pattern::new("a/%").expect("a pattern"));
    let listed = talk.ask(below, "LIST \"\" a/%", "{tag} OK done").expect("nothing is there");
    assert!(listed.is_empty());
    assert!(talk.is_fine().connection.deviations().is_empty());
    // Without CHILDINFO none is made up.
    let listed = talk
        .ask(recursive(), "LIST (SUBSCRIBED RECURSIVEMATCH) \"\" %", "* LIST () \"/\" a\n{tag} OK done")
        .expect("listed");
    assert!(listed[0].entry.child_info.is_empty());
}

/// What is listed for these attributes.
fn with_attributes(attributes: &str) -> crate::types::ListEntry {
    let mut talk = Talk::authenticated(REV2);
    let answer = format!("* LIST ({attributes}) \"/\" a\n{{tag}} OK done");
    let mut listed = talk.ask(list(), "LIST \"\" *", &answer).expect("listed");
    listed.remove(0).entry
}

fn stronger_attributes_imply_weaker() {
    use MailboxAttribute::{HasChildren, HasNoChildren, NoInferiors, NoSelect, NonExistent};
    let entry = with_attributes("\\NoInferiors");
    assert!(entry.has(&NoInferiors) && entry.has(&HasNoChildren) && !entry.has(&NoSelect));
    let entry = with_attributes("\\NonExistent");
    assert!(entry.has(&NonExistent) && entry.has(&NoSelect) && !entry.has(&HasNoChildren));
    // Not the other way round.
    let entry = with_attributes("\\NoSelect \\HasNoChildren");
    assert!(!entry.has(&NonExistent) && !entry.has(&NoInferiors) && !entry.has(&HasChildren));
    let entry = with_attributes("");
    assert!(!entry.has(&NoSelect) && !entry.has(&HasNoChildren));
}

fn haschildren_may_be_stale() {
    let entry = with_attributes("\\HasChildren");
    assert!(entry.has(&MailboxAttribute::HasChildren));
    let mut talk = Talk::authenticated(REV2);
    let below = List::new(Pattern::new("a/*").expect("a pattern"));
    assert!(talk.ask(below, "LIST \"\" a/*", "{tag} OK done").expect("nothing is there").is_empty());
    assert!(talk.is_fine().connection.deviations().is_empty());
}

fn several_namespaces() {
    let mut talk = Talk::authenticated(REV2);
    let all = talk
        .ask(
            Namespace,
            "NAMESPACE",
            "* NAMESPACE ((\"\" \"/\")(\"#mh/\" \"/\" \"X-PARAM\" (\"FLAG1\" \"FLAG2\"))) ((\"~\" \"/\")(\"#\" NIL)) \
             ((\"#shared/\" \"/\") (\"#public/\" \"/\")(\"#ftp/\" \"/\")(\"#news.\" \".\"))\n{tag} OK done",
        )
        .expect("namespaces");
    assert_eq!([all.personal.len(), all.other_users.len(), all.shared.len()], [2, 2, 4]);
    assert_eq!(all.shared[3].delimiter, Some('.'));
    assert_eq!(all.personal[0].prefix, None, "an empty prefix is none");
    assert_eq!(all.personal[1].extensions.len(), 1);
    let none =
        talk.ask(Namespace, "NAMESPACE", "* NAMESPACE NIL NIL NIL\n{tag} OK done").expect("namespaces");
    assert_eq!([none.personal.len(), none.other_users.len(), none.shared.len()], [0, 0, 0]);
}

fn namespace_is_answered() {
    let mut talk = Talk::authenticated(REV2);
    let error = talk.ask(Namespace, "NAMESPACE", "{tag} OK done").expect_err("it was not answered");
    assert_eq!(error.requirement(), Some(r::NAMESPACE_IS_ANSWERED), "{error}");
    talk.ask(Namespace, "NAMESPACE", "* NAMESPACE NIL NIL NIL\n{tag} OK done").expect("namespaces");
}

fn status_is_answered() {
    let status = || Status::new(mailbox("x"), StatusItems::common());
    let heard = "STATUS x (MESSAGES UNSEEN UIDNEXT UIDVALIDITY)";
    let mut talk = Talk::authenticated(REV2);
    let error = talk.ask(status(), heard, "{tag} OK done").expect_err("it was not answered");
    assert_eq!(error.requirement(), Some(r::STATUS_IS_ANSWERED), "{error}");
    // That of another mailbox is no answer.
    talk.ask(status(), heard, "* STATUS y (MESSAGES 1)\n{tag} OK done").expect_err("it is about another");
    let found = talk.ask(status(), heard, "* STATUS x (MESSAGES 1)\n{tag} OK done").expect("status");
    assert_eq!(found.messages, Some(1));
}

fn new_messages_are_not_looked_for_by_status() {
    // A server without IDLE is asked by NOOP.
    let dialogue = Dialogue::parse(
        "S: * PREAUTH [CAPABILITY IMAP4rev1] ready
         C: a SELECT INBOX
         S: * 3 EXISTS
         S: * OK [UIDVALIDITY 1] valid
         S: a OK [READ-WRITE] selected
         C: b NOOP
         S: b OK done
         C: c NOOP
         S: * 4 EXISTS
         S: c OK done
         <hold>",
    );
    run_virtual(dialogue.play(async |near| {
        let builder =
            ImapClient::builder().security(Security::Plaintext).poll_interval(Duration::from_secs(60));
        let mut client = builder.connect_over("imap://imap.example.org", near).await.expect("greeted");
        let mut selected = client.select("INBOX").await.expect("selected");
        let mut watch = selected.watch();
        watch.next().await.expect("an event").expect("a new message");
        drop(watch);
        assert_eq!(selected.exists(), 4);
    }));
    // And by itself nothing asks for the status of what is selected.
    let mut talk = Talk::selected(REV1);
    talk.says("* 11 EXISTS");
    talk.ask(Noop, "NOOP", "* 12 EXISTS\n{tag} OK done").expect("done");
    talk.ask(Close, "CLOSE", "{tag} OK done").expect("closed");
    assert!(!String::from_utf8_lossy(&talk.raw).contains("STATUS"));
}

fn flags_and_a_date_or_none() {
    assert_eq!(append(REV2, b"a: b\r\n\r\n", false).expect("sent"), "APPEND INBOX {8+}\r\na: b\r\n\r\n");
    let date = DateTime::new(Date::new(2026, 2, 1).expect("a day"), 12, 34, 56, -90).expect("a time");
    for (options, written) in [
        (AppendOptions::new().flag(Flag::Seen).flag(Flag::JUNK), "(\\Seen $Junk) "),
        (AppendOptions::new().internal_date(date), "\"01-Feb-2026 12:34:56 -0130\" "),
        (
            AppendOptions::new().flag(Flag::Draft).internal_date(date),
            "(\\Draft) \"01-Feb-2026 12:34:56 -0130\" ",
        ),
    ] {
        let mut talk = Talk::authenticated(REV2);
        let heard = append_with(&mut talk, options, b"a: b\r\n\r\n").expect("sent");
        assert_eq!(heard.replace("\" 1-", "\"01-"), format!("APPEND INBOX {written}{{8+}}\r\na: b\r\n\r\n"));
    }
}

fn noop_after_append() {
    let mut talk = Talk::selected(REV2);
    append_with(&mut talk, AppendOptions::new(), b"a: b\r\n\r\n").expect("sent");
    talk.says("{tag} OK [APPENDUID 1700000000 111] appended");
    talk.events.clear();
    assert_eq!(talk.connection.mailbox().expect("selected").exists, 10, "nobody has said so");
    talk.ask(Noop, "NOOP", "* 11 EXISTS\n{tag} OK done").expect("done");
    assert_eq!(talk.connection.mailbox().expect("selected").exists, 11);
}

fn done_waits() {
    let mut talk = Talk::selected(REV2);
    let ticket = talk.connection.idle().expect("it can");
    assert_eq!(talk.hears(), "IDLE");
    talk.connection.stop_idling();
    talk.is_silent();
    talk.says("* 11 EXISTS");
    talk.is_silent();
    talk.says("+ idling");
    assert_eq!(talk.hears_line(), "DONE");
    talk.answered(ticket, "{tag} OK idled").expect("idled");
    // Refused, it needs no DONE.
    let _ticket = talk.connection.idle().expect("it can");
    assert_eq!(talk.hears(), "IDLE");
    talk.connection.stop_idling();
    talk.says("{tag} NO not now");
    talk.is_silent();
    talk.is_fine();
}

fn no_command_before_done() {
    let mut talk = Talk::selected(REV2);
    let _ticket = talk.connection.idle().expect("it can");
    assert_eq!(talk.hears(), "IDLE");
    talk.says("+ idling");
    assert!(talk.events.iter().any(|event| matches!(event, OwnedEvent::Idling(_))));
    talk.is_silent();
    let next = talk.submit(Create::new(mailbox("x")));
    assert_eq!(talk.hears_line(), "DONE");
    talk.is_silent();
    talk.says("* 11 EXISTS");
    talk.is_silent();
    talk.says("{tag} OK idled");
    assert_eq!(talk.hears(), "CREATE x");
    talk.events.clear();
    talk.answered(next, "{tag} OK created").expect("created");
}

fn done_is_answered() {
    let mut talk = Talk::selected(REV2);
    let _ticket = talk.connection.idle().expect("it can");
    talk.hears();
    talk.says("+ idling");
    talk.connection.stop_idling();
    assert_eq!(talk.hears_line(), "DONE");
    talk.wait(Duration::from_secs(600));
    assert_eq!(talk.broken(), r::DONE_IS_ANSWERED_AT_ONCE);
    let mut talk = Talk::selected(REV2);
    let ticket = talk.connection.idle().expect("it can");
    talk.hears();
    talk.says("+ idling");
    talk.connection.stop_idling();
    talk.hears_line();
    talk.wait(Duration::from_secs(1));
    talk.answered(ticket, "{tag} OK idled").expect("idled");
    talk.wait(Duration::from_secs(600)).is_fine();
}

fn idle_is_renewed() {
    const MOST: Duration = Duration::from_secs(29 * 60);
    let mut talk = Talk::selected(REV2);
    let _ticket = talk.connection.idle().expect("it can");
    assert_eq!(talk.hears(), "IDLE");
    talk.says("+ idling");
    for _ in 0..3 {
        let begun = talk.now;
        // Not at once, and within 29 minutes.
        talk.wait(Duration::from_secs(1)).is_silent();
        let due = talk.connection.poll_timeout().expect("it is due some time");
        assert!(due <= begun + MOST, "only after {:?}", due - begun);
        let rest = due - talk.now;
        talk.wait(rest);
        assert_eq!(talk.hears_line(), "DONE");
        talk.says("{tag} OK idled").is_fine();
        assert_eq!(talk.hears(), "IDLE", "and again");
        talk.says("+ idling");
    }
    assert!(
        !talk.events.iter().any(|event| matches!(event, OwnedEvent::Done(_))),
        "its caller does not notice"
    );
}
