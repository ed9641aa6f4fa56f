//! The async client.

mod authorization;
mod builder;
mod clock;
mod device;
mod endpoints;
mod http;
mod keys;
mod loopback;
mod metadata;
pub mod provider;
mod requests;
#[cfg(feature = "reqwest")]
mod reqwest;
mod resource;
mod source;
pub mod store;
mod wire;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

#[cfg(feature = "reqwest")]
pub use self::reqwest::{ReqwestBuilder, ReqwestClient};
pub use builder::Builder;
pub use clock::Clock;
pub use device::{DeviceAuthorizationRequest, DeviceLogin};
pub use endpoints::Registration;
pub use http::{HttpClient, HttpLimits};
pub use loopback::{Loopback, LoopbackBuilder, Page};
#[cfg(feature = "compliance")]
pub(crate) use loopback::{bind_both, bind_one};
pub use metadata::Discover;
pub use requests::TokenRequest;
pub use resource::{DiscoverResource, Resource};
pub use source::{SourceBuilder, TokenSource, UserTokens};

use crate::{
    ClientId, Error, ErrorKind, ServerMetadata,
    proto::{self, Exchange, Moment, Random, Step},
};

/// A client of one authorization server. Cheap to clone; it holds no connection of its own, and
/// spawns nothing: what it does, it does while it is awaited.
#[derive(Clone)]
pub struct OAuth2Client(Arc<Inner>);

struct Inner {
    client: proto::Client,
    http: Arc<dyn HttpClient>,
    limits: HttpLimits,
    keys: keys::Keys,
    clock: Clock,
    random: Mutex<Random>,
}

impl fmt::Debug for OAuth2Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OAuth2Client({})", self.0.client.client_id)
    }
}

impl OAuth2Client {
    /// A client of `server`, which calls it `client_id`.
    pub fn builder(server: ServerMetadata, client_id: ClientId) -> Builder {
        Builder::new(server, client_id)
    }

    /// Who we are at which server: what flows without I/O begin with.
    #[must_use]
    pub fn config(&self) -> &proto::Client {
        &self.0.client
    }

    /// What is known of the server.
    #[must_use]
    pub fn server(&self) -> &ServerMetadata {
        &self.0.client.server
    }

    /// What time it is, by the client's clock.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.0.clock.now()
    }

    /// Asks one question and returns its answer.
    ///
    /// # Errors
    /// What [`Exchange::response`] and the [`HttpClient`] return; `Timeout` when the answer takes
    /// longer than [`HttpLimits::time`].
    ///
    /// # Cancel safety
    /// Dropping the future drops the request, which may have reached the server.
    pub async fn run<T>(&self, mut exchange: Exchange<T>) -> Result<T, Error> {
        loop {
            let request = self.with_random(|random| exchange.request(&self.now(), random))?;
            wire::request(&request);
            let answer = self.0.http.send(request, self.0.limits);
            let answer = source::within(self.0.limits.time, answer)
                .await
                .unwrap_or_else(|| Err(Error::new(ErrorKind::Timeout, "the server took too long to answer")));
            wire::response(&answer);
            let response = answer?;
            if response.body().len() > self.0.limits.body {
                return Err(Error::new(ErrorKind::Limit, "the server's answer is too long"));
            }
            if let Step::Done(answer) = exchange.response(&response, &self.now())? {
                return Ok(answer);
            }
        }
    }

    /// Lends the client's randomness.
    pub(crate) fn with_random<T>(&self, of: impl FnOnce(&mut Random) -> T) -> T {
        of(&mut self.0.random.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn http(&self) -> &Arc<dyn HttpClient> {
        &self.0.http
    }

    pub(crate) fn limits(&self) -> HttpLimits {
        self.0.limits
    }
}

/// 32 bytes of the operating system's.
fn seed() -> Result<[u8; 32], Error> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| {
        Error::new(ErrorKind::Io, "the operating system has no randomness").with_source(error)
    })?;
    Ok(seed)
}

#[cfg(feature = "reqwest")]
fn default_http() -> Result<Arc<dyn HttpClient>, Error> {
    Ok(Arc::new(ReqwestClient::new()?))
}

#[cfg(not(feature = "reqwest"))]
fn default_http() -> Result<Arc<dyn HttpClient>, Error> {
    Err(Error::usage("there is nothing to send by: the feature `reqwest` is off and no `http` was given"))
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<OAuth2Client>();
};
