//! The authorization code grant (RFC 6749, section 4.1), sent.

#[cfg(test)]
mod tests;

use anyrfc_jwt::proto::KeySource;

use super::OAuth2Client;
use crate::{
    Error, IdToken, RedirectUri, TokenResponse,
    codec::callback::Callback,
    proto::{Authorization, AuthorizationRequest, IdTokenValidation, Pending, Start},
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

    /// Judges the answer and exchanges its code for tokens. Nothing is sent to the token endpoint
    /// unless the answer is the one that was waited for. One that is signed (JARM) is verified by the
    /// server's keys, which are fetched where they are not known.
    ///
    /// Whoever wants to know who the user is calls [`sign_in`](Self::sign_in) instead: the ID token
    /// here is not judged.
    ///
    /// # Errors
    /// What [`Pending::redeem`], [`keys_for`](Self::keys_for) and [`run`](Self::run) return.
    ///
    /// # Cancel safety
    /// The code works once: a future that is dropped loses it, and the user has to be asked again.
    pub async fn finish(&self, pending: Pending, callback: &Callback) -> Result<TokenResponse, Error> {
        if !pending.expects_signed() {
            return self.run(pending.redeem(self.config(), callback)?).await;
        }
        let keys = self.keys_for(pending.signed_answer(callback)?).await?;
        self.finish_signed(pending, callback, &*keys).await
    }

    /// As [`finish`](Self::finish), for a signed answer and keys of the caller's.
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

    /// As [`finish`](Self::finish), and judges the ID token (OpenID Connect Core, section 3.1.3.7):
    /// by what was asked for, and by the algorithm that a registration without a word agrees on. The
    /// tokens are lost where it is not to be believed.
    ///
    /// # Errors
    /// As [`finish`](Self::finish) and [`id_token`](Self::id_token); `Usage` when `openid` was not
    /// asked for.
    ///
    /// # Cancel safety
    /// As [`finish`](Self::finish).
    pub async fn sign_in(
        &self,
        pending: Pending,
        callback: &Callback,
    ) -> Result<(TokenResponse, IdToken), Error> {
        self.sign_in_by(pending, callback, |validation| validation).await
    }

    /// As [`sign_in`](Self::sign_in), with more to be said of what the ID token has to be.
    ///
    /// # Errors
    /// As [`sign_in`](Self::sign_in).
    ///
    /// # Cancel safety
    /// As [`finish`](Self::finish).
    pub async fn sign_in_by(
        &self,
        pending: Pending,
        callback: &Callback,
        complete: impl FnOnce(IdTokenValidation) -> IdTokenValidation + Send,
    ) -> Result<(TokenResponse, IdToken), Error> {
        if pending.nonce().is_none() {
            return Err(Error::usage("who the user is was not asked for: the scope has no `openid`"));
        }
        let validation = complete(pending.id_token_validation(self.config()));
        let tokens = self.finish(pending, callback).await?;
        let id_token = self.id_token(&tokens, validation).await?;
        Ok((tokens, id_token))
    }
}
