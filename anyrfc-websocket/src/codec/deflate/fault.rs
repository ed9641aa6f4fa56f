//! What can be wrong with permessage-deflate, and which statement that breaks.

use std::fmt;

use anyrfc_core::Requirement;

use crate::rfc7692;

/// How an offer or an answer of permessage-deflate breaks the rules (RFC 7692, sections 5 and 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DeflateFault {
    /// A parameter that the extension does not have.
    UnknownParameter,
    /// A parameter stands twice.
    RepeatedParameter,
    /// `server_no_context_takeover` or `client_no_context_takeover` has a value.
    TakeoverWithValue,
    /// `server_max_window_bits` is no number from 8 to 15.
    ServerWindowValue,
    /// `client_max_window_bits` is no number from 8 to 15.
    ClientWindowValue,
    /// The answer limits the client's window, who had not offered that.
    ClientWindowNotOffered,
    /// The answer does not keep the server's window within what was asked for.
    ServerWindowTooLarge,
    /// The answer does not renounce context takeover, as was asked for.
    ServerTakeover,
    /// The extension was accepted twice.
    AcceptedTwice,
}

impl DeflateFault {
    /// The statement that an answer with this fault breaks.
    #[must_use]
    pub const fn requirement(self) -> &'static Requirement {
        match self {
            Self::UnknownParameter | Self::RepeatedParameter | Self::TakeoverWithValue => {
                rfc7692::BAD_RESPONSE_FAILS
            }
            Self::ServerWindowValue => rfc7692::ANSWERED_SERVER_WINDOW_IS_8_TO_15,
            Self::ClientWindowValue => rfc7692::ANSWERED_CLIENT_WINDOW_IS_8_TO_15,
            Self::ClientWindowNotOffered => rfc7692::NO_CLIENT_WINDOW_UNLESS_OFFERED,
            Self::ServerWindowTooLarge | Self::ServerTakeover => rfc7692::INVALID_RESPONSE_FAILS,
            Self::AcceptedTwice => rfc7692::SECOND_USER_OF_RSV1_FAILS,
        }
    }
}

impl fmt::Display for DeflateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownParameter => "permessage-deflate with an unknown parameter",
            Self::RepeatedParameter => "permessage-deflate with a repeated parameter",
            Self::TakeoverWithValue => "permessage-deflate with a value for no_context_takeover",
            Self::ServerWindowValue => "server_max_window_bits is not a number from 8 to 15",
            Self::ClientWindowValue => "client_max_window_bits is not a number from 8 to 15",
            Self::ClientWindowNotOffered => "client_max_window_bits was not offered",
            Self::ServerWindowTooLarge => "the server does not keep to the server_max_window_bits asked for",
            Self::ServerTakeover => "the server does not keep to server_no_context_takeover",
            Self::AcceptedTwice => "permessage-deflate was accepted twice",
        })
    }
}

impl std::error::Error for DeflateFault {}

/// What is wrong with a compressed message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InflateFault {
    /// It is not DEFLATE, or refers to what never was.
    Corrupt,
    /// It ends anywhere but after an empty block without its last four bytes (section 7.2.1).
    Truncated,
    /// It inflates to more than the agreed multiple of its size.
    Ratio,
}

impl fmt::Display for InflateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Corrupt => "a compressed message cannot be inflated",
            Self::Truncated => "a compressed message was cut short",
            Self::Ratio => "a compressed message inflates beyond the limit on its ratio",
        })
    }
}

impl std::error::Error for InflateFault {}
