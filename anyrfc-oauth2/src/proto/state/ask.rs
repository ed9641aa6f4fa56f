//! The requests.

use crate::{Error, RefreshToken, Scope, TokenResponse, codec::form::Form, proto::{Client, Exchange, HttpResponse, exchange::object}};

fn read(client: &Client, response: &HttpResponse) -> Result<TokenResponse, Error> {
    let body = object(client, response, &crate::rfc6749::ACCESS_TOKEN_IS_RETURNED)?;
    TokenResponse::read(body, client.tolerances)
}

fn ask(client: &Client, form: Form) -> Result<Exchange<TokenResponse>, Error> {
    let endpoint = client.endpoint(
        "token_endpoint",
        client.server.token_endpoint.as_ref(),
        &crate::rfc6749::TOKEN_ENDPOINT_NEEDS_TLS,
    )?;
    Ok(Exchange::form(client, endpoint, form, read))
}

pub(crate) fn refresh(client: &Client, token: &RefreshToken) -> Result<Exchange<TokenResponse>, Error> {
    let mut form = Form::new();
    form.set("grant_type", "refresh_token");
    form.set("refresh_token", token.expose());
    ask(client, form)
}

/// RFC 6749, section 4.4.2.
pub(crate) fn client_credentials(
    client: &Client,
    scope: Option<&Scope>,
) -> Result<Exchange<TokenResponse>, Error> {
    let mut form = Form::new();
    form.set("grant_type", "client_credentials");
    if let Some(scope) = scope {
        form.set("scope", scope.to_string());
    }
    ask(client, form)
}
