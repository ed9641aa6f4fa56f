//! The opening handshake over HTTP/2: an extended CONNECT (RFC 8441, section 5).

use std::fmt;

use http::{HeaderMap, Method, StatusCode, Uri, Version};

use super::{HandshakeFault, Offered, Request, RequestError, Verdict, response::agreed};

/// The request that opens a WebSocket on an HTTP/2 stream, and what it offers.
#[derive(Clone)]
pub struct ExtendedConnect {
    /// Method, target and fields. May hold credentials, which are marked sensitive.
    pub request: http::Request<()>,
    /// What is offered.
    pub offered: Offered,
}

impl ExtendedConnect {
    /// The value of `:protocol`, for which [`http::Request`] has no place of its own.
    pub const PROTOCOL: &str = "websocket";
}

impl fmt::Debug for ExtendedConnect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExtendedConnect")
            .field("target", self.request.uri())
            .field("headers", self.request.headers())
            .field("offered", &self.offered)
            .finish()
    }
}

impl Request {
    /// The same opening handshake for HTTP/2 (RFC 8441, section 5): an extended CONNECT
    /// whose target gives `:scheme`, `:authority` and `:path`. There is neither `Host`,
    /// `Connection`, `Upgrade` nor a key.
    ///
    /// ```
    /// use anyrfc_websocket::codec::handshake::Request;
    ///
    /// let connect = Request::new("wss://server.example.com/chat".parse()?)?.extended_connect()?;
    /// assert_eq!(connect.request.uri(), "https://server.example.com/chat");
    /// assert_eq!(connect.request.headers()["sec-websocket-version"], "13");
    /// assert!(!connect.request.headers().contains_key("upgrade"));
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A [`RequestError`]; nothing was sent then.
    pub fn extended_connect(&self) -> Result<ExtendedConnect, RequestError> {
        let uri = self.uri();
        let target = Uri::builder()
            .scheme(if uri.is_secure() { "https" } else { "http" })
            .authority(uri.authority())
            .path_and_query(uri.resource_name())
            .build()
            .map_err(|_| RequestError::Target)?;
        let mut request = http::Request::new(());
        *request.method_mut() = Method::CONNECT;
        *request.uri_mut() = target;
        *request.version_mut() = Version::HTTP_2;
        self.end_to_end(request.headers_mut())?;
        Ok(ExtendedConnect { request, offered: self.offered(String::new()) })
    }
}

/// Holds the answer to an extended CONNECT against what was offered (RFC 8441, section 5).
///
/// `Sec-WebSocket-Accept` is not looked at: over HTTP/2 there is no key that it could answer.
///
/// # Errors
/// The [`HandshakeFault`] that fails the connection.
pub fn validate_connect(
    status: StatusCode,
    headers: &HeaderMap,
    offered: &Offered,
) -> Result<Verdict, HandshakeFault> {
    if status.is_informational() {
        return Ok(Verdict::Interim);
    }
    if !status.is_success() {
        return Ok(Verdict::Refused);
    }
    Ok(Verdict::Accepted(agreed(headers, offered)?))
}

#[cfg(test)]
mod tests {
    use anyrfc_core::Requirement;
    use http::HeaderValue;

    use super::*;
    use crate::{Subprotocols, rfc6455};

    fn request(uri: &str) -> Request {
        Request::new(uri.parse().unwrap()).unwrap()
    }

    #[test]
    fn the_target_is_the_uri_under_the_scheme_of_http() {
        for (from, to) in [
            ("ws://h/", "http://h/"),
            ("wss://h:443/a?b", "https://h/a?b"),
            ("wss://h:80/%20", "https://h:80/%20"),
            ("ws://[::1]:9/x", "http://[::1]:9/x"),
            ("wss://b\u{fc}cher.example/\u{fc}", "https://xn--bcher-kva.example/%C3%BC"),
        ] {
            assert_eq!(request(from).extended_connect().unwrap().request.uri(), to);
        }
    }

    #[test]
    fn credentials_stay_sensitive_and_out_of_debug() {
        let connect = request("wss://me:hunter2@h/").extended_connect().unwrap();
        assert!(connect.request.headers()["authorization"].is_sensitive());
        let shown = format!("{connect:?}");
        assert!(shown.contains("authorization") && !shown.contains("bWU6aHVudGVyMg"), "{shown}");
        assert_eq!(connect.request.uri(), "https://h/");
    }

    #[test]
    fn the_answer_is_held_against_the_offer() {
        let offer = request("ws://h/").subprotocols(Subprotocols::from_names(["chat"]).unwrap());
        let offered = offer.extended_connect().unwrap().offered;
        let verdict = |status: u16, fields: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in fields {
                headers.append(*name, HeaderValue::from_static(value));
            }
            validate_connect(StatusCode::from_u16(status).unwrap(), &headers, &offered)
        };
        let broken = |fields| -> &'static Requirement { verdict(200, fields).unwrap_err().requirement() };
        assert_eq!(verdict(103, &[]), Ok(Verdict::Interim));
        for status in [200, 204, 299] {
            let Ok(Verdict::Accepted(accepted)) = verdict(status, &[("sec-websocket-protocol", "chat")])
            else {
                panic!("not accepted");
            };
            assert_eq!(accepted.subprotocol.unwrap(), "chat");
        }
        for status in [300, 302, 401, 404, 501, 599] {
            assert_eq!(verdict(status, &[("sec-websocket-protocol", "mqtt")]), Ok(Verdict::Refused));
        }
        // Some gateways send what their HTTP/1.1 side got.
        assert!(matches!(verdict(200, &[("sec-websocket-accept", "x")]), Ok(Verdict::Accepted(_))));
        assert_eq!(broken(&[("sec-websocket-extensions", "a; b=\"c d\"")]).rfc, 6455);
        assert_eq!(
            broken(&[("sec-websocket-protocol", "chat"), ("sec-websocket-protocol", "chat")]),
            rfc6455::PROTOCOL_APPEARS_ONCE_IN_RESPONSE
        );
        assert!(verdict(200, &[("sec-websocket-protocol", "mqtt")]).is_err());
        assert!(verdict(200, &[("sec-websocket-extensions", "mux")]).is_err());
    }
}
