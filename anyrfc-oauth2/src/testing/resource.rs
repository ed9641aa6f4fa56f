//! The protected resource, and UserInfo, which is one too.

use serde_json::{Value, json};

use super::{
    dispatch::url_of,
    reply::{Refusal, Reply},
    state::{Access, Incoming, State},
    transcript::Place,
    violation::flaw,
    wire::lenient_pairs,
};
use crate::{rfc6750, rfc7009, rfc8705, rfc9449, rfc9700};

/// A challenge, so far.
struct Challenge(Vec<(&'static str, String)>);

impl Challenge {
    fn of(error: &'static str) -> Self {
        Self(vec![("error", error.to_owned())])
    }

    fn and(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.push((name, value.into()));
        self
    }

    fn text(&self, scheme: &str) -> String {
        let all: Vec<String> = self.0.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        format!("{scheme} {}", all.join(", "))
    }
}

impl State {
    /// What it says to those who have no token.
    fn stranger(&self, request: &Incoming) -> Reply {
        let mut challenge = Challenge(vec![("realm", "the resource".to_owned())]);
        if request.place == Place::Resource {
            challenge = challenge.and("resource_metadata", url_of(&self.options, Place::ResourceMetadata));
        }
        if let Some(scope) = &self.options.resource_scope {
            challenge = challenge.and("scope", scope.clone());
        }
        let mut reply = Reply::empty(401);
        if !self.options.resource_wants_dpop {
            reply = reply.header("www-authenticate", challenge.text("Bearer"));
        }
        reply.header("www-authenticate", challenge.and("algs", "ES256 ES384 RS256 PS256 EdDSA").text("DPoP"))
    }

    fn challenged(&self, request: &Incoming, scheme: &str, status: u16, challenge: Challenge) -> Reply {
        let challenge = match request.place {
            Place::Resource => {
                challenge.and("resource_metadata", url_of(&self.options, Place::ResourceMetadata))
            }
            _ => challenge,
        };
        Reply::empty(status).header("www-authenticate", challenge.text(scheme))
    }

    /// The token that a request shows, if it is good.
    fn shown(&mut self, request: &Incoming) -> Result<Access, Reply> {
        let query = lenient_pairs(request.url.query.as_deref().unwrap_or_default());
        if query.iter().any(|(name, _)| name == "access_token") {
            self.blame(request, flaw(rfc9700::TOKEN_STAYS_OUT_OF_THE_QUERY, "a token in the query"), "");
        }
        let fields = request.headers.get_all("authorization").iter().count();
        self.demand(request, fields <= 1, rfc6750::TOKEN_TRAVELS_ONE_WAY, "two Authorization fields", "");
        let Some(header) = request.header("authorization").map(str::to_owned) else {
            return Err(self.stranger(request));
        };
        let (scheme, token) = header.split_once(' ').unwrap_or((&header, ""));
        let invalid = |state: &Self, scheme: &str| {
            state.challenged(request, scheme, 401, Challenge::of("invalid_token"))
        };
        let character = |octet: u8| octet.is_ascii_alphanumeric() || b"-._~+/".contains(&octet);
        let core = token.trim_end_matches('=');
        let good = !core.is_empty() && core.bytes().all(character);
        if !self.demand(request, good, rfc6750::CREDENTIALS_ARE_B64TOKEN, "no b64token", token) {
            return Err(self.challenged(request, scheme, 400, Challenge::of("invalid_request")));
        }
        let given_up = self.store.given_up.contains(token);
        self.demand(request, !given_up, rfc7009::REVOKED_TOKEN_IS_NOT_USED, "a token given up", token);
        let access = self.live_access(token, request.seconds()).cloned();
        let jkt = if scheme.eq_ignore_ascii_case("dpop") {
            let Some(jkt) = self.proof(request, Some(token)).map_err(|refusal| self.unproved(refusal))?
            else {
                self.blame(request, flaw(rfc9449::RESOURCE_GETS_TOKEN_AND_PROOF, "no proof"), token);
                return Err(self.challenged(request, "DPoP", 401, Challenge::of("invalid_dpop_proof")));
            };
            Some(jkt)
        } else if scheme.eq_ignore_ascii_case("bearer") {
            None
        } else {
            return Err(self.stranger(request));
        };
        let scheme = if jkt.is_some() { "DPoP" } else { "Bearer" };
        let Some(access) = access else { return Err(invalid(self, scheme)) };
        let rule = rfc9449::TOKEN_USES_THE_DPOP_SCHEME;
        let unproved = access.jkt.is_some() && jkt.is_none();
        if !self.demand(request, !unproved, rule, "a bound token under Bearer", token) {
            return Err(invalid(self, "DPoP"));
        }
        if access.jkt != jkt || (jkt.is_none() && self.options.resource_wants_dpop) {
            return Err(invalid(self, "DPoP"));
        }
        let same = access.certificate.is_none() || access.certificate == request.certificate;
        let rule = rfc8705::RESOURCE_SEES_THE_SAME_CERTIFICATE;
        if !self.demand(request, same, rule, "a token bound to another certificate", token) {
            return Err(invalid(self, scheme));
        }
        if request.place == Place::Resource && !access.audience.contains(&self.options.resource) {
            return Err(invalid(self, scheme));
        }
        Ok(access)
    }

    /// The refusal of a proof, as a resource says it (RFC 9449, section 9).
    fn unproved(&self, refusal: Refusal) -> Reply {
        let challenge = Challenge::of(refusal.error).and("algs", "ES256 ES384 RS256 PS256 EdDSA");
        let mut reply = Reply::empty(401).header("www-authenticate", challenge.text("DPoP"));
        reply.headers.extend(refusal.headers);
        reply
    }

    /// The protected resource.
    pub(super) fn resource(&mut self, request: &Incoming) -> Reply {
        let access = match self.shown(request) {
            Ok(access) => access,
            Err(reply) => return reply,
        };
        let scheme = if access.jkt.is_some() { "DPoP" } else { "Bearer" };
        if let Some(wanted) = self.options.resource_scope.clone()
            && !wanted.split(' ').all(|word| access.grant.scope.iter().any(|known| known == word))
        {
            let challenge = Challenge::of("insufficient_scope").and("scope", wanted);
            return self.challenged(request, scheme, 403, challenge);
        }
        if let Some(challenge) = self.step_up(request, &access) {
            return self.challenged(request, scheme, 401, challenge);
        }
        let mut reply = Reply::object(json!({
            "sub": access.grant.subject,
            "client_id": access.grant.client,
            "scope": access.grant.scope.join(" "),
            "act": access.grant.actor,
        }));
        self.tell_nonce(request, &mut reply);
        reply
    }

    /// A stronger or newer login (RFC 9470).
    fn step_up(&self, request: &Incoming, access: &Access) -> Option<Challenge> {
        let weak =
            self.options.resource_acr.as_ref().filter(|wanted| access.grant.acr.as_ref() != Some(wanted));
        let login = access.grant.auth_time.unwrap_or_default();
        let old = self.options.resource_max_age.filter(|age| login + age < request.seconds());
        if weak.is_none() && old.is_none() {
            return None;
        }
        let mut challenge = Challenge::of("insufficient_user_authentication");
        if let Some(acr) = weak {
            challenge = challenge.and("acr_values", acr.clone());
        }
        if let Some(age) = old {
            challenge = challenge.and("max_age", age.to_string());
        }
        Some(challenge)
    }

    /// UserInfo (OpenID Connect Core, section 5.3).
    pub(super) fn userinfo(&mut self, request: &Incoming) -> Reply {
        let access = match self.shown(request) {
            Ok(access) => access,
            Err(reply) => return reply,
        };
        if !access.grant.scope.iter().any(|word| word == "openid") {
            let challenge = Challenge::of("insufficient_scope").and("scope", "openid");
            return self.challenged(request, "Bearer", 403, challenge);
        }
        let mut claims = json!({"sub": access.grant.subject, "name": "Alice Adams"});
        if access.grant.scope.iter().any(|word| word == "email") {
            claims["email"] = Value::from("alice@example.org");
        }
        let mut reply = Reply::object(claims);
        self.tell_nonce(request, &mut reply);
        reply
    }
}
