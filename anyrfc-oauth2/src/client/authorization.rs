//! The authorization code grant (RFC 6749, section 4.1), sent.

#[cfg(test)]
mod tests;

use anyrfc_jwt::proto::KeySource;

use super::OAuth2Client;
use crate::{
    Error, RedirectUri, TokenResponse,
    codec::callback::Callback,
    proto::{Authorization, AuthorizationRequest, Pending, Start},
};

impl OAuth2Client {
    /// What the user is to be asked for, to be filled in and given to [`begin`](Self::begin).
    ///
    /// ```no_run
    /// # use anyrfc_oauth2::{OAuth2Client, Scope, client::Loopback};
    /// # async fn sign_in(client: &OAuth2Client, open: impl Fn(&str)) -> Result<(), anyrfc_oauth2::Error> {
    /// // Bound before there is a URL, so that nobody else gets the answer.
    /// let mut loopback = Loopback::bind()?;
    /// let asked = client.authorization_code(loopback.redirect_uri()).scope(Scope::new("mail.read")?);
    /// let request = client.begin(asked).await?;
    /// open(request.url());
    /// let callback = loopback.callback(request.pending()).await?;
    /// let token = client.finish(request.into_pending(), &callback).await?;
    /// # Ok(()) }
    /// ```
    pub fn authorization_code(&self, redirect_uri: RedirectUri) -> Authorization {
        Authorization::new(self.config(), redirect_uri)
    }

    /// Begins: draws state, nonce and verifier and, where the request is to be pushed (RFC 9126),
    /// pushes it. Then the user's browser is sent to [`AuthorizationRequest::url`].
    ///
    /// # Errors
    /// What [`Authorization::start`] and [`run`](Self::run) return.
    ///
    /// # Cancel safety
    /// Dropping the future loses a request that nobody has seen; begin another.
    pub async fn begin(&self, authorization: Authorization) -> Result<AuthorizationRequest, Error> {
        match self.with_random(|random| authorization.start(&self.now(), random))? {
            Start::Ready(request) => Ok(request),
            Start::Push(exchange) => self.run(exchange).await,
        }
    }

    /// Judges the answer and exchanges its code for tokens. Nothing is sent unless the answer is the
    /// one that was waited for.
    ///
    /// # Errors
    /// What [`Pending::redeem`] and [`run`](Self::run) return.
    ///
    /// # Cancel safety
    /// The code works once: a future that is dropped loses it, and the user has to be asked again.
    pub async fn finish(&self, pending: Pending, callback: &Callback) -> Result<TokenResponse, Error> {
        self.run(pending.redeem(self.config(), callback)?).await
    }

    /// As [`finish`](Self::finish), for an answer that is a signed JWT (JARM), verified by the
    /// server's `keys`.
    ///
    /// # Errors
    /// What [`Pending::redeem_signed`] and [`run`](Self::run) return.
    ///
    /// # Cancel safety
    /// As [`finish`](Self::finish).
    pub async fn finish_signed<K: KeySource + Sync + ?Sized>(
        &self,
        pending: Pending,
        callback: &Callback,
        keys: &K,
    ) -> Result<TokenResponse, Error> {
        self.run(pending.redeem_signed(self.config(), callback, keys, &self.now())?).await
    }
}
