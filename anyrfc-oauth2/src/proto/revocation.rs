//! Tokens that are given back (RFC 7009).

use super::{Client, Exchange};
use crate::{AccessToken, Error, RefreshToken, codec::form::Form, rfc7009};

/// A token that an endpoint is asked about; its type is the hint (RFC 7009, section 2.1; RFC 7662,
/// section 2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Presented {
    /// An access token.
    Access(AccessToken),
    /// A refresh token.
    Refresh(RefreshToken),
}

impl From<AccessToken> for Presented {
    fn from(token: AccessToken) -> Self {
        Self::Access(token)
    }
}

impl From<&AccessToken> for Presented {
    fn from(token: &AccessToken) -> Self {
        Self::Access(token.clone())
    }
}

impl From<RefreshToken> for Presented {
    fn from(token: RefreshToken) -> Self {
        Self::Refresh(token)
    }
}

impl From<&RefreshToken> for Presented {
    fn from(token: &RefreshToken) -> Self {
        Self::Refresh(token.clone())
    }
}

impl Presented {
    /// `token` and `token_type_hint`.
    pub(crate) fn form(&self) -> Form {
        let (token, hint) = match self {
            Self::Access(token) => (token.expose(), "access_token"),
            Self::Refresh(token) => (token.expose(), "refresh_token"),
        };
        let mut form = Form::new();
        form.set("token", token);
        form.set("token_type_hint", hint);
        form
    }
}

impl Client {
    /// Gives a token back (RFC 7009, section 2.1). A server answers the same for one that it does
    /// not know: after `Ok` the token is of no use, and is not to be used any more.
    ///
    /// The answer is `Refused` with `unsupported_token_type` where a server revokes no tokens of
    /// this type, and `Io` with [`Error::retry_after`] where it cannot now: the token still lives.
    ///
    /// # Errors
    /// Of kind `Unsupported` when the server has no such endpoint.
    pub fn revocation(&self, token: impl Into<Presented>) -> Result<Exchange<()>, Error> {
        let endpoint = self.endpoint(
            "revocation_endpoint",
            self.server.revocation_endpoint.as_ref(),
            rfc7009::ENDPOINT_SOURCE_IS_TRUSTED,
        )?;
        Ok(Exchange::form(self, endpoint, token.into().form(), |_, response| {
            // Whatever the body is (section 2.2).
            if response.status() == http::StatusCode::OK {
                return Ok(());
            }
            Err(Error::violation(
                rfc7009::BODY_OF_200_IS_IGNORED,
                "the revocation was answered by another success",
            ))
        }))
    }
}

#[cfg(test)]
mod tests;
