//! URLs that carry the right to read what they name (RFC 4467; RFC 5524).

use std::collections::{HashMap, VecDeque};

use bytes::Bytes;

use super::{ImapClient, IntoMailbox};
use crate::{
    Error,
    codec::command::{GenUrlAuth, ResetKey, UrlFetch, UrlFetchItem},
    rfc4467,
    types::{AuthorizedUrl, ImapUrl, RumpUrl, UrlFetched, UrlKeyMechanism},
};

impl ImapClient {
    /// Has a URL authorized: whoever it is for can read by it what it names, through a session
    /// of their own, until it expires or the [key is reset](Self::reset_url_key). The URL has to
    /// name the user who is logged in as the owner, and the server as that knows itself.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) without URLAUTH;
    /// [`ErrorKind::Refused`](crate::ErrorKind::Refused) for a URL that the server cannot
    /// authorize; [`ErrorKind::Protocol`](crate::ErrorKind::Protocol) where it authorizes another one.
    ///
    /// # Cancel safety
    /// The answer is drained.
    pub async fn authorize_url(&mut self, url: RumpUrl) -> Result<AuthorizedUrl, Error> {
        let mut urls = self.authorize_urls([url]).await?;
        urls.pop().ok_or_else(|| Error::violation(rfc4467::URLFETCH_GETS_URLFETCH, "no URL came"))
    }

    /// The same for several, which come back in their order.
    ///
    /// # Errors
    /// As [`authorize_url`](Self::authorize_url), where one of them fails.
    ///
    /// # Cancel safety
    /// The answer is drained.
    pub async fn authorize_urls(
        &mut self,
        urls: impl IntoIterator<Item = RumpUrl>,
    ) -> Result<Vec<AuthorizedUrl>, Error> {
        let command = GenUrlAuth::new(urls);
        let asked: Vec<ImapUrl> = command.urls.iter().map(|(url, _)| url.url().clone()).collect();
        let authorized = self.inner.run(command).await?;
        let same = asked.len() == authorized.len()
            && asked.iter().zip(&authorized).all(|(asked, authorized)| is_of(asked, authorized.url()));
        if !same {
            return Err(Error::violation(
                rfc4467::GENURLAUTH_CHECKS_ITS_URLS,
                "other URLs were authorized than those that were asked for",
            ));
        }
        Ok(authorized)
    }

    /// Takes back every URL of a mailbox that was authorized so far. Returns the mechanisms that it
    /// has new keys for, where the server says so.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) without URLAUTH;
    /// [`ErrorKind::Refused`](crate::ErrorKind::Refused) when the server does not do it.
    ///
    /// # Cancel safety
    /// It may have been done or not.
    pub async fn reset_url_key(
        &mut self,
        mailbox: impl IntoMailbox,
    ) -> Result<Option<Vec<UrlKeyMechanism>>, Error> {
        self.inner.run(ResetKey::new(mailbox.into_mailbox()?)).await
    }

    /// Takes back every URL of every mailbox of the user that was authorized so far.
    ///
    /// # Errors
    /// As [`reset_url_key`](Self::reset_url_key).
    ///
    /// # Cancel safety
    /// It may have been done or not.
    pub async fn reset_all_url_keys(&mut self) -> Result<(), Error> {
        self.inner.run(ResetKey::all()).await.map(drop)
    }

    /// What an authorized URL names, as it is in the message, its transfer encoding with it.
    /// `None` where it may not be read by it, for whatever reason: there is none given.
    ///
    /// It is held in memory, no more of it than the [limit](crate::Limits) to a literal; a message of
    /// the user's own is [streamed](Self::read_url).
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) without URLAUTH;
    /// [`ErrorKind::Limit`](crate::ErrorKind::Limit) for more than the limit, which ends the
    /// connection; [`ErrorKind::Protocol`](crate::ErrorKind::Protocol) where the server says nothing of the URL.
    ///
    /// # Cancel safety
    /// The answer is drained.
    pub async fn fetch_authorized(&mut self, url: &AuthorizedUrl) -> Result<Option<Bytes>, Error> {
        let found = self.fetch_authorized_with([UrlFetchItem::new(url.clone())]).await?;
        Ok(found.into_iter().next().and_then(UrlFetched::into_content))
    }

    /// What authorized URLs name, in the order in which they were asked for: with or without their
    /// transfer encoding, and described (URLAUTH=BINARY, RFC 5524).
    ///
    /// # Errors
    /// As [`fetch_authorized`](Self::fetch_authorized); [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported)
    /// without URLAUTH=BINARY where that is needed.
    ///
    /// # Cancel safety
    /// The answer is drained.
    pub async fn fetch_authorized_with(
        &mut self,
        items: impl IntoIterator<Item = UrlFetchItem>,
    ) -> Result<Vec<UrlFetched>, Error> {
        let command = UrlFetch::new(items);
        let asked: Vec<AuthorizedUrl> = command.items.iter().map(|item| item.url.clone()).collect();
        let told = self.inner.run(command).await?;
        in_order(&asked, told).ok_or_else(|| {
            Error::violation(
                rfc4467::URLFETCH_GETS_URLFETCH,
                "the server says nothing of a URL that it was asked for",
            )
        })
    }
}

/// Whether a URL that was authorized is the one that was asked for, but for its token.
fn is_of(asked: &ImapUrl, authorized: &ImapUrl) -> bool {
    let mut rump = authorized.clone();
    if let crate::types::UrlTarget::Message(message) = &mut rump.target
        && let Some(authorization) = &mut message.authorization
    {
        authorization.token = None;
    }
    rump == *asked
}

/// What was told of each URL that was asked for, written alike or not; `None` where something is
/// missing. Each is looked at once, however many a server tells of.
fn in_order(asked: &[AuthorizedUrl], told: Vec<UrlFetched>) -> Option<Vec<UrlFetched>> {
    let mut alike: HashMap<&str, VecDeque<usize>> = HashMap::new();
    let mut same: HashMap<&ImapUrl, VecDeque<usize>> = HashMap::new();
    for (at, url) in asked.iter().enumerate() {
        alike.entry(url.as_str()).or_default().push_back(at);
        same.entry(url.url()).or_default().push_back(at);
    }
    let mut found: Vec<Option<UrlFetched>> = asked.iter().map(|_| None).collect();
    let mut otherwise = Vec::new();
    for told in told {
        let place = alike.get_mut(&*told.url).and_then(VecDeque::pop_front);
        match place.and_then(|at| found.get_mut(at)) {
            Some(place) => *place = Some(told),
            None => otherwise.push(told),
        }
    }
    for told in otherwise {
        let Ok(url) = ImapUrl::parse(&told.url) else { continue };
        let Some(places) = same.get_mut(&url) else { continue };
        while let Some(place) = places.pop_front().and_then(|at| found.get_mut(at)) {
            if place.is_none() {
                *place = Some(told);
                break;
            }
        }
    }
    found.into_iter().collect()
}
