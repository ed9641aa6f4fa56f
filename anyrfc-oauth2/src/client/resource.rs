//! Resources: called with a token, and asked what they are.

use std::sync::Arc;

use super::{HttpClient, HttpLimits, OAuth2Client, metadata::send};
use crate::{
    AccessToken, Challenge, Error, ResourceMetadata, TokenResponse, TokenType, UrlPolicy,
    proto::{HttpRequest, HttpResponse, ResourceDiscovery, ResourceRequest, Step},
};

/// A token and how it is used, to call resources with.
#[derive(Clone, Debug)]
pub struct Resource {
    client: OAuth2Client,
    token: AccessToken,
    token_type: TokenType,
}

impl OAuth2Client {
    /// Calls resources by the right of this token.
    ///
    /// ```no_run
    /// # use anyrfc_oauth2::{Error, OAuth2Client, TokenResponse};
    /// # async fn example(client: OAuth2Client, token: TokenResponse) -> Result<(), Error> {
    /// let answer = client.resource(&token.access_token, &token.token_type).get("https://rs.example/me").await?;
    /// assert!(answer.status().is_success());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn resource(&self, token: &AccessToken, token_type: &TokenType) -> Resource {
        Resource { client: self.clone(), token: token.clone(), token_type: token_type.clone() }
    }

    /// As [`resource`](Self::resource), by the right of the token that was granted.
    #[must_use]
    pub fn resource_by(&self, token: &TokenResponse) -> Resource {
        self.resource(&token.access_token, &token.token_type)
    }

    /// Asks a resource what it is, and whose tokens it takes (RFC 9728).
    ///
    /// ```no_run
    /// # use anyrfc_oauth2::{Error, OAuth2Client};
    /// # async fn example() -> Result<(), Error> {
    /// let resource = OAuth2Client::discover_resource("https://rs.example/api").fetch().await?;
    /// for server in resource.authorization_servers {
    ///     // Only a server that the program, or its user, knows.
    ///     let issuer = server.trust(|name| name == "https://as.example")?;
    ///     let server = OAuth2Client::discover(issuer.as_str()).fetch().await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn discover_resource(resource: impl Into<String>) -> DiscoverResource {
        DiscoverResource {
            resource: resource.into(),
            at: Place::WellKnown,
            policy: UrlPolicy::Https,
            http: None,
            limits: HttpLimits::default(),
        }
    }
}

impl Resource {
    /// Gets a URL.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    ///
    /// # Cancel safety
    /// Dropping the future drops the request, which may have reached the resource.
    pub async fn get(&self, url: &str) -> Result<HttpResponse, Error> {
        let mut request = HttpRequest::default();
        *request.uri_mut() =
            url.parse().map_err(|error| Error::usage("the URL is none").with_source(error))?;
        self.send(request).await
    }

    /// Sends a request with the token in the field `Authorization`, and once more where the
    /// resource wants a nonce in the proof. Every answer but 401 and 403 is returned as it came;
    /// redirects are not followed.
    ///
    /// # Errors
    /// Of kind `Auth` or `Refused` for 401 and 403, with [`Error::denied`]; `Usage` as for
    /// [`ResourceRequest::new`], before anything is sent; and what the [`HttpClient`] returns.
    ///
    /// # Cancel safety
    /// Dropping the future drops the request, which may have reached the resource.
    pub async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Error> {
        let client = &self.client;
        let mut request = ResourceRequest::new(client.config(), request, &self.token, &self.token_type)?;
        loop {
            let ready = client.with_random(|random| request.request(&client.now(), random))?;
            let response = send(&**client.http(), client.limits(), ready).await?;
            if let Step::Done(response) = request.response(response)? {
                return Ok(response);
            }
        }
    }
}

/// How a resource is asked what it is.
#[derive(Clone, Debug)]
#[must_use]
pub struct DiscoverResource {
    resource: String,
    at: Place,
    policy: UrlPolicy,
    http: Option<Arc<dyn HttpClient>>,
    limits: HttpLimits,
}

/// Where the metadata is.
#[derive(Clone, Debug)]
enum Place {
    WellKnown,
    Challenged(String),
    At(String),
}

impl DiscoverResource {
    /// Where a challenge says, if it does, and if that is of the resource's origin. The resource
    /// then is the URL that was called (RFC 9728, section 3.3).
    pub fn challenged_by(mut self, challenge: &Challenge) -> Self {
        if let Some(url) = &challenge.resource_metadata {
            self.at = Place::Challenged(url.clone());
        }
        self
    }

    /// At a URL that the caller knows by other means.
    pub fn at(mut self, url: impl Into<String>) -> Self {
        self.at = Place::At(url.into());
        self
    }

    /// Talks to `http` URLs too where they are of this machine: for tests.
    pub fn allow_loopback_http(mut self) -> Self {
        self.policy = UrlPolicy::LoopbackHttp;
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
    /// Of kind `Usage` when the resource is no `https` URL; `Protocol` when the challenge leads to
    /// another origin (nothing is sent then), when the answer is no metadata, of another resource,
    /// or a redirect; `Refused` when there is none; and what the [`HttpClient`] returns.
    ///
    /// # Cancel safety
    /// Dropping the future drops the request.
    pub async fn fetch(self) -> Result<ResourceMetadata, Error> {
        let discovery = match &self.at {
            Place::WellKnown => ResourceDiscovery::new(&self.resource, self.policy),
            Place::Challenged(url) => ResourceDiscovery::challenged(&self.resource, url, self.policy),
            Place::At(url) => ResourceDiscovery::at(&self.resource, url, self.policy),
        }?;
        let http = self.http.map_or_else(super::default_http, Ok)?;
        discovery.response(&send(&*http, self.limits, discovery.request()?).await?)
    }
}

#[cfg(test)]
mod tests;
