//! Tokens that are looked into (RFC 7662; RFC 9701).

use std::sync::Arc;

use anyrfc_jwt::{
    proto::{KeySource, Validation},
    types::{Algorithms, NumericDate},
};
use http::{StatusCode, header::CONTENT_TYPE};
use serde_json::Value;

use super::{
    Client, Exchange, HttpResponse, Moment, Presented,
    exchange::Proof,
    id_token::{allow_algorithm, asymmetric},
};
use crate::{AccessToken, Error, Introspection, Secret, TokenType, codec::json, rfc7662};

/// The media type of a signed answer (RFC 9701, section 5).
const SIGNED: &str = "application/token-introspection+jwt";

/// An answer of the introspection endpoint.
#[derive(Debug)]
#[non_exhaustive]
pub enum IntrospectionAnswer {
    /// As JSON: as trustworthy as the connection.
    Plain(Introspection),
    /// As a JWT (RFC 9701), not verified yet.
    Signed(SignedIntrospection),
}

impl Client {
    /// Asks what a token is good for (RFC 7662, section 2.1). The client authenticates, since
    /// nobody else is told.
    ///
    /// # Errors
    /// Of kind `Unsupported` when the server has no such endpoint.
    pub fn introspection(&self, token: impl Into<Presented>) -> Result<Exchange<IntrospectionAnswer>, Error> {
        self.introspect(token.into(), "application/json")
    }

    /// As [`introspection`](Self::introspection), for a signed answer (RFC 9701, section 4); one
    /// that is not signed is refused.
    ///
    /// # Errors
    /// Of kind `Unsupported` when the server has no such endpoint.
    pub fn signed_introspection(
        &self,
        token: impl Into<Presented>,
    ) -> Result<Exchange<IntrospectionAnswer>, Error> {
        self.introspect(token.into(), SIGNED)
    }

    /// As [`introspection`](Self::introspection), by the right of a token of the resource's own
    /// instead of the client's proof (RFC 7662, section 2.1).
    ///
    /// # Errors
    /// Of kind `Unsupported` when the server has no such endpoint.
    pub fn introspection_by(
        &self,
        token: impl Into<Presented>,
        authority: &AccessToken,
        token_type: &TokenType,
    ) -> Result<Exchange<IntrospectionAnswer>, Error> {
        let exchange = self.introspect(token.into(), "application/json")?;
        Ok(exchange.proving(Proof::Token(authority.clone(), token_type.clone())))
    }

    fn introspect(
        &self,
        token: Presented,
        accept: &'static str,
    ) -> Result<Exchange<IntrospectionAnswer>, Error> {
        let endpoint = self.endpoint(
            "introspection_endpoint",
            self.server.introspection_endpoint.as_ref(),
            rfc7662::REQUEST_IS_A_FORM_POST,
        )?;
        let read = move |_: &Client, response: &HttpResponse| read(response, accept == SIGNED);
        Ok(Exchange::form(self, endpoint, token.form(), read).accepting(accept))
    }
}

fn read(response: &HttpResponse, signed: bool) -> Result<IntrospectionAnswer, Error> {
    if response.status() != StatusCode::OK {
        return Err(Error::violation(rfc7662::ACTIVE_IS_SENT, "the answer is another success than 200"));
    }
    let media = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_jwt = media
        .and_then(|media| media.split(';').next())
        .is_some_and(|media| media.trim().eq_ignore_ascii_case(SIGNED));
    if is_jwt != signed {
        let what =
            if signed { "the answer is not signed" } else { "the answer is signed, which was not asked for" };
        return Err(Error::violation(rfc7662::ACTIVE_IS_SENT, what));
    }
    if is_jwt {
        let text = std::str::from_utf8(response.body()).map_err(|error| {
            Error::violation(rfc7662::ACTIVE_IS_SENT, "the signed answer is no text").with_source(error)
        })?;
        return Ok(IntrospectionAnswer::Signed(SignedIntrospection {
            token: Arc::new(Secret::new(text.to_owned())),
            algorithms: asymmetric(),
        }));
    }
    if !json::is_json(response.headers()) {
        return Err(Error::violation(rfc7662::ACTIVE_IS_SENT, "the answer is not said to be JSON"));
    }
    let document = json::object(response.body(), rfc7662::ACTIVE_IS_SENT)?;
    Introspection::read(document).map(IntrospectionAnswer::Plain)
}

/// A signed answer, not verified yet (RFC 9701, section 5).
#[derive(Clone, Debug)]
pub struct SignedIntrospection {
    token: Arc<Secret<String>>,
    algorithms: Algorithms,
}

impl SignedIntrospection {
    /// The JWT, to find its key by.
    #[must_use]
    pub fn token(&self) -> &str {
        self.token.expose()
    }

    /// Signatures by these algorithms are taken; without it, by every one with a public key.
    #[must_use]
    pub fn algorithms(mut self, algorithms: impl Into<Algorithms>) -> Self {
        self.algorithms = algorithms.into();
        self
    }

    /// Verifies it: signed by one of the server's keys, by the server, for `client` (RFC 9701,
    /// sections 5 and 8.1).
    ///
    /// # Errors
    /// Of kind `Auth` or `Protocol`, with [`Error::token`], when the JWT is not to be believed;
    /// `Protocol` when what it holds is no answer; `Usage` when the server has no name.
    pub fn verify<K: KeySource + ?Sized>(
        &self,
        client: &Client,
        keys: &K,
        now: &Moment,
    ) -> Result<Introspection, Error> {
        let Some(issuer) = &client.server.issuer else {
            return Err(Error::usage("the server has no name that a signed answer could bear"));
        };
        allow_algorithm(self.token(), self.algorithms)?;
        let jwt = Validation::new()
            .issuer(issuer.as_str())
            .audience(client.client_id.as_str())
            .typ("token-introspection+jwt")
            .without_expiry()
            .require("iat")
            .leeway(super::id_token::LEEWAY)?
            .verify(self.token(), keys, NumericDate::since_epoch(now.unix))?;
        let mut claims = jwt.into_claims();
        match claims.other.remove("token_introspection") {
            Some(Value::Object(document)) => Introspection::read(document),
            _ => Err(Error::violation(
                rfc7662::ACTIVE_IS_SENT,
                "the signed answer holds no token_introspection",
            )),
        }
    }
}

#[cfg(test)]
mod tests;
