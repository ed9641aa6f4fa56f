//! Who the user is (OpenID Connect Core, section 5.3).

use anyrfc_jwt::{
    proto::{KeySource, Validation},
    types::{Algorithms, NumericDate},
};
use http::{StatusCode, header::CONTENT_TYPE};
use serde_json::{Map, Value};

use super::{
    Client, HttpRequest, HttpResponse, Moment, Random, ResourceRequest, Step,
    discovery::bare_request,
    exchange::refusal,
    id_token::{self, allow_algorithm, asymmetric},
};
use crate::{AccessToken, Error, ErrorKind, Secret, TokenType, UserInfo, codec::json, rfc6749};

/// The question who the user is. It is asked like any other resource.
#[derive(Debug)]
pub struct UserInfoRequest(ResourceRequest);

impl Client {
    /// Asks who the user is, by the right of a token that was granted with the scope `openid`.
    ///
    /// # Errors
    /// Of kind `Unsupported` when the server has no such endpoint; else as [`ResourceRequest::new`].
    pub fn userinfo(&self, token: &AccessToken, token_type: &TokenType) -> Result<UserInfoRequest, Error> {
        let endpoint = self.endpoint(
            "userinfo_endpoint",
            self.server.userinfo_endpoint.as_ref(),
            rfc6749::TOKEN_RESPONSE_IS_A_JSON_OBJECT,
        )?;
        let request = bare_request(http::Method::GET, &endpoint, "application/json, application/jwt")?;
        ResourceRequest::new(self, request, token, token_type).map(UserInfoRequest)
    }
}

impl UserInfoRequest {
    /// As [`ResourceRequest::request`].
    ///
    /// # Errors
    /// As [`ResourceRequest::request`].
    pub fn request(&mut self, now: &Moment, random: &mut Random) -> Result<HttpRequest, Error> {
        self.0.request(now, random)
    }

    /// What the answer means; of whom it is remains to be judged.
    ///
    /// # Errors
    /// As [`ResourceRequest::response`]; `Protocol` when the answer is neither JSON nor a JWT.
    pub fn response(&mut self, response: HttpResponse) -> Result<Step<UserInfoAnswer>, Error> {
        let Step::Done(response) = self.0.response(response)? else { return Ok(Step::Again) };
        if response.status() != StatusCode::OK {
            return Err(refusal(&response));
        }
        let media =
            response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let media = media.split(';').next().unwrap_or_default().trim();
        if media.eq_ignore_ascii_case("application/jwt") {
            let text = std::str::from_utf8(response.body())
                .map_err(|error| breach("the signed answer is no text").with_source(error))?;
            return Ok(Step::Done(UserInfoAnswer(Answer::Signed(Secret::new(text.to_owned())))));
        }
        if !json::is_json(response.headers()) {
            return Err(breach("the answer is neither JSON nor a JWT"));
        }
        let claims = json::object(response.body(), rfc6749::TOKEN_RESPONSE_IS_A_JSON_OBJECT)?;
        Ok(Step::Done(UserInfoAnswer(Answer::Plain(claims))))
    }
}

/// An answer that is not believed yet: nothing of it can be read before it is compared with the ID
/// token (section 5.3.2), since a token may have been swapped for another user's.
#[derive(Debug)]
pub struct UserInfoAnswer(Answer);

enum Answer {
    Plain(Map<String, Value>),
    Signed(Secret<String>),
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if matches!(self, Self::Plain(_)) { "Plain(..)" } else { "Signed(..)" })
    }
}

impl UserInfoAnswer {
    /// The JWT, where the answer is signed, to find its key by.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        if let Answer::Signed(token) = &self.0 { Some(token.expose()) } else { None }
    }

    /// Believes an answer that is not signed, if it is of this subject: the ID token's.
    ///
    /// # Errors
    /// Of kind `Auth` when it is of somebody else; `Protocol` when it is of nobody; `Usage` when it
    /// is signed, and has to be verified.
    pub fn accept(self, subject: &str) -> Result<UserInfo, Error> {
        match self.0 {
            Answer::Plain(claims) => of_subject(claims, subject, false),
            Answer::Signed(_) => Err(Error::usage("a signed answer is verified before it is believed")),
        }
    }

    /// Believes an answer of this subject; one that is signed, only by one of these keys and
    /// algorithms, from the server, for the client.
    ///
    /// # Errors
    /// As [`accept`](Self::accept); `Auth` or `Protocol`, with [`Error::token`], when the JWT is not
    /// to be believed.
    pub fn verify<K: KeySource + ?Sized>(
        &self,
        client: &Client,
        subject: &str,
        algorithms: Option<Algorithms>,
        keys: &K,
        now: &Moment,
    ) -> Result<UserInfo, Error> {
        let token = match &self.0 {
            Answer::Plain(claims) => return of_subject(claims.clone(), subject, false),
            Answer::Signed(token) => token,
        };
        let Some(issuer) = &client.server.issuer else {
            return Err(Error::usage("the server has no name that a signed answer could bear"));
        };
        allow_algorithm(token.expose(), algorithms.unwrap_or_else(asymmetric))?;
        let jwt = Validation::new()
            .issuer(issuer.as_str())
            .audience(client.client_id.as_str())
            .any_typ()
            .without_expiry()
            .leeway(id_token::LEEWAY)?
            .verify(token.expose(), keys, NumericDate::since_epoch(now.unix))?;
        let claims = serde_json::to_value(jwt.into_claims());
        match claims {
            Ok(Value::Object(claims)) => of_subject(claims, subject, true),
            _ => Err(breach("the signed answer cannot be read")),
        }
    }
}

fn of_subject(claims: Map<String, Value>, subject: &str, signed: bool) -> Result<UserInfo, Error> {
    match claims.get("sub") {
        Some(Value::String(said)) if said == subject => {
            Ok(UserInfo { subject: subject.to_owned(), claims, signed })
        }
        Some(Value::String(_)) => {
            Err(Error::new(ErrorKind::Auth, "the answer is of another user than the ID token"))
        }
        _ => Err(breach("the answer does not say of whom it is")),
    }
}

fn breach(what: &'static str) -> Error {
    // OpenID Connect has no catalogue here; the nearest is the answer that it goes with.
    Error::violation(rfc6749::TOKEN_RESPONSE_IS_A_JSON_OBJECT, what)
}

#[cfg(test)]
mod tests;
