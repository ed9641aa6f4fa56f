//! The async client: thin, over core's driver and transport.

mod acl;
mod append;
mod body;
mod builder;
mod compress;
mod compressed;
mod condstore;
mod connect;
mod context;
mod events;
mod fetch;
mod filters;
mod folder_names;
mod inner;
mod items;
mod language;
mod login;
mod mailboxes;
mod metadata;
mod notify;
mod pool;
mod quota;
mod reconnect;
mod replace;
mod rows;
mod searching;
mod selected;
mod server;
mod session;
mod sort;
mod special;
mod sync;
mod url;
mod urlauth;
mod watch;

use std::{any::TypeId, fmt, future::poll_fn, task::Poll};

use anyrfc_core::{Deviations, ProtocolClient, ProtocolState, TlsInfo, transport::ConnectionInfo};

pub use self::{
    append::{Catenation, NewMessage},
    body::BodyReader,
    builder::{Builder, Identify},
    compressed::CompressionInfo,
    condstore::{Changed, Changes, ConditionalStore, Opened, Resynced},
    context::{LiveEvent, LiveSearch, LiveWatch},
    events::Event,
    fetch::{Fetch, Fetched},
    login::Login,
    mailboxes::IntoMailbox,
    pool::{Pool, Pooled},
    reconnect::{ReconnectPolicy, ReconnectingClient, Reconnection, Reselected},
    replace::Replacement,
    selected::{Relocation, Selected},
    special::{SpecialMailboxes, SpecialUse},
    sync::{MailboxSync, SyncDelta, SyncMethod, SyncState, SyncStateError, SyncedMessage, UidValidityChange},
    watch::Watch,
};
use self::{connect::Origin, inner::Inner, url::Actor};
use crate::{
    Error,
    codec::command::{Append, Command, Effect, FetchAnswer, Raw, RawAnswer, Replace, UidReplace},
    proto::{self, Mailbox, State, Ticket},
    types::{Capabilities, Capability, LanguageRange, StatusResponse},
};

/// A connection to a mail server (RFC 9051; RFC 3501).
///
/// There is no unconnected client: [`connect`](Self::connect) or [`builder`](Self::builder)
/// make one, [`logout`](Self::logout) ends it. Messages are worked with through
/// [`Selected`], which [`select`](Self::select) returns.
///
/// Nothing runs in the background: answers are read, deadlines kept and IDLE renewed while any
/// of its methods is polled; see [`drive`](Self::drive).
///
/// # Cancel safety
/// Every method may be dropped at any await: a command is sent whole or not at all, and its answer
/// is drained, never taken for that of another.
pub struct ImapClient {
    inner: Inner,
    origin: Origin,
    /// A login after which not everything was done yet that is to be.
    unsettled: Option<Login>,
    /// The command LOGIN is under way.
    by_command: bool,
    /// Whether the client has said what it is.
    identified: bool,
    /// Whom the server takes us for, where that is known.
    actor: Option<Actor>,
    /// The languages wanted.
    languages: Vec<LanguageRange>,
}

impl fmt::Debug for ImapClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImapClient")
            .field("origin", &self.origin)
            .field("phase", &self.phase())
            .finish_non_exhaustive()
    }
}

impl ImapClient {
    /// Connects to `imaps://host[:port]`, with TLS from the first byte, or to
    /// `imap://host[:port]`, with STARTTLS; there is no way but by [`Builder::security`] to
    /// do without. Everything up to the server's greeting takes 30 s at most.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for a URL that is none;
    /// [`ErrorKind::Io`](crate::ErrorKind::Io), [`ErrorKind::Tls`](crate::ErrorKind::Tls) and
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) on the way;
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) with the server's
    /// [words](Error::refusal) when it does not want us;
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for a server without STARTTLS where
    /// that is needed; [`ErrorKind::Protocol`](crate::ErrorKind::Protocol) with the statement it broke.
    ///
    /// # Cancel safety
    /// Dropping the future drops the connection attempt.
    pub async fn connect(url: &str) -> Result<Self, Error> {
        Self::builder().connect(url).await
    }

    /// For everything that is not the default.
    pub fn builder() -> Builder {
        Builder::default()
    }

    fn new(inner: Inner, origin: Origin) -> Self {
        let languages = origin.builder.languages.clone();
        Self { inner, origin, unsettled: None, by_command: false, identified: false, actor: None, languages }
    }

    /// What is left is a client whose connection has ended.
    fn take(&mut self) -> Self {
        let spent = Self::new(Inner::spent(), self.origin.clone());
        std::mem::replace(self, spent)
    }

    /// Submits a command without waiting for its answer; however many there are, they travel
    /// together, and a thousand answers cost one round trip. What one command may do to
    /// another is seen to: those that would become ambiguous wait for each other.
    ///
    /// The command leaves with the next call that is polled. A set that makes the line too long
    /// for the server is the caller's to [split](Command::split).
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for what the server lacks,
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for what cannot be sent,
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) once the connection has ended. Nothing
    /// has been sent then.
    pub fn submit<C>(&mut self, command: C) -> Result<Ticket<C::Answer>, Error>
    where
        C: Command + fmt::Debug + Send + 'static,
    {
        let literals = [TypeId::of::<Append>(), TypeId::of::<Replace>(), TypeId::of::<UidReplace>()];
        if literals.contains(&TypeId::of::<C>()) {
            return Err(Error::usage("a message comes with the command: see submit_with_literals").unsent());
        }
        let changes_user = matches!(command.effect(), Effect::Login | Effect::Unauthenticate);
        let ticket = self.inner.submit(command)?;
        if changes_user {
            self.forget_user();
        }
        Ok(ticket)
    }

    /// The answer to a command that was submitted. Rows of FETCH that came for it are to be had by
    /// [`rows`](Self::rows) instead.
    ///
    /// # Errors
    /// What the server answers, or what ended the connection.
    ///
    /// # Cancel safety
    /// Dropping the future drops the ticket: the answer is drained.
    pub async fn finish<T>(&mut self, ticket: Ticket<T>) -> Result<T, Error> {
        self.inner.finish(ticket).await
    }

    /// Waits until the answer to a command is there, without taking it:
    /// [`finish`](Self::finish) returns it at once then. For loops that wait for several things.
    ///
    /// # Errors
    /// What ended the connection.
    ///
    /// # Cancel safety
    /// Cancel-safe: the ticket is kept, and with it the answer.
    pub async fn answered<T>(&mut self, ticket: &Ticket<T>) -> Result<(), Error> {
        poll_fn(|cx| self.inner.poll_answered(cx, ticket.id())).await
    }

    /// The rows of a FETCH that was submitted, as a stream.
    pub fn rows(&mut self, ticket: Ticket<FetchAnswer>) -> Fetch<'_> {
        Fetch::new(&mut self.inner, [ticket])
    }

    /// Sends a command that this crate does not have, and returns what the server says to it.
    ///
    /// ```no_run
    /// # async fn example(client: &mut anyrfc_imap::ImapClient) -> Result<(), anyrfc_imap::Error> {
    /// use anyrfc_imap::command::Raw;
    /// let answer = client.raw_command(Raw::new("GETQUOTAROOT")?.string("INBOX")).await?;
    /// println!("{:?}", answer.data);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// What the server answers.
    ///
    /// # Cancel safety
    /// Whatever it does may have been done or not; the answer is drained.
    pub async fn raw_command(&mut self, command: Raw) -> Result<RawAnswer, Error> {
        self.inner.run(command).await
    }

    /// Does nothing but read what comes and keep deadlines, until the server tells something
    /// ([`take_event`](Self::take_event)) or the connection has ended.
    ///
    /// # Errors
    /// What ended the connection.
    ///
    /// # Cancel safety
    /// Cancel-safe: nothing is lost.
    pub async fn drive(&mut self) -> Result<(), Error> {
        poll_fn(|cx| {
            while self.inner.events.is_empty() {
                match self.inner.poll_on(cx) {
                    Poll::Ready(Ok(())) => {}
                    other => return other,
                }
            }
            Poll::Ready(Ok(()))
        })
        .await
    }

    /// Leaves in order (RFC 9051, section 6.1.3), after everything that was submitted.
    ///
    /// # Errors
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) when the server does not answer (5 s by
    /// default), or what ended the connection instead. It is gone in any case.
    ///
    /// # Cancel safety
    /// Dropping the future drops the connection.
    pub async fn logout(mut self) -> Result<(), Error> {
        let ticket = self.inner.order(|connection| connection.logout())?;
        self.inner.finish(ticket).await
    }

    /// The same as [`logout`](Self::logout).
    ///
    /// # Errors
    /// As [`logout`](Self::logout).
    ///
    /// # Cancel safety
    /// As [`logout`](Self::logout).
    pub async fn close(self) -> Result<(), Error> {
        self.logout().await
    }

    /// Where the connection stands.
    #[must_use]
    pub fn state(&self) -> ProtocolState {
        self.inner.state()
    }

    /// Where the connection stands, in the RFC's own words.
    #[must_use]
    pub fn phase(&self) -> State {
        self.inner.connection().map_or(State::Failed, proto::Connection::phase)
    }

    /// Whether somebody is logged in.
    #[must_use]
    pub fn is_authenticated(&self) -> bool {
        self.phase().is_authenticated()
    }

    /// What the server can do, as far as that is known: after a login it may not have
    /// said so yet ([`refresh_capabilities`](Self::refresh_capabilities)).
    #[must_use]
    pub fn capabilities(&self) -> Option<&Capabilities> {
        self.inner.connection()?.capabilities()
    }

    /// Whether the server is known to have a capability.
    #[must_use]
    pub fn has(&self, capability: &Capability) -> bool {
        self.capabilities().is_some_and(|all| all.has(capability))
    }

    /// What has been switched on by ENABLE.
    #[must_use]
    pub fn enabled(&self) -> Option<&Capabilities> {
        self.inner.connection().map(proto::Connection::enabled)
    }

    /// Whether IMAP4rev2 is spoken, rather than IMAP4rev1.
    #[must_use]
    pub fn is_rev2(&self) -> bool {
        self.inner.connection().is_some_and(|connection| connection.dialect().rev2())
    }

    /// The mailbox that is selected, as far as the server has told.
    #[must_use]
    pub fn mailbox(&self) -> Option<&Mailbox> {
        self.inner.connection()?.mailbox()
    }

    /// Whether the server tells by itself at present what happens (IDLE).
    #[must_use]
    pub fn is_idling(&self) -> bool {
        self.inner.connection().is_some_and(proto::Connection::is_idling)
    }

    /// The server's greeting, where it can be believed: under STARTTLS it comes in plaintext.
    #[must_use]
    pub const fn greeting(&self) -> Option<&StatusResponse> {
        self.inner.greeting.as_ref()
    }

    /// What was forgiven of the server, or done against the letter of the RFC on request.
    #[must_use]
    pub fn deviations(&self) -> Option<&Deviations> {
        self.inner.connection().map(proto::Connection::deviations)
    }

    /// Addresses and TLS of the connection.
    #[must_use]
    pub fn connection_info(&self) -> Option<&ConnectionInfo> {
        self.inner.stream().map(anyrfc_core::transport::Connection::info)
    }

    /// What TLS has settled; `None` on plaintext.
    #[must_use]
    pub fn tls_info(&self) -> Option<&TlsInfo> {
        self.connection_info()?.tls.as_ref()
    }

    /// About how many bytes of memory the connection holds for buffers, and for answers that
    /// nobody has taken.
    #[must_use]
    pub fn buffer_capacity(&self) -> usize {
        self.inner.capacity()
    }
}

impl ProtocolClient for ImapClient {
    type Error = Error;

    fn state(&self) -> ProtocolState {
        Self::state(self)
    }

    async fn close(self) -> Result<(), Error> {
        Self::close(self).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_go_between_threads() {
        const fn assert<T: Send + Unpin>() {}
        assert::<ImapClient>();
        assert::<Builder>();
        assert::<Selected<'_>>();
        assert::<Fetch<'_>>();
        assert::<BodyReader<'_>>();
        assert::<Watch<'_>>();
        assert::<LiveWatch<'_>>();
        assert::<LiveSearch>();
        assert::<Event>();
        assert::<MailboxSync>();
        assert::<Pool>();
        assert::<Pooled>();
        assert::<ReconnectingClient>();
        assert::<SyncDelta>();
    }
}
