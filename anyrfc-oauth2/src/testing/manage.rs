//! What is done with tokens besides using them: revocation, introspection, logout.

use serde_json::{Map, Value, json};

use super::{
    issue::confirmation,
    misbehave::Misbehaviour,
    reply::{Answered, Reply, refusal},
    state::{Incoming, State},
    violation::flaw,
    wire::{form_encode, pairs},
};
use crate::{rfc7009, rfc7662};

impl State {
    /// RFC 7009.
    pub(super) fn revocation(&mut self, request: &Incoming) -> Answered {
        let form = self.form(request)?;
        let client = self.authenticate(request, &form)?;
        let Some(token) = form.value("token") else {
            self.blame(request, flaw(rfc7009::TOKEN_IS_SENT, "no token"), "");
            return Err(refusal("invalid_request", "no token"));
        };
        let refresh = self.store.refresh.get(token).map(|refresh| refresh.grant.clone());
        let access = self.store.access.get(token).map(|access| access.grant.clone());
        let owner = refresh.as_ref().or(access.as_ref()).map(|grant| &grant.client);
        if owner.is_some_and(|owner| *owner != client.client_id) {
            return Err(refusal("invalid_client", "another's token").status(401));
        }
        if let Some(grant) = refresh {
            self.store.revoked.insert(grant.id);
            let id = grant.id;
            let with = self.store.access.iter().filter(|(_, access)| access.grant.id == id);
            let with: Vec<String> = with.map(|(token, _)| token.clone()).collect();
            self.store.given_up.extend(with);
        }
        if let Some(access) = self.store.access.get_mut(token) {
            access.expires = 0;
        }
        // Whether it was known or not (section 2.2).
        self.store.given_up.insert(token.to_owned());
        Ok(Reply::empty(200))
    }

    /// RFC 7662, and as a JWT where one is asked for (RFC 9701).
    pub(super) fn introspection(&mut self, request: &Incoming) -> Answered {
        let form = self.form(request)?;
        let client = self.authenticate(request, &form)?;
        let Some(token) = form.value("token") else {
            self.blame(request, flaw(rfc7662::TOKEN_IS_SENT, "no token"), "");
            return Err(refusal("invalid_request", "no token"));
        };
        let now = request.seconds();
        let told = match self.live_access(token, now) {
            Some(access) => {
                let grant = &access.grant;
                let mut told = json!({
                    "active": true,
                    "scope": grant.scope.join(" "),
                    "client_id": grant.client,
                    "token_type": if access.jkt.is_some() { "DPoP" } else { "Bearer" },
                    "exp": access.expires,
                    "iat": access.issued,
                    "sub": grant.subject.as_ref().unwrap_or(&grant.client),
                    "aud": access.audience,
                    "iss": self.options.issuer,
                });
                let further = [
                    ("username", grant.subject.as_ref().map(|subject| json!(subject))),
                    ("cnf", confirmation(access)),
                    ("authorization_details", grant.details.clone()),
                    ("acr", grant.acr.as_ref().map(|acr| json!(acr))),
                    ("auth_time", grant.auth_time.map(|time| json!(time))),
                    ("act", grant.actor.as_ref().map(|actor| json!({"sub": actor}))),
                ];
                for (name, value) in further {
                    if let Some(value) = value {
                        told[name] = value;
                    }
                }
                told
            }
            None => {
                let refresh = self.store.refresh.get(token).filter(|refresh| {
                    !refresh.used && refresh.expires > now && !self.is_over(&refresh.grant)
                });
                match refresh {
                    Some(refresh) => json!({
                        "active": true,
                        "scope": refresh.grant.scope.join(" "),
                        "client_id": refresh.grant.client,
                        "exp": refresh.expires,
                        "sub": refresh.grant.subject,
                    }),
                    None => json!({"active": false}),
                }
            }
        };
        let signed = "application/token-introspection+jwt";
        if request.header("accept") != Some(signed) {
            return Ok(Reply::object(told));
        }
        let mut claims = Map::new();
        claims.insert("iss".to_owned(), json!(self.options.issuer));
        claims.insert("aud".to_owned(), json!(client.client_id));
        claims.insert("iat".to_owned(), json!(now));
        claims.insert("token_introspection".to_owned(), told);
        let faults = request.jwt_fault(|fault| match fault {
            Misbehaviour::Introspection(fault) => Some(fault),
            _ => None,
        });
        let token = self.signed(claims, Some("token-introspection+jwt"), &faults);
        Ok(Reply::text(signed, token))
    }

    /// OpenID Connect RP-Initiated Logout, in the user's browser.
    pub(super) fn end_session(&mut self, request: &Incoming) -> Reply {
        let query = pairs(request.url.query.as_deref().unwrap_or_default()).unwrap_or_default();
        let hint = query.value("id_token_hint");
        let known = hint.and_then(|hint| self.store.id_tokens.get(hint)).cloned();
        let client = match (known, query.value("client_id")) {
            (Some(known), Some(named)) if known != named => return Reply::html(400, "Another's token"),
            (Some(known), _) => Some(known),
            (None, named) => named.map(str::to_owned),
        };
        let Some(to) = query.value("post_logout_redirect_uri") else { return Reply::html(200, "Good-bye") };
        let client = client.and_then(|id| self.client(&id));
        if !client.is_some_and(|client| client.post_logout_redirect_uris.iter().any(|known| known == to)) {
            return Reply::html(400, "That URI is not registered");
        }
        let state = query.value("state").map(|state| format!("?state={}", form_encode(state)));
        Reply::empty(302).header("location", format!("{to}{}", state.unwrap_or_default()))
    }

    /// The members of a JSON value that are text.
    pub(super) fn texts(value: Option<&Value>) -> Vec<String> {
        let all = value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        all.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }
}
