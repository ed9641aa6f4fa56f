//! Whether a JWT is to be believed (RFC 7519, section 7.2; RFC 8725, section 3).

mod nested;

use std::time::Duration;

use serde::de::{DeserializeOwned, DeserializeSeed as _};

use super::{JwsLimits, Jwt, KeySource, Verified, jwe, jws};
use crate::{
    Error, Rejection,
    codec::json::{self, JsonLimits},
    rfc7519, rfc8725,
    types::{Claims, Header, NumericDate, Overview, Registered},
};

/// What a JWT has to be before it is believed. All that is configured is also required: a token
/// without `iss` does not pass where an issuer is expected.
///
/// Without a word more, a token needs `exp`; `exp`, `nbf` and `iat` are checked whenever they are
/// there; and what says that it is of another kind than a plain JWT, or meant for an audience, is
/// refused, since nobody here claimed to be that audience.
///
/// ```
/// use anyrfc_jwt::{proto::{SigningKey, Validation, encode}, types::{Claims, Header, JwsAlgorithm, NumericDate}};
///
/// let key = SigningKey::generate(JwsAlgorithm::Es256)?;
/// let claims = Claims::new().issuer("https://as.example").audience("me").expires_at(NumericDate::new(1_300_819_380));
/// let token = encode(&claims, &Header::new(JwsAlgorithm::Es256), &key)?;
///
/// let validation = Validation::new().issuer("https://as.example").audience("me");
/// let keys = key.verifying_key();
/// let jwt = validation.verify(&token, keys, NumericDate::new(1_300_819_379))?;
/// assert_eq!(jwt.claims(), &claims);
/// assert!(validation.verify(&token, keys, NumericDate::new(1_300_819_380)).is_err());
/// # Ok::<_, anyrfc_jwt::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Validation {
    issuer: Option<String>,
    audiences: Aud,
    subject: Option<String>,
    typ: Typ,
    leeway: Duration,
    max_age: Option<Duration>,
    expires: bool,
    required: Vec<&'static str>,
    jws_limits: JwsLimits,
    jwe_limits: jwe::Limits,
    claims_limits: JsonLimits,
}

#[derive(Clone, Debug)]
enum Aud {
    /// It may not be there.
    None,
    /// Nobody looks at it.
    Any,
    /// One of them is in it.
    OneOf(Vec<String>),
}

#[derive(Clone, Debug)]
enum Typ {
    /// None, or plain JWT.
    Plain,
    /// Nobody looks at it.
    Any,
    /// One of them.
    OneOf(Vec<String>),
}

impl Default for Validation {
    fn default() -> Self {
        Self::new()
    }
}

impl Validation {
    /// As much leeway as [`leeway`](Self::leeway) gives: a minute.
    pub const MAX_LEEWAY: Duration = Duration::from_secs(60);

    /// `exp` is required, no audience is ours, the clocks agree.
    #[must_use]
    pub fn new() -> Self {
        Self {
            issuer: None,
            audiences: Aud::None,
            subject: None,
            typ: Typ::Plain,
            leeway: Duration::ZERO,
            max_age: None,
            expires: true,
            required: Vec::new(),
            jws_limits: JwsLimits::DEFAULT,
            jwe_limits: jwe::Limits::default(),
            claims_limits: JsonLimits::DOCUMENT,
        }
    }

    /// `iss` has to be this one, exactly. The keys that a token is verified with have to be its own:
    /// for each issuer a validation, and keys, of its own (RFC 8725, section 3.8).
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// `aud` has to hold this name, exactly; called again, this one or that one
    /// (RFC 7519, section 4.1.3).
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        match &mut self.audiences {
            Aud::OneOf(names) => names.push(audience.into()),
            other => *other = Aud::OneOf(vec![audience.into()]),
        }
        self
    }

    /// Whatever `aud` says, here or elsewhere: it is somebody else's to look at.
    #[must_use]
    pub fn any_audience(mut self) -> Self {
        self.audiences = Aud::Any;
        self
    }

    /// `sub` has to be this one, exactly.
    #[must_use]
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// `typ` has to be this media type, in whatever case and with or without `application/`
    /// before it; called again, this one or that one (RFC 8725, section 3.11).
    #[must_use]
    pub fn typ(mut self, typ: impl Into<String>) -> Self {
        match &mut self.typ {
            Typ::OneOf(types) => types.push(typ.into()),
            other => *other = Typ::OneOf(vec![typ.into()]),
        }
        self
    }

    /// Whatever `typ` says: issuer and audience alone tell this kind of token from others.
    #[must_use]
    pub fn any_typ(mut self) -> Self {
        self.typ = Typ::Any;
        self
    }

    /// So much may the clocks differ.
    ///
    /// # Errors
    /// `Usage` beyond [`MAX_LEEWAY`](Self::MAX_LEEWAY).
    pub fn leeway(self, leeway: Duration) -> Result<Self, Error> {
        if leeway > Self::MAX_LEEWAY {
            return Err(Error::usage("a leeway of more than a minute was asked for"));
        }
        Ok(self.danger_leeway(leeway))
    }

    /// So much may the clocks differ, however much that is: so much longer is a stolen token good.
    #[must_use]
    pub const fn danger_leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// `iat` has to be there, and no longer ago than this.
    #[must_use]
    pub const fn max_age(mut self, max_age: Duration) -> Self {
        self.max_age = Some(max_age);
        self
    }

    /// A token without `exp` is taken too. One that has it still expires.
    #[must_use]
    pub const fn without_expiry(mut self) -> Self {
        self.expires = false;
        self
    }

    /// This claim has to be there, and not `null`.
    #[must_use]
    pub fn require(mut self, claim: &'static str) -> Self {
        self.required.push(claim);
        self
    }

    /// So much of a token is looked at. Without it: [`JwsLimits::DEFAULT`].
    #[must_use]
    pub const fn jws_limits(mut self, limits: JwsLimits) -> Self {
        self.jws_limits = limits;
        self
    }

    /// So much may decrypting a token cost. Without it: the default of [`jwe::Limits`].
    #[must_use]
    pub const fn jwe_limits(mut self, limits: jwe::Limits) -> Self {
        self.jwe_limits = limits;
        self
    }

    /// Claims larger than this are not read. Without it: [`JsonLimits::DOCUMENT`].
    #[must_use]
    pub const fn claims_limits(mut self, limits: JsonLimits) -> Self {
        self.claims_limits = limits;
        self
    }

    /// Believes a signed JWT, or says why not. `now` is the caller's clock.
    ///
    /// # Errors
    /// `Auth` with a [`Rejection`] for a well-formed token that is not to be believed; `Protocol`
    /// for one that is not well-formed, naming the statement that it breaks; `Limit` for one that
    /// is too large; `Unsupported` for an algorithm that is not known here.
    pub fn verify<K: KeySource + ?Sized>(
        &self,
        token: &str,
        keys: &K,
        now: NumericDate,
    ) -> Result<Jwt, Error> {
        self.read(self.signed(token, keys)?, now, None)
    }

    /// As [`verify`](Self::verify), with claims of a type of the caller's own.
    ///
    /// The registered claims are checked whether `T` has fields for them or not.
    ///
    /// # Errors
    /// As those of [`verify`](Self::verify); `Protocol` too where the claims are no `T`.
    pub fn verify_as<T: DeserializeOwned, K: KeySource + ?Sized>(
        &self,
        token: &str,
        keys: &K,
        now: NumericDate,
    ) -> Result<Jwt<T>, Error> {
        self.read_as(self.signed(token, keys)?, now, None)
    }

    /// `outer` is the header of what it was encrypted in.
    fn read(&self, verified: Verified, now: NumericDate, outer: Option<&Header>) -> Result<Jwt, Error> {
        let claims: Claims = serde_json::from_str(self.text(&verified)?).map_err(not_claims)?;
        let registered = claims.registered();
        let is_there = |name| claims.other.get(name).is_some_and(|value| !value.is_null());
        self.check(&registered, is_there, now)?;
        nested::check_replicated(&registered, outer)?;
        Ok(Jwt::believed(verified, claims))
    }

    fn read_as<T: DeserializeOwned>(
        &self,
        verified: Verified,
        now: NumericDate,
        outer: Option<&Header>,
    ) -> Result<Jwt<T>, Error> {
        let text = self.text(&verified)?;
        let mut json = serde_json::Deserializer::from_str(text);
        let seen = Overview { ask: &self.required }.deserialize(&mut json).map_err(not_claims)?;
        json.end().map_err(not_claims)?;
        self.check(&seen.registered, |name| seen.others.contains(&name), now)?;
        nested::check_replicated(&seen.registered, outer)?;
        let claims = serde_json::from_str(text).map_err(not_claims)?;
        Ok(Jwt::believed(verified, claims))
    }

    /// What was signed by one of the keys, and is one of the kind.
    fn signed<K: KeySource + ?Sized>(&self, token: &str, keys: &K) -> Result<Verified, Error> {
        // This refuses every `crit`, and with it every `b64`.
        let verified = jws::verify(token, keys, &self.jws_limits)?;
        self.check_header(verified.header())?;
        Ok(verified)
    }

    fn text<'a>(&self, verified: &'a Verified) -> Result<&'a str, Error> {
        json::check(verified.payload(), &self.claims_limits)
    }

    fn check_header(&self, header: &Header) -> Result<(), Error> {
        if header.is_compressed() {
            return Err(Error::malformed(rfc8725::NOTHING_IS_COMPRESSED, "a signed token has zip"));
        }
        if header.content_encryption().is_some() {
            return Err(Error::malformed(rfc7519::JWT_IS_A_JWS_OR_A_JWE, "a signed token has enc"));
        }
        if header.is_content_type("JWT") {
            return Err(Error::malformed(rfc7519::CTY_IS_ABSENT_UNLESS_NESTED, "another token is signed"));
        }
        let fits = match &self.typ {
            Typ::Any => true,
            Typ::Plain => header.typ().is_none() || header.is_typ("JWT"),
            Typ::OneOf(types) => types.iter().any(|one| header.is_typ(one)),
        };
        if fits {
            return Ok(());
        }
        Err(Error::rejected(
            Rejection::Type,
            rfc8725::KINDS_OF_JWT_ARE_NOT_CONFUSED,
            "typ is not the expected one",
        ))
    }

    fn check(
        &self,
        claims: &Registered<'_>,
        other: impl Fn(&'static str) -> bool,
        now: NumericDate,
    ) -> Result<(), Error> {
        self.check_issuer(claims)?;
        self.check_audience(claims)?;
        self.check_subject(claims)?;
        self.check_times(claims, now)?;
        for &name in &self.required {
            let is_there = match name {
                "iss" => claims.issuer.is_some(),
                "sub" => claims.subject.is_some(),
                "aud" => claims.audience.is_some(),
                "exp" => claims.expires_at.is_some(),
                "nbf" => claims.not_before.is_some(),
                "iat" => claims.issued_at.is_some(),
                "jti" => claims.id.is_some(),
                name => other(name),
            };
            if !is_there {
                return Err(missing(name));
            }
        }
        Ok(())
    }

    fn check_issuer(&self, claims: &Registered<'_>) -> Result<(), Error> {
        let Some(expected) = &self.issuer else { return Ok(()) };
        let Some(issuer) = &claims.issuer else { return Err(missing("iss")) };
        if issuer == expected {
            return Ok(());
        }
        let broken = rfc8725::WRONG_ISSUER_OR_SUBJECT_IS_REFUSED;
        Err(Error::rejected(Rejection::Issuer, broken, "iss is not the expected issuer"))
    }

    fn check_audience(&self, claims: &Registered<'_>) -> Result<(), Error> {
        let names = match (&self.audiences, &claims.audience) {
            (Aud::Any, _) | (Aud::None, None) => return Ok(()),
            (Aud::OneOf(_), None) => {
                return Err(missing("aud").with_requirement(rfc8725::ABSENT_OR_FOREIGN_AUDIENCE_IS_REFUSED));
            }
            (Aud::OneOf(ours), Some(names))
                if ours.iter().any(|one| names.iter().any(|name| name == one)) =>
            {
                return Ok(());
            }
            (_, Some(_)) => rfc7519::OTHER_AUDIENCE_IS_REFUSED,
        };
        Err(Error::rejected(Rejection::Audience, names, "aud does not name us"))
    }

    fn check_subject(&self, claims: &Registered<'_>) -> Result<(), Error> {
        let Some(expected) = &self.subject else { return Ok(()) };
        let Some(subject) = &claims.subject else { return Err(missing("sub")) };
        if subject == expected {
            return Ok(());
        }
        let broken = rfc8725::WRONG_ISSUER_OR_SUBJECT_IS_REFUSED;
        Err(Error::rejected(Rejection::Claim("sub"), broken, "sub is not the expected subject"))
    }

    fn check_times(&self, claims: &Registered<'_>, now: NumericDate) -> Result<(), Error> {
        // The latest and the earliest time that it may be there.
        let (latest, earliest) = (now.saturating_add(self.leeway), now.saturating_sub(self.leeway));
        match claims.expires_at {
            Some(expires_at) if earliest >= expires_at => {
                return Err(Error::rejected(
                    Rejection::Expired,
                    rfc7519::EXPIRED_IS_REFUSED,
                    "exp has passed",
                ));
            }
            None if self.expires => return Err(missing("exp")),
            _ => {}
        }
        if claims.not_before.is_some_and(|not_before| latest < not_before) {
            let broken = rfc7519::PREMATURE_IS_REFUSED;
            return Err(Error::rejected(Rejection::NotYetValid, broken, "nbf is still to come"));
        }
        if claims.issued_at.is_some_and(|issued_at| latest < issued_at) {
            let broken = rfc7519::FAILED_STEP_REFUSES_THE_JWT;
            return Err(Error::rejected(Rejection::NotYetValid, broken, "iat is still to come"));
        }
        let Some(max_age) = self.max_age else { return Ok(()) };
        let Some(issued_at) = claims.issued_at else { return Err(missing("iat")) };
        if earliest.saturating_duration_since(issued_at) > max_age {
            let broken = rfc7519::FAILED_STEP_REFUSES_THE_JWT;
            return Err(Error::rejected(Rejection::Expired, broken, "it was issued too long ago"));
        }
        Ok(())
    }
}

/// A claim that was asked for is not there.
pub(super) fn missing(claim: &'static str) -> Error {
    let broken = rfc7519::FAILED_STEP_REFUSES_THE_JWT;
    Error::rejected(Rejection::MissingClaim(claim), broken, "a claim that was asked for is missing")
}

/// The claims are not what was to be read; whatever `serde` says of them may quote them.
pub(super) fn not_claims(error: serde_json::Error) -> Error {
    json::not_json(error)
}

#[cfg(test)]
mod tests;
