//! Headers and their JSON (RFC 7515, section 4; RFC 7516, section 4).

mod read;
mod write;

use super::json::{self, JsonLimits, Object};
use crate::{Error, types::Header};

impl Header {
    /// A protected header from JSON.
    ///
    /// # Errors
    /// `Protocol` where a parameter is ill-formed or there twice; `Auth` with
    /// [`Rejection::Critical`](crate::Rejection::Critical) for every fault of `crit`, with
    /// [`Rejection::Algorithm`](crate::Rejection::Algorithm) for `none`; `Unsupported` for an algorithm
    /// that is not known here; `Limit` beyond [`JsonLimits::HEADER`].
    pub fn parse(json: &[u8]) -> Result<Self, Error> {
        Self::parse_within(json, &JsonLimits::HEADER)
    }

    /// A protected header from JSON, within bounds of your own.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_within(json: &[u8], limits: &JsonLimits) -> Result<Self, Error> {
        let text = json::check(json, limits)?;
        read::text(text)
    }

    /// The header that the members of a protected and of unprotected headers make up together
    /// (RFC 7515, section 5.2; RFC 7516, section 5.2).
    ///
    /// # Errors
    /// As [`parse`](Self::parse); `Protocol` also where two of them share a name, and `Auth` with
    /// [`Rejection::Critical`](crate::Rejection::Critical) where `crit` or `b64` is not protected.
    pub fn from_parts(
        protected: Object,
        unprotected: impl IntoIterator<Item = Object>,
    ) -> Result<Self, Error> {
        read::parts(protected, unprotected)
    }

    /// With another parameter.
    ///
    /// # Errors
    /// `Usage` for a name that an RFC defines: those have methods of their own.
    pub fn with_other(
        mut self,
        name: impl Into<String>,
        value: impl Into<serde_json::Value>,
    ) -> Result<Self, Error> {
        let name = name.into();
        if read::is_registered(&name) || name == "b64" {
            return Err(Error::usage(
                "this header parameter has a meaning and cannot be set as a mere member",
            ));
        }
        self.other.insert(name, value.into());
        Ok(self)
    }

    /// The header as JSON, without white space and in a fixed order.
    #[must_use]
    pub fn to_json(&self) -> String {
        write::json(self)
    }

    /// The header's members.
    #[must_use]
    pub fn to_object(&self) -> Object {
        write::object(self)
    }
}

impl serde::Serialize for Header {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write::serialize(self, serializer)
    }
}

#[cfg(test)]
mod tests;
