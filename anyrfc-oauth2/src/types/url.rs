//! Endpoints, issuers and redirection URIs.

use std::fmt;

use anyrfc_core::{
    Requirement,
    escape::Escaped,
    uri::{Host, Uri},
};

use crate::{Error, rfc6749, rfc8252, rfc8414};

/// Which URLs are talked to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UrlPolicy {
    /// `https` only.
    #[default]
    Https,
    /// `http` too, where the host is 127.0.0.0/8, `::1` or `localhost`: for tests on one machine.
    LoopbackHttp,
}

/// Whether a host is this machine.
pub(crate) fn is_loopback(host: &Host<'_>) -> bool {
    match host {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::Name(name) => name.eq_ignore_ascii_case("localhost"),
    }
}

/// An absolute `https` URL, kept exactly as it was given.
fn absolute(
    text: &str,
    policy: UrlPolicy,
    requirement: &'static Requirement,
    what: &'static str,
) -> Result<Uri, Error> {
    let refused = |why: &str| Error::usage(format!("{what} {why}")).with_requirement(requirement);
    let uri = Uri::parse(text).map_err(|error| refused("is no URL").with_source(error))?;
    // What the parser would have to convert, nobody else reads in the same way; it also leaves out
    // user information. Letter case alone may differ, in scheme and host.
    if !uri.as_str().eq_ignore_ascii_case(text) {
        return Err(refused("is no URL without user information"));
    }
    let Some(host) = uri.host().filter(|host| !matches!(host, Host::Name(""))) else {
        return Err(refused("names no host"));
    };
    match uri.scheme() {
        "https" => Ok(uri),
        "http" if policy == UrlPolicy::LoopbackHttp && is_loopback(&host) => Ok(uri),
        _ => Err(refused("is not https")),
    }
}

macro_rules! url_text {
    ($name:ident) => {
        impl $name {
            /// The URL exactly as it was given.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.text
            }

            /// The URL in its parts.
            #[must_use]
            pub fn uri(&self) -> &Uri {
                &self.uri
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                Escaped(self.text.as_bytes()).fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        /// Character by character (RFC 3986, section 6.2.1).
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.text == other.text
            }
        }

        impl Eq for $name {}

        impl std::hash::Hash for $name {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                self.text.hash(state);
            }
        }
    };
}

/// A URL that requests are sent to (RFC 6749, section 3).
#[derive(Clone)]
pub struct Endpoint {
    text: Box<str>,
    uri: Uri,
    origin: Box<str>,
}

url_text!(Endpoint);

impl Endpoint {
    /// Takes the URL in.
    ///
    /// # Errors
    /// Of kind `Usage` when it is not absolute, has a fragment (RFC 6749, sections 3.1 and 3.2) or
    /// user information, or is not `https`, which secrets and tokens need (section 3.2).
    pub fn new(text: &str, policy: UrlPolicy) -> Result<Self, Error> {
        let uri = absolute(text, policy, rfc6749::TOKEN_ENDPOINT_NEEDS_TLS, "the endpoint")?;
        if uri.fragment().is_some() {
            return Err(Error::unfit(rfc6749::TOKEN_URI_HAS_NO_FRAGMENT, "the endpoint has a fragment"));
        }
        let normal = uri.normalize();
        let origin = normal.as_str().get(..path_at(normal.as_str())).unwrap_or_default().into();
        Ok(Self { text: text.into(), uri, origin })
    }

    /// Scheme, host and port, as nonces are kept by (RFC 6454, section 6.2).
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

/// Where the path of an absolute URL begins, or what comes instead of one.
fn path_at(url: &str) -> usize {
    let authority = url.find("://").map_or(0, |at| at + 3);
    let rest = url.get(authority..).unwrap_or_default();
    authority + rest.find(['/', '?', '#']).unwrap_or(rest.len())
}

/// An authorization server's name: an `https` URL without query and fragment (RFC 8414, section 2),
/// compared character by character (RFC 9207, section 2.4).
#[derive(Clone)]
pub struct Issuer {
    text: Box<str>,
    uri: Uri,
}

url_text!(Issuer);

impl Issuer {
    /// Takes the name in.
    ///
    /// # Errors
    /// Of kind `Usage` when it is not an absolute `https` URL without query and fragment.
    pub fn new(text: &str, policy: UrlPolicy) -> Result<Self, Error> {
        let uri = absolute(text, policy, rfc8414::ISSUER_IS_A_PLAIN_HTTPS_URL, "the issuer")?;
        if uri.fragment().is_some() || uri.query().is_some() {
            return Err(Error::unfit(
                rfc8414::ISSUER_IS_A_PLAIN_HTTPS_URL,
                "the issuer has a query or a fragment",
            ));
        }
        Ok(Self { text: text.into(), uri })
    }
}

/// Where the user's browser is sent back to (RFC 6749, section 3.1.2).
#[derive(Clone)]
pub struct RedirectUri {
    text: Box<str>,
    uri: Uri,
}

url_text!(RedirectUri);

impl RedirectUri {
    /// Takes the URI in: `https`, `http` at a loopback address (RFC 8252, section 7.3), or a
    /// private-use scheme that is a domain name in reverse, with a single slash behind it (section 7.1).
    ///
    /// # Errors
    /// Of kind `Usage` when it is not absolute, has a fragment or user information, or has another
    /// scheme.
    pub fn new(text: &str) -> Result<Self, Error> {
        let refused = |requirement, what| Err(Error::unfit(requirement, what));
        let uri = Uri::parse(text).map_err(|error| {
            Error::unfit(rfc6749::REDIRECT_URI_IS_ABSOLUTE, "the redirection URI is none").with_source(error)
        })?;
        if !uri.as_str().eq_ignore_ascii_case(text) {
            let what = "the redirection URI is none without user information";
            return refused(rfc6749::REDIRECT_URI_IS_ABSOLUTE, what);
        }
        if uri.fragment().is_some() {
            return refused(rfc6749::REDIRECT_URI_HAS_NO_FRAGMENT, "the redirection URI has a fragment");
        }
        if matches!(uri.scheme(), "http" | "https")
            && uri.host().is_none_or(|host| matches!(host, Host::Name("")))
        {
            return refused(rfc6749::REDIRECT_URI_IS_ABSOLUTE, "the redirection URI names no host");
        }
        let fits = match uri.scheme() {
            "https" => true,
            "http" => uri.host().is_some_and(|host| is_loopback(&host)),
            scheme => is_reversed_domain(scheme),
        };
        if !fits {
            let what = "the redirection URI is neither https, nor loopback, nor of a private-use scheme";
            return refused(rfc8252::SCHEME_IS_A_REVERSED_DOMAIN, what);
        }
        // The parser takes two slashes for the beginning of an authority, and there is none.
        if !matches!(uri.scheme(), "https" | "http") && (uri.host().is_some() || !uri.path().starts_with('/'))
        {
            let what = "a redirection URI of a private-use scheme has a single slash behind it";
            return refused(rfc8252::SCHEME_HAS_ONE_SLASH, what);
        }
        Ok(Self { text: text.into(), uri })
    }
}

/// Whether a scheme is made of the labels of a domain name, of which there are two at least: a scheme
/// of one's own (RFC 8252, section 7.1).
fn is_reversed_domain(scheme: &str) -> bool {
    let is_label = |label: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !label.is_empty() && label.bytes().all(fits) && !label.starts_with('-') && !label.ends_with('-')
    };
    scheme.contains('.') && scheme.split('.').all(is_label)
}

impl TryFrom<&str> for RedirectUri {
    type Error = Error;

    fn try_from(text: &str) -> Result<Self, Error> {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_is_talked_to_unless_loopback_was_asked_for() {
        for text in [
            "http://as.example/token",
            "ftp://as.example/",
            "https:",
            "https:///t",
            "//as.example",
            "as.example",
            "",
        ] {
            assert!(Endpoint::new(text, UrlPolicy::Https).is_err(), "{text}");
            assert!(Endpoint::new(text, UrlPolicy::LoopbackHttp).is_err(), "{text}");
        }
        for text in ["http://127.0.0.1:1/t", "http://[::1]:1/t", "http://localhost/t"] {
            assert!(Endpoint::new(text, UrlPolicy::Https).is_err(), "{text}");
            assert!(Endpoint::new(text, UrlPolicy::LoopbackHttp).is_ok(), "{text}");
        }
        for text in ["http://127.0.0.1.example/", "http://localhost.example/", "http://10.0.0.1/"] {
            assert!(Endpoint::new(text, UrlPolicy::LoopbackHttp).is_err(), "{text}");
        }
    }

    #[test]
    fn user_information_and_fragments_are_refused() {
        for text in [
            "https://u:p@as.example/t",
            "https://as.example/t#f",
            "https://as.example/t#",
            "https://b\u{fc}cher.example/",
        ] {
            assert!(Endpoint::new(text, UrlPolicy::Https).is_err(), "{text}");
        }
        assert!(Endpoint::new("https://as.example/t?tenant=1", UrlPolicy::Https).is_ok());
        assert!(Issuer::new("https://as.example/t?tenant=1", UrlPolicy::Https).is_err());
        assert!(Issuer::new("https://as.example/t?", UrlPolicy::Https).is_err());
    }

    #[test]
    fn user_information_is_refused_whatever_else_is_converted() {
        // As many octets are left out before the host as are added behind it.
        for text in ["https://u@as.example/}", "https://u:p@as.example/{}", "https://as.example/}"] {
            assert!(Endpoint::new(text, UrlPolicy::Https).is_err(), "{text}");
            assert!(Issuer::new(text, UrlPolicy::Https).is_err(), "{text}");
            assert!(RedirectUri::new(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let origin = |text| Endpoint::new(text, UrlPolicy::Https).unwrap().origin().to_owned();
        assert_eq!(origin("https://AS.example:443/a?b"), "https://as.example");
        assert_eq!(origin("https://as.example:8443/a"), "https://as.example:8443");
        assert_eq!(origin("https://as.example?x"), "https://as.example");
    }

    #[test]
    fn redirection_uris_of_native_and_web_apps() {
        for text in [
            "https://app.example/cb?x=1",
            "http://127.0.0.1:5000/cb",
            "http://[::1]:5000/",
            "com.example.app:/cb",
        ] {
            assert!(RedirectUri::new(text).is_ok(), "{text}");
        }
        for text in
            ["http://app.example/cb", "myapp:/cb", "https://app.example/cb#x", "/cb", "javascript:alert(1)"]
        {
            assert!(RedirectUri::new(text).is_err(), "{text}");
        }
        for text in
            ["com.example.app://cb", "com.example.app:cb", "com.example.app:///", "com..app:/cb", "com.:/"]
        {
            assert!(RedirectUri::new(text).is_err(), "{text}");
        }
        for text in ["https:", "https://", "https:///cb", "http:///cb", "https://:443/cb"] {
            let error = RedirectUri::new(text).unwrap_err();
            assert_eq!(error.requirement(), Some(rfc6749::REDIRECT_URI_IS_ABSOLUTE), "{text}");
        }
    }
}
