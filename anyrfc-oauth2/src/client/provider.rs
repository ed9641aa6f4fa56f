//! What is known of well-known providers, as data.
//!
//! A [`Provider`] says where a provider is, which of its deviations have to be tolerated, and which
//! parameters it wants beside those of the RFCs. It is no more than a default: everything can be had
//! without it, and [`Provider::strict`] takes the tolerances back.
//!
//! ```no_run
//! # use anyrfc_oauth2::{ClientId, Error, Scope, client::provider::Provider};
//! # async fn example() -> Result<(), Error> {
//! let google = Provider::google();
//! let client = google.client(ClientId::new("1234.apps.googleusercontent.com")?).await?.build()?;
//! let mut loopback = client.loopback().bind()?;
//! let asked = client.authorization_code(loopback.redirect_uri()).scope(Scope::new("openid email")?);
//! let request = client.begin(google.authorization(asked)).await?;
//! # loopback.callback(request.pending()).await?; Ok(()) }
//! ```

use crate::{
    ClientId, Endpoint, Error, OAuth2Client, Quirk, ServerMetadata, Tolerances, UrlPolicy,
    client::{Builder, Discover},
    proto::{Authorization, WellKnown},
};

/// A provider: where it is, and what it does in its own way.
#[derive(Clone, Debug)]
#[must_use]
pub struct Provider {
    place: Place,
    tolerances: Tolerances,
    /// What it wants in an authorization request beside what the RFCs have.
    parameters: Vec<(&'static str, String)>,
}

/// How its endpoints are known.
#[derive(Clone, Debug)]
enum Place {
    /// It publishes them under this name.
    Published { issuer: String, well_known: WellKnown },
    /// It publishes nothing.
    Known(Box<ServerMetadata>),
}

/// What the tenant of personal accounts calls itself.
const MICROSOFT_CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

impl Provider {
    fn published(issuer: impl Into<String>, well_known: WellKnown) -> Self {
        let place = Place::Published { issuer: issuer.into(), well_known };
        Self { place, tolerances: Tolerances::NONE, parameters: Vec::new() }
    }

    fn tolerating(mut self, quirks: impl IntoIterator<Item = Quirk>) -> Self {
        self.tolerances = quirks.into_iter().fold(self.tolerances, Tolerances::with);
        self
    }

    fn wanting(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.parameters.push((name, value.into()));
        self
    }

    /// A server that publishes what it is, and does what the RFCs say.
    pub fn generic(issuer: impl Into<String>) -> Self {
        Self::published(issuer, WellKnown::default())
    }

    /// Google. A refresh token is asked for by `access_type=offline`, and given again where the user
    /// is asked again: see [`Authorization::prompt`]. Its devices are shown a `verification_url`.
    pub fn google() -> Self {
        Self::published("https://accounts.google.com", WellKnown::OpenId)
            .tolerating([Quirk::VerificationUrl])
            .wanting("access_type", "offline")
    }

    /// Microsoft, for a tenant: its identifier, or `consumers`, which is the tenant of personal accounts;
    /// or `common` and `organizations`, whose issuer names the tenant of whoever signs in. A tenant
    /// calls itself by its identifier: asked for by a domain, it is another issuer than the one that
    /// was asked for, and refused. Native apps are known by `localhost`, and a
    /// refresh token is asked for by the scope `offline_access`.
    ///
    /// # Errors
    /// Of kind `Usage` when the tenant is no single segment of a path.
    pub fn microsoft(tenant: &str) -> Result<Self, Error> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        if tenant.is_empty() || !tenant.bytes().all(fits) || tenant.starts_with('.') {
            return Err(Error::usage("a tenant is an identifier, or one of the three words"));
        }
        let tenant = if tenant == "consumers" { MICROSOFT_CONSUMERS } else { tenant };
        let issuer = format!("https://login.microsoftonline.com/{tenant}/v2.0");
        let provider = Self::published(issuer, WellKnown::OpenId)
            .tolerating([Quirk::LoopbackIsLocalhost, Quirk::ExpiresInIsText]);
        let shared = ["common", "organizations"].contains(&tenant);
        Ok(if shared { provider.tolerating([Quirk::IssuerHasTenant]) } else { provider })
    }

    /// GitHub, which publishes nothing, refuses with the status 200, and writes scopes with commas
    /// between them.
    pub fn github() -> Self {
        let at = |text| Endpoint::new(text, UrlPolicy::Https).ok();
        let mut server = ServerMetadata::nameless();
        server.authorization_endpoint = at("https://github.com/login/oauth/authorize");
        server.token_endpoint = at("https://github.com/login/oauth/access_token");
        server.device_authorization_endpoint = at("https://github.com/login/device/code");
        let place = Place::Known(Box::new(server));
        Self { place, tolerances: Tolerances::NONE, parameters: Vec::new() }
            .tolerating([Quirk::ErrorWithStatus200, Quirk::ScopeHasCommas])
    }

    /// Auth0, for a tenant's domain (`example.eu.auth0.com`, or one of its own) and the API that
    /// tokens are for, which it calls `audience`.
    ///
    /// # Errors
    /// Of kind `Usage` when the domain is none.
    pub fn auth0(domain: &str, audience: Option<&str>) -> Result<Self, Error> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
        if domain.is_empty() || !domain.bytes().all(fits) {
            return Err(Error::usage("a tenant's domain is a host name"));
        }
        // The slash is part of its name.
        let provider = Self::published(format!("https://{domain}/"), WellKnown::OpenId);
        Ok(match audience {
            Some(audience) => provider.wanting("audience", audience),
            None => provider,
        })
    }

    /// The same without its tolerances.
    pub fn strict(mut self) -> Self {
        self.tolerances = Tolerances::NONE;
        self
    }

    /// Which deviations are tolerated.
    #[must_use]
    pub fn tolerances(&self) -> Tolerances {
        self.tolerances
    }

    /// What an authorization request gets beside what the RFCs have.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// How it is asked what it is; nothing where it publishes nothing.
    #[must_use]
    pub fn discover(&self) -> Option<Discover> {
        let Place::Published { issuer, well_known } = &self.place else { return None };
        Some(OAuth2Client::discover(issuer).well_known(*well_known).tolerances(self.tolerances))
    }

    /// Begins a client of it; it is asked what it is where it says so.
    ///
    /// # Errors
    /// As [`Discover::client`].
    ///
    /// # Cancel safety
    /// Dropping the future drops the request.
    pub async fn client(&self, client_id: ClientId) -> Result<Builder, Error> {
        match &self.place {
            Place::Known(server) => {
                Ok(OAuth2Client::builder((**server).clone(), client_id).tolerances(self.tolerances))
            }
            Place::Published { issuer, well_known } => {
                let discover = OAuth2Client::discover(issuer).well_known(*well_known);
                discover.tolerances(self.tolerances).client(client_id).await
            }
        }
    }

    /// Adds to an authorization request what the provider wants in it.
    pub fn authorization(&self, authorization: Authorization) -> Authorization {
        self.parameters().fold(authorization, |asked, (name, value)| asked.parameter(name, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issuer(provider: &Provider) -> Option<&str> {
        match &provider.place {
            Place::Published { issuer, .. } => Some(issuer),
            Place::Known(_) => None,
        }
    }

    #[test]
    fn each_is_where_it_is() {
        assert_eq!(issuer(&Provider::google()), Some("https://accounts.google.com"));
        let tenant = Provider::microsoft("0f1e2d3c").unwrap();
        assert_eq!(issuer(&tenant), Some("https://login.microsoftonline.com/0f1e2d3c/v2.0"));
        let personal = Provider::microsoft("consumers").unwrap();
        let named = format!("https://login.microsoftonline.com/{MICROSOFT_CONSUMERS}/v2.0");
        assert_eq!(issuer(&personal), Some(named.as_str()));
        assert!(!personal.tolerances().contains(Quirk::IssuerHasTenant));
        assert_eq!(issuer(&Provider::auth0("x.auth0.com", None).unwrap()), Some("https://x.auth0.com/"));
        let Place::Known(github) = Provider::github().place else { panic!("GitHub publishes nothing") };
        assert!(github.authorization_endpoint.is_some());
        assert!(github.token_endpoint.is_some() && github.device_authorization_endpoint.is_some());
    }

    #[test]
    fn a_name_cannot_lead_elsewhere() {
        for tenant in ["", "a/b", "..", "a?b", "a#b", "a b", "\u{e9}"] {
            assert!(Provider::microsoft(tenant).is_err(), "{tenant}");
        }
        for domain in ["", "a/b", "a@b", "a:1", "a?b"] {
            assert!(Provider::auth0(domain, None).is_err(), "{domain}");
        }
    }

    #[test]
    fn tolerances_are_those_of_the_profile_and_can_be_taken_back() {
        assert!(Provider::github().tolerances().contains(Quirk::ErrorWithStatus200));
        assert!(!Provider::google().tolerances().contains(Quirk::ErrorWithStatus200));
        assert!(Provider::microsoft("common").unwrap().tolerances().contains(Quirk::IssuerHasTenant));
        assert!(!Provider::microsoft("contoso").unwrap().tolerances().contains(Quirk::IssuerHasTenant));
        assert_eq!(Provider::github().strict().tolerances(), Tolerances::NONE);
        assert_eq!(Provider::generic("https://as.example").tolerances(), Tolerances::NONE);
    }

    #[test]
    fn what_it_wants_is_in_the_request() {
        let parameters: Vec<_> = Provider::google().parameters.into_iter().collect();
        assert_eq!(parameters, [("access_type", "offline".to_owned())]);
        let auth0 = Provider::auth0("x.auth0.com", Some("https://api.example/")).unwrap();
        assert_eq!(auth0.parameters().collect::<Vec<_>>(), [("audience", "https://api.example/")]);
    }
}
