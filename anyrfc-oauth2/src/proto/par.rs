//! Pushed authorization requests (RFC 9126).

use std::time::Duration;

use anyrfc_core::uri::Uri;
use http::StatusCode;

use super::{AuthorizationRequest, Client, Exchange, HttpResponse, Pending, exchange};
use crate::{Endpoint, Error, codec::form::Form, rfc9126, types::lifetime};

/// Hands the request over (RFC 9126, section 2.1), and makes of what comes back what the browser is
/// sent to.
pub(super) fn push(
    client: &Client,
    authorization_endpoint: Endpoint,
    form: Form,
    pending: Pending,
) -> Result<Exchange<AuthorizationRequest>, Error> {
    let endpoint = client.endpoint(
        "pushed_authorization_request_endpoint",
        client.server.pushed_authorization_request_endpoint.as_ref(),
        rfc9126::REQUIRED_PAR_IS_USED,
    )?;
    let mut pending = Some(pending);
    Ok(Exchange::form(client, endpoint, form, move |client, response| {
        let (request_uri, expires_in) = pushed(client, response)?;
        let Some(pending) = pending.take() else {
            return Err(Error::usage("the exchange has had its answer"));
        };
        Ok(AuthorizationRequest::pushed(client, &authorization_endpoint, &request_uri, expires_in, pending))
    }))
}

/// A successful answer (RFC 9126, section 2.2).
fn pushed(client: &Client, response: &HttpResponse) -> Result<(String, Duration), Error> {
    let breach = |what| Error::violation(rfc9126::SUCCESS_IS_201_WITH_REQUEST_URI, what);
    let body = exchange::object(client, response, rfc9126::SUCCESS_IS_201_WITH_REQUEST_URI)?;
    if response.status() != StatusCode::CREATED {
        return Err(breach("the server took the pushed request with a status other than 201"));
    }
    let request_uri = body.get("request_uri").and_then(|value| value.as_str()).unwrap_or_default();
    // What the parser would have to convert is not what the server gave.
    match Uri::parse(request_uri) {
        Ok(uri) if uri.as_str().eq_ignore_ascii_case(request_uri) => {}
        _ => return Err(breach("the server took the pushed request and gave no request URI")),
    }
    match lifetime(body.get("expires_in"), client.tolerances)? {
        Some(expires_in) if !expires_in.is_zero() => Ok((request_uri.to_owned(), expires_in)),
        _ => Err(breach("the server took the pushed request and does not say how long its URI lives")),
    }
}
