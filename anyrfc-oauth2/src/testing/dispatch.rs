//! Which URL is what, and what every request goes through.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Uri};

use super::{
    misbehave::Misbehaviour,
    options::Options,
    reply::{Answer, Delivery, Refusal, Reply, refusal},
    state::{Incoming, State},
    transcript::{Place, Recorded},
    violation::flaw,
    wire::{Location, lenient_pairs},
};
use crate::{rfc6749, rfc6750};

/// The last part of the URLs of the endpoints that lie below the issuer.
const PATHS: [(Place, &str); 12] = [
    (Place::Jwks, "jwks"),
    (Place::Authorization, "authorize"),
    (Place::Par, "par"),
    (Place::Token, "token"),
    (Place::DeviceAuthorization, "device_authorization"),
    (Place::Verification, "device"),
    (Place::Revocation, "revoke"),
    (Place::Introspection, "introspect"),
    (Place::Registration, "register"),
    (Place::UserInfo, "userinfo"),
    (Place::EndSession, "end_session"),
    (Place::OpenIdConfiguration, ".well-known/openid-configuration"),
];

/// A well-known URL, the word put between host and path (RFC 8414, section 3).
fn inserted(identifier: &str, word: &str) -> String {
    let Some(location) = Location::of(identifier) else { return String::new() };
    let path = location.path.trim_end_matches('/');
    let query = location.query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}/.well-known/{word}{path}{query}", location.origin)
}

/// The URL of an endpoint.
pub(super) fn url_of(options: &Options, place: Place) -> String {
    match place {
        Place::Metadata => inserted(&options.issuer, "oauth-authorization-server"),
        Place::ResourceMetadata => inserted(&options.resource, "oauth-protected-resource"),
        Place::Resource => options.resource.clone(),
        Place::ClientConfiguration => options.endpoint("register/"),
        Place::Elsewhere => "https://evil.example/".to_owned(),
        Place::Unknown => options.endpoint("unknown"),
        _ => {
            let name = PATHS.iter().find(|(known, _)| *known == place).map(|(_, name)| *name);
            options.endpoint(name.unwrap_or_default())
        }
    }
}

/// What a URL is, and whether it is asked for in the clear though it is an `https` one.
fn place_of(options: &Options, url: &Location) -> (Place, bool) {
    let whole = |url: &Location| match &url.query {
        Some(query) => format!("{}{}?{query}", url.origin, url.path),
        None => format!("{}{}", url.origin, url.path),
    };
    let secure = |origin: &str| origin.replacen("http://", "https://", 1);
    let issuer = Location::of(&options.issuer);
    let resource = Location::of(&options.resource);
    let origins = [
        issuer.as_ref().map(|location| &location.origin),
        resource.as_ref().map(|location| &location.origin),
        options.mtls_origin.as_ref(),
    ];
    let exact = origins.iter().flatten().any(|origin| **origin == url.origin);
    let clear = !exact && origins.iter().flatten().any(|origin| **origin == secure(&url.origin));
    if !exact && !clear {
        return (Place::Elsewhere, false);
    }
    let mut url = url.clone();
    if clear {
        url.origin = secure(&url.origin);
    }
    // The aliases have the same paths at another host.
    if options.mtls_origin.as_ref() == Some(&url.origin)
        && let Some(issuer) = &issuer
    {
        url.origin.clone_from(&issuer.origin);
    }
    let asked = format!("{}{}", url.origin, url.path);
    for place in [Place::Metadata, Place::ResourceMetadata] {
        if url_of(options, place) == whole(&url) {
            return (place, clear);
        }
    }
    if let Some((place, _)) = PATHS.iter().find(|(_, name)| options.endpoint(name) == asked) {
        return (*place, clear);
    }
    if asked.starts_with(&options.endpoint("register/")) {
        return (Place::ClientConfiguration, clear);
    }
    let at_resource = resource.is_some_and(|resource| {
        let base = format!("{}{}", resource.origin, resource.path);
        let below = asked.strip_prefix(base.trim_end_matches('/'));
        below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    (if at_resource { Place::Resource } else { Place::Unknown }, clear)
}

/// Whether a URL is of one of the server's hosts.
pub(super) fn is_at(options: &Options, url: &str) -> bool {
    Location::of(url).is_some_and(|url| place_of(options, &url).0 != Place::Elsewhere)
}

impl State {
    pub(super) fn handle(
        &mut self,
        method: Method,
        uri: &Uri,
        headers: HeaderMap,
        body: Bytes,
        certificate: Option<String>,
        now: Duration,
    ) -> Answer {
        let text = uri.to_string();
        let number = self.judge.requests.len();
        let url = Location::of(&text);
        let (place, clear) =
            url.as_ref().map_or((Place::Elsewhere, false), |url| place_of(&self.options, url));
        let certificate = certificate.filter(|_| {
            let aliased = self.options.mtls_origin.as_ref();
            aliased.is_none() || aliased == url.as_ref().map(|url| &url.origin)
        });
        self.judge.requests.push(Recorded {
            place,
            method: method.clone(),
            url: text,
            headers: headers.clone(),
            body: body.clone(),
            at: now,
            certificate: certificate.clone(),
            status: None,
        });
        let Some(url) = url else { return self.finish(number, Reply::html(400, "No URL"), &[]) };
        let form = lenient_pairs(std::str::from_utf8(&body).unwrap_or_default());
        let grant = form.iter().find(|(name, _)| name == "grant_type").map(|(_, value)| &**value);
        let grant = grant.filter(|_| place == Place::Token);
        let faults: Vec<Misbehaviour> = self
            .plans
            .iter_mut()
            .filter_map(|plan| plan.applies(place, grant).then(|| plan.misbehaviour.clone()))
            .collect();
        let request = Incoming { number, place, method, url, headers, body, certificate, now, faults };
        let before = request.faults.iter().any(Misbehaviour::is_without_effect).then(|| self.store.clone());
        if place == Place::Elsewhere {
            self.judge_leak(&request);
        }
        let reply = if clear {
            self.blame(&request, flaw(rfc6749::NO_SECRETS_IN_THE_CLEAR, "a request without TLS"), "");
            Reply::html(400, "Not without TLS")
        } else {
            self.dispatch(&request)
        };
        if let Some(before) = before {
            self.store = before;
        }
        self.finish(number, reply, &request.faults)
    }

    /// Nobody else is to see what is between the server and its client.
    fn judge_leak(&mut self, request: &Incoming) {
        let Some(sent) = self.judge.requests.get(request.number) else { return };
        let here = |audience: &String| audience.starts_with(&request.url.origin);
        let secrets = self.store.clients.values().filter_map(|client| client.method.secret());
        let registrations =
            self.store.clients.values().filter_map(|client| client.registration_token.as_ref());
        let mut grants = self.store.codes.keys().chain(self.store.devices.keys());
        // A token may be for another server.
        let own = self.store.access.iter().filter(|(_, access)| !access.audience.iter().any(here));
        let leaks = [
            (rfc6749::NO_SECRETS_IN_THE_CLEAR, secrets.chain(registrations).any(|text| sent.contains(text))),
            (rfc6749::NO_CODES_IN_THE_CLEAR, grants.any(|text| sent.contains(text))),
            (rfc6749::REFRESH_TOKENS_ARE_SECRET, self.store.refresh.keys().any(|text| sent.contains(text))),
            (rfc6750::TOKENS_ARE_NOT_LEAKED, own.map(|(token, _)| token).any(|text| sent.contains(text))),
        ];
        let url = sent.url.clone();
        for (requirement, leaked) in leaks {
            self.demand(request, !leaked, requirement, "a secret sent to somebody else", &url);
        }
    }

    fn finish(&mut self, number: usize, mut reply: Reply, faults: &[Misbehaviour]) -> Answer {
        let mut delivery = Delivery::AtOnce;
        let mut padding = 0;
        for fault in faults {
            reply = fault.distort(reply);
            delivery = fault.delivery().unwrap_or(delivery);
            if let Misbehaviour::HugeBody(size) = fault {
                padding += size;
            }
        }
        let response = reply.render();
        let answered = !matches!(delivery, Delivery::Never | Delivery::Dropped);
        if let Some(recorded) = self.judge.requests.get_mut(number).filter(|_| answered) {
            recorded.status = Some(response.status().as_u16());
        }
        Answer { response, delivery, padding }
    }

    /// The browser cannot send a fragment, but the client should not have written one.
    pub(super) fn blame_fragment(&mut self) {
        let Some(last) = self.judge.requests.last() else { return };
        let found = flaw(rfc6749::CODE_REQUEST_IS_A_FORM_IN_THE_QUERY, "a request with a fragment");
        let number = self.judge.requests.len() - 1;
        let violation = super::violation::Violation::new(found, last.place, number, &last.url);
        self.judge.violations.push(violation);
    }

    fn dispatch(&mut self, request: &Incoming) -> Reply {
        let allowed: &[Method] = match request.place {
            Place::Authorization | Place::UserInfo | Place::EndSession => &[Method::GET, Method::POST],
            Place::Par
            | Place::Token
            | Place::DeviceAuthorization
            | Place::Revocation
            | Place::Introspection
            | Place::Registration => &[Method::POST],
            Place::ClientConfiguration => &[Method::GET, Method::PUT, Method::DELETE],
            Place::Resource | Place::Unknown | Place::Elsewhere => &[],
            _ => &[Method::GET],
        };
        if !allowed.is_empty() && !allowed.contains(&request.method) {
            if let Some(requirement) = method_rule(request.place) {
                self.blame(request, flaw(requirement, "the wrong method"), request.method.as_str());
            }
            return Reply::html(405, "Another method");
        }
        let answered = match request.place {
            Place::Metadata | Place::OpenIdConfiguration => self.metadata(request),
            Place::Jwks => Ok(self.jwks()),
            Place::Authorization => return self.authorization(request),
            Place::Par => self.par(request),
            Place::Token => self.token(request),
            Place::DeviceAuthorization => self.device_authorization(request),
            Place::Verification => return self.verification(request),
            Place::Revocation => self.revocation(request),
            Place::Introspection => self.introspection(request),
            Place::Registration => self.registration(request),
            Place::ClientConfiguration => self.client_configuration(request),
            Place::UserInfo => return self.userinfo(request),
            Place::EndSession => return self.end_session(request),
            Place::ResourceMetadata => Ok(self.resource_metadata()),
            Place::Resource => return self.resource(request),
            Place::Unknown | Place::Elsewhere => return Reply::html(404, "Not here"),
        };
        let mut reply = answered.unwrap_or_else(Refusal::reply);
        self.tell_nonce(request, &mut reply);
        reply
    }

    /// A form to one of the endpoints for clients, single parameters, in the body alone.
    pub(super) fn form(&mut self, request: &Incoming) -> Result<super::wire::Parameters, Refusal> {
        let invalid = || refusal("invalid_request", "no such form");
        if request.url.query.as_deref().is_some_and(|query| query.contains("client_")) {
            let found = flaw(rfc6749::NO_CREDENTIALS_IN_THE_URI, "credentials in the URI");
            self.blame(request, found, request.url.query.as_deref().unwrap_or_default());
            return Err(invalid());
        }
        let form = super::wire::form(&request.headers, &request.body)
            .and_then(|form| form.single(rfc6749::TOKEN_PARAMETERS_ARE_SINGLE).map(|()| form));
        form.map_err(|found| {
            self.blame(request, found, &String::from_utf8_lossy(&request.body));
            invalid()
        })
    }
}

/// What the wrong method breaks.
const fn method_rule(place: Place) -> Option<&'static anyrfc_core::Requirement> {
    match place {
        Place::Token => Some(rfc6749::TOKEN_REQUEST_IS_A_POST),
        Place::Par => Some(crate::rfc9126::PUSH_IS_A_FORM_POST),
        Place::DeviceAuthorization => Some(crate::rfc8628::DEVICE_REQUEST_IS_A_POSTED_FORM),
        Place::Revocation => Some(crate::rfc7009::REVOCATION_IS_POSTED),
        Place::Introspection => Some(crate::rfc7662::REQUEST_IS_A_FORM_POST),
        Place::Registration => Some(crate::rfc7591::REGISTRATION_IS_A_JSON_POST),
        Place::Metadata | Place::OpenIdConfiguration => Some(crate::rfc8414::METADATA_IS_FETCHED_BY_GET),
        Place::ResourceMetadata => Some(crate::rfc9728::METADATA_IS_FETCHED_BY_GET),
        _ => None,
    }
}
