//! The messages of OAUTHBEARER (RFC 7628, section 3) and of XOAUTH2.

use anyrfc_core::Secret;
use serde_json::Value;

use super::gs2;
use crate::{BearerError, Binding, Error, Service, error::Breach};

/// `client-resp = gs2-header kvsep *kvpair kvsep`, with the host and the port
/// that were connected to.
///
/// # Errors
/// The token, the user or the host has a character that cannot be sent.
pub fn oauthbearer(authzid: Option<&str>, service: &Service, token: &str) -> Result<Secret<Vec<u8>>, Error> {
    let token = b64token(token)?;
    // A `saslname` may hold a control A, and a server that splits there first would take what follows for pairs.
    if authzid.is_some_and(|authzid| authzid.chars().any(char::is_control)) {
        return Err(Error::usage("the authorization identity has a control character"));
    }
    let header = gs2::header(&Binding::Unsupported, authzid)?;
    if !service.host.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::usage("the host has a character that cannot be sent"));
    }
    let port = service.port.map(|port| format!("port={port}\x01")).unwrap_or_default();
    let host = if service.host.is_empty() { String::new() } else { format!("host={}\x01", service.host) };
    Ok(joined(&[&header, "\x01", &host, &port, "auth=Bearer ", token, "\x01\x01"]))
}

/// `user=` and `auth=Bearer `, each with a control A behind it, and another one.
///
/// # Errors
/// The token or the user has a character that cannot be sent.
pub fn xoauth2(user: &str, token: &str) -> Result<Secret<Vec<u8>>, Error> {
    let token = b64token(token)?;
    if user.is_empty() || user.chars().any(char::is_control) {
        return Err(Error::usage("the user name is empty or has a control character"));
    }
    Ok(joined(&["user=", user, "\x01auth=Bearer ", token, "\x01\x01"]))
}

/// Put together at once: a buffer that grows leaves its earlier self behind, unwiped.
fn joined(parts: &[&str]) -> Secret<Vec<u8>> {
    Secret::new(parts.concat().into_bytes())
}

/// What can stand behind `Bearer` at all: printable ASCII (RFC 6750, section
/// 2.1, allows less, and issuers more).
fn b64token(token: &str) -> Result<&str, Error> {
    let fits = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(token) } else { Err(Error::usage("the token has a character that cannot be sent")) }
}

/// The most bytes of a member that are kept.
const MEMBER_MAX: usize = 2048;

/// The error result of a server (RFC 7628, section 3.2.2): a JSON object with a
/// `status`, which some servers write as a number.
///
/// # Errors
/// It is no object, or has no status.
pub fn error_result(message: &[u8]) -> Result<BearerError, Error> {
    let Ok(Value::Object(members)) = serde_json::from_slice(message) else {
        return Err(Error::breach(Breach::BearerJson));
    };
    let text = |name: &str| match members.get(name)? {
        Value::String(text) => Some(text.get(..text.floor_char_boundary_of(MEMBER_MAX))?.to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let status = text("status").ok_or_else(|| Error::breach(Breach::BearerStatus))?;
    Ok(BearerError {
        status,
        scope: text("scope"),
        openid_configuration: text("openid-configuration"),
        schemes: text("schemes"),
    })
}

/// `str::floor_char_boundary`, which is younger than the oldest compiler we serve.
trait FloorCharBoundary {
    fn floor_char_boundary_of(&self, most: usize) -> usize;
}

impl FloorCharBoundary for str {
    fn floor_char_boundary_of(&self, most: usize) -> usize {
        let mut index = most.min(self.len());
        while !self.is_char_boundary(index) {
            index = index.saturating_sub(1);
        }
        index
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7628, section 4.1.
    #[test]
    fn the_example_of_the_rfc() {
        let service = Service::new("imap", "server.example.com").port(143);
        let message =
            oauthbearer(Some("user@example.com"), &service, "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==");
        assert_eq!(
            message.unwrap().expose(),
            b"n,a=user@example.com,\x01host=server.example.com\x01port=143\x01auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01"
        );
    }

    #[test]
    fn what_is_not_known_is_not_sent() {
        let message = oauthbearer(None, &Service::new("imap", ""), "abc").unwrap();
        assert_eq!(message.expose(), b"n,,\x01auth=Bearer abc\x01\x01");
        let message = oauthbearer(Some("us,er=x"), &Service::new("imap", "h"), "abc").unwrap();
        assert_eq!(message.expose(), b"n,a=us=2Cer=3Dx,\x01host=h\x01auth=Bearer abc\x01\x01");
    }

    #[test]
    fn xoauth2_as_it_is_documented() {
        let message =
            xoauth2("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg").unwrap();
        assert_eq!(
            message.expose(),
            b"user=someuser@example.com\x01auth=Bearer ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg\x01\x01"
        );
    }

    #[test]
    fn nothing_is_injected() {
        let service = Service::new("imap", "h");
        for token in ["", "a\x01b", "a b", "a\nb", "é", "a\0"] {
            assert!(oauthbearer(None, &service, token).is_err() && xoauth2("u", token).is_err(), "{token:?}");
        }
        for user in ["", "a\x01b", "a\0"] {
            assert!(xoauth2(user, "t").is_err(), "{user:?}");
        }
        assert!(oauthbearer(None, &Service::new("imap", "h\x01auth=x"), "t").is_err());
        for authzid in ["", "a\0", "a\x01auth=Bearer other\x01", "a\r\nb"] {
            assert!(oauthbearer(Some(authzid), &service, "t").is_err(), "{authzid:?}");
        }
    }

    /// RFC 7628, section 4.3, and what real servers send.
    #[test]
    fn error_results() {
        let error = error_result(
            br#"{"status":"invalid_token","scope":"example_scope","openid-configuration":"https://example.com/.well-known/openid-configuration"}"#,
        )
        .unwrap();
        assert_eq!(error.status, "invalid_token");
        assert_eq!(error.scope.as_deref(), Some("example_scope"));
        assert!(error.openid_configuration.unwrap().starts_with("https://example.com/"));
        let error = error_result(br#"{"status":"401","schemes":"bearer","scope":"mail"}"#).unwrap();
        assert_eq!((error.status.as_str(), error.schemes.as_deref()), ("401", Some("bearer")));
        assert_eq!(error_result(br#"{"status":400,"more":[{}]}"#).unwrap().status, "400");
        for wrong in [
            "",
            "{",
            "[]",
            "\"status\"",
            "{}",
            r#"{"status":null}"#,
            "{\"status\":\"a\"} x",
            &"[".repeat(100_000),
        ] {
            assert!(error_result(wrong.as_bytes()).is_err(), "{:.20}", wrong);
        }
    }

    #[test]
    fn members_are_cut_between_characters() {
        let long = format!("{{\"status\":\"x{}\"}}", "é".repeat(5000));
        assert_eq!(error_result(long.as_bytes()).unwrap().status.len(), MEMBER_MAX - 1);
    }
}
