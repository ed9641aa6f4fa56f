//! The URLs of servers, mailboxes, messages and their parts (RFC 5092), and those that carry the
//! right to read what they name (RFC 4467).

mod access;
mod authorized;
mod parse;
mod percent;
mod server;
#[cfg(test)]
mod tests;

use std::{fmt, num::NonZeroU64, str::FromStr};

pub use self::{
    access::{UrlAccess, UrlAuthorization, UrlMechanism, UrlToken},
    authorized::{AuthorizedUrl, RumpUrl},
    server::{UrlAuthType, UrlLogin, UrlServer},
};
use super::{MailboxName, Partial, Section, SectionText, Uid, UidValidity};
use crate::{Error, rfc5092};

/// An IMAP URL: absolute, with a server, or relative to one (RFC 5092, section 11).
///
/// It is written so that nothing in it can be taken for anything else: whatever is not plainly
/// safe is percent-encoded, the names of mailboxes as UTF-8. A relative URL always names the whole
/// mailbox, so that it means the same whatever divides the levels of names (section 7).
///
/// ```
/// use anyrfc_imap::types::{ImapUrl, MailboxName, UrlTarget};
///
/// let url: ImapUrl = "imap://joe@example.com/Entw%C3%BCrfe;UIDVALIDITY=385759045/;UID=20/;SECTION=1.2".parse()?;
/// let UrlTarget::Message(message) = &url.target else { panic!() };
/// assert_eq!(message.mailbox.name, MailboxName::new("Entwürfe")?);
/// assert_eq!(url.relative().to_string(), "/Entw%C3%BCrfe;UIDVALIDITY=385759045/;UID=20/;SECTION=1.2");
/// let other = url.join("/INBOX/;UID=7")?;
/// assert_eq!(other.to_string(), "imap://joe@example.com/INBOX/;UID=7");
/// # Ok::<(), anyrfc_imap::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ImapUrl {
    /// The server, and whom to be there; `None` of a relative URL.
    pub server: Option<UrlServer>,
    /// What it names.
    pub target: UrlTarget,
}

/// What a URL names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum UrlTarget {
    /// The server as a whole (RFC 5092, section 4).
    Server,
    /// A mailbox, or what a search finds in it (RFC 5092, section 5).
    Messages {
        /// Which mailbox.
        mailbox: UrlMailbox,
        /// The arguments of a SEARCH.
        search: Option<UrlSearch>,
    },
    /// A message, or a part of one (RFC 5092, section 6).
    Message(UrlMessage),
}

/// A mailbox as a URL names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UrlMailbox {
    /// Its name.
    pub name: MailboxName,
    /// Its UIDVALIDITY when the URL was made: a mailbox that has another one now is not the one
    /// that was meant (RFC 5092, section 5).
    pub uid_validity: Option<UidValidity>,
}

/// The arguments of a SEARCH, as they stand behind the name of the command (RFC 5092, section 5).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UrlSearch(Box<[u8]>);

/// A message or a part of one as a URL names it (RFC 5092, section 6).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UrlMessage {
    /// Its mailbox.
    pub mailbox: UrlMailbox,
    /// Its UID.
    pub uid: Uid,
    /// Which part; the whole message without.
    pub section: Option<Section>,
    /// Which octets of it.
    pub partial: Option<UrlPartial>,
    /// Who may read it by this URL, and until when.
    pub authorization: Option<UrlAuthorization>,
}

/// Which octets of a part (RFC 5092, section 6; `partial-range`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UrlPartial {
    /// The first octet, counted from 0.
    pub offset: u32,
    /// How many octets at most; all that follow without.
    pub octets: Option<std::num::NonZeroU32>,
}

impl UrlPartial {
    /// The same for FETCH, which always says how many.
    #[must_use]
    pub fn for_fetch(self) -> Option<Partial> {
        let most = NonZeroU64::from(self.octets.unwrap_or(std::num::NonZeroU32::MAX));
        Partial::new(self.offset.into(), most.get())
    }
}

impl UrlMailbox {
    /// This mailbox, whatever its UIDVALIDITY.
    #[must_use]
    pub const fn new(name: MailboxName) -> Self {
        Self { name, uid_validity: None }
    }

    /// Only while it has this UIDVALIDITY.
    #[must_use]
    pub const fn with_validity(mut self, validity: UidValidity) -> Self {
        self.uid_validity = Some(validity);
        self
    }
}

impl UrlSearch {
    /// The arguments of a SEARCH.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) where they are empty, hold NUL, have a literal for which
    /// the client would have to wait (RFC 5092, section 5), or would end the line of the command:
    /// what stands behind it would be another command.
    pub fn new(arguments: impl AsRef<[u8]>) -> Result<Self, Error> {
        let arguments = arguments.as_ref();
        if arguments.is_empty() || memchr::memchr(0, arguments).is_some() {
            return Err(Error::usage("no arguments of a search"));
        }
        let mut rest = arguments;
        while let Some(end) = memchr::memchr2(b'\r', b'\n', rest) {
            let (line, behind) = rest.split_at_checked(end).unwrap_or_default();
            let behind = behind.strip_prefix(b"\r\n").ok_or_else(another_line)?;
            // Only what a literal that does not wait announces goes on behind the line.
            let octets = announced(line)?.ok_or_else(another_line)?;
            rest = behind.get(octets..).ok_or_else(another_line)?;
        }
        match announced(rest)? {
            None => Ok(Self(arguments.into())),
            // The end of the command's line would announce it.
            Some(_) => Err(another_line()),
        }
    }

    /// The arguments, as octets.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

fn another_line() -> Error {
    Error::usage("the search of a URL is one line, but for its literals")
        .with_requirement(rfc5092::SEARCH_IS_ENCODED)
}

/// The octets of the literal that the end of a line announces, if it announces one.
fn announced(line: &[u8]) -> Result<Option<usize>, Error> {
    let Some(line) = line.strip_suffix(b"}") else { return Ok(None) };
    let (line, waits) = match line.strip_suffix(b"+") {
        Some(line) => (line, false),
        None => (line, true),
    };
    let start = line.iter().rposition(|byte| !byte.is_ascii_digit());
    let (Some(b'{'), Some(digits @ [_, ..])) =
        (start.and_then(|at| line.get(at)), start.and_then(|at| line.get(at + 1..)))
    else {
        return Ok(None);
    };
    if waits {
        return Err(Error::usage("a literal that waits, in the search of a URL")
            .with_requirement(rfc5092::SEARCH_HAS_NO_SYNCHRONIZING_LITERAL));
    }
    // More than there can be is more than there is.
    let octets = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
    Ok(Some(octets.unwrap_or(usize::MAX)))
}

impl UrlMessage {
    /// This message.
    #[must_use]
    pub const fn new(mailbox: UrlMailbox, uid: Uid) -> Self {
        Self { mailbox, uid, section: None, partial: None, authorization: None }
    }

    /// This part of it.
    #[must_use]
    pub fn section(mut self, section: Section) -> Self {
        self.section = Some(section);
        self
    }

    /// These octets of it.
    #[must_use]
    pub const fn partial(mut self, partial: UrlPartial) -> Self {
        self.partial = Some(partial);
        self
    }

    /// To be read by these, once the server has [authorized](crate::command::GenUrlAuth) it.
    #[must_use]
    pub fn authorization(mut self, authorization: UrlAuthorization) -> Self {
        self.authorization = Some(authorization);
        self
    }
}

impl From<UrlMessage> for ImapUrl {
    /// Relative to the session's server and user.
    fn from(message: UrlMessage) -> Self {
        Self { server: None, target: UrlTarget::Message(message) }
    }
}

impl From<UrlMailbox> for ImapUrl {
    /// Relative to the session's server and user.
    fn from(mailbox: UrlMailbox) -> Self {
        Self { server: None, target: UrlTarget::Messages { mailbox, search: None } }
    }
}

impl From<UrlServer> for ImapUrl {
    fn from(server: UrlServer) -> Self {
        Self { server: Some(server), target: UrlTarget::Server }
    }
}

impl ImapUrl {
    /// Whether it names its server itself.
    #[must_use]
    pub const fn is_absolute(&self) -> bool {
        self.server.is_some()
    }

    /// The same at this server.
    #[must_use]
    pub fn at(mut self, server: UrlServer) -> Self {
        self.server = Some(server);
        self
    }

    /// The same without the server.
    #[must_use]
    pub fn relative(&self) -> Self {
        Self { server: None, target: self.target.clone() }
    }

    /// The message that it names, if it names one.
    #[must_use]
    pub const fn message(&self) -> Option<&UrlMessage> {
        if let UrlTarget::Message(message) = &self.target { Some(message) } else { None }
    }

    /// The mailbox that it names, or that is of the message it names.
    #[must_use]
    pub const fn mailbox(&self) -> Option<&UrlMailbox> {
        match &self.target {
            UrlTarget::Server => None,
            UrlTarget::Messages { mailbox, .. } => Some(mailbox),
            UrlTarget::Message(message) => Some(&message.mailbox),
        }
    }

    /// Another URL, relative to this one (RFC 5092, section 7; RFC 3986, section 5.2). What
    /// it does not say itself is the server, and with it the user and how to log in.
    #[must_use]
    pub fn resolve(&self, reference: &Self) -> Self {
        let server = reference.server.clone().or_else(|| self.server.clone());
        Self { server, target: reference.target.clone() }
    }

    /// A reference as it is written, relative to this one; the empty one is this one itself.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn join(&self, reference: &str) -> Result<Self, Error> {
        if reference.is_empty() {
            return Ok(self.clone());
        }
        Ok(self.resolve(&Self::parse(reference)?))
    }

    /// Reads a URL: absolute, or relative from the server on (`//server/…` or `/mailbox…`). Names of parameters are
    /// read in any case.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for what is none; a reference that leans on
    /// the mailbox of its base is none either (RFC 5092, section 7.2).
    pub fn parse(text: &str) -> Result<Self, Error> {
        parse::url(text)
    }
}

impl FromStr for ImapUrl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

impl fmt::Display for ImapUrl {
    /// As it is sent. The name of a mailbox that the server wrote in no encoding at all is in no URL
    /// either: what is shown of it then names nothing, and [`check`](Self::check) says so.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(server) = &self.server {
            write!(f, "imap://{server}")?;
        }
        f.write_str("/")?;
        match &self.target {
            UrlTarget::Server => Ok(()),
            UrlTarget::Messages { mailbox, search } => {
                write!(f, "{mailbox}")?;
                if let Some(search) = search {
                    write!(f, "?{}", percent::Encoded(search.as_bytes(), percent::is_search))?;
                }
                Ok(())
            }
            UrlTarget::Message(message) => write!(f, "{message}"),
        }
    }
}

impl ImapUrl {
    /// Whether it can be written so that it names what it is meant to name.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for names of mailboxes that are in no encoding (RFC 5092,
    /// section 8) or hold control characters, and sections that cannot be.
    pub fn check(&self) -> Result<(), Error> {
        if let Some(mailbox) = self.mailbox()
            && (!mailbox.name.is_text() || mailbox.name.as_str().contains(char::is_control))
        {
            return Err(Error::usage("the name of the mailbox is no text, which a URL has")
                .with_requirement(rfc5092::MODIFIED_UTF7_BECOMES_UTF8));
        }
        if let Some(section) = self.message().and_then(|message| message.section.as_ref()) {
            check_section(section)?;
        }
        Ok(())
    }
}

/// Whether a section can be asked for in one line.
fn check_section(section: &Section) -> Result<(), Error> {
    let wrong = match &section.text {
        SectionText::Mime | SectionText::All => section.part.is_root(),
        SectionText::HeaderFields(names) | SectionText::HeaderFieldsNot(names) => {
            let fits = |byte: u8| byte.is_ascii_graphic() && !b"\"\\(){}%*".contains(&byte);
            names.is_empty() || names.iter().any(|name| name.is_empty() || !name.bytes().all(fits))
        }
        SectionText::Header | SectionText::Text => false,
    };
    if wrong { Err(Error::usage("the section of a URL is none")) } else { Ok(()) }
}

impl fmt::Display for UrlMailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        percent::write_mailbox(f, self.name.as_str())?;
        if let Some(validity) = self.uid_validity {
            write!(f, ";UIDVALIDITY={}", validity.get())?;
        }
        Ok(())
    }
}

impl fmt::Display for UrlMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/;UID={}", self.mailbox, self.uid.get())?;
        if let Some(section) = &self.section {
            let section = section.to_string();
            write!(f, "/;SECTION={}", percent::Encoded(section.as_bytes(), percent::is_section))?;
        }
        if let Some(partial) = self.partial {
            write!(f, "/;PARTIAL={}", partial.offset)?;
            if let Some(octets) = partial.octets {
                write!(f, ".{octets}")?;
            }
        }
        if let Some(authorization) = &self.authorization {
            write!(f, "{authorization}")?;
        }
        Ok(())
    }
}
