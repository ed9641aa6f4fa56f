//! One question to an endpoint, asked again where it has to be.

use std::{fmt, time::Duration};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER},
};
use serde_json::{Map, Value};

use super::{Client, DpopKey, Moment, Random, dpop::DPOP};
use crate::{
    AccessToken, AuthScheme, Challenge, Detail, Endpoint, Error, ErrorCode, ErrorKind, ErrorResponse, Quirk,
    Requirement, TokenType,
    codec::{form::Form, json},
    rfc6749, rfc8693, rfc9449,
};

/// A request on its way; its body may hold secrets, so it is never logged.
pub type HttpRequest = http::Request<Bytes>;

/// What came back, whole.
pub type HttpResponse = http::Response<Bytes>;

/// What is to be done next.
#[derive(Debug)]
pub enum Step<T> {
    /// The answer.
    Done(T),
    /// The server wants the request once more, made anew: ask [`Exchange::request`] again.
    Again,
}

/// What proves that a request may be made.
#[derive(Debug)]
pub(crate) enum Proof {
    /// Nothing is proved.
    Nothing,
    /// The client's own authentication.
    Client,
    /// A token, in the `Authorization` field, with a proof of possession where it is bound.
    Token(AccessToken, TokenType),
}

/// What a request carries.
#[derive(Debug)]
pub(crate) enum Payload {
    /// Nothing.
    Empty,
    /// A form in the body.
    Form(Form),
}

type Reader<T> = Box<dyn FnMut(&Client, &HttpResponse) -> Result<T, Error> + Send>;

/// Puts into a form what each attempt has to have anew, such as an assertion.
type Renewal = Box<dyn FnMut(&Client, &mut Form, &Moment, &mut Random) -> Result<(), Error> + Send>;

/// One question to an endpoint and how its answer is read: build the [`request`](Self::request),
/// send it by whatever sends HTTP, give the [`response`](Self::response) back. No redirect may be
/// followed in between (RFC 9700, section 4.12).
///
/// ```no_run
/// # use anyrfc_oauth2::{Error, proto::{Exchange, HttpRequest, HttpResponse, Moment, Random, Step}};
/// # fn ask<T>(mut exchange: Exchange<T>, mut send: impl FnMut(HttpRequest) -> HttpResponse, now: Moment, random: &mut Random) -> Result<T, Error> {
/// loop {
///     let response = send(exchange.request(&now, random)?);
///     if let Step::Done(answer) = exchange.response(&response, &now)? {
///         return Ok(answer);
///     }
/// }
/// # }
/// ```
pub struct Exchange<T> {
    client: Client,
    method: Method,
    endpoint: Endpoint,
    proof: Proof,
    payload: Payload,
    accept: &'static str,
    renew: Option<Renewal>,
    read: Reader<T>,
    /// Whether a request went out again for want of a nonce: once is enough (RFC 9449, section 8).
    repeated: bool,
}

impl<T> fmt::Debug for Exchange<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Exchange({} {})", self.method, self.endpoint)
    }
}

impl<T> Exchange<T> {
    /// A question by `method`, which `read` reads the answer to: it is given answers of the
    /// statuses 200 to 299 only.
    pub(crate) fn new(
        client: &Client,
        method: Method,
        endpoint: Endpoint,
        read: impl FnMut(&Client, &HttpResponse) -> Result<T, Error> + Send + 'static,
    ) -> Self {
        Self {
            client: client.clone(),
            method,
            endpoint,
            proof: Proof::Nothing,
            payload: Payload::Empty,
            accept: "application/json",
            renew: None,
            read: Box::new(read),
            repeated: false,
        }
    }

    /// A form to an endpoint, with the client's authentication; to the token endpoint, and to where
    /// requests are pushed, with a proof by the client's key (RFC 9449, sections 5 and 10.1).
    pub(crate) fn form(
        client: &Client,
        endpoint: Endpoint,
        form: Form,
        read: impl FnMut(&Client, &HttpResponse) -> Result<T, Error> + Send + 'static,
    ) -> Self {
        Self::new(client, Method::POST, endpoint, read).proving(Proof::Client).carrying(Payload::Form(form))
    }

    pub(crate) fn proving(mut self, proof: Proof) -> Self {
        self.proof = proof;
        self
    }

    pub(crate) fn carrying(mut self, payload: Payload) -> Self {
        self.payload = payload;
        self
    }

    /// Has `renew` change the form before each attempt.
    pub(crate) fn renewing(
        mut self,
        renew: impl FnMut(&Client, &mut Form, &Moment, &mut Random) -> Result<(), Error> + Send + 'static,
    ) -> Self {
        self.renew = Some(Box::new(renew));
        self
    }

    pub(crate) fn accepting(mut self, media: &'static str) -> Self {
        self.accept = media;
        self
    }

    /// Where it goes.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The request, made anew each time it is asked for: with a fresh assertion, a fresh proof.
    ///
    /// # Errors
    /// Of kind `Usage` when the client's credentials cannot be sent; `Unsupported` when the server
    /// lists neither the client's way to authenticate nor its key's algorithm.
    pub fn request(&mut self, now: &Moment, random: &mut Random) -> Result<HttpRequest, Error> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(self.accept));
        let (media, body) = match &mut self.payload {
            Payload::Empty => (None, Bytes::new()),
            Payload::Form(form) => {
                if let Some(renew) = &mut self.renew {
                    renew(&self.client, form, now, random)?;
                }
                if let Proof::Client = self.proof {
                    let authentication = &self.client.authentication;
                    authentication.apply(&self.client, &self.endpoint, form, &mut headers, now, random)?;
                }
                (Some("application/x-www-form-urlencoded"), form.body())
            }
        };
        if let Some(media) = media {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
        }
        if let Proof::Token(token, token_type) = &self.proof {
            headers.insert(AUTHORIZATION, authorization(token_type, token)?);
        }
        if let Some(key) = self.possession()? {
            let token = if let Proof::Token(token, _) = &self.proof { Some(token) } else { None };
            headers.insert(DPOP, key.proof(&self.method, &self.endpoint, token, now, random)?);
        }
        let mut request = HttpRequest::new(body);
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.endpoint.as_str().parse().map_err(|error| {
            Error::usage("the endpoint cannot stand in an HTTP request").with_source(error)
        })?;
        *request.headers_mut() = headers;
        Ok(request)
    }

    /// What the answer means.
    ///
    /// # Errors
    /// Of kind `Refused` or `Auth` when the server refuses, with what it said in
    /// [`Error::response`]; `Protocol` when the answer is not what an RFC says; `Io`, `Limit` and
    /// `Timeout` come from whoever sends.
    pub fn response(&mut self, response: &HttpResponse, now: &Moment) -> Result<Step<T>, Error> {
        let key = self.possession()?;
        let fresh = key.is_some_and(|key| key.observe(self.endpoint.origin(), response.headers()));
        if response.status().is_success() {
            return (self.read)(&self.client, response).map(Step::Done);
        }
        let error = refusal_at(response, Some(now));
        if !self.wants_nonce(response, &error) {
            return Err(error);
        }
        if !fresh {
            return Err(error.with_requirement(rfc9449::NONCE_MAY_BE_DEMANDED));
        }
        if std::mem::replace(&mut self.repeated, true) {
            return Err(error);
        }
        Ok(Step::Again)
    }

    /// The key by which the request has to be proved.
    fn possession(&self) -> Result<Option<&DpopKey>, Error> {
        match (&self.proof, &self.client.dpop) {
            (Proof::Token(_, TokenType::Dpop), None) => {
                let what = "the token is bound to a key, which the client does not have";
                Err(Error::unfit(rfc9449::RESOURCE_GETS_TOKEN_AND_PROOF, what))
            }
            (Proof::Token(_, TokenType::Dpop), Some(key)) => Ok(Some(key)),
            (Proof::Client, Some(key)) if self.client.grants_at(&self.endpoint) => {
                key.check_support(&self.client.server)?;
                Ok(Some(key))
            }
            _ => Ok(None),
        }
    }

    /// Whether the server refuses for want of a nonce: by an error of the token endpoint (RFC 9449,
    /// section 8), or by a challenge (section 9).
    fn wants_nonce(&self, response: &HttpResponse, error: &Error) -> bool {
        match &self.proof {
            Proof::Client => {
                error.response().is_some_and(|refusal| refusal.code == ErrorCode::UseDpopNonce)
                    && matches!(self.possession(), Ok(Some(_)))
            }
            Proof::Token(_, TokenType::Dpop) => {
                response.status() == StatusCode::UNAUTHORIZED && demands_nonce(response.headers())
            }
            _ => false,
        }
    }
}

/// Whether a challenge of the scheme `DPoP` demands a nonce (RFC 9449, section 9).
pub(crate) fn demands_nonce(headers: &HeaderMap) -> bool {
    let demands = |challenge: &Challenge| {
        challenge.scheme == AuthScheme::Dpop && challenge.error == Some(ErrorCode::UseDpopNonce)
    };
    Challenge::from_headers(headers).is_ok_and(|challenges| challenges.iter().any(demands))
}

/// `TYPE TOKEN` for the `Authorization` field (RFC 6750, section 2.1), never logged.
pub(crate) fn authorization(token_type: &TokenType, token: &AccessToken) -> Result<HeaderValue, Error> {
    if *token_type == TokenType::NotAnAccessToken {
        let what = "what was exchanged for is no access token";
        return Err(Error::unfit(rfc8693::N_A_IS_NO_ACCESS_TOKEN, what));
    }
    let text = token.expose();
    let padding = text.trim_end_matches('=');
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    if padding.is_empty() || !padding.bytes().all(fits) {
        let what = "the token holds characters that cannot stand in Authorization";
        return Err(Error::unfit(crate::rfc6750::CREDENTIALS_ARE_B64TOKEN, what));
    }
    let mut value = HeaderValue::try_from(format!("{} {text}", token_type.as_str()))
        .map_err(|error| Error::usage("the token is beyond a header field").with_source(error))?;
    value.set_sensitive(true);
    Ok(value)
}

/// The JSON object of a successful answer; a refusal that comes with a success is one where that is
/// tolerated, and a breach where not.
pub(crate) fn object(
    client: &Client,
    response: &HttpResponse,
    requirement: &'static Requirement,
) -> Result<Map<String, Value>, Error> {
    let body = body_object(client, response, requirement)?;
    if body.contains_key("error") {
        let refusal = ErrorResponse::read(&body, response.status().as_u16())?;
        if client.tolerances.contains(Quirk::ErrorWithStatus200) {
            return Err(Error::refused(kind_of(&refusal.code), refusal));
        }
        let what = format!("a refusal comes as a success: {refusal}");
        return Err(Error::violation(rfc6749::TOKEN_ERROR_IS_RETURNED, what)
            .with_detail(Detail::Refused(Box::new(refusal))));
    }
    Ok(body)
}

/// The JSON object of an answer, whatever it says.
fn body_object(
    client: &Client,
    response: &HttpResponse,
    requirement: &'static Requirement,
) -> Result<Map<String, Value>, Error> {
    if !json::is_json(response.headers()) {
        if client.tolerances.contains(Quirk::AnswerIsAForm) && is_form(response.headers()) {
            let text = std::str::from_utf8(response.body())
                .map_err(|error| Error::violation(requirement, "the answer is no text").with_source(error))?;
            return Ok(Form::decode(text)
                .into_iter()
                .map(|(name, value)| (name, Value::String(value)))
                .collect());
        }
        return Err(Error::violation(requirement, "the answer is not said to be JSON"));
    }
    json::object(response.body(), requirement)
}

fn is_form(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// What kind of error a code is: who we are, or what we ask.
pub(crate) fn kind_of(code: &ErrorCode) -> ErrorKind {
    match code {
        ErrorCode::InvalidClient
        | ErrorCode::UnauthorizedClient
        | ErrorCode::InvalidToken
        | ErrorCode::InvalidDpopProof
        | ErrorCode::UseDpopNonce
        | ErrorCode::InsufficientUserAuthentication => ErrorKind::Auth,
        _ => ErrorKind::Refused,
    }
}

/// The error that an answer beyond 2xx is (RFC 6749, section 5.2).
pub(crate) fn refusal(response: &HttpResponse) -> Error {
    refusal_at(response, None)
}

/// The same, told `now`, which a date in `Retry-After` is held against.
fn refusal_at(response: &HttpResponse, now: Option<&Moment>) -> Error {
    let status = response.status();
    let retry_after = retry_after(response.headers(), now);
    let plain = |kind, what: &'static str| {
        Error::new(kind, what).with_detail(Detail::Status { status: status.as_u16(), retry_after })
    };
    if status.is_redirection() {
        let what = "the endpoint redirects, and secrets are not sent elsewhere";
        return plain(ErrorKind::Protocol, what);
    }
    let read = json::is_json(response.headers())
        .then(|| json::object(response.body(), rfc6749::TOKEN_ERROR_IS_A_JSON_OBJECT))
        .and_then(Result::ok)
        .filter(|body| body.contains_key("error"));
    match read.map(|body| ErrorResponse::read(&body, status.as_u16())) {
        Some(Ok(refusal)) => Error::refused(kind_of(&refusal.code), ErrorResponse { retry_after, ..refusal }),
        Some(Err(error)) => error,
        None if status.is_server_error() => plain(ErrorKind::Io, "the server failed"),
        None if status == StatusCode::UNAUTHORIZED => {
            plain(ErrorKind::Auth, "the server asks for another proof of who we are")
        }
        None => plain(ErrorKind::Refused, "the server refused without a reason that can be read"),
    }
}

/// More than 68 years are not waited.
const LONGEST_WAIT: Duration = Duration::from_secs(i32::MAX as u64);

/// `Retry-After`: seconds, or a date (RFC 9110, section 10.2.3).
fn retry_after(headers: &HeaderMap, now: Option<&Moment>) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => date(text)?.saturating_sub(now?.unix),
    };
    // No clock overflows by what is left.
    Some(wait.min(LONGEST_WAIT))
}

/// An IMF-fixdate as time since 1970 (RFC 9110, section 5.6.7), the one form that is sent today.
fn date(text: &str) -> Option<Duration> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    /// The first of January 1970, as days are counted here.
    const DAY_ZERO: u64 = 719_469;
    // `Sun, 06 Nov 1994 08:49:37 GMT`
    let (_, text) = text.strip_suffix(" GMT")?.split_once(", ")?;
    let mut words = text.split([' ', ':']);
    let mut number = |digits: usize| {
        let word = words.next().filter(|word| word.len() == digits)?;
        Some((word, word.parse::<u64>().ok()))
    };
    let day = number(2)?.1?;
    let month = MONTHS.find(number(3)?.0).filter(|at| at % 3 == 0)? as u64 / 3;
    let (year, hour, minute, second) = (number(4)?.1?, number(2)?.1?, number(2)?.1?, number(2)?.1?);
    if year < 1970 || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    // Days from the first of March of the year 0, so that the leap day comes last.
    let (year, month) = match month.checked_sub(2) {
        Some(month) => (year, month),
        None => (year.saturating_sub(1), month.saturating_add(10)),
    };
    let leap_days = (year / 4).saturating_sub(year / 100).saturating_add(year / 400);
    let of_months = month.saturating_mul(153).saturating_add(2) / 5;
    let days =
        [year.saturating_mul(365), leap_days, of_months, day].iter().sum::<u64>().saturating_sub(DAY_ZERO);
    let units = [(24, hour), (60, minute), (60, second)];
    let seconds = units.iter().fold(days, |sum, (per, more)| sum.saturating_mul(*per).saturating_add(*more));
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests;
