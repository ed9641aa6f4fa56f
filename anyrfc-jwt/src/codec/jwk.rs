//! Keys and their JSON (RFC 7517; RFC 7518, section 6; RFC 7638; RFC 8037, section 2).

mod read;
mod write;

use std::fmt;

use anyrfc_core::Secret;

use super::{
    base64url,
    json::{self, JsonLimits, Object},
};
use crate::{
    Error,
    types::{Jwk, Thumbprint, ThumbprintHash},
};

impl Jwk {
    /// A key from JSON.
    ///
    /// # Errors
    /// `Protocol` for what breaks the RFCs, `Limit` beyond [`JsonLimits::DOCUMENT`],
    /// `Unsupported` for a key type or curve that is not known here.
    pub fn parse(json: &[u8]) -> Result<Self, Error> {
        Self::from_object(json::parse(json, &JsonLimits::DOCUMENT)?)
    }

    /// A key from an object that was read already; what was secret in it is wiped.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn from_object(object: Object) -> Result<Self, Error> {
        read::jwk(object)
    }

    /// The key's SHA-256 thumbprint (RFC 7638), the same for a private key and its public half.
    #[must_use]
    pub fn thumbprint(&self) -> Thumbprint {
        self.thumbprint_by(ThumbprintHash::Sha256)
    }

    /// The key's thumbprint by another hash.
    #[must_use]
    pub fn thumbprint_by(&self, hash: ThumbprintHash) -> Thumbprint {
        // Of a symmetric key it is the secret itself.
        Thumbprint::of(Secret::new(write::canonical(self)).expose(), hash)
    }

    /// The SHA-256 thumbprint as a URI (RFC 9278).
    #[must_use]
    pub fn thumbprint_uri(&self) -> String {
        self.thumbprint().to_uri()
    }

    /// The public members as JSON.
    ///
    /// # Errors
    /// `Usage` for a symmetric key, or one whose certificate says otherwise.
    pub fn to_json(&self) -> Result<String, Error> {
        write::public(self).map(|object| serde_json::Value::Object(object).to_string())
    }

    /// All members as JSON, what is private among them.
    #[must_use]
    pub fn to_secret_json(&self) -> Secret<String> {
        write::everything(self)
    }

    /// The public members as an object.
    ///
    /// # Errors
    /// `Usage` for a symmetric key, or one whose certificate says otherwise.
    pub fn to_object(&self) -> Result<Object, Error> {
        write::public(self)
    }
}

impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64url::encode(self.as_bytes()))
    }
}

impl serde::Serialize for Jwk {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write::public(self).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Jwk {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json::StrictObject(object) = json::StrictObject::deserialize(deserializer)?;
        Self::from_object(object).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
