//! The authorization code grant (RFC 6749, section 4.1): what the user is asked, and what comes back.

mod options;
mod parameters;
mod pending;
mod response;
#[cfg(test)]
mod tests;

use std::{fmt, time::Duration};

use anyrfc_core::Secret;
use anyrfc_jwt::{
    proto::{SigningKey, jwe::EncryptionKey},
    types::ContentEncryption,
};
use serde_json::{Map, Value};

use super::{Client, Exchange, Moment, Random, grant::check_resource, jar, par, pkce};
use crate::{
    AuthorizationDetail, Endpoint, Error, RedirectUri, Scope, StepUp, codec::form::Form, rfc6749, rfc9101,
};
pub use options::{Prompt, ResponseMode};
pub(crate) use parameters::{Parameter, Parameters};
pub use pending::Pending;

/// What the user is to be asked for: the authorization request of a code (RFC 6749, section 4.1.1),
/// with PKCE by `S256`, a `state` of 256 random bits and, where `openid` is asked for, a `nonce`.
///
/// ```
/// # use anyrfc_oauth2::{proto::{Authorization, Client, Moment, Random, Start}, RedirectUri, Scope, Error};
/// # fn begin(client: &Client, now: Moment, random: &mut Random) -> Result<(), Error> {
/// let authorization = Authorization::new(client, RedirectUri::new("https://app.example/cb")?)
///     .scope(Scope::new("openid mail.read")?);
/// match authorization.start(&now, random)? {
///     // Send the browser to `request.url()` and keep `request.into_pending()`.
///     Start::Ready(request) => drop(request),
///     // The server wants the request before the browser comes (RFC 9126).
///     Start::Push(exchange) => drop(exchange),
/// }
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[must_use]
pub struct Authorization {
    client: Client,
    redirect_uri: RedirectUri,
    scope: Scope,
    required: Scope,
    resource: Vec<String>,
    parameters: Parameters,
    details: Vec<Value>,
    mode: Option<ResponseMode>,
    prompt: Vec<Prompt>,
    max_age: Option<Duration>,
    pushed: bool,
    signed_by: Option<SigningKey>,
    encrypted_to: Option<(EncryptionKey, ContentEncryption)>,
    binds_code: bool,
    /// The first thing that cannot be.
    unfit: Option<Error>,
}

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authorization({} {})", self.client.client_id, self.redirect_uri)
    }
}

/// How a flow begins.
#[derive(Debug)]
pub enum Start {
    /// By the browser.
    Ready(AuthorizationRequest),
    /// By handing the request to the server first (RFC 9126, section 2), which tells what the browser
    /// has to be sent to.
    Push(Exchange<AuthorizationRequest>),
}

impl Authorization {
    /// Asks for a code, to be brought to `redirect_uri`. Where there is more than one server, each
    /// has a redirection URI of its own (RFC 9700, section 4.4.2.2).
    pub fn new(client: &Client, redirect_uri: RedirectUri) -> Self {
        Self {
            client: client.clone(),
            redirect_uri,
            scope: Scope::empty(),
            required: Scope::empty(),
            resource: Vec::new(),
            parameters: Parameters::default(),
            details: Vec::new(),
            mode: None,
            prompt: Vec::new(),
            max_age: None,
            pushed: false,
            signed_by: None,
            encrypted_to: None,
            binds_code: true,
            unfit: None,
        }
    }

    /// What the token shall be good for (RFC 6749, section 3.3).
    pub fn scope(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    /// What the token has to be good for: where the server grants less, the answer is an error with
    /// what is [missing](Error::missing_scope), instead of a token.
    pub fn require_scope(mut self, scope: Scope) -> Self {
        self.required = scope;
        self
    }

    /// Where the token shall be used (RFC 8707, section 2); one more each time. The token request
    /// names the same.
    pub fn resource(mut self, resource: impl Into<String>) -> Self {
        let resource = resource.into();
        match check_resource(&resource) {
            Ok(()) => self.resource.push(resource),
            Err(error) => self.refuse(error),
        }
        self
    }

    /// What the token shall be good for, in detail: an
    /// [`AuthorizationDetail`] or the members of one (RFC 9396, section 2); one more each time.
    pub fn authorization_detail(mut self, detail: impl Into<Map<String, Value>>) -> Self {
        match AuthorizationDetail::from_members(detail.into()) {
            Ok(detail) => self.details.push(Value::Object(detail.into())),
            Err(error) => self.refuse(error),
        }
        self
    }

    /// How the answer is brought; by default in the query, and as plain parameters.
    pub fn response_mode(mut self, mode: ResponseMode) -> Self {
        self.mode = Some(mode);
        self
    }

    /// What the user is shown (OpenID Connect Core, section 3.1.2.1); one more each time.
    pub fn prompt(mut self, prompt: Prompt) -> Self {
        self.prompt.push(prompt);
        if self.prompt.len() > 1 && self.prompt.contains(&Prompt::None) {
            self.refuse(Error::usage("prompt is `none` and something else"));
        }
        self
    }

    /// How long ago the user may have signed in (OpenID Connect Core, section 3.1.2.1; RFC 9470,
    /// section 4).
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.max_age = Some(max_age);
        self
    }

    /// How the user has to sign in: classes, the preferred one first (RFC 9470, section 4).
    pub fn acr_values(self, values: impl Into<String>) -> Self {
        self.text("acr_values", values)
    }

    /// Has the user sign in as a resource wants it: its `acr_values` and `max_age`, and the scope that
    /// it named beside what is asked for already (RFC 9470, section 4). Whether the user is asked at
    /// all is the caller's to decide, and how often: the resource may be hostile (section 9).
    pub fn step_up(mut self, wanted: &StepUp) -> Self {
        if let Some(scope) = &wanted.scope {
            self.scope = self.scope.union(scope);
        }
        if let Some(max_age) = wanted.max_age {
            self = self.max_age(max_age);
        }
        match wanted.acr_values() {
            Some(values) => self.acr_values(values),
            None => self,
        }
    }

    /// Who is likely to sign in (OpenID Connect Core, section 3.1.2.1).
    pub fn login_hint(self, hint: impl Into<String>) -> Self {
        self.text("login_hint", hint)
    }

    /// The languages of what the user sees, the preferred one first.
    pub fn ui_locales(self, locales: impl Into<String>) -> Self {
        self.text("ui_locales", locales)
    }

    /// Which claims are asked for one by one (OpenID Connect Core, section 5.5).
    pub fn claims(mut self, claims: Map<String, Value>) -> Self {
        self.parameters.set("claims", Parameter::Json(Value::Object(claims)));
        self
    }

    /// Any other parameter, such as `audience` or `access_type`.
    ///
    /// One that this flow sets itself is refused when it [starts](Self::start).
    pub fn parameter(mut self, name: &str, value: impl Into<String>) -> Self {
        if parameters::is_ours(name) {
            let what = "a parameter was given that the flow sets itself, or that does not belong here";
            self.refuse(Error::unfit(rfc6749::AUTHORIZATION_PARAMETERS_ARE_SINGLE, what));
            return self;
        }
        self.text(name, value)
    }

    /// Hands the request to the server before the browser comes (RFC 9126), whether the server
    /// demands it or not: nobody on the way can read or change it.
    pub fn pushed(mut self) -> Self {
        self.pushed = true;
        self
    }

    /// Signs the request (RFC 9101): nobody on the way can change it.
    pub fn signed_by(mut self, key: SigningKey) -> Self {
        self.signed_by = Some(key);
        self
    }

    /// Encrypts the request, once it is [signed](Self::signed_by), to a key of the server's (RFC 9101,
    /// section 4): nobody on the way can read it. [Pushing](Self::pushed) it does the same without.
    pub fn encrypted_to(mut self, key: EncryptionKey, encryption: ContentEncryption) -> Self {
        self.encrypted_to = Some((key, encryption));
        self
    }

    /// Does not bind the code to the client's DPoP key, for servers that stumble over `dpop_jkt`
    /// (RFC 9449, section 10).
    pub fn unbound_code(mut self) -> Self {
        self.binds_code = false;
        self
    }

    /// Begins: a new verifier, a new state, a new nonce.
    ///
    /// # Errors
    /// Of kind `Usage` when something that was given cannot be asked for; `Unsupported` when the server
    /// lacks what is needed: an authorization endpoint, PKCE by `S256`, an endpoint to push to;
    /// `Protocol` when its endpoint has a query that would stand in for what we ask.
    pub fn start(mut self, now: &Moment, random: &mut Random) -> Result<Start, Error> {
        if let Some(error) = self.unfit.take() {
            return Err(error);
        }
        let server = &self.client.server;
        pkce::check_support(server)?;
        if let Some(dpop) = &self.client.dpop {
            dpop.check_support(server)?;
        }
        let endpoint = authorization_endpoint(&self.client)?;
        let pending = Pending::new(&self, now, random)?;
        let parameters = self.parameters(&pending);
        let pushes = self.pushed || self.client.server.require_pushed_authorization_requests;
        if self.signed_by.is_none() && self.client.server.require_signed_request_object {
            let what = "the server takes signed requests only, and there is no key to sign by";
            return Err(Error::unfit(rfc9101::REQUEST_OBJECT_IS_SIGNED, what));
        }
        if self.signed_by.is_none() && self.encrypted_to.is_some() {
            let what = "a request is signed before it is encrypted, and there is no key to sign by";
            return Err(Error::unfit(rfc9101::REQUEST_OBJECT_IS_SIGNED, what));
        }
        let mut form = Form::new();
        form.set("client_id", self.client.client_id.as_str());
        match &self.signed_by {
            Some(key) => {
                let mut object = jar::request_object(&self.client, &parameters, key, now, random)?;
                if let Some((key, encryption)) = &self.encrypted_to {
                    object = jar::encrypted(&self.client, &object, key, *encryption)?;
                }
                form.set("request", object);
                if !pushes && self.scope.contains("openid") {
                    // OpenID Connect Core, section 6.1, wants these outside too.
                    form.set("response_type", "code");
                    form.set("scope", self.scope.to_string());
                }
            }
            None => parameters.write(&mut form),
        }
        if pushes {
            let exchange = par::push(&self.client, endpoint, form, pending)?;
            return Ok(Start::Push(exchange));
        }
        let url = form.onto(endpoint.as_str());
        Ok(Start::Ready(AuthorizationRequest { url: Secret::new(url), pending, expires_in: None }))
    }

    /// All that is asked, `client_id` included.
    fn parameters(&self, pending: &Pending) -> Parameters {
        let mut all = Parameters::default();
        let mut text = |name: &str, value: &str| all.set(name, Parameter::Text(value.to_owned()));
        text("response_type", "code");
        text("client_id", self.client.client_id.as_str());
        text("redirect_uri", self.redirect_uri.as_str());
        text("scope", &self.scope.to_string());
        text("state", pending.state());
        text("nonce", pending.nonce().unwrap_or_default());
        text("code_challenge", &pending.challenge());
        text("code_challenge_method", pkce::S256);
        text("response_mode", self.mode.map(ResponseMode::as_str).unwrap_or_default());
        let prompt: Vec<&str> = self.prompt.iter().map(|prompt| prompt.as_str()).collect();
        text("prompt", &prompt.join(" "));
        if let (Some(dpop), true) = (&self.client.dpop, self.binds_code) {
            all.set("dpop_jkt", Parameter::Text(dpop.thumbprint().to_owned()));
        }
        if let Some(max_age) = self.max_age {
            all.set("max_age", Parameter::Number(max_age.as_secs()));
        }
        if !self.resource.is_empty() {
            all.set("resource", Parameter::Many(self.resource.clone()));
        }
        if !self.details.is_empty() {
            all.set("authorization_details", Parameter::Json(Value::Array(self.details.clone())));
        }
        all.append(&self.parameters);
        all
    }

    fn text(mut self, name: &str, value: impl Into<String>) -> Self {
        self.parameters.set(name, Parameter::Text(value.into()));
        self
    }

    fn refuse(&mut self, error: Error) {
        self.unfit.get_or_insert(error);
    }
}

/// The server's authorization endpoint, whose own query says nothing that is ours to say (RFC 6749,
/// section 3.1).
fn authorization_endpoint(client: &Client) -> Result<Endpoint, Error> {
    let Some(endpoint) = &client.server.authorization_endpoint else {
        let what = "the server has no authorization endpoint";
        return Err(Error::new(crate::ErrorKind::Unsupported, what)
            .with_requirement(rfc6749::CODE_REDIRECT_CAN_BE_RECEIVED));
    };
    let query = endpoint.uri().query().unwrap_or_default();
    if Form::decode(query).iter().any(|(name, _)| parameters::is_ours(name)) {
        let what = "the authorization endpoint's query holds a parameter of the request";
        return Err(Error::violation(rfc6749::AUTHORIZATION_PARAMETERS_ARE_SINGLE, what));
    }
    Ok(endpoint.clone())
}

/// A request on its way: where the browser is sent, and what is kept for the answer.
///
/// The URL is for one use: a pushed request's lives a short time and works once (RFC 9126, section 4).
pub struct AuthorizationRequest {
    url: Secret<String>,
    pending: Pending,
    expires_in: Option<Duration>,
}

impl fmt::Debug for AuthorizationRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuthorizationRequest({:?})", self.pending)
    }
}

impl AuthorizationRequest {
    /// The request that the server took in: the browser brings its name alone (RFC 9126, section 4).
    pub(crate) fn pushed(
        client: &Client,
        endpoint: &Endpoint,
        request_uri: &str,
        expires_in: Duration,
        pending: Pending,
    ) -> Self {
        let mut form = Form::new();
        form.set("client_id", client.client_id.as_str());
        form.set("request_uri", request_uri.to_owned());
        Self { url: Secret::new(form.onto(endpoint.as_str())), pending, expires_in: Some(expires_in) }
    }

    /// Where to send the user's browser: an external one, never one inside the program (RFC 8252,
    /// section 8.12). It holds the `state`: not for logs.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.expose()
    }

    /// What the answer will be compared with.
    #[must_use]
    pub fn pending(&self) -> &Pending {
        &self.pending
    }

    /// How long the URL may be used, where the server said so (RFC 9126, section 2.2).
    #[must_use]
    pub fn expires_in(&self) -> Option<Duration> {
        self.expires_in
    }

    /// What the answer will be compared with, to be kept until it comes.
    #[must_use]
    pub fn into_pending(self) -> Pending {
        self.pending
    }
}
