//! Tokens by one request.

#[cfg(test)]
mod tests;

use anyrfc_core::Secret;

use super::OAuth2Client;
use crate::{
    Error, RefreshToken, Scope, TokenResponse,
    proto::{Assertion, Grant, TokenExchange, grant_options},
};

/// A request for a token, not sent yet.
#[derive(Debug)]
#[must_use = "nothing is asked before `send`"]
pub struct TokenRequest {
    client: OAuth2Client,
    grant: Grant,
}

impl TokenRequest {
    grant_options!();

    /// Who shall take the token, by a name that the server knows (RFC 8693, section 2.1); one more
    /// each time.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.grant = self.grant.audience(audience);
        self
    }

    /// What a refresh token was granted for, where it is refreshed for less (RFC 6749, section 6), or
    /// what whoever an assertion speaks for was granted (RFC 7521, section 4.1).
    pub fn granted(mut self, scope: Scope) -> Self {
        self.grant = self.grant.granted(scope);
        self
    }

    /// Asks for the token.
    ///
    /// # Errors
    /// Of kind `Usage` or `Unsupported` when it cannot be asked for so, before anything is sent;
    /// `Auth` or `Refused` when the server refuses, with what it said in [`Error::response`] or
    /// what is missing in [`Error::missing_scope`]; `Protocol` when the answer is not what an RFC
    /// says, as where a token is not bound that was to be (RFC 9449, section 5); else what the
    /// [`HttpClient`](super::HttpClient) returns.
    ///
    /// # Cancel safety
    /// Dropping the future drops the request, which may have reached the server: a refresh token
    /// may be spent by it. A `TokenSource` loses nothing.
    pub async fn send(self) -> Result<TokenResponse, Error> {
        self.client.run(self.grant.exchange(self.client.config())?).await
    }
}

impl OAuth2Client {
    /// Any grant.
    pub fn grant(&self, grant: Grant) -> TokenRequest {
        TokenRequest { client: self.clone(), grant }
    }

    /// The client's own access (RFC 6749, section 4.4).
    pub fn client_credentials(&self) -> TokenRequest {
        self.grant(Grant::client_credentials())
    }

    /// Another access token for a refresh token (RFC 6749, section 6). An answer without a refresh
    /// token leaves the old one in force: [`TokenResponse::keeping`] puts it in.
    pub fn refresh(&self, token: &RefreshToken) -> TokenRequest {
        self.grant(Grant::refresh(token))
    }

    /// A token for a JWT that is made and signed here (RFC 7523, section 2.1).
    pub fn jwt_bearer(&self, assertion: Assertion) -> TokenRequest {
        self.grant(Grant::jwt_bearer(assertion))
    }

    /// A token for another token (RFC 8693).
    pub fn token_exchange(&self, exchange: TokenExchange) -> TokenRequest {
        self.grant(Grant::token_exchange(exchange))
    }

    /// A token for the user's own password, where a server knows nothing better (RFC 6749, section
    /// 4.3; RFC 9700, section 2.4).
    pub fn deprecated_password(&self, username: &str, password: impl Into<Secret<String>>) -> TokenRequest {
        self.grant(Grant::deprecated_password(username, password))
    }
}
