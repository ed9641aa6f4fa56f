//! The state table, and the machine that is to follow it.

use anyrfc_core::{Eof, Machine as _, testing::harness};
use anyrfc_sasl::{Credentials, Exchange, Plain, Preparation};
use anyrfc_smtp::proto::{Connection, Input, Protection, State};

use crate::{fresh, hear, later, ready, say, secured, told};

fn plain() -> Exchange {
    let credentials = Credentials::password("tim", "tanstaaftanstaaf");
    Exchange::new(Plain::new(&credentials, Preparation::Saslprep).unwrap())
}

/// A connection in this state.
fn in_state(state: State) -> Connection {
    let mut machine = match state {
        State::Greeting => fresh(Protection::Tls),
        State::Hello => told(Protection::Tls, &["220 hi"]),
        State::AskingTls => told(Protection::StartTls, &["220 hi", "250-x\r\n250 STARTTLS"]),
        State::Handshaking => told(Protection::StartTls, &["220 hi", "250-x\r\n250 STARTTLS", "220 go"]),
        State::Ready => ready(&["AUTH PLAIN"]),
        State::Authenticating => {
            let mut machine = in_state(State::Ready);
            machine.authenticate(plain()).unwrap();
            machine
        }
        State::Authenticated => {
            let mut machine = in_state(State::Authenticating);
            say(&mut machine, b"235 in\r\n").unwrap();
            machine
        }
        State::HelloAgain => {
            let mut machine = in_state(State::Authenticated);
            machine.say_hello_again().unwrap();
            machine
        }
        State::Quitting => {
            let mut machine = in_state(State::Ready);
            machine.quit().unwrap();
            machine
        }
        State::Closed => {
            let mut machine = in_state(State::Quitting);
            say(&mut machine, b"221 bye\r\n").unwrap();
            machine
        }
        State::Failed => {
            let mut machine = in_state(State::Ready);
            say(&mut machine, b"250 what\r\n").unwrap_err();
            machine
        }
    };
    hear(&mut machine);
    assert_eq!(machine.phase(), state);
    machine
}

/// Lets this happen, where it can.
fn happen(machine: &mut Connection, input: Input) {
    let mut line = |text: &str| drop(say(machine, format!("{text}\r\n").as_bytes()));
    match input {
        Input::Greeted => line("220 hi"),
        Input::Known | Input::StartTls => line("250-x\r\n250 STARTTLS"),
        Input::TlsAgreed => line("220 go"),
        Input::Secured => secured(machine),
        Input::Authenticate => drop(machine.authenticate(plain())),
        Input::LoggedIn => line("235 in"),
        Input::LoginRefused => line("535 no"),
        Input::HelloAgain => drop(machine.say_hello_again()),
        Input::Quit => drop(machine.quit()),
        Input::Bye => line("221 bye"),
        Input::Closing => line("421 bye"),
        Input::EndOfStream => drop(machine.handle_eof(Eof::Clean)),
        Input::Deadline => drop(machine.handle_timeout(later(3600))),
        Input::Fault => line("nonsense"),
    }
}

#[test]
fn the_table_decides_every_state_and_input() {
    harness::connected_table(
        State::ALL,
        State::TRANSITIONS,
        State::Greeting,
        &[State::Closed, State::Failed],
    );
    for transition in State::TRANSITIONS {
        // Where nothing is read it is the driver that finds fault, and where nothing is awaited nothing is due.
        let out_of_reach = match transition.on {
            Input::Fault => transition.from == State::Handshaking,
            Input::Deadline => transition.from.is_open(),
            _ => false,
        };
        if out_of_reach {
            continue;
        }
        // Under TLS the answer to EHLO is no reason to ask for it.
        let mut machine = match (transition.from, transition.on) {
            (State::Hello, Input::StartTls) => told(Protection::StartTls, &["220 hi"]),
            (from, _) => in_state(from),
        };
        happen(&mut machine, transition.on);
        hear(&mut machine);
        assert_eq!(machine.phase(), transition.to, "{:?} in {:?}", transition.on, transition.from);
    }
}

#[test]
fn what_the_table_does_not_have_changes_nothing_or_fails() {
    for &state in State::ALL {
        for &input in Input::ALL {
            // The same words mean something else there.
            let alike = match input {
                Input::TlsAgreed => Input::Greeted,
                Input::Greeted => Input::TlsAgreed,
                Input::StartTls => Input::Known,
                Input::Known => Input::StartTls,
                other => other,
            };
            if state.next(input).is_some() || state.next(alike).is_some() {
                continue;
            }
            let mut machine = in_state(state);
            happen(&mut machine, input);
            hear(&mut machine);
            let now = machine.phase();
            // A reply out of place, or the end of the stream, ends the connection; nothing else does anything.
            let fails = state.next(Input::Fault) == Some(now) || state.next(Input::LoginRefused) == Some(now);
            assert!(
                now == state || fails || state == State::Quitting && now == State::Closed,
                "{input:?} in {state:?}: {now:?}"
            );
        }
    }
}
