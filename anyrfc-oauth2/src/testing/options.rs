//! What the server is like, and whom it knows.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use bytes::Bytes;
use serde_json::{Map, Value};

use super::jose::SigningAlgorithm;

/// What the user does in the browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum User {
    /// Logs in and approves.
    #[default]
    Approves,
    /// Logs in and denies.
    Denies,
    /// Has no session: `prompt=none` fails, anything else is answered as by [`Approves`](Self::Approves).
    IsLoggedOut,
}

/// What the server is like; [`AuthorizationServer::configure`](super::AuthorizationServer::configure)
/// changes it at any time.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// Its issuer identifier; all endpoints lie below it.
    pub issuer: String,
    /// The identifier of the protected resource.
    pub resource: String,
    /// Where the aliases for mutual TLS lie: an origin. Certificates count there only.
    pub mtls_origin: Option<String>,
    /// Whether it speaks OpenID Connect.
    pub openid: bool,
    /// Whether `iss` is in its authorization responses (RFC 9207).
    pub iss_parameter: bool,
    /// Whether PAR is the only way.
    pub require_par: bool,
    /// Whether authorization requests have to be signed (RFC 9101).
    pub require_signed_request: bool,
    /// Whether PKCE is a must. Without it, a missing challenge is no violation.
    pub require_pkce: bool,
    /// Whether proofs need a nonce of the server.
    pub dpop_nonce: bool,
    /// Whether each answer brings a new nonce, which is the only good one from then on.
    pub dpop_nonce_each_time: bool,
    /// Whether a refresh gives a new refresh token and kills the old one.
    pub rotate_refresh_tokens: bool,
    /// Whether there are refresh tokens at all.
    pub refresh_tokens: bool,
    /// Whether access tokens are JWTs (RFC 9068).
    pub jwt_access_tokens: bool,
    /// How long an access token lives.
    pub access_token_lifetime: Duration,
    /// How long a refresh token lives.
    pub refresh_token_lifetime: Duration,
    /// How long a code lives.
    pub code_lifetime: Duration,
    /// How long a pushed request lives.
    pub par_lifetime: Duration,
    /// How long a device code lives.
    pub device_lifetime: Duration,
    /// The `interval` of the device grant; `None`: it is not told, and is five seconds.
    pub device_interval: Option<u64>,
    /// How the server signs.
    pub signing: SigningAlgorithm,
    /// What the user does.
    pub user: User,
    /// Who the user is.
    pub subject: String,
    /// How long ago the user logged in; a smaller `max_age` makes him log in again.
    pub login_age: Duration,
    /// The class of that login; `acr_values` of a request win.
    pub acr: String,
    /// The scope that is granted in place of what was asked for.
    pub granted_scope: Option<String>,
    /// The words of scope that exist; `None`: all.
    pub scopes: Option<BTreeSet<String>>,
    /// The resources that exist besides [`resource`](Self::resource); `None`: all.
    pub resources: Option<BTreeSet<String>>,
    /// The types of `authorization_details` that exist; `None`: all.
    pub details_types: Option<BTreeSet<String>>,
    /// The scope that the protected resource wants.
    pub resource_scope: Option<String>,
    /// The class of login that the protected resource wants (RFC 9470).
    pub resource_acr: Option<String>,
    /// The greatest age of a login that the protected resource takes, in seconds.
    pub resource_max_age: Option<u64>,
    /// Whether the protected resource takes bound tokens only.
    pub resource_wants_dpop: bool,
    /// The audiences of client assertions, besides the issuer.
    pub assertion_audiences: BTreeSet<String>,
    /// Who may issue JWTs that are grants, with their JWK Sets.
    pub assertion_issuers: BTreeMap<String, Value>,
    /// Names and passwords for the password grant.
    pub passwords: BTreeMap<String, String>,
    /// What registration wants to see; `None`: nothing.
    pub initial_access_token: Option<String>,
    /// Whether reading and updating a registration bring a new registration token.
    pub rotate_registration_tokens: bool,
    /// What lies at the URLs of others: client metadata documents, request objects.
    pub documents: BTreeMap<String, Bytes>,
    /// Further members of the metadata.
    pub metadata: Map<String, Value>,
    /// Further claims of ID tokens.
    pub claims: Map<String, Value>,
}

impl Options {
    pub(super) fn new(issuer: &str) -> Self {
        Self {
            issuer: issuer.to_owned(),
            resource: "https://api.example/v1".to_owned(),
            mtls_origin: None,
            openid: true,
            iss_parameter: true,
            require_par: false,
            require_signed_request: false,
            require_pkce: true,
            dpop_nonce: false,
            dpop_nonce_each_time: false,
            rotate_refresh_tokens: true,
            refresh_tokens: true,
            jwt_access_tokens: false,
            access_token_lifetime: Duration::from_secs(3600),
            refresh_token_lifetime: Duration::from_secs(30 * 24 * 3600),
            code_lifetime: Duration::from_secs(60),
            par_lifetime: Duration::from_secs(60),
            device_lifetime: Duration::from_secs(1800),
            device_interval: Some(5),
            signing: SigningAlgorithm::default(),
            user: User::default(),
            subject: "alice".to_owned(),
            login_age: Duration::from_secs(10),
            acr: "urn:example:acr:password".to_owned(),
            granted_scope: None,
            scopes: None,
            resources: None,
            details_types: None,
            resource_scope: None,
            resource_acr: None,
            resource_max_age: None,
            resource_wants_dpop: false,
            assertion_audiences: BTreeSet::new(),
            assertion_issuers: BTreeMap::new(),
            passwords: BTreeMap::new(),
            initial_access_token: None,
            rotate_registration_tokens: false,
            documents: BTreeMap::new(),
            metadata: Map::new(),
            claims: Map::new(),
        }
    }

    /// The URL of an endpoint of this name.
    pub(super) fn endpoint(&self, name: &str) -> String {
        format!("{}/{name}", self.issuer.trim_end_matches('/'))
    }
}

/// How a client of the test's server authenticates.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum ClientMethod {
    /// Not at all.
    None,
    /// By HTTP Basic, with this secret.
    Basic(String),
    /// By `client_secret` in the body.
    Post(String),
    /// By a JWT with a MAC of this secret.
    SecretJwt(String),
    /// By a JWT signed with a key of this JWK Set.
    PrivateKeyJwt(Value),
    /// By a certificate with this SHA-256, in base64url: by a PKI or by itself, which a test
    /// cannot tell apart.
    Tls(String),
}

impl ClientMethod {
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Basic(_) => "client_secret_basic",
            Self::Post(_) => "client_secret_post",
            Self::SecretJwt(_) => "client_secret_jwt",
            Self::PrivateKeyJwt(_) => "private_key_jwt",
            Self::Tls(_) => "tls_client_auth",
        }
    }
}

impl ClientMethod {
    /// The secret that only the server and the client know.
    pub(super) const fn secret(&self) -> Option<&String> {
        match self {
            Self::Basic(secret) | Self::Post(secret) | Self::SecretJwt(secret) => Some(secret),
            _ => None,
        }
    }
}

impl std::fmt::Debug for ClientMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// A client that the server knows.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Registered {
    /// Its identifier.
    pub client_id: String,
    /// How it authenticates.
    pub method: ClientMethod,
    /// Where it may be called back; of loopback URIs the port does not count.
    pub redirect_uris: Vec<String>,
    /// Where the browser may go after logout.
    pub post_logout_redirect_uris: Vec<String>,
    /// The keys of its request objects; those of `private_key_jwt` serve too.
    pub jwks: Option<Value>,
    /// Whether it always uses DPoP.
    pub dpop_bound: bool,
    /// Whether its access tokens are bound to its certificate.
    pub certificate_bound: bool,
    /// Its metadata as registered (RFC 7591).
    pub metadata: Map<String, Value>,
    pub(super) registration_token: Option<String>,
}

impl Registered {
    /// A client that authenticates so.
    #[must_use]
    pub fn new(client_id: &str, method: ClientMethod) -> Self {
        Self {
            client_id: client_id.to_owned(),
            method,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            jwks: None,
            dpop_bound: false,
            certificate_bound: false,
            metadata: Map::new(),
            registration_token: None,
        }
    }

    /// A public client.
    #[must_use]
    pub fn public(client_id: &str) -> Self {
        Self::new(client_id, ClientMethod::None)
    }

    /// A client with a password, by HTTP Basic.
    #[must_use]
    pub fn confidential(client_id: &str, secret: &str) -> Self {
        Self::new(client_id, ClientMethod::Basic(secret.to_owned()))
    }

    /// Called back here too.
    #[must_use]
    pub fn redirect_uri(mut self, uri: &str) -> Self {
        self.redirect_uris.push(uri.to_owned());
        self
    }

    /// Sent here too after logout.
    #[must_use]
    pub fn post_logout_redirect_uri(mut self, uri: &str) -> Self {
        self.post_logout_redirect_uris.push(uri.to_owned());
        self
    }

    /// With this JWK Set for its request objects.
    #[must_use]
    pub fn jwks(mut self, set: Value) -> Self {
        self.jwks = Some(set);
        self
    }

    /// Always using DPoP.
    #[must_use]
    pub const fn dpop_bound(mut self) -> Self {
        self.dpop_bound = true;
        self
    }

    /// With access tokens bound to its certificate.
    #[must_use]
    pub const fn certificate_bound(mut self) -> Self {
        self.certificate_bound = true;
        self
    }

    /// The keys that its signatures are verified with.
    pub(super) fn keys(&self) -> Option<&Value> {
        match &self.method {
            ClientMethod::PrivateKeyJwt(set) => self.jwks.as_ref().or(Some(set)),
            _ => self.jwks.as_ref(),
        }
    }
}
