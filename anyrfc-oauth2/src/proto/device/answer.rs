//! What a server gives a device (RFC 8628, section 3.2).

use std::{fmt, time::Duration};

use anyrfc_core::{
    Secret,
    uri::{Host, Uri},
};
use serde_json::{Map, Value};

use crate::{
    DeviceCode, Error, ErrorKind, Quirk, Requirement, UrlPolicy,
    proto::{Client, HttpResponse, exchange::object},
    rfc8628,
    types::{is_loopback, lifetime},
};

/// Between two polls where the server says nothing (RFC 8628, section 3.2).
const INTERVAL: Duration = Duration::from_secs(5);

/// Nobody is polled more often, whatever the server says.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);

/// The longest code that a person is asked to type.
const LONGEST_USER_CODE: usize = 256;

/// The longest address that a person is shown.
const LONGEST_URI: usize = 4096;

/// A device code, and what the user has to be told (RFC 8628, section 3.2): show
/// [`verification_uri`](Self::verification_uri) and [`user_code`](Self::user_code), always both.
#[derive(Clone)]
pub struct DeviceAuthorization {
    device_code: DeviceCode,
    sent_code: String,
    user_code: String,
    verification_uri: String,
    complete: Option<String>,
    expires_in: Duration,
    interval: Duration,
    extra: Map<String, Value>,
}

impl fmt::Debug for DeviceAuthorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceAuthorization")
            .field("verification_uri", &self.verification_uri)
            .field("expires_in", &self.expires_in)
            .field("interval", &self.interval)
            .finish_non_exhaustive()
    }
}

impl DeviceAuthorization {
    pub(super) fn read(client: &Client, response: &HttpResponse) -> Result<Self, Error> {
        let mut body = object(client, response, rfc8628::DEVICE_CODE_IS_SENT)?;
        let Some(Value::String(code)) = body.remove("device_code") else {
            return Err(Error::violation(rfc8628::DEVICE_CODE_IS_SENT, "the answer holds no device code"));
        };
        let device_code = DeviceCode::new(Secret::new(code)).map_err(|error| {
            let what = "the device code holds what cannot stand in one";
            Error::violation(rfc8628::DEVICE_CODE_IS_SENT, what).with_source(error)
        })?;
        let sent_code = text(&body, "user_code", rfc8628::USER_CODE_IS_SENT)?;
        if sent_code.len() > LONGEST_USER_CODE {
            let what = "the user code is longer than anybody types";
            return Err(Error::new(ErrorKind::Limit, what).with_requirement(rfc8628::USER_CODE_IS_SENT));
        }
        let user_code = typed(&sent_code);
        if user_code.is_empty() {
            let what = "the user code holds nothing that can be typed";
            return Err(Error::violation(rfc8628::USER_CODE_IS_SENT, what));
        }
        let uri = rfc8628::VERIFICATION_URI_IS_SENT;
        let old_name =
            client.tolerances.contains(Quirk::VerificationUrl) && !body.contains_key("verification_uri");
        let name = if old_name { "verification_url" } else { "verification_uri" };
        let verification_uri = visited(text(&body, name, uri)?, client.policy, uri)?;
        let uri = rfc8628::COMPLETE_URI_MAY_BE_LEFT_OUT;
        let complete = match body.get("verification_uri_complete") {
            None | Some(Value::Null) => None,
            Some(_) => {
                let complete = text(&body, "verification_uri_complete", uri)?;
                Some(visited(complete, client.policy, uri)?)
            }
        };
        let seconds = |name, requirement: &'static Requirement| {
            lifetime(body.get(name), client.tolerances).map_err(|error| {
                let what = "a time in the answer is no number of seconds";
                Error::violation(requirement, what).with_source(error)
            })
        };
        let Some(expires_in) = seconds("expires_in", rfc8628::EXPIRES_IN_IS_SENT)? else {
            let what = "the answer does not say how long the device code lives";
            return Err(Error::violation(rfc8628::EXPIRES_IN_IS_SENT, what));
        };
        let interval = seconds("interval", rfc8628::INTERVAL_MAY_BE_LEFT_OUT)?;
        let interval = interval.unwrap_or(INTERVAL).max(SHORTEST_INTERVAL);
        Ok(Self {
            device_code,
            sent_code,
            user_code,
            verification_uri,
            complete,
            expires_in,
            interval,
            extra: body,
        })
    }

    pub(super) fn device_code(&self) -> &DeviceCode {
        &self.device_code
    }

    /// What the user types there, cleaned of all that cannot be typed: of control characters, of
    /// what moves a terminal's cursor, of what turns the direction of writing.
    #[must_use]
    pub fn user_code(&self) -> &str {
        &self.user_code
    }

    /// The code as the server sent it: not to be shown.
    #[must_use]
    pub fn raw_user_code(&self) -> &str {
        &self.sent_code
    }

    /// Where the user goes: `https`, of ASCII characters without controls.
    #[must_use]
    pub fn verification_uri(&self) -> &str {
        &self.verification_uri
    }

    /// The same with the code in it, for a QR code or a link. The code has to be shown all the same,
    /// for the user to compare (RFC 8628, section 3.3.1).
    #[must_use]
    pub fn verification_uri_complete(&self) -> Option<&str> {
        self.complete.as_deref()
    }

    /// How long the codes live, from when the answer was made.
    #[must_use]
    pub fn expires_in(&self) -> Duration {
        self.expires_in
    }

    /// How long to wait between two polls: what the server says, five seconds where it says
    /// nothing, never less than one.
    #[must_use]
    pub fn interval(&self) -> Duration {
        self.interval
    }

    /// All that the server said, but the device code.
    #[must_use]
    pub fn extra(&self) -> &Map<String, Value> {
        &self.extra
    }
}

/// A member that has to be there, and to be text.
fn text(body: &Map<String, Value>, name: &str, requirement: &'static Requirement) -> Result<String, Error> {
    match body.get(name) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text.clone()),
        _ => Err(Error::violation(requirement, "the answer lacks a text that it has to hold")),
    }
}

/// What a keyboard has of a code: letters and digits of any script, and the visible rest of ASCII.
fn typed(code: &str) -> String {
    let fits = |letter: &char| letter.is_ascii_graphic() || *letter == ' ' || letter.is_alphanumeric();
    code.chars().filter(fits).collect::<String>().trim().to_owned()
}

/// An address that a browser may be sent to: never a script, a file or a document in itself.
fn visited(text: String, policy: UrlPolicy, requirement: &'static Requirement) -> Result<String, Error> {
    if text.len() > LONGEST_URI {
        let what = "the address for the user is longer than anybody reads";
        return Err(Error::new(ErrorKind::Limit, what).with_requirement(requirement));
    }
    let refused = |what| Error::violation(requirement, what);
    let uri =
        Uri::parse(&text).map_err(|error| refused("the address for the user is none").with_source(error))?;
    // Another's name before an `@` would be read as the host; what is not ASCII, as something else.
    if !uri.as_str().eq_ignore_ascii_case(&text) {
        return Err(refused("the address for the user is not what it seems"));
    }
    // Browsers take what stands behind `https:///` for a host.
    let host = uri.host().filter(|host| !matches!(host, Host::Name("")));
    let sound = match uri.scheme() {
        "https" => host.is_some(),
        "http" => policy == UrlPolicy::LoopbackHttp && host.is_some_and(|host| is_loopback(&host)),
        _ => false,
    };
    if sound { Ok(text) } else { Err(refused("the address for the user is not https")) }
}
