//! Whether an ID token is to be believed (OpenID Connect Core, section 3.1.3.7).

use std::{sync::Arc, time::Duration};

use anyrfc_jwt::{
    codec::base64url,
    proto::{JwsLimits, KeySource, Validation, peek_header},
    rfc8725,
    types::{Algorithms, Claims, JwsAlgorithm, NumericDate},
};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq;

use super::{Client, Moment};
use crate::{AccessToken, AuthorizationCode, Error, ErrorKind, IdToken, Quirk, Secret, rfc6749, rfc9470};

/// So much the server's clock may differ from ours.
pub(crate) const LEEWAY: Duration = Duration::from_secs(10);

/// Every algorithm by which a server may sign with a key that it publishes.
pub(crate) fn asymmetric() -> Algorithms {
    JwsAlgorithm::ALL.iter().copied().filter(|algorithm| !algorithm.is_symmetric()).collect()
}

/// Refuses a token by another algorithm before a key is looked for.
pub(crate) fn allow_algorithm(token: &str, allowed: Algorithms) -> Result<(), Error> {
    let header = peek_header(token, &JwsLimits::default())?;
    if header.jws_algorithm().is_some_and(|algorithm| allowed.contains(algorithm)) {
        return Ok(());
    }
    let error = refused("the token is signed by an algorithm that was not agreed on");
    Err(error.with_requirement(rfc8725::CALLER_NAMES_THE_ALGORITHMS))
}

/// Well-formed, and not to be believed.
pub(crate) fn refused(what: &'static str) -> Error {
    Error::new(ErrorKind::Auth, what)
}

/// What an ID token has to be before it is believed: issued by the server, for this client, now, and
/// in answer to what this client asked.
///
/// Whatever is configured is also required.
#[derive(Clone, Debug)]
#[must_use]
pub struct IdTokenValidation {
    client: Client,
    algorithms: Algorithms,
    nonce: Option<Arc<Secret<String>>>,
    max_age: Option<Duration>,
    acr_values: Vec<String>,
    subject: Option<String>,
    access_token: Option<AccessToken>,
    code: Option<AuthorizationCode>,
    hashes_required: bool,
    trusted: Vec<String>,
    leeway: Duration,
}

impl IdTokenValidation {
    /// From the server of this client, for this client, by the algorithms that were agreed on
    /// ([`Config::id_token_algorithms`](super::Config::id_token_algorithms)).
    pub fn new(client: &Client) -> Self {
        Self {
            client: client.clone(),
            algorithms: client.id_token_algorithms,
            nonce: None,
            max_age: None,
            acr_values: Vec::new(),
            subject: None,
            access_token: None,
            code: None,
            hashes_required: false,
            trusted: Vec::new(),
            leeway: LEEWAY,
        }
    }

    /// By these algorithms and no other: those of the registration's `id_token_signed_response_alg`
    /// (step 7).
    pub fn algorithms(mut self, algorithms: impl Into<Algorithms>) -> Self {
        self.algorithms = algorithms.into();
        self
    }

    /// In answer to the request with this `nonce` (step 11). Without it a token with a nonce is
    /// refused unless it comes from a refresh ([`subject`](Self::subject)).
    pub fn nonce(mut self, nonce: impl Into<String>) -> Self {
        self.nonce = Some(Arc::new(Secret::new(nonce.into())));
        self
    }

    /// The user has signed in no longer ago than this (step 13): `auth_time` has to be there.
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.max_age = Some(max_age);
        self
    }

    /// The user has signed in in one of these ways (step 12): `acr` has to be there.
    pub fn acr_values(mut self, acr_values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.acr_values = acr_values.into_iter().map(Into::into).collect();
        self
    }

    /// It is the same user as before: for what comes with a refreshed token (section 12.2).
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// It came with this access token: `at_hash`, where there is one, is of it (section 3.1.3.8).
    pub fn access_token(mut self, token: &AccessToken) -> Self {
        self.access_token = Some(token.clone());
        self
    }

    /// It came with this code: `c_hash`, where there is one, is of it (section 3.3.2.11).
    pub fn code(mut self, code: &AuthorizationCode) -> Self {
        self.code = Some(code.clone());
        self
    }

    /// `at_hash` and `c_hash` have to be there for what it came with, as they must where the token
    /// came through the browser.
    pub fn require_hashes(mut self) -> Self {
        self.hashes_required = true;
        self
    }

    /// This audience may stand beside the client (step 3).
    pub fn trust_audience(mut self, audience: impl Into<String>) -> Self {
        self.trusted.push(audience.into());
        self
    }

    /// So much the clocks may differ: ten seconds by default.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// Refuses a token by another algorithm than those that were agreed on (step 7), before anybody
    /// looks for a key.
    pub(crate) fn check_algorithm(&self, token: &str) -> Result<(), Error> {
        allow_algorithm(token, self.algorithms)
    }

    /// Believes an ID token, or says why not.
    ///
    /// # Errors
    /// `Auth` for a token that is not to be believed, `Protocol` for one that is malformed, both
    /// with [`Error::token`] where the JWT itself is at fault; `Usage` when the server has no name,
    /// or more than a minute of leeway was asked for.
    pub fn verify<K: KeySource + ?Sized>(
        &self,
        token: &str,
        keys: &K,
        now: &Moment,
    ) -> Result<IdToken, Error> {
        self.check_algorithm(token)?;
        let validation = Validation::new()
            .audience(self.client.client_id.as_str())
            .require("sub")
            .require("iat")
            .require("iss")
            // Servers write `JWT`, nothing, or a type of their own; what it is told from is `aud`.
            .any_typ()
            .leeway(self.leeway)?;
        let date = NumericDate::since_epoch(now.unix);
        let jwt = validation.verify(token, keys, date)?;
        let algorithm = jwt.header().jws_algorithm();
        let claims = jwt.into_claims();
        self.check_issuer(&claims)?;
        self.check_audience(&claims)?;
        self.check_sign_in(&claims, date)?;
        self.check_hashes(&claims.other, algorithm)?;
        let read = read(claims)?;
        if self.subject.as_ref().is_some_and(|subject| *subject != read.subject) {
            return Err(refused("the ID token is of another user than before"));
        }
        Ok(read)
    }

    /// Step 2: the issuer, exactly; where the server has one for each tenant, the one of the
    /// tenant that the token names.
    fn check_issuer(&self, claims: &Claims) -> Result<(), Error> {
        let server = &self.client.server;
        let tenanted = self.client.tolerances.contains(Quirk::IssuerHasTenant);
        let expected = match server.tenant_template().filter(|_| tenanted) {
            Some(_) => text(&claims.other, "tid")?.and_then(|tenant| server.issuer_of_tenant(tenant)),
            None => server.issuer.as_ref().map(|issuer| issuer.as_str().to_owned()),
        };
        let Some(expected) = expected else {
            return if server.issuer.is_none() {
                Err(Error::usage("the server has no name that an ID token could bear"))
            } else {
                Err(refused("the ID token names no tenant"))
            };
        };
        if claims.issuer.as_ref() == Some(&expected) {
            return Ok(());
        }
        let error = refused("the ID token is of another issuer");
        Err(error.with_requirement(rfc8725::WRONG_ISSUER_OR_SUBJECT_IS_REFUSED))
    }

    /// Steps 3 to 5: for this client, and for nobody else who is not trusted.
    fn check_audience(&self, claims: &Claims) -> Result<(), Error> {
        let client_id = self.client.client_id.as_str();
        let audiences = claims.audience.iter().flat_map(|audience| audience.iter());
        let foreign = |name: &str| name != client_id && !self.trusted.iter().any(|trusted| trusted == name);
        let mut several = false;
        for name in audiences {
            if foreign(name) {
                return Err(refused("the ID token is meant for others too, who are not trusted"));
            }
            several |= name != client_id;
        }
        match text(&claims.other, "azp")? {
            Some(party) if party != client_id => Err(refused("the ID token was issued to another client")),
            None if several => Err(refused("the ID token does not say to which client it was issued")),
            _ => Ok(()),
        }
    }

    /// Steps 11 to 13.
    fn check_sign_in(&self, claims: &Claims, now: NumericDate) -> Result<(), Error> {
        let said = text(&claims.other, "nonce")?;
        match (&self.nonce, said) {
            (Some(nonce), Some(said)) if bool::from(nonce.expose().as_bytes().ct_eq(said.as_bytes())) => {}
            (Some(_), _) => {
                return Err(refused("the ID token does not answer this request: its nonce differs"));
            }
            (None, Some(_)) if self.subject.is_none() => {
                return Err(refused("the ID token has a nonce, though none was sent"));
            }
            (None, _) => {}
        }
        let acr = text(&claims.other, "acr")?;
        if !self.acr_values.is_empty()
            && !acr.is_some_and(|acr| self.acr_values.iter().any(|value| value == acr))
        {
            let error = refused("the user has not signed in in the way that was asked for");
            return Err(error.with_requirement(rfc9470::REQUIREMENTS_ARE_PASSED_ON));
        }
        let Some(max_age) = self.max_age else { return Ok(()) };
        let Some(signed_in) = date(&claims.other, "auth_time")? else {
            return Err(refused("the ID token does not say when the user signed in"));
        };
        let latest = signed_in.saturating_add(max_age).saturating_add(self.leeway);
        if now > latest || signed_in > now.saturating_add(self.leeway) {
            let error = refused("the user has signed in too long ago");
            return Err(error.with_requirement(rfc9470::REQUIREMENTS_ARE_PASSED_ON));
        }
        Ok(())
    }

    fn check_hashes(
        &self,
        claims: &Map<String, Value>,
        algorithm: Option<JwsAlgorithm>,
    ) -> Result<(), Error> {
        let access_token = self.access_token.as_ref().map(AccessToken::expose);
        let code = self.code.as_ref().map(AuthorizationCode::expose);
        for (claim, value) in [("at_hash", access_token), ("c_hash", code)] {
            let Some(value) = value else { continue };
            match text(claims, claim)? {
                None if self.hashes_required => {
                    return Err(refused("the ID token lacks the hash of what it came with"));
                }
                None => {}
                Some(said) => {
                    let expected = algorithm.map(|algorithm| base64url::encode(&half_hash(algorithm, value)));
                    if expected.is_none_or(|expected| !bool::from(expected.as_bytes().ct_eq(said.as_bytes())))
                    {
                        return Err(refused(
                            "the ID token came with another token or code than it was made for",
                        ));
                    }
                }
            }
        }
        Ok(())
    }
}

/// The left half of the hash that goes with the signature's algorithm (section 3.1.3.6).
fn half_hash(algorithm: JwsAlgorithm, value: &str) -> Vec<u8> {
    let mut hash = match algorithm {
        JwsAlgorithm::Hs256 | JwsAlgorithm::Rs256 | JwsAlgorithm::Ps256 | JwsAlgorithm::Es256 => {
            Sha256::digest(value).to_vec()
        }
        JwsAlgorithm::Hs384 | JwsAlgorithm::Rs384 | JwsAlgorithm::Ps384 | JwsAlgorithm::Es384 => {
            Sha384::digest(value).to_vec()
        }
        // Ed25519 hashes by SHA-512 (RFC 8032, section 5.1).
        _ => Sha512::digest(value).to_vec(),
    };
    hash.truncate(hash.len() / 2);
    hash
}

fn text<'a>(claims: &'a Map<String, Value>, name: &'static str) -> Result<Option<&'a str>, Error> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(malformed(name)),
    }
}

fn date(claims: &Map<String, Value>, name: &'static str) -> Result<Option<NumericDate>, Error> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    serde_json::from_value(value.clone()).map(Some).map_err(|_| malformed(name))
}

fn malformed(name: &'static str) -> Error {
    // OpenID Connect has no catalogue here; what it extends is the token response.
    Error::violation(
        rfc6749::TOKEN_RESPONSE_IS_A_JSON_OBJECT,
        format!("{name} of the ID token is not of its type"),
    )
}

fn read(claims: Claims) -> Result<IdToken, Error> {
    let Claims { issuer, subject, audience, expires_at, issued_at, other, .. } = claims;
    // Each was required.
    let (Some(issuer), Some(subject), Some(audience), Some(expires_at), Some(issued_at)) =
        (issuer, subject, audience, expires_at, issued_at)
    else {
        return Err(refused("a claim that an ID token needs is missing"));
    };
    // Section 2: at most 255 characters of ASCII.
    if subject.is_empty() || subject.len() > 255 || !subject.is_ascii() {
        return Err(malformed("sub"));
    }
    let amr = match other.get("amr") {
        None => Vec::new(),
        Some(value) => serde_json::from_value(value.clone()).map_err(|_| malformed("amr"))?,
    };
    let owned = |name| Ok::<_, Error>(text(&other, name)?.map(str::to_owned));
    Ok(IdToken {
        issuer,
        subject,
        audience,
        expires_at,
        issued_at,
        auth_time: date(&other, "auth_time")?,
        acr: owned("acr")?,
        amr,
        authorized_party: owned("azp")?,
        session_id: owned("sid")?,
        other,
    })
}

#[cfg(test)]
mod tests;
