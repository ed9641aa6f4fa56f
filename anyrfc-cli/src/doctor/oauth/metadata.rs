//! What the server says of itself (RFC 8414; OpenID Connect Discovery).

use anyrfc_core::{Requirement, uri::Uri};
use anyrfc_oauth2::{
    Issuer, ServerMetadata, Tolerances, UrlPolicy, rfc6749, rfc7009, rfc7591, rfc7636, rfc7662, rfc8414,
    rfc9126, rfc9700,
};
use serde_json::Value;

use super::{
    Server, Way,
    http::{Answer, Caller, Http},
    way,
};
use crate::{
    doctor::{examination::Examination, probe::Probe},
    exit::{Exit, Failure},
};

/// The document, and whether it was where RFC 8414 has it.
pub(super) struct Document {
    answer: Answer,
    at_the_place: bool,
}

impl Document {
    pub(super) fn object(&self) -> Option<serde_json::Map<String, Value>> {
        self.answer.object()
    }
}

/// Looks at the well-known URLs: between host and path, then as OpenID has it.
///
/// # Errors
/// The server cannot be reached, or has a document at none of them.
pub(super) async fn find(http: &Http, issuer: &str) -> Result<Document, Failure> {
    let (origin, path) = split(issuer);
    let path = path.strip_suffix('/').unwrap_or(path);
    let mut status = 0;
    for (url, at_the_place) in [
        (format!("{origin}/.well-known/oauth-authorization-server{path}"), true),
        (format!("{origin}/.well-known/openid-configuration{path}"), true),
        (format!("{origin}{path}/.well-known/openid-configuration"), false),
    ] {
        let answer = http.get(&url, &Caller::Nobody).await?;
        status = answer.status();
        // What is at the place but no document is a finding.
        if !(400..500).contains(&status) {
            return Ok(Document { answer, at_the_place });
        }
    }
    Err(Failure::new(
        Exit::Refused,
        format!("no metadata at the well-known URLs of this issuer: the last answer was {status}"),
    ))
}

/// Scheme with authority, and what is behind.
fn split(url: &str) -> (&str, &str) {
    let authority = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(authority..).and_then(|rest| rest.find('/'));
    url.split_at(end.map_or(url.len(), |end| authority + end))
}

pub(super) async fn probes(server: &Server<'_>, document: &Document, found: &mut Examination) {
    let limit = server.subject.limit();
    let form = async |probe: &mut Probe<'_>| {
        judge_form(server, document, probe);
        Ok(())
    };
    found.probe("the metadata", limit, &[rfc8414::METADATA_IS_A_JSON_OBJECT], form).await;
    let promises = async |probe: &mut Probe<'_>| {
        if server.metadata.is_empty() {
            return Err(super::unable("there is no metadata to read"));
        }
        issuer(server, probe);
        required(server, probe);
        algorithms(server, probe);
        endpoints(server, probe);
        pkce(server, probe);
        Ok(())
    };
    let tells = [rfc8414::RETURNED_ISSUER_IS_THE_ONE_ASKED, rfc8414::ISSUER_IS_PUBLISHED];
    found.probe("what the metadata says", limit, &tells, promises).await;
}

fn judge_form(server: &Server<'_>, document: &Document, probe: &mut Probe<'_>) {
    let answer = &document.answer;
    let seen = answer.seen();
    let is_document =
        answer.status() == 200 && answer.media_type() == "application/json" && answer.object().is_some();
    probe.judge(rfc8414::METADATA_IS_A_JSON_OBJECT, is_document, &seen);
    if let Some(why) = unreadable(server.issuer, answer.body()) {
        probe.broken(rfc8414::METADATA_IS_A_JSON_OBJECT, why.as_bytes());
    }
    if document.at_the_place {
        probe.kept(rfc8414::METADATA_IS_AT_THE_WELL_KNOWN_PATH);
    } else {
        probe.untested(rfc8414::METADATA_IS_AT_THE_WELL_KNOWN_PATH, "there is the document of OpenID alone");
    }
    let empty = server.metadata.iter().find(|(_, value)| value.as_array().is_some_and(Vec::is_empty));
    let seen = empty.map(|(name, _)| shown(server, name)).unwrap_or_default();
    if !server.metadata.is_empty() {
        probe.judge(rfc8414::EMPTY_CLAIMS_ARE_OMITTED, empty.is_none(), &seen);
    }
}

/// What our own client cannot read in it: members twice, or of another type than they have.
fn unreadable(issuer: &str, body: &[u8]) -> Option<String> {
    let policy = UrlPolicy::LoopbackHttp;
    let issuer = Issuer::new(issuer, policy).ok()?;
    let error = ServerMetadata::parse(body, &issuer, policy, Tolerances::NONE).err()?;
    // Of the rest, which it refuses too, more is told below.
    let unread = error.requirement() == Some(rfc8414::METADATA_IS_A_JSON_OBJECT);
    unread.then(|| Failure::from(error).to_string())
}

/// A member as it stands in the document.
fn shown(server: &Server<'_>, name: &str) -> Vec<u8> {
    match server.metadata.get(name) {
        Some(value) => format!("{}: {value}", Value::from(name)).into_bytes(),
        None => format!("no {name}").into_bytes(),
    }
}

fn issuer(server: &Server<'_>, probe: &mut Probe<'_>) {
    let seen = shown(server, "issuer");
    let issuer = server.text("issuer");
    probe.judge(rfc8414::ISSUER_IS_PUBLISHED, issuer.is_some(), &seen);
    let Some(issuer) = issuer else { return };
    probe.judge(rfc8414::RETURNED_ISSUER_IS_THE_ONE_ASKED, issuer == server.issuer, &seen);
    let plain = rfc8414::ISSUER_IS_A_PLAIN_HTTPS_URL;
    let has_more = issuer.contains(['?', '#']);
    match way(issuer) {
        Way::Loopback if !has_more => probe.untested(plain, "on loopback http will do"),
        way => probe.judge(plain, way == Way::Https && !has_more, &seen),
    }
}

fn required(server: &Server<'_>, probe: &mut Probe<'_>) {
    let grants = server.list("grant_types_supported");
    // The default of RFC 8414, section 2.
    let grants = grants.unwrap_or_else(|| vec!["authorization_code", "implicit"]);
    let redirects = grants.iter().any(|grant| matches!(*grant, "authorization_code" | "implicit"));
    if redirects {
        let published = server.text("authorization_endpoint").is_some();
        let seen = shown(server, "authorization_endpoint");
        probe.judge(rfc8414::AUTHORIZATION_ENDPOINT_IS_PUBLISHED, published, &seen);
    }
    if grants.iter().any(|grant| *grant != "implicit") {
        let published = server.text("token_endpoint").is_some();
        probe.judge(rfc8414::TOKEN_ENDPOINT_IS_PUBLISHED, published, &shown(server, "token_endpoint"));
    }
    for (name, requirement) in [
        ("response_types_supported", rfc8414::RESPONSE_TYPES_ARE_PUBLISHED),
        ("scopes_supported", rfc8414::SCOPES_ARE_PUBLISHED),
    ] {
        probe.judge(requirement, server.list(name).is_some(), &shown(server, name));
    }
}

/// The algorithms of clients that authenticate by JWT.
fn algorithms(server: &Server<'_>, probe: &mut Probe<'_>) {
    for (endpoint, listed, no_none) in [
        ("token", rfc8414::TOKEN_AUTH_BY_JWT_LISTS_ALGS, rfc8414::TOKEN_AUTH_ALG_IS_NOT_NONE),
        ("revocation", rfc8414::REVOCATION_AUTH_BY_JWT_LISTS_ALGS, rfc8414::REVOCATION_AUTH_ALG_IS_NOT_NONE),
        (
            "introspection",
            rfc8414::INTROSPECTION_AUTH_BY_JWT_LISTS_ALGS,
            rfc8414::INTROSPECTION_AUTH_ALG_IS_NOT_NONE,
        ),
    ] {
        let methods = server.list(&format!("{endpoint}_endpoint_auth_methods_supported")).unwrap_or_default();
        let name = format!("{endpoint}_endpoint_auth_signing_alg_values_supported");
        let algorithms = server.list(&name);
        let seen = shown(server, &name);
        if methods.iter().any(|method| matches!(*method, "client_secret_jwt" | "private_key_jwt")) {
            probe.judge(listed, algorithms.as_ref().is_some_and(|all| !all.is_empty()), &seen);
        }
        let Some(algorithms) = algorithms else { continue };
        probe.judge(no_none, !algorithms.contains(&"none"), &seen);
        if endpoint == "token" {
            probe.judge(rfc8414::RS256_IS_SUPPORTED, algorithms.contains(&"RS256"), &seen);
        }
    }
}

/// TLS, and no fragments.
fn endpoints(server: &Server<'_>, probe: &mut Probe<'_>) {
    let secure: [(&str, &'static Requirement); 7] = [
        ("authorization_endpoint", rfc6749::AUTHORIZATION_ENDPOINT_NEEDS_TLS),
        ("token_endpoint", rfc6749::TOKEN_ENDPOINT_NEEDS_TLS),
        ("jwks_uri", rfc8414::JWKS_URI_IS_HTTPS),
        ("revocation_endpoint", rfc7009::ENDPOINT_IS_HTTPS),
        ("introspection_endpoint", rfc7662::ENDPOINT_IS_BEHIND_TLS),
        ("pushed_authorization_request_endpoint", rfc9126::PAR_ENDPOINT_IS_HTTPS),
        ("registration_endpoint", rfc7591::ENDPOINT_IS_BEHIND_TLS),
    ];
    for (name, requirement) in secure {
        match server.text(name).map(way) {
            None => {}
            Some(Way::Loopback) => probe.untested(requirement, "on loopback http will do"),
            Some(way) => probe.judge(requirement, way == Way::Https, &shown(server, name)),
        }
    }
    for (name, requirement) in [
        ("authorization_endpoint", rfc6749::AUTHORIZATION_URI_HAS_NO_FRAGMENT),
        ("token_endpoint", rfc6749::TOKEN_URI_HAS_NO_FRAGMENT),
        ("revocation_endpoint", rfc7009::ENDPOINT_URL_IS_WELL_FORMED),
    ] {
        if let Some(Ok(uri)) = server.text(name).map(Uri::parse) {
            probe.judge(requirement, uri.fragment().is_none(), &shown(server, name));
        }
    }
}

fn pkce(server: &Server<'_>, probe: &mut Probe<'_>) {
    let name = "code_challenge_methods_supported";
    let Some(methods) = server.list(name) else {
        let why = "the metadata says nothing of PKCE; it may be told otherwise";
        probe.untested(rfc9700::PKCE_SUPPORT_CAN_BE_DETECTED, why);
        return;
    };
    probe.kept(rfc9700::PKCE_SUPPORT_CAN_BE_DETECTED);
    probe.judge(rfc7636::NEW_CODE_HAS_NO_PLAIN, !methods.contains(&"plain"), &shown(server, name));
}
