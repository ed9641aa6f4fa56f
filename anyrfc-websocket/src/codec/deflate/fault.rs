//! What can be wrong with permessage-deflate, and which statement that breaks.

use std::fmt;

use anyrfc_core::Requirement;

/// The statements of RFC 7692 that a peer can break.
pub(crate) mod rfc7692 {
    use anyrfc_core::{
        Level, Nth, Requirement,
        Role::{self, Both, Client, Server},
    };

    const fn requirement(
        section: &'static str,
        nth: u16,
        level: Level,
        role: Role,
        summary: &'static str,
    ) -> Requirement {
        Requirement { rfc: 7692, section, nth: Nth::Keyword(nth), level, role, summary }
    }

    /// rfc7692#5-8
    pub(crate) const CONFLICT_OVER_RSV1_FAILS: &Requirement =
        &requirement("5", 8, Level::Must, Client, "fail on two extensions that use RSV1");
    /// rfc7692#5-12
    pub(crate) const INVALID_RESPONSE_FAILS: &Requirement =
        &requirement("5", 12, Level::Must, Client, "fail on an answer that does not fit the offer");
    /// rfc7692#6.1-1
    pub(crate) const COMPRESSED_AS_THE_RFC_SAYS: &Requirement =
        &requirement("6.1", 1, Level::Must, Both, "compress a message that is marked as compressed");
    /// rfc7692#6.1-3
    pub(crate) const BIT_ON_THE_FIRST_FRAGMENT_ONLY: &Requirement =
        &requirement("6.1", 3, Level::MustNot, Both, "set RSV1 on the first fragment of a data message only");
    /// rfc7692#7-2
    pub(crate) const INVALID_PARAMETER_FAILS: &Requirement =
        &requirement("7", 2, Level::Must, Client, "fail on an answer with a bad parameter");
    /// rfc7692#7.1.2.1-3
    pub(crate) const SERVER_WINDOW_IS_A_NUMBER: &Requirement = &requirement(
        "7.1.2.1",
        3,
        Level::Must,
        Server,
        "answer server_max_window_bits with a number from 8 to 15",
    );
    /// rfc7692#7.1.2.2-4
    pub(crate) const CLIENT_WINDOW_IS_A_NUMBER: &Requirement = &requirement(
        "7.1.2.2",
        4,
        Level::Must,
        Server,
        "answer client_max_window_bits with a number from 8 to 15",
    );
    /// rfc7692#7.1.2.2-5
    pub(crate) const CLIENT_WINDOW_WAS_OFFERED: &Requirement = &requirement(
        "7.1.2.2",
        5,
        Level::MustNot,
        Server,
        "answer with client_max_window_bits only where it was offered",
    );
}

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
                rfc7692::INVALID_PARAMETER_FAILS
            }
            Self::ServerWindowValue => rfc7692::SERVER_WINDOW_IS_A_NUMBER,
            Self::ClientWindowValue => rfc7692::CLIENT_WINDOW_IS_A_NUMBER,
            Self::ClientWindowNotOffered => rfc7692::CLIENT_WINDOW_WAS_OFFERED,
            Self::ServerWindowTooLarge | Self::ServerTakeover => rfc7692::INVALID_RESPONSE_FAILS,
            Self::AcceptedTwice => rfc7692::CONFLICT_OVER_RSV1_FAILS,
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
