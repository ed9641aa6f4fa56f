//! The client's opening handshake (RFC 6455, section 4.1).

use std::fmt;

use anyrfc_core::{
    Credentials, ErrorKind, Requirement, Secret,
    http1::{HeadError, RequestHead},
    uri::Uri,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use super::{ExtensionsError, Key, VERSION, accept_for, registered};
use crate::{Extension, Subprotocols, WebSocketUri, WebSocketUriError, rfc6455};

/// Why a request was not built. Nothing of it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestError {
    /// A field name is no token.
    FieldName,
    /// A field value has a control character.
    FieldValue,
    /// The protocol sets this field itself, or has a method of the builder for it.
    OwnedField(HeaderName),
    /// This field may be set only once.
    RepeatedField(HeaderName),
    /// More fields than a head can have.
    TooManyFields,
    /// The origin is none (RFC 6454, section 6.1).
    Origin,
    /// A user name with a colon or a control character, or a password with one (RFC 7617, section 2).
    Basic,
    /// The token is not of the characters that one has (RFC 6750, section 2.1).
    Bearer,
    /// The extension, or a parameter of it, is not one that can be offered.
    Extension(ExtensionsError),
    /// The target is too long for HTTP/2.
    Target,
    /// The head could not be written.
    Head(HeadError),
}

impl RequestError {
    /// What kind of error this is: the caller's, always.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        ErrorKind::Usage
    }

    /// The statement that would have been broken.
    #[must_use]
    pub const fn requirement(&self) -> &'static Requirement {
        match self {
            Self::Extension(error) => error.requirement(),
            _ => rfc6455::REQUEST_IS_VALID_HTTP,
        }
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FieldName => f.write_str("the name of a header field is not a token"),
            Self::FieldValue => f.write_str("the value of a header field has a control character"),
            Self::OwnedField(name) => write!(f, "the header field {name} is set by the protocol itself"),
            Self::RepeatedField(name) => write!(f, "the header field {name} is set twice"),
            Self::TooManyFields => f.write_str("too many header fields"),
            Self::Origin => f.write_str("the origin is not a scheme and a host"),
            Self::Basic => f.write_str("the user name or password cannot be sent by Basic authentication"),
            Self::Bearer => f.write_str("the bearer token has a character that cannot be sent"),
            Self::Extension(error) => fmt::Display::fmt(error, f),
            Self::Target => f.write_str("the URI cannot be the target of an HTTP/2 request"),
            Self::Head(error) => fmt::Display::fmt(error, f),
        }
    }
}

impl std::error::Error for RequestError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Extension(error) => Some(error),
            Self::Head(error) => Some(error),
            _ => None,
        }
    }
}

/// Builds the client's opening handshake. `Debug` shows no credentials.
///
/// ```
/// use anyrfc_websocket::{codec::handshake::{Key, Request}, Subprotocols};
///
/// let request = Request::new("ws://server.example.com/chat".parse()?)?
///     .origin("http://example.com")?
///     .subprotocols(Subprotocols::from_names(["chat", "superchat"])?);
/// let opening = request.encode(&Key::new(*b"the sample nonce"))?;
/// assert!(opening.bytes.starts_with(b"GET /chat HTTP/1.1\r\nHost: server.example.com\r\n"));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Request {
    uri: WebSocketUri,
    origin: Option<HeaderValue>,
    authorization: Option<HeaderValue>,
    /// From the userinfo of the URI; gives way to what is set explicitly.
    userinfo: Option<HeaderValue>,
    subprotocols: Subprotocols,
    extensions: Vec<Extension>,
    headers: HeaderMap,
}

/// What was offered, for the answer to be held against.
#[derive(Clone, Debug)]
pub struct Offered {
    pub(super) accept: String,
    pub(super) subprotocols: Subprotocols,
    pub(super) extensions: Vec<Extension>,
}

/// The bytes of the opening handshake, and what they offer.
#[derive(Clone)]
pub struct Opening {
    /// What to send. May hold credentials: for the log there is [`head`](Self::head).
    pub bytes: Vec<u8>,
    /// The same as a head, whose `Debug` hides the credentials.
    pub head: RequestHead,
    /// What is offered.
    pub offered: Offered,
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opening")
            .field("bytes", &self.bytes.len())
            .field("head", &self.head)
            .field("offered", &self.offered)
            .finish()
    }
}

const SEC_WEBSOCKET: &str = "sec-websocket-";

/// Fields that belong to the protocol, to the hop, to a body that is never sent, or to the proxy.
fn is_owned(name: &HeaderName) -> bool {
    const OWNED: [HeaderName; 9] = [
        header::HOST,
        header::UPGRADE,
        header::CONNECTION,
        header::CONTENT_LENGTH,
        header::TRANSFER_ENCODING,
        header::TRAILER,
        header::TE,
        header::EXPECT,
        header::PROXY_AUTHORIZATION,
    ];
    let hop = ["keep-alive", "proxy-connection", "http2-settings"];
    OWNED.contains(name) || name.as_str().starts_with(SEC_WEBSOCKET) || hop.contains(&name.as_str())
}

impl Request {
    /// A request for `uri`, with the URI's userinfo as Basic credentials.
    ///
    /// # Errors
    /// [`RequestError::Basic`] when the userinfo cannot be sent so.
    pub fn new(uri: WebSocketUri) -> Result<Self, RequestError> {
        let userinfo = uri.credentials().map(basic_of).transpose()?;
        Ok(Self {
            uri,
            origin: None,
            authorization: None,
            userinfo,
            subprotocols: Subprotocols::new(),
            extensions: Vec::new(),
            headers: HeaderMap::new(),
        })
    }

    /// The same request for where it was redirected to. To another origin no
    /// credentials go along: neither `Authorization` and `Cookie` nor any other
    /// field whose value is marked sensitive.
    ///
    /// # Errors
    /// As [`WebSocketUri::redirect`].
    pub fn redirect(&self, location: &str) -> Result<Self, WebSocketUriError> {
        let uri = self.uri.redirect(location)?;
        let mut next = Self { uri, ..self.clone() };
        if !next.uri.same_origin(&self.uri) {
            next.authorization = None;
            next.userinfo = None;
            next.headers = HeaderMap::new();
            for (name, value) in self.headers.iter().filter(|(_, value)| !value.is_sensitive()) {
                next.headers.append(name, value.clone());
            }
        }
        Ok(next)
    }

    /// Where to.
    #[must_use]
    pub const fn uri(&self) -> &WebSocketUri {
        &self.uri
    }

    /// Sets `Origin` to the ASCII serialisation of an origin (RFC 6454, section 6.2):
    /// `https://example.com`, or `null`.
    ///
    /// # Errors
    /// [`RequestError::Origin`] when it is none.
    pub fn origin(mut self, origin: &str) -> Result<Self, RequestError> {
        if origin == "null" {
            self.origin = Some(HeaderValue::from_static("null"));
            return Ok(self);
        }
        let uri = Uri::parse(origin).map_err(|_| RequestError::Origin)?.normalize();
        let bare = uri.path().is_empty()
            && uri.query().is_none()
            && uri.fragment().is_none()
            && uri.userinfo().is_none();
        if !bare || uri.host().is_none_or(|host| host.to_string().is_empty()) {
            return Err(RequestError::Origin);
        }
        self.origin = Some(HeaderValue::from_str(uri.as_str()).map_err(|_| RequestError::Origin)?);
        Ok(self)
    }

    /// Authenticates by Basic (RFC 7617), instead of what the URI says.
    ///
    /// # Errors
    /// [`RequestError::Basic`] when they cannot be sent so.
    pub fn basic(mut self, user: &str, password: &str) -> Result<Self, RequestError> {
        self.authorization = Some(basic(user, password)?);
        Ok(self)
    }

    /// Authenticates by a bearer token (RFC 6750, section 2.1), instead of what the URI says.
    ///
    /// # Errors
    /// [`RequestError::Bearer`] when it cannot be sent so.
    pub fn bearer(mut self, token: &str) -> Result<Self, RequestError> {
        let body = token.trim_end_matches('=');
        let is_token68 = |b: u8| b.is_ascii_alphanumeric() || b"-._~+/".contains(&b);
        if body.is_empty() || !body.bytes().all(is_token68) {
            return Err(RequestError::Bearer);
        }
        let value = Secret::new(format!("Bearer {token}"));
        self.authorization = Some(sensitive(value.expose()).ok_or(RequestError::Bearer)?);
        Ok(self)
    }

    /// Authenticates by `credentials`: their token, or else their user and password.
    ///
    /// # Errors
    /// [`RequestError::Basic`] or [`RequestError::Bearer`] when they cannot be sent so.
    pub fn credentials(mut self, credentials: &Credentials) -> Result<Self, RequestError> {
        if let Some(token) = &credentials.token {
            return self.bearer(token.expose());
        }
        self.authorization = Some(basic_of(credentials)?);
        Ok(self)
    }

    /// Offers subprotocols, by preference.
    #[must_use]
    pub fn subprotocols(mut self, subprotocols: Subprotocols) -> Self {
        self.subprotocols = subprotocols;
        self
    }

    /// Offers an extension, after those offered already: a registered one, with
    /// parameters that it defines. Applying it to frames, once the server has
    /// accepted it, is the caller's: [`proto`](crate::proto) applies none.
    ///
    /// # Errors
    /// [`RequestError::Extension`] for anything else.
    pub fn extension(mut self, extension: Extension) -> Result<Self, RequestError> {
        registered::check_offer(&extension).map_err(RequestError::Extension)?;
        self.extensions.push(extension);
        Ok(self)
    }

    /// Adds a field: a cookie, say. `Origin` and `Authorization` may be given here in
    /// any form, but only once in all.
    ///
    /// # Errors
    /// A [`RequestError`] when it is no field, or not one that the caller may set.
    pub fn header<N, V>(mut self, name: N, value: V) -> Result<Self, RequestError>
    where
        N: TryInto<HeaderName>,
        V: TryInto<HeaderValue>,
    {
        let name: HeaderName = name.try_into().map_err(|_| RequestError::FieldName)?;
        let mut value: HeaderValue = value.try_into().map_err(|_| RequestError::FieldValue)?;
        if is_owned(&name) {
            return Err(RequestError::OwnedField(name));
        }
        if matches!(name, header::AUTHORIZATION | header::COOKIE) {
            value.set_sensitive(true);
        }
        let slot = match name {
            header::ORIGIN => &mut self.origin,
            header::AUTHORIZATION => &mut self.authorization,
            _ => {
                self.headers.try_append(name, value).map_err(|_| RequestError::TooManyFields)?;
                return Ok(self);
            }
        };
        if slot.is_some() {
            return Err(RequestError::RepeatedField(name));
        }
        *slot = Some(value);
        Ok(self)
    }

    /// The bytes of the opening handshake with this key, which must be new and random.
    ///
    /// # Errors
    /// A [`RequestError`]; there are no bytes then.
    pub fn encode(&self, key: &Key) -> Result<Opening, RequestError> {
        let mut head = RequestHead::new(Method::GET, self.uri.resource_name());
        let host = HeaderValue::from_str(&self.uri.authority()).map_err(|_| RequestError::FieldValue)?;
        let key_value = HeaderValue::from_str(key.as_str()).map_err(|_| RequestError::FieldValue)?;
        let fields = &mut head.headers;
        set(fields, header::HOST, host)?;
        set(fields, header::UPGRADE, HeaderValue::from_static("websocket"))?;
        set(fields, header::CONNECTION, HeaderValue::from_static("Upgrade"))?;
        set(fields, header::SEC_WEBSOCKET_KEY, key_value)?;
        self.end_to_end(fields)?;
        let mut bytes = Vec::new();
        head.write(&mut bytes).map_err(RequestError::Head)?;
        Ok(Opening { bytes, head, offered: self.offered(accept_for(key)) })
    }

    /// The fields that are the same in every version of HTTP.
    pub(super) fn end_to_end(&self, fields: &mut HeaderMap) -> Result<(), RequestError> {
        let value = |text: &str| HeaderValue::from_str(text).map_err(|_| RequestError::FieldValue);
        set(fields, header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static(VERSION))?;
        if let Some(origin) = &self.origin {
            set(fields, header::ORIGIN, origin.clone())?;
        }
        if !self.subprotocols.is_empty() {
            set(fields, header::SEC_WEBSOCKET_PROTOCOL, value(&self.subprotocols.to_string())?)?;
        }
        if !self.extensions.is_empty() {
            let list = self.extensions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            set(fields, header::SEC_WEBSOCKET_EXTENSIONS, value(&list)?)?;
        }
        if let Some(authorization) = self.authorization.as_ref().or(self.userinfo.as_ref()) {
            set(fields, header::AUTHORIZATION, authorization.clone())?;
        }
        for (name, value) in &self.headers {
            set(fields, name.clone(), value.clone())?;
        }
        Ok(())
    }

    pub(super) fn offered(&self, accept: String) -> Offered {
        Offered { accept, subprotocols: self.subprotocols.clone(), extensions: self.extensions.clone() }
    }
}

fn set(fields: &mut HeaderMap, name: HeaderName, value: HeaderValue) -> Result<(), RequestError> {
    fields.try_append(name, value).map(drop).map_err(|_| RequestError::TooManyFields)
}

fn basic_of(credentials: &Credentials) -> Result<HeaderValue, RequestError> {
    let user = credentials.user.as_deref().unwrap_or_default();
    let password = credentials.password.as_ref().map_or("", |password| password.expose());
    basic(user, password)
}

/// `Basic` credentials in UTF-8 (RFC 7617, section 2).
fn basic(user: &str, password: &str) -> Result<HeaderValue, RequestError> {
    if user.contains(':') || user.contains(char::is_control) || password.contains(char::is_control) {
        return Err(RequestError::Basic);
    }
    let pair = Secret::new(format!("{user}:{password}"));
    let encoded = Secret::new(STANDARD.encode(pair.expose()));
    let value = Secret::new(format!("Basic {}", encoded.expose()));
    sensitive(value.expose()).ok_or(RequestError::Basic)
}

fn sensitive(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}
