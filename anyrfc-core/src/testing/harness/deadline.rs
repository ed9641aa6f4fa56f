//! No state waits for ever.

use std::{
    fmt,
    time::{Duration, Instant},
};

use tokio::io::AsyncWriteExt as _;

use super::{GRACE, Subject};
use crate::{
    DriveError, Machine, Output,
    testing::{clock::settle, now, pair_with, run_virtual},
};

/// One step on the way to a state.
pub enum Lead<M> {
    /// The peer sends this.
    Peer(Vec<u8>),
    /// The caller commands this.
    #[allow(clippy::type_complexity)]
    Command(Box<dyn Fn(&mut M, &mut Output, Instant)>),
}

impl<M> Lead<M> {
    /// The peer sends this.
    pub fn peer(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Peer(bytes.into())
    }

    /// The caller commands this.
    pub fn command(command: impl Fn(&mut M, &mut Output, Instant) + 'static) -> Self {
        Self::Command(Box::new(command))
    }
}

impl<M> fmt::Debug for Lead<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Peer(bytes) => write!(f, "Peer(\"{}\")", bytes.escape_ascii()),
            Self::Command(_) => f.write_str("Command(..)"),
        }
    }
}

/// A state that waits for an answer, and how it is reached.
#[derive(Debug)]
pub struct Waiting<M> {
    /// Its name.
    pub name: &'static str,
    /// How it is reached from a fresh machine.
    pub leads: Vec<Lead<M>>,
}

/// Leads a machine into each of these states and says nothing more: it must have
/// a deadline, and fail by it with an error that `is_timeout` knows, no later
/// than `within` (of virtual time); both when the peer still takes what is
/// written to it and when it does not.
///
/// # Panics
/// When a state has no deadline, or something else comes of it.
pub fn deadlines_everywhere<M: Machine>(
    subject: &Subject<M>,
    states: &[Waiting<M>],
    within: Duration,
    is_timeout: impl Fn(&M::Error) -> bool,
) {
    assert!(!states.is_empty(), "no state was given");
    for state in states {
        for takes in [true, false] {
            wait(subject, state, takes, within, &is_timeout);
        }
    }
}

fn wait<M: Machine>(
    subject: &Subject<M>,
    state: &Waiting<M>,
    takes: bool,
    within: Duration,
    is_timeout: &impl Fn(&M::Error) -> bool,
) {
    let name = format!("{}, the peer {}", state.name, if takes { "reads" } else { "does not read" });
    run_virtual(async {
        let (near, mut far) = pair_with(if takes { usize::MAX } else { 0 }, usize::MAX);
        let mut driver = subject.driver(near);
        for lead in std::iter::once(None).chain(state.leads.iter().map(Some)) {
            match lead {
                None => {}
                Some(Lead::Peer(bytes)) => {
                    assert!(far.write_all(bytes).await.is_ok(), "{name}: the stream is closed")
                }
                Some(Lead::Command(command)) => {
                    let now = driver.now();
                    let (machine, output) = driver.command();
                    command(machine, output, now);
                }
            }
            loop {
                match settle(&mut Box::pin(driver.next())).await {
                    None => break,
                    Some(Ok(Some(_))) => {}
                    Some(end) => panic!("{name}: ended on the way ({:?})", end.map(|_| ())),
                }
            }
        }
        assert!(driver.machine().poll_timeout().is_some(), "{name}: waits without a deadline");
        let before = now();
        let end = loop {
            match driver.next().await {
                Ok(Some(_)) => {}
                end => break end.map(|_| ()),
            }
        };
        match end {
            Err(DriveError::Machine(error)) if is_timeout(&error) => {}
            end => panic!("{name}: ended without a timeout ({end:?})"),
        }
        let took = now() - before;
        assert!(took <= within + crate::driver::LINGER + GRACE, "{name}: it took {took:?}");
    });
}
