//! Several connections of one account.

use std::{
    fmt,
    future::poll_fn,
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, PoisonError},
    task::Poll,
    time::Duration,
};

use anyrfc_core::{CredentialSource, ErrorKind};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use super::{
    Builder, ImapClient, IntoMailbox,
    login::says,
    reconnect::{is_final, is_lost, log_in},
};
use crate::{
    Error,
    types::{Code, MailboxName},
};

/// So many connections at most, unless it is said otherwise.
const CONNECTIONS: usize = 4;
/// A connection that was idle for longer is asked whether it lives.
const CHECK_AFTER: Duration = Duration::from_secs(30);
/// So long a connection may take to say that it does.
const CHECK_WITHIN: Duration = Duration::from_secs(10);
/// So many reports are looked at before a connection is used again.
const REPORTS: usize = 4096;

/// Connections of one account, made when they are needed, and never more than the provider allows, which
/// is a number for all programs together.
///
/// Whoever needs one and finds none waits, in order of arrival. A connection goes back when its
/// [guard](Pooled) is dropped, with whatever mailbox is selected on it; it is looked at before it is
/// handed out again, and thrown away when it has ended. Nothing runs in the background, and no lock is held while
/// anybody waits.
///
/// ```no_run
/// # async fn example() -> Result<(), anyrfc_imap::Error> {
/// use std::sync::Arc;
/// use anyrfc_imap::{Credentials, ImapClient, Pool};
///
/// let source = Arc::new(Credentials::password("user", "pencil".to_owned()));
/// let pool = Pool::new(ImapClient::builder(), "imaps://mail.example", source).connections(3);
/// let mut client = pool.select("INBOX").await?;
/// println!("{} messages", client.selected().map_or(0, |inbox| inbox.exists()));
/// drop(client);
/// pool.close().await;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Pool {
    shared: Arc<Shared>,
}

struct Shared {
    builder: Builder,
    url: String,
    source: Arc<dyn CredentialSource>,
    connections: usize,
    check_after: Duration,
    slots: Arc<Semaphore>,
    /// Held for moments only.
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The one that was used last comes last.
    idle: Vec<(ImapClient, Instant)>,
    /// How many are in use.
    used: usize,
    /// The login was refused.
    refused: Option<Error>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (idle, used) = {
            let state = self.lock();
            (state.idle.len(), state.used)
        };
        f.debug_struct("Pool")
            .field("url", &self.url)
            .field("connections", &self.connections)
            .field("idle", &idle)
            .field("used", &used)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shared.fmt(f)
    }
}

impl Pool {
    /// Of four connections at most, by the builder's own way to connect; none is made yet.
    #[must_use]
    pub fn new(builder: Builder, url: &str, source: Arc<dyn CredentialSource>) -> Self {
        let shared = Shared {
            builder,
            url: url.to_owned(),
            source,
            connections: CONNECTIONS,
            check_after: CHECK_AFTER,
            slots: Arc::new(Semaphore::new(CONNECTIONS)),
            state: Mutex::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Before it is used; what has been handed out belongs to another pool then.
    fn edit(self, change: impl FnOnce(&mut Shared)) -> Self {
        let mut shared = Shared {
            builder: self.shared.builder.clone(),
            url: self.shared.url.clone(),
            source: Arc::clone(&self.shared.source),
            connections: self.shared.connections,
            check_after: self.shared.check_after,
            slots: Arc::new(Semaphore::new(0)),
            state: Mutex::default(),
        };
        change(&mut shared);
        shared.slots = Arc::new(Semaphore::new(shared.connections));
        Self { shared: Arc::new(shared) }
    }

    /// So many connections at most, one at the least. To be said before the pool is used.
    #[must_use]
    pub fn connections(self, most: usize) -> Self {
        self.edit(|shared| shared.connections = most.clamp(1, Semaphore::MAX_PERMITS))
    }

    /// A connection that was idle for longer is asked whether it lives before it is handed out
    /// (30 s by default). To be said before the pool is used.
    #[must_use]
    pub fn check_after(self, idle: Duration) -> Self {
        self.edit(|shared| shared.check_after = idle)
    }

    /// A client that is logged in: one on which no mailbox is selected, if there is one.
    ///
    /// Where the server has no room for another connection (`LIMIT`), although there are fewer than
    /// allowed here, the pool is content with those from then on.
    ///
    /// # Errors
    /// As [`ImapClient::connect`] and [`ImapClient::authenticate`]: an attempt is made once. A login that
    /// the server has refused is not tried again before [`retry_login`](Self::retry_login).
    /// [`ErrorKind::Closed`] once the pool is closed.
    ///
    /// # Cancel safety
    /// Dropping the future gives up the place in the queue, or the connection attempt.
    pub async fn client(&self) -> Result<Pooled, Error> {
        self.any(None).await
    }

    /// A client on which this mailbox is selected: one where it is already, if there is one.
    ///
    /// # Errors
    /// As [`client`](Self::client) and [`ImapClient::select`].
    ///
    /// # Cancel safety
    /// As [`client`](Self::client).
    pub async fn select(&self, mailbox: impl IntoMailbox) -> Result<Pooled, Error> {
        let mailbox = mailbox.into_mailbox()?;
        let mut client = self.any(Some(&mailbox)).await?;
        let there = client.mailbox().is_some_and(|now| now.name == mailbox && !now.read_only);
        if there && !client.inner.connection().is_some_and(crate::proto::Connection::is_leaving_mailbox) {
            // What has come meanwhile is told.
            client.noop().await?;
        } else {
            client.select(mailbox).await?;
        }
        Ok(client)
    }

    async fn any(&self, mailbox: Option<&MailboxName>) -> Result<Pooled, Error> {
        loop {
            let closed = |_| Error::closed("the pool is closed");
            let slot = Arc::clone(&self.shared.slots).acquire_owned().await.map_err(closed)?;
            let mut slot = Some(slot);
            while let Some((client, since)) = self.shared.take(mailbox) {
                let mut guard = Pooled::new(client, slot.take(), &self.shared);
                if guard.lives(since).await {
                    return Ok(guard);
                }
                slot = guard.discard();
            }
            if let Some(refused) = self.shared.lock().refused.clone() {
                return Err(refused);
            }
            match log_in(&self.shared.builder, &self.shared.url, &*self.shared.source).await {
                Ok(client) => return Ok(Pooled::new(client, slot, &self.shared)),
                // One of those that there are has to do.
                Err(error) if has_no_room(&error) && self.shared.lock().open() > 0 => {
                    slot.into_iter().for_each(OwnedSemaphorePermit::forget);
                }
                Err(error) => {
                    if error.kind() == ErrorKind::Auth && is_final(&error) {
                        self.shared.lock().refused = Some(error.clone());
                    }
                    return Err(error);
                }
            }
        }
    }

    /// Lets a login be tried again that the server has refused.
    pub fn retry_login(&self) {
        self.shared.lock().refused = None;
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

    /// Ends the connections that are idle, in order, and those in use once they are given back.
    /// Whoever waits for one waits in vain.
    ///
    /// # Cancel safety
    /// Dropping the future drops the connections that are idle.
    pub async fn close(&self) {
        self.shared.slots.close();
        let idle = std::mem::take(&mut self.shared.lock().idle);
        for (client, _) in idle {
            // It is gone, in order or not.
            let _ = client.logout().await;
        }
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One that is idle: on which this mailbox is selected, or else none, or else the one that was
    /// used last.
    fn take(&self, mailbox: Option<&MailboxName>) -> Option<(ImapClient, Instant)> {
        let idle = &mut self.lock().idle;
        let selected = |(client, _): &(ImapClient, Instant)| client.mailbox().map(|now| now.name.clone());
        let same = mailbox.and_then(|name| idle.iter().rposition(|one| selected(one).as_ref() == Some(name)));
        let at = same.or_else(|| idle.iter().rposition(|one| selected(one).is_none()));
        let at = at.or_else(|| idle.len().checked_sub(1))?;
        Some(idle.remove(at))
    }
}

impl State {
    fn open(&self) -> usize {
        self.idle.len() + self.used
    }
}

/// Whether the server says that there are too many connections (RFC 5530: `LIMIT`; others say so in words).
fn has_no_room(error: &Error) -> bool {
    matches!(error.code(), Some(Code::Limit)) || says(error, "too many") && says(error, "connections")
}

/// A client of a [`Pool`], which takes it back when this is dropped.
#[derive(Debug)]
pub struct Pooled {
    client: ImapClient,
    pool: Arc<Shared>,
    /// Dropped last: whoever gets it then finds the client.
    slot: Option<OwnedSemaphorePermit>,
}

impl Pooled {
    fn new(client: ImapClient, slot: Option<OwnedSemaphorePermit>, pool: &Arc<Shared>) -> Self {
        pool.lock().used += 1;
        Self { client, pool: Arc::clone(pool), slot }
    }

    /// Whether the connection can still be used, which was idle since then.
    async fn lives(&mut self, since: Instant) -> bool {
        let check = since.elapsed() >= self.pool.check_after;
        // What has arrived meanwhile: the server's farewell perhaps.
        let mut left = REPORTS;
        let read = poll_fn(|cx| {
            loop {
                match self.inner.poll_on(cx) {
                    Poll::Pending => return Poll::Ready(true),
                    Poll::Ready(Ok(())) if left > 0 => left -= 1,
                    Poll::Ready(ended) => return Poll::Ready(ended.is_ok()),
                }
            }
        });
        if !read.await || is_lost(self) {
            return false;
        }
        !check || matches!(tokio::time::timeout(CHECK_WITHIN, self.noop()).await, Ok(Ok(())))
    }

    /// Throws the connection away.
    #[must_use]
    fn discard(mut self) -> Option<OwnedSemaphorePermit> {
        drop(self.client.take());
        self.slot.take()
    }
}

impl Deref for Pooled {
    type Target = ImapClient;

    fn deref(&self) -> &ImapClient {
        &self.client
    }
}

impl DerefMut for Pooled {
    fn deref_mut(&mut self) -> &mut ImapClient {
        &mut self.client
    }
}

impl Drop for Pooled {
    fn drop(&mut self) {
        let client = self.client.take();
        let usable = client.is_authenticated() && !is_lost(&client);
        let mut state = self.pool.lock();
        state.used -= 1;
        // Looked at under the lock: whoever closes the pool at the same time finds it among the idle ones.
        if usable && !self.pool.slots.is_closed() {
            state.idle.push((client, Instant::now()));
        }
    }
}
