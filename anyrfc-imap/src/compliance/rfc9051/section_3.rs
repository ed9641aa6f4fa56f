//! RFC 9051, section 3: the states of a connection.

use anyrfc_core::{ErrorKind, Secret, compliance::Check};

use super::super::support::{REV2, Talk, mailbox};
use crate::{
    codec::command::{
        Close, Create, Expunge, Fetch, List, Noop, Search, Select, Status, StatusItems, Store, StoreAction,
        UidCopy,
    },
    proto::{OwnedEvent, State},
    rfc9051 as r,
    types::{FetchItem, Flag, Pattern, SearchQuery, SequenceSet},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9051/section-3/commands-fit-the-state",
        covers: &[r::COMMANDS_FIT_THE_STATE],
        run: commands_fit_the_state,
    },
    Check {
        name: "rfc9051/section-3/the-greeting-is-one-of-three",
        covers: &[r::GREETING_IS_OK_PREAUTH_OR_BYE],
        run: the_greeting_is_one_of_three,
    },
    Check {
        name: "rfc9051/section-3.1/credentials-come-first",
        covers: &[r::CREDENTIALS_COME_FIRST],
        run: credentials_come_first,
    },
    Check {
        name: "rfc9051/section-3.2/a-mailbox-is-selected-first",
        covers: &[r::MAILBOX_IS_SELECTED_FIRST],
        run: a_mailbox_is_selected_first,
    },
    Check {
        name: "rfc9051/section-3.4/ok-to-logout-is-read",
        covers: &[r::OK_TO_LOGOUT_IS_READ],
        run: ok_to_logout_is_read,
    },
    Check {
        name: "rfc9051/section-3.4/the-server-says-bye",
        covers: &[r::SERVER_SAYS_BYE_BEFORE_CLOSING],
        run: the_server_says_bye,
    },
];

fn commands_fit_the_state() {
    // Not authenticated: NOOP, and logging in.
    let mut talk = Talk::greeted(REV2);
    talk.refuses(Select::new(mailbox("INBOX")));
    let ticket = talk.submit(Noop);
    assert_eq!(talk.hears(), "NOOP");
    talk.answered(ticket, "{tag} OK done").expect("it may always be");
    // Authenticated: no second login, and nothing on messages.
    let mut talk = Talk::authenticated(REV2);
    let error =
        talk.connection.login("alice", &Secret::new("secret".to_owned())).expect_err("logged in already");
    assert_eq!(error.kind(), ErrorKind::Usage);
    talk.refuses(Close);
    let ticket = talk.submit(Create::new(mailbox("x")));
    assert_eq!(talk.hears(), "CREATE x");
    talk.answered(ticket, "{tag} OK done").expect("created");
    // Selected: all of it, until the mailbox is closed.
    let mut talk = Talk::selected(REV2);
    talk.ask(Close, "CLOSE", "{tag} OK closed").expect("closed");
    assert_eq!(talk.phase(), State::Authenticated);
    talk.refuses(Expunge);
    // Logging out: nothing more.
    let mut talk = Talk::authenticated(REV2);
    let _ticket = talk.connection.logout().expect("it may always be");
    assert_eq!(talk.hears(), "LOGOUT");
    let error = talk.connection.submit(Noop).expect_err("it is leaving");
    assert_eq!(error.kind(), ErrorKind::Closed);
    talk.is_silent();
}

fn the_greeting_is_one_of_three() {
    for (greeting, state) in [("* OK hi", State::NotAuthenticated), ("* PREAUTH hi", State::Authenticated)] {
        let mut talk = Talk::new();
        assert_eq!(talk.phase(), State::Greeting);
        talk.says(greeting).is_fine();
        assert_eq!(talk.phase(), state, "{greeting}");
    }
    let mut talk = Talk::new();
    talk.says("* BYE not today");
    assert_eq!(talk.phase(), State::Closed);
    for wrong in ["* NO hi", "* BAD hi", "* 3 EXISTS", "* CAPABILITY IMAP4rev2", "hello"] {
        let mut talk = Talk::new();
        talk.says(wrong);
        assert!(talk.error.is_some(), "{wrong}: {:?}", talk.phase());
        assert_eq!(talk.broken(), r::GREETING_IS_OK_PREAUTH_OR_BYE, "{wrong}");
        assert_eq!(talk.phase(), State::Failed);
    }
}

fn credentials_come_first() {
    let mut talk = Talk::greeted(REV2);
    let errors = [
        talk.refuses(Select::new(mailbox("INBOX"))),
        talk.refuses(Create::new(mailbox("x"))),
        talk.refuses(List::new(Pattern::all())),
        talk.refuses(Status::new(mailbox("x"), StatusItems::common())),
        talk.refuses(Search::new(SearchQuery::all())),
    ];
    for error in errors {
        assert_eq!(error.requirement(), Some(r::CREDENTIALS_COME_FIRST), "{error}");
    }
    let ticket = talk.connection.login("alice", &Secret::new("secret".to_owned())).expect("it may log in");
    assert_eq!(talk.hears(), "LOGIN \"alice\" \"secret\"");
    talk.says("{tag} OK [CAPABILITY IMAP4rev2] welcome");
    ticket.answer(talk.done()).expect("logged in");
    let ticket = talk.submit(Create::new(mailbox("x")));
    assert_eq!(talk.hears(), "CREATE x");
    talk.answered(ticket, "{tag} OK done").expect("created");
}

fn a_mailbox_is_selected_first() {
    let mut talk = Talk::authenticated(REV2);
    let all = SequenceSet::all;
    let errors = [
        talk.refuses(Fetch::new(all(), FetchItem::Flags)),
        talk.refuses(Store::new(all(), StoreAction::Add, Flag::Seen)),
        talk.refuses(UidCopy::new(all(), mailbox("x"))),
        talk.refuses(Search::new(SearchQuery::all())),
        talk.refuses(Expunge),
        talk.refuses(Close),
    ];
    for error in errors {
        assert_eq!(error.requirement(), Some(r::MAILBOX_IS_SELECTED_FIRST), "{error}");
    }
    let mut talk = talk.select();
    talk.ask(Fetch::new(all(), FetchItem::Flags), "FETCH 1:* (FLAGS)", "{tag} OK done").expect("fetched");
    // A SELECT that fails leaves none selected.
    let ticket = talk.submit(Select::new(mailbox("nowhere")));
    talk.hears();
    talk.answered(ticket, "{tag} NO no such mailbox").expect_err("refused");
    talk.refuses(Fetch::new(all(), FetchItem::Flags));
}

fn ok_to_logout_is_read() {
    let mut talk = Talk::authenticated(REV2);
    let ticket = talk.connection.logout().expect("it may always be");
    assert_eq!(talk.hears(), "LOGOUT");
    talk.says("* BYE so long");
    assert_eq!(talk.phase(), State::Farewell, "the tagged OK is still to come");
    assert!(talk.events.iter().all(|event| !matches!(event, OwnedEvent::Done(_))));
    talk.says("{tag} OK bye");
    ticket.answer(talk.done()).expect("in order");
    assert_eq!(talk.phase(), State::Closed);
    talk.closes().expect("in order");
}

fn the_server_says_bye() {
    // Without a BYE the end is an error; with one it is told, and why.
    let mut talk = Talk::authenticated(REV2);
    let error = talk.closes().expect_err("it went away without a word");
    assert_eq!(error.requirement(), Some(r::SERVER_SAYS_BYE_BEFORE_CLOSING), "{error}");
    let mut talk = Talk::authenticated(REV2);
    talk.says("* BYE going down");
    assert_eq!(talk.phase(), State::Closed);
    assert!(
        talk.events
            .iter()
            .any(|event| matches!(event, OwnedEvent::Bye(status) if status.text == "going down"))
    );
    talk.closes().expect("it has said so");
}
