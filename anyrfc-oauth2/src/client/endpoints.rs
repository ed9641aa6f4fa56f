//! The endpoints beside the token endpoint.

use std::sync::Arc;

use anyrfc_jwt::types::Algorithms;

use super::{HttpClient, HttpLimits, OAuth2Client, TokenSource, metadata::send};
use crate::{
    AccessToken, ClientMetadata, Error, IdToken, Introspection, RegisteredClient, ServerMetadata,
    TokenResponse, TokenType, UrlPolicy, UserInfo,
    proto::{
        HttpRequest, HttpResponse, IdTokenValidation, IntrospectionAnswer, Logout, PendingLogout, Presented,
        Registrar, Step, Token,
    },
};

impl OAuth2Client {
    /// Gives a token back (RFC 7009): after `Ok` it is of no use any more, whether the server knew
    /// it or not.
    ///
    /// # Errors
    /// Of kind `Unsupported` when the server has no such endpoint; `Refused` when it revokes no
    /// tokens of this type; `Io` when it cannot now, with [`Error::retry_after`]: the token then
    /// still lives.
    ///
    /// # Cancel safety
    /// Dropping the future drops the request, which may have reached the server.
    pub async fn revoke(&self, token: impl Into<Presented> + Send) -> Result<(), Error> {
        self.run(self.config().revocation(token)?).await
    }

    /// Gives a source's token back (RFC 7009): after `Ok` the source hands it out no more. After an
    /// error it still does, since the token still lives.
    ///
    /// # Errors
    /// As [`revoke`](Self::revoke).
    ///
    /// # Cancel safety
    /// As [`revoke`](Self::revoke): the source then keeps the token.
    pub async fn revoke_from(&self, source: &TokenSource, token: &Token) -> Result<(), Error> {
        self.revoke(token.access_token()).await?;
        source.invalidate(token);
        Ok(())
    }

    /// Asks what a token is good for (RFC 7662). The answer is good now, and is not kept.
    ///
    /// # Errors
    /// Of kind `Unsupported` when the server has no such endpoint; `Auth` when it does not tell
    /// this client; `Protocol` when the answer is none.
    ///
    /// # Cancel safety
    /// Dropping the future drops the request.
    pub async fn introspect(&self, token: impl Into<Presented> + Send) -> Result<Introspection, Error> {
        let answer = self.run(self.config().introspection(token)?).await?;
        self.judge_introspection(answer).await
    }

    /// As [`introspect`](Self::introspect), by an answer that the server signs (RFC 9701).
    ///
    /// # Errors
    /// As [`introspect`](Self::introspect); `Auth` or `Protocol` when the answer is not signed, or
    /// not to be believed.
    ///
    /// # Cancel safety
    /// Dropping the future drops the request.
    pub async fn introspect_signed(
        &self,
        token: impl Into<Presented> + Send,
    ) -> Result<Introspection, Error> {
        let answer = self.run(self.config().signed_introspection(token)?).await?;
        self.judge_introspection(answer).await
    }

    /// As [`introspect`](Self::introspect), by the right of a token of the resource's own instead of
    /// the client's proof.
    ///
    /// # Errors
    /// As [`introspect`](Self::introspect).
    ///
    /// # Cancel safety
    /// Dropping the future drops the request.
    pub async fn introspect_by(
        &self,
        token: impl Into<Presented> + Send,
        authority: &AccessToken,
        token_type: &TokenType,
    ) -> Result<Introspection, Error> {
        let answer = self.run(self.config().introspection_by(token, authority, token_type)?).await?;
        self.judge_introspection(answer).await
    }

    async fn judge_introspection(&self, answer: IntrospectionAnswer) -> Result<Introspection, Error> {
        match answer {
            IntrospectionAnswer::Plain(answer) => Ok(answer),
            IntrospectionAnswer::Signed(answer) => {
                self.judge(answer.token(), |keys| answer.verify(self.config(), keys, &self.now())).await
            }
        }
    }

    /// What an ID token of this client's server has to be; to be completed with what was asked for.
    pub fn id_token_validation(&self) -> IdTokenValidation {
        IdTokenValidation::new(self.config())
    }

    /// Judges an ID token by the server's keys (OpenID Connect Core, section 3.1.3.7).
    ///
    /// # Errors
    /// As [`IdTokenValidation::verify`] and [`keys_for`](Self::keys_for).
    ///
    /// # Cancel safety
    /// As [`keys_for`](Self::keys_for).
    pub async fn verify_id_token(
        &self,
        token: &str,
        validation: &IdTokenValidation,
    ) -> Result<IdToken, Error> {
        // A token by an algorithm that nobody agreed on makes nobody fetch.
        validation.check_algorithm(token)?;
        self.judge(token, |keys| validation.verify(token, keys, &self.now())).await
    }

    /// Judges the ID token that came with `response`, together with the access token.
    ///
    /// # Errors
    /// Of kind `Protocol` when there is none; else as [`verify_id_token`](Self::verify_id_token).
    ///
    /// # Cancel safety
    /// As [`keys_for`](Self::keys_for).
    pub async fn id_token(
        &self,
        response: &TokenResponse,
        validation: IdTokenValidation,
    ) -> Result<IdToken, Error> {
        let Some(token) = &response.id_token else {
            let what = "the answer holds no ID token";
            return Err(Error::violation(crate::rfc6749::TOKEN_RESPONSE_IS_A_JSON_OBJECT, what));
        };
        let validation = validation.access_token(&response.access_token);
        self.verify_id_token(token.expose(), &validation).await
    }

    /// Asks who the user is, and takes the answer only if it is of the subject of `id_token`
    /// (OpenID Connect Core, section 5.3).
    ///
    /// # Errors
    /// Of kind `Unsupported` when the server has no such endpoint; `Auth` when the answer is of
    /// another user, or its signature not to be believed; `Auth` or `Refused`, with
    /// [`Error::denied`], when the token is not taken.
    ///
    /// # Cancel safety
    /// Dropping the future drops the request.
    pub async fn userinfo(&self, token: &TokenResponse, id_token: &IdToken) -> Result<UserInfo, Error> {
        self.userinfo_of(token, &id_token.subject, None).await
    }

    /// As [`userinfo`](Self::userinfo), of this subject; where the answer is signed, by one of these
    /// algorithms.
    ///
    /// # Errors
    /// As [`userinfo`](Self::userinfo).
    ///
    /// # Cancel safety
    /// Dropping the future drops the request.
    pub async fn userinfo_of(
        &self,
        token: &TokenResponse,
        subject: &str,
        algorithms: Option<Algorithms>,
    ) -> Result<UserInfo, Error> {
        let mut request = self.config().userinfo(&token.access_token, &token.token_type)?;
        let answer = loop {
            let ready = self.with_random(|random| request.request(&self.now(), random))?;
            let response = send(&**self.http(), self.limits(), ready).await?;
            if let Step::Done(answer) = request.response(response)? {
                break answer;
            }
        };
        let Some(jwt) = answer.token() else { return answer.accept(subject) };
        self.judge(jwt, |keys| answer.verify(self.config(), subject, algorithms, keys, &self.now())).await
    }

    /// The URL that ends the user's session at the server, by way of the browser, and what it is
    /// recognised by when it comes back.
    pub fn logout_url(&self, logout: Logout) -> (crate::Secret<String>, PendingLogout) {
        self.with_random(|random| logout.url(random))
    }

    /// Registers clients at this server (RFC 7591).
    ///
    /// ```no_run
    /// # use anyrfc_oauth2::{ClientMetadata, Error, OAuth2Client, RedirectUri};
    /// # async fn example() -> Result<(), Error> {
    /// let server = OAuth2Client::discover("https://as.example").fetch().await?;
    /// let redirect = RedirectUri::new("http://127.0.0.1/callback")?;
    /// let app = ClientMetadata::new().name("Example").redirect_uri(redirect).authentication_method("none");
    /// let registered = OAuth2Client::registration(&server).register(&app).await?;
    /// let client = OAuth2Client::builder(server, registered.client_id).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn registration(server: &ServerMetadata) -> Registration {
        Registration {
            server: server.clone(),
            initial: None,
            policy: UrlPolicy::Https,
            http: None,
            limits: HttpLimits::default(),
        }
    }
}

/// How clients are registered, and how they look after that.
#[derive(Clone, Debug)]
#[must_use]
pub struct Registration {
    server: ServerMetadata,
    initial: Option<AccessToken>,
    policy: UrlPolicy,
    http: Option<Arc<dyn HttpClient>>,
    limits: HttpLimits,
}

impl Registration {
    /// What shows that a client may register, where not everyone may (RFC 7591, section 1.3).
    pub fn initial_access_token(mut self, token: AccessToken) -> Self {
        self.initial = Some(token);
        self
    }

    /// Talks to `http` URLs too where they are of this machine: for tests.
    pub fn allow_loopback_http(mut self) -> Self {
        self.policy = UrlPolicy::LoopbackHttp;
        self
    }

    /// Sends by `http` instead of by `reqwest`.
    pub fn http(mut self, http: impl HttpClient + 'static) -> Self {
        self.http = Some(Arc::new(http));
        self
    }

    /// How much of an answer is taken, and how long it may take.
    pub fn limits(mut self, limits: HttpLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Registers a client.
    ///
    /// # Errors
    /// Of kind `Unsupported` when the server registers none; `Usage` when the client says of itself
    /// what cannot be; `Refused` or `Auth` when the server refuses, with [`Error::response`];
    /// `Protocol` when its answer is none, or would have the client managed at another origin.
    ///
    /// # Cancel safety
    /// Dropping the future drops the request: the client may be registered nevertheless.
    pub async fn register(&self, client: &ClientMetadata) -> Result<RegisteredClient, Error> {
        let registrar = self.registrar()?;
        let response = self.send(registrar.register(client)?).await?;
        registrar.registered(&response)
    }

    /// Asks what is registered (RFC 7592, section 2.1): `client` is brought up to date, with its
    /// secret and token where the server has new ones. Keep it.
    ///
    /// # Errors
    /// Of kind `Unsupported` when the server has no clients manage themselves; `Usage` when the URL
    /// for that is of another origin; `Auth` when the client is gone.
    ///
    /// # Cancel safety
    /// Dropping the future drops the request: a new secret or token is lost with its answer.
    pub async fn read(&self, client: &mut RegisteredClient) -> Result<(), Error> {
        let registrar = self.registrar()?;
        let response = self.send(registrar.read(client)?).await?;
        registrar.refreshed(client, &response)
    }

    /// Puts `metadata` in place of all that is registered (RFC 7592, section 2.2).
    ///
    /// # Errors
    /// As [`read`](Self::read) and [`register`](Self::register).
    ///
    /// # Cancel safety
    /// As [`read`](Self::read).
    pub async fn update(
        &self,
        client: &mut RegisteredClient,
        metadata: &ClientMetadata,
    ) -> Result<(), Error> {
        let registrar = self.registrar()?;
        let response = self.send(registrar.update(client, metadata)?).await?;
        registrar.refreshed(client, &response)
    }

    /// Has the server forget the client (RFC 7592, section 2.3).
    ///
    /// # Errors
    /// As [`read`](Self::read); `Refused` when the server does not.
    ///
    /// # Cancel safety
    /// Dropping the future drops the request, which may have reached the server.
    pub async fn delete(&self, client: &RegisteredClient) -> Result<(), Error> {
        let registrar = self.registrar()?;
        let response = self.send(registrar.delete(client)?).await?;
        registrar.deleted(&response)
    }

    fn registrar(&self) -> Result<Registrar, Error> {
        let registrar = Registrar::new(&self.server, self.policy)?;
        Ok(match &self.initial {
            Some(token) => registrar.initial_access_token(token.clone()),
            None => registrar,
        })
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Error> {
        let http = self.http.clone().map_or_else(super::default_http, Ok)?;
        send(&*http, self.limits, request).await
    }
}

#[cfg(test)]
mod tests;
