//! WebSocket URIs (RFC 6455, section 3).

use std::{fmt, str::FromStr};

use anyrfc_core::{
    Credentials, ErrorKind, Requirement,
    uri::{Host, Uri, UriError, host_to_ascii},
};

use crate::rfc6455;

/// A `ws` or `wss` URI: what to connect to, and what to ask for there.
///
/// The userinfo is set apart, as credentials; `Display` and `Debug` never show it.
///
/// ```
/// use anyrfc_websocket::WebSocketUri;
///
/// let uri = WebSocketUri::parse("wss://me:pw@Example.com:443/chat?room=é")?;
/// assert_eq!(uri.to_string(), "wss://example.com/chat?room=%C3%A9");
/// assert_eq!((uri.is_secure(), uri.port(), uri.resource_name()), (true, 443, "/chat?room=%C3%A9"));
/// # Ok::<_, anyrfc_websocket::WebSocketUriError>(())
/// ```
pub struct WebSocketUri {
    /// Without userinfo.
    uri: Uri,
    host: OwnedHost,
    port: u16,
    resource_name: String,
    credentials: Option<Credentials>,
}

#[derive(Clone)]
enum OwnedHost {
    Name(String),
    Address(Host<'static>),
}

/// Why a text is no WebSocket URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WebSocketUriError {
    /// It is no URI.
    Uri(UriError),
    /// The scheme is neither `ws` nor `wss`.
    Scheme,
    /// The host is missing, or is a name that DNS cannot hold.
    Host,
    /// The port is 0.
    Port,
    /// There is a fragment.
    Fragment,
    /// A redirect brought userinfo along (RFC 9110, section 4.2.4).
    RedirectedUserinfo,
}

impl WebSocketUriError {
    /// What kind of error this is: the caller's, or the server's for a redirect.
    #[must_use]
    pub const fn kind(self) -> ErrorKind {
        match self {
            Self::RedirectedUserinfo => ErrorKind::Protocol,
            _ => ErrorKind::Usage,
        }
    }

    /// The statement that is broken.
    #[must_use]
    pub const fn requirement(self) -> &'static Requirement {
        match self {
            Self::Fragment => rfc6455::URI_HAS_NO_FRAGMENT,
            _ => rfc6455::URI_COMPONENTS_ARE_VALID,
        }
    }
}

impl fmt::Display for WebSocketUriError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uri(error) => fmt::Display::fmt(error, f),
            Self::Scheme => f.write_str("the scheme of a WebSocket URI is ws or wss"),
            Self::Host => f.write_str("the WebSocket URI has no host that can be connected to"),
            Self::Port => f.write_str("the port of the WebSocket URI is zero"),
            Self::Fragment => f.write_str("a WebSocket URI has no fragment"),
            Self::RedirectedUserinfo => f.write_str("the server redirected to a URI with user information"),
        }
    }
}

impl std::error::Error for WebSocketUriError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        if let Self::Uri(error) = self { Some(error) } else { None }
    }
}

impl From<UriError> for WebSocketUriError {
    fn from(error: UriError) -> Self {
        Self::Uri(error)
    }
}

impl WebSocketUri {
    /// Reads a WebSocket URI. A host name outside ASCII is converted by IDNA, other
    /// characters are percent-encoded (RFC 6455, section 11.1.1).
    ///
    /// # Errors
    /// A [`WebSocketUriError`] when it is none.
    pub fn parse(text: &str) -> Result<Self, WebSocketUriError> {
        Self::from_uri(&Uri::parse(text)?)
    }

    fn from_uri(uri: &Uri) -> Result<Self, WebSocketUriError> {
        if !matches!(uri.scheme(), "ws" | "wss") {
            return Err(WebSocketUriError::Scheme);
        }
        if uri.fragment().is_some() {
            return Err(WebSocketUriError::Fragment);
        }
        let host = match uri.host().ok_or(WebSocketUriError::Host)? {
            Host::Name(name) => OwnedHost::Name(host_to_ascii(name).map_err(|_| WebSocketUriError::Host)?),
            Host::Ipv4(address) => OwnedHost::Address(Host::Ipv4(address)),
            Host::Ipv6(address) => OwnedHost::Address(Host::Ipv6(address)),
        };
        let port = uri.port_or_default().filter(|port| *port != 0).ok_or(WebSocketUriError::Port)?;
        let path = if uri.path().is_empty() { "/" } else { uri.path() };
        let resource_name = match uri.query() {
            Some(query) if !query.is_empty() => format!("{path}?{query}"),
            _ => path.to_owned(),
        };
        let credentials = uri.credentials()?;
        Ok(Self { uri: uri.without_userinfo(), host, port, resource_name, credentials })
    }

    /// Where a redirect leads (RFC 9110, section 10.2.2): `location` is resolved against
    /// this URI, `http` stands for `ws` and `https` for `wss`, and a fragment is dropped.
    /// The credentials go along only to the same origin.
    ///
    /// # Errors
    /// A [`WebSocketUriError`] when it leads to no WebSocket URI, or names credentials of its own.
    pub fn redirect(&self, location: &str) -> Result<Self, WebSocketUriError> {
        let mut target = self.uri.resolve(location)?.without_fragment();
        if target.userinfo().is_some() {
            return Err(WebSocketUriError::RedirectedUserinfo);
        }
        for (from, to) in [("http:", "ws:"), ("https:", "wss:")] {
            if let Some(rest) = target.as_str().strip_prefix(from) {
                target = Uri::parse(&format!("{to}{rest}"))?;
                break;
            }
        }
        let mut target = Self::from_uri(&target)?;
        if self.same_origin(&target) {
            target.credentials = self.credentials.as_ref().map(Credentials::duplicate);
        }
        Ok(target)
    }

    /// Whether the connection is made with TLS (the secure flag).
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.uri.scheme() == "wss"
    }

    /// The host, names in ASCII and lower case.
    #[must_use]
    pub fn host(&self) -> Host<'_> {
        match &self.host {
            OwnedHost::Name(name) => Host::Name(name),
            OwnedHost::Address(host) => *host,
        }
    }

    /// The port; 80 for `ws` and 443 for `wss` where none is given.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The resource name: the path, `/` if it is empty, and the query if it is not.
    #[must_use]
    pub fn resource_name(&self) -> &str {
        &self.resource_name
    }

    /// The value of `Host`: with the port only where it is not the default.
    #[must_use]
    pub fn authority(&self) -> String {
        let default = if self.is_secure() { 443 } else { 80 };
        if self.port == default { self.host().to_string() } else { format!("{}:{}", self.host(), self.port) }
    }

    /// The userinfo, decoded.
    #[must_use]
    pub const fn credentials(&self) -> Option<&Credentials> {
        self.credentials.as_ref()
    }

    /// The same without credentials, for whoever need not know them.
    #[must_use]
    pub fn without_credentials(&self) -> Self {
        Self {
            uri: self.uri.clone(),
            host: self.host.clone(),
            port: self.port,
            resource_name: self.resource_name.clone(),
            credentials: None,
        }
    }

    /// Whether both have the same security, host and port: what was meant for
    /// one may be given to the other (RFC 6454, section 5).
    #[must_use]
    pub fn same_origin(&self, other: &Self) -> bool {
        self.is_secure() == other.is_secure() && self.host() == other.host() && self.port == other.port
    }
}

impl Clone for WebSocketUri {
    fn clone(&self) -> Self {
        let credentials = self.credentials.as_ref().map(Credentials::duplicate);
        Self { credentials, ..self.without_credentials() }
    }
}

/// The URI rebuilt from its components, as a proxy autoconfiguration script is
/// given it (section 4.1); without userinfo.
impl fmt::Display for WebSocketUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.uri.scheme(), self.authority(), self.resource_name)
    }
}

impl fmt::Debug for WebSocketUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WebSocketUri").field(&self.to_string()).finish_non_exhaustive()
    }
}

impl FromStr for WebSocketUri {
    type Err = WebSocketUriError;
    fn from_str(text: &str) -> Result<Self, WebSocketUriError> {
        Self::parse(text)
    }
}

impl TryFrom<&str> for WebSocketUri {
    type Error = WebSocketUriError;
    fn try_from(text: &str) -> Result<Self, WebSocketUriError> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> WebSocketUri {
        WebSocketUri::parse(text).unwrap()
    }

    #[test]
    fn components() {
        for (text, secure, authority, port, resource) in [
            ("ws://h", false, "h", 80, "/"),
            ("ws://h?", false, "h", 80, "/"),
            ("ws://h/?", false, "h", 80, "/"),
            ("ws://h?a", false, "h", 80, "/?a"),
            ("ws://h:80/a?b=c?d", false, "h", 80, "/a?b=c?d"),
            ("WSS://H.Example:443", true, "h.example", 443, "/"),
            ("wss://h:80//", true, "h:80", 80, "//"),
            ("ws://h:443/%23", false, "h:443", 443, "/%23"),
            ("ws://[::1]:9/x", false, "[::1]:9", 9, "/x"),
            ("wss://[::1]", true, "[::1]", 443, "/"),
            ("ws://127.0.0.1:8080", false, "127.0.0.1:8080", 8080, "/"),
            ("ws://b\u{fc}cher.example/\u{fc} x", false, "xn--bcher-kva.example", 80, "/%C3%BC%20x"),
            ("wss://b\u{fc}cher.example/\u{fc} x", true, "xn--bcher-kva.example", 443, "/%C3%BC%20x"),
        ] {
            let uri = parse(text);
            assert_eq!(uri.is_secure(), secure, "{text}");
            assert_eq!(
                (uri.authority().as_str(), uri.port(), uri.resource_name()),
                (authority, port, resource),
                "{text}"
            );
            let again = parse(&uri.to_string());
            assert_eq!(again.to_string(), uri.to_string());
            assert!(again.same_origin(&uri));
        }
    }

    #[test]
    fn what_is_no_websocket_uri() {
        for (text, error) in [
            ("http://h/", WebSocketUriError::Scheme),
            ("wsss://h/", WebSocketUriError::Scheme),
            ("h/", WebSocketUriError::Uri(UriError::Scheme)),
            ("ws:h", WebSocketUriError::Host),
            ("ws:/h", WebSocketUriError::Host),
            ("ws:///h", WebSocketUriError::Host),
            ("ws://:80/", WebSocketUriError::Host),
            ("ws://a%2Fb/", WebSocketUriError::Host),
            ("ws://a..b/", WebSocketUriError::Host),
            ("ws://h:0/", WebSocketUriError::Port),
            ("ws://h/#", WebSocketUriError::Fragment),
            ("ws://h/#x", WebSocketUriError::Fragment),
            ("ws://h/\r\nX: y", WebSocketUriError::Uri(UriError::Character)),
            ("ws://h\r\nX: y/", WebSocketUriError::Uri(UriError::Character)),
            ("ws://u:a%0D%0Ab@h/", WebSocketUriError::Uri(UriError::Userinfo)),
        ] {
            let got = WebSocketUri::parse(text).unwrap_err();
            assert_eq!((got, got.kind()), (error, ErrorKind::Usage), "{text:?}");
        }
        assert_eq!(WebSocketUriError::Fragment.requirement(), rfc6455::URI_HAS_NO_FRAGMENT);
        assert_eq!(WebSocketUriError::Port.requirement(), rfc6455::URI_COMPONENTS_ARE_VALID);
    }

    #[test]
    fn credentials_are_set_apart_and_never_shown() {
        let uri = parse("wss://me:hunter%202@h/x");
        let credentials = uri.credentials().unwrap();
        assert_eq!(credentials.user.as_deref(), Some("me"));
        assert_eq!(credentials.password.as_ref().unwrap().expose(), "hunter 2");
        assert!(uri.clone().credentials().is_some());
        for shown in [uri.to_string(), format!("{uri:?}"), uri.authority()] {
            assert!(!shown.contains("hunter") && !shown.contains("me"), "{shown}");
        }
    }

    #[test]
    fn redirects() {
        let from = parse("wss://me:pw@h/a/b?c");
        let to = |location: &str| from.redirect(location);
        let text = |location: &str| to(location).unwrap().to_string();
        assert_eq!(text("../d"), "wss://h/d");
        assert_eq!(text("https://H:443/x#f"), "wss://h/x");
        assert_eq!(text("http://h/x"), "ws://h/x");
        assert_eq!(text("ws://i:1"), "ws://i:1/");
        assert_eq!(text("//i/x"), "wss://i/x");
        for same in ["/x", "https://h/", "wss://h:443/"] {
            assert!(to(same).unwrap().credentials().is_some(), "{same}");
        }
        for other in ["ws://h/", "http://h/", "//i/", "wss://h:444/"] {
            assert!(to(other).unwrap().credentials().is_none(), "{other}");
        }
        let error = to("https://you:pw@h/").unwrap_err();
        assert_eq!((error, error.kind()), (WebSocketUriError::RedirectedUserinfo, ErrorKind::Protocol));
        assert_eq!(to("ftp://h/").unwrap_err(), WebSocketUriError::Scheme);
        assert_eq!(to("http://h:x/").unwrap_err(), WebSocketUriError::Uri(UriError::Port));
    }
}
