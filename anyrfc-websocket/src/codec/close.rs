//! The body of a Close frame (RFC 6455, section 5.5.1).

use anyrfc_core::Requirement;

use crate::{CloseCode, CloseFrame, rfc6455};

/// How a Close frame's body breaks the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CloseFault {
    /// A single byte, which is half a code.
    HalfCode,
    /// A code that must not be sent.
    Code(u16),
    /// A reason that is not UTF-8.
    Reason,
}

impl CloseFault {
    /// The statement that was broken.
    #[must_use]
    pub const fn requirement(self) -> &'static Requirement {
        match self {
            Self::HalfCode => rfc6455::CLOSE_BODY_STARTS_WITH_A_CODE,
            Self::Code(code) => CloseCode::broken_by(code),
            Self::Reason => rfc6455::INVALID_UTF8_FAILS,
        }
    }

    /// The code to answer with.
    #[must_use]
    pub const fn answer(self) -> CloseCode {
        match self {
            Self::HalfCode | Self::Code(_) => CloseCode::PROTOCOL_ERROR,
            Self::Reason => CloseCode::INVALID_PAYLOAD,
        }
    }
}

/// Reads the body; `None` for an empty one.
///
/// # Errors
/// [`CloseFault`] when it is not a code that may be sent, followed by UTF-8.
pub fn decode(body: &[u8]) -> Result<Option<CloseFrame>, CloseFault> {
    let Some((code, reason)) = body.split_first_chunk::<2>() else {
        return if body.is_empty() { Ok(None) } else { Err(CloseFault::HalfCode) };
    };
    let number = u16::from_be_bytes(*code);
    let code = CloseCode::new(number).ok_or(CloseFault::Code(number))?;
    let reason = std::str::from_utf8(reason).map_err(|_| CloseFault::Reason)?;
    Ok(Some(CloseFrame::truncated(code, reason)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_read_or_refused() {
        assert_eq!(decode(b""), Ok(None));
        assert_eq!(decode(b"\x03"), Err(CloseFault::HalfCode));
        assert_eq!(decode(b"\x03\xe8bye"), Ok(Some(CloseFrame::truncated(CloseCode::NORMAL, "bye"))));
        assert_eq!(decode(b"\x03\xed"), Err(CloseFault::Code(1005)));
        assert_eq!(decode(b"\x03\xe8\xff"), Err(CloseFault::Reason));
    }
}
