//! What the server says of itself, and its keys.

use serde_json::{Map, Value, json};

use super::{
    dispatch::url_of,
    reply::{Answered, Reply, refusal},
    state::{Incoming, State},
    transcript::Place,
};

const GRANTS: [&str; 7] = [
    "authorization_code",
    "client_credentials",
    "refresh_token",
    "password",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "urn:ietf:params:oauth:grant-type:token-exchange",
];

const ASYMMETRIC: [&str; 5] = ["ES256", "ES384", "RS256", "PS256", "EdDSA"];

impl State {
    /// Of RFC 8414 and of OpenID Connect Discovery.
    pub(super) fn metadata(&mut self, request: &Incoming) -> Answered {
        if request.place == Place::OpenIdConfiguration && !self.options.openid {
            return Err(refusal("invalid_request", "no OpenID Connect here").status(404));
        }
        Ok(Reply::json(self.server_metadata()))
    }

    pub(super) fn server_metadata(&mut self) -> Map<String, Value> {
        let options = &self.options;
        let url = |place| url_of(options, place);
        let methods = json!([
            "none",
            "client_secret_basic",
            "client_secret_post",
            "client_secret_jwt",
            "private_key_jwt",
            "tls_client_auth",
            "self_signed_tls_client_auth"
        ]);
        let signing = json!([
            "ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA",
            "HS256", "HS384", "HS512"
        ]);
        let mut all = json!({
            "issuer": options.issuer,
            "authorization_endpoint": url(Place::Authorization),
            "token_endpoint": url(Place::Token),
            "jwks_uri": url(Place::Jwks),
            "registration_endpoint": url(Place::Registration),
            "revocation_endpoint": url(Place::Revocation),
            "introspection_endpoint": url(Place::Introspection),
            "device_authorization_endpoint": url(Place::DeviceAuthorization),
            "pushed_authorization_request_endpoint": url(Place::Par),
            "require_pushed_authorization_requests": options.require_par,
            "require_signed_request_object": options.require_signed_request,
            "request_parameter_supported": true,
            "request_uri_parameter_supported": true,
            "request_object_signing_alg_values_supported": ASYMMETRIC,
            "response_types_supported": ["code"],
            "response_modes_supported": ["query", "query.jwt", "jwt"],
            "authorization_signing_alg_values_supported": [options.signing.name()],
            "grant_types_supported": GRANTS,
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": methods,
            "token_endpoint_auth_signing_alg_values_supported": signing,
            "revocation_endpoint_auth_methods_supported": methods,
            "revocation_endpoint_auth_signing_alg_values_supported": signing,
            "introspection_endpoint_auth_methods_supported": methods,
            "introspection_endpoint_auth_signing_alg_values_supported": signing,
            "authorization_response_iss_parameter_supported": options.iss_parameter,
            "dpop_signing_alg_values_supported": ASYMMETRIC,
            "tls_client_certificate_bound_access_tokens": true,
            "acr_values_supported": [options.acr, "urn:example:acr:hardware"],
            "protected_resources": [options.resource],
            "client_id_metadata_document_supported": true,
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
        });
        if let Some(origin) = &options.mtls_origin {
            let issuer = super::wire::Location::of(&options.issuer).map(|issuer| issuer.origin);
            let alias = |place| url(place).replacen(&issuer.clone().unwrap_or_default(), origin, 1);
            all["mtls_endpoint_aliases"] = json!({
                "token_endpoint": alias(Place::Token),
                "revocation_endpoint": alias(Place::Revocation),
                "introspection_endpoint": alias(Place::Introspection),
                "pushed_authorization_request_endpoint": alias(Place::Par),
                "device_authorization_endpoint": alias(Place::DeviceAuthorization),
            });
        }
        // What has no elements is left out (RFC 8414, section 3.2).
        if let Some(types) = options.details_types.as_ref().filter(|types| !types.is_empty()) {
            all["authorization_details_types_supported"] = json!(types);
        }
        if options.openid {
            all["userinfo_endpoint"] = json!(url(Place::UserInfo));
            all["end_session_endpoint"] = json!(url(Place::EndSession));
            all["subject_types_supported"] = json!(["public"]);
            all["id_token_signing_alg_values_supported"] = json!([options.signing.name()]);
            all["claims_supported"] = json!(["sub", "name", "email", "auth_time", "acr"]);
        }
        let Value::Object(mut all) = all else { return Map::new() };
        all.extend(options.metadata.clone());
        all
    }

    /// The keys that verify what it signs.
    pub(super) fn jwks(&mut self) -> Reply {
        let _ = self.key();
        let keys: Vec<Value> = self.keys.iter().map(super::jose::ServerKey::jwk).collect();
        let reply = Reply::object(json!({"keys": keys}));
        reply.header("content-type", "application/jwk-set+json").header("cache-control", "max-age=300")
    }

    /// Of the protected resource (RFC 9728).
    pub(super) fn resource_metadata(&self) -> Reply {
        Reply::object(json!({
            "resource": self.options.resource,
            "authorization_servers": [self.options.issuer],
            "bearer_methods_supported": ["header"],
            "scopes_supported": self.options.resource_scope.as_slice(),
            "dpop_signing_alg_values_supported": ASYMMETRIC,
            "dpop_bound_access_tokens_required": self.options.resource_wants_dpop,
            "resource_name": "A protected resource",
        }))
    }
}
