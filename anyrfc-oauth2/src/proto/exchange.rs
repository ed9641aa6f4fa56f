//! One question to an endpoint, asked again where it has to be.

use std::{fmt, time::Duration};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER},
};
use serde_json::{Map, Value};

use super::{Client, Moment, Random};
use crate::{
    AccessToken, Detail, Endpoint, Error, ErrorCode, ErrorKind, ErrorResponse, Quirk, Requirement,
    codec::{form::Form, json},
    rfc6749,
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
    /// A token, in the `Authorization` field.
    Token(AccessToken),
}

/// What a request carries.
#[derive(Debug)]
pub(crate) enum Payload {
    /// Nothing.
    Empty,
    /// A form in the body.
    Form(Form),
    /// A JSON document.
    Json(Value),
}

type Reader<T> = Box<dyn FnMut(&Client, &HttpResponse) -> Result<T, Error> + Send>;

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
    read: Reader<T>,
}

impl<T> fmt::Debug for Exchange<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Exchange({} {})", self.method, self.endpoint)
    }
}

impl<T> Exchange<T> {
    /// A question by `method`, which `read` reads the answer to: it is given answers of the
    /// statuses 200 to 299 only, unless it asks for all by [`judging_all`](Self::judging_all).
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
            read: Box::new(read),
        }
    }

    /// A form to an endpoint, with the client's authentication.
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
    /// Of kind `Usage` when the client's credentials cannot be sent.
    pub fn request(&mut self, now: &Moment, random: &mut Random) -> Result<HttpRequest, Error> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(self.accept));
        let body = match &mut self.payload {
            Payload::Empty => {
                if let Proof::Client = self.proof {
                    let mut none = Form::new();
                    self.client.authentication.apply(&self.client, &mut none, &mut headers, now, random)?;
                }
                Bytes::new()
            }
            Payload::Form(form) => {
                if let Proof::Client = self.proof {
                    self.client.authentication.apply(&self.client, form, &mut headers, now, random)?;
                }
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
                form.body()
            }
            Payload::Json(document) => {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                Bytes::from(document.to_string())
            }
        };
        if let Proof::Token(token) = &self.proof {
            headers.insert(AUTHORIZATION, authorization("Bearer", token)?);
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
    pub fn response(&mut self, response: &HttpResponse, _now: &Moment) -> Result<Step<T>, Error> {
        if !response.status().is_success() {
            return Err(refusal(response));
        }
        (self.read)(&self.client, response).map(Step::Done)
    }
}

/// `TYPE TOKEN` for the `Authorization` field (RFC 6750, section 2.1), never logged.
pub(crate) fn authorization(scheme: &str, token: &AccessToken) -> Result<HeaderValue, Error> {
    let text = token.expose();
    let padding = text.trim_end_matches('=');
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    if padding.is_empty() || !padding.bytes().all(fits) {
        let what = "the token holds characters that cannot stand behind Bearer";
        return Err(Error::unfit(&crate::rfc6750::CREDENTIALS_ARE_B64TOKEN, what));
    }
    let mut value = HeaderValue::try_from(format!("{scheme} {text}"))
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
        let error = Error::refused(kind_of(&refusal.code), refusal);
        return Err(if client.tolerances.contains(Quirk::ErrorWithStatus200) {
            error
        } else {
            error.with_requirement(&rfc6749::TOKEN_ERROR_IS_RETURNED)
        });
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
        | ErrorCode::InsufficientUserAuthentication => ErrorKind::Auth,
        _ => ErrorKind::Refused,
    }
}

/// The error that an answer beyond 2xx is (RFC 6749, section 5.2).
pub(crate) fn refusal(response: &HttpResponse) -> Error {
    let status = response.status();
    let retry_after = retry_after(response.headers());
    let plain = |kind, what: &'static str| {
        Error::new(kind, what).with_detail(Detail::Status { status: status.as_u16(), retry_after })
    };
    if status.is_redirection() {
        let what = "the endpoint redirects, and secrets are not sent elsewhere";
        return plain(ErrorKind::Protocol, what);
    }
    let read = json::is_json(response.headers())
        .then(|| json::object(response.body(), &rfc6749::TOKEN_ERROR_IS_A_JSON_OBJECT))
        .and_then(Result::ok)
        .filter(|body| body.contains_key("error"));
    match read.map(|body| ErrorResponse::read(&body, status.as_u16())) {
        Some(Ok(refusal)) => Error::refused(kind_of(&refusal.code), refusal),
        Some(Err(error)) => error,
        None if status.is_server_error() => plain(ErrorKind::Io, "the server failed"),
        None if status == http::StatusCode::UNAUTHORIZED => {
            plain(ErrorKind::Auth, "the server asks for another proof of who we are")
        }
        None => plain(ErrorKind::Refused, "the server refused without a reason that can be read"),
    }
}

/// `Retry-After` in seconds (RFC 9110, section 10.2.3); a date is not read.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

/// The name of the field that nonces come in (RFC 9449, section 8).
pub(crate) const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");
