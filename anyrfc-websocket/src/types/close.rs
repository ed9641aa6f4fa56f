//! Why a connection is closed (RFC 6455, sections 5.5.1 and 7.4).

use std::fmt;

use anyrfc_core::Requirement;

use crate::rfc6455;

/// A status code that may stand in a Close frame (RFC 6455, section 7.4).
///
/// 1004, 1005, 1006 and 1015 cannot be built: they never travel.
///
/// ```
/// use anyrfc_websocket::CloseCode;
/// assert_eq!(CloseCode::new(1000), Some(CloseCode::NORMAL));
/// assert_eq!(CloseCode::new(1006), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CloseCode(u16);

impl CloseCode {
    /// 1000: the purpose of the connection is fulfilled.
    pub const NORMAL: Self = Self(1000);
    /// 1001: the endpoint goes away.
    pub const GOING_AWAY: Self = Self(1001);
    /// 1002: the peer broke the protocol.
    pub const PROTOCOL_ERROR: Self = Self(1002);
    /// 1003: this type of data cannot be accepted.
    pub const UNSUPPORTED_DATA: Self = Self(1003);
    /// 1007: the data does not fit its type, text that is not UTF-8 say.
    pub const INVALID_PAYLOAD: Self = Self(1007);
    /// 1008: the message goes against a policy.
    pub const POLICY_VIOLATION: Self = Self(1008);
    /// 1009: the message is too big.
    pub const MESSAGE_TOO_BIG: Self = Self(1009);
    /// 1010: the server did not negotiate an extension the client needs.
    pub const MANDATORY_EXTENSION: Self = Self(1010);
    /// 1011: the server met something unexpected.
    pub const INTERNAL_ERROR: Self = Self(1011);
    /// 1012: the service restarts (registered with IANA).
    pub const SERVICE_RESTART: Self = Self(1012);
    /// 1013: try again later (registered with IANA).
    pub const TRY_AGAIN_LATER: Self = Self(1013);
    /// 1014: a gateway got no good answer (registered with IANA).
    pub const BAD_GATEWAY: Self = Self(1014);

    /// The code, if it may stand in a Close frame: 1000–1003, 1007–1014 and 3000–4999.
    #[must_use]
    pub const fn new(code: u16) -> Option<Self> {
        match code {
            1000..=1003 | 1007..=1014 | 3000..=4999 => Some(Self(code)),
            _ => None,
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }

    /// The statement a peer breaks by sending `code`, for those that may not be sent.
    pub(crate) const fn broken_by(code: u16) -> &'static Requirement {
        match code {
            1005 => rfc6455::CODE_1005_IS_NOT_SENT,
            1006 => rfc6455::CODE_1006_IS_NOT_SENT,
            1015 => rfc6455::CODE_1015_IS_NOT_SENT,
            _ => rfc6455::CLOSE_BODY_STARTS_WITH_A_CODE,
        }
    }

    /// The name of a code the RFC or IANA defines.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            1000 => "normal closure",
            1001 => "going away",
            1002 => "protocol error",
            1003 => "unsupported data",
            1007 => "invalid payload",
            1008 => "policy violation",
            1009 => "message too big",
            1010 => "mandatory extension",
            1011 => "internal error",
            1012 => "service restart",
            1013 => "try again later",
            1014 => "bad gateway",
            _ => return None,
        })
    }
}

impl fmt::Display for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{} ({name})", self.0),
            None => write!(f, "{}", self.0),
        }
    }
}

impl fmt::Debug for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Who ended a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EndedBy {
    /// We said Close first, or failed the connection.
    Us,
    /// The peer said Close first.
    Peer,
    /// Nobody did: it was lost, or never open.
    Network,
}

/// The body of a Close frame: a code and a reason of at most 123 bytes.
///
/// The reason is for developers and logs; it is not meant for the eyes of an
/// end user (RFC 6455, section 5.5.1), so `Display` leaves it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloseFrame {
    code: CloseCode,
    reason: Box<str>,
}

/// The reason does not fit into a Close frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReasonTooLong {
    /// Its length in bytes.
    pub length: usize,
}

impl fmt::Display for ReasonTooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a close reason of {} bytes, with room for {}", self.length, CloseFrame::REASON_MAX)
    }
}

impl std::error::Error for ReasonTooLong {}

impl CloseFrame {
    /// The most bytes of reason that fit.
    pub const REASON_MAX: usize = 123;

    /// A code and a reason.
    ///
    /// # Errors
    /// [`ReasonTooLong`] when the reason has more than 123 bytes.
    pub fn new(code: CloseCode, reason: &str) -> Result<Self, ReasonTooLong> {
        if reason.len() > Self::REASON_MAX {
            return Err(ReasonTooLong { length: reason.len() });
        }
        Ok(Self { code, reason: reason.into() })
    }

    /// A code and as much of the reason as fits, cut between characters.
    #[must_use]
    pub fn truncated(code: CloseCode, reason: &str) -> Self {
        let mut end = reason.len().min(Self::REASON_MAX);
        while !reason.is_char_boundary(end) {
            end -= 1;
        }
        Self { code, reason: reason.get(..end).unwrap_or_default().into() }
    }

    /// The code.
    #[must_use]
    pub const fn code(&self) -> CloseCode {
        self.code
    }

    /// The reason, in the peer's words where the peer sent it.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut body = self.code.get().to_be_bytes().to_vec();
        body.extend_from_slice(self.reason.as_bytes());
        body
    }
}

impl From<CloseCode> for CloseFrame {
    fn from(code: CloseCode) -> Self {
        Self { code, reason: "".into() }
    }
}

impl fmt::Display for CloseFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.code.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_codes_that_may_travel_can_be_built() {
        let allowed: Vec<u16> = (0..=u16::MAX).filter(|&code| CloseCode::new(code).is_some()).collect();
        let expected: Vec<u16> = (1000..=1003).chain(1007..=1014).chain(3000..=4999).collect();
        assert_eq!(allowed, expected);
    }

    #[test]
    fn a_reason_is_at_most_123_bytes_and_cut_between_characters() {
        assert!(CloseFrame::new(CloseCode::NORMAL, &"x".repeat(123)).is_ok());
        assert_eq!(CloseFrame::new(CloseCode::NORMAL, &"x".repeat(124)), Err(ReasonTooLong { length: 124 }));
        let cut = CloseFrame::truncated(CloseCode::NORMAL, &"é".repeat(100));
        assert_eq!(cut.reason(), "é".repeat(61));
        assert_eq!(cut.encode().len(), 124);
    }
}
