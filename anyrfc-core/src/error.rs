//! The shape of every crate's error.

use std::{borrow::Cow, fmt, sync::Arc};

use crate::compliance::Requirement;

/// What kind of thing went wrong, the same in every protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The network or the operating system failed.
    Io,
    /// A deadline passed.
    Timeout,
    /// The TLS handshake failed or the stream was cut.
    Tls,
    /// The peer broke the protocol; see [`Requirement`].
    Protocol,
    /// The peer understood and said no.
    Refused,
    /// The peer does not accept who we say we are.
    Auth,
    /// The peer went beyond one of our [`Limits`](crate::Limits).
    Limit,
    /// The connection has ended.
    Closed,
    /// The peer, or this build, cannot do what was asked.
    Unsupported,
    /// The caller asked for something that cannot be.
    Usage,
}

impl ErrorKind {
    /// Who is usually at fault for an error of this kind.
    #[must_use]
    pub const fn fault(self) -> Fault {
        match self {
            Self::Io | Self::Timeout | Self::Closed => Fault::Network,
            Self::Tls | Self::Protocol | Self::Refused | Self::Auth | Self::Unsupported => Fault::Peer,
            Self::Limit => Fault::Policy,
            Self::Usage => Fault::Caller,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Io => "input/output failed",
            Self::Timeout => "timed out",
            Self::Tls => "TLS failed",
            Self::Protocol => "the peer broke the protocol",
            Self::Refused => "refused by the peer",
            Self::Auth => "authentication failed",
            Self::Limit => "a limit was exceeded",
            Self::Closed => "the connection is closed",
            Self::Unsupported => "not supported",
            Self::Usage => "invalid use",
        })
    }
}

/// Who would have to change for the error to go away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// The other side.
    Peer,
    /// Whatever lies between.
    Network,
    /// A limit or rule of ours that the other side ran into.
    Policy,
    /// The code that called us.
    Caller,
}

/// The inside of every crate's error type; see [`error_type!`](crate::error_type).
#[derive(Debug)]
pub struct ErrorParts<D> {
    /// What kind of thing went wrong.
    pub kind: ErrorKind,
    /// Who is at fault.
    pub fault: Fault,
    /// What happened, in a few words without a full stop, peer bytes escaped.
    pub message: Cow<'static, str>,
    /// The RFC statement that was broken.
    pub requirement: Option<&'static Requirement>,
    /// The protocol's own typed details.
    pub detail: D,
    /// What caused it.
    pub source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl<D> fmt::Display for ErrorParts<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.requirement, self.message.is_empty()) {
            (Some(requirement), true) => write!(f, "{requirement}"),
            (Some(requirement), false) => write!(f, "{requirement} ({})", self.message),
            (None, true) => write!(f, "{}", self.kind),
            (None, false) => f.write_str(&self.message),
        }
    }
}

/// Declares a crate's error: opaque, one pointer wide, cheap to clone (both
/// halves of a split client get the reason), the same in every crate.
///
/// ```
/// #[derive(Debug, Default)]
/// pub enum Detail { #[default] None, Code(u16) }
/// anyrfc_core::error_type! {
///     /// What went wrong.
///     pub struct Error { detail: Detail }
/// }
/// let error = Error::new(anyrfc_core::ErrorKind::Refused, "the server answered 554").with_detail(Detail::Code(554));
/// assert_eq!(error.kind(), anyrfc_core::ErrorKind::Refused);
/// assert_eq!(error.to_string(), "the server answered 554");
/// ```
#[macro_export]
macro_rules! error_type {
    ($(#[$meta:meta])* pub struct $name:ident { detail: $detail:ty }) => {
        $(#[$meta])*
        #[derive(Clone)]
        pub struct $name($crate::__private::Arc<$crate::error::ErrorParts<$detail>>);

        #[allow(dead_code)]
        impl $name {
            /// An error of `kind` with its usual fault.
            pub fn new(kind: $crate::ErrorKind, message: impl Into<$crate::__private::Cow<'static, str>>) -> Self {
                Self($crate::__private::Arc::new($crate::error::ErrorParts {
                    kind,
                    fault: kind.fault(),
                    message: message.into(),
                    requirement: None,
                    detail: <$detail>::default(),
                    source: None,
                }))
            }

            /// The peer broke `requirement`; `what` says how, and may be empty.
            pub fn violation(
                requirement: &'static $crate::Requirement,
                what: impl Into<$crate::__private::Cow<'static, str>>,
            ) -> Self {
                Self::new($crate::ErrorKind::Protocol, what).with_requirement(requirement)
            }

            /// The caller asked for something that cannot be.
            pub fn usage(message: impl Into<$crate::__private::Cow<'static, str>>) -> Self {
                Self::new($crate::ErrorKind::Usage, message)
            }

            fn edit(mut self, change: impl FnOnce(&mut $crate::error::ErrorParts<$detail>)) -> Self {
                if let Some(parts) = $crate::__private::Arc::get_mut(&mut self.0) {
                    change(parts);
                }
                self
            }

            /// Names the RFC statement. For errors just made: a clone keeps what it had.
            #[must_use]
            pub fn with_requirement(self, requirement: &'static $crate::Requirement) -> Self {
                self.edit(|parts| parts.requirement = Some(requirement))
            }

            /// Says who is at fault, where the kind's usual answer is wrong.
            #[must_use]
            pub fn with_fault(self, fault: $crate::Fault) -> Self {
                self.edit(|parts| parts.fault = fault)
            }

            /// Adds the protocol's own details.
            #[must_use]
            pub fn with_detail(self, detail: $detail) -> Self {
                self.edit(|parts| parts.detail = detail)
            }

            /// Adds the cause.
            #[must_use]
            pub fn with_source(
                self,
                source: impl Into<Box<dyn $crate::__private::StdError + Send + Sync>>,
            ) -> Self {
                let source = $crate::__private::Arc::from(source.into());
                self.edit(|parts| parts.source = Some(source))
            }

            /// What kind of thing went wrong.
            #[must_use]
            pub fn kind(&self) -> $crate::ErrorKind {
                self.0.kind
            }

            /// Who would have to change for it to go away.
            #[must_use]
            pub fn fault(&self) -> $crate::Fault {
                self.0.fault
            }

            /// The RFC statement that was broken, where there is one.
            #[must_use]
            pub fn requirement(&self) -> Option<&'static $crate::Requirement> {
                self.0.requirement
            }

            /// The protocol's own typed details.
            #[must_use]
            pub fn detail(&self) -> &$detail {
                &self.0.detail
            }
        }

        impl $crate::__private::fmt::Display for $name {
            fn fmt(&self, f: &mut $crate::__private::fmt::Formatter<'_>) -> $crate::__private::fmt::Result {
                $crate::__private::fmt::Display::fmt(&*self.0, f)
            }
        }

        impl $crate::__private::fmt::Debug for $name {
            fn fmt(&self, f: &mut $crate::__private::fmt::Formatter<'_>) -> $crate::__private::fmt::Result {
                f.debug_struct(stringify!($name))
                    .field("kind", &self.0.kind)
                    .field("fault", &self.0.fault)
                    .field("message", &self.0.message)
                    .field("requirement", &self.0.requirement.map(ToString::to_string))
                    .field("detail", &self.0.detail)
                    .field("source", &self.0.source)
                    .finish()
            }
        }

        impl $crate::__private::StdError for $name {
            fn source(&self) -> Option<&(dyn $crate::__private::StdError + 'static)> {
                self.0.source.as_deref().map(|source| source as _)
            }
        }
    };
}

/// Details of an error of the transport or of TLS.
#[derive(Debug, Default)]
#[non_exhaustive]
pub enum ErrorDetail {
    /// Nothing more is known.
    #[default]
    None,
    /// The stream ended in the middle of something.
    UnexpectedEnd {
        /// How many bytes of it had arrived.
        got: usize,
    },
    /// Something was larger than allowed.
    OverLimit {
        /// So many bytes are allowed.
        limit: usize,
    },
    /// Every address that was tried, and how it failed (RFC 8305).
    Connect {
        /// In the order tried.
        attempts: Vec<(std::net::SocketAddr, std::io::Error)>,
    },
    /// An HTTP proxy answered `CONNECT` with this status.
    ProxyStatus(u16),
    /// A SOCKS5 proxy answered with this reply code (RFC 1928, section 6).
    SocksReply(u8),
    /// The peer's certificate was not accepted.
    Certificate(crate::security::CertificateProblem),
}

error_type! {
    /// What went wrong in the transport, TLS or another shared layer.
    pub struct Error { detail: ErrorDetail }
}

impl Error {
    /// An I/O error, with what was being done when it came.
    pub fn io(doing: impl Into<Cow<'static, str>>, source: std::io::Error) -> Self {
        let kind =
            if source.kind() == std::io::ErrorKind::TimedOut { ErrorKind::Timeout } else { ErrorKind::Io };
        Self::new(kind, doing).with_source(source)
    }
}
