//! URLs that a server authorizes (RFC 4467), to the letter.

use std::{fmt, str::FromStr};

use super::{ImapUrl, UrlAuthorization, UrlServer, UrlTarget, parse};
use crate::{Error, rfc4467};

/// A URL that a server is to authorize (RFC 4467, section 9: `authimapurlrump`): of a message or a
/// part of one, with the owner of the mailbox, and for whom it is; not yet with a token.
///
/// ```
/// use anyrfc_imap::types::{MailboxName, RumpUrl, Uid, UrlAccess, UrlMailbox, UrlMessage, UrlServer};
///
/// let message = UrlMessage::new(UrlMailbox::new(MailboxName::inbox()), Uid::new(20).unwrap());
/// let url = RumpUrl::new(UrlServer::new("example.com")?.user("joe")?, message, UrlAccess::Submit("fred".into()))?;
/// assert_eq!(url.as_str(), "imap://joe@example.com/INBOX/;UID=20;URLAUTH=submit+fred");
/// assert!("imap://example.com/INBOX/;UID=20;URLAUTH=submit+fred".parse::<RumpUrl>().is_err());
/// # Ok::<(), anyrfc_imap::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RumpUrl {
    text: Box<str>,
    url: ImapUrl,
}

/// A URL that a server has authorized (RFC 4467, section 9: `authimapurlfull`).
///
/// Whoever has it may read what it names, as far as it says who that is, so its token is shown
/// neither by `Debug` nor by the log; `Display` writes all of it. It is kept as it came,
/// to the letter: the server checks the token against the very text.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct AuthorizedUrl {
    text: Box<str>,
    url: ImapUrl,
}

/// The rule `authimapurl`: a message, at a server, with a user as the owner.
fn check(url: &ImapUrl) -> Result<&UrlAuthorization, Error> {
    let UrlTarget::Message(message) = &url.target else {
        return Err(Error::usage("only the URL of a message or of a part of one can be authorized")
            .with_requirement(rfc4467::URLAUTH_IS_FOR_MESSAGES));
    };
    if url.server.as_ref().and_then(UrlServer::named_user).is_none() {
        return Err(Error::usage("the URL has to name the owner of the mailbox")
            .with_requirement(rfc4467::GENURLAUTH_NEEDS_AN_OWNER));
    }
    message.authorization.as_ref().ok_or_else(|| {
        Error::usage("the URL has to say for whom it is")
            .with_requirement(rfc4467::GENURLAUTH_NEEDS_AN_ACCESS_IDENTIFIER)
    })
}

impl RumpUrl {
    /// A message or a part of one, at the server of its owner, for these.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) where the server comes without a user, and for names that no
    /// URL can have.
    pub fn new(
        server: UrlServer,
        message: super::UrlMessage,
        access: super::UrlAccess,
    ) -> Result<Self, Error> {
        let authorization = UrlAuthorization {
            expire: message.authorization.as_ref().and_then(|authorization| authorization.expire),
            access,
            token: None,
        };
        Self::from_url(ImapUrl::from(message.authorization(authorization)).at(server))
    }

    /// A URL that has all of it.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) where something is missing, and where there is a token already.
    pub fn from_url(url: ImapUrl) -> Result<Self, Error> {
        url.check()?;
        if check(&url)?.token.is_some() {
            return Err(Error::usage("the URL has a token already")
                .with_requirement(rfc4467::GENURLAUTH_NEEDS_AN_ACCESS_IDENTIFIER));
        }
        Ok(Self { text: url.to_string().into(), url })
    }

    /// As it is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What it says.
    #[must_use]
    pub const fn url(&self) -> &ImapUrl {
        &self.url
    }
}

impl FromStr for RumpUrl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::from_url(ImapUrl::parse(text)?)
    }
}

impl AuthorizedUrl {
    /// Reads one, and keeps it as it is.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for what is none.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let url = parse::url(text)?;
        if check(&url)?.token.is_none() {
            return Err(
                Error::usage("the URL has no token").with_requirement(rfc4467::TOKEN_IS_LONG_HEXADECIMAL)
            );
        }
        Ok(Self { text: text.into(), url })
    }

    /// As it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What it says.
    #[must_use]
    pub const fn url(&self) -> &ImapUrl {
        &self.url
    }

    /// Who may read it, and until when.
    #[must_use]
    pub fn authorization(&self) -> Option<&UrlAuthorization> {
        self.url.message()?.authorization.as_ref()
    }
}

impl fmt::Debug for AuthorizedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AuthorizedUrl").field(&self.url).finish()
    }
}

impl FromStr for AuthorizedUrl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

impl fmt::Display for RumpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for AuthorizedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
