//! Registration of clients (RFC 7591), and its management (RFC 7592).

use serde_json::{Map, Value, json};

use super::{
    options::{ClientMethod, Registered},
    reply::{Answered, Reply, refusal},
    state::{Incoming, State},
    transcript::Place,
    violation::flaw,
    wire::{self, Location},
};
use crate::{rfc7591, rfc7592};

/// What only the server sets.
const SERVERS: [&str; 4] = [
    "registration_access_token",
    "registration_client_uri",
    "client_id_issued_at",
    "client_secret_expires_at",
];

/// A client of its metadata; `None` where it cannot authenticate so.
pub(super) fn from_metadata(
    id: &str,
    metadata: &Map<String, Value>,
    secret: Option<&str>,
) -> Option<Registered> {
    let text = |name: &str| metadata.get(name).and_then(Value::as_str);
    let default = if secret.is_some() { "client_secret_basic" } else { "none" };
    let method = text("token_endpoint_auth_method").unwrap_or(default);
    let secret = || secret.map(str::to_owned);
    let method = match method {
        "none" => ClientMethod::None,
        "client_secret_basic" => ClientMethod::Basic(secret()?),
        "client_secret_post" => ClientMethod::Post(secret()?),
        "client_secret_jwt" => ClientMethod::SecretJwt(secret()?),
        "private_key_jwt" => ClientMethod::PrivateKeyJwt(metadata.get("jwks")?.clone()),
        "tls_client_auth" | "self_signed_tls_client_auth" => ClientMethod::Tls(String::new()),
        _ => return None,
    };
    let flag = |name: &str| metadata.get(name).and_then(Value::as_bool).unwrap_or_default();
    let mut client = Registered::new(id, method);
    client.redirect_uris = State::texts(metadata.get("redirect_uris"));
    client.post_logout_redirect_uris = State::texts(metadata.get("post_logout_redirect_uris"));
    client.jwks = metadata.get("jwks").cloned();
    client.dpop_bound = flag("dpop_bound_access_tokens");
    client.certificate_bound = flag("tls_client_certificate_bound_access_tokens");
    client.metadata = metadata.clone();
    Some(client)
}

impl State {
    pub(super) fn registration(&mut self, request: &Incoming) -> Answered {
        if let Some(token) = &self.options.initial_access_token {
            let shown = request.header("authorization") == Some(&format!("Bearer {token}"));
            if !shown {
                return Err(refusal("invalid_token", "not for everyone")
                    .status(401)
                    .header("www-authenticate", "Bearer error=\"invalid_token\""));
            }
        }
        let metadata = self.judged_metadata(request)?;
        let own = metadata.contains_key("client_id");
        self.demand(request, !own, rfc7591::NO_CLIENT_ID_OF_OWN_MAKING, "a client_id of its own", "");
        let id = self.mint("client");
        let method = metadata.get("token_endpoint_auth_method").and_then(Value::as_str);
        let secret =
            method.is_none_or(|method| method.starts_with("client_secret")).then(|| self.mint("secret"));
        let Some(mut client) = from_metadata(&id, &metadata, secret.as_deref()) else {
            return Err(refusal("invalid_client_metadata", "no such method"));
        };
        client.registration_token = Some(self.mint("registration"));
        client.metadata.insert("client_id_issued_at".to_owned(), json!(request.seconds()));
        let reply = self.described(&client);
        self.store.clients.insert(id, client);
        Ok(reply.status(201))
    }

    fn judged_metadata(&mut self, request: &Incoming) -> Answered<Map<String, Value>> {
        let metadata = wire::json_body(&request.headers, &request.body).map_err(|found| {
            self.blame(request, found, &String::from_utf8_lossy(&request.body));
            refusal("invalid_client_metadata", "no JSON object")
        })?;
        let both = metadata.contains_key("jwks") && metadata.contains_key("jwks_uri");
        let rule = rfc7591::JWKS_EXCLUDES_JWKS_URI;
        if !self.demand(request, !both, rule, "jwks and jwks_uri", "") {
            return Err(refusal("invalid_client_metadata", "one of them"));
        }
        let redirects = Self::texts(metadata.get("redirect_uris"));
        let grants = Self::texts(metadata.get("grant_types"));
        let by_redirect = grants.is_empty() || grants.iter().any(|grant| grant == "authorization_code");
        let there = !by_redirect || !redirects.is_empty();
        if !self.demand(request, there, rfc7591::REDIRECT_URIS_ARE_REGISTERED, "no redirect_uris", "") {
            return Err(refusal("invalid_redirect_uri", "none"));
        }
        for uri in &redirects {
            let location = Location::of(uri);
            let private = uri.split_once(':').is_some_and(|(scheme, _)| scheme.contains('.'));
            let safe = private
                || uri.starts_with("https://")
                || location.as_ref().is_some_and(|location| location.portless_loopback().is_some());
            let whole = location.is_none_or(|location| !location.fragment);
            let rule = rfc7591::REDIRECT_URI_IS_SAFE;
            if !self.demand(request, safe && whole, rule, "a redirect URI that is not safe", uri) {
                return Err(refusal("invalid_redirect_uri", "not safe"));
            }
        }
        Ok(metadata)
    }

    /// The client information response (RFC 7591, section 3.2.1).
    fn described(&self, client: &Registered) -> Reply {
        let mut told = client.metadata.clone();
        let mut put = |name: &str, value: Value| drop(told.insert(name.to_owned(), value));
        put("client_id", json!(client.client_id));
        if let Some(secret) = client.method.secret() {
            put("client_secret", json!(secret));
            put("client_secret_expires_at", json!(0));
        }
        if let ClientMethod::Basic(_) = client.method {
            put("token_endpoint_auth_method", json!("client_secret_basic"));
        }
        if let Some(token) = &client.registration_token {
            put("registration_access_token", json!(token));
            let uri = format!("{}/{}", self.options.endpoint("register"), client.client_id);
            put("registration_client_uri", json!(uri));
        }
        Reply::json(told).unstored()
    }

    pub(super) fn client_configuration(&mut self, request: &Incoming) -> Answered {
        debug_assert_eq!(request.place, Place::ClientConfiguration);
        let id = request.url.path.rsplit('/').next().unwrap_or_default().to_owned();
        let shown = request.header("authorization").map(str::to_owned);
        let rule = rfc7592::REGISTRATION_TOKEN_IS_THE_BEARER;
        let bearer = shown.as_deref().and_then(|text| text.strip_prefix("Bearer "));
        self.demand(request, bearer.is_some(), rule, "no registration token", "");
        let client = self.store.clients.get(&id).filter(|client| {
            client.registration_token.is_some() && client.registration_token.as_deref() == bearer
        });
        let Some(mut client) = client.cloned() else {
            return Err(refusal("invalid_token", "no such client").status(401));
        };
        if request.method == http::Method::DELETE {
            self.store.clients.remove(&id);
            return Ok(Reply::empty(204));
        }
        if request.method == http::Method::PUT {
            client = self.updated(request, client)?;
        }
        if self.options.rotate_registration_tokens {
            client.registration_token = Some(self.mint("registration"));
        }
        let reply = self.described(&client);
        self.store.clients.insert(id, client);
        Ok(reply)
    }

    fn updated(&mut self, request: &Incoming, old: Registered) -> Answered<Registered> {
        let mut metadata = self.judged_metadata(request)?;
        let invalid = || refusal("invalid_client_metadata", "no such update");
        let text = |name: &str| metadata.get(name).and_then(Value::as_str);
        let rule = match text("client_id") {
            None => Some(rfc7592::UPDATE_HAS_THE_CLIENT_ID),
            Some(id) => (id != old.client_id).then_some(rfc7592::UPDATED_CLIENT_ID_IS_THE_CURRENT),
        };
        if let Some(rule) = rule {
            self.blame(request, flaw(rule, "no or another client_id"), "");
            return Err(invalid());
        }
        let secret = old.method.secret().cloned();
        let same = text("client_secret").map(str::to_owned) == secret;
        let rule = rfc7592::UPDATED_SECRET_IS_THE_CURRENT;
        if !self.demand(request, same, rule, "no or another client_secret", "") {
            return Err(invalid());
        }
        if let Some(name) = SERVERS.iter().find(|name| metadata.contains_key(**name)) {
            self.blame(
                request,
                flaw(rfc7592::UPDATE_OMITS_THE_SERVERS_FIELDS, "the server's own member"),
                name,
            );
            return Err(invalid());
        }
        let missing = old
            .metadata
            .keys()
            .find(|name| !SERVERS.contains(&name.as_str()) && !metadata.contains_key(*name));
        if let Some(name) = missing {
            self.blame(request, flaw(rfc7592::UPDATE_HAS_ALL_FIELDS, "a member is missing"), name);
        }
        for name in ["client_id", "client_secret"] {
            metadata.remove(name);
        }
        let mut new = from_metadata(&old.client_id, &metadata, secret.as_deref()).ok_or_else(invalid)?;
        new.registration_token = old.registration_token;
        if let Some(issued) = old.metadata.get("client_id_issued_at") {
            new.metadata.insert("client_id_issued_at".to_owned(), issued.clone());
        }
        Ok(new)
    }
}
