//! What all connections of a server share.

use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    fmt,
    sync::{Arc, Mutex, PoisonError},
    task::Waker,
};

use super::{
    answer::Answer,
    breach::{Breach, Flaw},
    params::Parameters,
};

/// A recipient of a [`Delivery`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeliveredTo {
    /// What stood between the angle brackets of RCPT.
    pub address: String,
    /// The parameters of RCPT.
    pub parameters: Parameters,
}

/// By which commands a message came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transfer {
    /// By DATA.
    Data,
    /// By BDAT, in chunks of these sizes, and BURL, whose sizes are those of what was fetched.
    Chunks(Vec<u64>),
}

/// A message that the server has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// The name under which it is queued; the last word of the reply.
    pub id: String,
    /// On which connection it came, counted from 1.
    pub connection: u64,
    /// The name that the client has given with EHLO.
    pub hello: String,
    /// What stood between the angle brackets of MAIL.
    pub sender: String,
    /// The parameters of MAIL.
    pub parameters: Parameters,
    /// The recipients for whom it was taken.
    pub recipients: Vec<DeliveredTo>,
    /// By which commands it came.
    pub transfer: Transfer,
    /// The message, its dots no longer doubled.
    pub content: Vec<u8>,
    /// Whether it came under TLS.
    pub secured: bool,
    /// Who had logged in.
    pub user: Option<String>,
}

impl Delivery {
    /// The addresses of the recipients.
    #[must_use]
    pub fn addresses(&self) -> Vec<&str> {
        self.recipients.iter().map(|recipient| recipient.address.as_str()).collect()
    }
}

/// Who has said a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The client.
    Client,
    /// The server.
    Server,
    /// The client, octets of a message: the line says how many.
    Content,
}

/// One line of the transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Said {
    /// On which connection, counted from 1.
    pub connection: u64,
    /// By whom.
    pub by: Speaker,
    /// Without its CR LF.
    pub line: Vec<u8>,
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by = match self.by {
            Speaker::Client => 'C',
            Speaker::Server => 'S',
            Speaker::Content => '>',
        };
        write!(f, "{} {by}: {}", self.connection, self.line.escape_ascii())
    }
}

/// How a connection has come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ended {
    /// By QUIT.
    Quit,
    /// The client has closed it without QUIT.
    Left,
    /// The client was cut off: a reset, or no `close_notify`.
    Lost,
    /// The server has ended it.
    ByServer,
}

/// A handle on what connections share; a clone is another handle on the same.
#[derive(Clone, Default)]
pub(super) struct Store(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    deliveries: Vec<Delivery>,
    transcript: Vec<Said>,
    breaches: Vec<Breach>,
    turns: BTreeMap<u64, u64>,
    ended: BTreeMap<u64, Ended>,
    seen: HashMap<String, u64>,
    greylisted: HashSet<String>,
    eager_chunks: u64,
    queued: u64,
    connections: u64,
    open: BTreeMap<u64, Waiting>,
}

#[derive(Default)]
struct Waiting {
    answers: VecDeque<Answer>,
    waker: Option<Waker>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with(|state| {
            f.debug_struct("Store")
                .field("connections", &state.connections)
                .field("deliveries", &state.deliveries.len())
                .field("breaches", &state.breaches.len())
                .finish_non_exhaustive()
        })
    }
}

impl Store {
    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A connection begins: its number.
    pub(super) fn connect(&self) -> u64 {
        self.with(|state| {
            state.connections += 1;
            state.open.insert(state.connections, Waiting::default());
            state.connections
        })
    }

    pub(super) fn ended(&self, connection: u64, how: Ended) {
        self.with(|state| {
            if state.open.remove(&connection).is_some() {
                state.ended.insert(connection, how);
            }
        });
    }

    pub(super) fn breach(&self, flaw: Flaw, found: &[u8], connection: u64) {
        self.with(|state| state.breaches.push(Breach::new(flaw, found, connection)));
    }

    pub(super) fn said(&self, connection: u64, by: Speaker, line: &[u8]) {
        self.with(|state| state.transcript.push(Said { connection, by, line: line.to_vec() }));
    }

    pub(super) fn turn(&self, connection: u64) {
        self.with(|state| *state.turns.entry(connection).or_default() += 1);
    }

    /// How often this verb has come to the server, this time included.
    pub(super) fn seen(&self, verb: &str) -> u64 {
        self.with(|state| {
            let count = state.seen.entry(verb.to_owned()).or_default();
            *count += 1;
            *count
        })
    }

    /// Whether this is the first that is heard of it.
    pub(super) fn is_new(&self, triplet: String) -> bool {
        self.with(|state| state.greylisted.insert(triplet))
    }

    pub(super) fn eager_chunk(&self) {
        self.with(|state| state.eager_chunks += 1);
    }

    /// A name in the queue.
    pub(super) fn queue_id(&self) -> String {
        self.with(|state| {
            state.queued += 1;
            format!("Q{:06X}", state.queued)
        })
    }

    pub(super) fn deliver(&self, delivery: Delivery) {
        self.with(|state| state.deliveries.push(delivery));
    }

    /// To be said on every connection that is open; on how many that is.
    pub(super) fn interject(&self, answer: &Answer) -> usize {
        self.with(|state| {
            for waiting in state.open.values_mut() {
                waiting.answers.push_back(answer.clone());
                if let Some(waker) = waiting.waker.take() {
                    waker.wake();
                }
            }
            state.open.len()
        })
    }

    /// What is to be said on this connection without being asked; or else `waker` is woken when
    /// there is something.
    pub(super) fn interjected(&self, connection: u64, waker: &Waker) -> Option<Answer> {
        self.with(|state| {
            let waiting = state.open.get_mut(&connection)?;
            let answer = waiting.answers.pop_front();
            if answer.is_none() {
                waiting.waker = Some(waker.clone());
            }
            answer
        })
    }

    pub(super) fn deliveries(&self) -> Vec<Delivery> {
        self.with(|state| state.deliveries.clone())
    }

    pub(super) fn take_deliveries(&self) -> Vec<Delivery> {
        self.with(|state| std::mem::take(&mut state.deliveries))
    }

    pub(super) fn transcript(&self) -> Vec<Said> {
        self.with(|state| state.transcript.clone())
    }

    pub(super) fn breaches(&self) -> Vec<Breach> {
        self.with(|state| state.breaches.clone())
    }

    pub(super) fn turns(&self, connection: Option<u64>) -> u64 {
        self.with(|state| match connection {
            Some(connection) => state.turns.get(&connection).copied().unwrap_or_default(),
            None => state.turns.values().sum(),
        })
    }

    pub(super) fn eager_chunks(&self) -> u64 {
        self.with(|state| state.eager_chunks)
    }

    pub(super) fn connections(&self) -> u64 {
        self.with(|state| state.connections)
    }

    pub(super) fn how_ended(&self, connection: u64) -> Option<Ended> {
        self.with(|state| state.ended.get(&connection).copied())
    }
}
