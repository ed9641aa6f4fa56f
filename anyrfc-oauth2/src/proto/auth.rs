//! How a client proves who it is (RFC 6749, section 2.3; RFC 7523; RFC 8705).

mod assertion;
#[cfg(test)]
mod tests;

use anyrfc_core::Secret;
use anyrfc_jwt::{proto::SigningKey, types::JwsAlgorithm};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderValue, header::AUTHORIZATION};

pub use assertion::{Assertion, Audience};

use super::{Client, Moment, Random};
use crate::{ClientSecret, Endpoint, Error, ErrorKind, codec::form::Form, rfc7523};

/// How a client proves who it is.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum ClientAuthentication {
    /// Not at all: a public client, which sends its `client_id` (RFC 6749, section 3.2.1).
    #[default]
    None,
    /// `client_secret_basic`: HTTP Basic, form-encoded (RFC 6749, section 2.3.1).
    SecretBasic(ClientSecret),
    /// `client_secret_post`: in the body, for servers that cannot do better (section 2.3.1).
    SecretPost(ClientSecret),
    /// `private_key_jwt` or `client_secret_jwt`: by an assertion, made anew for each attempt
    /// (RFC 7523, section 2.2).
    Assertion(ClientAssertion),
    /// `tls_client_auth`: by the certificate of the connection, which an authority vouches for
    /// (RFC 8705, section 2.1). The [`HttpClient`](crate::client::HttpClient) has to present it.
    TlsClientAuth,
    /// `self_signed_tls_client_auth`: by the certificate of the connection, which the server knows
    /// (RFC 8705, section 2.2). The [`HttpClient`](crate::client::HttpClient) has to present it.
    SelfSignedTlsClientAuth,
}

/// What makes the assertions that a client proves itself by: both `iss` and `sub` are its
/// `client_id`, `jti` is new each time, and `exp` is a minute away (RFC 7523, section 3).
#[derive(Clone, Debug)]
pub struct ClientAssertion {
    assertion: Assertion,
    symmetric: bool,
}

impl ClientAssertion {
    /// By which algorithm they are signed.
    #[must_use]
    pub fn algorithm(&self) -> JwsAlgorithm {
        self.assertion.algorithm()
    }

    /// For another audience than the server's issuer, where a server knows itself by its token
    /// endpoint alone.
    #[must_use]
    pub fn audience(mut self, audience: Audience) -> Self {
        self.assertion = self.assertion.audience(audience);
        self
    }
}

impl From<ClientAssertion> for ClientAuthentication {
    fn from(assertion: ClientAssertion) -> Self {
        Self::Assertion(assertion)
    }
}

impl ClientAuthentication {
    /// `private_key_jwt`: by assertions that `key` signs. Its `kid` stands in their headers.
    ///
    /// # Errors
    /// Of kind `Usage` when the key is symmetric: that is [`client_secret_jwt`](Self::client_secret_jwt).
    pub fn private_key_jwt(key: &SigningKey) -> Result<ClientAssertion, Error> {
        if key.algorithm().is_symmetric() {
            let what = "private_key_jwt needs an asymmetric key";
            return Err(Error::unfit(rfc7523::JWT_IS_SIGNED, what));
        }
        Ok(ClientAssertion { assertion: Assertion::new(key)?, symmetric: false })
    }

    /// `client_secret_jwt`: by assertions under a MAC whose key is the client's secret.
    ///
    /// # Errors
    /// Of kind `Usage` when the secret is shorter than the algorithm's hash (RFC 7518, section
    /// 3.2), or when the algorithm is no HMAC.
    pub fn client_secret_jwt(
        secret: &ClientSecret,
        algorithm: JwsAlgorithm,
    ) -> Result<ClientAssertion, Error> {
        let octets = Secret::new(secret.expose().as_bytes().to_vec());
        let key = SigningKey::hmac(algorithm, &octets)?;
        Ok(ClientAssertion { assertion: Assertion::new(&key)?, symmetric: true })
    }

    /// The method's registered name (RFC 7591, section 2; RFC 8705, sections 2.1.1 and 2.2.1).
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::SecretBasic(_) => "client_secret_basic",
            Self::SecretPost(_) => "client_secret_post",
            Self::Assertion(ClientAssertion { symmetric: true, .. }) => "client_secret_jwt",
            Self::Assertion(_) => "private_key_jwt",
            Self::TlsClientAuth => "tls_client_auth",
            Self::SelfSignedTlsClientAuth => "self_signed_tls_client_auth",
        }
    }

    /// Whether the connection carries a client certificate.
    #[must_use]
    pub fn uses_certificate(&self) -> bool {
        matches!(self, Self::TlsClientAuth | Self::SelfSignedTlsClientAuth)
    }

    /// Puts the proof into a request. Each attempt gets one of its own: an assertion is never sent
    /// twice (RFC 7523, section 3).
    pub(crate) fn apply(
        &self,
        client: &Client,
        endpoint: &Endpoint,
        form: &mut Form,
        headers: &mut HeaderMap,
        now: &Moment,
        random: &mut Random,
    ) -> Result<(), Error> {
        self.check_support(client, endpoint)?;
        match self {
            Self::None | Self::TlsClientAuth | Self::SelfSignedTlsClientAuth => {
                form.set("client_id", client.client_id.as_str());
            }
            Self::SecretBasic(secret) => {
                headers.insert(AUTHORIZATION, basic(client.client_id.as_str(), secret)?);
            }
            Self::SecretPost(secret) => {
                form.set("client_id", client.client_id.as_str());
                form.set("client_secret", secret.expose().to_owned());
            }
            Self::Assertion(ClientAssertion { assertion, .. }) => {
                let id = client.client_id.as_str();
                form.set("client_id", id);
                form.set("client_assertion_type", assertion::CLIENT_ASSERTION_TYPE);
                form.set("client_assertion", assertion.sign_as(Some(id), client, now, random)?);
            }
        }
        Ok(())
    }

    /// Whether the server says that it takes this method at `endpoint` (RFC 8414, section 2), and
    /// its algorithm. That a client is public is no method: servers that take public clients do
    /// not list `none`, or not all of them.
    fn check_support(&self, client: &Client, endpoint: &Endpoint) -> Result<(), Error> {
        let server = &client.server;
        let at = |named: &Option<Endpoint>, name| {
            named.as_ref().is_some_and(|named| named == endpoint || server.over_mtls(name, named) == endpoint)
        };
        let prefix = if at(&server.revocation_endpoint, "revocation_endpoint") {
            "revocation"
        } else if at(&server.introspection_endpoint, "introspection_endpoint") {
            "introspection"
        } else {
            "token"
        };
        let lists = |what: &str, value: &str| {
            let list =
                server.document.get(&format!("{prefix}_endpoint_auth_{what}_supported"))?.as_array()?;
            Some(list.iter().any(|known| known.as_str() == Some(value)))
        };
        let methods = &server.token_endpoint_auth_methods_supported;
        let method = match prefix {
            "token" if !methods.is_empty() => Some(methods.contains(self.name())),
            _ => lists("methods", self.name()),
        };
        let unsupported = |what: String| Err(Error::new(ErrorKind::Unsupported, what));
        match self {
            Self::None => Ok(()),
            _ if method == Some(false) => unsupported(format!(
                "the server does not list {} among its ways to authenticate",
                self.name()
            )),
            Self::Assertion(ClientAssertion { assertion, .. })
                if lists("signing_alg_values", assertion.algorithm().name()) == Some(false) =>
            {
                unsupported("the server does not list the algorithm of the client's assertions".to_owned())
            }
            _ => Ok(()),
        }
    }
}

/// The credentials of HTTP Basic, each form-encoded first (RFC 6749, section 2.3.1).
fn basic(client_id: &str, secret: &ClientSecret) -> Result<HeaderValue, Error> {
    let pair = Secret::new(format!("{}:{}", Form::escape(client_id), Form::escape(secret.expose())));
    let credentials = Secret::new(format!("Basic {}", STANDARD.encode(pair.expose())));
    let mut value = HeaderValue::try_from(credentials.expose()).map_err(|error| {
        Error::usage("the client's credentials are beyond a header field").with_source(error)
    })?;
    value.set_sensitive(true);
    Ok(value)
}
