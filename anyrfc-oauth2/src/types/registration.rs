//! What a client says of itself, and what a server makes of it (RFC 7591, sections 2 and 3.2.1;
//! RFC 7592, section 3).

mod registered;

use anyrfc_jwt::{
    codec::base64url,
    types::{Claims, Header, JwkSet},
};
use serde_json::{Map, Value};

use super::{Endpoint, RedirectUri, Scope, UrlPolicy};
use crate::{Error, Requirement, rfc7591, rfc7592};

pub use registered::{RegisteredClient, SecretLife};

/// What a client says of itself (RFC 7591, section 2), checked before it is sent.
///
/// ```
/// # use anyrfc_oauth2::{ClientMetadata, RedirectUri};
/// let client = ClientMetadata::new()
///     .name("Example")
///     .redirect_uri(RedirectUri::new("http://127.0.0.1/callback")?)
///     .authentication_method("none");
/// assert!(client.to_json()?.contains_key("redirect_uris"));
/// # Ok::<(), anyrfc_oauth2::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ClientMetadata {
    /// Where browsers are sent back to.
    pub redirect_uris: Vec<RedirectUri>,
    /// How the client proves who it is. `None`: `client_secret_basic`.
    pub token_endpoint_auth_method: Option<String>,
    /// By which algorithm, where it signs for that.
    pub token_endpoint_auth_signing_alg: Option<String>,
    /// What it asks the token endpoint for. Empty: `authorization_code`.
    pub grant_types: Vec<String>,
    /// What it asks the authorization endpoint for. Empty: `code`, where a grant type has to do
    /// with that endpoint.
    pub response_types: Vec<String>,
    /// What it is called, for people.
    pub client_name: Option<String>,
    /// A page about it.
    pub client_uri: Option<String>,
    /// Its picture.
    pub logo_uri: Option<String>,
    /// What it may ever ask for.
    pub scope: Option<Scope>,
    /// Who is responsible, usually e-mail addresses.
    pub contacts: Vec<String>,
    /// Its terms.
    pub tos_uri: Option<String>,
    /// What it does with data.
    pub policy_uri: Option<String>,
    /// Where its keys are.
    pub jwks_uri: Option<String>,
    /// Its public keys themselves; not together with `jwks_uri`.
    pub jwks: Option<JwkSet>,
    /// Which software it is an instance of.
    pub software_id: Option<String>,
    /// Which version.
    pub software_version: Option<String>,
    /// What somebody else attests of it: a JWT (section 2.3).
    pub software_statement: Option<String>,
    /// Where browsers go after a logout (OpenID Connect RP-Initiated Logout, section 3.1).
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// By which algorithm its ID tokens are signed. `None`: `RS256`.
    pub id_token_signed_response_alg: Option<String>,
    /// Whether its tokens are always bound to a key (RFC 9449, section 5.2).
    pub dpop_bound_access_tokens: bool,
    /// Whether its tokens are always bound to its certificate (RFC 8705, section 3.4).
    pub tls_client_certificate_bound_access_tokens: bool,
    /// Whether it always pushes its requests (RFC 9126, section 6).
    pub require_pushed_authorization_requests: bool,
    /// Everything else, such as `client_name#ja` (section 2.2).
    pub extra: Map<String, Value>,
}

/// Members that are the server's to give, which a client never chooses (RFC 7591, section 3.2.1;
/// RFC 7592, section 2.2).
const OF_THE_SERVER: [&str; 6] = [
    "client_id",
    "client_secret",
    "client_id_issued_at",
    "client_secret_expires_at",
    "registration_access_token",
    "registration_client_uri",
];

fn unfit<T>(requirement: &'static Requirement, what: impl Into<String>) -> Result<T, Error> {
    Err(Error::usage(what.into()).with_requirement(requirement))
}

impl ClientMetadata {
    /// Nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets `client_name`.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.client_name = Some(name.into());
        self
    }

    /// Adds to `redirect_uris`.
    #[must_use]
    pub fn redirect_uri(mut self, uri: RedirectUri) -> Self {
        self.redirect_uris.push(uri);
        self
    }

    /// Sets `token_endpoint_auth_method`.
    #[must_use]
    pub fn authentication_method(mut self, method: impl Into<String>) -> Self {
        self.token_endpoint_auth_method = Some(method.into());
        self
    }

    /// Adds to `grant_types`.
    #[must_use]
    pub fn grant_type(mut self, grant_type: impl Into<String>) -> Self {
        self.grant_types.push(grant_type.into());
        self
    }

    /// Sets `scope`.
    #[must_use]
    pub fn scope(mut self, scope: Scope) -> Self {
        self.scope = Some(scope);
        self
    }

    /// Sets `jwks`.
    #[must_use]
    pub fn jwks(mut self, keys: JwkSet) -> Self {
        self.jwks = Some(keys);
        self
    }

    /// Says a member that people read, such as `client_name`, in one more language (RFC 7591,
    /// section 2.2). A tag is the same in any letter case, and is sent in that in which its parts are
    /// registered: `ja-Hani-JP`.
    #[must_use]
    pub fn translated(mut self, name: &str, tag: &str, text: impl Into<String>) -> Self {
        let before = self.extra.keys().find(|member| is_in(member, name, tag)).cloned();
        if let Some(before) = before {
            self.extra.remove(&before);
        }
        self.extra.insert(format!("{name}#{}", registered_case(tag)), Value::String(text.into()));
        self
    }

    /// Sets any other member.
    #[must_use]
    pub fn extra(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.extra.insert(name.into(), value.into());
        self
    }

    /// How the client proves who it is, by default as RFC 7591 has it.
    fn method(&self) -> &str {
        self.token_endpoint_auth_method.as_deref().unwrap_or("client_secret_basic")
    }

    fn uses_grant(&self, grant_type: &str) -> bool {
        match self.grant_types.as_slice() {
            [] => grant_type == "authorization_code",
            named => named.iter().any(|named| named == grant_type),
        }
    }

    /// The JSON object to send, where what it says can be meant.
    ///
    /// # Errors
    /// Of kind `Usage` when members contradict each other or hold what cannot be: a grant with
    /// redirection without `redirect_uris`, `jwks` beside `jwks_uri`, private keys, a signing
    /// method without keys, response types that no grant type goes with, pages that are not at
    /// `https`, a software statement that is no JWT with `iss`, or members that are the server's.
    pub fn to_json(&self) -> Result<Map<String, Value>, Error> {
        self.check_redirection()?;
        self.check_keys()?;
        self.check_pages()?;
        self.check_statement()?;
        self.check_extra()?;
        let mut document = self.extra.clone();
        let uris = |uris: &[RedirectUri]| uris.iter().map(|uri| uri.as_str().to_owned()).collect::<Vec<_>>();
        let lists = [
            ("redirect_uris", uris(&self.redirect_uris)),
            ("grant_types", self.grant_types.clone()),
            ("response_types", self.response_types.clone()),
            ("contacts", self.contacts.clone()),
            ("post_logout_redirect_uris", uris(&self.post_logout_redirect_uris)),
        ];
        for (name, list) in lists {
            if !list.is_empty() {
                document.insert(name.into(), list.into());
            }
        }
        let texts = [
            ("token_endpoint_auth_method", self.token_endpoint_auth_method.clone()),
            ("token_endpoint_auth_signing_alg", self.token_endpoint_auth_signing_alg.clone()),
            ("client_name", self.client_name.clone()),
            ("client_uri", self.client_uri.clone()),
            ("logo_uri", self.logo_uri.clone()),
            ("scope", self.scope.as_ref().map(ToString::to_string)),
            ("tos_uri", self.tos_uri.clone()),
            ("policy_uri", self.policy_uri.clone()),
            ("jwks_uri", self.jwks_uri.clone()),
            ("software_id", self.software_id.clone()),
            ("software_version", self.software_version.clone()),
            ("software_statement", self.software_statement.clone()),
            ("id_token_signed_response_alg", self.id_token_signed_response_alg.clone()),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                document.insert(name.into(), text.into());
            }
        }
        let flags = [
            ("dpop_bound_access_tokens", self.dpop_bound_access_tokens),
            ("tls_client_certificate_bound_access_tokens", self.tls_client_certificate_bound_access_tokens),
            ("require_pushed_authorization_requests", self.require_pushed_authorization_requests),
        ];
        for (name, flag) in flags {
            if flag {
                document.insert(name.into(), true.into());
            }
        }
        if let Some(keys) = &self.jwks {
            let keys = serde_json::to_value(keys).map_err(|_| Error::usage("the keys cannot be written"))?;
            document.insert("jwks".into(), keys);
        }
        Ok(document)
    }

    fn check_redirection(&self) -> Result<(), Error> {
        let code = self.uses_grant("authorization_code");
        let implicit = self.uses_grant("implicit");
        if (code || implicit) && self.redirect_uris.is_empty() && !self.statement_redirects() {
            return unfit(
                rfc7591::REDIRECT_URIS_ARE_REGISTERED,
                "a grant with redirection is registered without a redirection URI",
            );
        }
        let words = self.response_types.iter().flat_map(|response| response.split(' '));
        for word in words {
            let goes = match word {
                "code" => code,
                "token" | "id_token" => implicit || code && word == "id_token",
                _ => true,
            };
            if !goes {
                return unfit(
                    rfc7591::INCONSISTENT_TYPES_ARE_PREVENTED,
                    "a response type is registered without its grant type",
                );
            }
        }
        let names_code =
            self.response_types.iter().any(|response| response.split(' ').any(|word| word == "code"));
        if !self.grant_types.is_empty() && code && !self.response_types.is_empty() && !names_code {
            return unfit(
                rfc7591::INCONSISTENT_TYPES_ARE_PREVENTED,
                "authorization_code is registered without the response type code",
            );
        }
        Ok(())
    }

    fn check_keys(&self) -> Result<(), Error> {
        if self.jwks.is_some() && self.jwks_uri.is_some() {
            return unfit(rfc7591::JWKS_EXCLUDES_JWKS_URI, "both jwks and jwks_uri are registered");
        }
        if let Some(keys) = &self.jwks {
            let published = |key: &anyrfc_jwt::types::Jwk| !key.is_private() && key.to_public().is_some();
            if !keys.keys().iter().all(published) {
                return unfit(rfc7591::JWKS_IS_A_JWK_SET, "a key to be registered is secret");
            }
        }
        let has_keys = self.jwks_uri.is_some() || self.jwks.as_ref().is_some_and(|keys| !keys.is_empty());
        if matches!(self.method(), "private_key_jwt" | "self_signed_tls_client_auth") && !has_keys {
            return unfit(
                rfc7591::METADATA_IS_OPTIONAL,
                "a method that proves a key is registered without a key",
            );
        }
        if self.token_endpoint_auth_signing_alg.as_deref().is_some_and(|alg| alg.eq_ignore_ascii_case("none"))
            || self
                .id_token_signed_response_alg
                .as_deref()
                .is_some_and(|alg| alg.eq_ignore_ascii_case("none"))
        {
            return unfit(crate::rfc8414::TOKEN_AUTH_ALG_IS_NOT_NONE, "none is registered as an algorithm");
        }
        Ok(())
    }

    fn check_pages(&self) -> Result<(), Error> {
        let pages = [
            (&self.client_uri, rfc7591::CLIENT_URI_IS_A_PAGE),
            (&self.logo_uri, rfc7591::LOGO_URI_IS_AN_IMAGE),
            (&self.tos_uri, rfc7591::TOS_URI_IS_A_PAGE),
            (&self.policy_uri, rfc7591::POLICY_URI_IS_A_PAGE),
            (&self.jwks_uri, rfc7591::JWKS_URI_IS_A_JWK_SET),
        ];
        for (page, requirement) in pages {
            let Some(page) = page else { continue };
            if let Err(error) = Endpoint::new(page, UrlPolicy::Https) {
                let what = "a page to be registered is not at https";
                return Err(Error::unfit(requirement, what).with_source(error));
            }
        }
        Ok(())
    }

    /// Whether the software statement holds the `redirect_uris`, which then need not be said again
    /// (RFC 7591, section 3.1.1).
    fn statement_redirects(&self) -> bool {
        let claims = self.software_statement.as_ref().and_then(|statement| statement.split('.').nth(1));
        let claims = claims.and_then(|claims| base64url::decode(claims).ok());
        let claims = claims.and_then(|claims| serde_json::from_slice::<Claims>(&claims).ok());
        let uris = claims.and_then(|mut claims| claims.other.remove("redirect_uris"));
        uris.is_some_and(|uris| uris.as_array().is_some_and(|uris| !uris.is_empty()))
    }

    fn check_statement(&self) -> Result<(), Error> {
        let Some(statement) = &self.software_statement else { return Ok(()) };
        let mut parts = statement.split('.');
        let (Some(header), Some(claims), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return unfit(rfc7591::PRESENTED_STATEMENT_IS_A_JWS, "the software statement is no JWS");
        };
        let header = base64url::decode(header).ok().and_then(|header| Header::parse(&header).ok());
        if header.and_then(|header| header.jws_algorithm()).is_none() || signature.is_empty() {
            return unfit(rfc7591::PRESENTED_STATEMENT_IS_A_JWS, "the software statement is no JWS");
        }
        let claims = base64url::decode(claims).ok();
        let claims = claims.and_then(|claims| serde_json::from_slice::<Claims>(&claims).ok());
        if claims.and_then(|claims| claims.issuer).is_none() {
            return unfit(rfc7591::PRESENTED_STATEMENT_HAS_AN_ISS, "the software statement names no issuer");
        }
        Ok(())
    }

    fn check_extra(&self) -> Result<(), Error> {
        if OF_THE_SERVER.iter().any(|name| self.extra.contains_key(*name)) {
            return unfit(
                rfc7591::NO_CLIENT_ID_OF_OWN_MAKING,
                "a member to be registered is the server's to give",
            );
        }
        let subjects = self.extra.keys().filter(|name| name.starts_with("tls_client_auth_")).count();
        if self.method() == "tls_client_auth" && subjects != 1 {
            return unfit(
                crate::rfc8705::ONE_SUBJECT_PARAMETER_IS_REGISTERED,
                "tls_client_auth is registered without exactly one subject",
            );
        }
        Ok(())
    }

    /// The document behind a client identifier that is a URL (Client ID Metadata Document): to be
    /// published at that URL, which then is the client's name at every server that takes such.
    ///
    /// # Errors
    /// Of kind `Usage` as [`to_json`](Self::to_json); when `client_id` is not an `https` URL with a
    /// path, without dot segments, user information and fragment; when the client would prove who it is
    /// by a secret that is shared, of which there is none.
    pub fn to_document(&self, client_id: &str) -> Result<Map<String, Value>, Error> {
        check_client_id_url(client_id)?;
        let mut document = self.to_json()?;
        check_shares_no_secret(self.token_endpoint_auth_method.as_deref())?;
        document.insert("client_id".into(), client_id.into());
        Ok(document)
    }
}

/// Whether a document that came from `client_id` is what a server would take there: a test of what
/// one has published.
///
/// # Errors
/// Of kind `Usage` when `client_id` cannot be such a URL; `Protocol` when the document is of another
/// client, or names a secret.
pub fn check_client_document(client_id: &str, document: &Map<String, Value>) -> Result<(), Error> {
    check_client_id_url(client_id)?;
    let breach = |what| Err(Error::violation(rfc7591::METADATA_IS_OPTIONAL, what));
    if document.get("client_id").and_then(Value::as_str) != Some(client_id) {
        return breach("the document is of another client");
    }
    if document.contains_key("client_secret") || document.contains_key("client_secret_expires_at") {
        return breach("the document names a secret");
    }
    let method = document.get("token_endpoint_auth_method");
    match method.map(Value::as_str) {
        Some(Some(method)) if check_shares_no_secret(Some(method)).is_ok() => Ok(()),
        // A public client that does not say so would be taken for one with a secret.
        _ => breach("the document names no way to prove the client that goes without a shared secret"),
    }
}

fn check_shares_no_secret(method: Option<&str>) -> Result<(), Error> {
    match method {
        Some("none" | "private_key_jwt" | "tls_client_auth" | "self_signed_tls_client_auth") => Ok(()),
        _ => unfit(
            rfc7591::METADATA_IS_OPTIONAL,
            "a client that is named by its document proves itself by a key, or is public",
        ),
    }
}

fn check_client_id_url(client_id: &str) -> Result<(), Error> {
    let url = Endpoint::new(client_id, UrlPolicy::Https)?;
    let path = url.uri().path();
    let is_dots = |segment: &str| {
        let undone = segment.to_ascii_lowercase().replace("%2e", ".");
        undone == "." || undone == ".."
    };
    if path.is_empty() || path.split('/').any(is_dots) {
        return unfit(
            rfc7591::METADATA_IS_OPTIONAL,
            "the client's URL has no path, or dots for segments of it",
        );
    }
    Ok(())
}

/// The members of an update: all that was registered, as it is now, and nothing that is the
/// server's but the identifier and the secret (RFC 7592, section 2.2).
pub(crate) fn update_of(
    metadata: &ClientMetadata,
    registered: &RegisteredClient,
) -> Result<Map<String, Value>, Error> {
    let mut document = metadata.to_json()?;
    document.insert("client_id".into(), registered.client_id.as_str().into());
    if let Some(secret) = &registered.client_secret {
        document.insert("client_secret".into(), secret.expose().into());
    }
    // What is left out is deleted: of what the server added, nobody said that it may go.
    for (name, value) in &registered.document {
        if !OF_THE_SERVER.contains(&name.as_str()) && !document.contains_key(name) && !is_known(name) {
            document.insert(name.clone(), value.clone());
        }
    }
    if document.contains_key("jwks") && document.contains_key("jwks_uri") {
        return unfit(rfc7592::UPDATE_HAS_ALL_FIELDS, "the update would have both jwks and jwks_uri");
    }
    Ok(document)
}

/// A language tag in the letter case of the registry: scripts of four letters as a title, regions of
/// two in capitals, unless they are first or behind a single letter; all else small (RFC 5646, section
/// 2.1.1).
fn registered_case(tag: &str) -> String {
    let mut parts = Vec::new();
    let mut private = false;
    for (at, part) in tag.split('-').enumerate() {
        let small = part.to_ascii_lowercase();
        let first = at == 0 || private;
        private |= part.len() == 1;
        parts.push(match part.len() {
            2 if !first => small.to_ascii_uppercase(),
            4 if !first => {
                let mut letters = small.chars();
                letters.next().map(|letter| letter.to_ascii_uppercase()).into_iter().chain(letters).collect()
            }
            _ => small,
        });
    }
    parts.join("-")
}

/// Whether a member is `name` in the language of this tag, which has no letter case (RFC 7591,
/// section 2.2).
fn is_in(member: &str, name: &str, tag: &str) -> bool {
    member.split_once('#').is_some_and(|(known, of)| known == name && of.eq_ignore_ascii_case(tag))
}

/// Whether a member has a field of its own, so that leaving it out means to delete it.
fn is_known(name: &str) -> bool {
    const KNOWN: [&str; 22] = [
        "redirect_uris",
        "token_endpoint_auth_method",
        "token_endpoint_auth_signing_alg",
        "grant_types",
        "response_types",
        "client_name",
        "client_uri",
        "logo_uri",
        "scope",
        "contacts",
        "tos_uri",
        "policy_uri",
        "jwks_uri",
        "jwks",
        "software_id",
        "software_version",
        "software_statement",
        "post_logout_redirect_uris",
        "id_token_signed_response_alg",
        "dpop_bound_access_tokens",
        "tls_client_certificate_bound_access_tokens",
        "require_pushed_authorization_requests",
    ];
    KNOWN.contains(&name)
}

#[cfg(test)]
mod tests;
