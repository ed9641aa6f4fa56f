//! Servers found by their names, over HTTP.

use std::sync::Arc;

use super::{Builder, HttpClient, HttpLimits, OAuth2Client, wire};
use crate::{
    ClientId, Error, ErrorKind, Issuer, ServerMetadata, Tolerances, UrlPolicy,
    proto::{Discovery, HttpRequest, HttpResponse, Step, WellKnown},
};

impl OAuth2Client {
    /// Asks the server of this name what it is (RFC 8414; OpenID Connect Discovery).
    ///
    /// ```no_run
    /// # use anyrfc_oauth2::{ClientId, Error, OAuth2Client};
    /// # async fn example() -> Result<OAuth2Client, Error> {
    /// let server = OAuth2Client::discover("https://as.example").fetch().await?;
    /// OAuth2Client::builder(server, ClientId::new("app")?).build()
    /// # }
    /// ```
    pub fn discover(issuer: impl Into<String>) -> Discover {
        Discover {
            issuer: issuer.into(),
            well_known: WellKnown::default(),
            policy: UrlPolicy::Https,
            tolerances: Tolerances::NONE,
            http: None,
            limits: HttpLimits::default(),
        }
    }
}

/// How a server is asked what it is.
#[derive(Clone, Debug)]
#[must_use]
pub struct Discover {
    issuer: String,
    well_known: WellKnown,
    policy: UrlPolicy,
    tolerances: Tolerances,
    http: Option<Arc<dyn HttpClient>>,
    limits: HttpLimits,
}

impl Discover {
    /// At which well-known URLs it is asked; by default at all of them.
    pub fn well_known(mut self, well_known: WellKnown) -> Self {
        self.well_known = well_known;
        self
    }

    /// Talks to `http` URLs too where they are of this machine: for tests.
    pub fn allow_loopback_http(mut self) -> Self {
        self.policy = UrlPolicy::LoopbackHttp;
        self
    }

    /// Tolerates these deviations of the server's.
    pub fn tolerances(mut self, tolerances: Tolerances) -> Self {
        self.tolerances = tolerances;
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

    /// Asks.
    ///
    /// # Errors
    /// Of kind `Usage` when the name is no issuer; `Protocol` when the answer is no metadata, of
    /// another issuer, or a redirect, none of which is followed; `Refused` when there is none; and
    /// what the [`HttpClient`] returns.
    ///
    /// # Cancel safety
    /// Dropping the future drops the request.
    pub async fn fetch(mut self) -> Result<ServerMetadata, Error> {
        self.ask().await
    }

    /// Asks, and begins a client of the server that sends in the same way and is as strict.
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch).
    ///
    /// # Cancel safety
    /// Dropping the future drops the request.
    pub async fn client(mut self, client_id: ClientId) -> Result<Builder, Error> {
        let server = self.ask().await?;
        let mut builder =
            OAuth2Client::builder(server, client_id).tolerances(self.tolerances).limits(self.limits);
        if let Some(http) = self.http {
            builder = builder.http(http);
        }
        if self.policy == UrlPolicy::LoopbackHttp {
            builder = builder.allow_loopback_http();
        }
        Ok(builder)
    }

    async fn ask(&mut self) -> Result<ServerMetadata, Error> {
        let issuer = Issuer::new(&self.issuer, self.policy)?;
        let mut discovery = Discovery::new(issuer, self.well_known, self.policy, self.tolerances)?;
        let http = match &self.http {
            Some(http) => Arc::clone(http),
            // Kept, so that a client of the server shares its connections.
            None => Arc::clone(self.http.insert(super::default_http()?)),
        };
        loop {
            let response = send(&*http, self.limits, discovery.request()?).await?;
            if let Step::Done(server) = discovery.response(&response)? {
                return Ok(server);
            }
        }
    }
}

/// Sends within the limits, whatever the [`HttpClient`] makes of them.
pub(super) async fn send(
    http: &dyn HttpClient,
    limits: HttpLimits,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    wire::request(&request);
    let answer = match tokio::time::timeout(limits.time, http.send(request, limits)).await {
        Ok(answer) => answer,
        Err(_) => Err(Error::new(ErrorKind::Timeout, "the server took too long to answer")),
    };
    wire::response(&answer);
    let response = answer?;
    if response.body().len() > limits.body {
        return Err(Error::new(ErrorKind::Limit, "the server's answer is too long"));
    }
    Ok(response)
}

#[cfg(test)]
pub(super) mod tests;
