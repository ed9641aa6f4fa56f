//! Documents that servers and resources publish or answer with, from bytes.

use super::json;
use crate::{
    Endpoint, Error, Issuer, RegisteredClient, ResourceMetadata, ServerMetadata, Tolerances, UrlPolicy,
    rfc7591, rfc8414, rfc9728,
};

impl ServerMetadata {
    /// Reads the document that was found under the name `issuer`.
    ///
    /// Its members have to be of the types that RFC 8414 and OpenID Connect Discovery give them, and
    /// its endpoints such as `policy` allows; members that are not known stay in
    /// [`document`](Self::document). Of `null` the same is thought as of a member that is missing.
    ///
    /// # Errors
    /// Of kind `Protocol` when it is no such document, or one of another issuer: the two names are
    /// compared character by character (section 3.3), unless `tolerances` hold
    /// [`Quirk::IssuerSlashDiffers`](crate::Quirk::IssuerSlashDiffers) or [`Quirk::IssuerHasTenant`](crate::Quirk::IssuerHasTenant). Of kind `Limit` when it is too
    /// large.
    pub fn parse(
        body: &[u8],
        issuer: &Issuer,
        policy: UrlPolicy,
        tolerances: Tolerances,
    ) -> Result<Self, Error> {
        let document = json::object(body, rfc8414::METADATA_IS_A_JSON_OBJECT)?;
        Self::read(document, issuer, policy, tolerances)
    }
}

impl ResourceMetadata {
    /// Reads the document of the resource with this identifier.
    ///
    /// # Errors
    /// Of kind `Protocol` when it is no such document, or of another resource: the two are compared
    /// character by character (section 3.3). Of kind `Limit` when it is too large.
    pub fn parse(body: &[u8], resource: &str, policy: UrlPolicy) -> Result<Self, Error> {
        let document = json::object(body, rfc9728::RESPONSE_IS_JSON)?;
        Self::read(document, resource, policy)
    }
}

impl RegisteredClient {
    /// Reads an answer of `endpoint`.
    ///
    /// # Errors
    /// Of kind `Protocol` when a member is missing or not of its type, or `registration_client_uri`
    /// is of another origin than the endpoint; `Limit` when it is too large.
    pub fn parse(body: &[u8], endpoint: &Endpoint, policy: UrlPolicy) -> Result<Self, Error> {
        Self::read(json::object(body, rfc7591::REGISTERED_METADATA_IS_RETURNED)?, endpoint, policy)
    }
}
