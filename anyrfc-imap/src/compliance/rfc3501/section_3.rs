//! RFC 3501, section 3: states.

use anyrfc_core::{ErrorKind, Secret, compliance::Check};

use super::super::{
    rev1::{End, misused, name, pattern, set},
    rev1_client::{INBOX, logged_in},
};
use crate::{
    codec::command::{
        Append, Capability, Check as CheckCommand, Close, Copy, Create, Delete, Examine, Expunge, Fetch,
        List, Lsub, Noop, Rename, Search, Select, StartTls, Status, StatusItems, Store, StoreAction,
        Subscribe, UidCopy, UidFetch, UidSearch, UidStore, Unsubscribe,
    },
    proto::{Report, State},
    rfc3501 as r, rfc9051,
    types::{AppendOptions, FetchItems, Flag, SearchQuery},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc3501-section-3/commands-fit-the-state",
        covers: &[r::COMMANDS_FIT_THE_STATE],
        run: commands_fit_the_state,
    },
    Check {
        name: "rfc3501-section-3.1/credentials-come-first",
        covers: &[r::CREDENTIALS_COME_FIRST],
        run: credentials_come_first,
    },
    Check {
        name: "rfc3501-section-3.2/a-mailbox-is-selected-first",
        covers: &[r::MAILBOX_IS_SELECTED_FIRST],
        run: a_mailbox_is_selected_first,
    },
    Check {
        name: "rfc3501-section-3.4/ok-to-logout-is-read",
        covers: &[r::OK_TO_LOGOUT_IS_READ],
        run: ok_to_logout_is_read,
    },
    Check {
        name: "rfc3501-section-3.4/the-client-logs-out",
        covers: &[r::CLIENT_DOES_NOT_JUST_CLOSE, r::CLIENT_LOGS_OUT],
        run: the_client_logs_out,
    },
];

fn flags() -> FetchItems {
    FetchItems::new().flags()
}

/// Each command that needs a login but no mailbox: whether it was taken, and sent.
fn of_authenticated(end: &mut End) -> Vec<bool> {
    let a = || name("a");
    macro_rules! each {
        ($($command:expr),* $(,)?) => { vec![$(taken(end, $command)),*] };
    }
    each![
        Create::new(a()),
        Delete::new(a()),
        Rename::new(a(), name("b")),
        Subscribe::new(a()),
        Unsubscribe::new(a()),
        List::new(pattern("*")),
        Lsub::new(pattern("*")),
        Status::new(a(), StatusItems::common()),
        Append::new(a(), AppendOptions::new(), 1),
        Examine::new(a()),
        Select::new(a()),
    ]
}

/// Each command on messages.
fn of_selected(end: &mut End) -> Vec<bool> {
    macro_rules! each {
        ($($command:expr),* $(,)?) => { vec![$(taken(end, $command)),*] };
    }
    each![
        Fetch::new(set("1"), flags()),
        UidFetch::new(set("1"), flags()),
        Store::new(set("1"), StoreAction::Add, Flag::Seen),
        UidStore::new(set("1"), StoreAction::Add, Flag::Seen),
        Search::new(SearchQuery::all()),
        UidSearch::new(SearchQuery::all()),
        Copy::new(set("1"), name("a")),
        UidCopy::new(set("1"), name("a")),
        Expunge,
        CheckCommand,
        Close,
    ]
}

/// Whether it is sent; where it is not, it was misused, and nothing was written. Sent ones fail.
fn taken<C: crate::codec::command::Command + std::fmt::Debug + Send + 'static>(
    end: &mut End,
    command: C,
) -> bool {
    let phase = end.connection.phase();
    end.message = b"x".to_vec();
    match end.connection.submit(command) {
        Ok(_ticket) => {
            assert_eq!(end.hears().len(), 1, "in {phase:?}");
            end.says("NO not today");
            true
        }
        Err(error) => {
            assert_eq!((error.kind(), error.is_unsent()), (ErrorKind::Usage, true), "in {phase:?}: {error}");
            end.is_idle_and_well();
            false
        }
    }
}

fn commands_fit_the_state() {
    type Begin = fn() -> End;
    let states: [(Begin, bool, bool); 3] = [
        (|| End::greeted(""), false, false),
        (|| End::rev1(""), true, false),
        (|| End::selected(""), true, true),
    ];
    for (begin, authenticated, selected) in states {
        let mut end = begin();
        // Those of any state.
        assert!(taken(&mut end, Capability) && taken(&mut end, Noop));
        assert!(of_selected(&mut end).into_iter().all(|sent| sent == selected));
        assert!(of_authenticated(&mut begin()).into_iter().all(|sent| sent == authenticated));
        // Those of nobody who is logged in.
        let login = begin().connection.login("user", &Secret::new("x".to_owned())).is_ok();
        assert!(!authenticated || !login, "LOGIN when somebody is logged in");
        let mut end = begin();
        let error = end.connection.submit(StartTls).map(drop);
        assert!(error.is_err(), "STARTTLS is the connection's own affair");
        end.is_idle_and_well();
    }
    let login = End::greeted_privately("").connection.login("user", &Secret::new("x".to_owned()));
    assert!(login.is_ok(), "LOGIN is for this state");
    // After LOGOUT nothing is sent.
    let mut end = End::selected("");
    let _logout = end.connection.logout().expect("always");
    assert_eq!(end.hears_one().text(), "LOGOUT");
    assert_eq!(end.connection.submit(Noop).expect_err("it was the last").kind(), ErrorKind::Closed);
    assert!(end.written().is_empty());
}

fn credentials_come_first() {
    let mut end = End::greeted_privately("");
    // RFC 9051 has the same rule.
    misused(&end.refuses(Select::new(name("a"))), rfc9051::CREDENTIALS_COME_FIRST);
    assert!(of_authenticated(&mut end).into_iter().all(|sent| !sent));
    let ticket = end.connection.login("user", &Secret::new("pencil".to_owned())).expect("it may");
    // What is submitted meanwhile waits for the end of it.
    let create = end.submits(Create::new(name("a")));
    assert_eq!(end.hears_one().text(), "LOGIN \"user\" \"pencil\"");
    end.says("OK [CAPABILITY IMAP4rev1] in");
    end.answer(ticket).expect("logged in");
    assert_eq!(end.hears_one().text(), "CREATE a");
    end.says("OK done");
    end.answer(create).expect("created");
    // And comes to nothing where the login does.
    let mut end = End::greeted_privately("");
    let ticket = end.connection.login("user", &Secret::new("wrong".to_owned())).expect("it may");
    let create = end.submits(Create::new(name("a")));
    end.hears_one();
    end.says("NO wrong");
    assert!(end.answer(ticket).is_err());
    assert!(end.written().is_empty());
    assert!(end.answer(create).expect_err("nobody is logged in").is_unsent());
}

fn a_mailbox_is_selected_first() {
    let mut end = End::rev1("");
    misused(&end.refuses(Fetch::new(set("1"), flags())), rfc9051::MAILBOX_IS_SELECTED_FIRST);
    assert!(of_selected(&mut end).into_iter().all(|sent| !sent));
    end.select();
    assert_eq!(end.asks(Fetch::new(set("1"), flags()), "OK done").0, "FETCH 1 (FLAGS)");
    // A SELECT that fails leaves none selected (section 6.3.1).
    assert!(end.asks(Select::new(name("gone")), "NO gone").1.is_err());
    assert_eq!(end.connection.phase(), State::Authenticated);
    misused(&end.refuses(Expunge), rfc9051::MAILBOX_IS_SELECTED_FIRST);
    // What was meant for the mailbox that does not open is not sent.
    let select = end.submits(Select::new(name("gone")));
    let fetch = end.submits(Fetch::new(set("1"), flags()));
    assert_eq!(end.hears_one().text(), "SELECT gone");
    end.says("NO gone");
    assert!(end.answer(select).is_err());
    assert!(end.written().is_empty());
    assert!(end.answer(fetch).expect_err("no mailbox").is_unsent());
}

fn ok_to_logout_is_read() {
    let mut end = End::rev1("");
    let logout = end.connection.logout().expect("always");
    assert_eq!(end.hears_one().text(), "LOGOUT");
    end.says("* BYE so long");
    assert!(!end.is_done(&logout) && !end.connection.phase().is_over(), "the OK is still to come");
    end.says("* 3 EXISTS\nOK done");
    end.answer(logout).expect("in order");
    assert_eq!(end.connection.phase(), State::Closed);
    assert!(end.events.iter().all(|event| !matches!(event, Report::Idling(_))));
}

/// The client says LOGOUT, and waits for the answer before it closes.
fn the_client_logs_out() {
    let farewell = "C: z LOGOUT\n<wait 1>\nS: * BYE so long\n<wait 1>\nS: z OK done\n<end>";
    logged_in("", farewell, async |client| client.logout().await.expect("in order"));
    logged_in("", farewell, async |client| client.close().await.expect("in order"));
    let dialogue = format!("{INBOX}{farewell}");
    logged_in("", &dialogue, async |mut client| {
        client.select("INBOX").await.expect("selected");
        client.logout().await.expect("in order");
    });
}
