//! How a connection ended, in one place.

use std::fmt;

use anyrfc_core::ErrorKind;
use tokio::io::{AsyncRead, AsyncWrite};

use super::inner::Inner;

use crate::{CloseCode, EndedBy, Error};

/// How a connection ended, or an attempt to make one (RFC 6455, sections 7.1.4 to 7.1.6).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct End {
    by: EndedBy,
    code: u16,
    reason: Box<str>,
    said: Option<CloseCode>,
    error: Option<Error>,
}

impl End {
    /// No Close frame was received (section 7.1.5).
    pub const ABNORMAL: u16 = 1006;
    /// A Close frame without a code was received (section 7.1.5).
    pub const NO_STATUS: u16 = 1005;
    /// TLS failed (section 7.4.1).
    pub const TLS_FAILED: u16 = 1015;

    /// An attempt to connect failed.
    pub(super) fn of_attempt(error: Error) -> Self {
        let code = if error.kind() == ErrorKind::Tls { Self::TLS_FAILED } else { Self::ABNORMAL };
        Self { by: EndedBy::Network, code, reason: "".into(), said: None, error: Some(error) }
    }

    /// Who ended it.
    #[must_use]
    pub const fn by(&self) -> EndedBy {
        self.by
    }

    /// _The WebSocket Connection Close Code_ (section 7.1.5): the peer's, or one
    /// of those that never travel: [`NO_STATUS`](Self::NO_STATUS),
    /// [`ABNORMAL`](Self::ABNORMAL), [`TLS_FAILED`](Self::TLS_FAILED).
    #[must_use]
    pub const fn code(&self) -> u16 {
        self.code
    }

    /// _The WebSocket Connection Close Reason_ (section 7.1.6): the peer's words, or none.
    #[must_use]
    pub const fn reason(&self) -> &str {
        &self.reason
    }

    /// The code that we said, if we said one.
    #[must_use]
    pub const fn said(&self) -> Option<CloseCode> {
        self.said
    }

    /// What went wrong, unless the connection was closed in order.
    #[must_use]
    pub const fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }

    /// Whether it was closed _cleanly_ (section 7.1.4): by a closing handshake
    /// that was completed.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.error.is_none()
    }

    /// Whether trying again may help, as far as this alone can tell:
    ///
    /// * an error of the network (lost, timed out, closed without a word), or an
    ///   HTTP answer of 408, 425, 429, 500, 502, 503 or 504, the proxy's included;
    ///   no other refusal, and nothing that would only happen again
    ///   (authentication, TLS, a broken protocol or limit, misuse);
    /// * in order, by the peer, with code 1001, 1011, 1012, 1013 or 1014.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        let Some(error) = &self.error else {
            return self.by == EndedBy::Peer && matches!(self.code, 1001 | 1011..=1014);
        };
        match error.kind() {
            ErrorKind::Io | ErrorKind::Timeout | ErrorKind::Closed => true,
            ErrorKind::Refused => is_busy(error),
            _ => false,
        }
    }
}

/// Whether who refused may think otherwise later.
fn is_busy(error: &Error) -> bool {
    use anyrfc_core::error::ErrorDetail;
    let temporary = |status: u16| matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504);
    if let Some(refusal) = error.refusal() {
        return temporary(refusal.status.as_u16());
    }
    let source = std::error::Error::source(error);
    match source.and_then(|source| source.downcast_ref()).map(anyrfc_core::Error::detail) {
        Some(ErrorDetail::ProxyStatus(status)) => temporary(*status),
        // General failure, network or host unreachable, refused, expired (RFC 1928, section 6).
        Some(ErrorDetail::SocksReply(reply)) => matches!(reply, 1 | 3..=6),
        _ => false,
    }
}

/// Without the peer's words, which are for developers.
impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(error) = &self.error {
            return error.fmt(f);
        }
        let by = if self.by == EndedBy::Us { "us" } else { "the peer" };
        match CloseCode::new(self.code) {
            Some(code) => write!(f, "closed by {by} with {code}"),
            None => write!(f, "closed by {by} without a code"),
        }
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> Inner<T> {
    /// How the connection ended; `None` as long as it has not.
    pub(super) fn end(&self) -> Option<End> {
        if !self.driver.is_finished() {
            return None;
        }
        let connection = self.driver.machine();
        let (code, reason) = match connection.peer_close() {
            None => (End::ABNORMAL, ""),
            Some(None) => (End::NO_STATUS, ""),
            Some(Some(frame)) => (frame.code().get(), frame.reason()),
        };
        let complete = connection.peer_close().is_some();
        let error = self.failure.clone().or_else(|| if complete { None } else { Some(self.ended()) });
        Some(End {
            by: connection.closed_by().unwrap_or(EndedBy::Network),
            code,
            reason: reason.into(),
            said: connection.close_said(),
            error,
        })
    }
}
