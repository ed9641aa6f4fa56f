//! GENURLAUTH, RESETKEY and URLFETCH (RFC 4467; RFC 5524).

use super::{Collected, Command, DataKind, Needs, Phase, Takes};
use crate::{
    Error,
    codec::encode::Encoder,
    rfc4467, rfc5524,
    types::{
        AuthorizedUrl, Capability, Code, Data, MailboxName, RumpUrl, UrlFetched, UrlKeyMechanism,
        UrlMechanism,
    },
};

fn urlauth() -> Needs {
    Needs::phase(Phase::Authenticated)
        .capability(Capability::UrlAuth)
        .because(rfc4467::URLAUTH_NEEDS_THE_CAPABILITY)
}

/// GENURLAUTH (RFC 4467, section 7): has URLs authorized, each by a mechanism.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenUrlAuth {
    /// The URLs, and how their tokens are made.
    pub urls: Vec<(RumpUrl, UrlMechanism)>,
}

impl GenUrlAuth {
    /// These URLs, by the server's own mechanism.
    #[must_use]
    pub fn new(urls: impl IntoIterator<Item = RumpUrl>) -> Self {
        Self { urls: urls.into_iter().map(|url| (url, UrlMechanism::internal())).collect() }
    }
}

impl Command for GenUrlAuth {
    /// The URLs with their tokens, in the same order.
    type Answer = Vec<AuthorizedUrl>;

    fn needs(&self) -> Needs {
        urlauth()
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        if self.urls.is_empty() {
            return Err(Error::usage("there is no URL to authorize"));
        }
        encoder.word("GENURLAUTH");
        for (url, mechanism) in &self.urls {
            encoder.space().astring(url.as_str().as_bytes())?.space().atom(mechanism.as_str())?;
        }
        Ok(())
    }

    fn takes(&self) -> Takes {
        Takes::kinds([DataKind::GenUrlAuth])
    }

    fn answer(data: Collected) -> Result<Vec<AuthorizedUrl>, Error> {
        let found = data.pick(|data| match data {
            Data::GenUrlAuth(urls) => Some(urls),
            _ => None,
        });
        Ok(found.flatten().collect())
    }
}

/// RESETKEY (RFC 4467, section 7): takes back every URL of a mailbox, or of all of them, that
/// was authorized so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResetKey {
    /// Which mailbox, and for which mechanisms, all of them without any; every mailbox without.
    pub mailbox: Option<(MailboxName, Vec<UrlMechanism>)>,
}

impl ResetKey {
    /// Of every mailbox.
    #[must_use]
    pub const fn all() -> Self {
        Self { mailbox: None }
    }

    /// Of this mailbox.
    #[must_use]
    pub const fn new(mailbox: MailboxName) -> Self {
        Self { mailbox: Some((mailbox, Vec::new())) }
    }

    /// Only what was made by this mechanism. Without a mailbox it has no meaning, and is left out.
    #[must_use]
    pub fn mechanism(mut self, mechanism: UrlMechanism) -> Self {
        if let Some((_, mechanisms)) = &mut self.mailbox {
            mechanisms.push(mechanism);
        }
        self
    }
}

impl Command for ResetKey {
    /// The mechanisms that the mailbox has, where the server says so.
    type Answer = Option<Vec<UrlKeyMechanism>>;

    fn needs(&self) -> Needs {
        urlauth()
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        encoder.word("RESETKEY");
        let Some((mailbox, mechanisms)) = &self.mailbox else { return Ok(()) };
        encoder.space().mailbox(mailbox)?;
        for mechanism in mechanisms {
            encoder.space().atom(mechanism.as_str())?;
        }
        Ok(())
    }

    fn takes(&self) -> Takes {
        Takes::nothing().strays([DataKind::UrlMech])
    }

    fn answer(data: Collected) -> Result<Option<Vec<UrlKeyMechanism>>, Error> {
        let found = data.codes().filter_map(|code| match code {
            Code::UrlMech(mechanisms) => Some(mechanisms.clone()),
            _ => None,
        });
        Ok(found.last())
    }
}

/// In which form URLFETCH is to return what a URL names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum UrlContent {
    /// As it is in the message, its transfer encoding with it (RFC 4467).
    #[default]
    Plain,
    /// No content.
    Nothing,
    /// The same as [`Plain`](Self::Plain), said in the words of RFC 5524.
    Body,
    /// Without its transfer encoding (RFC 5524).
    Binary,
}

/// A URL, and what is to be returned of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UrlFetchItem {
    /// The URL.
    pub url: AuthorizedUrl,
    /// The content.
    pub content: UrlContent,
    /// Whether to describe it as well: `BODYPARTSTRUCTURE` (RFC 5524).
    pub structure: bool,
}

impl UrlFetchItem {
    /// What this URL names, as it is in the message.
    #[must_use]
    pub const fn new(url: AuthorizedUrl) -> Self {
        Self { url, content: UrlContent::Plain, structure: false }
    }

    /// In this form.
    #[must_use]
    pub const fn content(mut self, content: UrlContent) -> Self {
        self.content = content;
        self
    }

    /// Described as well.
    #[must_use]
    pub const fn structure(mut self) -> Self {
        self.structure = true;
        self
    }

    const fn is_extended(&self) -> bool {
        self.structure || !matches!(self.content, UrlContent::Plain)
    }
}

/// URLFETCH (RFC 4467, section 7; RFC 5524): what authorized URLs name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlFetch {
    /// The URLs, and what is to be returned of each.
    pub items: Vec<UrlFetchItem>,
}

impl UrlFetch {
    /// These.
    #[must_use]
    pub fn new(items: impl IntoIterator<Item = UrlFetchItem>) -> Self {
        Self { items: items.into_iter().collect() }
    }
}

impl Command for UrlFetch {
    /// What the server returned, each with its URL.
    type Answer = Vec<UrlFetched>;

    fn needs(&self) -> Needs {
        let needs = urlauth();
        if self.items.iter().any(UrlFetchItem::is_extended) {
            return needs
                .capability(Capability::UrlAuthBinary)
                .because(rfc5524::EXTENDED_URLFETCH_NEEDS_THE_CAPABILITY);
        }
        needs
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        if self.items.is_empty() {
            return Err(Error::usage("there is no URL to fetch"));
        }
        encoder.word("URLFETCH");
        for item in &self.items {
            let url = item.url.as_str().as_bytes();
            encoder.space();
            if !item.is_extended() {
                encoder.secret(url)?;
                continue;
            }
            encoder.word("(").secret(url)?;
            match item.content {
                // Said in so many words where there is something else to say.
                UrlContent::Plain | UrlContent::Body => encoder.word(" BODY"),
                UrlContent::Binary => encoder.word(" BINARY"),
                UrlContent::Nothing => encoder,
            };
            if item.structure {
                encoder.word(" BODYPARTSTRUCTURE");
            } else if item.content == UrlContent::Nothing {
                return Err(Error::usage("nothing is asked of a URL"));
            }
            encoder.word(")");
        }
        Ok(())
    }

    fn takes(&self) -> Takes {
        Takes::kinds([DataKind::UrlFetch])
    }

    fn answer(data: Collected) -> Result<Vec<UrlFetched>, Error> {
        let found = data.pick(|data| match data {
            Data::UrlFetch(found) => Some(found),
            _ => None,
        });
        Ok(found.flatten().collect())
    }
}
