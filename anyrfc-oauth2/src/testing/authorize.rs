//! The authorization endpoint, with the browser and its user.

use serde_json::{Map, Value, json};

use super::{
    misbehave::Misbehaviour,
    options::{Registered, User},
    reply::{Reply, refusal},
    state::{Code, Incoming, State},
    violation::{Checked, flaw, require},
    wire::{self, Location, Parameters, form_encode},
};
use crate::{rfc6749, rfc7636, rfc8252, rfc9101, rfc9126, rfc9396, rfc9449, rfc9700};

/// Where the browser goes back to, and how.
struct Way {
    redirect_uri: String,
    state: Option<String>,
    mode: String,
}

/// Scope, resources and details.
type Wanted = (Vec<String>, Vec<String>, Option<Value>);

/// An error for the callback.
type Denied = (&'static str, &'static str);

impl State {
    /// The browser comes.
    pub(super) fn authorization(&mut self, request: &Incoming) -> Reply {
        let text = match request.method {
            http::Method::POST => String::from_utf8_lossy(&request.body).into_owned(),
            _ => request.url.query.clone().unwrap_or_default(),
        };
        let rule = rfc6749::AUTHORIZATION_PARAMETERS_ARE_SINGLE;
        let parameters = match wire::pairs(&text).and_then(|all| all.single(rule).map(|()| all)) {
            Ok(parameters) => parameters,
            Err(found) => {
                self.blame(request, found, &text);
                return Reply::html(400, "No such request");
            }
        };
        if ["client_secret", "client_assertion"].iter().any(|name| parameters.has(name)) {
            let found = flaw(rfc6749::NO_CREDENTIALS_IN_THE_URI, "credentials in the browser");
            self.blame(request, found, &text);
            return Reply::html(400, "No credentials here");
        }
        let Some(id) = parameters.value("client_id") else {
            self.blame(request, flaw(rfc6749::CODE_REQUEST_HAS_CLIENT_ID, "no client_id"), &text);
            return Reply::html(400, "Which client?");
        };
        let Some(client) = self.client(id) else { return Reply::html(400, "No such client") };
        let parameters = match self.unpacked(request, &client, parameters) {
            Ok(parameters) => parameters,
            Err(why) => return Reply::html(400, why),
        };
        let redirect_uri = match self.redirect_uri(request, &client, &parameters) {
            Ok(uri) => uri,
            Err(why) => return Reply::html(400, why),
        };
        let way = Way {
            redirect_uri,
            state: parameters.value("state").map(str::to_owned),
            mode: parameters.value("response_mode").unwrap_or("query").to_owned(),
        };
        match self.decide(request, &client, &parameters) {
            Ok(code) => self.back(request, &client, &way, vec![("code", code)]),
            Err((error, description)) => {
                let error = vec![("error", error.to_owned()), ("error_description", description.to_owned())];
                self.back(request, &client, &way, error)
            }
        }
    }

    /// What was asked for, wherever it lies: in the query, pushed, or in a request object.
    fn unpacked(
        &mut self,
        request: &Incoming,
        client: &Registered,
        parameters: Parameters,
    ) -> Result<Parameters, &'static str> {
        let pushed = parameters.value("request_uri").filter(|uri| uri.starts_with("urn:")).map(str::to_owned);
        if let Some(uri) = pushed {
            let now = request.seconds();
            let client_id = client.client_id.clone();
            let Some(pushed) = self.store.pushed.get_mut(&uri) else { return Err("No such request_uri") };
            let again = std::mem::replace(&mut pushed.used, true);
            let (owner, expires, parameters) =
                (pushed.client.clone(), pushed.expires, pushed.parameters.clone());
            let once = rfc9126::REQUEST_URI_IS_USED_ONCE;
            if !self.demand(request, !again, once, "a request_uri that was used before", &uri) {
                return Err("The request was used before");
            }
            if owner != client_id || expires <= now {
                return Err("The request is another's or over");
            }
            return Ok(parameters);
        }
        if self.options.require_par {
            self.blame(request, flaw(rfc9126::REQUIRED_PAR_IS_USED, "a request that was not pushed"), "");
            return Err("Requests are pushed here");
        }
        self.opened(request, client, parameters)
    }

    /// The parameters of a request object, where there is one (RFC 9101).
    pub(super) fn opened(
        &mut self,
        request: &Incoming,
        client: &Registered,
        parameters: Parameters,
    ) -> Result<Parameters, &'static str> {
        let value = parameters.value("request").map(str::to_owned);
        let reference = parameters.value("request_uri").map(str::to_owned);
        let object = match (value, reference) {
            (Some(_), Some(_)) => {
                let found = flaw(rfc9101::REQUEST_EXCLUDES_REQUEST_URI, "request and request_uri");
                self.blame(request, found, "");
                return Err("One of them");
            }
            (Some(object), None) => object,
            (None, Some(uri)) => {
                let https = uri.starts_with("https://");
                let rule = rfc9101::OWN_REQUEST_URI_IS_HTTPS;
                if !self.demand(request, https, rule, "a request_uri without TLS", &uri) {
                    return Err("invalid_request_uri");
                }
                let document = self.options.documents.get(&uri).cloned();
                let text = document.and_then(|octets| String::from_utf8(octets.to_vec()).ok());
                text.ok_or("invalid_request_uri")?.trim().to_owned()
            }
            (None, None) if self.options.require_signed_request => {
                let found = flaw(rfc9101::REQUEST_IS_SENT, "a request that is not signed");
                self.blame(request, found, "");
                return Err("Requests are signed here");
            }
            (None, None) => return Ok(parameters),
        };
        match self.request_object(request, client, &parameters, &object) {
            Ok(parameters) => Ok(parameters),
            Err(found) => {
                self.blame(request, found, &object);
                Err("invalid_request_object")
            }
        }
    }

    fn request_object(
        &self,
        request: &Incoming,
        client: &Registered,
        outer: &Parameters,
        object: &str,
    ) -> Checked<Parameters> {
        let signed = rfc9101::REQUEST_OBJECT_IS_SIGNED;
        let token = super::jose::Token::parse(object).ok_or_else(|| flaw(signed, "not a signed JWT"))?;
        let typ = matches!(token.typ(), "oauth-authz-req+jwt" | "JWT" | "");
        require(typ, signed, "a request object of another typ")?;
        let keys = client.keys().cloned().unwrap_or_default();
        require(token.is_signed_by_one_of(&keys), signed, "a signature that is not the client's")?;
        let named = token.text("client_id");
        require(named.is_some(), rfc9101::REQUEST_OBJECT_IS_COMPLETE, "no client_id in the request object")?;
        let same =
            named == Some(&client.client_id) && outer.value("client_id").is_none_or(|id| Some(id) == named);
        require(same, rfc9101::CLIENT_ID_MATCHES_THE_OBJECT, "another client_id in the request object")?;
        let issuer = token.text("iss") == Some(&client.client_id);
        require(issuer, rfc9101::SIGNED_OBJECT_HAS_ISS_AND_AUD, "iss is not the client")?;
        let audience = token.audiences() == [&*self.options.issuer];
        require(audience, rfc9101::AUDIENCE_IS_THE_SERVERS_ISSUER, "aud is not the issuer alone")?;
        let nested = token.claims.contains_key("request") || token.claims.contains_key("request_uri");
        require(!nested, rfc9101::NO_NESTED_REQUEST, "a request within the request object")?;
        let now = i64::try_from(request.seconds()).unwrap_or_default();
        let fresh = token.time("exp").is_none_or(|exp| exp > now)
            && token.time("nbf").is_none_or(|nbf| nbf <= now + 5);
        require(fresh, signed, "a request object before or after its time")?;
        let mut pairs = Vec::new();
        for (name, value) in &token.claims {
            if matches!(&**name, "iss" | "aud" | "exp" | "nbf" | "iat" | "jti" | "sub") {
                continue;
            }
            match value {
                Value::String(text) => pairs.push((name.clone(), text.clone())),
                // Several resources are an array (RFC 8707, section 2.1).
                Value::Array(all) if name == "resource" => {
                    let texts = all.iter().filter_map(Value::as_str);
                    pairs.extend(texts.map(|text| (name.clone(), text.to_owned())));
                }
                other => pairs.push((name.clone(), other.to_string())),
            }
        }
        let age = token.claims.get("max_age");
        require(
            age.is_none_or(Value::is_number),
            rfc9101::NUMBERS_ARE_JSON_NUMBERS,
            "max_age that is no JSON number",
        )?;
        Ok(Parameters::of(pairs))
    }

    /// The redirect URI that was asked for, if it is one of the client's.
    pub(super) fn redirect_uri(
        &mut self,
        request: &Incoming,
        client: &Registered,
        parameters: &Parameters,
    ) -> Result<String, &'static str> {
        let Some(uri) = parameters.value("redirect_uri") else {
            let only = match client.redirect_uris.as_slice() {
                [one] => Some(one.clone()),
                _ => None,
            };
            let rule = rfc6749::REDIRECT_URI_IS_SENT_WHEN_UNCLEAR;
            self.demand(request, only.is_some(), rule, "no redirect_uri", "");
            return only.ok_or("Which redirect_uri?");
        };
        let private = uri.split_once(':').is_some_and(|(scheme, _)| scheme.contains('.'));
        let absolute = private || Location::of(uri).is_some();
        if !self.demand(request, absolute, rfc6749::REDIRECT_URI_IS_ABSOLUTE, "a relative redirect_uri", uri)
        {
            return Err("A relative redirect_uri");
        }
        let whole = !uri.contains('#');
        if !self.demand(request, whole, rfc6749::REDIRECT_URI_HAS_NO_FRAGMENT, "a fragment", uri) {
            return Err("A redirect_uri with a fragment");
        }
        let loopback = |uri: &str| Location::of(uri).and_then(|location| location.portless_loopback());
        if loopback(uri).is_some() && !client.redirect_uris.iter().any(|known| known == uri) {
            let origin = Location::of(uri).map(|location| location.origin).unwrap_or_default();
            let port = origin.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
            let rule = rfc8252::LOOPBACK_URI_HAS_THE_LISTENING_PORT;
            self.demand(request, port, rule, "a loopback URI without a port", uri);
        }
        let known = client
            .redirect_uris
            .iter()
            .any(|known| known == uri || loopback(known).is_some_and(|known| Some(known) == loopback(uri)));
        if known { Ok(uri.to_owned()) } else { Err("That redirect_uri is not registered") }
    }

    /// The rules for every authorization request, pushed or not.
    pub(super) fn judge_request(
        &mut self,
        request: &Incoming,
        parameters: &Parameters,
    ) -> Result<(), Denied> {
        let invalid = |why| Err(("invalid_request", why));
        match parameters.value("response_type") {
            Some("code") => {}
            None => {
                self.blame(request, flaw(rfc6749::CODE_REQUEST_HAS_RESPONSE_TYPE, "no response_type"), "");
                return invalid("no response_type");
            }
            Some(other) => {
                let found = flaw(rfc9700::IMPLICIT_GRANT_IS_NOT_USED, "another response_type than `code`");
                self.blame(request, found, other);
                return Err(("unsupported_response_type", "only code"));
            }
        }
        let state = parameters.value("state").unwrap_or_default();
        self.demand(request, !state.is_empty(), rfc6749::CODE_REQUEST_HAS_STATE, "no state", "");
        let challenge = parameters.value("code_challenge");
        let Some(challenge) = challenge else {
            if self.options.require_pkce {
                self.blame(request, flaw(rfc7636::CODE_CHALLENGE_IS_SENT, "no code_challenge"), "");
                return invalid("no code_challenge");
            }
            return Ok(());
        };
        let method = parameters.value("code_challenge_method");
        let s256 = method == Some("S256");
        let what = "another code_challenge_method than S256";
        if !self.demand(request, s256, rfc7636::S256_IS_USED_WHERE_POSSIBLE, what, method.unwrap_or_default())
        {
            return invalid("only S256");
        }
        let hash = wire::base64url(challenge).is_some_and(|octets| octets.len() == 32);
        if !self.demand(request, hash, rfc7636::S256_IS_HASHED_AND_ENCODED, "no SHA-256", challenge) {
            return invalid("no SHA-256");
        }
        // A browser may come twice with one request; two requests share neither of the two.
        let states = self.judge.states.entry(state.to_owned()).or_insert_with(|| challenge.to_owned());
        let same = states == challenge;
        self.demand(request, same, rfc9700::STATE_IS_ONE_TIME_AND_BOUND, "a state used before", state);
        let seen = self.judge.challenges.entry(challenge.to_owned()).or_insert_with(|| state.to_owned());
        let same = seen == state;
        self.demand(
            request,
            same,
            rfc9700::CHALLENGE_IS_PER_TRANSACTION,
            "a challenge used before",
            challenge,
        );
        if let Some(jkt) = parameters.value("dpop_jkt") {
            let hash = wire::base64url(jkt).is_some_and(|octets| octets.len() == 32);
            self.demand(request, hash, rfc9449::DPOP_JKT_IS_THE_THUMBPRINT, "no thumbprint", jkt);
        }
        Ok(())
    }

    /// Scope, resources and details, as far as the server has them.
    pub(super) fn wanted(&mut self, request: &Incoming, parameters: &Parameters) -> Result<Wanted, Denied> {
        let scope = match parameters.value("scope").map(wire::scope).transpose() {
            Ok(scope) => scope.unwrap_or_default(),
            Err(found) => {
                self.blame(request, found, parameters.value("scope").unwrap_or_default());
                return Err(("invalid_scope", "not words"));
            }
        };
        if let Some(known) = &self.options.scopes
            && scope.iter().any(|word| !known.contains(word))
        {
            return Err(("invalid_scope", "no such scope"));
        }
        let resources = parameters.values("resource");
        for resource in &resources {
            if let Err(found) = wire::resource(resource) {
                self.blame(request, found, resource);
                return Err(("invalid_target", "no such resource"));
            }
        }
        let unknown = |resource: &String| {
            let known = self.options.resources.as_ref();
            *resource != self.options.resource && known.is_some_and(|known| !known.contains(resource))
        };
        if resources.iter().any(unknown) {
            return Err(("invalid_target", "no such resource"));
        }
        let details = match parameters.value("authorization_details") {
            Some(text) => match self.details(text) {
                Ok(details) => Some(details),
                Err(Some(found)) => {
                    self.blame(request, found, text);
                    return Err(("invalid_authorization_details", "not as they are written"));
                }
                Err(None) => return Err(("invalid_authorization_details", "no such type")),
            },
            None => None,
        };
        Ok((scope, resources, details))
    }

    /// Rich requests (RFC 9396): a fault of the client's, or just a type that is not known.
    fn details(&self, text: &str) -> Result<Value, Option<super::violation::Flaw>> {
        let array = flaw(rfc9396::DETAILS_ARE_AN_ARRAY_OF_OBJECTS, "no JSON array of objects");
        let details = wire::strict_json(text.as_bytes()).ok_or(Some(array))?;
        for detail in details.as_array().ok_or(Some(array))? {
            let detail = detail.as_object().ok_or(Some(array))?;
            let kind = detail.get("type").and_then(Value::as_str);
            let kind = kind.ok_or(Some(flaw(rfc9396::DETAILS_NAME_THEIR_TYPE, "details without a type")))?;
            if self.options.details_types.as_ref().is_some_and(|known| !known.contains(kind)) {
                return Err(None);
            }
        }
        Ok(details)
    }

    /// The user decides; the code, or the error.
    fn decide(
        &mut self,
        request: &Incoming,
        client: &Registered,
        parameters: &Parameters,
    ) -> Result<String, Denied> {
        self.judge_request(request, parameters)?;
        let (scope, resources, details) = self.wanted(request, parameters)?;
        let mode = parameters.value("response_mode").unwrap_or("query");
        if !matches!(mode, "query" | "query.jwt" | "jwt") {
            return Err(("invalid_request", "no such response_mode"));
        }
        let age = match parameters.value("max_age").map(str::parse::<u64>).transpose() {
            Ok(age) => age,
            Err(_) => return Err(("invalid_request", "max_age is no number")),
        };
        match (self.options.user, parameters.value("prompt")) {
            (User::Denies, _) => return Err(("access_denied", "the user said no")),
            (User::IsLoggedOut, Some("none")) => return Err(("login_required", "nobody is logged in")),
            _ => {}
        }
        let now = request.seconds();
        let login =
            parameters.value("prompt").is_some_and(|prompt| prompt.split(' ').any(|word| word == "login"));
        let logged_in = now.saturating_sub(self.options.login_age.as_secs());
        let stale = login || age.is_some_and(|age| logged_in + age < now);
        let mut grant = self.new_grant(&client.client_id);
        grant.subject = Some(self.options.subject.clone());
        grant.scope = match &self.options.granted_scope {
            Some(scope) => scope.split(' ').map(str::to_owned).collect(),
            None => scope,
        };
        grant.resources = resources;
        grant.details = details;
        grant.jkt = parameters.value("dpop_jkt").map(str::to_owned);
        grant.auth_time = Some(if stale { now } else { logged_in });
        let acr = parameters.value("acr_values").and_then(|values| values.split(' ').next());
        grant.acr = Some(acr.unwrap_or(&self.options.acr).to_owned());
        grant.nonce = parameters.value("nonce").map(str::to_owned);
        grant.max_age = age.is_some();
        let code = self.mint("code");
        let expires = now + self.options.code_lifetime.as_secs();
        let redirect_uri = parameters.value("redirect_uri").map(str::to_owned);
        let challenge = parameters.value("code_challenge").map(str::to_owned);
        self.store.codes.insert(code.clone(), Code { grant, redirect_uri, challenge, expires, used: false });
        Ok(code)
    }

    /// Sends the browser back.
    fn back(
        &mut self,
        request: &Incoming,
        client: &Registered,
        way: &Way,
        mut answer: Vec<(&'static str, String)>,
    ) -> Reply {
        answer.extend(way.state.clone().map(|state| ("state", state)));
        if self.options.iss_parameter {
            answer.push(("iss", self.options.issuer.clone()));
        }
        for fault in &request.faults {
            tamper(fault, &mut answer);
        }
        if way.mode.ends_with("jwt") {
            let mut claims = Map::new();
            claims.insert("iss".to_owned(), json!(self.options.issuer));
            claims.insert("aud".to_owned(), json!(client.client_id));
            claims.insert("exp".to_owned(), json!(request.seconds() + 600));
            claims.extend(
                answer
                    .iter()
                    .filter(|(name, _)| *name != "iss")
                    .map(|(name, value)| ((*name).to_owned(), json!(value))),
            );
            let faults = request.jwt_fault(|fault| match fault {
                Misbehaviour::Jarm(fault) => Some(fault),
                _ => None,
            });
            answer = vec![("response", self.signed(claims, None, &faults))];
        }
        let query: Vec<String> =
            answer.iter().map(|(name, value)| format!("{name}={}", form_encode(value))).collect();
        let joint = if way.redirect_uri.contains('?') { '&' } else { '?' };
        let location = format!("{}{joint}{}", way.redirect_uri, query.join("&"));
        Reply::empty(302).header("location", location)
    }

    /// A page for the user's browser: the device grant's.
    pub(super) fn verification(&mut self, request: &Incoming) -> Reply {
        let query = wire::pairs(request.url.query.as_deref().unwrap_or_default()).unwrap_or_default();
        let Some(code) = query.value("user_code") else { return Reply::html(200, "Enter the code") };
        let decision = match self.options.user {
            User::Denies => super::state::Decision::Denied,
            _ => super::state::Decision::Approved,
        };
        match self.decide_device(code, decision, request.seconds()) {
            true => Reply::html(200, "Thank you"),
            false => refusal("invalid_request", "no such code").reply(),
        }
    }
}

/// The callback as an attacker or a broken server would have it.
fn tamper(fault: &Misbehaviour, answer: &mut Vec<(&'static str, String)>) {
    let mut set = |name: &'static str, value: &str| {
        answer.retain(|(known, _)| *known != name);
        answer.push((name, value.to_owned()));
    };
    match fault {
        Misbehaviour::StateOther => set("state", "another-state-that-nobody-has-sent"),
        Misbehaviour::StateAbsent => answer.retain(|(name, _)| *name != "state"),
        Misbehaviour::Iss(issuer) => set("iss", issuer),
        Misbehaviour::IssAbsent => answer.retain(|(name, _)| *name != "iss"),
        Misbehaviour::CodeAbsent => answer.retain(|(name, _)| *name != "code"),
        Misbehaviour::ErrorBesideCode => answer.push(("error", "access_denied".to_owned())),
        Misbehaviour::StateTwice => again("state", answer),
        Misbehaviour::IssTwice => again("iss", answer),
        Misbehaviour::CodeTwice => again("code", answer),
        Misbehaviour::CallbackError(error) => {
            set("error", error);
            set("error_description", "one\r\nSet-Cookie: two\u{1b}[31mred\u{7}");
            answer.retain(|(name, _)| *name != "code");
        }
        _ => {}
    }
}

fn again(name: &'static str, answer: &mut Vec<(&'static str, String)>) {
    let value = answer.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
    answer.extend(value.map(|value| (name, value)));
}
