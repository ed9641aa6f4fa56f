//! What was sent to the server, and where.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method};

/// What stands behind a URL of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Place {
    /// The metadata of RFC 8414.
    Metadata,
    /// The metadata of OpenID Connect Discovery.
    OpenIdConfiguration,
    /// The server's keys.
    Jwks,
    /// Where the browser goes.
    Authorization,
    /// Pushed authorization requests (RFC 9126).
    Par,
    /// The token endpoint.
    Token,
    /// Device authorization (RFC 8628).
    DeviceAuthorization,
    /// Where the user of a device enters the code.
    Verification,
    /// Revocation (RFC 7009).
    Revocation,
    /// Introspection (RFC 7662).
    Introspection,
    /// Registration (RFC 7591).
    Registration,
    /// The management of a registration (RFC 7592).
    ClientConfiguration,
    /// UserInfo of OpenID Connect.
    UserInfo,
    /// RP-initiated logout.
    EndSession,
    /// The metadata of the protected resource (RFC 9728).
    ResourceMetadata,
    /// The protected resource.
    Resource,
    /// Anything else at the server's own hosts.
    Unknown,
    /// Another host: an attacker's, where the test says so.
    Elsewhere,
}

/// A request that came, as it came.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Recorded {
    /// What it was sent to.
    pub place: Place,
    /// Its method.
    pub method: Method,
    /// The whole URL.
    pub url: String,
    /// Its fields.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
    /// When it came, since the Unix epoch by the server's clock.
    pub at: Duration,
    /// The SHA-256 of the client's certificate in base64url, where there was one.
    pub certificate: Option<String>,
    /// What was answered; `None` where nothing was.
    pub status: Option<u16>,
}

impl Recorded {
    /// A parameter of the body, the first of that name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        let text = std::str::from_utf8(&self.body).ok()?;
        super::wire::lenient_pairs(text).into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// A parameter of the query, the first of that name.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<String> {
        let (_, query) = self.url.split_once('?')?;
        super::wire::lenient_pairs(query).into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// A header field, where its value is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The claims of the DPoP proof that came along.
    #[must_use]
    pub fn dpop(&self) -> Option<serde_json::Value> {
        super::jose::peek(self.header("dpop")?).map(|(_, claims)| claims)
    }

    /// Whether these octets stand anywhere in it, as they are, form-encoded or in Basic credentials.
    #[must_use]
    pub fn contains(&self, text: &str) -> bool {
        let forms = [text.to_owned(), super::wire::form_encode(text)];
        let basic = self.header("authorization").and_then(super::wire::basic_text).unwrap_or_default();
        forms.iter().any(|form| {
            self.url.contains(form)
                || basic.contains(form)
                || self.headers.values().any(|value| find(value.as_bytes(), form))
                || find(&self.body, form)
        })
    }
}

fn find(octets: &[u8], text: &str) -> bool {
    !text.is_empty() && octets.windows(text.len()).any(|window| window == text.as_bytes())
}
