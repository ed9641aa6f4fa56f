//! What is kept until the answer comes.

use std::{fmt, time::Duration};

use anyrfc_core::Secret;
use anyrfc_jwt::codec::json::{self, JsonLimits};
use serde::{Deserialize, Serialize};

use super::{Authorization, ResponseMode};
use crate::{
    Error, RedirectUri, Scope,
    codec::form::Form,
    proto::{Client, CodeVerifier, IdTokenValidation, Moment, Random},
    rfc6749, rfc9700,
};

/// The parameters of an answer, which no redirection URI may hold of itself.
const ANSWERS: [&str; 7] = ["state", "code", "iss", "error", "error_description", "error_uri", "response"];

/// An authorization that is under way: who was asked, for what, and what the answer has to agree with.
///
/// It is good for one answer: [`redeem`](Self::redeem) consumes it. Each is bound to the server, its
/// token endpoint, the client and the redirection URI that it was begun with (RFC 9700, section 4.4.2).
///
/// A web app keeps it in the user's session, so that it answers only the browser that began (RFC 6749,
/// section 10.12): as the [text](Self::to_secret) it is made of, which has to be forgotten when the
/// answer has come.
pub struct Pending {
    pub(super) state: Secret<String>,
    pub(super) nonce: Option<Secret<String>>,
    pub(super) verifier: CodeVerifier,
    pub(super) issuer: Option<String>,
    pub(super) token_endpoint: String,
    pub(super) client_id: String,
    pub(super) redirect_uri: RedirectUri,
    pub(super) scope: Scope,
    pub(super) required: Scope,
    pub(super) resource: Vec<String>,
    pub(super) mode: Option<ResponseMode>,
    max_age: Option<Duration>,
    acr_values: Option<String>,
    started: Duration,
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pending({})", self.redirect_uri)
    }
}

/// As it is written down.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    version: u8,
    state: String,
    nonce: Option<String>,
    code_verifier: String,
    issuer: Option<String>,
    token_endpoint: String,
    client_id: String,
    redirect_uri: String,
    scope: String,
    required_scope: String,
    resource: Vec<String>,
    response_mode: Option<String>,
    max_age: Option<u64>,
    acr_values: Option<String>,
    started: u64,
}

/// The one way of writing that is known.
const VERSION: u8 = 1;

impl Pending {
    pub(super) fn new(
        authorization: &Authorization,
        now: &Moment,
        random: &mut Random,
    ) -> Result<Self, Error> {
        let Authorization { client, redirect_uri, scope, resource, .. } = authorization;
        let own = Form::decode(redirect_uri.uri().query().unwrap_or_default());
        if own.iter().any(|(name, _)| ANSWERS.contains(&name.as_str())) {
            let what = "the redirection URI's query holds a parameter of the answer";
            return Err(Error::unfit(rfc6749::AUTHORIZATION_PARAMETERS_ARE_SINGLE, what));
        }
        let (token_endpoint, issuer) = ends(client)?;
        let acr_values = authorization.parameters.text("acr_values");
        Ok(Self {
            state: Secret::new(random.token()),
            nonce: scope.contains("openid").then(|| Secret::new(random.token())),
            verifier: CodeVerifier::new(random),
            issuer: issuer.map(str::to_owned),
            token_endpoint: token_endpoint.to_owned(),
            client_id: client.client_id.as_str().to_owned(),
            redirect_uri: redirect_uri.clone(),
            scope: scope.clone(),
            required: authorization.required.clone(),
            resource: resource.clone(),
            mode: authorization.mode,
            max_age: authorization.max_age,
            acr_values: acr_values.map(str::to_owned),
            started: now.unix,
        })
    }

    /// The state that was sent: what a server with many users finds this by.
    #[must_use]
    pub fn state(&self) -> &str {
        self.state.expose()
    }

    /// The nonce that the ID token has to hold (OpenID Connect Core, section 3.1.3.7).
    #[must_use]
    pub fn nonce(&self) -> Option<&str> {
        self.nonce.as_ref().map(|nonce| nonce.expose().as_str())
    }

    /// The server's name: whose configuration the answer is to be redeemed with.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// Where the answer has to arrive.
    #[must_use]
    pub fn redirect_uri(&self) -> &RedirectUri {
        &self.redirect_uri
    }

    /// What was asked for (RFC 6749, section 3.3).
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// How the answer has to be brought.
    #[must_use]
    pub fn response_mode(&self) -> Option<ResponseMode> {
        self.mode
    }

    /// How long ago the user may have signed in, which the ID token has to bear out.
    #[must_use]
    pub fn max_age(&self) -> Option<Duration> {
        self.max_age
    }

    /// How the user had to sign in.
    #[must_use]
    pub fn acr_values(&self) -> Option<&str> {
        self.acr_values.as_deref()
    }

    /// When it was begun, since 1970-01-01T00:00:00Z, to the second: what is old can be forgotten.
    #[must_use]
    pub fn started(&self) -> Duration {
        self.started
    }

    /// What an ID token has to be to answer this: to be completed, and held against what the
    /// exchange brings (OpenID Connect Core, section 3.1.3.7).
    pub fn id_token_validation(&self, client: &Client) -> IdTokenValidation {
        let mut validation = IdTokenValidation::new(client);
        if let Some(nonce) = self.nonce() {
            validation = validation.nonce(nonce);
        }
        if let Some(max_age) = self.max_age {
            validation = validation.max_age(max_age);
        }
        match &self.acr_values {
            Some(values) => validation.acr_values(values.split(' ').filter(|value| !value.is_empty())),
            None => validation,
        }
    }

    pub(super) fn challenge(&self) -> String {
        self.verifier.challenge()
    }

    /// The text that it can be made of again, by another process too. It holds the verifier and the
    /// state: keep it where nobody but this user's session reaches it, and no longer than it is needed.
    #[must_use]
    pub fn to_secret(&self) -> Secret<String> {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let mut kept = Kept {
            version: VERSION,
            state: self.state().to_owned(),
            nonce: owned(self.nonce()),
            code_verifier: self.verifier.expose().to_owned(),
            issuer: self.issuer.clone(),
            token_endpoint: self.token_endpoint.clone(),
            client_id: self.client_id.clone(),
            redirect_uri: self.redirect_uri.as_str().to_owned(),
            scope: self.scope.to_string(),
            required_scope: self.required.to_string(),
            resource: self.resource.clone(),
            response_mode: owned(self.mode.map(ResponseMode::as_str)),
            max_age: self.max_age.map(|age| age.as_secs()),
            acr_values: self.acr_values.clone(),
            started: self.started.as_secs(),
        };
        // Texts and numbers alone: it cannot fail.
        let text = serde_json::to_string(&kept).unwrap_or_default();
        kept.wipe();
        Secret::new(text)
    }

    /// What [`to_secret`](Self::to_secret) wrote down.
    ///
    /// # Errors
    /// Of kind `Usage` when it did not.
    pub fn from_secret(text: &str) -> Result<Self, Error> {
        let unfit = |error: Error| Error::usage("this is no pending authorization").with_source(error);
        let kept: Kept = json::parse(text.as_bytes(), &JsonLimits::DOCUMENT)
            .map_err(|error| Error::usage("this is no pending authorization").with_source(error))?;
        let mode = kept.response_mode.as_deref().map(|mode| {
            let known = ResponseMode::ALL.into_iter().find(|known| known.as_str() == mode);
            known.ok_or_else(|| Error::usage("this is no response mode"))
        });
        if kept.version != VERSION || kept.state.is_empty() {
            return Err(Error::usage("this is no pending authorization that is known here"));
        }
        Ok(Self {
            state: Secret::new(kept.state),
            nonce: kept.nonce.map(Secret::new),
            verifier: CodeVerifier::from_text(kept.code_verifier).map_err(unfit)?,
            issuer: kept.issuer,
            token_endpoint: kept.token_endpoint,
            client_id: kept.client_id,
            redirect_uri: RedirectUri::new(&kept.redirect_uri).map_err(unfit)?,
            scope: Scope::new(&kept.scope).map_err(unfit)?,
            required: Scope::new(&kept.required_scope).map_err(unfit)?,
            resource: kept.resource,
            mode: mode.transpose().map_err(unfit)?,
            max_age: kept.max_age.map(Duration::from_secs),
            acr_values: kept.acr_values,
            started: Duration::from_secs(kept.started),
        })
    }

    /// That `client` is who began this, at the same server (RFC 9700, section 4.4.2).
    pub(super) fn check_client(&self, client: &Client) -> Result<(), Error> {
        let (token_endpoint, issuer) = ends(client)?;
        let same = self.issuer.as_deref() == issuer
            && self.token_endpoint == token_endpoint
            && self.client_id == client.client_id.as_str();
        if same {
            return Ok(());
        }
        Err(Error::unfit(rfc9700::ISSUER_IS_STORED, "the authorization was begun at another server"))
    }
}

impl Kept {
    fn wipe(&mut self) {
        use zeroize::Zeroize as _;
        self.state.zeroize();
        self.nonce.zeroize();
        self.code_verifier.zeroize();
    }
}

/// What an authorization is bound to: the token endpoint, and the server's name.
fn ends(client: &Client) -> Result<(&str, Option<&str>), Error> {
    let Some(token_endpoint) = &client.server.token_endpoint else {
        let what = "the server has no token endpoint";
        return Err(Error::new(crate::ErrorKind::Unsupported, what)
            .with_requirement(rfc6749::TOKEN_REQUEST_IS_A_POST));
    };
    Ok((token_endpoint.as_str(), client.server.issuer.as_ref().map(|issuer| issuer.as_str())))
}
