//! What goes wrong, and which statement of the RFC it breaks.

use std::{fmt, time::Duration};

use anyrfc_core::{ErrorKind, escape::Escaped};

use crate::types::{Code, MessageLimit, StatusKind, StatusResponse};

/// What a server said when it refused, or left.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Refusal {
    /// Its own words: NO, BAD or BYE, the response code and the text.
    pub status: StatusResponse,
    /// Whether it only wants us to slow down, and for how long.
    pub throttle: Option<Throttle>,
}

impl Refusal {
    /// What a status response says, read for what is to be done about it.
    #[must_use]
    pub fn new(status: StatusResponse) -> Self {
        let throttle = Throttle::read(&status);
        Self { status, throttle }
    }
}

/// The server asks for fewer commands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Throttle {
    /// How long to wait, where it said so.
    pub delay: Option<Duration>,
}

impl Throttle {
    /// No advice is followed beyond this.
    const DELAY_MAX: Duration = Duration::from_secs(7 * 24 * 3600);

    /// No standard says how: there are response codes of single providers, and texts.
    fn read(status: &StatusResponse) -> Option<Self> {
        let text = status.text.to_ascii_lowercase();
        let code = match &status.code {
            Some(Code::Other { name, .. }) => name.to_ascii_uppercase(),
            _ => String::new(),
        };
        let named = matches!(code.as_str(), "THROTTLED" | "THROTTLE" | "RATELIMIT");
        let told = ["throttled", "rate limit", "too many requests", "backoff"]
            .iter()
            .any(|word| text.contains(word));
        if !named && !told {
            return None;
        }
        Some(Self { delay: delay(&text) })
    }
}

/// The first number behind "backoff time", "after" or "in", with its unit.
fn delay(text: &str) -> Option<Duration> {
    let begin = ["backoff time", "retry after", "try again in", "try again after"]
        .iter()
        .find_map(|words| text.find(words).map(|at| at + words.len()))?;
    let rest = text.get(begin..)?.trim_start_matches([':', ' ']);
    let digits = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    let (number, unit) = rest.split_at_checked(digits)?;
    let number: u64 = number.parse().ok()?;
    let unit = unit.trim_start();
    let delay = if unit.starts_with("ms") || unit.starts_with("milli") {
        Duration::from_millis(number)
    } else if unit.starts_with("min") {
        Duration::from_secs(number.saturating_mul(60))
    } else if unit.starts_with('h') {
        Duration::from_secs(number.saturating_mul(3600))
    } else {
        Duration::from_secs(number)
    };
    Some(delay.min(Throttle::DELAY_MAX))
}

/// What did not come in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Waited {
    /// The server's greeting.
    Greeting,
    /// The answer to a command, or more of it.
    Command,
    /// The request for a literal.
    Literal,
    /// A challenge, or the outcome of an authentication.
    Authentication,
    /// The answer to STARTTLS.
    StartTls,
    /// The end of the TLS handshake.
    Handshake,
    /// The go-ahead to IDLE.
    Idle,
    /// The answer to the DONE that ends IDLE.
    Done,
    /// The answer to LOGOUT.
    Logout,
    /// That the server takes a byte of what is written.
    Writing,
}

impl fmt::Display for Waited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Greeting => "the server's greeting",
            Self::Command => "the answer to a command",
            Self::Literal => "the request for a literal",
            Self::Authentication => "the next step of the authentication",
            Self::StartTls => "the answer to STARTTLS",
            Self::Handshake => "the TLS handshake",
            Self::Idle => "the go-ahead to IDLE",
            Self::Done => "the answer to DONE",
            Self::Logout => "the answer to LOGOUT",
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
    /// The server understood, and answered NO.
    No(Box<Refusal>),
    /// The server did not understand, and answered BAD.
    Bad(Box<Refusal>),
    /// The server said BYE.
    Bye(Box<Refusal>),
    /// A deadline passed.
    TimedOut {
        /// What did not come in time.
        waited_for: Waited,
        /// The first word and the tag of the command that it was about, where there is one.
        command: Option<Box<str>>,
    },
    /// The bytes that could not be understood, at most [`Error::UNPARSED_MAX`] of them.
    Unparsed(Box<[u8]>),
    /// Nothing of the command was sent: whatever it was, it has had no effect.
    NotSent,
    /// The server has done a part of it only.
    Partial(MessageLimit),
}

anyrfc_core::error_type! {
    /// What went wrong: a kind, whose fault, and the RFC statement that was broken.
    pub struct Error { detail: Detail }
}

impl Error {
    /// So many of the bytes that could not be understood are kept.
    pub const UNPARSED_MAX: usize = 512;

    /// What the server said, where it answered NO or BAD, or said BYE.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self.detail() {
            Detail::No(refusal) | Detail::Bad(refusal) | Detail::Bye(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// The response code of that (RFC 9051, section 7.1; RFC 5530).
    #[must_use]
    pub fn code(&self) -> Option<&Code> {
        self.refusal()?.status.code.as_ref()
    }

    /// Whether the server has said that the very same may succeed later: something is not there
    /// at the moment, or in use by another session (RFC 5530, section 3).
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(self.code(), Some(Code::Unavailable | Code::InUse))
    }

    /// Whether the server only wants fewer commands, and how long to wait.
    #[must_use]
    pub fn throttle(&self) -> Option<Throttle> {
        self.refusal()?.throttle
    }

    /// What did not come in time.
    #[must_use]
    pub fn waited_for(&self) -> Option<Waited> {
        if let Detail::TimedOut { waited_for, .. } = self.detail() { Some(*waited_for) } else { None }
    }

    /// The bytes that could not be understood.
    #[must_use]
    pub fn unparsed(&self) -> Option<&[u8]> {
        if let Detail::Unparsed(bytes) = self.detail() { Some(bytes) } else { None }
    }

    /// How far the server got, where it has worked on some of the messages only, or refuses to
    /// work on so many (RFC 9738).
    #[must_use]
    pub fn message_limit(&self) -> Option<MessageLimit> {
        match (self.detail(), self.code()) {
            (Detail::Partial(limit), _) | (_, Some(Code::MessageLimit(limit))) => Some(*limit),
            _ => None,
        }
    }

    /// Whether nothing of the command was sent.
    #[must_use]
    pub fn is_unsent(&self) -> bool {
        matches!(self.detail(), Detail::NotSent)
    }

    /// The server answered a command with NO or BAD, or said BYE.
    pub(crate) fn refused(status: StatusResponse) -> Self {
        let (kind, word) = match status.kind {
            StatusKind::Bye => (ErrorKind::Closed, "BYE"),
            StatusKind::Bad => (ErrorKind::Refused, "BAD"),
            _ => (ErrorKind::Refused, "NO"),
        };
        let kind = match &status.code {
            Some(Code::AuthenticationFailed | Code::AuthorizationFailed | Code::Expired) => ErrorKind::Auth,
            // Said after an OK to the login, of users who have no mailbox.
            _ if status.text.starts_with("User is authenticated but not connected") => ErrorKind::Auth,
            _ => kind,
        };
        let text = Escaped(status.text.as_bytes());
        let message = match &status.code {
            Some(Code::Other { name, .. }) => {
                format!("the server said {word} [{}] {text}", Escaped(name.as_bytes()))
            }
            // Its name is all that the variant's own says before its fields.
            Some(code) => {
                let name = format!("{code:?}");
                let name = name.split([' ', '(', '{']).next().unwrap_or_default();
                format!("the server said {word} [{name}] {text}")
            }
            None => format!("the server said {word} {text}"),
        };
        let (bad, bye) = (status.kind == StatusKind::Bad, status.kind == StatusKind::Bye);
        let refusal = Box::new(Refusal::new(status));
        let error = Self::new(kind, message);
        match (bad, bye) {
            (true, _) => error.with_detail(Detail::Bad(refusal)),
            (_, true) => error.with_detail(Detail::Bye(refusal)),
            _ => error.with_detail(Detail::No(refusal)),
        }
    }

    /// A refusal of a login, with what the mechanism says of it.
    pub(crate) fn login_refused(status: StatusResponse, cause: anyrfc_sasl::Error) -> Self {
        // Without a code NO means that the credentials are wrong.
        let wrong = status.code.is_none() && status.kind == StatusKind::No;
        let error = Self::refused(status);
        let error = if wrong { error.edit(|parts| parts.kind = ErrorKind::Auth) } else { error };
        error.with_source(cause)
    }

    /// The server has worked on some of the messages only.
    pub(crate) fn partial(limit: MessageLimit) -> Self {
        let what = match limit.lowest {
            Some(lowest) => {
                format!("the server has worked on {} messages only, down to UID {lowest}", limit.limit)
            }
            None => format!("the server works on {} messages at a time only", limit.limit),
        };
        Self::new(ErrorKind::Limit, what).with_detail(Detail::Partial(limit))
    }

    /// The connection has ended.
    pub(crate) fn closed(message: &'static str) -> Self {
        Self::new(ErrorKind::Closed, message)
    }

    /// A command that cannot be sent, since this is not the time for it.
    pub(crate) fn unsent(self) -> Self {
        match self.detail() {
            Detail::None => self.with_detail(Detail::NotSent),
            _ => self,
        }
    }

    /// With what could not be understood.
    pub(crate) fn with_unparsed(self, bytes: &[u8]) -> Self {
        let kept = bytes.get(..Self::UNPARSED_MAX).unwrap_or(bytes);
        self.with_detail(Detail::Unparsed(kept.into()))
    }
}

impl From<anyrfc_core::Error> for Error {
    fn from(error: anyrfc_core::Error) -> Self {
        let made = Self::new(error.kind(), error.to_string()).with_fault(error.fault());
        let made = match error.requirement() {
            Some(requirement) => made.with_requirement(requirement),
            None => made,
        };
        made.with_source(error)
    }
}

impl From<anyrfc_sasl::Error> for Error {
    fn from(error: anyrfc_sasl::Error) -> Self {
        let made = Self::new(error.kind(), error.to_string()).with_fault(error.fault());
        let made = match error.requirement() {
            Some(requirement) => made.with_requirement(requirement),
            None => made,
        };
        made.with_source(error)
    }
}

/// For `?` after reading from or writing to a message: what the connection itself failed
/// with comes out again as it went in.
impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        if let Some(own) = error.get_ref().and_then(|inner| inner.downcast_ref::<Self>()) {
            return own.clone();
        }
        Self::new(ErrorKind::Io, "reading or writing failed").with_source(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(kind: StatusKind, text: &str) -> StatusResponse {
        StatusResponse { kind, code: None, text: text.into() }
    }

    #[test]
    fn throttling_is_told_apart_with_its_delay() {
        let exchange = "Request is throttled. Suggested Backoff Time: 92415 milliseconds";
        let error = Error::refused(status(StatusKind::Bad, exchange));
        assert_eq!(error.throttle().and_then(|throttle| throttle.delay), Some(Duration::from_millis(92_415)));
        assert!(matches!(error.detail(), Detail::Bad(_)));
        for (text, delay) in [
            ("Rate limit hit, try again in 5 minutes", Some(300)),
            ("Too many requests; retry after 30s", Some(30)),
            ("throttled", None),
            ("throttled, try again in 99999999999999999999 seconds", None),
            ("throttled, try again in 18446744073709551615 hours", Some(7 * 24 * 3600)),
            ("backoff time: soon", None),
        ] {
            let error = Error::refused(status(StatusKind::No, text));
            let throttle = error.throttle();
            assert!(throttle.is_some(), "{text}");
            assert_eq!(
                throttle.and_then(|throttle| throttle.delay),
                delay.map(Duration::from_secs),
                "{text}"
            );
        }
        assert_eq!(Error::refused(status(StatusKind::No, "no such mailbox")).throttle(), None);
    }

    #[test]
    fn what_the_server_said_is_kept_and_shown_escaped() {
        let error = Error::refused(status(StatusKind::No, "go\u{1b}[2J away"));
        assert_eq!(error.to_string(), "the server said NO go\\x1b[2J away");
        assert_eq!(error.refusal().map(|refusal| refusal.status.text.as_str()), Some("go\u{1b}[2J away"));
        let long = vec![b'x'; 10_000];
        let error = Error::new(ErrorKind::Protocol, "what").with_unparsed(&long);
        assert_eq!(error.unparsed().map(<[u8]>::len), Some(Error::UNPARSED_MAX));
    }
}
