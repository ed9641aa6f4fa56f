//! What a token endpoint grants, held against what was asked (RFC 6749, section 5.1; RFC 8693, section
//! 2.2.1; RFC 9449, section 5).

use crate::{
    Detail, Error, ErrorKind, RefreshToken, Scope, TokenResponse, TokenType,
    proto::{Client, HttpResponse, exchange::object},
    rfc6749, rfc8693, rfc9449,
};

use super::SecurityToken;

/// What an answer has to be.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expected {
    /// What was asked for; what is granted where the server says nothing.
    pub(crate) asked: Scope,
    /// What the token has to be good for.
    pub(crate) required: Scope,
    /// Whether it answers a token exchange, which may give what is no access token.
    pub(crate) exchange: bool,
}

impl Expected {
    /// Reads and judges a successful answer.
    pub(crate) fn read(&self, client: &Client, response: &HttpResponse) -> Result<TokenResponse, Error> {
        let body = object(client, response, rfc6749::TOKEN_RESPONSE_IS_A_JSON_OBJECT)?;
        let tokens = TokenResponse::read(body, client.tolerances)?;
        self.check_type(client, &tokens)?;
        let missing = self.required.missing_from(&tokens.granted(&self.asked));
        if !missing.is_empty() {
            return Err(Error::new(ErrorKind::Refused, "less was granted than is needed")
                .with_detail(Detail::MissingScope(missing)));
        }
        Ok(tokens)
    }

    fn check_type(&self, client: &Client, tokens: &TokenResponse) -> Result<(), Error> {
        let breach = |requirement, what| Err(Error::violation(requirement, what));
        let issued = tokens.issued_token_type.as_deref();
        if self.exchange && issued.is_none() {
            let what = "the answer does not say what was issued";
            return breach(rfc8693::ISSUED_TOKEN_TYPE_IS_RETURNED, what);
        }
        match (&tokens.token_type, &client.dpop) {
            (TokenType::NotAnAccessToken, _) if !self.exchange => {
                breach(rfc6749::UNKNOWN_TOKEN_TYPE_IS_NOT_USED, "what was granted is no access token")
            }
            (TokenType::NotAnAccessToken, _) if issued == Some(SecurityToken::ACCESS_TOKEN) => {
                let what = "an access token was issued that is said to be none";
                breach(rfc8693::N_A_IS_NO_ACCESS_TOKEN, what)
            }
            (TokenType::Bearer, Some(key)) if !key.takes_bearer() => {
                let what = "the server did not bind the token to the client's key";
                breach(rfc9449::UNBOUND_TOKEN_IS_DISCARDED, what)
            }
            (TokenType::Dpop, None) => {
                let what = "the token is bound to a key, and the client has none";
                breach(rfc6749::UNKNOWN_TOKEN_TYPE_IS_NOT_USED, what)
            }
            _ => Ok(()),
        }
    }
}

impl TokenResponse {
    /// With `old` for a refresh token where the answer holds none: then the old one stays in force
    /// (RFC 6749, section 6). Where the answer holds one, `old` is spent and has to be forgotten.
    #[must_use]
    pub fn keeping(mut self, old: &RefreshToken) -> Self {
        self.refresh_token.get_or_insert_with(|| old.clone());
        self
    }
}
