//! Clients that register themselves (RFC 7591) and look after that (RFC 7592).

use bytes::Bytes;
use http::{
    HeaderValue, Method, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use serde_json::{Map, Value};

use super::{
    HttpRequest, HttpResponse,
    discovery::bare_request,
    exchange::{authorization, refusal},
};
use crate::{
    AccessToken, ClientMetadata, Endpoint, Error, ErrorKind, RegisteredClient, ServerMetadata, TokenType,
    UrlPolicy, codec::json, rfc7591, rfc7592, types::update_of,
};

/// A server's registration endpoint. Each question is a request to send and an answer to judge; no
/// redirect may be followed in between.
#[derive(Clone, Debug)]
pub struct Registrar {
    endpoint: Endpoint,
    policy: UrlPolicy,
    initial: Option<AccessToken>,
}

impl Registrar {
    /// That of this server.
    ///
    /// # Errors
    /// Of kind `Unsupported` when it has none.
    pub fn new(server: &ServerMetadata, policy: UrlPolicy) -> Result<Self, Error> {
        let Some(endpoint) = server.registration_endpoint.clone() else {
            return Err(Error::new(ErrorKind::Unsupported, "the server has no registration endpoint")
                .with_requirement(rfc7591::JSON_POST_IS_ACCEPTED));
        };
        Ok(Self { endpoint, policy, initial: None })
    }

    /// What shows that the client may register, where not everyone may (RFC 7591, section 1.3).
    #[must_use]
    pub fn initial_access_token(mut self, token: AccessToken) -> Self {
        self.initial = Some(token);
        self
    }

    /// Where it is.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// To register (RFC 7591, section 3.1).
    ///
    /// # Errors
    /// Of kind `Usage` when the client says of itself what cannot be.
    pub fn register(&self, client: &ClientMetadata) -> Result<HttpRequest, Error> {
        let document = client.to_json()?;
        let mut request = bare_request(Method::POST, &self.endpoint, "application/json")?;
        if let Some(token) = &self.initial {
            request.headers_mut().insert(AUTHORIZATION, authorization(&TokenType::Bearer, token)?);
        }
        Ok(with_json(request, document))
    }

    /// What the server answers to that (RFC 7591, section 3.2).
    ///
    /// # Errors
    /// Of kind `Refused` or `Auth` when it refuses, with what it said in [`Error::response`];
    /// `Protocol` when the answer is not one, or would have the client managed at another origin.
    pub fn registered(&self, response: &HttpResponse) -> Result<RegisteredClient, Error> {
        self.read_answer(response, StatusCode::CREATED)
    }

    /// To ask what is registered (RFC 7592, section 2.1).
    ///
    /// # Errors
    /// Of kind `Unsupported` when the server gave no URL for that; `Usage` when the URL is of
    /// another origin than the endpoint.
    pub fn read(&self, client: &RegisteredClient) -> Result<HttpRequest, Error> {
        self.manage(Method::GET, client)
    }

    /// To put `metadata` in place of all that is registered (RFC 7592, section 2.2): what it leaves
    /// out is deleted, so it begins with [`RegisteredClient::metadata`].
    ///
    /// # Errors
    /// As [`read`](Self::read) and [`register`](Self::register).
    pub fn update(&self, client: &RegisteredClient, metadata: &ClientMetadata) -> Result<HttpRequest, Error> {
        let document = update_of(metadata, client)?;
        Ok(with_json(self.manage(Method::PUT, client)?, document))
    }

    /// What the server answers to [`read`](Self::read) and [`update`](Self::update). A secret or
    /// token that came with it takes the place of the old one, which is forgotten.
    ///
    /// # Errors
    /// As [`registered`](Self::registered); `Protocol` when it is of another client. `client` then
    /// stays as it was.
    pub fn refreshed(&self, client: &mut RegisteredClient, response: &HttpResponse) -> Result<(), Error> {
        let answer = self.read_answer(response, StatusCode::OK)?;
        client.replace(answer)
    }

    /// To be forgotten by the server (RFC 7592, section 2.3).
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn delete(&self, client: &RegisteredClient) -> Result<HttpRequest, Error> {
        self.manage(Method::DELETE, client)
    }

    /// What the server answers to that.
    ///
    /// # Errors
    /// Of kind `Refused` or `Auth` when it refuses; `Protocol` when it answers by another success
    /// than 204.
    pub fn deleted(&self, response: &HttpResponse) -> Result<(), Error> {
        if response.status() == StatusCode::NO_CONTENT {
            return Ok(());
        }
        if response.status().is_success() {
            return Err(Error::violation(
                rfc7592::DELETION_IS_204,
                "the deletion was answered by another success",
            ));
        }
        Err(refusal(response))
    }

    /// A request to the URL that the server gave, just as it came (RFC 7592, appendix B).
    fn manage(&self, method: Method, client: &RegisteredClient) -> Result<HttpRequest, Error> {
        let (Some(url), Some(token)) = (&client.registration_client_uri, &client.registration_access_token)
        else {
            return Err(Error::new(
                ErrorKind::Unsupported,
                "the server does not let the client manage itself",
            )
            .with_requirement(rfc7592::REGISTRATION_URI_IS_SENT));
        };
        if !url.uri().same_origin(self.endpoint.uri()) {
            return Err(Error::unfit(
                rfc7592::REGISTRATION_TOKEN_STAYS_AT_ITS_ENDPOINT,
                "the URL to manage the client at is of another origin than the registration endpoint",
            ));
        }
        let mut request = bare_request(method, url, "application/json")?;
        request.headers_mut().insert(AUTHORIZATION, authorization(&TokenType::Bearer, token)?);
        Ok(request)
    }

    fn read_answer(&self, response: &HttpResponse, status: StatusCode) -> Result<RegisteredClient, Error> {
        let breach = |what| Error::violation(rfc7591::REGISTERED_METADATA_IS_RETURNED, what);
        if !response.status().is_success() {
            return Err(refusal(response));
        }
        if response.status() != status {
            return Err(breach("the registration was answered by another success"));
        }
        if !json::is_json(response.headers()) {
            return Err(breach("the answer is not said to be JSON"));
        }
        RegisteredClient::parse(response.body(), &self.endpoint, self.policy)
    }
}

fn with_json(mut request: HttpRequest, document: Map<String, Value>) -> HttpRequest {
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    *request.body_mut() = Bytes::from(Value::Object(document).to_string());
    request
}

#[cfg(test)]
mod tests;
