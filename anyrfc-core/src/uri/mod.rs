//! URIs as RFC 3986 has them.
//!
//! [`Uri`] is an absolute URI. What a person typed is accepted too: a name
//! outside ASCII becomes its A-labels (RFC 5891), other characters outside the
//! grammar become percent-encoded UTF-8 (RFC 3987, section 3.1). Whatever two
//! parsers could read differently is refused: control characters, a backslash
//! or a second `@` in the authority, a stray `%`. The userinfo is kept apart,
//! as a [`Secret`], and never shown.
//!
//! ```
//! use anyrfc_core::uri::{Host, Uri};
//!
//! let uri = Uri::parse("WSS://user:pw@bücher.example/straße?q")?;
//! assert_eq!(uri.as_str(), "wss://xn--bcher-kva.example/stra%C3%9Fe?q");
//! assert_eq!(uri.host(), Some(Host::Name("xn--bcher-kva.example")));
//! assert_eq!(uri.port_or_default(), Some(443));
//! assert_eq!(uri.resolve("../x")?.as_str(), "wss://xn--bcher-kva.example/x");
//! # Ok::<_, anyrfc_core::uri::UriError>(())
//! ```

mod convert;
mod host;
#[cfg(test)]
mod tests;

use std::{fmt, net::Ipv4Addr, net::Ipv6Addr, str::FromStr};

use fluent_uri::{component, normalize::Normalizer};

pub use convert::percent_decode;
pub use host::{Host, host_to_ascii};

use crate::{Credentials, Secret};
use convert::Converted;

/// Why a text is no URI, or not one that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UriError {
    /// There is no scheme (RFC 3986, section 3.1), or none that is one.
    Scheme,
    /// A character that may not even be percent-encoded for the caller: a control
    /// character, or one that parsers disagree about.
    Character,
    /// A `%` without two hexadecimal digits after it (section 2.1).
    PercentEncoding,
    /// More than one `@`: where the host begins would be a guess (section 3.2).
    Authority,
    /// The userinfo is not percent-encoded UTF-8 text without control characters.
    Userinfo,
    /// The host is neither an address nor a name (section 3.2.2).
    Host,
    /// An address literal of a future version: no such addressing is known (section 3.2.2).
    AddressMechanism,
    /// The port is not a number up to 65535 (section 3.2.3).
    Port,
    /// The base has neither authority nor rooted path, so nothing is relative to it.
    OpaqueBase,
}

impl fmt::Display for UriError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => "the URI has no valid scheme",
            Self::Character => "the URI has a character that cannot stand there",
            Self::PercentEncoding => "the URI has a percent sign without two hexadecimal digits",
            Self::Authority => "the URI has more than one at sign before its host",
            Self::Userinfo => "the user information of the URI is not text",
            Self::Host => "the host of the URI is neither a name nor an address",
            Self::AddressMechanism => "the URI has an address of an unknown kind",
            Self::Port => "the port of the URI is not a number up to 65535",
            Self::OpaqueBase => "nothing can be relative to a URI without a hierarchy",
        })
    }
}

impl std::error::Error for UriError {}

/// An absolute URI (RFC 3986, section 3). Scheme and host are in lower case;
/// the rest is as it was given.
///
/// `Display` and [`as_str`](Self::as_str) leave the userinfo out. Two are equal
/// when their texts and userinfos are (section 6.2.1); compare what
/// [`normalize`](Self::normalize) returns for more.
pub struct Uri {
    text: fluent_uri::Uri<String>,
    userinfo: Option<Secret<String>>,
    host: HostKind,
    port: Option<u16>,
}

#[derive(Clone, Copy)]
enum HostKind {
    /// There is no authority.
    None,
    Name,
    V4(Ipv4Addr),
    V6(Ipv6Addr),
}

impl Uri {
    /// Reads a URI, converting what stands outside its grammar where that is safe.
    ///
    /// # Errors
    /// A [`UriError`] when it is none.
    pub fn parse(text: &str) -> Result<Self, UriError> {
        let Converted { text, userinfo } = convert::to_uri(text)?;
        let text = fluent_uri::Uri::parse(text).map_err(|(error, _)| grammar_error(error))?;
        Self::with_userinfo(text, userinfo)
    }

    fn with_userinfo(
        text: fluent_uri::Uri<String>,
        userinfo: Option<Secret<String>>,
    ) -> Result<Self, UriError> {
        let (mut host, mut port) = (HostKind::None, None);
        if let Some(authority) = text.authority() {
            let literal = authority.host();
            host = match authority.host_parsed() {
                component::Host::Ipv4 { .. } => HostKind::V4(literal.parse().map_err(|_| UriError::Host)?),
                component::Host::Ipv6 { .. } => {
                    let literal = literal.trim_start_matches('[').trim_end_matches(']');
                    HostKind::V6(literal.parse().map_err(|_| UriError::Host)?)
                }
                component::Host::RegName(_) => HostKind::Name,
                _ => return Err(UriError::AddressMechanism),
            };
            port = authority.port_to_u16().map_err(|_| UriError::Port)?;
        }
        Ok(Self { text, userinfo, host, port })
    }

    /// Resolves a reference against this URI (RFC 3986, section 5.2). Its
    /// fragment plays no part; its userinfo goes with its authority.
    ///
    /// # Errors
    /// A [`UriError`] when `reference` is no URI reference, or has no meaning here.
    pub fn resolve(&self, reference: &str) -> Result<Self, UriError> {
        let Converted { text, userinfo } = convert::to_uri(reference)?;
        let reference = fluent_uri::UriRef::parse(text).map_err(|(error, _)| grammar_error(error))?;
        let inherits = !reference.has_scheme() && !reference.has_authority();
        let target =
            reference.resolve_against(&self.text.strip_fragment()).map_err(|_| UriError::OpaqueBase)?;
        let userinfo = if inherits { self.userinfo.as_ref().map(duplicate) } else { userinfo };
        Self::with_userinfo(target, userinfo)
    }

    /// The same URI in normal form (RFC 3986, sections 6.2.2 and 6.2.3): percent-encoding
    /// where it is needed and in upper case, no dot segments, no default port.
    #[must_use]
    pub fn normalize(&self) -> Self {
        let normalizer = Normalizer::new().default_port_with(|scheme| default_port(scheme.as_str()));
        normalizer
            .normalize(&self.text)
            .ok()
            .and_then(|text| Self::with_userinfo(text, self.userinfo.as_ref().map(duplicate)).ok())
            .unwrap_or_else(|| self.clone())
    }

    /// The same URI without its fragment.
    #[must_use]
    pub fn without_fragment(&self) -> Self {
        Self {
            text: self.text.strip_fragment().to_owned(),
            userinfo: self.userinfo.as_ref().map(duplicate),
            host: self.host,
            port: self.port,
        }
    }

    /// The same URI without its userinfo.
    #[must_use]
    pub fn without_userinfo(&self) -> Self {
        Self { text: self.text.clone(), userinfo: None, host: self.host, port: self.port }
    }

    /// The URI as text, without its userinfo.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }

    /// The scheme, in lower case.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.text.scheme().as_str()
    }

    /// The userinfo as it was given, still percent-encoded.
    #[must_use]
    pub const fn userinfo(&self) -> Option<&Secret<String>> {
        self.userinfo.as_ref()
    }

    /// The userinfo as credentials: up to the first colon the user, then the password.
    ///
    /// # Errors
    /// [`UriError::Userinfo`] when it does not decode to UTF-8 without control characters.
    pub fn credentials(&self) -> Result<Option<Credentials>, UriError> {
        let Some(userinfo) = &self.userinfo else { return Ok(None) };
        let (user, password) = match userinfo.expose().split_once(':') {
            Some((user, password)) => (user, Some(password)),
            None => (userinfo.expose().as_str(), None),
        };
        let decode = |text: &str| {
            let text = String::from_utf8(percent_decode(text)).map_err(|_| UriError::Userinfo)?;
            if text.contains(char::is_control) { Err(UriError::Userinfo) } else { Ok(text) }
        };
        let user = Some(decode(user)?);
        let password = password.map(decode).transpose()?.map(Secret::new);
        Ok(Some(Credentials { user, password, ..Credentials::default() }))
    }

    /// The host, if there is an authority. The name may be empty (`file:///x`).
    #[must_use]
    pub fn host(&self) -> Option<Host<'_>> {
        match self.host {
            HostKind::None => None,
            HostKind::Name => self.text.authority().map(|authority| Host::Name(authority.host())),
            HostKind::V4(address) => Some(Host::Ipv4(address)),
            HostKind::V6(address) => Some(Host::Ipv6(address)),
        }
    }

    /// The port, if one is given.
    #[must_use]
    pub const fn port(&self) -> Option<u16> {
        self.port
    }

    /// The port, or else the scheme's default.
    #[must_use]
    pub fn port_or_default(&self) -> Option<u16> {
        self.port.or_else(|| default_port(self.scheme()))
    }

    /// The path, still percent-encoded.
    #[must_use]
    pub fn path(&self) -> &str {
        self.text.path().as_str()
    }

    /// The query, still percent-encoded.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.text.query().map(|query| query.as_str())
    }

    /// The fragment, still percent-encoded.
    #[must_use]
    pub fn fragment(&self) -> Option<&str> {
        self.text.fragment().map(|fragment| fragment.as_str())
    }

    /// Whether both have the same scheme, host and port (RFC 6454, section 5):
    /// what was meant for one may be given to the other.
    #[must_use]
    pub fn same_origin(&self, other: &Self) -> bool {
        self.host().is_some()
            && self.scheme() == other.scheme()
            && self.host() == other.host()
            && self.port_or_default() == other.port_or_default()
    }
}

/// The port that a scheme means when its URI names none.
#[must_use]
pub fn default_port(scheme: &str) -> Option<u16> {
    Some(match scheme {
        "ftp" => 21,
        "sftp" | "ssh" => 22,
        "telnet" => 23,
        "smtp" => 25,
        "dns" => 53,
        "http" | "ws" => 80,
        "pop" | "pop3" => 110,
        "nntp" => 119,
        "imap" => 143,
        "ldap" => 389,
        "https" | "wss" => 443,
        "smtps" => 465,
        "submission" => 587,
        "ldaps" => 636,
        "ftps" => 990,
        "imaps" => 993,
        "pop3s" => 995,
        "socks5" | "socks5h" => 1080,
        "mqtt" => 1883,
        "mqtts" => 8883,
        "sieve" => 4190,
        "sip" => 5060,
        "sips" => 5061,
        "coap" | "coap+tcp" => 5683,
        "coaps" | "coaps+tcp" => 5684,
        _ => return None,
    })
}

fn duplicate(secret: &Secret<String>) -> Secret<String> {
    Secret::new(secret.expose().clone())
}

fn grammar_error(error: fluent_uri::ParseError) -> UriError {
    match error.kind() {
        fluent_uri::ParseErrorKind::InvalidPctEncodedOctet => UriError::PercentEncoding,
        fluent_uri::ParseErrorKind::InvalidIpv6Addr => UriError::Host,
        // The converter has left only characters that the grammar knows: what
        // does not fit is a scheme, or there is none.
        fluent_uri::ParseErrorKind::UnexpectedChar => UriError::Scheme,
    }
}

impl Clone for Uri {
    fn clone(&self) -> Self {
        Self {
            text: self.text.clone(),
            userinfo: self.userinfo.as_ref().map(duplicate),
            host: self.host,
            port: self.port,
        }
    }
}

impl PartialEq for Uri {
    fn eq(&self, other: &Self) -> bool {
        self.text.as_str() == other.text.as_str()
            && self.userinfo.as_ref().map(Secret::expose) == other.userinfo.as_ref().map(Secret::expose)
    }
}

impl Eq for Uri {}

impl std::hash::Hash for Uri {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.text.as_str().hash(state);
    }
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_tuple("Uri");
        debug.field(&self.as_str());
        if let Some(userinfo) = &self.userinfo {
            debug.field(userinfo);
        }
        debug.finish()
    }
}

impl FromStr for Uri {
    type Err = UriError;
    fn from_str(text: &str) -> Result<Self, UriError> {
        Self::parse(text)
    }
}

impl TryFrom<&str> for Uri {
    type Error = UriError;
    fn try_from(text: &str) -> Result<Self, UriError> {
        Self::parse(text)
    }
}
