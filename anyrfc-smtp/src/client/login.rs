//! Logging in (RFC 4954).

use anyrfc_core::{CredentialRequest, CredentialSource, Credentials, ErrorKind, Fault};
use anyrfc_sasl::{Channel, Established, MechanismName, Negotiator, Next, Pin, Preparation, Service};

use super::{
    SmtpClient,
    connect::{self, seed},
};
use crate::{
    Error,
    proto::State,
    rfc4954,
    types::{Reply, ReplyCode, ReplyKind},
};

/// How a login went.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Login {
    /// The mechanism.
    pub mechanism: MechanismName,
    /// Whether the server has proved that it knows the user's secret.
    pub mutual: bool,
    /// Whom we act as, where that was asked for.
    pub authorization_id: Option<String>,
    /// What to remember of this account: given to [`Policy::pin`](anyrfc_sasl::Policy::pin), nothing weaker is
    /// accepted the next time.
    pub pin: Pin,
}

impl Login {
    fn new(established: Established, pin: Pin) -> Self {
        let Established { mechanism, mutual, authorization_id, .. } = established;
        Self { mechanism, mutual, authorization_id, pin }
    }
}

impl SmtpClient {
    /// Logs in by the strongest mechanism that the server, the credentials and the [policy](super::Builder::sasl)
    /// have in common, bound to the TLS connection where both sides can.
    ///
    /// When the server refuses them, `source` is asked for other credentials, once; not when it cannot judge them at
    /// the moment. Where a further attempt takes another connection, since the binding to this one is used up or the
    /// server has hung up, it is made as this one was.
    ///
    /// # Errors
    /// [`ErrorKind::Auth`] when the server does not accept the credentials or cannot prove who it is;
    /// [`ErrorKind::Unsupported`] when no mechanism can be used, with the reason for each in its source
    /// ([`anyrfc_sasl::Error::refusals`]); [`ErrorKind::Usage`] when somebody is logged in already, and for an identity
    /// to act as that SASLprep (RFC 4013) refuses;
    /// [`ErrorKind::Refused`] when the server has other reasons. What a server says of a token that it refuses is in
    /// the source ([`anyrfc_sasl::Error::bearer`]).
    ///
    /// # Cancel safety
    /// An attempt that is under way is drained. Called again, it goes on with what has come of that.
    pub async fn authenticate(&mut self, source: &dyn CredentialSource) -> Result<Login, Error> {
        // Boxed: it is large, and done once.
        Box::pin(self.log_in(source)).await
    }

    async fn log_in(&mut self, source: &dyn CredentialSource) -> Result<Login, Error> {
        if let Some(login) = self.resume().await? {
            return Ok(login);
        }
        let server = self.origin.server.clone();
        let asked = CredentialRequest::new(server.scheme, &server.host, server.port);
        let credentials = pull(source, asked).await?;
        let service = Service::new(SERVICE, &*server.host).port(server.port);
        let policy = self.origin.builder.policy.clone();
        let mut negotiator = Negotiator::new(credentials, service, policy, seed()?);
        if let Some(cache) = &self.origin.builder.cache {
            negotiator = negotiator.cache(cache);
        }
        let mut may_ask_again = true;
        let mut refused: Option<Error> = None;
        loop {
            let (refusal, reason) = match self.attempt(&mut negotiator).await {
                Ok(Attempt::Done(login)) => return Ok(login),
                Ok(Attempt::Refused(refusal, reason)) => (refusal, reason),
                // Nothing else can be tried: that the server has refused says more.
                Ok(Attempt::Impossible(error)) => return Err(refused.unwrap_or(error)),
                // Some servers hang up on whoever was refused: what follows takes another connection.
                Err(error) if refused.take().is_some() && self.may_reach_again(&error) => {
                    let cut = anyrfc_sasl::Error::new(ErrorKind::Closed, "the connection has ended");
                    negotiator.failed(&cut);
                    self.inner = connect::reach(&self.origin).await?;
                    continue;
                }
                Err(error) => return Err(error),
            };
            let reconnect = match negotiator.failed(&reason) {
                Next::Again => false,
                Next::Reconnect => true,
                Next::Credentials { reconnect } if may_ask_again => {
                    may_ask_again = false;
                    // Where there are no others, the refusal itself is what the caller wants to see.
                    let Ok(others) = pull(source, asked.rejected()).await else { return Err(refusal) };
                    negotiator.renew(others);
                    reconnect
                }
                _ => return Err(refusal),
            };
            if reconnect {
                self.inner = match connect::reach(&self.origin).await {
                    Ok(inner) => inner,
                    Err(error) if error.kind() == ErrorKind::Unsupported => {
                        return Err(error.with_source(refusal));
                    }
                    Err(error) => return Err(error),
                };
            }
            refused = Some(refusal);
        }
    }

    /// Whether the connection was lost without a word, and another one can be had.
    fn may_reach_again(&self, error: &Error) -> bool {
        let lost = matches!(error.kind(), ErrorKind::Closed | ErrorKind::Io) && error.reply().is_none();
        lost && self.origin.connector.is_some()
    }

    /// What came of an attempt whose future was dropped.
    async fn resume(&mut self) -> Result<Option<Login>, Error> {
        self.inner.quiet().await?;
        let outcome = self.take_outcome();
        if self.phase() != State::Authenticated {
            return Ok(None);
        }
        match outcome {
            Some(Ok(established)) => {
                let pin = Pin::new(established.mechanism, established.iterations);
                Ok(Some(Login::new(established, pin)))
            }
            _ => Err(Error::usage("somebody is logged in already").with_requirement(rfc4954::NO_SECOND_AUTH)),
        }
    }

    /// How an AUTH ended, if one did.
    fn take_outcome(&mut self) -> Option<Result<Established, anyrfc_sasl::Error>> {
        let told = self.inner.login.take();
        told.or_else(|| self.inner.order(|connection| Ok(connection.take_login())).ok()?)
    }

    /// One attempt, on this connection.
    pub(super) async fn attempt(&mut self, negotiator: &mut Negotiator) -> Result<Attempt, Error> {
        let channel = self.channel();
        let offered = self.offered();
        let exchange = match negotiator.begin(&offered, &channel) {
            Ok(exchange) => exchange,
            Err(_) if offered.is_empty() => {
                let error = Error::unsupported("the server does not offer AUTH");
                return Ok(Attempt::Impossible(error.with_requirement(rfc4954::AUTH_NEEDS_THE_KEYWORD)));
            }
            Err(error) => return Ok(Attempt::Impossible(error.into())),
        };
        let ticket = self.inner.authenticate(exchange)?;
        let reply = match self.inner.finish(ticket).await {
            Ok(reply) => reply,
            // A server that could not prove who it is has ended it, say.
            Err(error) => {
                return match self.take_outcome() {
                    Some(Err(reason)) => Ok(Attempt::Refused(error, reason)),
                    _ => Err(error),
                };
            }
        };
        if reply.is_success() {
            // Within a security layer the server says anew what it can do.
            self.inner.settled().await?;
        }
        match self.take_outcome() {
            Some(Ok(established)) => {
                if self.is_layered() {
                    // Whether somebody has taken out the stronger ones (RFC 4422, section 6.1.2).
                    let offered = self.offered();
                    negotiator
                        .verify_offer(offered, &self.channel())
                        .map_err(|error| self.inner.renounce(error.into()))?;
                }
                let pin = negotiator.succeeded(&established);
                Ok(Attempt::Done(Login::new(established, pin)))
            }
            Some(Err(reason)) => judge(reply, reason),
            None => Err(Error::new(ErrorKind::Protocol, "the login has settled nothing")),
        }
    }

    /// The mechanisms that the server offers.
    fn offered(&self) -> Vec<String> {
        let names = self.capabilities().map(|capabilities| capabilities.auth_mechanisms());
        names.unwrap_or_default().iter().map(ToString::to_string).collect()
    }

    /// What the login can be bound to.
    fn channel(&self) -> Channel {
        match self.tls_info() {
            Some(tls) => Channel::from(tls),
            None => Channel::plaintext(),
        }
    }
}

/// The service's name (RFC 4954, section 4).
const SERVICE: &str = "smtp";

#[derive(Debug)]
pub(super) enum Attempt {
    Done(Login),
    /// By this answer of the server, for this reason as the mechanism has it.
    Refused(Error, anyrfc_sasl::Error),
    /// There is no mechanism to try.
    Impossible(Error),
}

/// Whether a refusal is about the credentials, or about something that others would not change (RFC 4954, section 6).
fn judge(reply: Reply, reason: anyrfc_sasl::Error) -> Result<Attempt, Error> {
    // We gave up ourselves, and the server has agreed to it.
    if reason.kind() != ErrorKind::Auth || reason.requirement().is_some() {
        return Ok(Attempt::Refused(reason.clone().into(), reason));
    }
    let code = reply.code();
    let refusal = Error::login_refused(reply, reason.clone());
    match code {
        // Another mechanism may be taken: other credentials would not help.
        ReplyCode::TOO_WEAK
        | ReplyCode::ENCRYPTION_REQUIRED
        | ReplyCode::UNRECOGNIZED
        | ReplyCode::MALFORMED
        | ReplyCode::NOT_IMPLEMENTED
        | ReplyCode::PARAMETER_NOT_IMPLEMENTED => {
            let reason =
                anyrfc_sasl::Error::new(ErrorKind::Refused, "the server does not take the mechanism");
            Ok(Attempt::Refused(refusal, reason))
        }
        ReplyCode::BAD_SEQUENCE => Err(refusal),
        _ if code.kind() == ReplyKind::Transient => Err(refusal),
        // Not every server knows 535.
        _ => Ok(Attempt::Refused(refusal, reason)),
    }
}

async fn pull(source: &dyn CredentialSource, asked: CredentialRequest<'_>) -> Result<Credentials, Error> {
    let credentials = source.credentials(asked).await.map_err(|error| {
        Error::new(ErrorKind::Auth, error.to_string()).with_fault(Fault::Caller).with_source(error)
    })?;
    prepared(credentials)
}

/// With whom to act as prepared, which is left to the protocol (RFC 4954, section 4; RFC 4616, section 2).
fn prepared(mut credentials: Credentials) -> Result<Credentials, Error> {
    let Some(identity) = credentials.authorization_id.as_mut().filter(|identity| !identity.is_empty()) else {
        return Ok(credentials);
    };
    *identity = Preparation::Saslprep.apply(identity).map_err(|error| {
        Error::usage("the identity to act as cannot be prepared")
            .with_requirement(rfc4954::IDENTITY_IS_PREPARED)
            .with_source(error)
    })?;
    Ok(credentials)
}
