//! Tokens that were signed and then encrypted (RFC 7519, sections 5.2, 5.3 and 7.2).

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Validation;
use crate::{
    Error, Rejection, Secret,
    proto::{
        Jwt, KeySource,
        jwe::{self, DecryptionKeySource},
    },
    rfc7519,
    types::{Header, NumericDate, Registered},
};

impl Validation {
    /// Decrypts a nested JWT and believes what is in it, or says why not.
    ///
    /// What is encrypted has to say that it is a JWT and be a signed one, once and no deeper:
    /// encryption by a public key tells nothing of who did it. All that is asked for is asked of
    /// the token within, `typ` too (RFC 8725, section 3.11); `iss`, `sub` and `aud` in the header
    /// without have to be the same as within.
    ///
    /// # Errors
    /// As those of [`jwe::decrypt`] and [`verify`](Self::verify).
    pub fn decrypt_and_verify<D: DecryptionKeySource + ?Sized, K: KeySource + ?Sized>(
        &self,
        token: &str,
        decryption: &D,
        keys: &K,
        now: NumericDate,
    ) -> Result<Jwt, Error> {
        let (outer, inner) = self.decrypted(token, decryption)?;
        self.read(self.signed(text(&inner)?, keys)?, now, Some(&outer))
    }

    /// As [`decrypt_and_verify`](Self::decrypt_and_verify), with claims of a type of the caller's own.
    ///
    /// # Errors
    /// As those of [`jwe::decrypt`] and [`verify_as`](Self::verify_as).
    pub fn decrypt_and_verify_as<T, D, K>(
        &self,
        token: &str,
        decryption: &D,
        keys: &K,
        now: NumericDate,
    ) -> Result<Jwt<T>, Error>
    where
        T: DeserializeOwned,
        D: DecryptionKeySource + ?Sized,
        K: KeySource + ?Sized,
    {
        let (outer, inner) = self.decrypted(token, decryption)?;
        self.read_as(self.signed(text(&inner)?, keys)?, now, Some(&outer))
    }

    fn decrypted<D: DecryptionKeySource + ?Sized>(
        &self,
        token: &str,
        decryption: &D,
    ) -> Result<(Header, Secret<Vec<u8>>), Error> {
        let decrypted = jwe::decrypt(token, decryption, &self.jwe_limits)?;
        if decrypted.header.content_type().is_none() {
            return Err(Error::malformed(rfc7519::CTY_IS_PRESENT_WHEN_NESTED, "there is none"));
        }
        if !decrypted.header.is_content_type("JWT") {
            return Err(Error::malformed(rfc7519::NESTED_CTY_IS_JWT, "it is another one"));
        }
        Ok((decrypted.header, decrypted.plaintext))
    }
}

fn text(inner: &Secret<Vec<u8>>) -> Result<&str, Error> {
    std::str::from_utf8(inner.expose())
        .map_err(|_| Error::malformed(rfc7519::JWT_IS_A_JWS_OR_A_JWE, "what was encrypted is no token"))
}

/// Claims that stand in the header of the encryption as well are the same there (section 5.3).
pub(super) fn check_replicated(claims: &Registered<'_>, outer: Option<&Header>) -> Result<(), Error> {
    let Some(outer) = outer else { return Ok(()) };
    let agrees = |name: &'static str| match (name, outer.other().get(name)) {
        (_, None) => true,
        ("iss", Some(Value::String(text))) => claims.issuer.as_deref() == Some(text),
        ("sub", Some(Value::String(text))) => claims.subject.as_deref() == Some(text),
        ("aud", Some(Value::String(text))) => claims
            .audience
            .as_deref()
            .is_some_and(|names| names.len() == 1 && names.iter().all(|name| name == text)),
        ("aud", Some(Value::Array(array))) => claims.audience.as_deref().is_some_and(|names| {
            let same = |(name, value): (&std::borrow::Cow<'_, str>, &Value)| value.as_str() == Some(name);
            names.len() == array.len() && names.iter().zip(array).all(same)
        }),
        _ => false,
    };
    for name in ["iss", "sub", "aud"] {
        if !agrees(name) {
            let broken = rfc7519::REPLICATED_CLAIMS_AGREE;
            return Err(Error::rejected(Rejection::Claim(name), broken, "the header says otherwise"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
