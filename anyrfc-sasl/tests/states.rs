//! Every state with every input, and the picture of the table.

use anyrfc_core::testing::harness::exhaustive_transitions;
use anyrfc_sasl::{
    Channel, Error, ErrorKind, Established, Exchange, Input, KeyCache, Mechanism, MechanismName, Negotiator,
    Policy, Secret, State, Step,
};

/// Does what the challenge says.
#[derive(Debug)]
struct Told;

fn told(word: &[u8]) -> Result<Step, Error> {
    match word {
        b"respond" => Ok(Step::respond("here")),
        b"work" => Ok(Step::Working),
        b"done" => Ok(Step::Done),
        _ => Err(Error::new(ErrorKind::Protocol, "the server broke a rule")),
    }
}

thread_local! {
    /// What work comes to.
    static WORK: std::cell::Cell<&'static [u8]> = const { std::cell::Cell::new(b"") };
}

impl Mechanism for Told {
    fn name(&self) -> MechanismName {
        MechanismName::PLAIN
    }

    fn first(&mut self) -> Option<Secret<Vec<u8>>> {
        Some(Secret::new(Vec::new()))
    }

    fn step(&mut self, challenge: &[u8]) -> Result<Step, Error> {
        told(challenge)
    }

    fn work(&mut self) -> Result<Step, Error> {
        told(WORK.get())
    }

    fn finish(self: Box<Self>, _: Option<&[u8]>) -> Result<Established, Error> {
        Ok(Established::new(MechanismName::PLAIN))
    }
}

fn in_state(state: State) -> Exchange {
    let mut exchange = Exchange::new(Told);
    match state {
        State::Initial => {}
        State::AwaitServer => drop(exchange.first().unwrap()),
        State::Working => drop(exchange.step(b"work").unwrap()),
        State::AwaitOutcome => drop(exchange.step(b"done").unwrap()),
        State::Established => drop(exchange.succeed(None).unwrap()),
        State::Failed => drop(exchange.refused()),
    }
    assert_eq!(exchange.state(), state);
    exchange
}

/// The state after an input, or `None` where it is refused and nothing has changed but that
/// a server that said it has failed.
fn after(state: State, input: Input) -> Option<State> {
    let mut exchange = in_state(state);
    let word: &'static [u8] = match input {
        Input::Respond => b"respond",
        Input::Work => b"work",
        Input::Done => b"done",
        Input::Success => return exchange.succeed(None).ok().map(|_| exchange.state()),
        Input::Failure => {
            exchange.refused();
            return (exchange.state() != state).then(|| exchange.state());
        }
    };
    WORK.set(word);
    let outcome = if state == State::Working { exchange.work() } else { exchange.step(word) };
    outcome.ok().map(|_| exchange.state())
}

#[test]
fn the_exchange_and_its_table_say_the_same() {
    exhaustive_transitions(State::ALL, Input::ALL, State::TRANSITIONS, after);
}

#[test]
fn what_succeeded_stays_so() {
    let mut exchange = in_state(State::Established);
    assert_eq!(exchange.refused().kind(), ErrorKind::Usage);
    assert_eq!(exchange.step(b"respond").unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(exchange.succeed(None).unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(exchange.state(), State::Established);
}

#[test]
fn challenges_and_data_reach_up_to_the_limit() {
    let word = b"respond";
    let limited = |bytes| Exchange::new(Told).challenge_max(bytes);
    assert!(limited(word.len()).step(word).is_ok());
    assert_eq!(limited(word.len() - 1).step(word).unwrap_err().kind(), ErrorKind::Limit);
    assert!(limited(word.len()).succeed(Some(word)).is_ok());
    assert_eq!(limited(word.len() - 1).succeed(Some(word)).unwrap_err().kind(), ErrorKind::Limit);
}

#[test]
fn what_fails_stays_failed() {
    for state in [State::Initial, State::AwaitServer, State::Working] {
        let mut exchange = in_state(state);
        WORK.set(b"");
        let outcome = if state == State::Working { exchange.work() } else { exchange.step(b"") };
        assert!(outcome.is_err());
        assert_eq!(exchange.state(), State::Failed);
        assert!(exchange.step(b"respond").is_err() && exchange.work().is_err() && exchange.first().is_err());
        assert!(exchange.succeed(None).is_err());
        assert_eq!(exchange.state(), State::Failed);
    }
}

/// What travels between threads; what is shared by them as well.
#[test]
fn between_threads() {
    fn is_send<T: Send>() {}
    fn is_shared<T: Send + Sync>() {}
    is_send::<Exchange>();
    is_send::<Negotiator>();
    is_send::<Established>();
    is_send::<Box<dyn Mechanism>>();
    is_send::<Step>();
    is_shared::<Error>();
    is_shared::<KeyCache>();
    is_shared::<Policy>();
    is_shared::<Channel>();
}

#[test]
fn the_picture_is_that_of_the_table() {
    let docs = include_str!("../src/lib.rs");
    for line in State::mermaid().lines() {
        assert!(docs.contains(&format!("//! {line}")), "not in the docs: {line}");
    }
}
