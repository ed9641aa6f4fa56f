//! What servers say when they refuse.

use std::fmt;

/// Why a SCRAM server ended the exchange (`server-error-value` of RFC 5802, section 7).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScramError {
    /// `invalid-encoding`
    InvalidEncoding,
    /// `extensions-not-supported`
    ExtensionsNotSupported,
    /// `invalid-proof`: the password is wrong.
    InvalidProof,
    /// `channel-bindings-dont-match`: somebody stands between.
    ChannelBindingsDontMatch,
    /// `server-does-support-channel-binding`: somebody took the mechanism out of the list.
    ServerDoesSupportChannelBinding,
    /// `channel-binding-not-supported`
    ChannelBindingNotSupported,
    /// `unsupported-channel-binding-type`: another one may do, on another connection.
    UnsupportedChannelBindingType,
    /// `unknown-user`
    UnknownUser,
    /// `invalid-username-encoding`
    InvalidUsernameEncoding,
    /// `no-resources`
    NoResources,
    /// `other-error`
    OtherError,
    /// A value that the RFC does not list, which is to be taken for `other-error`.
    Unlisted(String),
}

/// The values of RFC 5802, section 7.
const SCRAM_ERRORS: &[(&str, ScramError)] = &[
    ("invalid-encoding", ScramError::InvalidEncoding),
    ("extensions-not-supported", ScramError::ExtensionsNotSupported),
    ("invalid-proof", ScramError::InvalidProof),
    ("channel-bindings-dont-match", ScramError::ChannelBindingsDontMatch),
    ("server-does-support-channel-binding", ScramError::ServerDoesSupportChannelBinding),
    ("channel-binding-not-supported", ScramError::ChannelBindingNotSupported),
    ("unsupported-channel-binding-type", ScramError::UnsupportedChannelBindingType),
    ("unknown-user", ScramError::UnknownUser),
    ("invalid-username-encoding", ScramError::InvalidUsernameEncoding),
    ("no-resources", ScramError::NoResources),
    ("other-error", ScramError::OtherError),
];

impl ScramError {
    /// `server-error-value`; what is not listed is kept, printable bytes only.
    #[must_use]
    pub fn from_value(value: &str) -> Self {
        let known = SCRAM_ERRORS.iter().find(|(name, _)| *name == value);
        known.map_or_else(
            || Self::Unlisted(value.escape_default().take(64).collect()),
            |(_, error)| error.clone(),
        )
    }

    /// The value as it is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        if let Self::Unlisted(value) = self {
            return value;
        }
        SCRAM_ERRORS.iter().find(|(_, error)| error == self).map_or("other-error", |(name, _)| name)
    }
}

impl fmt::Display for ScramError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a server did not take a bearer token (RFC 7628, section 3.2.2). Each
/// text is as the server sent it, which is to be remembered where it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct BearerError {
    /// `status`: `invalid_token`, `insufficient_scope`, or what else the server said.
    pub status: String,
    /// `scope`: what a token would have to be good for, separated by spaces.
    pub scope: Option<String>,
    /// `openid-configuration`: where to learn how to get a token.
    pub openid_configuration: Option<String>,
    /// `schemes`: the schemes that XOAUTH2 servers name.
    pub schemes: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_there_and_back() {
        assert_eq!(SCRAM_ERRORS.len(), 11);
        for (name, error) in SCRAM_ERRORS {
            assert_eq!(ScramError::from_value(name), *error);
            assert_eq!(error.as_str(), *name);
        }
    }

    #[test]
    fn what_is_not_listed_is_cut_and_escaped() {
        assert_eq!(ScramError::from_value("x-mine\u{1b}").as_str(), "x-mine\\u{1b}");
        assert_eq!(ScramError::from_value(&"x".repeat(1000)).as_str().len(), 64);
    }
}
