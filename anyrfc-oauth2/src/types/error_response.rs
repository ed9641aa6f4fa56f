//! What an endpoint refuses, and why (RFC 6749, section 5.2).

use std::{fmt, time::Duration};

use anyrfc_core::escape::Escaped;
use serde_json::{Map, Value};

use crate::{Error, rfc6749};

macro_rules! error_codes {
    ($($(#[$meta:meta])* $name:ident = $text:literal;)+) => {
        /// An error's code, in the registry's words ("OAuth Extensions Error").
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[$meta])* #[doc = concat!("`", $text, "`")] $name,)+
            /// Any other.
            Other(String),
        }

        impl ErrorCode {
            /// The code as it is sent.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$name => $text,)+
                    Self::Other(code) => code,
                }
            }
        }

        impl From<&str> for ErrorCode {
            fn from(code: &str) -> Self {
                match code {
                    $($text => Self::$name,)+
                    other => Self::Other(other.to_owned()),
                }
            }
        }
    };
}

error_codes! {
    InvalidRequest = "invalid_request";
    InvalidClient = "invalid_client";
    InvalidGrant = "invalid_grant";
    UnauthorizedClient = "unauthorized_client";
    UnsupportedGrantType = "unsupported_grant_type";
    UnsupportedResponseType = "unsupported_response_type";
    InvalidScope = "invalid_scope";
    AccessDenied = "access_denied";
    ServerError = "server_error";
    TemporarilyUnavailable = "temporarily_unavailable";
    /// RFC 6750, section 3.1.
    InvalidToken = "invalid_token";
    /// RFC 6750, section 3.1.
    InsufficientScope = "insufficient_scope";
    /// RFC 7009, section 2.2.1.
    UnsupportedTokenType = "unsupported_token_type";
    /// RFC 8628, section 3.5.
    AuthorizationPending = "authorization_pending";
    /// RFC 8628, section 3.5.
    SlowDown = "slow_down";
    /// RFC 8628, section 3.5.
    ExpiredToken = "expired_token";
    /// RFC 8707, section 2.
    InvalidTarget = "invalid_target";
    /// RFC 7591, section 3.2.2.
    InvalidRedirectUri = "invalid_redirect_uri";
    /// RFC 7591, section 3.2.2.
    InvalidClientMetadata = "invalid_client_metadata";
    /// RFC 7591, section 3.2.2.
    InvalidSoftwareStatement = "invalid_software_statement";
    /// RFC 7591, section 3.2.2.
    UnapprovedSoftwareStatement = "unapproved_software_statement";
    /// RFC 9101, section 7.
    InvalidRequestObject = "invalid_request_object";
    /// RFC 9101, section 7.
    InvalidRequestUri = "invalid_request_uri";
    /// RFC 9101, section 7.
    RequestNotSupported = "request_not_supported";
    /// RFC 9101, section 7.
    RequestUriNotSupported = "request_uri_not_supported";
    /// RFC 9396, section 5.
    InvalidAuthorizationDetails = "invalid_authorization_details";
    /// RFC 9449, section 5.
    InvalidDpopProof = "invalid_dpop_proof";
    /// RFC 9449, section 8.
    UseDpopNonce = "use_dpop_nonce";
    /// RFC 9470, section 3.
    InsufficientUserAuthentication = "insufficient_user_authentication";
    /// OpenID Connect Core, section 3.1.2.6.
    LoginRequired = "login_required";
    /// OpenID Connect Core, section 3.1.2.6.
    ConsentRequired = "consent_required";
    /// OpenID Connect Core, section 3.1.2.6.
    InteractionRequired = "interaction_required";
    /// OpenID Connect Core, section 3.1.2.6.
    AccountSelectionRequired = "account_selection_required";
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Escaped(self.as_str().as_bytes()).fmt(f)
    }
}

/// What an endpoint said when it refused (RFC 6749, sections 4.1.2.1 and 5.2). Its texts are the
/// server's: `Display` and `Debug` escape them.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorResponse {
    /// The code, which programs decide by.
    pub code: ErrorCode,
    /// For people: what happened, in the server's words.
    pub description: Option<String>,
    /// For people: where more is said.
    pub uri: Option<String>,
    /// The HTTP status it came with; `None` where it came through the browser.
    pub status: Option<u16>,
    /// How long the server asks to wait (`Retry-After`).
    pub retry_after: Option<Duration>,
}

impl ErrorResponse {
    /// A refusal with this code.
    #[must_use]
    pub fn new(code: ErrorCode) -> Self {
        Self { code, description: None, uri: None, status: None, retry_after: None }
    }

    /// Reads the members `error`, `error_description` and `error_uri`.
    pub(crate) fn read(body: &Map<String, Value>, status: u16) -> Result<Self, Error> {
        let breach = |what| Error::violation(rfc6749::TOKEN_ERROR_IS_RETURNED, what);
        let text = |name| match body.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(breach("the server's refusal holds what is no text")),
        };
        let code = text("error")?.ok_or_else(|| breach("the server refused without a code"))?;
        // The characters of section 5.2; more would be another's text in our logs.
        if code.is_empty()
            || !code.bytes().all(|byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e))
        {
            let what = "the code of the server's refusal holds characters that cannot stand in it";
            return Err(Error::violation(rfc6749::TOKEN_ERROR_CHARACTERS, what));
        }
        Ok(Self {
            code: ErrorCode::from(code.as_str()),
            description: text("error_description")?,
            uri: text("error_uri")?,
            status: Some(status),
            retry_after: None,
        })
    }

    /// Code and description, escaped, in one line.
    pub(crate) fn summary(&self) -> String {
        match &self.description {
            Some(description) => format!("{} ({})", self.code, Escaped(description.as_bytes())),
            None => self.code.to_string(),
        }
    }
}

impl fmt::Display for ErrorResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary())
    }
}

impl fmt::Debug for ErrorResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ErrorResponse({}", self.summary())?;
        match self.status {
            Some(status) => write!(f, ", status {status})"),
            None => f.write_str(")"),
        }
    }
}
