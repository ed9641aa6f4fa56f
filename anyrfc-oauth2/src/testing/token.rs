//! The token endpoint.

use serde_json::json;

use super::{
    issue::Parts,
    jose::sha256,
    options::{ClientMethod, Registered},
    reply::{Answered, Refusal, Reply, refusal},
    state::{Grant, Incoming, State},
    violation::flaw,
    wire::{self, Parameters},
};
use crate::{rfc6749, rfc7009, rfc7521, rfc7636, rfc9449, rfc9700};

pub(super) const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

pub(super) const fn invalid_grant(description: &'static str) -> Refusal {
    refusal("invalid_grant", description)
}

impl State {
    pub(super) fn token(&mut self, request: &Incoming) -> Answered {
        let form = self.form(request)?;
        let Some(kind) = form.value("grant_type").map(str::to_owned) else {
            self.blame(request, flaw(rfc6749::EXCHANGE_HAS_GRANT_TYPE, "no grant_type"), "");
            return Err(refusal("invalid_request", "no grant_type"));
        };
        let client = match (&*kind, form.has("client_assertion") || request.header("authorization").is_some())
        {
            // A JWT that is a grant may come without a client (RFC 7521, section 4.1).
            (JWT_BEARER | EXCHANGE, false) if !form.has("client_id") => Registered::public(""),
            _ => self.authenticate(request, &form)?,
        };
        let jkt = self.proof(request, None)?;
        if client.dpop_bound && jkt.is_none() {
            self.blame(request, flaw(rfc9449::TOKEN_REQUEST_CARRIES_PROOF, "no proof"), "");
            return Err(refusal("invalid_dpop_proof", "this client proves possession"));
        }
        let answer = match &*kind {
            "authorization_code" => self.code_grant(request, &form, &client, jkt.as_ref()),
            "refresh_token" => self.refresh_grant(request, &form, &client, jkt.as_ref()),
            "client_credentials" => self.client_grant(request, &form, &client, jkt.as_ref()),
            "password" => self.password_grant(request, &form, &client, jkt.as_ref()),
            DEVICE => self.device_grant(request, &form, &client, jkt.as_ref()),
            JWT_BEARER => self.jwt_grant(request, &form, &client, jkt.as_ref()),
            EXCHANGE => self.exchange_grant(request, &form, &client, jkt.as_ref()),
            _ => return Err(refusal("unsupported_grant_type", "no such grant")),
        };
        answer.map(Reply::unstored)
    }

    fn code_grant(
        &mut self,
        request: &Incoming,
        form: &Parameters,
        client: &Registered,
        jkt: Option<&String>,
    ) -> Answered {
        let Some(text) = form.value("code") else {
            self.blame(request, flaw(rfc6749::EXCHANGE_HAS_CODE, "no code"), "");
            return Err(refusal("invalid_request", "no code"));
        };
        let Some(code) = self.store.codes.get(text).cloned() else {
            return Err(invalid_grant("no such code"));
        };
        if code.grant.client != client.client_id {
            return Err(invalid_grant("another's code"));
        }
        if code.used {
            self.blame(request, flaw(rfc6749::CODE_IS_USED_ONCE, "a code that was used before"), text);
            self.store.revoked.insert(code.grant.id);
            return Err(invalid_grant("used before"));
        }
        if let Some(kept) = self.store.codes.get_mut(text) {
            kept.used = true;
        }
        if code.expires <= request.seconds() {
            return Err(invalid_grant("over"));
        }
        let uri = form.value("redirect_uri");
        let rule = match uri {
            None => rfc6749::EXCHANGE_REPEATS_REDIRECT_URI,
            Some(_) => rfc6749::EXCHANGE_REDIRECT_URI_IS_THE_SAME,
        };
        let same = uri == code.redirect_uri.as_deref();
        if !self.demand(request, same, rule, "another redirect_uri", uri.unwrap_or_default()) {
            return Err(invalid_grant("another redirect_uri"));
        }
        self.judge_verifier(request, form, code.challenge.as_deref())?;
        if let Some(bound) = &code.grant.jkt {
            let rule = rfc9449::DPOP_JKT_IS_THE_THUMBPRINT;
            let same = jkt == Some(bound);
            if !self.demand(request, same, rule, "a code bound to another key", bound) {
                return Err(invalid_grant("another key"));
            }
        }
        let mut grant = code.grant;
        self.narrow_resources(request, form, &mut grant)?;
        let parts = Parts { refresh_token: true, id_token: true };
        Ok(Reply::json(self.issue(request, client, &grant, jkt, parts)))
    }

    fn judge_verifier(
        &mut self,
        request: &Incoming,
        form: &Parameters,
        challenge: Option<&str>,
    ) -> Answered<()> {
        let verifier = form.value("code_verifier");
        let Some(challenge) = challenge else {
            // RFC 9700, section 4.8.2.
            let rule = rfc9700::PKCE_SUPPORT_IS_ENSURED;
            let none = verifier.is_none();
            self.demand(request, none, rule, "a verifier for a code without challenge", "");
            return if none { Ok(()) } else { Err(invalid_grant("no challenge")) };
        };
        let Some(verifier) = verifier else {
            self.blame(request, flaw(rfc7636::CODE_VERIFIER_IS_SENT, "no code_verifier"), "");
            return Err(invalid_grant("no verifier"));
        };
        let characters =
            verifier.bytes().all(|octet| octet.is_ascii_alphanumeric() || b"-._~".contains(&octet));
        let good = (43..=128).contains(&verifier.len()) && characters;
        let rule = rfc7636::VERIFIER_IS_43_TO_128_UNRESERVED;
        if !self.demand(request, good, rule, "a verifier that is none", verifier) {
            return Err(invalid_grant("no verifier"));
        }
        let same = sha256(verifier.as_bytes()) == challenge;
        if !self.demand(request, same, rfc7636::S256_IS_HASHED_AND_ENCODED, "another verifier", verifier) {
            return Err(invalid_grant("another verifier"));
        }
        Ok(())
    }

    /// A token for some of the resources of its grant (RFC 8707, section 2.2).
    fn narrow_resources(&mut self, request: &Incoming, form: &Parameters, grant: &mut Grant) -> Answered<()> {
        let wanted = form.values("resource");
        for resource in &wanted {
            wire::resource(resource).map_err(|found| {
                self.blame(request, found, resource);
                refusal("invalid_target", "no resource")
            })?;
            if !grant.resources.is_empty() && !grant.resources.contains(resource) {
                return Err(refusal("invalid_target", "not granted"));
            }
        }
        if !wanted.is_empty() {
            grant.resources = wanted;
        }
        Ok(())
    }

    fn refresh_grant(
        &mut self,
        request: &Incoming,
        form: &Parameters,
        client: &Registered,
        jkt: Option<&String>,
    ) -> Answered {
        let Some(text) = form.value("refresh_token") else {
            self.blame(request, flaw(rfc6749::REFRESH_HAS_REFRESH_TOKEN, "no refresh_token"), "");
            return Err(refusal("invalid_request", "no refresh_token"));
        };
        let given_up = self.store.given_up.contains(text);
        self.demand(request, !given_up, rfc7009::REVOKED_TOKEN_IS_NOT_USED, "a token given up", text);
        let Some(refresh) = self.store.refresh.get(text).cloned() else {
            return Err(invalid_grant("no such token"));
        };
        if refresh.grant.client != client.client_id {
            return Err(invalid_grant("another's token"));
        }
        if refresh.used {
            let rule = rfc6749::NEW_REFRESH_TOKEN_REPLACES_THE_OLD;
            self.blame(request, flaw(rule, "a refresh token that was used before"), text);
            self.store.revoked.insert(refresh.grant.id);
            return Err(invalid_grant("used before"));
        }
        if refresh.expires <= request.seconds() || self.is_over(&refresh.grant) {
            return Err(invalid_grant("over"));
        }
        if let Some(bound) = &refresh.jkt {
            let rule = rfc9449::REFRESH_PROVES_THE_SAME_KEY;
            if !self.demand(request, jkt == Some(bound), rule, "a token bound to another key", bound) {
                return Err(invalid_grant("another key"));
            }
        }
        if refresh.certificate.is_some() && refresh.certificate != request.certificate {
            return Err(invalid_grant("another certificate"));
        }
        let mut grant = refresh.grant;
        let kept = grant.clone();
        if let Some(scope) = form.value("scope") {
            let words = wire::scope(scope).map_err(|found| {
                self.blame(request, found, scope);
                refusal("invalid_scope", "not words")
            })?;
            let within = words.iter().all(|word| grant.scope.contains(word));
            let rule = rfc6749::REFRESH_ASKS_FOR_NO_MORE_SCOPE;
            if !self.demand(request, within, rule, "more scope than was granted", scope) {
                return Err(refusal("invalid_scope", "more than was granted"));
            }
            grant.scope = words;
        }
        self.narrow_resources(request, form, &mut grant)?;
        let rotate = self.options.rotate_refresh_tokens;
        // A refreshed ID token has no nonce of its own (OpenID Connect Core, section 12.2).
        grant.nonce = None;
        let parts = Parts { refresh_token: rotate, id_token: true };
        let answer = self.issue(request, client, &grant, jkt, parts);
        if rotate {
            if let Some(old) = self.store.refresh.get_mut(text) {
                old.used = true;
            }
            // The new token has the scope of the old one, whatever this access token has (section 6).
            let new = answer.get("refresh_token").and_then(serde_json::Value::as_str);
            if let Some(new) = new.and_then(|new| self.store.refresh.get_mut(new)) {
                new.grant = kept;
            }
        }
        Ok(Reply::json(answer))
    }

    fn client_grant(
        &mut self,
        request: &Incoming,
        form: &Parameters,
        client: &Registered,
        jkt: Option<&String>,
    ) -> Answered {
        let rule = rfc6749::CLIENT_GRANT_IS_FOR_CONFIDENTIAL_CLIENTS;
        let confidential = client.method != ClientMethod::None;
        if !self.demand(request, confidential, rule, "a public client", &client.client_id) {
            return Err(refusal("unauthorized_client", "not for public clients"));
        }
        let grant = self.asked(request, form, client)?;
        Ok(Reply::json(self.issue(request, client, &grant, jkt, Parts::default())))
    }

    fn password_grant(
        &mut self,
        request: &Incoming,
        form: &Parameters,
        client: &Registered,
        jkt: Option<&String>,
    ) -> Answered {
        let name = form.value("username");
        let password = form.value("password");
        self.demand(request, name.is_some(), rfc6749::PASSWORD_GRANT_HAS_USERNAME, "no username", "");
        self.demand(request, password.is_some(), rfc6749::PASSWORD_GRANT_HAS_PASSWORD, "no password", "");
        let (Some(name), Some(password)) = (name, password) else {
            return Err(refusal("invalid_request", "no password"));
        };
        if self.options.passwords.get(name).is_none_or(|known| known != password) {
            return Err(invalid_grant("no such user"));
        }
        let mut grant = self.asked(request, form, client)?;
        grant.subject = Some(name.to_owned());
        let parts = Parts { refresh_token: true, id_token: true };
        Ok(Reply::json(self.issue(request, client, &grant, jkt, parts)))
    }

    fn jwt_grant(
        &mut self,
        request: &Incoming,
        form: &Parameters,
        client: &Registered,
        jkt: Option<&String>,
    ) -> Answered {
        let Some(assertion) = form.value("assertion") else {
            self.blame(request, flaw(rfc7521::ASSERTION_IS_SENT, "no assertion"), "");
            return Err(refusal("invalid_request", "no assertion"));
        };
        let subject = self.judge_grant_assertion(request, assertion).map_err(|found| {
            self.blame(request, found, assertion);
            invalid_grant("no such assertion")
        })?;
        let subject = subject.ok_or_else(|| invalid_grant("an issuer that is not known"))?;
        let mut grant = self.asked(request, form, client)?;
        grant.subject = Some(subject);
        Ok(Reply::json(self.issue(request, client, &grant, jkt, Parts::default())))
    }

    /// A grant of what a token request itself asks for.
    pub(super) fn asked(
        &mut self,
        request: &Incoming,
        form: &Parameters,
        client: &Registered,
    ) -> Answered<Grant> {
        let (scope, resources, details) =
            self.wanted(request, form).map_err(|(error, why)| refusal(error, why))?;
        let mut grant = self.new_grant(&client.client_id);
        grant.scope = match &self.options.granted_scope {
            Some(scope) => scope.split(' ').map(str::to_owned).collect(),
            None => scope,
        };
        grant.resources = resources;
        grant.details = details;
        Ok(grant)
    }

    fn exchange_grant(
        &mut self,
        request: &Incoming,
        form: &Parameters,
        client: &Registered,
        jkt: Option<&String>,
    ) -> Answered {
        use crate::rfc8693;
        let subject = form.value("subject_token");
        let kind = form.value("subject_token_type");
        self.demand(request, subject.is_some(), rfc8693::SUBJECT_TOKEN_IS_SENT, "no subject_token", "");
        self.demand(
            request,
            kind.is_some(),
            rfc8693::SUBJECT_TOKEN_TYPE_IS_SENT,
            "no subject_token_type",
            "",
        );
        let (Some(subject), Some(kind)) = (subject, kind) else {
            return Err(refusal("invalid_request", "no subject"));
        };
        let actor = form.value("actor_token");
        let pair = actor.is_some() == form.has("actor_token_type");
        let rule = match actor {
            Some(_) => rfc8693::ACTOR_TOKEN_TYPE_GOES_WITH_ITS_TOKEN,
            None => rfc8693::NO_ACTOR_TOKEN_TYPE_ALONE,
        };
        if !self.demand(request, pair, rule, "an actor token or its type alone", "") {
            return Err(refusal("invalid_request", "half an actor"));
        }
        let uri =
            |name: &str| form.value(name).is_none_or(|uri| uri.starts_with("urn:") || uri.contains("://"));
        let uris =
            ["subject_token_type", "actor_token_type", "requested_token_type"].iter().all(|name| uri(name));
        let rule = rfc8693::OTHER_TOKEN_TYPES_MAY_BE_USED;
        if !self.demand(request, uris, rule, "a token type that is no URI", kind) {
            return Err(refusal("invalid_request", "no such type"));
        }
        let of_token = |state: &Self, token: &str, kind: &str| match kind {
            "urn:ietf:params:oauth:token-type:access_token" => {
                let access = state.live_access(token, request.seconds())?;
                Some((
                    access.grant.subject.clone().unwrap_or_else(|| access.grant.client.clone()),
                    access.grant.scope.clone(),
                ))
            }
            "urn:ietf:params:oauth:token-type:id_token" => {
                let known = state.store.id_tokens.contains_key(token);
                let parsed = super::jose::Token::parse(token).filter(|_| known)?;
                Some((parsed.text("sub")?.to_owned(), Vec::new()))
            }
            _ => None,
        };
        let (name, scope) = of_token(self, subject, kind).ok_or_else(|| invalid_grant("no such subject"))?;
        let actor = actor.map(|actor| {
            let kind = form.value("actor_token_type").unwrap_or_default();
            of_token(self, actor, kind).map(|(name, _)| name).ok_or_else(|| invalid_grant("no such actor"))
        });
        let actor = actor.transpose()?;
        let mut grant = self.asked(request, form, client)?;
        if grant.scope.is_empty() {
            grant.scope = scope;
        }
        grant.resources.extend(form.values("audience"));
        grant.subject = Some(name);
        grant.actor = actor;
        let issued =
            form.value("requested_token_type").unwrap_or("urn:ietf:params:oauth:token-type:access_token");
        let refresh_token = issued.ends_with(":refresh_token");
        let mut answer = self.issue(request, client, &grant, jkt, Parts { refresh_token, id_token: false });
        answer.insert("issued_token_type".to_owned(), json!(issued));
        // What is no access token comes in the same member all the same (RFC 8693, section 2.2.1).
        if issued.ends_with(":id_token") {
            grant.scope.push("openid".to_owned());
            let parts = Parts { refresh_token: false, id_token: true };
            let made = self.issue(request, client, &grant, jkt, parts).remove("id_token");
            answer.insert("access_token".to_owned(), made.unwrap_or_default());
            answer.insert("token_type".to_owned(), json!("N_A"));
        }
        Ok(Reply::json(answer))
    }
}
