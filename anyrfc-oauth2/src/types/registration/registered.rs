//! What a server made of a client.

use anyrfc_core::Secret;
use anyrfc_jwt::types::NumericDate;
use serde_json::{Map, Value};

use super::{ClientMetadata, OF_THE_SERVER, is_in};
use crate::{AccessToken, ClientId, ClientSecret, Endpoint, Error, UrlPolicy, rfc7591, rfc7592};

/// How long a secret lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecretLife {
    /// Without end: `client_secret_expires_at` was 0 (RFC 7591, section 3.2.1).
    Forever,
    /// Until then.
    Until(NumericDate),
}

/// A client as a server has registered it (RFC 7591, section 3.2.1; RFC 7592, section 3).
///
/// It holds secrets: keep what [`to_secret_json`](Self::to_secret_json) gives where only this
/// client can read it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RegisteredClient {
    /// What the server calls the client.
    pub client_id: ClientId,
    /// By what it proves to be that.
    pub client_secret: Option<ClientSecret>,
    /// How long the secret lives.
    pub client_secret_life: Option<SecretLife>,
    /// When it was registered.
    pub client_id_issued_at: Option<NumericDate>,
    /// What the registration is managed by (RFC 7592): sent nowhere but to the URL beside it.
    pub registration_access_token: Option<AccessToken>,
    /// Where it is managed: at the origin of the registration endpoint.
    pub registration_client_uri: Option<Endpoint>,
    /// What the server has registered, which may differ from what was asked for. Without the
    /// secret and the token.
    pub document: Map<String, Value>,
}

impl RegisteredClient {
    pub(crate) fn read(
        mut document: Map<String, Value>,
        endpoint: &Endpoint,
        policy: UrlPolicy,
    ) -> Result<Self, Error> {
        let breach = |requirement, what: &'static str| Error::violation(requirement, what);
        let secret = take(&mut document, "client_secret")?;
        let token = take(&mut document, "registration_access_token")?;
        let Some(client_id) = text(&document, "client_id")? else {
            return Err(breach(rfc7591::CLIENT_ID_IS_SENT, "the answer names no client_id"));
        };
        let client_id = ClientId::new(client_id).map_err(|error| {
            breach(rfc7591::CLIENT_ID_IS_SENT, "client_id is no client identifier").with_source(error)
        })?;
        let client_secret = secret.map(ClientSecret::new).transpose().map_err(|error| {
            breach(rfc7591::CLIENT_SECRET_IS_OPTIONAL, "client_secret is none").with_source(error)
        })?;
        let client_secret_life = match date(&document, "client_secret_expires_at")? {
            None if client_secret.is_some() => {
                return Err(breach(
                    rfc7591::SECRET_EXPIRY_IS_SENT,
                    "a secret comes without saying how long it lives",
                ));
            }
            None => None,
            Some(date) if date == NumericDate::new(0) => Some(SecretLife::Forever),
            Some(date) => Some(SecretLife::Until(date)),
        };
        let registration_access_token = token.map(AccessToken::new).transpose().map_err(|error| {
            breach(rfc7592::REGISTRATION_TOKEN_IS_SENT, "registration_access_token is none")
                .with_source(error)
        })?;
        let registration_client_uri = match text(&document, "registration_client_uri")? {
            None => None,
            Some(url) => Some(Endpoint::new(url, policy).map_err(|error| {
                breach(rfc7592::REGISTRATION_URI_IS_SENT, "registration_client_uri cannot be used")
                    .with_source(error)
            })?),
        };
        match (&registration_client_uri, &registration_access_token) {
            (Some(url), _) if !url.uri().same_origin(endpoint.uri()) => {
                // The token would go to whoever is there.
                return Err(breach(
                    rfc7592::REGISTRATION_TOKEN_STAYS_AT_ITS_ENDPOINT,
                    "registration_client_uri is of another origin than the registration endpoint",
                ));
            }
            (None, Some(_)) => {
                return Err(breach(
                    rfc7592::REGISTRATION_URI_IS_SENT,
                    "a token to manage comes without its URL",
                ));
            }
            (Some(_), None) => {
                return Err(breach(
                    rfc7592::REGISTRATION_TOKEN_IS_SENT,
                    "a URL to manage comes without its token",
                ));
            }
            _ => {}
        }
        Ok(Self {
            client_id,
            client_secret,
            client_secret_life,
            client_id_issued_at: date(&document, "client_id_issued_at")?,
            registration_access_token,
            registration_client_uri,
            document,
        })
    }

    /// What has changed, taken over: the old secret and token are forgotten where new ones came
    /// (RFC 7592, sections 2.1 and 2.2). A read may leave out what did not change.
    pub(crate) fn replace(&mut self, new: Self) -> Result<(), Error> {
        if new.client_id != self.client_id {
            let what = "the registration that came is of another client";
            return Err(Error::violation(rfc7592::READ_KEEPS_THE_CLIENT_ID, what));
        }
        let old = std::mem::replace(self, new);
        if self.client_secret.is_none() && old.client_secret.is_some() {
            self.client_secret = old.client_secret;
            self.client_secret_life = old.client_secret_life;
        }
        if self.registration_access_token.is_none() {
            self.registration_access_token = old.registration_access_token;
            self.registration_client_uri = old.registration_client_uri;
        }
        Ok(())
    }

    /// A text of what was registered.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.document.get(name).and_then(Value::as_str)
    }

    /// A text of what was registered, in the language of this tag in whatever letter case
    /// (RFC 7591, section 2.2). What has no tag is of no language that could be known: it is had
    /// by [`text`](Self::text).
    #[must_use]
    pub fn text_in(&self, name: &str, tag: &str) -> Option<&str> {
        let member = self.document.iter().find(|(member, _)| is_in(member, name, tag));
        member.and_then(|(_, text)| text.as_str())
    }

    /// What the client asks the token endpoint for: `authorization_code` where nothing is said
    /// (RFC 7591, section 2).
    #[must_use]
    pub fn grant_types(&self) -> Vec<&str> {
        self.listed("grant_types", "authorization_code")
    }

    /// What the client asks the authorization endpoint for: `code` where nothing is said (RFC 7591,
    /// section 2).
    #[must_use]
    pub fn response_types(&self) -> Vec<&str> {
        self.listed("response_types", "code")
    }

    fn listed(&self, name: &str, default: &'static str) -> Vec<&str> {
        match self.document.get(name).and_then(Value::as_array) {
            Some(list) => list.iter().filter_map(Value::as_str).collect(),
            None => vec![default],
        }
    }

    /// How the client proves who it is (RFC 7591, section 2).
    #[must_use]
    pub fn token_endpoint_auth_method(&self) -> &str {
        self.text("token_endpoint_auth_method").unwrap_or("client_secret_basic")
    }

    /// What was registered, to be changed and sent as an update: members that have a field in
    /// [`ClientMetadata`] and can stand there; the others stay with the server (RFC 7592,
    /// section 2.2).
    ///
    /// # Errors
    /// Of kind `Protocol` when the server has registered what cannot be.
    pub fn metadata(&self) -> Result<ClientMetadata, Error> {
        ClientMetadata::of(&self.document)
    }

    /// All of it, secrets included: to be kept, and read again by [`parse`](Self::parse).
    #[must_use]
    pub fn to_secret_json(&self) -> Secret<String> {
        let mut document = self.document.clone();
        if let Some(secret) = &self.client_secret {
            document.insert("client_secret".into(), secret.expose().into());
        }
        if let Some(token) = &self.registration_access_token {
            document.insert("registration_access_token".into(), token.expose().into());
        }
        // What a read left out is still so.
        if let Some(url) = &self.registration_client_uri {
            document.insert("registration_client_uri".into(), url.as_str().into());
        }
        let life = match self.client_secret_life {
            // With its fraction: a whole zero would be for ever.
            Some(SecretLife::Until(date)) => serde_json::to_value(date).ok(),
            Some(SecretLife::Forever) => Some(0.into()),
            None => None,
        };
        if let Some(life) = life {
            document.insert("client_secret_expires_at".into(), life);
        }
        Secret::new(Value::Object(document).to_string())
    }
}

impl ClientMetadata {
    /// What a document says, as far as there are fields for it.
    fn of(document: &Map<String, Value>) -> Result<Self, Error> {
        let owned = |name| text(document, name).map(|text| text.map(str::to_owned));
        let uris = |name| {
            let list = list(document, name)?.into_iter();
            list.map(|uri| {
                crate::RedirectUri::new(&uri).map_err(|error| {
                    Error::violation(rfc7591::REDIRECT_URI_IS_SAFE, "a registered URI is none")
                        .with_source(error)
                })
            })
            .collect::<Result<Vec<_>, Error>>()
        };
        let keys = document.get("jwks").filter(|keys| !keys.is_null()).map(|keys| {
            serde_json::from_value(keys.clone()).map_err(|_| {
                Error::violation(rfc7591::JWKS_IS_A_JWK_SET, "the registered keys are no JWK Set")
            })
        });
        let flag = |name| document.get(name).and_then(Value::as_bool).unwrap_or_default();
        Ok(Self {
            redirect_uris: uris("redirect_uris")?,
            token_endpoint_auth_method: owned("token_endpoint_auth_method")?,
            token_endpoint_auth_signing_alg: owned("token_endpoint_auth_signing_alg")?,
            grant_types: list(document, "grant_types")?,
            response_types: list(document, "response_types")?,
            client_name: owned("client_name")?,
            client_uri: owned("client_uri")?,
            logo_uri: owned("logo_uri")?,
            scope: crate::types::token::scope(document.get("scope"), crate::Tolerances::NONE)?,
            contacts: list(document, "contacts")?,
            tos_uri: owned("tos_uri")?,
            policy_uri: owned("policy_uri")?,
            jwks_uri: owned("jwks_uri")?,
            jwks: keys.transpose()?,
            software_id: owned("software_id")?,
            software_version: owned("software_version")?,
            software_statement: owned("software_statement")?,
            post_logout_redirect_uris: uris("post_logout_redirect_uris")?,
            id_token_signed_response_alg: owned("id_token_signed_response_alg")?,
            dpop_bound_access_tokens: flag("dpop_bound_access_tokens"),
            tls_client_certificate_bound_access_tokens: flag("tls_client_certificate_bound_access_tokens"),
            require_pushed_authorization_requests: flag("require_pushed_authorization_requests"),
            extra: document
                .iter()
                .filter(|(name, value)| {
                    !super::is_known(name) && !OF_THE_SERVER.contains(&name.as_str()) && !value.is_null()
                })
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        })
    }
}

fn wrong(name: &str) -> Error {
    let what = format!("{name} of the registration is not of its type");
    Error::violation(rfc7591::REGISTERED_METADATA_IS_RETURNED, what)
}

/// A secret text, taken out.
fn take(document: &mut Map<String, Value>, name: &str) -> Result<Option<Secret<String>>, Error> {
    match document.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(Secret::new(text))),
        Some(_) => Err(wrong(name)),
    }
}

fn text<'a>(document: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, Error> {
    match document.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(wrong(name)),
    }
}

fn list(document: &Map<String, Value>, name: &str) -> Result<Vec<String>, Error> {
    match document.get(name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(value) => serde_json::from_value(value.clone()).map_err(|_| wrong(name)),
    }
}

fn date(document: &Map<String, Value>, name: &str) -> Result<Option<NumericDate>, Error> {
    match document.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => serde_json::from_value(value.clone()).map(Some).map_err(|_| wrong(name)),
    }
}
