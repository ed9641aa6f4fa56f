//! Assertions that are made here (RFC 7521; RFC 7523, section 3).

use std::{fmt, sync::Arc, time::Duration};

use anyrfc_core::Secret;
use anyrfc_jwt::{
    proto::{Signer, SigningKey},
    types::{Header, JwsAlgorithm},
};
use serde_json::{Map, Value};

use crate::{
    Error,
    proto::{Client, Moment, Random},
    rfc7523,
};

/// The `client_assertion_type` of a JWT (RFC 7523, section 2.2).
pub(super) const CLIENT_ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Whom an assertion is meant for (RFC 7523, section 3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Audience {
    /// The server's issuer, which no other server can claim to be.
    #[default]
    Issuer,
    /// The URL of its token endpoint, for servers that know themselves by nothing else.
    TokenEndpoint,
    /// These names: one as a string, several as an array.
    These(Vec<String>),
}

impl Audience {
    /// The value of `aud`.
    fn of(&self, client: &Client) -> Result<Value, Error> {
        let unnamed = |what| Error::unfit(rfc7523::JWT_HAS_AUD, what);
        match self {
            Self::Issuer => {
                let issuer = client.server.issuer.as_ref();
                let what = "the server has no name: say whom the assertion is meant for";
                issuer.map(|issuer| issuer.as_str().into()).ok_or_else(|| unnamed(what))
            }
            Self::TokenEndpoint => {
                let endpoint = client.server.token_endpoint.as_ref();
                let what = "the server has no token endpoint for the assertion to be meant for";
                endpoint.map(|endpoint| endpoint.as_str().into()).ok_or_else(|| unnamed(what))
            }
            Self::These(names) => match names.as_slice() {
                [] => Err(unnamed("the assertion is meant for nobody")),
                [one] => Ok(one.as_str().into()),
                several => Ok(several.into()),
            },
        }
    }
}

/// A JWT that is made and signed here, anew each time one is needed: `jti` and `iat` are new, `exp`
/// is as far away as [`lifetime`](Self::lifetime) says (RFC 7523, section 3).
///
/// Cheap to clone.
#[derive(Clone)]
pub struct Assertion {
    signer: Arc<Signer>,
    algorithm: JwsAlgorithm,
    issuer: Option<String>,
    subject: Option<String>,
    audience: Audience,
    lifetime: Duration,
    claims: Map<String, Value>,
}

impl fmt::Debug for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assertion")
            .field("alg", &self.algorithm)
            .field("iss", &self.issuer)
            .field("sub", &self.subject)
            .field("aud", &self.audience)
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}

impl Assertion {
    /// How long an assertion lives unless something else is said.
    const LIFETIME: Duration = Duration::from_secs(60);

    /// Signed by `key`, whose `kid` stands in the header.
    ///
    /// # Errors
    /// Of kind `Usage` when the key cannot sign.
    pub fn new(key: &SigningKey) -> Result<Self, Error> {
        let mut header = Header::new(key.algorithm()).with_typ("JWT");
        if let Some(key_id) = key.key_id() {
            header = header.with_key_id(key_id);
        }
        Self::with_header(key, &header)
    }

    /// Signed by `key`, under a header of your own: with `x5t#S256`, say, for servers that know keys
    /// by their certificates.
    ///
    /// # Errors
    /// Of kind `Usage` when the header does not go with the key.
    pub fn with_header(key: &SigningKey, header: &Header) -> Result<Self, Error> {
        Ok(Self {
            signer: Arc::new(Signer::new(key, header)?),
            algorithm: key.algorithm(),
            issuer: None,
            subject: None,
            audience: Audience::Issuer,
            lifetime: Self::LIFETIME,
            claims: Map::new(),
        })
    }

    /// Who says it: `iss`. The `client_id` by default.
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// Of whom it is said: `sub`. The `client_id` by default.
    #[must_use]
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Whom it is meant for: `aud`. The server's issuer by default.
    #[must_use]
    pub fn audience(mut self, audience: Audience) -> Self {
        self.audience = audience;
        self
    }

    /// How long it may be used: a minute by default.
    #[must_use]
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Another claim.
    ///
    /// # Errors
    /// Of kind `Usage` for `iss`, `sub`, `aud`, `exp`, `iat` and `jti`, which are not the caller's
    /// to set here.
    pub fn claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Result<Self, Error> {
        let name = name.into();
        if matches!(name.as_str(), "iss" | "sub" | "aud" | "exp" | "iat" | "jti") {
            return Err(Error::usage("this claim of an assertion is set by what it means, not by its name"));
        }
        self.claims.insert(name, value.into());
        Ok(self)
    }

    pub(super) fn algorithm(&self) -> JwsAlgorithm {
        self.algorithm
    }

    /// One to be sent now.
    ///
    /// # Errors
    /// Of kind `Usage` when the server has no name that it could be meant for, or the key fails.
    pub fn sign(&self, client: &Client, now: &Moment, random: &mut Random) -> Result<Secret<String>, Error> {
        self.sign_as(None, client, now, random)
    }

    /// One to be sent now, by and of `principal` where there is one.
    pub(super) fn sign_as(
        &self,
        principal: Option<&str>,
        client: &Client,
        now: &Moment,
        random: &mut Random,
    ) -> Result<Secret<String>, Error> {
        let own = client.client_id.as_str();
        let issued = now.unix.as_secs();
        let name = |named: &Option<String>| principal.or(named.as_deref()).unwrap_or(own).to_owned();
        let mut claims = self.claims.clone();
        claims.insert("iss".into(), name(&self.issuer).into());
        claims.insert("sub".into(), name(&self.subject).into());
        claims.insert("aud".into(), self.audience.of(client)?);
        claims.insert("iat".into(), issued.into());
        claims.insert("exp".into(), issued.saturating_add(self.lifetime.as_secs()).into());
        claims.insert("jti".into(), random.token().into());
        Ok(Secret::new(self.signer.sign(Value::Object(claims).to_string().as_bytes())?))
    }
}
