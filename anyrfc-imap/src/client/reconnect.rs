//! Connections that are made again when they are lost.

use std::{
    fmt,
    future::poll_fn,
    sync::Arc,
    task::{Poll, ready},
    time::Duration,
};

use anyrfc_core::{Backoff, BoxFuture, CredentialSource, ErrorKind, ProtocolState};
use tokio::time::Instant;

use super::{
    Builder, ImapClient, Login,
    connect::{self, seed},
    sync::{MailboxSync, SyncDelta, UidValidityChange},
};
use crate::{
    Error,
    error::Throttle,
    types::{MailboxName, UidValidity},
};

/// No delay is longer, whatever the policy: there is no instant for every one.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// How a lost connection is made again.
///
/// By default: in ten attempts, the first after up to a second, the later ones after up to five minutes; the mailbox
/// that was selected is selected again.
///
/// ```
/// use std::time::Duration;
/// let patient = anyrfc_imap::ReconnectPolicy::default()
///     .backoff(Duration::from_secs(1), Duration::from_secs(3600))
///     .attempts(100);
/// ```
#[derive(Clone, Debug)]
#[must_use = "a policy does nothing by itself"]
pub struct ReconnectPolicy {
    first: Duration,
    max: Duration,
    attempts: Option<u32>,
    stable_after: Duration,
    reselect: bool,
    seed: Option<[u8; 32]>,
}

impl Default for ReconnectPolicy {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(1),
            max: Duration::from_secs(300),
            attempts: Some(10),
            stable_after: Duration::from_secs(60),
            reselect: true,
            seed: None,
        }
    }
}

impl ReconnectPolicy {
    /// The ceilings of the first delay and of every other one (a second and five minutes by default; see
    /// [`Backoff`]): none is longer, unless the server asks for it. Below its ceiling a delay is random, so that not
    /// everyone comes back at once.
    pub const fn backoff(mut self, first: Duration, max: Duration) -> Self {
        self.first = first;
        self.max = max;
        self
    }

    /// Gives up after so many attempts in a row (ten by default); `None` never does.
    pub fn attempts(mut self, most: impl Into<Option<u32>>) -> Self {
        self.attempts = most.into();
        self
    }

    /// A connection that has lasted for so long, or has done what it was made for, was a good one (a minute by
    /// default): the delays begin anew when it is lost. One that is lost sooner counts as an attempt that failed.
    pub const fn stable_after(mut self, time: Duration) -> Self {
        self.stable_after = time;
        self
    }

    /// Leaves it at the login: no mailbox is selected again.
    pub const fn without_reselecting(mut self) -> Self {
        self.reselect = false;
        self
    }

    /// Makes the delays the same each time, for tests.
    pub const fn seed(mut self, seed: [u8; 32]) -> Self {
        self.seed = Some(seed);
        self
    }
}

/// What has become of a connection that was made anew.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Reconnection {
    /// How many attempts it took.
    pub attempts: u32,
    /// What has become of the mailbox that had been selected.
    pub mailbox: Reselected,
}

/// What has become of the mailbox that had been selected on the connection that was lost.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Reselected {
    /// None was, or none was to be again.
    None,
    /// It is selected, and the UIDs mean what they did. What has happened meanwhile is told by
    /// [`ImapClient::sync`].
    Same,
    /// It is selected, and the UIDs name nothing any more.
    UidValidity(UidValidityChange),
    /// The server does not open it any more, for this reason.
    Refused(Error),
}

/// A client that connects, logs in and selects its mailbox again whenever its connection is lost.
///
/// It is asked for the client each time ([`client`](Self::client)), or given what is to be done
/// ([`run`](Self::run)); nothing is done behind its back. A login that the server refuses is not tried
/// again before [`retry_login`](Self::retry_login), so that no account is locked; credentials that have expired
/// are the [`CredentialSource`]'s, which is asked for others once.
///
/// ```no_run
/// # async fn example() -> Result<(), anyrfc_imap::Error> {
/// use std::sync::Arc;
/// use anyrfc_imap::{Credentials, ImapClient, MailboxSync, ReconnectPolicy, ReconnectingClient, SyncState};
///
/// let source = Arc::new(Credentials::password("user", "pencil".to_owned()));
/// let mut mail =
///     ReconnectingClient::new(ImapClient::builder(), "imaps://mail.example", source, ReconnectPolicy::default())?;
/// let mut inbox = MailboxSync::new("INBOX", SyncState::new())?;
/// while let Some(delta) = mail.sync_step(&mut inbox).await? {
///     println!("{} messages more, however often the connection was lost", delta.arrived.len());
/// }
/// # Ok(()) }
/// ```
pub struct ReconnectingClient {
    builder: Arc<Builder>,
    url: Arc<str>,
    source: Arc<dyn CredentialSource>,
    policy: ReconnectPolicy,
    backoff: Backoff,
    client: Option<ImapClient>,
    since: Option<Instant>,
    /// The attempt that is being made: who waited for it may have gone.
    attempt: Option<BoxFuture<'static, Result<ImapClient, Error>>>,
    /// So many attempts in a row have come to nothing.
    failed: u32,
    not_before: Option<Instant>,
    refused: Option<Error>,
    reopen: Option<Reopen>,
    reconnection: Option<Reconnection>,
}

#[derive(Clone, Debug)]
struct Reopen {
    name: MailboxName,
    read_only: bool,
    uid_validity: Option<UidValidity>,
}

impl fmt::Debug for ReconnectingClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReconnectingClient")
            .field("url", &self.url)
            .field("policy", &self.policy)
            .field("failed", &self.failed)
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

impl ReconnectingClient {
    /// To this server, by the builder's own way to connect; nothing is done yet.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for a URL that is none; [`ErrorKind::Io`] where the operating system has no
    /// randomness.
    pub fn new(
        builder: Builder,
        url: &str,
        source: Arc<dyn CredentialSource>,
        policy: ReconnectPolicy,
    ) -> Result<Self, Error> {
        super::server::Server::parse(url)?;
        let random = match policy.seed {
            Some(seed) => seed,
            None => seed()?,
        };
        let backoff = Backoff::new(random).first(policy.first).max(policy.max);
        Ok(Self {
            builder: Arc::new(builder),
            url: url.into(),
            source,
            policy,
            backoff,
            client: None,
            since: None,
            attempt: None,
            failed: 0,
            not_before: None,
            refused: None,
            reopen: None,
            reconnection: None,
        })
    }

    /// The same, beginning with a client that is connected and logged in: the first connection is then not made
    /// here, and is no attempt.
    #[must_use]
    pub fn with_client(mut self, client: ImapClient) -> Self {
        self.begin(client);
        self
    }

    /// The client, connected and logged in: the one that there is, unless its connection is known to have ended.
    /// Then another one, after as long as the policy says.
    ///
    /// # Errors
    /// What the last attempt has failed with, once there were as many as the policy allows: the next call begins to count
    /// anew. [`ErrorKind::Auth`] at once when the login is refused, and again on every call.
    ///
    /// # Cancel safety
    /// Cancel-safe: the next call goes on with the attempt, or the wait, that was under way.
    pub async fn client(&mut self) -> Result<&mut ImapClient, Error> {
        self.connected().await?;
        self.reopen().await;
        self.client.as_mut().ok_or_else(|| Error::closed("the connection has ended"))
    }

    /// The same, whatever mailbox was selected.
    async fn connected(&mut self) -> Result<&mut ImapClient, Error> {
        self.look();
        while self.client.is_none() {
            if let Some(refused) = &self.refused {
                return Err(refused.clone());
            }
            if self.attempt.is_none() {
                if let Some(at) = self.not_before {
                    tokio::time::sleep_until(at).await;
                }
                self.failed = self.failed.saturating_add(1);
                let (builder, url) = (Arc::clone(&self.builder), Arc::clone(&self.url));
                let source = Arc::clone(&self.source);
                self.attempt = Some(Box::pin(async move { log_in(&builder, &url, &*source).await }));
            }
            let made = poll_fn(|cx| {
                let Some(attempt) = &mut self.attempt else {
                    return Poll::Ready(Err(Error::closed("there is no attempt")));
                };
                let made = ready!(attempt.as_mut().poll(cx));
                self.attempt = None;
                Poll::Ready(made)
            });
            match made.await {
                Ok(client) => self.begin(client),
                Err(error) => self.count(error)?,
            }
        }
        self.client.as_mut().ok_or_else(|| Error::closed("the connection has ended"))
    }

    /// Does something with the client, and again on another connection when this one is lost on the
    /// way: something that may be done twice, therefore.
    ///
    /// # Errors
    /// What it returns as long as the connection lives; otherwise as [`client`](Self::client), or what
    /// the last connection was lost with.
    ///
    /// # Cancel safety
    /// That of what is done.
    pub async fn run<T>(
        &mut self,
        mut operation: impl AsyncFnMut(&mut ImapClient) -> Result<T, Error>,
    ) -> Result<T, Error> {
        loop {
            let result = operation(self.client().await?).await;
            if let Some(result) = self.outcome(result) {
                return result;
            }
        }
    }

    /// What has come of an operation; `None` where it is to be tried again.
    fn outcome<T>(&mut self, result: Result<T, Error>) -> Option<Result<T, Error>> {
        if result.is_ok() {
            self.succeeded();
            return Some(result);
        }
        if !self.client.as_ref().is_some_and(is_lost) {
            return Some(result);
        }
        self.look();
        if self.may_try() {
            return None;
        }
        self.failed = 0;
        Some(result)
    }

    /// The next part of a synchronisation, as [`ImapClient::sync_step`], over as many connections as it takes.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    ///
    /// # Cancel safety
    /// Cancel-safe: the next call goes on where it was.
    pub async fn sync_step(&mut self, sync: &mut MailboxSync) -> Result<Option<SyncDelta>, Error> {
        loop {
            self.connected().await?;
            // It selects its own mailbox.
            self.reopen = None;
            let Some(client) = &mut self.client else {
                return Err(Error::closed("the connection has ended"));
            };
            let result = client.sync_step(sync).await;
            if let Some(result) = self.outcome(result) {
                return result;
            }
        }
    }

    /// What has become of the last connection that was made anew; told once.
    #[must_use]
    pub fn take_reconnection(&mut self) -> Option<Reconnection> {
        self.reconnection.take()
    }

    /// When the next attempt is made at the earliest; `None` where nothing is waited for.
    #[must_use]
    pub fn next_attempt(&self) -> Option<std::time::Instant> {
        self.not_before.filter(|_| self.client.is_none() && self.attempt.is_none()).map(Instant::into_std)
    }

    /// Lets a login be tried again that the server has refused: with other credentials, it is to
    /// be hoped.
    pub fn retry_login(&mut self) {
        self.refused = None;
    }

    /// Ends the connection in order, if there is one.
    ///
    /// # Errors
    /// As [`ImapClient::logout`].
    ///
    /// # Cancel safety
    /// Dropping the future drops the connection.
    pub async fn close(self) -> Result<(), Error> {
        match self.client {
            Some(client) if !is_lost(&client) => client.logout().await,
            _ => Ok(()),
        }
    }

    /// Puts away a client whose connection has ended.
    fn look(&mut self) {
        let Some(client) = self.client.take_if(|client| is_lost(client)) else { return };
        // Where this connection did not get so far, it is still that of an earlier one.
        if self.reopen.is_none() {
            let last = client.inner.connection().and_then(crate::proto::Connection::mailbox_told);
            self.reopen = last.filter(|_| self.policy.reselect).map(|last| Reopen {
                name: last.name.clone(),
                read_only: last.read_only,
                uid_validity: last.uid_validity,
            });
        }
        if self.since.is_some_and(|since| since.elapsed() >= self.policy.stable_after) {
            self.succeeded();
        }
        self.wait(Duration::ZERO);
    }

    /// There is a connection.
    fn begin(&mut self, client: ImapClient) {
        // The first one of all is none that was made anew.
        let again = self.since.replace(Instant::now()).is_some();
        self.client = Some(client);
        let attempts = self.failed;
        self.reconnection = again.then_some(Reconnection { attempts, mailbox: Reselected::None });
    }

    /// Selects the mailbox that had been selected. Where it is dropped half-way, the next call does it.
    async fn reopen(&mut self) {
        let (Some(Reopen { name, read_only, uid_validity }), Some(client)) = (&self.reopen, &mut self.client)
        else {
            return;
        };
        let opened = if *read_only { client.examine(name).await } else { client.select(name).await };
        let mailbox = match opened.map(|mailbox| mailbox.uid_validity()) {
            Ok(now) if now == *uid_validity && now.is_some() => Reselected::Same,
            Ok(now) => Reselected::UidValidity(UidValidityChange { before: *uid_validity, now }),
            // Whoever asks for the client will see.
            Err(_) if is_lost(client) => return,
            Err(error) => Reselected::Refused(error),
        };
        self.reopen = None;
        if let Some(told) = &mut self.reconnection {
            told.mailbox = mailbox;
        }
    }

    /// An attempt has come to nothing.
    fn count(&mut self, error: Error) -> Result<(), Error> {
        let asked = error.throttle().and_then(|Throttle { delay }| delay);
        self.wait(asked.unwrap_or_default());
        if is_final(&error) {
            if error.kind() == ErrorKind::Auth {
                self.refused = Some(error.clone());
            }
            self.failed = 0;
            return Err(error);
        }
        if !self.may_try() {
            self.failed = 0;
            return Err(error);
        }
        Ok(())
    }

    /// The policy allows a further attempt.
    fn may_try(&self) -> bool {
        self.policy.attempts.is_none_or(|most| self.failed < most)
    }

    /// The next attempt is not made before the policy allows it, nor the server.
    fn wait(&mut self, asked: Duration) {
        self.not_before = Some(Instant::now() + self.backoff.next_delay().max(asked).min(LONGEST));
    }

    /// The connection has done what it was made for.
    fn succeeded(&mut self) {
        self.failed = 0;
        self.not_before = None;
        self.backoff.reset();
    }
}

/// Whether nothing more can be done with a client.
pub(super) fn is_lost(client: &ImapClient) -> bool {
    !matches!(
        client.state(),
        ProtocolState::Connected | ProtocolState::Authenticating | ProtocolState::Authenticated
    )
}

/// Whether the same would only come to the same.
pub(super) fn is_final(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Usage | ErrorKind::Unsupported => true,
        ErrorKind::Auth => !error.is_temporary() && error.throttle().is_none(),
        _ => false,
    }
}

/// A client that has logged in.
pub(super) async fn log_in(
    builder: &Builder,
    url: &str,
    source: &dyn CredentialSource,
) -> Result<ImapClient, Error> {
    let mut client = builder.connect(url).await?;
    if !client.is_authenticated() {
        client.authenticate(source).await?;
    }
    Ok(client)
}

impl ImapClient {
    /// Connects to the same server again, as this client was connected, and logs in: whatever the
    /// old connection was busy with is lost, and no mailbox is selected. [`ReconnectingClient`] does so by
    /// itself, with care for the server.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] for a client over a stream of the caller's
    /// ([`Builder::connect_over`]); otherwise as [`connect`](Self::connect) and
    /// [`authenticate`](Self::authenticate). Until there is another connection the old one is kept.
    ///
    /// # Cancel safety
    /// Dropping the future drops the connection attempt, or leaves a connection without a login:
    /// [`is_authenticated`](Self::is_authenticated) tells.
    pub async fn reconnect(&mut self, source: &dyn CredentialSource) -> Result<Option<Login>, Error> {
        self.inner = Box::pin(connect::reach(&self.origin)).await?;
        self.forget_user();
        self.identified = false;
        if self.is_authenticated() {
            self.after_login().await?;
            return Ok(None);
        }
        self.authenticate(source).await.map(Some)
    }
}
