//! Finding out about a server by its name alone (RFC 8414, section 3; OpenID Connect Discovery,
//! section 4).

use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode, header::ACCEPT};

use super::{HttpRequest, HttpResponse, Step, exchange::refusal};
use crate::{Endpoint, Error, Issuer, ServerMetadata, Tolerances, UrlPolicy, codec::json, rfc8414};

/// At which well-known URLs a server's metadata is looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum WellKnown {
    /// By `oauth-authorization-server` first, then by `openid-configuration`.
    #[default]
    Any,
    /// By `oauth-authorization-server` only, which goes between host and path (RFC 8414, section 3).
    OAuth,
    /// By `openid-configuration` only: between host and path, then behind the path (section 5).
    OpenId,
}

const OAUTH: &str = "oauth-authorization-server";
const OPENID: &str = "openid-configuration";

/// The question what a server is: send the [`request`](Self::request), hand over the
/// [`response`](Self::response), and once more where that says [`Step::Again`]. No redirect may be
/// followed in between.
///
/// Where a server answers 404, the next of the well-known URLs is asked; any other failure is the
/// answer, lest another document than the server's best decide.
#[derive(Clone, Debug)]
pub struct Discovery {
    issuer: Issuer,
    policy: UrlPolicy,
    tolerances: Tolerances,
    /// Those that are still to be asked, the next one first.
    urls: Vec<Endpoint>,
}

impl Discovery {
    /// A question about the server of this name.
    ///
    /// # Errors
    /// Of kind `Usage` when no well-known URL can be made of the name.
    pub fn new(
        issuer: Issuer,
        well_known: WellKnown,
        policy: UrlPolicy,
        tolerances: Tolerances,
    ) -> Result<Self, Error> {
        let inserted = |name| insert_well_known(&issuer, name, policy);
        let appended = |name| {
            let base = issuer.as_str().trim_end_matches('/');
            Endpoint::new(&format!("{base}/.well-known/{name}"), policy)
        };
        let mut urls = match well_known {
            WellKnown::OAuth => vec![inserted(OAUTH)?],
            WellKnown::OpenId => vec![inserted(OPENID)?, appended(OPENID)?],
            WellKnown::Any => vec![inserted(OAUTH)?, inserted(OPENID)?, appended(OPENID)?],
        };
        // Without a path the last two are one.
        urls.dedup();
        Ok(Self { issuer, policy, tolerances, urls })
    }

    /// Which URL is asked next; `None` when none is left.
    #[must_use]
    pub fn url(&self) -> Option<&Endpoint> {
        self.urls.first()
    }

    /// The request to send: a `GET` (RFC 8414, section 3.1).
    ///
    /// # Errors
    /// Of kind `Usage` when every URL has been asked.
    pub fn request(&self) -> Result<HttpRequest, Error> {
        let url = self.url().ok_or_else(|| Error::usage("every well-known URL has been asked"))?;
        bare_request(Method::GET, url, "application/json")
    }

    /// What the answer means.
    ///
    /// # Errors
    /// Of kind `Protocol` when the answer is no metadata, or another server's, or a redirect;
    /// `Refused` or `Io` when there is none; `Limit` when it is too large.
    pub fn response(&mut self, response: &HttpResponse) -> Result<Step<ServerMetadata>, Error> {
        if response.status() == StatusCode::NOT_FOUND && self.urls.len() > 1 {
            self.urls.remove(0);
            return Ok(Step::Again);
        }
        let body = json_document(response, rfc8414::METADATA_IS_A_JSON_OBJECT)?;
        ServerMetadata::parse(body, &self.issuer, self.policy, self.tolerances).map(Step::Done)
    }
}

/// `/.well-known/NAME` between host and path, of which a last slash is dropped (RFC 8414,
/// section 3.1).
fn insert_well_known(issuer: &Issuer, name: &str, policy: UrlPolicy) -> Result<Endpoint, Error> {
    let (origin, path) = split_behind_authority(issuer.as_str());
    let path = path.strip_suffix('/').unwrap_or(path);
    Endpoint::new(&format!("{origin}/.well-known/{name}{path}"), policy)
}

/// Scheme and authority, and what is behind them.
pub(crate) fn split_behind_authority(url: &str) -> (&str, &str) {
    let authority = url.split_once("://").map_or(url, |(_, authority)| authority);
    let behind = authority.find(['/', '?', '#']).and_then(|end| authority.get(end..)).unwrap_or_default();
    (url.strip_suffix(behind).unwrap_or(url), behind)
}

/// A request with neither body nor proof.
pub(crate) fn bare_request(
    method: Method,
    endpoint: &Endpoint,
    accept: &'static str,
) -> Result<HttpRequest, Error> {
    let mut request = HttpRequest::new(Bytes::new());
    *request.method_mut() = method;
    *request.uri_mut() = endpoint
        .as_str()
        .parse()
        .map_err(|error| Error::usage("the URL cannot stand in an HTTP request").with_source(error))?;
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static(accept));
    Ok(request)
}

/// The body of an answer that has to be 200 and JSON.
pub(crate) fn json_document<'a>(
    response: &'a HttpResponse,
    requirement: &'static crate::Requirement,
) -> Result<&'a [u8], Error> {
    if response.status() != StatusCode::OK {
        return Err(refusal(response));
    }
    if !json::is_json(response.headers()) {
        return Err(Error::violation(requirement, "the answer is not said to be JSON"));
    }
    Ok(response.body())
}

#[cfg(test)]
pub(super) mod tests;
