//! What goes wrong, and which statement of the RFC it breaks.

use std::fmt;

use anyrfc_core::ErrorKind;

use crate::types::{ContentError, Reply, ReplyCode};

/// What did not come in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Waited {
    /// The server's greeting.
    Greeting,
    /// The answer to EHLO, HELO or LHLO.
    Hello,
    /// The answer to STARTTLS.
    StartTls,
    /// The end of the TLS handshake.
    Handshake,
    /// A challenge, or the outcome of an authentication.
    Authentication,
    /// The answer to MAIL.
    Mail,
    /// The answer to RCPT.
    Recipient,
    /// The answer to DATA.
    Data,
    /// The answer to a chunk.
    Chunk,
    /// The answer to the whole message.
    Message,
    /// The answer to QUIT.
    Quit,
    /// The answer to another command.
    Command,
    /// That the server takes a byte of what is written.
    Writing,
}

impl fmt::Display for Waited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Greeting => "the server's greeting",
            Self::Hello => "the answer to the hello",
            Self::StartTls => "the answer to STARTTLS",
            Self::Handshake => "the TLS handshake",
            Self::Authentication => "the next step of the authentication",
            Self::Mail => "the answer to MAIL",
            Self::Recipient => "the answer to RCPT",
            Self::Data => "the answer to DATA",
            Self::Chunk => "the answer to a chunk",
            Self::Message => "the answer to the message",
            Self::Quit => "the answer to QUIT",
            Self::Command => "the answer to a command",
            Self::Writing => "the server's taking what is written",
        })
    }
}

/// What is known beyond the error's kind.
#[derive(Debug, Default)]
#[non_exhaustive]
pub enum Detail {
    /// Nothing.
    #[default]
    None,
    /// The server refused.
    Refused(Box<Reply>),
    /// A deadline passed.
    TimedOut {
        /// What did not come in time.
        waited_for: Waited,
    },
    /// The bytes that could not be understood, at most [`Error::UNPARSED_MAX`] of them.
    Unparsed(Box<[u8]>),
    /// The message cannot be sent, or not be sent on.
    Content(ContentError),
}

anyrfc_core::error_type! {
    /// What went wrong: a kind, whose fault, and the RFC statement that was broken.
    pub struct Error { detail: Detail }
}

impl Error {
    /// So many of the bytes that could not be understood are kept.
    pub const UNPARSED_MAX: usize = 512;

    /// What the server said when it refused.
    #[must_use]
    pub fn reply(&self) -> Option<&Reply> {
        if let Detail::Refused(reply) = self.detail() { Some(reply) } else { None }
    }

    /// Whether the same may succeed later: the server refused for now, or the network failed (RFC 5321,
    /// sections 4.2.1 and 3.8).
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        match self.reply() {
            Some(reply) => reply.is_transient(),
            None => matches!(self.kind(), ErrorKind::Io | ErrorKind::Timeout | ErrorKind::Closed),
        }
    }

    /// What did not come in time.
    #[must_use]
    pub fn waited_for(&self) -> Option<Waited> {
        if let Detail::TimedOut { waited_for } = self.detail() { Some(*waited_for) } else { None }
    }

    /// Why the message cannot be sent, or not be sent on.
    #[must_use]
    pub fn content(&self) -> Option<ContentError> {
        if let Detail::Content(error) = self.detail() { Some(*error) } else { None }
    }

    /// The bytes that could not be understood.
    #[must_use]
    pub fn unparsed(&self) -> Option<&[u8]> {
        if let Detail::Unparsed(bytes) = self.detail() { Some(bytes) } else { None }
    }

    /// The server answered 4yz or 5yz.
    pub(crate) fn refused(reply: Reply) -> Self {
        let kind = match reply.code() {
            ReplyCode::UNAVAILABLE => ErrorKind::Closed,
            ReplyCode::BAD_CREDENTIALS
            | ReplyCode::TOO_WEAK
            | ReplyCode::TRANSITION
            | ReplyCode::LOGIN_REQUIRED => ErrorKind::Auth,
            ReplyCode::UNRECOGNIZED | ReplyCode::NOT_IMPLEMENTED => ErrorKind::Unsupported,
            _ => ErrorKind::Refused,
        };
        Self::said(kind, reply)
    }

    fn said(kind: ErrorKind, reply: Reply) -> Self {
        Self::new(kind, format!("the server said {reply}")).with_detail(Detail::Refused(Box::new(reply)))
    }

    /// A refusal of a login, with what the mechanism says of it.
    #[cfg(feature = "client")]
    pub(crate) fn login_refused(reply: Reply, cause: anyrfc_sasl::Error) -> Self {
        // Not every server knows 535; what is refused for good and was understood is the login.
        let error = match reply.code() {
            ReplyCode::UNRECOGNIZED | ReplyCode::NOT_IMPLEMENTED | ReplyCode::BAD_SEQUENCE => {
                Self::refused(reply)
            }
            _ if reply.is_permanent() => Self::said(ErrorKind::Auth, reply),
            _ => Self::refused(reply),
        };
        error.with_source(cause)
    }

    /// Something did not come in time.
    pub(crate) fn timed_out(waited_for: Waited) -> Self {
        Self::new(ErrorKind::Timeout, format!("{waited_for} did not come in time"))
            .with_detail(Detail::TimedOut { waited_for })
    }

    /// The connection has ended.
    pub(crate) fn closed(message: &'static str) -> Self {
        Self::new(ErrorKind::Closed, message)
    }

    /// The server, or this build, cannot do it.
    pub(crate) fn unsupported(message: impl Into<std::borrow::Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Unsupported, message)
    }

    /// With what could not be understood.
    pub(crate) fn with_unparsed(self, bytes: &[u8]) -> Self {
        let kept = bytes.get(..Self::UNPARSED_MAX).unwrap_or(bytes);
        self.with_detail(Detail::Unparsed(kept.into()))
    }
}

macro_rules! from_core {
    ($error:ty) => {
        impl From<$error> for Error {
            fn from(error: $error) -> Self {
                let made = Self::new(error.kind(), error.to_string()).with_fault(error.fault());
                let made = match error.requirement() {
                    Some(requirement) => made.with_requirement(requirement),
                    None => made,
                };
                made.with_source(error)
            }
        }
    };
}

from_core!(anyrfc_core::Error);
from_core!(anyrfc_sasl::Error);

/// For `?` after reading a message: what the connection itself failed with comes out again as it went in.
impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        if let Some(own) = error.get_ref().and_then(|inner| inner.downcast_ref::<Self>()) {
            return own.clone();
        }
        Self::new(ErrorKind::Io, "reading or writing failed").with_source(error)
    }
}
