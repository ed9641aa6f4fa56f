//! What an authorization server says of itself (RFC 8414; OpenID Connect Discovery).

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Endpoint, Issuer};

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

    /// The endpoint for connections with a client certificate where there is one of its own under
    /// `name`, else `endpoint` (RFC 8705, section 5).
    #[must_use]
    pub fn over_mtls<'a>(&'a self, name: &str, endpoint: &'a Endpoint) -> &'a Endpoint {
        let alias = self.mtls_endpoint_aliases.iter().find(|(alias, _)| alias == name);
        alias.map_or(endpoint, |(_, endpoint)| endpoint)
    }
}
