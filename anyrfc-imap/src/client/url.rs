//! From URLs to what they name (RFC 5092).

use anyrfc_core::{
    BoxFuture, CredentialRequest, CredentialSource, Credentials, ErrorKind, Security,
    credentials::CredentialError,
};
use anyrfc_sasl::MechanismName;

use super::{BodyReader, Builder, ImapClient, Login, Selected, body::Wanted};
use crate::{
    Error,
    codec::command::UidFetch,
    rfc5092,
    types::{
        Capability, FetchItem, FetchItems, ImapUrl, Section, Uid, UrlLogin, UrlMailbox, UrlMessage,
        UrlServer, UrlTarget,
    },
};

/// Whom the server takes us for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Actor {
    Anonymous,
    User(String),
}

impl Actor {
    /// Who has logged in so.
    pub(super) fn of(login: &Login, credentials: &Credentials) -> Option<Self> {
        if login.mechanism == MechanismName::ANONYMOUS {
            return Some(Self::Anonymous);
        }
        let user = login.authorization_id.as_ref().or(credentials.user.as_ref())?;
        Some(if user.eq_ignore_ascii_case(NOBODY) { Self::Anonymous } else { Self::User(user.clone()) })
    }
}

/// The user name of nobody in particular (RFC 5092, section 3.2).
const NOBODY: &str = "anonymous";

impl Builder {
    /// Connects to the server of a URL: with STARTTLS unless it was settled otherwise. Nobody
    /// is logged in yet: [`ImapClient::authenticate_for`] does that as the URL says.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    ///
    /// # Cancel safety
    /// Dropping the future drops the connection attempt.
    pub async fn connect_to(&self, server: &UrlServer) -> Result<ImapClient, Error> {
        let scheme = if matches!(self.security, Some(Security::Tls(_))) { "imaps" } else { "imap" };
        let host = server.host();
        match server.explicit_port() {
            Some(port) => self.connect(&format!("{scheme}://{host}:{port}")).await,
            None => self.connect(&format!("{scheme}://{host}")).await,
        }
    }
}

/// Credentials of one user, whatever the source has.
struct Of<'s> {
    user: Option<&'s str>,
    source: &'s dyn CredentialSource,
}

impl CredentialSource for Of<'_> {
    fn credentials<'a>(
        &'a self,
        request: CredentialRequest<'a>,
    ) -> BoxFuture<'a, Result<Credentials, CredentialError>> {
        Box::pin(async move {
            let mut found = self.source.credentials(request).await?;
            let Some(user) = self.user else { return Ok(found) };
            let of = found.authorization_id.as_ref().or(found.user.as_ref());
            match of {
                Some(of) if of != user => {
                    return Err(CredentialError::new("they are of another user than the URL names"));
                }
                Some(_) => {}
                None => found.user = Some(user.to_owned()),
            }
            Ok(found)
        })
    }
}

impl ImapClient {
    /// Logs in as a URL says (RFC 5092, section 3.2): as its user, by its mechanism, or by the best
    /// one that the server, the credentials and the [policy](Builder::sasl) have in common; as
    /// nobody in particular where the URL names neither, or where it leaves both open and no mechanism fits.
    ///
    /// The URL has no say in what is safe: a mechanism that the policy does not allow stays unused.
    /// `source` is asked with the name of the server, and may have nothing for it: URLs come from
    /// anywhere. `trace` is what the server is told where nobody logs in: a mail address, as
    /// RFC 5092 has it, or a word.
    ///
    /// # Errors
    /// As [`authenticate`](Self::authenticate); [`ErrorKind::Usage`] for the URL of another server than this one.
    ///
    /// # Cancel safety
    /// As [`authenticate`](Self::authenticate).
    pub async fn authenticate_for(
        &mut self,
        server: &UrlServer,
        source: &dyn CredentialSource,
        trace: &str,
    ) -> Result<Login, Error> {
        self.is_of_server(server)?;
        let policy = self.origin.builder.policy.clone();
        match server.login() {
            UrlLogin::Anonymous => self.log_in_as_nobody(trace).await,
            UrlLogin::Mechanism { mechanism, .. } if mechanism == MechanismName::ANONYMOUS.as_str() => {
                let only = Some(mechanism);
                Box::pin(self.log_in(&Credentials::default(), policy.anonymous(trace), only)).await
            }
            UrlLogin::Mechanism { user, mechanism } => {
                Box::pin(self.log_in(&Of { user, source }, policy, Some(mechanism))).await
            }
            UrlLogin::Any { user: user @ Some(_) } => {
                Box::pin(self.log_in(&Of { user, source }, policy, None)).await
            }
            UrlLogin::Any { user: None } => match Box::pin(self.log_in(source, policy, None)).await {
                Err(error) if error.kind() == ErrorKind::Unsupported && !self.is_authenticated() => {
                    self.log_in_as_nobody(trace).await
                }
                result => result,
            },
        }
    }

    /// As nobody in particular: by ANONYMOUS, or by the command LOGIN on servers without it.
    async fn log_in_as_nobody(&mut self, trace: &str) -> Result<Login, Error> {
        let policy = self.origin.builder.policy.clone();
        let anonymous = MechanismName::ANONYMOUS;
        if self.known_capabilities().await?.has(&Capability::auth(anonymous.as_str())) {
            let policy = policy.anonymous(trace);
            return Box::pin(self.log_in(&Credentials::default(), policy, Some(anonymous.as_str()))).await;
        }
        let nobody = Credentials::password(NOBODY, trace.to_owned());
        Box::pin(self.log_in(&nobody, policy, Some(MechanismName::LOGIN.as_str()))).await
    }

    /// Whether a URL is of the server that this connection is to.
    fn is_of_server(&self, server: &UrlServer) -> Result<(), Error> {
        let own = &self.origin.server;
        let host = server.host().trim_start_matches('[').trim_end_matches(']');
        let same =
            own.host.eq_ignore_ascii_case(host) && server.explicit_port().is_none_or(|port| port == own.port);
        if same {
            return Ok(());
        }
        Err(Error::usage("the URL is of another server")
            .with_requirement(rfc5092::CREDENTIALS_NEED_A_TRUSTED_SERVER)
            .unsent())
    }

    /// Whether what a URL names can be had through this session: it is of this server, and of whom
    /// the server takes us for.
    fn serves(&self, url: &ImapUrl) -> Result<(), Error> {
        let Some(server) = &url.server else { return Ok(()) };
        self.is_of_server(server)?;
        let fits = match (server.login(), &self.actor) {
            (UrlLogin::Anonymous, actor) => *actor == Some(Actor::Anonymous),
            (UrlLogin::Any { user: None } | UrlLogin::Mechanism { user: None, .. }, _) => true,
            (UrlLogin::Any { user: Some(user) } | UrlLogin::Mechanism { user: Some(user), .. }, actor) => {
                *actor == Some(Actor::User(user.to_owned()))
            }
        };
        if fits {
            return Ok(());
        }
        Err(Error::usage("the URL is for another user than the one who is logged in")
            .with_requirement(rfc5092::KEPT_CONNECTION_HAS_THE_SAME_USER)
            .unsent())
    }

    /// Opens the mailbox that a URL names, or that is of the message it names, to read only. It is
    /// selected anew unless it is already.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for a URL that is of another server or user than this session, and for one that
    /// names no mailbox; [`ErrorKind::Refused`] when the server does not open it, and when the
    /// UIDVALIDITY of the URL is not that of the mailbox: the one that was meant is gone.
    ///
    /// # Cancel safety
    /// As [`examine`](Self::examine).
    pub async fn open_url(&mut self, url: &ImapUrl) -> Result<Selected<'_>, Error> {
        self.serves(url)?;
        let mailbox = url.mailbox().ok_or_else(|| Error::usage("the URL names no mailbox").unsent())?.clone();
        let is_open = self.selected().is_some_and(|open| {
            open.present().is_ok_and(|open| open.name == mailbox.name && open.uid_validity.is_some())
        });
        if !is_open {
            self.examine(&mailbox.name).await?;
        }
        let selected = self.selected().ok_or_else(|| Error::closed("the mailbox was closed at once"))?;
        if mailbox.uid_validity.is_some_and(|meant| selected.uid_validity() != Some(meant)) {
            let stale = match url.target {
                UrlTarget::Message(_) => rfc5092::UIDVALIDITY_SHOWS_A_STALE_MESSAGE_URL,
                _ => rfc5092::UIDVALIDITY_SHOWS_A_STALE_URL,
            };
            return Err(Error::new(ErrorKind::Refused, "the mailbox that the URL was made for is gone")
                .with_requirement(stale));
        }
        Ok(selected)
    }

    /// What the URL of a message or of a part of one names, as a reader, in bounded memory
    /// however large it is, and without marking it as read (RFC 5092, section 6). `None` where it is not there.
    ///
    /// # Errors
    /// As [`open_url`](Self::open_url), and what the server answers.
    ///
    /// # Cancel safety
    /// Cancel-safe: what is not read is drained.
    pub async fn read_url(&mut self, url: &ImapUrl) -> Result<Option<BodyReader<'_>>, Error> {
        let Some(message) = url.message() else {
            return Err(Error::usage("the URL names no message").unsent());
        };
        let (uid, section) = (message.uid, message.section.clone().unwrap_or_else(Section::all));
        let partial = message.partial.and_then(crate::types::UrlPartial::for_fetch);
        let item = FetchItem::Section { section: section.clone(), peek: true, partial };
        self.open_url(url).await?;
        let ticket = self.inner.submit(UidFetch::new(uid, FetchItems::from(item)))?;
        BodyReader::new(&mut self.inner, ticket, Wanted::Section(section)).begin().await
    }
}

impl Selected<'_> {
    /// The URL of this mailbox as it is now, relative to the session's server and user. Where it is
    /// made anew under the same name, the URL names it no longer.
    #[must_use]
    pub fn url(&self) -> UrlMailbox {
        UrlMailbox { name: self.name().clone(), uid_validity: self.uid_validity() }
    }

    /// The URL of a message here.
    #[must_use]
    pub fn url_of(&self, uid: Uid) -> UrlMessage {
        UrlMessage::new(self.url(), uid)
    }
}
