//! How a client proves who it is (RFC 6749, section 2.3; RFC 7523; RFC 8705).

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderValue, header::AUTHORIZATION};

use super::{Client, Moment, Random};
use crate::{ClientSecret, Error, codec::form::Form};

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
}

impl ClientAuthentication {
    /// The method's registered name (RFC 7591, section 2).
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::SecretBasic(_) => "client_secret_basic",
            Self::SecretPost(_) => "client_secret_post",
        }
    }

    /// Whether the connection carries a client certificate.
    #[must_use]
    pub fn uses_certificate(&self) -> bool {
        false
    }

    /// Puts the proof into a request. Each attempt gets one of its own: an assertion is never sent
    /// twice (RFC 7523, section 3).
    pub(crate) fn apply(
        &self,
        client: &Client,
        form: &mut Form,
        headers: &mut HeaderMap,
        _now: &Moment,
        _random: &mut Random,
    ) -> Result<(), Error> {
        match self {
            Self::None => form.set("client_id", client.client_id.as_str()),
            Self::SecretBasic(secret) => {
                let pair =
                    format!("{}:{}", Form::escape(client.client_id.as_str()), Form::escape(secret.expose()));
                let mut value =
                    HeaderValue::try_from(format!("Basic {}", STANDARD.encode(pair))).map_err(|error| {
                        Error::usage("the client's credentials are beyond a header field").with_source(error)
                    })?;
                value.set_sensitive(true);
                headers.insert(AUTHORIZATION, value);
            }
            Self::SecretPost(secret) => {
                form.set("client_id", client.client_id.as_str());
                form.set("client_secret", secret.expose().to_owned());
            }
        }
        Ok(())
    }
}
