//! A token for another token (RFC 8693).

use std::sync::Arc;

use anyrfc_core::{Secret, uri::Uri};

use super::{Grant, Kind};
use crate::{AccessToken, Error, RefreshToken, Requirement, rfc8693};

/// The `grant_type` (RFC 8693, section 2.1).
const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

/// What an exchange says by what it is made of: a type without its token is not said at all.
pub(super) const PARAMETERS: [&str; 5] =
    ["subject_token", "subject_token_type", "actor_token", "actor_token_type", "requested_token_type"];

/// A token and of what type it is (RFC 8693, sections 2.1 and 3).
#[derive(Clone, Debug)]
pub struct SecurityToken {
    token: Arc<Secret<String>>,
    token_type: String,
}

impl SecurityToken {
    /// The type of an access token (RFC 8693, section 3).
    pub const ACCESS_TOKEN: &'static str = "urn:ietf:params:oauth:token-type:access_token";
    /// The type of a refresh token.
    pub const REFRESH_TOKEN: &'static str = "urn:ietf:params:oauth:token-type:refresh_token";
    /// The type of an ID token.
    pub const ID_TOKEN: &'static str = "urn:ietf:params:oauth:token-type:id_token";
    /// The type of a SAML 1.1 assertion, in base64url.
    pub const SAML1: &'static str = "urn:ietf:params:oauth:token-type:saml1";
    /// The type of a SAML 2.0 assertion, in base64url.
    pub const SAML2: &'static str = "urn:ietf:params:oauth:token-type:saml2";
    /// The type of a JWT.
    pub const JWT: &'static str = "urn:ietf:params:oauth:token-type:jwt";

    /// A token of the type that a URI names, which need not be one of those that RFC 8693 lists.
    #[must_use]
    pub fn new(token: impl Into<Secret<String>>, token_type: &str) -> Self {
        Self { token: Arc::new(token.into()), token_type: token_type.to_owned() }
    }

    /// An access token.
    #[must_use]
    pub fn access(token: &AccessToken) -> Self {
        Self::new(token.expose(), Self::ACCESS_TOKEN)
    }

    /// A refresh token.
    #[must_use]
    pub fn refresh(token: &RefreshToken) -> Self {
        Self::new(token.expose(), Self::REFRESH_TOKEN)
    }

    /// A JWT.
    #[must_use]
    pub fn jwt(token: impl Into<Secret<String>>) -> Self {
        Self::new(token, Self::JWT)
    }
}

/// What is given for what (RFC 8693, section 2.1). Where the new token shall be used, and for what,
/// is said of the [`Grant`].
#[derive(Clone, Debug)]
#[must_use]
pub struct TokenExchange {
    subject: SecurityToken,
    actor: Option<SecurityToken>,
    requested: Option<String>,
}

impl TokenExchange {
    /// A token in the name of whom `subject` is of.
    pub fn new(subject: SecurityToken) -> Self {
        Self { subject, actor: None, requested: None }
    }

    /// Who acts for the subject.
    pub fn actor(mut self, actor: SecurityToken) -> Self {
        self.actor = Some(actor);
        self
    }

    /// The URI of the type of token that is wanted; the server chooses by default.
    pub fn requested_token_type(mut self, token_type: &str) -> Self {
        self.requested = Some(token_type.to_owned());
        self
    }

    pub(super) fn into_grant(self) -> Grant {
        let mut grant = Grant::new(Kind::Exchange, TOKEN_EXCHANGE);
        let mut tokens = vec![("subject_token", "subject_token_type", self.subject)];
        tokens.extend(self.actor.map(|actor| ("actor_token", "actor_token_type", actor)));
        for (name, type_name, SecurityToken { token, token_type }) in tokens {
            if let Err(error) = check(&token, &token_type) {
                grant.refuse(error);
            }
            grant.own.push((name, token));
            grant = grant.with(type_name, token_type);
        }
        if let Some(requested) = self.requested {
            if let Err(error) = check_type(&requested, rfc8693::REQUESTED_TOKEN_TYPE_MAY_BE_LEFT_OUT) {
                grant.refuse(error);
            }
            grant = grant.with("requested_token_type", requested);
        }
        grant
    }
}

fn check(token: &Secret<String>, token_type: &str) -> Result<(), Error> {
    if token.expose().is_empty() {
        return Err(Error::unfit(rfc8693::SUBJECT_TOKEN_IS_SENT, "a token to be exchanged is empty"));
    }
    check_type(token_type, rfc8693::SUBJECT_TOKEN_TYPE_IS_SENT)
}

fn check_type(token_type: &str, requirement: &'static Requirement) -> Result<(), Error> {
    match Uri::parse(token_type) {
        Ok(_) => Ok(()),
        Err(error) => Err(Error::unfit(requirement, "the type of a token is no URI").with_source(error)),
    }
}
