//! What a server does that it must not do, planted by a test.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use super::{
    reply::{Body, Delivery, Reply},
    transcript::Place,
};

/// A fault of the server, by its name.
///
/// Each has a place where it shows unless [`Plan::at`] says another.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Misbehaviour {
    /// Any endpoint: this status with a page in HTML; the request has no effect.
    Status(u16),
    /// Any endpoint: this status with `Retry-After` in seconds; no effect.
    RetryAfter(u16, u64),
    /// Any endpoint: this status and `Location`; no effect.
    Redirect(u16, String),
    /// Any endpoint: never answers; no effect.
    Hang,
    /// Any endpoint: the connection ends before anything was done.
    DropBefore,
    /// Any endpoint: the connection ends after all was done: the answer is lost.
    DropAfter,
    /// Any endpoint: never answers, after all was done.
    HangAfter,
    /// Any endpoint: answers late.
    Delay(Duration),
    /// Any endpoint: the right answer, followed by so many blanks.
    HugeBody(u64),
    /// Any endpoint: the right answer, followed by blanks without end; how many, nobody says.
    EndlessBody,
    /// Any endpoint: the right answer octet by octet, so long apart.
    Drip(Duration),
    /// Any endpoint: the connection ends before the last octet of the right answer.
    CutBody,
    /// Any endpoint: 200 and a page in HTML in place of JSON.
    Html,
    /// Any endpoint: the right answer under another `Content-Type`.
    ContentType(String),
    /// Any endpoint: the right answer, its last octet missing.
    TruncatedJson,
    /// Any endpoint: the right answer with more behind it.
    TrailingJson,
    /// Any endpoint: the right answer within an array.
    JsonArray,
    /// Any endpoint: an array of arrays, so deep, as a further member.
    DeepJson(usize),
    /// Any endpoint: 200 and nothing.
    EmptyBody,
    /// Any endpoint: this member of the right answer a second time.
    Twice(String),
    /// Any endpoint: this member with this value.
    Member(String, Value),
    /// Any endpoint: this member with this value, which is text put in as it is.
    Raw(String, String),
    /// Any endpoint: without this member.
    Without(String),
    /// Any endpoint: another header field.
    Header(String, String),
    /// Any endpoint: an error in the form of RFC 6749, section 5.2; no effect.
    Error(u16, String),
    /// Any endpoint: this status, these fields, this body; no effect.
    Instead(u16, Vec<(String, String)>, Bytes),
    /// Any endpoint that takes proofs: a new nonce is demanded each time.
    NonceForever,

    /// Token: `expires_in` of -1.
    ExpiresInNegative,
    /// Token: `expires_in` of 0.
    ExpiresInZero,
    /// Token: `expires_in` of `"3600"`.
    ExpiresInString,
    /// Token: `expires_in` of 3600.5.
    ExpiresInFloat,
    /// Token: `expires_in` of 1e400.
    ExpiresInOverflow,
    /// Token: `expires_in` of 2^64 - 1.
    ExpiresInHuge,
    /// Token: `expires_in` of `"soon"`.
    ExpiresInText,
    /// Token: no `expires_in`.
    NoExpiresIn,
    /// Token: no `token_type`.
    NoTokenType,
    /// Token: this `token_type`.
    TokenType(String),
    /// Token: no `access_token`.
    NoAccessToken,
    /// Token: an access token with a line end and a header field within.
    ControlInAccessToken,
    /// Token: an access token beyond ASCII.
    UnicodeInAccessToken,
    /// Token: no new refresh token.
    NoRefreshToken,
    /// Token: `scope` as an array of strings.
    ScopeArray,
    /// Token: this scope.
    Scope(String),
    /// Token: 200 with an `error` (as GitHub does).
    ErrorIn200,
    /// Token: an error whose description holds control characters.
    ControlInDescription,
    /// Token, refreshing only: `invalid_grant`.
    InvalidGrant,

    /// Callback: another `state`.
    StateOther,
    /// Callback: no `state`.
    StateAbsent,
    /// Callback: `state` twice.
    StateTwice,
    /// Callback: this `iss`.
    Iss(String),
    /// Callback: no `iss`.
    IssAbsent,
    /// Callback: `iss` twice.
    IssTwice,
    /// Callback: no `code`.
    CodeAbsent,
    /// Callback: `code` twice.
    CodeTwice,
    /// Callback: an `error` beside the code.
    ErrorBesideCode,
    /// Callback: this `error`, with a description of control characters.
    CallbackError(String),
    /// Callback by JARM: a fault of its JWT.
    Jarm(JwtFault),

    /// Metadata: this `issuer`.
    Issuer(String),
    /// Metadata: PKCE by `plain` only.
    PlainPkceOnly,
    /// Metadata: no word of PKCE.
    NoPkce,
    /// Metadata: a token endpoint by `http`.
    HttpTokenEndpoint,

    /// Device authorization: a `verification_uri` that is a script.
    VerificationUriScript,
    /// Device authorization: a `user_code` with escapes for terminals.
    EscapesInUserCode,
    /// Token, polling only: `slow_down` whether too fast or not.
    SlowDown,

    /// Registration: `registration_client_uri` at another host.
    ForeignClientUri,
    /// UserInfo: another `sub`.
    OtherSubject,
    /// Resource metadata: this `resource`.
    ResourceIs(String),
    /// Token: a fault of the ID token.
    IdToken(JwtFault),
    /// Introspection: a fault of the answer that is a JWT.
    Introspection(JwtFault),
}

/// A fault of a token that the server signs.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum JwtFault {
    /// This claim with this value.
    Claim(String, Value),
    /// Without this claim.
    Without(String),
    /// This claim a second time, with this value.
    Twice(String, Value),
    /// This header member with this value.
    Header(String, Value),
    /// Without this header member.
    WithoutHeader(String),
    /// `alg` is `none`, in this spelling, and there is no signature.
    Unsigned(String),
    /// `alg` is HS256, the key the server's public key as text.
    MacWithPublicKey,
    /// Signed by a key that is not the server's, under its `kid`.
    ForeignKey,
    /// Signed by a key that is not the server's and comes along in the header as `jwk`.
    KeyInHeader,
    /// A claim was changed after it was signed.
    BrokenSignature,
    /// Padding at the end of the payload.
    Padded,
    /// Not a JWT at all.
    Garbage,
}

impl Misbehaviour {
    /// Where it shows, unless the plan says another place; `None`: anywhere.
    const fn place(&self) -> Option<Place> {
        match self {
            Self::ExpiresInNegative
            | Self::ExpiresInZero
            | Self::ExpiresInString
            | Self::ExpiresInFloat
            | Self::ExpiresInOverflow
            | Self::ExpiresInHuge
            | Self::ExpiresInText
            | Self::NoExpiresIn
            | Self::NoTokenType
            | Self::TokenType(_)
            | Self::NoAccessToken
            | Self::ControlInAccessToken
            | Self::UnicodeInAccessToken
            | Self::NoRefreshToken
            | Self::ScopeArray
            | Self::Scope(_)
            | Self::ErrorIn200
            | Self::ControlInDescription
            | Self::InvalidGrant
            | Self::SlowDown
            | Self::IdToken(_) => Some(Place::Token),
            Self::StateOther
            | Self::StateAbsent
            | Self::StateTwice
            | Self::Iss(_)
            | Self::IssAbsent
            | Self::IssTwice
            | Self::CodeAbsent
            | Self::CodeTwice
            | Self::ErrorBesideCode
            | Self::CallbackError(_)
            | Self::Jarm(_) => Some(Place::Authorization),
            Self::VerificationUriScript | Self::EscapesInUserCode => Some(Place::DeviceAuthorization),
            Self::ForeignClientUri => Some(Place::Registration),
            Self::OtherSubject => Some(Place::UserInfo),
            Self::ResourceIs(_) => Some(Place::ResourceMetadata),
            Self::Introspection(_) => Some(Place::Introspection),
            _ => None,
        }
    }

    const fn is_of_metadata(&self) -> bool {
        matches!(self, Self::Issuer(_) | Self::PlainPkceOnly | Self::NoPkce | Self::HttpTokenEndpoint)
    }

    const fn grant(&self) -> Option<&'static str> {
        match self {
            Self::InvalidGrant => Some("refresh_token"),
            Self::SlowDown => Some("urn:ietf:params:oauth:grant-type:device_code"),
            _ => None,
        }
    }

    /// Whether what was asked for is left undone.
    pub(super) const fn is_without_effect(&self) -> bool {
        matches!(
            self,
            Self::Status(_)
                | Self::RetryAfter(..)
                | Self::Redirect(..)
                | Self::Hang
                | Self::DropBefore
                | Self::Error(..)
                | Self::Instead(..)
                | Self::Html
                | Self::EmptyBody
                | Self::ErrorIn200
                | Self::ControlInDescription
                | Self::InvalidGrant
        )
    }

    pub(super) const fn delivery(&self) -> Option<Delivery> {
        match self {
            Self::Hang | Self::HangAfter => Some(Delivery::Never),
            Self::DropBefore | Self::DropAfter => Some(Delivery::Dropped),
            Self::Delay(time) => Some(Delivery::After(*time)),
            Self::Drip(time) => Some(Delivery::Dripping(*time)),
            Self::CutBody => Some(Delivery::Cut),
            Self::EndlessBody => Some(Delivery::Endless),
            _ => None,
        }
    }

    /// What is said in place of `reply`.
    pub(super) fn distort(&self, reply: Reply) -> Reply {
        let error = |code: &str, text: &str| {
            Reply::object(json!({"error": code, "error_description": text})).status(400).unstored()
        };
        match self {
            Self::Status(status) => Reply::html(*status, "An error"),
            Self::RetryAfter(status, seconds) => {
                Reply::html(*status, "Later").header("retry-after", seconds.to_string())
            }
            Self::Redirect(status, to) => Reply::empty(*status).header("location", to.clone()),
            Self::Html => Reply::html(200, "Please log in"),
            Self::EmptyBody => Reply::empty(200),
            Self::Error(status, code) => error(code, "as planted").status(*status),
            Self::ErrorIn200 => error("bad_verification_code", "as GitHub does").status(200),
            Self::ControlInDescription => {
                error("invalid_request", "one\r\nSet-Cookie: two\u{1b}[31mred\u{7}")
            }
            Self::InvalidGrant => error("invalid_grant", "as planted"),
            Self::Instead(status, headers, body) => {
                let reply = Reply { status: *status, headers: headers.clone(), body: Body::Empty };
                let body = if body.is_empty() {
                    Body::Empty
                } else {
                    Body::Other("application/json".to_owned(), body.clone())
                };
                Reply { body, ..reply }
            }
            Self::ContentType(kind) => reply.header("content-type", kind.clone()),
            Self::Header(name, value) => reply.header(name, value.clone()),
            Self::TruncatedJson => reworded(reply, |text| text.truncate(text.len().saturating_sub(1))),
            Self::TrailingJson => reworded(reply, |text| text.push_str("{}")),
            Self::JsonArray => reworded(reply, |text| *text = format!("[{text}]")),
            _ => self.edit(reply),
        }
    }

    /// Members changed, in an answer that is JSON and no error.
    fn edit(&self, mut reply: Reply) -> Reply {
        let Body::Json(map, raw) = &mut reply.body else { return reply };
        if map.contains_key("error") {
            return reply;
        }
        let mut set = |name: &str, value: Value| {
            map.insert(name.to_owned(), value);
        };
        match self {
            Self::Member(name, value) => set(name, value.clone()),
            Self::Raw(name, text) => {
                map.remove(name);
                raw.push((name.clone(), text.clone()));
            }
            Self::Twice(name) => {
                let value = map.get(name).cloned().unwrap_or_default();
                raw.push((name.clone(), value.to_string()));
            }
            Self::Without(name) => drop(map.remove(name)),
            Self::DeepJson(depth) => {
                raw.push(("deep".to_owned(), format!("{}{}", "[".repeat(*depth), "]".repeat(*depth))));
            }
            Self::ExpiresInNegative => set("expires_in", json!(-1)),
            Self::ExpiresInZero => set("expires_in", json!(0)),
            Self::ExpiresInString => set("expires_in", json!("3600")),
            Self::ExpiresInFloat => set("expires_in", json!(3600.5)),
            Self::ExpiresInHuge => set("expires_in", json!(u64::MAX)),
            Self::ExpiresInText => set("expires_in", json!("soon")),
            Self::ExpiresInOverflow => {
                map.remove("expires_in");
                raw.push(("expires_in".to_owned(), "1e400".to_owned()));
            }
            Self::NoExpiresIn => drop(map.remove("expires_in")),
            Self::NoTokenType => drop(map.remove("token_type")),
            Self::TokenType(name) => set("token_type", json!(name)),
            Self::NoAccessToken => drop(map.remove("access_token")),
            Self::ControlInAccessToken => set("access_token", json!("token\r\nX-Injected: yes")),
            Self::UnicodeInAccessToken => set("access_token", json!("t\u{f6}ken")),
            Self::NoRefreshToken => drop(map.remove("refresh_token")),
            Self::ScopeArray => {
                let words = map.get("scope").and_then(Value::as_str).unwrap_or("chat:read chat:edit");
                let words = words.split(' ').map(str::to_owned).collect::<Vec<_>>();
                map.insert("scope".to_owned(), json!(words));
            }
            Self::Scope(scope) => set("scope", json!(scope)),
            Self::Issuer(issuer) => set("issuer", json!(issuer)),
            Self::PlainPkceOnly => set("code_challenge_methods_supported", json!(["plain"])),
            Self::NoPkce => drop(map.remove("code_challenge_methods_supported")),
            Self::HttpTokenEndpoint => {
                let url = map.get("token_endpoint").and_then(Value::as_str).unwrap_or_default();
                let url = url.replacen("https://", "http://", 1);
                map.insert("token_endpoint".to_owned(), json!(url));
            }
            Self::VerificationUriScript => {
                set("verification_uri", json!("javascript:alert(document.domain)"));
                set("verification_uri_complete", json!("javascript:alert(1)"));
            }
            Self::EscapesInUserCode => {
                set("user_code", json!("\u{1b}]0;gotcha\u{7}\u{202e}WDJB-\u{1b}[2KMJHT\n"))
            }
            Self::ForeignClientUri => {
                set("registration_client_uri", json!("https://evil.example/register/1"));
            }
            Self::OtherSubject => set("sub", json!("mallory")),
            Self::ResourceIs(resource) => set("resource", json!(resource)),
            _ => {}
        }
        reply
    }
}

/// The same answer with other octets.
fn reworded(reply: Reply, change: impl FnOnce(&mut String)) -> Reply {
    let (status, headers) = (reply.status, reply.headers.clone());
    let body = reply.render().into_body();
    let mut text = String::from_utf8_lossy(&body).into_owned();
    change(&mut text);
    Reply { headers, ..Reply::text("application/json", text).status(status) }
}

/// A misbehaviour, and when it is to happen.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) misbehaviour: Misbehaviour,
    place: Option<Place>,
    grant: Option<String>,
    skip: u32,
    left: Option<u32>,
}

impl From<Misbehaviour> for Plan {
    fn from(misbehaviour: Misbehaviour) -> Self {
        Self {
            place: misbehaviour.place(),
            grant: misbehaviour.grant().map(str::to_owned),
            misbehaviour,
            skip: 0,
            left: None,
        }
    }
}

impl Plan {
    /// At this endpoint only.
    #[must_use]
    pub const fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Where this is the `grant_type` only.
    #[must_use]
    pub fn grant(mut self, grant_type: &str) -> Self {
        self.grant = Some(grant_type.to_owned());
        self
    }

    /// Not the first so many times.
    #[must_use]
    pub const fn after(mut self, times: u32) -> Self {
        self.skip = times;
        self
    }

    /// So many times, and then never again; without this, always.
    #[must_use]
    pub const fn times(mut self, times: u32) -> Self {
        self.left = Some(times);
        self
    }

    /// Once.
    #[must_use]
    pub const fn once(self) -> Self {
        self.times(1)
    }

    /// Whether it happens now; counts.
    pub(super) fn applies(&mut self, place: Place, grant: Option<&str>) -> bool {
        let here = if self.misbehaviour.is_of_metadata() && self.place.is_none() {
            matches!(place, Place::Metadata | Place::OpenIdConfiguration)
        } else {
            self.place.is_none_or(|wanted| wanted == place)
        };
        if !here || self.grant.as_deref().is_some_and(|wanted| Some(wanted) != grant) {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        match &mut self.left {
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
            None => true,
        }
    }
}
