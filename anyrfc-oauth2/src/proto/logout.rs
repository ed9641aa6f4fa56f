//! The end of the user's session at the server (OpenID Connect RP-Initiated Logout).

use std::fmt;

use anyrfc_core::Secret;
use subtle::ConstantTimeEq;

use super::{Client, Random};
use crate::{Endpoint, Error, ErrorKind, RedirectUri, codec::form::Form, rfc6749};

/// A URL to send the user's browser to, that ends the session.
#[derive(Debug)]
#[must_use]
pub struct Logout {
    client: Client,
    endpoint: Endpoint,
    form: Form,
    redirects: bool,
}

impl Client {
    /// Ends the user's session at the server, by way of the browser.
    ///
    /// # Errors
    /// Of kind `Unsupported` when the server has no such endpoint.
    pub fn logout(&self) -> Result<Logout, Error> {
        let Some(endpoint) = self.server.end_session_endpoint.clone() else {
            return Err(Error::new(ErrorKind::Unsupported, "the server has no end session endpoint"));
        };
        Ok(Logout { client: self.clone(), endpoint, form: Form::new(), redirects: false })
    }
}

impl Logout {
    /// The ID token of the session, expired or not: the server may ask the user otherwise.
    pub fn id_token_hint(mut self, id_token: &Secret<String>) -> Self {
        self.form.set("id_token_hint", id_token.expose().as_str());
        self
    }

    /// Who is to be signed out, where there is no ID token.
    pub fn logout_hint(mut self, hint: impl Into<String>) -> Self {
        self.form.set("logout_hint", hint.into());
        self
    }

    /// Where the browser goes afterwards; it has to be registered.
    pub fn post_logout_redirect_uri(mut self, uri: &RedirectUri) -> Self {
        self.form.set("post_logout_redirect_uri", uri.as_str());
        self.redirects = true;
        self
    }

    /// Languages that the user reads, the best first, with spaces between them.
    pub fn ui_locales(mut self, locales: impl Into<String>) -> Self {
        self.form.set("ui_locales", locales.into());
        self
    }

    /// The URL for the browser, and what it is recognised by when it comes back. The URL holds the
    /// ID token, where one was given: it is no more for logs than that.
    pub fn url(mut self, random: &mut Random) -> (Secret<String>, PendingLogout) {
        let state = if self.redirects { random.token() } else { String::new() };
        self.form.set("client_id", self.client.client_id.as_str());
        self.form.set("state", state.clone());
        (Secret::new(self.form.onto(self.endpoint.as_str())), PendingLogout { state: Secret::new(state) })
    }
}

/// A logout whose browser has not come back yet.
pub struct PendingLogout {
    state: Secret<String>,
}

impl fmt::Debug for PendingLogout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PendingLogout(..)")
    }
}

impl PendingLogout {
    /// Whether the browser has come back from this logout: `query` is that of the URL it came to.
    ///
    /// # Errors
    /// Of kind `Auth` when `state` is missing, there twice, or another's.
    pub fn returned(self, query: &str) -> Result<(), Error> {
        let form = Form::decode(query.trim_start_matches('?'));
        let mut states = form.iter().filter(|(name, _)| name == "state").map(|(_, value)| value);
        let (Some(state), None) = (states.next(), states.next()) else {
            return Err(foreign("the browser comes back without the one state of the logout"));
        };
        let expected = self.state.expose().as_bytes();
        // Without a redirection URI there was none to compare with.
        if !expected.is_empty() && bool::from(expected.ct_eq(state.as_bytes())) {
            return Ok(());
        }
        Err(foreign("the browser comes back from another logout"))
    }
}

fn foreign(what: &'static str) -> Error {
    Error::new(ErrorKind::Auth, what).with_requirement(rfc6749::CODE_STATE_PREVENTS_CSRF)
}

#[cfg(test)]
mod tests;
