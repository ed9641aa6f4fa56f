//! Pushed authorization requests (RFC 9126).

use serde_json::json;

use super::{
    reply::{Answered, Reply, refusal},
    state::{Incoming, Pushed, State},
    violation::flaw,
    wire::Parameters,
};
use crate::{rfc9126, rfc9449};

/// What belongs to the client's authentication, and not to its request.
const AUTHENTICATION: [&str; 4] = ["client_id", "client_secret", "client_assertion", "client_assertion_type"];

impl State {
    pub(super) fn par(&mut self, request: &Incoming) -> Answered {
        let form = self.form(request)?;
        let client = self.authenticate(request, &form)?;
        let jkt = self.proof(request, None)?;
        let invalid = |why| refusal("invalid_request", why);
        let nested = form.has("request_uri");
        if !self.demand(request, !nested, rfc9126::NO_REQUEST_URI_IS_PUSHED, "a request_uri was pushed", "") {
            return Err(invalid("no request_uri here"));
        }
        self.demand(request, form.has("client_id"), rfc9126::CLIENT_ID_IS_PUSHED, "no client_id", "");
        if form.has("request") {
            let other = form.iter().find(|(name, _)| *name != "request" && !AUTHENTICATION.contains(name));
            if let Some((name, _)) = other {
                let found = flaw(rfc9126::FORM_HOLDS_ONLY_AUTHENTICATION, "more than the request object");
                self.blame(request, found, name);
            }
        }
        let parameters =
            self.opened(request, &client, form).map_err(|_| invalid("no such request object"))?;
        self.redirect_uri(request, &client, &parameters).map_err(invalid)?;
        self.judge_request(request, &parameters).map_err(|(error, why)| refusal(error, why))?;
        self.wanted(request, &parameters).map_err(|(error, why)| refusal(error, why))?;
        let parameters = self.bound(request, parameters, jkt)?;
        let kept = parameters.iter().filter(|(name, _)| !AUTHENTICATION.contains(name));
        let parameters = Parameters::of(kept.map(|(n, v)| (n.to_owned(), v.to_owned())).collect());
        let uri = format!("urn:ietf:params:oauth:request_uri:{}", self.mint("request_uri"));
        let lifetime = self.options.par_lifetime.as_secs();
        let expires = request.seconds() + lifetime;
        let client = client.client_id;
        self.store.pushed.insert(uri.clone(), Pushed { client, parameters, expires, used: false });
        Ok(Reply::object(json!({"request_uri": uri, "expires_in": lifetime})).status(201).unstored())
    }

    /// A proof binds the code as `dpop_jkt` does (RFC 9449, section 10.1).
    fn bound(
        &mut self,
        request: &Incoming,
        parameters: Parameters,
        jkt: Option<String>,
    ) -> Answered<Parameters> {
        let Some(jkt) = jkt else { return Ok(parameters) };
        if let Some(named) = parameters.value("dpop_jkt") {
            let rule = rfc9449::DPOP_JKT_IS_THE_THUMBPRINT;
            if !self.demand(request, named == jkt, rule, "dpop_jkt of another key than the proof's", named) {
                return Err(refusal("invalid_dpop_proof", "another key"));
            }
            return Ok(parameters);
        }
        let mut pairs: Vec<(String, String)> =
            parameters.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        pairs.push(("dpop_jkt".to_owned(), jkt));
        Ok(Parameters::of(pairs))
    }
}
