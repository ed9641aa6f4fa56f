//! The proofs that every protocol calls with its own machine.
//!
//! Each takes a [`Subject`]: how a machine is made, and how its events are
//! written down so that they can be compared. Each runs on a virtual clock of
//! its own and panics with what went wrong, so it is called from a plain test:
//!
//! ```
//! use anyrfc_core::testing::{Subject, harness, now, toy::{Kind, Toy, frame}};
//!
//! let subject = Subject::debug(|| Toy::client(now()));
//! let input = [frame(Kind::Hello, b"toy"), frame(Kind::Data, b"one"), frame(Kind::Bye, b"")].concat();
//! let events = harness::one_byte_at_a_time(&subject, &input);
//! assert_eq!(events, [r#"Hello "toy""#, r#"Data "one""#, r#"Bye """#]);
//! harness::eof_everywhere(&subject, &input, |_, _, _| {});
//! harness::cancel_driver_everywhere(&subject, &input);
//! ```

mod cancel;
mod chunks;
mod deadline;
mod eof;
mod memory;
mod table;
mod upgrade;
mod writing;

use std::{fmt, time::Duration};

use tokio::io::{AsyncRead, AsyncWrite};

pub use self::{
    cancel::{cancel_driver_everywhere, cancel_everywhere},
    chunks::one_byte_at_a_time,
    deadline::{Lead, Waiting, deadlines_everywhere},
    eof::eof_everywhere,
    memory::{announced_size_is_not_allocated, endless_input_stops, idle_memory_is_released},
    table::{connected_table, exhaustive_transitions},
    upgrade::injected_plaintext_is_refused,
    writing::{both_only_write, stalled_writing_ends},
};
use crate::{DriveError, Driver, Machine};

/// A protocol under proof.
pub struct Subject<M: Machine> {
    make: Box<dyn Fn() -> M>,
    owned: fn(&M::Owned) -> String,
    borrowed: fn(&M::Event<'_>) -> String,
}

impl<M: Machine> fmt::Debug for Subject<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject").finish_non_exhaustive()
    }
}

impl<M: Machine> Subject<M> {
    /// `make` gives a fresh machine, the same every time, and is called inside
    /// the virtual clock (see [`now`](super::now)); `owned` and `borrowed` write
    /// the same event down in the same words.
    pub fn new(
        make: impl Fn() -> M + 'static,
        owned: fn(&M::Owned) -> String,
        borrowed: fn(&M::Event<'_>) -> String,
    ) -> Self {
        Self { make: Box::new(make), owned, borrowed }
    }

    /// For events whose `Debug` says the same of both kinds.
    pub fn debug(make: impl Fn() -> M + 'static) -> Self
    where
        M: 'static,
        M::Owned: fmt::Debug,
        for<'a> M::Event<'a>: fmt::Debug,
    {
        Self::new(make, |event| format!("{event:?}"), |event| format!("{event:?}"))
    }

    /// A fresh machine.
    #[must_use]
    pub fn machine(&self) -> M {
        (self.make)()
    }

    /// A fresh machine on this stream.
    pub fn driver<T: AsyncRead + AsyncWrite + Unpin>(&self, stream: T) -> Driver<M, T> {
        Driver::new(self.machine(), stream)
    }

    /// An event in words.
    pub fn words(&self, event: &M::Owned) -> String {
        (self.owned)(event)
    }

    /// A borrowed event in words.
    pub fn borrowed_words(&self, event: &M::Event<'_>) -> String {
        (self.borrowed)(event)
    }
}

/// How events are taken from a driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taking {
    /// With [`Driver::next`].
    Owned,
    /// With [`Driver::next_ref`].
    Borrowed,
    /// Each kind in turn, with a flush, and so perhaps a read, in between.
    Mixed,
}

/// What came of driving a connection to its end.
#[derive(Debug)]
pub struct Observed<E> {
    /// Every event, in words.
    pub events: Vec<String>,
    /// How it ended.
    pub end: Result<(), DriveError<E>>,
}

impl<E: fmt::Debug> Observed<E> {
    /// The events and the end, in words.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let mut words = self.events.clone();
        words.push(format!("end: {:?}", self.end));
        words
    }
}

/// Drives a connection to its end, and a little further: an ended connection stays ended.
///
/// # Panics
/// When something comes after the end.
///
/// # Cancel safety
/// Dropping the future loses the events observed so far.
pub async fn observe<M, T>(
    subject: &Subject<M>,
    driver: &mut Driver<M, T>,
    taking: Taking,
) -> Observed<M::Error>
where
    M: Machine,
    T: AsyncRead + AsyncWrite + Unpin,
{
    let mut events = Vec::new();
    let end = loop {
        let borrow = match taking {
            Taking::Owned => false,
            Taking::Borrowed => true,
            Taking::Mixed => events.len() % 2 == 0,
        };
        let event = if borrow {
            driver.next_ref().await.map(|event| event.map(|event| subject.borrowed_words(&event)))
        } else {
            driver.next().await.map(|event| event.map(|event| subject.words(&event)))
        };
        match event {
            Ok(Some(event)) => events.push(event),
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
        if taking == Taking::Mixed
            && let Err(error) = driver.flush().await
        {
            // The end was told here: what had arrived before it is still to be had.
            while let Ok(Some(event)) = driver.next().await {
                events.push(subject.words(&event));
            }
            break Err(error);
        }
    };
    assert!(driver.is_finished(), "not finished at the end ({end:?})");
    match driver.next().await {
        Ok(None) => {}
        Ok(Some(event)) => panic!("an event after the end ({end:?}): {}", subject.words(&event)),
        Err(error) => panic!("two ends: {end:?}, then {error:?}"),
    }
    assert!(
        matches!(driver.flush().await, Err(DriveError::Finished)),
        "a connection that has ended can be flushed"
    );
    Observed { events, end }
}

/// Panics, with the first difference, unless both lists are the same.
///
/// # Panics
/// When they are not.
pub fn assert_same(context: &dyn fmt::Display, expected: &[String], found: &[String]) {
    let same = expected.iter().zip(found).take_while(|(a, b)| a == b).count();
    if same == expected.len() && same == found.len() {
        return;
    }
    let line = |list: &[String]| list.get(same).cloned().unwrap_or_else(|| "nothing more".to_owned());
    panic!(
        "{context}: entry {same} differs\n  expected: {}\n  found:    {}\n  after: {:?}",
        line(expected),
        line(found),
        expected.get(same.saturating_sub(3)..same).unwrap_or_default()
    );
}

/// Beyond this, an ending connection's last words are no excuse.
const GRACE: Duration = Duration::from_secs(1);
