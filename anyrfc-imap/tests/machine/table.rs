//! The state table, and the machine that is to follow it.

use anyrfc_core::{Eof, testing::harness};
use anyrfc_imap::{
    codec::command::{Close, Select, Unauthenticate},
    proto::{Input, State},
    types::MailboxName,
};

use crate::support::{Peer, secret};

/// A connection in this state.
fn in_state(state: State) -> Peer {
    match state {
        State::Greeting => Peer::tls(),
        State::NotAuthenticated => Peer::greeted(""),
        State::AskingTls => {
            let mut peer = Peer::starttls();
            peer.say("* OK [CAPABILITY IMAP4rev1 STARTTLS] x\r\n");
            peer.hear();
            peer
        }
        State::Handshaking => {
            let mut peer = in_state(State::AskingTls);
            peer.say("%1 OK x\r\n");
            peer
        }
        State::Authenticating => {
            let mut peer = Peer::greeted("");
            std::mem::forget(peer.machine.login("tim", &secret("tanstaaf")).unwrap());
            peer.hear();
            peer
        }
        State::Authenticated => Peer::authenticated("UNAUTHENTICATE"),
        State::Selecting => {
            let mut peer = Peer::authenticated("");
            std::mem::forget(peer.submit(Select::new(MailboxName::inbox())));
            peer.hear();
            peer
        }
        State::Selected => Peer::selected("UNAUTHENTICATE", 1),
        State::LoggingOut => {
            let mut peer = Peer::authenticated("");
            std::mem::forget(peer.machine.logout().unwrap());
            peer.hear();
            peer
        }
        State::Farewell => {
            let mut peer = in_state(State::LoggingOut);
            peer.say("* BYE x\r\n");
            peer
        }
        State::Closed => {
            let mut peer = Peer::authenticated("");
            peer.say("* BYE x\r\n");
            peer
        }
        State::Failed => {
            let mut peer = Peer::authenticated("");
            peer.fails("+ x\r\n");
            peer
        }
    }
}

/// Applies an input by what stands for it on the wire or in the caller's hand; where the
/// connection stands then, unless it refuses or takes it for something else.
fn apply(state: State, input: Input) -> Option<State> {
    let mut peer = in_state(state);
    assert_eq!(peer.machine.phase(), state);
    let answers_login = state == State::Authenticating;
    let answers_select = state == State::Selecting;
    match input {
        Input::Greeted if state == State::Greeting => drop(peer.say("* OK x\r\n")),
        Input::Preauthenticated if state == State::Greeting => drop(peer.say("* PREAUTH x\r\n")),
        Input::StartTls => {
            // The connection asks by itself, where it was told to.
            let mut other = Peer::starttls();
            other.say("* OK [CAPABILITY IMAP4rev1 STARTTLS] x\r\n");
            return (state == State::NotAuthenticated).then(|| other.machine.phase());
        }
        Input::TlsAgreed if state == State::AskingTls => drop(peer.say("%1 OK x\r\n")),
        Input::Secured => {
            anyrfc_core::Machine::handle_secured(&mut peer.machine, &anyrfc_core::TlsInfo::default());
            return (peer.machine.phase() != state).then(|| peer.machine.phase());
        }
        Input::Authenticate => {
            std::mem::forget(peer.machine.login("tim", &secret("tanstaaf")).ok()?);
            peer.hear();
            return (peer.machine.phase() != state).then(|| peer.machine.phase());
        }
        Input::LoggedIn if answers_login => drop(peer.say("%1 OK x\r\n")),
        Input::LoginRefused if answers_login => drop(peer.say("%1 NO x\r\n")),
        Input::Select => {
            std::mem::forget(peer.machine.submit(Select::new(MailboxName::inbox())).ok()?);
            peer.hear();
            let moved = peer.machine.phase() != state;
            return (moved && state.is_authenticated()).then(|| peer.machine.phase());
        }
        Input::Opened if answers_select => drop(peer.say("%1 OK x\r\n")),
        Input::OpenRefused if answers_select => drop(peer.say("%1 NO x\r\n")),
        Input::Unselected if state == State::Selected => {
            std::mem::forget(peer.submit(Close));
            peer.hear();
            peer.say("%2 OK x\r\n");
        }
        Input::Unauthenticated => {
            std::mem::forget(peer.machine.submit(Unauthenticate).ok()?);
            peer.hear();
            if !matches!(state, State::Authenticated | State::Selected) {
                return None;
            }
            let tag = if state == State::Selected { 2 } else { 1 };
            peer.say(&format!("%{tag} OK x\r\n"));
        }
        Input::Logout => {
            std::mem::forget(peer.machine.logout().ok()?);
            peer.hear();
            return (peer.machine.phase() != state).then(|| peer.machine.phase());
        }
        Input::LoggedOut if matches!(state, State::LoggingOut | State::Farewell) => {
            drop(peer.say("%1 OK x\r\n"));
        }
        Input::Bye if state != State::Handshaking => drop(peer.try_say("* BYE x\r\n")),
        Input::EndOfStream => {
            let _ = peer.end(Eof::Clean);
        }
        Input::Deadline => {
            anyrfc_core::Machine::poll_timeout(&peer.machine)?;
            let _ = peer.wait(std::time::Duration::from_secs(10_000));
        }
        Input::Fault if state != State::Handshaking => {
            let _ = peer.try_say("* LIST {99999999999999999999}\r\n");
        }
        _ => return None,
    }
    let now = peer.machine.phase();
    (now != state).then_some(now)
}

/// What only something outside of the machine can do in a state: a deadline where nothing is
/// awaited, and a fault while nothing is read.
fn out_of_reach(state: State, input: Input) -> bool {
    let idle = matches!(state, State::NotAuthenticated | State::Authenticated | State::Selected);
    matches!((state, input), (State::Handshaking, Input::Fault)) || input == Input::Deadline && idle
}

#[test]
fn the_machine_follows_the_table() {
    let table: Vec<_> =
        State::TRANSITIONS.iter().filter(|row| !out_of_reach(row.from, row.on)).copied().collect();
    let actual = |state, input| if out_of_reach(state, input) { None } else { apply(state, input) };
    harness::exhaustive_transitions(State::ALL, Input::ALL, &table, actual);
}

#[test]
fn the_table_leads_from_the_greeting_to_an_end() {
    harness::connected_table(
        State::ALL,
        State::TRANSITIONS,
        State::Greeting,
        &[State::Closed, State::Failed],
    );
    assert!(State::mermaid().contains("Handshaking --> NotAuthenticated : Secured"));
}
