//! Logging in (RFC 9051, sections 6.2.2 and 6.2.3), and what follows it.

use std::{
    future::poll_fn,
    task::{Context, Poll},
};

use anyrfc_core::{CredentialRequest, CredentialSource, Credentials, ErrorKind, Fault};
use anyrfc_sasl::{Channel, Established, Exchange, MechanismName, Negotiator, Next, Pin, Policy, Service};

use super::{
    Identify, ImapClient,
    connect::{self, seed},
    url::Actor,
};
use crate::{
    Error,
    codec::command,
    error::Detail,
    proto::State,
    types::{Capabilities, Capability, Code},
};

/// How a login went.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Login {
    /// The mechanism; LOGIN also stands for the command of that name.
    pub mechanism: MechanismName,
    /// Whether the server has proved that it knows the user's secret.
    pub mutual: bool,
    /// Whom we act as, where that was asked for.
    pub authorization_id: Option<String>,
    /// What to remember of this account: given to [`Policy::pin`](anyrfc_sasl::Policy::pin),
    /// nothing weaker is accepted the next time.
    pub pin: Pin,
}

impl Login {
    fn new(established: Established, pin: Pin) -> Self {
        let Established { mechanism, mutual, authorization_id, .. } = established;
        Self { mechanism, mutual, authorization_id, pin }
    }
}

impl ImapClient {
    /// Logs in by the strongest mechanism that the server, the credentials and the
    /// [policy](super::Builder::sasl) have in common, bound to the TLS connection where
    /// both sides can. The command LOGIN is what comes last, and never where the server has
    /// disabled it.
    ///
    /// When the server refuses them, `source` is asked for other credentials, once. Where
    /// a further attempt takes another connection, since the binding to this one is used up,
    /// it is made as this one was.
    ///
    /// After the login IMAP4rev2 is switched on where the server has it
    /// ([`Builder::without_rev2`](super::Builder::without_rev2)), and the client says what it
    /// is where the server is known to insist ([`Identify`]).
    ///
    /// # Errors
    /// [`ErrorKind::Auth`] when the server does not accept the credentials or cannot prove
    /// who it is; [`ErrorKind::Unsupported`] when no mechanism can be used, with the reason
    /// for each in its source ([`anyrfc_sasl::Error::refusals`]);
    /// [`ErrorKind::Usage`] when somebody is logged in already; [`ErrorKind::Refused`]
    /// when the server has other reasons, [throttling](Error::throttle) among them.
    ///
    /// # Cancel safety
    /// An attempt that is under way is drained. Called again, it goes on with what has come
    /// of that.
    pub async fn authenticate(&mut self, source: &dyn CredentialSource) -> Result<Login, Error> {
        let policy = self.origin.builder.policy.clone();
        // Boxed: it is large, and done once.
        Box::pin(self.log_in(source, policy, None)).await
    }

    /// By this mechanism alone, where one is named.
    pub(super) async fn log_in(
        &mut self,
        source: &dyn CredentialSource,
        policy: Policy,
        only: Option<&str>,
    ) -> Result<Login, Error> {
        if let Some(login) = self.resume().await? {
            return Ok(login);
        }
        let server = self.origin.server.clone();
        let asked = CredentialRequest::new(server.scheme, &server.host, server.port);
        self.speak().await?;
        let mut credentials = pull(source, asked).await?;
        let service = Service::new("imap", &*server.host).port(server.port);
        let mut negotiator = Negotiator::new(credentials.duplicate(), service, policy, seed()?);
        if let Some(cache) = &self.origin.builder.cache {
            negotiator = negotiator.cache(cache);
        }
        let (mut may_ask_again, mut was_refused) = (true, false);
        loop {
            let (refusal, reason) = match self.attempt(&mut negotiator, &credentials, only).await {
                Ok(Attempt::Done(login)) => {
                    self.actor = Actor::of(&login, &credentials);
                    self.unsettled = Some(login);
                    return self.settle().await;
                }
                Ok(Attempt::Refused(refusal, reason)) => (refusal, reason),
                // Some servers hang up on whoever was refused: what follows takes another connection.
                Err(error) if std::mem::take(&mut was_refused) && self.may_reach_again(&error) => {
                    let cut = anyrfc_sasl::Error::new(ErrorKind::Closed, "the connection has ended");
                    negotiator.failed(&cut);
                    self.inner = connect::reach(&self.origin).await?;
                    self.speak().await?;
                    continue;
                }
                Err(error) => return Err(error),
            };
            was_refused = true;
            let reconnect = match negotiator.failed(&reason) {
                Next::Again => false,
                Next::Reconnect => true,
                Next::Credentials { reconnect } if may_ask_again => {
                    may_ask_again = false;
                    // Where there are no others, the refusal itself is what the caller wants to see.
                    let Ok(others) = pull(source, asked.rejected()).await else { return Err(refusal) };
                    negotiator.renew(others.duplicate());
                    credentials = others;
                    reconnect
                }
                _ => return Err(refusal),
            };
            if reconnect {
                self.inner = connect::reach(&self.origin).await.map_err(|error| {
                    if error.kind() == ErrorKind::Unsupported { error.with_source(refusal) } else { error }
                })?;
                self.speak().await?;
            }
        }
    }

    /// Whether the connection was lost, and another one can be had.
    fn may_reach_again(&self, error: &Error) -> bool {
        matches!(error.kind(), ErrorKind::Closed | ErrorKind::Io) && self.origin.connector.is_some()
    }

    /// What came of an attempt whose future was dropped.
    async fn resume(&mut self) -> Result<Option<Login>, Error> {
        poll_fn(|cx| self.poll_attempt(cx)).await?;
        let mut outcome = self.take_outcome();
        if std::mem::take(&mut self.by_command) && outcome.is_none() {
            outcome = Some(Ok(Established::new(MechanismName::LOGIN)));
        }
        if !self.is_authenticated() {
            return Ok(None);
        }
        if let Some(Ok(established)) = outcome {
            let pin = Pin::new(established.mechanism, established.iterations);
            self.unsettled = Some(Login::new(established, pin));
        }
        if self.unsettled.is_none() {
            return Err(Error::usage("somebody is logged in already"));
        }
        self.settle().await.map(Some)
    }

    /// Ready when no login is under way. Of one whose ticket was dropped nothing is reported.
    fn poll_attempt(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let mut polled = Poll::Ready(Ok(()));
        while self.phase() == State::Authenticating {
            if polled.is_pending() {
                return Poll::Pending;
            }
            polled = self.inner.poll_on(cx);
            if let Poll::Ready(Err(error)) = polled {
                return Poll::Ready(Err(error));
            }
        }
        Poll::Ready(Ok(()))
    }

    /// How an AUTHENTICATE ended, if one did.
    fn take_outcome(&mut self) -> Option<Result<Established, anyrfc_sasl::Error>> {
        let told = self.inner.login.take();
        told.or_else(|| self.inner.order(|connection| Ok(connection.take_login())).ok()?)
    }

    /// One attempt, on this connection.
    async fn attempt(
        &mut self,
        negotiator: &mut Negotiator,
        credentials: &Credentials,
        only: Option<&str>,
    ) -> Result<Attempt, Error> {
        let capabilities = self.known_capabilities().await?;
        let channel = self.channel();
        let mut offered: Vec<&str> = capabilities.auth_mechanisms().collect();
        // The command LOGIN gives as much away as the mechanism LOGIN: what may be said of the
        // one may be said of the other, after everything else.
        let login = MechanismName::LOGIN.as_str();
        let by_sasl = offered.iter().any(|name| name.eq_ignore_ascii_case(login));
        if !by_sasl && !capabilities.has(&Capability::LoginDisabled) {
            offered.push(login);
        }
        if let Some(only) = only {
            // Bound to the channel it is still the same; not to offer that would look like an attack.
            let is_it = |name: &str| {
                let bare = name.split_at_checked(only.len());
                bare.is_some_and(|(head, tail)| {
                    head.eq_ignore_ascii_case(only) && (tail.is_empty() || tail.eq_ignore_ascii_case("-PLUS"))
                })
            };
            offered.retain(|name| is_it(name));
        }
        let exchange = negotiator.begin(&offered, &channel)?;
        if exchange.name() == MechanismName::LOGIN && !by_sasl {
            return self.by_command(negotiator, exchange, credentials).await;
        }
        let ticket = self.inner.order(|connection| connection.authenticate(exchange))?;
        let completion = self.inner.ended(ticket.id()).await?;
        let outcome = self.take_outcome();
        match (completion.outcome, outcome) {
            (Ok(_), Some(Ok(established))) => {
                let pin = negotiator.succeeded(&established);
                Ok(Attempt::Done(Login::new(established, pin)))
            }
            (Err(refusal), Some(Err(reason))) => judge(refusal, reason),
            (Err(error), _) => Err(error),
            (Ok(_), _) => Err(Error::new(ErrorKind::Protocol, "the login has settled nothing")),
        }
    }

    /// One attempt by LOGIN, which the negotiator has judged as the mechanism of that name.
    async fn by_command(
        &mut self,
        negotiator: &mut Negotiator,
        mut exchange: Exchange,
        credentials: &Credentials,
    ) -> Result<Attempt, Error> {
        let (Some(user), Some(password)) = (&credentials.user, &credentials.password) else {
            return Err(
                Error::new(ErrorKind::Auth, "LOGIN takes a user and a password").with_fault(Fault::Caller)
            );
        };
        let ticket = self.inner.order(|connection| connection.login(user, password))?;
        self.by_command = true;
        let ended = self.inner.ended(ticket.id()).await;
        self.by_command = false;
        match ended?.outcome {
            Ok(_) => {
                let established = Established::new(MechanismName::LOGIN);
                let pin = negotiator.succeeded(&established);
                Ok(Attempt::Done(Login::new(established, pin)))
            }
            Err(refusal) => judge(refusal, exchange.refused()),
        }
    }

    /// What the login can be bound to.
    fn channel(&self) -> Channel {
        match self.tls_info() {
            Some(tls) => Channel::from(tls),
            None => Channel::plaintext(),
        }
    }

    /// What is done after each login.
    async fn settle(&mut self) -> Result<Login, Error> {
        self.after_login().await?;
        self.unsettled.take().ok_or_else(|| Error::usage("nobody has logged in"))
    }

    /// The same where the server has let us in by itself.
    pub(super) async fn after_login(&mut self) -> Result<(), Error> {
        self.speak().await?;
        let capabilities = self.known_capabilities().await?;
        // Where IMAP4rev1 is not on offer, IMAP4rev2 needs no enabling (section 6.3.1).
        let both = [Capability::Imap4Rev1, Capability::Imap4Rev2].iter().all(|one| capabilities.has(one));
        let mut wanted: Vec<_> =
            self.origin.builder.enable.iter().filter(|one| capabilities.has(one)).cloned().collect();
        if self.origin.builder.rev2 && both {
            wanted.insert(0, Capability::Imap4Rev2);
        }
        if !wanted.is_empty() {
            self.tolerated(command::Enable::new(wanted)).await?;
        }
        // Nothing else may be said to such a server before (RFC 6855, section 6).
        let utf8 = self.inner.connection().is_some_and(|connection| connection.dialect().utf8());
        if capabilities.has(&Capability::Utf8Only) && !utf8 {
            self.tolerated(command::Enable::new([Capability::Utf8Accept])).await?;
        }
        let asks = self.inner.greeting.as_ref().is_some_and(|greeting| greeting.text.contains("Coremail"));
        let identify = match self.origin.builder.identify {
            Identify::Always => true,
            Identify::WhenAsked => asks,
            Identify::Never => false,
        };
        if identify && capabilities.has(&Capability::Id) {
            self.identify_ourselves().await?;
        }
        self.compress_if_asked().await
    }

    /// Says what this crate is, and no more; whether the server likes it does not matter.
    pub(super) async fn identify_ourselves(&mut self) -> Result<(), Error> {
        let fields = crate::types::Id::default()
            .with("name", env!("CARGO_PKG_NAME"))
            .with("version", env!("CARGO_PKG_VERSION"));
        self.tolerated(command::Id::new(fields)).await?;
        self.identified = true;
        Ok(())
    }

    /// Asks for the language wanted, unless the server has said that it writes in it: before the
    /// login, and again where a security layer has begun with that (RFC 5255, section 3.1).
    async fn speak(&mut self) -> Result<(), Error> {
        let spoken = self.inner.connection().is_some_and(crate::proto::Connection::is_spoken_to);
        if self.languages.is_empty() || spoken {
            return Ok(());
        }
        if !self.known_capabilities().await?.has(&Capability::Language) {
            return Ok(());
        }
        let languages = self.languages.clone();
        self.tolerated(command::Language::of(languages)).await
    }

    /// A command that we chose to send, and that a server may refuse.
    pub(super) async fn tolerated<C>(&mut self, command: C) -> Result<(), Error>
    where
        C: command::Command + std::fmt::Debug + Send + 'static,
    {
        match self.inner.run(command).await.map(drop) {
            // Some servers let everybody in, and then say that there is no mailbox.
            Err(error) if says(&error, "not connected") => Err(as_auth(error)),
            Err(error) if matches!(error.detail(), Detail::No(_) | Detail::Bad(_)) => Ok(()),
            result => result,
        }
    }

    /// What the server can do, asked for where it is not known.
    pub(super) async fn known_capabilities(&mut self) -> Result<Capabilities, Error> {
        if let Some(known) = self.inner.connection().and_then(crate::proto::Connection::capabilities) {
            return Ok(known.clone());
        }
        self.inner.run(command::Capability).await
    }
}

enum Attempt {
    Done(Login),
    /// By this answer of the server, for this reason as the mechanism has it.
    Refused(Error, anyrfc_sasl::Error),
}

/// Whether a refusal is about the credentials, or about something that others would not change.
fn judge(refusal: Error, reason: anyrfc_sasl::Error) -> Result<Attempt, Error> {
    let elsewhere = matches!(
        refusal.code(),
        Some(
            Code::Unavailable
                | Code::PrivacyRequired
                | Code::ContactAdmin
                | Code::InUse
                | Code::Limit
                | Code::ServerBug
                | Code::Corruption
        )
    );
    match refusal.detail() {
        Detail::No(_) | Detail::Bad(_) if elsewhere || refusal.throttle().is_some() => Err(refusal),
        // The command was not understood: another mechanism may be, other credentials would not help.
        Detail::Bad(_) if reason.requirement().is_none() && reason.kind() == ErrorKind::Auth => {
            let reason = anyrfc_sasl::Error::new(ErrorKind::Refused, "the server did not understand");
            Ok(Attempt::Refused(as_auth(refusal), reason))
        }
        Detail::No(_) | Detail::Bad(_) => Ok(Attempt::Refused(as_auth(refusal), reason)),
        _ if refusal.kind() == ErrorKind::Auth => Ok(Attempt::Refused(refusal, reason)),
        // What we gave up for: the server broke a rule of the mechanism.
        _ => Ok(Attempt::Refused(refusal, reason)),
    }
}

/// The same refusal, as one of a login.
fn as_auth(error: Error) -> Error {
    match error.refusal() {
        Some(refusal) if error.kind() != ErrorKind::Auth => {
            let bad = matches!(error.detail(), Detail::Bad(_));
            let refusal = Box::new(refusal.clone());
            Error::new(ErrorKind::Auth, error.to_string()).with_detail(if bad {
                Detail::Bad(refusal)
            } else {
                Detail::No(refusal)
            })
        }
        _ => error,
    }
}

/// Whether the server's words hold these, in any case.
pub(super) fn says(error: &Error, words: &str) -> bool {
    error.refusal().is_some_and(|refusal| {
        let text = refusal.status.text.to_ascii_lowercase();
        text.contains(words)
    })
}

async fn pull(source: &dyn CredentialSource, asked: CredentialRequest<'_>) -> Result<Credentials, Error> {
    source.credentials(asked).await.map_err(|error| {
        Error::new(ErrorKind::Auth, error.to_string()).with_fault(Fault::Caller).with_source(error)
    })
}
