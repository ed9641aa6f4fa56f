//! What can be wrong with a head.

use std::fmt;

use crate::ErrorKind;

/// Why a head could not be read, or was not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HeadError {
    /// More bytes than [`HeadLimits::block`](super::HeadLimits::block).
    TooLarge,
    /// More fields than [`HeadLimits::fields`](super::HeadLimits::fields).
    TooManyFields,
    /// The first line is neither a request line nor a status line (RFC 9112, sections 3 and 4).
    BadStartLine,
    /// HTTP, but not of major version 1 (section 2.3).
    UnsupportedVersion,
    /// A line feed without a carriage return, or the other way round (section 2.2).
    BadLineEnd,
    /// Whitespace between the first line and the first field (section 2.2).
    LeadingWhitespace,
    /// A field name that is no token, or whitespace before its colon (section 5.1).
    BadFieldName,
    /// A control character in a field value (RFC 9110, section 5.5).
    BadFieldValue,
    /// A request field that goes on over several lines (section 5.2).
    ObsoleteFolding,
    /// `Content-Length` is no number, or several numbers (section 6.3).
    BadContentLength,
    /// The method and target to be written make no request line.
    InvalidTarget,
    /// The reason phrase to be written would break its line.
    InvalidReason,
    /// The version to be written is not HTTP/1.0 or HTTP/1.1.
    InvalidVersion,
}

impl HeadError {
    /// What kind of error this is.
    #[must_use]
    pub const fn kind(self) -> ErrorKind {
        match self {
            Self::TooLarge | Self::TooManyFields => ErrorKind::Limit,
            Self::InvalidTarget | Self::InvalidReason | Self::InvalidVersion => ErrorKind::Usage,
            _ => ErrorKind::Protocol,
        }
    }
}

impl fmt::Display for HeadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "the HTTP head is too large",
            Self::TooManyFields => "the HTTP head has too many fields",
            Self::BadStartLine => "the first line is not HTTP",
            Self::UnsupportedVersion => "the HTTP version is not 1.0 or 1.1",
            Self::BadLineEnd => "an HTTP line does not end in CRLF",
            Self::LeadingWhitespace => "whitespace before the first HTTP field",
            Self::BadFieldName => "an HTTP field name is not a token",
            Self::BadFieldValue => "an HTTP field value has a control character",
            Self::ObsoleteFolding => "an HTTP field goes on over several lines",
            Self::BadContentLength => "the HTTP content length is not one number",
            Self::InvalidTarget => "the request target has a character that cannot stand there",
            Self::InvalidReason => "the reason phrase has a control character",
            Self::InvalidVersion => "the version to be written is not HTTP/1.0 or HTTP/1.1",
        })
    }
}

impl std::error::Error for HeadError {}
