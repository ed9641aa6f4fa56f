//! Access tokens that are JWTs, as a resource server takes them (RFC 9068, section 4).

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Jwt, KeySource, Validation, jwe::DecryptionKeySource};
use crate::{
    Error, Rejection,
    codec::compact,
    rfc7518, rfc9068,
    types::{Audience, NumericDate},
};

/// What a resource server checks of a JWT access token, all in one call (RFC 9068, section 4).
///
/// ```
/// use anyrfc_jwt::{proto::{AccessTokenValidation, SigningKey, encode}, types::{Claims, Header, JwsAlgorithm, NumericDate}};
///
/// let key = SigningKey::generate(JwsAlgorithm::Es256)?;
/// let claims = Claims::new()
///     .issuer("https://as.example")
///     .subject("5ba552d67")
///     .audience("https://rs.example")
///     .expires_at(NumericDate::new(1_639_528_912))
///     .issued_at(NumericDate::new(1_618_354_090))
///     .id("dbe39bf3a3ba4238a513f51d6e1691c4")
///     .claim("client_id", "s6BhdRkqt3")
///     .claim("scope", "openid profile");
/// let token = encode(&claims, &Header::new(JwsAlgorithm::Es256).with_typ("at+jwt"), &key)?;
///
/// let validation = AccessTokenValidation::new("https://as.example", "https://rs.example");
/// let token = validation.verify(&token, key.verifying_key(), NumericDate::new(1_618_354_090))?;
/// assert_eq!(token.client_id, "s6BhdRkqt3");
/// assert!(token.has_scope("profile") && !token.has_scope("email"));
/// # Ok::<_, anyrfc_jwt::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct AccessTokenValidation {
    validation: Validation,
}

/// What a JWT access token says (RFC 9068, section 2.2).
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct AccessTokenClaims {
    /// `iss`: the authorization server.
    #[serde(rename = "iss")]
    pub issuer: String,
    /// `exp`: from then on it is worth nothing.
    #[serde(rename = "exp")]
    pub expires_at: NumericDate,
    /// `aud`: the resources that it is for.
    #[serde(rename = "aud")]
    pub audience: Audience,
    /// `sub`: the resource owner, or the client where none took part.
    #[serde(rename = "sub")]
    pub subject: String,
    /// `client_id`: who asked for it.
    pub client_id: String,
    /// `iat`: when it was issued.
    #[serde(rename = "iat")]
    pub issued_at: NumericDate,
    /// `jti`: what it is called.
    #[serde(rename = "jti")]
    pub id: String,
    /// `scope`, as it stands there: see [`has_scope`](Self::has_scope) (section 2.2.3).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// `auth_time`: when the resource owner was authenticated (section 2.2.1).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<NumericDate>,
    /// `acr`: how strongly (section 2.2.1).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// `amr`: by what means (section 2.2.1).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub amr: Option<Vec<String>>,
    /// All other claims; `groups`, `roles` and `entitlements` are among them (section 2.2.3.1).
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What is there is not `null`.
fn present<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl AccessTokenClaims {
    /// The scopes, one by one.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope.as_deref().unwrap_or_default().split(' ').filter(|scope| !scope.is_empty())
    }

    /// Whether the token was given for this scope.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes().any(|one| one == scope)
    }
}

impl AccessTokenValidation {
    /// Tokens of this issuer for this resource; `audience` is the resource's own identifier.
    #[must_use]
    pub fn new(issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        let validation = Validation::new().issuer(issuer).audience(audience).typ("at+jwt");
        let required = ["sub", "client_id", "iat", "jti"];
        Self { validation: required.into_iter().fold(validation, Validation::require) }
    }

    /// So much may the clocks differ.
    ///
    /// # Errors
    /// `Usage` beyond [`Validation::MAX_LEEWAY`].
    pub fn leeway(self, leeway: Duration) -> Result<Self, Error> {
        Ok(Self { validation: self.validation.leeway(leeway)? })
    }

    /// Takes an access token, or says why not.
    ///
    /// # Errors
    /// As those of [`Validation::verify`]. All of them are `invalid_token` to the client: see
    /// [`error_code`](Self::error_code).
    pub fn verify<K: KeySource + ?Sized>(
        &self,
        token: &str,
        keys: &K,
        now: NumericDate,
    ) -> Result<AccessTokenClaims, Error> {
        self.validation.verify_as(token, keys, now).map(Jwt::into_claims).map_err(in_terms_of_rfc9068)
    }

    /// Takes an access token of an authorization server that encrypts them, as was agreed on.
    ///
    /// # Errors
    /// As those of [`verify`](Self::verify); `Auth` with [`Rejection::Decryption`] for one that is
    /// not encrypted, or not for us.
    pub fn decrypt_and_verify<D: DecryptionKeySource + ?Sized, K: KeySource + ?Sized>(
        &self,
        token: &str,
        decryption: &D,
        keys: &K,
        now: NumericDate,
    ) -> Result<AccessTokenClaims, Error> {
        if compact::jws(token).is_ok() {
            let broken = rfc9068::UNENCRYPTED_TOKEN_IS_REFUSED;
            return Err(Error::rejected(Rejection::Decryption, broken, "it is not encrypted"));
        }
        let jwt = self.validation.decrypt_and_verify_as(token, decryption, keys, now);
        jwt.map(Jwt::into_claims).map_err(in_terms_of_rfc9068)
    }

    /// The error code of RFC 6750 by which a refused token is reported (section 4).
    #[must_use]
    pub const fn error_code() -> &'static str {
        "invalid_token"
    }
}

/// Section 4 has a statement of its own for most of what can be wrong.
fn in_terms_of_rfc9068(error: Error) -> Error {
    let broken = match error.rejection() {
        Some(Rejection::Type) => rfc9068::TYP_IS_CHECKED,
        Some(Rejection::Issuer | Rejection::MissingClaim("iss")) => rfc9068::ISS_IS_COMPARED,
        Some(Rejection::Audience | Rejection::MissingClaim("aud")) => rfc9068::OTHER_AUD_IS_REFUSED,
        Some(Rejection::Expired | Rejection::MissingClaim("exp")) => rfc9068::EXP_IS_CHECKED,
        Some(Rejection::Signature) => rfc9068::SIGNATURE_IS_VALIDATED,
        Some(Rejection::Algorithm)
            if error.requirement() == Some(rfc7518::UNSECURED_IS_REFUSED_BY_DEFAULT) =>
        {
            rfc9068::NONE_IS_REFUSED
        }
        Some(Rejection::NoKey) => rfc9068::KEYS_ARE_THE_SERVERS,
        _ => return error,
    };
    error.with_requirement(broken)
}

#[cfg(test)]
mod tests;
