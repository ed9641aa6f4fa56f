//! The server's keys: fetched when they are needed, by one of those who need them.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyrfc_jwt::{
    Rejection,
    proto::{JwkSetCache, JwsLimits, KeySet, Lookup, peek_header},
};
use http::{HeaderMap, Method, StatusCode, header::CACHE_CONTROL};
use tokio::sync::Notify;

use super::{OAuth2Client, metadata::send};
use crate::{
    Endpoint, Error, ErrorKind, UrlPolicy,
    proto::{asymmetric, bare_request, refusal},
    rfc8414,
};

/// After so long somebody looks whether whoever fetches has been given up.
const GIVEN_UP: Duration = Duration::from_secs(10);

/// The JWK Set behind the server's `jwks_uri`.
#[derive(Debug, Default)]
pub(super) struct Keys {
    cache: Mutex<Option<JwkSetCache>>,
    /// Told whenever a fetch has ended, however it did.
    ended: Notify,
}

impl Keys {
    fn with<T>(&self, of: impl FnOnce(&mut Option<JwkSetCache>) -> T) -> T {
        of(&mut self.cache.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A fetch under way: dropped without an outcome, somebody else may fetch at once.
struct Fetch<'a> {
    keys: &'a Keys,
    ended: bool,
}

impl Fetch<'_> {
    fn end(mut self, of: impl FnOnce(&mut JwkSetCache) -> Result<(), Error>) -> Result<(), Error> {
        self.ended = true;
        self.keys.with(|cache| cache.as_mut().map_or(Ok(()), of))
    }
}

impl Drop for Fetch<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.keys.with(|cache| {
                if let Some(cache) = cache {
                    cache.abandoned();
                }
            });
        }
        self.keys.ended.notify_waiters();
    }
}

impl OAuth2Client {
    /// The server's keys for a token of its, of which nothing is believed but which key it names.
    /// They are fetched when that is needed, once for all who wait for them, and kept.
    ///
    /// # Errors
    /// Of kind `Unsupported` when the server publishes no keys; `Protocol` when the token is no JWT,
    /// or what is published is no JWK Set; `Refused` when there is none; and what the
    /// [`HttpClient`](super::HttpClient) returns.
    ///
    /// # Cancel safety
    /// Dropping the future drops the fetch if it is this one's; others go on with one of their own.
    pub async fn keys_for(&self, token: &str) -> Result<Arc<KeySet>, Error> {
        let header = peek_header(token, &JwsLimits::default())?;
        self.keys_by(|cache, now| cache.keys_for(&header, now)).await
    }

    /// Judges a token by the server's keys. Where none of them has signed it, they may have changed
    /// under the same name: they are fetched again, if it is time, and it is judged once more.
    ///
    /// # Errors
    /// As [`keys_for`](Self::keys_for), and what `judge` returns.
    ///
    /// # Cancel safety
    /// As [`keys_for`](Self::keys_for).
    pub(crate) async fn judge<T>(
        &self,
        token: &str,
        judge: impl Fn(&KeySet) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let keys = self.keys_for(token).await?;
        let error = match judge(&keys) {
            Err(error) if is_of_no_key(&error) => error,
            judged => return judged,
        };
        match self.keys_by(JwkSetCache::other_keys).await {
            Ok(others) if !Arc::ptr_eq(&others, &keys) => judge(&others),
            _ => Err(error),
        }
    }

    async fn keys_by(
        &self,
        look_up: impl Fn(&mut JwkSetCache, Instant) -> Lookup,
    ) -> Result<Arc<KeySet>, Error> {
        let mut failure = None;
        loop {
            let ended = self.0.keys.ended.notified();
            tokio::pin!(ended);
            // From here on: the end of a fetch is not missed between the look and the wait.
            ended.as_mut().enable();
            match self.look_up(&look_up)? {
                Lookup::Keys(keys) => return Ok(keys),
                // After a failure the next look says whether what is stale may still do.
                Lookup::NeedFetch(url) => failure = self.fetch_keys(&url).await.err(),
                // One who is not polled any more holds up nobody: the cache gives up on it.
                Lookup::Pending => drop(tokio::time::timeout(GIVEN_UP, ended).await),
                _ => {
                    let unavailable = || Error::new(ErrorKind::Io, "the server's keys cannot be fetched now");
                    return Err(failure.unwrap_or_else(unavailable));
                }
            }
        }
    }

    fn look_up(&self, look_up: impl Fn(&mut JwkSetCache, Instant) -> Lookup) -> Result<Lookup, Error> {
        let now = self.now().instant;
        self.0.keys.with(|cache| {
            let cache = match cache {
                Some(cache) => cache,
                None => cache.insert(self.key_cache()?),
            };
            Ok(look_up(cache, now))
        })
    }

    fn key_cache(&self) -> Result<JwkSetCache, Error> {
        let Some(url) = &self.server().jwks_uri else {
            return Err(Error::new(ErrorKind::Unsupported, "the server publishes no keys")
                .with_requirement(rfc8414::JWKS_URI_IS_OPTIONAL));
        };
        let cache = match self.config().policy {
            UrlPolicy::LoopbackHttp => JwkSetCache::with_loopback_http(url.as_str(), asymmetric()),
            UrlPolicy::Https => JwkSetCache::new(url.as_str(), asymmetric()),
        };
        Ok(cache?)
    }

    async fn fetch_keys(&self, url: &str) -> Result<(), Error> {
        let fetch = Fetch { keys: &self.0.keys, ended: false };
        let answer = self.ask_for_keys(url).await;
        let now = self.now().instant;
        fetch.end(|cache| match answer {
            Ok(response) => Ok(cache.fetched(response.body(), max_age(response.headers()), now)?),
            Err(error) => {
                cache.failed(now);
                Err(error)
            }
        })
    }

    async fn ask_for_keys(&self, url: &str) -> Result<crate::proto::HttpResponse, Error> {
        let url = Endpoint::new(url, self.config().policy)?;
        let request = bare_request(Method::GET, &url, "application/jwk-set+json, application/json")?;
        let response = send(&**self.http(), self.limits(), request).await?;
        // The body says by itself whether it is a JWK Set: servers label it in many ways.
        if response.status() == StatusCode::OK { Ok(response) } else { Err(refusal(&response)) }
    }
}

/// Whether none of the keys at hand has signed it.
fn is_of_no_key(error: &Error) -> bool {
    let rejection = error.token().and_then(anyrfc_jwt::Error::rejection);
    matches!(rejection, Some(Rejection::Signature | Rejection::NoKey))
}

/// How long an answer is fresh (RFC 9111, section 5.2.2.1).
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let fields = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let mut directives = fields.flat_map(|field| field.split(','));
    directives.find_map(|directive| {
        let (name, value) = directive.split_once('=')?;
        let seconds = value.trim().trim_matches('"').parse().ok()?;
        name.trim().eq_ignore_ascii_case("max-age").then(|| Duration::from_secs(seconds))
    })
}

#[cfg(test)]
mod tests;
