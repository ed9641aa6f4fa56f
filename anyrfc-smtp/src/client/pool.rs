//! Several connections to one server, used again and again.

use std::{
    fmt,
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyrfc_core::{CredentialSource, ErrorKind};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use super::{
    Builder, SmtpClient,
    delivering::{Delivering, content},
    send::Sending,
};
use crate::{
    Error,
    types::{Envelope, SendReport, WireMessage},
};

/// How many connections there are at most, by default.
const CONNECTIONS: usize = 4;
/// How many messages a connection carries at most, by default.
const MESSAGES: u64 = 100;
/// How long a connection is kept that nobody uses, by default: servers hang up after five minutes at the earliest
/// (RFC 5321, section 4.5.3.2.7).
const IDLE: Duration = Duration::from_secs(60);

/// Connections to one server, made when they are needed, and never more than was said.
///
/// Whoever needs one and finds none waits, in order of arrival. A connection goes back when whoever used it has
/// ended, and only where both sides agree on where they are; whether it still lives is seen without asking the
/// server. Nothing runs in the background, and no lock is held while anybody waits.
///
/// ```no_run
/// # async fn example() -> Result<(), anyrfc_smtp::Error> {
/// use std::{sync::Arc, time::Duration};
/// use anyrfc_smtp::{Credentials, Envelope, Pool, SmtpClient};
///
/// let source = Arc::new(Credentials::password("user", "pencil".to_owned()));
/// let pool = Pool::new(SmtpClient::builder(), "smtps://mail.example")
///     .login(source)
///     .connections(8)
///     .rate(20, Duration::from_secs(1));
/// let envelope = Envelope::new("ann@x.example", ["bob@y.example"])?;
/// let report = pool.send(envelope, "Subject: hello\r\n\r\nHello!\r\n").await?;
/// assert!(report.is_complete());
/// pool.close().await;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Pool {
    shared: Arc<Shared>,
}

#[derive(Clone)]
struct Options {
    builder: Builder,
    url: String,
    source: Option<Arc<dyn CredentialSource>>,
    connections: usize,
    messages: u64,
    idle: Duration,
    /// So long one message is to follow another.
    interval: Option<Duration>,
    /// So many may come at once after a pause.
    burst: u32,
}

struct Shared {
    options: Options,
    slots: Arc<Semaphore>,
    /// Whoever waits for the turn of a message, one after the other.
    turns: Semaphore,
    /// Held for moments only.
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The one that was used last comes last.
    idle: Vec<Idle>,
    used: usize,
    /// When the next message may go, were they evenly spaced.
    due: Option<Instant>,
}

/// A connection that nobody uses.
struct Idle {
    client: SmtpClient,
    since: Instant,
    sent: u64,
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("url", &self.shared.options.url)
            .field("connections", &self.shared.options.connections)
            .field("idle", &self.idle())
            .field("used", &self.used())
            .finish_non_exhaustive()
    }
}

impl Pool {
    /// Of four connections at most, by the builder's own way to connect; none is made yet.
    #[must_use]
    pub fn new(builder: Builder, url: &str) -> Self {
        Self::of(Options {
            builder,
            url: url.to_owned(),
            source: None,
            connections: CONNECTIONS,
            messages: MESSAGES,
            idle: IDLE,
            interval: None,
            burst: 1,
        })
    }

    fn of(options: Options) -> Self {
        let slots = Arc::new(Semaphore::new(options.connections));
        Self {
            shared: Arc::new(Shared { options, slots, turns: Semaphore::new(1), state: Mutex::default() }),
        }
    }

    /// Before it is used; what has been handed out belongs to another pool then.
    fn edit(self, change: impl FnOnce(&mut Options)) -> Self {
        let mut options = self.shared.options.clone();
        change(&mut options);
        Self::of(options)
    }

    /// Each connection logs in by these credentials. To be said before the pool is used.
    #[must_use]
    pub fn login(self, source: Arc<dyn CredentialSource>) -> Self {
        self.edit(|options| options.source = Some(source))
    }

    /// So many connections at most, one at the least, those in use among them. To be said before the pool is used.
    #[must_use]
    pub fn connections(self, most: usize) -> Self {
        self.edit(|options| options.connections = most.clamp(1, Semaphore::MAX_PERMITS))
    }

    /// So many messages on one connection at most (100 by default): then it is ended, and another one made. To be
    /// said before the pool is used.
    #[must_use]
    pub fn messages_per_connection(self, most: u64) -> Self {
        self.edit(|options| options.messages = most.max(1))
    }

    /// So many messages in that time at most, over all connections, evenly spaced, but for as many at once after a
    /// pause. To be said before the pool is used.
    #[must_use]
    pub fn rate(self, messages: u32, time: Duration) -> Self {
        self.edit(|options| {
            options.burst = messages.max(1);
            options.interval = Some(time / messages.max(1));
        })
    }

    /// So long a connection is kept that nobody uses (a minute by default). To be said before the pool is used.
    #[must_use]
    pub fn idle_limit(self, limit: Duration) -> Self {
        self.edit(|options| options.idle = limit)
    }

    /// Sends a message by one of the connections, and reports as [`SmtpClient::send`] does.
    ///
    /// Where a connection that was used before turns out to be lost before the server has answered for any
    /// recipient, another one is made for it, once. Whatever fails later is in the report, and not tried again.
    ///
    /// # Errors
    /// As [`client`](Self::client) and [`SmtpClient::send`].
    ///
    /// # Cancel safety
    /// As [`SmtpClient::send`]; while it waits for a connection or its turn, dropping the future gives those up.
    pub async fn send<'m>(
        &self,
        envelope: Envelope,
        message: impl WireMessage<'m>,
    ) -> Result<SendReport, Error> {
        let mut client = self.client().await?;
        self.shared.turn().await;
        let opened = content(&client.client.inner, message).and_then(|content| Ok(content.open()?));
        let (facts, supply) = opened?;
        let mut again = client.reused.then(|| envelope.clone());
        let mut envelope = Some(envelope);
        let mut supply = Some(supply);
        loop {
            let (Some(now), Some(octets)) = (envelope.take(), supply.take()) else {
                return Err(Error::closed("the connection has ended"));
            };
            let kept = octets.duplicate();
            let inner = &mut client.client.inner;
            let begun = Delivering::supplied(inner, now, facts, octets);
            let (error, rest) = match begun {
                Ok(delivering) => {
                    client.sent += 1;
                    let (report, rest) = Sending::new(inner, delivering).report_and_rest().await;
                    let lost = match &report {
                        Ok(report) => lost(report),
                        Err(error) => is_lost(error).then(|| error.clone()),
                    };
                    match lost {
                        Some(error) if again.is_some() => (error, rest),
                        _ => return report,
                    }
                }
                Err((error, _)) if again.is_none() || !is_lost(&error) => return Err(error),
                Err((error, rest)) => (error, rest),
            };
            // Of a stream nothing was asked for yet.
            let Some(rest) = kept.or(rest) else { return Err(error) };
            supply = Some(rest);
            envelope = again.take();
            client = client.replace().await.map_err(|other| if is_lost(&other) { error } else { other })?;
        }
    }

    /// A client of the caller's own for a while, logged in where the pool does that. It goes back when it is dropped.
    ///
    /// # Errors
    /// As [`SmtpClient::connect`] and [`SmtpClient::authenticate`]; [`ErrorKind::Closed`] once the pool is closed.
    ///
    /// # Cancel safety
    /// Dropping the future gives up the place in the queue, or the connection attempt.
    pub async fn client(&self) -> Result<Pooled, Error> {
        let closed = |_| Error::closed("the pool is closed");
        let slot = Arc::clone(&self.shared.slots).acquire_owned().await.map_err(closed)?;
        match self.shared.take() {
            Some(idle) => Ok(Pooled::new(idle.client, idle.sent, true, slot, &self.shared)),
            None => {
                let client = self.shared.connect().await?;
                Ok(Pooled::new(client, 0, false, slot, &self.shared))
            }
        }
    }

    /// How many connections wait to be used.
    #[must_use]
    pub fn idle(&self) -> usize {
        self.shared.lock().idle.len()
    }

    /// How many connections are in use.
    #[must_use]
    pub fn used(&self) -> usize {
        self.shared.lock().used
    }

    /// Ends the connections that are idle, in order, and those in use once they are given back. Whoever waits for one
    /// waits in vain.
    ///
    /// # Cancel safety
    /// Dropping the future drops the connections that are idle.
    pub async fn close(&self) {
        self.shared.slots.close();
        let idle = std::mem::take(&mut self.shared.lock().idle);
        for idle in idle {
            // It is gone, in order or not.
            let _ = idle.client.quit().await;
        }
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One that nobody uses and that lives, the one used last first. Those that were idle for too long are told QUIT.
    fn take(&self) -> Option<Idle> {
        loop {
            let (found, old) = {
                let mut state = self.lock();
                let old =
                    state.idle.iter().take_while(|idle| idle.since.elapsed() >= self.options.idle).count();
                let old: Vec<Idle> = state.idle.drain(..old).collect();
                (state.idle.pop(), old)
            };
            old.into_iter().for_each(|idle| leave(idle.client));
            let mut found = found?;
            if !found.client.inner.is_over() && found.client.phase().is_open() {
                return Some(found);
            }
        }
    }

    async fn connect(&self) -> Result<SmtpClient, Error> {
        let mut client = self.options.builder.connect(&self.options.url).await?;
        if let Some(source) = &self.options.source {
            client.authenticate(&**source).await?;
        }
        Ok(client)
    }

    /// Waits for the turn of a message, which is taken when it has come: whoever gives up before takes it from nobody.
    async fn turn(&self) {
        let Some(interval) = self.options.interval else { return };
        // It is never closed.
        let _first = self.turns.acquire().await;
        let now = Instant::now();
        // A pause is made up for, up to so many messages.
        let earliest = now.checked_sub(interval * (self.options.burst - 1)).unwrap_or(now);
        let due = self.lock().due.map_or(earliest, |due| due.max(earliest));
        tokio::time::sleep_until(due).await;
        self.lock().due = due.checked_add(interval).or_else(|| due.checked_add(NEVER));
    }
}

/// As good as never.
const NEVER: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 100);

/// Whether the connection, not the message, is the reason that nothing was sent, and the server has accepted nothing.
fn lost(report: &SendReport) -> Option<Error> {
    let error = report.error().filter(|error| is_lost(error))?;
    let untouched = report.is_unsent() && report.recipients().iter().all(|report| report.answer().is_none());
    untouched.then(|| error.clone())
}

/// Whether the connection has ended, in whatever manner.
fn is_lost(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Closed | ErrorKind::Io)
}

/// Says QUIT, as far as that can be done without waiting.
fn leave(mut client: SmtpClient) {
    if client.inner.order(crate::proto::Connection::quit).is_ok() {
        let _ = client.inner.is_over();
    }
}

/// A client of a [`Pool`], which takes it back when this is dropped.
pub struct Pooled {
    client: SmtpClient,
    /// So many messages the pool has sent by it.
    sent: u64,
    /// Whether it was used before.
    reused: bool,
    pool: Arc<Shared>,
    /// Dropped last: whoever gets it then finds the client.
    slot: Option<OwnedSemaphorePermit>,
}

impl fmt::Debug for Pooled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pooled").field("client", &self.client).finish_non_exhaustive()
    }
}

impl Pooled {
    fn new(
        client: SmtpClient,
        sent: u64,
        reused: bool,
        slot: OwnedSemaphorePermit,
        pool: &Arc<Shared>,
    ) -> Self {
        pool.lock().used += 1;
        Self { client, sent, reused, pool: Arc::clone(pool), slot: Some(slot) }
    }

    /// Another connection in its place.
    async fn replace(mut self) -> Result<Self, Error> {
        let (Some(slot), pool) = (self.slot.take(), Arc::clone(&self.pool)) else {
            return Err(Error::closed("the connection has ended"));
        };
        drop(self);
        let client = pool.connect().await?;
        Ok(Self::new(client, 0, false, slot, &pool))
    }
}

impl Deref for Pooled {
    type Target = SmtpClient;

    fn deref(&self) -> &SmtpClient {
        &self.client
    }
}

impl DerefMut for Pooled {
    fn deref_mut(&mut self) -> &mut SmtpClient {
        &mut self.client
    }
}

impl Drop for Pooled {
    fn drop(&mut self) {
        let mut client = self.client.take();
        let options = &self.pool.options;
        let in_step = client.phase().is_open()
            && client.inner.connection().is_some_and(crate::proto::Connection::is_in_step);
        let usable = in_step && !client.inner.is_over();
        let worn = self.sent >= options.messages || self.pool.slots.is_closed();
        let mut state = self.pool.lock();
        state.used -= 1;
        // Looked at under the lock: whoever closes the pool at the same time finds it among the idle ones.
        if usable && !worn && !self.pool.slots.is_closed() {
            state.idle.push(Idle { client, since: Instant::now(), sent: self.sent });
            return;
        }
        drop(state);
        if usable {
            leave(client);
        }
    }
}
