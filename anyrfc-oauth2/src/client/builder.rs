//! How a client is made.

use std::sync::{Arc, Mutex};

use anyrfc_jwt::types::Algorithms;

use super::{Clock, HttpClient, HttpLimits, OAuth2Client};
use crate::{
    ClientId, Error, ServerMetadata, Tolerances, UrlPolicy,
    proto::{self, ClientAuthentication, DpopKey, Random},
};

/// How an [`OAuth2Client`] is made: from what is known of the server, who we are, and options.
#[derive(Debug)]
#[must_use]
pub struct Builder {
    config: proto::Config,
    http: Option<Arc<dyn HttpClient>>,
    limits: HttpLimits,
    clock: Clock,
    seed: Option<[u8; 32]>,
    fapi2: bool,
}

impl Builder {
    pub(super) fn new(server: ServerMetadata, client_id: ClientId) -> Self {
        Self {
            config: proto::Config::new(Arc::new(server), client_id),
            http: None,
            limits: HttpLimits::default(),
            clock: Clock::system(),
            seed: None,
            fapi2: false,
        }
    }

    /// How the client proves who it is; it does not by default.
    pub fn authentication(mut self, authentication: ClientAuthentication) -> Self {
        self.config.authentication = authentication;
        self
    }

    /// Binds tokens to this key (RFC 9449).
    pub fn dpop(mut self, key: DpopKey) -> Self {
        self.config.dpop = Some(key);
        self
    }

    /// Has tokens bound to the certificate that the HTTP client shows (RFC 8705, section 3) where
    /// [`authentication`](Self::authentication) is by something else: what is asked, is asked at the
    /// server's aliases for mutual TLS.
    pub fn certificate_bound_tokens(mut self) -> Self {
        self.config.certificate_bound_tokens = true;
        self
    }

    /// Talks to `http` URLs too where they are of this machine: for tests.
    pub fn allow_loopback_http(mut self) -> Self {
        self.config.policy = UrlPolicy::LoopbackHttp;
        self
    }

    /// Tolerates these deviations of the server's.
    pub fn tolerances(mut self, tolerances: Tolerances) -> Self {
        self.config.tolerances = tolerances;
        self
    }

    /// Sends by `http` instead of by `reqwest`.
    pub fn http(mut self, http: impl HttpClient + 'static) -> Self {
        self.http = Some(Arc::new(http));
        self
    }

    /// How much of an answer is taken, and how long it may take.
    pub fn limits(mut self, limits: HttpLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Another clock: for tests.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Randomness from this seed instead of the operating system's: for tests.
    pub fn seed(mut self, seed: [u8; 32]) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Takes ID tokens by these algorithms instead of `RS256`: those of the registration's
    /// `id_token_signed_response_alg`.
    pub fn id_token_algorithms(mut self, algorithms: impl Into<Algorithms>) -> Self {
        self.config.id_token_algorithms = algorithms.into();
        self
    }

    /// Holds client and server to the FAPI 2.0 Security Profile, whatever was or will be set here:
    /// see [`Config::fapi2_security`](proto::Config::fapi2_security).
    pub fn fapi2_security(mut self) -> Self {
        self.fapi2 = true;
        self
    }

    /// The client. Nothing is sent yet.
    ///
    /// # Errors
    /// Of kind `Usage` or `Unsupported` when client or server do not fit the profile that was asked
    /// for; `Usage` when there is nothing to send by (the feature `reqwest` is off and no
    /// [`http`](Self::http) was given); `Io` when the operating system has no randomness.
    pub fn build(self) -> Result<OAuth2Client, Error> {
        let config = if self.fapi2 { self.config.fapi2_security()? } else { self.config };
        let http = match self.http {
            Some(http) => http,
            None => super::default_http()?,
        };
        let seed = self.seed.map_or_else(super::seed, Ok)?;
        Ok(OAuth2Client(Arc::new(super::Inner {
            client: config.into(),
            http,
            limits: self.limits,
            keys: super::keys::Keys::default(),
            clock: self.clock,
            random: Mutex::new(Random::new(seed)),
        })))
    }
}
