//! What a resource says of itself (RFC 9728, section 2).

use std::fmt;

use anyrfc_core::escape::Escaped;
use serde_json::{Map, Value};

use super::{Endpoint, Issuer, UrlPolicy};
use crate::{Error, ErrorKind, Fault, rfc9728};

/// What a resource says of itself (RFC 9728, section 2): the resource's word, and nobody else's.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ResourceMetadata {
    /// Its identifier, which was compared with the URL that was called.
    pub resource: String,
    /// The servers whose tokens it takes. A resource can name any: see [`UntrustedIssuer`].
    pub authorization_servers: Vec<UntrustedIssuer>,
    /// Its keys.
    pub jwks_uri: Option<Endpoint>,
    /// Scopes there are. Ask for as few of them as will do (section 7.2).
    pub scopes_supported: Vec<String>,
    /// How it takes tokens; `None` where it does not say.
    pub bearer_methods_supported: Option<Vec<String>>,
    /// What it is called, for people.
    pub resource_name: Option<String>,
    /// By which algorithms a proof of possession may be signed.
    pub dpop_signing_alg_values_supported: Vec<String>,
    /// Whether it takes tokens bound to a key only.
    pub dpop_bound_access_tokens_required: bool,
    /// Whether it takes tokens bound to the client's certificate only.
    pub tls_client_certificate_bound_access_tokens: bool,
    /// All that it said; `signed_metadata` is not looked into.
    pub document: Map<String, Value>,
}

impl ResourceMetadata {
    /// Of the resource with this identifier.
    pub(crate) fn read(
        document: Map<String, Value>,
        resource: &str,
        policy: UrlPolicy,
    ) -> Result<Self, Error> {
        let said = text(&document, "resource")?;
        match said {
            Some(said) if said == resource => {}
            Some(_) => {
                let what = "the metadata is of another resource than the one that was called";
                return Err(Error::violation(rfc9728::MISMATCHED_METADATA_IS_NOT_USED, what));
            }
            None => {
                return Err(Error::violation(rfc9728::RESOURCE_IS_STATED, "the metadata names no resource"));
            }
        }
        let jwks_uri = match text(&document, "jwks_uri")? {
            None => None,
            Some(url) => Some(Endpoint::new(&url, policy).map_err(|error| {
                Error::violation(rfc9728::RESPONSE_IS_JSON, "jwks_uri of the resource cannot be used")
                    .with_source(error)
            })?),
        };
        let servers = list(&document, "authorization_servers")?.unwrap_or_default();
        let servers =
            servers.iter().map(|name| UntrustedIssuer::new(name, policy)).collect::<Result<_, _>>()?;
        Ok(Self {
            resource: resource.to_owned(),
            authorization_servers: servers,
            jwks_uri,
            scopes_supported: list(&document, "scopes_supported")?.unwrap_or_default(),
            bearer_methods_supported: list(&document, "bearer_methods_supported")?,
            resource_name: text(&document, "resource_name")?,
            dpop_signing_alg_values_supported: list(&document, "dpop_signing_alg_values_supported")?
                .unwrap_or_default(),
            dpop_bound_access_tokens_required: flag(&document, "dpop_bound_access_tokens_required")?,
            tls_client_certificate_bound_access_tokens: flag(
                &document,
                "tls_client_certificate_bound_access_tokens",
            )?,
            document,
        })
    }
}

/// A server that a resource has named. A hostile resource would name one of its own, to have the
/// user sign in there, or the client's secrets sent: so it is nothing but a name to show, until the
/// caller agrees to it.
#[derive(Clone, PartialEq, Eq)]
pub struct UntrustedIssuer(Issuer);

impl UntrustedIssuer {
    fn new(name: &str, policy: UrlPolicy) -> Result<Self, Error> {
        Issuer::new(name, policy).map(Self).map_err(|error| {
            Error::violation(
                rfc9728::RESPONSE_IS_JSON,
                "an authorization server of the resource is no issuer",
            )
            .with_source(error)
        })
    }

    /// The server's name, when `agrees` says yes to it: by a list of those that are known, say, or
    /// by asking the user.
    ///
    /// # Errors
    /// Of kind `Refused`, the fault being a policy's, when it says no.
    pub fn trust(self, agrees: impl FnOnce(&str) -> bool) -> Result<Issuer, Error> {
        if agrees(self.0.as_str()) {
            return Ok(self.0);
        }
        let error = Error::new(ErrorKind::Refused, "the server that the resource names is not trusted");
        Err(error.with_fault(Fault::Policy))
    }
}

/// For people to read, escaped.
impl fmt::Display for UntrustedIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Escaped(self.0.as_str().as_bytes()).fmt(f)
    }
}

impl fmt::Debug for UntrustedIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UntrustedIssuer({self})")
    }
}

fn wrong(name: &str) -> Error {
    Error::violation(rfc9728::RESPONSE_IS_JSON, format!("{name} of the resource is not of its type"))
}

fn member<'a>(document: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    document.get(name).filter(|value| !value.is_null())
}

fn text(document: &Map<String, Value>, name: &str) -> Result<Option<String>, Error> {
    match member(document, name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(wrong(name)),
    }
}

fn list(document: &Map<String, Value>, name: &str) -> Result<Option<Vec<String>>, Error> {
    let Some(value) = member(document, name) else { return Ok(None) };
    serde_json::from_value(value.clone()).map(Some).map_err(|_| wrong(name))
}

fn flag(document: &Map<String, Value>, name: &str) -> Result<bool, Error> {
    match member(document, name) {
        None => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(wrong(name)),
    }
}
