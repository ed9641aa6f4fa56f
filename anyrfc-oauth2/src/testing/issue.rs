//! Tokens, made.

use serde_json::{Map, Value, json};

use super::{
    jose::{ServerKey, half_hash, mac},
    misbehave::{JwtFault, Misbehaviour},
    options::Registered,
    state::{Access, Grant, Incoming, Refresh, State},
    wire::to_base64url,
};

/// What a token response is to hold.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Parts {
    pub(super) refresh_token: bool,
    pub(super) id_token: bool,
}

impl State {
    /// A token response of RFC 6749, section 5.1.
    pub(super) fn issue(
        &mut self,
        request: &Incoming,
        client: &Registered,
        grant: &Grant,
        jkt: Option<&String>,
        parts: Parts,
    ) -> Map<String, Value> {
        let certificate = request.certificate.clone().filter(|_| client.certificate_bound);
        let now = request.seconds();
        let lifetime = self.options.access_token_lifetime.as_secs();
        let access = Access {
            grant: grant.clone(),
            issued: now,
            expires: now + lifetime,
            jkt: jkt.cloned(),
            certificate: certificate.clone(),
            audience: match grant.resources.as_slice() {
                [] => vec![self.options.resource.clone()],
                some => some.to_vec(),
            },
        };
        let token = if self.options.jwt_access_tokens { self.at_jwt(&access) } else { self.mint("access") };
        self.store.access.insert(token.clone(), access);
        let mut answer = Map::new();
        let mut put = |name: &str, value: Value| {
            answer.insert(name.to_owned(), value);
        };
        put("access_token", json!(token));
        put("token_type", json!(if jkt.is_some() { "DPoP" } else { "Bearer" }));
        put("expires_in", json!(lifetime));
        if !grant.scope.is_empty() {
            put("scope", json!(grant.scope.join(" ")));
        }
        if let Some(details) = &grant.details {
            put("authorization_details", details.clone());
        }
        if parts.refresh_token && self.options.refresh_tokens {
            let refresh = self.mint("refresh");
            let expires = now + self.options.refresh_token_lifetime.as_secs();
            // Of public clients only (RFC 9449, section 5).
            let public = client.method == super::options::ClientMethod::None;
            let jkt = jkt.cloned().filter(|_| public);
            let kept = Refresh { grant: grant.clone(), expires, used: false, jkt, certificate };
            self.store.refresh.insert(refresh.clone(), kept);
            put("refresh_token", json!(refresh));
        }
        if parts.id_token && self.options.openid && grant.scope.iter().any(|word| word == "openid") {
            put("id_token", json!(self.id_token(request, client, grant, &token)));
        }
        answer
    }

    /// An access token that is a JWT (RFC 9068).
    fn at_jwt(&mut self, access: &Access) -> String {
        let grant = &access.grant;
        let mut claims = Map::new();
        let mut put = |name: &str, value: Value| {
            claims.insert(name.to_owned(), value);
        };
        put("iss", json!(self.options.issuer));
        put("sub", json!(grant.subject.as_ref().unwrap_or(&grant.client)));
        put("aud", json!(access.audience));
        put("client_id", json!(grant.client));
        put("iat", json!(access.issued));
        put("exp", json!(access.expires));
        put("scope", json!(grant.scope.join(" ")));
        put("jti", json!(self.mint("jti")));
        if let Some(confirmation) = confirmation(access) {
            claims.insert("cnf".to_owned(), confirmation);
        }
        self.signed(claims, Some("at+jwt"), &[])
    }

    /// OpenID Connect Core, section 2.
    fn id_token(&mut self, request: &Incoming, client: &Registered, grant: &Grant, token: &str) -> String {
        let now = request.seconds();
        let mut claims = Map::new();
        let mut put = |name: &str, value: Value| {
            claims.insert(name.to_owned(), value);
        };
        put("iss", json!(self.options.issuer));
        put("sub", json!(grant.subject));
        put("aud", json!(client.client_id));
        put("iat", json!(now));
        put("exp", json!(now + 600));
        put("at_hash", json!(half_hash(token.as_bytes())));
        if let Some(nonce) = &grant.nonce {
            put("nonce", json!(nonce));
        }
        if let Some(time) = grant.auth_time {
            put("auth_time", json!(time));
        }
        if let Some(acr) = &grant.acr {
            put("acr", json!(acr));
        }
        claims.extend(self.options.claims.clone());
        let faults = request.jwt_fault(|fault| match fault {
            Misbehaviour::IdToken(fault) => Some(fault),
            _ => None,
        });
        let made = self.signed(claims, None, &faults);
        self.store.id_tokens.insert(made.clone(), client.client_id.clone());
        made
    }

    /// A JWT of the server, with these faults.
    pub(super) fn signed(
        &mut self,
        mut claims: Map<String, Value>,
        typ: Option<&str>,
        faults: &[JwtFault],
    ) -> String {
        let key = self.key();
        let mut signer = key.clone();
        let mut header = key.header(typ);
        let mut twice = String::new();
        for fault in faults {
            match fault {
                JwtFault::Claim(name, value) => drop(claims.insert(name.clone(), value.clone())),
                JwtFault::Without(name) => drop(claims.remove(name)),
                JwtFault::Twice(name, value) => {
                    twice.push_str(&format!(",{}:{value}", Value::String(name.clone())));
                }
                JwtFault::Header(name, value) => drop(header.insert(name.clone(), value.clone())),
                JwtFault::WithoutHeader(name) => drop(header.remove(name)),
                JwtFault::ForeignKey | JwtFault::KeyInHeader => {
                    signer = ServerKey::generate(self.options.signing, key.kid.clone());
                    if *fault == JwtFault::KeyInHeader {
                        header.insert("jwk".to_owned(), signer.jwk());
                    }
                }
                _ => {}
            }
        }
        let mut payload = Value::Object(claims).to_string();
        if !twice.is_empty() {
            payload.truncate(payload.len() - 1);
            payload.push_str(&twice);
            payload.push('}');
        }
        let mut made = signer.sign(&header, &payload);
        for fault in faults {
            match fault {
                JwtFault::Unsigned(name) => {
                    header.insert("alg".to_owned(), json!(name));
                    let head = to_base64url(Value::Object(header.clone()).to_string().as_bytes());
                    made = format!("{head}.{}.", to_base64url(payload.as_bytes()));
                }
                JwtFault::MacWithPublicKey => {
                    header.insert("alg".to_owned(), json!("HS256"));
                    made = mac(&header, &payload, key.jwk().to_string().as_bytes());
                }
                JwtFault::BrokenSignature => {
                    let parts: Vec<&str> = made.split('.').collect();
                    if let [head, _, signature] = *parts {
                        let changed = format!("{} }}", payload.trim_end_matches('}'));
                        made = format!("{head}.{}.{signature}", to_base64url(changed.as_bytes()));
                    }
                }
                JwtFault::Padded => made = made.replace('.', "=."),
                JwtFault::Garbage => made = "not a token".to_owned(),
                _ => {}
            }
        }
        made
    }
}

/// To what a token is bound (RFC 9449, section 6; RFC 8705, section 3.1).
pub(super) fn confirmation(access: &Access) -> Option<Value> {
    let mut all = Map::new();
    if let Some(jkt) = &access.jkt {
        all.insert("jkt".to_owned(), json!(jkt));
    }
    if let Some(thumbprint) = &access.certificate {
        all.insert("x5t#S256".to_owned(), json!(thumbprint));
    }
    (!all.is_empty()).then_some(Value::Object(all))
}
