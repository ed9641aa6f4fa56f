//! What an authorization server says of itself (RFC 8414; OpenID Connect Discovery).

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Endpoint, Issuer, Quirk, Tolerances, UrlPolicy};
use crate::{Error, Requirement, rfc8414, rfc8705};

/// An authorization server: its name and where its endpoints are (RFC 8414, section 2).
///
/// From discovery, or put together by hand where a server publishes nothing.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ServerMetadata {
    /// Its name, which `iss` is compared with; without one nothing can be (RFC 9207).
    pub issuer: Option<Issuer>,
    /// Where the user's browser is sent (RFC 6749, section 3.1).
    pub authorization_endpoint: Option<Endpoint>,
    /// Where tokens are asked for (RFC 6749, section 3.2).
    pub token_endpoint: Option<Endpoint>,
    /// Where requests are pushed to (RFC 9126, section 5).
    pub pushed_authorization_request_endpoint: Option<Endpoint>,
    /// Whether requests have to be pushed (RFC 9126, section 5).
    pub require_pushed_authorization_requests: bool,
    /// Whether request objects have to be signed (RFC 9101, section 10.5).
    pub require_signed_request_object: bool,
    /// Where device codes are asked for (RFC 8628, section 4).
    pub device_authorization_endpoint: Option<Endpoint>,
    /// Where tokens are revoked (RFC 7009).
    pub revocation_endpoint: Option<Endpoint>,
    /// Where tokens are looked into (RFC 7662).
    pub introspection_endpoint: Option<Endpoint>,
    /// Where clients register (RFC 7591).
    pub registration_endpoint: Option<Endpoint>,
    /// Where OpenID tells who the user is.
    pub userinfo_endpoint: Option<Endpoint>,
    /// Where OpenID ends the user's session.
    pub end_session_endpoint: Option<Endpoint>,
    /// Its keys.
    pub jwks_uri: Option<Endpoint>,
    /// Whether it puts `iss` into every authorization response (RFC 9207, section 3).
    pub authorization_response_iss_parameter_supported: bool,
    /// Its methods of PKCE; empty where it names none (RFC 8414, section 2).
    pub code_challenge_methods_supported: BTreeSet<String>,
    /// How clients may prove who they are at the token endpoint; empty where it says nothing.
    pub token_endpoint_auth_methods_supported: BTreeSet<String>,
    /// The endpoints for connections with a client certificate, by the names of the others
    /// (RFC 8705, section 5).
    pub mtls_endpoint_aliases: Vec<(String, Endpoint)>,
    /// Whether its tokens are bound to the client's certificate (RFC 8705, section 3.3).
    pub tls_client_certificate_bound_access_tokens: bool,
    /// All that it said, what is above included.
    pub document: Map<String, Value>,
}

impl ServerMetadata {
    /// A server by its name alone; its endpoints are set one by one.
    #[must_use]
    pub fn new(issuer: Issuer) -> Self {
        Self { issuer: Some(issuer), ..Self::nameless() }
    }

    /// A server without a name, as there are some from before RFC 8414: its answers cannot be told
    /// from another server's, so no more than one such server should serve one redirection URI.
    #[must_use]
    pub fn nameless() -> Self {
        Self {
            issuer: None,
            authorization_endpoint: None,
            token_endpoint: None,
            pushed_authorization_request_endpoint: None,
            require_pushed_authorization_requests: false,
            require_signed_request_object: false,
            device_authorization_endpoint: None,
            revocation_endpoint: None,
            introspection_endpoint: None,
            registration_endpoint: None,
            userinfo_endpoint: None,
            end_session_endpoint: None,
            jwks_uri: None,
            authorization_response_iss_parameter_supported: false,
            code_challenge_methods_supported: BTreeSet::new(),
            token_endpoint_auth_methods_supported: BTreeSet::new(),
            mtls_endpoint_aliases: Vec::new(),
            tls_client_certificate_bound_access_tokens: false,
            document: Map::new(),
        }
    }

    /// Reads a document, as [`parse`](Self::parse) does.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn read(
        document: Map<String, Value>,
        issuer: &Issuer,
        policy: UrlPolicy,
        tolerances: Tolerances,
    ) -> Result<Self, Error> {
        let members = Members { document: &document, policy };
        let issuer = members.issuer(issuer, tolerances)?;
        Ok(Self {
            issuer: Some(issuer),
            authorization_endpoint: members.endpoint("authorization_endpoint")?,
            token_endpoint: members.endpoint("token_endpoint")?,
            pushed_authorization_request_endpoint: members
                .endpoint("pushed_authorization_request_endpoint")?,
            require_pushed_authorization_requests: members.flag("require_pushed_authorization_requests")?,
            require_signed_request_object: members.flag("require_signed_request_object")?,
            device_authorization_endpoint: members.endpoint("device_authorization_endpoint")?,
            revocation_endpoint: members.endpoint("revocation_endpoint")?,
            introspection_endpoint: members.endpoint("introspection_endpoint")?,
            registration_endpoint: members.endpoint("registration_endpoint")?,
            userinfo_endpoint: members.endpoint("userinfo_endpoint")?,
            end_session_endpoint: members.endpoint("end_session_endpoint")?,
            jwks_uri: members.endpoint("jwks_uri")?,
            authorization_response_iss_parameter_supported: members
                .flag("authorization_response_iss_parameter_supported")?,
            code_challenge_methods_supported: members.set("code_challenge_methods_supported")?,
            token_endpoint_auth_methods_supported: members.set("token_endpoint_auth_methods_supported")?,
            mtls_endpoint_aliases: members.aliases()?,
            tls_client_certificate_bound_access_tokens: members
                .flag("tls_client_certificate_bound_access_tokens")?,
            document,
        })
    }

    /// The texts of a member that is an array of them, such as `scopes_supported`: those that are
    /// none are passed over. `None` where the server does not name the member.
    #[must_use]
    pub fn list(&self, name: &str) -> Option<Vec<&str>> {
        let list = self.document.get(name)?.as_array()?;
        Some(list.iter().filter_map(Value::as_str).collect())
    }

    /// Whether the server has this grant type; one that names none has `authorization_code` and
    /// `implicit` (section 2).
    #[must_use]
    pub fn supports_grant_type(&self, grant_type: &str) -> bool {
        match self.list("grant_types_supported") {
            Some(named) => named.contains(&grant_type),
            None => matches!(grant_type, "authorization_code" | "implicit"),
        }
    }

    /// Whether the server has this response mode; one that names none has `query` and `fragment`
    /// (section 2).
    #[must_use]
    pub fn supports_response_mode(&self, mode: &str) -> bool {
        match self.list("response_modes_supported") {
            Some(named) => named.contains(&mode),
            None => matches!(mode, "query" | "fragment"),
        }
    }

    /// Whether the token endpoint takes this way to prove who the client is; one that names none
    /// takes `client_secret_basic` (section 2). A public client, which proves nothing, has `none`.
    #[must_use]
    pub fn supports_authentication(&self, method: &str) -> bool {
        if self.token_endpoint_auth_methods_supported.is_empty() {
            return method == "client_secret_basic";
        }
        self.token_endpoint_auth_methods_supported.contains(method)
    }

    /// Whether the revocation endpoint takes this way to prove who the client is; one that
    /// names none takes `client_secret_basic` (section 2).
    #[must_use]
    pub fn supports_revocation_authentication(&self, method: &str) -> bool {
        match self.list("revocation_endpoint_auth_methods_supported") {
            Some(named) => named.contains(&method),
            None => method == "client_secret_basic",
        }
    }

    /// Whether the server says that its introspection endpoint takes this way to prove who asks.
    /// Where it names none, none is to be expected: it has to be known by other means (section 2).
    #[must_use]
    pub fn supports_introspection_authentication(&self, method: &str) -> bool {
        self.list("introspection_endpoint_auth_methods_supported")
            .is_some_and(|named| named.contains(&method))
    }

    /// The issuer in the document, where it holds `{tenantid}` for the tenant that signed in
    /// ([`Quirk::IssuerHasTenant`]).
    pub(crate) fn tenant_template(&self) -> Option<&str> {
        self.document.get("issuer").and_then(Value::as_str).filter(|issuer| issuer.contains(TENANT))
    }

    /// The issuer that a token of this tenant names ([`Quirk::IssuerHasTenant`]).
    pub(crate) fn issuer_of_tenant(&self, tenant: &str) -> Option<String> {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let fits = !tenant.is_empty() && tenant.bytes().all(is_name);
        self.tenant_template().filter(|_| fits).map(|template| template.replace(TENANT, tenant))
    }

    /// The endpoint for connections with a client certificate where there is one of its own under
    /// `name`, else `endpoint` (RFC 8705, section 5).
    #[must_use]
    pub fn over_mtls<'a>(&'a self, name: &str, endpoint: &'a Endpoint) -> &'a Endpoint {
        let alias = self.mtls_endpoint_aliases.iter().find(|(alias, _)| alias == name);
        alias.map_or(endpoint, |(_, endpoint)| endpoint)
    }
}

/// What stands for the tenant's name.
const TENANT: &str = "{tenantid}";

/// The endpoints that are asked directly, and may have a twin for client certificates (RFC 8705,
/// section 5): through the browser there is no such thing.
const DIRECT_ENDPOINTS: [&str; 8] = [
    "token_endpoint",
    "revocation_endpoint",
    "introspection_endpoint",
    "device_authorization_endpoint",
    "pushed_authorization_request_endpoint",
    "registration_endpoint",
    "userinfo_endpoint",
    "backchannel_authentication_endpoint",
];

/// The members of a document, by their types.
struct Members<'a> {
    document: &'a Map<String, Value>,
    policy: UrlPolicy,
}

impl Members<'_> {
    fn member(&self, name: &str) -> Option<&Value> {
        self.document.get(name).filter(|value| !value.is_null())
    }

    fn issuer(&self, asked: &Issuer, tolerances: Tolerances) -> Result<Issuer, Error> {
        let Some(value) = self.member("issuer") else {
            return breach(rfc8414::ISSUER_IS_PUBLISHED, "the metadata names no issuer");
        };
        let Some(said) = value.as_str() else {
            return breach(rfc8414::ISSUER_IS_PUBLISHED, "the issuer in the metadata is no text");
        };
        let same = |one: &str, other: &str| one == other || one.strip_suffix('/') == Some(other);
        if said == asked.as_str() {
            return Ok(asked.clone());
        }
        // What it calls itself is what its tokens say.
        if tolerances.contains(Quirk::IssuerSlashDiffers)
            && (same(said, asked.as_str()) || same(asked.as_str(), said))
        {
            return Issuer::new(said, self.policy).map_err(|error| {
                Error::violation(rfc8414::ISSUER_IS_A_PLAIN_HTTPS_URL, "the issuer in the metadata is none")
                    .with_source(error)
            });
        }
        if tolerances.contains(Quirk::IssuerHasTenant) && fits_template(said, asked.as_str()) {
            return Ok(asked.clone());
        }
        breach(rfc8414::FOREIGN_ISSUER_IS_NOT_USED, "the metadata is of another issuer")
    }

    fn endpoint(&self, name: &'static str) -> Result<Option<Endpoint>, Error> {
        let Some(value) = self.member(name) else { return Ok(None) };
        self.url(name, value).map(Some)
    }

    fn url(&self, name: &str, value: &Value) -> Result<Endpoint, Error> {
        let requirement = match name {
            "jwks_uri" => rfc8414::JWKS_URI_IS_HTTPS,
            _ => rfc8414::METADATA_IS_A_JSON_OBJECT,
        };
        let Some(text) = value.as_str() else {
            return breach(requirement, format!("{name} in the metadata is no text"));
        };
        Endpoint::new(text, self.policy).map_err(|error| {
            // The endpoint's own requirement says what is wrong with it; the fault is the server's.
            let broken = error.requirement().unwrap_or(requirement);
            Error::violation(broken, format!("{name} in the metadata cannot be used")).with_source(error)
        })
    }

    fn flag(&self, name: &'static str) -> Result<bool, Error> {
        match self.member(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => breach(
                rfc8414::METADATA_IS_A_JSON_OBJECT,
                format!("{name} in the metadata is neither true nor false"),
            ),
        }
    }

    fn set(&self, name: &'static str) -> Result<BTreeSet<String>, Error> {
        let breach = || {
            breach(rfc8414::METADATA_IS_A_JSON_OBJECT, format!("{name} in the metadata is no list of texts"))
        };
        let list = match self.member(name) {
            None => return Ok(BTreeSet::new()),
            Some(Value::Array(list)) => list,
            Some(_) => return breach(),
        };
        let texts: Option<BTreeSet<String>> =
            list.iter().map(|value| value.as_str().map(str::to_owned)).collect();
        texts.map_or_else(breach, Ok)
    }

    fn aliases(&self) -> Result<Vec<(String, Endpoint)>, Error> {
        let aliases = match self.member("mtls_endpoint_aliases") {
            None => return Ok(Vec::new()),
            Some(Value::Object(aliases)) => aliases,
            Some(_) => {
                return breach(
                    rfc8705::ALIAS_IS_PREFERRED,
                    "mtls_endpoint_aliases in the metadata is no JSON object",
                );
            }
        };
        let direct = aliases.iter().filter(|(name, _)| DIRECT_ENDPOINTS.contains(&name.as_str()));
        direct.map(|(name, value)| Ok((name.clone(), self.url(name, value)?))).collect()
    }
}

/// Whether `asked` is `template` with some name in place of `{tenantid}`.
fn fits_template(template: &str, asked: &str) -> bool {
    let Some((before, behind)) = template.split_once(TENANT) else { return false };
    let tenant = asked.strip_prefix(before).and_then(|rest| rest.strip_suffix(behind));
    // Only a segment of the path is anyone's to choose: not the host.
    before.splitn(4, '/').count() == 4
        && before.ends_with('/')
        && (behind.is_empty() || behind.starts_with('/'))
        && !behind.contains(TENANT)
        && tenant.is_some_and(|tenant| !tenant.is_empty() && !tenant.contains('/'))
}

fn breach<T>(
    requirement: &'static Requirement,
    what: impl Into<std::borrow::Cow<'static, str>>,
) -> Result<T, Error> {
    Err(Error::violation(requirement, what))
}

#[cfg(test)]
mod tests;
