//! Tokens used at resources (RFC 6750, section 2.1; RFC 9449, section 7), and what resources say of
//! themselves (RFC 9728).

use std::fmt;

use http::{
    Method, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE},
};

use super::{
    Client, DpopKey, HttpRequest, HttpResponse, Moment, Random, Step,
    discovery::{bare_request, json_document, split_behind_authority},
    dpop::DPOP,
    exchange::{authorization, demands_nonce},
};
use crate::{
    AccessToken, AuthScheme, Challenge, Denial, Denied, Detail, Endpoint, Error, ErrorKind, ResourceMetadata,
    TokenType, UrlPolicy, codec::form::Form, rfc6750, rfc9449, rfc9700, rfc9728,
};

/// A request to a resource, with a token: build the [`request`](Self::request), send it, give the
/// [`response`](Self::response) back, and once more where that says [`Step::Again`].
pub struct ResourceRequest {
    template: HttpRequest,
    url: Endpoint,
    token: AccessToken,
    token_type: TokenType,
    key: Option<DpopKey>,
    repeated: bool,
}

/// Neither fields nor body, which are the caller's and may hold what is secret.
impl fmt::Debug for ResourceRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResourceRequest({} {})", self.template.method(), self.url)
    }
}

impl ResourceRequest {
    /// `request` by the right of `token`, which goes into the field `Authorization` and nowhere
    /// else. A token bound to a key goes with a proof by the client's (RFC 9449, section 7.1).
    ///
    /// # Errors
    /// Of kind `Usage` when the URL is not absolute and such as the client's policy allows; when
    /// the request has a token in its query or its body, or says already who sends it; when
    /// `token_type` is none of an access token, or needs a key that the client does not have.
    pub fn new(
        client: &Client,
        request: HttpRequest,
        token: &AccessToken,
        token_type: &TokenType,
    ) -> Result<Self, Error> {
        let url = Endpoint::new(&request.uri().to_string(), client.policy).map_err(|error| {
            Error::unfit(rfc6750::TLS_IS_ALWAYS_USED, "no token is sent to such a URL").with_source(error)
        })?;
        if names_token(url.uri().query().unwrap_or_default()) {
            return Err(Error::unfit(
                rfc9700::TOKEN_STAYS_OUT_OF_THE_QUERY,
                "the query of the URL holds a token",
            ));
        }
        let twice = request.headers().contains_key(AUTHORIZATION)
            || request.headers().contains_key(DPOP)
            || is_form(&request) && std::str::from_utf8(request.body()).is_ok_and(names_token);
        if twice {
            return Err(Error::unfit(
                rfc6750::TOKEN_TRAVELS_ONE_WAY,
                "the request says already by whose right it is made",
            ));
        }
        // What cannot be sent is found out before anything is.
        authorization(token_type, token)?;
        let key = match (token_type, &client.dpop) {
            (TokenType::Dpop, Some(key)) => Some(key.clone()),
            (TokenType::Dpop, None) => {
                return Err(Error::unfit(
                    rfc9449::RESOURCE_GETS_TOKEN_AND_PROOF,
                    "the token is bound to a key, which the client does not have",
                ));
            }
            _ => None,
        };
        Ok(Self {
            template: request,
            url,
            token: token.clone(),
            token_type: token_type.clone(),
            key,
            repeated: false,
        })
    }

    /// Where it goes.
    #[must_use]
    pub fn url(&self) -> &Endpoint {
        &self.url
    }

    /// The request to send, with a fresh proof each time.
    ///
    /// # Errors
    /// Of kind `Usage` when the client's key fails.
    pub fn request(&mut self, now: &Moment, random: &mut Random) -> Result<HttpRequest, Error> {
        let mut request = self.template.clone();
        request.headers_mut().insert(AUTHORIZATION, authorization(&self.token_type, &self.token)?);
        if let Some(key) = &self.key {
            let proof = key.proof(self.template.method(), &self.url, Some(&self.token), now, random)?;
            request.headers_mut().insert(DPOP, proof);
        }
        Ok(request)
    }

    /// What the answer means: anything but 401 and 403 is the resource's own, redirects included.
    ///
    /// # Errors
    /// Of kind `Auth` or `Refused` for 401 and 403, with what the resource asks for in
    /// [`Error::denied`]; where its challenges cannot be read, that is the source of the error.
    pub fn response(&mut self, response: HttpResponse) -> Result<Step<HttpResponse>, Error> {
        let fresh = self.key.as_ref().is_some_and(|key| key.observe(self.url.origin(), response.headers()));
        let status = response.status();
        if !matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            return Ok(Step::Done(response));
        }
        let challenges = match Challenge::from_headers(response.headers()) {
            Ok(challenges) => challenges,
            Err(error) => {
                let denied =
                    Denied { status: status.as_u16(), denial: Denial::Unsaid, challenges: Vec::new() };
                return Err(denial(denied).with_source(error));
            }
        };
        let wants_nonce = demands_nonce(response.headers());
        // Once: a server that never has enough of nonces is not asked without end.
        if wants_nonce && fresh && status == StatusCode::UNAUTHORIZED && !self.repeated {
            self.repeated = true;
            return Ok(Step::Again);
        }
        let scheme = if self.key.is_some() { AuthScheme::Dpop } else { AuthScheme::Bearer };
        Err(denial(Denied::of(status.as_u16(), challenges, &scheme)))
    }
}

/// The error that a refusal is.
fn denial(denied: Denied) -> Error {
    let (kind, what) = match &denied.denial {
        Denial::InvalidToken => (ErrorKind::Auth, "the resource does not take the token"),
        Denial::InsufficientScope(_) => {
            (ErrorKind::Refused, "the resource wants a token that is good for more")
        }
        Denial::InsufficientUserAuthentication(_) => {
            (ErrorKind::Auth, "the resource wants the user to sign in again, or in another way")
        }
        _ if denied.status == 403 => (ErrorKind::Refused, "the resource refused"),
        _ => (ErrorKind::Auth, "the resource refused the token"),
    };
    Error::new(kind, what).with_detail(Detail::Denied(Box::new(denied)))
}

/// Whether a form has a token among its parameters.
fn names_token(form: &str) -> bool {
    Form::decode(form).iter().any(|(name, _)| name == "access_token")
}

fn is_form(request: &HttpRequest) -> bool {
    let media = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    media
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// The question what a resource is (RFC 9728, section 3).
#[derive(Clone, Debug)]
pub struct ResourceDiscovery {
    resource: Endpoint,
    url: Endpoint,
    policy: UrlPolicy,
}

impl ResourceDiscovery {
    /// At the URL that is made of the resource's own (section 3.1).
    ///
    /// # Errors
    /// Of kind `Usage` when the resource's URL is not absolute, has a fragment, or is not such as
    /// `policy` allows.
    pub fn new(resource: &str, policy: UrlPolicy) -> Result<Self, Error> {
        let resource = identifier(resource, policy)?;
        let (origin, rest) = split_behind_authority(resource.as_str());
        // The slash behind the host goes where nothing but a query, or nothing at all, follows it.
        let rest = match rest.strip_prefix('/') {
            Some(behind) if behind.is_empty() || behind.starts_with('?') => behind,
            _ => rest,
        };
        let url = Endpoint::new(&format!("{origin}/.well-known/oauth-protected-resource{rest}"), policy)?;
        Ok(Self { resource, url, policy })
    }

    /// At the URL that the resource gave in a challenge, after a request to `resource` (section
    /// 5.1), if that is of the same origin: a resource has no say over what is asked elsewhere
    /// (section 7.7).
    ///
    /// # Errors
    /// Of kind `Protocol` when the URL in the challenge is of another origin or none at all, else as
    /// [`new`](Self::new).
    pub fn challenged(resource: &str, resource_metadata: &str, policy: UrlPolicy) -> Result<Self, Error> {
        let found = Self::at(resource, resource_metadata, policy);
        let same = |found: &Self| found.url.uri().same_origin(found.resource.uri());
        identifier(resource, policy)?;
        found.ok().filter(same).ok_or_else(|| {
            Error::violation(
                rfc9728::SSRF_IS_GUARDED_AGAINST,
                "the challenge leads to metadata at another origin than the resource's",
            )
        })
    }

    /// At a URL that the caller knows by other means, wherever it is.
    ///
    /// # Errors
    /// As [`new`](Self::new), for both URLs.
    pub fn at(resource: &str, resource_metadata: &str, policy: UrlPolicy) -> Result<Self, Error> {
        let url = Endpoint::new(resource_metadata, policy)?;
        Ok(Self { resource: identifier(resource, policy)?, url, policy })
    }

    /// Which URL is asked.
    #[must_use]
    pub fn url(&self) -> &Endpoint {
        &self.url
    }

    /// The request to send: a `GET` without token.
    ///
    /// # Errors
    /// Of kind `Usage` when the URL cannot stand in a request.
    pub fn request(&self) -> Result<HttpRequest, Error> {
        bare_request(Method::GET, &self.url, "application/json")
    }

    /// What the answer means.
    ///
    /// # Errors
    /// Of kind `Protocol` when the answer is no metadata, or another resource's, or a redirect;
    /// `Refused` or `Io` when there is none; `Limit` when it is too large.
    pub fn response(&self, response: &HttpResponse) -> Result<ResourceMetadata, Error> {
        let body = json_document(response, rfc9728::RESPONSE_IS_JSON)?;
        ResourceMetadata::parse(body, self.resource.as_str(), self.policy)
    }
}

fn identifier(resource: &str, policy: UrlPolicy) -> Result<Endpoint, Error> {
    Endpoint::new(resource, policy).map_err(|error| {
        let what = "the resource is no https URL without a fragment";
        Error::unfit(rfc9728::IDENTIFIER_IS_AN_HTTPS_URL, what).with_source(error)
    })
}

#[cfg(test)]
mod tests;
