//! The server's side of the opening handshake (RFC 6455, section 4.2), for peers in tests.

use std::fmt;

use anyrfc_core::{
    Requirement,
    http1::{self, HeadError, RequestHead, ResponseHead},
    uri::Uri,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version, header};

use super::{ExtensionsError, Key, VERSION, accept_for, extension_list};
use crate::{Extension, SubprotocolError, Subprotocols, rfc6455};

/// A client's opening handshake that is as it should be.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ClientRequest {
    /// What is asked for.
    pub resource_name: String,
    /// The server's authority, as the client has it.
    pub host: String,
    /// The origin of a browser's script.
    pub origin: Option<HeaderValue>,
    /// The key to answer.
    pub key: Key,
    /// The subprotocols offered, by preference.
    pub subprotocols: Subprotocols,
    /// The extensions offered, by preference.
    pub extensions: Vec<Extension>,
}

/// The rule that a client's opening handshake breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RequestFault {
    /// The head cannot be read.
    Head(HeadError),
    /// The method is not GET.
    Method,
    /// HTTP/1.0.
    HttpVersion,
    /// The target holds no resource name.
    Target,
    /// `Host` is missing, repeated or no authority.
    Host,
    /// `Upgrade` is missing.
    UpgradeMissing,
    /// `Upgrade` does not list `websocket`.
    UpgradeWrong,
    /// `Connection` is missing.
    ConnectionMissing,
    /// `Connection` does not list `Upgrade`.
    ConnectionWithoutUpgrade,
    /// `Sec-WebSocket-Key` is missing.
    KeyMissing,
    /// `Sec-WebSocket-Key` is not 16 bytes in base64.
    KeyWrong,
    /// `Sec-WebSocket-Key` is repeated.
    KeyRepeated,
    /// `Sec-WebSocket-Version` is missing.
    VersionMissing,
    /// `Sec-WebSocket-Version` is repeated.
    VersionRepeated,
    /// `Sec-WebSocket-Version` is not 13.
    VersionUnknown,
    /// `Sec-WebSocket-Protocol` cannot be read.
    Subprotocols(SubprotocolError),
    /// `Sec-WebSocket-Extensions` cannot be read.
    Extensions(ExtensionsError),
}

impl RequestFault {
    /// The status to refuse with.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::VersionUnknown => StatusCode::UPGRADE_REQUIRED,
            Self::Head(HeadError::TooLarge | HeadError::TooManyFields) => {
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE
            }
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// The answer to refuse with, without a body; the connection closes after it.
    #[must_use]
    pub fn response(self) -> ResponseHead {
        let mut head = ResponseHead::new(self.status());
        let mut connection = "close";
        if self == Self::VersionUnknown {
            // An answer of 426 has Upgrade (RFC 9110, section 15.5.22).
            connection = "close, Upgrade";
            head.headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
            head.headers.insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static(VERSION));
        }
        head.headers.insert(header::CONNECTION, HeaderValue::from_static(connection));
        head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
        head
    }

    /// The statement that the client broke.
    #[must_use]
    pub const fn requirement(self) -> &'static Requirement {
        match self {
            Self::Head(_) => rfc6455::REQUEST_IS_VALID_HTTP,
            Self::Method => rfc6455::REQUEST_METHOD_IS_GET,
            Self::HttpVersion => rfc6455::REQUEST_VERSION_IS_AT_LEAST_1_1,
            Self::Target => rfc6455::REQUEST_URI_MATCHES_RESOURCE_NAME,
            Self::Host => rfc6455::REQUEST_HAS_HOST,
            Self::UpgradeMissing => rfc6455::REQUEST_HAS_UPGRADE,
            Self::UpgradeWrong => rfc6455::REQUEST_UPGRADE_NAMES_WEBSOCKET,
            Self::ConnectionMissing => rfc6455::REQUEST_HAS_CONNECTION,
            Self::ConnectionWithoutUpgrade => rfc6455::REQUEST_CONNECTION_NAMES_UPGRADE,
            Self::KeyMissing => rfc6455::REQUEST_HAS_KEY,
            Self::KeyWrong => rfc6455::KEY_IS_A_NONCE,
            Self::KeyRepeated => rfc6455::KEY_APPEARS_ONCE,
            Self::VersionMissing => rfc6455::REQUEST_HAS_VERSION,
            Self::VersionRepeated => rfc6455::VERSION_APPEARS_ONCE_IN_REQUEST,
            Self::VersionUnknown => rfc6455::VERSION_IS_13,
            Self::Subprotocols(error) => error.requirement(),
            Self::Extensions(error) => error.requirement(),
        }
    }
}

impl fmt::Display for RequestFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Head(error) => return fmt::Display::fmt(error, f),
            Self::Method => "the method is not GET",
            Self::HttpVersion => "the request is of HTTP/1.0",
            Self::Target => "the target holds no resource name",
            Self::Host => "Host is missing, repeated or malformed",
            Self::UpgradeMissing => "Upgrade is missing",
            Self::UpgradeWrong => "Upgrade does not list websocket",
            Self::ConnectionMissing => "Connection is missing",
            Self::ConnectionWithoutUpgrade => "Connection does not list Upgrade",
            Self::KeyMissing => "Sec-WebSocket-Key is missing",
            Self::KeyWrong => "Sec-WebSocket-Key is not 16 bytes in base64",
            Self::KeyRepeated => "Sec-WebSocket-Key is repeated",
            Self::VersionMissing => "Sec-WebSocket-Version is missing",
            Self::VersionRepeated => "Sec-WebSocket-Version is repeated",
            Self::VersionUnknown => "Sec-WebSocket-Version is not 13",
            Self::Subprotocols(error) => return fmt::Display::fmt(error, f),
            Self::Extensions(error) => return fmt::Display::fmt(error, f),
        })
    }
}

impl std::error::Error for RequestFault {}

/// The server chose what the client had not offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AcceptError {
    /// A subprotocol.
    Subprotocol,
    /// An extension.
    Extension,
}

impl fmt::Display for AcceptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Subprotocol => "the client did not offer this subprotocol",
            Self::Extension => "the client did not offer this extension",
        })
    }
}

impl std::error::Error for AcceptError {}

impl ClientRequest {
    /// Reads a client's opening handshake (section 4.2.1).
    ///
    /// # Errors
    /// The [`RequestFault`] to refuse it for.
    pub fn validate(head: &RequestHead) -> Result<Self, RequestFault> {
        if head.method != Method::GET {
            return Err(RequestFault::Method);
        }
        if head.version == Version::HTTP_10 {
            return Err(RequestFault::HttpVersion);
        }
        let headers = &head.headers;
        let resource_name = resource_name(&head.target)?;
        let host = host(headers)?;
        listed(
            headers,
            &header::UPGRADE,
            "websocket",
            [RequestFault::UpgradeMissing, RequestFault::UpgradeWrong],
        )?;
        listed(
            headers,
            &header::CONNECTION,
            "upgrade",
            [RequestFault::ConnectionMissing, RequestFault::ConnectionWithoutUpgrade],
        )?;
        let key = http1::single(headers, &header::SEC_WEBSOCKET_KEY)
            .map_err(|_| RequestFault::KeyRepeated)?
            .ok_or(RequestFault::KeyMissing)?;
        let key = Key::parse(key.as_bytes()).map_err(|_| RequestFault::KeyWrong)?;
        let version = http1::single(headers, &header::SEC_WEBSOCKET_VERSION)
            .map_err(|_| RequestFault::VersionRepeated)?
            .ok_or(RequestFault::VersionMissing)?;
        if version.as_bytes() != VERSION.as_bytes() {
            return Err(RequestFault::VersionUnknown);
        }
        Ok(Self {
            resource_name,
            host,
            origin: headers.get(header::ORIGIN).cloned(),
            key,
            subprotocols: subprotocols(headers).map_err(RequestFault::Subprotocols)?,
            extensions: extensions(headers).map_err(RequestFault::Extensions)?,
        })
    }

    /// The answer that accepts (section 4.2.2), with one of the subprotocols and
    /// some of the extensions that the client offered.
    ///
    /// # Errors
    /// [`AcceptError`] for what it did not offer.
    pub fn accept(
        &self,
        subprotocol: Option<&str>,
        extensions: &[Extension],
    ) -> Result<ResponseHead, AcceptError> {
        let mut head = ResponseHead::new(StatusCode::SWITCHING_PROTOCOLS);
        let headers = &mut head.headers;
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
        if let Ok(accept) = HeaderValue::try_from(accept_for(&self.key)) {
            headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
        }
        if let Some(name) = subprotocol {
            let chosen = self.subprotocols.find(name.as_bytes()).ok_or(AcceptError::Subprotocol)?;
            let value = HeaderValue::from_str(chosen.as_str()).map_err(|_| AcceptError::Subprotocol)?;
            headers.insert(header::SEC_WEBSOCKET_PROTOCOL, value);
        }
        let offered = |chosen: &Extension| self.extensions.iter().any(|e| e.name() == chosen.name());
        if !extensions.iter().all(offered) {
            return Err(AcceptError::Extension);
        }
        if !extensions.is_empty() {
            let list = extensions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let value = HeaderValue::try_from(list).map_err(|_| AcceptError::Extension)?;
            headers.insert(header::SEC_WEBSOCKET_EXTENSIONS, value);
        }
        Ok(head)
    }
}

/// The target as a resource name, or an absolute `http` URI that holds one.
fn resource_name(target: &str) -> Result<String, RequestFault> {
    if target.starts_with('/') {
        let fits = !target.contains('#');
        return if fits { Ok(target.to_owned()) } else { Err(RequestFault::Target) };
    }
    let uri = Uri::parse(target).map_err(|_| RequestFault::Target)?;
    let absolute = matches!(uri.scheme(), "http" | "https") && uri.host().is_some();
    if !absolute || uri.fragment().is_some() {
        return Err(RequestFault::Target);
    }
    let path = if uri.path().is_empty() { "/" } else { uri.path() };
    Ok(uri.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}")))
}

/// `Host`, exactly once (RFC 9112, section 3.2).
fn host(headers: &HeaderMap) -> Result<String, RequestFault> {
    let value = http1::single(headers, &header::HOST).ok().flatten().ok_or(RequestFault::Host)?;
    let host = value.to_str().map_err(|_| RequestFault::Host)?;
    let uri = Uri::parse(&format!("http://{host}")).map_err(|_| RequestFault::Host)?;
    let only = !host.is_empty()
        && uri.path().is_empty()
        && uri.query().is_none()
        && uri.fragment().is_none()
        && uri.userinfo().is_none();
    if only { Ok(host.to_owned()) } else { Err(RequestFault::Host) }
}

fn listed(
    headers: &HeaderMap,
    name: &HeaderName,
    token: &str,
    [missing, wrong]: [RequestFault; 2],
) -> Result<(), RequestFault> {
    if !headers.contains_key(name) {
        return Err(missing);
    }
    if http1::contains_token(headers, name, token) { Ok(()) } else { Err(wrong) }
}

/// `Sec-WebSocket-Protocol-Client`: `1#token` (section 4.3).
fn subprotocols(headers: &HeaderMap) -> Result<Subprotocols, SubprotocolError> {
    let mut all = Subprotocols::new();
    for name in http1::elements(headers, &header::SEC_WEBSOCKET_PROTOCOL) {
        let name = std::str::from_utf8(name).map_err(|_| SubprotocolError::NotAToken)?;
        all.push(name.parse()?)?;
    }
    if all.is_empty() && headers.contains_key(header::SEC_WEBSOCKET_PROTOCOL) {
        return Err(SubprotocolError::NotAToken);
    }
    Ok(all)
}

fn extensions(headers: &HeaderMap) -> Result<Vec<Extension>, ExtensionsError> {
    let lines = headers.get_all(header::SEC_WEBSOCKET_EXTENSIONS);
    if !headers.contains_key(header::SEC_WEBSOCKET_EXTENSIONS) {
        return Ok(Vec::new());
    }
    extension_list(lines.into_iter().map(HeaderValue::as_bytes))
}
