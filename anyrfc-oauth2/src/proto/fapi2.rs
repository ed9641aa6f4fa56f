//! The FAPI 2.0 Security Profile, as far as it binds a client.

use std::sync::Arc;

use anyrfc_jwt::types::{Algorithms, JwsAlgorithm};

use super::{ClientAuthentication, Config};
use crate::{
    Error, ErrorKind, Requirement, Tolerances, UrlPolicy, rfc7636, rfc8414, rfc9126, rfc9207, rfc9449,
    rfc9700,
};

/// The algorithms of the profile (section 5.4.1).
pub(crate) fn algorithms() -> Algorithms {
    [JwsAlgorithm::Ps256, JwsAlgorithm::Es256, JwsAlgorithm::EdDsa, JwsAlgorithm::Ed25519].into()
}

impl Config {
    /// Holds client and server to the FAPI 2.0 Security Profile: requests are pushed, PKCE is by
    /// `S256`, responses name their issuer, tokens are bound to a key or a certificate, the client
    /// proves itself by a key or a certificate, and everything is signed by `PS256`, `ES256` or
    /// `EdDSA`. From here on whatever else the server says of itself, requests are pushed, and ID
    /// tokens by other algorithms are refused.
    ///
    /// # Errors
    /// Of kind `Unsupported` when the server lacks something of that; `Usage` when the client does, or
    /// when it tolerates deviations or talks to `http` URLs.
    pub fn fapi2_security(mut self) -> Result<Self, Error> {
        self.check_fapi2_client()?;
        self.check_fapi2_server()?;
        // Known to be there: from now on asked for whatever else it says.
        Arc::make_mut(&mut self.server).require_pushed_authorization_requests = true;
        self.fapi2 = true;
        let profile = algorithms();
        let agreed: Algorithms =
            self.id_token_algorithms.iter().filter(|algorithm| profile.contains(*algorithm)).collect();
        self.id_token_algorithms = if agreed.is_empty() { profile } else { agreed };
        Ok(self)
    }

    fn check_fapi2_client(&self) -> Result<(), Error> {
        let unfit = |requirement, what| Err(Error::unfit(requirement, what));
        if self.policy != UrlPolicy::Https || self.tolerances != Tolerances::NONE {
            return unfit(rfc8414::METADATA_URL_IS_HTTPS, "FAPI 2 leaves no room for http and deviations");
        }
        let by_key = match &self.authentication {
            ClientAuthentication::TlsClientAuth | ClientAuthentication::SelfSignedTlsClientAuth => None,
            ClientAuthentication::Assertion(assertion) => Some(assertion.algorithm()),
            _ => {
                return unfit(
                    rfc9700::CLIENT_AUTHENTICATES_BY_KEY_PAIR,
                    "FAPI 2 has clients prove themselves by private_key_jwt or by a certificate",
                );
            }
        };
        let bound_by = self.dpop.as_ref().map(|key| {
            // Taken where it must be bound, a bearer token would pass for a bound one.
            if key.takes_bearer() { None } else { Some(key.algorithm()) }
        });
        let bound_by = match bound_by {
            Some(None) => {
                return unfit(rfc9449::UNBOUND_TOKEN_IS_DISCARDED, "FAPI 2 has every token bound to a key");
            }
            Some(by) => by,
            None if self.server.tls_client_certificate_bound_access_tokens
                && (self.authentication.uses_certificate() || self.certificate_bound_tokens) =>
            {
                None
            }
            None => {
                return unfit(
                    rfc9449::RESOURCE_GETS_TOKEN_AND_PROOF,
                    "FAPI 2 has tokens bound to a key of the client's, or to its certificate",
                );
            }
        };
        if [by_key, bound_by].into_iter().flatten().any(|algorithm| !algorithms().contains(algorithm)) {
            return unfit(
                rfc9700::CLIENT_AUTHENTICATES_BY_KEY_PAIR,
                "FAPI 2 has signatures by PS256, ES256 and EdDSA only",
            );
        }
        Ok(())
    }

    fn check_fapi2_server(&self) -> Result<(), Error> {
        let server = &self.server;
        let lacks = |requirement: &'static Requirement, what: &'static str| {
            Err(Error::new(ErrorKind::Unsupported, what).with_requirement(requirement))
        };
        if server.issuer.is_none() {
            return lacks(rfc8414::ISSUER_IS_PUBLISHED, "the server has no name, as FAPI 2 has it");
        }
        if server.pushed_authorization_request_endpoint.is_none() {
            return lacks(
                rfc9126::PAR_ENDPOINT_IS_IN_THE_METADATA,
                "the server takes no pushed requests, as FAPI 2 has it",
            );
        }
        if !server.code_challenge_methods_supported.contains("S256") {
            return lacks(rfc7636::NO_DOWNGRADE_TO_PLAIN, "the server has no PKCE by S256, as FAPI 2 has it");
        }
        if !server.authorization_response_iss_parameter_supported {
            return lacks(
                rfc9207::METADATA_ANNOUNCES_ISS,
                "the server does not name itself in its responses, as FAPI 2 has it",
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
