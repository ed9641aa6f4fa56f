//! The published keys of an issuer, kept and fetched again when it is time.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyrfc_core::uri::{Host, Uri};

use super::{KeySet, KeySource as _};
use crate::{
    Error, ErrorKind,
    codec::json::JsonLimits,
    rfc7517, rfc8725,
    types::{Algorithms, Header, JwkSet},
};

/// The JWK Set behind an issuer's `jwks_uri`: says when to fetch it, and what of it is still good.
///
/// It neither fetches nor looks at a clock. Whoever does asks [`keys_for`](Self::keys_for) with the
/// header of a token; on [`Lookup::NeedFetch`] fetches the URL, hands over what came by
/// [`fetched`](Self::fetched) or says [`failed`](Self::failed), and asks again:
///
/// * at most one fetch is under way; one that ends without an outcome is
///   [`abandoned`](Self::abandoned), and one that is never heard of again given up after a while;
/// * a `kid` that is not in the set leads to a fetch, since the keys may have changed, but to no
///   more than one in [`CacheLimits::cooldown`], whatever anybody sends;
/// * a set is fresh as long as its server says, within bounds, and while fetching it again fails it
///   stays good for [`CacheLimits::stale`];
/// * what is no set, is too large or has no usable key replaces nothing.
///
/// Of the set only those keys are kept that may verify one of the allowed algorithms. The URL comes
/// from the issuer's metadata, never from a token (RFC 8725, section 3.10).
///
/// ```
/// use std::time::{Duration, Instant};
/// use anyrfc_jwt::{proto::{JwkSetCache, Lookup}, types::{Header, JwsAlgorithm}};
///
/// let mut cache = JwkSetCache::new("https://as.example/jwks", JwsAlgorithm::Es256)?;
/// let (header, now) = (Header::new(JwsAlgorithm::Es256).with_key_id("1"), Instant::now());
/// let Lookup::NeedFetch(url) = cache.keys_for(&header, now) else { panic!() };
/// assert_eq!(&*url, "https://as.example/jwks");
/// assert!(matches!(cache.keys_for(&header, now), Lookup::Pending));
///
/// let body = br#"{"keys": [{"kty": "EC", "kid": "1", "crv": "P-256",
///     "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}"#;
/// cache.fetched(body, Some(Duration::from_secs(3600)), now)?;
/// assert!(matches!(cache.keys_for(&header, now), Lookup::Keys(_)));
/// # Ok::<_, anyrfc_jwt::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct JwkSetCache {
    url: Arc<str>,
    algorithms: Algorithms,
    limits: CacheLimits,
    held: Option<Held>,
    /// Since when a fetch is under way.
    fetching: Option<Instant>,
    /// When the last fetch was asked for.
    asked: Option<Instant>,
    /// How many fetches have failed in a row, and when the last one did.
    failures: Option<(u32, Instant)>,
}

#[derive(Clone, Debug)]
struct Held {
    keys: Arc<KeySet>,
    since: Instant,
    fresh_for: Duration,
}

/// The bounds of a [`JwkSetCache`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheLimits {
    /// A set of more octets is not taken: 256 KiB.
    pub body: usize,
    /// A set of more keys is not taken: 128.
    pub keys: usize,
    /// So long a set is fresh where its server says nothing: ten minutes.
    pub fresh: Duration,
    /// So long at least it is fresh, whatever its server says: a minute.
    pub min_fresh: Duration,
    /// So long at most it is fresh, whatever its server says: a day.
    pub max_fresh: Duration,
    /// So long after that it is still good while it cannot be fetched: an hour.
    pub stale: Duration,
    /// At most one fetch in this time for keys that the set does not have: half a minute.
    pub cooldown: Duration,
    /// So long after a failed fetch the next may follow, twice that after the second and so on up
    /// to the cooldown: a second.
    pub retry: Duration,
    /// So long the outcome of a fetch is waited for: half a minute.
    pub patience: Duration,
}

impl Default for CacheLimits {
    fn default() -> Self {
        Self {
            body: 256 << 10,
            keys: 128,
            fresh: Duration::from_secs(600),
            min_fresh: Duration::from_secs(60),
            max_fresh: Duration::from_secs(24 * 60 * 60),
            stale: Duration::from_secs(60 * 60),
            cooldown: Duration::from_secs(30),
            retry: Duration::from_secs(1),
            patience: Duration::from_secs(30),
        }
    }
}

/// What a [`JwkSetCache`] says to a token's header.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Lookup {
    /// The keys to verify with: the best there are. Where none of them fits the header, it is not
    /// time to ask for others, and verifying says that there is no key.
    Keys(Arc<KeySet>),
    /// Fetch this URL, and tell the outcome. Nobody else is told to meanwhile.
    NeedFetch(Arc<str>),
    /// A fetch is under way that may bring the key: ask again when it has ended.
    Pending,
    /// There are no keys, and the last fetch failed: ask again then.
    Unavailable {
        /// When another fetch may be asked for.
        retry_at: Instant,
    },
}

impl JwkSetCache {
    /// Nothing yet of the set at this URL, and the algorithms that its keys may verify.
    ///
    /// # Errors
    /// `Usage` where the URL is not https with a host, without userinfo and fragment; where no
    /// algorithm is allowed, or one whose key would be a published secret.
    pub fn new(jwks_uri: &str, algorithms: impl Into<Algorithms>) -> Result<Self, Error> {
        Self::with(jwks_uri, algorithms.into(), false)
    }

    /// As [`new`](Self::new), and http to an address of this machine, or to `localhost`, is allowed too: for tests.
    ///
    /// # Errors
    /// `Usage` where the URL is neither https nor http to this machine; else as [`new`](Self::new).
    pub fn with_loopback_http(jwks_uri: &str, algorithms: impl Into<Algorithms>) -> Result<Self, Error> {
        Self::with(jwks_uri, algorithms.into(), true)
    }

    fn with(url: &str, algorithms: Algorithms, loopback_http: bool) -> Result<Self, Error> {
        check_url(url, loopback_http)?;
        if algorithms.is_empty() {
            let error = Error::usage("no algorithm is allowed for the keys of the set");
            return Err(error.with_requirement(rfc8725::CALLER_NAMES_THE_ALGORITHMS));
        }
        if algorithms.iter().any(|algorithm| algorithm.is_symmetric()) {
            let error = Error::usage("a secret that is published is none: no HMAC by a JWK Set");
            return Err(error.with_requirement(rfc7517::NON_PUBLIC_KEYS_ARE_KEPT_BACK));
        }
        Ok(Self {
            url: url.into(),
            algorithms,
            limits: CacheLimits::default(),
            held: None,
            fetching: None,
            asked: None,
            failures: None,
        })
    }

    /// Other bounds.
    #[must_use]
    pub const fn limits(mut self, limits: CacheLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Where the set is fetched from.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How much of a body is worth reading.
    #[must_use]
    pub const fn body_limit(&self) -> usize {
        self.limits.body
    }

    /// The keys for a token with this header, or what is to be done to have them.
    pub fn keys_for(&mut self, header: &Header, now: Instant) -> Lookup {
        let held = self.held.as_ref().filter(|held| held.age(now) < self.limits.good_for(held));
        let keys = held.map(|held| Arc::clone(&held.keys));
        let is_fresh = held.is_some_and(|held| held.age(now) < held.fresh_for);
        let has_key = keys.as_ref().is_some_and(|keys| keys.candidates(header).into_iter().next().is_some());
        match keys {
            Some(keys) if is_fresh && has_key => Lookup::Keys(keys),
            // Others have been sent for it already: what is held is good as long as it has the key.
            Some(keys) if self.is_fetching(now) && has_key => Lookup::Keys(keys),
            _ if self.is_fetching(now) => Lookup::Pending,
            Some(keys) => {
                // A stale set is fetched again as soon as failures allow; an unknown key makes a
                // fresh one to be fetched again no more often than the cooldown allows.
                let at = if is_fresh { self.after_cooldown(now) } else { self.after_failure(now) };
                if now < at { Lookup::Keys(keys) } else { self.ask(now) }
            }
            None => {
                let retry_at = self.after_failure(now);
                if now < retry_at { Lookup::Unavailable { retry_at } } else { self.ask(now) }
            }
        }
    }

    /// Whether there may be other keys by now, after none of those at hand has verified a token
    /// whose `kid` is in the set, or which has none: an issuer may use a name again.
    ///
    /// [`Lookup::Keys`] are the same as before where it is not time to ask.
    pub fn other_keys(&mut self, now: Instant) -> Lookup {
        if self.is_fetching(now) {
            return Lookup::Pending;
        }
        let retry_at = self.after_cooldown(now);
        if now >= retry_at {
            return self.ask(now);
        }
        let held = self.held.as_ref().filter(|held| held.age(now) < self.limits.good_for(held));
        held.map_or(Lookup::Unavailable { retry_at }, |held| Lookup::Keys(Arc::clone(&held.keys)))
    }

    /// The body that came from the URL, and for how long its server said that it is fresh.
    ///
    /// The keys held so far are replaced by those of the set.
    ///
    /// # Errors
    /// `Limit` where it is too large; `Protocol` where it is no JWK Set, or has no key that may
    /// verify an allowed algorithm. It then counts as failed, and the keys held so far stay.
    pub fn fetched(&mut self, body: &[u8], max_age: Option<Duration>, now: Instant) -> Result<(), Error> {
        let keys = match self.read(body) {
            Ok(keys) => Arc::new(keys),
            Err(error) => {
                self.failed(now);
                return Err(error);
            }
        };
        let CacheLimits { fresh, min_fresh, max_fresh, .. } = self.limits;
        // Not `clamp`, which panics where the caller's bounds are the wrong way round.
        let fresh_for = max_age.unwrap_or(fresh).min(max_fresh).max(min_fresh);
        self.held = Some(Held { keys, since: now, fresh_for });
        self.fetching = None;
        self.failures = None;
        Ok(())
    }

    /// The fetch failed.
    pub fn failed(&mut self, now: Instant) {
        let before = self.failures.map_or(0, |(count, _)| count);
        self.failures = Some((before.saturating_add(1), now));
        self.fetching = None;
    }

    /// The fetch was given up before it had an outcome: nobody waits for it any more, and somebody else
    /// may be told to fetch. For keys that the set does not have the cooldown holds all the same, or
    /// whoever gives up again and again would have the set fetched as often.
    pub const fn abandoned(&mut self) {
        self.fetching = None;
    }

    fn read(&self, body: &[u8]) -> Result<KeySet, Error> {
        let set = JwkSet::parse_within(body, &JsonLimits::DOCUMENT.bytes(self.limits.body))?;
        if set.len().saturating_add(set.passed_over()) > self.limits.keys {
            return Err(Error::new(ErrorKind::Limit, "the JWK Set has more keys than allowed"));
        }
        let keys = KeySet::new(&set, self.algorithms);
        if keys.keys().is_empty() {
            return Err(Error::malformed(rfc7517::KEYS_IS_PRESENT, "no key of the set can be used"));
        }
        Ok(keys)
    }

    fn ask(&mut self, now: Instant) -> Lookup {
        self.fetching = Some(now);
        self.asked = Some(now);
        Lookup::NeedFetch(Arc::clone(&self.url))
    }

    fn is_fetching(&self, now: Instant) -> bool {
        self.fetching.is_some_and(|since| now.saturating_duration_since(since) < self.limits.patience)
    }

    /// When a fetch may follow those that failed.
    fn after_failure(&self, now: Instant) -> Instant {
        let Some((count, at)) = self.failures else { return now };
        let doublings = count.saturating_sub(1).min(16);
        let wait = self.limits.retry.saturating_mul(1 << doublings);
        later(at, wait.min(self.limits.cooldown.max(self.limits.retry)))
    }

    /// When a fetch for an unknown key may follow the one before.
    fn after_cooldown(&self, now: Instant) -> Instant {
        let cooled = self.asked.map_or(now, |at| later(at, self.limits.cooldown));
        cooled.max(self.after_failure(now))
    }
}

impl CacheLimits {
    /// How long a set can be used at all.
    const fn good_for(&self, held: &Held) -> Duration {
        held.fresh_for.saturating_add(self.stale)
    }
}

impl Held {
    fn age(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.since)
    }
}

/// Some time after `at`, though no more than a century: a clock has to be able to show it.
fn later(at: Instant, by: Duration) -> Instant {
    const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);
    at.checked_add(by.min(CENTURY)).unwrap_or(at)
}

fn check_url(url: &str, loopback_http: bool) -> Result<(), Error> {
    let usage =
        |what: &'static str| Error::usage(what).with_requirement(rfc8725::KEY_URLS_ARE_NOT_FOLLOWED_BLINDLY);
    let uri = Uri::parse(url).map_err(|error| usage("the URL of the JWK Set is none").with_source(error))?;
    let host = match uri.host() {
        None | Some(Host::Name("")) => return Err(usage("the URL of the JWK Set has no host")),
        Some(host) => host,
    };
    let is_allowed = match uri.scheme() {
        "https" => true,
        "http" => {
            let is_here = host.address().is_some_and(|address| address.is_loopback())
                || matches!(host, Host::Name(name) if name.eq_ignore_ascii_case("localhost"));
            loopback_http && is_here
        }
        _ => false,
    };
    if !is_allowed {
        return Err(usage("the URL of the JWK Set is not https"));
    }
    if uri.userinfo().is_some() || uri.fragment().is_some() {
        return Err(usage("the URL of the JWK Set has userinfo or a fragment"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
