//! A client as one authorization server knows it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyrfc_jwt::types::{Algorithms, JwsAlgorithm};

use super::{ClientAuthentication, DpopKey};
use crate::{ClientId, Endpoint, Error, Requirement, ServerMetadata, Tolerances, UrlPolicy};

/// The time, as an argument: nothing below `client` reads a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// For what lasts: lifetimes, deadlines, intervals.
    pub instant: Instant,
    /// Since 1970-01-01T00:00:00Z, for what is dated: JWTs, what is stored.
    pub unix: Duration,
}

impl Moment {
    /// The same `duration` later, or as it is where no clock goes so far.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        match (self.instant.checked_add(duration), self.unix.checked_add(duration)) {
            (Some(instant), Some(unix)) => Self { instant, unix },
            _ => self,
        }
    }
}

/// Who we are at which server, and how strict we are with it: what every flow begins with. Cheap
/// to clone.
#[derive(Clone, Debug)]
pub struct Client(Arc<Config>);

/// What a [`Client`] is made of.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// The server.
    pub server: Arc<ServerMetadata>,
    /// What it calls us.
    pub client_id: ClientId,
    /// How we prove it.
    pub authentication: ClientAuthentication,
    /// The key that tokens are bound to (RFC 9449).
    pub dpop: Option<DpopKey>,
    /// Whether tokens are to be bound to the certificate that the HTTP client shows, though it is not
    /// by this that the client proves who it is (RFC 8705, section 3).
    pub certificate_bound_tokens: bool,
    /// Which URLs are talked to.
    pub policy: UrlPolicy,
    /// Which of its deviations are tolerated.
    pub tolerances: Tolerances,
    /// By which algorithms its ID tokens are signed: `RS256`, unless the client was registered with
    /// another `id_token_signed_response_alg`.
    pub id_token_algorithms: Algorithms,
    /// Held to the FAPI 2.0 Security Profile.
    pub(crate) fapi2: bool,
}

impl Config {
    /// A public client with no proof of who it is, strict.
    #[must_use]
    pub fn new(server: Arc<ServerMetadata>, client_id: ClientId) -> Self {
        Self {
            server,
            client_id,
            authentication: ClientAuthentication::None,
            dpop: None,
            certificate_bound_tokens: false,
            policy: UrlPolicy::Https,
            tolerances: Tolerances::NONE,
            id_token_algorithms: JwsAlgorithm::Rs256.into(),
            fapi2: false,
        }
    }
}

impl From<Config> for Client {
    fn from(config: Config) -> Self {
        Self(Arc::new(config))
    }
}

impl std::ops::Deref for Client {
    type Target = Config;

    fn deref(&self) -> &Config {
        &self.0
    }
}

impl Client {
    /// The endpoint to send to: `named` as the server published it, or its twin for connections
    /// with a client certificate.
    ///
    /// # Errors
    /// Of kind `Unsupported`, with `requirement`, when the server has none.
    pub(crate) fn endpoint(
        &self,
        name: &'static str,
        named: Option<&Endpoint>,
        requirement: &'static Requirement,
    ) -> Result<Endpoint, Error> {
        let Some(endpoint) = named else {
            let what = format!("the server has no {}", name.replace('_', " "));
            return Err(Error::new(crate::ErrorKind::Unsupported, what).with_requirement(requirement));
        };
        // What the server can do is nothing that this client means to do.
        let over_tls = self.authentication.uses_certificate() || self.certificate_bound_tokens;
        Ok(if over_tls { self.server.over_mtls(name, endpoint) } else { endpoint }.clone())
    }

    /// Whether `endpoint` is one that gives tokens, or prepares to: those take proofs of possession
    /// (RFC 9449, sections 5 and 10.1).
    pub(crate) fn grants_at(&self, endpoint: &Endpoint) -> bool {
        let named = [
            ("token_endpoint", &self.server.token_endpoint),
            ("pushed_authorization_request_endpoint", &self.server.pushed_authorization_request_endpoint),
        ];
        named.iter().any(|(name, named)| {
            named
                .as_ref()
                .is_some_and(|named| named == endpoint || self.server.over_mtls(name, named) == endpoint)
        })
    }
}
