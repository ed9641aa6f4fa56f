//! Tokens without a browser: the grants that one request makes (RFC 6749, sections 4.3, 4.4 and 6;
//! RFC 7521; RFC 7523; RFC 8693).

mod answer;
mod exchange;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use anyrfc_core::{Secret, uri::Uri};
use anyrfc_jwt::codec::base64url;
use serde_json::{Map, Value};

pub(crate) use answer::Expected;
pub use exchange::{SecurityToken, TokenExchange};

use super::{Assertion, Client, ClientAuthentication, Exchange};
use crate::{
    AuthorizationDetail, DeviceCode, Error, RefreshToken, Scope, TokenResponse, codec::form::Form, rfc6749,
    rfc7521, rfc7523, rfc8414, rfc8707,
};

/// The `grant_type` of a JWT as a grant (RFC 7523, section 2.1).
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// The `grant_type` of a device code (RFC 8628, section 3.4).
const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// What a token request says besides what is chosen by name here.
#[derive(Clone, Debug)]
enum Kind {
    /// A client's own access, which only a client that proves who it is can have.
    ClientCredentials,
    /// A token is used again, for no more than it was granted for.
    Refresh,
    /// An assertion made for each attempt.
    Assertion(Box<Assertion>),
    /// A token for another.
    Exchange,
    /// A user's password, which is asked with once.
    Password,
    /// Anything else.
    Plain,
}

/// A request for a token: what grants it, and what for. It can be sent as often as the grant lasts.
///
/// What cannot be is refused by [`exchange`](Self::exchange), before anything is sent.
///
/// ```
/// use anyrfc_oauth2::{Scope, proto::Grant};
///
/// let grant = Grant::client_credentials().scope(Scope::new("mail.read")?).resource("https://mail.example/");
/// # Ok::<(), anyrfc_oauth2::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Grant {
    kind: Kind,
    grant_type: String,
    /// What the grant consists of, in order.
    own: Vec<(&'static str, Arc<Secret<String>>)>,
    scope: Scope,
    granted: Option<Scope>,
    required: Scope,
    resource: Vec<String>,
    audience: Vec<String>,
    details: Vec<Value>,
    parameters: Vec<(String, Arc<Secret<String>>)>,
    unfit: Option<Error>,
}

impl Grant {
    fn new(kind: Kind, grant_type: &str) -> Self {
        Self {
            kind,
            grant_type: grant_type.to_owned(),
            own: Vec::new(),
            scope: Scope::empty(),
            granted: None,
            required: Scope::empty(),
            resource: Vec::new(),
            audience: Vec::new(),
            details: Vec::new(),
            parameters: Vec::new(),
            unfit: None,
        }
    }

    fn with(mut self, name: &'static str, value: impl Into<Secret<String>>) -> Self {
        self.own.push((name, Arc::new(value.into())));
        self
    }

    fn refuse(&mut self, error: Error) {
        self.unfit.get_or_insert(error);
    }

    /// The client's own access (RFC 6749, section 4.4).
    pub fn client_credentials() -> Self {
        Self::new(Kind::ClientCredentials, "client_credentials")
    }

    /// Another access token for a refresh token (RFC 6749, section 6). A [`scope`](Self::scope) asks
    /// for less than was granted, which [`granted`](Self::granted) has to tell.
    ///
    /// An answer without a refresh token leaves the old one in force:
    /// [`TokenResponse::keeping`] puts it in.
    pub fn refresh(token: &RefreshToken) -> Self {
        Self::new(Kind::Refresh, "refresh_token").with("refresh_token", token.expose())
    }

    /// A JWT that is made here, anew for each attempt (RFC 7523, section 2.1).
    pub fn jwt_bearer(assertion: Assertion) -> Self {
        Self::new(Kind::Assertion(Box::new(assertion)), JWT_BEARER)
    }

    /// A JWT that another has made (RFC 7523, section 2.1).
    pub fn jwt_bearer_given(assertion: impl Into<Secret<String>>) -> Self {
        let assertion = assertion.into();
        let parts = || assertion.expose().split('.');
        let whole = matches!(parts().count(), 3 | 5)
            && parts().all(|part| base64url::decode(part).is_ok())
            && !assertion.expose().ends_with('.');
        let mut grant = Self::new(Kind::Plain, JWT_BEARER);
        if !whole {
            let what = "the assertion is not one JWT in compact form";
            grant.refuse(Error::unfit(rfc7523::ASSERTION_IS_ONE_JWT, what));
        }
        grant.with("assertion", assertion)
    }

    /// An assertion of another kind (RFC 7521, section 4.1), whose specification names the
    /// `grant_type` and how it is written.
    pub fn assertion(grant_type: &str, assertion: impl Into<Secret<String>>) -> Self {
        let assertion = assertion.into();
        let empty = assertion.expose().is_empty();
        let mut grant = Self::extension(grant_type).with("assertion", assertion);
        if empty {
            grant.refuse(Error::unfit(rfc7521::ASSERTION_IS_SENT, "the assertion is empty"));
        }
        grant
    }

    /// A token for another token (RFC 8693).
    pub fn token_exchange(exchange: TokenExchange) -> Self {
        exchange.into_grant()
    }

    /// A grant by the user's own password, which is given away to the client and known to it for
    /// good. No new system should use it (RFC 9700, section 2.4); some old ones know nothing else.
    pub fn deprecated_password(username: &str, password: impl Into<Secret<String>>) -> Self {
        let password = password.into();
        let missing = [
            (username.is_empty(), rfc6749::PASSWORD_GRANT_HAS_USERNAME),
            (password.expose().is_empty(), rfc6749::PASSWORD_GRANT_HAS_PASSWORD),
        ];
        let mut grant =
            Self::new(Kind::Password, "password").with("username", username).with("password", password);
        for (_, requirement) in missing.into_iter().filter(|(is_missing, _)| *is_missing) {
            grant.refuse(Error::unfit(requirement, "a user's name or password is empty"));
        }
        grant
    }

    /// For whoever keeps it to ask again: a user's password is not kept (RFC 6749, section 4.3.1), so
    /// that such a grant comes to nothing.
    #[cfg(any(feature = "client", test))]
    pub(crate) fn kept(mut self) -> Self {
        if matches!(self.kind, Kind::Password) {
            self.own.clear();
            let what = "a user's password is not kept to ask again";
            self.refuse(Error::unfit(rfc6749::PASSWORD_IS_DISCARDED, what));
        }
        self
    }

    /// Any other grant (RFC 6749, section 4.5): a URI that names it, and its
    /// [parameters](Self::parameter).
    pub fn extension(grant_type: &str) -> Self {
        let mut grant = Self::new(Kind::Plain, grant_type);
        if let Err(error) = Uri::parse(grant_type) {
            let what = "an extension's grant_type is no absolute URI";
            grant.refuse(Error::unfit(rfc6749::EXTENSION_GRANT_TYPE_IS_A_URI, what).with_source(error));
        }
        grant
    }

    /// A device code, which is still to come (RFC 8628, section 3.4).
    pub(crate) fn device() -> Self {
        Self::new(Kind::Plain, DEVICE_CODE)
    }

    /// The device code, for what it was asked for.
    pub(crate) fn redeem(&self, code: &DeviceCode) -> Self {
        let mut grant = Self::device().with("device_code", code.expose());
        grant.granted = Some(self.scope.clone());
        grant.required = self.required.clone();
        grant.resource = self.resource.clone();
        grant
    }

    /// What the token shall be good for (RFC 6749, section 3.3).
    pub fn scope(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    /// What the refresh token was granted for: a refresh cannot ask for more (RFC 6749, section 6).
    /// Where it is said of another grant, that cannot either (RFC 7521, section 4.1).
    pub fn granted(mut self, scope: Scope) -> Self {
        self.granted = Some(scope);
        self
    }

    /// What the token has to be good for: where the server grants less, the answer is an error with
    /// what is [missing](Error::missing_scope), instead of a token.
    pub fn require_scope(mut self, scope: Scope) -> Self {
        self.required = scope;
        self
    }

    /// Where the token shall be used (RFC 8707, section 2); one more each time.
    pub fn resource(mut self, resource: impl Into<String>) -> Self {
        let resource = resource.into();
        match check_resource(&resource) {
            Ok(()) => self.resource.push(resource),
            Err(error) => self.refuse(error),
        }
        self
    }

    /// Who shall take the token, by a name that the server knows (RFC 8693, section 2.1); one more
    /// each time.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience.push(audience.into());
        self
    }

    /// What the token shall be good for, in detail (RFC 9396, section 6); one more each time.
    pub fn authorization_detail(mut self, detail: impl Into<Map<String, Value>>) -> Self {
        match AuthorizationDetail::from_members(detail.into()) {
            Ok(detail) => self.details.push(Value::Object(detail.into())),
            Err(error) => self.refuse(error),
        }
        self
    }

    /// Any other parameter. One that is set by what it means, and a second of one name, are refused.
    pub fn parameter(mut self, name: &str, value: impl Into<Secret<String>>) -> Self {
        let reserved = [
            "grant_type",
            "client_id",
            "client_secret",
            "client_assertion",
            "client_assertion_type",
            "scope",
            "resource",
            "audience",
            "authorization_details",
            "assertion",
        ];
        let exchange = matches!(self.kind, Kind::Exchange) && exchange::PARAMETERS.contains(&name);
        let taken = exchange
            || reserved.contains(&name)
            || self.own.iter().any(|(own, _)| *own == name)
            || self.parameters.iter().any(|(set, _)| set == name);
        if taken {
            let what = "a parameter was given that the grant sets itself, or that is there already";
            self.refuse(Error::unfit(rfc6749::TOKEN_PARAMETERS_ARE_SINGLE, what));
            return self;
        }
        self.parameters.push((name.to_owned(), Arc::new(value.into())));
        self
    }

    /// The question to `client`'s server.
    ///
    /// # Errors
    /// Of kind `Usage` when the grant cannot be asked for so, `Unsupported` when the server has no
    /// token endpoint.
    pub fn exchange(&self, client: &Client) -> Result<Exchange<TokenResponse>, Error> {
        self.check(client)?;
        let named = client.server.token_endpoint.as_ref();
        let endpoint = client.endpoint("token_endpoint", named, rfc8414::TOKEN_ENDPOINT_IS_PUBLISHED)?;
        let expected = Expected {
            asked: if self.scope.is_empty() {
                self.granted.clone().unwrap_or_default()
            } else {
                self.scope.clone()
            },
            required: self.required.clone(),
            exchange: matches!(self.kind, Kind::Exchange),
        };
        let exchange = Exchange::form(client, endpoint, self.form(), move |client, response| {
            expected.read(client, response)
        });
        Ok(match &self.kind {
            Kind::Assertion(assertion) => {
                let assertion = assertion.clone();
                exchange.renewing(move |client, form, now, random| {
                    form.set("assertion", assertion.sign(client, now, random)?);
                    Ok(())
                })
            }
            _ => exchange,
        })
    }

    /// What was given and cannot be.
    pub(crate) fn fit(&self) -> Result<(), Error> {
        self.unfit.clone().map_or(Ok(()), Err)
    }

    /// What no token endpoint may be asked.
    fn check(&self, client: &Client) -> Result<(), Error> {
        self.fit()?;
        match self.kind {
            Kind::ClientCredentials if matches!(client.authentication, ClientAuthentication::None) => {
                let what = "a client that does not prove who it is has no access of its own";
                Err(Error::unfit(rfc6749::CLIENT_GRANT_IS_FOR_CONFIDENTIAL_CLIENTS, what))
            }
            Kind::Refresh if !self.scope.is_empty() => {
                let refused = |what| Err(Error::unfit(rfc6749::REFRESH_ASKS_FOR_NO_MORE_SCOPE, what));
                match &self.granted {
                    None => refused("a refresh asks for a scope, and it is not said what was granted"),
                    Some(granted) if !self.scope.missing_from(granted).is_empty() => {
                        refused("a refresh asks for more than was granted")
                    }
                    Some(_) => Ok(()),
                }
            }
            _ if self
                .granted
                .as_ref()
                .is_some_and(|granted| !self.scope.missing_from(granted).is_empty()) =>
            {
                let what = "a grant asks for more than was granted";
                Err(Error::unfit(rfc7521::SCOPE_IS_WITHIN_THE_GRANT, what))
            }
            _ => Ok(()),
        }
    }

    fn form(&self) -> Form {
        let mut form = Form::new();
        form.set("grant_type", self.grant_type.as_str());
        for (name, value) in &self.own {
            form.set(name, value.expose().as_str());
        }
        self.extend(&mut form);
        form
    }

    /// What a request says beside the grant itself.
    pub(crate) fn extend(&self, form: &mut Form) {
        form.set("scope", self.scope.to_string());
        for resource in &self.resource {
            form.repeat("resource", resource.as_str());
        }
        for audience in &self.audience {
            form.repeat("audience", audience.as_str());
        }
        if !self.details.is_empty() {
            form.set("authorization_details", Value::Array(self.details.clone()).to_string());
        }
        for (name, value) in &self.parameters {
            form.set(name, value.expose().as_str());
        }
    }
}

/// The options of a [`Grant`] on what holds one in its field `grant`.
macro_rules! grant_options {
    () => {
        /// What the token shall be good for (RFC 6749, section 3.3).
        pub fn scope(mut self, scope: $crate::Scope) -> Self {
            self.grant = self.grant.scope(scope);
            self
        }

        /// What the token has to be good for: where the server grants less, the answer is an error
        /// with what is [missing](crate::Error::missing_scope), instead of a token.
        pub fn require_scope(mut self, scope: $crate::Scope) -> Self {
            self.grant = self.grant.require_scope(scope);
            self
        }

        /// Where the token shall be used (RFC 8707, section 2); one more each time.
        pub fn resource(mut self, resource: impl Into<String>) -> Self {
            self.grant = self.grant.resource(resource);
            self
        }

        /// What the token shall be good for, in detail (RFC 9396, section 2); one more each time.
        pub fn authorization_detail(
            mut self,
            detail: impl Into<serde_json::Map<String, serde_json::Value>>,
        ) -> Self {
            self.grant = self.grant.authorization_detail(detail);
            self
        }

        /// Any other parameter. One that is set by what it means, and a second of one name, are
        /// refused.
        pub fn parameter(mut self, name: &str, value: impl Into<anyrfc_core::Secret<String>>) -> Self {
            self.grant = self.grant.parameter(name, value);
            self
        }
    };
}
pub(crate) use grant_options;

/// Whether a text may name a resource (RFC 8707, section 2): an absolute URI without a fragment.
pub(crate) fn check_resource(text: &str) -> Result<(), Error> {
    let uri = Uri::parse(text).map_err(|error| {
        Error::unfit(rfc8707::RESOURCE_IS_ABSOLUTE, "a resource is no absolute URI").with_source(error)
    })?;
    if uri.fragment().is_some() {
        return Err(Error::unfit(rfc8707::RESOURCE_HAS_NO_FRAGMENT, "a resource has a fragment"));
    }
    if !uri.as_str().eq_ignore_ascii_case(text) {
        let what = "a resource is no absolute URI without user information";
        return Err(Error::unfit(rfc8707::RESOURCE_IS_ABSOLUTE, what));
    }
    Ok(())
}
